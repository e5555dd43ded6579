"""Extensive games as text: what is written is read back, chances are exact, the crisis has the right payoffs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.derive.types.crisis_game import crisis_game
from winset.errors import SettingError
from winset.formats.efg import Chance, End, Move, fractions, read, ultimatum, write

money = st.integers(-(10**6), 10**6).map(lambda x: x / 10**6)
label = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=12).filter(
    lambda s: '"' not in s and "\\" not in s
)


def nodes(depth):
    end = st.builds(lambda a, b, name: End((a, b), name), money, money, label)
    if depth == 0:
        return end
    child = nodes(depth - 1)
    chance = st.lists(st.tuples(label, st.floats(0.01, 1), child), min_size=1, max_size=3).map(
        lambda xs: Chance(tuple((n, p, c) for (n, _, c), p in zip(xs, fractions([w for _, w, _ in xs]))))
    )
    move = st.builds(
        lambda player, infoset, name, acts: Move(player, infoset, name, tuple(acts)),
        st.integers(1, 2), st.integers(1, 5), label, st.lists(st.tuples(label, child), min_size=1, max_size=3),
    )  # fmt: skip
    return st.one_of(end, chance, move)


@given(nodes(2), label)
def test_what_is_written_is_read_back(root, title):
    assert read(write(title, ["A", "B"], root)) == (title, ("A", "B"), root)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda p: sum(p) > 0.01))
def test_chances_sum_to_exactly_one(p):
    found = fractions(p)
    assert sum(found) == 1 and all(x > 0 for x in found)
    np.testing.assert_allclose([float(x) for x in found], np.array(p) / sum(p), atol=1e-5)


def solve(node, beliefs=None):
    """Payoffs when each type answers for the best and the demander takes the best term, by enumeration."""
    terms = [name for name, _ in node.branches[0][2].branches]
    best = None
    for x in range(len(terms)):
        total = np.zeros(2)
        for _, p, demand in node.branches:
            answer = demand.branches[x][1]
            end = max((e for _, e in answer.branches), key=lambda e: e.payoffs[1])
            total += float(p) * np.array(end.payoffs)
        best = total if best is None or total[0] > best[0] else best
    return best


def test_the_two_types_of_the_textbook():
    """A risky demand pays iff the weak type is likely enough: mu > (c_L + c_A)/(c_H + c_A) (Fearon 1995)."""
    p, c_A, c_weak, c_firm = 0.5, 0.1, 0.3, 0.1
    terms = np.array([p + c_firm, p + c_weak])
    for mu in (0.2, 0.4, 0.49, 0.51, 0.6, 0.9):
        root = ultimatum(
            ["weak", "firm"],
            [mu, 1 - mu],
            ["safe", "risky"],
            terms,
            np.tile(1 - terms, (2, 1)) + 1e-9,
            p - c_A,
            np.array([1 - p - c_weak, 1 - p - c_firm]),
        )
        value = solve(read(write("t", ["A", "B"], root))[2])
        risky = mu * (p + c_weak) + (1 - mu) * (p - c_A)
        assert value[0] == pytest.approx(max(p + c_firm, risky), abs=1e-5)
        assert (risky > p + c_firm) == (mu > (c_firm + c_A) / (c_weak + c_A))


@pytest.mark.parametrize(
    "name,demander,target", [("ukraine-2025", "united_states", "russia"), ("harbour", "sarrow", "tavenna")]
)
def test_a_case_gives_a_game_in_which_only_the_target_knows_its_type(name, demander, target):
    whole = case(name)
    title, players, root = read(crisis_game(Study(whole, whole.as_of, 1).at_modes(), demander, target))
    assert whole.title in title and players == tuple(whole.actor[a].name for a in (demander, target))
    assert isinstance(root, Chance) and sum(p for _, p, _ in root.branches) == Fraction(1)
    demands = [move for _, _, move in root.branches]
    assert {d.infoset for d in demands} == {1} and {d.player for d in demands} == {1}
    answers = [a.infoset for d in demands for _, a in d.branches]
    assert len(set(answers)) == len(answers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NFG 1",
        'EFG 2 R "t" { "A" } c "" 1 "" { "x" 1/1 } 0',
        'EFG 2 R "t" { "A" } x "" 1',
        'EFG 2 R "t" { "A" } t "" 1 "" 3',
        'EFG 2 R "t" { "A" } t "" 1 "" { 0 } more',
        'EFG 2 R "t" { "A" } t "" 1 "" { 0 1 }',
        'EFG 2 R "t" { "A" } t "" 1 "" { nan }',
        'EFG 2 R "t" { "A" } t "" 1 "" { ٣ }',
        'EFG 2 R "t" { "A" } t "" 1e3 "" { 0 }',
        'EFG 2 R "t" { A } t "" 1 "" { 0 }',
        'EFG 2 R "t" { "A" } p "" 2 1 "m" { "x" } 0 t "" 1 "" { 0 }',
        'EFG 2 R "t" { "A" } p "" 1 1 "m" { } 0',
        'EFG 2 R "t" { "A" } c "" 1 "" { "x" 1/0 } 0 t "" 1 "" { 0 }',
        'EFG 2 R "t" { "A" } c "" 1 "" { "x" 1/2 } 0 t "" 1 "" { 0 }',
        'EFG 2 R "t" { "A" } c "" 1 "" { "x" 1/1 "y" } 0 t "" 1 "" { 0 }',
        'EFG 2 R "t" { "A" ' + 'p "" 1 1 "m" { "x" } 0 ' * 5000,
        'EFG 2 R "t" { "A" } ' + 'p "" 1 1 "m" { "x" } 0 ' * 5000 + 't "" 1 "" { 0 }',
    ],
)
def test_bad_text_is_refused(text):
    with pytest.raises(SettingError, match=r"efg|node|outcomes|player"):
        read(text)


def test_numbers_are_read_as_gambit_writes_them():
    text = 'EFG 2 R "t" { "A" "B" } c "" 1 "" { "x" 1/3 "y" 2/3 } 0 t "" 1 "" { -1, 2.5e-1 } t "" 2 "" { 0 .5 }'
    root = read(text)[2]
    assert [p for _, p, _ in root.branches] == [Fraction(1, 3), Fraction(2, 3)]
    assert [end.payoffs for _, _, end in root.branches] == [(-1.0, 0.25), (0.0, 0.5)]


@pytest.mark.parametrize("demander,target", [("sarrow", "sarrow"), ("sarrow", "merrin"), ("nobody", "tavenna")])
def test_only_signatories_play(demander, target):
    whole = case(NAMES[0])
    with pytest.raises(SettingError):
        crisis_game(Study(whole, whole.as_of, 1).at_modes(), demander, target)


def test_shapes_are_checked():
    with pytest.raises(SettingError):
        ultimatum(["a"], [1.0], ["x"], np.zeros(2), np.zeros((1, 1)), 0.0, np.zeros(1))
    with pytest.raises(SettingError):
        write("t", ["A", "B"], End((1.0,)))
    with pytest.raises(SettingError):
        write("t", ["A"], Move(2, 1, "", (("x", End((1.0,))),)))
    with pytest.raises(SettingError):
        fractions([0.0, 0.0])
