"""The whole walk in a real browser, from an upload to two saved versions compared; and waves."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.test_first_steps import nothing_foreign, open_file, violations
from tests.browser.test_walk import PATIENCE, fits, open_segment, settled, texts_fit
from tests.segmentation.cohort_sets import blocks, cohort_set

pytestmark = pytest.mark.browser

SET = "<img src=x onerror=alert(1)> [a](http://evil.example)"
NAMES = tuple(f"tool {i:02d}" for i in range(12))


def go(page: Page, name: str) -> None:
    page.locator("[data-testid=stSidebarNavLink]", has_text=name).first.click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    settle(page)


def choose(page: Page, key: str, typed: str) -> None:
    """Type a part of an option into a box and take it, by keyboard alone."""
    field = page.locator(f"[class*=st-key-{key}] input").first
    option = page.get_by_role("option", name=typed).first
    for _ in range(4):  # a page that is drawn anew meanwhile closes the list
        settle(page)
        field.focus()
        field.fill("")
        field.fill(typed)
        with suppress(PlaywrightError):
            option.wait_for(timeout=4_000)
            page.wait_for_timeout(300)
            field.press("Enter")
            option.wait_for(state="hidden", timeout=4_000)
            break
    settle(page)


def save_as(page: Page, version: int) -> None:
    """Save the cohorts on the page in the set of this test."""
    button = page.locator(".st-key-save button")
    expect(button).to_be_enabled(timeout=PATIENCE)
    settle(page)
    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".st-key-save-now button")).to_be_visible(timeout=PATIENCE)
    settle(page)
    if version == 1:
        name = dialog.locator(".st-key-save-name input")
        name.fill(SET)
        name.press("Enter")
    else:
        choose(page, "save-line", "onerror")
    settle(page)
    dialog.locator(".st-key-save-now button").click()
    expect(page.get_by_text(f"Saved as v{version} of ")).to_be_visible(timeout=PATIENCE)
    settle(page)


def compared(page: Page) -> None:
    expect(page.locator(".st-key-compare-downloads")).to_be_visible(timeout=PATIENCE)
    settle(page)


def downloaded(page: Page, name: str) -> str:
    button = page.locator(f"[class*=st-key-download-{name.replace('.', '-')}] button")
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_from_an_upload_to_two_saved_versions_compared(open_page, root):
    page = open_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_file(page, root / "sample_data" / "jupyter_2020.csv")
    open_segment(page)
    go(page, "Cohorts")
    save_as(page, 1)
    go(page, "Segment")
    settled(page)
    page.get_by_text("Latent classes", exact=True).click()
    expect(page.get_by_text("Number of cohorts")).to_be_visible(timeout=PATIENCE)
    settled(page)
    go(page, "Cohorts")
    save_as(page, 2)
    go(page, "Compare")
    compared(page)
    sees_who_moved(page)
    assert not dialogs
    answers = json.loads(downloaded(page, "comparison.json"))
    assert answers["same_people"]
    assert 0 < answers["ari"] < 1
    assert "Method" in [one["what"] for one in answers["differences"]]
    assert sum(map(sum, answers["moves"])) == 1135
    assert downloaded(page, "comparison.html").startswith("<!doctype html>")
    assert downloaded(page, "who_moved.csv").count("\n") > 4
    swaps_and_comes_back(page)
    follows_the_set(page)


def sees_who_moved(page: Page) -> None:
    expect(page.locator(".st-key-compare-a input")).to_have_value(
        f"{SET} v1 · jupyter_2020.csv", timeout=PATIENCE
    )
    differs = page.locator("[aria-label='Survey and settings']")
    expect(differs).to_contain_text("Method")
    expect(differs).to_contain_text("latent classes")
    moved = page.locator("[aria-label='People by their cohort in A and in B']")
    fits(
        page,
        differs,
        moved,
        page.locator(".st-key-compare-a"),
        page.locator(".st-key-compare-b"),
        page.locator(".st-key-compare-flows"),
        page.locator("[aria-label='Each cohort of A with its best match in B']"),
        page.locator(".st-key-compare-downloads"),
    )
    assert moved.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
    expect(page.locator("[data-testid=stMetric]")).to_have_count(3)
    nothing_foreign(page)
    assert not violations(page), "\n".join(violations(page))


def swaps_and_comes_back(page: Page) -> None:
    page.locator(".st-key-compare-swap button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-compare-a input")).to_have_value(
        f"{SET} v2 · jupyter_2020.csv", timeout=PATIENCE
    )
    page.reload()
    compared(page)
    expect(page.locator(".st-key-compare-a input")).to_have_value(f"{SET} v2 · jupyter_2020.csv")


def follows_the_set(page: Page) -> None:
    page.get_by_text("A set over time").click()
    sizes = page.locator("[aria-label='Share of each cohort in each wave']")
    expect(sizes).to_contain_text("v1 · jupyter_2020.csv", timeout=PATIENCE)
    settle(page)
    fits(page, sizes, page.locator(".st-key-history-shares"), page.locator(".st-key-compare-line"))
    nothing_foreign(page)


def waves(folder: Path) -> list[Path]:
    """Two waves with hostile names: a tool drifted, an option was renamed, sizes changed."""
    names = (SET, "visual editor", *NAMES[2:])
    later = (SET, "visual editor pro", *NAMES[2:])
    rates = blocks()
    rates[1] = [*rates[1][:4], 0.3, *rates[1][5:]]
    sets = (
        cohort_set(names, [0.5, 0.3, 0.2], blocks(), survey="A").renamed({0: SET}, {}),
        cohort_set(later, [0.3, 0.5, 0.2], rates, survey="B").renamed({0: SET}, {}),
    )
    paths = [folder / f"wave_{number}.json" for number in (1, 2)]
    for path, saved in zip(paths, sets, strict=True):
        path.write_text(saved.to_json(), encoding="utf-8")
    return paths


def bring(page: Page, paths: list[Path]) -> None:
    """Drop the files on the Compare page."""
    go(page, "Compare")
    expander = page.get_by_text("Compare files instead")
    field = page.locator("[class*=st-key-compare-upload] input[type=file]")
    if not field.is_visible():
        expander.click()
    field.set_input_files(paths)
    expect(page.locator(".st-key-compare-b input")).to_have_value(
        "wave_2.json · B", timeout=PATIENCE
    )
    compared(page)


@pytest.mark.parametrize(
    ("width", "height", "dark"), [(1440, 900, False), (1024, 768, True)], ids=["wide", "narrow"]
)
def test_two_waves_fit_and_keep_the_accessibility_rules(open_page, tmp_path, width, height, dark):
    page = open_page(width=width, height=height, dark=dark)
    bring(page, waves(tmp_path))
    pairs = page.locator("[aria-label='Cohorts of A and their counterparts in B']")
    expect(pairs).to_contain_text("matched, grew")
    drift = page.locator("[aria-label='Tools of the pair in A and in B']")
    expect(drift).to_be_visible()
    fits(
        page,
        pairs,
        drift,
        page.locator(".st-key-compare-way"),
        page.locator(".st-key-compare-swap"),
        page.locator(".st-key-drift-dots"),
        page.locator("[aria-label='Change of each tool among everyone, and its parts']"),
        page.locator("[aria-label='Options that are named or worded otherwise']"),
        page.locator(".st-key-compare-downloads"),
    )
    texts_fit(page, page.locator(".st-key-drift-dots .js-plotly-plot"))
    nothing_foreign(page)
    assert not violations(page), "\n".join(violations(page))


def test_a_pair_and_the_history_are_reached_with_the_keyboard(open_page, tmp_path):
    page = open_page()
    bring(page, waves(tmp_path))
    choose(page, "compare-pair", "A2")
    expect(page.get_by_text("1 of 11 tools drifted on evidence")).to_be_visible(timeout=PATIENCE)
    settle(page)
    page.locator(".st-key-compare-way input[type=radio]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-compare-line")).to_be_visible(timeout=PATIENCE)
    settle(page)
    choose(page, "compare-line", "your choice")
    for name in ("wave_1", "wave_2"):
        choose(page, "compare-picked", name)
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-history-shares")).to_be_visible(timeout=PATIENCE)
    settle(page)
    nothing_foreign(page)
    assert not violations(page), "\n".join(violations(page))


def test_the_keyboard_reaches_every_main_control(open_page, tmp_path):
    page = open_page()
    bring(page, waves(tmp_path))
    page.locator("body").press("Tab")
    reached = set()
    for _ in range(60):
        key = page.evaluate(
            "document.activeElement.closest('[class*=st-key-]')?.className"
            ".match(/st-key-([a-z_-]+)/)[1] ?? ''"
        )
        reached.add(key.rstrip("-"))
        page.keyboard.press("Tab")
    wanted = {"compare-way", "compare-swap", "compare-a", "compare-b", "compare-files"}
    assert wanted <= reached
    assert any(key.startswith("compare-pair") for key in reached)
    assert any(key.startswith("download-comparison") for key in reached)
