"""Arguments that several verbs take."""

from pathlib import Path
from typing import Annotated, Literal

import typer

ProjectArgument = Annotated[
    Path,
    typer.Argument(
        help="The project file, or the folder that holds tinykd.toml.", show_default="this folder"
    ),
]
BoardsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--board", "-b", help="A board instead of the project's own; may be repeated. See `tinykd boards`."
    ),
]
BoardOption = Annotated[
    str | None, typer.Option("--board", "-b", help="Any name from `tinykd boards`, or a board's TOML.")
]
PortOption = Annotated[
    str | None, typer.Option("--port", "-p", help="Serial port or URL of the board. See `tinykd ports`.")
]
Builder = Literal["make", "pio"]
Via = Literal["pio", "esptool", "pyocd", "stlink", "dfu", "serial"]
BuilderOption = Annotated[
    Builder | None,
    typer.Option(
        "--builder",
        help="What builds: make, for virtual boards, or PlatformIO.",
        show_default="make where it can",
    ),
]
ViaOption = Annotated[
    Via | None,
    typer.Option(
        "--via",
        help="What flashes a real board. See docs/firmware.md.",
        show_default="pio",
    ),
]
Protocol = Literal["tinykd", "mlperf"]
ProtocolOption = Annotated[
    Protocol | None,
    typer.Option(
        "--protocol",
        help="Who drives the firmware: tinykd, or MLPerf Tiny's runner.",
        show_default="the project's, or tinykd",
    ),
]
DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        "-d",
        envvar="TINYKD_DATA",
        help="A file or folder in place of the project's \\[data] source.",
    ),
]
RuntimeOption = Annotated[
    str, typer.Option("--runtime", help="static: tinykd's C; tflm: TensorFlow Lite Micro.")
]
Start = Literal["features", "raw"]
StartOption = Annotated[
    Start | None,
    typer.Option(
        "--start",
        help="What the board is sent: the model's inputs (features), or raw samples.",
        show_default="the project's, or features",
    ),
]
Io = Literal["integer", "float"]
IoOption = Annotated[
    Io,
    typer.Option("--io", help="What static C takes and gives where the model has float32 at its ends."),
]
RamOption = Annotated[
    int | None,
    typer.Option(
        "--ram",
        min=1,
        help="Most bytes that the arena may take: layers go by rows where it would take more.",
        metavar="BYTES",
        show_default="what the board has",
    ),
]
HopOption = Annotated[
    int | None,
    typer.Option(
        "--hop",
        min=1,
        help="Compute windows hop by hop: so many new rows (steps of time) at a time.",
        metavar="ROWS",
        show_default="whole windows",
    ),
]
HERE = Path()
