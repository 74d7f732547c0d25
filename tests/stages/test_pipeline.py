"""The pipeline's declarations hold together: order, names, code parts, keys of the project file."""

import importlib.util
from pathlib import Path

import pytest

from tinykd.boards import load_board
from tinykd.engine.fingerprint import config_values
from tinykd.engine.stage import Step
from tinykd.errors import ConfigError, ToolError
from tinykd.pipeline.run import run
from tinykd.pipeline.stages import STAGES, stage_named, stages_of, steps_until
from tinykd.project.schema import Project

PLAIN = Project.model_validate({"project": {"name": "x"}})
PROJECT = Project.model_validate(
    {
        "project": {"name": "x"},
        "fine_tuning": {"source": "own.npz"},
        "pruning": {},
        "events": {},
        "stream": {"hop_ms": 20},
        "search": {},
    }
)
NAMES = [
    "check",
    "train",
    "distill",
    "prune",
    "finetune",
    "quantize",
    "generate",
    "build",
    "flash",
    "verify",
    "report",
]


def test_order() -> None:
    assert [stage.name for stage in STAGES] == NAMES
    for position, stage in enumerate(STAGES):
        assert set(stage.after) <= set(NAMES[:position])


@pytest.mark.parametrize("name", NAMES)
def test_declarations_name_things_that_exist(name: str) -> None:
    stage = stage_named(name)
    assert callable(stage.load())
    for key in (*stage.config, *stage.paths):
        assert config_values(PROJECT, (key,)), key


def test_every_key_of_the_project_file_is_read_by_a_stage() -> None:
    read = {key for stage in STAGES for key in config_values(PROJECT, stage.config)}
    everything = config_values(PROJECT, tuple(Project.model_fields))
    assert set(everything) - read == set()


def test_an_unknown_stage() -> None:
    with pytest.raises(ConfigError) as caught:
        stage_named("distil")
    assert str(caught.value) == "stage distil: no such stage; expected distill"


def test_steps_of_a_whole_run() -> None:
    labels = [step.label for step in steps_until(stages_of(PLAIN), ("host", "qemu-microbit"))]
    assert labels == [
        *("check", "train", "distill", "quantize"),
        *("generate host", "build host", "flash host", "verify host"),
        *("generate qemu-microbit", "build qemu-microbit", "flash qemu-microbit", "verify qemu-microbit"),
        "report",
    ]


def test_steps_until_a_stage() -> None:
    stages = stages_of(PLAIN)
    assert [s.label for s in steps_until(stages, ("host",), "distill")] == ["check", "train", "distill"]
    assert [s.label for s in steps_until(stages, ("host",), "train")] == ["check", "train"]
    until_build = [s.label for s in steps_until(stages, ("host",), "build")]
    assert until_build == ["check", "train", "distill", "quantize", "generate host", "build host"]


def test_folders_are_where_the_design_says() -> None:
    assert Step(stage_named("train")).folder == Path("build/model/train")
    assert Step(stage_named("build"), "host").folder == Path("build/host/build")
    assert Step(stage_named("report")).folder == Path("build/report")


def test_missing_tensorflow_is_said_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "x"\n')
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolError) as caught:
        run(tmp_path)
    assert str(caught.value) == (
        "check: TensorFlow is not installed; expected the packages for training. "
        'Type `pip install "tinykd[train]"`.'
    )
    assert not (tmp_path / "build").exists()


def test_boards_of_the_example_exist() -> None:
    for name in ("qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit", "host"):
        assert load_board(name).name == name
