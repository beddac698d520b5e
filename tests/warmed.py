"""What a run needs before it reads a notebook, for a server of processes that start with it."""

from autograder.checking.catalogue import exercises
from autograder.commands import grade
from autograder.grading import grader
from autograder.sandbox import isolation

exercises()
isolation.reached()
__all__ = ["grade", "grader"]
