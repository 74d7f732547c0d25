"""The verdict on a board that listened to a recording, for people."""

from collections.abc import Iterator, Sequence

from tinykd.live.compare import HeardDifference, StreamVerification

MOST_EVENTS = 12  # that are named
_PARTS = {
    "features": "the front end's rows differ: samples to features",
    "model": "the window is the host's, the model's outputs differ",
    "scores": "the outputs are the host's, their averages differ",
    "event": "the averages are the host's, what fires differs",
}


def heard_lines(board: str, verdict: StreamVerification, names: Sequence[str]) -> Iterator[str]:
    """Counts, events, load, and the first difference."""
    total = verdict.answers
    yield (
        f"{board}: {verdict.events_equal} of {len(verdict.events)} events equal, "
        f"{verdict.inputs_exact}/{total} windows, {verdict.outputs_exact}/{total} outputs, "
        f"{verdict.scores_exact}/{total} scores exact"
    )
    for event in verdict.board_events[:MOST_EVENTS]:
        yield f"  {event.step:>6}  {names[event.index]} {(event.score + 128) / 256:.2f}"
    if len(verdict.board_events) > MOST_EVENTS:
        yield f"  and {len(verdict.board_events) - MOST_EVENTS} more"
    load = verdict.load
    yield (
        f"  load     features {load.features:.1%}, model {load.model:.1%} of {verdict.seconds:.3g} s"
        + (": too slow for this board" if load.total > 1 else "")
    )
    if verdict.difference:
        yield f"  differs  {_difference(verdict.difference)}"


def _difference(found: HeardDifference) -> str:
    return f"at {found.seconds:.3f} s, inference {found.answer}: {_PARTS[found.part]}"
