"""The numbers of the process lens: reviews, what is heard, what would be tabled, the price of wanting a deal as
such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Arrays, Study, chosen
from winset.case import model as m
from winset.case.figure import parse_basis
from winset.derive.circle import messages as ms
from winset.derive.circle import voices as vs
from winset.derive.deal.acceptance import Verdict, join, judge
from winset.derive.worth.menu import Deal, menu, tailored, worth_of
from winset.derive.worth.packages import clause_of
from winset.derive.worth.utilities import missing, utilities
from winset.lens.process.parts import CHANGES, LEVELS, Heard, Messenger, Pace, Parts, Review, Tabled, Wish, share, told
from winset.reads import reading
from winset.settings import number, numbers, whole
from winset.theory import organisation

BONUS = "deal_bonus"


def gather(study: Study) -> Parts:
    case, arrays = study.known, study.arrays()
    plans = [p for p in sorted(case.plans, key=lambda p: p.id) if p.kind == "plan"]
    with reading() as seen:
        judged = {} if missing(case) or not plans else _judged(arrays, plans)
    basis = tuple(sorted(seen))
    found = vs.organised(case)
    few = first(study, whole("process.sample"))
    return Parts(
        case=case,
        reviews=[_review(arrays, party, list(judged.values()), basis) for party in found],
        heard=[_heard(few, *pair) for pair in ms.pairs(case)],
        tabled=[] if missing(case) else _tabled(few),
        wishes=[w for party in found if (w := _wish(arrays, party, judged, basis))],
        messengers=_messengers(arrays, found),
        voices=[v for party in found if (v := vs.voices(case, party))],
        pace=_pace(arrays, plans, list(judged.values()), basis),
        names={a.id: a.name for a in case.actors},
    )


def first(study: Study, count: int) -> list[Arrays]:
    """The first draws of a study, slice by slice."""
    made: list[Arrays] = []
    for whole_ in study.arrays():
        size, luck = min(count, whole_.draws), whole_.luck
        if size:
            rows = np.arange(size) if luck.rows is None else luck.rows[:size]
            made.append(replace(whole_, luck=chosen(luck.pool or (luck,), rows), used=set()))
            count -= size
    return made


def _judged(arrays: Sequence[Arrays], plans: Sequence[m.Plan]) -> dict[str, Verdict]:
    parts = [judge(a, plans, detail=False) for a in arrays]
    return {p.id: join([part[i] for part in parts]) for i, p in enumerate(plans)}


def cited_by(case: m.Case, party: str, kinds: Sequence[str]) -> tuple[str, ...]:
    """The passages behind a party's channels of some kinds."""
    own = [c for c in case.channels if c.kind in kinds and party in (case.party_of(c.source), case.party_of(c.target))]
    passages = [p for c in sorted(own, key=lambda c: c.id) for p in parse_basis(c.basis).passages]
    return tuple(dict.fromkeys(p for p in passages if p in case.passage))


def _review(arrays: Sequence[Arrays], party: str, judged: Sequence[Verdict], basis: Sequence[str]) -> Review:
    case = arrays[0].case
    own = bool(judged) and case.actor[party].signs
    good, gain, loss = 0.5, 1.0, 1.0
    if own:
        margin = np.concatenate([v.margin[party] for v in judged])
        signs = np.concatenate([v.signs[party] for v in judged])
        cost = np.maximum(-margin, 0.0)
        if arrays[0].has(party, "line_price"):
            price = np.concatenate([a.get(party, "line_price") for a in arrays])
            cost += np.concatenate([v.blocked(party) * price for v in judged])
        good = float(signs.mean())
        gain = float(margin[signs].mean()) if signs.any() else 1.0
        loss = float(cost[~signs].mean()) if (~signs).any() else 1.0
    elif judged:
        good = float(np.mean([v.all_sign.mean() for v in judged]))
    told_by = (*basis, *cited_by(case, party, ("carries_messages", "advises")))
    return Review(party, vs.envoys(case, party), vs.advisers(case, party), good, max(gain, 0.0), loss, own, told_by)


def _heard(arrays: Sequence[Arrays], hearer: str, speaker: str) -> Heard:
    case = arrays[0].case
    size: dict[str, tuple[float, float, float]] = {}
    lean: dict[str, tuple[float, float, float]] = {}
    with reading() as seen:
        for name, how in CHANGES.items():
            errors = [
                np.concatenate([ms.misread(a, hearer, speaker, replace(how, level=q)) for a in arrays]) for q in LEVELS
            ]
            size[name] = tuple(float(np.sqrt(np.mean(e**2))) for e in errors)  # type: ignore[assignment]
            lean[name] = tuple(float(e.mean()) for e in errors)  # type: ignore[assignment]
    ways = ms.routes(case, hearer, speaker)
    passages = [p for w in ways for c in w.channels for p in parse_basis(c.basis).passages if p in case.passage]
    basis = (*sorted(seen), *dict.fromkeys(passages))
    return Heard(
        hearer=hearer,
        speaker=speaker,
        reporters=tuple(w.reporters for w in ways),
        size=size,
        lean=lean,
        stated=ms.stated(case, hearer, speaker),
        basis=basis,
    )


def _deals(case: m.Case) -> list[Deal]:
    if case.war is not None and len(set(case.war.belligerents)) == 2:
        return list(menu(case, case.war.belligerents))
    plans = sorted((p for p in case.plans if p.kind == "plan"), key=lambda p: p.id)
    return [Deal(p.id, p.name, "plan", {i.id: clause_of(p, i) for i in case.issues}) for p in plans]


@dataclass(frozen=True)
class _Table:
    """Deals over draws. margin: their worth over no deal to every signatory. free: nothing but their worth stops
    them."""

    parties: tuple[str, ...]
    margin: Float[np.ndarray, "draw deal party"]
    free: Bool[np.ndarray, "draw deal"]

    def picked(
        self, party: str, wish: Float[np.ndarray, " draw"], error: Float[np.ndarray, "draw party"]
    ) -> np.ndarray:
        """The deal that a party tables: its own gain and wish times what it believes of the others' readiness."""
        at = [i for i, p in enumerate(self.parties) if p != party]
        short = (self.margin - error[:, None, :])[:, :, at]
        ready = 1 / (1 + np.exp(-np.clip(short / number("war.reckoning"), -60, 60)))
        own = self.margin[:, :, self.parties.index(party)] if party in self.parties else 1.0
        score = np.where(self.free, np.maximum(own + wish[:, None], 0.0) * ready.prod(axis=2), -1.0)
        return np.asarray(score.argmax(axis=1))

    def signed(self, party: str) -> Bool[np.ndarray, "draw deal"]:
        """Whether all others would sign each deal."""
        at = [i for i, p in enumerate(self.parties) if p != party]
        return self.free & (self.margin[:, :, at] >= 0).all(axis=2)


def _table(arrays: Arrays, deals: Sequence[Deal]) -> _Table:
    worths = utilities(arrays)
    made = worth_of(arrays, worths, deals)
    value, free = [made.value], [~made.blocked.any(axis=2) & made.ratified]
    war = arrays.case.war
    if war is not None and len(set(war.belligerents)) == 2:
        for one in tailored(
            arrays, worths, [dict(zip(war.belligerents, (w, 1 - w))) for w in numbers("menu.tailored")]
        ):
            value.append(one.value[:, None, :])
            free.append(one.possible[:, None])
    floor = np.stack([arrays.get(p, "no_deal") for p in made.parties], axis=1)
    return _Table(made.parties, np.concatenate(value, axis=1) - floor[:, None, :], np.concatenate(free, axis=1))


def wish_of(arrays: Arrays, party: str) -> Float[np.ndarray, " draw"]:
    """A party's leader's wish for a deal as such; 0 where none is stated."""
    heads = sorted(a.id for a in arrays.case.actors if a.role == "leader" and arrays.case.party_of(a.id) == party)
    own = [arrays.get(a, BONUS) for a in (*heads, party) if arrays.has(a, BONUS)]
    return np.asarray(np.mean(own, axis=0)) if own else np.zeros(arrays.draws)


def _tabled(arrays: Sequence[Arrays]) -> list[Tabled]:
    case = arrays[0].case
    hearers = sorted({h for h, _ in ms.pairs(case)})
    if not hearers or not (deals := _deals(case)):
        return []
    with reading() as seen:
        tables = [_table(a, deals) for a in arrays]
    return [one for party in hearers if (one := _of_hearer(arrays, tables, party, tuple(sorted(seen))))]


def _of_hearer(arrays: Sequence[Arrays], tables: Sequence[_Table], party: str, basis: tuple[str, ...]) -> Tabled | None:
    case, speakers = arrays[0].case, [s for h, s in ms.pairs(arrays[0].case) if h == party]
    signed = [t.signed(party) for t in tables]
    able = np.concatenate([s.any(axis=1) for s in signed])

    def tables_with(how: ms.How | None, sober: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """(whether all others sign, own margin) of the deal that is tabled, over all draws."""
        fits, gains = [], []
        for a, table, ok in zip(arrays, tables, signed):
            error = np.zeros((a.draws, len(table.parties)))
            if how is not None:
                for s in speakers:
                    error[:, table.parties.index(s)] = ms.misread(a, party, s, how)
            wish = np.zeros(a.draws) if sober else wish_of(a, party)
            pick = table.picked(party, wish, error)
            rows = np.arange(a.draws)
            fits.append(ok[rows, pick])
            own = table.parties.index(party) if party in table.parties else None
            gains.append(np.zeros(a.draws) if own is None else table.margin[rows, pick, own])
        return np.concatenate(fits), np.concatenate(gains)

    if not able.any():
        return None
    with reading() as seen:
        refused = {
            name: tuple(1 - share(tables_with(replace(how, level=q))[0][able]) for q in LEVELS)
            for name, how in CHANGES.items()
        }
        exact = 1 - share(tables_with(None)[0][able])
        gain, plain = tables_with(None)[1], tables_with(None, sober=True)[1]
    told_by = tuple(dict.fromkeys((*basis, *sorted(seen), *cited_by(case, party, ("carries_messages",)))))
    return Tabled(
        party=party,
        refused=refused,  # type: ignore[arg-type]
        exact=exact,
        signable=int(able.sum()),
        draws=len(able),
        moved=share(np.abs(gain - plain) > 0),
        given=float((plain - gain).mean()),
        basis=told_by,
    )


def _wish(arrays: Sequence[Arrays], party: str, judged: dict[str, Verdict], basis: Sequence[str]) -> Wish | None:
    case = arrays[0].case
    with reading() as seen:
        wish = np.concatenate([wish_of(a, party) for a in arrays])
    if not wish.any() or not case.actor[party].signs or not judged:
        return None
    tipped, lost = {}, []
    for name, v in judged.items():
        margin = v.margin[party]
        hit = ~v.blocked(party) & (margin < 0) & (margin + wish >= 0)
        tipped[name] = share(hit)
        lost.append(-margin[hit])
    cost = np.concatenate(lost)
    return Wish(party, told(wish), tipped, float(cost.mean()) if len(cost) else 0.0, (*sorted(seen), *basis))


def _messengers(arrays: Sequence[Arrays], parties: Sequence[str]) -> list[Messenger]:
    found = []
    for person in sorted({e for p in parties for e in vs.envoys(arrays[0].case, p)}):
        if arrays[0].has(person, BONUS):
            wish = told(np.concatenate([a.get(person, BONUS) for a in arrays]))
            column = np.concatenate([a.get(person, BONUS) for a in arrays])
            few = tuple(float(organisation.partitions(x)) if x > 0 else np.inf for x in wish)
            blind = share(column >= 0.25)  # from there on one interval is all (theory.organisation)
            found.append(Messenger(person, wish, few, blind, (arrays[0].id(person, BONUS),)))  # type: ignore[arg-type]
    return found


def _pace(
    arrays: Sequence[Arrays], plans: Sequence[m.Plan], judged: Sequence[Verdict], basis: Sequence[str]
) -> Pace | None:
    dates = sorted(p.date for p in plans if p.date)
    if len(dates) < 2 or not judged or dates[0] == dates[-1]:
        return None
    wasted, known = 0.0, arrays[0].has("case", "round_length")
    if known:
        wasted = float(np.concatenate([a.get("case", "round_length") for a in arrays]).mean())
    good = float(np.mean([v.all_sign.mean() for v in judged]))
    told_by = (*basis, *([arrays[0].id("case", "round_length")] if known else []), *(p.id for p in plans))
    return Pace((dates[-1] - dates[0]).days / (len(dates) - 1), good, wasted, told_by)
