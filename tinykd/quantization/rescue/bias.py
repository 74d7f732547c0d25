"""Bias correction: what rounding a kernel moves its outputs by on average goes into the bias.

Nagel et al., arXiv 1906.04721, section 4.2, with means measured on samples.
"""

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.own_model.nodes import LINEAR, LayerNetwork
from tinykd.quantization.rescue.canonical import model_of
from tinykd.quantization.rescue.simulate import with_int8_weights
from tinykd.training.tensorflow import libraries


def bias_corrected(network: LayerNetwork, samples: Samples) -> LayerNetwork:
    """A copy; layers in the order of the data, each behind those that are corrected already."""
    made = copy.deepcopy(network)
    exact, rounded = model_of(network, "exact"), model_of(with_int8_weights(network), "rounded")
    for node in made.of_kind(*LINEAR):
        wanted, found = (_means(model, node.name, samples) for model in (exact, rounded))
        node.weights["bias"] = np.asarray(node.weights["bias"] + wanted - found, np.float32)
        layer = rounded.get_layer(node.name)
        layer.set_weights([layer.get_weights()[0], node.weights["bias"]])
    return made


def _means(model: Any, layer: str, samples: Samples) -> NDArray[np.float64]:
    """(channels,) of the layer's outputs."""
    probe = libraries().tf_keras.Model(model.inputs, model.get_layer(layer).output)
    outputs = np.asarray(probe(samples, training=False), np.float64)
    return np.asarray(outputs.reshape(-1, outputs.shape[-1]).mean(axis=0))
