"""The menu: at most 24 deals that a model of bargaining looks at. It needs no value of having no deal.

First the truce along the present front (every clause as it stands, except those that a truce names itself), then the
plans on the table, then packages worth looking at from the settlement side: for a grid of weights on the belligerents,
the best package issue by issue at the modes of all Figures,

    score(option) = sum_i weight_i u_i(option) - care sum_i P(the option crosses a real line of i) - care P(a consent fails),

with rules across clauses mended at the least loss of score. A package whose worth to every signatory, and whose odds of
being forbidden, are near those of an earlier one is left out: logit choice counts near-duplicates twice (the
independence of irrelevant alternatives).

`tailored` adds what negotiators who know which lines are real would draw up: in every draw the best package that crosses
no real line of a signatory and needs no consent that fails, for five weights on the belligerents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.worth.consents import asked, met
from winset.derive.worth.packages import Package, broken_rules, lottery, package
from winset.derive.worth.utilities import Utilities, utilities

MOST = 19  # and five tailored ones
WEIGHTS = (0.2, 0.35, 0.5, 0.65, 0.8)
CARES = (0.0, 0.15, 1.0)
NEAR = 0.02


@dataclass(frozen=True)
class Deal:
    """kind: truce | plan | package. `clauses` gives an option (or `deferred`) for every issue; a truce is judged by `only`."""

    id: str
    name: str
    kind: str
    clauses: dict[str, str]
    only: tuple[str, ...] = ()

    def pack(self, arrays: Arrays) -> Package:
        return package(arrays, _plan(self.id, self.clauses))


@dataclass(frozen=True)
class Worth:
    """A menu over draws. blocked: a real red line of a signatory forbids it; ratified: every consent it needs is given."""

    parties: tuple[str, ...]
    value: Float[np.ndarray, "draw deal party"]
    blocked: Bool[np.ndarray, "draw deal party"]
    ratified: Bool[np.ndarray, "draw deal"]


def menu(case: m.Case, sides: Sequence[str], most: int = MOST) -> tuple[Deal, ...]:
    """The deals of a case as of its date, for its two belligerents; the same for any order of rows, draws or seed."""
    modes = Arrays(case, Luck(0, 1), at_modes=True)
    worths = utilities(modes)
    found = [d for d in (truce(case),) if d]
    found += [
        Deal(p.id, p.name, "plan", _every(case, p)) for p in sorted(case.plans, key=lambda p: p.id)
        if p.kind == "plan" and not broken_rules(case, p)
    ]  # fmt: skip
    names = {a.id: a.name for a in case.actors}
    for care in CARES:
        for weight in WEIGHTS:
            clauses = _best(modes, worths, dict(zip(sides, (weight, 1 - weight))), care)
            told = {0.0: "lines ignored", 0.15: "lines weighed", 1.0: "lines kept"}[care]
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

    A truce settles nothing: only the clauses it names can cross a line or cost their author anything.
    """
    value = np.empty((arrays.draws, len(deals), len(worths.parties)))
    blocked = np.zeros(value.shape, bool)
    ratified = np.ones(value.shape[:2], bool)
    for d, deal in enumerate(deals):
        pack = deal.pack(arrays)
        judged = deal.only or tuple(deal.clauses)
        for i, party in enumerate(worths.parties):
            total = worths.offset[party].copy()
            for issue in worths.layout.issues:
                if issue.id in judged:
                    total += worths.clause(party, issue.id, pack)
                    line = worths.forbidden(party, issue.id, pack)
                    if line is not None:
                        blocked[:, d, i] |= line
                else:
                    total += worths.weight[party, issue.id] * worths.value[party, issue.id][:, pack.named[issue.id]]
            value[:, d, i] = total
        for need in asked(arrays, pack):
            if need.issue in judged:
                ratified[:, d] &= need.met
    return Worth(worths.parties, value, blocked, ratified)


@dataclass(frozen=True)
class Tailored:
    """Packages made for each draw. `possible`: some package crosses no real line, needs no failing consent, breaks no rule."""

    id: str
    name: str
    value: Float[np.ndarray, "draw party"]
    possible: Bool[np.ndarray, " draw"]
    choice: dict[str, Int[np.ndarray, " draw"]]  # place of the option on its issue; the last is `deferred` if it may be


def tailored(arrays: Arrays, worths: Utilities, weight: dict[str, float]) -> Tailored:
    """The best package of each draw by weighted worth, issue by issue, among options that nothing forbids there."""
    values, scores, choice, open_ = {}, {}, {}, np.ones(arrays.draws, bool)
    for issue in worths.layout.issues:
        value, free = _tables(arrays, worths, issue)
        values[issue.id] = value
        total = sum(w * value[:, worths.parties.index(p)] for p, w in weight.items())
        scores[issue.id] = np.where(free, total, -np.inf)
        choice[issue.id] = scores[issue.id].argmax(axis=1)
        open_ &= free.any(axis=1)
    for _ in range(3):
        for rule in sorted(arrays.case.rules, key=lambda r: r.id):
            _mend(arrays.case, rule, scores, choice)
    for rule in arrays.case.rules:
        open_ &= ~_breaks(arrays.case, rule, choice)
    rows = np.arange(arrays.draws)
    worth = np.stack([worths.offset[p] for p in worths.parties], axis=1)
    for issue in worths.layout.issues:
        worth = worth + values[issue.id][rows, :, choice[issue.id]]
    lead = next(iter(weight))
    name = f"Drawn up for what is possible, {weight[lead]:.0%} of the weight on {arrays.case.actor[lead].name}"
    return Tailored(f"tailored-{round(100 * weight[lead])}", name, worth, open_, choice)


def _tables(arrays: Arrays, worths: Utilities, issue: m.Issue) -> tuple[np.ndarray, np.ndarray]:
    """Worth [draw, party, option] less costs of posture lines, and whether nothing forbids the option [draw, option]."""
    blocks, size = [], len(issue.options)
    free = np.ones((arrays.draws, size + issue.deferrable), bool)
    for party in worths.parties:
        key = (party, issue.id)
        block = worths.weight[key][:, None] * worths.value[key]
        if key in worths.crossed:
            block = block - worths.crossing_cost[key][:, None] * worths.crossed[key]
            free[:, :size] &= ~(worths.crossed[key] & worths.real[key][:, None])
        blocks.append(block)
    for k, option in enumerate(issue.options):
        for need in option.needs:
            free[:, k] &= met(arrays, issue.id, option.id, need)
    value = np.stack(blocks, axis=1)
    if issue.deferrable:
        later = (value * lottery(arrays, issue)[:, None, :]).sum(axis=2, keepdims=True)
        value = np.concatenate([value, later], axis=2)
    return value, free


def _breaks(case: m.Case, rule: m.Rule, choice: dict[str, np.ndarray]) -> Bool[np.ndarray, " draw"]:
    barred = [
        np.isin(choice[i], [case.issue[i].option_ids.index(o) for o in options]) for i, options in rule.forbid.items()
    ]
    return np.asarray(np.all(barred, axis=0))


def _mend(case: m.Case, rule: m.Rule, scores: dict[str, np.ndarray], choice: dict[str, np.ndarray]) -> None:
    """Where a rule is broken, the cheapest change of one clause that mends it."""
    broken = np.flatnonzero(_breaks(case, rule, choice))
    if not broken.size:
        return
    losses, swaps, issues = [], [], sorted(rule.forbid)
    for name in issues:
        score = scores[name][broken].copy()
        now = score[np.arange(len(broken)), choice[name][broken]]
        score[:, [case.issue[name].option_ids.index(o) for o in rule.forbid[name]]] = -np.inf
        swaps.append(score.argmax(axis=1))
        best = score.max(axis=1)
        losses.append(
            np.where(np.isfinite(now) & np.isfinite(best), now, 0.0) - np.where(np.isfinite(best), best, -np.inf)
        )
    loss = np.array(losses)
    least = loss.argmin(axis=0)
    for j, name in enumerate(issues):
        at = (least == j) & np.isfinite(loss[j])
        choice[name][broken[at]] = swaps[j][at]


def _plan(name: str, clauses: dict[str, str]) -> m.Plan:
    return m.Plan(
        id=name,
        name=name,
        basis="judgement: a package of the menu",
        clauses={i: m.Clause(option=o) for i, o in clauses.items()},
    )


def _every(case: m.Case, plan: m.Plan) -> dict[str, str]:
    return {i.id: plan.clauses[i.id].option if i.id in plan.clauses else i.status_quo for i in case.issues}


def _best(arrays: Arrays, worths: Utilities, weight: dict[str, float], care: float) -> dict[str, str]:
    """The package with the highest score, rules across clauses mended one change at a time."""
    case, scores, lay = arrays.case, {}, worths.layout
    for issue in lay.issues:
        options = issue.option_ids + ((m.DEFERRED,) if issue.deferrable else ())
        scores[issue.id] = dict(zip(options, _scores(arrays, worths, issue, weight, care)))
    choice = {i: max(sorted(options), key=lambda o, s=options: s[o]) for i, options in scores.items()}  # type: ignore[misc]
    for _ in range(50):
        broken = broken_rules(case, _plan("x", choice))
        if not broken:
            break
        rule = min(broken, key=lambda r: r.id)
        changes = [
            (scores[i][choice[i]] - score, i, option)
            for i, barred in sorted(rule.forbid.items()) for option, score in sorted(scores[i].items()) if option not in barred
        ]  # fmt: skip
        _, issue_id, option = min(changes)
        choice[issue_id] = option
        scores[issue_id] = {o: s for o, s in scores[issue_id].items() if o == option}
    return {i.id: choice[i.id] for i in case.issues}


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
            np.abs(worth.value[0, d] - worth.value[0, e]).max() < NEAR and np.abs(barred[d] - barred[e]).max() < 0.05
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
