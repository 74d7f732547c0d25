"""What `monitor --live` draws of a board that listens."""

from io import StringIO

from rich.console import Console

from tinykd.cli.live_listening import ListeningView, watch_listening
from tinykd.link.live_messages import Answer, Heard


def drawn(view: ListeningView) -> str:
    console = Console(width=80, record=True, file=StringIO())
    console.print(view.draw())
    return console.export_text()


def test_level_features_scores_and_events_are_shown() -> None:
    view = ListeningView(("yes", "no"), 1_000_000, 8000.0)
    quiet = Heard(0, 4000, 0, 1, 2, 0)
    fires = Answer(1, 5, 6, 7, 1, 76, bytes((0x80, 76)))
    later = Answer(2, 5, 6, 7, -1, 0, bytes((0x80, 0)))
    view.see(quiet)
    assert "none yet" in drawn(view) and "-60 dB" in drawn(view)
    watch_listening(
        [Heard(1, 8000, 3, 1, 2, 32767, fires, b"\x80\x00\x7f"), Heard(2, 9000, 3, 1, 2, 300, later)], view, 2
    )
    text = drawn(view)
    assert "1.00 s  no  0.80" in text and "3 values lost" in text and "-41 dB" in text
    assert " ▄█" in text and "yes  0.00" in text and "no   0.50" in text


def test_a_class_without_a_name_has_its_number() -> None:
    view = ListeningView((), 1, 1.0)
    view.see(Heard(0, 1, 0, 0, 0, 1, Answer(1, 0, 0, 0, 0, -128, b"\x80")))
    assert "class 0" in drawn(view)
