"""The program of the smallest arena: by rows, and with kernels of less scratch memory."""

import pytest

from tests.compiler.banded import image_net
from tests.compiler.models import residual_net
from tests.compiler.test_bands import compiled
from tinykd.compiler.core import Core
from tinykd.compiler.program import Program


def cost(program: Program) -> float:
    return sum(step.cost for step in program.steps)


def test_kernels_of_less_scratch_are_taken_where_the_limit_asks_for_them() -> None:
    fast, lean = compiled(residual_net()), compiled(residual_net(), ram_bytes=2300)
    assert fast.arena_bytes > 2300 >= lean.arena_bytes
    kernels = {step.layer.name: step.kernel for step in fast.steps}
    changed = {(kernels[step.layer.name], step.kernel) for step in lean.steps if step.kernel != "bands"}
    assert ("conv_2d_3_dsp", "conv_2d_dsp") in changed


@pytest.mark.parametrize("core", [Core.CORTEX_M4, Core.CORTEX_M55, Core.RV32IM])
def test_less_memory_costs_at_most_15_percent(core: Core) -> None:
    for seed in range(6):
        whole, least = compiled(image_net(seed), core), compiled(image_net(seed), core, optimize="ram")
        assert least.arena_bytes <= whole.arena_bytes
        assert cost(least) <= 1.15 * cost(whole)
