"""Which Keras layer an operator of the flatbuffer came from.

The converter names tensors after the layers that were fused into them, separated by ``;``, tfmot's prefix
before each:
``ds_cnn/quant_stem_relu/Relu;ds_cnn/quant_stem_norm/FusedBatchNormV3;ds_cnn/quant_stem/Conv2D``.
"""

from collections.abc import Iterable

PREFIX = "quant_"  # tfmot's, before the layer's name


def layer_of(tensor_names: Iterable[str], layers: frozenset[str]) -> str | None:
    """The first of ``layers`` named in ``tensor_names``, in their order; None if there is none.

    Give weights before outputs: an output is named after the activation that was fused into it.
    """
    for name in tensor_names:
        for part in name.replace(";", "/").split("/"):
            plain = part.removeprefix(PREFIX)
            if plain in layers:
                return plain
    return None
