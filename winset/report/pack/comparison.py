"""The plan comparison: provisions by plans, what each clause says, what it does to each party, and who reported it."""

from __future__ import annotations

from winset.case import model as m
from winset.derive.worth.packages import clause_of
from winset.report import words
from winset.report.pack.paper import Block, Cell, Heading, Paper, Prose, Said, Sheet, brief, listed, share, text
from winset.report.pack.told import Told, found, groups, table

KEY, TITLE = "comparison", "Plan comparison"
BESIDE = 5  # most plans beside each other on a page
ANSWERS = {
    "accepted": "accepted",
    "conditional": "accepted with conditions",
    "not_accepted": "not accepted yet",
    "refused": "refused",
}


def comparison(told: Told) -> Paper:
    blocks: list[Block] = []
    if why := told.silent("settlement"):
        blocks.append(Prose((Said(f"Verdicts are left out. {why}"),), "lead"))
    if not told.plans:
        blocks.append(Prose((Said("The case has no plan of this date, so there is nothing to compare."),), "lead"))
        return Paper(key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), wide=True)
    blocks += [Heading("The plans at a glance"), _glance(told)]
    crossed = _crossings(told)
    size = -(-len(told.plans) // -(-len(told.plans) // BESIDE))  # as even as can be
    for start in range(0, len(told.plans), size):
        plans = told.plans[start : start + size]
        several = len(told.plans) > BESIDE
        span = f", plans {start + 1} to {start + len(plans)} of {len(told.plans)}" if several else ""
        blocks += [Heading(f"Provision by provision{span}", page=True), _side_by_side(told, plans, crossed)]
    blocks.append(Prose((Said(_how_to_read(told)),), "note"))
    data = (_long(told, crossed),)
    return Paper(key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), data=data, wide=True)


def _how_to_read(told: Told) -> str:
    said = "A clause that a plan does not name leaves the present state, which is written as silent."
    if told.silent("settlement"):
        return said
    return (
        f"{said} A line counts as crossed in the share of draws in which it is real and the clause lies beyond it; of "
        "a party not named in a cell no stated line is crossed by the clause. A party may refuse a plan that crosses "
        "no line, because the whole is worth less to it than no deal."
    )


def _glance(told: Told) -> Sheet:
    """One row a plan: who wrote it, who answered what, and the odds that it passes."""
    rows = []
    for plan in told.plans:
        passes = told.finding("settlement", f"passes.{plan.id}")
        value = float(passes.value) if passes and isinstance(passes.value, int | float) else None
        ranged = words.span(passes.low, passes.high, "share") if passes else ""
        cites = found("settlement", f"passes.{plan.id}") if passes else ()
        rows.append(
            (
                text(words.clean(plan.name), cites=(plan.id,), strong=True),
                text(listed([told.name(a) for a in plan.authors]), words.day(plan.date)),
                _answers(told, plan),
                share(value, cites),
                text(ranged),
                _signs(told, plan),
            )
        )
    heads = ("Plan", "By whom, when", "Answers on record", "Passes", "Over rival readings", "Who signs")
    note = (
        "Passes: all sign, all ratify, every other consent is given, no rule across clauses is broken. Shares of draws."
    )
    return Sheet("plans", "", heads, (0.2, 0.17, 0.23, 0.07, 0.11, 0.22), tuple(rows), note)


def _answers(told: Told, plan: m.Plan) -> Cell:
    lines = tuple(
        Said(
            f"{told.name(r.actor)}: {ANSWERS[r.response]}, {words.day(r.date)}",
            (f"answer:{plan.id}/{r.actor}/{r.date.isoformat()}",),
        )
        for r in plan.responses
        if r.date <= told.case.as_of
    )
    return Cell(lines) if lines else text("none")


def _signs(told: Told, plan: m.Plan) -> Cell:
    said = []
    for party in told.parties:
        value = told.value("settlement", f"signs.{plan.id}.{party.id}")
        if value is not None:
            said.append((brief(told.name(party.id), 40), words.percent(value)))
    lines = [f"{listed(names, 3)}: {odds}" for odds, names in groups(said)]
    return text(*lines, cites=table("settlement", "odds")) if lines else text("not told")


Crossings = dict[tuple[str, str, str], tuple[float, tuple[str, ...]]]


def _crossings(told: Told) -> Crossings:
    """How often a clause crosses a real line of a party, and the Figures that say so, by plan, issue and party.

    Only where the names of a table tell its plans, issues and parties apart.
    """
    plans = {words.clean(p.name): p.id for p in told.plans}
    parties = {words.clean(a.name): a.id for a in told.parties}
    issues = {words.clean(i.name): i.id for i in told.case.issues}
    if (len(plans), len(parties), len(issues)) != (len(told.plans), len(told.parties), len(told.case.issues)):
        return {}
    made: Crossings = {}
    for row in told.rows("settlement", "clauses"):
        names = [words.clean(str(row[key])) for key in ("plan", "issue", "party")]
        if names[0] in plans and names[1] in issues and names[2] in parties:
            stops = row.number("stops") or 0.0
            key = (plans[names[0]], issues[names[1]], parties[names[2]])
            made[key] = (stops, row.basis("stops"))
    return made


def _side_by_side(told: Told, plans: tuple[m.Plan, ...], crossed: Crossings) -> Sheet:
    rows = []
    for issue in told.case.issues:
        cells = [_clause(told, plan, issue, crossed) for plan in plans]
        rows.append((text(words.clean(issue.name), cites=(f"issue:{issue.id}",), strong=True), *cells))
    heads = ("Provision", *(words.clean(p.name) for p in plans))
    first = 0.16
    widths = (first, *((1 - first) / len(plans) for _ in plans))
    return Sheet("", "", heads, widths, tuple(rows))


def _clause(told: Told, plan: m.Plan, issue: m.Issue, crossed: Crossings) -> Cell:
    """What a plan says on an issue, whose line it crosses, and where that is reported."""
    clause = plan.clauses.get(issue.id)
    option = told.option(issue, clause_of(plan, issue))
    cites = (f"clause:{plan.id}/{issue.id}",) if clause else ()
    lines = [Said(option if clause else f"silent: {option}", cites)]
    if clause and clause.note:
        lines.append(Said(f"({brief(clause.note, 160)})"))
    lines += [Said(said, rests) for said, rests in _verdicts(told, plan, issue, crossed)]
    return Cell(tuple(lines))


def _verdicts(told: Told, plan: m.Plan, issue: m.Issue, crossed: Crossings) -> list[tuple[str, tuple[str, ...]]]:
    if told.silent("settlement"):
        return []
    if not crossed:
        return [("verdicts by clause not told apart: the report has none, or names that are the same", ())]
    held = [(a, *crossed.get((plan.id, issue.id, a.id), (0.0, ()))) for a in told.parties]
    over = sorted(((s, a, b) for a, s, b in held if s > 0), key=lambda x: (-x[0], x[1].id))
    if not over:
        return [("No line crossed.", ())]
    lines = ", ".join(f"{brief(told.name(a.id), 60)} {words.percent(s)}" for s, a, _ in over[:4])
    more = f" and {len(over) - 4} more" if len(over) > 4 else ""
    return [(f"Crosses a real line of {lines}{more}.", table("settlement", "clauses"))]


def _long(told: Told, crossed: Crossings) -> Sheet:
    """Every provision, plan and party in a row of its own, for a spreadsheet."""
    rows = []
    for issue in told.case.issues:
        for plan in told.plans:
            clause = plan.clauses.get(issue.id)
            option = told.option(issue, clause_of(plan, issue))
            cites = (f"clause:{plan.id}/{issue.id}",) if clause else ()
            for party in told.parties:
                often, basis = crossed.get((plan.id, issue.id, party.id), (0.0, ()))
                said = crossed and not told.silent("settlement")
                signs = told.value("settlement", f"signs.{plan.id}.{party.id}")
                rows.append(
                    (
                        text(words.clean(issue.name)),
                        text(words.clean(plan.name)),
                        text(option, cites=cites),
                        text("named" if clause else "silent"),
                        text(words.clean(clause.note) if clause else ""),
                        text(told.name(party.id)),
                        share(often if said else None, basis),
                        share(signs, found("settlement", f"signs.{plan.id}.{party.id}") if signs is not None else ()),
                    )
                )
    heads = (
        "Provision",
        "Plan",
        "Clause",
        "Named or silent",
        "Note",
        "Party",
        "Crosses a real line",
        "Party signs the plan",
    )
    return Sheet("provisions", "Provisions by plan and party", heads, (), tuple(rows))
