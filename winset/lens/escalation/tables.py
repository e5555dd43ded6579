"""The tables of the escalation lens on the record: standings, acts, answers, counts, threats."""

from __future__ import annotations

from collections.abc import Sequence

from winset.case import steps
from winset.case.model import parse_basis
from winset.derive.steps.follow import Threatened
from winset.derive.steps.placed import Act, Standing
from winset.derive.steps.reactions import Reaction
from winset.lens.escalation.parts import Parts
from winset.result import CellKind, Cited, Column, Table, cited


def heads(text: str) -> tuple[Column, ...]:
    """Columns written `key=Label` or `key=Label=kind`, separated by `;`."""
    made = []
    for part in text.split(";"):
        key, label, *kind = (x.strip() for x in part.split("="))
        made.append(Column(key, label, _kind(kind)))
    return tuple(made)


def _kind(given: Sequence[str]) -> CellKind:
    return given[0] if given else "text"  # type: ignore[return-value]


def told(act: Act | None) -> str:
    return f"{act.rung.step} {act.rung.label}" if act else "none"


def record_tables(parts: Parts) -> list[Table]:
    return [standing(parts), named(parts), timeline(parts), ledger(parts), own(parts), looks(parts), threatened(parts)]


def standing(parts: Parts) -> Table:
    """Where each side stands toward each other in each domain."""
    rows = []
    for s in parts.standings:
        own = tuple(a.event.id for a in (s.done, s.announced) if a)
        above = f"{s.threshold.step} {s.threshold.label}: {s.threshold.threshold}" if s.threshold else "none left"
        rows.append(
            (
                parts.name(s.source),
                parts.name(s.target),
                s.domain,
                told(s.done),
                str(s.done.event.date) if s.done else "",
                told(s.announced) if s.ahead else "",
                above,
                _named(parts, s),
                Cited(s.acts, own),
            )
        )
    columns = heads(
        "source=Side; target=Toward; domain=Domain; done=Highest step done; date=On=date; announced=Announced beyond "
        "it; "
        "threshold=Next threshold; named=Who named it; acts=Acts=number"
    )
    note = (
        "The number before a step is its place in its own domain: steps of different domains cannot be compared, and "
        "there is "
        "no step of the war as a whole. A threshold changes the kind of contest, not only its measure."
    )
    return Table("standing", "Where each side stands toward each other", columns, tuple(rows), note)


def _named(parts: Parts, s: Standing) -> str:
    return "; ".join(f"{parts.name(n.by)}: {n.what}" for n in s.named) or "nobody on record"


def named(parts: Parts) -> Table:
    """Steps that somebody has named as a threshold, whoever would cross it."""
    rows = []
    for n in sorted(parts.told.named, key=lambda n: (n.domain, n.step, n.by, n.toward)):
        rung, rests = steps.rungs()[n.domain, n.step], parse_basis(n.basis).passages
        cell = Cited(n.step, rests) if rests else ""
        rows.append((parts.name(n.by), parts.name(n.toward), n.domain, cell, rung.label, n.what, str(n.public or "")))
    columns = heads(
        "by=Named by; toward=Toward; domain=Domain; step=Step=number; label=Step in words; what=In which words; "
        "date=Known from=date"
    )
    return Table("named", "Thresholds that were named", columns, tuple(rows))


def own(parts: Parts) -> Table:
    """What a side did later about its own act: no answer of the other side."""
    rows = []
    for o in parts.own:
        days, ids = (o.later.date - o.act.event.date).days, (o.act.event.id, o.later.id)
        cells = (str(o.act.event.date), parts.name(o.act.source), o.act.event.what, o.how, o.later.what)
        rows.append((*cells, Cited(days, ids)))
    columns = heads("date=Date=date; side=Side; act=Act; how=How; later=Later act of the same side; days=Days=number")
    return Table("own", "What sides did about their own acts", columns, tuple(rows))


def timeline(parts: Parts) -> Table:
    """Every act on a step, once for each pair."""
    rows = []
    for act in parts.acts:
        for target in act.targets:
            rows.append(
                (
                    str(act.event.date),
                    parts.labels[act.source],
                    parts.labels[target],
                    act.rung.domain,
                    Cited(act.rung.step, act.basis),
                    act.rung.label,
                    "announced" if act.announced else "done",
                    "the case" if act.stated else "its code",
                    "through a bloc or by its aim" if target in act.through else "directly",
                    act.event.what,
                )
            )
    columns = heads(
        "date=Date=date; side=Side; target=Toward; domain=Domain; step=Step=number; label=Step in words; "
        "state=State; by=Placed by; "
        "reach=Reaches; what=Act"
    )
    return Table("acts", "The acts and the steps they stand on", columns, tuple(rows))


def ledger(parts: Parts) -> Table:
    """Every act of a pair in which both sides acted, with its answer or none."""
    columns = heads(
        "source=Side; target=Toward; date=Date=date; act=Act; step=Step; answer=Followed by; days=Days=number; "
        "how=How; "
        "chance=By chance=share; link=Link"
    )
    note = (
        f"Followed by: an act the other way 1 to {parts.set.window} days later, both known to the day, or one that "
        f"the case "
        "itself refers to it. By chance: how often the days after the act would hold such an act if the other side's "
        "had "
        "begun on any other day, as far apart. That one act followed another does not say that it answered it; the "
        "record "
        "begins where its authors began, lists some acts and not all, and tells chains because they are chains."
    )
    return Table("ledger", "What was followed by what", columns, tuple(_row(parts, r) for r in parts.reactions), note)


def _row(parts: Parts, r: Reaction) -> tuple[object, ...]:
    act, back = r.act, r.answer
    own = (act.event.id, *((back.event.id,) if back else ()))
    return (
        parts.name(act.source),
        parts.name(r.target),
        str(act.event.date),
        act.event.what,
        f"{act.rung.domain} {act.rung.step}",
        back.event.what if back else "no act on record",
        "" if r.days is None else Cited(r.days, own),
        r.how,
        "" if r.chance is None else Cited(r.chance, own),
        link(parts, r),
    )


def link(parts: Parts, r: Reaction) -> str:
    """How firm a link is: told by the case, by date, or within what chance gives."""
    if r.answer is None:
        return ""
    if r.coded:
        return "told by a source"
    return "by date" if r.chance is not None and r.chance <= parts.set.chance else "within chance"


def looks(parts: Parts) -> Table:
    """Every pair and window against rotation, corrected."""
    rows = []
    for c in parts.counts:
        ratio = c.look.answered / c.look.expected if c.look.expected else ""
        cells = (parts.name(c.source), parts.name(c.target), float(c.window), c.look.acts, c.look.answered)
        rows.append(cited(c.basis, *cells, c.look.expected, ratio, c.look.p, c.q, c.before.answered))
    columns = heads(
        "source=Acts of; target=Followed by acts of; window=Within days=number; acts=Days with an act=number; "
        "answered=Followed="
        "number; expected=By chance=number; ratio=Ratio=number; p=p by rotation=share; q=p after all looks=share; "
        "before=The same backwards=number"
    )
    note = (
        f"{len(parts.counts)} looks. p by rotation: how often the other side's acts, turned around the period with "
        f"their spacing "
        "kept, follow as many acts. p after all looks is corrected for their number (Benjamini and Hochberg). "
        "Backwards: acts "
        "of the other side before and not after; where it is as large, order says nothing."
    )
    return Table("looks", "Do acts follow acts more often than chance?", columns, tuple(rows), note)


def threatened(parts: Parts) -> Table:
    """Threats and deadlines, what became of them, and comparable ones."""
    rows = [_threat_row(parts, t) for t in parts.threats]
    columns = heads(
        "date=Date=date; author=By; targets=Toward; what=Threat; due=Due=date; fate=What became of it; later=Later "
        "acts of the "
        "same side; k=Carried out=number; n=Of comparable=number; like=Comparable threats"
    )
    note = (
        "Carried out in part: some of it was done, or done to another. Comparable threats are associations in what "
        "was listed; "
        "that a threat was not carried out does not say whether it was believed, nor whether the target would have "
        "acted anyway."
    )
    return Table("threats", "Threats and what became of them", columns, tuple(rows), note)


def _threat_row(parts: Parts, t: Threatened) -> tuple[object, ...]:
    like = t.like
    return (
        str(t.event.date),
        parts.name(t.author),
        ", ".join(parts.name(x) for x in t.targets),
        t.event.what,
        str(t.due or ""),
        t.fate,
        "; ".join(f"{e.date}: {e.what}" for e in t.later),
        like.k if like else "",
        like.n if like else "",
        f"{like.name}: {like.event} ({like.source}{f'; {like.note}' if like.note else ''})" if like else "",
    )
