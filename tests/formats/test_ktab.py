"""Scenarios of KTAB: read, written, made a case and back, and refused where something is wrong."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import SHARED
from tests.test_cli import HARBOUR, good, refused
from winset.arrays import at_modes
from winset.case.load import load
from winset.errors import SettingError
from winset.formats.ktab import Scenario, read_ktab, write_csv, write_xml
from winset.formats.ktab_case import scenario_of
from winset.lens.influence.board import boards, spatial
from winset.theory.spatial_model import PRESETS, play
from winset.writing import ours

SMALL = """Two ways ,"An invented scenario",3,2,
Actor,Description,Power,North-south,Sal1,East-west,Sal2,
Anna, first, 10.5, 0, 40.5, 100, 20,
Boris,, 20, 100,60,50.25,  40,
Cleo, third, 30, 50, 0, 0, 0,
"""
XML = """<?xml version="1.0"?>
<Scenario><name>One</name><desc>d</desc><prngSeed>0x1</prngSeed>
<ModelParameters><VotingRule>Prop</VotingRule></ModelParameters>
<Dimensions><dName>x</dName></Dimensions><Actors>
<Actor><name>A</name><description>a</description><capability>1</capability>
<Position><dCoord>10</dCoord></Position><Salience><dSal>50</dSal></Salience></Actor>
<Actor><name>B</name><description>b</description><capability>2</capability>
<Position><dCoord>90</dCoord></Position><Salience><dSal>60</dSal></Salience></Actor></Actors>
<IdealAdjustment><iaPair><adjustingIdeal>A</adjustingIdeal><referencePos>B</referencePos><adjust>0.2</adjust></iaPair>
<iaPair><adjustingIdeal>A</adjustingIdeal><referencePos>A</referencePos><adjust>0.5</adjust></iaPair>
</IdealAdjustment></Scenario>"""


def saved(folder: Path, text: str, name: str = "s.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_is_read_cell_by_cell(tmp_path: Path) -> None:
    made = read_ktab(saved(tmp_path, SMALL))
    assert (made.name, made.description, made.dimensions) == (
        "Two ways",
        "An invented scenario",
        ("North-south", "East-west"),
    )
    assert made.actors == ("Anna", "Boris", "Cleo") and made.descriptions == ("first", "", "third")
    assert made.capability == (10.5, 20, 30) and made.position == ((0, 100), (100, 50.25), (50, 0))
    assert made.salience == ((40.5, 20), (60, 40), (0, 0))
    without_commas = "\n".join(line.rstrip(",") for line in SMALL.splitlines())
    assert read_ktab(saved(tmp_path, without_commas)) == made


def test_xml_is_read_and_carries_how_far_ideals_follow(tmp_path: Path) -> None:
    """As the program reads it: what no pair says is 1 for an actor and itself, else 0."""
    made = read_ktab(saved(tmp_path, XML, "s.xml"))
    assert made.actors == ("A", "B") and made.position == ((10,), (90,)) and made.salience == ((50,), (60,))
    assert made.accommodation == ((0.5, 0.2), (0.0, 1.0))
    good("import", "ktab", tmp_path / "s.xml", "--out", tmp_path / "c")
    whole = load(tmp_path / "c")
    assert scenario_of(whole)[0].accommodation == made.accommodation
    good("export", "ktab", tmp_path / "c", "--format", "xml", "--out", tmp_path / "again.xml")
    assert read_ktab(tmp_path / "again.xml").accommodation == made.accommodation
    assert "no place for it" in good("export", "ktab", tmp_path / "c", "--out", tmp_path / "again.csv").stderr
    assert read_ktab(tmp_path / "again.csv").accommodation == ()


def test_ideals_that_follow_others_are_played_so(tmp_path: Path) -> None:
    """The lens plays the spatial model with the matrix of the file, whatever the ranges of its numbers."""
    good("import", "ktab", saved(tmp_path, XML, "s.xml"), "--out", tmp_path / "c")
    whole = load(tmp_path / "c")
    (found,) = spatial(boards([at_modes(whole)]), PRESETS["ktab-1.4"])
    x, s, c = np.array([[0.1], [0.9]]), np.array([[1.0], [1.0]]), np.array([50.0, 100.0])
    own = play(x, c, s, accommodation=np.array([[0.5, 0.2], [0.0, 1.0]]))
    np.testing.assert_array_equal(found.positions, own.positions)
    (kept,) = spatial(
        boards(
            [
                at_modes(
                    replace(
                        whole, figures=tuple(f for f in whole.figures if f.quantity != "accommodation"), digest="own"
                    )
                )
            ]
        ),
        PRESETS["ktab-1.4"],
    )
    np.testing.assert_array_equal(kept.positions, play(x, c, s).positions)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("3,2,\n", "4,2,\n", ":1: 4 actors are announced, and 3 rows"),
        ("3,2,\n", "3,many,\n", "number of dimensions"),
        ("3,2,\n", "3,0,\n", "number of dimensions"),
        ("3,2,\n", "3,3,\n", ":2: 3 dimensions need 9 headings"),
        ("10.5, 0,", "10.5, 101,", "Anna: a position must be from 0 to 100, not 101"),
        ("10.5, 0,", "-1, 0,", "Anna: capability must not be negative"),
        ("10.5, 0,", "ten, 0,", ":3: a number is expected, not 'ten'"),
        ("10.5, 0,", "nan, 0,", ":3: a number is expected"),
        ("100,60,50.25,  40", "100,60,50.25,  41", "Boris: saliences add up to 101"),
        ("Boris", "Anna", "the actor 'Anna' stands twice"),
        ("Boris,,", ",,", "actor 2 has no name"),
        ("Cleo, third, 30, 50, 0, 0, 0,", "Cleo, third, 30, 50,", ":5: 7 cells are expected"),
        ('An invented scenario"', "An invented scenario", "not CSV"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SMALL
    path = saved(tmp_path, SMALL.replace(old, new, 1))
    said = refused("import", "ktab", path, "--out", tmp_path / "case")
    assert "s.csv" in said and told in said and not (tmp_path / "case").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<Scenario>", "<Szenario>", "not XML"),
        ("<dCoord>10</dCoord>", "", "A: a position for each of 1 dimensions"),
        ("<dSal>50</dSal>", "<dSal>x</dSal>", "A: dSal: a number is expected"),
        ("<capability>1</capability>", "", "A: capability: a number is expected"),
        ("<dName>x</dName>", "", "a dimension are needed"),
        ('<?xml version="1.0"?>', '<!DOCTYPE a [<!ENTITY b "c">]>', "document type or entity"),
        ("0.2</adjust>", "much</adjust>", "adjust: a number is expected"),
        ("0.2</adjust>", "0.6</adjust>", "A: the adjustments of its ideal must .* not 1.1"),
        ("0.2</adjust>", "-0.2</adjust>", "A: the adjustments of its ideal"),
        ("<referencePos>B<", "<referencePos>C<", "there is no actor 'C'"),
    ],
)
def test_bad_xml_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in XML
    with pytest.raises(SettingError, match=told):
        read_ktab(saved(tmp_path, XML.replace(old, new, 1), "s.xml"))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<a/>", b"one line", b"\x00,a,1,1\nA,D,P,x,s\n"])
def test_what_is_no_scenario_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(data)
    with pytest.raises(SettingError, match=r"s\.csv"):
        read_ktab(path)


share = st.floats(0, 50).map(lambda x: round(x, 4))


@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40), share, share, share, share), min_size=2, max_size=5,
             unique_by=lambda row: row[0]),
    st.text(max_size=30),
)  # fmt: skip
def test_any_words_are_written_so_that_they_are_read_back(tmp_path_factory, rows, title) -> None:
    """Numbers exactly; names and texts as far as the program's reader takes them, each actor once."""
    folder = tmp_path_factory.mktemp("ktab")
    made = Scenario(
        name=title,
        description=title,
        dimensions=("=1+1", title),
        actors=tuple(r[0] for r in rows),
        descriptions=tuple(r[1] for r in rows),
        capability=tuple(r[2] for r in rows),
        position=tuple((r[3], r[4]) for r in rows),
        salience=tuple((r[5], r[3]) for r in rows),
    )
    for name, text in (("s.csv", write_csv(made)), ("s.xml", write_xml(made))):
        path = saved(folder, text, name)
        again = read_ktab(path)
        assert again.capability == made.capability and again.position == made.position
        assert again.salience == made.salience and len(set(again.actors)) == len(rows)
        assert all(0 < len(a) <= 25 and a[0] not in "=+-@" for a in again.actors) and ours(path)


def test_a_scenario_becomes_a_case_that_loads_and_runs_and_goes_back(tmp_path: Path) -> None:
    path, folder = saved(tmp_path, SMALL), tmp_path / "case"
    good("import", "ktab", path, "--out", folder, "--as-of", "2020-01-01")
    whole = load(folder)
    assert [a.name for a in whole.actors] == ["Anna", "Boris", "Cleo"] and str(whole.as_of) == "2020-01-01"
    assert "bargaining by weight alone would end" in good("run", folder, "--lens", "influence", "--draws", "8").stdout
    made, left = scenario_of(whole)
    first = read_ktab(path)
    assert made.position == first.position[:2] and made.salience == first.salience[:2]
    assert any("Cleo" in what for what in left)  # nothing is said of what she cares for: the program would end on her
    assert "is there already" in refused("import", "ktab", path, "--out", folder)
    out = tmp_path / "back.xml"
    good("export", "ktab", folder, "--format", "xml", "--out", out)
    good("export", "ktab", folder, "--format", "xml", "--out", out)  # our own file is replaced
    assert read_ktab(out).capability == (10.5, 20)
    (tmp_path / "own.csv").write_text("mine,\n")
    assert "--force" in refused("export", "ktab", folder, "--out", tmp_path / "own.csv")


def test_names_of_any_kind_make_a_case_that_loads(tmp_path: Path) -> None:
    strange = "".join(
        f'"{name}",=1+1,1,{n},10,\n'
        for n, name in enumerate(("=cmd|' /C calc'!A0", "\x1b[31mred", "The Hague", "中文", "a: [b", "A B", "a-b"))
    )
    path = saved(tmp_path, f"<b>&amp;,x: [y,7,1,\nActor,D,P,- {{x}},S,\n{strange}".replace("<b>", "b>"))
    good("import", "ktab", path, "--out", tmp_path / "case")
    whole = load(tmp_path / "case")
    assert len({a.id for a in whole.actors}) == 7 and not any("\x1b" in a.name for a in whole.actors)


def test_attention_beyond_a_hundred_is_exported_as_shares() -> None:
    made, left = scenario_of(load(HARBOUR))
    assert made.actors == ("Sarrow", "Tavenna", "Merrin") and any("unordered" in what for what in left)
    assert all(sum(row) <= 100 for row in made.salience)
    own = {f.key: f for f in load(HARBOUR).figures}
    names = [i for i in load(HARBOUR).issues if i.kind == "scale"]
    told = np.array([own[f"sarrow/{i.id}.attention"].numbers[1] for i in names])
    np.testing.assert_allclose(made.salience[0], told / max(1, told.sum() / 100), atol=1e-7)


def test_what_a_case_lacks_for_a_scenario_is_told(tmp_path: Path) -> None:
    bare = load(HARBOUR)
    with pytest.raises(SettingError, match="two parties with capability"):
        scenario_of(replace(bare, figures=(), digest="none"))
    two = tuple(f for f in bare.figures if f.key != "merrin.capability")
    made, left = scenario_of(replace(bare, figures=two, digest="two"))
    assert len(made.actors) == 2 and any("three actors" in what for what in left)


@pytest.mark.skipif(not (SHARED / "data/influence/ktab").is_dir(), reason="the reference files of KTAB are not here")
def test_the_reference_scenarios_go_through_a_case_unchanged(tmp_path: Path) -> None:
    """Inputs of the reference runs, written as the program's CSV and XML, made a case, and taken out again."""
    for path in sorted((SHARED / "data/influence/ktab").glob("*_input.csv")):
        rows = list(csv.reader(path.read_text().splitlines()))
        table = np.array([[float(x) for x in row[1:]] for row in rows[1:]])
        made = Scenario(
            name=path.stem,
            description="",
            dimensions=tuple(rows[0][2::2]),
            actors=tuple(r[0] for r in rows[1:]),
            descriptions=("",) * len(table),
            capability=tuple(table[:, 0]),
            position=tuple(map(tuple, table[:, 1::2])),
            salience=tuple(map(tuple, table[:, 2::2])),
        )
        for form, text in (("csv", write_csv(made)), ("xml", write_xml(made))):
            folder = tmp_path / f"{path.stem}-{form}"
            good("import", "ktab", saved(tmp_path, text, f"s.{form}"), "--out", folder)
            again, left = scenario_of(load(folder))
            np.testing.assert_allclose(again.position, made.position, atol=1e-9)
            np.testing.assert_allclose(again.salience, made.salience, atol=1e-7)
            assert again.capability == made.capability and not left


def test_a_case_whose_ideals_follow_by_more_than_all_is_refused(tmp_path: Path) -> None:
    good("import", "ktab", saved(tmp_path, XML, "s.xml"), "--out", tmp_path / "c")
    table = tmp_path / "c" / "figures.csv"
    table.write_text(table.read_text().replace("a/b,accommodation,,0.2,0.2,0.2", "a/b,accommodation,,0.2,0.6,0.8"))
    assert "a: accommodation adds up to 1.1, more than 1" in refused("verify", tmp_path / "c")
