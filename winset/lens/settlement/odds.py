"""Who signs, ratifies and lets pass, as shares of draws: as stated, under each rival reading, and without a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import UInt8

from winset.arrays import Arrays, Change, Study
from winset.case import model as m
from winset.case.patch import apply, without_source
from winset.derive.deal.acceptance import Verdict, Votes, join, joined, judge, votes
from winset.derive.worth.utilities import Reading
from winset.errors import NoDrawFits
from winset.lens.settlement.exact import DOSSIER
from winset.lens.settlement.movers import Ranked, decisive, rank
from winset.lens.settlement.tables import ALL, ALL_RATIFY, ALL_SIGN, RATIFIES
from winset.luck import chosen
from winset.reads import Seen, note
from winset.sift import Look, Looked, Sift, beside, by_slice, looked, place_of, slice_of, weighed

READINGS = {
    "quadratic": ("value falls with the square of distance", Reading(shape="quadratic")),
    "step": ("value is all or nothing within a quarter of the scale", Reading(shape="step")),
    "real": ("every stated red line is real", Reading(red_lines="real")),
    "posture": ("every stated red line is posture", Reading(red_lines="posture")),
    "base": ("a stated red line is real as often as lines of ended wars held", Reading(red_lines="base")),
    "apart": ("a party's red lines are real independently of each other", Reading(dependence="apart")),
    "together": ("a party's red lines are all real or all posture", Reading(dependence="together")),
    "dossier": (DOSSIER, Reading(no_deal="dossier")),
}
Odds = dict[tuple[str, str], float]


def verdicts_of(
    arrays: Sequence[Arrays], plans: Sequence[m.Plan], reading: Reading, detail: bool = True
) -> list[Verdict]:
    """Verdicts over all draws, whatever slices they were compiled in."""
    per_slice = [judge(a, plans, reading, detail) for a in arrays]
    return [join([part.pop(0) for part in per_slice]) for _ in plans]  # the slices go as they are joined


@beside("deals")
def ranked(study: Study, reading: Reading) -> Ranked:
    """Which Figures decide (a task)."""
    plans = [p for p in study.known.plans if p.kind == "plan"]
    arrays = study.reading(how=reading.rival)
    verdicts = verdicts_of(arrays, plans, reading)
    odds = odds_of(verdicts)
    leading = leading_of(plans, odds)
    return rank(arrays, verdicts, decisive(leading, odds[leading, ""]), study.seed)


def rival_readings(study: Study, base: Reading) -> dict[str, tuple[Reading, m.Patch | None]]:
    """The rival readings by id: of the model, and of the dossier by the model's own reading."""
    of_model = {key: (reading, None) for key, (_, reading) in READINGS.items() if reading != base}
    return of_model | {patch.id: (base, patch) for patch in study.case.readings}


@beside("deals")
def rival_odds(study: Study, asked: tuple[Reading, m.Patch | None]) -> Odds:
    """Odds under a rival reading of the model or of the dossier (a task); nothing where no draw fits the record under
    it."""
    if study.draws > study.chunk:
        ((odds, seen),) = all_rival_odds(study, [asked])
        note(seen)
        return odds
    change, how, reading = _asked(*asked)
    return _odds_under(study, reading, change, how)


def all_rival_odds(study: Study, asked: Sequence[tuple[Reading, m.Patch | None]]) -> list[tuple[Odds, Seen]]:
    """Odds under several, each with what was read for it: slice by slice, so that the columns of a slice serve them
    all."""
    sifts = study.sift([_asked(*one) for one in asked], polled, keep=True)
    return [(_counted(study, sift), sift.seen) for sift in sifts]


rival_odds.together = all_rival_odds  # type: ignore[attr-defined]


def _asked(reading: Reading, patch: m.Patch | None) -> tuple[Change | None, Reading | None, Reading]:
    """What is asked of the candidates under a rival reading."""
    return (partial(apply, patch=patch), None, reading) if patch else (None, reading.rival, reading)


def look_ahead(study: Study, base: Reading, rivals: Sequence[tuple[Reading, m.Patch | None]]) -> None:
    """Has all hands look at the slices of a study for what is asked of all draws, under all readings at once."""
    study.sift([(None, base.rival, None), *(_asked(*one) for one in rivals)], polled)


@dataclass(frozen=True)
class Poll:
    """Every yes or no that is said of a plan in the candidates left, eight to a byte; names: the keys of `odds_of`."""

    names: tuple[tuple[str, str], ...]
    said: UInt8[np.ndarray, "name byte"]


@by_slice
def polled(study: Study, look: Look) -> Looked:
    """Which candidates of a slice are left under a rival reading, and who votes how in each (a task); only the first
    where no reading is given to vote by."""
    if look.more is None:
        return study.each(looked, [look], "")[0]
    assert isinstance(look.more, Reading)
    mask, luck = weighed(study, look), slice_of(study, look)
    first = look.blocks[0] * (look.places[1] - look.places[0])
    rows = np.arange(luck.count) if mask is None else first + np.flatnonzero(mask)
    said = Poll((), np.zeros((0, 0), np.uint8))
    if rows.size:
        (arrays,) = study.under(look.change, [luck if mask is None else chosen((luck,), rows)])
        plans = [p for p in arrays.case.plans if p.kind == "plan"]
        shares = dict(pair for v in votes(arrays, plans, look.more) for pair in _shares(v))
        said = Poll(tuple(shares), np.packbits(np.stack(list(shares.values())), axis=1))
    return Looked(None if mask is None else np.packbits(mask), said)


def _counted(study: Study, sift: Sift) -> Odds:
    """Odds in the draws that are left in the end."""
    masks, total, counts = sift.left() if sift.count else [], 0, Counter[tuple[str, str]]()
    for look, one in sift.found if sift.free or masks else ():
        stay = np.ones(look.places[1] - look.places[0], bool)
        if one.left is not None:
            stay = masks[look.batch][place_of(study, look)][slice(*look.blocks)][one.mask(look)]
        total += int(stay.sum())
        said = np.unpackbits(one.told.said, axis=1, count=len(stay)).view(bool)
        counts.update(dict(zip(one.told.names, said[:, stay].sum(axis=1).tolist())))
    return {name: count / total for name, count in counts.items()}


@beside("deals")
def odds_without(study: Study, asked: tuple[Reading, str]) -> Odds:
    """Odds if one source had not been read (a task); nothing where no draw fits the record without it."""
    reading, source = asked
    return _odds_under(study, reading, partial(without_source, source=source), None, study.known)


def _odds_under(
    study: Study, reading: Reading, change: Change | None, how: Reading | None, of: m.Case | None = None
) -> Odds:
    """Odds of the plans of a case (of the case read otherwise, if none is given) in the draws that the record leaves
    under another reading; nothing where it leaves none."""
    try:
        arrays = study.reading(change, how)
    except NoDrawFits:
        return {}
    plans = [p for p in (of or arrays[0].case).plans if p.kind == "plan"]
    return odds_of(votes_of(arrays, plans, reading))


def votes_of(arrays: Sequence[Arrays], plans: Sequence[m.Plan], reading: Reading) -> list[Votes]:
    """Votes over all draws, whatever slices they were compiled in."""
    per_slice = [votes(a, plans, reading) for a in arrays]
    return [joined(part) for part in zip(*per_slice)]


def odds_of(verdicts: Sequence[Verdict | Votes]) -> Odds:
    """Share of draws by (plan, party) that signs, (plan, `RATIFIES` + party), (plan, `ALL_SIGN`), (plan, `ALL_RATIFY`)
    and, for the whole deal, (plan, "")."""
    return {key: float(x.mean()) for v in verdicts for key, x in _shares(v)}


def _shares(v: Verdict | Votes) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    """Every yes or no that is said of a plan, by the keys of `odds_of`."""
    yield from (((v.plan, party), x) for party, x in v.signs.items())
    yield from (((v.plan, RATIFIES + party), x) for party, x in v.ratifies.items())
    yield (v.plan, ALL_SIGN), v.all_sign
    yield (v.plan, ALL_RATIFY), v.all_ratify
    yield (v.plan, ""), v.passes


def leading_of(plans: Sequence[m.Plan], odds: Odds) -> str:
    """The plan that passes most often; of equals the one that is signed most often."""
    return max(plans, key=lambda p: (odds[p.id, ""], odds[p.id, ALL_SIGN], _mean(odds, p.id), p.id)).id


def _mean(odds: Odds, plan_id: str) -> float:
    own = [x for (plan, who), x in odds.items() if plan == plan_id and who and ":" not in who and who not in ALL]
    return sum(own) / len(own)


def range_of(value: float, rivals: Sequence[float]) -> tuple[float, float]:
    """The least and the most that is said of a share."""
    return min([value, *rivals]), max([value, *rivals])
