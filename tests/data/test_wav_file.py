"""WAV files whose header says no length, as streams are written; and those that are cut off."""

import struct

import numpy as np
import pytest
from scipy.io import wavfile

from tinykd.data.sources.folder.wav_file import read_wav, with_length

RNG = np.random.default_rng(0)


def wav(path, dtype=np.int16, channels=1, samples=101):
    """A usual file; the samples in it."""
    shape = (samples,) if channels == 1 else (samples, channels)
    values = (RNG.uniform(-1, 1, shape) * (1 if dtype == np.float32 else 100)).astype(dtype)
    wavfile.write(path, 8000, values)
    return values


def chunk(name, content):
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def streamed(content, riff, data, before=b""):
    """``content`` with other lengths, and ``before`` in front of its samples."""
    at = content.index(b"data")
    whole = bytearray(content[:at] + before + content[at:])
    struct.pack_into("<I", whole, 4, riff)
    struct.pack_into("<I", whole, at + len(before) + 4, data)
    return bytes(whole)


LENGTHS = [
    (0xFFFFFFFF, 0xFFFFFFFF),  # ffmpeg to a pipe
    (0, 0),
    (36, 0),  # a recorder that was stopped: the header alone
    (0x7FFFF024, 0x7FFFF000),  # sox to a pipe
    (0x80000024, 0x80000000),  # arecord to a pipe
]


@pytest.mark.parametrize(("riff", "data"), LENGTHS)
@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_stream_is_read_to_its_end(tmp_path, riff, data, dtype, channels):
    path = tmp_path / "x.wav"
    values = wav(path, dtype, channels)
    path.write_bytes(
        streamed(path.read_bytes(), riff, data, chunk(b"LIST", b"INFOISFT\x0e\0\0\0Lavf60.16.100\0"))
    )
    rate, found = read_wav(path)
    assert rate == 8000 and np.array_equal(found, values)


def test_a_stream_that_stopped_within_a_sample(tmp_path):
    path = tmp_path / "x.wav"
    values = wav(path, channels=2)
    path.write_bytes(streamed(path.read_bytes(), 0xFFFFFFFF, 0xFFFFFFFF)[:-3])
    assert np.array_equal(read_wav(path)[1], values[:-1])


def test_what_says_its_length_is_left_alone(tmp_path):
    path = tmp_path / "x.wav"
    wav(path)
    content = path.read_bytes()
    assert with_length(content) is content
    empty = content[: content.index(b"data")] + chunk(b"data", b"") + chunk(b"LIST", b"INFO")
    for other in (empty, b"", b"RIFF", content[:20], content[:-2], b"\xff" * 100):
        assert with_length(other) is other


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    path = tmp_path / "x.wav"
    wav(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Exception, match="Reached EOF"):
        read_wav(path)


def test_a_stream_with_nothing_after_its_header(tmp_path):
    path = tmp_path / "x.wav"
    wav(path, samples=1)
    for length in (0, 0xFFFFFFFF):
        path.write_bytes(streamed(path.read_bytes(), length, length)[:44])
        assert len(with_length(path.read_bytes())) == 44


@pytest.mark.parametrize("riff", [0xFFFFFFFF, 0x7FFFF024])
def test_samples_that_say_their_length_in_a_file_that_does_not(tmp_path, riff):
    path = tmp_path / "x.wav"
    values = wav(path)
    content = path.read_bytes()
    path.write_bytes(streamed(content, riff, len(values) * values.itemsize) + chunk(b"LIST", b"INFO"))
    assert np.array_equal(read_wav(path)[1], values)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Exception, match="Reached EOF"):
        read_wav(path)
