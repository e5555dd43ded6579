"""Golden rows of influence: bargaining models, circles of advisers, ways of deciding, mediators.

`MODELS` serves rows of the form of formal models; `check_row` serves rows of cases (case, model, quantity, round,
value, tolerance), whose inputs lie in a folder of their own. What a source reports and no model here computes is not
covered.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from winset.theory import condorcet, expected_utility, means, mediation, opinion, organisation, spatial_model

Params = dict[str, Any]


def expected_utility_model(q: Params, quantity: str) -> float | None:
    x, c, s = (np.array(q[k], float) for k in ("positions", "capability", "salience"))
    turn = int(q.get("round", 1))
    made = expected_utility.play(x, c, s, expected_utility.PRESETS[q["preset"]], max(1, turn))
    return _told(quantity, made.positions[0, turn], c * s, made.risk[0, 0])


def spatial(q: Params, quantity: str) -> float | None:
    x, c, s = (np.array(q[k], float) for k in ("positions", "capability", "salience"))
    switches = {k: v for k, v in q.items() if k not in ("positions", "capability", "salience")}
    made = spatial_model.play(x[:, None] / 100, c, s[:, None] / 100, spatial_model.Model(**switches))
    if quantity == "turns":
        return float(len(made.positions) - 1)
    return _told(quantity, made.positions[-1, :, 0] * 100, c * s)


def _told(quantity: str, x: np.ndarray, w: np.ndarray, risk: np.ndarray | None = None) -> float | None:
    if quantity == "mean":
        return float(means.weighted_mean(x, w))
    if quantity == "median":
        return float(means.weighted_median(x, w))
    if found := re.fullmatch(r"risk\[(\d+)\]", quantity):
        return None if risk is None else float(risk[int(found[1])])
    return None


def election(q: Params, quantity: str) -> float | None:
    C = condorcet.on_a_line(np.array([q["positions"]], float), np.array([q["weights"]], float))
    P = condorcet.election(C, q["kind"], q.get("victory", "linear"))
    found = re.fullmatch(r"P\[(\d+)\]", quantity)
    return float(P[0, int(found[1])]) if found else None


def decides(q: Params, quantity: str) -> float | None:
    if quantity == "jury":
        return organisation.jury(q["voters"], q["right"])
    if quantity == "passes":
        return float(organisation.committee(q["reviewers"], q["needed"], q["chance"]))
    return None


def messenger(q: Params, quantity: str) -> float | None:
    if quantity == "partitions":
        return float(organisation.partitions(q["bias"]))
    return organisation.messenger_loss(q["bias"]) if quantity == "loss" else None


def speaks(q: Params, quantity: str) -> float | None:
    costs = q["cost_low"], q["cost_high"], q["war_cost"]
    if quantity == "least_bias":
        return mediation.bias_to_be_believed(q["soft"], *costs)
    return float(mediation.accuracy_to_be_believed(np.array(q["bias"]), *costs)) if quantity == "accuracy" else None


MODELS: dict[str, Callable[[Params, str], float | None]] = {
    "expected_utility": expected_utility_model,
    "spatial_model": spatial,
    "condorcet": election,
    "organisation": decides,
    "messenger": messenger,
    "mediator_bias": speaks,
}

# words of the published program for the switches of `spatial_model.Model`
SWITCHES = {
    "VictoryProbModel": "victory",
    "PCEModel": "election",
    "VotingRule": "voting",
    "BigRAdjust": "risk_view",
    "BigRRange": "risk_range",
    "ThirdPartyCommit": "commitment",
    "InterVecBrgn": "bargain",
    "BargnModel": "view",
}
VALUES = {
    "MarkovUniform": "markov-uniform",
    "MarkovIncentive": "markov-incentive",
    "Prop": "proportional",
    "PropBin": "prop-binary",
    "PropCbc": "prop-cubic",
    "ASymProsp": "asymmetric",
    "OneThird": "one-third",
    "TwoThirds": "two-thirds",
    "NoCommit": "none",
    "SemiCommit": "semi",
    "FullCommit": "full",
    "InitOnlyInterp": "initiator",
    "InitRcvrInterp": "both",
    "PWCompInterp": "weighed",
}
PRESETS = {"EUM scholz_code": "scholz2011-code", "EUM paper_literal": "paper-literal", "Scholz": "scholz2011-code"}


def check_row(row: dict[str, str], inputs: Path) -> tuple[float | None, bool | None]:
    """(what winset gives, whether it is within the row's tolerance; None where nothing here computes it)."""
    value = _value(row, inputs)
    if value is None or not row["tolerance"] or not row["value"]:
        return value, None
    return value, abs(value - float(row["value"])) <= max(float(row["tolerance"]), 1e-6) + 1e-9


def _value(row: dict[str, str], inputs: Path) -> float | None:
    model, case = row["model"], row["case"].split("(")[0].strip()
    if case == "emissions" and (preset := next((v for k, v in PRESETS.items() if model.startswith(k)), "")):
        return _challenges(row, preset, inputs)
    if case == "emissions" and model == "eq.31":
        names, x, c, s = _emissions(inputs)
        one, other = re.findall(r"P\[(\w+) beats (\w+)\]", row["quantity"])[0]
        return float(expected_utility.victory(x, c, s)[names.index(one), names.index(other)])
    if model.startswith("KTAB SMP"):
        return _turns(row, case, inputs)
    if model in ("Friedkin-Johnsen", "DeGroot"):
        return _circle(row, inputs)
    return None


@cache
def _emissions(inputs: Path) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    rows = _rows(inputs / "emissions_bdm1994.csv")
    columns = (np.array([float(r[k]) for r in rows]) for k in ("position_years", "capability", "salience"))
    return [r["actor"] for r in rows], *columns  # type: ignore[return-value]


def _challenges(row: dict[str, str], preset: str, inputs: Path) -> float | None:
    names, x, c, s = _emissions(inputs)
    made = expected_utility.play(x, c, s, expected_utility.PRESETS[preset], 10)
    turn, what = int(row["round"]), row["quantity"]
    if what.startswith("risk"):
        return float(made.risk[0, 0, names.index(what.split("[")[1].rstrip("]"))])
    if what.startswith("move"):
        return float(made.positions[0, 1, names.index(what.split()[1])])
    return _told(what.split()[0], made.positions[0, turn], c * s)


def _turns(row: dict[str, str], case: str, inputs: Path) -> float | None:
    rows = _rows(inputs / "ktab" / f"{case}_input.csv")
    dims = sum(k.startswith("position") for k in rows[0])
    x, s = (
        np.array([[float(r[f"{w}{k}"]) / 100 for k in range(dims)] for r in rows]) for w in ("position", "salience")
    )
    c = np.array([float(r["capability"]) for r in rows])
    changed = dict(pair.split("=") for pair in row["model"].partition("but ")[2].split(",") if pair)
    switches = {SWITCHES[k.strip()]: VALUES.get(v, v.lower()) for k, v in changed.items()}
    made = spatial_model.play(x, c, s, spatial_model.Model(**switches))
    if row["quantity"] == "number of turns":
        return float(len(made.positions) - 1)
    dim = int(found[1]) if (found := re.match(r"dim(\d+)", row["quantity"])) else 0
    kind = "median" if "median" in row["quantity"] else "mean"
    return _told(kind, made.positions[-1, :, dim] * 100, c * s[:, dim])


def _circle(row: dict[str, str], inputs: Path) -> float | None:
    name = "FJ4" if "4-person" in row["case"] else "SINT3"
    people = [r for r in _rows(inputs / "fj_examples.csv") if r["example"] == name]
    n = len(people)
    W = np.array([[float(r[f"w{k + 1}"] or 0) for k in range(n)] for r in people])
    s, x0 = (np.array([float(r[k]) for r in people]) for k in ("susceptibility", "x0"))
    found = re.search(r"(?:x|pi)(\d+)$", row["quantity"])
    if row["model"] == "DeGroot":
        weights = opinion.influence_weights(W)
        return float(weights[int(found[1]) - 1]) if found else float(weights @ x0)
    return float(opinion.friedkin_johnsen(W, s, x0)[int(found[1]) - 1]) if found else None


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
