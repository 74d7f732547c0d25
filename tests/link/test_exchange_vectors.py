"""Whole conversations, request by request, locked in vectors: the firmware answers them, and so does the fake
board that the tests of the exchange rely on. One inference takes 1000 ticks on either."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.link import build
from tests.link.fakes import FakeBoard
from tinykd.link.frames import Frame, FrameReader

TALKS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "exchanges.json").read_text()
)
NAMES = [talk["name"] for talk in TALKS]


def frames(talk: dict[str, Any], side: str) -> list[Frame]:
    """``[type, sequence, payload in hexadecimal]`` of each."""
    return [Frame(kind, number, bytes.fromhex(payload)) for kind, number, payload in talk[side]]


def said(talk: dict[str, Any]) -> list[Frame]:
    return frames(talk, "replies")


@pytest.mark.parametrize("talk", TALKS, ids=NAMES)
def test_the_fake_board(talk: dict[str, Any]) -> None:
    board, reader = FakeBoard(), FrameReader()
    answers = []
    for request in frames(talk, "requests"):
        board._answer(request)
        answers += reader.feed(board.read(0.0))
    assert answers == said(talk)


@pytest.mark.slow
def test_the_firmware(tmp_path: Path) -> None:
    driver = build.build_command_driver(tmp_path / "commands")
    for talk in TALKS:
        lines = [f"{f.type:02x} {f.sequence:02x} {f.payload.hex() or '-'}" for f in frames(talk, "requests")]
        done = subprocess.run([driver], input="\n".join(lines), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert FrameReader().feed(bytes.fromhex(done.stdout.replace("\n", ""))) == said(talk), talk["name"]
