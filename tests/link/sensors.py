"""Boards with a sensor: a process of this machine that counts, or is fed (c/sensor_board.c)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.link import build
from tinykd.paths import FIRMWARE


def build_sensor_board(out: Path, *options: str) -> Path:
    """The executable ``out``, under ASan and UBSan."""
    own = [build.HERE / name for name in ("fake_model.c", "sensor_board.c")]
    sources = [*build.link_sources(), FIRMWARE / "port/host/tkd_port.c", *own]
    return build.compile_c(out, sources, *build.SANITIZE, *options)


@contextmanager
def running(board: Path, *arguments: object) -> Iterator[str]:
    """Its terminal."""
    command = [str(board), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def counted(first: int, frames: int, channels: int) -> NDArray[np.int16]:
    """(frames, channels) what the counting sensor measures from frame number ``first`` on."""
    i, c = np.mgrid[first : first + frames, 0:channels]
    return (i * 31 + c * 977).astype(np.uint16).view(np.int16)
