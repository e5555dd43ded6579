"""Everything that the lens has looked at, with the names that its sentences use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.steps import extras, games
from winset.derive.steps.extras import Balance, Contest, Signals
from winset.derive.steps.follow import Own, Threatened, own_acts, threats
from winset.derive.steps.games import Band, Reassures, Weighed
from winset.derive.steps.levers import Pull, Stands, pulls, stands
from winset.derive.steps.placed import Act, Standing, acts, standings
from winset.derive.steps.reactions import Counted, Reaction, counts, reactions
from winset.derive.steps.states import States, states
from winset.spoken import short

ON = "on"
NAME = 13  # no answer: letters of a name in a chart


@dataclass(frozen=True)
class Settings:
    window: int
    windows: tuple[int, ...]
    chance: float
    alpha: float
    few: int
    months: float
    stands: str
    signalling: str
    attrition: str
    cross_impact: str
    private: tuple[float, ...]
    signalling_draws: int
    disaster: tuple[float, ...]
    near: float


@dataclass(frozen=True)
class Parts:
    """A case as the lens sees it. lacking: for each question that could not be answered what to add."""

    case: m.Case
    set: Settings
    acts: tuple[Act, ...]
    standings: tuple[Standing, ...]
    reactions: tuple[Reaction, ...]
    counts: tuple[Counted, ...]
    threats: tuple[Threatened, ...]
    own: tuple[Own, ...]
    weighed: tuple[Weighed, ...]
    reassures: tuple[Reassures, ...]
    bands: tuple[Band, ...]
    states: States | None
    pulls: tuple[Pull, ...]
    stands: tuple[Stands, ...]
    signals: tuple[Signals, ...]
    contests: tuple[Contest, ...]
    balance: Balance | None
    lacking: tuple[str, ...]

    def name(self, actor: str) -> str:
        return self.case.actor[actor].name

    def pair(self, source: str, target: str) -> str:
        return f"{self.name(source)} toward {self.name(target)}"

    @cached_property
    def labels(self) -> dict[str, str]:
        """Short names that tell the actors apart; an id where two would be the same."""
        names = {a.id: short(a.name.removeprefix("the "), NAME) for a in self.case.actors}
        twice = {n for n, often in Counter(names.values()).items() if often > 1}
        return {a: short(a, NAME) if n in twice else n for a, n in names.items()}

    def subject(self, key: str) -> str:
        """A threat or first step in words."""
        threats = {w.threat.id: f"the threat against “{w.threat.challenge}”" for w in self.weighed}
        steps = {r.gesture.id: f"the first step “{r.gesture.what}”" for r in self.reassures}
        return (threats | steps)[key]

    @property
    def unmoved(self) -> list[str]:
        """Levers that set no number of a threat or first step, and of which the case does not say which step they
        are."""
        moved = {p.lever.id for p in self.pulls} | {s.lever.id for s in self.stands}
        return sorted(p.title for p in self.case.levers if p.id not in moved)

    @cached_property
    def told(self) -> m.Escalation:
        return self.case.escalation or m.Escalation()


def look_at(study: Study, chosen: Settings) -> Parts:
    """The parts, from the case as of the study's date and its draws."""
    case, arrays = study.known, study.arrays()
    told, made = case.escalation or m.Escalation(), acts(study.known)
    lacking = _empty(told)
    impacts = told.cross_impact if chosen.cross_impact == ON else None
    if chosen.cross_impact == ON and not impacts:
        lacking.append(
            "no cross_impact (developments, and how far each promotes or restricts others) (escalation.yaml)"
        )
    weighed = _weighed(arrays, told, lacking)
    steps: list[Reassures] = []
    found: list[Band] = []
    for gesture in sorted(told.gestures, key=lambda g: g.id):
        if gaps := games.missing(arrays[0], gesture.id, games.OF_GESTURE):
            lacking.append(f"the first step {gesture.id} has no {', no '.join(gaps)} (figures.csv)")
        else:
            steps.append(games.reassures(arrays, gesture))
    for after in sorted(told.next, key=lambda n: n.id):
        found += games.bands_of(arrays, after, chosen.months)
    return Parts(
        case=case,
        set=chosen,
        acts=made,
        standings=standings(case, made),
        reactions=reactions(case, made, chosen.window),
        counts=counts(made, chosen.windows),
        threats=threats(case, made),
        own=own_acts(case, made),
        weighed=tuple(weighed),
        reassures=tuple(steps),
        bands=tuple(found),
        states=states(told.graph) if told.graph else None,
        pulls=pulls(study, weighed, steps),
        stands=stands(case, made),
        signals=tuple(
            extras.signals(arrays, w, private, chosen.signalling_draws)
            for w in weighed
            for private in chosen.private
            if chosen.signalling == ON
        ),
        contests=tuple(
            run
            for w in weighed
            for times in chosen.disaster
            if chosen.attrition == ON and (run := extras.contest(arrays, w, times))
        ),
        balance=extras.balance(impacts, chosen.near) if impacts else None,
        lacking=tuple(lacking),
    )


def _weighed(arrays: Sequence[Arrays], told: m.Escalation, lacking: list[str]) -> list[Weighed]:
    """The threats that the deterrence model can be asked about; what the others need goes into `lacking`."""
    made = []
    for threat in sorted(told.threats, key=lambda t: t.id):
        if gaps := games.missing(arrays[0], threat.id, games.OF_THREAT):
            lacking.append(f"the threat {threat.id} has no {', no '.join(gaps)} (figures.csv)")
            continue
        seen = games.weigh(arrays, threat)
        if seen.sound.any():
            made.append(seen)
        else:
            lacking.append(
                f"the payoffs of {threat.id} are in the order that the model asks for in no draw (figures.csv)"
            )
    return made


def _empty(told: m.Escalation) -> list[str]:
    """What escalation.yaml would have to hold for a question, where it holds nothing of it."""
    asked = {
        "threats": "threats (who challenges whom with what, and the Figures of `threat`)",
        "gestures": "gestures (first steps, and the Figures of `gesture`)",
        "next": "next (named next steps and their reference classes)",
        "neighbours": "neighbours (who moved, two readings, what tells them apart)",
        "graph": "graph (options of the sides and what each prefers)",
    }
    return [f"no {text} (escalation.yaml)" for name, text in asked.items() if not getattr(told, name)]
