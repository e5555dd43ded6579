"""The multiverse: every headline under every set of assumptions of a stated design (Steegen et al. 2016).

Design. (1) All combinations of structures: shape of values x red lines x how far they go together (where they are not
all real or all posture) x whose value of no deal, each with the record and before it. (2) One at a time on the usual
structure: every rival reading of the dossier, every source left out, and every number of the model that the lenses
share, `robust.factor` times smaller and larger (a word: every other one) as far as it may go. Readings and sources are weighed
by the record anew; numbers of the model act on the draws as the record left them.

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
from winset.robustness.kept import NONE, Kept
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


Made = list[Any]  # shares by headline, and draws; no shares where no draw fits the record
NONE_FITS: Made = [{}, 0]  # no answer: no shares, no draws


@dataclass(frozen=True)
class Design:
    """The families of headlines that are looked at, and what an interrupted run has kept."""

    which: tuple[str, ...]
    kept: Kept

    def look(self, arrays: Sequence[Arrays], reading: Reading = Reading()) -> Made:
        """The shares over some arrays."""
        parts = [measured(a, self.which, reading) for a in arrays]
        found = {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}
        return [shares(found), sum(a.draws for a in arrays)]

    def universe(
        self, kind: str, changes: Sequence[str], make: Callable[[], Made], basis: Sequence[str] = ()
    ) -> Universe:
        """The universe that `make` looks at; without shares where no draw fits the record under it."""

        def fitting() -> Made:
            try:
                return make()
            except NotSolved:
                if not changes:
                    raise
                return NONE_FITS

        found, draws = self.kept(fitting, "universe", kind, changes, basis)
        return Universe(kind, tuple(changes), found, draws, tuple(basis))


def multiverse(study: Study, kept: Kept = NONE) -> list[Universe]:
    """Every universe of the design, the usual one first."""
    design = Design(families(study.known), kept)
    made = list(_structures(study.fewer(whole("robust.universe_draws")), design))
    few = study.fewer(whole("robust.few"))
    return [*made, *_readings(few, design), *_sources(few, design), *_settings(few, design)]


def _structures(few: Study, design: Design) -> Iterator[Universe]:
    every = list(structures(core=not without_core(few.known)))
    weighed = few.lucks is not few.batch(0)
    for changes, reading in few.track(every, "combinations of structures"):

        def look(study: Study, reading: Reading = reading) -> Made:
            return design.look(study.reading(how=reading.rival), reading)

        yield design.universe("structure", changes, partial(look, few))
        if weighed:
            yield design.universe("structure", (*changes, BEFORE), partial(look, few.before))


def _readings(few: Study, design: Design) -> Iterator[Universe]:
    for patch in few.track(few.case.readings, "rival readings"):

        def look(patch: m.Patch = patch) -> Made:
            return design.look(few.reading(partial(apply, patch=patch)))

        yield design.universe("reading", (patch.title,), look, (*sorted(patch.set), *sorted(patch.clauses)))


def _sources(few: Study, design: Design) -> Iterator[Universe]:
    for source in few.track(few.known.sources, "sources left out"):

        def look(source: str = source.id) -> Made:
            arrays = few.reading(partial(without_source, source=source))
            return design.look(arrays) if set(design.which) <= set(families(arrays[0].case)) else NONE_FITS

        yield design.universe("source", (f"without {source.title}",), look, (source.id,))


def others(row: Setting) -> Iterator[Value]:
    """Rival values of a number of the model: `robust.factor` times smaller and larger, as far as it may go; of a word every other one."""
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


def _settings(few: Study, design: Design) -> Iterator[Universe]:
    rows = [row for row in table().values() if READS in row.reads and row.name != "record.blocks"]
    pulled = [(row, value) for row in rows if row.name not in dict(changed()) for value in others(row)]
    luck = first(few.lucks[0], whole("robust.solved_draws"))
    for row, value in few.track(pulled, "numbers of the model"):

        def look(name: str = row.name, value: Value = value) -> Made:
            with luck.forgetting(), using({name: value}):
                return design.look([Arrays(few.known, luck)])

        yield design.universe("setting", (f"{row.name} {text(value)}",), look)
