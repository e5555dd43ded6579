"""`winset run`: the answer and the report, and a bar while it works."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.terminal import clean, say, say_data


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--lens", "lenses", multiple=True, metavar="NAME", help="Ask only this lens (repeatable). Default: all.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes out.")
@click.option("--patch", "patches", multiple=True, type=FOLDER, help="A YAML file of cited changes (repeatable).")
@click.option(
    "--out",
    type=FOLDER,
    help="Folder for report.html and result.json. Default: out/ and the name of the case's folder.",
)
@click.option("--tables", type=FOLDER, help="Folder for every table as CSV and Parquet, with a data dictionary.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the result as JSON and write no report unless --out is given."
)
@click.option(
    "--brief", "as_brief", is_flag=True, help="Print the brief as Markdown; write no report unless --out is given."
)
@click.option("--robust", type=FOLDER, help="Folder of a `winset robust` run: the brief says what decides by it.")
@click.option("--force", is_flag=True, help="Replace files of the same names that winset did not write.")
@click.option("--chunk", type=click.IntRange(1), default=16_384, hidden=True)
def run(
    case: Path, lenses: tuple[str, ...], as_of: Any, draws: int, seed: int, patches: tuple[Path, ...],
    out: Path | None, tables: Path | None, as_json: bool, as_brief: bool, robust: Path | None, force: bool, chunk: int,
) -> None:  # fmt: skip
    """Analyse CASE: print the brief and write the report.

    The brief is one page: the verdict, who would sign what, what stops it, whom to believe, who can last, what may come,
    what each lever moves, what decides and what it all rests on. The report is one HTML file that opens offline: the
    brief, then why, then everything; a number with a dotted line opens what it rests on.

    \b
        winset run my-case --as-of 2024-05-31
        winset run my-case --brief > brief.md
        winset run my-case --tables tables
        winset run my-case --set choice_noise=0.05
        winset run my-case --patch what-if.yaml --draws 20000 --json
    """
    from winset import run as engine
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.report import to_data, to_html, to_json, to_markdown
    from winset.report.decided import decided
    from winset.writing import DATA, check_out, files_of, write_out, write_tables, write_whole

    loaded = load(case)
    if as_json and as_brief:
        raise click.UsageError("--json and --brief both print to the same place; give one of them")
    printed = as_json or as_brief
    folder, read = out or Path("out") / case.resolve().name, [*files_of(case), *patches]
    paged = bool(out or not printed)
    for place, names in ((folder if paged else None, ("result.json", "report.html")), (tables, (DATA,))):
        if place is not None:  # say before the work, not after, that the files cannot be written
            check_out(place, names, force=force, inputs=read)
            write_whole(place, {})
    with _progress(not printed) as progress:
        study = engine.study(
            loaded,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            patches=[p for file in patches for p in read_patches(file, case)],
            chunk=chunk,
            progress=progress,
        )
        decides = decided(robust, study.known) if robust else ()  # said before the work if it is another case's
        report = _report(study, loaded, lenses, decides)
        text = to_json(report)
        files = {"result.json": text}
        if paged:
            files["report.html"] = to_html(report, text)
            written = write_out(folder, files, force=force, inputs=read)
        if tables is not None:
            write_tables(tables, to_data(report), force=force, inputs=read)
    if printed:
        say_data(text) if as_json else say(to_markdown(report), nl=False)
    else:
        _show(report, written)


def _report(study: Any, loaded: Any, lenses: tuple[str, ...], decides: tuple[Any, ...]) -> Any:
    """What the lenses say, with the replay of the past where all were asked, and the lab."""
    from winset import run as engine
    from winset.backtest.past import chapter
    from winset.case.later import later
    from winset.report import Report

    results = engine.look(study, lenses)
    return Report(
        case=study.known,
        results=results,
        settings=engine.settings(study, results),
        history=study.case.figures,
        warnings=later(loaded),
        record=None if lenses else chapter(loaded, study.as_of, study.seed, study.progress),
        decides=decides,
        lab=engine.lab_of(study, results),
    )


def _show(report: Any, written: list[Path]) -> None:
    """The brief on the terminal, and where the report is."""
    from rich.console import Console

    from winset.report import show

    show(report, Console(), where=str(next(p for p in written if p.suffix == ".html")))


class _progress:
    """A progress bar with time left, on a terminal only; it appears once something takes long."""

    def __init__(self, wanted: bool):
        self.wanted = wanted and sys.stderr.isatty()

    def __enter__(self) -> Callable[[str, int, int], None] | None:
        if not self.wanted:
            return None
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.completed}/{task.total}"),
            TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self.bar.start()
        tasks: dict[str, Any] = {}

        def tell(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = self.bar.add_task(clean(label), total=total)
            self.bar.update(tasks[label], completed=done, total=total)

        return tell

    def __exit__(self, *_: object) -> None:
        if self.wanted:
            self.bar.stop()
