"""A model hop by hop is TFLM on the sliding window, byte for byte: drawn networks, on every core."""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.streamed import Int8, TimeNet, signal, tflm_answers, time_net
from tests.conformance.builder import VALID, Op, Tensor, build, constant
from tests.conformance.cores import CORTEX_M0, CORTEX_M4, RISC_V
from tests.conformance.machine import HOST, Machine, execute
from tests.conformance.machine import build as build_on
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.compiler.streaming.rows import Moved, Reach, Rows, Taps, moved
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph

HOPS = 70  # more than twice a window of 29 rows at one row a hop
MACHINES = {"host": HOST, "m4": CORTEX_M4, "m0": CORTEX_M0, "riscv": RISC_V}


def streamed(model: bytes, hop_rows: int, machine: Machine = HOST, name: str = "m") -> Program:
    return compile_graph(read_graph(model), CompileOptions(name, machine.core, hop_rows=hop_rows))


def answers(programs: list[Program], signals: list[Int8], machine: Machine, folder: Path) -> list[Int8]:
    """(hops, bytes of the output) of each program; odd hops go layer by layer."""
    build_on(programs, folder, machine)
    packed = (struct.pack("<I", len(hops)) + hops.tobytes() for hops in signals)
    raw, found = np.frombuffer(execute(folder, machine, b"".join(packed)), np.int8), []
    for program, hops in zip(programs, signals, strict=True):
        size = len(hops) * sum(port.location.bytes for port in program.outputs)
        found.append(raw[:size].reshape(len(hops), -1))
        raw = raw[size:]
    return found


@dataclass(frozen=True, eq=False)
class Drawn:
    """A network, a signal, and what TFLM gives for its windows."""

    model: bytes
    hop_rows: int
    hops: Int8
    expected: Int8


@cache
def drawn(seed: int) -> Drawn:
    """Windows of (29, 3, 2) in hops of 1, 2 or 4 rows."""
    model, hop_rows, shape = time_net(seed).bytes(), (1, 2, 4)[seed % 3], (1, 29, 3, 2)
    hops = signal(shape, HOPS, hop_rows, seed)
    return Drawn(model, hop_rows, hops, tflm_answers(model, hops, shape, seed % 60 - 30))


@pytest.mark.slow
@pytest.mark.xdist_group("streaming")
@pytest.mark.parametrize("machine", MACHINES)
def test_every_hop_is_the_sliding_window_of_tflm(machine: str, tmp_path: Path) -> None:
    """Networks of convolutions, pooling, crops, residuals, means."""
    core = MACHINES[machine]
    nets = [drawn(seed) for seed in range(16 if machine == "host" else 6)]
    programs = [streamed(net.model, net.hop_rows, core, f"m{i}") for i, net in enumerate(nets)]
    found = answers(programs, [net.hops for net in nets], core, tmp_path)
    differing = [i for i, net in enumerate(nets) if (found[i] != net.expected).any()]
    assert not differing
    varied = [len(np.unique(net.expected, axis=0)) > HOPS // 4 for net in nets]
    assert sum(varied) > len(nets) // 2, "hardly anything varies"


def conv_net(length: int = 20, kernel: int = 3, stride: int = 1, **more: int) -> TimeNet:
    net = TimeNet(Tensor("input", (1, length, 1, 2), scale=0.05, zero_point=3), 1)
    net.conv(4, (kernel, 1), (stride, 1), **{"padding": VALID, **more})  # type: ignore[arg-type]
    return net


def test_a_hop_costs_its_own_rows() -> None:
    net = conv_net()
    net.ended()
    model = net.bytes()
    window = compile_graph(read_graph(model), CompileOptions("m"))
    step = streamed(model, 1)
    assert window.steps[0].layer.macs == 18 * step.steps[0].layer.macs


@pytest.mark.parametrize(
    ("rows", "taps", "length", "found"),
    [
        (Rows(1, 20, 1), Taps(3, 1, 1), 18, Moved(Rows(1, 18, 1), Reach(3))),
        (Rows(1, 20, 4), Taps(3, 1, 2), 9, Moved(Rows(1, 9, 2), Reach(5, 1))),
        (Rows(1, 20, 1), Taps(3, 1, 2), 9, Moved(Rows(1, 9, 1, 2), Reach(3, 1))),
        (Rows(1, 9, 1, 2), Taps(3, 1, 1), 7, Moved(Rows(1, 7, 1, 2), Reach(5))),
        (Rows(1, 9, 1, 2), Taps(3, 2, 2), 3, Moved(Rows(1, 3, 1, 4), Reach(9))),
        (Rows(1, 20, 1), Taps(1, 1, 1, begin=2), 10, Moved(Rows(1, 10, 1), Reach(1, 8))),
        (Rows(1, 20, 3), Taps(3, 1, 2), 9, None),
    ],
)
def test_rows_by_hand(rows: Rows, taps: Taps, length: int, found: Moved | None) -> None:
    assert moved(rows, taps, length) == found


def refused(model: bytes, hop_rows: int) -> str:
    with pytest.raises(ModelError) as caught:
        streamed(model, hop_rows)
    return str(caught.value)


def test_padding_in_time_is_refused_with_what_to_write() -> None:
    net = conv_net(padding=0)
    net.ended()
    assert refused(net.bytes(), 1) == (
        "op 0 CONV_2D: pads time by 2 rows; expected no padding in time: a window's padded rows are real "
        'ones of the next. Build it with padding="valid" along time; a project with [stream] does so '
        "by itself"
    )


def test_a_stride_beside_the_hop_is_refused() -> None:
    net = conv_net(stride=2)
    net.ended()
    assert refused(net.bytes(), 3) == (
        "op 0 CONV_2D: has stride 2 in time, and a hop brings it 3 rows; expected one a multiple of the "
        "other. Choose another hop, or another stride"
    )


def test_a_hop_as_long_as_the_window_is_refused() -> None:
    net = conv_net()
    net.ended()
    assert refused(net.bytes(), 20) == (
        "tensor 0 'input': a hop of 20 rows in a window of 20; expected a hop of 1 to 19 rows. "
        "Choose a shorter hop"
    )


def test_an_output_with_time_is_refused() -> None:
    assert refused(conv_net().bytes(), 1) == (
        "tensor 3 't0': is an output that still has time: [1, 18, 1, 4]; expected one answer for the window. "
        "End the model with a mean over time or a dense layer"
    )


def test_rows_given_back_are_refused() -> None:
    net = conv_net()
    net.reshape((1, 18 * 4))
    assert refused(net.bytes(), 1).startswith("tensor 5 't1': is an output that nothing computes")


def test_two_inputs_are_refused() -> None:
    a, b = (Tensor(name, (1, 9, 1, 2), scale=0.1) for name in "ab")
    y = Tensor("y", (1, 9, 1, 2), scale=0.1)
    assert refused(build([Op("ADD", [a, b], [y])]), 1) == (
        "model: has 2 inputs; expected one, a window over time"
    )


def test_a_constant_that_varies_in_time_reads_whole_windows(tmp_path: Path) -> None:
    """A positional term is another one in each window: exact, and said."""
    x = Tensor("x", (1, 9, 1, 2), scale=0.1, zero_point=4)
    term = constant("term", np.arange(18).reshape(1, 9, 1, 2), "int8", scale=0.1)
    net = TimeNet(x, 1)
    net.plus(term)
    net.ended()
    program = streamed(net.bytes(), 1)
    assert program.stream is not None
    assert dict(program.stream.whole)["t0"] == "a constant of it differs from time to time"
    hops = signal((1, 9, 1, 2), 20, 1)
    (found,) = answers([program], [hops], HOST, tmp_path)
    assert (found == tflm_answers(net.bytes(), hops, (1, 9, 1, 2), 4)).all()
