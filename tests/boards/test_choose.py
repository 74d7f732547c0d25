"""Boards are found by kind, core, framework, runtime and text; what no board has is one line."""

import pytest

from tinykd.boards import list_boards
from tinykd.boards.choose import Wanted, choose_boards
from tinykd.errors import ConfigError

ALL = list_boards()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(kind="host"), ["host"]),
        (Wanted(core="cortex-m55"), ["qemu-mps3-an547"]),
        (Wanted(core="RV32IMC", kind="virtual"), ["qemu-riscv32-virt"]),
        (Wanted(framework="stm32cube", search="f103"), ["bluepill_f103c8-stm32cube"]),
        (Wanted(search="ra4m1"), ["uno_r4_wifi"]),
        (Wanted(search="no such thing"), []),
    ],
)
def test_boards_are_chosen(wanted: Wanted, names: list[str]) -> None:
    assert [board.name for board in choose_boards(ALL, wanted)] == names


def test_real_and_virtual_ones_are_all_there_are() -> None:
    real, virtual = (choose_boards(ALL, Wanted(kind=kind)) for kind in ("real", "virtual"))
    assert {*real, *virtual} == set(ALL) and len(real) > len(virtual) > 9


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(kind="qem"), "--kind qem: no board here has this kind; expected qemu"),
        (Wanted(core="cortexm4"), "--core cortexm4: no board here has this core; expected cortex-m4"),
        (
            Wanted(framework="zephyr", kind="real"),
            "--framework zephyr: no board here has this framework; "
            "expected one of arduino, espidf, stm32cube",
        ),
        (Wanted(runtime="tflite"), "--runtime tflite: no board here has this runtime; expected tflm"),
    ],
)
def test_what_no_board_has_is_refused(wanted: Wanted, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        choose_boards(ALL, wanted)
    assert str(caught.value) == said
