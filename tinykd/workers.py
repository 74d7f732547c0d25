"""Threads that work beside each other and can be stopped: Ctrl-C reaches the main thread only.

Whoever waits in such a thread (on a port, on a process, on another thread) asks ``check`` now and then, or
has itself called when it is stopped; what runs on without asking is waited for.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, ParamSpec, TypeVar

LOOK_S = 0.1  # between two looks at whether this thread was stopped
P = ParamSpec("P")
T = TypeVar("T")


class _Stop:
    """Set once; then all that asked to be called is called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Callable[[], None]] = []
        self.is_set = False

    def set(self) -> None:
        with self._lock:
            self.is_set, calls, self._calls = True, self._calls, []
        for call in calls:
            call()

    def add(self, call: Callable[[], None]) -> None:
        with self._lock:
            if not self.is_set:
                self._calls.append(call)
                return
        call()

    def remove(self, call: Callable[[], None]) -> None:
        with self._lock:
            self._calls = [other for other in self._calls if other is not call]


_STOPS: ContextVar[tuple[_Stop, ...]] = ContextVar("stops", default=())  # this thread's, and its parents'


def check() -> None:
    """Raises ``KeyboardInterrupt`` in a thread that was stopped."""
    if any(stop.is_set for stop in _STOPS.get()):
        raise KeyboardInterrupt


def rest(seconds: float) -> None:
    """Wait for a short while."""
    check()
    time.sleep(seconds)


@contextmanager
def called_when_stopped(call: Callable[[], None]) -> Iterator[None]:
    """``call`` is called, from another thread, if this one is stopped within the context."""
    stops = _STOPS.get()
    for stop in stops:
        stop.add(call)
    try:
        yield
    finally:
        for stop in stops:
            stop.remove(call)


class Workers:
    """Threads of one context."""

    def __init__(self, pool: ThreadPoolExecutor, stop: _Stop) -> None:
        self._pool, self._stop = pool, stop
        self._futures: list[Future[Any]] = []

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """``function`` in a thread of its own."""
        context = copy_context()
        context.run(_STOPS.set, (*_STOPS.get(), self._stop))
        future = self._pool.submit(lambda: context.run(function, *args, **kwargs))
        self._futures.append(future)
        return future

    def notes(self) -> list[str]:
        """What threads that were stopped say of what is kept."""
        ended = [f.exception() for f in self._futures if f.done() and not f.cancelled()]
        return [note for error in ended for note in getattr(error, "__notes__", ())]


def result_of(future: Future[T]) -> T:
    """What ``future`` gives, or raises; waiting ends when this thread is stopped."""
    while True:
        try:
            return future.result(LOOK_S)
        except NotYetError:
            if future.done():  # it is its own error
                return future.result()
            check()


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """At most ``count`` threads at a time. An error inside stops all, and is raised when they have ended."""
    stop = _Stop()
    with ThreadPoolExecutor(max(1, count)) as pool:
        found = Workers(pool, stop)
        try:
            yield found
        except BaseException as error:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            if isinstance(error, KeyboardInterrupt):
                for note in dict.fromkeys(found.notes()):
                    error.add_note(note)
            raise
