"""The multiverse: every headline under every set of assumptions of a stated design (Steegen et al. 2016).

Design. (1) All combinations of structures: shape of values x red lines x how far they go together (where they are not
all real or all posture) x whose value of no deal, each with the record and before it. (2) One at a time on the usual
structure: every rival reading of the dossier, every source left out, and every number of the model that the lenses
share, `robust.factor` times smaller and larger (a word: every other one) as far as it may go. Readings and sources are
weighed by the record anew; numbers of the model act on the draws as the record left them.

A set of assumptions differs from the usual one by one or more steps; one step that turns an answer is the smallest
reading that overturns it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply, without_source
from winset.derive.war.no_deal import without_core
from winset.derive.worth.utilities import Reading
from winset.errors import NotSolved, SettingError
from winset.robustness.headlines import families, measured, shares
from winset.robustness.moves import first
from winset.settings import Setting, Value, changed, number, table, text, using, whole

READS = "compare"  # no answer: numbers of the model that every lens and comparison reads carry this name
SHAPES = {"linear": "", "quadratic": "value falls with the square of distance", "step": "value is all or nothing"}
LINES = {
    "stated": "",
    "real": "every red line is real",
    "posture": "every red line is posture",
    "base": "red lines are as real as those of ended wars",
}
TOGETHER = {
    "stated": "",
    "apart": "lines of one party are real independently of each other",
    "together": "lines of one party are all real or all posture",
}
NO_DEAL = {"core": "", "dossier": "no deal is worth what the dossier says"}
BEFORE = "before the record"
USUAL = "as stated"


@dataclass(frozen=True)
class Universe:
    """One set of assumptions: what it changes (nothing: the usual one), of which kind, and the share of each headline;
    none where no draw fits the record under it, or a source left out takes what the headlines need.

    basis: ids of the case that it changes.
    """

    kind: str
    changes: tuple[str, ...]
    shares: Mapping[str, float]
    draws: int
    basis: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        return "; ".join(self.changes) or USUAL


def structures(core: bool) -> Iterator[tuple[tuple[str, ...], Reading]]:
    """All readings of the model, the usual one first. core: whether the case has one to be read without."""
    for shape, lines, together, no_deal in itertools.product(SHAPES, LINES, TOGETHER, NO_DEAL):
        moot = lines in ("real", "posture") and together != "stated"
        if moot or (no_deal == "dossier" and not core):
            continue
        told = (SHAPES[shape], LINES[lines], TOGETHER[together], NO_DEAL[no_deal])
        reading = Reading(shape=shape, red_lines=lines, dependence=together, no_deal=no_deal)  # type: ignore[arg-type]
        yield tuple(x for x in told if x), reading


@dataclass(frozen=True)
class Assumed:
    """A set of assumptions to be looked at. of: by kind, a reading of the model and whether before the record; a rival
    reading of the dossier; the id of a source; or the name and the value of a Setting."""

    kind: str
    changes: tuple[str, ...]
    of: tuple[Any, ...]
    basis: tuple[str, ...] = ()


Made = tuple[dict[str, float], int]  # shares by headline, and draws; no shares where no draw fits the record
NONE_FITS: Made = ({}, 0)  # no answer: no shares, no draws


def design(study: Study) -> list[Assumed]:
    """Every set of assumptions, the usual one first."""
    few = study.fewer(whole("robust.universe_draws"))
    times = (False, True) if few.lucks is not few.batch(0) else (False,)
    made = [
        Assumed("structure", (*changes, *([BEFORE] if before else [])), (reading, before))
        for changes, reading in structures(core=not without_core(few.known))
        for before in times
    ]
    made += [Assumed("reading", (p.title,), (p,), (*sorted(p.set), *sorted(p.clauses))) for p in study.case.readings]
    made += [Assumed("source", (f"without {s.title}",), (s.id,), (s.id,)) for s in study.known.sources]
    rows = [row for row in table().values() if READS in row.reads and row.name != "record.blocks"]
    pulled = [(row, value) for row in rows if row.name not in dict(changed()) for value in others(row)]
    return made + [Assumed("setting", (f"{row.name} {text(value)}",), (row.name, value)) for row, value in pulled]


def multiverse(study: Study) -> list[Universe]:
    """Every universe of the design, the usual one first."""
    return study.each(universe, design(study), "sets of assumptions")


def universe(study: Study, assumed: Assumed) -> Universe:
    """One universe (a task)."""
    found, draws = fitting(assumed, lambda: LOOKS[assumed.kind](study, *assumed.of))
    return Universe(assumed.kind, assumed.changes, found, draws, assumed.basis)


def fitting(assumed: Assumed, make: Callable[[], Made]) -> Made:
    """What `make` gives; without shares where no draw fits the record. The usual set of assumptions must fit."""
    try:
        return make()
    except NotSolved:
        if not assumed.changes:
            raise
        return NONE_FITS


def _measured(arrays: Sequence[Arrays], which: Sequence[str], reading: Reading = Reading()) -> Made:
    """The shares over some arrays."""
    parts = [measured(a, which, reading) for a in arrays]
    found = {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}
    return shares(found), sum(a.draws for a in arrays)


def _structure(study: Study, reading: Reading, before: bool) -> Made:
    few = study.fewer(whole("robust.universe_draws"))
    few = few.before if before else few
    return _measured(few.reading(how=reading.rival), families(study.known), reading)


def _reading(study: Study, patch: m.Patch) -> Made:
    few = study.fewer(whole("robust.few"))
    return _measured(few.reading(partial(apply, patch=patch)), families(study.known))


def _source(study: Study, source: str) -> Made:
    which, few = families(study.known), study.fewer(whole("robust.few"))
    arrays = few.reading(partial(without_source, source=source))
    return _measured(arrays, which) if set(which) <= set(families(arrays[0].case)) else NONE_FITS


def _setting(study: Study, name: str, value: Value) -> Made:
    few = study.fewer(whole("robust.few"))
    luck = first(few.lucks[0], whole("robust.solved_draws"))
    with luck.forgetting(), using({name: value}):
        return _measured([Arrays(few.known, luck)], families(study.known))


LOOKS: dict[str, Callable[..., Made]] = {
    "structure": _structure,
    "reading": _reading,
    "source": _source,
    "setting": _setting,
}


def others(row: Setting) -> Iterator[Value]:
    """Rival values of a number of the model: `robust.factor` times smaller and larger, as far as it may go; of a word
    every other one."""
    if isinstance(row.value, str):
        yield from (word for word in row.words if word != row.value)
        return
    for factor in (1 / number("robust.factor"), number("robust.factor")):
        if isinstance(row.value, tuple):
            scaled: object = tuple(min(max(x * factor, row.low), row.high) for x in row.value)
        else:
            bounded = min(max(row.value * factor, row.low), row.high)
            scaled = round(bounded) if isinstance(row.value, int) else bounded
        try:
            value = row.checked(scaled)
        except SettingError:
            continue  # a list that would no longer rise
        if value != row.value:
            yield value
