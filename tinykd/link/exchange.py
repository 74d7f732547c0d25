"""Requests out, replies in, over a line that may lose, repeat and damage bytes.

The board answers requests one after another, in the order in which they came; so replies come in order too.
That leaves one rule for every fault, be it a reply out of order, a NAK or silence: say hello until it is
answered, then send all unfinished jobs again. The reply to a hello echoes its nonce: what comes before it is
old, what comes after it is new. Doing a job twice is safe: each begins from the model's initial state.

As many bytes as the board's window allows are under way at once, so that the line never waits for Python.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tinykd.link import faults
from tinykd.link.frames import DELIMITER, Frame, FrameReader, encode_frame, most_wire_bytes
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ERROR, NAK, PROTOCOL_VERSION, REPLY, ErrorReply, Hello, Status
from tinykd.link.requests import HelloRequest, Request
from tinykd.link.transport import Transport

Job = tuple[Request, ...]  # requests that only make sense together, in order
MOST_IN_FLIGHT = 64  # requests; far below the 256 sequence numbers
FIRST_HELLO_S = 0.2  # wait for the first hello's reply; doubled up to the next
LONGEST_HELLO_S = 1.0


@dataclass
class _OpenJob:
    """A job whose replies have not all come."""

    requests: Job
    sent: int = 0
    replies: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Flight:
    """A request under way."""

    sequence: int
    type: int
    wire_bytes: int
    job: _OpenJob


@dataclass
class LinkStatistics:
    """What went over the line; ``recoveries`` counts the times it had to be put in step again."""

    sent_bytes: int = 0
    received_bytes: int = 0
    recoveries: int = 0


class Exchange:
    """Runs jobs on a board. ``clock`` gives seconds and is replaced in tests."""

    def __init__(
        self,
        transport: Transport,
        where: str,
        *,
        timeout_s: float = 5.0,
        retries: int = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.where, self.timeout_s, self.retries = where, timeout_s, retries
        self.statistics = LinkStatistics()
        self._transport, self._clock = transport, clock
        self._reader = FrameReader()
        self._sequence = secrets.randbits(8)
        self._nonce = secrets.randbits(32)
        self._window = 0  # bytes; set by hello
        self._out_of_step = True
        self._open: deque[_OpenJob] = deque()
        self._flights: deque[_Flight] = deque()

    def hello(self) -> Hello:
        """Put both ends in step and learn who is there; ``LinkError`` when nobody answers."""
        self._abandon()
        return self._synchronize()

    def _synchronize(self) -> Hello:
        """Ask, ever less often, until ``timeout_s`` after the last late reply to something else."""
        nonces: set[int] = set()
        wait_s = FIRST_HELLO_S
        silent_at = self._clock() + self.timeout_s
        late_replies = 0
        while self._clock() < silent_at:
            nonces.add(self._send_hello())
            resend_at = min(silent_at, self._clock() + wait_s)
            wait_s = min(2 * wait_s, LONGEST_HELLO_S)
            while frames := self._receive(resend_at):
                hello = self._find_hello(frames, nonces)
                if hello is not None:
                    self._window, self._out_of_step = hello.rx_window, False
                    return hello
                late = sum(f.type >= HelloRequest.TYPE + REPLY and f.type != NAK for f in frames)
                late_replies += late
                if late and late_replies <= MOST_IN_FLIGHT:
                    silent_at = self._clock() + self.timeout_s
        raise faults.silent(self.where, self.timeout_s, self._reader.noise)

    def _send_hello(self) -> int:
        self._nonce = (self._nonce + 1) % 2**32
        frame = Frame(HelloRequest.TYPE, self._next_sequence(), HelloRequest(self._nonce).to_bytes())
        self._send(DELIMITER + encode_frame(frame))
        return self._nonce

    def _find_hello(self, frames: list[Frame], nonces: set[int]) -> Hello | None:
        """The hello among ``frames``; replies before it that are still waited for are taken as they are."""
        for frame in frames:
            if frame.type != HelloRequest.TYPE + REPLY:
                self._take_late(frame)
            elif int.from_bytes(frame.payload[:4], "little") in nonces:
                return self._parse_hello(frame)
        return None

    def _parse_hello(self, frame: Frame) -> Hello:
        version = frame.payload[4] if len(frame.payload) > 4 else 0
        if version != PROTOCOL_VERSION:
            raise faults.version(self.where, version)
        with self.understanding():
            return Hello.from_bytes(frame.payload)

    def run(self, jobs: Iterable[Job]) -> Iterator[list[bytes]]:
        """The replies of each job, in order. Many jobs are under way at once; a fault sends them again."""
        source = iter(jobs)
        if self._out_of_step:
            self._synchronize()
        attempts = 0
        try:
            while self._fill(source):
                in_step = self._collect()
                if self._finished():
                    attempts = 0
                while self._finished():
                    yield self._open.popleft().replies
                if not in_step and self._open:
                    attempts += 1
                    self._recover(attempts)
        finally:
            self._abandon()

    def request(self, request: Request) -> bytes:
        """The reply to a single request."""
        return next(self.run([(request,)]))[0]

    def _finished(self) -> bool:
        return bool(self._open) and len(self._open[0].replies) == len(self._open[0].requests)

    def _fill(self, source: Iterator[Job]) -> bool:
        """Send as much as the window allows; False when nothing is left to wait for."""
        out: list[bytes] = []
        in_flight = sum(f.wire_bytes for f in self._flights)
        while len(self._flights) < MOST_IN_FLIGHT:
            job = self._next_unsent(source)
            if job is None:
                break
            request = job.requests[job.sent]
            payload = request.to_bytes()
            wire_bytes = most_wire_bytes(len(payload))
            if self._flights and in_flight + wire_bytes > self._window:
                break
            frame = Frame(request.TYPE, self._next_sequence(), payload)
            self._flights.append(_Flight(frame.sequence, request.TYPE, wire_bytes, job))
            job.sent += 1
            in_flight += wire_bytes
            out.append(encode_frame(frame))
        if out:
            self._send(b"".join(out))
        return bool(self._open)

    def _next_unsent(self, source: Iterator[Job]) -> _OpenJob | None:
        for job in self._open:
            if job.sent < len(job.requests):
                return job
        requests = next(source, None)
        if requests is None:
            return None
        self._open.append(_OpenJob(requests))
        return self._open[-1]

    def _collect(self) -> bool:
        """Take the replies that are there, or wait for one; False when the two ends are out of step."""
        frames = self._receive(self._clock() + self.timeout_s)
        for frame in frames:
            if not self._take(frame):
                self._flights.clear()
                return False
        return bool(frames)

    def _take(self, frame: Frame) -> bool:
        """Give ``frame`` to the request that it answers; False when replies before it were lost."""
        if frame.type == NAK:
            return False
        if not self._flights or frame.sequence != self._flights[0].sequence:
            return all(f.sequence != frame.sequence for f in self._flights)  # else an old reply, repeated
        flight = self._flights.popleft()
        if frame.type == ERROR:
            return self._refused(frame, flight)
        if frame.type != flight.type + REPLY:
            wrong = MalformedPayload(f"reply 0x{frame.type:02x} to request 0x{flight.type:02x}")
            raise faults.malformed(self.where, wrong)
        flight.job.replies.append(frame.payload)
        return True

    def _take_late(self, frame: Frame) -> None:
        if self._flights and frame.sequence == self._flights[0].sequence and frame.type not in (NAK, ERROR):
            self._take(frame)

    def _refused(self, frame: Frame, flight: _Flight) -> bool:
        """A job of several requests that lost one is begun again; any other refusal is final."""
        with self.understanding():
            error = ErrorReply.from_bytes(frame.payload)
        if error.status is Status.STATE and len(flight.job.requests) > 1:
            return False
        raise faults.refused(self.where, error)

    def _recover(self, attempts: int) -> None:
        if attempts > self.retries:
            raise faults.lossy(self.where, attempts)
        self.statistics.recoveries += 1
        self._synchronize()
        self._flights.clear()
        for job in self._open:
            if len(job.replies) < len(job.requests):
                job.sent = 0
                job.replies.clear()

    def _abandon(self) -> None:
        self._out_of_step |= bool(self._flights)  # their replies may yet come
        self._open.clear()
        self._flights.clear()

    @contextmanager
    def understanding(self) -> Iterator[None]:
        """A reply that cannot be read, inside, is an error of the link."""
        try:
            yield
        except MalformedPayload as error:
            raise faults.malformed(self.where, error) from error

    def _next_sequence(self) -> int:
        sequence = self._sequence
        self._sequence = (sequence + 1) % 256
        return sequence

    def _send(self, data: bytes) -> None:
        self.statistics.sent_bytes += len(data)
        self._transport.write(data)

    def _receive(self, deadline: float) -> list[Frame]:
        """At least one good frame, or none when ``deadline`` has passed."""
        while True:
            data = self._transport.read(max(0.0, deadline - self._clock()))
            self.statistics.received_bytes += len(data)
            frames = self._reader.feed(data)
            if frames or self._clock() >= deadline:
                return frames
