"""The value of having no deal, to each signing party, on its own scale of 0 (its defeat) to 1 (its victory).

It is the value of fighting on, from the war core (`derive.war.columns`). For a belligerent that is its own C at the start: what
it expects of going on, bargaining later included, by its own beliefs. For another signatory it is the worth of the
present state of things less its flow cost times the months the war is expected to last (as the analyst sees it, to the
core's horizon); without a flow cost it is the dossier's Figure. The dossier's Figure is the rival reading, and all there
is where a case has no war under way or lacks the Figures of the core.

A rival reading of a case changes what it names and nothing else: what going on is worth stays that of the case as
stated, unless the reading names a Figure of the war itself (`war.OF_WAR`). One that names a party's `no_deal` sets it.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Literal

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.war import columns as wars
from winset.derive.war import core_game as games
from winset.derive.war.columns import War, with_plan
from winset.derive.war.core_game import Size
from winset.derive.war.outcomes import law, solved
from winset.theory.war_held import to_the_end

Source = Literal["core", "dossier"]
FINE = Size(0.5, 120, 12, 192)


def no_deal(arrays: Arrays, party: str, source: Source = "core") -> Float[np.ndarray, " draw"]:
    """The value of going on by the core, or the dossier's Figure. KeyError when the case has neither."""
    if source == "core" and _by_core(arrays, party):
        return no_deal_from_core(arrays)[party]
    return arrays.get(party, "no_deal")


def basis(arrays: Arrays, party: str, source: Source = "core") -> tuple[str, ...]:
    """Ids of the Figures behind `no_deal`: those of the war, or the dossier's own."""
    if source == "core" and _by_core(arrays, party):
        return tuple(sorted(f.id for f in arrays.case.figures if f.quantity in wars.OF_WAR))
    return (arrays.id(party, "no_deal"),)


def _by_core(arrays: Arrays, party: str) -> bool:
    """Whether the core can say it, and no patch does: one that sets a party's `no_deal` is taken at its word."""
    case = arrays.case
    if not _complete(arrays) or (arrays.has(party, "no_deal") and case.patched(arrays.id(party, "no_deal"))):
        return False
    return case.war is not None and (party in case.war.belligerents or arrays.has(party, "flow_cost"))


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
    if arrays.stated is not None and not _of_war(arrays.case, arrays.stated):
        arrays = Arrays(arrays.stated, arrays.luck, arrays.at_modes)
    table = _kept(arrays)
    sides = arrays.case.war.belligerents  # type: ignore[union-attr]
    made = {side: table[:, i] for i, side in enumerate(sides)}
    for party in sorted(a.id for a in arrays.case.signatories if a.id not in sides):
        made[party] = _beside(arrays, party, table[:, 2])
    return made


def _beside(arrays: Arrays, party: str, months: Float[np.ndarray, " draw"]) -> Float[np.ndarray, " draw"]:
    """The value of a war of so many months to one who signs and does not fight."""
    if not arrays.has(party, "flow_cost"):
        return arrays.get(party, "no_deal")
    return arrays.memo(
        ("no_deal_beside", arrays.luck.name(arrays.case), party),
        lambda: wars.status_quo(arrays, (party,))[:, 0] - arrays.get(party, "flow_cost") * months,
    )


def _kept(arrays: Arrays) -> Float[np.ndarray, "draw 3"]:
    """`_fought_on` of a case, made once for each luck; variants that leave the columns of the war alone share it."""

    def make() -> Float[np.ndarray, "draw 3"]:
        war = wars.war(arrays)
        return arrays.memo(("no_deal_core", _digest(war)), lambda: _fought_on(war))

    return arrays.memo(("no_deal_core", arrays.luck.name(arrays.case)), make)


def _of_war(case: m.Case, stated: m.Case) -> bool:
    """Whether a reading differs from the case as stated in a Figure of the war itself."""
    ours, theirs = ([f for f in c.figures if f.quantity in wars.OF_WAR] for c in (case, stated))
    return ours != theirs


def _fought_on(war: War) -> Float[np.ndarray, "draw 3"]:
    """Per draw C of A and of B, and the expected months of fighting."""
    plans, found = with_plan(war), np.empty((war.draws, 3))
    for d in range(war.draws):
        free = bool((war.open[d] & war.ratified[d]).any())
        core = solved(war, d, plan=int(plans[d])) if free else None
        if core:
            found[d, :2] = core.solved.at_start()
        else:
            game = games.game(war, d)[0]
            found[d, :2] = to_the_end(game)[0, game.regime_first, :, game.start]
        made = law(core, war, d)
        middle = (made.edges[1:] + made.edges[:-1]) / 2
        early = made.deal.sum(axis=1) + made.broken[:, :2].sum(axis=1)
        found[d, 2] = early @ middle + (1 - early.sum()) * made.edges[-1]
    return found


def _digest(war: War) -> str:
    """Names the columns of a war, so that patches that leave them alone share the core."""
    total = hashlib.sha256()
    for field in fields(war):
        value = getattr(war, field.name)
        total.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return total.hexdigest()


def core_error(arrays: Arrays, draws: int = 6) -> tuple[Float[np.ndarray, "draw side"], int, int]:
    """Value of the core less that of a much finer one (`FINE`), and their largest numbers of states, over the first draws."""
    war = wars.war(arrays)
    plans, gaps, sizes = with_plan(war), [], []
    for d in range(min(draws, war.draws)):
        pair = [solved(war, d, s, plan=int(plans[d])).solved.at_start() for s in (Size(), FINE)]
        gaps.append(pair[0] - pair[1])
        sizes.append([games.states(war, d, s) for s in (Size(), FINE)])
    return np.array(gaps), max(s[0] for s in sizes), max(s[1] for s in sizes)
