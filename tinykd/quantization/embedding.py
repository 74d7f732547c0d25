"""Quantization-aware training of a student whose input are ids: tfmot knows no Embedding, and no such input.

The table is int8 with one scale, symmetric, as a fully connected layer's weights: the padding's zeros stay
exact. What is looked up has the table's own scale (GATHER moves bytes), so no range is trained for it.
"""

from functools import lru_cache
from typing import Any

from tinykd.training.tensorflow import libraries

_UNTOUCHED = "ids"  # the layer that only gives ids another shape


def takes_ids(model: Any) -> bool:
    """Whether the input of ``model`` (tf_keras) is whole numbers."""
    return bool(model.inputs[0].dtype.is_integer)


def quantized_with_ids(student: Any, scheme: Any = None) -> Any:
    """``student`` with int8 simulated; its weights are copied. ``scheme``: of tfmot, the usual by default."""
    tools, keras = libraries().tfmot.quantization.keras, libraries().tf_keras
    table, untouched = _configs()

    def annotated(layer: Any) -> Any:
        match type(layer).__name__:
            case "InputLayer":
                return layer
            case "Embedding":
                return tools.quantize_annotate_layer(layer, table())
            case _:
                config = [untouched()] if layer.name == _UNTOUCHED else []
                return tools.quantize_annotate_layer(layer, *config)

    copy = keras.models.clone_model(student, clone_function=annotated)
    copy.set_weights(student.get_weights())
    names = {each.__name__: each for each in (table, untouched)}
    with tools.quantize_scope(names):
        return tools.quantize_apply(copy, _scheme()(scheme))


# names of tfmot 0.8 from here on


@lru_cache(maxsize=1)
def _configs() -> tuple[Any, Any]:
    """For the table, and for what is left alone; made once tfmot is there."""
    tools = libraries().tfmot.quantization.keras

    class Untouched(tools.QuantizeConfig):  # type: ignore[misc,name-defined]
        def get_weights_and_quantizers(self, layer: Any) -> list[Any]:
            return []

        def get_activations_and_quantizers(self, layer: Any) -> list[Any]:
            return []

        def set_quantize_weights(self, layer: Any, quantize_weights: list[Any]) -> None:
            pass

        def set_quantize_activations(self, layer: Any, quantize_activations: list[Any]) -> None:
            pass

        def get_output_quantizers(self, layer: Any) -> list[Any]:
            return []

        def get_config(self) -> dict[str, Any]:
            return {}

    class QuantizedTable(Untouched):
        def get_weights_and_quantizers(self, layer: Any) -> list[Any]:
            how = tools.quantizers.LastValueQuantizer(
                num_bits=8, per_axis=False, symmetric=True, narrow_range=True
            )
            return [(layer.embeddings, how)]

        def set_quantize_weights(self, layer: Any, quantize_weights: list[Any]) -> None:
            layer.embeddings = quantize_weights[0]

    return QuantizedTable, Untouched


@lru_cache(maxsize=1)
def _scheme() -> Any:
    """tfmot's own scheme without a quantizer behind the input: ids have no scale."""
    from tensorflow_model_optimization.python.core.quantization.keras.default_8bit import (
        default_8bit_quantize_scheme as usual,
    )
    from tensorflow_model_optimization.python.core.quantization.keras.default_8bit import (
        default_8bit_transforms as transforms,
    )
    from tensorflow_model_optimization.python.core.quantization.keras.graph_transformations import (
        model_transformer,
    )

    wanted = (
        *(transforms.Conv2DBatchNormReLUQuantize, transforms.Conv2DBatchNormActivationQuantize),
        *(transforms.Conv2DBatchNormQuantize, transforms.ConcatTransform, transforms.LayerReLUQuantize),
        transforms.LayerReluActivationQuantize,
    )

    class WithoutInput:
        def apply(self, model: Any, layers: Any) -> Any:
            each = [transform() for transform in wanted]
            return model_transformer.ModelTransformer(model, each, set(layers), layers).transform()

    class IdsScheme(usual.Default8BitQuantizeScheme):  # type: ignore[misc]
        def __init__(self, like: Any = None) -> None:
            super().__init__()
            self._like = like

        def get_layout_transformer(self) -> Any:
            return WithoutInput()

        def get_quantize_registry(self) -> Any:
            return (
                super().get_quantize_registry() if self._like is None else self._like.get_quantize_registry()
            )

    return IdsScheme
