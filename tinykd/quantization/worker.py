"""The process of TensorFlow's converter: reads folders from standard input, one a line, until there are none.

A folder holds ``model``, a SavedModel of one input, and ``samples.npy`` (n, *shape of the input). Written is
``model.tflite``, full int8, calibrated on the samples, or ``error.txt``; with a file ``int16`` beside them
activations and ends are int16. Printed is how many are done, and ``end`` at the end. It ends itself when it
is not asked for a while, since TensorFlow takes much memory.
It stands alone (no import of tinykd).
"""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

IDLE_S = 60.0  # without a request
_WITHOUT = ("keras", "tf_keras", "sklearn", "matplotlib")  # TensorFlow starts in two thirds of the time


def converted(tf: Any, folder: Path, said: TextIO) -> bytes:
    """The flatbuffer of what lies in ``folder``; progress goes to ``said``."""
    samples = np.load(folder / "samples.npy")
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "model"))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    wide = (folder / "int16").exists()
    ops = tf.lite.OpsSet
    converter.target_spec.supported_ops = [
        ops.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8 if wide else ops.TFLITE_BUILTINS_INT8
    ]
    converter.inference_input_type = converter.inference_output_type = tf.int16 if wide else tf.int8
    converter.representative_dataset = lambda: _fed(samples, said)
    return blank(converter.convert())


def blank(flatbuffer: bytes) -> bytes:
    """``flatbuffer`` with zeros in buffers that no tensor has: an LSTM leaves there what calibration left."""
    from tensorflow.lite.python import schema_py_generated as schema

    raw = bytearray(flatbuffer)
    model = schema.Model.GetRootAs(raw, 0)
    graphs = [model.Subgraphs(i) for i in range(model.SubgraphsLength())]
    used = {graph.Tensors(i).Buffer() for graph in graphs for i in range(graph.TensorsLength())}
    used |= {model.Metadata(i).Buffer() for i in range(model.MetadataLength())}
    for i in sorted({*range(model.BuffersLength())} - used):
        if model.Buffers(i).DataLength():
            model.Buffers(i).DataAsNumpy()[:] = 0
    return bytes(raw)


def _fed(samples: Any, said: TextIO) -> Iterator[list[Any]]:
    for number, sample in enumerate(samples, start=1):
        yield [sample[None]]
        print(number, file=said, flush=True)


def serve(requests: TextIO, said: TextIO) -> None:
    """Every folder that is asked for."""
    sys.modules.update(dict.fromkeys(_WITHOUT))  # type: ignore[arg-type]  # None: not there
    import tensorflow as tf

    while folder := _next(requests):
        try:
            (Path(folder) / "model.tflite").write_bytes(converted(tf, Path(folder), said))
        except Exception as error:  # noqa: BLE001 - the converter raises its own, unnamed kinds
            (Path(folder) / "error.txt").write_text(str(error), "utf-8")
        print("end", file=said, flush=True)


def _next(requests: TextIO) -> str:
    """The next folder; empty at the end. Waiting for too long ends the process."""
    idle = threading.Timer(IDLE_S, os._exit, (0,))
    idle.daemon = True
    idle.start()
    folder = requests.readline()
    idle.cancel()
    return folder.rstrip("\n")


def main() -> None:
    """What libraries write to standard output goes to standard error, out of the way of the answers."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(os.fdopen(0, encoding="utf-8"), said)


if __name__ == "__main__":
    main()
