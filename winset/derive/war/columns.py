"""From a case's Figures to the war core: one `WarGame` per draw, on the scale of the settlement (0 defeat, 1 victory).

Clock. A step lasts `Size.step` months. The dossier counts decisive engagements: `decisive_rate` a month, won by A with
p, and `forts` of them in a row from one end to the other. The front is taken as the random walk with that drift and
variance, on a finer grid, so that something is decided in every step: with h = sqrt(rate * step) forts a step,

    forts' = forts/h,   2p' - 1 = h (2p - 1),   prior strength' = prior strength/h^2   (same drift, variance, learning).

The step of a draw is chosen near `Size.step` so that the front falls on whole forts (`games.fitted`), which keeps all
three.

The front is a Figure of the map, the share of the way from A's total defeat to its victory (`front`); where the case
has none it stands where the present state of things stands on the two scales, (u_A + 1 - u_B)/2, and the report says
so. What the present state of things is worth to a side moves with the front s in two straight lines, from its defeat
over its worth today u_i at today's front s0 to its victory: s_A(s) = u_A s/s0 up to s0, 1 - (1 - u_A)(1 - s)/(1 - s0)
beyond, B the other way round. While the war lasts a side has the flow of that worth less its cost, (1 - delta) s_i(k) -
cost a step (`theory.war_core`). Endurance of E months ends after E months, at its own month and with no luck added to
the Figure's own: under pressure in force from now on after E (1 - drain), under pressure that begins at t after t + (E
- t)(1 - drain) (`theory.war_clock`). A side whose endurance is over takes terms that lie `exhausted_share` of the way
from the front to its own defeat (1 if not stated).

Regimes. Up to two switches, added pressure on A and on B (sanctions, aid withdrawn), each off or on; the players expect
each to begin at its stated rate a year and to stay. Under it the side pays more a month and its endurance drains
faster.

Deals. `menu`: a truce is worth its status quo moved with the front in the same way; the rest do not depend on it. A
deal that a real red line forbids is not available; one that a consent stops is not ratified; so is one that a signatory
which leads no side does not sign, by the same rule as in the settlement (`outcomes.solved`); and a text takes
`round_length` days from talks to signature: rounds are a Poisson process of that length. The hazard of breaking is that
of its guarantee, on the side that gains by breaking (`break_shift`), which then holds as much more of the front; both
have rested by `war.rest` of the shorter endurance. Signing costs each leader his `leader_exit_cost`. Talks pay their
`talk_rent` in the months in which they go on: their share is a Figure (`talk_months`), else that of the last twelve
months on record.
Third party. It tables a plan in `tabling` of the rounds: the one with the highest (own gain + `deal_bonus` of its
leader) times what it reckons both sides' readiness to be, by the dossier's values of no deal as its messengers report
them (`circle.messages`; without error where the dossier states none): the bonus is the wish for a deal as such. Each
side in turn takes the other's answers for as much more uncertain as its messengers' reports are noisy (`blur`), and
offers accordingly. It moves what is tabled and not what is signed; a plan that its author would not sign is not tabled.

Sides. The core is a game of two leaders; the Figures of a side are its leader's, and nothing adds up over a side. An
ally that signs is a signatory that leads no side; where it follows (`worth.followers`), its lines and its no deal stop
nothing.

Lines. Three structures (`Lines`; docs/decisions/0009). `stay`: a real line holds to the end. `wear`: one that is real
now stops binding at a constant rate of `lines.wear` a month of fighting. In a draw everybody knows which lines are
real, and so for how long: line l holds until month e_l/wear with e_l exponential of mean 1 (by the luck that makes it
real), and a deal can be signed once the last line that forbids it has given way, in the part of a step after that; it
then costs its owner what crossing a posture costs. `base_rate`: every line is real with the odds that comparable lines
held, whatever the dossier says of it.

Cannot say: what is not in the Figures (a change of leader, an accident, a third state at war). `no_deal.core_error`
tells what a finer cut of time and front changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from winset import reads
from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.circle.messages import believed, blurred
from winset.derive.war.around import DAYS as DAYS
from winset.derive.war.around import Beside, Column, beside_of, form_of_terms, talking
from winset.derive.war.around import status_quo as status_quo
from winset.derive.war.hazards import hazards
from winset.derive.war.worths import BY_SIDE, PRESSURE, worths_of
from winset.derive.war.worths import OF_WAR as OF_WAR
from winset.derive.worth.followers import goes_along
from winset.derive.worth.menu import Deal, Tailored, menu
from winset.derive.worth.utilities import Reading, Utilities, holds
from winset.derive.worth.utilities import missing as worth_missing
from winset.settings import number, whole, word
from winset.theory.war_game import A, B

Lines = Literal["stay", "wear", "base_rate"]


@dataclass(frozen=True)
class War:
    """All that a game needs, in columns of draws; two columns where there is one a side (A, B)."""

    sides: tuple[str, str]
    third: str | None
    deals: tuple[str, ...]
    kinds: tuple[str, ...]
    p: Column
    mean: Float[np.ndarray, "draw side"]
    strength: Float[np.ndarray, "draw side"]
    endurance: Float[np.ndarray, "draw side"]
    cost: Float[np.ndarray, "draw side"]
    rent: Float[np.ndarray, "draw side"]  # a month, by the share of months with talks
    discount: Float[np.ndarray, "draw side"]
    leader: Float[np.ndarray, "draw side"]
    shift: Float[np.ndarray, "draw side"]
    reckoned: Float[np.ndarray, "draw side"]
    misread: Float[np.ndarray, "draw side"]  # by how much the third party takes that for more than it is
    blur: Float[np.ndarray, "draw side"]  # standard deviation of the error with which the other side reads each
    exhausted: Float[np.ndarray, "draw side"]  # how far from the front to its own defeat a side falls that cannot go on
    pressure: Float[np.ndarray, "draw side 3"]  # cost, drain, expected
    pressed: Bool[np.ndarray, "draw side"]  # in force from now on
    rate: Column
    forts: Column
    front: Column  # share of the way from A's total defeat to its victory
    quo: Float[np.ndarray, "draw side"]  # worth of the present state of things, held to 0..1
    length: Column
    tabling: Column
    bonus: Column
    value: Float[np.ndarray, "draw deal side"]
    gain: Float[np.ndarray, "draw deal"]  # of the third signatory, over its no deal; 0 if it does not sign
    signs: bool
    hazard: Float[np.ndarray, "draw deal"]  # a year
    open: Bool[np.ndarray, "draw deal"]  # can be signed, now or later
    opens: Float[np.ndarray, "draw deal"]  # month from which no real line forbids it
    ratified: Bool[np.ndarray, "draw deal"]
    line: Bool[np.ndarray, "draw deal party"]  # a real line of A, of B, of any other signatory forbids it
    price: Float[np.ndarray, "draw deal side"]  # what signing costs a side beyond its leader's cost
    line_price: Float[np.ndarray, "draw side"]  # what giving up a real red line would cost; nan where it is not stated
    form: Column  # of ends by terms, the share that is an agreement; the others are a ceasefire first
    beside: tuple[Beside, ...]
    basis: tuple[str, ...]

    @property
    def draws(self) -> int:
        return len(self.p)

    @cached_property
    def lasts(self) -> Float[np.ndarray, "draw side"]:
        """Months for which each side can go on under the regime that holds."""
        return self.endurance * (1 - self.pressure[:, :, 1] * self.pressed)


def structure() -> Lines:
    """What becomes of real lines, as set."""
    found: Lines = "wear" if word("lines.structure") == "wear" else "stay"
    return "base_rate" if word("lines.structure") == "base_rate" else found


def missing(case: m.Case) -> list[str]:
    """What the core needs and the case, as of its date, does not have (keys of Figures, or words)."""
    return case.like.memo(("missing war",), lambda: _missing(case.like))


def _missing(case: m.Case) -> list[str]:
    if case.war is None or len(set(case.war.belligerents)) != 2 or case.war.began > case.as_of:
        return ["war between two belligerents"]
    sides, have = case.war.belligerents, {f.key for f in case.figures}
    lacks = [f"{s}.{q}" for s in sides for q in BY_SIDE] + ["case.decisive_rate", "case.forts", "case.round_length"]
    found = [key for key in lacks if key not in have]
    found += [] if {f"{s}.battle_win" for s in sides} & have else [f"{sides[0]}.battle_win"]
    found += [f"{s}/*.prior_mean" for s in sides if not any(f"{s}/{o}.prior_mean" in have for o in sides)]
    found += [f"{s} as a signatory" for s in sides if not case.actor[s].signs]
    return found + worth_missing(case)


def war(
    arrays: Arrays, reading: Reading = Reading(), deals: Sequence[Deal] | None = None, lines: Lines | None = None,
    wear: float | None = None, traced: bool = True,
) -> War:  # fmt: skip
    """The columns of a case. Call `missing` first. Chunks of draws may be made apart: every draw stands alone.

    `deals`: the menu of another variant of the case, so that variants are compared on one menu. `lines`: the structure
    of red lines, and `wear` a month (the Settings where not given). `traced`: whether the basis is asked for; what the
    case's own menu rests on belongs to it even where another menu is given.
    """
    with reads.reading() as seen:
        if traced and deals is not None:
            menu(arrays.case, arrays.case.war.belligerents)  # type: ignore[union-attr]
        made = _war(arrays, reading, deals, lines or structure(), number("lines.wear") if wear is None else wear)
    return replace(made, basis=tuple(sorted(seen)))


def _war(arrays: Arrays, reading: Reading, deals: Sequence[Deal] | None, lines: Lines, wear: float) -> War:
    if lines == "base_rate" and reading.red_lines == "stated":
        reading = replace(reading, red_lines="base")
    case = arrays.case
    sides = (case.war.belligerents[0], case.war.belligerents[1])  # type: ignore[union-attr]
    fixed = menu(case, sides) if deals is None else tuple(deals)
    found = worths_of(arrays, reading, fixed, sides)
    worths, worth, made = found.parties, found.menu, found.made
    at = [worth.parties.index(s) for s in sides]
    third = _third(case, sides)
    value = np.concatenate([worth.value[:, :, at], np.stack([t.value[:, at] for t in made], 1)], axis=1)
    follows = np.stack([goes_along(arrays, p) for p in worth.parties], axis=1)
    blocked = worth.blocked & ~follows[:, None, :]
    open_ = np.concatenate([~blocked.any(axis=2), np.stack(_apart(made), axis=1)], axis=1)
    ratified = np.concatenate([worth.ratified, np.ones((arrays.draws, len(made)), bool)], axis=1)
    others = [i for i in range(len(worth.parties)) if i not in at]
    rest = np.any(blocked[:, :, others], axis=2, keepdims=True)
    line = np.concatenate([blocked[:, :, at], rest], axis=2)
    line = np.concatenate([line, np.zeros((arrays.draws, len(made), 3), bool)], axis=1)
    gain, signs = np.zeros(open_.shape), third is not None and case.actor[third].signs
    if signs and third is not None:
        own = worth.parties.index(third)
        gain = np.concatenate([worth.value[:, :, own], np.stack([t.value[:, own] for t in made], 1)], axis=1)
        gain = gain - arrays.get(third, "no_deal")[:, None]
    zero, one = np.zeros(arrays.draws), np.ones(arrays.draws)

    def pair(quantity: str, default: Column | None = None) -> Float[np.ndarray, "draw side"]:
        return np.stack(
            [arrays.get(s, quantity) if default is None or arrays.has(s, quantity) else default for s in sides], 1
        )

    pressure = [pair(q, zero) for q in PRESSURE[:3]]
    path = [_happens(arrays, s) for s in sides]
    quo = status_quo(arrays, sides, worths)
    theirs = [np.concatenate([worth.value[:, :, i], np.stack([t.value[:, i] for t in made], 1)], 1) for i in others]
    beside = tuple(
        beside_of(arrays, worths, worth.parties[i], own, dossier=reading.no_deal == "dossier")
        for i, own in zip(others, theirs)
    )
    whole = War(
        sides, third, (*(d.id for d in fixed), *(t.id for t in made)),
        (*(d.kind for d in fixed), *("package" for _ in made)),
        _chance(arrays, sides), np.stack([_prior(arrays, s, sides) for s in sides], 1), pair("prior_strength"),
        pair("endurance"), pair("flow_cost"), pair("talk_rent", zero) * talking(arrays)[:, None], pair("discount"),
        np.stack([_of_leader(arrays, s, "leader_exit_cost") for s in sides], 1), pair("break_shift", zero),
        pair("no_deal"),
        believed(arrays, third, sides), blurred(arrays, sides),
        pair("exhausted_share", one), np.stack(pressure, axis=2), np.stack(path, 1),
        arrays.get("case", "decisive_rate"), arrays.get("case", "forts"), _front(arrays, quo), np.clip(quo, 0.0, 1.0),
        arrays.get("case", "round_length"),
        arrays.get(third, "tabling") if third and arrays.has(third, "tabling") else zero,
        _of_leader(arrays, third, "deal_bonus") if third else zero, value, gain, signs,
        hazards(arrays, fixed, made), open_, np.where(open_, 0.0, np.inf), ratified, line, np.zeros((*open_.shape, 2)),
        pair("line_price", np.full(arrays.draws, np.nan)), np.full(arrays.draws, form_of_terms(case)), beside, (),
    )  # fmt: skip
    return worn(whole, _giving_way(arrays, worths, fixed, reading), wear) if lines == "wear" and wear > 0 else whole


def _front(arrays: Arrays, quo: Float[np.ndarray, "draw side"]) -> Column:
    """Where the front stands: the dossier's Figure, else what the present state of things is worth to both sides."""
    if arrays.has("case", "front"):
        return arrays.get("case", "front")
    least, middle = number("war.least_front"), (quo[:, 0] + 1 - quo[:, 1]) / 2
    return np.clip(middle, least, 1 - least)


def _giving_way(
    arrays: Arrays, worths: Utilities, fixed: Sequence[Deal], reading: Reading
) -> Float[np.ndarray, "draw fixed"]:
    """When the last real line that forbids each deal of the menu gives way, in units of 1/wear (0: none does). What
    crossing costs its owner is in the worth of the deal already (`Utilities.clause`)."""
    last = np.zeros((arrays.draws, len(fixed)))
    for d, deal in enumerate(fixed):
        pack = deal.pack(arrays)
        for party in worths.parties:
            bound = ~goes_along(arrays, party)
            for issue in deal.only or tuple(deal.clauses):
                line = worths.forbidden(party, issue, pack)
                if line is None:
                    continue
                last[:, d] = np.maximum(last[:, d], np.where(line & bound, holds(arrays, party, issue, reading), 0.0))
    return last


def worn(war: War, last: Float[np.ndarray, "draw fixed"], wear: float) -> War:
    """The same war if real lines gave way at so much a month. Of the deals that this opens later a draw keeps at most
    `lines.opened`, as `bent` does."""
    opens = np.where(war.open, 0.0, np.inf)
    opens[:, : last.shape[1]] = np.where(war.open[:, : last.shape[1]], 0.0, last / wear)
    later = war.ratified & ~war.open & np.isfinite(opens)
    margin = np.where(later, (war.value - war.reckoned[:, None, :]).min(axis=2), -np.inf)
    later &= margin >= -number("war.hopeless")
    rank = np.argsort(np.argsort(-margin, axis=1, kind="stable"), axis=1, kind="stable")
    later &= rank < whole("lines.opened")
    return replace(war, open=war.open | later, opens=np.where(war.open, 0.0, np.where(later, opens, np.inf)))


def _apart(made: Sequence[Tailored]) -> list[Bool[np.ndarray, " draw"]]:
    """Where each tailored package is possible and not nearly an earlier one of them."""
    found = []
    for t, one in enumerate(made):
        near = [np.abs(one.value - other.value).max(axis=1) < number("menu.near") for other in made[:t]]
        found.append(one.possible & ~np.any(near, axis=0) if near else one.possible)
    return found


def _happens(arrays: Arrays, side: str) -> Bool[np.ndarray, " draw"]:
    if not arrays.has(side, "pressure_path"):
        return np.zeros(arrays.draws, bool)
    return arrays.happens(f"{side}.pressure_path", arrays.get(side, "pressure_path"))


def lasting(arrays: Arrays, sides: Sequence[str]) -> Float[np.ndarray, "draw side"]:
    """Months for which each side can go on under the regime that holds: less where added pressure is in force from now
    on."""
    found = []
    for side in sides:
        drain = arrays.get(side, "pressure_drain") if arrays.has(side, "pressure_drain") else 0.0
        found.append(arrays.get(side, "endurance") * (1 - drain * _happens(arrays, side)))
    return np.stack(found, axis=1)


def _chance(arrays: Arrays, sides: Sequence[str]) -> Column:
    """p, from either side's Figure or the middle of both."""
    given = []
    if arrays.has(sides[A], "battle_win"):
        given.append(arrays.get(sides[A], "battle_win"))
    if arrays.has(sides[B], "battle_win"):
        given.append(1 - arrays.get(sides[B], "battle_win"))
    return np.clip(np.mean(given, axis=0), number("war.least_chance"), 1 - number("war.least_chance"))


def _prior(arrays: Arrays, side: str, sides: Sequence[str]) -> Column:
    """A side's own belief that A wins an engagement."""
    if arrays.has(side, sides[A], "prior_mean"):
        return arrays.get(side, sides[A], "prior_mean")
    return 1 - arrays.get(side, sides[B], "prior_mean")


def _of_leader(arrays: Arrays, party: str | None, quantity: str) -> Column:
    """The Figure of the party's leader, else the mean of those who stand for it, else 0."""
    own = [a for a in arrays.case.actors if a.principal == party and arrays.has(a.id, quantity)]
    own = [a for a in own if a.role == "leader"] or own
    if not own:
        return np.zeros(arrays.draws)
    return np.asarray(np.mean([arrays.get(a.id, quantity) for a in sorted(own, key=lambda a: a.id)], axis=0))


def _third(case: m.Case, sides: Sequence[str]) -> str | None:
    """Who tables plans: a signatory on no side, else a mediator; an ally only if a Figure says that it does
    (`tabling`)."""
    allies = [a.id for a in case.signatories if case.war and case.war.leader_of(a.id)]
    signs = sorted(a.id for a in case.signatories if a.id not in (*sides, *allies))
    have = {f.subject[0] for f in case.figures if f.quantity == "tabling"}
    able = [*signs, *sorted(a.id for a in case.actors if a.role == "mediator" and a.level == "party" and not a.signs)]
    return next((a for a in (*able, *sorted(allies)) if a in have), able[0] if able else None)


def with_plan(war: War, bonus: bool = True) -> Int[np.ndarray, " draw"]:
    """The deal that the third party tables in each draw (-1: none): its wish times what it reckons of both sides."""
    if war.third is None:
        return np.full(war.draws, -1)
    wish = war.gain + (war.bonus[:, None] if bonus else 0.0) if war.signs else np.ones_like(war.gain)
    short = war.value - (war.reckoned + war.misread)[:, None, :]
    ready = 1 / (1 + np.exp(-np.clip(short / number("war.reckoning"), -60, 60)))
    score = np.where(war.open & war.ratified & (war.opens <= 0), np.maximum(wish, 0.0) * ready.prod(axis=2), 0.0)
    best = score.argmax(axis=1)
    return np.where(score.max(axis=1) > 0, best, -1)


def scaled(war: War, field: str, factor: float, side: int | None = None) -> War:
    """The same war with one of its columns multiplied (all of it, or one side's)."""
    column = np.array(getattr(war, field), float)
    if side is None:
        column = column * factor
    else:
        column[:, side] = column[:, side] * factor
    if field in ("exhausted", "hazard"):
        column = np.minimum(column, 1.0)
    return replace(war, **{field: column})  # type: ignore[arg-type]


def bends(war: War) -> bool:
    """Whether the case says what giving up a real red line would cost each side."""
    return bool(np.isfinite(war.line_price).all())


def bent(war: War, most: int | None = None) -> War:
    """The same war if a real red line of a belligerent did not forbid a deal but cost its owner its `line_price`.

    Lines of third signatories still forbid. Of the deals that this opens, each draw keeps at most `most` (as set, where
    not given), those with the highest least margin over the dossier's values of no deal, and none that falls
    `war.hopeless` short of one of them: under logit choice deals that nobody would sign still take weight from those
    that somebody would.
    """
    cost = war.line_price[:, None, :] * war.line[:, :, :2]
    opened = ~war.line[:, :, 2] & war.line[:, :, :2].any(axis=2) & war.ratified & ~war.open
    margin = np.where(opened, (war.value - cost - war.reckoned[:, None, :]).min(axis=2), -np.inf)
    opened &= margin >= -number("war.hopeless")
    rank = np.argsort(np.argsort(-margin, axis=1, kind="stable"), axis=1, kind="stable")
    opened &= rank < (whole("lines.bent") if most is None else most)
    return replace(war, open=war.open | opened, opens=np.where(opened, 0.0, war.opens), price=cost)
