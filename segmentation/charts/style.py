"""What every chart shares: text that stays text, ink, paper, and a page that works offline."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go

from segmentation.palette import Theme

INK: dict[Theme, str] = {"light": "#0f172a", "dark": "#e8eaee"}
PAPER: dict[Theme, str] = {"light": "#ffffff", "dark": "#14181d"}


def plain(text: str) -> str:
    """Text that Plotly shows as it is: no tags, links, formulas or places of a template.

    Plotly turns character references back into text after it has looked for any of these.
    """
    return html.escape(text, quote=False).replace("$", "&#36;").replace("%{", "%&#123;")


def short(text: str, most: int = 28) -> str:
    """Text cut to `most` characters for an axis or a label."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def dress(figure: go.Figure, theme: Theme, height: int) -> None:
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 12},
        hoverlabel={"bgcolor": PAPER[theme], "font": {"color": INK[theme]}},
    )


def unique(names: Sequence[str], most: int = 28) -> list[str]:
    """Names cut for an axis; Plotly merges equal ones, so repeats are numbered."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        cut = short(name, most)
        seen[cut] = seen.get(cut, 0) + 1
        result.append(cut if seen[cut] == 1 else f"{cut} ({seen[cut]})")
    return result


def standalone_html(figure: go.Figure, title: str, note: str = "") -> str:
    """A page that shows the figure offline, with nothing fetched from elsewhere. `note`: what to
    read first."""
    body = figure.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False})
    above = f'<p style="font:15px/1.5 system-ui,sans-serif">{html.escape(note)}</p>' if note else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title></head><body>{above}{body}</body></html>"
    )


def embedded_html(figures: Sequence[go.Figure]) -> list[str]:
    """Figures for one page that works offline: the first brings what draws them all."""
    return [
        str(
            figure.to_html(
                full_html=False, include_plotlyjs=number == 0, config={"displaylogo": False}
            )
        )
        for number, figure in enumerate(figures)
    ]
