"""Shared test settings: shapes are checked, no answer is kept from test to test, and hypothesis is derandomised, so
that a red run is red again."""

import gc
import os

# Read when numpy is loaded, so before all else. As `winset` itself has it: threads of the linear algebra library only
# wait for one another. `tests/test_bytes.py` has the same case in two.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from tests import shapes

gc.set_threshold(100_000, 20, 20)  # as `winset` has it
os.environ |= {"WINSET_STORE": "off", "WINSET_WORKERS": "1"}  # a test that keeps answers names its own folder
shapes.install("winset")
# `make slow` draws ten times as many examples of each law
settings.register_profile(
    "winset",
    max_examples=int(os.environ.get("WINSET_EXAMPLES", "25")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("winset")

# files that ask what all lenses say of a dossier (`tests.cases.look`)
LOOKS = {
    "tests/lens/test_names.py",
    "tests/lens/test_settlement.py",
    "tests/report/test_audit.py",
    "tests/report/test_brief.py",
    "tests/report/test_dossier_pages.py",
    "tests/test_every_lens.py",
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Where several processes share the tests, a file goes to one of them, and so do files that share what they look
    at: what they make once is made once. Files keep their order; at its end, so that both end together, stand the small
    ones.
    """
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "looks" if file in LOOKS else file

    config.option.loadscopereorder = False
    return Files(config, log)
