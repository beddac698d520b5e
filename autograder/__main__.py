"""`python -m autograder`, and the command `autograder`.

It imports next to nothing until it is called: each process that grading starts imports the program of its parent again.
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
