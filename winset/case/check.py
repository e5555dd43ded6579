"""Does a case hold together? Every reference, range and rule that the records alone cannot promise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from winset.case import model as m
from winset.case.check_criteria import check_criteria
from winset.case.check_dates import check_dates
from winset.case.check_escalation import check_escalation
from winset.case.check_evidence import check_evidence
from winset.case.check_figures import check_figures, unsaid
from winset.case.check_names import check_names
from winset.case.check_patches import check_patches
from winset.case.check_scales import REMEDY, upside_down
from winset.case.event_codes import event_types
from winset.case.grammar import Count, Happens, Value, atoms, parse
from winset.case.text import Document, Problems, Row, nearest

MANY = 20_000  # sets of open rules that a check looks through; it moves no answer
SERIES = ("drones_launched", "missiles_launched")


def check(case: m.Case, documents: dict[str, Document], rows: dict[str, list[Row]], problems: Problems) -> None:
    """Add a Problem for everything that does not hold together."""
    used: set[str] = set()
    checker = _Checker(case, documents, rows, problems, used)
    checker.actors()
    checker.issues()
    checker.calendar()
    checker.plans()
    checker.sources()
    checker.events()
    checker.kinds()
    checker.questions()
    check_names(checker)
    check_dates(checker)
    check_evidence(checker)
    check_escalation(checker)
    check_figures(case, documents, problems, used)
    check_patches(case, documents, problems, used)
    check_criteria(case, documents, problems, used)
    for row in rows["passages.csv"]:
        if row.cells["id"] not in used:
            problems.add(
                row.file, row.line, f"the passage {row.cells['id']} is not used", "cite it in a basis or remove it"
            )


def possible(case: m.Case) -> bool:
    """Whether the rules leave any package. An issue that may be deferred, or a rule that names none, is never stuck.

    Goes through the issues, keeping the sets of rules that can still be completed; gives up with `True` where there
    are too many of those, which the search for packages then says.
    """
    rules = [r for r in case.rules if all(i in case.issue for i in r.forbid)]
    states = {frozenset(range(len(rules)))}
    for issue in case.issues:
        own = {k for k, r in enumerate(rules) if issue.id in r.forbid}
        done = {k for k in own if issue.id == [i.id for i in case.issues if i.id in rules[k].forbid][-1]}
        taken = [own - {k for k in own if o in rules[k].forbid[issue.id]} for o in issue.option_ids]
        taken += [own] if issue.deferrable else []
        after = {state - out for state in states for out in taken}
        states = {state for state in after if not state & done}
        if len(states) > MANY:
            return True
    return bool(states)


def _kind(case: m.Case, kind: str) -> str:
    """The remedy for a kind of event that is none: the nearest, the list, and how a case has a kind of its own."""
    near = nearest(kind, case.kinds, "")
    listed = f"the kinds are {', '.join(case.kinds)}; a case may add its own under `event_kinds` in case.yaml"
    return f"{near} {listed}".strip()


class _Checker:
    def __init__(self, case: m.Case, documents: Any, rows: Any, problems: Problems, used: set[str]):
        self.case, self.documents, self.rows, self.problems, self.used = case, documents, rows, problems, used

    def say(self, file: str, path: tuple[Any, ...] | int, what: str, remedy: str = "") -> None:
        line = path if isinstance(path, int) else self.documents[file].line(path)
        self.problems.add(file, line, what, remedy)

    def lines(self, file: str) -> list[int]:
        return [row.line for row in self.rows[file]]

    def unique(self, file: str, things: Iterable[tuple[str, Any]], noun: str) -> None:
        seen: set[str] = set()
        for name, path in things:
            if name in seen:
                self.say(file, path, f"the {noun} id {name!r} stands twice", "ids identify; choose another")
            seen.add(name)

    def known(self, file: str, path: Any, ids: Iterable[str | None], where: Any, noun: str, of: str = "") -> None:
        """A Problem for every name that is not there; `of`: the issue, for an option."""
        for name in ids:
            if name is not None and name not in where:
                what = f"unknown {noun} {name!r}" + (f" of {of}" if of else "")
                self.say(file, path, what, self.problems.nearest(name, where))

    def basis(self, file: str, path: Any, text: str, needed: bool = True) -> None:
        if not text and not needed:
            return
        try:
            basis = m.parse_basis(text)
        except ValueError as error:
            self.say(file, path, f"basis: {error}")
            return
        self.known(file, path, basis.passages, self.case.passage, "passage")
        self.used.update(basis.passages)

    def actors(self) -> None:
        case, file = self.case, "case.yaml"
        self.unique(file, ((a.id, ("actors", i)) for i, a in enumerate(case.actors)), "actor")
        principals = {a.id: a.principal for a in case.actors}
        for i, actor in enumerate(case.actors):
            path = ("actors", i)
            self.known(file, path, [actor.principal], case.actor, "actor")
            chain, at = {actor.id}, actor.principal
            while at and at in principals:
                if at in chain:
                    self.say(
                        file,
                        path,
                        f"{actor.id} is its own principal, by way of {at}",
                        "principals must not form a circle",
                    )
                    break
                chain.add(at)
                at = principals[at]
            if actor.signs and actor.level != "party":
                self.say(file, path, f"{actor.id} signs but is not a party", "a party signs; persons act for one")
            if actor.signs and actor.id not in case.scales and case.scales.keys() <= case.actor.keys():
                self.say(
                    file, ("scales",), f"no scale for {actor.id}, which signs", "give its defeat and victory packages"
                )
        if case.plans and not case.signatories:  # bargaining by weight needs nobody who signs
            self.say(file, ("actors",), "no actor signs", "set `signs: true` for those who must sign")
        self.sides()
        for party, what in upside_down(case):
            self.say(file, ("scales", party), what, REMEDY)
        for actor_id, scale in case.scales.items():
            self.known(file, ("scales", actor_id), [actor_id], case.actor, "actor")
            for plan_id in filter(None, (scale.defeat, scale.victory)):
                plan = case.plan.get(plan_id)
                self.known(file, ("scales", actor_id), [plan_id], case.plan, "plan")
                told = plan and plan.clauses.keys() <= case.issue.keys()  # a clause on no issue is told by itself
                missing = unsaid(case, plan) if plan and told else ()
                if missing:
                    what = f"the benchmark {plan_id} says nothing on {', '.join(missing)}"
                    self.say(file, ("scales", actor_id), what, "a benchmark gives an option for every issue")

    def sides(self) -> None:
        """Sides share no party, the first of each signs, and allies are parties. What is told elsewhere is not told
        again."""
        war, file, path = self.case.war, "case.yaml", ("war", "belligerents")
        if not war:
            return
        named = [name for side in war.sides for name in side]
        self.known(file, path, named, self.case.actor, "actor")
        for name in dict.fromkeys(named):
            actor = self.case.actor.get(name)
            if named.count(name) > 1:
                self.say(file, path, f"{name} stands twice among the belligerents", "name two different parties")
            if name not in war.belligerents:
                if actor and actor.level != "party":
                    self.say(file, path, f"the ally {name} is not a party", "name the party for which it acts")
            elif actor and not actor.signs and self.case.signatories:
                what = "is not a party" if actor.level != "party" else "does not sign"
                remedy = "name the party that fights and signs (`level: party`, `signs: true`)"
                self.say(file, path, f"the belligerent {name} {what}", remedy)

    def issues(self) -> None:
        case, file = self.case, "case.yaml"
        self.unique(file, ((x.id, ("issues", i)) for i, x in enumerate(case.issues)), "issue")
        for i, issue in enumerate(case.issues):
            path = ("issues", i)
            self.unique(file, ((o.id, (*path, "options", j)) for j, o in enumerate(issue.options)), "option")
            self.known(file, (*path, "status_quo"), [issue.status_quo], issue.option_ids, "option", issue.id)
            for word in {m.DEFERRED, m.SILENT} & set(issue.option_ids):
                self.say(
                    file, path, f"no option may be called `{word}`", "that word has a meaning of its own in clauses"
                )
            for j, option in enumerate(issue.options):
                for need in option.needs:
                    self.known(file, (*path, "options", j), need.actors, case.actor, "actor")
        self.unique(file, ((r.id, ("rules", i)) for i, r in enumerate(case.rules)), "rule")
        for i, rule in enumerate(case.rules):
            path = ("rules", i)
            self.known(file, path, rule.forbid, case.issue, "issue")
            self.basis(file, path, rule.basis)
            if len(rule.forbid) < 2:
                self.say(
                    file, path, f"the rule {rule.id} speaks of one issue", "a rule forbids a combination across issues"
                )
            for issue_id, options in rule.forbid.items():
                if issue_id in case.issue:
                    self.known(file, path, options, case.issue[issue_id].option_ids, "option", issue_id)
        if case.rules and not possible(case):
            self.say(file, ("rules",), "the rules together forbid every package", "take an option out of a `forbid`")

    def calendar(self) -> None:
        case, file = self.case, "case.yaml"
        self.unique(file, ((p.id, ("calendar", i)) for i, p in enumerate(case.calendar)), "pause")
        for i, pause in enumerate(case.calendar):
            path = ("calendar", i)
            self.known(file, path, pause.actors, case.actor, "actor")
            self.known(file, path, pause.kinds, case.kinds, "kind of event")
            self.basis(file, path, pause.basis)
            if pause.to < pause.from_:
                self.say(file, path, f"the pause {pause.id} ends before it begins", "mend `from` or `to`")

    def plans(self) -> None:
        case, file = self.case, "plans.yaml"
        self.unique(file, ((p.id, ("plans", i)) for i, p in enumerate(case.plans)), "plan")
        for i, plan in enumerate(case.plans):
            path = ("plans", i)
            self.known(file, path, plan.authors, case.actor, "actor")
            self.known(file, path, [plan.follows], case.plan, "plan")
            self.basis(file, path, plan.basis)
            if plan.kind == "plan" and plan.date is None:
                self.say(file, path, f"the plan {plan.id} has no date", "as-of runs need the date it became public")
            before, seen = plan.follows, {plan.id}
            while before in case.plan and before not in seen:
                seen.add(before)
                before = case.plan[before].follows
            if before in seen:
                self.say(file, path, f"the plan {plan.id} follows itself", "`follows` names an earlier version")
            for issue_id, clause in plan.clauses.items():
                here = (*path, "clauses", issue_id)
                self.known(file, here, [issue_id], case.issue, "issue")
                self.basis(file, here, clause.basis, needed=False)
                issue = case.issue.get(issue_id)
                if issue and clause.option == m.DEFERRED and not issue.deferrable:
                    self.say(file, here, f"{issue_id} may not be deferred", "set `deferrable: true` and its lottery")
                elif issue and clause.option != m.DEFERRED:
                    self.known(file, here, [clause.option], issue.option_ids, "option", issue.id)
            for j, response in enumerate(plan.responses):
                self.known(file, (*path, "responses", j), [response.actor], case.actor, "actor")
                self.basis(file, (*path, "responses", j), response.basis)

    def sources(self) -> None:
        case, file = self.case, "passages.csv"
        self.unique("sources.yaml", ((s.id, ("sources", i)) for i, s in enumerate(case.sources)), "source")
        for i, source in enumerate(case.sources):
            for j, zone in enumerate(source.zones):
                if not zone.start < zone.end <= source.characters:
                    what = f"the zone {zone.start} to {zone.end} does not fit {source.characters} characters"
                    self.say("sources.yaml", ("sources", i, "zones", j), what, "count in the canonical text")
        lines = {row.cells["id"]: row.line for row in self.rows[file]}
        self.unique(file, ((row.cells["id"], row.line) for row in self.rows[file]), "passage")
        for passage in case.passages:
            line, text = lines[passage.id], case.source.get(passage.source)
            self.known(file, line, [passage.source], case.source, "source")
            if not 20 <= passage.end - passage.start <= 400:
                self.say(file, line, f"{passage.end - passage.start} characters", "a passage has 20 to 400")
            if not text:
                continue
            if passage.end > text.characters:
                self.say(file, line, "ends beyond the text", f"{text.id} has {text.characters} characters")
            for zone in text.zones:
                if zone.kind != "heading" and passage.start < zone.end and zone.start < passage.end:
                    self.say(
                        file, line, f"lies in a {zone.kind}, which is not the author's text", "cite the text itself"
                    )

    def events(self) -> None:
        case = self.case
        for file, things in (("events.csv", case.events), ("channels.csv", case.channels)):
            lines = {row.cells["id"]: row.line for row in self.rows[file]}
            self.unique(file, ((row.cells["id"], row.line) for row in self.rows[file]), "row")
            for thing in things:
                ends = (*thing.source, *thing.target) if isinstance(thing, m.Event) else (thing.source, thing.target)
                self.known(file, lines[thing.id], ends, case.actor, "actor")
                self.basis(file, lines[thing.id], thing.basis)
        lines = {row.cells["id"]: row.line for row in self.rows["events.csv"]}
        for event in case.events:
            if event.kind not in case.kinds:
                self.say("events.csv", lines[event.id], f"unknown kind {event.kind!r}", _kind(case, event.kind))
            own = case.event_kinds.get(event.kind)
            if own is not None and event.plover not in ("", own.plover.partition(":")[0]):
                what = f"{event.kind} is {own.plover} by case.yaml, not {event.plover}"
                self.say("events.csv", lines[event.id], what, "mend one of the two")
            self.known("events.csv", lines[event.id], [event.ref], case.event, "event")
            if event.kind.startswith("deadline_") and event.kind != "deadline_set" and not event.ref:
                self.say(
                    "events.csv",
                    lines[event.id],
                    "no `ref` to the deadline it refers to",
                    "give the id of its deadline_set",
                )
            if event.kind in ("deadline_set", "threat") and not event.source:
                what = f"a {event.kind} without anyone who made it"
                self.say("events.csv", lines[event.id], what, "give its `source`, or another kind, such as statement")
            self._deadline(lines[event.id], event)

    def _deadline(self, line: int, event: m.Event) -> None:
        """What a deadline refers to is another event, and one that is or was a deadline."""
        of = self.case.event.get(event.ref or "")
        if event.ref == event.id:
            self.say("events.csv", line, f"{event.id} refers to itself", "give the id of an earlier event")
        elif of and event.kind.startswith("deadline_") and not of.kind.startswith("deadline_"):
            what = f"{event.id} is about a deadline, and {of.id} is a {of.kind}"
            self.say("events.csv", line, what, "give the id of its deadline_set")

    def kinds(self) -> None:
        """The kinds of event of the case's own: new words, each with a PLOVER type."""
        types = event_types("plover")
        for kind, own in self.case.event_kinds.items():
            path = ("event_kinds", kind)
            if kind in m.EVENT_KINDS:
                self.say("case.yaml", path, f"the kind {kind!r} is one of winset's own", "choose another word")
            if own.plover not in types:
                least = [t for t in types if ":" not in t]
                remedy = nearest(own.plover, types, f"one of {', '.join(least)}")
                self.say("case.yaml", path, f"unknown PLOVER type {own.plover!r}", remedy)

    def questions(self) -> None:
        case, file = self.case, "questions.yaml"
        self.unique(file, ((q.id, ("questions", i)) for i, q in enumerate(case.questions)), "question")
        for i, question in enumerate(case.questions):
            path = ("questions", i)
            self.basis(file, path, question.basis, needed=False)
            for seen in question.foreseen:
                self.known(file, path, [seen.source], case.source, "source")
                self.basis(file, path, seen.basis)
            if (question.status == "resolved") != (question.resolution is not None):
                self.say(file, path, "`resolution` goes with `status: resolved`", "give both or neither")
            try:
                terms = atoms(parse(question.rule))
            except ValueError as error:
                self.say(file, path, f"rule: {error}", "see the rule grammar in the case format")
                continue
            for term in terms:
                if isinstance(term, Happens | Count):
                    ends = [e for e in (term.source, term.target) if e != "any"]
                    self.known(file, path, ends, case.actor, "actor")
                    if term.kind not in case.kinds:
                        self.say(file, path, f"unknown kind of event {term.kind!r}", _kind(case, term.kind))
                    if term.place and term.kind != "capture":
                        self.say(file, path, f"`at {term.place}` with {term.kind}", "only a capture is at a place")
                known = {c for s in case.series for c in s.columns} | {*SERIES, *case.figure}
                if isinstance(term, Value) and term.series not in known:
                    self.say(
                        file,
                        path,
                        f"unknown series {term.series!r}",
                        "a column of an imported series, or a Figure's id",
                    )
