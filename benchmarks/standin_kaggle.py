"""A stand-in for the Kaggle 2020 survey: its exact layout and published counts, made-up people.

The responses themselves may not be passed on. What is known of the file stands in
`shared/data/kaggle_2020`: 355 columns, two header rows, who was asked what, and how many
respondents analysts counted per choice. From that, and from cohorts planted after those that the
synthesis of the survey found, 20,036 respondents are drawn. Counts that were published come out
exactly; all others are plausible at best.

    python -m benchmarks.standin_kaggle OUT.csv [--seed 2020]
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

FACTS = Path(__file__).parent.parent.parent / "shared" / "data" / "kaggle_2020"
RESPONDENTS = 20_036
ANSWERED_ROLE = 19_277
"""Those who told their role: the number that makes whole respondents of the published shares."""

BIG_SPEND = "$100,000 or more ($USD)"
SPEND = {
    "$0 ($USD)": 3_700,
    "$1-$99": 1_500,
    "$100-$999": 2_000,
    "$1000-$9,999": 1_900,
    "$10,000-$99,999": 1_301,
    BIG_SPEND: 729,
}
"""Only the last is known."""

AMONG_BIG_SPENDERS = {
    ("Q31_A", "Microsoft Power BI"): 0.22,
    ("Q31_A", "Tableau"): 0.30,
    ("Q26_A", "Microsoft Azure"): 0.31,
    ("Q12", "GPUs"): 0.49,
}
"""Shares that the synthesis states for the 729 who spent most."""

AS_PUBLISHED = {
    "JupyterLab (or products based off of Jupyter)": "Jupyter (JupyterLab, Jupyter Notebooks, etc)",
    "Vim, Emacs, or similar": "Vim / Emacs",
}
"""How choices read in the file where the questionnaire words them otherwise."""

STRAY = {
    "RStudio": " RStudio",
    "Spyder": "  Spyder  ",
    "PyCharm": " PyCharm ",
    "Vim / Emacs": "  Vim / Emacs",
    "Matplotlib": " Matplotlib ",
    "Tableau": "Tableau ",
    "Amazon Web Services (AWS)": " Amazon Web Services (AWS) ",
    "Microsoft Azure": " Microsoft Azure ",
}
"""Labels with stray spaces, as the file has them."""

NONE = ("None", "No / None")
AWS_AZURE_GCP = ("Amazon Web Services (AWS)", "Microsoft Azure", "Google Cloud Platform (GCP)")
VISION = ("Convolutional Neural Networks", "Generative Adversarial Networks")
SEQUENCES = ("Recurrent Neural Networks", "Transformer Networks (BERT, gpt-3, etc)")

Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Planted:
    """A cohort. `share` of all; `breadth` raises the odds of every tool; `tools` are its own."""

    name: str
    share: float
    breadth: float
    roles: tuple[str, ...]
    tools: tuple[str, ...]


COHORTS = (
    Planted(
        "beginners",
        0.30,
        -1.6,
        ("Student", "Currently not employed", "Other"),
        ("Python", "Kaggle Notebooks", "Matplotlib", "Kaggle Learn Courses", "Coursera", "C"),
    ),
    Planted(
        "analysts",
        0.16,
        -0.5,
        ("Data Analyst", "Business Analyst", "Product/Project Manager"),
        ("SQL", "Tableau", "Microsoft Power BI", "Microsoft SQL Server", "Microsoft Access")
        + ("Qlik", "Notepad++", "Google Data Studio", "Plotly / Plotly Express"),
    ),
    Planted(
        "business scientists",
        0.13,
        0.6,
        ("Data Scientist", "Statistician", "Data Engineer"),
        ("Python", "R", "SQL", "RStudio", "Scikit-learn", "Xgboost", "Tableau", "PostgreSQL")
        + ("Linear or Logistic Regression", "Decision Trees or Random Forests", "Shiny"),
    ),
    Planted(
        "academic scientists",
        0.10,
        0.1,
        ("Research Scientist", "Statistician", "Student"),
        ("R", "MATLAB", "C++", "RStudio", "Spyder", "Vim / Emacs", "Ggplot / ggplot2", "Julia")
        + ("Bayesian Approaches", "Linear or Logistic Regression", "Caret"),
    ),
    Planted(
        "traditional machine learning",
        0.12,
        0.4,
        ("Data Scientist", "Software Engineer", "Data Analyst"),
        ("Scikit-learn", "Xgboost", "LightGBM", "CatBoost", "PyCharm", "Seaborn")
        + ("Decision Trees or Random Forests",)
        + ("Gradient Boosting Machines (xgboost, lightgbm, etc)",),
    ),
    Planted(
        "deep learning, small",
        0.11,
        0.4,
        ("Student", "Software Engineer", "Machine Learning Engineer"),
        ("TensorFlow", "Keras", "PyTorch", "Colab Notebooks", "GPUs", "PyCharm", "TensorBoard")
        + ("Convolutional Neural Networks", "Dense Neural Networks (MLPs, etc)", "C++"),
    ),
    Planted(
        "deep learning, large",
        0.05,
        1.4,
        ("Machine Learning Engineer", "Research Scientist", "Data Scientist"),
        ("PyTorch", "TensorFlow", "GPUs", "TPUs", "TensorBoard", "Weights & Biases", "Bash")
        + ("Google Cloud Platform (GCP)", "Visual Studio Code (VSCode)", *VISION, *SEQUENCES),
    ),
    Planted(
        "ML ops",
        0.03,
        1.6,
        ("Data Engineer", "Machine Learning Engineer", "Software Engineer"),
        ("Amazon Web Services (AWS)", "Microsoft Azure", "Amazon SageMaker", "Bash", "Java")
        + ("Amazon EC2", "AWS Lambda", "Databricks", "Vim / Emacs", "SQL", "Amazon Redshift"),
    ),
)


@dataclass(frozen=True)
class Question:
    """`columns`: (name, text of the second header row, choice) of each column."""

    code: str
    several: bool
    choices: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]


@dataclass(eq=False)
class Standin:
    """The file and what was planted in it.

    `cohort`: (respondents,) positions in COHORTS. `asked[code]`, `ticked[code][choice]`: bool
    (respondents,). `single[code]`: (respondents,) the choice, "" where none was made.
    """

    questions: tuple[Question, ...]
    cohort: npt.NDArray[np.intp]
    asked: dict[str, Bools] = field(default_factory=dict)
    ticked: dict[str, dict[str, Bools]] = field(default_factory=dict)
    single: dict[str, Texts] = field(default_factory=dict)

    def any_of(self, code: str, choices: Iterable[str]) -> Bools:
        return np.logical_or.reduce([self.ticked[code][choice] for choice in choices])

    def write(self, path: Path) -> None:
        """The file as it is downloaded: two header rows, a choice's label or nothing."""
        columns = [
            self._cells(question, choice)
            for question in self.questions
            for _, _, choice in question.columns
        ]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([name for q in self.questions for name, _, _ in q.columns])
            writer.writerow([text for q in self.questions for _, text, _ in q.columns])
            writer.writerows(zip(*columns, strict=True))

    def _cells(self, question: Question, choice: str) -> Texts:
        if not question.several:
            return self.single[question.code]
        return np.where(self.ticked[question.code][choice], STRAY.get(choice, choice), "")


def read_layout(facts: Path = FACTS) -> tuple[Question, ...]:
    """The questions of the survey, in the order of its columns."""
    with (facts / "layout.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        grouped.setdefault(re.sub(r"_(?:Part_\d+|OTHER)$", "", row["column"]), []).append(row)
    return tuple(_question(code, members) for code, members in grouped.items())


def _question(code: str, rows: Sequence[dict[str, str]]) -> Question:
    several = rows[0]["kind"] == "multi-select"
    columns = []
    for row in rows:
        choice = AS_PUBLISHED.get(row["choices"], row["choices"]) if several else ""
        text = row["second_header_row"]
        if several:
            text = text.removesuffix(row["choices"]) + STRAY.get(choice, choice)
        columns.append((row["column"], text, choice))
    choices = [c for _, _, c in columns] if several else rows[0]["choices"].split(" | ")
    return Question(code, several, tuple(filter(None, choices)), tuple(columns))


def read_counts(facts: Path = FACTS) -> dict[str, dict[str, int]]:
    """Respondents per choice, by question; shares of the role made into respondents."""
    counts: dict[str, dict[str, int]] = {}
    with (facts / "published_counts.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            share = row["share_of_those_who_answered"]
            count = round(float(share) * ANSWERED_ROLE) if share else int(row["respondents"])
            counts.setdefault(row["question"], {})[row["choice"]] = count
    return counts


def make(seed: int = 2020, facts: Path = FACTS) -> Standin:
    """The whole survey; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    questions, counts = read_layout(facts), read_counts(facts)
    shares = [planted.share for planted in COHORTS]
    cohort = rng.choice(len(COHORTS), RESPONDENTS, p=shares)
    made = Standin(questions, cohort)
    for code in ("Q5", "Q22", "Q25"):
        _single(made, code, counts.get(code, SPEND), rng)
    by_code = {question.code: question for question in questions}
    for question in questions:
        if question.code not in made.single:
            _ask(made, by_code[question.code], counts.get(question.code, {}), rng)
    return made


def _employed(made: Standin) -> Bools:
    role = made.single["Q5"]
    return (role != "") & (role != "Student") & (role != "Currently not employed")


def _professional(made: Standin) -> Bools:
    """Employed, and with money spent on the cloud or machine learning."""
    return (made.single["Q25"] != "") & (made.single["Q25"] != "$0 ($USD)")


def _asked(made: Standin, code: str) -> Bools:
    """Who was asked, by the skip logic that was published."""
    everybody = np.ones(RESPONDENTS, dtype=bool)
    if code.endswith("_B"):
        return (made.single["Q5"] != "") & ~_professional(made)
    if code in ("Q20", "Q21", "Q22", "Q23", "Q24"):
        return _employed(made)
    if code == "Q25":
        return made.single["Q22"] != ""
    rules = {
        "Q18": lambda: made.any_of("Q17", VISION),
        "Q19": lambda: made.any_of("Q17", VISION + SEQUENCES),
        "Q27_A": lambda: made.any_of("Q26_A", AWS_AZURE_GCP),
        "Q28_A": lambda: made.any_of("Q26_A", AWS_AZURE_GCP),
        "Q30": lambda: _several(made, "Q29_A"),
        "Q32": lambda: _several(made, "Q31_A"),
        "Q34_A": lambda: _any_tool(made, "Q33_A"),
    }
    if code in rules:
        return rules[code]()
    return _professional(made) if code.endswith("_A") else everybody


def _any_tool(made: Standin, code: str) -> Bools:
    return made.any_of(code, [c for c in made.ticked[code] if c not in NONE])


def _several(made: Standin, code: str) -> Bools:
    tools = [ticks for choice, ticks in made.ticked[code].items() if choice not in NONE]
    return np.sum(tools, axis=0) > 1


def _ask(
    made: Standin, question: Question, counts: dict[str, int], rng: np.random.Generator
) -> None:
    code = question.code
    if question.several:
        made.asked[code] = _asked(made, code)
        made.ticked[code] = _ticks(made, question, counts, rng)
    elif code.startswith("Time"):
        seconds = np.exp(rng.normal(6.4, 0.9, RESPONDENTS)).astype(int) + 20
        made.single[code] = seconds.astype(str).astype(object)
    elif question.choices:
        _single(made, code, {}, rng, question.choices)
    else:
        _single(made, code, {}, rng, [f"{code} answer {n}" for n in range(1, 21)])


def _single(
    made: Standin,
    code: str,
    counts: dict[str, int],
    rng: np.random.Generator,
    choices: Sequence[str] = (),
) -> None:
    """One choice each. With `counts`, exactly so many, those most inclined first."""
    asked = np.ones(RESPONDENTS, dtype=bool) if code == "Q5" else _asked(made, code)
    made.asked[code] = asked
    cells = np.full(RESPONDENTS, "", dtype=object)
    if not counts:
        answering = asked & (rng.random(RESPONDENTS) < 0.9)
        weights = 1 / np.arange(1, len(choices) + 1)
        drawn = rng.choice(len(choices), RESPONDENTS, p=weights / weights.sum())
        cells[answering] = np.array(choices, dtype=object)[drawn[answering]]
    for choice, count in sorted(counts.items(), key=lambda item: item[1]):
        free = asked & (cells == "")
        liking = np.array([_liking(planted, choice) for planted in COHORTS])[made.cohort]
        cells[_pick(free, count, liking, rng)] = choice
    made.single[code] = cells


def _liking(planted: Planted, choice: str) -> float:
    """How much more inclined a cohort is to a role, or the more so the larger the spend."""
    if choice in planted.roles:
        return 2.0
    return planted.breadth if choice in (BIG_SPEND, "$10,000-$99,999") else 0.0


def _pick(
    free: Bools, count: int, liking: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """Exactly `count` of those who are free, drawn without replacement by weights exp(liking)."""
    candidates = np.flatnonzero(free)
    if count > len(candidates):
        raise ValueError(f"{count} respondents are wanted, {len(candidates)} are left")
    score = liking[candidates] + rng.gumbel(size=len(candidates))
    return candidates[np.argsort(-score, kind="stable")[:count]]


def _ticks(
    made: Standin, question: Question, counts: dict[str, int], rng: np.random.Generator
) -> dict[str, Bools]:
    """Who ticked what: first those with none of it, then every choice for itself."""
    asked = made.asked[question.code]
    answering = asked & (rng.random(RESPONDENTS) < 0.97)
    breadth = np.array([planted.breadth for planted in COHORTS])[made.cohort]
    ticked = {choice: np.zeros(RESPONDENTS, dtype=bool) for choice in question.choices}
    free = answering.copy()
    for choice in question.choices:
        if choice in NONE:
            share = 0.65 if question.code == "Q33_A" else 0.12
            ticked[choice][
                _pick(free, counts.get(choice, round(share * free.sum())), -2 * breadth, rng)
            ] = True
            free &= ~ticked[choice]
    for place, choice in enumerate(question.choices):
        if choice in NONE:
            continue
        own = np.array([2.2 * (choice in planted.tools) for planted in COHORTS])[made.cohort]
        usual = (0.45 if place < 3 else 0.12) if choice != "Other" else 0.05
        count = counts.get(choice, round(usual * free.sum()))
        stated = AMONG_BIG_SPENDERS.get((question.code, choice))
        open_to = free
        if stated is not None:
            rich = made.single["Q25"] == BIG_SPEND
            quota = round(stated * rich.sum())
            ticked[choice][_pick(free & rich, quota, own + breadth, rng)] = True
            open_to, count = free & ~rich, count - quota
        ticked[choice][_pick(open_to, count, own + breadth, rng)] = True
    return ticked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=2020)
    said = parser.parse_args()
    made = make(said.seed)
    made.write(said.out)
    print(f"{RESPONDENTS:,} respondents, {sum(len(q.columns) for q in made.questions)} columns")


if __name__ == "__main__":
    main()
