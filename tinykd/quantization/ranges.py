"""Ranges of activations: set from the float student, narrowed where its answers gain by it, and held there.

tfmot leaves three things to us:
- its ranges start at [-6, 6] and move by a thousandth per step, too slowly for a short fine-tuning: they are
  set to the extremes of the float student's own activations;
- where they move to is the mean of the batches' extremes, wherever that may be: they are held where they are;
- a rare extreme makes all steps coarse. Motion reaches 13 standard deviations, and what tells sitting from
  standing is a tenth of one. From the input on, each range is narrowed to the fraction of it at which the
  answers are nearest to the float student's (range setting by what comes out in the end: Nagel et al., arXiv
  2106.08295, section 3.1).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinykd.data.spread import spread
from tinykd.data.stored.figures import extremes as extremes_of
from tinykd.data.stored.lazy_rows import rows_at_once
from tinykd.data.types import SampleRows
from tinykd.progress import Progress
from tinykd.quantization.names import PREFIX
from tinykd.training.loop import Predictor
from tinykd.training.tensorflow import libraries

FRACTIONS = (0.85, 0.72, 0.61, 0.52, 0.44, 0.38)  # of the extremes, beside all of them
_PROBED_VALUES = 1 << 19  # of samples whose outputs of all layers are held at once
_COMPARED = 512  # samples on which answers are compared


@dataclass(frozen=True)
class _Held:
    """One of tfmot's quantizers of activations, whose range no longer moves."""

    quantizer: Any

    def __call__(self, inputs: Any, training: bool, weights: dict[str, Any], **options: Any) -> Any:
        return self.quantizer(inputs, False, weights, **options)


@dataclass(frozen=True)
class _Range:
    """The variables of one range, each of shape ()."""

    low: Any
    high: Any

    @classmethod
    def of(cls, variables: dict[str, Any]) -> "_Range":
        """From tfmot's names for the two."""
        return cls(variables["min_var"], variables["max_var"])

    def set(self, low: float, high: float) -> None:
        """Zero belongs to every range: padding must be exact."""
        self.low.assign(min(low, 0.0))
        self.high.assign(max(high, 0.0))

    def narrow(self, error: Callable[[], float], now: float) -> float:
        """To the fraction at which ``error`` is least, which is returned; ``now``: as the range is."""
        low, high = float(self.low), float(self.high)
        found = [(now, 1.0)]
        for fraction in FRACTIONS:
            self.set(fraction * low, fraction * high)
            found.append((error(), fraction))
        least, best = min(found)
        self.set(best * low, best * high)
        return least


def freeze_activation_ranges(model: Any, student: Any, samples: SampleRows) -> None:
    """At the extremes of ``samples`` and of every layer's output; ``model`` is the simulated ``student``.

    What softmax and its like are given is no layer's output; that range goes on moving.
    """
    extremes, given = _extremes(student, samples), extremes_of(samples)
    for layer in model.layers:
        _hold(layer)
        for each in _ranges(layer):
            each.set(*(given if _is_input(layer) else extremes[layer.name.removeprefix(PREFIX)]))


def set_ranges(model: Any, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Those of the layers that ``ranges`` names; ``model`` is a simulated one whose ranges are held."""
    for layer in model.layers:
        found = None if _is_input(layer) else ranges.get(layer.name.removeprefix(PREFIX))
        if found is not None:
            for each in _ranges(layer):
                each.set(*found)


def narrow_ranges(model: Any, student: Any, samples: SampleRows, progress: Progress) -> None:
    """In the order of the data's flow, each to where answers on some of ``samples`` are nearest."""
    ranges = [each for layer in model.layers for each in _ranges(layer)]
    few = spread(samples, _COMPARED)
    model(few[:1], training=True)  # the ranges of weights: nothing has set them yet
    predict, wanted = Predictor(model), Predictor(student)(few)

    def error() -> float:
        return float(np.square(predict(few) - wanted).mean())

    least = error()
    with progress.task("ranges of activations", len(ranges)) as task:
        for each in ranges:
            least = each.narrow(error, least)
            task.advance()


# names of tfmot 0.8 from here on


def _is_input(layer: Any) -> bool:
    return hasattr(layer, "quantizer_vars")


def _ranges(layer: Any) -> list[_Range]:
    """Of the input, or of a wrapped ``layer``'s output."""
    variables = [layer.quantizer_vars] if _is_input(layer) else []
    if getattr(layer, "_output_quantizers", None):
        variables.append(layer._output_quantizer_vars)
    variables += [activation._post_activation_vars for activation in _activations(layer)]
    return [_Range.of(each) for each in variables]


def _hold(layer: Any) -> None:
    if _is_input(layer):
        layer.quantizer = _Held(layer.quantizer)
    if getattr(layer, "_output_quantizers", None):
        layer._output_quantizers = [_Held(layer._output_quantizers[0])]
    for activation in _activations(layer):
        activation.quantizer = _Held(activation.quantizer)


def _activations(layer: Any) -> list[Any]:
    """Those whose output alone is quantized."""
    return [
        each
        for each in getattr(layer, "_quantize_activations", ())
        if hasattr(each, "_post_activation_vars") and not hasattr(each, "_pre_activation_vars")
    ]


def _extremes(student: Any, samples: SampleRows) -> dict[str, tuple[float, float]]:
    """Smallest and largest output of every layer, by name."""
    layers = [layer for layer in student.layers if type(layer).__name__ != "InputLayer"]
    libs = libraries()
    probe = libs.tf_keras.Model(student.inputs, [layer.output for layer in layers])

    def ends(x: Any) -> list[Any]:
        outputs = probe(x, training=False)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        return [(libs.tf.reduce_min(each), libs.tf.reduce_max(each)) for each in outputs]

    step = rows_at_once(samples, _PROBED_VALUES)
    found = np.array([ends(samples[i : i + step]) for i in range(0, len(samples), step)])
    lows, highs = found[:, :, 0].min(axis=0), found[:, :, 1].max(axis=0)
    return {layer.name: (float(a), float(b)) for layer, a, b in zip(layers, lows, highs, strict=True)}
