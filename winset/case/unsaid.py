"""What a case leaves unsaid and a default decides: warnings of `verify` and of the report."""

from __future__ import annotations

from collections.abc import Iterator

from winset.case import model as m
from winset.case.defaults import is_default
from winset.errors import Problem
from winset.spoken import listed

FIGURES = "figures.csv"


def unsaid(case: m.Case) -> tuple[Problem, ...]:
    """A warning for every place where a default stands in that may move an answer."""
    return (*_kinds(case), *_open_issues(case), *_of_war(case), *_defaults(case))


def _kinds(case: m.Case) -> Iterator[Problem]:
    for file, name in case.kindless:
        what = f"the patch {name} does not say whether it is a reading or a lever"
        yield Problem(file, None, what, f"add `kind: {'lever' if file == 'levers.yaml' else 'reading'}`, or the other")


def open_issues(case: m.Case) -> list[tuple[str, str]]:
    """(party, issue) with a red line on an issue that may be left open, where no `line_slips` says whether that
    breaches it."""
    have = {f.key for f in case.figures}
    lines = {f.subject[:2] for f in case.figures if f.quantity == "red_line"}
    truce = any(f.quantity == "truce_clause" for f in case.figures)
    return [
        (party.id, issue.id)
        for party in sorted(case.signatories, key=lambda a: a.id)
        for issue in sorted(case.issues, key=lambda i: i.id)
        if (issue.deferrable or truce)
        and (party.id, issue.id) in lines
        and not {f"{party.id}/{issue.id}.line_slips", f"{party.id}/all.line_slips"} & have
    ]


def _open_issues(case: m.Case) -> Iterator[Problem]:
    parties: dict[str, list[str]] = {}
    for party, issue in open_issues(case):
        parties.setdefault(party, []).append(f"“{case.issue[issue].name}”")
    for party, issues in parties.items():
        what = (
            f"{case.actor[party].name} has red lines on {listed(issues)}, and no Figure says whether a deferral or a "
            "truce that leaves them open breaches them: taken as a breach"
        )
        yield Problem(FIGURES, None, what, f"add {party}/ISSUE,line_slips or {party}/all,line_slips (0 to 1)")


def _of_war(case: m.Case) -> Iterator[Problem]:
    have = {f.key for f in case.figures}
    told = {
        "front": "the front is taken from the worth of the present state on the two scales",
        "talk_months": "the share of months with talks is counted from the contacts on record",
    }
    for name, instead in told.items():
        if case.war is not None and f"case.{name}" not in have:
            yield Problem(FIGURES, None, f"No Figure case.{name}: {instead}", f"add case,{name}")


def _defaults(case: m.Case) -> Iterator[Problem]:
    names = sorted(f.id for f in case.figures if is_default(f))
    if names:
        what = f"Defaults of winset stand in for {', '.join(names)}"
        yield Problem(FIGURES, None, what, "give them with a basis of your own where you can")
