"""What a user can fix, said in one sentence that ends with what to do next.

Anything else is a fault of the program and is left to crash loudly.
"""


class WorkbenchError(Exception):
    """Something the user can put right; `str(error)` is the sentence to show."""


class ReadError(WorkbenchError):
    """The file cannot be read as a survey export."""


class MappingError(WorkbenchError):
    """The mapping does not fit the survey, or leaves nothing to segment."""


class SpecError(WorkbenchError):
    """A parameter is out of its bounds."""


class SegmentError(WorkbenchError):
    """The survey and the settings together give no cohorts."""


class Cancelled(Exception):
    """Work was abandoned on request; never shown as an error."""
