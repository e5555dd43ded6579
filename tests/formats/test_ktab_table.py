"""A plain table of actors is read as the program's own form is."""

from pathlib import Path

from winset.formats.ktab import read_ktab


def test_a_plain_table_is_the_same_scenario(tmp_path: Path) -> None:
    plain = tmp_path / "two.csv"
    plain.write_text("actor,capability,position0,salience0,position1,salience1\nA,10,0,40,30,20\nB,5,100,50,60,50\n")
    own = tmp_path / "own.csv"
    own.write_text(
        "two,,2,2\nwho,what,power,dimension 1,salience,dimension 2,salience\nA,,10,0,40,30,20\nB,,5,100,50,60,50\n"
    )
    assert read_ktab(plain) == read_ktab(own)
