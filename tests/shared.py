"""Where the inputs made by others lie. Tests that need them skip, with a reason, where they are absent."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not (SHARED / "data").is_dir(),
    reason="the reference inputs (a folder `shared` beside the checkout) are not on this machine",
)
