"""The same equality on emulated cores, with the kernels chosen for them (QEMU, arm-none-eabi-gcc)."""

import pytest

from tests.conformance.cases import CASES
from tests.conformance.cases.graphs import random_graph
from tests.conformance.choose import Seeded
from tests.conformance.harness import Labelled, compare
from tests.conformance.machine import CORTEX_M0, CORTEX_M4, CORTEX_M55, Machine
from tests.conformance.table import measure, shown
from tests.conformance.tflm import Tflm

# Ops whose kernels differ by core get more cases: they are the reason for these tests.
TUNED = [
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "AVERAGE_POOL_2D",
    "MAX_POOL_2D",
    "ADD",
    "MEAN",
    "SOFTMAX",
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("machine", "each", "tuned"),
    [(CORTEX_M4, 4, 40), (CORTEX_M0, 2, 0), (CORTEX_M55, 2, 30)],
    ids=["cortex-m4", "cortex-m0", "cortex-m55"],
)
def test_emulated_core_equals_tflm(machine: Machine, each: int, tuned: int, tflm: Tflm) -> None:
    table = measure(list(CASES), each, tflm, machine, seed=3)
    if tuned:
        table += measure(TUNED, tuned, tflm, machine, seed=4)
    assert not any(r.differing for r in table), shown(table)


@pytest.mark.slow
@pytest.mark.parametrize("machine", [CORTEX_M4, CORTEX_M55], ids=["cortex-m4", "cortex-m55"])
def test_random_graphs_on_an_emulated_core(machine: Machine, tflm: Tflm) -> None:
    members = [Labelled(f"graph {i}", random_graph(Seeded(78, i))) for i in range(60)]
    found = compare(members, tflm, machine, group=2)
    assert [d for d in found if d.differing] == []
