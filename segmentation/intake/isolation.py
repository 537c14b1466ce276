"""Reading a binary format in a process of its own, which may crash without harm.

A fresh interpreter, not a fork: the parent has threads. It starts in 20 ms (workbooks) to 200 ms
(Parquet), because only the modules that it needs are imported.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from segmentation.errors import ReadError
from segmentation.intake.deadline import too_slow
from segmentation.intake.limits import too_much_memory
from segmentation.intake.wire import Facts, Request, unpacked

LOG = logging.getLogger(__name__)

_INTAKE = Path(__file__).parent
_FOLDERS = {"segmentation": str(_INTAKE.parent), "segmentation.intake": str(_INTAKE)}
_START = f"""
import sys, types
for name, folder in {_FOLDERS!r}.items():
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [folder]
from segmentation.intake.child import main
main()
"""
"""Packages without their `__init__`, which would import the whole engine: 0.8 s."""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Every thread of a library reserves memory of its own."""

_NEEDED = frozenset(
    ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
)
"""What of the environment a reader gets; passwords in it are none of its business."""

_OUT_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"Cannot allocate memory")


def read_apart(data: bytes, request: Request) -> tuple[list[list[str]], Facts]:
    """Records and facts of a file, read by the module that the request names.

    Raises ReadError, in one sentence, for whatever becomes of the process.
    """
    with subprocess.Popen(
        [sys.executable, "-I", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: os.environ[name] for name in _NEEDED & os.environ.keys()} | _ONE_THREAD,
    ) as child:
        try:
            answer, said = child.communicate(request.to_line() + data, request.limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise ReadError(too_slow(request.name, request.limits)) from error
        finally:
            child.kill()
    if child.returncode:
        raise _died(child.returncode, said, request)
    try:
        return unpacked(answer)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _damaged(request) from error


def _died(code: int, said: bytes, request: Request) -> ReadError:
    """Why a process ended without an answer; what it said may hold answers and is not shown."""
    LOG.warning("the process reading a %s ended with code %d", request.reader, code)
    ended = signal.Signals(-code).name if code < 0 else ""
    if ended == "SIGKILL" or any(sign in said for sign in _OUT_OF_MEMORY):
        return ReadError(too_much_memory(request.name, request.limits))
    if ended == "SIGXCPU":
        return ReadError(too_slow(request.name, request.limits))
    return _damaged(request)


def _damaged(request: Request) -> ReadError:
    return ReadError(
        f"{request.name} is damaged, so it could not be read; export the answers again, best as "
        "CSV."
    )
