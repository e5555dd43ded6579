"""What happens, draw by draw: the exact law of endings of a solved war, put on the calendar and followed after a deal.

Endings within a step are spread evenly over it, but exhaustion comes at its own month, that of the Figure. A truce or a
deal is broken at its stated rate a year, and then the war goes on (a new deal after that is left out). Peace after a
truce is a transition of its own, with the log-normal lag of interstate wars. A state of affairs at a date is one of
`STATES`:

    settlement    a signed text on the whole, or a peace that followed a truce, that still holds
    ceasefire     a truce of less than a year (`war.young_truce`), not yet followed by peace
    frozen        a truce older than a year without peace, or a front on which both sides were exhausted
    A breaks, B breaks   exhausted and under terms, or driven from its last fort
    fighting      still on, or on again

An end is an end. A side that cannot go on signs terms: the firing stops in that month, and a text follows, in the form
that comparable ends had: of those by an act of both sides a share `War.form` is an agreement, its text signed within
`TEXT_LAG` of the last shot; the others are a ceasefire, with a peace after `PEACE_LAG`. Conquest is apart: nobody is
left to sign. So

    P(fighting over) = P(a text is signed) + P(a ceasefire without a text yet) + P(victory in the field) + P(fizzles
    out)

at every date (`EVENTS`), where both sides exhausted at once fizzle out; and by kind, whatever is signed when (`KINDS`):
an agreement (a deal; terms in that form), a ceasefire (a truce; terms in that form), a victory, or it fizzles out.
Events are counted as they happen first: a truce that breaks before its peace still counts as having led to one at the
stated lag.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NoReturn

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped, UInt8

from winset.derive.war import columns as wars
from winset.derive.war import core_draws
from winset.derive.war import core_game as games
from winset.derive.war.around import Beside
from winset.derive.war.columns import War
from winset.derive.war.core_draws import Dates, Draws, Values, fading, terms_of
from winset.derive.war.core_game import Frame, Size
from winset.derive.war.core_tables import dated, going_on
from winset.derive.war.lags import PEACE_LAG, peace_after, text_cdf
from winset.errors import SettingError
from winset.settings import number
from winset.settings import whole as whole_number
from winset.theory.base_rate import lognormal_cdf
from winset.theory.war_held import Held, outcomes, race, solve

STATES = ("settlement", "ceasefire", "frozen", "A breaks", "B breaks", "fighting")
CAUSES = ("deal", "truce", "A conquers", "B conquers", "A exhausted", "B exhausted", "both exhausted")
EVENTS = ("text", "ceasefire", "victory", "fizzles out")
KINDS = ("agreement", "ceasefire", "victory", "fizzles out")


@dataclass(frozen=True)
class Core:
    """A solved draw: its tables, the places of its deals on the menu, and its frame.

    assent: the deals that all who sign and lead no side sign; floor: what going on is worth to each of them, in the law
    of endings of this core.
    """

    solved: Held
    keep: Int[np.ndarray, " deal"]
    frame: Frame
    assent: Bool[np.ndarray, " menu"]
    floor: Float[np.ndarray, " beside"]


@dataclass(frozen=True)
class Law:
    """P(signed in step n) by deal of the whole menu, and P(ended in step n) by cause of `war_paths.CAUSES[1:6]`.

    Steps are `step` months long; the war is over at month `end` at the latest, when a side is exhausted (inf: not).
    """

    deal: Float[np.ndarray, "step deal"]
    broken: Float[np.ndarray, "step 5"]
    step: float
    end: float = np.inf

    @property
    def edges(self) -> Float[np.ndarray, " edge"]:
        """Months at which the steps begin and end."""
        return np.minimum(np.arange(len(self.deal) + 1) * self.step, self.end)

    @property
    def middle(self) -> Float[np.ndarray, " step"]:
        """Months in the middle of the steps."""
        return (self.edges[1:] + self.edges[:-1]) / 2


def solved(
    war: War,
    d: int,
    size: Size | None = None,
    noise: float | None = None,
    plan: int = -1,
    done: dict[bytes, Core] | None = None,
) -> Core:
    """The core of one draw, with the assent of those who sign and lead no side.

    A signatory that leads no side signs iff no real line of its own is crossed and the deal is worth at least its no
    deal, or it follows its leader: the rule of the settlement (`deal.acceptance`), which both sides know. Its no deal
    may come from the law of endings of this very core. The fixed point is looked for from the law of a war without
    deals: a deal worth less than going on without any is refused; then the core is solved, and whoever can hope for
    better deals later refuses more, as in search with a reservation value (McCall, Quarterly Journal of Economics 84
    (1970)). At most `war.assent_passes` cores. `size`, `noise`: as set, where not given. `done`: cores of the same draw
    that are solved already, by what is agreed to; new ones are added.
    """
    done = {} if done is None else done
    free = war.open[d] & war.ratified[d]
    agreed, floor = np.ones(len(free), bool), np.zeros(len(war.beside))
    alone = law(None, war, d, size) if war.beside else None
    if alone is not None:
        agreed, floor = assent(war, d, alone, alone)
    for _ in range(whole_number("war.assent_passes")):
        key = (agreed & free).tobytes()
        if key not in done:
            game, keep, frame = games.game(war, d, size, noise, plan, agreed)
            done[key] = Core(solve(game), keep, frame, agreed, floor)
        core = replace(done[key], assent=agreed, floor=floor)
        if alone is None:
            break
        again, floor = assent(war, d, law(core, war, d, size), alone)
        core = replace(core, floor=floor)
        if (again == agreed)[free].all():
            break
        agreed = again
    return core


@dataclass(frozen=True)
class Settled:
    """What a solved draw says of the start and of its end. no_deal: C of both sides; floor: as in `Core`."""

    no_deal: Float[np.ndarray, " side"]
    floor: Float[np.ndarray, " beside"]
    law: Law


def settled(columns: Draws, war: War, d: int, done: dict[bytes, Values] | None = None) -> Settled:
    """`solved` of one draw and the `law` of its end, from the columns of all draws (`core_draws.draws_of`) and without
    the tables.

    `done`: as for `solved`, what was worked out for the same draw by others that may share it. Raises SettingError for
    what no game can be made of.
    """
    passes = whole_number("war.assent_passes")
    if done is None:
        sound, agreed, no_deal, floor, deal, broken, end = core_draws.settled(columns, d, passes)
        if not sound:
            _unsound(columns, war, d, agreed)
        return Settled(no_deal, floor, Law(deal, broken, float(columns.cut[d]), end))
    _, apart, _, agreed, floor = core_draws.alone(columns, d)
    free = columns.free[d]
    for _ in range(passes):
        key = (agreed & free).tobytes()
        if key not in done:
            if (found := core_draws.values(columns, d, agreed)) is None:
                _unsound(columns, war, d, agreed)
            done[key] = found
        core = done[key]
        deal, broken, end, again, floor = core_draws.ending(
            columns, d, core.keep, core.signed, core.until, core.by, apart
        )
        if (again == agreed)[free].all():
            break
        agreed = again
    return Settled(core.no_deal, floor, Law(deal, broken, float(columns.cut[d]), end))


def _unsound(columns: Draws, war: War, d: int, agreed: Bool[np.ndarray, " menu"]) -> NoReturn:
    """Says which number of a draw is out of its range."""
    games.game(war, d, plan=int(columns.plan[d]), assent=agreed)
    raise SettingError("a number of the war is out of its range")


def assent(war: War, d: int, whole: Law, alone: Law) -> tuple[Bool[np.ndarray, " menu"], Float[np.ndarray, " beside"]]:
    """Which deals all who sign and lead no side would sign, apart from their lines, and what going on is worth to each.

    `alone`: the law of a war without deals, for the wars that follow a broken one.
    """
    floor = np.array([watched(b, war, d, whole, alone) if b.pays else float(b.floor[d]) for b in war.beside])
    votes = [b.follows[d] | (b.deal[d] >= x) for b, x in zip(war.beside, floor)]
    return np.all(votes, axis=0) if votes else np.ones(len(war.deals), bool), floor


def law(core: Core | None, war: War, d: int, size: Size | None = None) -> Law:
    """The analyst's forward pass, the regime of the draw held: players expect it to change, the path says what it does.

    Without a core: nothing can be signed in this draw, so that only the race to the end is left.
    """
    frame = core.frame if core else games.frame(war, d, size or Size())
    chance = games.fought_with(war, d, frame.size)
    if core is None:
        until = frame.months / frame.size.step
        broken = race(frame.forts, frame.start, frame.steps, chance, until, frame.by)
        return Law(np.zeros((frame.steps, len(war.deals))), broken, frame.size.step, frame.months)
    signed, broken = outcomes(core.solved, chance)
    deal = np.zeros((len(signed), len(war.deals)))
    deal[:, core.keep] = signed
    return Law(deal, broken, frame.size.step, frame.months)


def watched(one: Beside, war: War, d: int, whole: Law, alone: Law) -> float:
    """What going on is worth to one that signs and leads no side (`no_deal`); `alone`: the law of a war without
    deals."""
    r = float(fading(one.discount[d]))
    terms = terms_of(one, war, d)
    h = -np.log1p(-np.minimum(war.hazard[d], 0.999)) / 12

    def value(law: Law, deal: Float[np.ndarray, " deal"]) -> float:
        return float(going_on(law.deal, law.broken, law.step, law.end, r, one.quo[d], one.cost[d], terms, deal))

    w = value(alone, np.zeros(len(h)))
    return value(whole, (r * one.deal[d] + h * w) / (r + h))


@dataclass(frozen=True)
class Future:
    """One row a draw; months from now, 0 to the horizon."""

    months: Float[np.ndarray, " month"]
    state: Float[np.ndarray, "draw month state"]
    cause: Float[np.ndarray, "draw month cause"]  # P(the present fighting has ended by then, by this cause)
    deal: Float[np.ndarray, "draw deal"]  # P(signed by the horizon)
    lasting: Float[np.ndarray, "draw month"]  # P(a truce or settlement is in force)
    event: Float[np.ndarray, "draw month event"]  # P(over by then, and so: EVENTS); adds up to `ended`
    kind: Float[np.ndarray, "draw month kind"]  # P(over by then, in this kind of ending: KINDS); adds up to `ended`
    out: Float[np.ndarray, " draw"]  # month in which the first side is exhausted if the fighting goes on

    def at(self, month: float) -> int:
        """The place of a month."""
        return int(np.argmin(np.abs(self.months - month)))

    def only(self, months: Sequence[float]) -> Future:
        """The same at some of the months and at the horizon: a sixth of the memory, where a table needs no more."""
        kept = sorted({self.at(month) for month in (*months, self.months[-1])})
        by_month = {name: getattr(self, name)[:, kept] for name in ("state", "cause", "lasting", "event", "kind")}
        return replace(self, months=self.months[kept], **by_month)

    @cached_property
    def ended(self) -> Float[np.ndarray, "draw month"]:
        """P(the present fighting has ended by then). The causes' chances may add up to a last digit more than 1."""
        return np.minimum(self.cause.sum(axis=2), 1.0)


TABLES = ("state", "cause", "deal", "lasting", "event", "kind")
"""The fields of a `Future` that are worked out draw by draw, as `core_draws.dated` gives them."""


def calendar(found: Law, war: War, d: int, months: Float[np.ndarray, " month"]) -> tuple[np.ndarray, ...]:
    """(state, cause, deals signed, P(a truce or settlement in force), events, kinds) of one draw on the months 0, 1, 2
    ..."""
    truce = np.array([k == "truce" for k in war.kinds])
    rate = -np.log1p(-np.minimum(war.hazard[d], 0.999)) / 12
    form, follows = float(war.form[d]), np.zeros(len(months))
    if np.isfinite(found.end):
        since = np.maximum(0.0, months - found.end) * wars.DAYS
        follows = form * text_cdf(since) + (1 - form) * lognormal_cdf(since, *PEACE_LAG)
    young = number("war.young_truce")
    return dated(
        found.deal,
        found.broken,
        found.edges,
        found.end,
        months,
        truce,
        rate,
        peace_after(len(months)),
        young,
        form,
        follows,
    )


def future(
    worlds: Sequence[War],
    size: Size | None = None,
    noise: float | None = None,
    plans: Sequence[Int[np.ndarray, " draw"]] | None = None,
) -> list[Future]:
    """The futures of several variants of one war over the same draws.

    In each draw, variants that differ only in what the analyst knows share the solved core, as long as others agree to
    the same deals, and variants that do not differ at all share everything.
    """
    size, noise = size or Size(), number("choice_noise") if noise is None else noise
    tabled = list(plans) if plans is not None else [wars.with_plan(w) for w in worlds]
    months = np.arange(0, int(size.months) + 1, dtype=float)
    known = [core_keys(war, plans) for war, plans in zip(worlds, tabled)]
    cores = [_shared(of) for of in zip(*known)]
    firsts: list[dict[Hashable, int]] = [{} for _ in cores]  # of every draw, the variants that others are the same as
    found: list[Future] = []
    for i, (war, plan) in enumerate(zip(worlds, tabled)):
        columns, dates = core_draws.draws_of(war, plan, size, noise), dates_of(war, months, size.months)
        same_as = np.array([of.setdefault(whole, i) for of, (_, _, whole) in zip(firsts, known[i])], int)
        sharing = np.array([free and same in of for of, (free, same, _) in zip(cores, known[i])], bool)
        found.append(_told(columns, dates, war, np.flatnonzero((same_as == i) & ~sharing)))
        for d in np.flatnonzero((same_as == i) & sharing).tolist():
            law = settled(columns, war, d, cores[d][known[i][d][1]]).law
            row = core_draws.dated(dates, d, law.deal, law.broken, law.step, law.end)
            for name, told in zip(TABLES, row):
                getattr(found[i], name)[d] = told
        for j in set(same_as.tolist()) - {i}:
            for name in (*TABLES, "out"):
                getattr(found[i], name)[same_as == j] = getattr(found[j], name)[same_as == j]
    return found


def _told(columns: Draws, dates: Dates, war: War, rows: Int[np.ndarray, " row"]) -> Future:
    """The future of a variant, of which so far only some draws are told."""
    n, t = war.draws, len(dates.months)
    shapes = ((t, 6), (t, 7), (len(war.kinds),), (t,), (t, 4), (t, 4))
    tables = [np.empty((n, *shape)) for shape in shapes]
    if (d := core_draws.told(columns, dates, rows, whole_number("war.assent_passes"), *tables)) >= 0:
        settled(columns, war, d)  # says what is wrong
    return Future(dates.months, **dict(zip(TABLES, tables)), out=war.lasts.min(axis=1))


def _shared(keys: Sequence[tuple[bool, Hashable, Hashable]]) -> dict[Hashable, dict[bytes, Values]]:
    """Room for the cores of one draw that variants share which differ in more than the players know (`core_keys`)."""
    seen: dict[Hashable, set[Hashable]] = {}
    for _, same, whole in keys:
        seen.setdefault(same, set()).add(whole)
    return {same: {} for same, whole in seen.items() if len(whole) > 1}


def dates_of(war: War, months: Float[np.ndarray, " month"], horizon: float) -> Dates:
    """What puts the endings of all draws on the calendar: as in `calendar`, of which it is the other form."""
    end, form = war.lasts.min(axis=1), np.array(war.form, float)
    ends = end < horizon
    since = np.maximum(0.0, months - np.where(ends, end, 0.0)[:, None]) * wars.DAYS
    follows = form[:, None] * text_cdf(since) + (1 - form)[:, None] * lognormal_cdf(since, *PEACE_LAG)
    return Dates(
        months, np.array([k == "truce" for k in war.kinds], bool), -np.log1p(-np.minimum(war.hazard, 0.999)) / 12,
        peace_after(len(months)), number("war.young_truce"), form, np.where(ends[:, None], follows, 0.0),
    )  # fmt: skip


UNSEEN = ("sides", "third", "deals", "kinds", "p", "signs", "gain", "bonus", "form", "beside", "basis")
"""Fields of a war that no core rests on, unless by the plan that is tabled."""
ALONE = ("endurance", "pressure", "pressed", "rate", "forts", "front")
"""Those that a draw rests on in which nothing can be signed."""


def core_keys(war: War, plans: Int[np.ndarray, " draw"]) -> list[tuple[bool, Hashable, Hashable]]:
    """Per draw whether anything can be signed, what the players know (all but the analyst's p, apart from what others
    agree to), and that with what the analyst and those know who lead no side."""
    free = (war.open & war.ratified).any(axis=1)
    whole = _side_by_side([getattr(war, f.name) for f in fields(War) if f.name not in UNSEEN])
    alone = _side_by_side([getattr(war, name) for name in ALONE])
    looked_at = [x[: war.draws] for one in war.beside for x in vars(one).values() if isinstance(x, np.ndarray)]
    beside, parties = _side_by_side([war.p, *looked_at]), tuple(one.party for one in war.beside)
    found: list[tuple[bool, Hashable, Hashable]] = []
    for d in range(war.draws):
        same = (int(plans[d]), whole[d].tobytes()) if free[d] else (-1, alone[d].tobytes())
        found.append((bool(free[d]), same, (same, parties, beside[d].tobytes())))
    return found


def _side_by_side(columns: Sequence[Shaped[np.ndarray, "draw *_"]]) -> UInt8[np.ndarray, "draw byte"]:
    """Columns of any kind as the bytes of each draw."""
    return np.concatenate([np.ascontiguousarray(x).reshape(len(x), -1).view(np.uint8) for x in columns], axis=1)


def join(parts: Sequence[Future]) -> Future:
    """Futures over consecutive slices of the draws, as one."""
    return Future(parts[0].months, *(np.concatenate([getattr(p, n) for p in parts]) for n in (*TABLES, "out")))
