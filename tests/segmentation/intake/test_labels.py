import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.intake import clean_label, match_key
from segmentation.intake.signs import is_none, is_other


@pytest.mark.parametrize(
    "labels",
    [
        ("C", "C++", "C#", "C--", "C*", "Objective-C", "C/C++"),
        ("NET", ".NET", "ASP.NET", "VB.NET", "ASP.NET Core"),
        ("F", "F#"),
        ("Visual Studio", "Visual Studio Code"),
        ("Java", "JavaScript"),
        ("3.1", "3.10", "3.11"),
        ("<50", ">50", "50", "50+", "-50"),
        ("R", "RStudio", "R Markdown"),
        ("A", "A-", "A+"),
        ("Node.js", "Node"),
    ],
)
def test_different_labels_stay_apart(labels):
    assert len({match_key(label) for label in labels}) == len(labels)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("scikit-learn", "Scikit-Learn."),
        ("scikit-learn", "scikit learn"),
        ("R.", "R"),
        (" Amazon Web Services (AWS)\u00a0", "amazon web services AWS"),
        ("\u200bArcGIS", "ArcGIS"),
        ("C ++", "C++"),
        ("C\u266f", "C#"),
        ("Don\u2019t know", "Don't know"),
        ("HTML / CSS", "HTML/CSS"),
        ("Weights &amp; Biases", "Weights and Biases"),
        ("*Python*", "Python"),
        ("<b>Docker</b>", "Docker"),
        ("\uff30ython", "Python"),
        ("Tableau\u2122", "Tableau"),
        ("Tutor/\u00a0teaching assistant.\n", "Tutor/ teaching assistant"),
        ("cafe\u0301", "caf\u00e9"),
        ("visual_studio_code", "Visual Studio Code"),
        ("IPython", "Ipython"),
    ],
)
def test_spellings_of_one_label_are_equal(one, other):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Python.", "Python"),
        ("  VS\u00a0 Code\n", "VS Code"),
        ("Excel, etc.", "Excel, etc."),
        ("e.g.", "e.g."),
        ("No.", "No"),
        (".", "."),
        ("...", "..."),
        ("<50", "<50"),
        ("a < b > c", "a < b > c"),
        ("**Python** interface", "Python interface"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (".NET", ".NET"),
        ("", ""),
    ],
)
def test_labels_are_cleaned_for_the_eye(raw, shown):
    assert clean_label(raw) == shown


@given(st.text())
def test_only_blank_text_has_no_key_and_no_label(text):
    assert bool(match_key(text)) == bool(clean_label(text))


@given(st.text(alphabet="Cc+#.-/ (),NETnet*", max_size=12))
def test_the_key_of_a_cleaned_label_is_the_key_of_the_label(text):
    assert match_key(clean_label(text)) == match_key(text)


@pytest.mark.parametrize(
    "text",
    ["None", "none.", "None of these", "None of the above", "N/A", "n/a", "NA", "-", "--"]
    + ["Not applicable", "I don\u2019t use any of these", "Keine davon", "Does not apply."],
)
def test_none_type_options_in_their_standard_forms(text):
    assert is_none(text)


@pytest.mark.parametrize(
    "text",
    ["Nonet", "None, custom-built workstation", "Node", "No", "I don't use Git", "Other", "NATS"],
)
def test_what_only_looks_like_a_none_type_option(text):
    assert not is_none(text)


def test_the_option_for_write_ins():
    assert is_other("Other (please specify)")
    assert not is_other("Other R")
