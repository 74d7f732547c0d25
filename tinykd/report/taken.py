"""What ``tinykd search --take`` noted (``build/search/taken.json``): how many students the one was chosen
from."""

import json
from pathlib import Path
from typing import Any

from tinykd.project.schema import Project
from tinykd.report.inputs import Count, Metrics, parse_metrics

TAKEN_FILE = "taken.json"


class TakenStudent(Metrics):
    """``values``: what was written into the project file; ``validation``: of the short distillation."""

    trial: Count
    trials: Count
    study: str
    objective: str
    validation: float | None
    values: dict[str, Any]
    earlier: tuple[Count, ...] = ()  # trials that were taken before it

    @property
    def sentence(self) -> str:
        """What makes its figures on validation better than they would be by themselves."""
        chosen = (
            f"The student was chosen on validation, trial {self.trial} of {self.trials} of `tinykd search`; "
        )
        if not self.earlier:
            return f"{chosen}on the test split it alone is measured."
        others = ", ".join(map(str, self.earlier))
        return f"{chosen}taken before it: {others}; who chose by test figures has chosen on test."


def read_taken(folder: Path, project: Project) -> TakenStudent | None:
    """None where nothing was taken, or the project file has other values now."""
    path = folder / TAKEN_FILE
    if not path.is_file():
        return None
    found = parse_metrics(path, path.read_text(encoding="utf-8"), TakenStudent)
    whole = json.loads(project.model_dump_json())
    is_same = all(
        whole.get(section, {}).get(name) == value
        for (section, _, name), value in ((key.partition("."), each) for key, each in found.values.items())
    )
    return found if is_same else None
