"""Commands on a case folder itself: begin one, check it, its format, its bibliography, the places of its passages."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.errors import Problem
from winset.terminal import say, say_json

FEW = 8  # of what a lens lacks in one file, as many are listed on the terminal


@click.command()
@click.argument("folder", type=FOLDER)
def new(folder: Path) -> None:
    """Write a small, valid, commented case into a new FOLDER."""
    from winset.case.new import write_starter

    write_starter(folder)
    say(f"wrote {folder}; read {folder / 'README.md'}, then: winset run {folder}")


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--sources", type=FOLDER, help="Folder with the source texts; without it only the case is checked.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The date of the run that is meant.")
@click.option("--patch", "patches", multiple=True, type=FOLDER, help="A file of changes of that run (repeatable).")
@click.option("--draws", type=click.IntRange(1, 10_000_000), default=4096, show_default=True, help="Its draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Its seed.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def verify(
    case: Path, sources: Path | None, as_of: Any, patches: tuple[Path, ...], draws: int, seed: int, as_json: bool
) -> None:
    """Check CASE, and its passages against the source texts.

    What `winset run` with the same date, patches, draws, seed and --set would refuse of the case is refused here. Only
    a run itself can see: a search that ends at its limits, a file that cannot be written, what `compare`, `settle`,
    `robust`, `forecast` and `backtest` ask beyond it (two sets of patches with one name, other dates).

    Passages are kept as places and digests, never as words, so whoever holds the texts can check them.
    exact: the words are where the case says. moved: the same words elsewhere. altered: other words in the same
    place. orphan: not found. Exit status 1 when a passage is altered or an orphan.

    Also told, with exit status 0: what is dated after the case's own date, earlier dates as of which a run is refused,
    and for every lens that cannot answer what it needs and the file to add it to.

    \b
        winset verify my-case --as-of 2024-05-31
        winset verify my-case --patch what-if.yaml --patch other.yaml
    """
    from winset import run as engine
    from winset.case.earlier import earlier
    from winset.case.later import later
    from winset.case.load import load
    from winset.case.passages import verify as check
    from winset.case.patch import read_patches
    from winset.case.unsaid import unsaid
    from winset.run.ready import ready

    loaded = load(case)
    changes = [p for file in patches for p in read_patches(file, case)]
    date = as_of.date() if as_of else None
    study = engine.study(loaded, as_of=date, draws=draws, seed=seed, patches=changes)
    warnings, wanting = (*later(loaded), *earlier(study.case), *unsaid(loaded)), ready(study)
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


@click.command()
@click.option("--quantities", is_flag=True, help="The closed list of quantities a Figure may give.")
@click.option("--settings", is_flag=True, help="The numbers of the model that `--set` can change.")
def schema(quantities: bool, settings: bool) -> None:
    """Print the JSON Schema of the YAML files and the columns of the tables."""
    from winset.case.new import schemas
    from winset.settings import table, text
    from winset.units import quantities as closed

    if quantities:
        for q in closed().values():
            say(f"{q.name:22} {q.unit:20} {q.subject:20} {q.meaning}")
    elif settings:
        for s in table().values():
            say(f"{s.name:26} {text(s.value):24} {s.range:34} {s.reason} [{s.source}]")
    else:
        say_json(schemas(), indent=1, sort_keys=True)


@click.command()
@click.argument("case", type=FOLDER)
@click.option("--lens", "lenses", multiple=True, metavar="NAME", help="Only the methods of this lens (repeatable).")
def cite(case: Path, lenses: tuple[str, ...]) -> None:
    """Print BibTeX for the methods winset uses, the sources CASE cites and the reports its bases name.

    Reports whose publisher is unknown are counted in a comment at the end.
    """
    from winset.case.load import load
    from winset.report.bibliography import bibtex

    say(bibtex(load(case), lenses), nl=False)


@click.command()
@click.argument("source")
@click.argument("file", type=FOLDER)
@click.argument("words")
def anchor(source: str, file: Path, words: str) -> None:
    """Print the place and digests of WORDS in the text FILE of SOURCE, as cells of passages.csv."""
    from winset.case.anchor import main as anchor_main

    sys.exit(anchor_main([source, str(file), words]))
