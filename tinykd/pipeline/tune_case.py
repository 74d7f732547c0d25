"""A project with a finished model, as ``tinykd tune`` asks it: its rules, its answers to windows."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.engine.stage import BUILD
from tinykd.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.data.dataset import Dataset
    from tinykd.data.types import Samples
    from tinykd.events.rules import EventRules
    from tinykd.graph.ir import Subgraph
    from tinykd.project.schema import Project
    from tinykd.tuning.play import Player


@dataclass(frozen=True)
class TuneCase:
    """A finished model beside its project; ``root``: the project's folder."""

    project: "Project"
    root: Path
    data: "Dataset"
    model: bytes
    features: dict[str, Any]

    @property
    def is_sound(self) -> bool:
        """Else it is a sensor's windows."""
        return bool(self.data.frontend.to_json()["kind"] == "audio")

    @property
    def rate_hz(self) -> float:
        """Values of a channel per second; of a sensor's spectrum, frames."""
        facts = self.data.frontend.to_json()
        rate = self.project.audio.rate if facts["kind"] == "audio" else facts.get("rate_hz")
        if facts["kind"] not in ("audio", "sensor"):
            raise ConfigError(
                "tinykd tune", f"samples of kind {facts['kind']} have no time", "sound or a sensor"
            )
        if rate is None:
            fix = "Say rate in [sensor]"
            raise ConfigError(
                "tinykd tune", "the rate of the recordings is not known", "values per second", fix
            )
        spectrum = (facts.get("features") or {}).get("spectrum")
        return float(rate) / (spectrum["hop"] if spectrum else 1)

    @property
    def window(self) -> int:
        """Values of a channel in one input."""
        if self.is_sound:
            return round(self.project.audio.seconds * self.project.audio.rate)
        return int(self.data.test.x.shape[1])

    @property
    def names(self) -> tuple[str, ...] | None:
        """Of the classes; None for an anomaly task."""
        return self.data.classes if self.data.task == "classification" else None

    def rules(self, **changes: object) -> "EventRules":
        """Those of [events], or of its defaults, with other thresholds."""
        from tinykd.events.rules import rules_of
        from tinykd.project.events import EventsSection

        section = (self.project.events or EventsSection()).model_copy(update=changes)
        return rules_of(section, self.names, self.graph.outputs[0].scale)

    @cached_property
    def graph(self) -> "Subgraph":
        """The model's, read once: rules are asked for at every threshold, answers for every block."""
        from tinykd.graph.reader import read_graph

        return read_graph(self.model).main

    @property
    def build(self) -> Path:
        """Where the project's files are made."""
        return self.root / BUILD


def tune_case(path: Path, data: str | None, reporter: Any) -> TuneCase:
    """Of a project whose model is finished; another is refused in one line."""
    import json

    from tinykd.data.load import project_dataset
    from tinykd.data.summary import FEATURES_FILE
    from tinykd.pipeline.options import RunOptions
    from tinykd.pipeline.run import run

    done = run(path, RunOptions(until="quantize", data=data, trains=False), reporter)
    folder, space = done.folder("quantize"), done.space
    features = json.loads((folder / FEATURES_FILE).read_text())
    model = (folder / "model.tflite").read_bytes()
    return TuneCase(
        space.project, space.root, project_dataset(space.project.deployed, space.root), model, features
    )


def player_of(case: TuneCase) -> "Player":
    """The sliding window of [events] hop_ms."""
    from tinykd.tuning.play import Player

    hop = round(case.rules().hop_ms * case.rate_hz / 1000)
    if hop < 1:
        found = f"{case.rules().hop_ms:g} ms are no whole value at {case.rate_hz:g} per second"
        raise ConfigError("[events] hop_ms", found, f"at least {1000 / case.rate_hz:g}")
    return Player(case.window, hop, lambda windows: _inputs(case, windows), lambda x: _confidences(case, x))


def _inputs(case: TuneCase, windows: "NDArray[np.float32]") -> "Samples":
    """(n, window, channels); a sensor's are normalised already."""
    from tinykd.data.features.frontend import AudioFrontend
    from tinykd.data.sources.folder.sounds import inputs

    if isinstance(case.data.frontend, AudioFrontend):
        return inputs(windows[:, :, 0], case.data.frontend, case.project.audio)
    return windows.reshape(len(windows), *case.data.input_shape)


def _confidences(case: TuneCase, x: "Samples") -> "NDArray[np.int8]":
    from tinykd.events import confidences
    from tinykd.events.detect import anomaly_confidences
    from tinykd.graph.quantize import dequantize, quantize
    from tinykd.oracle import run_tflm
    from tinykd.tuning.reconstruction import reconstruction_errors

    given, answer = case.graph.inputs[0], case.graph.outputs[0]
    asked = quantize(x, given.scale, given.zero_point)
    outputs = run_tflm(case.model, asked).reshape(len(asked), -1)
    if case.names:
        return confidences(outputs, case.rules())
    real = dequantize(asked.reshape(len(asked), -1), given.scale, given.zero_point)
    errors = reconstruction_errors(real, dequantize(outputs, answer.scale, answer.zero_point))
    return anomaly_confidences(errors, float(case.features["threshold"]))
