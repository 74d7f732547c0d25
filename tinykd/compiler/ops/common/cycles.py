"""What the dot products of tkd_dot.h and tkd_dot_s16.h, which many kernels share, cost on each core."""

from tinykd.compiler.core import Target


def per_product(target: Target) -> float:
    """Cycles of a MAC of int8: SMLAD and Helium have loops of their own."""
    if target.core.has_mve:
        return 0.4
    return 1.6 if target.core.has_dsp else 2.5


def per_wide_product(target: Target) -> float:
    """Cycles of a MAC of int16 by int8."""
    if target.core.has_mve:
        return 0.9
    return 1.8 if target.core.has_dsp else 5.0
