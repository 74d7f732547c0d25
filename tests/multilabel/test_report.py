"""Several labels in the report: rungs, gates, class by class, what distillation did; the lines of a board."""

from pathlib import Path

import numpy as np
import pytest

from tests.multilabel.reported import Y, labelled_report, score_of
from tinykd.cli.live_metrics import LiveMetrics
from tinykd.cli.results import _accuracy
from tinykd.data.dataset import Split
from tinykd.display.screening import score_text
from tinykd.display.verdict import _score
from tinykd.report import Report, summary_lines
from tinykd.report.page import render_page
from tinykd.training.label_score import LabelScore
from tinykd.training.scores import format_score


@pytest.fixture
def made(tmp_path: Path) -> Report:
    return labelled_report(tmp_path / "build")


def test_rungs_gates_and_words(made: Report) -> None:
    lines = "\n".join(summary_lines(made))
    assert "every class right, mAP" in lines and "57/60, mAP " in lines and "same class" not in lines
    assert made.distillation.sentence.startswith("Distillation helped: the student has F1 0.9")
    assert "and 0.05 classes wrong in a sample, the mean of 60 test samples" in made.distillation.sentence
    gates = {gate.name: gate for gate in made.gates}
    assert gates["f1"].measured == score_of(3).f1 and gates["f1"].passed
    assert gates["mean_ap"].measured == score_of(3).mean_ap and gates["mean_ap"].passed


def test_class_by_class(made: Report) -> None:
    left, right, below = made.by_class
    assert (left.name, left.f1, left.ap, left.threshold) == ("left", 1.0, 1.0, 0.0)
    assert (right.support, right.named, right.right) == (30, 29, 28)
    assert (below.support, below.f1, below.ap) == (0, None, None)
    page = render_page(made)
    assert "<h2>Several labels</h2>" in page and "57 / 60" in page and '<td class="num">0.562</td>' in page
    assert "Confusion" not in page


def test_a_score_in_words() -> None:
    said = score_of(3).to_json()
    text = f"F1 {said['f1']:.4f}, mAP {said['mean_ap']:.4f}"
    assert _score(said) == text
    assert score_text(said) == f"F1 {said['f1']:.4f}"
    assert _accuracy(said) == f"{text}, every class right in 57/60"
    assert format_score(score_of(3)) == (
        f"F1 {said['f1']:.4f} (micro {said['micro_f1']:.4f}), mAP {said['mean_ap']:.4f}, "
        "every class right in 57 of 60 on the test split"
    )
    blind = Split(np.zeros((60, 1, 1, 1), np.float32), Y, multilabel=True)
    nothing = LabelScore.of(np.zeros_like(Y), blind, (0.0, 0.0, 0.0))
    assert format_score(nothing).endswith("on the test split, no better than chance")


def test_a_detections_score_is_no_accuracy() -> None:
    """`tinykd train` and `tinykd verify` of a detection ended in a KeyError."""
    found = {"f1": 0.5, "right": 3, "there": 4, "total": 9}
    assert (_score(found), _accuracy(found)) == ("F1 0.5000", "F1 0.5000, 3/4 objects found")


def test_lines_of_a_board() -> None:
    seen = LiveMetrics()
    seen.feed(
        b"sample 3 has 2 of 3 classes on: wrong, 4711 cycles\r\n"
        b"class 0 (left) on, score 35\r\nclass 1 (right, top) on, score 9, not in the labels\r\n"
        b"class 2 (below) off, score -3, in the labels\r\nend of classes\r\n"
        b"sample 4 has 0 of 3 classes on: right, 4712 cycles\r\nend of classes\r\n"
    )
    first, second = seen.answers
    assert (first.sample, first.found, first.wanted, first.ticks) == (
        3,
        "left, right, top",
        "left, below",
        4711,
    )
    assert (second.found, second.wanted) == ("none", None)
    assert (seen.count, seen.right, dict(seen.classes)) == (2, 1, {"left": 1, "right, top": 1})
    assert not seen.others
