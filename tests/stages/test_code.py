"""A stage runs again when a file changes that it depends on, however deep below it, and only then."""

import ast
import json
import shutil
from pathlib import Path

import pytest

from tinykd.engine import code
from tinykd.engine.closure import closures
from tinykd.engine.manifest import Manifest, write_manifest
from tinykd.engine.stage import Stage, Step
from tinykd.engine.workspace import Workspace
from tinykd.pipeline.stages import STAGES, stage_named
from tinykd.project.schema import Project

ROOT = code.ROOT
PROJECT = Project.model_validate(
    {"project": {"name": "x"}, "fine_tuning": {"source": "own.npz"}, "pruning": {}, "student": {"fit": {}}}
)
DEEP = (  # stage, a file far below it, one that it has nothing to do with
    ("check", "tinykd/compiler/ops/softmax.py", "tinykd/pruning/stage.py"),
    ("check", "tinykd/errors.py", "tinykd/link/frames.py"),
    ("train", "tinykd/training/loop.py", "tinykd/distillation/stage.py"),
    ("train", "tinykd/teacher/child.py", "tinykd/pipeline/firmware.py"),  # a process of its own
    ("distill", "tinykd/teacher/logits.py", "tinykd/compiler/memory/plan.py"),
    ("distill", "tinykd/project/schema.py", "tinykd/report/page.py"),
    ("prune", "tinykd/quantization/export.py", "tinykd/verify/board.py"),
    ("finetune", "tinykd/pipeline/distill.py", "tinykd/pipeline/device.py"),
    ("quantize", "tinykd/oracle/worker.py", "tinykd/link/device.py"),
    ("quantize", "tinykd/oracle/tiles.py", "tinykd/verify/board.py"),  # beside the worker
    ("quantize", "tinykd/oracle/joins.py", "tinykd/verify/board.py"),
    ("quantize", "tinykd/compiler/ops/conv_2d.py", "templates"),
    ("generate", "tinykd/compiler/variants/dsp.py", "tinykd/distillation/stage.py"),
    ("generate", "tinykd/tflm/ports/upstream.toml", "tinykd/report/page.py"),
    ("build", "tinykd/progress.py", "tinykd/link/device.py"),
    ("flash", "tinykd/link/transport.py", "tinykd/teacher/stage.py"),
    ("verify", "tinykd/training/metrics.py", "tinykd/pruning/stage.py"),
    ("report", "tinykd/intervals.py", "tinykd/flash/usb.py"),
)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, to be changed."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "tinykd", root / "tinykd", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def copy(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as the package whose code counts."""
    monkeypatch.setattr(code, "ROOT", copied)
    monkeypatch.setattr(code, "shared_folder", lambda: copied / "cache")
    _forget()
    return copied


def _forget() -> None:
    """As another process begins."""
    code.parts.cache_clear()
    code._hash.cache_clear()


def finished(space: Workspace, step: Step) -> None:
    """``step`` has run on things as they are."""
    folder = space.folder(step)
    folder.mkdir(parents=True, exist_ok=True)
    now = space.fingerprint(step)
    facts = {"stage": step.stage.name, "board": step.board, "tinykd": "", "packages": {}, "seconds": 0.0}
    write_manifest(folder, Manifest(**facts, inputs=now, outputs={}))  # type: ignore[arg-type]


def step_of(stage: Stage) -> Step:
    return Step(stage, "host" if stage.per_board else None)


@pytest.mark.parametrize(("name", "deep", "other"), DEEP)
def test_a_file_deep_below_a_stage_makes_it_run(
    copy: Path, tmp_path: Path, name: str, deep: str, other: str
) -> None:
    alone = (stage_named(name),)
    space, step = Workspace(PROJECT, tmp_path, ("host",), alone), step_of(alone[0])
    assert (copy / deep).is_file() and (other == "templates" or (copy / other).is_file())
    finished(space, step)
    assert space.reason(step) is None
    before = (copy / deep).read_bytes()
    try:
        (copy / deep).write_bytes(before + b"\n# changed\n")
        _forget()
        said = "tflm/ports" if "ports" in deep else deep.removeprefix("tinykd/")  # data by its folder
        assert space.reason(step) == f"tinykd's {said} changed"
    finally:
        (copy / deep).write_bytes(before)
    assert other.removeprefix("tinykd/") not in code.code_hashes(step.stage, space.stages, space.build, dict)


def test_every_stage_is_tried() -> None:
    assert {name for name, _, _ in DEEP} == {stage.name for stage in STAGES}


def test_a_new_op_counts_where_ops_are_looked_through(copy: Path, tmp_path: Path) -> None:
    alone = (stage_named("generate"),)
    space, step = Workspace(PROJECT, tmp_path, ("host",), alone), step_of(alone[0])
    finished(space, step)
    new = copy / "tinykd/compiler/ops/zzz.py"
    try:
        new.write_text("")
        _forget()
        assert space.reason(step) == "tinykd's compiler/ops changed"
    finally:
        new.unlink()


def test_what_depends_on_what_is_worked_out_once(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = tmp_path / "build"
    build.mkdir()
    stage = stage_named("train")
    first = code.code_hashes(stage, STAGES, build, dict)
    kept = json.loads((build / code.KEPT).read_text())
    assert kept["parts"][stage.function] == [f"tinykd/{path}" for path in first]
    _forget()
    monkeypatch.setattr(code, "closures", None)  # to be asked would be an error
    assert code.code_hashes(stage, STAGES, build, dict) == first


def test_another_project_does_not_work_it_out_again(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_named("train")
    first = code.code_hashes(stage, STAGES, tmp_path / "one/build", dict)
    _forget()
    monkeypatch.setattr(code, "closures", None)  # to be asked would be an error
    assert code.code_hashes(stage, STAGES, tmp_path / "other/build", dict) == first


def test_few_states_of_the_package_are_remembered(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "SHARED_STATES", 2)
    monkeypatch.setattr(code, "closures", lambda functions, root: {name: [] for name in functions})
    for number in range(4):
        code.parts((f"tinykd.a:f{number}",), tmp_path, copy)
        assert len(list(code.shared_folder().glob("*.json"))) <= 2


def test_a_cache_that_cannot_be_written_costs_time_alone(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(code, "shared_folder", lambda: tmp_path / "file/code")
    assert "training/loop.py" in code.code_hashes(stage_named("train"), STAGES, tmp_path, dict)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"package": 1}', '{"package": "x", "parts": []}'])
def test_a_damaged_note_of_it_is_made_again(copy: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / code.KEPT).write_text(text)
    assert "training/loop.py" in code.code_hashes(stage_named("train"), STAGES, tmp_path, dict)
    assert json.loads((tmp_path / code.KEPT).read_text())["parts"]


def test_boards_count_where_they_decide(tmp_path: Path) -> None:
    def tomls(name: str, project: Project) -> list[str]:
        space = Workspace(project, tmp_path, ("host", "qemu-microbit"), STAGES)
        found = space.fingerprint(step_of(stage_named(name))).code
        return [part for part in found if part.startswith("boards/") and part.endswith(".toml")]

    plain = Project.model_validate({"project": {"name": "x"}})
    assert tomls("build", plain) == ["boards/host.toml"]
    assert tomls("report", plain) == ["boards/host.toml", "boards/qemu-microbit.toml"]
    assert tomls("train", plain) == tomls("check", plain) == []
    assert tomls("check", PROJECT) == ["boards/host.toml", "boards/qemu-microbit.toml"]


def test_data_folders_count_where_they_are_read() -> None:
    found = closures([stage.function for stage in STAGES], ROOT)
    read = {stage.name: {part.partition("/")[0] for part in found[stage.function]} for stage in STAGES}
    assert {name for name, tops in read.items() if "templates" in tops} == {"generate", "report"}
    assert {"templates", "firmware"} <= set(found[stage_named("generate").function])
    assert "templates/report" in found[stage_named("report").function]


SMALL = {
    "__init__.py": "",
    "paths.py": "TEMPLATES = FIRMWARE = BOARDS = EXAMPLES = None\n",
    "stage.py": (
        "from typing import TYPE_CHECKING\n"
        "import tinykd.top as top\n"
        "from tinykd.paths import TEMPLATES\n"
        "if TYPE_CHECKING:\n    from tinykd import types_only\n"
        "def run(x):\n    from tinykd.used import deep as other\n    return other(TEMPLATES / 'here')\n"
        "def neighbour():\n    import tinykd.unused\n"
        "def shadowed(neighbour):\n    return neighbour()\n"
        "class Kept:\n    def method(self):\n        import tinykd.of_class as c\n"
    ),
    "top.py": "def never():\n    import tinykd.unused\n",
    "used.py": (
        "from pathlib import Path\n"
        "FILE = Path(__file__).with_name('ports')\n"
        "PROCESS = 'tinykd.child'\n"
        "def deep(x):\n    return again(x)\n"
        "def again(x):\n    from tinykd.stage import Kept, shadowed\n"
    ),
    **dict.fromkeys(("unused.py", "child.py", "of_class.py", "types_only.py"), ""),
}


def test_functions_count_where_they_are_reached(tmp_path: Path) -> None:
    for name, text in SMALL.items():
        (tmp_path / "tinykd").mkdir(exist_ok=True)
        (tmp_path / "tinykd" / name).write_text(text)
    (found,) = closures(["tinykd.stage:run"], tmp_path).values()
    names = ("child.py", "of_class.py", "paths.py", "ports", "stage.py", "top.py", "used.py")
    assert found == ["templates/here", *(f"tinykd/{name}" for name in names)]


def test_the_package_reads_no_file_that_is_not_seen() -> None:
    """What ``source`` does not know: other ways to files of the package's, relative or starred imports."""
    for path in sorted((ROOT / "tinykd").rglob("*.py")):
        tree, name = ast.parse(path.read_bytes()), path.relative_to(ROOT / "tinykd").as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0 and node.names[0].name != "*", name
            if isinstance(node, ast.Import):
                assert all(a.asname or not a.name.startswith("tinykd.") for a in node.names), name
            if isinstance(node, ast.Name) and node.id == "__file__":
                assert name in ("paths.py", "engine/code.py") or "with_name" in path.read_text(), name
        if "importlib.resources" in path.read_text() or "pkgutil" in path.read_text():
            assert name == "compiler/lowering/registry.py"
