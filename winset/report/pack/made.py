"""The pack: every paper that is asked for, as files in all their forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from winset.errors import SettingError
from winset.report.pack import actors, cards, comparison, memo, scenarios
from winset.report.pack.page import as_page
from winset.report.pack.paper import Paper
from winset.report.pack.pictures import png
from winset.report.pack.sheets import as_csv, as_xlsx
from winset.report.pack.told import Told
from winset.report.pack.word import as_word
from winset.report.report import Report

CHANGE = "change"


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its title, the lenses that it reads, and what makes it."""

    title: str
    lenses: tuple[str, ...]
    make: Callable[[Told], Paper] | None


PAPERS: dict[str, Kind] = {
    memo.KEY: Kind(memo.TITLE, ("settlement", "futures"), memo.memo),
    comparison.KEY: Kind(comparison.TITLE, ("settlement",), comparison.comparison),
    cards.KEY: Kind(cards.TITLE, (), cards.cards),
    scenarios.KEY: Kind(scenarios.TITLE, ("futures", "endurance"), scenarios.scenarios),
    actors.KEY: Kind(actors.TITLE, (), actors.actors),
    CHANGE: Kind("Change note", ("settlement", "futures"), None),
}


def chosen(only: str, *, change: bool) -> tuple[str, ...]:
    """The papers that a list of names asks for, by default all; the change note only where there is something to
    compare.

    Raises SettingError for an unknown name, and for a change note with nothing to compare.
    """
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := [n for n in names if n not in PAPERS]:
        raise SettingError(f"unknown paper {', '.join(unknown)}; one of {', '.join(PAPERS)}")
    if CHANGE in names and not change:
        raise SettingError("a change note needs something to compare: give --since DATE or --against RUN")
    return tuple(n for n in PAPERS if (n in names if names else n != CHANGE or change))


def lenses_of(names: Iterable[str]) -> tuple[str, ...]:
    """The lenses that papers read."""
    return tuple(dict.fromkeys(lens for name in names for lens in PAPERS[name].lenses))


def certain(names: Sequence[str]) -> list[str]:
    """The files that a pack of these papers has whatever the report says."""
    return [*(f"{n}.{form}" for n in names for form in ("docx", "html")), "result.json", "report.html"]


def papers(report: Report, names: Sequence[str]) -> list[Paper]:
    """The papers of these names that a report alone can fill."""
    told = Told(report)
    return [make(told) for name in names if (make := PAPERS[name].make) is not None]


def files_of(report: Report, made: Sequence[Paper]) -> dict[str, bytes]:
    """Every paper as Word, HTML, spreadsheets and pictures, by file name."""
    told, files = Told(report), {}
    for paper in made:
        files[f"{paper.key}.docx"] = as_word(told, paper)
        files[f"{paper.key}.html"] = as_page(told, paper).encode()
        if paper.sheets:
            files[f"{paper.key}.xlsx"] = as_xlsx(told, paper)
        for sheet in paper.sheets:
            files[f"{paper.key}.{sheet.key}.csv"] = as_csv(sheet).encode()
        for picture in paper.pictures:
            name = paper.key if picture.key == paper.key else f"{paper.key}.{picture.key}"
            files[f"{name}.svg"], files[f"{name}.png"] = picture.svg.encode(), png(picture.svg)
    return files


def manifest(files: Mapping[str, bytes], before: Mapping[str, str]) -> str:
    """The list of what was written, by which winset knows its own files again; `before`: those of an earlier pack."""
    digests = {**before, **{name: hashlib.sha256(data).hexdigest() for name, data in files.items()}}
    return json.dumps({"written_by": "winset", "files": digests}, sort_keys=True, indent=1) + "\n"
