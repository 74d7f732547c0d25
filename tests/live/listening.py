"""Small models with what lies around them, on boards that listen: sound, sensors, classes, anomalies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.compiler.models import Net, image
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.data.features.frontend import AudioFrontend, Frontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.data.features.sensor_features import SensorFeatures
from tinykd.data.features.spectrum import Spectrum
from tinykd.events import EventRules, rules_of
from tinykd.firmware_project import Surroundings, lay_out, model_sources, project_files
from tinykd.firmware_project.live_plan import plan_of
from tinykd.flash import open_board
from tinykd.graph.reader import read_graph
from tinykd.link.credited_stream import SensorSource
from tinykd.link.device import Device
from tinykd.live.hear import LiveModel, hear
from tinykd.progress import Silent
from tinykd.project.events import EventsSection
from tinykd.recording.stored import Signal
from tinykd.recording.virtual import VirtualSensor
from tinykd.sessions.stream_verification import Playback, StreamVerification, verify_stream

CLASSES = ("yes", "no", "silence")
MICRO = MicroFrontend(8000, 2000, 240, 160, 12, 125.0, 4000.0)
LOG_MEL = LogMel(8000, 2000, 256, 160, 8, 60.0, 4000.0, 1e-6)
MOTION = SensorFrontend((0.5, -0.25), (0.7, 0.3), 50.0, ("x", "y"))
_STEPS = (2.0**-12,) * 3
FILTERED = SensorFrontend(
    (0.0, 100.0, -50.0, 4e5),
    (3e5, 2e5, 3e5, 4e5),
    50.0,
    ("x", "y", "z"),
    SensorFeatures(_STEPS, 50.0, 0.3, (0, 1, 2), None, 15.0, "added"),
)
VIBRATION = SensorFrontend(
    (700.0,) * 12,
    (150.0,) * 12,
    100.0,
    ("x", "y"),
    SensorFeatures(_STEPS[:2], 100.0, high_pass_hz=2.0, spectrum=Spectrum(100.0, 120, 40, 20, 6, 2.0, 50.0)),
)
EVENTS = EventsSection(hop_ms=40.0, smoothing_ms=80.0, threshold=0.36, refractory_ms=80.0)


@dataclass(frozen=True)
class Case:
    """A model that is fed by ``frontend``."""

    frontend: Frontend
    shape: tuple[int, int, int]
    anomaly: bool = False

    @property
    def network(self) -> Net:
        """Three classes, or an answer of the input's own size."""
        height, width, channels = self.shape
        net = Net(image(height, width, channels), seed=3)
        net.reshape((1, height * width * channels))
        net.dense(height * width * channels if self.anomaly else len(CLASSES))
        return net


CASES = {
    "micro": Case(AudioFrontend(MICRO, "time", 200.0, 120.0), (MICRO.frames, 1, MICRO.bands)),
    "log_mel": Case(AudioFrontend(LOG_MEL, "image", -6.0, 3.0), (LOG_MEL.frames, LOG_MEL.bands, 1)),
    "motion": Case(MOTION, (16, 1, 2)),
    "anomaly": Case(MOTION, (16, 1, 2), anomaly=True),
    "filtered": Case(FILTERED, (16, 1, 4)),
    "spectrum": Case(VIBRATION, (5, 1, 12)),
}


def live_model(case: Case, events: EventsSection = EVENTS) -> LiveModel:
    """As the pipeline makes it of a finished project."""
    model = case.network.bytes()
    rules = rules_of(events, None if case.anomaly else CLASSES, read_graph(model).main.outputs[0].scale)
    plan = plan_of(case.frontend, events.hop_ms, case.shape)
    assert plan is not None
    return LiveModel(model, case.frontend, plan, rules, case.shape, 0.25 if case.anomaly else None)


def around(live: LiveModel) -> Surroundings:
    """As the stages make it."""
    features: dict[str, object] = {"task": "classification", "input": {"shape": list(live.shape)}}
    if live.threshold is None:
        features["classes"] = list(CLASSES)
    else:
        features |= {"task": "anomaly", "threshold": live.threshold}
    return Surroundings(live.frontend, features, live.rules)


def recording(live: LiveModel, seconds: float, seed: int = 0) -> VirtualSensor:
    """Tones and noise that come and go, in all channels."""
    rate = live.plan.rate_millihz / 1000
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    time = np.arange(count)[:, np.newaxis] / rate
    loud = np.repeat(random.uniform(0.0, 1.0, (count // 50 + 1, 1)), 50, axis=0)[:count]
    pitch = rate * random.uniform(0.01, 0.2, (1, live.plan.channels))
    waves = loud * np.sin(2 * np.pi * pitch * time) + 0.02 * random.normal(size=(count, live.plan.channels))
    counts = np.clip(np.rint(20_000 * waves), -32768, 32767).astype(np.int16)
    is_sound = isinstance(live.frontend, AudioFrontend)
    names = ("sound",) if is_sound else live.frontend.columns  # type: ignore[union-attr]
    signal = Signal(rate, tuple(names), 1.0 if is_sound else 1.0 / 9_000, is_sound)
    return VirtualSensor(SensorSource(counts, live.plan.rate_millihz), signal)


@contextmanager
def listening(live: LiveModel, board_name: str, folder: Path) -> Iterator[Device]:
    """The board with the firmware that the project would have."""
    board = load_board(board_name)
    options = CompileOptions(name="heard", core=Core(board.core))
    program = compile_graph(read_graph(live.model), options)
    lay_out(project_files(model_sources(program), board, around=around(live)), folder)
    built = build_firmware(folder, board, folder / "out", Silent())
    with open_board(built, board) as url, Device.open(url, board.baud, timeout_s=60) as device:
        yield device


def verified(
    live: LiveModel, device: Device, played: VirtualSensor, speed: float = 0.0
) -> StreamVerification:
    """What the board makes of ``played``, beside the host."""
    wanted = hear(live, played.source.samples, played.signal.scale, "recording")
    return verify_stream(device, live, wanted, Playback(played, speed), lambda _: None)


def rules_that_fire(rules: EventRules, averages: NDArray[np.int8]) -> bool:
    """Whether any class reaches its threshold in ``averages`` (n, classes)."""
    return bool((averages >= np.array(rules.threshold)).any())
