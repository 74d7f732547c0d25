"""A board as a whole: who it is, inferences in bulk, layer by layer, memory marks, reset.

Frames, windows and recovery are the exchange's affair; this module knows which requests make up a question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import LinkError
from tinykd.link.exchange import Exchange, Job, LinkStatistics
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import Hello, InferResult, Layer, Memory, Stepped
from tinykd.link.requests import (
    Infer,
    LayersRequest,
    MemoryRequest,
    Read,
    ResetRequest,
    Run,
    Source,
    Step,
    Write,
)
from tinykd.link.transport import PortSettings, SerialTransport, Transport

TICKS_BYTES = 4  # before the output in a reply
LAST_TAG = 65535


@dataclass(frozen=True, slots=True)
class LayerRun:
    """One layer computed on the board: its time and, where asked for, its output."""

    ticks: int
    output: bytes


class Device:
    """A board behind a transport. ``hello`` is said first by whatever needs it."""

    def __init__(self, transport: Transport, exchange: Exchange) -> None:
        self._transport = transport
        self._exchange = exchange
        self._hello: Hello | None = None
        self._layers: tuple[Layer, ...] | None = None

    @classmethod
    def open(
        cls, url: str, baud: int = 115200, *, dtr: bool = True, rts: bool = True, timeout_s: float = 5.0
    ) -> Self:
        """Open the port ``url`` and speak tinykd's protocol on it; closes with ``with``."""
        transport = SerialTransport.open(url, PortSettings(baud, dtr, rts))
        return cls(transport, Exchange(transport, url, timeout_s=timeout_s))

    def close(self) -> None:
        """Give the port back."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def where(self) -> str:
        """The port, for messages."""
        return self._exchange.where

    @property
    def statistics(self) -> LinkStatistics:
        """What has gone over the line so far."""
        return self._exchange.statistics

    def hello(self) -> Hello:
        """Who is there; also puts both ends in step."""
        self._hello = self._exchange.hello()
        return self._hello

    def infer_many(self, inputs: NDArray[np.int8]) -> Iterator[InferResult]:
        """One result per row of ``inputs`` (n, *input shape), in order, as fast as the line goes."""
        hello = self._ready()
        rows = _rows(inputs, hello, self.where)
        for replies in self._exchange.run(_inference(row, i, hello) for i, row in enumerate(rows)):
            with self._exchange.understanding():
                result = _result(replies)
            yield result

    def layers(self) -> tuple[Layer, ...]:
        """The layers of the program on the board, in the order in which they run."""
        count = self._ready().layers_count
        if self._layers is None:
            layers: tuple[Layer, ...] = ()
            while len(layers) < count:
                reply = self._exchange.request(LayersRequest(len(layers)))
                with self._exchange.understanding():
                    more = Layer.all_from_bytes(reply)
                if not more:
                    raise LinkError(
                        self.where, f"{len(layers)} layers named", f"{count} as in hello", "Flash it again"
                    )
                layers += more
            self._layers = layers
        return self._layers

    def run_layers(self, inputs: NDArray[np.int8], *, outputs: bool = True) -> tuple[LayerRun, ...]:
        """Compute one sample layer by layer; if ``outputs``, fetch each layer's output right after it."""
        hello = self._ready()
        (row,) = _rows(inputs[np.newaxis], hello, self.where)
        sizes = [layer.output_bytes if outputs else 0 for layer in self.layers()]
        writes = _writes(row, LAST_TAG, hello)
        steps = [_stepping(i, size, hello) for i, size in enumerate(sizes)]
        job = writes + tuple(request for step in steps for request in step)
        replies = next(self._exchange.run([job]))[len(writes) :]
        with self._exchange.understanding():
            return tuple(_layer_runs(replies, [len(step) for step in steps]))

    def read_layer(self, inputs: NDArray[np.int8], layer: int) -> bytes:
        """The output of layer number ``layer`` for one sample."""
        return self.run_layers(inputs)[layer].output

    def profile(self, inputs: NDArray[np.int8]) -> tuple[tuple[Layer, int], ...]:
        """Each layer with the ticks that it took for one sample."""
        runs = self.run_layers(inputs, outputs=False)
        return tuple(zip(self.layers(), (run.ticks for run in runs), strict=True))

    def memory(self) -> Memory:
        """Stack and arena marks, since the board started."""
        self._ready()
        reply = self._exchange.request(MemoryRequest())
        with self._exchange.understanding():
            return Memory.from_bytes(reply)

    def reset(self) -> Hello:
        """Restart the firmware and wait until it answers again."""
        self._ready()
        self._exchange.request(ResetRequest())
        return self.hello()

    def _ready(self) -> Hello:
        return self._hello or self.hello()


def _rows(inputs: NDArray[np.int8], hello: Hello, where: str) -> NDArray[np.int8]:
    """``inputs`` as (n, bytes of the model's inputs)."""
    width = int(np.prod(inputs.shape[1:]))
    rows = np.ascontiguousarray(inputs, dtype=np.int8).reshape(len(inputs), width)
    if width != hello.input_bytes:
        raise LinkError(
            where, f"a model with {hello.input_bytes} input bytes", f"{width}, as the samples have"
        )
    return rows


def _inference(row: NDArray[np.int8], index: int, hello: Hello) -> Job:
    """One frame where input and output fit, else input in pieces, run, rest of the output in pieces."""
    first_bytes = hello.max_reply - TICKS_BYTES
    if hello.input_bytes <= hello.max_payload and hello.output_bytes <= first_bytes:
        return (Infer(row.tobytes()),)
    tag = 1 + index % (LAST_TAG - 1)
    return (
        *_writes(row, tag, hello),
        Run(tag),
        *_reads(tag, Source.OUTPUT, first_bytes, hello.output_bytes, hello),
    )


def _writes(row: NDArray[np.int8], tag: int, hello: Hello) -> Job:
    data = row.tobytes()
    size = hello.max_payload - Write.HEAD_BYTES
    return tuple(Write(tag, at, data[at : at + size]) for at in range(0, len(data), size))


def _reads(tag: int, source: Source, start: int, end: int, hello: Hello) -> Job:
    size = hello.max_reply
    return tuple(Read(tag, source, at, min(size, end - at)) for at in range(start, end, size))


def _stepping(layer: int, output_bytes: int, hello: Hello) -> Job:
    return (Step(LAST_TAG, layer), *_reads(LAST_TAG, Source.LAYER, 0, output_bytes, hello))


def _layer_runs(replies: list[bytes], lengths: list[int]) -> Iterator[LayerRun]:
    """``replies`` cut into those of each layer: its ticks, then the pieces of its output."""
    for length in lengths:
        ticks, *pieces = replies[:length]
        replies = replies[length:]
        yield LayerRun(Stepped.from_bytes(ticks).ticks, b"".join(pieces))


def _result(replies: list[bytes]) -> InferResult:
    answers = [r for r in replies if r]  # writes are answered by nothing
    if not answers:
        raise MalformedPayload("no result")
    first = InferResult.from_bytes(answers[0])
    return InferResult(first.output + b"".join(answers[1:]), first.ticks)
