"""`winset backtest`, `winset forecast`, `winset resolve`: the past replayed, and a public record kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.run import _progress
from winset.cli.settable import settable
from winset.cli.working import working
from winset.terminal import say, say_json


@click.command()
@settable
@click.argument("cases", nargs=-1, required=True, type=FOLDER)
@click.option(
    "--every", type=click.IntRange(1, 365), help="Days between the dates asked. Default: the setting backtest.every."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--record",
    "file",
    type=FOLDER,
    help="The public record: ended wars are scored by what stood in it before their outcomes.",
)
@click.option(
    "--outcomes",
    type=FOLDER,
    multiple=True,
    help="How the war of a case ended. Default: outcomes.yaml in the folder of the case, where there is one.",
)
@click.option(
    "--history", "past", type=FOLDER, help="Write the scored questions to this file, for the weights of pools."
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
@working
def backtest(
    cases: tuple[Path, ...], every: int | None, seed: int, file: Path | None, outcomes: tuple[Path, ...],
    past: Path | None, as_json: bool, work: Callable[[], Any],
) -> None:  # fmt: skip
    """Replay the past of CASES: ask at many dates, forecast from what was known then, score on what came later.

    Recurring questions are made from a dossier's own record: an act within days, a day above the record of a series, a
    deadline carried out, a position that moves, an end of the fighting; and its own questions whose date has passed.
    Each is scored beside a base rate, "nothing changes", "as in the window before" and one half. Wars that have ended
    are set side by side, each with what the public record said of it before its outcome was written down.

    \b
        winset backtest my-case
        winset backtest my-case other-case --json
        winset backtest war-one war-two --record forecasts.jsonl
    """
    from winset.backtest import ended, foretold, history, side_by_side
    from winset.backtest.chapter import result
    from winset.backtest.questions import past_of
    from winset.backtest.record import numbers, record
    from winset.backtest.replay import joined, replay
    from winset.backtest.standing import own
    from winset.case.load import load
    from winset.writing import write_out

    loaded, hands = [load(c) for c in cases], work()
    wars = side_by_side.read(cases, loaded, file, outcomes)
    authors = [foretold.read(folder, case) for folder, case in zip(cases, loaded)]
    with _progress(not as_json) as progress:
        parts = [replay(c, every=every, seed=seed, progress=progress, others=own, work=hands) for c in loaded]
        others = [f for s, c in zip(authors, loaded) for f in foretold.scored(s, c, past_of(c, seed), seed, hands)]
        found = record(joined(parts), seed, tuple(others))
    if past is not None:
        over = {c.id for folder, c in zip(cases, loaded) if (folder / ended.FILE).is_file()}
        write_out(past.parent, {past.name: history.told(found.replay, over)})
    if as_json:
        say_json({**numbers(found), **side_by_side.for_programs(wars, seed)}, indent=1)
        return
    made, (said, tables) = result(found), side_by_side.for_readers(wars, seed)
    for sentences, shown in ((made.answer, [t for t in made.tables if t.key != "questions"]), (said, tables)):
        for sentence in sentences:
            say(sentence)
        _print(shown)


def _print(tables: Sequence[Any]) -> None:
    from rich.console import Console

    from winset.report.text import print_table

    console = Console()
    for table in tables:
        print_table(table, console)


@click.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--record", "file", type=FOLDER, required=True, help="The record, an append-only file of lines.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Forecast from what was known on this date. Default: every date that the case lists, else its own.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--weights-from",
    "others",
    type=FOLDER,
    multiple=True,
    help="Another case whose replay the weights of the pool are fitted on, beside the history that ships.",
)
@click.option(
    "--war",
    is_flag=True,
    help=(
        "Add who accepts what, when the fighting is over, best packages and the first lever (always, where the case "
        "lists `dates`)."
    ),
)
@working
def forecast(
    case: Path, file: Path, as_of: Any, seed: int, others: tuple[Path, ...], war: bool, work: Callable[[], Any]
) -> None:
    """Append today's forecasts of CASE to a public record.

    Each question stands there with winset's own number, with ours (the pool, or the base rate where that did better so
    far), with the base rate and with nothing changes.

    Each line holds the digest of the line before it, so that nothing can be changed afterwards. Forecasts that are
    there already are not added again. What the authors of the case's texts foresaw is added and scored alike.

    \b
        winset forecast my-case --record forecasts.jsonl
    """
    from winset.backtest import chain, foretold
    from winset.backtest.entries import entries, other_replays
    from winset.case.load import load
    from winset.case.patch import date_of

    loaded, hands = load(case), work()
    said, rest = foretold.read(case, loaded), [load(c) for c in others]
    chain.read(chain.check(file))
    days = [date_of(loaded, as_of.date())] if as_of else sorted(loaded.dates) or [loaded.as_of]
    past, added = other_replays(rest, seed, hands), []
    with _progress(True) as progress:
        for done, day in enumerate(days):
            if progress:
                progress(f"dates of {loaded.id}", done, len(days))
            made = entries(loaded, day, seed, others=past, said=said, work=hands, war=war or bool(loaded.dates))
            added += chain.append(file, made)  # each date as soon as it is done
    say(
        f"{len(added)} forecasts of {', '.join(d.isoformat() for d in days)} added to {file}; digest of the last line: "
        f"{added[-1].digest}"
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
    from winset.formats.texts import read_text

    lines = chain.read(chain.check(file))
    if not lines:
        raise SettingError(f"{file} holds no forecast yet; `winset forecast CASE --record {file}` adds some")
    if given is not None:
        chain.append(file, chain.resolutions(read_text(given), given.name, lines))
        lines = chain.read(file)
    if as_json:
        say_json(told(lines), indent=1)
        return
    for sentence in sentences(lines):
        say(sentence)
