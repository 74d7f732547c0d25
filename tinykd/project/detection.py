"""Section ``[detection]`` of the project file: what is looked for in an image, and on which grid."""

from typing import Annotated, Literal

from pydantic import Field

from tinykd.project.values import SectionModel


class DetectionSection(SectionModel):
    """A heat map over the image: a cell of ``stride`` pixels for each place that an object's centre may be
    at.

    ``head``: "centroid" finds centres (a box is then as large as its class usually is), "box" sizes too.
    """

    head: Literal["centroid", "box"] = "centroid"
    stride: Literal[4, 8, 16] = 8
    background: Annotated[float, Field(gt=0, le=1)] = 0.25  # weight of a cell without an object in the loss
    mosaic: Annotated[float, Field(ge=0, le=1)] = 0.25  # share of training images that are made of four
