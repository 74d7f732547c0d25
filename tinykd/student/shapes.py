"""Which samples a student takes; known without TensorFlow, so that nobody trains a teacher in vain."""

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.errors import ModelError
from tinykd.project.training import StudentSection
from tinykd.project.values import TaskName
from tinykd.student.form import FORMED

_HALVINGS = {"ds_cnn": 1, "resnet8": 2, "mobilenet_v1": 5}  # of the image; it must not run out of pixels
DETECTORS = ("ds_cnn", "mobilenet_v1", "mobilenet_v2")
ONLY_DETECTORS = ("mobilenet_v2",)
_OVER_TIME = ("gru", "lstm", "tcn")
TEXT_MODELS = ("embedding_bag", "text_cnn")
WITHOUT_PADDING = ("autoencoder", "ds_cnn", "gru", "lstm", "mlp", "tcn")  # in time


def check_takes(section: StudentSection, data: Dataset) -> None:
    """Refuse samples that ``section.model`` can make nothing of: texts and their networks belong together."""
    is_text = isinstance(data.frontend, TextFrontend)
    if section.is_file or is_text == (section.model in TEXT_MODELS) or (is_text and section.is_function):
        return _check_text(section) if is_text else check_input(section, data.input_shape, data.task)
    where, names = f"[student] model = {section.model}", " or ".join(TEXT_MODELS)
    if is_text:
        raise ModelError(where, "takes numbers, and the samples are texts", names)
    raise ModelError(where, "takes texts, and the samples are none", "a network for numbers, such as ds_cnn")


def _check_text(section: StudentSection) -> None:
    if section.is_file:
        where, found = f"[student] model = {section.model}", "is a trained model, and the samples are texts"
        raise ModelError(where, found, " or ".join(TEXT_MODELS), "Let it teach: [teacher] model")
    _check_form(section)


def check_input(
    section: StudentSection, shape: tuple[int, int, int], task: TaskName = "classification"
) -> None:
    """Refuse samples of ``shape`` (H, W, C) that ``section.model`` can make nothing of."""
    if not section.is_function and (task == "detection" or section.model in ONLY_DETECTORS):
        return _check_detector(section, task)
    if section.time_padding == "valid" and section.model not in WITHOUT_PADDING:
        found, models = "pads time, which windows cannot share then", ", ".join(WITHOUT_PADDING[1:])
        raise ModelError(f"[student] model = {section.model}", found, f"one of {models}")
    _check_form(section)
    wanted = _wanted(section.model, shape)
    if wanted is not None:
        found = f"samples are of shape {shape}"
        raise ModelError(f"[student] model = {section.model}", found, *wanted)
    return None


def _check_detector(section: StudentSection, task: TaskName) -> None:
    model = section.model
    if task != "detection":
        found = f"finds objects and the task is {task}"
        raise ModelError(f"[student] model = {model}", found, "mobilenet_v1", 'Or say task = "detection"')
    if model not in DETECTORS:
        names = ", ".join(DETECTORS)
        raise ModelError(f"[student] model = {model}", "finds no objects", f"one of {names}")
    for name in ("kernel", "stride"):
        if getattr(section, name) is not None:
            where, fix = f"[student] {name} = {getattr(section, name)}", f"Leave {name} out"
            raise ModelError(where, "networks that find objects take none", "[detection] stride", fix)


def _check_form(section: StudentSection) -> None:
    """A kernel and a stride are for networks that have such."""
    for name in ("kernel", "stride"):
        if getattr(section, name) is None or section.is_function:
            continue
        where, fix = f"[student] {name} = {getattr(section, name)}", f"Leave {name} out"
        if section.model not in FORMED:
            models = ", ".join(FORMED)
            raise ModelError(where, f"model {section.model} takes none", f"one of {models}", fix)
        if section.time_padding == "valid":
            raise ModelError(
                where, "time_padding is valid, as with [stream]", f"a network without {name}", fix
            )


def _wanted(model: str, shape: tuple[int, int, int]) -> tuple[str, str] | None:
    """What was expected and what to type instead; None if ``shape`` will do."""
    height, width, _ = shape
    if model in _OVER_TIME:
        if width == 1 and height >= 8:
            return None
        return "(time, 1, channels) with at least 8 steps of time", 'Use model = "ds_cnn" for images'
    least = 1 << _HALVINGS.get(model, 0)
    if min(height, width) >= least:
        return None
    instead = "tcn" if width == 1 and height >= 8 else "mlp" if min(height, width) < 2 else "ds_cnn"
    return f"at least {least} x {least} pixels", f'Use model = "{instead}"'
