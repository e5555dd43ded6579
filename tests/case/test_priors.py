"""Priors of rival hypotheses that do not sum to 1 are refused, at their line and with what to do; rounding is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.broken import copy, replace, said
from tests.cases import NAMES, case
from winset.case import model as m
from winset.case.load import load
from winset.case.patch import apply

ONE = "tavenna/sincere.hypothesis_prior"
TWO = "tavenna/stalling.hypothesis_prior"


def stated(folder: Path, sincere: str, stalling: str) -> int:
    """The line of the first, after both are given other numbers."""
    line = replace(
        folder, "figures.csv", "tavenna/sincere,hypothesis_prior,,0.4,0.55,0.7,,", f"{ONE.replace('.', ',')},{sincere},"
    )
    replace(
        folder,
        "figures.csv",
        "tavenna/stalling,hypothesis_prior,,0.3,0.45,0.6,,",
        f"{TWO.replace('.', ',')},{stalling},",
    )
    return line


@pytest.mark.parametrize(
    "sincere,stalling,total",
    [
        (",0.4,0.6,0.7,", ",0.3,0.45,0.6,", "1.05"),
        (",0.2,0.333,0.5,", ",0.2,0.333,0.5,", "0.666"),
        (",,,,\"beta(2,2)\"", ",0.3,0.45,0.6,", "0.95"),
    ],
)  # fmt: skip
def test_a_sum_that_is_not_one_is_told_at_its_line(tmp_path: Path, sincere: str, stalling: str, total: str) -> None:
    folder = copy(tmp_path)
    line = stated(folder, sincere, stalling)
    problem = said(folder, f"the priors of tavenna sum to {total}, not 1", "figures.csv")
    assert problem.line == line
    assert problem.remedy == f"change the modes of {ONE}, {TWO} so that they sum to 1"


@pytest.mark.parametrize(
    "sincere,stalling",
    [
        (",0.4,0.56,0.7,", ",0.3,0.45,0.6,"),  # rounding
        (",0.4,0.55,0.99,", ",0.3,0.45,0.46,"),  # whose means do not sum to 1: draws are made to, one by one
        (',,,,"beta(2,8)"', ',,,,"beta(8,2)"'),
    ],
)
def test_what_sums_to_one_as_it_was_written_loads(tmp_path: Path, sincere: str, stalling: str) -> None:
    folder = copy(tmp_path)
    stated(folder, sincere, stalling)
    assert load(folder)


def test_the_sum_is_asked_of_every_date(tmp_path: Path) -> None:
    """A later prior takes the place of the one without a date, from its day on."""
    folder = copy(tmp_path)
    path = folder / "figures.csv"
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    one = "tavenna/{},hypothesis_prior,2024-07-01,{},,probability,judgement: a later look at {},,\n"
    path.write_text(text + one.format("sincere", "0.2,0.3,0.4", "the first"), encoding="utf-8")
    assert said(folder, "the priors of tavenna sum to 0.75, not 1", "figures.csv").line == text.count("\n") + 1
    both = one.format("sincere", "0.2,0.3,0.4", "the first") + one.format("stalling", "0.6,0.7,0.8", "the second")
    path.write_text(text + both, encoding="utf-8")
    assert load(folder)


def test_a_patch_may_move_one_prior_alone() -> None:
    """Draws are made to sum to 1, so a reading written for an earlier version still loads."""
    one = m.Patch(id="t", title="t", basis="judgement: a trial", set={ONE: m.Change(low=0.2, mode=0.3, high=0.4)})
    assert apply(case("harbour"), one).figure[ONE].mode == 0.3


def test_an_actor_with_some_priors_only_is_left_alone(tmp_path: Path) -> None:
    """All its hypotheses then have even odds, which the lens says."""
    folder = copy(tmp_path)
    path = folder / "figures.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(r for r in rows if not r.startswith("tavenna/stalling,hypothesis_prior")), encoding="utf-8")
    assert load(folder)


@pytest.mark.parametrize("name", NAMES)
def test_the_cases_and_their_readings_hold(name: str) -> None:
    whole = case(name)
    for patch in whole.readings:
        if any(".hypothesis_prior" in key for key in patch.set):
            changed = apply(whole, patch)
            for actor in {h.actor for h in whole.hypotheses}:
                modes = [
                    changed.figure[f"{actor}/{h.id}.hypothesis_prior"].mode
                    for h in whole.hypotheses
                    if h.actor == actor
                ]
                assert sum(x for x in modes if x) == pytest.approx(1, abs=0.01)
