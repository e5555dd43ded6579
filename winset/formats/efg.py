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
from itertools import count, islice

import numpy as np
from jaxtyping import Float

from winset.case.text import plain_number
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
    rest = iter(_TOKEN.findall(text))
    if list(islice(rest, 3)) != ["EFG", "2", "R"]:
        raise SettingError("not an .efg file of format 2 with real payoffs")
    try:
        title, players = _words(rest), tuple(map(_unquoted, _braces(rest)))
        first = next(rest)
        if first.startswith('"'):
            first = next(rest)
        root = _node(first, rest, len(players))
    except StopIteration:
        raise SettingError("the .efg file ends in the middle of a node") from None
    except RecursionError:
        raise SettingError("the .efg file is nested too deeply") from None
    if (more := next(rest, None)) is not None:
        raise SettingError(f"the .efg file goes on after its last node: {more[:20]!r}")
    return title, players, root


def _node(kind: str, rest: Iterator[str], players: int) -> Node:
    _words(rest)  # the node's own name
    if kind == "t":
        _whole(next(rest))
        label, payoffs = _words(rest), tuple(map(_payoff, _braces(rest)))
        if len(payoffs) != players:
            raise SettingError(
                f"an end of the .efg file has {len(payoffs)} payoffs, not one for each of {players} players"
            )
        return End(payoffs, label)
    if kind not in ("c", "p"):
        raise SettingError(f"unknown kind of node {kind[:20]!r}")
    player = _whole(next(rest)) if kind == "p" else 0
    if player > players:
        raise SettingError(f"player {player} is not one of {players}")
    infoset, label, acts = _whole(next(rest)), _words(rest), _braces(rest)
    if next(rest) != "0":
        raise SettingError("outcomes at inner nodes are not read")
    if kind == "c":
        names, chances = map(_unquoted, acts[::2]), tuple(map(_chance, acts[1::2]))
        if len(acts) % 2 or sum(chances) != 1:
            raise SettingError("the branches of a chance node need chances that sum to exactly 1")
        return Chance(tuple([(name, p, _node(next(rest), rest, players)) for name, p in zip(names, chances)]))
    if not acts:
        raise SettingError("a move in the .efg file has no actions")
    return Move(player, infoset, label, tuple([(_unquoted(a), _node(next(rest), rest, players)) for a in acts]))


def _braces(rest: Iterator[str]) -> list[str]:
    if next(rest) != "{":
        raise SettingError("a { is missing in the .efg file")
    found = []
    while (token := next(rest)) != "}":
        found.append(token)
    return found


def _words(rest: Iterator[str]) -> str:
    return _unquoted(next(rest))


def _unquoted(token: str) -> str:
    if len(token) < 2 or not token.startswith('"'):
        raise SettingError(f"a text in quotes is expected in the .efg file, not {token[:20]!r}")
    return token[1:-1]


def _whole(token: str) -> int:
    """A number of a node, a player or an information set, from 1."""
    if not re.fullmatch("[1-9][0-9]{0,17}", token):
        raise SettingError(f"a whole number from 1 is expected in the .efg file, not {token[:20]!r}")
    return int(token)


def _payoff(token: str) -> float:
    if (value := plain_number(token)) is None:
        raise SettingError(f"a payoff in the .efg file is a finite number, not {token[:20]!r}")
    return value


def _chance(token: str) -> Fraction:
    """A fraction of whole numbers, or a decimal, above 0."""
    if not re.fullmatch(r"[0-9]{1,18}(/0*[1-9][0-9]{0,17}|\.[0-9]{1,18})?", token) or not (value := Fraction(token)):
        raise SettingError(f"a chance in the .efg file is a fraction above 0, not {token[:20]!r}")
    return value


def ultimatum(
    types: Sequence[str], odds: Sequence[float], terms: Sequence[str], gain: Float[np.ndarray, "term"],
    settle: Float[np.ndarray, "type term"],
    no_deal: float, refusing: Float[np.ndarray, " type"],
) -> Node:  # fmt: skip
    """Player 1 demands, player 2 answers. gain: to player 1 of each term; settle: to player 2 by type; no_deal,
    refusing: of refusal."""
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
