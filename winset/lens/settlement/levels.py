"""settlement at two levels, and what a promise of protection is worth.

Putnam (1988): a deal abroad has to pass at home. A guarantee that binds more deters more and is harder to sign, so the
odds that guarantors fight and the odds that the other side signs are shown as a curve, not multiplied. Durability: a
deal that may break is worth h u + (1 - h)(no deal + what breaking changes), h the odds that it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.deal.acceptance import Verdict
from winset.derive.deal.bargain import Bargain, bargain
from winset.derive.worth.utilities import Reading
from winset.lens.settlement import basis as rests_on
from winset.lens.settlement.exact import Extra
from winset.lens.settlement.tables import percent
from winset.result import Chart, Cited, Column, Finding, Section, Table, cited, plain
from winset.settings import number, numbers, whole
from winset.sift import beside
from winset.theory.zone import draws, zones


def levels(study: Study, plans: Sequence[m.Plan], verdicts: Sequence[Verdict], reading: Reading) -> Extra:
    """Ratification, plans made over someone's head, guarantees and durability, in `levels.sample` stratified draws."""
    extra, few = Extra(), _few(study)
    extra.add(few.each(ratification, [reading], "ratification")[0])
    _over_heads(extra, study.known, plans, verdicts)
    extra.add(few.each(guarantees, [reading], "guarantees")[0])
    extra.add(few.each(durability, [reading], "durability")[0])
    extra.sections += SECTIONS
    return extra


def parts(study: Study, reading: Reading) -> list[tuple[Study, Any, Any]]:
    """(study, function, item) of what `levels` will ask for and can be answered apart."""
    return [(_few(study), part, reading) for part in (durability, ratification, guarantees)]


def _few(study: Study) -> Study:
    return study.fewer(whole("levels.sample"))


def _put(study: Study, reading: Reading) -> tuple[Arrays, Bargain]:
    """The draws of the study, and the problem in them."""
    arrays = study.reading(how=reading.rival)[0]
    return arrays, bargain(arrays, reading)


def _zone(
    b: Bargain, lines: np.ndarray, values: np.ndarray | None = None, reserve: np.ndarray | None = None
) -> np.ndarray:
    many = draws(
        b.values if values is None else values, b.reserve if reserve is None else reserve, lines, b.sizes, b.rules
    )
    return zones(many).exists


@beside("deals")
def ratification(study: Study, reading: Reading) -> Extra:
    """How each consent shrinks the set of deals: the zone with only it asked, and with all asked but it (a task)."""
    extra, (_, b), case = Extra(), _put(study, reading), study.known
    if not b.closed:
        return extra
    alone, everyone = _zone(b, b.lines(False, False)), _zone(b, b.lines())
    rows = []
    for (who, home), closed in sorted(b.closed.items()):
        asked = b.red.copy()
        asked[:, 0, :] |= closed
        granted = replace(b, closed={k: v for k, v in b.closed.items() if k[0] != who}).lines()
        only, without = float(_zone(b, asked).mean()), float(_zone(b, granted).mean())
        names = ", ".join(case.actor[a].name for a in who.split())
        side = case.actor[case.party_of(who.split()[0])].name if home else "abroad"
        rests = rests_on.consents(case, who.split())
        more, opens = only - float(alone.mean()), without - float(everyone.mean())
        rows.append((-opens, more, cited(rests, names, side, only, more, opens), rests_on.zone(case)))
    rows.sort(key=lambda r: (r[0], r[1], r[2][0]))
    note = (
        f"A zone exists in {alone.mean():.1%} of the draws with nobody asked and in {everyone.mean():.1%} with all "
        "asked. “Only this one asked” shows how far one consent alone shrinks the set of deals; “if it were sure” "
        "what winning it would add."
    )
    columns = (
        Column("who", "Whose consent"), Column("side", "On the side of"),
        Column("only", "Zone, only this one asked", "share"),
        Column("shrinks", "Change from nobody asked", "number"), Column("opens", "Change if it were sure", "number"),
    )  # fmt: skip
    extra.tables.append(
        Table(
            "ratification",
            "Who else has to agree, and how far that shrinks the deals",
            columns,
            tuple(r[2] for r in rows),
            note,
        )
    )
    shrinks, _, (top, *_), rests = rows[0]
    if (gain := -shrinks) > 0:
        extra.findings.append(
            Finding(
                "ratification.top",
                f"The consent whose certainty would add most deals is that of {top}: the zone would grow by {gain:.1%} "
                f"of the draws.",
                gain, "change of share", gain, gain, basis=rests, sources=("putnam1988",),
            )
        )  # fmt: skip
    return extra


def _over_heads(extra: Extra, case: m.Case, plans: Sequence[m.Plan], verdicts: Sequence[Verdict]) -> None:
    """Plans whose authors do not include a party that has to sign."""
    rows = []
    for plan, verdict in zip(plans, verdicts):
        sides = {case.party_of(a) for a in plan.authors}
        left = [p for p in sorted(verdict.signs) if p not in sides]
        own = [p for p in sorted(verdict.signs) if p in sides]
        for party in left:
            told = ", ".join(case.actor[p].name for p in sorted(sides)) or "not stated"
            theirs = float(np.all([verdict.signs[p] for p in own], axis=0).mean()) if own else "none of them signs"
            accepts = Cited(float(verdict.signs[party].mean()), rests_on.signing(case, [party]))
            rows.append((*cited(rests_on.signing(case, own), plan.name, told, theirs), case.actor[party].name, accepts))
    columns = (
        Column("plan", "Plan"), Column("authors", "Side of its authors"),
        Column("own", "Signed by the authors' side", "share"),
        Column("left", "Has to sign, was not an author"), Column("signs", "Signs", "share"),
    )  # fmt: skip
    extra.tables.append(Table("over_heads", "Plans made without someone who has to sign", columns, tuple(rows)))


@beside("deals")
def guarantees(study: Study, reading: Reading) -> Extra:
    """One row per option that somebody would have to fight for: odds of fighting, and of each party signing it (a
    task)."""
    extra, (arrays, b) = Extra(), _put(study, reading)
    case = arrays.case
    rows: list[tuple[Any, ...]] = []
    fights: dict[tuple[str, str], list[str]] = {}
    for figure in case.figures:
        if figure.quantity == "guarantor_fights":
            who, *promise = figure.subject
            fights.setdefault((promise[0], promise[1]), []).append(who)
    for issue_id, option in _promised(case, fights):
        issue = case.issue[issue_id]
        j = [i.id for i in b.issues].index(issue_id)
        place, span = b.at(issue_id, option), slice(int(b.starts[j]), int(b.starts[j + 1]))
        lines = b.lines(False, False)
        others = np.ones(lines.shape[2], bool)
        others[: span.start] = others[span.stop :] = False
        others[place] = False
        lines[:, 0, others] = True
        guarantors = sorted(fights.get((issue_id, option), []))
        stakes = [arrays.get(a, issue_id, option, "guarantor_fights") for a in guarantors]
        basis = tuple(arrays.id(a, issue_id, option, "guarantor_fights") for a in guarantors)
        strongest = np.max(stakes, axis=0) if stakes else np.zeros(arrays.draws)
        lines_of = {p: tuple(sorted(f.id for f in case.figures if f.subject[:2] == (p, issue_id))) for p in b.parties}
        signs = [Cited(float((~b.red[:, i, place]).mean()), lines_of[p]) for i, p in enumerate(b.parties)]
        low, high = map(float, np.percentile(strongest, [5, 95]))
        who = ", ".join(case.actor[a].name for a in guarantors) or "nobody"
        fighting = cited(basis, issue.option(option).label, who, float(strongest.mean()), low, high)
        rows.append((*fighting, *signs, Cited(float(_zone(b, lines).mean()), rests_on.zone(case))))
    if not fights:
        return extra
    columns = (
        Column("option", "Guarantee"), Column("who", "Who would fight"),
        Column("fights", "Fights if attacked", "share"),
        Column("low", "5th percentile", "share"), Column("high", "95th percentile", "share"),
        *(Column(p, f"{case.actor[p].name} could sign it", "share") for p in b.parties),
        Column("zone", "Zone with it", "share"),
    )  # fmt: skip
    note = (
        "Fights: the odds that at least the surest of the guarantors fights if the guarantee is called upon. Could "
        "sign: the draws in which no real red line of the party forbids it. Zone with it: the draws in which the "
        "signatories could agree on some package that contains it. The two are not multiplied: what binds less is "
        "signed sooner, so one number would hide the choice."
    )
    extra.tables.append(Table("guarantees", "What a guarantee binds, and who signs it", columns, tuple(rows), note))
    fights_if = [plain(r[2]) for r in rows]
    reluctant = min(
        b.parties,
        key=lambda p: (float(np.cov(fights_if, [r[5 + b.parties.index(p)].value for r in rows], bias=True)[0, 1]), p),
    )
    extra.charts.append(
        Chart(
            "guarantees_chart", "frontier", "guarantees", "Binding more, signed less",
            {"x": "fights", "y": reluctant, "label": "option"},
            f"Up: {case.actor[reluctant].name} could sign it in more draws. Right: guarantors are likelier to fight.",
        )
    )  # fmt: skip
    return extra


def _promised(case: m.Case, fights: dict[tuple[str, str], list[str]]) -> list[tuple[str, str]]:
    """All options of every issue on which some option has guarantors, in the order of the case."""
    issues = {issue for issue, _ in fights}
    return [(i.id, o) for i in sorted(case.issues, key=lambda x: x.id) if i.id in issues for o in i.option_ids]


@beside("deals")
def durability(study: Study, reading: Reading) -> Extra:
    """The zone if a deal holds with odds h, and what the stated risk of breaking makes of it (a task)."""
    extra, (arrays, b) = Extra(), _put(study, reading)
    if not all(arrays.has(p, "break_shift") for p in b.parties):
        return extra
    shift = np.stack([arrays.get(p, "break_shift") for p in b.parties], axis=1)
    rows, basis = [], tuple(arrays.id(p, "break_shift") for p in b.parties)
    for h in reversed(numbers("levels.holds")):
        exists = _zone(b, b.lines(False, False), *_discounted(b, np.full(arrays.draws, h), shift))
        free = _zone(b, np.zeros_like(b.red), *_discounted(b, np.full(arrays.draws, h), shift))
        rows.append((h, float(exists.mean()), float(free.mean())))
    columns = (
        Column("holds", "Odds that the deal holds", "share"), Column("zone", "Zone, red lines kept", "share"),
        Column("bare", "Zone, no red line", "share"),
    )  # fmt: skip
    base, need = (
        rows[0][1],
        next((r[0] for r in reversed(rows) if r[1] >= number("levels.half") * rows[0][1] and r[1] > 0), None),
    )
    shifts = "; ".join(
        f"{arrays.case.actor[p].name} {float(np.mean(shift[:, i])):+.2f}" for i, p in enumerate(b.parties)
    )
    lost = base - min(r[1] for r in rows)
    closes = f"can close it here: the zone falls by {lost:.1%} of the draws"
    told = (
        "If side payments were unlimited a risk of breaking would only shift the zone (by the change of power times "
        "(1 - h)/h); with clauses that cannot be divided it "
        f"{closes if lost > number('levels.hardly') else 'hardly changes it here'}. "
        f"Change in what fighting is worth after a break: {shifts}."
    )
    cells = tuple((h, *cited(basis, exists, free)) for h, exists, free in rows)
    extra.tables.append(Table("durability", "A deal that may break", columns, cells, told))
    if need is not None and base > 0:
        extra.findings.append(
            Finding(
                "durability.half",
                f"To keep {_part()} of the draws with a zone, a deal must be believed to hold with odds of at least "
                f"{need:.0%}.",
                need, "probability", min(need, rows[-1][0]), 1.0, basis=basis, sources=("powell2006", "fearon1995"),
            )
        )  # fmt: skip
    _stated_risk(extra, arrays, b, shift, base)
    return extra


def _part() -> str:
    """The share of the draws with a zone that is to be kept, in words."""
    share = number("levels.half")
    return "half" if share == 0.5 else f"{share:.0%}"


def _stated_risk(extra: Extra, arrays: Arrays, b: Bargain, shift: Float[np.ndarray, "draw party"], base: float) -> None:
    """The zone when each option of the breaking issue carries its own stated odds of holding for `levels.years`
    years."""
    risky = sorted({f.subject[0] for f in arrays.case.figures if f.quantity == "deal_breaks"})
    rows, years = [], whole("levels.years")
    for issue_id in risky:
        for option in arrays.case.issue[issue_id].option_ids:
            if not arrays.has(issue_id, option, "deal_breaks"):
                continue
            holds = (1 - arrays.get(issue_id, option, "deal_breaks")) ** years
            lines, j = b.lines(False, False), [i.id for i in b.issues].index(issue_id)
            span = slice(int(b.starts[j]), int(b.starts[j + 1]))
            keep = lines[:, 0, b.at(issue_id, option)].copy()
            lines[:, 0, span] = True
            lines[:, 0, b.at(issue_id, option)] = keep
            sure, risk = float(_zone(b, lines).mean()), float(_zone(b, lines, *_discounted(b, holds, shift)).mean())
            basis = (arrays.id(issue_id, option, "deal_breaks"),)
            rows.append(cited(basis, arrays.case.issue[issue_id].option(option).label, float(holds.mean()), sure, risk))
    columns = (
        Column("option", "With"), Column("holds", f"Holds {years} years", "share"),
        Column("sure", "Zone if it were sure to hold", "share"),
        Column("risk", "Zone at its stated risk", "share"),
    )  # fmt: skip
    extra.tables.append(Table("stated_risk", "Each guarantee at its own risk of breaking", columns, tuple(rows)))
    if rows:
        best = max(rows, key=lambda r: (plain(r[3]), r[0]))
        extra.answer.append(
            f"Counting the stated risk that a deal breaks within {years} years, the guarantee that leaves most room is "
            f"“{best[0]}” (a zone in {percent(plain(best[3]))} of the draws before any consent)."
        )


def _discounted(
    b: Bargain, holds: Float[np.ndarray, " draw"], shift: Float[np.ndarray, "draw party"]
) -> tuple[Float[np.ndarray, "draw party flat"], Float[np.ndarray, "draw party"]]:
    """values and reserve when a deal is worth h u + (1 - h)(no deal + shift): values times h, and the rest to the
    reserve.

    h u + (1 - h)(r + s) >= r  is  h u >= h r - (1 - h) s.
    """
    h = holds[:, None]
    floor = b.reserve + b.offset
    return b.values * h[:, :, None], h * floor - (1 - h) * shift - h * b.offset


SECTIONS = [
    Section(
        "levels",
        "Two tables: abroad and at home",
        (
            "A leader who signs needs others to agree: a parliament, voters, allies. Each of them shrinks the set "
            "of deals that can be carried out.",
        ),
        ("ratification", "over_heads"),
    ),
    Section(
        "guarantees",
        "What a guarantee is worth, and whether a deal would last",
        (
            "A guarantee rests on two conditions: that the guarantors fight if it is called upon, and that the "
            "other side signs it at all.",
        ),
        ("guarantees_chart", "guarantees", "durability", "stated_risk"),
    ),
]
