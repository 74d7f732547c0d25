"""A sensor's stream: its frames in blocks, which come within their credit (credited_stream.py)."""

from dataclasses import dataclass

from tinykd.errors import LinkError
from tinykd.link.credited_stream import (
    SHORT_FRAMES_BYTES,
    CreditedStream,
    Feeder,
    Flow,
    SensorSource,
    frames_ahead,
)
from tinykd.link.line import SerialLine
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import Hello
from tinykd.link.stream_messages import BLOCK, Block, Started

__all__ = ["SensorSource", "SensorStream", "StreamFormat", "block_frames"]

BLOCK_S = 0.05  # of measuring in a block, as far as it fits


@dataclass(frozen=True)
class StreamFormat:
    """What is measured; ``source`` where the sensor is a virtual one."""

    channels: int
    rate_millihz: int
    source: SensorSource | None = None


class SensorStream(CreditedStream[Block]):
    """The stream that ``started`` on the board behind ``line``."""

    TYPE = BLOCK

    def __init__(
        self,
        line: SerialLine,
        hello: Hello,
        started: Started,
        format_: StreamFormat,
        timeout_s: float = 5.0,
    ) -> None:
        largest = Block.HEAD_BYTES + 2 * format_.channels * started.block_frames
        every_s = 1000.0 * started.block_frames / format_.rate_millihz
        super().__init__(line, Flow(largest, every_s, timeout_s), _feeder(hello, started, format_))
        self.format = format_
        self.block_frames, self.tick_hz = started.block_frames, hello.tick_hz

    @property
    def lost_blocks(self) -> int:
        """That did not come."""
        return self.lost

    def parsed(self, payload: bytes) -> tuple[Block, int, int]:
        """A block; its frames leave the board with it."""
        block = Block.from_bytes(payload)
        frame_bytes = 2 * self.format.channels
        if len(block.samples) % frame_bytes:
            raise MalformedPayload(f"block {block.number} of {len(block.samples)} bytes")
        return block, block.number, block.first + len(block.samples) // frame_bytes


def _feeder(hello: Hello, started: Started, format_: StreamFormat) -> Feeder | None:
    """Two blocks of zeros come behind the source, so that its last block is whole."""
    if format_.source is None:
        return None
    ahead = max(started.block_frames, frames_ahead(hello, started.feed_frames, format_.channels))
    return Feeder(format_.source, hello, ahead, 2 * started.block_frames)


def block_frames(sensor_channels: int, rate_millihz: int, hello: Hello, *, is_fed: bool) -> int:
    """How many frames make a block: about ``BLOCK_S`` of them, as far as the line's buffers hold them."""
    frames = max(1, round(BLOCK_S * rate_millihz / 1000))
    fit = (hello.max_reply - Block.HEAD_BYTES) // (2 * sensor_channels)
    if is_fed:  # two of them are fed ahead
        fit = min(fit, (hello.rx_window - SHORT_FRAMES_BYTES) // (4 * sensor_channels))
    if fit < 1:
        raise LinkError(hello.model_name, f"{sensor_channels} channels", "frames that fit a block")
    return min(frames, fit)
