"""Finds every op and every kernel: the modules in ``ops/`` and ``variants/``."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

from tinykd.compiler import ops, variants
from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Lower, OpKey
from tinykd.graph.ir import Op


@cache
def lowerings() -> Mapping[OpKey, Lower]:
    """(op name in the schema, type of its first operand) -> its lowering; type None stands for any other."""
    found: dict[OpKey, Lower] = {}
    for module in _modules(ops):
        for key, lower in getattr(module, "LOWER", {}).items():
            assert key not in found, f"{key} is lowered twice"
            found[key] = lower
    return MappingProxyType(found)


@cache
def op_names() -> frozenset[str]:
    """The ops that have a lowering for any type, int8 among them."""
    return frozenset(kind for kind, dtype in lowerings() if dtype is None)


def lowering_of(op: Op) -> Lower | None:
    """The lowering of ``op`` for its first operand's type, else for any type; None if it has neither."""
    first = op.inputs[0] if op.inputs else None
    own = lowerings().get((op.kind, first.dtype)) if first is not None else None
    return own or lowerings().get((op.kind, None))


@cache
def kernels() -> tuple[Kernel[Any], ...]:
    """Every kernel, by name."""
    found = [k for m in (*_modules(ops), *_modules(variants)) for k in getattr(m, "KERNELS", ())]
    names = [k.name for k in found]
    assert len(set(names)) == len(names), "two kernels have one name"
    return tuple(sorted(found, key=lambda k: k.name))


def able(layer: Layer, target: Target, align: int = 4) -> list[Kernel[Any]]:
    """The kernels that compute ``layer`` on ``target``, whatever its weights are where those are replaceable;
    its operands can be placed at multiples of ``align`` bytes."""
    found = (k for k in _of_class(layer, align) if k.supports(layer, target))
    return [k for k in found if not (target.replaceable and k.value_limits(layer))]


def choose(layer: Layer, target: Target, align: int = 4) -> Kernel[Any]:
    """The one of ``able`` that computes ``layer`` best."""
    return _best(layer, target, able(layer, target, align))


def choose_by_shape(layer: Layer, target: Target, align: int = 4) -> Kernel[Any]:
    """The best kernel for some weights of ``layer``'s shape, which its own need not be."""
    suited = (k for k in _of_class(layer, align) if _suits(k, layer, target))
    return _best(layer, target, list(suited))


def _of_class(layer: Layer, align: int) -> Iterator[Kernel[Any]]:
    return (k for k in kernels() if type(layer) is k.layer and k.align <= align)


def _suits(kernel: Kernel[Any], layer: Layer, target: Target) -> bool:
    return (kernel.suits if kernel.value_limits(layer) else kernel.supports)(layer, target)


def _best(layer: Layer, target: Target, found: list[Kernel[Any]]) -> Kernel[Any]:
    assert found, f"no kernel for {type(layer).__name__}"
    if target.optimize == "size":
        return min(found, key=lambda k: (k.code_bytes, k.cost(layer, target)))
    return min(found, key=lambda k: k.cost(layer, target))


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
