"""The command line: flat verbs, each one library call. ``main`` is what ``tinykd`` runs.

Nothing heavy is imported here or in the modules of the verbs; each verb imports what it needs when it runs.
"""

import os
import sys

CTRL_C = 130


def main() -> None:
    """Run the command line and exit: 0 well, 1 a gate failed, 2 the user's to mend, 70 a bug, 130 Ctrl-C."""
    try:
        from tinykd.cli.app import run_app
    except KeyboardInterrupt:
        sys.exit(CTRL_C)
    code = run_app()
    if code == CTRL_C:  # all is tidied up; no thread is waited for
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)
