import dataclasses

import pytest

from segmentation.errors import SpecError
from segmentation.spec import ClusterSpec, EmbedSpec, EncodeSpec, RunSpec, parameters


def test_defaults_are_those_of_the_synthesis():
    spec = RunSpec()
    assert spec.encode.threshold == 0.10
    assert spec.neighbours.metric == "jaccard"
    assert (spec.embed.neighbors, spec.embed.min_dist, spec.embed.dimensions) == (32, 0.0, 2)
    assert spec.embed.seed == 42
    assert spec.cluster.method == "hdbscan"
    assert spec.cluster.min_cluster_size == 0.02


def test_json_round_trip():
    spec = RunSpec(EncodeSpec(0.05), embed=EmbedSpec(neighbors=16), cluster=ClusterSpec("leiden"))
    assert RunSpec.from_dict(spec.to_dict()) == spec


def test_missing_values_take_their_defaults():
    assert RunSpec.from_dict({"embed": {"neighbors": 8}}) == RunSpec(embed=EmbedSpec(neighbors=8))


@pytest.mark.parametrize(
    "values",
    [
        {"embed": {"neighbors": 1}},
        {"embed": {"neighbors": 129}},
        {"embed": {"neighbors": "32"}},
        {"encode": {"threshold": float("nan")}},
        {"cluster": {"method": "k-means"}},
        {"cluster": {"colour": 1}},
        {"colour": {}},
    ],
)
def test_values_out_of_bounds_are_refused_in_words(values):
    with pytest.raises(SpecError, match=r"\w+ .*[.;]"):
        RunSpec.from_dict(values)


def test_every_field_can_be_explained_and_holds_its_own_bounds():
    for part in dataclasses.fields(RunSpec):
        spec = type(part.default)
        for name, parameter in parameters(spec).items():
            assert parameter.label
            assert parameter.help.endswith(".")
            value = getattr(part.default, name)
            if parameter.choices:
                assert value in parameter.choices
            else:
                assert parameter.low <= value <= parameter.high
