"""Reading the stages' files: missing ones are stated, corrupt ones refused in one line."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.report import made_up
from tinykd.errors import DataError
from tinykd.report.board_inputs import ProgramMetrics
from tinykd.report.inputs import DistillMetrics, QuantizeMetrics, TrainMetrics, read_metrics


def read_text(tmp_path: Path, text: str) -> TrainMetrics | None:
    made_up.write(tmp_path / "model" / "train", "train.json", text)
    return read_metrics(tmp_path / "model" / "train", "train.json", TrainMetrics, [])


def test_a_missing_file_names_its_stage_and_nothing_of_this_machine(tmp_path: Path) -> None:
    missing: list[str] = []
    assert read_metrics(tmp_path / "model" / "train", "train.json", TrainMetrics, missing) is None
    assert missing == ["model/train"]


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    found = read_text(tmp_path, json.dumps(made_up.train()))
    assert found is not None
    assert found.teacher.test is not None
    assert found.teacher.test.correct == 358


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"teacher": {"test": {"correct": NaN, "total": 1}}}', "not JSON"),
        ("[]", "the whole file: Input should be a valid dictionary or instance of TrainMetrics"),
        ("{}", "teacher: Field required"),
        (
            '{"teacher": {"test": {"correct": 3, "total": 2}}}',
            "teacher.test: Value error, correct is more than total",
        ),
        (
            '{"teacher": {"test": {"correct": -1, "total": 2}}}',
            "teacher.test.correct: Input should be greater than or equal to 0",
        ),
        (
            '{"teacher": {}, "curve": {"epoch": [1], "loss": [], "val_accuracy": [0.5]}}',
            "curve: Value error, epoch, loss and val_accuracy differ in length",
        ),
    ],
)
def test_a_corrupt_file_is_refused_in_one_line(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(DataError) as error:
        read_text(tmp_path, text)
    assert str(error.value) == (
        f"{tmp_path}/model/train/train.json: {found}; expected the metrics file of a finished stage. "
        "Delete model/train and run again."
    )


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "train.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        read_metrics(tmp_path, "train.json", TrainMetrics, [])


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (QuantizeMetrics, made_up.quantize() | {"sha256": "../x"}, "sha256: String should match"),
        (QuantizeMetrics, made_up.quantize() | {"confusion": [[1, 2]]}, "confusion is not square"),
        (DistillMetrics, made_up.distill() | {"float_bytes": math.inf}, "not JSON"),
        (
            ProgramMetrics,
            {"arena_bytes": 8, "buffers": [{"name": "a", "offset": 0, "bytes": 8, "first": 3, "last": 1}]},
            "last is before first",
        ),
    ],
)
def test_values_that_contradict_themselves_are_refused(
    tmp_path: Path, kind: Any, value: Any, found: str
) -> None:
    made_up.write(tmp_path, "x.json", value)
    with pytest.raises(DataError, match=found):
        read_metrics(tmp_path, "x.json", kind, [])
