"""Where coverage looks away: to be followed makes a program two to four times slower."""

import contextlib
import os
import sys
from collections.abc import Iterator

_TO_PROGRAMS = "COVERAGE_PROCESS_CONFIG"
"""By this a program that a test starts learns that it is measured."""


@contextlib.contextmanager
def looking_away() -> Iterator[None]:
    """Coverage follows neither what is done meanwhile nor the programs that are started."""
    trace, told = sys.gettrace(), os.environ.pop(_TO_PROGRAMS, None)
    sys.settrace(None)
    try:
        yield
    finally:
        if told is not None:
            os.environ[_TO_PROGRAMS] = told
        sys.settrace(trace)
