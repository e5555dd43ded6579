"""Checks the shapes written in winset's annotations, in tests only: `install` before winset is imported.

Each function, method and dataclass of the packages named is wrapped once its module has run. Arrays that go in and come
out must then have the dtype and the axes of their jaxtyping annotation, and one axis name has one length within a call.
Nothing but arrays is checked, and unlike a general type checker this looks at every item of a list, tuple or dict, so
that a red run is red again. Compiled kernels are numba's dispatchers, not functions, and stay as they are, as do
functions inside functions, those behind a cache, and what iterators yield.

A function may also refuse an argument of the wrong shape itself, with one of winset's own errors.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import FunctionType, ModuleType, UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np
from jaxtyping import AbstractArray, jaxtyped

from winset.errors import WinsetError


class ShapeError(Exception):
    """An array does not have the dtype or the axes of its annotation."""


def shaped(hint: Any) -> bool:
    """Does the annotation hold an array with a shape that can be looked at?"""
    if isinstance(hint, type) and issubclass(hint, AbstractArray):
        return True
    holders = {tuple, list, dict, Sequence, Mapping, Union, UnionType}
    return get_origin(hint) in holders and any(map(shaped, get_args(hint)))


def fits(value: Any, hint: Any) -> bool:
    """Does the value have the shapes of the annotation? Binds axis names in the jaxtyping context it is called in."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in inside)
    if origin is tuple and inside[-1] is not Ellipsis:
        return isinstance(value, tuple) and len(value) == len(inside) and all(map(fits, value, inside))
    if origin in (tuple, list, Sequence):
        return isinstance(value, origin) and all(fits(each, inside[0]) for each in value)
    if origin in (dict, Mapping):
        return isinstance(value, origin) and all(fits(each, inside[1]) for each in value.values())
    if hint is float:
        return isinstance(value, float | int | np.floating | np.integer)
    return isinstance(value, hint) if isinstance(hint, type) else True


def describe(value: Any) -> str:
    """Dtypes and shapes of a value, for a message."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, Mapping):
        return f"{type(value).__name__} of {sorted({describe(each) for each in value.values()})}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__} of {[describe(each) for each in value[:8]]}"
    return type(value).__name__


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations with a shape, evaluated; what names something imported for the type checker only is left out."""
    hints = {}
    for name, hint in function.__annotations__.items():
        with suppress(NameError):
            hints[name] = eval(hint, function.__globals__) if isinstance(hint, str) else hint
    return {name: hint for name, hint in hints.items() if shaped(hint)}


@functools.cache
def holds(kind: type) -> str:
    """What a value of a type holds that a check depends on."""
    if issubclass(kind, np.ndarray):
        return "array"
    if issubclass(kind, (list, tuple)):
        return "items"
    return "values" if issubclass(kind, Mapping) else ""


def form(value: Any) -> Any:
    """What the check of a value depends on: two values of one form fit the same annotations."""
    kind = type(value)
    if kind is np.ndarray or (held := holds(kind)) == "array":
        return value.dtype, value.shape
    if held:
        return kind, *map(form, value if held == "items" else value.values())
    return kind


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its shapes checked; the function itself where no annotation has a shape (`*args` are not
    seen)."""
    hints, fine = hints_of(function), set()
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in inspect.signature(function).parameters.values() if p.kind in kinds]
    places = [n for n, name in enumerate(names) if name in hints]
    answers = "return" in hints

    def wrong(values: Mapping[str, Any]) -> list[str]:
        with jaxtyped("context"):
            return [
                f"{function.__module__}.{function.__qualname__}: {name} is {describe(values[name])}, not {hint}"
                for name, hint in hints.items()
                if name in values and not fits(values[name], hint)
            ]

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            out = function(*args, **kwargs)
        except WinsetError:
            raise
        except Exception as error:
            if bad := wrong(dict(zip(names, args)) | kwargs):
                raise ShapeError(bad) from error
            raise
        known = form(out) if answers else None
        if places:
            count = len(args)
            known = known, *[form(args[n]) for n in places if n < count]
        if kwargs:
            known = known, *[(name, form(value)) for name, value in kwargs.items() if name in hints]
        if known not in fine:
            if bad := wrong(dict(zip(names, args)) | kwargs | {"return": out}):
                raise ShapeError(bad)
            fine.add(known)
        return out

    return call if hints else function


def check(module: ModuleType) -> None:
    """Wrap what the module defines, in place."""
    for name, value in list(vars(module).items()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if isinstance(value, FunctionType):
            setattr(module, name, checked(value))
        elif isinstance(value, type):
            _check_class(value)


def _check_class(kind: type) -> None:
    """Methods, properties and, in a dataclass, the fields given to `__init__`."""
    for name, part in list(vars(kind).items()):
        if isinstance(part, FunctionType):
            setattr(kind, name, checked(part))
        elif isinstance(part, property) and part.fget:
            setattr(kind, name, property(checked(part.fget)))
        elif isinstance(part, functools.cached_property):
            part.func = checked(part.func)


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        check(module)


class _Finder:
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(self.package):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def install(package: str) -> None:
    """Check the modules of a package that are imported from now on."""
    sys.meta_path.insert(0, _Finder(f"{package}."))
