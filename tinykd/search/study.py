"""The study: where it is kept, whose it is, who samples it. Optuna does all of it; here is what it is
told.

SQLite on one machine, PostgreSQL by URL for many. Both keep a heartbeat of running trials, so the trial
of a worker that is gone is noticed and tried once more.
"""

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.errors import ConfigError, ToolError, one_line
from tinykd.search.goals import Goals
from tinykd.search.record import OUTCOME, Pace
from tinykd.text import without_password

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

IDENTITY = "tinykd"
HEARTBEAT_S, GRACE_S = 5, 30
_BUSY_S = 60  # that SQLite waits for the other worker
_FIX = 'Type `pip install "tinykd[search]"`'


@dataclass(frozen=True)
class StudyPlace:
    """``url``: of the database, as SQLAlchemy has it; ``name``: of the study in it."""

    url: str
    name: str

    @classmethod
    def of(cls, url: str | None, name: str, folder: Path) -> "StudyPlace":
        """As the user gives it; SQLite in ``folder`` where nothing is given."""
        if url is None:
            return cls(f"sqlite:///{folder.resolve() / 'study.db'}", name)
        for given in ("postgresql://", "postgres://"):
            if url.startswith(given):
                return cls("postgresql+psycopg://" + url.removeprefix(given), name)
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            wanted = "postgresql://USER@HOST/DATABASE or sqlite:///FILE"
            raise ConfigError(
                f"--storage {without_password(url)}", "no database that a study can be kept in", wanted
            )
        return cls(url, name)

    @property
    def is_local(self) -> bool:
        """Whether no other machine can work on it."""
        return self.url.startswith("sqlite:")

    def __str__(self) -> str:
        return f"study {self.name} in {without_password(self.url)}"


@dataclass(frozen=True)
class Sampling:
    """Who proposes values, and how trials are cut short where there is one objective."""

    sampler: str
    seed: int
    pace: Pace


@contextlib.contextmanager
def database_errors(place: StudyPlace) -> Iterator[None]:
    """What a database that is not there, goes away or is full raises, as one line."""
    try:
        from optuna.exceptions import StorageInternalError
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError
    except ModuleNotFoundError as error:
        raise ToolError("search", f"Python package {error.name} is missing", "", _FIX) from None
    try:
        yield
    except Exception as error:
        # Optuna trips over itself (an UnboundLocalError) where a trial's end cannot be stored.
        known = [e for e in _chain(error) if isinstance(e, StorageInternalError | SQLAlchemyError)]
        if not known:
            raise
        cause = next((each for each in known if isinstance(each, DBAPIError)), known[-1])
        text = str(cause.orig) if isinstance(cause, DBAPIError) else str(cause)
        if "full" in text:
            raise ToolError(str(place), "the disk is full", "", "Free some space and run again") from error
        found = f"the database cannot be reached ({one_line(text.strip(), 160)})"
        fix = "Trials that ended are kept: type the same again when it is back"
        raise ToolError(str(place), found, "", fix) from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """``error``, and what it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def open_study(place: StudyPlace, goals: Goals, sampling: Sampling) -> "Study":
    """The study at ``place``, made where it is not there."""
    with database_errors(place):
        import optuna

        _quiet()
        storage = _storage(place)
        # Optuna raises its own kinds where two make the same study at once: the second loads it.
        study = optuna.create_study(
            storage=storage,
            study_name=place.name,
            directions=goals.directions,
            load_if_exists=True,
            sampler=_sampler(sampling),
            pruner=_pruner(sampling.pace),
        )
        if [each.name.lower() for each in study.directions] != goals.directions:
            raise _others(place, "its objectives are others")
        return study


def claim(study: "Study", place: StudyPlace, identity: Mapping[str, Any]) -> None:
    """Note whose study it is; ``ConfigError`` where it is that of another project, version or data."""
    with database_errors(place):
        known = study.user_attrs.get(IDENTITY)
        if known is None:
            study.set_user_attr(IDENTITY, dict(identity))
            return
    for name, wanted in identity.items():
        if known.get(name) != wanted:
            raise _others(place, _difference(name, known.get(name), wanted))


def _difference(name: str, known: object, wanted: object) -> str:
    match name:
        case "project":
            return f"it is of project {known} and this is {wanted}"
        case "version":
            return f"it was begun by tinykd {known} and this is tinykd {wanted}"
        case "teacher":
            return "its teacher's answers are others; workers share build/model/train"
        case _:
            return f"[search] or the project file has changed since it was begun ({name})"


def _others(place: StudyPlace, found: str) -> ConfigError:
    fix = "Type `--study NAME` to begin another beside it, or take the change back"
    return ConfigError(str(place), found, "the study of this project", fix)


def counted(study: "Study") -> "list[FrozenTrial]":
    """The trials that ended; those of workers that were lost do not count."""
    from optuna.trial import TrialState

    return [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
        or (trial.state is TrialState.FAIL and OUTCOME in trial.user_attrs)
    ]


def give_up(study: "Study", worker: str | None = None) -> int:
    """Trials that nobody works on any more fail and wait to be tried again; how many. ``worker``: its own."""
    from optuna.trial import TrialState

    from tinykd.search.record import WORKER

    lost = [
        trial
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        if worker is None or trial.user_attrs.get(WORKER) == worker
    ]
    for trial in lost:
        study.tell(trial.number, state=TrialState.FAIL)
        if trial.params:
            study.enqueue_trial(dict(trial.params))
    return len(lost)


def _storage(place: StudyPlace) -> Any:
    import optuna

    arguments: dict[str, Any] = {"pool_pre_ping": True}
    if place.is_local:
        Path(place.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        arguments["connect_args"] = {"timeout": _BUSY_S}
    return optuna.storages.RDBStorage(
        place.url,
        engine_kwargs=arguments,
        heartbeat_interval=HEARTBEAT_S,
        grace_period=GRACE_S,
        heartbeat_stale_trial_callback=optuna.storages.RetryHeartbeatStaleTrialCallback(max_retry=1),
    )


def _sampler(sampling: Sampling) -> Any:
    import optuna

    if sampling.sampler == "nsga2":
        return optuna.samplers.NSGAIISampler(seed=sampling.seed, population_size=20)
    return optuna.samplers.TPESampler(seed=sampling.seed, multivariate=True, group=True)


def _pruner(pace: Pace) -> Any:
    """For one objective; several are cut by ``halving``."""
    import optuna

    first = (pace.rungs or (pace.epochs,))[0]
    return optuna.pruners.HyperbandPruner(first, pace.epochs, pace.reduction)


def _quiet() -> None:
    """Its lines, and that some of what is used is new in it, are nothing to the user."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    warnings.filterwarnings("ignore", module="optuna")
