"""`winset export`: a case, or parts of it, in forms that other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.terminal import say, say_json


@click.group("export")
def export_group() -> None:
    """Write a case, or parts of it, for other programs."""


@export_group.command("annotations")
@click.argument("case", type=FOLDER)
def export_annotations(case: Path) -> None:
    """Print the passages of CASE as W3C Web Annotations (JSON-LD). No words of the sources are in it."""
    from winset.case.load import load
    from winset.formats.annotation import write_annotations

    say_json(write_annotations(load(case)), indent=1)


@export_group.command()
@click.argument("path", type=FOLDER)
@click.option(
    "--format", "form", type=click.Choice(["genius", "geniusweb", "negolog"]), default="genius", show_default=True
)
@click.option("--out", type=FOLDER, required=True, help="The folder to write into.")
@click.option("--force", is_flag=True, help="Replace files of the same names that winset did not write.")
def domain(path: Path, form: str, out: Path, force: bool) -> None:
    """Write a case at its modes, or another domain folder, as a negotiation domain.

    Red lines, rules, consents and uncertainty have no place in these formats and are left out.
    """
    from winset.case.load import load
    from winset.formats.folder import read_domain
    from winset.formats.genius import write_genius
    from winset.formats.json_domains import write_geniusweb, write_negolog
    from winset.settle import from_case
    from winset.writing import files_of, write_out

    found = from_case(load(path)) if (path / "case.yaml").exists() else read_domain(path)
    writer = {"genius": write_genius, "geniusweb": write_geniusweb, "negolog": write_negolog}[form]
    files = {n: t if isinstance(t, str) else json.dumps(t, indent=1) + "\n" for n, t in writer(found).items()}
    for written in write_out(out, files, force=force, inputs=files_of(path)):
        say(written)


@export_group.command()
@settable
@click.argument("case", type=FOLDER)
@click.option("--demander", required=True, metavar="ACTOR", help="Who asks for terms.")
@click.option("--target", required=True, metavar="ACTOR", help="Who takes or refuses them.")
@click.option("--out", type=FOLDER, help="File to write. Default: print.")
@click.option("--force", is_flag=True, help="Replace a file that winset did not write.")
def efg(case: Path, demander: str, target: str, out: Path | None, force: bool) -> None:
    """The ultimatum of one side to another as an extensive game, for Gambit or OpenSpiel.

    Terms are the plans on the table, types the rival explanations of the target's conduct, all at the modes.

    \b
        winset export efg my-case --demander north --target south --out crisis.efg
    """
    from winset.arrays import Study
    from winset.case.load import load
    from winset.derive.types.crisis_game import crisis_game
    from winset.writing import check_out, files_of, write_out

    loaded = load(case)
    if out is not None:
        check_out(out.parent, [out.name], force=force, inputs=files_of(case))
    text = crisis_game(Study(loaded, loaded.as_of, 1).at_modes(), demander, target)
    if out is None:
        say(text, nl=False)
    else:
        (written,) = write_out(out.parent, {out.name: text}, force=force, inputs=files_of(case))
        say(f"wrote {written}")


@export_group.command("ktab")
@click.argument("case", type=FOLDER)
@click.option("--format", "form", type=click.Choice(["csv", "xml"]), default="csv", show_default=True)
@click.option("--out", type=FOLDER, help="File to write. Default: print.")
@click.option("--force", is_flag=True, help="Replace a file that winset did not write.")
def export_ktab(case: Path, form: str, out: Path | None, force: bool) -> None:
    """The parties of CASE and their ordered issues at the modes, for the spatial model of KTAB.

    Red lines, unordered issues, circles and uncertainty have no place in its scenarios and are left out; how far ideals
    follow the positions of others (`accommodation`) has one in XML only.
    """
    from winset.case.load import load
    from winset.formats.ktab import write_csv, write_xml
    from winset.formats.ktab_case import scenario_of
    from winset.writing import files_of, write_out

    made, left = scenario_of(load(case))
    text = write_csv(made) if form == "csv" else write_xml(made)
    if out is None:
        say(text, nl=False)
    else:
        (written,) = write_out(out.parent, {out.name: text}, force=force, inputs=files_of(case))
        say(f"wrote {written}")
    if form == "csv" and made.accommodation:
        left = [*left, "how far ideals follow the positions of others: its CSV has no place for it (--format xml has)"]
    for what in left:
        say(f"left out, or not as KTAB needs it: {what}", err=True)
