"""What the report answers: class by class, how fast and how large, and what to type for a better training."""

from pathlib import Path
from typing import Any

import pytest

from tests.report import made_up
from tinykd.boards import load_board
from tinykd.project.schema import Project, ProjectSection
from tinykd.project.training import StudentSection
from tinykd.report import Report, summary_lines
from tinykd.report.board_inputs import LayerMetrics, ProgramMetrics, SizeMetrics, TickMetrics
from tinykd.report.class_results import class_results
from tinykd.report.inputs import DistillMetrics, TrainMetrics
from tinykd.report.model import Curve
from tinykd.report.page import render_page
from tinykd.report.speed import held, speed_of
from tinykd.report.times import time_text, time_texts
from tinykd.report.training_advice import too_few_epochs, too_small

PROJECT = Project(project=ProjectSection(name="x"))


def test_classes_by_hand() -> None:
    a, b, c = class_results(("a", "b", "c"), ((8, 2, 0), (4, 6, 0), (0, 0, 0)))
    assert (a.precision, a.recall, a.f1) == (8 / 12, 0.8, 16 / 22)
    assert (b.support, b.named, b.right) == (10, 8, 6)
    assert (c.precision, c.recall, c.f1) == (None, None, None)


def test_classes_are_those_of_scikit_learn(report: Report) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    assert report.confusion
    counts = report.confusion.counts
    pairs = [(t, p) for t, row in enumerate(counts) for p, n in enumerate(row) for _ in range(n)]
    wanted = precision_recall_fscore_support(*zip(*pairs, strict=True))
    found = [(each.precision, each.recall, each.f1, each.support) for each in report.by_class]
    assert [list(column) for column in zip(*found, strict=True)] == [
        pytest.approx(list(column)) for column in wanted
    ]


def test_the_weakest_classes_are_named_in_the_terminal(report: Report) -> None:
    assert "Weakest classes by F1: 8 (0.943), 1 (0.959), 9 (0.959)." in summary_lines(report)


def program(kernel: str = "conv_2d_dsp_s8") -> ProgramMetrics:
    layer = LayerMetrics(name="a", op="CONV_2D", kernel=kernel, cost=1_500_000)
    return ProgramMetrics(arena_bytes=8, weights_bytes=4000, samples_bytes=1000, layers=(layer,))


def test_time_is_measured_where_the_board_counts_it() -> None:
    ticks = TickMetrics(unit="cycles", hz=180_000_000, median=1_800_000)
    found = speed_of(ticks, program(), load_board("nucleo_f446re"))
    assert found
    assert (found.ms, found.per_second, found.measured, time_text(found)) == (10.0, 100.0, True, "10")


def test_instructions_are_no_time_but_a_real_board_of_the_core_has_an_estimate() -> None:
    ticks = TickMetrics(unit="instructions", hz=25_000_000, median=1_000_000)
    found = speed_of(ticks, program(), load_board("qemu-mps2-an386"))
    assert found
    assert (found.board, found.measured) == ("nucleo_f446re", False)
    assert time_text(found) == "about 10 (7.92 to 11.7)"
    assert speed_of(ticks, program(), load_board("qemu-microbit")) is None
    assert speed_of(ticks, program("copy"), load_board("qemu-mps2-an386")) is None


def test_an_image_says_what_it_holds() -> None:
    image = SizeMetrics(flash_bytes=20_000, ram_bytes=1)
    assert [(part.name, part.bytes) for part in held(image, program())] == [
        ("model (weights)", 4000),
        ("kernels, protocol, start-up", 15_000),
        ("test samples", 1000),
    ]
    assert held(SizeMetrics(flash_bytes=100, ram_bytes=1), program()) == ()


def test_a_card_says_the_time_and_what_the_flash_holds(report: Report) -> None:
    (microbit,) = (each for each in time_texts(report.boards) if each.name == "qemu-microbit")
    assert (microbit.ms, microbit.note) == ("\N{EN DASH}", "an emulator has no time")
    page = render_page(report)
    assert "<dt>flash: model (weights)</dt><dd>6,211 B</dd>" in page
    assert "Class by class" in page


def curve(values: list[float], name: str = "student") -> Curve:
    epochs = tuple(range(1, len(values) + 1))
    best = 1 + max(range(len(values)), key=values.__getitem__)
    return Curve(name=name, epoch=epochs, loss=(1.0,) * len(epochs), val_accuracy=tuple(values), best=best)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9], True),
        ([0.1, 0.3, 0.5, 0.9, 0.9, 0.9, 0.9, 0.901], False),  # no rise to speak of
        ([0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.85], False),  # the last is not the best
        ([0.1, 0.9], False),
    ],
)
def test_too_few_epochs(values: list[float], said: bool) -> None:
    found = list(too_few_epochs((curve(values), curve(values, "baseline")), PROJECT))
    assert (
        found
        == [
            "Too few epochs: student and baseline were best on validation in the last of 8 and still rising. "
            "Try [distillation] epochs = 16."
        ]
        * said
    )


def of_classes(correct: int) -> dict[str, Any]:
    by_class = {"samples": [100, 100], "right": [correct // 2] * 2, "named": [100, 100]}
    return {"correct": correct, "total": 200, "by_class": by_class}


@pytest.mark.parametrize(
    ("validation", "learnt", "said"), [(150, 152, True), (150, 198, False), (190, 192, False)]
)
def test_too_small(validation: int, learnt: int, said: bool) -> None:
    """It trails and has not learnt its own samples; where it has, more of them would help, not more width."""
    train = TrainMetrics.model_validate({"teacher": {"validation": of_classes(196)}})
    student = {"validation": of_classes(validation), "train": of_classes(learnt)}
    distill = DistillMetrics.model_validate({"student": student})
    wide = PROJECT.model_copy(update={"student": StudentSection(width=0.5)})
    found = list(too_small(train, distill, wide))
    assert (
        found
        == [
            "The student looks too small: it has 76.0 % of its own training samples right, the teacher "
            "98.0 % of validation, where the student has 75.0 %. If the board has room, "
            "try [student] width = 1."
        ]
        * said
    )


def test_the_sentences_stand_among_the_findings(tmp_path: Path, project: Project) -> None:
    from tinykd.report.assemble import assemble_report

    inputs = made_up.stage_folders(tmp_path / "build")
    distill = made_up.distill()
    values = [0.05 * i for i in range(1, 13)]
    rising = {"epoch": list(range(1, 13)), "loss": [1.0] * 12, "val_accuracy": values}
    distill["student"] |= {"curve": rising, "best_epoch": 12}
    made_up.write(inputs.distill, "distill.json", distill)
    found = assemble_report(inputs, project).findings
    assert any(text.startswith("Too few epochs: student was best") for text in found)
