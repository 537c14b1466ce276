"""Labels with characters that nobody sees: taken out everywhere, and told here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from segmentation.intake.cells import Cells
from segmentation.intake.deadline import timed
from segmentation.intake.labels import INVISIBLE, clean_text

_SHOWN = 5


def hidden_signs(header: Sequence[Sequence[str]], options: Iterable[Cells]) -> list[str]:
    """A note when headers or answers of questions with options hold invisible characters.

    Such are spaces without width and marks that turn the direction of writing, with which two
    labels look alike, or one like another.
    """
    texts = [cell for row in header for cell in row]
    texts += [text for cells in options for text in cells.texts if not text.isascii()]
    found = dict.fromkeys(clean_text(text) for text in timed(texts) if INVISIBLE.search(text))
    if not found:
        return []
    shown = ", ".join(f'"{text[:60]}"' for text in list(found)[:_SHOWN])
    more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    said = "Invisible characters, or ones that turn the direction of writing, were left out of"
    return [f"{said} labels: {shown}{more}."]
