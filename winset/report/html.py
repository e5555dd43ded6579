"""One HTML file: no network, no script needed to read it, every number opens what it rests on.

Case text reaches the page only through Jinja2 with autoescape on. First stands the brief, then a chapter for each lens,
the case itself, and an appendix. Figures, passages and events stand in the page once; a number links to one of them, or
to a numbered list where it rests on several. A content security policy names the page's own style and script by hash,
so nothing else can run or be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from winset.case.model import Actor, Figure, parse_basis
from winset.report import grids, lab, narrate, words
from winset.report.basics import basics_of
from winset.report.bibliography import entries
from winset.report.brief import brief, said_as
from winset.report.case_chapters import case_chapters
from winset.report.chapters import chapter
from winset.report.chronicle import months, weightiest
from winset.report.glossary import Glossary, terms
from winset.report.pictures import in_brief
from winset.report.report import Report
from winset.report.tables import cut
from winset.result import Finding, plain
from winset.writing import digest

# each kind becomes one element of the page
STYLES = ("style.css", "chapters.css", "brief.css", "lab.css", "print.css")
SCRIPTS, OF_LAB = ("report.js", "find.js"), ("lab_core.js", "lab_search.js", "lab_picture.js", "lab.js")


def as_html(report: Report, result: str = "") -> str:
    """The page. The same report gives the same bytes. result: the result.json beside it, if there is to be one."""
    case, basics = report.case, basics_of(report)
    laid = lab.data(report)
    scripts = (*SCRIPTS, *OF_LAB) if laid else SCRIPTS
    style, script = (_flush_left("".join(map(_file, names))) for names in (STYLES, scripts))
    template = _environment().get_template("template.html")
    page = template.render(
        # what is shown
        report=report,
        beside=digest(result.encode()) if result else "",
        case=case,
        brief=brief(report),
        chapters=[chapter(r) for r in (*report.results, *([report.record] if report.record else []))],
        own=case_chapters(report),
        weightiest=weightiest(case),
        months=months(case),
        groups=_figure_groups(report),
        in_force=set(case.figure),
        settings=list(_flat({k: v for k, v in report.settings.items() if k != "model"})),
        model=report.settings.get("model", {}),
        lab=laid,
        # how it is put into words
        basics=basics,
        glossary=Glossary(),
        terms=terms(),
        words=words,
        reference=_reference,
        number=_setting_value,
        value_of=_finding_value,
        figure_name=lambda f: words.figure_name(case, f),
        figure_value=lambda f: words.figure_value(case, f),
        about=lambda actor: _about(report, actor),
        basis_of=lambda text: basics.parts(parse_basis(text)) if text else (),
        # how tables are laid out
        laid_out=lambda grid: grids.lay(basics, grid),
        said_as=lambda cell: said_as(plain(cell)),
        small=lambda picture: in_brief(picture.lens, picture.chart, picture.table),
        table_says=narrate.table_says,
        Grid=grids.Grid,
        short=lambda grid: replace(grid, table=cut(grid.table)),
        # the page's own style and script
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return words.clean(_open_ended(_flush_left(page)))


def _open_ended(page: str) -> str:
    """Without the end tags of rows and cells, which HTML lets a page leave out (HTML Living Standard, 13.1.2.4) and a
    page of many tables has a lot of; no text of a case holds a tag, and neither does the script."""
    return re.sub(r"</t[dhr]>\n?", "", page)


def _flush_left(text: str) -> str:
    """Without indentation and empty lines, which a page of many tables has a lot of."""
    return re.sub(r"\n\s+", "\n", text)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _file(name: str) -> str:
    return files("winset.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _reference(key: str) -> str:
    """Author, year and title of a method's source, from the bibliography; the bare key if it is not there."""
    found = dict(re.findall(r"\b(author|year|title)\s*=\s*\{(.*?)\}\s*(?=,|\}|$)", entries().get(key, ""), re.DOTALL))
    told = [words.from_tex(found[part]) for part in ("author", "year", "title") if part in found]
    return ", ".join(told).replace(" and ", "; ", told[0].count(" and ") if "author" in found else 0)


def _finding_value(finding: Finding) -> str:
    """Value, range and error of a finding in words."""
    if finding.value is None or isinstance(finding.value, str):
        return words.value(finding.value) if finding.value else ""
    text = f"{words.value(finding.value, unit=finding.unit)} {words.unit_words(finding.unit)}".strip()
    if between := words.span(finding.low, finding.high, finding.unit):
        text += f"; {between} " + ("over rival readings" if finding.error is not None else "(5th to 95th percentile)")
    if finding.error is not None:
        text += (
            f"; Monte-Carlo error {100 * finding.error:.1f} points"
            if words.is_share(finding.unit)
            else f"; error {words.number(finding.error)}"
        )
    return text


def _about(report: Report, actor: Actor) -> str:
    """Who an actor is, in a few words."""
    case = report.case
    own = [actor.office or actor.role.replace("_", " ")]
    own += [f"of {words.name(case, actor.principal)}"] if actor.principal else []
    own += ["must sign"] if actor.signs else []
    return ", ".join(part for part in own if part)


def _figure_groups(report: Report) -> list[tuple[str, list[Figure]]]:
    """All known Figures by what they are about: each signing party, other actors by level, issues, plans, the rest."""
    case = report.case
    levels = {"party": "Other parties", "institution": "Institutions", "person": "People", "domestic": "At home"}
    heads = [*(a.name for a in case.signatories), *levels.values(), "Issues and their options", "Plans", "Other facts"]
    groups: dict[str, list[Figure]] = {head: [] for head in heads}
    for figure in sorted(report.figures, key=lambda f: (words.name(case, *f.subject), f.quantity, str(f.date))):
        first = figure.subject[0]
        if first in case.actor:
            actor = case.actor[first]
            groups[actor.name if actor.signs else levels[actor.level]].append(figure)
        elif first in case.issue:
            groups["Issues and their options"].append(figure)
        else:
            groups["Plans" if first.removeprefix("plan:") in case.plan else "Other facts"].append(figure)
    return [(head, held) for head, held in groups.items() if held]


def _setting_value(value: object) -> str:
    """The value of a Setting as it is typed."""
    return ", ".join(f"{x:g}" for x in value) if isinstance(value, list) else str(value)


def _flat(settings: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Settings as lines: nested mappings by their path of keys."""
    for key, value in settings.items():
        name = f"{before} {key}".strip().replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(value, name)
        else:
            told = str(value) if isinstance(value, int) else words.value(value)
            yield name, "none" if value in (None, "", (), []) else told
