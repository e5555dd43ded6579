"""What winset says of a war on a date, for the public record: who signs what, when it is over, the best packages, the
first lever.

Each chance is a question with an answer that only the war's end gives: `war:over:M`, the fighting is over within M
months; `war:signs: PLAN:ACTOR`, the actor accepts the plan. The rest is no single chance and stands in one line of kind
`outlook`: for each of two best packages (acceptable in most draws; Nash's at the modes) an option an issue, and the
lever that moves agreements most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from winset import arrays as compiled
from winset.arrays import Study
from winset.backtest.questions import DAYS, Asked, whole_of
from winset.case import model as m
from winset.derive.deal.acceptance import join, judge
from winset.derive.deal.bargain import Bargain, bargain
from winset.derive.war import base_rates, outcomes
from winset.derive.war import columns as war
from winset.derive.war.core_game import Size
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import missing as worth_missing
from winset.lens.futures.levers import sorted_out
from winset.lens.futures.pulled import Pull, pull
from winset.run import Work
from winset.run import study as study_of
from winset.settings import number, whole
from winset.theory.bargaining import NoZone, nash
from winset.theory.zone import draws, most_acceptable, zones

MONTHS = (1, 3, 6, 12)  # no answer: the spans that are asked for; each question says its own
OVER, SIGNS = "the fighting is over", "a plan is accepted"
MOST, NASH = "acceptable in most draws", "Nash's at the modes"
Package = dict[str, str]


@dataclass(frozen=True)
class Outlook:
    """What a date saw. over: by month, (model, base rate or None); signs: by plan and actor; passes: by plan."""

    day: dt.date
    over: dict[int, tuple[float, float | None]]
    signs: dict[str, dict[str, float]]
    passes: dict[str, float]
    packages: dict[str, Package]
    lever: str
    lever_title: str


def lacks(case: m.Case) -> list[str]:
    """What a case, as of its date, needs for an outlook and does not have."""
    return list(dict.fromkeys([*war.missing(case), *worth_missing(case)]))


def outlook(case: m.Case, day: dt.date, seed: int = 1, work: Work | None = None) -> Outlook | None:
    """None where the case has no war with the Figures of the core on that day."""
    return whole_of(case, seed, work).each(seen_at, [day], "outlook")[0]


def seen_at(asked: Study, day: dt.date) -> Outlook | None:
    """The outlook of a date (a task)."""
    study = study_of(asked.case, as_of=day, draws=asked.draws, seed=asked.seed)
    return None if lacks(study.known) else _seen(study)


def _seen(study: Study) -> Outlook:
    known = study.known
    sides = (known.war.belligerents[0], known.war.belligerents[1])  # type: ignore[union-attr]
    deals, noise = menu(known, sides), number("choice_noise")
    future = outcomes.join([outcomes.future([war.war(a, deals=deals)], Size(), noise)[0] for a in study.arrays()])
    plans = [p for p in known.plans if p.kind == "plan"]
    verdicts = [join(v) for v in zip(*(judge(a, plans, detail=False) for a in study.arrays()))]
    common = min(whole("futures.common"), whole("backtest.draws"))
    pulled = pull(study, Pull(common, 0, Size(), noise, pairs=False))
    first = sorted_out(pulled, "held")[0][:1] if pulled else []
    over = {k: (float(future.ended[:, future.at(k)].mean()), base_rates.ended(known, k)) for k in MONTHS}
    return Outlook(
        day=study.as_of,
        over=over,
        signs={v.plan: {who: float(s.mean()) for who, s in v.signs.items()} for v in verdicts},
        passes={v.plan: float(v.passes.mean()) for v in verdicts},
        packages=_packages(study),
        lever=first[0][0].id if first else "",
        lever_title=first[0][0].title if first else "",
    )


def _packages(study: Study) -> dict[str, Package]:
    """The best packages, each an option an issue; none where no draw has a zone."""
    made: dict[str, Package] = {}
    b = bargain(study.arrays()[0])
    many = draws(b.values, b.reserve, b.lines(), b.sizes, b.rules)
    best = most_acceptable(many, zones(many))
    if best.share > 0:
        made[MOST] = _told(b, best.package.tolist())
    b = bargain(compiled.at_modes(study.case, study.as_of))
    found = nash(b.problem())
    if not isinstance(found, NoZone):
        made[NASH] = _told(b, found.package.tolist())
    return made


def _told(b: Bargain, package: list[int]) -> Package:
    return {issue.id: options[k] for issue, options, k in zip(b.issues, b.options, package)}


def questions(case: m.Case, seen: Outlook) -> Iterator[tuple[Asked, float | None]]:
    """The chances of an outlook as questions, each with the base rate that stood on the day (None: it has none)."""
    day, names = seen.day, {p.id: p.name for p in case.plans}
    for months, (model, base) in seen.over.items():
        by = day + dt.timedelta(round(months * DAYS))
        yield _asked(f"{OVER} within {months} months", f"war:over:{months}", OVER, day, by, model), base
    for plan, odds in seen.signs.items():
        for who, model in odds.items():
            title = f"{case.actor[who].name} accepts {names[plan]}"
            yield _asked(title, f"war:signs:{plan}:{who}", SIGNS, day, case.as_of, model), None


def _asked(title: str, key: str, template: str, day: dt.date, by: dt.date, model: float) -> Asked:
    return Asked(template, key, title, day, by, "war", "", model, 0.0, 0.0)
