"""Models with what lies around them, as a project would have them, for the sensor examples."""

import numpy as np

from tests.compiler.models import Net, image
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import AudioFrontend, Frontend, ImageFrontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.firmware_project import ModelSources, Surroundings, model_sources
from tinykd.graph.reader import read_graph

HOW = LogMel(rate=8000, samples=4000, frame=256, hop=160, bands=16, f_min=60, f_max=4000, offset=1e-6)
SIX = tuple(f"{kind}_{axis}" for kind in ("total_acc", "body_gyro") for axis in "xyz")
MOTION = SensorFrontend((0.8, 0.0, 0.1, 0.0, 0.02, -0.01), (0.4, 0.4, 0.3, 0.5, 0.4, 0.3), 50.0, SIX)
SOUND = AudioFrontend(HOW, "time", -6.0, 3.0)


def model(shape: tuple[int, int, int]) -> ModelSources:
    """A small model, ``sensed``, with an input of this shape."""
    height, width, channels = shape
    net = Net(image(height, width, channels))
    net.reshape((1, height * width * channels))
    net.dense(3)
    program = compile_graph(read_graph(net.bytes()), CompileOptions(name="sensed"))
    return model_sources(program)


def around(frontend: Frontend, shape: tuple[int, int, int], **more: object) -> Surroundings:
    """As the stages make it of a classifier."""
    features = {"task": "classification", "classes": ["a", 'b "*/', "c"], "input": {"shape": list(shape)}}
    return Surroundings(frontend, features | more)


KINDS: dict[str, tuple[Frontend, tuple[int, int, int]]] = {
    "microphone": (SOUND, (HOW.frames, 1, HOW.bands)),
    "accelerometer": (MOTION, (32, 1, 6)),
    "camera": (ImageFrontend(255.0), (8, 8, 1)),
}


def quantized(sources: ModelSources, real: np.ndarray) -> np.ndarray:
    """(…) of float as the model's input takes it, by the scale that its header says."""
    header = sources.files["sensed.h"]
    scale = float(header.split("SENSED_INPUT_SCALE ")[1].split("f\n")[0])
    zero = int(header.split("SENSED_INPUT_ZERO_POINT (")[1].split(")")[0])
    ratio = np.asarray(real, np.float32) / np.float32(scale)
    whole = np.trunc(ratio) + (np.abs(ratio - np.trunc(ratio)) >= 0.5) * np.sign(ratio)
    return np.clip(whole + zero, -128, 127).astype(np.int8)
