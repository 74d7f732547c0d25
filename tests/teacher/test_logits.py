"""Logits on disk: written once, checked when read, memory-mapped. The teacher here is a function."""

import numpy as np
import pytest

from tinykd.data.augmentation.options import Augmentation
from tinykd.data.augmentation.views import make_view
from tinykd.data.dataset import Dataset, Split
from tinykd.data.splits.split import split_dataset
from tinykd.errors import ConfigError, DataError, ModelError
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.teacher.logits import VIEWS_FILE, Views, read_logits, split_file, write_logits
from tinykd.teacher.stage import check_teaches

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 4, 4, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))
VIEWS = Views(seed=5, count=4, how=Augmentation())


def predict(x):
    """Three sums over parts of each sample."""
    rows = x.reshape(len(x), -1)
    return np.stack([rows[:, :5].sum(1), rows[:, 5:9].sum(1), rows[:, 9:].sum(1)], axis=1)


@pytest.fixture
def folder(tmp_path):
    write_logits(predict, DATA, VIEWS, tmp_path, Silent())
    return tmp_path


def test_what_is_read_is_what_the_teacher_said_about_the_same_view(folder):
    logits = read_logits(folder, DATA, VIEWS)
    assert np.array_equal(logits.test, predict(DATA.test.x))
    for index in range(VIEWS.count):
        seen = make_view(DATA.train.x, 5, index, Augmentation())
        assert np.array_equal(logits.views[index], predict(seen))
        assert np.array_equal(VIEWS.samples(DATA, index), seen)
    assert np.array_equal(VIEWS.samples(DATA, 4), VIEWS.samples(DATA, 0))


def test_files_are_mapped_not_loaded(folder):
    logits = read_logits(folder, DATA, VIEWS)
    for array in (logits.train, logits.validation, logits.test, logits.views):
        assert isinstance(array, np.memmap) and array.dtype == np.float32 and array.flags.c_contiguous


def test_without_augmentation_the_only_view_is_the_samples():
    for sections in ({"data": {"augment": False}}, {"teacher": {"model": ["resnet", "logits.npz"]}}):
        views = Views.of(Project.model_validate({"project": {"name": "x"}, **sections}))
        assert views.count == 1 and views.samples(DATA, 3) is DATA.train.x


def test_mixtures_need_no_augmentation():
    project = {"project": {"name": "x"}, "data": {"augment": False, "mixup": True, "augmented_copies": 6}}
    views = Views.of(Project.model_validate(project))
    assert (views.count, views.how, views.mixing) == (6, None, True)
    assert np.array_equal(views.samples(DATA, 0), DATA.train.x)
    assert not np.array_equal(views.samples(DATA, 1), DATA.train.x)


@pytest.mark.parametrize(
    ("sections", "mixing"),
    [
        ({}, True),
        ({"data": {"mixup": False}}, False),
        ({"data": {"augment": False}}, False),
        ({"project": {"name": "x", "task": "anomaly"}}, False),
        ({"teacher": {"model": "logits.npz"}}, False),
    ],
)
def test_classes_are_mixed_where_they_are_augmented(sections, mixing):
    views = Views.of(Project.model_validate({"project": {"name": "x"}, **sections}))
    assert views.mixing is mixing


def test_only_classes_are_mixed():
    project = {"project": {"name": "x", "task": "regression"}, "data": {"mixup": True}}
    with pytest.raises(ConfigError) as caught:
        Views.of(Project.model_validate(project))
    text = "[data] mixup: the task is regression; expected classification or multilabel. Leave mixup out"
    assert str(caught.value) == text


FIX = "Type `tinykd train` to compute them again"


def error(folder, views=VIEWS):
    with pytest.raises(DataError) as caught:
        read_logits(folder, DATA, views)
    return str(caught.value).replace(f"{folder}/", "")


def test_missing(folder):
    (folder / split_file("test")).unlink()
    assert error(folder).startswith("logits_test.npy: cannot be read (")
    assert error(folder).endswith(f"; expected the teacher's logits. {FIX}")


def test_of_other_data(folder):
    np.save(folder / split_file("test"), np.zeros((6, 4), np.float32))
    assert error(folder) == f"logits_test.npy: float32 [6, 4]; expected float32 [6, 3]. {FIX}"


def test_of_other_views(folder):
    text = f"{VIEWS_FILE}: float32 [4, 18, 3]; expected float32 [9, 18, 3]. {FIX}"
    assert error(folder, Views(5, 9, Augmentation())) == text


def test_not_finite(folder):
    np.save(folder / split_file("train"), np.full((18, 3), np.nan, np.float32))
    assert error(folder) == (
        "logits_train.npy: NaN or infinite logits; expected finite numbers. Train the teacher again"
    )


def test_cut(folder):
    path = folder / VIEWS_FILE
    path.write_bytes(path.read_bytes()[:200])
    assert error(folder).startswith(f"{VIEWS_FILE}: cannot be read (")


def answers(right):
    """Logits on the six samples of validation, ``right`` of them right."""
    named = DATA.validation.y.copy()
    named[right:] = (named[right:] + 1) % 3
    return np.eye(3, dtype=np.float32)[named]


def test_a_teacher_that_knows_nothing_is_refused():
    with pytest.raises(ModelError) as caught:
        check_teaches(answers(right=2), DATA, "resnet")
    assert str(caught.value) == (
        "teacher resnet: it answers 2 of 6 validation samples right; expected more than the 2 that always "
        "naming the commonest class gets right. Train it longer, or check its inputs and classes"
    )
    check_teaches(answers(right=3), DATA, "resnet")


def uneven(named_rare, named_common):
    """Validation of 95 : 5 in 200, and logits that name the second class that often in either."""
    labels = np.repeat([0, 1], [190, 10])
    split = Split(np.zeros((200, 1, 1, 1), np.float32), labels)
    named = np.zeros(200, np.int64)
    named[190 : 190 + named_rare], named[:named_common] = 1, 1
    return np.eye(2, dtype=np.float32)[named], Dataset("d", split, split, split, ("ok", "bad"))


@pytest.mark.parametrize("balanced", [True, False])
def test_a_teacher_that_finds_the_rare_class_passes_though_fewer_are_right(balanced):
    """As balance = "sampling" makes them: 187 of 200 right, and 190 by naming the commonest class alone."""
    answers, data = uneven(named_rare=8, named_common=11)
    check_teaches(answers, data, "mlp", balanced)


@pytest.mark.parametrize(("rare", "common"), [(0, 0), (1, 1), (10, 190)])
@pytest.mark.parametrize("balanced", [True, False])
def test_one_that_does_not_is_refused_with_the_remedy_that_is_left(rare, common, balanced):
    answers, data = uneven(rare, common)
    with pytest.raises(ModelError) as caught:
        check_teaches(answers, data, "mlp", balanced)
    text = str(caught.value)
    assert "expected more than the 190 that always naming the commonest class gets right. Train it" in text
    assert text.endswith('([data] balance = "sampling")') is not balanced
