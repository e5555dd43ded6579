"""Domains whose clauses interact: hyper-rectangles read as GENIUS has them, and solved exactly beyond enumeration."""

import numpy as np
import pytest

import winset.settle as module
from tests.formats.test_domains import DOMAINS, write
from tests.shared import needs_shared
from winset.errors import NotSolved, SettingError
from winset.settle import settle

BOXES = """<utility_space type="nonlinear"><objective index="0" name="root" type="objective" etype="objective">
<issue index="1" name="a" etype="integer" type="integer" vtype="integer" lowerbound="0" upperbound="2"/>
<issue index="2" name="b" etype="integer" type="integer" vtype="integer" lowerbound="5" upperbound="7"/>
<utility maxutility="10"><ufun type="PlainUfun" weight="1" aggregation="sum">{boxes}</ufun></utility></objective>
<reservation value="{reserve}"/></utility_space>"""
BOX = (
    '<hyperRectangle utility="{u}"><INCLUDES index="1" min="{l1}" max="{h1}"/><INCLUDES index="2" min="{l2}" '
    'max="{h2}"/></hyperRectangle>'
)


SIDES = '<hyperRectangle utility="{u}"{more}>{sides}</hyperRectangle>'
FAR = '<EXCLUDES index="1" min="1" max="2"/><EXCLUDES index="2" min="5" max="6"/>'


def box(u, l1, h1, l2, h2):
    return BOX.format(u=u, l1=l1, h1=h1, l2=l2, h2=h2)


def test_small_domains_with_interactions_are_solved_by_looking_at_every_package(tmp_path):
    one = BOXES.format(boxes=box(6, 0, 1, 5, 6) + box(4, 1, 2, 6, 7), reserve=0.2)
    two = BOXES.format(boxes=box(10, 1, 1, 6, 6) + box(3, 0, 2, 7, 7), reserve=0.1)
    found = settle(write(tmp_path / "d", {"p1.xml": one, "p2.xml": two}))
    assert found["nash"] == [1.0, 1.0] and found["packages"]["nash"] == {"a": "1", "b": "6"}
    assert found["zone"] is True and found["frontier_size"] == 1
    hard = settle(write(tmp_path / "e", {"p1.xml": BOXES.format(boxes=box(6, 0, 0, 5, 5), reserve=0.9), "p2.xml": two}))
    assert hard["zone"] is False and hard["uniform_cut"] == pytest.approx(
        0.3
    )  # the first party at its box: 0.6 against 0.9


@pytest.mark.parametrize("looked_at", [200_000, 0])
@pytest.mark.parametrize(
    "boxes,worth",
    [
        # outside a in 1..2 and b in 5..6 there is the bonus of 4; at (a, b) = (1, 6) the other bonus of 6
        (SIDES.format(u=4, more="", sides=FAR) + box(6, 1, 1, 6, 6), 0.6),
        (SIDES.format(u=4, more="", sides=FAR) + box(6, 0, 0, 6, 6), 1.0),
        (SIDES.format(u=5, more="", sides="") + box(3, 1, 1, 6, 6), 0.8),
        (box(2, 0, 2, 5, 7).replace("utility", 'weight="3" utility') + box(1, 0, 2, 5, 7), 0.7),
        (f'<ufun weight="0.5" aggregation="sum">{box(8, 0, 2, 5, 7)}</ufun>' + box(3, 0, 2, 5, 7), 0.7),
        (box(8, 0, 0, 5, 5) + box(-3, 0, 0, 5, 6) + box(4, 2, 2, 7, 7), 0.5),
    ],
    ids=["excludes", "excludes-met", "no-sides", "weight", "nested", "loss"],
)
def test_every_kind_of_bonus_is_worth_what_genius_pays(boxes, worth, looked_at, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOOKED_AT", looked_at)
    space = BOXES.format(boxes=boxes, reserve=0.0)
    found = settle(write(tmp_path / "d", {"p1.xml": space, "p2.xml": space}))
    assert found["utilitarian"] == pytest.approx([worth, worth]) and found["proof"]["nash"]["proved"]
    assert found["frontier_size"] == 1 and found["frontier_complete"]


def test_bonuses_beyond_the_declared_maximum_count_as_one_for_two_parties(tmp_path, monkeypatch):
    over = BOXES.format(boxes=box(8, 0, 1, 5, 6) + box(7, 0, 0, 5, 5), reserve=0.1)
    other = BOXES.format(boxes=box(10, 1, 1, 6, 6) + box(3, 0, 0, 5, 5), reserve=0.1)
    folder = write(tmp_path / "d", {"p1.xml": over, "p2.xml": other})
    for looked_at, how in ((200_000, "enumerated"), (0, "searched")):
        monkeypatch.setattr(module, "LOOKED_AT", looked_at)
        found = settle(folder)
        assert found["nash"] == [0.8, 1.0] and found["packages"]["nash"] == {"a": "1", "b": "6"}
        assert found["frontier_size"] == 2 and found["proof"]["nash"]["how"] == how


def test_bonuses_beyond_the_declared_maximum_of_three_parties_are_looked_at_or_refused(tmp_path, monkeypatch):
    over = BOXES.format(boxes=box(8, 0, 1, 5, 6) + box(7, 0, 0, 5, 5), reserve=0.1)
    other = BOXES.format(boxes=box(10, 1, 1, 6, 6) + box(3, 0, 0, 5, 5), reserve=0.1)
    folder = write(tmp_path / "d", {"p1.xml": over, "p2.xml": other, "p3.xml": other})
    known = settle(folder)
    monkeypatch.setattr(module, "LOOKED_AT", 0)  # programmes cannot cap, so it goes back to a look at every package
    assert settle(folder) == known and known["nash"] == [0.8, 1.0, 1.0]
    monkeypatch.setattr("winset.theory.nonadditive.LIMIT", 3)
    with pytest.raises(NotSolved, match="more than the declared maximum for p1"):
        settle(folder)


def test_what_a_search_of_boxes_leaves_open_is_told(tmp_path, monkeypatch):
    rng = np.random.default_rng(5)
    spaces = {
        f"p{n}.xml": BOXES.format(
            boxes="".join(
                box(int(u), *sorted(rng.integers(0, 3, 2)), *sorted(rng.integers(5, 8, 2)))
                for u in rng.integers(1, 3, 9)
            ),
            reserve=0.0,
        )
        for n in (1, 2)
    }
    folder = write(tmp_path / "d", spaces)
    whole = settle(folder)
    monkeypatch.setattr(module, "LOOKED_AT", 0)
    searched = settle(folder)
    assert searched["frontier_size"] == whole["frontier_size"] > 1 and searched["nash"] == whole["nash"]
    monkeypatch.setattr("winset.theory.box_frontier.POINTS", 1)
    cut = settle(folder)
    assert cut["frontier_size"] == 1 and not cut["frontier_complete"]
    assert all(proof["gap"] > 0 and not proof["proved"] for proof in cut["proof"].values())


def test_no_zone_among_interacting_clauses_names_who_binds(tmp_path, monkeypatch):
    one = BOXES.format(boxes=box(6, 0, 0, 5, 5), reserve=0.9)
    two = BOXES.format(boxes=box(10, 1, 1, 6, 6) + box(3, 0, 2, 7, 7), reserve=0.0)
    folder = write(tmp_path / "d", {"p1.xml": one, "p2.xml": two})
    known = settle(folder)
    monkeypatch.setattr(module, "LOOKED_AT", 0)
    found = settle(folder)
    assert found["zone"] is False and found["binding"] == known["binding"] == ["p1"]
    assert found["uniform_cut"] == pytest.approx(known["uniform_cut"]) == pytest.approx(0.3)
    assert found["uniform_cut_proved"]


@pytest.mark.parametrize(
    "old,new,word",
    [
        ('maxutility="10"', "", "finite"),
        ('maxutility="10"', 'maxutility="0"', "above 0"),
        ('aggregation="sum"', 'aggregation="min"', "only sums"),
        ('min="0" max="1"', 'min="0" max="9"', "beyond its range"),
        ('min="0" max="1"', 'min="1" max="0"', "ends before"),
        ('min="0" max="1"', 'min="0.5" max="1"', "whole numbers"),
        ('<INCLUDES index="2"', '<EXCLUDES index="2"', "split it"),
        ('<INCLUDES index="2"', '<INCLUDES index="7"', "does not exist"),
        ('index="2" min="5" max="6"', 'index="1" min="0" max="1"', "twice"),
        ('index="2" name="b"', 'index="1" name="b"', "same index"),
        ('lowerbound="0"', 'lowerbound="1"', "not those of"),
    ],
)
def test_bonuses_that_cannot_be_meant_are_refused(old, new, word, tmp_path):
    space = BOXES.format(boxes=box(6, 0, 1, 5, 6), reserve=0.2)
    assert old in space
    spaces = {"p1.xml": space, "p2.xml": space.replace(old, new)}
    with pytest.raises(SettingError, match=word):
        settle(write(tmp_path / "d", spaces))


@needs_shared
def test_ten_billion_packages_give_the_frontier_that_is_shipped_with_them():
    found = settle(DOMAINS / "S-1NIKFRT-1")
    lines = (DOMAINS / "S-1NIKFRT-1" / "pareto.xml").read_text().split("\n")
    shipped = np.array([[float(x) for x in line.split(",")] for line in lines if line.strip()])
    assert found["frontier_size"] == len(shipped) == 4 and found["frontier_complete"]
    assert all(proof["proved"] for proof in found["proof"].values())
    by_product = shipped[np.argmax(np.prod(shipped - 0.6, axis=1))]
    np.testing.assert_allclose(found["nash"], by_product, atol=1e-6)
    np.testing.assert_allclose(found["utilitarian"], shipped[np.argmax(shipped.sum(axis=1))], atol=1e-6)


def test_profiles_are_chosen_by_name(tmp_path):
    spaces = {
        f"p{n}.xml": BOXES.format(boxes=box(6, n % 3, n % 3, 5, 6) + box(4, 1, 2, 6, 7), reserve=0.0) for n in (1, 2, 3)
    }
    folder = write(tmp_path / "d", spaces)
    assert settle(folder)["parties"] == ["p1", "p2", "p3"]
    assert settle(folder, ("p3", "p1"))["parties"] == ["p3", "p1"]
    with pytest.raises(SettingError, match="the domain has p1, p2, p3"):
        settle(folder, ("p4",))
    with pytest.raises(SettingError, match="twice"):
        settle(folder, ("p1", "p1"))
