"""What a board is asked to do, as jobs: requests that only make sense together, and what their replies say.

A job says its requests for frames of any size, since a bad line wants short ones. Tensors are hashed end to
end (CRC-32 over all inputs, all outputs, each layer's output, as they lie in the board's arena): what was put
together wrongly on either side is ``DamagedTensor`` here or status HASH there, and the job is done again.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import InferResult, Stepped
from tinykd.link.requests import Infer, Read, ReadSource, Request, Run, StepRequest, Write

T_co = TypeVar("T_co", covariant=True)
LAST_TAG = 65535  # of layer by layer; inferences take the others in turn


class DamagedTensor(Exception):  # noqa: N818 - an event on the line; the requests are sent again
    """A tensor came with good frames and another hash."""


@dataclass(frozen=True, slots=True)
class FrameSizes:
    """The longest payloads in bytes, each way, that are to be used now."""

    request: int
    reply: int


class RequestSequence(Protocol[T_co]):
    """Requests in order, and the result of their replies."""

    def requests(self, sizes: FrameSizes) -> tuple[Request, ...]:
        """What to send."""

    def result(self, replies: Sequence[bytes]) -> T_co:
        """What the replies, one for each request, say; ``DamagedTensor`` when they do not fit together."""


@dataclass(frozen=True, slots=True)
class Question:
    """A single request, answered by its reply's payload."""

    request: Request

    def requests(self, sizes: FrameSizes) -> tuple[Request, ...]:
        """The one."""
        return (self.request,)

    def result(self, replies: Sequence[bytes]) -> bytes:
        """Its reply."""
        return replies[0]


@dataclass(frozen=True, slots=True)
class Inference:
    """One sample: in one frame where input and output fit, else in pieces."""

    inputs: bytes
    tag: int  # in [1, 65534]
    output_bytes: int

    def requests(self, sizes: FrameSizes) -> tuple[Request, ...]:
        """Inputs, and the outputs that do not fit the first reply."""
        room = sizes.reply - InferResult.HEAD_BYTES
        hash_ = zlib.crc32(self.inputs)
        if Infer.HEAD_BYTES + len(self.inputs) <= sizes.request and self.output_bytes <= room:
            return (Infer(hash_, self.inputs),)
        last = sizes.request - Run.HEAD_BYTES
        start = _written_before(len(self.inputs), sizes.request - Write.HEAD_BYTES, last)
        run = Run(hash_, room, self.tag, start, self.inputs[start:])
        reads = _reads(self.tag, ReadSource.OUTPUT, room, self.output_bytes, sizes)
        return (*_writes(self.inputs[:start], self.tag, sizes), run, *reads)

    def result(self, replies: Sequence[bytes]) -> InferResult:
        """The outputs put together, both hashes checked."""
        answers = [reply for reply in replies if reply]  # writes are answered by nothing
        if not answers:
            raise MalformedPayload("no result")
        first = InferResult.from_bytes(answers[0])
        result = replace(first, output=first.output + b"".join(answers[1:]))
        _check(self.inputs, result.input_hash)
        _check(result.output, result.output_hash)
        return result


@dataclass(frozen=True, slots=True)
class LayerRun:
    """One layer computed on the board: its time and, where asked for, its output."""

    ticks: int
    output: bytes


@dataclass(frozen=True, slots=True)
class LayerByLayer:
    """One sample computed step by step up to the last of ``layers``; each that is ``wanted`` is read at once,

    before the layers after it can take its place in the arena.
    """

    inputs: bytes
    layers: tuple[int, ...]  # bytes of the output of each
    wanted: frozenset[int]

    def requests(self, sizes: FrameSizes) -> tuple[Request, ...]:
        """Inputs, then step and reads, layer by layer."""
        hash_ = zlib.crc32(self.inputs)
        requests: list[Request] = [*_writes(self.inputs, LAST_TAG, sizes)]
        for layer, size in enumerate(self._read_bytes()):
            requests.append(StepRequest(hash_, LAST_TAG, layer))
            requests += _reads(LAST_TAG, ReadSource.LAYER, 0, size, sizes)
        return tuple(requests)

    def result(self, replies: Sequence[bytes]) -> tuple[LayerRun, ...]:
        """One entry for each layer; the outputs of those that were not wanted are empty."""
        answers = iter([reply for reply in replies if reply])
        return tuple(_layer_run(answers, size) for size in self._read_bytes())

    def _read_bytes(self) -> list[int]:
        return [size if layer in self.wanted else 0 for layer, size in enumerate(self.layers)]


def _layer_run(answers: Iterator[bytes], size: int) -> LayerRun:
    stepped, output = Stepped.from_bytes(next(answers, b"")), b""
    while len(output) < size:
        piece = next(answers, b"")
        if not piece:
            raise MalformedPayload("a layer's output is cut short")
        output += piece
    if size:
        _check(output, stepped.output_hash)
    return LayerRun(stepped.ticks, output)


def _check(tensor: bytes, expected: int) -> None:
    if zlib.crc32(tensor) != expected:
        raise DamagedTensor


def _written_before(total: int, piece: int, last: int) -> int:
    """How many of ``total`` bytes go ahead in whole pieces, so that at most ``last`` are left."""
    return 0 if total <= last else -(-(total - last) // piece) * piece


def _writes(data: bytes, tag: int, sizes: FrameSizes) -> tuple[Request, ...]:
    size = sizes.request - Write.HEAD_BYTES
    return tuple(Write(tag, at, data[at : at + size]) for at in range(0, len(data), size))


def _reads(tag: int, source: ReadSource, start: int, end: int, sizes: FrameSizes) -> tuple[Request, ...]:
    size = sizes.reply
    return tuple(Read(tag, source, at, min(size, end - at)) for at in range(start, end, size))
