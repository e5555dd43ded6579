"""The same seed gives the same bytes: for any chunk, thread count and hash seed; and the same numbers for any order."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.case.broken import HARBOUR, copy, rows, write_rows
from winset import run as engine
from winset.backtest.past import chapter
from winset.case.load import TABLES, load
from winset.case.model import Case, Change, Patch
from winset.lens import LENSES, lens
from winset.report import Report, to_json

DRAWS, FEW = 60, 7  # slices of 25 leave a rest; the exact half of the settlement lens solves every draw up to 64
SLOW = {"futures"}  # plays the war out again for every lever and number
QUICK = {"exact": False, "readings": False}  # of a lens that can be asked for less: the whole asks for all of it


def text(case: Case, whole: bool = False, **settings: Any) -> str:
    """The JSON of a run, as `winset run --json` prints it: of all lenses in few draws, or of the quick ones in more."""
    study = engine.study(case, **({"draws": FEW if whole else DRAWS} | settings))
    results = engine.look(study) if whole else tuple(quick(name).look(study) for name in LENSES if name not in SLOW)
    made = Report(
        case=study.known,
        results=results,
        settings=engine.settings(study, results),
        history=study.case.figures,
        record=chapter(case, study.as_of, study.seed) if whole else None,
        lab=engine.lab_of(study, results),
    )
    return to_json(made)


def settled(case: Case, **settings: Any) -> dict[str, Any]:
    """What one quick lens finds: enough to see that something moved."""
    return {f.key: f.value for f in quick("settlement").look(engine.study(case, draws=DRAWS, **settings)).findings}


def quick(name: str) -> Any:
    found = lens(name)
    return dataclasses.replace(found, **{key: less for key, less in QUICK.items() if hasattr(found, key)})


def numbers(text: str) -> dict[str, dict[str, Any]]:
    """Findings by key, without their wording."""
    keep = ("value", "low", "high", "error", "unit")
    return {f["key"]: {k: f[k] for k in keep} for result in json.loads(text)["results"] for f in result["findings"]}


def tables(text: str) -> dict[str, list[str]]:
    """The rows of every table, in an order of their own: which row comes first is display."""
    return {
        f"{result['lens']}.{table['key']}": sorted(json.dumps(row, sort_keys=True) for row in table["rows"])
        for result in json.loads(text)["results"]
        for table in result["tables"]
    }


@pytest.fixture(scope="module")
def plain() -> str:
    return text(load(HARBOUR))


@pytest.fixture(scope="module")
def whole() -> str:
    return text(load(HARBOUR), whole=True)


def test_same_seed_same_bytes_wherever_the_case_lies_and_other_seed_other_numbers(plain: str, tmp_path: Path) -> None:
    assert text(load(copy(tmp_path))) == plain
    assert settled(load(HARBOUR), seed=2) != settled(load(HARBOUR))
    assert numbers(plain), "there is something to compare"


def test_chunk_changes_no_byte(plain: str) -> None:
    assert text(load(HARBOUR), chunk=25) == plain


def test_chunk_changes_no_byte_of_the_whole(whole: str) -> None:
    assert text(load(HARBOUR), whole=True, chunk=4) == whole


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [1000, 333, 4096])
def test_chunk_changes_no_byte_of_the_whole_in_many_draws(chunk: int) -> None:
    assert text(load(HARBOUR), whole=True, draws=1500, chunk=chunk) == text(load(HARBOUR), whole=True, draws=1500)


def process(case: Path, **environment: str) -> str:
    code = "from winset.cli.main import main; main()"
    command = [sys.executable, "-c", code, "run", str(case), "--json", "--draws", str(FEW)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "environment",
    [
        {
            "PYTHONHASHSEED": "1",
            "NUMBA_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "2",
            "TZ": "Asia/Tokyo",
            "LC_ALL": "C",
        },
        pytest.param(
            {"PYTHONHASHSEED": "2", "NUMBA_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_threads_hash_seed_zone_and_locale_change_no_byte(whole: str, environment: dict[str, str]) -> None:
    assert process(HARBOUR, **environment) == whole


def test_order_of_rows_lists_and_keys(whole: str, tmp_path: Path) -> None:
    case, shuffle = copy(tmp_path), random.Random(7)
    for name in TABLES:
        if (case / name).exists():
            header, *body = rows(case, name)
            write_rows(case, name, [header, *shuffle.sample(body, len(body))])
    shuffled(case, shuffle)
    after = text(load(case), whole=True)
    assert numbers(after) == numbers(whole)
    assert tables(after) == tables(whole)


ORDERLESS = {
    "case.yaml": ["actors", "issues", "rules", "missing_voices"],
    "plans.yaml": ["plans"],
    "sources.yaml": ["sources"],
    "questions.yaml": ["questions"],
    "escalation.yaml": ["absent", "steps", "named", "threats", "gestures", "next", "neighbours"],
    "readings.yaml": ["readings"],
}


def shuffled(case: Path, shuffle: random.Random) -> None:
    """Every list of the YAML files whose order means nothing, and the keys of every mapping, in another order."""
    for name, keys in ORDERLESS.items():
        data = YAML(typ="safe", pure=True).load((case / name).read_text(encoding="utf-8"))
        for key in keys:
            shuffle.shuffle(data[key])
        for plan in data.get("plans", []):
            plan["clauses"] = dict(shuffle.sample(list(plan["clauses"].items()), len(plan["clauses"])))
        data = dict(shuffle.sample(list(data.items()), len(data)))
        (case / name).write_text(json.dumps(data, default=str, indent=1), encoding="utf-8")


def test_order_of_the_options_of_an_issue(plain: str, tmp_path: Path) -> None:
    """The options of an issue, too: a scale's order is in its places. Sums may differ in their last digits only."""
    case = copy(tmp_path)
    data = YAML(typ="safe", pure=True).load((case / "case.yaml").read_text(encoding="utf-8"))
    for issue in data["issues"]:
        issue["options"].reverse()
    (case / "case.yaml").write_text(json.dumps(data, default=str), encoding="utf-8")
    after, before = numbers(text(load(case))), numbers(plain)
    assert after.keys() == before.keys()
    for key, finding in before.items():
        for part, value in finding.items():
            other = after[key][part]
            same = value == other or (
                isinstance(value, float) and isinstance(other, float) and abs(value - other) < 1e-9
            )
            assert same, (key, part, value, other)


def test_names_are_for_display(plain: str, tmp_path: Path) -> None:
    case = copy(tmp_path)
    for name in ("case.yaml", "plans.yaml", "readings.yaml"):
        data = YAML(typ="safe", pure=True).load((case / name).read_text(encoding="utf-8"))
        for key in ("actors", "issues", "plans"):
            for at, thing in enumerate(data.get(key, [])):
                thing["name"] = f"{9 - at % 10} other name of {key} {at}"
        for issue in data.get("issues", []):
            for option in issue["options"]:
                option["label"] = f"label {option['id'][::-1]}"
        for reading in data.get("readings", []):
            reading["title"] = reading["title"][::-1]
        (case / name).write_text(json.dumps(data, default=str), encoding="utf-8")
    after = text(load(case))
    assert numbers(after) == numbers(plain)


def test_an_unrelated_figure_changes_no_number(plain: str, tmp_path: Path) -> None:
    case = copy(tmp_path)
    table = rows(case, "figures.csv")
    row = dict.fromkeys(table[0], "") | {
        "subject": "x:unrelated", "quantity": "count", "low": "1", "mode": "2", "high": "3", "unit": "count",
        "basis": "judgement: It has to do with nothing.",
    }  # fmt: skip
    write_rows(case, "figures.csv", [table[0], [row[c] for c in table[0]], *table[1:]])
    after = text(load(case))
    assert numbers(after) == numbers(plain)
    assert tables(after) == tables(plain)


def test_a_patch_of_an_unrelated_figure_changes_no_number(plain: str) -> None:
    patch = Patch(id="p", title="p", basis="judgement: x", set={"x:callis.persons@2024-09-10": Change(high=50_000)})
    after = text(load(HARBOUR), patches=[patch])
    assert numbers(after) == numbers(plain)
    assert json.loads(after)["case"]["patches"] == ["p"]


def test_a_patch_and_its_undoing_give_back_the_numbers(plain: str) -> None:
    case = load(HARBOUR)
    f = case.figure["sarrow.no_deal"]
    there = Patch(id="there", title="p", basis="judgement: x", set={f.id: Change(low=0.6, mode=0.7, high=0.8)})
    back = Patch(id="back", title="p", basis="judgement: x", set={f.id: Change(low=f.low, mode=f.mode, high=f.high)})
    assert settled(case, patches=[there]) != settled(case)
    assert numbers(text(case, patches=[there, back])) == numbers(plain)


def test_nothing_of_this_machine_or_moment_is_in_the_bytes(plain: str) -> None:
    assert str(Path.home()) not in plain and str(HARBOUR) not in plain and os.uname().nodename not in plain
    assert "NaN" not in plain and "Infinity" not in plain
    assert plain == json.dumps(json.loads(plain), sort_keys=True, indent=1, ensure_ascii=False) + "\n"
