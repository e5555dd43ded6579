"""Golden functions of the war theory: (parameters, quantity) to the value winset computes."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from tests.golden._form import Params
from winset.theory import (
    attrition,
    commitment,
    diverging_beliefs,
    domestic,
    exhaustion,
    lanchester,
    opinion,
    random_walk,
    slantchev,
)


def gambler_ruin(q: Params, quantity: str) -> float | None:
    k, N, p = q["k"], q["N"], q["p"]
    if quantity == "P_A_total_victory":
        return random_walk.win_probability(k, N, p)
    if quantity == "E_battles":
        return random_walk.expected_battles(k, N, p)
    if quantity == "E_battles_given_A_wins":
        return random_walk.expected_battles_given_win(k, N, p)
    if quantity == "Var_battles":
        return float(random_walk.battle_moments(N, p)[1][k])
    if quantity == "P_war_lasts_more_than_n_battles":
        return random_walk.survival(q["n"], k, N, p)
    return None


def lazy_walk(q: Params, quantity: str) -> float | None:
    if quantity == "E_battles":
        return random_walk.expected_battles(q["k"], q["N"], q["p"], q["stalemate"])
    return None


def costly_lottery_walk(q: Params, quantity: str) -> float | None:
    deal = random_walk.costly_lottery(q["k"], q["N"], q["p"], q["cA"], q["cB"])
    return {"zopa_width": deal.width, "A_reservation": deal.low, "B_reservation": 1 - deal.high}.get(quantity)


def problem_of_points(q: Params, quantity: str) -> float | None:
    if quantity == "P_B_breaks_first":
        return exhaustion.problem_of_points(q["rA"], q["rB"], q["p"])
    if quantity == "E_battles":
        return exhaustion.expected_battles(q["rA"], q["rB"], q["p"])
    return None


def problem_of_points_beta(q: Params, quantity: str) -> float | None:
    first, battles = exhaustion.problem_of_points_beta(q["rA"], q["rB"], q["alpha"], q["beta"])
    return {"P_B_breaks_first": first, "E_battles": battles}.get(quantity)


def endurance_race(q: Params, quantity: str) -> float | None:
    return exhaustion.endurance_race(*q["A"], *q["B"]) if quantity == "P_A_breaks_first" else None


def beta_disagreement(q: Params, quantity: str) -> float | None:
    if quantity == "posterior_mean_gap":
        means = [diverging_beliefs.posterior_mean(q[side][0], q[side][1], q["a"], q["b"]) for side in "AB"]
        return float(means[0] - means[1])
    if quantity == "battles_until_zopa_opens":
        return float(diverging_beliefs.battles_to_agreement(q["D0"], q["n0"], q["cA_plus_cB"]))
    if quantity == "E_gap":
        return diverging_beliefs.expected_gap(q["A"], q["B"], q["n"], q["p"])
    return None


def smith_stam(q: Params, quantity: str, longer: int = 1) -> float | None:
    N, k0, horizon = q["N"], q["k0"], longer * q.horizon(400)
    if "p" in q:
        mean_A = mean_B = np.full((horizon + 1, N + 1), float(q["p"]))
    else:
        priors = q["A"], q["B"] if "B" in q else q["A"]
        mean_A, mean_B = (diverging_beliefs.lattice_means(prior, N, k0, horizon) for prior in priors)
    cost_A, cost_B = (q[name] if name in q else q["c"] for name in ("cA", "cB"))
    to_finish = quantity.startswith("W_A")
    solved = diverging_beliefs.fort_bargaining(
        mean_A, mean_B, k0, cost_A, cost_B, q.get("dl", 1.0), q.get("piA", 0.5), bargain=not to_finish
    )
    if quantity.startswith("S_0"):
        return float(solved.surplus[0, k0])
    if quantity == "V_A0" or to_finish:
        return float(solved.value_A[0, k0])
    if quantity == "V_B0":
        return float(solved.value_B[0, k0])
    if quantity == "first_n_with_tied_score_that_settles":
        first = solved.first_tied_settlement()
        if first is None:  # later than the horizon
            return smith_stam(q, quantity, 4 * longer) if horizon < 5000 else None
        return float(first)
    if "p_true" not in q:
        return None
    law = diverging_beliefs.outcome_law(solved, q["p_true"])
    return {
        "P_settle": law.settled,
        "E_battles_given_settle": law.battles_if_settled,
        "P_A_total_victory": law.conquest_A,
        "P_B_total_victory": law.conquest_B,
    }.get(quantity)


def slantchev_complete(q: Params, quantity: str) -> float | None:
    shares = slantchev.complete_information(q["N"], q["p"], q["delta"], q["b1"], q["b2"])
    table = {"x_k": shares.ask_1, "y_k": shares.ask_2, "W1_k": shares.war_1, "W2_k": shares.war_2}
    return float(table[quantity][q["k"]]) if quantity in table else None


def slantchev_incomplete(q: Params, quantity: str) -> float | None:
    s = slantchev.incomplete_information(
        q["N"], q["k0"], (q["pH"], q["pM"], q["pL"]), (q["qw"], q["qs"]), q["dl"], q["b1"], q["b2"]
    )
    return {
        "q_after_win": s.strong_after_win,
        "q_after_loss": s.strong_after_loss,
        "x0": s.first_ask,
        "y1_after_win": s.moderate_ask_after_win,
        "y1_after_loss": s.moderate_ask_after_loss,
        "p_reject_beliefs": s.battle_belief,
        "E_battles": s.expected_battles,
        "known_weak": s.weak_if_known,
        "P1_payoff_on_path": s.payoff_1,
        "xstar_eq6_as_transcribed": s.payoff_1_pooled,
    }.get(quantity)


def attrition_mixed(q: Params, quantity: str) -> float | None:
    war = attrition.mixed_attrition((q["c1"], q["c2"]), (q["v1"], q["v2"]))
    if stop := re.fullmatch(r"EU_([12])_stop_at_([\d.]+)", quantity):
        return war.payoff(int(stop[1]) - 1, float(stop[2]))
    duration = war.duration
    return {"P_1_concedes_first": war.first_gives_in, "E_duration": duration, "E_duration(MC)": duration}.get(quantity)


def attrition_private(q: Params, quantity: str) -> float | None:
    if quantity == "stopping_time":
        return attrition.private_value_stop(q["v"], q["c"])
    return attrition.private_value_duration(q["c"]) if quantity.startswith("E") else None


def abreu_gul(q: Params, quantity: str) -> float | None:
    war = attrition.abreu_gul((q["z1"], q["z2"]), (q["a1"], q["a2"]), (q["r1"], q["r2"]))
    if indifferent := re.fullmatch(r"indiff_([12])", quantity):
        # i gains a_i - (1 - a_j) when j gives in, and loses interest on 1 - a_j while waiting
        i = int(indifferent[1]) - 1
        concede = 1 - (q["a2"], q["a1"])[i]
        return war.rate[1 - i] * ((q["a1"], q["a2"])[i] - concede) - (q["r1"], q["r2"])[i] * concede
    return {
        "lambda1": war.rate[0],
        "lambda2": war.rate[1],
        "T_end": war.end,
        "P1_concede_at_0": war.at_once[0],
        "P2_concede_at_0": war.at_once[1],
        "mu1(T)": war.stubborn(0, war.end),
        "mu2(T)": war.stubborn(1, war.end),
        "P_deadlock(both stubborn)": war.deadlock,
    }.get(quantity)


def lanchester_square(q: Params, quantity: str) -> float | None:
    battle = lanchester.square_law(q["A0"], q["B0"], q["alpha"], q["beta"])
    side = {1: "A", -1: "B", 0: "tie"}[battle.winner]
    return {f"survivors_of_winner({side})": battle.survivors, "time_to_annihilation": battle.time}.get(quantity)


def lanchester_linear(q: Params, quantity: str) -> float | None:
    battle = lanchester.linear_law(q["A0"], q["B0"], q["alpha"], q["beta"])
    return float(battle.winner) if quantity == "winner_sign" else None


def romer_rosenthal(q: Params, quantity: str) -> float | None:
    return domestic.romer_rosenthal(q["f"], q["r"], q["q"]) if quantity == "outcome" else None


def two_level_zopa(q: Params, quantity: str) -> float | None:
    low, high = domestic.two_level_zopa(q["rA"], q["rB"], q["q"])
    return high - low if quantity == "zopa_width" else None


def ratification(q: Params, quantity: str) -> float | None:
    return domestic.ratification(q["x"], q["tau"], q["s"], q["n"]) if quantity == "P_ratify" else None


def ratification_offer(q: Params, quantity: str) -> float | None:
    return domestic.ratification_offer(q["lo"], q["hi"], q["w"]) if quantity == "optimal_concession" else None


def iida(q: Params, quantity: str) -> float | None:
    return domestic.iida_share(q["delta"], q["L"]) if quantity == "share_1" else None


def goemans(q: Params, quantity: str) -> float | None:
    if quantity.startswith("K_star"):
        return domestic.resurrection_threshold(q["k"], q["N"], q["defeat_penalty"], q["c"], q.get("p", 0.5))
    return None


def adviser_noise(q: Params, quantity: str) -> float | None:
    if quantity == "E_leader_posterior_mean":
        return domestic.adviser_mean(q["theta"], q["bias"], q["sd"], q["m0"], q["s0"])
    return None


def deal_with_breakdown(q: Params, quantity: str) -> float | None:
    return commitment.deal_with_breakdown(q["u"], q["w"], q["xi"], q["delta"]) if quantity == "U" else None


def durability(q: Params, quantity: str) -> float | None:
    low, high = commitment.durability_zopa(q["p"], q["cA"], q["cB"], q["shift"], q["h"])
    if quantity.startswith("min_hold_prob"):
        return commitment.least_hold(q["p"], q["cA"], q["shift"])
    return {"lo": low, "hi": high}.get(quantity)


def guarantee(q: Params, quantity: str) -> float | None:
    return commitment.guarantee_needed(q["x"], q["delta"], q["grab"], q["w_B"]) if quantity == "g_star" else None


def degroot(q: Params, quantity: str) -> float | None:
    if place := re.fullmatch(r"influence_weight_(\d+)", quantity):
        return float(opinion.influence_weights(np.array(q["W"]))[int(place[1])])
    return None


def friedkin_johnsen(q: Params, quantity: str) -> float | None:
    if place := re.fullmatch(r"limit_(\d+)", quantity):
        limit = opinion.friedkin_johnsen(np.array(q["W"]), np.array(q["suscept"]), np.array(q["x0"]))
        return float(limit[int(place[1])])
    return None


MODELS: dict[str, Callable[[Params, str], float | None]] = {
    "gambler_ruin": gambler_ruin,
    "lazy_walk": lazy_walk,
    "costly_lottery_walk": costly_lottery_walk,
    "problem_of_points": problem_of_points,
    "problem_of_points_beta": problem_of_points_beta,
    "endurance_race_IG": endurance_race,
    "beta_disagreement": beta_disagreement,
    "smith_stam": smith_stam,
    "slantchev03_complete": slantchev_complete,
    "slantchev03_incomplete": slantchev_incomplete,
    "attrition_mixed": attrition_mixed,
    "attrition_private_U01": attrition_private,
    "abreu_gul": abreu_gul,
    "lanchester_square": lanchester_square,
    "lanchester_linear": lanchester_linear,
    "romer_rosenthal": romer_rosenthal,
    "two_level_zopa": two_level_zopa,
    "ratification": ratification,
    "ratification_offer": ratification_offer,
    "iida_constraint": iida,
    "goemans_gamble": goemans,
    "adviser_noise": adviser_noise,
    "deal_with_breakdown": deal_with_breakdown,
    "durability_zopa": durability,
    "guarantee_needed": guarantee,
    "degroot": degroot,
    "friedkin_johnsen": friedkin_johnsen,
}
