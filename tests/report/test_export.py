"""Kept runs for TensorBoard, whose files are read back, and for MLflow, as a fake of its client has them."""

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.cli.conftest import Run, tinykd  # noqa: F401 - a fixture
from tests.report.test_compare import written
from tinykd.errors import ToolError
from tinykd.report.export.figures import RunFigures
from tinykd.report.export.mlflow_runs import send_runs
from tinykd.report.model import Report
from tinykd.report.runs import keep_run, kept_runs


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return written(tmp_path_factory.mktemp("run"))


@pytest.fixture
def run(report: Report) -> RunFigures:
    return RunFigures.of("3f2a9c", report)


def test_figures_of_a_run(report: Report, run: RunFigures) -> None:
    assert run.project == "digits" and run.settings["project.seed"] == "1"
    (rung,) = (each for each in report.ladder if each.step == "tflite")
    assert run.finals["tflite/test"] == rung.test.value and run.finals["tflite/bytes"] == rung.bytes
    board = report.boards[0]
    assert board.image is not None
    assert run.finals[f"{board.name}/flash_bytes"] == board.image.flash_bytes
    curve = report.curves[0]
    points = run.curves[
        f"{curve.name.lower() if curve.name.islower() else curve.name}/loss".replace(" ", "_")
    ]
    assert points == tuple(zip(curve.epoch, curve.loss, strict=True))
    assert all(set(name) <= set("/_-") | {c for c in name if c.isalnum()} for name in run.finals)


@pytest.mark.slow
def test_event_files_are_read_back(run: RunFigures, tmp_path: Path) -> None:
    from tinykd.report.export.tensorboard import write_events
    from tinykd.training.tensorflow import libraries

    for _ in range(2):  # written anew, not beside
        (folder,) = write_events([run], tmp_path)
    (file,) = folder.iterdir()
    tf, numbers, texts = libraries().tf, {}, {}
    for event in tf.compat.v1.train.summary_iterator(str(file)):
        for value in event.summary.value:
            plugin = value.metadata.plugin_data.plugin_name
            kept: dict[Any, Any] = texts if plugin == "text" else numbers
            assert plugin in ("text", "scalars")
            kept[value.tag, event.step] = tf.make_ndarray(value.tensor).item()
    curve = {(name, epoch): value for name, points in run.curves.items() for epoch, value in points}
    wanted = curve | {(name, 0): value for name, value in run.finals.items()}
    assert numbers == pytest.approx(wanted, rel=1e-6)
    assert "| project.seed | 1 |" in texts["settings", 0].decode()


class Client:
    """MLflow's, as far as it is used: one store for all."""

    def __init__(self, tracking_uri: str) -> None:
        assert tracking_uri in ("http://there", "http://me:secret@there")
        self.runs: list[SimpleNamespace] = []

    def get_experiment_by_name(self, name: str) -> SimpleNamespace | None:
        return SimpleNamespace(experiment_id=f"of {name}") if self.runs else None

    def create_experiment(self, name: str) -> str:
        return f"of {name}"

    def search_runs(self, experiments: list[str], filter_string: str, max_results: int) -> list[Any]:
        found = re.fullmatch(
            r"tags\.`tinykd\.run` = '(\w+)' and attributes\.status = 'FINISHED'", filter_string
        )
        assert found is not None
        known = [each for each in self.runs if each.tags["tinykd.run"] == found[1] and each.ended]
        return known[:max_results]

    def create_run(self, experiment: str, run_name: str, tags: dict[str, str]) -> SimpleNamespace:
        made = SimpleNamespace(name=run_name, tags=tags, metrics=[], params=[], ended=False)
        self.runs.append(made)
        return SimpleNamespace(info=SimpleNamespace(run_id=len(self.runs) - 1))

    def log_batch(self, run: int, metrics: Any = (), params: Any = ()) -> None:
        assert len(metrics) <= 1000 and len(params) <= 100
        self.runs[run].metrics += metrics
        self.runs[run].params += params

    def set_terminated(self, run: int) -> None:
        self.runs[run].ended = True


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    made = Client("http://there")
    mlflow, entities = ModuleType("mlflow"), ModuleType("mlflow.entities")
    mlflow.MlflowClient = lambda tracking_uri: made  # type: ignore[attr-defined]
    entities.Metric = lambda *values: values  # type: ignore[attr-defined]
    entities.Param = lambda *values: values  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    monkeypatch.setitem(sys.modules, "mlflow.entities", entities)
    return made


def test_a_run_is_sent_once(client: Client, run: RunFigures) -> None:
    assert send_runs([run], "http://there") == ["3f2a9c"]
    assert send_runs([run], "http://there") == []
    (sent,) = client.runs
    assert sent.ended and ("project.seed", "1") in sent.params
    found = {(name, step): value for name, value, _, step in sent.metrics}
    assert found["tflite/test", 0] == run.finals["tflite/test"]
    assert len(found) == len(run.finals) + sum(map(len, run.curves.values()))


def test_a_run_that_was_cut_short_is_sent_again(
    client: Client, run: RunFigures, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(run: int, metrics: Any = (), params: Any = ()) -> None:
        raise ConnectionError("gone")

    with monkeypatch.context() as gone:
        gone.setattr(client, "log_batch", refuse)
        with pytest.raises(ToolError, match="gone"):
            send_runs([run], "http://there")
    assert send_runs([run], "http://there") == ["3f2a9c"]
    assert [each.ended for each in client.runs] == [False, True]


def test_what_mlflow_refuses_is_one_line(
    client: Client, run: RunFigures, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise ConnectionError("no\nserver")

    monkeypatch.setattr(client, "get_experiment_by_name", refuse)
    with pytest.raises(ToolError) as caught:
        send_runs([run], "http://me:secret@there")
    assert str(caught.value) == (
        r"http://me@there: MLflow refuses the run 3f2a9c (no\nserver); "
        "expected the address of a tracking server"
    )


def test_without_mlflow_or_runs_it_says_what_to_type(tinykd: Run, tmp_path: Path) -> None:  # noqa: F811
    done = tinykd("export", "mlflow", "-q")
    assert (done.returncode, done.stderr) == (
        2,
        "build: no kept runs in it; expected those of `tinykd run`, in build/runs. Type `tinykd run`\n",
    )
    written(tmp_path)
    keep_run(tmp_path / "build/report", tmp_path / "build/runs")
    assert len(kept_runs(tmp_path / "build")) == 1
    done = tinykd("export", "mlflow", "-q", MLFLOW_TRACKING_URI="")
    assert (done.returncode, done.stderr) == (
        2,
        "--to: no address; expected that of MLflow's tracking, or MLFLOW_TRACKING_URI. Type --to http://...\n",
    )
