"""Losses of a detector's heat maps: per cell, focal, cells without an object weighted down.

For a cell with outputs z over background and classes, and shares t that add up to 1:

    weight * (sum_c |t_c - p_c| / 2) ** FOCUS * KL(t || p),   p = softmax(z),
    weight = b + (1 - b) * (1 - t_background)

The middle factor is 0 where a cell is right already and 1 where it is all wrong: the focal loss for shares,
after Li et al., Quality Focal Loss, arXiv 2006.04388; no gradient goes through it. Of a teacher's shares it
is left out: they are right in part almost everywhere, and where little is wrong it would leave little to
learn. The sum over all cells is divided by the objects in the batch, as in Zhou et al., Objects as Points,
arXiv 1904.07850. ``b`` is ``Grid.background``: most cells hold nothing. Cells whose shares are all 0 are of
images that nothing is known of, and weigh nothing.

Boxes, where the head gives them: Huber's loss of the four outputs, of cells that an object's centre lies in.
"""

from typing import Any

from tinykd.data.objects.grid import Grid
from tinykd.training.tensorflow import libraries

FOCUS = 1.0
BOX_WEIGHT = 0.25
_CENTRE = 0.999  # share of a class in the cell that the centre lies in
_LEAST = 1e-7


def labelled_maps(outputs: Any, targets: Any, grid: Grid) -> Any:
    """Of ``outputs`` (batch, grid.outputs) and what ``Grid.maps_of`` says (batch, grid.outputs)."""
    tf = libraries().tf
    given, wanted = _cells(outputs, grid), _cells(targets, grid)
    shares = wanted[..., : 1 + grid.classes]
    loss = _map_loss(given[..., : 1 + grid.classes], shares, grid, FOCUS)
    centre = tf.cast(tf.reduce_max(shares[..., 1:], axis=-1) > _CENTRE, tf.float32)
    return loss + _box_loss(given, wanted, centre, grid)


def taught_maps(outputs: Any, teacher: Any, grid: Grid, temperature: Any = 1.0) -> Any:
    """Of ``outputs`` and the teacher's, both (batch, grid.outputs) logits; times temperature squared."""
    tf = libraries().tf
    given, wanted = _cells(outputs, grid), _cells(teacher, grid)
    shares = tf.nn.softmax(wanted[..., : 1 + grid.classes] / temperature)
    loss = temperature**2 * _map_loss(given[..., : 1 + grid.classes] / temperature, shares, grid, 0.0)
    return loss + _box_loss(given, wanted, 1.0 - shares[..., 0], grid)


def _cells(values: Any, grid: Grid) -> Any:
    """(batch, cells, channels)."""
    return libraries().tf.reshape(values, (-1, grid.rows * grid.columns, grid.channels))


def _map_loss(logits: Any, shares: Any, grid: Grid, focus: float) -> Any:
    tf = libraries().tf
    log_p = tf.nn.log_softmax(logits)
    divergence = tf.reduce_sum(shares * (tf.math.log(tf.maximum(shares, _LEAST)) - log_p), axis=-1)
    wrong = tf.reduce_sum(tf.abs(shares - tf.exp(log_p)), axis=-1) / 2.0
    known = tf.reduce_sum(shares, axis=-1)
    objects = known - shares[..., 0]
    weight = known * (grid.background + (1.0 - grid.background) * objects)
    total = tf.reduce_sum(weight * tf.stop_gradient(wrong**focus) * divergence)
    return total / _objects(objects)


def _box_loss(given: Any, wanted: Any, weight: Any, grid: Grid) -> Any:
    """0 of a head without boxes."""
    tf = libraries().tf
    if grid.head == "centroid":
        return 0.0
    error = tf.abs(given[..., 1 + grid.classes :] - wanted[..., 1 + grid.classes :])
    near = tf.minimum(error, 1.0)
    each = tf.reduce_sum(near * (error - near / 2.0), axis=-1)
    return BOX_WEIGHT * tf.reduce_sum(weight * each) / _objects(weight)


def _objects(shares: Any) -> Any:
    """How many there are in the batch, at least one."""
    tf = libraries().tf
    return tf.maximum(tf.stop_gradient(tf.reduce_sum(shares)), 1.0)
