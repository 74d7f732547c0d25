"""What the built-in teachers are made of, in Keras 3."""

from typing import Any

from tinykd.training.tensorflow import libraries

DROPOUT = 0.3
MOMENTUM = 0.9  # of the running statistics, as in students: 0.99 remembers the start for hundreds of steps

Kernel = int | tuple[int, int]  # (height, width), or both alike


def stem(x: Any, width: int, kernel: Kernel, stride: int = 1) -> Any:
    """A convolution, which keeps the size without a stride."""
    return _conv(x, width, kernel, stride, 1, relu=True)


def residual(x: Any, width: int, kernel: Kernel, stride: int, dilation: int = 1) -> Any:
    """Two convolutions around a shortcut."""
    layers = libraries().keras.layers
    y = _conv(x, width, kernel, stride, dilation if stride == 1 else 1, relu=True)
    y = _conv(y, width, kernel, 1, dilation, relu=False)
    if stride != 1 or x.shape[-1] != width:
        x = _normalised(layers.Conv2D(width, 1, strides=stride, use_bias=False)(x))
    return layers.ReLU()(layers.Add()([x, y]))


def classifier(inputs: Any, x: Any, outputs: int, dropout: float, name: str) -> Any:
    """The model whose answers are a dense layer on the mean of ``x`` over its pixels."""
    keras = libraries().keras
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(dropout)(x)
    return keras.Model(inputs, keras.layers.Dense(outputs, name="logits")(x), name=name)


def dense(x: Any, units: int) -> Any:
    """Dense, normalised, ReLU."""
    layers = libraries().keras.layers
    return layers.ReLU()(_normalised(layers.Dense(units, use_bias=False)(x)))


def _conv(x: Any, width: int, kernel: Kernel, stride: int, dilation: int, relu: bool) -> Any:
    layers = libraries().keras.layers
    same = {"padding": "same", "use_bias": False}
    x = layers.Conv2D(width, kernel, strides=stride, dilation_rate=dilation, **same)(x)
    x = _normalised(x)
    return layers.ReLU()(x) if relu else x


def _normalised(x: Any) -> Any:
    return libraries().keras.layers.BatchNormalization(momentum=MOMENTUM)(x)
