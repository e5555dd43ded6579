"""The war of a case around its solved cores (`theory.war_shell`): private types, deadlines, and the paths of wars.

A path is one simulated war of one draw of the `War`. In draws in which nothing can be signed the paths are drawn from
the exact law instead (`outcomes`). Without types and deadlines the shares are those of the exact law of the same core.

Clock. A step of the core is decided in every step of time, as in the exact law; a deal or the front's last move is
spread over its step, and endurance ends at its own month, as in `outcomes.calendar`.

Types. The rival hypotheses about a belligerent, each with its chance by prior and dated evidence
(`derive.types.hypotheses.views`). A type differs in the flow of going on. The value W of fighting to the end is linear
in it, so with r_h the type's `reservation`

    flow_h = flow + (r_h - mean r) / W',    W' = W(flow + 1) - W(flow),    hence    W_h = W + r_h - mean r,

all at the start and in the regime in force, the mean by the chances: types lie around the core's own value as far apart
as the dossier says. One side is private at a time: where both have hypotheses, A in even draws and B in odd ones. Both
sides know how likely each type is, the private side which one it is; what is done from then on is learned from. A type
with a higher reservation accepts no deal more often that cannot break. It may sign one that breaks sooner than the
other would: its forces rest meanwhile, and it gains more by the fighting after that than by a war that soon ends in
another deal.

Deadlines. Those of the third party for the belligerent that it set most for in the last year (as many for both: the
last set). They fall due when the case says for those open on its date, and after that as often as in the last year,
evenly spaced. Each is executed with the analyst's mean chance, from the whole record of its author (Beta-binomial, a
broad prior); if so, the target is under its pressure from then on; nothing else changes the regime that a draw starts
in. The sides hold the same belief at the start and count what they see: the rate at which they expect the pressure
follows it, 1 - (1 - expected)^(level/present), on three levels: the mean and a standard deviation to each side. Several
deadlines in one step count as one, executed if any is.

Cannot say: both sides private at once; that a deadline is met, or set because of how the war goes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np
import scipy
from jaxtyping import Bool, Float, Int

from winset.arrays import Study
from winset.case import model as m
from winset.derive.record.credibility import deadlines, odds
from winset.derive.types.views import views
from winset.derive.war import core_game as games
from winset.derive.war import outcomes
from winset.derive.war.columns import DAYS, War, with_plan
from winset.derive.war.core_game import Size
from winset.derive.war.lags import PEACE_LAG, text_lag
from winset.errors import SettingError
from winset.seeds import uniform, words
from winset.settings import number, whole
from winset.theory import war_shell
from winset.theory.base_rate import QUARTILE
from winset.theory.reliability import broad_prior
from winset.theory.war_game import A, B, WarGame
from winset.theory.war_held import solve, to_the_end
from winset.theory.war_shell import Shell, shell

DEAL = outcomes.CAUSES.index("deal")
TERMS = tuple(outcomes.CAUSES.index(c) for c in ("A exhausted", "B exhausted"))
CONQUERS = {A: outcomes.CAUSES.index("A conquers"), B: outcomes.CAUSES.index("B conquers")}
SIGNED = (DEAL, outcomes.CAUSES.index("truce"), *TERMS)


@dataclass(frozen=True)
class Types:
    """Rival hypotheses about one side."""

    side: int
    chance: Float[np.ndarray, "draw type"]
    reservation: Float[np.ndarray, "draw type"]


@dataclass(frozen=True)
class Deadlines:
    """What the third party may do to one side, and when, in months from now. Beta(e, f): that it executes."""

    target: int
    e: Float[np.ndarray, " draw"]
    f: Float[np.ndarray, " draw"]
    open: tuple[float, ...]  # when those that are open fall due
    gap: float  # between others (inf: no others)

    def due(self, step: float, steps: int) -> Int[np.ndarray, " step"]:
        """How many fall due in each step of so many months."""
        later = np.arange(self.gap, step * steps, self.gap) if self.gap < step * steps else ()
        at = (np.array([*self.open, *later]) / step).astype(int)
        return np.bincount(at[at < steps], minlength=steps)


@dataclass(frozen=True)
class Ends:
    """One entry a path; months from now. `lag`: from the end of the fighting to the text, where a text follows: none on
    the day of a deal, that of a peace after a truce, and of either form after terms of a side that cannot go on
    (`outcomes`).
    """

    draw: Int[np.ndarray, " path"]
    month: Float[np.ndarray, " path"]  # inf: not within `months`
    cause: Int[np.ndarray, " path"]  # place in outcomes.CAUSES
    lag: Float[np.ndarray, " path"]  # inf: no text
    rate: Float[np.ndarray, " path"]  # decisive fights a month
    p: Float[np.ndarray, " path"]  # A's chance in one
    months: float = field(default_factory=lambda: whole("paths.months"))

    @property
    def ceasefire(self) -> Float[np.ndarray, " path"]:
        """Month in which the firing stops by an act of both sides (inf: not): a deal, a truce, or terms."""
        return np.where(np.isin(self.cause, SIGNED), self.month, np.inf)

    def victory(self, side: int) -> Float[np.ndarray, " path"]:
        """Month in which the front decides for a side (A or B; inf: not)."""
        return np.where(self.cause == CONQUERS[side], self.month, np.inf)

    @property
    def settlement(self) -> Float[np.ndarray, " path"]:
        """Month in which a text is signed (inf: not)."""
        return self.ceasefire + self.lag


def prepare(study: Study, war: War, noise: float | None = None) -> Ends:
    """The ends of `paths.paths` wars, as many in every draw of `war`, which is made from the arrays of `study`."""
    if study.kept != war.draws:
        raise SettingError(f"the war has {war.draws} draws and the study {study.kept}; make the war from the study")
    count, horizon = whole("paths.paths"), whole("paths.months")
    draw = np.arange(count) % war.draws
    spread, lag, form = (
        uniform(words(study.seed, "shells", what, count=count)) for what in ("spread", "peace", "form")
    )
    seed = int(words(study.seed, "shells", "war", count=1)[0] >> np.uint64(32))
    month, cause = np.full(count, np.inf), np.zeros(count, int)
    plans, kinds = with_plan(war), types_of(study, war)
    waiting, months = deadlines_of(study, war), np.arange(horizon + 1.0)
    for d in study.track(range(min(war.draws, count)), "paths"):
        own = draw == d
        agreed = outcomes.solved(war, d, noise=noise, plan=int(plans[d])).assent if war.beside else None
        free = war.open[d] & war.ratified[d]
        if (free if agreed is None else free & agreed).any():
            made = of_draw(war, d, int(plans[d]), kinds, waiting, noise, assent=agreed)
            month[own], cause[own] = made.ends(war, d, seed, d * count, spread[own])
        else:
            law = outcomes.calendar(outcomes.law(None, war, d), war, d, months)[1]
            month[own], cause[own] = inverted(law, spread[own])
    month[month > horizon] = np.inf
    days = PEACE_LAG[0] * np.exp(np.log(PEACE_LAG[2] / PEACE_LAG[1]) / (2 * QUARTILE) * scipy.special.ndtri(lag))
    agreement = (cause == DEAL) | (np.isin(cause, TERMS) & (form < war.form[draw]))
    days = np.where(agreement, np.where(cause == DEAL, 0.0, text_lag(lag)), days)
    days = np.where(np.isin(cause, SIGNED), days, np.inf)
    return Ends(draw, month, cause, days / DAYS, war.rate[draw], war.p[draw])


def never(draws: int, count: int) -> Ends:
    """Paths in which the war does not end: for questions on acts alone, where the case has no war core."""
    none, draw = np.full(count, np.inf), np.arange(count) % draws
    return Ends(draw, none, np.zeros(count, int), none, np.zeros(count), np.full(count, 0.5))


def recent(case: m.Case) -> tuple[dt.date, int]:
    """First day and length of the record that rates are taken from: a year, or since the first event."""
    first = max(min(e.known for e in case.events), case.as_of - dt.timedelta(whole("questions.record_days")))
    return first, max(whole("questions.least_exposure"), (case.as_of - first).days)


def types_of(study: Study, war: War) -> tuple[Types, ...]:
    """The types of each belligerent that has several hypotheses, all with a value of no deal.

    The chances are those given the draw, since each draw's core is solved with its own. That the acts also make some
    draws likelier than others (`View.weight`) is left out: all draws stand for as many paths.
    """
    seen = sorted(views(study, war.sides), key=lambda v: war.sides.index(v.actor))
    able = [(v, v.reservation) for v in seen if v.reservation is not None and len(v.told) > 1]
    return tuple(Types(war.sides.index(v.actor), v.posterior(), r) for v, r in able)


def deadlines_of(study: Study, war: War) -> Deadlines | None:
    """None where no deadline of the third party for a belligerent will fall due, or its pressure has no Figures."""
    case = study.known
    own = [c for c in deadlines(case) if c.author == war.third]
    if not own:
        return None
    since, days = recent(case)
    last_year = [[c for c in own if s in c.targets and c.begun.known >= since] for s in war.sides]
    latest = [max((c.begun.date for c in row), default=dt.date.min) for row in last_year]
    target = max((A, B), key=lambda i: (len(last_year[i]), latest[i], -i))
    still = [c.due for c in own if c.outcome == "open" and war.sides[target] in c.targets]
    open_ = tuple((due - case.as_of).days / DAYS for due in still if due and due >= case.as_of)
    gap = days / DAYS / len(last_year[target]) if last_year[target] else np.inf
    if not (open_ or last_year[target]) or not war.pressure[:, target].any():
        return None
    record = odds(study.arrays(), own, broad_prior(worth=number("credibility.worth")), str(war.third))
    return Deadlines(target, record.a, record.b, open_, gap)


@dataclass(frozen=True)
class Simulated:
    """The shell of one draw, and what its numbers stand for."""

    shell: Shell
    keep: Int[np.ndarray, " deal"]  # places on the menu
    step: float  # months
    p: float  # the analyst's chance that A wins a step

    def ends(
        self, war: War, d: int, seed: int, first: int, spread: Float[np.ndarray, " path"]
    ) -> tuple[Float[np.ndarray, " path"], Int[np.ndarray, " path"]]:
        """Month (inf: never) and place in outcomes.CAUSES of as many wars as `spread` has places within a step."""
        run = war_shell.simulate(self.shell, np.full(len(spread), self.p), seed, first)
        truce = np.array([k == "truce" for k in war.kinds])[self.keep]
        signed, out = run.cause == war_shell.DEAL, (run.cause > 2) & (run.cause < war_shell.STILL_FIGHTING)
        cause = np.where(signed, truce[run.deal], run.cause + 1)
        until, since = self.shell.until[run.regime], np.where(signed, run.week, np.maximum(run.week - 1, 0))
        part = np.clip(until - since, 0.0, 1.0)  # of the step, which the end of endurance may cut short
        inside = np.where(out, part, np.where(signed, spread, 1 - spread) * part)
        ended = run.cause != war_shell.STILL_FIGHTING
        return np.where(ended, (since + inside) * self.step, np.inf), cause * ended


def of_draw(
    war: War, d: int, plan: int = -1, kinds: tuple[Types, ...] = (), waiting: Deadlines | None = None,
    noise: float | None = None, months: float | None = None, assent: Bool[np.ndarray, " menu"] | None = None,
) -> Simulated:  # fmt: skip
    """The shell of a draw in which something can be signed: a core for each type and level of credibility.

    `assent`: the deals that all who sign and lead no side would sign (all where not given).
    """
    size, months = Size(), whole("paths.months") if months is None else months
    game, keep, frame = games.game(war, d, size, noise, plan, assent)
    who, fit = kinds[d % len(kinds)] if kinds else None, frame.size
    steps = min(game.horizon, int(np.ceil(months / fit.step)))
    settings: dict[str, object] = {"rule": np.arange(len(game.regime))[:, None]}  # the regime is held
    levels = [game]
    if waiting is not None and war.pressure[d, waiting.target].any():
        e, f, target = float(waiting.e[d]), float(waiting.f[d]), waiting.target
        present, sd = e / (e + f), np.sqrt(e * f / (e + f + 1)) / (e + f)
        least = number("paths.least_odds")
        known = np.clip([present - sd, present, present + sd], least, 1 - least)
        levels = [games.game(moved(war, target, x / present), d, size, noise, plan, assent)[0] for x in known]
        several = (due := waiting.due(fit.step, steps)).sum() / max(1, np.count_nonzero(due))
        settings |= {
            "levels": known, "credibility": (e, f), "executes": 1 - (1 - present) ** several, "deadline": due > 0,
            "deadline_to": games.after_deadline(war, d, frame, target, steps),
        }  # fmt: skip
    shifts = np.zeros(1)
    if who is not None:
        chance, r = who.chance[d], who.reservation[d]
        shifts = (r - chance @ r) / patience(game, who.side)
        settings |= {"private": who.side, "type_prior": chance}
    cores = [[solve(costed(g, who.side if who else A, x)) for g in levels] for x in shifts]
    made = shell(cores, 1.0, steps, **settings)  # type: ignore[arg-type]
    return Simulated(made, keep, fit.step, games.fought_with(war, d, fit))


def moved(war: War, target: int, factor: float) -> War:
    """The same war if pressure on a side were expected `factor` times as readily."""
    pressure = war.pressure.copy()
    pressure[:, target, 2] = 1 - (1 - pressure[:, target, 2]) ** factor
    return replace(war, pressure=pressure)


def patience(game: WarGame, side: int) -> float:
    """W' at the start: what one unit of flow more is worth to a side that fights to the end."""
    at = (0, game.regime_first, side, game.start)
    return float(to_the_end(costed(game, side, 1.0))[at] - to_the_end(game)[at])


def costed(game: WarGame, side: int, more: float) -> WarGame:
    """The same game with more flow to a side in every state."""
    flow = game.flow.copy()
    flow[side] += more
    return replace(game, flow=flow)


def inverted(
    cause: Float[np.ndarray, "month cause"], u: Float[np.ndarray, " path"]
) -> tuple[Float[np.ndarray, " path"], Int[np.ndarray, " path"]]:
    """Month (inf: later) and cause of ends drawn by inversion of a law cumulated by month."""
    ended = cause.sum(axis=1)
    at = np.clip(np.searchsorted(ended, u), 1, len(ended) - 1)
    low, step = ended[at - 1], np.diff(ended)[at - 1]
    inside = np.clip((u - low) / np.where(step > 0, step, 1.0), 0.0, 1.0)
    law = np.cumsum(np.diff(cause, axis=0)[at - 1], axis=1) / np.maximum(step, 1e-300)[:, None]
    kind = np.minimum((inside[:, None] > law).sum(axis=1), cause.shape[1] - 1)  # the same u, spread over its month
    return np.where(u <= ended[-1], at - 1 + inside, np.inf), kind
