"""The ledger against recomputations by hand: numpy from the raw file, closed forms, brute force."""

import csv
import dataclasses
import datetime as dt
import shutil
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.cases import ROOT, case
from tests.lens.strikes import CALLS, FIRST, by_hand, raw
from tests.shared import SHARED, needs_shared
from winset.arrays import Study, compile
from winset.case import model as m
from winset.case.series import load_series
from winset.derive.record import contacts as c
from winset.derive.record import credibility as cred
from winset.derive.record import positions
from winset.derive.record.daily import Daily
from winset.errors import SettingError
from winset.formats.event_import import import_events
from winset.lens.ledger.lens import Ledger
from winset.result import plain


@pytest.fixture(scope="module")
def with_series(tmp_path_factory):
    """ukraine-2025 with the whole file attached, days after the case's date and all."""
    folder = tmp_path_factory.mktemp("case") / "ukraine-2025"
    shutil.copytree(ROOT / "cases" / "ukraine-2025", folder)
    import_events(
        SHARED / "data" / "strikes_daily.csv", folder, id="strikes", dated="day the attack ended", replace=True
    )
    return attach(case("ukraine-2025"), load_series(folder))


@pytest.fixture(scope="module")
def in_december(with_series):
    """What it says of that case with nearly the whole year behind it."""
    return Ledger().look(Study(with_series, dt.date(2025, 12, 26), draws=256))


@cache
def looked(name):
    return Ledger().look(Study(case(name), case(name).as_of, draws=64))


def attach(whole, series):
    return dataclasses.replace(whole, series=series)


@needs_shared
@pytest.mark.parametrize("until", [dt.date(2025, 12, 26), dt.date(2025, 8, 10)])
def test_the_numbers_on_the_raw_file_are_those_of_a_plain_recomputation(with_series, in_december, until):
    file = raw()
    counts = [sum(file[FIRST + dt.timedelta(i)]) for i in range((until - FIRST).days + 1)]
    calls = [d for d in CALLS if d < until]
    late = until == dt.date(2025, 12, 26)
    result = in_december if late else Ledger().look(Study(with_series, until, draws=256))
    for window in (1, 3, 7):
        found = result.finding(f"talks.call:russia-united_states.{window}")
        ratio, low, high, _, _ = by_hand(counts, calls, window)
        assert found.value == pytest.approx(ratio, rel=1e-9)
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)
    rows = [r for r in result.table("contacts").rows if r[1:3] == ("call", "United States, Russia")]
    assert [row[0] for row in rows] == calls
    for cells, day in zip(rows, calls):
        row = [plain(c) for c in cells]
        want = [sum(file[day + dt.timedelta(k)]) for k in range(-2, 4)]
        past = [sum(file[day - dt.timedelta(k)]) for k in range(30)]
        assert list(row[3:9]) == want
        assert row[10] == pytest.approx(np.mean(past), rel=1e-12)
        assert row[11] == 1 + sum(v >= want[3] for v in past)
        assert row[12] == ("yes" if row[11] <= 6 else "no")


@needs_shared
def test_a_group_of_all_kinds_is_recomputed_too(in_december):
    file = raw()
    counts = [sum(file[FIRST + dt.timedelta(i)]) for i in range(360)]
    rows = csv.DictReader((ROOT / "cases" / "ukraine-2025" / "events.csv").read_text().splitlines())
    talks = [dt.date.fromisoformat(r["date"]) for r in rows if r["kind"] == "talks" and r["precision"] == "day"]
    found = in_december.finding("talks.talks:any.7")
    assert found.value == pytest.approx(by_hand(counts, sorted(set(talks)), 7)[0], rel=1e-9)


@needs_shared
def test_no_day_after_the_date_is_ever_used(with_series, tmp_path):
    """Other numbers after the date, or none, give the same result."""
    until = dt.date(2025, 9, 1)
    first = Ledger().look(Study(with_series, until, draws=128))
    lines = (SHARED / "data" / "strikes_daily.csv").read_text().splitlines()
    other = [line if line[:10] <= str(until) else f"{line[:10]},9999,9999" for line in lines[1:]]
    for name, rows in (("scrambled", other), ("short", [r for r in other if r[:10] <= str(until)])):
        folder = tmp_path / name
        shutil.copytree(ROOT / "cases" / "ukraine-2025", folder)
        (tmp_path / f"{name}.csv").write_text("\n".join([lines[0], *rows]) + "\n")
        import_events(tmp_path / f"{name}.csv", folder, id="strikes", dated="day the attack ended", replace=True)
        changed = attach(case("ukraine-2025"), load_series(folder))
        again = Ledger().look(Study(changed, until, draws=128))
        assert first.findings == again.findings
        assert [t.rows for t in first.tables] == [t.rows for t in again.tables]


counts_and_contacts = st.integers(30, 120).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 40), min_size=n, max_size=n),
        st.sets(st.integers(0, n - 2), min_size=1, max_size=6),
        st.integers(1, 7),
        st.sampled_from([None, 10, 45]),
    )
)


@given(counts_and_contacts)
def test_the_ratio_alone_is_that_of_the_event_study(drawn):
    counts, at, window, block = drawn
    series = Daily("x", "n", FIRST, np.array(counts, float), True, "test")
    days = [FIRST + dt.timedelta(d) for d in at]
    found = c.change(series, days, window, block=block, draws=1, seed=0, stream="t")
    if found is not None and np.isfinite(found.ratio):
        assert c.ratio(series, days, window, block) == pytest.approx(found.ratio, rel=1e-12)


@given(counts_and_contacts)
def test_followed_by_brute_force(drawn):
    counts, at, within, _ = drawn
    days, size = sorted(at), len(counts)
    series = Daily("x", "n", FIRST, np.array(counts, float), True, "test")
    found = c.followed(series, [FIRST + dt.timedelta(d) for d in days], within, 20)
    assert found.hits == sum(any(v >= 20 for v in counts[d + 1 : d + 1 + within]) for d in days)
    ring = [
        sum(any(counts[(d + turn + k) % size] >= 20 for k in range(1, within + 1)) for d in days)
        for turn in range(size)
    ]
    assert found.p == pytest.approx(np.mean([r >= found.hits for r in ring]))


def test_a_large_day_by_the_exact_binomial():
    flat = Daily("x", "n", FIRST, np.arange(60.0), True, "test")  # every day is the largest so far
    after = c.after_each(flat, [FIRST + dt.timedelta(d) for d in (35, 40, 50)])
    hits, ranked, expected, p = c.chance_of_large(after)
    assert (hits, ranked) == (3, 3) and expected == pytest.approx(18 / 31) and p == pytest.approx((6 / 31) ** 3)
    none = c.after_each(Daily("x", "n", FIRST, np.zeros(60), True, "test"), [FIRST + dt.timedelta(40)])
    assert none[0].rank == 31 and not none[0].large


def acts(*rows):
    """Events of harbour's actors: (id, date, kind, source, target, ref, due)."""
    made = []
    for i, date, kind, source, target, ref, due in rows:
        made.append(
            m.Event(
                id=i,
                date=date,
                kind=kind,
                source=(source,),
                target=(target,) if target else (),
                what=i,
                ref=ref,
                due=due,
                basis="report: x, 2024",
            )
        )
    return tuple(made)


def harbour(events, as_of=dt.date(2024, 10, 1)):
    return dataclasses.replace(case("harbour"), events=events, as_of=as_of)


def test_a_deadline_that_moved_is_open_and_counts_once():
    events = acts(
        ("a", "2024-03-01", "deadline_set", "sarrow", "tavenna", None, "2024-04-01"),
        ("b", "2024-03-20", "deadline_moved", "sarrow", "tavenna", "a", "2024-11-10"),
    )
    (chain,) = cred.deadlines(harbour(events))
    assert (chain.outcome, chain.slip, chain.due) == ("open", 223, dt.date(2024, 11, 10))
    late = harbour(events, dt.date(2024, 12, 1))
    assert cred.deadlines(late)[0].outcome == "nothing recorded"
    more = acts(
        ("c", "2024-04-10", "deadline_moved", "sarrow", "tavenna", "b", "2024-04-15"),
        ("d", "2024-04-20", "deadline_dropped", "sarrow", "tavenna", "c", None),
    )
    (chain,) = cred.deadlines(harbour(events + more))
    assert chain.outcome == "dropped" and len(chain.moves) == 2 and chain.slip == 14
    met = acts(("e", "2024-03-25", "acceptance", "tavenna", "sarrow", "a", None))
    assert cred.deadlines(harbour(events + met))[0].outcome == "met"


@given(
    st.lists(st.sampled_from(["deadline_executed", "deadline_lapsed", "deadline_dropped", "open"]), max_size=8),
    st.floats(0.5, 12),
)
def test_the_chance_is_the_beta_binomial(fates, worth):
    rows = []
    for n, fate in enumerate(fates):
        day = dt.date(2024, 2, 1) + dt.timedelta(n)
        rows.append((f"s{n}", day, "deadline_set", "sarrow", "tavenna", None, "2024-12-31"))
        if fate != "open":
            rows.append((f"e{n}", day + dt.timedelta(3), fate, "sarrow", "tavenna", f"s{n}", None))
    whole = harbour(acts(*rows))
    done, left = fates.count("deadline_executed"), sum(f in ("deadline_lapsed", "deadline_dropped") for f in fates)
    prior = (0.283 * worth, 0.717 * worth)
    odds = cred.odds((compile(whole, draws=2000),), cred.deadlines(whole), prior, "sarrow")
    assert odds.mean == pytest.approx((prior[0] + done) / (worth + done + left))
    assert odds.interval == pytest.approx(stats.beta.ppf([0.05, 0.95], prior[0] + done, prior[1] + left), abs=2e-3)
    assert (odds.defied, odds.open) == (done + left, fates.count("open"))


def test_harbour_by_the_closed_form():
    result = Ledger().look(Study(case("harbour"), case("harbour").as_of, draws=256))
    assert result.finding("deadline.sarrow").value == pytest.approx(4 * 197 / 696 / 5)
    before = Ledger().look(Study(case("harbour"), dt.date(2024, 7, 10), draws=256))
    assert before.finding("deadline.sarrow").value == pytest.approx(197 / 696)
    speaker = result.finding("speaker.reik")
    assert speaker.value == pytest.approx(1 / 3)
    assert (speaker.low, speaker.high) == pytest.approx(stats.beta.ppf([0.05, 0.95], 1, 2))


def test_a_part_counts_in_part_and_a_reading_moves_it():
    whole = case("ukraine-2025")
    study = Study(whole, whole.as_of, draws=256)
    result = Ledger().look(study)
    share = study.arrays()[0].get("event:d2x", "share")
    settled = [d for d in cred.deadlines(study.known) if d.settled and d.author == "united_states"]
    assert result.finding("deadline.united_states").value == pytest.approx(
        (4 * 197 / 696 + share.mean()) / (4 + len(settled))
    )
    table = result.table("odds_readings")
    none = next(row for row in table.rows if "not carried out" in row[1])
    assert plain(none[2]) == pytest.approx(4 * 197 / 696 / (4 + len(settled)))
    row = next(
        r for r in result.table("conflicts").rows if r[1] == "The August deadline was cancelled for steps against trade"
    )
    assert "next deadline carried out" in row[-1] and row[0] == "a fact"


def test_accounts_contradicted_borne_out_and_open():
    events = acts(
        ("a", "2024-03-01", "claim", "reik", "sarrow", None, None),
        ("b", "2024-03-05", "denial", "sarrow", "reik", "a", None),
        ("c", "2024-03-06", "offer", "aren", "sarrow", None, None),
        ("d", "2024-03-09", "acceptance", "sarrow", "aren", "c", None),
        ("e", "2024-03-07", "claim", "reik", None, None, None),
        ("f", "2024-03-08", "denial", "reik", None, "e", None),
        ("g", "2024-03-10", "claim", "aren", None, None, None),
    )
    found = cred.accounts(harbour(events))
    assert [(a.event.id, a.fate, a.lag, cred.by_itself(a)) for a in found] == [
        ("a", "contradicted", 4, False),
        ("c", "borne out", None, False),
        ("e", "contradicted", 1, True),
        ("g", "open", None, False),
    ]


def moved(*steps):
    """Sarrow's ideal on the harbour issue, moved at dates to places, in a case where nothing else moves."""
    whole = case("harbour")
    kept = tuple(f for f in whole.figures if f.subject != ("sarrow", "harbour") or f.quantity != "ideal")
    basis = m.parse_basis("judgement: test")
    new = tuple(
        m.Figure(f"sarrow/harbour.ideal@{d}", ("sarrow", "harbour"), "ideal", basis, dt.date.fromisoformat(d), p, p, p)
        for d, p in steps
    )
    return kept + new, dataclasses.replace(whole, figures=kept + new)


def test_moves_reversals_and_the_half_life():
    figures, whole = moved(("2024-01-01", 80.0), ("2024-06-01", 40.0), ("2024-06-15", 42.0), ("2024-07-01", 70.0))
    (standing,) = [s for s in positions.standings(figures, (compile(whole, draws=4000),)) if s.actor == "sarrow"]
    assert [(x.size, x.back) for x in standing.moves] == [(-40.0, False), (28.0, True)]
    assert [x.held for x in standing.moves][1] == 16
    want = np.log(2) * standing.days / stats.gamma.ppf([0.95, 0.5, 0.05], 2.5)  # two days with one move each
    assert np.percentile(standing.half_life, [5, 50, 95]) == pytest.approx(want, rel=5e-3)
    later = dataclasses.replace(whole, as_of=dt.date(2024, 6, 20))
    (standing,) = [s for s in positions.standings(figures, (compile(later, draws=100),)) if s.actor == "sarrow"]
    assert [x.size for x in standing.moves] == [-40.0]


def test_from_one_move_no_half_life_is_printed():
    whole = case("harbour")
    result = Ledger().look(Study(whole, whole.as_of, draws=64))
    table = result.table("half_lives")
    for actor, moves, half, low in zip(*(table.column(k) for k in ("actor", "moves", "half", "low"))):
        key = next(a.id for a in whole.actors if a.name == actor)
        finding = result.finding(f"half_life.{key}")
        days = {r[1] for r in result.table("moves").rows if r[0] == actor} if moves else set()
        assert (half is None) == (finding.value is None)
        if moves == 1 or len(days) == 1:
            assert half is None and low is None and "too few moves for a rate" in finding.sentence
    figures, one = moved(("2024-01-01", 80.0), ("2024-06-01", 40.0))
    (standing,) = [s for s in positions.standings(figures, (compile(one, draws=100),)) if s.actor == "sarrow"]
    assert len(standing.moves) == 1 and not standing.rated
    figures, two = moved(("2024-01-01", 80.0), ("2024-06-01", 40.0), ("2024-07-01", 70.0))
    (standing,) = [s for s in positions.standings(figures, (compile(two, draws=100),)) if s.actor == "sarrow"]
    assert standing.rated


@needs_shared
def test_the_p_by_rotation_decides_what_is_said_and_stands_beside_the_other(in_december):
    result = in_december
    table = result.table("talks")
    rows = [r for r in table.rows if "between" in plain(r[0])]
    file = raw()
    counts = np.array([sum(file[FIRST + dt.timedelta(i)]) for i in range(360)])
    at = [(d - FIRST).days for d in CALLS]
    turned = []
    for turn in range(360):  # the calls turned around the year, their quarters staying where they are
        days = {(d + k + turn) % 360 for d in at for k in range(1, 8)}
        inside = np.isin(np.arange(360), sorted(days))
        top = bottom = 0.0
        for b in range(4):
            block = np.arange(360) // 90 == b
            e1, e0 = (inside & block).sum(), (~inside & block).sum()
            top += counts[inside & block].sum() * e0 / 90
            bottom += counts[~inside & block].sum() * e1 / 90
        turned.append(top / (top + bottom))
    more = np.mean(np.array(turned) >= turned[0] - 1e-12)
    week = next(r for r in rows if plain(r[2]) == 7)
    at_p, placed = ([c.key for c in table.columns].index(k) for k in ("p", "placed"))
    assert plain(week[at_p]) == pytest.approx(2 * min(more, 1 - more + 1 / 360)) and plain(week[placed]) < plain(
        week[at_p]
    )
    assert any("by rotation" in s and "over the 3 windows" in s and "but not over all" in s for s in result.answer)


def test_what_a_statement_is_worth():
    half = np.array([10.0])
    assert positions.still_held(half, 10.0) == pytest.approx(0.5)
    held = positions.still_held(half, 20.0)
    likelihood = positions.weight(held)
    assert likelihood == pytest.approx((1 + 0.25) / (1 - 0.25))
    assert likelihood / (1 + likelihood) == pytest.approx((1 + held) / 2)


def test_without_dated_acts_or_strikes_it_says_so():
    whole = case("harbour")
    empty = Ledger().look(Study(dataclasses.replace(whole, events=()), whole.as_of, draws=64))
    assert empty.answer[0].startswith("Nothing can be said") and not empty.findings
    quiet = dataclasses.replace(whole, events=tuple(e for e in whole.events if e.kind != "strike"))
    answer = Ledger().look(Study(quiet, whole.as_of, draws=64)).answer
    assert answer[0].startswith("Whether attacks follow talks cannot be said")
    assert any(s.startswith("Deadlines") for s in answer)


def test_a_listed_series_is_called_incomplete():
    answer = looked("harbour").answer
    assert answer[0].startswith("No daily series is attached")


def test_an_unknown_series_is_a_setting_error():
    whole = case("harbour")
    with pytest.raises(SettingError, match="no series 'nope'"):
        Ledger(series="nope").look(Study(whole, whole.as_of, draws=64))


def test_it_says_association_and_never_effect():
    result = looked("ukraine-2025")
    said = " ".join([*result.answer, *(f.sentence for f in result.findings)])
    assert "not effect" in said and "effect" not in said.replace("not effect", "")


def test_every_number_of_a_table_is_printable():
    for name in ("harbour", "ukraine-2025"):
        for table in looked(name).tables:
            for row in table.rows:
                assert all(not isinstance(plain(v), float) or np.isfinite(plain(v)) for v in row), table.key
