"""A board as a whole: who it is, inferences in bulk, layer by layer, memory marks, reset.

Frames, windows and recovery belong to windowed_requests.py; this module knows which jobs make up a question.
"""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import LinkError
from tinykd.link import faults
from tinykd.link.credited_stream import frames_ahead
from tinykd.link.heard_stream import REPORT_S, HeardStream, ListenOptions
from tinykd.link.jobs import LAST_TAG, Inference, LayerByLayer, LayerRun
from tinykd.link.line import LinkStatistics, SerialLine
from tinykd.link.live_messages import WITH_ROWS, ListenRequest, ListenStarted
from tinykd.link.ports import finder
from tinykd.link.replies import Hello, InferResult, LayerReply, Memory
from tinykd.link.requests import LayersRequest, MemoryRequest, ResetRequest
from tinykd.link.sensor_stream import SensorSource, SensorStream, StreamFormat, block_frames
from tinykd.link.slot_writer import SlotWriter
from tinykd.link.stream_messages import Sensor, SensorRequest, Started, StartRequest, Stopped, StopRequest
from tinykd.link.transport import PortSettings, SerialTransport, Transport
from tinykd.link.windowed_requests import WindowedRequests

__all__ = ["Device", "LayerRun"]


class Device:
    """A board behind a serial line. Whatever needs it asks for ``hello`` first."""

    def __init__(self, requests: WindowedRequests) -> None:
        self._requests = requests
        self._hello: Hello | None = None
        self._layers: tuple[LayerReply, ...] | None = None

    @classmethod
    def open(
        cls,
        url: str,
        baud: int = 115200,
        *,
        dtr: bool = True,
        rts: bool = True,
        timeout_s: float = 5.0,
        find: Callable[[], str] | None = None,
    ) -> Self:
        """Open the port ``url`` and speak tinykd's protocol on it; closes with ``with``.

        ``find`` says where the board's port is now, should it go away. A board with USB is looked for by its
        ids; where nobody knows, that is an error.
        """
        settings = PortSettings(baud, dtr, rts)
        transport = SerialTransport.open(url, settings, timeout_s)
        find_it = find or finder(url)

        def reopen() -> tuple[str, Transport]:
            assert find_it is not None
            now = find_it()
            return now, SerialTransport.open(now, settings, timeout_s)

        line = SerialLine(transport, url, reopen=reopen if find_it else None)
        return cls(WindowedRequests(line, timeout_s=timeout_s))

    def close(self) -> None:
        """Give the port back."""
        self._requests.line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def where(self) -> str:
        """The port, for messages."""
        return self._requests.line.where

    @property
    def statistics(self) -> LinkStatistics:
        """What has gone over the line so far."""
        return self._requests.line.statistics

    def hello(self) -> Hello:
        """Who is there; also puts both ends in step."""
        self._hello = self._requests.hello()
        return self._hello

    def infer_many(self, inputs: NDArray[np.int8]) -> Iterator[InferResult]:
        """One result per row of ``inputs`` (n, *input shape), in order, as fast as the line goes."""
        hello = self._ready()
        rows = _rows(inputs, hello, self.where)
        jobs = (
            Inference(row.tobytes(), 1 + i % (LAST_TAG - 1), hello.output_bytes) for i, row in enumerate(rows)
        )
        yield from self._requests.run(jobs)

    def layers(self) -> tuple[LayerReply, ...]:
        """The layers of the program on the board, in the order in which they run."""
        count = self._ready().layers_count
        if self._layers is None:
            layers: tuple[LayerReply, ...] = ()
            while len(layers) < count:
                reply = self._requests.request(LayersRequest(len(layers)))
                with self._requests.understanding():
                    more = LayerReply.all_from_bytes(reply)
                if not more:
                    raise LinkError(
                        self.where, f"{len(layers)} layers named", f"{count} as in hello", "Flash it again"
                    )
                layers += more
            self._layers = layers
        return self._layers

    def run_layers(
        self, inputs: NDArray[np.int8], *, outputs: bool = True, wanted: Iterable[int] | None = None
    ) -> tuple[LayerRun, ...]:
        """Compute one sample layer by layer; if ``outputs``, fetch each layer's output right after it.

        With ``wanted`` only those layers' outputs are fetched, and nothing after the last of them is run.
        """
        sizes = [layer.output_bytes for layer in self.layers()]
        (row,) = _rows(inputs[np.newaxis], self._ready(), self.where)
        read = frozenset(range(len(sizes)) if wanted is None else wanted) if outputs else frozenset()
        count = len(sizes) if wanted is None or not outputs else max(read, default=-1) + 1
        job = LayerByLayer(row.tobytes(), tuple(sizes[:count]), read)
        return next(self._requests.run([job]))

    def read_layer(self, inputs: NDArray[np.int8], layer: int) -> bytes:
        """The output of layer number ``layer`` for one sample; the layers before it are run, not read."""
        return self.run_layers(inputs, wanted=[layer])[layer].output

    def profile(self, inputs: NDArray[np.int8]) -> tuple[tuple[LayerReply, int], ...]:
        """Each layer with the ticks that it took for one sample."""
        runs = self.run_layers(inputs, outputs=False)
        return tuple(zip(self.layers(), (run.ticks for run in runs), strict=True))

    def memory(self) -> Memory:
        """Stack and arena marks, since the board started."""
        self._ready()
        reply = self._requests.request(MemoryRequest())
        with self._requests.understanding():
            return Memory.from_bytes(reply)

    def sensor(self) -> Sensor:
        """What the firmware measures with; ``LinkError`` where there is no sensor."""
        self._ready()
        try:
            reply = self._requests.request(SensorRequest())
        except faults.RefusedError as refused:
            raise faults.no_sensor(refused.where) from refused
        with self._requests.understanding():
            return Sensor.from_bytes(reply)

    def start_stream(self, sensor: Sensor, source: SensorSource | None = None) -> SensorStream:
        """The ``sensor`` measures from now on; ``source`` is what a virtual one measures.

        Any other question but ``stop_stream`` ends it.
        """
        hello = self._ready()
        channels = sensor.channels if source is None else source.samples.shape[1]
        rate = sensor.rate_millihz if source is None else source.rate_millihz
        frames = block_frames(channels, rate, hello, is_fed=source is not None)
        wish = (rate, channels) if source is not None else (0, 0)
        try:
            reply = self._requests.request(StartRequest(frames, 0, *wish))
        except faults.RefusedError as refused:
            raise faults.no_stream(refused, channels) from refused
        with self._requests.understanding():
            started = Started.from_bytes(reply)
        what = StreamFormat(channels, rate, source)
        return SensorStream(self._requests.line, hello, started, what, self._requests.timeout_s)

    def listen(self, sensor: Sensor, options: ListenOptions) -> HeardStream:
        """The board asks its model what the ``sensor`` measures, from now on, and reports.

        Any other question but ``stop_stream`` ends it.
        """
        hello, source = self._ready(), options.source
        channels = sensor.channels if source is None else source.samples.shape[1]
        if source is None:
            every = round(REPORT_S * sensor.rate_millihz / 1000)
        else:  # half of what may be fed ahead, as the board sees to
            every = frames_ahead(hello, 2**16, channels) // 2
        wish = (options.rate_millihz, channels, options.scale) if source is not None else (0, 0, 0.0)
        flags = WITH_ROWS if options.rows else 0
        try:
            reply = self._requests.request(ListenRequest(min(max(1, every), 2**16 - 1), 0, flags, *wish))
        except faults.RefusedError as refused:
            raise faults.no_listening(refused, channels) from refused
        with self._requests.understanding():
            listening = ListenStarted.from_bytes(reply)
        return HeardStream(self._requests.line, hello, listening, options, self._requests.timeout_s)

    def stop_stream(self) -> Stopped:
        """End the stream; what was measured in all."""
        reply = self._requests.request(StopRequest())
        with self._requests.understanding():
            return Stopped.from_bytes(reply)

    def slot(self) -> SlotWriter:
        """Of a firmware whose model can be changed."""
        return SlotWriter(self._requests, self._ready())

    def reset(self) -> Hello:
        """Restart the firmware and wait until it answers again."""
        self._ready()
        self._requests.request(ResetRequest())
        self._layers = None
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
