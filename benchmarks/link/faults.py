"""``python -m benchmarks.link.faults [--runs 20]``: the table of faults, with the real firmware at the end.

Each run sends samples through the bad line to a board (a process, or an emulated one) and asks for the layers
of the last of them. It is right when every byte is; else it must end with an error of one line.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.link.faultline import FAULTS
from tests.link.real_boards import NAMES, build_toy, plugged_in
from tests.link.trial import Outcome, attempt
from tinykd.boards import load_board

HEAD = f"{'fault':28}{'board':10}{'runs':>6}{'right':>7}{'errors':>8}{'wrong':>7}"


def rows(folder: Path, kind: str, runs: int, samples: int) -> Iterator[tuple[str, Counter[Outcome]]]:
    """Every fault on one board, which must recover from each; seeds are 0, 1, 2 …"""
    image = build_toy(folder / kind, load_board(NAMES[kind]))
    with plugged_in(image, kind) as socket:
        for name, fault in FAULTS.items():
            outcomes = (attempt(socket.url, fault, seed, samples)[0] for seed in range(runs))
            yield name, Counter(outcomes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.link.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20, help="of each fault on each board")
    parser.add_argument("--samples", type=int, default=40, help="in each run")
    options = parser.parse_args()
    wrong = 0
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for kind in NAMES:
            for name, found in rows(Path(folder), kind, options.runs, options.samples):
                right, errors = found[Outcome.RIGHT], found[Outcome.ERROR]
                wrong += found[Outcome.WRONG]
                line = f"{name:28}{kind:10}{options.runs:>6}{right:>7}{errors:>8}{found[Outcome.WRONG]:>7}"
                print(line, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
