"""Golden models of escalation: risk, deterrence, trust, arms races, graph models, bands, chance answers."""

from __future__ import annotations

import csv
import string
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from tests.golden._form import Params
from winset.theory import (
    answers,
    arms_race,
    bands,
    brinkmanship,
    crisis,
    cross_impact,
    deterrence,
    graded,
    mobilisation,
    risk_attrition,
    signalling,
    trust,
)
from winset.theory import graph_model as gm

Row = Callable[[dict, str], float | None]


def _by(quantity: str, **values: object) -> float | None:
    return float(values[quantity]) if quantity in values else None  # type: ignore[arg-type]


def _risk(d: dict, quantity: str) -> float | None:
    if quantity == "P_disaster":
        return risk_attrition.p_disaster(d["D"])
    found = {"stop_at_cumulative_hazard": risk_attrition.quits_at, "P_wins": risk_attrition.p_wins}
    return found[quantity](d["d"], d["D"]) if quantity in found else None


def _rising(d: dict, quantity: str) -> float | None:
    found = brinkmanship.rising_risk(d["R_I"], d["R_II"], d["f"])
    return _by(quantity, challenger_bids=found.bids, payoff_challenger=found.payoff, P_disaster=found.p_disaster)


def _audience_path(d: dict, quantity: str) -> float | None:
    crisis_of = (d["v"], (d["a1"], d["a2"]), (d["W1"], d["W2"]))
    if "t_share_of_horizon" in d:
        on = crisis.audience_path(*crisis_of, d["t_share_of_horizon"])
        return _by(quantity, P_H_has_quit=on.high_quit, P_L_has_quit=on.low_quit, P_war_given_still_on=on.p_war)
    high, low, length = crisis.who_backs_down(*crisis_of)
    first = crisis.audience_costs(*crisis_of).conceder == 0
    return _by(quantity, P_H_backs_down=high, P_L_backs_down=low, E_duration=length, is_L_side_1=first)


def _signalling(d: dict, quantity: str) -> float | None:
    worth = signalling.Worth(d["S_A"], d["V_A"], d["C_B"], d["V_B"], d["w_A"], d["w_B"], d["a"])
    all_ = signalling.equilibria(worth)
    if quantity == "n_equilibria":
        return float(len(all_))
    e = all_[d["equilibrium"]]
    return _by(
        quantity,
        p_resist=e.resist,
        p_challenge=e.challenge,
        p_fight_given_challenge_resisted=e.fight,
        P_status_quo=e.status_quo,
        P_B_concedes=e.concedes,
        P_A_backs_down=e.backs_down,
        P_war=e.war,
    )


def _probit(d: dict, quantity: str) -> float | None:
    found = deterrence.statistical(
        d["U_A_status_quo"],
        d["U_A_capitulation"],
        d["U_A_war"],
        d["U_D_war_minus_capitulation"],
        d["sd"],
        private=d["error"] == "private",
    )
    return _by(
        quantity,
        P_attack=found.attack,
        P_defend_given_attack=found.defend,
        P_war=found.war,
        P_capitulation=found.yields,
    )


def _deterrence(d: dict, quantity: str) -> float | None:
    c, own = d["challenger"], d["defender"]
    worth = deterrence.Payoffs(c["DC"], c["SQ"], c["DDp"], c["CD"], own["CD"], own["DC"], own["DDm"])
    at, p_c, p_d = deterrence.thresholds(worth), d["p_challenger_hard"], d["p_defender_hard"]
    law = deterrence.outcomes(at, p_c, p_d)
    return _by(
        quantity,
        threshold_soft_challenger=at.soft,
        threshold_certain_deterrence=at.certain,
        threshold_defender_resists=at.resists,
        equilibrium_code_0certain_1separating_2bluff_3attack=deterrence.region(at, p_c, p_d),
        P_SQ=law.status_quo,
        P_DC=law.yields,
        P_CD=law.dropped,
        P_DD=law.fought,
    )


def _reassurance(d: dict, quantity: str) -> float | None:
    step = trust.first_step(
        d["g_trustworthy"], d["l_trustworthy"], d["g_untrustworthy"], d["l_untrustworthy"], d["trust"]
    )
    return _by(
        quantity,
        smallest_separating_gesture=step.least,
        largest_gesture_a_trustworthy_side_dares=step.most,
        reassurance_possible=step.possible,
    )


def _spiral(d: dict, quantity: str) -> float | None:
    greedy, arms = d["prior_greedy"], d["P_seeker_arms"]
    if quantity == "P_greedy_given_arms":
        return float(trust.greedy_given_arms(greedy, arms))
    if quantity == "overstatement_of_hostility":
        return float(trust.overstatement(greedy, arms, d["P_seeker_arms_as_believed"]))
    return None


def _richardson(d: dict, quantity: str) -> float | None:
    race = arms_race.Race(d["k"], d["l"], d["a"], d["b"], d["g"], d["h"])
    if "t" in d:
        x, y = race.path(d["x0"], d["y0"], d["t"])
        return _by(quantity, x_t=x, y_t=y)
    if quantity.endswith("_equilibrium"):
        return race.equilibrium["xy".index(quantity[0])]
    return _by(quantity, stable=race.stable, largest_eigenvalue=race.eigenvalue)


def _mobilisation(d: dict, quantity: str) -> float | None:
    if "m1" in d:
        found = mobilisation.reply(d["m1"], d["v1"], d["v2"], d["c1"], d["c2"], d["lambda"])
        return _by(quantity, payoff_2=found.worth, reply_code_0capitulate_1fight_2deter=found.code)
    return _by(
        quantity,
        m1_at_which_fighting_is_worthless_to_2=mobilisation.fighting_worthless_from(d["v2"], d["c2"], d["lambda"]),
        m1_at_which_deterring_1_is_too_dear_to_2=mobilisation.deterring_too_dear_from(
            d["v1"], d["v2"], d["c1"], d["lambda"]
        ),
    )


def _model(d: dict) -> gm.GraphModel:
    moves = [[[t - 1 for t in to] for to in own] for own in d["moves"]]
    return gm.from_lists(moves, -np.asarray(d["rank"], float))  # rank 1 is the best


def _graph(d: dict, quantity: str) -> float | None:
    model, words = _model(d), quantity.split("_")
    if words[0] == "stable":
        held = model.stable(int(words[3]) - 1, words[1])  # type: ignore[arg-type]
    else:
        held = model.equilibria(words[2] if words[0] == "n" else words[1])  # type: ignore[arg-type]
    return float(held.sum()) if words[0] == "n" else float((held * 2.0 ** np.arange(len(held))).sum())


def _inverse(d: dict, quantity: str) -> float | None:
    concept = quantity.rpartition("_")[2]
    return _model(d).share_of_rankings(d["decision_maker"] - 1, d["state"] - 1, concept)  # type: ignore[arg-type]


@cache
def _cross_impact(path: Path) -> tuple[cross_impact.CrossImpact, tuple[str, ...]]:
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    names = tuple(sorted({r["source"] for r in rows} | {r["target"] for r in rows}))
    sizes = [sum(n[0] == letter for n in names) for letter in string.ascii_uppercase]
    impact = np.zeros((len(names), len(names)))
    for r in rows:
        impact[names.index(r["source"]), names.index(r["target"])] = float(r["impact"])
    return cross_impact.CrossImpact(tuple(s for s in sizes if s), impact), names


def _cib(d: Params, quantity: str) -> float | None:
    model, _ = _cross_impact(d.file(d["matrix"]))
    short, ends = model.inconsistency(model.scenarios), model.ends
    if "scenario" in d:
        chosen = np.array([[int(x) - 1 for x in d["scenario"][1::2]]])
        return _by(
            quantity,
            basin_size_simultaneous=(ends == model.number(chosen[0])).sum(),
            total_impact_score=model.score(chosen)[0],
            inconsistency=model.inconsistency(chosen)[0],
        )
    return _by(
        quantity,
        n_consistent=(short == 0).sum(),
        n_within_inconsistency_1=(short <= 1).sum(),
        n_attractors_simultaneous_succession=len(set(ends[ends >= 0])),
        n_start_scenarios_ending_in_a_consistent_one=(ends >= 0).sum(),
    )


def _item(d: dict) -> graded.Item:
    return graded.Item(d["a"], tuple(d["b"]))


def _graded(d: dict, quantity: str) -> float | None:
    if quantity.startswith("P_category_"):
        return float(graded.chances(_item(d), np.array([d["theta"]]))[int(quantity.rpartition("_")[2]), 0])
    mean, sd = graded.posterior([_item(x) for x in d["items"]], d["answers"])
    return _by(quantity, posterior_mean_standard_normal_prior=mean, posterior_sd=sd)


def _dynamic(d: dict, quantity: str) -> float | None:
    if quantity == "smoothed_mean":
        return graded.smoothed(_item(d), d["answers"], d["step_sd"])[d["time"] - 1][0]
    if quantity == "filtered_mean_at_end":
        return graded.filtered(_item(d), d["answers"], d["step_sd"])[-1][0]
    return None


def _continuation(d: dict, quantity: str) -> float | None:
    mean, sd = bands.continuation([(s["k"], s["n"]) for s in d["steps"]])
    return _by(quantity, mean=mean, sd=sd)


def _one(name: str, value: Callable[[dict], object]) -> Row:
    """A model with a single quantity."""
    return lambda d, quantity: float(value(d)) if quantity == name else None  # type: ignore[arg-type]


MODELS: dict[str, Row] = {
    "risk_attrition": _risk,
    "rising_risk_ladder": _rising,
    "fearon94_path": _audience_path,
    "crisis_signalling": _signalling,
    "deterrence_probit": _probit,
    "unilateral_deterrence": _deterrence,
    "trust_threshold": _one(
        "minimum_trust", lambda d: trust.minimum_trust(d["gain_from_cheating"], d["loss_from_being_cheated"])
    ),
    "reassurance": _reassurance,
    "spiral_update": _spiral,
    "richardson": _richardson,
    "mobilisation": _mobilisation,
    "graph_model": _graph,
    "graph_model_inverse": _inverse,
    "cross_impact": _cib,
    "graded_response": _graded,
    "dynamic_graded_response": _dynamic,
    "reference_band": _one("rate", lambda d: bands.rate(d["k"], d["n"], d["weight"], d["quantile"])),
    "continuation_product": _continuation,
    "answer_by_chance": _one(
        "P_at_least_one_in_window", lambda d: answers.by_chance(d["days"], d["answers"], d["window"])
    ),
}
