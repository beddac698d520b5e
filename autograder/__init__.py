"""Check functions of a course: in a notebook with `check`, in a program with `evaluate`, for a class with `grade`."""

from .checking.evaluate import evaluate
from .checking.exercise import Case, Exercise, Mistake
from .course import Course
from .learner.reader import check, hint, progress, solution

__all__ = ["Case", "Course", "Exercise", "Mistake", "check", "evaluate", "hint", "progress", "solution"]
