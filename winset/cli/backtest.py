"""`winset backtest`, `winset forecast`, `winset resolve`: the past replayed, and a public record kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.run import _progress
from winset.cli.settable import settable
from winset.terminal import say, say_json


@click.command()
@settable
@click.argument("cases", nargs=-1, required=True, type=FOLDER)
@click.option(
    "--every", type=click.IntRange(1, 365), help="Days between the dates asked. Default: the setting backtest.every."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def backtest(cases: tuple[Path, ...], every: int | None, seed: int, as_json: bool) -> None:
    """Replay the past of CASES: ask at many dates, forecast from what was known then, score on what came later.

    Recurring questions are made from a dossier's own record: an act within days, a day above the record of a series, a
    deadline carried out, a position that moves, an end of the fighting; and its own questions whose date has passed. Each
    is scored beside a base rate, "nothing changes", "as in the window before" and one half.

    \b
        winset backtest my-case
        winset backtest my-case other-case --json
    """
    from winset.backtest.record import numbers, record, result
    from winset.backtest.replay import joined, replay
    from winset.backtest.standing import own
    from winset.case.load import load

    with _progress(not as_json) as progress:
        found = record(
            joined([replay(load(c), every=every, seed=seed, progress=progress, others=own) for c in cases]), seed
        )
    if as_json:
        say_json(numbers(found), indent=1)
        return
    from rich.console import Console

    from winset.report.text import print_table

    made = result(found)
    for sentence in made.answer:
        say(sentence)
    console = Console()
    for key in ("scores", "slices", "bins"):
        if any(t.key == key for t in made.tables):
            print_table(made.table(key), console)


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--record", "file", type=FOLDER, required=True, help="The record, an append-only file of lines.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Forecast from what was known on this date.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def forecast(case: Path, file: Path, as_of: Any, seed: int) -> None:
    """Append today's forecasts of CASE to a public record.

    Each line holds the digest of the line before it, so that nothing can be changed afterwards. Forecasts that are
    there already are not added again. What the authors of the case's texts foresaw is added and scored alike.

    \b
        winset forecast my-case --record forecasts.jsonl
    """
    from winset.backtest import chain
    from winset.backtest.standing import entries
    from winset.case.load import load
    from winset.case.patch import date_of

    loaded = load(case)
    chain.read(chain.check(file))
    day = date_of(loaded, as_of.date() if as_of else None)
    added = chain.append(file, entries(loaded, day, seed))
    say(
        f"{len(added)} forecasts of {day.isoformat()} added to {file}; digest of the last line: {added[-1].digest}"
        if added
        else f"nothing to add: {file} has them all"
    )


@click.command()
@click.argument("file", type=FOLDER)
@click.option(
    "--with", "given", type=FOLDER, help="A CSV of id, state (yes, no, void), date, basis: added to the record."
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def resolve(file: Path, given: Path | None, as_json: bool) -> None:
    """Add resolutions to a record FILE, check its chain, and print its scores.

    \b
        winset resolve forecasts.jsonl --with resolutions.csv
    """
    from winset.backtest import chain
    from winset.backtest.kept import sentences, told
    from winset.errors import SettingError

    lines = chain.read(chain.check(file))
    if not lines:
        raise SettingError(f"{file} holds no forecast yet; `winset forecast CASE --record {file}` adds some")
    if given is not None:
        chain.append(file, chain.resolutions(given.read_text(encoding="utf-8"), given.name, lines))
        lines = chain.read(file)
    if as_json:
        say_json(told(lines), indent=1)
        return
    for sentence in sentences(lines):
        say(sentence)
