"""Shared test settings: hypothesis profiles (derandomised, so that a red run is red again)."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "winset", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("winset")
