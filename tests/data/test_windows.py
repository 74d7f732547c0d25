"""CSV recordings and UCI's folders, cut into windows."""

import numpy as np
import pytest

from tinykd.data.kinds import USUAL, Kinds
from tinykd.data.load import load_dataset
from tinykd.errors import UserError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(0)


def sensor(**keys):
    return Kinds(ImageSection(), AudioSection(), SensorSection(window=8, stride=8, **keys))


def table(path, rows, head="ax,ay,label"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n")


def motion(label, count=80, level=0.0):
    return [(*np.round(level + RNG.standard_normal(2), 3), label) for _ in range(count)]


def load(root, source="d", given=None, task="classification", **section):
    return load_dataset(DataSection(source=source, **section), root, 1, task, given or sensor())


def error(root, *arguments, **keys):
    with pytest.raises(UserError) as caught:
        load(root, *arguments, **keys)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{root}/", "")


def test_one_file_with_a_column_of_labels(tmp_path):
    table(tmp_path / "d.csv", [*motion("walk"), *motion("sit")])
    data = load(tmp_path, "d.csv")
    assert data.classes == ("sit", "walk") and data.input_shape == (8, 1, 2)
    assert [np.bincount(s.y).tolist() for s in data.splits.values()] == [[6, 6], [2, 2], [2, 2]]


def test_normalised_over_the_training_samples(tmp_path):
    table(tmp_path / "d.csv", [*motion("walk", level=5.0), *motion("sit", level=9.0)])
    data = load(tmp_path, "d.csv")
    assert np.allclose(data.train.x.mean(axis=(0, 1, 2)), 0, atol=1e-5)
    assert np.allclose(data.train.x.std(axis=(0, 1, 2)), 1, atol=1e-5)
    front = data.frontend
    first = data.test.x[0, 0, 0] * np.array(front.deviation) + np.array(front.mean)
    rows = (tmp_path / "d.csv").read_text().splitlines()[1:]
    assert any(np.allclose(first, [float(v) for v in row.split(",")[:2]], atol=1e-4) for row in rows)
    plain = load(tmp_path, "d.csv", sensor(normalise=False))
    assert plain.frontend.mean == (0.0, 0.0) and plain.train.x.mean() > 4


def test_a_file_for_each_person_is_a_group(tmp_path):
    for person in range(6):
        table(tmp_path / f"d/{person}.csv", [*motion("walk"), *motion("sit")])
    data = load(tmp_path)
    assert sum(len(split) for split in data.splits.values()) == 6 * 20
    assert all(len(split) % 20 == 0 for split in data.splits.values()) and data.notes == ()


def test_groups_from_a_column(tmp_path):
    rows = [(*row, person) for person in "abcde" for row in (*motion("walk", 40), *motion("sit", 40))]
    table(tmp_path / "d.csv", rows, "ax,ay,label,who")
    data = load(tmp_path, "d.csv", sensor(group="who"), test_groups=("b",), validation_groups=("c",))
    assert [len(split) for split in data.splits.values()] == [30, 10, 10]
    assert data.input_shape == (8, 1, 2)


def test_a_folder_for_each_class(tmp_path):
    for label in ("sit", "walk"):
        for i in range(6):
            table(tmp_path / f"d/{label}/{i}.csv", [row[:2] for row in motion(label, 40)], "ax,ay")
    data = load(tmp_path)
    assert data.classes == ("sit", "walk") and sum(len(s) for s in data.splits.values()) == 60


def test_targets_of_a_regression_are_means(tmp_path):
    rows = [(i % 7, i % 5, i // 8) for i in range(400)]
    table(tmp_path / "d.csv", rows, "ax,ay,speed")
    data = load(tmp_path, "d.csv", sensor(label=("speed",)), "regression")
    assert data.classes == ("speed",) and data.outputs == 1
    speeds = np.concatenate([s.y for s in data.splits.values()]) * data.target_scale[0] + data.target_mean[0]
    assert np.allclose(np.sort(speeds[:, 0]), np.arange(50), atol=1e-3)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("ax,ay,label\n", "d.csv: 1 lines; expected a line of names, and lines of values"),
        ("ax,ay,label\n1,2\n", "d.csv: line 2: 2 values; expected 3, as in line 1"),
        (
            "ax,ay,label\n1,2,a\n1,x,a\n",
            'd.csv: line 3: "x" in column ay; expected a number. '
            "Name the columns to use with [sensor] columns",
        ),
        (
            "ax,ay,label\n1,nan,a\n",
            'd.csv: line 2: "nan" in column ay; expected a number. Say [sensor] missing = "drop" or "fill", '
            "or leave the column out with columns",
        ),
        (
            "ax,ay\n1,2\n",
            "d.csv: no column label, but ax, ay; expected a column label. "
            "Say [sensor] label, group or columns",
        ),
        (
            "ax,ay,label\n1,2,a\n",
            "[sensor] window: d: the longest recording has 1 values, a window 8; "
            "expected recordings of a window or more. "
            'Say a shorter window, or [data] kind = "table" if each row is a sample',
        ),
        ("ax,ay,label\n" + "1,2,a\n" * 99, "d.csv: 1 class; expected at least two"),
    ],
)
def test_faults(tmp_path, content, text):
    (tmp_path / "d.csv").write_text(content)
    assert error(tmp_path, "d.csv") == text


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "d.csv").write_bytes(b"ax,ay,label\n\xff\xfe,1,a\n")
    assert error(tmp_path, "d.csv").startswith("d.csv: cannot be read (")


def test_a_channel_that_never_changes(tmp_path):
    table(tmp_path / "d.csv", [(i % 3, 1, "ab"[i // 80]) for i in range(160)])
    assert error(tmp_path, "d.csv") == (
        "d: every value of channel 1 (ay) is the same in all training samples; expected values that differ. "
        "A scale of 0 cannot be quantized: name the other columns with [sensor] columns"
    )


# --- UCI ----------------------------------------------------------------------------------------------------

NAMES = "1 WALKING\n2 SITTING\n"


def har(root):
    for part, subjects in (("train", (1, 2, 3)), ("test", (4,))):
        folder = root / "d" / part / "Inertial Signals"
        folder.mkdir(parents=True)
        count = 4 * len(subjects)
        for kind in ("total_acc", "body_gyro"):
            for axis in "xyz":
                np.savetxt(folder / f"{kind}_{axis}_{part}.txt", RNG.standard_normal((count, 8)))
        np.savetxt(folder.parent / f"y_{part}.txt", np.arange(count) % 2 + 1, fmt="%d")
        np.savetxt(folder.parent / f"subject_{part}.txt", np.repeat(subjects, 4), fmt="%d")
    (root / "d/activity_labels.txt").write_text(NAMES)


def test_har_by_person(tmp_path):
    har(tmp_path)
    data = load(tmp_path)
    assert data.classes == ("WALKING", "SITTING") and data.input_shape == (8, 1, 6)
    assert [len(split) for split in data.splits.values()] == [8, 4, 4] and data.notes == ()


def test_har_is_measured_fifty_times_a_second(tmp_path):
    har(tmp_path)
    front = load(tmp_path).frontend.to_json()
    assert front["rate_hz"] == 50.0 and front["columns"][3] == "body_gyro_x"
    assert error(tmp_path, given=sensor(rate=100.0)) == (
        "[sensor] rate = 100: d has 50 values per second; expected the same rate. "
        "Say rate = 50 and measure so, or bring the recordings to 100"
    )


def test_har_with_a_file_missing(tmp_path):
    har(tmp_path)
    (tmp_path / "d/test/Inertial Signals/body_gyro_z_test.txt").unlink()
    assert error(tmp_path).startswith("d/test/Inertial Signals/body_gyro_z_test.txt: cannot be read (")


def test_hapt_is_cut_where_it_is_labelled(tmp_path):
    folder = tmp_path / "d/RawData"
    folder.mkdir(parents=True)
    labels = []
    for user in (1, 2, 3, 4):
        for kind in ("acc", "gyro"):
            np.savetxt(folder / f"{kind}_exp{user:02}_user{user:02}.txt", RNG.standard_normal((100, 3)))
        labels += [(user, user, 1, 1, 40), (user, user, 7, 41, 50), (user, user, 2, 51, 100)]
    np.savetxt(folder / "labels.txt", labels, fmt="%d")
    (tmp_path / "d/activity_labels.txt").write_text(NAMES)
    data = load(tmp_path)
    assert data.classes == ("SITTING", "WALKING") and data.input_shape == (8, 1, 6)
    assert sum(len(split) for split in data.splits.values()) == 4 * (5 + 6) and data.notes == ()


def test_turning_needs_triples(tmp_path):
    table(tmp_path / "d.csv", [*motion("walk"), *motion("sit")])
    with pytest.raises(Exception) as caught:
        load(tmp_path, "d.csv", sensor(rotation_degrees=10.0))
    assert str(caught.value) == (
        "[sensor] rotation_degrees: 2 channels cannot be turned; expected triples of x, y, z. "
        "Say rotation_degrees = 0"
    )
    assert USUAL.sensor.rotation_degrees == 0
