"""What the endurance lens offers to readers of one page: who can last."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from winset.lens.endurance.sides import Sides
from winset.result import Offer, Point
from winset.spoken import one_in, percent


def offer(case: Sides, race: Mapping[str, tuple[float, float]]) -> Offer:
    a, b = (case.names[s] for s in case.sides)
    stated = race["stated months"]
    first, share = (b, stated[1]) if stated[1] >= stated[0] else (a, stated[0])
    low, mid, high = np.percentile(case.first(), [5, 50, 95])
    year = float((case.first() <= 12).mean())
    close = abs(stated[0] - stated[1]) < 0.2  # no answer: wording
    head = f"If nobody settles, {first} is the first that cannot go on {one_in(share, 'cases')}."
    return Offer(
        headline=head,
        picture="race_chart",
        so_what=(
            "Time is on neither side's side that one could count on: which of the two is worn out first is close to "
            "open."
            if close
            else (
                f"Time works against {first} more often than not; the chapter shows what aid, income or pressure would "
                "change."
            )
        ),
        points=(
            Point(
                "last",
                f"{head} The first of the two is there in about {mid:.0f} months ({low:.0f} to {high:.0f}); within a "
                f"year in {percent(year)}.",
            ),
        ),
    )
