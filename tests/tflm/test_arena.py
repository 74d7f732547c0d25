"""The arena: TFLM's own figure from the host, and the margin of the board's kernels on top."""

from dataclasses import replace

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build
from tests.tflm import models
from tests.tflm.conftest import HOST, program_on
from tinykd.compiler.core import Core
from tinykd.graph.reader import read_graph
from tinykd.oracle.tflm import OracleArena, tflm_arena
from tinykd.tflm.arena import ArenaPlan, Need, head_bytes, plan_arena, planner_bytes, prepare_bytes
from tinykd.tflm.copies import copy_keys, load_copy

LARGE = OracleArena(total_bytes=8192, head_bytes=4096)  # more than the planner takes


def test_what_it_is_made_of() -> None:
    model = models.convolution()
    plan = program_on("nano33ble", model).arena
    assert plan.host_bytes == HOST.total_bytes
    assert plan.head_bytes == head_bytes(3, wide=False) == 576
    # 16 to align, 128 for each end that has the fields of the dynamic TFLite, scratch of the 2x2x2 patch
    assert plan.margin_bytes == 16 + 2 * 128 + 2 * 4 * 8 + 4 * 2 + 8 == 352
    # of 6 tensors 4 are placed
    assert planner_bytes(read_graph(model)) == 32 * 6 + 40 * 4 + 64
    # a convolution's three tensors: structure, quantization, zero points, two alignments
    assert prepare_bytes(read_graph(model)) == 3 * (128 + 32 + 16 + 2 * 16)
    assert plan.planning_bytes == prepare_bytes(read_graph(model)) - HOST.head_bytes
    assert plan.total % 16 == 0
    total = plan.head_bytes + plan.host_bytes + plan.margin_bytes + plan.planning_bytes
    assert 0 <= plan.total - total < 16
    assert plan.why == (
        f"{plan.host_bytes} that TFLM took on the host, 352 for the board's kernels, "
        f"{plan.planning_bytes} while TFLM plans, 576 for the runtime"
    )


@pytest.mark.slow
def test_what_tflm_takes_on_the_host() -> None:
    found = tflm_arena(models.convolution())
    assert 0 < found.head_bytes < found.total_bytes
    assert found.head_bytes % 16 == 0
    assert found.head_bytes >= 18 + 18  # input and output of the convolution, at once


def test_structures_and_pointers() -> None:
    """TF_LITE_STATIC_MEMORY makes tensors smaller; a process of this machine has larger pointers."""
    graph = read_graph(models.convolution())
    small = plan_arena(graph, load_copy("upstream"), Need(LARGE, wide=False))
    wide = plan_arena(graph, load_copy("upstream"), Need(LARGE, wide=True))
    assert (small.margin_bytes, small.planning_bytes) == (96, 0)
    assert wide.head_bytes - small.head_bytes == 352


def test_scratch_of_esp_nn_depends_on_the_chip() -> None:
    graph, copy = read_graph(models.convolution()), load_copy("esp-tflite-micro-1.4.0")
    assert plan_arena(graph, copy, Need(LARGE, wide=False)).margin_bytes == 16
    s3 = plan_arena(graph, copy, Need(LARGE, wide=False, core=Core.ESP32_S3))
    assert s3.margin_bytes == 16 + 2 * 4 * 16 * 2 + 5 * 5 * 2 + 4 * 2 + 128 + 6  # up to the next 16


def test_what_a_board_reported_is_taken_as_it_is() -> None:
    """The planner's memory is not in what it reports: without it TFLM says "Too many buffers"."""
    plan = ArenaPlan(576, 9000, 400, planning_bytes=0, measured_bytes=7777, temporary_bytes=100)
    assert plan.total == 7877 + 11 + 32  # aligned, and a little more
    assert plan.why == "7777 that the board reported, 100 while TFLM plans"
    assert replace(plan, measured_bytes=9950).total == replace(plan, measured_bytes=None).total == 9984


@pytest.mark.parametrize("key", copy_keys())
@pytest.mark.parametrize("kind", ["MUL", "ADD", "MAXIMUM"])
def test_a_scalar_operand_wants_no_scratch(kind: str, key: str) -> None:
    """Rank 0 beside an image ended in an IndexError where the copy has CMSIS-NN."""
    x, y = Tensor("x", (1, 3, 3, 2), scale=0.5), Tensor("y", (1, 3, 3, 2), scale=0.5)
    scalar = Tensor("half", (), scale=0.5, data=np.array(1, np.int8))
    plain = Tensor("half", (1, 3, 3, 2), scale=0.5, data=np.ones((1, 3, 3, 2), np.int8))
    plans = [
        plan_arena(read_graph(build([Op(kind, operands, [y])])), load_copy(key), Need(LARGE, wide=False))
        for operands in ([x, scalar], [scalar, x], [x, plain])
    ]
    assert len({plan.margin_bytes for plan in plans}) == 1
