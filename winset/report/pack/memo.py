"""The options memo: one page for a principal. What could be done, who gains, what it risks; what to do is left open."""

from __future__ import annotations

from winset.case import model as m
from winset.report import words
from winset.report.case_views import kinds_table
from winset.report.pack.paper import Block, Cell, Heading, Paper, Prose, Said, Sheet, brief, listed, text
from winset.report.pack.told import Told, found, groups, table
from winset.result import plain

KEY, TITLE = "memo", "Options memo"
OPTIONS = 3  # plans that are told, beside going on without a deal
MONTHS = 24  # of the states of affairs that are told


def memo(told: Told) -> Paper:
    plans = told.nearest()[:OPTIONS]
    rows = [_plan(told, plan) for plan in plans]
    heads = ("Option", "Would it pass?", "Who gains, who loses", "Main risk")
    blocks: list[Block] = [
        Heading("The question"),
        Prose(_question(told)),
        Heading("Options"),
        Sheet("options", "", heads, (0.24, 0.24, 0.25, 0.27), (*rows, _no_deal(told)), _note(told)),
    ]
    if more := [*_openers(told, plans), *_so_what(told)]:
        blocks += [Heading("What would open more room, and what follows"), *(Prose((said,), "item") for said in more)]
    blocks += [Heading("What this rests on"), Prose(_rests(told))]
    blocks += [Heading("Recommendation"), Prose((Said("Left open, for whoever signs this memo: " + "_" * 40),))]
    return Paper(key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), brief=True)


def _question(told: Told) -> tuple[Said, ...]:
    if why := told.silent("settlement"):
        return (Said("Is there a deal everyone could sign? "), Said(brief(why, 300)))
    result = told.result("settlement")
    assert result is not None
    said = [Said(result.question)]
    if result.headline:
        return (*said, Said(brief(result.headline, 260), table("settlement", "odds")))
    return (*said, *(Said(brief(s, 330), table("settlement", "odds")) for s in result.answer[:1]))


def _plan(told: Told, plan: m.Plan) -> tuple[Cell, ...]:
    authors = listed([told.name(a) for a in plan.authors], 2)
    by = f"by {authors}, {words.day(plan.date)}" if authors else words.day(plan.date)
    first = text(brief(plan.name, 70), brief(f"{by}. {plan.note}".rstrip(), 130), cites=(plan.id,), strong=True)
    passes = told.finding("settlement", f"passes.{plan.id}")
    if passes is None or not isinstance(passes.value, int | float):
        return first, text("not told"), text("not told"), text("not told")
    signs = [
        (told.name(p.id), _often(told.value("settlement", f"signs.{plan.id}.{p.id}") or 0.0)) for p in told.parties
    ]
    odds = f"Passes in {words.percent(passes.value)} of the draws"
    if passes.low is not None and passes.high is not None:
        odds += f"; {words.span(passes.low, passes.high, 'share')} over rival readings"
    second = [f"{odds}.", *(f"{said}: {listed([brief(n, 28) for n in names], 3)}." for said, names in groups(signs))]
    cites = found("settlement", f"passes.{plan.id}")
    return first, text(*second, cites=cites), _gains(told, plan), _risk(told, plan)


def _often(share: float) -> str:
    """How often a party signs, in words that name the cut."""
    return "Signs in most draws" if share > 0.5 else "Signs in half or fewer" if share > 0 else "Signs in none"


def _gains(told: Told, plan: m.Plan) -> Cell:
    rows = told.by_party("margins")
    said = []
    for party in told.parties:
        row = rows.get((plan.id, party.id))
        middle = row.number("margin") if row else None
        if middle is not None:
            said.append(
                (brief(told.name(party.id), 28), "Better than no deal" if middle > 0 else "No better than no deal")
            )
    if not said:
        return text("not told")
    lines = [f"{what}: {listed(names, 4)}." for what, names in groups(said)]
    return text(*lines, cites=table("settlement", "margins"))


def _risk(told: Told, plan: m.Plan) -> Cell:
    row = told.by_plan("by_plan").get(plan.id)
    lines: list[str] = []
    cites: list[str] = []
    if row is not None:
        often, in_sum = row.number("often") or 0.0, row.number("sum") or 0.0
        who = brief(words.clean(str(row["party"])), 40)
        if often >= in_sum and often > 0:
            lines.append(
                f"{who} refuses it most, most often over “{brief(str(row['clause']), 70)}” "
                f"(crosses a line that is real in {words.percent(often)})."
            )
        elif in_sum > 0:
            lines.append(f"{who} refuses it most: in sum worth less than no deal in {words.percent(in_sum)}.")
        else:
            lines.append(f"No one is seen to refuse it; {who} is the least willing.")
        cites += table("settlement", "by_plan")
    name = words.clean(plan.name)
    fails = [r for r in told.rows("settlement", "consents") if words.clean(str(r["plan"])) == name]
    worst = max(fails, key=lambda r: r.number("fails") or 0.0, default=None)
    if worst is not None and (share := worst.number("fails")):
        lines.append(f"Consent of {brief(str(worst['who']), 40)} fails in {words.percent(share)}.")
        cites += table("settlement", "consents")
    return text(*lines, cites=cites) if lines else text("not told")


def _no_deal(told: Told) -> tuple[Cell, ...]:
    first = text("No deal", "Go on as now, and talk later.", strong=True)
    if why := told.silent("futures"):
        return first, text("needs no signature"), _worth(told), text(brief(why, 200))
    ended = told.finding("futures", "ended.12")
    second = ["Needs no signature."]
    cites: tuple[str, ...] = ()
    if ended is not None and isinstance(ended.value, int | float):
        second.append(f"The fighting ends within 12 months all the same with a chance of {words.percent(ended.value)}.")
        cites = found("futures", "ended.12")
    return first, text(*second, cites=cites), _worth(told), _breaks(told)


def _worth(told: Told) -> Cell:
    """What no deal is worth to whom: the middle of the war core where there is one, else the dossier's own number."""
    rows = [r for r in told.rows("futures", "no_deal") if "war core" in str(r["source"])]
    if rows:
        said = [(brief(words.clean(str(r["party"])), 28), r.number("value")) for r in rows]
        cites: tuple[str, ...] = table("futures", "no_deal")
    else:
        held = {f.key: f for f in told.case.figures}
        keys = [(a, f"{a.id}.no_deal") for a in told.parties]
        said = [(brief(told.name(a.id), 28), held[k].mode) for a, k in keys if k in held]
        cites = tuple(held[k].id for _, k in keys if k in held)[:4]
    parts = [f"{name} {words.percent(v)}" for name, v in said if v is not None]
    if not parts:
        return text("not told")
    return text(f"Worth, on each party's own scale from defeat to victory: {listed(parts, 4)}.", cites=cites)


def _breaks(told: Told) -> Cell:
    sides = [told.name(s) for s in (told.case.war.belligerents if told.case.war else ())]
    lines: list[str] = []
    cites: list[str] = []
    labels = {
        "fighting": "Still fighting",
        "A_breaks": f"{sides[0]} cannot go on",
        "B_breaks": f"{sides[1]} cannot go on",
    }
    for key, label in labels.items():
        value = told.value("futures", f"state.{key}.{MONTHS}")
        if value is not None:
            lines.append(f"{brief(label, 45)}: {words.percent(value)}.")
            cites += found("futures", f"state.{key}.{MONTHS}")
    return text(f"After {MONTHS} months:", *lines, cites=cites) if lines else text("not told")


def _openers(told: Told, plans: list[m.Plan]) -> list[Said]:
    """The least that opens the plan that comes closest."""
    row = told.by_plan("amendments").get(plans[0].id) if plans else None
    if row is None:
        return []
    median = row.number("median")
    if not median:
        return []
    clause = str(row["clauses"]).split(" (")[0].split(";")[0]
    count = f"{median:g} clause" + ("" if median == 1 else "s")
    said = f"“{brief(plans[0].name, 60)}”: {count} to change in the middle draw that has a zone of agreement"
    said += f"; most often {brief(clause, 60)}." if clause.strip() else "."
    return [Said(said, table("settlement", "amendments"))]


def _so_what(told: Told) -> list[Said]:
    """What follows for whoever mediates, where the lenses say so."""
    held = [(r.lens, r.so_what) for r in told.report.results if r.so_what and r.lens in ("settlement", "futures")]
    return [Said(brief(said, 200), (f"lens:{lens}",)) for lens, said in held]


def _rests(told: Told) -> tuple[Said, ...]:
    count = {str(plain(r[0])): int(r[1]) for r in kinds_table(told.case).rows if r[1]}
    kinds = ", ".join(f"{n} on {kind}" for kind, n in count.items())
    said = [Said(f"Of {sum(count.values())} numbers of the case: {kinds}.")]
    if voices := [v.who for v in told.case.missing_voices]:
        said.append(Said(f"No source carries the own voice of {brief(listed(voices, 2), 130)}."))
    return tuple(said)


def _note(told: Told) -> str:
    left = len(told.plans) - OPTIONS
    more = f" {left} more plan{'s are' if left > 1 else ' is'} in the plan comparison." if left > 0 else ""
    return (
        "A draw is one way in which all uncertain numbers could turn out together; odds are shares of draws. Better or "
        f"no better than no deal: in the middle draw, each party by its own scale.{more}"
    )
