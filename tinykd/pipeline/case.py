"""A verification's case from the files of a project's stages; and as a bundle, for another machine."""

from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError
from tinykd.sessions.verification_case import VerificationCase
from tinykd.verify import Footprint, choose

if TYPE_CHECKING:
    from tinykd.build import FirmwareImage
    from tinykd.bundle import Bundle
    from tinykd.data.dataset import Dataset
    from tinykd.pipeline.run import RunResult
    from tinykd.project.schema import Project


def project_case(done: "RunResult", board: str) -> VerificationCase:
    """The test split on the model of a project whose firmware for ``board`` is built."""
    from tinykd.build import load_image
    from tinykd.data.load import project_dataset
    from tinykd.engine.stage import firmware_folder

    project, root = done.space.project, done.space.root
    return case_of(
        project,
        project_dataset(project.deployed, root),
        (done.folder("quantize") / "model.tflite").read_bytes(),
        load_image(done.folder("build", board), firmware_folder(root, board)),
        done.folder("generate", board),
    )


def case_of(
    project: "Project", data: "Dataset", model: bytes, image: "FirmwareImage", generated: Path
) -> VerificationCase:
    """The test split of ``data`` on ``model`` as ``image`` carries it; ``generated`` is of stage generate."""
    from tinykd.pipeline.test_samples import raw_input_of, samples_of, wanted_count

    return VerificationCase(
        name=project.project.name,
        model=model,
        samples=samples_of(project, data, model),
        raw=raw_input_of(project, data, model),
        expected=None,
        firmware=generated_firmware(generated),
        footprint=Footprint(image.flash_bytes, image.ram_bytes),
        task=data.task,
        classes=data.classes if data.task == "classification" else (),
        runtime=project.target.runtime,
        exact_percent=project.gates.exact_percent,
        timeout_s=project.verify.timeout_s,
        count=wanted_count(project.verify.samples, data.test),
        seed=project.project.seed,
    )


def generated_firmware(generated: Path) -> str:
    """The identity of the firmware that is in stage generate's folder."""
    from tinykd.firmware_project.identity import firmware_identity

    return firmware_identity((generated / "project/src/main.c").read_text("utf-8"))


def make_bundle(done: "RunResult", board: str, traced: int) -> "Bundle":
    """All that a machine needs that has only the board; all tensors of the first ``traced`` samples."""
    import numpy as np

    from tinykd.bundle import Bundle, BundleFacts
    from tinykd.bundle.contents import Sizes
    from tinykd.oracle import oracle_name, run_tflm, run_tflm_tensors

    case = project_case(done, board)
    if case.raw:
        fix = 'Say start = "features" for the bundle'
        raise ConfigError('[verify] start = "raw"', "a bundle begins at features", '"features"', fix)
    samples, footprint = choose(case.samples, case.count, case.seed), case.footprint
    inputs = np.asarray(samples.inputs)
    facts = BundleFacts(
        name=case.name,
        task=case.task,
        board=board,
        runtime=case.runtime,
        oracle=oracle_name(),
        firmware=case.firmware,
        classes=case.classes,
        footprint=Sizes(**vars(footprint)) if footprint else None,
        exact_percent=case.exact_percent,
        timeout_s=case.timeout_s,
    )
    return Bundle(
        facts=facts,
        model=case.model,
        inputs=inputs,
        labels=samples.labels,
        expected=run_tflm(case.model, inputs),
        traces={i: run_tflm_tensors(case.model, inputs[i]) for i in range(min(traced, len(samples)))},
    )
