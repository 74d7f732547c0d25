"""A table of embeddings whose row of padding is zero, and stays zero in training: padding never counts.

Its ids are a model's input, int32; on the device the table is int8 and looked up by GATHER.
"""

from functools import lru_cache
from typing import Any

from tinykd.training.tensorflow import libraries


def embedded(ids: Any, rows: int, size: int) -> Any:
    """(n, 1, 1, length) int32 to (n, length, 1, size).

    First values are uniform in [-1 / size, 1 / size], as fastText's: a row that training never met stays
    small, and adds little noise to the sum of a new sentence.
    """
    layers = libraries().tf_keras.layers
    length = ids.shape[-1]
    x = layers.Reshape((length,), name="ids")(ids)
    zero_padding_uniform, zero_padding = _padding()
    table = layers.Embedding(
        rows,
        size,
        embeddings_initializer=zero_padding_uniform(1.0 / size),
        embeddings_constraint=zero_padding(),
        name="embedding",
    )
    return layers.Reshape((length, 1, size), name="rows")(table(x))


@lru_cache(maxsize=1)
def _padding() -> tuple[Any, Any]:
    """The initializer and the constraint; made once TensorFlow is there."""
    tf, keras = libraries().tf, libraries().tf_keras
    registered = keras.saving.register_keras_serializable(package="tinykd")

    def padded(table: Any) -> Any:
        return tf.concat([tf.zeros_like(table[:1]), table[1:]], axis=0)

    @registered
    class ZeroPaddingConstraint(keras.constraints.Constraint):  # type: ignore[misc,name-defined]
        """Row 0 is zero after every step."""

        def __call__(self, w: Any) -> Any:
            return padded(w)

    @registered
    class ZeroPaddingUniform(keras.initializers.Initializer):  # type: ignore[misc,name-defined]
        """Uniform in [-spread, spread], row 0 zero."""

        def __init__(self, spread: float) -> None:
            self.spread = spread

        def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Any:
            return padded(tf.random.uniform(shape, -self.spread, self.spread, dtype or tf.float32))

        def get_config(self) -> dict[str, float]:
            return {"spread": self.spread}

    return ZeroPaddingUniform, ZeroPaddingConstraint
