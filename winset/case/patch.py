"""Patches: named, cited changes to a Case. A lever, a what-if, an amendment, a rival reading: all are Patches."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from winset.case import model as m
from winset.case.check_figures import changed, patch_faults
from winset.case.parse import parse_document
from winset.case.text import Problems, read_yaml
from winset.errors import DossierError, Problem
from winset.units import quantities


def apply(case: m.Case, patch: m.Patch) -> m.Case:
    """The patched case. Ids and streams stay as they are, so every draw keeps its luck.

    Raises DossierError when the patch names what the case does not have.
    """
    if faults := patch_faults(case, patch):
        raise DossierError(
            Problem(f"patch {patch.id}", None, what, "correct the patch") for what in dict.fromkeys(faults)
        )
    figures = tuple(changed(f, patch.set[f.id], patch.basis) if f.id in patch.set else f for f in case.figures)
    plans = tuple(_amended(p, patch) if p.id in patch.clauses else p for p in case.plans)
    digest = hashlib.sha256((case.digest + patch.model_dump_json()).encode()).hexdigest()
    before = {f.id: f for f in case.figures if f.id in patch.set} | case.before
    return replace(case, figures=figures, plans=plans, digest=digest, patches=(*case.patches, patch.id), before=before)


def _amended(plan: m.Plan, patch: m.Patch) -> m.Plan:
    clauses = dict(plan.clauses)
    for issue_id, option in patch.clauses[plan.id].items():
        clauses.pop(issue_id, None)
        if option != m.SILENT:
            clauses[issue_id] = m.Clause(option=option, basis=patch.basis, note=f"amended: {patch.title}")
    return plan.model_copy(update={"clauses": clauses})


def read_patches(path: str | Path) -> tuple[m.Patch, ...]:
    """The patches of a YAML file: one mapping, or a list of them under `readings:` or `patches:`."""
    path, problems = Path(path), Problems()
    document = read_yaml(path.parent, path.name, problems)
    if isinstance(document.data, dict) and not ({"readings", "levers", "patches"} & set(document.data)):
        document.data = {"patches": [document.data]}
        document.lines = {("patches", 0, *p): line for p, line in document.lines.items()}
    if isinstance(document.data, dict) and "patches" not in document.data:
        document.data = {
            "patches" if key in ("readings", "levers") else key: value for key, value in document.data.items()
        }
        document.lines = {
            ("patches", *p[1:]) if p[:1] in (("readings",), ("levers",)) else p: n for p, n in document.lines.items()
        }
    parsed = parse_document(document, PatchFile, problems)
    if problems.found or parsed is None:
        raise DossierError(problems.found)
    return parsed.patches


class PatchFile(m.Record):
    patches: tuple[m.Patch, ...]


def as_of(case: m.Case, date: dt.date) -> m.Case:
    """The case as it was known on a date: nothing that became public later, and of each number the latest.

    Figures without a date hold for all dates. Responses to plans are kept: they are what happened, not an input.
    """
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
        evidence=tuple(e for e in case.evidence if e.date <= date),
    )


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
