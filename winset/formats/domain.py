"""A negotiation domain of outside formats: issues with options, and additive profiles with a reservation value.

    u(package) = sum over issues of weight * value(option)          reservation: the worth of no agreement

`to_case` makes a Case of it whose utilities are these numbers exactly: every issue is unordered, values are put on
0..100 within each issue, attention takes up the weights as they are written (they need not add up to 1), and the
party's scale is given by two numbers. (`winset.settle.from_case` goes the other way.)
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winset.errors import SettingError

if TYPE_CHECKING:
    from winset.case import model as m

DIGITS = 12
ISSUES = 1_000
OPTIONS = 100_000
"""Largest domain that is read: so many issues, and so many options in all of them together."""


@dataclass(frozen=True)
class Profile:
    """One party: weight per issue, value per option of each issue, and the worth of no agreement."""

    name: str
    weights: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    reserve: float = 0.0


@dataclass(frozen=True)
class Domain:
    name: str
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    profiles: tuple[Profile, ...]
    notes: tuple[str, ...] = ()

    def utility(self, profile: Profile, package: tuple[int, ...]) -> float:
        """Worth of a package (an option's place per issue) to a profile."""
        return sum(w * v[o] for w, v, o in zip(profile.weights, profile.values, package))


def check_size(where: str, issues: int, options: int) -> None:
    """Raises SettingError for a domain beyond ISSUES or OPTIONS. `where` names the file."""
    if issues > ISSUES or options > OPTIONS:
        raise SettingError(
            f"{where}: {issues:,} issues with {options:,} options together; at most {ISSUES:,} issues and {OPTIONS:,} "
            "options are read. Fix some issues, or make ranges coarser"
        )


def places(wanted: Sequence[str], names: Sequence[str]) -> list[int]:
    """Where the wanted profiles stand among all of them; all where none is named. Raises SettingError for others."""
    if unknown := [name for name in wanted if name not in names]:
        raise SettingError(f"no profile {', '.join(unknown)}; the domain has {', '.join(names)}")
    if len(set(wanted)) != len(wanted):
        raise SettingError("a profile is named twice")
    return [names.index(name) for name in wanted] or list(range(len(names)))


def to_case(domain: Domain, digest: str = "") -> m.Case:
    """The domain as a Case. `digest` is the SHA-256 of the files it came from.

    Raises SettingError when no profile or no issue is there.
    """
    from winset.case import model as m  # late: a domain that stays a domain needs no case

    if not domain.profiles or not domain.issues:
        raise SettingError(f"the domain {domain.name!r} has no {'issue' if domain.profiles else 'profile'}")
    digest = digest or hashlib.sha256(repr(domain).encode()).hexdigest()
    basis = m.parse_basis(f"dataset: {domain.name}, sha256 {digest}, query all")
    issues = tuple(
        m.Issue(
            id=f"i{j + 1}",
            name=name,
            kind="options",
            options=tuple(m.Option(id=f"o{k + 1}", label=o) for k, o in enumerate(domain.options[j])),
            status_quo="o1",
        )
        for j, name in enumerate(domain.issues)
    )
    actors, scales, figures = [], {}, []
    for n, profile in enumerate(domain.profiles):
        party = f"p{n + 1}"
        actors.append(m.Actor(id=party, name=profile.name, level="party", role="belligerent", signs=True))
        scales[party], made = _profile(party, profile, basis)
        figures += made
    return m.Case(
        id=re.sub(r"[^a-z0-9_-]", "-", domain.name.lower()).strip("-_") or "domain", title=domain.name, summary="",
        as_of=dt.date(2000, 1, 1), war=None, actors=tuple(actors), issues=issues, rules=(), scales=scales,
        missing_voices=(), plans=(), figures=tuple(figures), digest=digest,
    )  # fmt: skip


def _profile(party: str, profile: Profile, basis: m.Basis) -> tuple[m.Scale, list[m.Figure]]:
    """Values on 0..100 within each issue; the weights, and what the shift of negative values adds, go into the
    scale."""
    from winset.case import model as m

    tops, floors = [], []
    for values in profile.values:
        floor = min(0.0, *values)
        floors.append(floor)
        tops.append(max(values) - floor)
    weights = [w * top for w, top in zip(profile.weights, tops)]
    if min(weights) < 0:
        raise SettingError(f"{profile.name}: a weight is negative; turn the values of that issue round instead")
    total, constant = sum(weights), sum(w * f for w, f in zip(profile.weights, floors))
    if total <= 0:
        raise SettingError(f"{profile.name}: all its weights or values are zero")

    def figure(subject: tuple[str, ...], quantity: str, number: float) -> m.Figure:
        number = round(number, DIGITS)
        return m.Figure(f"{'/'.join(subject)}.{quantity}", subject, quantity, basis, None, number, number, number)

    figures = [figure((party,), "no_deal", profile.reserve)]
    for j, (values, top, floor, weight) in enumerate(zip(profile.values, tops, floors, weights)):
        issue = f"i{j + 1}"
        figures.append(figure((party, issue), "attention", 100 * weight / max(weights)))
        for k, value in enumerate(values):
            figures.append(figure((party, issue, f"o{k + 1}"), "value", 100 * (value - floor) / top if top else 0.0))
    return m.Scale(zero=-constant / total, one=(1 - constant) / total), figures
