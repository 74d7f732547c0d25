"""What a board says line by line, as values: answers with their class and latency, memory, and other lines.

The lines are those of firmware/harness/tkd_console.c (`infer N`, `mem`). Whatever else comes, such as what
the user's own code prints, is kept as it is. No I/O.
"""

import codecs
import re
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from statistics import median

SHOWN = 12  # answers and other lines that are kept to be shown
LONGEST_LINE = 4096  # characters; a flood without line ends fills no memory
TIMES = 2000  # latencies that median and spread are of
_ANSWER = re.compile(
    r"sample (?P<sample>\d+) is (?P<found>\d+)(?: \((?P<name>.*?)\))?"
    r"(?:, expected (?P<wanted>\d+)(?: \((?P<wanted_name>.*)\))?)?: (?P<verdict>right|wrong), "
    r"(?P<ticks>\d+) (?P<unit>\w+)"
)
_SEEN = re.compile(
    r"sample (?P<sample>\d+) has (?P<found>\d+) objects in (?P<width>\d+) x (?P<height>\d+), "
    r"labels (?P<wanted>\d+), (?P<ticks>\d+) (?P<unit>\w+)"
)
_OBJECT = re.compile(
    r"object (\d+)(?: \((.*)\))? at (-?\d+) (-?\d+), box (-?\d+) (-?\d+) (-?\d+) (-?\d+), score (-?\d+)"
)
_LABELLED = re.compile(
    r"sample (?P<sample>\d+) has \d+ of \d+ classes on: (?P<verdict>right|wrong), "
    r"(?P<ticks>\d+) (?P<unit>\w+)"
)
_CLASS = re.compile(r"class (\d+)(?: \((.*)\))? (on|off), score -?\d+(, in the labels|, not in the labels)?")
_ERROR = re.compile(r"error (?P<error>[\d.]+|too large), threshold (?P<threshold>[\d.]+)")
_UNSURE = re.compile(r"unsure, (\d+ %)")  # of a text: the best class is less probable than it must be
_ARENA = re.compile(r"arena (\d+) of (\d+) bytes")
_STACK = re.compile(r"stack (\d+) of (\d+) bytes used")
_END = re.compile(r"infer wants the number of a sample, 0 to (\d+)")
_NONE = {  # what the firmware says instead of an answer, and what helps
    "no samples in this firmware": "In a project, [firmware] samples says how many; then type `tinykd flash`",
    "the output is no vector of int8 scores": "Type bench or mem, or print values in on_result()",
    "frames only": "A board with so little RAM is watched with `tinykd verify` and `tinykd profile`",
}
_EXPECTED = re.compile(r"tinykd .* ready, type help|scores( -?\d+)+|")


@dataclass(frozen=True)
class LiveInference:
    """One inference."""

    sample: int
    found: str  # the class, by name where it has one
    wanted: str | None  # None: it is right
    ticks: int
    unit: str
    error: str = ""  # of a model that finds anomalies: how badly it gave its input back
    unsure: str = ""  # of a model of texts, where the answer is: how probable the class is


@dataclass(frozen=True)
class SeenObject:
    """An object in pixels of the image."""

    name: str
    x: int
    y: int
    box: tuple[int, int, int, int]  # x0, y0, x1, y1
    score: int


@dataclass(frozen=True)
class SeenScene:
    """What a board found in an image, and how much the labels have."""

    width: int
    height: int
    wanted: int
    objects: tuple[SeenObject, ...] = ()


@dataclass
class SeenLabels:
    """The classes that are on in a sample, and those that should be."""

    right: bool
    on: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)

    def add(self, name: str, on: bool, remark: str | None) -> None:
        """One line; ``remark``: what the labels say where they say otherwise."""
        if on:
            self.on.append(name)
        if remark != ", not in the labels":
            self.there.append(name)


@dataclass
class LiveMetrics:
    """All that was seen so far."""

    answers: deque[LiveInference] = field(default_factory=lambda: deque(maxlen=SHOWN))
    others: deque[str] = field(default_factory=lambda: deque(maxlen=SHOWN))
    classes: Counter[str] = field(default_factory=Counter)
    times: deque[int] = field(default_factory=lambda: deque(maxlen=TIMES))
    count: int = 0
    right: int = 0
    arena: tuple[int, int] | None = None
    stack: tuple[int, int] | None = None
    threshold: str = ""  # above it an error is an anomaly
    scene: SeenScene | None = None  # of the last inference of a model that finds objects
    unsure: int = 0  # answers that are
    samples: int | None = None  # in the firmware, once it is known
    refusal: str = ""  # why there is nothing to watch
    remedy: str = ""
    _labels: SeenLabels | None = None  # of several labels, while its lines come
    _rest: str = ""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )  # a character's bytes may come in two pieces

    @property
    def median_ticks(self) -> float:
        """Of the last inferences; 0 before the first."""
        return median(self.times) if self.times else 0.0

    def feed(self, data: bytes) -> int:
        """Take what came; how many whole lines it completed."""
        *lines, rest = (self._rest + self._decoder.decode(data)).split("\n")
        self._rest = rest[-LONGEST_LINE:]
        for line in lines:
            self._line(line.strip("\r\0"))
        return len(lines)

    def _line(self, line: str) -> None:
        if self._is_of_labels(line) or (self.answers and self._is_of_answer(line)):
            return
        if found := _ANSWER.fullmatch(line):
            self._answer(found)
        elif found := _SEEN.fullmatch(line):
            self._seen(found)
        elif (found := _OBJECT.fullmatch(line)) and self.scene:
            self._object(found)
        elif line == "end of objects" and self.answers:
            self.count += 1
            self.right += self.answers[-1].wanted is None
        elif found := _ARENA.fullmatch(line):
            self.arena = int(found[1]), int(found[2])
        elif found := _STACK.fullmatch(line):
            self.stack = int(found[1]), int(found[2])
        elif found := _END.fullmatch(line):
            self.samples = int(found[1]) + 1
        elif line in _NONE:
            self.refusal, self.remedy = line, _NONE[line]
        elif not _EXPECTED.fullmatch(line):
            self.others.append(line)

    def _is_of_answer(self, line: str) -> bool:
        """Take a line that goes on with the last answer; False: it does not."""
        if found := _ERROR.fullmatch(line):
            self.answers[-1] = replace(self.answers[-1], error=found["error"])
            self.threshold = found["threshold"]
        elif found := _UNSURE.fullmatch(line):
            self.answers[-1] = replace(self.answers[-1], unsure=found[1])
            self.unsure += 1
        else:
            return False
        return True

    def _answer(self, found: re.Match[str]) -> None:
        wanted = found["wanted_name"] or found["wanted"]
        name = found["name"] or found["found"]
        answer = LiveInference(int(found["sample"]), name, wanted, int(found["ticks"]), found["unit"])
        self.answers.append(answer)
        self.classes[name] += 1
        self.times.append(answer.ticks)
        self.count += 1
        self.right += found["verdict"] == "right"

    def _is_of_labels(self, line: str) -> bool:
        """Take a line on several labels; False: it is none."""
        if found := _LABELLED.fullmatch(line):
            self._labelled(found)
        elif (found := _CLASS.fullmatch(line)) and self._labels:
            self._labels.add(found[2] or found[1], found[3] == "on", found[4])
        elif line == "end of classes" and self._labels:
            self._end_of_classes()
        else:
            return False
        return True

    def _labelled(self, found: re.Match[str]) -> None:
        """A sample of several labels begins; it counts when all its classes were said."""
        ticks, unit = int(found["ticks"]), found["unit"]
        self.answers.append(LiveInference(int(found["sample"]), "", None, ticks, unit))
        self._labels = SeenLabels(found["verdict"] == "right")
        self.times.append(ticks)

    def _end_of_classes(self) -> None:
        assert self._labels is not None
        seen, self._labels = self._labels, None
        wanted = None if seen.right else ", ".join(seen.there) or "none"
        self.answers[-1] = replace(self.answers[-1], found=", ".join(seen.on) or "none", wanted=wanted)
        self.classes.update(seen.on)
        self.count += 1
        self.right += seen.right

    def _seen(self, found: re.Match[str]) -> None:
        """An image begins; it counts when all its objects were said."""
        width, height, wanted = int(found["width"]), int(found["height"]), int(found["wanted"])
        self.scene = SeenScene(width, height, wanted)
        other = None if wanted == int(found["found"]) else str(wanted)
        answer = LiveInference(
            int(found["sample"]), f"{found['found']} objects", other, int(found["ticks"]), found["unit"]
        )
        self.answers.append(answer)
        self.times.append(answer.ticks)

    def _object(self, found: re.Match[str]) -> None:
        assert self.scene is not None
        x, y, *box, score = (int(found[i]) for i in range(3, 10))
        seen = SeenObject(found[2] or found[1], x, y, (box[0], box[1], box[2], box[3]), score)
        self.scene = replace(self.scene, objects=(*self.scene.objects, seen))
        self.classes[seen.name] += 1
