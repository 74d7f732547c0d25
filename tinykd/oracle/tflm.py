"""TFLM as the oracle: its interpreter runs in a subprocess (worker.py), so that a crash is only an error.

The interpreter is TensorFlow Lite Micro's C++ with its reference kernels, from the package ``tflite_micro``.
Samples and results pass through files, whole batches at a time.
"""

import importlib.util
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.children import child, counting, follow, signal_name
from tinykd.errors import ModelError, ToolError, one_line
from tinykd.graph.shapes.pin import pinned
from tinykd.scratch import scratch

Advance = Callable[[int], None]
WORKER = Path(__file__).with_name("worker.py")
CANNOT_IMPORT = 3  # exit code of the worker


Traces = dict[tuple[int, int], NDArray[Any]]  # (sample, tensor) -> what was written


@dataclass(frozen=True)
class OracleTensor:
    """A tensor that an operator wrote. ``name``: that of the tensor in the flatbuffer."""

    name: str
    operator: int  # index in the flatbuffer's execution order
    data: NDArray[np.generic]


def oracle_name() -> str:
    """The oracle and its version, for reports."""
    try:
        return f"TFLM (tflite_micro {metadata.version('tflite_micro')})"
    except metadata.PackageNotFoundError:
        return "TFLM (tflite_micro)"


def how_to_install() -> str:
    """The command that installs the oracle, or the machines that have one."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return "pip install tinykd"
    where = "It is made for Linux on x86-64: run tinykd there, in WSL or in a container"
    return f"{where}; what `tinykd bundle` makes there can be verified here"


def is_installed() -> bool:
    """Whether the oracle can run here; there is no package for a Raspberry Pi."""
    return importlib.util.find_spec("tflite_micro") is not None


def run_tflm(
    model: bytes, inputs: NDArray[np.int8], timeout_s: float = 120.0, advance: Advance | None = None
) -> NDArray[np.int8]:
    """All outputs of each sample: (n, *input shape) int8 to (n, *output shape) int8, (n, bytes) if several.

    Every sample starts from the model's initial state. ``timeout_s`` counts from the last report of progress;
    ``advance`` is called with the number of samples since its last call.
    """
    with scratch("tinykd-oracle-") as folder:
        _work(folder, "outputs", _Task(pinned(model), inputs, timeout_s, advance))
        return np.asarray(np.load(folder / "outputs.npy"), np.int8)


def run_tflm_tensors(
    model: bytes, sample: NDArray[np.int8], timeout_s: float = 120.0
) -> tuple[OracleTensor, ...]:
    """Every tensor that an operator writes, in execution order, for one ``sample`` (*input shape)."""
    with scratch("tinykd-oracle-") as folder:
        _work(folder, "tensors", _Task(pinned(model), sample[np.newaxis], timeout_s))
        with np.load(folder / "tensors.npz") as found:
            names, operators = found["names"], found["operators"]
            return tuple(
                OracleTensor(str(name), int(operator), found[f"tensor{i}"])
                for i, (name, operator) in enumerate(zip(names, operators, strict=True))
            )


def run_tflm_traces(model: bytes, inputs: NDArray[np.int8], timeout_s: float = 120.0) -> Traces:
    """What operators write for each of ``inputs`` (n, bytes of all inputs), with the file's shapes."""
    with scratch("tinykd-oracle-") as folder:
        _work(folder, "traces", _Task(model, inputs, timeout_s))
        return read_traces(folder)


def read_traces(folder: Path) -> Traces:
    """The content of a worker's traces.npz."""
    with np.load(folder / "traces.npz") as found:
        numbers = ((name, [int(part) for part in name.split("_")]) for name in found.files)
        return {(sample, tensor): found[name] for name, (sample, tensor) in numbers}


@dataclass(frozen=True)
class OracleArena:
    """Bytes that TFLM's recording allocator took on this host."""

    total_bytes: int
    head_bytes: int  # of them for tensors and scratch, which share memory; the rest stays for good


def tflm_arena(model: bytes, timeout_s: float = 60.0) -> OracleArena:
    """The arena that TFLM allocates on this host; with pointers of 8 bytes it is larger than a board's."""
    with scratch("tinykd-oracle-") as folder:
        log = _work(folder, "arena", _Task(pinned(model), np.zeros((0, 1), np.int8), timeout_s))
    found = dict(re.findall(r"Arena allocation (total|head) (\d+) bytes", log))
    if len(found) < 2:
        raise ModelError("model.tflite", "TFLM does not say how much arena it allocates")
    return OracleArena(int(found["total"]), int(found["head"]))


def tflm_arena_bytes(model: bytes, timeout_s: float = 60.0) -> int:
    """Total bytes of ``tflm_arena``."""
    return tflm_arena(model, timeout_s).total_bytes


@dataclass(frozen=True)
class _Task:
    """What the worker shall run. ``timeout_s`` counts from its last report of progress."""

    model: bytes
    inputs: NDArray[np.int8]
    timeout_s: float
    advance: Advance | None = None


def _work(folder: Path, what: str, task: _Task) -> str:
    """Run the worker on ``folder``; return its stderr."""
    (folder / "model.tflite").write_bytes(task.model)
    np.save(folder / "inputs.npy", np.ascontiguousarray(task.inputs, np.int8))
    command = [sys.executable, "-P", str(WORKER), what, str(folder)]
    log = folder / "stderr"
    with (
        log.open("wb") as stderr,
        child(command, stdout=subprocess.PIPE, stderr=stderr, encoding="ascii", errors="replace") as process,
    ):
        if not follow(process, task.timeout_s, counting(task.advance or (lambda _: None))):
            raise ModelError("model.tflite", f"TFLM does not end within {task.timeout_s:g} s")
    text = log.read_text("utf-8", "replace")
    if process.returncode != 0:
        raise _failure(process.returncode, text)
    return text


def _failure(code: int, log: str) -> ModelError | ToolError:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    if code == CANNOT_IMPORT:
        return ToolError(
            "tflite_micro", one_line(lines[-1] if lines else "cannot be imported"), fix=how_to_install()
        )
    if code < 0:
        return ModelError("model.tflite", f"TFLM crashed on it ({signal_name(code)})", "a valid int8 model")
    return ModelError("model.tflite", f"TFLM refuses it ({_reason(lines)})", "a model that TFLM runs")


def _reason(lines: list[str]) -> str:
    """TFLM's first line, else the exception's; the lines of a traceback are left out."""
    start = next((i for i, line in enumerate(lines) if line.startswith("Traceback")), len(lines))
    if start > 0:
        return one_line(lines[0], 160)
    return one_line(lines[-1], 160) if lines else "no reason given"
