"""What differs in how two sets were made: survey, settings, mapping, versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from segmentation.cohorts import CohortSet
from segmentation.compare.model import Difference
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import SETTINGS_OF, RunSpec, parameters

NOTHING = "—"


def differences(a: CohortSet, b: CohortSet) -> tuple[Difference, ...]:
    """Only what differs, in the order survey, settings, mapping, versions."""
    found = (*_survey(a, b), *_settings(a, b), *_mapping(a.mapping, b.mapping), *_versions(a, b))
    return tuple(difference for difference in found if difference.a != difference.b)


def _survey(a: CohortSet, b: CohortSet) -> Iterator[Difference]:
    yield Difference("Survey", a.survey, b.survey)
    yield Difference("SHA-256 of the file", a.survey_sha256, b.survey_sha256)
    yield Difference("Respondents", f"{a.respondents:,}", f"{b.respondents:,}")
    yield Difference("Respondents used", f"{a.respondents_used:,}", f"{b.respondents_used:,}")
    yield Difference("Tools that form cohorts", f"{len(a.tools)}", f"{len(b.tools)}")
    yield Difference("Cohorts", f"{len(a.cohorts)}", f"{len(b.cohorts)}")


def _settings(a: CohortSet, b: CohortSet) -> Iterator[Difference]:
    for part in dataclasses.fields(a.spec):
        for name, parameter in parameters(type(getattr(a.spec, part.name))).items():
            yield Difference(parameter.label, *(_setting(s.spec, part.name, name) for s in (a, b)))


def _setting(spec: RunSpec, part: str, name: str) -> str:
    """The value of a setting; nothing where the method chosen does not read it."""
    read = any(name in settings for settings in SETTINGS_OF.values())
    if read and name not in SETTINGS_OF[spec.cluster.method]:
        return NOTHING
    return str(getattr(getattr(spec, part), name))


def _mapping(a: Mapping, b: Mapping) -> Iterator[Difference]:
    one = {entry.question: entry for entry in a.questions}
    other = {entry.question: entry for entry in b.questions}
    for question in dict.fromkeys((*one, *other)):
        yield Difference(
            f"Question “{question}”", _use(one.get(question)), _use(other.get(question))
        )
    for field in dataclasses.fields(a):
        if field.name != "questions":
            what = f"Mapping: {field.name.replace('_', ' ')}"
            yield Difference(what, str(getattr(a, field.name)), str(getattr(b, field.name)))


def _use(entry: QuestionMapping | None) -> str:
    """What a question is used for, in words; a question not listed is ignored."""
    if entry is None or entry.role == "ignore":
        return NOTHING
    named = f": {entry.category or entry.name}" if entry.category or entry.name else ""
    renamed = "; ".join(f"{label} → {tool or 'left out'}" for label, tool in entry.aliases)
    return f"{entry.role}{named}" + (f" ({renamed})" if renamed else "")


def _versions(a: CohortSet, b: CohortSet) -> Iterator[Difference]:
    for library in dict.fromkeys((*a.versions, *b.versions)):
        one, other = (v.get(library, NOTHING) for v in (a.versions, b.versions))
        yield Difference(f"Version of {library}", one, other)
