"""Three ways to divide respondents into cohorts, and what becomes of those left out.

The only importer of hdbscan, scikit-network and stepmix, inside functions.
"""

from __future__ import annotations

import ctypes
import os
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from segmentation.embed import Embedding, respondent_positions
from segmentation.encode import Features
from segmentation.errors import SegmentError
from segmentation.mixture import Bools, Floats, Ints, Mixture, fit_mixture, score
from segmentation.neighbours import Patterns
from segmentation.progress import Progress, silent
from segmentation.spec import ClusterSpec, Unassigned

MAX_CLASSES = 15
"""The Bayesian information criterion chooses among 1 to this many latent classes."""

STARTS = 4
"""Random starts of each latent class model; the likeliest is kept."""

MANY_PATTERNS, STARTING_PATTERNS, MANY_STARTS, START_ROUNDS = 20_000, 10_000, 24, 60
"""Above so many patterns random starts end in lesser optima: there are more starts, of fewer
rounds, on a part of the patterns, and the one under which all are likeliest is carried on."""

LIKELY = 0.5

SMALLEST_COHORT = 10
"""Respondents: whatever the share asked for, fewer describe themselves, not a cohort."""

_leiden_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Clustering:
    """Who belongs where, for the used respondents in file order.

    `core`: (respondents used,), the method's own cohort, -1 = left out. `labels`: the same after
    the policy for the unassigned. Cohorts are numbered from 0 by core size, largest first.
    `posterior`: (respondents used, cohorts), probability of each cohort given the answers, from
    the Bernoulli mixture `definition` that is read off the core members. `sampled`: places among
    the used of the sample that the cohorts and the definition were made from, None where it was
    everybody; the core of others is that of whom they answered like, or the likeliest.
    """

    core: Ints
    labels: Ints
    posterior: NDArray[np.float32]
    definition: Mixture
    sampled: Ints | None = None

    @property
    def fitted(self) -> slice | Ints:
        """Selects, of anything (respondents used, ...), those that the cohorts were made from."""
        return slice(None) if self.sampled is None else self.sampled

    @property
    def cohorts(self) -> int:
        return len(self.definition.share)

    @property
    def unassigned_share(self) -> float:
        """Share of the used respondents without a cohort, unweighted."""
        return float(np.mean(self.labels < 0))


def cluster(
    features: Features,
    patterns: Patterns,
    embedding: Embedding,
    spec: ClusterSpec,
    seed: int,
    progress: Progress = silent,
) -> Clustering:
    """Divide the used respondents into cohorts by `spec.method`.

    Raises SegmentError when the method finds no cohort at all.
    """
    progress("Finding cohorts", 0.0)
    by_pattern = METHODS[spec.method](patterns, embedding, spec, seed, progress)
    number = number_by_size(by_pattern, patterns)
    if number.max() < 0:
        raise SegmentError(
            "Nobody could be assigned to a cohort with these settings: lower the minimum cohort "
            "size or the minimum samples, or choose another method."
        )
    return with_policy(features, patterns, number, spec.unassigned)


def with_policy(
    features: Features, patterns: Patterns, by_pattern: Ints, policy: Unassigned
) -> Clustering:
    """The definition read off the core members, and what becomes of everybody else.

    `by_pattern`: (patterns,), cohorts numbered from 0 without a gap, -1 = left out by the method.
    """
    weight = features.weight[features.used]
    core = patterns.spread(by_pattern)
    fitted = slice(None) if patterns.sampled is None else patterns.sampled
    chosen, asked = features.chosen_kept, features.asked_kept
    rule = rule_of(chosen[fitted], asked[fitted], weight[fitted], core[fitted], policy)
    return rule.place(chosen, asked, core, patterns.of < 0, patterns.sampled)


@dataclass(frozen=True, eq=False)
class Rule:
    """How everybody is placed once the method is done. `left_out`: of those in the sample whom the
    method left out, one profile more and their weighted share; None where it left out nobody."""

    definition: Mixture
    left_out: tuple[Mixture, float] | None
    policy: Unassigned

    def place(
        self, chosen: Bools, asked: Bools, core: Ints, others: Bools, sampled: Ints | None = None
    ) -> Clustering:
        """`core`: (respondents used,), the method's own cohorts of those who are in the sample or
        answered like somebody in it; `others`: who did not, whose core is found here."""
        scores = score(self.definition, chosen, asked)
        likeliest, posterior = scores.posterior.argmax(axis=1), scores.posterior.max(axis=1)
        core = np.where(others, likeliest, core)
        if self.left_out is not None and others.any():
            rest, share = self.left_out
            fit = score(rest, chosen[others], asked[others]).loglik + np.log(share)
            best = scores.loglik[others] + np.log(posterior[others]) + np.log1p(-share)
            core[np.flatnonzero(others)[fit > best]] = -1
        floor = {"keep": np.inf, "likely": LIKELY, "everyone": 0.0}[self.policy]
        labels = np.where((core < 0) & (posterior >= floor), likeliest, core)
        narrow = scores.posterior.astype(np.float32)
        return Clustering(core, labels, narrow, self.definition, sampled)


def rule_of(chosen: Bools, asked: Bools, weight: Floats, core: Ints, policy: Unassigned) -> Rule:
    """The rule read off those whom the method looked at; `core`: as in `Clustering`."""
    definition = fit_mixture(chosen, asked, weight, core, int(core.max()) + 1)
    anybody = bool((core < 0).any())
    return Rule(definition, _left_out(chosen, asked, weight, core) if anybody else None, policy)


def _left_out(chosen: Bools, asked: Bools, weight: Floats, core: Ints) -> tuple[Mixture, float]:
    """Those of a sample whom the method left out, as one profile more, and their weighted share.

    Who is not in the sample and fits them better than any cohort would have been left out too."""
    out = core < 0
    share = float(weight[out].sum() / weight.sum())
    return fit_mixture(chosen, asked, weight, np.where(out, 0, -1), 1), share


def _hdbscan(
    patterns: Patterns, embedding: Embedding, spec: ClusterSpec, seed: int, progress: Progress
) -> Ints:
    """Dense islands on the map: Campello, Moulavi and Sander (2013); McInnes et al. (2017)."""
    import hdbscan

    points, of = respondent_positions(embedding.positions, patterns), patterns.of_people
    smallest = max(SMALLEST_COHORT, round(spec.min_cluster_size * len(points)))
    # Ties between equal distances go by position: so the order is that of the patterns.
    order = np.argsort(of, kind="stable")
    found = np.empty(len(points), dtype=np.int64)
    found[order] = hdbscan.HDBSCAN(
        min_cluster_size=smallest,
        min_samples=min(spec.min_samples, len(points) - 1),
        cluster_selection_method=spec.selection,
        cluster_selection_epsilon=float(spec.epsilon),
        core_dist_n_jobs=1,
    ).fit_predict(points[order])
    return _vote(found, patterns, smallest)


def _leiden(
    patterns: Patterns, embedding: Embedding, spec: ClusterSpec, seed: int, progress: Progress
) -> Ints:
    """Communities of UMAP's graph by modularity: Traag, Waltman and van Eck (2019)."""
    from sknetwork.clustering import Leiden

    people = sparse.diags_array(np.sqrt(patterns.count.astype(float)))
    network = sparse.csr_matrix(people @ embedding.graph.astype(float) @ people)
    model = Leiden(
        resolution=float(spec.resolution),
        modularity="newman",
        random_state=seed,
        shuffle_nodes=True,
        return_probs=False,
        return_aggregate=False,
    )
    with _leiden_lock:
        _seed_c_rand(seed)
        return np.asarray(model.fit_predict(network), dtype=np.int64)


def _seed_c_rand(seed: int) -> None:
    """Fix what scikit-network's refinement draws: it calls C's rand(), whatever `random_state`."""
    ctypes.CDLL("ucrtbase" if os.name == "nt" else None).srand(ctypes.c_uint(seed))


def _latent_classes(
    patterns: Patterns, embedding: Embedding, spec: ClusterSpec, seed: int, progress: Progress
) -> Ints:
    """Latent class analysis (Lazarsfeld and Henry 1968; StepMix, Morin et al. 2025).

    With `spec.cohorts` 0 the number of classes is that of the lowest BIC up to MAX_CLASSES; the
    search stops once two more classes in a row have not lowered it.
    """
    answers = _answers(patterns)
    limit = min(MAX_CLASSES, len(answers) - 1)
    if spec.cohorts:
        best = _fit_classes(answers, patterns.count, min(spec.cohorts, limit), seed)
    else:
        best = _lowest_bic(answers, patterns.count, limit, seed, progress)
    return np.asarray(best.predict(answers), dtype=np.int64)


def _answers(patterns: Patterns) -> Floats:
    """1, 0, and nan where not asked: (patterns, tools)."""
    return np.where(patterns.asked, patterns.chosen.astype(float), np.nan)


@dataclass(frozen=True)
class ClassFit:
    """A model of so many latent classes. `loglik`: nats, of all respondents; `bic`: lower is
    better; `entropy`: how clearly the respondents fall to one class each, 0 to 1, 1 for a single
    class: 1 - sum of -p log p / (n log classes) (Ramaswamy et al. 1993)."""

    classes: int
    loglik: float
    bic: float
    entropy: float


def fit_classes(patterns: Patterns, classes: int, seed: int) -> ClassFit:
    """How well so many latent classes fit the respondents."""
    answers, count = _answers(patterns), patterns.count
    model = _fit_classes(answers, count, classes, seed)
    people = float(count.sum())
    loglik = float(model.score(answers, sample_weight=count.astype(float))) * people
    entropy = 1.0
    if classes > 1:
        p = np.clip(model.predict_proba(answers), 1e-300, 1)
        entropy += float(count @ (p * np.log(p)).sum(axis=1)) / (people * float(np.log(classes)))
    return ClassFit(classes, loglik, _bic(model, answers, count), entropy)


def _lowest_bic(answers: Floats, count: Ints, limit: int, seed: int, progress: Progress) -> Any:
    best, lowest, since = None, np.inf, 0
    for classes in range(1, limit + 1):
        progress(f"Trying {classes} latent classes", classes / limit)
        model = _fit_classes(answers, count, classes, seed)
        bic = _bic(model, answers, count)
        best, lowest, since = (model, bic, 0) if bic < lowest else (best, lowest, since + 1)
        if since == 2:
            break
    return best


def _fit_classes(answers: Floats, count: Ints, classes: int, seed: int) -> Any:
    """The likeliest of several fits. Many patterns: short fits to a part of them first, after the
    small EM of Biernacki, Celeux and Govaert (2003)."""
    from stepmix import StepMix

    class Continued(StepMix):  # type: ignore[misc]
        """Starts from what another model makes of the answers."""

        def _initialize_parameters(self, X: Floats, random_state: Any) -> None:  # noqa: N803
            shares = np.clip(first.predict_proba(X), 1e-15, 1 - 1e-15)
            self.log_resp_, self.weights_ = np.log(shares), first.weights_.copy()
            self._initialize_parameters_measurement(X, random_state)

    settings = {
        "n_components": classes,
        "measurement": "binary_nan" if np.isnan(answers).any() else "binary",
        "abs_tol": 1e-5,
        "progress_bar": 0,
    }
    weight = count.astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if len(answers) <= MANY_PATTERNS:
            model = StepMix(n_init=STARTS, max_iter=300, random_state=seed, **settings)
        else:
            rng = np.random.default_rng(seed)
            part = np.sort(rng.choice(len(answers), STARTING_PATTERNS, replace=False))
            begun = [
                StepMix(max_iter=START_ROUNDS, random_state=start, **settings).fit(
                    answers[part], sample_weight=weight[part]
                )
                for start in rng.integers(2**31, size=MANY_STARTS)
            ]
            first = max(begun, key=lambda model: model.score(answers, sample_weight=weight))
            model = Continued(max_iter=300, random_state=seed, **settings)
        model.fit(answers, sample_weight=weight)
    return model


def _bic(model: Any, answers: Floats, count: Ints) -> float:
    """-2 log-likelihood + parameters x log(respondents); Schwarz (1978)."""
    people = float(count.sum())
    loglik = float(model.score(answers, sample_weight=count.astype(float))) * people
    return -2 * loglik + float(model.n_parameters) * float(np.log(people))


def _vote(labels: Ints, patterns: Patterns, smallest: int) -> Ints:
    """Label of each pattern: that of most of its respondents, so that identical answers agree.

    A cohort that the votes leave with fewer than `smallest` respondents is dissolved.
    """
    votes = sparse.coo_array(
        (np.ones(len(labels)), (patterns.of_people, labels + 1)),
        shape=(len(patterns.count), int(labels.max()) + 2),
    )
    won = np.asarray(votes.toarray().argmax(axis=1) - 1, dtype=np.int64)
    sizes = np.bincount(won + 1, weights=patterns.count)
    return np.where(sizes[won + 1] >= smallest, won, -1)


def number_by_size(by_pattern: Ints, patterns: Patterns) -> Ints:
    """Renumber from 0 by respondents, largest first; ties by the first pattern they hold."""
    present = np.unique(by_pattern[by_pattern >= 0])
    size = [int(patterns.count[by_pattern == c].sum()) for c in present]
    first = [int(np.argmax(by_pattern == c)) for c in present]
    order = present[np.lexsort(np.array([first, np.negative(size)]))]
    number = np.full(int(by_pattern.max()) + 2, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[by_pattern]


METHODS: dict[str, Callable[..., Ints]] = {
    "hdbscan": _hdbscan,
    "leiden": _leiden,
    "latent-class": _latent_classes,
}
