"""The menu: at most 24 deals that a model of bargaining looks at. It needs no value of having no deal.

First the truce along the present front (every clause as it stands, except those that a truce names itself), then the
plans on the table, then packages worth looking at from the settlement side: for a grid of weights on the belligerents,
the best package at the modes of all Figures by a score that adds up over clauses,

    score(option) = sum_i weight_i u_i(option) - care sum_i P(the option crosses a real line of i) - care P(a consent
    fails),

searched exactly among the packages that break no rule across clauses. A package whose worth to every signatory, and
whose odds of being forbidden, are near those of an earlier one is left out: logit choice counts near-duplicates twice
(the independence of irrelevant alternatives).

`tailored` adds what negotiators who know which lines are real would draw up: in every draw the best package that
crosses no real line of a signatory and needs no consent that fails, for five weights on the belligerents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.worth.consents import asked, met
from winset.derive.worth.followers import goes_along
from winset.derive.worth.packages import Package, broken_rules, lottery, mean, packed, rules_of
from winset.derive.worth.utilities import Utilities, utilities
from winset.errors import DossierError, Problem
from winset.settings import number, numbers, whole
from winset.theory.rule_search import best_packages

NO_PACKAGE = "take an option out of a `forbid`, or drop a rule"


@dataclass(frozen=True)
class Deal:
    """kind: truce | plan | package. `clauses` gives an option (or `deferred`) for every issue; a truce is judged by
    `only`."""

    id: str
    name: str
    kind: str
    clauses: dict[str, str]
    only: tuple[str, ...] = ()

    def pack(self, arrays: Arrays) -> Package:
        return packed(arrays, self.id, self.clauses)


@dataclass(frozen=True)
class Worth:
    """A menu over draws. blocked: a real red line of a signatory forbids it; ratified: every consent it needs is
    given."""

    parties: tuple[str, ...]
    value: Float[np.ndarray, "draw deal party"]
    blocked: Bool[np.ndarray, "draw deal party"]
    ratified: Bool[np.ndarray, "draw deal"]


def menu(case: m.Case, sides: Sequence[str], most: int | None = None) -> tuple[Deal, ...]:
    """The deals of a case as of its date, for its two belligerents; the same for any order of rows, draws or seed."""
    count = whole("menu.most") if most is None else most
    return case.memo(("menu", *sides, count), lambda: _menu(case, sides, count))


def _menu(case: m.Case, sides: Sequence[str], most: int) -> tuple[Deal, ...]:
    modes = Arrays(case, Luck(0, 1), at_modes=True)
    worths = utilities(modes)
    found = [d for d in (truce(case),) if d]
    found += [
        Deal(p.id, p.name, "plan", _every(case, p)) for p in sorted(case.plans, key=lambda p: p.id)
        if p.kind == "plan" and not broken_rules(case, p)
    ]  # fmt: skip
    names = {a.id: a.name for a in case.actors}
    for care in numbers("menu.cares"):
        for weight in numbers("menu.weights"):
            clauses = _best(modes, worths, dict(zip(sides, (weight, 1 - weight))), care)
            told = "lines ignored" if care <= 0 else "lines kept" if care >= 1 else "lines weighed"
            name = f"Package, {weight:.0%} of the weight on {names[sides[0]]}, {told}"
            found.append(Deal(f"package-{round(100 * weight)}-{round(100 * care)}", name, "package", clauses))
    return _distinct(modes, worths, found, most)


def truce(case: m.Case) -> Deal | None:
    """A truce along the front: the status quo on every issue but those with an option marked as a truce's own."""
    own = {f.subject[0]: f.subject[1] for f in case.figures if f.quantity == "truce_clause" and f.mode}
    if not own:
        return None
    clauses = {i.id: own.get(i.id, i.status_quo) for i in case.issues}
    return Deal("truce", "Truce along the present front", "truce", clauses, tuple(sorted(own)))


def worth_of(arrays: Arrays, worths: Utilities, deals: Sequence[Deal]) -> Worth:
    """What the deals are worth to every signatory, draw by draw, and what stops them.

    A truce settles nothing: only the clauses it names cost their author anything; what it leaves as it stands can still
    breach a real line (`Utilities.left`).
    """
    value = np.empty((arrays.draws, len(deals), len(worths.parties)))
    blocked = np.zeros(value.shape, bool)
    ratified = np.ones(value.shape[:2], bool)
    packs = [(deal.pack(arrays), frozenset(deal.only or deal.clauses)) for deal in deals]
    issues = worths.layout.issues
    of_deals = [[(i.id, pack.named.get(i.id), i.id in judged) for i in issues] for pack, judged in packs]
    apart = {key: pack for (pack, _), keys in zip(packs, of_deals) for key in keys}  # deals have most from each other
    for i, party in enumerate(worths.parties):
        clauses = {key: _clause(worths, party, key[0], pack, key[2]) for key, pack in apart.items()}
        for d, keys in enumerate(of_deals):
            total, shut = worths.offset[party].copy(), np.zeros(arrays.draws, bool)
            for worth, line in map(clauses.__getitem__, keys):
                total += worth
                if line is not None:
                    shut |= line
            value[:, d, i], blocked[:, d, i] = total, shut
    needs = {key: [need.met for need in asked(arrays, pack, key[0])] for key, pack in apart.items()}
    for d, keys in enumerate(of_deals):
        for given in (x for key in keys if key[2] for x in needs[key]):
            ratified[:, d] &= given
    return Worth(worths.parties, value, blocked, ratified)


def _clause(
    worths: Utilities, party: str, issue: str, pack: Package, judged: bool
) -> tuple[Float[np.ndarray, " draw"], Bool[np.ndarray, " draw"] | None]:
    """What the clause of a package adds to its worth to a party, and where a real line of the party forbids it."""
    if judged:
        return worths.clause(party, issue, pack), worths.forbidden(party, issue, pack)
    left = worths.weight[party, issue] * worths.value[party, issue][:, pack.named[issue]]
    return left, worths.left(party, issue)


@dataclass(frozen=True)
class Tailored:
    """Packages made for each draw. `possible`: some package crosses no real line, needs no failing consent, breaks no
    rule."""

    id: str
    name: str
    value: Float[np.ndarray, "draw party"]
    possible: Bool[np.ndarray, " draw"]
    choice: dict[str, Int[np.ndarray, " draw"]]  # place of the option on its issue; the last is `deferred` if it may be


def tailored(arrays: Arrays, worths: Utilities, weights: Sequence[dict[str, float]]) -> list[Tailored]:
    """For each of the weights the best package of each draw by weighted worth, among those that break no rule, of
    options that nothing forbids."""
    issues, found = worths.layout.issues, []
    tables = [_tables(arrays, worths, issue) for issue in issues]
    rules, rows = rules_of(arrays.case.rules, issues), np.arange(arrays.draws)
    for weight in weights:
        scores = [np.where(free, sum(w * value[p] for p, w in weight.items()), -np.inf) for value, free in tables]
        best = best_packages(scores, rules)
        choice = {issue.id: best.choice[:, j] for j, issue in enumerate(issues)}
        worth = np.stack([worths.offset[party] for party in worths.parties], axis=1)
        for (value, _), place in zip(tables, choice.values()):
            for i, party in enumerate(worths.parties):
                worth[:, i] += value[party][rows, place]
        lead = next(iter(weight))
        name = f"Drawn up for what is possible, {weight[lead]:.0%} of the weight on {arrays.case.actor[lead].name}"
        found.append(Tailored(f"tailored-{round(100 * weight[lead])}", name, worth, best.possible, choice))
    return found


def _tables(
    arrays: Arrays, worths: Utilities, issue: m.Issue
) -> tuple[dict[str, Float[np.ndarray, "draw _option"]], Bool[np.ndarray, "draw _option"]]:
    """Worth to each party less costs of posture lines, and whether nothing forbids the option; as `beside` in
    memory."""
    value, size, width = {}, len(issue.options), len(issue.options) + issue.deferrable
    odds = lottery(arrays, issue) if issue.deferrable else None
    free = np.ones((width, arrays.draws), bool).T
    for party in worths.parties:
        key = (party, issue.id)
        block = value[party] = np.empty((width, arrays.draws)).T
        np.multiply(worths.weight[key][:, None], worths.value[key], out=block[:, :size])
        if key in worths.crossed:
            block[:, :size] -= worths.crossing_cost[key][:, None] * worths.crossed[key]
            bound = ~goes_along(arrays, party)
            free[:, :size] &= ~(worths.crossed[key] & (worths.real[key] & bound)[:, None])
            if odds is not None:
                free[:, size] &= ~(worths.deferral(party, issue.id, odds) & bound)
        if odds is not None:
            block[:, size] = mean(block, odds)
    for k, option in enumerate(issue.options):
        for need in option.needs:
            free[:, k] &= met(arrays, issue.id, option.id, need)
    return value, free


def _every(case: m.Case, plan: m.Plan) -> dict[str, str]:
    return {i.id: plan.clauses[i.id].option if i.id in plan.clauses else i.status_quo for i in case.issues}


def _best(arrays: Arrays, worths: Utilities, weight: dict[str, float], care: float) -> dict[str, str]:
    """The package with the highest score among those that break no rule; of equals the first by the ids of options.

    Raises DossierError when the rules leave no package.
    """
    case, issues, names, scores = arrays.case, worths.layout.issues, [], []
    for issue in issues:
        score = dict(zip(_options(issue), _scores(arrays, worths, issue, weight, care)))
        names.append(sorted(score))
        scores.append(np.array([[score[option] for option in names[-1]]]))
    rules = [
        tuple((j, frozenset(names[j].index(_options(issues[j])[o]) for o in named)) for j, named in rule)
        for rule in rules_of(case.rules, issues)
    ]
    best = best_packages(scores, rules)
    if not best.possible[0]:
        told = ", ".join(sorted(rule.id for rule in case.rules))
        raise DossierError([Problem("case.yaml", None, f"the rules {told} together forbid every package", NO_PACKAGE)])
    chosen = {issue.id: names[j][best.choice[0, j]] for j, issue in enumerate(issues)}
    return {i.id: chosen[i.id] for i in case.issues}


def _options(issue: m.Issue) -> tuple[str, ...]:
    return issue.option_ids + ((m.DEFERRED,) if issue.deferrable else ())


def _scores(arrays: Arrays, worths: Utilities, issue: m.Issue, weight: dict[str, float], care: float) -> list[float]:
    total = np.zeros(len(issue.options))
    for party in worths.parties:
        key = (party, issue.id)
        if party in weight:
            total += weight[party] * worths.weight[key][0] * worths.value[key][0]
        if key in worths.crossed:
            real = float(arrays.get(party, issue.id, "red_line_real")[0])
            cost = weight.get(party, 0.0) * worths.crossing_cost[key][0]
            total -= (care * real + cost) * worths.crossed[key][0]
    for k, option in enumerate(issue.options):
        for need in option.needs:
            given = [float(arrays.get(a, issue.id, option.id, "consent")[0]) for a in need.actors]
            total[k] -= care * (1.0 - (float(np.prod(given)) if need.quorum == len(given) else float(np.mean(given))))
    later = [float((lottery(arrays, issue)[0] * total).sum())] if issue.deferrable else []
    return [*map(float, total), *later]


def _distinct(arrays: Arrays, worths: Utilities, deals: Sequence[Deal], most: int) -> tuple[Deal, ...]:
    """The deals without near-duplicates, in their order; plans and the truce are always kept."""
    worth = worth_of(arrays, worths, deals)
    barred = np.array([_barred(arrays, worths, d) for d in deals])
    kept: list[int] = []
    for d, deal in enumerate(deals):
        near = [
            np.abs(worth.value[0, d] - worth.value[0, e]).max() < number("menu.near")
            and np.abs(barred[d] - barred[e]).max() < number("menu.near_barred")
            for e in kept
        ]
        if deal.kind != "package" or not any(near):
            kept.append(d)
    return tuple(replace(deals[d]) for d in kept[:most])


def _barred(arrays: Arrays, worths: Utilities, deal: Deal) -> list[float]:
    """Per signatory the chance that some real line forbids the deal, and the chance that some consent fails."""
    pack, judged = deal.pack(arrays), deal.only or tuple(deal.clauses)
    found = []
    for party in worths.parties:
        free = 1.0
        for issue in worths.layout.issues:
            key = (party, issue.id)
            if (
                issue.id in judged
                and issue.id in pack.named
                and key in worths.crossed
                and worths.crossed[key][0, pack.named[issue.id]]
            ):
                free *= 1.0 - float(arrays.get(party, issue.id, "red_line_real")[0])
        found.append(1.0 - free)
    given = 1.0
    for need in asked(arrays, pack):
        if need.issue in judged:
            given *= float(np.mean([arrays.get(a, need.issue, need.option, "consent")[0] for a in need.need.actors]))
    return [*found, 1.0 - given]
