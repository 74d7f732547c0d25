"""The oracle's process: ``worker.py TASK FOLDER`` reads model.tflite and inputs.npy there.

``outputs`` writes outputs.npy and prints how many samples are done, ``tensors`` writes tensors.npz with all
that operators wrote, ``traces`` the same by sample and tensor, ``arena`` prints the allocations. It imports
nothing of tinykd but tiles.py and joins.py beside it and trusts nothing in the model: a broken one may crash
TFLM, and only this process ends.
"""

import importlib.util
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

ARENA_BYTES = 64 << 20  # virtual: only what the model needs is ever touched
CANNOT_IMPORT = 3
REPORT_S = 0.2  # between two lines that say how many samples are done

Sample = NDArray[np.int8]  # (bytes of all inputs)


def open_interpreter(model: bytes, *, keep_tensors: bool) -> Any:
    """An interpreter with its tensors allocated; ``keep_tensors``: none shares memory with another."""
    from tflite_micro.python.tflite_micro import runtime

    config = runtime.InterpreterConfig
    chosen = config.kPreserveAllTensors if keep_tensors else config.kAllocationRecording
    arena_bytes = max(ARENA_BYTES, 10 * len(model))
    return runtime.Interpreter.from_bytes(model, arena_size=arena_bytes, intrepreter_config=chosen)


def subgraph(model: bytes) -> Any:
    """The flatbuffer's only subgraph that is run."""
    import tflite

    return tflite.Model.GetRootAs(model, 0).Subgraphs(0)


def run_sample(interpreter: Any, inputs_count: int, sample: Sample) -> None:
    """One inference from the initial state."""
    details = [interpreter.get_input_details(i) for i in range(inputs_count)]
    sizes = [int(np.prod(d["shape"])) * np.dtype(d["dtype"]).itemsize for d in details]
    if sum(sizes) != sample.size:
        raise ValueError(f"a sample has {sample.size} bytes, the model's inputs {sum(sizes)}")
    interpreter.reset()
    parts = np.split(sample, np.cumsum(sizes)[:-1])
    for index, (part, detail) in enumerate(zip(parts, details, strict=True)):
        interpreter.set_input(part.view(detail["dtype"]).reshape(detail["shape"]), index)
    interpreter.invoke()


def write_outputs(model: bytes, inputs: Sample, folder: Path) -> None:
    """outputs.npy: (n, *shape without the batch) of one output, (n, bytes) of several."""
    graph = subgraph(model)
    interpreter = open_interpreter(model, keep_tensors=False)
    count = graph.OutputsLength()
    outputs: list[NDArray[Any]] = []
    reported = time.monotonic()
    for row in inputs.reshape(len(inputs), int(np.prod(inputs.shape[1:]))):
        run_sample(interpreter, graph.InputsLength(), row)
        found = [np.ascontiguousarray(interpreter.get_output(i)) for i in range(count)]
        outputs.append(without_batch(found[0]).view(np.int8) if count == 1 else flat(found))
        if time.monotonic() - reported > REPORT_S:
            reported = time.monotonic()
            print(len(outputs), flush=True)
    np.save(folder / "outputs.npy", np.stack(outputs) if outputs else np.zeros((0,), np.int8))


def without_batch(output: NDArray[Any]) -> NDArray[Any]:
    """(1, *shape) as (*shape)."""
    return output[0] if output.ndim > 1 and output.shape[0] == 1 else output


def flat(tensors: list[NDArray[Any]]) -> Sample:
    """All tensors' bytes, one after another."""
    return np.concatenate([t.reshape(-1).view(np.int8) for t in tensors])


def write_tensors(model: bytes, inputs: Sample, folder: Path) -> None:
    """tensors.npz: names, operators, tensor0.. of everything written, in execution order.

    Operators are numbered as in the file, whatever was put between them.
    """
    graph = subgraph(model)
    known = subgraph((folder / "model.tflite").read_bytes()).TensorsLength()
    interpreter = open_interpreter(model, keep_tensors=True)
    run_sample(interpreter, graph.InputsLength(), inputs.reshape(-1))
    names: list[str] = []
    operators: list[int] = []
    tensors: dict[str, NDArray[Any]] = {}
    written = [graph.Operators(i).OutputsAsNumpy() for i in range(graph.OperatorsLength())]
    own = [outputs for outputs in written if isinstance(outputs, int) or all(t < known for t in outputs)]
    for index, outputs in enumerate(own):
        for tensor in () if isinstance(outputs, int) else outputs:
            if tensor >= 0:
                tensors[f"tensor{len(names)}"] = interpreter.GetTensor(int(tensor), 0)["tensor_data"]
                names.append((graph.Tensors(int(tensor)).Name() or b"").decode("utf-8", "replace"))
                operators.append(index)
    np.savez(
        folder / "tensors.npz",
        allow_pickle=False,
        names=np.array(names, np.str_),
        operators=operators,
        **tensors,
    )


def write_traces(model: bytes, inputs: Sample, folder: Path) -> None:
    """traces.npz: what operators wrote, as SAMPLE_TENSOR, for every sample."""
    graph = subgraph(model)
    written = [graph.Operators(i).OutputsAsNumpy() for i in range(graph.OperatorsLength())]
    wanted = [int(t) for each in written if not isinstance(each, int) for t in each if t >= 0]
    found: dict[str, NDArray[Any]] = {}
    for number, row in enumerate(inputs):
        interpreter = open_interpreter(model, keep_tensors=True)
        run_sample(interpreter, graph.InputsLength(), row.reshape(-1))
        for tensor in wanted:
            found[f"{number}_{tensor}"] = np.array(interpreter.GetTensor(tensor, 0)["tensor_data"])
    np.savez(folder / "traces.npz", allow_pickle=False, **found)


def print_arena(model: bytes, inputs: Sample, folder: Path) -> None:
    """TFLM prints its allocations on stderr."""
    open_interpreter(model, keep_tensors=False).print_allocations()


TASKS: dict[str, Callable[[bytes, Sample, Path], None]] = {
    "outputs": write_outputs,
    "tensors": write_tensors,
    "traces": write_traces,
    "arena": print_arena,
}


def load_schema() -> None:
    """``tflite`` with the tables that are used: its own ``__init__`` imports all, a third of our start."""
    found = importlib.util.find_spec("tflite")
    if found is None:
        raise ImportError("No module named 'tflite'")
    package = ModuleType("tflite")
    package.__path__ = list(found.submodule_search_locations or ())
    sys.modules["tflite"] = package
    for name in ("Model", "BuiltinOperator"):
        setattr(package, name, getattr(importlib.import_module(f"tflite.{name}"), name))


TILES, JOINS = Path(__file__).with_name("tiles.py"), Path(__file__).with_name("joins.py")


def main(what: str, folder: Path) -> int:
    """Do one task; the last line of an exception goes to stderr, for the parent process."""
    try:
        load_schema()
        from tflite_micro.python.tflite_micro import runtime

        del runtime
    except ImportError as error:
        print(error, file=sys.stderr)
        return CANNOT_IMPORT
    model = (folder / "model.tflite").read_bytes()
    given = with_ops_of_tflm(model, (JOINS,) if what == "traces" else (TILES, JOINS))
    TASKS[what](given, np.load(folder / "inputs.npy"), folder)
    return 0


def with_ops_of_tflm(model: bytes, modules: Sequence[Path]) -> bytes:
    """``model`` with others in place of what TFLM has not, where they compute the same."""
    for module in modules:
        model = runpy.run_path(str(module))["rewritten"](model)
    return model


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
