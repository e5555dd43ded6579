"""The menu against brute force over all packages of the small case."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case import model as m
from winset.case.check import possible
from winset.derive.worth.consents import asked, consents, met
from winset.derive.worth.menu import _best as best_of
from winset.derive.worth.menu import _scores as scores_of
from winset.derive.worth.menu import _tables as tables_of
from winset.derive.worth.menu import menu, tailored, truce, worth_of
from winset.derive.worth.packages import broken_rules, package
from winset.derive.worth.utilities import utilities
from winset.errors import DossierError
from winset.settings import number, whole


def arrays_of(name, draws=24):
    return Study(case(name), case(name).as_of, draws=draws, seed=3).arrays()[0]


@pytest.mark.parametrize("name", NAMES)
def test_plans_and_truce_are_on_it_and_nothing_breaks_a_rule(name):
    arrays = arrays_of(name)
    known, sides = arrays.case, case(name).war.belligerents
    deals = menu(known, sides)
    assert len({d.id for d in deals}) == len(deals) <= whole("menu.most")
    sound = {p.id for p in known.plans if p.kind == "plan" and not broken_rules(known, p)}
    assert sound <= {d.id for d in deals} and deals[0].kind == "truce"
    for deal in deals:
        plan = m.Plan(
            id="x", name="x", basis="judgement: test", clauses={i: m.Clause(option=o) for i, o in deal.clauses.items()}
        )
        assert set(deal.clauses) == set(known.issue)
        assert deal.kind != "package" or not broken_rules(known, plan)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_changes_nothing(name):
    whole = arrays_of(name).case
    turned = dataclasses.replace(
        whole, plans=whole.plans[::-1], figures=whole.figures[::-1], issues=whole.issues[::-1], rules=whole.rules[::-1]
    )
    sides = whole.war.belligerents
    assert [(d.id, sorted(d.clauses.items())) for d in menu(whole, sides)] == [
        (d.id, sorted(d.clauses.items())) for d in menu(turned, sides)
    ]


def test_packages_on_it_are_not_near_duplicates():
    whole = arrays_of("harbour")
    deals = menu(whole.case, whole.case.war.belligerents)
    modes = Study(case("harbour"), case("harbour").as_of).at_modes()
    value = worth_of(modes, utilities(modes), deals).value[0]
    packages = [k for k, d in enumerate(deals) if d.kind == "package"]
    clauses = {tuple(sorted(deals[k].clauses.items())) for k in packages}
    assert len(clauses) == len(packages)
    for a, b in itertools.combinations(packages, 2):
        assert np.abs(value[a] - value[b]).max() >= number("menu.near") or deals[a].clauses != deals[b].clauses


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_is_worth_what_the_settlement_says(name):
    arrays = arrays_of(name)
    worths = utilities(arrays)
    deals = [d for d in menu(arrays.case, arrays.case.war.belligerents) if d.kind == "plan"]
    found = worth_of(arrays, worths, deals)
    for k, deal in enumerate(deals):
        pack = package(arrays, arrays.case.plan[deal.id])
        for i, party in enumerate(worths.parties):
            total = worths.offset[party] + sum(worths.clause(party, j.id, pack) for j in worths.layout.issues)
            np.testing.assert_allclose(found.value[:, k, i], total)


@pytest.mark.parametrize("name", NAMES)
def test_what_stops_a_deal_is_what_stops_any_of_its_clauses(name):
    arrays = arrays_of(name)
    worths = utilities(arrays)
    deals = [d for d in menu(arrays.case, arrays.case.war.belligerents) if not d.only]
    found, none = worth_of(arrays, worths, deals), np.zeros(arrays.draws, bool)
    for k, deal in enumerate(deals):
        pack = deal.pack(arrays)
        for i, party in enumerate(worths.parties):
            lines = (worths.forbidden(party, j.id, pack) for j in worths.layout.issues)
            np.testing.assert_array_equal(
                found.blocked[:, k, i], np.any([none, *(x for x in lines if x is not None)], 0)
            )
        np.testing.assert_array_equal(found.ratified[:, k], np.all([~none, *(a.met for a in asked(arrays, pack))], 0))
    assert found.blocked.any() and not found.ratified.all()


@pytest.mark.parametrize("rule", ["consensus", "majority", "two_thirds", "no_objection"])
def test_a_need_is_met_where_its_quorum_consents(rule):
    arrays = arrays_of("ukraine-2025", 400)
    seen = set()
    for issue, option in ((i, o) for i in arrays.case.issues for o in i.options if len(o.needs) > 1):
        need = m.Need(actors=tuple({a for n in option.needs for a in n.actors}), rule=rule)
        given = np.sum([consents(arrays, actor, issue.id, option.id) for actor in need.actors], axis=0)
        np.testing.assert_array_equal(met(arrays, issue.id, option.id, need), given >= need.quorum)
        seen |= {len(need.actors), *(given >= need.quorum)}
    assert seen >= {2, True, False}


def test_a_truce_is_refused_for_its_own_clauses_and_for_what_it_leaves_beyond_a_line():
    arrays = arrays_of("harbour")
    worths = utilities(arrays)
    deal = truce(arrays.case)
    assert deal.only == ("fleet",)
    blocked = worth_of(arrays, worths, [deal]).blocked[:, 0]
    left = [worths.left("sarrow", i.id) for i in arrays.case.issues if i.id != "fleet"]
    expected = np.any([worths.forbidden("sarrow", "fleet", deal.pack(arrays)), *(x for x in left if x is not None)], 0)
    assert blocked[:, worths.parties.index("sarrow")].tolist() == expected.tolist()
    assert not blocked[:, worths.parties.index("tavenna")].any()


def everything(arrays):
    """Every package of a draw: worth to both, whether nothing forbids it."""
    known, worths = arrays.case, utilities(arrays)
    issues = worths.layout.issues
    options = [i.option_ids + ((m.DEFERRED,) if i.deferrable else ()) for i in issues]
    for combo in itertools.product(*options):
        plan = m.Plan(
            id="x",
            name="x",
            basis="judgement: test",
            clauses={i.id: m.Clause(option=o) for i, o in zip(issues, combo)},
        )
        pack = package(arrays, plan)
        free = np.full(arrays.draws, not broken_rules(known, plan))
        for issue, option in zip(issues, combo):
            for party in worths.parties:
                line = worths.forbidden(party, issue.id, pack)
                free &= True if line is None else ~line
            if option != m.DEFERRED:
                for need in issue.option(option).needs:
                    free &= met(arrays, issue.id, option, need)
        worth = [worths.offset[p] + sum(worths.clause(p, i.id, pack) for i in issues) for p in worths.parties]
        yield np.stack(worth, axis=1), free


@pytest.mark.parametrize("weight", [0.35, 0.5, 0.8])
def test_what_is_drawn_up_is_the_best_of_all_that_is_possible(weight):
    arrays = arrays_of("harbour", 8)
    worths = utilities(arrays)
    a, b = arrays.case.war.belligerents
    best = np.full(arrays.draws, -np.inf)
    share = np.array([weight if p == a else 1 - weight for p in worths.parties])
    for worth, free in everything(arrays):
        best = np.maximum(best, np.where(free, worth @ share, -np.inf))
    (found,) = tailored(arrays, worths, [{a: weight, b: 1 - weight}])
    assert found.possible.tolist() == np.isfinite(best).tolist()
    np.testing.assert_allclose((found.value @ share)[found.possible], best[found.possible], atol=1e-12)


HARD = (
    {"harbour": ("tavenna-rule",), "schools": ("none", "own-board")},
    {"guarantee": ("treaty",), "harbour": ("joint-board", "lease")},
    {"fleet": ("twelve",), "guarantee": ("none",)},
)
"""Rules of which the best single change to each breaks another; 774 of 1,296 packages without deferral remain."""


def ruled(forbids):
    whole = case("harbour")
    rules = tuple(m.Rule(id=f"r{k}", why="x", forbid=f, basis="judgement: test") for k, f in enumerate(forbids))
    return dataclasses.replace(whole, rules=rules)


def names_of(issue):
    return issue.option_ids + ((m.DEFERRED,) if issue.deferrable else ())


def allowed(known):
    """Every package that breaks no rule, as clauses."""
    issues = sorted(known.issues, key=lambda i: i.id)
    for combo in itertools.product(*(names_of(i) for i in issues)):
        clauses = {i.id: o for i, o in zip(issues, combo)}
        if not any(all(clauses[i] in o for i, o in rule.forbid.items()) for rule in known.rules):
            yield clauses


forbidding = st.lists(
    st.lists(
        st.sampled_from(sorted(case("harbour").issues, key=lambda i: i.id)),
        min_size=2,
        max_size=3,
        unique_by=lambda i: i.id,
    ).flatmap(
        lambda issues: st.fixed_dictionaries(
            {
                i.id: st.lists(st.sampled_from(i.option_ids), min_size=1, max_size=len(i.options), unique=True).map(
                    tuple
                )
                for i in issues
            }
        )
    ),
    min_size=1,
    max_size=6,
)


@given(forbidding)
@example(list(HARD))
def test_packages_and_what_is_drawn_up_are_the_best_under_any_rules(forbids):
    """Against every package, for random rules across clauses; a rule never names deferral."""
    known = ruled(forbids)
    arrays = Study(known, known.as_of, draws=6, seed=3).arrays()[0]
    modes = Study(known, known.as_of).at_modes()
    worths, flat = utilities(arrays), utilities(modes)
    a, b = known.war.belligerents
    weight, issues = {a: 0.65, b: 0.35}, worths.layout.issues
    score = {i.id: dict(zip(names_of(i), scores_of(modes, flat, i, weight, 0.15))) for i in issues}
    tables = {i.id: tables_of(arrays, worths, i) for i in issues}
    share = np.array([weight[p] for p in worths.parties])
    best, most = -np.inf, np.full(arrays.draws, -np.inf)
    for clauses in allowed(known):
        best = max(best, sum(score[i][o] for i, o in clauses.items()))
        worth = sum(worths.offset[p] * weight[p] for p in worths.parties)
        for issue in issues:
            value, free = tables[issue.id]
            k = names_of(issue).index(clauses[issue.id])
            own = sum(value[p][:, k] * weight[p] for p in worths.parties)
            worth = worth + np.where(free[:, k], own, -np.inf)
        most = np.maximum(most, worth)
    assert possible(known) == np.isfinite(best)
    if not np.isfinite(best):
        with pytest.raises(DossierError, match="together forbid every package"):
            best_of(modes, flat, weight, 0.15)
        return
    found = best_of(modes, flat, weight, 0.15)
    assert found in list(allowed(known)) or dict(sorted(found.items())) in list(allowed(known))
    assert sum(score[i][o] for i, o in found.items()) == pytest.approx(best, abs=1e-12)
    (made,) = tailored(arrays, worths, [weight])
    assert made.possible.tolist() == np.isfinite(most).tolist()
    np.testing.assert_allclose((made.value @ share)[made.possible], most[made.possible], atol=1e-12)


def test_the_hard_rules_leave_what_they_leave():
    assert sum(m.DEFERRED not in clauses.values() for clauses in allowed(ruled(HARD))) == 774
