"""Where things stand in a picture, in plain numbers: labels beside points, nodes of a network, lines of a label."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from winset.report.letters import length

Row = dict[str, Any]
Box = tuple[float, float, float, float]
Domain = tuple[float, float]
# no answer: pixels of a line of text above and below its middle, and between a point and its label
HALF, BESIDE = 8, 9
SHIFTS = (0, -16, 16, -32, 32)  # no answer: where a label may stand, in pixels down from its point


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


def widest(texts: Iterable[Any], size: float = 12) -> float:
    """Pixels of the longest line of some texts."""
    return max((length(line, size) for text in texts for line in str(text).split("\n")), default=0.0)


def shortened(text: str, room: float, size: float = 12) -> str:
    """A line of text that takes at most `room` pixels; what does not fit ends in an ellipsis.

    >>> shortened("A long road", 40), shortened("A road", 40)
    ('A lon…', 'A road')
    """
    if length(text, size) <= room:
        return text
    while text and length(text + "…", size) > room:
        text = text[:-1].rstrip()
    return text + "…"


def roomy(values: Sequence[float], share: float = 0.06) -> Domain:
    """An axis from the least to the greatest of some values with some room beyond both."""
    low, high = min(values), max(values)
    spare = (high - low or 1.0) * share
    return low - spare, high + spare


def label_places(
    rows: Sequence[Row], plot: tuple[float, float], x: Domain, y: Domain, most: float = 230
) -> dict[tuple[str, int], list[Row]]:
    """Rows to label by (side, shift down): the first of ten places that is inside the plot and meets no label before it
    and no point; or at least no label.

    A label without such a place is left out, and so is one that several points share: it names a kind, not a point.
    plot: width and height in pixels; x, y: what the axes reach; most: pixels of a label.
    """
    count = Counter(r.get("label") for r in rows)
    labelled = [r for r in rows if r.get("label") and count[r["label"]] == 1]
    at = [(plot[0] * (r["x"] - x[0]) / (x[1] - x[0]), plot[1] * (y[1] - r["y"]) / (y[1] - y[0])) for r in rows]
    points = [(px - 5, py - 5, px + 5, py + 5) for px, py in at]
    where = {id(r): place for r, place in zip(rows, at)}
    taken: list[Box] = []
    found: dict[tuple[str, int], list[Row]] = {}
    for row in labelled:
        px, py = where[id(row)]
        text = shortened(" ".join(str(row["label"]).split()), min(most, plot[0] - 2 * BESIDE))
        size = length(text)
        boxes = {}
        for align, down in [(side, down) for down in SHIFTS for side in ("left", "right")]:
            left = px + BESIDE if align == "left" else px - BESIDE - size
            box = (left, py + down - HALF, left + size, py + down + HALF)
            inside = left >= 0 and left + size <= plot[0] and box[1] >= 0 and box[3] <= plot[1]
            if inside and not meets(box, taken):
                boxes[align, down] = box
        best = next((place for place, box in boxes.items() if not meets(box, points)), next(iter(boxes), None))
        if best:
            taken.append(boxes[best])
            found.setdefault(best, []).append({**row, "label": text})
    return found


def meets(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box (left, top, right, bottom) lies over one of the others."""
    return any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)


def node_places(sources: Sequence[str], targets: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Places in -1..1 of the nodes of a network: two columns where sources and targets are apart, else the two sides
    of a circle. On a side they stand at equal heights, so that their names have room."""
    places: dict[str, tuple[float, float]] = {}
    if not set(sources) & set(targets):
        for x, names in ((-1.0, sources), (1.0, targets)):
            heights = np.linspace(1, -1, len(names) + 2)[1:-1]
            places.update({name: (x, float(y)) for name, y in zip(names, heights)})
        return places
    nodes = list(dict.fromkeys([*sources, *targets]))
    for side, names in ((1, nodes[::2]), (-1, nodes[1::2])):
        for name, y in zip(names, np.linspace(1, -1, len(names) + 2)[1:-1]):
            places[name] = (side * float(np.sqrt(1 - y * y)), float(y))
    return places
