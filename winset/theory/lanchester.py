"""Lanchester's laws of attrition between two forces A and B.

Square law (aimed fire): dA/dt = -beta B, dB/dt = -alpha A. The quantity alpha A^2 - beta B^2 is constant; its sign
names the side left over, whose survivors are sqrt(|.|/own rate), at time

    T = atanh( sqrt(beta/alpha) B0/A0 ) / sqrt(alpha beta)        when A wins (exchange the letters when B does).

Linear law (unaimed fire): dA/dt = -beta A B, dB/dt = -alpha A B; alpha A - beta B is constant, and the loser
shrinks towards zero without reaching it.

Cannot say: reinforcement, break points, terrain; rates are constants. Reference: F. W. Lanchester, Aircraft in
Warfare (1916); J. G. Taylor, Lanchester Models of Warfare (1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winset.errors import SettingError


@dataclass(frozen=True)
class Attrition:
    winner: int  # +1 for A, -1 for B, 0 for mutual annihilation
    survivors: float  # of the winner, in the units of its force
    time: float  # until the loser is gone; infinite under the linear law and in a tie


def _check(force_A: float, force_B: float, alpha: float, beta: float) -> None:
    if min(force_A, force_B, alpha, beta) <= 0:
        raise SettingError("forces and rates of attrition must be positive")


def square_law(force_A: float, force_B: float, alpha: float, beta: float) -> Attrition:
    """alpha: losses of B per unit of A and unit of time; beta: losses of A per unit of B."""
    _check(force_A, force_B, alpha, beta)
    balance = alpha * force_A**2 - beta * force_B**2
    if balance == 0:
        return Attrition(0, 0.0, np.inf)
    strong, weak = np.sqrt(alpha) * force_A, np.sqrt(beta) * force_B
    ratio = min(strong, weak) / max(strong, weak)
    survivors = np.sqrt(abs(balance) / (alpha if balance > 0 else beta))
    return Attrition(int(np.sign(balance)), float(survivors), float(np.arctanh(ratio) / np.sqrt(alpha * beta)))


def linear_law(force_A: float, force_B: float, alpha: float, beta: float) -> Attrition:
    """Winner and the survivors it tends to; alpha: losses of B per unit of A, unit of B and unit of time."""
    _check(force_A, force_B, alpha, beta)
    balance = alpha * force_A - beta * force_B
    return Attrition(int(np.sign(balance)), abs(balance) / (alpha if balance >= 0 else beta), np.inf)
