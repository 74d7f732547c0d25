"""A PostgreSQL server of a test's own: a fresh cluster on a loopback port, as a user that is not root."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"  # where the tests run as root, whom PostgreSQL refuses
USER = "tinykd"
START_S = 60


def program(name: str) -> str:
    """Debian keeps the newest version's programs here; elsewhere they are on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    path = str(found[0]) if found else shutil.which(name)
    assert path, f"{name} is missing: scripts/setup.sh test installs postgresql"
    return path


@dataclass
class Server:
    """A running one."""

    url: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """At once, as when its machine goes down; clients are cut off."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(START_S)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Ends with the context; nothing of it stays."""
    folder = Path(tempfile.mkdtemp(prefix="tinykd-pg-"))
    as_user: dict[str, Any] = {"user": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(folder, UNPRIVILEGED)
    quiet: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        data = str(folder / "data")
        initdb = [program("initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, timeout=START_S, **quiet, **as_user)
        port = _free_port()
        settings = (
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={folder}",
            "fsync=off",
        )
        command = [program("postgres"), "-D", data, *(part for s in settings for part in ("-c", s))]
        process = subprocess.Popen(command, **quiet, **as_user)
        try:
            _await(port, process)
            yield Server(f"postgresql://{USER}@127.0.0.1:{port}/postgres", process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    import time

    import psycopg

    deadline = time.monotonic() + START_S
    while True:
        assert process.poll() is None, "the server ended"
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return
