"""The command line. Heavy imports happen inside the commands, so that help is quick."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from winset.cli.claim import check_claim
from winset.cli.compare import compare
from winset.cli.export import export_group
from winset.cli.import_ import import_group
from winset.errors import WinsetError

FOLDER = click.Path(path_type=Path)


class _Group(click.Group):
    """Ends an error that is somebody's to mend with its text and status 1, an interrupt with a word and 130."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WinsetError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("interrupted; nothing was left half-written", err=True)
            sys.exit(130)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="winset")
def main() -> None:
    """winset: is there a deal everyone could sign, what stops it, and which number decides?

    A case is a folder of plain text in which every number rests on a cited basis. Start with

    \b
        winset new my-case              a small commented case to change
        winset run cases/ukraine-2025   the answer, and a report in one HTML file

    A draw is one way in which all the uncertain numbers of a case could turn out together; odds are shares of draws.
    """
    # many small problems: threads of the linear algebra library would only wait for one another
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@main.command()
@click.argument("case", type=FOLDER)
@click.option("--lens", "lenses", multiple=True, metavar="NAME", help="Ask only this lens (repeatable). Default: all.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="How many draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes out.")
@click.option("--patch", "patches", multiple=True, type=FOLDER, help="A YAML file of cited changes (repeatable).")
@click.option("--out", type=FOLDER, help="Folder for report.html and result.json. Default: out/CASE.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the result as JSON and write no files unless --out is given."
)
@click.option("--chunk", type=click.IntRange(1), default=16_384, hidden=True)
def run(
    case: Path, lenses: tuple[str, ...], as_of: Any, draws: int, seed: int, patches: tuple[Path, ...],
    out: Path | None, as_json: bool, chunk: int,
) -> None:  # fmt: skip
    """Analyse CASE: print the answer and write the report.

    The answer starts with the verdict in plain sentences. The report is one HTML file that opens offline;
    a number with a dotted line opens the passage, report, dataset or judgement it rests on.

    \b
        winset run cases/ukraine-2025 --as-of 2025-12-10
        winset run cases/harbour --patch what-if.yaml --draws 20000 --json
    """
    from winset import run as engine
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.report import Report, to_html, to_json

    loaded = load(case)
    folder = out or Path("out") / loaded.id
    if out or not as_json:
        engine.write_whole(folder, {})  # say that the folder cannot be made before the work, not after
    with _progress(not as_json) as progress:
        study = engine.study(
            loaded,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            patches=[p for file in patches for p in read_patches(file)],
            chunk=chunk,
            progress=progress,
        )
        results = engine.look(study, lenses)
        report = Report(study.known, results, engine.settings(study), history=study.case.figures)
        text = to_json(report)
        files = {"result.json": text}
        if out or not as_json:
            files["report.html"] = to_html(report)
            written = engine.write_whole(folder, files)
    if as_json:
        click.echo(text, nl=False)
    else:
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
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
            TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self.bar.start()
        tasks: dict[str, Any] = {}

        def tell(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = self.bar.add_task(label, total=total)
            self.bar.update(tasks[label], completed=done, total=total)

        return tell

    def __exit__(self, *_: object) -> None:
        if self.wanted:
            self.bar.stop()


@main.command()
@click.argument("case", type=FOLDER)
@click.option("--sources", type=FOLDER, help="Folder with the source texts; without it only the case is checked.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def verify(case: Path, sources: Path | None, as_json: bool) -> None:
    """Check CASE, and its passages against the source texts.

    Passages are kept as places and digests, never as words, so whoever holds the texts can check them.
    exact: the words are where the case says. moved: the same words elsewhere. altered: other words in the same
    place. orphan: not found. Exit status 1 when a passage is altered or an orphan.
    """
    from winset.case.load import load
    from winset.case.passages import verify as check

    loaded = load(case)
    if sources is None:
        click.echo(json.dumps({"case": loaded.id, "problems": 0}) if as_json else f"{loaded.title}: no problem found.")
        return
    found = check(loaded, sources)
    if as_json:
        click.echo(
            json.dumps({"passages": found.counts, "sources": {"missing": found.missing, "changed": found.changed}})
        )
    else:
        click.echo(", ".join(f"{n} {status}" for status, n in found.counts.items()))
        for c in found.checks:
            if c.status != "exact":
                click.echo(
                    f"  {c.passage} ({c.source}): {c.status}" + (f", now at {c.start}" if c.start is not None else "")
                )
        for name in found.missing:
            click.echo(f"  the text of {name} is missing: {loaded.source[name].file}")
    if found.counts["altered"] or found.counts["orphan"]:
        sys.exit(1)


@main.group()
def plans() -> None:
    """Compare plans clause by clause."""


@plans.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--case", "case", type=FOLDER, default=Path("cases/ukraine-2025"), show_default=True, help="The case folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(before: str, after: str, case: Path, as_json: bool) -> None:
    """What changes from plan BEFORE to plan AFTER (ids of plans.yaml).

    \b
        winset plans diff us28 us_ua20
    """
    from winset.case.load import load
    from winset.derive.worth.packages import changes
    from winset.errors import SettingError

    loaded = load(case)
    for name in (before, after):
        if name not in loaded.plan:
            raise SettingError(f"no plan {name!r} in {loaded.id}; it has {', '.join(loaded.plan)}")
    found = changes(loaded, loaded.plan[before], loaded.plan[after])
    if as_json:
        click.echo(json.dumps({issue: {"from": was, "to": now} for issue, (was, now) in found.items()}, indent=1))
        return

    def label(issue: str, option: str) -> str:
        return "left to later talks" if option == "deferred" else loaded.issue[issue].option(option).label

    click.echo(
        f"{loaded.plan[before].name} -> {loaded.plan[after].name}: {len(found)} of {len(loaded.issues)} issues differ"
    )
    for issue, (was, now) in found.items():
        click.echo(f"\n{loaded.issue[issue].name}\n  - {label(issue, was)}\n  + {label(issue, now)}")


@main.command()
@click.argument("folder", type=FOLDER)
def new(folder: Path) -> None:
    """Write a small, valid, commented case into a new FOLDER."""
    from winset.case.new import write_starter

    write_starter(folder)
    click.echo(f"wrote {folder}; read {folder / 'README.md'}, then: winset run {folder}")


@main.command()
@click.option("--quantities", is_flag=True, help="The closed list of quantities a Figure may give.")
def schema(quantities: bool) -> None:
    """Print the JSON Schema of the YAML files and the columns of the tables."""
    from winset.case.new import schemas
    from winset.units import quantities as closed

    if quantities:
        for q in closed().values():
            click.echo(f"{q.name:22} {q.unit:20} {q.subject:20} {q.meaning}")
    else:
        click.echo(json.dumps(schemas(), indent=1, sort_keys=True))


@main.command()
@click.argument("case", type=FOLDER)
@click.option("--lens", "lenses", multiple=True, metavar="NAME", help="Only the methods of this lens (repeatable).")
def cite(case: Path, lenses: tuple[str, ...]) -> None:
    """Print BibTeX for the methods winset uses and the sources CASE cites."""
    from winset.case.load import load
    from winset.report.bibliography import bibtex

    click.echo(bibtex(load(case), lenses), nl=False)


@main.command()
@click.argument("source")
@click.argument("file", type=FOLDER)
@click.argument("words")
def anchor(source: str, file: Path, words: str) -> None:
    """Print the place and digests of WORDS in the text FILE of SOURCE, as cells of passages.csv."""
    from winset.case.anchor import main as anchor_main

    sys.exit(anchor_main([source, str(file), words]))


@main.command()
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def settle(path: Path, as_json: bool) -> None:
    """Solve one bargaining problem exactly: a case at its modes, or a folder of GENIUS, GeniusWeb or NegoLog files.

    Prints the Nash, Kalai-Smorodinsky, egalitarian and utilitarian packages with their definitions and proof, and
    where there is no zone of agreement who binds and by how much all would have to give way.
    """
    from winset.settle import settle as solve

    answer = solve(path)
    if as_json:
        click.echo(json.dumps(answer, indent=1, sort_keys=True))
        return
    click.echo(f"From {answer['origin']}; parties: {', '.join(answer['parties'])}.")
    if not answer["zone"]:
        cut = answer["uniform_cut"]
        told = (
            "no package is left by the red lines" if cut is None else f"every reserve would have to fall by {cut:.3f}"
        )
        click.echo(f"No zone of agreement: {told}. Binding: {', '.join(answer['binding'])}.")
        for way in answer["corrections"]:
            click.echo(f"  one way to open it: {'; '.join(way)}")
        return
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
        click.echo(
            f"{name.replace('_', '-')}: {'  '.join(f'{u:.4f}' for u in answer[name])}   {answer['definitions'][name]}"
        )
        for issue, option in answer["packages"][name].items():
            click.echo(f"    {issue}: {option}")
    size = f"{answer['frontier_size']:,}" + ("" if answer["frontier_complete"] else " at least (sampled)")
    click.echo(f"efficient outcomes that reach every reserve: {size}")


main.add_command(import_group)
main.add_command(export_group)
main.add_command(check_claim)
main.add_command(compare)
