"""Tables of the process lens: who decides and reports, how often each form errs, what is heard, and what a change
buys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from winset.case.figure import parse_basis
from winset.lens.process.parts import (
    CHANGES,
    MEANT,
    Band,
    Heard,
    Parts,
    Review,
    Tabled,
    contradicted,
    departs,
    errors_told,
    majority,
    now,
)
from winset.result import Column, Table, cited
from winset.settings import number, numbers
from winset.spoken import count, listed, percent
from winset.theory import organisation


def all_tables(parts: Parts) -> list[Table]:
    return [
        channels(parts),
        channels(parts, "network", ("carries_messages", "advises")),
        review(parts),
        break_even(parts),
        heard(parts),
        tabled(parts),
        bought(parts),
        messengers(parts),
        wishes(parts),
        voices(parts),
        days(parts),
    ]


def band(kind: str, label: str, key: str = "", unit: str = "") -> tuple[Column, ...]:
    """Three columns of a band: low, middle, high."""
    return tuple(
        Column(f"{key}{name}", f"{label}{word}", kind, unit)  # type: ignore[arg-type]
        for name, word in (("low", ": low end"), ("middle", ": middle"), ("high", ": high end"))
    )


def channels(parts: Parts, key: str = "channels", kinds: Sequence[str] = ()) -> Table:
    """Who carries messages, advises and speaks for whom; only some kinds of channels where they are named."""
    rows = []
    for c in sorted((c for c in parts.case.channels if not kinds or c.kind in kinds), key=lambda c: c.id):
        basis = tuple(p for p in parse_basis(c.basis).passages if p in parts.case.passage)
        kind = c.kind.replace("_", " ")
        rows.append(cited(basis, parts.names[c.source], parts.names[c.target], kind, c.notes, str(c.since or "")))
    columns = (
        Column("source", "Who"),
        Column("target", "To or for whom"),
        Column("kind", "Does"),
        Column("notes", "Notes taken"),
        Column("since", "Since"),
    )
    return Table(key, "The channels, as the dossier has them", columns, tuple(rows))


def forms(r: Review) -> list[tuple[str, tuple[int, int]]]:
    """The ways of deciding that are compared, the present one first."""
    n, formal = r.adhoc[0], r.formal[0]
    who = "envoy" if r.envoys else "leader"
    found = [(f"as now: {count(n, who)}, each alone" if n > 1 else f"as now: one {who} alone", r.adhoc)]
    found += [("one envoy fewer", (n - 1, 1))] if n > 1 else []
    found += [
        ("one more reviewer: two must agree", (2, 2)),
        (f"formal: majority of {formal}", r.formal),
        (f"formal: majority of {formal + 2}", majority(formal + 2)),
        (f"formal: all {formal} must agree", (formal, formal)),
    ]
    return found


def review(parts: Parts) -> Table:
    rows = []
    for r in parts.reviews:
        for name, form in forms(r):
            told = [r.errors(form, e) for e in errors_told()]
            rows.append(
                cited(r.basis, parts.names[r.party], name, *(bad for bad, _ in told), *(good for _, good in told))
            )
    columns = (
        Column("party", "Party"),
        Column("form", "Way of deciding"),
        *band("share", "Bad plan accepted", "accepted_"),
        *band("share", "Good plan refused", "refused_"),
    )
    ends = ", ".join(percent(e) for e in errors_told())
    note = (
        f"If each person errs either way in {ends} of plans: nothing observes that rate, so read the band and the "
        "table "
        f"of break-even points. Errors go together by {number('process.rho'):g} (Sah and Stiglitz 1986)."
    )
    return Table("review", "How often each way of deciding errs", columns, tuple(rows), note)


def break_even(parts: Parts) -> Table:
    """Up to which rate of error of a reviewer each formal way is worth as much as the present one."""
    rows = []
    for r in parts.reviews:
        for name, form in forms(r)[1:]:
            told = [r.break_even(form, e) for e in errors_told()]
            cells = [{None: "at no rate", 0.5: "at any rate"}.get(x, x) for x in told]
            rows.append(cited(r.basis, parts.names[r.party], name, *cells, r.good, r.gain, r.loss))
    columns = (
        Column("party", "Party"),
        Column("form", "Way of deciding"),
        *(Column(f"at_{i}", f"If an envoy errs in {percent(e)}", "share") for i, e in enumerate(errors_told())),
        Column("good", "Plans on record it would sign", "share"),
        Column("gain", "A good one brings", "number"),
        Column("loss", "A bad one costs", "number"),
    )
    note = (
        "The other way pays if each of its people errs less often than this. Gain and loss are on the party's own "
        "scale "
        "over the plans on record; of who does not sign a plan counts as good that all would sign, and as bad else."
    )
    return Table("break_even", "When a formal process pays", columns, tuple(rows), note)


def heard(parts: Parts) -> Table:
    rows = []
    for h in parts.heard:
        ways = "; ".join(" then ".join(parts.names[x] for x in way) for way in h.reporters)
        for name in CHANGES:
            rows.append(
                cited(
                    h.basis,
                    parts.names[h.hearer],
                    parts.names[h.speaker],
                    ways,
                    name,
                    *h.size[name],
                    h.lean[name][1],
                    "yes" if h.stated else "no",
                )
            )
    columns = (
        Column("hearer", "Who hears"),
        Column("speaker", "Of whom"),
        Column("ways", "By"),
        Column("change", "If"),
        *band("number", "Error", unit="of the scale"),
        Column("lean", "Leans by (middle)", "number"),
        Column("stated", "Noise stated"),
    )
    note = (
        "Root mean square of the error in what the other would sign at least, of its scale from 0 (defeat) to 1 "
        "(victory); "
        "below 0 it leans towards: readier than it is. Low, middle and high: with the noise of every reporter at its "
        "5th, "
        f"50th and 95th percentile. Where no noise is stated it is the range of the Settings. {MEANT}"
    )
    return Table("heard", "With what error the other side's last point arrives", columns, tuple(rows), note)


def tabled(parts: Parts) -> Table:
    rows = []
    for t in parts.tabled:
        for name in CHANGES:
            rows.append(cited(t.basis, parts.names[t.party], name, *t.refused[name], t.exact, t.signable / t.draws))
    columns = (
        Column("party", "Who tables"),
        Column("change", "If"),
        *band("share", "Refused"),
        Column("exact", "On a true hearing", "share"),
        Column("signable", "Draws with a deal to find", "share"),
    )
    note = (
        "How often the plan that a party would table, on what it hears, is one that somebody else refuses to sign, of "
        "the "
        "draws in which some deal of the menu could be signed by all others. Values of no deal are the dossier's."
    )
    return Table("tabled", "Plans tabled that somebody refuses", columns, tuple(rows), note)


def tabling(parts: Parts) -> list[Tabled]:
    """Those of whose plans something can be said in words: enough draws with a deal to find, by how many."""
    able = [t for t in parts.tabled if t.signable >= number("process.enough")]
    return sorted(able, key=lambda t: (-len([h for h in parts.heard if h.hearer == t.party]), -t.signable, t.party))


def bought(parts: Parts) -> Table:
    """What one change buys: by measure, before and after, at the middle, and the band of the difference."""
    rows: list[tuple[Any, ...]] = []
    if (r := parts.leading) is not None:
        (_, before), *others = forms(r)
        for name, form in others:
            for k, measure in enumerate(("a bad plan is accepted", "a good plan is refused")):
                told = [(r.errors(before, e)[k], r.errors(form, e)[k]) for e in errors_told()]
                rows.append(_bought(r.basis, name, f"{parts.names[r.party]}: {measure}", told))
    if (h := parts.worst) is not None:
        for name in list(CHANGES)[1:]:
            told = list(zip(h.size[now()], h.size[name]))
            rows.append(_bought(h.basis, name, f"{_pair(parts, h)}: error", told))
    for t in tabling(parts)[:1]:
        for name in list(CHANGES)[1:]:
            told = list(zip(t.refused[now()], t.refused[name]))
            rows.append(_bought(t.basis, name, f"{parts.names[t.party]}: tables what is refused", told))
    columns = (
        Column("change", "Change"),
        Column("measure", "Moves"),
        Column("before", "Now (middle)", "number"),
        Column("after", "Then (middle)", "number"),
        Column("low", "Change: least", "number"),
        Column("high", "Change: most", "number"),
    )
    note = "Least and most: the change at the low, middle and high end of what nobody has measured."
    return Table("bought", "What one change buys", columns, tuple(rows), note)


def _bought(basis: Sequence[str], name: str, measure: str, told: Sequence[tuple[float, float]]) -> tuple[Any, ...]:
    gaps = [after - before for before, after in told]
    before, after = told[1]
    return cited(basis, name, measure, before, after, min(gaps), max(gaps))


def _pair(parts: Parts, h: Heard) -> str:
    return f"{parts.names[h.hearer]} of {parts.names[h.speaker]}"


def messengers(parts: Parts) -> Table:
    rows = []
    for one in parts.messengers:
        told = ["any" if math.isinf(x) else x for x in one.intervals]
        rows.append(cited(one.basis, parts.names[one.person], *one.wish, *told, one.nothing))
    columns = (
        Column("person", "Messenger"),
        *band("number", "Wish for a deal as such", "wish_"),
        Column("many", "Can tell apart, at the low end", "number"),
        Column("some", "At the middle", "number"),
        Column("few", "At the high end", "number"),
        Column("nothing", "Nothing can be believed in", "share"),
    )
    note = (
        "How many places of the other side's last point the most a biased messenger can tell apart to somebody who "
        "knows "
        "the bias (Crawford and Sobel 1982, even chances over the scale); from a bias of a quarter on only one: "
        "nothing."
    )
    return Table("messengers", "What a biased messenger can be believed", columns, tuple(rows), note)


def wishes(parts: Parts) -> Table:
    rows = []
    for w in parts.wishes:
        at = next((t for t in parts.tabled if t.party == w.party), None)
        for plan, tipped in sorted(w.tipped.items()):
            more = (at.moved, at.given) if at else ("", "")
            rows.append(
                cited(w.basis, parts.names[w.party], parts.case.plan[plan].name, *w.size, tipped, w.cost, *more)
            )
    columns = (
        Column("party", "Party"),
        Column("plan", "Plan"),
        *band("number", "Its leader's wish", "wish_"),
        Column("tipped", "Taken for the wish alone in", "share"),
        Column("cost", "Costs it then (mean)", "number"),
        Column("moved", "Tables another plan in", "share"),
        Column("given", "and gives up by that (mean)", "number"),
    )
    note = (
        "Of a leader who wants a deal as such: how often a plan would be taken that is worth less to the side than no "
        "deal, "
        "and what it then loses, on its own scale. The other lenses let the wish move what is tabled and not what is "
        "signed."
    )
    return Table("wishes", "The price of wanting a deal as such", columns, tuple(rows), note)


def voices(parts: Parts) -> Table:
    rows = []
    for v in parts.voices:
        n, seen = len(v.followed), contradicted(v)
        expected = [n * organisation.contradicts(e) / v.weeks for e in numbers("process.departs")]
        basis = tuple(e.id for e in v.said)
        rows.append(
            cited(
                basis,
                parts.names[v.party],
                len(v.said),
                n,
                len(v.against),
                len(v.against) / v.weeks,
                *expected,
                *(("", "", "") if seen is None else map(departs, seen)),
            )
        )
    columns = (
        Column("party", "Party"),
        Column("said", "Statements", "number"),
        Column("followed", "Followed by another within the window", "number"),
        Column("against", "Contradicted by itself", "number"),
        Column("week", "a week", "number"),
        *band("number", "Expected a week", "expected_"),
        *band("share", "As if so many left the line", "departs_"),
    )
    ends = ", ".join(percent(e) for e in numbers("process.departs"))
    note = (
        f"Expected if a voice that nobody clears leaves the line in {ends} of cases. Contradicted: a denial, within "
        f"{number('process.window'):g} days, of what the same party said; the last columns hold the 90% interval "
        "(Jeffreys). "
        "Only what the dossier codes is counted, so that the true number is higher."
    )
    return Table("voices", "Contradictory positions: observed and expected", columns, tuple(rows), note)


def days(parts: Parts) -> Table:
    """Days until a plan is accepted that all would sign."""
    rows = []
    if (pace := parts.pace) is not None:
        shares = sorted({pace.good, number("process.good")})
        for r in parts.reviews:
            for name, form in forms(r):
                for good in shares:
                    told = ["never" if math.isinf(x) else x for x in days_of(parts, r, form, good)]
                    rows.append(cited((*pace.basis, *r.basis), parts.names[r.party], name, good, *told))
    columns = (
        Column("party", "Party"),
        Column("form", "Way of deciding"),
        Column("good", "Plans that all would sign", "share"),
        *band("number", "Days", unit="days"),
    )
    note = (
        "Expected days until a plan that all would sign is accepted: plans come at the pace of the record, a formal "
        "review "
        f"takes {number('process.review_days'):g} days, and a bad plan that is accepted costs a whole round of talks. "
        "The share of such plans is that of the record, and one beside it."
    )
    return Table("days", "Time to a decision that holds", columns, tuple(rows), note)


def days_of(parts: Parts, r: Review, form: tuple[int, int], good: float) -> Band:
    """Days to a good plan at the low, middle and high rate of error; sorted."""
    assert parts.pace is not None
    wait = 0.0 if form[1] == 1 else number("process.review_days")
    told = [
        organisation.days_to_good(parts.pace.every, wait, parts.pace.wasted, good, *r.errors(form, e))
        for e in errors_told()
    ]
    low, middle, high = sorted(told)
    return low, middle, high


def pairs_told(parts: Parts) -> list[str]:
    """Who hears of whom by whom, in words."""
    told = []
    for h in parts.heard:
        ends = sorted({x for way in h.reporters for x in way})
        told.append(
            f"{parts.names[h.hearer]} hears of {parts.names[h.speaker]} by {listed([parts.names[x] for x in ends])}"
        )
    return told
