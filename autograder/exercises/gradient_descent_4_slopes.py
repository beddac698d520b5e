"""Chapter 1: partial derivatives."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake

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


def _cubic_filled(x, y):
    df_dx, df_dy = np.zeros(np.shape(x)), np.zeros(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        a, b = np.asarray(x)[i], np.asarray(y)[i]
        df_dx[i] = 30 * a**2 * b**2 + 5 * b**3 + 4
        df_dy[i] = 20 * a**3 * b + 15 * a * b**2 + 1
    return df_dx, df_dy


def _height(x, y):
    return 10 * x**3 * y**2 + 5 * x * y**3 + 4 * x + y


# The terms of f, each with its right derivative along x and along y, and what people write in their place.
SLIPS = (
    (
        "10 x^3 y^2",
        ("30 x^2 y^2", lambda x, y: 30 * x**2 * y**2),
        (
            lambda x, y: 0 * x,
            lambda x, y: 10 * x**2 * y**2,
            lambda x, y: 30 * x**3 * y**2,
            lambda x, y: 30 * x * y**2,
            lambda x, y: 20 * x**2 * y**2,
            lambda x, y: 3 * x**2 * y**2,
            lambda x, y: 30 * x**2 * y,
            lambda x, y: 30 * x**2,
            lambda x, y: 60 * x**2 * y,
            lambda x, y: 10 * x**3 * y**2,
        ),
        ("20 x^3 y", lambda x, y: 20 * x**3 * y),
        (
            lambda x, y: 0 * x,
            lambda x, y: 10 * x**3 * y,
            lambda x, y: 20 * x**3 * y**2,
            lambda x, y: 20 * x**3,
            lambda x, y: 2 * x**3 * y,
            lambda x, y: 20 * x**2 * y,
            lambda x, y: 30 * x**3 * y,
            lambda x, y: 60 * x**2 * y,
            lambda x, y: 10 * x**3 * y**2,
        ),
    ),
    (
        "5 x y^3",
        ("5 y^3", lambda x, y: 5 * y**3),
        (
            lambda x, y: 0 * x,
            lambda x, y: 5 * x * y**3,
            lambda x, y: y**3,
            lambda x, y: 5 * y**2,
            lambda x, y: 15 * y**2,
            lambda x, y: 15 * x * y**2,
            lambda x, y: 15 * y**3,
            lambda x, y: 5 * y**3 + 15 * x * y**2,
            lambda x, y: -5 * y**3,
        ),
        ("15 x y^2", lambda x, y: 15 * x * y**2),
        (
            lambda x, y: 0 * x,
            lambda x, y: 5 * x * y**2,
            lambda x, y: 15 * x * y**3,
            lambda x, y: 3 * x * y**2,
            lambda x, y: 15 * x * y,
            lambda x, y: 10 * x * y**2,
            lambda x, y: 15 * y**2,
            lambda x, y: 5 * x * y**3,
            lambda x, y: -15 * x * y**2,
        ),
    ),
    (
        "4 x + y",
        ("4", lambda x, y: 4 + 0 * x),
        (
            lambda x, y: 0 * x,
            lambda x, y: 4 * x,
            lambda x, y: 1 + 0 * x,
            lambda x, y: 5 + 0 * x,
            lambda x, y: 4 + y,
            lambda x, y: 4 * x + y,
        ),
        ("1", lambda x, y: 1 + 0 * x),
        (
            lambda x, y: 0 * x,
            lambda x, y: y,
            lambda x, y: 4 + 0 * x,
            lambda x, y: 5 + 0 * x,
            lambda x, y: 1 + 4 * x,
            lambda x, y: 4 * x + y,
        ),
    ),
)


def _slips():
    """Yield an answer for each slip in one term, with a sentence that names the term."""
    for place, (term, along_x, wrong_x, along_y, wrong_y) in enumerate(SLIPS):
        for part, variable, (right, _), wrongs in ((0, "x", along_x, wrong_x), (1, "y", along_y, wrong_y)):
            sentence = f"One slip is left, in df_d{variable}: along {variable}, {term} gives {right}."
            for wrong in wrongs:
                yield Mistake(f"df_d{variable}_term_{place + 1}", _with_term(part, place, wrong), sentence)


def _with_term(part, place, wrong):
    def answer(x, y):
        terms = [[along_x[1](x, y), along_y[1](x, y)] for _, along_x, _, along_y, _ in SLIPS]
        terms[place][part] = wrong(x, y)
        return sum(term[0] for term in terms), sum(term[1] for term in terms)

    return answer


cubic_gradient = Exercise(
    ref.cubic_gradient,
    number="1.7",
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
    right=(
        _cubic_horner,
        _cubic_term_by_term,
        _cubic_filled,
        lambda x, y: np.stack(_cubic_horner(x, y)),
        lambda x, y: list(_cubic_horner(x, y)),
    ),
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
            "linear_terms_kept",
            lambda x, y: (30 * x**2 * y**2 + 5 * y**3 + 4 * x, 20 * x**3 * y + 15 * x * y**2 + y),
            "You keep the terms 4 x and y as they are: their derivatives are the constants 4 and 1.",
        ),
        Mistake(
            "linear_terms_kept",
            lambda x, y: (30 * x**2 * y**2 + 5 * y**3 + 4 * x + y, 20 * x**3 * y + 15 * x * y**2 + 4 * x + y),
            "You keep the terms 4 x and y as they are: along x they give 4, along y they give 1.",
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
            "times_for_power",
            lambda x, y: (30 * x * 2 * y * 2 + 5 * y * 3 + 4, 20 * x * 3 * y + 15 * x * y * 2 + 1),
            "`x * 2` doubles x: powers are written `x**2`.",
        ),
        Mistake(
            "same_twice",
            lambda x, y: (ref.cubic_gradient(x, y)[0],) * 2,
            "You return df_dx twice: the second value is df_dy.",
        ),
        Mistake(
            "second_derivatives",
            lambda x, y: (60 * x * y**2, 20 * x**3 + 30 * x * y),
            "You differentiate twice: the first derivatives are asked for.",
        ),
        *(
            Mistake(
                "difference",
                lambda x, y, h=h: (
                    (_height(x + h, y) - _height(x, y)) / h,
                    (_height(x, y + h) - _height(x, y)) / h,
                ),
                "You approximate the slopes by small steps: write the derivatives out, term by term.",
            )
            for h in (0.1, 0.01, 0.001)
        ),
        *(
            Mistake(
                "difference",
                lambda x, y, h=h: (
                    (_height(x + h, y) - _height(x - h, y)) / (2 * h),
                    (_height(x, y + h) - _height(x, y - h)) / (2 * h),
                ),
                "You approximate the slopes by small steps: write the derivatives out, term by term.",
            )
            for h in (0.1, 0.01, 0.001)
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
        *_slips(),
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


def _bowl_filled(x, y):
    df_dx, df_dy = np.zeros(np.shape(x)), np.zeros(np.shape(y))
    df_dx += x * 8
    df_dy += y * 2
    return df_dx, df_dy


def _bowl_in_place(x, y):
    x *= 8
    y *= 2
    return x, y


def _bowl_direction(x, y):
    length = np.hypot(8 * x, 2 * y)
    return 8 * x / length, 2 * y / length


bowl_gradient = Exercise(
    ref.bowl_gradient,
    number="1.8",
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
    right=(
        _bowl_with_asarray,
        _bowl_filled,
        lambda x, y: (x + x + 6 * x, y + y),
        lambda x, y: np.stack([8 * x, 2 * y]),
        lambda x, y: [8 * x, 2 * y],
    ),
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
            "terms",
            lambda x, y: (4 * x**2, y**2),
            "You return the two terms of f themselves: their derivatives are asked for.",
        ),
        Mistake(
            "other_letter",
            lambda x, y: (8 * y, 2 * x),
            "You take y along x, and x along y: df_dx is 8 x, df_dy is 2 y.",
        ),
        Mistake(
            "second_derivatives",
            lambda x, y: (8 + 0 * x, 2 + 0 * y),
            "You differentiate twice, so the slope is the same everywhere: x and y themselves stay in it.",
        ),
        Mistake(
            "second_derivatives",
            lambda x, y: (8.0, 2.0),
            "You return two constants, whatever x and y are: df_dx is 8 times x, df_dy 2 times y.",
        ),
        Mistake("y_lost", lambda x, y: (8 * x, 2.0), "Your df_dy is 2, whatever y is: the derivative of y^2 is 2 y."),
        Mistake("x_lost", lambda x, y: (8.0, 2 * y), "Your df_dx is 8, whatever x is: it is 8 times x."),
        Mistake(
            "four_squared",
            lambda x, y: (32 * x, 2 * y),
            "You square the 4 as well: in 4 x^2 only x is squared.",
        ),
        Mistake(
            "difference",
            lambda x, y: ((4 * (x + 0.01) ** 2 - 4 * x**2) / 0.01, ((y + 0.01) ** 2 - y**2) / 0.01),
            "You approximate the slopes by small steps: write the derivatives out.",
        ),
        Mistake(
            "power_not_multiplied",
            lambda x, y: (4 * x, 2 * y),
            "The derivative of 4 x^2 is 4 times 2 x: your df_dx lacks the factor 2.",
        ),
        Mistake(
            "power_not_multiplied",
            lambda x, y: (8 * x, y),
            "The derivative of y^2 is 2 y, not y.",
        ),
        Mistake(
            "power_kept",
            lambda x, y: (8 * x**2, 2 * y),
            "Your df_dx keeps the power: the derivative of x^2 is 2 x, one power less.",
        ),
        Mistake(
            "power_kept",
            lambda x, y: (8 * x, 2 * y**2),
            "Your df_dy keeps the power: the derivative of y^2 is 2 y, one power less.",
        ),
        Mistake(
            "power_kept",
            lambda x, y: (8 * x, y**2),
            "Your df_dy is the term itself: the derivative of y^2 is 2 y.",
        ),
        Mistake(
            "other_term_kept",
            lambda x, y: (8 * x + y**2, 2 * y),
            "Your df_dx keeps the term y^2: along x it does not change, so its derivative is 0.",
        ),
        Mistake(
            "other_term_kept",
            lambda x, y: (8 * x, 4 * x**2 + 2 * y),
            "Your df_dy keeps the term 4 x^2: along y it does not change, so its derivative is 0.",
        ),
        Mistake(
            "added_up",
            lambda x, y: (8 * x + 2 * y, 8 * x + 2 * y),
            "You add the two derivatives up: a gradient keeps them apart. Return df_dx, df_dy.",
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
