"""Allies that go along: an ally that signs may sign because the leader of its side does, where it would not by itself.

With chance `follows` (a Figure of the ally and its leader) it does, in one yes or no a draw for all packages. So in a
draw

    the ally signs  iff  it would sign by itself, or it follows and its leader signs.

Where it follows, its own lines and its own no deal therefore stop nothing that its leader signs.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool

from winset.arrays import Arrays


def leader_of(arrays: Arrays, party: str) -> str | None:
    """The leader of the side on which a party stands as an ally; None for all others."""
    return arrays.case.war.leader_of(party) if arrays.case.war else None


def goes_along(arrays: Arrays, party: str) -> Bool[np.ndarray, " draw"]:
    """Draws in which a party signs whatever the leader of its side signs; none for one that is no ally."""
    leader = leader_of(arrays, party)
    if leader is None or not arrays.has(party, leader, "follows"):
        return np.zeros(arrays.draws, bool)
    return arrays.happens(f"{party}/{leader}.follows", arrays.get(party, leader, "follows"))
