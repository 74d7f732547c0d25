"""The suite under settings that change how sums are rounded, the order of the tests, and the load.

    python -m tests.settings                         every setting once
    python -m tests.settings --times 3 --only order  one setting, three times
    python -m tests.settings --whole                 all tests in each, whatever they might hang on
    python -m tests.settings tests/training          arguments that are no options of its own go to pytest

What is covered: under other threads, processors and libraries the tests that train, or judge what was trained
(marker ``sums``); beside a busy core those that talk to boards, emulators and command lines (``processes``);
in another order all tests, and all as in ``make test``. ``tests/hangs_on.py`` finds the markers in the files.
Of the rest no sum of floats and no clock decides; ``--whole`` is the proof of that, and takes hours.

A line for each run; exit code 1 if any was red. What is not said stays as in `make test`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

FIXED_ORDER = ("-p", "no:randomly")


@dataclass(frozen=True)
class Setting:
    """Environment variables and options of pytest; ``busy`` counts processes that only spin.

    ``marker``: of the tests that this could turn red; empty: all.
    """

    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = FIXED_ORDER
    busy: int = 0
    marker: str = ""


def _sums(**environment: str) -> Setting:
    """Another way to round."""
    return Setting(environment, marker="sums")


def _threads(count: int) -> dict[str, str]:
    return dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(count))


SETTINGS = {
    "default": Setting(),
    "one-thread": _sums(**_threads(1), OPENBLAS_CORETYPE="Sandybridge"),
    "four-threads": _sums(**_threads(4), OPENBLAS_CORETYPE="Zen"),
    "onednn": _sums(TF_ENABLE_ONEDNN_OPTS="1"),
    "old-processor": _sums(
        OPENBLAS_CORETYPE="Prescott", TF_ENABLE_ONEDNN_OPTS="1", ONEDNN_MAX_CPU_ISA="SSE41"
    ),
    "order": Setting(options=("-p", "randomly")),
    "busy": Setting(busy=1, marker="processes"),
}


def main(arguments: list[str]) -> int:
    """Run what was asked for; 1 if a run was red."""
    parser = argparse.ArgumentParser(prog="python -m tests.settings", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=sorted(SETTINGS), action="append", help="this one (repeatable)")
    parser.add_argument("--times", type=int, default=1, help="runs of each setting")
    parser.add_argument("--workers", type=int, default=2, help="processes of pytest")
    parser.add_argument("--whole", action="store_true", help="all tests, also those that cannot hang on it")
    options, rest = parser.parse_known_args(arguments)
    chosen = options.only or list(SETTINGS)
    runs = [(name, i) for i in range(options.times) for name in chosen]
    plan = Plan(options.workers, options.whole, tuple(rest))
    green = [_run(name, f"{name} {i + 1}/{options.times}", plan) for name, i in runs]
    return 0 if all(green) else 1


@dataclass(frozen=True)
class Plan:
    """What is the same for all settings."""

    workers: int
    whole: bool
    rest: tuple[str, ...]  # for pytest


def _run(name: str, title: str, plan: Plan) -> bool:
    setting, start = SETTINGS[name], time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        str(plan.workers),
        "--dist",
        "loadgroup",
        "--no-loadscope-reorder",
        *setting.options,
        *([] if plan.whole or not setting.marker else ["-m", setting.marker]),
        *plan.rest,
    ]
    with _spinning(setting.busy):
        done = subprocess.run(
            command, env={**os.environ, **setting.environment}, capture_output=True, text=True, check=False
        )
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()[-200:]]
    print(f"{title:20} {time.monotonic() - start:6.0f} s  {last[0].strip('= ')}", flush=True)
    for line in done.stdout.splitlines():
        if line.startswith(("FAILED", "ERROR", "Using --randomly-seed")):
            print(f"    {line}", flush=True)
    return done.returncode == 0


@contextmanager
def _spinning(processes: int) -> Iterator[None]:
    """Keep as many cores busy as ``processes`` says."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
