"""Sentences, findings, charts and sections of the escalation lens."""

from __future__ import annotations

from collections import Counter

import numpy as np

from winset.case import steps
from winset.derive.steps.games import Reassures, Weighed
from winset.lens.escalation.model_tables import REGIONS, direction, span, way
from winset.lens.escalation.parts import Parts
from winset.lens.escalation.tables import link
from winset.result import Chart, Finding, Section
from winset.spoken import between, capital, count, listed, percent
from winset.theory import bands

OUT_OF_REACH = (
    "No chance of the use of nuclear weapons is given: in {k} of {n} {name} a nuclear-armed state spoke of such "
    "weapons or moved them, "
    "and none was used, which cannot give a chance of use."
)


def answer(parts: Parts) -> tuple[str, ...]:
    return (
        *where(parts),
        *followed(parts),
        *kept(parts),
        *(deterred(parts, w) for w in parts.weighed),
        *(reassured(parts, r) for r in parts.reassures),
        *next_words(parts),
        *moved(parts),
        *standing_states(parts),
        *pulled(parts),
    )


def where(parts: Parts) -> list[str]:
    """Where the pairs with most acts stand, domain by domain."""
    said = []
    for source, target in list(dict.fromkeys((s.source, s.target) for s in parts.standings))[:2]:
        own = [s for s in parts.standings if (s.source, s.target) == (source, target)]
        done = listed([f"{s.domain} “{s.done.rung.label}”" for s in own if s.done])
        ahead = [s for s in own if s.ahead and s.announced]
        more = listed([f"“{s.announced.rung.label}” ({s.domain})" for s in ahead if s.announced])
        text = f"The highest steps of {parts.pair(source, target)} that were done: {done or 'none'}."
        said.append(text + (f" Announced beyond them: {more}." if more else ""))
    return said


def followed(parts: Parts) -> list[str]:
    """What followed what, against chance and after all looks."""
    if not parts.counts:
        return ["No pair has dated acts on both sides, so that nothing can be said of answers."]
    rows = parts.reactions
    answered = sum(r.answer is not None for r in rows)
    firm = sum(link(parts, r) in ("told by a source", "by date") for r in rows)
    stand = [c for c in parts.counts if c.q <= parts.set.alpha and c.look.answered > c.look.expected]
    told = (
        f"Of {len(rows)} acts between sides that both acted, {some(answered)} {'was' if answered == 1 else 'were'} "
        f"followed by an act "
        f"the other way within {parts.set.window} days or by one that a source ties to it"
        f"{f', {some(firm)} of them tied by a source or closer than chance would have it' if answered else ''}."
    )
    if not stand:
        return [told + f" After all {len(parts.counts)} looks no pair stands out from chance."]
    who = listed([f"{parts.pair(c.target, c.source)} within {c.window} days" for c in stand[:3]])
    return [told + f" Standing out after all {len(parts.counts)} looks: {who}; an association, not a cause."]


def some(number: int) -> str:
    return count(number) if number else "none"


def kept(parts: Parts) -> list[str]:
    """What became of threats, beside comparable ones."""
    if not parts.threats:
        return ["No threat or deadline is on record."]
    fates = Counter(t.fate for t in parts.threats)
    like = bands.classes()["threat-standing"]
    told = ", ".join(f"{n} {fate}" for fate, n in sorted(fates.items(), key=lambda x: (-x[1], x[0])))
    return [
        f"Of {count(len(parts.threats), 'threat or deadline', 'threats and deadlines')} on record: {told}. Of "
        f"{like.n} comparable {like.name}, "
        f"{percent(like.share)} were carried out ({like.note})."
    ]


def deterred(parts: Parts, w: Weighed) -> str:
    """The region's name first, then thresholds, the substitute, and the rival reading; chances come last."""
    low, mid, high = span(w.defender)
    certain, soft, now, needed = (float(np.median(x)) for x in (w.at.certain, w.at.soft, w.not_made, w.needed))
    others = [f"{REGIONS[i]} in {percent(s)}" for i, s in enumerate(w.shares) if s > 0 and i != w.leading]
    worth = f"a status quo worth {needed:.2f} and not {now:.2f} to {parts.name(w.threat.challenger)}"
    same = f"; {worth} would do the same" if needed > now else "; it is as high as that in most draws"
    own = f"; the author's own deadlines would give {w.record[0]:.2f}" if w.record else ""
    steadfast = float(w.steadfast.mean())
    rival = (
        f" Rival reading, steadfast: nobody comes all the same, possible in {percent(steadfast)} of draws."
        if steadfast
        else ""
    )
    return (
        f"Threat of {parts.name(w.threat.defender)} against “{w.threat.challenge}” by "
        f"{parts.name(w.threat.challenger)}: "
        f"{REGIONS[w.leading]} in {percent(float(w.shares[w.leading]))} of draws"
        f"{f' ({listed(others)})' if others else ''}. It deters in part from a credibility of {soft:.2f} and "
        f"everybody from "
        f"{certain:.2f}; the dossier has {mid:.2f} ({low:.2f} to {high:.2f}{own}){same}.{rival}"
    )


def reassured(parts: Parts, r: Reassures) -> str:
    who = f"{parts.name(r.gesture.source)} toward {parts.name(r.gesture.target)}, “{r.gesture.what}”"
    least, most = float(np.median(r.least)), float(np.median(r.most))
    if r.possible < 0.5:
        return (
            f"First step of {who}: in {percent(1 - r.possible)} of draws no step is both big enough to reassure and "
            f"small enough to be dared."
        )
    return (
        f"First step of {who}: at least {percent(least)} of the stakes, since less would be given by a side that "
        f"means to cheat, and "
        f"at most {percent(most)}, since more would not be dared (such a step exists in {percent(r.possible)} of "
        f"draws)."
    )


def next_words(parts: Parts) -> list[str]:
    said = []
    for step in sorted(parts.told.next, key=lambda n: n.id):
        own = [b for b in parts.bands if b.next.id == step.id]
        if own:
            low, high = bands.union([(b.low, b.high) for b in own])
            said.append(
                f"“{step.what}” ({parts.pair(step.source, step.target)}): {between(low, high)} over "
                f"{count(len(own), 'class', 'classes')} "
                f"of comparable cases{', which stand side by side' if len(own) > 1 else ''}."
            )
        else:
            said.append(
                f"“{step.what}” ({parts.pair(step.source, step.target)}): nothing of this kind has been observed."
            )
    signal = bands.classes()["nuclear-signal"]
    if any(a.rung.domain in ("words", "posture") and a.rung.threshold for a in parts.acts):
        said.append(OUT_OF_REACH.format(k=signal.k, n=signal.n, name=signal.name))
    return said


def moved(parts: Parts) -> list[str]:
    if not parts.told.neighbours:
        return []
    who = listed(sorted(parts.name(n.actor) for n in parts.told.neighbours))
    return [
        f"Neighbours that moved: {who}. Each has two readings, afraid or would have anyway; the table says what "
        f"would tell them apart."
    ]


def standing_states(parts: Parts) -> list[str]:
    """Whether today and the named ends stand, each side looking one move ahead."""
    if parts.states is None:
        return []
    made, said = parts.states, []
    for name, s in made.named.items():
        leaves = made.leaves(s, parts.set.stands)  # type: ignore[arg-type]
        who = listed([parts.name(made.graph.players[i].actor) for i in leaves])
        state = "The state of today" if name == "now" else f"The end “{name.replace('-', ' ')}”"
        said.append(
            f"{state} {f'does not stand: {who} would leave it' if leaves else 'stands'}, each side looking one move "
            f"ahead."
        )
    return said


def pulled(parts: Parts) -> list[str]:
    """What each lever does to threats and first steps, and the steps beyond what has been done that levers are."""
    said = [f"“{p.lever.title}” moves {parts.subject(p.subject)}: {direction(parts, p)}." for p in parts.pulls]
    for s in parts.stands:
        if s.further:
            more = f", past the threshold “{s.rung.threshold}”" if s.rung.threshold else ""
            said.append(
                f"“{s.lever.title}” is a step of {parts.pair(s.source, s.target)} {way(s)} ({s.rung.domain}: "
                f"“{s.rung.label}”{more})."
            )
    return said


def sides(parts: Parts) -> list[str]:
    """Pairs whose record could tell deterrence from spiral, or that none can."""
    pressed = Counter((a.source, t) for a in parts.acts for t in a.targets)
    eased: Counter[tuple[str, str]] = Counter()
    for event in parts.case.events:
        if (event.intensity or 0) > 0 and event.plover != "CONSULT":
            pairs = {(parts.case.party_of(s), parts.case.party_of(t)) for s in event.source for t in event.target}
            eased.update(pairs)
    told = [p for p in pressed if min(pressed[p], eased[p]) >= parts.set.few]
    if told:
        return []
    return [
        f"Whether pressure deters or feeds a spiral cannot be told from this record: no pair has {parts.set.few} "
        f"dated acts of pressure and "
        "as many of restraint. Both stand as readings."
    ]


def findings(parts: Parts) -> tuple[Finding, ...]:
    found = []
    for w in parts.weighed:
        for key, values in (("certain", w.at.certain), ("soft", w.at.soft), ("credibility", w.defender)):
            low, mid, high = span(np.asarray(values))
            found.append(
                Finding(
                    key=f"{w.threat.id}.{key}",
                    sentence=f"“{w.threat.challenge}”: {key}.",
                    value=mid,
                    unit="probability",
                    low=low,
                    high=high,
                    basis=w.basis,
                    sources=("zagare2000",),
                )
            )
        found.append(
            Finding(
                key=f"{w.threat.id}.region",
                sentence=deterred(parts, w),
                value=REGIONS[w.leading],
                basis=w.basis,
                sources=("zagare2000", "quackenbush2010"),
            )
        )
    for r in parts.reassures:
        for key, values in (("least", r.least), ("most", r.most)):
            low, mid, high = span(values)
            found.append(
                Finding(
                    key=f"{r.gesture.id}.{key}",
                    sentence=reassured(parts, r),
                    value=mid,
                    unit="share of the stakes",
                    low=low,
                    high=high,
                    basis=r.basis,
                    sources=("kydd2000", "kydd2005"),
                )
            )
    for b in parts.bands:
        found.append(
            Finding(
                key=f"{b.next.id}.{b.of.id}",
                sentence=f"“{b.next.what}”: {b.of.k} of {b.of.n} {b.of.unit}.",
                value=b.mid,
                unit="probability",
                low=b.low,
                high=b.high,
                basis=b.basis,
                sources=("ibrahim2000",),
            )
        )
    return tuple(found)


CHARTS = (
    Chart(
        key="acts_chart",
        kind="timeline",
        table="acts",
        title="Who acted in which domain, and when",
        roles={"x": "date", "y": "domain", "color": "side"},
        caption="A mark is an act, done or announced; domains are not higher or lower than each other.",
    ),
    Chart(
        key="regions_chart",
        kind="matrix",
        table="regions",
        title="In which region each threat lies",
        roles={"x": "region", "y": "threat", "value": "share"},
        caption="Shares of draws: what follows from payoffs that nobody has measured.",
    ),
)

SECTIONS = (
    Section(
        "standing",
        "Where each side stands toward each other",
        (
            f"Steps are ordered within a domain ({', '.join(steps.domains())}) and not across domains, for each "
            f"directed pair. A pair has no "
            "overall step, and neither has the war.",
        ),
        ("standing", "named", "acts_chart", "acts"),
    ),
    Section(
        "answers",
        "What was followed by what",
        (
            "An answer goes the other way. What a side does later about its own act (it follows through, moves it or "
            "takes it back) is no "
            "answer and stands in a table of its own. An act without an answer is a row too.",
        ),
        ("ledger", "own", "looks"),
    ),
    Section("threats", "Which threats were carried out", (), ("threats",)),
    Section(
        "deterrence",
        "Under which credibility a threat deters",
        (
            "One side could do something, another threatens an answer. What each outcome is worth, from 0 for a "
            "side's own defeat to 1 for "
            "its victory, is the dossier's judgement; the thresholds follow from it.",
        ),
        ("deterrence", "regions_chart", "regions"),
    ),
    Section("reassurance", "How big a first step must be", (), ("reassurance",)),
    Section("next", "How it could go further", (), ("next",)),
    Section("neighbours", "How the neighbours moved", (), ("neighbours", "spending")),
    Section(
        "states",
        "Which states stand",
        ("From orderings alone: what each side prefers, what it can do by itself, and what cannot be undone.",),
        ("states", "equilibria"),
    ),
    Section(
        "more",
        "Other models of the same threats",
        ("Switched on for this run; what they give follows from payoffs and impacts that nobody has measured.",),
        ("signalling", "contests", "balances"),
    ),
    Section("levers", "What each lever does to the ladder", (), ("levers", "lever_steps")),
)


def notes(parts: Parts) -> tuple[str, ...]:
    gaps = (f"Not answered: {text}." for text in parts.lacking)
    left = len(parts.unmoved)
    still = [f"{count(left, 'lever')} of the dossier set none of these numbers and stand on no step."] if left else []
    return (*sides(parts), *gaps, *map(capital, still))
