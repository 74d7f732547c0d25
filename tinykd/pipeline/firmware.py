"""Stages ``generate`` and ``build``: the flatbuffer as C, the firmware project around it, and the image."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.engine.stage import Job, firmware_folder
from tinykd.pipeline.events import event_rules
from tinykd.pipeline.found_objects import object_rules
from tinykd.pipeline.inputs import board_of, deployed_dataset, model_of, project_folder
from tinykd.pipeline.stream import stream_facts, stream_program
from tinykd.pipeline.test_samples import raw_input_of, samples_of
from tinykd.pipeline.text_replies import carried_texts, text_replies
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.compiler.program import Program
    from tinykd.data.dataset import Dataset
    from tinykd.firmware_project import EmbeddedSamples
    from tinykd.project.schema import Project
    from tinykd.tflm.program import TflmProgram


def generate(job: Job, progress: Progress) -> None:
    """The flatbuffer as C, with the firmware project around it."""
    from tinykd.boards.psram import psram_note
    from tinykd.files import write_json, write_whole
    from tinykd.firmware_project import Surroundings, example_of, model_sources, note_of, project_files
    from tinykd.firmware_project.live import live_of
    from tinykd.firmware_project.sensors import driver_note, driver_of

    board, data = board_of(job), deployed_dataset(job)
    features = features_of(job.inputs["quantize"], data)
    program, samples, classes = compiled_model(job.project, data, board, model_of(job), job.root)
    if note := psram_note(board, program.arena_bytes):
        progress.note(note)
    rules = event_rules(job.project, features, model_of(job))
    raw = raw_input_of(job.project, data, model_of(job))
    stream = stream_program(job.project, board, model_of(job), data)
    objects = object_rules(data, features, model_of(job))
    texts = text_replies(data, model_of(job))
    around = Surroundings(data.frontend, features, rules, stream, raw, objects, texts)
    model = model_sources(program)
    files = project_files(model, board, samples, classes, job.project.target.protocol, around)
    driver = driver_of(live_of(model, around), board, around)
    if note := driver_note(driver) if driver else note_of(example_of(model, board, around)):
        progress.note(f"{board.name}: {note}")
    for path, text in files.items():
        write_whole(job.out / "project" / path, text)
    carried = samples.facts if samples else {}
    hops = stream_facts(job.project, stream)
    write_json(job.out / "program.json", program.summary() | carried | hops)


def features_of(quantized: Path, data: "Dataset") -> dict[str, Any]:
    """``features.json`` of the stage in ``quantized``, refused where ``data`` has another front end."""
    from tinykd.data.features.agreement import check_same
    from tinykd.data.summary import FEATURES_FILE

    found: dict[str, Any] = json.loads((quantized / FEATURES_FILE).read_text())
    check_same(found, data.frontend, data.input_shape, quantized / FEATURES_FILE)
    return found


def compiled_model(
    project: "Project", data: "Dataset", board: "Board", model: bytes, root: Path
) -> "tuple[Program | TflmProgram, EmbeddedSamples | None, tuple[str, ...]]":
    """``model`` for ``board``, the samples that its firmware carries, and the names of their classes.

    ``root`` is the project's folder.
    """
    import numpy as np

    from tinykd.firmware_project import EmbeddedSamples
    from tinykd.pipeline.compiled_program import ProjectFolder, program_of
    from tinykd.pipeline.test_samples import carried_count
    from tinykd.verify import covering

    classes = data.classes if data.task in ("classification", "multilabel") else ()  # the outputs' names
    program = program_of(ProjectFolder(project, root), board, model, classes)
    if data.task == "regression":
        return program, None, classes
    whole = samples_of(project, data, model)
    count = carried_count(project, board, program.weights_bytes, whole, program.arena_bytes)
    carried = covering(whole, count, project.project.seed)
    inputs = np.asarray(carried.inputs)
    labels = carried.labels if carried.labels is not None else carried.strata  # of an anomaly task: is it one
    assert labels is not None
    if data.task == "multilabel":
        on = data.test.y[carried.numbers] > 0
        return (
            program,
            EmbeddedSamples(inputs, tuple(on.sum(axis=1).tolist()), on),
            classes,
        )
    embedded = EmbeddedSamples(inputs, tuple(labels.tolist()), texts=carried_texts(data, carried))
    return program, embedded, data.classes


def lay_out_firmware(job: Job, progress: Progress) -> None:
    """The generated project in the user's own folder, beside the user's code."""
    from tinykd.firmware_project import lay_out

    assert job.board is not None
    project = job.inputs["generate"] / "project"
    files = {p.relative_to(project).as_posix(): p.read_text(encoding="utf-8") for p in _files_below(project)}
    for note in lay_out(files, firmware_folder(job.root, job.board)).notes:
        progress.note(note)


def build(job: Job, progress: Progress) -> None:
    """The image, within what the board has; gates are noted here and decided in the report."""
    from tinykd.build import build_firmware, check_budget
    from tinykd.pipeline.compiled_program import ProjectFolder, tflm_folder
    from tinykd.pipeline.preflight import told_of_gate

    board = board_of(job)
    tree = tflm_folder(ProjectFolder(job.project, job.root))
    board = board.beside_slot if job.project.firmware.slot else board
    image = build_firmware(project_folder(job), board, job.out, progress, job.project.target.builder, tree)
    check_budget(image, board)
    with told_of_gate(progress):
        check_budget(image, board, job.project.gates)


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
