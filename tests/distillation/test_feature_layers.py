"""Features are taken from the right layers, and the teacher's features are of the very view that they see."""

from pathlib import Path

import numpy as np
import pytest

from tinykd.data.augmentation.options import Augmentation
from tinykd.data.splits.split import split_dataset
from tinykd.distillation.batches import TrainingBatches
from tinykd.distillation.feature_layers import deepest_map, embedding, layer_named, size_of
from tinykd.distillation.features import FeatureRequest, feature_hook, is_feature_method
from tinykd.distillation.losses.soft_targets import soft_divergence
from tinykd.errors import ModelError
from tinykd.progress import Silent
from tinykd.project.training import DistillationSection, FeatureMethod, StudentSection
from tinykd.student.build import build_student
from tinykd.student.mlp import mlp
from tinykd.teacher.features import asker
from tinykd.teacher.logits import TeacherLogits, Views
from tinykd.teacher.resnet import resnet
from tinykd.teacher.takes import taking
from tinykd.training.tensorflow import libraries

pytestmark = pytest.mark.slow  # imports TensorFlow

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 8, 8, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))
VIEWS = Views(seed=5, count=2, how=Augmentation())
ANSWERS = [np.zeros((len(split), 3), np.float32) for split in DATA.splits.values()]
BATCHES = TrainingBatches(DATA, TeacherLogits(*ANSWERS, np.zeros((2, len(DATA.train), 3), np.float32)), VIEWS)


def base(logits, _labels, teacher):
    return soft_divergence(logits, teacher, 1.0)


@pytest.fixture(scope="module")
def teacher():
    return resnet(DATA.input_shape, 3)  # maps of 8 x 8 x 32, 4 x 4 x 64, 2 x 2 x 128


@pytest.fixture
def student():
    return build_student(StudentSection(), DATA)  # ends in 4 x 4 x 32


def hook(method: FeatureMethod, student, teacher, out: Path, **options):
    section = DistillationSection(method=method, **options)
    request = FeatureRequest(method, section, student, teacher, base)
    return feature_hook(request, BATCHES, out, Silent())


@pytest.mark.parametrize(
    ("method", "given", "wanted"),
    [("hints", (4, 4, 64), (4, 4, 64)), ("at", (4, 4, 32), (4, 4, 64)), ("rkd", (32,), (128,))],
)
def test_the_deepest_layers_that_match(method, given, wanted, student, teacher, tmp_path) -> None:
    found = hook(method, student, teacher, tmp_path)
    assert is_feature_method(method)
    assert tuple(found.model.outputs[1].shape)[1:] == given
    assert found.features.shape == (2, len(DATA.train), *wanted)
    logits, features = found.model(DATA.train.x)
    assert np.allclose(logits, student(DATA.train.x))
    more = found.loss((logits, features), DATA.train.y, BATCHES.epoch(0)[2], found.features[0])
    assert float(more) > float(base(logits, None, BATCHES.epoch(0)[2]))


def test_larger_maps_are_averaged_down(student, teacher, tmp_path) -> None:
    layers = {"student_layer": "stem_relu", "teacher_layer": teacher.layers[-4].name}
    found = hook("at", student, teacher, tmp_path, **layers)
    assert tuple(found.model.outputs[1].shape)[1:] == (2, 2, 16)
    whole = asker(teacher, layer_named(teacher, layers["teacher_layer"], ""), None)
    assert np.allclose(found.features[1], whole(VIEWS.samples(DATA, 1)), atol=1e-2)


def test_the_teachers_features_are_of_the_view_that_the_student_sees(student, teacher, tmp_path) -> None:
    found = hook("rkd", student, teacher, tmp_path)
    for epoch in (0, 1, 2):
        samples, _, _, features = found.epoch_arrays(BATCHES, epoch, 3)
        wanted = asker(teacher, embedding(teacher, ""), None)(samples)
        assert np.array_equal(features, wanted)
    assert not np.array_equal(found.features[0], found.features[1])


def test_what_is_trained_beside_the_student_is_not_part_of_it(student, teacher, tmp_path) -> None:
    before = student.count_params()
    found = hook("hints", student, teacher, tmp_path)
    assert student.count_params() == before
    assert len(found.model.trainable_variables) == len(student.trainable_variables) + 2


def test_an_unknown_layer(student, teacher, tmp_path) -> None:
    with pytest.raises(ModelError) as caught:
        hook("hints", student, teacher, tmp_path, student_layer="block1_pointwise_rule")
    assert str(caught.value) == (
        '[distillation] student_layer: no layer "block1_pointwise_rule" in ds_cnn; '
        'expected "block1_pointwise_relu"'
    )


def test_a_layer_that_is_no_map(student, teacher, tmp_path) -> None:
    with pytest.raises(ModelError) as caught:
        hook("at", student, teacher, tmp_path, student_layer="pool")
    assert str(caught.value) == "[distillation] student_layer = pool: gives [32]; expected a map (h, w, c)"


def test_a_student_without_maps(teacher, tmp_path) -> None:
    with pytest.raises(ModelError) as caught:
        hook("hints", mlp(DATA.input_shape, 3, 1.0), teacher, tmp_path)
    assert str(caught.value) == (
        "[distillation] method = hints: mlp has no map of features (n, h, w, c); expected a convolutional "
        'network. Use method = "rkd", which compares embeddings'
    )


def test_maps_are_searched_from_the_end(teacher) -> None:
    assert [size_of(deepest_map(teacher, size, "")) for size in (None, (3, 3), (5, 5), (99, 99))] == [
        (2, 2),
        (4, 4),
        (8, 8),
        (2, 2),
    ]
    assert libraries().keras.Model(teacher.inputs, embedding(teacher, "")).output_shape == (None, 128)


def test_a_teacher_of_bytes_in_a_row_is_asked_for_features_as_it_takes_samples(tmp_path) -> None:
    """Its logits used to be right and its features those of a black image."""
    keras = libraries().keras
    inputs = keras.Input((64,))
    shaped = keras.layers.Reshape((8, 8, 1))(keras.layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, keras.layers.Conv2D(4, 3, name="maps")(shaped))
    plain = keras.Model(shaped, model.output)
    takes = taking((0.0, 255.0), DATA)
    found = asker(model, model.output, None, takes)(DATA.test.x)
    assert np.allclose(found, plain(DATA.test.x), atol=1e-2)
