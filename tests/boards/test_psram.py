"""``[target] psram``: which boards, what is refused, what it costs, and what the firmware does about it."""

from pathlib import Path

import pytest

from tests.build.toy import toy_sources
from tinykd.boards import list_boards, load_board
from tinykd.boards.load import read_board
from tinykd.boards.model import Board
from tinykd.boards.psram import placed, psram_note, psram_offer
from tinykd.errors import BudgetError, ConfigError
from tinykd.firmware_project import project_files
from tinykd.firmware_project.board_fit import BoardFit
from tinykd.firmware_project.fit import check_memory
from tinykd.paths import BOARDS

OUTSIDE = [board.name for board in list_boards() if board.psram]
CAM = load_board("esp32cam")


class Sized:
    name, weights_bytes = "faces", 1_000

    def __init__(self, arena_bytes: int) -> None:
        self.arena_bytes = arena_bytes


def test_the_boards_that_have_it() -> None:
    assert OUTSIDE == [
        "esp32-p4-espidf", "esp32-s3-n8r8-espidf", "esp32cam", "esp32cam-espidf", "nano_esp32",
        "xiao_esp32s3_sense",
    ]  # fmt: skip


def test_an_arena_outside_has_other_room() -> None:
    outside = placed(CAM, "arena")
    assert (CAM.arena_room, outside.arena_room) == (319_488, 4_194_304)
    check_memory(Sized(1_000_000), outside)
    with pytest.raises(BudgetError, match="1,000,000 and stack 8,192 are 1,008,192 bytes of RAM"):
        check_memory(Sized(1_000_000), CAM)
    with pytest.raises(BudgetError) as refused:
        check_memory(Sized(5_000_000), outside, [])
    assert str(refused.value) == (
        "faces on esp32cam: the arena is 5,000,000 bytes of PSRAM; expected at most 4,194,304. "
        "No board that is known is large enough; or make the model narrower"
    )


@pytest.mark.parametrize(
    ("board", "what", "line"),
    [
        (
            "esp32dev",
            "arena",
            "[target] psram: board esp32dev has no PSRAM; expected [psram] in its TOML. Leave it out, or "
            "choose a board with PSRAM: `tinykd boards --search psram`",
        ),
        (
            "esp32cam-espidf",
            "weights",
            '[target] psram: "weights", which board esp32cam-espidf reads from flash; expected "arena", or '
            "an ESP32-S3 or P4 with ESP-IDF, which copies constants at its start",
        ),
    ],
)
def test_what_a_board_cannot_is_one_line(board: str, what: str, line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        placed(load_board(board), what)  # type: ignore[arg-type]
    assert str(refused.value) == line


def test_what_is_said_of_the_choice() -> None:
    assert psram_note(CAM, 1_000_000) == ""
    assert psram_note(placed(CAM, "arena"), 1_000_000) == (
        "[target] psram: the arena of 1,000,000 bytes in the PSRAM of esp32cam: beyond the cache that it "
        "shares with flash (32 KB) at most 20 MB/s, and code is pushed out of the cache"
    )
    assert psram_note(placed(CAM, "arena"), 100_000) == (
        "[target] psram: the arena of 100,000 bytes would fit the 319,488 of RAM inside the chip of "
        "esp32cam, where it is faster: leave the key out"
    )
    assert psram_note(placed(load_board("esp32-p4-espidf"), "weights"), 100).startswith(
        "[target] psram: constants in the PSRAM of esp32-p4-espidf: beyond the cache"
    )
    assert psram_offer(CAM, 300_000) == "" == psram_offer(load_board("esp32dev"), 1_000_000)
    assert psram_offer(CAM, 1_000_000).startswith('[target] psram = "arena" has room for 1,000,000 bytes: ')


def test_boards_fits_names_it() -> None:
    from tinykd.api.board_fits import BoardFits

    large = {
        "weights_bytes": 2_000,
        "arena_bytes": 1_000_000,
        "input": [{"bytes": 16}],
        "output": [{"shape": [1, 3]}],
        "core": CAM.core,
        "layers": [],
    }
    lines = BoardFits("faces", (BoardFit.of(large, CAM), BoardFit.of(large, load_board("esp32dev")))).lines()
    assert [line for line in lines if "psram" in line] == [
        '(esp32cam: [target] psram = "arena" has room for 1,000,000 bytes: beyond the cache that it shares '
        "with flash (32 KB) at most 20 MB/s, and code is pushed out of the cache)"
    ]


def files(board: Board) -> dict[str, str]:
    return project_files(toy_sources(), board)


def test_the_arena_is_asked_of_the_heap_outside() -> None:
    inside, outside = (files(board)["src/main.c"] for board in (CAM, placed(CAM, "arena")))
    assert "static __attribute__((aligned(TKD_ARENA_ALIGN))) uint8_t arena[TOY_ARENA_BYTES];" in inside
    assert "heap_caps" not in inside and "uint8_t arena[" not in outside
    taken = "heap_caps_aligned_alloc(TKD_ARENA_ALIGN, TOY_ARENA_BYTES, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);"
    assert taken in outside and "arena != NULL ? TOY_ARENA_BYTES : 0u" in outside


def test_what_esp_idf_is_told() -> None:
    board = load_board("esp32-s3-n8r8-espidf")
    inside, arena, weights = (
        files(each) for each in (board, placed(board, "arena"), placed(board, "weights"))
    )
    sdkconfig = "sdkconfig.defaults"
    assert "SPIRAM" not in inside[sdkconfig] and "esp_psram" not in inside["src/CMakeLists.txt"]
    for option in ("CONFIG_SPIRAM=y", "CONFIG_SPIRAM_MODE_OCT=y", "CONFIG_SPIRAM_USE_CAPS_ALLOC=y"):
        assert option in arena[sdkconfig] and option in weights[sdkconfig]
    assert "CONFIG_SPIRAM_RODATA=y" in weights[sdkconfig] and "RODATA" not in arena[sdkconfig]
    assert " esp_psram " in arena["src/CMakeLists.txt"]
    assert "heap_caps" in arena["src/main.c"] and "heap_caps" not in weights["src/main.c"]


def test_a_boards_file_says_what_it_has_not_what_is_done_with_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('in_psram = "arena"\n' + (BOARDS / "esp32cam.toml").read_text())
    with pytest.raises(ConfigError) as refused:
        read_board(path)
    assert str(refused.value) == (
        f"{path}: in_psram: unknown key; expected [psram]; what lies there, a project says: [target] psram"
    )
    with pytest.raises(ValueError, match="psram is for the chips of the ESP32 family"):
        psram = {"bytes": 8_388_608, "mbytes_per_s": 50}
        Board.model_validate({**load_board("pico2").model_dump(), "psram": psram})
