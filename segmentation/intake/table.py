"""What every file comes down to before questions are looked for: records of text, and facts."""

from __future__ import annotations

from dataclasses import dataclass

from segmentation.intake.options import ReadOptions
from segmentation.intake.records import Records

TEXT = "delimited text"


@dataclass(frozen=True, eq=False)
class Table:
    """Records with what else the file says about itself.

    `format`: what kind of file it was. `layout`: the name of the layout, where the format itself
    says how questions stand in it; "" leaves that to detection. `options`: choices under which
    the same bytes give the same table again. `notes`: what was changed or noticed. `sheets`: names
    of the sheets in the workbook.
    """

    records: Records
    format: str
    encoding: str
    options: ReadOptions
    layout: str = ""
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
