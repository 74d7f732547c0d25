"""Results in a file of JSON lines, by the flatbuffer's SHA-256 and the version of the code.

A line is added as soon as a file is judged, so a run that is stopped goes on where it was. A line that was
cut off is passed over; of several of one key the last counts.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.corpus.files import File
from benchmarks.corpus.outcome import Outcome


@dataclass
class Results:
    path: Path
    code: str  # version of the code
    now: dict[str, Outcome] = field(default_factory=dict)  # SHA-256 -> of this version
    last: dict[str, Outcome] = field(default_factory=dict)  # SHA-256 -> of whatever version came last

    @staticmethod
    def load(path: Path, code: str) -> "Results":
        results = Results(path, code)
        for line in path.read_text().splitlines() if path.exists() else ():
            try:
                found = json.loads(line)
                outcome = Outcome.of_json(found)
                sha256, version = found["sha256"], found["code"]
            except (ValueError, KeyError, TypeError):
                continue
            results.last[sha256] = outcome
            if version == code:
                results.now[sha256] = outcome
        return results

    def add(self, file: File, outcome: Outcome) -> None:
        self.now[file.sha256] = self.last[file.sha256] = outcome
        line = {"sha256": file.sha256, "code": self.code, "path": str(file.path), **outcome.to_json()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as out:
            out.write(json.dumps(line) + "\n")
