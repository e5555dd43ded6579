"""What the screening lens offers to readers of one page: who seems sincere, and what a demand would bring."""

from __future__ import annotations

from winset.lens.screening.tables import Parts, spans
from winset.lens.screening.threat import Spoken
from winset.lens.screening.weighed import Weighed
from winset.result import Offer, Point
from winset.settings import number
from winset.spoken import between, listed, percent, short

EVEN = 0.5  # no answer: above it one hypothesis is likelier than all others together


def offer(parts: Parts, spoken: Spoken) -> Offer:
    settled = [w for w in parts.weighed if float(w.mean[w.leader]) > EVEN]
    others = [parts.names[w.view.actor] for w in parts.weighed if w not in settled]
    if settled:
        head = f"Judged by acts, {listed(_leading(parts, settled[:2]))}."
    else:
        head = (
            f"The acts on record do not settle why {listed(others)} act{'s' if len(others) == 1 else ''} as "
            f"{'it does' if len(others) == 1 else 'they do'}."
        )
    rest = f" Of {listed(others)} the acts settle nothing." if settled and others else ""
    return Offer(
        headline=head + rest,
        picture="posterior_chart",
        so_what=_so_what(parts, settled),
        points=(
            Point(
                "believe",
                "Best fit to the acts: " + "; ".join(_side(parts, w) for w in parts.weighed) + ".",
                "posterior_chart",
            ),
            *([Point("believe", text)] if (text := _demand(spoken)) else []),
        ),
    )


def _leading(parts: Parts, weighed: list[Weighed]) -> list[str]:
    """Which hypothesis fits whom best, each said once."""
    fits: dict[str, list[str]] = {}
    for w in weighed:
        told = f"{parts.names[w.view.actor]} ({percent(float(w.mean[w.leader]))})"
        fits.setdefault(short(w.view.told[w.leader].name), []).append(told)
    return [f"“{name}” best fits {listed(whom)}" for name, whom in fits.items()]


def _side(parts: Parts, w: Weighed) -> str:
    """The hypothesis that leads, with its odds after the acts and over the readings."""
    lead, mean = w.leader, float(w.mean[w.leader])
    open_ = "" if mean > EVEN else ", not settled"
    over = " over rival readings" if w is parts.weighed[0] else ""
    told = f"“{short(w.view.told[lead].name)}” for {parts.names[w.view.actor]}"
    return f"{told}, {percent(mean)} ({between(*spans(w, lead))}{over}{open_})"


def _so_what(parts: Parts, settled: list[Weighed]) -> str:
    """What would tell more."""
    if not settled:
        return "Watch for acts that one kind of party would hardly do; those on record fit several."
    w = settled[0]
    return (
        f"To tell “{short(w.view.told[w.leader].name)}” from “{short(w.view.told[w.rival].name)}”, look for an act of "
        f"{parts.names[w.view.actor]} that only one of the two would do; words fit both."
    )


def _demand(spoken: Spoken) -> str:
    """Whether any demand backed by the threat on record is worth making."""
    if not spoken.ultimata:
        return ""
    brings = max(spoken.brings(u, d) for u, d in zip(spoken.ultimata, spoken.chosen))
    if brings < number("screening.hardly"):
        return "No plan on the table is worth demanding by a deadline: the threat as believed moves nobody enough."
    u, d = max(zip(spoken.ultimata, spoken.chosen), key=lambda x: spoken.brings(*x))
    refuses = u.mean(u.refuses(d, u.credibility))
    asks, asked = spoken.names[u.demander], spoken.names[u.target]
    return (
        f"The demand that would bring most is “{short(spoken.plan(d))}” ({asks} of {asked}), refused in "
        f"{percent(refuses)} by the model."
    )
