"""`--workers`, `--store`, `--no-store`, `--cluster`: who makes the answers, and where they are kept."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from winset import server
from winset.cli.places import FOLDER
from winset.errors import SettingError
from winset.terminal import say

if TYPE_CHECKING:
    from winset.run import Work

PLACE, OFF = "WINSET_STORE", "off"
MOST = 1024  # no answer: processes


def working(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `--workers`, `--store`, `--no-store` and `--cluster`; they come as `work`, a function without
    arguments."""
    options = (
        click.option("--workers", type=click.IntRange(1, MOST), help="How many processes. Default: one for each core."),
        click.option("--store", type=FOLDER, help="Folder of kept answers. Default: see `winset store`."),
        click.option("--no-store", is_flag=True, help="Use no kept answers, and keep none."),
        click.option(
            "--cluster", default="", metavar="ADDRESS", help="A Dask cluster, by the address of its scheduler."
        ),
    )

    @functools.wraps(command)
    def with_work(
        *given: Any, workers: int | None, store: Path | None, no_store: bool, cluster: str, **others: Any
    ) -> Any:
        if store and no_store:
            raise click.UsageError("give one of --store and --no-store")
        place = None if no_store else store or usual()
        if not cluster and (workers or asked()) > 1 and _lacking(place, others.get("case")):
            server.begin()  # workers will be wanted
        return command(*given, work=lambda: work_of(workers, store, no_store, cluster), **others)

    return functools.reduce(lambda made, option: option(made), reversed(options), with_work)


def _lacking(place: Path | None, case: Path | None) -> bool:
    """Whether answers are likely to be missing: nothing is kept, or the case was changed after what is kept. A guess by
    the clock of files, which only says how early the server is begun."""
    if place is None:
        return True
    try:
        kept = max((part.stat().st_mtime for part in place.iterdir() if part.is_dir()), default=0.0)
        return case is not None and any(f.stat().st_mtime > kept for depth in ("*", "*/*") for f in case.glob(depth))
    except OSError:  # there is no such folder yet
        return True


def work_of(workers: int | None, store: Path | None, no_store: bool, cluster: str) -> Work:
    """Where nothing can be kept in the usual place, nothing is kept, and that is said; in a place that was named it is
    an error."""
    from winset import run

    count = workers or asked()
    place = None if no_store else store or usual()
    try:
        return run.working(place, count, cluster)
    except SettingError as error:
        if store:
            raise
        say(f"nothing is kept for the next run: {error}", err=True)
        return run.working(None, count, cluster)


def asked() -> int:
    """How many processes the variable WINSET_WORKERS asks for; without it, one for each core."""
    given = os.environ.get("WINSET_WORKERS", "")
    if given and not (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST):
        raise SettingError(f"WINSET_WORKERS must be a whole number from 1 to {MOST:,}, not {given!r}")
    return int(given or cores())


def usual() -> Path | None:
    """The usual folder of kept answers: WINSET_STORE, else `winset` where the system keeps caches; None where it is
    off."""
    named = os.environ.get(PLACE, "")
    if named == OFF:
        return None
    if named:
        return Path(named)
    caches = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(caches) if caches else Path.home() / ".cache") / "winset"
    except RuntimeError:  # no home
        return None


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
