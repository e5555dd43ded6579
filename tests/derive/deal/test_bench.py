"""The bench of the plan lab says of any package what `judge` says of it, and of its frontier what brute force says."""

import dataclasses
import itertools
import random

import numpy as np
import pytest

from tests.cases import case
from tests.derive.deal.test_sides import signing
from winset import run as engine
from winset.case import model as m
from winset.derive.deal import opened
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bench import LEVELS
from winset.derive.deal.laid import FEWEST, laid, without
from winset.errors import SettingError
from winset.theory.amendments import amendments


def studies():
    yield "harbour", engine.study(case("harbour"), draws=192, seed=2)
    yield "in slices", engine.study(case("harbour"), draws=192, seed=2, chunk=50)
    yield "an ally that follows", engine.study(signing(0.5), draws=96, seed=2)
    yield "many issues", engine.study(case("ukraine-2025"), draws=48, seed=2)


@pytest.fixture(scope="module", params=["harbour", "in slices", "an ally that follows", "many issues"])
def study(request):
    return next(made for name, made in studies() if name == request.param)


def packages(issues, count, seed=1):
    luck = random.Random(seed)
    for _ in range(count):
        yield {i.id: luck.choice([None, *i.option_ids, *([m.DEFERRED] if i.deferrable else [])]) for i in issues}


def as_plan(n, package):
    clauses = {issue: m.Clause(option=option) for issue, option in package.items() if option}
    return m.Plan(id=f"x{n}", name="x", basis="judgement: test", clauses=clauses)


def test_it_says_what_judge_says(study):
    made = laid(study)
    asked = list(packages(study.known.issues, 200))
    plans = [*study.known.plans, *(as_plan(n, p) for n, p in enumerate(asked))]
    told = [judge(arrays, plans, detail=False) for arrays in study.arrays()]
    passed = 0
    for plan, *verdicts in zip(plans, *told):
        said = made.evaluate(made.plan(plan))
        for party in made.parties:
            signs, ratifies, margin = (
                np.concatenate([getattr(v, name)[party] for v in verdicts]) for name in ("signs", "ratifies", "margin")
            )
            assert said.signs[party] == signs.mean() and said.ratifies[party] == ratifies.mean()
            assert said.margin[party] == pytest.approx(np.median(margin), abs=1e-5)
        passes = np.concatenate([v.passes for v in verdicts])
        assert said.passes == passes.mean()
        passed += passes.any()
    assert passed or study.case.id == "ukraine-2025"


def test_what_is_not_said_is_silent_and_what_there_is_not_is_refused():
    made = laid(engine.study(case("harbour"), draws=32))
    assert made.evaluate({}) == made.evaluate({"fleet": None, "canal": m.SILENT}) == made.evaluate({"canal": "closed"})
    assert made.evaluate({"fleet": "deferred"}) != made.evaluate({})
    with pytest.raises(SettingError, match="unknown option deferred of canal"):
        made.evaluate({"canal": "deferred"})
    with pytest.raises(SettingError, match="unknown issue port"):
        made.evaluate({"port": "open"})


def test_the_frontier_and_the_bound_stand_against_every_package():
    made = laid(engine.study(case("harbour"), draws=128))
    every = np.array(list(itertools.product(*(range(len(o)) for o in made.options))))
    allowed = np.array([not any(all(row[j] in named for j, named in rule) for rule in made.rules) for row in every])
    every = every[allowed]
    mean = made.value.mean(axis=2)[:, made.starts[:-1] + every].sum(axis=2)
    (pair,) = made.frontier
    corners = np.array([made.value.mean(axis=2)[:, made.starts[:-1] + np.array(p)].sum(axis=1) for p in pair[2]])
    assert len(corners) > 4
    for low, high in itertools.pairwise(corners):
        out = np.array([-(high - low)[1], (high - low)[0]])
        assert (out @ mean).max() <= out @ low + 1e-8  # no package beyond the line through two neighbours
    ends = (corners[-1, 0], corners[0, 1])
    assert ends == pytest.approx(mean.max(axis=1), abs=1e-5)

    def passes(row):
        return made.evaluate({i.id: o[k] for i, o, k in zip(made.issues, made.options, row)}).passes

    best = max(passes(row) for row in every)
    assert made.known and passes(made.known[0]) <= best <= made.bound
    assert all(passes(row) > 0 for row in made.known)


def test_the_fewest_changes_stand_against_brute_force(monkeypatch):
    """Where every draw with a deal is solved, no package that passes anywhere is nearer to a plan."""
    monkeypatch.setattr("winset.derive.deal.opened.SOLVED", 10_000)
    monkeypatch.setattr("winset.derive.deal.opened.CELLS", 10**6)
    made = laid(engine.study(case("harbour"), draws=24, seed=5))
    plans = [p for p in case("harbour").plans if p.kind == "plan"]
    assert [plan for plan, _ in made.least] == [p.id for p in plans]
    ids = [i.id for i in made.issues]
    every = [row for row in itertools.product(*made.options) if made.evaluate(dict(zip(ids, row))).passes]
    for plan, (_, size) in zip(plans, made.least):
        start = made.plan(plan)
        assert size == min(sum(a != start[i] for i, a in zip(ids, row)) for row in every)
        near = [sum(a != b for a, b in zip(row, made.places(start))) for row in made.known]
        assert min(near) == size


def test_the_sets_of_a_plan_are_asked_for_in_one_draw(monkeypatch):
    """In which fewest clauses change; of the others only how many do."""
    asked = []
    monkeypatch.setattr(
        opened, "amendments", lambda problem, *rest: asked.append(problem) or amendments(problem, *rest)
    )
    made = laid(engine.study(case("harbour"), draws=24, seed=5))
    assert made.least and len(asked) == len(made.least)


@pytest.mark.parametrize("levers", [0, 1])
def test_an_amendment_is_judged_as_the_bench_said(levers):
    """A copied patch takes to the same numbers: the same draws, and going on is worth what it was."""
    whole = case("harbour")
    first = whole.levers[:levers]
    before = laid(engine.study(whole, draws=96, patches=first))
    change = {"schools": "classes", "repair": "sarrow-pays", "guarantee": "silent"}
    patch = m.Patch(id="x", title="x", kind="amendment", basis="judgement: test", clauses={"merrin-draft-2": change})
    study = engine.study(whole, draws=96, patches=[*first, patch])
    after = laid(study)
    package = before.plan(whole.plan["merrin-draft-2"]) | change
    assert after.evaluate(after.plan(study.known.plan["merrin-draft-2"])) == before.evaluate(package)
    (verdict,) = judge(study.arrays()[0], [study.known.plan["merrin-draft-2"]])
    assert {p: s.mean() for p, s in verdict.signs.items()} == before.evaluate(package).signs


def test_few_draws_where_many_do_not_fit(monkeypatch):
    monkeypatch.setattr("winset.derive.deal.laid.MOST", 1000)
    monkeypatch.setattr("winset.derive.deal.laid.FEWEST", 40)
    study = engine.study(case("harbour"), draws=100, chunk=30)
    made = laid(study)
    assert made.draws == 40 and made.kept == study.kept and FEWEST == 512
    plan = study.known.plans[0]
    signs = np.concatenate([judge(a, [plan])[0].signs["sarrow"] for a in study.arrays()])[:40]
    assert made.evaluate(made.plan(plan)).signs["sarrow"] == signs.mean()


def test_worths_are_whole_steps():
    made = laid(engine.study(case("harbour"), draws=64))
    assert made.code.min() == 0 and made.code.max() == LEVELS and len(LEVELS.to_bytes(3)) == 3


def test_why_a_case_has_none():
    whole = case("harbour")
    assert without(whole) == ""
    assert without(dataclasses.replace(whole, plans=())) == "There is no plan to start from."
    figures = tuple(f for f in whole.figures if f.quantity != "attention")
    assert "sarrow/canal.attention" in without(dataclasses.replace(whole, figures=figures))
