"""Real exports against a table of truth, counted by hand outside the code under test."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

import pytest

from segmentation.intake import read_answers, read_survey
from tests.segmentation.intake.tables import counts, csv_bytes


@dataclass(frozen=True)
class Truth:
    """What a file holds. `ticks[question][option]`: respondents who chose it."""

    file: str
    layout: str
    respondents: int
    multi_selects: int
    ticks: dict[str, dict[str, int]] = field(default_factory=dict)
    personal: tuple[str, ...] = ()


LANGUAGES_2019 = "What computer tools and/or languages have you used besides R?"
CLOUD_NATIVE = "Your company/organization manages containers with (check all that apply)."
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
        "jupyter_2020/all_responses.csv",
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
                "IT Operations": 871,
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
                "countconnector": 23,
            }
        },
    ),
    Truth(
        "datanerds_2021/datanerds2021.csv",
        "Google Forms",
        44,
        2,
    ),
    Truth(
        "haskell/2017.csv",
        "plain table",
        1_335,
        11,
        {
            "Editors": {"vim": 534, "emacs": 501, "visual-studio-code": 202},
            "BuildTools": {"stack": 982, "nix": 227},
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
        {"Q2": {"Click to write Statement 3": 5}},
        ("V1", "V3", "V4", "V5", "V6", "LocationLatitude", "LocationLongitude", "LocationAccuracy"),
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
]


@pytest.fixture(params=TRUTHS, ids=lambda truth: truth.file)
def truth(request):
    return request.param


def test_a_real_file_against_what_was_counted_by_hand(truth, shared_data):
    survey = read_survey(shared_data(truth.file))
    assert survey.reading.layout == truth.layout
    assert survey.respondents == truth.respondents
    assert sum(q.kind == "multi-select" for q in survey.questions) == truth.multi_selects
    assert tuple(column.column for column in survey.personal) == truth.personal
    for key, ticks in truth.ticks.items():
        found = counts(survey.question(key))
        assert {option: found[option] for option in ticks} == ticks


def test_counts_of_a_real_file_are_those_of_its_answers(truth, shared_data):
    survey = read_survey(shared_data(truth.file))
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


def test_free_text_lists_of_a_small_file(shared_data):
    survey = read_survey(shared_data("datanerds_2021/datanerds2021.csv"))
    languages = next(q for q in survey.questions if q.text.startswith("What programming language("))
    found = counts(languages)
    assert (found["Python"], found["SQL"], found["R"]) == (33, 31, 12)


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
