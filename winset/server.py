"""The server that worker processes are forked from: it has loaded for all of them what most of a lens
stands on, and the kernels that all of them call.

It takes about as long to be ready as a case takes to be read, so a command that may want workers begins it first. Never
a plain fork: polars keeps threads, and a forked child waits for them for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

METHODS = ("forkserver", "spawn")
PRELOADED = ("winset.run.hands", "winset.lens.settlement.lens", "winset.lens.futures.lens", "winset.run.warm")


def context() -> BaseContext:
    """How processes are started on this machine."""
    import multiprocessing  # here, as below: most commands start none

    method = next(m for m in METHODS if m in multiprocessing.get_all_start_methods())
    made = multiprocessing.get_context(method)
    if method == "forkserver":
        made.set_forkserver_preload(list(PRELOADED))
    return made


def begin() -> None:
    """Starts the server, where there is one, without waiting for it; it leaves Ctrl-C to its parent from the first."""
    if context().get_start_method() != "forkserver":
        return
    import signal
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # what the server starts first, which would let Ctrl-C in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
