"""A teacher that knows less than the baseline: what to say of it, after ``distill`` and in the report."""

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
