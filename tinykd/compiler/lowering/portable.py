"""Why a layer got the portable kernel on a core that has kernels of its own, for `tinykd inspect`.

A kernel is a core's own if it is in ``variants/``; what it needs of a layer are its ``limits``.
"""

from typing import Any

from tinykd.compiler import variants
from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.either import Either
from tinykd.compiler.lowering.registry import kernels


def is_own(kernel: Kernel[Any]) -> bool:
    """Whether it was written for some core."""
    return type(kernel).__module__.startswith(f"{variants.__name__}.")


def why_portable(layer: Layer, kernel: Kernel[Any], target: Target) -> str | None:
    """Why ``kernel``, which was chosen for ``layer``, is none of the core's own; None: it is one, or the core
    is any."""
    if is_own(kernel) or isinstance(kernel, Either) or target.core is Core.GENERIC:
        return None
    own = [k for k in kernels() if is_own(k) and k.layer is type(layer) and k.made_for(target)]
    if any(k.supports(layer, target) for k in own):
        return "smaller or faster here"
    limits = [(*k.limits(layer), *k.value_limits(layer)) for k in own]
    missing = [[limit.otherwise for limit in of_one if not limit.holds] for of_one in limits]
    named = sorted((reasons for reasons in missing if reasons), key=len)
    return ", ".join(named[0]) if named else f"{target.core.value} has no kernel for it"
