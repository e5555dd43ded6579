"""Every quantity at the least and the most it may be: each lens answers in finite numbers, or the dossier is at fault.

Warnings are errors here as everywhere, so a division by 0 or a NaN on the way fails. Of a quantity one Figure is set,
then all of them at once.
"""

from __future__ import annotations

import pytest

from tests.case.broken import copy, said
from tests.cases import NAMES, case
from tests.property.trials import look
from winset.arrays import Study
from winset.case import model as m
from winset.case.check_figures import LARGEST_NUMBER
from winset.case.patch import apply, as_of
from winset.errors import DossierError
from winset.lens import LENSES
from winset.units import quantities

# what once passed the loader and then failed in a lens: the quantity, which of its bounds, the lens
ONCE = [
    ("prior_strength", "low", "futures"),
    ("decisive_rate", "low", "futures"),
    ("deal_breaks", "high", "futures"),
    ("hypothesis_prior", "low", "screening"),
    ("endurance", "low", "endurance"),
    ("war_spending", "low", "endurance"),
    ("aid", "low", "endurance"),
    ("threat_size", "low", "screening"),
    ("no_deal", "high", "settlement"),
]
PAIRS = [(d, q) for d in NAMES for q in sorted({f.quantity for f in case(d).figures})]


def bound(quantity: str, which: str) -> float:
    """The least or the most that the loader takes."""
    found = quantities()[quantity]
    return max(found.low, -LARGEST_NUMBER) if which == "low" else min(found.high, LARGEST_NUMBER)


def patched(whole: m.Case, ids: list[str], value: float) -> m.Case:
    change = {i: m.Change(low=value, mode=value, high=value) for i in ids}
    return apply(whole, m.Patch(id="trial", title="a trial", basis="judgement: a trial", set=change))


def in_force(whole: m.Case, quantity: str) -> list[str]:
    """Ids of the Figures of a quantity that hold at the case's date and take numbers."""
    held = as_of(whole, whole.as_of).figures
    return [f.id for f in held if f.quantity == quantity and (f.mode is not None or f.at or f.distribution)]


def looked(changed: m.Case, name: str) -> None:
    look(Study(changed, changed.as_of, draws=8, seed=3), name)


@pytest.mark.parametrize("quantity,which,name", ONCE)
def test_what_once_failed_is_answered_or_refused(quantity, which, name):
    whole = case("harbour") if in_force(case("harbour"), quantity) else case("ukraine-2025")
    looked(patched(whole, in_force(whole, quantity), bound(quantity, which)), name)


@pytest.mark.slow
@pytest.mark.parametrize("dossier,quantity", PAIRS)
def test_every_quantity_at_its_bounds(dossier, quantity):
    whole = case(dossier)
    ids = in_force(whole, quantity)
    trials = [(chosen, which) for which in ("low", "high") for chosen in ([ids[:1], ids] if len(ids) > 1 else [ids])]
    for chosen, which in trials if ids else ():
        try:
            changed = patched(whole, chosen, bound(quantity, which))
            for name in LENSES:
                looked(changed, name)
        except DossierError as error:  # told to the user with the place: two Figures that do not go together
            assert error.problems and all(p.what and p.remedy for p in error.problems)


@pytest.mark.parametrize("quantity", ["endurance", "decisive_rate", "prior_strength", "hypothesis_prior", "forts"])
def test_nothing_where_something_is_needed_is_refused_at_its_line(tmp_path, quantity):
    """A quantity that a lens divides by: 0 is refused with file, line and what to give instead."""
    folder = copy(tmp_path)
    text = (folder / "figures.csv").read_text(encoding="utf-8")
    line, row = next((i, r) for i, r in enumerate(text.splitlines(), 1) if r.split(",")[1] == quantity)
    subject, _, date, _, _, _, *rest = row.split(",")
    (folder / "figures.csv").write_text(text.replace(row, ",".join([subject, quantity, date, "0", "0", "0", *rest])))
    problem = said(folder, "low 0 is outside", "figures.csv")
    assert problem.line == line and f"give at least {quantities()[quantity].low:g}" in problem.remedy


def test_a_party_that_attends_to_no_issue_is_named(tmp_path):
    folder = copy(tmp_path)
    lines = (folder / "positions.csv").read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("low")
    first = 0
    for i, row in enumerate(lines):
        cells = row.split(",")
        if cells[0] == "sarrow" and cells[2] == "attention":
            cells[at : at + 3] = ["0", "0", "0"]
            lines[i], first = ",".join(cells), first or i + 1
    (folder / "positions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    problem = said(folder, "sarrow attends to no issue", "positions.csv")
    assert problem.line and problem.remedy == "give the issues that matter to it more than 0"
    assert lines[problem.line - 1].startswith("sarrow,") and ",attention," in lines[problem.line - 1]


def test_a_patch_that_takes_all_attention_away_is_refused():
    whole = case("harbour")
    ids = [i for i in in_force(whole, "attention") if i.startswith("sarrow/")]
    with pytest.raises(DossierError, match="sarrow attends to no issue"):
        patched(whole, ids, 0.0)
    assert patched(whole, ids[:1], 0.0)
