"""Stages ``flash`` and ``verify``: the image on the board, and the board's answers beside TFLM's."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tinykd.engine.stage import Job
from tinykd.errors import ConfigError, LinkError
from tinykd.pipeline.inputs import board_of, deployed_dataset, image_of, model_of
from tinykd.pipeline.test_samples import test_samples, wanted_count
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.project.schema import Project


def flash(job: Job, progress: Progress) -> None:
    """The image on the board, which then says the hash of its model; a virtual board is only tried."""
    from tinykd.files import sha256_bytes, write_json
    from tinykd.flash import UploadOptions, open_board
    from tinykd.pipeline.compiled_program import ProjectFolder, settle_arena
    from tinykd.sessions.open_board import open_device

    if job.project.target.protocol == "mlperf":
        _flash_mlperf(job, progress)
        return
    board, image, target = board_of(job), image_of(job), job.project.target
    with (
        open_board(image, board, target.port, how=UploadOptions(target.via, progress)) as url,
        open_device(url, board, job.project.verify.timeout_s) as device,
    ):
        hello, memory = device.hello(), device.memory()
    wanted = sha256_bytes(model_of(job))
    if hello.model_sha256 != wanted:
        found = f"the board says model {hello.model_name}, SHA-256 {hello.model_sha256[:12]}"
        raise LinkError(url, found, wanted[:12], "Was the right board flashed? Pass its port with --port")
    if hello.runtime == "tflm":
        settle_arena(ProjectFolder(job.project, job.root), board.name, hello, memory, progress)
    facts = {
        name: getattr(hello, name) for name in ("model_sha256", "model_name", "runtime", "build", "compiler")
    }
    facts |= {"board": board.name, "image_sha256": image.sha256, "port": None if board.virtual else url}
    write_json(job.out / "flash.json", facts)


def _flash_mlperf(job: Job, progress: Progress) -> None:
    """The image on the board, which then says which benchmark it is; the grammar has no hash to ask for."""
    from tinykd.files import write_json
    from tinykd.flash import UploadOptions, open_board
    from tinykd.link.mlperf import who_is_there
    from tinykd.sessions.open_board import port_settings

    board, image, target = board_of(job), image_of(job), job.project.target
    with open_board(image, board, target.port, how=UploadOptions(target.via, progress)) as url:
        found = who_is_there(url, port_settings(board), job.project.verify.timeout_s)
    port = None if board.virtual else url
    facts = {"board": board.name, "image_sha256": image.sha256, "port": port, "benchmark": found.benchmark}
    write_json(job.out / "flash.json", facts)


def verify(job: Job, progress: Progress) -> None:
    """Test samples on the board and on TFLM."""
    from tinykd.firmware_project.identity import firmware_identity
    from tinykd.flash import open_board
    from tinykd.link.boards_lock import held
    from tinykd.pipeline.project_board import port_after
    from tinykd.pipeline.scoring import scored
    from tinykd.sessions.connected_boards import identity_of, port_finder
    from tinykd.sessions.open_board import port_settings
    from tinykd.verify import CheckOptions, Footprint, Resume, choose, verify_board
    from tinykd.verify.journal import journal_folder

    check_protocol(job.project)
    board, model, wanted = board_of(job), model_of(job), job.project.verify
    data, image = deployed_dataset(job), image_of(job)
    count = wanted_count(wanted.samples, data.test)
    asked = choose(test_samples(data, model), count, job.project.project.seed)
    footprint = Footprint(image.flash_bytes, image.ram_bytes)
    main_c = (job.inputs["generate"] / "project/src/main.c").read_text("utf-8")
    how = CheckOptions(
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
            wanted=replace(
                how, resume=Resume(journal_folder(), identity_of(board, url)), find=port_finder(url)
            ),
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
