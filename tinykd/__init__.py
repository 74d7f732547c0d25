"""tinykd: from a Keras teacher to int8 firmware that is proven on the microcontroller.

    import tinykd

    result = tinykd.distill(teacher, student="ds_cnn", data=(x, y))
    result.ladder                          # teacher, baseline, student, int8, with intervals
    result.int8.prove(board="qemu-mps2-an386")
    tinykd.load("model.tflite").compile(board="nucleo_f446re").write("kws/")
    tinykd.quantize("float.tflite", x).save("int8.tflite")

Names are imported when they are first used, so that ``import tinykd`` costs nothing.
"""

from typing import TYPE_CHECKING, Any

from tinykd.version import __version__

if TYPE_CHECKING:
    from tinykd.api.distill import Budget, distill
    from tinykd.api.distilled import Distilled
    from tinykd.api.errors import InputError
    from tinykd.api.model import Model, load
    from tinykd.api.quantized import Quantized, quantize
    from tinykd.errors import BudgetError, ConfigError, DataError, LinkError, ModelError, ToolError, UserError

_MODULES = {
    "Budget": "tinykd.api.distill",
    "BudgetError": "tinykd.errors",
    "ConfigError": "tinykd.errors",
    "DataError": "tinykd.errors",
    "Distilled": "tinykd.api.distilled",
    "InputError": "tinykd.api.errors",
    "LinkError": "tinykd.errors",
    "Model": "tinykd.api.model",
    "ModelError": "tinykd.errors",
    "Quantized": "tinykd.api.quantized",
    "ToolError": "tinykd.errors",
    "UserError": "tinykd.errors",
    "distill": "tinykd.api.distill",
    "load": "tinykd.api.model",
    "quantize": "tinykd.api.quantized",
}
__all__ = [
    "Budget",
    "BudgetError",
    "ConfigError",
    "DataError",
    "Distilled",
    "InputError",
    "LinkError",
    "Model",
    "ModelError",
    "Quantized",
    "ToolError",
    "UserError",
    "__version__",
    "distill",
    "load",
    "quantize",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'tinykd' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
