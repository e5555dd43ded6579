"""Acts by date: the say/do strip, conflict and cooperation by week, and listed strikes beside the series."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

from winset.case import model as m
from winset.derive.record.daily import Daily
from winset.lens.ledger.cells import columns
from winset.result import Chart, Table, cited

WORDS = [
    "statement",
    "claim",
    "denial",
    "offer",
    "acceptance",
    "refusal",
    "condition",
    "threat",
    "memo",
    "plan",
    "deadline_set",
    "deadline_moved",
    "deadline_dropped",
]
# the verbal types of the PLOVER codebook; its other types are material
VERBAL = ("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN")
DEEDS = [
    "strike",
    "battle",
    "deployment",
    "sanction",
    "tariff",
    "aid_paused",
    "aid_resumed",
    "withdrawal",
    "mobilisation",
    "balancing",
    "deadline_executed",
    "deadline_lapsed",
    "summit_cancelled",
    "capture",
    "ceasefire",
    "settlement",
    "victory",
    "accession",
]


def tables(case: m.Case, series: Sequence[Daily]) -> list[Table]:
    return [*saydo_tables(case), *tone_tables(case), checked_table(case, series)]


CHARTS = (
    Chart(
        "saydo_chart",
        "timeline",
        "saydo",
        "Said and done, by side",
        {"x": "date", "y": "row", "color": "tone"},
        "One mark per act; words above acts for each side.",
    ),
    Chart(
        "tone_chart",
        "fan",
        "tone_weeks",
        "Conflict and cooperation by week",
        {"x": "week", "low": "conflict", "mid": "net", "high": "cooperation", "color": "pair"},
        "The three pairs with most activity.",
    ),
)


def _part(case: m.Case, event: m.Event) -> str:
    """Whether an act counts as said or done, or as neither; a kind of the case's own by its PLOVER type."""
    own = case.event_kinds.get(event.kind)
    if own is not None:
        return "said" if own.plover.partition(":")[0] in VERBAL else "done"
    return "said" if event.kind in WORDS else "done" if event.kind in DEEDS else ""


def saydo_tables(case: m.Case) -> list[Table]:
    """Words and deeds by side: one row per act for the strip, and their mean scores."""
    rows = []
    scores: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: {"said": {}, "done": {}})
    for event in sorted(case.events, key=lambda e: (e.date, e.id)):
        part = _part(case, event)
        for side in sorted({case.party_of(a) for a in event.source}) if part else ():
            scores[side][part][event.id] = event.intensity or 0.0
            tone = (
                "cooperative"
                if (event.intensity or 0) > 0
                else "conflictual"
                if (event.intensity or 0) < 0
                else "neither"
            )
            rows.append(
                (
                    side,
                    event.date,
                    f"{part} by {case.actor[side].name}",
                    tone,
                    event.kind.replace("_", " "),
                    event.what,
                    event.basis,
                )
            )
    count = {side: sum(map(len, parts.values())) for side, parts in scores.items()}
    order = {side: i for i, side in enumerate(sorted(count, key=lambda s: (-count[s], s)))}
    rows.sort(key=lambda r: (order[r[0]], r[2].startswith("done"), r[1]))
    heads = columns("date=Date=date; row=Side; tone=Tone; kind=Kind; what=What; basis=Basis")
    strip = Table("saydo", "Said and done, by side", heads, tuple(r[1:] for r in rows if order[r[0]] < 5))
    means = tuple(
        (
            case.actor[side].name,
            *(
                cell
                for held in scores[side].values()
                for cell in cited([*held], float(len(held)), _mean(held.values()))
            ),
        )
        for side in order
    )
    heads = columns(
        "side=Side; said=Words=number; words=Mean score of words=number; done=Acts=number; acts=Mean "
        "score of acts=number"
    )
    return [
        strip,
        Table(
            "saydo_sum",
            "Words and acts, by side",
            heads,
            means,
            "Persons count for their side. A lapsed deadline is an act.",
        ),
    ]


def _mean(values: Collection[float]) -> float | None:
    return float(np.mean([*values])) if values else None


def tone_tables(case: m.Case) -> list[Table]:
    """Conflict and cooperation by week between pairs of sides, and their sums over the whole time."""
    held: dict[tuple[str, str], list[tuple[dt.date, float, str]]] = defaultdict(list)
    for e in sorted(case.events, key=lambda e: (e.date, e.id)):
        for pair in {(case.party_of(a), case.party_of(b)) for a in e.source for b in e.target}:
            if e.intensity is not None and pair[0] != pair[1]:
                held[pair].append((e.date - dt.timedelta(e.date.weekday()), e.intensity, e.id))
    order = sorted(held, key=lambda p: (-sum(abs(x) for _, x, _ in held[p]), p))
    label = {p: f"{case.actor[p[0]].name} → {case.actor[p[1]].name}" for p in order}
    since = case.as_of - dt.timedelta(56)
    sums, weeks = [], []
    for pair in order:
        values = [x for _, x, _ in held[pair]]
        late, early = (
            sum(x for d, x, _ in held[pair] if low <= d < low + dt.timedelta(56))
            for low in (since, since - dt.timedelta(56))
        )
        good, bad = sum(x for x in values if x > 0), sum(x for x in values if x < 0)
        basis = [i for _, _, i in held[pair]]
        sums.append(cited(basis, label[pair], float(len(values)), good, bad, sum(values), early, late))
    for pair in order[:3]:
        days = dict.fromkeys(sorted(d for d, _, _ in held[pair]))
        first = max(min(days), case.as_of - dt.timedelta(366))
        for k in range((case.as_of - first).days // 7 + 1):
            day = first + dt.timedelta(7 * k)
            values, basis = [x for d, x, _ in held[pair] if d == day], [i for d, _, i in held[pair] if d == day]
            good, bad = sum(x for x in values if x > 0), sum(x for x in values if x < 0)
            weeks.append(cited(basis, day, label[pair], float(bad), float(sum(values)), float(good)))
    heads = columns(
        "pair=From → to; events=Events=number; cooperation=Cooperation=number; conflict=Conflict=number; "
        "net=Sum=number; early=8 weeks before last=number; late=Last 8 weeks=number"
    )
    weekly = columns(
        "week=Week from=date; pair=From → to; conflict=Conflict=number; net=Sum=number; cooperation=Cooperation=number"
    )
    note = "Of the acts that the case records, which are not all that happened. Scores: PLOVER and Goldstein."
    return [
        Table("tone", "Who did what to whom, summed", heads, tuple(sums), note),
        Table("tone_weeks", "By week", weekly, tuple(weeks), note),
    ]


def checked_table(case: m.Case, series: Sequence[Daily]) -> Table:
    """Dated strikes of the case beside the attached series on that day and the day before."""
    rows = []
    for event in sorted(case.events, key=lambda e: (e.date, e.id)):
        one = next(
            (s for s in series if event.unit and s.complete and s.column.split("_")[0] == event.unit.split()[0]), None
        )
        if (
            event.kind != "strike"
            or event.figure is None
            or one is None
            or (one.by and not {case.party_of(a) for a in event.source} & set(one.by))
        ):
            continue
        there, eve = one.on(event.date), one.on(event.date - dt.timedelta(1))
        rows.append(
            cited(
                [event.id],
                event.date,
                event.id,
                event.unit,
                event.figure,
                there,
                eve,
                None if there is None else there - event.figure,
                event.basis,
            )
        )
    heads = columns(
        "date=Date=date; event=Event; unit=Counted; figure=By the case=number; there=By the "
        "series=number; eve=The day before=number; gap=Difference=number; basis=Basis"
    )
    return Table("checked", "Strikes of the case beside the series", heads, tuple(rows))
