"""An ONNX model as a float flatbuffer, by onnx2tf (``pip install "tinykd[onnx2tf]"``), in its own process.

Images come channels first in ONNX; onnx2tf brings inputs of three and more axes to channels last, unless it
is told that they are so already. https://github.com/PINTO0309/onnx2tf
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from tinykd.errors import ModelError, ToolError, one_line

_PACKAGES = ("onnx2tf", "onnx_graphsurgeon", "sng4onnx")
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}
_LONGEST_S = 800.0
_MARKS = ("ERROR", "Error:")  # of the line that says why


def onnx_flatbuffer(file: Path, path: Path, channels_last: bool) -> bytes:
    """``file``, a copy of ``path``, with batch 1; ``channels_last``: its input is given so."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        fix = 'Type `pip install "tinykd[onnx2tf]"`'
        raise ToolError(path, f"Python package {missing[0]} is missing", "it, to make a student of ONNX", fix)
    out = file.parent / "onnx2tf"
    kept = ["-kat", _input_name(file)] if channels_last else []
    said = _run(["-i", str(file), "-o", str(out), "-b", "1", "-n", *kept], path)
    made = out / f"{file.stem}_float32.tflite"
    if not made.is_file():
        raise ModelError(path, f"onnx2tf cannot convert it ({_reason(said)})")
    return made.read_bytes()


def _input_name(file: Path) -> str:
    import onnx

    graph = onnx.load_model(str(file), load_external_data=False).graph
    constants = {each.name for each in graph.initializer}
    return next(str(each.name) for each in graph.input if each.name not in constants)


def _run(arguments: list[str], path: Path) -> str:
    """What it said. It is a child of a child, and ends with it: both are one process group."""
    command = [sys.executable, "-m", "onnx2tf", *arguments]
    pipe, environment = subprocess.PIPE, {**os.environ, **_QUIET}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            env=environment,
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(path, f"onnx2tf does not end within {_LONGEST_S:g} s") from None
    return done.stdout.decode("utf-8", "replace")


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = [line for line in lines if any(mark in line for mark in _MARKS)]
    return one_line((named or lines or ["no reason given"])[-1], 200)
