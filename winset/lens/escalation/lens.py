"""escalation: how far may it go, what was answered, and what would hold it?

Per directed pair and domain, never one rung for the war. The record comes first; models give regions and directions,
and a chance only as a band of comparable cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from winset.arrays import Study
from winset.case import model as m
from winset.derive.steps.placed import acts
from winset.lens.escalation import words
from winset.lens.escalation.extra_tables import extra_tables, extra_words
from winset.lens.escalation.model_tables import model_tables
from winset.lens.escalation.offer import offer
from winset.lens.escalation.parts import ON, Settings, look_at
from winset.lens.escalation.tables import record_tables
from winset.result import Result, nothing
from winset.settings import number, numbers, whole, word

EXTRAS = {"signalling": "lewis2003", "attrition": "nalebuff1986", "cross_impact": "weimer2006"}  # and what they rest on


@dataclass(frozen=True)
class Escalation:
    """Steps, answers, threats, first steps, next steps, neighbours, stable states and levers.

    window: days within which an act counts as an answer. windows: those at which every pair is looked at. chance: links
    that chance would give more often are greyed. few: acts of each kind below which deterrence and spiral cannot be
    told apart. months: the time for classes counted in months at risk. stands: the notion of stability that sentences
    use. signalling, attrition, cross_impact: `on` for another model of the threats, or of developments.
    """

    window: int = field(default_factory=lambda: whole("escalation.window"))
    windows: tuple[float, ...] = field(default_factory=lambda: numbers("escalation.windows"))
    chance: float = field(default_factory=lambda: number("escalation.chance"))
    alpha: float = field(default_factory=lambda: number("escalation.alpha"))
    few: int = field(default_factory=lambda: whole("escalation.few"))
    months: float = field(default_factory=lambda: number("escalation.months"))
    stands: str = field(default_factory=lambda: word("escalation.stands"))
    signalling: str = field(default_factory=lambda: word("escalation.signalling"))
    attrition: str = field(default_factory=lambda: word("escalation.attrition"))
    cross_impact: str = field(default_factory=lambda: word("escalation.cross_impact"))

    name = "escalation"
    question = "How far may it go: what was answered, which threats count, and what would hold it?"
    reads = ("events", "escalation", "figures", "levers")
    sources = (
        "schelling1966",
        "kahn1965",
        "gannon2022",
        "zagare2000",
        "quackenbush2010",
        "kydd1997",
        "kydd2000",
        "kydd2005",
        "fang1993",
        "kinsara2015",
        "ibrahim2000",
        "benjamini1995",
        "lotwick1982",
        "morgan2014",
    )
    assumes = (
        "Steps are ordered within a domain and not across domains; persons act for their party.",
        "An act is taken for an answer by its date and direction, which says nothing of its reason.",
        "If the acts of two sides had nothing to do with each other, one side's could have begun on any other day of "
        "the period, "
        "as far apart as they were.",
        "In a threat each side is firm or would back down, and neither knows which the other is; payoffs are the "
        "dossier's.",
        "In a first step both sides would gain by keeping their word, and one that means to cheat gains more by "
        "cheating.",
        "Comparable cases are those that grew large enough to be listed.",
        "In the states each side looks one move ahead and knows what the others prefer.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have. What single questions need stands in the
        notes."""
        return [] if acts(case) else ["hostile dated act"]

    def look(self, study: Study) -> Result:
        """The result. A case without an act on a step gets `nothing can be said`."""
        if lacks := self.lacks(study.known):
            return nothing(self, lacks)
        chosen = Settings(
            window=self.window,
            windows=tuple(int(w) for w in self.windows),
            chance=self.chance,
            alpha=self.alpha,
            few=self.few,
            months=self.months,
            stands=self.stands,
            signalling=self.signalling,
            attrition=self.attrition,
            cross_impact=self.cross_impact,
            private=numbers("escalation.private"),
            signalling_draws=whole("escalation.signalling_draws"),
            disaster=numbers("escalation.disaster"),
            near=number("escalation.near"),
        )
        parts = look_at(study, chosen)
        kept = tuple(t for t in (*record_tables(parts), *model_tables(parts), *extra_tables(parts)) if t.rows)
        keys = {t.key for t in kept}
        return Result(
            lens=self.name,
            question=self.question,
            answer=(*words.answer(parts), *extra_words(parts)),
            findings=words.findings(parts),
            tables=kept,
            charts=tuple(c for c in words.CHARTS if c.table in keys),
            sections=tuple(s for s in words.SECTIONS if keys & set(s.show)),
            assumes=self.assumes,
            sources=(*self.sources, *(key for name, key in EXTRAS.items() if getattr(self, name) == ON)),
            notes=words.notes(parts),
            offer=offer(parts),
            settings={
                "window": self.window,
                "windows": " ".join(f"{w:g}" for w in self.windows),
                "chance": self.chance,
                "alpha": self.alpha,
                "few": self.few,
                "months": self.months,
                "stands": self.stands,
                **{name: getattr(self, name) for name in EXTRAS if getattr(self, name) == ON},
                "draws": study.kept,
                "seed": study.seed,
            },
        )
