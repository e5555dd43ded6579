"""`winset plans`: what differs from one plan to another."""

from __future__ import annotations

from pathlib import Path

import click

from winset.cli.places import FOLDER
from winset.terminal import say, say_json


@click.group()
def plans() -> None:
    """Compare plans clause by clause."""


@plans.command()
@click.argument("before")
@click.argument("after")
@click.option("--case", "case", type=FOLDER, required=True, help="The case folder.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(before: str, after: str, case: Path, as_json: bool) -> None:
    """What changes from plan BEFORE to plan AFTER (ids of plans.yaml).

    \b
        winset plans diff first-draft second-draft --case my-case
    """
    from winset.case.load import load
    from winset.derive.worth.packages import changes
    from winset.errors import SettingError

    loaded = load(case)
    for name in (before, after):
        if name not in loaded.plan:
            raise SettingError(f"no plan {name!r} in {loaded.id}; it has {', '.join(loaded.plan)}")
    found = changes(loaded, loaded.plan[before], loaded.plan[after])
    if as_json:
        say_json({issue: {"from": was, "to": now} for issue, (was, now) in found.items()}, indent=1)
        return

    def label(issue: str, option: str) -> str:
        return "left to later talks" if option == "deferred" else loaded.issue[issue].option(option).label

    say(f"{loaded.plan[before].name} -> {loaded.plan[after].name}: {len(found)} of {len(loaded.issues)} issues differ")
    for issue, (was, now) in found.items():
        say(f"\n{loaded.issue[issue].name}\n  - {label(issue, was)}\n  + {label(issue, now)}")
