"""`winset settle`: what it prints of proofs and notes, choice of profiles, and what it need not load."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

import winset.settle as module
from tests.formats.test_domains import GENIUS, write
from winset.cli.main import main
from winset.errors import NotSolved

HEAVY = (
    "numba",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.special",
    "scipy.stats",
    "pydantic",
    "polars",
    "altair",
    "ruamel",
)


def asked(*arguments):
    return CliRunner().invoke(main, ["settle", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    other = GENIUS.replace('evaluation="2"', 'evaluation="9"')
    return write(tmp_path / "d", {"a.xml": GENIUS, "b.xml": other, "c.xml": other.replace('"0.3"', '"0.1"')})


def test_proofs_and_notes_are_printed_and_profiles_chosen(folder):
    whole = asked(folder)
    assert whole.exit_code == 0 and "each solution is proved: no package does better by its definition" in whole.output
    assert "note: a can reach 1.1; GENIUS counts no more than 1" in whole.output
    two = asked(folder, "--profile", "c", "--profile", "a", "--json")
    assert json.loads(two.output)["parties"] == ["c", "a"]
    wrong = asked(folder, "--profile", "z")
    assert wrong.exit_code == 1 and "the domain has a, b, c" in wrong.output


def test_one_solution_not_found_leaves_the_others_and_is_told(folder, monkeypatch):
    def ended(*_, **__):
        raise NotSolved("the limit of nodes")

    monkeypatch.setitem(module.SOLVERS, "nash", ended)
    said = asked(folder)
    assert said.exit_code == 0 and "nash: not found: the limit of nodes" in said.output
    assert "utilitarian: " in said.output and "each solution is proved" not in said.output
    for name in module.SOLVERS:
        monkeypatch.setitem(module.SOLVERS, name, ended)
    assert asked(folder).exit_code == 1


def test_a_gap_is_printed_and_never_called_a_proof(folder, monkeypatch):
    answer = module.settle(folder)
    answer["proof"]["nash"] = {"how": "bound", "gap": 0.0123, "proved": False}
    monkeypatch.setattr(module, "settle", lambda *_: answer)
    said = asked(folder)
    assert "not proved: a better package may exist, by at most 0.0123 of the logarithm" in said.output
    assert "each solution is proved" not in said.output


def test_a_small_domain_loads_no_compiler_solver_or_case(folder):
    code = f"from winset.cli.main import main; main(['settle', {str(folder)!r}], standalone_mode=False); import sys; "
    code += f"print('loaded', [name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"
