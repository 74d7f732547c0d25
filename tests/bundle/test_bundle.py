"""Bundles: what goes in comes out, the same bytes each time; whatever was tampered with is refused."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tinykd.bundle import Bundle, BundleFacts, is_bundle, read_bundle, write_bundle
from tinykd.bundle.contents import BundleManifest
from tinykd.errors import DataError
from tinykd.files import sha256_bytes
from tinykd.oracle import OracleTensor

FACTS = BundleFacts(
    name="kws",
    task="classification",
    board="host",
    runtime="static",
    oracle="TFLM (tflite_micro 0.dev1)",
    firmware="ab" * 32,
    classes=("yes", 'n"o\n'),
)
INPUTS = np.arange(30, dtype=np.int8).reshape(5, 3, 2)
TRACE = (
    OracleTensor("a/b;c", 0, np.arange(6, dtype=np.int16).reshape(1, 6)),
    OracleTensor("d", 2, np.ones((1, 2), np.int8)),
)
BUNDLE = Bundle(FACTS, b"model", INPUTS, np.array([0, 1, 0, 1, 0]), INPUTS[:, 0], {0: TRACE, 4: TRACE[:1]})
AGAIN = "Make it again: tinykd bundle"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_bundle(BUNDLE, tmp_path / "b.zip")
    return tmp_path / "b.zip"


HUGE = b"\x93NUMPY\x01\x00\x76\x00{'descr': '|i1', 'fortran_order': False, 'shape': (5, 999999999999), }"


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def remade(path: Path, name: str, data: bytes, **manifest: object) -> None:
    """The bundle with one file replaced, and a manifest that says so: what a forger would make."""
    files = unpacked(path) | {name: data}
    facts = json.loads(files["bundle.json"]) | manifest
    facts["files"][name] = {"sha256": sha256_bytes(data), "bytes": len(data)}
    made = BundleManifest.model_validate(facts)
    made = made.model_copy(update={"digest": made.computed_digest()})
    packed(path, files | {"bundle.json": made.model_dump_json().encode()})


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as error:
        read_bundle(path)
    return str(error.value)


def test_what_goes_in_comes_out(path: Path, tmp_path: Path) -> None:
    found = read_bundle(path)
    assert (found.facts, found.model) == (FACTS, b"model")
    assert np.array_equal(found.inputs, INPUTS)
    assert np.array_equal(found.expected, INPUTS[:, 0])
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1, 0, 1, 0]
    assert sorted(found.traces) == [0, 4]
    for ours, theirs in zip(TRACE, found.traces[0], strict=True):
        assert (ours.name, ours.operator, ours.data.dtype) == (
            theirs.name,
            theirs.operator,
            theirs.data.dtype,
        )
        assert np.array_equal(ours.data, theirs.data)
    assert len(found.digest) == 64
    write_bundle(replace(BUNDLE, labels=None), tmp_path / "c.zip")
    assert read_bundle(tmp_path / "c.zip").labels is None


def test_the_same_bytes_each_time(path: Path, tmp_path: Path) -> None:
    write_bundle(BUNDLE, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()


def test_an_unpacked_folder_does_as_well(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    assert is_bundle(tmp_path / "folder")
    assert read_bundle(tmp_path / "folder").digest == read_bundle(path).digest
    assert not is_bundle(tmp_path)


@pytest.mark.parametrize(
    "name", ["model.tflite", "inputs.npy", "labels.npy", "expected.npy", "traces/0/0.npy"]
)
def test_a_changed_byte_refuses_it(path: Path, name: str) -> None:
    files = unpacked(path)
    files[name] = files[name][:-1] + bytes((files[name][-1] ^ 1,))
    was = sha256_bytes(unpacked(path)[name])[:12]
    packed(path, files)
    now = sha256_bytes(files[name])[:12]
    assert refusal(path) == f"{path}: {name} was changed: SHA-256 {now}; expected {was}. {AGAIN}"
    del files[name]
    packed(path, files)
    assert refusal(path) == f"{path}: {name} is missing; expected a whole bundle. {AGAIN}"


def test_a_changed_manifest_refuses_it(path: Path) -> None:
    files = unpacked(path)
    for old, new in ((b'"exact_percent":100.0', b'"exact_percent":1.0'), (b'"samples": 5', b'"samples": 4')):
        raw = (
            files["bundle.json"].replace(old, new).replace(b'"exact_percent": 100.0', b'"exact_percent": 1.0')
        )
        assert raw != files["bundle.json"]
        packed(path, files | {"bundle.json": raw})
        changed = "bundle.json was changed after it was made; expected the digest that it names"
        assert refusal(path) == f"{path}: {changed}. {AGAIN}"


def test_what_a_forger_cannot_make_fit(path: Path) -> None:
    good = path.read_bytes()
    remade(path, "model.tflite", b"other")
    assert "model.tflite is not the model that it names" in refusal(path)
    path.write_bytes(good)
    short = BytesIO()
    np.save(short, INPUTS[:4])
    remade(path, "inputs.npy", short.getvalue())
    assert "inputs.npy has shape (4, 3, 2); expected 5 samples" in refusal(path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            HUGE,
            "is no array",
        ),
        (b"no array", "is no array"),
        (b"", "is no array"),
    ],
)
def test_hostile_arrays(path: Path, data: bytes, text: str) -> None:
    if data.startswith(b"\x93"):
        data = data.ljust(127) + b"\n"
    remade(path, "inputs.npy", data)
    assert f"inputs.npy {text}" in refusal(path)


def test_pickles_are_not_read(path: Path) -> None:
    buffer = BytesIO()
    np.save(buffer, np.array([{}] * 5, object), allow_pickle=True)
    remade(path, "inputs.npy", buffer.getvalue())
    assert "inputs.npy is no array" in refusal(path)


def test_names_that_leave_the_folder(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    (tmp_path / "secret.npy").write_bytes((tmp_path / "folder/inputs.npy").read_bytes())
    manifest = json.loads((tmp_path / "folder/bundle.json").read_text())
    manifest["files"]["../secret.npy"] = manifest["files"]["inputs.npy"]
    manifest["traces"] = {"0": [{"name": "x", "operator": 0, "file": "../secret.npy"}]}
    made = BundleManifest.model_validate(manifest)
    made = made.model_copy(update={"digest": made.computed_digest()})
    (tmp_path / "folder/bundle.json").write_text(made.model_dump_json())
    folder = tmp_path / "folder"
    assert refusal(folder) == f"{folder}: ../secret.npy is missing; expected a whole bundle. {AGAIN}"


def test_a_bomb_is_not_blown_up(path: Path) -> None:
    files = unpacked(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, bytes(1 << 24) if name == "inputs.npy" else data)
    assert "inputs.npy was changed" in refusal(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", bytes(100)])
def test_no_bundle_at_all(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert refusal(path) == f"{path}: cannot be read (File is not a zip file); expected a bundle. {AGAIN}"


def test_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    assert refusal(path) == f"{path}: no such bundle; expected a file made by tinykd bundle"


@pytest.mark.parametrize("header", [b"{'descr': (", b"((((" * 30, b"  x\n y", b"'''"])
def test_a_header_that_is_no_python_is_no_bug(path: Path, header: bytes) -> None:
    remade(path, "inputs.npy", b"\x93NUMPY\x01\x00\x80\x00" + header.ljust(127) + b"\n")
    found = "inputs.npy is no array (its header is none); expected a .npy file"
    assert refusal(path) == f"{path}: {found}. {AGAIN}"


def test_a_name_that_is_no_utf_8(path: Path) -> None:
    """A damaged archive ended in a UnicodeDecodeError."""
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\x01\x02")  # the last one of the directory
    raw[entry + 9] |= 0x08  # its name is said to be UTF-8
    raw[entry + 46] = 0x9D
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"cannot be read \('utf-8' codec can't decode"):
        read_bundle(path)
