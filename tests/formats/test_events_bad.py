"""Damaged event files: one clear error or a counted drop, never a half import and never a wrong number."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats import event_files as make
from winset.errors import SettingError
from winset.formats.events import read_events

pytestmark = pytest.mark.filterwarnings("error")
MAKERS = {"ucdp": make.ucdp, "acled": make.acled, "gdelt": make.gdelt, "polecat": make.polecat, "icews": make.icews}
DAY = {"ucdp": "date_start", "acled": "event_date", "gdelt": 1, "polecat": "Event Date", "icews": "Event Date"}
ID = {"ucdp": "id", "acled": "event_id_cnty", "gdelt": 0, "polecat": "Event ID", "icews": "Event ID"}
every = pytest.mark.parametrize("name", MAKERS)


def read(folder, text, **options):
    return read_events(make.put(folder, text), make.ACTORS, **options)


def daily(*days):
    return "date,drones\n" + "".join(f"{day},{n}\n" for n, day in enumerate(days))


@every
def test_cut_off_in_the_last_row(tmp_path, name):
    whole = MAKERS[name]({}, {}, {}).rstrip("\n")
    start = whole.rindex("\n") + 1
    for cut in (start + 3, (start + len(whole)) // 2):
        found = read(tmp_path, whole[:cut])
        assert (found.rows_read, found.rows_kept) == (3, 2)
        assert sum(found.dropped.values()) == 1


def test_a_pipe_a_folder_or_a_circle_of_links_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    os.symlink(tmp_path / "circle", tmp_path / "circle")
    for name in ("pipe", "circle", "."):
        with pytest.raises(SettingError):
            read_events(tmp_path / name, make.ACTORS)


def test_cut_off_inside_quotes(tmp_path):
    text = make.ucdp({}, {"source_headline": "one, two"})
    found = read(tmp_path, text[: text.index("one, t") + 3])
    assert (found.rows_kept, found.dropped) == (1, {"cut off at the end of the file": 1})


def test_a_quote_that_never_closes_is_an_error_that_names_its_line(tmp_path):
    rows = make.ucdp({}, {"adm_1": "HERE"}, *({} for _ in range(50)))
    with pytest.raises(SettingError, match=r"events\.csv:3: the quote opened there is never closed"):
        read(tmp_path, rows.replace("HERE", '"HERE'))


def test_a_stray_quote_inside_a_cell_swallows_nothing(tmp_path):
    text = make.ucdp({}, {"adm_1": "HERE"}, {}, {"adm_1": "THERE"}, {}).replace("THERE", 'x"').replace("HERE", 'x"')
    found = read(tmp_path, text)
    assert (found.rows_read, found.rows_kept, found.dropped) == (5, 5, {})


def test_rows_inside_a_quoted_cell_are_counted_by_lines(tmp_path):
    text = make.ucdp({}, {"adm_1": "HERE"}, {}, {"adm_1": "THERE"}, {}).replace("THERE", '",').replace("HERE", '"')
    found = read(tmp_path, text)
    assert (found.rows_read, found.rows_kept, found.dropped) == (5, 2, {"wrong number of cells": 3})


@every
def test_wrong_separator(tmp_path, name):
    text = MAKERS[name]({}, {})
    swapped = text.replace("\t", ";") if "\t" in text else text.replace(",", ";")
    with pytest.raises(SettingError, match="cells"):
        read(tmp_path, swapped)
    with pytest.raises(SettingError, match="cells"):
        read(tmp_path, swapped, format=name)


@every
def test_rows_of_another_width_are_counted(tmp_path, name):
    text = MAKERS[name]({}, {})
    separator = "\t" if "\t" in text else ","
    found = read(tmp_path, text + "stray words\n" + separator.join("abc") + "\n\n\n")
    assert (found.rows_read, found.rows_kept, found.dropped) == (4, 2, {"wrong number of cells": 2})


@every
def test_the_same_id_again(tmp_path, name):
    found = read(tmp_path, MAKERS[name]({ID[name]: 7}, {ID[name]: 7}, {ID[name]: 8}))
    assert (found.rows_kept, found.dropped) == (2, {"the same id again": 1})


@every
@pytest.mark.parametrize("day", ["NaN", "", "None", "0001-01-01", "9999-12-31", "2025-02-30", "soon", "20251399"])
def test_impossible_days_are_dropped(tmp_path, name, day):
    found = read(tmp_path, MAKERS[name]({DAY[name]: day}, {}))
    assert (found.rows_kept, found.dropped) == (1, {"a date that is none": 1})


@every
def test_days_to_come_are_kept(tmp_path, name):
    found = read(tmp_path, MAKERS[name]({DAY[name]: "20990101" if name == "gdelt" else "2099-01-01"}, {}))
    assert found.rows_kept == 2
    assert "2099-01-01" in [r["public"] for r in make.counts(found.text)]


@every
def test_no_id(tmp_path, name):
    found = (
        read(tmp_path, MAKERS[name]({ID[name]: ""}, {})) if name != "gdelt" else read(tmp_path, make.gdelt({}, {0: ""}))
    )
    assert (found.rows_kept, found.dropped) == (1, {"no id": 1})


@pytest.mark.parametrize("value", ["NaN", "", "inf", "-3", "many", "1e300"])
def test_deaths_that_are_none(tmp_path, value):
    wanted = {"deaths are no number from 0 to a million": 1}
    assert read(tmp_path, make.ucdp({"best": value}, {})).dropped == wanted
    assert read(tmp_path, make.acled({"fatalities": value}, {})).dropped == wanted


def test_an_end_before_the_start_or_years_later(tmp_path):
    late, long = {"date_end": "2022-02-01"}, {"date_end": "2024-03-01"}
    assert read(tmp_path, make.ucdp(late, long, {})).dropped == {
        "the end is before the start": 1,
        "lasts longer than a year": 1,
    }


@pytest.mark.parametrize("name", [*MAKERS, "daily"])
def test_a_line_of_ten_million_characters(tmp_path, name):
    text = MAKERS[name]({}, {}) if name in MAKERS else daily("2025-01-01")
    with pytest.raises(SettingError, match=r"events\.csv:(2|3|4): one record of more than"):
        read(tmp_path, text + "x" * 10_000_000)
    with pytest.raises(SettingError, match="more than"):
        read(tmp_path, "x" * 10_000_000 + text)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"PK\x03\x04zip", "zip"),
        (b"\x1f\x8bgz", "gzip"),
        ("date,n\n2025-01-01,1\n".encode("utf-16"), "UTF-16"),
        (b"date,n\r2025-01-01,1\r", "CR alone"),
        (b"date,n\n2025-01-01,\x001\n", "events.csv:2: a NUL byte"),
        (b"words, words\n1,2\n", "not that of any known format"),
        (b"date;n\n2025-01-01;1\n", "not that of any known format"),
        (b"date,n,n\n2025-01-01,1,2\n", "not that of any known format"),
        (b"date,n\n", "no row"),
        (b"date,n\nsoon,1\n", "no row with a date"),
        (b"date,n\n2025-01-01,x\n", "no row with a date and a number"),
        (b"date,n\n2025-01-01,1\n2025-01-01,2\n", "differ for the date 2025-01-01"),
    ],
)
def test_what_is_no_event_table(tmp_path, data, says):
    with pytest.raises(SettingError, match=says):
        read(tmp_path, data)


def test_a_nul_byte_far_down_is_named_by_its_line(tmp_path, monkeypatch):
    from winset.formats import event_rows

    monkeypatch.setattr(event_rows, "BLOCK", 512)
    monkeypatch.setattr(event_rows, "LONGEST", 2048)
    text = make.gdelt(*({} for _ in range(40))).encode().split(b"\n")
    text[31] = b"a\0b"
    with pytest.raises(SettingError, match=r"events\.csv:32: a NUL byte"):
        read(tmp_path, b"\n".join(text))


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(SettingError):
            read_events(path, make.ACTORS)


def test_daily_rows_twice_and_days_that_are_none(tmp_path):
    found = read(tmp_path, "date,n\n2025-01-01,1\n2025-01-01,1\n2025-13-01,1\n2099-01-01,1\n1,2,3\n")
    assert found.dropped == {"a date that is none": 1, "the same row again": 1, "wrong number of cells": 1}
    assert found.rows_kept == 2


def test_missing_columns_are_named(tmp_path):
    with pytest.raises(SettingError, match="without the columns gwnob"):
        read(tmp_path, make.ucdp({}, columns=[c for c in make.UCDP if c != "gwnob"]))


def test_nobody_of_the_case(tmp_path):
    with pytest.raises(
        SettingError, match=r"\(1 who acts is no actor of the case\); name actors by --codes, for example ISL"
    ):
        read(tmp_path, make.gdelt({5: "ISL", 7: "ISL"}))


@every
@given(data=st.data())
def test_noise_never_breaks_the_count(tmp_path_factory, name, data):
    """Any bytes put anywhere: a SettingError, or every row kept or dropped for a reason."""
    text = MAKERS[name]({}, {}, {}).encode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        out = data.draw(st.integers(0, 40))
        noise = data.draw(
            st.binary(max_size=12) | st.sampled_from([b'"', b",", b"\t", b"\n", b"\r\n", b'","', b'""', b"\xe9"])
        )
        text = text[:at] + noise + text[at + out :]
    path = make.put(tmp_path_factory.mktemp("noise"), text)
    try:
        found = read_events(path, make.ACTORS, format=name)
    except SettingError:
        return
    assert found.rows_read == found.rows_kept + sum(found.dropped.values())
    assert sum(float(r["count"]) for r in make.counts(found.text)) == pytest.approx(found.rows_kept)
