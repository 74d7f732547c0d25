"""The stages from the flatbuffer to the report: each reads the folders of earlier ones and writes ``out``.

Nothing is imported before it is needed: a skipped stage costs nothing. Training is in ``teaching``.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError, LinkError
from tinykd.progress import Progress
from tinykd.stages.datasets import dataset, deployed_dataset
from tinykd.stages.definition import BUILD, Job, firmware_folder
from tinykd.stages.samples import test_samples, wanted_count

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.build import Image
    from tinykd.compiler.program import Program
    from tinykd.data.dataset import Dataset
    from tinykd.firmware_project import Samples
    from tinykd.project.schema import Project
    from tinykd.tflm.program import TflmProgram


def generate(job: Job, progress: Progress) -> None:
    """The flatbuffer as C, with the firmware project around it."""
    from tinykd.files import write_json, write_whole
    from tinykd.firmware_project import (
        Surroundings,
        example_of,
        model_sources,
        note_of,
        project_files,
    )

    board, data = _board(job), deployed_dataset(job)
    program, samples, classes = compiled_model(job.project, data, board, _model(job), job.root)
    features = json.loads((job.inputs["quantize"] / "features.json").read_text())
    around = Surroundings(data.frontend, features)
    model = model_sources(program)
    files = project_files(model, board, samples, classes, job.project.target.protocol, around)
    if note := note_of(example_of(model, board, around)):
        progress.note(f"{board.name}: {note}")
    for path, text in files.items():
        write_whole(job.out / "project" / path, text)
    carried = samples.facts if samples else {}
    write_json(job.out / "program.json", program.summary() | carried)


def compiled_model(
    project: "Project", data: "Dataset", board: "Board", model: bytes, root: Path
) -> "tuple[Program | TflmProgram, Samples | None, tuple[str, ...]]":
    """``model`` for ``board``, the samples that its firmware carries, and the names of their classes.

    ``root`` is the project's folder.
    """
    from tinykd.firmware_project import Samples
    from tinykd.stages.programs import Place, program_of
    from tinykd.stages.samples import carried_count
    from tinykd.verify import covering

    classes = data.classes if data.task == "classification" else ()  # the outputs' names
    program = program_of(Place(project, root), board, model, classes)
    if data.task == "regression":
        return program, None, classes
    whole = test_samples(data, model)
    count = carried_count(project, board, program.weights_bytes, whole)
    carried = covering(whole, count, project.project.seed)
    labels = carried.labels if carried.labels is not None else carried.strata  # of an anomaly task: is it one
    assert labels is not None
    return program, Samples(carried.inputs, tuple(labels.tolist())), data.classes


def lay_out_firmware(job: Job, progress: Progress) -> None:
    """The generated project in the user's own folder, beside the user's code."""
    from tinykd.firmware_project import lay_out

    assert job.board is not None
    project = job.inputs["generate"] / "project"
    files = {p.relative_to(project).as_posix(): p.read_text(encoding="utf-8") for p in _files_below(project)}
    for note in lay_out(files, firmware_folder(job.root, job.board)).notes:
        progress.note(note)


def build(job: Job, progress: Progress) -> None:
    """The image, within what the board has; what the gates allow is told, and decided in the report."""
    from tinykd.build import build_firmware, check_budget
    from tinykd.stages.programs import Place, tflm_folder
    from tinykd.stages.room import told_of_gate

    board = _board(job)
    tree = tflm_folder(Place(job.project, job.root))
    image = build_firmware(_project(job), board, job.out, progress, job.project.target.builder, tree)
    check_budget(image, board)
    with told_of_gate(progress):
        check_budget(image, board, job.project.gates)


def flash(job: Job, progress: Progress) -> None:
    """The image on the board, which then says the hash of its model; a virtual board is only tried."""
    from tinykd.files import sha256_bytes, write_json
    from tinykd.flash import How, open_board
    from tinykd.stages.device import open_device
    from tinykd.stages.programs import Place, settle_arena

    if job.project.target.protocol == "mlperf":
        _flash_mlperf(job, progress)
        return
    board, image, target = _board(job), _image(job), job.project.target
    with (
        open_board(image, board, target.port, how=How(target.via, progress)) as url,
        open_device(url, board, job.project.verify.timeout_s) as device,
    ):
        hello, memory = device.hello(), device.memory()
    wanted = sha256_bytes(_model(job))
    if hello.model_sha256 != wanted:
        found = f"the board says model {hello.model_name}, SHA-256 {hello.model_sha256[:12]}"
        raise LinkError(url, found, wanted[:12], "Was the right board flashed? Pass its port with --port")
    if hello.runtime == "tflm":
        settle_arena(Place(job.project, job.root), board.name, hello, memory, progress)
    facts = {
        name: getattr(hello, name) for name in ("model_sha256", "model_name", "runtime", "build", "compiler")
    }
    facts |= {"board": board.name, "image_sha256": image.sha256, "port": None if board.virtual else url}
    write_json(job.out / "flash.json", facts)


def _flash_mlperf(job: Job, progress: Progress) -> None:
    """The image on the board, which then says which benchmark it is; the grammar has no hash to ask for."""
    from tinykd.files import write_json
    from tinykd.flash import How, open_board
    from tinykd.link.mlperf import who_is_there
    from tinykd.stages.device import port_settings

    board, image, target = _board(job), _image(job), job.project.target
    with open_board(image, board, target.port, how=How(target.via, progress)) as url:
        found = who_is_there(url, port_settings(board), job.project.verify.timeout_s)
    port = None if board.virtual else url
    facts = {"board": board.name, "image_sha256": image.sha256, "port": port, "benchmark": found.benchmark}
    write_json(job.out / "flash.json", facts)


def verify(job: Job, progress: Progress) -> None:
    """Test samples on the board and on TFLM."""
    from tinykd.firmware_project.identity import firmware_identity
    from tinykd.flash import open_board
    from tinykd.link.boards_lock import held
    from tinykd.stages.device import port_after, port_settings
    from tinykd.stages.places import identity_of, way_back
    from tinykd.stages.scoring import scored
    from tinykd.verify import Footprint, Resume, Wanted, choose, verify_board
    from tinykd.verify.journal import journal_folder

    check_protocol(job.project)
    board, model, wanted = _board(job), _model(job), job.project.verify
    data, image = deployed_dataset(job), _image(job)
    count = wanted_count(wanted.samples, data.test)
    asked = choose(test_samples(data, model), count, job.project.project.seed)
    footprint = Footprint(image.flash_bytes, image.ram_bytes)
    main_c = (job.inputs["generate"] / "project/src/main.c").read_text("utf-8")
    how = Wanted(
        footprint=footprint,
        classification=asked.labels is not None,
        firmware=firmware_identity(main_c),
        numbers=asked.numbers,
    )
    port = port_after(job.inputs["flash"], job.project.target.port)
    with open_board(image, board, port, flashed=True) as url, held(url, f"tinykd verify of {board.name}"):
        verification = verify_board(
            model,
            asked.inputs,
            asked.labels,
            url,
            board.name,
            wanted.timeout_s,
            progress,
            settings=port_settings(board),
            wanted=replace(how, resume=Resume(journal_folder(), identity_of(board, url)), find=way_back(url)),
        )
    if asked.labels is None:
        quantized = job.inputs["quantize"] / "quantize.json"
        verification = scored(verification, model, data, json.loads(quantized.read_text()))
    verification.write(job.out)


def check_protocol(project: "Project") -> None:
    """Firmware for another protocol than tinykd's cannot be verified."""
    if project.target.protocol != "tinykd":
        found = (
            f'"{project.target.protocol}": its grammar has no hashes, and three decimals prove no equality'
        )
        fix = "Verify with the protocol tinykd, then flash the other for its runner"
        raise ConfigError("[target] protocol", found, '"tinykd"', fix)


def report(job: Job, progress: Progress) -> None:
    """One ladder from the teacher to the boards."""
    from tinykd.report import ReportInputs, write_report

    classes = dataset(job).classes
    boards = {name: _board(job, name) for name in job.boards}
    write_report(ReportInputs.of_build(job.root / BUILD, boards, classes), job.out, job.project)


def _board(job: Job, name: str | None = None) -> "Board":
    from tinykd.boards import load_board

    name = name or job.board
    assert name is not None
    return load_board(name, job.root, job.project.target.board)


def _image(job: Job) -> "Image":
    from tinykd.build import load_image

    return load_image(job.inputs["build"], _project(job))


def _project(job: Job) -> Path:
    assert job.board is not None
    return firmware_folder(job.root, job.board)


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _model(job: Job) -> bytes:
    return (job.inputs["quantize"] / "model.tflite").read_bytes()
