"""The tables and sentences of the models that are off unless a Setting switches them on."""

from __future__ import annotations

from winset.derive.steps.extras import Signals
from winset.lens.escalation.model_tables import span
from winset.lens.escalation.parts import Parts
from winset.lens.escalation.tables import heads
from winset.result import Table, cited
from winset.spoken import between, count, percent

MOST = 12  # no answer: combinations that a table lists


def extra_tables(parts: Parts) -> list[Table]:
    return [signalled(parts), contests(parts), balances(parts)]


def extra_words(parts: Parts) -> list[str]:
    """A sentence for each threat and model that is switched on."""
    said = [_signal_words(parts, s) for s in parts.signals]
    for c in parts.contests[:1]:
        ends = [x.disaster for x in parts.contests if x.weighed is c.weighed]
        said.append(
            f"Read as a contest in risk, neither side gives way in time in {between(min(ends), max(ends))} of cases for "
            f"{parts.subject(c.weighed.threat.id)}, if the payoffs were so and the more a disaster costs the less often; "
            "this is no chance that it happens."
        )
    if parts.balance:
        fit = sum(short == 0 for _, short, _ in parts.balance.rows)
        said.append(
            f"Of {count(parts.balance.count, 'combination')} of developments {count(fit) if fit else 'none'} "
            f"support{'s itself' if fit == 1 else ' themselves'}, by the impacts that the dossier judges."
        )
    return said


def _signal_words(parts: Parts, s: Signals) -> str:
    what = parts.subject(s.weighed.threat.id)
    if not s.over("fight").size:
        return f"The signalling game of {what} has no equilibrium with resistance in the draws looked at."
    fights, resists = (span(s.over(name)) for name in ("fight", "resist"))
    more = f"; {percent(s.several)} of the draws have more than one equilibrium" if s.several else ""
    return (
        f"In the signalling game of {what}, if the payoffs were so and {parts.set.private:g} of each scale private, "
        f"{parts.name(s.weighed.threat.defender)} would resist a challenge with a chance of "
        f"{between(resists[0], resists[2])}, and {parts.name(s.weighed.threat.challenger)} fight on if resisted with "
        f"{between(fights[0], fights[2])}{more}."
    )


def signalled(parts: Parts) -> Table:
    rows = []
    for s in parts.signals:
        if not s.over("fight").size:
            continue
        cells = [x for name in ("challenge", "resist", "fight") for x in span(s.over(name))]
        shown = (parts.name(s.weighed.threat.challenger), parts.name(s.weighed.threat.defender))
        what = s.weighed.threat.challenge
        rows.append(cited(s.weighed.basis, *shown, what, *cells, s.several))
    columns = heads(
        "challenger=Who would; defender=Who threatens; challenge=To do what; c5=Challenge made, 5th=share; c50=median="
        "share; c95=95th=share; r5=Resisted, 5th=share; r50=median=share; r95=95th=share; f5=Then fought, 5th=share; "
        "f50=median=share; f95=95th=share; several=Draws with several equilibria=share"
    )
    note = (
        "Consequences of payoffs that nobody has measured, over draws and all equilibria, and no chances that anything "
        "happens. Making it dearer to back down makes those who challenge fight more often, and fewer challenge. "
        f"Each side alone knows {parts.set.private:g} (a standard deviation) of its own scale."
    )
    return Table("signalling", "Each threat as a game of signals", columns, tuple(rows), note)


def contests(parts: Parts) -> Table:
    rows = []
    for c in parts.contests:
        shown = (parts.name(c.weighed.threat.challenger), parts.name(c.weighed.threat.defender))
        cells = (c.times, c.worst, c.disaster, c.middle)
        rows.append(cited(c.weighed.basis, *shown, c.weighed.threat.challenge, *cells))
    columns = heads(
        "challenger=Who would; defender=Who threatens; challenge=To do what; times=Disaster, in own defeats=number; "
        "worst=Largest loss over gain=number; disaster=Neither gives way in time=share; middle=Risk run at middling "
        "loss=number"
    )
    note = (
        "Both sides run one risk until one gives way, neither knows what the other has to lose, and both may lose as "
        "much at worst: finer or coarser steps change nothing, only the risk run in all. Consequences of payoffs that "
        "nobody has measured, and no chance of any kind of disaster. Risk run: cumulative hazard."
    )
    return Table("contests", "Each threat as a contest in risk", columns, tuple(rows), note)


def balances(parts: Parts) -> Table:
    told = parts.told.cross_impact
    if parts.balance is None or told is None:
        return Table("balances", "", (), ())
    by = sorted(told.descriptors, key=lambda d: d.id)
    rows = tuple((*(own[d.id] for d in by), short, score) for own, short, score in parts.balance.rows[:MOST])
    columns = heads(
        "; ".join(f"in-{d.id}={d.name.replace('=', ' ').replace(';', ',')}" for d in by)
        + "; short=Falls short by=number; score=Total impact=number"
    )
    note = (
        f"Of {parts.balance.count:,} combinations those in which every development is the one that the others together "
        f"promote most (falls short by 0), or nearly (up to {parts.set.near:g}); {len(rows)} of {len(parts.balance.rows)} "
        "are listed. Impacts from -3 to 3 are judgements; nothing here is a chance or a date."
    )
    return Table("balances", "Which combinations of developments support themselves", columns, rows, note)
