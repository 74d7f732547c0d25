"""An ONNX model as a teacher, asked through onnxruntime (``pip install "tinykd[onnx]"``).

Layout: samples are (H, W, C); a model may want them as (H, W, C), (C, H, W), one after the other, or, where W
is 1, as (T, C) or (C, T). Where sizes do not tell, the first op does: ONNX's Conv takes channels first
(https://onnx.ai/onnx/operators/onnx__Conv.html). A model of a fixed batch gets its samples in such batches.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.errors import ModelError, ToolError, one_line
from tinykd.teacher.signature import LoadedModel, ModelSignature, as_type, check_output

MAX_BYTES = 1 << 30
_BLOCK = 256  # samples per call where the model leaves it open
_TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8,
}

Shape = tuple[int | str | None, ...]  # open sizes have a name or nothing


@dataclass(frozen=True)
class Layout:
    """A way of giving one sample: its name, its shape, and how (n, H, W, C) becomes (n, *shape)."""

    name: str
    shape: tuple[int, ...]
    axes: tuple[int, ...] = (0, 1, 2, 3)

    @property
    def moves(self) -> bool:
        """Whether axes change their places."""
        return self.axes != (0, 1, 2, 3)

    def arrange(self, x: Samples) -> NDArray[np.float32]:
        """(n, *shape), C order."""
        return np.ascontiguousarray(x.transpose(self.axes)).reshape(len(x), *self.shape)


def layouts(input_shape: tuple[int, int, int]) -> tuple[Layout, ...]:
    """All that samples of (H, W, C) may be given as."""
    height, width, depth = input_shape
    first = (0, 3, 1, 2)
    found = [Layout("NHWC", input_shape), Layout("NCHW", (depth, height, width), first)]
    if width == 1:
        found += [Layout("NTC", (height, depth)), Layout("NCT", (depth, height), first)]
    return (*found, Layout("flat", (height * width * depth,)))


def load_onnx(file: Path, path: Path, signature: ModelSignature) -> LoadedModel:
    """The model of ``file``, a copy of ``path``, if it has that ``signature``."""
    graph = checked_graph(file, path)
    session = session_of(file, path)
    given, answer = _one_of_each(session, path)
    layout = choose_layout(tuple(given.shape[1:]), signature, _reader_of(graph, given.name), path)
    check_output(path, tuple(answer.shape[1:]), signature)
    if given.type not in _TYPES:
        raise ModelError(path, f"its input is of type {given.type}", "float, double, float16 or uint8")
    batch = given.shape[0] if isinstance(given.shape[0], int) else None

    def run(block: NDArray[np.float32]) -> NDArray[Any]:
        return np.asarray(session.run([answer.name], {given.name: as_type(block, _TYPES[given.type])})[0])

    def predict(x: Samples) -> NDArray[np.float32]:
        return in_batches(run, layout.arrange(x), batch)

    parameters = sum(int(np.prod(tensor.dims)) for tensor in graph.initializer)
    note = f"is given samples as {layout.name} {list(layout.shape)}"
    return LoadedModel(predict, parameters, note, shape=layout.shape, channels_last=not layout.moves)


def in_batches(
    run: Callable[[NDArray[np.float32]], NDArray[Any]], x: NDArray[np.float32], batch: int | None
) -> NDArray[np.float32]:
    """(n, outputs) for (n, ...) samples; the last of fixed batches is filled up with its last sample."""
    step, parts = batch or _BLOCK, []
    for start in range(0, len(x), step):
        block = x[start : start + step]
        missing = (batch or len(block)) - len(block)
        padded = np.concatenate([block, np.repeat(block[-1:], missing, axis=0)]) if missing else block
        parts.append(run(padded)[: len(block)])
    return np.concatenate(parts).astype(np.float32)


def choose_layout(given: Shape, signature: ModelSignature, reader: str, path: Path) -> Layout:
    """The layout that a model of input ``given`` means; ``reader``: the first op that takes the input."""
    fitting = [each for each in layouts(signature.input_shape) if _fits(given, each.shape)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting and reader in ("Conv", "Transpose"):
        first = reader == "Conv"  # exporters of channels-last models transpose before the first convolution
        return next(each for each in fitting if (each.axes != (0, 1, 2, 3)) == first)
    if fitting:
        names = " or ".join(f"{each.name} {list(each.shape)}" for each in fitting)
        fix = "Export the model with fixed sizes, all but the batch"
        raise ModelError(path, f"its input {_shown(given)} may mean {names}", "one of them", fix)
    options = ", ".join(f"{each.name} {list(each.shape)}" for each in layouts(signature.input_shape))
    raise ModelError(path, f"its input is {_shown(given)}", f"the data's samples as {options}")


def _fits(given: Shape, shape: tuple[int, ...]) -> bool:
    if len(given) != len(shape):
        return False
    return all(not isinstance(g, int) or g == s for g, s in zip(given, shape, strict=True))


def _shown(shape: Shape) -> str:
    return "[" + ", ".join(str(size) if isinstance(size, int) else "open" for size in shape) + "]"


def _one_of_each(session: Any, path: Path) -> tuple[Any, Any]:
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelError(path, f"{len(inputs)} inputs and {len(outputs)} outputs", "one of each")
    return inputs[0], outputs[0]


def _reader_of(graph: Any, name: str) -> str:
    return next((str(node.op_type) for node in graph.node if name in node.input), "")


def checked_graph(file: Path, path: Path) -> Any:
    """The parsed graph; weights in other files are refused, whatever their path."""
    onnx = package("onnx", path)
    if file.stat().st_size > MAX_BYTES:
        raise ModelError(path, f"is {file.stat().st_size} bytes", f"at most {MAX_BYTES}")
    try:
        model = onnx.load_model(file, load_external_data=False)
        tensors = list(onnx.external_data_helper._get_all_tensors(model))
    except Exception as error:  # noqa: BLE001 - a foreign file may fail in any way
        found = f"cannot be read ({one_line(str(error), 160)})"
        raise ModelError(path, found, "an ONNX model") from None
    if any(onnx.external_data_helper.uses_external_data(tensor) for tensor in tensors):
        fix = "Save it as one file: onnx.save(onnx.load(path), path)"
        raise ModelError(path, "keeps weights in other files", "one file", fix)
    return model.graph


def session_of(file: Path, path: Path) -> Any:
    """onnxruntime's session of ``file``, a copy of ``path``."""
    runtime = package("onnxruntime", path)
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 2, 1  # sums are rounded by thread
    options.log_severity_level = 4
    try:
        return runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - onnxruntime's kinds have no common name
        raise ModelError(path, f"onnxruntime cannot load it ({one_line(str(error), 160)})") from None


def import_packages(path: Path) -> None:
    """Import what a model needs, or a ``ToolError`` that says what to install."""
    for name in ("onnx", "onnxruntime"):
        package(name, path)


def package(name: str, path: Path, extra: str = "onnx") -> Any:
    """The module ``name``, or a ``ToolError`` that names the extra to install."""
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        fix = f'Type `pip install "tinykd[{extra}]"`'
        raise ToolError(path, f"Python package {name} is missing", "", fix) from None
