"""The tables, charts and sentences of the settlement lens. No mathematics beyond shares and percentiles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.deal.acceptance import Verdict
from winset.derive.worth.packages import changes, clause_of, version_pairs
from winset.lens.settlement import basis
from winset.result import Cited, Column, Table, cited, plain
from winset.settings import whole
from winset.spoken import percent as percent
from winset.units import quantities

Odds = Mapping[tuple[str, str], float]
RATIFIES, ALL_SIGN, ALL_RATIFY = "ratifies:", "all_sign", "all_ratify"
ALL = (ALL_SIGN, ALL_RATIFY)
PAGE = 8  # no answer: columns that one page has room for
LEAST = 3  # no answer: how many rows are shown beside those that cross a line
SAID = 8  # no answer: words in which the meaning of a quantity stands in a sentence, else its name does


@dataclass(frozen=True)
class Parts:
    """What all the tables are made from."""

    case: m.Case
    arrays: Arrays
    plans: Sequence[m.Plan]
    verdicts: Sequence[Verdict]
    odds: Odds
    ranges: Mapping[tuple[str, str], tuple[float, float]]
    names: Mapping[str, str]
    leading: str
    draws: int

    @property
    def parties(self) -> list[str]:
        return sorted(self.verdicts[0].signs)

    def plan_name(self, plan_id: str) -> str:
        return self.case.plan[plan_id].name

    def label(self, issue_id: str, option: str) -> str:
        return "left to later talks" if option == m.DEFERRED else self.case.issue[issue_id].option(option).label

    def basis(self, plan_id: str, who: str) -> tuple[str, ...]:
        """The Figures that a share rests on first: no deal and how real the red lines are for who signs, the consents
        that the clauses need for who ratifies, both for what passes (`who` is "")."""
        if who.startswith(RATIFIES) or who == ALL_RATIFY:
            return self.consents(plan_id, who.removeprefix(RATIFIES)) or (plan_id,)  # a plan that asks nobody
        plan = self.case.plan[plan_id]
        later = [
            f"{i}/{o}.deferred_weight"
            for i, c in plan.clauses.items()
            if c.option == m.DEFERRED
            for o in self.case.issue[i].option_ids
        ]
        own = (
            *basis.signing(self.case, [who] if who in self.parties else self.parties),
            *(i for i in later if i in self.case.figure),
        )
        return tuple(dict.fromkeys(own if who else (*own, *self.consents(plan_id))))

    def consents(self, plan_id: str, party: str = "") -> tuple[str, ...]:
        """The Figures of the consents that a plan's clauses need, of all or of those who stand for one party."""
        verdict = next(v for v in self.verdicts if v.plan == plan_id)
        asked = {(a, i, o) for i, o, actors in verdict.refused for a in actors.split()}
        if party in self.parties:
            asked = {x for x in asked if self.case.party_of(x[0]) == party}
        shared = {(a, "consent_dependence") for a, _, _ in asked if self.arrays.has(a, "consent_dependence")}
        return tuple(sorted([self.arrays.id(*x, "consent") for x in asked] + [self.arrays.id(*x) for x in shared]))

    @property
    def ratifying(self) -> list[str]:
        """The parties whose own side is asked by some plan."""
        asked = {a for v in self.verdicts for _, _, actors in v.refused for a in actors.split()}
        return [p for p in self.parties if any(self.case.party_of(a) == p for a in asked)]

    def clause_basis(self, party: str, issue: str) -> tuple[str, ...]:
        """The Figures of a party on an issue."""
        return tuple(sorted(f.id for f in self.case.figures if f.subject[:2] == (party, issue)))


def odds_table(parts: Parts) -> Table:
    rows = []
    for plan in parts.plans:
        scopes = (ALL_SIGN, ALL_RATIFY, "", *parts.parties, *(RATIFIES + p for p in parts.ratifying))
        cells = [Cited(parts.odds[plan.id, who], parts.basis(plan.id, who)) for who in scopes]
        low, high = parts.ranges[plan.id, ""]
        rows.append(
            (plan.name, plan.date.isoformat() if plan.date else "", *cells,
             *cited(parts.basis(plan.id, ""), low, high))
        )  # fmt: skip
    columns = (
        Column("plan", "Plan"), Column("date", "Date", "date"),
        Column("sign", "All sign", "share"), Column("ratify", "All ratify", "share"),
        Column("passes", "Passes", "share"),
        *(Column(p, f"{parts.names[p]} signs", "share") for p in parts.parties),
        *(Column(RATIFIES + p, f"{parts.names[p]} ratifies", "share") for p in parts.ratifying),
        Column("low", "Passes, lowest reading", "share"), Column("high", "Passes, highest reading", "share"),
    )  # fmt: skip
    error = 0.5 / np.sqrt(parts.draws)
    note = f"Share of {parts.draws:,} draws. Monte-Carlo standard error at most {error:.1%}."
    return Table("odds", "Who signs, who ratifies, what passes", columns, tuple(rows), note)


def verdicts_table(parts: Parts) -> Table:
    """The same in short, for one page: who signs, who ratifies, what passes; of many parties only all together."""
    signs = [(p, f"{parts.names[p]} signs") for p in parts.parties]
    ratifies = [(RATIFIES + p, f"{parts.names[p]} ratifies") for p in parts.ratifying]
    if len(signs) + len(ratifies) > PAGE:
        signs, ratifies = [(ALL_SIGN, "All sign")], [(ALL_RATIFY, "All ratify")]
    shown = [("", "Passes"), *signs, *ratifies]  # the verdict first: a phone shows few columns
    order = sorted(parts.plans, key=lambda p: (p.id != parts.leading, -parts.odds[p.id, ""], p.id))
    rows = tuple(
        (parts.plan_name(p.id), *(Cited(parts.odds[p.id, key], parts.basis(p.id, key)) for key, _ in shown))
        for p in order
    )
    columns = (Column("plan", "Plan"), *(Column(key or "passes", label, "share") for key, label in shown))
    own = "Ratifies: its own side consents. " if parts.ratifying else ""
    note = f"Signs: its leader would. {own}Passes: all that and every other consent."
    return Table("verdicts", "Who signs, who ratifies, what passes", columns, rows, note)


def margins_table(parts: Parts) -> Table:
    rows = []
    for v in parts.verdicts:
        for party in parts.parties:
            low, mid, high = map(float, np.percentile(v.margin[party], [5, 50, 95]))
            rests = basis.signing(parts.case, [party])
            rows.append(cited(rests, parts.plan_name(v.plan), parts.names[party], mid, low, high))
    columns = (
        Column("plan", "Plan"), Column("party", "Party"), Column("margin", "Margin (median)", "number"),
        Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
    )  # fmt: skip
    note = "Margin: worth of the plan less worth of no deal, on the party's own scale from defeat (0) to victory (1)."
    return Table("margins", "By how much", columns, tuple(rows), note)


def stops_table(parts: Parts) -> Table:
    """One row per plan and party: what stops it, in shares of draws."""
    rows: list[tuple[Any, ...]] = []
    for v in parts.verdicts:
        for party in parts.parties:
            blocked, short = v.blocked(party), v.short(party)
            lines = {issue: x for (who, issue), x in v.lines.items() if who == party and x.any()}
            worst = max(lines, key=lambda k: (lines[k].mean(), k)) if lines else None
            told = (
                f"{parts.case.issue[worst].name}: {parts.label(worst, option_of(parts, v.plan, worst))}"
                if worst
                else ""
            )
            home = float((~blocked & ~short & ~v.ratifies[party]).mean())
            often = Cited(
                float(lines[worst].mean()) if worst else 0.0, parts.clause_basis(party, worst) if worst else ()
            )
            rows.append(
                cited(
                    parts.basis(v.plan, party), parts.plan_name(v.plan), parts.names[party], float(blocked.mean()),
                    float((~blocked & short).mean()), Cited(home, parts.consents(v.plan)), told, often,
                )
            )  # fmt: skip
    columns = (
        Column("plan", "Plan"), Column("party", "Party"), Column("lines", "A real red line", "share"),
        Column("sum", "In sum worth less than no deal", "share"),
        Column("home", "Signs, and its side does not ratify", "share"),
        Column("clause", "Clause that stops it most often"), Column("often", "How often", "share"),
    )  # fmt: skip
    return Table(
        "stops", "What stops whom", columns, tuple(rows), "Shares of all draws; the three causes do not overlap."
    )


def by_plan_table(parts: Parts) -> Table:
    """One row a plan: the party least likely to accept it, why, and over which clause."""
    rows: list[tuple[Any, ...]] = []
    for v in parts.verdicts:
        who = min(parts.parties, key=lambda p: (parts.odds[v.plan, p], p))
        lines = {issue: x for (party, issue), x in v.lines.items() if party == who and x.any()}
        worst = max(lines, key=lambda k: (lines[k].mean(), k)) if lines else None
        blocked, short = v.blocked(who), v.short(who)
        told = (
            f"{parts.case.issue[worst].name}: {parts.label(worst, option_of(parts, v.plan, worst))}"
            if worst
            else "the whole"
        )
        often = Cited(float(lines[worst].mean()), parts.clause_basis(who, worst)) if worst else Cited(0.0)
        sum_ = float((~blocked & short).mean())
        rows.append(cited(parts.basis(v.plan, who), parts.plan_name(v.plan), parts.names[who], told, often, sum_))
    columns = (
        Column("plan", "Plan"), Column("party", "Refused most by"), Column("clause", "Most often over"),
        Column("often", "Line crossed", "share"), Column("sum", "Only in sum", "share"),
    )  # fmt: skip
    return Table("by_plan", "What stops each plan, in one line", columns, tuple(rows))


def option_of(parts: Parts, plan_id: str, issue_id: str) -> str:
    return clause_of(parts.case.plan[plan_id], parts.case.issue[issue_id])


def clauses_table(parts: Parts) -> Table:
    """The clauses that cross a line of a party, and for each plan and party those that add least to its worth."""
    rows: list[tuple[Any, ...]] = []
    for v in parts.verdicts:
        for party in parts.parties:
            others = {k: x for (who, k), x in v.lines.items() if who == party and x.any()}
            worth = {issue: float(np.mean(v.clauses[party, issue])) for issue in parts.case.issue}
            least = sorted(worth, key=lambda k: (worth[k], k))[:LEAST]
            for issue in sorted({*others, *least}):
                line = others.get(issue, np.zeros(parts.draws, bool))
                alone = line & ~np.any([x for k, x in others.items() if k != issue] or [line & False], axis=0)
                rows.append(
                    cited(
                        parts.clause_basis(party, issue), parts.plan_name(v.plan), parts.names[party],
                        parts.case.issue[issue].name, parts.label(issue, option_of(parts, v.plan, issue)),
                        float(line.mean()), float(alone.mean()), worth[issue],
                    )
                )  # fmt: skip
    columns = (
        Column("plan", "Plan"), Column("party", "Party"), Column("issue", "Issue"), Column("option", "Clause"),
        Column("stops", "Crosses a real red line", "share"), Column("alone", "And no other clause does", "share"),
        Column("worth", "Adds to the worth (mean)", "number"),
    )  # fmt: skip
    note = (
        f"Every clause that crosses a stated line, and the {LEAST} that add least to what the plan is worth to the "
        "party."
    )
    return Table("clauses", "Clause by clause", columns, tuple(rows), note)


def consents_table(parts: Parts) -> Table:
    rows: list[tuple[Any, ...]] = []
    for v in parts.verdicts:
        for (issue, option, actors), refused in sorted(v.refused.items()):
            names = ", ".join(parts.names[a] for a in actors.split())
            basis = tuple(f"{a}/{issue}/{option}.consent" for a in actors.split())
            basis = tuple(parts.arrays.id(*b.rsplit(".", 1)[0].split("/"), "consent") for b in basis)
            rows.append(
                (parts.plan_name(v.plan), names, parts.case.issue[issue].name, parts.label(issue, option),
                 Cited(float(refused.mean()), basis))
            )  # fmt: skip
        for rule in v.rules:
            why = next(r.why for r in parts.case.rules if r.id == rule)
            rows.append((parts.plan_name(v.plan), "(rule across clauses)", rule, why, 1.0))
    columns = (
        Column("plan", "Plan"), Column("who", "Whose consent"), Column("issue", "Issue"), Column("option", "Clause"),
        Column("fails", "Not given", "share"),
    )  # fmt: skip
    return Table("consents", "Consents that are needed and may fail", columns, tuple(rows))


def versions_table(parts: Parts) -> Table:
    verdict, rows = {v.plan: v for v in parts.verdicts}, []
    for before, after in version_pairs(parts.plans):
        changed = changes(parts.case, before, after)
        for party in parts.parties:
            gain = verdict[after.id].worth[party] - verdict[before.id].worth[party]
            moved = parts.odds[after.id, party] - parts.odds[before.id, party]
            low, high = map(float, np.percentile(gain, [5, 95]))
            rows.append(
                cited(
                    basis.signing(parts.case, [party]), before.name, after.name,
                    Cited(len(changed), (before.id, after.id)), parts.names[party], float(gain.mean()), low, high,
                    parts.odds[before.id, party], parts.odds[after.id, party], moved,
                )
            )  # fmt: skip
    columns = (
        Column("before", "From"), Column("after", "To"), Column("clauses", "Clauses changed", "number"),
        Column("party", "Party"),
        Column("gain", "Change of worth (mean)", "number"), Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"), Column("was", "Signed before", "share"),
        Column("is", "Signed after", "share"), Column("moved", "Change of odds", "number"),
    )  # fmt: skip
    return Table("versions", "Whom each version moved", columns, tuple(rows))


def version_clauses_table(parts: Parts) -> Table:
    verdict, rows = {v.plan: v for v in parts.verdicts}, []
    for before, after in version_pairs(parts.plans):
        for issue, (was, now) in changes(parts.case, before, after).items():
            moved = [
                float((verdict[after.id].clauses[p, issue] - verdict[before.id].clauses[p, issue]).mean())
                for p in parts.parties
            ]
            rows.append(
                (before.name, after.name, parts.case.issue[issue].name,
                 *(parts.label(issue, option) for option in (was, now)),
                 *(Cited(x, parts.clause_basis(p, issue)) for p, x in zip(parts.parties, moved)))
            )  # fmt: skip
    columns = (
        Column("before", "From"), Column("after", "To"), Column("issue", "Issue"), Column("was", "Was"),
        Column("is", "Is"),
        *(Column(p, parts.names[p], "number") for p in parts.parties),
    )  # fmt: skip
    return Table("version_clauses", "What changed, and what it is worth to whom", columns, tuple(rows))


def meant(parts: Parts, figure: m.Figure) -> str:
    """A Figure in a sentence: whose, on what, and what its quantity means where few words say it."""
    whose = describe(parts, figure).rpartition(":")[0].replace(" / all", "").replace(" / ", ", ")
    quantity = quantities().get(figure.quantity)
    means = re.split(r"[(;]", quantity.meaning)[0].strip() if quantity else ""
    return f"{whose}: {means if 0 < len(means.split()) <= SAID else figure.quantity.replace('_', ' ')}"


def describe(parts: Parts, figure: m.Figure) -> str:
    """A Figure in words: whose, on what, which quantity."""
    words, issue = [], None
    for name in figure.subject:
        if name in parts.names:
            words.append(parts.names[name])
        elif name in parts.case.issue:
            issue = parts.case.issue[name]
            words.append(issue.name)
        elif issue and name in issue.option_ids:
            words.append(issue.option(name).label)
        else:
            words.append(name)
    return f"{' / '.join(words)}: {figure.quantity.replace('_', ' ')}"


def readings_table(parts: Parts, rivals: Mapping[str, Odds], titles: Mapping[str, str]) -> Table:
    """A rival reading of the dossier opens what it changes; one of the model, what the stated odds rest on."""
    changes_of = {r.id: (*sorted(r.set), *sorted(r.clauses)) for r in parts.case.readings}
    rows = {titles.get(k, k): (v, changes_of.get(k, ())) for k, v in rivals.items()}
    return _comparison(parts, "readings", "What rival readings would say", "Reading", rows)


def without_table(parts: Parts, without: Mapping[str, Odds]) -> Table:
    titles = {s.id: f"without {s.id}: {s.title}" for s in parts.case.sources}
    rows = {titles[k]: (v, ()) for k, v in without.items()}
    table = _comparison(parts, "without", "If one source had not been read", "Source left out", rows)
    note = (
        "A number whose passages all came from that source becomes unknown within its bounds; a red line known only "
        "from it is dropped."
    )
    note += f" On {min(whole('settlement.few'), parts.draws)} draws, the first row on {parts.draws:,}."
    return Table(table.key, table.title, table.columns, table.rows, note + table.note)


def _comparison(
    parts: Parts, key: str, title: str, label: str, rivals: Mapping[str, tuple[Odds, tuple[str, ...]]]
) -> Table:
    """The odds of the leading plan as stated and under each rival, which rest on `rivals[...][1]` or, where that is
    empty, on what the stated ones rest on."""
    lead, scopes = parts.leading, (*parts.parties, ALL_SIGN, ALL_RATIFY, "")

    def row(name: str, odds: Odds, basis: tuple[str, ...] = ()) -> tuple[Any, ...]:
        return (name, *(Cited(odds.get((lead, who), 0.0), basis or parts.basis(lead, who)) for who in scopes))

    def gap(made: tuple[Any, ...]) -> float:
        return max(abs(plain(a) - plain(b)) for a, b in zip(made[1:], base[1:]))

    base = row("as stated", parts.odds)
    rows = sorted((row(name, *rival) for name, rival in rivals.items() if rival[0]), key=lambda r: (-gap(r), r[0]))
    columns = (
        Column("reading", label), *(Column(p, f"{parts.names[p]} signs", "share") for p in parts.parties),
        Column("sign", "All sign", "share"), Column("ratify", "All ratify", "share"),
        Column("passes", "Passes", "share"),
    )  # fmt: skip
    note = unfit({name: odds for name, (odds, _) in rivals.items()})
    return Table(key, f"{title} ({parts.plan_name(lead)})", columns, (base, *rows) if rows else (), note)


def unfit(found: Mapping[str, Mapping[Any, float]]) -> str:
    """A note on the rivals under which no draw fits what is on record: those without shares; "" where all have some."""
    without = [title for title, shares in found.items() if not shares]
    return f" No draw fits what is on record under: {'; '.join(without)}." if without else ""


def happened_table(parts: Parts, happened: Sequence[tuple[m.Plan, m.Response, float | None]]) -> Table:
    rows = [
        (
            r.date.isoformat(),
            plan.name,
            parts.names[r.actor],
            r.response.replace("_", " "),
            "not enough known then" if odds is None else odds,
            r.gist,
            r.basis,
        )
        for plan, r, odds in happened
    ]
    columns = (
        Column("date", "Date", "date"), Column("plan", "Plan"), Column("party", "Party"),
        Column("response", "What happened"),
        Column("odds", "Odds of signing as known then", "share"), Column("gist", "In short"), Column("basis", "Basis"),
    )  # fmt: skip
    note = f"On {min(whole('settlement.few'), parts.draws)} draws."
    return Table("happened", "The odds beside what happened", columns, tuple(rows), note)
