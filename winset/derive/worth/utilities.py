"""What a package is worth to each signing party: the one definition that all lenses share.

    u_i(package) = sum over issues of w_i v_i(option) - cost of the posture lines it crosses
    w = attention / sum of attention
    v = 1 - |place - ideal| / 100 on an ordered issue, or the stated value / 100 of an unordered option
    U_i = (u_i - u_i(defeat_i)) / (u_i(victory_i) - u_i(defeat_i))        0 = own defeat, 1 = own victory

A red line is crossed by every option beyond it, seen from the ideal (by their modes). It is real in a draw with its
stated probability; how far one actor's lines are real together is a Figure. A real line forbids; a line that is posture
costs its author `crossing_cost`, in units of U. Leaving an issue open does not slip past a real line: a deferred clause
is forbidden where its lottery may end beyond the line, a truce where the status quo that it leaves lies beyond it,
unless the Figure `line_slips` (of the issue, or of `all`) says that this is no breach. A deferred clause that is not
forbidden costs the crossing cost times the odds that it ends beyond the line. Rival readings of v: quadratic, 1 - d^2;
step, 1 within a quarter of the scale and else 0 (d = distance / 100). Keeney and Raiffa (1976, ch. 3) for additive
values; Putnam (1988) for ratification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Shaped

from winset.arrays import Arrays, added, mode
from winset.case import model as m
from winset.case.check_scales import REMEDY
from winset.derive.circle import wish
from winset.derive.worth.packages import Layout, Package, beside, layout, mean, package
from winset.errors import DossierError, Problem, SettingError
from winset.quantile import pert
from winset.settings import number, numbers

Shape = Literal["linear", "quadratic", "step"]
RedLines = Literal["stated", "real", "posture", "base"]
Dependence = Literal["stated", "apart", "together"]
RANGE = 100.0  # source: the units themselves: places and values run from 0 to 100
Block = Float[np.ndarray, "draw _option"]


@dataclass(frozen=True)
class Reading:
    """How to read what the dossier leaves open: the shape of values, whether red lines are real, and together; and
    whose value of no deal to take, the dossier's or the war core's."""

    shape: Shape = "linear"
    red_lines: RedLines = "stated"
    dependence: Dependence = "stated"
    no_deal: Literal["core", "dossier"] = "core"

    @property
    def rival(self) -> Reading | None:
        """This reading, or None where it is the usual one: for `Study.reading`."""
        return None if self == Reading() else self

    def __post_init__(self) -> None:
        for name, allowed in (
            ("shape", ("linear", "quadratic", "step")),
            ("red_lines", ("stated", "real", "posture", "base")),
            ("dependence", ("stated", "apart", "together")),
            ("no_deal", ("core", "dossier")),
        ):
            if getattr(self, name) not in allowed:
                raise SettingError(f"{name} must be one of {', '.join(allowed)}, not {getattr(self, name)!r}")


@dataclass(frozen=True)
class Utilities:
    """Blocks per (party, issue), from which any package is valued.

    weight: share of attention times the party's scale, so that `weight * value` adds up to U - offset. crossed: options
    beyond a stated red line. real: whether that line is real in a draw. firm: whether it is, and leaving the issue open
    would breach it.
    """

    layout: Layout
    parties: tuple[str, ...]
    value: dict[tuple[str, str], Block]
    weight: dict[tuple[str, str], Float[np.ndarray, " draw"]]
    offset: dict[str, Float[np.ndarray, " draw"]]
    crossed: dict[tuple[str, str], Bool[np.ndarray, "draw _option"]]
    real: dict[tuple[str, str], Bool[np.ndarray, " draw"]]
    firm: dict[tuple[str, str], Bool[np.ndarray, " draw"]]
    crossing_cost: dict[tuple[str, str], Float[np.ndarray, " draw"]]

    def clause(self, party: str, issue: str, pack: Package) -> Float[np.ndarray, " draw"]:
        """What a package's clause on an issue adds to U, the cost of a crossed line taken off."""
        key = (party, issue)
        worth = self.weight[key] * _picked(self.value[key], issue, pack)
        if key in self.crossed:
            worth = worth - self.crossing_cost[key] * _picked(self.crossed[key], issue, pack)
        return worth

    def worth(self, party: str, pack: Package) -> Float[np.ndarray, " draw"]:
        """U of a package to a party."""
        total = np.zeros(len(self.offset[party]))
        for issue in self.layout.issues:
            total += self.clause(party, issue.id, pack)
        return self.offset[party] + total

    def forbidden(self, party: str, issue: str, pack: Package) -> Bool[np.ndarray, " draw"] | None:
        """Draws in which the clause of a package breaches a real red line (None: the party has none there)."""
        key = (party, issue)
        if key not in self.crossed:
            return None
        if issue in pack.named:
            return self.real[key] & self.crossed[key][:, pack.named[issue]]
        return self.deferral(party, issue, pack.odds[issue])

    def deferral(self, party: str, issue: str, odds: Block) -> Bool[np.ndarray, " draw"]:
        """Draws in which leaving an issue to later talks with these odds breaches a real line."""
        key = (party, issue)
        if key not in self.crossed:
            return np.zeros(len(odds), bool)
        return self.firm[key] & (self.crossed[key] & (odds > 0)).any(axis=1)

    def left(self, party: str, issue: str) -> Bool[np.ndarray, " draw"] | None:
        """Draws in which a truce that leaves an issue as it stands breaches a real line (None: no line there)."""
        key = (party, issue)
        if key not in self.crossed:
            return None
        quo = next(i for i in self.layout.issues if i.id == issue)
        return self.firm[key] & self.crossed[key][:, quo.option_ids.index(quo.status_quo)]


def _picked(block: Shaped[np.ndarray, "draw _option"], issue: str, pack: Package) -> Shaped[np.ndarray, " draw"]:
    """The column of the named option, or the mean over the odds of a deferred one."""
    if issue in pack.named:
        return block[:, pack.named[issue]]
    return mean(block, pack.odds[issue])


def missing(case: m.Case) -> list[str]:
    """Keys of the Figures that valuing deals needs and that the case, as of its date, does not have."""
    return case.like.memo(("missing worth",), lambda: _missing(case.like))


def _missing(case: m.Case) -> list[str]:
    have, need = {f.key for f in case.figures}, []
    for issue in case.issues:
        options = issue.option_ids
        need += [f"{issue.id}/{o}.place" for o in options if issue.kind == "scale"]
        need += [f"{issue.id}/{o}.deferred_weight" for o in options if issue.deferrable]
        need += [f"{a}/{issue.id}/{o.id}.consent" for o in issue.options for n in o.needs for a in n.actors]
        for party in case.signatories:
            ends = [f"{o}.value" for o in options] if issue.kind == "options" else ["ideal"]
            need += [f"{party.id}/{issue.id}{'/' if issue.kind == 'options' else '.'}{e}" for e in ends]
            need.append(f"{party.id}/{issue.id}.attention")
    need += [f"{party.id}.no_deal" for party in case.signatories]
    lines = [f.subject[:2] for f in case.figures if f.quantity == "red_line" and case.actor[f.subject[0]].signs]
    need += [f"{party}/{issue}.red_line_real" for party, issue in lines]
    return sorted(set(need) - have)


def utilities(arrays: Arrays, reading: Reading = Reading(), only: Sequence[str] = ()) -> Utilities:
    """The blocks of every signing party, or only of those named.

    Raises DossierError where a party's victory package is not worth more to it than its defeat, at the modes.
    """
    lay = layout(arrays.case)
    parties = tuple(sorted(only or (a.id for a in arrays.case.signatories)))
    value, weight, offset = {}, {}, {}
    crossed, real, firm, cost = {}, {}, {}, {}
    for party in parties:
        ends = [id(plan) for plan in _benchmarks(arrays.case, party)]
        key = ("measure", party, reading.shape, *ends)
        own = arrays.shared(key, partial(_measure, arrays, lay, party, reading.shape), stated=())
        said, lined = _said(arrays.case, party), _lined(arrays.case, party)
        offset[party] = own.offset
        for issue in lay.issues:
            at = party, issue.id
            value[at], weight[at] = own.value[issue.id], own.weight[issue.id]
            if issue.id not in lined:
                continue
            key = ("line", *at, reading.red_lines, reading.dependence)
            about = said.get(issue.id, said["all"])
            line = arrays.shared(key, partial(_stated, arrays, party, issue, reading), stated=about)
            crossed[at], real[at], firm[at], cost[at] = line
    return Utilities(lay, parties, value, weight, offset, crossed, real, firm, cost)


def _benchmarks(case: m.Case, party: str) -> list[m.Plan]:
    """The packages that a party's scale runs between; none where it runs between two numbers."""
    scale = case.scales[party]
    if scale.zero is not None and scale.one is not None:
        return []
    return [case.plan[p] for p in (scale.defeat, scale.victory) if p is not None]


def _lined(case: m.Case, party: str) -> frozenset[str]:
    """The issues on which a party has stated a red line: on a few of many, and the others need not be looked at."""

    def make() -> frozenset[str]:
        have = case.like.in_force
        places = ((i.id, (f"/{o}" for o in i.option_ids) if i.kind == "options" else ("",)) for i in case.like.issues)
        return frozenset(i for i, ends in places if any(f"{party}/{i}{end}.red_line" in have for end in ends))

    return case.like.memo(("lined", party), make)


def _said(case: m.Case, party: str) -> dict[str, frozenset[str]]:
    """By issue the keys of the Figures of a party on it, on all issues and on none; under `all` those of the last two.
    Lines look for no others that may be missing."""

    def make() -> dict[str, frozenset[str]]:
        own: dict[str, set[str]] = {"all": set()}
        for f in case.like.figures:
            if f.subject[0] == party:
                own.setdefault(f.subject[1] if len(f.subject) > 1 else "all", set()).add(f.key)
        return {issue: frozenset(keys | own["all"]) for issue, keys in own.items()}

    return case.like.memo(("said", party), make)


@dataclass(frozen=True)
class Measure:
    """What a party measures a package by, by issue (see `Utilities`), and how much of that is held in memory, in
    bytes."""

    value: dict[str, Block]
    weight: dict[str, Float[np.ndarray, " draw"]]
    offset: Float[np.ndarray, " draw"]

    @property
    def nbytes(self) -> int:
        return sum(w.nbytes for w in self.weight.values()) + self.offset.nbytes


def _measure(arrays: Arrays, lay: Layout, party: str, shape: Shape) -> Measure:
    attention = {i.id: arrays.get(party, i.id, "attention") for i in lay.issues}
    total = added(attention[i.id] for i in lay.issues)
    total = np.where(total > 0, total, 1.0)
    value = {i.id: option_values(arrays, party, i, shape) for i in lay.issues}
    weight = {i.id: attention[i.id] / total for i in lay.issues}
    defeat, victory = _ends(arrays, lay, value, weight, party)
    span = victory - defeat
    if arrays.at_modes and span[0] <= 0:
        day = arrays.case.as_of
        what = f"as of {day} the victory package of {party} is worth no more to it than its defeat"
        raise DossierError([Problem("case.yaml", None, what, REMEDY)])
    if arrays.case.scales[party].zero is None:
        span = np.maximum(span, number("values.smallest_span"))
    return Measure(value, {i: w / span for i, w in weight.items()}, -defeat / span)


def _stated(arrays: Arrays, party: str, issue: m.Issue, reading: Reading) -> tuple[np.ndarray, ...]:
    """(crossed, real, firm, cost) of the party's red line on an issue (see `Utilities`)."""
    line = _crossed(arrays, party, issue)
    real = _real(arrays, party, issue.id, reading)
    firm = real & ~_slips(arrays, party, issue.id)
    return line, real, firm, _crossing_cost(arrays, party, issue.id)


def _ends(
    arrays: Arrays, lay: Layout, value: dict[str, Block], weight: dict[str, Float[np.ndarray, " draw"]], party: str
) -> list[Float[np.ndarray, " draw"]]:  # fmt: skip
    """What the party's defeat and victory are worth before scaling: its benchmark packages, or two stated numbers."""
    scale = arrays.case.scales[party]
    if scale.zero is not None and scale.one is not None:
        return [np.full(arrays.draws, scale.zero), np.full(arrays.draws, scale.one)]
    packs = [package(arrays, plan) for plan in _benchmarks(arrays.case, party)]
    return [added(weight[i.id] * _picked(value[i.id], i.id, p) for i in lay.issues) for p in packs]


def option_values(arrays: Arrays, party: str, issue: m.Issue, shape: Shape) -> Block:
    """How good each option of an issue is for a party, 0 to 1, by its position."""
    if issue.kind == "options":
        stated = [arrays.get(party, issue.id, o, "value") for o in issue.option_ids]
        return arrays.memo(("values", *map(id, stated)), lambda: beside(stated) / RANGE)
    ideal = wish.place(arrays, party, issue.id)
    places = [arrays.get(issue.id, o, "place") for o in issue.option_ids]

    def make() -> Block:
        distance = _beside(arrays, places) - ideal[:, None]
        np.abs(distance, out=distance)
        distance /= RANGE
        if shape == "quadratic":
            return 1.0 - distance**2
        if shape == "step":
            return (distance <= number("values.step")).astype(float)
        return np.subtract(1.0, distance, out=distance)

    return arrays.memo(("values", shape, id(ideal), *map(id, places)), make)


def _beside(arrays: Arrays, places: Sequence[Float[np.ndarray, " draw"]]) -> Block:
    """The places of the options of an issue, side by side: once for all parties."""
    return arrays.memo(("places", *map(id, places)), lambda: beside(places))


def _crossed(arrays: Arrays, party: str, issue: m.Issue) -> Bool[np.ndarray, "draw _option"]:
    """Options beyond the party's stated red line on the issue."""
    if issue.kind == "options":
        flags = [arrays.has(party, issue.id, o, "red_line") for o in issue.option_ids]
        return np.broadcast_to(np.array(flags), (arrays.draws, len(flags)))
    line = _line(arrays, party, issue.id)
    places = [arrays.get(issue.id, o, "place") for o in issue.option_ids]
    side = float(np.sign(_mode(arrays, party, issue.id, "ideal") - _mode(arrays, party, issue.id, "red_line")))

    def make() -> Bool[np.ndarray, "draw _option"]:
        beyond = _beside(arrays, places) - line[:, None]
        return beyond != 0 if side == 0 else beyond * side < 0

    return arrays.memo(("crossed", side, id(line), *map(id, places)), make)


def _line(arrays: Arrays, party: str, issue: str) -> Float[np.ndarray, " draw"]:
    """Where a party's line stands. One that is stated at a named option moves with that option's place;
    `red_line_slack` says how much further from the ideal it lies."""
    line = arrays.get(party, issue, "red_line")
    if not arrays.has(party, issue, "red_line_slack"):
        return line
    slack = arrays.get(party, issue, "red_line_slack")
    side = np.sign(_mode(arrays, party, issue, "ideal") - _mode(arrays, party, issue, "red_line"))
    return arrays.memo(("line", side, id(line), id(slack)), lambda: line - side * slack)


def _mode(arrays: Arrays, party: str, issue: str, quantity: str) -> float:
    figure = arrays.case.figure[arrays.id(party, issue, quantity)]
    return mode(arrays.case.figure[arrays.id(issue, figure.at, "place")] if figure.at else figure)


def _real(arrays: Arrays, party: str, issue: str, reading: Reading) -> Bool[np.ndarray, " draw"]:
    if reading.red_lines in ("real", "posture"):
        return np.full(arrays.draws, reading.red_lines == "real")
    return arrays.happens(*_truth(arrays, party, issue, reading))


def holds(arrays: Arrays, party: str, issue: str, reading: Reading) -> Float[np.ndarray, " draw"]:
    """For how long a red line that is real would hold if lines wore down, an exponential time of mean 1 (inf: for
    ever)."""
    if reading.red_lines in ("real", "posture"):
        return np.full(arrays.draws, np.inf)
    return arrays.outlasts(*_truth(arrays, party, issue, reading))


def _truth(
    arrays: Arrays, party: str, issue: str, reading: Reading
) -> tuple[str, Float[np.ndarray, " draw"], str, Float[np.ndarray, " draw"] | float]:
    """What `happens` needs to say whether a line is real: its odds, and how far its owner's lines are real together."""
    base = reading.red_lines == "base"
    probability = 1 - crossed_at_last(arrays) if base else arrays.get(party, issue, "red_line_real")
    share: Float[np.ndarray, " draw"] | float = {"apart": 0.0, "together": 1.0}.get(reading.dependence, 0.0)
    if reading.dependence == "stated" and arrays.has(party, "red_line_dependence"):
        share = arrays.get(party, "red_line_dependence")
    elif reading.dependence == "stated" and base:
        share = number("lines.together")
    return f"{party}/{issue}.red_line_real", probability, f"{party}.red_line_real", share


def crossed_at_last(arrays: Arrays) -> Float[np.ndarray, " draw"]:
    """Of lines that stood, the share that their owner crossed by its signature in the end: one unknown a draw for all
    lines."""
    low, likeliest, high = numbers("lines.crossed")
    if arrays.at_modes:
        return np.array([likeliest])
    return arrays.memo(
        ("crossed_at_last",), lambda: pert(low, likeliest, high, arrays.luck.quantile("lines:crossed_at_last"))
    )


def _slips(arrays: Arrays, party: str, issue: str) -> Bool[np.ndarray, " draw"]:
    """Draws in which leaving an issue open is no breach of a party's line on it; where no Figure says so, none."""
    for subject in (issue, "all"):
        if arrays.has(party, subject, "line_slips"):
            return arrays.happens(f"{party}/{issue}.line_slips", arrays.get(party, subject, "line_slips"))
    return np.zeros(arrays.draws, bool)


def _crossing_cost(arrays: Arrays, party: str, issue: str) -> Float[np.ndarray, " draw"]:
    for subject in ((party, issue), (party, "all"), (party,)):
        if arrays.has(*subject, "crossing_cost"):
            return arrays.get(*subject, "crossing_cost")
    return np.zeros(arrays.draws)
