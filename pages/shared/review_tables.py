"""A saved mapping beside a survey as tables, and the tables as decisions. No Streamlit."""

from __future__ import annotations

from collections.abc import Mapping as Pairs

import pandas as pd

from segmentation.figures import percent
from segmentation.intake import Survey
from segmentation.mapping import Changes, QuestionMatch, Review, carry, tools_of

NOT_HERE = "(none)"
"""In place of a question: the survey does not ask it."""

ORDER = ("fuzzy", "none", "alias", "exact")
"""What has to be looked at comes first."""


def question_names(survey: Survey) -> dict[str, str]:
    """Key -> wording, told apart by the key where two questions are worded alike."""
    texts = [question.text for question in survey.questions]
    twice = {text for text in texts if texts.count(text) > 1}
    return {q.key: f"{q.text} ({q.key})" if q.text in twice else q.text for q in survey.questions}


def asked_of(review: Review) -> list[QuestionMatch]:
    """The questions to decide on, the doubtful first: those that the saved mapping uses."""
    entries = {entry.question: entry.role for entry in review.template.mapping.questions}
    used = [one for one in review.matches if entries.get(one.saved.key, "filter") != "ignore"]
    return sorted(used, key=lambda one: ORDER.index(one.how))


def questions_table(review: Review) -> pd.DataFrame:
    """One row a question of the saved mapping, indexed by its key.

    "Use" is ticked for what is sure; what is merely alike waits for a tick.
    """
    names = question_names(review.survey)
    found = asked_of(review)
    return pd.DataFrame(
        {
            "Use": [one.how in ("exact", "alias") for one in found],
            "Saved question": [one.saved.text or one.saved.key for one in found],
            "Question here": [names[one.here] if one.here else NOT_HERE for one in found],
            "Match": [_in_words(one) for one in found],
        },
        index=pd.Index([one.saved.key for one in found], name="key"),
    )


def chosen_pairs(review: Review, table: pd.DataFrame) -> dict[str, str]:
    """Saved key -> key here for the rows ticked, and for what the saved mapping ignores.

    No question here is used twice: the first row that names it has it.
    """
    keys = {name: key for key, name in question_names(review.survey).items()}
    pairs: dict[str, str] = {}
    for saved, row in table.iterrows():
        here = keys.get(str(row["Question here"]))
        if here and row["Use"] and here not in pairs.values():
            pairs[str(saved)] = here
    shown = {one.saved.key for one in asked_of(review)}
    for one in review.matches:
        if one.saved.key not in shown and one.here and one.here not in pairs.values():
            pairs[one.saved.key] = one.here
    return pairs


def named_twice(table: pd.DataFrame) -> list[str]:
    """Questions here that two ticked rows name."""
    ticked = table.loc[table["Use"].astype(bool), "Question here"]
    counts = ticked[ticked != NOT_HERE].value_counts()
    return [str(name) for name, count in counts.items() if count > 1]


def renamed_table(review: Review, changed: Pairs[str, Changes]) -> pd.DataFrame:
    """One row an option that seems to have another name here; sure ones are ticked."""
    texts = _names(review)
    rows = [
        (one.sure, texts[key], one.saved, one.here, key)
        for key, found in _tools_first(review, changed)
        for one in sorted(found.renamed, key=lambda one: one.sure)
    ]
    columns = ["Same", "Question", "Then", "Now", "key"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.astype({"Same": bool})


def chosen_names(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Saved key -> saved option -> option here, for the rows ticked."""
    names: dict[str, dict[str, str]] = {}
    for _, row in table.iterrows():
        if row["Same"]:
            names.setdefault(str(row["key"]), {})[str(row["Then"])] = str(row["Now"])
    return names


def changed_table(
    review: Review, pairs: Pairs[str, str], names: Pairs[str, Pairs[str, str]]
) -> pd.DataFrame:
    """One row an option that is new here or no more on offer, and what it counts for."""
    texts, mapping = _names(review), carry(review, pairs, names).mapping
    entries = {entry.question: entry for entry in mapping.questions}
    rows = []
    for key, found in _tools_first(review, review.changes(pairs)):
        same = names.get(key, {})
        entry = entries.get(pairs[key])
        is_tools = entry is not None and entry.role == "tools"
        tools = tools_of(review.survey.question(pairs[key]), entry) if entry and is_tools else {}
        rows += [
            (texts[key], option, "no longer offered", "not asked" if is_tools else "")
            for option in (*found.vanished, *(o.saved for o in found.renamed))
            if option not in same
        ]
        rows += [
            (texts[key], option, "new", tools.get(option, "an answer") or "left out")
            for option in (*found.new, *(o.here for o in found.renamed))
            if option not in same.values()
        ]
    return pd.DataFrame(rows, columns=["Question", "Option", "Change", "Counts as"], dtype=object)


def _tools_first(review: Review, changed: Pairs[str, Changes]) -> list[tuple[str, Changes]]:
    roles = {entry.question: entry.role for entry in review.template.mapping.questions}
    return sorted(changed.items(), key=lambda pair: roles.get(pair[0]) != "tools")


def _names(review: Review) -> dict[str, str]:
    """Saved key -> the category or name that the mapping gives the question, else its wording."""
    texts = {one.saved.key: one.saved.text or one.saved.key for one in review.matches}
    given = {e.question: e.category or e.name for e in review.template.mapping.questions}
    return {key: given.get(key) or text for key, text in texts.items()}


def _in_words(one: QuestionMatch) -> str:
    words = {"exact": "same", "alias": "same, reworded", "none": "not found"}
    return words.get(one.how, f"similar ({percent(one.score)}): confirm")
