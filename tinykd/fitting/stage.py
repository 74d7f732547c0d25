"""Stage ``check``: can what is asked for be had? Known in seconds, before minutes of training.

The student's network is built, judged layer by layer, made int8 untrained, its flatbuffer looked through and
compiled; with ``[student] fit`` the largest that fits is found first. Writes ``student.json`` (the size that
all later stages build), ``check.json`` (costs, and how the size was found) and ``untrained.tflite``, from
which each board's needs are known.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.lowering.registry import op_names
from tinykd.data.dataset import Dataset
from tinykd.data.features.hop import rows_of_hop
from tinykd.errors import ModelError
from tinykd.files import sha256_file, write_json, write_whole
from tinykd.fitting.cost import Cost, compile_options, exact_cost, least_cost, limits, program_cost
from tinykd.fitting.search import Size, largest, smallest
from tinykd.graph.reader import read_graph
from tinykd.progress import Progress, Task
from tinykd.project.schema import Project
from tinykd.project.training import FitSection, StudentSection
from tinykd.quantization.export import to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.quantization.recurrent import calibrated_layers
from tinykd.student.build import DEPTHS, adjustable, build_student
from tinykd.student.macs import macs
from tinykd.student.made import ARCHITECTURE_FILE, OWN_DIR, OWN_WEIGHTS_FILE
from tinykd.training.tensorflow import set_seed

STUDENT_FILE = "student.json"
UNTRAINED_FILE = "untrained.tflite"
_TRIED = ("build", "simulate int8", "convert", "compile")  # what is done with it, step by step
_SAMPLES = 64
_BAR = 24  # sizes tried, about


def check_student(project: Project, data: Dataset, root: Path, out: Path, progress: Progress) -> None:
    """Find the student's size and see that it can become int8 and C; ``root``: of the user's files."""
    out.mkdir(parents=True, exist_ok=True)
    probe = _Probe(project, data, root, out)
    size, tried = probe.size(progress)
    section = project.student.resolved(root, size.width if size else project.student.width,
                                       size.depth if size else project.student.depth, out)  # fmt: skip
    with progress.task("try the student untrained", len(_TRIED)) as task:
        cost, flatbuffer = probe.final(section, task)
    where = f"student {section.model}"
    if size:
        progress.note(f"{where}: {size} is the largest that fits: {cost}")
    else:
        progress.note(f"{where}: {cost}")
    write_whole(out / UNTRAINED_FILE, flatbuffer)
    write_json(out / STUDENT_FILE, {"width": section.width, "depth": section.depth, **_own(section, out)})
    write_json(out / "check.json", {"student": cost.to_json(), "model": section.model, "tried": tried})


def _own(section: StudentSection, out: Path) -> dict[str, str]:
    """What later stages know a trained model by."""
    if not section.is_file:
        return {}
    folder = out / OWN_DIR
    return {name: sha256_file(folder / name) for name in (ARCHITECTURE_FILE, OWN_WEIGHTS_FILE)}


@dataclass
class _Probe:
    """Builds and measures students of one project."""

    project: Project
    data: Dataset
    root: Path
    out: Path
    costs: dict[Size, Cost] = field(default_factory=dict)

    def size(self, progress: Progress) -> tuple[Size | None, list[dict[str, Any]]]:
        """The size for ``[student] fit`` and all that was tried; None where nothing is to be fitted."""
        section, budget = self.project.student.resolved(self.root, 1.0, None), self.project.student.fit
        if budget is None:
            return None, []
        may = adjustable(section)
        given = self.project.student.depth
        published = given or DEPTHS.get(section.model)
        free = {"widths": "width" in may, "depths": "depth" in may and given is None}
        with progress.task("fit the student", _BAR) as task:
            found = largest(lambda size: self._fits(size, budget, task), published, **free)
        if found is None:
            raise self._nothing_fits(smallest(published, **free), budget)
        return found, [{"width": s.width, "depth": s.depth, **c.to_json()} for s, c in self.costs.items()]

    def _fits(self, size: Size, budget: FitSection, task: Task) -> bool:
        """By a lower bound if that is too much already, else by the compiled program."""
        if size not in self.costs:
            self.costs[size] = cost = self._cost(size, budget)
            task.advance(metric=f"{size}: {cost.flash_bytes:,} B, {cost.ram_bytes:,} B")
        return self.costs[size].within(budget)

    def _cost(self, size: Size, budget: FitSection) -> Cost:
        model = self._build(self.project.student.resolved(self.root, size.width, size.depth))
        least = least_cost(model)
        return exact_cost(model, self.data.train.x, self._options()) if least.within(budget) else least

    def _nothing_fits(self, size: Size, budget: FitSection) -> ModelError:
        model = self._build(self.project.student.resolved(self.root, size.width, size.depth))
        cost = exact_cost(model, self.data.train.x, self._options())
        found = f"the smallest {self.project.student.model} ({size}) takes {cost}"
        wanted = "at most " + ", ".join(f"{name} = {limit}" for name, limit in limits(budget))
        return ModelError("[student] fit", found, wanted, "Allow more, or take another model")

    def final(self, section: StudentSection, task: Task) -> tuple[Cost, bytes]:
        """The network that will be trained, quantized as it will be; refuses what would stay in float."""
        steps = iter(_TRIED)
        task.advance(0, next(steps))
        model = self._build(section)
        samples = self.data.train.x[:_SAMPLES]
        task.advance(1, next(steps))
        simulated = model if self._is_calibrated(model) else insert_fake_quant(model, samples)
        task.advance(1, next(steps))
        flatbuffer = to_int8(simulated, samples)
        task.advance(1, next(steps))
        names = frozenset(layer.name for layer in model.layers)
        lint(flatbuffer, names, op_names()).check(f"student {model.name}")
        self._check_hops(flatbuffer)
        return program_cost(flatbuffer, macs(model), self._options()), flatbuffer

    def _check_hops(self, flatbuffer: bytes) -> None:
        """With [stream], that the network goes hop by hop; else the layer that does not is named."""
        if self.project.stream is not None:
            rows = rows_of_hop(self.project.stream.hop_ms, self.data.frontend)
            compile_graph(read_graph(flatbuffer), CompileOptions(name="student", hop_rows=rows))

    def _build(self, section: StudentSection) -> Any:
        set_seed(self.project.project.seed)
        model = build_student(section, self.data)
        check_qat_compatible(model, trained=section.is_file)
        return model

    def _is_calibrated(self, model: Any) -> bool:
        return bool(calibrated_layers(model)) or not self.project.quantization.epochs

    def _options(self) -> tuple[CompileOptions, ...]:
        """For the boards' cores where their memory decides, else for any: another board changes nothing."""
        target = self.project.target
        if self.project.student.fit is None:
            return (CompileOptions(name="student"),)
        return compile_options(target.board, self.root, target.optimize)
