"""Chapter 3: features that overfit, polynomials and n-grams."""

from __future__ import annotations

import itertools

import numpy as np

from solutions import regularization as ref

from ..exercise import Case, Exercise, Mistake

array = np.array


def _powers(x, exponents):
    x = x if x.dtype.kind == "f" else x.astype(float)
    return np.column_stack([x**k for k in exponents]) if len(exponents) else np.zeros((len(x), 0), x.dtype)


def _vander(x, degree):
    x = x if x.dtype.kind == "f" else x * 1.0
    return np.vander(x, degree + 1, increasing=True)[:, 1:].astype(x.dtype)


def _products(x, degree):
    x = x if x.dtype.kind == "f" else x * 1.0
    return np.cumprod(np.tile(x[:, None], (1, degree)), axis=1)


def _entry_by_entry(x, degree):
    X = np.ones((len(x), degree), x.dtype if x.dtype.kind == "f" else float)
    for i in range(len(x)):
        for j in range(degree):
            X[i, j] = float(x[i]) ** (j + 1)
    return X


def _polynomials(rng):
    for n, degree in ((1, 4), (5, 3)):
        yield Case(f"random, N={n}, degree {degree}", (rng.normal(size=n) + 1.5, degree), hidden=True)


polynomial_features = Exercise(
    ref.polynomial_features,
    title="Polynomial features",
    points=1,
    minutes=5,
    difficulty=1,
    returns=("the features",),
    cases=(
        Case("worked example", (array([2.0, -1.0]), 3)),
        Case("four inputs, degree 2", (array([0.5, 3.0, -2.0, 0.0]), 2)),
        Case("degree 1", (array([1.5, -0.5, 2.0]), 1)),
        Case("as many inputs as the degree", (array([3.0, 0.5, -2.0]), 3), hidden=True),
        Case("whole numbers", (array([1, 2, 3]), 2)),
        Case("whole numbers with large powers", (array([10, 3]), 22)),
        Case("float32", (array([1.5, -0.5, 2.0], np.float32), 3)),
        Case("degree 9", (array([-0.9, 0.7, 1.1]), 9), hidden=True),
    ),
    random_cases=_polynomials,
    hints=(
        "Each power of x is one column: x, then x squared, and so on up to the degree. The model has its bias, so there is no column of ones.",
        "`x**k` is a whole column at once. Which values does k take? Turn x into floats first: whole numbers overflow.",
        "`x = np.asarray(x)`, then `if x.dtype.kind != 'f': x = x.astype(float)`, and "
        "`return np.stack([x**k for k in range(1, degree + 1)], axis=1)`.",
    ),
    right=(_vander, _products, _entry_by_entry),
    mistakes=(
        Mistake(
            "constant_column",
            lambda x, degree: _powers(x, range(degree + 1)),
            "Your first column is x^0, all ones: the model has its bias already, so begin with x^1.",
        ),
        Mistake(
            "from_zero",
            lambda x, degree: _powers(x, range(degree)),
            "Your exponents run from 0 to degree - 1: `range(1, degree + 1)` gives 1 to degree.",
        ),
        Mistake(
            "one_short",
            lambda x, degree: _powers(x, range(1, degree)),
            "Your highest power is degree - 1: range leaves out its end, so write `range(1, degree + 1)`.",
        ),
        Mistake(
            "reversed",
            lambda x, degree: _powers(x, range(degree, 0, -1)),
            "Your columns begin with the highest power: x^1 comes first.",
        ),
        Mistake(
            "one_row_per_power",
            lambda x, degree: _powers(x, range(1, degree + 1)).T,
            "You have one row per power: each example is a row, each power a column (`axis=1`).",
        ),
        Mistake(
            "multiples",
            lambda x, degree: x[:, None] * np.arange(1.0, degree + 1).astype(x.dtype if x.dtype.kind == "f" else float),
            "You multiply x by 1, 2, 3, ...: take powers, `x**k`.",
        ),
        Mistake(
            "highest_only",
            lambda x, degree: _powers(x, range(degree, degree + 1)),
            "You return the highest power alone: all powers from 1 to the degree are asked for, a column each.",
        ),
        Mistake(
            "overflow",
            lambda x, degree: np.stack([x**k for k in range(1, degree + 1)], axis=1),
            "Powers of whole numbers grow beyond what an integer can hold: turn x into floats first.",
        ),
    ),
)


def _windows(tokens, n, starts):
    return [tuple(tokens[i : i + n]) for i in starts]


def _ngrams_zip(tokens, n):
    return list(zip(*(tokens[i:] for i in range(n)), strict=False))


def _ngrams_deque(tokens, n):
    found, window = [], []
    for token in tokens:
        window = [*window, token][-n:]
        if len(window) == n:
            found.append(tuple(window))
    return found


def _ngrams_islice(tokens, n):
    return zip(*(itertools.islice(tokens, i, None) for i in range(n)), strict=False)


_WORDS = ["the", "plot", "is", "thin", "and", "the", "cast", "is", "dull", "and", "the", "end", "is", "weak"]


def _texts(rng):
    tokens = [_WORDS[i] for i in rng.integers(len(_WORDS), size=9)]
    for n in (2, 3):
        yield Case(f"random words, n={n}", (tokens, n), hidden=True)


ngrams = Exercise(
    ref.ngrams,
    title="n-grams",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the n-grams",),
    cases=(
        Case("worked example", (["not", "a", "good", "film"], 2)),
        Case("single words", (["well", "worth", "it", "!"], 1)),
        Case("four words at a time", (_WORDS, 4)),
        Case("a pair that comes three times", (["so", "so", "so", "slow", ",", "so", "so"], 2)),
        Case("as many words as n", (["never", "a", "dull", "moment"], 4), hidden=True),
        Case("three words at a time", (_WORDS[:7], 3), hidden=True),
        Case("fewer words than n", (["meh", "."], 3), hidden=True, weight=0),
    ),
    random_cases=_texts,
    hints=(
        "An n-gram is a window of n tokens; the next window begins one token later. How many windows fit into the text?",
        "A window that begins at i is `tokens[i : i + n]`. The last one begins at len(tokens) - n.",
        "`return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]`.",
    ),
    right=(_ngrams_zip, _ngrams_deque, _ngrams_islice),
    equivalent={"-> return [tokens[start:start + n] for": "a list of tokens counts as the tuple of them"},
    mistakes=(
        Mistake(
            "one_short",
            lambda tokens, n: _windows(tokens, n, range(len(tokens) - n)),
            "The last n-gram is missing: there are len(tokens) - n + 1 of them, and range leaves out its end.",
        ),
        Mistake(
            "short_at_the_end",
            lambda tokens, n: _windows(tokens, n, range(len(tokens))),
            "Your last tuples hold fewer than n tokens: stop where a whole window still fits.",
        ),
        Mistake(
            "no_overlap",
            lambda tokens, n: _windows(tokens, n, range(0, len(tokens) - n + 1, n)),
            "Your n-grams do not overlap: the next one begins one token later, not n.",
        ),
        Mistake(
            "joined",
            lambda tokens, n: [" ".join(window) for window in _ngrams_zip(tokens, n)],
            "You join the tokens of an n-gram into one text: keep them as a tuple.",
        ),
        Mistake(
            "without_repeats",
            lambda tokens, n: list(dict.fromkeys(_ngrams_zip(tokens, n))),
            "You keep each n-gram once: one that comes twice in the text comes twice in the list.",
        ),
        Mistake(
            "repeat_skipped",
            lambda tokens, n: [window for window, _ in itertools.groupby(_ngrams_zip(tokens, n))],
            "You skip an n-gram that equals the one before it: each place of the text has its own.",
        ),
        Mistake(
            "not_neighbours",
            lambda tokens, n: list(itertools.combinations(tokens, n)),
            "You combine tokens that are not neighbours: an n-gram is n tokens in a row.",
        ),
        Mistake(
            "first_only",
            lambda tokens, n: _windows(tokens, n, range(min(1, max(len(tokens) - n + 1, 0)))),
            "You return the first n-gram only: is your return inside the loop?",
        ),
        Mistake(
            "backwards",
            lambda tokens, n: _ngrams_zip(tokens, n)[::-1],
            "Your n-grams come from the end of the text: keep the order of the text.",
        ),
        Mistake(
            "too_long",
            lambda tokens, n: _ngrams_zip(tokens, n + 1),
            "Your tuples hold n + 1 tokens: `tokens[i : i + n]` holds n.",
        ),
    ),
)
