"""``python -m benchmarks.distill``: teachers, the choice of a recipe, the verdict on fresh seeds, the table.

Everything is kept in ``--out`` and never computed twice: a run that was stopped goes on where it was. Two
processes halve the time, as ``make bench-distill`` has them: ``--share 1/2`` and ``--share 2/2``, first with
``--select``, then without; what one of them has made, both use. Then run once alone.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from benchmarks.distill import choose, table
from benchmarks.distill.cells import Bench, Cell
from benchmarks.distill.nets import PAIRS
from benchmarks.distill.recipes import LABELS, RECIPES, TAUGHT
from benchmarks.distill.sets import ALL, NAMES, load, samples_of
from benchmarks.distill.speed import measure_speed
from benchmarks.distill.teachers import train_member
from benchmarks.distill.views import ViewFiles
from tinykd.errors import UserError
from tinykd.files import write_json, write_whole

SELECTION_SEEDS = (101, 102)
FIRST_JUDGED = 501
ALONE = (0, 1)
VIEWS, QUICK_VIEWS, QUICK_SCALE = 24, 4, 0.05


@dataclass(frozen=True)
class Plan:
    """What this process computes, and where it is kept."""

    data: Path
    out: Path
    sets: tuple[str, ...]
    seeds: tuple[int, ...]  # judged
    quick: bool
    share: tuple[int, int]  # (which, of how many)

    @property
    def selection(self) -> tuple[int, ...]:
        """The seeds that a recipe is chosen on."""
        return SELECTION_SEEDS[:1] if self.quick else SELECTION_SEEDS

    def bench(self, name: str, select: bool) -> Bench:
        """The set's data, views and teachers, made where they are missing."""
        data, name = load(self.data, name), samples_of(name)
        scale = QUICK_SCALE if self.quick else 1.0
        views = ViewFiles(self.out / "views" / name, QUICK_VIEWS if self.quick else VIEWS)
        teachers = self.out / "teachers" / name
        with FileLock(self.out / f"{name}.lock"):  # the other process waits for what this one makes
            views.write(data)
            for member in range(PAIRS[name].members):
                train_member(name, data, views, member, teachers, scale)
        return Bench(data, views, teachers, scale, select)

    def run(self, folder: Path, cells: Sequence[Cell], select: bool) -> None:
        """The cells of this process's share that are not there yet."""
        folder.mkdir(parents=True, exist_ok=True)
        which, count = self.share
        mine = [c for i, c in enumerate(cells) if i % count == which and not c.file(folder).exists()]
        benches: dict[str, Bench] = {}
        for cell in mine:
            if cell.set not in benches:
                benches[cell.set] = self.bench(cell.set, select)
            found = benches[cell.set].run(cell, folder)
            print(f"{cell.set:10} {cell.recipe:14} {cell.seed:4}  {found['float']}", flush=True)


def select(plan: Plan) -> dict[tuple[str, str], float]:
    """Every recipe on the selection seeds, validation alone; of ``_few`` and ``_own`` the labels' ways."""
    folder = plan.out / "select"
    recipes = {name: tuple(RECIPES) if name in ALL else LABELS for name in plan.sets}
    cells = [Cell(s, r, seed) for s in plan.sets for seed in plan.selection for r in recipes[s]]
    plan.run(folder, cells, select=True)
    return choose.validation_means(_read(folder))


def judge(plan: Plan, means: dict[tuple[str, str], float], taught: str) -> list[table.Row]:
    """Both arms of every set on fresh seeds, seed by seed."""
    folder = plan.out / "judge"
    labels = {name: choose.labels_for(means, name) for name in plan.sets}
    cells = [Cell(s, arm, seed) for seed in plan.seeds for s in plan.sets for arm in (labels[s], taught)]
    plan.run(folder, cells, select=False)
    pairs = [_pairs(folder, plan.seeds, name, (labels[name], taught)) for name in plan.sets]
    return [table.row(*zip(*found, strict=True)) for found in pairs if found]


def _pairs(
    folder: Path, seeds: Sequence[int], name: str, arms: tuple[str, str]
) -> list[tuple[table.Found, ...]]:
    """Both arms' cells of set ``name``, for the seeds that have both."""
    files = [[Cell(name, arm, seed).file(folder) for arm in arms] for seed in seeds]
    return [tuple(map(_load, both)) for both in files if all(file.exists() for file in both)]


def write_table(
    plan: Plan, means: dict[tuple[str, str], float], taught: str, rows: Sequence[table.Row]
) -> None:
    """table.md, table.json, gain.svg."""
    text = (
        f"Recipe of the distilled arm: `{taught}`. "
        f"Recipes on validation, in float, seeds {plan.selection}:\n\n"
        f"{choose.markdown(means)}\n"
        f"On test, seeds {plan.seeds}, int8 measured with TFLM:\n\n{table.markdown(rows)}"
    )
    write_whole(plan.out / "table.md", text)
    write_json(plan.out / "table.json", {"recipe": taught, "seeds": plan.seeds, "rows": table.to_json(rows)})
    table.draw(rows, plan.out / "gain.svg")
    print(text)


def _read(folder: Path) -> list[table.Found]:
    return [_load(file) for file in sorted(folder.glob("*.json"))]


def _load(file: Path) -> table.Found:
    found: table.Found = json.loads(file.read_text())
    return found


def main() -> int:
    """0 when everything asked for is there."""
    arguments = _arguments()
    plan = Plan(
        data=arguments.data,
        out=arguments.out / ("quick" if arguments.quick else "full"),
        sets=tuple(arguments.sets),
        seeds=tuple(FIRST_JUDGED + i for i in range(2 if arguments.quick else arguments.seeds)),
        quick=arguments.quick,
        share=_share(arguments.share),
    )
    try:
        if arguments.speed:
            print(json.dumps(measure_speed(plan.bench("digits", select=True)), indent=2))
            return 0
        if not arguments.select:
            table.check_drawing()  # now, not after days of training
        means = select(plan)
        if arguments.select:
            print(choose.markdown(means))
            return 0
        taught = arguments.recipe or choose.best_recipe(means, (s for s in plan.sets if s in ALL))
        rows = judge(plan, means, taught)
        if plan.share == ALONE:  # a process that has a share may not have seen the other's cells
            write_table(plan, means, taught, rows)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _share(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    if found is None or int(found[1]) > int(found[2]):
        raise SystemExit(f"--share {text}: expected I/N, such as 1/2 and 2/2")
    return int(found[1]) - 1, int(found[2])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.distill", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the .npz files")
    parser.add_argument("--out", type=Path, default=Path("build/bench-distill"), help="kept between runs")
    parser.add_argument("--sets", nargs="+", choices=list(NAMES), default=list(NAMES))
    parser.add_argument("--seeds", type=int, default=12, help="judged seeds: 501, 502, ...")
    parser.add_argument("--recipe", choices=TAUGHT, help="judge this, not the winner")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the epochs, two seeds: minutes")
    parser.add_argument("--select", action="store_true", help="stop after the choice of a recipe")
    parser.add_argument(
        "--speed", action="store_true", help="cached logits against asking the teacher every step"
    )
    parser.add_argument("--share", default="1/1", metavar="I/N", help="of the cells, for several processes")
    found = parser.parse_args()
    judges = not (found.select or found.speed)
    if judges and not found.recipe and not set(found.sets) & set(ALL):
        parser.error("no set that chooses a recipe: give --recipe, or one of " + ", ".join(ALL))
    return found


if __name__ == "__main__":
    sys.exit(main())
