"""robust asked for little: for tests in which the number of draws and of universes tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import pytest

from winset.robustness.multiverse import SHAPES, others
from winset.settings import table, using

QUICK = {
    "robust.universe_draws": 32,
    "robust.few": 16,
    "robust.solved": 1,
    "robust.solved_draws": 4,
    "robust.zone_figures": 3,
    "robust.end_figures": 3,
    "robust.orders": 39,
    "paths.draws": 32,
    "paths.paths": 256,
}


@contextmanager
def quick() -> Iterator[None]:
    """Few draws, and of the design one shape in three and one rival value of every fourth number of the model: every
    kind of universe, a few of each.
    """
    some = set(islice(table(), None, None, 4))
    with using(QUICK), pytest.MonkeyPatch.context() as patch:
        patch.setattr("winset.robustness.multiverse.SHAPES", dict(islice(SHAPES.items(), 1)))
        patch.setattr("winset.robustness.multiverse.others", lambda row: islice(others(row), row.name in some))
        yield
