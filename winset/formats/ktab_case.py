"""A KTAB scenario as a case, and the interstate game of a case as a scenario.

Into a case: every actor is a party that signs nothing, every dimension an ordered issue from 0 to 100; capability,
position, salience and the adjustment of ideals become `capability`, `ideal`, `attention` and `accommodation`, each a
number without a range, which the file does not have. Out of a case: parties with a capability and a wish on some
ordered issue, at the modes; attention as it is where it adds up to 100 at most, else as shares of 100. An issue on
which a party has no wish gets salience 0.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from winset.case import model as m
from winset.case.check_names import RESERVED
from winset.errors import SettingError
from winset.formats.ktab import Scenario
from winset.quantile import named
from winset.terminal import clean

FIGURES = "subject quantity date low mode high distribution unit basis group note".split()
FOLLOWS = "accommodation"
ENDS = (("low-end", 0.0), ("high-end", 100.0))
POSITIONS = "actor issue quantity option date low mode high at basis group note".split()


def case_files(made: Scenario, path: Path, as_of: dt.date) -> dict[str, str]:
    """The files of a case that holds a scenario, by name. path: the file that it was read from."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    basis = f"dataset: {re.sub(r'[^A-Za-z0-9._-]', '_', path.name)} sha256 {digest} all rows"
    actors = _ids(made.actors, "actor", RESERVED)
    issues = _ids(made.dimensions, "issue", (*RESERVED, *actors))
    title = _said(made.name) or "A KTAB scenario"
    head = {
        "schema": "winset-case/1",
        "id": _ids((title,), "case")[0],
        "title": title,
        "summary": _said(made.description),
        "as_of": as_of,
        "actors": [
            {"id": a, "name": n, "level": "party", "role": "bystander", "office": _said(d)}
            for a, n, d in zip(actors, _apart(made.actors, actors), made.descriptions)
        ],
        "issues": [_issue(i, name) for i, name in zip(issues, _apart(made.dimensions, issues))],
        "scales": {},
    }
    ends = [(f"{i}/{o}", "place", x, f"judgement: An end of the scale of {i}.") for i in issues for o, x in ENDS]
    figures = [*ends, *((a, "capability", c, basis) for a, c in zip(actors, made.capability))]
    figures += [
        (f"{a}/{b}", FOLLOWS, made.accommodation[i][j], basis)
        for i, a in enumerate(actors)
        for j, b in enumerate(actors)
        if made.accommodation and (made.accommodation[i][j] or i == j)
    ]
    units = {"place": "place", "capability": "index", FOLLOWS: "share"}
    rows = [
        dict(zip(("subject", "quantity", "basis"), (s, q, b)), unit=units[q], **_exactly(x)) for s, q, x, b in figures
    ]
    places = [
        {"actor": a, "issue": i, "quantity": q, "basis": basis, **_exactly(table[k][d])}
        for k, a in enumerate(actors)
        for d, i in enumerate(issues)
        for q, table in (("ideal", made.position), ("attention", made.salience))
    ]
    lists = {"plans.yaml": "plans", "sources.yaml": "sources"}
    return {
        "case.yaml": _yaml(head),
        **{name: f"{key}: []\n" for name, key in lists.items()},
        "figures.csv": _table(FIGURES, rows),
        "positions.csv": _table(POSITIONS, places),
        "passages.csv": "id,source,start,end,sha256,before,after,attribution,speaker,gist\n",
    }


def _yaml(data: dict[str, Any]) -> str:
    out, writer = io.StringIO(), YAML()
    writer.width = 120
    writer.dump(data, out)
    return out.getvalue()


def _issue(issue: str, name: str) -> dict[str, Any]:
    return {
        "id": issue,
        "name": name,
        "question": f"{name}: from 0 to 100",
        "kind": "scale",
        "options": [{"id": o, "label": f"{x:.0f} on its scale"} for o, x in ENDS],
        "status_quo": ENDS[0][0],
    }


def _exactly(value: float) -> dict[str, str]:
    return dict.fromkeys(("low", "mode", "high"), f"{value:.10g}")


def _said(text: str) -> str:
    return " ".join(clean(text).split())


def _apart(names: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Names that a reader can tell apart: a blank one is its id, and one alike another is said with it."""
    said = [_said(name) for name in names]
    often = Counter(name.casefold() for name in said)
    return [i if not n else f"{n} ({i})" if often[n.casefold()] > 1 else n for n, i in zip(said, ids)]


def _ids(names: Sequence[str], kind: str, taken: Sequence[str] = ()) -> list[str]:
    """Ids that a case takes, each once, and none that is taken."""
    made: list[str] = []
    for k, name in enumerate(names, start=1):
        own = re.sub(r"[^a-z0-9]+", "-", _said(name).lower().encode("ascii", "ignore").decode()).strip("-")[:40]
        stem = own if own and own[0].isalpha() else f"{kind}-{own or k}"
        found, again = stem, 2
        while found in made or found in taken:
            found, again = f"{stem}-{again}", again + 1
        made.append(found)
    return made


def _table(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def scenario_of(case: m.Case) -> tuple[Scenario, list[str]]:
    """The interstate game of a case, at the modes, and what was left out, in words.

    Raises SettingError where there is no ordered issue on which two parties have a wish, capability and attention.
    """
    have = {f.key: f for f in case.figures}
    issues = [i for i in case.issues if i.kind == "scale"]
    held: dict[str, tuple[float, list[float], list[float]]] = {}
    left = [f"unordered issues: {', '.join(i.name for i in case.issues if i.kind != 'scale')}"]
    left = left if len(issues) < len(case.issues) else []
    for actor in (a for a in case.actors if a.level == "party"):
        known = [i for i in issues if {f"{actor.id}/{i.id}.{q}" for q in ("ideal", "attention")} <= set(have)]
        power = _mode(have, f"{actor.id}.capability") if f"{actor.id}.capability" in have else 0.0
        wish = [_mode(have, f"{actor.id}/{i.id}.ideal") if i in known else float("nan") for i in issues]
        care = [_mode(have, f"{actor.id}/{i.id}.attention") if i in known else 0.0 for i in issues]
        if power > 0 and sum(care) > 0:
            held[actor.id] = power, wish, care
        else:
            left.append(f"{actor.name}: no capability, or no ordered issue with a wish and attention")
    if len(held) < 2:
        raise SettingError(
            f"{case.id}: two parties with capability, attention and a wish on an ordered issue are needed"
        )
    used = [d for d in range(len(issues)) if any(care[d] > 0 for _, _, care in held.values())]
    middle = np.nanmean([[wish[d] for d in used] for _, wish, _ in held.values()], axis=0)
    position, salience = [], []
    for _, wish, care in held.values():
        total = max(1.0, sum(care) / 100.0)
        position.append(tuple(float(middle[k]) if np.isnan(wish[d]) else wish[d] for k, d in enumerate(used)))
        salience.append(tuple(_floor(care[d] / total) for d in used))
    made = Scenario(
        name=case.title,
        description=case.title,
        dimensions=tuple(issues[d].name for d in used),
        actors=tuple(case.actor[a].name for a in held),
        descriptions=tuple(case.actor[a].role for a in held),
        capability=tuple(power for power, _, _ in held.values()),
        position=tuple(position),
        salience=tuple(salience),
        accommodation=_accommodation(have, list(held)),
    )
    few = ["fewer than three actors: the program takes no fewer"] if len(held) < 3 else []
    return made, [*left, *few]


def _accommodation(have: dict[str, m.Figure], actors: list[str]) -> tuple[tuple[float, ...], ...]:
    """How far each one's ideal follows each one's position; empty where no number says. An actor of whom none does
    keeps to its own."""
    told = [[_mode(have, key) if (key := f"{a}/{b}.{FOLLOWS}") in have else None for b in actors] for a in actors]
    if all(x is None for row in told for x in row):
        return ()
    own = [[float(i == j) for j in range(len(actors))] for i in range(len(actors))]
    rows = [[x or 0.0 for x in row] if any(x is not None for x in row) else keep for row, keep in zip(told, own)]
    return () if rows == own else tuple(map(tuple, rows))


def _floor(x: float) -> float:
    """Eight decimals, never up: shares must not add up to more than 100."""
    return float(np.floor(x * 1e8 + 1e-4) / 1e8)


def _mode(have: dict[str, m.Figure], key: str) -> float:
    """The mode of a Figure, the median of a named distribution."""
    figure = have[key]
    if figure.at:
        return _mode(have, f"{figure.subject[1]}/{figure.at}.place")
    if figure.distribution:
        return float(named(figure.distribution, np.array([0.5]))[0])
    return figure.numbers[1]
