"""What the escalation lens offers to readers of one page."""

from __future__ import annotations

import numpy as np

from winset.lens.escalation.model_tables import REGIONS
from winset.lens.escalation.parts import Parts
from winset.lens.escalation.words import followed, kept, next_words, reassured, some, standing_states
from winset.result import Offer, Point
from winset.spoken import capital, count, percent, short

FEW = 2  # no answer: next steps that the brief names


def offer(parts: Parts) -> Offer:
    texts = [
        _threat(parts),
        *kept(parts),
        *_steps(parts),
        *followed(parts),
        *next_words(parts)[:FEW],
        *standing_states(parts),
    ]
    shown = [text for text in texts if text]
    return Offer(
        headline=_headline(parts),
        picture="acts_chart",
        so_what=_so_what(parts),
        points=tuple(Point("escalation", text, "acts_chart" if i == 0 else "") for i, text in enumerate(shown)),
    )


def _headline(parts: Parts) -> str:
    """Threats carried out, and whether answers stand out: at most 25 words."""
    done = sum(t.fate.startswith("carried out") or t.fate == "followed by an act" for t in parts.threats)
    if not parts.counts:
        chance = "no two sides have dated acts toward each other"
        held = (
            f"{capital(count(len(parts.threats), 'threat'))} on record" if parts.threats else "No threat is on record"
        )
        return f"{held}; {chance}."
    stand = any(c.q <= parts.set.alpha and c.look.answered > c.look.expected for c in parts.counts)
    chance = "acts follow acts more than chance explains" if stand else "acts follow acts no more than chance explains"
    if not parts.threats:
        return f"No threat is on record; {chance}."
    whole = len(parts.threats)
    if whole == 1:
        return (
            f"The one threat on record was {'followed' if done else 'not followed'} by an act of its author; {chance}."
        )
    return (
        f"{capital(some(done))} of the {count(whole)} threats on record {'was' if done == 1 else 'were'} followed by "
        f"an act of their author; {chance}."
    )


def _threat(parts: Parts) -> str:
    """The threat whose region is clearest."""
    if not parts.weighed:
        return ""
    w = max(parts.weighed, key=lambda w: (float(w.shares[w.leading]), w.threat.id))
    certain, mid = float(np.median(w.at.certain)), float(np.median(w.defender))
    return (
        f"If payoffs are as the dossier judges them, the threat against “{short(w.threat.challenge)}” "
        f"{REGIONS[w.leading]} in {percent(float(w.shares[w.leading]))} of draws: "
        f"it would take a credibility of {certain:.2f}, and the dossier has {mid:.2f}."
    )


def _steps(parts: Parts) -> list[str]:
    return [reassured(parts, r) for r in parts.reassures[:1]]


def _so_what(parts: Parts) -> str:
    short_of = [w for w in parts.weighed if float(np.median(w.margin)) < 0]
    if short_of:
        w = min(short_of, key=lambda w: (float(np.median(w.needed - w.not_made)), w.threat.id))
        return (
            f"A status quo that is worth more to {parts.name(w.threat.challenger)} deters "
            f"“{short(w.threat.challenge)}” as well as a "
            "harder threat does."
        )
    return "Watch steps that have been announced and not done, and ask each side which step it holds for a threshold."
