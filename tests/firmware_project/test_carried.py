"""How many samples the firmware carries: few beside the model, of each class one where they fit."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build.toy import toy_sources
from tinykd.api.board_fits import BoardFits
from tinykd.boards import load_board
from tinykd.build.budget import check_budget
from tinykd.build.image import ElfSection, ElfSymbol, FirmwareImage
from tinykd.errors import BudgetError
from tinykd.firmware_project import EmbeddedSamples, project_files
from tinykd.firmware_project.board_fit import BoardFit
from tinykd.firmware_project.carried import carried_by_default, flash_left
from tinykd.firmware_project.fit import CODE_BYTES
from tinykd.pipeline.test_samples import carried_count
from tinykd.project.schema import Project
from tinykd.verify import VerificationSamples as Tried

IMAGE = 48 * 48 * 3


def test_images_no_longer_fill_the_flash() -> None:
    """138 KB of 158 were samples of 48 x 48 x 3."""
    left = flash_left(256 * 1024, 12_000)
    assert left == 256 * 1024 - 12_000 - CODE_BYTES
    assert carried_by_default(left, IMAGE, classes=2) == 4 == left // 8 // IMAGE
    assert carried_by_default(left, IMAGE, classes=10) == 10  # of each class one
    assert carried_by_default(left, IMAGE, classes=100) == 4  # which would not fit
    assert carried_by_default(left, 64, classes=10) == 20
    assert carried_by_default(left, 64, classes=35) == 35
    assert carried_by_default(flash_left(20_000, 10_000), 64, classes=10) == 0


@given(st.integers(0, 10**7), st.integers(1, 10**6), st.integers(1, 2000))
def test_they_fit_in_their_share(left: int, sample_bytes: int, classes: int) -> None:
    count = carried_by_default(left, sample_bytes, classes)
    assert 0 <= count <= max(20, classes)
    assert count * sample_bytes <= (left // 8 if count != classes else left // 2 + left // 8)


def project(**sections: object) -> Project:
    return Project.model_validate({"project": {"name": "faces"}, **sections})


def images(count: int, classes: int) -> Tried:
    labels = np.sort(np.arange(count) % classes)
    return Tried.of(np.zeros((count, 48, 48, 3), np.int8), labels)


def test_a_firmware_without_a_console_has_none() -> None:
    """They would lie in an Uno's 2 KiB of RAM, and nobody could ask for them."""
    few = Tried.of(np.zeros((30, 4, 4, 1), np.int8), np.arange(30) % 3)
    for firmware in ({}, {"samples": 5}):
        assert carried_count(project(firmware=firmware), load_board("uno"), 2_000, few) == 0
    small = {
        "weights_bytes": 2_000,
        "arena_bytes": 200,
        "input": [{"bytes": 16}],
        "output": [{"shape": [1, 3]}],
    }
    fit = BoardFit.of(small, load_board("uno"))
    assert (fit.samples, fit.samples_bytes) == (0, 0)


def test_samples_that_are_copied_into_ram_fit_what_the_arena_leaves() -> None:
    """An ESP8266's: constants of the model alone stay in its flash."""
    board, samples = load_board("nodemcuv2"), images(30, 3)
    assert (board.ram_bytes, board.arena_room) == (81_920, 36_864)
    assert carried_count(project(), board, 12_000, samples, 0) == 0
    few = Tried.of(np.zeros((30, 16, 16, 1), np.int8), np.arange(30) % 3)
    counts = [carried_count(project(), board, 12_000, few, arena) for arena in (0, 8_612, 35_072, 36_864)]
    assert counts == [18, 13, 3, 0]
    with pytest.raises(BudgetError) as refused:
        carried_count(project(firmware={"samples": 9}), board, 12_000, few, 35_072)
    assert str(refused.value) == (
        "faces on nodemcuv2: 9 samples of 256 bytes are 2,304 bytes of RAM; expected at most the 1,792 that "
        "the arena and what the core takes leave. Lower [firmware] samples, or leave it out"
    )


def test_what_the_project_says() -> None:
    board, samples = load_board("nucleo_f401re"), images(30, 3)
    assert carried_count(project(), board, 12_000, samples) == 8
    for wanted, count in ((0, 0), (5, 5), (30, 30), (99, 30)):
        assert carried_count(project(firmware={"samples": wanted}), board, 12_000, samples) == count
    assert carried_count(project(), load_board("host"), 12_000, samples) == 20


def test_a_gate_limits_them_too() -> None:
    gates = {"flash_bytes": 100_000}
    assert carried_count(project(gates=gates), load_board("nucleo_f401re"), 12_000, images(30, 3)) == 3
    assert carried_count(project(gates=gates), load_board("host"), 12_000, images(30, 3)) == 20


def test_more_than_there_is_room_for() -> None:
    wanted = project(firmware={"samples": 90})
    with pytest.raises(BudgetError) as caught:
        carried_count(wanted, load_board("nucleo_f401re"), 12_000, images(90, 3))
    left = 524_288 - 12_000 - CODE_BYTES
    assert str(caught.value) == (
        f"faces on nucleo_f401re: 90 samples of 6,912 bytes are 622,080 bytes of flash; expected at most the "
        f"{left:,} that weights and code leave. Lower [firmware] samples, or leave it out"
    )


def test_boards_fits_counts_them() -> None:
    board = load_board("uno_r4_wifi")
    summary = {
        "weights_bytes": 12_000,
        "arena_bytes": 4_000,
        "input": [{"bytes": IMAGE}],
        "output": [{"shape": (1, 4)}],
        "layers": [],
    }
    fit = BoardFit.of(summary, board)
    assert (fit.samples, fit.samples_bytes) == (4, 4 * IMAGE)
    assert fit.to_json()["samples_bytes"] == 4 * IMAGE
    row = next(line for line in BoardFits("m", (fit,)).lines() if line.startswith("uno_r4_wifi"))
    assert f"  {4 * IMAGE:,}  " in row


def test_none_at_all() -> None:
    nothing = EmbeddedSamples(np.zeros((0, 64), np.int8), ())
    files = project_files(toy_sources(), load_board("host"), nothing, ("a", "b"))
    assert "sample_inputs" not in files["src/main.c"]
    assert nothing.facts == {"samples": 0, "samples_bytes": 0}


def test_the_advice_where_flash_is_short_names_them(tmp_path: Path) -> None:
    symbols = (ElfSymbol("sample_inputs", 138_240, ".rodata"), ElfSymbol("weights", 9_000, ".rodata"))
    sections = (ElfSection(".rodata", 300_000, flash=True, ram=False),)
    image = FirmwareImage(tmp_path / "firmware.elf", tmp_path, sections, symbols, "gcc", "0" * 64)
    with pytest.raises(BudgetError) as caught:
        check_budget(image, load_board("uno_r4_wifi"))
    assert caught.value.fix.startswith(
        "Lower [firmware] samples, which take 138,240 bytes; or make [student] width smaller, "
    )
