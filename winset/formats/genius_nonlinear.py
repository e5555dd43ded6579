"""GENIUS XML with hyper-rectangles (Ito, Hattori and Klein 2007): bonuses for packages that lie in a box of options.

A bonus counts its `utility` times the weight of its group, divided by `maxutility`; the bounds of a box are included, as
the declared maxima of the public domains require. Clauses interact, so only small domains can be solved exactly.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from winset.errors import SettingError
from winset.formats.genius import integer_range, number, options_of, parse_xml
from winset.formats.texts import natural

Box = tuple[float, tuple[tuple[int, int, int], ...]]


@dataclass(frozen=True)
class BoxDomain:
    """Issues with options; per party its name, its bonuses with (issue, first option, last option) and its reservation."""

    name: str
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    reserve: tuple[float, ...]


def read_boxes(paths: Sequence[Path]) -> BoxDomain | None:
    """The domain if its utility spaces are non-linear, else None. Raises SettingError for what cannot be read."""
    spaces = [(p, root) for p in sorted(paths, key=lambda p: natural(p.name)) if (root := _non_linear(p)) is not None]
    if not spaces:
        return None
    issues = options_of(*spaces[0])
    boxes = tuple(_boxes(path, root, issues) for path, root in spaces)
    reserves = []
    for path, root in spaces:
        node = root.find(".//reservation")
        reserves.append(number(path, node.get("value")) if node is not None else 0.0)
    labels = tuple(tuple(o) for o in issues.values())
    return BoxDomain(
        spaces[0][0].parent.name, tuple(issues), labels, tuple(p.stem for p, _ in spaces), boxes, tuple(reserves)
    )


def _non_linear(path: Path) -> ET.Element | None:
    if path.name == "pareto.xml":
        return None
    root = parse_xml(path)
    return root if root.tag == "utility_space" and root.find(".//hyperRectangle") is not None else None


def _boxes(path: Path, root: ET.Element, issues: dict[str, list[str]]) -> tuple[Box, ...]:
    nodes = {node.get("index"): node for node in root.iter("issue")}
    place = {node.get("index"): list(issues).index(node.get("name", "")) for node in nodes.values()}
    top = max((number(path, u.get("maxutility")) for u in root.iter("utility") if u.get("maxutility")), default=1.0)
    found = []
    for group in root.iter("ufun"):
        weight = number(path, group.get("weight", "1"))
        if group.get("aggregation", "sum") != "sum":
            raise SettingError(f"{path.name}: only sums of bonuses are read, not {group.get('aggregation')!r}")
        for box in group.iter("hyperRectangle"):
            if box.find("EXCLUDES") is not None:
                raise SettingError(f"{path.name}: EXCLUDES is not read")
            sides = []
            for side in box.findall("INCLUDES"):
                index = side.get("index")
                if index not in nodes:
                    raise SettingError(f"{path.name}: a box names the issue {index!r}, which does not exist")
                first, _ = integer_range(path, nodes[index])
                low, high = (int(number(path, side.get(k))) - first for k in ("min", "max"))
                sides.append((place[index], low, high))
            found.append((weight * number(path, box.get("utility")) / top, tuple(sides)))
    if not found or not math.isfinite(top) or top <= 0:
        raise SettingError(f"{path.name}: no usable bonuses")
    return tuple(found)
