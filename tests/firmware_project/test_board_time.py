"""An estimate of an inference's time: with its ends, or the reason why there is none."""

from typing import Any

from tinykd.boards import list_boards, load_board
from tinykd.firmware_project.board_time import BoardTime, board_time
from tinykd.text import rate_text


def summary(*layers: tuple[str, float]) -> dict[str, Any]:
    return {"layers": [{"kernel": kernel, "cost": cost} for kernel, cost in layers]}


def test_cycles_and_milliseconds_of_kernels_that_were_compared() -> None:
    board = load_board("nucleo_f446re")
    found = board_time(summary(("conv_2d_dsp", 900_000), ("bands", 80_000), ("softmax", 20_000)), board)
    assert found == BoardTime(1_200_000, 950_000, 1_400_000, board.clock_hz)
    assert found.milliseconds == 1200 / (board.clock_hz / 1e6)
    assert found.text() == (
        "about 1.2 M cycles, 6.67 ms at 180 MHz (5.28 to 7.78 ms), 150 inferences a second"
    )


def test_a_small_model_has_a_wider_bar_and_other_cores_their_cycles() -> None:
    small = board_time(summary(("conv_2d_dsp", 100_000)), load_board("nucleo_f446re"))
    assert isinstance(small, BoardTime) and small.high == 160_000
    faster = {"cortex-m33": (817_000, 1_056_000, 1_260_000), "cortex-m7": (522_500, 708_000, 882_000)}
    for core, ends in faster.items():
        board = next(b for b in list_boards() if b.core == core and not b.virtual)
        found = board_time(summary(("conv_2d_dsp", 1_000_000)), board)
        assert isinstance(found, BoardTime) and (found.low, found.cycles, found.high) == ends


def test_where_nothing_supports_an_estimate_it_says_why() -> None:
    fast = summary(("conv_2d_dsp", 1000))
    found = [board_time(fast, load_board(name)) for name in ("esp32dev", "qemu-netduinoplus2")]
    found.append(board_time(summary(("conv_2d_dsp", 100), ("copy", 900)), load_board("nucleo_f446re")))
    assert found == [
        f"no estimate of time: nothing is published of countable software on a {load_board('esp32dev').core}",
        "no estimate of time: an emulated board has none",
        "no estimate of time: kernels such as copy were not compared with a trace",
    ]


def test_a_rate_is_no_power_of_ten() -> None:
    assert [rate_text(rate) for rate in (1076.46, 127.9, 99.96, 99.9, 8.774)] == [
        "1,076",
        "128",
        "100",
        "99.9",
        "8.77",
    ]
