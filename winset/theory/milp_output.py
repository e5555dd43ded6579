"""Keep a solver's stray lines out of standard output.

HiGHS (as shipped in scipy 1.17) now and then prints a debugging line with C's printf even when told to be silent;
a report or JSON on standard output must not carry it. While any thread is inside `silent()`, file descriptor 1
points at the null device; what Python wrote before is flushed first.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_STATE = {"inside": 0, "saved": -1}  # no answer: a counter
_LIBC = ctypes.CDLL(None) if os.name == "posix" else None


def _flush() -> None:
    if _LIBC is not None:
        _LIBC.fflush(None)


@contextmanager
def silent() -> Iterator[None]:
    """Standard output of compiled code goes nowhere inside; nested and concurrent use is counted."""
    with _LOCK:
        if _STATE["inside"] == 0:
            sys.stdout.flush()
            _flush()
            try:
                _STATE["saved"] = os.dup(1)
            except OSError:  # a service without standard output: nothing to keep clean
                _STATE["saved"] = -1
            if _STATE["saved"] >= 0:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.close(null)
        _STATE["inside"] += 1
    try:
        yield
    finally:
        with _LOCK:
            _STATE["inside"] -= 1
            if _STATE["inside"] == 0 and _STATE["saved"] >= 0:
                _flush()
                os.dup2(_STATE["saved"], 1)
                os.close(_STATE["saved"])
                _STATE["saved"] = -1
