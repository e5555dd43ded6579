"""Streams of random numbers keyed by what they are for, never by their place in a list.

A stream is Philox 4x64 (Salmon et al. 2011, a counter-based generator) whose key is the SHA-256 digest of
the seed and the names that say what the numbers are for. Two streams with different names are independent;
the same names give the same numbers for any order of calls, number of threads or chunk of draws.
Only raw 64-bit words are used, so the bytes do not depend on how numpy turns words into distributions.
"""

from __future__ import annotations

import hashlib
import struct
import threading
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, UInt16, UInt64

from winset.errors import SettingError

WORDS = 4  # no answer: of Philox 4x64, at each turn of its counter
KEPT = 4096  # no answer: streams of which the strata of a panel are kept, of 32 kB each
PANEL = 16_384  # no answer: which draws are made, as the seed says it; draws that are stratified together
_own = threading.local()
_ZERO = (0, 0, 0, 0)
_KEY = struct.Struct("<2Q")


def words(seed: int, *names: str, count: int, first: int = 0) -> UInt64[np.ndarray, " count"]:
    """So many raw words of the stream named by `names` under `seed`, from the `first` on."""
    digest = hashlib.sha256("\x1f".join([str(int(seed)), *names]).encode()).digest()
    made = getattr(_own, "philox", None)
    if made is None:
        made = _own.philox = np.random.Philox(key=0)
    made.state = {  # as a new one: to make one costs more than the words; numbers of Python's own are taken up fastest
        "bit_generator": "Philox",
        "state": {"counter": (first // WORDS, 0, 0, 0) if first else _ZERO, "key": _KEY.unpack_from(digest)},
        "buffer": _ZERO,
        "buffer_pos": WORDS,
        "has_uint32": 0,
        "uinteger": 0,
    }
    skipped = first % WORDS
    return made.random_raw(count + skipped)[skipped:] if skipped else made.random_raw(count)


def uniform(raw: UInt64[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Words to the open interval (0, 1): the top 52 bits, at the middle of their cell."""
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def stratified(seed: int, *names: str, total: int, draws: slice = slice(None)) -> Float[np.ndarray, " draws"]:
    """Latin-hypercube quantiles: draw d has one of `total` equal strata of (0, 1), each used once.

    The order of strata is a permutation fixed by (seed, names, total), so a slice of the draws
    equals the same slice of all of them (McKay, Beckman and Conover 1979). More than `PANEL` draws come in panels, each
    a sample of this kind with a stream of its own (replicated Latin hypercube sampling: McKay 1995), so that a slice
    costs what its panels cost, and not what all the draws do; the first panel is the whole of a smaller sample.
    """
    return stratified_each(seed, [names], total=total, draws=draws)[0]


def stratified_each(
    seed: int, streams: Sequence[tuple[str, ...]], *, total: int, draws: slice = slice(None)
) -> Float[np.ndarray, "stream draw"]:
    """`stratified` of several streams, each by its names: for many short ones, of which each alone costs calls and not
    numbers."""
    if total < 1:
        raise SettingError(f"draws must be at least 1, not {total}")
    start, stop, _ = draws.indices(total)
    panels = range(start // PANEL, -(-stop // PANEL)) if start < stop else range(0)
    parts = [_panel(seed, streams, total, panel * PANEL, start, stop) for panel in panels]
    return np.concatenate(parts, axis=1) if parts else np.empty((len(streams), 0))


def _panel(
    seed: int, streams: Sequence[tuple[str, ...]], total: int, first: int, start: int, stop: int
) -> Float[np.ndarray, "stream draw"]:
    """What the panel that begins at draw `first` holds of the draws from `start` to before `stop`."""
    from winset.column_kernels import strata  # here: numba takes time to load, and words are had without

    size, last = min(PANEL, total - first), [f"panel {first // PANEL}"] if first else []
    begin, end = max(start - first, 0), min(stop - first, size)
    if end - begin < size:
        parts = [_part(seed, (*names, *last), (total, first), size, slice(begin, end)) for names in streams]
        return np.array(parts).reshape(len(streams), end - begin)
    raw = np.array([words(seed, *names, *last, count=2 * size) for names in streams])
    made = np.empty((len(streams), size))
    strata(raw, made)
    return made


def _part(
    seed: int, names: tuple[str, ...], panel: tuple[int, int], size: int, draws: slice
) -> Float[np.ndarray, " draw"]:
    """Some draws of a panel. The strata of all its draws are kept until another panel is asked for, as far as there is
    room: its slices are asked for in turn, and have the same streams."""
    total, first = panel
    held: dict[int, tuple[int, dict[object, UInt16[np.ndarray, " draw"]]]] = _own.__dict__.setdefault("panels", {})
    if held.get(total, (-1,))[0] != first:
        held[total] = first, {}
    own = held[total][1]
    if (found := own.get((seed, names))) is None:
        found = np.empty(size, np.uint16)
        found[order(words(seed, *names, count=size))] = np.arange(size, dtype=np.uint16)
        if sum(len(known) for _, known in held.values()) < KEPT:
            own[seed, names] = found
    inside = uniform(words(seed, *names, first=size + draws.start, count=draws.stop - draws.start))
    return np.minimum((found[draws] + inside) / size, np.nextafter(1.0, 0.0))


def order(raw: UInt64[np.ndarray, " word"]) -> Int[np.ndarray, " word"]:
    """The places of the words from the smallest to the largest, equal ones in the order in which they come."""
    from winset.column_kernels import ordered  # as above

    places = np.empty(len(raw), np.int64)
    ordered(raw, places)
    return places
