"""The default space fits the samples; values become projects; what cannot be is said in one line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optuna.trial import FixedTrial

from tinykd.data.dataset import Dataset
from tinykd.data.splits.split import split_dataset
from tinykd.errors import ConfigError
from tinykd.project.schema import Project
from tinykd.project.search import RangeSection
from tinykd.search.first import own_values, smallest
from tinykd.search.goals import goals_of
from tinykd.search.space import default_space, whole_space
from tinykd.search.suggest import InvalidCandidateError, candidate, suggested

RNG = np.random.default_rng(0)


def project(**sections: Any) -> Project:
    return Project.model_validate({"project": {"name": "x"}} | sections)


def samples(*shape: int) -> Dataset:
    return split_dataset("d", RNG.random((30, *shape), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("shape", "models"),
    [
        ((8, 8, 1), ("ds_cnn", "resnet8")),
        ((32, 32, 3), ("ds_cnn", "resnet8", "mobilenet_v1")),
        ((128, 1, 6), ("tcn", "mlp")),
        ((1, 1, 9), ("mlp",)),
    ],
)
def test_families_by_shape(shape: tuple[int, ...], models: tuple[str, ...]) -> None:
    assert default_space(project(), samples(*shape), Path())["student.model"] == models


def test_what_a_task_takes() -> None:
    """Of a detection the grid says the strides; both are searched by F1."""
    seen = default_space(project(project={"name": "x", "task": "detection"}), samples(32, 32, 1), Path())
    assert seen["student.model"] == ("ds_cnn", "mobilenet_v1", "mobilenet_v2")
    assert set(seen) == {"student.model", "student.width", "student.depth", "distillation.alpha"}
    several = project(project={"name": "x", "task": "multilabel"})
    assert "distillation.temperature" in default_space(several, samples(8, 8, 1), Path())
    for task in ("detection", "multilabel"):
        goals = goals_of(project(project={"name": "x", "task": task}), Path())
        assert goals.objectives == ("f1", "flash_bytes")


def test_a_key_of_the_file_replaces_that_of_the_default_space() -> None:
    given = {"space": {"student.width": [0.5], "distillation.learning_rate": {"low": 1e-3, "high": 1e-2}}}
    space = whole_space(project(search=given), samples(8, 8, 1), Path())
    assert next(iter(space)) == "student.model"
    assert space["student.width"] == (0.5,)
    assert space["distillation.learning_rate"] == RangeSection(low=1e-3, high=1e-2)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("student.widht", "[search] space student.widht: unknown key; expected student.width"),
        (
            "target.board",
            "[search] space target.board: cannot be searched; expected one of student.…, distillation.…, "
            "image.…, audio.…, sensor.…",
        ),
    ],
)
def test_keys_that_cannot_be_searched(key: str, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        whole_space(project(search={"space": {key: [1]}}), samples(8, 8, 1), Path())
    assert str(caught.value) == wanted


def test_a_family_is_asked_for_its_own_keys_alone() -> None:
    space = {"student.model": ("mlp", "tcn"), "student.kernel": (3, 5), "student.width": (0.5,)}
    fixed = FixedTrial({"student.model": "mlp", "student.width": 0.5})
    assert suggested(fixed, space, project(), Path()) == {"student.model": "mlp", "student.width": 0.5}


def test_lists_are_values_too() -> None:
    space = {"image.size": ((8, 8), (16, 16))}
    values = suggested(FixedTrial({"image.size": "[16, 16]"}), space, project(), Path())
    assert values == {"image.size": (16, 16)}
    assert candidate(project(), values, Path()).image.size == (16, 16)


def test_layout_of_sound_follows_the_family() -> None:
    space = {"student.model": ("tcn",), "audio.n_mels": (16,)}
    values = suggested(FixedTrial({"student.model": "tcn", "audio.n_mels": 16}), space, project(), Path())
    assert values["audio.layout"] == "time"


def test_a_candidate_keeps_all_else() -> None:
    found = candidate(
        project(student={"fit": {"macs": 5}}, data={"mixup": False}), {"student.width": 0.5}, Path()
    )
    assert (found.student.width, found.student.fit, found.data.mixup) == (0.5, None, False)


def test_values_that_do_not_go_together() -> None:
    values = {"distillation.method": "kd", "distillation.target_weight": 2.0}
    with pytest.raises(InvalidCandidateError, match='is for method "dkd"'):
        candidate(project(), values, Path())


def test_more_keys_from_python(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "def space(trial):\n    return {'distillation.alpha': trial.suggest_float('a', 0, 1)}\n"
        "def wrong(trial):\n    return {'distillation.alhpa': 1}\n"
        "def fails(trial):\n    return 1 / 0\n"
    )
    trial = FixedTrial({"a": 0.25})
    found = suggested(trial, {}, project(search={"function": "mine:space"}), tmp_path)
    assert found == {"distillation.alpha": 0.25}
    with pytest.raises(ConfigError, match=r"mine.py: wrong distillation.alhpa: unknown key; expected"):
        suggested(trial, {}, project(search={"function": "mine:wrong"}), tmp_path)
    with pytest.raises(ConfigError, match=r"mine.py: line 6: ZeroDivisionError"):
        suggested(trial, {}, project(search={"function": "mine:fails"}), tmp_path)


def test_the_first_trials() -> None:
    space = default_space(project(), samples(8, 8, 1), Path())
    own = own_values(project(), space)
    assert own["student.width"] == 1.0 and own["student.kernel"] == 3 and own["student.depth"] == 3
    least = smallest("ds_cnn", space)
    assert (least["student.width"], least["student.stride"], least["student.depth"]) == (0.125, 2, 1)


def test_limits_of_fit_are_limits_of_the_search() -> None:
    goals = goals_of(
        project(student={"fit": {"flash_bytes": 9, "macs": 7}}, search={"limits": {"macs": 3}}), Path()
    )
    assert goals.limits == {"flash_bytes": 9, "macs": 3}
    assert goals.objectives == ("accuracy", "flash_bytes")
    assert goals.over({"flash_bytes": 18.0, "macs": 3.0}) == {"flash_bytes": 1.0, "macs": 0.0}


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        (
            {"objectives": ["r2"]},
            '[search] objectives: names "r2" and the task is "classification"; expected "accuracy"',
        ),
        (
            {"limits": {"instructions": 5}, "board": "host"},
            "[search] board: host counts no instructions; expected a board that does, such as "
            '"qemu-mps2-an386"',
        ),
        (
            {"limits": {"instructions": 5, "ms": 1}},
            "[search]: instructions and ms; expected one of them: a board counts the one or the other",
        ),
    ],
)
def test_goals_that_cannot_be(section: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        goals_of(project(search=section), Path())
    assert str(caught.value) == wanted
