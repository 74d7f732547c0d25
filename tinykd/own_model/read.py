"""A float flatbuffer as a ``LayerNetwork``, and every layer of it that has no form, all of them at once.

The flatbuffer is what a converter makes of a model in inference: BatchNormalization folded where that is
exact, Dropout, noise and augmentation gone, nested models written out, layers that are shared there twice.
Ops: https://www.tensorflow.org/mlir/tfl_ops.
"""

from collections.abc import Mapping, Sequence

from tinykd.graph.ir import Op
from tinykd.graph.reader import read_any_graph
from tinykd.graph.shapes.settle import settled
from tinykd.own_model.layer_names import LayerNames
from tinykd.own_model.nodes import LayerNetwork
from tinykd.own_model.read_ops import READERS
from tinykd.own_model.read_recurrent import read_layer
from tinykd.own_model.reading import Given, LayerProblem, NetworkReading, NoFormError, shape_of
from tinykd.own_model.recurrent import MARK, RecurrentLayer


def read_network(
    flatbuffer: bytes,
    layers: Mapping[str, str] | None = None,
    recurrent: Sequence[RecurrentLayer] = (),
) -> tuple[LayerNetwork, tuple[LayerProblem, ...]]:
    """The network of a float ``flatbuffer`` of one input and one output, batch 1; and what it cannot be.

    ``layers``: names and classes of the model's layers, where they are known; ``recurrent``: those that are
    custom ops, by their number.
    """
    graph = settled(read_any_graph(flatbuffer)).main
    (given,), (answer,) = graph.inputs, graph.outputs
    names = LayerNames.of(layers or {}, graph.ops)
    reading = NetworkReading(LayerNetwork([], 0, 0, {0: shape_of(given)}), names, {given.index: 0})
    problems: dict[str, LayerProblem] = {}  # of each layer the first: its other ops follow from it
    for op in graph.ops:
        try:
            _read(op, reading, recurrent)
        except NoFormError as error:
            found = LayerProblem.of(op, names, error)
            problems.setdefault(found.layer, found)
    reading.network.answer = reading.value(answer)
    if not problems:
        reading.network.drop_unused()
    return reading.network, tuple(problems.values())


def _read(op: Op, reading: NetworkReading, recurrent: Sequence[RecurrentLayer]) -> None:
    if op.kind.startswith(f"CUSTOM {MARK}"):
        return read_layer(Given(op, reading), recurrent[int(op.kind.rpartition("_")[2])])
    reader = READERS.get(op.kind)
    if reader is None:
        raise NoFormError(f"{op.kind} has no form here")
    return reader(Given(op, reading))
