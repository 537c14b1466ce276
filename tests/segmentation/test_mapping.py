"""Mappings: as JSON, laid on a survey, and suggested from its words."""

from __future__ import annotations

import csv
import io
import json
from itertools import cycle, islice

import pytest

from segmentation.encode import encode
from segmentation.errors import MappingError
from segmentation.intake import Question, Survey, read_survey
from segmentation.mapping import (
    Mapping,
    QuestionMapping,
    check_mapping,
    suggest_mapping,
    tool_name,
    tools_of,
)
from segmentation.mapping.attributes import MOST
from segmentation.spec import EncodeSpec

LANGUAGES = ("Python;R", "Python;SQL", "R;SQL", "Python;R;SQL", "Java;C++", "C#;C;Python")
EDITORS = ("RStudio;Vim", "PyCharm;VS Code", "RStudio", "Vim;VS Code", "Visual Studio;VS Code")
TECHNOLOGIES = ("Docker;GPU", "Docker", "GPU;AWS", "AWS;Slack", "Slack", "Docker;AWS;Slack", "GPU")
TITLES = ("Data scientist", "Student", "Engineer", "Analyst")


def survey_of(columns: dict[str, tuple[str, ...]], respondents: int = 60) -> Survey:
    """A survey with those columns, each repeating its cells down to the last respondent."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    filled = [islice(cycle(cells), respondents) for cells in columns.values()]
    writer.writerows(zip(*filled, strict=True))
    return read_survey(text.getvalue().encode(), "survey.csv")


def suggested(columns: dict[str, tuple[str, ...]], respondents: int = 60) -> dict[str, str]:
    """Column -> what is suggested: "tools: IDE", "attribute: Role title", "weight", "id"."""
    return _shown(suggest_mapping(survey_of(columns, respondents)))


def _shown(mapping: Mapping) -> dict[str, str]:
    shown = {}
    for said in mapping.questions:
        what = said.category or said.name
        shown[said.question] = f"{said.role}: {what}" if what else said.role
    return shown


def question_of(*options: str) -> Question:
    counts = tuple(10 for _ in options)
    return Question("q", "Q", "multi-select", "joined", ("q",), options, counts, answered=10)


# As JSON

MAPPING = Mapping(
    (
        QuestionMapping("Q7", "tools", "Language", aliases=(("Matlab.", "MATLAB"), ("None", ""))),
        QuestionMapping("Q5", "attribute", name="Rôle"),
        QuestionMapping("wgt", "weight"),
        QuestionMapping("Q9", "ignore"),
    ),
    blank="not asked",
)


def test_a_mapping_comes_back_from_its_json():
    assert Mapping.from_json(MAPPING.to_json()) == MAPPING
    assert json.loads(MAPPING.to_json())["version"] == 1
    assert "Rôle" in MAPPING.to_json()


def test_its_hash_changes_with_what_it_says_and_with_nothing_else():
    same = Mapping.from_json(json.dumps(json.loads(MAPPING.to_json()), indent=7))
    other = Mapping(MAPPING.questions[:3], blank="not asked")
    assert same.sha256() == MAPPING.sha256()
    assert len(MAPPING.sha256()) == 64
    assert len({MAPPING.sha256(), other.sha256(), Mapping(MAPPING.questions).sha256()}) == 3


def test_defaults_may_be_left_out():
    text = '{"version": 1, "questions": [{"question": "a", "role": "ignore"}]}'
    assert Mapping.from_json(text) == Mapping((QuestionMapping("a", "ignore"),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("\x89PNG", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", 'no list "questions"'),
        ('{"version": 1}', 'no list "questions"'),
        ('{"version": 2, "questions": []}', "version 2"),
        ('{"questions": []}', "version None"),
        ('{"version": 1, "blank": "zero", "questions": []}', '"blank" must be one of'),
        ('{"version": 1, "blank": [], "questions": []}', '"blank" must be one of'),
        ('{"version": 1, "questions": [1]}', "Entry 1 of the mapping"),
        ('{"version": 1, "questions": [{"question": "a", "role": "tool"}]}', "role 'tool'"),
        ('{"version": 1, "questions": [{"question": "a", "role": []}]}', "has the role"),
        ('{"version": 1, "questions": [{"question": "a", "role": "id", "x": 1}]}', "part 'x'"),
        (
            '{"version": 1, "questions": [{"question": "a", "role": "tools", "category": 1}]}',
            "no text",
        ),
        (
            '{"version": 1, "questions": [{"question": "a", "role": "id", "aliases": {"x": 1}}]}',
            '"aliases" of the form',
        ),
        (
            (
                '{"version": 1, "questions": [{"question": "a", "role": "id"}, '
                '{"question": "a", "role": "ignore"}]}'
            ),
            "'a' twice",
        ),
    ],
)
def test_what_is_no_mapping_is_refused_in_one_sentence(text, said):
    with pytest.raises(MappingError, match=r"\.$") as raised:
        Mapping.from_json(text)
    assert said in str(raised.value)


# Options as tools


def test_a_tool_goes_by_alias_then_vocabulary_then_its_own_label():
    aliases = (("sklearn", "Old scikit"), ("House tool", "Ours"))
    assert tool_name("SKLEARN.", aliases) == "Old scikit"
    assert tool_name("house  tool", aliases) == "Ours"
    assert tool_name("Scikit-Learn.", ()) == "scikit-learn"
    assert tool_name("Our own thing.", ()) == "Our own thing"
    assert tool_name("Oracle", (), "Cloud") == "Oracle Cloud"
    assert tool_name("Oracle", (("oracle", ""),), "Cloud") == ""


def test_options_that_look_alike_stay_apart():
    question = question_of("C", "C++", "C#", "Visual Studio", "Visual Studio Code", "C/C++")
    found = tools_of(question, QuestionMapping("q", "tools", "Language"))
    assert list(found) == list(question.options)
    assert len(set(found.values())) == len(found)


def test_spellings_of_one_tool_come_together():
    found = tools_of(question_of("sklearn", "Scikit-learn"), QuestionMapping("q", "tools", "ML"))
    assert set(found.values()) == {"scikit-learn"}


@pytest.mark.parametrize(
    "option",
    [
        *("Other", "Other(s):", "Others", "Other (please specify)", "Other - Write In", "Autre"),
        *("I don't use any of these", "I don’t create dashboards", "We do not deploy", "Not sure"),
        *("I am not performing ML/statistical tasks", "Don't know", "No GPUs", "None at this time"),
    ],
)
def test_what_is_no_tool_is_left_out_unless_an_alias_keeps_it(option):
    question = question_of(option, "Python")
    assert tools_of(question, QuestionMapping("q", "tools", "X")) == {
        option: "",
        "Python": "Python",
    }
    kept = QuestionMapping("q", "tools", "X", aliases=((option, "Kept"),))
    assert tools_of(question, kept)[option] == "Kept"


@pytest.mark.parametrize("option", ["Other R", "Other Javascript", "Notepad", "NoSQL", "Node.js"])
def test_what_merely_sounds_like_it_is_a_tool(option):
    assert tools_of(question_of(option), QuestionMapping("q", "tools", "X"))[option]


# Does it fit?


def test_a_fitting_mapping_has_no_problems():
    survey = survey_of({"Language": LANGUAGES, "Job title": TITLES, "wgt": ("0.5", "1", "1.25")})
    mapping = Mapping(
        (
            QuestionMapping("Language", "tools", "Language", aliases=(("r", ""),)),
            QuestionMapping("Job title", "attribute", name="Role"),
            QuestionMapping("wgt", "weight"),
        )
    )
    assert check_mapping(mapping, survey) == ()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (QuestionMapping("Nope", "tools", "X"), "has no question 'Nope'"),
        (QuestionMapping("Language", "tools"), "has no category"),
        (QuestionMapping("Salary", "tools", "X"), "no options that are tools"),
        (QuestionMapping("Comment", "attribute"), "neither options nor numbers"),
        (QuestionMapping("Job title", "weight"), "cannot be the weight"),
        (QuestionMapping("Language", "tools", "X", aliases=(("Cobol", "C"),)), "option 'Cobol'"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(said, problem):
    survey = survey_of(
        {
            "Language": LANGUAGES,
            "Job title": TITLES,
            "Salary": tuple(str(1000 + 17 * n) for n in range(60)),
            "Comment": tuple(f"A remark of its own, the {n}th of many." for n in range(60)),
        }
    )
    tools = QuestionMapping("Language", "tools", "Language")
    entries = (said,) if said.question == "Language" else (tools, said)
    (found,) = check_mapping(Mapping(entries), survey)
    assert problem in found
    assert found.endswith(".")


def test_a_mapping_without_tools_is_told():
    survey = survey_of({"Language": LANGUAGES})
    assert "No question is about tools" in check_mapping(Mapping(()), survey)[0]


def test_two_weights_are_told():
    survey = survey_of({"Language": LANGUAGES, "a": ("1", "2"), "b": ("2", "1")})
    mapping = Mapping(
        (
            QuestionMapping("Language", "tools", "Language"),
            QuestionMapping("a", "weight"),
            QuestionMapping("b", "weight"),
        )
    )
    assert check_mapping(mapping, survey) == (
        "Two questions have the role “weight”: keep one of them.",
    )


# Suggestions


def test_tools_are_found_by_their_options_and_named_by_text_or_options():
    found = suggested(
        {
            "Timestamp": tuple(f"12/{d}/2020 10:0{d % 10}:00" for d in range(1, 29)),
            "Which languages do you use?": LANGUAGES,
            "What do you write code in?": EDITORS,
            "Which technologies do you use?": TECHNOLOGIES,
        }
    )
    assert found == {
        "Which languages do you use?": "tools: Language",
        "What do you write code in?": "tools: IDE",
        "Which technologies do you use?": "tools: Technology",
    }


def test_unknown_tools_are_found_by_the_question():
    brews = ("otlpexporter;fileexporter", "fileexporter;zetaexporter", "otlpexporter;zetaexporter")
    found = suggested({"Which of the following Exporters do you use?": brews})
    assert found == {"Which of the following Exporters do you use?": "tools: Exporter"}


def test_without_any_known_tool_questions_with_several_choices_stand_in():
    brands = ("Alpha;Beta", "Beta;Gamma", "Alpha;Gamma;Delta", "Delta")
    found = suggested({"Which snacks do you buy?": brands, "Job title": TITLES})
    assert found["Which snacks do you buy?"] == "tools: Snack"


@pytest.mark.parametrize(
    "wanted",
    [
        "LanguageDesireNextYear",
        "Which languages do you hope to become more familiar with in the next 2 years?",
        "Which languages do you want to work with?",
        "What was the FIRST computer language that you learned?",
    ],
)
def test_wanted_or_first_tools_are_not_taken_for_tools_in_use(wanted):
    found = suggested({wanted: LANGUAGES, "Which languages do you use?": LANGUAGES[1:]})
    assert found == {"Which languages do you use?": "tools: Language"}


def test_planned_tools_alone_are_kept_under_a_name_of_their_own():
    asked = "Which languages do you expect to use in the next year?"
    assert suggested({asked: LANGUAGES}) == {asked: "tools: Language (planned)"}


def test_one_tool_used_most_describes_people():
    most = "Which language do you use most often?"
    singles = ("Python", "R", "SQL", "Java", "C")
    found = suggested({"Which languages do you use?": LANGUAGES, most: singles})
    assert found[most] == "attribute: Language used most"


def test_one_provider_without_a_rival_is_a_tool():
    asked = "What cloud provider do you primarily use?"
    found = suggested({asked: ("AWS", "Microsoft Azure", "GCP", "None", "AWS")})
    assert found == {asked: "tools: Cloud"}


def test_two_questions_with_the_same_options_get_names_of_their_own():
    clouds = ("AWS;Azure", "AWS;GCP", "GCP;Azure", "AWS")
    deploys = "You deploy containers to which of these clouds?"
    runs = "You run Kubernetes in which of these clouds?"
    found = suggested({deploys: clouds, runs: clouds})
    assert found == {deploys: "tools: Cloud", runs: "tools: Cloud (Kubernetes)"}


def test_questions_that_share_no_tools_complement_each_other():
    hosted, own = "Which hosted serverless do you use?", "Which other serverless do you use?"
    found = suggested(
        {
            hosted: (
                "AWS Lambda;Azure Functions",
                "AWS Lambda",
                "AWS Lambda;Cloud Run",
                "Cloud Run",
            ),
            own: ("Kubeless;OpenFaaS", "OpenFaaS", "OpenFaaS;Knative", "Knative;Kubeless"),
        }
    )
    assert found == {hosted: "tools: Serverless", own: "tools: Serverless"}


def test_using_counts_in_a_grid_of_levels_and_evaluating_does_not():
    levels = ("Using in production", "Evaluating", "", "Evaluating", "Using in production")
    asked = "Which of these cloud native projects does your company use? [{}]"
    columns = {
        asked.format(tool): levels for tool in ("Kubernetes", "Helm", "K8s operator", "Envoy")
    }
    survey = survey_of(columns)
    mapping = suggest_mapping(survey)
    assert [said.category for said in mapping.questions] == ["Cloud native project"] * 4
    assert mapping.questions[0].aliases == (
        ("Evaluating", ""),
        ("Using in production", "Kubernetes"),
    )
    assert mapping.questions[2].aliases[1] == ("Using in production", "K8s operator")
    assert check_mapping(mapping, survey) == ()


def test_people_are_described_by_short_names():
    found = suggested(
        {
            "Which languages do you use?": LANGUAGES,
            "Select the title most similar to your current role:": TITLES,
            "How much money has your team spent on cloud services?": ("$0", "$1-$99", "$100+"),
            "What type of computing platform do you use most often?": (
                "A laptop",
                "A cloud",
                "GPU",
            ),
            "How many individuals are responsible for data science?": ("0", "1-2", "3-4", "5+"),
            "For how many years have you been writing code?": (
                "< 1 years",
                "1-2 years",
                "5+ years",
            ),
            "What industry do you work in?": ("Finance", "Research", "Retail"),
            "What is your highest level of education?": ("Master", "Bachelor", "Doctorate"),
            "In which country do you live?": ("India", "Brazil", "Germany"),
            "What is the size of the company where you work?": ("0-49", "50-249", "250+"),
            "Select any activities that are part of your work:": (
                *("Analyze data;Build models", "Build models;Do research", "Do research"),
            ),
            "How do you share your results?": ("GitHub;Slack", "Slack;Email", "GitHub;Email"),
        }
    )
    assert list(found.values()) == [
        *("tools: Language", "attribute: Role title", "attribute: Cloud spend"),
        *("attribute: Compute", "attribute: Team size", "attribute: Experience"),
        *("attribute: Industry", "attribute: Education", "attribute: Country"),
        *("attribute: Company size", "attribute: Tasks", "attribute: Sharing results"),
    ]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("What is your gender?", ("Man", "Woman", "Nonbinary")),
        ("What is your age?", ("18-21", "22-24", "25-29")),
        ("With which ethnic group do you identify?", ("A", "B", "C")),
        ("Do you have a disability?", ("Yes", "No")),
        ("How satisfied are you with R?", ("Very satisfied", "Satisfied", "Dissatisfied")),
        ("How likely are you to recommend us?", tuple("12345")),
        ("The documentation is clear.", ("Agree", "Disagree", "Strongly agree", "Neutral")),
        ("Which tool would you recommend to learn first?", ("Python", "R", "SQL")),
        ("Duration (in seconds)", tuple(str(100 + 7 * n) for n in range(60))),
        ("Status", ("Complete", "Partial", "Complete")),
        ("What do you like?", tuple(f"Many different things, {n} in all" for n in range(60))),
        ("Which rare tools do you use?", ("Vim;Emacs", *[""] * 59)),
    ],
)
def test_what_does_not_help_is_ignored(header, cells):
    found = suggested({"Which languages do you use?": LANGUAGES, header: cells})
    assert found == {"Which languages do you use?": "tools: Language"}


def test_rows_of_a_grid_of_tasks_are_named_by_the_task():
    often = ("Never", "Weekly", "Daily", "Monthly")
    asked = "7{}1. {} - How frequently do you perform this task?"
    tasks = ("Cleaning data.", "Building models.", "Writing tests (of any kind).")
    columns = {asked.format(letter, task): often for letter, task in zip("abc", tasks, strict=True)}
    found = suggested({"Which languages do you use?": LANGUAGES, **columns})
    assert list(found.values())[1:] == [
        "attribute: Cleaning data",
        "attribute: Building models",
        "attribute: Writing tests",
    ]


def test_a_grid_of_opinions_is_ignored():
    levels = ("Very high", "Low", "Middling", "High")
    columns = {f"How good are these for you? [{thing}]": levels for thing in ("Docs", "Logs", "UI")}
    assert list(suggested({"Languages": LANGUAGES, **columns})) == ["Languages"]


def test_weight_and_id_are_found_once():
    found = suggested(
        {
            "Record number": tuple(f"{n:03}" for n in range(60)),
            "Languages": LANGUAGES,
            "weight": tuple(f"{0.5 + n / 60:.3f}" for n in range(60)),
            "wgt": ("heavy", "light"),
        }
    )
    assert found["weight"] == "weight"
    assert list(found.values()).count("weight") == 1


def test_attributes_are_few_and_have_names_of_their_own():
    columns = {f"What was job title number {n}?": (*TITLES, f"Chief {n}") for n in range(40)}
    found = suggested({"Languages": LANGUAGES, **columns})
    names = [what for what in found.values() if what.startswith("attribute")]
    assert len(names) == len(set(names)) == MOST


def test_the_same_survey_gives_the_same_suggestion():
    columns = {"Languages": LANGUAGES, "Editors": EDITORS, "Job title": TITLES}
    one, two = (suggest_mapping(survey_of(columns)) for _ in range(2))
    assert one.sha256() == two.sha256()


# The sample


def test_the_ready_mapping_fits_the_sample(root):
    survey = read_survey(root / "sample_data" / "jupyter_2020.csv")
    text = (root / "sample_data" / "jupyter_2020.mapping.json").read_text(encoding="utf-8")
    mapping = Mapping.from_json(text)
    assert mapping.to_json() == text
    assert check_mapping(mapping, survey) == ()
    tools = {said.question: said for said in mapping.questions if said.role == "tools"}
    assert {key: said.category for key, said in tools.items()} == {
        "3": "Language",
        "5": "IDE",
        "6": "Runs on",
        "8": "Storage",
        "9": "Data type",
        "11": "ML task",
        "12": "Dashboard",
        "14": "Scaling",
    }
    for key, said in tools.items():
        names = [name for name in tools_of(survey.question(key), said).values() if name]
        assert len(set(names)) == len(names), f"two options of question {key} are one tool"
        assert max(map(len, names)) <= 28, f"question {key} has a name too long for a chart"
    attributes = {said.question: said.name for said in mapping.questions if said.name}
    assert attributes["4"] == "Role title"
    assert attributes["7b1"] == "Clean and prepare data"
    assert len(attributes) == len(set(attributes.values())) == 15


# Real exports

REAL = {
    "stackoverflow_2019/tools.csv": {
        "LanguageWorkedWith": "tools: Language",
        "DatabaseWorkedWith": "tools: Database",
        "PlatformWorkedWith": "tools: Platform",
        "WebFrameWorkedWith": "tools: Web framework",
        "DevEnviron": "tools: IDE",
    },
    "jupyter_2020/all_responses.csv": {
        "1": "attribute: Usage frequency",
        "2": "attribute: Experience",
        "3": "tools: Language",
        "4": "attribute: Role title",
        "5": "tools: IDE",
        "8": "tools: Storage",
        "7b1": "attribute: Cleaning and preparing data",
        "16": "attribute: Team size",
    },
    "r_community/2018_en.tsv": {
        "Qlanguages": "tools: Language",
        "Qtools_with_r": "tools: Tool",
        "Qwork_title": "attribute: Role title",
        "Qindustry": "attribute: Industry",
        "Qdegree": "attribute: Education",
        "Qcountry": "attribute: Country",
        "Qused_for": "attribute: Tasks",
    },
    "r_community/2019_en.csv": {
        "What computer tools and/or languages have you used besides R?": "tools: Language",
        "Which tools do you use with your R applications? (please check all that apply)": (
            "tools: Tool"
        ),
        "Which category best describes the work you do?": "attribute: Role title",
        "What industry do you work or participate in?": "attribute: Industry",
    },
    "dataviz/2017_semicolon.csv": {
        "What technologies do you use to visualize data?": "tools: Visualization tool",
        "How many years have you been doing data visualization?": "attribute: Experience",
        "What is your educational background?": "attribute: Education",
        "Where do you live?": "attribute: Country",
    },
    "datanerds_2021/datanerds2021.csv": {
        "What kind work do you most often do do?": "attribute: Role title",
        "What cloud provider do you primarily use?": "tools: Cloud",
    },
    "spack/spack_2022.csv": {
        "What languages do you primarily program in?": "tools: Language",
        "What OS do you use Spack on?": "tools: Operating system",
        "Which GPUs do you expect to use with Spack in the next year?": "tools: GPU (planned)",
        "Which compilers do you expect to use with Spack in the next year?": (
            "tools: Compiler (planned)"
        ),
        "What kind of user are you?": "attribute: Role title",
    },
    "opentelemetry/otel-getting-started-survey.csv": {
        "What languages are you using in your organization? (Select all that apply.)": (
            "tools: Language"
        ),
        "What technologies are you using when setting up your observability journey? "
        "(Select all that apply.)": "tools: Technology",
    },
    "opentelemetry/otel-collector-survey.csv": {
        "Where do you deploy your Collectors?": "tools: Platform",
        "Which of the following Exporters do you use?": "tools: Exporter",
        "Which of the following processors do you use?": "tools: Processor",
    },
    "rse_2018/limesurvey_code_text.csv": {
        "tool4can": "tools: Language",
        "tool2": "tools: Operating system",
        "edu1": "attribute: Education",
    },
    "cncf/cncf_2018.csv": {
        "What industry does your company/organization belong to?": "attribute: Industry",
        "Your company/organization manages containers with (check all that apply).": (
            "tools: Container tool"
        ),
        "Which of these cloud native projects is your company/organization: [Kubernetes]": (
            "tools: Cloud native project"
        ),
    },
}


@pytest.mark.parametrize("file", REAL)
def test_suggestions_for_real_surveys(file, shared_data):
    survey = read_survey(shared_data(file))
    mapping = suggest_mapping(survey)
    assert check_mapping(mapping, survey) == ()
    found = _shown(mapping)
    wrong = {key: found.get(key) for key, what in REAL[file].items() if found.get(key) != what}
    assert wrong == {}
    assert sum(what.startswith("attribute") for what in found.values()) <= MOST


def test_wanted_and_special_questions_of_real_surveys_are_left_out(shared_data):
    survey = read_survey(shared_data("r_community/2018_en.tsv"))
    ignored = {"Qtime", "Qfirst_language", "Qyear_born", "Qlike_best", "Qrecommend", "Qtools"}
    assert not ignored & set(_shown(suggest_mapping(survey)))


# None-type options


def test_an_option_declared_none_type_makes_a_blank_not_asked():
    """Codes do not say which of them is "None of these": the analyst does."""
    cells = ("k1;k2", "k2", "k9", "", "k1;k3")
    survey = survey_of({"Languages": cells, "Editors": ("e5", "e6", "e5;e6", "e6", "e5")})
    editors = QuestionMapping("Editors", "tools", "Editor")
    bases = []
    for none in (None, ("k9",)):
        said = QuestionMapping("Languages", "tools", "Language", none=none)
        features = encode(survey, Mapping((said, editors)), EncodeSpec(0.0))
        bases.append(
            {tool.name: int(n) for tool, n in zip(features.tools, features.base, strict=True)}
        )
    assert bases[0] == {"k1": 60, "k2": 60, "k3": 60, "k9": 60, "e5": 60, "e6": 60}
    assert bases[1] == {"k1": 48, "k2": 48, "k3": 48, "e5": 60, "e6": 60}


def test_none_type_options_come_back_from_json_and_are_checked():
    said = QuestionMapping("Languages", "tools", "Language", none=("9", "None"))
    assert Mapping.from_json(Mapping((said,)).to_json()).questions == (said,)
    nothing = QuestionMapping("Languages", "tools", "Language", none=())
    assert Mapping.from_json(Mapping((nothing,)).to_json()).questions == (nothing,)
    survey = survey_of({"Languages": ("1;2", "2", "9", "1;9")})
    assert any("'None'" in problem for problem in check_mapping(Mapping((said,)), survey))
    broken = Mapping((said,)).to_json().replace('"9",', "9,")
    with pytest.raises(MappingError, match="none"):
        Mapping.from_json(broken)
