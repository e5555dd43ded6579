"""Rules that pull against each other, through the commands: they ended `run` and `settle` with an error once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.case.broken import copy, replace
from tests.test_cli import good, refused
from winset.case.load import load
from winset.settle import of_case
from winset.theory.additive import broken, enumerate_packages, feasible

OLD = "{guarantee: [merrin-guard], fleet: [any]}"
HARD = (
    "{harbour: [tavenna-rule], schools: [none, own-board]}",
    "{guarantee: [treaty], harbour: [joint-board, lease]}",
    "{fleet: [twelve], guarantee: [none]}",
)


def harbour(folder: Path, *forbids: str) -> Path:
    case = copy(folder)
    more = "".join(
        f'\n  - id: more-{n}\n    why: test\n    forbid: {forbid}\n    basis: "judgement: test"'
        for n, forbid in enumerate(forbids[1:])
    )
    replace(case, "case.yaml", OLD, forbids[0])
    basis = (
        'basis: "judgement: The guard is one ship; with any number of Tavennan warships beside it the promise would '
        'mean nothing."'
    )
    replace(case, "case.yaml", basis, basis + more)
    return case


@pytest.mark.parametrize("forbids", [HARD, *((one,) for one in HARD)], ids=["all", "first", "second", "third"])
def test_valid_rules_end_neither_run_nor_settle(tmp_path: Path, forbids: tuple[str, ...]) -> None:
    case = harbour(tmp_path, *forbids)
    assert len(load(case).rules) == len(forbids)
    lenses = () if forbids == HARD else ("--lens", "futures", "--lens", "settlement")
    found = json.loads(good("run", case, "--draws", 6, "--json", *lenses).stdout)
    assert not any("Nothing can be said" in r["answer"][0] for r in found["results"])
    answer = json.loads(good("settle", case, "--json").stdout)
    found = of_case(case)
    problem, labels = found.problem, found.labels
    assert any(feasible(problem, block).any() for block in enumerate_packages(problem.sizes))
    for package in answer["packages"].values():
        place = np.array([labels[j].index(package[name]) for j, name in enumerate(problem.issues)])
        assert not broken(problem, place)


def test_rules_that_leave_nothing_are_told_at_their_line(tmp_path: Path) -> None:
    case = harbour(
        tmp_path, "{harbour: [sarrow-rule, joint-board, lease, tavenna-rule], canal: [closed, phased, open]}"
    )
    for command in (("run", case, "--json"), ("settle", case), ("verify", case)):
        said = refused(*command)
        assert "case.yaml:" in said and "the rules together forbid every package -> take an option out" in said
