"""The training process: reads jobs from standard input, runs them, tells its parent on standard output.

TensorFlow's own prints go to the log file that the parent gave as standard error. When the parent dies, even
by kill -9, standard input ends and this process ends with it.
"""

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TextIO

from tinykd.engine.failures import as_user_errors
from tinykd.engine.worker_messages import (
    Advanced,
    Broken,
    Done,
    JobMessage,
    Message,
    Noted,
    Refused,
    TaskClosed,
    TaskOpened,
)
from tinykd.errors import UserError
from tinykd.progress import Task
from tinykd.training.checkpoint import kept_in


class _Channel:
    """The way to the parent."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        with self._lock:
            self._stream.write(message.model_dump_json() + "\n")
            self._stream.flush()


class _RemoteTask:
    def __init__(self, channel: _Channel, number: int) -> None:
        self._channel, self._number = channel, number

    def advance(self, steps: int = 1, metric: str = "") -> None:
        self._channel.send(Advanced(task=self._number, steps=steps, metric=metric))


class _RemoteProgress:
    """A ``Progress`` whose bars are drawn by the parent."""

    def __init__(self, channel: _Channel) -> None:
        self._channel, self._tasks = channel, 0

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        self._tasks += 1
        number = self._tasks
        self._channel.send(TaskOpened(task=number, label=label, total=total))
        try:
            yield _RemoteTask(self._channel, number)
        finally:
            self._channel.send(TaskClosed(task=number))

    def note(self, text: str) -> None:
        self._channel.send(Noted(text=text))


def main() -> None:
    """Serve jobs until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair; it ends us
    channel = _Channel(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(lines,), daemon=True).start()
    while True:
        channel.send(_run(JobMessage.model_validate_json(lines.get()), _RemoteProgress(channel)))


def _read_lines(lines: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)  # the parent is done with us, or dead


def _run(message: JobMessage, progress: _RemoteProgress) -> Message:
    module, _, name = message.function.partition(":")
    try:
        with as_user_errors(message.out), kept_in(message.resume):
            getattr(import_module(module), name)(message.job(), progress)
    except UserError as error:
        return Refused.of(error)
    except Exception:  # noqa: BLE001 - the parent raises it again
        return Broken(traceback=traceback.format_exc())
    return Done()


if __name__ == "__main__":
    main()
