"""What a device needs around its model, as C: normalisation, tables of sound, units of outputs, threshold.

A pure function of ``features.json``, the data's front end and the model's input. The header stands beside the
model's own.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.codegen.sources import needed_files
from tinykd.compiler.ctext import c_float, wrapped
from tinykd.data.features.camera import Camera
from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.data.features.sensor_features import SensorFeatures
from tinykd.firmware_project.libraries import firmware_text
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.sound import log_mel_facts, micro_frontend_facts, spectrum_facts
from tinykd.firmware_project.template import render_template
from tinykd.firmware_project.text import text_facts, text_functions
from tinykd.front.image import ImageWay
from tinykd.front.steps import ModelInput
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
        "words": words,
        "bytes": c_bytes,
        "image": frontend if isinstance(frontend, ImageFrontend) else None,
        "sensor": frontend if isinstance(frontend, SensorFrontend) else None,
        "table": frontend if isinstance(frontend, TableFrontend) else None,
        "audio": how,
        "log_mel": log_mel_facts(how) if isinstance(how, LogMel) else None,
        "micro": micro_frontend_facts(frontend, how, model)
        if isinstance(frontend, AudioFrontend) and isinstance(how, MicroFrontend)
        else None,
        "frontend": frontend,
        **_image_facts(frontend, model),
        **_filter_facts(frontend),
        **text_facts(frontend),
        "shape": features.get("input", {}).get("shape"),
        "sha256": features.get("input", {}).get("sha256"),
        "targets": features.get("targets"),
        "threshold": features.get("threshold"),
        "thresholds": features.get("thresholds"),
        "classes": features.get("classes", ()),
    }
    files = {f"include/{name}_features.h": render_template("features/features.h.j2", facts)}
    if isinstance(how, LogMel):
        files |= {f"include/{PurePosixPath(path).name}": firmware_text(path) for path in _LOG_MEL}
    return files


def feature_sources(frontend: Frontend) -> tuple[str, ...]:
    """The hand-written C that the header needs beside it, headers included; relative to firmware/."""
    functions = list(_functions(frontend))
    return needed_files(functions) if functions else ()


def raw_sources(frontend: Frontend) -> tuple[str, ...]:
    """The same for firmware that begins at raw samples: images are rows of a camera's frame then."""
    if isinstance(frontend, ImageFrontend):
        return needed_files(["tkd_camera_frame"])
    return feature_sources(frontend)


def _functions(frontend: Frontend) -> Iterator[str]:
    """Of firmware/features, that call all the others."""
    match frontend:
        case AudioFrontend(how=MicroFrontend()):
            yield _MICRO_FRONTEND
        case SensorFrontend(features=SensorFeatures() as how):
            yield "tkd_filters_row"
            if how.spectrum is not None:
                yield _MICRO_FRONTEND
        case ImageFrontend(camera=Camera()):
            yield "tkd_camera_frame"
        case TextFrontend():
            yield from text_functions(frontend)


def _image_facts(frontend: Frontend, model: ModelSources) -> dict[str, Any]:
    """A frame's way to the input, where the model was trained on a camera's frames."""
    if not isinstance(frontend, ImageFrontend) or frontend.camera is None:
        return {"camera": None}
    return {"camera": frontend.camera, "levels": pixel_levels(frontend, model)}


def pixel_levels(frontend: ImageFrontend, model: ModelSources) -> NDArray[np.int8]:
    """(256,) a pixel as ``model`` takes it, which has one int8 input."""
    assert model.input_quantization is not None
    return ImageWay(frontend, ModelInput(*model.input_quantization, ())).levels()


def _filter_facts(frontend: Frontend) -> dict[str, Any]:
    how = frontend.features if isinstance(frontend, SensorFrontend) else None
    if how is None:
        return {"filters": None, "spectrum": None}
    named = {"gravity": how.gravity, "high_pass": how.high_pass, "low_pass": how.low_pass}
    return {
        "filters": how,
        "biquads": {name: filter for name, filter in named.items() if filter},
        "spectrum": spectrum_facts(how.spectrum) if how.spectrum else None,
    }


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


def words(name: str, suffix: str, values: NDArray[np.int16] | NDArray[np.uint16]) -> str:
    """A constant array of 16 bits in flash."""
    lines = "\n".join(f"    {line}" for line in wrapped([str(v) for v in values.ravel().tolist()], _WIDTH))
    return f"static const {values.dtype}_t {name}_{suffix}[{values.size}] TKD_FLASH = {{\n{lines}\n}};"


def c_bytes(name: str, suffix: str, values: NDArray[np.int8]) -> str:
    """A constant array of int8 in flash."""
    lines = "\n".join(f"    {line}" for line in wrapped([str(v) for v in values.ravel().tolist()], _WIDTH))
    return f"static const int8_t {name}_{suffix}[{values.size}] TKD_FLASH = {{\n{lines}\n}};"
