"""scoringrules, the peer for scores, by its numpy code.

Where it sees numba it compiles its kernels whenever it is imported, in every process anew, which takes many times as
long as all the scores that the tests ask of it. So numba is out of its sight while it is imported.
"""

from __future__ import annotations

import sys

_numba = sys.modules.pop("numba", None)
sys.modules["numba"] = None  # type: ignore[assignment]
try:
    import scoringrules as peer
finally:
    del sys.modules["numba"]
    if _numba is not None:
        sys.modules["numba"] = _numba

__all__ = ["peer"]
