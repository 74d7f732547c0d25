"""``python -m benchmarks.survey``: op x core, in instructions per MAC or, without MACs, per output.

Beside each count stands what the kernel estimates, and why a layer has none of the core's own kernels.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import MACHINES, Machine, prepare
from benchmarks.survey.ops import MODELS, model
from tinykd.oracle import run_tflm

CORES = ("cortex-m4", "cortex-m0", "cortex-m55")


@dataclass(frozen=True)
class Count:
    """One op on one core."""

    kernel: str
    instructions: int
    units: int  # MACs, or values of the output
    estimate: float  # of the kernel, in cycles
    portable: str | None  # why it is none of the core's own
    exact: bool  # whether the output is TFLM's

    @property
    def each(self) -> float:
        return self.instructions / self.units


def count(name: str, machine: Machine) -> Count:
    """One inference on the emulated core."""
    content = model(name)
    with tempfile.TemporaryDirectory() as folder:
        bench = prepare(content, "bench_model", machine, Path(folder))
        ticks, output = machine.lines(bench.single_elf)[0].split()
        expected = run_tflm(content, bench.inputs()[:1])[0].tobytes()
        layers = [step.layer for step in bench.program.steps]
        worst = max(bench.program.steps, key=lambda step: step.cost)
        return Count(
            kernel="+".join(step.kernel for step in bench.program.steps),
            instructions=round(int(ticks, 16) * machine.per_tick),
            units=bench.program.macs or layers[-1].outputs[0].elements,
            estimate=sum(step.cost for step in bench.program.steps),
            portable=worst.portable,
            exact=bytes.fromhex(output) == expected,
        )


def lines(names: Sequence[str], machine: Machine) -> Iterator[str]:
    """The table of one core, as it comes."""
    yield f"\n{machine.name}"
    yield f"{'op':36}{'kernel':30}{'instructions':>14}{'each':>8}{'estimate':>10}  bytes"
    for name in names:
        found = count(name, machine)
        estimate = found.estimate / found.units
        verdict = "= TFLM" if found.exact else "DIFFERENT"
        yield (
            f"{name:36}{found.kernel[:29]:30}{found.instructions:>14,}{found.each:>8.2f}{estimate:>10.2f}"
            f"  {verdict}{': ' + found.portable if found.portable else ''}"
        )


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.survey", description=__doc__)
    parser.add_argument("only", nargs="*", help="parts of names of ops; default: all of them")
    parser.add_argument(
        "--machine", action="append", choices=[*MACHINES], help=f"default: {', '.join(CORES)}"
    )
    options = parser.parse_args(argv)
    names = [n for n in MODELS if not options.only or any(part in n for part in options.only)]
    for machine in options.machine or CORES:
        for line in lines(names, MACHINES[machine]):
            print(line, flush=True)


if __name__ == "__main__":
    main()
