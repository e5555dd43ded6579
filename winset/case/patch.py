"""Patches: named, cited changes to a Case. A lever, a what-if, an amendment, a rival reading: all are Patches."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from winset.case import model as m
from winset.case.check_patches import changed, patch_faults
from winset.case.criteria import CriteriaFile
from winset.case.grammar import day
from winset.case.load import FILES, of_kind
from winset.case.parse import parse_document
from winset.case.text import Problems, read_yaml
from winset.errors import DossierError, Problem, SettingError
from winset.units import quantities

NEEDED = tuple(name for name, field in m.Patch.model_fields.items() if field.is_required())


def apply(case: m.Case, patch: m.Patch) -> m.Case:
    """The patched case. Ids and streams stay as they are, so every draw keeps its luck.

    Raises DossierError when the patch names what the case does not have.
    """
    if faults := patch_faults(case, patch):
        raise DossierError(
            Problem(f"patch {patch.id}", None, what, "correct the patch") for what in dict.fromkeys(faults)
        )
    numbers = _unheard(case, patch) | patch.set
    figures = tuple(changed(f, numbers[f.id], patch.basis) if f.id in numbers else f for f in case.figures)
    plans = tuple(_amended(p, patch) if p.id in patch.clauses else p for p in case.plans)
    said = patch.model_dump_json(exclude=None if patch.channels else {"channels"})
    digest = hashlib.sha256((case.digest + said).encode()).hexdigest()
    held = {f.id: f for f in case.figures if f.id in numbers}
    made = replace(
        case,
        figures=figures,
        plans=plans,
        digest=digest,
        patches=(*case.patches, patch.id),
        before=held | case.before,
        acted=case.acted if patch.is_reading else held | case.acted,
        channels=tuple(_opened(c) if c.id in patch.channels else c for c in case.channels if not _closes(patch, c)),
        closed=(*case.closed, *(c for c in case.channels if _closes(patch, c))),
    )
    if patch.set.keys() == numbers.keys() and not patch.clauses and not patch.channels:
        made.is_like(case)
    return made


def _closes(patch: m.Patch, channel: m.Channel) -> bool:
    return patch.channels.get(channel.id) == "closed"


def _opened(channel: m.Channel) -> m.Channel:
    """A channel that is in force on every date."""
    return channel.model_copy(update={"since": None, "until": None})


def _unheard(case: m.Case, patch: m.Patch) -> dict[str, m.Change]:
    """No weight for an adviser who loses every channel of advice to a hearer."""
    shut = {(c.source, c.target) for c in case.channels if c.kind == "advises" and _closes(patch, c)}
    left = {(c.source, c.target) for c in case.channels if c.kind == "advises" and not _closes(patch, c)}
    keys = {f"{adviser}/{hearer}.adviser_weight" for adviser, hearer in shut - left}
    return {f.id: m.Change(low=0.0, mode=0.0, high=0.0) for f in case.figures if f.key in keys}


def _amended(plan: m.Plan, patch: m.Patch) -> m.Plan:
    clauses = dict(plan.clauses)
    for issue_id, option in patch.clauses[plan.id].items():
        clauses.pop(issue_id, None)
        if option != m.SILENT:
            clauses[issue_id] = m.Clause(option=option, basis=patch.basis, note=f"amended: {patch.title}")
    return plan.model_copy(update={"clauses": clauses})


def read_patches(path: str | Path, case: str | Path | None = None) -> tuple[m.Patch, ...]:
    """The patches of a YAML file: one mapping, or lists of them under `readings:`, `levers:` or `patches:`, in this
    order.

    case: the folder of the case that they change; where the file is missing, the remedy names the patches in it.
    Raises DossierError.
    """
    path, problems = Path(path), Problems()
    if not os.path.lexists(path):
        raise DossierError([Problem(str(path), None, "missing file", _instead(path, case))])
    document = read_yaml(path.parent, path.name, problems)
    if isinstance(document.data, dict) and not PatchFile.model_fields.keys() & document.data.keys():
        document.data = {"patches": [document.data]}
        document.lines = {("patches", 0, *p): line for p, line in document.lines.items()}
    parsed = parse_document(document, PatchFile, problems)
    if problems.found or parsed is None:
        raise DossierError(problems.found)
    found = (*of_kind(parsed.readings, "reading"), *of_kind(parsed.levers, "lever"), *parsed.patches)
    if not found:
        raise DossierError([Problem(path.name, 1, "the file holds no patch", "write one, or give another file")])
    return found


def _instead(path: Path, case: str | Path | None) -> str:
    """What to give in place of a patch file that is not there: the files that are."""
    own = [Path(case) / name for name in ("levers.yaml", "readings.yaml")] if case is not None else []
    held = [str(p) for p in own if p.is_file()]
    try:
        beside = sorted(str(p) for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml"))
    except OSError:
        return f"there is no folder {path.parent}; give the path of a YAML file of changes"
    near = difflib.get_close_matches(str(path), beside, n=1)
    if near:
        return f"did you mean {near[0]}?"
    others = [name for name in beside if name not in held and Path(name).name not in FILES][:5]
    if held or others:
        return f"give a file that is there, such as {', '.join([*held, *others])}"
    return f"write it: one mapping with {', '.join(NEEDED)}, and `set` or `clauses`"


class PatchFile(m.Record):
    readings: tuple[m.Patch, ...] = ()
    levers: tuple[m.Patch, ...] = ()
    patches: tuple[m.Patch, ...] = ()


def date_of(case: m.Case, wanted: dt.date | None) -> dt.date:
    """The date to look at a case from: the one wanted, by default the case's own.

    Raises SettingError for a year outside 1800..2200 and for a date after the case's own: nothing was read after it, so
    an answer of a later date would pass off silence as news that nothing happened.
    """
    date = wanted or case.as_of
    try:
        day(date)
    except ValueError as error:
        raise SettingError(f"as of {date}: {error}") from None
    if date > case.as_of:
        raise SettingError(
            f"as of {date}: {case.id} says nothing after its own date {case.as_of}; give that date or an earlier one, "
            "or add what happened since and move `as_of` in case.yaml"
        )
    return date


def as_of(case: m.Case, date: dt.date) -> m.Case:
    """The case as it was known on a date: nothing that became public later, and of each number the latest.

    Figures without a date hold for all dates. Responses to plans are kept: they are what happened, not an input. The
    same case and date give the same object, so that what is made from it can be kept by its name.
    """
    return case.memo(("as_of", date), lambda: _as_of(case, date))


def _as_of(case: m.Case, date: dt.date) -> m.Case:
    if case.like is not case:  # only numbers differ, and what holds when does not hang on numbers
        cut = as_of(case.like, date)
        figures = tuple(map(case.figure.__getitem__, cut.figure))
        own = {name: getattr(case, name) for name in ("digest", "patches", "before", "acted")}
        made = replace(cut, figures=figures, **own)
        made.is_like(cut)
        return made
    latest: dict[str, m.Figure] = {}
    for figure in case.figures:
        if figure.date is None or figure.date <= date:
            held = latest.get(figure.key)
            if held is None or (held.date or dt.date.min) <= (figure.date or dt.date.min):
                latest[figure.key] = figure
    return replace(
        case,
        as_of=date,
        figures=tuple(f for f in case.figures if latest.get(f.key) is f),
        plans=tuple(p for p in case.plans if p.kind == "benchmark" or p.known is None or p.known <= date),
        events=tuple(e for e in case.events if e.known <= date),
        channels=tuple(c for c in case.channels if (c.since or date) <= date and (c.until is None or c.until >= date)),
        questions=tuple(q for q in case.questions if q.opened <= date),
        series=tuple(s.cut(date) for s in case.series),
        calendar=tuple(p for p in case.calendar if (p.public or date) <= date),
        evidence=tuple(e for e in case.evidence if e.date <= date),
        escalation=case.escalation and case.escalation.as_of(date),
        scorecard=_verdicts_known(case, date),
    )


def _verdicts_known(case: m.Case, date: dt.date) -> CriteriaFile | None:
    """The criteria with those verdicts whose source can have been published by then."""
    card = case.scorecard
    if card is None:
        return None
    known = tuple(v for v in card.verdicts if case.source[v.source].published_from <= date)
    return card if known == card.verdicts else card.model_copy(update={"verdicts": known})


def without_source(case: m.Case, source: str) -> m.Case:
    """The case if one source had not been read.

    Touched is every Figure whose passages all come from that source and that has no report or dataset beside them
    (a judgement alone does not hold up a number whose passage is gone). A touched red line is dropped; any other
    touched number becomes uniform over all that its quantity allows; a touched item of evidence is left out.
    """
    own = {p.id for p in case.passages if p.source == source}

    def touched(basis: m.Basis) -> bool:
        outside = {kind for kind, _ in basis.parts} & {"report", "dataset"}
        return bool(basis.passages) and set(basis.passages) <= own and not outside

    figures = []
    for figure in case.figures:
        bounds = quantities()[figure.quantity]
        if not touched(figure.basis):
            figures.append(figure)
        elif figure.quantity != "red_line":
            wide = f"uniform({bounds.low:g},{bounds.high:g})" if bounds.high < float("inf") else ""
            figures.append(
                replace(figure, at="", low=None, mode=None, high=None, distribution=wide) if wide else figure
            )
    evidence = tuple(e for e in case.evidence if not touched(m.parse_basis(e.basis)))
    digest = hashlib.sha256(f"{case.digest} without {source}".encode()).hexdigest()
    return replace(
        case, figures=tuple(figures), evidence=evidence, digest=digest, patches=(*case.patches, f"without-{source}")
    )


def combine(case: m.Case, patches: Iterable[m.Patch]) -> m.Case:
    """Patches applied one after another."""
    for patch in patches:
        case = apply(case, patch)
    return case
