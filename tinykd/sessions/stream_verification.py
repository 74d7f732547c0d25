"""A recording played to a board that listens: what it makes of it, beside what the host makes of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tinykd.errors import DataError, LinkError
from tinykd.events.detect import Event
from tinykd.firmware_project.live_plan import LivePlan
from tinykd.link.credited_stream import SensorSource
from tinykd.link.device import Device
from tinykd.link.heard_stream import HeardStream, ListenOptions
from tinykd.link.live_messages import Answer, Heard, ListenStarted
from tinykd.link.stream_messages import Stopped
from tinykd.live.compare import Load, StreamVerification, first_difference, same_scores
from tinykd.live.hear import Hearing, LiveModel
from tinykd.recording.virtual import VirtualSensor

FASTEST_MILLIHZ = 1_000_000_000
OnAnswer = Callable[[int], None]


@dataclass(frozen=True)
class Playback:
    """``played`` as it is measured; ``speed``: times the board's time, 0 for as fast as it goes."""

    played: VirtualSensor
    speed: float = 1.0

    @property
    def rate_millihz(self) -> int:
        """In the board's time."""
        if self.speed == 0:
            return FASTEST_MILLIHZ
        return min(FASTEST_MILLIHZ, max(1, round(self.played.source.rate_millihz * self.speed)))


def verify_stream(
    device: Device, live: LiveModel, wanted: Hearing, playback: Playback, on_answer: OnAnswer
) -> StreamVerification:
    """``wanted``: of the same recording, on the host."""
    hello, sensor = device.hello(), device.sensor()
    if not sensor.is_fed:
        found = "the board has a sensor of its own"
        raise LinkError(device.where, found, "host or an emulated board, which can be fed")
    played = playback.played
    source = SensorSource(played.source.samples, playback.rate_millihz)
    options = ListenOptions(source, played.signal.scale, playback.rate_millihz)
    stream = device.listen(sensor, options)
    _check_front_end(device.where, stream.listening, live.plan)
    answers, busy = _heard(stream, len(wanted), on_answer)
    stopped = device.stop_stream()
    if stream.lost or stopped.lost:
        found = f"{stream.lost} reports and {stopped.lost} values were lost on the way"
        raise LinkError(device.where, found, "none", "Run it again")
    return _verdict(hello.model_name, answers, busy, _Case(live, wanted, playback, stopped, hello.tick_hz))


def _heard(stream: HeardStream, wanted: int, on_answer: OnAnswer) -> tuple[list[Answer], int]:
    """So many answers, and the ticks that all of it took."""
    answers: list[Answer] = []
    busy = 0
    for heard in stream:
        busy += heard.busy
        if heard.answer is not None:
            answers.append(heard.answer)
            on_answer(len(answers))
        if len(answers) >= wanted:
            break
    return answers, busy


@dataclass(frozen=True)
class _Case:
    live: LiveModel
    wanted: Hearing
    playback: Playback
    stopped: Stopped
    tick_hz: int


def _verdict(board: str, answers: list[Answer], busy: int, case: _Case) -> StreamVerification:
    plan, wanted = case.live.plan, case.wanted
    source = case.playback.played.source
    seconds = 1000 * len(source.samples) / source.rate_millihz
    events = tuple(Event(a.number - 1, a.index, a.score) for a in answers if a.index >= 0)
    there = set(events)
    return StreamVerification(
        board=board,
        seconds=seconds,
        answers=len(wanted),
        came=len(answers),
        inputs_exact=sum(a.input_hash == wanted.input_hashes[a.number - 1] for a in answers),
        outputs_exact=sum(a.output_hash == wanted.output_hashes[a.number - 1] for a in answers),
        scores_exact=sum(same_scores(a, wanted, a.number - 1) for a in answers),
        events=wanted.events,
        board_events=events,
        events_equal=sum(event in there for event in wanted.events),
        load=_load(answers, busy, seconds, case.tick_hz),
        starved=case.stopped.starved,
        tick_unit="",
        difference=first_difference(
            answers, wanted, 1000 * plan.window / plan.rate_millihz, plan.hop_ms / 1000
        ),
    )


def _load(answers: list[Answer], busy: int, seconds: float, tick_hz: int) -> Load:
    model = sum(answer.ticks for answer in answers)
    whole = seconds * tick_hz
    return Load((busy - model) / whole, model / whole, tuple(answer.ticks for answer in answers))


def _check_front_end(where: str, found: ListenStarted, plan: LivePlan) -> None:
    """The firmware's is the project's."""
    names = ("frame", "hop", "rows", "row_bytes", "rows_per_answer", "rate_millihz", "channels")
    for name in names:
        if getattr(found, name) != getattr(plan, name):
            text = f"the firmware's front end has {name} {getattr(found, name)}"
            raise LinkError(
                where, text, f"{getattr(plan, name)}, as the project", "Generate, build, flash it"
            )


def check_recording(
    where: str, played: VirtualSensor, live: LiveModel, columns: tuple[str, ...]
) -> VirtualSensor:
    """``played`` with its channels in the model's order; ``DataError`` where rate or channels are others."""
    from dataclasses import replace

    plan, signal = live.plan, played.signal
    if abs(1000 * signal.rate_hz - plan.rate_millihz) > 1e-3 * plan.rate_millihz:
        found = f"{signal.rate_hz:,.6g} values per second"
        raise DataError(where, found, f"{plan.rate_millihz / 1000:,.6g}, the model's rate", "Resample it")
    if len(signal.names) != plan.channels:
        wanted = f"{plan.channels}, as the model has"
        raise DataError(where, f"{len(signal.names)} channels", wanted)
    if signal.is_sound or not columns or signal.names == columns:
        return played
    if set(signal.names) != set(columns):
        raise DataError(where, f"channels {', '.join(signal.names)}", ", ".join(columns))
    order = [signal.names.index(name) for name in columns]
    source = replace(played.source, samples=played.source.samples[:, order])
    return VirtualSensor(source, replace(signal, names=columns))


__all__ = ["Heard", "Playback", "StreamVerification", "check_recording", "verify_stream"]
