"""A student of the user's own: ``model = "mymodels:student"`` is the function ``student`` in ``mymodels.py``.

Signature: (input_shape, outputs[, width][, depth][, kernel][, stride]) -> tf_keras model, (n, H, W, C) in,
(n, outputs) logits out.
"""

from typing import Any

from tinykd.errors import ModelError
from tinykd.project.training import StudentSection
from tinykd.project.user_code import UserFunction, parameters

_WANTED = "a function such as `def student(input_shape, outputs, width): ...`"
_SIZES = frozenset(("width", "depth", "kernel", "stride"))


def call_function(section: StudentSection, shape: tuple[int, int, int], outputs: int) -> Any:
    """What the function returns; ``width``, ``depth``, ``kernel`` and ``stride`` are passed if it has such
    parameters, and all but ``width`` if they are given."""
    users = _of(section)
    function = users.load()
    given = {"width": 1.0 if section.width is None else section.width, "depth": section.depth,
             "kernel": section.kernel, "stride": section.stride}  # fmt: skip
    taken = users.call(parameters, function)
    options = {k: value for k, value in given.items() if k in taken and value is not None}
    return users.call(function, shape, outputs, **options)


def sizes_of(section: StudentSection) -> frozenset[str]:
    """Which of ``width``, ``depth``, ``kernel`` and ``stride`` the function takes."""
    users = _of(section)
    return frozenset(users.call(parameters, users.load())) & _SIZES


def _of(section: StudentSection) -> UserFunction:
    return UserFunction(section.model, section.root, _WANTED, ModelError)
