"""Sentences, findings and sections of the process lens."""

from __future__ import annotations

from winset.lens.process.parts import Band, Heard, Parts, Review, best, contradicted, departs, errors_told, now
from winset.lens.process.tables import days_of, forms, pairs_told, tabling
from winset.result import Finding, Section
from winset.settings import number, numbers
from winset.spoken import between, capital, count, listed, percent
from winset.theory import organisation

UNSEEN = "Nobody has measured how often an envoy or a reviewer errs: read break-even points and bands."


def answer(parts: Parts) -> tuple[str, ...]:
    said = [*_review(parts), *_heard(parts), *_tabled(parts), *_wishes(parts), *_voices(parts), *_days(parts)]
    return (*said, UNSEEN)


def verge(r: Review) -> str:
    """When the formal way pays, with the band over how often an envoy errs."""
    low, middle, high = (r.break_even(r.formal, e) for e in errors_told())
    who = f"a majority of {r.formal[0]} reviewers"
    if low is None or middle is None or high is None:
        return f"{who} judges plans better only if each hardly ever errs"
    if low >= 0.5:
        return f"{who} judges plans better however often each errs"
    rare, usual, often = (percent(e) for e in errors_told())
    return (
        f"{who} judges plans better if each errs in under {percent(middle)} of them where who decides now errs in "
        f"{usual} ({percent(low)} where in {rare}, {percent(high)} where in {often})"
    )


def acting(parts: Parts, r: Review) -> str:
    """Who acts for a party as things are."""
    if not r.envoys:
        return f"for {parts.names[r.party]} no envoy is on record, so that its leader decides alone"
    names = listed([parts.names[a] for a in r.envoys])
    return f"for {parts.names[r.party]} {count(len(r.envoys), 'envoy')} ({names}) can act alone"


def _review(parts: Parts) -> list[str]:
    r = parts.leading
    if r is None:
        return []
    accepted, refused = _bands(r, r.adhoc)
    fewer, missed = _bands(r, r.formal)
    said = [
        f"{capital(acting(parts, r))}: a bad plan is accepted in {_shares(accepted)} of cases and a good one "
        f"refused in {_shares(refused)}; by a majority of {r.formal[0]} it would be {_shares(fewer)} and "
        f"{_shares(missed)}.",
        f"{capital(verge(r))}.",
    ]
    alike: dict[str, list[str]] = {}
    for one in parts.reviews:
        if one is not r:
            alike.setdefault(verge(one), []).append(parts.names[one.party])
    for told, names in alike.items():
        said.append(f"The same holds for {listed(names)}." if told == verge(r) else f"For {listed(names)} {told}.")
    return said


def _bands(r: Review, form: tuple[int, int]) -> tuple[list[float], list[float]]:
    told = [r.errors(form, e) for e in errors_told()]
    return [x for x, _ in told], [x for _, x in told]


def _shares(band: list[float]) -> str:
    return between(min(band), max(band))


def _span(band: Band) -> str:
    return f"{min(band):.2f} to {max(band):.2f}"


def lean(h: Heard) -> str:
    middle = h.lean[now()][1]
    if abs(middle) < 0.005:
        return "leaning to neither side"
    return f"leaning by {abs(middle):.2f} to {'readier' if middle < 0 else 'less ready'} than it is"


def _heard(parts: Parts) -> list[str]:
    h = parts.worst
    if h is None:
        return ["No channel carries messages between two parties that sign, so that nothing can be said of misreading."]
    name = f"{parts.names[h.hearer]} hears what {parts.names[h.speaker]} would sign at least"
    said = [
        f"{capital('; '.join(pairs_told(parts)))}.",
        f"{capital(name)} with an error of {_span(h.size[now()])} of that side's scale, {lean(h)}.",
    ]
    said.append(f"Of single changes the most is bought by this: {best(h)} ({_span(h.size[best(h)])}).")
    biased = [m for m in parts.messengers if m.intervals[1] < 3]
    for one in biased[:2]:
        few = "nothing" if one.intervals[1] < 2 else "no more than high from low"
        said.append(
            f"With a wish for a deal of {one.wish[1]:.2f} of the scale, {parts.names[one.person]}'s best report tells "
            f"{few} "
            f"(nothing in {percent(one.nothing)} of the draws), to whoever knows that wish."
        )
    return said


def _tabled(parts: Parts) -> list[str]:
    able = tabling(parts)
    if not able:
        if not parts.tabled:
            return []
        most = max(t.signable for t in parts.tabled)
        return [
            f"Of {parts.tabled[0].draws} draws {most} hold a deal that could be tabled and signed at all: too few to "
            "tell "
            "what misreading does to it."
        ]
    t = able[0]
    return [
        f"Where there is a deal to find ({percent(t.signable / t.draws)} of the draws), {parts.names[t.party]} tables "
        "one "
        f"that somebody refuses in {between(min(t.refused[now()]), max(t.refused[now()]))} of cases, on a true "
        "hearing in "
        f"{percent(t.exact)}, and with all changes in "
        f"{between(min(t.refused['all of these']), max(t.refused['all of these']))}."
    ]


def _wishes(parts: Parts) -> list[str]:
    said = []
    for w in parts.wishes:
        plan = max(w.tipped, key=lambda p: (round(w.tipped[p], 9), p))
        if w.tipped[plan] > 0:
            said.append(
                f"The wish of {parts.names[w.party]}'s leader for a deal as such ({_span(w.size)} of its scale) would "
                f"alone tip the leader to take “{parts.case.plan[plan].name}” in {percent(w.tipped[plan])} of the "
                f"draws; such a plan costs the side {w.cost:.2f} on average."
            )
        else:
            said.append(
                f"The wish of {parts.names[w.party]}'s leader for a deal as such tips the leader on no plan on record."
            )
    return said


def _voices(parts: Parts) -> list[str]:
    said = []
    for v in parts.voices:
        seen = contradicted(v)
        if not v.against or seen is None:
            continue
        low, _, high = map(departs, seen)
        ends = [len(v.followed) * organisation.contradicts(e) / v.weeks for e in numbers("process.departs")]
        said.append(
            f"{parts.names[v.party]} contradicted itself {len(v.against)} times in {v.weeks:.0f} weeks on record "
            f"({len(v.against) / v.weeks:.2f} a week; {ends[0]:.2f} to {ends[-1]:.2f} expected), as if a voice left "
            "the "
            f"line in {between(low, high)} of cases."
        )
    return said or ["No party is on record with a denial of its own word within the window of days."]


def _days(parts: Parts) -> list[str]:
    r = parts.leading
    if parts.pace is None or r is None:
        return []
    good = number("process.good")
    said = []
    if parts.pace.good <= 0:
        said.append("In no draw would all sign one of the plans on record: no way of deciding finds one among those.")
    (_, now_), formal = forms(r)[0], r.formal
    at = max(parts.pace.good, good)
    before, after = days_of(parts, r, now_, at), days_of(parts, r, formal, at)
    said.append(
        f"If {percent(at)} of the plans were such that all would sign, {parts.names[r.party]} would accept one after "
        f"{before[0]:.0f} to {before[2]:.0f} days as now and {after[0]:.0f} to {after[2]:.0f} by a formal majority."
    )
    return said


def findings(parts: Parts) -> list[Finding]:
    found = []
    for r in parts.reviews:
        told = [r.break_even(r.formal, e) for e in errors_told()]
        known = [0.0 if x is None else x for x in told]
        found.append(
            Finding(
                key=f"break_even.{r.party}",
                sentence=f"{parts.names[r.party]}: {verge(r)}.",
                value=known[1],
                unit="probability",
                low=min(known),
                high=max(known),
                basis=r.basis,
                sources=("sah1986",),
            )
        )
    for h in parts.heard:
        size = h.size[now()]
        found.append(
            Finding(
                key=f"error.{h.hearer}.{h.speaker}",
                sentence=(
                    f"{parts.names[h.hearer]} hears what {parts.names[h.speaker]} would sign at least with an error of "
                    f"{_span(size)}, {lean(h)}."
                ),
                value=size[1],
                unit="share of a party's scale",
                low=min(size),
                high=max(size),
                basis=h.basis,
                sources=("crawford1982",),
            )
        )
    for t in tabling(parts):
        band = t.refused[now()]
        found.append(
            Finding(
                key=f"refused.{t.party}",
                sentence=(
                    f"{parts.names[t.party]} tables a plan that somebody refuses in {between(min(band), max(band))}."
                ),
                value=band[1],
                unit="share of draws with a deal to find",
                low=min(band),
                high=max(band),
                basis=t.basis,
            )
        )
    return found


def sections(parts: Parts) -> tuple[Section, ...]:
    return (
        Section("ways", "Who decides", (UNSEEN,), ("channels_chart", "curve_chart", "break_even", "review", "days")),
        Section("heard", "What arrives", (), ("heard_chart", "heard", "messengers", "tabled_chart", "tabled")),
        Section("wish", "What a leader's wish for a deal costs", (), ("wishes",)),
        Section("voices", "Contradictory positions", (), ("voices",)),
        Section("bought", "What one change buys", (), ("bought",)),
    )
