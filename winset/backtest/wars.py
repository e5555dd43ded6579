"""Ended wars in one table: what the record said at each date, what happened, and what that says of the model.

Forecasts come from the public record and from nowhere else, those that stood there before the outcome was written.
Their questions are scored like all others (`record`), a whole war being one cluster. References: the base rate that
stood in the record, of wars of that age for when it ends; where it has none (too few earlier wars, acceptance), the
share in the other wars here, half a yes and half a no added; so for the case's own questions too, whose rate in the
record rests on a dossier that stops before the end and so knows only noes; nothing changes: no end, no acceptance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from winset.backtest.chain import Line, question_of
from winset.backtest.ended import Ending
from winset.backtest.outlook import MONTHS, OVER, SIGNS
from winset.backtest.questions import DAYS, Answer, Asked
from winset.backtest.replay import Replay, Scored, share_of
from winset.case import model as m
from winset.result import Column, Table
from winset.settings import whole
from winset.spoken import count, percent
from winset.theory import scores

OWN = "a question of the case"
WHO = {"model": "winset", "base": "base rate", "nothing": "nothing changes"}
Row = dict[str, Any]


@dataclass(frozen=True)
class War:
    """An ended war: its case, how it ended, and the lines of the record before that was written down, of the case as it
    is."""

    case: m.Case
    ending: Ending
    said: tuple[Row, ...]

    @property
    def dates(self) -> list[dt.date]:
        return sorted({dt.date.fromisoformat(x["asked"]) for x in self.said if x["kind"] == "outlook"})

    def chances(self, day: dt.date) -> dict[str, dict[str, float]]:
        """By question, by who forecast it."""
        found: dict[str, dict[str, float]] = {}
        for x in self.said:
            if x["kind"] == "forecast" and x["asked"] == day.isoformat():
                found.setdefault(x["key"], {})[x["who"]] = x["chance"]
        return found

    def outlook(self, day: dt.date) -> Row:
        return next(x for x in self.said if x["kind"] == "outlook" and x["asked"] == day.isoformat())


def war(case: m.Case, ending: Ending, before: Sequence[Line]) -> War:
    own = (x.said for x in before if x.said.get("case_digest") == case.digest)
    said = [{**x, "key": question_of(x).split("@")[0]} for x in own]
    return War(case, ending, tuple(x for x in said if x["key"].startswith(("war:", "own:"))))


def replayed(wars: Sequence[War]) -> Replay:
    """The questions of all wars with what became of them, as a record of its own."""
    questions = [q for w in wars for q in _questions(w)]
    made = tuple(_with_base(q, questions) for q in questions)
    return Replay(tuple(w.case.id for w in wars), sum(len(w.dates) for w in wars), made, recurring=False)


def _questions(w: War) -> Iterable[Scored]:
    """What the file of outcomes answers: of the case's own questions those that it names, as asked on the day they were
    opened."""
    opened = {f"own:{q.id}": max(q.opened, q.as_of) for q in w.case.questions if q.id in w.ending.questions}
    state: str
    for day in w.dates:
        for key, by in w.chances(day).items():
            _, what, *rest = key.split(":")
            if key.startswith("own:"):
                if opened.get(key) != day:
                    continue
                until, state, template = w.ending.known_to, w.ending.questions[what], OWN
                by = {who: chance for who, chance in by.items() if who != "base rate"}
            elif what == "over":
                until = day + dt.timedelta(round(int(rest[0]) * DAYS))
                state, template = w.ending.over_by(until), OVER
            else:
                until, state, template = w.ending.known_to, w.ending.accepted(rest[0], rest[1], day), SIGNS
            nothing, base = by.get("nothing changes", 0.0), by.get("base rate", float("nan"))
            asked = Asked(template, key, key, day, until, "war", "", by.get("winset"), 0.0, nothing)
            yield Scored(w.case.id, asked.id(w.case.digest), asked, Answer(state, w.ending.told), base)


def _with_base(q: Scored, among: Sequence[Scored]) -> Scored:
    """Where the record has no base rate: the share of yes to the same question in other wars, each asked once a war; of
    acceptance every plan and actor of a war is one, and so is every question of its own."""
    if not np.isnan(q.base):
        return q
    same = q.asked.template if q.asked.template in (SIGNS, OWN) else q.asked.key
    others = {
        (x.case, x.asked.key): x.state == "yes"
        for x in among
        if same in (x.asked.template, x.asked.key) and x.case != q.case and x.state in ("yes", "no")
    }
    return replace(q, base=share_of(others.values()))


def caution(wars: Sequence[War]) -> str:
    """What so few wars can and cannot show."""
    n = len({w.case.id for w in wars})
    return (
        f"{count(n, 'war').capitalize()} only {'catches' if n == 1 else 'catch'} gross error: intervals draw whole "
        "wars again, and who coded them knew how they ended."
    )


def table(wars: Sequence[War]) -> Table:
    """One row a war and date: what was said, what happened, and the ranked score of when the fighting ends."""
    rows, asked = [], replayed(wars).questions
    for w in wars:
        for day in w.dates:
            chances, seen = w.chances(day), w.outlook(day)
            over = [chances.get(f"war:over:{k}", {}).get("winset", "") for k in MONTHS]
            hits, stated = hits_of(w, day)
            marks = ranked(w, day, asked)
            after = "" if w.ending.ended is None else f"{(w.ending.ended - day).days / DAYS:.1f}"
            rows.append(
                (
                    w.case.id, day.isoformat(), _last(w, day), *over, f"{hits} of {stated}" if stated else "no text",
                    seen.get("lever_title", ""), after, w.ending.kind, *(marks.get(s, "") for s in WHO),
                )
            )  # fmt: skip
    columns = (
        Column("war", "War"),
        Column("date", "As known on", "date"),
        Column("last", "Accepts the latest plan"),
        *(Column(f"over{k}", f"Over in {k} mo.", "share") for k in MONTHS),
        Column("clauses", "Signed clauses in best package"),
        Column("lever", "First lever"),
        Column("after", "Months to the end"),
        Column("kind", "How it ended"),
        *(Column(f"ranked_{s}", f"Score of {who}", "number") for s, who in WHO.items()),
    )
    return Table("wars", "Ended wars", columns, tuple(rows), caution(wars))


def _last(w: War, day: dt.date) -> str:
    """The chance that each actor accepts the latest plan on record."""
    plans = [p for p in w.case.plans if p.kind == "plan" and p.date and p.date <= day]
    if not plans:
        return "no plan"
    last = max(plans, key=lambda p: p.date or day)  # of several of one day the first
    odds = {k.split(":")[3]: c["winset"] for k, c in w.chances(day).items() if k.startswith(f"war:signs:{last.id}:")}
    return f"{last.name}: {', '.join(f'{w.case.actor[who].name} {percent(p)}' for who, p in odds.items())}"


def answers(wars: Sequence[War]) -> Table:
    """The chance that each actor accepts each plan, and whether it did."""
    rows = []
    for w in wars:
        for day in w.dates:
            for key, by in w.chances(day).items():
                if key.startswith("war:signs:") and "winset" in by:
                    _, _, plan, who = key.split(":")
                    state = w.ending.accepted(plan, who, day)
                    names = (w.case.plan[plan].name, w.case.actor[who].name)
                    rows.append(
                        (w.case.id, day.isoformat(), *names, by["winset"], {"void": "not said"}.get(state, state))
                    )
    columns = (
        Column("war", "War"),
        Column("date", "As known on", "date"),
        Column("plan", "Plan"),
        Column("who", "Actor"),
        Column("chance", "Accepts", "share"),
        Column("state", "Accepted"),
    )
    return Table("answers", "Who accepts which plan", columns, tuple(rows))


def told(wars: Sequence[War]) -> list[str]:
    """What happened in each war, as its coder has it, and who coded it."""
    return [
        f"{w.case.title}: {w.ending.told}{f' What moved it: {w.ending.moved}' if w.ending.moved else ''} Coded: "
        f"{w.ending.coder}"
        for w in wars
    ]


def ranked(w: War, day: dt.date, asked: Sequence[Scored]) -> dict[str, float]:
    """Ranked probability score of when the fighting ends (within 1, 3, 6, 12 months, or later), by source; none where
    the date has no forecast of it or the answer is not known."""
    own = {q.asked.key: q for q in asked if (q.case, q.asked.origin) == (w.case.id, day)}
    over = [own[key] for k in MONTHS if (key := f"war:over:{k}") in own]
    if len(over) < len(MONTHS) or not all(q.counted for q in over):
        return {}
    place = np.array([next((i for i, q in enumerate(over) if q.state == "yes"), len(MONTHS))])
    bins = {s: np.diff([0.0, *(q.chance(s) for q in over), 1.0])[None] for s in WHO}
    return {s: float(scores.ranked(chance, place)[0]) for s, chance in bins.items()}


def when(wars: Sequence[War], seed: int = 1) -> dict[str, scores.Interval]:
    """The mean of `ranked` over wars and dates, by who forecast; a war is one cluster."""
    asked = replayed(wars).questions
    made = [(w.case.id, x) for w in wars for day in w.dates if (x := ranked(w, day, asked))]
    clusters, times = [case for case, _ in made], whole("backtest.resamples")
    return {
        who: scores.clustered(np.array([x[s] for _, x in made]), clusters, times, np.random.default_rng(seed))
        for s, who in WHO.items()
        if made
    }


def sentence(wars: Sequence[War], seed: int = 1) -> str:
    """How well the time of the end was foreseen."""
    found = when(wars, seed)
    if not found:
        return "No date has both a forecast of the end and a known end."
    parts = [
        f"{who} {x.value:.2f}{'' if np.isnan(x.low) else f' ({x.low:.2f} to {x.high:.2f})'}" for who, x in found.items()
    ]
    return f"When it ends (1, 3, 6, 12 months or later), ranked score, 0 is best: {'; '.join(parts)}."


def clauses(wars: Sequence[War]) -> Table:
    """Clause by clause: the best packages of each date beside the text that was signed, and the status quo."""
    rows = []
    for w in wars:
        for day in w.dates:
            for issue, signed in _signed(w):
                own = [p.get(issue, "") for p in w.outlook(day)["packages"].values()]
                told = [_label(w, issue, o) + (" (as signed)" if o == signed else "") for o in own]
                names = (w.case.id, day.isoformat(), w.case.issue[issue].name)
                rows.append((*names, *[*told, "none", "none"][:2], _label(w, issue, signed)))
    columns = (
        Column("war", "War"),
        Column("date", "As known on", "date"),
        Column("issue", "Issue"),
        Column("most", "Package acceptable in most draws"),
        Column("nash", "Nash's at the modes"),
        Column("signed", "Signed"),
    )
    return Table("clauses", "Clauses of the best packages and of the signed text", columns, tuple(rows))


def _signed(w: War) -> list[tuple[str, str]]:
    return list(w.ending.text.clauses.items()) if w.ending.text else []


def _label(w: War, issue: str, option: str) -> str:
    if option == m.DEFERRED:
        return "left to later talks"
    found = [o.label for o in w.case.issue[issue].options if o.id == option]
    return found[0] if found else "something else" if option else "none"


def hits_of(w: War, day: dt.date) -> tuple[int, int]:
    """(clauses of the signed text that the first best package of a date has, clauses of the text)."""
    packages = list(w.outlook(day)["packages"].values())
    signed = _signed(w)
    return sum(bool(packages) and packages[0].get(i) == o for i, o in signed), len(signed)
