"""Words with a meaning of their own: none-type options, ticks, "Other", "not asked".

Each set holds `match_key`s, so a spelling is listed once.
"""

from __future__ import annotations

import re

from segmentation.intake.labels import match_key


def _keys(*texts: str) -> frozenset[str]:
    return frozenset(match_key(text) for text in texts)


NONE = _keys(
    *("None", "None of these", "None of the above", "None of the above / below", "None of them"),
    *("None of these / above", "None of the following", "None of the listed", "None apply"),
    *("None of the options", "None of those", "None at all", "(none)", "none / not applicable"),
    *("N/A", "NA", "n.a.", "Not applicable", "Not applicable to me", "N/A - not applicable"),
    *("Does not apply", "Does not apply to me", "Doesn't apply", "Not relevant", "-", "--"),
    *("Nothing", "Nothing of the above", "No tools", "No tool", "None/NA"),
    *("I don't use any", "I don't use any of these", "I don't use any of the above"),
    *("I do not use any", "I do not use any of these", "I do not use any of the above"),
    *("Don't use any", "I use none", "I use none of these", "I don't use any tools"),
    *("Keine", "Keines", "Keine davon", "Keines davon", "Keine der genannten", "Nicht zutreffend"),
    *("Trifft nicht zu", "Aucun", "Aucune", "Aucun de ces choix", "Aucun de ceux-ci"),
    *("Sans objet", "Ninguno", "Ninguna", "Ninguno de los anteriores", "No aplica"),
    *("Nenhum", "Nenhuma", "Nenhuma das anteriores", "Nessuno", "Nessuna", "Geen", "Geen van deze"),
)
"""Answers that say "I was asked and use none of it". Short standard forms only."""

TICKED = _keys(
    *("1", "Yes", "Y", "True", "T", "Checked", "Selected", "Ticked", "X", "\u2713", "\u2714"),
    *("Oui", "Ja", "S\u00ed", "Si", "Sim", "J", "1.0", "Quoted"),
)
UNTICKED = _keys(
    *("0", "No", "N", "False", "F", "Unchecked", "Not selected", "Not checked", "Unselected"),
    *("Non", "Nein", "Nee", "N\u00e3o", "Nao", "0.0", "Not quoted"),
)
NOT_SHOWN = _keys("N/A")
"""In a column of ticks: the question was not shown (LimeSurvey)."""

OTHER = _keys(
    *("Other", "Others", "Other (please specify)", "Other, please specify", "Other (specify)"),
    *("Other - Write In", "Other - Write In (Required)", "Other (please specify):", "Other text"),
    *("Sonstiges", "Sonstige", "Andere", "Anderes", "Autre", "Autres", "Otro", "Otros", "Otra"),
    *(
        "Outro",
        "Outros",
        "Altro",
        "Anders",
        "Something else",
        "other_text",
        "Other: please specify",
    ),
)
"""Options beside which respondents write what they like."""


_SEEN = re.compile(r"-\d+(?:\.0)?")


def is_seen_code(text: str) -> bool:
    """Whether a cell may be a code for "shown, not answered", such as -99."""
    return _SEEN.fullmatch(text.strip()) is not None


def is_unticked(text: str) -> bool:
    """Whether a cell beside an option says "shown, not chosen": "0", "No", "-99"."""
    return match_key(text) in UNTICKED or is_seen_code(text)


def is_none(text: str) -> bool:
    """Whether an answer is a none-type option."""
    return match_key(text) in NONE


def is_other(text: str) -> bool:
    """Whether an option is the one for write-ins."""
    return match_key(text) in OTHER
