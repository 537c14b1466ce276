"""Parquet and Feather -> columns of text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import feather, parquet

from segmentation.errors import ReadError
from segmentation.intake.values import text_of
from segmentation.intake.wire import Columns, Facts, Request, check_table

_INDEX = "__index_level_"
"""What pandas calls the row numbers that it adds."""


def read(data: bytes, request: Request) -> tuple[Columns, Facts]:
    """Every column but pandas' row numbers; lists stand in cells as JSON writes them.

    Raises ReadError for a file that is damaged or beyond the limits.
    """
    pa.set_cpu_count(1)
    try:
        table = _table(data, request)
        table.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowKeyError, OSError) as error:
        raise ReadError(
            f"{request.name} is damaged; write it again, or export the answers as CSV."
        ) from error
    check_table(table.num_rows + 1, table.num_columns, request.name, request.limits)
    columns = Columns()
    for name, column in zip(table.column_names, table.columns, strict=True):
        if not name.startswith(_INDEX):
            columns.add_column([name, *_cells(column)])
    return columns, Facts(encoding="utf-8")


def _table(data: bytes, request: Request) -> Any:
    if data.startswith(b"PAR1"):
        file = parquet.ParquetFile(io.BytesIO(data))
        size = file.metadata
        check_table(size.num_rows + 1, size.num_columns, request.name, request.limits)
        texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
        file = parquet.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        table = file.read(use_threads=False)
    else:
        table = feather.read_table(io.BytesIO(data), use_threads=False, memory_map=False)
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _cells(column: Any) -> Iterator[str]:
    """The cells of a column as text, each distinct value turned into text once."""
    if pa.types.is_nested(column.type):
        yield from (_listed(value.as_py()) for value in column)
        return
    for chunk in column.chunks:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        texts = [_text(value) for value in coded.dictionary.to_pylist()]
        for code in coded.indices.to_pylist():
            yield "" if code is None else texts[code]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return text_of(value)


def _listed(value: Any) -> str:
    """A list as JSON; nothing for no list and for one of nothing."""
    if not value:
        return ""
    return json.dumps(value, ensure_ascii=False, default=text_of)
