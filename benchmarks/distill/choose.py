"""What the selection seeds say, on validation alone: the labels' better input, and the recipe that wins."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

LABELS_ARMS = ("labels", "labels_mixed")
Found = Mapping[str, Any]


def validation_means(cells: Iterable[Found]) -> dict[tuple[str, str], float]:
    """(set, recipe) to the mean share of right answers in float on validation."""
    rates: dict[tuple[str, str], list[float]] = {}
    for cell in cells:
        right = cell["float"]["validation"]
        rates.setdefault((cell["set"], cell["recipe"]), []).append(right["correct"] / right["total"])
    return {key: float(np.mean(values)) for key, values in rates.items()}


def labels_arm(means: Mapping[tuple[str, str], float], name: str) -> str:
    """The better of the labels' two inputs for set ``name``."""
    return max(LABELS_ARMS, key=lambda recipe: means.get((name, recipe), -1.0))


def best_recipe(means: Mapping[tuple[str, str], float], sets: Iterable[str]) -> str:
    """One recipe for all sets: the largest mean gain over the labels' better input."""
    names = tuple(sets)
    recipes = sorted({recipe for _, recipe in means} - set(LABELS_ARMS))
    complete = [r for r in recipes if all((name, r) in means for name in names)]
    return max(
        complete, key=lambda r: sum(means[name, r] - means[name, labels_arm(means, name)] for name in names)
    )


def markdown(means: Mapping[tuple[str, str], float]) -> str:
    """Recipes by sets, percent right on validation."""
    sets = sorted({name for name, _ in means})
    recipes = sorted({recipe for _, recipe in means})
    lines = ["| recipe | " + " | ".join(sets) + " |", "|" + "---|" * (len(sets) + 1)]
    for recipe in recipes:
        shown = [f"{100 * means[s, recipe]:.2f}" if (s, recipe) in means else "-" for s in sets]
        lines.append(f"| {recipe} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
