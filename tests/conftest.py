"""Shared test settings: shapes are checked, and hypothesis is derandomised, so that a red run is red again."""

from hypothesis import HealthCheck, settings

from tests import shapes

shapes.install("winset")
settings.register_profile(
    "winset", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("winset")
