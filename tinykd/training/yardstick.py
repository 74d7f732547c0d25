"""What a network must beat to be worth its bytes: simple models of scikit-learn on the same split.

Classification, and each of several labels: logistic regression and a small random forest (Breiman, 2001).
Regression: ridge regression and a small random forest. Anomaly: the reconstruction by a few principal
components. The better one on validation is the yardstick. Inputs are flattened, brought to mean 0 and
deviation 1, and reduced to their principal components where there are many.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.stored.lazy_rows import blocks
from tinykd.training.metrics import merit_of, scores_of
from tinykd.training.ridge import ridge
from tinykd.training.scores import short_text

MOST_ROWS = 4000  # of the training samples that are learnt from
MOST_INPUTS = 256  # more are reduced to so many principal components, or fewer
COMPONENTS = 64
MOST_LEARNT = 32 << 20  # values of the rows that are learnt from: 128 MB
MOST_VALUES = 200_000_000  # of the training samples: larger sets are not measured
_TREES, _DEPTH, _SEED = 50, 16, 0
_LEAST = np.float32(-30.0)  # logarithm of a probability
_RECONSTRUCTION = 16  # principal components that an anomaly task's yardstick keeps
Rows = NDArray[np.float32]
Outputs = Mapping[str, NDArray[np.float32]]  # by split, (n, outputs); not of train


@dataclass(frozen=True)
class Yardstick:
    """A simple model's answers on validation and test."""

    name: str
    outputs: Outputs

    def to_json(self, data: Dataset, false_alarms: float) -> dict[str, Any]:
        """Its name and its score on each split."""
        scores = scores_of(data, self.outputs, false_alarms)
        return {"name": self.name, **{split: score.to_json() for split, score in scores.items()}}


def yardstick(data: Dataset) -> Yardstick | None:
    """The best on validation; None where the samples are too many values for it, and of a detection."""
    if data.train.x.size > MOST_VALUES or data.task == "detection":
        return None
    return max(_all(data), key=lambda each: merit_of(each.outputs["validation"], data.validation))


def chosen_rows(y: NDArray[Any], most: int = MOST_ROWS) -> NDArray[np.int64]:
    """Rows of at most about ``most`` samples: of labels in the classes' shares, at least one of each."""
    order = np.argsort(y, kind="stable") if y.ndim == 1 else np.arange(len(y))
    step = max(1, -(-len(y) // most))
    first = np.unique(y, return_index=True)[1] if y.ndim == 1 else np.zeros(0, np.int64)
    return np.union1d(order[::step], first)


def rows_at_most(data: Dataset, most: int = MOST_ROWS) -> int:
    """``most``, or fewer where samples are so large that these would take much memory."""
    return min(most, max(1, MOST_LEARNT // max(1, data.train.x.size // len(data.train))))


def flat(split: Split, x: Rows) -> Rows:
    """(k, inputs) of samples ``x`` (k, H, W, C) of ``split``; of texts how often each id occurs."""
    if split.texts is None:
        return x.reshape(len(x), -1)
    counts = np.zeros((len(x), split.texts.features.rows), np.float32)
    ids = x.reshape(len(x), -1).astype(np.int64)
    np.add.at(counts, (np.arange(len(x))[:, np.newaxis], ids), 1.0)
    counts[:, 0] = 0.0  # padding
    return counts


def flat_rows(split: Split, rows: NDArray[np.int64]) -> Rows:
    """(k, inputs) of the samples ``rows`` of a split."""
    return flat(split, split.x[rows])


def _all(data: Dataset) -> Iterator[Yardstick]:
    if data.task == "anomaly":
        yield Yardstick("principal components", _reconstructed(data))
        return
    if data.task == "regression" and (linear := ridge(data)) is not None:
        yield Yardstick("ridge regression", linear)
    rows = chosen_rows(data.train.y, rows_at_most(data))
    learnt = flat_rows(data.train, rows)
    reduce = _reduction(learnt)
    x = reduce(learnt)
    given = {name: _of_rows(reduce, s) for name, s in data.splits.items() if name != "train"}
    if data.task == "multilabel":
        yield _several("logistic regression", _logistic, x, data.train.y[rows], given)
        yield _several("a random forest", lambda: _forest(classes=True), x, data.train.y[rows], given)
    elif data.task == "classification":
        yield _classes("logistic regression", _logistic(), x, data.train.y[rows], given, data.outputs)
        yield _classes("a random forest", _forest(classes=True), x, data.train.y[rows], given, data.outputs)
    else:
        y = data.train.y[rows]
        model = _forest(classes=False).fit(x, y.ravel() if y.shape[1] == 1 else y)
        answers = {k: np.asarray(model.predict(v), np.float32).reshape(len(v), -1) for k, v in given.items()}
        yield Yardstick("a random forest", answers)


def _of_rows(change: Callable[[Rows], Rows], split: Split) -> Rows:
    """(n, ...) ``change`` of the flattened samples."""
    return np.concatenate([change(flat(split, block)) for block in blocks(split.x)])


def _reduction(x: Rows) -> Callable[[Rows], Rows]:
    """Deviation 1 of every input, then the principal components of many."""
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    steps: list[Any] = [StandardScaler()]
    if x.shape[1] > MOST_INPUTS:
        count = min(COMPONENTS, len(x))
        steps += [PCA(count, svd_solver="randomized", random_state=_SEED), StandardScaler()]
    made = make_pipeline(*steps).fit(x)
    return lambda rows: np.asarray(made.transform(rows), np.float32)


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, max_iter=200)


def _forest(classes: bool) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    made = RandomForestClassifier if classes else RandomForestRegressor
    return made(_TREES, max_depth=_DEPTH, random_state=_SEED, n_jobs=2)


def _classes(
    name: str, model: Any, x: Rows, y: NDArray[np.int64], given: Mapping[str, Rows], classes: int
) -> Yardstick:
    """``classes`` logarithms of probabilities for each sample; a class that was not learnt has the least."""
    from warnings import catch_warnings, simplefilter

    with catch_warnings():
        simplefilter("ignore")  # what has not converged is a yardstick all the same
        model.fit(x, y)
    outputs = {}
    for split, rows in given.items():
        outputs[split] = np.full((len(rows), classes), -np.inf, np.float32)
        with np.errstate(divide="ignore"):
            outputs[split][:, model.classes_] = np.log(model.predict_proba(rows))
    return Yardstick(name, outputs)


def _several(
    name: str, make: Callable[[], Any], x: Rows, y: NDArray[np.float32], given: Mapping[str, Rows]
) -> Yardstick:
    """A model for each class, whose answers are the logarithms of its odds."""
    each = [_classes(name, make(), x, (y[:, k] > 0).astype(np.int64), given, 2) for k in range(y.shape[1])]
    odds = {
        split: np.stack([_odds(one.outputs[split]) for one in each], axis=1).astype(np.float32)
        for split in given
    }
    return Yardstick(name, odds)


def _odds(logarithms: Rows) -> Rows:
    """(n,) of log-probabilities (n, 2); those of 0 are taken for a little more."""
    kept = np.maximum(logarithms, _LEAST)
    return kept[:, 1] - kept[:, 0]


def _reconstructed(data: Dataset) -> Outputs:
    """Every sample from its first principal components alone."""
    from sklearn.decomposition import PCA

    x = flat_rows(data.train, chosen_rows(data.train.y, rows_at_most(data)))
    count = min(_RECONSTRUCTION, *x.shape)
    model = PCA(count, svd_solver="randomized", random_state=_SEED).fit(x)

    def again(rows: Rows) -> Rows:
        return np.asarray(model.inverse_transform(model.transform(rows)), np.float32)

    return {name: _of_rows(again, split) for name, split in data.splits.items() if name != "train"}


def behind_yardstick(
    simple: Yardstick, data: Dataset, outputs: Mapping[str, NDArray[Any]], false_alarms: float
) -> str:
    """A sentence on a student that ``simple`` beats on the test split; empty where it does not."""
    floor, student = (scores_of(data, each, false_alarms)["test"] for each in (simple.outputs, outputs))
    if student.rate >= floor.rate:
        return ""
    own, other = short_text(student), short_text(floor)
    return (
        f"the student ({own}) is behind {simple.name} on the same samples ({other}): "
        "try a wider student, more epochs, or another one ([student] model, width; [distillation] epochs)"
    )
