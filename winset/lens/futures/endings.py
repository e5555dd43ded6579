"""How the end adds up, in the futures lens: events by date, kinds of endings beside those of comparable wars, and red
lines."""

from __future__ import annotations

import numpy as np

from winset.derive.war import base_rates, outcomes
from winset.derive.war.columns import structure
from winset.derive.war.lags import TEXT_LAG
from winset.lens.futures.tables import AT, DATES, Parts
from winset.lens.futures.variants import structures_told
from winset.result import Column, Table, cited
from winset.theory.base_rate import log_pool_kinds


def events(parts: Parts) -> Table:
    """The sum at each date: fighting over = text signed + ceasefire without a text yet + victory + fizzled out."""
    f, rows = parts.future, []
    for months in DATES:
        over = float(f.ended[:, f.at(months)].mean())
        text, truce, victory, fizzles = (float(x) for x in f.event[:, f.at(months)].mean(axis=0))
        rows.append(
            (months, parts.date(months), *cited(parts.basis, text, truce, victory, fizzles, over, text + truce))
        )
    columns = (
        Column("months", "Months from now", "number"), Column("date", "By", "date"),
        Column("text", "A text is signed", "share"),
        Column("truce", "A ceasefire, no text yet", "share"), Column("victory", "Victory in the field", "share"),
        Column("fizzles", "Fizzles out", "share"), Column("over", "Sum: the fighting is over", "share"),
        Column("ceasefire", "Of it: a ceasefire, with or without a text", "share"),
    )  # fmt: skip
    lags = len(TEXT_LAG)
    note = (
        "By the model alone, whatever comes first; what breaks later is not taken off. A side that cannot go on stops "
        "firing in that month and signs terms. Their text follows in the form that comparable ends had "
        f"({parts.form:.0%} an agreement, with the lag of {lags} such ends, the others a ceasefire first, with the "
        "lag of 12). Victory in the field brings no text here."
    )
    return Table("events", "Ceasefire, text and victory: how the end adds up", columns, tuple(rows), note)


def kind_shares(parts: Parts, months: float) -> dict[str, float]:
    """P(over by then, in this kind of ending); they add up to P(over)."""
    return dict(zip(outcomes.KINDS, map(float, parts.future.kind[:, parts.future.at(months)].mean(axis=0))))


def kinds(parts: Parts) -> Table:
    """How it ends within 12 months, and given that it does: model, comparable wars, pool."""
    own = kind_shares(parts, 12)
    raw = np.array([own[k] for k in base_rates.KINDS])
    model = (raw + 1e-6) / (raw + 1e-6).sum()
    found = base_rates.kinds(parts.case)
    if found:
        base = np.array(list(found.belief.values()))
        pool = log_pool_kinds(model, base, parts.weight)
        seen = list(found.shares.values())
        rows = tuple((k, *map(float, row)) for k, *row in zip(base_rates.KINDS, raw, model, seen, pool))
    else:
        rows = tuple((k, float(y), float(x), "", float(x)) for k, y, x in zip(base_rates.KINDS, raw, model))
    columns = (
        Column("kind", "Kind of ending"),
        Column("within", "Within 12 months, model", "share"),
        Column("model", "If it ends: model", "share"),
        Column("base", "Comparable wars", "share"),
        Column("pool", "Pool", "share"),
    )
    of = f"{found.words} (n = {found.n})" if found else "none, too few were over before this war began"
    note = (
        f"The first column adds up to the chance that the fighting is over within 12 months. Comparable wars: {of}. "
        f"{kinds_differ(parts)}"
    )
    return Table("kinds", "How such wars end, and how the model does", columns, rows, note)


def kinds_differ(parts: Parts) -> str:
    """Where the model's kinds of ending and those of comparable wars part, and what it may come from."""
    own, found = kind_shares(parts, 12), base_rates.kinds(parts.case)
    total = sum(own.values())
    if found is None or total < 1e-6:
        return "Nothing to set beside them."
    gaps = {k: own[k] / total - found.shares[k] for k in base_rates.KINDS}
    most = max(gaps, key=lambda k: abs(gaps[k]))
    f = parts.future
    terms = float(f.cause[:, f.at(12), 4:6].sum(axis=1).mean()) / total
    word = "more" if gaps[most] > 0 else "fewer"
    return (
        f"They differ most in endings by {most}: the model has {word} ({own[most] / total:.0%} against "
        f"{found.shares[most]:.0%}). {terms:.0%} of the model's endings are terms of a side that cannot go on; lists "
        "of wars put terms near defeat down as victories, so that its victories are too few beside theirs by up to "
        "that much."
    )


def lines(parts: Parts) -> Table:
    """The headlines under the three structures of red lines."""
    rows = []
    for told, f in parts.structures.items():
        year, two = f.at(12), f.at(AT)
        text, truce = (float(x) for x in f.event[:, year, :2].mean(axis=0))
        rows.append(
            (
                told,
                float(f.ended[:, year].mean()),
                float(f.cause[:, year, :2].sum(axis=1).mean()),
                text,
                text + truce,
                float(f.ended[:, two].mean()),
                float(f.lasting[:, two].mean()),
            )
        )
    columns = (
        Column("lines", "If"), Column("ended", "Over within 12 months", "share"),
        Column("deal", "By a deal or truce", "share"),
        Column("text", "A text signed", "share"), Column("ceasefire", "A ceasefire", "share"),
        Column("ended24", "Over within 24 months", "share"), Column("held", "Agreement in force then", "share"),
    )  # fmt: skip
    note = (
        f"On {len(next(iter(parts.structures.values())).cause)} common draws. The other tables take lines as in this "
        f"row: {structures_told()[structure()]}. Rates from lines of ended wars that stood at a date and were "
        "crossed, or not, by their owner's signature (docs/decisions/0009)."
    )
    return Table(
        "lines", "If real lines stay, wear down, or are as real as comparable lines were", columns, tuple(rows), note
    )
