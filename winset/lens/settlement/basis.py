"""What the numbers of the settlement lens rest on: the Figures read on the way to them, recorded at the modes.

The same functions run at the modes as in the draws, so what they read is the same; it is recorded once a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.deal.bargain import bargain
from winset.derive.war.no_deal import no_deal
from winset.derive.worth.utilities import utilities
from winset.reads import reading


def recorded(case: m.Case, key: tuple[object, ...], run: Callable[[Arrays], object]) -> tuple[str, ...]:
    """Ids of the Figures that something reads of a case, at the modes; looked up once for each key."""

    def make() -> tuple[str, ...]:
        with reading() as seen:
            run(Arrays(case, Luck(0, 1), at_modes=True))
        return tuple(sorted(seen))

    return case.memo(("basis", *key), make)


def worth(case: m.Case, parties: Iterable[str]) -> tuple[str, ...]:
    """What the worth of packages to some signatories, and their lines, rest on."""
    return _joined(recorded(case, ("worth", p), partial(utilities, only=(p,))) for p in parties)


def floor(case: m.Case, parties: Iterable[str]) -> tuple[str, ...]:
    """What the value of no deal to some signatories rests on."""
    return _joined(recorded(case, ("no deal", p), lambda a, p=p: no_deal(a, p)) for p in parties)  # type: ignore[misc]


def signing(case: m.Case, parties: Iterable[str]) -> tuple[str, ...]:
    """What it rests on whether some signatories sign: the worth of deals, their lines, and no deal; of an ally that may
    follow, those of its leader too."""
    own = {p for p in parties if p in {a.id for a in case.signatories}}

    def make() -> tuple[str, ...]:
        follows = {f.id: f.subject[1] for f in case.figures if f.quantity == "follows" and f.subject[0] in own}
        both = own | set(follows.values())
        return _joined((worth(case, both), floor(case, both), tuple(follows)))

    return case.memo(("signing", *sorted(own)), make)


def consents(case: m.Case, actors: Iterable[str]) -> tuple[str, ...]:
    """The Figures by which some actors give or refuse their consent."""
    asked = set(actors)
    return tuple(
        sorted(f.id for f in case.figures if f.quantity in ("consent", "consent_dependence") and f.subject[0] in asked)
    )


def zone(case: m.Case) -> tuple[str, ...]:
    """What it rests on whether there is a zone: the whole bargaining problem."""
    return recorded(case, ("zone",), bargain)


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({i for part in parts for i in part}))
