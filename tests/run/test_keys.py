"""What an answer's key holds of the code."""

from __future__ import annotations

import grimp
import pytest

from winset.lens import LENSES
from winset.run import keys

GRAPH = grimp.build_graph("winset")


@pytest.mark.parametrize(
    ("module", "own"),
    [("compare", ""), ("run", ""), ("backtest.past", "backtest"), ("robustness.lens", "robustness"),
     ("report.kept", "report"),
     *((f"lens.{name}.lens", f"lens/{name}") for name in LENSES)],
)  # fmt: skip
def test_a_key_holds_all_the_code_that_an_answer_stands_on(module: str, own: str) -> None:
    name = f"winset.{module}"
    for below in {name} | GRAPH.find_upstream_modules(name):
        path = keys.ROOT.parent.joinpath(*below.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        assert keys._stands_on(path.relative_to(keys.ROOT).as_posix(), own), below
