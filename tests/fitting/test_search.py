"""The largest size within a budget, on made-up costs. No TensorFlow."""

import pytest

from tinykd.fitting.cost import Cost, limits
from tinykd.fitting.search import MOST_LAYERS, WIDTHS, Size, largest, smallest
from tinykd.project.training import FitSection

BOTH = {"widths": True, "depths": True}


class Model:
    """Costs width * depth; counts the questions."""

    def __init__(self, budget):
        self.budget, self.asked = budget, []

    def fits(self, size):
        self.asked.append(size)
        return size.width * (size.depth or 1) <= self.budget


@pytest.mark.parametrize("budget", [3 / 32, 0.5, 2.9999, 3.0, 7.25, 23.99])
def test_the_widest_at_the_published_depth(budget):
    model = Model(budget)
    wanted = max(width for width in WIDTHS if width * 3 <= budget)
    assert largest(model.fits, 3, **BOTH) == Size(wanted, 3)
    assert len(model.asked) <= 16


def test_layers_are_taken_away_only_when_the_narrowest_does_not_fit():
    assert largest(Model(2.5 / 32).fits, 3, **BOTH) == Size(1 / 32, 2)
    assert largest(Model(1.5 / 32).fits, 3, **BOTH) == Size(1 / 32, 1)
    assert largest(Model(0.9 / 32).fits, 3, **BOTH) is None


def test_layers_are_added_only_when_the_widest_fits():
    assert largest(Model(8 * 5.5).fits, 3, **BOTH) == Size(8.0, 5)
    assert largest(Model(1e9).fits, 3, **BOTH) == Size(8.0, MOST_LAYERS)


def test_what_may_not_change():
    assert largest(Model(3).fits, 3, widths=True, depths=False) == Size(1.0, 3)
    assert largest(Model(2).fits, 3, widths=False, depths=True) == Size(1.0, 2)
    assert largest(Model(2).fits, None, widths=False, depths=False) == Size(1.0, None)
    assert largest(Model(0.5).fits, None, widths=False, depths=False) is None


def test_the_smallest_is_what_is_told_when_nothing_fits():
    assert smallest(3, **BOTH) == Size(1 / 32, 1)
    assert smallest(3, widths=True, depths=False) == Size(1 / 32, 3)
    assert smallest(None, widths=False, depths=True) == Size(1.0, None)
    assert str(Size(0.25, 3)) == "width 0.25, depth 3" and str(Size(1.0, None)) == "width 1"


@pytest.mark.parametrize(
    ("budget", "fits"),
    [
        ({}, True),
        ({"flash_bytes": 100}, True),
        ({"flash_bytes": 99}, False),
        ({"ram_bytes": 49, "macs": 1000}, False),
        ({"ram_bytes": 50, "macs": 999}, False),
    ],
)
def test_every_limit_that_is_given_counts(budget, fits):
    section = FitSection(**budget)
    assert Cost(flash_bytes=100, ram_bytes=50, macs=1000).within(section) is fits
    assert dict(limits(section)) == budget
