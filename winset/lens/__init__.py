"""The lenses, by name: where each is defined and which question it answers. Nothing heavy is imported here."""

from __future__ import annotations

import importlib
from typing import Any

from winset.errors import SettingError

LENSES: dict[str, tuple[str, str]] = {
    "settlement": (
        "winset.lens.settlement.lens:Settlement",
        "Is there a deal everyone could sign, and what stops this one?",
    ),
    "ledger": ("winset.lens.ledger.lens:Ledger", "What was said, what was done, and what is a word worth?"),
    "screening": (
        "winset.lens.screening.lens:Screening",
        "Sincere, playing for time or exploring: what do the acts tell, and what could be demanded of whom?",
    ),
    "influence": (
        "winset.lens.influence.lens:Influence",
        "Where does bargaining by weight end, who moves each leader, and who could bring both sides down?",
    ),
    "process": (
        "winset.lens.process.lens:Process",
        "What does the way of deciding and of carrying messages do to what is decided?",
    ),
    "endurance": (
        "winset.lens.endurance.lens:Endurance",
        "How long can each side go on, who breaks first, and what would aid or sanctions change?",
    ),
    "escalation": (
        "winset.lens.escalation.lens:Escalation",
        "How far may it go: what was answered, which threats count, and what would hold it?",
    ),
    "futures": (
        "winset.lens.futures.lens:Futures",
        "What happens next, by when and why, and what would each lever change?",
    ),
    "scorecard": (
        "winset.lens.scorecard.lens:Scorecard",
        "Who gains by what: today, under each plan and each end of the war, and by which weighting?",
    ),
}


def lens(name: str) -> Any:
    """The lens of that name with its default settings. Raises SettingError for an unknown name."""
    if name not in LENSES:
        raise SettingError(f"unknown lens {name!r}; one of {', '.join(LENSES)}")
    module, _, cls = LENSES[name][0].partition(":")
    return getattr(importlib.import_module(module), cls)()
