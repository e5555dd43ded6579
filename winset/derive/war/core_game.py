"""One draw of a `War` as a game of the core (`theory.war_game`): its size, its frame, its deals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.derive.war import core_tables as tables
from winset.derive.war.columns import DAYS, War
from winset.settings import number, whole
from winset.theory.war_clock import NEVER, Clock, SideClock, held, pressed_later
from winset.theory.war_game import MEDIATOR, A, B, WarGame, checked


@dataclass(frozen=True)
class Size:
    """How finely the war is cut: months a step, steps, places for the end of a side's endurance under pressure that
    begins later, and forts at most: as set (`war.step` and so on), where not given."""

    step: float = field(default_factory=lambda: number("war.step"))
    steps: int = field(default_factory=lambda: whole("war.steps"))
    places: int = field(default_factory=lambda: whole("war.places"))
    forts: int = field(default_factory=lambda: whole("war.forts"))

    @property
    def months(self) -> float:
        return self.step * self.steps


def fitted(war: War, d: int, size: Size) -> tuple[Size, int, int]:
    """The size of one draw, its number of forts and the place of the front: the step is made a little shorter so that
    the forts of the dossier are a whole number N of steps of the front and the front itself stands on one of them, as
    nearly as one of the next few N allows; longer where that would need more forts than allowed. The months stay the
    same.
    """
    step, steps, N, start = tables.fitted(
        float(war.forts[d]),
        float(war.front[d]),
        float(war.rate[d]),
        size.step,
        size.steps,
        number("war.finer"),
        size.forts,
    )
    return replace(size, step=step, steps=steps), N, start


def lasts(war: War, d: int) -> Float[np.ndarray, " side"]:
    """Months for which each side can go on under the regime that holds in one draw."""
    return np.asarray(war.lasts[d])


@dataclass(frozen=True)
class Frame:
    """What of a draw's game does not depend on the deals. `months`: when a side is exhausted in the regime that holds,
    if within the horizon (else inf); `by`: which (0 A, 1 B, 2 both). `steps`: until the war is over or the horizon."""

    size: Size
    h: float
    forts: int
    start: int
    steps: int
    months: float
    by: int


def frame(war: War, d: int, size: Size) -> Frame:
    """The frame of one draw."""
    horizon = size.months
    size, N, start = fitted(war, d, size)
    steps, end, by = tables.framed(lasts(war, d), horizon, size.step, size.steps)
    return Frame(size, float(war.forts[d]) / N, N, start, steps, end, by)


def clock_of(war: War, d: int, made: Frame) -> tuple[Clock, Int[np.ndarray, "side regime"]]:
    """The clock of one draw, in steps of its frame, and whether each side is under pressure in each regime."""
    step, life = made.size.step, lasts(war, d)
    end = min(float(life.min()), made.size.months)
    until, by, moves, on = tables.clock(
        made.steps, life, war.endurance[d], war.pressure[d], war.pressed[d], step, end, made.size.places
    )
    pace = step * DAYS / float(war.length[d])
    return Clock(until, by, moves, rest=number("war.rest") * end / step, pace=pace), on


def side_clock(war: War, d: int, i: int, made: Frame, end: float) -> SideClock:
    """One side's regimes: as it stands, and under pressure that may begin; `end` of the war in months."""
    step, (_, drain, expected) = made.size.step, war.pressure[d, i]
    if war.pressed[d, i] or not war.pressure[d, i].any():
        until = float(lasts(war, d)[i])
        return held(made.steps, until / step if until <= end else NEVER, bool(war.pressed[d, i]))
    begins = 1 - (1 - expected) ** (step / 12)
    return pressed_later(made.steps, war.endurance[d, i] / step, drain, begins, made.size.places, end / step)


def after_deadline(war: War, d: int, made: Frame, target: int, weeks: int) -> Int[np.ndarray, "step regime"]:
    """The regime that each becomes if pressure on a side begins at the end of a step."""
    end = min(float(lasts(war, d).min()), made.size.months)
    a, b = (side_clock(war, d, i, made, end) for i in (A, B))
    place = np.stack([x.ravel() for x in np.indices((len(a.until), len(b.until)))])
    sides = (a, b)
    found = np.empty((weeks, place.shape[1]), np.int64)
    for n in range(weeks):
        moved = place.copy()
        law = sides[target].moves[min(n, made.steps - 1), 0]
        if len(law) > 1:
            moved[target] = np.where(place[target] == 0, 1 + int(np.argmax(law[1:])), place[target])
        found[n] = moved[A] * len(b.until) + moved[B]
    return found


def game(
    war: War,
    d: int,
    size: Size | None = None,
    noise: float | None = None,
    plan: int = -1,
    assent: Bool[np.ndarray, " menu"] | None = None,
) -> tuple[WarGame, Int[np.ndarray, " deal"], Frame]:
    """The game of one draw, the places on the menu of the deals that can be signed there, and its frame.

    `assent`: the deals that all who sign and lead no side would sign (`outcomes.assent`); all of them where not given.
    `size`, `noise`: as set, where not given.
    """
    made, noise = frame(war, d, size or Size()), number("choice_noise") if noise is None else noise
    step, N, k0 = made.size.step, made.forts, made.start
    clock, on = clock_of(war, d, made)
    keep = np.flatnonzero(war.open[d] & war.ratified[d] & (True if assent is None else assent))
    D, G, years = len(keep), on.shape[1], step / 12
    delta, quo = (1 - war.discount[d]) ** years, tables.moving(war.quo[d], N, k0)
    deal = _worths(war, d, keep, N, k0)
    gains = float(war.shift[d, A] - war.shift[d, B]) / 2
    breaker, moved = A if gains >= 0 else B, N * abs(gains)
    hazard = np.zeros((D, G, 2))
    hazard[:, :, breaker] = (1 - (1 - war.hazard[d, keep]) ** years)[:, None]
    place = int(np.flatnonzero(keep == plan)[0]) if plan in keep else -1
    share = float(war.tabling[d]) if place >= 0 else 0.0
    who = np.array([(1 - share) / 2, (1 - share) / 2, share] if share else [0.5, 0.5])
    change = np.zeros((2, G, 2, 3))
    change[..., 1] = 1.0  # endurance has a clock, and no units to lose
    built = WarGame(
        start=k0,
        endurance=(1, 1),
        belief=tables.beliefs(war.mean[d], war.strength[d], made.h, number("war.least_belief"), N, k0, made.steps),
        belief_shift=np.zeros((2, G)),
        delta=np.repeat(delta[:, None], G, axis=1),
        flow=tables.flows(delta, quo, war.cost[d], war.rent[d], war.pressure[d, :, 0], on, step),
        change=change,
        regime=np.eye(G),
        regime_first=0,
        proposer=np.array((A, B, MEDIATOR)[: len(who)], np.int64),
        proposer_next=np.tile(who, (len(who), 1)),
        proposer_first=who,
        deal=deal,
        home_cost=np.repeat((war.leader[d] + war.price[d, keep])[:, :, None], N + 1, axis=2),
        hazard=hazard,
        ratify=np.ones(D),
        available=np.ones((D, G), bool),
        plan=np.full(G, place),
        defect_front=(moved, 0.0) if breaker == A else (0.0, moved),
        rearm=(0, 0),
        defect_regime=np.arange(G),
        tau=np.full(2, noise),
        seen=np.hypot(noise, np.sqrt(3) / np.pi * war.blur[d]),
        closure=quo,
        exhausted=war.exhausted[d],
        quo=quo,
        opens=war.opens[d, keep] / step if D else None,
        clock=clock,
    )
    return checked(built), keep, made


def _worths(war: War, d: int, keep: Int[np.ndarray, " deal"], N: int, k0: int) -> Float[np.ndarray, "deal side fort"]:
    """What the deals are worth with the front at any fort: that of a truce moves with it."""
    deal = np.repeat(war.value[d, keep][:, :, None], N + 1, axis=2)
    for row, at in enumerate(keep):
        if war.kinds[at] == "truce":
            deal[row] = tables.moving(np.clip(war.value[d, at], 0.0, 1.0), N, k0)
    return deal


def fought_with(war: War, d: int, size: Size) -> float:
    """The analyst's chance that A wins a step of a fitted size."""
    h, least = float(np.sqrt(war.rate[d] * size.step)), number("war.least_chance")
    return float(np.clip(0.5 + h * (war.p[d] - 0.5), least, 1 - least))


def states(war: War, d: int, size: Size | None = None) -> int:
    """Cells (n, k, regime, proposer) of one draw's core."""
    made = frame(war, d, size or Size())
    _, on = clock_of(war, d, made)
    free = (war.open[d] & war.ratified[d]).any()
    proposers = (3 if war.third and war.tabling[d] > 0 else 2) if free else 1
    return made.steps * on.shape[1] * proposers * (made.forts // 2)
