"""Steps that tests of several pages take."""

from __future__ import annotations

import dataclasses
import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from pages.shared import cache
from pages.shared.results import SLOT, Shown, key_of
from pages.shared.stores import Workspace
from segmentation.edits import Edited
from segmentation.run import Segmentation
from segmentation.spec import RunSpec

MAPPING = "pages/views/mapping.py"
SEGMENT = "pages/views/segment.py"
COHORTS = "pages/views/cohorts.py"
PATIENCE = 60


def open_file(app, data, name="tools.csv", page=SEGMENT, spec=None) -> AppTest:
    """The app on a page, with the file open and the result there."""
    test = app()
    test.file_uploader[0].upload(name, data).run()
    if spec is not None:
        keep(test, workspace(test).retuned(spec))
    return finish(test.switch_page(page).run())


def finish(test: AppTest) -> AppTest:
    """The page once all that was asked for is made."""
    for job in list(cache.jobs()._jobs.values()):
        assert job.wait(PATIENCE)
    return test.run()


def token(test: AppTest) -> str:
    return test.query_params["w"]


def workspace(test: AppTest) -> Workspace:
    found = cache.workspaces().get(token(test))
    assert found is not None
    return found


def keep(test: AppTest, changed: Workspace) -> None:
    cache.workspaces().put(token(test), changed)


def setting(test: AppTest, field: str) -> str:
    """Key of the control of one setting."""
    return f"set-{field}-{workspace(test).revision}"


def with_cluster(**fields) -> RunSpec:
    spec = RunSpec()
    return dataclasses.replace(spec, cluster=dataclasses.replace(spec.cluster, **fields))


def texts(test: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "text", "error", "warning")
    return " ".join(str(element.value) for kind in kinds for element in getattr(test, kind))


def tables(test: AppTest) -> str:
    """The HTML of every table of results."""
    return " ".join(element.proto.body for element in test.get("html"))


def figures(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def result_key(test: AppTest) -> str:
    """Name of the result of the current choices."""
    current = workspace(test)
    survey = cache.surveys().get(current.wanted)
    assert survey is not None
    assert current.mapping is not None
    return key_of(survey, current.mapping, current.spec)


def result(test: AppTest) -> Segmentation:
    job = cache.jobs().get((SLOT, result_key(test)))
    assert job is not None
    return job.result()


def unpack_map(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What the page's map is sent, taken apart as `canvas_map.js` does it."""
    (length,) = struct.unpack("<I", data[:4])
    header = json.loads(data[4 : 4 + length])
    points, taken = header["points"], 4 + length

    def take(kind: str, count: int) -> NDArray[Any]:
        nonlocal taken
        array = np.frombuffer(data, kind, count, taken)
        taken += array.nbytes
        return array

    arrays = {"x": take("<u2", points), "y": take("<u2", points), "order": take("<u4", points)}
    if header["someBright"]:
        arrays["bright"] = take("u1", points)
    arrays["uses"] = take("u1", points * header["bytesOfTools"]).reshape(points, -1)
    assert taken == len(data)
    return header, arrays


def drawn_map(test: AppTest) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    (element,) = test.get("bidi_component")
    return unpack_map(element.proto.bytes)


def map_key(test: AppTest) -> str:
    """Key of the map of the current result."""
    run = result(test)
    return f"map-{Shown('', Edited(run, ()), 'settled', run).people}"
