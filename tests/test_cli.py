"""The command line as its users meet it: answers, refusals without a traceback, and nothing half-written."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.case.broken import HARBOUR, copy, replace
from winset import run as engine
from winset.case.load import FILES, TABLES, load
from winset.cli.main import main

QUICK = ("--lens", "ledger")
START = [sys.executable, "-c", "from winset.cli.main import main; main()"]


def winset(*words: object) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def good(*words: object) -> Result:
    result = winset(*words)
    assert result.exit_code == 0, result.stderr
    return result


def refused(*words: object, code: int = 1) -> str:
    """The words of a refusal: some exit code, something on stderr, no traceback, nothing on stdout."""
    result = winset(*words)
    assert result.exit_code == code, (result.exit_code, result.output)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == "" and result.stderr.strip() and "Traceback" not in result.stderr
    return result.stderr


def process(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*START, *map(str, words)], capture_output=True, text=True, timeout=300, **more)


# help


def test_help_of_every_command() -> None:
    names = list(main.commands)
    assert {"run", "verify", "plans", "new", "schema", "cite", "anchor"} <= set(names)
    for words in ([], *([n] for n in names), ["plans", "diff"]):
        assert "Usage:" in good(*words, "--help").stdout
    assert good("--version").stdout.strip()


def test_help_imports_nothing_heavy() -> None:
    heavy = "numpy scipy numba pydantic polars altair vl_convert jinja2 ruamel yaml rich".split()
    code = (
        "import sys\nfrom winset.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as e:\n    assert not e.code\n"
        f"print('LOADED', [m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("LOADED []")


def test_lenses_and_page_load_no_part_of_scipy() -> None:
    """They load where they are first used: a run that finds everything kept needs none."""
    code = (
        "import sys\nimport winset.report.kept\nfrom winset.lens import LENSES, lens\n[lens(name) for name in "
        "LENSES]\nprint('LOADED', [m for m in ('scipy.special', 'scipy.linalg', 'scipy.optimize') if m in "
        "sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("LOADED []")


# run


def test_json_on_stdout_and_nothing_else(tmp_path: Path) -> None:
    done = process("run", HARBOUR, *QUICK, "--json", "--draws", 5, "--seed", 3, cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    answer = json.loads(done.stdout)
    assert answer["case"]["id"] == "harbour" and answer["settings"]["seed"] == 3 and answer["settings"]["draws"] == 5
    assert answer["results"][0]["answer"] and answer["results"][0]["findings"]
    assert list(tmp_path.iterdir()) == [], "no file is written unless --out is given"


def test_run_writes_a_report_and_the_same_json(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    shown = good("run", HARBOUR, *QUICK, "--draws", 5, "--out", out).stdout
    assert sorted(p.name for p in out.iterdir()) == ["report.html", "result.json"]
    assert "report.html" in shown and "harbour" in shown.lower()
    printed = good("run", HARBOUR, *QUICK, "--draws", 5, "--json").stdout
    assert (out / "result.json").read_text(encoding="utf-8") == printed
    both = good("run", HARBOUR, *QUICK, "--draws", 5, "--json", "--out", tmp_path / "c").stdout
    assert both == printed == (tmp_path / "c" / "result.json").read_text(encoding="utf-8")


def test_default_folder_is_out_and_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    good("run", HARBOUR, *QUICK, "--draws", 2)
    assert (tmp_path / "out" / "harbour" / "report.html").is_file()


def test_one_draw() -> None:
    assert json.loads(good("run", HARBOUR, "--json", "--draws", 1).stdout)["settings"]["draws"] == 1


@pytest.mark.parametrize("day", ["1800-01-01", "2024-02-09", "2024-05-16"])  # all lenses at its own date: above
def test_any_date(day: str) -> None:
    answer = json.loads(good("run", HARBOUR, "--json", "--draws", 3, "--as-of", day).stdout)
    assert answer["settings"]["as_of"] == day
    if day < "2024-05":
        settlement = next(r for r in answer["results"] if r["lens"] == "settlement")
        assert "Nothing can be said" in settlement["answer"][0] and settlement["notes"]


def test_patches_are_applied(tmp_path: Path) -> None:
    patch = tmp_path / "p.yaml"
    patch.write_text('id: p1\ntitle: t\nbasis: "judgement: x"\nset: {sarrow.no_deal: {low: 0, mode: 0, high: 0}}\n')
    shutil.copy(HARBOUR / "readings.yaml", tmp_path / "all.yaml")
    answer = json.loads(
        good("run", HARBOUR, *QUICK, "--json", "--draws", 3, "--patch", patch, "--patch", tmp_path / "all.yaml").stdout
    )
    assert answer["case"]["patches"] == ["p1", *(r.id for r in load(HARBOUR).readings)]


def test_refusals_of_run(tmp_path: Path) -> None:
    assert "no such folder" in refused("run", tmp_path / "none")
    assert "unknown lens settelment; one of settlement" in refused("run", HARBOUR, "--draws", 2, "--lens", "settelment")
    assert f"none.yaml: missing file -> give a file that is there, such as {HARBOUR / 'levers.yaml'}" in refused(
        "run", HARBOUR, "--patch", tmp_path / "none.yaml"
    )
    (tmp_path / "mine.yaml").write_text("x")
    assert f"did you mean {tmp_path / 'mine.yaml'}?" in refused("run", HARBOUR, "--patch", tmp_path / "mien.yaml")
    for words in (["--as-of", "soon"], ["--as-of", "2024-02-30"], ["--draws", "0"], ["--draws", "x"],
        ["--draws", "10000001"],
                  ["--seed", "-1"], ["--seed", "9" * 5000], ["--chunk", "0"], ["--wat"]):  # fmt: skip
        assert "Error" in refused("run", HARBOUR, *words, code=2)
    assert "Missing argument" in refused("run", code=2)
    for day in ("9999-12-31", "0001-01-01", "1799-12-31", "2201-01-01"):
        assert "the year must be from 1800 to 2200" in refused("run", HARBOUR, "--json", "--as-of", day)


@pytest.mark.parametrize(
    "words",
    [
        ["run", HARBOUR, "--json"],
        ["compare", HARBOUR, "--patch", HARBOUR / "levers.yaml"],
        ["check-claim", HARBOUR, "--after", "talks", "--series", "battle", "--within", "3"],
    ],
    ids=lambda words: words[0],
)
def test_no_date_after_that_of_the_case(words: list[str]) -> None:
    said = refused(*words, "--as-of", "2024-10-02")
    assert "nothing after its own date 2024-10-01; give that date or an earlier one" in said and "as_of" in said


def test_broken_case_prints_every_problem(tmp_path: Path) -> None:
    case = copy(tmp_path)
    line = replace(case, "figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,1.3,,probability")
    other = replace(case, "plans.yaml", "authors: [merrin]", "authors: [merlin]")
    for command in (["run", case, "--json"], ["run", case], ["verify", case], ["cite", case]):
        said = refused(*command)
        assert f"figures.csv:{line}: high 1.3 is outside 0 to 1" in said and "unknown actor 'merlin'" in said
        assert any(f"plans.yaml:{n}: unknown actor" in said for n in range(other - 8, other + 1))
    done = process("run", case, "--json")
    assert (done.returncode, done.stdout) == (1, "") and "2 problems" in done.stderr and "Traceback" not in done.stderr


def test_out_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "cannot write" in refused("run", HARBOUR, *QUICK, "--draws", 2, "--json", "--out", tmp_path / "file")
    assert "cannot write" in refused(
        "run", HARBOUR, *QUICK, "--draws", 2, "--json", "--out", tmp_path / "file" / "deeper"
    )
    assert "cannot write" in refused("run", HARBOUR, *QUICK, "--draws", 2, "--json", "--out", "/proc/winset")
    assert (tmp_path / "file").read_text() == "mine"


# Ctrl-C


def test_interrupt_ends_with_130_and_nothing_half_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = '{"schema": "winset-report/2"}\n'  # a result of ours, or it would not be replaced at all
    engine.write_whole(out, {"result.json": old})
    command = [*START, "run", str(HARBOUR), "--draws", "200000", "--out", str(out)]
    # as in a terminal: a shell that started the tests in the background would leave SIGINT ignored
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    ) as running:  # fmt: skip
        wait_until_it_works(running.pid)
        assert running.poll() is None, "it ended before it could be interrupted"
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=120)
    assert running.returncode == 130, stderr
    assert "interrupted" in stderr and "Traceback" not in stderr and stdout == ""
    assert [p.name for p in out.iterdir()] == ["result.json"] and (out / "result.json").read_text() == old


@pytest.mark.parametrize("met", ["in compiled code", "by itself"])
def test_an_interrupt_that_compiled_code_meets_is_an_interrupt(met: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        if met == "by itself":
            raise SystemError("a fault of a library")
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as reason:
            raise SystemError("a result with an exception set") from reason

    monkeypatch.setattr("winset.case.load.load", interrupted)
    result = winset("verify", HARBOUR)
    if met == "by itself":
        assert isinstance(result.exception, SystemError)
    else:
        assert result.exit_code == 130 and "interrupted" in result.stderr


def wait_until_it_works(pid: int) -> None:
    """Until scipy is loaded, so that the work itself has begun; a minute at most."""
    for _ in range(600):
        maps = Path(f"/proc/{pid}/maps")
        if not maps.exists() or "scipy/special" in maps.read_text():
            break
        time.sleep(0.1)
    time.sleep(2.0)


# verify


def test_verify(tmp_path: Path) -> None:
    assert "no problem found" in good("verify", HARBOUR).stdout
    told = json.loads(good("verify", HARBOUR, "--json").stdout)
    lines, months, defaults = told.pop("warnings")
    assert "No Figure case.talk_months" in months
    assert told == {"case": "harbour", "problems": 0, "lacks": {}}
    assert (
        "Tavenna has red lines on “The guarantee”, “The harbour” and “Schools in Callis”" in lines
        and "tavenna/all,line_slips" in lines
    )
    assert defaults.startswith("figures.csv: Defaults of winset stand in for accepted.tactical")
    texts = tmp_path / "texts"
    shutil.copytree(HARBOUR / "texts", texts)
    count = len(load(HARBOUR).passages)
    found = json.loads(good("verify", HARBOUR, "--sources", texts, "--json").stdout)
    assert found["passages"] == {"exact": count, "moved": 0, "altered": 0, "orphan": 0}
    assert good("verify", HARBOUR, "--sources", texts).stdout.startswith(f"{count} exact, 0 moved, 0 altered, 0 orphan")

    ledger = texts / "sarrow-ledger.txt"
    ledger.write_text("New first words. " + ledger.read_text(encoding="utf-8"), encoding="utf-8")
    moved = good("verify", HARBOUR, "--sources", texts)
    assert "s01 (sarrow-ledger): moved, now at 356" in moved.stdout
    ledger.write_text(
        ledger.read_text(encoding="utf-8").replace("90 million dollars", "95 million dollars"), encoding="utf-8"
    )
    (texts / "tavenna-beacon.txt").unlink()
    result = winset("verify", HARBOUR, "--sources", texts, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    own = sum(p.source == "sarrow-ledger" for p in load(HARBOUR).passages)
    assert found["passages"] == {"exact": 0, "moved": own - 1, "altered": 1, "orphan": count - own}
    assert found["sources"] == {"missing": ["tavenna-beacon"], "changed": ["sarrow-ledger"]}
    assert "no folder" in refused("verify", HARBOUR, "--sources", tmp_path / "none")


# plans diff, new, schema, cite, anchor


def test_plans_diff() -> None:
    found = json.loads(good("plans", "diff", "merrin-draft-1", "sarrow-counter", "--case", HARBOUR, "--json").stdout)
    plans = load(HARBOUR).plan
    assert found["fleet"]["to"] == plans["sarrow-counter"].clauses["fleet"].option == "none"
    assert "harbour" not in found, "the clause both plans share"
    same = json.loads(good("plans", "diff", "sarrow-counter", "sarrow-counter", "--case", HARBOUR, "--json").stdout)
    assert same == {}
    back = json.loads(good("plans", "diff", "sarrow-counter", "merrin-draft-1", "--case", HARBOUR, "--json").stdout)
    assert back == {issue: {"from": x["to"], "to": x["from"]} for issue, x in found.items()}
    shown = good("plans", "diff", "merrin-draft-1", "sarrow-counter", "--case", HARBOUR).stdout
    assert "Sarrow's counter-draft" in shown and f"{len(found)} of {len(load(HARBOUR).issues)} issues differ" in shown
    assert "it has merrin-draft-1" in refused("plans", "diff", "nothing", "sarrow-counter", "--case", HARBOUR)


def test_new_makes_a_case_that_loads_runs_and_verifies(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "my-case"
    assert "winset run" in good("new", folder).stdout
    made = load(folder)
    assert made.plans and made.signatories and (folder / "README.md").is_file()
    assert {p.name for p in folder.iterdir()} <= {*FILES, *TABLES, "README.md", "texts"}
    good("run", folder, "--json", "--draws", 8)
    found = json.loads(good("verify", folder, "--sources", folder / "texts", "--json").stdout)
    assert found["passages"] == {"exact": len(made.passages), "moved": 0, "altered": 0, "orphan": 0} and made.passages
    assert [p.name for p in folder.parent.iterdir()] == ["my-case"], "nothing is left beside it"


def test_new_into_an_empty_folder_even_the_one_we_stand_in(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    good("new", tmp_path / "empty")
    load(tmp_path / "empty")
    (tmp_path / "here").mkdir()
    done = process("new", ".", cwd=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    load(tmp_path / "here")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "here"]


def test_new_touches_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    for name in ("full", "file", "link"):
        assert "is there already" in refused("new", tmp_path / name)
    assert "cannot write" in refused("new", tmp_path / "file" / "deeper")
    assert "cannot write" in refused("new", "/proc/winset/case")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "full", "link"]


def test_schema() -> None:
    made = json.loads(good("schema").stdout)
    assert set(made["files"]) == set(FILES) and set(made["tables"]) == set(TABLES)
    assert all(s["type"] == "object" and s["additionalProperties"] is False for s in made["files"].values())
    listed = good("schema", "--quantities").stdout
    assert "no_deal" in listed and "red_line_real" in listed


def test_cite() -> None:
    text = good("cite", HARBOUR).stdout
    entries = [line for line in text.splitlines() if line.startswith("@")]
    keys = [e.partition("{")[2].rstrip(",") for e in entries]
    assert len(keys) == len(set(keys)) > 3 and "putnam1988" in keys
    assert text.count("{") == text.count("}")
    assert good("cite", HARBOUR, "--lens", "settlement").stdout


def test_anchor(tmp_path: Path) -> None:
    passage = load(HARBOUR).passage["s07"]
    file = HARBOUR / "texts" / "sarrow-ledger.txt"
    from winset.case.canon import canonical

    quote = canonical(file.read_text(encoding="utf-8"))[passage.start : passage.end]
    cells = good("anchor", "sarrow-ledger", file, quote).stdout.strip().split(",")
    assert cells == [
        "sarrow-ledger",
        str(passage.start),
        str(passage.end),
        passage.sha256,
        passage.before,
        passage.after,
    ]
    for words in (["too short"], ["these words are nowhere in the text"]):
        result = winset("anchor", "x", file, *words)
        assert result.exit_code == 1 and "Traceback" not in result.output
    assert winset("anchor", "x", tmp_path / "none", "words that are long enough").exit_code == 1
