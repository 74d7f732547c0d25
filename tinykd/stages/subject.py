"""What a board is verified on: a model, samples and what is right, from a project or from a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinykd.verify import Expected, Footprint, Samples, choose

if TYPE_CHECKING:
    from tinykd.bundle import Bundle
    from tinykd.oracle import OracleTensor
    from tinykd.stages.run import RunResult


@dataclass(frozen=True, eq=False)
class Subject:
    """``expected`` None: the oracle is asked. ``firmware`` empty: any firmware with the model will do."""

    name: str
    model: bytes
    samples: Samples
    expected: Expected | None
    firmware: str
    footprint: Footprint | None
    task: str
    classes: tuple[str, ...]
    runtime: str
    exact_percent: float  # the gate
    timeout_s: float
    count: int | None = None  # of the samples, where none is asked for; None: all
    seed: int = 1  # they are drawn by, where no other is asked for

    @property
    def is_classification(self) -> bool:
        """Outputs are scores of classes."""
        return self.task == "classification"


def project_subject(done: "RunResult", board: str) -> Subject:
    """The test split on the model of a project whose firmware for ``board`` is built."""
    from tinykd.build import load_image
    from tinykd.data.load import project_dataset
    from tinykd.stages.definition import firmware_folder
    from tinykd.stages.samples import test_samples, wanted_count

    project, root = done.space.project, done.space.root
    model = (done.folder("quantize") / "model.tflite").read_bytes()
    image = load_image(done.folder("build", board), firmware_folder(root, board))
    data = project_dataset(project.deployed, root)
    return Subject(
        name=project.project.name,
        model=model,
        samples=test_samples(data, model),
        expected=None,
        firmware=project_firmware(done, board),
        footprint=Footprint(image.flash_bytes, image.ram_bytes),
        task=data.task,
        classes=data.classes if data.task == "classification" else (),
        runtime=project.target.runtime,
        exact_percent=project.gates.exact_percent,
        timeout_s=project.verify.timeout_s,
        count=wanted_count(project.verify.samples, data.test),
        seed=project.project.seed,
    )


def project_firmware(done: "RunResult", board: str) -> str:
    """The identity of the firmware that was generated for ``board``."""
    from tinykd.firmware_project.identity import firmware_identity

    return firmware_identity((done.folder("generate", board) / "project/src/main.c").read_text("utf-8"))


def bundle_subject(bundle: "Bundle") -> Subject:
    """What a bundle holds."""
    facts, sizes = bundle.facts, bundle.facts.footprint
    traces: Mapping[int, tuple[OracleTensor, ...]] = bundle.traces
    return Subject(
        name=facts.name,
        model=bundle.model,
        samples=Samples.of(bundle.inputs, bundle.labels),
        expected=Expected(bundle.expected, facts.oracle, traces.get),
        firmware=facts.firmware,
        footprint=Footprint(sizes.flash_bytes, sizes.ram_bytes) if sizes else None,
        task=facts.task,
        classes=facts.classes,
        runtime=facts.runtime,
        exact_percent=facts.exact_percent,
        timeout_s=facts.timeout_s,
    )


def make_bundle(done: "RunResult", board: str, traced: int) -> "Bundle":
    """All that a machine needs that has only the board; all tensors of the first ``traced`` samples."""
    from tinykd.bundle import Bundle, Facts
    from tinykd.bundle.contents import Sizes
    from tinykd.oracle import oracle_name, run_tflm, run_tflm_tensors

    subject = project_subject(done, board)
    samples, footprint = choose(subject.samples, subject.count, subject.seed), subject.footprint
    facts = Facts(
        name=subject.name,
        task=subject.task,
        board=board,
        runtime=subject.runtime,
        oracle=oracle_name(),
        firmware=subject.firmware,
        classes=subject.classes,
        footprint=Sizes(**vars(footprint)) if footprint else None,
        exact_percent=subject.exact_percent,
        timeout_s=subject.timeout_s,
    )
    return Bundle(
        facts=facts,
        model=subject.model,
        inputs=samples.inputs,
        labels=samples.labels,
        expected=run_tflm(subject.model, samples.inputs),
        traces={
            i: run_tflm_tensors(subject.model, samples.inputs[i]) for i in range(min(traced, len(samples)))
        },
    )
