"""LiteRT's reference kernels on the host, if they are installed: a second opinion beside TFLM's.

TFLM takes from the file what LiteRT infers (shapes above all), so the two can differ by more than rounding,
and the model's author has seen LiteRT's answers. It runs in a process of its own (litert_worker.py).
"""

import importlib.util
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.children import child
from tinykd.errors import ModelError, one_line
from tinykd.oracle.tflm import Traces, read_traces
from tinykd.scratch import scratch

WORKER = Path(__file__).with_name("litert_worker.py")
_PACKAGES = (("ai_edge_litert", "ai-edge-litert"), ("tensorflow", "tensorflow"))  # module, distribution


def litert_name() -> str | None:
    """The installed LiteRT and its version, for messages; None if there is none."""
    for module, distribution in _PACKAGES:
        if importlib.util.find_spec(module) is not None:
            try:
                return f"LiteRT ({distribution} {metadata.version(distribution)})"
            except metadata.PackageNotFoundError:
                return f"LiteRT ({distribution})"
    return None


def run_litert_traces(
    model: bytes, inputs: NDArray[np.int8], tensors: list[int], timeout_s: float = 180.0
) -> Traces:
    """The values of ``tensors`` after each of ``inputs`` (n, bytes of all inputs)."""
    with scratch("tinykd-litert-") as folder:
        (folder / "model.tflite").write_bytes(model)
        np.save(folder / "inputs.npy", np.ascontiguousarray(inputs, np.int8))
        np.save(folder / "wanted.npy", np.array(tensors, np.int64))
        command = [sys.executable, "-P", str(WORKER), str(folder)]
        try:
            with child(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                stderr = process.communicate(timeout=timeout_s)[1]
        except subprocess.TimeoutExpired as error:
            raise ModelError("model.tflite", f"LiteRT does not end within {timeout_s:g} s") from error
        if process.returncode != 0:
            lines = stderr.decode("utf-8", "replace").strip().splitlines()
            why = one_line(lines[-1] if lines else f"exit code {process.returncode}", 160)
            raise ModelError("model.tflite", f"LiteRT does not run it ({why})", "a model that LiteRT runs")
        return read_traces(folder)
