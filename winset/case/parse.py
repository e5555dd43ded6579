"""YAML documents as records, with a Problem for every field that does not fit."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from winset.case.record import Record
from winset.case.text import Document, Problems

R = TypeVar("R", bound=Record)


def parse_document(document: Document, shape: type[R], problems: Problems) -> R | None:
    """The records of a YAML document, with a Problem for every field that does not fit."""
    data = document.data
    if data is None:
        return None
    if not isinstance(data, dict):
        name, field = next(iter(shape.model_fields.items()))
        problems.broken.add(document.name)
        problems.add(document.name, 1, "the file must be a mapping", f"start with `{field.alias or name}:`")
        return None
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            path = tuple(fault["loc"])
            problems.broken.add(document.name)
            problems.add(document.name, document.line(path), *explain(path, fault))
    return None


def explain(path: tuple[Any, ...], fault: Any) -> tuple[str, str]:
    """(what is wrong, remedy) of one fault that pydantic found at a path of a record."""
    where = ".".join(str(p)[:80] for p in path if p != "[key]") or "here"
    given = fault.get("input")
    shown = (
        "" if isinstance(given, dict | list | tuple) or fault["type"] == "missing" else f" (found {str(given)[:60]!r})"
    )
    remedy = {
        "missing": "add it",
        "extra_forbidden": "remove it or check its spelling",
        "string_type": "put it in quotes if it is meant as text",
        "plain_number": "write digits, such as 0.75",
        "whole_number": "write digits alone, such as 3",
        "string_pattern_mismatch": "use lower-case letters, digits, - and _ for an id; hex for a digest",
    }.get(fault["type"], "see `winset schema`")
    message = fault["msg"].removeprefix("Value error, ")
    return f"{where}: {message[0].lower()}{message[1:]}{shown}", remedy
