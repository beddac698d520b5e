"""`python -m autograder`, and the command `autograder`.

It imports next to nothing until called, since each process that grading starts imports its parent's program again.
"""

import os
import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is being imported ends it at once."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        # Not an exception: raised in the middle of an import, it would show a traceback, or be swallowed.
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))
    try:
        from .commands.program import main as run
    except ModuleNotFoundError:
        from . import layers

        if layers.is_whole("grade"):
            raise
        sys.exit(layers.needed(" ".join(["autograder", *sys.argv[1:2]]), "grade"))

    signal.signal(signal.SIGINT, before)
    run()


if __name__ == "__main__":
    main()
