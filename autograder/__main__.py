"""`python -m autograder`, and the command `autograder`.

It imports next to nothing until it is called: each process that grading starts imports the program of its parent again.
"""


def main() -> None:
    """Run the command line."""
    from .cli import main as run

    run()


if __name__ == "__main__":
    main()
