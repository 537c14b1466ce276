"""Survey and Mapping in a real browser: opening, editing, coming back, and hostile text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser

STREAMLITS_OWN = {"list", "listitem", "duplicate-id-active", "presentation-role-conflict"}
"""Rules that the markup of its navigation and of its tables breaks whatever a page does."""

DARK_ACCENT = "#287a99"

HOSTILE = (
    '"<script>alert(1)</script> Which tools?","![x](http://evil.example/a.png)","$\\href{x}{y}$"\n'
    '"Python;<img src=x onerror=alert(1)>;[a](http://evil.example)",Dev,:red[x]\n'
    '"Python;R;**bold**",Ops,http://evil.example\n'
    '"R;<img src=x onerror=alert(1)>",Dev,www.evil.example\n'
    '"Python;[a](http://evil.example);**bold**",Dev,:smile:\n'
)


def open_file(page: Page, path: Path) -> None:
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(path)
    expect(page.get_by_role("button", name="Continue to mapping")).to_be_visible()
    settle(page)


def open_sample(page: Page) -> None:
    page.locator(".st-key-open-sample button").click()
    expect(page.get_by_role("button", name="Continue to mapping")).to_be_visible()
    settle(page)


def test_from_the_sample_to_its_mapping_and_back_after_a_reload(open_page):
    page = open_page()
    open_sample(page)
    expect(page.locator("[data-testid=stMetric]").first).to_contain_text("1,135")
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.locator(".st-key-result")).to_contain_text("tools stay at 10 %")
    page.reload()
    settle(page)
    expect(page.locator(".st-key-result")).to_contain_text("tools stay at 10 %")
    page.go_back()
    settle(page)
    expect(page.locator("[data-testid=stMetric]").first).to_contain_text("1,135")


def test_the_threshold_moves_with_the_keyboard(open_page):
    page = open_page()
    open_sample(page)
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.locator(".st-key-result")).to_contain_text("tools stay at 10 %")
    page.locator(".st-key-threshold input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-result")).to_contain_text("tools stay at 11 %")


def test_a_role_edited_in_the_table_is_kept_and_undone(open_page):
    page = open_page()
    open_sample(page)
    page.get_by_role("button", name="Continue to mapping").click()
    result = page.locator(".st-key-result")
    expect(result).to_contain_text("tools stay at 10 %")
    before = result.inner_text()
    clear_first_category(page)
    expect(page.locator(".st-key-undo button")).to_be_enabled()
    page.locator(".st-key-undo button").click()
    expect(page.locator(".st-key-undo button")).to_be_disabled()
    expect(result).to_have_text(before)


def clear_first_category(page: Page) -> None:
    """Empty the category of the third question in the grid, which is a canvas: by its place."""
    grid = page.locator("[class*=st-key-questions-] [data-testid=stDataFrame]").first
    settle(page)
    page.wait_for_timeout(500)
    box = grid.bounding_box()
    assert box
    page.mouse.click(box["x"] + 520, box["y"] + 31 * 3.5)
    page.wait_for_timeout(250)
    page.keyboard.press("Delete")


def test_fault_57_58_text_from_a_file_stays_text(open_page, tmp_path):
    path = tmp_path / "**hostile** [x](www.evil.example) :smile:.csv"
    path.write_text(HOSTILE)
    page = open_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_file(page, path)
    expect(page.locator("[data-testid=stCaptionContainer]").first).to_contain_text("**hostile**")
    nothing_foreign(page)
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.locator(".st-key-result")).to_be_visible()
    settle(page)
    nothing_foreign(page)
    assert not dialogs


def nothing_foreign(page: Page) -> None:
    for selector in ("a[href*=evil]", "img[src*=evil]", "img[src=x]", "[data-testid=stException]"):
        expect(page.locator(selector)).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_is_cut_off_at_1024_pixels(open_page, dark):
    page = open_page(width=1024, height=768, dark=dark)
    open_sample(page)
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider)
    expect(page.get_by_role("button", name="Continue to mapping")).to_be_in_viewport()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_accessibility_rules_hold_on_both_pages(open_page, dark):
    page = open_page(dark=dark)
    open_sample(page)
    assert not violations(page), "\n".join(violations(page))
    page.get_by_role("button", name="Continue to mapping").click()
    expect(page.locator(".st-key-result")).to_contain_text("tools stay at 10 %")
    settle(page)
    assert not violations(page), "\n".join(violations(page))


def violations(page: Page) -> list[str]:
    """What axe finds in what is ours to choose."""
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in Axe().run(page)["violations"]
        for node in rule["nodes"]
        if rule["id"] not in STREAMLITS_OWN and not is_dark_accent(node)
    ]


def is_dark_accent(node: dict[str, Any]) -> bool:
    """A slider's value in the accent colour of the dark theme, at 3.7 to 1.

    Streamlit writes white on that colour too, and no colour is 4.5 to 1 from both white and our
    dark background.
    """
    found = [check["data"] for check in node["any"] if isinstance(check["data"], dict)]
    return any(data.get("fgColor") == DARK_ACCENT for data in found)


def test_a_choice_in_reading_is_followed_at_once(open_page, tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("Exported,in May,for us\nTool,Role,n\n" + "R,Analyst,1\nSQL,Engineer,2\n" * 5)
    page = open_page()
    open_file(page, path)
    expect(page.locator(".st-key-check-reading")).to_be_visible()
    control = page.locator("[class*=st-key-read-skip_rows-] input")
    control.click()
    page.get_by_role("option", name="1 row", exact=True).click()
    settle(page)
    expect(page.locator(".st-key-survey-title")).to_contain_text("10 respondents")
    expect(page.locator(".st-key-as-detected button")).to_be_enabled()
    page.locator(".st-key-as-detected button").click()
    expect(page.locator(".st-key-survey-title")).to_contain_text("11 respondents")
