"""GZ and ZIP around a survey: what is read, and what is refused with nothing written."""

import gzip
import io
import os
import stat
import struct
import time
import zipfile

import pytest

from segmentation.errors import ReadError, WorkbenchError
from segmentation.intake import Limits, ReadOptions, read_survey
from tests.segmentation.intake.files import PATIENCE, zipped

CSV = b"Who,Tools\n007,R;SQL\n008,R\n009,SQL\n"


@pytest.fixture(autouse=True)
def _nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield
    assert list(tmp_path.rglob("*")) == []


def refused(data: bytes, **more) -> str:
    started = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_survey(data, "survey.zip", **more)
    assert time.monotonic() - started < PATIENCE
    message = str(caught.value)
    assert "survey.zip" in message
    assert message.endswith(".")
    assert ". " not in message
    return message


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(CSV),
        gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]),
        zipped({"wave 1.csv": CSV}),
        zipped({"exports/wave 1.csv": CSV}),
        zipped({"a.csv": CSV, "__MACOSX/._a.csv": b"\0\5\x16", "x/": b"", ".DS_Store": b"x"}),
        zipped({"a.csv": CSV, "README.txt": b"about", "guide.pdf": b"%PDF-1.4"}),
        zipped({"answers.txt": CSV, "guide.pdf": b"%PDF-1.4"}),
        zipped({"answers": CSV}),
        zipped({"exports\\wave 1.csv": CSV}),
    ],
)
def test_fault_45_the_one_table_inside_is_read(data):
    survey = read_survey(data, "survey.zip")
    assert survey.answers["Tools"].tolist() == ["R;SQL", "R", "SQL"]
    assert survey.reading.format == "delimited text"


def test_the_file_that_was_read_is_named_and_reading_is_repeatable():
    data = zipped({"one/a.csv": CSV})
    survey = read_survey(data, "survey.zip")
    assert survey.notes[0] == '"a.csv" was read from the archive.'
    assert survey.reading.options.member == "one/a.csv"
    again = read_survey(data, "survey.zip", survey.reading.options)
    assert again.reading == survey.reading
    assert again.answers.equals(survey.answers)


def test_the_digest_is_that_of_the_archive():
    assert read_survey(zipped({"a.csv": CSV})).sha256 != read_survey(CSV).sha256


def test_fault_45_two_tables_are_a_choice():
    data = zipped({"a.csv": CSV, "b.csv": b"x,y\n1,2\n"})
    message = refused(data)
    assert '"a.csv", "b.csv"' in message
    assert list(read_survey(data, options=ReadOptions(member="b.csv")).answers) == ["x", "y"]
    assert '"a.csv", "b.csv"' in refused(data, options=ReadOptions(member="c.csv"))


@pytest.mark.parametrize("files", [{}, {"__MACOSX/._a.csv": b"x"}, {"empty/": b""}])
def test_fault_45_an_archive_without_a_table(files):
    assert "holds no files" in refused(zipped(files))


@pytest.mark.parametrize(
    "data",
    [
        zipped({"a.zip": zipped({"a.csv": CSV})}),
        zipped({"a.csv.gz": gzip.compress(CSV)}),
        gzip.compress(zipped({"a.csv": CSV})),
        gzip.compress(gzip.compress(CSV)),
    ],
)
def test_fault_46_an_archive_within_an_archive(data):
    assert "an archive within an archive" in refused(data)


@pytest.mark.parametrize(
    "data",
    [
        zipped({"a.csv": bytes(200_000_000)}),
        gzip.compress(bytes(200_000_000), 6),
    ],
)
def test_fault_46_a_bomb_is_refused_before_it_goes_off(data):
    assert len(data) < 1_000_000
    assert "100 times its size" in refused(data)


def test_fault_46_a_bomb_that_lies_about_its_size():
    data = bytearray(zipped({"a.csv": bytes(50_000_000)}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    assert "damaged" in refused(bytes(data))


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"a.csv": data})])
def test_fault_41_more_than_the_limit(pack):
    data = pack(b"a,b\n" + os.urandom(1 << 20).hex().encode() * 3)
    assert "more than the limit of 1 MB" in refused(data, limits=Limits(unpacked_mb=1))
    assert "limit of 1 MB" in refused(data, limits=Limits(file_mb=1))


def test_fault_46_twenty_thousand_files():
    assert "more than 5,000 files" in refused(zipped({f"{i}.csv": b"" for i in range(20_000)}))


@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "..\\a.csv", "C:\\a.csv", "C:/a.csv"]
)
def test_fault_47_a_name_that_points_elsewhere(name):
    assert "points outside" in refused(zipped({name: CSV}))


def test_fault_47_a_symbolic_link():
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "points outside" in refused(out.getvalue())


def test_fault_48_an_encrypted_archive():
    data = bytearray(zipped({"a.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password-protected" in refused(bytes(data))


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


PACKED = gzip.compress(CSV)
STORED = io.BytesIO()
with zipfile.ZipFile(STORED, "w") as _archive:
    _archive.writestr("a.csv", CSV)


@pytest.mark.parametrize(
    "data",
    [
        cut(zipped({"a.csv": CSV})),
        flipped(STORED.getvalue(), 50),
        cut(PACKED),
        flipped(PACKED, len(PACKED) - 6),
        flipped(PACKED, 14),
        b"PK\x03\x04" + b"x" * 100,
    ],
)
def test_fault_49_a_damaged_archive(data):
    assert "damaged" in refused(data)


def test_a_way_of_packing_that_is_not_known():
    data = bytearray(zipped({"a.csv": CSV}))
    data[8] = 99
    data[data.index(b"PK\x01\x02") + 10] = 99
    assert "packed in a way" in refused(bytes(data))


def test_limits_are_set_in_the_environment(monkeypatch):
    monkeypatch.setenv("WORKBENCH_LIMIT_ENTRIES", "1")
    assert "more than 1 files" in refused(zipped({"a.csv": CSV, "b.txt": b""}))
    monkeypatch.setenv("WORKBENCH_LIMIT_ENTRIES", "many")
    with pytest.raises(WorkbenchError, match="WORKBENCH_LIMIT_ENTRIES is 'many'; set it to a"):
        Limits.of()
