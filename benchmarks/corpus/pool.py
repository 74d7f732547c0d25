"""A process for each file, so that a crash, a hang or a model that takes all memory ends that one alone.

They are forked by a server that has imported the compiler and has no thread: what a fork of this process
would inherit (locks that a thread of TensorFlow's holds, the address space that it takes) could hang them.
"""

import contextlib
import multiprocessing
import os
import pkgutil
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from benchmarks.corpus.files import File
from benchmarks.corpus.judge import Bench, judge
from benchmarks.corpus.outcome import Kind, Outcome
from tinykd import compiler

Judge = Callable[[Path, Bench], Outcome]
_FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Limits:
    """Of one file, with all that it starts."""

    seconds: float = 120.0
    memory_bytes: int = 4 << 30  # address space of each process
    processes: int = os.cpu_count() or 1


@dataclass(frozen=True)
class _Running:
    file: File
    process: Any
    answer: Connection
    until: float  # time.monotonic()


def judged(
    files: Sequence[File], bench: Bench, limits: Limits, by: Judge = judge
) -> Iterator[tuple[File, Outcome]]:
    """Each file with its outcome, in the order in which they end."""
    _FORKS.set_forkserver_preload([judge.__module__, *_modules()])
    waiting, running = list(reversed(files)), list[_Running]()
    try:
        while waiting or running:
            while waiting and len(running) < limits.processes:
                running.append(_start(waiting.pop(), bench, limits, by))
            wait([r.answer for r in running], max(0.0, min(r.until for r in running) - time.monotonic()))
            for each in [r for r in running if r.answer.poll() or time.monotonic() > r.until]:
                running.remove(each)
                yield each.file, _end(each, limits)
    finally:
        for each in running:
            _kill(each.process)


def _modules() -> list[str]:
    """What a process would import anew, and count as the compiler's time."""
    return [module.name for module in pkgutil.walk_packages(compiler.__path__, f"{compiler.__name__}.")]


def _start(file: File, bench: Bench, limits: Limits, by: Judge) -> _Running:
    here, there = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_work, args=(file.path, bench, limits, by, there))
    process.start()
    there.close()
    return _Running(file, process, here, time.monotonic() + limits.seconds)


def _work(path: Path, bench: Bench, limits: Limits, by: Judge, answer: Connection) -> None:
    """In a session of its own, so that what it starts can be ended with it."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        outcome = by(path, bench)
    except MemoryError:
        outcome = Outcome(Kind.FAILED, "", f"needs more than {limits.memory_bytes >> 20} MiB")
    answer.send(outcome)


def _end(each: _Running, limits: Limits) -> Outcome:
    """The answer; without one it took too long, or died."""
    try:
        if each.answer.poll():
            outcome: Outcome = each.answer.recv()
            each.process.join()
            return outcome
    except EOFError:
        each.process.join()
        return Outcome(Kind.FAILED, "not asked", f"the process ended with code {each.process.exitcode}")
    finally:
        _kill(each.process)
        each.answer.close()
    return Outcome(Kind.FAILED, "not asked", f"does not end within {limits.seconds:g} s")


def _kill(process: Any) -> None:
    """With all that it started; one that is no leader of a session yet has started nothing."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
