"""``tinykd swap``: another model over the link into firmware with a slot, tried, proven and kept; what is
refused; and power that goes at any moment, on a process with its flash in a file and on an emulated nRF51.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.cli.conftest import Run
from tests.slot.boards import DIGITS, emulated_with_monitor, firmware, other_digits, process, worst_digits
from tinykd.boards import load_board
from tinykd.errors import LinkError
from tinykd.files import sha256_bytes
from tinykd.link.slot_messages import BUILT_IN
from tinykd.progress import Silent
from tinykd.sessions.connected_boards import at_port
from tinykd.sessions.swap import SwapModel, Swapped, swap, undo
from tinykd.verify import BoardAddress


def address(port: str, board: str) -> BoardAddress:
    return at_port(port, load_board(board)).address(timeout_s=20.0)


def swapped(path: Path, port: str, board: str, samples: int = 3) -> Swapped:
    model = SwapModel(path.read_bytes(), path.name)
    return swap(model, load_board(board), address(port, board), samples, Silent())


def sha256(path: Path) -> str:
    return sha256_bytes(path.read_bytes())


@pytest.fixture(scope="module")
def host_elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return firmware(tmp_path_factory.mktemp("host"), "host")


@pytest.fixture(scope="module")
def microbit_elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return firmware(tmp_path_factory.mktemp("microbit"), "qemu-microbit")


def test_a_model_is_changed_without_new_firmware(host_elf: Path, tmp_path: Path) -> None:
    one, two, flash = other_digits(tmp_path, 1), other_digits(tmp_path, 2), tmp_path / "flash"
    with process(host_elf, flash) as port:
        first = swapped(one, port, "host")
        assert (first.before, first.now) == (sha256(DIGITS), sha256(one))
        assert first.verification is not None and first.verification.exact == 3 and first.is_kept
        assert swapped(one, port, "host").verification is None  # it is there already
        assert swapped(two, port, "host").before == sha256(one)
    with process(host_elf, flash) as port:  # it stays
        assert undo(address(port, "host")).before == sha256(two)
        assert undo(address(port, "host")).now == sha256(DIGITS)
        with pytest.raises(LinkError) as caught:
            undo(address(port, "host"))
    assert str(caught.value) == (
        f"{port}: the model that was compiled into the firmware is in use; "
        "expected another one to go back from"
    )


def test_answers_that_differ_bring_the_model_before_back(
    host_elf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights that are whole and wrong: as a compiler with a bug would send them."""
    from tinykd.sessions import swap as session

    honest = session._payload

    def wrong(program: object) -> object:
        found = honest(program)  # type: ignore[arg-type]
        data = bytearray(found.payload)
        data[: len(data) // 2] = bytes(len(data) // 2)
        return type(found)(bytes(data), found.graph, found.sha256)

    monkeypatch.setattr(session, "_payload", wrong)
    with process(host_elf, tmp_path / "flash") as port:
        found = swapped(other_digits(tmp_path, 1), port, "host")
        assert not found.is_kept and found.now == sha256(DIGITS)
        with address(port, "host").open() as device:
            assert device.slot().slot().bank == BUILT_IN and not device.slot().slot().on_trial


def test_another_graph_is_refused_with_its_first_layer(host_elf: Path, tmp_path: Path) -> None:
    from tests.slot.test_replaceable import convolution

    (tmp_path / "other.tflite").write_bytes(convolution())
    with process(host_elf, tmp_path / "flash") as port, pytest.raises(LinkError) as caught:
        swapped(tmp_path / "other.tflite", port, "host")
    text = str(caught.value)
    assert text.startswith(f"{port}: the weights are of another graph than the firmware's: 1 layers, the ")
    assert text.endswith(". Flash the model with its firmware: tinykd flash")


def test_firmware_for_a_core_that_nobody_knows_is_one_line() -> None:
    """By a later tinykd, or by somebody else."""
    from tinykd.compiler.core import Core
    from tinykd.sessions.swap import _as_firmware

    hello = SimpleNamespace(runtime="static", kernels="tinykd for cortex-m99, balanced", model_name="digits")
    with pytest.raises(LinkError) as caught:
        _as_firmware(SwapModel(DIGITS.read_bytes(), "d"), load_board("host"), cast(Any, hello), "0" * 64)
    cores = ", ".join(core.value for core in Core)
    assert str(caught.value) == (
        f'board host: its kernels are for "cortex-m99"; expected {cores}. '
        "Flash the model with its firmware: tinykd flash"
    )


def test_firmware_without_a_slot_is_one_line(tmp_path: Path) -> None:
    elf = firmware(tmp_path, "host", slot=False)
    with process(elf, tmp_path / "flash") as port, pytest.raises(LinkError) as caught:
        with address(port, "host").open() as device:
            identity = device.hello().firmware
        swapped(other_digits(tmp_path, 1), port, "host")
    assert str(caught.value) == (
        f"{port}: firmware {identity} has no slot for another model; expected one that was made with a slot. "
        "Say slot = true under [firmware] in tinykd.toml, or compile with --slot, and flash it once"
    )


@pytest.mark.parametrize("written", [0, 1, 5, "all but the commit"])
def test_a_process_that_is_killed_while_it_writes_has_the_old_model(
    written: int | str, host_elf: Path, tmp_path: Path
) -> None:
    one, two, flash = other_digits(tmp_path, 1), other_digits(tmp_path, 2), tmp_path / "flash"
    with process(host_elf, flash) as port:
        swapped(one, port, "host")
        with pytest.raises(StopWriting), address(port, "host").open() as device:
            write_and_stop(device, two, load_board("host"), written)
    with process(host_elf, flash) as port:
        with address(port, "host").open() as device:
            assert device.hello().model_sha256 == sha256(one)
        assert swapped(two, port, "host").is_kept


class StopWriting(Exception):  # noqa: N818 - the cut
    """So many pieces are written."""


def write_and_stop(device, path: Path, board, pieces: int | str) -> None:  # type: ignore[no-untyped-def]
    """The first ``pieces`` of the model, then nothing more."""
    from tinykd.sessions.swap import _as_firmware

    model, hello, writer = SwapModel(path.read_bytes(), path.name), device.hello(), device.slot()
    slot = writer.slot()
    _, payload = _as_firmware(model, board, hello, slot.graph.hex())
    count = 0

    def advance(_: int) -> None:
        nonlocal count
        count += 1
        if count == pieces or count == -(-len(payload.payload) // 512):
            raise StopWriting

    if pieces == 0:
        raise StopWriting
    writer.write(payload, slot, advance)


@pytest.mark.slow
@pytest.mark.parametrize("board", ["qemu-mps2-an386", "qemu-microbit"])
def test_emulated_boards(board: str, tmp_path: Path) -> None:
    elf, one = firmware(tmp_path, board), other_digits(tmp_path, 1)
    with emulated_with_monitor(elf, board, tmp_path) as emulated:
        assert swapped(one, emulated.port, board).is_kept
        assert swapped(worst_digits(tmp_path), emulated.port, board, samples=10).is_kept
        assert undo(address(emulated.port, board)).now == sha256(one)


@pytest.mark.slow
def test_power_that_goes_at_any_piece_leaves_the_old_model_on_an_nrf51(
    microbit_elf: Path, tmp_path: Path
) -> None:
    board = "qemu-microbit"
    models = [other_digits(tmp_path, seed) for seed in range(1, 3)]
    with emulated_with_monitor(microbit_elf, board, tmp_path) as emulated:
        assert swapped(models[0], emulated.port, board).is_kept
        for pieces in (1, 2, 3, 6, 9, "all"):
            with pytest.raises(StopWriting), emulated.device() as device:
                write_and_stop(device, models[1], load_board(board), pieces)
            emulated.cut_power()
            with emulated.device() as device:
                assert device.hello().model_sha256 == sha256(models[0])
        assert swapped(models[1], emulated.port, board).is_kept


@pytest.mark.slow
def test_a_model_on_trial_is_gone_when_power_was(microbit_elf: Path, tmp_path: Path) -> None:
    board, other = "qemu-microbit", other_digits(tmp_path, 1)
    with emulated_with_monitor(microbit_elf, board, tmp_path) as emulated:
        with emulated.device() as device:
            model, slot = SwapModel(other.read_bytes(), other.name), device.slot().slot()
            from tinykd.sessions.swap import _as_firmware

            _, payload = _as_firmware(model, load_board(board), device.hello(), slot.graph.hex())
            device.slot().write(payload, slot, lambda _: None)
        emulated.cut_power()
        with emulated.device() as device:
            assert device.hello().model_sha256 == sha256(other) and device.slot().slot().on_trial
        emulated.cut_power()
        with emulated.device() as device:
            assert device.hello().model_sha256 == sha256(DIGITS) and not device.slot().slot().on_trial


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["swap"], "MODEL: is missing; expected the new model's .tflite, or --undo. Name it"),
        (
            ["swap", "a.tflite", "--undo"],
            "--undo: given together with a.tflite; expected one of them. Leave one of them out",
        ),
        (
            ["swap", str(DIGITS)],
            "--port: is missing; expected the port of a virtual board that runs. "
            "Start the firmware of host, then type --port and what it says",
        ),
        (
            ["compile", str(DIGITS), "--slot"],
            "--slot: given without --firmware; expected a firmware that has it. "
            "Add --firmware, or leave it out",
        ),
        (
            ["compile", str(DIGITS), "--slot", "--firmware", "--hop", "2", "--board", "host"],
            "--slot: given together with --hop; expected whole windows. Leave one of them out",
        ),
        (
            ["compile", str(DIGITS), "--slot", "--firmware", "--board", "pico"],
            "slot: board pico has no flash for another model; expected [slot] in its TOML. "
            "Leave the slot out, or give the board one: docs/boards.md says how",
        ),
        (
            ["compile", str(DIGITS), "--slot", "--firmware", "--board", "host", "--protocol", "mlperf"],
            "slot: given together with MLPerf Tiny's grammar, which cannot write it; "
            "expected the model's inputs over tinykd's link. Leave one of them out",
        ),
    ],
    ids=["nothing", "both", "no port", "a library", "hops", "a board without", "MLPerf"],
)
def test_what_cannot_be_is_one_line(arguments: list[str], line: str, tinykd: Run, tmp_path: Path) -> None:
    done = tinykd(*arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == line
    assert not list(tmp_path.iterdir())


def test_a_bank_that_is_too_small_is_one_line() -> None:
    from tinykd.errors import ConfigError
    from tinykd.firmware_project.model import ModelSources, SlotModel
    from tinykd.firmware_project.slot import check_slot

    model = ModelSources("kws", {}, (), 100, 300_000, "0" * 64, slot=SlotModel("0" * 64, 300_000))
    with pytest.raises(ConfigError) as caught:
        check_slot(model, load_board("nucleo_f446re"), mlperf=False, raw=False)
    assert str(caught.value) == (
        "slot: kws has 300,000 bytes of weights; expected at most the 130,992 of a bank of board "
        "nucleo_f446re. Make the model narrower, or leave the slot out"
    )
