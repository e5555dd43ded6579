"""What the scorecard lens offers to readers of one page: for whom some plan beats today, and which domain decides."""

from __future__ import annotations

from collections.abc import Sequence

from winset.case.criteria import BEFORE
from winset.lens.scorecard.shares import Share
from winset.lens.scorecard.tables import Looked
from winset.lens.scorecard.words import leads, trails, weightings
from winset.result import Offer, Point
from winset.spoken import capital, count, listed, percent, short

NAMED, NAME, LONG = 3, 24, 40  # no answer: how many actors a sentence of the brief names, and letters of their names


def offer(found: Looked, verdicts: Sequence[str]) -> Offer:
    head = headline(found)
    return Offer(
        headline=head,
        picture="better_chart",
        so_what=so_what(found),
        points=(
            Point("gains", f"{head} {without_fighting(found)}".strip()),
            *(Point("gains", text) for text in verdicts),
        ),
    )


def best_plan(found: Looked, actor: str) -> tuple[str, Share] | None:
    """The plan that is better than today under the largest share of weightings, the least over concentrations first."""
    one = next(b for b in found.boards if b.actor == actor)
    plans = {o.name: found.better[actor, o.id] for o in one.board.outcomes if o.kind == "plan"}
    if len(plans) > 1 and len(set(plans.values())) == 1:
        return "each plan alike", next(iter(plans.values()))
    return max(plans.items(), key=lambda item: (item[1].low, item[1].value)) if plans else None


def headline(found: Looked) -> str:
    gained: list[str] = []
    none: list[str] = []
    open_: list[str] = []
    for one in found.boards:
        best = best_plan(found, one.actor)
        if best is not None:
            of = gained if leads(best[1]) else none if trails(best[1]) else open_
            of.append(short(found.name(one.actor), NAME))
    if gained:
        parts = [f"Under most weightings of the criteria some plan is better than today for {named(gained)}"]
        parts += [f"none is for {named(none)}"] if none else []
    elif none:
        parts = [f"Under most weightings of the criteria no plan is better than today for {named(none)}"]
    elif open_:
        return f"For {named(open_)} it depends on how the criteria are weighted whether any plan is better than today."
    else:
        return "No plan is scored by the criteria of the case."
    parts += [f"it depends for {named(open_)}"] if open_ else []
    return f"{'; '.join(parts)}."


def named(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= NAMED else f"{count(len(names))} parties"


def without_fighting(found: Looked) -> str:
    """Who does not fight, and whether it is better off than before the war."""
    said = []
    for one in found.boards:
        share = found.better.get((one.actor, BEFORE))
        if share is not None and not found.fights(one.actor):
            said.append(
                f"{short(found.name(one.actor), LONG)} is better off than before the war under {weightings(share)}"
            )
    return f"Of those that do not fight, {'; '.join(said[:NAMED])}." if said else ""


def so_what(found: Looked) -> str:
    """The domain that decides, for the actor for whom one decides most."""
    most = max(
        ((moved, one.actor, domain) for one in found.boards for domain, moved in found.deciding[one.actor].items()),
        default=None,
    )
    if most is None:
        return "Each actor has criteria in one domain alone, so that no weighing is asked of it."
    moved, actor, domain = most
    return capital(
        f"What most needs to be known of {found.name(actor)} is how much “{found.domain(domain)}” counts: "
        f"without it another outcome comes first in {percent(moved)} of weightings and draws."
    )
