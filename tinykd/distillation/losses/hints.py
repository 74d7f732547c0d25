"""Hints (FitNets): the student's middle layer learns to predict the teacher's.

Romero, Ballas, Kahou, Chassang, Gatta, Bengio, FitNets: Hints for Thin Deep Nets, ICLR 2015, arXiv 1412.6550,
equation 3. The teacher has more channels, so a 1 x 1 convolution (the regressor, thrown away after training)
stands between; ``features`` builds it. Where the maps differ in size, the teacher's is averaged down first.
"""

from typing import Any

from tinykd.training.tensorflow import libraries

HINT_WEIGHT = 100.0  # beside the loss on logits; as in RepDistiller (Tian et al., arXiv 1910.10699)


def hint_distance(given: Any, hint: Any) -> Any:
    """Mean of (hint - given)^2; both (batch, h, w, c), ``given`` is what the regressor says.

    The paper halves and sums over the map; the mean keeps the weight of the term alike for maps of any size.
    """
    tf = libraries().tf
    return tf.reduce_mean(tf.square(tf.cast(hint, given.dtype) - given))
