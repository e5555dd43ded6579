"""Event data in a case folder: whole or not at all, the same bytes each time; loaded, cut, counted."""

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.formats import event_files as make
from tests.shared import SHARED, needs_shared
from winset.case.series import daily, find, load_series
from winset.cli.import_ import import_group
from winset.cli.main import main
from winset.errors import DossierError, SettingError
from winset.formats.event_import import import_events, read_codes

pytestmark = pytest.mark.filterwarnings("error")
CASE = Path(__file__).resolve().parents[2] / "cases/harbour"
DAY = dt.date(2024, 5, 1)


@pytest.fixture
def case(tmp_path):
    return Path(shutil.copytree(CASE, tmp_path / "case"))


@pytest.fixture
def events(tmp_path):
    """Three events between the two sides of the small case: one of four days, one of a day, one after its date."""
    sides = {"side_a": "Tavenna", "side_b": "Sarrow", "gwnoa": "", "gwnob": ""}
    days = [("2024-05-01", "2024-05-04"), ("2024-05-03", "2024-05-03"), ("2031-01-01", "2031-01-01")]
    return make.put(tmp_path, make.ucdp(*({**sides, "date_start": a, "date_end": b, "best": 4} for a, b in days)))


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_import_load_and_count(case, events):
    done = import_events(events, case, query="all of it", had=DAY)
    assert done.after
    (series,) = load_series(case)
    assert (series.id, series.entry.query, series.entry.origin, series.entry.had) == (
        "ucdp-events",
        "all of it",
        "dataset",
        DAY,
    )
    assert series.columns == ("count", "intensity", "low", "best", "high")
    days, deaths = daily(series, "best", dt.date(2024, 4, 30), dt.date(2024, 5, 5), source="tavenna", target="sarrow")
    assert days[0] == np.datetime64("2024-04-30")
    assert np.array_equal(deaths, [np.nan, 1, 1, 5, 1, 0], equal_nan=True)  # nothing is known before the first event
    assert daily(series, "best", dt.date(2024, 5, 1), dt.date(2024, 5, 4), source="sarrow")[1].tolist() == [0, 0, 0, 0]


def test_as_of_cuts_by_the_day_it_could_be_known(case, events):
    import_events(events, case)
    (series,) = load_series(case)
    span = (dt.date(2024, 5, 1), dt.date(2024, 5, 5))
    early = series.cut(dt.date(2024, 5, 3))
    assert np.array_equal(daily(early, "best", *span)[1], [0, 0, 4, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(
        daily(early.cut(dt.date(2030, 1, 1)), "best", *span)[1], daily(early, "best", *span)[1], equal_nan=True
    )
    assert daily(series.cut(dt.date(2024, 5, 5)), "best", *span)[1].tolist() == [1, 1, 5, 1, 0]
    assert series.cut(dt.date(2024, 5, 5)).frame["date"].max() < dt.date(2031, 1, 1) == series.frame["date"].max()


def test_importing_twice_gives_the_same_bytes(case, events):
    import_events(events, case, query="q", had=DAY)
    before = tree(case)
    import_events(events, case, query="q")
    assert tree(case) == before


def test_a_plain_series_has_gaps_and_not_zeros(case, tmp_path):
    path = make.put(tmp_path, "date,drones\n2024-05-01,7\n2024-05-04,0\n2031-01-01,9\n", "drones.csv")
    import_events(path, case, dated="day the attack ended", title="Drones")
    series = find(load_series(case), "drones")
    assert (series.entry.dated, series.entry.title, series.entry.absence) == (
        "day the attack ended",
        "Drones",
        "unknown",
    )
    values = daily(series.cut(dt.date(2030, 1, 1)), "drones", dt.date(2024, 4, 30), dt.date(2024, 5, 5))[1]
    assert np.array_equal(values, [np.nan, 7, np.nan, np.nan, 0, np.nan], equal_nan=True)
    with pytest.raises(SettingError, match="it is one of none"):
        find(load_series(case), "missiles")


def test_another_file_needs_another_id_or_replace(case, events, tmp_path):
    import_events(events, case, id="war")
    other = make.put(tmp_path, events.read_text().replace("2024-05-03", "2024-05-06"), "other.csv")
    before = tree(case)
    with pytest.raises(SettingError, match="from another file"):
        import_events(other, case, id="war")
    assert tree(case) == before
    import_events(other, case, id="war", replace=True)
    import_events(events, case, id="first")
    assert [s.id for s in load_series(case)] == ["first", "war"]


@pytest.mark.parametrize("failing", [0, 1])
@pytest.mark.parametrize("had", [False, True])
def test_a_failed_write_leaves_the_folder_as_it_was(case, events, tmp_path, monkeypatch, failing, had):
    if had:
        import_events(events, case, id="war")
    before = tree(case)
    other = make.put(tmp_path, events.read_text().replace("2024-05-03", "2024-05-06"), "other.csv")
    real, calls = os.replace, []

    def replace(source, target):
        calls.append(target)
        if len(calls) == failing + 1:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(SettingError, match="No space left"):
        import_events(other, case, id="war", replace=True)
    assert tree(case) == before


def test_a_bad_file_leaves_the_folder_as_it_was(case, tmp_path):
    before = tree(case)
    with pytest.raises(SettingError):
        import_events(make.put(tmp_path, "date,n\nx,1\n"), case)
    assert tree(case) == before


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda c: (c / "series/war.csv").write_text("date,n\n"), "was changed"),
        (lambda c: (c / "series/war.csv").unlink(), "missing file"),
        (lambda c: _edit(c, "series/war.csv", "series/../../x.csv"), "pattern"),
        (lambda c: _edit(c, "- count", "- counts"), "columns"),
        (lambda c: _edit(c, "rows_kept: 3", "rows_kept: -3"), "rows_kept"),
        (lambda c: _edit(c, "format: ucdp", "format: ucdp\n  colour: red"), "colour"),
        (lambda c: (c / "series.yaml").write_text("series: [\n"), "not YAML"),
        (lambda c: (c / "series.yaml").write_text(_twice((c / "series.yaml").read_text())), "stands twice"),
        (lambda c: _lead_out(c), "leads out of the case folder"),
    ],
)
def test_what_the_loader_of_series_refuses(case, events, spoil, says):
    import_events(events, case, id="war")
    spoil(case)
    with pytest.raises(DossierError, match=says):
        load_series(case)


def _edit(case, before, after):
    text = (case / "series.yaml").read_text()
    assert before in text
    (case / "series.yaml").write_text(text.replace(before, after))


def _twice(text):
    start = text.index("- id:")
    return text + text[start:]


def _lead_out(case):
    outside = case.parent / "outside.csv"
    os.replace(case / "series/war.csv", outside)
    (case / "series/war.csv").symlink_to(outside)


def test_a_case_without_series(case):
    assert load_series(case) == ()


def test_settings_that_are_wrong(case, events, tmp_path):
    for wrong in (
        {"id": "../x"},
        {"id": "A"},
        {"query": "a\nb"},
        {"title": "x" * 5000},
        {"format": "xml"},
        {"format": "acled"},
    ):
        with pytest.raises(SettingError):
            import_events(events, case, **wrong)
    with pytest.raises(DossierError, match=r"case\.yaml: missing file"):
        import_events(events, tmp_path)
    assert not (case / "series.yaml").exists()
    import_events(events, case)
    (series,) = load_series(case)
    for wrong in (("none", DAY, DAY), ("best", DAY, dt.date(2024, 1, 1))):
        with pytest.raises(SettingError):
            daily(series, *wrong)
    with pytest.raises(SettingError, match="no label colour"):
        daily(series, "best", DAY, DAY, colour="red")


def test_codes_file(tmp_path):
    assert read_codes(make.put(tmp_path, "RUS: russia\n365: russia\nDPR:\n", "codes.yaml")) == {
        "RUS": "russia",
        "365": "russia",
        "DPR": "",
    }
    with pytest.raises(SettingError):
        read_codes(make.put(tmp_path, "- RUS\n", "codes.yaml"))
    with pytest.raises(DossierError):
        read_codes(tmp_path / "none.yaml")


def test_the_command(case, events, tmp_path):
    codes = make.put(tmp_path, "Sarrow:\n", "codes.yaml")
    text = CliRunner().invoke(
        import_group, ["events", str(events), "--into", str(case), "--query", "q"], catch_exceptions=False
    )
    assert text.exit_code == 0
    assert "3 of 3 rows kept" in text.output
    assert "case's own date" in text.output
    made = CliRunner().invoke(
        import_group, ["events", str(events), "--into", str(case), "--json"], catch_exceptions=False
    )
    facts = json.loads(made.output)
    assert (facts["rows_read"], facts["rows_kept"], facts["dropped"], facts["after_as_of"]) == (3, 3, {}, True)
    told = CliRunner().invoke(main, ["import", "events", str(events), "--into", str(case), "--codes", str(codes)])
    assert told.exit_code == 1
    assert "3 the other side is no actor of the case" in told.output
    assert "Traceback" not in told.output


@needs_shared
def test_real_files_go_in_and_come_out(case):
    done = import_events(SHARED / "data/strikes_daily.csv", case, dated="day the attack ended")
    assert (done.entry.rows_kept, done.entry.notes) == (1367, {})
    series = find(load_series(case), "missiles_launched").cut(dt.date(2025, 12, 26))
    days, drones = daily(series, "drones_launched", dt.date(2022, 10, 1), dt.date(2026, 1, 1))
    assert np.isnan(drones[days > np.datetime64("2025-12-26")]).all()
    assert not np.isnan(drones[days <= np.datetime64("2025-12-26")]).any()
