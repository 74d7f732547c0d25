"""The trials that a study begins with: the project's own student, and the smallest of each family.

The first is what all others are held against; of the others is known at once whether anything fits.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.project.schema import Project
from tinykd.project.search import RangeSection, Value
from tinykd.search.space import MODEL, Dimension, Space
from tinykd.search.suggest import Values, encoded
from tinykd.student.build import DEPTHS
from tinykd.student.form import PUBLISHED_FORMS

if TYPE_CHECKING:
    from optuna import Study

_LARGER_IS_LESS = ("student.stride", "audio.hop_ms")  # the more of it, the less is computed
_OF_TEACHING = ("distillation.",)


def enqueue_first(study: "Study", space: Space, project: Project, root: Path) -> None:
    """In a study that has no trials yet."""
    if study.get_trials(deepcopy=False):
        return
    models = space.get(MODEL, (project.student.model,))
    for values in (own_values(project, space), *(smallest(str(m), space) for m in _listed(models))):
        if values:
            study.enqueue_trial({k: encoded(v) for k, v in values.items()}, skip_if_exists=True)


def own_values(project: Project, space: Space) -> Values:
    """What the project file has, where the space holds it; a key that is not given is as published."""
    student = project.student
    kernel, stride = PUBLISHED_FORMS.get(student.model, (None, None))
    usual: dict[str, Any] = {
        "student.width": student.width or 1.0,
        "student.depth": student.depth or DEPTHS.get(student.model),
        "student.kernel": student.kernel or kernel,
        "student.stride": student.stride or stride,
    }
    found: Values = {}
    for key, dimension in space.items():
        section, _, name = key.partition(".")
        value = usual.get(key, getattr(getattr(project, section), name))
        if value is not None and _holds(dimension, value):
            found[key] = value
    return found


def smallest(model: str, space: Space) -> Values:
    """The corner of the space where ``model`` computes least; how it is taught is left open."""
    found: Values = {MODEL: model} if MODEL in space else {}
    for key, dimension in space.items():
        if key == MODEL or key.startswith(_OF_TEACHING):
            continue
        low, high = _ends(dimension)
        found[key] = high if key in _LARGER_IS_LESS else low
    return found


def _ends(dimension: Dimension) -> tuple[Value, Value]:
    if isinstance(dimension, RangeSection):
        return dimension.low, dimension.high
    ordered = sorted(dimension, key=lambda value: (isinstance(value, str), value))
    return ordered[0], ordered[-1]


def _holds(dimension: Dimension, value: Value) -> bool:
    if not isinstance(dimension, RangeSection):
        return value in dimension
    return isinstance(value, int | float) and dimension.low <= value <= dimension.high


def _listed(dimension: Dimension) -> tuple[Value, ...]:
    return () if isinstance(dimension, RangeSection) else dimension
