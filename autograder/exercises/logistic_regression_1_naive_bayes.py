"""Chapter 2: the Naive Bayes classifier."""

from __future__ import annotations

import math

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# Rows are documents, columns are words; no class has as many words as documents.
PETS = array([[2, 0, 1], [1, 0, 0], [0, 3, 1], [4, 1, 0]])
PET_LABELS = array([0, 0, 1, 0])


def _documents(rng):
    for n, d in ((6, 3), (9, 5)):
        labels = rng.permutation(np.arange(n) % 3 == 0).astype(int)
        yield Case(f"random counts, {n} documents of {d} words", (rng.integers(0, 5, (n, d)), labels), hidden=True)


def _fit_loop(X, y, alpha=1.0):
    n, d = X.shape
    log_prior, log_likelihood = np.zeros(2), np.zeros((2, d))
    for c in (0, 1):
        counts, documents = [alpha] * d, 0
        for row, label in zip(X, y, strict=True):
            if label == c:
                documents += 1
                counts = [count + k for count, k in zip(counts, row, strict=True)]
        log_prior[c] = np.log(documents / n)
        for j in range(d):
            log_likelihood[c, j] = np.log(counts[j]) - np.log(sum(counts))
    return log_prior, log_likelihood


def _fit_one_hot(X, y, alpha=1.0):
    Y = np.stack([1 - y, y])
    counts = Y @ X + alpha
    return np.log(Y.mean(axis=1)), np.log(counts / counts.sum(axis=1, keepdims=True))


def _prior(X, y):
    return np.array([np.mean(y == 0), np.mean(y == 1)])


def _counts(X, y):
    return np.stack([X[y == c].sum(axis=0) for c in (0, 1)])


def _shares(counts, alpha, words=None):
    """Return the smoothed share of each word in its class; `words` stands for the number of words."""
    total = counts.sum(axis=1, keepdims=True)
    return (counts + alpha) / (total + alpha * (counts.shape[1] if words is None else words))


def _fit(log_prior=None, log_likelihood=None):
    """Return an answer that finds the priors or the likelihoods in another way."""

    def fit(X, y, alpha=1.0):
        priors = log_prior(X, y, alpha) if log_prior else np.log(_prior(X, y))
        return priors, log_likelihood(X, y, alpha) if log_likelihood else np.log(_shares(_counts(X, y), alpha))

    return fit


def _mean_of_documents(X, y, alpha):
    smoothed = (X + alpha) / (X + alpha).sum(axis=1, keepdims=True)
    return np.log(np.stack([smoothed[y == c].mean(axis=0) for c in (0, 1)]))


def _smoothed_prior(X, y, alpha):
    return np.log((array([np.sum(y == 0), np.sum(y == 1)]) + alpha) / (len(y) + 2 * alpha))


def _fit_lists(X, y, alpha=1.0):
    log_prior, log_likelihood = [], []
    for c in (0, 1):
        texts = [row for row, label in zip(X.tolist(), y.tolist(), strict=True) if label == c]
        counts = [alpha + sum(column) for column in zip(*texts, strict=True)]
        log_prior.append(math.log(len(texts) / len(X)))
        log_likelihood.append([math.log(count / sum(counts)) for count in counts])
    return np.array(log_prior), np.array(log_likelihood)


def _of_counts(change):
    """Return an answer that makes something else of the raised counts of each class."""
    return _fit(None, lambda X, y, alpha: np.log(change(_counts(X, y) + alpha, X, y, alpha)))


def _rows(table):
    return table / table.sum(axis=1, keepdims=True)


def _documents_of(y):
    return array([[np.sum(y == 0)], [np.sum(y == 1)]])


def _first_class_only(X, y, alpha=1.0):
    log_prior, log_likelihood = _fit()(X, y, alpha)
    return array([log_prior[0], 0.0]), np.stack([log_likelihood[0], 0.0 * log_likelihood[1]])


naive_bayes_fit = Exercise(
    ref.naive_bayes_fit,
    number="2.1",
    title="Fit Naive Bayes",
    points=3,
    minutes=15,
    difficulty=2,
    returns=("log_prior", "log_likelihood"),
    cases=(
        Case("worked example", (array([[2, 0], [1, 1], [0, 3]]), array([0, 0, 1]))),
        Case("four documents, three words", (PETS, PET_LABELS)),
        Case("less smoothing", (PETS, PET_LABELS), {"alpha": 0.5}),
        Case("more smoothing", (PETS, array([1, 0, 1, 1])), {"alpha": 2.0}, hidden=True),
        Case("hardly any smoothing", (array([[2, 1], [1, 1], [1, 3], [5, 1]]), array([0, 1, 1, 1])), {"alpha": 0.01}),
        Case("counts as floats", (PETS * 1.0, PET_LABELS)),
        Case(
            "a word in no document", (array([[2, 0, 1, 0], [1, 0, 0, 2], [3, 0, 2, 2]]), array([1, 0, 1])), hidden=True
        ),
    ),
    random_cases=_documents,
    hints=(
        "`X[y == 1]` holds the documents of class 1. Summed over its rows, it says how often each word occurs in that class.",
        "The prior of a class is its share of the documents. A word's likelihood is its share of the class's words, where "
        "every count is first raised by alpha: so the total of the D counts rises by alpha * D.",
        "For each class c: `counts = X[y == c].sum(axis=0) + alpha`, its row of log_likelihood is "
        "`np.log(counts / counts.sum())`, its entry of log_prior is `np.log(np.mean(y == c))`.",
    ),
    right=(_fit_loop, _fit_one_hot, _fit(), _fit_lists),
    equivalent={
        "X = as_float(X) -> ": "the counts may stay whole: the sums are the same",
        "y = like(y, X) -> (dropped)": "whole labels give the same sums",
        "-> in_class = [1 - y, y]": "NumPy takes the list for an array",
    },
    mistakes=(
        Mistake(
            "no_smoothing",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X, y), 0.0))),
            "You leave out the smoothing: add alpha to each count, or a word that one class never uses gets the log of 0.",
        ),
        Mistake(
            "alpha_ignored",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X, y), 1.0))),
            "You smooth by 1 whatever alpha is: add alpha.",
        ),
        *(
            Mistake(
                "numerator_only",
                _fit(None, lambda X, y, alpha, small=small: np.log(_shares(_counts(X, y), alpha, small / alpha))),
                "You add alpha to the counts but not to their total: divide by the sum of the raised counts, or the shares of a class do not add up to 1.",
            )
            for small in (0, 1e-12)
        ),
        Mistake(
            "alpha_once",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X, y), alpha, 1))),
            "You raise the total by alpha: each of the D words is raised, so it grows by alpha * D.",
        ),
        Mistake(
            "alpha_times_two",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X, y), alpha, 2))),
            "You raise the total by 2 * alpha, once per class: each of the D words is raised, so it grows by alpha * D.",
        ),
        Mistake(
            "per_document",
            _of_counts(lambda raised, X, y, alpha: raised / (_documents_of(y) + alpha * X.shape[1])),
            "You divide by the number of documents: divide by the number of words in them, the sum of the class's counts.",
        ),
        Mistake(
            "per_document",
            _of_counts(lambda raised, X, y, alpha: raised / _documents_of(y)),
            "You divide by the number of documents: divide by the sum of the class's raised counts.",
        ),
        Mistake(
            "per_document",
            _of_counts(lambda raised, X, y, alpha: raised / len(X)),
            "You divide by the number of documents: divide by the sum of the class's raised counts.",
        ),
        Mistake(
            "bernoulli",
            _fit(
                None,
                lambda X, y, alpha: np.log((_counts(X > 0, y) + alpha) / (_documents_of(y) + 2 * alpha)),
            ),
            "You return the share of the class's documents that hold the word: return the word's share of the class's "
            "words, where every occurrence counts.",
        ),
        Mistake(
            "presence",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X > 0, y), alpha))),
            "You count in how many documents a word occurs: here every occurrence counts, so sum the entries of X themselves.",
        ),
        Mistake(
            "over_classes",
            _fit(None, lambda X, y, alpha: np.log((_counts(X, y) + alpha) / (_counts(X, y) + alpha).sum(axis=0))),
            "You divide each word's count by its sum over the classes: divide by the sum over the words of its class.",
        ),
        Mistake(
            "all_words",
            _fit(
                None,
                lambda X, y, alpha: np.log((_counts(X, y) + alpha) / (_counts(X, y).sum() + alpha * X.shape[1])),
            ),
            "You divide by the words of both classes together: divide by those of the class.",
        ),
        Mistake(
            "all_words",
            _of_counts(lambda raised, X, y, alpha: raised / raised.sum()),
            "You divide by the sum over both classes: divide each row by its own sum, with `axis=1, keepdims=True`.",
        ),
        Mistake(
            "alpha_per_document",
            _fit(None, lambda X, y, alpha: np.log(_rows(_counts(X + alpha, y)))),
            "Your alpha counts once for each document: add up the counts of the class first, then add alpha once.",
        ),
        Mistake(
            "alpha_times_documents",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X, y), alpha, len(X)))),
            "You raise the total by alpha * N: each of the D words is raised, so it grows by alpha * D.",
        ),
        Mistake(
            "truncates",
            _of_counts(lambda raised, X, y, alpha: _rows(raised.astype(int))),
            "Your raised counts are cut to whole numbers, which loses the fraction of alpha: keep them in an array of "
            "floats.",
        ),
        Mistake(
            "mean_of_documents",
            _fit(None, _mean_of_documents),
            "You average the shares of the documents: add up the counts of the class first, then take shares.",
        ),
        Mistake(
            "no_log",
            _fit(lambda X, y, alpha: _prior(X, y), lambda X, y, alpha: _shares(_counts(X, y), alpha)),
            "You return the probabilities: return their logarithms.",
        ),
        Mistake(
            "prior_no_log",
            _fit(lambda X, y, alpha: _prior(X, y)),
            "Your log_prior holds the probabilities: take their logarithm.",
        ),
        Mistake(
            "likelihood_no_log",
            _fit(None, lambda X, y, alpha: _shares(_counts(X, y), alpha)),
            "Your log_likelihood holds the probabilities: take their logarithm.",
        ),
        Mistake(
            "prior_smoothed",
            _fit(_smoothed_prior),
            "You smooth the prior, too: alpha is for the words, the prior is the plain share of the documents.",
        ),
        Mistake(
            "prior_counts",
            _fit(lambda X, y, alpha: np.log(array([np.sum(y == 0), np.sum(y == 1)]))),
            "Your log_prior holds the log of the numbers of documents: divide them by N first.",
        ),
        Mistake(
            "prior_one_half",
            _fit(lambda X, y, alpha: np.log(array([0.5, 0.5]))),
            "Your prior is one half for both classes: it is the class's share of the documents.",
        ),
        Mistake(
            "prior_of_words",
            _fit(lambda X, y, alpha: np.log(_counts(X, y).sum(axis=1) / X.sum())),
            "Your prior is the class's share of the words: it is its share of the documents.",
        ),
        Mistake(
            "prior_one_number",
            _fit(lambda X, y, alpha: np.log(np.mean(y))),
            "Your log_prior is one number: return one for each class, class 0 first.",
        ),
        Mistake(
            "classes_swapped",
            lambda X, y, alpha=1.0: tuple(part[::-1] for part in _fit()(X, y, alpha)),
            "Your classes are the wrong way round: class 0 comes first.",
        ),
        Mistake(
            "prior_swapped",
            _fit(lambda X, y, alpha: np.log(_prior(X, y)[::-1])),
            "Your log_prior has the classes the wrong way round: class 0 comes first.",
        ),
        Mistake(
            "likelihood_swapped",
            _fit(None, lambda X, y, alpha: np.log(_shares(_counts(X, y), alpha))[::-1]),
            "Your log_likelihood has the classes the wrong way round: the row of class 0 comes first.",
        ),
        Mistake(
            "first_class_only",
            _first_class_only,
            "You fill in class 0 alone: is your `return` inside the loop over the classes?",
        ),
        Mistake(
            "transposed",
            lambda X, y, alpha=1.0: (_fit()(X, y, alpha)[0], _fit()(X, y, alpha)[1].T),
            "Transpose log_likelihood: one row per class, one column per word.",
        ),
    ),
)


def _classifiers(rng):
    for n, d in ((7, 3), (5, 6)):
        log_prior, log_likelihood = np.log([0.4, 0.6]), np.log(rng.dirichlet(np.ones(d), 2))
        X, evidence = rng.integers(0, 4, (n, d)), log_likelihood[1] - log_likelihood[0]
        X[0, np.argmin(evidence)] += 100  # one document of each class
        X[1, np.argmax(evidence)] += 100
        yield Case(f"random, {n} documents of {d} words", (log_prior, log_likelihood, X), hidden=True)


def _scores(log_prior, log_likelihood, X):
    return log_prior + X @ log_likelihood.T


def _predict_loop(log_prior, log_likelihood, X):
    labels = []
    for row in X:
        scores = [
            log_prior[c] + sum(count * log_p for count, log_p in zip(row, log_likelihood[c], strict=True))
            for c in (0, 1)
        ]
        labels.append(1 if scores[1] > scores[0] else 0)
    return np.array(labels)


def _predict_difference(log_prior, log_likelihood, X):
    w, b = log_likelihood[1] - log_likelihood[0], log_prior[1] - log_prior[0]
    return (X @ w + b > 0).astype(np.int32)


def _of_scores(decide):
    """Return an answer that decides otherwise from the right scores, of shape (N, 2)."""
    return lambda log_prior, log_likelihood, X: decide(_scores(log_prior, log_likelihood, X))


def _predict_in_place(log_prior, log_likelihood, X):
    log_likelihood += log_prior[:, None]
    return np.argmax(X @ log_likelihood.T, axis=1)


def _predict_into_zeros(log_prior, log_likelihood, X):
    labels = np.zeros(len(X))
    for i in range(len(X)):
        if log_likelihood[1] @ X[i] + log_prior[1] > log_likelihood[0] @ X[i] + log_prior[0]:
            labels[i] = 1
    return labels


# Logarithms of no real model, but exact: a tie is a tie in whatever order the terms are added.
EXACT = (array([-1.0, -1.0]), array([[-1.0, -2.0, -3.0], [-2.0, -1.0, -1.5]]))

naive_bayes_predict = Exercise(
    ref.naive_bayes_predict,
    number="2.2",
    title="Classify with Naive Bayes",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the labels",),
    cases=(
        Case("worked example", (np.log([0.5, 0.5]), np.log([[0.75, 0.25], [0.25, 0.75]]), array([[3, 1], [0, 2]]))),
        Case("three words", (*EXACT, array([[2, 0, 0], [0, 1, 1], [3, 1, 1], [0, 0, 2]]))),
        Case(
            "the prior decides",
            (np.log([0.1, 0.9]), np.log([[0.6, 0.4], [0.4, 0.6]]), array([[1, 0], [0, 0], [9, 0], [2, 1], [0, 1]])),
        ),
        Case("ties", (*EXACT, array([[1, 1, 0], [0, 0, 0], [0, 1, 0], [2, 2, 0]]))),
        Case(
            "long documents",
            (np.log([0.6, 0.4]), np.log([[0.9, 0.1], [0.2, 0.8]]), array([[9000, 3000], [3000, 9000]])),
        ),
        Case(
            "nearly a tie",
            (np.log([0.5, 0.5]), np.log([[0.1, 0.9], [0.4, 0.6]]), array([[2, 3], [100071, 342145], [100071, 342146]])),
            hidden=True,
        ),
        Case("one document", (*EXACT, array([[1, 4, 0]])), hidden=True, weight=0),
        Case(
            "counts as floats",
            (array([-2.0, -0.25]), EXACT[1][:, :2], array([[5.0, 1.0], [1.0, 3.0], [2.0, 1.0], [0.0, 1.0]])),
            hidden=True,
        ),
    ),
    random_cases=_classifiers,
    hints=(
        "Give each document two scores, one per class: the logarithm of prior times likelihood. What does the log make of a product?",
        "A word that occurs three times adds its log likelihood three times: for all documents and both classes at once that "
        "is `X @ log_likelihood.T`, of shape (N, 2). Then comes the prior.",
        "`scores = X @ log_likelihood.T + log_prior`, then `return np.argmax(scores, axis=1)`: of equal scores argmax takes the first.",
    ),
    right=(
        _predict_loop,
        _predict_difference,
        _predict_into_zeros,
        lambda log_prior, log_likelihood, X: [int(s[1] > s[0]) for s in _scores(log_prior, log_likelihood, X)],
    ),
    mistakes=(
        Mistake(
            "no_prior",
            lambda log_prior, log_likelihood, X: np.argmax(X @ log_likelihood.T, axis=1),
            "You leave out the prior: add log_prior to the scores.",
        ),
        Mistake(
            "ties",
            _of_scores(lambda s: (s[:, 1] >= s[:, 0]).astype(int)),
            "Equal scores go to class 0 (right everywhere else): class 1 needs the larger score, > and not >=.",
        ),
        Mistake(
            "smaller",
            _of_scores(lambda s: np.argmin(s, axis=1)),
            "You take the class with the smaller score: take the larger one. Logarithms of probabilities are negative, the most likely is nearest to 0.",
        ),
        Mistake(
            "underflow",
            lambda log_prior, log_likelihood, X: np.argmax(
                np.exp(log_prior) * np.prod(np.exp(log_likelihood) ** X[:, None, :], axis=2), axis=1
            ),
            "You multiply probabilities: for long documents both products are 0. Add up the logarithms instead.",
        ),
        Mistake(
            "prior_multiplied",
            lambda log_prior, log_likelihood, X: np.argmax(X @ log_likelihood.T * log_prior, axis=1),
            "You multiply by log_prior: prior times likelihood becomes a sum of logarithms.",
        ),
        Mistake(
            "prior_not_log",
            lambda log_prior, log_likelihood, X: np.argmax(X @ log_likelihood.T + np.exp(log_prior), axis=1),
            "You add the prior itself to logarithms: add log_prior.",
        ),
        Mistake(
            "logs_undone",
            lambda log_prior, log_likelihood, X: np.argmax(X @ np.exp(log_likelihood).T + np.exp(log_prior), axis=1),
            "You add up probabilities: they are multiplied, so add up their logarithms, as they are given.",
        ),
        Mistake(
            "near_ties",
            _of_scores(lambda s: np.where(np.isclose(s[:, 0], s[:, 1]), 0, np.argmax(s, axis=1))),
            "You take scores that differ a little for equal: compare them with >, not with np.isclose.",
        ),
        Mistake(
            "presence",
            lambda log_prior, log_likelihood, X: np.argmax((X > 0) @ log_likelihood.T + log_prior, axis=1),
            "You count each word once: a word that occurs three times adds its log likelihood three times.",
        ),
        Mistake("scores", _of_scores(lambda s: s), "You return the scores: return the class with the larger one."),
        Mistake(
            "largest_score",
            _of_scores(lambda s: np.max(s, axis=1)),
            "You return the larger score: return its class, with `np.argmax`.",
        ),
        Mistake(
            "probabilities",
            _of_scores(lambda s: 1 / (1 + np.exp(s[:, 0] - s[:, 1]))),
            "You return the probability of class 1: return the label, 0 or 1.",
        ),
        Mistake(
            "wrong_axis",
            _of_scores(lambda s: np.argmax(s, axis=0)),
            "Your argmax runs over the texts: let it run over the two classes, `axis=1`.",
        ),
        Mistake(
            "one_label",
            _of_scores(np.argmax),
            "You return one number: each text gets a label, so give argmax an axis, `axis=1`.",
        ),
        Mistake(
            "prior_twice",
            lambda log_prior, log_likelihood, X: np.argmax(X @ log_likelihood.T + 2 * log_prior, axis=1),
            "You add the prior twice: add log_prior once to each score.",
        ),
        Mistake(
            "prior_swapped",
            lambda log_prior, log_likelihood, X: np.argmax(X @ log_likelihood.T + log_prior[::-1], axis=1),
            "You give each class the prior of the other one: log_prior[0] belongs to class 0.",
        ),
        Mistake(
            "prior_alone",
            lambda log_prior, log_likelihood, X: np.full(len(X), np.argmax(log_prior)),
            "You compare the priors alone: add each text's words, `X @ log_likelihood.T`.",
        ),
        Mistake(
            "likelihood_of_every_word",
            lambda log_prior, log_likelihood, X: np.full(len(X), np.argmax(log_likelihood.sum(axis=1) + log_prior)),
            "You add up all of log_likelihood: each word counts as often as the text uses it, `X @ log_likelihood.T`.",
        ),
        Mistake(
            "averaged",
            lambda log_prior, log_likelihood, X: np.argmax(
                X @ log_likelihood.T / np.maximum(X.sum(axis=1, keepdims=True), 1) + log_prior, axis=1
            ),
            "You divide by the length of the text: add up the log likelihoods of its words, without a mean.",
        ),
        Mistake(
            "not_transposed",
            lambda log_prior, log_likelihood, X: np.argmax(X @ log_likelihood + log_prior, axis=1),
            "Transpose log_likelihood: `X @ log_likelihood.T` has one column per class.",
        ),
        Mistake(
            "signs",
            _of_scores(lambda s: np.where(s[:, 1] > s[:, 0], 1, -1)),
            "Your classes are -1 and 1: the labels are 0 and 1.",
        ),
        Mistake(
            "bool",
            _of_scores(lambda s: s[:, 1] > s[:, 0]),
            "Your answer holds True and False: make them 1 and 0, with `.astype(int)`.",
            craft=True,
        ),
        Mistake(
            "floats",
            _of_scores(lambda s: np.argmax(s, axis=1) * 1.0),
            "Your labels are floats: make them whole numbers, with `.astype(int)`.",
            craft=True,
        ),
        Mistake(
            "column",
            _of_scores(lambda s: np.argmax(s, axis=1)[:, None]),
            "Your labels have the shape (N, 1): (N,) is asked for.",
        ),
        Mistake(
            "mutates_input",
            _predict_in_place,
            "Your function writes into log_likelihood (`+=`), so the caller's model is spoiled: compute a new array.",
        ),
    ),
)
