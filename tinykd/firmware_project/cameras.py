"""The camera of a board, for the example that takes its frames: which sizes and pixels it gives."""

from typing import Any

from tinykd.boards import Board
from tinykd.boards.sensors import CameraChip
from tinykd.data.features.camera import Camera

_TITLES = {"ov2640": "The board's OV2640", "ov7670": "An OV7670 on the pins that Arduino's library names"}
# By height and width: framesize_t of Espressif's esp32-camera; the resolutions of Arduino_OV767X.
_SIZES: dict[CameraChip, dict[tuple[int, int], str]] = {
    "ov2640": {
        (96, 96): "FRAMESIZE_96X96",
        (120, 160): "FRAMESIZE_QQVGA",
        (144, 176): "FRAMESIZE_QCIF",
        (176, 240): "FRAMESIZE_HQVGA",
        (240, 240): "FRAMESIZE_240X240",
        (240, 320): "FRAMESIZE_QVGA",
    },
    "ov7670": {(120, 160): "QQVGA", (144, 176): "QCIF", (240, 320): "QVGA"},
}


def camera_facts(camera: Camera, board: Board) -> dict[str, Any] | str:
    """For ``examples/camera_frames.cpp.j2``; or why it is not written."""
    chip = board.sensors.camera
    if chip == "none":
        return (
            "[sensors] of the board names no camera; a frame of yours becomes the input by NAME_from_frame()"
        )
    wanted = camera.frame_height, camera.frame_width
    size = _SIZES[chip].get(wanted)
    if size is None:
        offered = ", ".join(f"[{height}, {width}]" for height, width in _SIZES[chip])
        return f"the camera gives frames of {offered}, not [image] camera = {list(wanted)}"
    pixels = camera.frame_height * camera.frame_width
    held = 3 * pixels if camera.channels == 3 else pixels  # and what the driver keeps itself
    driver = (2 if camera.channels == 3 else 1) * pixels if chip == "ov2640" else 0
    return {
        "chip": chip,
        "camera_title": _TITLES[chip],
        "frame_size": size,
        "height": camera.frame_height,
        "width": camera.frame_width,
        "channels": camera.channels,
        "pins": board.sensors.camera_pins,
        "ram_bytes": held + driver + camera.width * camera.channels,
    }
