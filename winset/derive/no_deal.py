"""The value of having no deal, to each signing party, on its own scale of 0 (its defeat) to 1 (its victory)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays


def no_deal(arrays: Arrays, party: str) -> Float[np.ndarray, " draw"]:
    """The dossier's Figure. Raises KeyError when the case has none."""
    return arrays.get(party, "no_deal")
