"""Mobilisation: arms that cost something whether or not they are used, and change who would win.

Side 1 has mobilised m1. Side 2 mobilises m2 (paid always) or gives in; side 1 then attacks or gives in. Side 1 wins a
fight with chance p1 = q m1/(q m1 + m2), q offence to defence; values v1, v2; costs of fighting c1, c2. Side 1 attacks
iff p1 v1 > c1, so that

    deter: m2 = q m1 (v1 - c1)/c1, worth v2 - m2 to side 2,
    fight: m2 = sqrt(q m1 v2) - q m1, worth [sqrt v2 - sqrt(q m1)]^2 - c2, where that is less than deters,
    give in: worth 0.

Fighting is worth nothing to side 2 from m1 = (sqrt v2 - sqrt c2)^2/q on, deterring from m1 = v2 c1/(q (v1 - c1)) on;
beyond both it gives in. Peace may need more arms than war would.

Cannot say: anything about private values, which are the subject of the paper whose structure this has.

Reference: B. Slantchev, "Military coercion in interstate crises", American Political Science Review 99 (2005).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from winset.theory import checks

REPLIES = ("gives in", "fights", "deters")


@dataclass(frozen=True)
class Reply:
    """What side 2 does (a place in `REPLIES`), what it mobilises, and what that is worth to it."""

    code: int
    arms: float
    worth: float


def reply(arms: float, v1: float, v2: float, c1: float, c2: float, offence: float = 1.0) -> Reply:
    """The best reply of side 2 to what side 1 has mobilised."""
    checks.positive(arms=arms, v1=v1, v2=v2, c1=c1, c2=c2, offence=offence)
    q = offence * arms
    deters = max(0.0, q * (v1 - c1) / c1)
    fights = math.sqrt(q * v2) - q
    made = [Reply(0, 0.0, 0.0), Reply(2, deters, v2 - deters)]
    if 0.0 < fights < deters:
        made.append(Reply(1, fights, (math.sqrt(v2) - math.sqrt(q)) ** 2 - c2))
    return max(made, key=lambda r: (r.worth, r.code))


def fighting_worthless_from(v2: float, c2: float, offence: float = 1.0) -> float:
    """Arms of side 1 from which fighting is worth nothing to side 2 (0 where it never is worth anything)."""
    checks.positive(v2=v2, c2=c2, offence=offence)
    return max(0.0, math.sqrt(v2) - math.sqrt(c2)) ** 2 / offence


def deterring_too_dear_from(v1: float, v2: float, c1: float, offence: float = 1.0) -> float:
    """Arms of side 1 from which deterring it is worth nothing to side 2 (infinite where side 1 never attacks)."""
    checks.positive(v1=v1, v2=v2, c1=c1, offence=offence)
    return v2 * c1 / (offence * (v1 - c1)) if v1 > c1 else math.inf
