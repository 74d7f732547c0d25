"""Tar shards and Parquet give the bytes that a folder or an .npz gives; hostile archives are one line."""

import gzip
import io
import json
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.data.shards import CLASSES, COUNT, NAMES, PIXELS, SOUNDS, folder, png, tar, wav, webdataset
from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.data.sources.records import parquet, tar_file, tar_records
from tinykd.data.sources.records.read import shards_of
from tinykd.data.stored.files import VARIABLE
from tinykd.errors import DataError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

KINDS = Kinds(ImageSection(), AudioSection(rate=8000, seconds=0.25), SensorSection())
IMAGES = [png(each) for each in PIXELS]


def load(root, source, kinds=KINDS, task="classification", **section):
    return load_dataset(DataSection(source=source, **section), root, 1, task, kinds)


def same(found, wanted):
    """In every split, whatever the order of the samples is."""
    assert found.classes == wanted.classes
    for name, split in wanted.splits.items():
        mine = found.splits[name]
        a, b = (np.lexsort(each.x[:].reshape(len(each), -1)[:, ::-1].T) for each in (mine, split))
        np.testing.assert_array_equal(mine.x[:][a], split.x[:][b], strict=True)
        np.testing.assert_array_equal(mine.y[a], split.y[b], strict=True)


def whole(data):
    """All samples and labels, whichever split they are in, in an order of their own."""
    x = np.concatenate([split.x[:] for split in data.splits.values()])
    y = np.concatenate([split.y for split in data.splits.values()])
    order = np.lexsort(x.reshape(len(x), -1).T)
    return x[order], y[order]


@pytest.mark.parametrize("megabytes", ["0", "128"])
@pytest.mark.parametrize("writing", ["cls", "json", "folders", "compressed"])
def test_images_in_a_tar_are_those_of_a_folder(tmp_path, monkeypatch, writing, megabytes):
    monkeypatch.setenv(VARIABLE, megabytes)
    wanted = load(tmp_path, folder(tmp_path / "f", IMAGES, ".png").name)
    inside = [(f"{name}/{i:04}.png", png) for i, (name, png) in enumerate(zip(NAMES, IMAGES, strict=True))]
    members = (
        sorted(inside)
        if writing == "folders"
        else list(webdataset(IMAGES, ".png", as_json=writing == "json"))
    )
    name, mode = ("s.tar.gz", "w:gz") if writing == "compressed" else ("s.tar", "w")
    tar(tmp_path / name, members, mode)
    found = load(tmp_path, name, split="class")
    for mine, theirs in zip(whole(found), whole(wanted), strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)
    assert found.classes == wanted.classes == CLASSES and found.frontend == wanted.frontend
    if writing == "folders":
        same(found, wanted)


def test_sounds_in_a_tar_have_the_features_of_a_folder(tmp_path):
    files = [wav(each) for each in SOUNDS]
    wanted = load(tmp_path, folder(tmp_path / "f", files, ".wav").name)
    tar(
        tmp_path / "s.tar",
        sorted((f"{n}/{i:04}.wav", c) for i, (n, c) in enumerate(zip(NAMES, files, strict=True))),
    )
    found = load(tmp_path, "s.tar")
    same(found, wanted)
    np.testing.assert_array_equal(found.sounds("test"), wanted.sounds("test"), strict=True)


def test_shards_say_their_split_by_their_names(tmp_path):
    for part, start in (("train", 0), ("train", 12), ("test", 24)):
        name = f"{part}-{start:06}.tar"
        tar(tmp_path / "d" / name, webdataset(IMAGES[start : start + 12], ".png", start, as_json=True))
    found = load(tmp_path, "d")
    assert len(found.test) == 12 and len(found.train) + len(found.validation) == 24
    tar(tmp_path / "d" / "others.tar", webdataset(IMAGES[:1], ".png"))
    with pytest.raises(DataError) as error:
        load(tmp_path, "d")
    assert str(error.value) == (
        f"{tmp_path}/d/others.tar: its name says no part, and those of others do; expected train, validation "
        "or test in it. Rename it, or put it elsewhere"
    )


def test_groups_of_json_are_on_one_side(tmp_path):
    tar(tmp_path / "s.tar", webdataset(IMAGES, ".png", as_json=True))
    found = load(tmp_path, "s.tar")
    assert sum(map(len, found.splits.values())) == COUNT and len(found.test) == 9  # of one of four


def test_arrays_and_classes_that_are_asked_for(tmp_path):
    def npy(array):
        file = io.BytesIO()
        np.save(file, array)
        return file.getvalue()

    tar(tmp_path / "s.tar", webdataset([npy(each[:, :, 0].astype(np.int16)) for each in PIXELS], ".npy"))
    found = load(tmp_path, "s.tar", kind="sensor", classes=("dog", "bird"))
    assert found.classes == ("dog", "bird") and found.input_shape == (9, 1, 8)
    assert sum(map(len, found.splits.values())) == 24


def link(kind):
    entry = tarfile.TarInfo("0001.png")
    entry.type, entry.linkname = kind, "/etc/passwd"
    return entry


def claiming(size):
    entry = tarfile.TarInfo("0001.png")
    entry.size = size
    return entry


NO_LABEL = "has no label; expected 0001.cls, 0001.json, or a folder for each class in the archive"
HOSTILE = {
    "upwards": ("../0001.png", "../0001.png: leads out of the archive; expected names below it"),
    "absolute": ("/etc/0001.png", "/etc/0001.png: leads out of the archive; expected names below it"),
    "symlink": (link(tarfile.SYMTYPE), "0001.png: is a link to /etc/passwd; expected plain files. Copy it"),
    "hard link": (link(tarfile.LNKTYPE), "0001.png: is a link to /etc/passwd; expected plain files. Copy it"),
    "device": (link(tarfile.CHRTYPE), "0001.png: is no file; expected plain files"),
    "no label": ("0001.png", f"0001: {NO_LABEL}"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_one_line(tmp_path, name):
    member, said = HOSTILE[name]
    path = tar(tmp_path / "s.tar", [(member, b"" if isinstance(member, tarfile.TarInfo) else IMAGES[0])])
    with pytest.raises(DataError) as error:
        load(tmp_path, "s.tar")
    assert str(error.value) == f"{path}: {said}"


@pytest.mark.parametrize("size", [-1, -512])
def test_a_size_below_zero_is_one_line(tmp_path, size):
    """The second header again and again, else: a size that leads back to it."""
    path = tar(tmp_path / "s.tar", [(b.name, b"") for b in map(tarfile.TarInfo, ("0.png", "1.png"))])
    entry = tarfile.TarInfo("1.png")
    entry.size = size
    content = path.read_bytes()
    path.write_bytes(content[:512] + entry.tobuf(tarfile.GNU_FORMAT) + content[1024:])
    with pytest.raises(DataError) as error:
        load(tmp_path, "s.tar")
    assert str(error.value) == f"{path}: 1.png: is {size} bytes; expected at most 268,435,456"


def test_a_folder_that_was_packed_as_a_dot(tmp_path):
    """``tar -cf s.tar .``"""
    inside = [(f"{name}/{i:04}.png", png) for i, (name, png) in enumerate(zip(NAMES, IMAGES, strict=True))]
    tar(tmp_path / "a.tar", inside)
    tar(tmp_path / "b.tar", [(f"./{name}", content) for name, content in inside])
    same(load(tmp_path, "b.tar"), load(tmp_path, "a.tar"))


@pytest.mark.parametrize("ending", [".tar", ".tar.gz"])
def test_of_many_shards_few_are_open(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(tar_records, "_MOST_OPEN", 3)
    for i in range(6):
        own = webdataset(IMAGES[6 * i : 6 * i + 6], ".png", 6 * i)
        tar(tmp_path / f"many/{i}{ending}", own, "w:gz" if ending == ".tar.gz" else "w")
    tar(tmp_path / "s.tar", webdataset(IMAGES, ".png"))
    records = tar_records.TarRecords(
        tmp_path / "many", shards_of(tmp_path / "many"), DataSection(source="many")
    )
    assert len([each.label for each in records]) == COUNT
    assert not any("_file" in vars(sample.shard) for sample in records._samples)
    same(load(tmp_path, "many", split="class"), load(tmp_path, "s.tar", split="class"))


def test_labels_that_are_no_numbers_of_classes(tmp_path):
    def said(*labels):
        members = [
            each
            for i, label in enumerate(labels)
            for each in ((f"{i}.png", IMAGES[i]), (f"{i}.cls", label.encode()))
        ]
        path = tar(tmp_path / "s.tar", members)
        try:
            return load(tmp_path, "s.tar", split="class").classes
        except DataError as error:
            return str(error).removeprefix(f"{path}: ")

    assert said("0", "1", "9" * 20) == "a label of 67 bits; expected numbers of classes from 0 on, or names"
    assert said(*("1_2", "inf", "nan") * 6) == ("1_2", "inf", "nan")
    assert said(*("1_2", "12") * 6) == "labels of several kinds; expected names, or numbers"


def damaged(path, change):
    path.write_bytes(change(path.read_bytes()))


DAMAGED = {
    "cut off": lambda content: content[: len(content) // 2],
    "no tar": lambda content: b"no tar" * 1000,
    "a size that no file has": lambda content: content[:124] + b"77777777777\0" + content[136:],
    "a header of gigabytes": lambda content: (
        tarfile.TarInfo("././@PaxHeader").tobuf()[:124]
        + b"17777777777\0"
        + b"0" * 12
        + b"        x"
        + content
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_archive_is_one_line(tmp_path, name):
    path = tar(tmp_path / "s.tar", webdataset(IMAGES, ".png"))
    damaged(path, DAMAGED[name])
    with pytest.raises(DataError, match=str(path)):
        load(tmp_path, "s.tar")


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(tar_file, "MAX_BYTES", 1 << 20)
    path = tmp_path / "s.tar.gz"
    with gzip.open(path, "wb") as packed:
        packed.write(tarfile.TarInfo("0001.png").tobuf() + bytes(4 << 20))
    with pytest.raises(DataError) as error:
        load(tmp_path, "s.tar.gz")
    assert str(error.value) == f"{path}: unpacks to more than 1,048,576 bytes; expected no more"


def test_a_large_file_in_an_archive_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tar_file, "MAX_MEMBER_BYTES", 100)
    path = tar(tmp_path / "s.tar", webdataset(IMAGES, ".png"))
    with pytest.raises(DataError) as error:
        load(tmp_path, "s.tar")
    assert str(error.value) == f"{path}: 0000.png: is {len(IMAGES[0])} bytes; expected at most 100"


def labelled(x, **more):
    return pa.table({"image": x, "label": pa.array([CLASSES.index(n) for n in NAMES]), **more})


def test_images_in_parquet_are_those_of_a_folder(tmp_path):
    wanted = load(tmp_path, folder(tmp_path / "f", IMAGES, ".png").name)
    features = {"label": {"names": list(CLASSES), "_type": "ClassLabel"}}
    said = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    cells = pa.array([{"bytes": each, "path": "a.png"} for each in IMAGES])
    pq.write_table(labelled(cells).replace_schema_metadata(said), tmp_path / "s.parquet", row_group_size=10)
    found = load(tmp_path, "s.parquet")
    for mine, theirs in zip(whole(found), whole(wanted), strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)
    assert found.classes == CLASSES
    assert load(tmp_path, "s.parquet", classes=("dog", "cat")).classes == ("dog", "cat")


def test_arrays_in_parquet_keep_their_type(tmp_path):
    np.savez(tmp_path / "s.npz", x=SOUNDS, y=np.arange(COUNT) % 3)
    pq.write_table(
        pa.table({"audio": pa.array(list(SOUNDS)), "label": np.arange(COUNT) % 3}), tmp_path / "s.parquet"
    )
    same(load(tmp_path, "s.parquet", kind="audio"), load(tmp_path, "s.npz", kind="audio"))


def test_plain_columns_are_a_table_or_recordings(tmp_path):
    values = np.random.default_rng(1).normal(size=(300, 3)).astype(np.float32)
    columns = {name: values[:, i] for i, name in enumerate("xyz")}
    table = pa.table({**columns, "label": [CLASSES[i // 100] for i in range(300)]})
    import pyarrow.csv as written

    written.write_csv(table, tmp_path / "s.csv")
    numbers = np.random.default_rng(2).permutation(300)  # as pandas writes the index of shuffled rows
    pq.write_table(table.append_column("__index_level_0__", pa.array(numbers)), tmp_path / "s.parquet")
    for kind in ("table", "sensor"):
        kinds = Kinds(ImageSection(), AudioSection(), SensorSection(window=8, stride=4))
        wanted = load(tmp_path, "s.csv", kinds, kind=kind)
        same(load(tmp_path, "s.parquet", kinds, kind=kind), wanted)


def test_texts_in_parquet(tmp_path):
    texts = [f"turn {name} on number {i}" for i, name in enumerate(NAMES)]
    pq.write_table(pa.table({"text": texts, "intent": NAMES}), tmp_path / "s.parquet")
    found = load(tmp_path, "s.parquet", kind="text")
    assert found.classes == CLASSES and found.train.texts is not None


def test_parquet_that_cannot_be_used_is_one_line(tmp_path, monkeypatch):
    path = tmp_path / "s.parquet"

    def said(**section):
        with pytest.raises(DataError) as error:
            load(tmp_path, "s.parquet", **section)
        return str(error.value)

    path.write_bytes(b"PAR1 and then nothing")
    assert said().startswith(f"{path}: cannot be read (")
    pq.write_table(pa.table({"image": pa.array([b"a"] * 9)}), path)
    assert said() == f"{path}: beside image it has no other; expected a column label, class or the like"
    pq.write_table(labelled(pa.array([b"no image"] * COUNT)), path)
    assert said() == f"{path}: row 1: cannot be read (cannot identify image file); " \
        "expected a PNG, JPEG, BMP, GIF, WebP or PPM image"  # fmt: skip
    monkeypatch.setattr(parquet, "MAX_GROUP_BYTES", 100)
    assert "a row group of" in said() and "Write it again with smaller row groups" in said()
    monkeypatch.setattr(parquet, "MAX_ROWS", 10)
    assert "36 rows of" in said()
