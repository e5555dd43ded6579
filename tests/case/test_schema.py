"""The schema that `winset schema` prints takes what the loader takes and refuses what it refuses; whole numbers are
whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.case.broken import copy, problems, replace, said
from winset.backtest.ended import Ending
from winset.case.load import FILES
from winset.case.model import Event, Passage
from winset.case.patch import PatchFile
from winset.case.series import SeriesFile
from winset.case.text import Problems, read_yaml
from winset.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [(d.name, name) for d in sorted((ROOT / "cases").iterdir()) for name in FILES if (d / name).is_file()]
SCHEMA: dict[str, Any] = json.loads(CliRunner().invoke(main, ["schema"]).stdout)["files"]
COUNTS = ("criteria.yaml", "    defeat: {says: the loss goes on")
ZONE = ("sources.yaml", "{kind: furniture, start: 0,")
IMPACT = ("escalation.yaml", "{ships-leave: 2, ships-stay: -2,")
BOUNDED = [
    (*COUNTS, "    counts: 0\n    defeat: {says: the loss goes on", False),
    (*COUNTS, "    counts: 100.5\n    defeat: {says: the loss goes on", False),
    (*COUNTS, "    counts: 0.5\n    defeat: {says: the loss goes on", True),
    (*ZONE, "{kind: furniture, start: -1,", False),
    (*IMPACT, "{ships-leave: 4, ships-stay: -2,", False),
    (*IMPACT, "{ships-leave: 3, ships-stay: -4,", False),
    (*IMPACT, "{ships-leave: 3, ships-stay: -3,", True),
    ("plans.yaml", "fleet: deferred", "fleet: {option: deferred, note: later}", True),
    ("plans.yaml", "fleet: deferred", "fleet: [deferred]", False),
    ("case.yaml", "belligerents: [", "belligerents: [7, ", False),
]
SLIPS = ["true", "1_0", "1.0", "1e0", "0x3", "'3.0'", "null", "[3]"]  # none of them is how a person writes 3
PLACES = [
    ("escalation.yaml", "domain: words, step: 5", "domain: words, step: {}", "absent.0.step"),
    ("escalation.yaml", "domain: economy, step: 5, basis", "domain: economy, step: {}, basis", "steps.0.step"),
    ("escalation.yaml", "domain: force, step: 5, by: sarrow", "domain: force, step: {}, by: sarrow", "named.0.step"),
    ("escalation.yaml", "ships-leave: 2,", "ships-leave: {},", "cross_impact.impacts.0.on.ships-leave"),
    ("sources.yaml", "characters: 1968", "characters: {}", "sources.0.characters"),
    ("sources.yaml", "start: 0, end: 110", "start: 0, end: {}", "sources.0.zones.0.end"),
]


def refusals(folder: Path, name: str) -> list[str]:
    """What the printed schema says against a file."""
    data = read_yaml(folder, name, Problems()).data
    return [error.message for error in Draft202012Validator(SCHEMA[name]).iter_errors(data)]


@pytest.mark.parametrize(("case", "name"), DOCUMENTS)
def test_every_dossier_keeps_the_printed_schema(case: str, name: str) -> None:
    assert refusals(ROOT / "cases" / case, name) == []


@pytest.mark.parametrize(("name", "old", "new", "taken"), BOUNDED)
def test_the_printed_schema_and_the_loader_have_the_same_bounds(
    tmp_path: Path, name: str, old: str, new: str, taken: bool
) -> None:
    folder = copy(tmp_path)
    replace(folder, name, old, new)
    assert (refusals(folder, name) == []) is taken
    assert (problems(folder) == ()) is taken


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all schemas in it."""
    yield schema
    for key, inner in schema.items():
        if key in ("properties", "$defs", "patternProperties"):
            for one in inner.values():
                yield from nodes(one)
        elif key in ("items", "additionalProperties", "propertyNames") and isinstance(inner, dict):
            yield from nodes(inner)
        elif key in ("anyOf", "prefixItems"):
            for one in inner:
                yield from nodes(one)


@pytest.mark.parametrize("name", FILES)
def test_the_printed_schema_has_no_word_that_json_schema_does_not_know(name: str) -> None:
    known = set(Draft202012Validator.VALIDATORS) | {"$defs", "title", "description", "default"}
    assert {key for node in nodes(SCHEMA[name]) for key in node} <= known


def shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    """The records that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from shapes(part)


def whole_fields() -> Iterator[tuple[str, Any, Any]]:
    """(name, type, a sound value) of every field of a YAML file or a table that takes whole numbers."""
    todo: list[type[BaseModel]] = [*FILES.values(), SeriesFile, Ending, PatchFile, Event, Passage]
    done: set[type[BaseModel]] = set()
    while todo:
        shape = todo.pop()
        if shape in done:
            continue
        done.add(shape)
        for name, field in shape.model_fields.items():
            made = TypeAdapter(field.rebuild_annotation())
            todo += shapes(field.annotation)
            printed = made.json_schema()
            values = [printed.get("additionalProperties"), *printed.get("patternProperties", {}).values()]
            if printed.get("type") == "integer":
                yield f"{shape.__name__}.{name}", made, 3
            elif any(isinstance(one, dict) and one.get("type") == "integer" for one in values):
                yield f"{shape.__name__}.{name}", made, {"a": 3}


WHOLE = list(whole_fields())


def test_whole_numbers_stand_in_many_places() -> None:
    assert {"Rung.step", "Placed.step", "Pulled.step", "Impact.on", "Zone.end", "Entry.dropped", "Passage.start"} <= {
        name for name, _, _ in WHOLE
    }


@pytest.mark.parametrize(("name", "field", "sound"), WHOLE, ids=[name for name, _, _ in WHOLE])
def test_a_whole_number_is_written_in_digits(name: str, field: Any, sound: Any) -> None:
    assert field.validate_python(sound) == sound
    for slip in (True, False, 3.0, "3.0", "1_0", "3e0", "٣", "", None, [3]):
        with pytest.raises(ValidationError):
            field.validate_python({"a": slip} if isinstance(sound, dict) else slip)


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize(("file", "old", "new", "where"), PLACES, ids=[where for *_, where in PLACES])
def test_what_is_no_whole_number_is_told_where_it_stands(
    tmp_path: Path, file: str, old: str, new: str, where: str, slip: str
) -> None:
    folder = copy(tmp_path)
    line = replace(folder, file, old, new.format(slip))
    found = said(folder, f"{where}: a whole number is expected", file)
    assert found.line == line and found.remedy == "write digits alone, such as 3"
