"""Does anybody's cohort hang on the order of rows or columns in the file?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from segmentation.mixture import Ints, Labels
from segmentation.spec import RunSpec
from segmentation.trust.audits.model import OrderProof
from segmentation.trust.chain import EPOCHS, Found, chain
from segmentation.trust.people import People
from segmentation.trust.stability import crossed

SHUFFLES = 20


def shuffled(people: People, seed: int) -> tuple[People, Ints]:
    """The same people and tools in another order, and which person each row is."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(people)), rng.permutation(len(people.tools))
    return (
        People(
            tuple(people.tools[column] for column in columns),
            people.chosen[np.ix_(rows, columns)],
            people.asked[np.ix_(rows, columns)],
            people.weight[rows],
        ),
        rows,
    )


def moved(people: People, spec: RunSpec, as_it_is: Found, seed: int, epochs: int = EPOCHS) -> int:
    """People who have another cohort once rows and columns are shuffled and the whole chain is run
    again; `as_it_is`: what the chain finds without."""
    other_order, rows = shuffled(people, seed)
    found = chain(other_order, spec, epochs)
    labels = np.empty_like(found.labels)
    labels[rows] = found.labels
    return differing(as_it_is, labels, found.cohorts)


def differing(as_it_is: Found, labels: Labels, cohorts: int) -> int:
    """People who are elsewhere, however the cohorts are numbered: cohorts are paired so that as
    many as possible are in the same, and in none is in none."""
    table = crossed(as_it_is.labels, as_it_is.cohorts, labels, cohorts)
    pairs = linear_sum_assignment(table[:-1, :-1], maximize=True)
    return int(table.sum() - table[-1, -1] - table[:-1, :-1][pairs].sum())


def proof(moved_in: Sequence[int], people: int) -> OrderProof:
    """The shuffles together; `moved_in`: people moved in each, of `people` looked at."""
    return OrderProof(
        shuffles=len(moved_in),
        identical=sum(moved == 0 for moved in moved_in),
        moved=max(moved_in, default=0),
        people=people,
    )
