"""How long an analyst waits in the browser, from letting go of a control to the finished redraw.

Starts a workbench of its own and drives it in headless Chromium at 1440x900 on Stack Overflow 2019
where it is at hand, else on a synthetic survey of that shape. Seconds, p50 and p95 over the moves
of each control. A clock in the page starts as the key or button comes up and stops at the last
change of the page before 0.7 s of rest, beside the progress bar; where a preview comes first, its
own burst of changes ends earlier and is told apart.

    python -m benchmarks.latency [--moves 20] [--only PART] [--json FILE]

PART is one of `cold` (a fresh server, nothing compiled), `controls`, `pages`, `upload`, `two` (a
second analyst works at the same time) and `payload` (bytes sent for a map of 20,000 people).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from playwright.sync_api import Locator, Page, WebSocket, sync_playwright

from benchmarks.first_cohorts import REAL, synthetic
from benchmarks.sessions import server
from tests.browser.conftest import FLAGS, find_chromium, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Event

PARTS = ("cold", "controls", "pages", "upload", "two", "payload")
PATIENCE = 120_000
CLOCK = """
(() => {
  const clock = {armed: false, began: null, marks: []};
  const area = () => document.querySelector('.st-key-progress-of-result');
  const stage = () => {
    const text = area()?.textContent ?? '';
    if (text.includes('quick preview')) return 'preview';
    return text.includes('still the result before') ? 'before' : 'settled';
  };
  const began = (event) => {
    if (!clock.armed) return;
    if (event.type === 'keydown' && event.key !== 'Enter') return;
    clock.armed = false; clock.began = performance.now(); clock.marks = [];
  };
  for (const type of ['pointerup', 'keyup', 'keydown', 'change'])
    window.addEventListener(type, began, true);
  const aside = 'head, [class*=st-key-progress-], [class*=st-key-watch-], [data-testid=stHeader]';
  const unseen = ({target, attributeName}) =>  // progress, and marks that nobody sees
    attributeName === 'data-test-script-state' || attributeName === 'data-stale'
    || (target.closest ? target : target.parentElement)?.closest(aside);
  const watch = new MutationObserver((changes) => {
    if (clock.began === null) return;
    if (changes.every(unseen)) return;
    clock.marks.push([performance.now() - clock.began, stage()]);
  });
  const all = {subtree: true, childList: true, attributes: true, characterData: true};
  watch.observe(document, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {  // the map says there when it was drawn
    const root = attach.call(this, how);
    watch.observe(root, all);
    return root;
  };
  clock.rest = () => {
    const app = document.querySelector('[data-testid=stApp]');
    const now = performance.now() - clock.began, last = clock.marks.at(-1)?.[0] ?? 0;
    return clock.began !== null && now > 700 && now - last > 700
      && app.getAttribute('data-test-script-state') === 'notRunning' && stage() === 'settled'
      && !document.querySelector('[class*=st-key-progress-] [data-testid=stProgress]')
      && !document.querySelector('[data-testid=stSkeleton]');
  };
  window.__clock = clock;
})();
"""


@dataclass(frozen=True)
class Wait:
    """Seconds to the preview (or to the final layout, where there is no preview) and to the end."""

    preview: float
    final: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--only", choices=PARTS, action="append", help="default: all of them")
    parser.add_argument("--json", type=Path, help="write the figures here")
    told = parser.parse_args()
    wanted = told.only or PARTS
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = REAL if REAL.exists() else synthetic(folder / "synthetic.csv")
        if "cold" in wanted:
            figures["cold"] = cold(file, folder)
        with server(folder) as at:
            address = f"http://{at.address}"
            for part in wanted:
                if part != "cold":
                    figures[part] = MEASURES[part](address, file, told.moves)
    if told.json:
        told.json.parent.mkdir(parents=True, exist_ok=True)
        told.json.write_text(json.dumps(figures, indent=1))


def cold(file: Path, folder: Path) -> dict[str, float]:
    """The first map of a server that has just been started on a machine that compiled nothing."""
    os.environ["NUMBA_CACHE_DIR"] = str(folder / "numba")
    try:
        with server(folder) as at:
            began = time.monotonic()
            with analyst(f"http://{at.address}") as page:
                open_file(page, file)
                wait = moved(page, lambda: to_segment(page))
                shown = {
                    "from a click on Segment to the preview": wait.preview,
                    "from a click on Segment to the final layout": wait.final,
                    "from the start of the server to the final layout": time.monotonic() - began,
                }
    finally:
        del os.environ["NUMBA_CACHE_DIR"]
    for what, seconds in shown.items():
        print(f"{'cold: ' + what:62}{seconds:8.2f} s", flush=True)
    return shown


def controls(address: str, file: Path, moves: int) -> dict[str, Any]:
    """Each control of the Segment page, and the name of a cohort."""
    found: dict[str, Any] = {}
    with analyst(address) as page:
        open_file(page, file)
        moved(page, lambda: to_segment(page))
        for label, name in SLIDERS.items():
            found[label] = told_of(label, slides(page, name, min(moves, MOST.get(name, moves))))
        found["colour by"] = told_of("colour by", colours(page, moves))
        found["profiles by category"] = told_of("profiles by category", categories(page, moves))
        link(page, "Cohorts").click()
        rest(page, 1.0)
        found["name of a cohort"] = told_of("name of a cohort", names(page, moves))
    return found


def pages(address: str, file: Path, moves: int) -> dict[str, Any]:
    """From one page to another, all of them in turn."""
    with analyst(address) as page:
        open_file(page, file)
        moved(page, lambda: to_segment(page))
        order = ("Cohorts", "Segment", "Mapping", "Survey", "Segment")
        turns = [order[turn % len(order)] for turn in range(moves)]
        return {
            "page": told_of("another page", [moved(page, link(page, turn).click) for turn in turns])
        }


def upload(address: str, file: Path, moves: int) -> dict[str, Any]:
    """From the file to its mapping, by a person who clicks at once; a new file each time."""
    waits = []
    for turn in range(max(moves // 4, 2)):
        with analyst(address) as page, another(file, turn) as path:
            page.evaluate("__clock.armed = false; __clock.began = performance.now()")
            page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(path)
            page.get_by_role("button", name="Continue to mapping").click(timeout=PATIENCE)
            page.locator(".st-key-result").get_by_text("tools stay at").wait_for(timeout=PATIENCE)
            waits.append(ended(page))
    return {"file to mapping": told_of("file to mapping", waits)}


def two(address: str, file: Path, moves: int) -> dict[str, Any]:
    """The moves of one analyst, alone and while another one moves sliders all the time."""
    found: dict[str, Any] = {}
    with another(file, 50) as path:
        context = multiprocessing.get_context("spawn")
        with analyst(address) as page:
            open_file(page, file)
            moved(page, lambda: to_segment(page))
            for label in BOTH:
                alone = told_of(f"{label}, alone", slides(page, SLIDERS[label], moves))
                ready, stop = context.Event(), context.Event()
                other = context.Process(
                    target=works_on, args=(address, path, SLIDERS[label], ready, stop)
                )
                other.start()
                ready.wait(PATIENCE / 1000)
                busy = told_of(f"{label}, two at once", slides(page, SLIDERS[label], moves))
                stop.set()
                other.join()
                ratio = busy["final p95"] / alone["final p95"]
                print(f"{label + ': p95 with two / p95 alone':62}{ratio:8.2f}", flush=True)
                found[label] = {"alone": alone, "two": busy, "ratio of p95": ratio}
    return found


def works_on(address: str, file: Path, slider: str, ready: Event, stop: Event) -> None:
    """The other analyst: one move after the other, on a file of their own."""
    with analyst(address) as page:
        open_file(page, file)
        moved(page, lambda: to_segment(page))
        ready.set()
        while not stop.is_set():
            slides(page, slider, 1)


def payload(address: str, _file: Path, _moves: int) -> dict[str, int]:
    """Bytes of the largest message while the map of a survey of 20,000 is drawn."""
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: sizes.append(len(frame)))

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = synthetic(Path(folder) / "large.csv", 20_000)
        page = stack.enter_context(analyst(address, listen))
        open_file(page, file)
        sizes.clear()
        moved(page, lambda: to_segment(page))
    print(f"{'largest message, 20,000 points':62}{max(sizes) / 1e6:8.2f} MB", flush=True)
    print(f"{'all messages until the map has settled':62}{sum(sizes) / 1e6:8.2f} MB", flush=True)
    return {"largest": max(sizes), "together": sum(sizes)}


def slides(page: Page, name: str, moves: int) -> list[Wait]:
    """One step a move, to settings that were not looked at before."""
    slider = page.locator(f"[class*=st-key-set-{name}] input[type=range]")
    slider.focus()
    waits = []
    for _ in range(moves):
        before = slider.input_value()
        step = "ArrowLeft" if before == slider.get_attribute("max") else "ArrowRight"
        waits.append(moved(page, lambda key=step: page.keyboard.press(key)))
        if slider.input_value() == before:
            raise RuntimeError(f"the slider {name} did not move")
    return waits


def colours(page: Page, moves: int) -> list[Wait]:
    """Another tool or attribute each time."""
    box = page.locator(".st-key-colour-by input")
    waits = []
    for turn in range(moves):
        box.click()
        for _ in range(1 + turn % 3):
            page.keyboard.press("ArrowDown")
        waits.append(moved(page, lambda: page.keyboard.press("Enter")))
    return waits


def categories(page: Page, moves: int) -> list[Wait]:
    """The index of each tool, one category after the other."""
    pills = page.locator(".st-key-heatmap-category button")
    return [moved(page, pills.nth(turn % pills.count()).click) for turn in range(moves)]


def names(page: Page, moves: int) -> list[Wait]:
    """Another name for the first cohort."""
    field = page.get_by_label("Cohort 1", exact=True)
    waits = []
    for turn in range(moves):
        field.fill(f"Name {turn}")
        waits.append(moved(page, lambda: field.press("Enter")))
    return waits


def moved(page: Page, move: Callable[[], object]) -> Wait:
    """Do it, and wait until the page rests."""
    page.evaluate("__clock.began = null; __clock.armed = true")
    move()
    return ended(page)


def ended(page: Page) -> Wait:
    page.wait_for_function("__clock.rest()", timeout=PATIENCE, polling=50)
    marks: list[tuple[float, str]] = page.evaluate("__clock.marks")
    final = marks[-1][0] if marks else 0.0
    return Wait(_first_preview(marks, final) / 1000, final / 1000)


def _first_preview(marks: list[tuple[float, str]], final: float) -> float:
    """End of the first burst of changes that showed a preview; without one, the end of all."""
    times = [at for at, stage in marks if stage == "preview"]
    for at, following in zip(times, [*times[1:], np.inf], strict=False):
        if following - at > 350:
            return at
    return final


def told_of(label: str, waits: list[Wait]) -> dict[str, float]:
    """Print and return p50 and p95 of both."""
    found = {
        f"{which} p{share}": round(
            float(np.percentile([getattr(w, which) for w in waits], share)), 3
        )
        for which in ("preview", "final")
        for share in (50, 95)
    }
    said = "  ".join(f"{what} {seconds:5.2f}" for what, seconds in found.items())
    print(f"{label:30}{len(waits):4} moves  {said}", flush=True)
    return found


def rest(page: Page, seconds: float) -> None:
    time.sleep(seconds)
    settle(page)
    page.wait_for_function(
        "!document.querySelector('[class*=st-key-progress-] [data-testid=stProgress]')",
        timeout=PATIENCE,
    )


def link(page: Page, name: str) -> Locator:
    return page.locator("[data-testid=stSidebarNavLink]", has_text=name)


def open_file(page: Page, path: Path) -> None:
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(path)
    page.get_by_role("button", name="Continue to mapping").click(timeout=PATIENCE)
    page.locator(".st-key-result").get_by_text("tools stay at").wait_for(timeout=PATIENCE)
    settle(page)


def to_segment(page: Page) -> None:
    page.get_by_role("button", name="Continue to segment").click()
    page.locator("[class*=st-key-download-cohorts] button:enabled").wait_for(timeout=PATIENCE)


@contextmanager
def analyst(address: str, listen: Callable[[WebSocket], None] | None = None) -> Iterator[Page]:
    """A browser of its own, the workbench open in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(CLOCK)
        if listen is not None:
            page.on("websocket", listen)
        page.goto(address)
        settle(page)
        yield page
        browser.close()


@contextmanager
def another(file: Path, turn: int) -> Iterator[Path]:
    """The same answers but for the last rows, so that nothing is remembered of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"copy_{turn}.csv"
        lines = file.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[: -1 - turn]))
        yield path


SLIDERS = {
    "minimum cohort size": "min_cluster_size",
    "neighbours": "neighbors",
    "minimum distance": "min_dist",
    "prevalence threshold": "threshold",
}
MOST = {"min_dist": 18}
"""Steps to the end of a slider."""

BOTH = ("minimum cohort size", "neighbours")
MEASURES: dict[str, Callable[[str, Path, int], Any]] = {
    "controls": controls,
    "pages": pages,
    "upload": upload,
    "two": two,
    "payload": payload,
}

if __name__ == "__main__":
    main()
