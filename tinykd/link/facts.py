"""Facts at the end of the reply to hello: key u8, length u8, value.

What this tool does not know is passed over, what an older board does not say is empty: a board may be newer
or older than the tool within one version of the protocol. firmware/link/tkd_protocol.h has the same keys.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields

from tinykd.link.packed import MalformedPayload, pack_text

FACT_KEYS = {
    "model_name": 1,
    "runtime": 2,
    "tick_unit": 3,
    "build": 4,
    "compiler": 5,
    "firmware": 6,
    "core_hz": 7,
    "features": 8,
    "caches": 9,
    "kernels": 10,
    "rounding": 11,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareFacts:
    """What the firmware says of itself beside its sizes."""

    model_name: str = ""
    runtime: str = ""  # "static" or "tflm"
    tick_unit: str = ""  # "instructions", "cycles", "us" or "ns"
    build: str = ""  # what generated the firmware
    compiler: str = ""
    firmware: str = ""  # identity of the firmware's sources
    core_hz: int = 0  # the core's clock; 0 where unknown
    features: str = ""  # instruction set extensions in use: "dsp fpu"
    caches: str = ""  # that are on
    kernels: str = ""  # which kernels compute the model
    rounding: str = ""  # "double" as TFLM's reference kernels, or "single"


def pack_facts(facts: FirmwareFacts) -> bytes:
    """All of ``facts``."""
    packed = b""
    for field, value in zip(fields(facts), astuple(facts), strict=True):
        raw = b"\4" + value.to_bytes(4, "little") if field.name == "core_hz" else pack_text(value)
        packed += bytes((FACT_KEYS[field.name],)) + raw
    return packed


def unpack_facts(payload: bytes) -> FirmwareFacts:
    """The facts that are known; ``MalformedPayload`` when one is cut short."""
    names = {key: name for name, key in FACT_KEYS.items()}
    known = {names[key]: raw for key, raw in _records(payload) if key in names}
    core_hz = int.from_bytes(known.pop("core_hz", b""), "little")
    return FirmwareFacts(
        core_hz=core_hz, **{name: raw.decode("utf-8", "replace") for name, raw in known.items()}
    )


def _records(payload: bytes) -> Iterator[tuple[int, bytes]]:
    while payload:
        end = 2 + payload[1] if len(payload) > 1 else 2
        if len(payload) < end:
            raise MalformedPayload("a fact is cut short")
        yield payload[0], payload[2:end]
        payload = payload[end:]
