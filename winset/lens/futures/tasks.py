"""The parts of the futures lens that can be answered apart, each by another process: the law of all draws, the
variants, and the paths. `pulled` has two more. Their answers are small: what a table shows, and not every month of
every draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from winset.arrays import Arrays, Study
from winset.derive.paths import dated_questions as question_paths
from winset.derive.paths import simulated_wars as shells
from winset.derive.paths.dated_questions import Asked
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.war.core_game import Size
from winset.derive.war.outcomes import Future
from winset.derive.worth.menu import Deal
from winset.lens.futures import stories, tables, variants
from winset.lens.futures.no_deal import no_deals
from winset.lens.futures.pulled import deals_of
from winset.lens.futures.stories import Story
from winset.reads import reading
from winset.result import Table
from winset.settings import whole
from winset.sift import beside

PART = 1024  # no answer: draws held at a time
MONTHS = (0.0, *tables.DATES)  # no answer: the months that tables show


@dataclass(frozen=True)
class Scope:
    """How many draws the parts take (of the law of endings, of the variants), and how the sides choose: as in the
    lens."""

    total: int
    few: int
    noise: float
    hurts: float


@dataclass(frozen=True)
class Baseline:
    """The law of endings in all draws. form: of ends by terms, the share that is an agreement; plan: how far the wish
    for a deal moves what is tabled."""

    deals: tuple[str, ...]
    basis: tuple[str, ...]
    form: float
    future: Future
    plan: dict[str, float]


def baseline(study: Study, scope: Scope) -> Baseline:
    """The columns and futures of all draws, a part at a time, at the months of the tables (a task)."""
    found, changed, tabled, made, deals = [], 0, 0, None, deals_of(study)
    for arrays in study.track(study.sliced(scope.total).in_parts(PART).arrays(), "futures"):
        made = war.war(arrays, deals=deals)
        plans, sober = war.with_plan(made), war.with_plan(made, bonus=False)
        changed += int((plans != sober).sum())
        tabled += int((plans >= 0).sum())
        found.append(outcomes.future([made], Size(), scope.noise, [plans])[0].only(MONTHS))
    assert made is not None
    future = outcomes.join(found)
    count = len(future.state)
    plan = {"changed": changed / count, "tabled": tabled / count}
    return Baseline(made.deals, made.basis, float(made.form.mean()), future, plan)


@dataclass(frozen=True)
class Varied:
    """What the answer hangs on, on few common draws: as in `tables.Parts`."""

    elastic: list[tuple[str, float, float, float]]
    variants: list[tuple[str, Future]]
    ripe: dict[str, float]
    structures: dict[str, Future]
    no_deal: tuple[Table, Table]


@beside("levers")
def varied(study: Study, scope: Scope) -> Varied:
    """Elasticities, variants of the model and of the leaders' calculus, ripeness, structures of red lines, no deal (a
    task)."""
    known, deals, luck, size = study.known, deals_of(study), study.fewer(scope.few).lucks[0], Size()
    few = war.war(Arrays(known, luck), deals=deals)
    found = [*variants.run_variants(few, known, luck, deals, size, scope.noise), *_earlier(study, deals, scope)]
    lines = variants.structures(known, luck, deals, size, scope.noise)
    return Varied(
        variants.elasticities(few, size, scope.noise),
        [(told, f.only(MONTHS)) for told, f in found],
        variants.ripeness(few, size, scope.noise, scope.hurts),
        {told: f.only(MONTHS) for told, f in lines.items()},
        no_deals(known, Arrays(known, luck)),
    )


def _earlier(study: Study, deals: Sequence[Deal], scope: Scope) -> list[tuple[str, Future]]:
    """The future on the draws as they were before the record, where there is a record."""
    few = study.fewer(scope.few)
    if few.lucks is few.before.lucks or few.candidates == few.kept:
        return []
    made = war.war(few.before.arrays()[0], deals=deals)
    return [("before the record", outcomes.future([made], Size(), scope.noise)[0])]


@dataclass(frozen=True)
class Simulated:
    """What the simulated wars say of dated questions and as stories. basis: what they rest on."""

    basis: tuple[str, ...]
    asked: list[Asked]
    told: list[Story]
    horizon: dt.date


@beside("levers")
def simulated(study: Study, scope: Scope) -> Simulated:
    """The paths of wars, and what they say (a task)."""
    few, deals = study.fewer(whole("paths.draws")), deals_of(study)
    arrays = few.arrays()[0]
    with reading() as seen:  # types and deadlines of the simulated wars read more than the law
        ends = shells.prepare(few, war.war(arrays, deals=deals), scope.noise)
    names = {a.id: a.name for a in study.known.actors}
    sides = tuple(names[side] for side in study.known.war.belligerents[:2])  # type: ignore[union-attr]
    return Simulated(
        tuple(sorted(seen)),
        question_paths.answers(arrays, ends),
        stories.stories(question_paths.Paths(arrays, ends), sides, names),
        study.as_of + dt.timedelta(round(ends.months * war.DAYS)),
    )
