"""Bueno de Mesquita's expected-utility model: who challenges whom, and where challenges move positions.

n actors on a line: position x_i, capability c_i, salience s_i in [0, 1] (how far the issue is what it cares about). R
is the range of positions; d = |x_i - x_j| / R; r_i in [1/2, 2] is how little an actor minds risk (1: neutral). The
numbers are those of the equations of Scholz, Calbert and Smith (2011), who wrote down what the books of 1984 to 1997
left open.

Votes      v_k(i:j) = c_k s_k (|x_k - x_j| - |x_k - x_i|) / R: actor k's weight for x_i against x_j            (26-29)
Victory    P_ij = sum_{k: v > 0} v_k(i:j) / sum_k |v_k(i:j)|                                                    (30, 31)
Utilities  U_success = 2 - 4 (1/2 - d/2)^r, U_failure = 2 - 4 (1/2 + d/2)^r, U_status_quo = 2 - 4 (1/2)^r   (15, 16, 24)
           and with m = |x_i - mu| / R from the median position mu
           U_better = 2 - 4 (1/2 - (m + d)/4)^r, U_worse = 2 - 4 (1/2 + (m + d)/4)^r                           (22, 23)
Challenge  E(U_ij) = s_j (P U_success + (1 - P) U_failure) + (1 - s_j) U_success
                     - Q U_status_quo - (1 - Q)(T U_better + (1 - T) U_worse)                                (5-7, 25)
           Q: how likely nothing changes without a challenge; T = 1 where the median lies nearer to i than j does.
Risk       with r = 1 let S_i = sum_j E(U_ji); R_i = (2 S_i - max S - min S) / (max S - min S);
           r_i = (1 - R_i/3) / (1 + R_i/3)                                                                      (32-34)
Offers     a = E^i(U_ij), b = E^j(U_ji). Actor i gives way to j by
           confrontation   a > 0, b > a           moves to x_j
           compromise      b > 0 > a, b > |a|     moves by (x_j - x_i) |a/b|                                    (35, 36)
           capitulation    b > 0 > a, |a| >= b    moves to x_j
Each takes one offer a round: of the first kind it has, in this order, the one that moves it least. All move at once.
No source says what happens where two offers move it alike. Here the author who cares more prevails (its salience is
larger), and between authors who care alike it goes to the mean, so that no order of the actors matters. The key was
chosen among fifteen attributes because it alone leaves the published means as they are: it is a reconstruction, not a
finding.

Sources disagree on what is printed. `Switches` names each disagreement and PRESETS the combinations found:
  paper-literal     the equations as printed
  scholz2011-code   what reproduces the paper's own table: P over the votes of all pairs, distances in votes to the
                    power r_k, b by i's own risk, the compromise with the lowest (|a| x_i + |b| x_j) / (|a| + |b|), the
                    range as it was at first, and no capitulation
  signed-votes      P = max(0, sum v) / sum |v|; of several offers the one whose author gains most from a challenge
  strongest-offer   as printed, but confrontations move nobody and the author who gains most from a challenge prevails

On one case of ten states these end anywhere between the ends of the scale. No combination is known to forecast better
than the weighted mean (`means`), and in general rounds do not settle: show presets and draws, never one median.
What it cannot say: why a position is held; deals over several issues; anything that was tested on coercion.

References: J. Scholz, G. Calbert and G. Smith, Unravelling Bueno de Mesquita's group decision model, ICAART (2011);
B. Bueno de Mesquita and F. Stokman, European Community Decision Making (1994).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numba
import numpy as np
from jaxtyping import Float, Int

from winset.errors import SettingError
from winset.theory.row_kernels import put

LOG_HALF = np.log(0.5)  # source: eq. 24
EVEN = 1e-9  # no answer: differences of utilities, and of moves in shares of the range, that are rounding
KINDS = ("none", "confrontation", "compromise", "capitulation")
_DENOMINATORS, _PICKS = ("pair", "all", "signed"), ("least", "lowest", "strongest")


@dataclass(frozen=True)
class Switches:
    """Where the sources disagree. `quiet`: the chance Q that nothing changes without a challenge.

    victory: what P is over: the votes on the pair, the votes on all pairs, or the balance of votes on the pair.
    risky_votes: distances in votes to the power of the voter's risk. own_view: b by i's risk and not by j's.
    compromise and other: which offer of a kind: the least move, the lowest target, the author with most to gain.
    """

    victory: Literal["pair", "all", "signed"] = "pair"
    risky_votes: bool = False
    own_view: bool = False
    compromise: Literal["least", "lowest", "strongest"] = "least"
    other: Literal["least", "strongest"] = "least"
    confrontation_moves: bool = True
    capitulation_moves: bool = True
    first_range: bool = False
    quiet: float = 1.0  # source: Scholz, Calbert and Smith 2011, who take 1 for their table


PRESETS: dict[str, Switches] = {
    "paper-literal": Switches(),
    "scholz2011-code": Switches(
        victory="all",
        risky_votes=True,
        own_view=True,
        compromise="lowest",
        capitulation_moves=False,
        first_range=True,
    ),
    "signed-votes": Switches(victory="signed", compromise="strongest", other="strongest"),
    "strongest-offer": Switches(compromise="strongest", other="strongest", confrontation_moves=False),
}


@dataclass(frozen=True)
class Played:
    """Rounds of challenges. positions: round 0 is the beginning; risk: r of each actor at the beginning of a round.

    to: to whom each actor gave way in a round (the first of several alike; -1: nobody); kind: index into KINDS.
    """

    positions: Float[np.ndarray, "draw round actor"]
    risk: Float[np.ndarray, "draw turn actor"]
    to: Int[np.ndarray, "draw turn actor"]
    kind: Int[np.ndarray, "draw turn actor"]


def play(
    positions: Float[np.ndarray, "*draw actor"],
    capability: Float[np.ndarray, "*draw actor"],
    salience: Float[np.ndarray, "*draw actor"],
    switches: Switches = Switches(),
    rounds: int = 1,
) -> Played:
    """All rounds, draw by draw. Positions in any unit, capability in any, salience 0..1; one row of each also serves.

    With fewer than two positions held, or no weight at all, nobody moves.
    """
    x, c, s = (np.array(a, dtype=float, ndmin=2) for a in np.broadcast_arrays(positions, capability, salience))
    if not (np.isfinite(x).all() and np.isfinite(c).all() and (c >= 0).all() and (s >= 0).all() and (s <= 1).all()):
        raise SettingError("positions and capability must be finite, capability at least 0, salience between 0 and 1")
    if rounds < 1 or not 0 <= switches.quiet <= 1:
        raise SettingError(f"need at least one round and quiet between 0 and 1, not {rounds} and {switches.quiet}")
    made = _play(
        x,
        c,
        s,
        rounds,
        _DENOMINATORS.index(switches.victory),
        switches.risky_votes,
        switches.own_view,
        _PICKS.index(switches.compromise),
        _PICKS.index(switches.other),
        switches.confrontation_moves,
        switches.capitulation_moves,
        switches.first_range,
        switches.quiet,
    )
    return Played(*made)


def victory(
    positions: Float[np.ndarray, " actor"],
    capability: Float[np.ndarray, " actor"],
    salience: Float[np.ndarray, " actor"],
) -> Float[np.ndarray, "actor actor"]:
    """P_ij over the votes on each pair (eq. 31); 0 on the diagonal and between actors that stand together."""
    x, w = np.asarray(positions, float), np.asarray(capability, float) * np.asarray(salience, float)
    n = len(x)
    far, P = np.abs(x[:, None] - x), np.zeros((n, n))
    _victory(x, w, far, 0, P)
    return P


@numba.njit(cache=True)
def _victory(x, w, far, mode, P):  # type: ignore[no-untyped-def]
    """Fill P[i, j]; far[k, i] is what actor k loses by position i, in any unit."""
    n, everything = x.size, 0.0
    for i in range(n):
        for j in range(i + 1, n):
            fore = against = 0.0
            for k in range(n):
                v = w[k] * (far[k, j] - far[k, i])
                fore += max(v, 0.0)
                against += max(-v, 0.0)
            total = fore + against
            everything += 2.0 * total
            P[i, j] = P[j, i] = 0.0
            if x[i] == x[j] or total <= 0.0:
                continue
            if mode == 2:
                P[i, j], P[j, i] = max(0.0, fore - against) / total, max(0.0, against - fore) / total
            elif mode == 1:
                P[i, j], P[j, i] = fore, against
            else:
                P[i, j], P[j, i] = fore / total, against / total
    if mode == 1 and everything > 0.0:
        for i in range(n):
            for j in range(n):
                P[i, j] /= everything


@numba.njit(cache=True)
def _median(x, w):  # type: ignore[no-untyped-def]
    order = np.argsort(x)
    half, seen = w.sum() / 2.0 * (1.0 - 1e-12), 0.0
    for i in order:
        seen += w[i]
        if seen >= half:
            return x[i]
    return x[order[-1]]


@numba.njit(cache=True)
def _utilities(x, r, width, wins, fails):  # type: ignore[no-untyped-def]
    """Fill wins[i, j] and fails[i, j]: what a challenge of j won or lost is worth by i's risk."""
    n = x.size
    for i in range(n):
        for j in range(i):
            d = min(1.0, abs(x[i] - x[j]) / width)
            low = np.log(0.5 - 0.5 * d) if d < 1.0 else -np.inf
            high = np.log(0.5 + 0.5 * d)
            for v, o in ((i, j), (j, i)):
                wins[v, o] = 2.0 - 4.0 * np.exp(r[v] * low)
                fails[v, o] = 2.0 - 4.0 * np.exp(r[v] * high)


@numba.njit(cache=True)
def _neutral(x, width, wins, fails):  # type: ignore[no-untyped-def]
    """The same at r = 1: 2 d and -2 d."""
    for i in range(x.size):
        for j in range(x.size):
            wins[i, j] = 2.0 * min(1.0, abs(x[i] - x[j]) / width)
            fails[i, j] = -wins[i, j]


@numba.njit(cache=True)
def _idle(i, j, x, r, same, width, quiet, middle):  # type: ignore[no-untyped-def]
    """What no challenge of j is worth to i, by risk r, by which what is now is worth `same`."""
    if quiet >= 1.0:
        return same
    d, m = min(1.0, abs(x[i] - x[j]) / width), abs(x[i] - middle) / width
    near = 0.25 * min(2.0, m + d)  # the median may lie outside the pair
    return quiet * same + (1.0 - quiet) * (2.0 - 4.0 * (0.5 - near if m < d else 0.5 + near) ** r)


@numba.njit(cache=True)
def _before(sort, key, move, care, best, best_key, best_move, best_care):  # type: ignore[no-untyped-def]
    """-1 where an offer comes before the best so far, 0 where the two are alike, 1 where it comes after."""
    if sort != best:
        return -1 if sort < best else 1
    for here, there in ((key, best_key), (move, best_move), (-care, -best_care)):
        if abs(here - there) > EVEN:
            return -1 if here < there else 1
    return 0


@numba.njit(cache=True)
def _offers(  # type: ignore[no-untyped-def]
    x, s, r, same, P, width, wins, fails, quiet, middle, own_view, picks, fights, yields, new, to, kind
):
    """What each actor does in a round: fills new, to and kind. same: room for what the status quo is worth to each."""
    n = x.size
    for i in range(n):
        same[i] = 2.0 - 4.0 * np.exp(r[i] * LOG_HALF)
    for i in range(n):
        new[i], to[i], kind[i] = x[i], -1, 0
        best, best_key, best_move, best_care, alike = 4, 0.0, 0.0, 0.0, 0
        for j in range(n):
            if x[j] == x[i]:
                continue
            a = wins[i, j] - s[j] * (1.0 - P[i, j]) * (wins[i, j] - fails[i, j])
            a -= _idle(i, j, x, r[i], same[i], width, quiet, middle)
            v, o = (i, j) if own_view else (j, i)
            b = wins[v, o] - s[i] * (1.0 - P[j, i]) * (wins[v, o] - fails[v, o])
            b -= _idle(j, i, x, r[v], same[v], width, quiet, middle)
            target, sort = x[j], 0
            if a > EVEN and b > a + EVEN:
                sort = 1 if fights else 0
            elif b > EVEN and a < -EVEN:
                if b > -a + EVEN:
                    sort, target = 2, x[i] + (x[j] - x[i]) * -a / b
                else:
                    sort = 3 if yields else 0
            if sort == 0:
                continue
            move = abs(target - x[i]) / width
            pick = picks[1] if sort == 2 else picks[0]
            if pick == 2:
                key = -b
            elif pick == 1:
                key = (abs(a) * x[i] + abs(b) * x[j]) / (abs(a) + abs(b)) / width
            else:
                key = move
            order = _before(sort, key, move, s[j], best, best_key, best_move, best_care)
            if order < 0:
                best, best_key, best_move, best_care, alike = sort, key, move, s[j], 1
                new[i], to[i], kind[i] = target, j, sort
            elif order == 0:
                alike += 1
                new[i] += (target - new[i]) / alike


@numba.njit(cache=True)
def _risks(x, s, P, wins, fails, width, quiet, middle, danger, r):  # type: ignore[no-untyped-def]
    """Fill r, the risk of each actor; wins and fails are those at r = 1."""
    n = x.size
    for i in range(n):
        danger[i] = 0.0
        for j in range(n):
            if j != i:
                danger[i] += wins[j, i] - s[i] * (1.0 - P[j, i]) * (wins[j, i] - fails[j, i])
                if quiet < 1.0:
                    danger[i] -= _idle(j, i, x, 1.0, 0.0, width, quiet, middle)
    low, high = danger.min(), danger.max()
    for i in range(n):
        # all equally safe: nobody has a reason to take or to shun risk
        own = (2.0 * danger[i] - high - low) / (high - low) if high > low else 0.0
        r[i] = (1.0 - own / 3.0) / (1.0 + own / 3.0)


@numba.njit(cache=True)
def _play(  # type: ignore[no-untyped-def]
    x0, c, s, rounds, mode, risky, own_view, by, other, fights, yields, first, quiet
):
    """The compiled loop over draws and rounds; the name of each step is in the module's text."""
    draws, n = x0.shape
    positions = np.empty((draws, rounds + 1, n))
    risks = np.ones((draws, rounds, n))
    to, kind = np.full((draws, rounds, n), -1), np.zeros((draws, rounds, n), np.int64)
    far, P, wins, fails = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    danger, w = np.empty(n), np.empty(n)
    picks = (other, by)
    for draw in range(draws):
        put(positions[draw, 0], x0[draw])
        start = x0[draw].max() - x0[draw].min()
        for i in range(n):
            w[i] = c[draw, i] * s[draw, i]
        for turn in range(rounds):
            x, r = positions[draw, turn], risks[draw, turn]
            put(positions[draw, turn + 1], x)
            width = start if first else x.max() - x.min()
            if width <= 0.0 or w.sum() <= 0.0 or x.max() == x.min():
                continue
            middle = _median(x, w) if quiet < 1.0 else 0.0
            for k in range(n):
                for i in range(n):
                    far[k, i] = abs(x[k] - x[i]) / width
            _victory(x, w, far, mode, P)
            _neutral(x, width, wins, fails)
            _risks(x, s[draw], P, wins, fails, width, quiet, middle, danger, r)
            if risky:
                for k in range(n):
                    for i in range(k):
                        if far[k, i] > 0.0:
                            log = np.log(far[k, i])
                            far[k, i], far[i, k] = np.exp(r[k] * log), np.exp(r[i] * log)
                _victory(x, w, far, mode, P)
            _utilities(x, r, width, wins, fails)
            _offers(
                x,
                s[draw],
                r,
                danger,
                P,
                width,
                wins,
                fails,
                quiet,
                middle,
                own_view,
                picks,
                fights,
                yields,
                positions[draw, turn + 1],
                to[draw, turn],
                kind[draw, turn],
            )
    return positions, risks, to, kind
