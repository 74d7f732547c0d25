"""``python -m benchmarks.timing``: the estimate of a board's cycles, beside what it can be held against.

First the kernels' own estimates beside a trace of the emulated Cortex-M4 (``trace.py``). Then that trace's
cycles per instruction, applied to CMSIS-NN's counted instructions (``reference.py``), beside published times
of CMSIS-NN: MLPerf Tiny, closed division, microTVM with CMSIS-NN on NUCLEO-L4R5ZI, 120 MHz. There its
kernels are called by other code than TFLM's, so that the comparison is of kernels. What the comparisons give
is in ``tinykd/firmware_project/board_time.py``.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.__main__ import default_models
from benchmarks.machine import MACHINES, Bench, prepare
from benchmarks.reference import FIGURES
from benchmarks.trace import trace
from tinykd.firmware_project.board_time import factors

PUBLISHED = {  # cycles per MAC
    "ic_resnet8_int8": 3.74,
    "kws_dscnn_int8": 4.51,
    "ad_autoencoder_int8": 3.91,
}
MACHINE = MACHINES["cortex-m4"]
HEAD = f"{'model':26}{'kernels say':>13}{'trace':>13}{'ratio':>7}  {'low':>12}{'likely':>12}{'high':>12}"


def own(name: str, bench: Bench) -> tuple[str, float]:
    """A row of the first table, and cycles per instruction of the trace."""
    executed = trace(bench.single_elf, MACHINE.board, MACHINE.family.emulator, bench.entry)
    cost = sum(step.cost for step in bench.program.steps)
    ends = "".join(f"{cost * factor:12,.0f}" for factor in factors(cost))
    row = f"{name:26}{cost:13,.0f}{executed.cycles:13,}{executed.cycles / cost:7.2f}  {ends}"
    return row, executed.cycles / executed.instructions


def published(name: str, macs: int, per_instruction: float) -> str:
    """A row of the second table."""
    counted = FIGURES[name, MACHINE.name][0].instructions / macs
    estimate = counted * per_instruction
    ratio = PUBLISHED[name] / estimate
    return f"{name:26}{counted:18.2f}{estimate:18.2f}{PUBLISHED[name]:12.2f}{ratio:7.2f}"


def main(paths: list[Path]) -> None:
    print(HEAD)
    rows = []
    for path in paths or default_models():
        with tempfile.TemporaryDirectory() as folder:
            bench = prepare(path.read_bytes(), "bench_model", MACHINE, Path(folder))
            row, per_instruction = own(path.stem, bench)
            print(row, flush=True)
            if path.stem in PUBLISHED:
                rows.append(published(path.stem, bench.program.macs, per_instruction))
    print(f"\n{'CMSIS-NN, per MAC':26}{'instructions':>18}{'cycles, est.':>18}{'published':>12}{'ratio':>7}")
    print("\n".join(rows))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
