"""How a share of weightings is said: never bare, and as undecided where it hangs on how weightings are drawn."""

from __future__ import annotations

from winset.lens.scorecard.shares import Share
from winset.settings import number
from winset.spoken import between, percent

ALMOST, NEVER = 0.95, 0.05  # no answer: wording
NARROW = 0.1  # no answer: wording


def leads(share: Share) -> bool:
    """Whether the share lies above one half by more than the margin, however weightings are drawn."""
    return share.low > 0.5 + number("scorecard.margin")


def trails(share: Share) -> bool:
    """Whether it lies below one half by more than the margin, however weightings are drawn."""
    return share.high < 0.5 - number("scorecard.margin")


def weightings(share: Share) -> str:
    """Under which weightings, in words.

    >>> weightings(Share(1.0, 1.0, 1.0, (1.0, 1.0))), weightings(Share(0.6, 0.45, 0.9, (0.0, 1.0)))
    ('every weighting', 'some weightings: it depends on how much one thing may outweigh the rest')
    >>> weightings(Share(0.52, 0.5, 0.54, (0.2, 0.9)))
    'about half of the weightings'
    """
    if leads(share):
        return (
            "every weighting"
            if share.low >= 1
            else "almost every weighting"
            if share.low > ALMOST
            else "most weightings"
        )
    if trails(share):
        return "no weighting" if share.high <= 0 else "almost no weighting" if share.high < NEVER else "few weightings"
    if share.high - share.low < NARROW:
        return "about half of the weightings"
    return "some weightings: it depends on how much one thing may outweigh the rest"


def spread(share: Share) -> str:
    """The share with its spread over how weightings are drawn.

    >>> spread(Share(0.6, 0.58, 0.66, (0.5, 0.7))), spread(Share(1.0, 1.0, 1.0, (1.0, 1.0)))
    ('60%; 58 to 66% by how they are drawn', '100% however they are drawn')
    """
    if percent(share.low) == percent(share.high):
        return f"{percent(share.value)} however they are drawn"
    return f"{percent(share.value)}; {between(share.low, share.high)} by how they are drawn"


def under(share: Share) -> str:
    return f"under {weightings(share)} ({spread(share)})"
