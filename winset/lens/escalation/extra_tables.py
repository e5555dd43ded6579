"""The tables and sentences of the models that are off unless a Setting switches them on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
    threats = list(dict.fromkeys(s.weighed.threat.id for s in parts.signals))
    said = [_signal_words(parts, [s for s in parts.signals if s.weighed.threat.id == t]) for t in threats]
    for c in {x.weighed.threat.id: x for x in parts.contests}.values():
        ends = [x.disaster for x in parts.contests if x.weighed is c.weighed]
        said.append(
            f"Read as a contest in risk, if the payoffs were so, {parts.subject(c.weighed.threat.id)} ends without "
            f"either giving way in time in {between(min(ends), max(ends))}, less often the more a disaster costs; "
            "that is no chance that it happens."
        )
    if parts.balance:
        fit = sum(short == 0 for _, short, _ in parts.balance.rows)
        said.append(
            f"Of {count(parts.balance.count, 'combination')} of developments {count(fit) if fit else 'none'} "
            f"support{'s itself' if fit == 1 else ' themselves'}, by the impacts that the dossier judges."
        )
    return said


def _signal_words(parts: Parts, own: Sequence[Signals]) -> str:
    """One threat, over all that is said of how much is private."""
    what, threat = parts.subject(own[0].weighed.threat.id), own[0].weighed.threat
    if not any(s.over("fight").size for s in own):
        return f"The signalling game of {what} has no equilibrium with resistance in the draws looked at."
    fights, resists = (np.concatenate([s.over(name) for s in own]) for name in ("fight", "resist"))
    several = max(s.several for s in own)
    more = (
        f"; in some cases there is more than one equilibrium (up to {percent(several)} of the draws)" if several else ""
    )
    low, high = min(s.private for s in own), max(s.private for s in own)
    return (
        f"In the signalling game of {what}, if the payoffs were so and {low:g} to {high:g} of each scale private, "
        f"{parts.name(threat.defender)} would resist a challenge in {between(resists.min(), resists.max())}, and "
        f"{parts.name(threat.challenger)} fight on if resisted in {between(fights.min(), fights.max())}{more}; these "
        "are no chances that it happens."
    )


def signalled(parts: Parts) -> Table:
    rows = []
    for s in parts.signals:
        if not s.over("fight").size:
            continue
        cells = [x for name in ("challenge", "resist", "fight") for x in span(s.over(name))]
        shown = (parts.name(s.weighed.threat.challenger), parts.name(s.weighed.threat.defender))
        told = (*shown, s.weighed.threat.challenge, s.private)
        rows.append(cited(s.weighed.basis, *told, *cells, s.several))
    columns = heads(
        "challenger=Who would; defender=Who threatens; challenge=To do what; private=Private=number; c5=Challenge "
        "made, 5th=share; c50=median=share; c95=95th=share; r5=Resisted, 5th=share; r50=median=share; r95=95th=share; "
        "f5=Then fought, 5th=share; f50=median=share; f95=95th=share; several=Draws with several equilibria=share"
    )
    note = (
        "Consequences of payoffs that nobody has measured, over draws and all equilibria, and no chances that anything "
        "happens. Making it dearer to back down makes those who challenge fight more often, and fewer challenge. "
        "Private: the standard deviation of what each side alone knows, as a share of its own scale."
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
        f"promote most (falls short by 0), or nearly (up to {parts.set.near:g}); {len(rows)} of "
        f"{len(parts.balance.rows)} are listed. Impacts from -3 to 3 are judgements; nothing here is a chance or a "
        "date."
    )
    return Table("balances", "Which combinations of developments support themselves", columns, rows, note)
