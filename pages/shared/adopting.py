"""Settings that something on the Trust page suggests, taken over with one click."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from pages.shared import state, widgets
from pages.shared.state import Notice
from segmentation.spec import Metric, RunSpec, parameters

KEEPS_BREADTH_OUT: Metric = "breadth-free"
"""The distance that looks beyond how many tools each of two people chose."""


def adopt(spec: RunSpec) -> None:
    """Make the cohorts with these settings from now on."""
    changes = list(differences(state.workspace().spec, spec))
    state.save(state.workspace().retuned(spec))
    if changes:
        state.notify(Notice(_about(spec), f"Adopted: {'; '.join(changes)}."))


def adopted() -> str:
    """What was adopted last; "" once other settings were chosen since."""
    return state.notice(_about(state.workspace().spec)).text


def with_method(spec: RunSpec, **cluster: Any) -> RunSpec:
    """The settings with others of how cohorts are formed."""
    return dataclasses.replace(spec, cluster=dataclasses.replace(spec.cluster, **cluster))


def without_breadth(spec: RunSpec) -> RunSpec | None:
    """Settings under which it counts little how many tools somebody chose; None where there are no
    others: latent classes compare nobody with anybody."""
    if spec.cluster.method == "latent-class" or spec.neighbours.metric == KEEPS_BREADTH_OUT:
        return None
    changed = dataclasses.replace(spec.neighbours, metric=KEEPS_BREADTH_OUT)
    return dataclasses.replace(spec, neighbours=changed)


def differences(before: RunSpec, after: RunSpec) -> Iterator[str]:
    """What is set otherwise, a phrase each."""
    for part in dataclasses.fields(RunSpec):
        one, other = getattr(before, part.name), getattr(after, part.name)
        for name, parameter in parameters(type(one)).items():
            was, now = getattr(one, name), getattr(other, name)
            if was != now:
                share = parameter.unit.startswith("share")
                yield f"{parameter.label} {_value(now, share)} instead of {_value(was, share)}"


def _value(value: Any, share: bool) -> str:
    if isinstance(value, str):
        return widgets.CHOICES.get(value, value.capitalize())
    return f"{100 * value:g} %" if share else f"{value:g}"


def _about(spec: RunSpec) -> str:
    return f"adopted {json.dumps(spec.to_dict(), sort_keys=True)}"
