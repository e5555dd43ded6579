"""Canonical JSON of a report: sorted keys, 12 significant digits, no times of the clock and no paths.

Many numbers rest on the same ids. Where several ids are a `basis`, they stand once under `sets`, by a digest of them, and
the basis is that one name: `["set:1f3a9c2e"]`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from winset.case.model import Figure
from winset.report.lab import plans
from winset.report.report import Report
from winset.result import Cited, Result
from winset.terminal import escaped

SHOWN = ("subject", "quantity", "date", "low", "mode", "high", "distribution", "at", "group", "note")


def as_json(report: Report) -> str:
    """The results with every Figure and passage they rest on; texts of sources are not in it."""
    case = report.case
    figures = {f.id: f for f in report.figures}
    cited = sorted({i for result in report.results for i in cited_ids(result)})
    held = {i: figures[i] for i in cited if i in figures}
    passages = {p for f in held.values() for p in f.basis.passages} | set(cited)
    sets: dict[str, list[str]] = {}
    document = {
        "schema": "winset-report/2",
        "case": {
            "id": case.id,
            "title": case.title,
            "as_of": case.as_of,
            "digest": case.digest,
            "patches": case.patches,
        },
        "settings": report.settings,
        "results": _shared(canonical(report.results), sets),
        "sets": sets,
        "figures": {i: _figure(f) for i, f in held.items()},
        "passages": {p.id: p for p in case.passages if p.id in passages},
        **plans(report),
    }
    if report.warnings:
        document["warnings"] = [str(w) for w in report.warnings]
    if report.record:
        document["record"] = canonical(report.record)
    text = json.dumps(canonical(document), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return escaped(text) + "\n"


def _shared(value: Any, sets: dict[str, list[str]]) -> Any:
    """The same plain values, with every basis of several ids replaced by the name of its set."""
    if isinstance(value, list):
        return [_shared(v, sets) for v in value]
    if not isinstance(value, dict):
        return value
    made = {k: _shared(v, sets) for k, v in value.items()}
    ids = made.get("basis")
    if isinstance(ids, list) and len(ids) > 1:
        name = "set:" + hashlib.sha256("\n".join(ids).encode()).hexdigest()[:12]
        sets[name] = ids
        made["basis"] = [name]
    return made


def cited_ids(result: Result) -> Iterator[str]:
    """Ids that the findings and cells of a result rest on."""
    for finding in result.findings:
        yield from finding.basis
    for table in result.tables:
        for row in table.rows:
            for cell in row:
                if isinstance(cell, Cited):
                    yield from cell.basis


def _figure(figure: Figure) -> dict[str, Any]:
    return {**{name: getattr(figure, name) for name in SHOWN}, "basis": figure.basis.parts}


def canonical(value: Any) -> Any:
    """Plain JSON values. A float keeps 12 significant digits; what is not finite becomes null."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return float(f"{value:.12g}") + 0.0 if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): canonical(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return [canonical(v) for v in sorted(value)]
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    if isinstance(value, BaseModel):
        return canonical(value.model_dump())
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: canonical(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return canonical(value.tolist())
    raise TypeError(f"no place in JSON for {type(value).__name__}")
