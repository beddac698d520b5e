"""Exercises and answers for tests, which belong to no chapter."""

import random

import numpy as np

from autograder.checking.exercise import Case, Exercise, Mistake

HINTS = ("a", "b", "c")


def exercise_of(reference, cases, **extra):
    settings = {
        "number": "1.1",
        "title": "An exercise",
        "points": 4,
        "minutes": 1,
        "difficulty": 1,
        "hints": HINTS,
        "right": (),
        "mistakes": (),
        **extra,
    }
    return Exercise(reference, cases=cases, **settings)


def cases_of(*arguments, **settings):
    return tuple(Case(f"case {number}", args, **settings) for number, args in enumerate(arguments, 1))


def scale(x, factor=2.0):
    """Return factor * x."""
    return factor * x


DOUBLE = exercise_of(
    scale,
    (
        Case("plain", (np.array([1.0, -2.0]),)),
        Case("by three", (np.array([1.0, 5.0]),), {"factor": 3.0}),
        Case("secret", (np.array([77.25, 3.5]),), hidden=True),
        Case("zero", (np.zeros(2),), weight=0),
    ),
    mistakes=(Mistake("not_scaled", lambda x, factor=2.0: x, "You forgot the factor."),),
)


def made_up_work(seed: int, names: str = "abcdefgh", lines: int = 12) -> str:
    """Return a function of a student's own: lines of random arithmetic."""
    rng = random.Random(seed)
    operators = "+", "-", "*", "/", "@", "**", "//", "%"
    body = [
        f"    {rng.choice(names)} = " + "".join(f"{rng.choice(names)} {rng.choice(operators)} " for _ in range(5)) + "1"
        for _ in range(lines)
    ]
    return "\n".join(["def work(a, b, c, d, e, f, g, h):", *body, "    return a"])
