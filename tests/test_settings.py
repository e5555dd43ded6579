"""The table of Settings: that it is whole, that what is set holds everywhere and nowhere after, and that no number
hides."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import winset
from tests.cases import case
from tests.test_cli import HARBOUR, good, refused
from winset import run as engine
from winset import settings
from winset.derive.war.core_game import Size
from winset.derive.war.no_deal import no_deal
from winset.errors import SettingError
from winset.lens import LENSES, lens
from winset.report import report_of, to_html, to_json, to_text
from winset.settings import changed, number, numbers, parse, table, using, whole, word

ROOT = Path(winset.__file__).parent
MARKS = ("# source:", "# no answer:")
READERS = {*LENSES, "backtest", "compare", "settle", "check-claim", "robust"}
READ = {"number", "numbers", "whole", "word"}


def test_the_table_is_whole() -> None:
    for name, row in table().items():
        assert row.name == name and row.checked(row.value) == row.value, name
        assert row.checked(settings.text(row.value)) == row.value, name
        assert row.reason.endswith(".") and row.source and row.unit, name
        assert row.reads and set(row.reads) <= READERS, name


def test_what_is_set_holds_inside_and_nowhere_else() -> None:
    usual = number("choice_noise")
    with using({"choice_noise": 0.05}):
        assert number("choice_noise") == 0.05 and lens("futures").noise == lens("screening").noise == 0.05
        with using({"war.step": 3, "choice_noise": "0.1"}):
            assert number("choice_noise") == 0.1 and Size().step == 3.0
            assert changed() == (("choice_noise", 0.1), ("war.step", 3.0))
        assert changed() == (("choice_noise", 0.05),) and Size().step == table()["war.step"].value
        with using({"choice_noise": usual}):
            assert changed() == ()
    with pytest.raises(ZeroDivisionError), using({"war.places": 2}):
        assert whole("war.places") == 2
        raise ZeroDivisionError
    assert changed() == () and number("choice_noise") == usual


def test_kinds_of_values() -> None:
    given = parse(["menu.cares=0,0.2,2", "lines.structure=wear", "war.steps=20", "war.steps=24", "war.rest=0"])
    assert given == {"menu.cares": (0.0, 0.2, 2.0), "lines.structure": "wear", "war.steps": 24, "war.rest": 0.0}
    with using(given):
        assert numbers("menu.cares") == (0.0, 0.2, 2.0) and word("lines.structure") == "wear"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("choise_noise=0.1", "choice_noise"),
        ("forts=3", "war.forts"),
        ("nothing.like.it.zzz=1", "winset schema --settings"),
        ("choice_noise", "NAME=VALUE"),
        ("choice_noise=2", "0.001 to 0.2"),
        ("choice_noise=nan", "0.001 to 0.2"),
        ("choice_noise=loud", "a number"),
        ("war.steps=20.5", "a whole number"),
        ("war.steps=inf", "a whole number"),
        ("lines.structure=bend", "one of stay, wear, base_rate"),
        ("menu.cares=0,1", "3 numbers from 0 to 10, rising"),
        ("menu.cares=1,0.5,0", "rising"),
    ],
)
def test_what_cannot_be_set_is_told(typed: str, told: str) -> None:
    with pytest.raises(SettingError, match=told.replace(".", r"\.")):
        parse([typed])


def test_no_column_outlives_the_settings_that_it_was_made_with() -> None:
    """One study, asked with the usual numbers, with others, and again: as three studies would say."""

    def value(study: engine.Inquiry) -> np.ndarray:
        arrays = study.arrays()[0]
        sides = arrays.case.war.belligerents  # type: ignore[union-attr]
        return np.concatenate([no_deal(arrays, side) for side in sides])

    def fresh() -> engine.Inquiry:
        return engine.study(case("harbour"), draws=24, seed=5)

    shared, other = fresh(), {"choice_noise": 0.1}
    first = value(shared)
    with using(other):
        inside, alone = value(shared), value(fresh())
    assert np.array_equal(inside, alone) and not np.array_equal(inside, first)
    assert np.array_equal(value(shared), first) and np.array_equal(value(fresh()), first)


def test_a_report_says_what_was_set() -> None:
    study = engine.study(case("harbour"), draws=8)
    plain = report_of(study, [study.look("endurance")])
    with using({"endurance.spread": 2.0}):
        moved = report_of(study, [study.look("endurance")])
    before, after = (json.loads(to_json(r))["settings"]["model"] for r in (plain, moved))
    assert list(before) == sorted(before) == list(after)
    assert set(before) == {n for n, row in table().items() if "endurance" in row.reads}
    assert not any(row["set"] for row in before.values())
    assert [n for n, row in after.items() if row["set"]] == ["endurance.spread"]
    assert after["endurance.spread"]["value"] == 2.0 and after["endurance.spread"]["table"] == 1.0
    assert {"range", "reason", "source", "unit"} <= set(after["endurance.spread"])
    assert "Not with the usual numbers" in to_text(moved) and "Not with the usual numbers" not in to_text(plain)
    assert "set for this run" in to_html(moved) and "set for this run" not in to_html(plain)


def test_set_on_the_command_line(tmp_path: Path) -> None:
    usual = json.loads(good("run", HARBOUR, "--draws", 8, "--lens", "endurance", "--json").stdout)
    done = good("run", HARBOUR, "--draws", 8, "--lens", "endurance", "--json", "--set", "endurance.spread=3")
    moved = json.loads(done.stdout)
    assert moved["settings"]["model"]["endurance.spread"]["set"] and usual["results"] != moved["results"]
    assert changed() == ()
    assert "near it: choice_noise" in refused("run", HARBOUR, "--set", "choicenoise=0.1")
    assert "0.001 to 0.2" in refused("settle", HARBOUR, "--set", "choice_noise=7")
    listed = good("schema", "--settings").stdout
    assert all(name in listed for name in table())


@pytest.mark.parametrize("name", LENSES)
def test_a_lens_reads_only_settings_that_say_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    value_of = settings.value_of

    def seen(setting: str) -> settings.Value:
        asked.add(setting)
        return value_of(setting)

    monkeypatch.setattr(settings, "value_of", seen)
    engine.study(case("harbour"), draws=4).look(name)
    assert asked and not {s for s in asked if name not in table()[s].reads}


def test_every_setting_is_read_somewhere_and_every_one_read_exists() -> None:
    found = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in table():
                found.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READ:
                for name in ast.walk(node.args[0]) if len(node.args) == 1 else ():
                    if isinstance(name, ast.Constant) and isinstance(name.value, str) and "." in name.value:
                        assert name.value in table(), (file, name.value)
    assert found == set(table())


def hidden(text: str, name: str = "", defaults: bool = True) -> Iterator[str]:
    """Numbers that stand in a module, a class or a default, and say neither their source nor that they move nothing."""
    tree, lines = ast.parse(text), text.splitlines()
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in (*tree.body, *(field for owner in classes for field in owner.body)):
        given = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        own = lines[node.lineno - 1 : node.end_lineno]
        if given is not None and _numbers(given) and not any(mark in line for mark in MARKS for line in own):
            yield f"{name}:{node.lineno}"
    for node in ast.walk(tree) if defaults else ():
        if isinstance(node, ast.FunctionDef):
            held = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
            # 0, 1, -1: none, the first, one
            if any(not {abs(x) for x in _numbers(d)} <= {0, 1} for d in held):
                yield f"{name}:{node.lineno} (a default)"


def _numbers(node: ast.AST) -> list[float]:
    held = [x.value for x in ast.walk(node) if isinstance(x, ast.Constant)]
    return [x for x in held if isinstance(x, int | float) and not isinstance(x, bool)]


@pytest.mark.parametrize("room", ["derive", "lens", "robustness", "theory"])
def test_no_number_of_the_model_hides_in_the_code(room: str) -> None:
    """Theory takes the numbers of its models as arguments, which may have a default for whoever calls it by itself."""
    files = sorted((ROOT / room).rglob("*.py"))
    assert not [x for file in files for x in hidden(file.read_text(), str(file), room != "theory")]


def test_a_hidden_number_is_found() -> None:
    assert list(hidden("NOISE = 0.02\n")) and list(hidden("class A:\n    step: float = 1.5\n"))
    assert list(hidden("X = (\n    1.0,\n    2.0,\n)\n")) and list(hidden("def f(noise: float = 0.3) -> None: ...\n"))
    assert not list(hidden("A = 1  # no answer: a name\nB = 2.0  # source: Good 1950\nC = True\nD = 'x'\n"))
    assert not list(hidden("def f(plan: int = -1, first: int = 0) -> None: ...\n"))
