"""`winset pack`: the papers that principals are handed, from one run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.run import _progress
from winset.cli.settable import settable
from winset.cli.working import working
from winset.terminal import say

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--out", type=FOLDER, required=True, help="The folder to write the papers into.")
@click.option(
    "--only", default="", metavar="NAME,...", help="memo, comparison, cards, scenarios, actors, change. Default: all."
)
@click.option("--since", type=DAY, help="Add a change note: what moved since the case was as known on this date.")
@click.option(
    "--against", type=FOLDER, help="Add a change note against this earlier run: a result.json, or its folder."
)
@click.option(
    "--lens",
    "lenses",
    multiple=True,
    metavar="NAME",
    help="Ask only this lens (repeatable). Default: those the papers read.",
)
@click.option("--as-of", type=DAY, help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes out.")
@click.option("--patch", "patches", multiple=True, type=FOLDER, help="A YAML file of cited changes (repeatable).")
@click.option(
    "--force",
    is_flag=True,
    help="Replace files of the same names that winset did not write, or that were edited since.",
)
@working
def pack(
    case: Path,
    out: Path,
    only: str,
    since: Any,
    against: Path | None,
    lenses: tuple[str, ...],
    as_of: Any,
    draws: int,
    seed: int,
    patches: tuple[Path, ...],
    force: bool,
    work: Callable[[], Any],
) -> None:
    """Write the papers that principals are handed about CASE, each line with what it rests on.

    An options memo of one page, a plan comparison, issue cards, a scenario table, an actor map and, with --since or
    --against, a change note. Each as Word and HTML, its tables as CSV and XLSX, its pictures as PNG and SVG. The
    report and its result.json stand beside them. Nothing is in a paper that is not in the report or the case.

    \b
        winset pack my-case --out papers
        winset pack my-case --out papers --only memo,comparison --draws 1024
        winset pack my-case --out papers --since 2024-05-31
    """
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.report.pack import made
    from winset.report.pack.asked import Asked, ask
    from winset.writing import PACK, check_out, files_of, listed, write_whole

    names = made.chosen(only, change=since is not None or against is not None)
    loaded = load(case)
    earlier = [against / "result.json" if against.is_dir() else against] if against else []
    read = [*files_of(case), *patches, *earlier]
    # say before the work, not after, that the files cannot be written
    check_out(out, [*made.certain(names), PACK], force=force, inputs=read)
    write_whole(out, {})
    with _progress(True) as progress:
        asked = Asked(
            case=loaded,
            names=names,
            lenses=lenses,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            patches=tuple(p for file in patches for p in read_patches(file, case)),
            since=since.date() if since else None,
            against=against,
            work=work(),
        )
        files = ask(asked, progress)
    before = {name: told for name, told in listed(out).items() if (out / name).is_file()}
    content: dict[str, str | bytes] = {**files, PACK: made.manifest(files, before)}
    check_out(out, content, force=force, inputs=read)
    for written in write_whole(out, content):
        say(written)
