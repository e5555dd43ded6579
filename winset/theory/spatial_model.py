"""The spatial model of politics of the KAPSARC Toolkit: several issues at once, one bargain a turn for each actor.

n actors (2 to 250) in D dimensions: position x_i in [0, 1]^D, capability c_i >= 0, salience s_ik in [0, 1] with
S_i = sum_k s_ik <= 1. A turn:

1. Distance   d_ij = sqrt(sum_k (s_ik (y_ik - x_jk))^2 / sum_k s_ik^2), y_i the ideal of i: its own position, or with
              an accommodation matrix A (rows sum to at most 1) y_i = sum_j A_ij x_j + (1 - sum_j A_ij) y_i(before).
2. Utility    u(d, r) = (1 - d)(1 + d r) for d <= 1, else (1 - d)(1 + r); r in [-1, 1], above 0 averse to risk.
   Votes      for A over B with weight w, v = u_A - u_B: binary w clip(1e8 v, -1, 1); proportional w v; cubic w v^3;
              prop-binary w (.8 v + .2 binary); prop-cubic w (.5 v + .5 v^3); asymmetric w v, a third less if v > 0.
3. Election   of the actors' positions by the votes of all, weights c_k, at r = 0 (`condorcet`): P_i.
   Risk       min (P - low)/(high - low); mid (3P - high - 2 low)/(2 (high - low)); max (2P - high - low)/(high - low).
              How h sees i: r_h; (2 r_h + r_i)/3; half and half; (r_h + 2 r_i)/3; r_i.
4. Challenge  of j by i, as i sees it; U: utilities by i's view of everybody's risk. Contributions v_i =
              vote(S_i c_i; U_ii, U_ij), v_j likewise, each at least 1e-10. A third party n of weight S_n c_n takes
              i's chance q to be what its plain vote for one of the two would make it, and votes for i or j by
              semi   q (2 U_ni + U_nn) + (1 - q) 3 U_nj   against   q 3 U_ni + (1 - q)(2 U_nj + U_nn):
              whom it backs keeps to it if he wins, and takes it along if he loses. Under `none` and `full` both sides
              of that vote are alike, so that third parties stay out. p: what stands behind i over all.
              Gain = (1 - S_j) 2 U_ii + S_j (p 2 U_ii + (1 - p) 2 U_ij) - U_ii - U_ij; i challenges whoever gives the
              largest, above 1e-5.
5. Bargain    a dimension, W_i = s_i^2 p^2, W_j = s_j^2 (1 - p)^2, e = 1e-6, rounded to four decimals (s2p2):
              x_i <- ((W_i + e) x_i + W_j x_j)/(W_i + W_j + e), x_j <- (W_i x_i + (W_j + e) x_j)/(W_i + W_j + e);
              s1p1: first powers; s2pmax: only the weaker moves, with l = max(0, p_j - p_i) by the share
              l s_j^2 / (l s_j^2 + e + (1 - l) s_i^2).
              Views: the initiator's; both in turn; or one that weighs the two by capability times salience.
6. Choice     every actor has the bargains that name it, and what is, in a queue. Each k values each by the mean over
              actors of its own utility of where they would then stand; an election with weights c_k; the likeliest is
              taken (or one is drawn). All move at once.
It ends after turn 2 when all together move less than 2 % of the first turn's way, or after 100.

PRESETS: `ktab-1.4` as the published program computes it. `corrected` mends what in the program hangs on something else
than the case:
- under the views `both` and `weighed` the responder's view takes its expected gain for its chance, and its weight has
  the initiator's capability;
- the program's small constants are absolute: here the largest capability is 100;
- of several that would give the same gain, or are equally likely to be taken, the program takes the first in the order
  of its file. Here all who would give the same gain are challenged at once, in one bargain in which they count in equal
  parts; whoever finds several bargains equally likely goes to their mean, and stays where that is as likely;
- votes `asymmetric` in an election of positions hang on which of two is named first: here gains and losses count alike
  there (in a challenge they do not, since there somebody would have to move);
- places are rounded to four decimals with halves upwards: here to the even one, so that a mirrored case is mirrored.
So under `corrected` neither order nor direction matters. Under `ktab-1.4` actors that are alike in everything may part
ways, by order alone (as two do in the published example). The program gives no result on consensus, on two poles,
for two actors, or for an actor without salience or capability; here each gives one, with a reason (`Outcome.reason`).

A turn costs n^3. It is not true of the model that splitting an actor in two, or halving every salience, changes
nothing. It has not been found to forecast better than a weighted mean (`means`), and one run depends on switches that
no source settles.

References: KAPSARC Toolkit for Behavioral Analysis 1.4 (2019), smp, smpbcn and kmodel; B. Efird, L. Lester and B. Wise,
J. East Asian Studies 16 (2016), who describe another variant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from winset.errors import SettingError
from winset.theory import condorcet
from winset.theory.spatial_kernels import run_turns

VOTES = ("binary", "proportional", "cubic", "prop-binary", "prop-cubic", "asymmetric")
RANGES = ("min", "mid", "max")
ADJUSTS = ("none", "one-third", "half", "two-thirds", "full")
COMMITS = ("none", "semi", "full")
BARGAINS = ("s1p1", "s2p2", "s2pmax")
VIEWS = ("initiator", "both", "weighed")
FULL = 100.0  # source: KTAB 1.4, smpread: the largest power that its form allows
LONGEST = 100  # source: KTAB 1.4, smp: turns after which it stops
LARGEST = 250  # source: KTAB 1.4, smpread: actors at most


@dataclass(frozen=True)
class Model:
    """The switches of the model, in the order of the module's text; the defaults are those of the program."""

    voting: Literal["binary", "proportional", "cubic", "prop-binary", "prop-cubic", "asymmetric"] = "proportional"
    victory: condorcet.Victory = "linear"
    election: condorcet.Kind = "conditional"
    risk_range: Literal["min", "mid", "max"] = "mid"
    risk_view: Literal["none", "one-third", "half", "two-thirds", "full"] = "one-third"
    commitment: Literal["none", "semi", "full"] = "semi"
    bargain: Literal["s1p1", "s2p2", "s2pmax"] = "s2p2"
    view: Literal["initiator", "both", "weighed"] = "initiator"
    mended: bool = False
    stochastic: bool = False


PRESETS: dict[str, Model] = {"ktab-1.4": Model(), "corrected": Model(mended=True)}


@dataclass(frozen=True)
class Outcome:
    """positions: turn 0 is the beginning; chance: the election of each turn's positions; to: whom each challenged (the
    first of several alike; -1: nobody); gain: what it expected; partner: with whom the bargain that each took was (the
    first of several; -1: it stayed). reason: why it ended."""

    positions: Float[np.ndarray, "turn actor dimension"]
    chance: Float[np.ndarray, "turn actor"]
    to: Int[np.ndarray, "move actor"]
    gain: Float[np.ndarray, "move actor"]
    partner: Int[np.ndarray, "move actor"]
    reason: str


def play(
    positions: Float[np.ndarray, "actor dimension"],
    capability: Float[np.ndarray, " actor"],
    salience: Float[np.ndarray, "actor dimension"],
    model: Model = Model(),
    accommodation: Float[np.ndarray, "actor actor"] | None = None,
    luck: Float[np.ndarray, "move actor"] | None = None,
    turns: int = LONGEST,
) -> Outcome:
    """Every turn until it settles. Positions and salience in shares, 0..1. `luck`: even numbers in [0, 1) for a
    stochastic
    choice, a row a turn."""
    x, c, s = (np.ascontiguousarray(a, dtype=float) for a in (positions, capability, salience))
    _check(x, c, s)
    n = len(x)
    A = np.eye(n) if accommodation is None else np.ascontiguousarray(accommodation, dtype=float)
    if A.shape != (n, n) or (A < 0).any() or (A.sum(1) > 1 + 1e-9).any():
        raise SettingError("accommodation must be square, not negative, each row summing to at most 1")
    if model.stochastic and (luck is None or luck.shape[0] < turns or luck.shape[1] != n):
        raise SettingError(f"a stochastic choice needs luck of {turns} turns for {n} actors")
    told = _switches(model)
    if model.mended and c.max() > 0:
        c = c * (FULL / c.max())
    if np.ptp(x, axis=0).max() == 0:
        even = np.full((1, n), 1 / n)
        none = np.zeros((0, n), int)
        return Outcome(x[None], even, none, np.zeros((0, n)), none, "all stand together from the start")
    drawn = np.zeros((turns, n)) if luck is None else np.ascontiguousarray(luck, dtype=float)
    made = run_turns(x, c, s, A, told, model.mended, model.stochastic, drawn, turns)
    path, chance, to, gain, partner, last, settled = made
    reason = "settled" if settled else f"had not settled after {turns} turns"
    if last and np.ptp(path[last], axis=0).max() == 0:
        reason = "all came to stand together"
    elif settled and last and not (path[last] != path[0]).any():
        reason = "nobody gains by a challenge" if (to[:last] < 0).all() else "no bargain was taken"
    silent = [
        f"{k} without {what}"
        for k, what in ((int((s.sum(1) == 0).sum()), "salience"), (int((c == 0).sum()), "capability"))
        if k
    ]
    return Outcome(
        path[: last + 1],
        chance[: last + 1],
        to[:last],
        gain[:last],
        partner[:last],
        "; ".join([reason, *([f"no part is taken by {' and '.join(silent)}"] if silent else [])]),
    )


def _check(x: np.ndarray, c: np.ndarray, s: np.ndarray) -> None:
    if x.ndim != 2 or s.shape != x.shape or c.shape != x.shape[:1] or not 2 <= len(x) <= LARGEST:
        raise SettingError(f"give positions and salience of 2 to {LARGEST} actors by dimension, and a capability each")
    if not (np.isfinite(x).all() and (x >= 0).all() and (x <= 1).all()):
        raise SettingError("positions must lie between 0 and 1")
    if not (np.isfinite(s).all() and (s >= 0).all() and (s.sum(1) <= 1 + 1e-9).all()):
        raise SettingError("salience must not be negative, and an actor's must sum to at most 1")
    if not (np.isfinite(c).all() and (c >= 0).all()):
        raise SettingError("capability must be finite and not negative")


def _switches(model: Model) -> tuple[int, ...]:
    return (
        VOTES.index(model.voting),
        condorcet.VICTORIES.index(model.victory),
        condorcet.KINDS.index(model.election),
        RANGES.index(model.risk_range),
        ADJUSTS.index(model.risk_view),
        COMMITS.index(model.commitment),
        BARGAINS.index(model.bargain),
        VIEWS.index(model.view),
    )


def one_switch_apart(model: Model) -> dict[str, Model]:
    """Every model that differs from this one in one switch, by `switch=value`."""
    choices: dict[str, tuple[str, ...]] = {
        "voting": VOTES,
        "victory": condorcet.VICTORIES,
        "election": condorcet.KINDS,
        "risk_range": RANGES,
        "risk_view": ADJUSTS,
        "commitment": COMMITS,
        "bargain": BARGAINS,
        "view": VIEWS,
    }
    return {
        f"{name}={value}": replace(model, **{name: value})  # type: ignore[arg-type]
        for name, values in choices.items()
        for value in values
        if value != getattr(model, name)
    }
