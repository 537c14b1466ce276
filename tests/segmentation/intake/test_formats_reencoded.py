"""One survey with a known answer, in every format: the features that come out are the same."""

from __future__ import annotations

import pytest

from tests.segmentation.intake.files import xlsx
from tests.segmentation.intake.same_features import assert_same_features, find
from tests.segmentation.reencode import WHY, WRITERS, google_forms, kaggle, surveymonkey
from tests.segmentation.reencode_formats import (
    FORMATS,
    MARKED,
    SHAPES,
    as_text,
    in_gz,
    in_zip,
    workbook,
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_features(name):
    survey = assert_same_features(FORMATS[name](), "survey.bin")
    assert survey.reading.format != "delimited text"


@pytest.mark.parametrize("packed", [in_zip, in_gz])
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_in_an_archive_gives_the_same_features(name, packed):
    assert_same_features(packed(FORMATS[name]()), "survey.bin")


@pytest.mark.parametrize("name", WRITERS)
def test_every_layout_in_a_workbook_gives_the_same_features(name):
    assert_same_features(workbook(xlsx, WRITERS[name]()), "survey.xlsx")


@pytest.mark.parametrize("packed", [in_zip, in_gz])
@pytest.mark.parametrize("encoding", MARKED)
def test_text_in_an_archive(encoding, packed):
    encoded, _ = as_text(google_forms(", "), encoding, "commas")
    assert_same_features(packed(encoded))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("encoding", MARKED)
def test_every_text_gives_the_same_features_and_the_same_letters(encoding, shape):
    encoded, written = as_text(google_forms(", "), encoding, shape)
    survey = assert_same_features(encoded)
    column = find(survey, WHY[1]).columns[0]
    assert survey.answers[column].tolist() == written


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("write", [surveymonkey, kaggle])
def test_two_header_rows_in_every_shape(write, shape):
    encoded, _ = as_text(write(), "UTF-8", shape)
    assert_same_features(encoded)
