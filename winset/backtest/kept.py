"""The scores of a public record, by who forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from winset.backtest.chain import Line, scored
from winset.settings import whole
from winset.theory import scores


def told(lines: Sequence[Line]) -> dict[str, Any]:
    """For programs: counts by state, and the mean Brier score of every forecaster with its interval over clusters."""
    found = scored(lines)
    states = {s: sum(state == s for _, state in found) for s in ("pending", "yes", "no", "void")}
    made: dict[str, Any] = {
        "forecasts": len(found),
        "states": states,
        "last_digest": lines[-1].digest if lines else "",
        "brier": {},
    }
    for who in sorted({said["who"] for said, _ in found}):
        own = [
            (s["chance"], state == "yes", f"{s['case']} {s['cluster']}")
            for s, state in found
            if s["who"] == who and state in ("yes", "no")
        ]
        if own:
            chance, yes = np.array([x[0] for x in own], float), np.array([x[1] for x in own], bool)
            of = scores.clustered(
                scores.brier(chance, yes), [x[2] for x in own], whole("backtest.resamples"), np.random.default_rng(1)
            )
            ends = {k: None if np.isnan(v) else v for k, v in (("low", of.low), ("high", of.high))}
            made["brier"][who] = {"value": of.value, **ends, "questions": of.count, "clusters": of.clusters}
    return made


def sentences(lines: Sequence[Line]) -> list[str]:
    found = told(lines)
    s = found["states"]
    said = [
        f"{found['forecasts']:,} forecasts: {s['yes'] + s['no']:,} scored, {s['pending']:,} pending, {s['void']:,} "
        "void. The chain is whole."
    ]
    for who, of in found["brier"].items():
        ends = "" if of["low"] is None else f" ({of['low']:.3f} to {of['high']:.3f})"
        said.append(
            f"{who}: Brier score {of['value']:.3f}{ends} on {of['questions']:,} questions in {of['clusters']:,} "
            "clusters."
        )
    if not found["brier"]:
        said.append("Nothing is scored yet.")
    return said
