"""A trained student as nodes without BatchNormalization: what equalisation and bias correction work on."""

from typing import Any

from tinykd.data.types import Samples
from tinykd.own_model.answers import take_range
from tinykd.own_model.build import build
from tinykd.own_model.convert import converted
from tinykd.own_model.nodes import LayerNetwork
from tinykd.own_model.read import read_network
from tinykd.own_model.rewrite import join_swish, rewrite
from tinykd.teacher.takes import AS_THEY_ARE
from tinykd.training.tensorflow import quiet_stderr


def canonical(student: Any, samples: Samples) -> LayerNetwork | None:
    """The network of a tf_keras ``student`` of ``samples`` (n, H, W, C); None where it has another form."""
    shape = (int(samples.shape[1]), int(samples.shape[2]), int(samples.shape[3]))
    with quiet_stderr():
        flatbuffer = converted(lambda x: student(x, training=False), shape, f"student {student.name}")
    network, problems = read_network(flatbuffer, {each.name: type(each).__name__ for each in student.layers})
    if problems:
        return None
    take_range(network, AS_THEY_ARE, shape)
    join_swish(network)
    rewrite(network, False, lambda _network: None)
    return network


def model_of(network: LayerNetwork, name: str) -> Any:
    """The same as a tf_keras model."""
    height, width, channels = network.shapes[network.given]
    return build(network, (height, width, channels), name)
