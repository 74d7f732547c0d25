"""A study on a real Ray cluster of two nodes and a real PostgreSQL server; one node is lost on the way."""

from pathlib import Path

import pytest

from tests.search.cluster import cluster, made_up_task
from tests.search.made_up import GOALS, PACE
from tests.search.postgres import server
from tinykd.errors import ConfigError, ToolError
from tinykd.pipeline.search import SearchOptions, search
from tinykd.progress import Silent
from tinykd.search.on_ray import RayCluster, SharedMaterial, run_trial
from tinykd.search.order import WorkOrder
from tinykd.search.study import Sampling, StudyPlace, counted, open_study
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


@pytest.mark.slow
def test_two_nodes_share_the_trials_and_one_is_lost(tmp_path: Path) -> None:
    with server() as database, cluster(2) as nodes:
        given = order(database.url, 4, tmp_path)
        study = open_study(given.place(), GOALS, Sampling("tpe", 1, PACE))
        lost = []

        def look() -> None:
            """Once both have tried something, the second node loses power."""
            seen = {trial.user_attrs["node"] for trial in study.trials if "node" in trial.user_attrs}
            if len(seen) == 2 and not lost:
                lost.append(seen)
                nodes.kill(1)

        ray_cluster = RayCluster(nodes.address, given, made_up_task)
        ray_cluster.run({"version": __version__, "url": database.url}, study, look)
        ended = sorted(counted(study), key=lambda trial: str(trial.datetime_complete))
        assert len(ended) >= 4
        assert len(lost[0]) == 2 and len({trial.user_attrs["node"] for trial in ended[-2:]}) == 1
        with pytest.raises(ToolError) as caught:  # whatever a task says ends the search in one line
            again = RayCluster(nodes.address, order(database.url, 99, tmp_path), made_up_task)
            again.run({"version": "0", "url": database.url}, study, lambda: None)
        assert str(caught.value) == "worker: another version"


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
