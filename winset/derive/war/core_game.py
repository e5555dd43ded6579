"""One draw of a `War` as a game of the core (`theory.war_game`): its size, its frame, its deals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from winset.derive.war.columns import DAYS, War
from winset.theory.war_game import MEDIATOR, A, B, WarGame, adviser_belief, burn_law, war_game

NOISE = 0.02


@dataclass(frozen=True)
class Size:
    """How finely the war is cut: months a step, steps, units of endurance and forts at most."""

    step: float = 3.0
    steps: int = 20
    units: int = 6
    forts: int = 36

    @property
    def months(self) -> float:
        return self.step * self.steps


def fitted(war: War, d: int, size: Size) -> Size:
    """The size of one draw: longer steps where the front would need more forts than allowed, over the same months."""
    if war.forts[d] <= size.forts * np.sqrt(war.rate[d] * size.step):
        return size
    step = float((war.forts[d] / size.forts) ** 2 / war.rate[d])
    return replace(size, step=step, steps=max(2, int(np.ceil(size.months / step))))


@dataclass(frozen=True)
class Frame:
    """What of a draw's game does not depend on the deals. `on`: per regime, whether pressure on A and on B is in force."""

    size: Size
    h: float
    forts: int
    start: int
    units: tuple[int, int]
    on: tuple[tuple[int, int], ...]
    burn: Float[np.ndarray, "side regime"]


def counts(war: War, d: int, size: Size) -> tuple[Size, float, int, tuple[int, int], list[tuple[int, int]]]:
    """The fitted size of one draw, forts a step, number of forts, units of both sides, and the regimes it may be in."""
    size = fitted(war, d, size)
    h = float(np.sqrt(war.rate[d] * size.step))
    live = _live(war, d)
    on = [
        ((g >> live.index(A)) & 1 if A in live else 0, (g >> live.index(B)) & 1 if B in live else 0)
        for g in range(2 ** len(live))
    ]
    least = [float(war.endurance[d, i] * (1 - war.pressure[d, i, 1])) for i in (A, B)]
    units = (max(1, min(size.units, int(least[A] // size.step))), max(1, min(size.units, int(least[B] // size.step))))
    return size, h, max(4, round(float(war.forts[d]) / h)), units, on


def _live(war: War, d: int) -> list[int]:
    """The sides that may come under added pressure."""
    return [i for i in (A, B) if war.pressure[d, i].any()]


def frame(war: War, d: int, size: Size, now: bool = False) -> Frame:
    """The frame of one draw; with `now` only the regime in force is kept."""
    size, h, N, units, on = counts(war, d, size)
    if now:
        on = [on[regime_of(war, d)]]
    months = np.array([[war.endurance[d, i] * (1 - war.pressure[d, i, 1] * state[i]) for state in on] for i in (A, B)])
    burn = np.minimum(1.0, np.array(units)[:, None] * size.step / np.maximum(months, 1e-9))
    return Frame(size, h, N, max(1, min(N - 1, round(float(war.front[d]) * N))), units, tuple(on), burn)


def game(
    war: War, d: int, size: Size = Size(), noise: float = NOISE, plan: int = -1
) -> tuple[WarGame, Int[np.ndarray, " deal"], Size]:
    """The game of one draw, the places on the menu of the deals that can be signed there, and its fitted size."""
    made = frame(war, d, size)
    size, h, N, k0, units, states, burn = made.size, made.h, made.forts, made.start, made.units, made.on, made.burn
    keep = np.flatnonzero(war.open[d] & war.ratified[d])
    years = size.step / 12
    beliefs = []
    for i in (A, B):
        mean, strength = float(np.clip(0.5 + h * (war.mean[d, i] - 0.5), 0.02, 0.98)), float(war.strength[d, i]) / h**2
        beliefs.append(adviser_belief((mean * strength, (1 - mean) * strength), (1.0, 1.0), N, k0, size.steps))
    flow = np.array(
        [
            [-(war.cost[d, i] + war.pressure[d, i, 0] * on[i] - war.rent[d, i]) * size.step for on in states]
            for i in (A, B)
        ]
    )
    law = np.ones((1, 1))
    for i in reversed(_live(war, d)):
        begins = 1 - (1 - war.pressure[d, i, 2]) ** years
        law = np.kron(law, np.array([[1 - begins, begins], [0.0, 1.0]]))
    k = np.arange(N + 1)
    deal = np.repeat(war.value[d, keep][:, :, None], N + 1, axis=2)
    for row, at in enumerate(keep):
        if war.kinds[at] == "truce":
            deal[row] = np.clip(deal[row] + np.array([[1.0], [-1.0]]) * (k - k0) / N, 0.0, 1.0)
    hazard = np.zeros((len(keep), len(states), 2))
    gains = float(war.shift[d, A] - war.shift[d, B]) / 2
    breaker = A if gains >= 0 else B
    hazard[:, :, breaker] = (1 - (1 - war.hazard[d, keep]) ** years)[:, None]
    moved = int(round(N * abs(gains)))
    done = 1 - np.exp(-size.step * DAYS / war.length[d])
    third = 1 / (1 + np.exp(-np.clip((war.gain[d, keep] + war.bonus[d]) / noise, -60, 60))) if war.signs else 1.0
    place = int(np.flatnonzero(keep == plan)[0]) if plan in keep else -1
    share = float(war.tabling[d]) if place >= 0 else 0.0
    who = (
        np.array([(1 - share) / 2, (1 - share) / 2, share])
        if share
        else np.full(2 if len(keep) else 1, 0.5 if len(keep) else 1.0)
    )
    built = war_game(
        N, k0, size.steps, np.stack(beliefs), flow=flow[:, :, None], delta=((1 - war.discount[d]) ** years)[:, None],
        endurance=units, change=burn_law(burn, burn, len(states)), regime=law,
        regime_first=regime_of(war, d),
        proposer=(A, B, MEDIATOR)[: len(who)], proposer_next=np.tile(who, (len(who), 1)), proposer_first=who, deal=deal,
        home_cost=(war.leader[d] + war.price[d, keep])[:, :, None] if len(keep) else 0.0,
        hazard=hazard, ratify=done * third, plan=place,
        defect_front=(moved, 0) if breaker == A else (0, moved), rearm=(1, 1), tau=noise, exhausted=war.exhausted[d],
    )  # fmt: skip
    return built, keep, size


def regime_of(war: War, d: int) -> int:
    """The regime in force in one draw: a place among the regimes of its game."""
    return sum(int(war.pressed[d, i]) << at for at, i in enumerate(_live(war, d)))


def fought_with(war: War, d: int, size: Size) -> float:
    """The analyst's chance that A wins a step of a fitted size."""
    h = float(np.sqrt(war.rate[d] * size.step))
    return float(np.clip(0.5 + h * (war.p[d] - 0.5), 0.01, 0.99))


def states(war: War, d: int, size: Size = Size()) -> int:
    """Cells (n, k, endurance of A, of B, regime, proposer) of one draw's core that are solved."""
    size, _, forts, units, on = counts(war, d, size)
    free = (war.open[d] & war.ratified[d]).any()
    proposers = (3 if war.third and war.tabling[d] > 0 else 2) if free else 1
    return size.steps * len(on) * proposers * (forts // 2) * units[A] * units[B]
