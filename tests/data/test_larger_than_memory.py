"""Samples on disk give the bytes that samples in memory give: splits, views, mixtures, trained weights."""

import io
import os
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pytest
from numpy.lib import format as npy
from PIL import Image
from scipy.io import wavfile

from tinykd.data.augmentation.mixup import Mixture, label_rows
from tinykd.data.augmentation.views import make_view
from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.data.sources.large_npz import large_arrays
from tinykd.data.sources.npz import read_arrays
from tinykd.data.stored.files import VARIABLE, of_array
from tinykd.data.stored.lazy_rows import LazyRows, changed, chosen, joined
from tinykd.errors import ConfigError, DataError
from tinykd.progress import Silent
from tinykd.project.features import FeaturesSection
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection
from tinykd.teacher.logits import Views
from tinykd.training.loop import Schedule, Training, fit
from tinykd.training.supervised import supervised_loss
from tinykd.training.tensorflow import libraries, set_seed

RNG = np.random.default_rng(3)
COUNT, FULL = 90, Path("/dev/full")
Y = np.arange(COUNT) % 3
IMAGE, AUDIO, SENSOR = ImageSection(), AudioSection(rate=8000, seconds=0.25), SensorSection(rate=50)
LOG_MEL = AudioSection(rate=8000, seconds=0.25, features="log_mel")
CAMERA = ImageSection(camera=(16, 12), size=(8, 6))
SOUND = (RNG.normal(0, 3000, (COUNT, 2000)) * (1 + Y[:, np.newaxis])).astype(np.int16)
PIXELS = RNG.integers(0, 256, (COUNT, 16, 12, 3)).astype(np.uint8)
MOTION = (RNG.normal(0, 300, (COUNT, 40, 3)) + 100 * Y[:, np.newaxis, np.newaxis]).astype(np.int16)
CASES = {
    "images": ("image", Kinds(IMAGE, AUDIO, SENSOR), PIXELS),
    "real images": ("image", Kinds(IMAGE, AUDIO, SENSOR), (PIXELS / 127.5 - 1).astype(np.float64)),
    "camera": ("image", Kinds(CAMERA, AUDIO, SENSOR), PIXELS),
    "sounds": ("audio", Kinds(IMAGE, AUDIO, SENSOR), SOUND),
    "sounds as log-mel": ("audio", Kinds(IMAGE, LOG_MEL, SENSOR), SOUND),
    "motion": ("sensor", Kinds(IMAGE, AUDIO, SENSOR), MOTION),
    "filtered motion": (
        "sensor",
        Kinds(IMAGE, AUDIO, SENSOR, features=FeaturesSection(low_pass_hz=10)),
        MOTION,
    ),
    "table": ("table", Kinds(IMAGE, AUDIO, SENSOR), RNG.normal(3, 2, (COUNT, 7)).astype(np.float32)),
}


def load(folder, case, monkeypatch, megabytes, save=np.savez, **more):
    """The case's samples, held in memory where they take no more than ``megabytes``."""
    kind, kinds, x = CASES[case]
    save(folder / "s.npz", x=x, y=Y, **more)
    monkeypatch.setenv(VARIABLE, str(megabytes))
    return load_dataset(DataSection(source="s.npz", kind=kind), folder, 1, kinds=kinds)


@pytest.fixture(params=CASES)
def both(request, tmp_path, monkeypatch):
    """The same samples in memory and on disk."""
    found = [
        load(tmp_path, request.param, monkeypatch, mb, x_unlabelled=CASES[request.param][2][:20])
        for mb in (128, 0)
    ]
    monkeypatch.setenv(VARIABLE, "0")
    return found


def test_every_split_holds_the_same_bytes(both):
    here, there = both
    for name, split in here.splits.items():
        rows = there.splits[name]
        assert isinstance(split.x, np.ndarray) and isinstance(rows.x, LazyRows)
        assert rows.x.shape == split.x.shape and rows.x.dtype == np.float32
        np.testing.assert_array_equal(rows.x[:], split.x, strict=True)
        np.testing.assert_array_equal(rows.x[[5, 0, -1, 5]], split.x[[5, 0, -1, 5]], strict=True)
        np.testing.assert_array_equal(rows.x[3], split.x[3], strict=True)
        np.testing.assert_array_equal(rows.y, split.y, strict=True)
    assert there.frontend == here.frontend and there.notes == here.notes and there.classes == here.classes
    np.testing.assert_array_equal(there.train_inputs[:], here.train_inputs)


@pytest.mark.parametrize("mixing", [False, True])
def test_views_hold_the_same_bytes_in_whatever_pieces_they_are_read(both, mixing):
    here, there = both
    for index, seed in product((0, 1), (1, 2)):
        views = Views(seed, 2, here.augmentation, mixing)
        whole, rows = views.samples(here, index), views.samples(there, index)
        assert isinstance(rows, LazyRows)
        np.testing.assert_array_equal(rows[:], whole, strict=True)
        order = np.random.default_rng(0).permutation(len(whole))
        for step in (1, 7, 32):
            pieces = [rows[order[i : i + step]] for i in range(0, len(order), step)]
            np.testing.assert_array_equal(np.concatenate(pieces), whole[order], strict=True)


def test_what_was_measured_is_the_same(both):
    here, there = both
    for first, second in ((here.measured, there.measured), (here.sounds, there.sounds)):
        assert (first is None) == (second is None)
        if first is not None:
            np.testing.assert_array_equal(asked(second), asked(first), strict=True)
            np.testing.assert_array_equal(asked(second, np.array([2, 0])), asked(first)[[2, 0]])


def asked(measured, rows=None):
    """What is said of images that are no bytes is the same as well."""
    try:
        return measured("test", rows)
    except ConfigError as error:
        return np.array([str(error)] * (3 if rows is None else len(rows)))


def test_packed_arrays_of_parts_are_unpacked_to_disk(tmp_path, monkeypatch):
    parts = {f"x_{name}": PIXELS[i::3] for i, name in enumerate(("train", "validation", "test"))}
    parts |= {f"y_{name}": Y[i * 30 : i * 30 + 30] for i, name in enumerate(("train", "validation", "test"))}
    np.savez_compressed(tmp_path / "s.npz", **parts)
    found = []
    for megabytes in ("128", "0"):
        monkeypatch.setenv(VARIABLE, megabytes)
        found.append(load_dataset(DataSection(source="s.npz"), tmp_path, 1))
    for name, split in found[0].splits.items():
        np.testing.assert_array_equal(found[1].splits[name].x[:], split.x, strict=True)


@pytest.mark.parametrize("kind", ["png", "camera", "wav"])
def test_files_of_a_folder_are_read_once_into_their_own_type(kind, tmp_path, monkeypatch):
    for i in range(30):
        file = tmp_path / "d" / f"c{i % 3}" / f"{i}.{'wav' if kind == 'wav' else 'png'}"
        file.parent.mkdir(parents=True, exist_ok=True)
        wavfile.write(file, 8000, SOUND[i]) if kind == "wav" else Image.fromarray(PIXELS[i]).save(file)
    found, kinds = [], Kinds(CAMERA if kind == "camera" else IMAGE, AUDIO, SENSOR)
    for megabytes in ("128", "0"):
        monkeypatch.setenv(VARIABLE, megabytes)
        found.append(load_dataset(DataSection(source="d"), tmp_path, 1, kinds=kinds))
    shutil.rmtree(tmp_path / "d")
    for name, split in found[0].splits.items():
        assert isinstance(found[1].splits[name].x, LazyRows)
        np.testing.assert_array_equal(found[1].splits[name].x[:], split.x, strict=True)


def test_targets_as_large_as_samples_are_in_memory_up_to_a_limit(tmp_path, monkeypatch):
    load(tmp_path, "images", monkeypatch, 0)
    data = load_dataset(DataSection(source="s.npz"), tmp_path, 1, task="anomaly")
    assert isinstance(data.train.x, np.ndarray)
    monkeypatch.setattr("tinykd.data.prepare.MAX_BYTES", 100_000)
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(source="s.npz"), tmp_path, 1, task="anomaly")
    assert str(caught.value) == (
        "s: 90 samples take 207,360 bytes; expected at most 100,000, since a task of anomaly holds its "
        "samples in memory"
    )


def test_labels_of_many_classes_are_rows_that_are_made_as_they_are_read(monkeypatch):
    here = label_rows(Y, 3, unlabelled=4)
    monkeypatch.setenv(VARIABLE, "0")
    there = label_rows(Y, 3, unlabelled=4)
    assert isinstance(there, LazyRows)
    np.testing.assert_array_equal(there[:], here, strict=True)
    mixture = Mixture.of(COUNT + 4, COUNT, 1, 1)
    np.testing.assert_array_equal(mixture.rows(there)[:], mixture.rows(here), strict=True)


def trained(data, views):
    libs = libraries()
    set_seed(1)
    layers = [libs.tf_keras.layers.Conv2D(4, 3), libs.tf_keras.layers.BatchNormalization()]
    layers += [libs.tf_keras.layers.Flatten(), libs.tf_keras.layers.Dense(3)]
    model = libs.tf_keras.Sequential([libs.tf_keras.Input(data.input_shape), *layers])

    def arrays(epoch):
        view = views.samples(replace(data, unlabelled=None), epoch)
        mixture = views.mixture(replace(data, unlabelled=None), epoch)
        rows = label_rows(data.train.y, 3)
        return view, rows if mixture is None else mixture.rows(rows)

    asked = Training(
        "t", lambda out, y: supervised_loss("classification", out, y), arrays, Schedule(4, 8, 0.01), 7
    )

    curve = fit(model, libs.tf_keras.optimizers.Adam(0.01), asked, data.validation, Silent())
    return model.get_weights(), curve


@pytest.mark.parametrize("piece", [1, 1 << 22])
def test_trained_weights_are_the_same_to_the_last_bit(piece, tmp_path, monkeypatch):
    monkeypatch.setattr("tinykd.training.loop._PIECE_BYTES", piece)
    found = []
    for megabytes in (128, 0):
        data = load(tmp_path, "images", monkeypatch, megabytes)
        found.append(trained(data, Views(1, 2, data.augmentation, mixing=True)))
    (here, curve), (there, other) = found
    assert other == curve
    for first, second in zip(here, there, strict=True):
        np.testing.assert_array_equal(second, first, strict=True)


def test_rows_are_asked_for_as_of_an_array():
    x = RNG.random((20, 2), np.float32)
    rows = joined(
        [chosen(changed(LazyRows(x.shape, x.dtype, lambda at: x[at]), np.negative), np.arange(20)[::-1]), x]
    )
    like = np.concatenate([-x[::-1], x])
    for asked in (slice(None), slice(30, 2, -3), [0, -1, 25], np.arange(40) % 3 == 0, np.zeros(0, np.int64)):
        np.testing.assert_array_equal(rows[asked], like[asked], strict=True)
    np.testing.assert_array_equal(rows[-1], like[-1])
    np.testing.assert_array_equal(np.asarray(rows), like, strict=True)
    np.testing.assert_array_equal(np.asarray(rows, np.float64), like.astype(np.float64), strict=True)
    with pytest.raises(IndexError, match=r"^rows 40 to 40 of 40$"):
        rows[40]


def refused(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(source="s.npz"), tmp_path, 1)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{tmp_path}/", "")


def test_a_byte_that_changed_in_the_file_is_one_line(tmp_path, monkeypatch):
    load(tmp_path, "images", monkeypatch, 0)
    content = bytearray((tmp_path / "s.npz").read_bytes())
    content[5000] ^= 1
    (tmp_path / "s.npz").write_bytes(content)
    assert refused(tmp_path, monkeypatch) == (
        "s.npz: cannot be read (Bad CRC-32 for file 'x.npy'); "
        "expected an .npz file of plain arrays (no objects)"
    )


def test_an_array_that_is_shorter_than_it_says_is_one_line(tmp_path, monkeypatch):
    load(tmp_path, "images", monkeypatch, 0)
    with zipfile.ZipFile(tmp_path / "s.npz") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "s.npz", "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content[:-576] if name == "x.npy" else content)
    assert refused(tmp_path, monkeypatch) == (
        "s.npz: cannot be read (x.npy has 51392 bytes, its header says 51968); "
        "expected an .npz file of plain arrays (no objects)"
    )


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    load(tmp_path, "images", monkeypatch, 0, save=np.savez_compressed)
    monkeypatch.setattr(
        "tinykd.data.stored.files.tempfile.TemporaryFile",
        lambda prefix: FULL.open("r+b", buffering=0),
    )
    assert refused(tmp_path, monkeypatch) == (
        "s.npz: x.npy: the disk is full; expected room for what is written. "
        f"Free some space, or set TMPDIR ({gettempdir()}) to a folder that has it"
    )


def test_one_image_of_another_size_among_many_is_one_line(tmp_path, monkeypatch):
    for i, pixels in enumerate((*PIXELS[:9], PIXELS[9, :8])):
        (tmp_path / f"s.npz/c{i % 2}").mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / f"s.npz/c{i % 2}/{i}.png")
    assert refused(tmp_path, monkeypatch) == (
        "s.npz/c1/9.png: 8 x 12 x 3; expected 16 x 12 x 3 as in 0.png. Say [image] size = [16, 12]"
    )


def test_a_limit_that_is_no_number_is_one_line(tmp_path, monkeypatch):
    load(tmp_path, "images", monkeypatch, 0)
    monkeypatch.setenv(VARIABLE, "2 GB")
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(source="s.npz"), tmp_path, 1)
    assert str(caught.value) == (
        'TINYKD_IN_MEMORY_MB: "2 GB"; expected a whole number of megabytes, such as 128'
    )


CHILD = """
import resource, sys
from pathlib import Path
from tinykd.data.load import load_dataset
from tinykd.project.samples import DataSection
from tinykd.teacher.logits import Views
from tinykd.data.stored.lazy_rows import blocks

def peak():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def seen(source):
    data = load_dataset(DataSection(source=source), Path(sys.argv[1]), 1)
    return sum(float(block.sum()) for block in blocks(Views(1, 2, data.augmentation, True).samples(data, 1)))
seen("small.npz")  # whatever is imported
before = peak()
seen("s.npz")
print(peak() - before)
"""


def test_memory_does_not_grow_with_the_samples(tmp_path):
    """98 MB as float32, 25 MB in the file."""
    pixels = RNG.integers(0, 256, (8000, 32, 32, 3)).astype(np.uint8)
    for name, count in (("small", 1500), ("s", 8000)):
        np.savez(tmp_path / f"{name}.npz", x=pixels[:count], y=np.arange(count) % 3)
    environment = os.environ | {VARIABLE: "8", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20_000_000


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["u1", "<i2", ">f4", "<f8"])
def test_a_few_rows_are_read_of_an_array_wherever_it_lies(dtype, order, tmp_path, monkeypatch):
    """In an ``.npz`` numbers are not aligned; a copy of the whole array would be 1 MB and more."""
    x = RNG.integers(0, 100, (2000, 125, 4)).astype(dtype, order=order)
    monkeypatch.setenv(VARIABLE, "0")
    np.savez(tmp_path / "s.npz", x=x)
    rows = of_array(large_arrays(tmp_path / "s.npz", ["x"]).get("x", x))
    tracemalloc.start()
    found = rows[[7, 1999, 7]]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(found, x[[7, 1999, 7]], strict=True)
    assert len(rows[[]]) == 0
    assert peak < 200_000


def test_a_file_that_is_written_to_while_it_is_read_is_one_line(tmp_path, monkeypatch):
    data = load(tmp_path, "images", monkeypatch, 0)
    (tmp_path / "s.npz").rename(tmp_path / "old.npz")
    np.savez(tmp_path / "s.npz", x=PIXELS[::-1], y=Y)
    before = data.train.x[:]  # another file in its place changes nothing
    (tmp_path / "s.npz").unlink()
    np.testing.assert_array_equal(data.train.x[:], before)
    data = load(tmp_path, "images", monkeypatch, 0)
    np.savez(tmp_path / "s.npz", x=PIXELS[:9], y=Y[:9])
    with pytest.raises(DataError) as caught:
        data.train.x[:5]
    assert str(caught.value) == (
        f"{tmp_path}/s.npz: was written to while its samples were read; expected a file that stays as it is. "
        "Type it again"
    )


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_array_of_no_rows_beside_others_is_one_of_no_rows(save, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    save(tmp_path / "s.npz", x_train=PIXELS, x_test=PIXELS[:0])
    found = read_arrays(tmp_path / "s.npz")
    np.testing.assert_array_equal(found["x_train"], PIXELS, strict=True)
    np.testing.assert_array_equal(found["x_test"], PIXELS[:0], strict=True)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_array_of_less_than_nothing_is_one_line(method, tmp_path, monkeypatch):
    """Its size is right: -2 times -4."""
    header = io.BytesIO()
    npy.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (-2, -4)})
    with zipfile.ZipFile(tmp_path / "s.npz", "w", method) as archive:
        archive.writestr("x.npy", header.getvalue() + bytes(8))
    assert refused(tmp_path, monkeypatch).startswith("s.npz: cannot be read (")


def test_a_view_of_nothing_is_the_samples():
    x = LazyRows((4, 2), np.dtype(np.float32), lambda rows: np.zeros((len(rows), 2), np.float32))
    assert make_view(x, 1, 0, None) is x


def test_a_large_test_split_is_sent_as_it_is_in_memory(tmp_path, monkeypatch):
    """Chosen samples, their hash, and what is read of the others: nothing."""
    from tests.verify.test_samples import counts
    from tinykd.verify import VerificationSamples, choose, covering

    x = np.random.default_rng(4).integers(-128, 128, (300, 6, 5, 1)).astype(np.int8)
    labels, asked = np.arange(300) % 3, []

    def give(rows):
        asked.extend(rows.tolist())
        return x[rows]

    whole = VerificationSamples.of(x, labels)
    lazy = VerificationSamples.of(LazyRows(x.shape, x.dtype, give), labels)
    for draw in (choose, covering):
        asked.clear()
        wanted, found = draw(whole, 30, 1), draw(lazy, 30, 1)
        assert not asked and counts(found, 3) == [10, 10, 10]
        np.testing.assert_array_equal(found.numbers, wanted.numbers)
        np.testing.assert_array_equal(np.asarray(found.inputs), wanted.inputs, strict=True)
        assert found.sha256 == wanted.sha256 and set(asked) == set(wanted.numbers.tolist())
    assert lazy.sha256 == whole.sha256
