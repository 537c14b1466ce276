"""A saved mapping laid on the next wave: which question is which, and what became of options."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.encode import encode
from segmentation.errors import MappingError
from segmentation.intake import read_survey
from segmentation.mapping import (
    AnswerFilter,
    Changes,
    Duration,
    Filters,
    Mapping,
    QuestionMapping,
    Review,
    Template,
    carry,
    check_mapping,
    reuse,
    suggest_mapping,
    tools_of,
)
from segmentation.mapping.alike import options_alike, wording, wordings_alike
from segmentation.spec import EncodeSpec
from tests.segmentation.test_mapping import survey_of

LANGUAGES = ("Python;R", "Python;SQL", "R;SQL", "Python;R;SQL", "Java;C++", "C#;C;Python")
STORES = ("MinIO;Ceph", "MinIO", "Ceph;Amazon S3", "Amazon S3", "MinIO;Our own store")
TITLES = ("Data scientist", "Student", "Engineer", "Analyst")
WAVE = {
    "Which languages do you use? (Select all that apply)": LANGUAGES,
    "Which storage do you use?": STORES,
    "What is your role?": TITLES,
}
LANGUAGE, STORAGE, ROLE = WAVE
MAPPING = Mapping(
    (
        QuestionMapping(LANGUAGE, "tools", "Language"),
        QuestionMapping(
            STORAGE, "tools", "Storage", aliases=(("Ceph", "Ceph storage"), ("Our own store", ""))
        ),
        QuestionMapping(ROLE, "attribute", name="Role title"),
    ),
    blank="not asked",
)
SURVEY = survey_of(WAVE)
TEMPLATE = Template.of(MAPPING, SURVEY)


def reviewed(columns, template=TEMPLATE):
    return Review.of(template, survey_of(columns))


def carried(columns, template=TEMPLATE):
    review = reviewed(columns, template)
    return carry(review, review.proposed()).mapping


def how(review):
    return {one.saved.key: (one.how, one.here) for one in review.matches}


# The file


def test_a_template_comes_back_from_its_json_and_is_a_mapping_too():
    text = TEMPLATE.to_json()
    assert Template.from_json(text) == TEMPLATE
    assert Mapping.from_json(text) == MAPPING
    said = json.loads(text)
    assert said["version"] == 1
    assert said["asked"][STORAGE]["options"] == ["MinIO", "Amazon S3", "Ceph", "Our own store"]


def test_a_mapping_saved_without_wordings_is_a_template_too():
    template = Template.from_json(MAPPING.to_json())
    assert template.mapping == MAPPING
    assert [one.text for one in template.asked] == ["", "", ""]
    assert carried(WAVE, template) == MAPPING


def test_what_one_person_typed_is_not_recorded_unless_the_mapping_names_it():
    titles = ("Data scientist", "Student") * 30 + ("Ann, the only one at Acme",)
    survey = survey_of({**WAVE, ROLE: titles}, respondents=61)
    text = Template.of(MAPPING, survey).to_json()
    assert "Acme" not in text
    named = QuestionMapping(ROLE, "attribute", aliases=(("Ann, the only one at Acme", ""),))
    assert "Acme" in Template.of(Mapping((named,)), survey).to_json()


@pytest.mark.parametrize(
    "asked",
    [
        *([], 1, "x"),
        *({LANGUAGE: 1}, {LANGUAGE: {"text": 1}}, {LANGUAGE: {"options": "Python"}}),
        {LANGUAGE: {"text": "Which?", "none": [1]}},
    ],
)
def test_a_broken_record_is_refused_in_one_sentence(asked):
    text = json.dumps(json.loads(MAPPING.to_json()) | {"asked": asked})
    with pytest.raises(MappingError, match=r"\.$"):
        Template.from_json(text)


# Questions


def test_the_same_survey_gives_the_same_mapping():
    review = Review.of(TEMPLATE, SURVEY)
    assert review.is_same
    assert carry(review, review.proposed()).mapping == MAPPING


@given(st.permutations(list(WAVE)))
def test_the_order_of_columns_is_nothing(order):
    assert carried({name: WAVE[name] for name in order}) == MAPPING


@pytest.mark.parametrize(
    "text",
    [
        "Q7. Which languages do you use?",
        "Which languages do you use? Please select all that apply.",
        "which languages do you use in 2021? [Check all that apply]",
        "7b) Which languages do you use? (choose any)",
        "Which languages do you use? - Selected Choice",
    ],
)
def test_numbers_instructions_and_years_are_no_part_of_a_wording(text):
    review = reviewed({text: LANGUAGES, STORAGE: STORES, ROLE: TITLES})
    assert how(review)[LANGUAGE] == ("alias", text)
    assert carry(review, review.sure()).mapping.questions[0].question == text


def test_a_question_in_other_words_is_proposed_by_its_options_and_not_taken_as_sure():
    text = "What do you write your programs in?"
    review = reviewed({text: LANGUAGES, STORAGE: STORES, ROLE: TITLES})
    assert how(review)[LANGUAGE] == ("fuzzy", text)
    assert LANGUAGE not in review.sure()
    assert not review.is_same


def test_a_code_that_now_asks_something_else_is_no_match():
    template = Template.of(Mapping((QuestionMapping("Q7", "tools", "Language"),)), SURVEY)
    asked = json.loads(template.to_json()) | {
        "asked": {"Q7": {"text": "Which languages do you use?", "options": ["Python", "R"]}}
    }
    survey = survey_of({"Q7": ("Tea;Coffee", "Coffee", "Tea;Water"), "Q8": LANGUAGES})
    review = Review.of(Template.from_json(json.dumps(asked)), survey)
    assert how(review)["Q7"][1] != "Q7"


def test_what_is_wanted_is_not_proposed_for_what_is_used():
    wanted = "Which languages would you like to learn next?"
    assert wordings_alike(LANGUAGE, wanted) < 0.5 < wordings_alike(LANGUAGE, "Languages you use")


def test_no_question_is_used_twice_and_the_best_total_wins():
    first, second = "Which editors do you use at work?", "Which editors do you use at home?"
    columns = {first: ("Vim;Emacs", "Vim", "Emacs;Nano"), second: ("Vim;Nano", "Emacs", "Nano")}
    mapping = Mapping(tuple(QuestionMapping(key, "tools", key) for key in columns))
    template = Template.of(mapping, survey_of(columns))
    now = {text.replace("Which editors", "What editors"): cells for text, cells in columns.items()}
    review = reviewed(dict(reversed(now.items())), template)
    assert {one.saved.key: one.here for one in review.matches} == dict(
        zip(columns, now, strict=True)
    )


def test_rows_of_a_grid_go_by_their_own_words():
    asked = "Which of these does your company use? [{}]"
    levels = ("Evaluating", "Using in production", "", "Evaluating", "Using in production")
    survey = survey_of({asked.format(tool): levels for tool in ("Kubernetes", "Helm", "Envoy")})
    template = Template.of(suggest_mapping(survey), survey)
    now = [asked.format(tool) for tool in ("K8s", "Envoy", "Prometheus")]
    review = reviewed(dict.fromkeys(now, levels), template)
    assert [one.here for one in review.matches] == [now[0], "", now[1]]


def test_an_ignored_question_is_not_proposed_by_likeness():
    mapping = Mapping((*MAPPING.questions[1:], QuestionMapping(LANGUAGE, "ignore")))
    review = reviewed({"Programs are written in": LANGUAGES}, Template.of(mapping, SURVEY))
    assert how(review)[LANGUAGE] == ("none", "")


def test_weight_and_id_are_matched_too():
    columns = {**WAVE, "Weight": ("0.5", "1.5"), "No": tuple(str(n) for n in range(60))}
    entries = (QuestionMapping("Weight", "weight"), QuestionMapping("No", "id"))
    template = Template.of(Mapping((*MAPPING.questions, *entries)), survey_of(columns))
    now = {**WAVE, "weight": columns["Weight"], "no": columns["No"]}
    assert [entry.question for entry in carried(now, template).questions[3:]] == ["weight", "no"]


# Options


def test_a_renamed_option_keeps_the_name_of_its_tool():
    now = tuple(
        cell.replace("Ceph", "Ceph (clustered)").replace("MinIO", "Minio") for cell in STORES
    )
    review = reviewed({**WAVE, STORAGE: now})
    found = review.changes(review.proposed())[STORAGE]
    assert [(one.saved, one.here, one.sure) for one in found.renamed] == [
        ("Ceph", "Ceph (clustered)", False)
    ]
    unconfirmed = carry(review, review.proposed()).mapping
    question = review.survey.question(STORAGE)
    assert tools_of(question, unconfirmed.questions[1])["Ceph (clustered)"] == "Ceph (clustered)"
    done = carry(review, review.proposed(), {STORAGE: {"Ceph": "Ceph (clustered)"}}).mapping
    tools = tools_of(question, done.questions[1])
    assert tools["Ceph (clustered)"] == "Ceph storage"
    assert tools["Minio"] == "MinIO"
    assert check_mapping(done, review.survey) == ()


def test_two_names_that_the_vocabulary_knows_as_one_tool_are_one():
    columns = {"IDE": ("VS Code;Vim", "VS Code", "Vim")}
    entry = QuestionMapping("IDE", "tools", "IDE", aliases=(("VS Code", "Code"),))
    template = Template.of(Mapping((entry,)), survey_of(columns))
    now = {"IDE": ("Visual Studio Code;Vim", "Visual Studio Code", "Vim")}
    assert carried(now, template).questions[0].aliases == (("Visual Studio Code", "Code"),)


def test_new_and_vanished_options_are_listed_and_vanished_tools_are_not_asked():
    now = tuple(cell.replace("SQL", "Rust") for cell in LANGUAGES)
    review = reviewed({**WAVE, LANGUAGE: now})
    found = review.changes(review.proposed())[LANGUAGE]
    assert (found.new, found.vanished) == (("Rust",), ("SQL",))
    mapping = carry(review, review.proposed()).mapping
    features = encode(review.survey, mapping, EncodeSpec(0.0))
    names = [tool.name for tool in features.tools]
    assert "Rust" in names
    assert "SQL" not in names


def test_an_alias_of_a_vanished_option_goes_and_a_misspelt_one_is_told():
    now = tuple(cell.replace("Ceph", "Longhorn") for cell in STORES)
    done = carried({**WAVE, STORAGE: now})
    assert done.questions[1].aliases == (("Our own store", ""),)
    slip = QuestionMapping(STORAGE, "tools", "Storage", aliases=(("Cephh", "Ceph"),))
    survey = survey_of(WAVE)
    review = Review.of(Template.of(Mapping((slip,)), survey), survey)
    problems = check_mapping(reuse(review).mapping, survey)
    assert any("'Cephh'" in problem for problem in problems)


def test_declared_none_type_options_are_renamed_too():
    cells = ("Python;R", "None at my company", "R", "None at my company", "Python")
    said = QuestionMapping("Use", "tools", "Language", none=("None at my company",))
    template = Template.of(Mapping((said,)), survey_of({"Use": cells}))
    now = tuple(cell.replace("my company", "our company") for cell in cells)
    review = reviewed({"Use": now}, template)
    names = {"Use": {one.saved: one.here for one in review.changes({"Use": "Use"})["Use"].renamed}}
    assert carry(review, {"Use": "Use"}, names).mapping.questions[0].none == (
        "None at our company",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Ubuntu 20", "Ubuntu 22"), ("Python 2.7", "Python 3.7"), ("C", "C++"), ("R", "Ruby")),
        *(("$100-$999", "$1000-$9,999"), ("I use it", "I don't use it"), ("PyCharm", "Spyder")),
        *(("Visual Studio", "Visual Studio Code"), ("Java", "JavaScript"), ("MySQL", "NoSQL")),
    ],
)
def test_options_that_merely_look_alike_are_not_proposed(one, other):
    assert options_alike(one, other) < 0.72


@given(st.sets(st.sampled_from("ABCDEFGH")))
def test_renaming_options_keeps_every_tool(renamed):
    labels = [f"Instrument {letter * 4}" for letter in "ABCDEFGH"]
    new = {label: f"{label} (new)" for label in labels if label[-1] in renamed}
    pairs = [(one, other) for one in labels for other in labels if one < other]
    said = QuestionMapping("Tools", "tools", "Tool", aliases=((labels[0], "First"),))
    saved = survey_of({"Tools": tuple(map(";".join, pairs))})
    now = survey_of({"Tools": tuple(";".join(new.get(o, o) for o in pair) for pair in pairs)})
    review = Review.of(Template.of(Mapping((said,)), saved), now)
    found = review.changes({"Tools": "Tools"}).get("Tools", Changes())
    assert {one.saved: one.here for one in found.renamed} == new
    assert found.new == found.vanished == ()
    done = carry(review, {"Tools": "Tools"}, {"Tools": new}).mapping.questions[0]
    before = set(tools_of(saved.questions[0], said).values())
    assert set(tools_of(now.questions[0], done).values()) == before


# Filters


def test_filters_follow_their_question_and_say_what_is_lost():
    filters = Filters(
        (
            AnswerFilter(ROLE, ("Student", "Analyst")),
            AnswerFilter(LANGUAGE, ("Java",)),
            AnswerFilter(STORAGE, ("MinIO",)),
        )
    )
    template = Template.of(Mapping(MAPPING.questions, filters=filters), SURVEY)
    now = {
        "What is your role in 2021?": tuple(t.replace("Student", "Learner") for t in TITLES),
        LANGUAGE: tuple(cell.replace("Java;", "") for cell in LANGUAGES),
    }
    review = reviewed(now, template)
    done = carry(review, review.proposed())
    assert done.mapping.filters.answers == (
        AnswerFilter("What is your role in 2021?", ("Analyst",)),
    )
    assert len(done.notes) == 3
    assert "Student" in done.notes[0]


def test_a_filter_by_a_column_that_is_gone_is_left_out():
    filters = Filters(duration=Duration(("Seconds",), seconds=60))
    done = carry(
        review := reviewed(WAVE, Template.of(Mapping(MAPPING.questions, filters=filters), SURVEY)),
        review.proposed(),
    )
    assert done.mapping.filters.duration is None
    assert "Seconds" in done.notes[0]


# Without anybody to ask


def test_likeness_is_refused_in_one_sentence_unless_it_is_accepted():
    text = "What do you write your programs in?"
    review = reviewed({text: LANGUAGES, STORAGE: STORES, ROLE: TITLES})
    with pytest.raises(MappingError, match="--accept-similar") as raised:
        reuse(review)
    assert text in str(raised.value)
    assert reuse(review, similar=True).mapping.questions[0].question == text


def test_what_changed_is_told():
    now = tuple(cell.replace("SQL", "Rust") for cell in LANGUAGES)
    notes = " ".join(reuse(reviewed({LANGUAGE: now, STORAGE: STORES})).notes)
    assert f"New in “{LANGUAGE}”: Rust." in notes
    assert f"No longer in “{LANGUAGE}”, so not asked: SQL." in notes
    assert f"“{ROLE}” is not in this survey." in notes


def test_the_mapping_of_another_survey_is_refused():
    with pytest.raises(MappingError, match="of another survey"):
        reuse(reviewed({"Favourite colour": ("Red", "Green", "Blue")}))


# Real waves

R_2018_2019 = {
    "Qindustry": "What industry do you work or participate in?",
    "Qwork_title": "Which category best describes the work you do?",
    "Qlanguages": "What computer tools and/or languages have you used besides R?",
    "Qr_experience": "How would you rate your level of experience using R?",
    "Qr_how_often_used": "How often do you use R today, either for professional or personal",
    "Qused_for": "What applications do you use R for most? (check all that apply)",
    "Qcountry": "In what country do you currently reside?",
    "Qdegree": "What is the highest degree or level of school you have completed?",
    "Qtools_with_r": "Which tools do you use with your R applications?",
}


def waves(shared_data, before, after):
    surveys = [read_survey(shared_data(name)) for name in (before, after)]
    template = Template.of(suggest_mapping(surveys[0]), surveys[0])
    return Review.of(Template.from_json(template.to_json()), surveys[1])


def test_questions_saved_as_codes_are_found_by_their_answers(shared_data):
    review = waves(shared_data, "r_community/2018_en.tsv", "r_community/2019_en.csv")
    found = {one.saved.key: one for one in review.matches}
    for key, text in R_2018_2019.items():
        assert found[key].how == "fuzzy"
        assert review.survey.question(found[key].here).text.startswith(text)
    assert [key for key, one in found.items() if one.how == "none"] == [
        *("Qr_year", "Qteam_r_users", "learner_type"),
    ]
    mapping = carry(review, review.proposed()).mapping
    assert check_mapping(mapping, review.survey) == ()


def test_two_waves_worded_alike_match_exactly(shared_data):
    review = waves(shared_data, "spack/spack_2020.csv", "spack/spack_2021.csv")
    assert {one.how for one in review.matches} == {"exact"}
    changed = {
        review.survey.question(key).text: found
        for key, found in review.changes(review.proposed()).items()
    }
    compilers = changed["Which compilers do you expect to use with Spack in the next year?"]
    assert [(one.saved, one.here) for one in compilers.renamed if one.sure] == [
        ("nvcc", "nvcc (CUDA)"),
        ("AMD aocc", "aocc"),
        ("XL", "IBM XL"),
    ]
    assert [(one.saved, one.here) for one in compilers.renamed if not one.sure] == [
        ("NVIDIA Compilers (new PGI)", "NVHPC (new NVIDIA PGI compilers)")
    ]
    assert compilers.new == ("AMD ROCmCC / hipcc",)
    assert compilers.vanished == ("AMD hipclang",)
    systems = changed["What OS do you use Spack on?"]
    assert set(systems.vanished) == {"CentOS", "Red Hat", "Ubuntu", "Debian", "SuSE", "Cray"}
    gpus = changed["Which GPUs do you expect to use with Spack in the next year?"]
    assert set(gpus.vanished) == {"NVIDIA", "AMD", "Intel"}


def test_a_wording_with_a_link_added_is_the_same(shared_data):
    review = waves(shared_data, "spack/spack_2021.csv", "spack/spack_2022.csv")
    reworded = [one for one in review.matches if one.how != "exact"]
    assert [one.how for one in reworded] == ["alias"]
    assert reworded[0].saved.text == "Which of the following Spack features do you use?"
    features = encode(review.survey, reuse(review).mapping, EncodeSpec(0.0))
    assert np.all(features.base > 0)


@pytest.mark.parametrize(
    "file", ["jupyter_2020/all_responses.csv", "cncf/cncf_2018.csv", "haskell/2017.csv"]
)
def test_every_real_survey_is_its_own_next_wave(file, shared_data):
    survey = read_survey(shared_data(file))
    mapping = suggest_mapping(survey)
    review = Review.of(Template.of(mapping, survey), survey)
    assert review.is_same
    assert carry(review, review.proposed()).mapping == mapping


def test_unlike_surveys_share_no_more_than_general_questions(shared_data):
    review = waves(shared_data, "cncf/cncf_2018.csv", "jupyter_2020/all_responses.csv")
    assert review.proposed() == {}


def test_wordings_without_words_stay_apart():
    assert wording("2019") != wording("2020")
