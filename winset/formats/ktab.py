"""Scenarios of the spatial model of the KAPSARC Toolkit (KTAB): read and write its CSV and its XML.

A plain table with the headings `actor,capability,position0,salience0,...` is read as well.

CSV: a row `name,description,actors,dimensions`; a row of headings (who, what, power, then a name and a salience for
every dimension); a row an actor, `name,description,capability`, then position and salience for every dimension.
Positions and saliences run from 0 to 100, and the saliences of an actor add up to 100 at most. A row may end with a
comma.

XML: `Scenario` with name, desc, prngSeed, `Dimensions/dName`, `Actors/Actor` (name, description, capability,
`Position`, `Salience`), and `IdealAdjustment/iaPair`, which the schema allows to be absent: how far the ideal of one
actor (`adjustingIdeal`) follows the position of another (`referencePos`). As in the program, a pair that is not there
is 1 for an actor and itself, else 0; CSV has no place for it, so that there every actor keeps to its own position.
Model parameters are read over: they belong to a run, and winset's presets have their own. What is written asks for the
program's defaults.
"""

from __future__ import annotations

import csv
import io
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from winset.errors import SettingError
from winset.formats.genius import parse_xml
from winset.formats.texts import read_text
from winset.terminal import clean
from winset.writing import MARK

ACTORS, NAME, TEXT = 250, 25, 256  # what the program takes
WHOLE = 100.0


@dataclass(frozen=True)
class Scenario:
    """Rows of actors: position and salience by dimension, 0 to 100. accommodation: how far each one's ideal (row)
    follows each one's position (column), rows summing to 1 at most; empty where each keeps to its own."""

    name: str
    description: str
    dimensions: tuple[str, ...]
    actors: tuple[str, ...]
    descriptions: tuple[str, ...]
    capability: tuple[float, ...]
    position: tuple[tuple[float, ...], ...]
    salience: tuple[tuple[float, ...], ...]
    accommodation: tuple[tuple[float, ...], ...] = ()


def read_ktab(path: Path) -> Scenario:
    """A scenario in either form. Raises SettingError that names file, place and what is wrong."""
    text = read_text(path)
    made = _read_xml(path) if text.lstrip().startswith("<") else _read_csv(path.name, text)
    _check(path.name, made)
    return made


def _read_csv(name: str, text: str) -> Scenario:
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise SettingError(f"{name}: not CSV: {error}") from None
    rows = [(n, [cell.strip() for cell in row]) for n, row in enumerate(lines, start=1) if any(c.strip() for c in row)]
    if rows and rows[0][1][:2] == ["actor", "capability"]:
        rows = _with_head(name, rows)
    if len(rows) < 2 or len(rows[0][1]) < 4:
        raise SettingError(f"{name}:1: a row `name,description,actors,dimensions` and a row of headings are expected")
    head = rows[0][1]
    actors, dimensions = (_count(name, head[k], what) for k, what in ((2, "actors"), (3, "dimensions")))
    if len(rows) - 2 != actors:
        raise SettingError(f"{name}:1: {actors} actors are announced, and {len(rows) - 2} rows of actors follow")
    line, headings = rows[1]
    if len([h for h in headings if h]) < 3 + 2 * dimensions:
        raise SettingError(f"{name}:{line}: {dimensions} dimensions need {3 + 2 * dimensions} headings")
    told = [_row(f"{name}:{line}", cells, dimensions) for line, cells in rows[2:]]
    return Scenario(
        name=head[0],
        description=head[1],
        dimensions=tuple(headings[3 + 2 * d] for d in range(dimensions)),
        actors=tuple(cells[0] for cells, _ in told),
        descriptions=tuple(cells[1] for cells, _ in told),
        capability=tuple(numbers[0] for _, numbers in told),
        position=tuple(tuple(numbers[1::2]) for _, numbers in told),
        salience=tuple(tuple(numbers[2::2]) for _, numbers in told),
    )


def _with_head(name: str, rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """A plain table of actors as the program's form: its headings are `actor, capability`, then of every dimension a
    position and a salience."""
    line, headings = rows[0]
    dimensions = (len(headings) - 2) // 2
    named = [cell for k in range(dimensions) for cell in (f"dimension {k + 1}", "salience")]
    told = [(n, [*cells[:1], "", *cells[1:]]) for n, cells in rows[1:]]
    head = [Path(name).stem, "", str(len(told)), str(dimensions)]
    return [(line, head), (line, ["actor", "description", "capability", *named]), *told]


def _row(place: str, cells: list[str], dimensions: int) -> tuple[list[str], list[float]]:
    """The cells of an actor, and its numbers: capability, then position and salience in turn."""
    wanted = 3 + 2 * dimensions
    if len(cells) == wanted + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != wanted:
        raise SettingError(f"{place}: {wanted} cells are expected, not {len(cells)}")
    return cells, [_number(place, cell) for cell in cells[2:]]


def _count(name: str, cell: str, what: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", cell) or not 1 <= int(cell) <= ACTORS:
        raise SettingError(f"{name}:1: the number of {what} must be from 1 to {ACTORS}, not {clean(cell)[:20]!r}")
    return int(cell)


def _number(place: str, cell: str) -> float:
    try:
        found = float(cell)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise SettingError(f"{place}: a number is expected, not {clean(cell)[:20]!r}")
    return found


def _read_xml(path: Path) -> Scenario:
    root, name = parse_xml(path), path.name
    if root.tag != "Scenario":
        raise SettingError(f"{name}: the root element must be Scenario, not {clean(root.tag)[:40]}")
    nodes = root.findall("Actors/Actor")
    told = [_text(node, "name") for node in nodes]
    numbers = {
        tag: tuple(
            tuple(_number(f"{name}: {who}: {item}", leaf.text or "") for leaf in node.findall(f"{tag}/{item}"))
            for who, node in zip(told, nodes)
        )
        for tag, item in (("Position", "dCoord"), ("Salience", "dSal"))
    }
    return Scenario(
        name=_text(root, "name"),
        description=_text(root, "desc"),
        dimensions=tuple((d.text or "").strip() for d in root.findall("Dimensions/dName")),
        actors=tuple(told),
        descriptions=tuple(_text(node, "description") for node in nodes),
        capability=tuple(
            _number(f"{name}: {who}: capability", _text(node, "capability")) for who, node in zip(told, nodes)
        ),
        position=numbers["Position"],
        salience=numbers["Salience"],
        accommodation=_accommodation(name, told, root.findall("IdealAdjustment/iaPair")),
    )


def _text(node: ET.Element, tag: str) -> str:
    return (node.findtext(tag) or "").strip()


def _accommodation(name: str, actors: list[str], pairs: list[ET.Element]) -> tuple[tuple[float, ...], ...]:
    """The table of pairs; empty where every actor keeps to its own position."""
    own = [[float(i == j) for j in range(len(actors))] for i in range(len(actors))]
    table = [list(row) for row in own]
    for pair in pairs:
        ends = [_text(pair, tag) for tag in ("adjustingIdeal", "referencePos")]
        if unknown := [who for who in ends if who not in actors]:
            raise SettingError(f"{name}: IdealAdjustment: there is no actor {clean(unknown[0])[:40]!r}")
        i, j = (actors.index(who) for who in ends)
        table[i][j] = _number(f"{name}: {ends[0]}: adjust", _text(pair, "adjust"))
    return () if table == own else tuple(map(tuple, table))


def _check(name: str, made: Scenario) -> None:
    """Raises SettingError where the scenario is none that the program takes, or a number is out of range."""
    n, dimensions = len(made.actors), len(made.dimensions)
    if not 1 <= n <= ACTORS or dimensions < 1:
        raise SettingError(f"{name}: from 1 to {ACTORS} actors and a dimension are needed, not {n} and {dimensions}")
    if twice := sorted({a for a in made.actors if made.actors.count(a) > 1}):
        raise SettingError(f"{name}: the actor {clean(twice[0])!r} stands twice")
    for k, who in enumerate(made.actors):
        place = f"{name}: {clean(who) or f'actor {k + 1}'}"
        if not who:
            raise SettingError(f"{place} has no name")
        if made.capability[k] < 0:
            raise SettingError(f"{place}: capability must not be negative, not {made.capability[k]:g}")
        for what, row in (("position", made.position[k]), ("salience", made.salience[k])):
            if len(row) != dimensions:
                raise SettingError(f"{place}: a {what} for each of {dimensions} dimensions is needed, not {len(row)}")
            if bad := [x for x in row if not 0 <= x <= WHOLE]:
                raise SettingError(f"{place}: a {what} must be from 0 to 100, not {bad[0]:g}")
        if sum(made.salience[k]) > WHOLE + 1e-6:
            raise SettingError(f"{place}: saliences add up to {sum(made.salience[k]):g}, more than 100")
        row = made.accommodation[k] if made.accommodation else ()
        if [x for x in row if not 0 <= x <= 1] or sum(row) > 1 + 1e-6:
            raise SettingError(
                f"{place}: the adjustments of its ideal must be from 0 to 1 and add up to 1 at most, not {sum(row):g} "
                "(for its own position it is 1 where no pair says otherwise)"
            )


def write_csv(made: Scenario) -> str:
    """The scenario as CSV. Commas and quotes within names and texts are left out: the program's reader splits at
    them; so is a < before the name of the scenario: a file that begins with one is read as XML."""
    heads = [x for d in _dimensions(made) for x in (d, "Salience")]
    rows = [
        [_plain(made.name, NAME).lstrip("< \t"), _marked(made), str(len(made.actors)), str(len(made.dimensions))],
        ["Actor", "Description", "Power", *heads],
    ]
    names = _names(made.actors)
    for k, name in enumerate(names):
        numbers = [x for pair in zip(made.position[k], made.salience[k]) for x in pair]
        rows.append([name, _plain(made.descriptions[k], TEXT), *(f"{x:.10g}" for x in (made.capability[k], *numbers))])
    return "".join(",".join(row) + "\n" for row in rows)


def write_xml(made: Scenario) -> str:
    """The scenario as XML."""

    def leaf(tag: str, text: str, deep: int) -> str:
        return f"{' ' * deep}<{tag}>{escape(text)}</{tag}>"

    names = _names(made.actors)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<!-- {MARK} -->", "<Scenario>"]
    lines += [leaf("name", _plain(made.name, NAME), 2), leaf("desc", _marked(made), 2), leaf("prngSeed", "1", 2)]
    lines += ["  <Dimensions>", *(leaf("dName", d, 4) for d in _dimensions(made)), "  </Dimensions>"]
    lines.append("  <Actors>")
    for k, name in enumerate(names):
        said = _plain(made.descriptions[k], TEXT) or name  # the program's reader ends where a text is empty
        lines += ["    <Actor>", leaf("name", name, 6), leaf("description", said, 6)]
        lines.append(leaf("capability", f"{made.capability[k]:.10g}", 6))
        for tag, item, row in (("Position", "dCoord", made.position[k]), ("Salience", "dSal", made.salience[k])):
            lines += [f"      <{tag}>", *(leaf(item, f"{x:.10g}", 8) for x in row), f"      </{tag}>"]
        lines.append("    </Actor>")
    lines += ["  </Actors>", "  <IdealAdjustment>"]
    for i, name in enumerate(names):
        for j, other in enumerate(names):
            adjust = made.accommodation[i][j] if made.accommodation else float(i == j)
            if adjust or i == j:
                pair = (("adjustingIdeal", name), ("referencePos", other), ("adjust", f"{adjust:.10g}"))
                lines += ["    <iaPair>", *(leaf(tag, text, 6) for tag, text in pair), "    </iaPair>"]
    return "\n".join([*lines, "  </IdealAdjustment>", "</Scenario>", ""])


def _marked(made: Scenario) -> str:
    return f"{MARK}: {_plain(made.description or made.name, TEXT - len(MARK) - 2)}"


def _dimensions(made: Scenario) -> list[str]:
    return [_plain(d, TEXT) or f"dimension {k}" for k, d in enumerate(made.dimensions, start=1)]


def _plain(text: str, most: int) -> str:
    """Text that neither reader nor a spreadsheet takes for more than text."""
    found = re.sub(r"[,\"$]+", " ", clean(text))
    return " ".join(found.split()).lstrip("=+-@ ")[:most].strip()


def _names(actors: tuple[str, ...]) -> list[str]:
    """Names within the program's length, each once."""
    made: list[str] = []
    for k, actor in enumerate(actors):
        name = _plain(actor, NAME) or f"actor {k + 1}"
        again = 2
        while name in made:
            end = f" {again}"
            name, again = f"{_plain(actor, NAME - len(end))}{end}", again + 1
        made.append(name)
    return made
