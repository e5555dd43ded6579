"""Checks of patches: what a reading or a lever changes must be there, and must leave a case that holds together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from winset.case import model as m
from winset.case.check_figures import faults, joint
from winset.case.check_scales import exchanged, upside_down
from winset.case.text import Document, Near, Problems, nearest

TOGETHER = {"ideal", "red_line", "place", "attention", "value", "accommodation"}
"""Quantities that `joint`, `upside_down` and `exchanged` look at."""


def check_patches(case: m.Case, documents: dict[str, Document], problems: Problems, used: set[str]) -> None:
    """Add a Problem for whatever the case cannot take of its own readings and levers."""
    for file, kind, patches in (("readings.yaml", "reading", case.readings), ("levers.yaml", "lever", case.levers)):
        seen: set[str] = set()
        for i, patch in enumerate(patches):
            path: tuple[Any, ...] = (f"{kind}s", i)
            if patch.id in seen:
                problems.add(
                    file, documents[file].line(path), f"the {kind} id {patch.id!r} stands twice", "choose another"
                )
            seen.add(patch.id)
            for text in _bases(patch):
                try:
                    used.update(m.parse_basis(text).passages)
                except ValueError:
                    continue  # patch_faults says so
            for what in patch_faults(case, patch, problems.nearest):
                problems.add(file, documents[file].line(path), what, f"in the {kind} {patch.id}")


def changed(figure: m.Figure, change: m.Change, basis: str) -> m.Figure:
    """The Figure with new numbers and the basis of the change. Raises ValueError for a malformed basis."""
    new_basis = m.parse_basis(change.basis or basis)
    if change.at is not None:
        return replace(figure, at=change.at, low=None, mode=None, high=None, distribution="", basis=new_basis)
    low, mode, high = (
        getattr(change, name) if getattr(change, name) is not None else getattr(figure, name)
        for name in ("low", "mode", "high")
    )
    return replace(figure, at="", low=low, mode=mode, high=high, distribution="", basis=new_basis)


def patch_faults(case: m.Case, patch: m.Patch, near: Near = nearest) -> list[str]:
    """What a patch says that the case cannot take. near: finds the remedy for an unknown name."""
    found = []
    for text in _bases(patch):
        try:
            unknown = [p for p in m.parse_basis(text).passages if p not in case.passage]
        except ValueError as error:
            found.append(f"basis: {error}")
        else:
            found += [f"unknown passage {p!r}: {near(p, case.passage)}" for p in unknown]
    for key, change in patch.set.items():
        figure = case.figure.get(key)
        if figure is None:
            found.append(f"unknown Figure {key!r}: {near(key, case.figure, 'see the ids in figures.csv')}")
        elif change.at is None and change.low is None and change.mode is None and change.high is None:
            found.append(f"{key}: nothing is changed; give low, mode, high or at")
        else:
            try:
                found += [f"{key}: {what}" for what, _ in faults(case, changed(figure, change, patch.basis), near)]
            except ValueError:
                continue  # said above, with its basis
    for plan_id, clauses in patch.clauses.items():
        ends = {p for s in case.scales.values() for p in (s.defeat, s.victory)}
        if plan_id not in case.plan:
            found.append(f"unknown plan {plan_id!r}: {near(plan_id, case.plan)}")
        elif plan_id in ends and {m.SILENT, m.DEFERRED} & set(clauses.values()):
            found.append(f"the benchmark {plan_id} gives an option for every issue")
        for issue_id, option in clauses.items():
            issue = case.issue.get(issue_id)
            if issue is None:
                found.append(f"unknown issue {issue_id!r}: {near(issue_id, case.issue)}")
            elif option == m.DEFERRED and not issue.deferrable:
                found.append(f"{issue_id} may not be deferred")
            elif option not in (*issue.option_ids, m.SILENT, m.DEFERRED):
                found.append(f"unknown option {option!r} of {issue_id}: {near(option, issue.option_ids)}")
    known = [c.id for c in (*case.channels, *case.closed)]
    found += [f"unknown channel {c!r}: {near(c, known)}" for c in patch.channels if c not in known]
    if not patch.set and not any(patch.clauses.values()) and not patch.channels:
        found.append("the patch changes nothing")
    return found or _together(case, patch)


def _together(case: m.Case, patch: m.Patch) -> list[str]:
    """What no longer goes together after a patch that is sound line by line, and did before it."""
    if not patch.clauses and not any(case.figure[k].quantity in TOGETHER for k in patch.set):
        return []
    new = {k: changed(case.figure[k], change, patch.basis) for k, change in patch.set.items()}
    plans = tuple(
        plan.model_copy(update={"clauses": plan.clauses | {i: m.Clause(option=o) for i, o in options.items()}})
        if (options := patch.clauses.get(plan.id))
        else plan
        for plan in case.plans
    )
    figures = case.memo(("looked at together",), lambda: tuple(f for f in case.figures if f.quantity in TOGETHER))
    if not patch.clauses and all(f.quantity != "place" for f in new.values()):  # of others nothing new can be said
        own = {f.subject[0] for f in new.values()}
        figures = tuple(f for f in figures if f.quantity == "place" or f.subject[0] in own)
    after = replace(case, figures=tuple(new.get(f.id, f) for f in figures), plans=plans)

    def told(one: m.Case) -> list[str]:
        ends = (what for find in (upside_down, exchanged) for _, what in find(one))
        return [*(what for _, what, _ in joint(one)), *ends]

    before = case.memo(("together",), lambda: frozenset(told(case)))
    return [what for what in dict.fromkeys(told(after)) if what not in before]


def _bases(patch: m.Patch) -> list[str]:
    return [patch.basis, *(c.basis for c in patch.set.values() if c.basis)]
