"""Finds every op and every kernel: the modules in ``ops/`` and ``variants/``."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

from tinykd.compiler import ops, variants
from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer, Lowered
from tinykd.compiler.node import Node

Lower = Callable[[Node], Lowered]


@cache
def lowerings() -> Mapping[str, Lower]:
    """Op name in the schema -> its lowering."""
    return _collected("LOWER")


@cache
def lowerings_s16() -> Mapping[str, Lower]:
    """The lowerings of ops on int16 activations, where they are not those of every width."""
    return _collected("LOWER_S16")


@cache
def lowerings_plain() -> Mapping[str, Lower]:
    """The lowerings of ops on int32, int64 and bool, where they are not those of every type."""
    return _collected("LOWER_PLAIN")


def _collected(table: str) -> Mapping[str, Lower]:
    found: dict[str, Lower] = {}
    for module in _modules(ops):
        for kind, lower in getattr(module, table, {}).items():
            assert kind not in found, f"{kind} is lowered twice"
            found[kind] = lower
    return MappingProxyType(found)


@cache
def kernels() -> tuple[Kernel[Any], ...]:
    """Every kernel, by name."""
    found = [k for m in (*_modules(ops), *_modules(variants)) for k in getattr(m, "KERNELS", ())]
    names = [k.name for k in found]
    assert len(set(names)) == len(names), "two kernels have one name"
    return tuple(sorted(found, key=lambda k: k.name))


def choose(layer: Layer, target: Target, align: int = 4) -> Kernel[Any]:
    """The kernel that computes ``layer`` best on ``target``; its operands can be placed at multiples of
    ``align`` bytes."""
    fitting = (k for k in kernels() if type(layer) is k.layer and k.align <= align)
    able = [k for k in fitting if k.applies(layer, target)]
    assert able, f"no kernel for {type(layer).__name__}"
    if target.optimize == "size":
        return min(able, key=lambda k: (k.code_bytes, k.cost(layer, target)))
    return min(able, key=lambda k: k.cost(layer, target))


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
