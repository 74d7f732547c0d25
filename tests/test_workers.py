"""Threads that can be stopped, and children that end with the thread that started them."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tinykd import workers
from tinykd.children import child
from tinykd.errors import LinkError
from tinykd.link.transport import SerialTransport
from tinykd.workers import result_of

LONG_S = 600.0  # nothing waits for so long


def asking() -> None:
    while True:
        workers.rest(0.01)


def test_an_error_stops_the_others() -> None:
    begun = threading.Event()

    def waits_long() -> None:
        begun.set()
        asking()

    with pytest.raises(LinkError), workers.workers(2) as pool:
        waits = pool.submit(waits_long)
        assert begun.wait(LONG_S)
        raise LinkError("a", "b")
    assert isinstance(waits.exception(), KeyboardInterrupt)


def test_what_has_not_begun_does_not_begin() -> None:
    begun = threading.Event()
    with pytest.raises(LinkError), workers.workers(1) as pool:
        pool.submit(asking)
        later = pool.submit(begun.set)
        raise LinkError("a", "b")
    assert later.cancelled() and not begun.is_set()


def test_threads_of_threads_are_stopped() -> None:
    def outer() -> None:
        with workers.workers(1) as pool:
            result_of(pool.submit(asking))

    with pytest.raises(KeyboardInterrupt), workers.workers(1) as pool:
        pool.submit(outer)
        raise KeyboardInterrupt


def test_notes_of_stopped_threads_are_kept() -> None:
    begun = threading.Barrier(3)

    def works(name: str) -> None:
        try:
            begun.wait(LONG_S)
            asking()
        except KeyboardInterrupt as stopped:
            stopped.add_note(f"{name} is kept")
            raise

    with pytest.raises(KeyboardInterrupt) as stopped, workers.workers(2) as pool:
        pool.submit(works, "one")
        pool.submit(works, "two")
        begun.wait(LONG_S)
        raise KeyboardInterrupt
    assert stopped.value.__notes__ == ["one is kept", "two is kept"]


def test_results_and_errors_come_as_they_are() -> None:
    def fails() -> None:
        raise TimeoutError("its own")

    with workers.workers(2) as pool:
        assert result_of(pool.submit(lambda: 7)) == 7
        with pytest.raises(TimeoutError, match="its own"):
            result_of(pool.submit(fails))
    workers.check()  # the main thread is never stopped


def test_a_child_ends_when_its_thread_is_stopped() -> None:
    """Whatever it ignores, and what it started too."""
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); print('up', flush=True);"
        "time.sleep(600)"
    )
    started: list[subprocess.Popen[bytes]] = []
    up = threading.Event()

    def works() -> None:
        with child([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
            started.append(process)
            assert process.stdout and process.stdout.readline()
            up.set()
            process.stdout.read()  # until both have ended
            workers.check()

    with pytest.raises(KeyboardInterrupt), workers.workers(1) as pool:
        pool.submit(works)
        assert up.wait(LONG_S)
        raise KeyboardInterrupt
    assert started[0].returncode == -signal.SIGKILL


def test_a_port_that_is_waited_for_ends_with_its_thread() -> None:
    master, slave = os.openpty()
    with SerialTransport.open(os.ttyname(slave)) as transport:
        with pytest.raises(KeyboardInterrupt), workers.workers(2) as pool:
            reads = pool.submit(transport.read, LONG_S)
            time.sleep(0.2)
            raise KeyboardInterrupt
        assert isinstance(reads.exception(), KeyboardInterrupt)
    os.close(slave)
    os.close(master)
