"""The firmware's harness itself, compiled with ASan and UBSan, behind a real terminal and pyserial."""

import random
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import serial
from numpy.typing import NDArray

from tests.link import build
from tests.link.fakes import SHA256, FaultyLine, fake_outputs, hidden_layer
from tinykd.errors import LinkError
from tinykd.link.device import Device
from tinykd.link.frames import Frame, FrameReader, encode_frame
from tinykd.link.line import SerialLine
from tinykd.link.replies import InferResult, Status, Stepped
from tinykd.link.requests import HelloRequest, Infer, Request, Run, StepRequest, Write
from tinykd.link.transport import SerialTransport
from tinykd.link.windowed_requests import WindowedRequests


def samples(n: int, size: int = 64, seed: int = 0) -> NDArray[np.int8]:
    return np.random.default_rng(seed).integers(-128, 128, (n, size), dtype=np.int8)


def outputs(device: Device, inputs: NDArray[np.int8]) -> NDArray[np.int8]:
    return np.stack([np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)])


class Wire:
    """Raw frames over a terminal."""

    def __init__(self, port: str) -> None:
        self.serial = serial.serial_for_url(port, timeout=0.02)
        self.reader = FrameReader()
        time.sleep(0.05)
        self.serial.reset_input_buffer()

    def ask(self, *frames: Frame | bytes, wait_s: float = 30.0, replies: int | None = None) -> list[Frame]:
        """The replies to what is sent: as many as frames, unless told otherwise."""
        self.serial.write(b"".join(f if isinstance(f, bytes) else encode_frame(f) for f in frames))
        wanted = len(frames) if replies is None else replies
        found: list[Frame] = []
        deadline = time.monotonic() + wait_s
        while len(found) < wanted and time.monotonic() < deadline:
            found += self.reader.feed(self.serial.read(4096))
        return found

    def text(self, line: str, end: str) -> str:
        """What the board prints after ``line`` up to ``end``."""
        self.serial.write(line.encode())
        said = ""
        deadline = time.monotonic() + 30
        while end not in said and time.monotonic() < deadline:
            said = (said + self.serial.read(4096).decode()).replace("\r\n", "\n")
        return said


def framed(request: Request, sequence: int = 1) -> Frame:
    return Frame(request.TYPE, sequence, request.to_bytes())


def whole_job(sample: NDArray[np.int8], tag: int = 5) -> tuple[Frame, Frame, Frame]:
    """Write all, run, step to layer 0."""
    data = sample.tobytes()
    hash_ = zlib.crc32(data)
    run = Run(hash_, 1000, tag, len(data), b"")
    return framed(Write(tag, 0, data)), framed(run), framed(StepRequest(hash_, tag, 0))


@pytest.fixture
def wire(port: str) -> Iterator[Wire]:
    found = Wire(port)
    yield found
    found.serial.close()


def test_who_is_there(port: str) -> None:
    with Device.open(port) as device:
        hello = device.hello()
        assert (hello.model_name, hello.runtime, hello.tick_unit) == ("fake", "static", "ns")
        assert hello.model_sha256 == SHA256.hex()
        assert (hello.input_bytes, hello.output_bytes, hello.layers_count) == (64, 10, 2)
        assert (hello.max_payload, hello.max_reply, hello.rx_window) == (528, 1024, 4000)
        assert (hello.core_hz, hello.caches, hello.features) == (48_000_000, "icache", "")
        assert (hello.firmware, hello.build) == ("0123456789abcdef", "tests")
        assert (hello.kernels, hello.rounding) == ("by hand", "double")
        assert hello.fault is Status.OK
        assert [(x.name, x.kernel, x.macs, x.output_bytes) for x in device.layers()] == [
            ("hidden", "fake_hidden", 64, 64),
            ("logits", "fake_logits", 64, 10),
        ]
        memory = device.memory()
        assert (memory.stack_bytes, memory.stack_used) == (8192, 1234)
        assert memory.arena_bytes == hello.arena_bytes == memory.arena_available


def test_outputs(port: str) -> None:
    inputs = samples(2000)
    with Device.open(port) as device:
        assert np.array_equal(outputs(device, inputs), fake_outputs(inputs))
        assert device.statistics.recoveries == 0


def test_large_inputs_and_outputs(large_board: Path) -> None:
    inputs = samples(20, 3001)
    with build.running(large_board) as port, Device.open(port) as device:
        assert np.array_equal(outputs(device, inputs), fake_outputs(inputs, 2050))
        first, second = device.run_layers(inputs[3])
        assert first.output == hidden_layer(inputs[3:4]).tobytes()
        assert second.output == fake_outputs(inputs[3:4], 2050).tobytes()
        assert device.read_layer(inputs[3], 0) == first.output
        assert device.statistics.recoveries == 0


def test_a_model_that_places_its_tensors_itself(tmp_path: Path) -> None:
    sizes = ("-DFAKE_INPUT=3001u", "-DFAKE_OUTPUT=2050u", "-DTKD_LINK_MAX_PAYLOAD=64")
    board = build.build_board(tmp_path / "placed", "-DFAKE_PLACED", *sizes)
    inputs = samples(3, 3001)
    with build.running(board) as port, Device.open(port) as device:
        assert np.array_equal(outputs(device, inputs), fake_outputs(inputs, 2050))
        assert [layer.output for layer in device.run_layers(inputs[1])] == [
            hidden_layer(inputs[1:2]).tobytes(),
            fake_outputs(inputs[1:2], 2050).tobytes(),
        ]
        memory = device.memory()
        assert (
            memory.arena_available - memory.arena_bytes == 7
        )  # what it found it needs, not what was planned


def test_a_setup_that_failed_is_reported_and_nothing_is_run(tmp_path: Path) -> None:
    board = build.build_board(tmp_path / "failed", "-DFAKE_PLACED", "-DFAKE_SETUP=TKD_ERR_MODEL")
    with build.running(board) as port:
        with Device.open(port) as device:
            assert device.hello().fault is Status.MODEL
            with pytest.raises(LinkError, match=r"refused request 0x81, status MODEL \(2\)"):
                outputs(device, samples(1))
        wire = Wire(port)
        said = wire.text("info\r", "used")
        wire.serial.close()
    assert "arena 106 of 106 bytes" in said


def test_profile_and_reset(port: str) -> None:
    with Device.open(port) as device:
        (hidden, hidden_ticks), (logits, logits_ticks) = device.profile(samples(1)[0])
        assert (hidden.name, logits.name) == ("hidden", "logits")
        assert hidden_ticks > 0
        assert logits_ticks > 0
        assert device.reset().model_name == "fake"
        assert np.array_equal(outputs(device, samples(3)), fake_outputs(samples(3)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["small", "large"])
def test_over_a_bad_line(board: Path, large_board: Path, seed: int, kind: str) -> None:
    size, output_bytes = (64, 10) if kind == "small" else (3001, 2050)
    inputs = samples(100 if kind == "small" else 4, size, seed)
    with (
        build.running(board if kind == "small" else large_board) as port,
        SerialTransport.open(port) as transport,
    ):
        line = FaultyLine(transport, random.Random(seed), faults=4, chance=0.2)
        device = Device(WindowedRequests(SerialLine(line, port), timeout_s=2.0))
        assert np.array_equal(outputs(device, inputs), fake_outputs(inputs, output_bytes))


def test_same_request_again_is_answered_from_what_was_computed(wire: Wire) -> None:
    (sample,) = samples(1)
    infer = Infer(zlib.crc32(sample.tobytes()), sample.tobytes())
    first, second = wire.ask(framed(infer, 9), framed(infer, 9))
    assert first == second  # the same ticks: it was not computed twice
    result = InferResult.from_bytes(first.payload)
    assert result.output == fake_outputs(sample[np.newaxis]).tobytes()
    assert (result.input_hash, result.output_hash) == (infer.hash, zlib.crc32(result.output))
    (third,) = wire.ask(framed(infer, 10))
    assert (
        InferResult.from_bytes(third.payload).output == result.output
    )  # and in this model, a second run without a reset would differ


def test_run_again_and_step_again(wire: Wire) -> None:
    (sample,) = samples(1)
    write, run, step = whole_job(sample)
    _, first, second = wire.ask(write, run, run)
    assert first == second
    read = Frame(0x85, 3, struct.pack("<HBIH", 5, 0, 2, 4))
    assert wire.ask(read)[0].payload == InferResult.from_bytes(first.payload).output[2:6]
    whole = Frame(0x85, 5, struct.pack("<HBIH", 5, 1, 0, 64))
    _, one, two, hidden = wire.ask(write, step, step, whole)
    assert one == two
    assert hidden.payload == hidden_layer(sample[np.newaxis]).tobytes()
    assert Stepped.from_bytes(one.payload).output_hash == zlib.crc32(hidden.payload)


def test_the_last_piece_comes_with_the_run(wire: Wire) -> None:
    data = samples(1)[0].tobytes()
    run = framed(Run(zlib.crc32(data), 4, 7, 60, data[60:]))
    _, reply = wire.ask(framed(Write(7, 0, data[:60])), run)
    result = InferResult.from_bytes(reply.payload)
    assert result.output == fake_outputs(samples(1)).tobytes()[:4]  # no more than there is room for
    assert result.output_hash == zlib.crc32(fake_outputs(samples(1)).tobytes())  # of all of it


def test_inputs_put_together_wrongly_are_not_computed(wire: Wire) -> None:
    """Every frame is good, but two pieces changed places."""
    data = samples(1)[0].tobytes()
    pieces = framed(Write(7, 0, data[32:])), framed(Write(7, 32, data[:32]))
    hash_ = zlib.crc32(data)
    for last in (Run(hash_, 1000, 7, 64, b""), StepRequest(hash_, 7, 0)):
        assert wire.ask(*pieces, framed(last))[2].payload == bytes((HASH, last.TYPE))
        assert wire.ask(framed(last))[0].payload == bytes((STATE, last.TYPE))  # the job is forgotten
    infer = Infer(hash_, data[32:] + data[:32])
    assert wire.ask(framed(infer))[0].payload == bytes((HASH, 0x81))


STATE, RANGE, FRAME, HASH = 4, 3, 5, 7


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_type", "payload", "status"),
    [
        (0x80, b"", FRAME),
        (0x80, b"123", FRAME),
        (0x81, bytes(63), RANGE),
        (0x81, bytes(65), RANGE),
        (0x82, b"", FRAME),
        (0x82, struct.pack("<HI", 0, 0) + bytes(4), RANGE),  # tag 0
        (0x82, struct.pack("<HI", 1, 60) + bytes(5), RANGE),  # past the end
        (0x82, struct.pack("<HI", 1, 0xFFFFFFFF) + bytes(5), RANGE),
        (0x82, struct.pack("<HI", 1, 8) + bytes(5), STATE),  # a hole
        (0x81, b"", RANGE),
        (0x83, Run(0, 10, 1, 64, b"").to_bytes(), STATE),  # no input
        (0x83, Run(0, 10, 0, 0, b"").to_bytes(), RANGE),  # tag 0
        (0x83, Run(0, 10, 1, 0, bytes(65)).to_bytes(), RANGE),
        (0x83, Run(0, 10, 1, 0, bytes(64)).to_bytes(), HASH),
        (0x83, b"", FRAME),
        (0x83, bytes(11), FRAME),
        (0x84, StepRequest(0, 1, 0).to_bytes(), STATE),
        (0x84, StepRequest(0, 1, 2).to_bytes(), RANGE),
        (0x84, b"1", FRAME),
        (0x85, struct.pack("<HBIH", 0, 0, 0, 1), STATE),
        (0x85, struct.pack("<HBIH", 0, 1, 0, 1), STATE),
        (0x85, struct.pack("<HBIH", 0, 2, 0, 1), RANGE),
        (0x85, struct.pack("<HBIH", 9, 0, 0, 1), STATE),
        (0x85, b"", FRAME),
        (0x86, b"", FRAME),
        (0x89, b"", FRAME),
        (0x89, b"12345", FRAME),
        (0x8A, b"", 9),  # there is no sensor
        (0x8F, b"", 9),  # nor one to listen to
        (0xBF, b"", FRAME),
        (0x00, b"", FRAME),
    ],
)
def test_refusals(wire: Wire, request_type: int, payload: bytes, status: int) -> None:
    hello = framed(HelloRequest(1234))
    _, refusal = wire.ask(hello, Frame(request_type, 77, payload))
    assert refusal == Frame(0xFF, 77, bytes((status, request_type)))
    assert wire.ask(hello)[0].type == 0xC0  # and goes on


def test_reading_past_the_end_is_refused(wire: Wire) -> None:
    write, run, step = whole_job(np.zeros(64, np.int8))
    beyond = [(0, 11), (10, 1), (0xFFFFFFFF, 1), (0xFFFFFFFF, 0xFFFF), (5, 0xFFFF)]
    reads = [Frame(0x85, 3, struct.pack("<HBIH", 5, 0, at, size)) for at, size in beyond]
    _, _, *refusals = wire.ask(write, run, *reads)
    assert [r.payload for r in refusals] == [bytes((RANGE, 0x85))] * len(beyond)
    reads = [
        Frame(0x85, 3, struct.pack("<HBIH", 5, 1, at, size))
        for at, size in [(0, 65), (64, 1), (2**32 - 1, 2)]
    ]
    _, _, *refusals = wire.ask(write, step, *reads)
    assert [r.payload for r in refusals] == [bytes((RANGE, 0x85))] * 3


def test_steps_keep_their_order(wire: Wire) -> None:
    write, _, _ = whole_job(np.zeros(64, np.int8))
    skip = framed(StepRequest(zlib.crc32(bytes(64)), 5, 1))
    assert wire.ask(write, skip)[1].payload == bytes((STATE, 0x84))
    other_job = framed(StepRequest(zlib.crc32(bytes(64)), 6, 0))
    assert wire.ask(write, other_job)[1].payload == bytes((STATE, 0x84))


def test_a_job_does_not_run_on_half_an_input(wire: Wire) -> None:
    half = Frame(0x82, 1, struct.pack("<HI", 5, 0) + bytes(63))
    _, run, _ = whole_job(np.zeros(64, np.int8))
    assert wire.ask(half, run)[1].payload == bytes((STATE, 0x83))
    rest = Frame(0x82, 3, struct.pack("<HI", 5, 60) + bytes(4))  # may overlap
    assert wire.ask(rest, run)[1].type == 0xC3


@pytest.mark.parametrize(
    ("noise", "reason"),
    [
        (b"\x93\x81\x01\0", 3),
        (b"\x07\x81\x01\x02\x03\x04\x05\0", 4),
        (b"\xaa" * 3000 + b"\0", 5),
        (b"\x07\x81\x01", 6),
    ],
)
def test_broken_frames_are_said_to_be_broken(wire: Wire, noise: bytes, reason: int) -> None:
    assert wire.ask(noise, replies=1) == [Frame(0xFE, 0, bytes((reason,)))]
    assert wire.ask(Frame(0x87, 3))[0].type == 0xC7


def test_model_that_cannot_start_is_reported_and_never_run(board: Path) -> None:
    with build.running(board, "noarena") as port, Device.open(port) as device:
        assert device.hello().fault is Status.ARENA
        with pytest.raises(LinkError, match=r"refused request 0x81, status ARENA \(1\)"):
            outputs(device, samples(1))
        with pytest.raises(LinkError, match=r"refused request 0x82, status ARENA \(1\)"):
            device.run_layers(samples(1)[0])
    with build.running(board, "noarena") as port:
        said = Wire(port).text("bench\r", ")\n")
        assert said.endswith("error: the arena is missing, misaligned or too small (status 1)\n")


def test_banner_and_lines_between_frames(port: str) -> None:
    """A person types while the tool works: both are served."""
    wire = Wire(port)
    (reply,) = wire.ask(b"\r\nhelp\r\n\0", Frame(0x87, 1), replies=1)
    assert reply.type == 0xC7
    wire.serial.close()
    with Device.open(port) as device:
        assert device.reset().model_name == "fake"


def test_typing_slowly_is_no_broken_frame(wire: Wire) -> None:
    wire.serial.write(b"he")
    time.sleep(0.4)
    assert wire.text("lp\n", "inference\n").startswith("help")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_fuzz(board: Path, large_board: Path, seed: int) -> None:
    """Noise, and valid frames with hostile content; then it still answers rightly."""
    rng = random.Random(seed)
    with (
        build.running(large_board if seed % 2 else board, "samples") as port,
        SerialTransport.open(port) as transport,
    ):
        for _ in range(2000):
            data = rng.randbytes(rng.randint(0, 200))
            if rng.random() < 0.7:
                data = encode_frame(
                    Frame(rng.randint(0x80, 0x87), rng.randrange(256), data[: rng.randint(0, 64)])
                )
            transport.write(data)
            transport.read(0.0)
        while transport.read(0.3):
            pass
        size, output_bytes = (3001, 2050) if seed % 2 else (64, 10)
        device = Device(WindowedRequests(SerialLine(transport, port)))
        assert np.array_equal(outputs(device, samples(5, size)), fake_outputs(samples(5, size), output_bytes))
