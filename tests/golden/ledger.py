"""Golden models of crisis bargaining, screening, brinkmanship, deadlines, event studies and Hawkes processes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.golden._form import Params
from winset.theory import brinkmanship, crisis, hawkes, mediation, poisson_rates, reliability, rubinstein
from winset.theory import learning_while_fighting as screening
from winset.theory.checks import Number

Row = Callable[[dict, str], float | None]


def _by(quantity: str, **values: Number) -> float | None:
    return float(values[quantity]) if quantity in values else None


def _ultimatum(d: dict, quantity: str) -> float | None:
    found = crisis.ultimatum(d["p"], d["cA"], d["cB_lo"], d["cB_hi"])
    return _by(quantity, optimal_demand=found.demand, P_war=found.p_war)


def _ultimatum_beta(d: dict, quantity: str) -> float | None:
    found = crisis.ultimatum_beta(d["p"], d["cA"], d["a"], d["b"], d["scale"])
    return _by(quantity, optimal_demand=found.demand, P_war=found.p_war)


def _ultimatum_threat(d: dict, quantity: str) -> float | None:
    found = crisis.ultimatum_with_threat(d["p"], d["cA"], d.get("cB_lo", 0.0), d["cB_hi"], d["kappa"], d["S"])
    return _by(quantity, optimal_demand=found.demand, P_war=found.p_war)


def _audience(d: dict, quantity: str) -> float | None:
    found = crisis.audience_costs(d["v"], (d["a1"], d["a2"]), (d["W1"], d["W2"]))
    return _by(quantity, horizon_tstar=found.horizon, P_war=found.p_war, P_L_concedes_at_0=found.p_concede_at_once)


def _sunk(d: dict, quantity: str) -> float | None:
    least, left = crisis.sunk_cost(d["V_bluff"], d["V_res"])
    return _by(quantity, min_separating_k=least, resolute_net_payoff=left)


def _tied(d: dict, quantity: str) -> float | None:
    bluff, challenge = crisis.tied_hands(d["prior"], d["q_star"], d["V"], d["a"])
    return _by(quantity, bluff_rate=bluff, challenge_rate=challenge)


def _sobel_takahashi(d: dict, quantity: str) -> float | None:
    endless = d["periods"] == "inf"
    found = screening.sobel_takahashi(d["disc"], None if endless else int(d["periods"]))
    if endless:
        return _by(quantity, alpha_star=found.demand, gamma_star=found.left)
    low, high = (float(v) for v in d["theta"].strip("U[]").split(","))
    if low != 0.0:
        return None
    return _by(quantity, first_surplus_demand=found.demand * high, fraction_left_after_first_offer=found.left)


def _powell_screen(d: Params, quantity: str) -> float | None:
    """R. Powell (2004): chances a round as given, or from the chances that a side collapses."""
    chances = screening.collapse_chances(d["kS"], d["kD"]) if "kS" in d else (d["pi_S"], d["pi_D"])
    pi_s, pi_d = (float(x) for x in chances)
    found = _by(quantity, pi_S=pi_s, pi_D=pi_d, rho=1.0 - pi_s - pi_d)
    if quantity in ("P(D prevails | finish)", "P(S prevails | finish)"):
        found = (pi_d if quantity[2] == "D" else pi_s) / (pi_d + pi_s)
    if quantity in ("V_D", "V_D(c)"):
        found = float(screening.war_value(d.first("c", "cD", "c_D"), d["be"], pi_d, pi_s))
    if quantity in ("V_S", "V_S(c)"):
        found = float(screening.war_value(d.first("c_S", "cS", "c"), d["be"], pi_s, pi_d))
    if found is not None:
        return found
    made = screening.powell_screen(d["be"], pi_s, pi_d)
    return _by(
        quantity, P_settle=made.p_settle, E_rounds_of_fighting=made.rounds_fought, alpha_star=made.demand,
        gamma_star=made.gamma
    )  # fmt: skip


def _two_by_two(d: dict, quantity: str) -> float | None:
    found = screening.two_type_two_period(d["mu"], d["v_w"], d["v_r"], d["B"], d["disc"])
    return _by(quantity, S_value=found.value, muhat=found.mu_hat, x_tilde=found.x_tilde)


def _staller(d: dict, quantity: str) -> float | None:
    if quantity == "posterior_staller":
        return screening.staller_posterior(d["prior"], d["a_sincere"], d["a_staller"], d["rejections"])
    if quantity.startswith("rejections_to_"):
        return screening.refusals_needed(d["prior"], d["a_sincere"], d["a_staller"], d["target"])
    return None


def _chicken(d: dict, quantity: str) -> float | None:
    found = brinkmanship.chicken(d["s"], d["c"], d.get("w", 1.0), d.get("d", 0.0))
    return _by(
        quantity, critical_risk_jervis=found.critical_risk, P_disaster_mixed=found.p_disaster,
        indifference_gap=found.indifference_gap, critical_risk_snyder_diesing=found.critical_risk_submit,
    )  # fmt: skip


def _brink(d: dict, quantity: str) -> float | None:
    found = brinkmanship.powell87(d["f"], d["R_I"], d["R_II"], d["R_IIp"], d["p"])
    return _by(
        quantity, II_indifference_gap=found.gap_ii, I_indifference_gap=found.gap_i, belief_bstar=found.belief,
        e_I1=found.answer, e_II1=found.bluff, P_disaster=found.p_disaster,
    )  # fmt: skip


def _mediation(d: dict, quantity: str) -> float | None:
    if quantity == "min_P_war_arbitration":
        return mediation.mediation_bound(d["q"], d["p"], d["theta"]).p_war
    if quantity.startswith("lambda>=gamma"):
        return float(mediation.full_peace_possible(d["q"], d["p"], d["theta"]))
    return None


def _deadline(d: dict, quantity: str) -> float | None:
    prior = (float(d["e"]), float(d["f"]))
    if quantity == "kappa_mean":
        return reliability.deadline_credibility(d["executed"], d["dropped"], prior=prior).mean
    if quantity == "executions_needed":
        return float(reliability.executions_needed(prior, d["threshold"]))
    return None


def _strike_after_call(d: dict, quantity: str) -> float | None:
    found = poisson_rates.rate_ratio(d["x"], d["y"], d["e1"], d["e0"])
    return _by(quantity, rate_ratio=found.ratio, p_one_sided=found.p_greater, p_two_sided=found.p_two_sided)


def _hawkes_exp(d: dict, quantity: str) -> float | None:
    if quantity.startswith("loglik"):
        times = np.array(d["times"], dtype=float)
        return hawkes.log_likelihood(times, d["T"], d["mu"], d["alpha"] / d["beta"], d["beta"])
    n = d["alpha"] / d["beta"]
    if quantity in ("stationary_rate", "rate"):
        return float(hawkes.stationary_rate(d["mu"], n)[0])
    if quantity in ("fano_inf", "fano"):
        return float(hawkes.fano(d["mu"], n)[0])
    return n if quantity == "branching_ratio" else None


def _hawkes_biv(d: dict, quantity: str) -> float | None:
    g = np.array(d["G"], dtype=float)
    if quantity == "spectral_radius":
        return hawkes.spectral_radius(g)
    if "mu" not in d:
        return None
    mu = np.array(d["mu"], dtype=float)
    if quantity in ("call_rate", "strike_rate"):
        return float(hawkes.stationary_rate(mu, g)[("call_rate", "strike_rate").index(quantity)])
    if quantity.startswith("share_of_strikes_triggered_by_calls"):
        return hawkes.direct_share(mu, g, 1, 0)
    return None


def _one(name: str, value: Callable[[dict], Number]) -> Row:
    """A model with a single quantity."""
    return lambda d, quantity: float(value(d)) if quantity == name else None


MODELS: dict[str, Row] = {
    "fearon95_ultimatum": _ultimatum,
    "fearon95_ultimatum_beta": _ultimatum_beta,
    "ultimatum_with_threat": _ultimatum_threat,
    "two_type_cost_screen": _one("mu_critical_weak", lambda d: crisis.critical_belief_cost(d["cA"], d["cL"], d["cH"])),
    "two_type_power_screen": _one(
        "mu_critical_weak", lambda d: crisis.critical_belief_power(d["pL"], d["pH"], d["cA"], d["cB"])
    ),
    "mutual_optimism": _one("zopa_width", lambda d: crisis.mutual_optimism(d["pA"], d["pB"], d["cA"], d["cB"])),
    "preventive_war": _one(
        "margin_war_minus_peace_x(1-delta)", lambda d: crisis.preventive_war(d["p1"], d["p2"], d["cB"], d["delta"])
    ),
    "powell06_shift": _one("war_margin", lambda d: crisis.power_shift(d["p"], d["Delta"], d["d"], d["delta"])),
    "fearon94_audience": _audience,
    "signal_sunk_cost": _sunk,
    "challenger_threshold": _one(
        "posterior_resolute_needed", lambda d: crisis.deterrence_threshold(d["gain"], d["loss"])
    ),
    "tying_hands_semisep": _tied,
    "sobel_takahashi": _sobel_takahashi,
    "powell_screen": _powell_screen,
    "two_type_two_period": _two_by_two,
    "staller_posterior": _staller,
    "chicken": _chicken,
    "powell87_brink": _brink,
    "escalation_ladder": _one(
        "max_rungs_worth_climbing", lambda d: float(brinkmanship.rungs_worth_climbing(d["f"], d["s"]))
    ),
    "mediation_lp": _mediation,
    "rubinstein": _one("share_1", lambda d: rubinstein.rubinstein(d["d1"], d["d2"])),
    "nash_crra": _one("share_1", lambda d: rubinstein.nash_crra(d["r1"], d["r2"])),
    "deadline_credibility": _deadline,
    "strike_after_call": _strike_after_call,
    "hawkes_exp": _hawkes_exp,
    "hawkes_biv": _hawkes_biv,
}
