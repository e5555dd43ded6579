"""The dated questions of the dossier, with the chance of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winset.derive.paths.dated_questions import Asked
from winset.lens.futures.tables import Parts
from winset.result import Column, Table, cited
from winset.settings import whole
from winset.theory.base_rate import log_pool


def rests_on(parts: Parts, asked: Asked) -> tuple[str, ...]:
    """The Figures that the answer to a question rests on; none where it comes from the record alone."""
    return (*dict.fromkeys((*parts.basis, *parts.paths)), *asked.basis) if asked.war else asked.basis


def questions(parts: Parts, asked: Sequence[Asked]) -> Table:
    rows, paths = [], whole("paths.paths")
    even = 0.5 / paths  # half a path, so that no path or every path is not taken for certainty
    for a in asked:
        foreseen = "; ".join(f"{f.source}: {f.stance}" for f in a.question.foreseen) or "nothing said"
        pool: float | str = ""
        if a.model is not None and a.base is not None:
            pool = float(log_pool(np.clip(a.model, even, 1 - even), a.base, parts.weight))
        said = "" if a.model is not None else "cannot be said: "
        model, *pooled = cited(rests_on(parts, a), a.model if a.model is not None else "", pool)
        rows.append(
            (
                a.question.title,
                a.question.resolve_by.isoformat(),
                model,
                a.base if a.base is not None else "",
                *pooled,
                foreseen,
                said + a.why,
            )
        )
    columns = (
        Column("question", "Question"), Column("by", "By", "date"), Column("model", "Model", "share"),
        Column("base", "Base rate", "share"), Column("pool", "Pool", "share"),
        Column("foreseen", "What the authors foresaw"), Column("why", "How"),
    )  # fmt: skip
    return Table(
        "questions",
        "Questions with a date",
        columns,
        tuple(rows),
        f"Model: share of {paths:,} simulated paths, the same for all questions and each beginning with the record, "
        "that resolve yes by the question's own rule; 0 or 1 where the record has decided.",
    )
