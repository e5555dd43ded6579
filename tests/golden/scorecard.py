"""Golden models of acceptability over weightings (SMAA): pairs, ranks, weights by domain, tipping shares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from winset.theory.acceptability import better, better_by_domain, expected_ranks, tipping_share
from winset.theory.rank_cells import rank_matrix

Row = Callable[[dict, str], float | None]


def _pairwise(d: dict, quantity: str) -> float | None:
    return float(better(d["difference"], d["alpha"])) if quantity == "P_better" else None


def _split(d: dict, quantity: str) -> float | None:
    return float(better(d["difference"], d["alpha"])) if quantity.startswith("P_better") else None


def _nested(d: dict, quantity: str) -> float | None:
    if quantity != "P_better":
        return None
    return better_by_domain(d["difference"], d["domain"], d["alpha_domain"], d["alpha_inside"])


def _rank(d: dict, quantity: str) -> float | None:
    scores, place = np.array(d["scores"], dtype=float), int(d["alternative"]) - 1
    if quantity == "expected_rank":
        return float(expected_ranks(scores, d["alpha"])[place])
    found = rank_matrix(scores, d["alpha"])
    if quantity == "acceptability":
        return float(found.share[place, int(d["rank"]) - 1])
    return float(found.central[place, int(d["criterion"]) - 1]) if quantity == "central_weight" else None


def _tipping(d: dict, quantity: str) -> float | None:
    if quantity != "share_at_which_it_turns":
        return None
    return tipping_share(d["difference"], d["weights"], int(d["criterion"]) - 1)


MODELS: dict[str, Row] = {
    "smaa_pairwise": _pairwise,
    "smaa_split": _split,
    "smaa_nested": _nested,
    "smaa_rank": _rank,
    "smaa_tipping": _tipping,
}
