"""Who signs, ratifies and lets pass, as shares of draws: as stated, under each rival reading, and without a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply, without_source
from winset.derive.deal.acceptance import Verdict, Votes, join, joined, judge, votes
from winset.derive.worth.utilities import Reading
from winset.errors import NoDrawFits
from winset.lens.settlement.exact import DOSSIER
from winset.lens.settlement.movers import Ranked, decisive, rank
from winset.lens.settlement.tables import ALL, ALL_RATIFY, ALL_SIGN, RATIFIES
from winset.reads import Seen
from winset.reads import reading as reading_of
from winset.sift import beside

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
    return all_rival_odds(study, [asked])[0][0]


def all_rival_odds(study: Study, asked: Sequence[tuple[Reading, m.Patch | None]]) -> list[tuple[Odds, Seen]]:
    """Odds under several, each with what was read for it: slice by slice, so that the columns of a slice serve them
    all."""
    read = study.readings([(partial(apply, patch=p), None) if p else (None, reading.rival) for reading, p in asked])
    arrays = [(() if isinstance(own, NoDrawFits) else own, seen) for own, seen in read]
    plans = [[p for a in own[:1] for p in a.case.plans if p.kind == "plan"] for own, _ in arrays]
    counts: list[Counter[tuple[str, str]]] = [Counter() for _ in asked]
    for place in sorted({a.luck.at for own, _ in arrays for a in own}):
        for (reading, _), (own, seen), of, count in zip(asked, arrays, plans, counts):
            with reading_of() as more:
                here = [v for a in own if a.luck.at == place for v in votes(a, of, reading)]
            count.update({key: int(x.sum()) for v in here for key, x in _shares(v)})
            seen.join(more)
    totals = [sum(a.draws for a in own) for own, _ in arrays]
    return [({k: n / total for k, n in count.items()}, seen) for count, total, (_, seen) in zip(counts, totals, arrays)]


rival_odds.together = all_rival_odds  # type: ignore[attr-defined]


@beside("deals")
def odds_without(study: Study, asked: tuple[Reading, str]) -> Odds:
    """Odds if one source had not been read (a task); nothing where no draw fits the record without it."""
    reading, source = asked
    try:
        arrays = study.reading(partial(without_source, source=source))
    except NoDrawFits:
        return {}
    plans = [p for p in study.known.plans if p.kind == "plan"]
    return _odds(arrays, plans, reading)


def _odds(arrays: Sequence[Arrays], plans: Sequence[m.Plan], reading: Reading) -> Odds:
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
