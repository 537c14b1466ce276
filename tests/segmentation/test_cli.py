"""The command line: what it prints, what it writes, and how it says what went wrong."""

import csv
import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from segmentation import outputs
from segmentation.cli import app, main
from segmentation.cohorts import CohortSet
from segmentation.cohorts.trusted import SENTENCES
from segmentation.errors import WorkbenchError
from segmentation.intake import ReadOptions, read_survey
from segmentation.mapping import Mapping, QuestionMapping
from segmentation.spec import ClusterSpec, EmbedSpec, EncodeSpec, NeighbourSpec, RunSpec
from segmentation.trust.record import with_trust
from tests.segmentation.builders import planted, survey_csv
from tests.segmentation.intake.files import xlsx, zipped
from tests.segmentation.intake.tables import csv_bytes
from tests.segmentation.trust_results import trust_of

FILES = {"cohorts.json", "assignments.csv", "profiles.csv", "map.html", "metrics.json"}
QUICK = ("--neighbors", "15", "--method", "latent-class", "--cohorts", "4")


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def piped(monkeypatch):
    """As where nothing says how wide the page is."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def run(capsys):
    """Call the command line as `python -m segmentation` does, in this process."""

    def call(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Outcome(stopped.value.code, said.out, said.err)

    return call


@pytest.fixture
def refused(run, tmp_path):
    """The same for what must be refused: exit code 2, one line on standard error, no file."""

    def call(*arguments: object) -> str:
        before = sorted(tmp_path.rglob("*"))
        outcome = run(*arguments)
        assert outcome.code == 2
        assert outcome.out == ""
        assert len(outcome.err.strip().splitlines()) == 1, outcome.err
        assert "Traceback" not in outcome.err
        assert sorted(tmp_path.rglob("*")) == before, "nothing is written"
        return outcome.err.strip()

    return call


@pytest.fixture
def survey(tmp_path) -> Path:
    """240 respondents in four planted cohorts; the sixth chose nothing."""
    chosen, truth = planted(size=60)
    chosen[5] = False
    extra = {
        "What is your role?": [("Analyst", "Engineer")[cohort % 2] for cohort in truth],
        "E-mail": [f"person{i}@example.org" for i in range(len(truth))],
    }
    return file_of(tmp_path, survey_csv(chosen, extra), "planted.csv")


@pytest.fixture
def mapping(tmp_path) -> Path:
    tools = QuestionMapping("Tools", "tools", "Tool")
    role = QuestionMapping("What is your role?", "attribute", name="Role title")
    path = tmp_path / "mapping.json"
    path.write_text(Mapping((tools, role)).to_json())
    return path


@pytest.fixture
def saved(run, survey, mapping, tmp_path) -> Path:
    """The cohorts of the survey."""
    folder = tmp_path / "first"
    assert run("run", survey, "--mapping", mapping, "--out", folder, *QUICK).code == 0
    return folder / "cohorts.json"


def file_of(folder: Path, data: bytes | str, name: str = "survey.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LANGUAGES = "Which languages do you use?,Which editors do you use?\n" + (
    "Python;R,Vim\nPython;SQL,Emacs\nR,RStudio\nR;SQL,RStudio;Vim\nPython;Java,PyCharm\n"
    "Java,IntelliJ IDEA\nJava;SQL,IntelliJ IDEA\nPython,PyCharm;Vim\nR;Python,RStudio\n"
    "SQL,DBeaver\n" * 4
)


class TestInspect:
    def test_the_table_names_questions_and_roles(self, run, survey):
        outcome = run("inspect", survey)
        assert outcome.code == 0
        assert outcome.err == ""
        head, *lines = outcome.out.strip().splitlines()
        assert head.startswith("planted.csv: ")
        assert "240 respondents" in head
        assert head.endswith(
            "A guess: check. The header has no sign of any survey platform that is known here."
        )
        assert "1 column of personal data left out" in head
        table = "\n".join(lines)
        assert re.search(r"Tools +tools +Tool +multi-select +24 +240", table)
        assert re.search(
            r"What is your role\? +attribute +Role title +single-select +2 +240", table
        )
        assert "example.org" not in outcome.out

    def test_json_holds_every_question_and_nothing_else_is_printed(self, run, survey):
        outcome = run("inspect", survey, "--json")
        found = json.loads(outcome.out)
        assert outcome.err == ""
        assert found["respondents"] == 240
        assert [personal["column"] for personal in found["personal"]] == ["E-mail"]
        by_key = {question["key"]: question for question in found["questions"]}
        assert by_key["Tools"]["role"] == "tools"
        assert len(by_key["Tools"]["options"]) == 24
        assert by_key["What is your role?"]["options"] == {"Analyst": 120, "Engineer": 120}

    def test_the_suggested_mapping_can_be_written_edited_and_used(self, run, survey, tmp_path):
        path = tmp_path / "new" / "mapping.json"
        outcome = run("inspect", survey, "--mapping-out", path)
        assert outcome.code == 0
        assert outcome.err.strip() == f"Mapping written to {path}."
        said = json.loads(path.read_text())
        tools = next(entry for entry in said["questions"] if entry["role"] == "tools")
        tools["aliases"] = {"t00": "Hammer", "t01": ""}
        path.write_text("\ufeff" + json.dumps(said), encoding="utf-8")  # as Windows editors save it
        assert run("run", survey, "--mapping", path, "--out", tmp_path / "out", *QUICK).code == 0
        tools = {row["tool"] for row in rows_of(tmp_path / "out/profiles.csv")}
        assert "Hammer" in tools
        assert not {"t00", "t01"} & tools
        assert len(tools) == 23

    @pytest.mark.parametrize("width", ["40", "80", "200"])
    def test_three_hundred_questions_stay_one_line_each(self, run, tmp_path, monkeypatch, width):
        monkeypatch.setenv("COLUMNS", width)
        header = [f"How much do you like letter number {i} of all the letters?" for i in range(300)]
        rows = [["abc"[(i + j) % 3] for j in range(300)] for i in range(40)]
        text = "\n".join(",".join(line) for line in [header, *rows])
        outcome = run("inspect", file_of(tmp_path, text))
        lines = [line for line in outcome.out.splitlines() if line.startswith(" How much")]
        assert len(lines) == 300
        assert all(re.search(r"(ignore|attribute|tools) .*single-select +3 +40", x) for x in lines)

    def test_no_kind_or_role_is_cut_when_the_page_is_narrow(self, run, survey, monkeypatch):
        monkeypatch.setenv("COLUMNS", "30")
        outcome = run("inspect", survey)
        assert {"multi-select", "single-select", "attribute"} <= set(outcome.out.split())

    def test_text_of_the_survey_is_printed_as_it_stands(self, run, tmp_path):
        text = LANGUAGES.replace("Which languages", "[red]:smile: [/x] \x1b[31mWhich languages")
        outcome = run("inspect", file_of(tmp_path, text))
        assert outcome.code == 0
        assert "[red]:smile: [/x]" in outcome.out
        assert "\x1b" not in outcome.out

    def test_what_reading_changed_is_listed(self, run, tmp_path):
        outcome = run("inspect", file_of(tmp_path, "a,,a\n1,2,3\n4,5\n"))
        assert outcome.code == 0
        assert "- 1 row has fewer fields than the header (line 3)" in outcome.out

    def test_json_counts_who_was_asked_and_names_what_says_none(self, run, tmp_path):
        codes = "\n".join(["1,0,Bo,Yes", "0,0,Al,", ",,Cy,None", "0,1,Di,None"] * 5)
        path = file_of(tmp_path, f"Tools [R],Tools [SQL],Name,Any other tools?\n{codes}\n")
        found = json.loads(run("inspect", path, "--json").out)
        by_key = {question["key"]: question for question in found["questions"]}
        tools, other = by_key["Tools"], by_key["Any other tools?"]
        assert (tools["asked"], tools["not_asked"]) == (15, 5), "boxes that were shown say 0"
        assert (other["asked"], other["not_asked"]) == (15, 0), "the file does not say"
        assert (tools["none_options"], other["none_options"]) == ([], ["None"])

    def test_json_tells_the_choices_that_read_the_file_the_same_way_again(self, run, tmp_path):
        path = file_of(tmp_path, xlsx({"Notes": [["x"]], "Answers": [*SHEET]}), "survey.xlsx")
        found = json.loads(run("inspect", path, "--json").out)
        assert found["format"] == "Excel workbook (XLSX)"
        assert found["options"] == {
            "sheet": "Answers",
            "skip_rows": 0,
            "header_rows": 1,
            "layout": "plain table",
        }


SHEET = [line.split(",") for line in LANGUAGES.splitlines()]

REDCAP = "record_id,tools___1,tools___2,role,form_1_complete\n" + "".join(
    f"{i},{i % 2},{i % 3 % 2},{1 + i % 2},2\n" for i in range(30)
)
DICTIONARY = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Identifier?\n'
    'tools,form_1,checkbox,Which tools do you use?,"1, R | 2, Spark, the engine",\n'
    'role,form_1,radio,Which role?,"1, Analyst | 2, Student",\n'
)


def _tool_names(row: np.ndarray) -> list[str]:
    return [f"t{at:02}" for at in np.flatnonzero(row)]


def _tool(code: re.Match[str]) -> str:
    return f"t{int(code[0]):02}"


class TestReading:
    """Choices in reading, instead of what is detected."""

    @pytest.fixture
    def inspected(self, run):
        def call(path: Path, *options: object) -> dict:
            outcome = run("inspect", path, "--json", *options)
            assert outcome.code == 0, outcome.err
            return json.loads(outcome.out)

        return call

    def test_a_delimiter_by_its_character_or_its_name(self, inspected, tmp_path):
        path = file_of(tmp_path, "Which tools?;Role\nR,SQL;Analyst\nR;Student\nSQL;Analyst\n")
        assert inspected(path)["delimiter"] == ";"
        for told in (",", "comma", "Comma"):
            found = inspected(path, "--delimiter", told)
            assert found["delimiter"] == ","
            assert found["questions"][0]["text"] == "Which tools?;Role"
        path = file_of(tmp_path, "Which tools?\tRole\nR,SQL\tAnalyst\nR,C\tStudent\n")
        assert inspected(path, "--delimiter", "tab")["delimiter"] == "\t"

    def test_an_encoding(self, inspected, refused, tmp_path):
        path = file_of(tmp_path, "Ville\nOrléans\nOrléans\nLiège\n".encode("mac_roman"))
        found = inspected(path, "--encoding", "mac_roman")
        assert found["encoding"] == "mac_roman"
        assert found["questions"][0]["options"] == {"Orléans": 2, "Liège": 1}
        found = inspected(path, "--encoding", "latin-1")
        assert "Orléans" not in found["questions"][0]["options"]
        said = refused("inspect", path, "--encoding", "utf-8")
        assert said.startswith("survey.csv was to be read as utf-8, but line 2 is not; save it")

    def test_a_sheet(self, inspected, tmp_path):
        small = [["Which role?"], ["Analyst"], ["Student"], ["Analyst"]]
        path = file_of(tmp_path, xlsx({"Roles": small, "Tools": SHEET}), "survey.xlsx")
        assert inspected(path)["respondents"] == 40
        found = inspected(path, "--sheet", "Roles")
        assert found["respondents"] == 3
        assert found["questions"][0]["options"] == {"Analyst": 2, "Student": 1}

    def test_a_file_in_an_archive(self, inspected, refused, tmp_path):
        both = zipped({"2023.csv": TAIL, "new/2024.csv": LANGUAGES})
        path = file_of(tmp_path, both, "survey.zip")
        assert 'choose one of "2023.csv", "new/2024.csv"' in refused("inspect", path)
        assert inspected(path, "--member", "2023.csv")["respondents"] == 56
        assert inspected(path, "--member", "new/2024.csv")["respondents"] == 40

    def test_rows_above_the_header(self, inspected, tmp_path):
        path = file_of(tmp_path, "Survey 2024,draft\nTools,Role\nR,Analyst\nSQL,Student\n")
        assert inspected(path)["respondents"] == 3
        found = inspected(path, "--skip-rows", "1")
        assert found["respondents"] == 2
        assert [question["text"] for question in found["questions"]] == ["Tools", "Role"]

    def test_rows_of_the_header(self, inspected, tmp_path):
        path = file_of(tmp_path, "q1,q2\nWhich tool?,Which role?\nR,Analyst\nSQL,Student\n")
        assert inspected(path)["respondents"] == 3
        found = inspected(path, "--header-rows", "2")
        assert (found["header_rows"], found["respondents"]) == (2, 2)
        assert [question["text"] for question in found["questions"]] == [
            "Which tool?",
            "Which role?",
        ]
        assert inspected(path, "--header-rows", "0")["respondents"] == 4

    def test_labels_from_a_code_book(self, inspected, tmp_path):
        path = file_of(tmp_path, REDCAP)
        book = file_of(tmp_path, DICTIONARY, "dictionary.csv")
        assert inspected(path)["questions"][0]["options"].keys() == {"1", "2"}
        found = inspected(path, "--codebook", book)
        by_text = {question["text"]: question for question in found["questions"]}
        tools = by_text["Which tools do you use?"]
        assert tools["options"] == {"R": 15, "Spark, the engine": 10}
        assert by_text["Which role?"]["options"] == {"Analyst": 15, "Student": 15}
        assert "The code book tells about 3 of 5 columns." in found["warnings"]

    def test_a_run_and_its_next_wave_are_read_as_chosen(self, run, mapping, tmp_path):
        """All choices at once: codes below a title in an archive; then a sheet of labels."""
        chosen, _ = planted(size=60)
        header = ["Tools", "Where do you live?"]
        codes = [[";".join(map(str, np.flatnonzero(row))), "Orléans"] for row in chosen]
        rows = [header] + [[re.sub(r"\d+", _tool, tools), town] for tools, town in codes]
        text = csv_bytes([["A survey", "draft"], header, *codes], ";", "cp1252")
        labels = "".join(f"Tools,{i},t{i:02}\n" for i in range(24))
        book = file_of(tmp_path, f"question,value,label\n{labels}", "book.csv")
        wave = file_of(tmp_path, zipped({"a.csv": text, "b.csv": TAIL}), "survey.zip")
        reading = ("--member", "a.csv", "--encoding", "cp1252", "--delimiter", "semicolon")
        reading += ("--skip-rows", "1", "--header-rows", "1", "--codebook", book)
        first = tmp_path / "first"
        outcome = run("run", wave, "--mapping", mapping, "--out", first, *QUICK, *reading)
        assert outcome.code == 0, outcome.err
        tools = {row["tool"] for row in rows_of(first / "profiles.csv")}
        assert tools == {f"t{i:02}" for i in range(24)}
        outcome = run("apply", first / "cohorts.json", wave, *reading)
        assert outcome.code == 0, outcome.err
        assert "240 of 240 respondents placed; this survey carries 100 %" in outcome.out
        workbook = file_of(tmp_path, xlsx({"Wave": rows, "Else": SHEET * 90}), "wave.xlsx")
        arguments = ("apply", first / "cohorts.json", workbook)
        assert run(*arguments).code == 2
        outcome = run(*arguments, "--sheet", "Wave")
        assert outcome.code == 0, outcome.err
        assert "240 of 240 respondents placed; this survey carries 100 %" in outcome.out

    def test_a_mapping_says_how_its_file_is_read(self, run, mapping, tmp_path):
        """And what is said on the command line goes before it."""
        chosen, _ = planted(size=60)
        rows = [[";".join(_tool_names(row))] for row in chosen]
        text = csv_bytes([["remark"], ["Tools"], *rows], ",", "utf-8")
        said = dataclasses.replace(
            Mapping.from_json(mapping.read_text()),
            reading=ReadOptions(skip_rows=1, encoding="cp1252"),
        )
        mapping.write_text(said.to_json())
        wave = file_of(tmp_path, text)
        out = tmp_path / "out"
        arguments = ("run", wave, "--mapping", mapping, "--out", out, *QUICK)
        assert run(*arguments).code == 0
        made = CohortSet.from_json((out / "cohorts.json").read_text()).mapping
        assert made.reading == ReadOptions(skip_rows=1, encoding="cp1252")
        assert run(*arguments, "--encoding", "utf-8").code == 0
        made = CohortSet.from_json((out / "cohorts.json").read_text()).mapping
        assert made.reading == ReadOptions(skip_rows=1, encoding="utf-8")
        assert run(*arguments, "--skip-rows", "0").code == 2, "its first row is a remark"

    def test_a_mapping_made_with_a_code_book_asks_for_it_again(self, run, refused, tmp_path):
        path = file_of(tmp_path, REDCAP)
        book = file_of(tmp_path, DICTIONARY, "dictionary.csv")
        saved = tmp_path / "saved.json"
        assert run("inspect", path, "--codebook", book, "--mapping-out", saved).code == 0
        sha256 = hashlib.sha256(book.read_bytes()).hexdigest()
        assert Mapping.from_json(saved.read_text()).reading == ReadOptions(codebook=sha256)
        assert "add the code book again" in refused("run", path, "--mapping", saved, *QUICK)
        outcome = run("run", path, "--mapping", saved, "--codebook", book, *QUICK)
        assert outcome.err.startswith("The 20 respondents gave only 3 different combinations")

    def test_a_layout_by_name(self, inspected, refused, tmp_path):
        path = file_of(tmp_path, "id,what\n1,R\n1,SQL\n2,R\n")
        assert inspected(path)["respondents"] == 2
        assert inspected(path, "--layout", "plain table")["respondents"] == 3
        said = refused("inspect", path, "--layout", "no such thing")
        assert '"plain table"' in said

    def test_a_choice_that_cannot_be(self, refused, saved, tmp_path):
        path = file_of(tmp_path, LANGUAGES)
        for option, value, said in (
            ("--encoding", "klingon", '"klingon" is no text encoding; choose one such as utf-8'),
            ("--delimiter", "ab", "'ab' cannot part fields; choose one character."),
            ("--delimiter", "", "'' cannot part fields; choose one character."),
            ("--skip-rows", "99", "survey.csv has 41 rows, so 99 cannot be skipped; skip fewer."),
            ("--skip-rows", "-1", "Invalid value for '--skip-rows'"),
            ("--skip-rows", "few", "Invalid value for '--skip-rows'"),
            ("--header-rows", "41", "survey.csv has its header but no answers yet"),
            ("--header-rows", "-1", "Invalid value for '--header-rows'"),
            ("--codebook", tmp_path / "no", f"The code book {tmp_path / 'no'} cannot be opened"),
        ):
            for command in (("inspect",), ("run",), ("apply", saved)):
                assert refused(*command, path, option, value).startswith(said)

    def test_a_sheet_or_a_file_that_is_not_there(self, refused, tmp_path):
        path = file_of(tmp_path, xlsx({"Tools": SHEET}), "survey.xlsx")
        said = refused("run", path, "--sheet", "tools")
        assert said == 'survey.xlsx has no sheet "tools"; choose one of "Tools".'
        path = file_of(tmp_path, zipped({"a.csv": LANGUAGES}), "survey.zip")
        said = refused("run", path, "--member", "b.csv", "--out", tmp_path / "out")
        assert said == 'survey.zip holds no file "b.csv"; choose one of "a.csv".'

    @pytest.mark.parametrize(
        ("book", "said"),
        [
            (b"", "The code book is empty"),
            (LANGUAGES.encode(), "The code book has no columns that are understood here: give"),
            (b'{"columns": ', "The code book is not valid JSON: save it again."),
            (b'{"version": 1, "questions": []}', "The code book says nothing about any question"),
            (b"%PDF-1.7\n", "The code book is a PDF document"),
        ],
    )
    def test_a_code_book_that_is_none(self, refused, tmp_path, book, said):
        path = file_of(tmp_path, book, "book.csv")
        survey = file_of(tmp_path, LANGUAGES)
        assert refused("inspect", survey, "--codebook", path).startswith(said)

    def test_a_code_book_is_never_replaced(self, refused, survey, tmp_path):
        book = file_of(tmp_path, DICTIONARY, "profiles.csv")
        said = refused("run", survey, "--codebook", book, "--out", tmp_path)
        assert said.startswith(f"The results would replace {book}")
        said = refused("inspect", survey, "--codebook", book, "--mapping-out", book)
        assert said == f"{book} is the code book: write the mapping elsewhere."


class TestRun:
    @pytest.fixture
    def out(self, run, survey, mapping, tmp_path) -> Path:
        folder = tmp_path / "deep" / "out"
        outcome = run("run", survey, "--mapping", mapping, "--out", folder, *QUICK)
        assert outcome.code == 0
        return folder

    def test_every_file_is_written_whole(self, out):
        assert {path.name for path in out.iterdir()} == FILES
        metrics = json.loads((out / "metrics.json").read_text())
        assert metrics["respondents"] == 240
        assert metrics["respondents_used"] == 239
        assert (metrics["tools_seen"], metrics["tools_kept"]) == (24, 24)
        assert metrics["cohorts"] == 4
        assert metrics["unassigned_share"] == 0
        assert metrics["heldout_gain"] > 10 * metrics["heldout_gain_se"] > 0
        assert metrics["fidelity"] > 0.95
        assert all(seconds >= 0 for seconds in metrics["seconds"].values())
        assert "numpy" in metrics["versions"]

    def test_assignments_have_a_line_for_each_respondent(self, out):
        rows = rows_of(out / "assignments.csv")
        assert [row["row"] for row in rows] == [str(i) for i in range(1, 241)]
        assert rows[5] == {"row": "6", "cohort": "", "probability": "", "note": ""}
        cohorts = [row["cohort"] for row in rows]
        for first in (0, 60, 120, 180):
            block = cohorts[first : first + 60]
            assert max(block.count(c) for c in set(block)) >= 57, "a planted cohort is found"
        assert all(0 <= float(row["probability"]) <= 1 for i, row in enumerate(rows) if i != 5)

    def test_profiles_hold_every_tool_by_hand(self, out):
        chosen, _ = planted(size=60)
        chosen[5] = False
        cohort = [row["cohort"] for row in rows_of(out / "assignments.csv")]
        rows = rows_of(out / "profiles.csv")
        assert len(rows) == 4 * 24
        for row in (rows[0], rows[30], rows[95]):
            column = int(row["tool"][1:])
            members = np.array(cohort) == row["cohort"]
            share, everyone = chosen[members, column].mean(), chosen[:, column].sum() / 240
            assert float(row["prevalence"]) == pytest.approx(share, abs=1e-4)
            assert float(row["index"]) == pytest.approx(100 * share / everyone, abs=0.1)
            assert int(row["base"]) == members.sum()

    def test_saved_cohorts_can_be_read_again_and_hold_the_mapping(self, out, mapping):
        saved = CohortSet.from_json((out / "cohorts.json").read_text("utf-8"))
        assert saved.survey == "planted.csv"
        assert saved.mapping == Mapping.from_json(mapping.read_text())
        assert sum(cohort.size for cohort in saved.cohorts) == 239

    def test_the_map_is_one_page_that_asks_for_nothing(self, out):
        page = (out / "map.html").read_text("utf-8")
        assert page.lstrip().lower().startswith("<!doctype html")
        assert not re.search(r'<(script|link|img)[^>]+(src|href)="?https?:', page)
        assert "example.org" not in page

    def test_the_summary_is_on_standard_output_and_messages_are_not(self, run, survey, mapping):
        outcome = run("run", survey, "--mapping", mapping, *QUICK)
        command = f"python -m segmentation trust {survey} (same options)"
        assert outcome.err.strip().splitlines() == [
            "Note: 1 column of personal data left out of everything.",
            f"Not checked yet whether these cohorts are real: {command}",
        ]
        lines = outcome.out.strip().splitlines()
        assert [
            line for line in lines if re.match(r" ?[1-4]\. t\d\d \+ t\d\d \+ t\d\d +\d+ +\d", line)
        ]
        assert (
            "239 of 240 respondents used, 24 of 24 tools; 0 % unassigned; held-out gain"
            in lines[-2]
        )
        assert lines[-1].startswith("These cohorts tell something about people")

    def test_every_option_reaches_the_saved_settings(self, run, survey, mapping, tmp_path):
        options = {
            "threshold": "0.05",
            "metric": "dice",
            "neighbors": "20",
            "min-dist": "0.1",
            "dimensions": "3",
            "seed": "7",
            "method": "hdbscan",
            "min-cluster-size": "0.05",
            "min-samples": "4",
            "selection": "eom",
            "epsilon": "0.05",
            "resolution": "1.5",
            "cohorts": "3",
            "unassigned": "likely",
        }
        given = [word for name, value in options.items() for word in (f"--{name}", value)]
        outcome = run("run", survey, "--mapping", mapping, "--out", tmp_path / "out", *given)
        assert outcome.code == 0
        saved = CohortSet.from_json((tmp_path / "out/cohorts.json").read_text("utf-8"))
        assert saved.spec == RunSpec(
            EncodeSpec(0.05),
            NeighbourSpec("dice"),
            EmbedSpec(20, 0.1, 3, 7),
            ClusterSpec("hdbscan", 0.05, 4, "eom", 0.05, 1.5, 3, "likely"),
        )

    def test_without_out_nothing_is_written(self, run, survey, mapping, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        before = sorted(tmp_path.rglob("*"))
        assert run("run", survey, "--mapping", mapping, *QUICK).code == 0
        assert sorted(tmp_path.rglob("*")) == before

    def test_ragged_rows_are_read_and_said(self, run, tmp_path):
        path = file_of(tmp_path, LANGUAGES + "Python\n")
        outcome = run("run", path, "--method", "leiden", "--out", tmp_path / "out")
        assert outcome.code == 0
        assert outcome.err.startswith("Note: 1 row has fewer fields than the header (line 42)")
        assert len(rows_of(tmp_path / "out/assignments.csv")) == 41

    def test_duplicate_and_blank_headers_are_renamed_and_said(self, run, tmp_path):
        lines = [f"{line},x,{i % 3}" for i, line in enumerate(LANGUAGES.splitlines()[1:])]
        header = "Which languages do you use?,Which editors do you use?,,Which editors do you use?"
        outcome = run("run", file_of(tmp_path, "\n".join([header, *lines])), "--method", "leiden")
        assert outcome.code == 0
        assert outcome.err.startswith("Note: ")
        assert sum(line.startswith("Note: ") for line in outcome.err.splitlines()) == 1

    def test_what_the_mapping_has_amiss_is_said_and_the_run_goes_on(self, run, survey, mapping):
        said = Mapping.from_json(mapping.read_text())
        more = QuestionMapping("Shoe size", "attribute")
        mapping.write_text(Mapping((*said.questions, more)).to_json())
        outcome = run("run", survey, "--mapping", mapping, *QUICK)
        assert outcome.code == 0
        assert "The survey has no question 'Shoe size'" in outcome.err


class TestWhere:
    def test_only_those_who_answered_so_count(self, run, survey, mapping, tmp_path):
        typed = ("--where", "Role title=Analyst", "--where", "What is your role?!=Engineer")
        outcome = run(
            "run", survey, "--mapping", mapping, "--out", tmp_path / "out", *QUICK, *typed
        )
        assert outcome.code == 0
        assert "119 of 240 respondents used, 120 left out by filters, " in outcome.out
        rows = rows_of(tmp_path / "out/assignments.csv")
        assert [row["note"] for row in rows].count("left out by filter") == 120
        saved = json.loads((tmp_path / "out/cohorts.json").read_text("utf-8"))
        assert saved["respondents_included"] == 120
        assert [one["options"] for one in saved["mapping"]["filters"]["answers"]] == [
            ["Analyst"],
            ["Engineer"],
        ]

    def test_saved_cohorts_keep_their_filters_when_they_are_applied(
        self, run, survey, mapping, tmp_path
    ):
        folder = tmp_path / "out"
        typed = ("--where", "Role title=Analyst")
        run("run", survey, "--mapping", mapping, "--out", folder, *QUICK, *typed)
        outcome = run("apply", folder / "cohorts.json", survey, "--out", tmp_path / "again")
        assert outcome.code == 0
        notes = [row["note"] for row in rows_of(tmp_path / "again/assignments.csv")]
        assert notes.count("left out by filter") == 120

    def test_a_filter_that_is_not_understood_is_said(self, refused, survey, mapping):
        typed = ("--where", "Role title=Pilot")
        said = refused("run", survey, "--mapping", mapping, *QUICK, *typed)
        assert said.startswith("There is no option 'Pilot': choose from")
        assert "names no question" in refused("run", survey, *QUICK, "--where", "Pilots")

    def test_nobody_left_is_said(self, refused, survey, mapping):
        typed = ("--where", "Role title=Analyst", "--where", "Role title=Engineer")
        assert refused("run", survey, "--mapping", mapping, *QUICK, *typed).startswith(
            "Nobody is left: the filters together leave out all 240 respondents."
        )


class TestNextWave:
    """`run` with the mapping of an earlier wave."""

    @pytest.fixture
    def saved_mapping(self, run, survey, tmp_path):
        path = tmp_path / "saved.json"
        assert run("inspect", survey, "--mapping-out", path).code == 0
        return path

    @pytest.fixture
    def reworded(self, survey, tmp_path):
        path = tmp_path / "next.csv"
        header, rest = survey.read_text().split("\n", 1)
        path.write_text(header.replace("Tools", "What do you work with?") + "\n" + rest)
        return path

    def test_similar_words_are_refused_and_accepted_when_told(self, run, saved_mapping, reworded):
        refused = run("run", reworded, "--mapping", saved_mapping, *QUICK)
        assert refused.code == 2
        assert "“Tools” may be “What do you work with?”" in refused.err
        assert "--accept-similar" in refused.err
        taken = run("run", reworded, "--mapping", saved_mapping, "--accept-similar", *QUICK)
        assert taken.code == 0

    def test_what_is_gone_is_told_and_the_run_goes_on(self, run, saved_mapping, survey):
        said = json.loads(saved_mapping.read_text())
        said["asked"]["Tools"]["options"].append("Punch cards")
        saved_mapping.write_text(json.dumps(said))
        outcome = run("run", survey, "--mapping", saved_mapping, *QUICK)
        assert outcome.code == 0
        assert "No longer in “Tools”, so not asked: Punch cards." in outcome.err


class TestApply:
    def test_the_same_survey_is_put_back_where_it_was(self, run, saved, survey, tmp_path):
        outcome = run("apply", saved, survey, "--out", tmp_path / "again")
        assert outcome.code == 0
        assert "of 240 respondents placed; this survey carries 100 % of" in outcome.out
        assert f"Assignments written to {tmp_path / 'again/assignments.csv'}." in outcome.err
        first = [row["cohort"] for row in rows_of(saved.parent / "assignments.csv")]
        again = [row["cohort"] for row in rows_of(tmp_path / "again/assignments.csv")]
        assert np.mean([a == b for a, b in zip(first, again, strict=True)]) > 0.97

    def test_another_wave_with_fewer_tools_is_placed_and_what_lacks_is_said(
        self, run, saved, tmp_path
    ):
        chosen, _ = planted(size=20, seed=4)
        wave = file_of(tmp_path, survey_csv(chosen[:, :22]), "wave.csv")
        outcome = run("apply", saved, wave)
        assert outcome.code == 0
        assert "of 80 respondents placed" in outcome.out
        assert "Tools it lacks: t22, t23." in outcome.out

    @pytest.mark.parametrize(("verdict", "told"), [("none", True), ("structure", False)])
    def test_the_caution_of_the_cohorts_is_repeated(
        self, run, saved, survey, tmp_path, verdict, told
    ):
        cohorts = CohortSet.from_json(saved.read_text("utf-8"))
        checked = with_trust(cohorts, trust_of(cohorts, verdict))
        saved.write_text(checked.to_json(), encoding="utf-8")
        outcome = run("apply", saved, survey, "--out", tmp_path / "again")
        assert (SENTENCES["none"] in outcome.err) is told
        rows = rows_of(tmp_path / "again/assignments.csv")
        assert {row.get("caution", "") for row in rows} == {checked.caution}

    def test_a_survey_of_other_tools_is_refused(self, refused, saved, tmp_path):
        other = file_of(tmp_path, LANGUAGES, "other.csv")
        said = refused("apply", saved, other, "--out", tmp_path / "again")
        assert said.startswith("This survey carries only 0 % of what tells the saved cohorts apart")

    def test_a_set_with_one_cohort_can_be_applied(self, run, survey, mapping, tmp_path):
        arguments = ("--mapping", mapping, "--method", "latent-class", "--cohorts", "1")
        assert run("run", survey, *arguments, "--out", tmp_path / "one").code == 0
        outcome = run("apply", tmp_path / "one/cohorts.json", survey)
        assert outcome.code == 0
        assert "239 of 240 respondents placed; this survey carries 100 %" in outcome.out

    @pytest.mark.parametrize(
        "damage",
        [
            lambda _: "",
            lambda _: "[1, 2]",
            lambda text: text[:-200],
            lambda _: "[" * 100_000,
            lambda text: text.replace('"rate"', '"rat"', 1),
            lambda text: re.sub(r'"mixture_share": [\d.]+', '"mixture_share": "x"', text),
            lambda text: re.sub(r'"rate": \[\s*[\d.]+,', '"rate": [', text, count=1),
            lambda text: re.sub(r'"rate": \[\s*[\d.]+', '"rate": [1.5', text, count=1),
            lambda text: text.replace('"threshold": 0.1', '"threshold": 9'),
            lambda text: text.replace('"role": "tools"', '"role": "spoon"'),
            lambda text: text.replace('"name": "t00"', '"name": 5'),
        ],
    )
    def test_a_malformed_cohort_set_is_said(self, refused, saved, survey, damage):
        saved.write_text(damage(saved.read_text("utf-8")), encoding="utf-8")
        said = refused("apply", saved, survey, "--out", saved.parent / "again")
        assert said.startswith("This file is not a saved cohort set: choose the cohorts.json")

    def test_a_set_of_another_version_is_said(self, refused, saved, survey):
        saved.write_text(saved.read_text("utf-8").replace('"schema": 2', '"schema": 3'))
        assert "another version" in refused("apply", saved, survey)

    def test_the_cohorts_that_are_applied_are_not_replaced(self, refused, saved, survey):
        odd = saved.rename(saved.with_name("assignments.csv"))
        said = refused("apply", odd, survey, "--out", odd.parent)
        assert "which they are made from" in said


TAIL = "Which languages do you use?\n" + "\n".join(f"t{i % 8};u{i % 7}" for i in range(56))


class TestErrors:
    @pytest.mark.parametrize("command", ["inspect", "run"])
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "survey.csv is empty; export the answers again"),
            (b"\xef\xbb\xbf\n\n", "survey.csv is empty"),
            ("Which languages do you use?,Role\n", "survey.csv has its header but no answers yet"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "survey.csv is a PNG image, which holds no"),
            ("<!DOCTYPE html><html>Log in</html>", "survey.csv is a web page (HTML)"),
            (b"%PDF-1.7\n", "survey.csv is a PDF document, which holds no survey answers"),
            (b"a,b\n1,\x002\n", "survey.csv has a NUL byte in line 2"),
        ],
    )
    def test_a_file_that_is_no_survey(self, refused, tmp_path, command, data, said):
        assert refused(command, file_of(tmp_path, data)).startswith(said)

    @pytest.mark.parametrize("command", ["inspect", "run"])
    def test_a_path_that_leads_to_no_file(self, refused, tmp_path, command):
        path = file_of(tmp_path, LANGUAGES)
        assert refused(command, tmp_path / "none.csv").startswith("There is no file")
        if command == "inspect":  # run takes the files in it for the parts of a survey
            assert refused(command, tmp_path).endswith("is a folder; name the file in it.")
        assert refused(command, path / "deeper.csv").endswith("cannot be read: check the path.")
        assert refused(command, tmp_path / ("x" * 300)).endswith("cannot be read: check the path.")

    def test_no_tool_question(self, refused, tmp_path):
        rows = "\n".join(f"{20 + i},{'ab'[i % 2]}" for i in range(50))
        said = refused("run", file_of(tmp_path, f"Age,Group\n{rows}\n"), "--out", tmp_path / "out")
        assert said.startswith("No question is mapped to tools: on the mapping, give at least one")

    def test_everything_under_the_threshold(self, refused, tmp_path, mapping):
        question = QuestionMapping("Which languages do you use?", "tools", "Language")
        mapping.write_text(Mapping((question,)).to_json())
        options = ("--mapping", mapping, "--threshold", "0.5", "--out", tmp_path / "out")
        assert refused("run", file_of(tmp_path, TAIL), *options) == (
            "No tool reaches the threshold of 50 % (the most common one has 14.3 %): lower the "
            "prevalence threshold."
        )

    def test_too_few_different_answers(self, refused, tmp_path, mapping):
        path = file_of(tmp_path, survey_csv(np.tile(np.eye(2, dtype=bool), (20, 1))))
        said = refused("run", path, "--mapping", mapping, "--out", tmp_path / "out")
        assert said.startswith("The 40 respondents gave only 2 different combinations of the tools")

    def test_everybody_unassigned(self, refused, tmp_path, mapping):
        noise = np.random.default_rng(1).random((60, 8)) < 0.4
        path = file_of(tmp_path, survey_csv(noise))
        mapping.write_text(Mapping((QuestionMapping("Tools", "tools", "Tool"),)).to_json())
        options = ("--min-cluster-size", "0.25", "--min-samples", "50", "--selection", "eom")
        said = refused("run", path, "--mapping", mapping, *options, "--out", tmp_path / "out")
        assert said.startswith("Nobody could be assigned to a cohort with these settings: lower")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "This is no mapping: it is not valid JSON"),
            ("{", "This is no mapping: it is not valid JSON"),
            ("[]", 'This is no mapping: it has no list "questions"'),
            ('{"version": 9, "questions": []}', "This mapping has version 9"),
            ('{"version": 1, "questions": [{"question": "a"}]}', "Entry 1 of the mapping has the"),
            ('{"version": 1, "questions": []}', "No question is mapped to tools"),
        ],
    )
    def test_a_malformed_mapping(self, refused, survey, mapping, tmp_path, text, said):
        mapping.write_text(text)
        arguments = (survey, "--mapping", mapping, "--out", tmp_path / "out")
        assert refused("run", *arguments).startswith(said)

    def test_a_mapping_that_is_no_text_or_not_there(self, refused, survey, mapping, tmp_path):
        mapping.write_bytes(b"\xff\xfe\xfd")
        for path in (mapping, tmp_path / "none.json", tmp_path):
            assert refused("run", survey, "--mapping", path) == (
                f"The mapping {path} cannot be read: check the path."
            )

    def test_the_mapping_of_another_survey(self, refused, tmp_path, mapping):
        said = refused("run", file_of(tmp_path, LANGUAGES, "x.csv"), "--mapping", mapping)
        assert "is of another survey" in said
        assert "'Tools'" in said

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("run", "x.csv", "--threshold", "3"), "Invalid value for '--threshold': it should be"),
            (("run", "x.csv", "--neighbors", "few"), "Invalid value for '--neighbors'"),
            (("run", "x.csv", "--method", "magic"), "'magic' is not one of 'hdbscan', 'leiden'"),
            (("run", "x.csv", "--colour", "red"), "No such option: --colour"),
            (("run", "x.csv", "--seed"), "requires an argument"),
            (("run",), "Missing argument 'file'"),
            (("run", "x.csv", "y.csv"), "unexpected extra argument"),
            (("walk", "x.csv"), "No such command 'walk'"),
            (("apply", "cohorts.json"), "Missing argument 'file'"),
        ],
    )
    def test_a_command_that_was_typed_wrong(self, refused, arguments, said):
        line = refused(*arguments)
        assert said in line
        assert "(see python -m segmentation" in line

    def test_a_folder_that_cannot_be_written_is_said_before_the_work(
        self, refused, survey, mapping, monkeypatch
    ):
        monkeypatch.setattr("segmentation.cli.read_survey", None)
        for folder in (survey, survey / "out"):
            said = refused("run", survey, "--mapping", mapping, "--out", folder)
            assert said == f"Nothing can be written to {folder}: choose another folder."

    def test_a_survey_is_never_replaced_by_its_results(self, refused, survey, mapping, tmp_path):
        odd = survey.rename(tmp_path / "profiles.csv")
        said = refused("run", odd, "--mapping", mapping, "--out", tmp_path)
        assert said.startswith(f"The results would replace {odd}")
        said = refused("inspect", odd, "--mapping-out", odd)
        assert said == f"{odd} is the survey itself: write the mapping elsewhere."

    def test_a_mapping_that_cannot_be_written(self, refused, survey):
        said = refused("inspect", survey, "--mapping-out", survey / "mapping.json")
        assert "cannot be written" in said


def test_a_file_stays_whole_when_its_successor_cannot_be_written(tmp_path, monkeypatch):
    path = tmp_path / "profiles.csv"
    outputs.write_text(path, "old")

    def full(self: Path, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WorkbenchError, match=r"cannot be written \(No space left on device\)"):
        outputs.write_text(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["profiles.csv"]


class TestHelp:
    @pytest.mark.parametrize("arguments", [["--help"], ["inspect", "--help"], ["run", "--help"]])
    def test_each_command_explains_itself(self, arguments):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0
        assert "Usage:" in result.output

    def test_run_explains_every_option_with_its_default(self):
        result = CliRunner().invoke(app, ["run", "--help"], env={"COLUMNS": "200"})
        text = " ".join(result.output.split())
        for option in ("threshold", "neighbors", "min-dist", "metric", "method", "resolution"):
            assert f"--{option}" in text
        for default in ("[default: 0.1]", "[default: 32]", "[default: jaccard]", "[default: 42]"):
            assert default in text

    def test_without_a_command_the_help_is_shown(self, run):
        outcome = run()
        assert outcome.code == 2
        assert "Usage:" in outcome.out


@pytest.mark.slow
class TestProcess:
    """As it is typed: a process of its own, its output piped."""

    def call(self, root: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {name: text for name, text in os.environ.items() if name != "COLUMNS"}
        return subprocess.run(
            [sys.executable, "-m", "segmentation", *map(str, arguments)],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def test_the_sample_survey(self, root, tmp_path):
        sample = root / "sample_data"
        mapping = sample / "jupyter_2020.mapping.json"
        done = self.call(
            root,
            "run",
            sample / "jupyter_2020.csv",
            "--mapping",
            mapping,
            "--out",
            tmp_path / "out",
        )
        assert done.returncode == 0, done.stderr
        assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
        assert "…" not in done.stdout, "no name is cut"
        assert [line.split()[0] for line in done.stderr.splitlines()] == ["Note:", "Not", "Results"]
        survey = read_survey(sample / "jupyter_2020.csv")
        assert len(rows_of(tmp_path / "out/assignments.csv")) == survey.respondents

    def test_an_error_is_one_line_and_no_traceback(self, root, tmp_path):
        done = self.call(root, "run", file_of(tmp_path, ""), "--out", tmp_path / "out")
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr == "survey.csv is empty; export the answers again and open that file.\n"
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("options", [(), ("--json",)])
    def test_a_terminal_without_unicode_stops_nothing(self, root, monkeypatch, options):
        monkeypatch.setenv("PYTHONIOENCODING", "ascii")
        done = self.call(root, "inspect", "sample_data/jupyter_2020.csv", *options)
        assert done.returncode == 0
        assert done.stderr == ""
        if options:
            assert json.loads(done.stdout)["respondents"] == 1135

    def test_a_reader_that_stops_reading_gets_no_traceback(self, root):
        command = f"{sys.executable} -m segmentation inspect sample_data/jupyter_2020.csv | head -1"
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.stdout.startswith("jupyter_2020.csv: SurveyMonkey")
        assert done.stderr == ""
