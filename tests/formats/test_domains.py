"""Negotiation domains of outside formats: read on their own scale, made a Case and back, refused when unusable."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import SHARED, needs_shared
from winset.arrays import Study
from winset.derive.deal.bargain import bargain
from winset.errors import SettingError
from winset.formats.domain import Domain, Profile, to_case
from winset.formats.folder import read_domain
from winset.formats.genius import read_genius, write_genius
from winset.formats.json_domains import write_geniusweb, write_negolog
from winset.settle import domain_problem, from_case, settle
from winset.theory.additive import utilities

DOMAINS = SHARED / "data" / "domains"
ADDITIVE = (
    sorted(p.name for p in DOMAINS.iterdir() if p.is_dir() and p.name != "S-1NIKFRT-1") if DOMAINS.is_dir() else []
)

GENIUS = """<utility_space><objective index="0" name="x" type="objective" etype="objective">
<issue index="1" name="price" vtype="discrete" type="discrete" etype="discrete">
<item index="1" value="low" evaluation="2"/><item index="2" value="high" evaluation="8"/></issue>
<issue index="2" name="days" vtype="integer" type="integer" etype="integer" lowerbound="3" upperbound="6">
<evaluator ftype="linear" slope="-0.25" offset="1.0"/></issue>
<weight index="1" value="0.6"/><weight index="2" value="0.5"/></objective>
<discount_factor value="0.9"/><reservation value="0.3"/></utility_space>"""


def write(folder, files):
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def packages(domain):
    return list(itertools.product(*(range(len(o)) for o in domain.options)))


def test_genius_scale_is_evaluation_over_the_largest_and_weights_as_written(tmp_path):
    domain = read_domain(write(tmp_path / "d", {"a.xml": GENIUS, "b.xml": GENIUS}))
    assert domain.issues == ("price", "days") and domain.options[1] == ("3", "4", "5", "6")
    one = domain.profiles[0]
    assert one.values == ((0.25, 1.0), (1.0, 0.75, 0.5, 0.25)) and one.weights == (0.6, 0.5) and one.reserve == 0.3
    assert math.isclose(domain.utility(one, (1, 0)), 1.1)


@needs_shared
@pytest.mark.parametrize("name", ADDITIVE)
def test_a_domain_becomes_a_case_with_the_same_utilities(name):
    domain = read_domain(DOMAINS / name)
    case = to_case(domain)
    b = bargain(Study(case, case.as_of, draws=1).at_modes())
    rng = np.random.default_rng(0)
    sizes = np.array([len(o) for o in domain.options])
    chosen = rng.integers(0, sizes, size=(40, len(sizes)))
    order = [[i.id for i in b.issues].index(f"i{j + 1}") for j in range(len(sizes))]
    theirs = np.empty_like(chosen)
    theirs[:, order] = chosen
    by_case = utilities(b.problem(), theirs)
    by_domain = utilities(domain_problem(domain), chosen)
    np.testing.assert_allclose(
        by_case[:, [b.parties.index(f"p{n + 1}") for n in range(len(domain.profiles))]], by_domain, atol=1e-12
    )


@needs_shared
@pytest.mark.parametrize("name", ADDITIVE)
@pytest.mark.parametrize("form", ["genius", "geniusweb", "negolog"])
def test_round_trip_is_equal(name, form, tmp_path):
    domain = from_case(to_case(read_domain(DOMAINS / name)))
    if len(packages_bound(domain)) == 0 and form != "genius":
        pytest.skip("labels repeat")
    writer = {"genius": write_genius, "geniusweb": write_geniusweb, "negolog": write_negolog}[form]
    again = read_domain(write(tmp_path / "d", writer(domain)))
    assert again.issues == domain.issues and again.options == domain.options
    first, second = domain_problem(domain), domain_problem(again)
    rng = np.random.default_rng(1)
    chosen = rng.integers(0, [len(o) for o in domain.options], size=(60, len(domain.options)))
    np.testing.assert_allclose(utilities(second, chosen), utilities(first, chosen), rtol=0, atol=1e-14)
    np.testing.assert_array_equal(second.reserve, first.reserve)
    twice = read_domain(write(tmp_path / "e", writer(again)))
    assert [p.reserve for p in twice.profiles] == [p.reserve for p in again.profiles]


def packages_bound(domain):
    return [1] if all(len(set(o)) == len(o) for o in domain.options) else []


@needs_shared
def test_shipped_answers_of_the_json_domains():
    anl = json.loads((DOMAINS / "anl2023-00" / "specials.json").read_text())
    found = settle(DOMAINS / "anl2023-00")
    assert math.isclose(sum(found["utilitarian"]), sum(anl["social_welfare"]["utility"]), abs_tol=1e-6)
    assert math.isclose(math.prod(found["nash"]), math.prod(anl["nash"]["utility"]), rel_tol=1e-6)
    assert found["frontier_size"] == len(anl["pareto_front"])
    spec = json.loads((DOMAINS / "negolog-0" / "specs.json").read_text())
    found = settle(DOMAINS / "negolog-0")
    assert math.isclose(math.prod(found["nash"]), spec["Nash Product"], rel_tol=1e-9)
    assert math.isclose(sum(found["utilitarian"]), spec["Social Welfare"], rel_tol=1e-9)


@needs_shared
@pytest.mark.parametrize("name,cut", [("Lunch", 0.102), ("SYAgent", 0.110)])
def test_no_zone_names_who_binds_and_the_cut(name, cut):
    found = settle(DOMAINS / name)
    assert found["zone"] is False and found["nash"] is None and found["frontier_size"] == 0
    assert round(found["uniform_cut"], 3) == cut and len(found["binding"]) == len(found["parties"])


def test_settle_takes_a_case_too():
    from tests.cases import ROOT

    found = settle(ROOT / "cases" / "harbour")
    assert found["parties"] == ["sarrow", "tavenna"]
    assert found["zone"] is True and len(found["nash"]) == 2 and found["proof"]["nash"]["gap"] <= 1e-8


@pytest.mark.parametrize(
    "files,word",
    [
        ({"a.xml": GENIUS[:200]}, "not XML"),
        ({"a.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]>" + GENIUS}, "entity"),
        ({"a.xml": GENIUS.replace('evaluation="8"', 'evaluation="nan"')}, "finite"),
        ({"a.xml": GENIUS.replace("<utility_space>", '<utility_space type="nonlinear">')}, "non-linear"),
        ({"a.xml": GENIUS.replace('upperbound="6"', 'upperbound="x"')}, "bounds"),
        ({"a.xml": GENIUS, "b.xml": GENIUS.replace('name="price"', 'name="cost"')}, "no issue"),
        ({"a.json": "[1, 2"}, "not JSON"),
        ({"a.json": {"issueWeights": {"a": "x"}, "issues": {"a": {"o": 1}}}}, "finite"),
        ({"a.json": {"LinearAdditiveUtilitySpace": {"issueUtilities": []}}}, "linear additive"),
        ({"a.txt": "hello"}, "neither"),
    ],
)
def test_unusable_files_are_refused_with_a_reason(files, word, tmp_path):
    with pytest.raises(SettingError, match=word):
        read_domain(write(tmp_path / "d", files))


@pytest.mark.parametrize("items", ["", '<item index="1" value="3" evaluation="1"/>'])
def test_a_range_that_is_not_valued_is_refused(items, tmp_path):
    """Whole numbers without an evaluator, or of which only some are valued."""
    slope = '<evaluator ftype="linear" slope="-0.25" offset="1.0"/>'
    with pytest.raises(SettingError, match=r"no evaluation of '\d' on 'days'"):
        read_domain(write(tmp_path, {"a.xml": GENIUS, "b.xml": GENIUS.replace(slope, items)}))


def test_an_empty_or_missing_folder_is_refused(tmp_path):
    with pytest.raises(SettingError, match="no folder"):
        read_domain(tmp_path / "nowhere")
    with pytest.raises(SettingError):
        read_genius([])


numbers = st.floats(-2, 2).map(lambda x: round(x, 6))


@given(st.integers(1, 3), st.integers(1, 4), st.data())
def test_any_additive_domain_survives_becoming_a_case(parties, issues, data):
    options = tuple(tuple(f"o{k}" for k in range(data.draw(st.integers(1, 4)))) for _ in range(issues))
    profiles = []
    for n in range(parties):
        weights = tuple(data.draw(st.floats(0.1, 3)) for _ in range(issues))
        values = tuple(tuple(data.draw(numbers) for _ in o) for o in options)
        profiles.append(Profile(f"P{n}", weights, values, data.draw(st.floats(0, 1))))
    domain = Domain("made up", tuple(f"i{j}" for j in range(issues)), options, tuple(profiles))
    try:
        again = from_case(to_case(domain))
    except SettingError:
        assert any(all(max(v) <= min(0, *v) for v in p.values) for p in profiles)
        return
    for package in packages(domain)[:20]:
        for before, after in zip(domain.profiles, again.profiles):
            assert math.isclose(domain.utility(before, package), again.utility(after, package), abs_tol=1e-9)


def negative(*evaluations):
    """A space whose first issue has these evaluations, and on which line that issue begins."""
    low, high = evaluations
    text = GENIUS.replace('evaluation="2"', f'evaluation="{low}"').replace('evaluation="8"', f'evaluation="{high}"')
    return text, 1 + text[: text.index("<issue ")].count("\n")


@pytest.mark.parametrize("evaluations", [(-8, -2), (-8, 0), (0, -1)])
def test_an_issue_that_its_own_largest_evaluation_would_turn_round_is_refused(evaluations, tmp_path):
    text, line = negative(*evaluations)
    folder = write(tmp_path / "d", {"a.xml": text, "b.xml": GENIUS})
    for read in (read_domain, settle):
        with pytest.raises(
            SettingError, match=rf"a\.xml:{line}: the largest evaluation on 'price' is .* -> add one number"
        ):
            read(folder)


def test_a_negative_evaluation_beside_a_positive_one_keeps_its_order_and_zeros_are_worth_nothing(tmp_path):
    mixed, zero = negative(-8, 2)[0], negative(0, 0)[0]
    one, two = read_domain(write(tmp_path / "d", {"a.xml": mixed, "b.xml": zero})).profiles
    assert one.values[0] == (-4.0, 1.0) and two.values[0] == (0.0, 0.0)
