"""What is marked for the settings: by the file itself, by a conftest.py beside it, by helpers."""

from pathlib import Path

import pytest

from tests.hangs_on import marks_of

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("quantization/test_stages.py", {"sums"}),
        ("distillation/test_losses.py", {"sums"}),
        ("docs/test_tutorials.py", {"sums"}),  # by its conftest.py
        ("e2e/test_demo.py", {"sums", "processes"}),
        ("link/test_faults.py", {"processes"}),
        ("ports/test_virtual.py", set()),
        ("graph/test_real.py", set()),
    ],
)
def test_marks_of_a_file(path: str, marks: set[str]) -> None:
    assert set(marks_of(TESTS / path)) >= marks
    assert marks or "sums" not in marks_of(TESTS / path)


def test_whatever_imports_tensorflow_is_marked() -> None:
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "training.tensorflow import" in text or "imports TensorFlow" in text:
            assert "sums" in marks_of(path), path
