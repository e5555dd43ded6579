"""`winset run`: the answer and the report, and a bar while it works."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.cli.working import working
from winset.terminal import clean, say, say_data

PAGE = ("result.json", "report.html")


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--lens", "lenses", multiple=True, metavar="NAME", help="Ask only this lens (repeatable). Default: all.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many draws.")
@click.option(
    "--no-exact",
    is_flag=True,
    help="Settlement judges the plans on the table and searches no packages: for very many draws.",
)
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
@click.option("--shard", default="", metavar="K/N", help="Make and keep only the K-th of N shares of the answers.")
@click.option("--chunk", type=click.IntRange(1), default=4096, hidden=True)
@working
def run(
    case: Path, lenses: tuple[str, ...], as_of: Any, draws: int, seed: int, patches: tuple[Path, ...],
    out: Path | None, tables: Path | None, as_json: bool, as_brief: bool, robust: Path | None, force: bool, chunk: int,
    shard: str, no_exact: bool, work: Callable[[], Any],
) -> None:  # fmt: skip
    """Analyse CASE: print the brief and write the report.

    The brief is one page: the verdict, who would sign what, what stops it, whom to believe, who can last, what may
    come, what each lever moves, what decides and what it all rests on. The report is one HTML file that opens offline:
    the brief, then why, then everything; a number with a dotted line opens what it rests on.

    \b
        winset run my-case --as-of 2024-05-31
        winset run my-case --brief > brief.md
        winset run my-case --tables tables
        winset run my-case --set choice_noise=0.05
        winset run my-case --patch what-if.yaml --draws 20000 --json
        winset run my-case --lens settlement --no-exact --draws 1000000

    What is worked out is kept (`winset store`): a run that was broken off, or of a case in which a number was changed,
    makes only what is missing. docs/do/run-on-a-cluster.md: many machines.
    """
    from winset import run as engine
    from winset.backtest import foretold
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.report import to_markdown
    from winset.report.decided import decided
    from winset.writing import DATA, files_of

    loaded = load(case)
    said = foretold.read(case, loaded)
    if as_json and as_brief:
        raise click.UsageError("--json and --brief both print to the same place; give one of them")
    printed = as_json or as_brief
    folder, read = out or Path("out") / case.resolve().name, [*files_of(case), *patches]
    paged = bool(out or not printed)
    places = ([(folder, PAGE)] if paged else []) + ([(tables, (DATA,))] if tables else [])
    _writable(places, force, read)
    hands = _sharing(work(), shard)
    with _progress(not printed) as progress:
        study = engine.study(
            loaded,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            patches=[p for file in patches for p in read_patches(file, case)],
            chunk=chunk,
            progress=progress,
            work=hands,
        )
        decides = decided(robust, study.known) if robust else ()  # said before the work if it is another case's
        if shard:
            return _share(study, loaded, lenses, said, not no_exact)
        report = _report(study, loaded, lenses, decides, said, paged, not no_exact)
        text, written = _written(report, hands.shelf, folder if paged else None, tables, force, read)
    if printed:
        say_data(text) if as_json else say(to_markdown(report), nl=False)
    else:
        _show(report, written)


def _writable(places: Sequence[tuple[Path, Sequence[str]]], force: bool, read: list[Path]) -> None:
    """Says before the work, and not after it, that files of these names cannot be written."""
    from winset.writing import check_out, write_whole

    for place, names in places:
        check_out(place, names, force=force, inputs=read)
        write_whole(place, {})


def _written(
    report: Any, shelf: Any, folder: Path | None, tables: Path | None, force: bool, read: list[Path]
) -> tuple[str, list[Path]]:
    """The report as JSON, and the files of the page, written where a folder for it is given; the tables where one for
    them is."""
    from winset.report import to_data
    from winset.report.kept import page_of, text_of
    from winset.writing import write_out, write_tables

    text, made = text_of(report, shelf), list[Path]()
    if folder is not None:
        files = dict(zip(PAGE, (text, page_of(report, shelf, text))))
        made = write_out(folder, files, force=force, inputs=read)
    if tables is not None:
        write_tables(tables, to_data(report), force=force, inputs=read)
    return text, made


def _report(
    study: Any, loaded: Any, lenses: tuple[str, ...], decides: tuple[Any, ...], said: tuple[Any, ...], paged: bool,
    exact: bool,
) -> Any:  # fmt: skip
    """What the lenses say, with the replay of the past where all were asked, and the lab. paged: for a page with
    pictures."""
    from winset import run as engine
    from winset.case.later import later
    from winset.report import Report

    past = None if lenses else _past(study, loaded, said)
    then = [*(_drawn(study, lenses, exact) if paged else []), *([past] if past else [])]
    results = engine.look(study, lenses, _parts(past, said), then, exact)
    return Report(
        case=study.known,
        results=results,
        settings=engine.settings(study, results),
        history=study.case.figures,
        warnings=later(loaded),
        record=study.work.do([past], "the past replayed")[0] if past else None,
        decides=decides,
        lab=engine.lab_of(study, results),
    )


def _past(study: Any, loaded: Any, said: tuple[Any, ...]) -> Any:
    """The task of the past replayed. It is that of the case without patches."""
    from winset.backtest.past import told
    from winset.run import Task
    from winset.run import study as study_of

    plain = study_of(loaded, as_of=study.as_of, draws=1, seed=study.seed, work=study.work, progress=study.progress)
    return Task(plain, told, (loaded.digest, said))


def _drawn(study: Any, lenses: tuple[str, ...], exact: bool) -> list[Any]:
    """The tasks of drawing what lenses show, those first that are yet to be answered from their parts, and what the
    chapters on the case show."""
    from winset import run as engine
    from winset.report.kept import draw, draw_case
    from winset.run import Task

    asked = sorted(engine.asked_of(lenses, exact), key=lambda one: not hasattr(one, "parts"))
    return [*(Task(study, draw, one) for one in asked), Task(study, draw_case, ())]


def _parts(past: Any, said: tuple[Any, ...]) -> list[Any]:
    """What of the past is to be made; nothing where it is kept already, or not asked for."""
    from winset.backtest.past import parts

    return [] if past is None or past.study.work.has(past) else parts(past.study, said)


def _sharing(work: Any, shard: str) -> Any:
    """The way of working of one of several runs that share the answers out."""
    if not shard:
        return work
    try:
        number, count = (int(part) for part in shard.split("/"))
    except ValueError:
        number, count = 0, 0
    if not 1 <= number <= count:
        raise click.UsageError(f"--shard is K/N with 1 <= K <= N, such as 3/16, not {shard!r}")
    if not work.shelf.lasting:
        raise click.UsageError("--shard keeps what it makes for another run: give --store FOLDER")
    return replace(work, share=(number - 1, count))


def _share(study: Any, loaded: Any, lenses: tuple[str, ...], said: tuple[Any, ...], exact: bool) -> None:
    """One share of the answers, made and kept; a run without --shard then finds them."""
    from winset import run as engine
    from winset.backtest.past import parts

    past = [] if lenses else parts(_past(study, loaded, said).study, said)  # all have to share the same list out
    done = engine.ahead(study, engine.asked_of(lenses, exact), past)
    number, count = study.work.share
    say(f"share {number + 1} of {count}: {done} answers are kept; when all are, run it without --shard")


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
            TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self.bar.start()
        tasks: dict[str, Any] = {}

        def tell(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = self.bar.add_task(clean(label), total=total, rate="")
            spent = self.bar.tasks[list(tasks).index(label)].elapsed or 0.0
            rate = f"{done / spent:.1f} a second" if spent > 1 and done else ""
            self.bar.update(tasks[label], completed=done, total=total, rate=rate)

        return tell

    def __exit__(self, *_: object) -> None:
        if self.wanted:
            self.bar.stop()
