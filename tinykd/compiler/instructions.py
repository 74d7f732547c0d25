"""Instructions of a layer, estimated: its kernel's own cycles, times what was counted for one of them.

The factors are of the layers of MLPerf Tiny's three models and of a small one, counted on the emulated cores
(``python -m benchmarks --layers``): means by kernel, weighted by instructions; an ADD in a convolution costs
more than kernels' cycles say. Of the layers that take 1 % of their model and more, the estimate is within
15 % of the count for 88 % on the Cortex-M4, 88 % on the M0, 94 % on the M55, 74 % on RISC-V and 58 % on
Xtensa; it is low, down to 0.4 of the count, where calls cost more than pixels. Of a larger ResNet that no
factor is from, the estimates are 0.94 to 1.12 of the counts on all five, but for the first layer, of three
channels: 0.79 to 1.26.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any

from tinykd.compiler.core import Core


@dataclass(frozen=True)
class Counted:
    """Instructions for a cycle of a kernel's estimate: by kernel; of the core's others; of portable ones."""

    kernels: Mapping[str, float]
    own: float
    portable: float
    add: float  # instructions more for each output of a convolution with an ADD

    def per_cost(self, layer: Mapping[str, Any]) -> float:
        other = self.portable if layer["portable"] else self.own
        return self.kernels.get(layer["kernel"], other)


_M4 = Counted(
    MappingProxyType(
        {
            "conv_2d": 1.06,
            "conv_2d_3_dsp": 0.74,
            "conv_2d_dsp": 0.72,
            "dense_dsp": 0.64,
            "depthwise_3x3_dsp": 0.73,
            "depthwise_plane": 1.31,
            "fully_connected": 1.13,
            "fully_connected_dsp": 0.71,
            "fully_connected_raw_dsp": 0.70,
        }
    ),
    0.72,
    1.13,
    17,
)
_M0 = Counted(
    MappingProxyType({"depthwise_3x3_v6m": 1.66, "conv_2d": 3.23, "depthwise_plane": 2.95}), 1.6, 3.3, 146
)
_M55 = Counted(
    MappingProxyType(
        {"dense_mve": 0.84, "depthwise_3x3_mve": 1.09, "depthwise_mve": 0.95, "depthwise_plane": 1.3}
    ),
    1.0,
    2.0,
    11,
)
_RV32 = Counted(MappingProxyType({"depthwise_3x3_rv32": 0.91}), 1.23, 1.5, 91)
_XTENSA = Counted(
    MappingProxyType({"depthwise_3x3_xtensa": 1.13, "conv_2d": 3.5, "depthwise_plane": 2.78}), 1.4, 3.7, 216
)
COUNTED: Mapping[str, Counted] = MappingProxyType(
    {
        Core.CORTEX_M0.value: _M0,
        Core.CORTEX_M4.value: _M4,
        Core.CORTEX_M7.value: _M4,
        Core.CORTEX_M33.value: _M4,
        Core.CORTEX_M55.value: _M55,
        Core.RV32IM.value: _RV32,
        Core.XTENSA.value: _XTENSA,
    }
)


def instructions_of(layer: Mapping[str, Any], core: str) -> float | None:
    """Of a layer of a program's ``summary()``, once; None where nothing was counted on ``core``."""
    counted = COUNTED.get(core)
    if counted is None:
        return None
    added = counted.add * prod(layer["output_shape"]) if layer["op"].endswith("+ADD") else 0.0
    return float(counted.per_cost(layer) * layer["cost"] + added)
