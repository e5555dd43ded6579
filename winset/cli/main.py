"""The command line: the group and its errors. Heavy imports happen inside the commands, so that help is quick."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Any

import click

from winset import kernels
from winset.cli.backtest import backtest, forecast, resolve
from winset.cli.case import anchor, cite, new, schema, verify
from winset.cli.claim import check_claim
from winset.cli.compare import compare
from winset.cli.export import export_group
from winset.cli.import_ import import_group
from winset.cli.pack import pack
from winset.cli.plans import plans
from winset.cli.robust import robust
from winset.cli.run import run
from winset.cli.settle import settle
from winset.cli.store import store
from winset.errors import WinsetError
from winset.terminal import clean, drop, ready, say

COMMANDS = (
    anchor,
    backtest,
    check_claim,
    cite,
    compare,
    export_group,
    forecast,
    import_group,
    new,
    pack,
    plans,
    resolve,
    robust,
    run,
    schema,
    settle,
    store,
    verify,
)


class _Group(click.Group):
    """Ends an error that is somebody's to mend with its text and status 1, an interrupt with a word and 130."""

    def main(self, *args: Any, **extra: Any) -> Any:
        ready()
        try:
            return super().main(*args, **extra)
        except OSError as error:  # a pipe that closes never comes here: click ends that quietly
            _refused(error)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WinsetError as error:
            say(error, err=True)
            sys.exit(1)
        except click.ClickException as error:  # it quotes what was typed
            error.message = clean(error.message)  # type: ignore[misc]
            raise
        except (KeyboardInterrupt, SystemError) as error:
            if not _interrupted(error):
                raise
            say("interrupted; nothing was left half-written", err=True)
            sys.exit(130)


def _interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is at the root: compiled code that it meets while its arguments are unpacked says SystemError, for
    its reason."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _refused(error: OSError) -> None:
    """What the machine refused, on standard error if that can be written. Files are written by winset.writing, with
    errors of its own: what has no name here is a stream."""
    drop(sys.stdout)
    try:
        what = f"cannot go on with {error.filename}" if error.filename else "cannot print"
        say(f"{what}: {error.strerror or error}", err=True)
    except OSError:
        drop(sys.stderr)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="winset")
def main() -> None:
    """winset: is there a deal everyone could sign, what stops it, and which number decides?

    A case is a folder of plain text in which every number rests on a cited basis. Start with

    \b
        winset new my-case              a small commented case to change
        winset run my-case              the answer, and a report in one HTML file

    A draw is one way in which all the uncertain numbers of a case could turn out together; odds are shares of draws.
    """
    # many small problems: threads of the linear algebra library would only wait for one another
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    atexit.register(gc.freeze)  # to look for circles in what goes with the process took a tenth of a short run
    gc.set_threshold(100_000, 20, 20)  # many small records and hardly a circle: looking for one took a tenth of a run
    if made := kernels.keep():
        say(f"neither the code's folder nor a home can be written: compiled kernels are kept in {made}", err=True)


for command in COMMANDS:
    main.add_command(command)
