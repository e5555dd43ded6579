"""Tables of the influence lens on leaders and their circles."""

from __future__ import annotations

from typing import Any

from winset.case import model as m
from winset.derive.circle.circles import QUANTITY, Settled, leaders, rows
from winset.lens.influence.parts import Parts, spread
from winset.result import Chart, Column, Table, cited


def all_tables(parts: Parts) -> list[Table]:
    return [settled(parts), shares(parts), changes(parts), signed(parts), network(parts)]


def leading(parts: Parts, one: Settled) -> str:
    """The adviser with the largest share, as a name."""
    return parts.names[one.leading[0]]


def settled(parts: Parts) -> Table:
    made: list[tuple[Any, ...]] = []
    for (leader, issue), one in sorted(parts.circles.items()):
        low, mid, high = spread(one.position)
        who, sure = one.leading
        declared, basis = parts.declared.get((leader, issue), ("", ""))
        share = float(one.share[:, 1 + one.people[1:].index(who)].mean())
        told = (*one.basis, basis) if basis else one.basis
        made.append(
            cited(
                told,
                parts.names[leader],
                parts.case.issue[issue].name,
                float(one.view[:, 0].mean()),
                float(one.position.mean()),
                low,
                mid,
                high,
                parts.medians.get((leader, issue), ""),
                declared,
                parts.names[who],
                share,
                sure,
                one.unheard,
            )
        )
    columns = (
        Column("leader", "Leader"),
        Column("issue", "Issue"),
        Column("own", "Own view", "number", "place"),
        Column("mean", "Settles at", "number", "place"),
        Column("low", "5th percentile", "number", "place"),
        Column("middle", "Median", "number", "place"),
        Column("high", "95th percentile", "number", "place"),
        Column("rival", "By medians instead", "number", "place"),
        Column("declared", "The party's declared wish", "number", "place"),
        Column("adviser", "Largest share beside the own"),
        Column("share", "Its share", "share"),
        Column("sure", "Has it in", "share"),
        Column("unheard", "Weight of people without a stated view", "share"),
    )
    note = (
        "Each settles at the mean of the views that are heard, by weight; people who listen to nobody keep theirs "
        "(Friedkin and Johnsen "
        "1990). By medians: everybody takes the weighted median of those heard, at the modes. Weights and views "
        "are numbers of the dossier."
    )
    return Table("circle", "Where a leader's position settles", columns, tuple(made), note)


def shares(parts: Parts) -> Table:
    made: list[tuple[Any, ...]] = []
    for leader in parts.leaders:
        one = parts.of(leader)[0]
        mean = one.share.mean(axis=0)
        for k in sorted(range(len(one.people)), key=lambda k: (-mean[k], one.people[k])):
            person = one.people[k]
            low, mid, high = spread(one.share[:, k])
            made.append(cited(one.basis, parts.names[leader], parts.names[person], float(mean[k]), low, mid, high))
    columns = (
        Column("leader", "Leader"),
        Column("person", "Whose view"),
        Column("share", "Share of the position", "share"),
        Column("low", "5th percentile", "share"),
        Column("middle", "Median", "share"),
        Column("high", "95th percentile", "share"),
    )
    note = (
        "Exact shares: the position is the sum of share times view. On the first issue of the leader; on others "
        "who is heard may differ."
    )
    return Table("shares", "Whose share of a leader's position is how large", columns, tuple(made), note)


def changes(parts: Parts) -> Table:
    made: list[tuple[Any, ...]] = []
    for (leader, issue), told in sorted(parts.changes.items()):
        before = parts.circles[leader, issue]
        for change in told:
            low, mid, high = spread(change.after.position - before.position)
            at = before.people.index(change.adviser)
            made.append(
                cited(
                    (*before.basis, *change.after.basis),
                    parts.names[leader],
                    parts.case.issue[issue].name,
                    parts.names[change.adviser],
                    change.told,
                    float(before.view[:, at].mean()),
                    float(change.after.position.mean()),
                    mid,
                    low,
                    high,
                    float(before.lever[:, at].mean()) / 10,
                )
            )
    columns = (
        Column("leader", "Leader"),
        Column("issue", "Issue"),
        Column("adviser", "Adviser"),
        Column("change", "If"),
        Column("view", "Adviser's view", "number", "place"),
        Column("after", "Settles at", "number", "place"),
        Column("shift", "Moves by (median)", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"),
        Column("lever", "A tenth more weight moves it by", "number"),
    )
    note = (
        "Whoever is left out leaves the others' weights in proportion. The last column is exact at the present weights."
    )
    return Table("changes", "One adviser in or out", columns, tuple(made), note)


def signed(parts: Parts) -> Table:
    plans = {p.id: p.name for p in parts.case.plans}
    made = [
        cited(
            s.basis,
            plans[s.plan],
            parts.names[s.party],
            parts.names[s.leader],
            s.stated,
            s.circle,
            s.circle - s.stated,
        )
        for s in parts.signed
    ]
    columns = (
        Column("plan", "Plan"),
        Column("party", "Party"),
        Column("leader", "Circle of"),
        Column("stated", "Signs, as stated", "share"),
        Column("circle", "Signs, if the circle's wish is the party's", "share"),
        Column("change", "Change", "number"),
    )
    note = (
        "A rival reading: the party's wish on the issues of the circle is where its leader's position settles, "
        "with that spread; red lines, "
        "other issues and the value of no deal stay. The record weighs it anew."
    )
    return Table("circle_signs", "What the circle's reading does to who signs", columns, tuple(made), note)


def network(parts: Parts) -> Table:
    """Who is heard by whom, with the weight; whoever is not told to be heard by somebody is not here."""
    made: list[tuple[Any, ...]] = []
    for hearer in sorted({*leaders(parts.case), *rows(parts.case)}):
        for adviser in rows(parts.case).get(hearer, ()):
            figure = next(f for f in parts.case.figures if f.key == f"{adviser}/{hearer}.{QUANTITY}")
            if adviser != hearer and figure.mode is not None:
                made.append(
                    cited([figure.id], parts.names[adviser], parts.names[hearer], side(parts.case, hearer), figure.mode)
                )
    columns = (
        Column("source", "Heard"),
        Column("target", "By"),
        Column("party", "Of"),
        Column("weight", "Weight (mode)", "share"),
    )
    return Table("network", "Who is heard by whom", columns, tuple(made))


def side(case: m.Case, actor: str) -> str:
    return case.actor[case.party_of(actor)].name


def charts(parts: Parts) -> list[Chart]:
    return [
        Chart(
            "network_chart",
            "network",
            "network",
            "Who is heard by whom",
            {"source": "source", "target": "target", "color": "party"},
        ),
        Chart(
            "shares_chart",
            "bars",
            "shares",
            "Shares of a leader's position",
            {"x": "share", "y": "person", "color": "leader"},
        ),
    ]
