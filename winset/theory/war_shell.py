"""The war week by week, simulated around solved cores: for what the exact state cannot hold.

Each week: (1) if an engagement has just been decided (or the war begins) there is one round of bargaining; (2) a
decisive engagement happens with probability `rate`, is won by A with the draw's own p, moves the front, endurance,
regime and proposer; (3) a deadline of the patron falls due and is executed with probability `executes`; (4) a shock
may move the regime. Ends: deal, conquest, exhaustion (the causes of `war_paths`), or still on after T weeks.

Held outside the exact state:
- Private type of one side: each type has its own cores (as if it were known). The side acts on its own type; the
  other on values averaged over its belief mu. A refusal, an acceptance, or the private side's own offer is evidence:
  mu_h is multiplied by the chance that type h would have done it. (Continuation values ignore what will be learned
  later; `war_types` has the equilibrium on the belief grid.)
- Credibility: the public holds executes ~ Beta(e, f) and counts deadlines executed and missed; players use the core
  solved for the credibility level nearest its mean.
- Levers in closed loop: `rule[g, k]` names the regime that follows an engagement at front k under regime g.
- Shocks: a dated lottery per week (an election, an aid vote).

With a clock (`war_clock`, cores from `war_held`) endurance has no units: the war is over when the time of its regime is, the
last step being as long as what is left; there are as many rounds a step as a Poisson number (at most `ROUNDS`) says, each
with a proposer of its own; and what an executed deadline brings depends on its week.

Luck is Threefry 2x32-20 (`weekly_kernels.threefry`): the battle of week t uses word t mod 2 of counter (draw, t div 2)
under key (seed, 0), exactly as in `weekly_war`; everything else has its own stream under key (seed, stream) and
counter (draw, week). The same draw has the same luck under every lever. `tests/theory/war_shell_numpy.py` is the specification.
"""
# numba compiles the kernels: annotations there would be noise
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from winset.errors import SettingError
from winset.theory import war_kernels as kernels
from winset.theory.war_core import WarValues
from winset.theory.war_game import WarGame, menu_of, signable
from winset.theory.war_held import Held
from winset.theory.weekly_kernels import threefry

DEAL, STILL_FIGHTING = 0, 6  # no answer: places in war_paths.CAUSES
ENDURANCE, MOVES, OFFER, ANSWERS, EVENTS, TYPE, DUE, TALKS = 1, 2, 3, 4, 5, 6, 7, 8  # no answer: streams; 0: battle
ROUNDS = 31  # no answer: a limit on size, rounds in a step at most; a Poisson count reaches it where a text takes under three days
LATER = 1 << 16  # no answer: names of streams; a round after the first in week t has the luck of week t + round x LATER


@dataclass(frozen=True)
class Shell:
    """Inputs; build with `shell`. `values` has the axes [type, credibility level, ...] before those of `WarValues`."""

    game: WarGame  # of the first core: all cores share its sizes and laws of motion
    no_deal: Float[np.ndarray, "type level battle regime proposer side fort R_A R_B"]
    to_the_end: Float[np.ndarray, "type level battle regime side fort R_A R_B"]  # after a broken deal: rested
    base: Float[np.ndarray, "type level deal regime side fort"]
    load: Float[np.ndarray, "type level deal regime side defector"]
    rate: float
    weeks: int
    private: int  # side whose type is private, or -1
    type_prior: Float[np.ndarray, " type"]
    levels: Float[np.ndarray, " level"]  # mean credibility that each core was solved for
    credibility: tuple[float, float]  # e, f at the start
    executes: float  # the analyst's probability that the patron executes a deadline
    deadline: Bool[np.ndarray, " week"]
    deadline_to: Int[np.ndarray, "week regime"]  # regime after execution
    shock: Float[np.ndarray, " week"]
    shock_to: Int[np.ndarray, "week regime"]
    rule: Int[np.ndarray, "regime fort"]  # -1: by the law Q
    until: Float[np.ndarray, " regime"]  # engagement at which the war is over by exhaustion; inf without a clock
    by: Int[np.ndarray, " regime"]  # who it is then
    rounds: Float[np.ndarray, "battle regime"]  # of talks that can be expected; inf: one for certain
    part: Float[np.ndarray, "battle deal"]  # of a step in which a deal can be signed


@dataclass(frozen=True)
class Runs:
    """One entry per draw."""

    cause: Int[np.ndarray, " draw"]  # place in war_paths.CAUSES
    week: Int[np.ndarray, " draw"]
    engagements: Int[np.ndarray, " draw"]
    deal: Int[np.ndarray, " draw"]  # -1: none
    front: Int[np.ndarray, " draw"]
    regime: Int[np.ndarray, " draw"]
    type: Int[np.ndarray, " draw"]
    belief: Float[np.ndarray, "draw type"]  # of the other side, at the end
    credibility: Float[np.ndarray, " draw"]  # public mean at the end


def shell(
    cores: Sequence[Sequence[WarValues | Held]] | WarValues | Held,
    rate: float,
    weeks: int,
    *,
    private: int = -1,
    type_prior: Any = (1.0,),
    levels: Any = (0.5,),
    credibility: tuple[float, float] = (1.0, 1.0),
    executes: float = 0.0,
    deadline: Any = False,
    deadline_to: Any = None,
    shock: Any = 0.0,
    shock_to: Any = None,
    rule: Any = -1,
) -> Shell:
    """A checked shell around cores[type][level], each solved with all its tables (one core: no types, no levels)."""
    table = [[cores]] if isinstance(cores, WarValues | Held) else [list(row) for row in cores]
    flat = [core for row in table for core in row]
    game, (G, _, _, K, _, _) = flat[0].game, flat[0].game.shape
    prior, level = np.asarray(type_prior, float), np.asarray(levels, float)
    if any(len(row) != len(level) for row in table) or len(table) != len(prior):
        raise SettingError("cores need one row per type and one column per credibility level")
    whole = all(len(core.no_deal) == game.horizon and not getattr(core, "divisible", False) for core in flat)
    if not whole or any(core.game.shape != game.shape or type(core) is not type(flat[0]) for core in flat):
        raise SettingError('all cores must share one lattice and be solved from a menu with keep="all"')
    if not 0 < rate <= 1 or weeks < 1 or not 0 <= executes <= 1 or min(credibility) <= 0:
        raise SettingError("need rate in (0, 1], at least one week, executes in 0..1 and a positive credibility prior")
    if (private not in (0, 1) and len(prior) > 1) or not np.isclose(prior.sum(), 1) or (prior < 0).any():
        raise SettingError("several types need a private side (0 or 1) and a prior that sums to 1")
    menus = [[menu_of(core.game) for core in row] for row in table]
    stay = np.arange(G)

    def spread(x: Any, kind: type, *at: int) -> Any:
        return np.array(np.broadcast_to(np.asarray(x, kind), at), order="C")

    def stack(parts: Any) -> Float[np.ndarray, ...]:
        return np.ascontiguousarray(np.array(parts, float))

    clock, M = game.clock, game.horizon
    made = [[_tables(core) for core in row] for row in table]
    return Shell(
        game=game,
        no_deal=stack([[no_deal for no_deal, _ in row] for row in made]),
        to_the_end=stack([[rested for _, rested in row] for row in made]),
        base=stack([[menu.base for menu in row] for row in menus]),
        load=stack([[menu.load for menu in row] for row in menus]),
        rate=rate,
        weeks=weeks,
        private=private,
        type_prior=prior,
        levels=level,
        credibility=credibility,
        executes=executes,
        deadline=spread(deadline, bool, weeks),
        deadline_to=spread(stay if deadline_to is None else deadline_to, np.int64, weeks, G),
        shock=spread(shock, float, weeks),
        shock_to=spread(stay if shock_to is None else shock_to, np.int64, weeks, G),
        rule=spread(rule, np.int64, G, K),
        until=spread(np.inf if clock is None else clock.until, float, G),
        by=spread(0 if clock is None else clock.by, np.int64, G),
        rounds=spread(np.inf if clock is None else np.stack([clock.talks(n) for n in range(M)]), float, M, G),
        part=np.stack([signable(game, n) for n in range(M)]),
    )


def _tables(core: WarValues | Held) -> tuple[Float[np.ndarray, "*C"], Float[np.ndarray, "*W"]]:
    """C, and the worth of a war that follows a broken deal, with all the axes of a shell; of length 1 where nothing differs."""
    if isinstance(core, WarValues):
        return core.no_deal, core.to_the_end
    clock, cell = core.game.clock, (..., None, None)
    rested = np.stack([clock.rested(core.to_the_end, n) for n in range(core.game.horizon)])  # type: ignore[union-attr]
    return core.no_deal[:, :, None][cell], rested[cell]


@njit(forceinline=True)
def _luck(seed, stream, draw, week):
    """Two fractions in [0, 1)."""
    x, y = threefry(seed, np.uint32(stream), draw, np.uint32(week))
    return (x >> np.uint32(8)) * 2.0**-24, (y >> np.uint32(8)) * 2.0**-24


@njit(forceinline=True)
def _pick(u, law):
    """The first place where the running sum of the law exceeds u; the last if rounding leaves none."""
    total = 0.0
    for i in range(len(law)):
        total += law[i]
        if u < total:
            return i
    return len(law) - 1


@njit(cache=True)
def _accept(gain, tau):
    if tau == 0.0:
        return 1.0 if gain >= 0.0 else 0.0
    return 1.0 / (1.0 + exp(min(700.0, -gain / tau)))


@njit(cache=True)
def _offer_law(gain, sign, available, tau, law):
    """law[d] = P(offer d), law[D] = P(no offer), as in the core."""
    D = len(gain)
    law[:] = 0.0
    if tau == 0.0:
        top, pick = 0.0, D
        for d in range(D):
            if sign[d] > 0.0 and (gain[d] > top or (pick == D and gain[d] == 0.0)):
                top, pick = gain[d], d
        law[pick] = 1.0
        return
    top = 0.0
    for d in range(D):
        top = max(top, gain[d])
    total = 0.0
    for d in range(D):
        law[d] = available[d] * exp((gain[d] - top) / tau)
        total += law[d]
    law[D] = exp(-top / tau)
    total += law[D]
    for d in range(D + 1):
        law[d] /= total


@njit(cache=True)
def _learn(mu, likelihood):
    """Bayes; an act that no type would do teaches nothing."""
    total = 0.0
    for h in range(len(mu)):
        total += mu[h] * likelihood[h]
    if total > 0.0:
        for h in range(len(mu)):
            mu[h] = mu[h] * likelihood[h] / total


@njit(cache=True)
def _bargain(who, plan, held, ratify, available, tau, private, true, mu, U, C, u, work):
    """One round; returns the deal signed or -1, and updates mu. U[type, side, deal], C[type, side], u = four fractions:
    offer, first answer, second answer, ratification."""
    H, _, D = U.shape
    gain, sign, law, like, U_mean, C_mean = work
    for i in range(2):  # what the side that does not know the type reckons with
        C_mean[i] = 0.0
        for h in range(H):
            C_mean[i] += mu[h] * C[h, i]
        for d in range(D):
            U_mean[i, d] = 0.0
            for h in range(H):
                U_mean[i, d] += mu[h] * U[h, i, d]
    if who == 2:
        pick = plan if plan >= 0 and available[plan] > 0.0 else D
    elif private == who:
        other = 1 - who
        for d in range(D):
            sign[d] = held[d] * _accept(U_mean[other, d] - C_mean[other], tau[2 + other])
        pick = -1
        for shift in range(H):  # the true type first: it chooses; then what each other type would have done
            h = (true + shift) % H
            for d in range(D):
                gain[d] = sign[d] * (U[h, who, d] - C[h, who])
            _offer_law(gain, sign, available, tau[who], law)
            if shift == 0:
                pick = _pick(u[0], law)
            like[h] = law[pick]
        _learn(mu, like)
    else:
        other = 1 - who
        for d in range(D):
            gain[d], sign[d] = 0.0, 0.0
            for h in range(H):
                s = mu[h] * held[d] * _accept(U[h, other, d] - C[h, other], tau[2 + other])
                sign[d] += s
                gain[d] += s * (U[h, who, d] - C[h, who])
        _offer_law(gain, sign, available, tau[who], law)
        pick = _pick(u[0], law)
    if pick == D:
        return -1
    agreed = True
    for i in range(2):
        if i == who:
            continue
        if i == private:
            said = u[1 + i] < _accept(U[true, i, pick] - C[true, i], tau[i])
            for h in range(H):
                yes = _accept(U[h, i, pick] - C[h, i], tau[i])
                like[h] = yes if said else 1.0 - yes
            _learn(mu, like)
        else:
            said = u[1 + i] < _accept(U_mean[i, pick] - C_mean[i], tau[i])
        agreed = agreed and said
    return pick if agreed and u[3] < ratify[pick] else -1


@njit(cache=True)
def _run(  # one kernel per trajectory: the state of a war must stay in registers, hence its length
    p, first, seed, C, W, base, load, held, ratify, open_now, front, rearm, after, change, regime, who, turn,
    turn_first, start, end_A, end_B, regime_first, plan, tau, rate, weeks, private, type_prior, levels, e0, f0,
    executes, deadline, deadline_to, shock, shock_to, rule, until, by, rounds, open_part,
    cause, week, fought, deal, where, last, kind, belief, trust,
):  # fmt: skip
    H, L, M, _, turns, _, K, RA, RB = C.shape
    D = base.shape[2]
    U, here, mu, u = np.empty((H, 2, D)), np.empty((H, 2)), np.empty(H), np.empty(4)
    held_now, ratify_now, open_here = np.empty(D), np.empty(D), np.empty(D)
    work = (np.empty(D), np.empty(D), np.empty(D + 1), np.empty(H), np.empty((2, D)), np.empty(2))
    for i in range(len(p)):
        draw = np.uint32(first + i)
        u_type, u_turn = _luck(seed, TYPE, draw, 0)
        true, j = _pick(u_type, type_prior), _pick(u_turn, turn_first)
        mu[:] = type_prior
        n, k, a, b, g, e, f, fresh = 0, start, end_A, end_B, regime_first, e0, f0, True
        cause[i], deal[i], week[i], odd = 6, -1, weeks, np.uint32(0)
        for t in range(weeks + 1):
            if fresh:
                c = 0
                for l in range(1, L):
                    if abs(levels[l] - e / (e + f)) < abs(levels[c] - e / (e + f)):
                        c = l
                h2, a2, b2 = after[g], min(a + rearm[0], RA - 1), min(b + rearm[1], RB - 1)
                for h in range(H):
                    for s in range(2):
                        here[h, s] = C[h, c, n, g, min(j, turns - 1), s, k, a, b]
                        w_A = kernels.between(W[h, c, n, h2, s, :, a2, b2], k + front[0])
                        w_B = kernels.between(W[h, c, n, h2, s, :, a2, b2], k - front[1])
                        for d in range(D):
                            x = base[h, c, d, g, s, k]
                            U[h, s, d] = x + load[h, c, d, g, s, 0] * w_A + load[h, c, d, g, s, 1] * w_B
                for d in range(D):
                    now = open_part[n, d]
                    held_now[d], ratify_now[d] = held[d, g] * now, ratify[d] * now
                    open_here[d] = open_now[d, g] if now > 0.0 else 0.0
                u_count, u_turn = _luck(seed, TALKS, draw, t)
                pick, count = -1, kernels.poisson(u_count, rounds[n, g], ROUNDS)
                for r in range(count):
                    later = np.uint32(t + r * LATER)
                    if r > 0:
                        _, u_turn = _luck(seed, TALKS, draw, later)
                        j = _pick(u_turn, turn[j])
                    u[0], u[3] = _luck(seed, OFFER, draw, later)
                    u[1], u[2] = _luck(seed, ANSWERS, draw, later)
                    pick = _bargain(
                        who[j], plan[g], held_now, ratify_now, open_here, tau, private, true, mu, U, here, u, work
                    )  # fmt: skip
                    if pick >= 0:
                        break
                fresh = False
                if pick >= 0:
                    cause[i], deal[i], week[i] = 0, pick, t
                    break
            if t == weeks:
                break
            if t & 1:
                word = odd
            else:
                word, odd = threefry(seed, np.uint32(0), draw, np.uint32(t >> 1))
            u_engage, u_shock = _luck(seed, EVENTS, draw, t)
            if u_engage < rate:
                lost = 0 if (word >> np.uint32(8)) * 2.0**-24 < p[i] else 1
                u_A, u_B = _luck(seed, ENDURANCE, draw, t)
                a = min(a + _pick(u_A, change[0, g, lost]) - 1, RA - 1)
                b = min(b + _pick(u_B, change[1, g, lost]) - 1, RB - 1)
                if u_A < until[g] - n:  # always, but for the last step of a clock
                    k += 1 - 2 * lost
                n, fresh = n + 1, True
                if k == K - 1 or k == 0:
                    cause[i] = 1 if k else 2
                elif RA > 1 and (a == 0 or b == 0):
                    cause[i] = 5 if a == b else (3 if a == 0 else 4)
                elif until[g] <= n:
                    cause[i] = 3 + by[g]
                if cause[i] < 6:
                    week[i] = t + 1
                    break
                u_regime, u_turn = _luck(seed, MOVES, draw, t)
                j = _pick(u_turn, turn[j])
                g = rule[g, k] if rule[g, k] >= 0 else _pick(u_regime, regime[g])
                if n == M:
                    break
            if deadline[t]:
                u_due, _ = _luck(seed, DUE, draw, t)
                if u_due < executes:
                    g, e = deadline_to[t, g], e + 1.0
                else:
                    f += 1.0
            if u_shock < shock[t]:
                g = shock_to[t, g]
        fought[i], where[i], last[i], kind[i], trust[i] = n, k, g, true, e / (e + f)
        belief[i] = mu


def simulate(model: Shell, p: Float[np.ndarray, " draw"], seed: int, first: int = 0) -> Runs:
    """One war per entry of p, the analyst's draws of A's chance in an engagement; `first` numbers the first draw."""
    chance = np.ascontiguousarray(p, float)
    if chance.ndim != 1 or not ((chance >= 0) & (chance <= 1)).all() or not 0 <= seed < 2**32:
        raise SettingError("p must be one probability per draw, and the seed a number of 32 bits")
    game, menu, n = model.game, menu_of(model.game), len(chance)
    cause, week, fought, deal, where, last, kind = np.empty((7, n), np.int64)
    belief, trust = np.empty((n, len(model.type_prior))), np.empty(n)
    (e, f), (units_A, units_B) = map(float, model.credibility), (x - 1 for x in model.no_deal.shape[-2:])
    _run(
        chance, first, np.uint32(seed), model.no_deal, model.to_the_end, model.base, model.load, menu.held, game.ratify,
        menu.open_now, tuple(map(float, game.defect_front)), game.rearm, game.defect_regime, game.change, game.regime,
        game.proposer, game.proposer_next, game.proposer_first, game.start, units_A, units_B, game.regime_first,
        game.plan, game.noise, model.rate, model.weeks, model.private, model.type_prior, model.levels, e, f,
        model.executes, model.deadline, model.deadline_to, model.shock, model.shock_to, model.rule,
        model.until, model.by, model.rounds, model.part,
        cause, week, fought, deal, where, last, kind, belief, trust,
    )  # fmt: skip
    return Runs(cause, week, fought, deal, where, last, kind, belief, trust)
