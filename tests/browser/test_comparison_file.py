"""comparison.html as a browser opens it from disk: drawn, quiet, and asking for nothing."""

import dataclasses

import pytest

from segmentation.compare import compare
from segmentation.comparison_page import write_comparison
from tests.segmentation.cohort_sets import blocks, cohort_set

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1">'
NAMES = (HOSTILE, *(f"tool {i}" for i in range(11)))
SHARES = [0.5, 0.3, 0.2]


@pytest.mark.parametrize("same", [True, False], ids=["same people", "two waves"])
def test_the_page_draws_offline_and_runs_no_name(chromium, tmp_path, same):
    labels = [0] * 500 + [1] * 300 + [2] * 200
    a, b = (
        cohort_set(NAMES, SHARES, blocks(), survey=survey, labels=labels).renamed({0: HOSTILE}, {})
        for survey in ("A", "B")
    )
    if same:
        b = dataclasses.replace(b, survey_sha256=a.survey_sha256)
    path = write_comparison(compare(a, b), tmp_path)[1]
    page = chromium.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    drawn = page.locator(".js-plotly-plot .main-svg").first
    drawn.wait_for(state="attached")
    assert page.locator(".js-plotly-plot").count() == (2 if same else 3)
    assert page.title() == "A and B compared"
    assert page.get_by_text(HOSTILE).count() >= 1
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []
    page.close()
