"""Real exports against a table of truth, counted by hand outside the code under test."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from segmentation.encode import encode
from segmentation.intake import read_answers, read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import EncodeSpec
from tests.conftest import ROOT
from tests.segmentation.intake.tables import counts, csv_bytes


@dataclass(frozen=True)
class Truth:
    """What a file holds. `ticks[question][option]`: respondents who chose it.

    `codebook`: the file beside it that says what its codes mean.
    """

    file: str
    layout: str
    respondents: int
    multi_selects: int
    ticks: dict[str, dict[str, int]] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    codebook: str = ""

    def __str__(self) -> str:
        return f"{self.file}{' with its code book' if self.codebook else ''}"


JUPYTER = "jupyter_2020/all_responses.csv"
LANGUAGES_2019 = "What computer tools and/or languages have you used besides R?"
CLOUD_NATIVE = "Your company/organization manages containers with (check all that apply)."
OTEL_LANGUAGES = (
    "What programming languages are you using with OpenTelemtery? (select all that apply)"
)
DATANERDS = (
    "What programming language(s) do you use for processing or analyzing data? If you have "
    "multiple Other languages, please use a `,` to separate them."
)
SPACK_PYTHON = "What Python version(s) do you use to run Spack?"
QUALTRICS_PEOPLE = ("ResponseID", "IPAddress", "RecipientLastName", "RecipientFirstName")
QUALTRICS_PEOPLE += ("RecipientEmail", "ExternalDataReference")
PLACES = ("LocationLatitude", "LocationLongitude", "LocationAccuracy")
TRUTHS = [
    Truth(
        "stackoverflow_2019/tools.csv",
        "Stack Overflow",
        11_398,
        5,
        {
            "LanguageWorkedWith": {
                "C": 1578,
                "C++": 1946,
                "C#": 4288,
                "JavaScript": 8687,
                "R": 585,
            },
            "DevEnviron": {"Visual Studio": 4027, "Visual Studio Code": 6639, "Vim": 3040},
            "WebFrameWorkedWith": {"ASP.NET": 3042, "React.js": 3302, "Express": 2028},
        },
        ("Respondent",),
    ),
    Truth(
        JUPYTER,
        "SurveyMonkey, flattened to one header row",
        1_135,
        10,
        {
            "3": {"Python": 1122, "R": 184, "C (and derivatives)": 34},
            "5": {"VS Code": 434, "Ipython": 246, "JupyterLab": 624},
            "12": {"Grafana": 118, "Tableau": 130, "Dash-Plotly": 282},
            "7a1": {"Never": 373, "Daily": 129, "Weekly": 146},
        },
        ("Respondent ID",),
    ),
    Truth(
        "r_community/2018_en.tsv",
        "plain table",
        3_080,
        7,
        {
            "Qlanguages": {"Excel": 2526, "Python": 1852, "SPSS": 866, "C/C++": 784},
            "Qtools_with_r": {
                "RStudio Desktop (IDE)": 2564,
                "Microsoft Excel": 1444,
                "Python": 687,
            },
        },
    ),
    Truth(
        "r_community/2019_en.csv",
        "Google Forms",
        1_838,
        11,
        {LANGUAGES_2019: {"Excel": 1511, "Python": 1076, "SPSS": 493}},
    ),
    Truth(
        "dataviz/2017_semicolon.csv",
        "Google Forms",
        980,
        10,
        {
            "What technologies do you use to visualize data?": {
                "Excel": 574,
                "D3": 535,
                "Tableau": 356,
                "ggplot": 350,
            }
        },
    ),
    Truth(
        "cncf/cncf_2018.csv",
        "SurveyMonkey, two header rows",
        2_401,
        19,
        {
            "What is your job function? Pick all that apply.": {
                "Developer": 1171,
                "Development Manager": 324,
                "IT Operations": 871,
                "Scientist / Researcher": 127,
            },
            CLOUD_NATIVE: {
                "Kubernetes": 1517,
                "Mesos": 168,
                "CAPS (Chef/Ansible/Puppet/Salt)": 195,
            },
        },
        ("Which of the following best describes what CNCF is? (5)",),
    ),
    Truth(
        "cncf/micro_gitops.csv",
        "SurveyMonkey, two header rows",
        220,
        7,
        {
            "Which of the following GitOps tools are you using? Select all that apply:": {
                "Argo CD": 91,
                "Flux": 55,
                "Terraform": 71,
            }
        },
        ("Respondent ID",),
    ),
    Truth(
        "cncf/strimzi_2022.csv",
        "SurveyMonkey, two header rows",
        41,
        1,
        {"What Kubernetes version do you run Strimzi on?": {"1.21": 19, "1.2": 9, "1.16": 0}},
    ),
    Truth(
        "spack/spack_2020.csv",
        "Google Forms",
        170,
        11,
        {
            "What OS do you use Spack on?": {"CentOS": 97, "Red Hat": 95, "Ubuntu": 79},
            "What Python version(s) do you use to run Spack?": {"3.8": 76, "3.7": 83, "2.7": 77},
            "Which compilers do you expect to use with Spack in the next year?": {
                "gcc": 168,
                "LLVM": 120,
                "NVIDIA Compilers (new PGI)": 72,
            },
        },
    ),
    Truth(
        "spack/spack_2021.csv",
        "Google Forms",
        179,
        12,
        {
            "What languages do you primarily program in?": {"C": 67, "C++": 115, "Python": 134},
            "What Python version(s) do you use to run Spack?": {"3.8": 101, "3.10": 26, "3.1": 4},
        },
        ("What features NOT in the prior list would you like to see?",),
    ),
    *(
        Truth(
            f"spack/spack_2022.{suffix}",
            "Google Forms",
            182,
            12,
            {
                "What languages do you primarily program in?": {
                    "C": 82,
                    "C++": 129,
                    "Fortran": 53,
                    "Python": 149,
                },
                SPACK_PYTHON: {"3.8": 66, "3.10": 60, "3.1": 13, "2.7": 18},
            },
        )
        for suffix in ("csv", "xlsx")
    ),
    Truth(
        "opentelemetry/otel-getting-started-survey.csv",
        "Google Forms",
        104,
        3,
        {
            "What languages are you using in your organization? (Select all that apply.)": {
                "Go": 54,
                "Java": 58,
                "JavaScript": 59,
                "Python": 53,
            }
        },
    ),
    Truth(
        "opentelemetry/otel-collector-survey.csv",
        "Google Forms",
        185,
        8,
        {
            "Which of the following connectors do you use?": {
                "spanmetricsconnector": 73,
                "servicegraphconnector": 30,
                "routingconnector": 29,
                "countconnector": 23,
            }
        },
    ),
    Truth(
        "opentelemetry/developer-experience-survey.csv",
        "Google Forms",
        217,
        9,
        {
            OTEL_LANGUAGES: {
                "Go": 95,
                "Java": 83,
                "Python": 82,
                ".NET": 44,
            },
            "Which platforms are you running OpenTelemety on? (select all that apply)": {
                "Kubernetes": 148,
                "AWS": 75,
                "AWS serverless environments (Lambda, Fargate, etc.)": 42,
            },
        },
    ),
    Truth(
        "datanerds_2021/datanerds2021.csv",
        "Google Forms",
        44,
        2,
        {DATANERDS: {"Python": 33, "SQL": 31, "R": 12}},
    ),
    Truth(
        "haskell/2017.csv",
        "plain table",
        1_335,
        11,
        {
            "Editors": {"vim": 534, "emacs": 501, "visual-studio-code": 202},
            "BuildTools": {"stack": 982, "cabal-install": 464, "nix": 227},
        },
    ),
    Truth(
        "rse_2018/limesurvey_code_text.csv",
        "LimeSurvey, code and text",
        1_838,
        8,
        {"tool4can": {"C": 527, "C++": 616, "C#": 115, "Python": 1198, "Fortran": 391}},
    ),
    Truth(
        "cantera_2020/cantera2020.csv",
        "Typeform-like, two header rows",
        60,
        8,
        {
            "Which interface(s) do you use to access Cantera?": {"Python": 56, "C++": 11, "C": 2},
            "What operating system(s) do you use?": {"Windows 10": 40},
        },
        ("#",),
    ),
    Truth(
        "redcap/redcap_data.csv",
        "REDCap",
        4,
        2,
        {"check_one": {"1": 2, "2": 1, "3": 1, "4": 1}, "check_two": {"a": 1, "e": 0}},
        ("record_id",),
    ),
    Truth(
        "qualtrics/mc_insights.csv",
        "Qualtrics, three header rows",
        5,
        5,
        {
            "Q2": {
                "Click to write Statement 1": 4,
                "Click to write Statement 2": 4,
                "Click to write Statement 3": 5,
            }
        },
        ("ResponseID", "IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail")
        + ("ExternalDataReference", "LocationLatitude", "LocationLongitude", "LocationAccuracy"),
    ),
    Truth(
        "qualtrics/mc_legacy.csv",
        "Qualtrics legacy, two header rows",
        5,
        5,
        {
            "Q2": {
                "Click to write Statement 1": 4,
                "Click to write Statement 2": 4,
                "Click to write Statement 3": 5,
            }
        },
        ("V1", "V3", "V4", "V5", "V6", "LocationLatitude", "LocationLongitude", "LocationAccuracy"),
    ),
    Truth(
        "qualtrics/long_exhaustive.csv",
        "Qualtrics, three header rows",
        31,
        55,
        {
            "Q9": {"Kale": 21, "Kale chips": 18, "Swiss Chard": 19, "Fancy cheese": 21},
            "Q37_1": {
                "Avocados are yummy": 21,
                "Avocados don't have seeds": 17,
                "I'm an avocado-alien truther": 18,
            },
        },
        QUALTRICS_PEOPLE + PLACES,
    ),
    Truth(
        "qualtrics/many_types_insights.csv",
        "Qualtrics, three header rows",
        5,
        28,
        {
            "Q2": {"Oranges": 5, "Blueberries": 4, "Strawberries": 5},
            "Q20": {"Oranges": 4, "Blueberries": 4, "Strawberries": 3},
        },
        QUALTRICS_PEOPLE + PLACES,
    ),
    Truth(
        "qualtrics/many_types_legacy.csv",
        "Qualtrics legacy, two header rows",
        5,
        28,
        {
            "Q2": {"Oranges": 5, "Blueberries": 4, "Strawberries": 5},
            "Q20": {"Oranges": 4, "Blueberries": 4, "Strawberries": 3},
        },
        ("V1", "V3", "V4", "V5", "V6", *PLACES),
    ),
    Truth(
        "qualtrics/qualtrics_legacy.csv",
        "Qualtrics legacy, two header rows",
        1,
        0,
        {},
        ("V1", "V3", "V4", "V5", "V6", *PLACES),
    ),
    Truth(
        "qualtrics/qualtrics_current_de.csv",
        "Qualtrics, three header rows",
        1,
        0,
        {},
        ("IPAddress", "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail")
        + ("ExternalReference", "LocationLatitude", "LocationLongitude"),
    ),
    Truth(
        "quantipy/example_a_300.csv",
        "plain table",
        300,
        4,
        {"q3": {"1": 193, "2": 172, "3": 264}},
        ("record_number", "unique_id", "RecordNo"),
    ),
    Truth(
        "quantipy/example_a_300.csv",
        "plain table",
        300,
        4,
        {
            "q2": {"Mountain biking": 74, "Base jumping": 53, "Sky diving": 34},
            "q3": {"Basketball": 193, "Football": 172, "Hockey stick": 264},
            "q8": {"Breakfast": 34, "Lunch": 24, "Dinner": 48},
        },
        ("record_number", "unique_id", "RecordNo"),
        "quantipy/example_a_meta.json",
    ),
    Truth(
        "redcap/redcap_data.csv",
        "REDCap",
        4,
        2,
        {
            "check_one": {"one": 2, "two": 1, "three": 1, "four": 1},
            "check_two": {"A": 1, "B": 1, "C": 1, "D": 1, "E": 0},
        },
        ("record_id",),
        "redcap/redcap_dictionary.csv",
    ),
    Truth(
        "spss/mrsets.sav",
        "labelled columns",
        6,
        2,
        {
            "mymrset": {"Response #1": 3, "Response #2": 4, "Response #3": 0},
            "categorical_array": {"a": 3, "b": 6, "c": 3},
        },
    ),
]


@pytest.fixture(params=TRUTHS, ids=str)
def truth(request):
    return request.param


@pytest.fixture
def real_file(shared_data):
    """The way to a real export: a copy that ships with the project, else the one beside it."""

    def find(relative: str) -> Path:
        name = "jupyter_2020.csv" if relative == JUPYTER else Path(relative).name
        folders = (ROOT / "sample_data", ROOT / "tests" / "data")
        shipped = (folder / name for folder in folders if (folder / name).exists())
        return next(shipped, None) or shared_data(relative)

    return find


def read(truth, real_file):
    book = real_file(truth.codebook) if truth.codebook else None
    return read_survey(real_file(truth.file), codebook=book)


def test_a_real_file_against_what_was_counted_by_hand(truth, real_file):
    survey = read(truth, real_file)
    assert survey.reading.layout == truth.layout
    assert survey.respondents == truth.respondents
    assert sum(q.kind == "multi-select" for q in survey.questions) == truth.multi_selects
    assert tuple(column.column for column in survey.personal) == truth.personal
    for key, ticks in truth.ticks.items():
        found = counts(survey.question(key))
        assert {option: found[option] for option in ticks} == ticks


def test_counts_of_a_real_file_are_those_of_its_answers(truth, real_file):
    survey = read(truth, real_file)
    assert len({question.key for question in survey.questions}) == len(survey.questions)
    for question in survey.questions:
        found = read_answers(survey, question)
        assert tuple(found.chosen.sum(axis=0)) == question.counts
        assert found.answered.sum() == question.answered
        assert not found.chosen[~found.answered].any()
        assert not found.answered[found.not_asked].any()


@pytest.mark.parametrize(
    "file", ["jupyter_2020/all_responses.csv", "dataviz/2017_semicolon.csv", "haskell/2017.csv"]
)
def test_a_shuffled_real_file_asks_the_same_questions(file, shared_data):
    with shared_data(file).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    order = sorted(range(len(rows[0])), key=lambda at: (at * 7919) % len(rows[0]))
    body = sorted(rows[1:], key=lambda row: row[-1][::-1])
    mixed = read_survey(csv_bytes([[row[at] for at in order] for row in [rows[0], *body]]))
    plain = read_survey(shared_data(file))
    expected = {q.key: (q.text, q.kind, counts(q), q.answered) for q in plain.questions}
    assert expected == {q.key: (q.text, q.kind, counts(q), q.answered) for q in mixed.questions}


def test_options_shown_in_one_country_only_were_asked_there_only(shared_data):
    """1,503 answered, 224 of them where the form listed CUDA, and Fortran in capitals."""
    survey = read_survey(shared_data("rse_2018/limesurvey_code_text.csv"))
    mapping = Mapping((QuestionMapping("tool4can", "tools", "Language"),))
    features = encode(survey, mapping, EncodeSpec(threshold=0.01))
    at = {tool.name: column for column, tool in enumerate(features.tools)}
    assert features.base[at["CUDA"]] == 224
    assert features.chosen[:, at["CUDA"]].sum() == 21
    assert features.base[at["Fortran"]] == features.base[at["Python"]] == 1503
    assert features.chosen[:, at["Fortran"]].sum() == 310 + 81


def test_na_is_missing_in_the_r_community_wave_that_writes_it(shared_data):
    survey = read_survey(shared_data("r_community/2018_en.tsv"))
    assert survey.reading.missing == ("NA",)
    assert survey.question("Qtools").answered == 54
    assert survey.question("Qtitle").answered == 3080 - 613


def test_labels_with_bare_commas_are_whole_in_the_r_community(shared_data):
    survey = read_survey(shared_data("r_community/2019_en.csv"))
    question = survey.question("When you have problems in R, where do you go for help?")
    assert question.options[0].startswith("General search websites such as Google and Yahoo")
    assert all(not option.startswith("R-bloggers") for option in question.options[:20])


def test_the_kaggle_2020_columns_are_grouped_by_question(shared_data):
    with shared_data("kaggle_2020/layout.csv").open(encoding="utf-8", newline="") as handle:
        layout = list(csv.DictReader(handle))
    header = [[row["column"] for row in layout], [row["second_header_row"] for row in layout]]
    ticked = [row["choices"] if row["kind"] == "multi-select" else "" for row in layout]
    survey = read_survey(csv_bytes([*header, ticked, [""] * len(layout)]))
    asked = {
        row["column"].partition("_Part")[0].removesuffix("_OTHER")
        for row in layout
        if row["kind"] == "multi-select"
    }
    found = {q.key: q for q in survey.questions if q.kind == "multi-select"}
    assert survey.reading.layout == "Kaggle, two header rows"
    assert set(found) == asked
    assert sum(len(q.columns) for q in found.values()) == sum(map(bool, ticked))
    assert {"C", "C++"} <= set(found["Q7"].options)
    assert found["Q7"].none_options == ("None",)
