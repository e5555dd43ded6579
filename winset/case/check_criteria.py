"""Does criteria.yaml hold together: every reference, end and basis, and every score that figures.csv gives."""

from __future__ import annotations

from collections.abc import Collection

from winset.case import model as m
from winset.case.check_scales import EXCHANGE, exchanged
from winset.case.criteria import BEFORE, BREAKS, FILE, SETTLED, TODAY, TRUCE, Criterion, Verdict
from winset.case.figure import parse_basis
from winset.case.text import Document, Problems


def outcome_ids(case: m.Case) -> list[str]:
    """What a criterion may be scored for: the states of affairs, `settled` for any plan, and each plan."""
    sides = [a.id for a in case.actors if a.signs]  # any that could lead a side: a slip in case.yaml is told once
    plans = [p.id for p in case.plans if p.kind == "plan"]
    return [BEFORE, TODAY, TRUCE, SETTLED, *(f"{side}{BREAKS}" for side in sides), *plans]


def check_criteria(case: m.Case, documents: dict[str, Document], problems: Problems, used: set[str]) -> None:
    """Add a Problem for every reference, end and basis of criteria.yaml that does not hold, and for stray scores."""
    outcomes, named = outcome_ids(case), {c.id for c in case.scorecard.criteria} if case.scorecard else set()
    for figure in case.figures:
        if figure.quantity == "score" and len(figure.subject) == 2:
            for name, noun, among in zip(figure.subject, ("criterion", "outcome"), (sorted(named), outcomes)):
                if name not in among:
                    otherwise = f"one of {', '.join(outcomes)}" if noun == "outcome" else f"add it to {FILE}"
                    problems.add(*figure.where, f"unknown {noun} {name!r}", problems.nearest(name, among, otherwise))
    if case.scorecard is not None:
        _Checker(case, documents[FILE], problems, used).all()


class _Checker:
    def __init__(self, case: m.Case, document: Document, problems: Problems, used: set[str]):
        self.case, self.document, self.problems, self.used = case, document, problems, used

    def say(self, path: tuple[str | int, ...], what: str, remedy: str) -> None:
        self.problems.add(FILE, self.document.line(path), what, remedy)

    def known(self, path: tuple[str | int, ...], name: str, among: Collection[str], noun: str) -> bool:
        if name not in among:
            self.say(path, f"unknown {noun} {name!r}", self.problems.nearest(name, among))
        return name in among

    def basis(self, path: tuple[str | int, ...], text: str) -> None:
        try:
            basis = parse_basis(text)
        except ValueError as error:
            self.say(path, f"basis: {error}", "each end of a criterion is cited")
            return
        self.used.update(basis.passages)
        for name in basis.passages:
            self.known(path, name, self.case.passage, "passage")

    def unique(self, kind: str, ids: list[str]) -> None:
        seen: set[str] = set()
        for i, name in enumerate(ids):
            if name in seen:
                self.say((kind, i), f"the id {name!r} stands twice", "ids identify; choose another")
            seen.add(name)

    def all(self) -> None:
        card = self.case.scorecard
        assert card is not None
        for kind in ("domains", "criteria", "verdicts"):
            self.unique(kind, [thing.id for thing in getattr(card, kind)])
        taken = {BEFORE, TODAY, TRUCE, SETTLED, *(i for i in outcome_ids(self.case) if i.endswith(BREAKS))}
        for plan in self.case.plans:
            if plan.id in taken and plan.kind == "plan":
                self.say(("criteria",), f"the plan {plan.id} has the name of an outcome", "rename it in plans.yaml")
        for i, criterion in enumerate(card.criteria):
            self.criterion(("criteria", i), criterion)
        for i, what in exchanged(self.case):
            self.say(("criteria", i), what, EXCHANGE)
        for i, verdict in enumerate(card.verdicts):
            self.verdict(("verdicts", i), verdict)

    def criterion(self, path: tuple[str | int, ...], one: Criterion) -> None:
        case, card = self.case, self.case.scorecard
        assert card is not None
        self.known(path, one.actor, [*case.actor], "actor")
        self.known(path, one.domain, [d.id for d in card.domains], "domain")
        for end, anchor in (("defeat", one.defeat), ("victory", one.victory)):
            self.basis((*path, end), anchor.basis)
        options = {"defeat": one.defeat.option, "victory": one.victory.option, "before": one.before}
        if one.issue is None:
            for place, option in options.items():
                if option is not None:
                    self.say((*path, place), f"{place} names the option {option!r} of no issue", "add `issue`")
        elif self.known(path, one.issue, [*case.issue], "issue"):
            among = list(case.issue[one.issue].option_ids)
            for place, option in options.items():
                if option is not None:
                    self.known((*path, place), option, among, f"option of {one.issue}")
                elif place != "before":
                    remedy = f"add `option: ` with one of {', '.join(among)}"
                    self.say((*path, place), f"no option of {one.issue} for the {place}", remedy)
            if one.defeat.option is not None and one.defeat.option == one.victory.option:
                self.say(path, f"{one.id} has one option for both its ends", "choose two")

    def verdict(self, path: tuple[str | int, ...], one: Verdict) -> None:
        card = self.case.scorecard
        assert card is not None
        self.known(path, one.source, [*self.case.source], "source")
        self.known(path, one.actor, [*self.case.actor], "actor")
        self.basis(path, one.basis)
        known = {c.id: c.actor for c in card.criteria}
        for name in one.criteria:
            self.known(path, name, [*known], "criterion")
        of = {known[name] for name in one.criteria if name in known}
        if one.actor not in of:
            self.say(path, f"the verdict {one.id} uses no criterion of {one.actor}", "name those its author used")
        elif len(of) < 2:
            self.say(path, f"the verdict {one.id} compares {one.actor} with nobody", "name criteria of another actor")
