"""Respondents in a real browser: filters by mouse and keyboard, what fits, and hostile text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.conftest import settle
from tests.browser.test_first_steps import nothing_foreign, open_file, open_sample, violations
from tests.browser.test_walk import HOSTILE, fits, hostile_file, hover, settled, texts_fit

pytestmark = pytest.mark.browser

OPENINGS = 5


def open_respondents(page: Page) -> None:
    page.locator("[data-testid=stSidebarNavLink]", has_text="Respondents").click()
    expect(page.locator(".st-key-tally")).to_contain_text("respondents count")
    settle(page)


def pick(page: Page, key: str, typed: str) -> None:
    """Type a part of what is wanted into a box and take the first that is offered."""
    choose(page, page.locator(f"[class*=st-key-{key}] input").first, typed)


def choose(page: Page, field: Locator, typed: str) -> None:
    """Open a list and take from it; a list that scrolling or a late redraw closed is opened again,
    as a person would."""
    option = page.get_by_role("option", name=typed).first
    for _ in range(OPENINGS):
        field.scroll_into_view_if_needed()
        field.click()
        field.fill(typed)
        try:
            option.click(timeout=3_000)
            break
        except TooLate:
            field.press("Escape")
    else:
        expect(option).to_be_visible()
    settle(page)


def take_all(page: Page, key: str, *answers: str) -> None:
    for answer in answers:
        box = page.locator(f"[class*=st-key-{key}] [data-testid=stMultiSelect] input").first
        choose(page, box, answer)
    page.keyboard.press("Escape")
    settle(page)


def add_students(page: Page) -> None:
    pick(page, "add-", "role title")
    take_all(page, "add-", "Student")
    page.locator(".st-key-add button").click()
    expect(page.locator(".st-key-tally")).to_contain_text("of 1,135 respondents count")
    settle(page)


def compare_scientists(page: Page) -> None:
    pick(page, "group-", "role title")
    take_all(page, "group-", "Data scientist")
    expect(page.locator("[aria-label='Tools that mark the group']")).to_be_visible()
    settle(page)


@pytest.mark.parametrize(
    ("width", "height", "dark"), [(1440, 900, False), (1024, 768, True)], ids=["wide", "narrow"]
)
def test_filters_and_a_group_fit_and_keep_the_accessibility_rules(open_page, width, height, dark):
    page = open_page(width=width, height=height, dark=dark)
    open_sample(page)
    open_respondents(page)
    compare_scientists(page)
    fits(
        page,
        page.get_by_role("button", name="Continue to segment"),
        page.locator(".st-key-add-filter"),
        page.locator("[class*=st-key-quality-box-straight]").first,
        page.locator("[aria-label='Tools that mark the group']"),
        page.locator(".st-key-download-group"),
    )
    texts_fit(page, page.locator(".st-key-group-chart .js-plotly-plot"))
    add_students(page)
    fits(page, page.locator("[class*=st-key-filter-0]").first)
    assert not violations(page), "\n".join(violations(page))


def test_a_filter_is_carried_to_the_map_and_comes_back_after_a_reload(open_page):
    page = open_page()
    open_sample(page)
    open_respondents(page)
    add_students(page)
    counted = page.locator(".st-key-tally").inner_text().split()[0]
    page.get_by_role("button", name="Continue to segment").click()
    settled(page)
    head = page.locator("[data-testid=stCaptionContainer]").first
    expect(head).to_contain_text(f"{counted} of 1,135 respondents: Role title: Student")
    open_respondents(page)
    page.reload()
    expect(page.locator(".st-key-tally")).to_contain_text(f"{counted} of 1,135")
    settle(page)
    page.locator(".st-key-undo button").click()
    expect(page.locator(".st-key-tally")).to_contain_text("All 1,135 respondents count")


def test_a_filter_is_switched_and_removed_with_the_keyboard(open_page):
    page = open_page()
    open_sample(page)
    open_respondents(page)
    add_students(page)
    switch = page.locator("[class*=st-key-on-0] input")
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator(".st-key-tally")).to_contain_text("All 1,135 respondents count")
    settle(page)
    page.locator("[class*=st-key-remove-0] button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("No filter by answer")).to_be_visible()


def test_a_quality_filter_is_switched_on_with_the_keyboard(open_page):
    page = open_page()
    open_sample(page)
    open_respondents(page)
    page.locator("[class*=st-key-quality-lines] input").focus()
    page.keyboard.press("Space")
    expect(page.locator(".st-key-tally")).to_contain_text("are left out")


def test_hostile_answers_stay_text(open_page, tmp_path):
    page = open_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_file(page, hostile_file(tmp_path))
    open_respondents(page)
    pick(page, "add-", "role title")
    take_all(page, "add-", HOSTILE[0])
    page.locator(".st-key-add button").click()
    expect(page.locator("[class*=st-key-filter-0]").first).to_contain_text(HOSTILE[0])
    settle(page)
    page.locator("[class*=st-key-on-0] input").focus()
    page.keyboard.press("Space")
    settle(page)
    pick(page, "group-", "role title")
    take_all(page, "group-", HOSTILE[1])
    expect(page.locator("[aria-label='Tools that mark the group']")).to_be_visible()
    nothing_foreign(page)
    hover(page, page.locator(".st-key-group-chart .js-plotly-plot"))
    nothing_foreign(page)
    assert not dialogs
