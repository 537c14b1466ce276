"""The main job in a real browser: from the file to named cohorts, and hostile text on the way."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle
from tests.browser.test_first_steps import nothing_foreign, open_file, open_sample, violations
from tests.segmentation.builders import planted, survey_csv

pytestmark = pytest.mark.browser

PATIENCE = 60_000

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](http://evil.example)",
    "![b](http://evil.example/b.png)",
    "$\\href{javascript:alert(1)}{c}$",
    "%{customdata}",
)
LINK = "<a href='http://evil.example'>l</a>"


def open_segment(page: Page) -> None:
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.locator(".st-key-result")).to_contain_text("tools stay at")
    page.get_by_role("button", name="Continue to segment").click()
    settled(page)


def settled(page: Page) -> None:
    """Wait for the final result: only that can be downloaded."""
    download = page.locator("[class*=st-key-download-cohorts] button")
    expect(download).to_be_enabled(timeout=PATIENCE)
    settle(page)
    expect(download).to_be_enabled(timeout=PATIENCE)


def map_of(page: Page) -> Locator:
    return page.locator("[class*=st-key-map-] .map")


def fits(page: Page, *controls: Locator) -> None:
    """Nothing makes the page wider than the window, and no main control reaches out of it."""
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    width = page.viewport_size["width"]
    for control in controls:
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def texts_fit(page: Page, plot: Locator) -> None:
    """No label of a chart is cut off at its edge."""
    outside = plot.evaluate(
        """plot => {
            const own = plot.getBoundingClientRect();
            return [...plot.querySelectorAll('.xtick text, .ytick text, .legendtext')]
                .filter(t => { const b = t.getBoundingClientRect();
                    return b.left < own.left - 1 || b.right > own.right + 1
                        || b.top < own.top - 1; })
                .map(t => t.textContent);
        }"""
    )
    assert not outside


def lasso(page: Page) -> None:
    """Draw around the middle of the map, small enough to leave no cohort with a few people."""
    plot = map_of(page)
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    across, down = box["width"], box["height"]
    corners = [(0.45, 0.3), (0.65, 0.3), (0.65, 0.65), (0.45, 0.65), (0.45, 0.35)]
    page.mouse.move(box["x"] + 0.45 * across, box["y"] + 0.3 * down)
    page.mouse.down()
    for x, y in corners:
        page.mouse.move(box["x"] + x * across, box["y"] + y * down, steps=6)
    page.mouse.up()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_from_the_sample_to_named_cohorts(open_page, width, height):
    page = open_page(width=width, height=height)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_sample(page)
    open_segment(page)
    sees_the_cohorts(page)
    moves_a_slider(page)
    picks_people_out(page)
    makes_a_cohort_of_them(page)
    page.get_by_role("button", name="Describe cohorts").click()
    takes_it_back(page)
    names_a_cohort(page, "Notebook people")
    saves_the_cohorts(page, f"Walk at {width} pixels")
    page.locator("[data-testid=stSidebarNavLink]", has_text="Segment").click()
    settled(page)
    expect(page.locator("[aria-label='Cohorts with their sizes']")).to_contain_text(
        "Notebook people"
    )
    page.reload()
    settled(page)
    expect(page.locator("[aria-label='Cohorts with their sizes']")).to_contain_text(
        "Notebook people"
    )
    assert not errors


def sees_the_cohorts(page: Page) -> None:
    expect(page.locator("[data-testid=stMetric]").first).to_contain_text("from 42 of")
    legend = page.locator("[aria-label='Cohorts with their sizes']")
    fits(
        page,
        page.get_by_role("button", name="Describe cohorts"),
        page.locator(".st-key-colour-by"),
        page.locator(".st-key-highlight"),
        map_of(page),
        legend,
        page.locator(".st-key-heatmap"),
        page.locator(".st-key-downloads"),
    )
    for table in (legend, page.locator("[aria-label='Index of each tool in each cohort']")):
        assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


def moves_a_slider(page: Page) -> None:
    cohorts = page.locator("[data-testid=stMetricValue]").first
    before = cohorts.inner_text()
    slider = page.locator("[class*=st-key-set-min_cluster_size] input[type=range]")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(cohorts).not_to_have_text(before, timeout=PATIENCE)
    page.get_by_role("button", name="Reset settings").click()
    expect(cohorts).to_have_text(before, timeout=PATIENCE)
    settled(page)


def picks_people_out(page: Page) -> None:
    lasso(page)
    expect(page.get_by_text("of the map, picked out on the map.")).to_be_visible()
    expect(page.locator("[aria-label='Tools that set these respondents apart']")).to_be_visible()
    fits(page, page.locator("[aria-label='Tools that set these respondents apart']"))


def makes_a_cohort_of_them(page: Page) -> None:
    """The whole page follows: figures, legend, map."""
    cohorts = page.locator("[data-testid=stMetricValue]").first
    before = cohorts.inner_text()
    page.get_by_role("button", name="Make a cohort of them").click()
    expect(cohorts).not_to_have_text(before)
    rows = page.locator("[aria-label='Cohorts with their sizes'] tbody tr")
    expect(rows).to_have_count(int(cohorts.inner_text()) + 1)


def takes_it_back(page: Page) -> None:
    expect(page.get_by_text("are a cohort of their own now")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    settle(page)


def saves_the_cohorts(page: Page, name: str) -> None:
    """Two clicks make one version, which opens without its survey and places people."""
    page.locator(".st-key-save button").click()
    field = page.get_by_label("Its name", exact=True)
    expect(field).to_be_visible()
    field.fill(name)
    field.press("Enter")
    settle(page)
    save = page.get_by_role("button", name="Save as a new version")
    fits(page, save)
    save.dblclick()
    expect(page.get_by_text(f"aved as v1 of {name}.")).to_be_visible()
    page.locator("[data-testid=stSidebarNavLink]", has_text="Saved").click()
    expect(page.get_by_role("heading", name=f"{name} v1")).to_be_visible()
    expect(page.locator(".st-key-saved-card-0")).to_contain_text("Notebook people")
    fits(page, page.locator(".st-key-version-actions"), page.locator(".st-key-saved-card-0"))
    page.get_by_role("button", name="Apply to a survey").click()
    placed = page.locator("[aria-label='People of this survey in the saved cohorts']")
    expect(placed).to_contain_text("Notebook people")
    fits(page, placed, page.locator(".st-key-download-assignments"))


def names_a_cohort(page: Page, name: str) -> None:
    field = page.get_by_label("Cohort 1", exact=True)
    expect(field).to_be_visible(timeout=PATIENCE)
    settle(page)
    fits(page, page.locator(".st-key-card-0"), page.locator(".st-key-spectrum"))
    texts_fit(page, page.locator(".st-key-spectrum .js-plotly-plot"))
    field.fill(name)
    field.press("Enter")
    expect(page.get_by_role("button", name="Suggested names again")).to_be_enabled()
    expect(page.locator(".st-key-spectrum .legendtext").first).to_contain_text(name)
    page.reload()
    expect(page.get_by_label("Cohort 1", exact=True)).to_have_value(name, timeout=PATIENCE)


def hostile_file(folder: Path) -> Path:
    """Three clear cohorts whose tools and titles are hostile."""
    chosen, truth = planted(3, 60, 12)
    tools = [*HOSTILE, LINK, *(f"tool {i}" for i in range(5))]
    roles = np.array(HOSTILE)[truth]
    path = folder / "hostile.csv"
    with path.open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(["Which tools do you use?", "Your role title?"])
        for row, role in zip(chosen, roles, strict=True):
            write([";".join(np.array(tools)[row]), role])
    return path


def test_fault_57_58_59_hostile_names_are_text_on_map_heatmap_and_cards(open_page, tmp_path):
    page = open_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_file(page, hostile_file(tmp_path))
    open_segment(page)
    nothing_foreign(page)
    rows = page.locator(".st-key-heatmap th[scope=row]")
    assert set(HOSTILE) <= {row.text_content() for row in rows.all()}
    assert any(name in pointed_at(page) for name in HOSTILE)
    nothing_foreign(page)
    lasso(page)
    expect(page.get_by_text("picked out on the map.")).to_be_visible()
    nothing_foreign(page)
    page.get_by_role("button", name="Describe cohorts").click()
    for number, name in enumerate(HOSTILE[4:], start=1):
        field = page.get_by_label(f"Cohort {number}", exact=True)
        expect(field).to_be_visible(timeout=PATIENCE)
        settle(page)
        field.fill(name)
        field.press("Enter")
        expect(page.locator(".st-key-spectrum .legendtext").nth(number - 1)).to_contain_text(name)
    nothing_foreign(page)
    label = hover(page, page.locator(".st-key-spectrum .js-plotly-plot"))
    assert any(name in label for name in HOSTILE[:3])
    page.locator("[data-testid=stSidebarNavLink]", has_text="Segment").click()
    settled(page)
    expect(page.get_by_text("picked out on the map.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator("[aria-label='Cohorts with their sizes']")).to_contain_text(HOSTILE[5])
    nothing_foreign(page)
    assert not dialogs


def pointed_at(page: Page) -> str:
    """What the map says of somebody on it."""
    settle(page)
    plot = map_of(page)
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    hint = plot.locator(".hint")
    for share in np.linspace(0.02, 0.98, 200):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        if hint.is_visible():
            return hint.text_content() or ""
    raise AssertionError("nobody is pointed at on a line across the map")


def hover(page: Page, plot: Locator) -> str:
    """What the chart says where it is pointed at; one that is being replaced has gone by then."""
    settle(page)
    expect(plot).to_have_count(1)
    plot.scroll_into_view_if_needed()
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 25, box["y"] + 25, steps=3)
    label = plot.locator(".hoverlayer .hovertext").first
    expect(label).to_be_visible()
    return label.text_content() or ""


def test_the_keyboard_reaches_every_main_control(open_page):
    page = open_page()
    open_sample(page)
    open_segment(page)
    page.locator("body").press("Tab")
    reached = set()
    for _ in range(80):
        key = page.evaluate(
            "document.activeElement.closest('[class*=st-key-]')?.className"
            ".match(/st-key-([a-z_-]+)/)[1] ?? ''"
        )
        reached.add("map" if key.startswith("map-") else key.rstrip("-"))
        page.keyboard.press("Tab")
    wanted = {"set-threshold", "set-neighbors", "set-method", "set-min_cluster_size"}
    wanted |= {"to-cohorts", "colour-by", "highlight", "heatmap-category", "more-settings"}
    wanted |= {"map", "heatmap"}
    assert wanted <= reached


def test_work_is_cancelled_while_the_page_waits_for_it(open_page, tmp_path):
    page = open_page()
    chosen, _ = planted(6, 1_500, 40)
    path = tmp_path / "many.csv"
    path.write_bytes(survey_csv(chosen))
    open_file(page, path)
    open_segment(page)
    slider = page.locator("[class*=st-key-set-neighbors] input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator("[class*=st-key-cancel-] button").first.click()
    expect(page.get_by_text("Cancelled.")).to_be_visible()
    expect(page.get_by_text("still the result before")).to_be_visible()
    settle(page)
    page.locator("[class*=st-key-again-] button").click()
    settled(page)
    expect(page.get_by_text("Cancelled.")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_accessibility_rules_hold_on_segment_and_cohorts(open_page, dark):
    page = open_page(dark=dark)
    open_sample(page)
    open_segment(page)
    assert not violations(page), "\n".join(violations(page))
    page.get_by_role("button", name="Describe cohorts").click()
    expect(page.locator(".st-key-spectrum .js-plotly-plot")).to_be_visible(timeout=PATIENCE)
    settle(page)
    assert not violations(page), "\n".join(violations(page))


def test_files_are_downloaded_and_tables_offer_none_that_a_spreadsheet_would_run(open_page):
    page = open_page()
    open_sample(page)
    page.locator("[data-testid=stDataFrame]:visible").first.hover()
    expect(page.locator("button[aria-label^=Search]:visible").first).to_be_visible()
    exports = page.locator("button[aria-label*=CSV]")
    assert exports.count()
    for export in exports.all():
        expect(export).to_be_hidden()
    open_segment(page)
    with page.expect_download() as download:
        page.locator("[class*=st-key-download-cohorts] button").click()
    saved = json.loads(Path(download.value.path()).read_text())
    assert saved["survey"] == "jupyter_2020.csv"
