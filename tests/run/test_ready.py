"""`verify` refuses what `run` refuses: other dates, several patches, levers after patches, a record that no draw
fits."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.case.broken import copy
from tests.case.broken import replace as edit
from tests.cases import NAMES, case
from tests.test_cli import good, refused
from winset.case import model as m
from winset.case.check_scales import in_force, upside_down
from winset.case.earlier import earlier
from winset.case.patch import as_of
from winset.errors import DossierError
from winset.lens import LENSES
from winset.run import look, study
from winset.run.ready import ready

BASIS = "judgement: a trial"
EARLY = "sarrow,harbour,ideal,,2024-02-10,,,,sarrow-rule,"
HALVES = [
    ("harbour", "fleet", "canal"),
    ("guarantee", "schools", "repair"),
]


def exchanged(tmp_path: Path) -> Path:
    """The harbour in which Sarrow, until May, would have had the harbour run by Tavenna."""
    folder = copy(tmp_path)
    late = f'{EARLY.replace("2024-02-10", "2024-05-01")}"{BASIS}",,\n'
    edit(folder, "positions.csv", EARLY, late + EARLY.replace("sarrow-rule", "tavenna-rule"))
    return folder


def patch_file(folder: Path, name: str, sets: dict[str, dict[str, float]]) -> Path:
    text = json.dumps({"id": name, "title": name, "kind": "lever", "basis": BASIS, "set": sets})  # JSON is YAML
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{name}.yaml"


def nothing(issues: tuple[str, ...]) -> dict[str, dict[str, float]]:
    ids = [f"sarrow/{issue}.attention" for issue in issues]
    held = {f.key: f.id for f in case("harbour").figures}
    return {held[key]: {"low": 0, "mode": 0, "high": 0} for key in ids}


@pytest.mark.parametrize("date", ["2024-10-02", "2030-01-01", "1700-01-01"])
def test_a_date_that_no_run_takes(date: str) -> None:
    told = refused("verify", "cases/harbour", "--as-of", date)
    assert told == refused("run", "cases/harbour", "--as-of", date, "--json")
    assert date in told


def test_an_earlier_date_at_which_a_criterion_measures_nothing(tmp_path: Path) -> None:
    folder = exchanged(tmp_path)
    what = "the victory of sarrow-harbour is worth no more to sarrow than its defeat"
    told = good("verify", folder).stdout
    assert f"warning: criteria.yaml: {what}, by the Figures of 2024-02-10 to 2024-04-10" in told
    assert "a run as of such a date is refused" in told
    early = ("--as-of", "2024-04-15", "--draws", 8)
    by_run, by_verify = (
        refused("run", folder, *early, "--json", "--lens", "scorecard", "--no-store"),
        refused("verify", folder, *early),
    )
    assert by_run == by_verify and f"as of 2024-04-15 {what} -> exchange its two options" in by_run
    good("verify", folder, "--as-of", "2024-06-01")


def test_an_earlier_date_at_which_scales_measure_nothing() -> None:
    """Sarrow and Tavenna with each other's ideals until the twentieth of September: both are told at once."""
    whole, first, last = case("harbour"), dt.date(2024, 9, 1), dt.date(2024, 9, 20)
    asks = {"sarrow": whole.plan["tavenna-terms"].clauses, "tavenna": whole.plan["sarrow-terms"].clauses}
    own = [f for f in in_force(whole).values() if f.subject[0] in asks and f.quantity == "ideal"]
    moved = [
        replace(
            f, id=f"{f.key}@{first}", date=first, at=asks[f.subject[0]][f.subject[1]].option, low=None, mode=None,
            high=None
        )
        for f in own
    ]  # fmt: skip
    kept = [replace(f, id=f"{f.key}@{last}", date=last) if f in own else f for f in whole.figures]
    made = replace(whole, figures=(*kept, *moved), scorecard=None, digest=whole.digest + "moved")
    day = dt.date(2024, 9, 10)
    assert not list(upside_down(made)) and len(list(upside_down(as_of(made, day)))) == 2
    one, other = earlier(made)
    assert "the victory package of sarrow is worth no more to it than its defeat" in one.what
    assert f"by the Figures of {first} to " in one.what and "tavenna" in other.what
    assert set(ready(study(made, draws=16))) == {"scorecard"}
    early = study(made, as_of=day, draws=16)
    with pytest.raises(DossierError) as caught:
        ready(early)
    told = [p.what for p in caught.value.problems]
    assert told == [f"as of {day} the victory package of {p} is worth no more to it than its defeat" for p in asks]
    with pytest.raises(DossierError) as by_run:
        look(early, ["settlement"])
    assert {p.what for p in by_run.value.problems} <= set(told)


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_dossiers_can_be_asked_as_of_any_date(name: str) -> None:
    assert earlier(case(name)) == ()


def test_two_patches_that_the_case_takes_one_by_one(tmp_path: Path) -> None:
    files = [patch_file(tmp_path, f"half-{k}", nothing(issues)) for k, issues in enumerate(HALVES)]
    for file in files:
        good("verify", "cases/harbour", "--patch", file)
    both = ("--patch", files[0], "--patch", files[1])
    told = refused("verify", "cases/harbour", *both)
    assert "patch half-1: sarrow attends to no issue" in told
    assert told == refused("run", "cases/harbour", *both, "--json")


def test_a_lever_that_the_case_cannot_take_after_a_patch(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    own = (
        f'levers:\n  - {{id: calm, title: Calm, kind: lever, basis: "{BASIS}", set: {{sarrow.no_deal: {{high: '
        "0.9}}}\n"
    )
    edit(folder, "levers.yaml", "levers:\n", own)
    good("verify", folder)
    file = patch_file(tmp_path, "firm", {"sarrow.no_deal": {"low": 0.93, "mode": 0.95, "high": 0.97}})
    told = refused("verify", folder, "--patch", file)
    assert "levers.yaml: sarrow.no_deal: low 0.93 <= mode 0.95 <= high 0.9 does not hold" in told
    assert "in the lever calm after firm -> change one of them" in told
    by_run = refused(
        "run", folder, "--patch", file, "--draws", 8, "--json", "--lens", "futures", "--no-store", "--workers", 1
    )
    assert "patch calm: sarrow.no_deal: low 0.93 <= mode 0.95 <= high 0.9 does not hold" in by_run


def test_a_record_that_no_draw_fits(tmp_path: Path) -> None:
    """Sarrow refuses on one day the very clauses that it accepts, and neither is ever tactical."""
    folder = copy(tmp_path)
    text = (folder / "plans.yaml").read_text(encoding="utf-8").replace("response: refused", "response: not_accepted")
    note = text[text.index("  - id: merrin-winter-note") :]
    twin = note[: note.index("\n      - {actor: tavenna")].replace("merrin-winter-note", "twin-note")
    twin = twin.replace("name: Merrin's note", "name: A twin of the note").replace(
        "response: accepted", "response: refused"
    )
    (folder / "plans.yaml").write_text(f"{text.rstrip()}\n{twin}\n", encoding="utf-8")
    rows = [f'{kind},tactical,,0,0,0,,probability,"{BASIS} of {kind}",,\n' for kind in ("accepted", "refused")]
    with (folder / "figures.csv").open("a", encoding="utf-8") as table:
        table.writelines(rows)
    told = refused("verify", folder, "--draws", 16)
    assert "No draw fits these answers together:" in told
    assert "Sarrow on “Merrin's note for the winter”: accepted it" in told
    assert "Sarrow on “A twin of the note for the winter”: refused it" in told and "plans.yaml:" in told
    by_run = refused("run", folder, "--draws", 16, "--json", "--lens", "settlement", "--no-store", "--workers", 1)
    assert by_run == told


def test_verify_says_what_every_lens_lacks_as_of_the_date() -> None:
    told = json.loads(good("verify", "cases/harbour", "--as-of", "2024-02-15", "--json").stdout)
    found = look(study(case("harbour"), as_of=dt.date(2024, 2, 15), draws=8))
    silent = [r.lens for r in found if r.answer[0].startswith("Nothing can be said")]
    assert sorted(told["lacks"]) == sorted(silent) and silent and len(silent) < len(LENSES)


def test_a_patch_of_one_reading_is_weighed_by_the_record() -> None:
    """A reading is part of what is weighed: ready asks the patched case, not the case as it stands."""
    change = {f"{kind}.tactical": m.Change(low=0, mode=0, high=0) for kind in ("accepted", "refused")}
    certain = m.Patch(id="certain", title="certain", kind="reading", basis=BASIS, set=change)
    assert ready(study(case("harbour"), draws=8, patches=[certain])) == {}
