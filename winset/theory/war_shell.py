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

With a clock (`war_clock`, cores from `war_held`) endurance has no units: the war is over when the time of its regime
is, the last step being as long as what is left; there are as many rounds a step as a Poisson number says (at most
`war_shell_kernels.ROUNDS`), each with a proposer of its own; and what an executed deadline brings depends on its week.

Luck is Threefry 2x32-20 (`weekly_kernels.threefry`): the battle of week t uses word t mod 2 of counter (draw, t div 2)
under key (seed, 0), exactly as in `weekly_war`; everything else has its own stream under key (seed, stream) and counter
(draw, week). The same draw has the same luck under every lever. `tests/theory/war_shell_numpy.py` is the specification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import SettingError
from winset.theory import war_shell_kernels as kernels
from winset.theory.war_core import WarValues
from winset.theory.war_game import WarGame, menu_of, signable
from winset.theory.war_held import Held

DEAL, STILL_FIGHTING = 0, 6  # no answer: places in war_paths.CAUSES


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
    _share_a_lattice(flat)
    _in_range(rate, weeks, executes, credibility, private, prior)
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


def _in_range(
    rate: float, weeks: int, executes: float, credibility: tuple[float, float], private: int, prior: np.ndarray
) -> None:
    if not 0 < rate <= 1 or weeks < 1 or not 0 <= executes <= 1 or min(credibility) <= 0:
        raise SettingError("need rate in (0, 1], at least one week, executes in 0..1 and a positive credibility prior")
    if (private not in (0, 1) and len(prior) > 1) or not np.isclose(prior.sum(), 1) or (prior < 0).any():
        raise SettingError("several types need a private side (0 or 1) and a prior that sums to 1")


def _share_a_lattice(cores: Sequence[WarValues | Held]) -> None:
    game = cores[0].game
    whole = all(len(core.no_deal) == game.horizon and not getattr(core, "divisible", False) for core in cores)
    if not whole or any(core.game.shape != game.shape or type(core) is not type(cores[0]) for core in cores):
        raise SettingError('all cores must share one lattice and be solved from a menu with keep="all"')


def _tables(core: WarValues | Held) -> tuple[Float[np.ndarray, "*C"], Float[np.ndarray, "*W"]]:
    """C, and the worth of a war that follows a broken deal, with all the axes of a shell; of length 1 where nothing
    differs."""
    if isinstance(core, WarValues):
        return core.no_deal, core.to_the_end
    clock, cell = core.game.clock, (..., None, None)
    rested = np.stack([clock.rested(core.to_the_end, n) for n in range(core.game.horizon)])  # type: ignore[union-attr]
    return core.no_deal[:, :, None][cell], rested[cell]


def simulate(model: Shell, p: Float[np.ndarray, " draw"], seed: int, first: int = 0) -> Runs:
    """One war per entry of p, the analyst's draws of A's chance in an engagement; `first` numbers the first draw."""
    chance = np.ascontiguousarray(p, float)
    if chance.ndim != 1 or not ((chance >= 0) & (chance <= 1)).all() or not 0 <= seed < 2**32:
        raise SettingError("p must be one probability per draw, and the seed a number of 32 bits")
    game, menu, n = model.game, menu_of(model.game), len(chance)
    cause, week, fought, deal, where, last, kind = np.empty((7, n), np.int64)
    belief, trust = np.empty((n, len(model.type_prior))), np.empty(n)
    (e, f), (units_A, units_B) = map(float, model.credibility), (x - 1 for x in model.no_deal.shape[-2:])
    kernels.run(
        chance, first, np.uint32(seed), model.no_deal, model.to_the_end, model.base, model.load, menu.held, game.ratify,
        menu.open_now, tuple(map(float, game.defect_front)), game.rearm, game.defect_regime, game.change, game.regime,
        game.proposer, game.proposer_next, game.proposer_first, game.start, units_A, units_B, game.regime_first,
        game.plan, game.noise, model.rate, model.weeks, model.private, model.type_prior, model.levels, e, f,
        model.executes, model.deadline, model.deadline_to, model.shock, model.shock_to, model.rule,
        model.until, model.by, model.rounds, model.part,
        cause, week, fought, deal, where, last, kind, belief, trust,
    )  # fmt: skip
    return Runs(cause, week, fought, deal, where, last, kind, belief, trust)
