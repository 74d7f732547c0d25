"""Trials as tasks of a Ray cluster: what is refused."""

from pathlib import Path

import pytest

from tinykd.errors import ConfigError
from tinykd.pipeline.search import SearchOptions, search
from tinykd.progress import Silent
from tinykd.search.on_ray import SharedMaterial, run_trial
from tinykd.search.order import WorkOrder
from tinykd.search.study import StudyPlace
from tinykd.version import __version__


def order(url: str, trials: int, root: Path) -> WorkOrder:
    place = StudyPlace.of(url, "ray", root)
    return WorkOrder(
        project='{"project": {"name": "x"}}',
        root=root,
        train=root,
        url=place.url,
        study="ray",
        seed=1,
        trials=trials,
    )


def test_a_node_with_another_version(tmp_path: Path) -> None:
    bundle = SharedMaterial("0.0.1", order("sqlite:///x.db", 1, tmp_path), None, False)  # type: ignore[arg-type]
    where, *rest = run_trial(bundle, 0)
    assert where.startswith("worker ")
    assert rest == [
        f"has tinykd {__version__} and the search was begun by 0.0.1",
        "the same",
        "Type `pip install tinykd==0.0.1` there",
    ]


def test_ray_wants_a_database_that_nodes_reach(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        search(tmp_path, SearchOptions(ray="127.0.0.1:1"), Silent(), lambda _row: None)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "--ray: the study would lie in a file of this machine; expected a database that all nodes reach. "
        "Type `--storage postgresql://USER@HOST/DATABASE`"
    )
