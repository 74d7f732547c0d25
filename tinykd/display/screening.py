"""What was found in data and teacher, for people: findings, samples of each split, the yardstick."""

from collections.abc import Mapping
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.summary import summary
from tinykd.errors import one_line
from tinykd.screening.screen import Screened
from tinykd.text import table_lines

_CLASSES = 30  # rows


def screening_lines(found: Screened) -> list[str]:
    """Faults first."""
    rows = [(f.level, f.subject, f.text, f.key) for f in found.findings]
    header = ("", "where", "what", "what to do")
    lines = table_lines(header, [tuple(map(one_line, row)) for row in rows]) if rows else ["Nothing found."]
    if found.data is None:
        return lines
    lines += ["", *_samples(found.data)]
    return [*lines, "", *_yardstick(found.simple)] if found.simple else lines


def _samples(data: Dataset) -> list[str]:
    splits = summary(data)["splits"]
    rows = [("all", *(str(each["samples"]) for each in splits.values()))]
    if "classes" in splits["train"]:
        for number, name in enumerate(data.classes[:_CLASSES]):
            rows.append((one_line(name, 40), *(str(each["classes"][number]) for each in splits.values())))
    if len(data.classes) > _CLASSES and len(rows) > 1:
        rows.append((f"and {len(data.classes) - _CLASSES} more", *("" for _ in splits)))
    return table_lines(("samples", *splits), rows)


def _yardstick(simple: Mapping[str, Any]) -> list[str]:
    return [f"A network must beat {simple['name']}: {score_text(simple['test'])} on the test split."]


def score_text(score: Mapping[str, Any]) -> str:
    """A score's JSON in words."""
    if "r2" in score:
        return f"R² {score['r2']:.4f}"
    if score.get("auc") is not None:
        return f"AUC {score['auc']:.4f}"
    if score.get("f1") is not None:
        return f"F1 {score['f1']:.4f}"
    total = max(int(score["total"]), 1)
    return f"{score['correct']} of {score['total']} right ({100 * score['correct'] / total:.2f} %)"
