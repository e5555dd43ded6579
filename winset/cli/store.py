"""`winset store`: what is kept, how large it is, and how it is pruned."""

from __future__ import annotations

from pathlib import Path

import click

from winset.cli.places import FOLDER
from winset.cli.working import PLACE, usual
from winset.terminal import say, say_json

MB = 1e6


@click.command()
@click.option("--store", "folder", type=FOLDER, help="The folder. Default: the usual one.")
@click.option("--prune", is_flag=True, help="Remove what --days and --mb say; with neither, everything.")
@click.option("--days", type=click.FloatRange(0), help="Prune what was not used for so many days.")
@click.option("--mb", type=click.FloatRange(0), help="Prune what was longest unused, down to so many megabytes.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def store(folder: Path | None, prune: bool, days: float | None, mb: float | None, as_json: bool) -> None:
    """The kept answers: where they are, how many, how large.

    Whatever winset works out is kept by a digest of the question: the case, the changes to it, the Settings, the draws
    and winset's own code. The same question is then answered at once, and a run that was broken off goes on where it
    stopped. Nothing in the folder is needed; it can be deleted at any time. The usual folder is the one in the variable
    WINSET_STORE (`off`: keep nothing), else `winset` where the system keeps caches.

    \b
        winset store
        winset store --prune --days 30
        winset store --prune --mb 500
    """
    from winset.run.store import Store

    if not prune and (days is not None or mb is not None):
        raise click.UsageError("--days and --mb say what to prune; give --prune with them")
    place = folder or usual()
    if place is None:
        say(f"nothing is kept: {PLACE} is off")
        return
    found = Store.at(place)
    gone, freed = 0, 0
    if prune:
        most = mb * MB if mb is not None else 0.0 if days is None else float("inf")
        gone, freed = found.prune(most=most, days=float("inf") if days is None else days)
    sizes = [entry.size for entry in found.entries()]
    if as_json:
        told = {"folder": str(place), "entries": len(sizes), "bytes": sum(sizes), "pruned": gone, "freed": freed}
        say_json(told, indent=1)
        return
    if prune:
        say(f"pruned: {gone:,} entries, {freed / MB:,.1f} MB")
    say(f"{place}: {len(sizes):,} entries, {sum(sizes) / MB:,.1f} MB")
