"""`winset compare`: what patches change, on common draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.run import _progress
from winset.cli.settable import settable
from winset.cli.working import working
from winset.terminal import say, say_json


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option(
    "--patch", "patches", multiple=True, type=FOLDER, required=True, help="A YAML file of cited changes (repeatable)."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(2, 4096), default=512, show_default=True, help="How many common draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@working
def compare(
    case: Path, patches: tuple[Path, ...], as_of: Any, draws: int, seed: int, as_json: bool, work: Callable[[], Any]
) -> None:
    """What patches change in CASE: differences with intervals, on the same draws with the same luck.

    All changes of one file are made together. Each file is set against the case as it stands, and the second
    against the first.

    \b
        winset compare my-case --patch sanctions.yaml --patch arms.yaml
    """
    from winset import run as engine
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.compare import compared, said_without_core

    loaded = load(case)
    sets = [read_patches(file, case) for file in patches]
    with _progress(True) as progress:
        date = as_of.date() if as_of else None
        study = engine.study(loaded, as_of=date, draws=draws, seed=seed, chunk=draws, progress=progress, work=work())
        rows = compared(study, sets)
    if told := said_without_core(study, sets):
        say(told, err=as_json)
    if as_json:
        say_json([vars(r) for r in rows], indent=1)
        return
    for pair in dict.fromkeys((r.of, r.against) for r in rows):
        say(f"{pair[0]} against {pair[1]}, {study.kept} draws")
        own = [r for r in rows if (r.of, r.against) == pair]
        moved = [r for r in own if r.change or r.low or r.high]
        for r in moved:
            span = "" if r.low is None else f"{r.low:+.3f} to {r.high:+.3f} over draws; "
            say(
                f"  {r.what}: {r.before:.3f} -> {r.after:.3f}, {r.change:+.3f}: {r.does} "
                f"({span}Monte-Carlo error {r.error:.3f})"
            )
        say(f"  {len(own) - len(moved)} other outcomes do not change in any draw")
