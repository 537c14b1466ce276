"""The settings of a run as a column of controls; every default and bound comes from `spec.py`."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from pages.shared import widgets
from segmentation.spec import SETTINGS_OF, RunSpec


def settings(spec: RunSpec, revision: int) -> RunSpec:
    """Draw the controls and return the settings as they stand now.

    `revision` changes when something else than these controls changed the settings.
    """
    draw = _Drawer(revision)
    st.markdown("**Tools**")
    encode = draw(spec.encode, "threshold")
    st.markdown("**Map**")
    embed = draw(spec.embed, "neighbors", "min_dist")
    st.markdown("**Cohorts**")
    cluster = draw(spec.cluster, "method")
    main, *finer = SETTINGS_OF[cluster.method]
    cluster = draw(cluster, main, "unassigned")
    with st.expander("More settings", key="more-settings"):
        cluster = draw(cluster, *finer)
        neighbours = draw(spec.neighbours, "metric")
        embed = draw(embed, "dimensions", "seed")
        fit = draw(spec.fit, "sample")
    return RunSpec(encode, neighbours, embed, cluster, fit)


class _Drawer:
    def __init__(self, revision: int) -> None:
        self._revision = revision

    def __call__(self, part: Any, *fields: str) -> Any:
        """The spec part with each field as its control says."""
        for field in fields:
            key = f"set-{field}-{self._revision}"
            value = widgets.parameter_input(type(part), field, getattr(part, field), key)
            part = dataclasses.replace(part, **{field: value})
        return part
