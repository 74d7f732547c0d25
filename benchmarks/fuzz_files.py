"""Feeds damaged files to every reader but that of models: each must be read, or refused in one line, in time.

    python -m benchmarks.fuzz_files                       20,000 damaged files for each reader
    python -m benchmarks.fuzz_files csv wav --inputs 500

Readers: project files, boards, tables and recordings (CSV), WAV, images, .npz and .npy, tar shards, Parquet,
bundles, manifests of stages, metrics of the report. A damage is one of ``benchmarks.fuzz``, or a piece of
text put in; one to eight of them make an input. Anything but a ``UserError`` or a value is a crash; inputs
that crash or hang are written to ``fuzz-failures/``.
"""

import argparse
import io
import json
import multiprocessing
import random
import signal
import sys
import tarfile
import tempfile
import time
import wave
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.fuzz import FAILURES, SECONDS, HangError, _alarm, _limit_memory, _place, mutate
from tinykd.boards.load import read_board
from tinykd.bundle import read_bundle
from tinykd.data.kinds import Kinds
from tinykd.data.sources.csv.tables import load_table
from tinykd.data.sources.csv.windows import load_windows
from tinykd.data.sources.folder.images import read_image
from tinykd.data.sources.folder.sounds import read_samples
from tinykd.data.sources.npz import load_npz
from tinykd.data.sources.records.read import load_shards
from tinykd.engine.fingerprint import FileMark
from tinykd.engine.manifest import Fingerprint, Manifest, read_manifest
from tinykd.errors import UserError
from tinykd.paths import BOARDS, EXAMPLES
from tinykd.post_training.samples import Wanted
from tinykd.post_training.samples import read_samples as ptq_samples
from tinykd.project.load import load_project
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection
from tinykd.report.inputs import QuantizeMetrics, parse_metrics

TEXTS = (
    *(b"nan", b"inf", b"-1e999", b"1,5", b"\n", b",", b";", b'"', b"''", b"\0", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b"=",
        b"#",
        b"9" * 400,
        b"[" * 3000,
        b"../",
        b"\xf0\x9f\x98\x80",
        b"true",
        b"null",
    ),
)


@dataclass(frozen=True)
class Reader:
    """``read`` takes the path of a file that is called ``name``; ``seeds`` are whole ones."""

    name: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[Path], object]


@dataclass(frozen=True)
class Outcome:
    """``kind`` is refused, read, crash or hang."""

    kind: str
    detail: str = ""
    data: bytes = b""


def damaged(seed: bytes, rng: random.Random) -> bytes:
    """``seed`` with damages of bytes, and now and then of text; every second archive is damaged inside."""
    if zipfile.is_zipfile(io.BytesIO(seed)) and rng.random() < 0.5:
        return _damaged_inside(seed, rng)
    data = bytearray(mutate(seed, rng) if rng.random() < 0.7 else seed)
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.choice((0, 0, 1, 8))] = rng.choice(TEXTS)
    return bytes(data)


def _damaged_inside(seed: bytes, rng: random.Random) -> bytes:
    """An archive whose checksums are right, with one of its files damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as whole, zipfile.ZipFile(made, "w") as archive:
        names = whole.namelist()
        chosen = rng.choice(names)
        for name in names:
            data = whole.read(name)
            archive.writestr(name, mutate(data, rng) if name == chosen else data)
    return made.getvalue()


def attempt(reader: Reader, data: bytes, folder: Path) -> Outcome:
    """What becomes of one input."""
    path = folder / reader.name
    path.write_bytes(data)
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(SECONDS)
    try:
        reader.read(path)
    except UserError as error:
        one_line = "\n" not in str(error) and bool(error.found)
        return Outcome("refused") if one_line else Outcome("crash", f"unclear refusal {error!r}", data)
    except HangError:
        return Outcome("hang", f"over {SECONDS} s", data)
    except Exception as error:  # noqa: BLE001 - any other exception is what we look for
        return Outcome("crash", f"{type(error).__name__}: {error} ({_place(error)})"[:300], data)
    finally:
        signal.alarm(0)
    return Outcome("read")


def csv_seeds() -> list[bytes]:
    """Labelled recordings with a clock, a table with decimal commas, and one without names."""
    pairs = np.random.default_rng(0).normal(size=(120, 2)).tolist()
    rows = [f"{20 * i},{x:.3f},{y:.3f},{'rest' if i < 60 else 'move'}" for i, (x, y) in enumerate(pairs)]
    named = "\n".join(["time_ms,ax,ay,label", *rows])
    cells = [f"{i};{i / 7:.2f};{i % 9};{'ab'[i % 2]}".replace(".", ",") for i in range(60)]
    comma = "\n".join(["id;mass;size;label", *cells])
    bare = "\n".join(f"{a:.2f} {b:.2f} {i % 3}" for i, (a, b) in enumerate(pairs))
    windows = named.replace("\n", "\r\n")
    return [named.encode(), comma.encode("utf-16"), bare.encode(), windows.encode("latin-1")]


def wav_seeds() -> list[bytes]:
    """PCM of 8, 16 and 24 bits, one channel and two."""
    return [_wav(width, channels) for width, channels in ((1, 1), (2, 1), (2, 2), (3, 1))]


def _wav(width: int, channels: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(16000)
        file.writeframes(np.random.default_rng(1).bytes(200 * width * channels))
    return made.getvalue()


def image_seeds() -> list[bytes]:
    """PNG in grey and colour, JPEG, BMP, GIF."""
    from PIL import Image

    made = []
    for mode, kind in (("L", "PNG"), ("RGB", "PNG"), ("RGB", "JPEG"), ("RGB", "BMP"), ("L", "GIF")):
        file = io.BytesIO()
        Image.new(mode, (9, 7), 100).save(file, kind)
        made.append(file.getvalue())
    return made


def npz_seeds() -> list[bytes]:
    """Samples and labels, in one split and in two."""
    draw = np.random.default_rng(2)
    x, y = draw.normal(size=(24, 8)).astype(np.float32), np.arange(24) % 3
    return [
        _npz(x=x, y=y),
        _npz(x_train=x, y_train=y, x_test=x[:9], y_test=y[:9], classes=np.array(["a", "b", "c"])),
    ]


def _npz(**arrays: np.ndarray) -> bytes:  # type: ignore[type-arg]
    made = io.BytesIO()
    np.savez_compressed(made, allow_pickle=False, **arrays)  # type: ignore[arg-type]
    return made.getvalue()


def npy_seeds() -> list[bytes]:
    made = []
    for array in (np.ones((30, 4), np.float32), np.arange(120, dtype=np.int64).reshape(30, 4)):
        file = io.BytesIO()
        np.save(file, array)
        made.append(file.getvalue())
    return made


def bundle_seeds() -> list[bytes]:
    from tests.bundle.test_bundle import BUNDLE
    from tinykd.bundle import write_bundle

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "b.zip"
        write_bundle(BUNDLE, path)
        return [path.read_bytes()]


def tar_seeds() -> list[bytes]:
    """Two ways of saying labels, compressed or not."""
    found = []
    for mode in ("w", "w:gz"):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode=mode) as archive:
            for number, image in enumerate(image_seeds()[:1] * 12):
                said = json.dumps({"label": number % 2, "group": f"g{number % 3}"}).encode()
                for name, content in ((f"{number:04}.png", image), (f"{number:04}.json", said)):
                    entry = tarfile.TarInfo(name)
                    entry.size = len(content)
                    archive.addfile(entry, io.BytesIO(content))
        found.append(packed.getvalue())
    return found


def parquet_seeds() -> list[bytes]:
    """Images, arrays, and plain columns."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    image, labels = image_seeds()[0], [i % 2 for i in range(12)]
    tables = (
        {"image": [{"bytes": image, "path": "i.png"}] * 12, "label": labels},
        {"x": [[float(i), 1.0, 2.0] for i in range(12)], "label": labels},
        {"a": [0.5 * i for i in range(12)], "b": [1.0] * 12, "label": [f"c{i}" for i in labels]},
    )
    found = []
    for columns in tables:
        packed = io.BytesIO()
        write_table(pa.table(columns), packed)
        found.append(packed.getvalue())
    return found


def metrics_seeds() -> list[bytes]:
    """As the stage quantize writes it."""
    from tests.report.made_up import quantize

    return [json.dumps(quantize()).encode()]


def manifest_seeds() -> list[bytes]:
    mark = FileMark(bytes=3, mtime_ns=5, sha256="0" * 64)
    inputs = Fingerprint(config={"distillation.alpha": 1.0}, code={"a": "0"}, reads={}, external={"d": mark})
    made = Manifest(
        stage="train", board=None, tinykd="0", packages={}, seconds=1.0, inputs=inputs, outputs={"f": mark}
    )
    return [made.model_dump_json(indent=2).encode()]


def _files(folder: Path, pattern: str) -> Callable[[], list[bytes]]:
    return lambda: [p.read_bytes() for p in sorted(folder.rglob(pattern))]


def _shards(path: Path) -> object:
    section = DataSection(source=path.name)
    return load_shards(path, [path], section, _KINDS, "classification")


def _packed(path: Path) -> object:
    """Under the name of what it is."""
    file = path.read_bytes()
    return _shards(path.rename(path.with_suffix(".tar.gz" if file[:2] == b"\x1f\x8b" else ".tar")))


def _windows(path: Path) -> object:
    return load_windows(path, DataSection(), SensorSection(window=8), "classification")


def _table(path: Path) -> object:
    return load_table(path, DataSection(), SensorSection(), "classification")


_KINDS = Kinds(ImageSection(), AudioSection(), SensorSection())
_IMAGE = ImageSection(size=(8, 8))
READERS = {
    "project": Reader("tinykd.toml", _files(EXAMPLES, "tinykd.toml"), load_project),
    "board": Reader("b.toml", _files(BOARDS, "*.toml"), read_board),
    "csv": Reader("r.csv", csv_seeds, _windows),
    "table": Reader("t.csv", csv_seeds, _table),
    "wav": Reader("s.wav", wav_seeds, read_samples),
    "image": Reader("i.png", image_seeds, lambda p: read_image(p, _IMAGE, True)),
    "npz": Reader("d.npz", npz_seeds, lambda p: load_npz(p, _KINDS, "sensor", "classification")),
    "npy": Reader("d.npy", npy_seeds, lambda p: ptq_samples(str(p), Wanted((4,)))),
    "tar": Reader("s.shard", tar_seeds, _packed),
    "parquet": Reader("s.parquet", parquet_seeds, _shards),
    "bundle": Reader("b.zip", bundle_seeds, read_bundle),
    "manifest": Reader("manifest.json", manifest_seeds, lambda p: read_manifest(p.parent)),
    "metrics": Reader(
        "metrics.json",
        metrics_seeds,
        lambda p: parse_metrics(p, p.read_text(errors="replace"), QuantizeMetrics),
    ),
}  # fmt: skip


def _job(task: tuple[str, int, bytes]) -> Outcome:
    name, number, seed = task
    with tempfile.TemporaryDirectory(prefix="tinykd-fuzz-") as folder:
        return attempt(READERS[name], damaged(seed, random.Random(number)), Path(folder))


def run(name: str, inputs: int, processes: int = 2) -> Iterator[Outcome]:
    """The outcomes of ``inputs`` damaged files; number i is always the same one."""
    seeds = READERS[name].seeds()
    tasks = ((name, i, seeds[i % len(seeds)]) for i in range(inputs))
    with multiprocessing.get_context("forkserver").Pool(processes, _limit_memory) as pool:
        yield from pool.imap_unordered(_job, tasks, chunksize=16)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"of {', '.join(READERS)}; default: all")
    parser.add_argument("--inputs", type=int, default=20_000, help="for each")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.readers if name not in READERS]
    if unknown:
        parser.error(f"no reader {unknown[0]}; there are {', '.join(READERS)}")
    failed = [_fuzzed(name, options.inputs) for name in options.readers or READERS]
    return 1 if any(failed) else 0


def _fuzzed(name: str, inputs: int) -> int:
    """Crashes and hangs of one reader, printed each and counted."""
    started, counts = time.monotonic(), Counter[str]()
    for i, outcome in enumerate(track(run(name, inputs), name, inputs)):
        counts[outcome.kind] += 1
        if outcome.data:
            FAILURES.mkdir(exist_ok=True)
            (FAILURES / f"{outcome.kind}-{i}-{READERS[name].name}").write_bytes(outcome.data)
            print(f"{outcome.kind}: {outcome.detail}", file=sys.stderr)
    kinds = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("refused", "read", "crash", "hang"))
    print(f"{name}: {inputs:,} inputs: {kinds}; {time.monotonic() - started:.0f} s", flush=True)
    return counts["crash"] + counts["hang"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
