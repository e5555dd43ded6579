"""Commands on futures: compare patches on common draws; write a small crisis game for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from winset.terminal import say, say_json

FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("case", type=FOLDER)
@click.option(
    "--patch", "patches", multiple=True, type=FOLDER, required=True, help="A YAML file of cited changes (repeatable)."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--draws", type=click.IntRange(2, 4096), default=512, show_default=True, help="How many common draws.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def compare(case: Path, patches: tuple[Path, ...], as_of: Any, draws: int, seed: int, as_json: bool) -> None:
    """What patches change in CASE: differences with intervals, on the same draws with the same luck.

    All changes of one file are made together. Each file is set against the case as it stands, and the second
    against the first.

    \b
        winset compare my-case --patch sanctions.yaml --patch arms.yaml
    """
    from winset import run as engine
    from winset.case.load import load
    from winset.case.patch import read_patches
    from winset.compare import compared, said_without_core

    loaded = load(case)
    study = engine.study(loaded, as_of=as_of.date() if as_of else None, draws=draws, seed=seed, chunk=draws)
    sets = [read_patches(file, case) for file in patches]
    rows = compared(study, sets)
    if told := said_without_core(study, sets):
        say(told, err=as_json)
    if as_json:
        say_json([vars(r) for r in rows], indent=1)
        return
    for pair in dict.fromkeys((r.of, r.against) for r in rows):
        say(f"{pair[0]} against {pair[1]}, {study.kept} draws")
        own = [r for r in rows if (r.of, r.against) == pair]
        moved = [r for r in own if r.change or r.low or r.high]
        for r in moved:
            span = "" if r.low is None else f"{r.low:+.3f} to {r.high:+.3f} over draws; "
            say(
                f"  {r.what}: {r.before:.3f} -> {r.after:.3f}, {r.change:+.3f}: {r.does} "
                f"({span}Monte-Carlo error {r.error:.3f})"
            )
        say(f"  {len(own) - len(moved)} other outcomes do not change in any draw")


@click.command()
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
