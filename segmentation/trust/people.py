"""Answers alone, as matrices: what is resampled, shuffled and sent to other processes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.encode import Features
from segmentation.mixture import Bools, Floats, Ints
from segmentation.vocabulary import Tool


@dataclass(frozen=True, eq=False)
class People:
    """`chosen`, `asked`: (people, tools); `weight`: (people,)."""

    tools: tuple[Tool, ...]
    chosen: Bools
    asked: Bools
    weight: Floats

    def __len__(self) -> int:
        return len(self.weight)

    def take(self, rows: Ints) -> People:
        """These people only."""
        return People(self.tools, self.chosen[rows], self.asked[rows], self.weight[rows])


def everybody(features: Features) -> People:
    """All who count, on all tools: what a threshold of another height chooses from."""
    rows = features.included
    return People(
        features.tools, features.chosen[rows], features.asked[rows], features.weight[rows]
    )


def who_form(features: Features) -> People:
    """The respondents used, on the tools kept."""
    return People(
        features.tools_kept,
        features.chosen_kept,
        features.asked_kept,
        features.weight[features.used],
    )


def draw(people: int, most: int, seed: int) -> Ints:
    """Rows of a random sample without replacement, in order; everybody where there are no more."""
    if people <= most:
        return np.arange(people)
    chosen: Ints = np.random.default_rng(seed).choice(people, most, replace=False)
    return np.sort(chosen)
