"""Each event format with the variants and traps that its files are known to have."""

import csv
import datetime as dt

import pytest

from tests.formats import event_files as make
from tests.shared import SHARED, needs_shared
from winset.case.event_codes import event_types, find_type
from winset.errors import SettingError
from winset.formats.event_actors import NEXT, Resolver, default_codes
from winset.formats.events import read_events

pytestmark = pytest.mark.filterwarnings("error")


def read(folder, text, **options):
    return read_events(make.put(folder, text), make.ACTORS, **options)


def test_ucdp_spreads_an_event_over_its_days(tmp_path):
    found = read(
        tmp_path, make.ucdp({"date_start": "2022-03-01", "date_end": "2022-03-04", "low": 2, "best": 6, "high": 10})
    )
    rows = make.counts(found.text)
    assert [r["date"] for r in rows] == ["2022-03-01", "2022-03-02", "2022-03-03", "2022-03-04"]
    assert {r["public"] for r in rows} == {"2022-03-04"}
    assert [(float(r["count"]), float(r["low"]), float(r["best"]), float(r["high"])) for r in rows] == [
        (0.25, 0.5, 1.5, 2.5)
    ] * 4
    assert {(r["source"], r["target"], r["kind"], r["plover"]) for r in rows} == {
        ("russia", "ukraine", "battle", "ASSAULT")
    }
    assert (found.rows_read, found.rows_kept, found.dropped, found.absence) == (1, 1, {}, "zero")


def test_ucdp_remainder_goes_to_the_first_days(tmp_path):
    rows = make.counts(read(tmp_path, make.ucdp({"date_end": "2022-03-03", "best": 2})).text)
    assert [r["count"] for r in rows] == ["0.333334", "0.333333", "0.333333"]
    assert [r["best"] for r in rows] == ["0.666667", "0.666667", "0.666666"]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2014-01-22", "2014-01-22"),
        ("2014-01-22 00:00:00.000", "2014-01-22"),
        ("1/22/2014 12:00:00 AM", "2014-01-22"),
        ("1/2/2014 12:00:00 AM", "2014-01-02"),
        ("22/01/2014 00:00", "2014-01-22"),
        ("01/22/2014 00:00", "2014-01-22"),
        ("03/03/2014 00:00", "2014-03-03"),
    ],
)
def test_ucdp_spellings_of_dates(tmp_path, written, date):
    found = read(tmp_path, make.ucdp({"date_start": written}))
    assert [r["date"] for r in make.counts(found.text)] == [date]


@pytest.mark.parametrize(("telling", "date"), [("25/02/2014 00:00", "2014-02-05"), ("02/25/2014 00:00", "2014-05-02")])
def test_ucdp_order_of_day_and_month_is_told_by_another_row(tmp_path, telling, date):
    american = {
        "date_start": "1/22/2014 12:00:00 AM"
    }  # always month first, so it tells nothing about the other spelling
    found = read(tmp_path, make.ucdp({"date_start": "05/02/2014 00:00"}, {"date_start": telling}, american))
    assert date in [r["date"] for r in make.counts(found.text)]
    assert found.rows_kept == 3


def test_ucdp_order_of_day_and_month_untold_or_contradictory_is_dropped(tmp_path):
    either = {"date_start": "05/02/2014 00:00"}
    found = read(tmp_path, make.ucdp(either, {"date_start": "2014-01-22"}))
    assert (found.rows_kept, found.dropped) == (1, {"day and month cannot be told apart": 1})
    found = read(tmp_path, make.ucdp(either, {"date_start": "25/02/2014 00:00"}, {"date_start": "02/25/2014 00:00"}))
    assert (found.rows_kept, found.dropped) == (2, {"day and month cannot be told apart": 1})


def test_ucdp_civilians_are_those_of_the_country_and_codes_may_be_floats(tmp_path):
    row = {"type_of_violence": "3", "side_b": "Civilians", "gwnob": "", "gwnoa": "365.0", "side_a": "someone"}
    (made,) = make.counts(read(tmp_path, make.ucdp(row)).text)
    assert (made["source"], made["target"], made["kind"]) == ("russia", "ukraine", "")


def test_ucdp_windows_1252_bytes(tmp_path):
    text = make.ucdp({"adm_1": "Düsseldorf – Süd"}, {"adm_1": "plain"})
    found = read(tmp_path, text.encode("cp1252"))
    assert (found.rows_kept, found.notes) == (2, {"lines read as Windows-1252": 1})
    mixed = text.encode("cp1252") + make.ucdp({"id": 9, "adm_1": "Düsseldorf"}).split("\n", 1)[1].encode()
    assert read(tmp_path, mixed).rows_kept == 3


def test_a_quoted_cell_may_hold_line_ends_and_separators(tmp_path):
    text = make.ucdp({"source_headline": 'one,\ntwo "three"\r\nfour'}, {})
    assert read(tmp_path, text).rows_kept == 2


def test_byte_order_mark_and_crlf(tmp_path):
    text = make.ucdp({}, {}).replace("\n", "\r\n").encode("utf-8-sig")
    assert read(tmp_path, text).rows_kept == 2


def test_acled_variants(tmp_path):
    spellings = ["16 May 2025", "2025-05-16", "16-May-2025", "16 may 2025"]
    text = make.acled(*({"event_date": s} for s in spellings), columns=make.ACLED)
    header, body = text.split("\n", 1)
    old = [*make.ACLED, "iso3", "data_id"]
    for version in (
        text,
        header.upper() + "\n" + body,
        make.acled(*({"event_date": s} for s in spellings), columns=old),
    ):
        (row,) = make.counts(read(tmp_path, version).text)
        assert (row["date"], row["count"], row["best"]) == ("2025-05-16", "4.0", "8.0")
        assert (row["source"], row["target"], row["kind"], row["mode"]) == ("russia", "ukraine", "strike", "aerial")
        assert "low" not in row


def test_acled_latest_version_of_an_event_counts(tmp_path):
    versions = [{"event_id_cnty": "U1", "timestamp": t, "fatalities": f} for t, f in ((5, 1), (9, 7), (7, 3))]
    found = read(tmp_path, make.acled(*versions))
    assert make.counts(found.text)[0]["best"] == "7.0"
    assert found.dropped == {"the same id again": 2}


def test_acled_codes_without_a_plover_type_are_counted(tmp_path):
    found = read(tmp_path, make.acled({}, {"sub_event_type": "Disrupted weapons use"}, {"sub_event_type": "No such"}))
    assert found.dropped == {"an event code without a PLOVER type": 1, "unknown event code": 1}


@pytest.mark.parametrize("width", [61, 58, 57])
def test_gdelt_has_no_header(tmp_path, width):
    added = 59 if width == 61 else 56
    found = read(
        tmp_path, make.gdelt({}, {1: "20250401", added: "20250517"}, {7: "", 5: "GOV"}, {17: "", 15: ""}, width=width)
    )
    rows = make.counts(found.text)
    assert [(r["date"], r["public"], r["target"], r["intensity"]) for r in rows] == [
        ("2025-04-01", "2025-05-17", "ukraine", "4.0"),
        ("2025-05-16", "2025-05-16", "", "4.0"),
        ("2025-05-16", "2025-05-16", "ukraine", "4.0"),
    ]
    assert found.dropped == {"who acts is no actor of the case": 1}
    assert found.unknown == {"GOV": 1}
    assert found.covered == (dt.date(2025, 5, 16), dt.date(2025, 5, 17))  # of what was added, not of when it happened


def test_gdelt_codes_are_text(tmp_path):
    found = read(tmp_path, make.gdelt({26: "036"}, {26: "10"}, {26: "010"}, {26: "36"}, {26: "---"}))
    assert found.rows_kept == 2
    assert found.dropped == {"an event code without a PLOVER type": 1, "unknown event code": 2}
    with pytest.raises(SettingError, match="leading zeros"):
        read(tmp_path, make.gdelt({26: "36"}, {26: "10"}))


def test_gdelt_without_a_score_takes_the_score_of_the_code(tmp_path):
    for blank in ("", "NaN", "inf", "999"):
        (row,) = make.counts(read(tmp_path, make.gdelt({26: "0871", 30: blank})).text)
        assert (row["kind"], row["mode"], row["intensity"]) == (
            "ceasefire",
            "ceasefire",
            "9.0",
        )  # Goldstein (1992): truce 9.0


def test_polecat_none_strings_several_actors_and_publication(tmp_path):
    joint = {
        "Actor Name": "None",
        "Actor Country": "FRA; DEU; RUS",
        "Recipient Country": "UKR; USA",
        "Event Mode": "None",
        "Intensity": "None",
    }
    found = read(tmp_path, make.polecat({}, joint))
    rows = make.counts(found.text)
    assert [(r["source"], r["target"], r["kind"], r["intensity"]) for r in rows] == [
        ("e3", "ukraine", "talks", "2.5"),
        ("russia", "ukraine", "call", "1.5"),
        ("russia", "ukraine", "talks", "2.5"),
    ]
    assert {r["public"] for r in rows} == {"2025-05-17"}
    assert found.notes == {"events of more than two actors, counted once for each pair": 1}


def test_polecat_latin_1(tmp_path):
    found = read(tmp_path, make.polecat({"City": "Malmö"}).encode("latin-1"))
    assert (found.rows_kept, found.format) == (1, "polecat")


def test_icews(tmp_path):
    found = read(
        tmp_path, make.icews({}, {"CAMEO Code": "012"}, {"Target Name": "", "Target Country": "", "Intensity": ""})
    )
    assert [(r["source"], r["target"], r["intensity"]) for r in make.counts(found.text)] == [
        ("russia", "", "4.0"),
        ("russia", "ukraine", "4.0"),
    ]
    quoted = (
        make.icews({})
        .replace("\t", '"\t"')
        .replace("\n", '"\n')
        .replace("Event ID", '"Event ID', 1)
        .replace('\n1"', '\n"1"')
    )
    assert read(tmp_path, quoted).rows_kept == 1


def test_a_daily_series_keeps_its_columns(tmp_path):
    text = "date,drones_launched,rate,about*,words\n2025-01-02,3,0.1,x,y\n2025-01-01,,NaN,x,\n2025-01-04,5,inf,x,z\n"
    found = read(tmp_path, text)
    assert found.text == "date,drones_launched,rate\n2025-01-01,,\n2025-01-02,3,0.1\n2025-01-04,5,\n"
    assert (found.format, found.absence, found.rows_kept) == ("daily", "unknown", 3)
    assert found.notes["cells of rate that are no numbers, kept as gaps"] == 1


def test_codes_given_come_first_and_may_name_nobody(tmp_path):
    text = make.polecat({}, {"Actor Name": "None"})
    found = read(tmp_path, text, codes={"vladimir putin": "putin", "RUS": ""})
    assert [r["source"] for r in make.counts(found.text)] == ["putin"]
    assert found.codes == {"UKR": "ukraine", "Vladimir Putin": "putin"}
    with pytest.raises(SettingError, match="no actor nobody"):
        read(tmp_path, text, codes={"RUS": "nobody"})


@pytest.mark.parametrize(
    ("description", "actor"),
    [
        ("RUS", "russia"),
        ("gw:365", "russia"),
        ("Russian Federation", "russia"),
        ("Government of Russia (Soviet Union)", "russia"),
        ("Police Forces of Ukraine (2019-)", "ukraine"),
        (f"somebody{NEXT}DEU", "e3"),
        ("DEU; UKR", "e3 ukraine"),
        ("RS", ""),  # Russia in FIPS, Serbia in ISO 3166
        ("Unidentified Armed Group (Ukraine)", ""),
        ("", ""),
    ],
)
def test_actors_by_name_and_code(description, actor):
    assert Resolver(make.ACTORS)(description) == actor


def test_a_country_of_its_own_goes_before_a_group():
    from winset.case.model import Actor

    france = Actor(id="france", name="France", level="party", role="supporter")
    for order in ((*make.ACTORS, france), (france, *make.ACTORS)):
        codes = default_codes(order)
        assert (codes["fra"], codes["deu"]) == ("france", "e3")


def test_accuse_has_the_sign_of_its_modes():
    modes = [t.score for code, t in event_types("plover").items() if code.startswith("ACCUSE:")]
    assert find_type("plover", "ACCUSE").score == -3.0
    assert max(modes) < 0


@needs_shared
def test_scores_and_conversion_are_the_published_ones():
    def rows(name):
        return list(csv.DictReader((SHARED / "data" / name).read_text(encoding="utf-8").splitlines()))

    for row in rows("plover_scores.csv"):
        code = row["event"] + (f":{row['mode']}" if row["mode"] else "")
        assert find_type("plover", code).score == float(row["score"]) * (-1 if code == "ACCUSE" else 1)
    for row in rows("cameo_goldstein.csv"):
        assert find_type("cameo", row["code"]).score == float(row["goldstein"])
    named = {row["cameo"]: row["plover_event"] for row in rows("cameo_to_plover.csv") if row["cameo"] != "08"}
    assert named == {code: t.plover for code, t in event_types("cameo").items() if t.plover and code != "08"}


def test_kinds_are_winset_kinds():
    from winset.case.model import EVENT_KINDS

    for system in ("plover", "cameo", "acled", "ucdp"):
        assert event_types(system)
        assert {t.kind for t in event_types(system).values()} <= {"", *EVENT_KINDS}


@needs_shared
def test_columns_are_the_documented_ones():
    def lines(name):
        return (SHARED / "data/columns" / name).read_text(encoding="utf-8").split("\n")[:None]

    for name, columns in (
        ("ucdp_ged", make.UCDP),
        ("acled", make.ACLED),
        ("polecat", make.POLECAT),
        ("icews", make.ICEWS),
    ):
        assert [c for c in lines(f"{name}_columns.txt") if c] == columns
    from winset.formats.gdelt import ADDED, PLACES

    gdelt = [c.split(",")[0].lower() for c in lines("gdelt2_events_columns.csv")[1:] if c]
    assert len(gdelt) == 61
    assert {name: gdelt.index(name) for name in PLACES} == PLACES
    assert gdelt.index("dateadded") == ADDED[61]


@needs_shared
def test_ucdp_ukraine_totals(tmp_path):
    """Deaths of the rows between the two states, summed from the file itself."""
    path = SHARED / "data/ucdp_ged_ukraine_2021H2_2023.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["side_b"] in ("Government of Ukraine", "Civilians")]
    found = read_events(path, make.ACTORS)
    made = make.counts(found.text)
    assert found.rows_kept == len(rows)
    for column in ("low", "best", "high"):
        assert sum(float(r[column]) for r in made) == pytest.approx(sum(int(r[column]) for r in rows), abs=1e-6)
    assert max(float(r["best"]) for r in made if r["date"] == "2022-02-24") < 5294  # not all on the first day
    codes = read_events(path, make.ACTORS, codes={"DPR": "russia", "LPR": "russia"})
    assert (codes.rows_kept, codes.dropped) == (986, {})


@needs_shared
def test_strikes_are_kept_as_they_are():
    path = SHARED / "data/strikes_daily.csv"
    assert read_events(path, make.ACTORS).text == path.read_text(encoding="utf-8").replace("\r\n", "\n")
