"""Inputs of the war core (`war_core` has the mathematics): one frozen record of arrays, checked when built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import SettingError
from winset.theory import war_kernels as kernels
from winset.theory.war_clock import Clock

A, B, MEDIATOR = 0, 1, 2  # no answer: names
LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class WarGame:
    """All inputs as arrays; build one with `war_game`. Outcome 0 = A wins the engagement, 1 = A loses it."""

    start: int  # k0
    endurance: tuple[int, int]  # units at the start, which is also the most a side can have
    belief: Float[np.ndarray, "side battle fort"]  # m_i(n, k); its axes give M and N
    belief_shift: Float[np.ndarray, "side regime"]  # added to m_i under a regime (then held to 0..1)
    delta: Float[np.ndarray, "side regime"]
    flow: Float[np.ndarray, "side regime fort"]  # f_i per engagement, in the units of value
    change: Float[np.ndarray, "side regime outcome 3"]  # law of endurance -1, 0, +1 in an engagement
    regime: Float[np.ndarray, "regime regime"]  # Q
    regime_first: int
    proposer: Int[np.ndarray, " proposer"]  # who: 0, 1, 2 (mediator)
    proposer_next: Float[np.ndarray, "proposer proposer"]  # Pi
    proposer_first: Float[np.ndarray, " proposer"]
    deal: Float[np.ndarray, "deal side fort"]  # u_i(d, k)
    home_cost: Float[np.ndarray, "deal side fort"]  # chi_i(d, k)
    hazard: Float[np.ndarray, "deal regime side"]  # xi_j
    ratify: Float[np.ndarray, " deal"]
    available: Bool[np.ndarray, "deal regime"]
    plan: Int[np.ndarray, " regime"]  # the deal M tables; -1 for none
    defect_front: tuple[float, float]  # forts that A, B gains by breaking a deal; whole ones without a clock
    rearm: tuple[int, int]  # units each side has regained when a broken deal turns to war
    defect_regime: Int[np.ndarray, " regime"]  # regime in which that war is fought
    tau: Float[np.ndarray, " side"]
    closure: Float[np.ndarray, "side fort"]  # value at n = M
    exhausted: Float[np.ndarray, " side"]  # how far from the front to its own defeat a side falls that is exhausted
    quo: Float[np.ndarray, "side fort"]  # worth of the present state of things with the front at k; 0 defeat, 1 victory
    opens: Float[np.ndarray, " deal"] | None = None  # step from which each deal can be signed (a clock only); None: now
    clock: Clock | None = None  # endurance that ends at a known time in each regime, instead of units
    seen: Float[np.ndarray, " side"] | None = None  # noise of each side's answers as the other takes it; None: tau

    @property
    def noise(self) -> Float[np.ndarray, " 4"]:
        """tau of A and of B, then as the other side takes it."""
        return np.concatenate([self.tau, self.tau if self.seen is None else self.seen])

    @property
    def horizon(self) -> int:
        return self.belief.shape[1]

    @property
    def forts(self) -> int:
        return self.belief.shape[2] - 1

    @property
    def shape(self) -> tuple[int, int, int, int, int, int]:
        """(regime, proposer, side, fort, endurance of A, of B): one layer of the tables."""
        R_A, R_B = self.endurance
        return len(self.regime), len(self.proposer), 2, self.forts + 1, R_A + 1, R_B + 1


def engagement_scale(delta: float, rate: float) -> tuple[float, float]:
    """Discount per decisive engagement, and the factor on a per-period lump flow, when a period sees one w.p. `rate`.

    delta_e = delta rate/(1 - delta (1 - rate)), factor 1/(1 - delta (1 - rate)); exact while nothing else moves in
    between. Normalised flows need no factor: use (1 - delta_e).
    """
    if not 0 < rate <= 1 or not 0 <= delta <= 1:
        raise SettingError(f"the engagement rate must be in (0, 1] and delta in [0, 1], not {rate} and {delta}")
    wait = 1 - delta * (1 - rate)
    return delta * rate / wait, 1 / wait


def adviser_belief(
    prior: tuple[float, float], weight: tuple[float, float], forts: int, start: int, horizon: int
) -> Float[np.ndarray, "battle fort"]:
    """m(n, k) = (alpha + w+ a)/(alpha + beta + w+ a + w- b): what advisers let through of A's wins and losses.

    Weights 1, 1 are Bayes' rule, 0, 0 a mind made up; for A w+ > w- is a circle that passes on good news (for B the
    reverse). Cells no path reaches are held to the nearest record.
    """
    (alpha, beta), (w_win, w_loss) = prior, weight
    if alpha <= 0 or beta <= 0 or min(weight) < 0:
        raise SettingError("a prior needs positive parameters, and adviser weights of at least 0")
    n, k = np.arange(horizon)[:, None], np.arange(forts + 1)[None, :]
    wins = np.clip((n + k - start) / 2, 0, n)
    return (alpha + w_win * wins) / (alpha + beta + w_win * wins + w_loss * (n - wins))


def burn_law(loser: Any, winner: Any = 0.0, regimes: int = 1) -> Float[np.ndarray, "side regime outcome 3"]:
    """Change of endurance when loser and winner of an engagement lose a unit with these probabilities (side, regime).

    Aid that replaces losses lowers them: a side whose every loss is replaced has 0.
    """
    lose, win = (np.broadcast_to(np.asarray(x, float), (2, regimes)) for x in (loser, winner))
    change = np.zeros((2, regimes, 2, 3))
    change[A, :, 0, 0], change[A, :, 1, 0] = win[A], lose[A]
    change[B, :, 0, 0], change[B, :, 1, 0] = lose[B], win[B]
    change[..., 1] = 1 - change[..., 0]
    return change


def spread(x: Any, *shape: int) -> Float[np.ndarray, "*shape"]:
    """A number or smaller array as an array of its own of this shape."""
    return np.array(np.broadcast_to(np.asarray(x, float), shape), order="C")


def _menu(deal: Any) -> Float[np.ndarray, "deal side _fort"]:
    menu = np.zeros((0, 2, 1)) if deal is None else np.asarray(deal, float)
    return menu[..., None] if menu.ndim == 2 else menu


def war_game(
    forts: int, start: int, horizon: int, belief: Any, *, flow: Any = 0.0, delta: Any = 1.0,
    endurance: tuple[int, int] = (1, 1), change: Any = None, exhausted: Any = 1.0,
    regime: Any = None, regime_first: int = 0, belief_shift: Any = 0.0,
    proposer: tuple[int, ...] = (A, B), proposer_next: Any = None, proposer_first: Any = None,
    deal: Any = None, home_cost: Any = 0.0, hazard: Any = 0.0, ratify: Any = 1.0, available: Any = True, plan: Any = -1,
    defect_front: tuple[float, float] = (0, 0), rearm: tuple[int, int] = (0, 0), defect_regime: Any = None,
    tau: Any = 0.0, closure: Any = None, quo: Any = None, opens: Any = None, clock: Clock | None = None,
    seen: Any = None,
) -> WarGame:  # fmt: skip
    """A checked game. Scalars and smaller arrays are broadcast to the shapes of `WarGame`.

    Left out: one regime, endurance that never falls, A and B proposing in turn (A first), no deals on the menu, the
    front freezing at the horizon, a side that is exhausted being defeated, the worth of a front being its share k/N.
    `belief` is a number, one per side, or a table [side, battle, fort]. With a `clock` endurance has no units.
    """
    if forts < 2 or not 0 < start < forts or horizon < 1 or min(endurance) < 1:
        raise SettingError("need at least 2 forts, a start strictly inside them, a horizon and endurance of at least 1")
    Q = np.atleast_2d(np.asarray(1.0 if regime is None else regime, float))
    G, J, K = len(Q), len(proposer), forts + 1
    share = np.arange(K) / forts
    belief_table = np.asarray(belief, float)
    if belief_table.ndim == 1:
        belief_table = belief_table[:, None, None]
    menu = _menu(deal)
    D = len(menu)
    turn = np.roll(np.eye(J), 1, axis=1) if proposer_next is None else proposer_next
    first = np.eye(J)[0] if proposer_first is None else proposer_first
    worth = spread(np.stack([share, 1 - share]) if quo is None else quo, 2, K)
    game = WarGame(
        start=start,
        endurance=(int(endurance[0]), int(endurance[1])),
        belief=spread(belief_table, 2, horizon, K),
        belief_shift=spread(belief_shift, 2, G),
        delta=spread(delta, 2, G),
        flow=spread(flow, 2, G, K),
        change=spread(burn_law(0.0, regimes=G) if change is None else change, 2, G, 2, 3),
        regime=Q,
        regime_first=regime_first,
        proposer=np.array(proposer, np.int64),
        proposer_next=spread(turn, J, J),
        proposer_first=spread(first, J),
        deal=spread(menu, D, 2, K),
        home_cost=spread(home_cost, D, 2, K),
        hazard=spread(hazard, D, G, 2),
        ratify=spread(ratify, D),
        available=np.array(np.broadcast_to(np.asarray(available, bool), (D, G)), order="C"),
        plan=np.array(np.broadcast_to(np.asarray(plan, np.int64), (G,)), order="C"),
        defect_front=defect_front,
        rearm=rearm,
        defect_regime=np.arange(G) if defect_regime is None else np.asarray(defect_regime, np.int64),
        tau=spread(tau, 2),
        closure=spread(worth if closure is None else closure, 2, K),
        exhausted=spread(exhausted, 2),
        quo=worth,
        opens=None if opens is None else spread(opens, D),
        clock=clock,
        seen=None if seen is None else spread(seen, 2),
    )
    return checked(game)


def checked(game: WarGame) -> WarGame:
    """The game itself. Raises SettingError for anything outside its range."""
    laws = {
        "regime": game.regime, "proposer_next": game.proposer_next, "proposer_first": game.proposer_first,
        "change": game.change,
    }  # fmt: skip
    for name, law in laws.items():
        if not kernels.laws(law.reshape(-1, law.shape[-1]), 0.0):
            raise SettingError(f"{name} must hold probabilities that sum to 1 along the last axis")
    for name in ("belief", "delta", "ratify", "hazard", "exhausted"):
        if not kernels.within(getattr(game, name).ravel(), 0.0, 1.0):
            raise SettingError(f"{name} must lie in 0..1")
    for name in ("flow", "deal", "home_cost", "belief_shift", "noise", "closure", "quo"):
        if not kernels.within(getattr(game, name).ravel(), -LARGEST, LARGEST):
            raise SettingError(f"{name} must hold finite numbers")
    if game.hazard.size and game.hazard.sum(-1).max() > 1:
        raise SettingError("the hazards of the two sides breaking a deal must not sum to more than 1")
    if not set(game.proposer.tolist()) <= {A, B, MEDIATOR} or (game.noise < 0).any():
        raise SettingError("proposers are 0 (A), 1 (B), 2 (mediator); tau is at least 0")
    if not 0 <= game.regime_first < len(game.regime) or game.plan.max() >= len(game.deal):
        raise SettingError("regime_first and plan must name a regime and a deal that exist")
    if game.clock is None and any(x != int(x) for x in game.defect_front):
        raise SettingError("forts gained by breaking a deal must be whole, unless the game has a clock")
    if game.opens is not None and (game.clock is None or (game.opens < 0).any()):
        raise SettingError("deals that can be signed later need a clock, and steps of at least 0")
    if game.clock is not None:
        game.clock.check(game.horizon, len(game.regime), game.endurance)
    return game


def exhaustion(game: WarGame) -> Float[np.ndarray, "who side fort"]:
    """What each side gets when A (place 0), B (1) or both (2) cannot go on, with the front at k; conquest at k = 0, N.

    The side that is exhausted falls by the fraction `exhausted` of the way from the worth of the front to its defeat,
    the other rises by as much of its own way to victory; if both are exhausted at once the front freezes.
    """
    keep = 1 - game.exhausted
    table = np.stack([game.quo] * 3)
    for loser in (A, B):
        table[loser, loser] = keep[loser] * game.quo[loser]
        table[loser, 1 - loser] = 1 - keep[loser] * (1 - game.quo[1 - loser])
    table[:, :, 0], table[:, :, -1] = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    return table


def ends(game: WarGame) -> Float[np.ndarray, "side fort R_A R_B"]:
    """Values of the cells where the war is over; nan where it goes on."""
    _, _, _, K, R_A, R_B = game.shape
    table = np.full((2, K, R_A, R_B), np.nan)
    by_A, by_B, by_both = exhaustion(game)
    table[:, :, 0, :] = by_A[:, :, None]
    table[:, :, :, 0] = by_B[:, :, None]
    table[:, :, 0, 0] = by_both
    table[:, 0], table[:, -1] = np.array([0.0, 1.0])[:, None, None], np.array([1.0, 0.0])[:, None, None]
    return table


@dataclass(frozen=True)
class Menu:
    """The menu as the kernels read it: U_i(d; s) = base + sum_j load_j w^j_i."""

    base: Float[np.ndarray, "deal regime side fort"]
    load: Float[np.ndarray, "deal regime side defector"]
    held: Float[np.ndarray, "deal regime"]  # P(ratified), 0 where the deal is not available
    open_now: Float[np.ndarray, "deal regime"]  # 1 where it is available


def menu_of(game: WarGame) -> Menu:
    delta = game.delta.T[None]  # deal, regime, side
    wait = 1 - delta * (1 - game.hazard.sum(-1)[:, :, None])
    live = wait > 0  # wait is 0 only for an undiscounted deal that never breaks: worth u itself
    safe = np.where(live, wait, 1.0)
    keep = np.where(live, (1 - delta) / safe, 1.0)
    load = np.where(live, delta / safe, 0.0)[..., None] * game.hazard[:, :, None, :]
    base = keep[..., None] * game.deal[:, None] - game.home_cost[:, None]
    open_now = game.available.astype(float)
    whole = np.ascontiguousarray(base), np.ascontiguousarray(load)  # kernels are compiled again for another layout
    return Menu(*whole, open_now * game.ratify[:, None], open_now)


def signable(game: WarGame, n: int) -> Float[np.ndarray, " deal"]:
    """Part of step n in which each deal can be signed."""
    return np.ones(len(game.deal)) if game.opens is None else np.clip(n + 1 - game.opens, 0.0, 1.0)


def live_cells(game: WarGame) -> tuple[Int[np.ndarray, " cell"], Int[np.ndarray, " cell"]]:
    """Endurance of A and of B in every cell where both still have some."""
    a, b = np.indices((game.endurance[0], game.endurance[1])).reshape(2, -1) + 1
    return np.ascontiguousarray(a), np.ascontiguousarray(b)
