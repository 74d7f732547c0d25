"""What is searched: keys of the project file with the values that they may take.

The default space fits the samples: the student's family, width, depth, kernel and first stride, what the
teacher counts, and of sounds and image files how they become inputs. ``[search] space`` replaces single
keys, ``[search] function`` adds keys from Python. No Optuna here.
"""

import difflib
from pathlib import Path

from tinykd.data.dataset import Dataset
from tinykd.errors import ConfigError
from tinykd.project.schema import Project
from tinykd.project.search import RangeSection, SearchSection, Value

Dimension = tuple[Value, ...] | RangeSection
Space = dict[str, Dimension]  # by key, such as "student.width"
MODEL = "student.model"
SECTIONS = ("student", "distillation", "image", "audio", "sensor")  # whose keys may be searched
FRONT = ("image", "audio", "sensor")  # of them, those that decide the model's input
_LEFT_OUT = ("student.fit", "sensor.label", "sensor.columns", "sensor.group", "sensor.time")
_WIDTHS = RangeSection(low=0.125, high=2.0, step=0.125)
_DEPTHS = RangeSection(low=1, high=4, step=1)


def whole_space(project: Project, data: Dataset, root: Path) -> Space:
    """The default space with what ``[search] space`` replaces; ``ConfigError`` for a key that cannot be."""
    section = project.search or SearchSection()
    space = default_space(project, data, root)
    for key, values in (section.space or {}).items():
        check_key(key, "[search] space", project)
        space[key] = values
    models = space.pop(MODEL, None)
    return {MODEL: models, **space} if models else space  # what else there is depends on it


def default_space(project: Project, data: Dataset, root: Path) -> Space:
    """By task and kind of samples."""
    space: Space = {MODEL: families(project, data)}
    if project.student.is_function:
        space = {}
    space |= {"student.width": _WIDTHS, "student.depth": _DEPTHS}
    if project.project.task == "detection":
        pass  # its grid says the strides
    elif data.frontend.to_json()["kind"] in ("audio", "sensor"):
        space |= {"student.kernel": (3, 5, 9), "student.stride": (1, 2, 4)}
    else:
        space |= {"student.kernel": (3, 5), "student.stride": (1, 2)}
    if project.project.task in ("classification", "multilabel"):
        space["distillation.temperature"] = (1.0, 2.0, 4.0)
    space["distillation.alpha"] = RangeSection(low=0.5, high=1.0, step=0.25)
    if project.project.task in ("anomaly", "detection"):
        return space
    return space | _front_end(project, data, root)


def families(project: Project, data: Dataset) -> tuple[str, ...]:
    """The students that take these samples and are worth a search."""
    height, width, _ = data.input_shape
    if project.project.task == "anomaly":
        return ("autoencoder",)
    if project.project.task == "detection":
        return ("ds_cnn", "mobilenet_v1", "mobilenet_v2")
    if _is_sound(data):
        return ("ds_cnn", "tcn")
    if width == 1 and height >= 8:
        return ("tcn", "mlp")
    if min(height, width) < 4:
        return ("mlp",)
    if project.stream is not None:
        return ("ds_cnn", "mlp")
    return ("ds_cnn", "resnet8", "mobilenet_v1") if min(height, width) >= 32 else ("ds_cnn", "resnet8")


def layout_for(model: str) -> str:
    """Of sound, as a student of that family takes it."""
    return "time" if model in ("tcn", "lstm", "gru") else "image"


def check_key(key: str, where: str, project: Project) -> None:
    """``ConfigError`` unless ``key`` names a key of the project file that may be searched."""
    section, _, name = key.partition(".")
    if section not in SECTIONS or key in _LEFT_OUT:
        wanted = "one of " + ", ".join(f"{each}.…" for each in SECTIONS)
        raise ConfigError(f"{where} {key}", "cannot be searched", wanted)
    known = list(type(getattr(project, section)).model_fields)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1) or known
        raise ConfigError(f"{where} {key}", "unknown key", f"{section}.{near[0]}")
    if section in FRONT and project.project.task == "anomaly":
        found = "changes what is given back, and the teacher's answers with it"
        raise ConfigError(f"{where} {key}", found, "no key of the samples for task anomaly")


def _is_sound(data: Dataset) -> bool:
    return bool(data.frontend.to_json()["kind"] == "audio")


def _front_end(project: Project, data: Dataset, root: Path) -> Space:
    """Bands, hop and window of sounds; the size of image files. Halves and quarters of what the file says."""
    if _is_sound(data) and data.sounds is not None:
        audio = project.audio
        bands = sorted({max(8, audio.n_mels * part // 4 // 2 * 2) for part in (2, 3)} | {audio.n_mels})
        space: Space = {"audio.n_mels": tuple(bands)}
        if project.stream is None:
            space["audio.hop_ms"] = (audio.hop_ms, 1.5 * audio.hop_ms, 2 * audio.hop_ms)
        if audio.features != "micro_frontend":
            space["audio.frame_ms"] = (audio.frame_ms, 1.5 * audio.frame_ms)
        return space
    height, width, _ = data.input_shape
    files = data.frontend.to_json()["kind"] == "image" and (root / project.data.source).is_dir()
    if files and min(height, width) >= 16:
        sizes = [(height * part // 4, width * part // 4) for part in (2, 3, 4)]
        return {"image.size": tuple(sizes)}
    return {}
