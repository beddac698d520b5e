"""`python -m autograder`, and the command `autograder`.

It imports next to nothing until it is called: each process that grading starts imports the program of its parent again.
"""

import os
import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is being imported ends it at once."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        # No exception: raised in the midst of an import, it would be shown with a traceback, or swallowed.
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
