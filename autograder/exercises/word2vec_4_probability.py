"""Chapter 5: the probability that words are neighbours."""

from __future__ import annotations

import math

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _pairs(rng):
    for shape in ((4,), (5, 3)):
        yield Case(f"random vectors {shape}", (rng.normal(size=shape), rng.normal(size=shape)), hidden=True)


def _windows(rng):
    for L in (3, 6):
        d = int(rng.integers(2, 6))
        yield Case(f"random vectors, {L} around", (rng.normal(size=d), rng.normal(size=(L, d))), hidden=True)


def _floats(x):
    return x if x.dtype.kind == "f" else x * 1.0


def _sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small)).astype(z.dtype)


def _log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))


def _dots(w, c):
    return np.sum(_floats(w) * _floats(c), axis=-1)


def _of_dots(change):
    """Return an answer made of the right dot products in another way."""
    return lambda w, c: change(_dots(w, c))


def _of_scores(scores):
    """Return an answer that takes the sigmoid of another score."""
    return lambda w, c: _sigmoid(scores(_floats(w), _floats(c)))


def _naive_sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


def _row_by_row(w, c):
    if w.ndim == 1:
        return 1 / (1 + math.exp(-min(max(sum(map(float, w * c)), -700), 700)))
    return array([_row_by_row(a, b) for a, b in zip(w, c, strict=True)], _floats(w).dtype)


def _by_einsum(w, c):
    return _sigmoid(np.asarray(np.einsum("...d,...d->...", _floats(w), _floats(c))))


def _by_diagonal(w, c):
    return _sigmoid(w @ c) if w.ndim == 1 else 1 / (1 + np.exp(-np.diag(_floats(w) @ _floats(c).T)))


def _into_zeros(w, c):
    if w.ndim == 1:
        return _sigmoid(np.asarray(np.dot(w, c) * 1.0))
    probabilities = np.zeros(len(w))
    for i in range(len(w)):
        probabilities[i] = 1 / (1 + np.exp(-np.dot(w[i], c[i])))
    return probabilities


def _in_lists(w, c):
    if w.ndim == 1:
        z = sum(a * b for a, b in zip(w.tolist(), c.tolist(), strict=True))
        return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
    return [_in_lists(*pair) for pair in zip(w, c, strict=True)]


def _of_pairs(change):
    """Return an answer that makes one number of the probabilities of several pairs."""
    return lambda w, c: _sigmoid(_dots(w, c)) if w.ndim == 1 else change(_sigmoid(_dots(w, c)))


def _cosine(w, c):
    return _dots(w, c) / np.sqrt(_dots(w, w) * _dots(c, c))


def _all_with_all(w, c):
    return _floats(w) @ _floats(c).T


def _softmax(z):
    powers = np.exp(z - np.max(z))
    return powers / np.sum(powers)


CENTRES = array([[0.5, -1.0, 2.0], [1.5, 0.25, 0.0], [-0.5, 1.0, -0.75], [0.1, 0.2, 0.3]])
CONTEXTS = array([[1.0, 0.5, -0.25], [0.5, -2.0, 1.0], [-1.0, 0.75, 0.5], [0.0, 3.0, -2.0]])

pair_probability = Exercise(
    ref.pair_probability,
    number="5.8",
    title="The probability of a pair",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the probability",),
    cases=(
        Case("worked example", (array([[1.0, 1.0]] * 3), array([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]))),
        Case("two vectors", (array([0.5, -1.0, 2.0]), array([1.0, 0.5, 0.75]))),
        Case("four pairs of vectors", (CENTRES, CONTEXTS)),
        Case("two pairs of two entries", (CENTRES[:2, :2], CONTEXTS[1:3, :2])),
        Case("products of 1000 and -1000", (array([[40.0, 0.0], [10.0, 30.0]]), array([[25.0, 1.0], [-10.0, -30.0]]))),
        Case("whole numbers", (array([[1, -2, 0], [2, 0, 1]]), array([[1, 1, 3], [0, 4, -1]]))),
        Case("float32", (CENTRES.astype(np.float32), CONTEXTS.astype(np.float32))),
        Case("one pair alone, of one entry", (array([2.0]), array([-0.5])), hidden=True),
        Case("two vectors with a product of -1000", (array([20.0, -30.0]), array([-5.0, 30.0])), hidden=True, weight=0),
        Case("one pair in a table", (CENTRES[1:2], CONTEXTS[1:2]), hidden=True),
        Case("vectors with one entry", (array([[0.5], [-2.0], [1.5]]), array([[1.0], [0.5], [-0.25]])), hidden=True),
        Case("every other column", (np.repeat(CENTRES + 0.5, 2, axis=1)[:, ::2], CONTEXTS), hidden=True),
    ),
    random_cases=_pairs,
    hints=(
        "The score of a pair is the dot product of its two vectors, one number per pair. The sigmoid makes a probability of it.",
        "For two tables the dot product goes row by row: multiply entry by entry, then add along the last axis. `np.sum(..., axis=-1)` does so for one pair of vectors as well.",
        "`return sigmoid(np.sum(w * c, axis=-1))`, with your sigmoid of chapter 2.",
    ),
    right=(_row_by_row, _by_einsum, _by_diagonal, _into_zeros, _in_lists),
    equivalent={
        "w, c = (as_float(w), as_float(c)) -> ": "products of whole numbers are whole, and sigmoid makes floats"
    },
    mistakes=(
        Mistake("dot_product", _dots, "You return the dot product, which is no probability: take its sigmoid."),
        Mistake(
            "no_sum",
            _of_scores(lambda w, c: w * c),
            "You take the sigmoid of every entry: add the products up first, `np.sum(w * c, axis=-1)`.",
        ),
        Mistake(
            "sum_of_sigmoids",
            lambda w, c: np.sum(_sigmoid(_floats(w) * _floats(c)), axis=-1),
            "You add up sigmoids of the entries: add the products first, then take one sigmoid.",
        ),
        Mistake(
            "product_of_sigmoids",
            lambda w, c: np.prod(_sigmoid(_floats(w) * _floats(c)), axis=-1),
            "You multiply sigmoids of the entries: add the products first, then take one sigmoid.",
        ),
        Mistake(
            "all_with_all",
            _of_scores(_all_with_all),
            "You pair every row of w with every row of c: row i belongs to row i only, so multiply entry by entry and add along the last axis.",
        ),
        Mistake(
            "matrix_product",
            lambda w, c: _sigmoid(_floats(w) @ _floats(c)),
            "`w @ c` of two tables is a product of matrices: row i with row i is `np.sum(w * c, axis=-1)`.",
        ),
        Mistake(
            "first_pair_only",
            _of_pairs(lambda probabilities: probabilities[0]),
            "You return the first pair's probability alone: return one for each row.",
        ),
        Mistake(
            "last_pair_only",
            _of_pairs(lambda probabilities: probabilities[-1]),
            "You return the last pair's probability alone: return one for each row.",
        ),
        Mistake(
            "all_pairs_at_once",
            _of_pairs(np.prod),
            "You multiply the probabilities of all pairs: return one for each row.",
        ),
        Mistake(
            "mean_of_pairs",
            _of_pairs(np.mean),
            "You take the mean over the pairs: return one probability for each row.",
        ),
        Mistake(
            "axis_kept",
            lambda w, c: _sigmoid(np.sum(_floats(w) * c, axis=-1, keepdims=True)),
            "Your answer has one axis too many, of length 1: leave out `keepdims`, and a pair of vectors gives one number.",
        ),
        Mistake(
            "table_always",
            lambda w, c: np.atleast_1d(_sigmoid(_dots(w, c))),
            "For two vectors one number is asked for, not an array of one: `axis=-1` fits both, without `atleast_2d`.",
        ),
        Mistake(
            "sum_of_vectors",
            _of_scores(lambda w, c: np.sum(w + c, axis=-1)),
            "You add the vectors: a dot product multiplies entry by entry, then adds up.",
        ),
        Mistake(
            "distance",
            _of_scores(lambda w, c: -np.sum((w - c) ** 2, axis=-1)),
            "You take the distance of the vectors: the score is their dot product.",
        ),
        Mistake(
            "divided_by_root",
            _of_scores(lambda w, c: np.sum(w * c, axis=-1) / np.sqrt(np.asarray(w.shape[-1], w.dtype))),
            "You divide the score by the root of d: the score is the dot product itself.",
        ),
        *(
            Mistake(
                "rounded",
                lambda w, c, digits=digits: np.round(_sigmoid(_dots(w, c)), digits),
                "You round the probability: return it as it is.",
            )
            for digits in (2, 3, 4)
        ),
        Mistake(
            "both_probabilities",
            lambda w, c: (_sigmoid(_dots(w, c)), _sigmoid(-_dots(w, c))),
            "You return the probability of noise, too: return that of a real pair alone.",
        ),
        Mistake(
            "slope",
            _of_dots(lambda z: _sigmoid(z) * _sigmoid(-z)),
            "You return the slope of the sigmoid, p (1 - p): return p.",
        ),
        Mistake(
            "columns",
            _of_scores(lambda w, c: np.sum(w * c, axis=0)),
            "You add along the wrong axis: a vector is a row, so add along axis=-1.",
        ),
        Mistake(
            "all_summed",
            _of_scores(lambda w, c: np.sum(w * c)),
            "You add all products to one number: each row has its own, axis=-1.",
        ),
        Mistake(
            "mean",
            _of_scores(lambda w, c: np.mean(w * c, axis=-1)),
            "You take the mean of the products: a dot product is their sum.",
        ),
        Mistake(
            "cosine",
            lambda w, c: _sigmoid(_cosine(w, c)),
            "You divide by the lengths: the score is the dot product itself, so that long vectors make surer probabilities.",
        ),
        Mistake(
            "cosine_for_probability",
            _cosine,
            "You return the cosine: the probability is the sigmoid of the dot product.",
        ),
        Mistake(
            "minus",
            _of_scores(lambda w, c: -np.sum(w * c, axis=-1)),
            "You return the probability that the pair is noise, sigmoid(-w.c): similar vectors should be near 1.",
        ),
        Mistake(
            "softmax",
            _of_dots(_softmax),
            "You take a softmax over the pairs: each pair is a yes or no of its own, so take the sigmoid.",
        ),
        Mistake(
            "exponential",
            _of_dots(np.exp),
            "You return exp(w.c), which can be above 1: take the sigmoid, 1 / (1 + exp(-w.c)).",
        ),
        Mistake(
            "logarithm",
            _of_dots(_log_sigmoid),
            "You return the logarithm of the probability: return the probability itself.",
        ),
        Mistake(
            "yes_or_no",
            _of_dots(lambda z: (z > 0).astype(z.dtype)),
            "You return yes or no: the probability between them is asked for.",
        ),
        Mistake(
            "tanh",
            _of_dots(np.tanh),
            "You take tanh, which runs from -1 to 1: a probability is the sigmoid, from 0 to 1.",
        ),
        Mistake(
            "exp_overflows",
            _of_dots(_naive_sigmoid),
            "exp(1000) overflows, and inf / inf is nan: use your sigmoid of chapter 2.",
        ),
        *(
            Mistake(
                "clipped",
                _of_dots(lambda z, limit=limit: _sigmoid(np.clip(z, -limit, limit))),
                "You keep the score within limits, so that no probability comes near 0 or 1: leave it as it is.",
            )
            for limit in (5, 6, 10, 15, 20)
        ),
        Mistake(
            "clipped",
            _of_dots(lambda z: np.clip(_sigmoid(z), z.dtype.type(1e-7), z.dtype.type(1 - 1e-7))),
            "You keep the probability away from 0 and 1: leave it as the sigmoid gives it.",
        ),
        Mistake(
            "float64",
            lambda w, c: _sigmoid(_dots(w.astype(float), c.astype(float))),
            "You make float64 of float32: keep the dtype.",
            craft=True,
        ),
    ),
)


def _log_probs(w, C):
    return _log_sigmoid(_floats(C) @ _floats(w))


def _of_log_probs(change):
    """Return an answer made of the right logarithms in another way."""
    return lambda w, C: change(_log_probs(w, C))


def _window(log_prob):
    """Return an answer with another log probability of each score."""
    return lambda w, C: np.sum(log_prob(_floats(C) @ _floats(w)))


def _word_by_word(w, C):
    total = 0.0
    for c in C:
        z = float(np.dot(c, w))
        total += -math.log1p(math.exp(-z)) if z > 0 else z - math.log1p(math.exp(z))
    return _floats(w).dtype.type(total)


def _by_logaddexp(w, C):
    return -np.logaddexp(0, -np.sum(_floats(C) * w, axis=1)).sum()


def _logs_into_zeros(w, C):
    logs = np.zeros(len(C))
    for i in range(len(C)):
        logs[i] = _log_sigmoid(np.dot(C[i], w) * 1.0)
    return logs.sum()


def _logs_in_lists(w, C):
    scores = [sum(a * b for a, b in zip(row, w.tolist(), strict=True)) for row in C.tolist()]
    return sum(min(z, 0) - math.log1p(math.exp(-abs(z))) for z in scores)


def _log_of_probability(change):
    """Return an answer that changes the product of the probabilities before it takes the logarithm."""
    return lambda w, C: np.log(change(np.prod(_sigmoid(_floats(C) @ _floats(w)))))


def _without_infinity(z):
    return np.nan_to_num(np.log(_sigmoid(z)))


def _epsilons():
    sentence = (
        "A small number inside the log (or a cut-off probability) hides how unlikely a word is: log(sigmoid(-1000)) is -1000. "
        "Use your log_sigmoid."
    )
    for epsilon in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16):
        for change in (np.add, np.maximum):
            yield Mistake("epsilon", _window(_log_of(change, epsilon)), sentence)


def _log_of(change, epsilon):
    return lambda z: np.log(change(_sigmoid(z), np.asarray(epsilon, z.dtype)))


WINDOW = array([[1.0, 0.5, -0.25], [0.5, -2.0, 1.0], [-1.0, 0.75, 0.5], [0.0, 3.0, -2.0]])
CENTRE = array([0.75, -0.5, 1.25])

window_log_probability = Exercise(
    ref.window_log_probability,
    number="5.9",
    title="The log probability of a window",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the log probability",),
    cases=(
        Case("worked example", (np.zeros(3), np.ones((2, 3)))),
        Case("four context words", (CENTRE, WINDOW)),
        Case("as many words as entries", (CENTRE, WINDOW[1:])),
        Case("a word that comes twice", (array([1.0, -0.5]), array([[0.5, 1.5], [0.5, 1.5], [2.0, -1.0]]))),
        Case("products of 1000 and -1000", (array([20.0, 10.0]), array([[50.0, 0.0], [-40.0, -20.0], [1.0, -1.5]]))),
        Case("many words", (CENTRE, np.tile(WINDOW, (400, 1)))),
        Case("whole numbers", (array([1, -2]), array([[2, 0], [1, 1], [-1, 3]]))),
        Case("float32", (CENTRE.astype(np.float32), WINDOW.astype(np.float32))),
        Case("one context word", (array([0.5, 2.0, -1.0, 0.25]), array([[1.0, -0.5, 0.5, 2.0]])), hidden=True),
        Case("words that are all far off", (CENTRE * 40, -np.abs(WINDOW[:3]) * [[9, 0, 9]]), hidden=True),
        Case("every other word", (CENTRE * 1.5, np.repeat(WINDOW, 2, axis=0)[::2]), hidden=True),
        Case("vectors with one entry", (array([0.7]), array([[1.0], [-2.0], [0.5]])), hidden=True),
    ),
    random_cases=_windows,
    hints=(
        "Each context word has its probability, sigmoid(c.w), and the window has the product of them. What becomes of a product when you take its logarithm?",
        "`C @ w` holds the scores of all context words at once. Take the logarithm of each sigmoid, then add; your log_sigmoid of chapter 2 does not lose large negative scores.",
        "`return np.sum(log_sigmoid(C @ w))`.",
    ),
    right=(_word_by_word, _by_logaddexp, _of_log_probs(np.sum), _logs_into_zeros, _logs_in_lists),
    equivalent={
        "as_float(C) @ as_float(w)": "products of whole numbers are whole, and log_sigmoid makes floats",
    },
    mistakes=(
        Mistake(
            "probability",
            lambda w, C: np.prod(_sigmoid(_floats(C) @ _floats(w))),
            "You return the probability itself, which becomes 0 for many words: return its logarithm, the sum of log_sigmoid.",
        ),
        Mistake(
            "log_of_product",
            lambda w, C: np.log(np.prod(_sigmoid(_floats(C) @ _floats(w)))),
            "The product of many probabilities becomes 0, and its logarithm infinite: add logarithms up instead of multiplying probabilities.",
        ),
        *(
            Mistake(
                "small_number_for_product",
                _log_of_probability(lambda p, change=change, epsilon=epsilon: change(p, np.asarray(epsilon, p.dtype))),
                "The product of many probabilities becomes 0, and a small number in its place hides how unlikely the window is: add logarithms up.",
            )
            for change in (np.add, np.maximum)
            for epsilon in (1e-8, 1e-10, 1e-12, 1e-15, 1e-16, 1e-300)
        ),
        Mistake(
            "infinity_replaced",
            _window(_without_infinity),
            "sigmoid(-1000) becomes 0, and replacing its infinite logarithm hides how unlikely the word is: use your log_sigmoid, log_sigmoid(-1000) is -1000.",
        ),
        Mistake(
            "infinity_replaced",
            _window(lambda z: np.nan_to_num(np.log(_sigmoid(z)), neginf=0)),
            "sigmoid(-1000) becomes 0, and replacing its infinite logarithm hides how unlikely the word is: use your log_sigmoid, log_sigmoid(-1000) is -1000.",
        ),
        *(
            Mistake(
                "score_clipped",
                _window(lambda z, limit=limit: _log_sigmoid(np.clip(z, -limit, limit))),
                "You keep the scores within limits, which hides how unlikely a word is: log_sigmoid(-1000) is -1000, and needs no limits.",
            )
            for limit in (10, 15, 20, 30, 50, 100, 500, 700, 709)
        ),
        Mistake(
            "log_of_zero",
            _window(lambda z: np.log(_sigmoid(z))),
            "sigmoid(-1000) becomes 0, and its logarithm infinite: use your log_sigmoid, log_sigmoid(-1000) is -1000.",
        ),
        Mistake(
            "exp_overflows",
            _window(lambda z: np.log(_naive_sigmoid(z))),
            "exp(1000) overflows, and inf / inf is nan: use your log_sigmoid.",
        ),
        Mistake(
            "mean",
            _of_log_probs(np.mean),
            "You take the mean over the words: probabilities multiply, so their logarithms add up.",
        ),
        Mistake(
            "not_summed",
            _log_probs,
            "You return one number for each word: a window is one event, so add them up.",
        ),
        Mistake(
            "product_of_logs",
            _of_log_probs(np.prod),
            "You multiply the logarithms: the logarithm of a product is the sum of the logarithms.",
        ),
        Mistake(
            "one_sigmoid",
            lambda w, C: _log_sigmoid(np.sum(_floats(C) @ _floats(w))),
            "You add the scores up and take one sigmoid: each word has a sigmoid of its own, then add the logarithms.",
        ),
        Mistake(
            "mean_vector",
            lambda w, C: _log_sigmoid(np.mean(_floats(C), axis=0) @ _floats(w)),
            "You take the mean of the context vectors first: each word has a probability of its own.",
        ),
        Mistake(
            "loss",
            _of_log_probs(lambda logs: -np.sum(logs)),
            "You return minus the log probability: that is a loss. A log probability is at most 0.",
        ),
        Mistake(
            "noise",
            _window(lambda z: _log_sigmoid(-z)),
            "You return the log probability that all the words are noise: the sigmoid of c.w, without a minus.",
        ),
        Mistake(
            "sum_of_probabilities",
            _window(_sigmoid),
            "You add up probabilities: add up their logarithms.",
        ),
        Mistake(
            "log_of_sum",
            lambda w, C: np.log(np.sum(_sigmoid(_floats(C) @ _floats(w)))),
            "You add up probabilities and take one logarithm: take the logarithm of each, then add.",
        ),
        Mistake(
            "scores",
            _window(lambda z: z),
            "You add up the scores: take log_sigmoid of each first.",
        ),
        Mistake(
            "softmax",
            _window(lambda z: z - np.logaddexp.reduce(z)),
            "You take a softmax over the context words: each is a yes or no of its own, so take log_sigmoid of its score.",
        ),
        Mistake(
            "base_two",
            _window(lambda z: _log_sigmoid(z) / np.log(2).astype(z.dtype)),
            "Your logarithm is to base 2: the course's is the natural one.",
        ),
        Mistake(
            "base_ten",
            _window(lambda z: _log_sigmoid(z) / np.log(10).astype(z.dtype)),
            "Your logarithm is to base 10: the course's is the natural one.",
        ),
        Mistake(
            "first_word_only",
            _of_log_probs(lambda logs: logs[0]),
            "You return after the first word: add up all of them, then return.",
        ),
        Mistake(
            "last_word_only",
            _of_log_probs(lambda logs: logs[-1]),
            "You keep the last word only: add to the sum in the loop, `total += ...`.",
        ),
        Mistake(
            "last_word_missing",
            _of_log_probs(lambda logs: np.sum(logs[:-1])),
            "The last word of the window is missing: `range(len(C))` goes to the last row by itself.",
        ),
        Mistake(
            "first_word_missing",
            _of_log_probs(lambda logs: np.sum(logs[1:])),
            "The first word of the window is missing: rows begin at 0.",
        ),
        Mistake(
            "sums_so_far",
            _of_log_probs(np.cumsum),
            "You return the sums so far: return the last one, the sum of all.",
        ),
        Mistake(
            "least_likely_word",
            _of_log_probs(np.min),
            "You return the least likely word's logarithm: add up those of all words.",
        ),
        Mistake(
            "most_likely_word",
            _of_log_probs(np.max),
            "You return the most likely word's logarithm: add up those of all words.",
        ),
        Mistake(
            "noise_too",
            _window(lambda z: _log_sigmoid(z) + _log_sigmoid(-z)),
            "You add the logarithm of noise, 1 - p, as well: all words are to be real.",
        ),
        Mistake(
            "others_as_noise",
            _window(lambda z: _log_sigmoid(np.where(np.arange(len(z)) == 0, z, -z))),
            "You take the first word as real and the others as noise: here all are real.",
        ),
        Mistake(
            "divided_by_root",
            lambda w, C: np.sum(_log_sigmoid(_floats(C) @ _floats(w) / np.sqrt(np.asarray(len(w), _floats(w).dtype)))),
            "You divide the scores by the root of d: the score is the dot product itself.",
        ),
        Mistake(
            "times_length",
            lambda w, C: len(C) * _log_sigmoid(np.mean(_floats(C), axis=0) @ _floats(w)),
            "You take the mean of the scores first: take log_sigmoid of each, then add.",
        ),
        Mistake(
            "each_word_once",
            lambda w, C: np.sum(_log_probs(w, np.unique(C, axis=0))),
            "You count a word that comes twice only once: its probability is a factor twice.",
        ),
        Mistake(
            "elementwise",
            lambda w, C: np.sum(_log_sigmoid(_floats(C) * _floats(w))),
            "You take the sigmoid of every entry: add the products of a row up first, that is `C @ w`.",
        ),
        Mistake(
            "cosine",
            lambda w, C: np.sum(_log_sigmoid(_cosine(w, C))),
            "You divide by the lengths: the score is the dot product itself.",
        ),
        *_epsilons(),
    ),
)
