"""Is the file read right? Its first records, and every choice in reading to correct it by."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.shared import cache, opening, state, tables, widgets
from pages.shared.state import Opening
from pages.shared.stores import Wanted
from segmentation.intake import Preview, ReadOptions, Survey
from segmentation.intake.layouts import CHOICES
from segmentation.intake.records import DELIMITERS
from segmentation.intake.summary import is_doubtful, title_of

MOST_ROWS = 12
"""Rows above a header, and rows of a header, to choose from."""

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "cp1252": "Windows, Western Europe (1252)",
    "mac_roman": "Mac Roman",
    "iso8859-15": "ISO 8859-15, Western Europe",
    "cp1250": "Windows, Central Europe (1250)",
    "cp1251": "Windows, Cyrillic (1251)",
    "cp1253": "Windows, Greek (1253)",
    "cp1254": "Windows, Turkish (1254)",
    "cp1255": "Windows, Hebrew (1255)",
    "cp1256": "Windows, Arabic (1256)",
    "shift_jis": "Shift-JIS, Japanese",
    "gb18030": "GB 18030, Chinese",
    "big5": "Big5, Chinese",
    "euc_kr": "EUC-KR, Korean",
}
DELIMITER_WORDS = dict(DELIMITERS)
MARKS = {"title": "title", "header": "header", "answer": "answer", "line": "line"}


@dataclass(frozen=True)
class Source:
    """A file, how it is to be read, and what is known of it. `used`: what came of that, or less."""

    wanted: Wanted
    preview: Preview
    used: ReadOptions

    @property
    def options(self) -> ReadOptions:
        return self.wanted.options


def check(survey: Survey) -> None:
    """What the file looks like, and the choices to read it by; open where it was but a guess."""
    with st.expander("Is this read right?", expanded=is_doubtful(survey), key="check-reading"):
        wanted = state.workspace().wanted
        preview = cache.surveys().preview(wanted)
        if preview is None or cache.surveys().file(survey.sha256) is None:
            st.markdown("To read it in another way, open the file again: it has left the memory.")
            return
        source = Source(wanted, preview, survey.reading.options)
        records(preview)
        controls(source)
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        with left:
            codebook(source)
        with right:
            back(source)


def put_right(failed: Opening | None) -> bool:
    """The guided reading of a file that could not be read as it is; False where there is none."""
    preview = cache.surveys().preview(failed.wanted) if failed else None
    if failed is None or preview is None or not preview.can_be_corrected:
        return False
    with st.container(border=True, key="put-right"):
        st.header(widgets.plain(f"Put right how {failed.name} is read"), anchor=False)
        if not preview.rows:
            st.markdown("Choose which part of the file holds the answers.")
        elif preview.rows[0].mark == "line":
            st.markdown(
                "These are its first lines. Look what stands between two answers, and choose that "
                "as the delimiter; strange letters mean that the encoding is another one."
            )
        else:
            st.markdown(
                "These are its first rows. Say which of them are the questions: rows above the "
                "header are titles, and rows of the header hold questions and options."
            )
        source = Source(failed.wanted, preview, preview.options)
        records(preview)
        controls(source)
        if source.options.codebook:
            codebook(source)
        with st.container(horizontal=True, key="ways-back"):
            if source.options != ReadOptions():
                back(source)
            if state.survey() and st.button("Keep what was open", key="leave-file"):
                opening.leave()
                st.rerun()
    return True


def records(preview: Preview) -> None:
    """The first rows, numbered as in the file, with what each is taken for."""
    if not preview.rows:
        return
    table = tables.preview_table(preview, MARKS)
    pinned = {
        name: st.column_config.Column(pinned=True, width="small") for name in table.columns[:1]
    }
    st.dataframe(
        table,
        key="first-records",
        height=widgets.table_height(len(table), 500),
        column_config=pinned,
        alt="The first rows of the file as they were read",
    )
    more = preview.width - len(table.columns) + 1
    cut = f" {widgets.count(more, 'more column')} to the right not shown." if more > 0 else ""
    st.caption(f"Numbered as in the file; what looks personal is hidden.{cut}")


def controls(source: Source) -> None:
    """The choices that this kind of file offers, each as detected at the start."""
    preview = source.preview
    drawn: list[tuple[str, str, Mapping[str, str], str]] = []
    if len(preview.members) > 1:
        members = {name: name for name in preview.members}
        drawn.append(("member", "File in the archive", members, "Which file holds the answers."))
    if len(preview.sheets) > 1:
        sheets = {name: name for name in preview.sheets}
        drawn.append(("sheet", "Sheet", sheets, "Which sheet of the workbook holds the answers."))
    if preview.is_text:
        drawn += [
            ("encoding", "Encoding", ENCODINGS, "How letters are written in the file."),
            ("delimiter", "Delimiter", DELIMITER_WORDS, "What stands between two answers."),
        ]
    numbers = {str(number): _rows(number) for number in range(MOST_ROWS + 1)}
    if preview.may_have_titles:
        drawn.append(("skip_rows", "Above the header", numbers, "Titles and remarks on top."))
    if preview.rows and not preview.states_layout:
        header = {"0": "none: the first row is an answer", **dict(list(numbers.items())[1:5])}
        layouts = {name: title_of(name) for name in CHOICES}
        drawn += [
            ("header_rows", "Header", header, "Rows that hold questions and options."),
            ("layout", "Layout", _told_apart(layouts), "How questions and options are laid out."),
        ]
    places = st.columns(3)
    for at, one in enumerate(drawn):
        with places[at % 3]:
            control(source, *one)


def control(source: Source, field: str, label: str, choices: Mapping[str, str], help: str) -> None:
    """One choice; reading follows at once."""
    said, used = getattr(source.options, field), getattr(source.used, field)
    found = "" if said is not None or used is None else choices.get(str(used), str(used))
    first = f"As detected ({found})" if found else "As detected"
    words = {
        "": "Choose one" if field == "member" and not source.preview.rows else first,
        **choices,
    }
    if said is not None:
        words.setdefault(str(said), str(said))
    key = f"read-{field}-{source.wanted.sha256[:12]}"
    state.show(key, "" if said is None else str(said))
    st.selectbox(
        label,
        list(words),
        key=key,
        format_func=lambda value: words.get(value, value),
        help=help,
        accept_new_options=field in ("encoding", "delimiter"),
        on_change=changed,
        args=(source.options, field, key),
    )


def changed(options: ReadOptions, field: str, key: str) -> None:
    """Follow a choice."""
    value: Any = state.chosen(key) or None
    if value is not None and field in ("skip_rows", "header_rows"):
        value = int(value)
    opening.reread(dataclasses.replace(options, **{field: value}))


def codebook(source: Source) -> None:
    """A second file that says what codes mean, to add or to take away."""
    sha256 = source.options.codebook
    key = f"codebook-{source.wanted.sha256[:12]}-{sha256}"
    st.file_uploader(
        "Code book",
        key=key,
        help="A second file that gives labels to codes: a data dictionary, a schema, or a table "
        "with the columns question, value and label.",
        on_change=codebook_added,
        args=(source.options, key),
    )
    if sha256 is None:
        return
    if cache.surveys().codebook(sha256) is None:
        st.warning("This was read with a code book before, which is not here: add it again.")
    elif opening.failed() is None:
        st.caption("A code book was added; it gives labels to codes.")
    if st.button("Remove code book", key="remove-codebook", icon=":material/close:"):
        opening.reread(dataclasses.replace(source.options, codebook=None))
        st.rerun()


def codebook_added(options: ReadOptions, key: str) -> None:
    file = state.uploaded(key)
    if file is not None:
        sha256 = cache.surveys().put_codebook(file.getvalue())
        state.forget_upload(file)
        opening.reread(dataclasses.replace(options, codebook=sha256))


def back(source: Source) -> None:
    """The way back from all choices, those of the columns included."""
    unchanged = source.options == ReadOptions()
    label = "Back to what was detected"
    if st.button(label, key="as-detected", icon=":material/undo:", disabled=unchanged):
        opening.reread(ReadOptions())
        st.rerun()


def _rows(number: int) -> str:
    return "no rows" if not number else widgets.count(number, "row")


def _told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles of layouts, with the layout's full name where two have the same."""
    every = list(titles.values())
    return {
        name: title if every.count(title) == 1 else f"{name[:1].upper()}{name[1:]}"
        for name, title in titles.items()
    }
