"""What a device needs around its model, as C: normalisation, log-mel tables, units of outputs, threshold.

A pure function of ``features.json`` and the data's front end. The header stands beside the model's own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from tinykd.compiler.ctext import c_float, wrapped
from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
)
from tinykd.firmware_project.libraries import firmware_text
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

_FRONT_END = "features/tkd_log_mel.h"
_WIDTH = 100


def feature_files(
    name: str, frontend: Frontend, features: Mapping[str, Any], quantizes: bool = False
) -> dict[str, str]:
    """``include/NAME_features.h`` and what it includes; ``features``: ``features.json``.

    ``quantizes``: it has the functions that quantize, because the runtime's ``NAME.h`` has none.
    """
    facts: dict[str, Any] = {
        "name": name,
        "quantizes": quantizes,
        "version": __version__,
        "tables": _table,
        "image": frontend if isinstance(frontend, ImageFrontend) else None,
        "sensor": frontend if isinstance(frontend, SensorFrontend) else None,
        "table": frontend if isinstance(frontend, TableFrontend) else None,
        "audio": _audio(frontend) if isinstance(frontend, AudioFrontend) else None,
        "shape": features.get("input", {}).get("shape"),
        "targets": features.get("targets"),
        "threshold": features.get("threshold"),
    }
    files = {f"include/{name}_features.h": render_template("features/features.h.j2", facts)}
    if isinstance(frontend, AudioFrontend):
        files["include/tkd_log_mel.h"] = firmware_text(_FRONT_END)
    return files


def _table(name: str, suffix: str, values: Iterable[float]) -> str:
    """A constant array of floats."""
    items = [c_float(float(value)) for value in values]
    lines = "\n".join(f"    {line}" for line in wrapped(items, _WIDTH))
    return f"static const float {name}_{suffix}[{len(items)}] = {{\n{lines}\n}};"


def _audio(frontend: AudioFrontend) -> dict[str, Any]:
    """Parameters and tables; a band's weights are stored where they are not zero."""
    how = frontend.log_mel
    used = [np.flatnonzero(row) for row in how.weights()]
    angle = 2 * np.pi * np.arange(how.fft // 2) / how.fft
    return {
        **{key: getattr(how, key) for key in ("rate", "samples", "frame", "hop", "bands", "f_min", "f_max")},
        "fft": how.fft,
        "frames": how.frames,
        "offset": how.offset,
        "mean": frontend.mean,
        "deviation": frontend.deviation,
        "window": how.window(),
        "turns": np.stack([np.cos(angle), -np.sin(angle)], axis=1).reshape(-1).astype(np.float32),
        "first": [int(columns[0]) for columns in used],
        "count": [int(columns[-1] - columns[0] + 1) for columns in used],
        "weights": np.concatenate(
            [row[c[0] : c[-1] + 1] for row, c in zip(how.weights(), used, strict=True)]
        ),
        "power_scale": float(np.float32(1.0 / float((how.window().astype(np.float64) ** 2).sum()))),
    }
