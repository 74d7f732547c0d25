"""The handshake: ask, ever less often, until the answer echoes our number, and both ends are synchronized.

The board answers in order, so all that comes before the echo is old and all that comes after it is new.
Hello says who is there; after that a sync, which is short enough for a bad line, does.
"""

import secrets
from collections.abc import Callable
from typing import TypeVar

from tinykd.link import faults
from tinykd.link.frames import DELIMITER, Frame
from tinykd.link.line import SerialLine
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ERROR, NAK, REPLY, ErrorReply, Hello, Synced
from tinykd.link.requests import HelloRequest, Request, SyncRequest
from tinykd.link.version import PROTOCOL_VERSIONS

FIRST_WAIT_S = 0.1  # for the first answer, before asking again
WAIT_GROWTH = 1.5
LONGEST_WAIT_S = 1.0
LEAST_WAIT_S = 0.02  # after a broken frame
MOST_LATE = 64  # late replies that put off the deadline: as many as are ever under way

Late = Callable[[Frame], None]
R = TypeVar("R")


def greet(line: SerialLine, timeout_s: float, late: Late) -> Hello:
    """The board's hello; ``LinkError`` when nobody answers or in another language."""

    def understand(frame: Frame) -> Hello:
        if frame.type == ERROR:
            raise faults.version(line.where, 1)  # it refuses a hello that is longer than its own
        return _parse_hello(line, frame)

    return _ask(line, timeout_s, HelloRequest, understand, late)


def synchronize(line: SerialLine, hello: Hello, timeout_s: float, late: Late) -> None:
    """In step with the firmware that said ``hello``; ``LinkError`` when another one answers."""

    def understand(frame: Frame) -> Synced:
        if frame.type == ERROR:
            raise faults.refused(line.where, ErrorReply.from_bytes(frame.payload))
        return Synced.from_bytes(frame.payload)

    synced = _ask(line, timeout_s, SyncRequest, understand, late)
    if synced.identity != hello.identity:
        raise faults.changed(line.where, hello)


def _parse_hello(line: SerialLine, frame: Frame) -> Hello:
    version = frame.payload[4] if len(frame.payload) > 4 else 0
    if version not in PROTOCOL_VERSIONS:
        raise faults.version(line.where, version)
    return Hello.from_bytes(frame.payload)


def _ask(
    line: SerialLine,
    timeout_s: float,
    question: Callable[[int], Request],
    understand: Callable[[Frame], R],
    late: Late,
) -> R:
    """Until ``timeout_s`` after the last late reply to something else."""
    nonces: set[int] = set()
    wait_s = FIRST_WAIT_S
    silent_at = line.clock() + timeout_s
    late_count = 0
    while line.clock() < silent_at:
        kind = _send(line, question, nonces)
        resend_at = min(silent_at, line.clock() + wait_s)
        soon = min(resend_at, line.clock() + LEAST_WAIT_S)
        wait_s = min(WAIT_GROWTH * wait_s, LONGEST_WAIT_S)
        while line.clock() < resend_at:
            frames, broken = line.receive(resend_at)
            for frame in frames:
                if _answers(frame, kind, nonces):
                    return _understood(line, frame, understand)
                if frame.type >= HelloRequest.TYPE + REPLY and frame.type != NAK:
                    late(frame)
                    late_count += 1
                    silent_at = line.clock() + timeout_s if late_count <= MOST_LATE else silent_at
            if broken or any(frame.type == NAK for frame in frames):
                resend_at = min(resend_at, max(soon, line.clock()))
    raise faults.silent(line.where, timeout_s, line.reader.noise)


def _send(line: SerialLine, question: Callable[[int], Request], nonces: set[int]) -> int:
    nonce = secrets.randbits(32)
    nonces.add(nonce)
    request = question(nonce)
    line.send([line.frame(request.TYPE, request.to_bytes())], before=DELIMITER, after=DELIMITER)
    return request.TYPE


def _answers(frame: Frame, kind: int, nonces: set[int]) -> bool:
    if frame.type == ERROR:
        return len(frame.payload) > 1 and frame.payload[1] == kind
    return frame.type == kind + REPLY and int.from_bytes(frame.payload[:4], "little") in nonces


def _understood(line: SerialLine, frame: Frame, understand: Callable[[Frame], R]) -> R:
    try:
        return understand(frame)
    except MalformedPayload as error:
        raise faults.malformed(line.where, error) from error
