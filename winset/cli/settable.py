"""`--set NAME=VALUE`: Settings of the model for one command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from winset.terminal import say

Command = TypeVar("Command", bound=Callable[..., Any])


def settable(command: Command) -> Command:
    """Gives a command `--set`. What is set holds until the command ends, and is told on standard error."""
    return click.option(
        "--set",
        multiple=True,
        metavar="NAME=VALUE",
        expose_value=False,
        callback=_set,
        help="Set a number of the model for this run (repeatable); `winset schema --settings` lists them.",
    )(command)


def _set(context: click.Context, _: click.Parameter, given: tuple[str, ...]) -> None:
    if not given or context.resilient_parsing:
        return
    from winset.settings import changed, parse, row_of, text, using

    context.with_resource(using(parse(given)))
    for name, value in changed():
        say(f"set for this run: {name} = {text(value)} (as a rule {text(row_of(name).value)})", err=True)
