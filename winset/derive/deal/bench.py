"""The bench of the plan lab: all that judging any package needs, draw by draw, small enough to travel in a report.

For every signing party and every option (deferral too, where an issue may be left to later talks) it holds what the clause
adds to the party's worth and the draws in which it breaches a real red line of the party; for every need of an option the
draws in which it is met; and what follows from no clause: the offset of the scale less no deal, and who goes along with
whom. They are asked of `utilities`, `consents` and `no_deal`, so that signs, ratifies and passes mean what they mean in
`acceptance`. Worths are rounded to `LEVELS` steps of each column, and judged as rounded wherever the bench is used.

The draws are the study's own, as the record left them: all where they fit into `MOST`, else the first `FEWEST`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.war.no_deal import no_deal
from winset.derive.worth.consents import asked, at_home
from winset.derive.worth.followers import goes_along, leader_of
from winset.derive.worth.packages import Package, clause_of, layout, lottery, rules_of
from winset.derive.worth.utilities import Reading, missing, utilities
from winset.errors import NotSolved, SettingError
from winset.theory.additive import Rule
from winset.theory.rule_search import best_packages
from winset.theory.zone import draws as many_draws
from winset.theory.zone import most_acceptable, zones

FEWEST = 512  # no answer: draws that a report carries at least, where the run has as many
MOST = 550_000  # no answer: characters of worths beyond which a report carries no more draws than the fewest
LEVELS = 91**3 - 1  # no answer: steps of a column; a column is written in three letters of 91 a draw
EDGE = 1e-6  # no answer: weight of the other party at the two ends of a frontier, so that ties go to it
NEAR = 1e-9  # no answer: how far beyond a line a package lies before it counts
WITNESSES = 40  # no answer: packages that pass somewhere, kept as places to go to


@dataclass(frozen=True)
class Asked:
    """One need of an option (places of issue and option): of whom, for which parties' sides, and where it is met."""

    issue: int
    option: int
    actors: tuple[str, ...]
    home: tuple[int, ...]
    met: Bool[np.ndarray, " draw"]


@dataclass(frozen=True)
class Said:
    """What is said of one package. Shares of draws by party id; margin: the median of worth less no deal."""

    signs: dict[str, float]
    ratifies: dict[str, float]
    passes: float
    margin: dict[str, float]


@dataclass(frozen=True)
class Bench:
    """Flat options are those of the issues in order of id, each with `deferred` last where it may be left to later talks.

    base: worth less no deal of clauses that add nothing. low, step, code: what an option adds is low + step * code.
    leader: place of the party that each goes along with, -1 for none. kept: the draws of the whole run.
    known: packages that pass in some draw, the one that passes in most first; no package passes in more than `bound`.
    frontier: by pair of parties, packages whose average worth to the two no other package beats at some weights.
    """

    issues: tuple[m.Issue, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    kept: int
    base: Float[np.ndarray, "party draw"]
    low: Float[np.ndarray, "party flat"]
    step: Float[np.ndarray, "party flat"]
    code: Int[np.ndarray, "party flat draw"]
    red: Bool[np.ndarray, "party flat draw"]
    needs: tuple[Asked, ...]
    leader: tuple[int, ...]
    follows: Bool[np.ndarray, "party draw"]
    rules: tuple[Rule, ...]
    known: tuple[tuple[int, ...], ...] = ()
    bound: float = 1.0
    frontier: tuple[tuple[int, int, tuple[tuple[int, ...], ...]], ...] = ()

    @property
    def draws(self) -> int:
        return int(self.base.shape[1])

    @cached_property
    def starts(self) -> Int[np.ndarray, " issue_and_one"]:
        return np.cumsum([0, *map(len, self.options)])

    @cached_property
    def value(self) -> Float[np.ndarray, "party flat draw"]:
        return self.low[:, :, None] + self.code * self.step[:, :, None]

    def places(self, package: Mapping[str, str | None]) -> tuple[int, ...]:
        """The place of each issue's option. An issue left out, None or `silent` stays at the status quo.

        Raises SettingError for an issue or option that there is not.
        """
        if unknown := package.keys() - {i.id for i in self.issues}:
            raise SettingError(
                f"unknown issue {', '.join(sorted(unknown))}; one of {', '.join(i.id for i in self.issues)}"
            )
        found = []
        for issue, options in zip(self.issues, self.options):
            option = package.get(issue.id)
            option = issue.status_quo if option in (None, m.SILENT) else option
            if option not in options:
                raise SettingError(f"unknown option {option} of {issue.id}; one of {', '.join(options)}, {m.SILENT}")
            found.append(options.index(option))
        return tuple(found)

    def plan(self, plan: m.Plan) -> dict[str, str | None]:
        """A plan as a package."""
        return {issue.id: clause_of(plan, issue) for issue in self.issues}

    def evaluate(self, package: Mapping[str, str | None]) -> Said:
        """Who signs, whose side ratifies and whether it passes, as `acceptance.judge` has it, over the bench's draws."""
        places = self.places(package)
        flat = self.starts[:-1] + places
        margin = self.base.copy()
        for k in flat:
            margin = margin + self.value[:, k]
        alone = ~self.red[:, flat].any(axis=1) & (margin >= 0)
        signs, ratifies = alone.copy(), np.ones_like(alone)
        for i, leader in enumerate(self.leader):
            if leader >= 0:
                signs[i] |= self.follows[i] & alone[leader]
        abroad = np.ones(self.draws, bool)
        for need in self.needs:
            if places[need.issue] == need.option:
                for i in need.home:
                    ratifies[i] &= need.met
                if not need.home:
                    abroad &= need.met
        allowed = not any(all(places[j] in named for j, named in rule) for rule in self.rules)
        passes = signs.all(axis=0) & ratifies.all(axis=0) & abroad & allowed

        def of(rows: np.ndarray) -> dict[str, float]:
            return {p: float(row) for p, row in zip(self.parties, rows)}

        return Said(
            signs=of(signs.mean(axis=1)),
            ratifies=of(ratifies.mean(axis=1)),
            passes=float(passes.mean()),
            margin=of(np.median(margin, axis=1)),
        )


def without(case: m.Case) -> str:
    """Why a case, as of its date, can have no bench, in one sentence; else nothing."""
    if not case.plans:
        return "There is no plan to start from."
    if lacks := missing(case):
        more = f" and {len(lacks) - 3} more" if len(lacks) > 3 else ""
        return f"To judge a package the case would need {', '.join(lacks[:3])}{more}; `winset verify` lists them with the file to add them to."
    return ""


def bench(study: Study) -> Bench:
    """The bench of a study whose case lacks nothing (`without`)."""
    parts, kept = study.arrays(), study.kept
    issues = layout(study.known).issues
    options = tuple(i.option_ids + ((m.DEFERRED,) if i.deferrable else ()) for i in issues)
    parties = tuple(sorted(a.id for a in study.known.signatories))
    size = 3 * len(parties) * sum(map(len, options))
    count = kept if kept * size <= MOST else min(kept, FEWEST)
    found, left = [], count
    for arrays in parts:
        if left > 0:
            found.append(_columns(arrays, issues, options, parties, left))
            left -= found[-1].base.shape[1]
    first = found[0]
    worth = np.concatenate([c.worth for c in found], axis=2)
    low, high = worth.min(axis=2), worth.max(axis=2)
    step = (high - low) / LEVELS
    code = np.rint((worth - low[:, :, None]) / np.where(step > 0, step, 1.0)[:, :, None]).astype(np.int64)
    needs = tuple(
        Asked(n.issue, n.option, n.actors, n.home, np.concatenate([c.needs[k].met for c in found]))
        for k, n in enumerate(first.needs)
    )
    leaders = [leader_of(parts[0], p) for p in parties]
    made = Bench(
        issues=issues,
        options=options,
        parties=parties,
        kept=kept,
        base=np.concatenate([c.base for c in found], axis=1),
        low=low,
        step=step,
        code=code,
        red=np.concatenate([c.red for c in found], axis=2),
        needs=needs,
        leader=tuple(parties.index(p) if p in parties else -1 for p in leaders),
        follows=np.concatenate([c.follows for c in found], axis=1),
        rules=rules_of(study.known.rules, issues),
    )
    return _found(made)


@dataclass(frozen=True)
class _Columns:
    """A slice of the draws."""

    worth: Float[np.ndarray, "party flat draw"]
    base: Float[np.ndarray, "party draw"]
    red: Bool[np.ndarray, "party flat draw"]
    needs: tuple[Asked, ...]
    follows: Bool[np.ndarray, "party draw"]


def _columns(
    arrays: Arrays, issues: Sequence[m.Issue], options: Sequence[tuple[str, ...]], parties: Sequence[str], most: int
) -> _Columns:
    """What the first draws of some arrays, at most `most`, say of every option named alone."""
    worths, case, none = utilities(arrays), arrays.case, np.zeros(arrays.draws, bool)
    worth: list[list[np.ndarray]] = [[] for _ in parties]
    red: list[list[np.ndarray]] = [[] for _ in parties]
    needs: list[Asked] = []
    for j, issue in enumerate(issues):
        for k, option in enumerate(options[j]):
            later = option == m.DEFERRED
            pack = Package("", {} if later else {issue.id: k}, {issue.id: lottery(arrays, issue)} if later else {})
            for i, party in enumerate(parties):
                line = worths.forbidden(party, issue.id, pack)
                worth[i].append(worths.clause(party, issue.id, pack)[:most])
                red[i].append((none if line is None else line)[:most])
            for one in asked(arrays, pack):
                home = tuple(i for i, p in enumerate(parties) if at_home(case, one.need, p))
                needs.append(Asked(issue=j, option=k, actors=one.need.actors, home=home, met=one.met[:most]))
    return _Columns(
        worth=np.array(worth),
        base=np.stack([(worths.offset[p] - no_deal(arrays, p, Reading().no_deal))[:most] for p in parties]),
        red=np.array(red),
        needs=tuple(needs),
        follows=np.stack(
            [(goes_along(arrays, p) if leader_of(arrays, p) in parties else none)[:most] for p in parties]
        ),
    )


def _found(made: Bench) -> Bench:
    """With packages that solvers found: those that pass somewhere, the bound on how often one can, and the frontiers."""
    sizes, bound = [len(o) for o in made.options], 0.0
    bind = ~made.follows[:, None, :]
    red = (made.red & bind).transpose(2, 0, 1)
    for need in made.needs:
        red[:, 0, made.starts[need.issue] + need.option] |= ~need.met
    reserve = np.where(made.follows, made.value.min(axis=1).sum(axis=0) - len(sizes), -made.base).T
    many = many_draws(made.value.transpose(2, 0, 1), reserve, red, sizes, made.rules)
    settled = zones(many)
    known: list[np.ndarray] = []
    if settled.exists.any():
        best = most_acceptable(many, settled)
        bound = best.bound
        places, often = np.unique(settled.witness[settled.exists & (settled.witness >= 0)], return_counts=True)
        known = [best.package] if best.share > 0 else []
        known += [settled.pool[w] for w in places[np.argsort(-often, kind="stable")][:WITNESSES]]
    return replace(
        made,
        known=tuple(dict.fromkeys(tuple(map(int, package)) for package in known)),
        bound=bound,
        frontier=tuple((a, b, _frontier(made, a, b)) for a, b in combinations(range(len(made.parties)), 2)),
    )


def _frontier(made: Bench, a: int, b: int) -> tuple[tuple[int, ...], ...]:
    """The corners of the frontier of two parties' average worth, from the best for b to the best for a; exact.

    Between two corners the best package at the weights that value both alike is asked for, until none lies beyond their
    line. Nothing where rules link more issues than can be searched.
    """
    mean = made.value[[a, b]].mean(axis=2)
    parts = np.split(mean, made.starts[1:-1], axis=1)

    def best(weights: tuple[float, float]) -> tuple[int, ...]:
        scores = [np.array([weights]) @ part for part in parts]
        return tuple(map(int, best_packages(scores, made.rules).choice[0]))

    def worth(package: tuple[int, ...]) -> Float[np.ndarray, " two"]:
        return mean[:, made.starts[:-1] + package].sum(axis=1)

    def between(p: tuple[int, ...], q: tuple[int, ...]) -> list[tuple[int, ...]]:
        x, y = worth(q) - worth(p)
        new = best((-y, x))
        if np.array([-y, x]) @ (worth(new) - worth(p)) <= NEAR:
            return []
        return [*between(p, new), new, *between(new, q)]

    try:
        first, last = best((EDGE, 1.0)), best((1.0, EDGE))
        return (first, *between(first, last), last) if first != last else (first,)
    except NotSolved:
        return ()
