"""LiteRT's process: ``litert_worker.py FOLDER`` reads model.tflite and inputs.npy there, writes traces.npz.

Reference kernels alone, no delegate; what every operator wrote, for each sample. It stands alone (no import
of tinykd) and trusts nothing in the model.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CANNOT_IMPORT = 3

Sample = NDArray[np.int8]  # (bytes of all inputs)


def reference_interpreter() -> Callable[[bytes], Any]:
    """``make(model)``: an interpreter of LiteRT, by its own package or by TensorFlow."""
    try:
        from ai_edge_litert import interpreter

        kind, chosen = interpreter.Interpreter, interpreter.OpResolverType.BUILTIN_REF
    except ImportError:
        from tensorflow import lite

        kind, chosen = lite.Interpreter, lite.experimental.OpResolverType.BUILTIN_REF
    options = {"experimental_op_resolver_type": chosen, "experimental_preserve_all_tensors": True}
    return lambda model: kind(model_content=model, **options)


def run_sample(interpreter: Any, sample: Sample) -> None:
    """One inference from the initial state."""
    interpreter.allocate_tensors()
    at = 0
    for detail in interpreter.get_input_details():
        dtype, shape = np.dtype(detail["dtype"]), tuple(int(n) for n in detail["shape"])
        size = int(np.prod(shape)) * dtype.itemsize
        interpreter.set_tensor(detail["index"], sample[at : at + size].view(dtype).reshape(shape))
        at += size
    if at != sample.size:
        raise ValueError(f"a sample has {sample.size} bytes, the model's inputs {at}")
    interpreter.invoke()


def main(folder: Path) -> int:
    """One interpreter per sample, so that no state passes from one to the next."""
    try:
        make = reference_interpreter()
    except ImportError as error:
        print(error, file=sys.stderr)
        return CANNOT_IMPORT
    model = (folder / "model.tflite").read_bytes()
    wanted = [int(index) for index in np.load(folder / "wanted.npy")]
    found: dict[str, NDArray[Any]] = {}
    for number, row in enumerate(np.load(folder / "inputs.npy")):
        interpreter = make(model)
        run_sample(interpreter, row)
        for index in wanted:
            found[f"{number}_{index}"] = np.ascontiguousarray(interpreter.get_tensor(index))
    np.savez(folder / "traces.npz", allow_pickle=False, **found)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
