"""The table and the sentence of the screening lens on what messengers' errors do to what is demanded."""

from __future__ import annotations

from collections.abc import Sequence

from winset.case import model as m
from winset.derive.types.misheard import Demanded, demanded, error
from winset.derive.types.ultimatum import Ultimatum
from winset.result import Column, Table, cited
from winset.settings import number
from winset.spoken import percent


def table(case: m.Case, ultimata: Sequence[Ultimatum]) -> Table:
    """Two rows for every pair between which the case says how well reports arrive."""
    names, rows = {a.id: a.name for a in case.actors}, []
    for u in ultimata:
        if u.heard is None:
            continue
        for how, made, wrong in (
            ("as its messengers report", demanded(u), error(u)),
            ("truly", demanded(u, truly=True), 0.0),
        ):
            plan = case.plan[made.plan].name if made.made else "none"
            told = (wrong, made.made, plan, made.often, made.refuses, made.brings)
            rows.append(cited(u.basis, f"{names[u.demander]} to {names[u.target]}", how, *told))
    columns = (
        Column("pair", "Who to whom"),
        Column("how", "Hears the target"),
        Column("error", "Error of what is heard", "number"),
        Column("made", "Makes a demand", "share"),
        Column("plan", "Most often"),
        Column("often", "Of its demands", "share"),
        Column("refuses", "The target refuses", "share"),
        Column("brings", "Brings over no deal", "number"),
    )
    note = (
        "In each draw the demander picks the plan that promises it most by what it hears the target would take at "
        "least, and none where no plan promises more than no deal; the target answers by what is true. Error: root "
        "mean square, on the target's scale. The other tables are by what the dossier says, not by what the demander "
        "hears."
    )
    return Table("misread", "What misreading the target does to a demand", columns, tuple(rows), note)


def answer(case: m.Case, ultimata: Sequence[Ultimatum]) -> tuple[str, ...]:
    """A sentence for every pair whose demands are refused more, or less, often for the error of messengers."""
    names = {a.id: a.name for a in case.actors}
    return tuple(
        f"{names[u.demander]}, picking its demands by what it hears of {names[u.target]} (error {error(u):.2f} of that "
        f"side's scale), is refused in {percent(heard.refuses)} of them; if it heard truly, in "
        f"{percent(true.refuses)}."
        for u in ultimata
        if u.heard is not None and _matters(heard := demanded(u), true := demanded(u, truly=True))
    )


def _matters(heard: Demanded, true: Demanded) -> bool:
    return abs(heard.refuses - true.refuses) >= number("screening.misread")
