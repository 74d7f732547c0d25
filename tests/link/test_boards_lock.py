"""Two runs on one port: the second gets a line with who has it; a dead holder holds nothing."""

import errno
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tinykd.errors import LinkError, ToolError
from tinykd.link.boards_lock import held


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYKD_STATE", str(tmp_path))


def test_the_second_is_told_who_has_it() -> None:
    with held("/dev/ttyX0", "tinykd verify"):
        with pytest.raises(LinkError) as error, held("/dev/ttyX0", "tinykd monitor"):
            pass
        with held("/dev/ttyX1", "tinykd monitor"):
            pass
    assert re.fullmatch(
        rf"/dev/ttyX0: the port is in use by tinykd verify \(process {os.getpid()}, since \d\d:\d\d:\d\d\); "
        r"expected a free port\. Wait for it, or stop it",
        str(error.value),
    )
    with held("/dev/ttyX0", "tinykd monitor"):
        pass


def test_a_link_is_the_port_behind_it(tmp_path: Path) -> None:
    (tmp_path / "by-id").symlink_to("/dev/null")
    with held("/dev/null", "a"), pytest.raises(LinkError), held(str(tmp_path / "by-id"), "b"):
        pass


def test_urls_that_look_alike_are_told_apart() -> None:
    with held("socket://127.0.0.1:50001", "a"), held("socket://127-0.0.1:50001", "b"):
        pass


HOLDER = """
from tinykd.link.boards_lock import held
with held("/dev/ttyX0", "x"):
    print(flush=True)
    input()
"""


def test_a_dead_holder_holds_nothing() -> None:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    )
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(LinkError, match=rf"in use by x \(process {process.pid}, "), held("/dev/ttyX0", "y"):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with held("/dev/ttyX0", "y"):
        pass


def test_a_holder_that_cannot_be_read(tmp_path: Path) -> None:
    with held("/dev/ttyX0", "a"):
        for file in (tmp_path / "boards.lock").glob("*.json"):
            file.write_text('{"doing": 7')
        with pytest.raises(LinkError, match="in use by another run of tinykd;"), held("/dev/ttyX0", "b"):
            pass


def test_no_room_for_who_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    text = "in use by another run of tinykd;"
    with held("/dev/ttyX0", "a"), pytest.raises(LinkError, match=text), held("/dev/ttyX0", "b"):
        pass


def test_no_room_for_a_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYKD_STATE", "/dev/null")
    with pytest.raises(ToolError) as error, held("/dev/ttyX0", "a"):
        pass
    assert str(error.value) == (
        "/dev/null/boards.lock: cannot be written (Not a directory); expected room for a lock. "
        "Set TINYKD_STATE to a folder that can be written"
    )
