"""The rule language of questions against a reading of it by hand, and its laws."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.case.grammar import Both, Count, Either, Happens, Not, Rule, Value, atoms, evaluate, parse

DAYS = [dt.date(2025, 11, d) for d in (1, 10, 20, 30)]


@dataclass
class Record:
    """A small record: events as (kind, source, target, date) and series as {name: {date: value}}."""

    events: tuple[tuple[str, str, str, dt.date], ...] = ()
    series: dict[str, dict[dt.date, float]] | None = None

    def count(
        self, kind: str, source: str, target: str, start: dt.date | None, end: dt.date, place: str, either: bool
    ) -> float:
        def towards(s: str, t: str) -> bool:
            return source in ("any", s) and target in ("any", t)

        return sum(
            k == kind
            and (towards(s, t) or (either and towards(t, s)))
            and (start or day) <= day <= end
            and place in ("", "p")
            for k, s, t, day in self.events
        )

    def value(self, series: str, on: dt.date) -> float | None:
        known = {d: v for d, v in (self.series or {}).get(series, {}).items() if d <= on}
        return known[max(known)] if known else None


def test_trees() -> None:
    assert parse("happens(strike, a, any, 2025-11-20)") == Happens("strike", "a", "any", DAYS[2])
    assert parse("count(strike,a,b,2025-11-01,2025-11-20)>=2") == Count("strike", "a", "b", DAYS[0], DAYS[2], ">=", 2.0)
    assert parse("value( a/b.place@2025-11-01 , 2025-11-20 ) < -1.5") == Value(
        "a/b.place@2025-11-01", DAYS[2], "<", -1.5
    )
    assert parse("value(drones_launched, 2025-11-20) == 3") == Value("drones_launched", DAYS[2], "==", 3.0)
    assert parse("happens(call, 2nd-army, e3, 2025-11-20)") == Happens("call", "2nd-army", "e3", DAYS[2])


def test_and_binds_more_than_or_and_not_most() -> None:
    a, b, c = (f"happens(call, {x}, any, 2025-11-20)" for x in "abc")
    pa, pb, pc = map(parse, (a, b, c))
    assert parse(f"{a} or {b} and {c}") == Either((pa, Both((pb, pc))))
    assert parse(f"({a} or {b}) and {c}") == Both((Either((pa, pb)), pc))
    assert parse(f"not {a} and {b}") == Both((Not(pa), pb))
    assert parse(f"not ({a} and {b})") == Not(Both((pa, pb)))
    assert parse(f"\n {a}\n  or not not {b} ") == Either((pa, Not(Not(pb))))
    assert atoms(parse(f"{a} or {b} and not {c}")) == [pa, pb, pc]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "expected happens or count or value, found 'the end'"),
        ("happens", "expected (, found 'the end'"),
        ("happens(strike, a, b)", "expected ,"),
        ("happens(strike, a, b, soon)", "YYYY-MM-DD"),
        ("happens(strike, a, b, 2025-13-01)", "expected a date"),
        ("happens(strike, a, b, 20251101)", "expected a date"),
        ("happens(strike, a, b, 2025-11-011)", "expected a date"),
        ("happens(strike, a, b, 2025-11-01", "expected ), found 'the end'"),
        ("happens(strike, a, b, 2025-11-01) >= 1", "unexpected '>=' after the rule"),
        ("happens(strike, a, b, 2025-11-01) happens", "unexpected 'happens' after the rule"),
        ("happens(not, a, b, 2025-11-01)", "expected a name, found 'not'"),
        ("happens((, a, b, 2025-11-01)", "expected a name, found '('"),
        ("happens(strike, ,, b, 2025-11-01)", "expected a name, found ','"),
        ("count(strike, a, b, 2025-11-01, 2025-11-20)", "found 'the end'"),
        ("count(strike, a, b, 2025-11-20, 2025-11-01) > 1", "ends before it starts"),
        ("count(strike, a, b, 2025-11-01, 2025-11-20) = 1", "unexpected"),
        ("count(strike, a, b, 2025-11-01, 2025-11-20) >= many", "expected a number, found 'many'"),
        ("value(x, 2025-11-01) > nan", "expected a number, found 'nan'"),
        ("value(x, 2025-11-01) > inf", "expected a number, found 'inf'"),
        ("value(x, 2025-11-01) > 1e5", "expected a number, found '1e5'"),
        ("value(x, 2025-11-01) > 1_0", "expected a number, found '1_0'"),
        ("value(x, 2025-11-01) > ٣", "unexpected"),
        ("(happens(call, a, b, 2025-11-01)", "expected )"),
        ("happens(call, a, b, 2025-11-01) and", "found 'the end'"),
        ("and happens(call, a, b, 2025-11-01)", "found 'and'"),
        ("happens(call, a, b, 2025-11-01) AND happens(call, a, b, 2025-11-01)", "unexpected 'AND'"),
        ("happens(call; a, b, 2025-11-01)", "unexpected ';"),
        ("__import__('os')", "unexpected"),
        ("not " * 60 + "happens(call, a, b, 2025-11-01)", "nested too deeply"),
        ("(" * 400, "nested too deeply"),
        ("(" * 5000, "too long"),
    ],
)
def test_faults_say_what_was_expected(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse(text)
    assert what in str(caught.value)


def test_evaluation_by_hand() -> None:
    record = Record(
        events=(("strike", "a", "b", DAYS[1]), ("strike", "a", "c", DAYS[2]), ("call", "b", "a", DAYS[0])),
        series={"drones_launched": {DAYS[1]: 50.0}},
    )
    for text, opened, answer in [
        ("happens(strike, a, b, 2025-11-10)", None, True),
        ("happens(strike, a, b, 2025-11-09)", None, False),
        ("happens(strike, a, b, 2025-11-30)", DAYS[2], False),  # it was before the question was opened
        ("happens(strike, b, a, 2025-11-30)", None, False),
        ("happens(strike, any, any, 2025-11-30)", None, True),
        ("count(strike, a, any, 2025-11-10, 2025-11-20) == 2", None, True),
        ("count(strike, a, any, 2025-11-11, 2025-11-20) >= 2", None, False),
        ("count(strike, a, any, 2025-11-01, 2025-11-30) > 2", None, False),
        ("count(strike, a, any, 2025-11-01, 2025-11-30) <= 2", None, True),
        ("value(drones_launched, 2025-11-20) >= 50", None, True),
        ("value(drones_launched, 2025-11-20) < 50", None, False),
        ("value(drones_launched, 2025-11-09) >= 0", None, None),
        ("value(drones_launched, 2025-11-09) >= 0 and happens(strike, c, c, 2025-11-30)", None, False),
        ("value(drones_launched, 2025-11-09) >= 0 or happens(strike, a, b, 2025-11-30)", None, True),
        ("value(drones_launched, 2025-11-09) >= 0 or happens(strike, c, c, 2025-11-30)", None, None),
        ("not value(drones_launched, 2025-11-09) >= 0", None, None),
    ]:
        assert evaluate(parse(text), record, opened) is answer, text


NAMES = st.sampled_from(["a", "b", "c"])
KINDS = st.sampled_from(["strike", "call"])
DATES = st.sampled_from(DAYS)
OPS = st.sampled_from([">=", ">", "<=", "<", "=="])
ENDS = st.sampled_from(["a", "b", "any"])
PLACES = st.sampled_from(["", "p", "q"])
SPANS = st.tuples(DATES, DATES).map(sorted)
ATOMS = st.one_of(
    st.builds(Happens, KINDS, ENDS, ENDS, DATES, PLACES, st.booleans()),
    st.builds(
        lambda k, s, t, d, o, n, p, e: Count(k, s, t, d[0], d[1], o, float(n), p, e),
        KINDS,
        ENDS,
        ENDS,
        SPANS,
        OPS,
        st.integers(0, 3),
        PLACES,
        st.booleans(),
    ),
    st.builds(lambda s, d, o, n: Value(s, d, o, float(n)), st.sampled_from(["x", "y"]), DATES, OPS, st.integers(-2, 2)),
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda r: Both(tuple(r))),
        st.lists(inner, min_size=2, max_size=3).map(lambda r: Either(tuple(r))),
    ),
    max_leaves=8,
)
RECORDS = st.builds(
    Record,
    st.lists(st.tuples(KINDS, NAMES, NAMES, DATES), max_size=5).map(tuple),
    st.dictionaries(st.sampled_from(["x", "y"]), st.dictionaries(DATES, st.integers(-2, 2).map(float), max_size=3)),
)


def where(rule: Happens | Count) -> str:
    return ", either" * rule.either + f", at {rule.place}" * bool(rule.place)


def text_of(rule: Rule) -> str:
    """A rule in the language, every part in parentheses."""
    if isinstance(rule, Happens):
        return f"happens({rule.kind}, {rule.source}, {rule.target}, {rule.by}{where(rule)})"
    if isinstance(rule, Count):
        terms = f"{rule.kind}, {rule.source}, {rule.target}, {rule.start}, {rule.end}{where(rule)}"
        return f"count({terms}) {rule.op} {rule.number:g}"
    if isinstance(rule, Value):
        return f"value({rule.series}, {rule.on}) {rule.op} {rule.number:g}"
    if isinstance(rule, Not):
        return f"not ({text_of(rule.rule)})"
    return (" and " if isinstance(rule, Both) else " or ").join(f"({text_of(r)})" for r in rule.rules)


@given(RULES)
@settings(max_examples=150)
def test_what_is_written_is_what_is_parsed(rule: Rule) -> None:
    assert parse(text_of(rule)) == rule


@given(RULES, RECORDS, st.none() | DATES)
@settings(max_examples=150)
def test_not_turns_the_answer_round(rule: Rule, record: Record, opened: dt.date | None) -> None:
    answer = evaluate(rule, record, opened)
    turned = evaluate(parse(f"not ({text_of(rule)})"), record, opened)
    assert turned is (None if answer is None else not answer)


@given(RULES, RULES, RECORDS)
@settings(max_examples=150)
def test_de_morgan(a: Rule, b: Rule, record: Record) -> None:
    assert evaluate(Not(Both((a, b))), record) is evaluate(Either((Not(a), Not(b))), record)
    assert evaluate(Both((a, b)), record) is evaluate(Both((b, a)), record)


@given(RULES, RECORDS)
@settings(max_examples=150)
def test_a_known_answer_does_not_hang_on_what_is_unknown(rule: Rule, record: Record) -> None:
    """If the answer is known though series lack values, any values give the same answer (Kleene's logic)."""
    answer = evaluate(rule, record)
    if answer is not None:
        filled = {
            name: {dt.date.min: 0.0} | days for name, days in ({"x": {}, "y": {}} | (record.series or {})).items()
        }
        assert evaluate(rule, Record(record.events, filled)) is answer


@given(st.text(alphabet="happenscountvalue(),><= \n0123456789-./@abnotrd\"'\\é", max_size=120) | st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        assert str(error)


@given(RULES, st.data())
@settings(max_examples=150)
def test_damaged_rules_are_parsed_or_refused(rule: Rule, data: st.DataObject) -> None:
    text = text_of(rule)
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 6))
    damaged = text[:at] + data.draw(st.sampled_from(["", "(", ")", ",", " not ", " and ", "9", "-"])) + text[at + cut :]
    try:
        again = parse(damaged)
    except ValueError as error:
        assert str(error)
    else:
        assert parse(text_of(again)) == again
