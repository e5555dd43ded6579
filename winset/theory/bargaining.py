"""Cooperative bargaining solutions over packages, each with a proof of optimality.

With gains g_i(x) = u_i(x) - d_i over the disagreement point d (the reserves unless another is given) and the
individually rational packages X = {x feasible: g_i(x) >= -t_i for all i}:

    Nash (1950)                     max over X of  prod_i g_i
    Kalai & Smorodinsky (1975)      max over X of  min_i g_i / (b_i - d_i),  b_i = max u_i over all feasible packages
    egalitarian (Kalai 1977)        max over X of  min_i g_i
    utilitarian                     max over X of  sum_i u_i

The 1975 solution is stated for convex sets; packages are points, so its max-min form is used, with leximin on ties
(Imai 1983; Nagahisa & Tanaka 2002 for finite sets). Other programs give the same names to other things; the
definition used here is returned with each number. Nash and Kalai-Smorodinsky do not change when a party's utility is
rescaled; egalitarian and utilitarian compare parties, and do.

Ties. Objectives within 1e-9 tie. Ties are broken by leximin of normalised gains (Nash, Kalai-Smorodinsky) or of plain
gains (the others), then by place in the canonical order (see `additive`), so the order of rows in a file matters only
between packages that are mirror images of each other or worth the same to everyone.
If every rational package leaves some party without gain, the Nash product is 0 throughout and the tie rule decides.

What it cannot say: how talks would reach the point, or lotteries between packages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from winset.errors import NotSolved, SettingError
from winset.theory import bargaining_milp as exact
from winset.theory.additive import TOLERANCE, AdditiveProblem, Canonical, back, canonical, utilities
from winset.theory.bargaining_search import ANY, search
from winset.theory.exhaustive import MIN, PRODUCT, SUM, best_packages, count_vectors, leximin_order
from winset.theory.milp_model import Answer, maximise_checked, programme

Method = Literal["auto", "enumerate", "search", "milp"]
Proof = Literal["enumerated", "searched", "bound"]
ENUMERATE = 3_000_000  # no answer: which exact way is taken
"""Up to this many outcomes `auto` looks at every one. Above, max-min and Nash problems go to the tree search of
`bargaining_search`, and to 0/1 programmes if the tree grows too large; sums go to a 0/1 programme at once."""
NODES = 20_000  # no answer: a limit of the search for any acceptable package; what is left open goes to a programme
NO_GAIN = 10 * TOLERANCE  # no answer: rounding
"""A largest smallest share below this counts as no common gain: every Nash product is then 0."""
LOOSE_GAIN = (
    10 * NO_GAIN
)  # no answer: effort; the Nash product may start from any package with so large a smallest share
NOTHING_FEASIBLE = "red lines and rules leave no feasible package"

DEFINITIONS = {
    "nash": "maximum of the product of gains over the disagreement point (Nash 1950), individually rational packages",
    "kalai_smorodinsky": "maximum of the smallest gain as a share of the party's largest feasible gain, reserves of "
    "others ignored in that largest gain (Kalai & Smorodinsky 1975, discrete form), leximin on ties",
    "egalitarian": "maximum of the smallest gain over the disagreement point (Kalai 1977), leximin on ties",
    "utilitarian": "maximum of the sum of utilities, individually rational packages",
    "uniform_cut": "the smallest amount by which lowering every reserve alike makes some feasible package acceptable; "
    "null if none is feasible",
}


@dataclass(frozen=True, eq=False)
class Solution:
    """A package with what it scores and the proof. `gap` = bound - objective (for Nash: of the logarithms).

    A gap above 1e-8 means that the way named by `proof` was left before it had proved the package the best.
    """

    name: str
    definition: str
    package: Int[np.ndarray, " issue"]
    utilities: Float[np.ndarray, " party"]
    gains: Float[np.ndarray, " party"]
    objective: float
    bound: float
    gap: float
    proof: Proof
    ties: int
    ties_complete: bool

    @property
    def proved(self) -> bool:
        """Is no package better?"""
        return self.gap <= exact.GAP


@dataclass(frozen=True, eq=False)
class NoZone:
    """No package is acceptable to all. The package that comes nearest, if any is feasible, and how far off it is.

    `shortfall` is the smallest uniform cut of all reserves that opens a zone, `bound` its proved lower limit (for the
    cut, `bound` below `shortfall` means that a smaller one is not ruled out).
    """

    reason: str
    shortfall: float
    bound: float
    package: Int[np.ndarray, " issue"] | None
    utilities: Float[np.ndarray, " party"] | None
    proof: Proof


def nash(
    problem: AdditiveProblem, disagreement: Float[np.ndarray, " party"] | None = None, method: Method = "auto"
) -> Solution | NoZone:
    """The Nash (1950) solution; objective and bound are products of gains."""
    return _solve("nash", problem, disagreement, method)


def kalai_smorodinsky(
    problem: AdditiveProblem, disagreement: Float[np.ndarray, " party"] | None = None, method: Method = "auto"
) -> Solution | NoZone:
    """Kalai-Smorodinsky (1975) in max-min form. A party that cannot gain at all is left out of the minimum."""
    return _solve("kalai_smorodinsky", problem, disagreement, method)


def egalitarian(
    problem: AdditiveProblem, disagreement: Float[np.ndarray, " party"] | None = None, method: Method = "auto"
) -> Solution | NoZone:
    """The largest smallest gain (Kalai 1977); compares utilities between parties."""
    return _solve("egalitarian", problem, disagreement, method)


def utilitarian(
    problem: AdditiveProblem, disagreement: Float[np.ndarray, " party"] | None = None, method: Method = "auto"
) -> Solution | NoZone:
    """The largest sum of utilities among individually rational packages; compares utilities between parties."""
    return _solve("utilitarian", problem, disagreement, method)


def solve_each(
    solvers: Mapping[str, Callable[..., Solution | NoZone]], problem: AdditiveProblem, method: Method = "auto"
) -> tuple[dict[str, Solution], dict[str, NotSolved]]:
    """The solutions by name, none of them where there is no zone; and by name what the limits ended first.

    Where the limits ended all of them it is open whether there is a zone; one that proves that there is none speaks for
    all.
    """
    found: dict[str, Solution] = {}
    lost: dict[str, NotSolved] = {}
    for name, solver in solvers.items():
        try:
            one = solver(problem, method=method)
        except NotSolved as error:
            lost[name] = error
            continue
        if isinstance(one, NoZone):
            break
        found[name] = one
    return found, lost


def ideal(problem: AdditiveProblem, method: Method = "auto") -> Float[np.ndarray, " party"] | None:
    """Best utility of each party over feasible packages, reserves ignored; None if no package is feasible."""
    form = canonical(problem)
    best = _ideal(form, _enumerated(form, method))
    return None if best is None else _home(form, best)


def uniform_cut(problem: AdditiveProblem, method: Method = "auto") -> NoZone:
    """How far from a zone: shortfall > 0 is the smallest uniform cut of reserves, < 0 the common room there is."""
    form = canonical(problem)
    proof, found = _proved(form, method, "uniform_cut", np.ones(len(form.reserve)), None)
    if found is None:
        return NoZone(NOTHING_FEASIBLE, math.inf, math.inf, None, None, proof)
    home = back(form, found.package)[0]
    reason = "no feasible package reaches every reserve" if found.score < 0 else "there is a zone"
    return NoZone(reason, -found.score, -found.bound, home, utilities(problem, home)[0], proof)


def find_acceptable(problem: AdditiveProblem) -> Int[np.ndarray, " issue"] | None:
    """Some package acceptable to all, or None with proof that there is none."""
    form = canonical(problem)
    if not form.possible:
        return None
    every = np.ones(len(form.reserve), bool)
    found: exact.Optimum | Answer | None
    if _enumerated(form, "auto"):
        found = _by_enumeration("egalitarian", form, form.span, every)
    else:
        settled, found = search(form, form.span, every, MIN, enough=ANY, max_nodes=NODES)
        if found is None and not settled:
            p = programme(form)
            found = maximise_checked(p, np.array([0]), np.zeros(1), exact.reserves(p))
    return None if found is None else back(form, found.package)[0]


def rational_count(problem: AdditiveProblem) -> tuple[int, int]:
    """Numbers of feasible and of individually rational packages, by looking at every one."""
    form = canonical(problem)
    found = best_packages(form, form.reserve, np.ones(len(form.reserve)), SUM)
    return found.n_feasible, found.n_rational


def _enumerated(form: Canonical, method: Method) -> bool:
    if method not in get_args(Method):
        raise SettingError(f"method is one of {', '.join(get_args(Method))}, not {method!r}")
    return method == "enumerate" or (method == "auto" and form.n_outcomes <= ENUMERATE)


def _home(form: Canonical, per_party: Float[np.ndarray, " party"]) -> Float[np.ndarray, " party"]:
    out = np.empty_like(per_party)
    out[form.parties] = per_party
    return out


def _ideal(form: Canonical, enumerated: bool) -> Float[np.ndarray, " party"] | None:
    if not (enumerated and form.rules):
        return exact.ideal_point(form)
    ones = np.ones(len(form.reserve))
    scores = [
        best_packages(form, np.zeros(len(ones)), ones, MIN, np.arange(len(ones)) == i, False).score
        for i in range(len(ones))
    ]
    return np.array(scores) if np.isfinite(scores).all() else None


def _solve(
    name: str, problem: AdditiveProblem, disagreement: Float[np.ndarray, " party"] | None, method: Method
) -> Solution | NoZone:
    if disagreement is not None:
        problem = replace(problem, reserve=np.asarray(disagreement, dtype=np.float64))
    form = canonical(problem)
    best = _ideal(form, _enumerated(form, method))
    if best is None or np.any(best < form.reserve - TOLERANCE * form.span):
        return uniform_cut(problem, method)
    room = best - form.reserve
    share = np.where(room > TOLERANCE * form.span, room, form.span)
    scale = share if name in ("nash", "kalai_smorodinsky") else np.ones(len(room))
    counted = room > TOLERANCE * form.span if name == "kalai_smorodinsky" else None
    proof, found = _proved(form, method, name, scale, counted)
    return uniform_cut(problem, method) if found is None else _solution(name, problem, form, scale, found, proof)


def _proved(
    form: Canonical, method: Method, name: str, scale: Float[np.ndarray, " party"], counted: np.ndarray | None
) -> tuple[Proof, exact.Optimum | None]:
    """The optimum by the first way that settles it; None if no package qualifies. Nash scores are logarithms."""
    counted = np.ones(len(scale), bool) if counted is None or not counted.any() else counted
    if _enumerated(form, method):
        return "enumerated", _by_enumeration(name, form, scale, counted)
    if not form.possible:
        return "bound", None
    if method == "milp" or name == "utilitarian":
        return "bound", _by_programme(name, form, scale, counted)
    settled, found = _by_search(name, form, scale, counted)
    if settled:
        return "searched", found
    if method == "search":
        if found is None:
            raise NotSolved(f"the tree search for {name} grew too large; use method='auto' or 'milp'")
        return "searched", found
    return "bound", _better(found, name, form, scale, counted)


def _better(
    found: exact.Optimum | None, name: str, form: Canonical, scale: np.ndarray, counted: np.ndarray
) -> exact.Optimum | None:
    """What the tree left unproved, by a 0/1 programme: the better package of the two under the lower bound of the
    two."""
    try:
        other = _by_programme(name, form, scale, counted)
    except NotSolved:
        if found is None:
            raise
        return found
    if found is None or other is None:
        return other if found is None else found
    best = max(found, other, key=lambda x: (x.score, x.ties_complete))
    bound = max(min(found.bound, other.bound), best.score)
    return replace(best, bound=bound, ties_complete=best.ties_complete and bound - best.score <= exact.GAP)


def _by_enumeration(name: str, form: Canonical, scale: np.ndarray, counted: np.ndarray) -> exact.Optimum | None:
    mode = {"nash": PRODUCT, "utilitarian": SUM}.get(name, MIN)
    best = best_packages(form, form.reserve, scale, mode, counted, rational_only=name != "uniform_cut")
    if not len(best.packages):
        return None
    score = best.score
    if name == "nash":
        score = math.log(score) if score > 0 else -math.inf
        if score == -math.inf:
            best = best_packages(form, form.reserve, scale, MIN)
    gains = (best.utilities - form.reserve) / scale
    pick = int(leximin_order(gains[:, counted])[0])
    ties = count_vectors(best.utilities, form.span)
    return exact.Optimum(best.packages[pick], score, score, ties, not best.cut_short)


def _by_search(name: str, form: Canonical, scale: np.ndarray, counted: np.ndarray) -> tuple[bool, exact.Optimum | None]:
    if name != "nash":
        return search(form, scale, counted, MIN, rational=name != "uniform_cut")
    settled, start = search(form, scale, counted, MIN, enough=LOOSE_GAIN)
    if start is None:
        return settled, None
    if start.score <= NO_GAIN:
        return settled, replace(start, score=-math.inf, bound=-math.inf) if settled else None
    return search(form, scale, counted, PRODUCT, start=start.package)


def _by_programme(name: str, form: Canonical, scale: np.ndarray, counted: np.ndarray) -> exact.Optimum | None:
    if name == "utilitarian":
        return exact.maximum_sum(form, scale)
    if name == "nash":
        found = exact.nash_product(form, scale)
        if found is not None:
            return found
        spare = exact.maximin(form, scale, counted)
        return None if spare is None else replace(spare, score=-math.inf, bound=-math.inf)
    return exact.maximin(form, scale, counted, rational=name != "uniform_cut")


def _solution(
    name: str, problem: AdditiveProblem, form: Canonical, scale: np.ndarray, found: exact.Optimum, proof: Proof
) -> Solution:
    package = back(form, found.package)[0]
    worth = utilities(problem, package)[0]
    gap = 0.0 if found.bound == found.score else found.bound - found.score
    objective, bound = found.score, found.bound
    if name == "nash":
        size = float(np.prod(scale))
        objective, bound = math.exp(objective) * size, math.exp(bound) * size
    elif name == "utilitarian":
        objective, bound = objective + float(form.reserve.sum()), bound + float(form.reserve.sum())
    return Solution(
        name, DEFINITIONS[name], package, worth, worth - problem.reserve, objective, bound, gap, proof, found.ties,
        found.ties_complete,
    )  # fmt: skip
