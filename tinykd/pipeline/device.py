"""Stages ``flash`` and ``verify``: the image on the board, and the board's answers beside TFLM's."""

import json
from typing import TYPE_CHECKING

from tinykd.engine.stage import Job
from tinykd.errors import ConfigError, LinkError
from tinykd.pipeline.inputs import board_of, deployed_dataset, image_of, model_of
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
    from tinykd.pipeline.case import case_of
    from tinykd.pipeline.project_board import running_image
    from tinykd.pipeline.scoring import scored
    from tinykd.sessions.verification import VerifyOptions, verify_now

    check_protocol(job.project)
    board, model, data, image = board_of(job), model_of(job), deployed_dataset(job), image_of(job)
    case = case_of(job.project, data, model, image, job.inputs["generate"])
    with running_image(image, board, job.inputs["flash"], job.project.target.port) as place:
        verification = verify_now(case, place, VerifyOptions(), progress)
    if not case.is_classification:
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
