"""What the page's map is sent."""

from __future__ import annotations

import numpy as np

from pages.shared.canvas_map import FARTHEST, pack, placed
from segmentation.charts import cohort_groups, level_groups
from segmentation.palette import SHAPES, SYMBOLS, mark
from tests.pages.walk import unpack_map

POSITIONS = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [30.0, 1.0]])
LABELS = np.array([0, 0, 1, -1])
USES = np.zeros((4, 9), dtype=bool)
USES[0, 0] = USES[1, 8] = USES[3, 7] = True
TOOLS = [f"t{i}" for i in range(9)]


def packed(names=("A", "B"), bright=None, tools=TOOLS):
    groups = cohort_groups(LABELS, list(names), "light")
    return unpack_map(pack(placed(POSITIONS, USES), groups, tools, "light", bright))


def test_every_respondent_is_drawn_once_in_the_colour_of_their_cohort():
    header, arrays = packed()
    assert sorted(arrays["order"].tolist()) == [0, 1, 2, 3]
    drawn, groups = iter(arrays["order"].tolist()), header["groups"]
    by_group = {group["name"]: [next(drawn) for _ in range(group["size"])] for group in groups}
    assert by_group == {"Unassigned": [3], "A": [0, 1], "B": [2]}
    assert groups[1]["colour"] == mark(0, "light").colour
    assert [group["faint"] for group in groups] == [True, False, False]


def test_places_fill_the_map_and_keep_their_proportions():
    _, arrays = packed()
    for axis in ("x", "y"):
        assert (arrays[axis].min(), arrays[axis].max()) == (0, FARTHEST)
    x = arrays["x"] / FARTHEST
    near, far = abs(x[0] - x[2]), abs(x[0] - x[3])
    assert 10 < far / near < 20


def test_people_in_one_place_are_on_the_map():
    same = placed(np.ones((3, 2)), np.ones((3, 1), dtype=bool))
    assert len(set(same.across.tolist())) == len(set(same.down.tolist())) == 1


def test_a_label_stands_in_the_middle_of_its_cohort():
    header, arrays = packed()
    b = next(group for group in header["groups"] if group["name"] == "B")
    assert b["at"] == [round(arrays[axis][2] / FARTHEST, 4) for axis in ("x", "y")]


def test_the_tools_of_each_are_bits_in_their_order():
    header, arrays = packed()
    used = [
        [header["tools"][i] for i in range(9) if arrays["uses"][p, i // 8] & (128 >> (i % 8))]
        for p in range(4)
    ]
    assert used == [["t0"], ["t8"], [], ["t7"]]


def test_who_is_bright_is_sent_only_where_somebody_is():
    header, arrays = packed()
    assert "bright" not in arrays
    header, arrays = packed(bright=np.array([False, True, False, True]))
    assert header["someBright"]
    assert arrays["bright"].tolist() == [0, 1, 0, 1]


def test_names_are_sent_as_they_are_however_they_are_written():
    name = "</script> $x$ 日本 %{a}"
    header, _ = packed(names=(name, "B"), tools=[name, *TOOLS[1:]])
    assert header["groups"][1]["name"] == name
    assert header["tools"][0] == name


def test_levels_have_marks_too_and_every_mark_has_a_shape():
    member = np.array([[1, 0], [1, 1], [0, 0], [1, 0]], dtype=bool)
    groups = level_groups(("common", "rare"), member, "dark")
    header, _ = unpack_map(pack(placed(POSITIONS, USES), groups, TOOLS, "dark", None))
    assert {group["path"] for group in header["groups"]} == {SHAPES["circle"]}
    assert set(SHAPES) == set(SYMBOLS)


def test_twenty_thousand_people_weigh_far_less_than_two_megabytes():
    rng = np.random.default_rng(0)
    points = placed(rng.normal(size=(20_000, 2)), rng.random((20_000, 95)) < 0.2)
    groups = cohort_groups(rng.integers(-1, 12, 20_000), [f"c{i}" for i in range(12)], "light")
    assert len(pack(points, groups, [f"tool {i}" for i in range(95)], "light", None)) < 500_000
