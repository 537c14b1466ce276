"""What the server does beside the pages: at its start, and where a page fails."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import readiness
from segmentation.resample import end_processes

FRAMING = 2
"""MB that the form around an upload may take."""

LOG = logging.getLogger(__name__)


@asynccontextmanager
async def started(_app: Any) -> AsyncIterator[None]:
    """Make ready before the first analyst comes; leave nothing behind after the last."""
    # Because a folder is called pages, Streamlit would look for page scripts in it until the entry
    # script ran once, find none, and say "Page not found" over the page of the first link.
    PagesManager.uses_pages_directory = False
    # What arrives beyond this goes to a temporary file, and answers never go to a disk.
    MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + FRAMING) * 1024**2
    readiness.started()
    yield
    await asyncio.to_thread(_stop_work)


def failed(_error: Exception) -> bool:
    """Say that a page failed, without what failed: that stands in the log, under the reference.
    True: Streamlit need not say it again."""
    reference = secrets.token_hex(4)
    LOG.error("The fault above has the reference %s.", reference)
    st.error(
        "Something went wrong here that should not. What you saved is kept. Try again; if it "
        f"happens again, tell whoever runs the workbench the reference {reference}.",
        icon=":material/error:",
    )
    return True


def _stop_work() -> None:
    from pages.shared import cache  # noqa: PLC0415

    cache.long_jobs().close()
    end_processes()
