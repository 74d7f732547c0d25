"""What a device needs around its model, as C: normalisation, tables of sound, units of outputs, threshold.

A pure function of ``features.json``, the data's front end and the model's input. The header stands beside the
model's own.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.codegen.sources import needed_files
from tinykd.compiler.ctext import c_float, wrapped
from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
)
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.firmware_project.libraries import firmware_text
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.sound import log_mel_facts, micro_frontend_facts
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

_LOG_MEL = ("features/tkd_log_mel.h", "features/tkd_float.h")
_MICRO_FRONTEND = "tkd_micro_frontend_sound"  # calls all the others
_WIDTH = 100


def feature_files(model: ModelSources, frontend: Frontend, features: Mapping[str, Any]) -> dict[str, str]:
    """``include/NAME_features.h`` and what it includes; ``features``: ``features.json``.

    It has the functions that quantize where the runtime's ``NAME.h`` has none.
    """
    name, how = model.name, frontend.how if isinstance(frontend, AudioFrontend) else None
    facts: dict[str, Any] = {
        "name": name,
        "model": model,
        "quantizes": model.tflm is not None,
        "version": __version__,
        "tables": _table,
        "words": _words,
        "image": frontend if isinstance(frontend, ImageFrontend) else None,
        "sensor": frontend if isinstance(frontend, SensorFrontend) else None,
        "table": frontend if isinstance(frontend, TableFrontend) else None,
        "audio": how,
        "log_mel": log_mel_facts(how) if isinstance(how, LogMel) else None,
        "micro": micro_frontend_facts(frontend, how, model)
        if isinstance(frontend, AudioFrontend) and isinstance(how, MicroFrontend)
        else None,
        "frontend": frontend,
        "shape": features.get("input", {}).get("shape"),
        "sha256": features.get("input", {}).get("sha256"),
        "targets": features.get("targets"),
        "threshold": features.get("threshold"),
    }
    files = {f"include/{name}_features.h": render_template("features/features.h.j2", facts)}
    if isinstance(how, LogMel):
        files |= {f"include/{PurePosixPath(path).name}": firmware_text(path) for path in _LOG_MEL}
    return files


def feature_sources(frontend: Frontend) -> tuple[str, ...]:
    """The hand-written C that the header needs beside it, headers included; relative to firmware/."""
    is_micro = isinstance(frontend, AudioFrontend) and isinstance(frontend.how, MicroFrontend)
    return needed_files([_MICRO_FRONTEND]) if is_micro else ()


def feature_library_files(frontend: Frontend) -> dict[str, str]:
    """The same at their places in a library of the model: whoever includes the header needs all headers."""
    places = {
        p: f"include/{PurePosixPath(p).name}" if p.endswith(".h") else p for p in feature_sources(frontend)
    }
    return {place: firmware_text(path) for path, place in places.items()}


def _table(name: str, suffix: str, values: Iterable[float]) -> str:
    """A constant array of floats."""
    items = [c_float(float(value)) for value in values]
    lines = "\n".join(f"    {line}" for line in wrapped(items, _WIDTH))
    return f"static const float {name}_{suffix}[{len(items)}] = {{\n{lines}\n}};"


def _words(name: str, suffix: str, values: NDArray[np.int16]) -> str:
    """A constant array of int16 in flash."""
    lines = "\n".join(f"    {line}" for line in wrapped([str(v) for v in values.ravel().tolist()], _WIDTH))
    return f"static const int16_t {name}_{suffix}[{values.size}] TKD_FLASH = {{\n{lines}\n}};"
