"""A comparison in sentences, the same on every page and terminal."""

from __future__ import annotations

from collections.abc import Iterator

from segmentation.compare.model import Comparison, Instrument, Match
from segmentation.figures import percent
from segmentation.profiles import labels_of
from segmentation.vocabulary import Tool

MOST_LISTED = 20


def headline(comparison: Comparison) -> str:
    """How many cohorts have a counterpart, and what that rests on."""
    matched, of = len(comparison.matched), len(comparison.a.cohorts)
    found = f"{matched} of the {of} cohorts of A {'has' if matched == 1 else 'have'} a counterpart "
    found += f"among the {len(comparison.b.cohorts)} of B"
    if comparison.moves:
        return f"{found}: one that shares more than half of the people who are in either."
    return (
        f"{found}, judged by the {comparison.tools_shared} tools that both sets are defined by, "
        f"which carry {percent(comparison.coverage)} of what tells the cohorts apart."
    )


def match_in_words(match: Match, comparison: Comparison) -> str:
    """The verdict on one cohort or pair, in one phrase."""
    if match.verdict == "no counterpart":
        other = comparison.b if match.a is not None else comparison.a
        likest = "" if match.nearest is None else other.cohorts[match.nearest].name
        return f"no counterpart (likest: {likest}; {match.cutoff:.2f} would be needed)"
    change = f"{100 * (match.share_difference or 0.0):+.1f} points"
    if match.interval is None or match.change is None:
        return change
    low, high = (100 * side for side in match.interval)
    return f"{match.change}: {change} ({low:+.1f} to {high:+.1f})"


def added_and_removed(instrument: Instrument) -> Iterator[str]:
    """What changed in the questions, a sentence each; a renamed option is told once."""
    renamed_a = {rename.a for rename in instrument.renamed}
    renamed_b = {rename.b for rename in instrument.renamed}
    for rename in instrument.renamed:
        why = " and ".join(
            reason
            for reason, true in (
                ("spelt alike", rename.close_name),
                ("used alike in every cohort", rename.same_use),
            )
            if true
        )
        yield (
            f"Probably renamed: {rename.a.name} ({percent(rename.prevalence_a)}) to "
            f"{rename.b.name} ({percent(rename.prevalence_b)}), for they are {why}. Give both one "
            "tool on the mapping to compare them."
        )
    for said, tools, told in (
        ("Only B offered", instrument.added, renamed_b),
        ("Only A offered", instrument.removed, renamed_a),
    ):
        left = [(tool, prevalence) for tool, prevalence in tools if tool not in told]
        if left:
            yield f"{said}: {_listed(left)}."
    for reworded in instrument.reworded:
        yield (
            f"Worded otherwise: {reworded.tool.name} was “{'”, “'.join(reworded.a)}” in A and is "
            f"“{'”, “'.join(reworded.b)}” in B."
        )


def _listed(tools: list[tuple[Tool, float]]) -> str:
    names = labels_of([tool for tool, _ in tools])
    shown = [f"{name} ({percent(p)})" for name, (_, p) in zip(names, tools, strict=True)]
    rest = len(shown) - MOST_LISTED
    return ", ".join(shown[:MOST_LISTED]) + (f" and {rest} more" if rest > 0 else "")
