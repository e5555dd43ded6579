"""The tables of robustness, and numbers of the dossier in words. No mathematics beyond order statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winset.arrays import mode
from winset.case import model as m
from winset.case.figure import Figure
from winset.result import Cited, Column, Table
from winset.robustness.headlines import Headline, yes
from winset.robustness.known import ERRORS, LINE, Known, Rule, best
from winset.robustness.moves import Tip, own_range
from winset.robustness.multiverse import Universe
from winset.settings import number, whole
from winset.spoken import percent, short

SHOWN, PICTURED, NAMED = 10, 6, 3  # no answer: rows of the table of numbers, headlines pictured, numbers a forecast
DATED = ("war", "ends", "question")  # no answer: families of headlines that say what is so by a date
SAME = 0.005  # no answer: shares that are printed alike
ENDS = ("lowest", "as stated", "highest")


@dataclass(frozen=True)
class Parts:
    """What the tables are made from. totals: by (Figure, headline); reached: (share, Figure, value) by headline."""

    case: m.Case
    headlines: tuple[Headline, ...]
    shares: Mapping[str, float]
    draws: int
    universes: Sequence[Universe]
    tips: Sequence[Tip]
    pairs: Sequence[Tip]
    known: Known
    totals: Mapping[tuple[str, str], float]
    reached: Mapping[str, tuple[float, str, float]]
    rules: Sequence[Rule]
    forecasts: Known | None
    lacks: Mapping[str, list[str]]
    moved_draws: int

    @property
    def chief(self) -> list[Headline]:
        return [h for h in self.headlines if h.chief]

    def headline(self, key: str) -> Headline:
        return next(h for h in self.headlines if h.key == key)

    def over(self, key: str) -> list[float]:
        """The shares of a headline over the multiverse."""
        return [u.shares[key] for u in self.universes if key in u.shares]

    @property
    def fitting(self) -> int:
        """How many universes some draws fit."""
        return sum(bool(u.shares) for u in self.universes)

    def turned_by(self, key: str) -> list[Universe]:
        """Universes one step from the usual one in which the answer is another than there, and not by chance alone."""
        first = self.universes[0]
        usual = first.shares[key]
        return [
            u
            for u in self.universes
            if len(u.changes) == 1
            and key in u.shares
            and yes(u.shares[key]) != yes(usual)
            and abs(u.shares[key] - usual) > ERRORS * _error(usual, first.draws, u.shares[key], u.draws)
        ]

    def least(self, key: str) -> Tip | None:
        """The tip of one number that is nearest to what the dossier has; inside its own range first."""
        own = [t for t in self.tips if t.headline == key]
        return min(own, key=lambda t: (not t.within, t.far, t.changes), default=None)

    def figure(self, name: str) -> str:
        """A Figure in words: whose, on what, which quantity."""
        figure = self.case.figure[name]
        names = {a.id: a.name for a in self.case.actors} | {i.id: i.name for i in self.case.issues}
        options = {o: i.option(o).label for i in self.case.issues if i.id in figure.subject for o in i.option_ids}
        who = [short(names.get(s) or options.get(s) or s) for s in figure.subject]
        if figure.quantity == "red_line_real" and len(who) == 2:
            return f"the odds that the red line of {who[0]} on “{who[1]}” is real"
        if figure.quantity == "consent" and len(who) == 3:
            return f"the odds that {who[0]} consents to “{who[2]}”"
        return f"“{figure.quantity.replace('_', ' ')}” of {', '.join(who)}"

    def column(self, name: str) -> str:
        """A column of the draws in words."""
        if not name.startswith(LINE):
            return self.figure(name)
        party, issue = self.case.figure[name.removeprefix(LINE)].subject[:2]
        who, what = self.case.actor[party].name, short(self.case.issue[issue].name)
        return f"whether the red line of {who} on “{what}” is real"


def _error(a: float, draws_a: int, b: float, draws_b: int) -> float:
    """Standard error of the difference of two shares of different draws."""
    return float(np.sqrt(a * (1 - a) / draws_a + b * (1 - b) / draws_b))


def numeral(value: float) -> str:
    """A number as one types it, to three places."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def held(figure: Figure) -> str:
    """What the dossier has: the central number and its range."""
    low, high = own_range(figure)
    return f"{numeral(mode(figure))} ({numeral(low)} to {numeral(high)})"


def condition(parts: Parts, tip: Tip) -> str:
    """What would have to be so, in words: each number, and what the dossier has."""
    told = []
    for name, value in tip.changes:
        figure = parts.case.figure[name]
        centre = mode(figure)
        way = "is known to be" if value == centre else "falls to" if value < centre else "rises to"
        told.append(f"{parts.figure(name)} {way} {numeral(value)}; the dossier has {held(figure)}")
    return " and ".join(told)


def sentence(parts: Parts, tip: Tip) -> str:
    one = parts.headline(tip.headline)
    turned = "more likely than not" if yes(tip.share) else "less likely than not"
    beyond = "" if tip.within else ", beyond the range it gives"
    return f"That {one.told} is {turned} if {condition(parts, tip)}{beyond}."


def smallest(parts: Parts, one: Headline) -> str:
    """The smallest change that turns one answer, or how near the strongest single number comes."""
    told = []
    if tip := parts.least(one.key):
        told.append(f"one number: {condition(parts, tip)}{'' if tip.within else ' (beyond its range)'}")
    if turned := parts.turned_by(one.key):
        told.append(f"one reading: {turned[0].told}")
    two = next((t for t in parts.pairs if t.headline == one.key), None)
    if two:
        told.append(f"two numbers: {condition(parts, two)}")
    if told:
        return "; or ".join(told)
    if one.key in parts.reached:
        share, name, value = parts.reached[one.key]
        if abs(share - parts.shares[one.key]) < SAME:
            return "none found; no single number moves it inside its range"
        return f"none found; {parts.figure(name)} at {numeral(value)} comes nearest, to {percent(share)}"
    return "none found"


def overturn_table(parts: Parts) -> Table:
    rows = tuple(
        (
            one.told,
            Cited(parts.shares[one.key], one.basis),
            "more" if yes(parts.shares[one.key]) else "less",
            smallest(parts, one),
        )
        for one in parts.headlines
    )
    columns = (
        Column("headline", "Statement"),
        Column("share", "Share of draws", "share"),
        Column("answer", "Likely than not"),
        Column("smallest", "Smallest change that turns the answer"),
    )
    note = (
        f"An answer is whether a statement holds in {percent(number('robust.turn'))} of the draws or more. "
        "Numbers of the dossier are changed on "
        f"{parts.moved_draws:,} draws with the same luck; those of the war itself, where the core is solved "
        "anew, on at most "
        f"{whole('robust.solved_draws')}, and only the {whole('robust.solved')} that move most. A party's "
        "own number for no deal, where it is changed, "
        "takes the place of what the war core says. Two numbers are looked for only where no single one "
        "turns it. A reading, source or "
        "number of the model counts if the change is more than two standard errors."
    )
    return Table("overturn", "The smallest change that turns each answer", columns, rows, note)


def tips_table(parts: Parts) -> Table:
    rows = []
    order = sorted(parts.tips, key=lambda t: (not t.within, t.far, t.headline, t.changes))
    for tip in order:
        (name, value), one = tip.changes[0], parts.headline(tip.headline)
        figure = parts.case.figure[name]
        turned = "more" if yes(tip.share) else "less"
        rows.append(
            (
                parts.figure(name),
                Cited(numeral(mode(figure)), (name,)),
                Cited(numeral(value), (name,)),
                one.told,
                turned,
                "yes" if tip.within else "no",
            )
        )
    columns = (
        Column("figure", "Number"),
        Column("has", "The dossier has"),
        Column("tips", "Turns at"),
        Column("headline", "Statement"),
        Column("turned", "Then likely than not"),
        Column("within", "Inside its own range"),
    )
    note = (
        "The number is known to be at that value in every draw; nothing else moves. Nearest to the dossier's "
        "number first."
    )
    return Table("tips", "Where answers turn", columns, tuple(rows), note)


def universes_table(parts: Parts) -> Table:
    rows = tuple(
        (
            u.kind,
            u.told,
            *(Cited(u.shares[h.key], u.basis or h.basis) if h.key in u.shares else None for h in parts.chief),
            u.draws,
        )
        for u in parts.universes
    )
    columns = (
        Column("kind", "Kind"),
        Column("assumed", "Assumed"),
        *(Column(h.key, h.told, "share") for h in parts.chief),
        Column("draws", "Draws", "number"),
    )
    note = (
        "All combinations of the structures of the model, with and before the record; every reading, source and "
        f"number of the model ({number('robust.factor'):g} times smaller and larger, as far as it may go) one at a "
        "time. Universes are not equally likely."
    )
    if empty := len(parts.universes) - parts.fitting:
        note += f" {empty} without shares: no draw fits the record under them, or what the headlines need is gone."
    return Table("universes", f"The multiverse: {len(rows)} sets of assumptions", columns, rows, note)


def place_table(parts: Parts) -> Table:
    rows = []
    for one in parts.headlines:
        over, stated = np.array(parts.over(one.key)), parts.universes[0].shares[one.key]
        same = float(np.mean([yes(x) == yes(stated) for x in over]))
        below = float((over < stated).mean())
        ends = (Cited(float(x), one.basis) for x in (over.min(), np.median(over), over.max()))
        rows.append((one.told, Cited(stated, one.basis), *ends, below, same))
    columns = (
        Column("headline", "Statement"),
        Column("stated", "As stated", "share"),
        Column("low", "Lowest", "share"),
        Column("middle", "Middle", "share"),
        Column("high", "Highest", "share"),
        Column("below", "Universes with less", "share"),
        Column("same", "Universes with the same answer", "share"),
    )
    note = f"Over {parts.fitting} universes; as stated, on the draws that the combinations are looked at with."
    return Table("place", "The place of each headline in the multiverse", columns, tuple(rows), note)


def range_table(parts: Parts) -> Table:
    rows = []
    for one in parts.chief[:PICTURED]:
        over = parts.over(one.key)
        for label, value in zip(ENDS, (min(over), parts.universes[0].shares[one.key], max(over))):
            rows.append((one.told, label, Cited(value, one.basis)))
    columns = (
        Column("headline", "Statement"),
        Column("which", "Over the multiverse"),
        Column("share", "Share of draws", "share"),
    )
    return Table("range", "From the lowest to the highest universe", columns, tuple(rows))


def known_table(parts: Parts) -> Table:
    found, rows = parts.known, []
    for c, h in best(found)[:SHOWN]:
        name, one = found.columns.names[c], found.headlines[h]
        own = name.removeprefix(LINE)
        total = None if name.startswith(LINE) else parts.totals.get((name, one.key))
        cells = (found.worth[c, h], found.p[c, h], found.turns[c, h], max(found.first[c, h], 0.0))
        rows.append((parts.column(name), one.told, *(Cited(float(x), (own,)) for x in cells), total))
    columns = (
        Column("figure", "If one knew"),
        Column("headline", "Statement it moves most"),
        Column("worth", "Expected change of its share", "number"),
        Column("p", "p (of all)", "number"),
        Column("turns", "Chance that the answer turns", "share"),
        Column("first", "First-order index", "number"),
        Column("total", "Total index", "number"),
    )
    note = (
        f"From {parts.draws:,} draws in {whole('robust.parts')} parts, less what chance gives (so on the cautious "
        f"side); p against the largest of all in {whole('robust.orders')} random orders. First order: the share of "
        "the variance that is gone if the number is known, from the draws. Total: what is left if all but it are "
        "known, with the number drawn anew on the same luck; none is given for whether a line is real or for numbers "
        "of the war, where it would solve the core for each."
    )
    return Table("known", "What it would be worth to find out", columns, tuple(rows), note)


def forecasts_table(parts: Parts) -> Table:
    """The numbers whose being known would better the score of each dated forecast most."""
    rows = []
    for found in (parts.known, parts.forecasts):
        for h, one in enumerate(found.headlines if found else ()):
            if found is None or one.family not in DATED or not found.columns.names:
                continue
            chance = float(found.shares[h])
            now = chance * (1 - chance)
            told = (one.told, Cited(chance, one.basis), Cited(now, one.basis))
            clear = [c for c in _bettering(found, h) if found.p[c, h] <= number("movers.alpha")][:NAMED]
            for c in clear:
                own, fall = (found.columns.names[c].removeprefix(LINE),), float(found.fall[c, h])
                cells = (Cited(x, own) for x in (now - fall, fall, float(found.p[c, h])))
                rows.append((*told, parts.column(found.columns.names[c]), *cells))
            if not clear:
                rows.append((*told, "no number stands out from chance", "", "", ""))
    columns = (
        Column("forecast", "Forecast"),
        Column("chance", "Chance", "share"),
        Column("score", "Expected Brier score", "number"),
        Column("figure", "If one knew"),
        Column("then", "It would be", "number"),
        Column("fall", "Lower by", "number"),
        Column("p", "p (of all)", "number"),
    )
    note = (
        "Brier score: the square of how far a forecast lies from what happens (1 or 0); 0 is best and 0.25 is that of "
        "always saying even odds. A forecast that followed the number would score lower on average by the variance "
        "of what it would then say; less what chance gives. Only numbers that stand out from chance are named. It is "
        "the model's own expectation: right only as far as the model is. Dated questions of the dossier are looked "
        f"at on {whole('paths.draws'):,} draws at most."
    )
    return Table("forecasts", "What finding out would do to the score of each forecast", columns, tuple(rows), note)


def _bettering(found: Known, h: int) -> list[int]:
    """The columns that a forecast rests on and that would better its score, most first."""
    names = [name.removeprefix(LINE) for name in found.columns.names]
    able = [c for c, name in enumerate(names) if name in found.headlines[h].basis and found.fall[c, h] > 0]
    return sorted(able, key=lambda c: (-found.fall[c, h], names[c]))


def rules_table(parts: Parts) -> Table:
    rows = []
    for rule in parts.rules:
        one = parts.headline(rule.headline)
        told = f"{one.told}" if rule.holds else f"not so: {one.told}"
        names = tuple(n.removeprefix(LINE) for n, _, _ in rule.bounds)
        cells = (Cited(x, names) for x in (rule.inside, rule.outside, rule.coverage))
        rows.append((told, "; ".join(_bound(parts, *b) for b in rule.bounds), *cells, rule.draws))
    columns = (
        Column("headline", "Where"),
        Column("rule", "All of these hold"),
        Column("inside", "Inside", "share"),
        Column("outside", "Outside", "share"),
        Column("coverage", "Of its draws held", "share"),
        Column("draws", "Draws", "number"),
    )
    note = (
        "Found on every other draw by patient rule induction; the shares are of the draws not looked at. A "
        "bound is no cause."
    )
    return Table("rules", "Rules for where a statement holds", columns, tuple(rows), note)


def _bound(parts: Parts, name: str, low: float, high: float) -> str:
    told = parts.column(name)
    if name.startswith(LINE):
        return f"{told.removeprefix('whether ').removesuffix(' is real')} is {'real' if low > 0 else 'posture'}"
    if np.isfinite(low) and np.isfinite(high):
        return f"{told} from {numeral(low)} to {numeral(high)}"
    return f"{told} at least {numeral(low)}" if np.isfinite(low) else f"{told} at most {numeral(high)}"


ALL = (
    overturn_table,
    tips_table,
    known_table,
    forecasts_table,
    rules_table,
    place_table,
    range_table,
    universes_table,
)
