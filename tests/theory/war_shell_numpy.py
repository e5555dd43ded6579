"""The specification of `war_shell`: the same model and luck in plain numpy, all wars a week at a time. Slow."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from winset.theory.war_game import menu_of
from winset.theory.war_shell import Runs, Shell
from winset.theory.war_shell_kernels import ANSWERS, DUE, ENDURANCE, EVENTS, LATER, MOVES, OFFER, ROUNDS, TALKS, TYPE
from winset.theory.weekly_war import threefry_words

Draws = Float[np.ndarray, " draw"]


def _luck(seed: int, stream: int, draw: Int[np.ndarray, " draw"], week: int) -> tuple[Draws, Draws]:
    words = threefry_words((seed, stream), draw.astype(np.uint32), np.full(len(draw), week, np.uint32))
    return (words[0] >> np.uint32(8)) * 2.0**-24, (words[1] >> np.uint32(8)) * 2.0**-24


def _pick(u: Draws, law: Float[np.ndarray, "draw place"]) -> Int[np.ndarray, " draw"]:
    return np.minimum((u[:, None] >= np.cumsum(law, 1)).sum(1), law.shape[1] - 1)


def _poisson(u: Draws, mean: Float[np.ndarray, " draw"]) -> Int[np.ndarray, " draw"]:
    """As in the kernel, term by term."""
    held = np.where(np.isinf(mean), 0.0, mean)
    total = term = np.exp(-held)
    count = np.zeros(len(u), int)
    for n in range(1, ROUNDS + 1):
        more = u >= total
        count += more
        term = term * held / n
        total = np.where(more, total + term, total)
    return np.where(np.isinf(mean), 1, count)


def _accept(gain: Float[np.ndarray, "*at"], tau: float) -> Float[np.ndarray, "*at"]:
    return (gain >= 0) * 1.0 if tau == 0 else 1 / (1 + np.exp(np.minimum(700.0, -gain / tau)))


def _offer_law(
    gain: Float[np.ndarray, "draw deal"],
    sign: Float[np.ndarray, "draw deal"],
    available: Float[np.ndarray, "draw deal"],
    tau: float,
) -> Float[np.ndarray, "draw choice"]:
    D = gain.shape[1]
    if tau == 0:
        worth = np.where((sign > 0) & (gain >= 0), gain, -np.inf)
        best = np.where(np.isfinite(worth).any(1), np.argmax(worth, 1), D)
        return np.eye(D + 1)[best]
    top = np.maximum(0.0, gain.max(1, initial=0.0))[:, None]
    weight = np.concatenate([available * np.exp((gain - top) / tau), np.exp(-top / tau)], 1)
    return weight / np.cumsum(weight, 1)[:, -1:]


class _Wars:
    """State of the wars still on, one row each."""

    def __init__(self, model: Shell, p: Draws, seed: int, first: int):
        game, n = model.game, len(p)
        self.model, self.seed, self.menu = model, seed, menu_of(game)
        self.draw, self.place, self.p = np.arange(n) + first, np.arange(n), np.asarray(p, float)
        u_type, u_turn = _luck(seed, TYPE, self.draw, 0)
        self.true = _pick(u_type, np.tile(model.type_prior, (n, 1)))
        self.j = _pick(u_turn, np.tile(game.proposer_first, (n, 1)))
        self.mu = np.tile(model.type_prior, (n, 1))
        self.n, self.k, self.g = np.zeros(n, int), np.full(n, game.start), np.full(n, game.regime_first)
        self.most = tuple(size - 1 for size in model.no_deal.shape[-2:])  # units at the start; 0 with a clock
        self.a, self.b = (np.full(n, units) for units in self.most)
        self.e, self.f = (np.full(n, x, float) for x in model.credibility)
        self.fresh = np.ones(n, bool)
        none = np.zeros(n, int)
        self.out = Runs(
            none + 6, none + model.weeks, none.copy(), none - 1, none.copy(), none.copy(), self.true.copy(),
            self.mu.copy(), np.zeros(n),
        )  # fmt: skip

    def end(self, stop: np.ndarray, cause: np.ndarray | int, week: int, deal: np.ndarray | int = -1) -> None:
        """Records the wars marked and drops them."""
        row, out = self.place[stop], self.out
        out.cause[row], out.week[row], out.deal[row] = cause, week, deal
        out.engagements[row], out.front[row], out.regime[row] = self.n[stop], self.k[stop], self.g[stop]
        out.belief[row], out.credibility[row] = self.mu[stop], (self.e / (self.e + self.f))[stop]
        for name in ("draw", "place", "p", "true", "j", "mu", "n", "k", "g", "a", "b", "e", "f", "fresh"):
            setattr(self, name, getattr(self, name)[~stop])

    def values(
        self, at: np.ndarray
    ) -> tuple[Float[np.ndarray, "draw type side deal"], Float[np.ndarray, "draw type side"]]:
        """U and C of every type at the level nearest the public credibility."""
        model, game = self.model, self.model.game
        e, f, n, k, g, j = (x[at] for x in (self.e, self.f, self.n, self.k, self.g, self.j))
        level = np.argmin(np.abs(model.levels - (e / (e + f))[:, None]), 1)
        R_A, R_B = self.most
        a, b, h = self.a[at], self.b[at], game.defect_regime[g]
        a2, b2 = np.minimum(a + game.rearm[0], R_A), np.minimum(b + game.rearm[1], R_B)
        ahead, back = game.defect_front

        def broken(front: np.ndarray) -> np.ndarray:
            front = np.clip(front, 0, game.forts)
            low = np.minimum(front.astype(int), game.forts - 1)
            one, two = (model.to_the_end[:, level, n, h, :, x, a2, b2] for x in (low, low + 1))
            return one + (front - low)[:, None, None] * (two - one)

        W_A, W_B = broken(k + ahead), broken(k - back)
        by_A, by_B = (model.load[:, level, :, g, :, x] * w[..., None, :] for x, w in ((0, W_A), (1, W_B)))
        # an index array beside a slice goes to the front: draw, type, ..., side
        C = model.no_deal[:, level, n, g, np.minimum(j, model.no_deal.shape[4] - 1), :, k, a, b]
        base = model.base[:, level, :, g, :, k]
        return ((base + by_A) + by_B).transpose(0, 1, 3, 2), C

    def bargain(self, week: int) -> None:
        """One round among the wars with a new state; those that sign end."""
        at = np.flatnonzero(self.fresh)
        if not len(at):
            return
        u_count, u_turn = _luck(self.seed, TALKS, self.draw[at], week)
        count = _poisson(u_count, self.model.rounds[self.n[at], self.g[at]])
        signed = np.full(len(at), -1)
        for r in range(int(count.max(initial=0))):
            m = np.flatnonzero((signed < 0) & (count > r))
            if r:
                u_turn = _luck(self.seed, TALKS, self.draw[at], week + r * LATER)[1]
                self.j[at[m]] = _pick(u_turn[m], self.model.game.proposer_next[self.j[at[m]]])
            if len(m):
                signed[m] = self.talk(at[m], week + r * LATER)
        self.fresh[at] = False
        stop = np.zeros(len(self.fresh), bool)
        stop[at[signed >= 0]] = True
        self.end(stop, 0, week, signed[signed >= 0])

    def talk(self, at: np.ndarray, luck: int) -> Int[np.ndarray, " draw"]:
        """One round with the luck of a week: the deal signed, or -1."""
        offer, ratify = _luck(self.seed, OFFER, self.draw[at], luck)
        answers = _luck(self.seed, ANSWERS, self.draw[at], luck)
        U, C = self.values(at)
        U_mean, C_mean = (np.einsum("mh,mh...->m...", self.mu[at], x) for x in (U, C))
        signed = np.full(len(at), -1)
        for who in (0, 1, 2):
            m = np.flatnonzero(self.model.game.proposer[self.j[at]] == who)
            if len(m):
                signed[m] = self._round(
                    who, at[m], U[m], C[m], U_mean[m], C_mean[m], offer[m], [x[m] for x in answers], ratify[m]
                )
        return signed

    def _round(
        self, who: int, at: np.ndarray, U: np.ndarray, C: np.ndarray, U_mean: np.ndarray, C_mean: np.ndarray,
        u_offer: Draws, u_answer: list[Draws], u_ratify: Draws,
    ) -> Int[np.ndarray, " draw"]:  # fmt: skip
        model, tau, private, D = self.model, self.model.game.tau, self.model.private, U.shape[3]
        if not D:
            return np.full(len(at), -1)
        g, mu, rows = self.g[at], self.mu[at], np.arange(len(at))
        part = model.part[self.n[at]]
        held, available = self.menu.held[:, g].T * part, self.menu.open_now[:, g].T * (part > 0)
        if who == 2:
            plan = model.game.plan[g]
            pick = np.where((plan >= 0) & (available[rows, plan] > 0), plan, D)
        elif private == who:
            sign = held * _accept(U_mean[:, 1 - who] - C_mean[:, 1 - who, None], tau[1 - who])
            gains = sign[:, None] * (U[:, :, who] - C[:, :, who, None])
            laws = np.stack([_offer_law(gain, sign, available, tau[who]) for gain in gains.swapaxes(0, 1)], 1)
            pick = _pick(u_offer, laws[rows, self.true[at]])
            self._learn(at, laws[rows, :, pick])
        else:
            each = mu[:, :, None] * held[:, None] * _accept(U[:, :, 1 - who] - C[:, :, 1 - who, None], tau[1 - who])
            gain = (each * (U[:, :, who] - C[:, :, who, None])).sum(1)
            pick = _pick(u_offer, _offer_law(gain, each.sum(1), available, tau[who]))
        proposed = pick < D
        agreed, d = proposed.copy(), np.minimum(pick, D - 1)
        for i in (0, 1):
            if i == who:
                continue
            if i == private:
                yes = _accept(U[rows, :, i, d] - C[:, :, i], tau[i])
                said = u_answer[i] < yes[rows, self.true[at]]
                seen = np.flatnonzero(proposed)
                self._learn(at[seen], np.where(said[:, None], yes, 1 - yes)[seen])
            else:
                said = u_answer[i] < _accept(U_mean[rows, i, d] - C_mean[:, i], tau[i])
            agreed &= said
        return np.where(agreed & (u_ratify < model.game.ratify[d] * part[rows, d]), d, -1)

    def _learn(self, at: np.ndarray, likelihood: Float[np.ndarray, "draw type"]) -> None:
        weight = self.mu[at] * likelihood
        total = weight.sum(1, keepdims=True)
        self.mu[at] = np.where(total > 0, weight / np.where(total > 0, total, 1.0), self.mu[at])

    def engage(self, week: int, word: np.ndarray, u_engage: Draws) -> None:
        """The engagement of this week, where there is one; wars decided by it end."""
        model, game = self.model, self.model.game
        at = np.flatnonzero(u_engage < model.rate)
        lost = np.where((word[at] >> np.uint32(8)) * 2.0**-24 < self.p[at], 0, 1)
        u_A, u_B = _luck(self.seed, ENDURANCE, self.draw[at], week)
        change = game.change[:, self.g[at], lost]
        self.a[at] = np.minimum(self.a[at] + _pick(u_A, change[0]) - 1, self.most[0])
        self.b[at] = np.minimum(self.b[at] + _pick(u_B, change[1]) - 1, self.most[1])
        self.k[at] += np.where(u_A < model.until[self.g[at]] - self.n[at], 1 - 2 * lost, 0)
        self.n[at] += 1
        self.fresh[at] = True
        k, units = self.k, self.most[0] > 0
        a, b = (np.where(units, x, 1) for x in (self.a, self.b))
        over = model.until[self.g] <= self.n
        cause = np.select(
            [k == game.forts, k == 0, (a == 0) & (b == 0), a == 0, b == 0, over],
            [1, 2, 5, 3, 4, 3 + model.by[self.g]],
            6,
        )
        self.end(cause < 6, cause[cause < 6], week + 1)
        at = np.flatnonzero(self.fresh)
        u_regime, u_turn = _luck(self.seed, MOVES, self.draw[at], week)
        self.j[at] = _pick(u_turn, game.proposer_next[self.j[at]])
        ruled = model.rule[self.g[at], self.k[at]]
        self.g[at] = np.where(ruled >= 0, ruled, _pick(u_regime, game.regime[self.g[at]]))
        self.end(self.n == game.horizon, 6, model.weeks)


def simulate(model: Shell, p: Draws, seed: int, first: int = 0) -> Runs:
    """As `war_shell.simulate`."""
    wars, odd, shocked = _Wars(model, p, seed, first), np.zeros(len(p), np.uint32), np.zeros(len(p), bool)
    for week in range(model.weeks + 1):
        wars.bargain(week)
        if week == model.weeks or not len(wars.draw):
            break
        if week % 2 == 0:
            even, later = threefry_words(
                (seed, 0), wars.draw.astype(np.uint32), np.full(len(wars.draw), week // 2, np.uint32)
            )
            odd[wars.place] = later
        word = even if week % 2 == 0 else odd[wars.place]
        u_engage, u_shock = _luck(seed, EVENTS, wars.draw, week)
        shocked[wars.place] = u_shock < model.shock[week]
        wars.engage(week, word, u_engage)
        if model.deadline[week]:
            due = _luck(seed, DUE, wars.draw, week)[0] < model.executes
            wars.g = np.where(due, model.deadline_to[week, wars.g], wars.g)
            wars.e, wars.f = wars.e + due, wars.f + ~due
        wars.g = np.where(shocked[wars.place], model.shock_to[week, wars.g], wars.g)
    wars.end(np.ones(len(wars.draw), bool), 6, model.weeks)
    return wars.out
