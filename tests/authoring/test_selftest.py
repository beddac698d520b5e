"""The self-test finds every flaw that an author may leave in an exercise."""

import numpy as np
import pytest

from autograder.authoring import selftest
from autograder.checking.exercise import Case, Exercise, Mistake
from solutions.gradient_descent import bowl_gradient

X = Case("two numbers", (np.array([1.0, -2.0]), np.array([3.0, 0.5])))
NUMBERS = Case("numbers", (3, 2), hidden=True)
RIGHT = (lambda x, y: (8 * x, 2 * y), lambda x, y: (4 * x + 4 * x, y + y))
MISTAKES = (
    Mistake("half", lambda x, y: (4 * x, y), "Half."),
    Mistake("swapped", lambda x, y: (2 * y, 8 * x), "Swapped."),
    Mistake("sign", lambda x, y: (-8 * x, -2 * y), "Sign."),
)


def exercise_of(**changes):
    settings = {
        "number": "1.1",
        "title": "The gradient of a bowl",
        "points": 1,
        "minutes": 1,
        "difficulty": 1,
        "cases": (X,),
        "hints": ("a", "b", "c"),
        "right": RIGHT,
        "mistakes": MISTAKES,
        "returns": ("df_dx", "df_dy"),
        **changes,
    }
    return Exercise(bowl_gradient, **settings)


def test_a_sound_exercise_has_no_problems():
    assert (
        selftest.examine(
            exercise_of(
                cases=(X, NUMBERS),
                equivalent={
                    "-> return (8 * x, 2 * as_float(y))": "numbers stay numbers",
                    "-> return (8 * as_float(x), 2 * y)": "numbers stay numbers",
                },
            )
        ).problems
        == []
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"hints": ("a", "b")}, "only 2 hints: at least 3"),
        ({"right": RIGHT[:1]}, "only 1 right variants: at least 2"),
        ({"mistakes": MISTAKES[:2]}, "only 2 known mistakes: at least 3"),
        ({"right": (*RIGHT, lambda x, y: (8 * x, 3 * y))}, "the right answer <lambda>"),
        (
            {"mistakes": (*MISTAKES, Mistake("none", lambda x, y: (8 * x, 2 * y)))},
            "the mistake none (as written) passes",
        ),
        (
            {"mistakes": (*MISTAKES, Mistake("double", MISTAKES[0].function))},
            "the mistake double (as written) is recognised as half",
        ),
        ({"cases": (Case("zero", (np.zeros(2), np.zeros(2))),)}, "a function that returns the right shapes full of 0"),
        ({"cases": (Case("equal", (np.ones(1), np.ones(1))),)}, "a mutant passes"),
        ({"cases": (X, X, X, NUMBERS)}, "hidden cases weigh 1, public ones 3"),
        ({"equivalent": {"no such change": "a reason"}}, "declared equivalent, but no surviving mutant matches"),
    ],
)
def test_a_flaw_is_found(changes, problem):
    assert any(found.startswith(problem) for found in selftest.examine(exercise_of(**changes)).problems)
