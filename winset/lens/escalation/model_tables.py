"""The tables that rest on models: threats, first steps, next steps, neighbours, states, levers."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from winset.derive.steps.games import Band
from winset.derive.steps.levers import Pull, Stands
from winset.lens.escalation.parts import Parts
from winset.lens.escalation.tables import heads
from winset.result import Cited, Table, cited
from winset.spoken import short
from winset.theory import bands
from winset.theory.graph_model import CONCEPTS, Concept

REGIONS = ("deters everybody", "deters in part", "is met by bluff", "deters nobody")
LABEL = 28  # no answer: letters of a label in a chart
NOTIONS: dict[Concept, str] = {
    "nash": "nobody gains by a move",
    "seq": "gains are met by moves that serve the others",
    "gmr": "gains can be met",
    "smr": "and not escaped from",
}


def span(values: Float[np.ndarray, " draw"]) -> tuple[float, float, float]:
    low, mid, high = (float(x) for x in np.quantile(values, (0.05, 0.5, 0.95)))
    return low, mid, high


def model_tables(parts: Parts) -> list[Table]:
    return [
        deterrence(parts),
        regions(parts),
        reassurance(parts),
        next_steps(parts),
        neighbours(parts),
        spending(parts),
        states(parts),
        equilibria(parts),
        levers(parts),
        lever_steps(parts),
    ]


def deterrence(parts: Parts) -> Table:
    """Thresholds of credibility and where the dossier puts it."""
    rows = []
    for w in parts.weighed:
        soft, certain, firm = (span(np.asarray(x)) for x in (w.at.soft, w.at.certain, w.defender))
        needed, now = span(w.needed), span(w.not_made)
        cells = (
            soft[1],
            certain[1],
            firm[0],
            firm[1],
            firm[2],
            Cited(*w.record) if w.record else "",
            now[1],
            needed[1],
            float(w.steadfast.mean()),
        )
        shown = (
            parts.name(w.threat.challenger),
            parts.name(w.threat.defender),
            w.threat.challenge,
            REGIONS[w.leading],
        )
        rows.append(cited(w.basis, *shown, *cells, float(w.sound.mean())))
    columns = heads(
        "challenger=Who would; defender=Who threatens; challenge=To do what; region=Region; soft=Deters in part "
        "from=share; "
        "certain=Deters everybody from=share; low=Credibility: 5th percentile=share; mid=median=share; high=95th "
        "percentile="
        "share; record=By its deadlines=share; now=Status quo is worth=share; needed=It would have to be "
        "worth=share; steadfast=Rival reading steadfast="
        "share; sound=Draws in order=share"
    )
    note = (
        "Medians over draws. Credibility is the chance that the threat would be carried out if it came to it; beside "
        "it what the author's "
        "own deadlines would give. Above the first "
        "threshold a challenger that would back down stays away, above the second everybody does; more than that "
        "buys nothing. "
        "The worth of the status quo to the challenger at which the present credibility would deter everybody stands "
        "beside "
        "the present one: the two do the same work. Steadfast: nobody comes even below the threshold, since whoever "
        "came would "
        "be taken for one that backs down. Draws in order: those in which the payoffs are in the order that the "
        "model asks for; "
        "the others are left out."
    )
    return Table("deterrence", "Under which credibility a threat deters", columns, tuple(rows), note)


def regions(parts: Parts) -> Table:
    rows = []
    for w in parts.weighed:
        for name, share in zip(REGIONS, w.shares):
            rows.append(cited(w.basis, short(w.threat.challenge, LABEL), name, float(share)))
    note = (
        "Share of draws in each region of the model. These are consequences of payoffs that nobody has measured, and "
        "no chances "
        "that anything happens. Is met by bluff: some that would back down come, and some that would give way resist."
    )
    columns = heads("threat=To do what; region=Region; share=Draws=share")
    return Table("regions", "In which region each threat lies, in shares of draws", columns, tuple(rows), note)


def reassurance(parts: Parts) -> Table:
    rows = []
    for r in parts.reassures:
        least, most, needed = span(r.least), span(r.most), span(r.minimum)
        trust = span(r.trust)
        extra = (
            (span(r.greedy)[1], span(r.overstated)[1])
            if r.greedy is not None and r.overstated is not None
            else ("", "")
        )
        cells = (least[1], most[1], r.possible, trust[1], needed[1], *extra)
        shown = (parts.name(r.gesture.source), parts.name(r.gesture.target), r.gesture.what)
        rows.append(cited(r.basis, *shown, *cells))
    columns = heads(
        "source=Who; target=Toward; what=First step; least=At least=share; most=At most=share; possible=Such a step "
        "exists=share; trust=Trust=share; minimum=Trust needed without it=share; greedy=Arming read as greed=share; "
        "over=Read too often by=share"
    )
    note = (
        "Shares of the stakes, medians over draws; `such a step exists` is a share of draws. At least: what a side "
        "that means to "
        "cheat would not give away. At most: what a side that means to keep its word dares. Arming read as greed: "
        "the chance "
        "that a side that arms is after more, if the fear on the other side is what it is; read too often by: what "
        "is added by "
        "believing that one frightens less than one does."
    )
    return Table("reassurance", "How big a first step must be, and how small", columns, tuple(rows), note)


def next_steps(parts: Parts) -> Table:
    rows: list[tuple[object, ...]] = []
    for step in sorted(parts.told.next, key=lambda n: n.id):
        own = [b for b in parts.bands if b.next.id == step.id]
        shown = (parts.name(step.source), parts.name(step.target), step.what, f"{step.domain} {step.step}")
        for b in own:
            when = f" within {parts.set.months:g} months" if b.of.in_time else ""
            told = f"{b.of.name}: {b.of.event}{when}"
            rows.append((*shown, told, b.of.k, f"{b.of.n} {b.of.unit}", *_banded(b), b.of.source))
        if not own:
            rows.append((*shown, "nothing of this kind has been observed", "", "", "", "", "", ""))
    columns = heads(
        "source=Who; target=Toward; what=Next step; step=Step; like=Comparable cases; k=Came in=number; n=Of; "
        "low=5th percentile="
        "share; mid=Median=share; high=95th percentile=share; source_of=Counted from"
    )
    note = (
        "Classes stand side by side and are not averaged or multiplied: which one the case belongs to decides, so "
        "the band is "
        "their union. They are made of what grew large enough to be listed, and say nothing about what a lever would "
        "change."
    )
    return Table("next", "What could come next, and how often it came in comparable cases", columns, tuple(rows), note)


def _banded(b: Band) -> tuple[object, ...]:
    return tuple(Cited(x, b.basis) if b.basis else x for x in (b.low, b.mid, b.high))


def neighbours(parts: Parts) -> Table:
    events = {e.id: e for e in parts.case.events}
    rows = []
    for n in sorted(parts.told.neighbours, key=lambda n: n.id):
        moved = [events[e] for e in n.events if e in events]
        told = "; ".join(f"{e.date}: {e.what}" for e in moved) or "nothing on record yet"
        rows.append((parts.name(n.actor), parts.name(n.about), told, n.before, n.afraid, n.otherwise, n.tells))
    columns = heads(
        "actor=Neighbour; about=Beside; moved=Moved; before=Before that; afraid=Reading 1: afraid; otherwise=Reading "
        "2: would have "
        "anyway; tells=What would tell them apart"
    )
    like, other = bands.classes()["neighbours-spending"], bands.classes()["others-spending"]
    note = (
        f"On average a neighbour of a state that began a war arms no more than others: {like.event} in "
        f"{like.share:.0%} of "
        f"{like.n}, and in {other.share:.0%} of {other.n:,} states without one ({like.source}). So they are listed "
        "one by one."
    )
    return Table("neighbours", "How each neighbour moved", columns, tuple(rows), note)


def spending(parts: Parts) -> Table:
    found = sorted(
        (f for f in parts.case.figures if f.quantity == "spending_growth" and not f.distribution), key=lambda f: f.id
    )
    rows = [
        (*cited((f.id,), f.subject[0].removeprefix("x:"), f.low, f.mode, f.high), f.note)
        for f in found
        if f.mode is not None
    ]
    columns = heads(
        "who=Who; low=5th percentile=number; mid=Most likely=number; high=95th percentile=number; note=Measure"
    )
    note = (
        "Growth of military spending over the world's median growth of the same years, in percent, as the dossier "
        "has it."
    )
    return Table("spending", "Spending of neighbours", columns, tuple(rows), note)


def states(parts: Parts) -> Table:
    if parts.states is None:
        return Table("states", "", (), ())
    made, rows = parts.states, []
    for name, s in made.named.items():
        stands = made.stands(s)
        concept: Concept = parts.set.stands  # type: ignore[assignment]
        for i in made.leaves(s, concept) or [-1]:
            turns = made.model.turns(i, s, concept) if i >= 0 else ()
            share = made.model.share_of_rankings(i, s, concept) if i >= 0 else None
            rows.append(
                (
                    name,
                    made.words(s),
                    "; ".join(NOTIONS[c] for c in CONCEPTS if stands[c]) or "it does not stand",
                    parts.name(made.graph.players[i].actor) if i >= 0 else "nobody",
                    " / ".join(made.words(t) for t in turns),
                    "" if share is None else f"{share:.0%}",
                )
            )
    columns = heads(
        "state=State; words=What is done in it; stands=Stands in the sense that; leaves=Who would leave it; turn=To "
        "stay it would "
        "have to cease to prefer; share=Orders of its own under which it would stay"
    )
    note = (
        "Each side looks one move ahead, from orderings alone: no odds and no timing. "
        f"Who would leave it: where {NOTIONS[parts.set.stands]}. "  # type: ignore[index]
        "The last column counts all strict orders of the states that matter, each as likely, with the others' orders "
        "as stated."
    )
    return Table("states", "Which states stand, and what each side would have to prefer", columns, tuple(rows), note)


def equilibria(parts: Parts) -> Table:
    if parts.states is None:
        return Table("equilibria", "", (), ())
    made, held = parts.states, {c: parts.states.model.equilibria(c) for c in CONCEPTS}
    some = [s for s in range(len(made.taken)) if any(held[c][s] for c in CONCEPTS)]
    rows = tuple((made.words(s), *("yes" if held[c][s] else "" for c in CONCEPTS)) for s in some)
    columns = heads("words=What is done; " + "; ".join(f"{c}={NOTIONS[c]}" for c in CONCEPTS))
    note = f"{len(some)} of {len(made.taken)} feasible states stand in some sense."
    return Table("equilibria", "All states that stand", columns, rows, note)


def levers(parts: Parts) -> Table:
    rows = []
    for p in parts.pulls:
        rows.append(cited(p.basis, p.lever.title, parts.subject(p.subject), direction(parts, p), p.up, p.down))
    columns = heads(
        "lever=Lever; subject=What it moves; direction=Direction; up=Draws that way up=share; down=Draws down=share"
    )
    note = (
        "Only the direction, with the same luck: whether credibility lies further beyond what deters everybody, or "
        "less far; whether there is more room between the least that reassures and the most that is dared, or less."
    )
    return Table("levers", "What each lever does to threats and first steps", columns, tuple(rows), note)


def direction(parts: Parts, p: Pull) -> str:
    threat = any(w.threat.id == p.subject for w in parts.weighed)
    if p.up == p.down:
        return "no direction"
    if threat:
        return "toward deterrence" if p.up > p.down else "away from deterrence"
    return "more room for it" if p.up > p.down else "less room for it"


def lever_steps(parts: Parts) -> Table:
    """The steps that levers are themselves, and which of them set no number of the ladder and stand on no step."""
    rows: list[tuple[object, ...]] = []
    for s in parts.stands:
        named = "; ".join(f"{parts.name(n.by)}: {n.what}" for n in s.named) or "nobody on record"
        shown = (s.lever.title, parts.name(s.source), parts.name(s.target), s.rung.domain)
        now = f"{s.before.step} {s.before.label}" if s.before else "none"
        own = f"{s.rung.step} {s.rung.label}" + (", announced" if s.told.state == "announced" else "")
        rows.append((*shown, now, own, way(s), s.rung.threshold if s.further else "", named if s.further else ""))
    for title in parts.unmoved:
        rows.append((title, "", "", "", "", "stands on no step and sets no number here", "", "", ""))
    columns = heads(
        "lever=Lever; source=Side; target=Toward; domain=Domain; now=Highest step done; step=Step of the lever; "
        "way=Direction; crossed=Threshold; named=Who named it or one on the way"
    )
    note = (
        "Where the dossier says which step a lever is (`levers` of escalation.yaml). A direction within one domain, "
        "and no chance."
    )
    return Table("lever_steps", "Which step each lever is", columns, tuple(rows), note)


def way(s: Stands) -> str:
    return "further than anything done" if s.further else "no further than what has been done"
