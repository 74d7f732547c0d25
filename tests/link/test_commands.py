"""Requests and replies: bytes locked in vectors, round trips, refusal of what is malformed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.link import requests as ask
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ErrorReply, Hello, InferResult, Layer, Memory, Status, Stepped

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "commands.json").read_text()
)
u16, u32 = st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)

HELLO = Hello(
    nonce=0x04030201,
    protocol=1,
    fault=Status.OK,
    max_payload=512,
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
    build="tinykd",
    compiler="12.2.0",
)
KNOWN: dict[str, Any] = {
    "hello request": ask.HelloRequest(0x04030201),
    "infer": ask.Infer(b"\x80\x00\x7f"),
    "write": ask.Write(0x1234, 0x00010002, b"abc"),
    "write nothing": ask.Write(1, 0, b""),
    "run": ask.Run(0xFFFF),
    "step": ask.Step(1, 258),
    "read output": ask.Read(1, ask.Source.OUTPUT, 1020, 1024),
    "read layer": ask.Read(65535, ask.Source.LAYER, 2**32 - 1, 65535),
    "layers request": ask.LayersRequest(7),
    "memory request": ask.MemoryRequest(),
    "reset request": ask.ResetRequest(),
    "hello": HELLO,
    "result": InferResult(b"\x80\x7f", 0x12345678),
    "stepped": Stepped(2**32 - 1),
    "memory": Memory(2048, 700, 90, 96),
    "error": ErrorReply(Status.STATE, 0x83),
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


@given(st.builds(ask.Read, u16, st.sampled_from(ask.Source), u32, u16))
def test_read_round_trip(read: ask.Read) -> None:
    assert ask.Read.from_bytes(read.to_bytes()) == read


@given(st.lists(st.builds(Layer, st.text(max_size=60), st.text(max_size=20), u32, u32), max_size=5))
def test_layers_round_trip(layers: list[Layer]) -> None:
    assert Layer.all_from_bytes(b"".join(layer.to_bytes() for layer in layers)) == tuple(layers)


def test_a_name_that_is_not_utf8_is_shown_not_refused() -> None:
    payload = HELLO.to_bytes().replace(b"fake", b"\xff\xfe\x00a")
    assert Hello.from_bytes(payload).model_name == "��\0a"


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
        (ask.Run, b""),
        (ask.Step, b"123"),
        (ask.Read, b"\x01\x00\x02\x00\x00\x00\x00\x01\x00"),  # source 2
        (ask.MemoryRequest, b"1"),
        (Hello, HELLO.to_bytes()[:40]),
        (Hello, HELLO.to_bytes()[:-1]),
        (Hello, HELLO.to_bytes() + b"1"),
        (Hello, HELLO.to_bytes()[:5] + b"\x63" + HELLO.to_bytes()[6:]),  # status 99
        (InferResult, b"123"),
        (Stepped, b"12345"),
        (Memory, bytes(15)),
        (ErrorReply, b"\x63\x80"),
        (ErrorReply, b"\x01"),
    ],
)
def test_malformed(kind: Any, payload: bytes) -> None:
    with pytest.raises(MalformedPayload):
        kind.from_bytes(payload)


@pytest.mark.parametrize("payload", [b"1234567", bytes(8), bytes(8) + b"\x05ab", bytes(8) + b"\x01a\x03b"])
def test_malformed_layers(payload: bytes) -> None:
    with pytest.raises(MalformedPayload):
        Layer.all_from_bytes(payload)
