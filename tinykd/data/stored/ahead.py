"""Blocks made by parallel workers, and given in order: the next ones are made while one is used.

Workers are threads: NumPy lets go of the interpreter while it copies and computes. ``tf.data`` would run
functions of Python one after another, and without reading ahead, where TensorFlow is deterministic (its
rewrite ``make_deterministic``), which it is here.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

WORKERS = 2
_AHEAD = 1  # blocks beyond those that are being made

Item = TypeVar("Item")
Made = TypeVar("Made")


def in_order(make: Callable[[Item], Made], items: Iterable[Item], workers: int = WORKERS) -> Iterator[Made]:
    """``make(item)`` of each of ``items``, in their order, whoever is ready first."""
    waiting: deque[Future[Made]] = deque()
    left = iter(items)
    with ThreadPoolExecutor(workers, thread_name_prefix="tinykd-rows") as pool:
        try:
            waiting.extend(pool.submit(make, item) for item in islice(left, workers + _AHEAD))
            while waiting:
                done = waiting.popleft().result()
                waiting.extend(pool.submit(make, item) for item in islice(left, 1))
                yield done
        finally:
            for each in waiting:
                each.cancel()
