"""How long tinykd takes to compile: processor seconds of reading, compiling and rendering, model by model.

    python -m benchmarks.compile_time                       ../shared/models, or the tests' model
    python -m benchmarks.compile_time a.tflite --core cortex-m4

The least of ``--runs``: other programs on the machine take no part of a processor's time, but they do take
its caches. The interpreter's start and the imports, half a second once, are left out. Exit code 1 where a
model takes more than ``--limit`` seconds.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.__main__ import default_models
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.graph.reader import read_graph

CORES = (Core.GENERIC, Core.CORTEX_M0, Core.CORTEX_M4, Core.CORTEX_M55)


@dataclass(frozen=True)
class Times:
    """Processor seconds."""

    read: float
    compile: float
    render: float

    @property
    def total(self) -> float:
        return self.read + self.compile + self.render


def measured(model: bytes, core: Core, runs: int) -> Times:
    """The least of ``runs``, after one that imports and parses what all later ones share."""
    _once(model, core)
    return min((_once(model, core) for _ in range(runs)), key=lambda times: times.total)


def _once(model: bytes, core: Core) -> Times:
    marks = [time.process_time()]
    graph = read_graph(model)
    marks.append(time.process_time())
    program = compile_graph(graph, CompileOptions(name="model", core=core))
    marks.append(time.process_time())
    render(program)
    marks.append(time.process_time())
    return Times(*(after - before for before, after in pairwise(marks)))


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.compile_time",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument(
        "--core", action="append", choices=[c.value for c in Core], help="default: four cores"
    )
    parser.add_argument("--runs", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--limit", type=float, default=2.0, help="seconds of a model (default: %(default)s)")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options, late = arguments(argv), 0
    print(f"{'model':32}{'core':>12}{'bytes':>12}{'read':>8}{'compile':>9}{'render':>8}{'seconds':>9}")
    for path in options.models or default_models():
        model = path.read_bytes()
        for core in [Core(c) for c in options.core or ()] or CORES:
            times = measured(model, core, options.runs)
            late += times.total > options.limit
            print(
                f"{path.stem[:31]:32}{core.value:>12}{len(model):>12,}{times.read:>8.2f}"
                f"{times.compile:>9.2f}{times.render:>8.2f}{times.total:>9.2f}",
                flush=True,
            )
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())
