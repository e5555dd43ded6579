"""escalation.yaml: where acts stand on the steps, who named which threshold, which threats and first steps are weighed,
what could come next, how neighbours moved, and the options of each side. All of it is optional."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import product
from typing import Annotated, Literal

import numpy as np
from jaxtyping import Bool
from pydantic import Field

from winset.case.record import AS_WHOLE, Day, Id, Record, Text, Whole

MOST_OPTIONS = 16  # no answer: 2^16 combinations are looked through
MOST_STATES = 2_000  # no answer: as many as `theory.graph_model` takes
MERGE = f"at most {MOST_OPTIONS} options and {MOST_STATES:,} states; merge options, or forbid combinations in `never`"
Some = Annotated[tuple[Id, ...], Field(min_length=1)]


class Placed(Record):
    """The step that an event stands for, where the one of its code is not meant. aimed: whom it is aimed at beyond its
    target (a tariff on a customer). An event may stand on steps of several domains."""

    event: Id
    domain: Id
    step: Whole
    state: Literal["done", "announced"] = "done"
    aimed: tuple[Id, ...] = ()
    basis: Text


class Rung(Record):
    """A step that nobody here could take (no side has nuclear arms, say), and why."""

    domain: Id
    step: Whole
    basis: Text


class Bloc(Record):
    """A party that is also a member of another actor, so that an act toward the one is toward both."""

    member: Id
    of: Id
    basis: Text


class Named(Record):
    """Who has named a step as a threshold, toward whom, and in which words (the gist)."""

    domain: Id
    step: Whole
    by: Id
    toward: Id
    what: Text
    public: Day | None = None
    basis: Text


class Threat(Record):
    """A threat that is to keep the challenger from something. Its numbers are Figures with the threat as subject."""

    id: Id
    challenger: Id
    defender: Id
    challenge: Text
    answer: Text
    public: Day | None = None
    basis: Text


class Gesture(Record):
    """A first step that one side could take to reassure another. Its numbers are Figures with it as subject."""

    id: Id
    source: Id
    target: Id
    what: Text
    public: Day | None = None
    basis: Text


class Next(Record):
    """A step that could come next, and the classes of comparable cases; none where nothing of the kind was observed."""

    id: Id
    source: Id
    target: Id
    domain: Id
    step: Whole
    what: Text
    classes: tuple[Id, ...] = ()
    public: Day | None = None
    basis: Text


class Neighbour(Record):
    """How an actor beside the war moved, two readings of it, and what would tell them apart."""

    id: Id
    actor: Id
    about: Id
    events: tuple[Id, ...] = ()
    before: Text
    afraid: Text
    otherwise: Text
    tells: Text
    public: Day | None = None
    basis: Text


class Pulled(Record):
    """The step that a lever is if it is pulled, and by whom toward whom; a lever may be steps of several domains."""

    lever: Id
    source: Id
    target: Id
    domain: Id
    step: Whole
    state: Literal["done", "announced"] = "done"
    basis: Text


class Choice(Record):
    id: Id
    label: Text


Literals = tuple[Text, ...]


class Player(Record):
    """A side, the options it holds, and what it prefers: statements that hold together, the most important first. A
    statement is a list of options that are taken, or `not OPTION`."""

    actor: Id
    options: tuple[Choice, ...] = ()
    prefers: Annotated[tuple[Literals, ...], Field(min_length=1)]
    basis: Text


class Graph(Record):
    """The options of the sides. never: what cannot hold together. lasting: options that cannot be undone. now, and each
    of `ends`: the options that are taken in that state."""

    players: Annotated[tuple[Player, ...], Field(min_length=2)]
    never: tuple[Literals, ...] = ()
    lasting: tuple[Id, ...] = ()
    now: tuple[Id, ...] = ()
    ends: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    public: Day | None = None
    basis: Text

    @property
    def options(self) -> tuple[Choice, ...]:
        return tuple(o for p in self.players for o in p.options)


class Descriptor(Record):
    """Something that may come out in one of several ways."""

    id: Id
    name: Text
    variants: Annotated[tuple[Choice, ...], Field(min_length=2)]


class Impact(Record):
    """How far one variant promotes (up to 3) or restricts (down to -3) variants of other descriptors."""

    of: Id
    on: dict[Id, Annotated[int, Field(ge=-3, le=3), AS_WHOLE]]
    basis: Text


class CrossImpact(Record):
    """Developments that bear on each other. What has no impact is 0."""

    descriptors: Annotated[tuple[Descriptor, ...], Field(min_length=2)]
    impacts: tuple[Impact, ...] = ()
    public: Day | None = None
    basis: Text


class Escalation(Record):
    """escalation.yaml."""

    absent: tuple[Rung, ...] = ()
    steps: tuple[Placed, ...] = ()
    blocs: tuple[Bloc, ...] = ()
    named: tuple[Named, ...] = ()
    threats: tuple[Threat, ...] = ()
    gestures: tuple[Gesture, ...] = ()
    next: tuple[Next, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    levers: tuple[Pulled, ...] = ()
    graph: Graph | None = None
    cross_impact: CrossImpact | None = None

    def as_of(self, date: dt.date) -> Escalation:
        """What of it was known on a date; what is about events is cut with them."""

        def known(things: tuple[Record, ...]) -> tuple[Record, ...]:
            return tuple(x for x in things if (getattr(x, "public", None) or date) <= date)

        lists = ("named", "threats", "gestures", "next", "neighbours")
        one = {
            name: (known((own,)) or (None,))[0] for name in ("graph", "cross_impact") if (own := getattr(self, name))
        }
        return self.model_copy(update={**one, **{name: known(getattr(self, name)) for name in lists}})


def literal(text: str) -> tuple[str, bool]:
    """An option and whether it is taken.

    >>> literal("truce"), literal("not truce")
    (('truce', True), ('truce', False))
    """
    word = text.removeprefix("not ")
    return word.strip(), word == text


def feasible(graph: Graph) -> Bool[np.ndarray, "state option"]:
    """The combinations of options that may hold together, True where an option is taken; of the options in their order.

    Raises ValueError, with what is too many, where a graph model cannot hold them.
    """
    ids = [o.id for o in graph.options]
    if len(ids) > MOST_OPTIONS:
        raise ValueError(f"{len(ids)} options are too many for a graph model")
    combos = np.array(list(product((False, True), repeat=len(ids))), bool).reshape(-1, len(ids))
    for together in graph.never:
        combos = combos[~holds(combos, ids, together)]
    if len(combos) > MOST_STATES:
        raise ValueError(f"{len(combos):,} feasible states are too many for a graph model")
    return combos


def holds(
    combos: Bool[np.ndarray, "state option"], ids: Sequence[str], together: Literals
) -> Bool[np.ndarray, " state"]:
    """Whether a statement is true of each combination."""
    held = np.ones(len(combos), bool)
    for option, on in map(literal, together):
        held &= combos[:, ids.index(option)] == on
    return held
