"""Tables: every column by itself, from every source, and the same on the device."""

import numpy as np
import pytest

from tinykd.data.augmentation.options import TableAugmentation
from tinykd.data.augmentation.views import make_view
from tinykd.data.kinds import USUAL, Kinds
from tinykd.data.load import load_dataset
from tinykd.data.summary import features_json
from tinykd.errors import DataError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(5)
MEANS, DEVIATIONS = np.array([0.01, -3.0, 5000.0]), np.array([0.002, 1.0, 600.0])
X = MEANS + DEVIATIONS * RNG.standard_normal((60, 3))
Y = np.arange(60) % 3


def load(root, source="t.npz", sensor=USUAL.sensor, task="classification", **section):
    kinds = Kinds(ImageSection(), AudioSection(), sensor)
    return load_dataset(DataSection(source=source, kind="table", **section), root, 1, task, kinds)


def save(root, **arrays):
    np.savez(root / "t.npz", **({"x": X, "y": Y} | arrays))


def write_csv(path, x, labels, head="a,b,c,label"):
    rows = [
        ",".join([*(f"{value:.9g}" for value in row), label]) for row, label in zip(x, labels, strict=True)
    ]
    path.write_text("\n".join([head, *rows]) + "\n")


def is_scaled_by_column(data):
    assert data.input_shape == (1, 1, 3)
    assert np.allclose(data.train.x.mean(axis=(0, 1, 2)), 0, atol=1e-3)
    assert np.allclose(data.train.x.std(axis=(0, 1, 2)), 1, atol=1e-3)
    assert np.allclose(data.frontend.deviation, DEVIATIONS, rtol=0.4)
    assert isinstance(data.augmentation, TableAugmentation)


def test_arrays(tmp_path):
    save(tmp_path)
    is_scaled_by_column(load(tmp_path))


def test_arrays_in_parts_and_without_labels(tmp_path):
    np.savez(tmp_path / "t.npz", x_train=X, y_train=Y, x_test=X[:9], y_test=Y[:9], x_unlabelled=X[:5])
    data = load(tmp_path)
    is_scaled_by_column(data)
    front = data.frontend
    for found, x in ((data.test.x, X[:9]), (data.unlabelled, X[:5])):
        assert np.allclose(found[:, 0, 0, :], (x - front.mean) / front.deviation, atol=1e-3)


def test_whole_numbers_need_no_scale(tmp_path):
    save(tmp_path, x=np.round(X * 1000).astype(np.int64))
    assert np.allclose(load(tmp_path).frontend.deviation, DEVIATIONS * 1000, rtol=0.4)


@pytest.mark.parametrize("body", ["x, y", "{'x': x, 'y': y}"])
def test_functions(tmp_path, monkeypatch, body):
    save(tmp_path)
    monkeypatch.chdir(tmp_path)
    head = "import numpy as np\nx, y = (np.load('t.npz')[k] for k in 'xy')"
    (tmp_path / "mydata.py").write_text(f"{head}\ndef load():\n    return {body}\n")
    is_scaled_by_column(load(tmp_path, "mydata:load"))


def test_a_csv_file(tmp_path):
    write_csv(tmp_path / "t.csv", X, [f"kind{label}" for label in Y])
    data = load(tmp_path, "t.csv")
    is_scaled_by_column(data)
    assert data.classes == ("kind0", "kind1", "kind2") and len(data.train) == 36
    assert data.frontend.columns == ("a", "b", "c")


def test_a_csv_file_of_a_regression(tmp_path):
    write_csv(tmp_path / "t.csv", X, [f"{value:.6g}" for value in X[:, 0] * 7], "a,b,c,price")
    data = load(tmp_path, "t.csv", SensorSection(label=("price",)), "regression")
    is_scaled_by_column(data)
    assert data.classes == ("price",)


def test_a_folder_for_each_class(tmp_path):
    for label in ("p", "q"):
        (tmp_path / "rows" / label).mkdir(parents=True)
        write_csv(tmp_path / "rows" / label / "all.csv", X, ["0"] * 60, "a,b,c,d")
    data = load(tmp_path, "rows", SensorSection(columns=("a", "b", "c")))
    assert len(data.train) == 72 and data.classes == ("p", "q")  # by class: a file is no group here


def test_a_named_column_makes_groups(tmp_path):
    write_csv(tmp_path / "t.csv", X, [f"{i % 3},{i % 5}" for i in range(60)], "a,b,c,label,who")
    data = load(tmp_path, "t.csv", SensorSection(group="who"), test_groups=("4",), validation_groups=("0",))
    assert [len(split) for split in data.splits.values()] == [36, 12, 12]


def test_a_column_that_never_changes_is_told(tmp_path):
    save(tmp_path, x=np.column_stack([X, np.full(60, 9.0), np.full(60, 0.1)]))
    data = load(tmp_path)
    assert data.notes == ("columns 3, 4 have one value in all training samples and can tell nothing",)
    assert not data.train.x[..., 3:].any() and data.frontend.deviation[3:] == (1.0, 1.0)


@pytest.mark.parametrize("shape", [(60, 3, 1), (60,), (60, 1, 3), (60, 0)])
def test_other_shapes_are_no_tables(tmp_path, shape):
    save(tmp_path, x=np.zeros(shape))
    with pytest.raises(DataError) as caught:
        load(tmp_path)
    found = f"shape {list(shape)}; expected (n, columns)"
    assert str(caught.value).replace(f"{tmp_path}/", "") == f"t.npz: x: {found}"


def test_rows_taken_for_windows_of_one_channel_are_told(tmp_path):
    save(tmp_path)
    [note] = load_dataset(DataSection(source="t.npz", kind="sensor"), tmp_path, 1).notes
    assert note.startswith("the 3 values of a sample have deviations from 0.00")
    assert note.endswith('scaled as one channel (if they are columns of a table, say [data] kind = "table")')
    save(tmp_path, x=RNG.standard_normal((60, 32)))  # a signal
    assert load_dataset(DataSection(source="t.npz", kind="sensor"), tmp_path, 1).notes == ()


def test_without_a_kind_the_line_names_it(tmp_path):
    save(tmp_path)
    with pytest.raises(DataError, match='Say \\[data\\] kind = "table", "sensor" or "audio"'):
        load_dataset(DataSection(source="t.npz"), tmp_path, 1)


def test_a_csv_whose_rows_are_samples_is_not_cut_into_windows_unasked(tmp_path):
    write_csv(tmp_path / "t.csv", X, [f"kind{label}" for label in Y])
    sensor = SensorSection(window=8, stride=4)

    def windows(kind):
        kinds = Kinds(ImageSection(), AudioSection(), sensor)
        return load_dataset(DataSection(source="t.csv", kind=kind), tmp_path, 1, kinds=kinds)

    with pytest.raises(DataError) as caught:
        windows(None)
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "t.csv: 14 of 14 windows of 8 rows hold several classes; expected recordings, in which a class "
        'lasts. Say [data] kind = "table" if each row is a sample, kind = "sensor" if windows are right'
    )
    assert windows("sensor").input_shape == (8, 1, 3)
    assert len(windows("table").train) == 36


def test_a_csv_that_is_sorted_by_class_is_not_cut_into_windows_unasked(tmp_path):
    """Each class lasts, as in recordings; but no row has anything in common with the next."""
    names = [f"kind{i // 600}" for i in range(1200)]
    x = RNG.standard_normal((1200, 3)) + np.arange(1200)[:, np.newaxis] // 600
    write_csv(tmp_path / "t.csv", x, names)
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(source="t.csv"), tmp_path, 1)
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "t.csv: is sorted by class, and its rows have nothing in common with their neighbours; expected "
        'recordings, in which rows follow one another. Say [data] kind = "table" if each row is a sample, '
        'kind = "sensor" if windows are right'
    )
    for kind, shape in (("table", (1, 1, 3)), ("sensor", (128, 1, 3))):
        assert load_dataset(DataSection(source="t.csv", kind=kind), tmp_path, 1).input_shape == shape
    kinds = Kinds(ImageSection(), AudioSection(), SensorSection(window=8))
    assert load_dataset(DataSection(source="t.csv"), tmp_path, 1, kinds=kinds).input_shape == (8, 1, 3)
    slow = np.apply_along_axis(np.convolve, 0, x, np.ones(4) / 4, "same")
    write_csv(tmp_path / "t.csv", slow, names)
    assert load_dataset(DataSection(source="t.csv"), tmp_path, 1).input_shape == (128, 1, 3)


def test_views_are_jittered_and_nothing_else():
    x = RNG.standard_normal((500, 1, 1, 3)).astype(np.float32)
    change = make_view(x, 1, 2, TableAugmentation(0.1)) - x
    assert np.allclose(change.std(axis=0), 0.1, atol=0.02) and change.shape == x.shape
    assert np.array_equal(
        make_view(x, 1, 2, TableAugmentation(0.1)), make_view(x, 1, 2, TableAugmentation(0.1))
    )


def test_the_scaling_is_written_for_the_device(tmp_path):
    save(tmp_path)
    data = load(tmp_path)
    told = features_json(data, None)["input"]
    assert told["kind"] == "table" and told["shape"] == [1, 1, 3]
    assert told["mean"] == data.frontend.mean and len(told["deviation"]) == 3
