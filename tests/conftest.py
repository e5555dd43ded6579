"""Shared test settings: shapes are checked, nothing is kept from test to test, and hypothesis is derandomised, so that a red run
is red again."""

import os

from hypothesis import HealthCheck, settings

from tests import shapes

os.environ |= {"WINSET_STORE": "off", "WINSET_WORKERS": "1"}  # a test that keeps answers names its own folder
shapes.install("winset")
settings.register_profile(
    "winset", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("winset")
