"""Chapter 3: features that overfit, polynomials and n-grams."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from solutions import regularization as ref

from ..checking.exercise import Case, Exercise, Mistake

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


def _row_by_row(x, degree):
    rows = []
    for number in x:
        rows.append([float(number) ** k for k in range(1, degree + 1)])
    return rows


def _column_by_column(x, degree):
    X = np.zeros((len(x), degree))
    for k in range(degree):
        X[:, k] = x ** (k + 1)
    return X


def _polynomials(rng):
    for n, degree in ((1, 4), (5, 3)):
        yield Case(f"random, N={n}, degree {degree}", (rng.normal(size=n) + 1.5, degree), hidden=True)


polynomial_features = Exercise(
    ref.polynomial_features,
    number="3.1",
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
        # The page has no whole numbers as large as this.
        Case("whole numbers with large powers", (array([10, 3]), 22), courtesy=True),
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
    right=(_vander, _products, _entry_by_entry, _row_by_row, _column_by_column),
    equivalent={"x = as_float(x) -> ": "whole numbers in may stay whole, as long as their powers do not overflow"},
    mistakes=(
        Mistake(
            "constant_column",
            lambda x, degree: _powers(x, range(degree + 1)),
            "Your first column is x^0, all ones: the model has its bias already, so begin with x^1.",
        ),
        Mistake(
            "constant_column",
            lambda x, degree: np.column_stack([_powers(x, range(1, degree + 1)), np.ones(len(x))]),
            "Your last column is all ones: the model has its bias already, so leave it out.",
        ),
        Mistake(
            "constant_column",
            lambda x, degree: _powers(x, range(degree, -1, -1)),
            "Your last column is x^0, all ones, which the model does not need; and x^1 comes first, then the higher powers.",
        ),
        Mistake(
            "from_zero",
            lambda x, degree: _powers(x, range(degree)),
            "Your exponents run from 0 to degree - 1: `range(1, degree + 1)` gives 1 to degree.",
        ),
        Mistake(
            "from_zero",
            lambda x, degree: _powers(x, range(degree - 1, -1, -1)),
            "Your exponents run from degree - 1 down to 0: they should run from 1 up to degree.",
        ),
        Mistake(
            "one_short",
            lambda x, degree: _powers(x, range(1, degree)),
            "Your highest power is degree - 1: range leaves out its end, so write `range(1, degree + 1)`.",
        ),
        Mistake(
            "one_short",
            lambda x, degree: _powers(x, range(1, max(degree, 2))),
            "Your highest power is degree - 1: range leaves out its end, so write `range(1, degree + 1)`.",
        ),
        Mistake(
            "from_two",
            lambda x, degree: _powers(x, range(2, degree + 2)),
            "Your first column is x^2: begin with x itself, x^1.",
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
            "reshaped",
            lambda x, degree: _powers(x, range(1, degree + 1)).T.reshape(len(x), degree),
            "`reshape` does not swap the axes, so your numbers stand in the wrong places: use `.T`, or stack with `axis=1`.",
        ),
        Mistake(
            "end_to_end",
            lambda x, degree: _powers(x, range(1, degree + 1)).T.ravel(),
            "You join the powers end to end: each one is a column of its own, `np.stack(..., axis=1)`.",
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
            "highest_only",
            lambda x, degree: x**degree,
            "You return the highest power alone: all powers from 1 to the degree are asked for, a column each.",
        ),
        Mistake(
            "sum_of_powers",
            lambda x, degree: _powers(x, range(1, degree + 1)).sum(axis=1),
            "You add the powers up: keep each of them in a column of its own.",
        ),
        Mistake(
            "same_column",
            lambda x, degree: _powers(x, [degree] * degree),
            "All your columns hold the highest power, as if one array stood in each: append a new array for each power.",
        ),
        Mistake(
            "copies",
            lambda x, degree: _powers(x, [1] * degree),
            "All your columns are x itself: column k holds x^(k+1).",
        ),
        Mistake(
            "squared_again",
            lambda x, degree: _powers(x, [2**k for k in range(degree)]),
            "You square the column before, which gives x, x^2, x^4: multiply it by x.",
        ),
        Mistake(
            "base_and_exponent",
            lambda x, degree: np.stack([(k + 1.0) ** x for k in range(degree)], axis=1),
            "You raise k to the power x: it is x to the power k, `x**k`.",
        ),
        Mistake(
            "first_only",
            lambda x, degree: _powers(x, range(1, degree + 1))[0],
            "You return the powers of the first number alone: is your return inside the loop?",
        ),
        *(
            Mistake(
                "truncates",
                cut,
                "You cut the fractions off: make a table of floats, `np.zeros((len(x), degree))`, and leave x as it is.",
            )
            for cut in (
                lambda x, degree: np.trunc(_powers(x, range(1, degree + 1))),
                lambda x, degree: _powers(np.trunc(x), range(1, degree + 1)),
            )
        ),
        Mistake(
            "overflow",
            lambda x, degree: np.stack([x**k for k in range(1, degree + 1)], axis=1),
            "Powers of whole numbers grow beyond what an integer can hold: turn x into floats first.",
            craft=True,
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


def _ngrams_while(tokens, n):
    found, start = [], 0
    while start + n <= len(tokens):
        gram = []
        for k in range(n):
            gram.append(tokens[start + k])
        found.append(tuple(gram))
        start += 1
    return found


def _ngrams_islice(tokens, n):
    return zip(*(itertools.islice(tokens, i, None) for i in range(n)), strict=False)


def _ngrams_of(length, tokens, n):
    return _ngrams_zip(tokens, length)


def _by_length(tokens, n):
    return [window for k in range(1, n + 1) for window in _ngrams_zip(tokens, k)]


def _by_start(tokens, n):
    return [tuple(tokens[i : i + k]) for i in range(len(tokens)) for k in range(1, n + 1) if i + k <= len(tokens)]


def _joined(between, tokens, n):
    return [between.join(window) for window in _ngrams_zip(tokens, n)]


_WORDS = ["the", "plot", "is", "thin", "and", "the", "cast", "is", "dull", "and", "the", "end", "is", "weak"]


def _texts(rng):
    tokens = [_WORDS[i] for i in rng.integers(len(_WORDS), size=9)]
    for n in (2, 3):
        yield Case(f"random words, n={n}", (tokens, n), hidden=True)


ngrams = Exercise(
    ref.ngrams,
    number="3.2",
    title="n-grams",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the n-grams",),
    strict=("tuple",),
    cases=(
        Case("worked example", (["not", "a", "good", "film"], 2)),
        Case("single words", (["Well", "worth", "it", "!"], 1)),
        Case("four words at a time", (_WORDS, 4)),
        Case("a pair that comes three times", (["so", "so", "so", "slow", ",", "so", "so"], 2)),
        Case("as many words as n", (["Never", "a", "dull", "moment"], 4), hidden=True),
        Case("three words at a time", (_WORDS[:7], 3), hidden=True),
        Case("fewer words than n", (["meh", "."], 3), hidden=True, weight=0),
        Case("no words", ([], 1), hidden=True, weight=0),
    ),
    random_cases=_texts,
    hints=(
        "An n-gram is a window of n tokens; the next window begins one token later. How many windows fit into the text?",
        "A window that begins at i is `tokens[i : i + n]`. The last one begins at len(tokens) - n.",
        "`return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]`.",
    ),
    right=(_ngrams_zip, _ngrams_deque, _ngrams_islice, _ngrams_while),
    mistakes=(
        Mistake(
            "lists",
            lambda tokens, n: [list(window) for window in _ngrams_zip(tokens, n)],
            "Your n-grams are lists: as tuples, `tuple(tokens[i : i + n])`, they can be counted in a dict or kept in a set.",
        ),
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
            "short_at_the_end",
            lambda tokens, n: _windows(tokens, n, range(len(tokens) - n + 2)),
            "Your last tuple holds fewer than n tokens: there are len(tokens) - n + 1 places where a window fits.",
        ),
        Mistake(
            "first_missing",
            lambda tokens, n: _windows(tokens, n, range(1, len(tokens) - n + 1)),
            "The first n-gram is missing: it begins at `tokens[0]`.",
        ),
        Mistake(
            "around_the_end",
            lambda tokens, n: [tuple(tokens[(i + k) % len(tokens)] for k in range(n)) for i in range(len(tokens))],
            "Your n-grams go on from the end of the text to its start: the last one ends with the last token.",
        ),
        *(
            Mistake(
                "every_length",
                grams,
                "You return the runs of all lengths up to n: only those of n tokens are asked for.",
            )
            for grams in (_by_length, _by_start)
        ),
        *(
            Mistake(
                "n_ignored",
                partial(_ngrams_of, length),
                f"Your n-grams hold {length} token{'s' * (length > 1)} each, whatever n is: use the argument n.",
            )
            for length in (1, 2, 3)
        ),
        Mistake(
            "no_overlap",
            lambda tokens, n: _windows(tokens, n, range(0, len(tokens) - n + 1, n)),
            "Your n-grams do not overlap: the next one begins one token later, not n.",
        ),
        *(
            Mistake(
                "joined",
                partial(_joined, between),
                "You join the tokens of an n-gram into one text: keep them as a tuple.",
            )
            for between in (" ", "", "_", "-")
        ),
        Mistake(
            "flat",
            lambda tokens, n: [token for window in _ngrams_zip(tokens, n) for token in window],
            "You put all tokens into one flat list: append each n-gram as a tuple of its own.",
        ),
        Mistake(
            "letters",
            lambda tokens, n: [window for token in tokens for window in _ngrams_zip(token, n)],
            "You make runs of n letters: a run holds n whole tokens.",
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
        *(
            Mistake("first_only", first, "You return the first n-gram only: is your return inside the loop?")
            for first in (
                lambda tokens, n: _ngrams_zip(tokens, n)[:1],
                lambda tokens, n: next(iter(_ngrams_zip(tokens, n)), None),
                lambda tokens, n: tuple(tokens[:n]),
                lambda tokens, n: [tuple(tokens[:n])],
            )
        ),
        Mistake(
            "backwards",
            lambda tokens, n: _ngrams_zip(tokens, n)[::-1],
            "Your n-grams come from the end of the text: keep the order of the text.",
        ),
        Mistake(
            "sorted",
            lambda tokens, n: sorted(_ngrams_zip(tokens, n)),
            "You sort the n-grams: keep the order of the text.",
        ),
        Mistake(
            "sorted_inside",
            lambda tokens, n: [tuple(sorted(window)) for window in _ngrams_zip(tokens, n)],
            "You sort the tokens within an n-gram: keep the order of the text.",
        ),
        Mistake(
            "turned_round",
            lambda tokens, n: [window[::-1] for window in _ngrams_zip(tokens, n)],
            "The tokens within your n-grams come from back to front: keep the order of the text.",
        ),
        Mistake(
            "lower_case",
            lambda tokens, n: _ngrams_zip([token.lower() for token in tokens], n),
            "You turn the tokens into lower case: leave them as they are.",
        ),
        Mistake(
            "punctuation_left_out",
            lambda tokens, n: _ngrams_zip([token for token in tokens if token.isalpha()], n),
            "You leave out tokens such as punctuation: every token counts.",
        ),
        Mistake(
            "too_long",
            lambda tokens, n: _ngrams_zip(tokens, n + 1),
            "Your tuples hold n + 1 tokens: `tokens[i : i + n]` holds n.",
        ),
        *(
            Mistake("too_short", grams, "Your tuples hold n - 1 tokens: `tokens[i : i + n]` holds n.")
            for grams in (
                lambda tokens, n: [window[:-1] for window in _ngrams_zip(tokens, n)],
                lambda tokens, n: _ngrams_zip(tokens, n - 1),
            )
        ),
        Mistake(
            "first_occurrence",
            lambda tokens, n: _windows(tokens, n, map(tokens.index, tokens[: max(len(tokens) - n + 1, 0)])),
            "`tokens.index(...)` finds the first place of a word that comes twice: go through the places, `range(...)`.",
        ),
        Mistake(
            "end_is_n",
            lambda tokens, n: [tuple(tokens[i:n]) for i in range(len(tokens) - n + 1)],
            "Your slices all end at n: the one that begins at i ends at i + n.",
        ),
        *(
            Mistake("short_text", grams, "A text with fewer than n tokens has no n-gram: return an empty list for it.")
            for grams in (
                lambda tokens, n: _ngrams_zip(tokens, n) if len(tokens) >= n else [tuple(tokens)],
                lambda tokens, n: _ngrams_zip(tokens, n) if len(tokens) >= n else [tuple(tokens)] if tokens else [],
            )
        ),
    ),
)
