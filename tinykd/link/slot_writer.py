"""Another model into the slot of a board: what is asked, in which order, and what a refusal means.

One request at a time: a processor may stand still while its flash is written, and would lose what comes
meanwhile.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tinykd.errors import LinkError
from tinykd.link.faults import RefusedError
from tinykd.link.replies import Hello, Status
from tinykd.link.requests import Request
from tinykd.link.slot_messages import (
    Slot,
    SlotBegin,
    SlotCommit,
    SlotConfirm,
    SlotRequest,
    SlotRevert,
    SlotWrite,
)
from tinykd.link.windowed_requests import WindowedRequests

ATTEMPTS = 3  # to write it whole, where the board starts anew in between
PIECE_BYTES = 512  # at most


@dataclass(frozen=True, slots=True)
class SlotPayload:
    """A model for a slot. ``graph``: 64 hexadecimal digits, as ``sha256`` of its file."""

    payload: bytes
    graph: str
    sha256: str


class SlotWriter:
    """The slot of the board behind ``requests``, which said ``hello``."""

    def __init__(self, requests: WindowedRequests, hello: Hello) -> None:
        self._requests, self._hello = requests, hello
        self.where = requests.line.where

    def slot(self) -> Slot:
        """What there is; ``LinkError`` for firmware without a slot."""
        try:
            reply = self._requests.request(SlotRequest())
        except RefusedError as refused:
            found = f"firmware {self._hello.firmware} has no slot for another model"
            fix = "Say slot = true under [firmware] in tinykd.toml, or compile with --slot, and flash it once"
            raise LinkError(self.where, found, "one that was made with a slot", fix) from refused
        with self._requests.understanding():
            return Slot.from_bytes(reply)

    def write(self, model: SlotPayload, slot: Slot, advance: Callable[[int], None]) -> None:
        """Sends ``model``, which the next start-up tries; ``advance`` is told of bytes that are written."""
        self._check(model, slot)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._write(model, slot, advance)
            except RefusedError as refused:
                if refused.status not in (Status.STATE, Status.HASH) or attempt == ATTEMPTS:
                    raise self._not_written(refused) from refused
            else:
                return

    def confirm(self, sha256: str) -> None:
        """The model in use stays."""
        self._ask(SlotConfirm(bytes.fromhex(sha256)))

    def revert(self) -> None:
        """The next start-up uses the model before."""
        try:
            self._requests.request(SlotRevert())
        except RefusedError as refused:
            if refused.status is not Status.STATE:
                raise self._not_written(refused) from refused
            found = "the model that was compiled into the firmware is in use"
            raise LinkError(self.where, found, "another one to go back from") from refused

    def _ask(self, request: Request) -> None:
        try:
            self._requests.request(request)
        except RefusedError as refused:
            raise self._not_written(refused) from refused

    def _write(self, model: SlotPayload, slot: Slot, advance: Callable[[int], None]) -> None:
        data = model.payload
        begin = SlotBegin(len(data), zlib.crc32(data), slot.graph, bytes.fromhex(model.sha256))
        self._requests.request(begin)
        most = min(PIECE_BYTES, self._hello.max_payload - SlotWrite.HEAD_BYTES)
        piece = max(most // slot.unit_bytes, 1) * slot.unit_bytes
        for at in range(0, len(data), piece):
            self._requests.request(SlotWrite(at, data[at : at + piece]))
            advance(min(piece, len(data) - at))
        self._requests.request(SlotCommit())

    def _check(self, model: SlotPayload, slot: Slot) -> None:
        size = len(model.payload)
        if size > slot.room_bytes:
            found = f"the model has {size:,} bytes for the slot"
            fix = "Flash it with its firmware (tinykd flash), or make the model narrower"
            raise LinkError(self.where, found, f"at most the {slot.room_bytes:,} of a bank", fix)
        if model.graph != slot.graph.hex():
            found = f"the model has graph {model.graph[:12]}, that of the firmware is {slot.graph.hex()[:12]}"
            raise LinkError(
                self.where,
                found,
                "the same layers, shapes, kernels, scales of inputs and outputs, and version of tinykd",
                "Flash it with its firmware: tinykd flash",
            )

    def _not_written(self, refused: RefusedError) -> LinkError:
        if refused.status is Status.FLASH:
            found = "what was written to the flash cannot be read there"
            return LinkError(
                self.where, found, "a flash that holds it", "The model before stays in use. Try again"
            )
        return refused
