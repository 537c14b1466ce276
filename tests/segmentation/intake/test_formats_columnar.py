"""Parquet, Feather and JSON: the same questions as from text, and what is refused."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip
import io
import json
import pickle
import time
import zlib

import joblib
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from segmentation.errors import ReadError
from segmentation.intake import Limits, read_survey
from tests.segmentation.intake.files import PATIENCE
from tests.segmentation.intake.tables import chosen, counts, csv_bytes

ROWS = [
    ["Who", "Tools", "Role"],
    ["007", "R;SQL", "Analyst"],
    ["3.10", "R", "None"],
    ["NA", "SQL", ""],
    ["1e5", "", "Zoë"],
]


def to_parquet(table: pa.Table, **more) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **more)
    return out.getvalue()


def to_feather(table: pa.Table, **more) -> bytes:
    out = io.BytesIO()
    feather.write_feather(table, out, **more)
    return out.getvalue()


def texts() -> pa.Table:
    header, *rows = ROWS
    columns = zip(*rows, strict=True)
    return pa.table(
        {
            name: [cell or None for cell in cells]
            for name, cells in zip(header, columns, strict=True)
        }
    )


def to_json(rows=ROWS) -> bytes:
    header, *body = rows
    return json.dumps(
        [{n: c for n, c in zip(header, row, strict=True) if c} for row in body]
    ).encode()


@pytest.mark.parametrize(
    "data",
    [
        to_parquet(texts()),
        to_parquet(texts(), compression="zstd", use_dictionary=False),
        to_parquet(texts(), row_group_size=2),
        to_feather(texts()),
        to_feather(texts(), compression="zstd"),
        to_json(),
        b"\xef\xbb\xbf" + to_json(),
        json.dumps({"survey": "x", "responses": json.loads(to_json())}).encode(),
        b"\n".join(json.dumps(one).encode() for one in json.loads(to_json())),
        json.dumps(ROWS).encode(),
        gzip.compress(to_parquet(texts())),
    ],
)
def test_the_same_survey_as_from_text(data):
    survey, plain = read_survey(data, "survey.csv"), read_survey(csv_bytes(ROWS), "survey.csv")
    assert survey.answers.equals(plain.answers)
    assert survey.questions == plain.questions
    assert survey.reading.format != "delimited text"


@pytest.mark.parametrize("write", [to_parquet, to_feather])
def test_values_of_every_type_are_text(write):
    table = pa.table(
        {
            "whole": [7, None, 12345678901234567],
            "number": [7.0, 0.1, float("nan")],
            "small": pa.array([1, 0, None], pa.float32()),
            "yes": [True, False, None],
            "day": [dt.date(2020, 2, 29), None, None],
            "moment": pa.array([1_583_000_000_000, None, 0], pa.timestamp("ms")),
            "price": [decimal.Decimal("1.50"), None, decimal.Decimal("0.00")],
            "level": pa.array(["a", None, "b"]).dictionary_encode(),
            "bytes": [b"x", b"\xff", None],
        }
    )
    answers = read_survey(write(table)).answers
    assert answers["whole"].tolist() == ["7", "", "12345678901234567"]
    assert answers["number"].tolist() == ["7", "0.1", ""]
    assert answers["small"].tolist() == ["1", "0", ""]
    assert answers["yes"].tolist() == ["TRUE", "FALSE", ""]
    assert answers["day"].tolist() == ["2020-02-29", "", ""]
    assert answers["moment"].tolist() == ["2020-02-29 18:13:20", "", "1970-01-01 00:00:00"]
    assert answers["price"].tolist() == ["1.50", "", "0.00"]
    assert answers["level"].tolist() == ["a", "", "b"]
    assert answers["bytes"].tolist() == ["x", "\\xff", ""]


def test_lists_are_multi_select_questions_and_objects_columns():
    answers = [
        {"q": ["R", "SQL, old"], "grid": {"speed": "good", "price": "bad"}, "n": 3},
        {"q": ["R"], "grid": {"speed": "bad"}, "n": 3.5},
        {"q": [], "n": None},
        {"q": ["SQL, old", "C++"], "n": True},
    ]
    table = pa.table(
        {
            "q": [one["q"] for one in answers],
            "grid": pa.array([one.get("grid") for one in answers]),
        }
    )
    for data, grid in ((json.dumps(answers).encode(), "grid [{}]"), (to_parquet(table), "grid.{}")):
        survey = read_survey(data)
        assert counts(survey.question("q")) == {"R": 2, "SQL, old": 2, "C++": 1}
        assert chosen(survey, "q")[2] == set()
        assert survey.question("q").answered == 3
        assert survey.answers[grid.format("speed")].tolist() == ["good", "bad", "", ""]
    assert read_survey(json.dumps(answers).encode()).answers["n"].tolist() == [
        "3",
        "3.5",
        "",
        "TRUE",
    ]


def test_row_numbers_of_pandas_are_no_question():
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["1", "2"]}).set_index(pd.Index([5, 9]))
    out = io.BytesIO()
    frame.to_parquet(out)
    assert list(read_survey(out.getvalue()).answers) == ["a", "b"]


def refused(data: bytes, **more) -> str:
    started = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_survey(data, "survey.csv", **more)
    assert time.monotonic() - started < PATIENCE
    message = str(caught.value)
    assert message.startswith("survey.csv ")
    assert message.endswith(".")
    assert ". " not in message
    return message


@pytest.mark.parametrize("write", [to_parquet, to_feather])
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_fault_53_a_file_cut_short(write, keep):
    data = write(texts())
    assert "damaged" in refused(data[: int(len(data) * keep)])


def test_fault_53_bytes_in_the_middle_changed():
    data = bytearray(to_parquet(texts()))
    data[40:120] = bytes(80)
    assert "damaged" in refused(bytes(data))


@pytest.fixture(scope="module")
def greedy() -> bytes:
    """A small file whose lists take 640 MB."""
    constant = pa.array([7], pa.int64()).take(pa.array([0] * 1_000_000, pa.int32()))
    lists = pa.LargeListArray.from_arrays(pa.array([0, len(constant)]), constant)
    table, out = pa.table({"q": lists}), io.BytesIO()
    with parquet.ParquetWriter(out, table.schema, compression="zstd") as writer:
        for _ in range(80):
            writer.write_table(table)
    return out.getvalue()


def test_fault_53_a_small_file_that_wants_much_memory(greedy):
    assert len(greedy) < 40_000
    message = refused(greedy, limits=Limits(memory_mb=300))
    assert "more than the limit of 300 MB of memory" in message


@pytest.mark.slow
def test_one_cell_repeated_takes_no_memory():
    """Three gigabytes when written out, one cell in the file."""
    zeros = pa.array([0] * 30_000, pa.int32())
    repeated = pa.DictionaryArray.from_arrays(zeros, pa.array(["x" * 100_000]))
    table = pa.table({"a": repeated, "b": ["1"] * 30_000})
    assert len(data := to_parquet(table, compression="zstd")) < 100_000
    assert read_survey(data).respondents == 30_000


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": ', '{"a": 1}\n{"a": \n', '[{"a": 1},]'])
def test_json_that_does_not_end(text):
    assert "damaged" in refused(text.encode())


@pytest.mark.parametrize("text", ['{"a": 1, "b": [1, 2]}', '["a", "b"]', '[{"a": 1}, 2]'])
def test_json_without_respondents(text):
    assert "one object a respondent" in refused(text.encode())


@pytest.mark.parametrize("text", ['[{"a": ' + "[" * 100_000, "[" * 1_000_000])
def test_json_too_deep(text):
    assert refused(text.encode())


class Harmful:
    def __reduce__(self):
        return (print, ("it ran",))


def _joblib(**more) -> bytes:
    out = io.BytesIO()
    joblib.dump(Harmful(), out, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        *(pickle.dumps(Harmful(), protocol) for protocol in range(2, 6)),
        gzip.compress(pickle.dumps(Harmful())),
        zlib.compress(pickle.dumps(Harmful())),
        _joblib(),
        _joblib(compress=3),
    ],
)
def test_fault_56_a_pickle_is_never_loaded(data, capfd):
    assert "may run code" in refused(data)
    assert capfd.readouterr() == ("", "")
