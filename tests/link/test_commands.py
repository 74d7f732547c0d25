"""Requests and replies: bytes locked in vectors, round trips, refusal of what is malformed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.link import live_messages as live
from tinykd.link import requests as ask
from tinykd.link import stream_messages as stream
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ErrorReply, Hello, InferResult, LayerReply, Memory, Status, Stepped, Synced

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "commands.json").read_text()
)
u16, u32 = st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)

HELLO = Hello(
    nonce=0x04030201,
    protocol=2,
    fault=Status.OK,
    max_payload=528,
    max_reply=1024,
    layers_count=2,
    rx_window=4000,
    tick_hz=1_000_000_000,
    arena_bytes=90,
    arena_available=96,
    input_bytes=64,
    output_bytes=10,
    model_sha256=bytes(range(32)).hex(),
    model_name="fake",
    runtime="static",
    tick_unit="ns",
    build="tinykd 0.1.0",
    compiler="12.2.0",
    firmware="0123456789abcdef",
    core_hz=48_000_000,
    features="dsp fpu",
    caches="icache",
    kernels="tinykd for cortex-m4, balanced",
    rounding="double",
)
KNOWN: dict[str, Any] = {
    "hello request": ask.HelloRequest(0x04030201),
    "sync request": ask.SyncRequest(0x04030201),
    "infer": ask.Infer(0xDEADBEEF, b"\x80\x00\x7f"),
    "write": ask.Write(0x1234, 0x00010002, b"abc"),
    "write nothing": ask.Write(1, 0, b""),
    "run": ask.Run(0xDEADBEEF, 1012, 0xFFFF, 506, b"xyz"),
    "run, all is written": ask.Run(1, 2, 3, 4, b""),
    "step": ask.StepRequest(0xDEADBEEF, 1, 258),
    "read output": ask.Read(1, ask.ReadSource.OUTPUT, 1020, 1024),
    "read layer": ask.Read(65535, ask.ReadSource.LAYER, 2**32 - 1, 65535),
    "layers request": ask.LayersRequest(7),
    "memory request": ask.MemoryRequest(),
    "reset request": ask.ResetRequest(),
    "hello": HELLO,
    "synced": Synced(0x04030201, 0xDEADBEEF),
    "result": InferResult(b"\x80\x7f", 0x12345678, 0xDEADBEEF, 1),
    "stepped": Stepped(2**32 - 1, 0xDEADBEEF),
    "memory": Memory(2048, 700, 90, 96),
    "error": ErrorReply(Status.STATE, 0x83),
    "sensor request": stream.SensorRequest(),
    "start": stream.StartRequest(256, 8, 100_000, 6),
    "stop": stream.StopRequest(),
    "credit": stream.Credit(0x01020304),
    "feed": stream.Feed(0x01020304, b"\xff\x7f\x00\x80"),
    "sensor": stream.Sensor(True, False, 3, 104_000, 0.5, 256, "ax,ay,az"),
    "started": stream.Started(256, 0xDEADBEEF, 1024),
    "stopped": stream.Stopped(16_000, 3, 1),
    "listen": live.ListenRequest(160, 4, 1, 16_000_000, 1, 0.5),
    "listening": live.ListenStarted(7, 256, 480, 320, 49, 40, 2, 16_000_000, 1),
    "heard": live.Heard(9, 1792, 3, 0xDEADBEEF, 12, 32767),
    "heard an event": live.Heard(
        9,
        1792,
        3,
        0xDEADBEEF,
        12,
        32767,
        live.Answer(5, 999, 0xDEADBEEF, 1, 2, -3, b"\x80\x00\x7f"),
        b"\x01\x02",
    ),
    "heard nothing": live.Heard(0, 1, 0, 0, 0, 0, live.Answer(1, 2, 3, 4, -1, 0, b"")),
    "block": stream.Block(7, 1792, 0xDEADBEEF, 2100, 3, b"\xff\x7f\x00\x80"),
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_vectors(vector: dict[str, Any]) -> None:
    value, payload = KNOWN[vector["name"]], bytes.fromhex(vector["payload"])
    assert value.to_bytes() == payload
    assert type(value).from_bytes(payload) == value


def test_every_command_has_a_vector() -> None:
    assert {v["name"] for v in VECTORS} == set(KNOWN)


@given(st.builds(ask.Write, u16, u32, st.binary(max_size=600)))
def test_write_round_trip(write: ask.Write) -> None:
    assert ask.Write.from_bytes(write.to_bytes()) == write


@given(st.builds(ask.Read, u16, st.sampled_from(ask.ReadSource), u32, u16))
def test_read_round_trip(read: ask.Read) -> None:
    assert ask.Read.from_bytes(read.to_bytes()) == read


@given(st.lists(st.builds(LayerReply, st.text(max_size=60), st.text(max_size=20), u32, u32), max_size=5))
def test_layers_round_trip(layers: list[LayerReply]) -> None:
    assert LayerReply.all_from_bytes(b"".join(layer.to_bytes() for layer in layers)) == tuple(layers)


def test_a_name_that_is_not_utf8_is_shown_not_refused() -> None:
    payload = HELLO.to_bytes().replace(b"fake", b"\xff\xfe\x00a")
    assert Hello.from_bytes(payload).model_name == "��\0a"


def test_identity_changes_with_model_and_firmware() -> None:
    others = replace(HELLO, firmware="f"), replace(HELLO, model_sha256="00" * 32)
    assert len({HELLO.identity, *(other.identity for other in others)}) == 3
    assert replace(HELLO, model_name="other", nonce=7, fault=Status.ARENA).identity == HELLO.identity


@given(st.text(max_size=90))
def test_any_model_name(name: str) -> None:
    hello = replace(HELLO, model_name=name)
    found = Hello.from_bytes(hello.to_bytes())
    assert found == hello or len(name.encode()) > 255


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (ask.HelloRequest, b"123"),
        (ask.Write, b"12345"),
        (ask.Run, b"12345678901"),
        (ask.StepRequest, b"1234567"),
        (ask.Infer, b"123"),
        (ask.Read, b"\x01\x00\x02\x00\x00\x00\x00\x01\x00"),  # source 2
        (ask.MemoryRequest, b"1"),
        (Hello, HELLO.to_bytes()[:40]),
        (Hello, HELLO.to_bytes()[:-1]),
        (Hello, HELLO.to_bytes() + b"\x63"),  # a fact without a length
        (Hello, HELLO.to_bytes() + b"\x63\x02a"),
        (Hello, HELLO.to_bytes()[:5] + b"\x63" + HELLO.to_bytes()[6:]),  # status 99
        (InferResult, b"12345678901"),
        (Stepped, b"1234567"),
        (Synced, b"1234567"),
        (Memory, bytes(15)),
        (ErrorReply, b"\x63\x80"),
        (ErrorReply, b"\x01"),
        (stream.Feed, b"123"),
        (stream.Sensor, bytes(14)),  # no names
        (live.Heard, bytes(22)),
        (live.Heard, bytes(22) + b"\x01"),  # no answer
        (live.Heard, bytes(22) + b"\x02\x03\x00ab"),  # a row cut short
        (stream.Started, bytes(9)),
        (stream.Stopped, bytes(11)),
        (stream.Block, bytes(19)),
        (stream.Block, bytes(21)),  # half a sample
    ],
)
def test_malformed(kind: Any, payload: bytes) -> None:
    with pytest.raises(MalformedPayload):
        kind.from_bytes(payload)


@pytest.mark.parametrize("record", [b"1234567", bytes(8), bytes(8) + b"\x05ab", bytes(8) + b"\x01a\x03b"])
def test_malformed_layers(record: bytes) -> None:
    for payload in (bytes((len(record), 0)) + record, bytes((len(record) + 1, 0)) + record, b"\1"):
        with pytest.raises(MalformedPayload):
            LayerReply.all_from_bytes(payload)


def test_what_a_newer_board_adds_is_passed_over() -> None:
    assert Hello.from_bytes(HELLO.to_bytes() + b"\xc8\x03new") == HELLO
    assert Memory.from_bytes(Memory(1, 2, 3, 4).to_bytes() + b"more") == Memory(1, 2, 3, 4)
    assert Stepped.from_bytes(Stepped(1, 2).to_bytes() + b"more") == Stepped(1, 2)
    layer = LayerReply("dense", "kernel", 1, 2)
    record = layer.to_bytes()[2:] + b"more"
    assert LayerReply.all_from_bytes(2 * (bytes((len(record), 0)) + record)) == (layer, layer)


def test_what_an_older_board_does_not_say_is_empty() -> None:
    hello = Hello.from_bytes(HELLO.to_bytes()[: Hello.HEAD_BYTES] + b"\1\4fake")
    assert (hello.model_name, hello.runtime, hello.core_hz, hello.kernels) == ("fake", "", 0, "")
