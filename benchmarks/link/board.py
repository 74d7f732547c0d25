"""A board for measurements: the host's own port, a fake model of any size, an inference of any length."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.link.build import HERE as LINK_C
from tests.link.build import INCLUDES, link_sources
from tinykd.paths import FIRMWARE

HERE = Path(__file__).parent


def build_board(out: Path, input_bytes: int, output_bytes: int = 10) -> Path:
    """The executable ``out``; its argument is the length of an inference in microseconds."""
    sources = [*link_sources(), FIRMWARE / "port/host/tkd_port.c", LINK_C / "fake_model.c", HERE / "board.c"]
    sizes = [f"-DFAKE_INPUT={input_bytes}u", f"-DFAKE_OUTPUT={output_bytes}u"]
    command = ["gcc", "-std=c99", "-O2", *INCLUDES, f"-I{LINK_C}", *sizes, *map(str, sources)]
    subprocess.run([*command, "-o", str(out)], check=True)
    return out


@contextmanager
def running(board: Path, compute_us: int = 0) -> Iterator[tuple[str, int]]:
    """Its terminal and its process id."""
    with subprocess.Popen([board, str(compute_us)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1], process.pid
        finally:
            process.terminate()
