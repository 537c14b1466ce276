"""How columns become questions: kinds, options, counts, three answer states."""

import itertools

import pytest

from segmentation.intake import read_answers
from tests.segmentation.intake.tables import answers, chosen, counts, read_rows, read_text


def repeated(header: str, cells: dict[str, int]) -> str:
    """A file of two columns: a number and cells, each as often as said."""
    rows = [cell for cell, times in cells.items() for _ in range(times)]
    return f"n,{header}\n" + "".join(f'{at},"{cell}"\n' for at, cell in enumerate(rows))


def test_joined_answers_match_exactly_and_never_by_prefix():
    survey = read_text(
        "Languages,IDE\n"
        "C;C++,Visual Studio Code\n"
        "C++,Visual Studio;Visual Studio Code\n"
        "C#;C,Visual Studio\n"
        "C++;C#,Visual Studio Code\n"
    )
    assert counts(survey.question("Languages")) == {"C++": 3, "C": 2, "C#": 2}
    assert counts(survey.question("IDE")) == {"Visual Studio Code": 3, "Visual Studio": 2}


def test_options_are_ranked_by_count_then_by_label():
    survey = read_text("Tools,x\nR;SQL,1\nB;A;R,2\nA;B,3\nSQL;R,4\n")
    question = survey.question("Tools")
    assert question.options == ("R", "A", "B", "SQL")
    assert question.counts == (3, 2, 2, 2)


def test_spellings_of_one_option_are_counted_together_under_the_commonest():
    survey = read_text("Tools,x\nR;SQL,1\nr ;sql,2\nR;Python,3\nR.;Python,4\nSQL,5\nPython,6\n")
    assert counts(survey.question("Tools")) == {"R": 4, "Python": 3, "SQL": 3}


def test_an_option_twice_in_one_cell_is_one_answer():
    survey = read_text("Tools,x\nR;R;SQL,1\nSQL;R,2\nR,3\nSQL,4\n" + "SQL;R,5\n" * 20)
    assert counts(survey.question("Tools"))["R"] == 23


def test_commas_in_brackets_and_quotes_belong_to_the_label():
    survey = read_text(
        "Timestamp,Where?\n"
        '2024/03/21 12:05,"AWS (Lambda, Fargate, etc.), Docker"\n'
        '2024/03/21 12:06,"Docker, AWS (Lambda, Fargate, etc.)"\n'
        "2024/03/21 12:07,Docker\n"
        '2024/03/21 12:08,"Other [a, b], Docker, ""quoted, too"""\n'
        '2024/03/21 12:09,"""quoted, too"", AWS (Lambda, Fargate, etc.)"\n'
    )
    assert counts(survey.question("Where?")) == {
        "Docker": 4,
        "AWS (Lambda, Fargate, etc.)": 3,
        '"quoted, too"': 2,
        "Other [a, b]": 1,
    }


def test_a_bracket_that_never_closes_does_not_swallow_the_list():
    survey = read_text(
        'T,Where?\n1,"Docker (local, AWS"\n2,"Docker, AWS"\n3,"AWS, Docker"\n4,AWS\n5,Docker\n'
    )
    assert counts(survey.question("Where?"))["AWS"] == 4


def test_a_label_with_a_bare_comma_is_put_together_again():
    blogs = "Blogs, for example R-bloggers"
    cells = {blogs: 9, f"{blogs}, Twitter": 8, f"Books, {blogs}": 7, "Twitter": 5, "Books": 4}
    survey = read_text(repeated("Where?", cells))
    assert counts(survey.question("Where?")) == {blogs: 24, "Twitter": 13, "Books": 11}
    found = answers(survey, "Where?")
    assert found.chosen.sum(axis=0).tolist() == [24, 13, 11]


def test_options_that_only_those_who_tick_everything_tick_stay_apart():
    cells = {"A, B, C, D": 20, "A": 9, "A, D": 8, "D": 7}
    survey = read_text(repeated("Check all that apply", cells))
    assert counts(survey.question("Check all that apply")) == {"A": 37, "D": 35, "B": 20, "C": 20}


def test_microsoft_forms_ends_every_list_with_a_semicolon():
    survey = read_text("ID,Start time,Completion time,Tools\n1,a,b,R;\n2,a,b,R;SQL;\n3,a,b,SQL;\n")
    assert counts(survey.question("Tools")) == {"R": 2, "SQL": 2}
    assert survey.reading.layout == "Microsoft Forms"


def test_codes_joined_by_spaces():
    tools = ["git", "darcs", "git darcs", "svn", "git svn", "darcs svn"]
    places = ["home", "work", "home work", "home", "work", "home work"]
    systems = ["linux", "mac", "linux mac", "linux", "mac", "linux"]
    rows = [["Tools", "Places", "Systems"], *zip(tools, places, systems, strict=True)]
    survey = read_rows([list(row) for row in rows])
    assert counts(survey.question("Tools")) == {"darcs": 3, "git": 3, "svn": 3}


def test_levels_of_two_words_are_not_joined_by_a_space():
    survey = read_text(
        repeated("Agree?", {"strongly agree": 9, "agree": 8, "strongly disagree": 7})
    )
    assert survey.question("Agree?").kind == "single-select"


def test_single_choices_with_commas_are_not_taken_apart():
    cells = {"Yes, I'd attend": 40, "Yes, I'd present something!": 20, "Maybe": 10, "No": 30}
    question = read_text(repeated("Come?", cells)).question("Come?")
    assert question.kind == "single-select"
    assert counts(question) == cells


def test_free_text_with_commas_is_text():
    words = ["fast", "slow", "hard", "nice", "open", "odd", "big", "small", "dull", "wide"]
    pairs = enumerate(itertools.permutations(words, 2))
    cells = [f"It is {a} for {n} days, {b} for {n + 1}, I think" for n, (a, b) in pairs]
    question = read_text(repeated("Why?", dict.fromkeys(cells, 1))).question("Why?")
    assert question.kind == "text"
    assert question.options == ()


def test_thousands_of_write_ins_are_options_of_their_own():
    rows = [["n", "Tools"]]
    rows += [[str(n), f"R;SQL;My own tool {n}"] for n in range(3_000)]
    rows += [[str(n), "R"] for n in range(3_000, 4_000)]
    survey = read_rows(rows)
    question = survey.question("Tools")
    assert question.options[:2] == ("R", "SQL")
    assert question.counts[:3] == (4_000, 3_000, 1)
    assert len(question.options) == 3_002
    few = read_answers(survey, question, at_least=2)
    assert few.options == ("R", "SQL")
    assert few.chosen.shape == (4_000, 2)


def test_select_all_that_apply_needs_less_evidence():
    survey = read_text('n,Tools (select all that apply)\n1,"R, SQL"\n2,R\n3,SQL\n')
    assert counts(survey.question("Tools (select all that apply)")) == {"R": 2, "SQL": 2}


def test_a_platform_joins_all_its_questions_alike():
    survey = read_text(
        "One,Two\n"
        '"a, b;c","It depends, mostly"\nc,No\n"c;a, b",No\nd;c,"It depends, partly"\n'
        'd,"It depends, mostly"\n"a, b;d",No\n'
    )
    assert counts(survey.question("One")) == {"c": 4, "a, b": 3, "d": 3}
    assert survey.question("Two").kind == "single-select"


# One column an option


LABELS = "Which? - R,Which? - C++,Which? - C,Age\nR,C++,,31\n,C++,,44\nR,,C,27\n,,,60\n"


def test_a_column_an_option_holding_its_label():
    survey = read_text(LABELS)
    question = survey.question("Which?")
    assert question.kind == "multi-select"
    assert question.encoding == "label columns"
    assert counts(question) == {"C++": 2, "R": 2, "C": 1}
    assert chosen(survey, "Which?") == [{"R", "C++"}, {"C++"}, {"R", "C"}, set()]
    assert answers(survey, "Which?").answered.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("yes", "no"),
    [("1", "0"), ("Yes", "No"), ("TRUE", "FALSE"), ("Checked", "Unchecked"), ("Oui", "Non")]
    + [("Y", ""), ("1", ""), ("x", ""), ("Selected", "Not selected")],
)
@pytest.mark.parametrize("shape", ["{} [{}]", "{}___{}", "{}: {}", "{}/{}", "{}.{}", "{} - {}"])
def test_a_column_an_option_holding_yes_or_no(yes, no, shape):
    ticks = {"r": [1, 0, 1, 0], "sql": [0, 1, 1, 0], "excel": [0, 0, 0, 0]}
    if not no:
        del ticks["excel"]
    rows = [[shape.format("tools", option) for option in ticks] + ["Age"]]
    for at, age in enumerate(["31", "44", "27", "60"]):
        rows.append([yes if ticks[option][at] else no for option in ticks] + [age])
    survey = read_rows(rows)
    question = survey.question("tools")
    assert question.encoding == "indicator columns"
    assert counts(question) == {option: sum(column) for option, column in ticks.items()}
    assert len(question.columns) == len(set(question.columns)) == len(ticks)
    assert chosen(survey, "tools") == [{"r"}, {"sql"}, {"r", "sql"}, set()]


def test_separate_yes_no_questions_are_not_one_question():
    survey = read_text("Do you use R?,Do you use SQL?\nYes,No\nNo,No\nYes,Yes\n")
    assert [question.kind for question in survey.questions] == ["single-select"] * 2


def test_options_named_like_ticks_keep_their_place():
    survey = read_text("Sites [X],Sites [Mastodon],Sites [1]\nX,Mastodon,\nX,,1\n,Mastodon,1\n")
    assert counts(survey.question("Sites")) == {"1": 2, "Mastodon": 2, "X": 2}


def test_none_written_in_beside_other_is_no_tick():
    survey = read_text("Q [R],Q [SQL],Q [Other]\nR,,\n,SQL,Stan\n,,none\nR,SQL,\n")
    assert counts(survey.question("Q")) == {"R": 2, "SQL": 2, "Other": 1}
    assert answers(survey, "Q").answered.all()


def test_a_grid_of_levels_is_a_question_a_row():
    survey = read_text(
        "How important? [Speed],How important? [Price]\n"
        + "Very,Not\nVery,Very\nSomewhat,Not\nNot,Somewhat\n" * 5
    )
    assert [question.key for question in survey.questions] == [
        "How important? [Speed]",
        "How important? [Price]",
    ]
    assert counts(survey.question("How important? [Speed]")) == {
        "Very": 10,
        "Not": 5,
        "Somewhat": 5,
    }


def test_levels_in_option_columns_are_no_ticks():
    survey = read_text("Using [Helm],Using [Envoy]\nEvaluating,In production\nIn production,\n" * 3)
    assert {question.kind for question in survey.questions} <= {"single-select", "text"}


# Three answer states


def test_three_states_of_a_joined_question():
    survey = read_text("Tools,x\nR;SQL,1\nNone,2\n,3\nSQL;R,4\nNone,5\n")
    question = survey.question("Tools")
    found = answers(survey, "Tools")
    assert question.options == ("R", "SQL")
    assert question.none_options == ("None",)
    assert question.answered == 4
    assert found.answered.tolist() == [True, True, False, True, True]
    assert found.chosen.tolist() == [
        [True, True],
        [False] * 2,
        [False] * 2,
        [True] * 2,
        [False] * 2,
    ]
    assert not found.not_asked.any()
    assert found.offers_none


def test_a_none_column_shows_that_the_question_was_answered():
    survey = read_text("Q [R],Q [SQL],Q [None of these]\nR,,\n,,None of these\n,,\n,SQL,\n")
    question = survey.question("Q")
    assert question.options == ("R", "SQL")
    assert question.none_options == ("None of these",)
    assert answers(survey, "Q").answered.tolist() == [True, True, False, True]
    assert answers(survey, "Q").offers_none


def test_a_refusal_that_stands_alone_is_none_type():
    cells = {"Tableau;Looker": 8, "I don't create dashboards": 9, "Tableau": 7, "Looker": 5}
    question = read_text(repeated("Dashboards", cells)).question("Dashboards")
    assert question.none_options == ("I don't create dashboards",)
    assert question.options == ("Tableau", "Looker")


def test_a_refusal_chosen_along_with_tools_is_an_option():
    cells = {"Tableau;Looker": 8, "I don't like any;Looker": 6, "I don't like any": 3, "Looker": 5}
    question = read_text(repeated("Dashboards", cells)).question("Dashboards")
    assert "I don't like any" in question.options


def test_one_typed_none_is_not_an_offer():
    survey = read_text(repeated("Tools", {"R;SQL": 300, "R": 100, "none": 1}))
    assert answers(survey, "Tools").answered.all()
    assert not answers(survey, "Tools").offers_none


def test_not_shown_is_not_asked():
    survey = read_text(
        "Response ID,Date submitted,Last page,Tools [R],Tools [SQL]\n"
        "1,2020-01-01 10:00,3,Yes,No\n2,2020-01-01 10:00,3,No,No\n3,,1,N/A,N/A\n"
    )
    found = answers(survey, "Tools")
    assert found.answered.tolist() == [True, True, False]
    assert found.not_asked.tolist() == [False, False, True]


def test_na_is_an_answer_unless_the_file_writes_it_for_blanks():
    survey = read_text("Country,Tools\nNA,R;SQL\nDE,SQL\nNA,R\nUS,R;SQL\n")
    assert survey.reading.missing == ()
    assert survey.question("Country").none_options == ("NA",)


def test_na_for_blanks_is_found_by_its_share_and_noted():
    rows = [["time", "q1", "q2", "why"]]
    rows += [[f"2018-12-06T17:{n:02}:00Z", "R, SQL", "NA", "NA"] for n in range(20)]
    rows += [[f"2018-12-06T18:{n:02}:00Z", "NA", "Yes", f"because {n}"] for n in range(20)]
    survey = read_rows(rows)
    assert survey.reading.missing == ("NA",)
    assert survey.question("q2").answered == 20
    assert survey.answers["q2"][0] == "NA", "the text of the file stays"
    assert any('"NA"' in note for note in survey.notes)


# Kinds


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([str(n) for n in range(20, 60)], "number"),
        ([f"{n}.5" for n in range(40)], "number"),
        ([f"{n},5" for n in range(40)], "number"),
        (["1", "2", "3", "4", "5"] * 8, "single-select"),
        (["Yes", "No"] * 20, "single-select"),
        ([f"An answer of its own, number {n}" for n in range(40)], "text"),
        ([f"2024-01-{n % 28 + 1:02} 10:{n:02}:00" for n in range(40)], "text"),
        ([""] * 40, "empty"),
        (["  "] * 40, "empty"),
    ],
)
def test_kinds_of_plain_columns(cells, kind):
    rows = [["x", "q"], *([str(n), cell] for n, cell in enumerate(cells))]
    question = read_rows(rows).question("q")
    assert question.kind == kind
    assert bool(question.options) == (kind == "single-select")


def test_a_single_choice_has_one_answer_each():
    survey = read_text("Role,x\nAnalyst,1\nStudent,2\n,3\nanalyst,4\nStudent,5\nAnalyst,6\n")
    assert counts(survey.question("Role")) == {"Analyst": 3, "Student": 2}
    assert answers(survey, "Role").chosen.sum(axis=1).tolist() == [1, 1, 0, 1, 1, 1]


def test_text_has_answers_but_no_options():
    survey = read_text("Why?,x\n" + "".join(f"Reason number {n},{n}\n" for n in range(30)) + ",1\n")
    found = answers(survey, "Why?")
    assert found.chosen.shape == (31, 0)
    assert found.answered.sum() == 30


# Order does not matter


def shuffled(rows: list[list[str]], seed: int) -> list[list[str]]:
    order = list(range(len(rows[0])))
    order = order[seed:] + order[:seed][::-1]
    body = rows[1:][seed:] + rows[1:][:seed][::-1]
    return [[row[at] for at in order] for row in [rows[0], *body]]


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_shuffled_columns_and_rows_give_the_same_questions(seed):
    rows = [
        [
            "3. Python.",
            "3. R.",
            "3. None.",
            "4. Role",
            "1. How often?",
            "Tools",
            "q/a",
            "q/b",
            "Pet",
        ],
        ["Python.", "R.", "", "Analyst", "Daily", "git;svn", "1", "0", "cat"],
        ["Python.", "", "", "Student", "Weekly", "git", "0", "0", "dog"],
        ["", "", "None.", "Analyst", "Daily", "svn;git", "1", "1", "cat"],
        ["", "", "", "Student", "Weekly", "svn", "", "", "dog"],
        ["Python.", "R.", "", "Analyst", "Daily", "hg;git", "0", "1", "cat"],
    ]
    plain, mixed = read_rows(rows), read_rows(shuffled(rows, seed))
    assert describe(plain) == describe(mixed)
    assert plain.reading == mixed.reading


def describe(survey):
    return {
        q.key: (q.text, q.kind, q.encoding, counts(q), set(q.none_options), q.answered)
        for q in survey.questions
    }
