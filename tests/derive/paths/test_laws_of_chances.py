"""Chances of questions obey the laws of probability."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tests.derive.paths.asking import (
    KNOWN,
    NOW,
    PARTS,
    SOME,
)
from winset.arrays import Arrays, Luck
from winset.case.grammar import parse, truth
from winset.derive.paths.dated_questions import Paths

DAYS_LATER = st.integers(1, 700)
PAIRS = [
    ("united_states", "russia"),
    ("russia", "ukraine"),
    ("united_states", "any"),
    ("any", "any"),
    ("any", "ukraine"),
]
TERMS = st.one_of(
    st.builds(
        lambda k, p, d, e: f"happens({k}, {p[0]}, {p[1]}, {NOW + dt.timedelta(d)}{', either' * e})",
        st.sampled_from(["call", "talks", "strike", "ceasefire", "settlement", "acceptance", "threat"]),
        st.sampled_from(PAIRS), DAYS_LATER, st.booleans(),
    ),
    st.builds(
        lambda k, p, d, e, o,
        n: f"count({k}, {p[0]}, {p[1]}, {NOW - dt.timedelta(d)}, {NOW + dt.timedelta(e)}) {o} {n}",
        st.sampled_from(["call", "strike", "talks"]), st.sampled_from(PAIRS), DAYS_LATER, DAYS_LATER,
        st.sampled_from([">=", "<", "=="]), st.integers(0, 30),
    ),
)  # fmt: skip


@given(TERMS, TERMS)
def test_answers_obey_the_laws_of_probability(a, b):
    """Exactly, and though each question is asked of paths made anew."""

    def p(rule):
        return truth(parse(rule), Paths(Arrays(KNOWN, Luck(1, PARTS)), SOME), NOW + dt.timedelta(1)) == 1

    both, some, one, two = p(f"({a}) and ({b})"), p(f"({a}) or ({b})"), p(a), p(b)
    assert (both == (one & two)).all() and (some == (one | two)).all() and (p(f"not ({a})") == ~one).all()
    assert both.mean() <= min(one.mean(), two.mean())


@given(
    st.sampled_from(["call", "strike", "acceptance", "ceasefire", "settlement"]),
    st.sampled_from(PAIRS),
    DAYS_LATER,
    DAYS_LATER,
)
def test_what_holds_by_a_date_holds_by_a_later_one(kind, pair, days, more):
    def p(last):
        paths = Paths(Arrays(KNOWN, Luck(1, PARTS)), SOME)
        return truth(parse(f"happens({kind}, {pair[0]}, {pair[1]}, {NOW + dt.timedelta(last)})"), paths, NOW)

    assert (p(days) <= p(days + more)).all()
