"""Cases of any size made by code, with a report of the lenses that the papers read, and ways to look into the
papers.
"""

from __future__ import annotations

from functools import cache

from tests.report import sample
from tests.report.sample import DAY, figure
from winset import run as engine
from winset.case import model as m
from winset.case.defaults import with_defaults
from winset.lens.settlement.lens import Settlement
from winset.report import Report, report_of
from winset.report.pack import made

OPTIONS = ("low", "middle", "high")
JUDGED = "judgement: Made up for a test."


def case(parties: int, plans: int, issues: int = 6, text: str = "", long: bool = False) -> m.Case:
    """A case without a war: parties stand at the two ends of every issue by turns, and every second one states a
    line.
    """
    names = [f"p{i:02}" for i in range(parties)]
    topics = [f"i{j}" for j in range(issues)]
    tail = (
        " of the very long name that a drafting committee gave it in the third session of its second year"
        if long
        else ""
    )
    made_issues = tuple(
        m.Issue(
            id=t,
            name=f"Provision {t}{tail}{text}",
            question=f"How much of {t}?{text}",
            kind="scale",
            options=tuple(m.Option(id=o, label=f"the {o} part of {t}{tail}{text}") for o in OPTIONS),
            status_quo="low",
        )
        for t in topics
    )
    figures = [figure(f"{t}/{o}.place", 50.0 * k, JUDGED) for t in topics for k, o in enumerate(OPTIONS)]
    for i, name in enumerate(names):
        figures.append(figure(f"{name}.no_deal", 0.3, JUDGED, low=0.2, high=0.4))
        for t in topics:
            figures.append(
                figure(f"{name}/{t}.ideal", None, f"passages: p1 | {JUDGED}", DAY(2024, 2, 1), at=OPTIONS[2 * (i % 2)])
            )
            figures.append(figure(f"{name}/{t}.attention", 50.0, JUDGED, low=30.0, high=70.0))
        if i % 2:
            figures.append(figure(f"{name}/{topics[0]}.red_line", None, "passages: p2", DAY(2024, 3, 1), at="middle"))
            figures.append(figure(f"{name}/{topics[0]}.red_line_real", 0.6, JUDGED, DAY(2024, 3, 1), low=0.4, high=0.8))
    ends = [
        m.Plan(
            id=f"all-{o}",
            name=f"All {o}",
            kind="benchmark",
            basis=JUDGED,
            clauses={t: m.Clause(option=o) for t in topics},
        )
        for o in ("low", "high")
    ]
    drafts = [
        m.Plan(
            id=f"draft-{n:02}",
            name=f"Draft {n:02}{tail}{text}",
            date=DAY(2024, 3, 1 + n % 28),
            authors=(names[n % parties],),
            note=f"A draft.{text}",
            basis="passages: p1",
            clauses={t: m.Clause(option=OPTIONS[(n + j) % 3], note=text) for j, t in enumerate(topics) if (n + j) % 4},
            responses=(
                m.Response(
                    actor=names[0], date=DAY(2024, 3, 29), response="conditional", basis=JUDGED, gist=f"Not yet.{text}"
                ),
            ),
        )
        for n in range(plans)
    ]
    scales = {
        name: m.Scale(defeat=f"all-{OPTIONS[2 - 2 * (i % 2)]}", victory=f"all-{OPTIONS[2 * (i % 2)]}")
        for i, name in enumerate(names)
    }
    base = sample.case(text)
    actors = [
        m.Actor(id=n, name=f"Party {n}{tail}{text}", level="party", role="belligerent", signs=True) for n in names
    ]
    actors.append(
        m.Actor(id="envoy", name=f"The envoy{text}", level="person", role="envoy", principal=names[0], office=text)
    )
    channels = tuple(
        m.Channel(
            id=f"c{i}", source="envoy", target=n, kind="carries_messages", gist=f"By hand.{text}", basis="passages: p1"
        )
        for i, n in enumerate(names)
    )
    made_case = m.Case(
        id="many",
        title=f"Many{text}",
        summary=text,
        as_of=DAY(2024, 4, 10),
        war=None,
        actors=tuple(actors),
        issues=made_issues,
        rules=(),
        scales=scales,
        missing_voices=(m.Voice(who=f"The carters{text}", why="Nobody asked."),),
        plans=(*ends, *drafts),
        figures=tuple(figures),
        events=(),
        channels=channels,
        sources=base.sources,
        passages=base.passages,
        digest="d" * 64,
    )
    return with_defaults(made_case)


@cache
def report(parties: int, plans: int, text: str = "", long: bool = False, issues: int = 6) -> Report:
    """What settlement says of such a case, and futures, which has no war to speak of."""
    study = engine.study(case(parties, plans, issues, text, long), draws=16, seed=1)
    return report_of(study, (study.look(Settlement(readings=False, exact=False)), study.look("futures")))


@cache
def pack(parties: int, plans: int, long: bool = False) -> dict[str, bytes]:
    """All files of the pack of such a case, made once."""
    return files(report(parties, plans, long=True) if long else report(parties, plans))


def files(held: Report, *names: str) -> dict[str, bytes]:
    return made.files_of(held, made.papers(held, names or made.chosen("", change=False)))
