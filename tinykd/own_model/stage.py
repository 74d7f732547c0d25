"""A trained model of the user's, ``[student] model = "mine.keras"``, as the student of all later stages.

Its file is loaded in a subprocess, converted, read as nodes, rewritten and built as a tf_keras network whose
answers are held against the file's own. Writes ``own/architecture.json`` and ``own/student.weights.h5``, and
``own/own_model.json``. Whatever layer has no form is said, all of them at once, before anything is trained.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import Frontend, ImageFrontend
from tinykd.data.spread import spread
from tinykd.data.stored.figures import extremes
from tinykd.data.types import SampleRows, Samples
from tinykd.errors import ConfigError, ModelError
from tinykd.files import write_json, write_whole
from tinykd.own_model.answers import Adaptation, as_the_model, take_range
from tinykd.own_model.build import build
from tinykd.own_model.load import OwnModel, load_own_model
from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind, size
from tinykd.own_model.read import read_network
from tinykd.own_model.reading import LayerProblem
from tinykd.own_model.replace import replace_activations, without_form
from tinykd.own_model.rewrite import OutputEnd, Rewritten, join_swish, rewrite
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.student.made import ARCHITECTURE_FILE, OWN_DIR, OWN_WEIGHTS_FILE
from tinykd.teacher.external import ExternalRequest
from tinykd.teacher.formats import Format, format_of
from tinykd.teacher.mismatch import order_of
from tinykd.teacher.signature import ModelSignature
from tinykd.teacher.takes import InputRange, taking, usual
from tinykd.training.loop import Predictor

FACTS_FILE = "own_model.json"
MOST_APART = 1e-3  # of the range of its answers; sums are rounded in another order here
_COMPARED, _RANDOM, _VALIDATION = 64, 32, 512  # samples that answers are compared on; that units are told by
_ALIKE = 1e-5  # of a scale or an offset that is one for all channels
_STEPS = ("load and convert", "rebuild", "compare")


@dataclass(frozen=True)
class _Given:
    """The model, the samples it answered, and how it wants them."""

    own: OwnModel
    compared: Samples  # (n, H, W, C), as tinykd has them
    takes: InputRange
    order: tuple[int, ...] | None
    path: Path


def take_own_model(project: Project, data: Dataset, root: Path, out: Path, progress: Progress) -> None:
    """``out/own`` with the student; ``root``: the folder of ``tinykd.toml``."""
    section = project.student
    if data.task == "detection":
        found = 'is a trained model and the task is "detection"'
        raise ConfigError("[student] model", found, 'one of tinykd, such as model = "ds_cnn"')
    with progress.task(f"take {Path(section.model).name}", len(_STEPS)) as task:
        task.advance(0, _STEPS[0])
        given = _load(project, data, root, progress)
        task.advance(1, _STEPS[1])
        _check_layers(given, project, progress)
        plain, rewritten = _network(given, project, data, None)
        adapted = Adaptation.of(data, given.own.answers[-_validation(data) :], given.order, given.takes)
        network, rewritten = _network(given, project, data, adapted)
        task.advance(1, _STEPS[2])
        apart = _apart(given, plain, rewritten.end, data)
        task.advance(1)
    model = build(network, data.input_shape, "own_model")
    _write(out / OWN_DIR, model, given, apart)
    for note in _notes(given, network, rewritten, apart, data.frontend):
        progress.note(f"{given.path.name}: {note}")


def _load(project: Project, data: Dataset, root: Path, progress: Progress) -> _Given:
    section = project.student
    path = root / section.model
    takes = taking(section.range[0], data) if section.range else usual(data)
    order = order_of(section.classes[0], data.classes) if section.classes else None
    signature = ModelSignature.of(data, section.classes[0] if section.classes else None)
    compared = np.concatenate([spread(data.train.x, _COMPARED), _random(data.train.x)])
    asked = np.concatenate([compared, data.validation.x[: _validation(data)]])
    request = ExternalRequest(path, _format(section.model, root), "own")
    own = load_own_model(request, signature, takes.given(asked))
    if isinstance(own, tuple):
        raise refused(path, own, progress)
    return _Given(own, compared, takes, order, path)


def _format(model: str, root: Path) -> Format:
    try:
        return format_of(model, root)
    except ModelError:
        wanted = "a file (.keras, .h5, .onnx, .tflite), or a folder with saved_model.pb"
        raise ModelError(f"[student] model = {model}", "no such model", wanted) from None


def _validation(data: Dataset) -> int:
    return min(len(data.validation), _VALIDATION)


def _random(x: SampleRows) -> Samples:
    """Of each value as much as samples reach."""
    shape = (_RANDOM, *x.shape[1:])
    low, high = extremes(x)
    return np.random.default_rng(0).uniform(low, high, shape).astype(np.float32)


def _check_layers(given: _Given, project: Project, progress: Progress) -> None:
    network, problems = _read(given.own)
    inner, values = network.shapes[network.given], given.compared[0].size
    if size(inner) != values:
        raise ModelError(given.path, f"converted it takes {list(inner)}", f"the {values} values of a sample")
    recurrent = given.own.problems
    lines = [*recurrent.values(), *(str(each) for each in problems if each.layer not in recurrent)]
    join_swish(network)
    lines += without_form(network, project.student.replace)
    if lines:
        raise refused(given.path, tuple(lines), progress)


def _read(own: OwnModel) -> tuple[LayerNetwork, tuple[LayerProblem, ...]]:
    return read_network(own.flatbuffer, own.layers, own.recurrent)


def refused(path: Path, lines: tuple[str, ...], progress: Progress) -> ModelError:
    """Every line as a note, and the error that ends the stage."""
    if len(lines) == 1:
        return ModelError(path, lines[0])
    for line in lines:
        progress.note(f"{path.name}: {line}")
    shown = ", ".join(line.removeprefix("layer ").split(maxsplit=1)[0].strip("':") for line in lines[:8])
    return ModelError(path, f"{len(lines)} layers have no form here: {shown}", "", "A line for each is above")


def _network(
    given: _Given, project: Project, data: Dataset, adapted: Adaptation | None
) -> tuple[LayerNetwork, Rewritten]:
    """The student's network; without ``adapted`` that of the model itself, for its own samples."""
    network, _ = _read(given.own)
    take_range(network, given.takes, data.input_shape)
    join_swish(network)
    if adapted is not None:
        replace_activations(network, project.student.replace)
    finish = adapted.add_to if adapted is not None else _as_it_is
    rewritten = rewrite(network, data.task in ("classification", "multilabel"), finish)
    if data.task == "multilabel" and rewritten.end is OutputEnd.SOFTMAX:
        fix = 'Say task = "classification" if one class is right in each sample'
        raise ModelError(given.path, "it ends with a softmax", "a sigmoid or logits for several labels", fix)
    return network, rewritten


def _as_it_is(_network: LayerNetwork) -> None:
    """Nothing is added to the end."""


def _apart(given: _Given, network: LayerNetwork, end: OutputEnd, data: Dataset) -> float:
    """The largest difference from the file's own answers, of their range; much is a ``ModelError``."""
    model = build(network, data.input_shape, "rebuilt")
    answers = as_the_model(Predictor(model)(given.compared).reshape(len(given.compared), -1), end)
    wanted = given.own.answers[: len(given.compared)]
    if not np.isfinite(wanted).all():
        fix = "Look for NaN among its weights, and at the range that it takes ([student] range)"
        raise ModelError(given.path, "some of its own answers are NaN or infinite", "numbers", fix)
    apart = _of_range(answers - wanted, wanted)
    if not apart <= MOST_APART:
        found = f"rebuilt of the student's layers it answers otherwise (by {apart:.2g} of the answers' range)"
        raise ModelError(given.path, found, f"at most {MOST_APART:g}", "Give it as a float .tflite")
    return apart


def _of_range(difference: NDArray[np.float32], wanted: NDArray[np.float32]) -> float:
    return float(np.abs(difference).max() / max(float(np.ptp(wanted)), 1e-30))


def _write(folder: Path, model: Any, given: _Given, apart: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / ARCHITECTURE_FILE, model.to_json().encode())
    model.save_weights(folder / OWN_WEIGHTS_FILE)
    facts = {"parameters": given.own.parameters, "apart": apart, "compared": len(given.compared)}
    write_json(folder / FACTS_FILE, facts)


def _notes(
    given: _Given, network: LayerNetwork, rewritten: Rewritten, apart: float, frontend: Frontend
) -> list[str]:
    layers, compared = len(network.nodes), len(given.compared)
    how = "equal" if apart == 0 else f"apart by at most {apart:.1e} of their range"
    found = [*given.own.notes, f"rebuilt of {layers} layers, answers {how} on {compared} samples"]
    if rewritten.shared:
        found.append(f"layers are shared: their weights are there twice ({rewritten.shared:,} bytes more)")
    found += [_left(network, node, frontend) for node in network.nodes if _is_affine(node)]
    return found


def _is_affine(node: LayerNode) -> bool:
    return node.kind is NodeKind.DEPTHWISE and bool(node.options.get("affine"))


def _left(network: LayerNetwork, node: LayerNode, frontend: Frontend) -> str:
    """What a scale and offset that nothing could take in costs, and how the front end has it for nothing."""
    cost = f"costs {size(network.shapes[node.output]):,} multiplications"
    found = f"the scale and offset of {node.name} stay a layer, which {cost}"
    scale, offset = node.weights["kernel"].reshape(-1), node.weights["bias"]
    first = network.writer(node.inputs[0]) is None
    uniform = np.ptp(scale) <= _ALIKE * abs(scale[0]) and np.ptp(offset) <= _ALIKE
    if not first or not uniform or not isinstance(frontend, ImageFrontend):
        return found
    divisor = frontend.divisor / float(scale[0])
    black = frontend.black - float(offset[0]) * divisor
    way = f'[image] range = [{black:.6g}, {black + divisor:.6g}] and [student] range = "measured"'
    return f"{found}; with {way} it costs nothing"
