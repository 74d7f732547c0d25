"""How alpha and temperature go over the course of a training."""

import pytest

from tinykd.distillation.weights import weights_at
from tinykd.project.training import DistillationSection


def at(progress, **options):
    return weights_at(DistillationSection(**options), progress)


def test_they_stay_where_nothing_else_is_said():
    assert at(0.0, alpha=0.5, temperature=2.0) == at(1.0, alpha=0.5, temperature=2.0) == (0.5, 2.0)


def test_they_go_along_a_straight_line():
    course = {"alpha": 0.9, "last_alpha": 0.1, "temperature": 4.0, "last_temperature": 1.0}
    assert at(0.0, **course) == (0.9, 4.0)
    assert at(0.5, **course) == (pytest.approx(0.5), 2.5)
    assert at(1.0, **course) == (pytest.approx(0.1), 1.0)


@pytest.mark.slow
def test_variables_move_and_stay_weakened():
    from tinykd.distillation.weights import Weights

    weights = Weights.of(DistillationSection(alpha=0.8, last_alpha=0.4, temperature=2.0))
    assert float(weights.alpha) == pytest.approx(0.8)
    weights.move(epoch=4, epochs=9, alpha_decays=2)
    assert (float(weights.alpha), float(weights.temperature)) == (pytest.approx(0.15), 2.0)
    weights.move(epoch=0, epochs=1)
    assert float(weights.alpha) == pytest.approx(0.4)
