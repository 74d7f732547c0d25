"""The stages of tinykd, in order, and what each of them reads: the one place to add a stage.

Only declarations: the functions are in ``steps`` and are imported when they run.
"""

import difflib

from tinykd.engine.stage import Stage, Step
from tinykd.errors import ConfigError
from tinykd.project.samples import DataSection
from tinykd.project.schema import Project

_TRAINING_PACKAGES = ("tensorflow", "keras", "tf-keras", "tensorflow-model-optimization", "numpy")

_LATER = ("augmented_copies", "mixup")  # keys of [data] that no size depends on
_SHAPES = (  # what decides which samples there are, and of what shape
    "project.task",
    *(f"data.{key}" for key in DataSection.model_fields if key not in _LATER),
    *("image", "audio", "sensor", "detection", "features", "text"),
)
_DATA = (
    "project.task",
    "data",
    "image",
    "audio",
    "sensor",
    "detection",
    "features",
    "text",
)  # what decides the samples

STAGES: tuple[Stage, ...] = (
    Stage(
        name="check",
        function="tinykd.pipeline.train:check",
        config=("project.seed", *_SHAPES, "stream", "student", "fine_tuning.source"),
        config_where=lambda project: ("target.board", "target.optimize") if project.student.fit else (),
        paths=("data.source", "data.unlabelled", "fine_tuning.source", "student.model"),
        training=True,
        guards=("train",),
        packages=_TRAINING_PACKAGES,
    ),
    Stage(
        name="train",
        function="tinykd.pipeline.train:train",
        prepare="tinykd.pipeline.preflight:check_room",
        config=("project.seed", *_DATA, "teacher", "anomaly"),
        paths=("data.source", "data.unlabelled", "teacher.model"),
        training=True,
        packages=_TRAINING_PACKAGES,
    ),
    Stage(
        name="distill",
        function="tinykd.pipeline.distill:distill",
        reads=("train/", "check/student.json"),
        config=("project.seed", *_DATA, "student", "distillation", "anomaly"),
        paths=("data.source", "data.unlabelled", "student.model"),
        training=True,
        packages=_TRAINING_PACKAGES,
    ),
    Stage(
        name="prune",
        function="tinykd.pipeline.distill:prune",
        section="pruning",
        reads=("train/", "check/student.json", "distill/student.weights.h5", "distill/distill.json"),
        config=(
            *("project.seed", *_DATA, "student", "distillation", "pruning", "anomaly"),
            *("target.board", "target.optimize"),
        ),
        paths=("data.source", "data.unlabelled", "student.model"),
        training=True,
        packages=_TRAINING_PACKAGES,
    ),
    Stage(
        name="finetune",
        function="tinykd.pipeline.distill:finetune",
        section="fine_tuning",
        reads=("check/student.json", "distill/student.weights.h5", "prune/"),
        config=("project.seed", *_DATA, "student", "fine_tuning"),
        paths=("data.source", "data.unlabelled", "fine_tuning.source"),
        training=True,
        packages=_TRAINING_PACKAGES,
    ),
    Stage(
        name="quantize",
        function="tinykd.pipeline.distill:quantize",
        reads=("train/", "check/student.json", "distill/", "prune/", "finetune/"),
        config=(
            *("project.seed", *_DATA),
            *("student", "distillation", "pruning", "fine_tuning", "quantization", "anomaly"),
        ),
        paths=("data.source", "data.unlabelled", "fine_tuning.source", "student.model"),
        training=True,
        packages=(*_TRAINING_PACKAGES, "tflite-micro"),
    ),
    Stage(
        name="generate",
        function="tinykd.pipeline.firmware:generate",
        reads=("quantize/model.tflite", "quantize/features.json"),
        config=(
            *(
                "project.name",
                "project.seed",
                *_DATA,
                "fine_tuning",
                "stream",
                "events",
                "firmware",
                "gates.flash_bytes",
            ),
            *("target.optimize", "target.runtime", "target.tflm_dir", "target.protocol"),
            "verify.start",
        ),
        paths=("data.source", "data.unlabelled", "fine_tuning.source"),
        watches=("build/{board}/arena.json",),  # what the board said that TFLM used
        per_board=True,
        packages=("numpy", "jinja2"),
    ),
    Stage(
        name="build",
        function="tinykd.pipeline.firmware:build",
        prepare="tinykd.pipeline.firmware:lay_out_firmware",
        reads=("generate/project/",),
        watches=tuple(f"firmware/{{board}}/{path}" for path in ("src", "include", "lib", "user.ini")),
        config=("gates.flash_bytes", "gates.ram_bytes", "target.builder"),
        per_board=True,
    ),
    Stage(
        name="flash",
        function="tinykd.pipeline.device:flash",
        reads=("quantize/model.tflite", "generate/project/", "build/firmware.elf", "build/size.json"),
        config=("target.port", "target.via"),
        per_board=True,
    ),
    Stage(
        name="verify",
        function="tinykd.pipeline.device:verify",
        reads=(
            "quantize/model.tflite",
            "quantize/quantize.json",
            "generate/project/",
            "build/firmware.elf",
            "build/size.json",
            "flash/",
        ),
        config=("project.seed", *_DATA, "fine_tuning", "verify", "target.port"),
        paths=("data.source", "data.unlabelled", "fine_tuning.source"),
        per_board=True,
        packages=("numpy", "tflite-micro"),
    ),
    Stage(
        name="report",
        function="tinykd.pipeline.report:report",
        watches=("build/tune/tune.json", "build/search/taken.json"),
        reads=(
            "check/findings.json",
            "train/",
            "distill/",
            "prune/prune.json",
            "finetune/finetune.json",
            "quantize/",
            "generate/program.json",
            "build/size.json",
            "flash/",
            "verify/",
        ),
        config=(
            *(
                "project",
                "data",
                "image",
                "audio",
                "sensor",
                "detection",
                "features",
                "text",
                "teacher",
                "student",
                "distillation",
                "pruning",
                "fine_tuning",
                "quantization",
            ),
            *("anomaly", "events", "target", "firmware", "verify", "gates", "search"),
        ),
    ),
)


def stages_of(project: Project) -> tuple[Stage, ...]:
    """The stages that ``project`` goes through: those of a section that it does not have are left out."""
    return tuple(
        stage for stage in STAGES if stage.section is None or getattr(project, stage.section) is not None
    )


def stage_named(name: str) -> Stage:
    """The stage called ``name``, or a ``ConfigError`` with the nearest one."""
    for stage in STAGES:
        if stage.name == name:
            return stage
    names = [stage.name for stage in STAGES]
    near = difflib.get_close_matches(name, names, n=1)
    raise ConfigError(f"stage {name}", "no such stage", near[0] if near else "one of " + ", ".join(names))


def steps_until(stages: tuple[Stage, ...], boards: tuple[str, ...], last: str | None = None) -> list[Step]:
    """The steps that lead to stage ``last`` (all stages if None): board by board where boards take part."""
    wanted = _needed_for(stages, last)
    steps = [Step(stage) for stage in wanted if not stage.per_board and stage.name != "report"]
    steps += [Step(stage, board) for board in boards for stage in wanted if stage.per_board]
    return steps + [Step(stage) for stage in wanted if stage.name == "report"]


def _needed_for(stages: tuple[Stage, ...], last: str | None) -> list[Stage]:
    if last is None:
        return list(stages)
    needed = {last}
    for stage in reversed(stages):
        if stage.name in needed or needed.intersection(stage.guards):
            needed.update((stage.name, *stage.after))
    return [stage for stage in stages if stage.name in needed]
