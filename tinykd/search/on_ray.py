"""Trials as tasks of a Ray cluster: samples and the teacher's answers go through its object store, once.

Ray places the tasks, and runs those of a lost node again; the study in PostgreSQL says what was tried. As
many tasks run as the cluster has processors, now: nodes come and go.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinykd.errors import ToolError, UserError, one_line
from tinykd.search.order import WorkOrder, sampling_of
from tinykd.search.study import counted, open_study
from tinykd.search.trials import TrialRunner, Until, is_hopeless, run_trials, worker_name
from tinykd.version import __version__

if TYPE_CHECKING:
    from optuna import Study

    from tinykd.search.material import Material

LOOK_S = 0.5
RETRIES = 5  # of a task whose node is lost
_FIX = 'Type `pip install "tinykd[ray]"`'
Told = list[str]  # parts of an error of the user's; empty: none


@dataclass(frozen=True)
class SharedMaterial:
    """What every task is given: a reference into the object store."""

    version: str
    order: WorkOrder
    material: "Material"
    ships: bool  # the project's own Python files come with the task

    @classmethod
    def of(cls, order: WorkOrder) -> "SharedMaterial":
        """From this machine's files."""
        from tinykd.search.material import Material

        project = order.settings()
        material = Material.of(project, order.root, order.train).without_sounds()
        logits = type(material.logits)(**{k: np.array(v) for k, v in vars(material.logits).items()})
        search = project.search
        own = project.student.is_function or (search is not None and search.function is not None)
        return cls(__version__, order, replace(material, logits=logits), own)


def run_trial(bundle: SharedMaterial, number: int) -> Told:
    """One trial, in a process of the cluster; ``number``: another one for each task."""
    if bundle.version != __version__:
        found = f"has tinykd {__version__} and the search was begun by {bundle.version}"
        return [
            f"worker {worker_name()}",
            found,
            "the same",
            f"Type `pip install tinykd=={bundle.version}` there",
        ]
    try:
        _run(bundle, number)
    except UserError as error:
        return [f"worker {worker_name()}: {error.where}", error.found, error.expected, error.fix]
    return []


def _run(bundle: SharedMaterial, number: int) -> None:
    from tinykd.search.evaluate import Evaluator
    from tinykd.search.goals import goals_of
    from tinykd.search.space import whole_space
    from tinykd.search.study import database_errors
    from tinykd.training.tensorflow import libraries

    libraries()
    order = bundle.order
    root = Path.cwd() if bundle.ships else order.root
    project, place = order.model_copy(update={"root": root}).settings(), order.place()
    goals, sampling = goals_of(project, root), sampling_of(project, order.seed + number)
    material = replace(bundle.material, root=root)
    evaluator = Evaluator.of(project, root, goals, material)
    runner = TrialRunner(evaluator, whole_space(project, material.base, root), sampling.pace, worker_name())
    with database_errors(place):
        run_trials(open_study(place, goals, sampling), runner, replace(order.until(), own=1))


@dataclass(frozen=True)
class RayCluster:
    """The cluster at ``address``, asked for trials. ``task``: what a trial is, ``run_trial`` as a rule."""

    address: str
    order: WorkOrder
    task: Callable[[Any, int], Told] = run_trial

    def run(self, bundle: Any, study: "Study", look: Callable[[], None], ships: bool = False) -> None:
        """Until there are enough trials; ``bundle`` goes into the object store."""
        ray = _ray()
        self._connect(ray, ships)
        try:
            self._follow(ray, ray.put(bundle), study, look)
        finally:
            ray.shutdown()

    def _connect(self, ray: Any, ships: bool) -> None:
        """``ships``: the project's folder goes to the nodes, without what was made in it."""
        folder = {"working_dir": str(self.order.root), "excludes": ["build", "firmware"]} if ships else {}
        try:
            ray.init(self.address, log_to_driver=False, logging_level="ERROR", runtime_env=folder)
        except (ConnectionError, ValueError, RuntimeError) as error:
            found = f"no Ray cluster answers ({one_line(str(error), 120)})"
            fix = "Type `ray start --head` on one machine, and its address here"
            raise ToolError(f"--ray {self.address}", found, "HOST:PORT of one", fix) from None

    def _follow(self, ray: Any, reference: Any, study: "Study", look: Callable[[], None]) -> None:
        remote = ray.remote(num_cpus=1, max_retries=RETRIES)(self.task)
        running: list[Any] = []
        begun = 0
        while True:
            look()
            for _ in range(self._room(ray, study, len(running))):
                running.append(remote.remote(reference, begun))
                begun += 1
            if not running:
                return
            done, running = ray.wait(running, timeout=LOOK_S)
            for each in done:
                if told := ray.get(each):
                    raise ToolError(*told)

    def _room(self, ray: Any, study: "Study", running: int) -> int:
        """How many tasks may begin now."""
        until = self.order.until()
        if _is_over(until) or is_hopeless(study):
            return 0
        processors = int(ray.cluster_resources().get("CPU", 1))
        return max(0, min(processors, until.trials - len(counted(study))) - running)


def _is_over(until: Until) -> bool:
    return until.deadline is not None and time.time() >= until.deadline


def _ray() -> Any:
    try:
        import ray
    except ModuleNotFoundError:
        raise ToolError("--ray", "Python package ray is missing", "", _FIX) from None
    return ray
