"""Frames as pure functions, against the vectors that the C tests read too."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.link.frames import Frame, FrameReader, decode_frame, encode_frame, most_wire_bytes

VECTORS = Path(__file__).parent.parent / "vectors"
FRAMES: list[dict[str, Any]] = json.loads((VECTORS / "frames.json").read_text())
STREAMS: list[dict[str, Any]] = json.loads((VECTORS / "streams.json").read_text())

frames = st.builds(Frame, st.integers(0x80, 0xFF), st.integers(0, 255), st.binary(max_size=600))


@pytest.mark.parametrize("vector", FRAMES, ids=lambda v: v["name"])
def test_frame_vectors(vector: dict[str, Any]) -> None:
    frame = Frame(vector["type"], vector["sequence"], bytes.fromhex(vector["payload"]))
    wire = bytes.fromhex(vector["wire"])
    assert encode_frame(frame) == wire
    assert decode_frame(wire[:-1]) == frame
    assert len(wire) <= most_wire_bytes(len(frame.payload))


@pytest.mark.parametrize("vector", STREAMS, ids=lambda v: v["name"])
def test_reader_finds_the_frames_of_every_stream(vector: dict[str, Any]) -> None:
    reader = FrameReader()
    found = reader.feed(bytes.fromhex("".join(vector["bytes"])))
    wanted = [event for event in vector["events"] if event.startswith("frame")]
    said = [f"frame {f.type:02x} {f.sequence:02x} {f.payload.hex()}" for f in found]
    after_silence = len(vector["bytes"]) > 1  # the host has no silence: it asks again, with a zero before
    assert said == wanted or (after_silence and said == wanted[: len(said)])


@given(frames)
def test_round_trip(frame: Frame) -> None:
    wire = encode_frame(frame)
    assert wire.count(0) == 1
    assert wire.endswith(b"\0")
    assert decode_frame(wire[:-1]) == frame


@given(st.lists(frames, max_size=6), st.randoms(use_true_random=False))
def test_pieces_of_any_size(many: list[Frame], rng: random.Random) -> None:
    wire = b"".join(map(encode_frame, many))
    reader, found, at = FrameReader(), [], 0
    while at < len(wire):
        size = rng.randint(1, 40)
        found += reader.feed(wire[at : at + size])
        at += size
    assert found == many


def test_one_byte_at_a_time() -> None:
    reader = FrameReader()
    wire = bytes.fromhex(FRAMES[1]["wire"])
    assert [len(reader.feed(bytes((b,)))) for b in wire] == [0] * (len(wire) - 1) + [1]


@given(frames, st.data())
def test_a_flipped_bit_is_never_another_frame(frame: Frame, data: st.DataObject) -> None:
    wire = bytearray(encode_frame(frame))
    bit = data.draw(st.integers(0, 8 * (len(wire) - 1) - 1))
    wire[bit // 8] ^= 1 << bit % 8
    assert FrameReader().feed(bytes(wire)) == []


@given(st.binary(max_size=3000))
def test_garbage_gives_no_frame(garbage: bytes) -> None:
    assert FrameReader().feed(garbage + b"\0") == []


def test_flood_without_delimiter_is_bounded() -> None:
    reader = FrameReader()
    for _ in range(100):
        assert reader.feed(b"x" * 10_000) == []
    assert len(reader._rest) <= 70_000
    assert reader.noise == b"x" * 200
    assert reader.feed(b"\0" + bytes.fromhex(FRAMES[0]["wire"])) == [Frame(0x87, 0)]
    assert reader.dropped == 1


def test_noise_is_kept_for_the_message() -> None:
    reader = FrameReader()
    reader.feed(b"rst:0x1 (POWERON)\r\n\xff\xfe\0")
    assert reader.noise == b"rst:0x1 (POWERON)\r\n\xff\xfe"
    reader.reset()
    assert reader.noise.startswith(b"rst")
