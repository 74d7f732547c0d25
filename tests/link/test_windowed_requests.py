"""Jobs over lines that lose, delay, split, repeat, damage and flood; boards that reset, hang and babble."""

import random

import numpy as np
import pytest
from cobs import cobs
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.link.fakes import Clock, FakeBoard, FaultyLine, fake_outputs, hidden_layer, outputs, samples
from tinykd.errors import LinkError
from tinykd.link.device import Device
from tinykd.link.frames import Frame, encode_frame
from tinykd.link.line import SerialLine
from tinykd.link.replies import Status
from tinykd.link.transport import Transport
from tinykd.link.windowed_requests import MOST_IN_FLIGHT, WindowedRequests


def device(board: FakeBoard, line: Transport | None = None, timeout_s: float = 5.0) -> Device:
    line = line or board
    return Device(WindowedRequests(SerialLine(line, "/dev/fake", clock=board.clock), timeout_s=timeout_s))


def large() -> FakeBoard:
    return FakeBoard(input_bytes=3001, output_bytes=2050, max_payload=64, max_reply=768)


@pytest.mark.parametrize("make", [FakeBoard, large])
def test_all_samples_in_order(make: type[FakeBoard]) -> None:
    board = make()
    inputs = samples(100, board)
    link = device(board)
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs, board.output_bytes))
    assert board.computed == 100
    assert link.statistics.recoveries == 0
    assert board.clock.now < 0.01  # nobody waited


@examples(40)
@given(seed=st.integers(0, 2**32), faults=st.integers(0, 5), is_large=st.booleans())
def test_any_five_faults_are_survived(seed: int, faults: int, is_large: bool) -> None:
    board = large() if is_large else FakeBoard()
    inputs = samples(8 if is_large else 80, board, seed % 1000)
    line = FaultyLine(board, random.Random(seed), faults)
    assert np.array_equal(outputs(device(board, line), inputs), fake_outputs(inputs, board.output_bytes))


@examples(20)
@given(seed=st.integers(0, 2**32))
def test_layers_over_a_bad_line(seed: int) -> None:
    board = large()
    (sample,) = samples(1, board)
    link = device(board, FaultyLine(board, random.Random(seed)))
    first, second = link.run_layers(sample)
    assert first.output == hidden_layer(sample[np.newaxis]).tobytes()
    assert second.output == fake_outputs(sample[np.newaxis], board.output_bytes).tobytes()
    assert [layer.name for layer, _ in link.profile(sample)] == ["hidden", "logits"]


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 2, 7, 20, 63, 64, 65])
@pytest.mark.parametrize("make", [FakeBoard, large])
def test_reset_in_the_middle(make: type[FakeBoard], after: int) -> None:
    board = make()
    board.reset_after = after
    inputs = samples(70, board)
    assert np.array_equal(outputs(device(board), inputs), fake_outputs(inputs, board.output_bytes))


@pytest.mark.parametrize("window", [0, 1, 73, 200, 4000])
def test_the_window_is_kept(window: int) -> None:
    board = FakeBoard(window=window, infer_s=0.001)
    inputs = samples(200, board)
    assert np.array_equal(outputs(device(board), inputs), fake_outputs(inputs))
    assert board.most_under_way <= max(1, min(window // 70, MOST_IN_FLIGHT))


class Overrunning(FakeBoard):
    """A real UART: while an inference runs, bytes go into a ring of 256, and what does not fit is lost."""

    RING = 256
    lost = 0

    def write(self, data: bytes) -> None:
        waiting = 73 * sum(due > self.clock.now for due, _ in self._out)
        room = self.RING - waiting if waiting else len(data)
        self.lost += max(0, len(data) - room)
        super().write(data[: max(0, room)])


def test_a_window_that_is_kept_never_overruns() -> None:
    board = Overrunning(window=Overrunning.RING, infer_s=0.01)
    inputs = samples(200, board)
    link = device(board)
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs))
    assert (board.lost, link.statistics.recoveries) == (0, 0)


def test_an_overrun_costs_time_but_no_answer() -> None:
    board = Overrunning(window=4000, infer_s=0.01)
    inputs = samples(200, board)
    link = device(board)
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs))
    assert board.lost > 0
    assert link.statistics.recoveries > 0


def test_slow_board_is_waited_for() -> None:
    """Each inference within the timeout; a whole window takes far longer."""
    board = FakeBoard(infer_s=4.0)
    inputs = samples(60, board)
    assert np.array_equal(outputs(device(board), inputs), fake_outputs(inputs))
    assert board.computed == 60


def test_late_reply_is_taken_and_not_asked_again() -> None:
    board = FakeBoard(infer_s=7.0, window=0)
    inputs = samples(3, board)
    assert np.array_equal(outputs(device(board), inputs), fake_outputs(inputs))
    assert board.computed == 3


def test_abandoned_answers_do_not_disturb_the_next_question() -> None:
    board = FakeBoard()
    inputs = samples(100, board)
    link = device(board)
    for _ in range(20):
        next(link.infer_many(inputs))
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs))


def test_silent_port() -> None:
    with pytest.raises(LinkError) as error:
        device(FakeBoard(deaf=True)).hello()
    assert str(error.value) == (
        "/dev/fake: no answer in 5 s; expected tinykd firmware. Check port and baud rate, reset the board, "
        "flash it (tinykd flash), or raise [verify] timeout_s"
    )


def test_a_board_that_prints_for_ever() -> None:
    board = FakeBoard(deaf=True, chatter=b"\xffE (123) wifi: no mem\r\n")
    with pytest.raises(LinkError) as error:
        device(board).hello()
    assert "no answer in 5 s, only" in str(error.value)
    assert "wifi: no mem" in str(error.value)
    assert board.clock.now < 6


def test_an_echo_is_no_board() -> None:
    """Receive wired to transmit: everything sent comes back."""

    class Echo(FakeBoard):
        def write(self, data: bytes) -> None:
            self._out.append((0.0, data))

    board = Echo()
    with pytest.raises(LinkError, match="no answer in 5 s"):
        device(board).hello()
    assert board.clock.now < 6


def test_a_board_that_hears_only_noise_is_given_up() -> None:
    class Deafened(FakeBoard):
        def write(self, data: bytes) -> None:
            super().write(b"\x55\0")

    with pytest.raises(LinkError, match="no answer in 5 s"):
        device(Deafened()).hello()


def test_a_board_that_repeats_itself_for_ever() -> None:
    """An old reply puts off the deadline; not without end."""

    class Repeats(FakeBoard):
        last = 0

        def write(self, data: bytes) -> None:
            self.last = cobs.decode(data.strip(b"\0").split(b"\0")[-1])[1]
            super().write(data if len(data) < 20 else b"")

        def read(self, timeout_s: float) -> bytes:
            self.clock.now += 0.001
            return super().read(0.0) + encode_frame(Frame(0xC1, (self.last + 128) % 256))

    board = Repeats()
    with pytest.raises(LinkError, match="16 attempts"):
        outputs(device(board), samples(3, board))
    assert board.clock.now < 60


def test_too_many_faults_are_an_error_of_one_line() -> None:
    class LosesInferences(FakeBoard):
        def write(self, data: bytes) -> None:
            super().write(data if len(data) < 20 else b"")

    board = LosesInferences()
    with pytest.raises(LinkError) as error:
        outputs(device(board), samples(3, board))
    assert str(error.value) == (
        "/dev/fake: the line loses or damages data, 16 attempts failed one after another; expected a clean "
        "line. Try another cable or a lower baud rate"
    )


def test_refused_request() -> None:
    board = FakeBoard()
    link = device(board)
    link.hello()
    board.input_bytes = 5
    with pytest.raises(LinkError, match=r"the board refused request 0x81, status RANGE \(3\)"):
        outputs(link, np.zeros((2, 64), np.int8))


def test_wrong_sample_size() -> None:
    with pytest.raises(
        LinkError, match="/dev/fake: a model with 64 input bytes; expected 63, as the samples have"
    ):
        outputs(device(FakeBoard()), np.zeros((2, 63), np.int8))


def test_other_protocol() -> None:
    with pytest.raises(LinkError) as error:
        device(FakeBoard(protocol=9)).hello()
    assert str(error.value) == (
        "/dev/fake: the board speaks protocol 9; expected protocol 2. Flash it again, or update tinykd"
    )


def test_answer_that_makes_no_sense() -> None:
    class Nonsense(FakeBoard):
        def _payload(self, frame: Frame) -> bytes | Status:
            return super()._payload(frame) if frame.type != 0x87 else b"??"

    with pytest.raises(LinkError, match="an answer makes no sense"):
        device(Nonsense()).memory()


def test_old_hello_is_not_taken_for_the_new_one() -> None:
    """What an earlier session asked for may still be under way."""
    board = FakeBoard()
    board.write(encode_frame(Frame(0x80, 1, b"\1\2\3\4\2\2")))
    board.window = 123
    assert device(board).hello().rx_window == 123


def test_reset_comes_back() -> None:
    board = FakeBoard()
    link = device(board)
    assert link.reset().model_name == "fake"
    assert link.memory().stack_used == 700


def test_clock_is_virtual() -> None:
    assert Clock()() == 0.0


def test_a_late_reply_is_no_fault() -> None:
    """Acknowledgements come at once, so the tool asks soon after that; the computation takes its time."""
    board = large()
    board.infer_s = 3.0
    inputs = samples(4, board)
    link = device(board)
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs, board.output_bytes))
    assert (board.computed, link.statistics.recoveries) == (4, 0)


class Damaging(FakeBoard):
    """Tensors arrive in good frames, but wrong: the first ``times``."""

    times = 1

    def _result(self, output: bytes, input_hash: int, room: int) -> bytes:
        said = super()._result(output, input_hash, room)
        self.times -= 1
        return said if self.times < 0 else said[:-1] + bytes((said[-1] ^ 1,))


def test_a_damaged_tensor_is_asked_for_again() -> None:
    board = Damaging()
    inputs = samples(10, board)
    link = device(board)
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs))
    assert link.statistics.recoveries == 1


def test_a_tensor_that_is_always_damaged_is_an_error() -> None:
    board = Damaging()
    board.times = 1000
    with pytest.raises(LinkError, match="the line loses or damages data, 16 attempts failed"):
        outputs(device(board), samples(3, board))


def test_the_answer_to_another_input_is_not_taken() -> None:
    """An old result, with a sequence number that has come round again."""

    class Mixed(FakeBoard):
        mixed = False

        def _result(self, output: bytes, input_hash: int, room: int) -> bytes:
            if not self.mixed:
                self.mixed, output, input_hash = True, bytes(10), 1234
            return super()._result(output, input_hash, room)

    board = Mixed()
    inputs = samples(10, board)
    assert np.array_equal(outputs(device(board), inputs), fake_outputs(inputs))


def test_short_frames_get_through_where_long_ones_do_not() -> None:
    class LosesLongFrames(FakeBoard):
        def write(self, data: bytes) -> None:
            for piece in data.split(b"\0"):
                super().write((piece if len(piece) < 60 else b"") + b"\0")

    board = LosesLongFrames(input_bytes=300)
    inputs = samples(20, board)
    assert np.array_equal(outputs(device(board), inputs), fake_outputs(inputs))


def test_another_firmware_after_a_reset() -> None:
    """A board that was flashed in the middle of a run does not add to its count."""

    class Flashed(FakeBoard):
        def _reset(self) -> None:
            self.firmware = "fedcba9876543210"
            super()._reset()

    board = Flashed(reset_after=20)
    with pytest.raises(LinkError) as error:
        outputs(device(board), samples(100, board))
    assert str(error.value) == (
        "/dev/fake: another firmware answers than at the start; expected fake, SHA-256 abcd01020304, "
        "firmware 0123456789abcdef. Start again"
    )


def test_the_first_protocol_is_named() -> None:
    """Firmware of version 1 refuses a hello that is longer than its own."""

    class First(FakeBoard):
        def _payload(self, frame: Frame) -> bytes | Status:
            return Status.FRAME

    with pytest.raises(LinkError) as error:
        device(First()).hello()
    assert str(error.value) == ("/dev/fake: the board speaks protocol 1; expected protocol 2. Flash it again")


def test_one_layer_is_read_alone() -> None:
    board = FakeBoard()
    link, (sample,) = device(board), samples(1, board)
    before = link.run_layers(sample)
    assert link.read_layer(sample, 0) == before[0].output
    (only,) = link.run_layers(sample, wanted=[0])  # what comes after it is not run
    assert only == before[0]
    assert [run.output for run in link.run_layers(sample, wanted=[1])] == [b"", before[1].output]
