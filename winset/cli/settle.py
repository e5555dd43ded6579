"""`winset settle`: one bargaining problem, solved exactly."""

from __future__ import annotations

from pathlib import Path

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.terminal import say, say_json


@click.command()
@settable
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def settle(path: Path, as_json: bool) -> None:
    """Solve one bargaining problem exactly: a case at its modes, or a folder of GENIUS, GeniusWeb or NegoLog files.

    Prints the Nash, Kalai-Smorodinsky, egalitarian and utilitarian packages with their definitions and proof, and
    where there is no zone of agreement who binds and by how much all would have to give way.
    """
    from winset.settle import settle as solve

    answer = solve(path)
    if as_json:
        say_json(answer, indent=1, sort_keys=True)
        return
    say(f"From {answer['origin']}; parties: {', '.join(answer['parties'])}.")
    if not answer["zone"]:
        cut = answer["uniform_cut"]
        told = (
            "no package is left by the red lines" if cut is None else f"every reserve would have to fall by {cut:.3f}"
        )
        say(f"No zone of agreement: {told}. Binding: {', '.join(answer['binding'])}.")
        for way in answer["corrections"]:
            say(f"  one way to open it: {'; '.join(way)}")
        return
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
        say(f"{name.replace('_', '-')}: {'  '.join(f'{u:.4f}' for u in answer[name])}   {answer['definitions'][name]}")
        for issue, option in answer["packages"][name].items():
            say(f"    {issue}: {option}")
    size = f"{answer['frontier_size']:,}" + ("" if answer["frontier_complete"] else " at least (sampled)")
    say(f"efficient outcomes that reach every reserve: {size}")
