"""Profiles of attributes as the store keeps them: shares with their base, never few people's."""

from __future__ import annotations

from db.records import AttributeShare
from segmentation.profiles import Profiles

FEWEST = 10
"""A level that fewer respondents are in is not kept: it could be one person's own words."""


def attribute_shares(profiles: Profiles) -> tuple[AttributeShare, ...]:
    """The distribution of every attribute in every cohort, by cohort, attribute and level."""
    cohorts = range(len(profiles.size))
    return tuple(
        AttributeShare(
            cohort,
            described.attribute.name,
            level,
            float(described.rates.prevalence[cohort, column])
            if described.rates.base[cohort, column] > 0
            else None,
            int(described.rates.base[cohort, column]),
        )
        for cohort in cohorts
        for described in profiles.attributes
        for column, level in enumerate(described.attribute.levels)
        if described.attribute.member[:, column].sum() >= FEWEST
    )
