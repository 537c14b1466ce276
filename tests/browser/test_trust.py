"""Trust in a real browser: from the sample to a verdict, a sweep, and what is adopted from it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.test_first_steps import nothing_foreign, open_file, open_sample, violations
from tests.browser.test_walk import HOSTILE, fits, hostile_file, open_segment

pytestmark = pytest.mark.browser

LONG = 400_000
"""Milliseconds for resampled work on a machine that does other things too."""


def open_trust(page: Page) -> None:
    page.locator("[data-testid=stSidebarNavLink]", has_text="Trust").click()
    expect(page.locator(".st-key-check button")).to_be_enabled(timeout=60_000)
    settle(page)


def as_little_as_possible(page: Page) -> None:
    page.get_by_role("button", name="How thorough").click()
    for field in ("resamples", "shuffles"):
        page.locator(f".st-key-trust-{field} input[type=range]").focus()
        page.keyboard.press("Home")
        settle(page)
    page.keyboard.press("Escape")


def check(page: Page) -> None:
    page.get_by_role("button", name="Check these cohorts").click()
    expect(page.locator(".st-key-progress-trust")).to_be_visible(timeout=60_000)


def checked(page: Page) -> None:
    """Wait until all of it is found out."""
    expect(page.locator("[class*=st-key-download-trust] button")
           .first).to_be_enabled(timeout=LONG)  # fmt: skip
    settle(page)


def test_from_the_sample_to_a_verdict_and_settings_that_are_adopted(open_page):
    page = open_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_sample(page)
    open_segment(page)
    open_trust(page)
    as_little_as_possible(page)
    check(page)
    expect(page.locator(".st-key-structure-verdict")).to_contain_text(
        "There is structure", timeout=LONG
    )
    goes_on_elsewhere(page)
    checked(page)
    sees_the_verdicts(page)
    for width, height in ((1440, 900), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        everything_fits(page)
    assert not violations(page), "\n".join(violations(page))
    takes_the_file(page)
    in_the_dark(open_page, page.url)
    page.locator(".st-key-use-method button, .st-key-use-classes button").first.click()
    expect(page.get_by_text("These figures are of other settings")).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-check button")).to_be_enabled(timeout=60_000)
    assert not errors


def goes_on_elsewhere(page: Page) -> None:
    """The work is there again after another page."""
    page.locator("[data-testid=stSidebarNavLink]", has_text="Cohorts").click()
    expect(page.locator(".st-key-save")).to_be_visible(timeout=60_000)
    settle(page)
    page.locator("[data-testid=stSidebarNavLink]", has_text="Trust").click()
    expect(page.locator(".st-key-structure-verdict")).to_be_visible(timeout=60_000)


def sees_the_verdicts(page: Page) -> None:
    verdicts = page.locator("[aria-label='Verdict on each cohort']")
    expect(verdicts.locator("tbody tr").first).to_be_visible()
    expect(page.locator("[aria-label='Methods compared'] tbody tr")).to_have_count(3)
    expect(page.locator(".st-key-check button")).to_be_disabled()


def everything_fits(page: Page) -> None:
    fits(
        page,
        page.locator(".st-key-check button"),
        page.locator(".st-key-structure-picture .js-plotly-plot"),
        page.locator("[aria-label='Verdict on each cohort']"),
        page.locator(".st-key-stability-picture .js-plotly-plot"),
        page.locator("[aria-label='Figures behind each verdict']"),
        page.locator("[aria-label='Methods compared']"),
        page.locator(".st-key-how-many-picture .js-plotly-plot"),
        page.locator(".st-key-run-sweep button"),
        page.locator(".st-key-trust-downloads"),
    )
    for table in page.locator("table").all():
        assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


def takes_the_file(page: Page) -> None:
    with page.expect_download() as download:
        page.locator("[class*=st-key-download-trust] button").first.click()
    found = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert found["structure"]["verdict"] == "structure"
    assert found["complete"]


def in_the_dark(open_page, address: str) -> None:
    """What was found out is there at once for whoever follows the link."""
    page = open_page(address[address.index("/trust") :], dark=True)
    expect(page.locator(".st-key-structure-verdict")).to_be_visible(timeout=60_000)
    settle(page)
    assert not violations(page), "\n".join(violations(page))


def test_hostile_names_are_text_and_a_cell_of_the_sweep_is_adopted(open_page, tmp_path):
    page = open_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_file(page, hostile_file(tmp_path))
    open_segment(page)
    open_trust(page)
    as_little_as_possible(page)
    check(page)
    checked(page)
    verdicts = page.locator("[aria-label='Verdict on each cohort']")
    assert any(name in verdicts.inner_text() for name in HOSTILE)
    sweeps(page)
    nothing_foreign(page)
    assert not dialogs
    adopts_a_cell(page)


def sweeps(page: Page) -> None:
    page.locator(".st-key-run-sweep button").click()
    expect(page.locator("[class*=st-key-sweep-map] .js-plotly-plot")).to_be_visible(timeout=LONG)
    expect(page.locator(".st-key-progress-trust-sweep")).to_have_count(0, timeout=LONG)
    settle(page)


def adopts_a_cell(page: Page) -> None:
    """Click the cell in the middle of the first facet."""
    plot = page.locator("[class*=st-key-sweep-map] .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    adopt = page.locator(".st-key-adopt-cell button")
    for away in (3, 2, 1):  # a chart that is drawn anew meanwhile misses the click
        page.mouse.move(box["x"] + box["width"] / 2 - away, box["y"] + 0.38 * box["height"])
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.38 * box["height"], steps=3)
        page.mouse.down()
        page.mouse.up()
        with suppress(PlaywrightError):
            adopt.wait_for(timeout=8_000)
            break
    expect(adopt).to_be_enabled()
    settle(page)
    adopt.click()
    expect(page.get_by_text("Adopted: Prevalence threshold 5 %")).to_be_visible(timeout=60_000)
    expect(page.locator("[class*=st-key-sweep-map] .js-plotly-plot")).to_be_visible(timeout=60_000)
