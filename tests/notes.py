"""A ``Progress`` for tests of what is noted."""

from tinykd.progress import Silent


class Notes(Silent):
    """Keeps what is noted, draws no bar."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)
