"""A sensor's stream against the firmware's harness: a process with a sensor that counts, or that is fed."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.link import sensors
from tests.link.fakes import fake_outputs
from tests.link.sensors import counted, running
from tinykd.errors import LinkError
from tinykd.link.device import Device
from tinykd.link.sensor_stream import SensorSource, SensorStream
from tinykd.link.stream_messages import Block


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With an arena of 4 KiB for the virtual sensor."""
    return sensors.build_sensor_board(tmp_path_factory.mktemp("sensor") / "board", "-DFAKE_INPUT=4096u")


def frames_of(block: Block, channels: int) -> NDArray[np.int16]:
    return np.frombuffer(block.samples, "<i2").reshape(-1, channels)


def taken(stream: SensorStream, frames: int) -> Iterator[Block]:
    """Blocks until so many frames were measured."""
    for block in stream:
        yield block
        if block.first + len(block.samples) // (2 * stream.format.channels) >= frames:
            return


@pytest.mark.parametrize(("rate", "channels", "ring"), [(16_000, 1, 32768), (100, 6, 1024), (1000, 16, 4096)])
def test_every_frame_comes_in_order(board: Path, rate: int, channels: int, ring: int) -> None:
    """The ring holds seconds, whatever else this machine does."""
    with running(board, rate * 1000, channels, ring) as port, Device.open(port) as device:
        sensor = device.sensor()
        assert (sensor.channels, sensor.rate_millihz, sensor.scale) == (channels, rate * 1000, 0.5)
        assert (sensor.names, sensor.is_fed, sensor.is_sound) == ("a,b,c,d,e,f", False, channels == 1)
        blocks = list(taken(device.start_stream(sensor), rate // 2))
        stopped = device.stop_stream()
    assert [block.number for block in blocks] == list(range(len(blocks)))
    found = np.concatenate([frames_of(block, channels) for block in blocks])
    assert np.array_equal(found, counted(0, len(found), channels))
    assert stopped.lost == 0 and stopped.measured >= len(found) and stopped.starved == 0


def test_an_iteration_goes_on_where_the_last_one_ended(board: Path) -> None:
    """Though several blocks came at once."""
    with running(board, 16_000_000, 1, 32768) as port, Device.open(port) as device:
        stream = device.start_stream(device.sensor())
        first = list(islice(stream, 1))
        time.sleep(0.5)
        blocks = [*first, *(next(iter(stream)) for _ in range(8))]
        device.stop_stream()
    assert [block.number for block in blocks] == list(range(9))


def test_an_overrun_lies_between_two_blocks_and_is_counted(board: Path) -> None:
    with running(board, 16_000_000, 1, 256) as port, Device.open(port) as device:
        stream = device.start_stream(device.sensor())
        blocks = list(islice(stream, 4))
        time.sleep(0.5)  # no credit: the ring runs over
        blocks += taken(stream, blocks[-1].first + 12_000)
        lost = device.stop_stream().lost
    assert lost > 3000
    assert stream.lost_blocks == 0
    expected, gaps = 0, 0
    for block in blocks:
        found = frames_of(block, 1)
        assert np.array_equal(found, counted(block.first, len(found), 1))
        gaps += block.first - expected
        expected = block.first + len(found)
    assert 3000 < gaps <= lost


def test_a_virtual_sensor_gives_back_what_it_was_fed_in_the_boards_time(board: Path) -> None:
    samples = np.random.default_rng(7).integers(-(2**15), 2**15, (1600, 3), dtype=np.int16)
    with running(board) as port, Device.open(port) as device:
        sensor = device.sensor()
        assert sensor.is_fed
        for rate in (2_000, 16_000):
            begun = time.monotonic()
            stream = device.start_stream(sensor, SensorSource(samples, rate * 1000))
            blocks = list(taken(stream, len(samples)))
            took_s = time.monotonic() - begun
            assert device.stop_stream().lost == 0
            found = np.concatenate([frames_of(block, 3) for block in blocks])[: len(samples)]
            assert np.array_equal(found, samples)
            assert took_s >= 0.99 * len(samples) / rate


def test_a_board_that_hears_nothing_is_given_credit_again(board: Path) -> None:
    """Credit that went astray is no deadlock: after a silence both ends go on."""
    with running(board, 1_000_000, 1, 1024) as port, Device.open(port) as device:
        stream = device.start_stream(device.sensor())
        send, stream.line.send = stream.line.send, lambda *_, **__: None  # type: ignore[method-assign]
        stream._grant()  # lost
        stream.line.send = send  # type: ignore[method-assign]
        blocks = list(islice(stream, 3))
    assert [block.number for block in blocks] == [0, 1, 2]


def test_other_questions_end_the_stream(board: Path) -> None:
    with running(board, 16_000_000, 1, 1024) as port, Device.open(port) as device:
        stream = device.start_stream(device.sensor())
        list(islice(stream, 3))
        assert device.hello().model_name == "fake"
        before = device.statistics.received_frames
        time.sleep(0.3)
        device.memory()
        assert device.statistics.received_frames == before + 1  # no block came meanwhile


def test_the_model_works_after_a_virtual_sensor_used_its_arena(tmp_path: Path) -> None:
    """Also one that sets itself up in the arena (FAKE_PLACED), as TFLM's does."""
    options = ("-DFAKE_INPUT=4096u", "-DFAKE_PLACED")
    placed = sensors.build_sensor_board(tmp_path / "board", *options)
    inputs = np.random.default_rng(3).integers(-128, 128, (2, 4096), dtype=np.int8)
    with running(placed) as port, Device.open(port) as device:
        stream = device.start_stream(
            device.sensor(), SensorSource(np.full((800, 1), -1, np.int16), 16_000_000)
        )
        list(taken(stream, 800))
        device.stop_stream()
        outputs = [np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)]
    assert np.array_equal(outputs, fake_outputs(inputs))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("none",),
            "the firmware has no sensor; expected one to record from. Give it one in tkd_app_sensor() of "
            "src/app.cpp (docs/record.md), and flash it",
        ),
        (
            ("dead",),
            "the sensor does not answer; expected a sensor that begins to measure. Check its wiring and its "
            "address",
        ),
    ],
)
def test_a_sensor_that_is_not_there_is_one_line(board: Path, arguments: tuple[str], says: str) -> None:
    with running(board, *arguments) as port, Device.open(port) as device:
        with pytest.raises(LinkError) as error:
            device.start_stream(device.sensor())
        assert str(error.value) == f"{port}: {says}"


def test_an_arena_too_small_for_a_virtual_sensor_is_one_line(tmp_path: Path) -> None:
    small = sensors.build_sensor_board(tmp_path / "board", "-DFAKE_INPUT=64u")
    source = SensorSource(np.zeros((10, 3), np.int16), 100_000)
    with running(small) as port, Device.open(port) as device, pytest.raises(LinkError) as error:
        device.start_stream(device.sensor(), source)
    assert str(error.value) == (
        f"{port}: the model's arena is too small for a virtual sensor of 3 channels; expected 192 bytes. "
        "Record with a larger model's firmware"
    )
