"""``tflm.py FILE``: does TFLM run it? One inference on zeros, with the file's own shapes.

A process of its own, since TFLM aborts on what it cannot do. Exit code 0: it does.
"""

import sys
from pathlib import Path

import numpy as np

from tinykd.oracle.worker import open_interpreter, subgraph


def main(path: Path) -> int:
    model = path.read_bytes()
    graph, interpreter = subgraph(model), open_interpreter(model, keep_tensors=False)
    for index in range(graph.InputsLength()):
        detail = interpreter.get_input_details(index)
        interpreter.set_input(np.zeros(detail["shape"], detail["dtype"]), index)
    interpreter.invoke()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
