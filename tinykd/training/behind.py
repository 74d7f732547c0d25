"""A teacher that knows less than the baseline: what to say of it, after ``distill`` and in the report.

On validation, where it then counts less (``trailing_sentence``), or on the test split alone.
"""

COST = (
    "in our runs that cost students about as much as their teachers were behind, 3.5 points in one "
    "(docs/distillation.md)"
)
FIX = "Train it longer ([teacher] epochs), or take a better one"


def teacher_behind(teacher: float, baseline: float, errors: bool = False, f1: bool = False) -> str:
    """A sentence; empty where it is not behind. Right answers, mean absolute errors, or F1."""
    if not (teacher > baseline if errors else teacher < baseline):
        return ""
    if errors:
        found = f"'s own mean absolute error is {teacher:.4g}, more than the baseline's {baseline:.4g}"
    elif f1:
        found = f"'s own F1 is {teacher:.4f}, less than the baseline's {baseline:.4f}"
    else:
        found = f" itself has {teacher:g} right, fewer than the baseline's {baseline:g}"
    return f"The teacher{found}: {COST}. {FIX}."


def trailing_sentence(teacher: float, baseline: float, student: float | None, weight: float) -> str:
    """Of a teacher that was behind on validation: ``weight`` is what became of its alpha, 0 or a half.

    The others are figures on validation: accuracies, R² or F1.
    """
    behind = f"The teacher is behind the baseline on validation ({teacher:.4g} beside {baseline:.4g})"
    keep = '[distillation] trailing_teacher = "keep" leaves it its whole weight'
    if weight:
        return f"{behind}: it counted half, the labels the other half; {keep}. {FIX}."
    beside = f" ({student:.4g})" if student is not None else ""
    return (
        f"{behind}, and a student that it taught by half is not better there than the labels alone{beside}: "
        f"the student is the baseline; {keep}. {FIX}."
    )
