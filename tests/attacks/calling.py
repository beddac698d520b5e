"""Attacks by calls of the functions that a student's function is given: those run in the grader's own process."""

from __future__ import annotations

from functools import partial

from .attack import Attack as _Attack

Attack = partial(_Attack, exercise="numerical_gradient")
# A list times a whole number is a longer list: the course's functions multiply what they are given.
REPEATED = """
for one, other in (([0.0], 10**9), ("x", 10**9), ({0: [0.0], 1: 10**9}, None)):
    try:
        f([one, other] if other else one)
    except (ValueError, TypeError):
        pass
raise ValueError
"""

ATTACKS = (
    Attack("a function given is called with what makes a table", "f([np.ones((12000, 1)), np.ones((1, 12000))])"),
    Attack("a function given is called with a table", "f(np.ones((2, 10**6)))"),
    Attack("a function given is called with a long list", "f([[0.0] * 10**4] * 2)"),
    Attack("a function given is called with what can be repeated", REPEATED),
    Attack("a function given is called with huge whole numbers", "f([1 << 4000] * 2000)"),
    Attack("a function given is called without end", "while True: f(x)", 2.0),
    Attack(
        "a function given is called without end, with much",
        "while True:\n    try: f(np.ones((2, 5000)))\n    except ValueError: pass",
        2.0,
    ),
    Attack(
        "a batch that makes a table of three axes",
        "loss_and_grad(np.ones((1, 400)), np.ones((400, 1)), np.ones((400, 1, 1)))",
        exercise="sgd",
    ),
)
