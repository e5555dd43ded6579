"""The basis of a number is what was read on the way to it: a Figure that moves a number is in its basis."""

import functools
from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from winset.case import model as m
from winset.lens import lens
from winset.lens.futures.lens import Futures
from winset.lens.settlement.lens import Settlement
from winset.result import Cited, plain
from winset.run import Inquiry, study
from winset.units import quantities

DRAWS = 24
QUICK = {
    "settlement": Settlement(readings=False, exact=False),
    "futures": Futures(pairs=False, most=DRAWS, common=12, few=12),
}
LENSES = ("settlement", "screening", "endurance", "ledger", "escalation", "futures", "scorecard")


@functools.cache
def studied(name: str, figures: tuple[m.Figure, ...]) -> Inquiry:
    """A study of a case with `figures` in place of its own, which all lenses look at, as in a run."""
    stated = case(name)
    changed = {f.id: f for f in figures}
    digest = stated.digest + "".join(repr(f.numbers) for f in figures)
    return study(
        replace(stated, figures=tuple(changed.get(f.id, f) for f in stated.figures), digest=digest), draws=DRAWS
    )


@functools.cache
def numbers(
    name: str, which: str, figures: tuple[m.Figure, ...] = ()
) -> dict[tuple[str, ...], tuple[object, tuple[str, ...]]]:
    """Every number of a lens, by where it stands, with its basis; `figures` in place of those of the case."""
    result = QUICK.get(which, lens(which)).look(studied(name, figures))
    found: dict[tuple[str, ...], tuple[object, tuple[str, ...]]] = {f.key: (f.value, f.basis) for f in result.findings}
    for table in result.tables:
        for row in table.rows:
            r = " | ".join(x for cell in row if isinstance(x := plain(cell), str))
            for column, cell in zip(table.columns, row):
                if isinstance(cell, Cited) and isinstance(plain(cell), float):
                    found[table.key, r, column.key] = (plain(cell), cell.basis)
    return found


def moved(figure: m.Figure) -> m.Figure:
    """The Figure with other numbers, inside its bounds."""
    bounds, (low, mode, high) = quantities()[figure.quantity], figure.numbers
    span = max(high - low, 0.1 * max(abs(mode), 1e-3))
    up = [min(x + 0.5 * span, bounds.high) for x in (low, mode, high)]
    down = [max(x - 0.5 * span, bounds.low) for x in (low, mode, high)]
    low, mode, high = up if up != [low, mode, high] else down
    return replace(figure, low=low, mode=mode, high=high)


def sampled(name: str, count: int) -> list[m.Figure]:
    able = [f for f in case(name).figures if f.mode is not None]
    return [able[i] for i in np.random.default_rng(7).permutation(len(able))[:count]]


@pytest.mark.parametrize("which", LENSES)
def test_what_moves_a_number_is_in_its_basis(which):
    _hold(which, 6 if which in QUICK else 16)


@pytest.mark.slow
@pytest.mark.parametrize("which", LENSES)
def test_what_moves_a_number_is_in_its_basis_for_many_figures(which):
    _hold(which, 60)


def _hold(which, count):
    before = numbers("harbour", which)
    record = set(numbers("harbour", "settlement")["record.ess"][1])
    missed = []
    for figure in sampled("harbour", count):
        after = numbers("harbour", which, (moved(figure),))
        for key in before.keys() & after.keys():
            (old, basis), (new, _) = before[key], after[key]
            if old != new and figure.id not in basis and figure.id not in record:
                missed.append((figure.id, key, old, new))
    assert not missed, missed[:12]
