"""The spatial model against outputs of the published program, and on what that program refuses."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.shared import SHARED, needs_shared
from tests.theory.emissions import CAPABILITY as SHARES_OF_TEN
from tests.theory.emissions import SALIENCE, YEARS
from winset.errors import SettingError
from winset.theory import means
from winset.theory import spatial_model as sm

KTAB = SHARED / "data" / "influence" / "ktab"
WORDS = {
    "VictoryProbModel": "victory",
    "PCEModel": "election",
    "VotingRule": "voting",
    "BigRAdjust": "risk_view",
    "BigRRange": "risk_range",
    "ThirdPartyCommit": "commitment",
    "InterVecBrgn": "bargain",
    "BargnModel": "view",
    "MarkovUniform": "markov-uniform",
    "Prop": "proportional",
    "PropBin": "prop-binary",
    "PropCbc": "prop-cubic",
    "OneThird": "one-third",
    "TwoThirds": "two-thirds",
    "NoCommit": "none",
    "SemiCommit": "semi",
    "InitOnlyInterp": "initiator",
    "InitRcvrInterp": "both",
}
X = ((YEARS - 4) / 6)[:, None]
S = SALIENCE[:, None]
CAPABILITY = SHARES_OF_TEN * 100  # as the program was given them
# end mean and weighted median of the published program on this case, 0..100, and its number of turns
PUBLISHED = [
    ({}, 13, 40.608, 33.1),
    ({"victory": "square"}, 5, 44.613, 45.3),
    ({"victory": "octic"}, 8, 45.271, 44.7),
    ({"victory": "binary"}, 4, 54.675, 52.2),
    ({"election": "markov-uniform"}, 16, 57.5, 72.2),
    ({"voting": "binary"}, 7, 47.176, 27.0),
    ({"voting": "cubic"}, 32, 65.151, 74.6),
    ({"risk_view": "none"}, 11, 50.433, 37.0),
    ({"risk_range": "min"}, 13, 72.894, 74.5),
    ({"commitment": "none"}, 20, 42.239, 35.5),
    ({"bargain": "s1p1"}, 15, 41.561, 44.9),
    ({"bargain": "s2pmax"}, 17, 79.252, 98.1),
    ({"view": "both"}, 9, 69.695, 85.9),
]


def ends(outcome):
    last, w = outcome.positions[-1, :, 0] * 100, CAPABILITY * SALIENCE
    return float(means.weighted_mean(last, w)), float(means.weighted_median(last, w))


@pytest.mark.parametrize(("switch", "turns", "mean", "median"), PUBLISHED)
def test_the_published_program(switch, turns, mean, median):
    made = sm.play(X, CAPABILITY, S, sm.Model(**switch))
    assert len(made.positions) - 1 == turns
    found = ends(made)
    assert found[0] == pytest.approx(mean, abs=0.05) and found[1] == pytest.approx(median, abs=0.1)


@needs_shared
@pytest.mark.parametrize("case", ["emissions", "dummyData_3Dim", "SOE-Policy", "SOE-Pol-Comp"])
def test_every_actor_every_turn(case):
    """Within 0.06 of 100 for positions, and to print precision for the chances."""
    rows = list(csv.DictReader((KTAB / f"{case}_input.csv").read_text().splitlines()))
    names = [row["actor"] for row in rows]
    dims = sum(key.startswith("position") for key in rows[0])
    x, s = (
        np.array([[float(row[f"{what}{k}"]) / 100 for k in range(dims)] for row in rows])
        for what in ("position", "salience")
    )
    made = sm.play(x, np.array([float(row["capability"]) for row in rows]), s)
    for row in csv.DictReader((KTAB / f"{case}_smpc_default_positions.csv").read_text().splitlines()):
        told = [float(v) for key, v in row.items() if key.startswith("t")]
        path = made.positions[:, names.index(row["actor"]), int(row["dim"])] * 100
        np.testing.assert_allclose(path, told, atol=0.06)
    for row in csv.DictReader((KTAB / f"{case}_smpc_default_pceprob.csv").read_text().splitlines()):
        told = [float(v) for key, v in row.items() if key.startswith("t")]
        np.testing.assert_allclose(made.chance[:, names.index(row["actor"])], told, atol=1e-4)


@needs_shared
def test_every_row_with_one_switch_changed():
    count = 0
    for row in csv.DictReader((KTAB.parent / "expected_outcomes.csv").read_text().splitlines()):
        if "but " in row["model"]:
            key, value = row["model"].split("but ")[1].split("=")
            made = sm.play(X, CAPABILITY, S, sm.Model(**{WORDS[key]: WORDS.get(value, value.lower())}))
            found = ends(made)["median" in row["quantity"]]
            assert found == pytest.approx(float(row["value"]), abs=float(row["tolerance"])), row
            assert len(made.positions) - 1 == int(row["round"])
            count += 1
    assert count > 50


CASES = st.integers(2, 5).flatmap(
    lambda n: st.tuples(
        arrays(float, (n, 2), elements=st.floats(0, 1)),
        arrays(float, n, elements=st.floats(0, 100)),
        arrays(float, (n, 2), elements=st.floats(0, 0.5)),
    )
)


@settings(deadline=None)
@given(CASES, st.sampled_from([*sm.PRESETS.values(), *sm.one_switch_apart(sm.PRESETS["corrected"]).values()]))
def test_it_always_gives_an_answer_with_a_reason(case, model):
    made = sm.play(*case, model)
    assert np.isfinite(made.positions).all() and made.reason
    assert (made.positions >= 0).all() and (made.positions <= 1).all()
    assert len(made.to) == len(made.positions) - 1 == len(made.chance) - 1


@pytest.mark.parametrize(
    ("x", "s", "c", "reason"),
    [
        ([[0.3], [0.3], [0.3]], [[0.5]] * 3, [1, 2, 3], "all stand together from the start"),
        ([[0.0], [1.0]], [[0.5]] * 2, [1, 1], "no bargain was taken"),
        ([[0.0], [1.0], [1.0]], [[0.5]] * 3, [1, 1, 1], "all came to stand together"),
        ([[0.1], [0.5], [0.9]], [[0.5], [0.5], [0.0]], [1, 0, 1], "1 without salience"),
    ],
)
def test_what_the_published_program_refuses(x, s, c, reason):
    assert reason in sm.play(np.array(x), np.array(c, float), np.array(s)).reason


def test_scale_mirror_and_order():
    here, ours = sm.play(X, CAPABILITY, S).positions, sm.PRESETS["corrected"]
    np.testing.assert_allclose(
        sm.play(X, CAPABILITY / 1000, S, ours).positions, sm.play(X, CAPABILITY, S, ours).positions, atol=1e-3
    )
    np.testing.assert_allclose(1 - sm.play(1 - X, CAPABILITY, S).positions[-1].mean(), here[-1].mean(), atol=1e-3)
    rng = np.random.default_rng(2)  # no two actors alike: of two targets that are, the program takes the first in order
    x, c, s, order = rng.random((7, 2)), 100 * rng.random(7), rng.random((7, 2)) / 2, rng.permutation(7)
    np.testing.assert_allclose(
        sm.play(x[order], c[order], s[order]).positions, sm.play(x, c, s).positions[:, order], atol=1e-3
    )


def test_what_is_corrected_shows_only_where_the_responders_view_counts():
    """Where no two actors are alike, to the fourth decimal."""
    theirs, ours, rng = sm.PRESETS["ktab-1.4"], sm.PRESETS["corrected"], np.random.default_rng(4)
    x, c, s = rng.random((6, 1)), 100 * rng.random(6), rng.random((6, 1))
    c /= c.max() / 100
    told = [sm.play(x, c, s, m).positions for m in (theirs, ours)]
    np.testing.assert_allclose(*told, atol=2e-4)
    for view in ("both", "weighed"):
        pair = [ends(sm.play(X, CAPABILITY, S, sm.replace(m, view=view))) for m in (theirs, ours)]
        assert pair[0] != pair[1]


GRIDS = st.integers(2, 6).flatmap(  # few values each, so that many actors are alike in everything
    lambda n: st.tuples(
        arrays(float, (n, 2), elements=st.sampled_from([0, 0.25, 0.5, 0.75, 1])),
        arrays(float, n, elements=st.sampled_from([0, 25, 50, 100])),
        arrays(float, (n, 2), elements=st.sampled_from([0, 0.25, 0.5])),
        st.permutations(range(n)),
    )
)
MENDED = [sm.PRESETS["corrected"], *sm.one_switch_apart(sm.PRESETS["corrected"]).values()]


@settings(deadline=None, max_examples=150)
@given(GRIDS, st.sampled_from(MENDED))
def test_neither_order_nor_direction_matters_where_actors_are_alike(case, model):
    x, c, s, order = case
    here = sm.play(x, c, s, model)
    other, mirrored = sm.play(x[order], c[order], s[order], model), sm.play(1 - x, c, s, model)
    np.testing.assert_allclose(other.positions, here.positions[:, order], atol=1e-4)
    np.testing.assert_allclose(other.chance[0], here.chance[0, order], atol=1e-6)
    np.testing.assert_allclose(1 - mirrored.positions, here.positions, atol=1e-4)


def test_alike_actors_stay_together_and_a_tie_of_two_sides_is_the_middle():
    """France and Italy are one in everything; and of two opposite offers of the same worth neither wins."""
    ours = sm.PRESETS["corrected"]
    path = sm.play(X, CAPABILITY, S, ours).positions
    twins = [
        (i, j)
        for i in range(len(X))
        for j in range(i)
        if X[i] == X[j] and CAPABILITY[i] == CAPABILITY[j] and S[i] == S[j]
    ]
    assert twins
    for i, j in twins:
        np.testing.assert_allclose(path[:, i], path[:, j], atol=1e-12)
    middle = sm.play(np.array([[0.2], [0.5], [0.8]]), np.array([50.0, 30.0, 50.0]), np.full((3, 1), 0.6), ours)
    np.testing.assert_allclose(middle.positions[:, 1], 0.5)
    np.testing.assert_allclose(middle.positions[:, 0] + middle.positions[:, 2], 1.0, atol=1e-9)


def test_accommodation_and_luck():
    """Who takes on what he got has nothing left to fight for; a stochastic choice follows its luck."""
    n = len(X)
    stubborn = sm.play(X, CAPABILITY, S, accommodation=np.zeros((n, n)))
    assert stubborn.positions.shape != sm.play(X, CAPABILITY, S).positions.shape or not np.allclose(
        stubborn.positions[-1], sm.play(X, CAPABILITY, S).positions[-1]
    )
    model = sm.Model(stochastic=True)
    luck = np.random.default_rng(1).random((100, n))
    first, again = (sm.play(X, CAPABILITY, S, model, luck=luck) for _ in range(2))
    np.testing.assert_array_equal(first.positions, again.positions)
    with pytest.raises(SettingError):
        sm.play(X, CAPABILITY, S, model)


@pytest.mark.parametrize(
    "bad",
    [
        (X * 2, CAPABILITY, S),
        (X, -CAPABILITY, S),
        (X, CAPABILITY, S * 2),
        (X[:1], CAPABILITY[:1], S[:1]),
        (X, CAPABILITY[:2], S),
        (np.zeros((251, 1)), np.ones(251), np.zeros((251, 1))),
    ],
)
def test_what_cannot_be_played(bad):
    with pytest.raises(SettingError):
        sm.play(*bad)
