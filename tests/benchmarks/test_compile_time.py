"""The time to compile: a line for each model and core, and the exit code says what is late."""

from pathlib import Path

import pytest

from benchmarks.compile_time import main
from tests.oracle.dense import dense_model


def test_a_line_for_each_model_and_core(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.tflite"
    path.write_bytes(dense_model())
    choice = [str(path), "--core", "generic", "--core", "cortex-m4", "--runs", "1"]
    assert main([*choice, "--limit", "1000"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:3] == ["model", "core", "bytes"]
    assert [line[:2] for line in lines[1:]] == [["small", "generic"], ["small", "cortex-m4"]]
    assert main([*choice, "--limit", "0"]) == 1
