"""robustness: what it says is what the lenses say, what turns an answer does, and by the same rule for every case."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.cases import case
from tests.robustness.few import QUICK, quick
from tests.test_cli import HARBOUR, good
from winset import run as engine
from winset.arrays import Arrays, mode
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.errors import NotSolved
from winset.report import report_of, to_html, to_json
from winset.result import Result
from winset.robustness import Robust
from winset.robustness.headlines import headlines, measured, shares, yes
from winset.robustness.known import LINE, Known, columns_of, known, rule
from winset.robustness.lens import in_one
from winset.robustness.moves import Moves, far, first, own_range, tips, varies
from winset.robustness.multiverse import USUAL, Made, design, fitting, multiverse, others, structures
from winset.robustness.tables import Parts, forecasts_table
from winset.run.hands import Processes
from winset.run.store import Memory, Store
from winset.run.work import Task, Work
from winset.settings import table


@cache
def study() -> engine.Inquiry:
    """What is asked of it is kept: the parts of `result` are not done again."""
    return engine.study(case("harbour"), draws=64, seed=3, work=Work(Memory()))


@cache
def arrays() -> Arrays:
    return study().arrays()[0]


@cache
def result() -> Result:
    with quick():
        return study().look(Robust())


def test_as_stated_it_says_what_settlement_and_endurance_say() -> None:
    own = {f.key.removeprefix("range."): f.value for f in result().findings if f.key.startswith("range.")}
    settled = study().look("settlement", readings=False, exact=False)
    ended = study().look("endurance")
    for plan in (p.id for p in study().known.plans if p.kind == "plan"):
        assert own[f"passes.{plan}"] == pytest.approx(settled.finding(f"passes.{plan}").value)
        for party in (a.id for a in study().known.signatories):
            assert own[f"signs.{plan}/{party}"] == pytest.approx(settled.finding(f"signs.{plan}.{party}").value)
    assert own["exhausted.12"] == pytest.approx(ended.finding("exhausted.12").value)
    futures = outcomes.future([war.war(arrays())])[0]
    assert own["model.ended.12"] == pytest.approx(float(futures.ended[:, futures.at(12)].mean()))
    assert own["zone.all"] <= own["zone.leaders"]


def test_the_answer_turns_at_a_tipping_value_and_not_just_before_it() -> None:
    every = headlines(arrays())
    moves, base = Moves(arrays(), ("war",)), shares(measured(arrays(), ("war",)))
    figure = arrays().case.figure["sarrow.endurance"]
    (tip,) = tips(moves, figure, [h for h in every if h.family == "war"], base)
    value, centre = tip.changes[0][1], mode(figure)
    before = centre + (value - centre) * 0.99
    at, near = moves.shares((figure.id, value)), moves.shares((figure.id, before))
    assert yes(at["exhausted.12"]) != yes(base["exhausted.12"]) == yes(near["exhausted.12"])
    assert value == pytest.approx(12.0, abs=0.1)  # known to last a year or less, it is exhausted within a year
    assert tip.within == (own_range(figure)[0] <= value <= own_range(figure)[1])


def test_a_change_is_that_of_a_case_whose_number_is_known_and_leaves_no_trace() -> None:
    figure = arrays().case.figure["sarrow.endurance"]
    moves, before = Moves(arrays(), ("deals", "war")), measured(arrays(), ("deals", "war"))
    held = {name: len(getattr(arrays().luck, name)) for name in ("columns", "held", "reads", "figures", "stores")}
    moves.shares((figure.id, 10.0))
    after = measured(arrays(), ("deals", "war"))
    assert held == {name: len(getattr(arrays().luck, name)) for name in held}
    assert all(np.array_equal(before[key], after[key]) for key in before)
    known_ = replace(figure, low=10.0, mode=10.0, high=10.0)
    other = replace(arrays().case, figures=tuple(known_ if f is figure else f for f in arrays().case.figures))
    fresh = measured(Arrays(other, engine.study(case("harbour"), draws=64, seed=3).arrays()[0].luck), ("war",))
    assert Moves(arrays(), ("war",)).shares((figure.id, 10.0)) == shares(fresh)


class Shelf(Memory):
    """A shelf that after `most` answers is interrupted."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def put(self, key: str, value: bytes) -> None:
        assert self.held.get(key) != value  # nothing that is there is made again
        super().put(key, value)
        self.most -= 1
        if not self.most:
            raise KeyboardInterrupt


def test_an_interrupted_run_goes_on_where_it_stood_and_gives_the_same_bytes_whatever_the_chunk() -> None:
    shelf = Shelf(30)
    with quick():
        with pytest.raises(KeyboardInterrupt):
            engine.study(case("harbour"), draws=64, seed=3, chunk=20, work=Work(shelf)).look(Robust())
        assert len(shelf.held) == 30
        again = engine.study(case("harbour"), draws=64, seed=3, chunk=20, work=Work(shelf)).look(Robust())
    assert to_json(report_of(study(), [again])) == to_json(report_of(study(), [result()]))


def test_processes_do_its_parts_and_it_finds_them(tmp_path) -> None:
    asked = engine.study(case("harbour"), draws=64, seed=3, work=Work(Store.at(tmp_path), Processes(2)))
    with quick():
        assert engine.ahead(asked, [Robust()]) == len(Robust().parts(asked))
        one = in_one(asked)
        assert all(asked.work.find(Task(*task)) for task in Robust().parts(asked))
        for made, plain in zip(multiverse(one), multiverse(in_one(study())), strict=True):
            assert made == plain


def test_a_forecast_gains_by_what_is_known_as_much_as_its_conditional_mean_varies() -> None:
    """Against brute force: the score of a forecaster who sees the number's part, on draws of its own."""
    columns, one, outcome = made()
    found = known(columns, [one], {"made": outcome}, seed=1)
    at = columns.names.index("tavenna.endurance")
    sees = columns.draws[:, at] > np.median(columns.draws[:, at])
    told = np.where(sees, outcome[sees].mean(), outcome[~sees].mean())
    gained = ((outcome.mean() - outcome) ** 2).mean() - ((told - outcome) ** 2).mean()
    assert found.fall[at, 0] == pytest.approx(gained, abs=0.02) and gained > 0.1
    assert found.shares[0] == outcome.mean()


def test_every_dated_forecast_stands_with_its_score_and_what_would_better_it() -> None:
    table = result().table("forecasts")
    told = set(table.column("forecast"))
    assert "the present fighting is over within 12 months" in told
    left = {q.id for q in case("harbour").questions if q.status == "open" and q.title not in told}
    assert left == {"strike-year"}  # there was a strike already: nothing is left to forecast
    for chance, now, then, fall, p in zip(*(table.column(k) for k in ("chance", "score", "then", "fall", "p"))):
        assert now == pytest.approx(chance * (1 - chance))
        assert (then, fall, p) == ("", "", "") or (then == pytest.approx(now - fall) and fall > 0 and p <= 0.05)


def test_a_forecast_names_the_number_that_betters_it_and_none_where_all_is_chance() -> None:
    columns, one, outcome = made()
    dated = replace(one, family="war", basis=tuple(n.removeprefix(LINE) for n in columns.names))
    luck = study().before.arrays()[0].luck.quantile("placebo forecast")
    placebo = replace(dated, key="placebo", told="a placebo holds")
    values = {"made": outcome, "placebo": (np.resize(luck, len(outcome)) < 0.4).astype(float)}
    found = known(columns, [dated, placebo], values, seed=1)
    rows = forecasts_table(_parts(found)).rows
    assert ["tavenna.endurance" in getattr(r[4], "basis", ()) for r in rows] == [True, False]
    assert rows[1][3] == "no number stands out from chance"


def _parts(found: Known) -> Parts:
    whole = study().known
    return Parts(whole, found.headlines, {}, 400, [], [], [], found, {}, {}, [], None, {}, 400)


def test_a_number_that_no_headline_rests_on_has_no_index_and_turns_nothing() -> None:
    names = {i for h in headlines(arrays()) for i in h.basis}
    idle = next(f for f in arrays().case.figures if varies(f) and f.id not in names and f.quantity != "prior")
    moves, base = Moves(arrays(), ("deals",)), measured(arrays(), ("deals",))
    assert not any(moves.total(idle, base).values())
    assert tips(moves, idle, headlines(arrays()), shares(base)) == []


def test_the_first_draws_are_draws_of_the_study() -> None:
    few = Arrays(study().known, first(arrays().luck, 16))
    for one in ("sarrow", "tavenna"):
        assert np.array_equal(few.get(one, "endurance"), arrays().get(one, "endurance")[:16])


def made(count: int = 400, seed: int = 5):
    """Columns of luck, and a headline that is the second of them above its middle, nine times of ten."""
    big = engine.study(case("harbour"), draws=count, seed=seed).before.arrays()[0]
    columns = columns_of(big, ["sarrow.endurance", "tavenna.endurance", "tavenna.flow_cost"], lines=True)
    column = columns.draws[:, columns.names.index("tavenna.endurance")]
    yes_ = (column > np.median(column)) ^ (big.luck.quantile("a test") < 0.1)
    one = replace(headlines(arrays())[0], key="made")
    return columns, one, yes_.astype(float)


def test_finding_out_names_the_number_that_decides_and_no_other() -> None:
    columns, one, outcome = made()
    found = known(columns, [one], {"made": outcome}, seed=1)
    at = columns.names.index("tavenna.endurance")
    assert int(np.argmax(found.worth[:, 0])) == at
    assert 0.3 < found.worth[at, 0] < 0.4  # |0.9 - 0.1| / 2, less what chance gives: a cautious estimate
    assert [i for i, p in enumerate(found.p[:, 0]) if p <= 0.05] == [at]
    assert found.first[at, 0] == pytest.approx(0.64, abs=0.1)  # ((0.9 - 0.1) / 2)^2 / (1/4)
    assert any(name.startswith(LINE) for name in columns.names)


@pytest.mark.parametrize("seed", range(3))
def test_on_placebo_outcomes_it_rarely_names_anything(seed: int) -> None:
    columns, one, _ = made()
    named = 0
    for n in range(10):
        luck = study().before.arrays()[0].luck
        placebo = np.resize(luck.quantile(f"placebo {seed} {n}"), len(columns.draws)) < 0.4
        shuffled = placebo[np.argsort(np.resize(luck.quantile(f"order {seed} {n}"), len(placebo)), kind="stable")]
        found = known(columns, [one], {"made": shuffled.astype(float)}, seed=n)
        named += bool((found.p <= 0.05).any())
    assert named <= 3  # of ten, at one in twenty each: more has a chance of 1 in 1,000


def test_a_rule_finds_the_bound_and_is_judged_on_other_draws() -> None:
    columns, one, outcome = made()
    found = rule(columns, one, outcome)
    assert found is not None and [b[0] for b in found.bounds] == [
        "tavenna.endurance"
    ]  # and none that only chance put there
    assert found.inside > 0.75 and found.outside < 0.5 and found.draws == 200
    assert rule(columns, one, np.zeros(400)) is None


def test_the_design_holds_every_combination_once_and_the_usual_one_first() -> None:
    every = list(structures(core=True))
    assert every[0][0] == () and len(every) == 3 * (2 * 3 + 2) * 2 == len({told for told, _ in every})
    assert len({reading for _, reading in every}) == len(every) == 2 * len(list(structures(core=False)))
    universes = result().table("universes")
    assert universes.column("assumed")[0] == USUAL
    kinds = universes.column("kind")
    assert {"structure", "reading", "source", "setting"} == set(kinds)
    assert kinds.count("reading") == len(case("harbour").readings)


def test_a_set_of_assumptions_that_no_draw_fits_has_a_row_and_no_shares_and_the_usual_one_must_fit() -> None:
    def unfit() -> Made:
        raise NotSolved("no draw fits", None)

    with quick():
        usual, other, *_ = design(study())
    assert fitting(other, unfit) == ({}, 0) and not usual.changes
    with pytest.raises(NotSolved):
        fitting(usual, unfit)


def test_rival_numbers_of_the_model_stay_where_they_may_be() -> None:
    for row in table().values():
        values = list(others(row))
        assert all(row.checked(x) == x and x != row.value for x in values), row.name
    assert list(others(table()["lines.structure"])) == ["wear", "base_rate"]
    assert list(others(table()["choice_noise"])) == [0.01, 0.04]


def test_the_place_of_a_headline_is_within_the_multiverse() -> None:
    place = result().table("place")
    for low, middle, high, stated, same in zip(*(place.column(k) for k in ("low", "middle", "high", "stated", "same"))):
        assert low <= middle <= high and low <= stated <= high and 0 < same <= 1


def test_it_offers_a_short_headline_and_what_decides() -> None:
    said = result()
    assert 0 < len(said.headline.split()) <= 25
    assert all(p.part == "decides" for p in said.points) and said.points
    report = report_of(study(), [said])
    assert said.headline in json.loads(to_json(report))["results"][0]["answer"]
    assert "range" in to_html(report) and to_html(report) == to_html(report)


def test_a_case_without_plans_or_war_says_what_to_add() -> None:
    bare = replace(case("harbour"), plans=(), war=None, digest="bare")
    said = engine.study(bare, draws=8).look(Robust())
    assert "Nothing can be said" in said.answer[0] and "plan on the table" in said.notes
    peace = replace(case("harbour"), war=None, digest="peace")
    with quick():
        part = engine.study(peace, draws=16).look(Robust())
    assert any("Not tested, war" in note for note in part.notes) and not any(
        "exhausted" in f.key for f in part.findings
    )


def test_the_command_prints_and_writes(tmp_path) -> None:
    sets = [x for name, value in QUICK.items() for x in ("--set", f"{name}={value}")]
    with quick():
        said = good("robust", HARBOUR, "--draws", 16, "--out", tmp_path / "out", *sets)
    assert "smallest change" in said.stdout and (tmp_path / "out" / "report.html").is_file()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["report.html", "result.json"]


def test_how_far_is_counted_in_widths_of_the_own_range() -> None:
    figure = case("harbour").figure["sarrow.endurance"]
    low, high = own_range(figure)
    assert far(figure, mode(figure)) == 0 and far(figure, mode(figure) + (high - low)) == pytest.approx(1)
