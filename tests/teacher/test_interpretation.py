"""What a foreign teacher takes and gives, found out on validation: ranges, orders, sigmoids, units."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import AudioFrontend, ImageFrontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.splits.split import split_dataset
from tinykd.errors import ConfigError, ModelError
from tinykd.project.samples import AudioSection
from tinykd.project.training import TeacherSection
from tinykd.teacher.interpretation import interpret
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.signature import OutputKind, as_type, logits_of, output_kind
from tinykd.teacher.takes import taking, usual

RNG = np.random.default_rng(11)
SIDES = {"outputs": ("no", "yes"), "colours": ("red", "green", "blue", "grey")}


def images(classes, count=200, shape=(3, 3, 3)):
    """Samples that are brighter the higher their label."""
    labels = np.arange(count) % classes
    level = (labels + 0.5) / classes
    x = level[:, None, None, None] + 0.04 * RNG.standard_normal((count, *shape))
    names = SIDES["outputs"] if classes == 2 else SIDES["colours"][:classes]
    data = split_dataset("d", x.clip(0, 1).astype(np.float32), labels, names)
    return replace(data, frontend=ImageFrontend(255.0))


TWO, FOUR = images(2), images(4)


def knows(classes, low=0.0, high=1.0, mean=None, deviation=None):
    """A teacher: logits of images in [low, high] (or normalised by channel)."""

    def predict(x):
        unit = x * deviation + mean if mean is not None else (x - low) / (high - low)
        level = unit.mean(axis=(1, 2, 3))[:, None] * classes - 0.5
        return (-4.0 * (level - np.arange(classes)) ** 2).astype(np.float32)

    return predict


def of_softmax(predict):
    def softmax(x):
        logits = predict(x)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    return softmax


def asked(predict, data, **section):
    asking = Interpretation.of(TeacherSection.model_validate({"model": "t.keras", **section}), 0, data)
    assert Interpretation.of_json(json.loads(json.dumps(asdict(asking)))) == asking
    return interpret(predict, "t.keras", data, asking)


def refusal(*arguments, **section):
    with pytest.raises(ModelError) as caught:
        asked(*arguments, **section)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def right(found, data):
    return float((found.predict(data.test.x).argmax(axis=1) == data.test.y).mean())


# --- ranges -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [TWO, FOUR])
@pytest.mark.parametrize("given", [lambda p: p, of_softmax])
@pytest.mark.parametrize(("low", "high"), [(0, 255), (-1, 1)])
def test_another_range_is_found_out_and_the_key_is_named(data, given, low, high):
    predict = given(knows(len(data.classes), low, high))
    text = refusal(predict, data)
    assert text.startswith("t.keras: ") and " validation samples right with samples in [0, 1], " in text
    assert text.endswith(
        f" with samples in [{low}, {high}]; expected the range that it was trained in. "
        f"Say [teacher] range = [{low}, {high}]"
    )
    assert right(asked(predict, data, range=[low, high]), data) > 0.95


def test_imagenets_mean_and_deviation():
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    predict = knows(4, mean=mean, deviation=deviation)
    assert refusal(predict, FOUR).endswith('Say [teacher] range = "imagenet"')
    assert right(asked(predict, FOUR, range="imagenet"), FOUR) > 0.95


def test_a_teacher_that_takes_what_it_is_given_is_left_alone():
    for data in (TWO, FOUR):
        found = asked(knows(len(data.classes)), data)
        assert found.notes == () and right(found, data) > 0.95


def test_a_weak_teacher_is_not_taken_for_a_mistaken_one():
    """Logits that have little to do with the sample, in any range and in any order."""
    turn = RNG.standard_normal((27, 4)).astype(np.float32)
    asked(lambda x: x.reshape(len(x), -1) @ turn, replace(FOUR, validation=_shuffled(FOUR.validation)))


def _shuffled(split):
    return Split(split.x, RNG.permutation(split.y))


def test_what_the_project_says_stands_while_it_answers():
    weaker = lambda x: knows(4)(x) + 2.5 * RNG.standard_normal((len(x), 4)).astype(np.float32)  # noqa: E731
    assert asked(weaker, FOUR, range=[0, 1]).notes == ()
    said = refusal(knows(4, 0, 255), FOUR, range=[-1, 1])
    assert said.endswith("Say [teacher] range = [0, 255]") and "right with samples in [-1, 1], " in said


def test_measured_values_of_sensors_and_sound():
    mean, deviation = (100.0, -3.0), (40.0, 0.5)
    y = np.arange(200) % 3
    x = (y[:, None, None, None] - 1 + 0.1 * RNG.standard_normal((200, 6, 1, 2))).astype(np.float32)
    data = split_dataset("d", x, y, ("a", "b", "c"))

    def measured(sample):
        level = ((sample - mean) / deviation).mean(axis=(1, 2, 3))[:, None] + 1
        return (-4 * (level - np.arange(3)) ** 2).astype(np.float32)

    data = replace(data, frontend=SensorFrontend(mean, deviation))
    assert refusal(measured, data).endswith(
        'with samples measured; expected the range that it was trained in. Say [teacher] range = "measured"'
    )
    assert right(asked(measured, data, range="measured"), data) > 0.95
    sound = AudioFrontend(LogMel.of(AudioSection()), "image", 2.0, 3.0)
    assert taking("measured", replace(data, frontend=sound)).given(np.float32([[[[1]]]])) == 5.0
    assert usual(data).typed == '"normalised"'


@pytest.mark.parametrize(
    ("range", "text"),
    [
        (
            [0, 255],
            "[teacher] range = [0.0, 255.0]: is for images, and the samples are none; "
            'expected "normalised" or "measured"',
        ),
        (
            "imagenet",
            '[teacher] range = "imagenet": is for images, and the samples are none; '
            'expected "normalised" or "measured"',
        ),
    ],
)
def test_ranges_of_images_are_for_images(range, text):
    data = replace(FOUR, frontend=SensorFrontend((0.0,) * 3, (1.0,) * 3))
    with pytest.raises(ConfigError) as caught:
        asked(knows(4), data, range=range)
    assert str(caught.value) == text


# --- classes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(1, 0), (2, 0, 1, 3), (3, 2, 1, 0)])
def test_classes_in_another_order_are_found_out_and_named(order):
    data = TWO if len(order) == 2 else FOUR
    predict = lambda x: knows(len(order))(x)[:, list(order)]  # noqa: E731
    names = [data.classes[place] for place in order]
    text = refusal(predict, data)
    assert " with its classes in another order; expected outputs in the order of the data's classes (" in text
    assert text.endswith(f"Say [teacher] classes = {json.dumps(names)}, what its outputs are")
    assert right(asked(predict, data, classes=names), data) > 0.95


def test_another_range_and_another_order_at_once():
    predict = lambda x: knows(4, 0, 255)(x)[:, ::-1]  # noqa: E731
    text = refusal(predict, FOUR)
    names = list(FOUR.classes[::-1])
    assert text.endswith(
        f"Say [teacher] range = [0, 255] and classes = {json.dumps(names)}, what its outputs are"
    )
    assert right(asked(predict, FOUR, range=[0, 255], classes=names), FOUR) > 0.95


def test_a_teacher_of_more_classes():
    """The data has two of its four."""
    rows = {name: split.y < 2 for name, split in FOUR.splits.items()}
    splits = (Split(FOUR.splits[name].x[kept], FOUR.splits[name].y[kept]) for name, kept in rows.items())
    data = Dataset("d", *splits, ("red", "green"), frontend=ImageFrontend())
    assert right(asked(knows(4), data, classes=list(FOUR.classes)), data) > 0.95
    with pytest.raises(ConfigError) as caught:
        asked(knows(4), data, classes=["red", "blue"])
    assert str(caught.value) == (
        '[teacher] classes: no "green"; expected all of red, green, in the order of its outputs'
    )


# --- one sigmoid --------------------------------------------------------------------------------------------


def one_output(predict, probability):
    def second(x):
        z = predict(x)
        logit = (z[:, 1] - z[:, 0])[:, None]
        return (1 / (1 + np.exp(-logit.clip(-50, 50)))).astype(np.float32) if probability else logit

    return second


@pytest.mark.parametrize("probability", [True, False])
@pytest.mark.parametrize("axis", [True, False])
def test_one_output_teaches_two_classes(probability, axis):
    predict = one_output(knows(2), probability)
    found = asked(predict if axis else lambda x: predict(x)[:, 0], TWO)
    assert right(found, TWO) > 0.95 and len(found.notes) == 1
    assert found.notes[0].startswith(
        "gives the probability" if probability else "gives the logit of the second"
    )
    wanted = knows(2)(TWO.test.x)
    logits = found.predict(TWO.test.x)
    assert np.allclose(logits[:, 1] - logits[:, 0], wanted[:, 1] - wanted[:, 0], atol=0.01)


@pytest.mark.parametrize("probability", [True, False])
def test_one_output_of_another_range_or_of_the_first_class(probability):
    assert refusal(one_output(knows(2, 0, 255), probability), TWO).endswith("[teacher] range = [0, 255]")
    turned = one_output(lambda x: knows(2)(x)[:, ::-1], probability)
    assert refusal(turned, TWO).endswith('Say [teacher] classes = ["yes", "no"], what its outputs are')
    assert right(asked(turned, TWO, classes=["yes", "no"]), TWO) > 0.95


def test_one_sigmoid_that_stays_below_a_half_is_moved():
    """Hardly trained: it is larger for the second class, but never above 0.5."""
    low = lambda x: (0.40 + 0.08 * x.mean(axis=(1, 2, 3)))[:, None].astype(np.float32)  # noqa: E731
    found = asked(low, TWO)
    assert right(found, TWO) > 0.95
    assert found.notes[1] == (
        "tells the classes apart, but not at 0.5: 20 of 40 validation samples right, 40 with logits fitted "
        "to the labels"
    )
    assert refusal(lambda x: 0.9 - low(x), TWO).endswith('classes = ["yes", "no"], what its outputs are')
    useless = lambda x: np.full((len(x), 1), 0.4, np.float32)  # noqa: E731
    assert len(asked(useless, TWO).notes) == 1


def test_what_outputs_are():
    assert output_kind(np.float32([[0.2], [0.9]])) is OutputKind.SIGMOID
    assert output_kind(np.float32([[-0.2], [0.9]])) is OutputKind.ONE_LOGIT
    assert output_kind(np.float32([[0.2, 0.8], [1.0, 0.0]])) is OutputKind.SOFTMAX
    assert output_kind(np.float32([[0.2, 0.9], [1.0, 0.1]])) is OutputKind.SIGMOIDS
    assert output_kind(np.float32([[0.2, 2.9], [1.0, 0.1]])) is OutputKind.LOGITS
    for answer in (OutputKind.SIGMOID, OutputKind.SIGMOIDS):
        assert np.isfinite(logits_of(np.float32([[0.0], [1.0]]), answer)).all()
    p = np.float32([[0.25, 0.9]])
    assert np.allclose(logits_of(p, OutputKind.SIGMOIDS), np.log(p / (1 - p)))
    assert np.allclose(logits_of(np.float32([[0.25]]), OutputKind.SIGMOID), [[0, np.log(1 / 3)]])


def test_nan_is_one_line_unless_another_range_explains_it():
    broken = lambda x: np.full((len(x), 4), np.nan, np.float32)  # noqa: E731
    assert refusal(broken, FOUR) == "t.keras: it gives NaN or infinity on the data; expected finite logits"


def test_inputs_of_whole_numbers_are_rounded():
    assert as_type(np.float32([-3, 0.4, 254.6, 300]), np.uint8).tolist() == [0, 0, 255, 255]
    assert as_type(np.float32([0.4]), np.float16).dtype == np.float16


# --- values -------------------------------------------------------------------------------------------------


def values():
    x = RNG.random((100, 2, 2, 1), dtype=np.float32)
    y = (x.mean(axis=(1, 2, 3))[:, None] - 0.5).astype(np.float32)
    y = y / y.std()
    parts = (Split(x[rows], y[rows]) for rows in (slice(60), slice(60, 80), slice(80, 100)))
    return Dataset(
        "d", *parts, ("price",), "regression", target_mean=(5000.0,), target_scale=(300.0,)
    ), y.std()


def test_a_regression_in_its_own_unit_is_brought_to_the_datas():
    data, _ = values()
    scale = float(data.train.y[0, 0] / (data.train.x[0].mean() - 0.5))
    plain = lambda x: scale * (x.mean(axis=(1, 2, 3))[:, None] - 0.5)  # noqa: E731
    for predict in (plain, lambda x: plain(x) * 300 + 5000, lambda x: (plain(x) * 300 + 5000)[:, 0]):
        found = asked(predict, data)
        assert np.allclose(found.predict(data.test.x), data.test.y, atol=1e-3)
        assert bool(found.notes) == (predict is not plain)
    bytes_in = lambda x: plain(x / 255)  # noqa: E731
    assert refusal(bytes_in, data).endswith("Say [teacher] range = [0, 255]")
    assert np.allclose(asked(bytes_in, data, range=[0, 255]).predict(data.test.x), data.test.y, atol=1e-3)


def test_a_reconstruction_is_taken_back():
    x = RNG.random((40, 2, 2, 1), dtype=np.float32)
    split = Split(x, x.reshape(40, -1), np.zeros(40, np.int64))
    data = Dataset("d", split, split, split, ("normal", "anomaly"), "anomaly")
    bytes_in = lambda x: (x.reshape(len(x), -1) / 255).clip(0.2, 0.9) * 255  # noqa: E731
    assert refusal(bytes_in, data).endswith("Say [teacher] range = [0, 255]")
    found = asked(bytes_in, data, range=[0, 255]).predict(x)
    assert np.allclose(found, x.reshape(40, -1).clip(0.2, 0.9), atol=1e-5)


# --- the project file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"range": [0, 255]}',
        '{"range": "measured", "classes": ["a", "b"]}',
        '{"model": ["a.h5", "b.h5"], "range": [[0, 255], "imagenet"], "classes": [["a", "b"], ["b", "a"]]}',
        "{}",
    ],
)
def test_keys_survive_the_way_to_the_training_process(text):
    section = TeacherSection.model_validate_json(text)
    assert TeacherSection.model_validate_json(section.model_dump_json()) == section
    assert TeacherSection.model_validate(section.model_dump()) == section


def test_each_teacher_has_its_own():
    found = TeacherSection(model=("a.keras", "b.keras"), range=[[0, 255], "imagenet"], classes=["x", "y"])
    assert [found.takes(place) for place in (0, 1)] == [(0.0, 255.0), "imagenet"]
    assert [found.order(place) for place in (0, 1)] == [("x", "y")] * 2
    assert TeacherSection().takes(0) is TeacherSection().order(0) is None
