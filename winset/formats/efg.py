"""Extensive games in the .efg text format of Gambit (also read by OpenSpiel): write, read, and a crisis as such a game.

A node is a chance move, a player's move in an information set, or an end with a payoff for each player. Chances are
written as fractions that sum to exactly 1, as Gambit asks. `read` takes what `write` gives (and files of that shape).

The crisis is an ultimatum with types (Fearon 1995): chance draws the target's type, which only the target learns; the
demander asks for one of a few terms; the target takes them or refuses. Refusal brings the demander its value of no deal
and the target that of its type, less what the threat costs it if the threat is carried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError
from winset.writing import MARK

PARTS = 1_000_000


@dataclass(frozen=True)
class End:
    payoffs: tuple[float, ...]
    label: str = ""


@dataclass(frozen=True)
class Chance:
    branches: tuple[tuple[str, Fraction, Node], ...]


@dataclass(frozen=True)
class Move:
    """A move of a player (from 1) in its information set (from 1); all nodes of one set have the same actions."""

    player: int
    infoset: int
    label: str
    branches: tuple[tuple[str, Node], ...]


Node = End | Chance | Move


def fractions(probabilities: Sequence[float]) -> tuple[Fraction, ...]:
    """Fractions near these probabilities (of a common denominator) that sum to exactly 1, none of them 0."""
    p = np.asarray(probabilities, float)
    if p.ndim != 1 or not p.size or (p < 0).any() or p.sum() <= 0:
        raise SettingError("chances must be at least 0 and not all 0")
    parts = np.maximum(1, np.round(p / p.sum() * PARTS).astype(int))
    parts[int(parts.argmax())] += PARTS - parts.sum()
    return tuple(Fraction(int(x), PARTS) for x in parts)


def write(title: str, players: Sequence[str], root: Node) -> str:
    """The game as .efg text."""
    numbers = count(1)
    chances = count(1)
    lines = [f"EFG 2 R {_quoted(title)} {{ {' '.join(map(_quoted, players))} }}", _quoted(MARK), ""]
    lines += _lines(root, numbers, chances, len(players))
    return "\n".join(lines) + "\n"


def _lines(node: Node, numbers: Iterator[int], chances: Iterator[int], players: int) -> Iterator[str]:
    if isinstance(node, End):
        if len(node.payoffs) != players:
            raise SettingError(f"an end needs {players} payoffs, not {len(node.payoffs)}")
        yield f't "" {next(numbers)} {_quoted(node.label)} {{ {" ".join(f"{x:.6f}" for x in node.payoffs)} }}'
        return
    if isinstance(node, Chance):
        acts = " ".join(f"{_quoted(name)} {p.numerator}/{p.denominator}" for name, p, _ in node.branches)
        yield f'c "" {next(chances)} "" {{ {acts} }} 0'
    else:
        if not 1 <= node.player <= players:
            raise SettingError(f"player {node.player} is not one of {players}")
        acts = " ".join(_quoted(name) for name, _ in node.branches)
        yield f'p "" {node.player} {node.infoset} {_quoted(node.label)} {{ {acts} }} 0'
    for branch in node.branches:
        yield from _lines(branch[-1], numbers, chances, players)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'[\\"\n\r\t]+', " ", text) + '"'


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]|[^\s{}",]+')


def read(text: str) -> tuple[str, tuple[str, ...], Node]:
    """Title, players and tree of .efg text. Raises SettingError for what it cannot read."""
    tokens = _TOKEN.findall(text)
    if tokens[:3] != ["EFG", "2", "R"] or len(tokens) < 6:
        raise SettingError("not an .efg file of format 2 with real payoffs")
    title, at = tokens[3][1:-1], 5
    players: list[str] = []
    while tokens[at] != "}":
        players.append(tokens[at][1:-1])
        at += 1
    rest = iter(tokens[at + 1 :])
    first = next(rest)
    if first.startswith('"'):
        first = next(rest)
    try:
        return title, tuple(players), _node(first, rest, len(players))
    except StopIteration:
        raise SettingError("the .efg file ends in the middle of a node") from None


def _node(kind: str, rest: Iterator[str], players: int) -> Node:
    next(rest)  # the node's own name
    if kind == "t":
        next(rest)
        label = next(rest)[1:-1]
        return End(tuple(float(x) for x in _braces(rest)), label)
    if kind not in ("c", "p"):
        raise SettingError(f"unknown kind of node {kind[:20]!r}")
    player = int(next(rest)) if kind == "p" else 0
    infoset, label, acts = int(next(rest)), next(rest)[1:-1], _braces(rest)
    if next(rest) != "0":
        raise SettingError("outcomes at inner nodes are not read")
    if kind == "c":
        pairs = [(acts[i][1:-1], Fraction(acts[i + 1])) for i in range(0, len(acts), 2)]
        return Chance(tuple([(name, p, _node(next(rest), rest, players)) for name, p in pairs]))
    return Move(player, infoset, label, tuple([(a[1:-1], _node(next(rest), rest, players)) for a in acts]))


def _braces(rest: Iterator[str]) -> list[str]:
    if next(rest) != "{":
        raise SettingError("a { is missing in the .efg file")
    found = []
    while (token := next(rest)) != "}":
        found.append(token)
    return found


def ultimatum(
    types: Sequence[str], odds: Sequence[float], terms: Sequence[str], gain: Float[np.ndarray, "term"], settle: Float[np.ndarray, "type term"],
    no_deal: float, refusing: Float[np.ndarray, " type"],
) -> Node:  # fmt: skip
    """Player 1 demands, player 2 answers. gain: to player 1 of each term; settle: to player 2 by type; no_deal, refusing: of refusal."""
    shape = (len(types), len(terms))
    if (
        np.shape(gain) != shape[1:]
        or np.shape(settle) != shape
        or np.shape(refusing) != shape[:1]
        or len(odds) != len(types)
    ):
        raise SettingError(
            "give one gain a term, one worth a type and term, one value of refusal and one chance a type"
        )

    def answer(h: int, x: int) -> Node:
        ends = (
            ("accept", End((float(gain[x]), float(settle[h][x])), f"{terms[x]} taken by {types[h]}")),
            ("refuse", End((float(no_deal), float(refusing[h])), f"{terms[x]} refused by {types[h]}")),
        )
        return Move(2, h * len(terms) + x + 1, f"{types[h]}: {terms[x]}", ends)

    def demand(h: int) -> Node:
        return Move(1, 1, "demand", tuple((terms[x], answer(h, x)) for x in range(len(terms))))

    return Chance(tuple((types[h], p, demand(h)) for h, p in enumerate(fractions(odds))))
