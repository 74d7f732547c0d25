"""Models as Keras 3 users write them, with weights that are not those of a beginning."""

from typing import Any

import numpy as np

from tinykd.training.tensorflow import libraries


def with_weights(model: Any) -> Any:
    """Drawn ones; variances are positive."""
    rng = np.random.default_rng(0)

    def drawn(variable: Any) -> Any:
        if "variance" in variable.name:
            return rng.uniform(0.5, 2, variable.shape)
        return rng.normal(1.0 * ("gamma" in variable.name), 0.3, variable.shape)

    model.set_weights([drawn(variable).astype("f4") for variable in model.weights])
    return model


def images() -> Any:
    """All that is exact: a range of its own, noise in training, norms before and behind, six activations."""
    keras = libraries().keras
    layers = keras.layers
    given = keras.Input((12, 12, 3))
    x = layers.RandomFlip()(layers.Rescaling(1 / 127.5, offset=-1)(given))
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    y = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    y = layers.Activation("swish")(layers.BatchNormalization()(y))
    x = layers.Add()([x, layers.Conv2D(8, 1)(y)])
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.SpatialDropout2D(0.2)(layers.MaxPooling2D()(x))
    x = layers.SeparableConv2D(12, 3, padding="same", activation="tanh")(x)
    x = layers.Dense(16, use_bias=False)(layers.GlobalMaxPooling2D()(x))
    x = layers.Dropout(0.5)(layers.LeakyReLU(0.1)(layers.BatchNormalization()(x)))
    return keras.Model(given, layers.Dense(5, activation="softmax")(x))


def windows() -> Any:
    """One-dimensional layers, a Normalization, a shortcut, dilation."""
    keras = libraries().keras
    layers = keras.layers
    given = keras.Input((32, 4))
    x = layers.Normalization(mean=[0.0, 1, 2, 3], variance=[1.0, 2, 3, 4])(given)
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv1D(8, 5, padding="same")(x)))
    y = layers.BatchNormalization()(layers.Conv1D(8, 3, padding="same", dilation_rate=2)(x))
    x = layers.MaxPooling1D(2)(layers.ReLU()(layers.Add()([x, y])))
    x = layers.AveragePooling1D(2)(layers.SeparableConv1D(8, 3)(x))
    return keras.Model(given, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


def nested() -> Any:
    """A model inside of a model, groups, one sigmoid for two classes."""
    keras = libraries().keras
    layers = keras.layers
    inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.ReLU()])
    rest = [layers.Conv2D(6, 3, groups=2), layers.Flatten(), layers.Dense(1, activation="sigmoid")]
    return keras.Sequential([keras.Input((8, 8, 1)), inner, *rest])


def gated() -> Any:
    """Squeeze and excite, PReLU, hard swish: calibrated."""
    keras = libraries().keras
    layers = keras.layers
    given = keras.Input((8, 8, 3))
    x = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(6, 3)(given))
    gate = layers.Dense(6, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    x = layers.Conv2D(4, 1, activation="hard_swish")(layers.Multiply()([x, gate]))
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(layers.ZeroPadding2D(1)(x))
    x = layers.UpSampling2D(2)(x)
    return keras.Model(given, layers.Dense(2)(layers.Flatten()(x)))


def attention() -> Any:
    """What has no form: three layers."""
    keras = libraries().keras
    layers = keras.layers
    given = keras.Input((16, 8))
    x = layers.LayerNormalization()(layers.Dense(8)(given))
    x = layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(2, 4)(x, x))
    return keras.Model(given, layers.Dense(3, activation="gelu")(x))
