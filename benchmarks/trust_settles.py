"""Is the structure verdict that of a settled map, and a sample's that of the whole?

For real surveys and a few planted ones: gain (everybody assigned), the largest gain of shuffled
copies and the verdict after 50, 100 and 200 rounds of layout; then of 4,000 respondents and of all.

    python -m benchmarks.trust_settles [--shuffles 5] [--whole]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from benchmarks.trust_surveys import REAL, SHARED, Case, made, real_people
from segmentation.resample import seed_of
from segmentation.spec import RunSpec
from segmentation.trust.chain import everybody_placed
from segmentation.trust.people import People, draw
from segmentation.trust.structure import (
    LARGEST,
    SHUFFLES,
    Kind,
    Looked,
    judge,
    keeping_all,
    ties_of,
)

ROUNDS = (50, 100, 200)
PLANTED = (
    Case("medium", 1_031, 1_000, planted=True, cohorts=3),
    Case("hard", 1_074, 1_000, planted=True, tools=25, cohorts=9),
    Case("medium", 1_049, 600, planted=True, cohorts=12, breadth=0.6),
    Case("breadth varies strongly", 111, 1_200, breadth=1.0),
    Case("sparse", 100, 1_200, common=0.14),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--shuffles", type=int, default=5)
    parser.add_argument("--whole", action="store_true", help="a sample against the whole, only")
    told = parser.parse_args()
    if told.whole:
        for name, people in surveys():
            if len(people) > LARGEST:
                for seed in range(3):
                    sample = people.take(draw(len(people), LARGEST, seed))
                    say(f"{name}, sample {seed}", sample, ROUNDS[0], told.shuffles)
                say(f"{name}, whole", people, ROUNDS[0], told.shuffles)
        return
    for name, people in surveys():
        for rounds in ROUNDS:
            say(
                f"{name}, {rounds} rounds",
                people.take(draw(len(people), LARGEST, 0)),
                rounds,
                told.shuffles,
            )


def surveys() -> Iterator[tuple[str, People]]:
    for name, file in REAL.items():
        if (SHARED / file).exists():
            yield name, real_people(name)
    for case in PLANTED:
        yield case.name, made(case).people
    large = Case("medium", 1_062, 20_000, planted=True, cohorts=7)
    yield f"{large.name}, 20,000 respondents", made(large).people


def say(name: str, people: People, rounds: int, shuffles: int) -> None:
    start = time.perf_counter()
    real = look(people, rounds)
    copies: dict[Kind, list[Looked]] = {
        kind: [look(shuffle(people, seed_of(kind, n)), rounds) for n in range(shuffles)]
        for kind, shuffle in SHUFFLES.items()
    }
    most = {kind: max(copy.gain for copy in found) for kind, found in copies.items()}
    verdict = judge(real, copies["independent"], copies["breadth-keeping"])
    print(
        f"{name:52} {real.gain:+.2f} ± {2 * real.se:.2f}  {most['independent']:+.2f}  "
        f"{most['breadth-keeping']:+.2f}  {verdict:12}  {time.perf_counter() - start:.0f} s",
        flush=True,
    )


def look(people: People, rounds: int) -> Looked:
    found = everybody_placed(people, keeping_all(RunSpec()), rounds)
    return Looked(found.gain, found.gain_se, ties_of(people))


if __name__ == "__main__":
    main()
