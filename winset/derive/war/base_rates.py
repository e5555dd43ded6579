"""What comparable wars say: how soon wars of this age ended, how they ended, and the case's own earlier wars.

Lengths: interstate wars 1823 to 2003 by age, counts computed from the dates of the Correlates of War list (Sarkees and
Wayman 2010); of the eleven that outlasted 36 months each is one row (`war_lengths.csv`). Kinds of ending: episodes with
at least 1,000 deaths a year of the UCDP termination data, 1946 to 2020 (Kreutz 2010; CC BY 4.0), `war_endings.csv`.

Only what was over before the case's own war began is counted: a war of 1952 is not judged by what came after, and no
war is ever compared with itself, in whatever pieces a list may cut it. Where too few wars reached the age, nothing is
said.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from winset.case import model as m
from winset.settings import whole
from winset.theory.life_table import Ends, LifeTable, ends, shares

EXACT = (
    36.0  # source: the table itself; months from which every row of war_lengths.csv is one war, with the month it ended
)
MONTH = 30.4375  # source: mean length of a month, 365.25/12
KINDS = ("agreement", "ceasefire", "fizzles out", "victory")
Row = dict[str, str]


@dataclass(frozen=True)
class Compared:
    """The wars that a case's war is compared with: in words, and how many had lasted as long."""

    told: str
    age: float
    at_risk: float
    table: LifeTable | None

    @property
    def fits(self) -> bool:
        return self.at_risk >= whole("base_rates.least_at_risk")

    @property
    def words(self) -> str:
        """`of 9 interstate wars begun 1823 to 2003 that lasted 46 months`, or why nothing is said."""
        if self.table is None:
            return "no list of wars that were over before this one began"
        if self.at_risk < 0.5:
            return f"no comparable war lasted this long ({self.told}; {self.age:.0f} months)"
        if not self.fits:
            few = "only one" if round(self.at_risk) == 1 else f"only {self.at_risk:.0f}"
            return f"{few} of the {self.told} lasted {self.age:.0f} months, too few for a rate"
        return f"of {self.at_risk:.0f} {self.told} that lasted {self.age:.0f} months"


@dataclass(frozen=True)
class Kinds:
    """Shares of kinds of ending in `n` comparable endings, as counted; `belief`: no kind taken for impossible."""

    n: int
    first: int
    last: int
    shares: dict[str, float]
    belief: dict[str, float]

    @property
    def words(self) -> str:
        return (
            f"{self.n} interstate war episodes with 1,000 deaths a year or more that ended {self.first} to {self.last}"
        )


def compared(case: m.Case, day: dt.date | None = None, since: int = 0) -> Compared:
    """The wars that lasted as long as the case's has by `day` (its own date by default).

    since: count only wars begun in this year or later.
    """
    old = age(case, day or case.as_of)
    year = case.war.began.year if case.war else 0
    used = [c for c in _lengths() if c[1] < year and c[0] >= since]
    if not used:
        return Compared("interstate wars", old, 0.0, None)
    first, last = min(c[0] for c in used), max(c[1] for c in used)
    table = _table(tuple(used))
    return Compared(f"interstate wars begun {first} to {last}", old, table.going(max(old, 0.0)), table)


def rate(case: m.Case, months: float, day: dt.date | None = None, since: int = 0) -> Ends | None:
    """How many of the compared wars ended within `months` more, with its interval; None where they do not fit."""
    found = compared(case, day, since)
    return ends(found.table, found.age, months) if found.table and found.fits else None


def ended(case: m.Case, months: float, day: dt.date | None = None, since: int = 0) -> float | None:
    """P(the war ends within `months` more | it has lasted this long), to pool with a model; None where nothing fits."""
    found = rate(case, months, day, since)
    return None if found is None else found.value


def kinds(case: m.Case, least: int | None = None) -> Kinds | None:
    """Kinds of ending of war episodes that were over before the case's war began; None where there are too few."""
    if case.war is None:
        return None
    used = [(ended, kind) for _, ended, kind in _endings() if ended < case.war.began]
    if len(used) < (whole("base_rates.least_endings") if least is None else least):
        return None
    counts = np.array([sum(kind == k for _, kind in used) for k in KINDS], float)
    belief = shares(counts)
    years = sorted(ended.year for ended, _ in used)
    return Kinds(
        len(used),
        years[0],
        years[-1],
        dict(zip(KINDS, map(float, counts / counts.sum()))),
        dict(zip(KINDS, map(float, belief))),
    )


def age(case: m.Case, day: dt.date) -> float:
    """Months since the war began."""
    return (day - case.war.began).days / MONTH if case.war else 0.0


def look_alikes(case: m.Case) -> list[m.Figure]:
    """The earlier wars that the case lists, by their length."""
    return sorted((f for f in case.figures if f.quantity == "war_duration"), key=lambda f: (f.numbers[1], f.id))


def _rows(name: str) -> list[Row]:
    text = files("winset").joinpath(f"derive/war/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _lengths() -> list[tuple[int, int]]:
    """First and last year in which the wars of each part of the list began; all of a part were over by its last
    year."""
    return sorted({(int(r["begun"][:4]), int(r["begun"][5:])) for r in _rows("war_lengths.csv")})


@cache
def _table(parts: tuple[tuple[int, int], ...]) -> LifeTable:
    """The life table of some parts of the list together."""
    rows = [r for r in _rows("war_lengths.csv") if (int(r["begun"][:4]), int(r["begun"][5:])) in parts]
    cuts = sorted({float(r["to_month"]) for r in rows})
    dead = np.array([sum(int(r["ended"]) for r in rows if float(r["to_month"]) == cut) for cut in cuts], float)
    stop = np.array(cuts)
    return LifeTable(
        start=np.concatenate([[0.0], stop[:-1]]),
        stop=stop,
        at_risk=dead[::-1].cumsum()[::-1],
        ended=dead,
        exact=stop > EXACT,
    )


@cache
def _endings() -> list[tuple[int, dt.date, str]]:
    """(dyad, day ended, kind) of every episode with at least 1,000 deaths a year."""
    return [
        (int(r["dyad"]), dt.date.fromisoformat(r["ended"]), r["outcome"])
        for r in _rows("war_endings.csv")
        if r["deaths_1000_a_year"] == "yes"
    ]
