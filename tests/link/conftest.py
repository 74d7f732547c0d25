"""Boards built once for all tests of the link."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.link import build


@pytest.fixture(scope="session")
def frame_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """c/frame_driver.c under ASan and UBSan."""
    return build.build_frame_driver(tmp_path_factory.mktemp("link") / "frames")


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fake model, 64 bytes in and 10 out, under ASan and UBSan."""
    return build.build_board(tmp_path_factory.mktemp("link") / "board")


@pytest.fixture(scope="session")
def large_board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fake model with inputs and outputs of many frames, and the smallest receive buffer."""
    options = ("-DFAKE_INPUT=3001u", "-DFAKE_OUTPUT=2050u", "-DTKD_LINK_MAX_PAYLOAD=64")
    return build.build_board(tmp_path_factory.mktemp("link") / "large", *options)


@pytest.fixture
def port(board: Path) -> Iterator[str]:
    """The terminal of a running board."""
    with build.running(board, "samples") as name:
        yield name
