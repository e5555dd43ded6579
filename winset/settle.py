"""`settle`: the exact answers for one bargaining problem, from a case (at its modes) or an outside domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from winset.arrays import Arrays, Luck, Study
from winset.case import model as m
from winset.case.load import load
from winset.derive.no_deal import no_deal
from winset.derive.problem import bargain
from winset.derive.utilities import utilities
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
        return b.problem(), labels, f"the modes of {case.id} as of {case.as_of}"
    domain = read_domain(path)
    return domain_problem(domain), [list(o) for o in domain.options], f"the files of {path.name}"


def settle(path: Path) -> dict[str, Any]:
    """Solutions with proof, size of the frontier, and where there is no zone who binds and the smallest uniform cut.

    Utilities are lists in the order of the profiles' files (signing parties by id for a case). `frontier_size` counts
    the efficient utility vectors that reach every reserve, told apart at 1e-9 of a party's range.
    """
    boxes = read_boxes(sorted(path.glob("*.xml"))) if path.is_dir() and not (path / "case.yaml").exists() else None
    if boxes:
        return settle_boxes(boxes)
    problem, labels, origin = read_problem(path)
    answer: dict[str, Any] = {
        "origin": origin,
        "parties": list(problem.parties),
        "definitions": {},
        "packages": {},
        "proof": {},
    }
    for name, solver in SOLVERS.items():
        found = solver(problem)
        if isinstance(found, Solution):
            answer[name] = [float(u) for u in found.utilities]
            answer["definitions"][name] = found.definition
            answer["packages"][name] = {
                i: labels[j][int(k)] for j, (i, k) in enumerate(zip(problem.issues, found.package))
            }
            answer["proof"][name] = {"how": found.proof, "gap": found.gap}
        else:
            answer[name] = None
    edge = frontier(problem, rational=True)
    cut = uniform_cut(problem)
    answer |= {
        "zone": answer["nash"] is not None,
        "frontier_size": len(edge.utilities),
        "frontier_complete": edge.complete,
        "binding": [],
        "uniform_cut": 0.0,
    }
    if not answer["zone"]:
        diagnosis = diagnose(problem)
        answer["binding"] = [problem.parties[i] for i in diagnosis.binding]
        answer["uniform_cut"] = float(cut.shortfall) if np.isfinite(cut.shortfall) else None
        answer["corrections"] = [
            [
                f"{kind}: {problem.parties[i]}" + (f" on {problem.issues[j]}" if j >= 0 else "")
                for kind, i, j in c.dropped
            ]
            for c in diagnosis.corrections
        ]
    answer["definitions"]["uniform_cut"] = (
        "smallest equal cut of all reserves that opens a zone, red lines kept; null if none does"
    )
    answer["definitions"]["frontier_size"] = (
        "efficient utility vectors that reach every reserve, told apart at 1e-9 of each party's range"
    )
    return answer


def settle_boxes(domain: BoxDomain) -> dict[str, Any]:
    """The same answers for a domain whose clauses interact, by looking at every package. Raises NotSolved above 10^7."""
    utilities_of = [hyperrectangles(boxes) for boxes in domain.boxes]
    reserve = np.array(domain.reserve)
    found = solve(lambda x: np.stack([u(x) for u in utilities_of], axis=1), [len(o) for o in domain.options], reserve)
    gains = found.utilities - reserve
    best = {name: getattr(found, name) for name in SOLVERS}
    zone = best["nash"] is not None
    waived = [np.delete(gains, i, axis=1).min(axis=1).max() >= 0 for i in range(len(reserve))]
    return {
        "origin": f"the files of {domain.name}, by looking at every package",
        "parties": list(domain.parties),
        "definitions": {name: DEFINITIONS[name] for name in SOLVERS},
        "packages": {
            name: {i: domain.options[j][k] for j, (i, k) in enumerate(zip(domain.issues, found.packages[at]))}
            for name, at in best.items()
            if at is not None
        },
        "proof": {name: {"how": "enumerated", "gap": 0.0} for name, at in best.items() if at is not None},
        **{name: None if at is None else [float(u) for u in found.utilities[at]] for name, at in best.items()},
        "zone": zone,
        "frontier_size": int(np.all(gains >= -1e-9, axis=1).sum()),
        "frontier_complete": True,
        "binding": [] if zone else [p for p, alone in zip(domain.parties, waived) if alone] or list(domain.parties),
        "uniform_cut": 0.0 if zone else float(-gains.min(axis=1).max()),
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
