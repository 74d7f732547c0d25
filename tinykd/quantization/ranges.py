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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinykd.data.dataset import Samples
from tinykd.progress import Progress
from tinykd.quantization.names import PREFIX
from tinykd.quantization.ptq import spread
from tinykd.training.loop import Predictor
from tinykd.training.tensorflow import libraries

FRACTIONS = (0.85, 0.72, 0.61, 0.52, 0.44, 0.38)  # of the extremes, beside all of them
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
    def held(cls, variables: dict[str, Any], low: float, high: float) -> "_Range":
        """Set once; zero belongs to every range: padding must be exact."""
        made = cls(variables["min_var"], variables["max_var"])
        made.set(min(low, 0.0), max(high, 0.0))
        return made

    def set(self, low: float, high: float) -> None:
        self.low.assign(low)
        self.high.assign(high)

    def narrow(self, error: Callable[[], float]) -> None:
        """To the fraction at which ``error`` is least."""
        low, high = float(self.low), float(self.high)
        found = [(error(), 1.0)]
        for fraction in FRACTIONS:
            self.set(fraction * low, fraction * high)
            found.append((error(), fraction))
        best = min(found)[1]
        self.set(best * low, best * high)


def set_ranges(model: Any, student: Any, samples: Samples, progress: Progress) -> None:
    """Of ``model``, the simulated ``student``: the input's and every layer's output's, from ``samples``.

    What softmax and its like are given is no layer's output; that range goes on moving.
    """
    ranges = _hold(model, _extremes(student, samples), samples)
    few = spread(samples, _COMPARED)
    model(few[:1], training=True)  # the ranges of weights: nothing has set them yet
    predict, wanted = Predictor(model), Predictor(student)(few)
    with progress.task("ranges of activations", len(ranges)) as task:
        for each in ranges:
            each.narrow(lambda: float(np.square(predict(few) - wanted).mean()))
            task.advance()


def _hold(model: Any, extremes: dict[str, tuple[float, float]], samples: Samples) -> list[_Range]:
    """In the order of the data's flow."""
    ranges = []
    for layer in model.layers:
        if hasattr(layer, "quantizer_vars"):  # of the input
            layer.quantizer = _Held(layer.quantizer)
            ranges.append(_Range.held(layer.quantizer_vars, float(samples.min()), float(samples.max())))
        for variables in _hold_outputs(layer):
            ranges.append(_Range.held(variables, *extremes[layer.name.removeprefix(PREFIX)]))
    return ranges


def _hold_outputs(layer: Any) -> list[dict[str, Any]]:
    """The variables of each range of a wrapped ``layer``'s output (names of tfmot 0.8)."""
    held = []
    if getattr(layer, "_output_quantizers", None):
        layer._output_quantizers = [_Held(layer._output_quantizers[0])]
        held.append(layer._output_quantizer_vars)
    for activation in getattr(layer, "_quantize_activations", ()):
        if hasattr(activation, "_post_activation_vars") and not hasattr(activation, "_pre_activation_vars"):
            activation.quantizer = _Held(activation.quantizer)
            held.append(activation._post_activation_vars)
    return held


def _extremes(student: Any, samples: Samples) -> dict[str, tuple[float, float]]:
    """Smallest and largest output of every layer, by name."""
    layers = [layer for layer in student.layers if type(layer).__name__ != "InputLayer"]
    probe = libraries().tf_keras.Model(student.inputs, [layer.output for layer in layers])
    outputs = probe(samples, training=False)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    arrays = [np.asarray(output) for output in outputs]
    return {layer.name: (float(a.min()), float(a.max())) for layer, a in zip(layers, arrays, strict=True)}
