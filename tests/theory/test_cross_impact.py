import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from winset.theory.cross_impact import CrossImpact


@given(st.lists(st.integers(2, 3), min_size=2, max_size=4), st.integers(0, 999))
def test_consistent_scenarios_are_those_that_stay_as_they_are(sizes, seed):
    n = sum(sizes)
    model = CrossImpact(tuple(sizes), np.random.default_rng(seed).integers(-3, 4, (n, n)).astype(float))
    starts = np.cumsum([0, *sizes[:-1]])
    for chosen in model.scenarios:
        sums = [[model.impact[chosen + starts, starts[d] + v].sum() for v in range(s)] for d, s in enumerate(sizes)]
        short = max(max(own) - own[v] for own, v in zip(sums, chosen))
        assert model.inconsistency(chosen[None])[0] == short
        assert (short == 0) == np.array_equal(model.succession(chosen[None])[0], chosen)
        assert model.score(chosen[None])[0] == sum(own[v] for own, v in zip(sums, chosen))
    kept = model.ends[model.ends >= 0]
    assert np.all(model.inconsistency(model.scenarios[kept]) == 0)
