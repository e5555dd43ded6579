import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.theory import graph_model as gm

PRISONERS = gm.from_lists(
    [[[1], [0], [3], [2]], [[2], [3], [0], [1]]], [[2, 1, 4, 3], [2, 4, 1, 3]]
)  # states: both hold, first yields, second yields, both yield


def brute(model, i, s, concept):
    """Stability by walking over sequences of moves one by one."""

    def better(a, b):
        return model.worth[i][a] > model.worth[i][b]

    def after(start, improving):
        seen, todo = set(), [(start, None)]
        while todo:
            at, last = todo.pop()
            for j in range(len(model.moves)):
                if j in (i, last):
                    continue
                for t in np.flatnonzero(model.moves[j][at]):
                    if improving and not model.worth[j][t] > model.worth[j][at]:
                        continue
                    if (int(t), j) not in seen:
                        seen.add((int(t), j))
                        todo.append((int(t), j))
        return {t for t, _ in seen}

    for t in np.flatnonzero(model.moves[i][s]):
        if not better(t, s):
            continue
        if concept == "nash":
            return False
        met = [x for x in after(int(t), concept == "seq") if not better(x, s)]
        if concept == "smr":
            met = [x for x in met if not any(better(y, s) for y in np.flatnonzero(model.moves[i][x]))]
        if not met:
            return False
    return True


@st.composite
def models(draw):
    n, actors = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    moves = tuple(np.logical_and(rng.random((n, n)) < 0.4, ~np.eye(n, dtype=bool)) for _ in range(actors))
    return gm.GraphModel(moves, rng.integers(0, 4, (actors, n)).astype(float))


@settings(max_examples=80, deadline=None)
@given(models())
def test_stability_is_that_of_walking_and_the_concepts_are_nested(model):
    held = {c: model.equilibria(c) for c in gm.CONCEPTS}
    for i, s, c in itertools.product(range(len(model.moves)), range(model.worth.shape[1]), gm.CONCEPTS):
        assert model.stable(i, c)[s] == brute(model, i, s, c)
    assert not (held["nash"] & ~held["seq"]).any() and not (held["seq"] & ~held["gmr"]).any()
    assert not (held["nash"] & ~held["smr"]).any() and not (held["smr"] & ~held["gmr"]).any()


@given(models(), st.sampled_from(gm.CONCEPTS))
def test_the_share_of_rankings_is_that_of_all_rankings(model, concept):
    i, s, n = 0, 0, model.worth.shape[1]
    held = []
    for ranking in itertools.permutations(range(n)):
        worth = model.worth.copy()
        worth[i] = ranking
        held.append(gm.GraphModel(model.moves, worth).stable(i, concept)[s])
    assert model.share_of_rankings(i, s, concept) == pytest.approx(np.mean(held))


@given(models(), st.sampled_from(gm.CONCEPTS))
def test_turning_what_is_named_makes_the_state_stand_and_nothing_smaller_does(model, concept):
    turned = model.turns(0, 0, concept)

    def stands(states):
        worth = model.worth.copy()
        worth[0][list(states)] = worth[0].min() - 1
        return gm.GraphModel(model.moves, worth).stable(0, concept)[0]

    assert stands(turned)
    smaller = itertools.combinations(range(1, model.worth.shape[1]), max(0, len(turned) - 1))
    assert not turned or not any(stands(some) for some in smaller)


def test_the_dilemma_of_two_prisoners():
    assert list(PRISONERS.equilibria("nash")) == [True, False, False, False]
    assert list(PRISONERS.equilibria("seq")) == [True, False, False, True]


def test_the_first_statement_outweighs_all_others():
    true = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1]], bool)
    assert list(gm.by_statements(true)) == [4, 3, 1]
