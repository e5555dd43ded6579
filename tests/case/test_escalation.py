"""escalation.yaml: old cases load without it, and every fault of it is told with its line."""

from __future__ import annotations

import pytest

from tests.case.broken import copy, replace
from winset.case.escalation import MOST_STATES
from winset.case.load import load
from winset.errors import DossierError
from winset.theory import graph_model


def broken(tmp_path, before, after):
    folder = copy(tmp_path)
    replace(folder, "escalation.yaml", before, after)
    with pytest.raises(DossierError) as caught:
        load(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("event: e02", "event: e99", "unknown event 'e99'"),
        ("domain: economy, step: 5, basis", "domain: economy, step: 9, basis", "economy has no step 9"),
        ("domain: economy, step: 5, basis", "domain: trade, step: 5, basis", "unknown domain 'trade'"),
        ("challenger: tavenna", "challenger: nowhere", "unknown actor 'nowhere'"),
        ("classes: [threat-standing]", "classes: [threat-of-rain]", "unknown reference class 'threat-of-rain'"),
        ("[leave], [not blockade, guard]", "[sail], [not blockade, guard]", "unknown option 'sail'"),
        ("blockaded: [blockade]", "blockaded: [blockade, open]", "can never hold together"),
        ("id: blockade\n", "id: other\n", "unknown threat of escalation.yaml 'blockade'"),
        (
            'basis: "passages: s06 | judgement: A demand with a date."',
            'basis: "passages: s99"',
            "unknown passage 's99'",
        ),
        ("lever: guard", "lever: guards", "unknown lever 'guards'"),
        ("domain: balancing, step: 2", "domain: balancing, step: 7", "balancing has no step 7"),
        ("{of: canal-open,", "{of: canal-opens,", "unknown variant 'canal-opens'"),
        ("on: {ships-leave: 2, ships-stay: -2,", "on: {ships-leave: 2, canal-shut: -2,", "variants of one descriptor"),
        ("on: {ships-leave: 2, ships-stay: -2,", "on: {ships-leave: 4, ships-stay: -2,", "less than or equal to 3"),
        ("id: schools-strike, label", "id: no-guard, label", "no-guard"),
        ("what: a blockade of Callis", "what: a blockade of Callis\n    odds: 3", "odds"),
    ],
)
def test_faults_are_told(tmp_path, before, after, told):
    assert told in broken(tmp_path, before, after)


@pytest.mark.parametrize(("more", "told"), [(8, "3,072 feasible states"), (13, "17 options")])
def test_a_graph_that_no_run_could_hold_is_refused_at_its_line(tmp_path, more, told):
    """Beside the four options of the harbour, of which 3/4 of the 16 combinations are feasible."""
    guard = "{id: guard, label: Merrin sends a ship}"
    extra = ", ".join(f"{{id: more-{k}, label: more {k}}}" for k in range(more))
    said = broken(tmp_path, guard, f"{guard}, {extra}")
    assert f"escalation.yaml:70: {told} are too many for a graph model -> at most 16 options and 2,000 states" in said


def test_as_many_states_as_the_theory_takes():
    assert MOST_STATES == graph_model.MOST_STATES
