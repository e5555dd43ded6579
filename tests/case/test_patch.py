"""Patches: read, refused with a reason, applied without touching anything else; cuts by date and by source."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.case.broken import HARBOUR
from winset.case.load import load
from winset.case.model import Case, Change, Patch
from winset.case.patch import apply, as_of, combine, read_patches, without_source
from winset.errors import DossierError

ONE = """
id: higher
title: Sarrow values no deal more
basis: "judgement: A test of what follows."
set:
  sarrow.no_deal: {low: 0.4, mode: 0.5, high: 0.6}
clauses:
  merrin-draft-1: {fleet: patrol, repair: silent}
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return load(HARBOUR)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "patch.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(case: Case, path: Path) -> str:
    with pytest.raises(DossierError) as caught:
        combine(case, read_patches(path))
    return str(caught.value)


def test_one_patch_changes_what_it_names_and_nothing_else(case: Case, tmp_path: Path) -> None:
    (patch,) = read_patches(written(tmp_path, ONE))
    after = apply(case, patch)
    changed = {f.id for f, g in zip(case.figures, after.figures) if f != g}
    assert changed == {"sarrow.no_deal"}
    figure = after.figure["sarrow.no_deal"]
    assert (figure.low, figure.mode, figure.high) == (0.4, 0.5, 0.6)
    assert figure.latent == case.figure["sarrow.no_deal"].latent
    assert figure.basis.kind == "judgement"
    assert {p.id for p, q in zip(case.plans, after.plans) if p != q} == {"merrin-draft-1"}
    assert after.plan["merrin-draft-1"].clauses["fleet"].option == "patrol"
    assert "repair" not in after.plan["merrin-draft-1"].clauses
    assert after.patches == ("higher",) and after.digest != case.digest
    assert case.figure["sarrow.no_deal"].low != 0.4, "the case itself is untouched"


def test_what_is_left_out_of_a_change_stays(case: Case, tmp_path: Path) -> None:
    path = written(tmp_path, ONE.replace("{low: 0.4, mode: 0.5, high: 0.6}", "{high: 0.9}"))
    figure, old = combine(case, read_patches(path)).figure["sarrow.no_deal"], case.figure["sarrow.no_deal"]
    assert (figure.low, figure.mode, figure.high) == (old.low, old.mode, 0.9)


@pytest.mark.parametrize("key", ["patches", "readings"])
def test_lists_of_patches(tmp_path: Path, key: str) -> None:
    item = "\n".join("    " + line for line in ONE.strip().splitlines())
    text = f"{key}:\n  -\n{item}\n  -\n{item.replace('higher', 'again')}\n"
    assert [p.id for p in read_patches(written(tmp_path, text))] == ["higher", "again"]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("sarrow.no_deal", "sarow.no_deal", "unknown Figure 'sarow.no_deal': did you mean 'sarrow.no_deal'?"),
        ("merrin-draft-1", "merrin-draft-8", "unknown plan 'merrin-draft-8': did you mean 'merrin-draft-"),
        ("fleet: patrol", "fleets: patrol", "unknown issue 'fleets': did you mean 'fleet'?"),
        ("fleet: patrol", "fleet: patrols", "unknown option 'patrols' of fleet: did you mean 'patrol'?"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", "{}", "nothing is changed"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", "{low: 0.9}", "does not hold"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", "{high: 7}", "high 7 is outside 0 to 1"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", "{high: .inf}", "finite number"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", '{high: "nan"}', "finite number"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", "{at: lease}", "no_deal cannot be `at` an option"),
        ("{low: 0.4, mode: 0.5, high: 0.6}", '{high: 0.9, basis: "me"}', "basis: a basis is one of"),
        ("judgement: A test of what follows.", "my own idea", "basis: a basis is one of"),
        ("judgement: A test of what follows.", "passages: s77", "unknown passage 's77'"),
        ("title: ", "titel: ", "titel: extra inputs are not permitted"),
        ("id: higher", "id: Higher!", "lower-case"),
    ],
)
def test_bad_patches(case: Case, tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in ONE
    assert what in refusal(case, written(tmp_path, ONE.replace(old, new, 1)))


@pytest.mark.parametrize("old", ["set:\n  sarrow.no_deal: {low: 0.4, mode: 0.5, high: 0.6}\n", ""])
def test_patch_that_changes_nothing(case: Case, tmp_path: Path, old: str) -> None:
    text = ONE[: ONE.index("set:")] + ("clauses: {merrin-draft-1: {}}\n" if old else "")
    assert "the patch changes nothing" in refusal(case, written(tmp_path, text))


@pytest.mark.parametrize(
    "text", ["", "~", "[]", "- id: a", "7", "readings: 7", "patches: {a: 1}", "id: [", "a: &x [*x]"]
)
def test_files_that_hold_no_patch(case: Case, tmp_path: Path, text: str) -> None:
    assert "problem" in refusal(case, written(tmp_path, text))


def test_no_field_is_ignored_beside_a_list(case: Case, tmp_path: Path) -> None:
    assert "note: extra" in refusal(case, written(tmp_path, "readings: []\nnote: x\n"))
    assert "holds no patch" in refusal(case, written(tmp_path, "readings: []\npatches: []\n"))


def test_missing_and_odd_paths(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, "", "..", "/", tmp_path / "a\0b"):
        with pytest.raises(DossierError):
            read_patches(path)


def test_line_numbers_of_a_patch(tmp_path: Path) -> None:
    with pytest.raises(DossierError) as caught:
        read_patches(written(tmp_path, ONE.replace("title", "titel")))
    assert {p.line for p in caught.value.problems if "titel" in p.what} == {3}


# as-of


DATES = ["2024-02-09", "2024-02-10", "2024-05-15", "2024-05-16", "2024-07-08", "2024-07-09", "2024-08-01", "2030-01-01"]


@pytest.mark.parametrize("day", [dt.date.fromisoformat(d) for d in DATES])
def test_as_of_knows_nothing_later(case: Case, day: dt.date) -> None:
    cut = as_of(case, day)
    assert all(f.date is None or f.date <= day for f in cut.figures)
    assert all((e.public or e.date) <= day for e in cut.events)
    assert all((p.public or p.date) <= day for p in cut.plans if p.kind == "plan")  # type: ignore[operator]
    assert all(q.opened <= day for q in cut.questions)
    assert all((c.since or day) <= day <= (c.until or day) for c in cut.channels)
    by_key: dict[str, list[dt.date]] = {}
    for figure in case.figures:
        if figure.date is None or figure.date <= day:
            by_key.setdefault(figure.key, []).append(figure.date or dt.date.min)
    assert {f.key: f.date or dt.date.min for f in cut.figures} == {k: max(v) for k, v in by_key.items()}
    assert len({f.key for f in cut.figures}) == len(cut.figures)


def test_a_case_that_differs_in_numbers_finds_its_own_figures(case: Case) -> None:
    """What it takes over from the case that it is like, it would have made itself: the same Figures in the same
    order."""
    twice = next(f for f in case.figures if case.in_force[f.key] is not f)  # of two dates, the earlier
    changes = {f.id: Change(mode=f.low) for f in (twice, case.in_force[twice.key])}
    for names in (changes, {twice.id: changes[twice.id]}):
        patch = Patch(id="p", title="p", kind="reading", basis="judgement: a test", set=names)
        for made in (one := apply(case, patch), as_of(one, dt.date(2024, 3, 1)), as_of(one, case.as_of)):
            assert made.like is not made
            assert list(made.figure.items()) == [(f.id, f) for f in made.figures]
            assert list(made.in_force.items()) == list({f.key: f for f in made.figures}.items())


def test_an_event_counts_from_the_day_it_was_public(case: Case) -> None:
    ids = {e.id for e in as_of(case, dt.date(2024, 7, 8)).events}
    assert "e09" not in ids and "e10" in ids  # a call of 2 July, reported on the 9th; a strike of 3 July


def test_without_a_source(case: Case) -> None:
    after = without_source(case, "tavenna-beacon")
    assert "tavenna/schools.red_line@2024-09-10" not in after.figure, "a red line known only from it is dropped"
    wide = after.figure["tavenna/schools.red_line_real@2024-09-10"]
    assert wide.distribution == "uniform(0,1)" and wide.low is None
    mixed = "merrin/guarantee/merrin-guard.consent"
    assert after.figure[mixed] == case.figure[mixed]
    assert after.digest != case.digest
    untouched = [f for f in case.figures if not f.basis.passages]
    assert untouched and all(after.figure[f.id] == f for f in untouched)
    assert without_source(case, "nobody").figures == case.figures
