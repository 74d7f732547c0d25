"""A model of real layers on emulated boards of the cores that the demonstration leaves out, beside TFLM.

M0 and M4F are in tests/e2e; that every virtual board answers at all is in tests/flash.
"""

import pytest

from tests.library.libraries import MODELS
from tinykd.boards import load_board
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.graph.reader import read_graph
from tinykd.progress import Silent
from tinykd.sessions.prove import ProofTarget, prove, random_samples

pytestmark = pytest.mark.slow
BOARDS = {
    "cortex-m0plus": "rp2040js-pico",
    "cortex-m3": "qemu-stm32vldiscovery",
    "cortex-m7": "qemu-mps2-an500",
    "cortex-m33": "qemu-mps2-an505",
    "cortex-m55": "qemu-mps3-an547",
    "rv32imc": "qemu-riscv32-virt",
    "xtensa-lx106": "qemu-xtensa-lx106",
    "esp8266": "qemu-esp8266",
}


@pytest.mark.parametrize("cpu", BOARDS)
def test_every_byte_is_tflms(cpu: str) -> None:
    board = load_board(BOARDS[cpu])
    assert cpu in (board.cpu, board.core)
    model = MODELS["separable"]
    program = compile_graph(read_graph(model), CompileOptions("separable", Core(board.core)))
    proof = prove(model, program, random_samples(program, 4, 1), ProofTarget(board), Silent())
    found = proof.verification
    assert (found.exact, found.samples, found.first_difference) == (4, 4, None)
    assert found.hello.core_hz == board.clock_hz and found.hello.tick_unit in ("instructions", "nanoseconds")
    assert proof.image.ram_bytes <= board.ram_bytes and len(proof.profile.rows) == 8
