"""The screening lens against plain recomputation, and what it must say when there is little to say."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case import model as m
from winset.case.load import load
from winset.derive.deal.weighing import kept
from winset.derive.types import hypotheses as types
from winset.derive.types.hypotheses import Take
from winset.derive.types.ultimatum import Demand, Ultimatum, textbook, worth_of_rounds
from winset.derive.types.views import View
from winset.errors import DossierError
from winset.lens.screening.lens import Screening
from winset.theory import crisis, weighing

DRAWS = 128
HEADER = "id,date,actor,what,hypothesis,low,mode,high,kind,ref,group,basis,note\n"


def study(name="harbour", **changes):
    whole = dataclasses.replace(case(name), **changes)
    return Study(whole, whole.as_of, draws=DRAWS, seed=4)


@pytest.mark.parametrize("weigher", [None, kept])
def test_posterior_of_the_harbour_draw_by_draw(weigher):
    """From the worth of each deal, the values of no deal and the ratios, with no code of the lens.

    Where the record has weighed the draws by the answers to the two drafts, these do not weigh them again.
    """
    s = dataclasses.replace(study(), weigher=weigher)
    lens, arrays = Screening(noise=0.05), s.arrays()[0]
    view = lens.views(s)[0]
    assert view.heard == (frozenset({"draft-1", "counter-draft"}) if weigher else frozenset())
    plain, weight = np.zeros((DRAWS, 2)), np.zeros(DRAWS)
    for d in range(DRAWS):
        prior = np.array([arrays.get("tavenna", h, "hypothesis_prior")[d] for h in ("sincere", "stalling")])
        reserve = [arrays.get("tavenna", h, "reservation")[d] for h in ("sincere", "stalling")]
        sizes = {g: sum(a.first.group == g for a in view.acts) for g in {a.first.group for a in view.acts} if g}
        known, ratios = np.ones(2), np.ones(2)
        for act in view.acts:
            share = 1 / (1 + (sizes.get(act.first.group, 1) - 1) * 0.5)
            if act.modelled:
                take = view.takes[act.id]
                does = [
                    1 - (1 - take.blocked[d]) / (1 + np.exp(-(take.worth[d] + take.edge[d] - r) / 0.05))
                    for r in reserve
                ]
                does = np.array([max(does[0], does[1] / 10), max(does[1], does[0] / 10)]) ** share
                known, ratios = (known, ratios * does) if act.id in view.heard else (known * does, ratios)
            else:
                ratios = ratios * np.array([1, arrays.get(act.id, "stalling", "likelihood_ratio")[d]]) ** share
        joint = prior * ratios * known
        plain[d], weight[d] = joint / joint.sum(), joint.sum() / (prior * ratios).sum()
    weighed = lens.weigh(s, view)
    assert weighed.posterior == pytest.approx(plain, abs=1e-9)
    assert weighed.weight == pytest.approx(weight / weight.mean(), rel=1e-9)
    assert np.ptp(weight) > 1e-9
    result = lens.look(s)
    expected = weight @ plain[:, 1] / weight.sum()
    assert result.finding("posterior.tavenna.stalling").value == pytest.approx(expected, abs=1e-9)
    ess = weight.sum() ** 2 / (weight**2).sum()
    assert result.finding("ess.tavenna").value == pytest.approx(ess)
    assert any(f"{ess:,.0f} of {DRAWS} draws are effective" in note for note in result.notes)


def reordered(whole, order):
    """The same case with the hypotheses of every actor listed in another order, its ratios against the new first."""
    told, evidence, figures = [], [], [f for f in whole.figures if f.quantity != "likelihood_ratio"]
    given = {f.id: f for f in whole.figures if f.quantity == "likelihood_ratio"}
    for actor in dict.fromkeys(h.actor for h in whole.hypotheses):
        own = [h for h in whole.hypotheses if h.actor == actor]
        new = [own[k] for k in order if k < len(own)]
        told += new
        for act in types.acts(whole, actor):
            if act.modelled:
                evidence += act.rows
                continue
            ratio = {r.hypothesis: given[r.figure].mode for r in act.rows} | {own[0].id: 1.0}
            for h in new[1:]:
                row = act.first.model_copy(update={"hypothesis": h.id})
                x = ratio[h.id] / ratio[new[0].id]
                some = next(iter(given.values()))
                figures.append(dataclasses.replace(some, subject=(act.id, h.id), date=row.date, low=x, mode=x, high=x))
                evidence.append(row)
    changed = {"hypotheses": tuple(told), "evidence": tuple(evidence), "figures": tuple(figures)}
    return dataclasses.replace(whole, readings=(), **changed)


@pytest.mark.parametrize("name,order", [("harbour", (1, 0)), ("ukraine-2025", (3, 1, 0, 2))])
def test_the_order_of_the_hypotheses_does_not_matter(name, order):
    """Every number of the lens is that of the case with its hypotheses listed otherwise, ratios meaning the same."""
    plain, turned = reordered(case(name), range(4)), reordered(case(name), order)
    results = [Screening().look(Study(c, c.as_of, draws=DRAWS, seed=4)) for c in (plain, turned)]
    first, again = ({f.key: np.array([f.value, f.low, f.high, f.error], float) for f in r.findings} for r in results)
    assert first.keys() == again.keys() and results[0].answer == results[1].answer
    for key in first:
        assert again[key] == pytest.approx(first[key], rel=1e-9, nan_ok=True), key


@given(st.integers(0, 10**6), st.permutations(range(4)), st.booleans(), st.booleans(), st.floats(0, 1))
def test_a_view_knows_no_first_hypothesis(seed, order, aims, lines, rho):
    """Ratios and chances far beyond the bound: the posterior is permuted, the weights of the draws stay."""
    rng = np.random.default_rng(seed)
    take = Take(rng.uniform(size=9), rng.integers(0, 2, 9) * 1.0, 0.1 * rng.uniform(size=9), bool(rng.integers(2)))
    kinds = ("offer_refused", "deadline_ignored", "elicited", "elicited")
    rows = [
        m.Evidence(id=f"x{k}", date=dt.date(2024, 5, 1), actor="a", what="w", kind=kind, group="g" * (k % 2), basis="b")
        for k, kind in enumerate(kinds)
    ]
    acts = tuple(types.Act(r.id, (r,)) for r in rows)
    differs = ["aims" if x else "no_deal" for x in rng.integers(0, 2, 4)]
    told = [m.Hypothesis(id=f"h{k}", actor="a", name="n", meaning="m", differs=d) for k, d in enumerate(differs)]
    prior, reserve = rng.dirichlet([1.0] * 4, size=9), rng.uniform(size=(9, 4))
    ratios = {f"x{k}": rng.normal(0, 3, size=(9, 4)) for k in (2, 3)}
    takes = {"x0": take, "x1": take}

    def made(by):
        turned = {k: x[:, by] for k, x in ratios.items()}
        given = (prior[:, by], reserve[:, by], turned, takes, {}, frozenset({"x0"}))
        return View("a", tuple(told[k] for k in by), acts, *given)

    plain, turned = made(list(range(4))), made(list(order))
    logs = plain.logs(0.05, aims, lines)
    assert turned.logs(0.05, aims, lines) == pytest.approx(logs[:, :, order], abs=1e-12)
    assert np.ptp(logs, axis=2).max() <= np.log(10) + 1e-12
    assert turned.posterior(0.05, rho) == pytest.approx(plain.posterior(0.05, rho)[:, order])
    assert turned.weight(0.05, rho) == pytest.approx(plain.weight(0.05, rho))
    assert turned.levels == [False, True, False, False]


def test_no_evidence_leaves_the_prior():
    neutral = tuple(e for e in case("harbour").evidence if e.id == "lease-on-the-radio")
    s = study(evidence=neutral)
    one = {"low": 1.0, "mode": 1.0, "high": 1.0}
    figures = tuple(dataclasses.replace(f, **one) if f.quantity == "likelihood_ratio" else f for f in s.case.figures)
    flat = dataclasses.replace(s, case=dataclasses.replace(s.case, figures=figures))
    view = Screening().views(flat)[0]
    assert Screening().weigh(flat, view).posterior == pytest.approx(view.prior)


@pytest.mark.parametrize("lack", ["evidence", "hypotheses"])
def test_nothing_can_be_said(lack):
    s = study(**{lack: (), **({"evidence": ()} if lack == "hypotheses" else {})})
    assert Screening().look(s).answer[0].startswith("Nothing can be said")


def test_evidence_of_later_days_is_cut():
    whole = case("ukraine-2025")
    s = Study(whole, dt.date(2025, 8, 1), draws=32)
    shown = Screening(rho=0.3).look(s).table("evidence_russia")
    assert shown.rows and all(row[0] <= "2025-08-01" for row in shown.rows)


def test_a_refusal_over_a_real_line_tells_nothing():
    reservation = np.array([[0.3, 0.7]] * 2)
    take = Take(np.array([0.5, 0.5]), np.array([1.0, 0.0]), np.zeros(2), accepted=False)
    logs = types.log_chances(take, reservation, 0.05)
    assert logs[0] == pytest.approx([0.0, 0.0])
    accepts = special.expit((0.5 - np.array([0.3, 0.7])) / 0.05)
    assert logs[1] == pytest.approx(np.log(1 - accepts))


def test_types_that_differ_only_in_aims_are_not_told_apart_by_refusing():
    """An act that a model covers then leaves the odds of such a type against all the rest together as they were."""
    s = study("ukraine-2025")
    view = next(v for v in Screening().views(s) if v.actor == "russia")
    at = [h.id for h in view.told].index("resolute")
    for j, act in enumerate(view.acts):
        if act.modelled:
            alike = weighing.posterior(view.prior, view.logs(0.05, aims=False)[:, [j]], [""], 0.0)
            assert alike[:, at] == pytest.approx(view.prior[:, at])
    modelled = [j for j, a in enumerate(view.acts) if a.modelled]
    stated = view.logs(0.05)[:, modelled]
    assert np.abs(stated[:, :, at] - stated[:, :, 0]).max() > 0.1
    assert any("differs from the rest in its war aims" in note for note in Screening().look(s).notes)


def test_the_order_of_evidence_does_not_matter():
    turned = study(evidence=tuple(reversed(case("harbour").evidence)))
    first = {f.key: f.value for f in Screening().look(study()).findings}
    again = {f.key: f.value for f in Screening().look(turned).findings}
    assert again == pytest.approx(first)


@pytest.mark.parametrize("name", NAMES)
def test_odds_sum_to_one_and_verdicts_have_their_readings(name):
    s = study(name)
    for view in Screening().views(s):
        weighed = Screening().weigh(s, view)
        assert weighed.posterior.sum(axis=1) == pytest.approx(np.ones(DRAWS))
        assert {"flat", "apart", "one"} <= set(weighed.readings)
        assert all(r.mean.sum() == pytest.approx(1) for r in weighed.readings.values())


def ultimatum(
    worth=0.5,
    reservation=(0.4, 0.6),
    odds=(0.5, 0.5),
    kappa=0.5,
    size=0.2,
    gain=0.3,
    others=1.0,
    floor=0.2,
    noise=1e-4,
    ends=(1.0, 0.0),
):
    one = np.ones(1)
    demand = Demand("x", worth * one, 0 * one, others * one, gain * one)
    return Ultimatum(
        "a",
        "b",
        (demand,),
        np.array([odds]),
        one,
        np.array([reservation]),
        kappa * one,
        size * one,
        floor * one,
        noise,
        ends,
        0.01,
        0.1,
        (0, 0),
        (),
    )


def test_credibility_needed_is_where_the_type_is_indifferent():
    """At worth 0.5 the second type (0.6) gains 0.1 by refusing and risks 0.2 with the threat: one half is needed."""
    u = ultimatum()
    assert u.needed(u.demands[0])[0] == pytest.approx([0.0, 0.5])
    assert u.needed(ultimatum(size=0.05).demands[0])[0][1] == pytest.approx(0.5)
    assert np.isinf(ultimatum(size=0.05).needed(ultimatum(size=0.05).demands[0])[0][1])
    assert u.deterred(u.demands[0], 0.49) == pytest.approx(0.5)
    assert u.deterred(u.demands[0], 0.51) == pytest.approx(1.0)


def test_risk_of_war_and_payoff_without_noise():
    u = ultimatum(kappa=0.2)
    assert u.mean(u.refuses(u.demands[0], u.credibility)) == pytest.approx(0.5, abs=1e-9)
    assert u.mean(u.payoff(u.demands[0], u.credibility)) == pytest.approx(0.2 + 0.5 * 0.3)
    assert u.mean(u.payoff(u.demands[0], 1.0)) == pytest.approx(0.5)
    blocked = ultimatum(others=0.0)
    assert blocked.mean(blocked.war(blocked.demands[0], 1.0)) == 1.0


def test_textbook_is_fearon_on_the_pie():
    """War is worth 0.2 to the demander; the target's r is 0.4 or 0.6, so its costs run from 0.2 to 0.4."""
    book = textbook(ultimatum(kappa=0.5))
    expected = crisis.ultimatum_with_threat(0.2, 0.0, 0.2, 0.4, 0.5, 0.2)
    assert book.kappa == (0.0, 0.5, 1.0)
    assert (book.demand[1], book.p_war[1]) == pytest.approx((expected.demand, expected.p_war))
    assert textbook(ultimatum(floor=0.7)).kappa == () and textbook(ultimatum(floor=0.7)).values == pytest.approx(1.2)
    assert textbook(ultimatum(ends=(0.0, 1.0))) is None


@given(st.integers(0, 10**6), st.lists(st.integers(1, 3), min_size=2, max_size=5))
def test_weighted_draws_tell_what_repeated_draws_do(seed, weight):
    rng, n = np.random.default_rng(seed), len(weight)
    columns = {k: rng.uniform(0.1, 0.9, n) for k in ("worth", "others", "gain", "kappa", "size", "floor")}
    reserve, odds = rng.uniform(0.2, 0.8, (n, 2)), rng.dirichlet([2, 2], n)

    def made(rows, weight):
        c = {k: x[rows] for k, x in columns.items()}
        demand = Demand("x", c["worth"], 0 * c["worth"], c["others"], c["gain"])
        other = Demand("y", c["gain"], 0 * c["worth"], c["others"], c["worth"])
        given = (weight, reserve[rows], c["kappa"], c["size"], c["floor"], 0.05, (1.0, 0.0), 0.01, 0.1, (0, 0), ())
        return Ultimatum("a", "b", (demand, other), odds[rows], *given)

    weighted = made(np.arange(n), np.array(weight, float))
    rows = np.repeat(np.arange(n), weight)
    repeated = made(rows, np.ones(len(rows)))
    for u, v in zip(weighted.demands, repeated.demands):
        for what in (Ultimatum.refuses, Ultimatum.war, Ultimatum.payoff):
            assert weighted.mean(what(weighted, u, 0.5)) == pytest.approx(repeated.mean(what(repeated, v, 0.5)))
        assert weighted.regret(u) == pytest.approx(repeated.regret(v))
        assert weighted.deterred(u, 0.5) == pytest.approx(repeated.deterred(v, 0.5))
    books = [textbook(u) for u in (weighted, repeated)]
    assert dataclasses.astuple(books[0])[0] == pytest.approx(dataclasses.astuple(books[1])[0])
    assert books[0].p_war == pytest.approx(books[1].p_war) and books[0].demand == pytest.approx(books[1].demand)
    assert worth_of_rounds(weighted, 3.0) == pytest.approx(worth_of_rounds(repeated, 3.0), abs=1e-6)


def test_a_second_offer_of_the_same_plan_is_worth_no_less_than_nothing():
    one, two = worth_of_rounds(ultimatum(noise=0.05), months=3.0)
    assert one >= 0 and two >= 0


def broken(tmp_path, rows):
    import shutil
    from pathlib import Path

    shutil.copytree(Path("cases/harbour"), tmp_path / "case")
    (tmp_path / "case" / "evidence.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(DossierError) as error:
        load(tmp_path / "case")
    return str(error.value)


@pytest.mark.parametrize(
    "row,said",
    [
        (
            "x,2024-05-01,tavenna,An act.,stalling,0.01,1,2,elicited,,,judgement: too small a ratio,",
            "outside 0.1 to 10",
        ),
        (
            "x,2024-05-01,tavenna,An act.,sincere,1,1,1,elicited,,,judgement: against itself,",
            "unknown rival hypothesis",
        ),
        (
            "x,2024-05-01,sarrow,An act.,stalling,1,1,1,elicited,,,judgement: no such list,",
            "unknown actor with hypotheses",
        ),
        ("x,2024-05-01,tavenna,An act.,,,,,offer_refused,,,judgement: what offer,", "names no package"),
        (
            "x,2024-05-01,tavenna,An act.,,1,1,1,offer_refused,plan:merrin-draft-1,,judgement: numbers too,",
            "computed by a model",
        ),
        ("x,2024-05-01,tavenna,An act.,,,,,deadline_ignored,fleet=none,,judgement: which date,", "no deadline named"),
        ("x,2024-05-01,tavenna,An act.,,,,,red_line_shifted,fleet=none,,judgement: from where,", "BEFORE>AFTER"),
        (
            "x,2024-05-01,tavenna,An act.,,,,,offer_refused,fleet=nine,,judgement: no such option,",
            "unknown option 'nine' of fleet",
        ),
        ("x,2024-05-01,tavenna,An act.,,,,,guess,plan:merrin-draft-1,,judgement: no such kind,", "kind"),
        ("x,2024-05-01,tavenna,An act.,stalling,1,1,1,elicited,,,passages: nowhere,", "unknown passage"),
    ],
)
def test_bad_rows_are_told_with_their_line(tmp_path, row, said):
    text = broken(tmp_path, row + "\n")
    assert said in text and "evidence.csv:2" in text


def test_a_rival_without_a_ratio_is_missing():
    whole = case("ukraine-2025")
    told = {(h.actor, h.id) for h in whole.hypotheses}
    for act in {e.id for e in whole.evidence if e.kind == "elicited"}:
        rows = [e for e in whole.evidence if e.id == act]
        own = [h for actor, h in told if actor == rows[0].actor]
        assert len(rows) == len(own) - 1


def test_packages_of_an_act():
    ref, day = ("plan:merrin-draft-2", "fleet=any>patrol"), dt.date(2024, 9, 1)
    row = m.Evidence(
        id="x", date=day, actor="tavenna", what="w", kind="red_line_shifted", ref=ref, basis="judgement: b"
    )
    act = types.Act("x", (row,))
    before, after = types.packages(case("harbour"), act)
    assert (before.clauses["fleet"].option, after.clauses["fleet"].option) == ("any", "patrol")
    assert before.clauses["canal"].option == after.clauses["canal"].option == "open"
