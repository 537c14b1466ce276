"""A group of respondents, given by an answer, against all the rest who count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.encode import Attribute, Features
from segmentation.mixture import Bools, Floats
from segmentation.profiles import Rates, rates
from segmentation.vocabulary import Tool


@dataclass(frozen=True, eq=False)
class Contrast:
    """Shares of tools or levels in a group, side by side with everybody else.

    `inside`: the group, as one cohort is described (index and evidence against everyone and the
    rest). `outside`, `outside_low`, `outside_high`: (items,), prevalence among the rest and its
    95 % interval; nan with nobody asked. `outside_base`: (items,), how many of the rest were asked.
    """

    inside: Rates
    outside: Floats
    outside_low: Floats
    outside_high: Floats
    outside_base: Floats


@dataclass(frozen=True, eq=False)
class GroupProfile:
    """A group against the rest. `size`, `rest`: respondents who count, unweighted."""

    name: str
    size: int
    rest: int
    tools: tuple[Tool, ...]
    by_tool: Contrast
    attributes: tuple[tuple[Attribute, Contrast], ...]


def profile_group(features: Features, member: Bools, name: str) -> GroupProfile:
    """Describe the respondents in `member`, bool (respondents,), against all others who count.

    Respondents whom the filters leave out are in neither.
    """
    inside = member & features.included
    labels = np.where(inside, 0, np.where(features.included, 1, -1))
    return GroupProfile(
        name=name,
        size=int(inside.sum()),
        rest=int((features.included & ~inside).sum()),
        tools=features.tools,
        by_tool=_contrast(features.chosen, features.asked, features.weight, labels),
        attributes=tuple(
            (
                attribute,
                _contrast(
                    attribute.member,
                    np.broadcast_to(attribute.answered[:, None], attribute.member.shape),
                    features.weight,
                    labels,
                ),
            )
            for attribute in features.attributes
        ),
    )


def _contrast(chosen: Bools, asked: Bools, weight: Floats, labels: np.ndarray) -> Contrast:
    inside = rates(chosen, asked, weight, labels, cohorts=1)
    rest = rates(chosen, asked, weight, np.where(labels == 1, 0, -1), cohorts=1)
    return Contrast(inside, rest.prevalence[0], rest.low[0], rest.high[0], rest.base[0])
