"""Pages that open anywhere and fetch nothing. Text in them is uploaded text until it is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

OFFLINE = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:\">"
)

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;color:#0f172a;max-width:70rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{text-align:left;"
    "padding:.25rem .8rem .25rem 0;border-bottom:1px solid #e2e8f0;vertical-align:top;"
    "overflow-wrap:anywhere}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;"
    "white-space:nowrap}.note{background:#fef3c7;padding:.5rem .8rem}details{margin:.5rem 0}"
    "summary{cursor:pointer}"
)


def page(title: str, parts: Iterable[str]) -> str:
    """The whole page; `parts`: HTML, `title`: text."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{OFFLINE}'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def paragraph(text: str, kind: str = "") -> str:
    """Text as a paragraph. `kind`: its class."""
    marked = f' class="{kind}"' if kind else ""
    return f"<p{marked}>{html.escape(text)}</p>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """Cells as text; `numbers`: places of the columns that stand to the right."""
    right = set(numbers)

    def line(cells: Sequence[str], tag: str) -> str:
        marked = (
            f"<{tag}{' class=n' if i in right else ''}>{html.escape(cell)}</{tag}>"
            for i, cell in enumerate(cells)
        )
        return f"<tr>{''.join(marked)}</tr>"

    return f"<table>{line(head, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"
