"""A survey in parts: the cohorts of one file, with no part ever in one place."""

from __future__ import annotations

import io
import itertools
import json
import os
import pickle
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.cli import main
from segmentation.encode import bands_of, encode
from segmentation.errors import MappingError, ReadError, SegmentError, WorkbenchError
from segmentation.intake import read_survey
from segmentation.mapping import AnswerFilter, Filters, Mapping, QuestionMapping, Template
from segmentation.mapping.filters import Duration
from segmentation.outputs import assignments, profile_table, to_csv
from segmentation.parts import (
    PARTS_FILES,
    Asked,
    Cluster,
    Here,
    Source,
    is_many,
    parts_of,
    segment_parts,
    workers_of,
    write_parts,
)
from segmentation.parts.aligning import Everywhere, PartFeatures
from segmentation.parts.bits import Bits
from segmentation.parts.results import parts_metrics
from segmentation.parts.run import _drawn
from segmentation.run import segment
from segmentation.sampling import draw
from segmentation.spec import ClusterSpec, EmbedSpec, FitSpec, RunSpec
from tests.segmentation.builders import features, planted

MAPPING = Mapping(
    (
        QuestionMapping("Tools", "tools", "Tool"),
        QuestionMapping("Editors", "tools", "Editor"),
        QuestionMapping("Role", "attribute", name="Role"),
        QuestionMapping("Age", "attribute", name="Age"),
    )
)
WEIGHTED = Mapping((*MAPPING.questions, QuestionMapping("Weight", "weight")))
LATENT = RunSpec(embed=EmbedSpec(neighbors=15), cluster=ClusterSpec("latent-class", cohorts=4))
CUTS = (0, 170, 300, 301, 480)


def spec_of(sample: int, method: str = "latent-class") -> RunSpec:
    cluster = ClusterSpec(min_cluster_size=0.1) if method == "hdbscan" else LATENT.cluster
    return RunSpec(embed=LATENT.embed, cluster=cluster, fit=FitSpec(sample))


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return people(120)


def people(size: int) -> pd.DataFrame:
    """Four planted cohorts of `size` in a random order, with all kinds of questions. A role and an
    editor that one respondent alone names, in one part."""
    chosen, truth = planted(size=size)
    rng, everybody = np.random.default_rng(11), 4 * size
    names = ["Vim", "Emacs", "Nano", "Joe", "Kate"]
    ticked = rng.random((everybody, 5)) < 0.25 + 0.4 * (np.arange(5) == truth[:, None])
    editors = [";".join(np.array(names)[row]) or "None" for row in ticked]
    editors[7] = "Vim;Ed"
    for row in range(20, 40):
        editors[row] = ""
    frame = pd.DataFrame(
        {
            "Role": rng.choice(["Developer", "Analyst", "Manager"], everybody),
            "Age": rng.integers(18, 70, everybody).astype(str),
            "Weight": [
                f"{weight:.2f}" for weight in rng.choice([0.4, 0.5, 0.9, 1, 1.7], everybody)
            ],
            "Editors": editors,
        }
    )
    frame.loc[5, "Role"] = "Astronaut"
    for tool in range(chosen.shape[1]):
        frame[f"Tools [t{tool:02d}]"] = np.where(chosen[:, tool], "Yes", "No")
    return frame.iloc[rng.permutation(everybody)].reset_index(drop=True)


def as_bytes(frame: pd.DataFrame, kind: str) -> bytes:
    if kind == "csv":
        return frame.to_csv(index=False).encode()
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()


def cut_up(frame: pd.DataFrame, folder, kind: str = "csv", cuts=CUTS) -> str:
    folder.mkdir(exist_ok=True)
    for number, (first, last) in enumerate(itertools.pairwise(cuts)):
        (folder / f"part-{number:02d}.{kind}").write_bytes(as_bytes(frame[first:last], kind))
    return f"{folder}/*.{kind}"


def in_parts(where: str, mapping: Mapping, spec: RunSpec, pool=None, out: str | None = None):
    asked = Asked(template=Template.from_json(mapping.to_json()))
    return segment_parts(Source(parts_of(where), "survey", asked), spec, pool or Here(), out)


def same(run, frame: pd.DataFrame, mapping: Mapping, spec: RunSpec, kind: str = "csv") -> None:
    """That `run` found in parts what there is to be found in one file."""
    one = segment(read_survey(as_bytes(frame, kind), "survey"), mapping, spec)
    mine, theirs = (json.loads(r.cohorts.to_json()) for r in (run.sample, one))
    for differs in ("survey_sha256", "members"):
        del mine[differs], theirs[differs]
    close(mine, theirs)
    names = [cohort.name for cohort in one.cohorts.cohorts]
    tables = [profile_table(r.profiles, names) for r in (run.sample, one)]
    pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-9)
    for mine, theirs in zip(run.sample.profiles.attributes, one.profiles.attributes, strict=True):
        assert mine.attribute.levels == theirs.attribute.levels
        np.testing.assert_allclose(mine.rates.prevalence, theirs.rates.prevalence, atol=1e-9)
        np.testing.assert_allclose(mine.mixture, theirs.mixture, atol=1e-6)
    assert run.sample.validation.gain == pytest.approx(one.validation.gain, abs=1e-9)
    people = np.flatnonzero(one.features.used)[one.neighbours.patterns.people]
    np.testing.assert_array_equal(run.people, people)


def close(mine, theirs) -> None:
    """The same values, figures to within 1e-9."""
    if isinstance(theirs, dict):
        assert list(mine) == list(theirs)
        mine, theirs = list(mine.values()), list(theirs.values())
    if isinstance(theirs, list):
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            close(one, other)
    elif isinstance(theirs, float):
        assert mine == pytest.approx(theirs, abs=1e-9, rel=1e-9)
    else:
        assert mine == theirs


class TestInThisProcess:
    @pytest.mark.parametrize("sample", [160, 5000])
    @pytest.mark.parametrize("mapping", [MAPPING, WEIGHTED], ids=["plain", "weighted"])
    def test_parts_give_the_cohorts_of_one_file(self, answers, tmp_path, mapping, sample):
        spec = spec_of(sample)
        same(in_parts(cut_up(answers, tmp_path / "p"), mapping, spec), answers, mapping, spec)

    def test_so_do_those_that_a_method_leaves_out(self, tmp_path):
        """Two tight cohorts, and people who tick anything."""
        rng, spec = np.random.default_rng(6), spec_of(350, "hdbscan")
        tight = np.repeat(np.eye(2, dtype=bool), 6, axis=1)[rng.integers(0, 2, 400)]
        tight ^= rng.random(tight.shape) < 0.06
        chosen = rng.permutation(np.vstack([tight, rng.random((300, 12)) < 0.5]))
        names = [f"Tools [t{tool:02d}]" for tool in range(12)]
        stray = pd.DataFrame(np.where(chosen, "Yes", "No"), columns=names)
        where, mapping = cut_up(stray, tmp_path / "p", cuts=(0, 300, 700)), MAPPING.questions[:1]
        run = in_parts(where, Mapping(mapping), spec)
        same(run, stray, Mapping(mapping), spec)
        assert 0.05 < parts_metrics(run)["unassigned_share"] < 1

    def test_other_cuts_and_another_order_give_the_same_cohorts(self, answers, tmp_path):
        spec = spec_of(160)
        shuffled = answers.sample(frac=1, random_state=3)
        found = [
            in_parts(cut_up(answers, tmp_path / "a"), WEIGHTED, spec),
            in_parts(cut_up(answers, tmp_path / "b", cuts=(0, 40, 290, 480)), WEIGHTED, spec),
            in_parts(cut_up(shuffled, tmp_path / "c"), WEIGHTED, spec),
        ]
        tables = [profile_table(run.sample.profiles, [str(i) for i in range(4)]) for run in found]
        pd.testing.assert_frame_equal(tables[0], tables[1])
        pd.testing.assert_frame_equal(tables[0], tables[2])

    def test_who_is_where_is_written_part_by_part(self, answers, tmp_path):
        spec, out = spec_of(160), tmp_path / "out"
        run = in_parts(cut_up(answers, tmp_path / "p"), MAPPING, spec, out=str(out))
        write_parts(run, str(out))
        whole = segment(read_survey(as_bytes(answers, "csv"), "survey"), MAPPING, spec)
        lines = [path.read_text().splitlines() for path in sorted(out.glob("assignments-*.csv"))]
        assert [len(one) - 1 for one in lines] == [170, 130, 1, 179]
        together = [lines[0][0], *(line for one in lines for line in one[1:])]
        assert together == to_csv(assignments(whole)).splitlines()
        metrics = json.loads((out / "metrics.json").read_text())
        assert metrics["respondents"] == 480
        assert metrics["respondents_fitted"] == 160
        assert "sample of 160 of the" in metrics["sampling"]["in_words"]
        assert (out / "map.html").stat().st_size > 1000
        assert json.loads((out / "cohorts.json").read_text())["members"] == ""

    def test_any_file_system_will_do(self, answers):
        import fsspec

        memory = fsspec.filesystem("memory")
        for number, first in enumerate(range(0, 480, 240)):
            part = as_bytes(answers[first : first + 240], "parquet")
            memory.pipe_file(f"/wave/{number}.parquet", part)
        memory.pipe_file("/wave/_SUCCESS", b"")
        run = in_parts("memory://wave", MAPPING, spec_of(160), out="memory://results")
        write_parts(run, "memory://results")
        assert run.names == ("0.parquet", "1.parquet")
        assert memory.exists("/results/assignments-00002.csv")
        assert memory.exists("/results/cohorts.json")
        same(run, answers, MAPPING, spec_of(160), "parquet")

    def test_without_a_mapping_the_largest_part_suggests_one(self, answers, tmp_path):
        source = Source(parts_of(cut_up(answers, tmp_path / "p")), "survey")
        run = segment_parts(source, spec_of(160), Here())
        assert "suggested from the largest part, part-03.csv" in run.notes[0]
        assert {entry.role for entry in run.sample.cohorts.mapping.questions} >= {"tools"}

    def test_filters_count_in_parts_that_lack_the_answer(self, answers, tmp_path):
        only = Filters((AnswerFilter("Role", ("Manager", "Astronaut")),))
        mapping = Mapping(MAPPING.questions, filters=only)
        where, spec = cut_up(answers, tmp_path / "p"), spec_of(5000)
        same(in_parts(where, mapping, spec), answers, mapping, spec)

    def test_a_question_that_a_part_lacks_was_not_asked_there(self, answers, tmp_path):
        where, spec = cut_up(answers, tmp_path / "p"), spec_of(5000)
        short = answers[300:301].drop(columns=["Editors", "Age"])
        (tmp_path / "p" / "part-02.csv").write_bytes(as_bytes(short, "csv"))
        run = in_parts(where, MAPPING, spec)
        assert "“Editors” is not in part-02.csv: not asked there." in run.notes
        blank = answers.copy()
        blank.loc[300, ["Editors", "Age"]] = ""
        same(run, blank, MAPPING, spec)


@pytest.mark.parametrize("size", [1, 50, 900, 3999])
def test_the_sample_of_parts_is_that_of_one_file(size):
    """Of frequent and of rare answers, light and heavy, some not asked; a part without anybody."""
    rng = np.random.default_rng(size)
    chosen = rng.random((4000, 9)) < rng.choice([0.05, 0.5], (4000, 1))
    asked = chosen | (rng.random((4000, 9)) < 0.9)
    weight = rng.choice([0.1, 0.5, 1.0, 1.1, 7.0], 4000)
    whole = replace(features(chosen, asked), weight=weight)
    everywhere = Everywhere(whole.base, whole.prevalence, whole.kept)
    parts = [
        PartFeatures(
            whole.tools,
            *(Bits.of(m[at]) for m in (chosen, asked, np.ones(4000, dtype=bool))),
            weight[at],
            (),
        )
        for at in (slice(0, 1500), slice(1500, 1500), slice(1500, 1510), slice(1510, 4000))
    ]
    spec, pool = RunSpec(fit=FitSpec(size)), Here()
    _, drawn, used = _drawn(parts, everywhere, spec, pool)
    rows = np.concatenate(
        [one.rows + at for one, at in zip(drawn, (0, 1500, 1500, 1510), strict=True)]
    )
    patterns = draw(whole, spec.fit, spec.embed.seed)
    assert used == whole.used.sum() > 2000
    expected = np.flatnonzero(whole.used)[patterns.people]
    np.testing.assert_array_equal(rows, expected if size < used else np.flatnonzero(whole.used))


@pytest.mark.parametrize(
    ("values", "people"), [((1, 2, 3, 4, 9), (5, 1, 1, 2, 9)), ((7,), (4,)), ((1, 2), (9, 1))]
)
def test_bands_are_those_of_pandas(values, people):
    bands = bands_of(np.array(values, dtype=float), np.array(people))
    cut = pd.qcut(np.repeat(values, people).astype(float), 5, duplicates="drop")
    there = [int(n) for n in cut.value_counts() if n]
    upto = np.searchsorted(values, bands.edges, side="right")
    assert np.diff(np.append(0, np.cumsum(people)[upto - 1])).tolist() == there


@pytest.mark.parametrize("share", [0.0, 0.001, 0.4])
def test_bits_are_a_table_again(share):
    table = np.random.default_rng(1).random((999, 5)) < share
    np.testing.assert_array_equal(Bits.of(table).table(), table)
    np.testing.assert_array_equal(Bits.of(table[:, 1]).column(), table[:, 1])


class TestRefusals:
    def test_one_file_is_no_survey_in_parts(self, tmp_path):
        (tmp_path / "a[1].csv").write_text("x")
        assert not is_many(str(tmp_path / "a[1].csv"))
        assert not is_many(str(tmp_path / "none.csv"))
        assert is_many(str(tmp_path))
        assert is_many(f"{tmp_path}/*.csv")
        assert is_many("s3://bucket/key.parquet")

    def test_no_parts(self, tmp_path):
        for where in (f"{tmp_path}/*.csv", str(tmp_path), "memory://nowhere"):
            with pytest.raises(WorkbenchError, match=r"No file matches .*: check the path"):
                parts_of(where)
        with pytest.raises(WorkbenchError, match="no way to read nosuch://"):
            parts_of("nosuch://a/*.csv")

    def test_a_part_that_is_no_survey_is_named(self, answers, tmp_path):
        where = cut_up(answers, tmp_path / "p")
        (tmp_path / "p" / "part-02.csv").write_bytes(b"")
        with pytest.raises(ReadError, match=r"part-02\.csv is empty"):
            in_parts(where, MAPPING, spec_of(160))
        (tmp_path / "p" / "part-02.csv").write_text("Colour,Size\nred,1\nblue,2\n")
        with pytest.raises(MappingError, match=r"In part-02\.csv: none of the tool questions"):
            in_parts(where, MAPPING, spec_of(160))
        other = answers[300:301].drop(columns="Weight")
        (tmp_path / "p" / "part-02.csv").write_bytes(as_bytes(other, "csv"))
        with pytest.raises(MappingError, match=r"In part-02\.csv: the weight is not there"):
            in_parts(where, WEIGHTED, spec_of(160))

    def test_a_number_that_is_none_elsewhere(self, answers, tmp_path):
        where = cut_up(answers, tmp_path / "p")
        words = answers[:170].assign(Age=np.where(np.arange(170) % 2, "young", "old"))
        (tmp_path / "p" / "part-00.csv").write_bytes(as_bytes(words, "csv"))
        with pytest.raises(
            MappingError, match=r"In part-00\.csv: “Age” is not always a number, as it is"
        ):
            in_parts(where, MAPPING, spec_of(160))

    def test_what_only_the_whole_knows(self, answers, tmp_path):
        where = cut_up(answers, tmp_path / "p")
        quick = Filters(duration=Duration(("Age",), of_median=0.5))
        with pytest.raises(MappingError, match="median of everybody"):
            in_parts(where, Mapping(MAPPING.questions, filters=quick), spec_of(160))
        with pytest.raises(WorkbenchError, match="set the sample to fit on"):
            in_parts(where, MAPPING, spec_of(0))

    def test_filters_that_leave_nobody(self, answers, tmp_path):
        nobody = Filters((AnswerFilter("Age", (), 200, 300),))
        with pytest.raises(SegmentError, match="leave out all 480 respondents"):
            in_parts(
                cut_up(answers, tmp_path / "p"),
                Mapping(MAPPING.questions, filters=nobody),
                spec_of(160),
            )

    def test_no_such_scheduler(self, monkeypatch):
        monkeypatch.setattr("segmentation.parts.work.CONNECTING", 1)
        for address in ("tcp://127.0.0.1:9", "nonsense"):
            with (
                pytest.raises(WorkbenchError, match="No Dask scheduler answers at"),
                workers_of(address),
            ):
                pass


@pytest.fixture(scope="module")
def cluster():
    import dask
    from distributed import LocalCluster

    with (
        # Nobody waits half a minute for a worker that was killed.
        dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster


@contextmanager
def client_of(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        yield client


class Recording(Cluster):
    """A cluster that tells how many bytes came back at a time."""

    def __init__(self, client) -> None:
        super().__init__(client)
        self.sizes: list[int] = []

    def fetch(self, results):
        found = super().fetch(results)
        self.sizes += [len(pickle.dumps(one, 5)) for one in found]
        return found


@pytest.mark.slow
class TestOnACluster:
    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_a_cluster_gives_the_cohorts_of_one_file(self, cluster, answers, tmp_path, kind):
        where, out = cut_up(answers, tmp_path / "p", kind), tmp_path / "out"
        with workers_of(cluster.scheduler_address) as pool:
            run = in_parts(where, WEIGHTED, spec_of(160), pool, str(out))
        same(run, answers, WEIGHTED, spec_of(160), kind)
        lines = sum(len(p.read_text().splitlines()) - 1 for p in out.glob("assignments-*.csv"))
        assert lines == 480

    def test_only_counts_and_the_sample_come_back(self, cluster, tmp_path):
        many, cuts = people(12_000), tuple(100 * cut for cut in CUTS)
        where = cut_up(many, tmp_path / "p", "parquet", cuts)
        with client_of(cluster) as client:
            pool = Recording(client)
            in_parts(where, WEIGHTED, spec_of(160), pool)
        assert max(pool.sizes) < 17_900 * 29 / 8, "a bit for each answer of the largest part"

    def test_a_worker_killed_midway_costs_time_alone(self, cluster, answers, tmp_path):
        where = cut_up(answers, tmp_path / "p", cuts=tuple(range(0, 481, 40)))
        killed = threading.Event()

        class Deadly(Cluster):
            def fetch(self, results):
                if self.step == "Placing everybody" and not killed.is_set():
                    killed.set()
                    pid = next(iter(cluster.workers.values())).pid
                    os.kill(pid, signal.SIGKILL)
                    time.sleep(0.1)
                return super().fetch(results)

        with client_of(cluster) as client:
            run = in_parts(where, WEIGHTED, spec_of(160), Deadly(client))
        assert killed.is_set()
        same(run, answers, WEIGHTED, spec_of(160))

    def test_a_part_that_cannot_be_read_is_named(self, cluster, answers, tmp_path):
        where = cut_up(answers, tmp_path / "p")
        source = Source(parts_of(where), "survey")
        (tmp_path / "p" / "part-03.csv").unlink()
        with (
            workers_of(cluster.scheduler_address) as pool,
            pytest.raises(ReadError, match=r"part-03\.csv cannot be read: check that it is there"),
        ):
            segment_parts(source, spec_of(160), pool)


def test_encoding_is_unchanged_by_where_a_question_stands(answers):
    survey = read_survey(as_bytes(answers, "csv"), "s.csv")
    found = encode(survey, MAPPING, spec_of(0).encode)
    age = found.attributes[0]
    values = pd.to_numeric(answers["Age"])
    codes = pd.qcut(values, 5, duplicates="drop").cat.codes
    np.testing.assert_array_equal(age.member.argmax(axis=1), codes)


class TestOnTheCommandLine:
    @pytest.fixture
    def mapping(self, tmp_path):
        path = tmp_path / "mapping.json"
        path.write_text(MAPPING.to_json())
        return str(path)

    def run(self, capsys, *arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["run", *arguments])
        return left.value.code, *capsys.readouterr()

    QUICK = ("--method", "latent-class", "--cohorts", "4", "--sample", "160")

    def test_a_pattern_is_run_in_parts(self, answers, tmp_path, mapping, capsys):
        where, out = cut_up(answers, tmp_path / "wave"), tmp_path / "out"
        typed = (where, "--mapping", mapping, "--out", str(out), *self.QUICK)
        code, shown, said = self.run(capsys, *typed)
        assert code == 0
        assert "480 of 480 respondents used" in shown
        assert "made from a sample of 160 of the 480 respondents" in shown
        assert "run trust on one of the parts" in said
        written = {path.name for path in out.iterdir()}
        assert written == {*PARTS_FILES, *(f"assignments-0000{i}.csv" for i in range(1, 5))}
        assert json.loads((out / "cohorts.json").read_text())["survey"] == "wave"

    @pytest.mark.slow
    def test_a_cluster_is_named_by_its_scheduler(self, cluster, answers, tmp_path, mapping, capsys):
        where, typed = cut_up(answers, tmp_path / "wave"), ("--mapping", mapping, *self.QUICK)
        address = cluster.scheduler_address
        code, there, _ = self.run(capsys, where, *typed, "--dask", address)
        assert code == 0
        _, here, _ = self.run(capsys, where, *typed)
        assert there.splitlines()[:7] == here.splitlines()[:7], "the table of cohorts"

    def test_what_cannot_be_done_is_one_sentence(self, answers, tmp_path, mapping, capsys):
        where = cut_up(answers, tmp_path / "wave")
        (tmp_path / "one.csv").write_bytes(as_bytes(answers, "csv"))
        for typed, sentence in (
            ((str(tmp_path / "one.csv"), "--dask", "tcp://h:1"), "is one file, which --dask"),
            ((f"{tmp_path}/*.parquet",), "No file matches"),
            ((where, "--out", str(tmp_path / "wave")), "would stand among the parts"),
            ((where, "--sample", "0"), "set the sample to fit on"),
        ):
            code, _, said = self.run(capsys, *typed, "--mapping", mapping)
            assert code == 2
            assert sentence in said
            assert len(said.strip().splitlines()) == 1
