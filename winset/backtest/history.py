"""The scored history that ships with winset: what the weights of a pool are fitted on beside the cases that are given.

`history.csv` holds the counted questions of replayed wars, one a row, with the digest of the case that they were
replayed from. It is written by `winset backtest CASE... --history FILE` and holds wars that were fought, not invented
ones. Cases stand in it by a digest of their id and clusters by number, as what happened in which war is no matter of
the program. A case is never weighed by its own rows. What the dossier of an ended war says of its end is left out: it
stops before that end, so that its answer is always no.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from winset.backtest.questions import Answer, Asked
from winset.backtest.replay import Replay, Scored

COLUMNS = ("case", "digest", "template", "cluster", "model", "base", "nothing", "yes")
NO_DAY = dt.date(1, 1, 1)
ENDS = ("the fighting ends", "a question of the case")  # no answer: templates that may be about the end of a war


def told(replay: Replay, over: Collection[str] = ()) -> str:
    """The counted questions of a replay as a table. over: cases of ended wars, cut before their end."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(COLUMNS)
    number = {cluster: i for i, cluster in enumerate(dict.fromkeys(replay.clusters), 1)}
    for q in replay.counted:
        if q.case in over and q.asked.template in ENDS:
            continue
        chances = [f"{q.chance(s):.4f}" for s in ("model", "base", "nothing")]
        names = (name_of(q.case), q.id.split("@")[2], q.asked.template, number[q.cluster])
        write.writerow((*names, *chances, int(q.answer.state == "yes")))
    return out.getvalue()


def name_of(case: str) -> str:
    """How a case stands in the history."""
    return hashlib.sha256(case.encode()).hexdigest()[:12]


@cache
def _all() -> tuple[Scored, ...]:
    text = files("winset.backtest").joinpath("history.csv").read_text(encoding="utf-8")
    return tuple(_scored(row) for row in csv.DictReader(text.splitlines()))


def _scored(row: dict[str, str]) -> Scored:
    asked = Asked(
        row["template"], "", "", NO_DAY, NO_DAY, row["cluster"], "", float(row["model"]), 0.0, float(row["nothing"])
    )
    return Scored(row["case"], "", asked, Answer("yes" if row["yes"] == "1" else "no", ""), float(row["base"]))


def besides(cases: Collection[str]) -> tuple[Scored, ...]:
    """The history of all cases but these."""
    own = {name_of(case) for case in cases}
    return tuple(q for q in _all() if q.case not in own)
