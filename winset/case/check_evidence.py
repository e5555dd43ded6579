"""Does evidence.csv hold together: acts, the hypotheses they bear on, and what a model is to look at."""

from __future__ import annotations

from winset.case import model as m
from winset.case.checker import Checker

FILE = "evidence.csv"


def check_evidence(checker: Checker) -> None:
    """Add a Problem for every act, ratio and reference that does not hold, and for hypotheses about nobody."""
    case, lines = checker.case, [row.line for row in checker.rows[FILE]]
    told = _hypotheses(checker)
    if len(lines) != len(case.evidence) or not told.keys() <= case.actor.keys():
        return  # rows that are no records, or hypotheses about nobody, have been told already
    first: dict[str, tuple[int, m.Evidence]] = {}
    ratios: dict[str, set[str]] = {}
    for line, item in zip(lines, case.evidence):
        checker.basis(FILE, line, item.basis)
        checker.known(FILE, line, [item.actor], told, "actor with hypotheses")
        start = first.setdefault(item.id, (line, item))[1]
        if (start.date, start.actor, start.kind, start.group) != (item.date, item.actor, item.kind, item.group):
            checker.say(FILE, line, f"the rows of {item.id} differ in date, actor, kind or group", "it is one act")
        if item.kind == "elicited":
            if item.actor in told:
                rivals = told[item.actor][1:]
                checker.known(FILE, line, [item.hypothesis or ""], rivals, f"rival hypothesis of {item.actor}")
            ratios.setdefault(item.id, set()).add(item.hypothesis or "")
        else:
            _reference(checker, line, item)
            if item.hypothesis or start is not item:
                what = f"{item.id} is computed for all hypotheses"
                checker.say(FILE, line, what, "write one row without a hypothesis")
    for name, given in ratios.items():
        line, item = first[name]
        missing = sorted(set(told.get(item.actor, [])[1:]) - given)
        if missing:
            what = f"{name} has no ratio for {', '.join(missing)}"
            checker.say(FILE, line, what, "give every rival; 1 says that the act does not tell")


def _hypotheses(checker: Checker) -> dict[str, list[str]]:
    """The ids of the hypotheses about each actor, the leading one first."""
    told: dict[str, list[str]] = {}
    for x in checker.case.hypotheses:
        checker.known("case.yaml", ("hypotheses",), [x.actor], checker.case.actor, "actor")
        if x.id in told.setdefault(x.actor, []):
            what = f"the hypothesis {x.id!r} of {x.actor} stands twice"
            checker.say("case.yaml", ("hypotheses",), what, "keep one")
        told[x.actor].append(x.id)
    return told


def _reference(checker: Checker, line: int, item: m.Evidence) -> None:
    """What a model is to look at: a package, and for a deadline the event that set it."""
    case, package = checker.case, False
    if item.actor in case.actor and not case.actor[item.actor].signs:
        what = f"{item.actor} does not sign: what a deal is worth to it is unknown"
        checker.say(FILE, line, what, "use `elicited`")
    deadline = shift = False
    for word in item.ref:
        kind, colon, name = word.partition(":")
        issue, equal, options = word.partition("=")
        if colon and kind == "plan":
            checker.known(FILE, line, [name], case.plan, "plan")
            package = True
        elif colon and kind == "event":
            checker.known(FILE, line, [name], case.event, "event")
            deadline = name in case.event and case.event[name].kind == "deadline_set"
        elif equal:
            checker.known(FILE, line, [issue], case.issue, "issue")
            package, shift = True, shift or ">" in options
            if issue in case.issue:
                checker.known(FILE, line, options.split(">"), case.issue[issue].option_ids, "option", issue)
        else:
            what = f"cannot read the reference {word[:60]!r}"
            checker.say(FILE, line, what, "write plan:ID, ISSUE=OPTION or event:ID")
    if not package:
        checker.say(FILE, line, f"{item.id} names no package", "add plan:ID or ISSUE=OPTION to `ref`")
    if (item.kind == "deadline_ignored") != deadline:
        what = f"{item.kind} and a deadline do not go together" if deadline else "no deadline named"
        checker.say(FILE, line, what, "event:ID of its deadline_set")
    if (item.kind == "red_line_shifted") != shift:
        checker.say(FILE, line, "a shift is written ISSUE=BEFORE>AFTER", "and only with red_line_shifted")
