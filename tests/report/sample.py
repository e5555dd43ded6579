"""A small report made by hand: a case of a few records and a result that uses every kind of chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

from winset.case import model as m
from winset.report import Report, to_html
from winset.result import Chart, Cited, Column, Finding, Offer, Point, Result, Section, Table

DAY = dt.date
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"--><svg onload=alert(3)>"
    "{{ 7*7 }}${8*8}\x1b[31m\u202e[bold]"
)


def figure(key: str, mode: float | None, basis: str, date: dt.date | None = None, **more: object) -> m.Figure:
    subject, quantity = key.rsplit(".", 1)
    name = f"{key}@{date}" if date else key
    given = {"low": mode, "mode": mode, "high": mode, **more}
    parts, rests_on = tuple(subject.split("/")), m.parse_basis(basis)
    return m.Figure(name, parts, quantity, rests_on, date, **given)  # type: ignore[arg-type]


def event(key: str, date: dt.date, kind: str, what: str = "Something is done.", **more: object) -> m.Event:
    given = {"source": ("north",), "target": ("south",), "basis": "passages: p1", **more}
    return m.Event(id=key, date=date, kind=kind, what=what, **given)  # type: ignore[arg-type]


def case(text: str = "") -> m.Case:
    """The case; `text` is added to every free text, to see that none of it is obeyed."""
    sha = "0123456789abcdef" * 4
    source = m.Source(
        id="s1",
        title=f"A page{text}",
        author=f"A. Writer{text}",
        publisher=f"The Gazette{text}",
        published_from=DAY(2024, 3, 1),
        published_to=DAY(2024, 3, 2),
        kind="news",
        voice=f"From the coast.{text}",
        file="page.txt",
        sha256=sha,
        canon="winset-c14n-1",
        canonical_sha256=sha,
        characters=900,
    )
    passages = tuple(
        m.Passage(
            id=f"p{i}",
            source="s1",
            start=10 * i,
            end=10 * i + 60,
            sha256=sha,
            before=sha[:16],
            after=sha[:16],
            attribution="quoted",
            speaker="north" if i == 1 else f"a clerk{text}",
            gist=f"The North names its price {i}.{text}",
        )
        for i in (1, 2)
    )
    options = tuple(
        m.Option(id=o, label=f"{label}{text}")
        for o, label in (("none", "no tolls"), ("half", "half tolls"), ("full", "all tolls"))
    )
    issues = (
        m.Issue(
            id="tolls",
            name=f"Tolls{text}",
            question=f"Who takes the tolls? 0 = South, 100 = North.{text}",
            kind="scale",
            options=options,
            status_quo="full",
            deferrable=True,
            note=text,
        ),
        m.Issue(id="guard", name=f"Guard{text}", kind="options", options=options[:2], status_quo="none"),
    )
    actors = (
        m.Actor(id="north", name=f"North{text}", level="party", role="belligerent", signs=True),
        m.Actor(id="south", name=f"South{text}", level="party", role="belligerent", signs=True),
        m.Actor(id="judge", name=f"The judge{text}", level="person", role="mediator", office=text),
    )
    plans = (
        m.Plan(
            id="draft",
            name=f"First draft{text}",
            date=DAY(2024, 3, 1),
            authors=("judge",),
            note=f"Short.{text}",
            basis="passages: p1",
            clauses={"tolls": m.Clause(option="half", basis="passages: p2", note=f"a note{text}")},
            responses=(
                m.Response(
                    actor="north",
                    date=DAY(2024, 3, 3),
                    response="refused",
                    basis="report: The Gazette, 2024-03-03",
                    gist=f"Too little.{text}",
                ),
            ),
        ),
        m.Plan(
            id="second",
            name=f"Second draft{text}",
            date=DAY(2024, 4, 1),
            authors=("judge",),
            basis="passages: p2",
            follows="draft",
            clauses={"tolls": m.Clause(option="deferred"), "guard": m.Clause(option="half")},
        ),
    )
    figures = (
        figure("tolls/none.place", 0, "judgement: End of the scale."),
        figure("tolls/half.place", 50, "judgement: The middle.", low=40, high=60),
        figure("tolls/full.place", 100, "judgement: End of the scale."),
        figure(
            "north/tolls.ideal", None, f"passages: p1 p2 | judgement: read together{text}", DAY(2024, 2, 1), at="full"
        ),
        figure(
            "south/tolls.ideal",
            20,
            "report: publisher unknown, 2024-03",
            DAY(2024, 3, 1),
            low=10,
            high=35,
            note=f"rough{text}",
        ),
        figure("north/tolls.red_line", None, "report: The Gazette, 2024-03-03", DAY(2024, 3, 3), at="half"),
        figure("south.no_deal", 0.4, "judgement: a guess from the year before", low=0.25, high=0.6),
        figure(
            "north.endurance",
            None,
            f"dataset: tolls.csv, sha256 {sha}, query sum{text}",
            distribution="lognormal(18,0.3)",
        ),
    )
    events = (
        event("e1", DAY(2024, 2, 10), "threat", f"The North closes the road.{text}", intensity=-6),
        event("e2", DAY(2024, 2, 20), "deadline_set", "The road opens by April.", due=DAY(2024, 4, 1)),
        event("e3", DAY(2024, 3, 20), "deadline_moved", "It may take until May.", ref="e2", due=DAY(2024, 5, 1)),
        event("e4", DAY(2024, 4, 2), "talks", "They meet.", intensity=2, source=("judge",), target=("north", "south")),
    )
    return m.Case(
        id="tolls-case",
        title=f"The tolls{text}",
        summary=f"An invented quarrel.{text}",
        as_of=DAY(2024, 4, 10),
        war=None,
        actors=actors,
        issues=issues,
        rules=(),
        scales={},
        missing_voices=(m.Voice(who=f"The carters{text}", why=f"Nobody asked.{text}"),),
        plans=plans,
        figures=figures,
        events=events,
        sources=(source,),
        passages=passages,
        readings=(
            m.Patch(
                id="harder",
                title=f"A harder North{text}",
                kind="reading",
                why=f"It may mean it.{text}",
                basis="passages: p1",
            ),
        ),
        digest="d" * 64,
    )


def result(text: str = "") -> Result:
    """A result with a finding, a table of every kind and a chart of every kind."""
    plans, parties = (f"First draft{text}", f"Second draft{text}"), (f"North{text}", f"South{text}")
    odds = tuple(
        (
            p,
            a,
            Cited(
                (3 * i + j + 0.5) / 6, ("south.no_deal", "north/tolls.ideal@2024-02-01") if i else ("south.no_deal",)
            ),
        )
        for i, p in enumerate(plans)
        for j, a in enumerate(parties)
    )
    tables = (
        Table(
            "odds",
            f"Odds{text}",
            (Column("plan", "Plan"), Column("party", "Party"), Column("share", "Accepts", "share")),
            odds,
            f"Shares.{text}",
        ),
        Table(
            "wide",
            f"Wide{text}",
            (
                Column("plan", "Plan"),
                Column("date", "Date", "date"),
                Column("n", f"North{text}", "share"),
                Column("s", "South", "share"),
            ),
            ((plans[0], DAY(2024, 3, 1), 0.1, 0.9), (plans[1], "2024-04-01", 0.55, 0.45)),
        ),
        Table(
            "gains",
            f"Gains{text}",
            (Column("what", "Clause"), Column("gain", f"Gain{text}", "number", "utility"), Column("who", "Party")),
            (
                (f"tolls{text}", Cited(0.25, ("e1",)), parties[0]),
                (f"tolls{text}", -0.125, parties[1]),
                ("guard", None, parties[0]),
            ),
        ),
        Table(
            "curve",
            "Lasting",
            (
                Column("t", "Month", "number", "months"),
                Column("l", "Low", "share"),
                Column("m", "Still on", "share"),
                Column("h", "High", "share"),
                Column("w", "Who"),
            ),
            tuple((t, 0.8 - 0.1 * t, 0.9 - 0.1 * t, 1 - 0.1 * t, w) for w in parties for t in range(4)),
        ),
        Table(
            "points",
            "Deals",
            (
                Column("x", "To North", "share"),
                Column("y", "To South", "share"),
                Column("l", "Deal"),
                Column("c", "Kind"),
            ),
            ((0.2, 0.8, plans[0], "plan"), (0.5, 0.6, "", "other"), (0.7, 0.3, plans[1], "plan")),
        ),
        Table(
            "ties",
            "Who carries messages",
            (Column("a", "From"), Column("b", "To"), Column("c", "Kind"), Column("l", "Label")),
            ((parties[0], "The judge", "carries", text), ("The judge", parties[1], "advises", "weekly")),
        ),
        Table(
            "dates",
            "When",
            (Column("d", "Date", "date"), Column("w", "Who"), Column("l", "What"), Column("c", "Kind")),
            (
                (DAY(2024, 2, 1), parties[0], f"closes{text}", "threat"),
                (DAY(2024, 3, 1), parties[1], "opens", "offer"),
            ),
        ),
        Table(
            "rungs",
            "Steps up",
            (Column("d", "Date", "date"), Column("r", "Rung", "number"), Column("l", "What"), Column("w", "Who")),
            (
                (DAY(2024, 2, 1), 1, "words", parties[0]),
                (DAY(2024, 3, 1), 3, f"road closed{text}", parties[0]),
                (DAY(2024, 3, 5), 2, "", parties[1]),
            ),
        ),
    )
    charts = (
        Chart(
            "odds-c",
            "matrix",
            "odds",
            f"Who accepts{text}",
            {"x": "party", "y": "plan", "value": "share"},
            f"Darker is more.{text}",
        ),
        Chart("wide-c", "matrix", "wide", "Wide matrix", {"x": "*share", "y": "plan", "value": "*"}),
        Chart("gains-c", "bars", "gains", f"Gains{text}", {"x": "gain", "y": "what", "color": "who"}, text),
        Chart("curve-c", "fan", "curve", "How long", {"x": "t", "low": "l", "mid": "m", "high": "h", "color": "w"}),
        Chart("points-c", "frontier", "points", "Deals", {"x": "x", "y": "y", "label": "l", "color": "c"}),
        Chart("ties-c", "network", "ties", "Ties", {"source": "a", "target": "b", "color": "c", "label": "l"}),
        Chart("dates-c", "timeline", "dates", "When", {"x": "d", "y": "w", "label": "l", "color": "c"}),
        Chart("rungs-c", "ladder", "rungs", "Steps", {"x": "d", "y": "r", "label": "l", "color": "w"}),
    )
    finding = Finding(
        "passes",
        f"The second draft passes in 51% of the draws.{text}",
        0.51,
        "share of draws",
        0.2,
        0.8,
        0.011,
        ("south.no_deal", "north/tolls.ideal@2024-02-01"),
        ("putnam1988",),
    )
    sections = (
        Section("who", f"Who accepts{text}", (f"A share of draws.{text}",), ("passes", "odds-c", "wide", "wide-c")),
        Section("rest", "The rest", (), ("gains-c", "gains", "curve-c", "points-c", "ties-c", "dates-c", "rungs-c")),
    )
    return Result(
        lens="settlement",
        question=f"Is there a deal?{text}",
        answer=(f"One of the two drafts would pass.{text}", f"The North decides.{text}"),
        findings=(finding,),
        tables=tables,
        charts=charts,
        sections=sections,
        assumes=(f"Clauses add up.{text}",),
        sources=("putnam1988",),
        notes=(f"A note.{text}",),
        settings={"draws": 2000},
        offer=Offer(
            headline=f"One of the two drafts passes in about half of the draws.{text}",
            picture="odds-c",
            so_what=f"The second draft is worth an hour.{text}",
            points=(
                Point("verdict", f"One of the two drafts passes in about half of the draws.{text}"),
                Point("plans", "", "odds-c"),
                Point("stops", f"The first draft is stopped by the North over tolls.{text}"),
                Point("next", f"In about half: both sign.{text}", "curve-c"),
                Point("levers", f"No lever is seen to change it.{text}", greyed=True),
            ),
        ),
    )


def report(text: str = "", results: int = 1) -> Report:
    earlier = figure("south/tolls.ideal", 5, "passages: p2", DAY(2024, 2, 5))
    later = figure("south/tolls.ideal", 90, "passages: p2", DAY(2024, 6, 1))
    settings = {
        "seed": 1,
        "draws": 2000,
        "as_of": "2024-04-10",
        "patches": [f"none{text}"],
        "versions": {"winset": "0.1.0"},
        "digests": {"case": "d" * 64},
    }
    made = result(text)
    others = tuple(replace(made, lens=f"other{i}", question="And then?") for i in range(1, results))
    known = case(text)
    return Report(known, (made, *others), settings, (earlier, *known.figures, later))


def many() -> Report:
    """The report with one finding more, which rests on all Figures and two events."""
    made = report()
    basis = (*(f.id for f in made.case.figures), "e1", "e2")
    whole = Finding(
        key="whole", sentence="A deal exists in 12%.", value=0.12, low=0.1, high=0.2, unit="share", basis=basis
    )
    result = made.results[0]
    first = replace(result.sections[0], show=("whole", *result.sections[0].show))
    more = replace(result, findings=(*result.findings, whole), sections=(first, *result.sections[1:]))
    return replace(made, results=(more,))


@cache
def page(text: str = "") -> str:
    """The sample report as HTML."""
    return to_html(report(text))
