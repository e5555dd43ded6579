"""The worth of a deal and its acceptance, against a plain recomputation draw by draw."""

import math
from dataclasses import replace

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
def test_a_party_signs_exactly_when_nothing_stops_it(name):
    arrays = arrays_of(name)
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    worths = utilities(arrays)
    for verdict, plan in zip(judge(arrays, plans), plans):
        for party, signs in verdict.signs.items():
            for d in range(DRAWS):
                named = {i.id: clause_of(plan, i) for i in arrays.case.issues}
                stopped = any(plain_breach(arrays, worths, party, i, named[i.id], plan, d) for i in arrays.case.issues)
                assert signs[d] == (not stopped and verdict.margin[party][d] >= 0)
        assert (verdict.all_sign == np.all(list(verdict.signs.values()), axis=0)).all()
        assert (verdict.all_ratify == np.all(list(verdict.ratifies.values()), axis=0)).all()
        assert (verdict.passes <= verdict.all_sign & verdict.all_ratify).all()


def plain_breach(arrays, worths, party, issue, option, plan, d):
    """A named clause beyond a real line; a deferred one that may end there, where leaving it open is a breach."""
    if option != m.DEFERRED:
        return plain_crossed(arrays, party, issue, option, d) and worths.real[party, issue.id][d]
    ends = [o for o, odds in plain_odds(arrays, plan, issue, d).items() if odds > 0]
    return any(plain_crossed(arrays, party, issue, o, d) for o in ends) and worths.firm[party, issue.id][d]


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
        for party in s.signs:
            assert not p.blocked(party).any()
            assert (s.blocked(party) <= r.blocked(party)).all()
            assert (r.signs[party] <= s.signs[party]).all()
            assert (s.signs[party] <= p.signs[party]).all()


def test_a_higher_value_of_no_deal_only_removes_signatures():
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
        for party in before.signs:
            assert (after.signs[party] <= before.signs[party]).all()
    assert any((b.signs[figure.subject[0]] != a.signs[figure.subject[0]]).any() for b, a in zip(own, higher))


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


def with_numbers(whole, changes):
    """The case with some Figures at fixed numbers, added where it has none."""
    digest = whole.digest + repr(sorted(changes.items()))
    kept = [f for f in whole.figures if f.key not in changes]
    added = [
        m.Figure(
            id=key,
            subject=tuple(key.rpartition(".")[0].split("/")),
            quantity=key.rpartition(".")[2],
            basis=m.parse_basis("judgement: test"),
            low=x,
            mode=x,
            high=x,
        )
        for key, x in changes.items()
    ]
    return replace(whole, figures=(*kept, *added), digest=digest)


def voted(share):
    """Shares in which each of two clauses, and both, are ratified by one body at 0.5 and 0.5."""
    whole = replace(case("harbour"), war=None)
    keys = [f.key for f in whole.figures if f.quantity == "consent" and f.subject[0] == "sarrow-diet"][:1]
    body, issue, option = keys[0].rpartition(".")[0].split("/")
    other = next(i for i in whole.issues if i.id != issue)
    need = m.Need(actors=(body,), rule="majority")
    options = tuple(o.model_copy(update={"needs": (need,)}) if k == 0 else o for k, o in enumerate(other.options))
    issues = tuple(i.model_copy(update={"options": options}) if i is other else i for i in whole.issues)
    second = f"{body}/{other.id}/{options[0].id}.consent"
    made = with_numbers(replace(whole, issues=issues), {keys[0]: 0.5, second: 0.5, f"{body}.consent_dependence": share})
    arrays = Study(made, made.as_of, draws=4096).arrays()[0]
    plan = next(p for p in made.plans if p.kind == "plan").model_copy(
        update={"clauses": {issue: m.Clause(option=option), other.id: m.Clause(option=options[0].id)}}
    )
    verdict = judge(arrays, [plan])[0]
    return {k[0]: float(1 - x.mean()) for k, x in verdict.refused.items()}, float(
        verdict.ratifies[made.party_of(body)].mean()
    )


def test_one_body_votes_once_on_a_package():
    """Of two clauses at one half: one mood gives one half together, a vote a clause one quarter; orthant law
    between."""
    for share, both in ((0.0, 0.25), (0.5, 0.25 + math.asin(0.5) / (2 * math.pi)), (1.0, 0.5)):
        alone, together = voted(share)
        assert all(abs(x - 0.5) < 0.01 for x in alone.values())
        assert abs(together - both) < 4 * math.sqrt(both * (1 - both) / 4096)


def test_no_objection_holds_unless_somebody_objects():
    need = m.Need(actors=("a", "b", "c"), rule="no_objection")
    assert need.quorum == 3 and m.Need(actors=("a", "b", "c"), rule="majority").quorum == 2


def test_leaving_an_issue_open_does_not_slip_past_a_real_line_unless_the_dossier_says_so():
    whole = case("harbour")
    lines = {f.subject for f in whole.figures if f.quantity == "red_line"}
    issue = next(i for i in whole.issues if i.deferrable and ("tavenna", i.id) in lines)
    plan = next(p for p in whole.plans if p.kind == "plan").model_copy(
        update={"clauses": {issue.id: m.Clause(option=m.DEFERRED)}}
    )
    shut = {}
    for slips in (0.0, 1.0):
        made = with_numbers(whole, {f"tavenna/{issue.id}.line_slips": slips})
        arrays = Study(made, made.as_of, draws=256).arrays()[0]
        verdict = judge(arrays, [plan])[0]
        shut[slips] = verdict.lines["tavenna", issue.id]
        real = utilities(arrays).real["tavenna", issue.id]
    assert (shut[0.0] == real).all() and real.any() and not shut[1.0].any()


def test_a_line_at_an_option_moves_with_its_place():
    """The option that a line is stated at is never beyond it, wherever the option lies; slack moves the line
    outwards."""
    ukraine = case("ukraine-2025")
    arrays = Study(ukraine, ukraine.as_of, draws=512).arrays()[0]
    issue = ukraine.issue["army_cap"]
    crossed = utilities(arrays, only=("ukraine",)).crossed["ukraine", "army_cap"]
    places = np.stack([arrays.get("army_cap", o, "place") for o in issue.option_ids], axis=1)
    named = places[:, issue.option_ids.index("cap_800")]
    slack = arrays.get("ukraine", "army_cap", "red_line_slack")
    np.testing.assert_array_equal(crossed, places > (named + slack)[:, None])
    assert not crossed[:, issue.option_ids.index("cap_800")].any() and (np.ptp(named) > 1)
