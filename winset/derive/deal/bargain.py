"""The bargaining problem of a case, draw by draw: every package that could be signed, not only the plans on the table.

Packages choose one option per issue; where an issue may be left to later talks, `deferred` is one more option, worth
its stated lottery, crossing no line and needing no consent yet. Parties are those who sign. What consents close is kept
apart from red lines, by who refuses, so that both can be told in the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.war.no_deal import no_deal
from winset.derive.worth.consents import at_home, met
from winset.derive.worth.followers import goes_along
from winset.derive.worth.packages import clause_of, layout, lottery, mean, rules_of
from winset.derive.worth.utilities import Reading, Utilities, utilities
from winset.theory.additive import AdditiveProblem, Rule, additive_problem

BLOCK = 4096  # no answer: packages valued at a time
AT_EASE = -10.0  # no answer: any number that never binds
"""Reserve of those who are only asked for consent, and of an ally in a draw in which it follows its leader: so low that
it never binds and no solution ties on it."""


@dataclass(frozen=True)
class Bargain:
    """The problem over draws. Flat options are those of the issues in order of id, each with `deferred` last if
    allowed.

    values, red: worth less the cost of crossed lines, and real lines. reserve: no deal, on the scale of `values`.
    offset: what to add to a sum of values to get U (0 own defeat, 1 own victory). closed: options that a consent
    closes, by the actors asked (ids joined by a space) and whether they stand for a signatory (`home`) or not.
    """

    issues: tuple[m.Issue, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    values: Float[np.ndarray, "draw party flat"]
    red: Bool[np.ndarray, "draw party flat"]
    reserve: Float[np.ndarray, "draw party"]
    offset: Float[np.ndarray, "draw party"]
    closed: dict[tuple[str, bool], Bool[np.ndarray, "draw flat"]]
    rules: tuple[Rule, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(o) for o in self.options)

    @property
    def starts(self) -> Int[np.ndarray, " issue_and_one"]:
        return np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)

    def lines(self, home: bool = True, abroad: bool = True) -> Bool[np.ndarray, "draw party flat"]:
        """Red lines with the options closed by consents put on top (they close an option for everybody)."""
        red = self.red.copy()
        for (_, own), closed in self.closed.items():
            if home if own else abroad:
                red[:, 0, :] |= closed
        return red

    def at(self, issue: str, option: str) -> int:
        """Flat place of an option."""
        j = [i.id for i in self.issues].index(issue)
        return int(self.starts[j]) + self.options[j].index(option)

    def package(self, plan: m.Plan) -> Int[np.ndarray, " issue"]:
        """A plan as one option an issue (`deferred` where it leaves the issue to later talks)."""
        return np.array([o.index(clause_of(plan, i)) for i, o in zip(self.issues, self.options)])

    def problem(self, draw: int = 0, lines: Bool[np.ndarray, "draw party flat"] | None = None) -> AdditiveProblem:
        """The problem of one draw, for the exact solvers. `constant` puts utilities on the parties' own scales."""
        red = self.lines() if lines is None else lines
        return self._problem(draw, self.values[draw], red[draw], self.parties)

    def demands(self, draw: int = 0) -> AdditiveProblem:
        """The same with everyone whose consent fails as a party of its own: it values nothing and only forbids.

        So a diagnosis can say whose refusal to lift, not only which option is closed.
        """
        asked = sorted(who for (who, _), closed in self.closed.items() if closed[draw].any())
        red = [self.closed[key][draw] for who in asked for key in self.closed if key[0] == who]
        nothing = np.zeros((len(asked), self.values.shape[2]))
        return self._problem(
            draw, np.concatenate([self.values[draw], nothing]),
            np.concatenate([self.red[draw], np.array(red, bool).reshape(nothing.shape)]),
            (*self.parties, *asked),
        )  # fmt: skip

    def _problem(
        self,
        draw: int,
        values: Float[np.ndarray, "party flat"],
        red: Bool[np.ndarray, "party flat"],
        parties: tuple[str, ...],
    ) -> AdditiveProblem:
        cuts, extra = self.starts[1:-1], np.full(len(parties) - len(self.parties), AT_EASE)
        return additive_problem(
            np.split(values, cuts, axis=1),
            constant=np.concatenate([self.offset[draw], 0 * extra]),
            reserve=np.concatenate([self.reserve[draw] + self.offset[draw], extra]),
            red=np.split(red, cuts, axis=1),
            rules=[list(rule) for rule in self.rules],
            parties=parties,
            issues=tuple(i.id for i in self.issues),
        )


def bargain(arrays: Arrays, reading: Reading = Reading(), defer: bool = True) -> Bargain:
    """The problem of a case. Without `defer` no issue may be left to later talks."""
    worths, case = utilities(arrays, reading), arrays.case
    issues = layout(case).issues
    options = tuple(i.option_ids + ((m.DEFERRED,) if defer and i.deferrable else ()) for i in issues)
    values = np.concatenate(
        [_values(arrays, worths, i, len(o) > len(i.options)) for i, o in zip(issues, options)], axis=2
    )
    red = np.concatenate([_red(arrays, worths, i, len(o)) for i, o in zip(issues, options)], axis=2)
    offset = np.stack([worths.offset[p] for p in worths.parties], axis=1)
    floor = np.stack([no_deal(arrays, p, reading.no_deal) for p in worths.parties], axis=1)
    follow = np.stack([goes_along(arrays, p) for p in worths.parties], axis=1)
    red, floor = red & ~follow[:, :, None], np.where(follow, AT_EASE, floor)
    return Bargain(
        issues, options, worths.parties, values, red, floor - offset, offset, _closed(arrays, worths, issues, options),
        rules_of(case.rules, issues),
    )  # fmt: skip


def _values(
    arrays: Arrays, worths: Utilities, issue: m.Issue, deferrable: bool
) -> Float[np.ndarray, "draw party option"]:
    worth = []
    for party in worths.parties:
        key = (party, issue.id)
        block = worths.weight[key][:, None] * worths.value[key]
        if key in worths.crossed:
            block = block - worths.crossing_cost[key][:, None] * worths.crossed[key]
        worth.append(np.column_stack([block, mean(block, lottery(arrays, issue))]) if deferrable else block)
    return np.stack(worth, axis=1)


def _red(arrays: Arrays, worths: Utilities, issue: m.Issue, size: int) -> Bool[np.ndarray, "draw party option"]:
    red = np.zeros((arrays.draws, len(worths.parties), size), bool)
    for i, party in enumerate(worths.parties):
        key = (party, issue.id)
        if key in worths.crossed:
            red[:, i, : len(issue.options)] = worths.crossed[key] & worths.real[key][:, None]
            if size > len(issue.options):
                red[:, i, -1] = worths.deferral(party, issue.id, lottery(arrays, issue))
    return red


def _closed(
    arrays: Arrays, worths: Utilities, issues: Sequence[m.Issue], options: Sequence[tuple[str, ...]]
) -> dict[tuple[str, bool], Bool[np.ndarray, "draw flat"]]:
    """Options closed for want of consent, by who was asked."""
    size, starts = sum(map(len, options)), np.cumsum([0, *map(len, options)])
    closed: dict[tuple[str, bool], Bool[np.ndarray, "draw flat"]] = {}
    for issue, start in zip(issues, starts):
        for k, option in enumerate(issue.options):
            for need in option.needs:
                key = (" ".join(sorted(need.actors)), any(at_home(arrays.case, need, p) for p in worths.parties))
                closed.setdefault(key, np.zeros((arrays.draws, size), bool))
                closed[key][:, start + k] |= ~met(arrays, issue.id, option.id, need)
    return closed
