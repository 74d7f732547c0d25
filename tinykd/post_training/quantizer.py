"""The quantizer in a process of its own (worker.py), so that a crash of it or of LiteRT is only an error."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.children import child, counting, follow, signal_name
from tinykd.errors import ModelError, ToolError, one_line
from tinykd.scratch import scratch

WORKER = Path(__file__).with_name("worker.py")
CANNOT_IMPORT = 3  # exit code of the worker
SILENCE_S = 600.0  # a large model is silent while it is calibrated
INSTALL = 'Type pip install "tinykd[quantize]"'

Advance = Callable[[int], None]


@dataclass(frozen=True)
class QuantizerResult:
    """``int8``: the flatbuffer; ``outputs``: of the float model, (measured samples, *shape) each."""

    int8: bytes
    outputs: tuple[NDArray[Any], ...]


def check_installed() -> None:
    """Raise a ``ToolError`` where the optional package is missing."""
    if importlib.util.find_spec("ai_edge_quantizer") is None:
        raise ToolError("ai-edge-quantizer", "is not installed", "it, to make a float model int8", INSTALL)


def run_quantizer(
    model: bytes, calibration: NDArray[np.float32], measured: NDArray[np.float32], advance: Advance
) -> QuantizerResult:
    """``model`` in int8, its ranges measured on ``calibration`` (n, *shape of the input).

    ``advance`` is called with how many of ``measured`` were answered since it was last called.
    """
    check_installed()
    with scratch("tinykd-quantize-") as folder:
        (folder / "float.tflite").write_bytes(model)
        np.save(folder / "calibration.npy", calibration)
        np.save(folder / "measured.npy", measured)
        _work(folder, advance)
        with np.load(folder / "outputs.npz") as found:
            outputs = tuple(found[f"y{i}"] for i in range(len(found.files)))
        return QuantizerResult((folder / "int8.tflite").read_bytes(), outputs)


def _work(folder: Path, advance: Advance) -> None:
    command, said = [sys.executable, "-P", str(WORKER), str(folder)], folder / "said"
    with (
        said.open("wb") as stderr,
        child(command, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8", errors="replace") as process,
    ):
        if not follow(process, SILENCE_S, counting(advance)):
            raise ModelError("model", f"the quantizer does not end within {SILENCE_S:g} s")
    if process.returncode != 0:
        raise _failure(process.returncode, said.read_text("utf-8", "replace"))


def _failure(code: int, said: str) -> ModelError | ToolError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = one_line(lines[-1], 160) if lines else "no reason given"
    if code == CANNOT_IMPORT:
        return ToolError("ai-edge-quantizer", f"cannot be imported ({last})", fix=INSTALL)
    if code < 0:
        last = signal_name(code)
    return ModelError("model", f"ai-edge-quantizer cannot quantize it ({last})", "a float model of LiteRT")
