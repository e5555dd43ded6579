"""How what a party would sign at least reaches another: routes of messengers, and the error with which it arrives.

A route is a channel that carries messages between people of the two, or two channels of messengers of one third party.
Its reporters are all on the way but the leaders themselves (a party stands for its leader); what a leader says to a
leader has no reporter and is a claim, not a report. Each reporter adds an error of its own, with a standard deviation
(`message_noise`; where the case states none, from the range of a Setting, by whether notes are taken), and a bias: it
tells the other side to be readier by its own wish for a deal as such (`deal_bonus`). With r a route, n its noise, m its
bias, all on the scale of who speaks (0 its defeat, 1 its victory), and theta its value of no deal:

    at face value   theta' - theta = n_r - m_r, r one of the routes, each as likely: who spoke last
    for its worth   theta' - theta = (1 - k)(mu - theta) + k sum_r w_r n_r
                    with k = w/(w + V), V = 1/sum_r 1/v_r, w_r = V/v_r, v_r the variance of n_r

where mu and w are what the dossier says of theta before any report. `face_value` mixes the two.

In the war the third party tables one plan on what it heard (`believed`). Between the two sides talk goes on: what is
constant in the reports is learnt from refusals, so that only their fresh noise stays, and blurs what each believes that
the other would sign (`blurred`), with the variance t^2 mean v_r + 2 t (1 - t) k V + (1 - t)^2 k^2 V at face value t.

The theory is `theory.organisation`. Cannot say: what the other side wants to be believed; who lies on purpose and is
not biased.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.arrays import Arrays, added
from winset.case import model as m
from winset.quantile import named, pert
from winset.settings import number, numbers
from winset.theory.organisation import TINY, pooled
from winset.units import quantities

QUANTITY, TRUST = "message_noise", "face_value"
Column = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Route:
    """Reporters in the order in which the message passes them, with the channels that it takes."""

    reporters: tuple[str, ...]
    channels: tuple[m.Channel, ...]


@dataclass(frozen=True)
class How:
    """What is changed. level: the quantile at which every noise stands, not drawn. notes: all take notes. trust: how
    far reports are taken at face value. shorter: each chain loses a reporter where it has two or more. sober: no
    reporter has a wish for a deal as such."""

    level: float | None = None
    notes: bool = False
    trust: float | None = None
    shorter: bool = False
    sober: bool = False


def routes(case: m.Case, hearer: str, speaker: str, closed: bool = False) -> tuple[Route, ...]:
    """The routes by which one party hears of another, by their reporters; none where they have no messenger. closed:
    those too that patches have closed."""
    return case.like.memo(
        ("message routes", hearer, speaker, closed),
        lambda: _routes(case, hearer, speaker, (*case.channels, *case.closed) if closed else case.channels),
    )


def _routes(case: m.Case, hearer: str, speaker: str, channels: Sequence[m.Channel]) -> tuple[Route, ...]:
    carry = sorted((c for c in channels if c.kind == "carries_messages"), key=lambda c: c.id)
    found: dict[tuple[str, ...], Route] = {}
    for c in carry:
        ends = {case.party_of(a): a for a in (c.source, c.target)}
        if set(ends) == {hearer, speaker}:
            _add(found, case, (ends[speaker], ends[hearer]), (c,))
    for first in carry:
        for second in carry:
            for far, one, other, near in _joined(case, first, second):
                parties = case.party_of(far), case.party_of(near)
                if parties == (speaker, hearer) and case.party_of(one) not in parties:
                    between = (one,) if one == other else (one, other)
                    _add(found, case, (far, *between, near), (first, second))
    return tuple(found[key] for key in sorted(found))


def _joined(case: m.Case, first: m.Channel, second: m.Channel) -> Iterator[tuple[str, str, str, str]]:
    """(far end, messenger, messenger, near end) of two channels whose messengers are one, or of one party."""
    for far, one in ((first.source, first.target), (first.target, first.source)):
        for other, near in ((second.source, second.target), (second.target, second.source)):
            if case.party_of(one) == case.party_of(other):
                yield far, one, other, near


def _add(found: dict[tuple[str, ...], Route], case: m.Case, way: tuple[str, ...], used: tuple[m.Channel, ...]) -> None:
    ends = {a for a in (way[0], way[-1]) if case.party_of(a) == a or case.actor[a].role == "leader"}
    if key := tuple(a for a in way if a not in ends):
        found.setdefault(key, Route(key, used))


def pairs(case: m.Case) -> list[tuple[str, str]]:
    """(hearer, speaker) of all parties that hear of a signatory by messengers, and sign or mediate themselves."""
    hear = [a.id for a in case.actors if a.level == "party" and (a.signs or a.role == "mediator")]
    speak = sorted(a.id for a in case.signatories if f"{a.id}.no_deal" in case.in_force)
    return [(h, s) for h in sorted(hear) for s in speak if h != s and routes(case, h, s)]


def stated(case: m.Case, hearer: str, speaker: str) -> bool:
    """Whether the case says how noisy some reporter between the two is, or was before patches closed the channel."""
    ways = routes(case, hearer, speaker, closed=True)
    return any(f"{r}/{speaker}.{QUANTITY}" in case.in_force for route in ways for r in route.reporters)


def misread(arrays: Arrays, hearer: str, speaker: str, how: How = How()) -> Column:
    """By how much the hearer takes the other's value of no deal for more than it is, draw by draw. Without a messenger
    it has what the dossier says before any report."""
    truth, (middle, prior) = arrays.get(speaker, "no_deal"), _prior(arrays, speaker)
    found = routes(arrays.case, hearer, speaker)
    if not found:
        return middle - truth
    told = [_report(arrays, hearer, speaker, route, how) for route in found]
    trust = _trust(arrays, hearer, how)
    last = np.zeros(arrays.draws, int)
    if not arrays.at_modes:
        last = (arrays.luck.quantile(f"last-word:{hearer}/{speaker}") * len(found)).astype(int)
    rows = np.arange(arrays.draws)
    naive = np.stack([noise - bias for noise, bias, _ in told], axis=1)[rows, last]
    variance = [np.maximum(v, TINY) for _, _, v in told]
    left = pooled(variance, prior)
    heard = sum(noise / v for (noise, _, _), v in zip(told, variance))
    informed = left / max(prior, TINY) * (middle - truth) + left * heard
    return np.asarray(trust * naive + (1 - trust) * informed)


def _trust(arrays: Arrays, hearer: str, how: How) -> Column | float:
    """How far a party takes reports at face value."""
    if how.trust is not None:
        return how.trust
    return arrays.get(hearer, TRUST) if arrays.has(hearer, TRUST) else number("process.face_value")


def _prior(arrays: Arrays, speaker: str) -> tuple[float, float]:
    """What the dossier says of a party's value of no deal before any report: its middle and its variance."""
    low, middle, high = (float(_at(arrays, (speaker, "no_deal"), q)[0]) for q in (0.05, 0.5, 0.95))
    return middle, ((high - low) / float(scipy.special.ndtri(0.95) - scipy.special.ndtri(0.05))) ** 2


def _report(arrays: Arrays, hearer: str, speaker: str, route: Route, how: How) -> tuple[Column, Column, Column]:
    """(noise, bias, variance) of a route's report."""
    variance = added(
        [np.zeros(arrays.draws), *(noise_of(arrays, r, speaker, route, how) ** 2 for r in route.reporters)]
    )
    bias = np.zeros(arrays.draws)
    for reporter in route.reporters:
        if arrays.has(reporter, "deal_bonus") and not how.sober:
            bias = bias + arrays.get(reporter, "deal_bonus")
    length = len(route.reporters)
    if how.shorter and length > 1:  # any one of them, each as likely
        variance, bias = variance * (length - 1) / length, bias * (length - 1) / length
    name = f"report:{hearer}/{speaker}:{'-'.join(route.reporters)}"
    luck = np.zeros(arrays.draws) if arrays.at_modes else arrays.luck.score(name)
    return np.sqrt(variance) * luck, bias, variance


def noise_of(arrays: Arrays, reporter: str, speaker: str, route: Route, how: How = How()) -> Column:
    """Standard deviation that a reporter adds: its Figure, else from the range for who takes notes or does not."""
    notes = {c.notes for c in route.channels if reporter in (c.source, c.target)}
    with_, without = numbers("process.noise_notes"), numbers("process.noise")
    taken = _drawn(arrays, f"message-noise:{reporter}/{speaker}", with_, how.level)
    if arrays.has(reporter, speaker, QUANTITY):
        own = arrays.get(reporter, speaker, QUANTITY)
        own = own if how.level is None else _at(arrays, (reporter, speaker, QUANTITY), how.level)
        return np.minimum(own, taken) if how.notes else own
    if how.notes or notes == {"yes"}:
        return taken
    span = without if "no" in notes else (with_[0], (with_[1] + without[1]) / 2, without[2])
    return _drawn(arrays, f"message-noise:{reporter}/{speaker}", span, how.level)


def _drawn(arrays: Arrays, name: str, span: Sequence[float], level: float | None) -> Column:
    """A number within a range of a Setting: by luck of its own, or at one quantile."""
    low, mode, high = span
    if level is None and arrays.at_modes:
        return np.full(1, mode)
    quantile = arrays.luck.quantile(name) if level is None else np.full(arrays.draws, level)
    return np.maximum(pert(low, mode, high, quantile), 0.0)


def _at(arrays: Arrays, key: tuple[str, ...], level: float) -> Column:
    """A Figure at one of its quantiles, in every draw."""
    arrays.get(*key)  # it counts as read
    figure = arrays.case.figure[arrays.id(*key)]
    quantile, bounds = np.full(arrays.draws, level), quantities()[figure.quantity]
    column = named(figure.distribution, quantile) if figure.distribution else pert(*figure.numbers, quantile)
    return np.clip(column, bounds.low, bounds.high)


def believed(arrays: Arrays, third: str | None, sides: Sequence[str]) -> Float[np.ndarray, "draw side"]:
    """What the third party takes each side's value of no deal for too much by; 0 where the case says nothing of its
    messengers."""
    none = np.zeros(arrays.draws)
    known = [third is not None and stated(arrays.case, third, s) for s in sides]
    return np.stack([misread(arrays, str(third), s) if ok else none for s, ok in zip(sides, known)], axis=1)


def blur(arrays: Arrays, hearer: str, speaker: str, how: How = How()) -> Column:
    """Standard deviation of what is fresh each time in the error with which one party reads another; 0 where nobody
    reports."""
    found = routes(arrays.case, hearer, speaker)
    if not found:
        return np.zeros(arrays.draws)
    told = [_report(arrays, hearer, speaker, route, how)[2] for route in found]
    trust, (_, prior) = _trust(arrays, hearer, how), _prior(arrays, speaker)
    alone, all_ = np.mean(told, axis=0), pooled([*(np.maximum(v, TINY) for v in told)], np.inf)
    weight = prior / np.maximum(prior + all_, TINY)
    both = 2 * trust * (1 - trust) * weight * all_
    return np.sqrt(trust**2 * alone + both + (1 - trust) ** 2 * weight**2 * all_)


def blurred(arrays: Arrays, sides: Sequence[str]) -> Float[np.ndarray, "draw side"]:
    """With what standard deviation the other side reads each; 0 where the case says nothing of the messengers
    between."""
    none = np.zeros(arrays.draws)
    pair = ((sides[1], sides[0]), (sides[0], sides[1]))
    return np.stack([blur(arrays, h, s) if stated(arrays.case, h, s) else none for h, s in pair], axis=1)


def heard(arrays: Arrays, hearer: str, speaker: str) -> tuple[Column, Column] | None:
    """(constant error, standard deviation of the fresh one) with which one party reads another's value of no deal; None
    where the case says nothing of the messengers between. Two belligerents have talked long enough to have learnt what
    is constant; anybody else has not, and reads each report once."""
    if not stated(arrays.case, hearer, speaker):
        return None
    none, war = np.zeros(arrays.draws), arrays.case.war
    if war is not None and {hearer, speaker} <= set(war.belligerents):
        return none, blur(arrays, hearer, speaker)
    return misread(arrays, hearer, speaker), none
