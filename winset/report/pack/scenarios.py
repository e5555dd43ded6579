"""The scenario table: a central future and named alternatives, their odds, what would be seen, what would change
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from winset.case import model as m
from winset.case.grammar import Both, Count, Either, Happens, Not, Rule, parse
from winset.report import words
from winset.report.case_views import fate
from winset.report.pack import pictures
from winset.report.pack.paper import Block, Cell, Heading, Paper, Prose, Said, Sheet, brief, share, text
from winset.report.pack.told import Told, found, table

KEY, TITLE = "scenarios", "Scenario table"
MOST = 5  # futures that are told; those with the smallest odds are left out
SEEN, PULLED = 3, 3  # signs and levers told for each
SOON, LATE = 12, 24  # months
KINDS = {  # the kinds of event that a future would be seen by
    "settlement": ("settlement", "acceptance", "accession"),
    "ceasefire": ("ceasefire",),
    "A_breaks": ("capture",),
    "B_breaks": ("capture",),
    "fighting": ("strike", "battle"),
}
MEANS = {
    "settlement": "A signed text on the whole holds, or a peace that followed a truce.",
    "ceasefire": "A truce of less than a year holds, and no peace has followed it yet.",
    "frozen": "A truce older than a year without peace, or a front on which both sides are worn out.",
    "fighting": "The war is still on, or on again.",
}


@dataclass(frozen=True)
class Future:
    key: str
    name: str
    means: str
    late: float
    side: str = ""


def scenarios(told: Told) -> Paper:
    blocks: list[Block] = []
    if why := told.silent("futures"):
        blocks.append(Prose((Said(f"No odds of futures can be given. {why}"),), "lead"))
        missing = (r.notes if (r := told.result("futures")) else ())[:20]
        if missing:
            blocks.append(Prose((Said(f"To be added to the case: {', '.join(missing)}."),)))
    else:
        blocks += _futures(told)
    blocks += _signs(told)
    return Paper(key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), wide=True)


def _futures(told: Told) -> list[Block]:
    futures = _held(told)
    shown, left = futures[:MOST], futures[MOST:]
    rows = []
    for i, future in enumerate(shown):
        name = f"{'Central' if i == 0 else f'Alternative {i}'}: {future.name}"
        rows.append(
            (text(name, future.means, strong=True), _odds(told, future), _seen(told, future), _changes(told, future))
        )
    heads = ("Future", f"Odds after {SOON} and {LATE} months", "What would be seen", "What would change it")
    note = f"What holds {LATE} months from now, by the model alone; ranges are the 5th to 95th percentile over draws."
    if left:
        note += f" Left out as less likely: {', '.join(f'{f.name} ({words.percent(f.late)})' for f in left)}."
    blocks: list[Block] = [Prose((_ended(told),), "lead")]
    blocks.append(Sheet("futures", "", heads, (0.24, 0.18, 0.32, 0.26), tuple(rows), note))
    if stories := _stories(told):
        blocks += [Heading("Told as dated paths"), stories]
    result = told.result("futures")
    charts = {c.key: c for c in result.charts} if result else {}
    tables = {t.key: t for t in result.tables} if result else {}
    if result and "fan_chart" in charts and charts["fan_chart"].table in tables:
        blocks.append(Heading("How the odds move over time", page=True))
        blocks.append(pictures.picture(told, charts["fan_chart"], tables[charts["fan_chart"].table]))
        blocks.append(Prose((Said("The numbers of the picture are in the report.", table("futures", "fan")),), "note"))
    return blocks


def _stories(told: Told) -> Sheet | None:
    """Kinds of endings on simulated paths, each with the acts of its middle path: examples, not predictions."""
    result = told.result("futures")
    found = next((t for t in result.tables if t.key == "stories"), None) if result else None
    if found is None or not found.rows:
        return None
    rows = []
    for row in told.rows("futures", "stories"):
        middle = words.day(row["mid"]) if row["mid"] else "not by then"
        between = f"{words.day(row['low'])} to {words.day(row['high'])}" if row["mid"] else ""
        rows.append(
            (
                text(words.clean(str(row["ending"])), strong=True),
                share(row.number("share"), table("futures", "stories")),
                text(middle, between),
                text(words.day(row["text"]) if row["text"] else "none"),
                text(*words.clean(str(row["acts"])).split("; ")),
            )
        )
    heads = (
        "How it ends",
        "Share of paths",
        "When: middle, 5th to 95th percentile",
        "Text signed",
        "Acts on that path",
    )
    return Sheet("stories", "", heads, (0.24, 0.09, 0.2, 0.12, 0.35), tuple(rows), words.clean(found.note))


def _held(told: Told) -> list[Future]:
    """The futures with their odds, the most likely first."""
    sides = [told.name(s) for s in told.case.war.belligerents] if told.case.war else ["", ""]
    names = {
        "settlement": "a settlement",
        "ceasefire": "a ceasefire without a settlement",
        "frozen": "a frozen front",
        "A_breaks": f"{sides[0]} cannot go on",
        "B_breaks": f"{sides[1]} cannot go on",
        "fighting": "still fighting",
    }
    made = []
    for key, name in names.items():
        late = told.value("futures", f"state.{key}.{LATE}")
        side = {"A_breaks": sides[0], "B_breaks": sides[1]}.get(key, "")
        means = MEANS.get(key) or f"{side} is worn out and under terms, or driven from its last ground."
        if late is not None:
            made.append(Future(key, name, means, late, side))
    return sorted(made, key=lambda f: (-f.late, f.key))


def _ended(told: Told) -> Said:
    ended = told.finding("futures", f"ended.{SOON}")
    if ended is None:
        return Said("The case gives no odds that the fighting ends.")
    return Said(words.dated(ended.sentence), found("futures", ended.key))


def _odds(told: Told, future: Future) -> Cell:
    rows = [r for r in told.rows("futures", "states") if r["months"] == SOON]
    soon = rows[0].number(future.key) if rows else None
    late = told.finding("futures", f"state.{future.key}.{LATE}")
    lines = [f"{words.percent(soon)} after {SOON} months"] if soon is not None else []
    between = f" ({words.span(late.low, late.high, 'share')})" if late and late.low is not None else ""
    lines.append(f"{words.percent(future.late)} after {LATE} months{between}")
    cell = text(*lines, cites=found("futures", f"state.{future.key}.{LATE}"))
    return Cell(cell.lines, future.late, "share") if soon is None else cell


def _seen(told: Told, future: Future) -> Cell:
    """Dated questions whose rule turns on an event of this future, and the limits that a side would reach first."""
    lines: list[Said] = []
    for question in sorted(told.case.questions, key=lambda q: (q.resolve_by, q.id)):
        polarity = _turns_on(question, KINDS.get(future.key, ()), future.side and _rival(told, future))
        if (
            polarity
            and not _decided(told, question)
            and question.status == "open"
            and question.resolve_by > told.case.as_of
            and len(lines) < SEEN
        ):
            lines.append(_question(told, question, polarity))
    for row in told.rows("endurance", "clocks") if future.side else ():
        months = row.number("months")
        if words.clean(str(row["side"])) == future.side and months is not None and len(lines) < SEEN:
            span = " to ".join(f"{x:.0f}" for x in (row.number("low"), row.number("high")) if x is not None)
            lines.append(
                Said(
                    f"Limit “{words.clean(str(row['limit']))}”: {months:.0f} months ({span})",
                    table("endurance", "clocks"),
                )
            )
    return Cell(tuple(lines)) if lines else text("no dated question of the case turns on it")


def _rival(told: Told, future: Future) -> str:
    """The other leader of a side: whose captures would be seen if this one could not go on."""
    sides = told.case.war.belligerents if told.case.war else ("", "")
    return sides[1] if future.key == "A_breaks" else sides[0]


def _turns_on(question: m.Question, kinds: tuple[str, ...], source: str = "") -> str:
    """`yes` or `no`: which answer to a question goes with an event of some kinds, by the first term of its rule; else
    empty.
    """

    def walk(rule: Rule, straight: bool) -> str:
        if isinstance(rule, Not):
            return walk(rule.rule, not straight)
        if isinstance(rule, Both | Either):
            return walk(rule.rules[0], straight)
        if isinstance(rule, Happens | Count) and rule.kind in kinds and (not source or rule.source == source):
            few = isinstance(rule, Count) and rule.op in ("<", "<=")
            return "yes" if straight != few else "no"
        return ""

    return walk(parse(question.rule), True)


def _decided(told: Told, question: m.Question) -> bool:
    """Whether the record has answered a question already."""
    held = told.finding("futures", f"question.{question.id}")
    return held is not None and "decided by the record" in held.sentence


def _question(told: Told, question: m.Question, polarity: str) -> Said:
    held = told.finding("futures", f"question.{question.id}")
    odds = f" (yes: {words.percent(float(held.value))})" if held and isinstance(held.value, int | float) else ""
    cites = (f"question:{question.id}", *(found("futures", held.key) if held else ()))
    return Said(f"{polarity.capitalize()} to “{brief(question.title, 110)}”{odds}", cites)


def _changes(told: Told, future: Future) -> Cell:
    """What each lever does to this future; levers that cannot be told apart from no change are counted."""
    starts = {"settlement": "A truce or settlement in force", "ceasefire": "A truce or settlement in force"}
    starts["frozen"] = starts["ceasefire"]
    starts["fighting"] = "The present fighting over"
    start = f"{future.side} cannot go on" if future.side else starts[future.key]
    rows = [r for r in told.rows("futures", "levers") if words.clean(str(r["what"])).lower().startswith(start.lower())]
    if not rows:
        return text("the case lists no lever")
    moved = [r for r in rows if "cannot be told apart" not in str(r["does"])]
    moved.sort(key=lambda r: -abs(r.number("change") or 0.0))
    what = brief(str(rows[0]["what"]), 70)
    lines = [f"On “{what}”:"] if moved else []
    for row in moved[:PULLED]:
        change = row.number("change") or 0.0
        lines.append(f"{brief(str(row['lever']), 70)}: {_points(change)}, {words.clean(str(row['does']))}")
    if rest := len(rows) - len(moved):
        each = "lever" if rest == 1 else "levers"
        lines.append(f"{rest} {each} cannot be told apart from no change on “{what}”.")
    if len(moved) > PULLED:
        lines.append(f"and {len(moved) - PULLED} more in the report")
    return text(*lines, cites=table("futures", "levers"))


def _points(change: float) -> str:
    """A change of a share in points of a hundred."""
    points = f"{100 * abs(change):.0f}"
    return f"{'+' if change >= 0 else '−'}{points if points != '0' else 'under 1'} points"


def _signs(told: Told) -> list[Block]:
    """All open questions with a date, and the deadlines on record that have not run out: what to watch for."""
    blocks: list[Block] = []
    open_ones = [q for q in told.case.questions if q.status == "open" and q.resolve_by >= told.case.as_of]
    if open_ones:
        rows = [_dated(told, q) for q in sorted(open_ones, key=lambda q: (q.resolve_by, q.id))]
        heads = ("By", "Question", "Chance of yes, model", "Base rate", "What the authors foresaw")
        blocks.append(Heading("Indicators: questions with a date", page=True))
        blocks.append(Sheet("questions", "", heads, (0.11, 0.47, 0.12, 0.1, 0.2), tuple(rows)))
    due = [e for e in told.case.events if e.kind == "deadline_set" and e.due and e.due >= told.case.as_of]
    if due:
        rows = [
            (
                text(words.day(e.due)),
                text(words.names(told.case, e.source)),
                text(words.clean(e.what), cites=(e.id,)),
                text(fate(told.case, e)),
            )
            for e in sorted(due, key=lambda e: (e.due or e.date, e.id))
        ]
        blocks.append(Heading("Deadlines that have not run out"))
        blocks.append(
            Sheet("deadlines", "", ("Due", "Set by", "What", "What became of it"), (0.12, 0.2, 0.48, 0.2), tuple(rows))
        )
    if not blocks:
        blocks.append(Prose((Said("The case has no open question with a date and no deadline to come."),)))
    return blocks


def _dated(told: Told, question: m.Question) -> tuple[Cell, ...]:
    held = told.finding("futures", f"question.{question.id}")
    value = float(held.value) if held and isinstance(held.value, int | float) else None
    rows = [
        r for r in told.rows("futures", "questions") if words.clean(str(r["question"])) == words.clean(question.title)
    ]
    base = rows[0].number("base") if rows else None
    foreseen = "; ".join(
        f"{words.clean(told.case.source[f.source].author) if f.source in told.case.source else f.source}: {f.stance}"
        for f in question.foreseen
    )
    return (
        text(words.day(question.resolve_by)),
        text(words.clean(question.title), cites=(f"question:{question.id}",)),
        share(value, found("futures", held.key) if held else ()),
        share(base, table("futures", "questions") if base is not None else ()),
        text(brief(foreseen, 120) or "nothing said"),
    )
