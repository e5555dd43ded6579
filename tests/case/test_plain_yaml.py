"""YAML files are read as another reader of YAML 1.2 (ruamel.yaml) reads them, with the line of every value."""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import winset
from winset.case import text as reader
from winset.case.text import Document, Problems, read_yaml

ROOT = Path(winset.__file__).parents[1]
FILES = sorted([*ROOT.glob("cases/**/*.yaml"), *ROOT.glob("winset/case/starter/*.yaml")])


def read(text: str) -> tuple[Document, list[tuple[int | None, str]]]:
    """The document of a text, and what is said of it."""
    problems = Problems()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "f.yaml").write_text(text, encoding="utf-8", newline="")
        document = read_yaml(Path(folder), "f.yaml", problems)
    return document, [(p.line, p.what) for p in problems.found]


def test_where_libyaml_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [file.read_text(encoding="utf-8") for file in FILES if file.parent.name == "harbour"]
    found = [read(text) for text in [*texts, "- a\n b: [c"]]
    monkeypatch.setattr(reader, "_READER", yaml.SafeLoader)
    assert len(texts) > 3 and [read(text)[0] for text in texts] == [document for document, _ in found[:-1]]
    assert read("- a\n b: [c")[1][0][1].startswith("not YAML") and found[-1][1][0][1].startswith("not YAML")


def with_dates_as_text(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: with_dates_as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [with_dates_as_text(value) for value in data]
    return data.isoformat() if isinstance(data, dt.date) else data


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_files_of_the_project(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    document, said = read(text)
    assert not said and repr(document.data) == repr(with_dates_as_text(YAML(typ="safe", pure=True).load(text)))
    nodes: list[tuple[tuple[Any, ...], Any]] = [((), YAML(typ="safe", pure=True).compose(text))]
    lines: dict[tuple[Any, ...], int] = {}
    for path, node in nodes:  # what stands in a node comes after it
        lines[path] = node.start_mark.line + 1
        if node.id == "sequence":
            nodes += [((*path, i), n) for i, n in enumerate(node.value)]
        elif node.id == "mapping":
            nodes += [((*path, key.value), n) for key, n in node.value]
    for path, node in nodes:
        if node.id == "mapping":
            lines |= {(*path, key.value): key.start_mark.line + 1 for key, _ in node.value}
    assert document.lines == lines


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], include_characters="\n"), max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(words, values, min_size=1, max_size=4), st.booleans())
def test_what_another_writer_wrote(data: dict[str, Any], flow: bool) -> None:
    writer: Any = YAML(typ="safe", pure=True)
    out = io.StringIO()
    writer.default_flow_style, writer.allow_unicode = flow, True
    writer.sort_base_mapping_type_on_output = False
    writer.dump(data, out)
    document, said = read(out.getvalue())
    if said:  # between brackets that writer leaves `?a` and `:a` without quotes; libyaml takes neither for a word
        assert flow and said[0][1].startswith("not YAML") and any(mark in json.dumps(data) for mark in ('"?', '":'))
    else:
        assert repr(document.data) == repr(data)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("TRUE", True), ("~", None), ("", None), ("''", ""), ("'7'", "7"),
        ("!!str 7", "7"),
        ("!!int '7'", 7), ("! 7", "7"), ("! '7'", "7"), ("012", 12), ("-3", -3), ("1" * 40, "1" * 40), ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1:30", "1:30"), ("1e5", 1e5), ("1.", 1.0), ("-.5E3", -500.0), (".5", 0.5), (".", "."), ("1e", "1e"),
        (".inf", ".inf"),
        (".nan", ".nan"), ("2025-12-14", "2025-12-14"), ("<<", "<<"), ("=", "="), ("a:b", "a:b"), ("a b\n  c", "a b c"),
    ],
)  # fmt: skip
def test_what_a_scalar_means(written: str, value: Any) -> None:
    document, said = read(f"k: {written}\n")
    assert not said and repr(document.data) == repr({"k": value})


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\ufeff", "\ue000\u2028\ufeff"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_characters_that_yaml_once_took_for_something_else(odd: str, quote: str) -> None:
    document, said = read(f"a: {quote}one{odd}two{quote}\nb: 3\n")
    assert not said and document.data == {"a": f"one{odd}two", "b": 3} and document.lines["b",] == 2


@pytest.mark.parametrize("text", ["a: [?0]", "a: {?b: 1}", "a:\n  [x, ?y]"])
def test_a_word_that_loses_its_question_mark_is_refused(text: str) -> None:
    assert "begins with a question mark" in read(text)[1][0][1]
    assert not read(text.replace("?", "'?").replace("]", "']").replace(": 1", "': 1"))[1]


@pytest.mark.parametrize(
    "text", ["a: ?b", "- ?b", "a: [b?, c?d]", "a: '?b'", "? a\n: b", "a: ['x?']", "a: ??b", "a: {k?: 1}"]
)
def test_other_question_marks_are_taken(text: str) -> None:
    assert not read(text)[1]


def test_of_a_text_that_is_no_yaml_nothing_else_is_said() -> None:
    document, said = read("a: &x 1\nb: *x\nc: {d: !tag 2, d: 3}\ne: [1, 2\nf: 4\n")
    assert document.data is None and [line for line, _ in said] == [5] and said[0][1].startswith("not YAML")


def test_a_second_document_and_what_stands_too_deep_are_said_at_their_line() -> None:
    assert read("a: 1\n---\nb: 2\n")[1] == [(2, "not YAML: a second document")]
    assert read("a: 1\n...\n---\n")[1] == [(3, "not YAML: a second document")]
    assert not read("[" * 30 + "]" * 30)[1]
    assert read("\n" + "[" * 31 + "]" * 31)[1] == [(2, "nested too deeply")]


def test_a_text_without_anything() -> None:
    assert read("")[1] == read("# said\n")[1] == [(None, "the file is empty")]
    assert read("---\n~\n")[1] == [(2, "the file is empty")]
