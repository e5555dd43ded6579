"""The levers of the futures lens: alone, in pairs, and the best of the set by regret, all on the same draws and luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Luck, Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.war.core_game import NOISE, Size
from winset.derive.war.outcomes import Future
from winset.derive.worth.menu import Deal
from winset.result import Column, Finding, Table, cited, plain

AT = 24.0
SPAN = 36.0
BENT = 32
CLOSE = 0.01
Draws = Float[np.ndarray, " draw"]
MEASURES: tuple[tuple[str, str, Callable[[Future], Draws]], ...] = (
    ("held", f"A truce or settlement in force after {AT:.0f} months", lambda f: f.lasting[:, f.at(AT)]),
    ("ended", f"The present fighting over within {AT:.0f} months", lambda f: f.ended[:, f.at(AT)]),
    ("A", "A breaks", lambda f: f.state[:, f.at(AT), 3]),
    ("B", "B breaks", lambda f: f.state[:, f.at(AT), 4]),
    ("months", f"Months of fighting in the next {SPAN:.0f}", lambda f: f.state[:, : f.at(SPAN), 5].sum(axis=1)),
)


@dataclass(frozen=True)
class Pulled:
    """Every combination of at most two levers, and its future on the common draws; the first is none."""

    sets: tuple[tuple[m.Patch, ...], ...]
    futures: tuple[Future, ...]
    bent: tuple[
        Future, ...
    ]  # of the first sets (none, and each alone) where real lines bend at a price, on fewer draws
    apart: tuple[tuple[str, str], ...]  # pairs that set one number differently

    def values(self, measure: Callable[[Future], Draws]) -> Float[np.ndarray, "set draw"]:
        return np.stack([measure(f) for f in self.futures])


def pull(
    study: Study, deals: Sequence[Deal], common: int, size: Size, noise: float, pairs: bool = True
) -> Pulled | None:
    """None where the case has no levers."""
    levers = study.case.levers
    if not levers:
        return None
    sets: list[tuple[m.Patch, ...]] = [(), *((one,) for one in levers)]
    apart = []
    for one, other in combinations(levers, 2) if pairs else ():
        if conflict(one, other):
            apart.append((one.title, other.title))
        else:
            sets.append((one, other))
    bent = worlds(study, sets[: len(levers) + 1], deals, min(common, BENT), size, noise, bend=True)
    return Pulled(tuple(sets), tuple(worlds(study, sets, deals, common, size, noise)), tuple(bent), tuple(apart))


def conflict(one: m.Patch, other: m.Patch) -> bool:
    """Whether two levers set one number, or one clause, differently."""
    numbers = any(
        (c.low, c.mode, c.high, c.at) != (o.low, o.mode, o.high, o.at)
        for k, c in one.set.items()
        if (o := other.set.get(k))
    )
    clauses = any(other.clauses.get(p, {}).get(i, o) != o for p, own in one.clauses.items() for i, o in own.items())
    return numbers or clauses


def worlds(
    study: Study, sets: Sequence[Sequence[m.Patch]], deals: Sequence[Deal], common: int, size: Size = Size(), noise: float = NOISE,
    bend: bool = False,
) -> list[Future]:  # fmt: skip
    """The futures of variants of a case on the same draws, with one menu; none with `bend` where no price is stated."""
    luck = Luck(study.seed, min(common, study.draws))
    made = [
        war.war(Arrays(cut(combine(study.case, patches), study.as_of), luck), deals=deals)
        for patches in study.track(sets, "levers")
    ]
    if bend:
        made = [war.bent(w) for w in made if war.bends(w)]
    return outcomes.future(made, size, noise) if made else []


def difference(values: Float[np.ndarray, "set draw"], i: int) -> tuple[float, float, float, float]:
    """Mean difference to the first row, 5th and 95th percentile over draws, Monte-Carlo error of the mean."""
    gap = values[i] - values[0]
    low, high = np.percentile(gap, [5, 95])
    mean = float(gap.mean())
    return (
        mean,
        min(float(low), mean),
        max(float(high), mean),
        float(gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else 0.0,
    )


def tables(pulled: Pulled, sides: Sequence[str]) -> list[Table]:
    return [_summary(pulled, sides), _alone(pulled, sides), _pairs(pulled), _regret(pulled)]


def _name(patches: Sequence[m.Patch]) -> str:
    return " + ".join(p.title for p in patches) or "no lever"


def _ids(patches: Sequence[m.Patch]) -> tuple[str, ...]:
    """The Figures that levers set."""
    return tuple(sorted({name for p in patches for name in p.set}))


def _label(key: str, title: str, sides: Sequence[str]) -> str:
    return {
        "A": f"{sides[0]} cannot go on after {AT:.0f} months",
        "B": f"{sides[1]} cannot go on after {AT:.0f} months",
    }.get(key, title)


def _summary(pulled: Pulled, sides: Sequence[str]) -> Table:
    """One row a lever: the mean change of every measure."""
    rows = []
    for i, patches in enumerate(pulled.sets):
        if len(patches) == 1:
            change = {key: difference(pulled.values(measure), i) for key, _, measure in MEASURES}
            low, high = change["months"][1:3]
            means = (change[key][0] for key in ("held", "ended", "A", "B", "months"))
            rows.append((_name(patches), *cited(_ids(patches), *means, low, high)))
    columns = (
        Column("lever", "Lever"), Column("held", "Agreement in force", "number"), Column("ended", "Fighting over", "number"),
        Column("A", f"{sides[0]} cannot go on", "number"), Column("B", f"{sides[1]} cannot go on", "number"),
        Column("months", "Months of fighting", "number"), Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
    )  # fmt: skip
    note = f"Mean changes on the common draws: chances after {AT:.0f} months, months of fighting in the next {SPAN:.0f} with their range over draws."
    return Table("lever_summary", "Each lever in one row", columns, tuple(rows), note)


def _alone(pulled: Pulled, sides: Sequence[str]) -> Table:
    rows = []
    for i, patches in enumerate(pulled.sets):
        if len(patches) == 1:
            for key, title, measure in MEASURES:
                values = pulled.values(measure)
                mean, low, high, error = difference(values, i)
                bend = difference(np.stack([measure(f) for f in pulled.bent]), i) if pulled.bent else ("", 0, 0, "")
                own = (float(values[0].mean()), float(values[i].mean()), mean, low, high, error, bend[0], bend[3])
                rows.append((_name(patches), _label(key, title, sides), *cited(_ids(patches), *own)))
    columns = (
        Column("lever", "Lever"), Column("what", "What"), Column("without", "Without", "number"), Column("with", "With", "number"),
        Column("change", "Change", "number"), Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
        Column("error", "Monte-Carlo error", "number"), Column("bent", "Change if real lines bend", "number"), Column("bent_error", "Its Monte-Carlo error", "number"),
    )  # fmt: skip
    draws = len(pulled.futures[0].cause)
    note = f"On {draws} common draws with the same luck. Percentiles are of the change over draws; a change within twice the Monte-Carlo error is no change."
    if pulled.bent:
        note += f" Last columns: the same lever where a real red line costs its owner its stated price instead of forbidding, on {len(pulled.bent[0].cause)} draws."
    return Table("levers", "What each lever does, alone, with ranges and errors", columns, tuple(rows), note)


def _pairs(pulled: Pulled) -> Table:
    """Pairs: the change in agreements that hold and in months of fighting, and what goes beyond the sum of the two."""
    single = {p[0].id: i for i, p in enumerate(pulled.sets) if len(p) == 1}
    held, months = pulled.values(MEASURES[0][2]), pulled.values(MEASURES[4][2])
    rows = []
    for i, patches in enumerate(pulled.sets):
        if len(patches) == 2:
            mean, low, high, error = difference(held, i)
            own = sum(difference(held, single[p.id])[0] for p in patches)
            cells = cited(_ids(patches), mean, low, high, error, mean - own, difference(months, i)[0])
            rows.append((_name(patches), *cells))
    rows.sort(key=lambda r: (-plain(r[1]), r[0]))
    columns = (
        Column("pair", "Pair"), Column("change", "Change in agreements that hold", "number"), Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"), Column("error", "Monte-Carlo error", "number"),
        Column("beyond", "Beyond the sum of the two", "number"), Column("months", "Change in months of fighting", "number"),
    )  # fmt: skip
    note = (
        "Not combined, because they set one number differently: "
        + "; ".join(f"{a} with {b}" for a, b in pulled.apart)
        + "."
        if pulled.apart
        else ""
    )
    return Table("pairs", "Levers in pairs", columns, tuple(rows), note)


def regrets(pulled: Pulled) -> dict[str, tuple[Float[np.ndarray, " set"], Float[np.ndarray, " set"]]]:
    """Per aim (largest, mean) regret over draws of every combination: what is lost against the best of the set in that draw."""
    aims = {"held": pulled.values(MEASURES[0][2]), "months": -pulled.values(MEASURES[4][2])}
    lost = {aim: values.max(axis=0) - values for aim, values in aims.items()}
    return {aim: (x.max(axis=1), x.mean(axis=1)) for aim, x in lost.items()}


def best(pulled: Pulled, aim: str) -> int:
    """The combination with the least largest regret; ties by the mean, then the fewest levers and their ids."""
    most, mean = regrets(pulled)[aim]
    return min(
        range(len(pulled.sets)),
        key=lambda i: (
            round(float(most[i]), 9),
            round(float(mean[i]), 9),
            len(pulled.sets[i]),
            [p.id for p in pulled.sets[i]],
        ),
    )


def near_best(pulled: Pulled, aim: str) -> int:
    """How many other combinations have a largest regret within `CLOSE` of the least."""
    most = regrets(pulled)[aim][0]
    return int((most <= most.min() + CLOSE).sum()) - 1


def _regret(pulled: Pulled) -> Table:
    found = regrets(pulled)
    order = sorted(
        range(len(pulled.sets)),
        key=lambda i: (float(found["held"][0][i]), float(found["held"][1][i]), [p.id for p in pulled.sets[i]]),
    )
    rows = tuple(
        (
            _name(own := pulled.sets[i]),
            *cited(_ids(own), *(float(found[a][k][i]) for a in ("held", "months") for k in (0, 1))),
        )
        for i in order[:15]
    )
    columns = (
        Column("set", "Levers"), Column("held", "Agreements that hold: largest regret", "number"), Column("held_mean", "mean regret", "number"),
        Column("months", "Months of fighting: largest regret", "number"), Column("months_mean", "mean regret", "number"),
    )  # fmt: skip
    note = "Regret: what is lost in a draw against the combination that does best there. The least largest regret is Savage's rule; it is advice, and says nothing of cost."
    return Table("regret", "The best of the set by regret", columns, rows, note)


def findings(pulled: Pulled) -> list[Finding]:
    found = []
    for i, patches in enumerate(pulled.sets):
        if len(patches) == 1:
            for key, what in (
                ("held", "the chance that a truce or settlement is in force after 24 months"),
                ("months", "the months of fighting in the next 36"),
            ):
                measure = next(f for k, _, f in MEASURES if k == key)
                mean, low, high, error = difference(pulled.values(measure), i)
                unit = "probability" if key == "held" else "months"
                found.append(Finding(f"lever.{patches[0].id}.{key}", f"{patches[0].title} changes {what} by {mean:+.3f} ({low:+.3f} to {high:+.3f} over draws).",
                                     mean, f"change of {unit}", low, high, error, tuple(sorted(patches[0].set)), ("savage1951",) if key == "held" else ()))  # fmt: skip
    return found


def told(pulled: Pulled) -> list[str]:
    """What the levers do, in two sentences."""
    held, months = pulled.values(MEASURES[0][2]), pulled.values(MEASURES[4][2])
    single = [i for i, p in enumerate(pulled.sets) if len(p) == 1]
    clear = sorted(
        (i for i in single if abs((d := difference(held, i))[0]) > 2 * d[3] and abs(d[0]) >= 0.001),
        key=lambda i: (-difference(held, i)[0], pulled.sets[i][0].id),
    )
    start = f"Alone, {'these' if len(clear) > 1 else 'one of the'} levers change{'' if len(clear) > 1 else 's'} the chance that an agreement is in force after 24 months"
    if clear:
        parts = [f"{pulled.sets[i][0].title} {100 * difference(held, i)[0]:+.1f} points" for i in clear[:5]]
        rest = len(single) - len(clear)
        first = f"{start}: {'; '.join(parts)} (from {held[0].mean():.1%}){f'; {rest} others do not, beyond chance' if rest else ''}."
    else:
        first = f"Alone, no lever changes the chance that an agreement is in force after 24 months ({held[0].mean():.1%}) beyond chance."
    if pulled.bent:
        bend = np.stack([MEASURES[0][2](f) for f in pulled.bent])
        most = max(single, key=lambda i: (difference(bend, i)[0], pulled.sets[i][0].id))
        gain = difference(bend, most)
        first += (
            f" If real red lines bent at their stated price ({bend[0].mean():.0%} to start from), {pulled.sets[most][0].title} would do most: "
            f"{100 * gain[0]:+.1f} points (Monte-Carlo error {100 * gain[3]:.1f})."
        )
    move = sorted(single, key=lambda i: (difference(months, i)[0], pulled.sets[i][0].id))
    span = [f"{pulled.sets[i][0].title} {difference(months, i)[0]:+.1f}" for i in (move[0], move[-1])]
    winner, close = best(pulled, "held"), near_best(pulled, "held")
    tied = f", with {close} other combinations within {CLOSE:g} of it, so that the order among them says nothing"
    return [
        first,
        f"Months of fighting in the next 36 move most with {span[0]} and {span[1]}, mostly by how soon a side cannot go on. By least regret for agreements that hold: {_name(pulled.sets[winner])}{tied if close else ''}.",
    ]
