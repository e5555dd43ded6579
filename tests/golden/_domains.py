"""A minimal reader of negotiation domains for the golden rows, on GENIUS's scale; apart from winset.formats on purpose.

GENIUS XML: an item is worth evaluation / largest evaluation of its issue, an integer value slope * (value - lower) +
offset; weights as written; reservation value as written (0 if none). Of items that share a value the last counts.
GeniusWeb and NegoLog JSON: values and weights as written.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

from winset.theory.additive import AdditiveProblem, additive_problem

Profile = tuple[dict[str, dict[str, float]], float]


def load(folder: Path, profiles: str, fmt: str) -> AdditiveProblem:
    """Profiles are file stems joined by '|'. Issues and options are matched by name."""
    read = {"genius": _genius, "geniusweb": _geniusweb, "negolog": _negolog}[fmt]
    suffix = ".xml" if fmt == "genius" else ".json"
    parties = [read(folder / f"{name}{suffix}") for name in profiles.split("|")]
    first = parties[0][0]
    values = [np.array([[p[issue][o] for o in first[issue]] for p, _ in parties]) for issue in first]
    return additive_problem(values, reserve=np.array([r for _, r in parties]), parties=profiles.split("|"))


def _genius(path: Path) -> Profile:
    root = ET.parse(path).getroot()
    weights = {w.get("index"): float(w.get("value", "nan")) for w in root.iter("weight")}
    table: dict[str, dict[str, float]] = {}
    for issue in root.iter("issue"):
        if issue.get("lowerbound") is not None:
            low, high = int(issue.get("lowerbound", "")), int(issue.get("upperbound", ""))
            line = issue.find("evaluator")
            assert line is not None
            slope, offset = float(line.get("slope", "nan")), float(line.get("offset", "nan"))
            worth = {str(v): slope * (v - low) + offset for v in range(low, high + 1)}
        else:
            items = {i.get("value", ""): float(i.get("evaluation", "nan")) for i in issue.findall("item")}
            top = max(items.values()) or 1.0  # an issue worth nothing throughout
            worth = {v: e / top for v, e in items.items()}
        weight = weights[issue.get("index")]
        table[issue.get("name", "")] = {v: weight * e for v, e in worth.items()}
    reservation = root.find("reservation")
    return table, 0.0 if reservation is None else float(reservation.get("value", "0"))


def _geniusweb(path: Path) -> Profile:
    space = json.loads(path.read_text())["LinearAdditiveUtilitySpace"]
    weights = space["issueWeights"]
    table = {
        issue: {v: weights[issue] * u for v, u in part["DiscreteValueSetUtilities"]["valueUtilities"].items()}
        for issue, part in space["issueUtilities"].items()
    }
    return table, 0.0


def _negolog(path: Path) -> Profile:
    profile = json.loads(path.read_text())
    weights = profile["issueWeights"]
    table = {issue: {v: weights[issue] * u for v, u in part.items()} for issue, part in profile["issues"].items()}
    return table, float(profile["reservationValue"])
