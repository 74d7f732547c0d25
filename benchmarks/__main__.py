"""``python -m benchmarks``: engine x model on the emulated cores, from the compiler's own code."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from benchmarks.machine import MACHINES, Bench, Machine, prepare
from benchmarks.reference import FIGURES, Reference
from benchmarks.trace import Trace, trace
from tinykd.compiler.core import Optimize
from tinykd.oracle import run_tflm

HERE = Path(__file__).resolve().parents[1]
MODELS = HERE.parent / "shared/models"
HEAD = (
    f"{'engine':28}{'instructions':>14}{'per MAC':>9}{'cycles (est.)':>15}"
    f"{'flash':>9}{'code':>8}{'arena':>8}  bytes"
)


def default_models() -> list[Path]:
    found = sorted(MODELS.glob("*.tflite"))
    return found or sorted((HERE / "tests/fixtures").glob("*.tflite"))


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("models", nargs="*", type=Path, help="default: ../shared/models, or the tests' model")
    parser.add_argument("--machine", action="append", choices=[*MACHINES], help="default: all")
    parser.add_argument("--optimize", action="append", choices=get_args(Optimize), help="default: balanced")
    parser.add_argument("--layers", action="store_true", help="instructions by layer")
    parser.add_argument("--functions", action="store_true", help="instructions by function and by kind")
    return parser.parse_args(argv)


def verdict(bench: Bench, model: bytes) -> str:
    """Our outputs beside TFLM's."""
    expected = run_tflm(model, bench.inputs())
    same = sum(run.output == want.tobytes() for run, want in zip(bench.runs, expected, strict=True))
    return f"{same}/{len(expected)} = TFLM"


def ours(bench: Bench, optimize: str, executed: Trace | None, model: bytes) -> str:
    """Cycles are estimated for the Cortex-M4 only: the timings are its own."""
    macs = bench.program.macs
    count, arena = bench.instructions, bench.program.arena_bytes
    cycles = f"{executed.cycles:,}" if executed and bench.machine.name.startswith("cortex-m4") else "-"
    return (
        f"{'tinykd ' + optimize:28}{count:>14,}{count / macs:>9.3f}{cycles:>15}"
        f"{bench.flash_bytes:>9,}{bench.code_bytes:>8,}{arena:>8,}  {verdict(bench, model)}"
    )


def theirs(figures: Reference, macs: int) -> str:
    sizes = (figures.flash_bytes, figures.code_bytes, figures.arena_bytes)
    texts = [f"{size:,}" if size is not None else "-" for size in sizes]
    return (
        f"{figures.engine:28}{figures.instructions:>14,}{figures.instructions / macs:>9.3f}{'-':>15}"
        f"{texts[0]:>9}{texts[1]:>8}{texts[2]:>8}"
    )


def layers(bench: Bench) -> Iterator[str]:
    for step, count in zip(bench.program.steps, bench.layers(), strict=True):
        per_mac = f"{count / step.layer.macs:8.3f}" if step.layer.macs else ""
        shape = list(step.layer.outputs[0].shape)
        yield f"    {step.layer.op:20}{step.kernel:26}{count:>12,}{per_mac:8}  {shape}"


def functions(executed: Trace) -> Iterator[str]:
    total = executed.instructions
    for name, count in executed.by_function().most_common(12):
        yield f"    {name:34}{count:>12,}{count / total:>8.1%}"
    yield "    " + ", ".join(
        f"{kind} {count / total:.1%}" for kind, count in executed.by_kind().most_common()
    )


def traced(bench: Bench) -> Trace | None:
    """One inference; None where QEMU does not say which instructions it runs."""
    machine = bench.machine
    if not machine.family.has_trace:
        return None
    return trace(bench.single_elf, machine.board, machine.family.emulator, bench.entry)


def report(path: Path, machine: Machine, options: argparse.Namespace) -> Iterator[str]:
    model = path.read_bytes()
    yield f"\n{path.stem} on {machine.name}"
    yield HEAD
    macs = 1
    for optimize in options.optimize or ["balanced"]:
        with tempfile.TemporaryDirectory() as folder:
            bench = prepare(model, "bench_model", machine, Path(folder), optimize)
            macs = max(bench.program.macs, 1)
            executed = traced(bench)
            yield ours(bench, optimize, executed, model)
            if options.layers:
                yield from layers(bench)
            if options.functions and executed:
                yield from functions(executed)
    for figures in FIGURES.get((path.stem, machine.name), ()):
        yield theirs(figures, macs)


def main(argv: Sequence[str] | None = None) -> None:
    options = arguments(argv)
    for name in options.machine or [*MACHINES]:
        for path in options.models or default_models():
            for line in report(path, MACHINES[name], options):
                print(line, flush=True)


if __name__ == "__main__":
    main()
