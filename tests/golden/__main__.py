"""Check a file of golden rows: `python -m tests.golden FILE.csv [--inputs DIR]`.

It reads three forms, told apart by their columns: formal models (id, model, params, quantity, value, tol),
settlement domains (domain, profiles, ... with exact and peer columns) and influence cases (case, model, quantity, round, value, tolerance). Prints
rows passed, failed and not covered; exit status 1 on a failure, 2 when the file cannot be read.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import math
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path

import tests.golden as here

Model = Callable[[dict, str], float | None]


def models() -> dict[str, Model]:
    """Every model that some module of tests.golden covers, by the name in the `model` column."""
    found: dict[str, Model] = {}
    for module in pkgutil.iter_modules(here.__path__):
        if not module.name.startswith("_"):
            found.update(getattr(importlib.import_module(f"tests.golden.{module.name}"), "MODELS", {}))
    return found


def run_models(rows: list[dict[str, str]], tell: Callable[[str], None] = print) -> tuple[int, int, int]:
    """(passed, failed, not covered) of rows with model, params, quantity, value, tol."""
    known, counts = models(), [0, 0, 0]
    for row in rows:
        name = f"{row.get('id', '?')} {row['model']} {row['quantity']}"
        model = known.get(row["model"])
        try:
            value = model(json.loads(row["params"] or "{}"), row["quantity"]) if model else None
        except Exception as error:  # noqa: BLE001 - one bad row must not hide the others
            counts[1] += 1
            tell(f"FAILED {name}: {type(error).__name__}: {error}")
            continue
        if value is None:
            counts[2] += 1
            tell(f"not covered: {name}")
            continue
        expected, tolerance = float(row["value"]), float(row["tol"] or 1e-8)
        close = abs(value - expected) <= tolerance or math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
        counts[0 if close else 1] += 1
        if not close:
            tell(f"FAILED {name}: expected {expected!r} within {tolerance:g}, got {value!r}; {row['params']}")
    return counts[0], counts[1], counts[2]


def run_settlement(
    rows: list[dict[str, str]], inputs: Path, tell: Callable[[str], None] = print
) -> tuple[int, int, int]:
    """The same for rows of negotiation domains whose files lie under `inputs`."""
    from tests.golden.settlement import check_row

    counts = [0, 0, 0]
    for row in rows:
        for column, expected, got, outcome in check_row(row, inputs):
            at = {True: 0, False: 1, None: 2}[outcome]
            counts[at] += 1
            if at:
                word = ("", "FAILED", "not covered:")[at]
                tell(f"{word} {row['domain']} {column}: expected {expected}, got {got}")
    return counts[0], counts[1], counts[2]


def run_influence(
    rows: list[dict[str, str]], inputs: Path, tell: Callable[[str], None] = print
) -> tuple[int, int, int]:
    """The same for rows of influence cases whose inputs lie under `inputs`."""
    from tests.golden.influence import check_row

    counts = [0, 0, 0]
    for row in rows:
        name = f"{row['case']}, {row['model']}: {row['quantity']} {row['round']}"
        try:
            got, outcome = check_row(row, inputs)
        except Exception as error:  # noqa: BLE001 - one bad row must not hide the others
            counts[1] += 1
            tell(f"FAILED {name}: {type(error).__name__}: {error}")
            continue
        at = {True: 0, False: 1, None: 2}[outcome]
        counts[at] += 1
        if at:
            tell(f"{('', 'FAILED', 'not covered:')[at]} {name}: expected {row['value']}, got {got}")
    return counts[0], counts[1], counts[2]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--inputs", type=Path, help="folder of the input files that rows name")
    args = parser.parse_args(argv)
    try:
        rows = list(csv.DictReader(args.file.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        print(f"cannot read {args.file}: {error}", file=sys.stderr)
        return 2
    columns = set(rows[0]) if rows else set()
    if {"model", "params", "quantity", "value"} <= columns:
        passed, failed, uncovered = run_models(rows)
    elif {"domain", "profiles"} <= columns:
        passed, failed, uncovered = run_settlement(rows, args.inputs or args.file.parent / "domains")
    elif {"case", "model", "quantity", "value", "tolerance"} <= columns:
        passed, failed, uncovered = run_influence(rows, args.inputs or args.file.parent)
    else:
        passed, failed, uncovered = 0, 0, len(rows)
        print(f"no lens of winset covers rows with the columns {', '.join(sorted(columns))[:200]}")
    print(f"{args.file.name}: {passed} passed, {failed} failed, {uncovered} not covered")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
