"""Can the names of a case be told apart, by the programs that read its ids and by those who read the names?"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from winset.case.checker import Checker
from winset.case.text import Problems

RESERVED = ("all", "any", "case")  # they have a meaning of their own in rules and subjects
LIKE = 0.8  # as alike as `event.csv` and `events.csv`, or `lever.yaml` and `levers.yaml`


def check_names(checker: Checker) -> None:
    """Add a Problem for ids that mean something else too, and for names that are empty or stand twice."""
    case, file = checker.case, "case.yaml"
    for noun, ids in (("actor", [a.id for a in case.actors]), ("issue", [x.id for x in case.issues])):
        for i, name in enumerate(ids):
            if name in RESERVED:
                what = f"no {noun} may be called `{name}`"
                checker.say(file, (f"{noun}s", i), what, "that word has a meaning of its own in rules and Figures")
    for i, issue in enumerate(case.issues):
        if issue.id in case.actor:
            what = f"{issue.id!r} is the id of an actor and of an issue"
            checker.say(file, ("issues", i), what, "rename one: a Figure about it could mean either")
        labels = [(o.label, ("issues", i, "options", j)) for j, o in enumerate(issue.options)]
        _apart(checker, file, labels, f"label of an option of {issue.id}")
    _apart(checker, file, [(a.name, ("actors", i)) for i, a in enumerate(case.actors)], "name of an actor")
    _apart(checker, file, [(x.name, ("issues", i)) for i, x in enumerate(case.issues)], "name of an issue")
    _apart(checker, "plans.yaml", [(p.name, ("plans", i)) for i, p in enumerate(case.plans)], "name of a plan")
    _apart(checker, file, [(case.title, ("title",))], "title of the case")
    for name, patches in (("readings", case.readings), ("levers", case.levers)):
        titles = [(p.title, (name, i)) for i, p in enumerate(patches)]
        _apart(checker, f"{name}.yaml", titles, f"title of a {name[:-1]}")
    titles = [(q.title, ("questions", i)) for i, q in enumerate(case.questions)]
    _apart(checker, "questions.yaml", titles, "title of a question")


def _apart(checker: Checker, file: str, names: Iterable[tuple[str, Any]], noun: str) -> None:
    """Names that a reader can tell apart: none blank, no two alike but for capitals and spaces."""
    seen: set[str] = set()
    for name, path in names:
        plain = " ".join(name.split()).casefold()
        if not plain:
            checker.say(file, path, f"the {noun} is blank", "write one: it stands in every sentence about it")
        elif plain in seen:
            checker.say(file, path, f"the {noun} {name[:60]!r} stands twice", "name the two apart")
        seen.add(plain)


def check_files(folder: Path, known: Sequence[str], problems: Problems) -> None:
    """Add a Problem for every file whose name is that of a file of a case with a slip: it would not be read.

    levers.yml, Events.CSV; and event.csv where there is no events.csv. Other files may stand in the folder.
    """
    held = sorted(entry.name for entry in os.scandir(folder))
    stems = {name.partition(".")[0]: name for name in known}
    for name in held:
        if name in known:
            continue
        stem, _, kind = name.casefold().partition(".")
        meant = stems.get(stem) if kind in ("yaml", "yml", "csv") else None
        if meant is None and kind in ("yaml", "yml", "csv"):
            missing = [other for other in known if other not in held]
            meant = next(iter(difflib.get_close_matches(name.casefold(), missing, 1, LIKE)), None)
        if meant is not None and (meant not in held or not os.path.samefile(folder / name, folder / meant)):
            problems.add(
                name, None, f"the file is not read: a case has {meant}", f"rename it to {meant}, or move it away"
            )
