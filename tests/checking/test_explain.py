"""Each error is raised by real code, and told in words that name the shapes at hand and what to write."""

import contextlib
import io
import linecache
import warnings
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checking.exercise import CallError, Seed
from autograder.checking.explain import ALIKE, ROWS, Slip, explain, told
from autograder.worker.calling import describe

ARGUMENTS = {
    "w": np.array([4.0, 2.5]),
    "X": np.arange(6.0).reshape(3, 2),
    "r": np.ones(3),
    "y": np.array([1, 2, 3]),
    "z": np.array([[4.0], [2.5]]),
    "docs": [["fun"], ["dull"]],
    "xs": [4.0, 2.5, 7.0],
    "n": 5,
    "lam": 0.5,
    "nothing": 0,
    "tol": None,
    "grad": lambda v: v,
    "rng": Seed(8),
}
HELPERS = """
import math, random
import numpy as np
def pair(): return 1.0, np.ones(2)
def forgetful(v): v + 1
def batches(): yield 1
"""
NUMBERS = count()


def raised(body, arguments=ARGUMENTS):
    """Return the error of a function with this body, as a check would describe it."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    source = f"{HELPERS}def answer({', '.join(arguments)}):\n{lines}"
    file = f"<answer {next(NUMBERS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python suspects some of these itself
        exec(compile(source, file, "exec"), names)
    given = {k: np.random.default_rng(v.value) if isinstance(v, Seed) else v for k, v in arguments.items()}
    given = {k: v.copy() if isinstance(v, (np.ndarray, list)) else v for k, v in given.items()}
    silent = contextlib.redirect_stdout(io.StringIO())
    with silent, np.errstate(all="ignore"), pytest.raises((Exception, SystemExit)) as caught:
        names["answer"](**given)
    error = describe(caught.value, names["answer"])
    return CallError(error["kind"], error["text"], linecache.getline(*error["place"]).strip() if error["place"] else "")


# What the reader writes, and what must be in the explanation. Where the body has several lines, the last one fails.
# What the reader writes, and what must be in the explanation. Where the body has several lines, the last one fails.
SLIPS = [
    # Products
    ("return w @ X", "`w @ X` needs the last axis of w, 2, to equal the first axis of X, 3: w is (2,), X is (3, 2)."),
    ("return np.dot(w, X)", "`np.dot(w, X)` needs", "w is (2,), X is (3, 2)", "Did you mean `X @ w`?"),
    ("return X @ (X @ w - r) / n", "`X @ w - r` is (3,)", "Did you mean `X.T @ (X @ w - r)`?"),
    ("return X @ X", "X is (3, 2). Did you mean `X.T @ X` or `X @ X.T`?"),
    ("scores = X.T\nreturn scores @ w", "last axis of scores, 3,", "w is (2,). Print both shapes"),
    ("total = (1 +\n    w @ X)\nreturn total", "`w @ X` needs"),
    ("return X @ 2.0", "multiply by a number with `*`"),
    ("return np.linalg.solve(X.T @ X, r)", "do not fit together. As given, r is (3,) and X is (3, 2)."),
    # Entry by entry
    ("return w + r", "`w + r` needs as many entries on both sides: w is (2,), r is (3,)."),
    (
        "return X * r",
        "X is (3, 2), r is (3,). For one number per row add an axis: `r[:, None]`. One per column would be 2 numbers, ",
        "as `axis=0` gives.",
    ),
    (
        "return X - X.mean(1)",
        "`X.mean(1)` is (3,). One number per column comes with `axis=0`. For one per row add `keepd",
    ),
    (
        "return X / np.linalg.norm(X, axis=-1)",
        "per column comes with `axis=0`",
        "add `keepdims=True` to `np.linalg.norm",
    ),
    (
        "return X.T - X.mean(axis=0)",
        "`X.mean(axis=0)` is (2,). For one number per row add an axis: `X.mean(axis=0)[:, None]`",
    ),
    ("return X + X.T", "X is (3, 2), X.T is (2, 3). Is a `.T` missing?"),
    ("w += X\nreturn w", "`+=` keeps the shape (2,) of the left side, and the right side makes it (3,2)"),
    ("X[0] = r", "The left of `=` has room for (2,), and the value is (3,)."),
    ("w[0] = r", "One number is needed here: choose an entry"),
    ("return np.array([w, r])", "these rows differ in length"),
    ("return X[y - 1, np.arange(2)]", "Arrays of indices need as many entries, and they are (3,) and (2,)"),
    ("return w[r > 0]", "The mask has 3 entries, and the axis has 2."),
    # Joining, reshaping, axes
    ("return np.hstack([X, r])", "need as many axes", "As given, X is (3, 2) and r is (3,)."),
    ("return np.concatenate(w, r)", "takes one list", "`np.concatenate([w, r])`"),
    ("return np.zeros(2, 3)", "The shape is one tuple: `np.zeros((2, 3))`"),
    ("return X.reshape(4, -1)", "The new shape must hold 6 numbers", "X is (3, 2)"),
    ("return np.sum(w, axis=1)", "fewer axes than the axis asked for", "w is (2,)"),
    # Truth values
    ("if w >= 0:\n    return 1", "`w >= 0` is a whole array", "np.where(condition, a, b)"),
    ("if lam > 0 and w > 0:\n    return 1", "`w > 0` is a whole array"),
    ("if n < 3:\n    return 1\nelif w.T > 0:\n    return 2", "`w.T > 0` is a whole array"),
    ("return [v for v in X if v > 0]", "`v > 0` is a whole array"),
    ("return w > 0 and w < 1", "write `(w > 0) & (w < 1)`"),
    ("return 0 < w < 1", "`0 < w < 1` holds an `and`"),
    ("return max(0, 1 - w)", "write `np.maximum(0, 1 - w)`"),
    ("return max(X)", "write `np.max(X)`"),
    # Operators
    ("return w ^ 2", "`^` is no power in Python", "write `**`"),
    ("return w > 0 & w < 1", "put each comparison in parentheses"),
    ("return ~w", "`~` flips the entries of a mask"),
    ("return -(w > 0)", "`mask.astype(float)`"),
    ("y -= 0.5", "put fractions into an array of whole numbers (int64): write `x = x - ...`"),
    ("return np.bincount(r)", "`x.astype(int)`"),
    ("return xs - lam", "`-` does not work between a list and a number: `np.array(...)`"),
    ("return -xs", "`-` does not work on a list: `np.array(...)`"),
    ("return lam @ lam", "`@` does not work between a number and a number"),
    ("return xs + 1", "`+` joins lists"),
    ("return xs * lam", "`*` repeats a list or a tuple"),
    ("return '1' + 1", "`+` joins texts: `str(...)`"),
    ("return 1 + '1'", "between a whole number and a text: `float(...)`"),
    ("return w.mean - 1", "call it, as in `x.mean()`"),
    ("return pair() - 1", "unpack it, `a, b = f(x)`"),
    ("return batches() + 1", "A generator has no indices, length or sum"),
    # None
    ("order = rng.shuffle(y)\nreturn order[:2]", "Something here is None, that is, nothing", "rng.shuffle(x)"),
    ("return rng.shuffle(y)[:2]", "`rng.shuffle(y)` works in place", "`rng.permutation(x)` returns a shuffled copy"),
    ("return xs.sort()[0]", "`xs.sort()` works in place", "`np.sort(x)`"),
    ("return len(xs.append(1))", "`xs.append(1)` works in place"),
    ("xs.append(forgetful(w) + 1)", "has no `return`"),
    ("return tol.shape", "tol is None in this case"),
    ("return lam < tol", "tol is None in this case: ask `if tol is None:` first"),
    # Indices
    ("return X[5]", "There is no index 5: axis 0 has length 3, counted from 0. As given, X is (3, 2)."),
    ("return X[:0][0]", "There is no index 0, as there is no data"),
    ("return w[0, 1]", "2 indices stand here, and the number of axes is 1. As given, w is (2,)."),
    ("return w[0][1]", "A single number takes no index"),
    ("lam[0] = 1", "A single number takes no index"),
    ("return w[n / 2]", "A whole number is needed", "`//` in place of `/`"),
    ("return docs[0, 0]", "write `x[i][j]`"),
    ("return docs[[0]]", "Only arrays take a list as index"),
    ("return docs[y]", "only arrays take an array as index"),
    ("return xs[3]", "the last index is n - 1. As given, xs is a list of 3."),
    ("xs[3] = 1", "`.append(...)`"),
    ("return rng[0]", "this is a random generator"),
    ("(1, 2)[0] = 1", "Nothing can be written into a tuple"),
    ("return {'a': 1}['b']", "There is no key 'b' in the dictionary"),
    ("return {w: 1}", "cannot be an array"),
    # Names, calls, attributes
    ("return x @ w", "There is no x here. Did you mean X?"),
    ("return exp(w)", "Did you mean np.exp?"),
    ("return helper(w)", "is it misspelled, or set in a cell that did not run? The function is given w, X,"),
    ("return plt.plot(w)", "plt is not imported", "`import matplotlib.pyplot as plt`"),
    ("total += 1", "total has no value yet: set it first, say `total = 0`"),
    ("sum = sum(xs)", "Your function sets sum itself"),
    ("return w(0)", "w is an array, no function: an entry is `w[0]`, a product `w * (0)`"),
    ("return 2(n + 1)", "`2(n + 1)` is read as a call: a product needs its `*`"),
    ("return X.T()", ".T is no function: write it without parentheses"),
    ("return rng(3)", "`rng.random()`"),
    ("loss = 1.0\nreturn loss(w)", "What is called here is a number, no function"),
    ("max = 3\nreturn max(xs)", "max is a variable of yours here"),
    ("return np.outer(w)", "`outer` needs 'b' as well"),
    ("return forgetful(1, 2)", "`forgetful` is called with 2 arguments, and takes 1."),
    ("return np.log(w, 2)", "Is np.log2 meant?"),
    ("return np.sum(w, axes=0)", "`sum` has no argument axes"),
    ("return sum(X, axis=0)", "write `np.sum`"),
    ("return np.softmaxx(w)", "There is no np.softmaxx: look its name up"),
    ("return np.inv(X)", "Did you mean np.linalg.inv?"),
    ("return np.maximun(w, 0)", "Did you mean np.maximum?"),
    ("return xs.shape", "xs is a list, and .shape belongs to arrays: `np.array(...)`", "`len(...)`"),
    ("return w.append(1)", "w is an array, which has no .append. Did you mean np.append(x, value)?"),
    ("return rng.randint(3)", "rng is a random generator", "Did you mean rng.integers?"),
    ("return grad.shape", "grad is a function, and .shape belongs to what it returns"),
    # Several values, loops
    ("N, D = w.shape", "There are 2 names", "As given, w is (2,)."),
    ("for i, v in xs:\n    pass", "one value, a number: in a loop, is enumerate or zip missing?"),
    ("for i in n:\n    pass", "`range(n)` counts to n", "n is 5"),
    ("return next(iter([]))", "after the last value"),
    ("def again():\n    return again()\nreturn again()", "calls itself without end"),
    ("return max([])", "The data is empty here"),
    # Numbers
    ("return n / nothing", "Something is divided by 0 here", "n is 5 and nothing is 0"),
    ("return math.exp(1000)", "A number is too large"),
    ("return math.log(0)", "numbers above 0 only"),
    ("return math.exp(w)", "np.exp in place of math.exp"),
    ("return np.zeros(2.0)", "A whole number is needed"),
    ("return float('fun')", "The text 'fun' is no number"),
    ("return np.exp('fun')", "Numbers are needed, and something else came: a text"),
    # Linear algebra, random numbers, the rest
    ("A = X.T @ X * 0\nreturn np.linalg.inv(A)", "There is no inverse", "np.linalg.pinv"),
    ("return np.linalg.inv(X)", "A square matrix is needed here. As given, X is (3, 2)."),
    ("return rng.choice(2, p=[0.5, 0.6])", "sum to 1"),
    ("return rng.choice(0)", "nothing to choose from"),
    ("w.flags.writeable = False\nw[0] = 1", "`x.copy()`"),
    ("return np.zeros((10**6, 10**8))", "There is no room for (1000000, 100000000)"),
    ("import no_such_module", "What is imported is not there"),
    ("return exit()", "`return` ends the function"),
    ("assert n < 3", "Your own `assert` does not hold here."),
    ("assert n < 3, 'too many'", "Your own `assert` does not hold here: too many."),
]

# Texts of other versions of Python and NumPy, and errors that nobody can raise at will: kind, text, line, phrase.
OTHER_TEXTS = [
    ("TypeError", "only length-1 arrays can be converted to Python scalars", "return math.exp(w)", "np.exp"),
    ("ValueError", "too many values to unpack (expected 2, got 3)", "a, b = f(w)", "There are 2 names"),
    ("UnboundLocalError", "local variable 'best' referenced before assignment", "return best", "best has no value yet"),
    ("ValueError", "The truth value of an empty array is ambiguous.", "if w[:0]:", "np.any"),
    ("EOFError", "EOF when reading a line", "return input()", "use the arguments"),
    ("MemoryError", "", "return [0] * n", "There is no room"),
    ("NotImplementedError", "", "return helper(w)", "put your answer in its place"),
    ("TypeError", "answer() takes 2 positional arguments but 3 were given", "", "called with 3 arguments, and takes 2"),
]
RAISED = {body: raised(body) for body, *_ in SLIPS}
ALL = [*RAISED.values(), *(CallError(kind, text, line) for kind, text, line, _ in OTHER_TEXTS)]


@pytest.mark.parametrize(("body", "phrases"), [(body, phrases) for body, *phrases in SLIPS])
def test_says_what_happened_and_what_to_write(body, phrases):
    said = explain(RAISED[body], ARGUMENTS)
    assert [phrase for phrase in phrases if phrase not in said] == [], said


@pytest.mark.parametrize(("kind", "text", "line", "phrase"), OTHER_TEXTS)
def test_texts_of_other_versions(kind, text, line, phrase):
    assert phrase in explain(CallError(kind, text, line), ARGUMENTS)


def test_every_row_explains_one_of_these():
    firsts = [(error.kind, next(told(error.kind, error.text, Slip(error.line, ARGUMENTS)), ("",))[0]) for error in ALL]
    used = {(ALIKE.get(kind, kind), pattern) for kind, pattern in firsts}
    own = [(kind, pattern) for kind, rows in ROWS.items() for pattern in rows]
    assert [row for row in own if row not in used] == []


def test_sentences_are_whole():
    for error in ALL:
        said = explain(error, ARGUMENTS)
        assert said[-1] in ".?", said
        assert "  " not in said, said
        assert "\n" not in said, said
        assert not set("{}") & set(said) or "{" in error.line, said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CallError("Overboard", "all\n  hands!"), "It raises Overboard: all hands!"),
        (CallError("Overboard", ""), "It raises Overboard."),
        (CallError("ValueError", "a new one"), "It raises ValueError: a new one."),
        (CallError("KeyError", "'w'", "raise KeyError('w')"), "It raises KeyError: 'w'."),
        (CallError("AssertionError", "theirs", "check(w)"), "It raises AssertionError: theirs."),
    ],
)
def test_what_nobody_knows_is_told_as_it_is(error, said):
    assert explain(error, ARGUMENTS) == said


@pytest.mark.parametrize("name", ["w", "X"])
def test_an_argument_with_another_value_by_then_is_not_taken_for_the_old_one(name):
    said = explain(raised("w, X = np.ones(4), np.ones((5, 4))\nreturn w @ X"), ARGUMENTS)
    assert "The product `A @ B` needs the last axis of A, 4, to equal the first axis of B, 5" in said
    assert name not in said.split("needs")[0]
    assert "(2,)" not in said
    assert "(3, 2)" not in said


def test_of_a_hidden_case_only_the_kind_and_the_line_are_used():
    for error in ALL:
        said = explain(error, ARGUMENTS, hidden=True)
        assert said == explain(CallError(error.kind, "secret 37", error.line), {"w": np.ones(37)}, hidden=True)
        assert said.startswith(f"It raises {error.kind}")
        assert said[-1] in ".?"
        assert not set(said) & set("23456789{}"), said


@pytest.mark.parametrize(
    ("kind", "line", "phrase"),
    [
        ("ValueError", "return w @ X", "In `A @ B` the last axis of A must equal the first axis of B."),
        ("ValueError", "if z >= 0:", "np.where"),
        ("ValueError", "w -= X.sum(0)", "Do the shapes agree"),
        ("TypeError", "return w ^ 2", "write `**`"),
        ("TypeError", "", "the line `def ...`"),
        ("TypeError", "order = rng.shuffle(y)", "returns None"),
        ("UFuncTypeError", "w -= 0.1", "whole numbers"),
        ("ZeroDivisionError", "return a / b", "Something is divided by 0 here: say first what holds in that case."),
        ("UnicodeDecodeError", "return a", "It raises UnicodeDecodeError."),
        ("Secret37", "return a", "an exception of its own kind"),
    ],
)
def test_hints_for_hidden_cases(kind, line, phrase):
    said = explain(CallError(kind, "secret 37", line), {}, hidden=True)
    assert phrase in said
    assert "37" not in said


PIECES = [*(error.text for error in ALL), *"(){[]'@:", "%s", "{0}", "\x00", "9" * 30, "\ud800", "if ", "-" * 200]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([*{error.kind for error in ALL}, "", "\ud800", "A" * 999]),
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
    st.lists(st.sampled_from([*PIECES, *(error.line for error in ALL)]), max_size=4).map("".join),
    st.booleans(),
)
def test_nothing_that_another_process_sends_breaks_it(kind, text, line, hidden):
    assert len(explain(CallError(kind, text, line), ARGUMENTS, hidden)) < 1000
