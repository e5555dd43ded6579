"""Random rules across clauses that leave some package: every lens answers, or says what it lacks, and none hangs.

A few run with all tests; `make slow` runs 2,000.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.cases import case
from tests.property.test_fuzz_inputs import within
from winset.arrays import Study
from winset.case import model as m
from winset.case.check import possible
from winset.lens import LENSES, lens

LIMIT = 120  # CPU seconds after which a rule set counts as hanging; a lens takes about one


def rule(whole: m.Case, luck: Random, name: str) -> m.Rule:
    """A rule that forbids some options of two to four issues together."""
    issues = luck.sample(whole.issues, luck.randrange(2, min(4, len(whole.issues)) + 1))
    forbid = {i.id: tuple(luck.sample(i.option_ids, luck.randrange(1, len(i.options) + 1))) for i in issues}
    return m.Rule(id=name, why="a trial", forbid=forbid, basis="judgement: a trial")


def ruled(whole: m.Case, luck: Random) -> m.Case:
    """The case under one to twelve random rules that leave a package."""
    while True:
        rules = tuple(rule(whole, luck, f"r{k}") for k in range(luck.randrange(1, 13)))
        made = replace(whole, rules=rules, digest=f"{whole.digest} {luck.random()}")
        if possible(made):
            return made


def tried(numbers: range, names: list[str]) -> None:
    failed = []
    for k in numbers:
        changed = ruled(case("harbour"), Random(f"rules/{k}"))
        for name in names:
            try:
                with within(LIMIT):
                    assert lens(name).look(Study(changed, changed.as_of, draws=4, seed=k)).answer
            except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
                failed.append(f"rules/{k} {name}: {type(error).__name__}: {error}"[:300])
    assert not failed, f"{len(failed)}:\n" + "\n".join(failed[:20])


def test_a_few_rule_sets_through_every_lens() -> None:
    for k, name in enumerate(LENSES):
        tried(range(k, k + 1), [name])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_two_thousand_rule_sets_through_every_lens(part: int) -> None:
    tried(range(1000 + 100 * part, 1100 + 100 * part), list(LENSES))
