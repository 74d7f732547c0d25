"""What the selection seeds say, on validation alone: how labels alone do best, and the recipe that wins."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from benchmarks.distill.recipes import LABELS, TAUGHT

Found = Mapping[str, Any]


def validation_means(cells: Iterable[Found]) -> dict[tuple[str, str], float]:
    """(set, recipe) to the mean share of right answers in float on validation."""
    rates: dict[tuple[str, str], list[float]] = {}
    for cell in cells:
        right = cell["float"]["validation"]
        rates.setdefault((cell["set"], cell["recipe"]), []).append(right["correct"] / right["total"])
    return {key: float(np.mean(values)) for key, values in rates.items()}


def labels_for(means: Mapping[tuple[str, str], float], name: str) -> str:
    """How labels alone are shown set ``name``: without or with mixtures, whichever is better."""
    return max(LABELS, key=lambda recipe: means.get((name, recipe), -1.0))


def best_recipe(means: Mapping[tuple[str, str], float], sets: Iterable[str]) -> str:
    """One recipe for all sets: the largest mean on validation of those that all sets have tried."""
    names = tuple(sets)
    known = [r for r in TAUGHT if all((name, r) in means for name in names)]
    return max(known, key=lambda recipe: sum(means[name, recipe] for name in names))


def markdown(means: Mapping[tuple[str, str], float]) -> str:
    """Recipes by sets, percent right on validation."""
    sets = sorted({name for name, _ in means})
    recipes = sorted({recipe for _, recipe in means})
    lines = ["| recipe | " + " | ".join(sets) + " |", "|" + "---|" * (len(sets) + 1)]
    for recipe in recipes:
        shown = [f"{100 * means[s, recipe]:.2f}" if (s, recipe) in means else "-" for s in sets]
        lines.append(f"| {recipe} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
