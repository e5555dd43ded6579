"""The worth of a deal and its acceptance, against a plain recomputation draw by draw."""

import math

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case import model as m
from winset.case.model import Change, Patch
from winset.case.patch import apply
from winset.derive.deal.acceptance import judge
from winset.derive.worth.packages import broken_rules, changes, clause_of, version_pairs
from winset.derive.worth.utilities import Reading, missing, utilities

DRAWS = 64


def arrays_of(name):
    return Study(case(name), case(name).as_of, draws=DRAWS, seed=3).arrays()[0]


def plain_value(arrays, party, issue, option, d):
    if issue.kind == "options":
        return arrays.get(party, issue.id, option, "value")[d] / 100
    return 1 - abs(arrays.get(issue.id, option, "place")[d] - arrays.get(party, issue.id, "ideal")[d]) / 100


def plain_odds(arrays, plan, issue, d):
    option = clause_of(plan, issue)
    if option != m.DEFERRED:
        return {option: 1.0}
    weights = {o: arrays.get(issue.id, o, "deferred_weight")[d] for o in issue.option_ids}
    return {o: w / sum(weights.values()) for o, w in weights.items()}


def plain_raw(arrays, party, plan, d):
    issues = arrays.case.issues
    attention = {i.id: arrays.get(party, i.id, "attention")[d] for i in issues}
    return sum(
        attention[i.id] / sum(attention.values()) * odds * plain_value(arrays, party, i, option, d)
        for i in issues
        for option, odds in plain_odds(arrays, plan, i, d).items()
    )


def plain_crossed(arrays, party, issue, option, d):
    if issue.kind == "options":
        return arrays.has(party, issue.id, option, "red_line")
    if not arrays.has(party, issue.id, "red_line"):
        return False
    place, line = (arrays.get(*key)[d] for key in ((issue.id, option, "place"), (party, issue.id, "red_line")))
    figures = {f.key: f for f in arrays.case.figures}

    def centre(quantity):
        f = figures[f"{party}/{issue.id}.{quantity}"]
        f = figures[f"{issue.id}/{f.at}.place"] if f.at else f
        return f.mode

    side = np.sign(centre("ideal") - centre("red_line"))
    return place != line if side == 0 else (place - line) * side < 0


@pytest.mark.parametrize("name", NAMES)
def test_worth_of_a_plan_equals_a_plain_recomputation(name):
    arrays = arrays_of(name)
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    for verdict, plan in zip(judge(arrays, plans), plans):
        for party, d in ((p, d) for p in verdict.worth for d in (0, 17, DRAWS - 1)):
            ends = [plain_raw(arrays, party, arrays.case.plan[e], d) for e in vars_of(arrays.case.scales[party])]
            scale = max(ends[1] - ends[0], 0.05)
            expected = (plain_raw(arrays, party, plan, d) - ends[0]) / scale
            for issue in arrays.case.issues:
                for option, odds in plain_odds(arrays, plan, issue, d).items():
                    if plain_crossed(arrays, party, issue, option, d):
                        keys = [(party, issue.id), (party, "all"), (party,)]
                        cost = next(
                            (arrays.get(*k, "crossing_cost")[d] for k in keys if arrays.has(*k, "crossing_cost")), 0
                        )
                        expected -= odds * cost
            assert math.isclose(verdict.worth[party][d], expected, abs_tol=1e-12)


def vars_of(scale):
    return scale.defeat, scale.victory


@pytest.mark.parametrize("name", NAMES)
def test_a_party_accepts_exactly_when_nothing_stops_it(name):
    arrays = arrays_of(name)
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    worths = utilities(arrays)
    for verdict, plan in zip(judge(arrays, plans), plans):
        for party, accepts in verdict.accepts.items():
            for d in range(DRAWS):
                named = {i.id: clause_of(plan, i) for i in arrays.case.issues}
                stopped = any(
                    named[i.id] != m.DEFERRED
                    and plain_crossed(arrays, party, i, named[i.id], d)
                    and worths.real[party, i.id][d]
                    for i in arrays.case.issues
                )
                expected = not stopped and not verdict.unratified[party][d] and verdict.margin[party][d] >= 0
                assert accepts[d] == expected
        assert (verdict.all_sign <= np.all(list(verdict.accepts.values()), axis=0)).all()
        assert (verdict.passes <= verdict.all_sign).all()


@pytest.mark.parametrize("name", NAMES)
def test_benchmarks_are_the_ends_of_the_scale(name):
    arrays = arrays_of(name)
    for party, scale in arrays.case.scales.items():
        for plan_id, end in ((scale.defeat, 0.0), (scale.victory, 1.0)):
            verdict = judge(arrays, [arrays.case.plan[plan_id]])[0]
            penalties = verdict.worth[party] - end
            assert (penalties <= 1e-12).all(), "only a crossed line may lower a benchmark"


def test_red_lines_as_posture_never_forbid_and_as_real_forbid_most():
    arrays = arrays_of("harbour")
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    stated, real, posture = (judge(arrays, plans, Reading(red_lines=r)) for r in ("stated", "real", "posture"))
    for s, r, p in zip(stated, real, posture):
        for party in s.accepts:
            assert not p.blocked(party).any()
            assert (s.blocked(party) <= r.blocked(party)).all()
            assert (r.accepts[party] <= s.accepts[party]).all()
            assert (s.accepts[party] <= p.accepts[party]).all()


def test_a_higher_value_of_no_deal_only_removes_acceptances():
    whole = case("harbour")
    figure = next(f for f in whole.figures if f.quantity == "no_deal" and f.low is not None)
    raised = apply(
        whole,
        Patch(
            id="raise",
            title="no deal is worth more",
            basis="judgement: a test of the direction of effect",
            set={figure.id: Change(low=figure.low + 0.1, mode=figure.mode + 0.1, high=figure.high + 0.1)},
        ),
    )
    study = Study(whole, whole.as_of, draws=512)
    plans = [p for p in whole.plans if p.kind == "plan"]
    own, higher = (judge(a[0], plans, Reading(no_deal="dossier")) for a in (study.arrays(), study.arrays(raised)))
    for before, after in zip(own, higher):
        for party in before.accepts:
            assert (after.accepts[party] <= before.accepts[party]).all()
    assert any((b.accepts[figure.subject[0]] != a.accepts[figure.subject[0]]).any() for b, a in zip(own, higher))


def test_dependence_of_red_lines_changes_the_joint_law_and_not_the_shares():
    whole = case("harbour")
    arrays = Study(whole, whole.as_of, draws=4096).arrays()[0]
    apart, together = (utilities(arrays, Reading(dependence=d)) for d in ("apart", "together"))
    for key in apart.real:
        p = arrays.get(*key, "red_line_real").mean()
        for worths in (apart, together):
            assert abs(worths.real[key].mean() - p) < 4 * 0.5 / math.sqrt(4096)
    pairs = [(a, b) for a in apart.real for b in apart.real if a < b and a[0] == b[0]]
    for a, b in pairs:
        gap = lambda w: np.mean(w.real[a] & w.real[b])  # noqa: B023, E731
        assert gap(together) >= gap(apart) - 0.03


def test_versions_and_changes():
    whole = case("harbour")
    plans = [p for p in whole.plans if p.kind == "plan"]
    for before, after in version_pairs(plans):
        found = changes(whole, before, after)
        assert found and all(was != now for was, now in found.values())
        same = set(whole.issue) - set(found)
        assert all(clause_of(before, whole.issue[i]) == clause_of(after, whole.issue[i]) for i in same)


def test_a_plan_that_breaks_a_rule_does_not_pass():
    whole = case("harbour")
    rule = whole.rules[0]
    plan = next(p for p in whole.plans if p.kind == "plan")
    bad = plan.model_copy(
        update={"clauses": {**plan.clauses, **{i: m.Clause(option=o[0]) for i, o in rule.forbid.items()}}}
    )
    assert rule in broken_rules(whole, bad)
    assert not judge(arrays_of("harbour"), [bad])[0].passes.any()


def test_missing_names_what_the_model_needs():
    whole = case("harbour")
    assert missing(whole) == []
    early = Study(whole, min(f.date for f in whole.figures if f.date).replace(year=1990)).known
    assert any(k.endswith(".ideal") for k in missing(early))
