"""``tinykd fleet`` as a user types it."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tinykd.paths import EXAMPLES

MODEL = EXAMPLES.parent / "tests/fixtures/digits.tflite"
BANNER = b"\r\ntinykd digits (static) ready, type help\r\n"
FLEET = """[fleet]
models = ["digits.tflite"]
samples = 4
retries = 0
timeout_s = 10
[board.host]
[board.desk]
board = "qemu-microbit"
"""


@pytest.fixture
def restarting() -> Iterator[str]:
    """The port of a board that does nothing but start."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def serve() -> None:
            while not stop.is_set():
                try:
                    client, _ = server.accept()
                    with client:
                        while not stop.wait(0.1):
                            client.sendall(BANNER)
                except OSError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"socket://127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()


@pytest.mark.slow
def test_a_fleet_of_emulated_boards_with_one_that_fails(tinykd: Run, tmp_path: Path, restarting: str) -> None:
    """Two are exact; the third restarts in a loop. Then the second is made worse than its last good run."""
    shutil.copy(MODEL, tmp_path)
    file, history = tmp_path / "boards.toml", tmp_path / "build/fleet/history.jsonl"
    file.write_text(FLEET + f'[board.roof]\nboard = "qemu-microbit"\nport = "{restarting}"\n')
    done = tinykd("fleet", "boards.toml", "--commit", "1")
    assert done.returncode == 2, done.stderr
    assert "2 of 3 cells are good" in done.stdout
    assert (
        f"[board.roof] {restarting}: the board starts over and over (3 banners"
        in done.stderr.splitlines()[-1]
    )
    run = json.loads(history.read_text())
    assert [cell["verdict"] for cell in run["cells"]] == ["good", "good", "failed"]
    assert [cell["figures"]["exact"] for cell in run["cells"][:2]] == [4, 4]
    run["cells"][1]["figures"]["ticks"] /= 2
    history.write_text(json.dumps(run) + "\n")
    file.write_text(FLEET.replace("[board.host]\n", ""))
    done = tinykd("fleet", "boards.toml", "--commit", "2")
    assert done.returncode == 1, done.stderr
    assert "desk digits.tflite static: " in done.stdout and "instructions, 100.0 % more than" in done.stdout
    assert 'failures="1"' in (tmp_path / "build/fleet/junit.xml").read_text()
    assert "<h1>boards.toml" in (tmp_path / "build/fleet/fleet.html").read_text()


def test_bad_input_is_one_line(tinykd: Run, tmp_path: Path) -> None:
    done = tinykd("fleet", "none.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'none.toml: no such file; expected a fleet\'s TOML: [fleet] models = ["m.tflite"] and [board.host]\n'
    )
