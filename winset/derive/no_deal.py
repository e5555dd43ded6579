"""The value of having no deal, to each signing party, on its own scale of 0 (its defeat) to 1 (its victory).

Two readings: the dossier's Figure, and the value of fighting on from the war core (`derive.war`). For a belligerent the
second is its own C at the start: what it expects of going on, bargaining later included, by its own beliefs. For another
signatory it is the worth of the present state of things less its flow cost times the months the war is expected to last
(as the analyst sees it, to the core's horizon); without a flow cost it stays the dossier's Figure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays

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
    from winset.derive import war as wars
    from winset.derive.outcomes import law, solved

    lacks = wars.missing(arrays.case)
    if lacks:
        raise KeyError(", ".join(lacks))
    war = wars.war(arrays)
    plans, size = wars.with_plan(war), core_size()
    value, months = np.empty((war.draws, 2)), np.empty(war.draws)
    for d in range(war.draws):
        core = solved(war, d, size, plan=int(plans[d]), lean=False)
        value[d] = core.values.at_start("no_deal")
        found = law(core, war, d)
        when = core.size.step * (np.arange(len(found.deal)) + 0.5)
        ended = found.deal.sum(axis=1) + found.broken.sum(axis=1)
        months[d] = ended @ when + (1 - ended.sum()) * core.size.months
    made = {side: value[:, i] for i, side in enumerate(war.sides)}
    for party in sorted(a.id for a in arrays.case.signatories if a.id not in war.sides):
        made[party] = arrays.get(party, "no_deal")
        if arrays.has(party, "flow_cost"):
            made[party] = wars.status_quo(arrays, (party,))[:, 0] - arrays.get(party, "flow_cost") * months
    return made


def core_size():  # type: ignore[no-untyped-def]
    """The size of the core used here: four regimes and three proposers stay within `CORE_STATES`."""
    from winset.derive.war import Size

    return Size(step=4.0, steps=14, units=4, forts=14)


def core_error(arrays: Arrays, draws: int = 8) -> tuple[Float[np.ndarray, "draw side"], int, int]:
    """Value of the coarse core less that of a full one (steps half as long, twice the units and forts), and their largest
    numbers of states, over the first draws."""
    from winset.derive import war as wars
    from winset.derive.outcomes import solved

    war = wars.war(arrays)
    plans, small = wars.with_plan(war), core_size()
    full = replace(small, step=small.step / 2, steps=2 * small.steps, units=2 * small.units, forts=2 * small.forts)
    gaps, sizes = [], []
    for d in range(min(draws, war.draws)):
        pair = [solved(war, d, s, plan=int(plans[d]), lean=False).values.at_start("no_deal") for s in (small, full)]
        gaps.append(pair[0] - pair[1])
        sizes.append([wars.states(war, d, s) for s in (small, full)])
    return np.array(gaps), max(s[0] for s in sizes), max(s[1] for s in sizes)
