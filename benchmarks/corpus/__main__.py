"""Every .tflite file below a folder through tinykd and TFLM: read, compile, build for this machine, and hold
every byte of every output on random inputs to TFLM's.

    python -m benchmarks.corpus models/                 all of it; run again: goes on where it was stopped
    python -m benchmarks.corpus models/ --unproven      only what was not exact when it was judged last
    python -m benchmarks.corpus models/ --only lstm     only files with "lstm" in their path
    python -m benchmarks.corpus models/ --core cortex-m4    the kernels of that core, in their C form
    python -m benchmarks.corpus models/ --table         what is known already, nothing run

Folders right below the given one (a repository each, say) are counted apart. Each file has a process of its
own, with a limit of time and memory. Results are kept in a file of JSON lines by the model's SHA-256 and the
version of tinykd's source, so a changed source judges all files anew; --unproven only those that need it.

The table says first what TFLM runs and tinykd does not. Its columns: exact; wrong (an output byte differs);
failed (an exception, a hang, C that does not build); refused (in one line, though TFLM runs it); TFLM no
(TFLM refuses it or crashes); float (no op computes on quantized integers). Exit code 1: wrong or failed.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.corpus.files import File, code_version, find
from benchmarks.corpus.judge import Bench
from benchmarks.corpus.outcome import Kind
from benchmarks.corpus.pool import Limits, judged
from benchmarks.corpus.results import Results
from benchmarks.corpus.table import exit_code, table
from tinykd.compiler.core import Core

# Whose kernels have a form in plain C; Helium's are tried on an emulated M55 (tests/conformance).
ON_HOST = (Core.GENERIC, Core.CORTEX_M0, Core.CORTEX_M4, Core.RV32IM)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.corpus", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, help="folder that is searched, however deep")
    parser.add_argument("--results", type=Path, help="file of results (default: CORPUS/results.jsonl)")
    parser.add_argument("--only", default="", metavar="TEXT", help="files with TEXT in their path")
    parser.add_argument("--unproven", action="store_true", help="files whose last result was not exact")
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument(
        "--samples",
        type=int,
        default=8,
        help="random inputs of each, fewer of a large model (%(default)s)",
    )
    parser.add_argument(
        "--core",
        choices=[c.value for c in ON_HOST],
        default=Core.GENERIC.value,
        help="whose kernels are run, on this machine (default: %(default)s)",
    )
    limits = Limits()
    parser.add_argument("--processes", type=int, default=limits.processes, help="default: %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=limits.seconds, help="of a file (default: %(default)s)"
    )
    parser.add_argument(
        "--memory",
        type=int,
        default=limits.memory_bytes >> 20,
        help="MiB of a process (default: %(default)s)",
    )
    return parser.parse_args(argv)


def to_judge(files: list[File], results: Results, options: argparse.Namespace) -> list[File]:
    """What has no result of this version, or none that is exact; small ones first."""
    if options.table:
        return []
    known = {sha256 for sha256, last in results.last.items() if last.kind is Kind.EXACT}
    rest = [f for f in files if f.sha256 not in (known if options.unproven else results.now)]
    return sorted(rest, key=lambda f: f.path.stat().st_size)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    if not options.corpus.is_dir():
        print(f"{options.corpus}: is no folder", file=sys.stderr)
        return 2
    files = [f for f in find(options.corpus) if options.only in str(f.path)]
    version = code_version() + ("" if options.core == Core.GENERIC.value else f" {options.core}")
    results = Results.load(options.results or options.corpus / "results.jsonl", version)
    limits = Limits(options.seconds, options.memory << 20, options.processes)
    rest = to_judge(files, results, options)
    with tempfile.TemporaryDirectory(prefix="tinykd-objects-") as objects:
        bench = Bench(samples=options.samples, core=Core(options.core), objects=Path(objects))
        outcomes = judged(rest, bench, limits)
        for file, outcome in track(outcomes, "judging", len(rest), console=Console(stderr=True)):
            results.add(file, outcome)
    found = results.last if options.unproven or options.table else results.now
    known = [(file, found[file.sha256]) for file in files if file.sha256 in found]
    print(*table(known), sep="\n")
    return exit_code(known)


if __name__ == "__main__":
    sys.exit(main())
