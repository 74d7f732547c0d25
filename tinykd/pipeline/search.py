"""``tinykd search``: teacher and logits once, then a study of students; the page in ``build/search``."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from optuna import Study

    from tinykd.engine.events import Reporter
    from tinykd.engine.workspace import Workspace
    from tinykd.project.schema import Project
    from tinykd.search.order import WorkOrder
    from tinykd.search.outcome import SearchOutcome, TrialRow
    from tinykd.search.study import StudyPlace

FOLDER = "search"  # in build/: study.db, search.json, search.html, worker-1.log
Shown = Callable[["TrialRow"], None]


@dataclass(frozen=True)
class SearchOptions:
    """What replaces or adds to ``[search]``; ``trials``: of the whole study, those of before included."""

    workers: int = 1
    trials: int | None = None
    minutes: float | None = None
    storage: str | None = None
    study: str | None = None
    data: str | None = None
    ray: str | None = None  # the address of a cluster that runs the trials


@dataclass(frozen=True)
class SearchRun:
    """What was found, and the folder of its files."""

    outcome: "SearchOutcome"
    folder: Path

    @property
    def page(self) -> Path:
        """What shows it."""
        return self.folder / "search.html"


def search(path: Path, options: SearchOptions, reporter: "Reporter", shown: Shown) -> SearchRun:
    """Until there are enough trials; ``shown`` is called with each that ends. Raises where nothing fits."""
    from tinykd.engine.failures import as_user_errors
    from tinykd.engine.lock import locked
    from tinykd.pipeline.options import RunOptions
    from tinykd.pipeline.run import run
    from tinykd.search.nothing import nothing_found

    if options.ray is not None and options.storage is None:
        found = "the study would lie in a file of this machine"
        fix = "Type `--storage postgresql://USER@HOST/DATABASE`"
        raise ConfigError("--ray", found, "a database that all nodes reach", fix)
    space = run(path, RunOptions(until="train", data=options.data), reporter).space
    folder = space.build / FOLDER
    with as_user_errors(folder), locked(folder):
        outcome = _Search(space, options, folder, reporter, shown).run()
        if problem := nothing_found(outcome):
            raise problem
        done = SearchRun(outcome, folder)
        _write(done, space)
    return done


def _write(found: SearchRun, space: "Workspace") -> None:
    """``search.json`` and the page."""
    from tinykd.files import write_json, write_whole
    from tinykd.search.page import render_search

    boards = [space.known_board(name) for name in space.boards if name != "host"]
    write_json(found.folder / "search.json", found.outcome.to_json())
    write_whole(found.page, render_search(space.project.project.name, found.outcome, boards))


def read_search(path: Path, options: SearchOptions) -> SearchRun:
    """The study as it is, without going on with it."""
    from tinykd.pipeline.run import open_workspace

    space = open_workspace(path, data=options.data)
    folder = space.build / FOLDER
    search = _Search(space, options, folder, None, lambda _row: None)
    if search.place().is_local and options.storage is None and not (folder / "study.db").is_file():
        raise ConfigError(folder, "there is no study yet", "one", "Type `tinykd search` first")
    return SearchRun(search.outcome(search.study()), folder)


@dataclass(frozen=True)
class _Search:
    space: "Workspace"
    options: SearchOptions
    folder: Path
    reporter: "Reporter | None"
    shown: Shown

    def run(self) -> "SearchOutcome":
        from tinykd.search.identity import identity_of
        from tinykd.search.study import claim, database_errors, give_up

        study, place = self.study(), self.place()
        claim(study, place, identity_of(self._project(), self._train))
        with database_errors(place):
            if place.is_local and (lost := give_up(study)) and self.reporter:
                self.reporter.note(f"{lost} trials were cut off before and are tried again")
            self._begin(study)
            self._follow(study)
            return self.outcome(study)

    def study(self) -> "Study":
        """Opened, or made."""
        from tinykd.search.goals import goals_of
        from tinykd.search.order import sampling_of
        from tinykd.search.study import open_study

        project = self._project()
        sampling = sampling_of(project, project.project.seed)
        return open_study(self.place(), goals_of(project, self.space.root), sampling)

    def place(self) -> "StudyPlace":
        from tinykd.search.study import StudyPlace

        name = self.options.study or self.space.project.project.name
        return StudyPlace.of(self.options.storage, name, self.folder)

    def outcome(self, study: "Study") -> "SearchOutcome":
        """What is known now."""
        from tinykd.search.goals import goals_of
        from tinykd.search.outcome import outcome_of

        return outcome_of(study, goals_of(self._project(), self.space.root), self.place().name)

    @property
    def _train(self) -> Path:
        return self.space.build / "model" / "train"

    @property
    def _trials(self) -> int:
        from tinykd.project.search import SearchSection

        return self.options.trials or (self._project().search or SearchSection()).trials

    def _project(self) -> "Project":
        return self.space.project

    def _begin(self, study: "Study") -> None:
        """The first trials, which need the samples' shape."""
        from tinykd.data.load import project_dataset
        from tinykd.search.first import enqueue_first
        from tinykd.search.space import whole_space

        project, root = self._project(), self.space.root
        space = whole_space(project, project_dataset(project, root), root)
        enqueue_first(study, space, project, root)

    def _order(self) -> "WorkOrder":
        from tinykd.search.order import WorkOrder

        place, minutes = self.place(), self.options.minutes
        return WorkOrder(
            project=self._project().model_dump_json(exclude_unset=True),
            root=self.space.root.resolve(),
            train=self._train.resolve(),
            url=place.url,
            study=place.name,
            seed=self._project().project.seed,
            trials=self._trials,
            deadline=None if minutes is None else time.time() + 60 * minutes,
        )

    def _follow(self, study: "Study") -> None:
        """A bar, and each trial as it ends."""
        assert self.reporter
        from tinykd.search.crew import Crew
        from tinykd.search.following import Following

        order = self._order()
        with self.reporter.task("trials", self._trials) as task:
            following = Following(study, self.outcome(study).goals, task, self.shown)
            if self.options.ray is None:
                Crew(order, self.options.workers, self.folder).run(study, following.look, self.reporter.note)
            else:
                self._on_ray(self.options.ray, order, study, following.look)

    def _on_ray(self, address: str, order: "WorkOrder", study: "Study", look: Callable[[], None]) -> None:
        from tinykd.search.on_ray import RayCluster, SharedMaterial

        cluster = RayCluster(address, order)
        bundle = SharedMaterial.of(order)
        cluster.run(bundle, study, look, bundle.ships)
        look()
