"""What a run needs before it reads a notebook, for a server of processes that start with it."""

from autograder import grade, grader, isolation
from autograder.exercises import exercises

exercises()
isolation.reached()
__all__ = ["grade", "grader"]
