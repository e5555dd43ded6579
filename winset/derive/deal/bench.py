"""The bench of the plan lab: all that judging any package needs, draw by draw, small enough to travel in a report.

For every signing party and every option (deferral too, where an issue may be left to later talks) it holds what the
clause adds to the party's worth over the status quo, and the draws in which it breaches a real red line of the party;
for every need of an option the draws in which it is met; and what follows from no clause: the worth of the status quo
less no deal, and who goes along with whom. Worths are rounded to `LEVELS` steps of each column, and judged as rounded
wherever the bench is used. `laid` makes one, `opened` adds what solvers found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.case import model as m
from winset.derive.worth.packages import clause_of
from winset.errors import SettingError
from winset.theory.additive import Rule

LEVELS = 91**3 - 1  # no answer: steps of a column; a column is written in three letters of 91 a draw


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
    """Flat options are those of the issues in order of id, each with `deferred` last where it may be left to later
    talks.

    base: worth of the status quo less no deal. low, step, code: what an option adds is low + step * code. leader: place
    of the party that each goes along with, -1 for none. kept: the draws of the whole run, of those asked for. known:
    packages that pass in some draw, the one that passes in most first; no package passes in more than `bound`. least:
    of a plan the fewest changes after which it passes in some draw, where that is proved. frontier: by pair of parties,
    packages whose average worth to the two no other package beats at some weights.
    """

    issues: tuple[m.Issue, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    kept: int
    asked: int
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
    bound: float = 1.0  # no answer: all that is known until one is proved
    least: tuple[tuple[str, int], ...] = ()
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
        """Who signs, whose side ratifies and whether it passes, as `acceptance.judge` has it, over the bench's
        draws."""
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
