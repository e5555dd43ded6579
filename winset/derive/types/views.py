"""All that bears on the rival hypotheses about an actor: priors, dated acts, what each act was worth, and the verdict.

P(hypothesis, draw | acts) is prior times likelihoods (`theory.weighing`); the ratios of an act are elicited, or its
chances follow from the worth of its package by the positions of its day (`derive.types`). A chance weighs the draws as
well as the hypotheses. A ratio does not: it says nothing of how likely the act was. Nor does an answer to a plan by
which the record has weighed the draws (`derive.deal.weighing`): it is heard once, and here only tells the hypotheses
apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.record.answers import answers, day_of
from winset.derive.types import hypotheses as types
from winset.derive.types.hypotheses import Act, Take
from winset.derive.worth.utilities import missing
from winset.errors import SettingError
from winset.reads import reading
from winset.settings import number
from winset.theory import weighing

Block = Float[np.ndarray, "draw hypothesis"]


@dataclass(frozen=True)
class View:
    """One actor: its hypotheses, the acts that bear on them, and all that their likelihoods rest on.

    heard: the acts that are answers by which the record has weighed the draws already.
    """

    actor: str
    told: tuple[m.Hypothesis, ...]
    acts: tuple[Act, ...]
    prior: Block
    reservation: Block | None
    ratios: Mapping[str, Block]
    takes: Mapping[str, Take]
    basis: Mapping[str, tuple[str, ...]]
    heard: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def groups(self) -> list[str]:
        return [a.first.group for a in self.acts]

    @property
    def levels(self) -> list[bool]:
        """Which acts weigh the draws."""
        return [a.modelled and a.id not in self.heard for a in self.acts]

    def logs(self, noise: float, aims: bool = True, lines: bool = True) -> Float[np.ndarray, "draw item hypothesis"]:
        """Log likelihood of every act under each hypothesis, bounded; of an elicited one up to a constant.

        Unless `aims`, what a model covers does not tell types that differ only in their war aims from the rest: they
        want more from a deal and from fighting alike, so their gain from an offer is the same (Spaniel and Bils 2018).
        """
        made = []
        for act in self.acts:
            if act.id in self.ratios:
                made.append(self.ratios[act.id])
                continue
            take = self.takes[act.id]
            if self.reservation is None:  # cannot be: an act is modelled only where the types have values of no deal
                raise SettingError(f"{self.actor}: no values of no deal by type")
            take = take if lines else replace(take, blocked=np.zeros_like(take.blocked))
            chances = types.log_chances(take, self.reservation, noise)
            made.append(chances if aims else self._alike(chances))
        if not made:
            return np.zeros((len(self.prior), 0, len(self.told)))
        return weighing.bounded(np.stack(made, axis=1), number("evidence.most"))

    def _alike(self, chances: Block) -> Block:
        """The same with every type that differs only in aims as likely to act so as the rest are together."""
        rest = np.array([h.differs != "aims" for h in self.told])
        if rest.all() or not rest.any():
            return chances
        prior = self.prior[:, rest] / self.prior[:, rest].sum(axis=1, keepdims=True)
        told = weighing.bounded(chances[:, rest], number("evidence.most"))
        alike = np.empty_like(chances)
        alike[:, rest], alike[:, ~rest] = told, scipy.special.logsumexp(told, b=prior, axis=1)[:, None]
        return alike

    def posterior(self, noise: float | None = None, rho: float | None = None) -> Block:
        """P(hypothesis | acts, draw): `noise` of choices on the actor's scale, `rho` how far acts of a group tell
        the same; as set, where not given."""
        noise = number("choice_noise") if noise is None else noise
        rho = number("evidence.rho") if rho is None else rho
        return weighing.posterior(self.prior, self.logs(noise), self.groups, rho)

    def weight(self, noise: float | None = None, rho: float | None = None) -> Float[np.ndarray, " draw"]:
        """What the acts make of each draw, with mean 1: P(hypothesis | acts) is the mean of `posterior` so weighted."""
        noise = number("choice_noise") if noise is None else noise
        rho = number("evidence.rho") if rho is None else rho
        return weighing.draw_weights(self.prior, self.logs(noise), self.groups, rho, self.levels)


def views(study: Study, actors: Collection[str] = ()) -> list[View]:
    """Every actor (of `actors`, if any are named) with hypotheses, and the acts known on the date."""
    known, arrays = study.known, study.arrays()
    told = sorted({h.actor for h in known.hypotheses if not actors or h.actor in actors})
    coded, ready = {a: types.acts(known, a) for a in told}, not missing(known)
    modelled = [a for acts in coded.values() for a in acts if a.modelled and ready and typed(arrays[0], a.first.actor)]
    takes = _takes(study, modelled)
    used = heard(study, modelled)
    made = []
    for actor, acts in coded.items():
        with reading() as seen:
            one = view(arrays, actor, acts, takes, used)
        behind = {i for act in acts if act.id in takes for i in takes[act.id].reads}
        made.append(replace(one, basis={**one.basis, "read": tuple(sorted(seen | behind))}))
    return made


def heard(study: Study, acts: Sequence[Act]) -> frozenset[str]:
    """The acts that are answers of a party to a plan by whose answer to it the record weighs the draws."""
    if study.weigher is None:
        return frozenset()
    told = {(a.party, f"plan:{a.plan}") for a in answers(study.known)}
    said = [a for a in acts if a.first.kind in ("offer_refused", "offer_accepted")]
    return frozenset(a.id for a in said if any((a.first.actor, word) in told for word in a.first.ref))


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
        with reading() as seen:
            then = study.arrays(as_of=day)  # type: ignore[arg-type]
            parts = [types.takes_of(a, study.case, by_day[day]) for a in then]
        for act in by_day[day]:
            own = [p[act.id] for p in parts]
            found[act.id] = Take(
                np.concatenate([t.worth for t in own]), np.concatenate([t.blocked for t in own]),
                np.concatenate([t.edge for t in own]), own[0].accepted, frozenset(seen),
            )  # fmt: skip
    return found


def view(
    arrays: Sequence[Arrays],
    actor: str,
    acts: Sequence[Act],
    takes: Mapping[str, Take],
    used: frozenset[str] = frozenset(),
) -> View:
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
        ratios, takes, basis, used, tuple(notes),
    )  # fmt: skip
