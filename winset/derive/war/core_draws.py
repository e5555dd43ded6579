"""The cores of many draws of a `War`, for whoever asks only how each ends: compiled from its columns to the kernels of
`theory.war_held`, with no record built on the way.

`outcomes.solved` says the same of one draw, in records that can be read and asked further (tests compare the two, to
the last bit). What rests on a power, a logarithm or a root is taken over all draws at once, by the functions that it
uses.
"""

# numba compiles the kernels: annotations there would be noise
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from winset.derive.war import core_tables as tables
from winset.derive.war.around import DAYS, Beside
from winset.derive.war.columns import War
from winset.derive.war.core_game import Size
from winset.settings import number
from winset.theory import war_kernels as kernels
from winset.theory.war_game import LARGEST, MEDIATOR, A, B
from winset.theory.war_held import _bargained, _forward, _reachable, _to_the_end


class Draws(NamedTuple):
    """The columns of a war as the kernels read them; a step of each draw is `cut[draw]` months long."""

    cut: Float[np.ndarray, " draw"]
    whole: Int[np.ndarray, "draw 3"]  # steps of the horizon, forts, place of the front
    forts: Float[np.ndarray, " draw"]
    life: Float[np.ndarray, "draw side"]
    endurance: Float[np.ndarray, "draw side"]
    pressure: Float[np.ndarray, "draw side 3"]
    pressed: Bool[np.ndarray, "draw side"]
    mean: Float[np.ndarray, "draw side"]
    strength: Float[np.ndarray, "draw side"]
    delta: Float[np.ndarray, "draw side"]  # a step
    quo: Float[np.ndarray, "draw side"]
    cost: Float[np.ndarray, "draw side"]
    rent: Float[np.ndarray, "draw side"]
    exhausted: Float[np.ndarray, "draw side"]
    length: Float[np.ndarray, " draw"]
    chance: Float[np.ndarray, " draw"]  # the analyst's, that A wins a step
    gains: Float[np.ndarray, " draw"]  # by breaking a deal: of A where at least 0, else of B
    plan: Int[np.ndarray, " draw"]
    tabling: Float[np.ndarray, " draw"]
    noise: Float[np.ndarray, "draw 4"]
    free: Bool[np.ndarray, "draw deal"]  # can be signed and is ratified
    value: Float[np.ndarray, "draw deal side"]
    truce: Bool[np.ndarray, " deal"]
    home: Float[np.ndarray, "draw deal side"]  # what signing costs
    breaks: Float[np.ndarray, "draw deal"]  # a step
    fading: Float[np.ndarray, "draw deal"]  # the rate at which a deal breaks, a month
    opens: Float[np.ndarray, "draw deal"]
    pays: Bool[np.ndarray, " beside"]
    floor: Float[np.ndarray, "draw beside"]
    follows: Bool[np.ndarray, "draw beside"]
    patience: Float[np.ndarray, "draw beside"]  # how fast the future fades, a month
    present: Float[np.ndarray, "draw beside"]
    burden: Float[np.ndarray, "draw beside"]
    terms: Float[np.ndarray, "draw beside cause"]
    worth: Float[np.ndarray, "draw beside deal"]
    months: float
    places: int
    least: float  # belief
    rest: float


class Dates(NamedTuple):
    """What puts the endings of each draw on the calendar (`outcomes.calendar`)."""

    months: Float[np.ndarray, " month"]
    truce: Bool[np.ndarray, " deal"]
    rate: Float[np.ndarray, "draw deal"]  # at which a deal breaks, a month
    peace: Float[np.ndarray, " lag"]
    young: float
    form: Float[np.ndarray, " draw"]
    follows: Float[np.ndarray, "draw month"]  # P(a text by then), where the war ended by terms


class Values(NamedTuple):
    """The core of one draw. signed: P(signed) of each deal; until, by: the step in which a side is exhausted in the
    regime that holds, and which (0 A, 1 B, 2 both)."""

    no_deal: Float[np.ndarray, " side"]  # C at the start
    keep: Int[np.ndarray, " deal"]  # places on the menu of the deals that can be signed
    signed: Float[np.ndarray, "step deal fort"]
    until: float
    by: int


def own(x: object, kind: type = float) -> np.ndarray:
    """A copy that every kernel takes as the same type: columns may be held unwritable, or in another order."""
    return np.array(x, kind, order="C")


def sized(war: War, size: Size) -> tuple[Float[np.ndarray, " draw"], Int[np.ndarray, "draw 3"]]:
    """Of each draw months a step, and (steps of the horizon, forts, place of the front)."""
    forts, front, rate = own(war.forts), own(war.front), own(war.rate)
    return tables.fits(forts, front, rate, size.step, size.steps, number("war.finer"), size.forts)


def draws_of(war: War, plans: Int[np.ndarray, " draw"], size: Size, noise: float) -> Draws:
    """The columns of a war with the deals that a third party tables, at a size and a noise."""
    cut, whole = sized(war, size)
    years, least, beside = (cut / 12)[:, None], number("war.least_chance"), war.beside
    n, deals = war.value.shape[:2]

    def each(name: str, kind: type = float, shape: tuple[int, ...] = ()) -> np.ndarray:
        return own(
            np.stack([getattr(b, name)[:n] for b in beside], axis=1) if beside else np.zeros((n, 0, *shape)), kind
        )

    return Draws(
        cut=cut,
        whole=whole,
        forts=own(war.forts),
        life=own(war.lasts),
        endurance=own(war.endurance),
        pressure=own(war.pressure),
        pressed=own(war.pressed, bool),
        mean=own(war.mean),
        strength=own(war.strength),
        delta=(1 - war.discount) ** years,
        quo=own(war.quo),
        cost=own(war.cost),
        rent=own(war.rent),
        exhausted=own(war.exhausted),
        length=own(war.length),
        chance=np.clip(0.5 + np.sqrt(war.rate * cut) * (war.p - 0.5), least, 1 - least),
        gains=(war.shift[:, A] - war.shift[:, B]) / 2,
        plan=own(plans, np.int64),
        tabling=own(war.tabling),
        noise=own(np.concatenate([np.full((n, 2), noise), np.hypot(noise, np.sqrt(3) / np.pi * war.blur)], axis=1)),
        free=war.open & war.ratified,
        value=own(war.value),
        truce=np.array([kind == "truce" for kind in war.kinds], bool),
        home=own(war.leader[:, None, :] + war.price),
        breaks=1 - (1 - war.hazard) ** years,
        fading=-np.log1p(-np.minimum(war.hazard, 0.999)) / 12,
        opens=own(war.opens),
        pays=np.array([b.pays for b in beside], bool),
        floor=each("floor"),
        follows=each("follows", bool),
        patience=own(fading(each("discount"))),
        present=each("quo"),
        burden=each("cost"),
        terms=own(np.stack([terms_of(b, war, slice(n)) for b in beside], axis=1) if beside else np.zeros((n, 0, 5))),
        worth=each("deal", shape=(deals,)),
        months=size.months,
        places=size.places,
        least=number("war.least_belief"),
        rest=number("war.rest"),
    )


def fading(discount: Float[np.ndarray, "*draw"] | float) -> Float[np.ndarray, "*draw"] | float:
    """How fast the future fades, a month, at a discount a year."""
    return np.maximum(-np.log1p(-np.minimum(discount, 0.999)) / 12, 1e-9)


def terms_of(one: Beside, war: War, at: int | slice = slice(None)) -> Float[np.ndarray, "*draw cause"]:
    """What each end without a deal is worth to one that leads no side: a victory of A, of B, terms of A, of B, of
    both."""
    q, x, A_wins, B_wins = one.quo[at], war.exhausted[at], one.A_wins[at], one.B_wins[at]
    by_A, by_B = q + x[..., 0] * (B_wins - q), q + x[..., 1] * (A_wins - q)
    return np.stack([A_wins, B_wins, by_A, by_B, q], axis=-1)


def values(columns: Draws, d: int, agreed: Bool[np.ndarray, " menu"]) -> Values | None:
    """The core of one draw; None where a number is out of its range, and `core_game.game` says which."""
    sound, *found = _valued(columns, d, agreed)
    return Values(*found) if sound else None


@njit(cache=True, nogil=True)
def settled(t, d, passes):
    """(whether its numbers are in their range, what is agreed to, C at the start, what going on is worth to those
    beside, P(signed in step n) by deal of the menu, P(ended in step n) by cause, month of the end) of one draw:
    `outcomes.settled`."""
    _, apart, end, agreed, floor = alone(t, d)
    free, deal, broken, no_deal = t.free[d], apart, apart, np.zeros(2)
    for _ in range(passes):
        sound, no_deal, keep, signed, until, by = _valued(t, d, agreed)
        if not sound:
            return False, agreed, no_deal, floor, deal, broken, end
        deal, broken, end, again, floor = ending(t, d, keep, signed, until, by, apart)
        if not np.any((again != agreed) & free):
            break
        agreed = again
    return True, agreed, no_deal, floor, deal, broken, end


@njit(cache=True, nogil=True)
def fought_on(t, rows, passes, found):
    """Fills, in the rows of some draws, C of A and of B and what going on is worth to those beside that pay for the
    war; gives the first draw with a number out of its range, or -1."""
    for d in rows:
        sound, _, no_deal, floor, _, _, _ = settled(t, d, passes)
        if not sound:
            return d
        found[d, A], found[d, B] = no_deal[A], no_deal[B]
        at = 2
        for b in range(len(floor)):
            if t.pays[b]:
                found[d, at] = floor[b]
                at += 1
    return -1


@njit(cache=True, nogil=True)
def _valued(t, d, agreed):
    """(whether its numbers are in their range, and the `Values`) of one draw."""
    sound, k0, keep, common, since, rest, of_deals = _laid_out(t, d, agreed)
    over, closure, until, by, moves, belief, shift, delta, flow = common
    M, G, K = len(moves), len(until), closure.shape[1]
    signed = np.zeros((M, len(keep), K))
    if not sound:
        return False, np.zeros(2), keep, signed, 0.0, 0
    W = np.empty((M, G, 2, K))
    _to_the_end(over, closure, until, by, moves, belief, shift, delta, flow, W)
    no_deal = W
    if len(keep):
        no_deal = np.full((1, G, 2, K), np.nan)
        rounds, part, pi, base, load, front, after, who, plan, held, noise = of_deals
        _bargained(
            over, closure, until, by, moves, belief, shift, delta, flow, W, since, rest, rounds, part, k0, pi, base,
            load, front, after,
            who, plan, held, held, noise, 0, no_deal, signed,
        )  # fmt: skip
    return True, no_deal[0, 0, :, k0].copy(), keep, signed, until[0], by[0]


@njit(cache=True, nogil=True)
def _laid_out(t, d, agreed):
    """(sound, front, deals, tables of the war, first steps of the regimes, rest, tables of the deals) of one draw: what
    `core_game.game` and `war_held.solve` put together. Long: one pass over the columns of a draw."""
    step, N, k0 = t.cut[d], t.whole[d, 1], t.whole[d, 2]
    M, _, _ = tables.framed(t.life[d], t.months, step, t.whole[d, 0])
    end = min(t.life[d, A], t.life[d, B], step * t.whole[d, 0])
    until, by, moves, on = tables.clock(M, t.life[d], t.endurance[d], t.pressure[d], t.pressed[d], step, end, t.places)
    G = len(until)
    belief = tables.beliefs(t.mean[d], t.strength[d], t.forts[d] / N, t.least, N, k0, M)
    quo = tables.moving(t.quo[d], N, k0)
    flow = tables.flows(t.delta[d], quo, t.cost[d], t.rent[d], t.pressure[d, :, 0], on, step)
    delta = np.empty((2, G))
    delta[A], delta[B] = t.delta[d, A], t.delta[d, B]
    rest, pace = t.rest * end / step, step * DAYS / t.length[d]
    keep = np.flatnonzero(t.free[d] & agreed)
    D = len(keep)
    place, share = -1, 0.0
    for at in range(D):
        if keep[at] == t.plan[d]:
            place, share = at, t.tabling[d]
    J = 3 if share != 0.0 else 2
    who, pi = np.empty(J, np.int64), np.full(J, 0.5)
    who[0], who[1] = A, B
    if share != 0.0:
        who[2], pi[0], pi[1], pi[2] = MEDIATOR, (1.0 - share) / 2, (1.0 - share) / 2, share
    moved = N * abs(t.gains[d])
    breaker = A if t.gains[d] >= 0.0 else B
    front = (moved, 0.0) if breaker == A else (0.0, moved)
    base, load = np.empty((D, G, 2, N + 1)), np.zeros((D, G, 2, 2))
    rounds, part = np.empty((M, G)), np.empty((M, D))
    opens = np.empty(D)
    good = rest >= 0.0 and pace >= 0.0
    for at in range(D):
        row = keep[at]
        breaks, opens[at] = t.breaks[d, row], t.opens[d, row] / step
        good &= 0.0 <= breaks <= 1.0 and opens[at] >= 0.0
        if t.truce[row]:
            value = np.empty(2)
            for i in range(2):
                value[i] = min(max(t.value[d, row, i], 0.0), 1.0)
            worth = tables.moving(value, N, k0)
        else:
            worth = np.empty((2, N + 1))
            worth[A, :], worth[B, :] = t.value[d, row, A], t.value[d, row, B]
        good &= kernels.within(worth.ravel(), -LARGEST, LARGEST)
        good &= kernels.within(t.home[d, row], -LARGEST, LARGEST)
        for i in range(2):
            wait = 1.0 - t.delta[d, i] * (1.0 - breaks)
            live = wait > 0.0  # it is 0 only for an undiscounted deal that never breaks: worth u itself
            safe = wait if live else 1.0
            stays = (1.0 - t.delta[d, i]) / safe if live else 1.0
            back = t.delta[d, i] / safe * breaks if live else 0.0
            for g in range(G):
                load[at, g, i, breaker] = back
                for k in range(N + 1):
                    base[at, g, i, k] = stays * worth[i, k] - t.home[d, row, i]
    for n in range(M):
        for g in range(G):
            left = min(max(until[g] - n, 0.0), 1.0)
            rounds[n, g] = left * pace if pace < np.inf else (np.inf if left > 0.0 else 0.0)
        for at in range(D):
            part[n, at] = min(max(n + 1 - opens[at], 0.0), 1.0)
    for g in range(G):
        good &= until[g] > 0.0
    good &= kernels.within(belief.ravel(), 0.0, 1.0) and kernels.within(delta.ravel(), 0.0, 1.0)
    good &= kernels.within(t.exhausted[d], 0.0, 1.0) and kernels.laws(moves.reshape(-1, G), -1e-12)
    good &= kernels.within(flow.ravel(), -LARGEST, LARGEST) and kernels.within(quo.ravel(), -LARGEST, LARGEST)
    good &= kernels.within(t.noise[d], 0.0, LARGEST) and kernels.within(pi, 0.0, 1.0)
    common = (tables.ends(quo, t.exhausted[d]), quo, until, by, moves, belief, np.zeros((2, G)), delta, flow)
    of_deals = (
        rounds, part, pi, base, load, front, np.arange(G), who, np.full(G, place), np.ones((D, G)), t.noise[d].copy(),
    )  # fmt: skip
    return good, k0, keep, common, _reachable(moves, 0), rest, of_deals


@njit(cache=True, nogil=True)
def alone(t, d):
    """(P(signed in step n) by deal of the menu, P(ended in step n) by cause, month of the end, what those who lead no
    side would sign, what going on is worth to each) of a draw in which nothing is signed."""
    step, N = t.cut[d], t.whole[d, 1]
    M, end, by = tables.framed(t.life[d], t.months, step, t.whole[d, 0])
    deal, broken = np.zeros((M, t.free.shape[1])), np.zeros((M, 5))
    _forward(np.zeros((M, 0, N + 1)), t.chance[d], t.whole[d, 2], end / step, by, np.zeros((M, 0)), broken)
    agreed, floor = _assent(t, d, deal, broken, deal, broken)
    return deal, broken, end, agreed, floor


@njit(cache=True, nogil=True)
def ending(t, d, keep, signed, until, by, apart):
    """The same of a draw whose deals `keep` are signed with these chances; `apart`: P(ended in step n) by cause where
    nothing is."""
    M, D, _ = signed.shape
    law, broken = np.zeros((M, D)), np.zeros((M, 5))
    _forward(signed, t.chance[d], t.whole[d, 2], until, by, law, broken)
    deal = np.zeros((M, t.free.shape[1]))
    for at in range(D):
        for n in range(M):
            deal[n, keep[at]] = law[n, at]
    agreed, floor = _assent(t, d, deal, broken, np.zeros_like(deal), apart)
    end = tables.framed(t.life[d], t.months, t.cut[d], t.whole[d, 0])[1]
    return deal, broken, end, agreed, floor


@njit(cache=True, nogil=True)
def dated(dates, d, deal, broken, step, end):
    """`outcomes.calendar` of one draw."""
    edges = np.empty(len(deal) + 1)
    for n in range(len(edges)):
        edges[n] = min(n * step, end)
    return tables.dated(
        deal, broken, edges, end, dates.months, dates.truce, dates.rate[d], dates.peace, dates.young, dates.form[d],
        dates.follows[d],
    )  # fmt: skip


@njit(cache=True, nogil=True)
def told(t, dates, rows, passes, state, cause, deals, lasting, event, kind):
    """Fills the rows of some draws with what becomes of their wars (`dated`); gives the first draw with a number out of
    its range, or -1."""
    for d in rows:
        if np.any(t.free[d]):
            sound, _, _, _, deal, broken, end = settled(t, d, passes)
            if not sound:
                return d
        else:
            deal, broken, end, _, _ = alone(t, d)
        state[d], cause[d], deals[d], lasting[d], event[d], kind[d] = dated(dates, d, deal, broken, t.cut[d], end)
    return -1


@njit(cache=True, nogil=True)
def _assent(t, d, deal, broken, none, apart):
    """Which deals all who lead no side would sign, and what going on is worth to each (`outcomes.assent`)."""
    menu, count = t.free.shape[1], len(t.pays)
    agreed, floor, zero = np.ones(menu, np.bool_), np.empty(count), np.zeros(menu)
    step = t.cut[d]
    _, end, _ = tables.framed(t.life[d], t.months, step, t.whole[d, 0])
    for b in range(count):
        if t.pays[b]:
            r, q, cost, terms = t.patience[d, b], t.present[d, b], t.burden[d, b], t.terms[d, b]
            w = tables.going_on(none, apart, step, end, r, q, cost, terms, zero)
            worth = np.empty(menu)
            for at in range(menu):
                h = t.fading[d, at]
                worth[at] = (r * t.worth[d, b, at] + h * w) / (r + h)
            floor[b] = tables.going_on(deal, broken, step, end, r, q, cost, terms, worth)
        else:
            floor[b] = t.floor[d, b]
        for at in range(menu):
            agreed[at] &= t.follows[d, b] or t.worth[d, b, at] >= floor[b]
    return agreed, floor
