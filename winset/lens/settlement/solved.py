"""What the exact half of the settlement lens counts and solves: draws with a zone, and whole problems in a few
draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Int

from winset.arrays import Arrays, Study
from winset.derive.deal.bargain import BLOCK, Bargain, bargain
from winset.derive.record.answers import answers
from winset.derive.worth.utilities import Reading
from winset.errors import NoDrawFits
from winset.lens.settlement.proofs import solutions
from winset.reads import kept
from winset.settings import of_now, whole
from winset.sift import beside
from winset.theory.additive import AdditiveProblem, without_red
from winset.theory.amendments import Amendments, amendments
from winset.theory.bargaining import Solution, find_acceptable, uniform_cut
from winset.theory.corrections import Diagnosis, diagnose
from winset.theory.zone import draws, zones

SCOPES = {
    "leaders": "the signatories' own red lines and no deal",
    "home": "and ratification on their own side",
    "all": "and every other consent",
}


@dataclass(frozen=True)
class Draw:
    """One draw to be solved, by its number, or the modes as -1. demands: the problem with all whose consent fails as
    parties.

    plans: the package of each plan on the table.
    """

    name: int
    problem: AdditiveProblem
    demands: AdditiveProblem
    plans: Mapping[str, Int[np.ndarray, " issue"]]


@dataclass(frozen=True)
class Sampled:
    """One solved draw: the problem, and what was found in it.

    cuts: at the modes, by how much every party would have to accept less than no deal before a package suits all, with
    red lines kept and with all of them dropped (0: some package does; inf: none, whatever they would settle for).
    """

    draw: int
    problem: AdditiveProblem
    solutions: dict[str, Solution]
    amendments: dict[str, Amendments]
    diagnosis: Diagnosis | None
    demands: AdditiveProblem
    cuts: tuple[float, float] | None = None


def blocks(study: Study, reading: Reading) -> tuple[Arrays, ...]:
    """The arrays in blocks of a fixed size, so that pools of packages do not depend on the study's chunk."""
    return study.in_parts(BLOCK).reading(how=reading.rival)


def zone_shares(study: Study, reading: Reading, defer: bool = True) -> dict[str, float]:
    """Share of draws with a zone, by scope: leaders alone, with ratification at home, with every consent."""
    counts, total = dict.fromkeys(SCOPES, 0), 0
    for arrays in blocks(study, reading):
        b = bargain(arrays, reading, defer)
        total += arrays.draws
        for scope in SCOPES:
            lines = b.lines(home=scope != "leaders", abroad=scope == "all")
            counts[scope] += int(zones(draws(b.values, b.reserve, lines, b.sizes, b.rules)).exists.sum())
    return {scope: n / total for scope, n in counts.items()}


def sample(study: Study, reading: Reading) -> list[Sampled | None]:
    """Solve `exact.sample` stratified draws of their own stream, and the modes as draw -1."""
    few = study.fewer(whole("exact.sample"))
    return few.each(sampled, [(reading, d) for d in range(-1, few.draws)], "exact solutions")


@beside("deals")
def sampled(study: Study, asked: tuple[Reading, int]) -> Sampled | None:
    """One draw of a study, or its modes as draw -1, solved (a task); None for one that the record did not leave."""
    reading, draw = asked
    arrays = study.at_modes() if draw < 0 else study.reading(how=reading.rival)[0]
    if draw >= arrays.draws:
        return None
    b, at = _bargain(arrays, reading), max(draw, 0)
    plans = {p.id: b.package(p) for p in study.known.plans if p.kind == "plan"}
    return study.each(solve, [Draw(draw, b.problem(at), b.demands(at), plans)], "")[0]


def _bargain(arrays: Arrays, reading: Reading) -> Bargain:
    """The problem of all draws, made once for the questions about each."""
    if arrays.at_modes:
        return bargain(arrays, reading)
    luck = arrays.luck
    key = of_now(("bargain", reading, luck.name(arrays.case)))
    return kept(luck.columns, luck.reads, key, lambda: bargain(arrays, reading))


@beside("deals")
def scoped(study: Study, asked: tuple[Reading, bool]) -> dict[str, float]:
    """Shares of draws with a zone (a task); nothing where no draw fits the record under the reading."""
    try:
        return zone_shares(study, *asked)
    except NoDrawFits:
        return {}


def parts(study: Study, reading: Reading, rivals: dict[str, tuple[str, Reading]]) -> list[tuple[Study, Any, Any]]:
    """(study, function, item) of what `exact` will ask for and can be answered apart."""
    few, fewer = study.fewer(whole("exact.sample")), study.fewer(whole("exact.rivals"))
    zones = [(v[1], True) for v in rivals.values() if v[1] != reading] + [(reading, False)]
    made: list[tuple[Study, Any, Any]] = [(study, scoped, (reading, True)), *((fewer, scoped, z) for z in zones)]
    made += [(fewer.before, scoped, (reading, True))] if study.weigher and answers(study.known) else []
    return made + [(few, sampled, (reading, d)) for d in range(-1, few.draws)]


def solve(_: Study, draw: Draw) -> Sampled:
    """Solutions and amendments where a zone exists, corrections where none does (a task). All that it rests on is in
    the draw, so a number of the dossier that leaves the draw as it was leaves its solution too."""
    found = solutions(draw.problem)
    limit = 1000 if draw.name < 0 else 20
    changed = {plan: amendments(draw.problem, package, limit) for plan, package in draw.plans.items()} if found else {}
    made = Sampled(draw.name, draw.problem, found, changed, None, draw.demands)
    if found or draw.name >= whole("settlement.diagnosed"):
        return made
    told = diagnose(draw.demands, whole("settlement.ways"), explain=False)
    return replace(made, diagnosis=told, cuts=_cuts(draw.demands) if draw.name < 0 else None)


def _cuts(demands: AdditiveProblem) -> tuple[float, float]:
    """The cuts of a problem without a zone. How much room there is without lines is not asked: to prove the most of it
    can take longer than all else."""
    bare = without_red(demands)
    shut = find_acceptable(bare) is None
    return uniform_cut(demands).shortfall, uniform_cut(bare).shortfall if shut else 0.0
