"""A student goes on to samples of the user's own: what it gains, what it keeps, what quantization finds."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.notes import Notes
from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.load import project_dataset
from tinykd.distillation.stage import STUDENT_FILE
from tinykd.errors import ConfigError, DataError
from tinykd.fine_tuning.stage import check_alike, fine_tune
from tinykd.pipeline.stages import stages_of, steps_until
from tinykd.progress import Progress, Silent
from tinykd.project.load import load_project
from tinykd.project.schema import Project
from tinykd.report.assemble import assemble_report
from tinykd.report.folders import ReportInputs

SECTIONS = {
    "project": {"name": "digits", "seed": 3},
    "data": {"augmented_copies": 2},
    "student": {"model": "mlp", "width": 0.25},
    "fine_tuning": {"source": "own.npz", "epochs": 12, "learning_rate": 0.01},
}
PROJECT = Project.model_validate(SECTIONS)


def dim(split: Split) -> Split:
    """The same digits, mirrored and in poor light: what no student of the digits has seen."""
    return Split(np.ascontiguousarray(0.4 * split.x[:, :, ::-1] + np.float32(0.3)), split.y)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Dataset]:
    data = project_dataset(PROJECT, Path())
    own = Dataset("own", *(dim(each) for each in data.splits.values()), data.classes)
    return data, own


def test_without_the_section_there_is_no_such_stage() -> None:
    plain = Project.model_validate({"project": {"name": "digits"}})
    assert "finetune" not in [stage.name for stage in stages_of(plain)]
    labels = [step.label for step in steps_until(stages_of(PROJECT), ("host",), "quantize")]
    assert labels[-3:] == ["distill", "finetune", "quantize"]


def test_the_device_sees_the_users_samples() -> None:
    assert PROJECT.deployed.data.source == "own.npz"
    assert PROJECT.deployed.data.augmented_copies == PROJECT.data.augmented_copies
    assert PROJECT.data.source == "digits"


@pytest.mark.parametrize(
    ("own_is", "text"),
    [
        (
            SensorFrontend((), (), None, ("ay", "ax")),
            "channels ay, ax; expected ax, ay, those of [data]. Name them with [sensor] columns",
        ),
        (
            SensorFrontend((), (), 100.0, ("ax", "ay")),
            "100 values per second; expected 50, as [data] has. Bring both to one rate",
        ),
        (SensorFrontend((), (), 51.0, ("x", "y")), ""),
        (SensorFrontend((), ()), ""),
    ],
)
def test_channels_in_another_order_or_of_another_rate_are_refused(
    both: tuple[Dataset, Dataset], own_is: SensorFrontend, text: str
) -> None:
    data = replace(both[0], frontend=SensorFrontend((), (), 50.0, ("ax", "ay")))
    own = replace(both[1], frontend=own_is)
    if not text:
        check_alike(own, data, "own.csv")
        return
    with pytest.raises(DataError) as caught:
        check_alike(own, data, "own.csv")
    assert str(caught.value) == f"[fine_tuning] source = own.csv: {text}"


def test_other_classes_are_refused(both: tuple[Dataset, Dataset]) -> None:
    data, own = both
    renamed = Dataset("own", own.train, own.validation, own.test, ("zero", *data.classes[1:]))
    with pytest.raises(DataError) as caught:
        check_alike(renamed, data, "own.npz")
    assert str(caught.value) == (
        "[fine_tuning] source = own.npz: classes zero, 1, 2, 3, 4, 5, 6, 7, 8, 9; expected 0, 1, 2, 3, 4, 5, "
        "6, 7, 8, 9, the classes of [data]"
    )


def test_samples_of_another_shape_are_refused(both: tuple[Dataset, Dataset]) -> None:
    data, own = both
    smaller = [Split(split.x[:, :4].copy(), split.y) for split in own.splits.values()]
    with pytest.raises(DataError) as caught:
        check_alike(Dataset("own", *smaller, data.classes), data, "own.npz")
    assert str(caught.value) == (
        "[fine_tuning] source = own.npz: samples of shape (4, 8, 1); expected (8, 8, 1), that of [data]'s "
        "samples"
    )


def test_it_is_for_classes_only(tmp_path: Path) -> None:
    file = tmp_path / "tinykd.toml"
    file.write_text('[project]\nname = "a"\ntask = "regression"\n[fine_tuning]\nsource = "own.npz"\n')
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert str(caught.value) == (
        f'{file}: [fine_tuning]: is for task "classification" and the task is "regression"; '
        "expected no [fine_tuning]"
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ('source = "a.npz"\nepoch = 3', "[fine_tuning] epoch: unknown key; expected epochs"),
        ("epochs = 3", '[fine_tuning] source: key is missing; expected such as source = "mine.npz"'),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, key: str, text: str) -> None:
    file = tmp_path / "tinykd.toml"
    file.write_text(f'[project]\nname = "a"\n[fine_tuning]\n{key}\n')
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert str(caught.value) == f"{file}: {text}"


@pytest.fixture(scope="module")
def distilled(both: tuple[Dataset, Dataset], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a student that knows the digits."""
    from tinykd.distillation.losses.soft_targets import cross_entropy
    from tinykd.student.build import build_student
    from tinykd.training.loop import Schedule, Training, fit
    from tinykd.training.tensorflow import libraries, set_seed

    data, folder = both[0], tmp_path_factory.mktemp("distill")
    set_seed(3)
    student = build_student(PROJECT.student, data)
    schedule = Schedule(15, 32, 0.01)
    training = Training("student", cross_entropy, lambda _: (data.train.x, data.train.y), schedule, 3)
    fit(student, libraries().tf_keras.optimizers.Adam(0.01), training, data.validation, Silent())
    student.save_weights(folder / STUDENT_FILE)
    return folder


def tuned_with(
    memory: float, both: tuple[Dataset, Dataset], distilled: Path, out: Path, progress: Progress
) -> Project:
    assert PROJECT.fine_tuning is not None
    tuning = PROJECT.fine_tuning.model_copy(update={"memory": memory})
    project = PROJECT.model_copy(update={"fine_tuning": tuning})
    fine_tune(project, *both, distilled, out, progress)
    return project


@pytest.mark.slow
def test_it_learns_what_is_new_and_forgets_less_with_a_memory(
    both: tuple[Dataset, Dataset], distilled: Path, tmp_path: Path
) -> None:
    lost = []
    for memory in (0.0, 0.3):
        out = tmp_path / str(memory) / "model" / "finetune"
        progress = Notes()
        project = tuned_with(memory, both, distilled, out, progress)
        found = json.loads((out / "finetune.json").read_text())
        before, after = (found[when] for when in ("before", "after"))
        assert after["test"]["correct"] > 1.5 * before["test"]["correct"]
        assert 2 * before["validation"]["correct"] < before["validation"]["total"]  # so a memory holds back
        assert ("memory = 0" in progress.said[0]) == (memory > 0)
        lost.append(before["distilled_test"]["correct"] - after["distilled_test"]["correct"])
        report = assemble_report(ReportInputs.of_build(tmp_path / str(memory), ()), project)
        rungs = {rung.step: rung.test.correct for rung in report.ladder}
        assert rungs == {"untuned": before["test"]["correct"], "tuned": after["test"]["correct"]}
    assert lost[0] > lost[1]


@pytest.mark.slow
def test_a_student_that_is_mostly_right_is_not_held_back(
    both: tuple[Dataset, Dataset], distilled: Path, tmp_path: Path
) -> None:
    progress = Notes()
    tuned_with(0.3, (both[0], both[0]), distilled, tmp_path, progress)
    assert len(progress.said) == 1 and progress.said[0].startswith("fine-tuned: from ")


def test_colour_and_grey_are_told_apart(both: tuple[Dataset, Dataset]) -> None:
    data, own = both
    coloured = [Split(np.repeat(split.x, 3, axis=3), split.y) for split in own.splits.values()]
    with pytest.raises(DataError, match=r"samples\. Of images, \[image\] grayscale = true or false says how"):
        check_alike(Dataset("own", *coloured, data.classes), data, "own.npz")


@pytest.mark.slow
def test_quantization_finds_the_tuned_students_answers(
    both: tuple[Dataset, Dataset], distilled: Path, tmp_path: Path
) -> None:
    from tinykd.student.weights import load_student
    from tinykd.teacher.logits import Views, read_logits
    from tinykd.training.loop import Predictor

    data, own = both
    project = tuned_with(0.3, both, distilled, tmp_path, Silent())
    views = Views.of(project, own.augmentation)
    answers = read_logits(tmp_path, own, views)
    predict = Predictor(load_student(project, data, tmp_path / STUDENT_FILE))
    assert np.array_equal(answers.test, predict(own.test.x))
    assert np.array_equal(answers.views[1], predict(views.samples(own, 1)))
