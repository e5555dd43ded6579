"""Why there is no zone, and the least that would have to give.

Demands. Each red line (party i, issue j; it may cover several options) and each reserve (party i) is one demand;
rules are demands too if `rules=True`. The demands kept must be met by one package; rules otherwise always hold.

    correction set               demands whose removal lets some package meet all the others
    minimal correction set (MCS) a correction set none of whose proper subsets is one
    irreducible infeasible subset (IIS, also MUS)   demands that cannot all be met, though any proper subset can

All MCSes are listed smallest first, those of one size in the order of their demands: by looking at every package where
they are few, else by `correction_search`. Where that reaches its limit, or rules are demands, a 0/1 programme minimises
the number of dropped demands, each set found is cut off with all its supersets, and when nothing is left the list is
complete; which sets of the last size a limit leaves out is then HiGHS's choice. Every demand that is in some IIS is in
some MCS and the reverse (hitting-set duality; Reiter 1987; Liffiton & Sakallah 2008). A party is *binding* if one of
its demands is in some MCS: agreement may hinge on it; the demands of the others never matter.

Separately, the smallest *uniform cut* of all reserves that opens a zone is minus the largest smallest gain, with red
lines kept and with red lines dropped.

What it cannot say: how likely a party is to give way; a set of two demands may be easier than one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from winset.errors import NotSolved
from winset.theory.additive import (
    TOLERANCE,
    AdditiveProblem,
    Canonical,
    back,
    canonical,
    enumerate_packages,
    tolerance,
    utilities,
    without_red,
)
from winset.theory.bargaining import NoZone, find_acceptable, uniform_cut
from winset.theory.correction_search import smallest_sets
from winset.theory.milp_model import (
    FAR,
    SCALE,
    Programme,
    add_row,
    add_utility_row,
    add_variable,
    canonical_utilities,
    maximise,
    programme,
)

LOOKED_AT = 1 << 16  # no answer: which exact way is taken
"""Up to this many packages each is looked at."""

Demand = tuple[str, int, int]
"""("red", party, issue), ("reserve", party, -1) or ("rule", -1, place in the problem's rules)."""


@dataclass(frozen=True, eq=False)
class Correction:
    """A minimal correction set with the package that then comes nearest to every reserve, and the cuts it takes.

    `cuts` is max(0, reserve - utility) per party: zero except for parties whose reserve is in `dropped`.
    """

    dropped: tuple[Demand, ...]
    package: Int[np.ndarray, " issue"] | None
    utilities: Float[np.ndarray, " party"] | None
    cuts: Float[np.ndarray, " party"] | None


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """All minimal correction sets up to a limit, binding parties, one IIS, and the uniform cuts.

    `binding` is exact unless `more_exist`, when it holds at least the parties named. `hopeless` means that no
    package exists even with every demand dropped (rules forbid all).
    """

    corrections: tuple[Correction, ...]
    more_exist: bool
    binding: tuple[int, ...]
    conflict: tuple[Demand, ...]
    cut_with_red_lines: NoZone | None
    cut_without_red_lines: NoZone | None
    hopeless: bool

    @property
    def smallest(self) -> tuple[Correction, ...]:
        """The correction sets of the least size; where `more_exist` and no larger one is listed, perhaps not all."""
        return tuple(c for c in self.corrections if len(c.dropped) == len(self.corrections[0].dropped))


def demands(problem: AdditiveProblem, rules: bool = False) -> tuple[Demand, ...]:
    """Every demand of a problem, reserves first."""
    lines = [("red", i, j) for i in range(problem.n_parties) for j, red in enumerate(problem.red) if red[i].any()]
    rows = [("rule", -1, r) for r in range(len(problem.rules))] if rules else []
    return (*(("reserve", i, -1) for i in range(problem.n_parties)), *lines, *rows)


def relaxed(problem: AdditiveProblem, dropped: Iterable[Demand]) -> AdditiveProblem:
    """The problem without some of its demands. A dropped reserve becomes the party's worst utility."""
    gone = set(dropped)
    problem = without_red(problem, [(i, j) for kind, i, j in gone if kind == "red"])
    worst = problem.constant + sum(v.min(axis=1) for v in problem.values)
    waived = [("reserve", i, -1) in gone for i in range(problem.n_parties)]
    rules = tuple(rule for r, rule in enumerate(problem.rules) if ("rule", -1, r) not in gone)
    return replace(problem, reserve=np.where(waived, np.minimum(worst, problem.reserve), problem.reserve), rules=rules)


def diagnose(problem: AdditiveProblem, limit: int = 100, rules: bool = False, explain: bool = True) -> Diagnosis:
    """Everything this module says about a problem. With a zone, the one minimal correction set is empty.

    Without `explain` only the correction sets are found: no conflict, no cuts (they take most of the time), and the
    fields that hold them are None.
    """
    asked = demands(problem, rules)
    found, more = _minimal_sets(problem, asked, limit)
    binding = tuple(sorted({party for dropped in found for _, party, _ in dropped if party >= 0}))
    if not explain:
        bare = tuple(Correction(dropped, None, None, None) for dropped in found)
        return Diagnosis(bare, more, binding, (), None, None, not found)
    return Diagnosis(
        tuple(_correction(problem, dropped) for dropped in found),
        more,
        binding,
        conflict(problem, rules) if found and found[0] else (),
        uniform_cut(problem),
        uniform_cut(without_red(problem)),
        not found,
    )


def _minimal_sets(
    problem: AdditiveProblem, asked: tuple[Demand, ...], limit: int
) -> tuple[list[tuple[Demand, ...]], bool]:
    """`limit` minimal correction sets by size, those of one size in the order of demands (by programmes: see above);
    are there more?"""
    if math.prod(problem.sizes) <= LOOKED_AT:
        places, more = _by_looking(problem, asked, limit)
    elif any(kind == "rule" for kind, _, _ in asked):
        return _by_programmes(problem, asked, limit)
    else:
        try:
            places, more = smallest_sets(problem, asked, limit)
        except NotSolved:
            return _by_programmes(problem, asked, limit)
    return [tuple(asked[d] for d in one) for one in places], more


def _by_looking(problem: AdditiveProblem, asked: tuple[Demand, ...], limit: int) -> tuple[list[tuple[int, ...]], bool]:
    packages = next(enumerate_packages(problem.sizes, LOOKED_AT))
    short = utilities(problem, packages) < problem.reserve - tolerance(problem)
    breaks = [np.all([np.isin(packages[:, j], list(o)) for j, o in rule], axis=0) for rule in problem.rules]
    unmet = np.zeros((len(packages), len(asked)), bool)
    for d, (kind, i, j) in enumerate(asked):
        if kind == "reserve":
            unmet[:, d] = short[:, i]
        else:
            unmet[:, d] = breaks[j] if kind == "rule" else problem.red[j][i][packages[:, j]]
    hard = np.ones(len(packages), bool)
    for r, broken in enumerate(breaks):
        if ("rule", -1, r) not in asked:
            hard &= ~broken
    left = np.unique(unmet[hard], axis=0)[::-1]
    left = left[np.argsort(left.sum(axis=1), kind="stable")]
    found: list[tuple[int, ...]] = []
    while len(left) and len(found) < limit:
        one = np.flatnonzero(left[0])
        found.append(tuple(map(int, one)))
        left = left[~left[:, one].all(axis=1)]
    return found, len(left) > 0


def _by_programmes(
    problem: AdditiveProblem, asked: tuple[Demand, ...], limit: int
) -> tuple[list[tuple[Demand, ...]], bool]:
    found: list[tuple[Demand, ...]] = []
    p, columns, home = _programme(problem, asked)
    more = False
    while True:
        dropped = _smallest(p, columns, asked, problem, home)
        if dropped is None:
            break
        if len(found) == limit:
            more = True
            break
        found.append(dropped)
        if not dropped:
            break
        add_row(p, [columns[asked.index(d)] for d in dropped], np.ones(len(dropped)), -FAR, len(dropped) - 1.0)
    return sorted(found, key=lambda one: (len(one), [asked.index(d) for d in one])), more


def _programme(problem: AdditiveProblem, asked: tuple[Demand, ...]) -> tuple[Programme, list[int], AdditiveProblem]:
    """One binary per demand, 1 = dropped; x over all options; the rows of each demand hold while its binary is 0."""
    soft = {place for kind, _, place in asked if kind == "rule"}
    hard = replace(problem, rules=tuple(rule for r, rule in enumerate(problem.rules) if r not in soft))
    home = without_red(hard)
    form = canonical(home)
    p = programme(form)
    place = {int(j): k for k, j in enumerate(form.issues)}
    seat = {int(i): k for k, i in enumerate(form.parties)}
    columns = []
    for kind, i, j in asked:
        z = add_variable(p, 0.0, 1.0, whole=True)
        columns.append(z)
        if kind == "reserve":
            _soft_reserve(p, seat[i], z)
        elif kind == "red":
            k = place[j]
            named = np.flatnonzero(problem.red[j][i][form.options[k]])
            add_row(p, [*(form.offsets[k] + named), z], [*np.ones(len(named)), -1.0], -FAR, 0.0)
        else:
            rule = problem.rules[j]
            options = [
                form.offsets[place[a]] + np.flatnonzero(np.isin(form.options[place[a]], list(named)))
                for a, named in rule
            ]
            flat = np.concatenate(options)
            add_row(p, [*flat, z], [*np.ones(len(flat)), -1.0], -FAR, len(rule) - 1.0)
    return p, columns, home


def _soft_reserve(p: Programme, party: int, z: int) -> None:
    form: Canonical = p.form
    low = float(form.reserve[party] - TOLERANCE * form.span[party])
    parts = np.split(form.values[:, party], form.offsets[1:-1])
    short = low - float(form.constant[party]) - sum(float(part.min()) for part in parts)
    room = SCALE * max(0.0, short) / float(form.span[party]) + 1.0
    add_utility_row(p, party, low, float(form.span[party]), ((z, room),))


def _smallest(
    p: Programme, columns: list[int], asked: tuple[Demand, ...], problem: AdditiveProblem, home: AdditiveProblem
) -> tuple[Demand, ...] | None:
    """The fewest demands to drop under the cuts so far; None if there is no way left."""
    if not p.form.possible:
        return None
    for _ in range(100):
        answer = maximise(p, np.array(columns), -np.ones(len(columns)))
        if answer is None:
            return None
        dropped = tuple(d for d, z in zip(asked, columns) if answer.x[z] > 0.5)
        # the exact check: a reserve met only thanks to the solver's tolerance must be dropped or the package left
        below = canonical_utilities(p.form, answer.package) < p.form.reserve - TOLERANCE * p.form.span
        owners = {int(p.form.parties[k]) for k in np.flatnonzero(below)}
        false = [i for i in owners if ("reserve", i, -1) not in dropped]
        if not false:
            return dropped
        x = p.form.offsets[:-1] + answer.package
        for i in false:
            z = columns[asked.index(("reserve", i, -1))]
            add_row(p, [*x, z], [*np.ones(len(x)), -1.0], -FAR, len(x) - 1.0)
    raise NotSolved("a hundred packages in a row lie within solver tolerance of a reserve; rescale the utilities")


def _correction(problem: AdditiveProblem, dropped: tuple[Demand, ...]) -> Correction:
    """The package that, with `dropped` gone, leaves the smallest largest cut among the waived reserves.

    Where no reserve is waived, it leaves the largest smallest gain.
    """
    eased = relaxed(problem, dropped)
    form = canonical(eased)
    waived = [i for kind, i, _ in dropped if kind == "reserve"] or list(range(problem.n_parties))
    p = programme(form)
    reach = SCALE * (2.0 + float(np.max(np.abs(problem.reserve - problem.constant) / problem.span)))
    reach += SCALE * float(sum(np.abs(v).max() for v in problem.values) / problem.span.min())
    t = add_variable(p, -reach, reach)
    for k, i in enumerate(form.parties):
        add_utility_row(p, k, float(form.reserve[k] - TOLERANCE * form.span[k]), float(form.span[k]))
        if i in waived:
            add_utility_row(p, k, float(problem.reserve[i]), float(form.span[k]), ((t, -1.0),))
    answer = maximise(p, np.array([t]), np.ones(1))
    if answer is None:
        raise NotSolved(f"no package found for the correction set {dropped}; its reserve lies at solver tolerance")
    package = back(form, answer.package)[0]
    worth = utilities(problem, package)[0]
    cuts = np.maximum(problem.reserve - worth, 0.0)
    return Correction(dropped, package, worth, np.where(cuts > TOLERANCE * problem.span, cuts, 0.0))


def conflict(problem: AdditiveProblem, rules: bool = False) -> tuple[Demand, ...]:
    """One irreducible infeasible subset of the demands (deletion filter, Chinneck & Dravnieks 1991); () if none."""
    asked = demands(problem, rules)
    if find_acceptable(problem) is not None:
        return ()
    gone: list[Demand] = []
    for demand in reversed(asked):
        if find_acceptable(relaxed(problem, [*gone, demand])) is None:
            gone.append(demand)
    return tuple(d for d in asked if d not in gone)
