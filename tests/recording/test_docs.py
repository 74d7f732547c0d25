"""The example of docs/record.md compiles without a warning, and its board can be recorded from."""

import re
import subprocess
from pathlib import Path

from tests.link import build
from tests.link.sensors import running
from tinykd.link.device import Device
from tinykd.paths import FIRMWARE
from tinykd.recording.recorder import Recorder

PAGE = Path(__file__).resolve().parents[2] / "docs/record.md"
DRIVER = """
bool start_accelerometer() { return true; }

/* Each time another one; as fast as it is asked. */
bool read_accelerometer(int16_t axes[3]) {
    static uint32_t last = tkd_port_ticks(), count = 0;
    if (tkd_port_ticks() - last < 10000000u) {
        return false;
    }
    last += 10000000u;
    axes[0] = static_cast<int16_t>(++count);
    axes[1] = axes[2] = 0;
    return true;
}
"""


def test_the_example_is_a_sensor(tmp_path: Path) -> None:
    (example,) = re.findall(r"<!-- compiled: .*? -->\n```cpp\n(.*?)```", PAGE.read_text(), re.DOTALL)
    app = tmp_path / "app.cpp"
    app.write_text(example + DRIVER)
    made = tmp_path / "app.o"
    warnings = [option for option in build.WARNINGS if option != "-Wvla"]
    flags = ["-std=c++17", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
    command = ["g++", *flags, *warnings, *build.INCLUDES, "-c", str(app), "-o", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    own = [build.HERE / "fake_model.c", build.HERE / "sensor_board.c"]
    sources = [*build.link_sources(), FIRMWARE / "port/host/tkd_port.c", *own, made]
    board = build.compile_c(tmp_path / "board", sources)
    with running(board, "none") as port, Device.open(port) as device:
        recorder = Recorder(device)
        assert (recorder.signal.names, recorder.signal.rate_hz) == (("ax", "ay", "az"), 100)
        assert recorder.signal.scale == 4 / 32768
        take = recorder.take(0.5, lambda _: None)
    assert len(take.frames) == 50
