"""BibTeX for the methods that lenses use and for the sources that a case cites."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from winset.case.model import Basis, Case, Source, parse_basis
from winset.errors import SettingError
from winset.lens import LENSES, lens

DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@cache
def entries() -> dict[str, str]:
    """Every entry of references.bib by its key."""
    text = files("winset").joinpath("references.bib").read_text(encoding="utf-8")
    return {match[1]: match[0].strip() for match in re.finditer(r"@\w+\{(\w+),.*?\}\n(?=@|\Z)", text, re.DOTALL)}


def bibtex(case: Case, names: Sequence[str] = ()) -> str:
    """Entries of the methods of the lenses named (all, if none), winset's own streams, the case's sources, and the
    works behind its `report:` bases; reports whose publisher is unknown are counted in a comment at the end.

    Raises SettingError for an unknown lens.
    """
    unknown = [n for n in names if n not in LENSES]
    if unknown:
        raise SettingError(f"unknown lens {', '.join(unknown)}; one of {', '.join(LENSES)}")
    keys = {"salmon2011", *(key for n in (names or LENSES) for key in lens(n).sources)}
    works, nameless = reports(case)
    made = [*(entries()[k] for k in sorted(keys)), *(_misc(case.id, s) for s in case.sources)]
    taken: Counter[str] = Counter()
    made += [_report(case.id, work, n, taken) for work, n in works.items()]
    if nameless:
        dates = ", ".join(sorted({work.date for work in nameless if work.date}))
        made.append(
            f"% publisher unknown: reports {len(nameless)}, bases that rest on them {sum(nameless.values())}"
            + (f" (dated {dates})" if dates else "")
        )
    return "\n".join([*made, ""])


class Work(NamedTuple):
    """A work behind a `report:` basis: `PUBLISHER, TITLE, DATE`, of which title and date may be left out."""

    publisher: str
    title: str
    date: str


def work(text: str) -> Work:
    """The work that the text of a `report:` basis names.

    >>> work("Reuters, 2025-11-23")
    Work(publisher='Reuters', title='', date='2025-11-23')
    >>> work("Crisis Group, Report 7, 2021-06").title, work("Atlas of Wars").date
    ('Report 7', '')
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    dated = [part for part in parts[1:] if DATE.fullmatch(part)]
    rest = [part for part in parts[1:] if part not in dated]
    return Work(parts[0] if parts else "", ", ".join(rest), dated[-1] if dated else "")


def reports(case: Case) -> tuple[dict[Work, int], dict[Work, int]]:
    """The works behind the `report:` bases of a case and how many bases name each: publishers known, and unknown."""
    found: Counter[Work] = Counter()
    for basis in _bases(case):
        found.update({work(text) for kind, text in basis.parts if kind == "report"})
    order = sorted(found, key=lambda w: (w.publisher.casefold(), w.date, w.title))
    unknown = {w for w in order if w.publisher.casefold().startswith("publisher unknown")}
    return {w: found[w] for w in order if w not in unknown}, {w: found[w] for w in order if w in unknown}


def _bases(case: Case) -> Iterator[Basis]:
    """Every basis that a case gives."""
    yield from (figure.basis for figure in case.figures)
    holders: tuple[Any, ...] = (
        *case.rules,
        *case.plans,
        *case.events,
        *case.channels,
        *case.evidence,
        *case.questions,
        *case.calendar,
    )
    texts = [x.basis for x in holders]
    texts += [clause.basis for plan in case.plans for clause in plan.clauses.values()]
    texts += [response.basis for plan in case.plans for response in plan.responses]
    texts += [seen.basis for question in case.questions for seen in question.foreseen]
    for patch in (*case.readings, *case.levers):
        texts += [patch.basis, *(change.basis for change in patch.set.values())]
    yield from (parse_basis(text) for text in texts if text)


def _report(case: str, found: Work, bases: int, taken: Counter[str]) -> str:
    name = "-".join(re.findall(r"[a-z0-9]+", f"{found.publisher} {found.title}".lower()))[:60].strip("-")
    fields = {
        "author": f"{{{_escape(found.publisher)}}}",  # a body, whose name is not to be turned round
        "title": _escape(found.title or "Untitled report"),
        "year": found.date[:4],
        "date": found.date,
        "note": f"{bases} bas{'is' if bases == 1 else 'es'} of the case",
    }
    body = ", ".join(f"{k} = {{{v}}}" for k, v in fields.items() if v)
    key = "-".join(filter(None, (case, "report", name, found.date)))
    taken[key] += 1  # publishers that differ in capitals or points alone
    return f"@misc{{{key if taken[key] == 1 else f'{key}-{taken[key]}'},\n  {body}}}"


def _misc(case: str, source: Source) -> str:
    fields = {
        "author": source.author,
        "title": source.title,
        "howpublished": source.publisher,
        "year": str(source.published_from.year),
        "note": f"{source.kind}; published {source.published_from} to {source.published_to}",
    }
    body = ", ".join(f"{k} = {{{_escape(v)}}}" for k, v in fields.items() if v)
    return f"@misc{{{case}-{source.id},\n  {body}}}"


def _escape(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "/"))
