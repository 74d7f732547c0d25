"""A study in which nothing can be taken: what is said instead of a front."""

from tinykd.errors import BudgetError, ModelError, UserError
from tinykd.search.outcome import SearchOutcome, TrialRow, is_refused, is_too_large


def nothing_found(outcome: SearchOutcome) -> UserError | None:
    """None where there is a front, or where trials only have not ended yet."""
    if outcome.front or not outcome.rows:
        return None
    large = [row for row in outcome.rows if is_too_large(row) and row.over]
    refused = [row for row in outcome.rows if is_refused(row)]
    if large and len(large) + len(refused) == len(outcome.rows):
        return _none_fits(outcome, large)
    if refused and len(refused) == len(outcome.rows):
        text = f"none of {len(refused)} networks could be trained, the last since: {refused[-1].outcome}"
        fix = "Look at [search] space, or lower [distillation] learning_rate"
        return ModelError("[search]", text, "a space of networks that can be", fix)
    return None


def _none_fits(outcome: SearchOutcome, large: list[TrialRow]) -> UserError:
    nearest = min(large, key=lambda row: max(row.over.values()))
    missed = ", ".join(
        f"{name} = {nearest.costs[name]:,.0f}, {100 * over:.0f} % more than {outcome.goals.limits[name]:,g}"
        for name, over in nearest.over.items()
        if over > 0
    )
    found = f"none of {len(large)} students fits; the smallest tried ({nearest.network}) takes {missed}"
    return BudgetError(
        "[search] limits", found, "a student within them", "Allow more, or widen [search] space"
    )
