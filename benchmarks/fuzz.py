"""Feeds damaged models to the compiler: each must be refused in one line, or compiled, within the time limit.

    python -m benchmarks.fuzz                    20,000 inputs on 2 processes
    python -m benchmarks.fuzz --inputs 500 my.tflite

Seeds are the models given, or one model of every op from tests/conformance. A mutation flips bits, sets a
byte, a 16-bit or a 32-bit word to an extreme, cuts the end off, or moves, repeats and drops a piece; one to
eight of them make an input. Anything but a ``ModelError``, a ``BudgetError`` or a whole set of sources is a
crash; inputs that crash or hang are written to ``fuzz-failures/``.
"""

import argparse
import multiprocessing
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from rich.progress import track

from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.errors import BudgetError, ModelError
from tinykd.graph.reader import read_graph

SECONDS = 10  # for one input
MEMORY_BYTES = 4 << 30  # address space of a process
FAILURES = Path("fuzz-failures")
EXTREMES = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
CORES = (Core.GENERIC, Core.CORTEX_M4, Core.CORTEX_M55)


class HangError(Exception):
    """An input took longer than ``SECONDS``."""


@dataclass(frozen=True)
class Outcome:
    """``kind`` is refused, compiled, crash or hang; ``detail`` names the exception or the refusal's kind."""

    kind: str
    detail: str
    data: bytes = b""


def mutate(seed: bytes, rng: random.Random) -> bytes:
    """``seed`` with one to eight random damages."""
    data = bytearray(seed)
    for _ in range(rng.randint(1, 8)):
        if not data:
            break
        rng.choice((_flip, _word, _word, _cut, _move))(data, rng)
    return bytes(data)


def _flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _word(data: bytearray, rng: random.Random) -> None:
    width = rng.choice((1, 2, 4))
    at = rng.randrange(len(data)) // width * width
    value = rng.choice(EXTREMES) & ((1 << 8 * width) - 1)
    data[at : at + width] = value.to_bytes(width, "little")


def _cut(data: bytearray, rng: random.Random) -> None:
    if rng.random() < 0.2:
        del data[rng.randrange(len(data)) :]


def _move(data: bytearray, rng: random.Random) -> None:
    """Copy a piece elsewhere, over what is there or between it."""
    start, size, to = rng.randrange(len(data)), rng.choice((4, 8, 16, 64)), rng.randrange(len(data))
    piece = data[start : start + size]
    data[to : to + rng.choice((0, len(piece)))] = piece


def _alarm(signum: int, frame: FrameType | None) -> None:
    raise HangError


def attempt(data: bytes, core: Core = Core.GENERIC) -> Outcome:
    """What becomes of one input."""
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(SECONDS)
    try:
        render(compile_graph(read_graph(data), CompileOptions(name="fuzzed", core=core)))
    except (ModelError, BudgetError) as error:
        one_line = "\n" not in str(error) and bool(error.found)
        return Outcome("refused", "") if one_line else Outcome("crash", f"unclear refusal {error!r}", data)
    except HangError:
        return Outcome("hang", f"over {SECONDS} s", data)
    except Exception as error:  # noqa: BLE001 - any other exception is what we look for
        return Outcome("crash", f"{type(error).__name__}: {error} ({_place(error)})"[:300], data)
    finally:
        signal.alarm(0)
    return Outcome("compiled", "")


def _place(error: Exception) -> str:
    """Where it was raised, ``module.py:line``: the innermost frame, and the innermost of the package."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "tinykd" in f.filename]
    places = (frames[-1], ours[-1] if ours else frames[-1])
    return " in ".join(f"{Path(f.filename).name}:{f.lineno}" for f in places)


def _job(task: tuple[int, bytes]) -> Outcome:
    number, seed = task
    rng = random.Random(number)
    return attempt(mutate(seed, rng), rng.choice(CORES))


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def run(seeds: list[bytes], inputs: int, first: int = 0, processes: int = 2) -> Iterator[Outcome]:
    """The outcomes of ``inputs`` mutants; number i is always the same mutant of the same seed."""
    tasks = ((i, seeds[i % len(seeds)]) for i in range(first, first + inputs))
    with multiprocessing.get_context("forkserver").Pool(processes, _limit_memory) as pool:
        yield from pool.imap_unordered(_job, tasks, chunksize=16)


def op_models() -> list[bytes]:
    """One small model of every op that the conformance tests know."""
    from tests.conformance.cases import CASES
    from tests.conformance.choose import Seeded

    return [CASES[op](Seeded(1)).model() for op in sorted(CASES)]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", type=Path, help="seeds; default: one model of every op")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    options = parser.parse_args(arguments)
    seeds = [p.read_bytes() for p in options.models] or op_models()
    started, counts = time.monotonic(), Counter[str]()
    for i, outcome in enumerate(track(run(seeds, options.inputs, options.first), total=options.inputs)):
        counts[outcome.kind] += 1
        if outcome.data:
            FAILURES.mkdir(exist_ok=True)
            (FAILURES / f"{outcome.kind}-{i}.tflite").write_bytes(outcome.data)
            print(f"{outcome.kind}: {outcome.detail}", file=sys.stderr)
    kinds = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("refused", "compiled", "crash", "hang"))
    print(f"{options.inputs:,} inputs from {len(seeds)} seeds: {kinds}; {time.monotonic() - started:.0f} s")
    return 1 if counts["crash"] + counts["hang"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
