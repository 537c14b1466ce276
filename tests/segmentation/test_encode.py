"""Three answer states, prevalence by hand, the threshold, attributes."""

import numpy as np
import pytest

from segmentation.encode import OTHER_LEVELS, encode
from segmentation.errors import MappingError, SegmentError
from segmentation.intake import read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import EncodeSpec

SURVEY = """\
Languages,Editors,Title,Weight,Years
Python;R,Vim;Emacs,Analyst,2,1
Python,Vim;Emacs,Analyst,1,2
Python;SQL,,Scientist,1,3
,Emacs,Scientist,1,4
,,Scientist,1,5
R;SQL,Emacs;Vim,Analyst,1,6
Python;R;SQL,Emacs,Analyst,1,7
SQL,Vim;Emacs,Scientist,1,8
"""


def survey(text: str = SURVEY):
    return read_survey(text.encode(), "survey.csv")


def mapping(*entries: QuestionMapping, **changes) -> Mapping:
    tools = (
        QuestionMapping("Languages", "tools", "Language"),
        QuestionMapping("Editors", "tools", "IDE"),
    )
    return Mapping((*tools, *entries), **changes)


def column(features, name: str) -> int:
    return [tool.name for tool in features.tools].index(name)


def test_one_column_a_tool_by_name():
    features = encode(survey(), mapping(), EncodeSpec(0.0))
    assert [tool.name for tool in features.tools] == ["Emacs", "Python", "R", "SQL", "Vim"]
    assert features.chosen[:, column(features, "Python")].tolist() == [1, 1, 1, 0, 0, 0, 1, 0]


def test_a_blank_block_counts_when_another_tool_question_was_answered():
    features = encode(survey(), mapping(), EncodeSpec(0.0))
    python, vim = column(features, "Python"), column(features, "Vim")
    # Row 3 left languages blank but named an editor; row 4 answered nothing at all.
    assert features.asked[:, python].tolist() == [1, 1, 1, 1, 0, 1, 1, 1]
    assert features.asked[:, vim].tolist() == [1, 1, 1, 1, 0, 1, 1, 1]
    assert features.prevalence[python] == pytest.approx(4 / 7)
    assert features.base[python] == 7


def test_the_mapping_may_say_that_blank_was_not_asked():
    features = encode(survey(), mapping(blank="not asked"), EncodeSpec(0.0))
    python = column(features, "Python")
    assert features.asked[:, python].sum() == 6
    assert features.prevalence[python] == pytest.approx(4 / 6)


def test_the_mapping_may_say_that_blank_was_not_chosen():
    features = encode(survey(), mapping(blank="not chosen"), EncodeSpec(0.0))
    assert features.asked.all()
    assert features.prevalence[column(features, "Python")] == pytest.approx(4 / 8)


def test_a_none_option_makes_a_blank_block_not_asked():
    text = SURVEY.replace("Python;SQL,,", "None,Vim,") + "None,Vim,Analyst,1,9\n"
    features = encode(survey(text), mapping(), EncodeSpec(0.0))
    python = column(features, "Python")
    # "None" (rows 2 and 8) was asked and chose nothing; blank (rows 3 and 4) was not asked.
    assert features.asked[:, python].tolist() == [1, 1, 1, 0, 0, 1, 1, 1, 1]
    assert not features.chosen[2, python]
    assert "None" not in [tool.name for tool in features.tools]


def test_weights_weigh_prevalence():
    weighted = mapping(QuestionMapping("Weight", "weight"))
    features = encode(survey(), weighted, EncodeSpec(0.0))
    assert features.weight.tolist() == [2, 1, 1, 1, 1, 1, 1, 1]
    assert features.prevalence[column(features, "Python")] == pytest.approx(5 / 8)


def test_a_weight_that_is_no_number_is_said():
    with pytest.raises(MappingError, match=r"weight column has 8 cells .* row 1"):
        encode(survey(), mapping(QuestionMapping("Title", "weight")), EncodeSpec(0.0))


def test_tools_under_the_threshold_do_not_form_cohorts_but_stay():
    features = encode(survey(), mapping(), EncodeSpec(0.5))
    kept = {tool.name for tool in features.tools_kept}
    assert kept == {"Python", "SQL", "Vim", "Emacs"}
    assert len(features.tools) == 5
    assert features.used.tolist() == [1, 1, 1, 1, 0, 1, 1, 1]


def test_aliases_merge_options_and_leave_others_out():
    entry = QuestionMapping(
        "Languages", "tools", "Language", aliases=(("Python", "Snake"), ("R", "Snake"), ("SQL", ""))
    )
    features = encode(survey(), Mapping((entry,)), EncodeSpec(0.0))
    assert [tool.name for tool in features.tools] == ["Snake"]
    assert features.chosen[:, 0].tolist() == [1, 1, 1, 0, 0, 1, 1, 0]


def test_attributes_never_form_cohorts_and_keep_their_base():
    title = QuestionMapping("Title", "attribute", name="Role title")
    years = QuestionMapping("Years", "attribute")
    features = encode(survey(), mapping(title, years), EncodeSpec(0.0))
    role, numbers = features.attributes
    assert role.name == "Role title"
    assert dict(zip(role.levels, role.member.sum(axis=0), strict=True)) == {
        "Analyst": 4,
        "Scientist": 4,
    }
    assert numbers.member.sum() == 8
    assert "Analyst" not in [tool.name for tool in features.tools]


def test_a_long_tail_of_levels_is_gathered():
    rows = "\n".join(f"Python;R,level {min(i, 35)}" for i in range(60))
    text = f"Languages,Country\n{rows}\n" + "Python,level 1\n" * 40
    entry = QuestionMapping("Country", "attribute")
    features = encode(
        survey(text), Mapping((QuestionMapping("Languages", "tools", "L"), entry)), EncodeSpec(0.0)
    )
    levels = features.attributes[0].levels
    assert len(levels) == 31
    assert levels[-1] == OTHER_LEVELS


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (
            ["5-10 years", "Less than 1 year", "1-4 years"],
            ["Less than 1 year", "1-4 years", "5-10 years"],
        ),
        (["$10,000-$99,999", "$0 ($USD)", "$1-$99"], ["$0 ($USD)", "$1-$99", "$10,000-$99,999"]),
    ],
)
def test_levels_with_numbers_go_by_number(levels, expected):
    rows = "\n".join(f'Python;R,"{levels[i % len(levels)]}"' for i in range(30))
    entries = (QuestionMapping("L", "tools", "L"), QuestionMapping("Spend", "attribute"))
    features = encode(survey(f"L,Spend\n{rows}\n"), Mapping(entries), EncodeSpec(0.0))
    assert list(features.attributes[0].levels) == expected


def test_shuffled_columns_give_the_same_features():
    lines = [line.split(",") for line in SURVEY.strip().split("\n")]
    order = [3, 1, 4, 0, 2]
    shuffled = "\n".join(",".join(line[i] for i in order) for line in lines)
    one = encode(survey(), mapping(), EncodeSpec(0.1))
    two = encode(survey(shuffled), mapping(), EncodeSpec(0.1))
    assert one.tools == two.tools
    np.testing.assert_array_equal(one.chosen, two.chosen)


def test_no_tool_question_is_said():
    with pytest.raises(MappingError, match="No question is mapped to tools"):
        encode(survey(), Mapping((QuestionMapping("Title", "attribute"),)), EncodeSpec())


def test_everything_under_the_threshold_is_said():
    rows = "\n".join(f"t{i % 8};u{i % 7}" for i in range(60))
    tail = survey(f"L\n{rows}\n")
    with pytest.raises(SegmentError, match=r"lower the prevalence threshold"):
        encode(tail, Mapping((QuestionMapping("L", "tools", "L"),)), EncodeSpec(0.5))
