"""The command line. Heavy imports happen inside the commands, so that help is quick."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from winset.cli.claim import check_claim
from winset.cli.compare import compare
from winset.cli.export import export_group
from winset.cli.import_ import import_group
from winset.errors import Problem, WinsetError
from winset.terminal import clean, say, say_json

FOLDER = click.Path(path_type=Path)
FEW = 8  # of what a lens lacks in one file, as many are listed on the terminal


class _Group(click.Group):
    """Ends an error that is somebody's to mend with its text and status 1, an interrupt with a word and 130."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WinsetError as error:
            say(error, err=True)
            sys.exit(1)
        except click.ClickException as error:  # it quotes what was typed
            error.message = clean(error.message)  # type: ignore[misc]
            raise
        except KeyboardInterrupt:
            say("interrupted; nothing was left half-written", err=True)
            sys.exit(130)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="winset")
def main() -> None:
    """winset: is there a deal everyone could sign, what stops it, and which number decides?

    A case is a folder of plain text in which every number rests on a cited basis. Start with

    \b
        winset new my-case              a small commented case to change
        winset run my-case              the answer, and a report in one HTML file

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
@click.option("--force", is_flag=True, help="Replace files of the same names that winset did not write.")
@click.option("--chunk", type=click.IntRange(1), default=16_384, hidden=True)
def run(
    case: Path, lenses: tuple[str, ...], as_of: Any, draws: int, seed: int, patches: tuple[Path, ...],
    out: Path | None, as_json: bool, force: bool, chunk: int,
) -> None:  # fmt: skip
    """Analyse CASE: print the answer and write the report.

    The answer starts with the verdict in plain sentences. The report is one HTML file that opens offline;
    a number with a dotted line opens the passage, report, dataset or judgement it rests on.

    \b
        winset run my-case --as-of 2024-05-31
        winset run my-case --patch what-if.yaml --draws 20000 --json
    """
    from winset import run as engine
    from winset.case.later import later
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.report import Report, to_html, to_json
    from winset.writing import check_out, files_of, write_out, write_whole

    loaded = load(case)
    folder, read = out or Path("out") / loaded.id, [*files_of(case), *patches]
    if out or not as_json:
        # say before the work, not after, that the files cannot be written
        check_out(folder, ("result.json", "report.html"), force=force, inputs=read)
        write_whole(folder, {})
    with _progress(not as_json) as progress:
        study = engine.study(
            loaded,
            as_of=as_of.date() if as_of else None,
            draws=draws,
            seed=seed,
            patches=[p for file in patches for p in read_patches(file, case)],
            chunk=chunk,
            progress=progress,
        )
        results = engine.look(study, lenses)
        report = Report(study.known, results, engine.settings(study), study.case.figures, later(loaded))
        text = to_json(report)
        files = {"result.json": text}
        if out or not as_json:
            files["report.html"] = to_html(report)
            written = write_out(folder, files, force=force, inputs=read)
    if as_json:
        say(text, nl=False)
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


@main.command()
@click.argument("case", type=FOLDER)
@click.option("--sources", type=FOLDER, help="Folder with the source texts; without it only the case is checked.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def verify(case: Path, sources: Path | None, as_json: bool) -> None:
    """Check CASE, and its passages against the source texts.

    Passages are kept as places and digests, never as words, so whoever holds the texts can check them.
    exact: the words are where the case says. moved: the same words elsewhere. altered: other words in the same
    place. orphan: not found. Exit status 1 when a passage is altered or an orphan.

    Also told, with exit status 0: what is dated after the case's own date, and for every lens that cannot answer
    what it needs and the file to add it to.
    """
    from winset.case.later import later
    from winset.case.load import load
    from winset.case.passages import verify as check
    from winset.lens.lacking import lacks

    loaded = load(case)
    warnings, wanting = later(loaded), lacks(loaded)
    told = {"warnings": [str(w) for w in warnings], "lacks": wanting}
    if sources is None:
        if as_json:
            say_json({"case": loaded.id, "problems": 0, **told})
            return
        say(f"{loaded.title}: no problem found.")
        _say_beside(warnings, wanting)
        return
    found = check(loaded, sources)
    if as_json:
        texts = {"missing": found.missing, "changed": found.changed}
        say_json({"passages": found.counts, "sources": texts, **told})
    else:
        say(", ".join(f"{n} {status}" for status, n in found.counts.items()))
        for c in found.checks:
            if c.status != "exact":
                say(f"  {c.passage} ({c.source}): {c.status}" + (f", now at {c.start}" if c.start is not None else ""))
        for name in found.missing:
            say(f"  the text of {name} is missing: {loaded.source[name].file}")
        _say_beside(warnings, wanting)
    if found.counts["altered"] or found.counts["orphan"]:
        sys.exit(1)


def _say_beside(warnings: Sequence[Problem], wanting: Mapping[str, list[str]]) -> None:
    if told := _beside(warnings, wanting):
        say("\n".join(told))


def _beside(warnings: Sequence[Problem], wanting: Mapping[str, list[str]]) -> list[str]:
    """What is no fault of a case and yet worth a line: what is dated too late, and what lenses cannot answer."""
    from winset.lens.lacking import place_of

    told = [f"warning: {replace(w, remedy='')}" for w in warnings]
    told += [f"  -> {remedy}" for remedy in dict.fromkeys(w.remedy for w in warnings)]
    for lens, lacking in wanting.items():
        files = dict.fromkeys(place_of(x) for x in lacking)
        parts = []
        for file in files:
            own = [x for x in lacking if place_of(x) == file]
            few = [*own[:FEW], f"{len(own) - FEW} more"] if len(own) > FEW + 1 else own
            parts.append(f"{', '.join(few)} ({file})")
        told.append(f"{lens} cannot answer: needs {'; '.join(parts)}")
    return told


@main.group()
def plans() -> None:
    """Compare plans clause by clause."""


@plans.command()
@click.argument("before")
@click.argument("after")
@click.option("--case", "case", type=FOLDER, required=True, help="The case folder.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(before: str, after: str, case: Path, as_json: bool) -> None:
    """What changes from plan BEFORE to plan AFTER (ids of plans.yaml).

    \b
        winset plans diff first-draft second-draft --case my-case
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
        say_json({issue: {"from": was, "to": now} for issue, (was, now) in found.items()}, indent=1)
        return

    def label(issue: str, option: str) -> str:
        return "left to later talks" if option == "deferred" else loaded.issue[issue].option(option).label

    say(f"{loaded.plan[before].name} -> {loaded.plan[after].name}: {len(found)} of {len(loaded.issues)} issues differ")
    for issue, (was, now) in found.items():
        say(f"\n{loaded.issue[issue].name}\n  - {label(issue, was)}\n  + {label(issue, now)}")


@main.command()
@click.argument("folder", type=FOLDER)
def new(folder: Path) -> None:
    """Write a small, valid, commented case into a new FOLDER."""
    from winset.case.new import write_starter

    write_starter(folder)
    say(f"wrote {folder}; read {folder / 'README.md'}, then: winset run {folder}")


@main.command()
@click.option("--quantities", is_flag=True, help="The closed list of quantities a Figure may give.")
def schema(quantities: bool) -> None:
    """Print the JSON Schema of the YAML files and the columns of the tables."""
    from winset.case.new import schemas
    from winset.units import quantities as closed

    if quantities:
        for q in closed().values():
            say(f"{q.name:22} {q.unit:20} {q.subject:20} {q.meaning}")
    else:
        say_json(schemas(), indent=1, sort_keys=True)


@main.command()
@click.argument("case", type=FOLDER)
@click.option("--lens", "lenses", multiple=True, metavar="NAME", help="Only the methods of this lens (repeatable).")
def cite(case: Path, lenses: tuple[str, ...]) -> None:
    """Print BibTeX for the methods winset uses, the sources CASE cites and the reports its bases name.

    Reports whose publisher is unknown are counted in a comment at the end.
    """
    from winset.case.load import load
    from winset.report.bibliography import bibtex

    say(bibtex(load(case), lenses), nl=False)


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
        say_json(answer, indent=1, sort_keys=True)
        return
    say(f"From {answer['origin']}; parties: {', '.join(answer['parties'])}.")
    if not answer["zone"]:
        cut = answer["uniform_cut"]
        told = (
            "no package is left by the red lines" if cut is None else f"every reserve would have to fall by {cut:.3f}"
        )
        say(f"No zone of agreement: {told}. Binding: {', '.join(answer['binding'])}.")
        for way in answer["corrections"]:
            say(f"  one way to open it: {'; '.join(way)}")
        return
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
        say(f"{name.replace('_', '-')}: {'  '.join(f'{u:.4f}' for u in answer[name])}   {answer['definitions'][name]}")
        for issue, option in answer["packages"][name].items():
            say(f"    {issue}: {option}")
    size = f"{answer['frontier_size']:,}" + ("" if answer["frontier_complete"] else " at least (sampled)")
    say(f"efficient outcomes that reach every reserve: {size}")


main.add_command(import_group)
main.add_command(export_group)
main.add_command(check_claim)
main.add_command(compare)
