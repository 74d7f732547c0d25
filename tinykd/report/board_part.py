"""One board's part of the report: its program, image, verdict and measurements, joined with its TOML."""

from tinykd.report.board_inputs import ProgramMetrics, SizeMetrics, VerificationMetrics
from tinykd.report.folders import BoardInputs
from tinykd.report.inputs import ScoreMetrics, read_metrics
from tinykd.report.model import (
    Accuracy,
    ArenaBuffer,
    BoardResult,
    Detection,
    Exactness,
    Fit,
    HopPlan,
    Image,
    Link,
    LinkedSection,
    MemoryMarks,
    Objects,
    ProfiledLayer,
    ProgramPlan,
    Quality,
    SeveralLabels,
    Timing,
)
from tinykd.report.names import short_name, short_names
from tinykd.report.speed import held, speed_of
from tinykd.training.classes import ByClass, beside_chance, beside_mean


def board_result(name: str, folders: BoardInputs, missing: list[str]) -> BoardResult:
    """One board's files, joined with what its TOML says of it."""
    from tinykd.boards import load_board

    board = folders.board or load_board(name)
    program = read_metrics(folders.generate, "program.json", ProgramMetrics, missing)
    size = read_metrics(folders.build, "size.json", SizeMetrics, missing)
    verification = read_metrics(folders.verify, "verification.json", VerificationMetrics, missing)
    return BoardResult(
        name=name,
        title=board.title,
        mcu=board.mcu,
        core=str(board.core),
        kind=board.kind,
        image=_image(size, board.flash_bytes, board.ram_bytes) if size else None,
        plan=plan_of(program, verification.layer_ticks if verification else ()) if program else None,
        exactness=_exactness(verification) if verification else None,
        device=quality_of(verification.device) if verification else None,
        oracle=quality_of(verification.host) if verification else None,
        timing=_timing(verification) if verification else None,
        speed=speed_of(verification.ticks if verification else None, program, board),
        holds=held(size, program) if size and program and board.kind != "host" else (),
        marks=_marks(verification) if verification else None,
        link=Link(**verification.link.model_dump()) if verification and verification.link else None,
        remark=remark_of(verification.device) if verification else None,
        models=_models(program, verification),
        compiler=verification.firmware.compiler if verification and verification.firmware else "",
    )


def _models(program: ProgramMetrics | None, verification: VerificationMetrics | None) -> tuple[str, ...]:
    """The models that were compiled and that answered: SHA-256s, normally one."""
    said = verification.model.sha256 if verification and verification.model else None
    return tuple(dict.fromkeys(sha for sha in (program.sha256 if program else None, said) if sha))


def plan_of(program: ProgramMetrics, ticks: tuple[float, ...] = ()) -> ProgramPlan:
    """``program.json`` as a plan; ``ticks`` per layer where the board was asked for a profile."""
    known = ticks if len(ticks) == len(program.layers) else (None,) * len(program.layers)
    labels = short_names(layer.name for layer in program.layers)
    layers = (
        ProfiledLayer(**layer.model_dump(exclude={"cost"}), label=label, ticks=tick)
        for layer, label, tick in zip(program.layers, labels, known, strict=True)
    )
    tensors = short_names(buffer.name for buffer in program.buffers)
    buffers = zip(program.buffers, tensors, strict=True)
    return ProgramPlan(
        arena_bytes=program.arena_bytes,
        lower_bound_bytes=program.lower_bound_bytes,
        weights_bytes=program.weights_bytes,
        macs=program.macs,
        samples=program.samples,
        samples_bytes=program.samples_bytes,
        layers=tuple(layers),
        buffers=tuple(ArenaBuffer(**buffer.model_dump(), label=label) for buffer, label in buffers),
        stream=HopPlan(**program.stream.model_dump()) if program.stream else None,
    )


def _image(size: SizeMetrics, flash_budget: int, ram_budget: int) -> Image:
    sections = (LinkedSection(**section.model_dump()) for section in size.sections if section.bytes)
    return Image(
        flash_bytes=size.flash_bytes,
        ram_bytes=size.ram_bytes,
        stack_bytes=size.stack_bytes,
        flash_budget=size.flash_budget or flash_budget,
        ram_budget=size.ram_budget or ram_budget,
        sections=tuple(sections),
    )


def _exactness(found: VerificationMetrics) -> Exactness:
    return Exactness(
        oracle=found.oracle,
        samples=found.samples,
        exact=found.exact,
        within_one=found.within_one,
        same_class=found.same_class,
        max_difference=found.max_difference,
        first_difference=_first_difference(found),
    )


def _first_difference(found: VerificationMetrics) -> str | None:
    """Where the board first leaves the oracle, by the layer's short name."""
    facts = found.first_difference_facts
    if facts is None or facts.layer is None:
        return found.first_difference
    return (
        f"layer {facts.layer} {short_name(facts.name)} ({facts.kernel}): {facts.differing} of {facts.values} "
        f"values differ by at most {facts.max_difference} (sample {facts.sample})"
    )


def _timing(found: VerificationMetrics) -> Timing | None:
    return Timing(**found.ticks.model_dump()) if found.ticks else None


def _marks(found: VerificationMetrics) -> MemoryMarks:
    return MemoryMarks(
        stack_used=found.stack_used, stack_bytes=found.stack_bytes, arena_bytes=found.arena_bytes
    )


def by_class(found: ScoreMetrics) -> ByClass | None:
    """The same as the stages had it."""
    known = found.by_class
    return ByClass(known.samples, known.right, known.named) if known else None


def remark_of(found: ScoreMetrics | None) -> str | None:
    """What is to say of a score that is not better than what needs no model."""
    if found is None or not found.total:
        return None
    if (classes := by_class(found)) is not None:
        return classes.remark
    if found.mean_ap is not None:
        return beside_chance(found.mean_ap, found.mean_ap_low, found.chance)
    if found.f1 is not None:
        return None if found.right else "no object is found"
    if found.low is None:
        return None
    if found.r2 is not None:
        return beside_mean(found.r2, found.low)
    return beside_chance(found.auc, found.low) if found.auc is not None else None


def quality_of(found: ScoreMetrics | None) -> Quality | None:
    """A score with its interval; None where nothing was counted."""
    if found is None or not found.total:
        return None
    if found.low is None or found.high is None:
        return Accuracy.of(found.correct, found.total, by_class(found))
    if found.f1 is not None and found.mean_ap is not None:
        same = SeveralLabels.model_fields.keys() & ScoreMetrics.model_fields.keys()
        return SeveralLabels(value=found.f1, **{name: getattr(found, name) for name in same})
    if found.f1 is not None:
        same = Objects.model_fields.keys() & ScoreMetrics.model_fields.keys()
        return Objects(value=found.f1, **{name: getattr(found, name) for name in same})
    total, low, high = found.total, found.low, found.high
    if found.r2 is not None and found.mae is not None:
        fit = Fit(total=total, value=found.r2, low=low, high=high, mae=found.mae)
        return fit.model_copy(update={"mae_high": found.mae_high})
    assert found.auc is not None
    return Detection(correct=found.correct, total=total, value=found.auc, low=low, high=high)
