"""Test images of a detection, with what is in them and what was found."""

from tinykd.report.part import Part


class SceneBox(Part):
    """A box in pixels of its image: found and right or not, or there and missed or not."""

    name: str  # of its class
    x: int
    y: int
    width: int
    height: int
    right: bool


class Scene(Part):
    """A test image with what is in it and what the int8 model found."""

    row: int  # of the test split
    png: str  # a data URI
    width: int
    height: int
    mistakes: int  # objects missed or invented
    found: tuple[SceneBox, ...]
    there: tuple[SceneBox, ...]
