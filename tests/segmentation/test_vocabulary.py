"""The vocabulary: what names what, and that the file itself is sound."""

from __future__ import annotations

import pytest

from segmentation import vocabulary
from segmentation.intake.labels import match_key
from segmentation.mapping.wording import asked, plain_text
from segmentation.vocabulary import Tool, canonical, categories, tools


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("scikit-learn", ["sklearn", "Scikit-Learn.", "SciKit Learn", "scikit-learn"]),
        (
            "Visual Studio Code",
            ["VS Code", "vscode", "Visual Studio Code (VSCode)", "VS\u00a0Code."],
        ),
        ("Amazon Web Services", ["AWS", " Amazon Web Services (AWS) ", "amazon web services"]),
        ("Power BI", ["PowerBI", "Microsoft Power BI", "power bi"]),
        ("PostgreSQL", ["Postgres", "POSTGRESQL"]),
        ("Jupyter", ["Jupyter (JupyterLab, Jupyter Notebooks, etc)", "IPython / Jupyter"]),
        ("ggplot2", ["Ggplot / ggplot2", "ggplot"]),
        ("Weights & Biases", ["wandb", "Weights and Biases"]),
        ("ArcGIS", ["\u200bArcGIS"]),
        ("Bash/Shell/PowerShell", ["Bash/Shell/PowerShell", "Bash / Shell / PowerShell"]),
    ],
)
def test_spellings_of_one_tool(name, spellings):
    assert {getattr(canonical(label), "name", None) for label in spellings} == {name}


@pytest.mark.parametrize(
    "labels",
    [
        ("C", "C++", "C#", "C/C++", "Objective-C"),
        ("Visual Studio", "Visual Studio Code", "Visual Studio for Mac"),
        ("R", "RStudio", "Ruby", "Rust"),
        ("Java", "JavaScript"),
        (".NET", ".NET Core", "ASP.NET", "VB.NET"),
        ("Vim", "Neovim", "Vim / Emacs"),
        ("Bash", "Bash/Shell/PowerShell", "PowerShell"),
        ("Angular", "AngularJS", "Angular/Angular.js"),
        ("Git", "GitHub", "GitLab"),
        ("SQL", "MySQL", "Spark SQL", "PL/SQL"),
    ],
)
def test_likeness_is_not_identity(labels):
    assert len({canonical(label) for label in labels} - {None}) == len(labels)


@pytest.mark.parametrize(
    "label", ["", "Other", "Other (please specify)", "Pytho", "Python or R", "-"]
)
def test_an_unknown_label_has_no_tool(label):
    assert canonical(label) is None


def test_a_shared_label_is_settled_by_category():
    assert canonical("Oracle") == Tool("Oracle Database", "Database")
    assert canonical("oracle", "Cloud") == Tool("Oracle Cloud", "Cloud")
    assert canonical("Oracle", "IDE") == Tool("Oracle Database", "Database")


def test_a_category_never_hides_a_tool():
    assert canonical("MATLAB", "IDE") == Tool("MATLAB", "Language")


def test_enough_tools_in_every_field():
    assert len(tools()) >= 500
    assert len(set(tools())) == len(tools())
    sizes = {category: sum(t.category == category for t in tools()) for category in categories()}
    fields = (
        *("Language", "IDE", "Hosted notebook", "Data library", "ML library", "Database"),
        *("Storage", "Cloud", "Cloud service", "Hardware", "BI tool", "Visualization library"),
        *("Design tool", "Web framework", "Container tool", "CI/CD", "Monitoring"),
        *("Experiment tracking", "Spreadsheet", "Statistics package", "Version control"),
        *("Operating system", "Build tool", "Compiler", "Geospatial", "Workflow tool", "Big data"),
        "Collaboration",
    )
    assert {field: sizes.get(field, 0) for field in fields if sizes.get(field, 0) < 5} == {}


def test_no_label_names_two_tools_unless_declared(tmp_path, monkeypatch):
    file = tmp_path / "vocabulary.toml"
    monkeypatch.setattr(vocabulary, "FILE", file)

    def look_up(text: str) -> Tool | None:
        file.write_text(text)
        vocabulary._file.cache_clear()
        vocabulary._by_key.cache_clear()
        return canonical("x")

    try:
        two = "[tools.A]\na = ['X']\n[tools.B]\nb = ['x.']\n"
        with pytest.raises(ValueError, match="names both 'a' and 'b'"):
            look_up("shared = []\n" + two)
        assert look_up("shared = ['x']\n" + two) == Tool("a", "A")
        with pytest.raises(ValueError, match="names both"):
            look_up("shared = ['x']\n[tools.A]\na = ['x']\nb = ['x']\n")
    finally:
        vocabulary._file.cache_clear()
        vocabulary._by_key.cache_clear()


def test_the_file_is_tidy():
    names = [tool.name for tool in tools()]
    for category in categories():
        own = [tool.name for tool in tools() if tool.category == category]
        assert own == sorted(own, key=lambda name: (name.casefold(), name)), category
    for category, lines in vocabulary._tables().items():
        for name, aliases in lines.items():
            keys = [match_key(label) for label in (name, *aliases)]
            assert len(set(keys)) == len(keys), f"{category}: {name} repeats a spelling"
    assert all(name == name.strip() for name in names)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("tool2. Which OS do you use?", "which os do you use?"),
        ("DatabaseWorkedWith", "database worked with"),
        ("Qfirst_language", "first language"),
        ("7a1. Writing a software package.", "writing a software package."),
        ("Machine learning products", "ml products"),
        ("R", "r"),
    ],
)
def test_question_texts_are_read_as_plain_words(text, plain):
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        ("category", "DevEnviron", "IDE"),
        ("category", "Which of the following integrated development environments (IDE's)", "IDE"),
        ("category", "What programming languages do you use on a regular basis?", "Language"),
        ("category", "What OS do you use Spack on?", "Operating system"),
        ("category", "What technologies do you use to visualize data?", "Visualization tool"),
        ("category", "Which of the following cloud computing platforms do you use", "Cloud"),
        ("category", "Which tools do you use with your R applications?", ""),
        ("attribute", "Select the title most similar to your current role", "Role title"),
        ("attribute", "Approximately how much money have you (or your team) spent", "Cloud spend"),
        ("attribute", "What is the size of the company where you are employed?", "Company size"),
        ("attribute", "For how many years have you been writing code?", "Experience"),
        ("attribute", "In which country do you currently reside?", "Country"),
        ("attribute", "How many individuals are responsible for data science", "Team size"),
        ("attribute", "What industry do you work in?", "Industry"),
        ("attribute", "What is the highest level of formal education?", "Education"),
        ("special", "What is your gender?", "gender"),
        ("leave", "What is your age (# years)?", "personal matters"),
        ("leave", "Timestamp", "metadata"),
        ("leave", "Time from Start to Finish (seconds)", "metadata"),
        ("leave", "Which languages do you use?", ""),
        ("leave", "Which industry is your team managing packages for?", ""),
        ("wanted", "LanguageDesireNextYear", "wanted"),
        ("wanted", "Do you hope to become more familiar with any of these?", "wanted"),
        ("wanted", "What was the FIRST computer language that you learned?", "first"),
        ("wanted", "Which languages do you use?", ""),
        ("weight", "wgt", "weight"),
        ("weight", "What weight do you give to speed?", ""),
        ("id", "Respondent ID", "id"),
    ],
)
def test_what_a_question_asks_about(table, text, expected):
    assert asked(table, text) == expected
