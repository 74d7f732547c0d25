"""How sure the int8 model is: calibration, the threshold from validation, what it is sure of and wrong."""

import base64
import io
import json
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.report import made_up
from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import AS_IT_IS, AudioFrontend, Frontend, SensorFrontend, TableFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.texts import Texts
from tinykd.errors import DataError
from tinykd.events import confidences, rules_of
from tinykd.events.rules import level
from tinykd.intervals import wilson
from tinykd.project.events import EventsSection
from tinykd.project.samples import AudioSection
from tinykd.project.schema import Project
from tinykd.report import Report, summary_lines
from tinykd.report.confidence import Confidence, WrongAnswer, confidence_sentence
from tinykd.report.page import render_page
from tinykd.report.rated_answers import ANSWERS_FILE, RatedAnswers, confidence_of, read_answers, read_values
from tinykd.report.wrong_answers import MOST, far_answers, wrong_answers


def rated(*answers: tuple[int, bool, int]) -> RatedAnswers:
    """From (steps of confidence, whether right, how often)."""
    steps = [step for step, _, times in answers for _ in range(times)]
    right = [is_right for _, is_right, times in answers for _ in range(times)]
    return RatedAnswers(np.zeros(len(steps), np.int64), np.array(steps, np.int64), np.array(right))


VALIDATION = rated((128, False, 6), (128, True, 4), (192, False, 2), (192, True, 8), (240, True, 80))


def test_the_threshold_is_the_lowest_that_halves_the_wrong_answers_on_validation() -> None:
    test = rated((128, False, 5), (192, False, 5), (192, True, 10), (240, True, 80))
    found = confidence_of(VALIDATION, test).threshold
    assert found
    assert (found.validation.samples, found.validation.answered, found.validation.right) == (100, 90, 88)
    assert (found.test.samples, found.test.answered, found.test.right) == (100, 95, 90)
    assert found.confidence == 0.75
    assert found.test.interval == wilson(90, 95)


def test_the_threshold_does_not_hang_on_the_test_split() -> None:
    found = [confidence_of(VALIDATION, rated((step, False, 9))).threshold for step in (1, 100, 255)]
    assert [each.confidence for each in found if each] == [0.75] * 3


@pytest.mark.parametrize("step", [1, 7, 129, 205, 254, 255])
def test_the_threshold_that_is_said_is_the_same_step_for_events(step: int) -> None:
    validation = rated((0, False, 9), (step, True, 91))
    found = confidence_of(validation, validation).threshold
    assert found
    assert level(found.confidence, 256) == step - 128
    assert f"threshold = {found.confidence:.3g}." in confidence_sentence(
        confidence_of(validation, validation)
    )


def test_calibration_error_by_hand() -> None:
    test = rated((128, True, 3), (128, False, 1), (230, True, 4), (230, False, 4))
    found = confidence_of(VALIDATION, test)
    wanted = (4 * abs(0.5 - 0.75) + 8 * abs(230 / 256 - 0.5)) / 12
    assert found.error == pytest.approx(wanted)
    assert found.gap == pytest.approx((4 * 128 + 8 * 230) / 256 / 12 - 7 / 12)
    full = {round(each.low, 1): each for each in found.bins if each.samples}
    assert {low: (each.samples, each.confidence, each.accuracy) for low, each in full.items()} == {
        0.5: (4, 0.5, 0.75),
        0.8: (8, 230 / 256, 0.5),
    }


def test_the_curve_goes_from_all_to_the_surest() -> None:
    curve = confidence_of(VALIDATION, VALIDATION).curve
    assert [(each.answered, each.right) for each in curve] == [(100, 92), (100, 92), (90, 88), (80, 80)]


def test_few_errors_choose_no_threshold() -> None:
    found = confidence_of(rated((200, False, 4), (250, True, 96)), VALIDATION)
    assert found.threshold is None
    assert confidence_sentence(found).endswith(
        " No threshold for unsure answers: only 4 wrong answers on validation to choose a threshold by."
    )


def test_errors_as_sure_as_the_rest_choose_no_threshold() -> None:
    found = confidence_of(rated((255, False, 9), (255, True, 91)), VALIDATION)
    assert found.threshold is None
    assert found.why_none == "wrong answers are given with as much confidence as right ones"


def test_confidence_is_that_of_the_firmware() -> None:
    logits = np.random.default_rng(5).integers(-128, 128, (200, 3)).astype(np.int8)
    found = RatedAnswers.of(logits, np.zeros(200, np.int64), 0.05)
    rules = rules_of(EventsSection(), ["a", "b", "c"], 0.05)
    assert (found.steps - 128).tolist() == confidences(logits, rules).max(axis=1).tolist()
    assert found.named.tolist() == logits.argmax(axis=1).tolist()


# --- wrong answers ----------------------------------------------------------------------------------------


def data_of(x: NDArray[np.float32], frontend: Frontend = AS_IT_IS) -> Dataset:
    """Five samples of class 0 in each split."""
    split = Split(x.astype(np.float32), np.zeros(len(x), np.int64))
    return Dataset("x", split, split, split, ('<b>"no"', "go"), frontend=frontend)


LOGITS = np.array([[9, 0], [0, 5], [0, 90], [9, 0], [0, 40]], np.int8)


def of_logits(data: Dataset) -> tuple[WrongAnswer, ...]:
    return wrong_answers(data, RatedAnswers.of(LOGITS, data.test.y, 0.1))


def test_the_surest_errors_come_first_as_pictures() -> None:
    found = of_logits(data_of(np.random.default_rng(0).random((5, 4, 4, 1))))
    assert [each.row for each in found] == [2, 4, 1]
    assert found[0].caption == 'test 2: <b>"no", taken for go (1.00)'
    assert found[1].confidence == pytest.approx(1 / (1 + np.exp(-4)), abs=1 / 256)
    assert all(each.png.startswith("data:image/png;base64,") for each in found)
    assert not found[0].wav and not found[0].series


def test_no_more_than_a_page_holds() -> None:
    data = data_of(np.zeros((40, 1, 1, 2)), TableFrontend((0.0, 0.0), (1.0, 1.0)))
    logits = np.tile(np.array([[0, 9]], np.int8), (40, 1))
    found = wrong_answers(data, RatedAnswers.of(logits, data.test.y, 0.1))
    assert [each.row for each in found] == list(range(MOST))


def test_a_tables_most_unusual_values() -> None:
    x = np.array([[0.5, -3.25, 1.0, 0.0]] * 5).reshape(5, 1, 1, 4)
    found = of_logits(data_of(x, TableFrontend((0.0,) * 4, (1.0,) * 4, ("size", "<i>", "age"))))
    assert found[0].what == "<i> -3.2 sd, age +1.0 sd, size +0.5 sd"
    assert not found[0].png


def test_a_text_is_shown_as_it_is() -> None:
    data = data_of(np.zeros((5, 1, 1, 3)))
    lines = ("a", "b", "turn <b>on</b>\nthe light", "d", "e" * 999)
    texts = Texts(lines, None)  # type: ignore[arg-type]
    found = of_logits(replace(data, test=replace(data.test, texts=texts)))
    assert found[0].what == "turn <b>on</b>\\nthe light"
    assert len(found[1].what) == 160 and not found[0].png


def test_a_signal_is_drawn(report: Report) -> None:
    x = np.random.default_rng(0).random((5, 500, 1, 2))
    found = of_logits(data_of(x, SensorFrontend((0.0,) * 2, (1.0,) * 2)))
    assert np.shape(found[0].series) == (250, 2)
    page = render_page(report.model_copy(update={"wrong_answers": found}))
    assert "2 channels, 250 values each" in page


def test_a_sound_is_played() -> None:
    how = LogMel.of(AudioSection(rate=8000, seconds=0.5))
    data = data_of(np.zeros((5, 4, 4, 1)), AudioFrontend(how, "image"))
    asked = list[tuple[str, list[int]]]()

    def sounds(name: str, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        assert rows is not None
        asked.append((name, rows.tolist()))
        return np.stack([np.full(4000, row / 10, np.float32) for row in rows.tolist()])

    found = of_logits(replace(data, sounds=sounds))
    assert asked == [("test", [2, 4, 1])]
    with wave.open(io.BytesIO(base64.b64decode(found[1].wav.partition(",")[2]))) as file:
        assert (file.getframerate(), file.getnframes(), file.getsampwidth()) == (8000, 4000, 2)
        assert set(np.frombuffer(file.readframes(4000), "<i2")) == {round(0.4 * 32767)}


# --- values that are far off ------------------------------------------------------------------------------


def regression_of(values: list[float]) -> Dataset:
    """One target, "price", of mean 10 and deviation 2; all samples are worth 0.5 deviations more."""
    x = np.zeros((len(values), 1, 1, 2), np.float32)
    split = Split(x, np.full((len(values), 1), 0.5, np.float32))
    data = Dataset("x", split, split, split, ("price",), frontend=TableFrontend((0.0,) * 2, (1.0,) * 2))
    return replace(data, task="regression", target_mean=(10.0,), target_scale=(2.0,))


def test_the_furthest_off_come_first_in_their_own_units(report: Report, tmp_path: Path) -> None:
    values = [0.5, -1.5, 0.25]
    data = regression_of(values)
    np.save(tmp_path / ANSWERS_FILE.format("test"), np.array(values, np.float32)[:, np.newaxis])
    answers = read_values(tmp_path, data)
    assert answers is not None
    found = far_answers(data, answers)
    assert [each.caption for each in found] == [
        "test 1: price 11, answered 7",
        "test 2: price 11, answered 10.5",
        "test 0: price 11, answered 11",
    ]
    page = render_page(report.model_copy(update={"wrong_answers": (), "far_answers": found}))
    assert "Furthest off" in page and "Sure and wrong" not in page
    assert "test 1: price 11, answered 7" in page


def test_values_of_other_data(tmp_path: Path) -> None:
    assert read_values(tmp_path, regression_of([0.5])) is None
    np.save(tmp_path / ANSWERS_FILE.format("test"), np.zeros((2, 1), np.float32))
    with pytest.raises(DataError, match=r"float32 of shape \(2, 1\); expected float32 of shape \(1, 1\)"):
        read_values(tmp_path, regression_of([0.5]))


# --- the stage's files and the page -----------------------------------------------------------------------


def written(folder: Path, logits: NDArray[np.int8]) -> Path:
    made_up.write(folder, "quantize.json", json.dumps(made_up.quantize()))
    for name in ("validation", "test"):
        np.save(folder / ANSWERS_FILE.format(name), logits)
    return folder


def test_what_the_stage_wrote_is_read(tmp_path: Path) -> None:
    data = data_of(np.zeros((5, 1, 1, 2)))
    found = read_answers(written(tmp_path, LOGITS), data)
    assert found["test"].right.tolist() == [True, False, False, True, False]
    scale = made_up.quantize()["output"]["scale"]
    assert found["test"].steps.tolist() == RatedAnswers.of(LOGITS, data.test.y, scale).steps.tolist()


def test_a_build_of_before_has_none(tmp_path: Path) -> None:
    assert read_answers(tmp_path, data_of(np.zeros((5, 1, 1, 2)))) == {}


BAD = {
    "too few": (LOGITS[:3], "int8 of shape (3, 2)"),
    "other classes": (np.zeros((5, 3), np.int8), "int8 of shape (5, 3)"),
    "floats": (np.zeros((5, 2), np.float32), "float32 of shape (5, 2)"),
}


@pytest.mark.parametrize("case", BAD)
def test_answers_of_other_data_are_one_line(tmp_path: Path, case: str) -> None:
    logits, found = BAD[case]
    with pytest.raises(DataError) as error:
        read_answers(written(tmp_path, logits), data_of(np.zeros((5, 1, 1, 2))))
    assert str(error.value) == (
        f"{tmp_path / 'answers_validation.npy'}: {found}; expected int8 of shape (5, 2), as the data has. "
        "Type `tinykd run` to measure again"
    )


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    folder = written(tmp_path, LOGITS)
    np.save(folder / "answers_validation.npy", np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(DataError) as error:
        read_answers(folder, data_of(np.zeros((5, 1, 1, 2))))
    assert str(error.value) == (
        f"{folder / 'answers_validation.npy'}: cannot be read (ValueError); expected a .npy. "
        "Type `tinykd run` to measure again"
    )


def made_up_answers() -> tuple[Confidence, tuple[WrongAnswer, ...]]:
    """Wrong answers of all kinds of data, their classes hostile."""
    pictures = of_logits(data_of(np.random.default_rng(0).random((5, 4, 4, 1))))
    x = np.random.default_rng(0).random((5, 90, 1, 3))
    signals = of_logits(data_of(x, SensorFrontend((0.0,) * 3, (1.0,) * 3)))
    rows = of_logits(data_of(np.ones((5, 1, 1, 2)), TableFrontend((0.0,) * 2, (1.0,) * 2, ("a" * 90, "b"))))
    sound = pictures[0].model_copy(update={"wav": "data:audio/wav;base64,UklGRg=="})
    return confidence_of(VALIDATION, VALIDATION), (sound, *pictures, *signals, *rows)


def test_the_page_and_the_terminal_say_it(report: Report, project: Project) -> None:
    confidence, wrong = made_up_answers()
    full = report.model_copy(update={"confidence": confidence, "wrong_answers": wrong})
    page = render_page(full)
    sentence = (
        "Left unanswered below 0.75 (chosen on validation, where that answers 90.0 %), 90.0 % of the test "
        "samples are answered, 97.8 % of those right (92.3 - 99.4 %). In firmware: [events] threshold = 0.75."
    )
    assert sentence in page and any(sentence in line for line in summary_lines(full))
    assert '<section id="wrong">' in page and page.count("<audio controls") == 1
    assert "&lt;b&gt;&#34;no&#34;, taken for go" in page and '<b>"no"' not in page
    assert Report.model_validate_json(full.model_dump_json()) == full
    texts = full.model_copy(
        update={"confidence": confidence.model_copy(update={"key": "[text] reject_below"})}
    )
    assert any("In firmware: [text] reject_below = 0.75." in line for line in summary_lines(texts))


def test_without_answers_the_page_has_no_such_parts(report: Report) -> None:
    page = render_page(report)
    assert 'id="confidence"' not in page and 'id="wrong"' not in page
