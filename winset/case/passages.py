"""Verify passages against the source texts, for whoever holds them. The texts are never shipped."""

from __future__ import annotations

import stat
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from winset.case import model as m
from winset.case.canon import CONTEXT, canonical, digest
from winset.errors import SettingError

Status = Literal["exact", "moved", "altered", "orphan"]
STATUSES: tuple[Status, ...] = ("exact", "moved", "altered", "orphan")
LARGEST = 16 * 2**20
STRETCH = 1.5
MOST_DIGESTS = 4_000_000  # some seconds of work


@dataclass(frozen=True)
class Check:
    """What became of one passage. `start` is where it stands now, where that is known."""

    passage: str
    source: str
    status: Status
    start: int | None = None


@dataclass(frozen=True)
class Verification:
    checks: tuple[Check, ...]
    missing: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(c.status for c in self.checks)
        return {status: found[status] for status in STATUSES}


def verify(case: m.Case, folder: str | Path) -> Verification:
    """Compare every passage with the texts in `folder`.

    exact: the span is where it was. moved: the same words stand once elsewhere, or where their context is.
    altered: the words before and after are found but not the span. orphan: none of it, or the text is missing.
    Raises SettingError when the folder does not exist.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SettingError(f"no folder {folder}; give the folder that holds the source texts")
    texts, missing, changed = {}, [], []
    for source in case.sources:
        text = _text(folder, source)
        if text is None:
            missing.append(source.id)
        else:
            texts[source.id] = text
            if digest(text) != source.canonical_sha256:
                changed.append(source.id)
    of: defaultdict[str, list[m.Passage]] = defaultdict(list)
    for passage in case.passages:
        of[passage.source].append(passage)
    made = {c.passage: c for source, own in of.items() for c in _checks(own, texts.get(source))}
    return Verification(tuple(made[p.id] for p in case.passages), tuple(missing), tuple(changed))


def _text(folder: Path, source: m.Source) -> str | None:
    path = folder / source.file
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return None
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        return canonical(path.read_bytes().decode("utf-8", errors="replace"))
    except (OSError, RuntimeError):  # RuntimeError: links that lead to one another
        return None


def _checks(passages: list[m.Passage], text: str | None) -> list[Check]:
    """What became of the passages of one source; the time grows with the text and with the number of passages."""
    if text is None:
        return [Check(p.id, p.source, "orphan") for p in passages]
    lost = [p for p in passages if digest(text[p.start : p.end]) != p.sha256]
    places = _Places(text, lost) if lost else None
    return [
        _lost(p, places) if places and p in places.passages else Check(p.id, p.source, "exact", p.start)
        for p in passages
    ]


class _Places:
    """Where in a text the words of passages stand, and the words before and after them: every window is digested once.

    A text too long for that at every length is searched only where the words before or after a passage are.
    """

    def __init__(self, text: str, passages: list[m.Passage]):
        self.passages = frozenset(passages)
        befores, afters = {p.before for p in passages}, {p.after for p in passages}
        self.before: defaultdict[str, list[int]] = defaultdict(list)
        self.after: defaultdict[str, list[int]] = defaultdict(list)
        for at in range(len(text) + 1):
            if (mark := digest(text[max(0, at - CONTEXT) : at])[:16]) in befores:
                self.before[mark].append(at)
            if (mark := digest(text[at : at + CONTEXT])[:16]) in afters:
                self.after[mark].append(at)
        wanted: defaultdict[int, list[m.Passage]] = defaultdict(list)
        for p in passages:
            wanted[p.end - p.start].append(p)
        everywhere = len(text) * len(wanted) <= MOST_DIGESTS
        self.words: defaultdict[str, list[int]] = defaultdict(list)
        for length, own in wanted.items():
            sought = {p.sha256 for p in own}
            for at in range(len(text) - length + 1) if everywhere else self._beside(own, length, len(text)):
                if (found := digest(text[at : at + length])) in sought:
                    self.words[found].append(at)

    def _beside(self, passages: list[m.Passage], length: int, characters: int) -> list[int]:
        starts = {at for p in passages for at in self.before[p.before]}
        starts |= {at - length for p in passages for at in self.after[p.after]}
        return sorted(at for at in starts if 0 <= at <= characters - length)

    def between(self, passage: m.Passage) -> int | None:
        """Where the words before a passage end, if the words after it begin not far on."""
        ends = self.after[passage.after]
        reach = STRETCH * (passage.end - passage.start) + CONTEXT
        for start in self.before[passage.before]:
            following = bisect_right(ends, start)
            if following < len(ends) and ends[following] <= start + reach:
                return start
        return None


def _lost(passage: m.Passage, places: _Places) -> Check:
    """What became of a passage that is not where it was."""
    found = places.words[passage.sha256]
    if len(found) > 1:
        before = set(places.before[passage.before])
        found = [at for at in found if at in before]
    if len(found) == 1:
        return Check(passage.id, passage.source, "moved", found[0])
    start = places.between(passage)
    return Check(passage.id, passage.source, "orphan" if start is None else "altered", start)
