"""A network of nodes as a tf_keras model with its weights: standard layers only, so that it can be stored."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind, Shape
from tinykd.training.tensorflow import libraries

Layer = Callable[..., Any]


def build(network: LayerNetwork, input_shape: tuple[int, int, int], name: str) -> Any:
    """(n, H, W, C) samples in, the network's answers out."""
    keras = libraries().tf_keras
    inputs = keras.layers.Input(input_shape, name="input")
    values = {network.given: inputs}
    layers: list[tuple[Any, LayerNode]] = []
    for node in network.nodes:
        given = [values[value] for value in node.inputs]
        if node.kind in _FUNCTIONS:
            values[node.output] = _FUNCTIONS[node.kind](given[0])
            continue
        layer = _layer(node, network.shapes[node.output])
        values[node.output] = layer(given[0] if len(given) == 1 else given)
        layers.append((layer, node))
    model = keras.Model(inputs, values[network.answer], name=name)
    for layer, node in layers:
        if node.weights:
            layer.set_weights(_weights(node))
    return model


def _hard_swish(x: Any) -> Any:
    """x * relu6(x + 3) / 6, as the converter knows it."""
    tf = libraries().tf
    return x * tf.nn.relu6(x + 3.0) * np.float32(1 / 6)


def _reverse(x: Any) -> Any:
    """Steps from the last to the first."""
    return libraries().tf.reverse(x, axis=[1])


_FUNCTIONS = {NodeKind.HARD_SWISH: _hard_swish, NodeKind.REVERSE: _reverse}


def _weights(node: LayerNode) -> list[Any]:
    if node.kind is NodeKind.PRELU:
        return [node.weights["alpha"].reshape(1, 1, -1)]
    return [np.asarray(values) for values in node.weights.values()]


def _layer(node: LayerNode, shape: Shape) -> Any:
    layers, options = libraries().tf_keras.layers, node.options
    match node.kind:
        case NodeKind.CONV | NodeKind.DEPTHWISE | NodeKind.DECONV:
            return _convolution(node)
        case NodeKind.DENSE:
            return layers.Dense(node.weights["kernel"].shape[1], name=node.name)
        case NodeKind.AVERAGE_POOL | NodeKind.MAX_POOL:
            pool = layers.AveragePooling2D if node.kind is NodeKind.AVERAGE_POOL else layers.MaxPooling2D
            return pool(options["window"], options["strides"], options["padding"], name=node.name)
        case NodeKind.GLOBAL_MEAN:
            return layers.GlobalAveragePooling2D(name=node.name)
        case NodeKind.CROP:
            return layers.Cropping2D(options["amounts"], name=node.name)
        case NodeKind.LSTM | NodeKind.GRU | NodeKind.SIMPLE_RNN:
            return _recurrent(node)
        case NodeKind.PAD:
            return layers.ZeroPadding2D(options["amounts"], name=node.name)
        case NodeKind.UPSAMPLE:
            return layers.UpSampling2D(options["factor"], interpolation=options["how"], name=node.name)
        case NodeKind.RESHAPE:
            return layers.Reshape(shape, name=node.name)
        case NodeKind.CONCAT:
            return layers.Concatenate(options["axis"] + 1, name=node.name)
        case NodeKind.PERMUTE:
            return layers.Permute([axis + 1 for axis in options["axes"]], name=node.name)
    return _elementwise(node)


def _recurrent(node: LayerNode) -> Any:
    layers, options = libraries().tf_keras.layers, node.options
    how = {"return_sequences": options["sequences"], "go_backwards": options["backwards"], "name": node.name}
    if node.kind is NodeKind.SIMPLE_RNN:
        return layers.SimpleRNN(options["units"], options["activation"], **how)
    return (layers.LSTM if node.kind is NodeKind.LSTM else layers.GRU)(options["units"], **how)


def _convolution(node: LayerNode) -> Any:
    layers, kernel, options = libraries().tf_keras.layers, node.weights["kernel"], node.options
    how = {"strides": options["strides"], "padding": options["padding"], "name": node.name}
    if node.kind is NodeKind.DECONV:
        return layers.Conv2DTranspose(kernel.shape[2], kernel.shape[:2], **how)
    how["dilation_rate"] = options["dilation"]
    if node.kind is NodeKind.DEPTHWISE:
        return layers.DepthwiseConv2D(kernel.shape[:2], depth_multiplier=kernel.shape[3], **how)
    return layers.Conv2D(kernel.shape[3], kernel.shape[:2], groups=options.get("groups", 1), **how)


def _elementwise(node: LayerNode) -> Any:
    keras, options = libraries().tf_keras, node.options
    layers = keras.layers
    match node.kind:
        case NodeKind.RELU:
            return layers.ReLU(options["limit"], name=node.name)
        case NodeKind.LEAKY:
            return layers.LeakyReLU(options["slope"], name=node.name)
        case NodeKind.ACTIVATION:
            return layers.Activation(options["name"], name=node.name)
        case NodeKind.SOFTMAX:
            return layers.Softmax(name=node.name)
        case NodeKind.PRELU:
            return layers.PReLU(shared_axes=[1, 2], name=node.name)
        case NodeKind.ADD:
            return layers.Add(name=node.name)
        case NodeKind.MULTIPLY:
            return layers.Multiply(name=node.name)
        case NodeKind.MAXIMUM:
            return layers.Maximum(name=node.name)
        case NodeKind.MINIMUM:
            return layers.Minimum(name=node.name)
    raise AssertionError(node.kind)
