"""What ``Model.compile`` gives: C in memory, with what it takes; ``write`` puts it on disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.tflm.program import TflmProgram


@dataclass(frozen=True, repr=False, eq=False)
class Compiled:
    """A program for a board's core, or for any."""

    program: "Program | TflmProgram"
    board: str | None

    @property
    def arena_bytes(self) -> int:
        """RAM for activations."""
        return self.program.arena_bytes

    @property
    def weights_bytes(self) -> int:
        """Constants in flash; code comes on top."""
        return self.program.weights_bytes

    def files(self, *, firmware: bool = False) -> dict[str, str]:
        """``{path: text}``: a C99 library, or the whole firmware project for the board."""
        from tinykd.api.compilation import sources

        return sources(self.program, self.board, firmware)

    def write(self, folder: str | Path, *, firmware: bool = False) -> Path:
        """Write the files into ``folder``, made if it is not there; your own code in a firmware stays.

        Refused if that would overwrite what tinykd did not make.
        """
        from tinykd.api.compilation import compiled_files
        from tinykd.engine.failures import as_user_errors
        from tinykd.files import write_tree
        from tinykd.firmware_project import lay_out

        folder = Path(folder)
        files = compiled_files(self.program, self.board, firmware, folder)
        with as_user_errors(folder):
            if firmware:
                lay_out(files, folder)
            else:
                write_tree(folder, files)
        return folder

    def __repr__(self) -> str:
        core = self.program.core
        where = f"for {self.board or ('any core' if core == 'generic' else core)}"
        sizes = f"arena {self.arena_bytes:,} B, weights {self.weights_bytes:,} B"
        return f"tinykd.Compiled {self.program.name} {where}: {sizes}; .write(folder) puts it on disk"
