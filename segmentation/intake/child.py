"""The process in which one file of a binary format is read, under limits of its own.

It takes a request and the bytes from its standard input, gives a table or a refusal to its standard
output, and may do nothing else: it can write no file, and ends where its memory or time does.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from segmentation.errors import ReadError
from segmentation.intake.limits import Limits, too_much_memory
from segmentation.intake.wire import Request, check_texts, packed, refused

if sys.platform != "win32":
    import resource

READERS = {
    "workbook": "segmentation.intake.workbooks",
    "labelled": "segmentation.intake.labelled",
    "columnar": "segmentation.intake.columnar",
    "json": "segmentation.intake.json_answers",
}
"""Modules with `read(data, request) -> Columns, Facts`, imported before limits are set."""

_GRACE = 2


def main() -> None:
    """Answer one request."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no part of the answer
    request = Request.from_line(sys.stdin.buffer.readline())
    reader = importlib.import_module(READERS[request.reader])
    data = sys.stdin.buffer.read()
    confine(request.limits)
    try:
        columns, facts = reader.read(data, request)
        check_texts(columns, request.name, request.limits)
        answer = packed(columns.first(request.first), facts)
    except ReadError as error:
        answer = refused(str(error))
    except MemoryError:
        answer = refused(too_much_memory(request.name, request.limits))
    answers.write(answer)
    answers.close()
    os._exit(0)  # Arrow's threads, taken down in order, now and then abort the process


def confine(limits: Limits) -> None:
    """Bound memory, processor time and files of this process, where the platform can."""
    if sys.platform == "win32":  # the parent's clock is the only bound there
        return
    bounds = {
        resource.RLIMIT_CPU: limits.seconds + _GRACE,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    mapped = Path("/proc/self/statm")
    if mapped.exists():  # what the imported libraries have reserved does not count
        used = int(mapped.read_text().split()[0]) * resource.getpagesize()
        bounds[resource.RLIMIT_AS] = used + limits.memory_bytes
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        lower = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (lower, lower))
