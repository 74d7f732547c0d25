"""CSV recordings: which file is of which class, group and part."""

import numpy as np
import pytest

from tests.data.recorded import RNG, ROWS, axes, classes, error, kinds, load, windows, write
from tinykd.project.samples import SensorSection

NUMBERS = np.arange(ROWS)


def gestures(root, stems, count=6):
    """As Arduino's tutorial records them: a blank line after each gesture."""
    (root / "d").mkdir(exist_ok=True)
    for stem in stems:
        rows = [[f"{v:.3f}" for v in RNG.standard_normal(3)] for _ in range(12 * count)]
        blocks = ["\n".join(map(",".join, rows[12 * i : 12 * i + 12])) for i in range(count)]
        (root / "d" / stem).parent.mkdir(exist_ok=True)
        (root / "d" / f"{stem}.csv").write_text("aX,aY,aZ\n" + "\n\n".join(blocks) + "\n\n")


def test_a_file_for_each_class(tmp_path):
    gestures(tmp_path, ["punch", "flex"])
    data = load(tmp_path)
    assert data.classes == ("flex", "punch") and windows(data) == 2 * 6
    assert data.notes == ("classes by the names of the files: flex, punch",)
    assert load(tmp_path, classes=("punch", "flex")).classes == ("punch", "flex")


def test_the_usual_label_said_aloud(tmp_path):
    """As a project reads that was written out and read again."""
    gestures(tmp_path, ["punch", "flex"])
    given = kinds(**SensorSection(window=8, stride=8).model_dump())
    assert load(tmp_path, given=given).classes == ("flex", "punch")
    assert error(tmp_path, given=kinds(label=("what",))) == (
        "d/flex.csv: no column what, but aX, aY, aZ; expected a column what. "
        "Say [sensor] label, group or columns"
    )


def test_files_of_each_class_with_numbers(tmp_path):
    gestures(tmp_path, [f"{name}{i}" for name in ("punch_", "flex-") for i in range(3)])
    assert load(tmp_path).classes == ("flex", "punch")


def test_a_file_beside_folders(tmp_path):
    gestures(tmp_path, ["punch"])
    for i in range(6):
        write(
            tmp_path / f"d/flex/{i}.csv",
            {n: np.round(RNG.standard_normal(24), 3) for n in ("aX", "aY", "aZ")},
        )
    assert load(tmp_path).classes == ("flex", "punch")


def test_files_that_differ_by_a_number_only(tmp_path):
    gestures(tmp_path, ["rec0", "rec1"])
    assert error(tmp_path) == (
        "d: rec0, rec1 differ by a number only, and have no column label; expected CLASS.csv, CLASS/FILE, or "
        'the label in a column. Say [sensor] label, or [data] classes = ["rec0", "rec1"] if each is a class'
    )
    assert load(tmp_path, classes=("rec0", "rec1")).classes == ("rec0", "rec1")


def test_labels_without_a_name_are_asked_for_by_their_number(tmp_path):
    rows = "".join(f"{v:.3f},{-v:.2f},{'run' if i < 80 else 'walk'}\n" for i, v in enumerate(RNG.random(160)))
    (tmp_path / "d.csv").write_text(rows)
    assert error(tmp_path, "d.csv") == (
        'd.csv: no column label, but 1, 2, 3; expected a column label. Say [sensor] label = "3"'
    )
    assert windows(load(tmp_path, "d.csv", given=kinds(label=("3",)))) == 20


def test_labels_that_are_numbers_are_asked_for(tmp_path):
    write(tmp_path / "d.csv", {**axes(160), "y": np.repeat([0, 1], 80)})
    assert error(tmp_path, "d.csv").endswith('. Say [sensor] label = "y"')


@pytest.mark.parametrize("name", ["activity", "Class", "gesture_name", "Aktivitaet", "what"])
def test_a_label_column_of_another_name_is_asked_for(tmp_path, name):
    labels = np.repeat(["run", "walk"], 80)
    for place in ("d.csv", *(f"e/{person}.csv" for person in ("ann", "bob", "eve"))):
        write(tmp_path / place, {"timestamp": np.arange(160) * 20, **axes(160), name: labels})
    fix = f'. Say [sensor] label = "{name}"'
    text = f"d.csv: no column label, but timestamp, ax, ay, {name}; expected a column label{fix}"
    assert error(tmp_path, "d.csv") == text
    if name != "what":  # words that say nothing could as well be a channel's mistake
        assert error(tmp_path, "e") == text.replace("d.csv", "e/ann.csv")
    given = kinds(label=(name,))
    assert load(tmp_path, "d.csv", given=given).classes == ("run", "walk")
    assert load(tmp_path, "e", given=given).classes == ("run", "walk")


def test_a_label_in_other_capitals(tmp_path):
    write(tmp_path / "d.csv", {**axes(160), "Label": np.repeat(["run", "walk"], 80)})
    assert load(tmp_path, "d.csv").classes == ("run", "walk")


def test_a_column_of_labels_in_folders_is_no_channel(tmp_path):
    """Numbers that tell the class, in every file of CLASS/FILE."""
    classes(tmp_path, lambda i, label: {"label": [int(label == "run")] * ROWS})
    data = load(tmp_path)
    assert data.frontend.columns == ("ax", "ay") and data.classes == ("0", "1")


def test_published_splits_in_files(tmp_path):
    labels = np.repeat(["run", "walk"], 80)
    for name in ("Train", "valid", "TEST"):
        write(tmp_path / f"d/{name}.csv", {**axes(160), "label": labels})
    assert [len(split) for split in load(tmp_path).splits.values()] == [20, 20, 20]
    (tmp_path / "d/TEST.csv").unlink()
    data = load(tmp_path)
    assert [len(split) for split in data.splits.values()] == [16, 20, 4]


def test_splits_of_files_for_each_class(tmp_path):
    for part in ("train", "testing"):
        for label in ("run", "walk"):
            write(tmp_path / f"d/{part}/{label}.csv", axes())
    data = load(tmp_path)
    assert data.classes == ("run", "walk")
    assert [len(split) for split in data.splits.values()] == [16, 4, 20]


def test_persons_with_a_file_for_each_class(tmp_path):
    for person in "abcdef":
        for label in ("run", "walk"):
            write(tmp_path / f"d/{person}/{label}.csv", axes())
    data = load(tmp_path, folders="groups", test_groups=("b",), validation_groups=("c",))
    assert data.classes == ("run", "walk")
    assert [len(split) for split in data.splits.values()] == [80, 20, 20]


def test_unlabelled_recordings(tmp_path):
    classes(tmp_path, lambda i, label: {"timestamp": NUMBERS * 20})
    write(tmp_path / "more/x.csv", {**axes(), "extra": NUMBERS})
    assert load(tmp_path, unlabelled="more").unlabelled.shape == (10, 8, 1, 2)
    write(tmp_path / "more/y.csv", {"ax": NUMBERS})
    assert error(tmp_path, unlabelled="more") == "more/y.csv: no column ay, but ax; expected a column ay"


def test_folders_of_unlabelled_recordings_are_no_class(tmp_path):
    classes(tmp_path, lambda i, label: {})
    write(tmp_path / "d/unlabelled/x.csv", axes())
    assert load(tmp_path).classes == ("run", "walk")


def test_a_file_of_unlabelled_recordings_is_no_class(tmp_path):
    gestures(tmp_path, ["punch", "flex", "unlabelled"])
    assert load(tmp_path).notes == (
        "1 file in unlabelled.csv left out: no class by its name "
        '([data] unlabelled = "d/unlabelled.csv" teaches on them too)',
        "classes by the names of the files: flex, punch",
    )
    assert load(tmp_path, unlabelled="d/unlabelled.csv").unlabelled.shape == (6, 8, 1, 3)


@pytest.mark.parametrize(
    "files",
    [
        "walk_20240501_101500 walk_20240502_111500 idle_20240503_101900",
        "walk-2024-05-01 idle-2024-05-02",
        "walk_2024-05-01T10-15-00Z idle_2024-05-01T10-16-00Z",
        "20240501_101500_walk 20240501_101501_idle",
        "walk_20240501_1 idle_20240502_2",
        "walk.1a7fc3d0.s1 walk.2b.s2 idle.33aa.s1",
        "walk.1a7fc1 idle.2a7fc2 walk.3a7fc3",
        "walk_3f2a9c81 idle_77ab01c2",
        "walk_550e8400-e29b-41d4-a716-446655440000 idle_550e8400-e29b-41d4-a716-446655440001",
    ],
)
def test_names_with_dates_or_random_digits_are_of_their_class(tmp_path, files):
    gestures(tmp_path, files.split())
    data = load(tmp_path)
    assert data.classes == ("idle", "walk") and windows(data) == 6 * len(files.split())


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        ("class_1_1 class_2_1 other_1", ("class_1", "class_2", "other")),
        ("3_fingers 5_fingers fist_1", ("3_fingers", "5_fingers", "fist")),
        ("facade_1 decade_2", ("decade", "facade")),
    ],
)
def test_numbers_that_are_of_the_class_stay(tmp_path, files, classes):
    gestures(tmp_path, files.split())
    assert load(tmp_path).classes == classes


def test_persons_with_a_file_for_each_class_are_asked_for(tmp_path):
    gestures(tmp_path, [f"{who}/{name}" for who in ("ana", "ben", "cyd") for name in ("wave", "clap_1")])
    assert error(tmp_path) == (
        "d: folders ana, ben, cyd hold the same (clap, wave); expected to know whether they are groups with "
        'these as classes, or the classes. Say [data] folders = "groups" or folders = "classes"'
    )
    assert load(tmp_path, folders="groups").classes == ("clap", "wave")
    assert load(tmp_path, folders="classes").classes == ("ana", "ben", "cyd")


@pytest.mark.parametrize("names", [["rec0", "rec1"], ["0", "1"], ["2024-05-01", "2024-05-02"]])
def test_files_of_the_same_numbers_in_each_class_ask_nothing(tmp_path, names):
    gestures(tmp_path, [f"{label}/{name}" for label in ("wave", "clap") for name in names])
    assert load(tmp_path).classes == ("clap", "wave")


def test_random_digits_in_the_names_of_a_split(tmp_path):
    stems = [f"{name}.{i}b{i}c{i}d" for name in ("wave", "clap") for i in range(3)]
    gestures(tmp_path, [f"{part}/{stem}" for part in ("training", "testing") for stem in stems])
    assert load(tmp_path).classes == ("clap", "wave")
