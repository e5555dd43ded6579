"""Where things stand in a picture, in plain numbers: labels beside points, nodes of a network, lines of a label."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]
Box = tuple[float, float, float, float]
LETTER = 6.6  # pixels of a letter in 12-pixel type, rather too wide than too narrow


def wrap(text: str, width: int, lines: int = 3) -> str:
    """Text in at most `lines` lines of `width` letters; what does not fit ends in an ellipsis."""
    found = textwrap.wrap(text, width) or [""]
    rest = textwrap.shorten(" ".join(found[lines - 1 :]), width, placeholder="…")
    return "\n".join(found if len(found) <= lines else [*found[: lines - 1], rest])


def wrapped(texts: Iterable[Any], width: int, lines: int = 3) -> dict[str, str]:
    """Each distinct text with its wrapped form. Texts that are shortened to the same form are kept apart by blanks."""
    made: dict[str, str] = {}
    for text in dict.fromkeys(map(str, texts)):
        form = wrap(text, width, lines)
        while form in made.values():
            form += " "
        made[text] = form
    return made


def label_places(rows: Sequence[Row], width: int) -> dict[tuple[str, int], list[Row]]:
    """Rows to label by (side, shift up or down): the first of ten places that is inside and meets no label before it and
    no point; or at least no label.

    A label without such a place is left out, and so is one that several points share: it names a kind, not a point.
    """
    count = Counter(r.get("label") for r in rows)
    labelled = [r for r in rows if r.get("label") and count[r["label"]] == 1]
    if not labelled:
        return {}
    plot = np.array([width - 70.0, min(400.0, width * 0.8)])
    xy = np.array([[r["x"], r["y"]] for r in rows], dtype=float)
    low, size = xy.min(axis=0), np.ptp(xy, axis=0)
    size[size == 0] = 1.0
    at = (xy - low) / size * plot * [1, -1] + [0, plot[1]]
    points = [(px - 5, py - 5, px + 5, py + 5) for px, py in at]
    taken: list[Box] = []
    found: dict[tuple[str, int], list[Row]] = {}
    for row in labelled:
        text = wrap(row["label"], 34, 1)
        px, py = (np.array([row["x"], row["y"]], dtype=float) - low) / size * plot * [1, -1] + [0, plot[1]]
        length = LETTER * len(text)
        boxes = {}
        for align, dy in [(side, dy) for dy in (0, -14, 14, -28, 28) for side in ("left", "right")]:
            left = px + 8 if align == "left" else px - 8 - length
            box = (left, py + dy - 7, left + length, py + dy + 7)
            if left >= 0 and left + length <= plot[0] + 40 and not _meets(box, taken):
                boxes[align, dy] = box
        best = next((place for place, box in boxes.items() if not _meets(box, points)), next(iter(boxes), None))
        if best:
            taken.append(boxes[best])
            found.setdefault(best, []).append({**row, "label": text})
    return found


def _meets(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box (left, top, right, bottom) lies over one of the others."""
    return any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)


def node_places(sources: Sequence[str], targets: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Places in -1..1 of the nodes of a network: two columns where sources and targets are apart, else a circle."""
    if not set(sources) & set(targets):
        places: dict[str, tuple[float, float]] = {}
        for x, names in ((-1.0, sources), (1.0, targets)):
            heights = np.linspace(1, -1, len(names) + 2)[1:-1]
            places.update({name: (x, float(y)) for name, y in zip(names, heights)})
        return places
    nodes = list(dict.fromkeys([*sources, *targets]))
    turns = np.linspace(0, 2 * np.pi, len(nodes), endpoint=False) + np.pi / len(nodes)
    return {name: (float(np.sin(t)), float(np.cos(t))) for name, t in zip(nodes, turns)}
