"""All that bears on the rival hypotheses about an actor: priors, dated acts, what each act was worth, and the verdict.

P(hypothesis | acts) is prior times likelihood ratios (`theory.weighing`); the ratio of an act is elicited, or follows
from the worth of its package by the positions of its day (`derive.types`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.record.answers import day_of
from winset.derive.types import hypotheses as types
from winset.derive.types.hypotheses import Act, Take
from winset.derive.worth.utilities import missing
from winset.errors import SettingError
from winset.settings import number
from winset.theory import weighing

Block = Float[np.ndarray, "draw hypothesis"]


@dataclass(frozen=True)
class View:
    """One actor: its hypotheses, the acts that bear on them, and all that their likelihoods rest on."""

    actor: str
    told: tuple[m.Hypothesis, ...]
    acts: tuple[Act, ...]
    prior: Block
    reservation: Block | None
    alike: Block | None
    ratios: Mapping[str, Block]
    takes: Mapping[str, Take]
    basis: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()

    @property
    def groups(self) -> list[str]:
        return [a.first.group for a in self.acts]

    def logs(self, noise: float, aims: bool = True, lines: bool = True) -> Float[np.ndarray, "draw item hypothesis"]:
        """Log likelihood ratios of every act against the first hypothesis."""
        made = []
        for act in self.acts:
            if act.id in self.ratios:
                made.append(self.ratios[act.id])
            else:
                take, by_type = self.takes[act.id], self.reservation if aims else self.alike
                if by_type is None:  # cannot be: an act is modelled only where the types have values of no deal
                    raise SettingError(f"{self.actor}: no values of no deal by type")
                made.append(
                    types.log_ratios(
                        take if lines else replace(take, blocked=np.zeros_like(take.blocked)), by_type, noise
                    )
                )
        return np.stack(made, axis=1) if made else np.zeros((len(self.prior), 0, len(self.told)))

    def posterior(self, noise: float | None = None, rho: float | None = None) -> Block:
        """P(hypothesis | acts): `noise` of choices on the actor's scale, `rho` how far acts of a group tell
        the same; as set, where not given."""
        noise = number("choice_noise") if noise is None else noise
        rho = number("evidence.rho") if rho is None else rho
        return weighing.posterior(self.prior, self.logs(noise), self.groups, rho)


def views(study: Study, actors: Collection[str] = ()) -> list[View]:
    """Every actor (of `actors`, if any are named) with hypotheses, and the acts known on the date."""
    known, arrays = study.known, study.arrays()
    told = sorted({h.actor for h in known.hypotheses if not actors or h.actor in actors})
    coded, ready = {a: types.acts(known, a) for a in told}, not missing(known)
    modelled = [a for acts in coded.values() for a in acts if a.modelled and ready and typed(arrays[0], a.first.actor)]
    takes = _takes(study, modelled)
    return [view(arrays, actor, acts, takes) for actor, acts in coded.items()]


def typed(arrays: Arrays, actor: str) -> bool:
    """Whether the case values no deal for every type of an actor."""
    return all(arrays.has(actor, h.id, "reservation") for h in types.hypotheses(arrays.case, actor))


def _takes(study: Study, acts: Sequence[Act]) -> dict[str, Take]:
    """What the modelled acts were worth, each by the positions of its day."""
    by_day: dict[object, list[Act]] = defaultdict(list)
    for act in acts:
        by_day[day_of(study.case, act.first.date, study.as_of)].append(act)
    found: dict[str, Take] = {}
    for day in study.track(sorted(by_day, key=str), "days of acts"):
        parts = [types.takes_of(a, study.case, by_day[day]) for a in study.arrays(as_of=day)]  # type: ignore[arg-type]
        for act in by_day[day]:
            own = [p[act.id] for p in parts]
            found[act.id] = Take(
                np.concatenate([t.worth for t in own]), np.concatenate([t.blocked for t in own]),
                np.concatenate([t.edge for t in own]), own[0].accepted,
            )  # fmt: skip
    return found


def view(arrays: Sequence[Arrays], actor: str, acts: Sequence[Act], takes: Mapping[str, Take]) -> View:
    """One actor's view; acts that no model can value here are left out, with a note."""
    case = arrays[0].case
    told = types.hypotheses(case, actor)
    usable = tuple(a for a in acts if not a.modelled or a.id in takes)
    notes = [
        f"{a.first.what} (not weighed: the case does not say what the deal was worth then)"
        for a in acts
        if a not in usable
    ]
    known_types = typed(arrays[0], actor)
    first = arrays[0]
    prior_ids = tuple(
        first.id(actor, h.id, "hypothesis_prior") for h in told if first.has(actor, h.id, "hypothesis_prior")
    )
    if len(prior_ids) == len(told):
        prior = np.concatenate([types.priors(a, actor) for a in arrays])
    else:
        prior = np.full((sum(a.draws for a in arrays), len(told)), 1.0 / len(told))
        notes.append(f"{case.actor[actor].name}: not every hypothesis has a prior, so all are given even odds.")
    ratios, basis = {}, {"prior": prior_ids}
    for act in usable:
        if act.modelled:
            basis[act.id] = tuple(first.id(actor, h.id, "reservation") for h in told)
        else:
            given = {r.hypothesis: r.figure for r in act.rows}
            columns = [
                np.concatenate([a.get(act.id, h.id, "likelihood_ratio") for a in arrays]) if h.id in given else None
                for h in told
            ]
            ratios[act.id] = np.stack([np.zeros(len(prior)) if c is None else np.log(c) for c in columns], axis=1)
            basis[act.id] = tuple(given.values())
    return View(
        actor, told, usable, prior,
        np.concatenate([types.reservations(a, actor) for a in arrays]) if known_types else None,
        np.concatenate([types.reservations(a, actor, aims_separate=False) for a in arrays]) if known_types else None,
        ratios, takes, basis, tuple(notes),
    )  # fmt: skip
