"""Verify passages against the source texts, for whoever holds them. The texts are never shipped."""

from __future__ import annotations

import stat
from collections import Counter
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
    checks = [_check(p, texts.get(p.source)) for p in case.passages]
    return Verification(tuple(checks), tuple(missing), tuple(changed))


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


def _check(passage: m.Passage, text: str | None) -> Check:
    def outcome(status: Status, start: int | None = None) -> Check:
        return Check(passage.id, passage.source, status, start)

    if text is None:
        return outcome("orphan")
    length = passage.end - passage.start
    if digest(text[passage.start : passage.end]) == passage.sha256:
        return outcome("exact", passage.start)
    found = [at for at in range(len(text) - length + 1) if digest(text[at : at + length]) == passage.sha256]
    if len(found) > 1:
        near = [at for at in found if digest(text[max(0, at - CONTEXT) : at])[:16] == passage.before]
        found = near or []
    if len(found) == 1:
        return outcome("moved", found[0])
    return outcome("altered", start) if (start := _between(passage, text, length)) is not None else outcome("orphan")


def _between(passage: m.Passage, text: str, length: int) -> int | None:
    """Where the words before a passage end, if the words after it begin not far on."""
    places = range(len(text) + 1)
    starts = [at for at in places if digest(text[max(0, at - CONTEXT) : at])[:16] == passage.before]
    ends = [at for at in places if digest(text[at : at + CONTEXT])[:16] == passage.after]
    for start in starts:
        if any(start < end <= start + STRETCH * length + CONTEXT for end in ends):
            return start
    return None
