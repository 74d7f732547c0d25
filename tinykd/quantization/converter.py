"""TensorFlow's converter in a process of its own (worker.py): where it crashes, that is an error in one line.

The process stays for the next model, since it takes seconds to load TensorFlow; it ends with this one, with
Ctrl-C, with a crash, or when nobody has asked it for a minute.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from tinykd.children import child, counting, kill, signal_name
from tinykd.errors import ModelError, ToolError, one_line
from tinykd.workers import called_when_stopped, check

WORKER = Path(__file__).with_name("worker.py")
SILENCE_S = 600.0  # it is silent while it loads TensorFlow, and before it calibrates
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}

Advance = Callable[[int], None]
Process: TypeAlias = "subprocess.Popen[str]"


def ignored(_steps: int) -> None:
    """An ``Advance`` of who does not watch."""


def convert(folder: Path, where: str, advance: Advance) -> bytes:
    """``model.tflite`` of the SavedModel and the samples in ``folder`` (see worker.py).

    ``advance`` is called with how many samples were calibrated on since it was last called. Raises a
    ``ModelError`` at ``where``.
    """
    _converter().convert(folder, where, counting(advance))
    refused = folder / "error.txt"
    if refused.exists():
        raise failed(where, one_line(refused.read_text("utf-8"), 200))
    return (folder / "model.tflite").read_bytes()


class Converter:
    """One process at a time, and one model at a time."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._kept = ExitStack()
        self._process: Process | None = None

    def convert(self, folder: Path, where: str, watch: Callable[[str], None]) -> None:
        """Until the process has answered. An idle one may end just as it is asked: then another is."""
        with self._one:
            code = self._answered(folder, watch)
            if code == 0:
                code = self._answered(folder, watch)
            if code is not None:
                ended = signal_name(code) if code < 0 else f"exit code {code}"
                raise failed(where, f"TensorFlow's converter crashed on it: {ended}")

    def _answered(self, folder: Path, watch: Callable[[str], None]) -> int | None:
        """The exit code of a process that ended instead."""
        process = self._asked(folder)
        try:
            with called_when_stopped(lambda: kill(process)):
                return _follow(process, watch)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process, if there is one."""
        self._process = None
        self._kept.close()

    def _asked(self, folder: Path) -> "Process":
        """The process, which was told of ``folder``; another one if the last has ended."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._kept.enter_context(_started())
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # its end is noticed by who reads
            self._process.stdin.write(f"{folder}\n")
            self._process.stdin.flush()
        return self._process


def _follow(process: "Process", watch: Callable[[str], None]) -> int | None:
    """Until ``process`` has answered; its exit code if it ended."""
    assert process.stdout
    late, line = threading.Event(), "-"
    while line and line != "end\n":
        timer = threading.Timer(SILENCE_S, _end, (process, late))
        timer.start()
        try:
            line = process.stdout.readline()
        finally:
            timer.cancel()
        watch(line)
    check()
    if late.is_set():
        raise ToolError("TensorFlow's converter", f"says nothing for {SILENCE_S:g} s")
    return None if line else process.wait()


@lru_cache(maxsize=1)
def _converter() -> Converter:
    """That of this process."""
    found = Converter()
    atexit.register(found.close)
    return found


def _started() -> AbstractContextManager["Process"]:
    command, pipe = [sys.executable, "-P", str(WORKER)], subprocess.PIPE
    environment = {**os.environ, **ENVIRONMENT}
    return child(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, encoding="utf-8", env=environment
    )


def _end(process: "Process", late: threading.Event) -> None:
    late.set()
    kill(process)


def failed(where: str, why: str) -> ModelError:
    """Of the model that is converted."""
    return ModelError(where, f"cannot be converted ({why})")
