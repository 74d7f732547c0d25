"""Whether the student went on copying without learning, and whose its errors are: two sentences."""

from tinykd.report.inputs import DistillMetrics, ErrorMetrics, OverDistillationMetrics


def judge_over_distillation(metrics: DistillMetrics | None) -> str | None:
    """None where nothing was watched."""
    if metrics is None or metrics.over_distillation is None:
        return None
    seen = _seen(metrics.over_distillation)
    return f"{seen} {_errors(metrics.errors)}" if metrics.errors else seen


def _seen(watched: OverDistillationMetrics) -> str:
    if not watched.found:
        return (
            f"No over-distillation was seen: agreement with the teacher never grew over {watched.window} "
            "epochs without accuracy on validation."
        )
    epochs = " and ".join(f"{found['epoch']:.0f}" for found in watched.found)
    plural = "s" if len(watched.found) > 1 else ""
    return (
        f"Over-distillation was seen at epoch{plural} {epochs}: over {watched.window} epochs agreement with "
        f"the teacher grew and accuracy on validation did not; {_done(watched)}."
    )


def _done(watched: OverDistillationMetrics) -> str:
    if watched.stopped:
        return "training was stopped there, with the weights of the best epoch"
    alpha = watched.found[-1].get("alpha")
    if alpha is not None:
        return f"the teacher's weight was halved each time, to {alpha:g} in the end"
    return 'nothing was done (over_distillation = "weaken" or "stop" would have)'


def _errors(errors: ErrorMetrics) -> str:
    wrong = errors.inherited + errors.own
    if wrong == 0:
        return "The student has no test sample wrong."
    return (
        f"Wrong test answers of the student: {wrong}, of which the teacher gives {errors.inherited} too and "
        f"{errors.own} not."
    )
