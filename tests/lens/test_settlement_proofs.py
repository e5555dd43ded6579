"""What the settlement lens says of proofs, and that one search ended by its limits does not lose the others."""

from functools import partial

import numpy as np
import pytest

import winset.lens.settlement.proofs as module
from tests.theory.settlement_cases import random_problem
from winset.errors import NotSolved
from winset.theory.bargaining import nash
from winset.theory.bargaining_search import search


def ended(*_, **__):
    raise NotSolved("ended by its limits")


def test_one_search_that_ends_does_not_lose_the_others(monkeypatch):
    problem = random_problem(np.random.default_rng(4), 6, 2, share=0.2)
    whole = module.solutions(problem)
    assert module.proof_note([whole, whole]) == "each solved to proof"
    monkeypatch.setitem(module.SOLVERS, "Nash", ended)
    fewer = module.solutions(problem)
    assert set(fewer) == set(whole) - {"Nash"}
    assert module.proof_note([whole, fewer]) == "7 of 8 solved to proof, 1 not found within the limits of the search"
    for name in whole:
        monkeypatch.setitem(module.SOLVERS, name, ended)
    with pytest.raises(NotSolved):  # never taken for a problem without a zone
        module.solutions(problem)


def test_a_gap_is_told_and_never_called_a_proof(monkeypatch):
    monkeypatch.setattr("winset.theory.bargaining.search", partial(search, max_nodes=1))
    problem = random_problem(np.random.default_rng(4), 16, 4, red=1, rules=4, share=0.35)
    found = nash(problem, method="search")
    assert not found.proved
    text = module.proof_note([{"Nash": found}])
    assert text.startswith("0 of 4 solved to proof, 1 with gaps up to") and "3 not found" in text
