"""The demo, run once for all tests of this folder: real training, real compilers, real emulators."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tinykd.paths import EXAMPLES

BOARDS = ("qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit", "host")


def call(folder: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """``tinykd ...`` in ``folder``."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "tinykd", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@dataclass(frozen=True)
class Demo:
    """The folder of the finished demo, and what its run printed."""

    folder: Path
    run: "subprocess.CompletedProcess[str]"

    def json(self, path: str) -> Any:
        """A file below build/."""
        return json.loads((self.folder / "build" / path).read_text())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """``tinykd run`` on the digits example, as it is."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "tinykd.toml").write_bytes((EXAMPLES / "digits/tinykd.toml").read_bytes())
    return Demo(folder, call(folder, "run"))
