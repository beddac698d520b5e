"""Exercises for tests of the engine, which belong to no chapter."""

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
