"""The benchmark on the tests' own model: TFLM's bytes, counts that agree with each other, ceilings."""

from pathlib import Path

import pytest

from benchmarks.machine import MACHINES, prepare
from benchmarks.trace import Instruction, read, trace
from tinykd.oracle import run_tflm

MODEL = Path(__file__).parents[1] / "fixtures/digits.tflite"
CEILINGS = {
    "cortex-m4": 140_000,
    "cortex-m7": 140_000,
    "cortex-m0": 680_000,
    "cortex-m4-portable": 480_000,
    "rv32imc": 480_000,
    "xtensa-lx106": 600_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CEILINGS)
def test_bytes_and_instructions(name: str, tmp_path: Path) -> None:
    model = MODEL.read_bytes()
    bench = prepare(model, "digits", MACHINES[name], tmp_path)
    assert [r.output for r in bench.runs] == [y.tobytes() for y in run_tflm(model, bench.inputs())]
    assert bench.instructions < CEILINGS[name]
    assert abs(sum(bench.layers()) / bench.instructions - 1) < 0.05  # calls of the layers one by one


@pytest.mark.slow
def test_trace_counts_what_the_timer_counts(tmp_path: Path) -> None:
    bench = prepare(MODEL.read_bytes(), "digits", MACHINES["cortex-m4"], tmp_path)
    executed = trace(bench.single_elf, bench.machine.board, entry=bench.entry)
    assert not {"reset", "main", "put", "test_write", "test_ticks"} & set(executed.by_function())
    assert abs(executed.instructions / bench.runs[0].instructions - 1) < 0.001
    assert executed.cycles > executed.instructions


@pytest.mark.parametrize(
    ("name", "operands", "kind", "cycles"),
    [
        ("smlad", "r2, r8, r11, r2", "multiply", 1),
        ("ldr.w", "r0, [r1], #4", "load", 2),
        ("ldrd", "r11, r12, [r1], #8", "load", 3),
        ("ldm.w", "r0!, {r8, sb, sl}", "load", 4),
        ("pop.w", "{r4, r5, r6, r7, r8, sb, sl, fp, pc}", "load", 10),
        ("strb", "r3, [r2, sl]", "store", 1),
        ("bne", "#0x17a4", "branch", 1),
        ("bic", "r2, r2, #3", "other", 1),
        ("udiv", "r0, r1, r2", "other", 7),
    ],
)
def test_kinds_and_cycles(name: str, operands: str, kind: str, cycles: int) -> None:
    instruction = Instruction(0, name, operands)
    assert (instruction.kind, instruction.cycles) == (kind, cycles)


LOG = """IN: loop
0x00000010:  6808       ldr      r0, [r1]
0x00000012:  684a       ldr      r2, [r1, #4]
0x00000014:  d1fc       bne      #0x10

Trace 0: 0x7f0 [00800408/00000010/00000110/ff000200] loop
Trace 0: 0x7f0 [00800408/00000010/00000110/ff000200] loop
IN: end
0x00000016:  4770       bx       lr

Trace 0: 0x7f4 [00800408/00000016/00000110/ff000200] end
"""


def test_log() -> None:
    """Two turns of three instructions, one taken branch; the second load overlaps with the first."""
    found = read(LOG.splitlines())
    assert (found.instructions, found.cycles) == (7, 2 * (2 + 1 + 1) + 2 + 1)
    assert found.by_function() == {"loop": 6, "end": 1}
