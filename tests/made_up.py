"""Exercises and answers for tests, which belong to no chapter."""

import random

from autograder.checking.exercise import Case, Exercise

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


def made_up_work(seed: int, names: str = "abcdefgh", lines: int = 12) -> str:
    """Return a function of a student's own: lines of random arithmetic."""
    rng = random.Random(seed)
    operators = "+", "-", "*", "/", "@", "**", "//", "%"
    body = [
        f"    {rng.choice(names)} = " + "".join(f"{rng.choice(names)} {rng.choice(operators)} " for _ in range(5)) + "1"
        for _ in range(lines)
    ]
    return "\n".join(["def work(a, b, c, d, e, f, g, h):", *body, "    return a"])
