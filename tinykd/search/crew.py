"""Workers of this machine beside each other: started, followed, replaced where one was killed.

They share nothing but the study's database, as workers of other machines do.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.children import child, kill, signal_name
from tinykd.errors import ToolError, UserError
from tinykd.search.order import WorkOrder
from tinykd.search.study import give_up

if TYPE_CHECKING:
    from optuna import Study

LOOK_S = 0.5
_REPLACED = 3  # workers in a row that end badly, before the search is given up
_EXIT_USER = 2
Look = Callable[[], None]  # called every LOOK_S while workers run
Said = Callable[[str], None]


@dataclass
class _Member:
    process: "subprocess.Popen[str]"
    log: Path
    holder: contextlib.ExitStack


@dataclass(frozen=True)
class Crew:
    """``count`` processes on ``order``; ``logs``: the folder of what they say."""

    order: WorkOrder
    count: int
    logs: Path

    def run(self, study: "Study", look: Look, note: Said) -> None:
        """Until all have ended; a ``UserError`` of one ends the others. Killed ones are replaced."""
        bad = 0
        with contextlib.ExitStack() as stack:
            members = [self._start(stack, number) for number in range(self.count)]
            while members:
                time.sleep(LOOK_S)
                look()
                for number, member in enumerate(list(members)):
                    code = member.process.poll()
                    if code is None:
                        continue
                    members.remove(member)
                    if code == 0:
                        continue
                    bad += 1
                    self._lost(study, member, code, bad, note)
                    members.append(self._start(stack, number + self.count * bad))
        look()

    def _start(self, stack: contextlib.ExitStack, number: int) -> _Member:
        """Each with its own seed, log and share of the processors."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"worker-{number + 1}.log"
        holder = stack.enter_context(contextlib.ExitStack())
        errors = holder.enter_context(log.open("w"))
        process = holder.enter_context(
            child(
                [sys.executable, "-P", "-m", "tinykd.search.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=self._environment(),
            )
        )
        order = replace_seed(self.order, number)
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(order.model_dump_json())
            process.stdin.close()
        return _Member(process, log, holder)

    def _environment(self) -> dict[str, str]:
        threads = str(max(1, (os.cpu_count() or 1) // self.count))
        paths = os.pathsep.join(filter(None, sys.path))
        return {"TF_NUM_INTRAOP_THREADS": threads, **os.environ, "PYTHONPATH": paths}

    def _lost(self, study: "Study", member: _Member, code: int, bad: int, note: Said) -> None:
        if code == _EXIT_USER:
            raise _told(member)
        how = f"was ended by {signal_name(code)}" if code < 0 else f"ended with code {code}"
        given_up = sum(
            give_up(study, worker)
            for worker in _workers_of(study)
            if worker.endswith(f":{member.process.pid}")
        )
        if bad >= _REPLACED:
            raise ToolError(member.log, f"{bad} workers ended, the last one {how}", "", "Read the log there")
        what = "its trial is tried again" if given_up else "it had no trial"
        note(f"a worker {how}; {what}")
        kill(member.process)


def replace_seed(order: WorkOrder, number: int) -> WorkOrder:
    """Samplers that start alike would propose alike."""
    return order.model_copy(update={"seed": order.seed + number})


def _workers_of(study: "Study") -> set[str]:
    from tinykd.search.record import WORKER

    return {str(t.user_attrs[WORKER]) for t in study.get_trials(deepcopy=False) if WORKER in t.user_attrs}


def _told(member: _Member) -> UserError:
    """The worker's own error."""
    assert member.process.stdout
    lines = member.process.stdout.read().splitlines()
    parts: list[Any] = json.loads(lines[-1]) if lines else [str(member.log), "a worker ended", "", ""]
    return ToolError(*parts)
