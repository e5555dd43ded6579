"""Variants of the futures lens on few common draws: elasticities, rival readings, the leaders' calculus, ripeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.war.columns import War
from winset.derive.war.core_game import Size
from winset.derive.war.outcomes import Future
from winset.derive.worth.menu import Deal
from winset.derive.worth.utilities import Reading
from winset.settings import number, whole
from winset.theory.war_held import worth

AT = 24.0  # no answer: the date that the rows are about; each says it
BENDS = (  # no answer: places of the sides
    ("endurance", 0, "endurance of {a}"),
    ("endurance", 1, "endurance of {b}"),
    ("rate", None, "decisive fights a month"),
    ("forts", None, "fights from end to end"),
    ("cost", 0, "monthly cost to {a}"),
    ("cost", 1, "monthly cost to {b}"),
    ("strength", None, "firmness of both sides' beliefs"),
    ("leader", None, "cost of ending the war to both leaders"),
    ("length", None, "days from talks to text"),
    ("hazard", None, "rate at which deals break"),
    ("exhausted", None, "how far towards defeat a side falls that cannot go on"),
)


LEADERS = (
    "ending the war costs no leader anything",
    "ending the war costs both leaders twice as much",
    "the third party's leader has no wish for a deal as such",
)
BEND = "a real red line costs its owner the stated price instead of forbidding"


def structures_told() -> dict[war.Lines, str]:
    """The three structures of real lines, in words."""
    return {
        "stay": "a real line stays real to the end",
        "wear": f"real lines give way at {number('lines.wear'):.1%} a month",
        "base_rate": "every line is real as often as comparable lines held",
    }


def elasticities(few: War, size: Size, noise: float) -> list[tuple[str, float, float, float]]:
    """(what, change of P(over by 24 months), of agreements in force, of months of fighting) for so much more of a
    number (`futures.more`), relative."""
    plans, more = war.with_plan(few), number("futures.more")
    worlds = [few, *(war.scaled(few, field, 1 + more, side) for field, side, _ in BENDS)]
    found = outcomes.future(worlds, size, noise, [plans] * len(worlds))
    base = [_measures(f) for f in found]

    def per_cent(i: int, k: int) -> float:
        return float((base[i][k] / base[0][k] - 1) / more) if base[0][k] > 1e-6 else 0.0

    return [(told, per_cent(i, 0), per_cent(i, 1), per_cent(i, 2)) for i, (_, _, told) in enumerate(BENDS, start=1)]


def _measures(f: Future) -> tuple[float, float, float]:
    at = f.at(AT)
    return (
        float(f.ended[:, at].mean()),
        float(f.lasting[:, at].mean()),
        float(f.state[:, : f.at(36), 5].sum(axis=1).mean()),
    )


def run_variants(
    base: War, case: m.Case, luck: Luck, deals: Sequence[Deal], size: Size, noise: float
) -> list[tuple[str, Future]]:
    """Variants of the model and of the leaders' calculus, on the same draws."""
    posture = war.war(Arrays(case, luck), Reading(red_lines="posture"), deals)
    real = war.war(Arrays(case, luck), Reading(red_lines="real"), deals)
    none, zero = np.zeros_like(base.leader), np.zeros_like(base.bonus)
    worlds = [
        ("as stated", base), *([(BEND, war.bent(base))] if war.bends(base) else []), ("no red line is real", posture),
        ("every red line is real", real),
        ("both sides believe what the analyst does", replace(base, mean=np.stack([base.p, base.p], 1))),
        (LEADERS[0], replace(base, leader=none)), (LEADERS[1], replace(base, leader=2 * base.leader)),
        (LEADERS[2], replace(base, bonus=zero)),
        ("talks are worth nothing by themselves", replace(base, rent=np.zeros_like(base.rent))),
    ]  # fmt: skip
    found = list(zip([t for t, _ in worlds], outcomes.future([w for _, w in worlds], size, noise)))
    for value in (noise * number("futures.firm"), noise * number("futures.loose")):
        found.append(
            (
                f"choices stray {'less' if value < noise else 'more'} (noise {value:g})",
                outcomes.future([base], size, value)[0],
            )
        )
    small = replace_rows(base, whole("futures.fine_draws"))
    found.append((f"the same war on the first {small.draws} of these draws", outcomes.future([small], size, noise)[0]))
    found.append(
        ("those draws with time and front cut twice as finely", outcomes.future([small], halved(size), noise)[0])
    )
    return found


def structures(case: m.Case, luck: Luck, deals: Sequence[Deal], size: Size, noise: float) -> dict[str, Future]:
    """The future under the three structures of real lines, on the same draws."""
    made = {told: war.war(Arrays(case, luck), deals=deals, lines=lines) for lines, told in structures_told().items()}
    return dict(zip(made, outcomes.future(list(made.values()), size, noise)))


def halved(size: Size) -> Size:
    """Half the step, twice the forts and places."""
    return Size(size.step / 2, 2 * size.steps, 2 * size.places, 2 * size.forts)


def replace_rows(base: War, count: int) -> War:
    """The first draws of a war."""
    changes = {f.name: v[:count] for f in fields(base) if isinstance(v := getattr(base, f.name), np.ndarray)}
    return replace(base, **changes)  # type: ignore[arg-type]


def ripeness(few: War, size: Size, noise: float, hurts: float) -> dict[str, float]:
    """Shares of draws: each side hurts and expects no better, some deal is worth more to both than going on, and all of
    it."""
    plans, rows = war.with_plan(few), []
    for d in range(few.draws):
        core = outcomes.solved(few, d, size, noise, int(plans[d]))
        made, game, C = core.solved, core.solved.game, core.solved.at_start()
        wait = min(2 * round(number("futures.ripe_later") / core.frame.size.step / 2), 2 * ((game.horizon - 1) // 2))
        later = made.no_deal[wait, game.regime_first, :, game.start]
        hurt = [(few.cost[d, i] - few.rent[d, i]) * 12 >= hurts and later[i] <= C[i] for i in (0, 1)]
        worths = worth(made, 0, game.start, game.regime_first)
        out = bool(((worths >= C).all(axis=1) & (game.ratify > 0)).any())
        rows.append([*hurt, all(hurt), out, all(hurt) and out])
    return dict(zip(("A", "B", "stalemate", "way_out", "ripe"), map(float, np.mean(rows, axis=0))))
