"""The value of having no deal, to each signing party, on its own scale of 0 (its defeat) to 1 (its victory).

Two readings: the dossier's Figure, and the value of fighting on from the war core (`derive.war`). For a belligerent the
second is its own C at the start: what it expects of going on, bargaining later included, by its own beliefs. For another
signatory it is the worth of the present state of things less its flow cost times the months the war is expected to last
(as the analyst sees it, to the core's horizon); without a flow cost it stays the dossier's Figure.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Literal

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.derive import games
from winset.derive import war as wars
from winset.derive.games import Size
from winset.derive.outcomes import law, solved
from winset.derive.war import War, with_plan

Source = Literal["dossier", "core"]
CORE_STATES = 20_000


def no_deal(arrays: Arrays, party: str, source: Source = "dossier") -> Float[np.ndarray, " draw"]:
    """The dossier's Figure, or the core's value. Raises KeyError when the case has none."""
    if source == "core":
        return no_deal_from_core(arrays)[party]
    return arrays.get(party, "no_deal")


def no_deal_from_core(arrays: Arrays) -> dict[str, Float[np.ndarray, " draw"]]:
    """Every signatory's value of going on, from a core of at most `CORE_STATES` states a draw.

    Raises KeyError when the case lacks what the core needs (`derive.war.missing` says what).
    """
    lacks = wars.missing(arrays.case)
    if lacks:
        raise KeyError(", ".join(lacks))
    war = wars.war(arrays)
    table = arrays.memo(("no_deal_core", _digest(war)), lambda: _fought_on(war))
    made = {side: table[:, i] for i, side in enumerate(war.sides)}
    for party in sorted(a.id for a in arrays.case.signatories if a.id not in war.sides):
        made[party] = arrays.get(party, "no_deal")
        if arrays.has(party, "flow_cost"):
            made[party] = wars.status_quo(arrays, (party,))[:, 0] - arrays.get(party, "flow_cost") * table[:, 2]
    return made


def _fought_on(war: War) -> Float[np.ndarray, "draw 3"]:
    """Per draw C of A and of B, and the expected months of fighting."""
    plans, found = with_plan(war), np.empty((war.draws, 3))
    for d in range(war.draws):
        core = solved(war, d, core_size(war, d), plan=int(plans[d]))
        made = law(core, war, d)
        when = made.step * (np.arange(len(made.deal)) + 0.5)
        ended = made.deal.sum(axis=1) + made.broken.sum(axis=1)
        found[d] = *core.solved.at_start(), ended @ when + (1 - ended.sum()) * core.size.months
    return found


def _digest(war: War) -> str:
    """Names the columns of a war, so that patches that leave them alone share the core."""
    total = hashlib.sha256()
    for field in fields(war):
        value = getattr(war, field.name)
        total.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return total.hexdigest()


SIZES = tuple(
    Size(step, steps, units, 36) for step, steps, units in ((2, 28, 6), (3, 19, 5), (4, 14, 4), (4, 14, 3), (6, 10, 3))
)


def core_size(war: War, d: int) -> Size:
    """The finest of `SIZES` whose core stays within `CORE_STATES` in this draw; the last one always does."""
    return next((s for s in SIZES if games.states(war, d, s) <= CORE_STATES), SIZES[-1])


def core_error(arrays: Arrays, draws: int = 6) -> tuple[Float[np.ndarray, "draw side"], int, int]:
    """Value of the coarse core less that of a full one (six weeks a step, eight units, 44 forts at most), and their largest
    numbers of states, over the first draws."""
    war = wars.war(arrays)
    plans, gaps, sizes = with_plan(war), [], []
    for d in range(min(draws, war.draws)):
        small = core_size(war, d)
        full = Size(1.5, 37, 8, 44)
        pair = [solved(war, d, s, plan=int(plans[d])).solved.at_start() for s in (small, full)]
        gaps.append(pair[0] - pair[1])
        sizes.append([games.states(war, d, s) for s in (small, full)])
    return np.array(gaps), max(s[0] for s in sizes), max(s[1] for s in sizes)
