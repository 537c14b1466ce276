"""A saved mapping laid on another survey, with the questions and options that go together."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace

from segmentation.intake.labels import match_key
from segmentation.intake.survey import Question, Survey
from segmentation.mapping.changes import Changes, changes
from segmentation.mapping.filters import AnswerFilter, Filters, Submitted
from segmentation.mapping.fit import is_no_tool, tool_name, tools_of
from segmentation.mapping.match import QuestionMatch, match
from segmentation.mapping.model import Mapping, QuestionMapping
from segmentation.mapping.template import Asked, Template


@dataclass(frozen=True)
class Carried:
    """The mapping for the survey at hand, and what could not be carried over, a sentence each."""

    mapping: Mapping
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """A saved mapping beside a survey: which question is which, before anything is decided."""

    template: Template
    survey: Survey
    matches: tuple[QuestionMatch, ...]

    @classmethod
    def of(cls, template: Template, survey: Survey) -> Review:
        return cls(template, survey, match(template, survey))

    def sure(self) -> dict[str, str]:
        """Questions matched exactly or by alias: saved key -> key here."""
        return {one.saved.key: one.here for one in self.matches if one.how in ("exact", "alias")}

    def proposed(self) -> dict[str, str]:
        """All questions matched, those that are merely alike too."""
        return {one.saved.key: one.here for one in self.matches if one.here}

    def changes(self, pairs: Pairs[str, str]) -> dict[str, Changes]:
        """What became of the options of questions paired so (saved key -> here), where anything."""
        entries = {entry.question: entry for entry in self.template.mapping.questions}
        asked = {one.key: one for one in self.template.asked}
        found = {
            key: changes(asked[key], entries.get(key), self.survey.question(here))
            for key, here in pairs.items()
            if key not in entries or entries[key].role in ("tools", "attribute")
        }
        return {key: changed for key, changed in found.items() if changed}

    @property
    def is_same(self) -> bool:
        """Whether nothing has to be decided: all questions are there with the same options."""
        exact = all(one.how == "exact" or self._ignores(one) for one in self.matches)
        return exact and not self.changes(self.proposed())

    def _ignores(self, one: QuestionMatch) -> bool:
        entries = {entry.question: entry.role for entry in self.template.mapping.questions}
        return entries.get(one.saved.key) == "ignore"


def carry(
    review: Review, pairs: Pairs[str, str], renamed: Pairs[str, Pairs[str, str]] | None = None
) -> Carried:
    """The saved mapping for the survey at hand.

    `pairs`: saved key -> key here; a question left out is not mapped. `renamed`: for a saved key,
    saved option -> option here; None takes those that the vocabulary knows as one tool. Tools that
    no option names any more are no columns, so that they count as not asked. A question of which
    only the key was saved and that is not here stays, for `check_mapping` to tell.
    """
    if renamed is None:
        renamed = sure_names(review.changes(pairs))
    asked = {one.key: one for one in review.template.asked}
    slips = {one.saved.key for one in review.matches if not one.here and not one.saved.text}
    entries = []
    for said in review.template.mapping.questions:
        key = said.question
        if key in pairs:
            question = review.survey.question(pairs[key])
            entries.append(_entry(said, asked[key], question, renamed.get(key, {})))
        elif key in slips:
            entries.append(said)
    filters, notes = _filters(review, pairs, renamed)
    old = review.template.mapping
    return Carried(replace(old, questions=tuple(entries), filters=filters), tuple(notes))


def sure_names(changed: Pairs[str, Changes]) -> dict[str, dict[str, str]]:
    """Of changed options those that the vocabulary knows as one tool: saved key -> old -> new."""
    return {
        key: {one.saved: one.here for one in found.renamed if one.sure}
        for key, found in changed.items()
    }


def _entry(
    said: QuestionMapping, asked: Asked, question: Question, renamed: Pairs[str, str]
) -> QuestionMapping:
    """The entry under the question's key here, with aliases for options that have new names.

    What it says of options that were there then and are no more is dropped; what it says of
    options that never were is a slip for `check_mapping` to tell.
    """
    here = {match_key(label) for label in (*question.options, *question.none_options)}
    gone = {match_key(label) for label in (*asked.options, *asked.none, *renamed)} - here
    aliases = [alias for alias in said.aliases if match_key(alias[0]) not in gone]
    none = said.none
    if none is not None:
        labels = (renamed.get(label, label) for label in none)
        none = tuple(sorted(label for label in labels if match_key(label) not in gone))
    entry = replace(said, question=question.key, aliases=tuple(aliases), none=none)
    if said.role != "tools":
        return entry
    default = tools_of(question, replace(entry, aliases=()))
    for old, new in renamed.items():
        tool = _tool(old, said)
        if new in default and default[new] != tool:
            aliases.append((new, tool))
    return replace(entry, aliases=tuple(sorted(aliases)))


def _tool(option: str, said: QuestionMapping) -> str:
    """What an option counted for when the mapping was saved."""
    named = match_key(option) in {match_key(label) for label, _ in said.aliases}
    return (
        "" if is_no_tool(option) and not named else tool_name(option, said.aliases, said.category)
    )


def _filters(
    review: Review, pairs: Pairs[str, str], renamed: Pairs[str, Pairs[str, str]]
) -> tuple[Filters, list[str]]:
    """The filters as they apply here, and what became of those that do not."""
    notes: list[str] = []
    kept: list[AnswerFilter] = []
    texts = {asked.key: asked.text or asked.key for asked in review.template.asked}
    filters = review.template.mapping.filters
    for one in filters.answers:
        name = f"The filter by “{texts[one.question]}”"
        if one.question not in pairs:
            notes.append(f"{name} is left out: the question is not in this survey.")
            continue
        question = review.survey.question(pairs[one.question])
        filtered, gone = _answer_filter(one, question, renamed.get(one.question, {}))
        if one.options and not filtered.options:
            notes.append(f"{name} is left out: none of its answers is on offer any more.")
            continue
        if gone:
            notes.append(f"{name} no longer looks for {', '.join(gone)}: not on offer any more.")
        kept.append(filtered)
    columns = set(review.survey.cells)
    for part in (filters.submitted, filters.duration):
        if part and not columns.issuperset(part.columns):
            submitted = isinstance(part, Submitted)
            filters = (
                replace(filters, submitted=None) if submitted else replace(filters, duration=None)
            )
            wanted = ", ".join(part.columns)
            notes.append(f"A filter is left out: this survey has no column {wanted}.")
    return replace(filters, answers=tuple(kept)), notes


def _answer_filter(
    one: AnswerFilter, question: Question, renamed: Pairs[str, str]
) -> tuple[AnswerFilter, list[str]]:
    """The filter with the options as they are called here, and those that are not here."""
    here = {match_key(label) for label in (*question.options, *question.none_options)}
    options = [renamed.get(option, option) for option in one.options]
    there = tuple(option for option in options if match_key(option) in here)
    gone = [option for option in options if option not in there]
    return replace(one, question=question.key, options=there), gone
