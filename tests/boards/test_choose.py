"""Boards are found by kind, core, framework, runtime and text; what no board has is one line."""

import pytest

from tinykd.boards import list_boards
from tinykd.boards.choose import BoardCriteria, choose_boards
from tinykd.errors import ConfigError

ALL = list_boards()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (BoardCriteria(kind="host"), ["host"]),
        (BoardCriteria(core="cortex-m55"), ["qemu-mps3-an547"]),
        (BoardCriteria(core="RV32IMC", kind="virtual"), ["qemu-riscv32-virt"]),
        (BoardCriteria(framework="stm32cube", search="f103"), ["bluepill_f103c8-stm32cube"]),
        (BoardCriteria(search="ra4m1"), ["uno_r4_wifi"]),
        (BoardCriteria(search="no such thing"), []),
        (BoardCriteria(core="cortex-m33", kind="real", ram_bytes=600 * 1024), ["nucleo_u575zi_q"]),
        (BoardCriteria(core="xtensa-lx6", flash_bytes=2 << 20), ["esp32cam"]),
        (
            BoardCriteria(sensor="Microphone", search="arduino nano 33"),
            ["nano33ble_sense", "nano33ble_sense_rev2"],
        ),
        (BoardCriteria(sensor="motion", core="cortex-m0plus"), ["nanorp2040connect"]),
    ],
)
def test_boards_are_chosen(wanted: BoardCriteria, names: list[str]) -> None:
    assert [board.name for board in choose_boards(ALL, wanted)] == names


def test_real_and_virtual_ones_are_all_there_are() -> None:
    real, virtual = (choose_boards(ALL, BoardCriteria(kind=kind)) for kind in ("real", "virtual"))
    assert {*real, *virtual} == set(ALL) and len(real) > len(virtual) > 9


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (BoardCriteria(kind="qem"), "--kind qem: no board here has this kind; expected qemu"),
        (BoardCriteria(core="cortexm4"), "--core cortexm4: no board here has this core; expected cortex-m4"),
        (
            BoardCriteria(framework="zephyr", kind="real"),
            "--framework zephyr: no board here has this framework; "
            "expected one of arduino, espidf, stm32cube",
        ),
        (
            BoardCriteria(sensor="nose"),
            "--sensor nose: no board here has this sensor; expected one of microphone, motion",
        ),
        (BoardCriteria(runtime="tflite"), "--runtime tflite: no board here has this runtime; expected tflm"),
    ],
)
def test_what_no_board_has_is_refused(wanted: BoardCriteria, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        choose_boards(ALL, wanted)
    assert str(caught.value) == said
