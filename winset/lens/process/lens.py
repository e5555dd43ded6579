"""process: what does the way of deciding and of carrying messages do to what is decided?"""

from __future__ import annotations

from dataclasses import dataclass

from winset.arrays import Study
from winset.case import model as m
from winset.derive.circle.voices import organised
from winset.lens.process import pictures, tables, words
from winset.lens.process.gather import gather
from winset.lens.process.offer import offer
from winset.lens.process.parts import Parts
from winset.result import Result, nothing


@dataclass(frozen=True)
class Process:
    """A formal process against envoys who act alone: errors, misread last points, contradictions, time, and a wish for
    a deal as such."""

    name = "process"
    question = "What does the way of deciding and of carrying messages do to what is decided?"
    reads = ("channels", "deal_bonus", "message_noise", "face_value", "no_deal", "plans", "events")
    sources = ("sah1986", "crawford1982", "condorcet1785")
    assumes = (
        "An envoy acts alone, so that one of them is enough to accept a plan; a formal process asks a majority.",
        "Everybody errs either way as often; nobody has measured how often, so that the whole band is shown.",
        "Errors of people who read the same papers go together, by one number of the Settings.",
        "A messenger adds noise, and tells the other side to be readier by as much as he wants a deal as such.",
        "Who takes reports at face value believes who spoke last; a staff weighs all of them and what it knew before.",
        "What leaders tell each other themselves is a claim and not a report; whether it is true is another lens's "
        "question.",
        "A denial of one's own party's word counts as a contradiction; what nobody coded is not counted.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have: channels of messages or advice."""
        return [] if organised(case) else ["person who carries messages", "person who advises"]

    def look(self, study: Study) -> Result:
        """The result. A case without channels gets `nothing can be said`."""
        if lacks := self.lacks(study.known):
            return nothing(self, lacks)
        parts = gather(study)
        made = [t for t in (*tables.all_tables(parts), *pictures.drawn(parts)) if t.rows]
        shown = {t.key for t in made}
        charts = [c for c in pictures.charts(parts) if c.table in shown]
        return Result(
            lens=self.name,
            question=self.question,
            answer=words.answer(parts),
            findings=tuple(words.findings(parts)),
            tables=tuple(made),
            charts=tuple(charts),
            sections=words.sections(parts),
            assumes=self.assumes,
            sources=self.sources,
            notes=tuple(_notes(parts)),
            settings={"draws": study.kept, "seed": study.seed},
            offer=offer(parts, {c.key for c in charts}),
        )


def _notes(parts: Parts) -> list[str]:
    told = []
    unsaid = [h for h in parts.heard if not h.stated]
    if unsaid:
        pairs = "; ".join(f"{parts.names[h.hearer]} of {parts.names[h.speaker]}" for h in unsaid)
        told.append(
            "The case does not say how noisy the reporters are (message_noise), so that the range of the Settings "
            "stands in "
            f"and the war of the other lenses knows no such error: {pairs}."
        )
    if not parts.tabled:
        told.append("Which plan would be tabled cannot be told: it needs channels that carry messages, and positions.")
    if parts.pace is None:
        told.append("The pace of plans cannot be told: it needs two dated plans.")
    return told
