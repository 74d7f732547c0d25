"""What the selection seeds say, on validation alone: which arms see mixtures, and the method that wins."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from benchmarks.distill.recipes import LABELS, METHODS

Found = Mapping[str, Any]


def validation_means(cells: Iterable[Found]) -> dict[tuple[str, str], float]:
    """(set, recipe) to the mean share of right answers in float on validation."""
    rates: dict[tuple[str, str], list[float]] = {}
    for cell in cells:
        right = cell["float"]["validation"]
        rates.setdefault((cell["set"], cell["recipe"]), []).append(right["correct"] / right["total"])
    return {key: float(np.mean(values)) for key, values in rates.items()}


def recipe_for(method: str, means: Mapping[tuple[str, str], float], name: str) -> str:
    """``method``'s recipe for set ``name``: without or with mixtures, whichever is better."""
    return max(METHODS[method], key=lambda recipe: means.get((name, recipe), -1.0))


def best_method(means: Mapping[tuple[str, str], float], sets: Iterable[str]) -> str:
    """One method for all sets: the largest mean gain over labels alone."""

    def gain(method: str) -> float:
        pairs = [(recipe_for(method, means, s), recipe_for(LABELS, means, s), s) for s in names]
        return sum(means[s, taught] - means[s, labels] for taught, labels, s in pairs)

    names = tuple(sets)
    known = [m for m in METHODS if m != LABELS and all((s, recipe_for(m, means, s)) in means for s in names)]
    return max(known, key=gain)


def markdown(means: Mapping[tuple[str, str], float]) -> str:
    """Recipes by sets, percent right on validation."""
    sets = sorted({name for name, _ in means})
    recipes = sorted({recipe for _, recipe in means})
    lines = ["| recipe | " + " | ".join(sets) + " |", "|" + "---|" * (len(sets) + 1)]
    for recipe in recipes:
        shown = [f"{100 * means[s, recipe]:.2f}" if (s, recipe) in means else "-" for s in sets]
        lines.append(f"| {recipe} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
