"""The review of a saved mapping: what it would do to the open survey, before it does it."""

from __future__ import annotations

import dataclasses

import streamlit as st

from pages.shared import cache, opening, review_tables, state, widgets
from segmentation.errors import WorkbenchError
from segmentation.intake import Survey
from segmentation.mapping import Review, Template, carry

HEIGHT = 420


def take(data: bytes, survey: Survey) -> None:
    """A saved mapping: used at once where nothing changed since, else put up for review."""
    try:
        template = Template.from_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        widgets.sentence("This is no mapping: choose a file that was downloaded here.", "bad-file")
        return
    except WorkbenchError as error:
        widgets.sentence(error, key="bad-file")
        return
    if cache.review(survey, template).is_same:
        opening.use_mapping(template.mapping)
    else:
        state.set_review(template)
    st.rerun()


def show(survey: Survey, template: Template) -> None:
    """The matches to confirm and the options that changed; nothing is used before it is said."""
    review = cache.review(survey, template)
    st.header("Review the saved mapping", anchor=False)
    st.markdown(_summary(review))
    _read_as_saved(template)
    actions = st.container(horizontal=True, key="review-actions")
    pairs = _questions(review)
    names = _options(review, pairs)
    done = carry(review, pairs, names)
    for note in done.notes:
        st.markdown(widgets.plain(note))
    with actions:
        if st.button("Use these", key="use-these", type="primary", disabled=not pairs):
            state.set_review(None)
            workspace = state.workspace()
            reading = workspace.wanted.options
            state.save(workspace.replaced(dataclasses.replace(done.mapping, reading=reading)))
            st.rerun()
        if st.button("Cancel", key="cancel-review"):
            state.set_review(None)
            st.rerun()


def _summary(review: Review) -> str:
    found = [one.how for one in review_tables.asked_of(review)]
    sure = sum(how in ("exact", "alias") for how in found)
    said = [f"{widgets.count(sure, 'question')} of the saved mapping found in this survey"]
    if "fuzzy" in found:
        said.append(f"{found.count('fuzzy')} similar: tick those that are the same")
    if "none" in found:
        said.append(f"{found.count('none')} not found")
    return "; ".join(said) + ". Nothing changes before you use it."


def _read_as_saved(template: Template) -> None:
    """A way to read the file as it was read for the saved mapping, where that differs."""
    workspace = state.workspace()
    reading = template.mapping.reading
    if workspace.mapping is None or reading == workspace.mapping.reading:
        return
    st.markdown("The saved mapping reads its file in another way than this one is read.")
    if st.button("Read this file like that", key="read-as-saved"):
        opening.reread(reading)
        st.rerun()


def _questions(review: Review) -> dict[str, str]:
    """The table of questions; returns the pairs that are ticked."""
    table = review_tables.questions_table(review)
    names = list(review_tables.question_names(review.survey).values())
    edited = st.data_editor(
        table,
        key=f"review-questions-{state.workspace().revision}",
        hide_index=True,
        num_rows="fixed",
        height=widgets.table_height(len(table), HEIGHT),
        disabled=["Saved question", "Match"],
        column_config={
            "Use": st.column_config.CheckboxColumn(
                width=50, help="Ticked: the saved question is this one here."
            ),
            "Saved question": st.column_config.TextColumn(width=205),
            "Question here": st.column_config.SelectboxColumn(
                width=205,
                options=[review_tables.NOT_HERE, *names],
                required=True,
                help="Choose another question if this is the wrong one.",
            ),
            "Match": st.column_config.TextColumn(width=150),
        },
        alt="Questions of the saved mapping with the questions of this survey",
    )
    for name in review_tables.named_twice(edited):
        widgets.sentence(f"“{name}” is named twice: untick all but one.", key=f"twice-{name}")
    return review_tables.chosen_pairs(review, edited)


def _options(review: Review, pairs: dict[str, str]) -> dict[str, dict[str, str]]:
    """What became of the options; returns those confirmed to be the same under another name."""
    changed = review.changes(pairs)
    if not changed:
        return {}
    st.header("Options that changed", anchor=False)
    table = review_tables.renamed_table(review, changed)
    chosen = review_tables.chosen_names(table)
    if len(table):
        edited = st.data_editor(
            table.drop(columns="key"),
            key=f"review-options-{state.workspace().revision}-{hash(tuple(pairs.items()))}",
            hide_index=True,
            num_rows="fixed",
            height=widgets.table_height(len(table), HEIGHT),
            disabled=["Question", "Then", "Now"],
            column_config={
                "Same": st.column_config.CheckboxColumn(
                    width=60, help="Ticked: the same option under another name."
                ),
                "Question": st.column_config.TextColumn(width=130),
                "Then": st.column_config.TextColumn(width=205),
                "Now": st.column_config.TextColumn(width=205),
            },
            alt="Options that seem to have another name here",
        )
        chosen = review_tables.chosen_names(edited.assign(key=table["key"]))
    others = review_tables.changed_table(review, pairs, chosen)
    if len(others):
        st.dataframe(
            others,
            key="review-changed",
            hide_index=True,
            height=widgets.table_height(len(others), HEIGHT),
            column_config={
                "Question": st.column_config.TextColumn(width=130),
                "Option": st.column_config.TextColumn(width=225),
                "Change": st.column_config.TextColumn(width=120),
                "Counts as": st.column_config.TextColumn(width=135),
            },
            alt="Options that are new here or no longer offered",
        )
        st.caption("Tools no longer offered count as not asked here, never as not used.")
    return chosen
