"""A board and a bad line in Python, with a clock of their own: hours of timeouts pass in no time.

``FakeBoard`` answers as docs/protocol.md says, from a byte stream to a byte stream. ``FaultyLine`` stands
before any transport and loses, flips, inserts and repeats bytes and delivers them in pieces, by a seed.
"""

import random
import zlib
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinykd.link.device import Device
from tinykd.link.frames import Frame, FrameReader, encode_frame
from tinykd.link.replies import (
    ERROR,
    NAK,
    ErrorReply,
    Hello,
    InferResult,
    LayerReply,
    Memory,
    Status,
    Stepped,
    Synced,
)
from tinykd.link.requests import (
    HelloRequest,
    Infer,
    LayersRequest,
    MemoryRequest,
    Read,
    ReadSource,
    ResetRequest,
    Run,
    StepRequest,
    SyncRequest,
    Write,
)
from tinykd.link.stream_messages import Feed, SensorRequest
from tinykd.link.transport import Transport

BOOT_NOISE = b"\xc1\xfe\x80rst:0x1 (POWERON)\xff\r\ntinykd fake (static) ready, type help\r\n"
SHA256 = bytes([0xAB, 0xCD, *range(1, 31)])


def hidden_layer(inputs: NDArray[np.int8]) -> NDArray[np.uint8]:
    """(n, input bytes) to the same: c/fake_model.c's first layer."""
    return (inputs.astype(np.uint8).astype(np.int64) * 3 + 1).astype(np.uint8)


def fake_outputs(inputs: NDArray[np.int8], output_bytes: int = 10) -> NDArray[np.int8]:
    """(n, input bytes) to (n, output_bytes), as c/fake_model.c computes it."""
    hidden = hidden_layer(inputs).astype(np.int64)
    sums = np.zeros((len(inputs), output_bytes), np.int64)
    for i in range(inputs.shape[1]):
        sums[:, i % output_bytes] += hidden[:, i]
    return sums.astype(np.uint8).view(np.int8)


@dataclass
class Clock:
    """Seconds that pass only when somebody waits."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeBoard:
    """A transport with a board at its end. Times in seconds."""

    clock: Clock = field(default_factory=Clock)
    input_bytes: int = 64
    output_bytes: int = 10
    max_payload: int = 512
    max_reply: int = 1024
    window: int = 4000
    infer_s: float = 0.0
    deaf: bool = False  # answers nothing
    chatter: bytes = b""  # printed at every read, for ever
    reset_after: int | None = None  # requests, after which it resets once
    fault: Status = Status.OK
    protocol: int = 2
    firmware: str = "0123456789abcdef"

    def __post_init__(self) -> None:
        self.computed = 0
        self.most_under_way = 0
        self._reader = FrameReader()
        self._out: deque[tuple[float, bytes]] = deque()  # when due, what
        self._busy_until = 0.0
        self._job: tuple[int, bytearray] | None = None
        self._done: tuple[int, bytes, int] | None = None  # tag, output, hash of the inputs
        self._stepped: tuple[int, int, bytes] | None = None  # tag, layers done, last output

    # the transport

    def write(self, data: bytes) -> None:
        dropped = self._reader.dropped
        for frame in self._reader.feed(data):
            self._busy_until = max(self._busy_until, self.clock.now)
            if not self.deaf:
                self._receive(frame)
        for _ in range(self._reader.dropped - dropped):
            self._say(Frame(NAK, 0, b"\x04"))
        self.most_under_way = max(self.most_under_way, len(self._out))

    def read(self, timeout_s: float) -> bytes:
        if self._out and self._out[0][0] <= self.clock.now:
            return self._out.popleft()[1]
        due = self._out[0][0] if self._out else float("inf")
        self.clock.now = min(due, self.clock.now + max(timeout_s, 1e-6))
        return self._out.popleft()[1] if due <= self.clock.now else self.chatter

    def close(self) -> None:
        pass

    # the firmware

    def _receive(self, frame: Frame) -> None:
        if self.reset_after is not None:
            self.reset_after -= 1
            if self.reset_after < 0:
                self.reset_after = None
                self._reset()
                return
        self._answer(frame)

    def _reset(self) -> None:
        self._job = self._done = self._stepped = None
        self._out.append((self._busy_until, BOOT_NOISE))

    def _say(self, frame: Frame) -> None:
        self._out.append((self._busy_until, b"\0" + encode_frame(frame)))

    def _answer(self, frame: Frame) -> None:
        reply = self._payload(frame)
        if isinstance(reply, Status):
            self._say(Frame(ERROR, frame.sequence, ErrorReply(reply, frame.type).to_bytes()))
        else:
            self._say(Frame(frame.type + 0x40, frame.sequence, reply))
        if frame.type == ResetRequest.TYPE:
            self._reset()

    def _payload(self, frame: Frame) -> bytes | Status:
        match frame.type:
            case HelloRequest.TYPE:
                self._job = self._done = self._stepped = None
                return self._hello(HelloRequest.from_bytes(frame.payload).nonce).to_bytes()
            case Infer.TYPE:
                return self._infer(Infer.from_bytes(frame.payload))
            case SyncRequest.TYPE:
                nonce = SyncRequest.from_bytes(frame.payload).nonce
                return Synced(nonce, self._hello(nonce).identity).to_bytes()
            case Write.TYPE:
                return self._write(Write.from_bytes(frame.payload))
            case Run.TYPE:
                return self._run(Run.from_bytes(frame.payload))
            case StepRequest.TYPE:
                return self._step(StepRequest.from_bytes(frame.payload))
            case Read.TYPE:
                return self._read(Read.from_bytes(frame.payload))
            case LayersRequest.TYPE:
                first = LayersRequest.from_bytes(frame.payload).first
                return b"".join(layer.to_bytes() for layer in self._layers()[first:])
            case MemoryRequest.TYPE:
                return Memory(2048, 700, 106, 112).to_bytes()
            case ResetRequest.TYPE:
                return b""
        is_stream = SensorRequest.TYPE <= frame.type <= Feed.TYPE
        return Status.SENSOR if is_stream else Status.FRAME

    def _hello(self, nonce: int) -> Hello:
        return Hello(
            nonce=nonce,
            protocol=self.protocol,
            fault=self.fault,
            max_payload=self.max_payload,
            max_reply=self.max_reply,
            layers_count=2,
            rx_window=self.window,
            tick_hz=10**9,
            arena_bytes=106,
            arena_available=112,
            input_bytes=self.input_bytes,
            output_bytes=self.output_bytes,
            model_sha256=SHA256.hex(),
            model_name="fake",
            runtime="static",
            tick_unit="ns",
            firmware=self.firmware,
        )

    def _layers(self) -> tuple[LayerReply, ...]:
        return (
            LayerReply("hidden", "fake_hidden", self.input_bytes, self.input_bytes),
            LayerReply("logits", "fake_logits", self.input_bytes, self.output_bytes),
        )

    def _compute(self, data: bytes) -> bytes:
        self.computed += 1
        self._busy_until += self.infer_s
        return fake_outputs(np.frombuffer(data, np.int8)[np.newaxis], self.output_bytes).tobytes()

    def _infer(self, infer: Infer) -> bytes | Status:
        if len(infer.inputs) != self.input_bytes:
            return Status.RANGE
        if zlib.crc32(infer.inputs) != infer.hash:
            return Status.HASH
        return self._result(self._compute(infer.inputs), infer.hash, self.output_bytes)

    def _result(self, output: bytes, input_hash: int, room: int) -> bytes:
        return InferResult(output[:room], 1000, input_hash, zlib.crc32(output)).to_bytes()

    def _write(self, write: Write | Run) -> bytes | Status:
        if write.offset == 0:
            self._job, self._done, self._stepped = (write.tag, bytearray()), None, None
        if self._job is None or self._job[0] != write.tag or write.offset > len(self._job[1]):
            return Status.STATE
        self._job[1][write.offset : write.offset + len(write.data)] = write.data
        return b""

    def _whole(self, tag: int) -> bytes | None:
        whole = self._job is not None and self._job[0] == tag and len(self._job[1]) == self.input_bytes
        return bytes(self._job[1]) if self._job and whole else None

    def _run(self, run: Run) -> bytes | Status:
        if self._done is None or (self._done[0], self._done[2]) != (run.tag, run.hash):
            if self._write(run) == Status.STATE:
                return Status.STATE
            data = self._whole(run.tag)
            if data is None:
                return Status.STATE
            if zlib.crc32(data) != run.hash:
                self._job = None
                return Status.HASH
            self._done, self._job = (run.tag, self._compute(data), run.hash), None
        return self._result(self._done[1], run.hash, run.room)

    def _step(self, step: StepRequest) -> bytes | Status:
        data = self._whole(step.tag)
        if data is not None and self._stepped is None:
            if zlib.crc32(data) != step.hash:
                self._job = None
                return Status.HASH
            self._stepped = (step.tag, 0, data)
        if self._stepped is None or self._stepped[0] != step.tag:
            return Status.STATE
        done = self._stepped[1]
        if not done - 1 <= step.layer <= done:
            return Status.STATE
        if step.layer == done:
            row = np.frombuffer(data or b"", np.int8)[np.newaxis]
            output = hidden_layer(row) if done == 0 else fake_outputs(row, self.output_bytes)
            self._stepped = (step.tag, done + 1, output.tobytes())
        return Stepped(1000, zlib.crc32(self._stepped[2])).to_bytes()

    def _read(self, read: Read) -> bytes | Status:
        if read.source == ReadSource.OUTPUT:
            if self._done is None or self._done[0] != read.tag:
                return Status.STATE
            return self._done[1][read.offset : read.offset + read.length]
        if self._stepped is None or self._stepped[0] != read.tag:
            return Status.STATE
        return self._stepped[2][read.offset : read.offset + read.length]


@dataclass
class FaultyLine:
    """Does harm to at most ``faults`` chunks each way, with ``chance`` for each; then it behaves."""

    inner: Transport
    rng: random.Random
    faults: int = 5
    chance: float = 0.3
    split: bool = True
    done: int = 0

    def __post_init__(self) -> None:
        self._pending = bytearray()

    def write(self, data: bytes) -> None:
        self.inner.write(self._harm(data))

    def read(self, timeout_s: float) -> bytes:
        if not self._pending:
            self._pending += self._harm(self.inner.read(timeout_s))
        size = self.rng.randint(1, 50) if self.split else len(self._pending)
        piece = bytes(self._pending[:size])
        del self._pending[:size]
        return piece

    def close(self) -> None:
        self.inner.close()

    def _harm(self, data: bytes) -> bytes:
        if not data or self.done >= self.faults or self.rng.random() > self.chance:
            return data
        self.done += 1
        at = self.rng.randrange(len(data))
        length = self.rng.randint(1, 30)
        match self.rng.randrange(6):
            case 0:  # lost
                return data[:at] + data[at + length :]
            case 1:  # flipped
                return data[:at] + bytes((data[at] ^ (1 << self.rng.randrange(8)),)) + data[at + 1 :]
            case 2:  # noise inserted
                return data[:at] + self.rng.randbytes(length) + data[at:]
            case 3:  # all of it twice
                return data + data
            case 4:  # all of it lost
                return b""
            case _:  # flood
                return data[:at] + b"\xff" * 3000 + data[at:]


def samples(n: int, board: FakeBoard, seed: int = 0) -> NDArray[np.int8]:
    return np.random.default_rng(seed).integers(-128, 128, (n, board.input_bytes), dtype=np.int8)


def outputs(device: Device, inputs: NDArray[np.int8]) -> NDArray[np.int8]:
    return np.stack([np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)])
