"""Streams of random numbers keyed by what they are for, never by their place in a list.

A stream is Philox 4x64 (Salmon et al. 2011, a counter-based generator) whose key is the SHA-256 digest of
the seed and the names that say what the numbers are for. Two streams with different names are independent;
the same names give the same numbers for any order of calls, number of threads or chunk of draws.
Only raw 64-bit words are used, so the bytes do not depend on how numpy turns words into distributions.
"""

from __future__ import annotations

import hashlib
import threading

import numpy as np
from jaxtyping import Float, Int, UInt64

from winset.errors import SettingError

_own = threading.local()
_ZERO = np.zeros(4, np.uint64)


def words(seed: int, *names: str, count: int) -> UInt64[np.ndarray, " count"]:
    """The first `count` raw words of the stream named by `names` under `seed`."""
    digest = hashlib.sha256("\x1f".join([str(int(seed)), *names]).encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8").astype(np.uint64)
    made = getattr(_own, "philox", None)
    if made is None:
        made = _own.philox = np.random.Philox(key=0)
    made.state = {  # as a new one: to make one costs more than the words
        "bit_generator": "Philox",
        "state": {"counter": _ZERO, "key": key},
        "buffer": _ZERO,
        "buffer_pos": 4,
        "has_uint32": 0,
        "uinteger": 0,
    }
    return made.random_raw(count)


def uniform(raw: UInt64[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Words to the open interval (0, 1): the top 52 bits, at the middle of their cell."""
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def stratified(seed: int, *names: str, total: int, draws: slice = slice(None)) -> Float[np.ndarray, " draws"]:
    """Latin-hypercube quantiles: draw d has one of `total` equal strata of (0, 1), each used once.

    The order of strata is a permutation fixed by (seed, names, total), so a slice of the draws
    equals the same slice of all of them (McKay, Beckman and Conover 1979).
    """
    if total < 1:
        raise SettingError(f"draws must be at least 1, not {total}")
    raw = words(seed, *names, count=2 * total)
    stratum = np.empty(total, np.int64)
    stratum[_order(raw[:total])] = np.arange(total)
    return np.minimum((stratum[draws] + uniform(raw[total:][draws])) / total, np.nextafter(1.0, 0.0))


def _order(raw: UInt64[np.ndarray, " count"]) -> Int[np.ndarray, " count"]:
    """The stable order of words. Where no two are alike, and of 64 bits hardly ever two are, any order is the stable one."""
    order = np.argsort(raw)
    sorted_ = raw[order]
    return np.argsort(raw, kind="stable") if (sorted_[1:] == sorted_[:-1]).any() else order
