"""Whether student or baseline got worse on validation while they were trained, and whose the student's errors
are: two sentences.
"""

from tinykd.report.inputs import DistillMetrics, ErrorMetrics, OverDistillationMetrics, Scores


def judge_over_distillation(metrics: DistillMetrics | None) -> str | None:
    """None where nothing was watched."""
    if metrics is None or metrics.over_distillation is None:
        return None
    watched = metrics.over_distillation
    found = [
        _fall(name, each, scores)
        for name, each, scores in (
            ("student", watched, metrics.student),
            ("baseline", watched.baseline, metrics.baseline),
        )
        if each and each.found
    ]
    seen = f"Over-training was seen: {'; '.join(found)}. {_done(watched)}" if found else _none(watched)
    return f"{seen} {_errors(metrics.errors)}" if metrics.errors else seen


def _none(watched: OverDistillationMetrics) -> str:
    who = "neither student nor baseline" if watched.baseline else "the student never"
    return (
        f"No over-training was seen: {who} got worse on validation by more than chance, {watched.window} "
        "epochs beside the best before them."
    )


def _fall(name: str, watched: OverDistillationMetrics, scores: Scores | None) -> str:
    epochs = " and ".join(f"{found['epoch']:.0f}" for found in watched.found)
    plural = "s" if len(watched.found) > 1 else ""
    text = f"by epoch{plural} {epochs} the {name} had got worse on validation by more than chance"
    if scores is None or scores.curve is None or not scores.best_epoch:
        return text
    figures, best = scores.curve.val_accuracy, scores.best_epoch
    return f"{text} ({figures[best - 1]:.4f} in epoch {best}, {figures[-1]:.4f} in the last)"


def _done(watched: OverDistillationMetrics) -> str:
    kept = "The weights of the best epoch are kept"
    other = watched.baseline
    if watched.stopped or (other is not None and other.stopped):
        return f"{kept}; training was stopped there."
    alpha = watched.found[-1].get("alpha") if watched.found else None
    if alpha is not None:
        return f"{kept}; the teacher's weight was halved each time, to {alpha:g} in the end."
    return f"{kept}."


def _errors(errors: ErrorMetrics) -> str:
    wrong = errors.inherited + errors.own
    if wrong == 0:
        return "The student has no test sample wrong."
    return (
        f"Wrong test answers of the student: {wrong}, of which the teacher gives {errors.inherited} too and "
        f"{errors.own} not."
    )
