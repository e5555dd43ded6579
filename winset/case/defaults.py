"""Figures that winset adds where a case gives none, so that one written for an earlier version still answers.

They stand in `defaults.csv` with their reason; a case replaces one by giving its own. The report says where one stands
in.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files

from winset.case import model as m
from winset.case.figure import Figure, parse_basis

FILE = "defaults.csv"
WROTE, BY_ENVOY = "wrote", "wrote_by_envoy"


@cache
def table() -> tuple[Figure, ...]:
    """The defaults, each for its subject; `*` stands for any."""
    text = files("winset").joinpath(f"case/{FILE}").read_text(encoding="utf-8")
    made = []
    for line, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        source = f" ({row['source']})" if row["source"] else ""
        made.append(
            Figure(
                id=f"{row['subject']}.{row['quantity']}",
                subject=(row["subject"],),
                quantity=row["quantity"],
                basis=parse_basis(f"judgement: default of winset: {row['reason']}{source}"),
                low=float(row["low"]),
                mode=float(row["mode"]),
                high=float(row["high"]),
                where=(FILE, line),
            )
        )
    return tuple(made)


def is_default(figure: Figure) -> bool:
    """Whether a Figure stands in for one that the case does not give."""
    return figure.where[0] == FILE


def with_defaults(case: m.Case) -> m.Case:
    """The case with the defaults that it needs and does not give, after its own Figures."""
    have = {f.key for f in case.figures}
    needed = [("tactical", name) for name in answer_kinds(case)]
    needed += [("consent_dependence", name) for name in asked(case)]
    needed += [("follows", f"{ally}/{leader}") for ally, leader in followers(case)]
    added = []
    for quantity, subject in needed:
        if f"{subject}.{quantity}" not in have:
            found = next(f for f in table() if f.quantity == quantity and f.subject[0] in (subject, "*"))
            added.append(replace(found, id=f"{subject}.{quantity}", subject=tuple(subject.split("/"))))
    return replace(case, figures=(*case.figures, *added))


def asked(case: m.Case) -> list[str]:
    """The actors whose consent some option needs."""
    return sorted({a for i in case.issues for o in i.options for n in o.needs for a in n.actors})


def followers(case: m.Case) -> list[tuple[str, str]]:
    """The allies that sign, each with the leader of its side."""
    signing = sorted(a.id for a in case.signatories)
    return [(a, leader) for a in signing if case.war and (leader := case.war.leader_of(a))]


def answer_kinds(case: m.Case) -> list[str]:
    """The kinds of answers to plans that are on record."""
    found = {r.response for plan in case.plans for r in plan.responses}
    return sorted(found | {authorship(case, a) for p in case.plans if p.kind == "plan" for a in p.authors})


def authorship(case: m.Case, author: str) -> str:
    """What an author's writing is as an answer: the party's own word if the party or its leader wrote, else an
    envoy's."""
    actor = case.actor[author]
    return WROTE if actor.principal is None or actor.role == "leader" else BY_ENVOY


def defaults_in(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Those of some Figures that are defaults."""
    return tuple(f for f in figures if is_default(f))
