"""`settle`: the exact answers for one bargaining problem, from a case (at its modes) or an outside domain.

What belongs to cases is imported where a case is read, so that a small domain is answered at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winset.errors import NotSolved, SettingError
from winset.formats.domain import Domain, Profile, places
from winset.formats.folder import files_of, read_domain
from winset.formats.genius_nonlinear import BoxDomain, read_boxes
from winset.theory.additive import AdditiveProblem, additive_problem
from winset.theory.bargaining import (
    DEFINITIONS,
    Method,
    NoZone,
    egalitarian,
    find_acceptable,
    ideal,
    kalai_smorodinsky,
    nash,
    solve_each,
    uniform_cut,
    utilitarian,
)
from winset.theory.corrections import diagnose
from winset.theory.pareto import frontier

if TYPE_CHECKING:
    from winset.case import model as m
    from winset.theory.nonadditive import Exhaustive

SOLVERS = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}
FRONTIER_SIZE = "efficient utility vectors that reach every reserve, told apart at 1e-9 of a party's range"
LOOKED_AT = 1_000_000  # no answer: which exact way is taken
"""Up to this many packages of clauses that interact are looked at one by one."""


@dataclass(frozen=True)
class Question:
    """A problem, the labels of the options by issue, where its numbers come from, how it is to be solved, and notes.

    The problem of clauses that interact has further issues after those that have labels (see `theory.rectangles`).
    """

    problem: AdditiveProblem
    labels: list[list[str]]
    origin: str
    method: Method = "auto"
    notes: tuple[str, ...] = ()


class Best(NamedTuple):
    """The package that solves one problem, and how far that is proved."""

    utilities: Sequence[float]
    package: list[str]
    how: str
    gap: float
    proved: bool


def domain_problem(domain: Domain) -> AdditiveProblem:
    """The problem of a domain, with weights and values as they were written; the reservation value is the reserve."""
    return additive_problem(
        [
            np.array([[w[j] * x for x in v[j]] for w, v in ((p.weights, p.values) for p in domain.profiles)])
            for j in range(len(domain.issues))
        ],
        reserve=np.array([p.reserve for p in domain.profiles]),
        parties=[p.name for p in domain.profiles],
        issues=domain.issues,
    )


def of_case(path: Path) -> Question:
    """The problem of a case at the modes of its Figures. Raises DossierError or SettingError for what cannot be
    read."""
    from winset.arrays import Study
    from winset.case.load import load
    from winset.derive.deal.bargain import bargain
    from winset.derive.war.no_deal import without_core

    case = load(path)
    b = bargain(Study(case, case.as_of).at_modes())
    labels = [
        [i.option(o).label if o != "deferred" else "left to later talks" for o in options]
        for i, options in zip(b.issues, b.options)
    ]
    told = without_core(case)
    origin = f"the modes of {case.id} as of {case.as_of}" + (f" ({told.rstrip('.')})" if told else "")
    return Question(b.problem(), labels, origin)


def of_domain(path: Path, profiles: Sequence[str] = ()) -> Question:
    """The problem of a folder of additive profiles, of all or of those named. Raises SettingError."""
    domain = read_domain(path)
    chosen = [domain.profiles[n] for n in places(profiles, [p.name for p in domain.profiles])]
    domain = replace(domain, profiles=tuple(chosen))
    labels = [list(o) for o in domain.options]
    return Question(domain_problem(domain), labels, f"the files of {path.name}", notes=domain.notes)


def settle(path: Path, profiles: Sequence[str] = ()) -> dict[str, Any]:
    """Solutions with proof, size of the frontier, and where there is no zone who binds and the smallest uniform cut.

    Utilities are lists in the order of the profiles' files (signing parties by id for a case), or as `profiles` names
    some of them. What is not proved says so (`proof`); a solution that was not found is null and says why. Raises
    NotSolved if none was found.
    """
    if (path / "case.yaml").exists():
        if profiles:
            raise SettingError("profiles are chosen in a domain; a case has its signing parties")
        return _settle(of_case(path))
    boxes = read_boxes(files_of(path, "xml")) if path.is_dir() else None
    if boxes is None:
        return _settle(of_domain(path, profiles))
    return _settle_boxes(boxes.only(places(profiles, boxes.parties)))


def _settle(question: Question) -> dict[str, Any]:
    problem, labels = question.problem, question.labels
    found, lost = solve_each(SOLVERS, problem, question.method)
    if len(lost) == len(SOLVERS):
        raise NotSolved("no solution was found within the limits: " + "; ".join(map(str, lost.values())))
    best: dict[str, Best] = {}
    for name, one in found.items():
        package = [options[int(k)] for options, k in zip(labels, one.package)]
        best[name] = Best(one.utilities.tolist(), package, one.proof, one.gap, one.proved)
    answer = _answer(question.origin, problem.parties, problem.issues[: len(labels)], best, question.notes)
    answer["proof"] |= {
        name: {"how": "not found", "gap": None, "proved": False, "why": str(why)} for name, why in lost.items()
    }
    if best:
        return answer | _edge(question, best)
    return answer | _no_zone(question)


def _edge(question: Question, best: dict[str, Best]) -> dict[str, Any]:
    """Number of efficient vectors, and whether it is the whole number."""
    try:
        if question.method == "auto":
            edge = frontier(question.problem, rational=True)
            return {"frontier_size": len(edge.utilities), "frontier_complete": edge.complete}
    except NotSolved:
        pass
    met = {tuple(np.round(b.utilities, 9)) for b in best.values() if b.proved}
    return {"frontier_size": len(met), "frontier_complete": False}


def _no_zone(question: Question) -> dict[str, Any]:
    """Who binds, the smallest uniform cut with the least that is not ruled out, and the smallest ways to open a
    zone."""
    problem = question.problem
    try:
        cut: NoZone | None = uniform_cut(problem, question.method)
        diagnosis = diagnose(problem) if question.method == "auto" else None
        binding = list(diagnosis.binding) if diagnosis else _decisive(problem)
    except NotSolved as error:
        return {"uniform_cut": None, "notes": [*question.notes, f"why there is no zone is not settled: {error}"]}
    return {
        "binding": [problem.parties[i] for i in binding],
        "uniform_cut": float(cut.shortfall) if cut and np.isfinite(cut.shortfall) else None,
        "uniform_cut_proved": bool(cut and cut.shortfall - cut.bound <= 1e-8),
        "corrections": [
            [
                f"{kind}: {problem.parties[i]}" + (f" on {problem.issues[j]}" if j >= 0 else "")
                for kind, i, j in c.dropped
            ]
            for c in (diagnosis.corrections if diagnosis else ())
        ],
    }


def _decisive(problem: AdditiveProblem) -> list[int]:
    """Parties without whose reserve alone there would be a zone, or all."""
    worst = problem.constant + sum(v.min(axis=1) for v in problem.values)
    waived = [
        replace(problem, reserve=np.where(np.arange(problem.n_parties) == i, worst, problem.reserve))
        for i in range(problem.n_parties)
    ]
    return [i for i, one in enumerate(waived) if find_acceptable(one) is not None] or list(range(problem.n_parties))


def _settle_boxes(domain: BoxDomain) -> dict[str, Any]:
    """By looking at every package where they are few, else by a tree over boxes; more than two parties as an additive
    problem with rules."""
    from winset.theory.nonadditive import LIMIT
    from winset.theory.rectangles import additive_form

    total = 1
    for options in domain.options:
        total *= len(options)
    if total <= LOOKED_AT:
        return _look_at_all(domain)
    if len(domain.parties) == 2:
        return _search_boxes(domain)
    problem = additive_form(
        domain.boxes,
        [len(o) for o in domain.options],
        reserve=np.array(domain.reserve),
        parties=domain.parties,
        issues=domain.issues,
    )
    most = ideal(problem, "milp")
    over = [f"{p} ({top:.4g})" for p, top in zip(domain.parties, most if most is not None else ()) if top > 1 + 1e-9]
    if over and total <= LIMIT:
        return _look_at_all(domain)
    if over:
        raise NotSolved(
            f"bonuses add up to more than the declared maximum for {', '.join(over)}; GENIUS counts no more than 1, "
            f"which only a look at every package can do, and {total:.3g} are too many. Correct maxutility"
        )
    labels = [list(o) for o in domain.options]
    return _settle(Question(problem, labels, f"the files of {domain.name}, clauses that interact", "milp"))


def _search_boxes(domain: BoxDomain) -> dict[str, Any]:
    from winset.theory.bargaining_milp import GAP
    from winset.theory.box_frontier import Boxes, shortfall, solve_boxes

    boxes = Boxes(domain.boxes, [len(o) for o in domain.options], np.array(domain.reserve), cap=1.0)
    solved = solve_boxes(boxes)
    best = {
        name: one._replace(how="searched", gap=solved.gaps[name], proved=solved.gaps[name] <= GAP)
        for name, one in _best(domain, solved.found).items()
    }
    origin = f"the files of {domain.name}, clauses that interact"
    answer = _answer(origin, domain.parties, domain.issues, best, ())
    if best:
        return answer | {"frontier_size": len(solved.found.utilities), "frontier_complete": solved.complete}
    try:
        short = shortfall(boxes)
    except NotSolved as error:
        return answer | {"uniform_cut": None, "notes": [f"why there is no zone is not settled: {error}"]}
    binding = [domain.parties[i] for i in short.binding]
    return answer | {"binding": binding, "uniform_cut": short.cut, "uniform_cut_proved": short.proved}


def _best(domain: BoxDomain, found: Exhaustive) -> dict[str, Best]:
    """The solutions among efficient packages that are all known."""
    best: dict[str, Best] = {}
    for name in SOLVERS:
        at = getattr(found, name)
        if at is not None:
            package = [domain.options[j][k] for j, k in enumerate(found.packages[at])]
            best[name] = Best(found.utilities[at].tolist(), package, "enumerated", 0.0, True)
    return best


def _look_at_all(domain: BoxDomain) -> dict[str, Any]:
    from winset.theory.nonadditive import hyperrectangles, solve

    utilities_of = [hyperrectangles(boxes, cap=1.0) for boxes in domain.boxes]
    reserve = np.array(domain.reserve)
    found = solve(lambda x: np.stack([u(x) for u in utilities_of], axis=1), [len(o) for o in domain.options], reserve)
    best = _best(domain, found)
    gains = found.utilities - reserve
    origin = f"the files of {domain.name}, by looking at every package"
    answer = _answer(origin, domain.parties, domain.issues, best, ())
    answer |= {"frontier_size": int(np.all(gains >= -1e-9, axis=1).sum()), "frontier_complete": True}
    if answer["zone"]:
        return answer
    waived = (
        [np.delete(gains, i, axis=1).min(axis=1).max() >= 0 for i in range(len(reserve))] if len(reserve) > 1 else []
    )
    return answer | {
        "binding": [p for p, alone in zip(domain.parties, waived) if alone] or list(domain.parties),
        "uniform_cut": float(-gains.min(axis=1).max()),
    }


def _answer(
    origin: str, parties: Sequence[str], issues: Sequence[str], best: dict[str, Best], notes: Sequence[str]
) -> dict[str, Any]:
    """What all kinds of problem report; without solutions there is no zone, and the caller says who binds."""
    return {
        "origin": origin,
        "notes": list(notes),
        "parties": list(parties),
        "definitions": DEFINITIONS | {"frontier_size": FRONTIER_SIZE},
        "packages": {name: dict(zip(issues, b.package)) for name, b in best.items()},
        "proof": {name: {"how": b.how, "gap": b.gap, "proved": b.proved} for name, b in best.items()},
        **{name: list(best[name].utilities) if name in best else None for name in SOLVERS},
        "zone": bool(best),
        "frontier_size": 0,
        "frontier_complete": True,
        "binding": [],
        "uniform_cut": 0.0,
        "uniform_cut_proved": True,
        "corrections": [],
    }


def from_case(case: m.Case) -> Domain:
    """The modes of a case as a domain: one profile a signing party, weights and values that give its utilities.

    Red lines, rules, consents and uncertainty have no place in these formats and are left out.
    """
    from winset.arrays import Arrays, Luck
    from winset.derive.war.no_deal import no_deal
    from winset.derive.worth.utilities import utilities

    arrays = Arrays(case, Luck(0, 1), at_modes=True)
    worths = utilities(arrays)
    profiles = []
    for actor in case.signatories:
        weights, values, constant = [], [], float(worths.offset[actor.id][0])
        for issue in case.issues:
            weights.append(float(worths.weight[actor.id, issue.id][0]))
            values.append([float(v) for v in worths.value[actor.id, issue.id][0]])
        if constant and any(weights):
            heaviest = max(range(len(weights)), key=lambda j: weights[j])
            values[heaviest] = [v + constant / weights[heaviest] for v in values[heaviest]]
        reserve = float(no_deal(arrays, actor.id)[0])
        profiles.append(Profile(actor.name, tuple(weights), tuple(map(tuple, values)), reserve))
    options = tuple(tuple(o.label for o in issue.options) for issue in case.issues)
    return Domain(case.title, tuple(i.name for i in case.issues), options, tuple(profiles))
