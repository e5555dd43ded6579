"""Guards shared by the theory modules: one line per bad argument, naming it and what is allowed."""

from __future__ import annotations

import numpy as np

from winset.errors import SettingError

Number = float | np.ndarray  # closed forms work on one number or elementwise on arrays that broadcast


def probability(**values: Number) -> None:
    """Raise SettingError unless every value lies in [0, 1]."""
    for name, value in values.items():
        if not np.all((np.asarray(value) >= 0.0) & (np.asarray(value) <= 1.0)):
            raise SettingError(f"{name} must lie between 0 and 1, not {value}")


def discount(**values: Number) -> None:
    """Raise SettingError unless every value lies in [0, 1)."""
    for name, value in values.items():
        if not np.all((np.asarray(value) >= 0.0) & (np.asarray(value) < 1.0)):
            raise SettingError(f"{name} must be at least 0 and less than 1, not {value}")


def positive(**values: Number) -> None:
    """Raise SettingError unless every value is greater than 0 and finite."""
    for name, value in values.items():
        if not np.all((np.asarray(value) > 0.0) & np.isfinite(value)):
            raise SettingError(f"{name} must be a finite number greater than 0, not {value}")


def not_negative(**values: Number) -> None:
    """Raise SettingError unless every value is at least 0 and finite."""
    for name, value in values.items():
        if not np.all((np.asarray(value) >= 0.0) & np.isfinite(value)):
            raise SettingError(f"{name} must be a finite number of at least 0, not {value}")
