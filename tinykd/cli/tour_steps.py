"""What `tinykd tour` does: the verbs of a first project, in order, each with what it is for.

The commands are those of docs/tour.md, typed in the project's folder;
a test holds the two against each other.
"""

from dataclasses import dataclass

from tinykd.boards import Board


@dataclass(frozen=True)
class TourStep:
    """One command. ``files`` are what it leaves, within the project's folder."""

    title: str
    what: str
    command: tuple[str, ...]  # without the word tinykd
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class TourPlan:
    """A project's ``name``, which is its folder's too, a board, and the board's port where one was named."""

    name: str
    board: Board
    port: str | None = None

    @property
    def steps(self) -> tuple[TourStep, ...]:
        """From nothing to a board that answers. The first is typed in the folder around the project's."""
        return (*_look(self.name), *_teach(), *_prove(self.board, self.port))


def _look(name: str) -> tuple[TourStep, ...]:
    return (
        TourStep(
            "a project",
            "A folder with one file: what is learnt, by which networks, for which boards. The data are "
            "1,797 handwritten digits of 8 x 8 pixels that come with scikit-learn.",
            ("new", name, "--example", "digits"),
            ("tinykd.toml",),
        ),
        TourStep(
            "look at the data",
            "Samples and labels are looked at before anything is trained, and a simple model is tried on "
            "them: what a network must beat.",
            ("check",),
            ("build/check/check.html",),
        ),
    )


def _teach() -> tuple[TourStep, ...]:
    return (
        TourStep(
            "train the teacher",
            "A large network learns from the labels. It is far too large for a microcontroller; what it "
            "answers to every sample is kept.",
            ("train",),
            ("build/model/train/teacher.keras",),
        ),
        TourStep(
            "distill the student",
            "A network of a few thousand weights is trained twice: on the labels alone (the baseline), and "
            "on what the teacher answers (the student). The difference is what teaching is worth.",
            ("distill",),
            ("build/model/distill/distill.json",),
        ),
        TourStep(
            "quantize",
            "Microcontrollers compute in integers: weights and activations become int8, and training goes "
            "on for a while with that in place.",
            ("quantize",),
            ("build/model/quantize/model.tflite",),
        ),
    )


def _prove(board: Board, port: str | None) -> tuple[TourStep, ...]:
    on = ("--board", board.name)
    at = (*on, *(("--port", port) if port else ()))
    return (
        TourStep(
            "build the firmware",
            "The model becomes plain C, the C a firmware project, the project an image; flash and RAM are "
            "held against what the board has. Your own code goes into src/app.cpp.",
            ("build", *on),
            (f"firmware/{board.name}/src/app.cpp", f"build/{board.name}/build/firmware.elf"),
        ),
        TourStep("put it on the board", _flashed(board), ("flash", *at)),
        TourStep(
            "verify",
            "The board answers every test sample over its serial port, and each output is held against "
            "TensorFlow Lite Micro's on this machine, byte by byte.",
            ("verify", *at),
            (f"build/{board.name}/verify/verification.json",),
        ),
        TourStep(
            "talk to the board",
            "The firmware also understands a person: `infer 3` has it recognise the fourth of the digits "
            "that are in its flash. Without --send you type to it yourself.",
            ("monitor", *at, "--send", "info", "--send", "infer 3"),
        ),
        TourStep(
            "the report",
            "One page for all of it: accuracy from the teacher down to the board, with intervals; errors, "
            "memory, time. The gates of tinykd.toml decide on the exit code.",
            ("report", *on),
            ("build/report/report.html",),
        ),
    )


def _flashed(board: Board) -> str:
    match board.kind:
        case "host":
            return "This machine stands for a board: the image starts as a process behind a serial port."
        case "qemu":
            return f"The emulator starts with the image in its flash: {board.title}."
        case _:
            return "The image goes over USB into the board's flash, in place of what was there."
