"""One file: read, compile, build for the host, and hold every output byte to TFLM's."""

import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.corpus import host
from benchmarks.corpus.outcome import RUNS, Kind, Outcome
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.program import Program
from tinykd.errors import UserError, one_line
from tinykd.graph.end_values import model_outputs, program_inputs, without_tail
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.scratch import scratch
from tinykd.sessions.prove import random_samples

TFLM = Path(__file__).with_name("tflm.py")
MOST_MACS = 200_000_000  # of all samples of a file: TFLM's reference kernels take their time
_FLOAT32, _INTEGERS = 0, {3, 7, 9}  # uint8, int16, int8 in enum TensorType
_QUANTIZE = 114  # in enum BuiltinOperator


@dataclass(frozen=True)
class Bench:
    """How a file is judged."""

    samples: int = 8
    seed: int = 1
    core: Core = Core.GENERIC  # whose kernels are run, in C that this machine runs too
    objects: Path = Path()  # where compiled kernels are kept


def judge(path: Path, bench: Bench) -> Outcome:
    """What comes of ``path``; nothing that tinykd raises gets out."""
    started = time.monotonic()
    model = path.read_bytes()
    found = _ours(model, bench)
    if not found.tflm:
        found = replace(found, tflm=_tflm(path))
    return replace(found, is_float=is_float(model), total_s=round(time.monotonic() - started, 2))


def _ours(model: bytes, bench: Bench) -> Outcome:
    """``tflm`` is left empty where TFLM was not asked."""
    started = time.process_time()
    try:
        program = compile_graph(read_graph(model), CompileOptions(name="model", core=bench.core))
        render(program)
    except UserError as error:
        return Outcome(Kind.REFUSED, "", str(error))
    except Exception as error:  # noqa: BLE001 - a bug of ours is what is looked for
        return Outcome(Kind.FAILED, "", _bug(error))
    compile_s = round(time.process_time() - started, 3)
    return replace(_proven(model, program, bench), compile_s=compile_s)


def _proven(model: bytes, program: Program, bench: Bench) -> Outcome:
    count = bench.samples if program.macs * bench.samples < MOST_MACS else max(1, MOST_MACS // program.macs)
    samples = random_samples(program, count, bench.seed)
    try:
        expected = run_tflm(without_tail(model, program.ends), samples).tobytes()
    except UserError as error:
        return Outcome(Kind.COMPILED, error.found, "TFLM does not run it")
    try:
        with scratch("tinykd-corpus-") as folder:
            taken = program_inputs(program.ends, samples)
            answers = np.frombuffer(host.outputs(program, taken, folder, bench.objects), np.int8)
    except host.HostError as error:
        return Outcome(Kind.FAILED, RUNS, one_line(str(error)))
    received = model_outputs(program.ends, answers.reshape(count, -1)).tobytes()
    if received == expected:
        return Outcome(Kind.EXACT, RUNS)
    return Outcome(Kind.WRONG, RUNS, _difference(expected, received, count))


def _difference(expected: bytes, received: bytes, samples: int) -> str:
    if len(expected) != len(received):
        return f"{len(received)} bytes, {len(expected)} of TFLM"
    wanted, found = (np.frombuffer(raw, np.int8).reshape(samples, -1) for raw in (expected, received))
    return f"{int((wanted != found).any(axis=1).sum())} of {samples} samples differ"


def _bug(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return one_line(f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})")


def _tflm(path: Path) -> str:
    """Whether TFLM runs the file as it is, or why not."""
    done = subprocess.run([sys.executable, str(TFLM), str(path)], capture_output=True)
    if done.returncode == 0:
        return RUNS
    if done.returncode < 0:
        return f"crashes (signal {-done.returncode})"
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    return one_line(next((line for line in lines if line.strip()), "no reason given"), 160)


def is_float(model: bytes) -> bool:
    """Whether ops take or write float32, and none but QUANTIZE writes integers; False for what is no
    flatbuffer."""
    try:
        read, written = _types(model)
    except Exception:  # noqa: BLE001 - the generated reader raises anything on damaged bytes
        return False
    return _FLOAT32 in read | written and not written & _INTEGERS


def _types(model: bytes) -> tuple[set[int], set[int]]:
    """The types (enum TensorType) that ops of the main graph take and write, but for QUANTIZE."""
    import tflite

    root = tflite.Model.GetRootAs(model, 0)
    graph, read, written = root.Subgraphs(0), set[int](), set[int]()
    for op in (graph.Operators(i) for i in range(graph.OperatorsLength())):
        code = root.OperatorCodes(op.OpcodeIndex())
        if max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) != _QUANTIZE:
            operands = (op.Inputs(i) for i in range(op.InputsLength()))
            read |= {graph.Tensors(i).Type() for i in operands if i >= 0}
            written |= {graph.Tensors(op.Outputs(i)).Type() for i in range(op.OutputsLength())}
    return read, written
