"""Laws of the import: nothing is lost or made, and neither the order of rows nor the size of blocks matters."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats import event_files as make
from winset.formats import event_rows
from winset.formats.events import read_events

pytestmark = pytest.mark.filterwarnings("error")
FIRST = dt.date(2022, 2, 24)
SIDES = ["Government of Ukraine", "Government of Russia (Soviet Union)", "Russia", "DPR"]


def _event(start, days, deaths, side, kind):
    begins = FIRST + dt.timedelta(start)
    return {
        "date_start": begins.isoformat(), "date_end": (begins + dt.timedelta(days)).isoformat(), "low": min(deaths),
        "best": deaths[1], "high": max(deaths), "side_a": side, "gwnoa": "", "type_of_violence": kind,
    }  # fmt: skip


deaths = st.tuples(*[st.integers(0, 9999)] * 3)
event = st.builds(_event, st.integers(0, 60), st.integers(0, 365), deaths, st.sampled_from(SIDES), st.integers(1, 3))
rows = st.lists(event, min_size=1, max_size=12)


def read(folder, text):
    return read_events(make.put(folder, text), make.ACTORS)


@given(rows)
def test_totals_are_conserved_to_the_last_digit(tmp_path_factory, events):
    events.append({"side_a": "Russia"})
    found = read(tmp_path_factory.mktemp("ucdp"), make.ucdp(*events))
    kept = [e for e in events if e["side_a"] != "DPR"]
    made = make.counts(found.text)

    def millionths(column):
        return sum(round(float(r[column]) * 1_000_000) for r in made)

    assert millionths("count") == 1_000_000 * len(kept)
    assert millionths("intensity") == -9_000_000 * len(kept)  # PLOVER scores ASSAULT -9
    for column, usual in (("low", 1), ("best", 2), ("high", 3)):
        assert millionths(column) == 1_000_000 * sum(e.get(column, usual) for e in kept)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tmp_path_factory, events, shuffle: random.Random):
    numbered = [
        {"id": i // 2, **e} for i, e in enumerate([*events, {"side_a": "Russia"}])
    ]  # ids twice, with other numbers
    again = list(numbered)
    shuffle.shuffle(again)
    folder = tmp_path_factory.mktemp("ucdp")
    one, other = (read(folder, make.ucdp(*order)) for order in (numbered, again))
    assert one.text == other.text
    assert (one.dropped, one.covered, one.codes, one.unknown) == (
        other.dropped,
        other.covered,
        other.codes,
        other.unknown,
    )


@given(rows, st.integers(60, 700))
def test_the_size_of_blocks_changes_nothing(tmp_path_factory, events, block):
    text = make.ucdp({"source_headline": 'a, "b"\nc'}, *events)
    folder = tmp_path_factory.mktemp("ucdp")
    whole = read(folder, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_rows, "BLOCK", block)
        assert read(folder, text) == whole


@given(
    st.lists(st.tuples(st.integers(-3000, 3000), st.floats(0, 1e6) | st.none()), min_size=1, unique_by=lambda x: x[0])
)
def test_a_daily_series_reads_back_to_the_same_numbers(tmp_path_factory, days):
    days = [(FIRST + dt.timedelta(d), v) for d, v in days] + [(dt.date(1990, 1, 1), 1.5)]
    text = "date,n\n" + "".join(f"{d},{'' if v is None else repr(v)}\n" for d, v in days)
    made = make.counts(read(tmp_path_factory.mktemp("daily"), text).text)
    assert [(dt.date.fromisoformat(r["date"]), float(r["n"]) if r["n"] else None) for r in made] == sorted(days)
