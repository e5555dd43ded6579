"""The list of references at the end of a paper: each id in one or two lines, in the names of the case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from winset.case.model import Basis, parse_basis
from winset.report import words
from winset.report.pack.paper import Paper, brief
from winset.report.pack.told import Told
from winset.report.plain_json import cited_ids

SHORT = 110  # letters of a gist or reason in a reference
SHORTEST = 150  # letters of a whole reference in a paper of one page
FEW = 4  # ids that are listed one by one; of more the kinds are counted


def references(told: Told, paper: Paper) -> list[tuple[str, str]]:
    """The references of a paper by their mark, in the order of their numbers, then the sources that they name by id.

    In a paper of one page each is cut short; in one that has the evidence in its lines (small) the basis of a Figure
    is not said again.
    """
    made = [reference(told, id_, bare=paper.small) for id_ in paper.cited()]
    if paper.brief:
        return [(f"[{i}]", brief(text.split(" Rests on ")[0], SHORTEST)) for i, text in enumerate(made, 1)]
    return [*((f"[{i}]", text) for i, text in enumerate(made, 1)), *sources(told, paper.cited())]


def sources(told: Told, ids: Sequence[str]) -> list[tuple[str, str]]:
    """The sources whose passages these ids rest on, by id, each in one line."""
    texts = [reference(told, id_) for id_ in ids]
    named = {s.id for s in told.case.sources if any(f"(source {s.id})" in text for text in texts)}
    return [(s.id, _source(told, s.id)) for s in told.case.sources if s.id in named]


def reference(told: Told, id_: str, bare: bool = False) -> str:
    """What an id stands for, in words. An id that nothing is known of stands as it is. bare: a Figure without its
    basis.
    """
    kind, colon, rest = id_.partition(":")
    if colon and kind in _KINDS:
        return _KINDS[kind](told, rest)
    case = told.case
    figures = {f.id: f for f in told.report.figures}
    if id_ in figures:
        figure = figures[id_]
        said = f"{id_}: {words.figure_name(case, figure)}, {words.figure_value(case, figure)}."
        return said if bare else f"{said} {basis(told, figure.basis)}"
    if id_ in case.passage:
        return _passage(told, id_)
    if id_ in case.plan:
        return _plan(told, id_)
    if event := next((e for e in case.events if e.id == id_), None):
        when = words.day(event.date, event.precision)
        return f"{id_}: {when}, {brief(event.what, SHORT)} {_told(told, event.basis)}"
    if id_ in case.source:
        return f"{id_}: {_source(told, id_)}"
    return words.clean(id_)


def basis(told: Told, held: Basis, most: int = SHORT) -> str:
    """The parts of a basis: passages by id and source, reports and data sets by name, a judgement by its reason."""
    said = []
    for kind, text in held.parts:
        known = [p for p in text.split() if p in told.case.passage] if kind == "passages" else []
        if known:
            by: dict[str, list[str]] = {}
            for id_ in known:
                by.setdefault(told.case.passage[id_].source, []).append(id_)
            said += [f"Passages {' '.join(ids)} (source {source})" for source, ids in by.items()]
        else:
            said.append(f"{words.BASIS_WORDS.get(kind, kind).capitalize()}: {brief(text, most).rstrip('.')}")
    joined = "; ".join(said)
    return joined if not joined or joined.endswith("…") else f"{joined}."


def _told(told: Told, text: str) -> str:
    """The basis that a text states."""
    return basis(told, parse_basis(text)) if text else ""


def _source(told: Told, id_: str) -> str:
    source = told.case.source[id_]
    by = words.byline(words.clean(source.author), words.clean(source.publisher))
    return f"“{brief(source.title, 90)}” ({brief(by, 90)}, {words.day(source.published_from)})"


def _passage(told: Told, id_: str) -> str:
    held = told.case.passage[id_]
    return f"{id_}: {brief(held.gist, SHORT)} (source {held.source}), characters {held.start} to {held.end}."


def _plan(told: Told, id_: str) -> str:
    plan = told.case.plan[id_]
    return f"Plan {id_}: “{brief(plan.name, 90)}”, {words.day(plan.date)}. {_told(told, plan.basis)}"


def _clause(told: Told, rest: str) -> str:
    plan, _, issue = rest.rpartition("/")
    clause = told.case.plan[plan].clauses[issue]
    return f"Plan {plan}, clause {issue}. {_told(told, clause.basis or told.case.plan[plan].basis)}"


def _answer(told: Told, rest: str) -> str:
    plan, actor, date = rest.rsplit("/", 2)
    for answer in told.case.plan[plan].responses:
        if (answer.actor, answer.date.isoformat()) == (actor, date):
            return f"Answer of {told.name(actor)} to {plan}, {words.day(date)}. {_told(told, answer.basis)}"
    return f"Answer to {plan}, {words.day(date)}."


def _channel(told: Told, rest: str) -> str:
    held = next(c for c in told.case.channels if c.id == rest)
    return f"Channel {rest} of channels.csv. {_told(told, held.basis)}"


def _question(told: Told, rest: str) -> str:
    held = next(q for q in told.case.questions if q.id == rest)
    return f"Question {rest}: its rule is {brief(held.rule, SHORT)}; until {words.day(held.resolve_by)}."


def _act(told: Told, rest: str) -> str:
    held = next((e for e in told.case.evidence if e.id == rest), None)
    return f"Act {rest} of evidence.csv. {_told(told, held.basis if held else '')}"


def _issue(told: Told, rest: str) -> str:
    return f"Issue {rest} of case.yaml."


def _found(told: Told, rest: str) -> str:
    lens, _, key = rest.partition(":")
    held = told.finding(lens, key)
    return f"Report, {lens}, finding {key}.{_rests(told, held.basis if held else ())}"


def _table(told: Told, rest: str) -> str:
    lens, _, key = rest.partition(":")
    result = told.result(lens)
    held = next((t for t in result.tables if t.key == key), None) if result else None
    if held is None or result is None:
        return f"Report, {lens}, table {key}."
    ids = tuple(cited_ids(type(result)(lens=lens, question="", answer=(), tables=(held,))))
    return f"Report, {lens}, table “{brief(held.title, 90)}” ({key}).{_rests(told, ids)}"


def _lens(told: Told, rest: str) -> str:
    return f"Report, {rest}, what follows for whoever mediates."


def _rests(told: Told, ids: Sequence[str]) -> str:
    """What a computed number rests on: a few ids by name, of many how many of each kind."""
    ids = tuple(dict.fromkeys(ids))
    if not ids:
        return ""
    if len(ids) <= FEW:
        return f" Rests on {', '.join(ids)}."
    figures = {f.id: f for f in told.report.figures}
    count = Counter(words.BASIS_WORDS[words.basis_kind(figures[i])] for i in ids if i in figures)
    other = len(ids) - sum(count.values())
    kinds = [f"{n} {kind}" for kind, n in count.most_common()] + ([f"{other} other"] if other else [])
    return f" Rests on {len(ids)} entries of the case, by leading basis: {', '.join(kinds)}; listed there."


_KINDS = {
    "act": _act,
    "clause": _clause,
    "answer": _answer,
    "channel": _channel,
    "question": _question,
    "issue": _issue,
    "found": _found,
    "lens": _lens,
    "table": _table,
}
