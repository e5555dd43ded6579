"""What --out may replace: winset's own files, others with --force, and some things never."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.case.broken import HARBOUR, copy
from tests.test_cli import good, refused
from winset.errors import SettingError
from winset.formats.domain import Domain, Profile
from winset.formats.folder import read_domain
from winset.formats.genius import write_genius
from winset.writing import ours, write_out

RUN = ("run", HARBOUR, "--lens", "ledger", "--draws", 2)
EFG = ("export", "efg", HARBOUR, "--demander", "sarrow", "--target", "tavenna")
FORMS = {
    "genius": {"domain.xml", "profile1.xml", "profile2.xml"},
    "geniusweb": {"domain.json", "profile1.json", "profile2.json"},
    "negolog": {"profile1.json", "profile2.json"},
}


def test_the_mark_stays_when_a_file_is_moved_and_is_gone_when_others_write(tmp_path: Path) -> None:
    good(*RUN, "--out", tmp_path / "a")
    for name in ("report.html", "result.json"):
        moved = Path(shutil.copy(tmp_path / "a" / name, tmp_path / f"moved-{name}"))
        assert ours(moved)
    assert not ours(HARBOUR / "case.yaml") and not ours(HARBOUR / "figures.csv") and not ours(tmp_path / "none")
    (tmp_path / "x.json").write_text('{"name": "mine", "results": []}')
    assert not ours(tmp_path / "x.json")
    good(*RUN, "--out", tmp_path / "a")  # over its own


def test_run_asks_for_force_before_it_replaces_what_it_did_not_write(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<p>mine</p>")
    said = refused(*RUN, "--out", tmp_path)
    assert "report.html: winset did not write what stands there" in said and "--force" in said
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"] and (
        tmp_path / "report.html"
    ).read_text() == "<p>mine</p>"
    good(*RUN, "--out", tmp_path, "--force")
    assert ours(tmp_path / "report.html")


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path, force: tuple[str, ...]) -> None:
    os.mkfifo(tmp_path / "result.json")
    assert "result.json: it is a named pipe" in refused(*RUN, "--out", tmp_path, *force)
    os.mkfifo(tmp_path / "game.efg")
    assert "it is a named pipe" in refused(*EFG, "--out", tmp_path / "game.efg", *force)
    assert "it is a device" in refused(*EFG, "--out", "/dev/null", *force)
    assert "cannot write" in refused(*RUN, "--out", "/dev/null", *force)
    (tmp_path / "mine.efg").write_text("mine")
    (tmp_path / "link.efg").symlink_to(tmp_path / "mine.efg")
    assert "it is a link" in refused(*EFG, "--out", tmp_path / "link.efg", *force)
    (tmp_path / "folder.efg").mkdir()
    assert "it is a folder" in refused(*EFG, "--out", tmp_path / "folder.efg", *force)
    assert stat.S_ISFIFO(os.lstat(tmp_path / "result.json").st_mode) and stat.S_ISCHR(os.lstat("/dev/null").st_mode)
    assert (tmp_path / "link.efg").is_symlink() and (tmp_path / "mine.efg").read_text() == "mine"


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_neither_a_case_nor_what_a_command_reads_is_replaced(tmp_path: Path, force: tuple[str, ...]) -> None:
    case = copy(tmp_path)
    before = {p.name: p.read_bytes() for p in case.iterdir() if p.is_file()}
    game = ("export", "efg", case, "--demander", "sarrow", "--target", "tavenna")
    for name in ("case.yaml", "figures.csv", "plans.yaml"):
        assert "this command reads it" in refused(*game, "--out", case / name, *force)
    other = copy(tmp_path / "other")
    assert "a case stands there" in refused(*game, "--out", other / "case.yaml", *force)
    assert {p.name: p.read_bytes() for p in case.iterdir() if p.is_file()} == before
    small(tmp_path / "d")
    held = {p.name: p.read_bytes() for p in (tmp_path / "d").iterdir()}
    assert "this command reads it" in refused("export", "domain", tmp_path / "d", "--out", tmp_path / "d", *force)
    assert {p.name: p.read_bytes() for p in (tmp_path / "d").iterdir()} == held


def test_a_case_file_of_another_case_needs_force(tmp_path: Path) -> None:
    other = copy(tmp_path)
    before = (other / "plans.yaml").read_bytes()
    assert "--force" in refused(*EFG, "--out", other / "plans.yaml")
    assert (other / "plans.yaml").read_bytes() == before


def small(folder: Path) -> Path:
    """A folder of GENIUS XML that winset wrote itself."""
    one = Profile("a", (0.4, 0.6), ((0.5, 1.0), (0.0, 1.0)), 0.1)
    write_out(folder, write_genius(Domain("d", ("x", "y"), (("p", "q"), ("r", "s")), (one, one))))
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_exports_replace_their_own_and_ask_before_the_rest(tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    export = ("export", "domain", small(tmp_path / "in"), "--format", form, "--out", out)
    good(*export)
    assert {p.name for p in out.iterdir()} == FORMS[form] and all(ours(p) for p in out.iterdir())
    good(*export)
    for name in FORMS[form]:
        held = (out / name).read_bytes()
        (out / name).write_text('{"name": "mine"}' if name.endswith("json") else "<mine/>")
        assert f"{name}: winset did not write" in refused(*export)
        (out / name).write_bytes(held)


def test_a_game_replaces_a_game_of_ours(tmp_path: Path) -> None:
    out = tmp_path / "crisis.efg"
    good(*EFG, "--out", out)
    good(*EFG, "--out", out)
    out.write_text(out.read_text().replace('"written by winset"', '""'))
    assert "--force" in refused(*EFG, "--out", out)
    good(*EFG, "--out", out, "--force")


def test_everything_in_the_way_is_told_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(SettingError) as caught:
        write_out(tmp_path, {"a": "x", "b": "x", "c": "x"})
    assert str(caught.value).count("\n") == 1 and sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


SERIES = "date,shots\n2024-03-01,3\n2024-03-02,4\n"


def test_import_events_replaces_its_own_series_and_no_other(tmp_path: Path) -> None:
    case, file = copy(tmp_path), tmp_path / "shots.csv"
    file.write_text(SERIES)
    add = ("import", "events", file, "--into", case, "--id", "shots")
    (case / "series").mkdir()
    (case / "series" / "shots.csv").write_text("mine")
    assert "series/shots.csv: winset did not write" in refused(*add)
    assert (case / "series" / "shots.csv").read_text() == "mine" and not (case / "series.yaml").exists()
    good(*add, "--force")
    good(*add)
    (case / "series.yaml").write_text((case / "series.yaml").read_text().split("\n", 1)[1])
    assert "series.yaml: winset did not write" in refused(*add)
    good(*add, "--force")
    (case / "series" / "shots.csv").unlink()
    os.mkfifo(case / "series" / "shots.csv")
    assert "it is a named pipe" in refused(*add, "--force")
    os.unlink(case / "series" / "shots.csv")


def test_import_events_does_not_replace_the_file_it_reads(tmp_path: Path) -> None:
    case = copy(tmp_path)
    (case / "series").mkdir()
    (case / "series" / "shots.csv").write_text(SERIES)
    said = refused("import", "events", case / "series" / "shots.csv", "--into", case, "--id", "shots", "--force")
    assert "this command reads it" in said and (case / "series" / "shots.csv").read_text() == SERIES


def test_a_domain_with_a_value_of_nothing_comes_back(tmp_path: Path) -> None:
    """GENIUS divides by the largest evaluation; an issue that is worth nothing to a party is written so that it
    reads."""
    one = Profile("a", (0.5, 0.5), ((0.0, 0.0), (0.0, 1.0)))
    write_out(tmp_path, write_genius(Domain("d", ("x", "y"), (("p", "q"), ("r", "s")), (one, one))))
    assert read_domain(tmp_path).profiles[0].values == one.values
