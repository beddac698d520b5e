"""`python -m autograder`, and the command `autograder`.

It imports next to nothing until called, since each process that grading starts imports its parent's program again.
"""

import sys


def main() -> None:
    """Run the command line."""
    from . import layers

    with layers.importing(" ".join(["autograder", *sys.argv[1:2]]), "grade"):
        from .commands.program import main as run

    run()


if __name__ == "__main__":
    main()
