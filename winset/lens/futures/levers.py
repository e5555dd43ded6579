"""The levers of the futures lens: alone, in pairs, and the best of the set by regret, all on the same draws and
luck."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.lens.futures.pulled import AT, KEYS, MEASURES, SPAN, Pulled
from winset.lens.futures.ways import table
from winset.result import Column, Finding, Table, cited, plain
from winset.settings import number, whole
from winset.theory.paired import Paired, paired


def effect(values: Float[np.ndarray, "set draw"], i: int, count: int) -> Paired:
    """The mean change of row i against the first, at a level that holds for `count` of them together."""
    return paired(values[i] - values[0], 1 - number("levers.family") / max(1, count))


def matters(key: str) -> float:
    """Up to what a change is of no practical matter: of months of fighting, or of a chance."""
    return number("levers.matters_months" if key == "months" else "levers.matters_share")


def does(found: Paired, key: str, draws: int) -> str:
    """What an effect is called: nothing only where its interval lies within the band of no practical matter."""
    band = matters(key)
    if -band <= found.low and found.high <= band and draws >= whole("levers.enough"):
        return "does nothing that matters"
    if (found.low > 0 or found.high < 0) and found.carried >= whole("levers.carried"):
        return "raises" if found.low > 0 else "lowers"
    return f"cannot be told apart at {draws} draws"


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
    return [_summary(pulled, sides), _alone(pulled, sides), table(pulled.ways), _pairs(pulled), _regret(pulled)]


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
            change = {key: difference(pulled.single(key), i) for key in KEYS}
            low, high = change["months"][1:3]
            means = (change[key][0] for key in ("held", "ended", "A", "B", "months"))
            rows.append((_name(patches), *cited(_ids(patches), *means, low, high)))
    columns = (
        Column("lever", "Lever"), Column("held", "Agreement in force", "number"),
        Column("ended", "Fighting over", "number"),
        Column("A", f"{sides[0]} cannot go on", "number"), Column("B", f"{sides[1]} cannot go on", "number"),
        Column("months", "Months of fighting", "number"), Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"),
    )  # fmt: skip
    note = (
        f"Mean changes on the common draws: chances after {AT:.0f} months, months of fighting in the next {SPAN:.0f} "
        "with their range over draws."
    )
    return Table("lever_summary", "Each lever in one row", columns, tuple(rows), note)


def _alone(pulled: Pulled, sides: Sequence[str]) -> Table:
    rows = []
    for i, patches in enumerate(pulled.sets):
        if len(patches) == 1:
            for at, (key, title, _) in enumerate(MEASURES):
                values = pulled.single(key)
                mean, low, high, error = difference(values, i)
                found = effect(values, i, len(pulled.levers))
                bend = ("", 0, 0, "") if pulled.bent is None else difference(pulled.bent[:, at], i)
                own = (
                    float(values[0].mean()),
                    float(values[i].mean()),
                    mean,
                    *(x if math.isfinite(x) else "" for x in (found.low, found.high)),
                    does(found, key, pulled.draws),
                    error,
                    low,
                    high,
                    bend[0],
                    bend[3],
                )
                rows.append((_name(patches), _label(key, title, sides), *cited(_ids(patches), *own)))
    columns = (
        Column("lever", "Lever"), Column("what", "What"), Column("without", "Without", "number"),
        Column("with", "With", "number"),
        Column("change", "Change", "number"), Column("from", "It lies between", "number"),
        Column("to", "and", "number"), Column("does", "What it does"),
        Column("error", "Monte-Carlo error", "number"), Column("low", "5th percentile of draws", "number"),
        Column("high", "95th percentile of draws", "number"),
        Column("bent", "Change if real lines bend", "number"), Column("bent_error", "Its Monte-Carlo error", "number"),
    )  # fmt: skip
    note = (
        f"On {pulled.draws} common draws with the same luck. The mean change lies between the limits for all "
        f"{len(pulled.levers)} levers together in {1 - number('levers.family'):.0%} of such samples (a paired "
        f"interval that allows for skewed and heavy tails). Nothing that matters: within {100 * matters('share'):g} "
        f"point of a chance, {matters('months'):g} months. Percentiles are of the change over draws."
    )
    if pulled.bent is not None:
        note += (
            " Last columns: the same lever where a real red line costs its owner its stated price instead of "
            f"forbidding, on {pulled.bent.shape[2]} draws."
        )
    return Table("levers", "What each lever does, alone, with ranges and errors", columns, tuple(rows), note)


def _pairs(pulled: Pulled) -> Table:
    """Pairs: the change in agreements that hold and in months of fighting, and what goes beyond the sum of the two."""
    single = {p[0].id: i for i, p in enumerate(pulled.sets) if len(p) == 1}
    held, months = pulled.values("held"), pulled.values("months")
    rows = []
    for i, patches in enumerate(pulled.sets):
        if len(patches) == 2:
            mean, low, high, error = difference(held, i)
            own = sum(difference(held, single[p.id])[0] for p in patches)
            cells = cited(_ids(patches), mean, low, high, error, mean - own, difference(months, i)[0])
            rows.append((_name(patches), *cells))
    rows.sort(key=lambda r: (-plain(r[1]), r[0]))
    columns = (
        Column("pair", "Pair"),
        Column("change", "Change in agreements that hold", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"),
        Column("error", "Monte-Carlo error", "number"),
        Column("beyond", "Beyond the sum of the two", "number"),
        Column("months", "Change in months of fighting", "number"),
    )
    whys = {"they set one number differently": pulled.apart, "the case would not hold together": pulled.unsound}
    notes = (f"Not combined, because {why}: {_told(of)}." for why, of in whys.items() if of)
    return Table("pairs", "Levers in pairs", columns, tuple(rows), " ".join(notes))


def _told(pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{a} with {b}" for a, b in pairs)


def regrets(pulled: Pulled) -> dict[str, tuple[Float[np.ndarray, " set"], Float[np.ndarray, " set"]]]:
    """Per aim (largest, mean) regret over draws of every combination: what is lost against the best of the set in that
    draw."""
    aims = {"held": pulled.values("held"), "months": -pulled.values("months")}
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
    """How many other combinations have a largest regret within `levers.close` of the least."""
    most = regrets(pulled)[aim][0]
    return int((most <= most.min() + number("levers.close")).sum()) - 1


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
        Column("set", "Levers"), Column("held", "Agreements that hold: largest regret", "number"),
        Column("held_mean", "mean regret", "number"),
        Column("months", "Months of fighting: largest regret", "number"),
        Column("months_mean", "mean regret", "number"),
    )  # fmt: skip
    note = (
        "Regret: what is lost in a draw against the combination that does best there. The least largest regret is "
        "Savage's rule; it is advice, and says nothing of cost."
    )
    return Table("regret", "The best of the set by regret", columns, rows, note)


def findings(pulled: Pulled) -> list[Finding]:
    found = []
    for i, lever in pulled.levers:
        for key, what in (
            ("held", "the chance that a truce or settlement is in force after 24 months"),
            ("months", "the months of fighting in the next 36"),
        ):
            values = pulled.single(key)
            mean, low, high, error = difference(values, i)
            own = effect(values, i, len(pulled.levers))
            unit = "probability" if key == "held" else "months"
            told = (
                f"{lever.title} changes {what} by {mean:+.3f} ({own.low:+.3f} to {own.high:+.3f}): it "
                f"{does(own, key, pulled.draws)}; {low:+.3f} to {high:+.3f} over draws."
            )
            found.append(
                Finding(
                    key=f"lever.{lever.id}.{key}",
                    sentence=told,
                    value=mean,
                    unit=f"change of {unit}",
                    low=low,
                    high=high,
                    error=error,
                    basis=tuple(sorted(lever.set)),
                    sources=("savage1951", "hall1992") if key == "held" else ("hall1992",),
                )
            )
    return found


def sorted_out(pulled: Pulled, key: str) -> tuple[list[tuple[m.Patch, float]], int, int]:
    """The levers that raise or lower a measure with their change, largest first; how many do nothing that matters; how
    many cannot be told."""
    values = pulled.single(key)
    moving, nothing, unclear = [], 0, 0
    for i, lever in pulled.levers:
        found = effect(values, i, len(pulled.levers))
        verdict = does(found, key, pulled.draws)
        if verdict in ("raises", "lowers"):
            moving.append((lever, found.mean))
        elif verdict.startswith("does nothing"):
            nothing += 1
        else:
            unclear += 1
    return sorted(moving, key=lambda x: (-abs(x[1]), x[0].id)), nothing, unclear


def _others(pulled: Pulled, key: str, nothing: int, unclear: int) -> str:
    """What the levers that are not named do."""
    band = f"{matters(key):g} months" if key == "months" else f"{100 * matters(key):g} point"
    parts = [f"{nothing} change{'s' if nothing == 1 else ''} it by less than {band} either way"] if nothing else []
    parts += [f"{unclear} cannot be told apart at {pulled.draws} draws"] if unclear else []
    return "; ".join(parts)


def told(pulled: Pulled) -> list[str]:
    """What the levers do, in two sentences."""
    held, months = pulled.single("held"), pulled.single("months")
    what = f"the chance that an agreement is in force after 24 months (from {held[0].mean():.1%})"
    moving, nothing, unclear = sorted_out(pulled, "held")
    parts = [f"{lever.title} {100 * mean:+.1f} points" for lever, mean in moving[:5]]
    rest = _others(pulled, "held", nothing, unclear)
    if parts:
        first = (
            f"Alone, {'these levers change' if len(parts) > 1 else 'one lever changes'} {what}: "
            f"{'; '.join(parts)}{f'. Of the others {rest}' if rest else ''}."
        )
    else:
        first = f"Alone, no lever is seen to change {what}: {rest}."
    if pulled.bent is not None:
        first += _bent_told(pulled)
    moving, nothing, unclear = sorted_out(pulled, "months")
    rest = _others(pulled, "months", nothing, unclear)
    if moving:
        span = "; ".join(f"{lever.title} {mean:+.1f}" for lever, mean in moving[:5])
        second = (
            f"Months of fighting in the next 36 (from {months[0].mean():.1f}) move most with {span}, mostly by how "
            f"soon a side cannot go on{f'. Of the others {rest}' if rest else ''}."
        )
    else:
        second = f"No lever is seen to change the months of fighting in the next 36: {rest}."
    if not moving and not parts:
        return [first, second]  # the least regret among levers that nothing tells apart says nothing
    winner, close = best(pulled, "held"), near_best(pulled, "held")
    tied = (
        f", with {close} other combinations within {number('levers.close'):g} of it, so that the order among them says "
        "nothing"
    )
    return [
        first,
        f"{second} By least regret for agreements that hold: {_name(pulled.sets[winner])}{tied if close else ''}.",
    ]


def _bent_told(pulled: Pulled) -> str:
    """Which lever does most where real lines bend, if that can be told."""
    assert pulled.bent is not None
    bend = pulled.bent[:, KEYS.index("held")]
    draws, start = (
        bend.shape[1],
        f" If real red lines bent at their stated price ({bend[0].mean():.0%} to start from), ",
    )
    gains = {i: effect(bend, i, len(pulled.levers)) for i, _ in pulled.levers}
    most = max(pulled.levers, key=lambda x: (gains[x[0]].mean, x[1].id))
    gain = gains[most[0]]
    if does(gain, "held", draws) != "raises":
        return f"{start}no lever is seen to raise it at {draws} draws."
    return (
        f"{start}{most[1].title} would do most: {100 * gain.mean:+.1f} points ({100 * gain.low:+.1f} to "
        f"{100 * gain.high:+.1f}, {draws} draws)."
    )
