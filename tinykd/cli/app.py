"""The application: what every verb shares — options, errors, exit codes — and the list of verbs."""

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from tinykd.cli.interrupted import EXIT_CTRL_C, ended_by_ctrl_c, stopped_line
from tinykd.cli.output import Output
from tinykd.errors import UserError
from tinykd.version import __version__

EXIT_GATE, EXIT_BUG = 1, 70
P = ParamSpec("P")
Verb = Callable[Concatenate[Output, P], int | None]

_HELP = """From a Keras teacher to int8 firmware that is proven on the microcontroller.

[bold]Start here[/bold]

    tinykd tour                          all of it once, step by step, up to a board that answers
    tinykd new demo --example digits     a project to try, in the folder demo
    cd demo
    tinykd run                           train, distill, quantize, compile, build, verify, report

[bold]A model that you have[/bold]

    tinykd inspect model.tflite          what is in it, and which boards it fits
    tinykd compile model.tflite -o kws   a C library of it; --firmware: the whole project
    tinykd prove model.tflite --board qemu-microbit

[bold]Exit codes[/bold]: 0 all well, 1 a gate failed, 2 something for you to mend (one line says what),
70 a bug of tinykd, 130 Ctrl-C."""

app = typer.Typer(
    name="tinykd", help=_HELP, rich_markup_mode="rich", no_args_is_help=True, pretty_exceptions_enable=False
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress; errors only.")]
VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help="Say why each stage runs, and all that compilers and uploaders say."
    ),
]


def _print_version(asked: bool) -> None:
    if asked:
        print(f"tinykd {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    ctx: typer.Context,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    ctx.obj = Output(as_json, quiet, verbose)


def verb(name: str, panel: str, stopped: str = "Nothing was changed") -> Callable[[Verb[P]], Verb[P]]:
    """Register a function ``(output, ...) -> exit code or None`` as ``tinykd NAME``.

    It gets ``--json``, ``--quiet`` and ``--verbose`` besides its own options; they also work before its name.
    ``stopped``: what Ctrl-C leaves, where nobody who was interrupted knows better.
    """

    def register(function: Verb[P]) -> Verb[P]:
        app.command(name, rich_help_panel=panel, help=inspect.getdoc(function))(_wrapped(function, stopped))
        return function

    return register


def _wrapped(function: Verb[P], stopped: str) -> Callable[..., None]:
    @functools.wraps(function)
    def call(ctx: typer.Context, as_json: bool, quiet: bool, verbose: bool, **own: Any) -> None:
        before = ctx.obj
        output = Output(as_json or before.as_json, quiet or before.quiet, verbose or before.verbose)
        raise typer.Exit(_exit_code(output, lambda: function(output, **own), stopped))  # type: ignore[call-arg]

    signature = inspect.signature(function, eval_str=True)
    own = [p.replace(kind=p.KEYWORD_ONLY) for p in list(signature.parameters.values())[1:]]
    shared = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
        for option, annotation in (
            ("as_json", JsonOption),
            ("quiet", QuietOption),
            ("verbose", VerboseOption),
        )
    ]
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    call.__signature__ = inspect.Signature([context, *own, *shared])  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in [context, *own, *shared]}
    return call


def _exit_code(output: Output, work: Callable[[], int | None], stopped: str) -> int:
    try:
        with ended_by_ctrl_c(stopped):
            return work() or 0
    except UserError as error:
        output.error(error)
        if output.verbose and error.__cause__:
            traceback.print_exception(error.__cause__)
        return error.exit_code
    except KeyboardInterrupt as interrupted:
        print(f"\n{stopped_line(interrupted, stopped)}", file=sys.stderr)
        return EXIT_CTRL_C
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away
        return EXIT_GATE


_VERBS = (
    *(
        "tour",
        "project",
        "check",
        "pipeline",
        "search",
        "tune",
        "compare",
        "export",
        "verify",
        "model",
        "prove",
        "fleet",
        "device",
        "swap",
        "record",
    ),
    "machine",
)


def load_verbs() -> typer.Typer:
    """The application with every verb registered, in the order of ``--help``."""
    for module in _VERBS:
        import_module(f"tinykd.cli.verbs_{module}")
    return app


def run_app() -> int:
    """Parse the command line and run the verb; the exit code."""
    os.environ.setdefault(
        "PYDANTIC_DISABLE_PLUGINS", "__all__"
    )  # looking for some reads every package's metadata
    try:
        load_verbs()
        app(standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:  # before a verb began
        return EXIT_CTRL_C
    except Exception:  # noqa: BLE001 - the last line of defence: a bug keeps its traceback and has its own code
        traceback.print_exc()
        print("This is a bug in tinykd. The lines above say where.", file=sys.stderr)
        return EXIT_BUG
    return 0
