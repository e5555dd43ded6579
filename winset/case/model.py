"""The nouns of a case, as plain frozen records. No mathematics, no files.

A `Case` is what a folder of plain text says. Every thing has a stable id; names are for display only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from winset.case.criteria import CriteriaFile
from winset.case.deal import Clause as Clause
from winset.case.deal import Issue as Issue
from winset.case.deal import Need as Need
from winset.case.deal import Option as Option
from winset.case.deal import Plan as Plan
from winset.case.deal import Response as Response
from winset.case.deal import Rule as Rule
from winset.case.deal import Scale as Scale
from winset.case.escalation import Escalation as Escalation
from winset.case.figure import BASIS_KINDS as BASIS_KINDS
from winset.case.figure import Basis as Basis
from winset.case.figure import Figure as Figure
from winset.case.figure import parse_basis as parse_basis
from winset.case.record import AS_NUMBER, LARGEST_NUMBER, Count
from winset.case.record import Day as Day
from winset.case.record import Id as Id
from winset.case.record import Number as Number
from winset.case.record import Record as Record
from winset.case.record import Text as Text
from winset.case.record import Whole as Whole
from winset.case.sides import War as War
from winset.reads import kept
from winset.settings import of_now

if TYPE_CHECKING:
    from winset.case.calendar import Pause
    from winset.case.series import Series

T = TypeVar("T")
DEFERRED, SILENT = "deferred", "silent"
EVENT_KINDS = (
    "call meeting summit summit_cancelled talks visit memo plan statement claim denial offer acceptance refusal "
    "condition threat deployment strike sanction tariff aid_paused aid_resumed deadline_set deadline_moved "
    "deadline_lapsed deadline_dropped deadline_executed withdrawal mobilisation election leak balancing battle "
    "ceasefire settlement victory accession capture"
).split()


def _small_article(name: object) -> object:
    """A name as it stands within a sentence: `The Free City` becomes `the Free City`; headings put the capital back."""
    return f"the{name[3:]}" if isinstance(name, str) and name.startswith("The ") else name


class Actor(Record):
    id: Id
    name: Annotated[Text, BeforeValidator(_small_article)]
    level: Literal["party", "person", "domestic", "institution"]
    role: Literal[
        "belligerent", "patron", "supporter", "mediator", "host", "bystander", "leader", "adviser", "envoy",
        "official", "legislature", "public", "elite",
    ]  # fmt: skip
    signs: bool = False
    principal: Id | None = None
    office: Text = ""
    since: Day | None = None
    until: Day | None = None


class Voice(Record):
    who: Text
    why: Text


class Zone(Record):
    kind: Literal["caption", "comment", "furniture", "heading"]
    start: Count
    end: Whole


class Source(Record):
    id: Id
    title: Text
    author: Text
    publisher: Text
    published_from: Day
    published_to: Day
    kind: Literal["opinion", "analysis", "news", "summary", "record", "data"]
    voice: Text
    language: Text = "en"
    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    canon: Literal["winset-c14n-1"]
    canonical_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    characters: Whole
    zones: tuple[Zone, ...] = ()


class Passage(Record):
    id: Id
    source: Id
    start: Count
    end: Whole
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    before: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    after: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    attribution: Literal["author", "quoted", "reported", "anonymous"]
    speaker: Text = ""
    gist: Annotated[str, StringConstraints(min_length=1, max_length=600)]


class EventKind(Record):
    """A kind of event of the case's own, by the PLOVER type it falls under: TYPE, or TYPE:mode."""

    plover: Annotated[str, StringConstraints(pattern=r"^[A-Z]+(:[a-z-]+)?$", max_length=60)]
    meaning: Text = ""


class Event(Record):
    id: Id
    date: Day
    precision: Literal["day", "week", "month"] = "day"
    public: Day | None = None
    kind: str
    plover: Text = ""
    mode: Text = ""
    source: tuple[Id, ...]
    target: tuple[Id, ...] = ()
    what: Text
    intensity: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False), AS_NUMBER] | None = None
    figure: Annotated[float, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER, allow_inf_nan=False), AS_NUMBER] | None = None
    unit: Text = ""
    ref: Id | None = None
    due: Day | None = None
    place: Id | None = None
    basis: Text

    @property
    def known(self) -> dt.date:
        return self.public or self.date


class Channel(Record):
    id: Id
    source: Id
    target: Id
    kind: Literal["speaks_for", "advises", "carries_messages", "has_access", "hosts"]
    since: Day | None = None
    until: Day | None = None
    notes: Literal["yes", "no", "unknown"] = "unknown"
    gist: Text = ""
    basis: Text


class Hypothesis(Record):
    """A rival explanation of an actor's conduct. `differs`: in its value of having no deal, or only in its war aims."""

    id: Id
    actor: Id
    name: Text
    meaning: Text
    differs: Literal["no_deal", "aims"] = "no_deal"


class Evidence(Record):
    """A row of evidence.csv: an act and, where it is elicited, one hypothesis whose ratio is the Figure `figure`.

    `ref` says what a model is to look at: `plan:ID`, `ISSUE=OPTION`, `ISSUE=BEFORE>AFTER`, `event:ID`.
    """

    id: Id
    date: Day
    actor: Id
    what: Text
    hypothesis: Id | None = None
    kind: Literal["elicited", "offer_refused", "offer_accepted", "red_line_shifted", "deadline_ignored"]
    ref: tuple[str, ...] = ()
    group: Text = ""
    basis: Text
    note: Text = ""

    @property
    def figure(self) -> str:
        return f"{self.id}/{self.hypothesis}.likelihood_ratio@{self.date}"


class Foreseen(Record):
    source: Id
    stance: Literal["yes", "no", "likely", "unlikely"]
    basis: Text


class Question(Record):
    id: Id
    title: Text
    type: Literal["binary"] = "binary"
    opened: Day
    as_of: Day
    resolve_by: Day
    rule: Text
    prose: Text
    fine_print: Text = ""
    sources: tuple[Text, ...] = ()
    cluster: Text = ""
    foreseen: tuple[Foreseen, ...] = ()
    status: Literal["open", "resolved"] = "open"
    resolution: Literal["yes", "no"] | None = None
    resolved_on: Day | None = None
    basis: Text = ""


class Change(Record):
    """New numbers for one Figure. What is left out stays as it was, except that numbers replace `at`."""

    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None
    at: Id | None = None
    basis: Text = ""


class Patch(Record):
    """A named, cited change to a case. A reading is another view of what is: the record weighs it anew. A lever is done
    from now on and acts on the draws as the record left them; a what-if or an amendment of a plan is a lever."""

    id: Id
    title: Text
    kind: Literal["reading", "lever", "what_if", "amendment"] | None = None
    why: Text = ""
    basis: Text
    set: dict[str, Change] = Field(default_factory=dict)
    clauses: dict[Id, dict[Id, Id]] = Field(default_factory=dict)
    channels: dict[Id, Literal["open", "closed"]] = Field(default_factory=dict)

    @property
    def is_reading(self) -> bool:
        return self.kind == "reading"


@dataclass(frozen=True)
class Case:
    """Everything a case folder says, checked. Tuples keep the order of the files; ids identify."""

    id: str
    title: str
    summary: str
    as_of: dt.date
    war: War | None
    actors: tuple[Actor, ...]
    issues: tuple[Issue, ...]
    rules: tuple[Rule, ...]
    scales: dict[str, Scale]
    missing_voices: tuple[Voice, ...]
    plans: tuple[Plan, ...]
    figures: tuple[Figure, ...]
    events: tuple[Event, ...] = ()
    channels: tuple[Channel, ...] = ()
    questions: tuple[Question, ...] = ()
    sources: tuple[Source, ...] = ()
    passages: tuple[Passage, ...] = ()
    readings: tuple[Patch, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    levers: tuple[Patch, ...] = ()
    event_kinds: dict[str, EventKind] = field(default_factory=dict)
    series: tuple[Series, ...] = ()
    calendar: tuple[Pause, ...] = ()
    dates: tuple[dt.date, ...] = ()  # at which a replay asks; none: evenly apart
    escalation: Escalation | None = None
    scorecard: CriteriaFile | None = None
    digest: str = ""
    patches: tuple[str, ...] = ()
    before: dict[str, Figure] = field(default_factory=dict)  # Figures as they were, by id, that patches set
    acted: dict[str, Figure] = field(default_factory=dict)  # the same of those patches that are levers
    closed: tuple[Channel, ...] = ()  # channels that patches closed
    kindless: tuple[
        tuple[str, str], ...
    ] = ()  # (file, id) of patches that do not say whether they are reading or lever
    lines: dict[str, tuple[str, int]] = field(default_factory=dict, repr=False, compare=False)  # of plans and answers
    extra: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def actor(self) -> dict[str, Actor]:
        return {a.id: a for a in self.actors}

    @cached_property
    def issue(self) -> dict[str, Issue]:
        return {i.id: i for i in self.issues}

    @cached_property
    def plan(self) -> dict[str, Plan]:
        return {p.id: p for p in self.plans}

    @cached_property
    def passage(self) -> dict[str, Passage]:
        return {p.id: p for p in self.passages}

    @cached_property
    def source(self) -> dict[str, Source]:
        return {s.id: s for s in self.sources}

    @cached_property
    def event(self) -> dict[str, Event]:
        return {e.id: e for e in self.events}

    @cached_property
    def figure(self) -> dict[str, Figure]:
        if self.like is self:
            return {f.id: f for f in self.figures}
        return self.like.figure | {f.id: f for f, _ in self._unlike}

    @cached_property
    def in_force(self) -> dict[str, Figure]:
        """Figures by subject and quantity; the last of several."""
        if self.like is self:
            return {f.key: f for f in self.figures}
        last = self.like.in_force
        return last | {f.key: f for f, theirs in self._unlike if last[f.key] is theirs}

    @cached_property
    def _unlike(self) -> list[tuple[Figure, Figure]]:
        """Its Figures that are not those of the case that it is like, and those."""
        return [(own, theirs) for own, theirs in zip(self.figures, self.like.figures) if own is not theirs]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event that may stand in this case: those of winset, then its own."""
        return (*EVENT_KINDS, *self.event_kinds)

    def __getstate__(self) -> dict[str, Any]:
        """What is sent to another process: the fields, and nothing that was made from them."""
        return {f.name: self.__dict__[f.name] for f in fields(self)}

    def patched(self, figure: str) -> bool:
        """Whether patches have left this Figure with other numbers than it had."""
        now, then = self.figure[figure], self.before.get(figure)
        own = ("low", "mode", "high", "distribution", "at")
        return then is not None and any(getattr(now, k) != getattr(then, k) for k in own)

    def memo(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives from this case and the Settings in force, made once."""
        held, reads = self.__dict__.setdefault("_held", {}), self.__dict__.setdefault("_reads", {})
        return kept(held, reads, of_now(key), make)

    def is_like(self, other: Case) -> None:
        """Say that this case differs from another in nothing but numbers of Figures, and where they are from."""
        self.__dict__["_like"] = other.like

    @property
    def like(self) -> Case:
        """A case from which this one differs in the numbers of its Figures alone: what does not hang on numbers is made
        once for it. Itself, where none is known."""
        like: Case = self.__dict__.get("_like", self)
        return like

    def party_of(self, actor: str) -> str:
        """The party that an actor stands for: the end of the chain of principals."""
        while (principal := self.actor[actor].principal) is not None:
            actor = principal
        return actor

    @property
    def signatories(self) -> tuple[Actor, ...]:
        return tuple(a for a in self.actors if a.signs)
