"""Packages of discrete clauses, additive utilities, red lines and cross-clause rules.

Objects. Issues j = 1..m, each with options o; a *package* names one option per issue. Party i values it

    u_i(x) = c_i + sum_j v_ij(x_j)                                                    (additive separability)

and has a reservation value r_i (the worth of no deal). A *red line* (i, j, o) removes option o from issue j;
who drew it stays on record. A *rule* is a forbidden conjunction: a tuple of (issue, set of options) that may not
all hold. A package is *feasible* if it crosses no red line and breaks no rule, and *individually rational* (IR)
if besides u_i(x) >= r_i - t_i for every i, with t_i = 1e-9 times the party's range of utility (the sum over
issues of best minus worst option, or 1 where that is zero).

What it cannot say: utilities with interactions between clauses (see `nonadditive`), lotteries over packages,
shares of a clause (see `divisible`).

Canonical form. Solvers see the problem with red-lined options taken out and with parties, options and issues
sorted by their values alone, so that the order of rows in a file changes no answer. Parties, issues or options
that are alike to the last digit keep the order of the file.

References: Keeney & Raiffa (1976) ch. 3 (additive form); Raiffa (1982) ch. 10-11 (several issues, reservation
values); Putnam (1988) for the set of agreements each side would ratify.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import SettingError

TOLERANCE = 1e-9  # no answer: rounding
"""Two utilities closer than this share of a party's range count as equal."""

Rule = tuple[tuple[int, frozenset[int]], ...]


@dataclass(frozen=True, eq=False)
class AdditiveProblem:
    """One problem of agreement. Build it with `additive_problem`, which checks it."""

    values: tuple[Float[np.ndarray, "party _option"], ...]
    constant: Float[np.ndarray, " party"]
    reserve: Float[np.ndarray, " party"]
    red: tuple[Bool[np.ndarray, "party _option"], ...]
    rules: tuple[Rule, ...] = ()
    parties: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()

    @property
    def n_parties(self) -> int:
        return len(self.reserve)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(v.shape[1] for v in self.values)

    @property
    def span(self) -> Float[np.ndarray, " party"]:
        """Range of each party's utility over all options, red-lined or not (1 where it is zero)."""
        span = sum((v.max(axis=1) - v.min(axis=1) for v in self.values), np.zeros(self.n_parties))
        return np.where(span > 0, span, 1.0)


def additive_problem(
    values: Sequence[Float[np.ndarray, "party _option"]],
    *,
    reserve: Float[np.ndarray, " party"],
    constant: Float[np.ndarray, " party"] | None = None,
    red: Sequence[Bool[np.ndarray, "party _option"]] | None = None,
    rules: Iterable[Iterable[tuple[int, Iterable[int]]]] = (),
    parties: Sequence[str] = (),
    issues: Sequence[str] = (),
) -> AdditiveProblem:
    """Check and freeze a problem. `values` are weighted already; `red` defaults to none, `constant` to 0.

    Raises SettingError for shapes that do not fit, values that are not finite, or a rule about an unknown option.
    """
    tables = tuple(np.array(v, dtype=np.float64, ndmin=2) for v in values)
    floor = np.array(reserve, dtype=np.float64, ndmin=1)
    n = len(floor)
    shift = np.zeros(n) if constant is None else np.array(constant, dtype=np.float64)
    lines = tuple(np.zeros(v.shape, bool) for v in tables) if red is None else tuple(np.array(r, bool) for r in red)
    if not tables or n == 0:
        raise SettingError("a problem needs at least one issue and one party")
    if len(lines) != len(tables) or shift.shape != (n,):
        raise SettingError("give `red` one array per issue and `constant` one number per party")
    for j, (v, r) in enumerate(zip(tables, lines)):
        if v.shape[0] != n or v.shape[1] == 0 or r.shape != v.shape:
            raise SettingError(f"issue {j}: values and red lines must be {n} parties by one or more options each")
        if not np.isfinite(v).all():
            raise SettingError(f"issue {j}: a value is not finite; state a red line in `red`, not as -inf")
    if not (np.isfinite(shift).all() and np.isfinite(floor).all()):
        raise SettingError("constant and reserve must be finite; for no reserve give the party's worst utility")
    frozen = tuple(tuple((int(j), frozenset(int(o) for o in options)) for j, options in rule) for rule in rules)
    for rule in frozen:
        if len({j for j, _ in rule}) != len(rule) or not rule:
            raise SettingError(f"rule {rule}: name at least one issue, and each issue once")
        for j, options in rule:
            if not 0 <= j < len(tables) or not all(0 <= o < tables[j].shape[1] for o in options):
                raise SettingError(f"rule {rule}: issue {j} or one of its options does not exist")
    return AdditiveProblem(tables, shift, floor, lines, frozen, tuple(parties), tuple(issues))


def tolerance(problem: AdditiveProblem) -> Float[np.ndarray, " party"]:
    """How far below its reserve a party's utility may fall and still count as meeting it."""
    return TOLERANCE * problem.span


def utilities(problem: AdditiveProblem, packages: Int[np.ndarray, "... issue"]) -> Float[np.ndarray, "package party"]:
    """Utility of each package to each party, whether or not it is feasible. One package counts as one row."""
    packages = np.atleast_2d(packages)
    total = np.tile(problem.constant, (len(packages), 1))
    for j, table in enumerate(problem.values):
        total += table[:, packages[:, j]].T
    return total


def crossed(problem: AdditiveProblem, package: Int[np.ndarray, " issue"]) -> tuple[tuple[int, int], ...]:
    """The red lines a package crosses, as (party, issue)."""
    return tuple((int(i), j) for j, red in enumerate(problem.red) for i in np.flatnonzero(red[:, int(package[j])]))


def broken(problem: AdditiveProblem, package: Int[np.ndarray, " issue"]) -> tuple[int, ...]:
    """The rules a package breaks, by their place in `problem.rules`."""
    return tuple(r for r, rule in enumerate(problem.rules) if all(int(package[j]) in options for j, options in rule))


def feasible(problem: AdditiveProblem, packages: Int[np.ndarray, "... issue"]) -> Bool[np.ndarray, " package"]:
    """Crosses no red line of any party and breaks no rule."""
    packages = np.atleast_2d(packages)
    good = np.ones(len(packages), bool)
    for j, red in enumerate(problem.red):
        good &= ~np.any(red, axis=0)[packages[:, j]]
    for rule in problem.rules:
        good &= ~np.all([np.isin(packages[:, j], list(options)) for j, options in rule], axis=0)
    return good


def acceptable(problem: AdditiveProblem, packages: Int[np.ndarray, "... issue"]) -> Bool[np.ndarray, " package"]:
    """Feasible and individually rational for every party."""
    rational = np.all(utilities(problem, packages) >= problem.reserve - tolerance(problem), axis=1)
    return rational & feasible(problem, packages)


def without_red(problem: AdditiveProblem, dropped: Iterable[tuple[int, int]] | None = None) -> AdditiveProblem:
    """The same problem with the red lines of `dropped` (party, issue) gone, or all of them."""
    red = [r.copy() for r in problem.red]
    pairs = [(i, j) for j in range(len(red)) for i in range(problem.n_parties)] if dropped is None else dropped
    for i, j in pairs:
        red[j][i] = False
    return replace(problem, red=tuple(red))


def enumerate_packages(sizes: Sequence[int], chunk: int = 1 << 16) -> Iterator[Int[np.ndarray, "package issue"]]:
    """All packages in lexicographic order, `chunk` at a time."""
    total = math.prod(sizes)
    for start in range(0, total, chunk):
        index = np.arange(start, min(start + chunk, total))
        yield np.stack(np.unravel_index(index, tuple(sizes)), axis=1).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Canonical:
    """A problem as solvers see it: options that nobody forbids, everything sorted, all options in one flat row.

    `words` has one bit per rule and option, set if the option fits the rule or the rule ignores its issue; a
    package breaks a rule exactly if the bitwise AND over its options is not zero. `back` maps packages home.
    """

    values: Float[np.ndarray, "flat party"]
    offsets: Int[np.ndarray, " issue_and_one"]
    constant: Float[np.ndarray, " party"]
    reserve: Float[np.ndarray, " party"]
    span: Float[np.ndarray, " party"]
    rules: tuple[Rule, ...]
    words: np.ndarray
    parties: Int[np.ndarray, " party"]
    issues: Int[np.ndarray, " issue"]
    options: tuple[Int[np.ndarray, " _option"], ...]
    possible: bool

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(int(k) for k in np.diff(self.offsets))

    @property
    def n_outcomes(self) -> int:
        return math.prod(self.sizes)


@lru_cache(maxsize=4)
def canonical(problem: AdditiveProblem) -> Canonical:
    """Take out red-lined options, then sort parties, options and issues by their values (see the module's head).

    Kept for the last few problems: several solvers ask for the same one in turn.
    """
    kept = [np.flatnonzero(~red.any(axis=0)) for red in problem.red]
    tables = [v[:, k] for v, k in zip(problem.values, kept)]
    pooled = np.sort(np.concatenate(problem.values, axis=1), axis=1)
    keys = [(problem.reserve[i], problem.constant[i], *pooled[i]) for i in range(problem.n_parties)]
    parties = np.array(sorted(range(problem.n_parties), key=lambda i: keys[i]), dtype=np.int64)
    tables = [t[parties] for t in tables]
    order = [np.array(sorted(range(t.shape[1]), key=lambda o: tuple(t[:, o])), dtype=np.int64) for t in tables]
    tables = [t[:, o] for t, o in zip(tables, order)]
    options = [k[o] for k, o in zip(kept, order)]
    issues = np.array(
        sorted(range(len(tables)), key=lambda j: (tables[j].shape[1], *tables[j].T.ravel())), dtype=np.int64
    )
    offsets = np.concatenate([[0], np.cumsum([tables[j].shape[1] for j in issues])]).astype(np.int64)
    rules, dead = _reduced_rules(problem.rules, [options[j] for j in issues], issues)
    return Canonical(
        values=np.ascontiguousarray(np.concatenate([tables[j].T for j in issues])),
        offsets=offsets,
        constant=problem.constant[parties],
        reserve=problem.reserve[parties],
        span=problem.span[parties],
        rules=rules,
        words=rule_words(rules, offsets),
        parties=parties,
        issues=issues,
        options=tuple(options[j] for j in issues),
        possible=not dead and all(len(k) for k in kept),
    )


def _reduced_rules(
    rules: tuple[Rule, ...], options: list[np.ndarray], issues: np.ndarray
) -> tuple[tuple[Rule, ...], bool]:
    """Rules over the kept options in canonical places. A rule that always holds makes every package infeasible."""
    place = {int(j): k for k, j in enumerate(issues)}
    out: set[Rule] = set()
    for rule in rules:
        parts = []
        for j, named in rule:
            home = options[place[j]].tolist()
            parts.append((place[j], frozenset(o for o, old in enumerate(home) if old in named)))
        if any(not named for _, named in parts):
            continue
        biting = tuple(sorted((k, named) for k, named in parts if len(named) < len(options[k])))
        if not biting:
            return (), True
        out.add(biting)
    return tuple(sorted(out, key=lambda rule: [(k, sorted(named)) for k, named in rule])), False


def rule_words(rules: tuple[Rule, ...], offsets: Int[np.ndarray, " issue_and_one"]) -> np.ndarray:
    """Bit words as described in `Canonical`; unsigned 64-bit, shape (flat, ceil(rules / 64)), at least one word."""
    n_words = max(1, -(-len(rules) // 64))
    words = np.zeros((int(offsets[-1]), n_words), dtype=np.uint64)
    for r, rule in enumerate(rules):
        fits = np.ones(len(words), bool)
        for k, named in rule:
            fits[offsets[k] : offsets[k + 1]] = False
            fits[offsets[k] + np.array(sorted(named), dtype=np.int64)] = True
        words[fits, r // 64] |= np.uint64(1) << np.uint64(r % 64)
    return words


def back(form: Canonical, packages: Int[np.ndarray, "... issue"]) -> Int[np.ndarray, "package issue"]:
    """Canonical packages (option numbers within each kept issue) to packages of the original problem."""
    packages = np.atleast_2d(packages)
    home = np.empty_like(packages)
    for k, j in enumerate(form.issues):
        home[:, j] = form.options[k][packages[:, k]]
    return home


def tables(form: Canonical, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Utilities and rule words of every combination of canonical issues first..last-1, in lexicographic order."""
    total = np.zeros((1, form.values.shape[1]))
    words = np.full((1, form.words.shape[1]), ~np.uint64(0))
    for k in range(first, last):
        part = slice(form.offsets[k], form.offsets[k + 1])
        total = (total[:, None, :] + form.values[None, part, :]).reshape(-1, total.shape[1])
        words = (words[:, None, :] & form.words[None, part, :]).reshape(-1, words.shape[1])
    return total, words
