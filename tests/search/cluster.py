"""A Ray cluster of nodes on this machine, and a trial for it that needs no TensorFlow."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import optuna
import psutil

import tinykd.search.study as studies
from tests.search.made_up import GOALS, PACE, objective
from tinykd.search.study import Sampling, StudyPlace, open_study
from tinykd.version import __version__

ATTEMPTS = 6
RAY = str(Path(sys.executable).with_name("ray"))
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DISABLE_IMPORT_WARNING": "1"}


@dataclass
class Cluster:
    """Each node with one processor. ``folder``: unique, so that processes that name it are this cluster's."""

    address: str
    folder: Path
    nodes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def add(self, *options: str) -> None:
        """A node of its own processes; returns when they run."""
        node, said = self._start(*options), b""
        self.nodes.append(node)
        assert node.stdout
        while b"will now block" not in (line := node.stdout.readline()):
            said += line
            if not line:
                raise NotStartedError(said.decode(errors="replace"))

    def kill(self, number: int) -> None:
        """As when its machine loses power."""
        process = psutil.Process(self.nodes[number].pid)
        _kill([*process.children(recursive=True), process])
        self.nodes[number].wait()

    def end(self) -> None:
        """Whatever of it still runs."""
        _kill([each for each in psutil.process_iter() if self._is_mine(each)])
        for node in self.nodes:
            node.kill()
            node.wait()

    def _start(self, *options: str) -> "subprocess.Popen[bytes]":
        command = [RAY, "start", "--block", "--num-cpus=1", "--object-store-memory=80000000", *options]
        paths = os.pathsep.join(filter(None, sys.path))
        return subprocess.Popen(
            [*command, "--disable-usage-stats"],
            env={**os.environ, **QUIET, "PYTHONPATH": paths},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def _is_mine(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            return str(self.folder) in " ".join(process.cmdline())
        return False


class NotStartedError(Exception):
    """Ray gives a node half a minute to start, which a machine under load does not keep."""


@contextlib.contextmanager
def cluster(nodes: int) -> Iterator[Cluster]:
    """Ends with the context."""
    found = _started(nodes)
    try:
        yield found
    finally:
        found.end()
        shutil.rmtree(found.folder, ignore_errors=True)


def _started(nodes: int) -> Cluster:
    """All of it, begun anew where a node was too slow."""
    for attempt in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix="tkd-ray-"))  # short: it holds sockets
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        found = Cluster(f"127.0.0.1:{port}", folder)
        try:
            found.add("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}")
            for _ in range(nodes - 1):
                found.add(f"--address={found.address}")
        except NotStartedError:
            found.end()
            shutil.rmtree(folder, ignore_errors=True)
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return found
    raise AssertionError


def _kill(processes: list[psutil.Process]) -> None:
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def made_up_task(bundle: dict[str, str], _number: int) -> list[str]:
    """One made-up trial of half a second; says where it ran."""
    import ray

    if bundle["version"] != __version__:
        return ["worker", "another version", "", ""]
    studies.HEARTBEAT_S, studies.GRACE_S = 1, 3  # seconds, not half a minute
    study = open_study(StudyPlace.of(bundle["url"], "ray", Path()), GOALS, Sampling("tpe", 1, PACE))

    def slow(trial: optuna.Trial) -> tuple[float, ...]:
        trial.set_user_attr("node", ray.get_runtime_context().get_node_id())
        time.sleep(0.7)
        return objective(trial)

    study.optimize(slow, n_trials=1)
    return []
