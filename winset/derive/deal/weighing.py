"""The record weighs the draws: what the parties answered to plans is evidence about what they would sign.

In a draw a party would sign plan x or not (`acceptance`), by the positions of the day of its answer and by the value of
no deal of today. Of an answer of a kind that is tactical with chance t (a Figure) the likelihoods are

    P(answer for x | would sign) : P(answer for x | would not)  =  1 - t : t   (the other way round for one against x).

Answers are independent given the draw. A candidate is kept with the product of its likelihoods, each over the larger of
the two: rejection sampling (von Neumann 1951), so that what is left are equally likely draws of the posterior, every
candidate stands alone, and neither chunks nor workers change a byte. How often answers are tactical is not itself
learned from them.

What it cannot say: why a party answered as it did; that answers of two parties hang together; acts other than answers.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.arrays import Arrays, Luck, Study, chosen
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.derive.deal.unfit import unfit
from winset.derive.record.answers import Answer, answers, day_of
from winset.derive.war.core_pages import lay
from winset.derive.war.no_deal import core_as_stated, no_deal
from winset.derive.worth.followers import goes_along, leader_of
from winset.derive.worth.stand import Worths, stand
from winset.derive.worth.utilities import Reading, missing
from winset.reads import reading as reading_of
from winset.settings import number

Column = Float[np.ndarray, " draw"]
LOOKED_AT = 512  # no answer: candidates by which is told which answers no draw can satisfy


@dataclass(frozen=True)
class Heard:
    """An answer and what it rests on, draw by draw. open: no real line of the party forbids the plan.

    follows: draws in which the party, an ally, signs what its leader signs; lead: what the leader's signature rests on.
    """

    answer: Answer
    worth: Column
    open: Bool[np.ndarray, " draw"]
    tactical: Column
    follows: Bool[np.ndarray, " draw"] | None = None
    lead: Heard | None = None

    def part(self, rows: Int[np.ndarray, " _row"] | slice) -> Heard:
        """The same in some of the draws."""
        follows = None if self.follows is None else self.follows[rows]
        lead = self.lead.part(rows) if self.lead else None
        return Heard(self.answer, self.worth[rows], self.open[rows], self.tactical[rows], follows, lead)

    def signs(self, floors: Mapping[str, Column]) -> Bool[np.ndarray, " draw"]:
        """Draws in which the party would sign (`acceptance`), given every party's value of no deal."""
        own = self.open & (self.worth >= floors[self.answer.party])
        return own if self.lead is None else own | (self.follows & self.lead.signs(floors))

    def agrees(self, floors: Mapping[str, Column]) -> Bool[np.ndarray, " draw"]:
        """Draws in which the party would do as it said."""
        return self.signs(floors) == self.answer.favours

    @property
    def possible(self) -> Bool[np.ndarray, " draw"]:
        """Draws in which the party would sign if no deal were bad enough."""
        return self.open if self.lead is None else self.open | (self.follows & self.lead.open)

    def weight(self, agrees: Bool[np.ndarray, " draw"]) -> Column:
        """Likelihood of the answer over the larger of the two that it can have."""
        return np.where(agrees, *self._weights)

    @property
    def _weights(self) -> tuple[Column, Column]:
        """The weight where the party would do as it said, and where it would not."""
        meant = 1 - self.tactical
        most = np.maximum(self.tactical, meant)
        return meant / most, self.tactical / most

    def bounds(self) -> tuple[Column, Column]:
        """The least and the largest weight that the value of no deal leaves possible."""
        agrees, differs = self._weights
        free, shut = (agrees, differs) if self.answer.favours else (differs, agrees)
        low, high = np.minimum(shut, free), np.maximum(shut, free)
        return np.where(self.possible, low, shut), np.where(self.possible, high, shut)


def heard(study: Study, case: m.Case, luck: Luck, reading: Reading = Reading()) -> list[Heard]:
    """The standing answers of a case as of the study's date, each by the positions of its day."""
    today = cut(case, study.as_of)
    told = answers(today)
    if not told or missing(today):
        return []
    worths: Worths = ({}, {})
    then = {a.date: Arrays(cut(case, day_of(case, a.date, study.as_of)), luck) for a in told}
    now = Arrays(today, luck)
    return [_heard(now, then[a.date], a, reading, worths) for a in told]


def _heard(now: Arrays, then: Arrays, answer: Answer, reading: Reading, worths: Worths) -> Heard:
    """An answer by the positions of its day; how often such an answer is tactical, as of now."""
    made = _one(now, then, answer, reading, worths)
    leader = leader_of(then, answer.party)
    if leader is None:
        return made
    lead = _one(now, then, replace(answer, party=leader), reading, worths)
    return replace(made, follows=goes_along(then, answer.party), lead=lead)


def _one(now: Arrays, then: Arrays, answer: Answer, reading: Reading, worths: Worths) -> Heard:
    """What one party's signature rests on."""
    on = stand(then, answer.party, now.case.plan[answer.plan], reading, worths)
    return Heard(answer, on.worth, on.open, now.get(answer.kind, "tactical"))


def _asked(told: Sequence[Heard]) -> set[str]:
    """The parties whose value of no deal decides: those that answered, and the leaders of allies that did."""
    return {one.answer.party for h in told for one in (h, h.lead) if one}


@dataclass(frozen=True)
class Weighing:
    """The `Weigher` that goes by what the parties answered to plans."""

    def __call__(
        self, study: Study, case: m.Case, luck: Luck, how: Hashable | None, blocks: range
    ) -> Bool[np.ndarray, " draw"] | None:
        return _kept(study, case, luck, how, blocks)

    def lay(self, study: Study, case: m.Case, luck: Luck, how: Hashable | None, blocks: range) -> None:
        """Takes over what is kept of the core (`core_pages`)."""
        if _by_stated_core(study, case, luck, how):
            lay(study, luck, blocks)

    def unfit(self, study: Study, case: m.Case, how: Hashable | None, candidates: int) -> str:
        """Which answers no draw can satisfy, and what to mend, where none of so many candidates is left (`unfit`)."""
        reading, parts = how if isinstance(how, Reading) else Reading(), []
        told: list[Heard] = []
        lucks = (luck for k in sorted(study.pool) for luck in study.batch(k))  # those looked at
        for luck in lucks:
            few = chosen((luck,), np.arange(min(luck.count, LOOKED_AT)))
            told = heard(study, case, few, reading)
            floors = _floors(study, case, few, told, reading)
            parts.append(np.stack([h.weight(h.agrees(floors)) for h in told]))
            if sum(part.shape[1] for part in parts) >= LOOKED_AT:
                break
        return unfit(cut(case, study.as_of), [h.answer for h in told], np.concatenate(parts, axis=1), candidates)


kept = Weighing()


def _kept(
    study: Study, case: m.Case, luck: Luck, how: Hashable | None, blocks: range
) -> Bool[np.ndarray, " draw"] | None:
    """Which candidates of some blocks the record leaves; None where no signing party has answered a plan.

    The value of no deal is asked for only where it decides.
    """
    reading = how if isinstance(how, Reading) else Reading()
    told = heard(study, case, luck, reading)
    if not told:
        return None
    size = luck.count // luck.blocks
    own = slice(size * blocks.start, size * blocks.stop)
    luckless = luck.quantile("record")[own]
    least, most = np.ones(len(luckless)), np.ones(len(luckless))
    for low, high in (h.part(own).bounds() for h in told):
        least *= low
        most *= high
    mask = luckless < least
    if (unsure := np.flatnonzero(~mask & (luckless < most))).size:
        if _by_stated_core(study, case, luck, how):
            lay(study, luck, blocks, solve=len(study.batch(0)) > 1)
        mask[unsure] = luckless[unsure] < _weight(study, case, luck, told, reading, own.start + unsure)
    return mask


def _weight(
    study: Study,
    case: m.Case,
    luck: Luck,
    told: Sequence[Heard],
    reading: Reading,
    rows: Int[np.ndarray, " _row"],
) -> Column:
    """The weight of some candidates, by what no deal is worth in each."""
    floors, weight = _floors(study, case, chosen((luck,), rows), told, reading), np.ones(len(rows))
    for h in (one.part(rows) for one in told):
        weight *= h.weight(h.agrees(floors))
    return weight


def _floors(study: Study, case: m.Case, luck: Luck, told: Sequence[Heard], reading: Reading) -> dict[str, Column]:
    arrays = _arrays(study, case, luck)
    return {party: no_deal(arrays, party, reading.no_deal) for party in sorted(_asked(told))}


def _arrays(study: Study, case: m.Case, luck: Luck) -> Arrays:
    whole = study.stated or study.case
    return Arrays(cut(case, study.as_of), luck, stated=None if case is whole else cut(whole, study.as_of))


def _by_stated_core(study: Study, case: m.Case, luck: Luck, how: Hashable | None) -> bool:
    """Whether going on is worth what it is by the core of the case as stated."""
    return not (isinstance(how, Reading) and how.no_deal != "core") and core_as_stated(_arrays(study, case, luck))


@dataclass(frozen=True)
class Moved:
    """One answer. before: share of the candidates in which the party would do as it said; after: of the draws left."""

    answer: Answer
    before: float
    after: float
    tactical: float

    @property
    def contradicts(self) -> bool:
        """Whether the dossier has the answer all but impossible unless it is tactical."""
        return self.before < number("record.impossible")


@dataclass(frozen=True)
class Record:
    """All answers, and the weight of each in every draw from before the record."""

    moved: tuple[Moved, ...]
    weights: Float[np.ndarray, "answer draw"]
    basis: tuple[str, ...]


def record(study: Study, reading: Reading = Reading()) -> Record | None:
    """What every answer says, before the record and after it; None where no signing party has answered a plan."""
    with reading_of() as seen:
        made = _record(study, reading)
    return made and replace(made, basis=tuple(sorted(seen)))


def _record(study: Study, reading: Reading) -> Record | None:
    case = study.stated or study.case
    shares: list[Float[np.ndarray, " answer"]] = []
    weights: list[Float[np.ndarray, "answer draw"]] = []
    told: list[Heard] = []
    for lucks in (study.before.lucks, study.lucks):
        agreed = []
        for luck in lucks:
            told = heard(study, case, luck, reading)
            if not told:
                return None
            floors = _floors(study, case, luck, told, reading)
            agrees = [h.agrees(floors) for h in told]
            agreed.append(np.stack(agrees))
            if not shares:
                weights.append(np.stack([h.weight(x) for h, x in zip(told, agrees)]))
        shares.append(np.concatenate(agreed, axis=1).mean(axis=1))
    tactical = study.at_modes()
    return Record(
        tuple(
            Moved(h.answer, float(b), float(a), float(tactical.get(h.answer.kind, "tactical")[0]))
            for h, b, a in zip(told, *shares)
        ),
        np.concatenate(weights, axis=1),
        (),
    )
