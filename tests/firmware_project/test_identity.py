"""The identity that the board says, read from the project that it was built from."""

import re

from tests.build.toy import toy_sources
from tinykd.boards import load_board
from tinykd.firmware_project import project_files
from tinykd.firmware_project.identity import firmware_identity


def test_it_is_what_the_firmware_says() -> None:
    main = project_files(toy_sources(), load_board("host"))["src/main.c"]
    found = firmware_identity(main)
    assert re.fullmatch(r"[0-9a-f]{16}", found)
    assert f'"{found}"' in main
    other = project_files(toy_sources(), load_board("qemu-microbit"))["src/main.c"]
    assert firmware_identity(other) not in ("", found)


def test_firmware_for_another_runner_says_none() -> None:
    main = project_files(toy_sources(), load_board("host"), protocol="mlperf")["src/main.c"]
    assert firmware_identity(main) == ""
    assert "tkd_mlperf_run(&toy_model" in main
