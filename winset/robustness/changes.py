"""Every number of the dossier changed by itself, and the leading two together: which are tried on which headlines, each
a task.

Headlines of one family are measured together, on few draws (`robust.draws`). Numbers of the war itself move the
headlines of deals only through the core, which is then solved anew: on fewer draws, and for those that the draws show
to move most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.figure import Figure
from winset.robustness import known as finding_out
from winset.robustness.headlines import Headline, Values, families, shares, yes
from winset.robustness.known import Known
from winset.robustness.moves import STEPS, Moves, Tip, Tried, first, leading, of_war, own_range, pairs, tips, varies
from winset.settings import whole

DEAR = {"zone": "robust.zone_figures", "ends": "robust.end_figures"}  # no answer: how many numbers are changed
OF_WAR = ("war", "ends")  # no answer: headlines for which numbers of the war are like any other
WAR_STEPS = 3  # no answer: halvings where each solves the core anew: to an eighth of the way
MOVES = "numbers changed"


@dataclass(frozen=True)
class Change:
    """A number to be changed, and the headlines that are looked at; anew: by solving the core, on fewer draws."""

    figure: str
    headlines: tuple[Headline, ...]
    anew: bool = False

    def moves(self, study: Study) -> Moves:
        return moves_of(study, self.headlines[0].family, self.anew)


@dataclass(frozen=True)
class Found:
    """Where a number turns answers, its total order by headline, and what was tried on the way."""

    turned: list[Tip]
    totals: dict[str, float]
    tried: Tried


@dataclass(frozen=True)
class Moved:
    """Tips of one number and of two, total orders by (Figure, headline), and how far one number can bring each
    headline."""

    tips: list[Tip]
    pairs: list[Tip]
    totals: dict[tuple[str, str], float]
    reached: dict[str, tuple[float, str, float]]


def moves_of(study: Study, family: str, anew: bool = False) -> Moves:
    (arrays,) = study.arrays()
    few = first(arrays.luck, whole("robust.draws"))
    few = first(few, whole("robust.solved_draws")) if anew else few
    return Moves(Arrays(study.known, few, stated=arrays.stated), (family,))


def base(study: Study, family: str) -> Values:
    """The headlines of a family in each of the few draws, nothing changed (a task)."""
    return moves_of(study, family).base()


def tried(study: Study, change: Change) -> Found:
    """What one number does (a task)."""
    moves, figure = change.moves(study), study.known.figure[change.figure]
    steps, at = WAR_STEPS if change.anew else STEPS, moves.base()
    turned = tips(moves, figure, change.headlines, shares(at), steps)
    return Found(turned, {} if change.anew else moves.total(figure, at), moves.tried)


def together(study: Study, asked: tuple[Headline, tuple[tuple[str, float], ...]]) -> Tip | None:
    """Whether two of the leading numbers turn a headline (a task)."""
    one, ends = asked
    moves = moves_of(study, one.family)
    return pairs(moves, ends, one.key, yes(shares(moves.base())[one.key]))


def moved(study: Study, every: Sequence[Headline], found: Known) -> Moved:
    """What the numbers of the dossier do to the headlines, alone and two together."""
    asked = [*_changes(study.known, every, found), *_of_war(study.known, every, found)]
    made = study.each(tried, asked, MOVES)
    plain = [(c, f) for c, f in zip(asked, made) if not c.anew]
    totals = {(c.figure, key): total for c, f in plain for key, total in f.totals.items()}
    turned = [tip for f in made for tip in f.turned]
    alone = {tip.headline for _, f in plain for tip in f.turned}
    reached: dict[str, tuple[float, str, float]] = {}
    two = []
    there = [family for family in families(study.known) if any(h.family == family for h in every)]
    for at in study.each(base, there, MOVES):
        now = shares(at)
        for one in (h for h in every if h.key in now):
            of = [
                (study.known.figure[c.figure], f.tried)
                for c, f in plain
                if one in c.headlines and c.figure in one.basis
            ]
            _reach(of, one, now[one.key], reached)
            if one.chief and one.key not in alone:
                two.append((one, leading(of, one.key, yes(now[one.key]))))
    both = [tip for tip in study.each(together, two, "two numbers changed") if tip]
    return Moved(turned, both, totals, reached)


def _changes(case: m.Case, every: Sequence[Headline], found: Known) -> Iterator[Change]:
    """All numbers that the headlines of a family rest on and that need no core; for dear ones those that the draws show
    to move most (as many as the Setting says)."""
    for family in families(case):
        own = tuple(h for h in every if h.family == family)
        figures = [f for f in _figures(case, own) if family in OF_WAR or not of_war(f)]
        if family in DEAR:
            figures = _leading(figures, own, found, whole(DEAR[family]))
        yield from (Change(f.id, own) for f in figures)


def _of_war(case: m.Case, every: Sequence[Headline], found: Known) -> Iterator[Change]:
    own = tuple(h for h in every if h.family == "deals")
    figures = [f for f in _figures(case, own) if of_war(f)]
    if own and figures:
        yield from (Change(f.id, own, anew=True) for f in _leading(figures, own, found, whole("robust.solved")))


def _figures(case: m.Case, own: Sequence[Headline]) -> list[Figure]:
    names = sorted({i for h in own for i in h.basis})
    return [f for i in names if (f := case.figure.get(i)) and varies(f)]


def _leading(figures: Sequence[Figure], own: Sequence[Headline], found: Known, most: int) -> list[Figure]:
    """Those whose being known would move any of the headlines most, by the draws; a line counts for its odds."""
    at = [i for i, h in enumerate(found.headlines) if h in own]
    worth = {
        name.removeprefix(finding_out.LINE): max(found.worth[c, i] for i in at)
        for c, name in enumerate(found.columns.names)
    }
    return sorted(figures, key=lambda f: (-worth.get(f.id, 0.0), f.id))[:most]


def _reach(
    of: Sequence[tuple[Figure, Tried]], one: Headline, share: float, into: dict[str, tuple[float, str, float]]
) -> None:
    """How near to the other answer one number can bring a headline inside its own range: (share, Figure, its value)."""
    sign = -1 if yes(share) else 1
    ends = [(there[(f.id, end),][one.key], f.id, end) for f, there in of for end in own_range(f)]
    if ends:
        into[one.key] = max(ends, key=lambda x: (sign * x[0], x[1]))
