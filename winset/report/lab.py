"""The plan lab of the page: a bench as text that a small script reads, so that a package can be judged without winset.

Worths are whole numbers of steps, three letters a draw (`LETTERS`); numbers that must be exact are the bytes of 64-bit
floats, and draws in which something holds are bits, both in base64. Equal columns stand once. All names are cleaned
text inside JSON in which `<` is escaped, so nothing in them can end the element that holds them.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int
from markupsafe import Markup

from winset.case import model as m
from winset.case.model import Case
from winset.derive.deal.bench import LEVELS, Bench
from winset.report import words
from winset.report.report import Report

LETTERS = "".join(c for c in map(chr, range(33, 127)) if c not in '<"\\')
assert len(LETTERS) ** 3 == LEVELS + 1


def data(report: Report) -> Markup | None:
    """What the lab's script reads, as JSON that is safe inside a script element; None where there is no lab."""
    bench = report.lab
    if not isinstance(bench, Bench):
        return None
    text = json.dumps(_document(report, bench), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def plans(report: Report) -> dict[str, Any]:
    """What the lab says of the plans as they stand, for `result.json`: a copied patch gives its numbers here."""
    bench = report.lab
    if not isinstance(bench, Bench):
        return {}
    said = {plan.id: bench.evaluate(bench.plan(plan)) for plan in report.case.plans}
    return {"lab": {"draws": bench.draws, "of": bench.kept, "plans": said}}


def _document(report: Report, bench: Bench) -> dict[str, Any]:
    case, columns, bits = report.case, Columns(), Columns()
    worth = [[columns.add(_letters(code)) for code in own] for own in bench.code]
    red = [[bits.add(_bits(line)) if line.any() else -1 for line in own] for own in bench.red]
    return {
        "case": case.id,
        "asOf": str(case.as_of),
        "digest": case.digest[:12],
        "seed": report.settings.get("seed"),
        "asked": bench.asked,
        "altered": bool(case.patches) or any(row["set"] for row in report.settings.get("model", {}).values()),
        "draws": bench.draws,
        "of": bench.kept,
        "parties": [{"id": p, "name": words.clean(words.name(case, p))} for p in bench.parties],
        "issues": [_issue(issue, options) for issue, options in zip(bench.issues, bench.options)],
        "order": [bench.issues.index(issue) for issue in case.issues],
        "plans": [_plan(case, plan, bench) for plan in case.plans],
        "rules": _rules(case, bench),
        "needs": [
            {
                "issue": n.issue,
                "option": n.option,
                "who": words.clean(words.names(case, n.actors)),
                "home": n.home,
                "met": bits.add(_bits(n.met)),
            }
            for n in bench.needs
        ],
        "leader": bench.leader,
        "follows": [bits.add(_bits(row)) for row in bench.follows],
        "base": [_floats(row) for row in bench.base],
        "low": bench.low.tolist(),
        "step": bench.step.tolist(),
        "worth": worth,
        "red": red,
        "known": bench.known,
        "bound": bench.bound,
        "least": [[[p.id for p in case.plans].index(plan), size] for plan, size in bench.least],
        "frontier": bench.frontier,
        "letters": LETTERS,
        "columns": columns.texts,
        "bits": bits.texts,
    }


class Columns:
    """Texts, each once, by their place."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}

    def add(self, text: str) -> int:
        return self.place.setdefault(text, len(self.place))

    @property
    def texts(self) -> list[str]:
        return list(self.place)


def _letters(code: Int[np.ndarray, " draw"]) -> str:
    """Whole numbers up to `LEVELS`, three letters each, the largest part first."""
    alphabet, base = np.frombuffer(LETTERS.encode(), np.uint8), len(LETTERS)
    parts = np.stack([code // base**2, code // base % base, code % base], axis=1)
    return alphabet[parts].tobytes().decode()


def _floats(row: Float[np.ndarray, " draw"]) -> str:
    return base64.b64encode(row.astype("<f8").tobytes()).decode()


def _bits(row: Bool[np.ndarray, " draw"]) -> str:
    return base64.b64encode(np.packbits(row, bitorder="little").tobytes()).decode()


def _issue(issue: m.Issue, options: tuple[str, ...]) -> dict[str, Any]:
    labels = ["left to later talks" if o == m.DEFERRED else words.clean(issue.option(o).label) for o in options]
    return {
        "id": issue.id,
        "name": words.clean(issue.name),
        "ask": words.clean(issue.question),
        "quo": options.index(issue.status_quo),
        "options": [{"id": o, "label": label} for o, label in zip(options, labels)],
    }


def _plan(case: Case, plan: m.Plan, bench: Bench) -> dict[str, Any]:
    """A plan by the place of its option on each issue, -1 where it is silent. fixed: it marks the end of a scale."""
    ends = {end for scale in case.scales.values() for end in (scale.defeat, scale.victory)}
    named = [plan.clauses[i.id].option if i.id in plan.clauses else None for i in bench.issues]
    return {
        "id": plan.id,
        "name": words.clean(plan.name),
        "benchmark": plan.kind == "benchmark",
        "fixed": plan.id in ends,
        "choice": [-1 if option is None else own.index(option) for option, own in zip(named, bench.options)],
    }


def _rules(case: Case, bench: Bench) -> list[dict[str, Any]]:
    """The bans on combinations, in the order of the bench's."""
    why = [words.clean(rule.why) for rule in sorted(case.rules, key=lambda r: r.id)]
    return [
        {"why": told, "forbid": [[j, sorted(options)] for j, options in rule]} for told, rule in zip(why, bench.rules)
    ]
