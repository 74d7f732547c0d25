"""The host board: the firmware as a process, which prints the path of its pseudo-terminal."""

import contextlib
import os
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tinykd.children import child
from tinykd.errors import ToolError

START_TIMEOUT_S = 10.0


@contextlib.contextmanager
def running(elf: Path) -> Iterator[str]:
    """The pseudo-terminal of ``elf``, which runs while the context lasts."""
    with _started(elf) as process:
        yield _read_port(process, elf)


@contextlib.contextmanager
def _started(elf: Path) -> Iterator[subprocess.Popen[bytes]]:
    with contextlib.ExitStack() as stack:
        try:
            command = [str(elf.resolve())]
            process = stack.enter_context(
                child(command, gently=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            )
        except OSError as error:
            raise ToolError(elf, f"does not start ({error.strerror})", fix="Type `tinykd build`") from None
        yield process


def _read_port(process: subprocess.Popen[bytes], elf: Path) -> str:
    """The path in the line ``port /dev/pts/7``."""
    assert process.stdout is not None
    line, deadline = b"", time.monotonic() + START_TIMEOUT_S
    while b"\n" not in line:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        more = os.read(process.stdout.fileno(), 256) if ready else b""
        if not more:
            break
        line += more
    first = line.split(b"\n", 1)[0]  # TFLM may have printed more by then
    word, _, path = first.decode(errors="replace").strip().partition(" ")
    if word != "port" or not path:
        raise ToolError(elf, f"said {line!r} when it started", "the path of its pseudo-terminal")
    return path
