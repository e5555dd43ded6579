"""The levers of a case pulled, alone and in pairs, all on the same draws and luck: two tasks, and what they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.war.core_game import Size
from winset.derive.war.outcomes import Future
from winset.derive.worth.menu import Deal, menu
from winset.errors import DossierError
from winset.lens.futures.ways import Way, ways
from winset.settings import whole
from winset.sift import beside

AT = 24.0  # no answer: the date that the rows are about; each says it
SPAN = 36.0  # no answer: the months that a row is about; it says so
Draws = Float[np.ndarray, " draw"]
MEASURES: tuple[tuple[str, str, Callable[[Future], Draws]], ...] = (  # no answer: places of states
    ("held", f"A truce or settlement in force after {AT:.0f} months", lambda f: f.lasting[:, f.at(AT)]),
    ("ended", f"The present fighting over within {AT:.0f} months", lambda f: f.ended[:, f.at(AT)]),
    ("A", "A breaks", lambda f: f.state[:, f.at(AT), 3]),
    ("B", "B breaks", lambda f: f.state[:, f.at(AT), 4]),
    ("months", f"Months of fighting in the next {SPAN:.0f}", lambda f: f.state[:, : f.at(SPAN), 5].sum(axis=1)),
)


KEYS = tuple(key for key, _, _ in MEASURES)


@dataclass(frozen=True)
class Pull:
    """What is asked of the levers. common: draws for each lever alone; few: for the pairs, the same where 0 or more
    than that."""

    common: int
    few: int
    size: Size
    noise: float
    pairs: bool = True

    @property
    def apart(self) -> bool:
        """Whether each lever is looked at on more draws than the pairs."""
        return 0 < self.few < self.common


@dataclass(frozen=True)
class Together:
    """Every combination of at most two levers, by their places among the levers of the case; the first is none. apart:
    pairs that set one number differently; unsound: pairs that together leave a case that does not hold together."""

    sets: tuple[tuple[int, ...], ...]
    values: Float[np.ndarray, "set measure few"]
    apart: tuple[tuple[str, str], ...]
    unsound: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Alone:
    """None, and each lever by itself. values: on the common draws, where these are more than those of the pairs; bent:
    on fewer, where real lines bend at a price; ways: how those of circle and process act."""

    values: Float[np.ndarray, "lever measure draw"] | None
    bent: Float[np.ndarray, "lever measure bent"] | None
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Pulled:
    """Every combination of at most two levers, and its measures on few common draws; the first is none. alone: none and
    each lever by itself, on more draws, for what each does. The rest as in `Together` and `Alone`."""

    sets: tuple[tuple[m.Patch, ...], ...]
    together: Float[np.ndarray, "set measure few"]
    alone: Float[np.ndarray, "lever measure draw"]
    bent: Float[np.ndarray, "lever measure bent"] | None
    apart: tuple[tuple[str, str], ...]
    unsound: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]

    def values(self, key: str) -> Float[np.ndarray, "set few"]:
        return self.together[:, KEYS.index(key)]

    def single(self, key: str) -> Float[np.ndarray, "lever draw"]:
        """None, and each lever by itself."""
        return self.alone[:, KEYS.index(key)]

    @property
    def levers(self) -> list[tuple[int, m.Patch]]:
        """Each lever with its place in `alone`."""
        return [(i, p[0]) for i, p in enumerate(self.sets) if len(p) == 1]

    @property
    def draws(self) -> int:
        return self.alone.shape[2]


def measured(futures: Sequence[Future]) -> Float[np.ndarray, "_set _measure _draw"] | None:
    """What is told of futures, for each of them by measure and draw; None where there are none."""
    return np.array([[measure(f) for _, _, measure in MEASURES] for f in futures]) if futures else None


def pull(study: Study, asked: Pull) -> Pulled | None:
    """None where the case has no levers."""
    levers = study.case.levers
    if not levers:
        return None
    (both,) = study.each(together, [asked], "levers")
    (each,) = study.each(alone, [asked], "levers")
    sets = tuple(tuple(levers[i] for i in places) for places in both.sets)
    single = both.values[: len(levers) + 1] if each.values is None else each.values
    return Pulled(sets, both.values, single, each.bent, both.apart, both.unsound, each.ways)


@beside("levers")
def together(study: Study, asked: Pull) -> Together:
    """No lever, each alone and the pairs, on few common draws (a task)."""
    levers = study.case.levers
    sets: list[tuple[int, ...]] = [(), *((i,) for i in range(len(levers)))]
    apart: list[tuple[str, str]] = []
    unsound: list[tuple[str, str]] = []
    for i, j in combinations(range(len(levers)), 2) if asked.pairs else ():
        one, other = levers[i], levers[j]
        if conflict(one, other):
            apart.append((one.title, other.title))
        elif _sound(study.case, (one, other)):
            sets.append((i, j))
        else:
            unsound.append((one.title, other.title))
    count = asked.few if asked.apart else asked.common
    found = measured(worlds(study, _cases(study, sets), count, asked.size, asked.noise))
    assert found is not None
    return Together(tuple(sets), found, tuple(apart), tuple(unsound))


@beside("levers")
def alone(study: Study, asked: Pull) -> Alone:
    """No lever and each alone (a task)."""
    cases = _cases(study, [(), *((i,) for i in range(len(study.case.levers)))])
    bent = worlds(study, cases, min(asked.common, whole("levers.bent")), asked.size, asked.noise, bend=True)
    found = worlds(study, cases, asked.common, asked.size, asked.noise) if asked.apart else []
    return Alone(measured(found), measured(bent), tuple(ways(study, cases, deals_of(study), asked.common)))


def _cases(study: Study, sets: Sequence[tuple[int, ...]]) -> list[m.Case]:
    """The case as of its date after combinations of its levers, by their places."""
    levers = study.case.levers
    return [cut(combine(study.case, [levers[i] for i in places]), study.as_of) for places in sets]


def deals_of(study: Study) -> tuple[Deal, ...]:
    """The menu of the case as it stands."""
    return menu(study.known, study.known.war.belligerents[:2])  # type: ignore[union-attr]


def _sound(case: m.Case, levers: Sequence[m.Patch]) -> bool:
    """Whether the case can take several levers, each of which it can take alone."""
    try:
        combine(case, levers)
    except DossierError:
        return False
    return True


def conflict(one: m.Patch, other: m.Patch) -> bool:
    """Whether two levers set one number, one clause or one channel differently."""
    numbers = any(
        (c.low, c.mode, c.high, c.at) != (o.low, o.mode, o.high, o.at)
        for k, c in one.set.items()
        if (o := other.set.get(k))
    )
    clauses = any(other.clauses.get(p, {}).get(i, o) != o for p, own in one.clauses.items() for i, o in own.items())
    return numbers or clauses or any(other.channels.get(c, state) != state for c, state in one.channels.items())


def worlds(
    study: Study, cases: Sequence[m.Case], common: int, size: Size | None = None, noise: float | None = None,
    bend: bool = False,
) -> list[Future]:  # fmt: skip
    """The futures of variants of a case on the same draws, with one menu; none with `bend` where no price is stated."""
    luck, deals = study.fewer(common).lucks[0], deals_of(study)
    made = [war.war(Arrays(case, luck), deals=deals, traced=False) for case in study.track(cases, "levers")]
    if bend:
        made = [war.bent(w) for w in made if war.bends(w)]
    return outcomes.future(made, size, noise) if made else []
