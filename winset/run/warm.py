"""What every process does first: done here once, by the server that workers are forked from, they need not do it.

Its import makes a few draws, for which numba readies its compiler and loads the first kernels. What fails is left to
the worker, which says so.
"""

from __future__ import annotations

from contextlib import suppress

from winset import quantile, seeds

with suppress(Exception):
    quantile.pert(0.0, 0.4, 1.0, seeds.stratified(1, "warm", total=8))
