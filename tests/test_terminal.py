"""Whatever stands in a case, a domain or an imported row, nothing reaches the terminal that a terminal would obey."""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.case.broken import copy
from tests.formats.event_files import ucdp
from tests.test_cli import good, winset
from winset.case.load import FILES, load
from winset.terminal import SEQUENCES, UNPRINTABLE, clean, escaped

PACKAGE = Path(__file__).resolve().parents[1] / "winset"
OBEYED = (
    "".join(map(chr, [*range(9), *range(11, 32), *range(127, 160)]))
    + "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
TURN = "\u202e\u2066\u200f"  # the loader takes these in names; control characters it refuses
NASTY = "\x1b[31m\x1b]0;title\x07\x9b2J\u202e\r"


def shown(*words: object, code: int | None = 0) -> str:
    """What a command prints, on both streams, with nothing in it to obey."""
    result = winset(*words)
    assert code is None or result.exit_code == code, result.output
    said = result.stdout + result.stderr
    assert not (found := [f"U+{ord(c):04X}" for c in said if c in OBEYED]), found
    return said


# the function


@pytest.mark.parametrize("text", ["a\x1b[31;1mb", "a\x9b2Jb", "a\x1b]0;title\x07b", "a\x1b]8;;http://x\x1b\\b",
    "a\x1bPq\x1b\\b",
                                  "a\x1b(Bb", "a\x1bcb", "a\x1b", "a\x9d52;c;x\x9cb", "a\u202eb\u2069",
                                  "\x00a\rb\x08"])  # fmt: skip
def test_sequences_go_whole(text: str) -> None:
    assert clean(text) in ("ab", "a")


def test_text_stays() -> None:
    text = "Türkiye, Україна, עברית, العربية, 日本\n\tline [31m] €"
    assert clean(text) == text == unicodedata.normalize("NFC", text)


@given(st.text(alphabet=st.one_of(st.sampled_from(OBEYED + "[]0;mJ\\"), st.characters())))
def test_nothing_is_left_to_obey_and_json_means_the_same(text: str) -> None:
    assert not set(clean(text)) & set(OBEYED)
    assert clean(clean(text)) == clean(text)
    said = escaped(json.dumps({"x": text}, ensure_ascii=False))
    assert json.loads(said) == {"x": text} and not set(said) & set(OBEYED)


def test_there_is_one_way_out() -> None:
    """Every print of the package is in winset.terminal, but for rich, which is given cleaned text."""
    for path in PACKAGE.rglob("*.py"):
        if path.name == "terminal.py":
            continue
        found = re.findall(r"click\.s?echo\(|(?<![\w.])print\(|std(?:out|err)\.write", path.read_text(encoding="utf-8"))
        assert not found, (path, found)


# a case


TEXTS = {
    "name", "title", "summary", "who", "why", "label", "question", "note", "meaning", "prose", "fine_print", "author",
    "publisher", "voice", "gist", "office", "reported_by", "basis", "what", "speaker", "unit", "group", "cluster",
}  # fmt: skip
CELLS = {"what", "gist", "note", "speaker", "basis", "group"}


def marked(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: marked(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [marked(v, key) for v in value]
    marks = isinstance(value, str) and value and key in TEXTS and not value.startswith("passages")
    return value + TURN if marks else value


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Harbour with marks of direction in every text of it."""
    folder, yaml = copy(tmp_path_factory.mktemp("turned")), YAML(typ="safe", pure=True)
    yaml.allow_unicode, yaml.default_flow_style = True, False
    for name in FILES:
        if (folder / name).exists():
            data = marked(yaml.load((folder / name).read_text(encoding="utf-8")))
            with (folder / name).open("w", encoding="utf-8") as file:
                yaml.dump(data, file)
    for path in folder.glob("*.csv"):
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(
                {k: v + TURN if k in CELLS and v and not v.startswith("passages") else v for k, v in r.items()}
                for r in rows
            )
    assert all(TURN in a.name for a in load(folder).actors)
    return folder


COMMANDS: dict[str, Callable[[Path], list[object]]] = {
    "run": lambda c: ["run", c, "--draws", 4, "--out", c.parent / "out"],
    "run json": lambda c: ["run", c, "--draws", 4, "--json", "--lens", "settlement", "--lens", "ledger"],
    "verify": lambda c: ["verify", c],
    "verify sources": lambda c: ["verify", c, "--sources", c / "texts"],
    "plans diff": lambda c: ["plans", "diff", "merrin-draft-1", "sarrow-counter", "--case", c],
    "plans diff json": lambda c: ["plans", "diff", "merrin-draft-1", "sarrow-counter", "--case", c, "--json"],
    "settle": lambda c: ["settle", c],
    "settle json": lambda c: ["settle", c, "--json"],
    "cite": lambda c: ["cite", c],
    "check-claim": lambda c: ["check-claim", c, "--after", "talks", "--series", "strike", "--within", 7],
    "export annotations": lambda c: ["export", "annotations", c],
    "export efg": lambda c: ["export", "efg", c, "--demander", "sarrow", "--target", "tavenna"],
    "export domain": lambda c: ["export", "domain", c, "--format", "negolog", "--out", c.parent / "domain"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_marks_in_every_text_of_a_case(name: str, turned: Path) -> None:
    said = shown(*COMMANDS[name](turned))
    assert said.strip()
    if "json" in name:
        json.loads(said)


def test_compare_shows_names_and_patches_clean(turned: Path, tmp_path: Path) -> None:
    patch = tmp_path / f"p{TURN}.yaml"
    patch.write_text(
        f"id: p\ntitle: t{TURN}\nbasis: 'judgement: test{TURN}'\nset:\n  sarrow.no_deal: {{low: 0.1, mode: 0.2, high: "
        "0.3}\n"
    )
    assert ", 4 draws" in shown("compare", turned, "--patch", patch, "--draws", 4)
    shown("compare", turned, "--patch", patch, "--draws", 4, "--json")


# domains


def json_domain(folder: Path, reserve: float) -> Path:
    folder.mkdir()
    table = {f"issue{NASTY}": {f"one{NASTY}": 0.2, f"two{NASTY}": 1.0}, "plain": {"x": 0.0, "y": 1.0}}
    for n in (1, 2):
        text = {"reservationValue": reserve, "issueWeights": dict.fromkeys(table, 0.5), "issues": table}
        (folder / f"profile{n}{TURN}.json").write_text(json.dumps(text), encoding="utf-8")
    return folder


@pytest.mark.parametrize("reserve", [0.1, 2.0])
def test_a_json_domain_with_and_without_a_zone(tmp_path: Path, reserve: float) -> None:
    folder = json_domain(tmp_path / f"d{NASTY}", reserve)
    assert "issue" in shown("settle", folder) or reserve > 1
    again = json.loads(shown("settle", folder, "--json"))
    assert again["parties"] == [f"profile{n}{TURN}" for n in (1, 2)], "as data the names are what they were"


def test_a_genius_domain(tmp_path: Path) -> None:
    text = (
        f'<utility_space><objective><issue index="1" name="a&#x9b;2J{TURN}" type="discrete"><item index="1" '
        f'value="b&#x9d;x&#x9c;" evaluation="1"/><item index="2" value="c{TURN}" evaluation="2"/></issue><weight '
        'index="1" value="1"/></objective></utility_space>'
    )
    for n in (1, 2):
        (tmp_path / f"u{n}.xml").write_text(text, encoding="utf-8")
    assert "nash" in shown("settle", tmp_path)
    (tmp_path / "u1.xml").write_text(
        text.replace('"1"/><item', '"-1"/><item').replace('evaluation="2"', 'evaluation="-2"'), encoding="utf-8"
    )
    assert "the largest evaluation on" in shown("settle", tmp_path, code=1)


# imported rows and errors


def test_imported_rows(tmp_path: Path) -> None:
    case, file = copy(tmp_path), tmp_path / "ged.csv"
    usual: dict[str, object] = {"gwnoa": "", "gwnob": "", "date_start": "2024-03-01"}
    strange = {**usual, "side_a": f"Government of Nowhere{NASTY}", "side_b": f"Band{NASTY}"}
    file.write_text(ucdp(strange, {**usual, "side_a": "Sarrow", "side_b": "Tavenna"}), encoding="utf-8")
    assert "Nowhere" in shown("import", "events", file, "--into", case)


def test_errors_and_what_was_typed(tmp_path: Path) -> None:
    for words in ([f"run{NASTY}"], ["run", f"no{NASTY}"], ["run", "x", f"--{NASTY}"], ["run", "x", "--draws", NASTY],
                  ["settle", f"no{NASTY}"], ["plans", f"x{NASTY}"], ["run", copy(tmp_path), "--lens", f"l{NASTY}"],
                  ["anchor", "x", f"no{NASTY}", "words that are long enough"]):  # fmt: skip
        assert shown(*words, code=None).strip()
    good("verify", tmp_path / "harbour")


def test_whatever_is_taken_out_is_not_printable():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not any(found[0].isprintable() for found in UNPRINTABLE.finditer(every))
    assert clean(every) == UNPRINTABLE.sub("", SEQUENCES.sub("", every))
