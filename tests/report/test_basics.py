"""What a number opens first, and how the rest is grouped."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.report import sample
from winset.report.basics import FIRST, LEAST, basics_of
from winset.result import Cited, Column, Table

REPORT = sample.report()
IDS = tuple(f.id for f in REPORT.figures)


def basics(*rows: tuple[str, ...], ranking: tuple[str, ...] = ()):
    """The links of a report of which a table has these bases, and another ranks some Figures."""
    columns = (Column("a", "A"), Column("n", "N", "number"))
    tables = (Table("t", "T", columns, tuple((f"r{i}", Cited(1.0, basis)) for i, basis in enumerate(rows))),)
    if ranking:
        ranked = (Column("figure", "Figure"), Column("change", "Change", "number"))
        tables += (Table("r", "R", ranked, tuple((i, Cited(0.1, (i,))) for i in ranking)),)
    bare = replace(REPORT.results[0], tables=tables, findings=(), charts=(), sections=())
    return basics_of(replace(REPORT, results=(bare,)))


def listed(made, basis):
    made.link("1", basis)
    return made.lists[-1]


def test_first_come_figures_that_a_lens_has_ranked():
    made = basics(IDS, ranking=(IDS[4], IDS[2]))
    assert listed(made, IDS).first[:2] == (IDS[4], IDS[2])


def test_then_those_that_stand_in_the_fewest_lists():
    made = basics(IDS, IDS[:5], IDS[:5], IDS[:7])
    assert made.shared[IDS[0]] == 3 and made.shared[IDS[5]] == 2 and made.shared[IDS[-1]] == 1
    assert listed(made, IDS).first == (*sorted(IDS[7:]), min(IDS[5:7]))[:FIRST]


@given(st.lists(st.sampled_from((*IDS, "e1", "e2", "p1", "draft")), min_size=2, unique=True))
def test_nothing_is_lost_and_nothing_stands_twice(ids):
    rests = listed(basics(tuple(ids)), tuple(ids))
    rest = [i for g in rests.groups for i in g.ids]
    assert sorted([*rests.first, *rest]) == sorted(ids) and rests.size == len(ids)
    assert len(rests.first) == min(FIRST, len(ids))


def test_groups_are_of_an_actor_and_a_quantity_and_small_ones_are_joined():
    made = basics(IDS)
    names = {g.name: g.ids for g in listed(made, IDS).groups}
    assert all(len(ids) >= LEAST for name, ids in names.items() if not name.endswith(": other"))
    assert all(":" in name for name in names)


def test_a_group_stands_once_for_all_lists():
    made = basics(IDS, IDS[1:])
    made.link("1", IDS)
    made.link("2", tuple(reversed(IDS)))
    first, second = made.lists
    assert first.groups == second.groups and len(made.groups) == len({g.number for g in first.groups})


def test_an_unknown_id_is_left_out():
    made = basics(IDS)
    assert "href" not in made.link("1", ("no-such",))
    assert made.link("1", ("no-such", IDS[0])) == '<a href="#f1">1</a>'
