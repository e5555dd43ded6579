"""The value of having no deal, to each signing party, on its own scale of 0 (its defeat) to 1 (its victory).

It is the value of fighting on, from the war core (`derive.war.columns`). For a belligerent that is its own C at the
start: what it expects of going on, bargaining later included, by its own beliefs. For another signatory it comes from
the same law of endings, as the analyst sees it: with r = -ln(1 - discount)/12 a month, while the war lasts it has the
flow of the present state of things q less its cost c, and from the end at t on what that end is worth to it,

    value = E[(1 - e^(-rt)) (q - c/r) + e^(-rt) end],
    end = the deal's own worth u, or (r u + h w)/(r + h) where it breaks at a rate h into a war worth w without deals;
          B's victory, or as far on the way to it as the terms of an exhausted A lie (and the other way round);
          q for a war still on at the horizon, or with both sides exhausted at once.

Without a flow cost of its own it is the dossier's Figure. The dossier's Figure is the rival reading, and all there is
where a case has no war under way or lacks the Figures of the core.

A rival reading of a case changes what it names and nothing else: what going on is worth stays that of the case as
stated, unless the reading names a Figure of the war itself (`war.OF_WAR`). One that names a party's `no_deal` sets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.war import columns as wars
from winset.derive.war import core_game as games
from winset.derive.war import core_tables as tables
from winset.derive.war.around import Beside, watches
from winset.derive.war.columns import War, with_plan
from winset.derive.war.core_draws import draws_of, fought_on, own, sized
from winset.derive.war.core_game import Size
from winset.derive.war.outcomes import fading, settled, solved, terms_of
from winset.reads import reading
from winset.settings import number, whole

Source = Literal["core", "dossier"]


def no_deal(arrays: Arrays, party: str, source: Source = "core") -> Float[np.ndarray, " draw"]:
    """The value of going on by the core, or the dossier's Figure. KeyError when the case has neither."""
    if source == "core" and _by_core(arrays, party):
        return no_deal_from_core(arrays)[party]
    return arrays.get(party, "no_deal")


def without_core(case: m.Case) -> str:
    """A sentence for verdicts that rest on the dossier's Figures because the core cannot be built; else nothing."""
    lacks = wars.missing(case)
    if not lacks:
        return ""
    named = ", no ".join(lacks[:3]) + (f", and {len(lacks) - 3} more" if len(lacks) > 3 else "")
    return (
        "Without the war core: what no deal is worth is each party's own number in the dossier, not what it expects "
        f"of fighting on, since the case has no {named}."
    )


def basis(arrays: Arrays, party: str, source: Source = "core") -> tuple[str, ...]:
    """Ids of the Figures read on the way to `no_deal`."""
    with reading() as seen:
        no_deal(arrays, party, source)
    return tuple(sorted(seen))


def _by_core(arrays: Arrays, party: str) -> bool:
    """Whether the core can say it, and no patch does: one that sets a party's `no_deal` is taken at its word."""
    case = arrays.case
    if not _complete(arrays) or (arrays.has(party, "no_deal") and case.patched(arrays.id(party, "no_deal"))):
        return False
    return case.war is not None and (party in case.war.belligerents or watches(arrays, party))


def _complete(arrays: Arrays) -> bool:
    """Whether the case has what the core needs; looked up once."""
    key = ("core_complete", arrays.luck.name(arrays.case))
    return bool(arrays.memo(key, lambda: np.full(arrays.draws, not wars.missing(arrays.case)))[0])


def no_deal_from_core(arrays: Arrays) -> dict[str, Float[np.ndarray, " draw"]]:
    """Every signatory's value of going on.

    Raises KeyError when the case lacks what the core needs (`derive.war.columns.missing` says what).
    """
    if not _complete(arrays):
        raise KeyError(", ".join(wars.missing(arrays.case)))
    if arrays.stated is not None and core_as_stated(arrays):
        arrays = Arrays(arrays.stated, arrays.luck, arrays.at_modes)
    table = core_of(arrays)
    sides = arrays.case.war.belligerents  # type: ignore[union-attr]
    others = sorted(a.id for a in arrays.case.signatories if a.id not in sides)
    paying = [p for p in others if watches(arrays, p)]
    made = {party: table[:, i] for i, party in enumerate((*sides, *paying))}
    return made | {p: arrays.get(p, "no_deal") for p in others if p not in made}


def core_of(arrays: Arrays) -> Float[np.ndarray, "draw party"]:
    """What the core says of a case, each draw solved once for all that ask for it: per draw C of A and of B, and the
    value of going on to every other signatory that pays for the war."""
    if arrays.at_modes:
        with reading() as seen:
            table = arrays.case.memo(("core at the modes",), lambda: _fought_on(wars.war(arrays)))
        arrays.used.update(seen)
        return table

    def make(luck: Luck) -> Float[np.ndarray, "_draw party"]:
        return _fought_on(wars.war(Arrays(arrays.case, luck)))

    key = core_key(arrays)
    return arrays.luck.memo((*key, "here"), lambda: arrays.luck.filled(key, make))


def core_as_stated(arrays: Arrays) -> bool:
    """Whether the core is that of the case as stated: a reading that changes no Figure of the war leaves it."""
    return arrays.stated is None or not _of_war(arrays.case, arrays.stated)


def core_key(arrays: Arrays) -> tuple[object, ...]:
    """The key of `core_of`. The case is held by its candidates, so that no other case takes over its name."""
    return "no_deal_core", next(luck.name(arrays.case) for luck in arrays.luck.pool or (arrays.luck,))


def _of_war(case: m.Case, stated: m.Case) -> bool:
    """Whether a reading differs from the case as stated in a Figure of the war itself."""
    return _figures_of_war(case) != _figures_of_war(stated)


def _figures_of_war(case: m.Case) -> list[m.Figure]:
    return case.memo(("of_war",), lambda: [f for f in case.figures if f.quantity in wars.OF_WAR])


def _fought_on(war: War) -> Float[np.ndarray, "draw party"]:
    """Per draw C of A and of B, and the value of going on to every other signatory that pays for the war."""
    paying = [one for one in war.beside if one.pays]
    found = np.empty((war.draws, 2 + len(paying)))
    free = (war.open & war.ratified).any(axis=1)
    columns = draws_of(war, with_plan(war), Size(), number("choice_noise"))
    unsound = fought_on(columns, np.flatnonzero(free), whole("war.assent_passes"), found)
    if unsound >= 0:
        settled(columns, war, unsound)  # says what is wrong
    if not free.all():
        _alone(war, np.flatnonzero(~free), paying, found)
    return found


def _alone(
    war: War, rows: Int[np.ndarray, " row"], paying: Sequence[Beside], found: Float[np.ndarray, "draw party"]
) -> None:
    """Fills the rows of draws in which nothing can be signed: both sides fight to the end."""
    size = Size()
    cut, whole_ = sized(war, size)
    delta = (1 - war.discount) ** (cut / 12)[:, None]
    tables.fought_to_the_end(
        rows, cut, whole_, own(war.forts), own(war.lasts), own(war.endurance), own(war.pressure),
        own(war.pressed, bool),
        own(war.mean), own(war.strength), delta, own(war.quo), own(war.cost), own(war.rent), own(war.exhausted),
        size.months,
        size.places, number("war.least_belief"), found,
    )  # fmt: skip
    for i, one in enumerate(paying, start=2):
        tables.raced(
            rows, cut, whole_, own(war.rate), own(war.lasts), own(war.p), size.months, number("war.least_chance"),
            own(fading(one.discount)), own(one.quo), own(one.cost), own(terms_of(one, war)), found[:, i],
        )  # fmt: skip


def core_error(arrays: Arrays, draws: int | None = None) -> tuple[Float[np.ndarray, "draw side"], int, int]:
    """Value of the core less that of a much finer one (`war.fine`), and their largest numbers of states, over the first
    draws."""
    war, usual, finer = wars.war(arrays), Size(), whole("war.fine")
    both = (usual, Size(usual.step / finer, finer * usual.steps, finer * usual.places, finer * usual.forts))
    plans, gaps, sizes = with_plan(war), [], []
    for d in range(min(whole("war.error_draws") if draws is None else draws, war.draws)):
        pair = [solved(war, d, s, plan=int(plans[d])).solved.at_start() for s in both]
        gaps.append(pair[0] - pair[1])
        sizes.append([games.states(war, d, s) for s in both])
    return np.array(gaps), max(s[0] for s in sizes), max(s[1] for s in sizes)
