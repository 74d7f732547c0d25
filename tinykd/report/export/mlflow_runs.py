"""Runs in MLflow's tracking (``pip install "tinykd[mlflow]"``): an experiment for each project.

What was exported before, by the tag ``tinykd.run`` of a run that is finished, is not exported again.
https://mlflow.org/docs/latest/python_api/mlflow.client.html
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tinykd.errors import ToolError, one_line
from tinykd.report.export.figures import RunFigures
from tinykd.text import without_password

TAG = "tinykd.run"
ADDRESS = "MLFLOW_TRACKING_URI"
_RETRIES = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2"}  # a server that is not there is said after seconds
_AT_ONCE = {"metrics": 1000, "params": 100}  # by MLflow's REST API
_LONGEST = 500  # characters of a parameter


def send_runs(runs: Sequence[RunFigures], address: str) -> list[str]:
    """Names of the runs that ``address``, a tracking URI, did not have yet."""
    tracking = _Tracking(_client(address), address)
    return [run.name for run in runs if tracking.send(run)]


def _client(address: str) -> Any:
    for name, value in _RETRIES.items():
        os.environ.setdefault(name, value)
    try:
        from mlflow import MlflowClient
    except ImportError:
        fix = 'Type `pip install "tinykd[mlflow]"`'
        raise ToolError("--to", "Python package mlflow is missing", "it, to export runs", fix) from None
    return MlflowClient(tracking_uri=address)


class _Tracking:
    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address

    def send(self, run: RunFigures) -> bool:
        """Whether ``run`` was not there."""
        try:
            return self._sent(run)
        except Exception as error:  # noqa: BLE001 - MLflow's own, those of HTTP, and of its stores
            found = f"MLflow refuses the run {run.name} ({one_line(str(error), 240)})"
            raise ToolError(
                without_password(self._address), found, "the address of a tracking server"
            ) from None

    def _sent(self, run: RunFigures) -> bool:
        client = self._client
        known = client.get_experiment_by_name(run.project)
        experiment = known.experiment_id if known is not None else client.create_experiment(run.project)
        wanted = f"tags.`{TAG}` = '{run.name}' and attributes.status = 'FINISHED'"  # one cut short is none
        if client.search_runs([experiment], filter_string=wanted, max_results=1):
            return False
        tags = {TAG: run.name, **{f"version.{name}": text[:_LONGEST] for name, text in run.versions.items()}}
        number = client.create_run(experiment, run_name=run.name, tags=tags).info.run_id
        for some in _pieces(_metrics(run), "metrics"):
            client.log_batch(number, metrics=some)
        for some in _pieces(_params(run.settings), "params"):
            client.log_batch(number, params=some)
        client.set_terminated(number)
        return True


def _metrics(run: RunFigures) -> list[Any]:
    from mlflow.entities import Metric

    now = round(1000 * time.time())  # milliseconds
    points = [(name, value, step) for name, curve in run.curves.items() for step, value in curve]
    points += [(name, value, 0) for name, value in run.finals.items()]
    return [Metric(name, value, now, step) for name, value, step in points]


def _params(settings: Mapping[str, str]) -> list[Any]:
    from mlflow.entities import Param

    return [Param(key, value[:_LONGEST]) for key, value in settings.items()]


def _pieces(values: list[Any], kind: str) -> Iterator[list[Any]]:
    most = _AT_ONCE[kind]
    for at in range(0, len(values), most):
        yield values[at : at + most]
