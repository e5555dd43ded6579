"""The runner: rows of formal models and of items, what is not covered, and files that cannot be run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import escalation, ledger, scorecard, war, war_core
from tests.golden.__main__ import main, models, run
from tests.golden._form import Malformed, read
from tests.shared import SHARED, needs_shared

DATA = SHARED / "data"
ROOT = Path(__file__).resolve().parents[2]
HEAD = "id,model,params,quantity,value,tol\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


@needs_shared
@pytest.mark.parametrize(
    ("name", "rows", "covered"),
    [
        ("war_models", 349, {**war.MODELS, **war_core.MODELS, **ledger.MODELS}),
        ("escalation_scorecard", 397, {**escalation.MODELS, **scorecard.MODELS}),
    ],
)
def test_every_row_and_every_model(name, rows, covered):
    path, told = DATA / "golden" / f"{name}.csv", []
    assert run(path, tell=told.append) == (rows, 0, 0), told
    assert set(covered) <= {row["model"] for row in read(path)}


@needs_shared
def test_a_wrong_value_fails_in_every_row(tmp_path):
    rows = read(DATA / "golden" / "war_models.csv")[:40]
    params = [row["params"].replace('"', '""') for row in rows]
    body = "".join(
        f'{r["id"]},{r["model"]},"{own}",{r["quantity"]},{float(r["value"]) + 1},\n' for r, own in zip(rows, params)
    )
    assert run(written(tmp_path, HEAD + body), tell=lambda words: None) == (0, 40, 0)


# closed forms: I_p(r_B, r_A) and its mean; p + c_B + D(1-h)/h - chi/h; h - cD; 1/(1+d); (-c + b pi_D)/(1 - b rho)
LIMITS = """WB2,canonical,"{""limit"": ""problem of points"", ""rA"": 8, ""rB"": 5, ""p"": 0.5}",\
P_B_breaks_first,0.80615234375,1e-9
WB2,canonical,"{""limit"": ""problem of points"", ""rA"": 8, ""rB"": 5, ""p"": 0.5, ""N"": 60, ""horizon"": 13}",\
E_battles,9.2294921875,1e-9
WB2,canonical,"{""limit"": ""problem of points"", ""rA"": 1, ""rB"": 1, ""p"": 0.3, ""cB"": 0.1}",W_B,0.6,1e-9
WB10,canonical,"{""limit"": ""durability"", ""p"": 0.5, ""cA"": 0.1, ""cB"": 0.1, ""shift"": 0.2, ""h"": 0.8, \
""chi"": 0.02}",hi,0.625,1e-9
WB10,canonical,"{""limit"": ""durability"", ""p"": 0.6, ""cA"": 0.05, ""cB"": 0.1, ""Delta"": 0.4, \
""h"": 0.5}",lo,0.95,1e-9
WB1,canonical,"{""limit"": ""gambler's ruin"", ""N"": 4, ""k"": 2, ""p"": 0.5, ""c"": 0.01}",W_A,0.46,1e-9
WB6,canonical,"{""limit"": ""Rubinstein"", ""delta"": 0.8}",share_1,0.5555555555555556,1e-9
PS1,powell_screen,"{""be"": 0.9, ""pi_S"": 0.1, ""pi_D"": 0.2, ""c"": 0.05}",V_D,0.35135135135135137,1e-9
"""


def test_limits_of_the_core_and_values_of_fighting(tmp_path):
    told: list[str] = []
    assert run(written(tmp_path, HEAD + LIMITS), tell=told.append) == (8, 0, 0), told


def test_what_is_not_covered_says_why(tmp_path, capsys):
    body = (
        'a,gambler_ruin,"{""N"": 4, ""k"": 2, ""p"": 0.5}",E_battles,,\n'
        "b,nothing_like_it,{},E_battles,1,\n"
        'c,gambler_ruin,"{""N"": 4, ""k"": 2, ""p"": 0.5}",nothing_like_it,1,\n'
        'd,gambler_ruin,"{""N"": 4}",E_battles,1,\n'
        'e,canonical,"{""limit"": ""nothing like it""}",W_A,1,\n'
        'f,cross_impact,"{""matrix"": ""none.csv""}",n_consistent,1,\n'
    )
    assert main([str(written(tmp_path, HEAD + body))]) == 0
    told = capsys.readouterr().out.splitlines()
    reasons = (
        "no value is given", "no model 'nothing_like_it'", "no such quantity", "'k' is not given", "no limit",
        "none.csv is not here",
    )  # fmt: skip
    assert all(reason in line for reason, line in zip(reasons, told, strict=False))
    assert told[-1] == "rows.csv: 0 passed, 0 failed, 6 not covered"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["no rows"]),
        (HEAD, ["no rows"]),
        (HEAD + "a,gambler_ruin,{},q,1\n", [":2: 5 cells"]),
        ("id,id\n1,2\n", [":1: the column 'id'"]),
        (HEAD + "a,gambler_ruin,{x,q,1,e\nb,gambler_ruin,{},q,nan,1\n", [":2: params", ":2: tol", ":3: value"]),
        (HEAD + 'a,gambler_ruin,"{}x,q,1,1\n', ["CSV"]),
        ("issue,a_weight,b_weight\nland,1,\nsea,-1,2\n", [":2: b_weight is blank", ":3: a_weight is -1"]),
        ("issue,a_weight,b_weight\nland,1,2\n", ["adds up to"]),
        ("domain,profiles,fmt,reserve\nd,p,f,0\n", ["no such folder"]),
    ],
)
def test_a_file_that_cannot_be_run(tmp_path, capsys, text, problems):
    path = written(tmp_path, text)
    assert main([str(path)]) == 2
    said = capsys.readouterr().err
    assert all(p in said for p in problems), said
    with pytest.raises(Malformed):
        run(tmp_path / "absent.csv")


def test_items_that_two_sides_weigh(tmp_path):
    rows = "issue,north_weight,south_weight\nland,60,50\nsea,30,20\nair,10,30\n"
    told: list[str] = []
    assert run(written(tmp_path, rows), tell=told.append) == (4, 0, 0), told
    alike = "issue,north_weight,south_weight\nland,50,50\nsea,50,50\n"
    assert run(written(tmp_path, alike), tell=told.append) == (1, 0, 2), told


@needs_shared
def test_the_published_division_of_ten_items():
    told: list[str] = []
    assert run(DATA / "golden" / "panama_canal.csv", tell=told.append) == (14, 0, 0), told


def test_the_runner_needs_no_pytest():
    code = (
        "import sys; sys.modules['pytest'] = None; from tests.golden.__main__ import models; assert len(models()) > 70"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert len(models()) > 70
