"""`winset settle`: one bargaining problem, solved exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.terminal import say, say_json

NAMES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")


@click.command()
@settable
@click.argument("path", type=FOLDER)
@click.option("--profile", "profiles", multiple=True, metavar="NAME",
              help="Only this party of a domain, by the name of its file without the ending (repeatable).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def settle(path: Path, profiles: tuple[str, ...], as_json: bool) -> None:
    """Solve one bargaining problem exactly: a case at its modes, or a folder of GENIUS, GeniusWeb or NegoLog files.

    Prints the Nash, Kalai-Smorodinsky, egalitarian and utilitarian packages with their definitions and proof, and
    where there is no zone of agreement who binds and by how much all would have to give way.

    \b
        winset settle University --profile University_util1 --profile University_util4
    """
    from winset.settle import settle as solve

    answer = solve(path, profiles)
    if as_json:
        say_json(answer, indent=1, sort_keys=True)
        return
    say(f"From {answer['origin']}; parties: {', '.join(answer['parties'])}.")
    for note in answer["notes"]:
        say(f"note: {note}")
    if answer["zone"]:
        _solutions(answer)
    else:
        _no_zone(answer)


def _solutions(answer: dict[str, Any]) -> None:
    for name in NAMES:
        title, proof = name.replace("_", "-"), answer["proof"][name]
        if answer[name] is None:
            say(f"{title}: not found: {proof['why']}")
            continue
        say(f"{title}: {'  '.join(f'{u:.4f}' for u in answer[name])}   {answer['definitions'][name]}")
        if not proof["proved"]:
            unit = "of the logarithm of the product" if name == "nash" else "of what is to be largest"
            say(f"    not proved: a better package may exist, by at most {proof['gap']:.3g} {unit}")
        for issue, option in answer["packages"][name].items():
            say(f"    {issue}: {option}")
    if all(answer["proof"][name]["proved"] for name in NAMES):
        say("each solution is proved: no package does better by its definition")
    size = f"{answer['frontier_size']:,}" + ("" if answer["frontier_complete"] else " at least (not counted out)")
    say(f"efficient outcomes that reach every reserve: {size}")


def _no_zone(answer: dict[str, Any]) -> None:
    cut = answer["uniform_cut"]
    told = "no package is left by the red lines" if cut is None else f"every reserve would have to fall by {cut:.3f}"
    least = "" if answer["uniform_cut_proved"] else " at most (less may do; that is not proved)"
    say(f"No zone of agreement: {told}{least}. Binding: {', '.join(answer['binding'])}.")
    for way in answer["corrections"]:
        say(f"  one way to open it: {'; '.join(way)}")
