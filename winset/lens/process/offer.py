"""What the process lens offers to readers of one page."""

from __future__ import annotations

from winset.lens.process.parts import Parts, best, errors_told, now
from winset.lens.process.tables import tabling
from winset.lens.process.words import acting, lean, verge
from winset.result import Offer, Point
from winset.spoken import between, capital, count, percent, short


def offer(parts: Parts, shown: set[str]) -> Offer:
    """shown: keys of the charts that the result has."""
    picture = next((key for key in ("curve_chart", "heard_chart") if key in shown), "")
    return Offer(headline=headline(parts), picture=picture, so_what=so_what(parts), points=points(parts, picture))


def headline(parts: Parts) -> str:
    r = parts.leading
    assert r is not None
    rates = [r.break_even(r.formal, e) for e in errors_told()]
    rival = f"{count(len(r.envoys), 'envoy')} alone" if r.envoys else "the leader alone"
    said = f"{short(parts.names[r.party], 30)}: a formal majority of {r.formal[0]} beats {rival}"
    low, middle, high = (0.0 if x is None else x for x in rates)
    if low >= 0.5:
        return f"{said} however often reviewers err."
    return f"{said} if reviewers err in under {percent(middle)} ({between(low, high)}) of plans."


def so_what(parts: Parts) -> str:
    if (h := parts.worst) is None:
        return "Ask who reviews a plan before it is answered."
    before, after = h.size[now()][1], h.size[best(h)][1]
    return (
        f"Of single changes to how messages travel, “{best(h)}” cuts the error most, from {before:.2f} to {after:.2f}."
    )


def points(parts: Parts, picture: str) -> tuple[Point, ...]:
    r = parts.leading
    assert r is not None
    made = [Point(part="process", text=f"{capital(acting(parts, r))}; {verge(r)}.", show=picture)]
    if (h := parts.worst) is not None:
        band = h.size[now()]
        made.append(
            Point(
                part="process",
                text=(
                    f"What {parts.names[h.speaker]} would sign reaches {parts.names[h.hearer]} with an error of "
                    f"{min(band):.2f} to {max(band):.2f} of that side's scale, {lean(h)}. {so_what(parts)}"
                ),
            )
        )
    for t in tabling(parts)[:1]:
        now_, then = t.refused[now()], t.refused["all of these"]
        made.append(
            Point(
                part="process",
                text=(
                    f"Where there is a deal to find, {parts.names[t.party]} tables one that somebody refuses in "
                    f"{between(min(now_), max(now_))} of cases, and in {between(min(then), max(then))} on better "
                    "reports."
                ),
            )
        )
    return tuple(made)
