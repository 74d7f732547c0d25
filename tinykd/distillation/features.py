"""Losses on features: a hook on the student, the teacher's features are computed once and memory-mapped.

Maps of different sizes are averaged down to the smaller of the two. The teacher sees the very views that the
student sees. Features join the float training only: quantization goes on with the teacher's logits alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard, assert_never, get_args

from tinykd.data.stored.npy import rows_of
from tinykd.distillation.batches import TrainingBatches
from tinykd.distillation.feature_layers import deepest_map, embedding, layer_named, size_of
from tinykd.distillation.losses.attention import ATTENTION_WEIGHT, attention_distance
from tinykd.distillation.losses.hints import HINT_WEIGHT, hint_distance
from tinykd.distillation.losses.relational import RELATIONAL_WEIGHT, relational_distance
from tinykd.errors import ModelError
from tinykd.progress import Progress
from tinykd.project.training import DistillationSection, FeatureMethod
from tinykd.teacher.features import FEATURES_FILE, Features, asker, averaged_down, write_features
from tinykd.teacher.takes import AS_THEY_ARE, InputRange
from tinykd.training.loop import Arrays, Loss
from tinykd.training.tensorflow import libraries

_Distance = Callable[[Any, Any], Any]  # (student's, teacher's) -> scalar


@dataclass(frozen=True)
class FeatureHook:
    """A student that also gives its features, and the teacher's to hold them against."""

    model: Any  # (n, H, W, C) -> [logits, features]
    loss: Loss  # ([logits, features], labels, teacher logits, teacher features) -> scalar
    features: Features  # (views, n, ...)

    def epoch_arrays(self, batches: TrainingBatches, epoch: int, epochs: int) -> Arrays:
        """What ``batches`` gives, and the teacher's features of the same view."""
        return *batches.epoch(epoch, epochs), rows_of(self.features[batches.view_of(epoch, epochs)])


def is_feature_method(method: str) -> TypeGuard[FeatureMethod]:
    """Whether features are compared beside logits."""
    return method in get_args(FeatureMethod)


@dataclass(frozen=True)
class FeatureRequest:
    """Two networks whose features are compared, and how."""

    method: FeatureMethod
    section: DistillationSection
    student: Any  # tf_keras
    teacher: Any  # Keras 3
    base: Loss  # on logits
    takes: InputRange = AS_THEY_ARE  # what the teacher takes its inputs in


def feature_hook(
    request: FeatureRequest, batches: TrainingBatches, out: Path, progress: Progress
) -> FeatureHook:
    """The student with its features; the teacher's, of every view of ``batches``, go to a file in ``out``."""
    method, section, student = request.method, request.section, request.student
    pair = _feature_pair(request)
    ask = asker(request.teacher, pair.teacher, pair.size, request.takes)
    features = write_features(ask, batches.data, batches.views, out / FEATURES_FILE, progress)
    given = _shrunk(pair.student, pair.size)
    if method == "hints":
        given = _regressor(given, features.shape[-1])
    model = libraries().tf_keras.Model(student.inputs, [student.output, given], name="with_features")
    weight = _weight(method) if section.feature_weight is None else section.feature_weight
    return FeatureHook(model, _joined(request.base, _distance(method), weight), features)


def _joined(base: Loss, distance: _Distance, weight: float) -> Loss:
    def loss(outputs: Any, labels: Any, teacher: Any, features: Any) -> Any:
        logits, given = outputs
        return base(logits, labels, teacher) + weight * distance(given, features)

    return loss


def _distance(method: FeatureMethod) -> _Distance:
    match method:
        case "hints":
            return hint_distance
        case "at":
            return attention_distance
        case "rkd":
            return relational_distance
        case _:
            assert_never(method)


def _weight(method: FeatureMethod) -> float:
    return {"hints": HINT_WEIGHT, "at": ATTENTION_WEIGHT, "rkd": RELATIONAL_WEIGHT}[method]


@dataclass(frozen=True)
class _FeaturePair:
    """The two tensors that are compared; ``size``: (h, w) that both maps are averaged down to."""

    student: Any
    teacher: Any
    size: tuple[int, int] | None


def _feature_pair(request: FeatureRequest) -> _FeaturePair:
    method, section, student, teacher = request.method, request.section, request.student, request.teacher
    where = f"[distillation] method = {method}"
    given = _named(student, section.student_layer, "student_layer")
    wanted = _named(teacher, section.teacher_layer, "teacher_layer")
    if method == "rkd":
        given = embedding(student, where) if given is None else _flat(given)
        return _FeaturePair(given, embedding(teacher, where) if wanted is None else wanted, None)
    given = deepest_map(student, None, where) if given is None else given
    _check_map(given, "student_layer", section.student_layer)
    wanted = deepest_map(teacher, size_of(given), where) if wanted is None else wanted
    _check_map(wanted, "teacher_layer", section.teacher_layer)
    (h, w), (th, tw) = size_of(given), size_of(wanted)
    return _FeaturePair(given, wanted, (min(h, th), min(w, tw)))


def _named(model: Any, name: str | None, key: str) -> Any:
    return None if name is None else layer_named(model, name, f"[distillation] {key}")


def _check_map(tensor: Any, key: str, name: str | None) -> None:
    shape = tuple(tensor.shape)[1:]
    if len(shape) != 3 or None in shape:
        raise ModelError(f"[distillation] {key} = {name}", f"gives {list(shape)}", "a map (h, w, c)")


def _flat(tensor: Any) -> Any:
    return tensor if len(tensor.shape) == 2 else libraries().tf_keras.layers.Flatten()(tensor)


def _shrunk(tensor: Any, size: tuple[int, int] | None) -> Any:
    """A student's map averaged down to ``size``."""
    if size is None or size == size_of(tensor):
        return tensor
    return libraries().tf_keras.layers.Lambda(lambda x: averaged_down(x, size), name="averaged_down")(tensor)


def _regressor(tensor: Any, channels: int) -> Any:
    """The 1 x 1 convolution that the student's map is read through; not part of the student."""
    return libraries().tf_keras.layers.Conv2D(channels, 1, name="hint_regressor")(tensor)
