"""GENIUS XML with hyper-rectangles (Ito, Hattori and Klein 2007): bonuses for packages that lie in a box of options.

A bonus counts its `utility` times its own weight and those of the groups that it stands in, divided by `maxutility`;
what adds up to more than `maxutility` counts as 1. The bounds of a box are included, as the declared maxima of the
public domains require. Sides that EXCLUDE pay the bonus for every package outside the box, which is a bonus for all
packages and the same loss inside. A box without sides pays always. Groups that take the least or the largest are not
read.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from winset.errors import SettingError
from winset.formats.genius import integer_range, kind_of, number, options_of, parse_xml
from winset.formats.texts import natural

Side = tuple[int, int, int]
Box = tuple[float, tuple[Side, ...]]


@dataclass(frozen=True)
class BoxDomain:
    """Issues with options; per party its name, its bonuses with (issue, first option, last option) and its
    reservation."""

    name: str
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    reserve: tuple[float, ...]

    def only(self, parties: Sequence[int]) -> BoxDomain:
        """The domain for some of its parties, by their places."""
        names, boxes, reserve = ([every[i] for i in parties] for every in (self.parties, self.boxes, self.reserve))
        return replace(self, parties=tuple(names), boxes=tuple(boxes), reserve=tuple(reserve))  # type: ignore[arg-type]


def read_boxes(paths: Sequence[Path]) -> BoxDomain | None:
    """The domain if its utility spaces are non-linear, else None. Raises SettingError for what cannot be read."""
    roots = [(p, parse_xml(p)) for p in sorted(paths, key=lambda p: natural(p.name)) if p.name != "pareto.xml"]
    spaces = [
        (p, root) for p, root in roots if root.tag == "utility_space" and root.find(".//hyperRectangle") is not None
    ]
    if not spaces:
        return None
    issues = options_of(*spaces[0])
    for path, root in spaces[1:]:
        if options_of(path, root) != issues:
            raise SettingError(f"{path.name}: its issues or ranges are not those of {spaces[0][0].name}")
    boxes = tuple(_boxes(path, root, issues) for path, root in spaces)
    reserves = []
    for path, root in spaces:
        node = root.find(".//reservation")
        reserves.append(number(path, node.get("value")) if node is not None else 0.0)
    labels = tuple(tuple(o) for o in issues.values())
    return BoxDomain(
        spaces[0][0].parent.name, tuple(issues), labels, tuple(p.stem for p, _ in spaces), boxes, tuple(reserves)
    )


def _boxes(path: Path, root: ET.Element, issues: dict[str, list[str]]) -> tuple[Box, ...]:
    numbers = {name: n for n, name in enumerate(issues)}
    nodes = list(root.iter("issue"))
    if any(kind_of(node) != "integer" for node in nodes):
        raise SettingError(f"{path.name}: boxes are read over integer issues only")
    place = {node.get("index"): (numbers[node.get("name", "")], *integer_range(path, node)) for node in nodes}
    if len(place) < len(nodes):
        raise SettingError(f"{path.name}: two issues have the same index")
    space = root.find(".//utility")
    top = number(path, space.get("maxutility") if space is not None else None)
    groups = [] if space is None else space.findall("ufun")
    if len(groups) != 1 or top <= 0:
        raise SettingError(f"{path.name}: a `utility` with a maxutility above 0 and one `ufun` is expected")
    found = _group(path, groups[0], place, 1.0 / top)
    if not found:
        raise SettingError(f"{path.name}: no usable bonuses")
    return tuple(found)


def _group(path: Path, group: ET.Element, place: dict[str | None, Side], scale: float) -> list[Box]:
    """The bonuses of a group and of the groups in it, times `scale`."""
    if (how := group.get("aggregation", "sum").lower()) != "sum":
        raise SettingError(f"{path.name}: only sums of bonuses are read, not {how!r}")
    scale = scale * number(path, group.get("weight", "1"))
    found: list[Box] = []
    for box in group.findall("hyperRectangle"):
        bonus = scale * number(path, box.get("weight", "1")) * number(path, box.get("utility"))
        inside, outside = (_sides(path, box.findall(tag), place) for tag in ("INCLUDES", "EXCLUDES"))
        if inside and outside:
            raise SettingError(f"{path.name}: a box has sides that include and sides that exclude; split it")
        if outside:
            found += [(bonus, ()), (-bonus, outside)]
        else:
            found.append((bonus, inside))
    for inner in group.findall("ufun"):
        found += _group(path, inner, place, scale)
    return found


def _sides(path: Path, sides: Sequence[ET.Element], place: dict[str | None, Side]) -> tuple[Side, ...]:
    """(issue, first option, last option) for each issue that a box names, its options counted from 0."""
    found: list[Side] = []
    for side in sides:
        index = side.get("index")
        if index not in place:
            raise SettingError(f"{path.name}: a box names the issue {index!r}, which does not exist")
        issue, low, high = place[index]
        try:
            first, last = int(side.get("min", "")), int(side.get("max", ""))
        except ValueError:
            raise SettingError(f"{path.name}: a side on the issue {index!r} has no whole numbers as bounds") from None
        if not low <= first <= last <= high:
            raise SettingError(
                f"{path.name}: a side on the issue {index!r} goes beyond its range or ends before it begins"
            )
        if any(issue == other for other, _, _ in found):
            raise SettingError(f"{path.name}: a box names the issue {index!r} twice")
        found.append((issue, first - low, last - low))
    return tuple(found)
