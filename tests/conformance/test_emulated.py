"""The same equality on emulated cores, with the kernels chosen for them (QEMU, simavr)."""

from dataclasses import replace

import pytest

from tests.conformance.cases import CASES
from tests.conformance.cases.graphs import random_graph
from tests.conformance.choose import Seeded
from tests.conformance.cores import AVR, CORTEX_M0, CORTEX_M4, CORTEX_M55, ESP8266, MACHINES, RISC_V, XTENSA
from tests.conformance.harness import Labelled, compare
from tests.conformance.machine import Machine
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
# Ops that sum products: where int has 16 bits, they lose what is computed in it.
SUMS = [
    *("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "BATCH_MATMUL"),
    *("CONV_2D/int16", "DEPTHWISE_CONV_2D/int16", "FULLY_CONNECTED/int16", "TRANSPOSE_CONV/int16"),
    *("SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM", "L2_NORMALIZATION", "SOFTMAX/int16", "MEAN", "MEAN/int16"),
    *("BATCH_MATMUL/int16", "LOG_SOFTMAX", "CUMSUM", "ADD_N", "UNIDIRECTIONAL_SEQUENCE_LSTM/int16"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("machine", "each", "tuned", "more"),
    [
        (CORTEX_M4, 4, TUNED, 40),
        (CORTEX_M0, 2, [], 0),
        (CORTEX_M55, 2, TUNED, 30),
        (RISC_V, 2, [], 0),
        (XTENSA, 1, [], 0),
        (ESP8266, 1, TUNED[:3], 6),
        (AVR, 2, SUMS, 6),
    ],
    ids=["cortex-m4", "cortex-m0", "cortex-m55", "risc-v", "xtensa", "esp8266", "avr"],
)
def test_emulated_core_equals_tflm(
    machine: Machine, each: int, tuned: list[str], more: int, tflm: Tflm
) -> None:
    table = measure(list(CASES), each, tflm, machine, seed=3)
    if tuned:
        table += measure(tuned, more, tflm, machine, seed=4)
    assert not any(r.differing for r in table), shown(table)


@pytest.mark.slow
def test_a_load_that_an_esp8266s_flash_would_not_answer_ends_the_run(tflm: Tflm) -> None:
    """Each run of that machine is watched; here what is watched is its RAM."""
    watched = replace(ESP8266, plugin=("flash_words.c", "from=0x60400000,bytes=0x400000"))
    with pytest.raises(AssertionError, match=r"a load of [12] bytes from 604"):
        measure(["ADD"], 1, tflm, watched)


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES)
def test_inputs_and_weights_at_the_ends_of_their_ranges(machine: str, tflm: Tflm) -> None:
    """The largest sums of products that there are: on AVR five kernels lost some."""
    table = measure(list(CASES), 1, tflm, MACHINES[machine], seed=5, ends=True)
    table += measure(SUMS, 6, tflm, MACHINES[machine], seed=6, ends=True)
    assert not any(r.differing for r in table), shown(table)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("machine", "count"),
    [(CORTEX_M4, 60), (CORTEX_M55, 60), (RISC_V, 30), (AVR, 16)],
    ids=["cortex-m4", "cortex-m55", "risc-v", "avr"],
)
def test_random_graphs_on_an_emulated_core(machine: Machine, count: int, tflm: Tflm) -> None:
    members = [Labelled(f"graph {i}", random_graph(Seeded(78, i))) for i in range(count)]
    found = compare(members, tflm, machine, group=2)
    assert [d for d in found if d.differing] == []
