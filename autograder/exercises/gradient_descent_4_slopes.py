"""Chapter 1: partial derivatives."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..exercise import Case, Exercise, Mistake

array = np.array


def _points(rng):
    for shape in ((5,), (2, 3)):
        x, y = rng.normal(size=shape), rng.normal(size=shape) + 2
        yield Case(f"random points of shape {shape}", (x, y), hidden=True)


POINTS = (
    Case("worked example", (1.0, 1.0)),
    Case("another point", (2.0, -1.0)),
    Case("whole numbers", (array([1, -2, 3]), array([2, 1, -3]))),
    Case(
        "many points at once",
        (array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]]), array([[1.0, 3.0, -2.0], [0.5, 2.0, -1.0]])),
    ),
    Case("x is zero", (0.0, 3.0), hidden=True),
    Case("one point in an array", (array([0.7]), array([-1.3])), hidden=True),
    Case("float32", (array([1.5, -0.5], np.float32), array([-2.0, 0.25], np.float32))),
    Case(
        "every second entry of an array",
        (array([1.0, 9.0, -2.0, 9.0, 0.5, 9.0])[::2], array([2.0, 9.0, 1.5, 9.0, -1.0, 9.0])[::2]),
        hidden=True,
    ),
    Case("large and tiny", (array([1e3, 1e-3]), array([-1e-3, 1e3])), hidden=True),
)


def _cubic_horner(x, y):
    return 5 * y * y * (6 * x * x + y) + 4, 1 + 5 * x * y * (4 * x * x + 3 * y)


def _cubic_term_by_term(x, y):
    df_dx = 10 * 3 * np.power(x, 2) * np.power(y, 2)
    df_dx = df_dx + 5 * np.power(y, 3)
    df_dx = df_dx + 4
    df_dy = 10 * np.power(x, 3) * 2 * y
    df_dy = df_dy + 5 * x * 3 * np.power(y, 2)
    df_dy = df_dy + 1
    return df_dx, df_dy


def _cubic_in_place(x, y):
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    x *= x
    return 30 * x * y**2 + 5 * y**3 + 4, df_dy


cubic_gradient = Exercise(
    ref.cubic_gradient,
    title="Partial derivatives",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("df_dx", "df_dy"),
    cases=(*POINTS, Case("the origin", (0.0, 0.0))),
    random_cases=_points,
    hints=(
        "Take one partial derivative at a time. For df_dx read y as if it were a fixed number, say 7.",
        "Term by term: x^3 becomes 3 x^2, x becomes 1, and a term without x becomes 0. "
        "The factors in front, those with y among them, stay.",
        "df_dx is 30 x^2 y^2 + 5 y^3 + 4. Do the same along y: the four terms give 20 x^3 y, 15 x y^2, 0 and 1. "
        "Powers are written `**`; return both: `return df_dx, df_dy`.",
    ),
    right=(_cubic_horner, _cubic_term_by_term, lambda x, y: np.stack(_cubic_horner(x, y))),
    equivalent={
        "x, y = (as_float(x), as_float(y)) -> ": "whole numbers in may stay whole: the values agree",
    },
    mistakes=(
        Mistake(
            "swapped",
            lambda x, y: ref.cubic_gradient(x, y)[::-1],
            "You return the derivative along y first: return df_dx, then df_dy.",
        ),
        Mistake(
            "no_constants",
            lambda x, y: (30 * x**2 * y**2 + 5 * y**3, 20 * x**3 * y + 15 * x * y**2),
            "The terms 4 x and y are missing: their derivatives are the constants 4 and 1.",
        ),
        Mistake(
            "other_constant_kept",
            lambda x, y: (30 * x**2 * y**2 + 5 * y**3 + 4 + y, 20 * x**3 * y + 15 * x * y**2 + 1 + 4 * x),
            "A term without the variable is a constant: along x the derivative of y is 0, along y that of 4 x is 0.",
        ),
        Mistake(
            "power_kept",
            lambda x, y: (30 * x**3 * y**2 + 5 * x * y**3 + 4 * x, 20 * x**3 * y**2 + 15 * x * y**3 + y),
            "You multiply by the power but leave it as it is: the derivative of x^3 is 3 x^2, one power less.",
        ),
        Mistake(
            "power_not_multiplied",
            lambda x, y: (10 * x**2 * y**2 + 5 * y**3 + 4, 10 * x**3 * y + 5 * x * y**2 + 1),
            "You lower the power but forget it as a factor: the derivative of x^3 is 3 x^2.",
        ),
        Mistake(
            "both_vary",
            lambda x, y: (60 * x**2 * y + 15 * y**2 + 4, 60 * x**2 * y + 15 * y**2 + 1),
            "You differentiate x and y at the same time: along x, the powers of y stay as they are.",
        ),
        Mistake(
            "added_up",
            lambda x, y: sum(ref.cubic_gradient(x, y)),
            "You add the two derivatives up: a gradient keeps them apart. Return df_dx, df_dy.",
        ),
        Mistake(
            "function_value",
            lambda x, y: 10 * x**3 * y**2 + 5 * x * y**3 + 4 * x + y,
            "You return the value of f: its two partial derivatives are asked for.",
        ),
        Mistake(
            "only_x",
            lambda x, y: 30 * x**2 * y**2 + 5 * y**3 + 4,
            "You return df_dx alone: the gradient has two parts, df_dx and df_dy.",
        ),
        Mistake(
            "mutates_input",
            _cubic_in_place,
            "Your function writes into x (`*=`), so the caller's points are gone: compute a new array.",
        ),
    ),
)


def _bowl_with_asarray(x, y):
    gradient = [8.0 * np.asarray(x), 2.0 * np.asarray(y)]
    return gradient[0], gradient[1]


def _bowl_in_place(x, y):
    x *= 8
    y *= 2
    return x, y


def _bowl_direction(x, y):
    length = np.hypot(8 * x, 2 * y)
    return 8 * x / length, 2 * y / length


bowl_gradient = Exercise(
    ref.bowl_gradient,
    title="The gradient of a bowl",
    points=1,
    minutes=3,
    difficulty=1,
    returns=("df_dx", "df_dy"),
    cases=POINTS,
    random_cases=_points,
    hints=(
        "Along x, the term y^2 does not change: its derivative is 0. Which term is left?",
        "The derivative of x^2 is 2 x, and the factor 4 in front stays. Along y, only y^2 counts.",
        "df_dx is 4 times 2 x; df_dy is 2 y. Return the two, separated by a comma.",
    ),
    right=(_bowl_with_asarray, lambda x, y: (x + x + 6 * x, y + y), lambda x, y: np.stack([8 * x, 2 * y])),
    equivalent={
        "-> return (8 * x, 2 * as_float(y))": "whole numbers in may stay whole: the values agree",
        "-> return (8 * as_float(x), 2 * y)": "whole numbers in may stay whole: the values agree",
    },
    mistakes=(
        Mistake("swapped", lambda x, y: (2 * y, 8 * x), "You return df_dy first: return df_dx, then df_dy."),
        Mistake(
            "function_value",
            lambda x, y: 4 * x**2 + y**2,
            "You return the height of the bowl: its two partial derivatives are asked for.",
        ),
        Mistake(
            "power_not_multiplied",
            lambda x, y: (4 * x, y),
            "The derivative of x^2 is 2 x, not x: both parts lack the factor 2.",
        ),
        Mistake(
            "factor_lost",
            lambda x, y: (2 * x, 2 * y),
            "You dropped the 4 in front of x^2: a constant factor stays when you differentiate.",
        ),
        Mistake(
            "power_kept",
            lambda x, y: (8 * x**2, 2 * y**2),
            "You multiply by the power but leave it as it is: the derivative of x^2 is 2 x, one power less.",
        ),
        Mistake(
            "other_term_kept",
            lambda x, y: (8 * x + y**2, 4 * x**2 + 2 * y),
            "You keep the other variable's term: along x it does not change, so its derivative is 0.",
        ),
        Mistake(
            "downhill",
            lambda x, y: (-8 * x, -2 * y),
            "Your vector points downhill: the gradient points uphill. The minus sign belongs to the step of the descent.",
        ),
        Mistake(
            "added_up",
            lambda x, y: 8 * x + 2 * y,
            "You add the two derivatives up: a gradient keeps them apart. Return df_dx, df_dy.",
        ),
        Mistake(
            "unit_length",
            _bowl_direction,
            "You scale the gradient to length 1: its length tells how steep the bowl is, so leave it.",
        ),
        Mistake(
            "mutates_input",
            _bowl_in_place,
            "Your function writes into x and y (`*=`), so the caller's points are gone: compute new arrays.",
        ),
    ),
)
