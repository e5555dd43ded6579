"""Golden rows of the war core: the limits in which it is a published model, each computed through the core itself.

The parameter `limit` names the model by its authors or its subject; `horizon` (or `M`), where given, is the number of
engagements after which the game is closed. Sides are A and B; quantities are told apart by what they name.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tests.golden._form import NotCovered, Params
from winset.theory.war_core import fight_to_the_end, solve, solve_split, table_at
from winset.theory.war_game import WarGame, adviser_belief, burn_law, war_game

LONGEST = 20_000  # engagements


def _costs(q: Params) -> np.ndarray:
    return np.array([q.first(name, "c", default=0.0) for name in ("cA", "cB")], float)


def _slantchev(q: Params, quantity: str) -> float | None:
    """B. Slantchev (2003), complete information: what is asked with the front at k."""
    delta = q.first("delta", "dl")
    layers = q.horizon(max(1, math.ceil(math.log(1e-14) / math.log(delta))) if delta > 0 else 1)
    flow = np.array([q["b1"], q["b2"]])[:, None, None] * (1 - delta)
    solved = solve_split(war_game(q["N"], q["k"], layers, q["p"], flow=flow, delta=delta), keep="first")
    no_deal, (war_1, war_2) = solved.no_deal[0, 0, :, :, q["k"], 1, 1], solved.at_start("to_the_end")
    found = {"x_k": 1 - no_deal[0, 1], "y_k": 1 - no_deal[1, 0], "W1_k": war_1, "W2_k": war_2}
    return float(found[quantity]) if quantity in found else None


def _smith_stam(q: Params, quantity: str) -> float | None:
    """A. Smith and A. Stam (2004): Beta beliefs that differ, a proposer drawn anew for each offer."""
    N, k0, M, first = q["N"], q.first("k0", "k"), q.horizon(400), q.get("piA", 0.5)
    beliefs = np.stack([adviser_belief(tuple(q[side]), (1.0, 1.0), N, k0, M) for side in "AB"])
    law = [first, 1 - first]
    delta, flow = q.first("delta", "dl", default=1.0), -_costs(q)[:, None, None]
    game = war_game(N, k0, M, beliefs, flow=flow, delta=delta, proposer_next=[law, law], proposer_first=law)
    solved = solve_split(game, keep="first")
    value, no_deal = solved.at_start(), solved.at_start("no_deal")
    found = {"S_0": 1 - no_deal.sum(), "V_A0": value[0], "V_B0": value[1]}
    return float(found[quantity]) if quantity in found else None


def _fearon(q: Params, quantity: str) -> float | None:
    """J. Fearon (1995): one battle decides, A proposes."""
    if not quantity.startswith("A demand"):
        return None
    game = war_game(2, 1, 1, q["p"], flow=-_costs(q)[:, None, None])
    return 1 - float(solve_split(game).at_start("no_deal")[1])


def _rubinstein(q: Params, quantity: str) -> float | None:
    """A. Rubinstein (1982), one discount: the front is out of reach, and offers alternate."""
    delta = q.first("delta", "dl", "d1")
    if q.get("d2", delta) != delta or quantity not in ("share_1", "x_k", "V_A0", "share"):
        return None
    M = q.horizon(math.ceil(math.log(1e-14) / math.log(delta)))
    solved = solve_split(war_game(2 * M + 2, M + 1, M, 0.5, delta=delta), keep="first")
    return 1 - float(solved.no_deal[0, 0, 0, 1, M + 1, 1, 1])


def _ruin(q: Params, quantity: str) -> float | None:
    """The gambler's ruin: no offers, a belief that does not move."""
    k, N, p = q.first("k", "k0"), q["N"], q["p"]
    left = 2 * math.sqrt(p * (1 - p)) * math.cos(math.pi / N)  # a battle leaves about this part of the wars unended
    M = q.horizon(math.ceil(math.log(1e-14) / math.log(left)) if 0 < left < 1 else N)
    if M > LONGEST:
        raise NotCovered(f"the war is too long for the core: {M:,} battles")

    def build(cost: np.ndarray) -> WarGame:
        return war_game(N, k, M, p, flow=-cost[:, None, None])

    return _fought(q, quantity, build)


def _points(q: Params, quantity: str) -> float | None:
    """The problem of points (D. Filson and S. Werner 2002): no offers, a front out of reach, the loser burns one
    unit."""
    units = int(q.first("rA", "r_A", "RA")), int(q.first("rB", "r_B", "RB"))
    M = q.horizon(sum(units))  # by then one side is exhausted
    N = q.get("N", 2 * M + 2)
    k = q.first("k", "k0", default=N // 2)
    prior = (q["alpha"], q["beta"]) if "alpha" in q else q.get("prior")
    belief = q["p"] if prior is None else np.stack([adviser_belief(tuple(prior), (1.0, 1.0), N, k, M)] * 2)

    def build(cost: np.ndarray) -> WarGame:
        return war_game(N, k, M, belief, flow=-cost[:, None, None], endurance=units, change=burn_law(1.0))

    return _fought(q, quantity, build)


def _fought(q: Params, quantity: str, build: Callable[[np.ndarray], WarGame]) -> float | None:
    """A war without offers: chances of either end, its length, and what it is worth with costs."""
    name = quantity.replace("_", " ").lower()

    def worth(cost: np.ndarray) -> np.ndarray:
        game = build(cost)
        return fight_to_the_end(game)[0, 0, :, game.start, game.endurance[0], game.endurance[1]]

    if name.startswith(("e battles", "e t", "expected battles", "battles")):
        return float(worth(np.zeros(2))[0] - worth(np.ones(2))[0])
    if name.startswith(("w a", "w b", "v a", "v b", "h-cd", "h - cd")):
        return float(worth(_costs(q))["ab".index(name[2]) if name[0] in "wv" else 0])
    chances = worth(np.zeros(2))
    if name.startswith(("p b breaks", "p b exhausted", "p b first", "p a wins", "p a total", "h", "i p", "p(b")):
        return float(chances[0])
    if name.startswith(("p a breaks", "p a exhausted", "p a first", "p b wins", "p b total", "p(a")):
        return float(chances[1])
    return None


def _durability(q: Params, quantity: str) -> float | None:
    """R. Powell (2006): a deal that holds with probability h, or turns into a war that has shifted against A.

    Both sides' worth of a share and of fighting come from the core, with a breakdown a step that makes the deal hold
    with h, and a battle whose discount is taken out of chance and cost. The worth of a share is linear in it, so that
    two splits on the menu give the one at which a side is indifferent.
    """
    p, (cost_A, cost_B) = q["p"], _costs(q)
    hold, shift = q.first("h", "hold"), q.first("shift", "D", "Delta", default=0.0)
    penalty = np.array([q.get("chi_A", 0.0), q.first("chi", "chi_B", "penalty", default=0.0)])
    delta = q.first("delta", "dl", default=0.999)
    if not shift <= p <= delta or delta == 1:
        raise NotCovered("the shifted chance of winning, or the discount, leaves 0..1")
    hazard = (1 - delta) * (1 - hold) / (delta * hold)  # so that (1 - delta)/(1 - delta (1 - hazard)) = hold
    costs = np.array([cost_A, cost_B - (1 - delta)])  # B's (1 - p) is discounted too
    game = war_game(
        2, 1, 1, p / delta, flow=-costs[:, None, None], delta=delta, regime=np.eye(2),
        belief_shift=[[0.0, -shift / delta]] * 2, defect_regime=[1, 1], deal=[[0.0, 1.0], [1.0, 0.0]],
        hazard=np.array([hazard, 0.0]), home_cost=penalty[None, :, None],
    )  # fmt: skip
    table = table_at(solve(game), 0, 1, (1, 1), 0, 0)
    at_0, at_1 = table.worth
    low, high = (table.no_deal - at_0) / (at_1 - at_0)
    name = quantity.lower()
    if "width" in name:
        return float(high - low)
    if name.startswith(("lo", "a_res", "a res", "p-c", "zopa_lo", "zopa lo", "zopa[0")):
        return float(low)
    if name.startswith(
        ("hi", "b_res", "b res", "p+c", "zopa_hi", "zopa hi", "zopa edge", "zopa_edge", "zopa[1", "edge", "a demand")
    ):
        return float(high)
    return None


LIMITS: tuple[tuple[tuple[str, ...], Callable[[Params, str], float | None]], ...] = (
    (("slantchev",), _slantchev),
    (("smith", "yildiz"), _smith_stam),
    (("rubinstein",), _rubinstein),
    (("durab", "hold", "breakdown", "commit", "a13", "powell2006", "powell06", "zopa"), _durability),
    (("fearon",), _fearon),
    (("points", "exhaust", "endurance", "filson", "burn"), _points),
    (("ruin", "walk", "no offers"), _ruin),
)


def canonical(q: Params, quantity: str) -> float | None:
    limit = str(q["limit"]).lower()
    for words, model in LIMITS:
        if any(word in limit for word in words):
            return model(q, quantity)
    raise NotCovered(f"no limit {q['limit']!r} of the core is known here")


MODELS = {"canonical": canonical}
