"""The check of shapes bites, looks at all items, and lets guards and compiled kernels be."""

import importlib
import pkgutil
from types import FunctionType

import numpy as np
import pytest
from jaxtyping import Float

import winset
from tests.shapes import ShapeError, checked, hints_of
from winset.errors import SettingError
from winset.theory import opinion, weighing, zone_kernels
from winset.theory.additive import AdditiveProblem


def test_a_wrong_shape_given_to_a_public_function_is_caught():
    prior, logs = np.full((2, 3), 1 / 3), np.zeros((1, 4, 3))  # numpy would stretch the one draw to two
    with pytest.raises(ShapeError, match=r"weighing\.posterior: logs is float64\[1, 4, 3\]"):
        weighing.posterior(prior, logs, [""] * 4, 0.0)
    weighing.posterior(prior[:1], logs, [""] * 4, 0.0)


def test_a_wrong_dtype_is_caught():
    with pytest.raises(ShapeError, match=r"prior is int64\[1, 3\]"):
        weighing.posterior(np.ones((1, 3), int), np.zeros((1, 4, 3)), [""] * 4, 0.0)


def test_a_dataclass_is_checked_with_every_item_of_its_fields():
    def build(parties: int) -> AdditiveProblem:
        blocks = [np.zeros((n, 2)) for n in (2, 2, 2, parties)]
        return AdditiveProblem(tuple(blocks), np.zeros(2), np.zeros(2), tuple(b > 0 for b in blocks))

    assert build(2).n_parties == 2
    for _ in range(5):
        with pytest.raises(ShapeError, match="values is tuple"):
            build(3)


def test_what_comes_out_is_checked():
    def half(x: Float[np.ndarray, " draw"]) -> Float[np.ndarray, " draw"]:
        return x[::2]

    assert checked(half)(np.zeros(1)).shape == (1,)
    with pytest.raises(ShapeError, match="return is float64"):
        checked(half)(np.zeros(4))


def test_a_function_may_refuse_a_wrong_shape_itself():
    with pytest.raises(SettingError):
        opinion.influence_weights(np.ones((2, 3)))


def test_compiled_kernels_are_left_alone():
    assert not isinstance(zone_kernels.settle, FunctionType)
    assert not hasattr(zone_kernels.settle.py_func, "__wrapped__")


def test_every_function_with_a_shape_is_checked():
    names = [found.name for found in pkgutil.walk_packages(winset.__path__, "winset.")]
    bare = []
    for name in names:
        module = importlib.import_module(name)
        bare += [
            f"{name}.{key}"
            for key, value in vars(module).items()
            if isinstance(value, FunctionType)
            and value.__module__ == name
            and hints_of(value)
            and not hasattr(value, "__wrapped__")
        ]
    assert not bare
