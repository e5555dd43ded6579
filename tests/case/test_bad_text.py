"""Files that cannot be read, or are not the text they should be: a problem with its file, and no harm done."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.case.broken import copy, problems, replace, said
from winset.case.load import FILES, OPTIONAL, TABLES, load

NEEDED = [f for f in [*FILES, *TABLES] if f not in OPTIONAL and f not in ("events.csv", "channels.csv")]


def test_harbour_is_whole(tmp_path: Path) -> None:
    assert problems(copy(tmp_path)) == ()


def test_no_such_folder(tmp_path: Path) -> None:
    assert "no such folder" in problems(tmp_path / "nowhere")[0].what
    (tmp_path / "file").write_text("x")
    assert "no such folder" in problems(tmp_path / "file")[0].what
    assert problems(tmp_path / "a\0b")


@pytest.mark.parametrize("name", NEEDED)
def test_missing_file(tmp_path: Path, name: str) -> None:
    case = copy(tmp_path)
    (case / name).unlink()
    found = said(case, "missing file", name)
    assert "winset new" in found.remedy


@pytest.mark.parametrize("name", [*sorted(OPTIONAL), "events.csv", "channels.csv"])
def test_these_may_be_missing(tmp_path: Path, name: str) -> None:
    case = copy(tmp_path)
    (case / name).unlink()
    assert all("missing file" not in p.what for p in problems(case))


@pytest.mark.parametrize("name", [*FILES, *TABLES])
def test_empty_file(tmp_path: Path, name: str) -> None:
    case = copy(tmp_path)
    (case / name).write_bytes(b"")
    assert any(p.file == name for p in problems(case))


@pytest.mark.parametrize("text", ["~\n", "null\n", "# only a comment\n", "---\n...\n", "\n\n", "\ufeff"])
def test_yaml_that_says_nothing(tmp_path: Path, text: str) -> None:
    case = copy(tmp_path)
    (case / "case.yaml").write_text(text, encoding="utf-8")
    assert "empty" in said(case, "empty", "case.yaml").what


@pytest.mark.parametrize("name", ["case.yaml", "figures.csv"])
def test_hundred_megabytes(tmp_path: Path, name: str) -> None:
    case = copy(tmp_path)
    os.truncate(case / name, 100 * 2**20)
    assert "at most" in said(case, "104,857,600 bytes", name).what


@pytest.mark.parametrize("name", ["plans.yaml", "positions.csv"])
def test_folder_fifo_and_socket_in_place_of_a_file(tmp_path: Path, name: str) -> None:
    case = copy(tmp_path)
    (case / name).unlink()
    (case / name).mkdir()
    said(case, "not a plain file", name)
    (case / name).rmdir()
    os.mkfifo(case / name)
    said(case, "not a plain file", name)
    (case / name).unlink()
    here = os.getcwd()
    with socket.socket(socket.AF_UNIX) as pipe:
        os.chdir(case)  # a socket's path may have only some hundred characters
        try:
            pipe.bind(name)
        finally:
            os.chdir(here)
        said(case, "not a plain file", name)


def test_symlinks(tmp_path: Path) -> None:
    case = copy(tmp_path)
    outside = tmp_path / "secret.csv"
    os.replace(case / "events.csv", outside)
    (case / "events.csv").symlink_to(outside)
    found = said(case, "leads out of the case folder", "events.csv")
    assert "into the folder" in found.remedy
    (case / "events.csv").unlink()
    (case / "events.csv").symlink_to("events.csv")
    assert any(p.file == "events.csv" for p in problems(case))
    (case / "events.csv").unlink()
    os.replace(outside, case / "real.csv")
    (case / "events.csv").symlink_to("real.csv")
    assert problems(case) == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    case = copy(tmp_path)
    (case / "figures.csv").chmod(0)
    said(case, "cannot be read", "figures.csv")


def test_unreadable_as_the_system_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    case = copy(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "Permission denied" in said(case, "cannot be read", "figures.csv").what


@pytest.mark.parametrize("name", ["case.yaml", "figures.csv"])
@pytest.mark.parametrize(
    ("bytes_in", "what"),
    [
        (b"\x00", "control character U+0000"),
        (b"\x1b[31m", "control character U+001B"),
        (b"\xc2\x9b", "control character U+009B"),
        (b"\xff\xfe", "not UTF-8"),
        (b"\xed\xa0\x80", "not UTF-8"),
        ("ä".encode("latin-1"), "not UTF-8"),
    ],
)
def test_bytes_that_are_not_text(tmp_path: Path, name: str, bytes_in: bytes, what: str) -> None:
    case = copy(tmp_path)
    lines = (case / name).read_bytes().split(b"\n")
    lines[4] += bytes_in
    (case / name).write_bytes(b"\n".join(lines))
    found = said(case, what, name)
    assert found.line in (5, None)


def test_utf16(tmp_path: Path) -> None:
    case = copy(tmp_path)
    text = (case / "case.yaml").read_text(encoding="utf-8")
    (case / "case.yaml").write_text(text, encoding="utf-16")
    assert "UTF-8" in said(case, "not UTF-8", "case.yaml").remedy


def test_bom_and_line_ends_change_nothing(tmp_path: Path) -> None:
    case = copy(tmp_path)
    before = load(case)
    for name in [*FILES, *TABLES]:
        data = (case / name).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        (case / name).write_bytes(b"\xef\xbb\xbf" + data)
    after = load(case)
    for name in "actors issues rules plans figures events channels questions sources passages readings".split():
        assert getattr(after, name) == getattr(before, name), name


# YAML


def yaml(tmp_path: Path, text: str) -> Path:
    case = copy(tmp_path)
    (case / "case.yaml").write_text(text, encoding="utf-8")
    return case


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: [a, b", 1),
        ("id: a\n  title: b: c\n", 2),
        ("id: 'a\n", 2),
        ("id: a\n\t- b\n", 2),
        ("- a\nb: c\n", 2),
        ("id: a\n---\nid: b\n", 2),
        ('id: a\ntitle: "\\ud800"\n', 2),
        ("%YAML 9.9\n---\nid: a\n", 1),
        ("id: @a\n", 1),
    ],
)
def test_malformed_yaml(tmp_path: Path, text: str, line: int) -> None:
    found = said(yaml(tmp_path, text), "not YAML", "case.yaml")
    assert found.line is not None and abs(found.line - line) <= 1
    assert "mend the syntax" in found.remedy


def test_bomb_of_aliases(tmp_path: Path) -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    found = said(yaml(tmp_path, "\n".join(layers)), "anchors and aliases", "case.yaml")
    assert found.line == 1 and "write the value out" in found.remedy


def test_one_anchor_in_a_sound_file_and_an_alias_of_itself(tmp_path: Path) -> None:
    case = copy(tmp_path)
    line = replace(case, "case.yaml", "title: The", "title: &t The")
    assert said(case, "anchors and aliases", "case.yaml").line == line
    (case / "case.yaml").write_text("&a [*a]")
    said(case, "anchors and aliases", "case.yaml")
    (case / "case.yaml").write_text("&k id: harbour")
    said(case, "a key must be a plain word", "case.yaml")


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/name:os.system",
        "!!binary",
        "!!set",
        "!!omap",
        "!mine",
        "!<tag:x,1:y>",
    ],
)
def test_tags_construct_nothing(tmp_path: Path, tag: str) -> None:
    mark = tmp_path / "mark"
    found = said(yaml(tmp_path, f"id: a\ntitle: {tag} ['touch {mark}']\n"), "is not allowed", "case.yaml")
    assert found.line == 2
    assert "is not allowed" in said(yaml(tmp_path / "root", f"{tag} ['touch {mark}']\n"), "is not allowed").what
    assert not mark.exists()


@pytest.mark.parametrize("deep", ["[" * 5_000, "- " * 50_000, "? " * 50_000, "{a: " * 500, "[" * 40 + "]" * 40])
def test_deep_nesting(tmp_path: Path, deep: str) -> None:
    assert "at most 30 levels" in said(yaml(tmp_path, deep), "nested too deeply", "case.yaml").remedy


def test_duplicate_keys(tmp_path: Path) -> None:
    case = copy(tmp_path)
    line = replace(case, "case.yaml", "title: The", "id: other\ntitle: The")
    assert said(case, "the key 'id' stands twice", "case.yaml").line == line
    case = copy(tmp_path / "b")
    line = replace(case, "plans.yaml", "      fleet: deferred\n", "      fleet: deferred\n      fleet: any\n")
    assert said(case, "the key 'fleet' stands twice", "plans.yaml").line == line + 1


@pytest.mark.parametrize("text", ["[1, 2]", "just words", "7", "? [a, b]\n: c\n", '"\\0": a', '"\\ud800": a'])
def test_yaml_of_another_shape(tmp_path: Path, text: str) -> None:
    assert any(p.file == "case.yaml" and p.line == 1 for p in problems(yaml(tmp_path, text)))


@pytest.mark.parametrize("escape", ["\\0", "\\e[2J", "\\x9b"])
def test_control_characters_written_as_escapes(tmp_path: Path, escape: str) -> None:
    case = copy(tmp_path)
    line = replace(case, "case.yaml", "title: The harbour of Callis (an invented case)", f'title: "a {escape} b"')
    assert said(case, "control character", "case.yaml").line == line


def test_unknown_missing_and_mistyped_fields(tmp_path: Path) -> None:
    case = copy(tmp_path)
    extra = replace(case, "case.yaml", "missing_voices:", "misses_voices:")
    number = replace(case, "case.yaml", "title: The harbour of Callis (an invented case)", "title: 12")
    schema = replace(case, "case.yaml", "winset-case/1", "winset-case/2")
    assert said(case, "misses_voices: extra inputs").line == extra
    assert "quotes" in said(case, "title: input should be a valid string (found '12')").remedy
    assert said(case, "title: input").line == number
    assert said(case, "winset-case/2").line == schema
    replace(case, "plans.yaml", "    name: Merrin's first draft\n", "")
    assert "add it" in said(case, "plans.0.name: field required", "plans.yaml").remedy


@pytest.mark.parametrize(
    "date",
    [
        "20241001",
        "2024-W40-2",
        "1 October 2024",
        "2024-13-01",
        "2024-02-30",
        "2024",
        "86400",
        "true",
        "9999-12-31",
        "0001-01-01",
    ],
)
def test_dates_are_written_one_way(tmp_path: Path, date: str) -> None:
    case = copy(tmp_path)
    line = replace(case, "case.yaml", "as_of: 2024-10-01", f"as_of: {date}")
    assert said(case, "as_of: ", "case.yaml").line == line
    case = copy(tmp_path / "b")
    line = replace(case, "positions.csv", "ideal,,2024-02-10", f"ideal,,{date}")
    assert said(case, f"date: {date!r} is not a date", "positions.csv").line == line


# CSV


def test_wrong_columns(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(case, "figures.csv", "subject,quantity", "subject,amount")
    found = said(case, "the columns are subject, amount", "figures.csv")
    assert found.line == 1 and "subject,quantity" in found.remedy
    replace(case, "figures.csv", "subject,amount", "subject,subject,quantity")
    said(case, "the columns are", "figures.csv")


def test_columns_in_any_order(tmp_path: Path) -> None:
    from tests.case.broken import rows, write_rows

    case = copy(tmp_path)
    before = load(case).figures
    for name in TABLES:
        write_rows(case, name, [row[::-1] for row in rows(case, name)])
    assert load(case).figures == before


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (",,place,judgement: Four", ",,place,x,judgement: Four", "12 cells, 11 columns"),
        ("fleet/patrol,place,,", "fleet/patrol,place,", "10 cells, 11 columns"),
        ("judgement: Four boats", '"judgement: Four boats', "not CSV"),
        ("judgement: Four boats", '"judgement" Four boats', "not CSV"),
        ("judgement: Four boats", "judgement: " + "x" * 140_000, "not CSV: field larger"),
    ],
)
def test_broken_rows(tmp_path: Path, old: str, new: str, what: str) -> None:
    case = copy(tmp_path)
    line = replace(case, "figures.csv", old, new)
    found = said(case, what, "figures.csv")
    assert found.line is not None and found.line >= line


def test_line_numbers_count_lines_inside_quotes(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(case, "figures.csv", "judgement: End of the scale", '"judgement: one\n\ntwo, End of the scale')
    replace(case, "figures.csv", "all to Sarrow.,,", 'all to Sarrow.",,')
    line = replace(case, "figures.csv", "fleet/patrol,place,,10", "fleet/patrol,place,,x")
    assert said(case, "'x' is not a finite number", "figures.csv").line == line


def test_script_in_every_text_field_loads(tmp_path: Path) -> None:
    """What is harmful in a page is only text here; the report escapes it."""
    from tests.case.broken import rows, write_rows

    bad = '<script>alert("1")</script><img src=x onerror=alert(1)>{{7*7}}'
    case = copy(tmp_path)
    quoted = "'" + bad + "'"
    replace(case, "case.yaml", "title: The harbour of Callis (an invented case)", f"title: {quoted}")
    replace(case, "case.yaml", "name: Sarrow,", f"name: {quoted},")
    replace(case, "case.yaml", "name: The harbour\n", f"name: {quoted}\n")
    replace(case, "case.yaml", "label: Sarrow runs it", f"label: {quoted}")
    replace(case, "case.yaml", "office: Foreign Minister", f"office: {quoted}")
    replace(case, "plans.yaml", "name: Merrin's first draft", f"name: {quoted}")
    replace(case, "plans.yaml", "note: the sum is left open", f"note: {quoted}")
    replace(case, "sources.yaml", "title: Seven Months Without a Harbour", f"title: {quoted}")
    replace(case, "questions.yaml", "fine_print: A blockade", f"fine_print: {quoted} # ")
    replace(
        case, "readings.yaml", "title: The canal costs Tavenna a fifth of its exports, not a third", f"title: {quoted}"
    )
    for name, column in (
        ("figures.csv", "note"), ("positions.csv", "note"), ("events.csv", "what"), ("channels.csv", "gist"),
        ("passages.csv", "gist"),
    ):  # fmt: skip
        table = rows(case, name)
        at = table[0].index(column)
        for row in table[1:]:
            row[at] = bad
        write_rows(case, name, table)
    loaded = load(case)
    assert loaded.title == loaded.plans[0].name == loaded.figures[0].note == loaded.events[0].what == bad
