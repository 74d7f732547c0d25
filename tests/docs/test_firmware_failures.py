"""The failures in docs/firmware.md are worded as the code words them."""

import re
from pathlib import Path

import tests.build.test_failures as build
import tests.flash.test_failures as flash

PAGE = (Path(__file__).parents[2] / "docs/firmware.md").read_text()


def test_lines_that_other_tests_hold_are_in_the_page() -> None:
    table = PAGE.partition("## What goes wrong")[2]
    for line in (
        build.OFFLINE,
        build.COMPILER["a compiler's error"][1],
        flash.SAID["esptool 5.6, nobody answers"][3],
        flash.SAID["no permission"][3],
        flash.SAID["OpenOCD without an ST-LINK"][3],
    ):
        assert line in table, line


def test_every_way_of_flashing_is_in_the_table() -> None:
    from typing import get_args

    from tinykd.flash.via import Via

    assert re.findall(r"^\| `(\w+)` \| (?:all|ESP|STM)", PAGE, re.MULTILINE) == list(get_args(Via))
