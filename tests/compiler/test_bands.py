"""Layers by rows: every byte is that of TFLM, on every core; what is kept; which layers go by rows."""

from pathlib import Path

import numpy as np
import pytest

from tests.compiler.banded import forced, image_net
from tests.compiler.models import Net, image, residual_net
from tests.compiler.test_streaming import answers
from tests.conformance.builder import RELU
from tests.conformance.cores import AVR, CORTEX_M0, CORTEX_M4, CORTEX_M55, RISC_V, XTENSA
from tests.conformance.machine import HOST
from tinykd.compiler.bands.reads import Reads, RowPiece
from tinykd.compiler.bands.schedule import BandStage, Turn, schedule
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm

MACHINES = {
    "host": HOST,
    "m4": CORTEX_M4,
    "m0": CORTEX_M0,
    "m55": CORTEX_M55,
    "riscv": RISC_V,
    "xtensa": XTENSA,
    "avr": AVR,
}
SAMPLES = 3


@pytest.mark.slow
@pytest.mark.xdist_group("bands")
@pytest.mark.parametrize("machine", MACHINES)
def test_any_network_by_rows_is_that_of_tflm(machine: str, tmp_path: Path) -> None:
    core, seeds = MACHINES[machine], range(24 if machine == "host" else 8)
    programs = [forced(image_net(seed), seed, f"m{seed}", core.core) for seed in seeds]
    shapes = [program.inputs[0].tensor.shape for program in programs]
    random = np.random.default_rng(7)
    inputs = [random.integers(-128, 128, (SAMPLES, *shape), dtype=np.int8) for shape in shapes]
    found = answers(programs, inputs, core, tmp_path)
    wrong = []
    for seed, program, samples, got in zip(seeds, programs, inputs, found, strict=True):
        expected = run_tflm(image_net(seed), samples).reshape(SAMPLES, -1)
        wrong += [(seed, [s.kernel for s in program.steps])] if (got != expected).any() else []
    assert not wrong
    assert sum(step.kernel == "bands" for p in programs for step in p.steps) >= len(programs) - 2


def test_rows_are_carried_through_bands_that_bring_none(tmp_path: Path) -> None:
    """Scratch memory may lie where they are put away: two last bands bring none, and read them."""
    model = image_net(13)
    program = forced(model, 13)
    samples = np.random.default_rng(7).integers(
        -128, 128, (SAMPLES, *program.inputs[0].tensor.shape), np.int8
    )
    (found,) = answers([program], [samples], HOST, tmp_path)
    assert (found == run_tflm(model, samples).reshape(SAMPLES, -1)).all()


def chain(*reads: Reads, height: int, most: int = 1) -> list[BandStage]:
    """A chain of layers with ``reads``, on an image of ``height`` rows."""
    stages = []
    for i, read in enumerate(reads):
        out = (height + read.stride - 1) // read.stride
        stages.append(BandStage(((i, read, height),), i + 1, out, most))
        height = out
    return stages


SAME_3 = Reads(3, 1, 1)


def test_a_3x3_layer_keeps_two_rows_and_starts_a_row_late() -> None:
    found = schedule(chain(SAME_3, SAME_3, height=8, most=2))
    assert found.held[1].carry == 2 and found.held[1].rows == 4
    turns = [(turn.band, turn.first, turn.count) for turn in found.turns[1]]
    assert turns == [(0, 0, 1), (1, 1, 2), (2, 3, 2), (3, 5, 2), (4, 7, 1)]


@pytest.mark.parametrize("most", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "reads",
    [
        (Reads(10, 2, 4), SAME_3, Reads(), SAME_3, Reads()),
        (Reads(5, 1, 2), Reads(2, 2), Reads(5, 1, 4)),
        (Reads(1, 2), SAME_3, Reads(3, 2, 1)),
    ],
)
def test_each_row_is_computed_once_from_rows_that_are_in_their_window(
    reads: tuple[Reads, ...], most: int
) -> None:
    stages = chain(*reads, height=23, most=most)
    found = schedule(stages)
    for stage, turns in zip(stages, found.turns, strict=True):
        assert [y for t in turns for y in range(t.first, t.first + t.count)] == list(range(stage.height))
        ((tensor, read, height),) = stage.reads
        if tensor in found.held:
            held = found.held[tensor]
            for turn in turns:
                seen, count = held.new[turn.band]
                rows = range(read.first(turn.first), read.end(turn.first + turn.count - 1, height))
                assert rows.start >= seen - held.carry and rows.stop <= seen + count
                assert 0 <= held.place(turn.band, rows.start) <= held.rows - len(rows)


def test_pieces_at_the_edges_have_the_padding_and_those_between_none() -> None:
    (stage, *_) = chain(SAME_3, height=8, most=3)
    pieces = [Turn(band, first, 3).piece(stage) for band, first in enumerate((0, 3))]
    assert pieces == [RowPiece(4, 3, 1), RowPiece(5, 3, 0)]
    assert Turn(2, 6, 2).piece(stage) == RowPiece(3, 2, 0)


def compiled(model: bytes, core: Core = Core.CORTEX_M4, **options: object):  # type: ignore[no-untyped-def]
    return compile_graph(read_graph(model), CompileOptions("m", core, **options))  # type: ignore[arg-type]


def test_ram_takes_less_than_layer_by_layer() -> None:
    whole, by_rows = compiled(residual_net()), compiled(residual_net(), optimize="ram")
    assert by_rows.arena_bytes < whole.arena_bytes * 0.85
    assert by_rows.whole_bytes == whole.arena_bytes
    assert by_rows.macs == whole.macs and by_rows.weights_bytes == whole.weights_bytes


def test_balanced_goes_by_rows_only_where_the_arena_would_be_too_large() -> None:
    model = residual_net()
    whole, least = compiled(model).arena_bytes, compiled(model, optimize="ram").arena_bytes
    assert compiled(model, ram_bytes=whole).whole_bytes is None
    between = (whole + least) // 2
    limited = compiled(model, ram_bytes=between)
    assert limited.whole_bytes == whole and limited.arena_bytes <= between
    assert compiled(model, ram_bytes=1).arena_bytes <= between, "as little as it can"


def test_what_is_read_elsewhere_stays_whole() -> None:
    net = Net(image(12, 12, 4))
    seen = net.conv(4)
    net.conv(4)
    net.conv(4)
    net.outputs = [seen, net.at]
    program = compiled(net.bytes(), optimize="ram")
    assert [len(step.layer.members) for step in program.steps] in ([0, 2], [0, 0, 0])


def test_a_model_without_rows_is_as_it_was() -> None:
    net = Net(image(1, 1, 8))
    net.conv(8, (1, 1), activation=RELU)
    net.conv(8, (1, 1))
    assert compiled(net.bytes(), optimize="ram").whole_bytes is None
