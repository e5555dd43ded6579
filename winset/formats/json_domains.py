"""Additive domains as JSON: GeniusWeb as used by ANL, and NegoLog.

GeniusWeb: `LinearAdditiveUtilitySpace` with `issueUtilities` (DiscreteValueSetUtilities), `issueWeights` and, where one
is given, a `reservationBid` whose utility is the worth of no agreement. NegoLog: `issueWeights`, `issues` and
`reservationValue`. Values are on 0..1 and stand as written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from winset.errors import SettingError
from winset.formats.domain import Domain, Profile, check_size
from winset.formats.texts import natural, read_json
from winset.writing import KEY

LARGEST = sys.float_info.max
Worth = dict[str, dict[str, float]]


def read_json_domain(paths: Sequence[Path], name: str) -> Domain:
    """The domain of a folder of JSON profiles, in the order of their file names.

    Raises SettingError where no profile is found, or profiles disagree about issues or options.
    """
    found: list[tuple[str, Worth, dict[str, float], float]] = []
    for path in sorted(paths, key=lambda p: natural(p.name)):
        data = read_json(path)
        if "LinearAdditiveUtilitySpace" in data:
            stem, worth, weights, reserve = _geniusweb(path, data["LinearAdditiveUtilitySpace"])
            found.append((stem, worth, weights, _number(path, data.get("winset_reservation", reserve))))
        elif "issueWeights" in data and "issues" in data:
            reserve = _number(path, data.get("reservationValue", 0.0))
            found.append((path.stem, _worth(path, data["issues"]), _weights(path, data["issueWeights"]), reserve))
    if not found:
        raise SettingError("no additive profile (GeniusWeb or NegoLog JSON) among the files")
    first = found[0][1]
    options = tuple(tuple(values) for values in first.values())
    profiles = []
    for stem, worth, weights, reserve in found:
        if {i: set(v) for i, v in worth.items()} != {i: set(v) for i, v in first.items()} or set(weights) != set(first):
            raise SettingError(
                f"{stem}: its issues, options or weights are not those of {found[0][0]}: "
                f"{_differs(worth, weights, first)}"
            )
        values = tuple(tuple(worth[i][o] for o in first[i]) for i in first)
        profiles.append(Profile(stem, tuple(weights[i] for i in first), values, reserve))
    return Domain(name, tuple(first), options, tuple(profiles))


def _differs(worth: Worth, weights: dict[str, float], first: Worth) -> str:
    """The first thing in which two profiles differ."""
    for issue in sorted({*first, *worth}):
        if issue not in first or issue not in worth:
            return f"the issue {issue!r} is in one of them only"
        if odd := sorted(set(first[issue]) ^ set(worth[issue])):
            return f"the option {odd[0]!r} of {issue!r} is in one of them only"
    lacking = sorted(set(first) ^ set(weights))
    return f"the weight of {lacking[0]!r} has no issue, or the issue no weight"


def _geniusweb(path: Path, space: Any) -> tuple[str, Worth, dict[str, float], float]:
    try:
        tables = {
            issue: table["DiscreteValueSetUtilities"]["valueUtilities"]
            for issue, table in space["issueUtilities"].items()
        }
        weights = _weights(path, space["issueWeights"])
        bid = dict((space.get("reservationBid") or {}).get("issuevalues") or {})
    except (KeyError, TypeError, AttributeError, ValueError):
        raise SettingError(f"{path.name}: not a linear additive space over discrete values") from None
    worth = _worth(path, tables)
    try:
        reserve = sum(weights[i] * worth[i][o] for i, o in bid.items())
    except (KeyError, TypeError):
        raise SettingError(f"{path.name}: the reservation bid names an unknown option") from None
    return path.stem, worth, weights, reserve


def _worth(path: Path, tables: Any) -> Worth:
    if not isinstance(tables, dict) or not all(isinstance(t, dict) and t for t in tables.values()) or not tables:
        raise SettingError(f"{path.name}: issues must map each option to its value")
    check_size(path.name, len(tables), sum(map(len, tables.values())))
    return {i: {o: _number(path, v) for o, v in table.items()} for i, table in tables.items()}


def _weights(path: Path, weights: Any) -> dict[str, float]:
    if not isinstance(weights, dict):
        raise SettingError(f"{path.name}: issueWeights must map each issue to its weight")
    return {i: _number(path, w) for i, w in weights.items()}


def _number(path: Path, value: Any) -> float:
    number = not isinstance(value, bool) and isinstance(value, int | float)
    if not number or not abs(value) <= LARGEST:
        raise SettingError(f"{path.name}: {repr(value)[:60]} is not a finite number")
    return float(value)


def write_geniusweb(domain: Domain) -> dict[str, Any]:
    """The domain and its profiles as GeniusWeb JSON objects by file name. A reservation value above what the worst
    package gives has no exact bid, so the value itself is written as `winset_reservation` beside the space."""
    files: dict[str, Any] = {
        "domain.json": {
            "name": domain.name,
            "issuesValues": {i: {"values": list(o)} for i, o in zip(domain.issues, domain.options)},
        }
    }
    for n, p in enumerate(domain.profiles):
        tables = {
            issue: {"DiscreteValueSetUtilities": {"valueUtilities": dict(zip(options, values))}}
            for issue, options, values in zip(domain.issues, domain.options, p.values)
        }
        space = {"issueUtilities": tables, "issueWeights": dict(zip(domain.issues, p.weights)), "name": p.name}
        files[f"profile{n + 1}.json"] = {"LinearAdditiveUtilitySpace": space, "winset_reservation": p.reserve}
    return files


def write_negolog(domain: Domain) -> dict[str, Any]:
    """The profiles as NegoLog JSON objects by file name."""
    return {
        f"profile{n + 1}.json": {
            KEY: "winset",
            "reservationValue": p.reserve,
            "issueWeights": dict(zip(domain.issues, p.weights)),
            "issues": {i: dict(zip(o, v)) for i, o, v in zip(domain.issues, domain.options, p.values)},
        }
        for n, p in enumerate(domain.profiles)
    }
