"""Does escalation.yaml hold together, and do its Figures name something in it?"""

from __future__ import annotations

import math

from winset.case import steps
from winset.case.checker import Checker
from winset.case.escalation import MERGE, CrossImpact, Escalation, Graph, feasible, literal
from winset.case.text import nearest
from winset.units import quantities

FILE = "escalation.yaml"
MOST_SCENARIOS = 1_000_000  # no answer: as many as `theory.cross_impact` looks through
SUBJECTS = {"threat": "threats", "gesture": "gestures"}


def check_escalation(checker: Checker) -> None:
    """Add a Problem for everything that does not hold together."""
    case = checker.case
    told = case.escalation or Escalation()
    for figure in case.figures:
        shape = quantities()[figure.quantity].subject
        if shape in SUBJECTS:
            ids = [x.id for x in getattr(told, SUBJECTS[shape])]
            checker.known(figure.where[0], figure.where[1], figure.subject[:1], ids, f"{shape} of {FILE}")
        elif shape == "class":
            checker.known(*figure.where, figure.subject[:1], steps.reference_classes(), "reference class")
    if case.escalation is None:
        return
    events = case.event
    for i, placed in enumerate(told.steps):
        path = ("steps", i)
        checker.known(FILE, path, [placed.event], events, "event")
        checker.known(FILE, path, placed.aimed, case.actor, "actor")
        _step(checker, path, placed.domain, placed.step)
    for i, rung in enumerate(told.absent):
        _step(checker, ("absent", i), rung.domain, rung.step)
    for i, bloc in enumerate(told.blocs):
        checker.known(FILE, ("blocs", i), [bloc.member, bloc.of], case.actor, "actor")
    for i, named in enumerate(told.named):
        checker.known(FILE, ("named", i), [named.by, named.toward], case.actor, "actor")
        _step(checker, ("named", i), named.domain, named.step)
    for i, threat in enumerate(told.threats):
        checker.known(FILE, ("threats", i), [threat.challenger, threat.defender], case.actor, "actor")
    for i, gesture in enumerate(told.gestures):
        checker.known(FILE, ("gestures", i), [gesture.source, gesture.target], case.actor, "actor")
    for i, step in enumerate(told.next):
        checker.known(FILE, ("next", i), [step.source, step.target], case.actor, "actor")
        checker.known(FILE, ("next", i), step.classes, steps.reference_classes(), "reference class")
        _step(checker, ("next", i), step.domain, step.step)
    for i, side in enumerate(told.neighbours):
        checker.known(FILE, ("neighbours", i), [side.actor, side.about], case.actor, "actor")
        checker.known(FILE, ("neighbours", i), side.events, events, "event")
    for i, pulled in enumerate(told.levers):
        checker.known(FILE, ("levers", i), [pulled.lever], {p.id for p in case.levers}, "lever")
        checker.known(FILE, ("levers", i), [pulled.source, pulled.target], case.actor, "actor")
        _step(checker, ("levers", i), pulled.domain, pulled.step)
    for name in ("threats", "gestures", "next", "neighbours"):
        things = getattr(told, name)
        checker.unique(FILE, ((x.id, (name, i)) for i, x in enumerate(things)), name.removesuffix("s"))
    for name in ("absent", "steps", "blocs", "named", "threats", "gestures", "next", "neighbours", "levers"):
        for i, thing in enumerate(getattr(told, name)):
            checker.basis(FILE, (name, i), thing.basis)
    if told.graph:
        _graph(checker, told.graph)
    if told.cross_impact:
        _cross_impact(checker, told.cross_impact)


def _step(checker: Checker, path: tuple[object, ...], domain: str, step: int) -> None:
    if domain not in steps.domains():
        checker.say(FILE, path, f"unknown domain {domain!r}", nearest(domain, steps.domains()))
    elif (domain, step) not in steps.rungs():
        most = max(n for d, n in steps.rungs() if d == domain)
        checker.say(FILE, path, f"{domain} has no step {step}", f"its steps are 1 to {most}; see the case format")


def _graph(checker: Checker, graph: Graph) -> None:
    options, path = [o.id for o in graph.options], ("graph",)
    checker.basis(FILE, path, graph.basis)
    checker.unique(FILE, ((o, path) for o in options), "option")
    checker.known(FILE, path, graph.lasting, options, "option")
    checker.known(FILE, path, graph.now, options, "option")
    for i, player in enumerate(graph.players):
        here = ("graph", "players", i)
        checker.known(FILE, here, [player.actor], checker.case.actor, "actor")
        checker.basis(FILE, here, player.basis)
        checker.known(FILE, here, [literal(x)[0] for s in player.prefers for x in s], options, "option")
    for i, together in enumerate(graph.never):
        checker.known(FILE, ("graph", "never", i), [literal(x)[0] for x in together], options, "option")
    for name, taken in graph.ends.items():
        checker.known(FILE, ("graph", "ends", name), taken, options, "option")
    if {literal(x)[0] for together in graph.never for x in together} <= set(options):
        try:
            feasible(graph)
        except ValueError as error:
            checker.say(FILE, path, str(error), MERGE)
    states = {"now": graph.now, **graph.ends}
    for name, taken in states.items():
        if any(all((o in taken) == on for o, on in map(literal, together)) for together in graph.never):
            checker.say(FILE, path, f"the state {name} holds what can never hold together", "mend it or `never`")


def _cross_impact(checker: Checker, told: CrossImpact) -> None:
    path = ("cross_impact",)
    of = {v.id: d.id for d in told.descriptors for v in d.variants}
    checker.basis(FILE, path, told.basis)
    checker.unique(FILE, ((d.id, (*path, "descriptors", i)) for i, d in enumerate(told.descriptors)), "descriptor")
    variants = ((v.id, (*path, "descriptors", i)) for i, d in enumerate(told.descriptors) for v in d.variants)
    checker.unique(FILE, variants, "variant")
    checker.unique(FILE, ((x.of, (*path, "impacts", i)) for i, x in enumerate(told.impacts)), "impact of")
    for i, impact in enumerate(told.impacts):
        here = (*path, "impacts", i)
        checker.known(FILE, here, [impact.of, *impact.on], of, "variant")
        checker.basis(FILE, here, impact.basis)
        for name in impact.on:
            if impact.of in of and of.get(name) == of[impact.of]:
                checker.say(FILE, here, f"{impact.of} and {name} are variants of one descriptor", "leave it out")
    if math.prod(len(d.variants) for d in told.descriptors) > MOST_SCENARIOS:
        what = f"more than {MOST_SCENARIOS:,} combinations of variants"
        checker.say(FILE, path, what, "take fewer descriptors or variants")
