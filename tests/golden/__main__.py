"""Check a file of golden rows: `python -m tests.golden FILE.csv [--inputs DIR]`.

It reads four forms, told apart by their columns: formal models (id, model, params, quantity, value, tol), settlement
domains (domain, profiles, ... with exact and peer columns), influence cases (case, model, quantity, round, value,
tolerance) and items that two sides weigh (issue, NAME_weight, NAME_weight). Prints rows passed, failed and not covered:
a row whose value is blank, or that nothing here computes, is not covered. Exit status 1 on a failure, 2 when the file
cannot be run.
"""

from __future__ import annotations

import argparse
import importlib
import math
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import tests.golden as here
from tests.golden._form import Malformed, NotCovered, Params, Row, needs, not_numbers, not_objects, params, read, refuse

Model = Callable[[Params, str], float | None]
Verdict = tuple[bool | None, str]  # passed, failed or not covered; what is to be said
Tell = Callable[[str], None]
Counts = tuple[int, int, int]


def models() -> dict[str, Model]:
    """Every model that some module of tests.golden covers, by the name in the `model` column."""
    found: dict[str, Model] = {}
    for module in pkgutil.iter_modules(here.__path__):
        if not module.name.startswith(("_", "test_")):
            found.update(getattr(importlib.import_module(f"tests.golden.{module.name}"), "MODELS", {}))
    return found


def count(verdicts: Iterable[tuple[str, Verdict]], tell: Tell = print) -> Counts:
    """(passed, failed, not covered) of named verdicts; what did not pass is told."""
    counts = [0, 0, 0]
    for name, (outcome, words) in verdicts:
        at = {True: 0, False: 1, None: 2}[outcome]
        counts[at] += 1
        if at:
            tell(f"{('', 'FAILED', 'not covered:')[at]} {name}: {words}")
    return counts[0], counts[1], counts[2]


def judged(judge: Callable[[], Verdict]) -> Verdict:
    """The verdict; one bad row must not hide the others."""
    try:
        return judge()
    except NotCovered as reason:
        return None, str(reason)
    except Exception as error:  # noqa: BLE001
        return False, f"{type(error).__name__}: {error}"


def judge_model(row: Row, model: Model | None, folders: Sequence[Path]) -> Verdict:
    """A row with model, params, quantity, value, tol."""
    if not row["value"]:
        return None, "no value is given"
    if model is None:
        return None, f"no model {row['model']!r} here"
    found = model(params(row, folders), row["quantity"])
    if found is None:
        return None, f"the model has no such quantity with {row['params']}"
    value, tolerance = float(row["value"]), float(row.get("tol") or 1e-8)
    close = abs(found - value) <= tolerance or math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12)
    return close, f"expected {value!r} within {tolerance:g}, got {found!r}; {row['params']}"


def run_models(rows: Sequence[Row], tell: Tell = print, folders: Sequence[Path] = ()) -> Counts:
    """(passed, failed, not covered) of rows of formal models, whose input files lie under `folders`."""
    known = models()
    return count(
        (
            (
                f"line {row['line']}, {row.get('id', '')} {row['model']} {row['quantity']}",
                judged(lambda row=row: judge_model(row, known.get(row["model"]), folders)),
            )
            for row in rows
        ),
        tell,
    )


def run_settlement(rows: Sequence[Row], inputs: Path, tell: Tell = print) -> Counts:
    """The same for rows of negotiation domains whose files lie under `inputs`."""
    from tests.golden.settlement import check_row

    def verdicts() -> Iterator[tuple[str, Verdict]]:
        for row in rows:
            try:
                for column, expected, got, outcome in check_row(row, inputs):
                    yield f"line {row['line']}, {row['domain']} {column}", (outcome, f"expected {expected}, got {got}")
            except Exception as error:  # noqa: BLE001 - one bad row must not hide the others
                yield f"line {row['line']}, {row['domain']}", (False, f"{type(error).__name__}: {error}")

    return count(verdicts(), tell)


def run_influence(rows: Sequence[Row], inputs: Path, tell: Tell = print) -> Counts:
    """The same for rows of influence cases whose inputs lie under `inputs`."""
    from tests.golden.influence import check_row

    def judge(row: Row) -> Verdict:
        got, outcome = check_row(row, inputs)
        return outcome, f"expected {row['value'] or 'nothing'}, got {got}"

    names = (f"line {row['line']}, {row['case']}, {row['model']}: {row['quantity']} {row['round']}" for row in rows)
    return count(((name, judged(lambda row=row: judge(row))) for name, row in zip(names, rows)), tell)


def run_items(path: Path, rows: Sequence[Row], tell: Tell = print) -> Counts:
    """The same for items that two sides weigh."""
    from tests.golden.division import check_items, weights

    return count(check_items([row["issue"] for row in rows], *weights(path, rows)), tell)


def run(path: Path, inputs: Path | None = None, tell: Tell = print) -> Counts:
    """(passed, failed, not covered) of a file of any form. Raises Malformed."""
    rows = read(path)
    columns = set(rows[0])
    if {"model", "params", "quantity", "value"} <= columns:
        refuse(not_objects(path, rows) + not_numbers(path, rows, ("value", "tol")))
        return run_models(rows, tell, (*([inputs] if inputs else []), path.parent, path.parent.parent))
    if {"domain", "profiles", "fmt", "reserve"} <= columns:
        return run_settlement(rows, needs(inputs or path.parent / "domains"), tell)
    if {"case", "model", "quantity", "round", "value", "tolerance"} <= columns:
        refuse(not_numbers(path, rows, ("tolerance",)) + not_numbers(path, rows, ("value",), only="tolerance"))
        return run_influence(rows, needs(inputs or path.parent), tell)
    if {"issue"} < columns and sum(name.endswith("_weight") for name in columns) == 2:
        return run_items(path, rows, tell)
    tell(f"no lens of winset covers rows with the columns {', '.join(sorted(columns - {'line'}))[:200]}")
    return 0, 0, len(rows)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--inputs", type=Path, help="folder of the input files that rows name")
    args = parser.parse_args(argv)
    try:
        passed, failed, uncovered = run(args.file, args.inputs)
    except Malformed as problems:
        print(problems, file=sys.stderr)
        return 2
    print(f"{args.file.name}: {passed} passed, {failed} failed, {uncovered} not covered")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
