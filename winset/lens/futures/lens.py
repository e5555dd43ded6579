"""futures: what happens next, by when, from what cause, and what each lever does to the odds.

The law of the war is exact in every draw (`derive.war.outcomes`); the levers, the elasticities and the variants are on
fewer, common draws. The headline pools the model with the base rate of wars of this age at a stated weight. What the
sides themselves believe drives their choices and is never shown as a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from winset.arrays import Study
from winset.case import model as m
from winset.derive.war import columns as war
from winset.derive.war.core_game import Size
from winset.derive.worth.menu import menu
from winset.lens.futures import endings, levers, pulled, stories, tables, tasks, words
from winset.lens.futures.asked import questions
from winset.lens.futures.offer import offer
from winset.lens.futures.tasks import Scope
from winset.result import Result, Section, nothing
from winset.settings import number, whole


@dataclass(frozen=True)
class Futures:
    """What happens next. `weight`: of the model in the pool.

    `most`: draws at most; `common`: draws for each lever, a part (one in 8) up to this; `few`: for pairs of levers,
    elasticities and variants, a part (one in 16) up to this. As set (`futures.most` and so on), where not given.
    """

    most: int = field(default_factory=lambda: whole("futures.most"))
    common: int = field(default_factory=lambda: whole("futures.common"))
    few: int = field(default_factory=lambda: whole("futures.few"))
    weight: float = field(default_factory=lambda: number("futures.weight"))
    noise: float = field(default_factory=lambda: number("choice_noise"))
    hurts: float = field(default_factory=lambda: number("futures.hurts"))
    pairs: bool = True

    name = "futures"
    question = "What happens next, by when and why, and what would each lever change?"
    reads = (
        "war",
        "battle_win",
        "prior_mean",
        "endurance",
        "flow_cost",
        "decisive_rate",
        "capture_rate",
        "positions",
        "levers",
        "questions",
    )
    sources = (
        "smith2004", "slantchev2003", "filson2002", "powell2006", "mckelvey1998", "goemans2000", "zartman2001",
        "genest1986",
        "savage1951", "sarkees2010", "kreutz2010", "kaplan1958", "susarla1976", "fay2013", "hall1992", "salmon2011",
    )  # fmt: skip
    assumes = (
        "The front is a slow random walk; a war ends by a deal, by a side's exhaustion, or by conquest. A side is "
        "exhausted in the month that its endurance says, under added pressure sooner; it then signs terms that "
        "lie a stated share of the way from the front to its own defeat.",
        "Red lines that are real in a draw stay real, wear down, or are as real as comparable lines were: one of "
        "the three is taken, and the headlines are shown under all.",
        "Each side decides by its own belief about the front, learns from every fight, and knows what each deal is "
        "worth to the other.",
        "Players expect pressure to begin at its stated rate; in a draw it is in force from now on or not at all, "
        "except that in the paths of dated questions a deadline that is executed brings it.",
        "In those paths one side's type is private at a time, and both sides learn from what is offered and "
        "refused, and from deadlines executed or missed.",
        "Acts on record (calls, talks, strikes, acceptances) go on as a Poisson process for each ordered pair of "
        "actors and kind, at the rate of the last year, apart from pauses of the case's calendar; all dated "
        "questions are asked of the same paths.",
        "A named place falls at its own rate, once, while the fighting goes on; places do not wait for each other.",
        "A deal breaks at the rate of its guarantee, and then the war goes on; after that no new deal is followed.",
        "The peace that follows a truce comes with the lag of interstate wars (median 723 days, quartiles 176 and "
        "3962, n = 12).",
        "The pool gives fixed weights to model and base rate; neither weight is fitted.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have: a war, and the Figures of its core."""
        return war.missing(case)

    def parts(self, study: Study) -> list[tuple[Study, Any, Any]]:
        """(study, function, item) of what `look` will ask for and what can be answered apart, by other hands; the
        longest first."""
        if self.lacks(study.known):
            return []
        scope, pull = self._scope(study), self._pull(study)
        both = [(study, task, pull) for task in (pulled.together, pulled.alone)] if study.case.levers else []
        return [*both, *((study, task, scope) for task in (tasks.baseline, tasks.varied, tasks.simulated))]

    def _common(self, study: Study) -> tuple[int, int]:
        """How many common draws the levers take, and the variants."""
        common, few = (
            min(x, max(whole("futures.least_common"), study.draws // part), study.draws)
            for x, part in ((self.common, whole("futures.common_part")), (self.few, whole("futures.few_part")))
        )
        return common, few

    def _scope(self, study: Study) -> Scope:
        return Scope(min(study.draws, self.most), self._common(study)[1], self.noise, self.hurts)

    def _pull(self, study: Study) -> pulled.Pull:
        common, few = self._common(study)
        return pulled.Pull(common, few, Size(), self.noise, self.pairs)

    def look(self, study: Study) -> Result:
        """The result. A case without a war under way, or without the Figures of the core, gets `nothing can be
        said`."""
        known = study.known
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        sides = (known.war.belligerents[0], known.war.belligerents[1])  # type: ignore[union-attr]
        scope = self._scope(study)
        (base,) = study.each(tasks.baseline, [scope], "futures")
        found = pulled.pull(study, self._pull(study))
        (varied,) = study.each(tasks.varied, [scope], "variants")
        (paths,) = study.each(tasks.simulated, [scope], "paths")
        future, asked, told, horizon = base.future, paths.asked, paths.told, paths.horizon
        names = {a.id: a.name for a in known.actors}
        parts = tables.Parts(
            known, study.as_of, (names[sides[0]], names[sides[1]]), future, base.deals,
            {d.id: d.name for d in menu(known, sides)}, self.weight,
            base.basis, varied.elastic, varied.variants, varied.ripe, base.plan, base.form, varied.structures,
            paths.basis,
            np.concatenate([war.lasting(a, sides).min(axis=1) for a in study.arrays()]),
        )  # fmt: skip
        made = [
            tables.survival(parts), tables.states(parts), tables.fan(parts), tables.causes(parts),
            endings.events(parts), endings.kinds(parts), tables.signed(parts),
            endings.lines(parts), tables.elastic(parts), tables.variants(parts), tables.ripe(parts),
            tables.leader(parts),
            stories.table(told, horizon, base.basis), *varied.no_deal,
            *(levers.tables(found, parts.sides) if found else ()), questions(parts, asked),
        ]  # fmt: skip
        made = [tables.opened(t, base.basis) for t in made]
        return Result(
            lens=self.name,
            question=self.question,
            answer=(*words.answer(parts), *(levers.told(found) if found else ("The case lists no levers.",))),
            findings=(
                *words.findings(parts),
                *(levers.findings(found) if found else ()),
                *words.asked_findings(parts, asked),
            ),
            tables=tuple(t for t in made if t.rows),
            charts=tables.CHARTS if found else tables.CHARTS[:3],
            sections=tuple(s for s in SECTIONS if any(t.rows and t.key in s.show for t in made)),
            assumes=self.assumes,
            sources=self.sources,
            notes=words.notes(parts),
            offer=offer(parts, told, horizon, found),
            settings={
                "draws": len(future.state),
                "common": self._common(study)[0],
                "few": scope.few,
                "weight": self.weight,
                "noise": self.noise,
                "seed": study.seed,
            },
        )


SECTIONS = (
    Section(
        "when",
        "When the fighting ends, and how",
        (
            "The share in which the present fighting is over by each date: the model, the base rate of wars that "
            "lasted as long, and their pool. A ceasefire is not yet a peace: that is a second transition with a lag "
            "of its own.",
        ),
        ("survival", "survival_chart", "stories", "events", "states", "fan_chart", "fan", "kinds"),
    ),
    Section(
        "why",
        "What ends it",
        (
            "The cause of every ending, and how far each floor and threshold moves it: an elasticity of -1 means that "
            "ten percent more of the number makes the chance ten percent smaller.",
        ),
        ("causes", "causes_chart", "lines", "elastic", "variants"),
    ),
    Section(
        "deals",
        "Which deals are signed, and whether the moment is ripe",
        (
            "Ripeness is read from the model (Zartman): both sides hurt and expect no better, and some deal is worth "
            "more to both than going on.",
        ),
        ("signed", "ripe", "leader", "no_deal", "no_deal_plans"),
    ),
    Section(
        "levers",
        "What each lever does",
        ("On common draws with the same luck, so that a difference is the lever's own.",),
        ("lever_summary", "levers_chart", "levers", "lever_ways", "pairs", "regret"),
    ),
    Section(
        "questions",
        "Questions with a date",
        (
            "The chance by the question's own rule on simulated paths, a base rate beside it, and what the authors of "
            "the texts foresaw.",
        ),
        ("questions",),
    ),
)
