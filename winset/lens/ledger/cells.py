"""Columns of a table in one line of text, for lenses with many tables."""

from __future__ import annotations

from typing import cast

from winset.result import CellKind, Column


def columns(text: str) -> tuple[Column, ...]:
    """`key=Label` or `key=Label=kind`, parted by semicolons.

    >>> [(c.key, c.label, c.kind) for c in columns("who=Speaker; n=Accounts=number")]
    [('who', 'Speaker', 'text'), ('n', 'Accounts', 'number')]
    """
    made = []
    for piece in text.split(";"):
        key, label, kind = [*(part.strip() for part in piece.split("=")), "text"][:3]
        made.append(Column(key, label, cast(CellKind, kind)))
    return tuple(made)
