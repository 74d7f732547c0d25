"""The C twin of the frame layer: same vectors, same results as Python, unbreakable (ASan, UBSan)."""

import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.link import build
from tinykd.link.frames import Frame, FrameReader, encode_frame
from tinykd.paths import FIRMWARE

VECTORS = Path(__file__).parent.parent / "vectors"
FRAMES: list[dict[str, Any]] = json.loads((VECTORS / "frames.json").read_text())
STREAMS: list[dict[str, Any]] = json.loads((VECTORS / "streams.json").read_text())


def drive(driver: Path, lines: list[str]) -> list[str]:
    """The driver's answer to each line."""
    done = subprocess.run(
        [driver], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def encode_line(frame: Frame) -> str:
    return f"e {frame.type:02x} {frame.sequence:02x} {frame.payload.hex() or '-'}"


def test_encoder_vectors(frame_driver: Path) -> None:
    frames = [Frame(v["type"], v["sequence"], bytes.fromhex(v["payload"])) for v in FRAMES]
    assert drive(frame_driver, [encode_line(f) for f in frames]) == ["00" + v["wire"] for v in FRAMES]


def test_decoder_vectors(frame_driver: Path) -> None:
    said = drive(frame_driver, ["r " + v["wire"] for v in FRAMES])
    assert said == [f"frame {v['type']:02x} {v['sequence']:02x} {v['payload']};" for v in FRAMES]


def test_stream_vectors(frame_driver: Path) -> None:
    said = drive(frame_driver, ["r " + "~".join(v["bytes"]) for v in STREAMS])
    found = {v["name"]: line.split(";")[:-1] for v, line in zip(STREAMS, said, strict=True)}
    assert found == {v["name"]: v["events"] for v in STREAMS}


def test_encoder_equals_python(frame_driver: Path) -> None:
    rng = random.Random(1)
    frames = []
    for size in [*range(20), *range(240, 265), *range(500, 525), 1018, 1024, 5000]:
        for density in (0, 1, 8, 200):  # zeros in 256
            payload = bytes(0 if rng.randrange(256) < density else rng.randint(1, 255) for _ in range(size))
            frames.append(Frame(rng.randint(0x80, 0xFF), rng.randrange(256), payload))
    said = drive(frame_driver, [encode_line(f) for f in frames])
    assert said == ["00" + encode_frame(f).hex() for f in frames]


@pytest.mark.parametrize("seed", range(4))
def test_damaged_streams_are_read_as_python_reads_them(frame_driver: Path, seed: int) -> None:
    """Frames with bytes lost, flipped, doubled and inserted; a good frame after a zero is never missed."""
    rng = random.Random(seed)
    streams = [damaged(rng) for _ in range(300)]
    said = drive(frame_driver, ["r " + (s.hex() or "-") for s in streams])
    for stream, line in zip(streams, said, strict=True):
        frames = [event for event in line.split(";") if event.startswith("frame")]
        wanted = FrameReader().feed(stream)
        assert frames == [f"frame {f.type:02x} {f.sequence:02x} {f.payload.hex()}" for f in wanted]


def damaged(rng: random.Random) -> bytes:
    wire = bytearray()
    for _ in range(rng.randint(1, 5)):
        payload = rng.randbytes(rng.choice((0, 1, 5, 64, 300)))
        frame = bytearray(encode_frame(Frame(rng.randint(0x80, 0xBF), rng.randrange(256), payload)))
        for _ in range(rng.choice((0, 0, 1, 3))):
            at = rng.randrange(len(frame))
            match rng.randrange(4):
                case 0:
                    frame[at] ^= 1 << rng.randrange(8)
                case 1:
                    del frame[at]
                case 2:
                    frame.insert(at, rng.randint(1, 255))
                case 3:
                    frame[at:at] = frame[at : at + 7]
            frame = frame or bytearray(b"\0")
        wire += b"\0" + frame
    return bytes(wire)


@pytest.mark.slow
def test_fuzz(tmp_path: Path) -> None:
    """Random bytes, random silences: no read or write out of bounds, with the smallest buffer too."""
    for payload in (64, 512):
        driver = build.build_frame_driver(tmp_path / f"fuzz{payload}", f"-DTKD_LINK_MAX_PAYLOAD={payload}")
        rng = random.Random(payload)
        for alphabet in (bytes(range(256)), b"\0\x01\x02\x81\xff", b"\0\n\r\x08\x7fabc", b"\xff\xfe\0"):
            lines = []
            for _ in range(400):
                pieces = [bytes(rng.choices(alphabet, k=rng.randint(0, 900))).hex() for _ in range(3)]
                lines.append("r " + ("~".join(pieces) or "-"))
            assert len(drive(driver, lines)) == len(lines)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_builds_without_a_warning(tmp_path: Path, compiler: str) -> None:
    for source in build.link_sources():
        command = [compiler, "-std=c99", "-Wstrict-prototypes", *build.WARNINGS, *build.INCLUDES, "-O2", "-c"]
        done = subprocess.run(
            [*command, str(source), "-o", str(tmp_path / "o")], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("source", build.link_sources(), ids=lambda p: p.name)
def test_builds_as_cpp17(tmp_path: Path, source: Path) -> None:
    command = ["g++", "-x", "c++", "-std=c++17", *build.WARNINGS, *build.INCLUDES, "-c", str(source)]
    done = subprocess.run([*command, "-o", str(tmp_path / "o")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_numbers_agree_with_the_header() -> None:
    """One table in C, one in Python."""
    from tinykd.link import replies, requests
    from tinykd.link.facts import FACT_KEYS
    from tinykd.link.version import PROTOCOL_VERSIONS

    header = (FIRMWARE / "link" / "tkd_protocol.h").read_text()
    for line, kind in [
        ("TKD_REQ_HELLO", requests.HelloRequest),
        ("TKD_REQ_INFER", requests.Infer),
        ("TKD_REQ_WRITE", requests.Write),
        ("TKD_REQ_RUN", requests.Run),
        ("TKD_REQ_STEP", requests.StepRequest),
        ("TKD_REQ_READ", requests.Read),
        ("TKD_REQ_LAYERS", requests.LayersRequest),
        ("TKD_REQ_MEMORY", requests.MemoryRequest),
        ("TKD_REQ_RESET", requests.ResetRequest),
        ("TKD_REQ_SYNC", requests.SyncRequest),
    ]:
        assert f"#define {line} 0x{kind.TYPE:02X}u\n" in header
    assert f"#define TKD_REPLY 0x{replies.REPLY:02X}u\n" in header
    assert f"#define TKD_REPLY_NAK 0x{replies.NAK:02X}u" in header
    assert f"#define TKD_REPLY_ERROR 0x{replies.ERROR:02X}u" in header
    assert f"#define TKD_PROTOCOL_VERSION {PROTOCOL_VERSIONS[-1]}u\n" in header
    facts = dict(re.findall(r"#define TKD_FACT_(\w+) (\d+)u", header))
    names = {"model_name": "MODEL"}
    assert facts == {names.get(name, name.upper()): str(key) for name, key in FACT_KEYS.items()}
    status = (FIRMWARE / "include" / "tkd_status.h").read_text()
    for member in replies.Status:
        name = "TKD_OK" if member is replies.Status.OK else f"TKD_ERR_{member.name}"
        assert f"{name} = {member.value}" in status
