"""Is there a package that gives two parties at least so much? A branch and bound over boxes with Lagrangian bounds.

A node leaves some options of each issue open. A box is then met, lost, or open. For a weight mu of the first party,
with v_r = mu w_1r + (1 - mu) w_2r, shares l_rs >= 0 of the sides of an open box that sum to 1, and 0 <= q_r <= 1,

    v_r [all sides met]  <=  v_r sum_s l_rs [side s met]                     v_r > 0: met on no side more than on any
    v_r [all sides met]  <=  v_r q_r (sum_s [side s met] - (sides - 1))      v_r < 0: met once all its sides are

so that the weighted utility is at most a sum over issues, each of which takes its best option: the dual of the linear
programme y_r <= sum of x_jo over S_rj. If the least such bound is below the weighted utility that is asked for, the
node holds no answer. It is lowered by subgradient steps of Polyak's (1969) length; options with which it would be too
low are closed; the box whose sides agree least is branched on: all its sides are met, or its bonus (or loss) no longer
counts. Every cut rests on a proved bound, and effort is counted in nodes, never in seconds.

References: Ito, Hattori & Klein (2007) for the utilities; Geoffrion (1974), Lagrangean relaxation for integer
programming; Polyak (1969), Minimization of unsmooth functionals; Michelot (1986) for the projection onto the simplex.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numba import njit

from winset.theory.box_space import BoxSpace, climb, utility

OPEN, MET, LOST = 0, 1, 2  # no answer: names
ROUNDING = 1e-12  # no answer: rounding; below what two utilities are told apart by
FIRST = 100  # no answer: effort on the bound of the root
STEPS = 20  # no answer: effort on a bound; the tree proves with any
PATIENCE = 4  # no answer: effort on a bound
FINEST = 0.1  # no answer: effort on a bound
ROUNDS = 4  # no answer: effort on a bound
TURN = 300.0  # no answer: effort; how far the weight moves against the shares, which are some hundredths of it


class Dual(NamedTuple):
    """Shares of the sides, shares of the losses, and the weight of the first party (one number)."""

    share: Float[np.ndarray, " side"]
    loss: Float[np.ndarray, " box"]
    weight: Float[np.ndarray, " one"]


class Reached(NamedTuple):
    """Whether a package was found, the package (options in the row), or whether there is proved to be none.

    `most`: utilities that no package exceeds which gives both parties those of the corner.
    """

    found: bool
    package: Int[np.ndarray, " issue"]
    none: bool
    most: Float[np.ndarray, " two"]
    nodes: int


class Node(NamedTuple):
    """What the open options leave: state of each box, sides that no open option misses, and what met boxes pay."""

    alive: np.ndarray
    state: np.ndarray
    whole: np.ndarray
    paid: np.ndarray


@njit(cache=True, error_model="numpy")
def _look(space: BoxSpace, ignored: np.ndarray, node: Node) -> int:
    """Fills the node from its open options; returns how many boxes are open."""
    before, opened = np.zeros(len(node.alive) + 1, np.int64), 0
    for k in range(len(node.alive)):
        before[k + 1] = before[k] + node.alive[k]
    node.paid[:] = space.constant
    for r in range(len(space.bonus)):
        state = MET
        for s in range(space.sides[r], space.sides[r + 1]):
            j = space.issue[s]
            inside = before[space.last[s]] - before[space.first[s]]
            node.whole[s] = inside == before[space.offsets[j + 1]] - before[space.offsets[j]]
            if inside == 0:
                state = LOST
                break
            if not node.whole[s]:
                state = OPEN
        if state == OPEN and ignored[r]:
            state = LOST
        if state == OPEN:
            opened += 1
        if state == MET:
            for i in range(2):
                node.paid[i] += space.bonus[r, i]
        node.state[r] = state
    return opened


@njit(cache=True, error_model="numpy")
def _bound(space: BoxSpace, node: Node, dual: Dual, worth: np.ndarray, pick: np.ndarray) -> float:
    """Most that the weighted bonuses of open boxes can pay; what each open option is worth, and the best of each
    issue."""
    sides, first, last, offsets, bonus = space.sides, space.first, space.last, space.offsets, space.bonus
    state, whole, alive, share, loss = node.state, node.whole, node.alive, dual.share, dual.loss
    worth[:] = 0.0
    total, mu = 0.0, dual.weight[0]
    for r in range(len(bonus)):
        if state[r] != OPEN:
            continue
        v = mu * bonus[r, 0] + (1.0 - mu) * bonus[r, 1]
        parts = 0
        for s in range(sides[r], sides[r + 1]):
            if not whole[s]:
                parts += 1
                part = v * (share[s] if v > 0.0 else loss[r])
                for k in range(first[s], last[s]):
                    worth[k] += part
        if v < 0.0:
            total -= v * loss[r] * (parts - 1)
    for j in range(len(pick)):
        at = -1
        for k in range(offsets[j], offsets[j + 1]):
            if alive[k] and (at < 0 or worth[k] > worth[at]):
                at = k
        pick[j] = at
        total += worth[at]
    return total


@njit(cache=True, error_model="numpy")
def _slope(
    space: BoxSpace, node: Node, dual: Dual, pick: np.ndarray, corner: np.ndarray, slope: Dual, often: np.ndarray
) -> float:
    """How the bound moves with each share and with the weight; the squared length of that. Counts sides met in
    `often`."""
    sides, first, last, issue, bonus = space.sides, space.first, space.last, space.issue, space.bonus
    state, whole, share, loss, by_share, by_loss = (
        node.state,
        node.whole,
        dual.share,
        dual.loss,
        slope.share,
        slope.loss,
    )
    mu, size = dual.weight[0], 0.0
    turn = node.paid[0] - corner[0] - node.paid[1] + corner[1]
    for r in range(len(bonus)):
        if state[r] != OPEN:
            continue
        v = mu * bonus[r, 0] + (1.0 - mu) * bonus[r, 1]
        parts, met, counted = 0, 0, 0.0
        for s in range(sides[r], sides[r + 1]):
            if not whole[s]:
                inside = first[s] <= pick[issue[s]] < last[s]
                by_share[s] = 1.0 if inside else 0.0
                often[s] += by_share[s]
                parts += 1
                met += inside
                counted += by_share[s] * share[s]
        if v > 0.0:
            for s in range(sides[r], sides[r + 1]):
                if not whole[s]:
                    by_share[s] -= met / parts
                    size += by_share[s] ** 2
        else:
            by_loss[r] = 1.0 - parts + met
            counted = loss[r] * by_loss[r]
            size += by_loss[r] ** 2
        turn += counted * (bonus[r, 0] - bonus[r, 1])
    slope.weight[0] = turn
    return size + TURN * turn * turn


@njit(cache=True, error_model="numpy")
def _to_simplex(share: np.ndarray, whole: np.ndarray, first: int, last: int) -> None:
    """Project the shares of a box's open sides onto those that are not negative and sum to 1 (Michelot 1986)."""
    shift, before, count = -np.inf, len(share) + 1, len(share)
    while count < before:  # by rounding it may not fall any more
        before, total, count = count, -1.0, 0
        for s in range(first, last):
            if not whole[s] and share[s] > shift:
                total += share[s]
                count += 1
        if count < before:
            shift = total / count
    for s in range(first, last):
        if not whole[s]:
            share[s] = max(share[s] - shift, 0.0)


@njit(cache=True, error_model="numpy")
def _step(space: BoxSpace, node: Node, dual: Dual, slope: Dual, length: float) -> None:
    """Move the shares and the weight against the slope."""
    sides, bonus, state, whole = space.sides, space.bonus, node.state, node.whole
    share, loss, by_share, by_loss = dual.share, dual.loss, slope.share, slope.loss
    mu = dual.weight[0]
    for r in range(len(bonus)):
        if state[r] != OPEN:
            continue
        v = mu * bonus[r, 0] + (1.0 - mu) * bonus[r, 1]
        if v > 0.0:
            for s in range(sides[r], sides[r + 1]):
                if not whole[s]:
                    share[s] -= min(max(length * by_share[s] / max(v, 1e-9), -1.0), 1.0)
            _to_simplex(share, whole, sides[r], sides[r + 1])
        elif v < 0.0:
            loss[r] = min(max(loss[r] + length * by_loss[r] / min(v, -1e-9) * -1.0, 0.0), 1.0)
    dual.weight[0] = min(max(mu - length * TURN * slope.weight[0], 0.0), 1.0)


@njit(cache=True, error_model="numpy")
def lower(
    space: BoxSpace, node: Node, corner: np.ndarray, steps: int, dual: Dual, pick: np.ndarray, often: np.ndarray
) -> float:
    """The least bound met on how far weighted utilities exceed those of the corner, in `dual` what gives it.

    `often` tells how often the best options met each open side.
    """
    for r in range(len(space.bonus)):
        if node.state[r] == OPEN:
            _to_simplex(dual.share, node.whole, space.sides[r], space.sides[r + 1])
    here = Dual(dual.share.copy(), dual.loss.copy(), dual.weight.copy())
    slope = Dual(np.empty(len(often)), np.empty(len(space.bonus)), np.empty(1))
    worth = np.empty(len(node.alive))
    least, stalled, relax, taken = np.inf, 0, 1.0, 0
    often[:] = 0.0
    patience = PATIENCE if steps == STEPS else 10
    while taken < steps:
        mu = here.weight[0]
        bound = _bound(space, node, here, worth, pick)
        bound += mu * (node.paid[0] - corner[0]) + (1.0 - mu) * (node.paid[1] - corner[1])
        stalled = 0 if bound < 0.99 * least else stalled + 1
        if bound < least:
            least = bound
            dual.share[:], dual.loss[:], dual.weight[:] = here.share, here.loss, here.weight
        size = _slope(space, node, here, pick, corner, slope, often)
        taken += 1
        if least < -ROUNDING or size < 1e-24:
            break
        if stalled == patience:
            relax, stalled = relax / 2, 0
            if relax < FINEST:
                break
        _step(space, node, here, slope, relax * max(bound, ROUNDING) / size)
    often /= taken
    return least


@njit(cache=True, error_model="numpy")
def _close(space: BoxSpace, node: Node, dual: Dual, room: float, pick: np.ndarray) -> int:
    """Close options with which the bound falls below what is asked for: how many. `pick` becomes the best of the
    rest."""
    worth, closed = np.empty(len(node.alive)), 0
    _bound(space, node, dual, worth, pick)
    for j in range(len(pick)):
        for k in range(space.offsets[j], space.offsets[j + 1]):
            if node.alive[k] and worth[pick[j]] - worth[k] > room:
                node.alive[k] = False
                closed += 1
    return closed


@njit(cache=True, error_model="numpy")
def _narrow(
    space: BoxSpace, node: Node, ignored: np.ndarray, corner: np.ndarray, steps: int, dual: Dual, package: np.ndarray,
    often: np.ndarray,
) -> float:  # fmt: skip
    """Close what cannot reach the corner; the bound of what is left, infinite where no box is open.

    `package` becomes a package of the node.
    """
    bound = np.inf
    for turn in range(ROUNDS):
        if _look(space, ignored, node) == 0:
            for j in range(len(package)):
                for k in range(space.offsets[j], space.offsets[j + 1]):
                    if node.alive[k]:
                        package[j] = k
            break
        bound = lower(space, node, corner, steps if turn == 0 else STEPS, dual, package, often)
        if bound < -ROUNDING:
            break
        if turn + 1 == ROUNDS or _close(space, node, dual, bound + ROUNDING, package) == 0:
            break
    return bound


@njit(cache=True, error_model="numpy")
def _branch(space: BoxSpace, node: Node, mu: float, often: np.ndarray) -> int:
    """A side of the open box that weighs most times how unsure it is, the least sure of them; -1 if none is open."""
    at, most = -1, -1.0
    for r in range(len(space.bonus)):
        if node.state[r] != OPEN:
            continue
        side, met = -1, 2.0
        for s in range(space.sides[r], space.sides[r + 1]):
            if not node.whole[s] and often[s] < met:
                side, met = s, often[s]
        unsure = min(max(met, 0.05), 1.0 - met) + 0.01
        score = abs(mu * space.bonus[r, 0] + (1.0 - mu) * space.bonus[r, 1]) * unsure
        if score > most:
            at, most = side, score
    return at


@njit(cache=True, error_model="numpy")
def _enter(space: BoxSpace, side: int, box: int, turn: int, alive: np.ndarray, ignored: np.ndarray) -> None:
    """What a branch leaves open: first packages that meet the box, then the others, where a bonus no longer counts.

    A loss cannot be left uncounted: such a box is parted by one side, into what meets it and what does not.
    """
    loss = space.bonus[box].min() < 0.0
    if turn == 1 and not loss:
        ignored[box] = True
        return
    for s in range(side if loss else space.sides[box], side + 1 if loss else space.sides[box + 1]):
        j = space.issue[s]
        if turn == 1:
            alive[space.first[s] : space.last[s]] = False
        else:
            alive[space.offsets[j] : space.first[s]] = False
            alive[space.last[s] : space.offsets[j + 1]] = False


@njit(cache=True, error_model="numpy")
def reach(space: BoxSpace, corner: Float[np.ndarray, " two"], max_nodes: int) -> Reached:
    """Search depth first for a package that gives both parties the utilities of the corner, in spans."""
    n_boxes, n_sides, m = len(space.bonus), len(space.issue), len(space.offsets) - 1
    deep = n_boxes + n_sides + 2
    alive, ignored = np.ones((deep, len(space.home)), np.bool_), np.zeros((deep, n_boxes), np.bool_)
    branch, tried = np.zeros(deep, np.int64), np.zeros(deep, np.int64)
    dual = Dual(np.ones(n_sides), np.ones(n_boxes), np.full(1, 0.5))
    package, often, most = np.zeros(m, np.int64), np.zeros(n_sides), np.full(2, np.inf)
    state, whole, paid = np.zeros(n_boxes, np.int64), np.zeros(n_sides, np.bool_), np.zeros(2)
    depth, nodes, fresh = 0, 0, True
    while depth >= 0 and nodes < max_nodes:
        if fresh:
            nodes += 1
            node = Node(alive[depth], state, whole, paid)
            steps = FIRST if nodes == 1 else STEPS
            bound = _narrow(space, node, ignored[depth], corner, steps, dual, package, often)
            if nodes == 1:
                for i, weight in enumerate((dual.weight[0], 1.0 - dual.weight[0])):
                    most[i] = corner[i] + max(bound, 0.0) / weight if weight > 1e-9 else np.inf
            one, two = utility(space, package)
            if bound >= -ROUNDING and one >= corner[0] and two >= corner[1]:
                climb(space, package, dual.weight[0], corner)
                return Reached(True, package, False, most, nodes)
            branch[depth] = _branch(space, node, dual.weight[0], often) if bound >= -ROUNDING else -1
            tried[depth] = 0
        side, below = branch[depth], depth + 1
        if side < 0 or tried[depth] == 2:
            depth, fresh = depth - 1, False
            continue
        alive[below], ignored[below] = alive[depth], ignored[depth]
        box = np.searchsorted(space.sides, side, "right") - 1
        _enter(space, side, box, tried[depth], alive[below], ignored[below])
        tried[depth] += 1
        depth, fresh = below, True
    return Reached(False, package, depth < 0, most, nodes)
