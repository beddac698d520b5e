"""Check functions of the course: in a notebook with `check`, in a program with `evaluate`, for a class with `grade`."""

from .checking.evaluate import evaluate
from .learner.reader import check, hint, progress, solution

__all__ = ["check", "evaluate", "hint", "progress", "solution"]
