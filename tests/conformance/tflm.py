"""Many small models on TensorFlow Lite Micro in one subprocess that lives on between calls.

``tinykd.oracle`` runs one model for a user; tests run thousands, so this keeps one worker alive, and gives
every output of every dtype. A model that kills the worker fails alone: the next call starts another.

    outputs = Tflm().run(model, [[x0, x1], [x0, x1]])       # [sample][output] -> array
"""

import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

ARENA_BYTES = 4 << 20
Sample = Sequence[NDArray[Any]]


class TflmError(Exception):
    """TensorFlow Lite Micro refused the model, or died of it. The text is what it wrote."""


class Tflm:
    """A worker process; samples of one call run in order on one interpreter, so variables carry over."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, model: bytes, samples: Sequence[Sample]) -> list[list[NDArray[Any]]]:
        process = self._process or self._start()
        assert process.stdin and process.stdout
        try:
            _send(process.stdin, (model, [list(s) for s in samples]))
            answer = _receive(process.stdout)
        except (BrokenPipeError, EOFError):
            code = process.wait()
            self.close()
            raise TflmError(f"the interpreter process ended with code {code}") from None
        if isinstance(answer, str):
            raise TflmError(answer)
        outputs: list[list[NDArray[Any]]] = answer
        return outputs

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.conformance.tflm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process


def _send(pipe: IO[bytes], value: Any) -> None:
    raw = pickle.dumps(value)
    pipe.write(struct.pack("<I", len(raw)) + raw)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(4)
    if len(head) < 4:
        raise EOFError
    raw = pipe.read(struct.unpack("<I", head)[0])
    return pickle.loads(raw)


def _evaluate(model: bytes, samples: list[list[NDArray[Any]]], outputs: int) -> list[list[NDArray[Any]]]:
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES + 16 * len(model))
    results = []
    for sample in samples:
        for i, x in enumerate(sample):
            interpreter.set_input(x, i)
        interpreter.invoke()
        results.append([np.array(interpreter.get_output(i)) for i in range(outputs)])
    return results


def _serve() -> None:
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

    pipe_in, pipe_out = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            model, samples = _receive(pipe_in)
        except EOFError:
            return
        count = schema.Model.GetRootAsModel(model, 0).Subgraphs(0).OutputsLength()
        try:
            answer: Any = _evaluate(model, samples, count)
        except (RuntimeError, ValueError, IndexError) as error:
            answer = f"{type(error).__name__}: {error}"
        _send(pipe_out, answer)


if __name__ == "__main__":
    _serve()
