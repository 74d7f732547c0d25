"""What a run costs, stage by stage: seconds, and the most memory that all of its processes have together.

A child runs the project and says which stage it is in; its parent looks at the resident memory of the
child and of all below it (psutil). Pages of files, TensorFlow's 430 MB of code among them, are shared: they
count once, as those of the process that has most of them. A peak between two looks is missed.
"""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import psutil

LOOK_S = 0.05
_MB = 1 << 20


@dataclass
class Cost:
    """Of a stage; ``peak_mb``: of all processes together, ``largest_mb``: of one of them."""

    stage: str
    seconds: float = 0.0
    peak_mb: int = 0
    largest_mb: int = 0

    def look(self, resident: Sequence[tuple[int, int]]) -> None:
        """``resident``: bytes of each process, and how many of them are of files."""
        own = sum(whole - of_files for whole, of_files in resident)
        shared = max((of_files for _, of_files in resident), default=0)
        self.peak_mb = max(self.peak_mb, (own + shared) // _MB)
        self.largest_mb = max(self.largest_mb, max((whole for whole, _ in resident), default=0) // _MB)


@dataclass
class Watch:
    """The costs so far; ``current`` is the stage that runs."""

    current: Cost = field(default_factory=lambda: Cost("start"))
    done: list[Cost] = field(default_factory=list)
    _begun: float = field(default_factory=monotonic)

    def next(self, stage: str) -> None:
        """``stage`` begins."""
        now = monotonic()
        self.current.seconds = round(now - self._begun, 2)
        self.done.append(self.current)
        self.current, self._begun = Cost(stage), now


def costs(command: Sequence[str]) -> list[Cost]:
    """Of each stage that ``command`` says on its standard output, a line ``stage NAME`` where one begins."""
    watch, ended = Watch(), threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        looking = threading.Thread(target=_look, args=(psutil.Process(child.pid), watch, ended))
        looking.start()
        try:
            for line in child.stdout or ():
                word, _, rest = line.rstrip().partition(" ")
                if word == "stage":
                    watch.next(rest)
        finally:
            ended.set()
            looking.join()
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with code {child.returncode}")
    watch.next("end")
    return watch.done


def run_costs(project: Path, *more: str) -> list[Cost]:
    """Of each stage of a whole run of ``project``."""
    return costs([sys.executable, "-m", "benchmarks.scale.child", str(project), *more])


def _look(process: psutil.Process, watch: Watch, ended: threading.Event) -> None:
    while not ended.wait(LOOK_S):
        watch.current.look(_resident(process))


def _resident(process: psutil.Process) -> list[tuple[int, int]]:
    found = []
    try:
        for each in (process, *process.children(recursive=True)):
            memory = each.memory_info()
            found.append((int(memory.rss), int(getattr(memory, "shared", 0))))
    except psutil.NoSuchProcess:
        pass
    return found
