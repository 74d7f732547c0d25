"""Frames of a camera: values by hand, and images that a source reads as a camera would have seen them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinykd.data.features.camera import Camera, camera_pixels, camera_steps, centered_crop
from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.kinds import USUAL
from tinykd.data.load import load_dataset
from tinykd.errors import ConfigError, DataError
from tinykd.front.raw_input import RawInput
from tinykd.graph.quantize import quantize
from tinykd.project.samples import DataSection, ImageSection

RNG = np.random.default_rng(0)


def grey(rows: list[list[int]]) -> np.ndarray:
    return np.array(rows, np.uint8)[np.newaxis, :, :, np.newaxis]


def test_an_area_is_the_mean_of_what_it_covers() -> None:
    frame = grey([[0, 10, 20], [30, 40, 50]])
    whole = Camera(2, 3, 1, 0, 0, 2, 3, 1, 1)
    assert camera_pixels(frame, whole).ravel().tolist() == [25]
    halves = Camera(2, 3, 1, 0, 0, 2, 3, 2, 2)  # 1.5 pixels each: (0 + 5) / 1.5, (5 + 20) / 1.5
    assert camera_pixels(frame, halves).ravel().tolist() == [3, 17, 33, 47]
    same = RNG.integers(0, 256, (3, 5, 4, 3), dtype=np.uint8)
    assert np.array_equal(camera_pixels(same, Camera.whole(5, 4, 3)), same)


def test_bilinear_is_between_the_nearest() -> None:
    frame = grey([[0, 100]])
    assert camera_pixels(frame, Camera(1, 2, 1, 0, 0, 1, 2, 1, 4, "bilinear")).ravel().tolist() == [
        0,
        25,
        75,
        100,
    ]
    image = RNG.integers(0, 256, (40, 60), dtype=np.uint8)
    wide = Camera(40, 60, 1, 0, 0, 40, 60, 55, 90, "bilinear")
    found = camera_pixels(image[np.newaxis, :, :, np.newaxis], wide)[0, :, :, 0]
    wanted = np.asarray(Image.fromarray(image).resize((90, 55), Image.Resampling.BILINEAR))
    assert np.abs(found.astype(int) - wanted).max() <= 2


def test_grey_and_the_crop() -> None:
    colours = np.array([[[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]]], np.uint8)
    how = Camera(1, 4, 3, 0, 0, 1, 4, 1, 4, grey=True)
    assert camera_steps(colours, how)["grey"].ravel().tolist() == [77, 149, 29, 255]
    assert centered_crop((120, 160), (32, 32)) == (0, 20, 120, 120)
    assert centered_crop((160, 120), (10, 20)) == (50, 0, 60, 120)


def test_a_folder_of_photos_of_any_size(tmp_path: Path) -> None:
    """What the device is sent gives the very samples that are trained on."""
    for i in range(24):
        size = (int(RNG.integers(20, 60)), int(RNG.integers(20, 60)))
        folder = tmp_path / "d" / "ab"[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        pixels = RNG.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")
    kinds = replace(USUAL, image=ImageSection(camera=(30, 40), size=(8, 8), grayscale=True))
    data = load_dataset(DataSection(source="d"), tmp_path, 1, kinds=kinds)
    same_as_device(data, (8, 8, 1), 30 * 40 * 3)


def test_frames_in_an_array(tmp_path: Path) -> None:
    x = RNG.integers(0, 256, (30, 12, 16), dtype=np.uint8)
    np.savez(tmp_path / "s.npz", x=x, y=np.arange(30) % 3)
    section = DataSection(source="s.npz", kind="image")
    camera = ImageSection(camera=(12, 16), size=(9, 9), resize="bilinear", crop="none")
    data = load_dataset(section, tmp_path, 1, kinds=replace(USUAL, image=camera))
    same_as_device(data, (9, 9, 1), 12 * 16)
    plain = load_dataset(section, tmp_path, 1)
    same_as_device(plain, (12, 16, 1), 12 * 16)
    with pytest.raises(DataError) as caught:
        load_dataset(
            section, tmp_path, 1, kinds=replace(USUAL, image=camera.model_copy(update={"camera": (9, 9)}))
        )
    assert str(caught.value).endswith("s.npz: x: images of 12 x 16; expected 9 x 9, as [image] camera says")


def same_as_device(data, shape, raw_bytes) -> None:  # type: ignore[no-untyped-def]
    assert data.input_shape == shape and isinstance(data.frontend, ImageFrontend)
    raw = RawInput(data.frontend, 1 / 255, -128, shape)
    frames = data.measured("test")
    rows = np.ascontiguousarray(frames.reshape(len(frames), -1)).view(np.int8)
    assert rows.shape[1] == raw.raw_bytes == raw_bytes
    assert np.array_equal(raw.model_inputs(rows), quantize(data.test.x, 1 / 255, -128))


def test_what_cannot_be_is_one_line(tmp_path: Path) -> None:
    np.savez(tmp_path / "s.npz", x=np.zeros((30, 12, 16), np.uint8) + 9, y=np.arange(30) % 3)
    section = DataSection(source="s.npz", kind="image")

    def said(**keys: object) -> str:
        kinds = replace(USUAL, image=ImageSection.model_validate({"camera": [12, 16], **keys}))
        with pytest.raises(ConfigError) as caught:
            load_dataset(section, tmp_path, 1, kinds=kinds)
        return str(caught.value)

    assert said() == "[image] camera: no size is given; expected the model's too. Say size = [32, 32]"
    assert said(size=[20, 20]) == (
        '[image] camera: 12 x 12 pixels of the camera for 20 x 20; expected no fewer. Say resize = "bilinear"'
    )
