"""What folders at the top of a source are read as: classes, splits, groups, or one line that asks."""

import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.folder.files import entries
from tinykd.data.sources.folder.split_names import Role, hint_of, role_of
from tinykd.errors import DataError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(0)
PARTS = {TRAIN: "train", VALIDATION: "validation", TEST: "test", None: "-"}


def files(root, *places, suffix="png"):
    """``"Train/cats*3"``: three files in that folder."""
    for place in places:
        folder, _, count = place.partition("*")
        (root / "d" / folder).mkdir(parents=True, exist_ok=True)
        for i in range(int(count or 1)):
            (root / "d" / folder / f"{i}.{suffix}").touch()


def found(root, **section):
    return entries(root / "d", (".png",), DataSection(source="d", **section))


def read(root, **section):
    """``{"train": ["cats", "dogs"], "-": [...]}``: the classes in each part."""
    told = {}
    for entry in found(root, **section).entries:
        told.setdefault(PARTS[entry.part], set()).add(entry.label)
    return {part: sorted(names) for part, names in told.items()}


def error(root, **section):
    with pytest.raises(DataError) as caught:
        found(root, **section)
    return str(caught.value).replace(f"{root}/", "")


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.TRAIN, "train Train TRAIN training Training_Set trn train-data trainset learn entrenamiento"),
        (Role.VALIDATION, "val valid Validation VALIDATION validation_set valData Validierung"),
        (Role.TEST, "test Testing TEST_images holdout hold-out Hold_Out heldout testset Prüfung"),
        (Role.DEV, "dev Development"),
        (Role.EVAL, "eval Evaluation"),
        (Role.UNLABELLED, "unlabelled Unlabeled unlabeled_images"),
        (None, "cats car train_station invalid trainer contest devil evaluator latest trains2 test1 7 é"),
    ],
)
def test_names_of_splits(role, names):
    assert {name: role_of(name) for name in names.split()} == dict.fromkeys(names.split(), role)


def test_names_that_hint_at_a_split():
    assert hint_of("seg_train") == Role.TRAIN and hint_of("val2017") == Role.VALIDATION
    assert hint_of("seg_pred") == Role.UNLABELLED and hint_of("train_test") is None
    assert hint_of("tr") == Role.TRAIN and hint_of("X_te") == Role.TEST and role_of("te") is None


# --- splits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("Train", "Test"), ("train", "test")),
        (("train", "validation"), ("train", "validation")),
        (("train", "valid", "test"), ("train", "validation", "test")),
        (("training", "testing"), ("train", "test")),
        (("TRN", "DEV", "HOLDOUT"), ("train", "validation", "test")),
        (("dev", "eval"), ("train", "test")),
        (("train", "eval"), ("train", "test")),
        (("train", "eval", "test"), ("train", "validation", "test")),
        (("Training Set", "Validation Set", "Test Set"), ("train", "validation", "test")),
    ],
)
def test_splits_are_no_classes(tmp_path, names, parts):
    files(tmp_path, *(f"{name}/{c}" for name in names for c in ("cats", "dogs")))
    assert read(tmp_path) == {part: ["cats", "dogs"] for part in parts}


def test_a_split_with_some_of_the_classes_only(tmp_path):
    files(tmp_path, "train/cats", "train/dogs", "train/cows", "val/cats", "test/dogs")
    assert read(tmp_path) == {"train": ["cats", "cows", "dogs"], "validation": ["cats"], "test": ["dogs"]}


def test_folders_that_only_wrap_others(tmp_path):
    files(tmp_path, "archive/data/seg_train/seg_train/sea", "archive/data/seg_train/seg_train/ice")
    files(tmp_path, "archive/data/seg_test/seg_test/sea", "archive/data/seg_test/seg_test/ice")
    files(tmp_path, "archive/data/seg_pred/seg_pred*3")
    assert read(tmp_path) == {"train": ["ice", "sea"], "test": ["ice", "sea"]}
    assert found(tmp_path).notes == (
        "3 files in archive/data/seg_pred left out: no labels "
        '([data] unlabelled = "d/archive/data/seg_pred" teaches on them too)',
        'folders seg_pred, seg_test, seg_train are read as splits by their names (folders = "classes" says '
        "otherwise)",
    )


def test_a_training_split_alone_is_divided(tmp_path):
    files(tmp_path, "train/cats", "train/dogs")
    assert read(tmp_path) == {"-": ["cats", "dogs"]}


def test_an_anomaly_that_only_the_test_has(tmp_path):
    files(tmp_path, "train/good", "test/worn")
    assert read(tmp_path) == {"train": ["good"], "test": ["worn"]}


def test_splits_below_the_classes(tmp_path):
    files(tmp_path, "cats/train", "cats/Test", "dogs/train", "dogs/Test")
    assert read(tmp_path) == {"train": ["cats", "dogs"], "test": ["cats", "dogs"]}


def test_unlabelled_files_are_left_out_and_told(tmp_path):
    files(tmp_path, "train/cats", "train/dogs", "test/cats", "test/dogs", "Unlabeled*4")
    assert read(tmp_path) == {"train": ["cats", "dogs"], "test": ["cats", "dogs"]}
    assert found(tmp_path).notes == (
        '4 files in Unlabeled left out: no labels ([data] unlabelled = "d/Unlabeled" teaches on them too)',
    )


def test_unlabelled_files_inside_of_a_split(tmp_path):
    files(tmp_path, "train/cats", "train/dogs", "train/unlabeled*2", "test/cats", "test/dogs")
    assert read(tmp_path) == {"train": ["cats", "dogs"], "test": ["cats", "dogs"]}
    assert found(tmp_path).notes == (
        "2 files in train/unlabeled left out: no class by its name "
        '([data] unlabelled = "d/train/unlabeled" teaches on them too)',
    )


# --- classes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("cats", "dogs"),
        ("train", "car"),
        ("train", "car", "bus"),
        ("valid", "invalid"),
        ("test", "control"),
        ("train_station", "test_track"),
        ("test1", "test2"),
        ("dev", "ops"),
    ],
)
def test_classes_that_are_called_alike(tmp_path, names):
    files(tmp_path, *names)
    assert read(tmp_path) == {"-": sorted(names)}


def test_classes_with_folders_of_their_own(tmp_path):
    files(tmp_path, "cats/persian", "cats/siam", "dogs/poodle", "dogs/pug")
    assert read(tmp_path) == {"-": ["cats", "dogs"]}


def test_vehicles_with_folders_of_their_own(tmp_path):
    files(tmp_path, "train/steam", "train/diesel", "car/van", "car/coupe")
    assert read(tmp_path) == {"-": ["car", "train"]}


def test_unlabelled_beside_classes_is_no_class(tmp_path):
    files(tmp_path, "no", "yes", "unlabelled*2")
    assert read(tmp_path) == {"-": ["no", "yes"]}
    assert found(tmp_path).notes == (
        "2 files in unlabelled left out: no class by its name "
        '([data] unlabelled = "d/unlabelled" teaches on them too)',
    )
    assert read(tmp_path, classes=("yes", "unlabelled")) == {"-": ["unlabelled", "yes"]}


# --- what cannot be told ------------------------------------------------------------------------------------

SAME = (
    "; expected to know whether they are splits or groups with these as classes, or the classes. "
    'Say [data] test_folders = ["{}"], folders = "groups" or folders = "classes"'
)


def test_same_folders_under_names_that_say_nothing(tmp_path):
    files(tmp_path, "A/cats", "A/dogs", "B/cats", "B/dogs", "C/cats")
    assert error(tmp_path) == "d: folders A, B, C hold the same (cats, dogs)" + SAME.format("C")
    told = read(tmp_path, test_folders=("B",), validation_folders=("C",))
    assert told == {"train": ["cats", "dogs"], "test": ["cats", "dogs"], "validation": ["cats"]}
    assert {e.group for e in found(tmp_path, folders="groups").entries} == {"A", "B", "C"}
    assert read(tmp_path, folders="groups") == {"-": ["cats", "dogs"]}
    assert read(tmp_path, folders="classes") == read(tmp_path, classes=("A", "B", "C"))
    wrong = error(tmp_path, test_folders=("D",))
    assert wrong == "[data] test_folders: no folder D in d; expected of A, B, C"


def test_vehicles_by_day_and_night(tmp_path):
    files(tmp_path, "train/day", "train/night", "car/day", "car/night")
    assert error(tmp_path) == "d: folders car, train hold the same (day, night)" + SAME.format("car")


def test_a_pattern_for_groups_says_what_the_folders_are(tmp_path):
    files(tmp_path, "walk/ann", "walk/bob", "run/ann", "run/bob")
    assert read(tmp_path, group_pattern="^[^/]+/([^/]+)/") == {"-": ["run", "walk"]}
    (tmp_path / "d").rename(tmp_path / "old")
    files(tmp_path, "ann/walk", "bob/walk", "ann/run", "bob/run")
    assert read(tmp_path, group_pattern="^([^/]+)/") == {"-": ["run", "walk"]}


def test_splits_without_classes_or_classes_that_are_called_so(tmp_path):
    files(tmp_path, "train", "valid")
    wanted = (
        "; expected train/CLASS/FILE if they are splits, or a key that says that they are classes. "
        'Then say [data] folders = "classes"'
    )
    assert error(tmp_path) == f"d: folders train, valid hold files and no folders{wanted}"
    assert read(tmp_path, folders="classes") == {"-": ["train", "valid"]}
    assert read(tmp_path, classes=("valid", "train")) == {"-": ["train", "valid"]}
    files(tmp_path, "car")
    assert error(tmp_path) == f"d: folders car, train, valid hold files and no folders{wanted}"


def test_what_lies_beside_splits(tmp_path):
    files(tmp_path, "train/good", "test/good", "test/crack", "masks/crack")
    assert error(tmp_path) == (
        "d: masks beside test, train; expected splits only, or classes only. "
        'Say [data] test_folders = ["masks"] or folders = "classes", or call it _masks to leave it out'
    )
    (tmp_path / "d/masks").rename(tmp_path / "d/_masks")
    assert read(tmp_path) == {"train": ["good"], "test": ["crack", "good"]}


def test_a_split_beside_its_own_classes(tmp_path):
    files(tmp_path, "train/cats", "train/dogs", "cats", "dogs")
    assert error(tmp_path) == (
        "d/train: cats, dogs in it, and beside it; expected each class once: in splits such as train, or "
        'beside one another. Move it, or say [data] folders = "classes"'
    )


def test_a_file_beside_the_classes_of_a_split(tmp_path):
    files(tmp_path, "train/cats", "train/dogs", "test/cats", "test/dogs", "test")
    assert error(tmp_path) == "d/test/0.png: is in no class; expected test/CLASS/0.png"


def test_a_test_without_classes(tmp_path):
    files(tmp_path, "train/cats", "train/dogs", "test")
    assert error(tmp_path) == (
        "d/test/0.png: is in no class; expected test/CLASS/0.png. Or call it _test to leave it out"
    )


# --- to the dataset -----------------------------------------------------------------------------------------


def image(path):
    path = path.with_suffix(".png")
    Image.fromarray(RNG.integers(0, 256, (4, 6), dtype=np.uint8)).save(path)


def sound(path):
    wavfile.write(path.with_suffix(".wav"), 1000, RNG.integers(-999, 999, 200).astype(np.int16))


def table(path):
    rows = "\n".join(f"{a:.3f},{b:.3f}" for a, b in RNG.standard_normal((8, 2)))
    path.with_suffix(".csv").write_text(f"ax,ay\n{rows}\n")


def load(root, make, **counts):
    for part, count in counts.items():
        for name in ("no", "yes"):
            for i in range(count):
                folder = root / "d" / part / name
                folder.mkdir(parents=True, exist_ok=True)
                make(folder / str(i))
    audio = AudioSection(features="log_mel", rate=1000, seconds=0.2, n_mels=8, f_min=0.0)
    kinds = Kinds(ImageSection(), audio, SensorSection(window=8, stride=8))
    return load_dataset(DataSection(source="d"), root, 1, kinds=kinds)


@pytest.mark.parametrize("make", [image, sound, table])
def test_a_validation_that_is_given_is_the_validation(tmp_path, make):
    data = load(tmp_path, make, Train=10, Valid=4, Test=3)
    assert data.classes == ("no", "yes") and data.notes == ()
    assert [len(split) for split in data.splits.values()] == [20, 8, 6]


@pytest.mark.parametrize("make", [image, sound, table])
def test_a_test_that_is_missing_is_drawn_from_training_and_told(tmp_path, make):
    data = load(tmp_path, make, train=10, validation=4)
    assert data.classes == ("no", "yes")
    assert [len(split) for split in data.splits.values()] == [16, 8, 4]
    assert data.notes == (
        "there is no test split: a fifth of the training samples is measured on, and not learnt from",
    )


def test_a_class_that_no_training_sample_has(tmp_path):
    (tmp_path / "d/test/maybe").mkdir(parents=True)
    image(tmp_path / "d/test/maybe/0")
    with pytest.raises(DataError) as caught:
        load(tmp_path, image, train=5, test=2)
    assert str(caught.value) == (
        "d: train: class 0 (maybe) has no samples; expected some of every class. "
        "Leave it out with [data] classes"
    )


def test_a_class_in_other_capitals_in_another_split(tmp_path):
    for name in ("No", "yes"):
        (tmp_path / "d/test" / name).mkdir(parents=True)
        image(tmp_path / "d/test" / name / "0")
    with pytest.raises(DataError) as caught:
        load(tmp_path, image, train=5)
    assert str(caught.value) == (
        "d: train: class 0 (No) has no samples; expected some of every class. Call it no, as in train"
    )
