"""Random cases and rules across clauses that leave some package: every lens answers, or says what it lacks, and none
hangs.

A few run with all tests; `make slow` runs 2,000. See `tests.property.trials` for other seeds, and how one is run again
alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from tests.cases import case
from tests.property import random_case, trials
from tests.property.trials import look, studied
from winset.case import model as m
from winset.case.check import possible
from winset.lens import LENSES

PARTS = 20
WHOLE = 0.05  # share of the trials that take the invented case whole, with rules of their own


def ruled(luck: Random) -> m.Case:
    """The invented case under one to fourteen random rules that leave a package."""
    whole = case("harbour")
    while True:
        rules = random_case.rules(luck, whole.issues, luck.randint(1, 12))
        made = replace(whole, rules=rules, digest=f"{whole.digest} {luck.random()}")
        if possible(made):
            return made


def taken(luck: Random) -> m.Case:
    return ruled(luck) if luck.random() < WHOLE else random_case.drawn(luck)


def every_lens(luck: Random) -> str:
    """All lenses on one study, as a run asks them, in any order: each is at times the first, with nothing made before
    it."""
    study = studied(taken(luck), seed=luck.randrange(1000), draws=luck.choice((1, 2, 2, 4)))
    for name in luck.sample(list(LENSES), len(LENSES)):
        look(study, name)
    return "answered"


def test_a_few_rule_sets_through_every_lens() -> None:
    seed = trials.FRESH if trials.LONG else 13
    trials.run("rules", seed, range(trials.LONG or 4), every_lens, seconds=300)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_rule_sets_through_every_lens(part: int) -> None:
    for name in LENSES:
        look(studied(case("harbour")), name)  # every kernel is compiled, so that no trial spends its time on that
    trials.run("rules", trials.FIRST + part, range(2000 // PARTS), every_lens, seconds=60)


if trials.ONE.startswith("rules/"):

    def test_alone() -> None:
        """The set of rules that is named."""
        print(trials.alone("rules", every_lens))


def test_the_cases_that_are_drawn_are_of_every_kind() -> None:
    """What the trials promise to try is tried: among some hundred cases each kind stands several times."""
    seen: Counter[str] = Counter()
    for k in range(160):
        made = random_case.drawn(Random(f"kinds/{k}"))
        assert possible(made) and not random_case.faults(made)
        seen.update(kinds_of(made))
    wanted = {
        "1 sign", "2 sign", "3 sign", "4 sign", "5 sign", "1 issue", "2 issues", "6 issues", "war", "no war", "allies",
        "plans", "no plans", "events",
        "no events", "channels", "hypotheses", "unordered", "all unordered", "deferrable", "one option", "rules",
        "no rules", "red lines", "answers", "questions",
        "readings", "levers", "criteria", "consensus", "majority", "two_thirds", "referendum", "no_objection", "silent",
        "deferred",
    }  # fmt: skip
    assert not {kind: seen[kind] for kind in wanted if seen[kind] < 5}


def kinds_of(made: m.Case) -> set[str]:
    plans = [p for p in made.plans if p.kind == "plan"]
    clauses = [c.option for p in plans for c in p.clauses.values()]
    found = {
        f"{len(made.signatories)} sign",
        f"{len(made.issues)} issue" + ("s" if len(made.issues) > 1 else ""),
        *(("war",) if made.war else ("no war",)),
        *(("plans",) if plans else ("no plans",)),
        *(("events",) if made.events else ("no events",)),
        *(("rules",) if made.rules else ("no rules",)),
        *(need.rule for i in made.issues for o in i.options for need in o.needs),
    }
    told = {
        "allies": made.war is not None and any(len(side) > 1 for side in made.war.sides),
        "channels": made.channels,
        "hypotheses": made.hypotheses,
        "unordered": any(i.kind == "options" for i in made.issues),
        "all unordered": all(i.kind == "options" for i in made.issues),
        "deferrable": any(i.deferrable for i in made.issues),
        "one option": any(len(i.options) == 1 for i in made.issues),
        "red lines": any(f.quantity == "red_line" for f in made.figures),
        "answers": any(p.responses for p in plans),
        "questions": made.questions,
        "readings": made.readings,
        "levers": made.levers,
        "criteria": made.scorecard,
        "silent": any(len(p.clauses) < len(made.issues) for p in plans),
        "deferred": m.DEFERRED in clauses,
    }
    return found | {kind for kind, there in told.items() if there}
