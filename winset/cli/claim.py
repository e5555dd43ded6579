"""`winset check-claim`: is it true that after X comes Y within N days?"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from winset.cli.places import FOLDER
from winset.cli.settable import settable
from winset.terminal import say, say_json

if TYPE_CHECKING:
    from winset.derive.record.claim import Claim


@click.command("check-claim")
@settable
@click.argument("case", type=FOLDER)
@click.option(
    "--after", required=True, metavar="KIND[:FROM>TO]", help="The dated acts: a kind of event, and who to whom."
)
@click.option(
    "--series", required=True, metavar="NAME[:COLUMN]", help="A daily series of the case, or a kind of its events."
)
@click.option("--within", type=click.IntRange(1, 60), required=True, metavar="N", help="Days after the act.")
@click.option(
    "--least",
    type=click.FloatRange(0, min_open=True),
    help="Count from which a day counts. Default: 1, or the top fifth of days.",
)
@click.option("--file", "file", type=FOLDER, help="Take the series from this CSV of a date and columns of counts.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Use only what was known on this date.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def check_claim(
    case: Path, after: str, series: str, within: int, least: float | None, file: Path | None, as_of: Any, as_json: bool
) -> None:
    """Test "after X, Y within N days" on the dated acts of CASE and a daily series.

    Day +1 is the day after the act; a series dated by the day an attack ended has the night after the act there. The
    answer is an association: acts answer one another, and other events fall into the same days.

    \b
        winset check-claim my-case --after "call:north>south" --series strikes --within 1
        winset check-claim my-case --after talks --series daily --file strikes.csv --within 7
    """
    from winset.case.load import load
    from winset.case.patch import as_of as cut
    from winset.case.patch import date_of
    from winset.derive.record.claim import check, read_columns, which_series
    from winset.formats.events import read_events

    if least is not None and not math.isfinite(least):
        raise click.BadParameter(f"{least} is no number of acts", param_hint="'--least'")
    loaded = load(case)
    known = cut(loaded, date_of(loaded, as_of.date() if as_of else None))
    columns = read_columns(read_events(file, (), format="daily").text, file.stem, known.as_of) if file else []
    found = check(known, after, which_series(known, series, columns), within, least=least)
    if as_json:
        say_json(facts(found), indent=1)
    else:
        say("\n".join(sentences(found)))


def verdict(found: Claim) -> str:
    """One sentence: borne out, not borne out, or not to be told. The p by rotation decides, here and in `sentences`."""
    from winset.settings import number

    p, ratio, seen = found.turned.p, found.change.ratio, found.change.detectable
    if p <= number("talks.alpha") and ratio != 1:
        more = "more" if ratio > 1 else "less"
        return (
            f"The record shows {more} in these days than chance explains; whether the act brings it about is not shown."
        )
    if not seen < number("claim.detectable"):
        acts = "one dated act" if found.change.contacts == 1 else f"{found.change.contacts} dated acts"
        return f"The record cannot tell: with {acts} {_missed(seen)}."
    return f"The record does not bear this out: a rise of {_ratio(seen)} or more would likely have been seen."


def sentences(found: Claim) -> list[str]:
    """The answer in plain sentences, then every act."""
    from winset.derive.record.contacts import two_sided

    x, f = found.change, found.followed
    days = f"{found.within} days" if found.within > 1 else "day"
    said = [
        f"{verdict(found)}",
        f"After {x.contacts} day{'s' if x.contacts > 1 else ''} with {found.after}, the next {days} "
        f"ha{'ve' if found.within > 1 else 's'} {x.x / x.exposed:.3g} a day of {found.series.name} "
        f"({found.series.column}); "
        f"the other {x.other} days from {found.series.first} to {found.series.last} have {x.y / x.other:.3g}. "
        f"Compared within quarters that is "
        f"{_ratio(x.ratio)} (90% interval {_ratio(x.quasi_low)} to {_ratio(x.quasi_high)}; p = "
        f"{found.turned.p:.3f} by turning the acts around the period, which keeps their spacing and decides here; "
        f"{two_sided(x):.3f} by placing them at random; both sides). This is one question: with other kinds of acts, "
        f"series or numbers of days tried, multiply p by how many.",
        f"A day of {found.least:g} or more came in the next {days} after {f.hits} of {f.contacts}; it does so in the "
        f"next {days} after {f.base:.0%} of all days "
        f"(as many by chance: p = {f.p:.3f}).",
    ]
    if not found.series.complete:
        said.append(
            "The series is only what the case lists: a day without an entry may have had one, and what is listed was "
            "chosen."
        )
    if found.undated:
        said.append(f"{found.undated} more are not known to the day and left out.")
    said.append(f"Day 0 to day +{found.within}:")
    for event, counts in found.each:
        said.append(f"  {event.date} ({event.id}): " + " ".join("–" if v is None else f"{v:g}" for v in counts))
    return said


def facts(found: Claim) -> dict[str, Any]:
    from winset.derive.record.contacts import two_sided

    x, f = found.change, found.followed
    return {
        "after": found.after,
        "series": found.series.name,
        "column": found.series.column,
        "within": found.within,
        "verdict": verdict(found),
        "from": found.series.first.isoformat(),
        "to": found.series.last.isoformat(),
        "acts": x.contacts,
        "undated": found.undated,
        "exposed_days": x.exposed,
        "other_days": x.other,
        "count_exposed": x.x,
        "count_other": x.y,
        "ratio": _finite(x.ratio),
        "low": _finite(x.quasi_low),
        "high": _finite(x.quasi_high),
        "p": found.turned.p,
        "p_placed": two_sided(x),
        "detectable": _finite(x.detectable),
        "least": found.least,
        "followed": f.hits,
        "base": f.base,
        "p_followed": f.p,
        "complete": found.series.complete,
        "each": [{"date": e.date.isoformat(), "id": e.id, "counts": list(counts)} for e, counts in found.each],
    }


def _missed(seen: float) -> str:
    return (
        f"a rise below {_ratio(seen)} would likely be missed"
        if math.isfinite(seen)
        else "no rise could be told from chance"
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ratio(value: float) -> str:
    return f"{value:.2f} times" if math.isfinite(value) else "any number of times"
