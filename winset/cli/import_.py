"""`winset import`: outside data into a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.terminal import say, say_json


@click.group("import")
def import_group() -> None:
    """Bring outside data into a case."""


@import_group.command()
@click.argument("file", type=FOLDER)
@click.option("--into", "case", type=FOLDER, required=True, help="The case folder.")
@click.option(
    "--format", "format", type=click.Choice(["auto", "ucdp", "acled", "gdelt", "polecat", "icews", "daily"]),
    default="auto", show_default=True, help="What FILE is.",
)  # fmt: skip
@click.option("--query", default="", help="How the file was asked for: address, filters, version.")
@click.option("--codes", type=FOLDER, help="A YAML file of `code or name: actor id`, used before the automatic ones.")
@click.option("--id", "name", default="", help="Id of the series. Default: FORMAT-FILENAME.")
@click.option("--title", default="", help="A title for reports.")
@click.option("--dated", default="", help="What a day means in a plain daily series, such as: day the attack ended.")
@click.option("--had", type=click.DateTime(["%Y-%m-%d"]), help="The day the file was had. Default: today.")
@click.option("--replace", is_flag=True, help="Put the file in the place of another one with the same id.")
@click.option("--force", is_flag=True, help="Replace a series.yaml or series file that winset did not write.")
@click.option("--json", "as_json", is_flag=True, help="Print what was kept and dropped as JSON.")
def events(
    file: Path, case: Path, format: str, query: str, codes: Path | None, name: str, title: str, dated: str, had: Any,
    replace: bool, force: bool, as_json: bool,
) -> None:  # fmt: skip
    """Keep the events of FILE in a case, as counts per day, pair of actors and PLOVER type.

    FILE is an export of UCDP GED, ACLED, GDELT, POLECAT or ICEWS, or a CSV file of a date and columns of counts.
    Every row is kept or dropped under a reason that is told. The counts are evidence about how often things happen;
    no single row becomes a cited fact of the case.

    \b
        winset import events GEDEvent.csv --into my-case --query "one country, version 25.1"
        winset import events strikes.csv --into my-case --dated "day the attack ended"
    """
    from winset.formats.event_import import import_events, read_codes

    done = import_events(
        file, case, format=format, id=name, title=title, query=query, dated=dated, replace=replace,
        force=force, codes=read_codes(codes) if codes else None, had=had.date() if had else None,
    )  # fmt: skip
    entry, read = done.entry, done.read
    if as_json:
        facts = entry.model_dump(mode="json", by_alias=True)
        say_json({**facts, "unknown_actors": read.unknown, "after_as_of": done.after}, indent=1)
        return
    say(f"{entry.id} ({entry.dataset}): {read.rows_kept:,} of {read.rows_read:,} rows kept in {case / entry.file}")
    say(f"  covers {entry.from_} to {entry.to}; {entry.dated}")
    for reason, n in sorted(read.dropped.items(), key=lambda x: -x[1]):
        say(f"  dropped {n:,}: {reason}")
    for note, n in read.notes.items():
        say(f"  {n:,}: {note}")
    if read.unknown:
        say(
            "  not actors of the case (name them by --codes): "
            + ", ".join(f"{k} ({n:,})" for k, n in read.unknown.items())
        )
    if entry.format == "daily" and not dated:
        say("  what a day means is not stated; say it with --dated")
    if done.after:
        say("  some days lie after the case's own date: kept, but cut by every as-of run before them")


@import_group.command("annotations")
@click.argument("file", type=FOLDER)
@click.option("--into", "case", type=FOLDER, required=True, help="The case folder.")
def import_annotations(file: Path, case: Path) -> None:
    """Add the passages of a Web Annotation file to CASE.

    Passages that the case has already are left as they are. All are added or none: the case is checked with them
    first, as `winset verify` does. Since every passage in a case is used, cite a new one in a basis before adding it.
    """
    from winset.formats.annotation import read_annotations
    from winset.formats.annotation_import import add_passages
    from winset.formats.texts import read_text

    added, known = add_passages(case, read_annotations(read_text(file), file.name))
    say(f"{added} passages added, {known} there already")


@import_group.command("ktab")
@click.argument("file", type=FOLDER)
@click.option("--out", type=FOLDER, required=True, help="The new folder to write the case into.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The date of the case. Default: today.")
def import_ktab(file: Path, out: Path, as_of: Any) -> None:
    """Make a case of a scenario of KTAB's spatial model, CSV or XML.

    Every actor becomes a party that signs nothing, every dimension an ordered issue.

    \b
        winset import ktab scenario.csv --out my-case
        winset run my-case --lens influence
    """
    import datetime as dt

    from winset.errors import SettingError
    from winset.formats.ktab import read_ktab
    from winset.formats.ktab_case import case_files
    from winset.writing import write_out

    made = read_ktab(file)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SettingError(f"{out} is there already; choose a new folder")
    write_out(out, case_files(made, file, as_of.date() if as_of else dt.date.today()))
    say(f"wrote {out}: {len(made.actors)} parties, {len(made.dimensions)} ordered issues")
