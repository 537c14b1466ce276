import threading

import numpy as np
import pytest

from segmentation.embed import embed, respondent_positions, warm_up
from segmentation.errors import Cancelled
from segmentation.neighbours import find_neighbours
from segmentation.spec import EmbedSpec, NeighbourSpec
from tests.segmentation.builders import features, planted


def neighbours_of(chosen: np.ndarray):
    return find_neighbours(features(chosen), NeighbourSpec())


def test_the_same_seed_gives_the_same_map_and_another_seed_another():
    neighbours = neighbours_of(planted(size=40)[0])
    one, again, other = (
        embed(neighbours, EmbedSpec(seed=seed), epochs=30).positions for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other)


def test_similar_respondents_lie_close():
    chosen, truth = planted(size=60)
    neighbours = neighbours_of(chosen)
    points = respondent_positions(
        embed(neighbours, EmbedSpec(neighbors=15)).positions, neighbours.patterns
    )
    centres = np.array([points[truth == c].mean(axis=0) for c in range(4)])
    nearest = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == truth).mean() > 0.9


def test_more_neighbours_than_patterns_is_fine():
    chosen = np.array([[int(b) for b in f"{i:04b}"] for i in range(1, 16)], dtype=bool)
    found = embed(neighbours_of(chosen), EmbedSpec(neighbors=128), epochs=20)
    assert np.isfinite(found.positions).all()
    assert found.positions.shape == (15, 2)


def test_the_fewest_patterns_allowed_can_be_drawn():
    chosen = np.eye(5, dtype=bool)
    assert np.isfinite(embed(neighbours_of(chosen), EmbedSpec(), epochs=20).positions).all()


def test_more_dimensions():
    found = embed(neighbours_of(planted(size=30)[0]), EmbedSpec(dimensions=5), epochs=20)
    assert found.positions.shape[1] == 5


def test_identical_respondents_form_a_disc_around_their_pattern():
    chosen = np.vstack([planted(size=20)[0], np.tile(np.eye(24, dtype=bool)[0], (50, 1))])
    neighbours = neighbours_of(chosen)
    found = embed(neighbours, EmbedSpec(neighbors=10), epochs=30)
    points = respondent_positions(found.positions, neighbours.patterns)
    disc = points[-50:]
    assert len(np.unique(disc, axis=0)) == 50
    pattern = found.positions[neighbours.patterns.of[-1]]
    assert np.linalg.norm(disc.mean(axis=0) - pattern) < np.ptp(found.positions) / 20


def test_progress_is_reported_and_cancel_stops_between_epochs():
    neighbours = neighbours_of(planted(size=100)[0])
    heard: list[float] = []

    def stop(step: str, share: float) -> None:
        heard.append(share)
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        embed(neighbours, EmbedSpec(), epochs=100_000, progress=stop)
    assert 0 < heard[-1] < 0.5


def test_warm_up_leaves_nothing_to_compile():
    warm_up()
    from umap import layouts, umap_

    assert umap_.smooth_knn_dist.signatures
    assert layouts._nb_optimize_layout_euclidean_single_epoch.signatures


def test_the_import_leaves_no_stand_in_behind():
    """Somebody else's pynndescent is the real one, before and after."""
    warm_up()
    import pynndescent

    assert pynndescent.NNDescent is not None
    assert pynndescent.__file__


def test_a_cancelled_map_does_not_hold_up_the_next_one_in_another_thread():
    chosen, _ = planted(size=30)
    near = neighbours_of(chosen)

    def stop(step: str, share: float) -> None:
        if share > 0.3:
            raise Cancelled

    drawn: list[object] = []

    def draw() -> None:
        drawn.append(embed(near, EmbedSpec(neighbors=10), epochs=50))

    with pytest.raises(Cancelled):
        embed(near, EmbedSpec(neighbors=10), epochs=50, progress=stop)
    thread = threading.Thread(target=draw, daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert drawn
