"""Each error is raised by real code, and told in words that name the shapes at hand and what to write."""

import contextlib
import io
import linecache
import re
import warnings
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import explain as explaining
from autograder.exercise import CallError, Seed
from autograder.explain import explain
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
    return CallError(**describe(caught.value, names["answer"]))


# What the reader writes, and what must be in the explanation. Where the body has several lines, the last one fails.
SLIPS = [
    # Products
    ("return w @ X", "`w @ X` needs the last axis of w, 2, to equal the first axis of X, 3: w is (2,), X is (3, 2)."),
    ("return w @ X", "Did you mean `X @ w`?"),
    ("return np.dot(w, X)", "`np.dot(w, X)` needs", "w is (2,), X is (3, 2)", "Did you mean `X @ w`?"),
    ("return w.dot(X)", "`w.dot(X)` needs", "Did you mean `X @ w`?"),
    ("return X @ (X @ w - r) / n", "`X @ (X @ w - r)` needs", "`X @ w - r` is (3,)", "`X.T @ (X @ w - r)`"),
    ("return X @ X", "X is (3, 2). Did you mean `X.T @ X` or `X @ X.T`?"),
    ("scores = X.T\nreturn scores @ w", "last axis of scores, 3,", "w is (2,). Print both shapes"),
    ("A = X.T\nreturn A @ np.vstack([r, r])[:, 1:]", "last axis of A, 3,", "Print both shapes"),
    ("total = (w @ X +\n    1)\nreturn total", "`w @ X` needs"),
    ("total = np.sum(\n    w @ X,\n)\nreturn total", "`w @ X` needs"),
    ("total = (1 +\n    w @ X)\nreturn total", "`w @ X` needs"),
    ("return [w @ X for i in range(n)]", "Did you mean `X @ w`?"),
    ("return np.inner(w, r)", "last axis of w, 2, to equal the first axis of r, 3"),
    ("return X @ 2.0", "2.0 is a single number: multiply by a number with `*`"),
    ("return np.linalg.solve(X.T @ X, r)", "The two arrays do not fit together, 2 beside 3"),
    ("return np.einsum('ij,j->i', X, r)", "a letter stands for one length"),
    ("return np.einsum('ij,jk', X, r)", "as many letters as it has axes"),
    # Entry by entry
    ("return w + r", "`w + r` needs as many entries on both sides: w is (2,), r is (3,)."),
    ("return w - r[:]", "Is a slice off by one?"),
    ("return X * r", "X is (3, 2), r is (3,). For one number per row add an axis: `r[:, None]`."),
    ("return X - X.mean(axis=1)", "`X.mean(axis=1)` is (3,)", "add `keepdims=True` to `X.mean(axis=1)`"),
    ("return X / np.linalg.norm(X, axis=1)", "add `keepdims=True`"),
    ("return X + X.T", "X is (3, 2), X.T is (2, 3). Is a `.T` missing?"),
    ("return np.maximum(w, r)", "`np.maximum(w, r)` needs"),
    ("return np.where(w > 0, r, 0)", "`w > 0` is (2,), r is (3,)"),
    ("return (w == r).all()", "`w == r` needs"),
    ("return max(w, r)", "as many entries on both sides: here they are"),
    ("w += X\nreturn w", "`+=` keeps the shape of w, (2,), and the right side makes it (3, 2)", "over axis=0 first?"),
    ("X[0] = r", "`X[0] = ...` has room for shape (2,), and the value is (3,)"),
    ("X[[0, 1]] = r", "has room for shape (2, 2), and the value is (3,)"),
    ("w[0] = r", "`w[0] = ...` has room for one number"),
    ("y[0] = [1, 2]", "One number is needed here, and a list came"),
    ("return np.array([w, r])", "differ in length"),
    ("return X[y - 1, np.arange(2)]", "so both need as many: they are (3,) and (2,)"),
    ("return w[r > 0]", "the mask has 3 entries, the axis 2"),
    # Joining, reshaping, axes
    ("return np.hstack([X, r])", "2 and 1 axes: X is (3, 2), r is (3,). `x[:, None]`"),
    ("return np.concatenate([X, r[:, None]])", "agree on axis 1", "X is (3, 2), `r[:, None]` is (3, 1)"),
    ("return np.stack([w, r])", "`np.stack` needs arrays of the same shape: w is (2,), r is (3,)"),
    ("return np.concatenate(w, r)", "takes one list", "`np.concatenate([w, r])`"),
    ("return np.vstack(w, r)", "takes one list", "`np.vstack([w, r])`"),
    ("return np.concatenate([n, lam])", "Single numbers cannot be joined"),
    ("return np.concatenate([])", "no arrays to join"),
    ("return X.reshape(4, -1)", "6 numbers do not fit into the shape (4, -1), which holds a multiple of 4"),
    ("return X.reshape(2, 2)", "6 numbers do not fit into the shape (2, 2), which holds 4"),
    ("return X.reshape(-1, -1)", "write -1 once"),
    ("return np.sum(w, axis=1)", "w has no axis 1: its shape is (2,)"),
    ("v = w\nreturn v.sum(axis=1)", "There is no axis 1: the array has one axis, axis 0"),
    ("return np.sum(w, r)", "its second argument is the axis"),
    # Truth values
    (
        "if w >= 0:\n    return 1",
        "`w >= 0` is an array of shape (2,)",
        "`if` takes only one",
        "`np.where(w >= 0, ..., ...)`",
    ),
    ("if lam > 0 and w > 0:\n    return 1", "`w > 0` is an array of shape (2,)"),
    ("if n < 3:\n    return 1\nelif w.T > 0:\n    return 2", "`w.T > 0` is an array of shape (2,)"),
    ("while abs(w) > 1:\n    pass", "`abs(w) > 1` is an array", "`while` takes only one: np.all(...) or np.any(...)"),
    ("return 1 if w else 2", "w` is an array of shape (2,)", "np.where(condition"),
    ("if w == w + 1:\n    return 1", "np.array_equal(a, b)"),
    ("return [v for v in X if v > 0]", "`v > 0` is an array"),
    ("return w > 0 and w < 1", "write `(w > 0) & (w < 1)`"),
    ("return 0 < w < 1", "write `(0 < w) & (w < 1)`"),
    ("return not w", "`~` flips"),
    ("return max(0, 1 - w)", "`np.maximum(0, 1 - w)` compares entry by entry"),
    ("return max(X)", "use `np.max`"),
    ("return w in [w + 1]", "np.array_equal(a, b) for each"),
    ("return np.arange(w)", "A whole array came where one truth value is needed"),
    # Operators
    ("return w ^ 2", "`^` is no power", "write `w ** 2`"),
    ("return lam ^ 2", "write `lam ** 2`"),
    ("lam ^= 2", "write `lam **= ...`"),
    ("return w > 0 & w < 1", "put each comparison in parentheses"),
    ("return ~w", "`~` flips the entries of a mask"),
    ("return -(w > 0)", "`mask.astype(float)`"),
    ("y -= 0.5", "`y -= ...` puts fractions into an array of whole numbers (int64): write `y = y - ...`"),
    ("y /= 2", "write `y = y / ...`, or make floats of them first, `y = y.astype(float)`"),
    ("y[0:2] *= lam", "`y[0:2] *= ...` puts fractions", "`y = y.astype(float)`"),
    ("return np.bincount(r)", "`.astype(int)` makes whole numbers"),
    ("return xs - lam", "`-` does not work between a list and a number: np.array(xs)"),
    ("return xs < 1", "np.array(xs)"),
    ("return -xs", "`np.array(...)` makes an array of a list"),
    ("return xs + 1", "`+` joins lists, and the right side is a whole number"),
    ("return xs * lam", "xs is a list, which `*` repeats: `np.array(xs)`"),
    ("return xs @ xs", "np.array(xs)"),
    ("return lam @ lam", "multiply numbers with `*`"),
    ("return '1' + 1", "the right side is a whole number: `str(...)`"),
    ("return 1 + '1'", "between a whole number and a text"),
    ("return w.mean - 1", "call the function, with parentheses"),
    ("return -w.mean", "`-` needs a number, and this is a function"),
    ("return xs + w.tolist", "its parentheses are missing"),
    ("return pair() + 1", "A function that returns several values gives a tuple"),
    ("return pair() - 1", "unpack it, `a, b = f(x)`"),
    ("return pair() * lam", "unpack it"),
    ("return batches() + 1", "np.array(list(...))"),
    # None
    ("order = rng.shuffle(y)\nreturn order[:2]", "order is None, that is, nothing", "rng.shuffle(x)"),
    ("return rng.shuffle(y)[:2]", "`rng.shuffle(y)` works in place", "`rng.permutation(x)` returns a shuffled copy"),
    ("for v in random.shuffle(xs):\n    pass", "`random.shuffle(xs)` works in place and returns None"),
    ("return xs.sort()[0]", "`xs.sort()` works in place", "`sorted(x)`"),
    ("losses = []\nlosses = losses.append(1)\nreturn len(losses)", "losses is None", "no `return`"),
    ("return forgetful(w) + 1", "`forgetful(w)` returns None", "is a `return` missing"),
    ("loss, dw = forgetful(w)", "`forgetful(w)` returns None"),
    ("return print(w) * 2", "`print` only shows a value"),
    ("return lam < tol", "tol is None in this case: ask `if tol is None:` first"),
    ("return tol.shape", "tol is None in this case"),
    ("return np.exp(tol)", "tol is None in this case"),
    ("return tol(w)", "tol is None in this case"),
    # Indices
    ("return X[5]", "Index 5 is asked for, and axis 0 of X has 3 entries, counted from 0 to 2"),
    ("return X[0, 2]", "axis 1 of X has 2 entries"),
    ("return w[2]", "Index 2 is asked for, and w has 2 entries, counted from 0 to 1"),
    ("return X[:0][0]", "axis 0 of `X[:0]` is empty"),
    ("return w[0, 1]", "w has one axis, and 2 indices stand here: its shape is (2,)"),
    ("return np.array(lam)[0]", "is a single number, so it takes no index"),
    ("return w[0][1]", "is a single number"),
    ("return lam[0]", "lam is a single number, so it takes no index"),
    ("return w[n / 2]", "`/` gives a float: write `n // 2`"),
    ("return w[: n / 2]", "write `n // 2`"),
    ("return X[r]", "r holds floats: write `r.astype(int)`"),
    ("return w[1.0]", "An index must be a whole number"),
    ("return w['loss']", "Only dictionaries take a text"),
    ("return xs[lam]", "An index must be a whole number"),
    ("return docs[0, 0]", "write `docs[0][0]`"),
    ("return docs['fun']", "Only a dictionary takes a text as index, and docs is a list"),
    ("return docs[[0]]", "Only arrays take a list as index, and docs is a list"),
    ("return docs[y]", "docs is a list, and only arrays take an array as index: `np.array(docs)`"),
    ("return [0, 1][y]", "Only arrays take an array as index"),
    ("return range(y)", "`len(...)` counts its entries"),
    ("return xs[3]", "xs has 3 entries, so the last index is 2"),
    ("return (1, 2)[3]", "indices count from 0"),
    ("return 'ab'[3]", "the last index is n - 1"),
    ("return w.shape[1]", "`w.shape[1]` asks for an axis that w does not have: it is (2,)"),
    ("xs[3] = 1", "`.append(...)`"),
    ("return [].pop()", "nothing left to pop"),
    ("return np.mean[0]", "called with parentheses"),
    ("return batches()[0]", "A generator hands out its values one by one and has no indices"),
    ("return len(batches())", "has no length"),
    ("return {1, 2}[0]", "`sorted(...)`"),
    ("return rng[0]", "this is a random generator"),
    ("(1, 2)[0] = 1", "Nothing can be written into a tuple"),
    ("lam[0] = 1", "`np.zeros(n)`"),
    ("return {'a': 1}['b']", "There is no key 'b' in the dictionary"),
    ("return {w: 1}", "cannot be an array"),
    # Names, calls, attributes
    ("return x @ w", "There is no x here. Did you mean X?"),
    ("return rnng.normal()", "Did you mean rng?"),
    ("return docz", "Did you mean docs?"),
    ("return exp(w)", "Did you mean np.exp?"),
    ("return true", "Did you mean True?"),
    ("return X.sum() / D", "say with `N, D = X.shape`"),
    ("return helper(w)", "is it misspelled, or set in a cell that did not run? The function is given w, X,"),
    ("return plt.plot(w)", "plt is not imported", "`import matplotlib.pyplot as plt`"),
    ("total += 1", "total has no value yet that could change: set it first, say `total = 0`"),
    ("if n > 9:\n    best = 1\nreturn best", "best has no value yet", "that was not entered"),
    ("sum = sum(xs)", "Your function sets sum itself"),
    ("def inner():\n    return late\ninner()\nlate = 1", "late has no value yet when the inner function uses it"),
    ("return w(0)", "w is an array, no function: for an entry write `w[0]`, for a product `w * 0`"),
    ("return lam(n + 1)", "lam is a number, no function: for a product `lam * (n + 1)`"),
    ("return 2(n + 1)", "for a product write `2 * (n + 1)`"),
    ("return (n - 1)(n + 1)", "for a product write `(n - 1) * (n + 1)`"),
    ("return X.T()", ".T is no function: write `X.T`"),
    ("return X.shape(0)", "write `X.shape[0]`"),
    ("return xs()", "xs is a list, no function: leave out the parentheses"),
    ("return rng(3)", "`rng.random()`"),
    ("return np(3)", "a module", "`np.array(...)`"),
    ("loss = 1.0\nreturn loss(w)", "is it loss?"),
    ("max = 3\nreturn max(xs)", "max is a variable of yours here"),
    ("return np.outer(w)", "`np.outer` needs b as well"),
    ("return np.zeros()", "`np.zeros` needs shape as well"),
    ("return forgetful(1, 2)", "`forgetful` takes 1 argument, and here it gets 2"),
    ("return rng.normal(1, 2, 3, 4)", "`rng.normal` is called with other arguments than it takes"),
    ("return grad(w, X)", "grad takes 1 argument, v, and this line gives it others"),
    ("return np.array(1, 2, 3)", "`np.array([1, 2, 3])`"),
    ("return np.array(1, 2)", "`np.array([1, 2])`"),
    ("return np.zeros(2, 3)", "takes the shape as one tuple: `np.zeros((2, 3))`"),
    ("return np.log(w, 2)", "`np.log` takes one array", "np.log2"),
    ("return np.sum(w, axes=0)", "`np.sum` has no argument axes. Did you mean axis?"),
    ("return sum(X, axis=0)", "write `np.sum`"),
    ("return np.softmaxx(w)", "There is no np.softmaxx: look its name up"),
    ("return np.exponential(w)", "Did you mean np.exp?"),
    ("return np.inv(X)", "Did you mean np.linalg.inv?"),
    ("return np.maximun(w, 0)", "Did you mean np.maximum?"),
    ("return np.float_(1)", "`np.float_` no longer exists: use `np.float64`"),
    ("return math.sqr(2)", "Did you mean math.sqrt?"),
    ("return xs.shape", "xs is a list, and .shape belongs to arrays: `np.array(...)`", "`len(...)`"),
    ("return xs.T", "xs is a list, and .T belongs to arrays"),
    ("return lam.shape", "lam is a number, and .shape belongs to arrays"),
    ("return pair().T", "gives a tuple: unpack it"),
    ("return w.append(1)", "w is an array, which has no .append. Did you mean np.append(x, value)?"),
    ("return w.exp()", "Did you mean np.exp(x)?"),
    ("return w.shpe", "Did you mean .shape?"),
    ("return rng.randint(3)", "rng is a random generator", "Did you mean rng.integers?"),
    ("return {}.append(1)", "write `d[key] = value`"),
    ("return xs.push(1)", "xs is a list, which has no .push"),
    ("return grad.shape", "grad is a function, and .shape belongs to what it returns"),
    # Several values, loops
    ("a, b = 1, 2, 3", "The left side takes 2 values"),
    ("a, b, c = 1, 2", "The left side takes 3 values, and the right side gives 2"),
    ("N, D = w.shape", "`N, D = w.shape` needs an array of 2 axes, and w is (2,)"),
    ("for i, v in X.T:\n    pass", "Each entry of X.T should give 2 values", "enumerate or zip"),
    ("for i, v in xs:\n    pass", "Each entry of xs should give several values and is a number"),
    ("loss, dw = w.sum()", "the right side is only one, a number"),
    ("for i in n:\n    pass", "n is a whole number: write `range(n)` to count"),
    ("return sum(lam)", "`sum` needs a list or an array, and lam is a number"),
    ("return dict(n)", "`range(n)` counts to n"),
    ("return list(np.array(lam))", "the array is a single number"),
    ("return list(w.tolist)", "its parentheses are missing"),
    ("return len(lam)", "`len` counts entries, and lam is a single number"),
    ("return len(np.array(lam))", "is a single number"),
    ("rng.shuffle(n)", "A list or an array is needed here"),
    ("return next(xs)", "`next` needs an iterator"),
    ("return next(iter([]))", "after the last value"),
    ("def draw():\n    yield next(iter([]))\nreturn list(draw())", "after the last value"),
    ("d = {1: 1}\nfor k in d: d[k + 1] = 1", "loop over `list(...)` of it"),
    ("return ' '.join([n])", "takes texts only"),
    ("def again():\n    return again()\nreturn again()", "calls itself again and again"),
    ("return max([])", "`max` has nothing to choose from"),
    ("return np.argmax(w[:0])", "The array is empty here"),
    ("return xs.index(9)", "ask with `in` first"),
    ("return range(0, n, 0)", "The step is 0"),
    # Numbers
    ("return n / nothing", "nothing is 0 here, and nothing can be divided by 0"),
    ("return lam / (n - 5)", "`n - 5` is 0 here"),
    ("return lam % 0", "A divisor is 0 here"),
    ("return 0.0 ** -1", "0 to a negative power"),
    ("return math.exp(1000)", "ends at about 709"),
    ("return 10.0 ** 400", "do the numbers grow from step to step?"),
    ("return int(float('nan'))", "The number is NaN"),
    ("return int(float('inf'))", "The number is infinity"),
    ("return np.uint8(1) + 300", "300 does not fit into uint8"),
    ("return 10**400 * lam", "compute with floats or with logarithms"),
    ("return math.log(0)", "numbers above 0 only"),
    ("return math.exp(w)", "w is an array of shape (2,): `np.exp` works on each entry"),
    ("return float(w)", "`.astype(float)` works on each entry"),
    ("return math.exp(xs)", "a list came", "np.exp works on each entry"),
    ("return math.gamma(w)", "One number is needed here, and an array came"),
    ("return range(xs)", "a list came: `len(...)` counts entries"),
    ("return range(n / 2)", "`range` needs a whole number, and `/` gives a float: write `n // 2`"),
    ("return np.zeros((n / 2, 3))", "write `n // 2`"),
    ("return np.zeros(2.0)", "a float came: write `//`"),
    ("return float('fun')", "The text 'fun' is no number"),
    ("return int('fun')", "The text 'fun' is no whole number"),
    ("return round(w)", "`np.round` works on each entry"),
    ("return np.log(10**30)", "`np.log(float(...))`"),
    ("return np.sqrt(np.array([[1], None], dtype=object))", "a list is inside"),
    ("return np.exp('fun')", "such as a text"),
    ("return np.array(['fun']) + 1", "The array holds texts"),
    ("return np.where(w > 0, 1)", "`np.where(condition, a, b)`"),
    # Linear algebra
    ("A = X.T @ X * 0\nreturn np.linalg.inv(A)", "There is no inverse of A", "np.linalg.pinv"),
    ("return np.linalg.solve(X.T @ X * 0, w)", "np.linalg.lstsq"),
    ("return np.linalg.inv(X)", "A square matrix is needed here, and X is (3, 2)"),
    ("return np.linalg.inv(w)", "A matrix, with two axes"),
    ("return np.linalg.cholesky(-np.eye(2))", "not positive definite"),
    ("return np.linalg.lstsq(X, w)", "the same number of rows"),
    ("return np.linalg.svd(X * np.nan)", "nan, infinity"),
    # Random numbers
    ("return rng.choice(3, 5, replace=False)", "replace=True"),
    ("return rng.choice(2, p=[0.5, 0.6])", "must sum to 1"),
    ("return rng.choice(2, p=[1.5, -0.5])", "is negative"),
    ("return rng.choice(2, p=[np.nan, 1.0])", "is nan"),
    ("return rng.choice(3, p=[0.5, 0.5])", "one probability in p for each entry"),
    ("return rng.integers(3, 0)", "draws from 0 to n - 1"),
    ("return rng.choice(0)", "nothing to choose from"),
    # The rest
    ("return np.zeros(-1)", "A shape cannot be negative"),
    ("w.flags.writeable = False\nw[0] = 1", "`x.copy()`"),
    ("return np.zeros((10**6, 10**8))", "(1000000, 100000000)", "too much"),
    ("from math import sigmoid", "math has no sigmoid"),
    ("import no_such_module", "no_such_module is not installed"),
    ("return eval('1 +')", "is no Python"),
    ("return exit()", "`return` ends the function"),
    ("return open('/no/such/file')", "Files are out of reach"),
    ("assert n < 3", "Your own `assert` does not hold here."),
    ("assert n < 3, 'too many'", "Your own `assert` does not hold here: too many."),
]

# Texts of other versions of Python and NumPy, and errors that nobody can raise at will.
OTHER_TEXTS = [
    ("TypeError", "only length-1 arrays can be converted to Python scalars", "return math.exp(w)", "`np.exp`"),
    ("ValueError", "expected a positive input, got 0.0", "return math.log(lam)", "numbers above 0 only"),
    ("ValueError", "too many values to unpack (expected 2, got 3)", "a, b = f(w)", "the right side gives 3"),
    ("TypeError", "cannot use 'list' as a dict key (unhashable type: 'list')", "return d[xs]", "cannot be a list"),
    ("TypeError", "sum() got an unexpected keyword argument 'axis'", "return sum(X, axis=0)", "write `np.sum`"),
    ("TypeError", "'axis' is an invalid keyword argument for sum()", "return sum(X, axis=0)", "write `np.sum`"),
    ("UnboundLocalError", "local variable 'best' referenced before assignment", "return best", "best has no value yet"),
    ("NameError", "cannot access free variable 'w' where it is not associated", "f()", "w has no value yet"),
    ("TypeError", "too many positional arguments", "return grad(w, X)", "grad takes 1 argument, v"),
    ("ValueError", "The truth value of an empty array is ambiguous.", "if w[:0]:", "`len(x) > 0`"),
    ("TypeError", "iteration over a 0-d array", "for v in lam:", "`range(n)` counts"),
    (
        "UFuncTypeError",
        "Cannot cast ufunc 'add' output from dtype('complex128') to dtype('float64')",
        "w += v",
        "complex",
    ),
    ("EOFError", "EOF when reading a line", "return input()", "use the arguments"),
    ("MemoryError", "", "return [0] * n", "not enough memory"),
    ("NotImplementedError", "", "return helper(w)", "put your answer in its place"),
    ("TypeError", "answer() takes 2 positional arguments but 3 were given", "", "keep the line `def ...` as it was"),
    ("TypeError", "answer() got an unexpected keyword argument 'lam'", "", "keep the line `def ...` as it was"),
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


@pytest.mark.parametrize("entry", [*explaining.LOOKED_INTO, *explaining._sentences()], ids=lambda entry: entry[1])
def test_every_entry_explains_one_of_these(entry, monkeypatch):
    """So that none can be lost unseen: without it, one of the explanations above would be another."""
    kinds, pattern, _ = entry
    concerned = [error for error in ALL if error.kind in kinds.split() and re.search(pattern, error.text)]
    before = [explain(error, ARGUMENTS) for error in concerned]
    monkeypatch.setattr(explaining, "LOOKED_INTO", [one for one in explaining.LOOKED_INTO if one is not entry])
    left = [one for one in explaining._sentences() if one is not entry]
    monkeypatch.setattr(explaining, "_sentences", lambda: left)
    assert before != [explain(error, ARGUMENTS) for error in concerned]


def test_sentences_are_whole():
    for error in ALL:
        said = explain(error, ARGUMENTS)
        assert said[-1] in ".?", said
        assert "  " not in said, said
        assert "\n" not in said, said
        assert len(re.findall(r"[.?](?= [A-Z`])", said)) <= 2, said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CallError("Overboard", "man"), "It raises Overboard: man."),
        (CallError("Overboard", "all\n  hands!"), "It raises Overboard: all hands!"),
        (CallError("Overboard", ""), "It raises Overboard."),
        (CallError("ValueError", "a new one"), "It raises ValueError: a new one."),
        (CallError("KeyError", "'w'", "raise KeyError('w')"), "It raises KeyError: 'w'."),
        (
            CallError("AssertionError", "from a library", "np.testing.assert_equal(w, 1)"),
            "It raises AssertionError: from a library.",
        ),
    ],
)
def test_what_nobody_knows_is_told_as_it_is(error, said):
    assert explain(error, ARGUMENTS) == said


@pytest.mark.parametrize("name", ["w", "X"])
def test_an_argument_with_another_value_by_then_is_not_taken_for_the_old_one(name):
    said = explain(raised("w, X = np.ones(4), np.ones((5, 4))\nreturn w @ X"), ARGUMENTS)
    assert "the last axis of w, 4, to equal the first axis of X, 5" in said or "The product `A @ B`" in said
    assert "(2,)" not in said
    assert "(3, 2)" not in said


@pytest.mark.parametrize(
    ("body", "innocent"),
    [
        ("return lam * (w - forgetful(None))", "forgetful(None)"),
        ("def helper(v): return v[0]\nreturn w[0] + helper(lam)", "w is"),
        ("def helper(v): return v[0]\nreturn xs[0] + helper(lam)", "xs is"),
        ("def helper(v): return list(v)\nreturn [helper(v) for v in xs]", "xs is"),
        ("def helper(v): return 1 / v\nreturn helper(nothing) / n", "n is 0"),
        ("def helper(v): a, b = v\nreturn [helper(v) for v in xs]", "Each entry of xs"),
        ("m = 2.0\nreturn np.zeros(m) / n", "// n"),
        ("def helper(v): return v @ X\nreturn helper(w) + X @ w", "X @ w`"),
    ],
)
def test_an_error_from_elsewhere_is_not_laid_on_a_part_of_the_line(body, innocent):
    assert innocent not in explain(raised(body), ARGUMENTS)


def test_of_a_hidden_case_only_the_kind_and_the_line_are_used():
    for error in ALL:
        said = explain(error, ARGUMENTS, hidden=True)
        assert said == explain(CallError(error.kind, "secret 37", error.line), {"w": np.ones(37)}, hidden=True)
        assert said.startswith(f"It raises {error.kind}")
        assert not set(said) & set("23456789"), said
        assert error.text.split(":")[0] not in said or len(error.text) < 3, said


@pytest.mark.parametrize(
    ("kind", "line", "phrase"),
    [
        ("ValueError", "return w @ X", "In `A @ B` the last axis of A must equal the first axis of B."),
        ("ValueError", "if z >= 0:", "np.where or a mask"),
        ("ValueError", "raise ValueError('no')", "your own `raise`"),
        ("ValueError", "a, b = f(x)", "as many values as names"),
        ("ValueError", "w -= X.sum(0)", "the shape of the left one"),
        ("ValueError", "return math.log(p)", "numbers above 0 only"),
        ("TypeError", "return w ^ 2", "write `**`"),
        ("TypeError", "", "the line `def ...`"),
        ("TypeError", "order = rng.shuffle(y)", "returns None"),
        ("IndexError", "N, D = X.shape[0], X.shape[1]", "this axis in every case"),
        ("UFuncTypeError", "w -= 0.1", "whole numbers"),
        ("ZeroDivisionError", "return a / b", "something is divided by 0"),
        ("UnicodeDecodeError", "return a", "It raises UnicodeDecodeError."),
        ("Secret37", "return a", "an exception of its own kind"),
    ],
)
def test_hints_for_hidden_cases(kind, line, phrase):
    said = explain(CallError(kind, "secret 37", line), {}, hidden=True)
    assert phrase in said
    assert "37" not in said


PIECES = [
    *(error.text for error in ALL),
    "%s",
    "{",
    "{0}",
    "\x00",
    "(",
    ")",
    "[",
    "'",
    "9" * 30,
    "\ud800",
    "if ",
    "@",
    ":",
]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([*{error.kind for error in ALL}, "", "\ud800", "A" * 999]),
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
    st.lists(st.sampled_from([*PIECES, *(error.line for error in ALL)]), max_size=4).map("".join),
    st.booleans(),
)
def test_nothing_that_another_process_sends_breaks_it(kind, text, line, hidden):
    said = explain(CallError(kind, text, line), ARGUMENTS, hidden)
    assert len(said) < 1000
