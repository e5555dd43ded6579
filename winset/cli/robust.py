"""`winset robust`: which assumption decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.cli.working import working
from winset.terminal import say, say_data


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(8, 65_536), default=1024, show_default=True, help="How many draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes out.")
@click.option("--patch", "patches", multiple=True, type=FOLDER, help="A YAML file of cited changes (repeatable).")
@click.option("--out", type=FOLDER, help="Folder for report.html and result.json with the whole chapter.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--force", is_flag=True, help="Replace files of the same names that winset did not write.")
@working
def robust(
    case: Path,
    as_of: Any,
    draws: int,
    seed: int,
    patches: tuple[Path, ...],
    out: Path | None,
    as_json: bool,
    force: bool,
    work: Callable[[], Any],
) -> None:
    """Which assumption decides in CASE: readings, structures, sources, numbers of the model and of the dossier.

    Every headline of who signs what, of the zone, of exhaustion and of the end of the fighting is put under every set
    of assumptions of a design; the smallest change that turns each answer is searched; and told is what would be most
    worth finding out.

    What is worked out is kept (`winset store`): the same command goes on from where it was interrupted.

    \b
        winset robust my-case
        winset robust my-case --out out/robust
        winset robust my-case --set robust.turn=0.25 --json
    """
    from winset import run as engine
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.cli.run import _progress
    from winset.report import report_of, to_html, to_json
    from winset.robustness import Robust
    from winset.writing import check_out, files_of, write_out, write_whole

    loaded, read = load(case), [*files_of(case), *patches]
    if out:
        check_out(out, ("result.json", "report.html"), force=force, inputs=read)
        write_whole(out, {})
    with _progress(True) as progress:
        study = engine.study(
            loaded,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            patches=[p for file in patches for p in read_patches(file, case)],
            chunk=draws,
            progress=progress,
            work=work(),
        )
        engine.ahead(study, [Robust()])
        (result,) = study.each(engine.answer, [Robust()], "robust")
    report = report_of(study, [result]) if out or as_json else None
    text = to_json(report) if report else ""
    if report and out:
        files = {"result.json": text, "report.html": to_html(report, text)}
        written = write_out(out, files, force=force, inputs=read)
    if report and as_json:
        say_data(text)
        return
    _show(result)
    if out:
        say(f"\nFull report: {next(p for p in written if p.suffix == '.html')}")


def _show(result: Any) -> None:
    """The answer and its tables, but for the whole multiverse, which stands in the report."""
    from rich.console import Console

    from winset.report.text import print_table

    for text in (*result.answer, *result.notes):
        say(text)
    console = Console()
    for table in result.tables:
        if table.key not in ("range", "universes"):
            print_table(table, console)
