"""`settle`: the exact answers for one bargaining problem, from a case (at its modes) or an outside domain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Luck, Study
from winset.case import model as m
from winset.case.load import load
from winset.derive.deal.bargain import bargain
from winset.derive.war.no_deal import no_deal, without_core
from winset.derive.worth.utilities import utilities
from winset.formats.domain import Domain, Profile
from winset.formats.folder import read_domain
from winset.formats.genius_nonlinear import BoxDomain, read_boxes
from winset.theory.additive import AdditiveProblem, additive_problem
from winset.theory.bargaining import (
    DEFINITIONS,
    Solution,
    egalitarian,
    kalai_smorodinsky,
    nash,
    uniform_cut,
    utilitarian,
)
from winset.theory.corrections import diagnose
from winset.theory.nonadditive import hyperrectangles, solve
from winset.theory.pareto import frontier

SOLVERS = {"nash": nash, "kalai_smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian, "utilitarian": utilitarian}
FRONTIER_SIZE = "efficient utility vectors that reach every reserve, told apart at 1e-9 of a party's range"


class Best(NamedTuple):
    """The package that solves one problem, and how that is proved."""

    utilities: Float[np.ndarray, " party"]
    package: list[str]
    how: str
    gap: float


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


def read_problem(path: Path) -> tuple[AdditiveProblem, list[list[str]], str]:
    """(problem, names of options by issue, where its numbers come from) of a case folder or a domain folder.

    Raises DossierError or SettingError for what cannot be read.
    """
    if (path / "case.yaml").exists():
        case = load(path)
        b = bargain(Study(case, case.as_of).at_modes())
        labels = [
            [i.option(o).label if o != "deferred" else "left to later talks" for o in options]
            for i, options in zip(b.issues, b.options)
        ]
        told = without_core(case)
        return (
            b.problem(),
            labels,
            f"the modes of {case.id} as of {case.as_of}" + (f" ({told.rstrip('.')})" if told else ""),
        )
    domain = read_domain(path)
    return domain_problem(domain), [list(o) for o in domain.options], f"the files of {path.name}"


def settle(path: Path) -> dict[str, Any]:
    """Solutions with proof, size of the frontier, and where there is no zone who binds and the smallest uniform cut.

    Utilities are lists in the order of the profiles' files (signing parties by id for a case). A domain whose clauses
    interact is answered by looking at every package. Raises NotSolved above 10^7 of those.
    """
    boxes = read_boxes(sorted(path.glob("*.xml"))) if path.is_dir() and not (path / "case.yaml").exists() else None
    return _settle_boxes(boxes) if boxes else _settle_additive(path)


def _settle_additive(path: Path) -> dict[str, Any]:
    problem, labels, origin = read_problem(path)
    best: dict[str, Best] = {}
    for name, solver in SOLVERS.items():
        found = solver(problem)
        if isinstance(found, Solution):
            package = [labels[j][int(k)] for j, k in enumerate(found.package)]
            best[name] = Best(found.utilities, package, found.proof, found.gap)
    edge = frontier(problem, rational=True)
    answer = _answer(origin, problem.parties, problem.issues, best, len(edge.utilities), edge.complete)
    if answer["zone"]:
        return answer
    diagnosis = diagnose(problem)
    cut = uniform_cut(problem).shortfall
    return answer | {
        "binding": [problem.parties[i] for i in diagnosis.binding],
        "uniform_cut": float(cut) if np.isfinite(cut) else None,
        "corrections": [
            [
                f"{kind}: {problem.parties[i]}" + (f" on {problem.issues[j]}" if j >= 0 else "")
                for kind, i, j in c.dropped
            ]
            for c in diagnosis.corrections
        ],
    }


def _settle_boxes(domain: BoxDomain) -> dict[str, Any]:
    utilities_of = [hyperrectangles(boxes) for boxes in domain.boxes]
    reserve = np.array(domain.reserve)
    found = solve(lambda x: np.stack([u(x) for u in utilities_of], axis=1), [len(o) for o in domain.options], reserve)
    best: dict[str, Best] = {}
    for name in SOLVERS:
        at = getattr(found, name)
        if at is not None:
            package = [domain.options[j][k] for j, k in enumerate(found.packages[at])]
            best[name] = Best(found.utilities[at], package, "enumerated", 0.0)
    gains = found.utilities - reserve
    efficient = int(np.all(gains >= -1e-9, axis=1).sum())
    origin = f"the files of {domain.name}, by looking at every package"
    answer = _answer(origin, domain.parties, domain.issues, best, efficient, True)
    if answer["zone"]:
        return answer
    waived = [np.delete(gains, i, axis=1).min(axis=1).max() >= 0 for i in range(len(reserve))]
    return answer | {
        "binding": [p for p, alone in zip(domain.parties, waived) if alone] or list(domain.parties),
        "uniform_cut": float(-gains.min(axis=1).max()),
    }


def _answer(
    origin: str, parties: Sequence[str], issues: Sequence[str], best: dict[str, Best], efficient: int, complete: bool
) -> dict[str, Any]:
    """What both kinds of problem report; without solutions there is no zone, and the caller says who binds."""
    return {
        "origin": origin,
        "parties": list(parties),
        "definitions": DEFINITIONS | {"frontier_size": FRONTIER_SIZE},
        "packages": {name: dict(zip(issues, b.package)) for name, b in best.items()},
        "proof": {name: {"how": b.how, "gap": b.gap} for name, b in best.items()},
        **{name: [float(u) for u in best[name].utilities] if name in best else None for name in SOLVERS},
        "zone": "nash" in best,
        "frontier_size": efficient,
        "frontier_complete": complete,
        "binding": [],
        "uniform_cut": 0.0,
        "corrections": [],
    }


def from_case(case: m.Case) -> Domain:
    """The modes of a case as a domain: one profile a signing party, weights and values that give its utilities.

    Red lines, rules, consents and uncertainty have no place in these formats and are left out.
    """
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
