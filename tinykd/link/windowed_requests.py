"""Jobs out, results in, over a line that may lose, repeat, reorder and damage bytes.

The board answers requests one after another, in the order in which they came; so replies come in order too.
That leaves one rule for every fault, be it a reply out of order, a NAK or silence: get in step, then go on
with the first request that was not answered. A board that knows nothing of it any more (it was reset) says
so, and its job is begun anew. Doing any of it twice is safe: a job begins from the model's initial state, and
a result must carry the hash of its inputs.

As many bytes as the board's window allows are under way at once, so that the line never waits for Python; of
replies as many as fit the smallest buffer on the way (underway.py).
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tinykd.link import faults
from tinykd.link.adaptive_timeout import AdaptiveTimeout
from tinykd.link.frames import DELIMITER, Frame, most_wire_bytes
from tinykd.link.framesize import FrameSize
from tinykd.link.handshake import greet, synchronize
from tinykd.link.jobs import DamagedTensor, Question, RequestSequence
from tinykd.link.line import SerialLine
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ERROR, NAK, REPLY, ErrorReply, Hello, Status
from tinykd.link.requests import Request
from tinykd.link.stream_messages import BLOCK
from tinykd.link.transport import PortLostError
from tinykd.link.underway import REPLIES_BYTES, reply_wire_bytes

MOST_IN_FLIGHT = 64  # requests; far below the 256 sequence numbers
CAREFUL_JOBS = 8  # after a fault: the next job's first bytes take the place of this one's on the board
MOST_OLD = 256  # replies in a row to requests that were answered before, until the two ends are out of step
RETRIES = 15  # attempts in a row that bring nothing new
T = TypeVar("T")


@dataclass
class _OpenJob(Generic[T]):
    """A job whose replies have not all come."""

    job: RequestSequence[T]
    requests: tuple[Request, ...] = ()
    sent: int = 0
    replies: list[bytes] = field(default_factory=list)
    most_replies: int = 0  # that it ever had
    result: tuple[T] | None = None

    def restart(self, requests: tuple[Request, ...]) -> None:
        """From the first request, which may be cut in another way than before."""
        self.most_replies = 0 if len(requests) != len(self.requests) else self.most_replies
        self.requests, self.sent, self.replies = requests, 0, []

    @property
    def is_finished(self) -> bool:
        return self.result is not None

    @property
    def was_damaged(self) -> bool:
        """It had more replies than now, and was begun again."""
        return len(self.replies) < self.most_replies


@dataclass(frozen=True, slots=True)
class _Flight:
    """A request under way."""

    sequence: int
    type: int
    wire_bytes: int
    reply_bytes: int  # on the wire, at most
    job: _OpenJob  # type: ignore[type-arg]


class WindowedRequests:
    """Runs jobs on the board at the other end of ``line``."""

    def __init__(self, line: SerialLine, *, timeout_s: float = 5.0, retries: int = RETRIES) -> None:
        self.line, self.timeout_s, self.retries = line, timeout_s, retries
        self._hello: Hello | None = None
        self._sizes = FrameSize()
        self._timeout = AdaptiveTimeout(timeout_s, line.clock)
        self._out_of_step = True
        self._attempts = 0  # since something new came
        self._old = 0  # replies in a row that answered nothing
        self._careful = 0  # jobs that are done one at a time
        self._most_in_flight = MOST_IN_FLIGHT
        self._open: deque[_OpenJob] = deque()  # type: ignore[type-arg]
        self._flights: deque[_Flight] = deque()

    def hello(self) -> Hello:
        """Put both ends in step and learn who is there; ``LinkError`` when nobody answers."""
        self._abandon()
        try:
            self._hello = greet(self.line, self.timeout_s, self._take_late)
        except PortLostError as lost:  # a board with its own USB that was just reset
            self.line.reopen(lost)
            self._hello = greet(self.line, self.timeout_s, self._take_late)
        self._sizes.negotiate(self._hello)
        self._out_of_step = False
        return self._hello

    def run(self, jobs: Iterable[RequestSequence[T]]) -> Iterator[T]:
        """The result of each job, in order. Many jobs are under way at once; a fault sends them again."""
        source = iter(jobs)
        self._attempts = 0
        if self._hello is None:
            self.hello()
        try:
            while self._pull(source):
                in_step = self._turn(source)
                while self._open and (result := self._open[0].result):
                    self._open.popleft()
                    self._sizes.succeeded()
                    self._relax()
                    yield result[0]
                if not in_step and self._open:
                    self._recover()
        finally:
            self._abandon()

    def request(self, request: Request) -> bytes:
        """The reply to a single request."""
        return next(self.run([Question(request)]))

    def _pull(self, source: Iterator[RequestSequence[T]]) -> bool:
        """At least one job is open; False when there is none left."""
        if not self._open:
            job = next(source, None)
            if job is not None:
                self._open.append(_OpenJob(job, job.requests(self._sizes.now)))
        return bool(self._open)

    def _turn(self, source: Iterator[RequestSequence[T]]) -> bool:
        """Send what the window allows, take what comes; False when the two ends are out of step."""
        try:
            if self._out_of_step:
                self._synchronize()
            self._fill(source)
            return self._collect()
        except PortLostError as lost:
            self.line.reopen(lost)
            self._flights.clear()
            return False

    def _fill(self, source: Iterator[RequestSequence[T]]) -> None:
        assert self._hello is not None
        frames: list[Frame] = []
        sent = sum(f.wire_bytes for f in self._flights)
        replies = sum(f.reply_bytes for f in self._flights)
        while len(self._flights) < self._most_in_flight:
            job = self._next_unsent(source)
            if job is None:
                break
            request = job.requests[job.sent]
            payload = request.to_bytes()
            sent += (wire_bytes := most_wire_bytes(len(payload)))
            replies += (reply_bytes := reply_wire_bytes(request, self._hello))
            if self._flights and (sent > self._sizes.window or replies > REPLIES_BYTES):
                break
            if not self._flights:
                self._timeout.request_sent()
            frame = self.line.frame(request.TYPE, payload)
            self._flights.append(_Flight(frame.sequence, request.TYPE, wire_bytes, reply_bytes, job))
            job.sent += 1
            frames.append(frame)
        if frames:
            self.line.send(frames, after=DELIMITER if self._careful else b"")  # lest the last zero be lost

    def _next_unsent(self, source: Iterator[RequestSequence[T]]) -> _OpenJob[T] | None:
        for job in self._open:
            if job.sent < len(job.requests):
                return job
            if self._careful and not job.is_finished:
                return None
        made = next(source, None)
        if made is None:
            return None
        self._open.append(_OpenJob(made, made.requests(self._sizes.now)))
        return self._open[-1]

    def _collect(self) -> bool:
        """Take the replies that are there, or wait for one; False when the two ends are out of step."""
        kind = self._flights[0].type if self._flights else None
        frames, broken = self.line.receive(self._timeout.deadline(kind))
        for frame in frames:
            if not self._take(frame):
                self._flights.clear()
                return False
        return bool(frames) and not broken

    def _take(self, frame: Frame) -> bool:
        """Give ``frame`` to the request that it answers; False when replies before it were lost."""
        if frame.type == NAK:
            return False
        if frame.type == BLOCK:
            return True  # of a stream that is about to end
        if not self._flights or frame.sequence != self._flights[0].sequence:
            self._old += 1
            is_old = all(f.sequence != frame.sequence for f in self._flights)
            return is_old and self._old <= MOST_OLD
        self._old = 0
        flight = self._flights.popleft()
        self._timeout.reply_received(flight.type)
        if frame.type == ERROR:
            return self._refused(frame, flight)
        if frame.type != flight.type + REPLY:
            return False
        return self._keep(flight.job, frame.payload)

    def _keep(self, job: _OpenJob[T], payload: bytes) -> bool:
        """One more reply; the last gives the result. False when a tensor was damaged on its way."""
        job.replies.append(payload)
        if len(job.replies) > job.most_replies:
            job.most_replies = len(job.replies)
            self._attempts = 0
        if len(job.replies) < len(job.requests):
            return True
        try:
            with self.understanding():
                job.result = (job.job.result(job.replies),)
        except DamagedTensor:
            self._restart(job)
        return job.is_finished

    def _restart(self, job: _OpenJob[T]) -> None:
        job.restart(job.job.requests(self._sizes.now))

    def _take_late(self, frame: Frame) -> None:
        """A reply that is still waited for is taken as it is."""
        if self._flights and frame.sequence == self._flights[0].sequence and frame.type not in (NAK, ERROR):
            self._take(frame)

    def _refused(self, frame: Frame, flight: _Flight) -> bool:
        """A board that lost a part of the job does it again; any other refusal is final."""
        with self.understanding():
            error = ErrorReply.from_bytes(frame.payload)
        if error.request != flight.type:
            return False
        if error.status is Status.HASH or (error.status is Status.STATE and len(flight.job.requests) > 1):
            self._restart(flight.job)
            return False
        raise faults.refused(self.line.where, error)

    def _recover(self) -> None:
        """In step again; what was not answered is sent again."""
        waiting = bool(self._flights)
        self._attempts += 1
        if self._attempts > self.retries:
            raise faults.lossy(self.line.where, self._attempts)
        try:
            self._synchronize()
        except PortLostError as lost:
            self.line.reopen(lost)
            self._out_of_step = True
        else:
            if waiting and not self._flights and not any(job.was_damaged for job in self._open):
                self._attempts = 0  # nothing was lost: it came late, or what was broken was no reply
                return
        self.line.statistics.recoveries += 1
        self._send_again()

    def _send_again(self) -> None:
        """From the first unanswered request on, one job at a time, in shorter frames if failures go on."""
        self._careful = CAREFUL_JOBS
        if self._attempts > 1:
            self._most_in_flight = 1  # so that a request and its repetition find the board in the same state
        self._flights.clear()
        unfinished = [job for job in self._open if not job.is_finished]
        shorter = self._attempts > 1 and self._sizes.failed(self._longest())
        if unfinished and not shorter:
            first = unfinished.pop(0)
            first.sent = len(first.replies)  # the board still has what it acknowledged
        for job in unfinished:
            self._restart(job)

    def _relax(self) -> None:
        """A job is finished; after some of them all goes at full speed again."""
        self._careful = max(0, self._careful - 1)
        if not self._careful:
            self._most_in_flight = MOST_IN_FLIGHT

    def _longest(self) -> int:
        """Bytes of the longest payload that is still to be answered."""
        requests = (request for job in self._open for request in job.requests[len(job.replies) :])
        return max((len(request.to_bytes()) for request in requests), default=0)

    def _synchronize(self) -> None:
        assert self._hello is not None
        synchronize(self.line, self._hello, self.timeout_s, self._take_late)
        self._out_of_step = False
        self._old = 0

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
            raise faults.malformed(self.line.where, error) from error
