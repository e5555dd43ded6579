"""A patch is checked again for all that the checks of a case look at: it is refused where a case that says the same
would be."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.case.broken import HARBOUR
from tests.cases import case
from winset.case import check_patches
from winset.case import model as m
from winset.case.check import check
from winset.case.check_patches import TOGETHER, changed, patch_faults
from winset.case.load import FILES, MAY, OPTIONAL, TABLES
from winset.case.record import LARGEST_NUMBER
from winset.case.text import Problems, read_csv, read_yaml
from winset.units import quantities

BASIS = "judgement: a trial"
Numbers = dict[str, float | str]  # by Figure: all three numbers, or the option it is `at`
# of a case alone: a patch cites its own basis once for all it changes, and one prior is taken as it is written
NOT_OF_PATCHES = ("is not used", "one judgement text covers", "the priors of")


@functools.cache
def whole() -> m.Case:
    """The harbour without patches of its own, and with an actor that follows two others."""
    held = case("harbour")
    like = next(f for f in held.figures if f.mode is not None)
    rows = [
        replace(
            like, id=f"{a}/{b}.accommodation", subject=(a, b), quantity="accommodation", date=None,
            low=x, mode=x, high=x, where=("figures.csv", 1),
        )
        for a, b, x in (("sarrow", "tavenna", 0.2), ("sarrow", "merrin", 0.3))
    ]  # fmt: skip
    assert held.escalation
    escalation = held.escalation.model_copy(update={"levers": ()})
    return replace(held, figures=(*held.figures, *rows), readings=(), levers=(), escalation=escalation)


@functools.cache
def files() -> tuple[dict[str, object], dict[str, object]]:
    """Documents and rows of the harbour, as the loader has them."""
    problems = Problems()
    documents = {name: read_yaml(HARBOUR, name, problems) for name in FILES}
    rows = {
        name: read_csv(HARBOUR, name, columns, problems, name not in OPTIONAL, MAY.get(name, ()))
        for name, columns in TABLES.items()
    }
    assert not problems.found
    return documents, rows  # type: ignore[return-value]


def said(patched: m.Case) -> list[str]:
    """What the checks of a case say of one with these contents."""
    problems = Problems()
    check(patched, *files(), problems)  # type: ignore[arg-type]
    return [p.what for p in problems.found if not any(x in p.what for x in NOT_OF_PATCHES)]


def patch(numbers: Numbers, clauses: dict[str, dict[str, str]] | None = None) -> m.Patch:
    changes = {
        key: m.Change(at=x) if isinstance(x, str) else m.Change(low=x, mode=x, high=x) for key, x in numbers.items()
    }
    return m.Patch(id="trial", title="a trial", kind="lever", basis=BASIS, set=changes, clauses=clauses or {})


def after(trial: m.Patch) -> m.Case:
    """The case that says what the patch says, made without asking whether it may."""
    held = whole()
    figures = [changed(f, trial.set[f.id], BASIS) if f.id in trial.set else f for f in held.figures]
    plans = [
        p.model_copy(
            update={"clauses": p.clauses | {i: m.Clause(option=o) for i, o in trial.clauses.get(p.id, {}).items()}}
        )
        for p in held.plans
    ]
    return replace(held, figures=tuple(figures), plans=tuple(plans))


def trials() -> Iterator[m.Patch]:
    """Every quantity at its bounds, of one Figure and of all of an actor or issue; every line and ideal at every
    option; every benchmark with the clauses of every other."""
    held, first, groups = whole(), {}, defaultdict(list)
    for figure in held.figures:
        if figure.mode is not None or figure.at:
            first.setdefault(figure.quantity, figure)
            groups[figure.quantity, figure.subject[0]].append(figure.id)
    for name, figure in first.items():
        for x in bounds(name):
            yield patch({figure.id: x})
    for (name, _), ids in groups.items():
        if name in TOGETHER:
            yield from (patch(dict.fromkeys(ids, x)) for x in bounds(name))
    for figure in held.figures:
        if figure.quantity in ("ideal", "red_line") and len(figure.subject) == 2:
            yield from (patch({figure.id: o}) for o in held.issue[figure.subject[1]].option_ids)
    for one in held.plans:
        for other in held.plans:
            if one is not other and one.kind == other.kind == "benchmark":
                yield patch({}, {one.id: {i: c.option for i, c in other.clauses.items()}})


def bounds(quantity: str) -> tuple[float, float]:
    known = quantities()[quantity]
    return max(known.low, -LARGEST_NUMBER), min(known.high, LARGEST_NUMBER)


def test_the_case_itself_has_no_fault() -> None:
    assert said(whole()) == []


def test_a_patch_is_refused_where_a_case_that_says_the_same_is() -> None:
    refused, taken, wrong = set(), 0, []
    for trial in trials():
        faults, problems = patch_faults(whole(), trial), said(after(trial))
        taken += not problems
        refused |= {held.quantity for key in trial.set if problems and (held := whole().figure[key])}
        if bool(faults) != bool(problems):
            wrong.append((dict(trial.set) or trial.clauses, faults, problems))
    assert not wrong, wrong[:5]
    assert taken > 100 and refused >= TOGETHER  # both were tried


@pytest.mark.parametrize("quantity", sorted(TOGETHER))
def test_every_quantity_that_is_looked_at_together_is_named(quantity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the word, some patch of that quantity alone would be taken."""
    alone = [t for t in trials() if t.set and {whole().figure[k].quantity for k in t.set} == {quantity}]
    told = [t for t in alone if patch_faults(whole(), t)]
    monkeypatch.setattr(check_patches, "TOGETHER", TOGETHER - {quantity})
    assert any(not patch_faults(whole(), t) for t in told)
