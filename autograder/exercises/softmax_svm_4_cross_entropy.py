"""Chapter 4: cross-entropy and divergence of two distributions."""

from __future__ import annotations

import math

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

P = array([0.2, 0.5, 0.3])
Q = array([0.1, 0.7, 0.2])
P_TABLE = array([[0.5, 0.25, 0.25, 0.0], [0.1, 0.2, 0.3, 0.4]])
Q_TABLE = array([[0.25, 0.5, 0.125, 0.125], [0.3, 0.3, 0.15, 0.25]])
# A distribution stands in every other column.
SPACED = array([[0.125, 9.0, 0.625, 9.0, 0.25, 9.0], [0.5, 9.0, 0.375, 9.0, 0.125, 9.0]])[:, ::2]


def _distributions(rng):
    for shape in ((4,), (1, 3), (5, 2)):
        p, q = (rng.uniform(0.1, 1.0, shape) for _ in range(2))
        p, q = (values / values.sum(axis=-1, keepdims=True) for values in (p, q))
        yield Case(f"random distributions {shape}", (p, q), hidden=True)


CASES = (
    Case("three classes", (P, Q)),
    Case("two examples, four classes", (P_TABLE, Q_TABLE)),
    Case(
        "q is 0 where p is not",
        (
            array([[0.25, 0.5, 0.25], [1e-20, 0.5, 0.5], [0.5, 0.5, 0.0]]),
            array([[0.4, 0.0, 0.6], [0.0, 0.4, 0.6], [0.4, 0.6, 0.0]]),
        ),
    ),
    Case("p and q are 0 for the same class", (array([0.25, 0.0, 0.75]), array([0.5, 0.0, 0.5]))),
    Case("float32", (P_TABLE.astype(np.float32), Q_TABLE.astype(np.float32))),
    Case("as many examples as classes", (array([[0.75, 0.25], [0.5, 0.5]]), array([[0.25, 0.75], [0.125, 0.875]]))),
    Case("one example", (P_TABLE[:1], Q_TABLE[1:]), hidden=True),
    Case("a very small probability", (array([0.5, 0.5]), array([1.0, 1e-300])), hidden=True),
    Case("every other column", (SPACED, SPACED[::-1]), hidden=True),
    Case(
        "a table with zeros",
        (
            array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.25, 0.25, 0.5]]),
            array([[0.0, 0.5, 0.5], [0.0, 0.25, 0.75], [0.25, 0.5, 0.25]]),
        ),
        hidden=True,
    ),
)


def _of_terms(term, total=None):
    """Return an answer from what each class with p > 0 adds, and from how that is put together."""

    def answer(p, q):
        terms = np.where(p > 0, term(p, q), 0)
        return total(terms) if total else terms.sum(axis=-1)

    return answer


def _loop(term):
    """Return an answer that adds up in plain Python, class by class from the last one; `term` is never given p = 0."""

    def answer(p, q):
        if p.ndim > 1:
            return np.stack([answer(*rows) for rows in zip(p, q, strict=True)])
        pairs = zip(map(float, p[::-1]), map(float, q[::-1]), strict=True)
        return array(sum(math.inf if y == 0 else term(x, y) for x, y in pairs if x > 0), np.result_type(p, q))

    return answer


def _into_zeros(term):
    """Return an answer that collects in `np.zeros`, so in float64, one class after the other."""

    def answer(p, q):
        tables = np.atleast_2d(p), np.atleast_2d(q)
        sums = np.zeros(len(tables[0]))
        for n, (row_p, row_q) in enumerate(zip(*tables, strict=True)):
            for x, y in zip(row_p, row_q, strict=True):
                if x > 0:
                    sums[n] += term(x, y)
        return sums if p.ndim > 1 else sums[0]

    return answer


def _cost(p, q):
    return -p * np.log(q)


def _cost_of_used(p, q):
    used = p > 0
    return -(p * np.log(np.where(used, q, 1))).sum(axis=-1)


def _into_q(answer):
    """Return an answer that first writes into q what it never divides by."""

    def spoiled(p, q):
        q[p == 0] = 1
        return answer(p, q)

    return spoiled


def _from(threshold, term):
    return lambda p, q: np.where(p > threshold, term(p, q), 0).sum(axis=-1)


def _softmaxed(q):
    powers = np.exp(q)
    return powers / powers.sum(axis=-1, keepdims=True)


def _epsilons(term):
    """Return the mistakes of adding a small number, or of cutting off at it; `term` gets p and the changed q."""
    sentence = (
        "A small number inside the log (or a cut-off probability) hides what is impossible: where q is 0 and p is not, the answer is infinite; "
        "a probability of 1e-300 counts as it is."
    )
    for epsilon in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, np.finfo(float).eps, 1e-16, 1e-300):
        for change in (np.add, np.maximum):
            yield Mistake("epsilon", _of_terms(_changed(term, change, epsilon)), sentence)
            yield Mistake("epsilon", _everywhere(_both_changed(term, change, epsilon)), sentence)


def _changed(term, change, epsilon):
    return lambda p, q: term(p, change(q, np.asarray(epsilon, q.dtype)))


def _both_changed(term, change, epsilon):
    return lambda p, q: term(change(1.0 * p, epsilon), change(q, epsilon))


def _everywhere(term):
    """Return an answer that adds up over all classes, those with p = 0 too."""
    return lambda p, q: term(p, q).sum(axis=-1)


TINY = "You take a tiny p for 0: where q is 0 and p is not, the answer is infinite, however small p is. Ask for p > 0."


def _reductions(term):
    """Return the mistakes of putting the right terms together in another way."""
    return (
        Mistake(
            "mean_over_classes",
            _of_terms(term, lambda terms: terms.mean(axis=-1)),
            "You divide by the number of classes: p is the weight already, so add up.",
        ),
        Mistake(
            "over_examples",
            _of_terms(term, lambda terms: terms.sum(axis=0)),
            "You add up along axis 0, which in a table runs over the examples: the classes are on the last axis, `axis=-1`.",
        ),
        Mistake(
            "total",
            _of_terms(term, np.sum),
            "You add up over all axes: one number for each distribution is asked for, `axis=-1`.",
        ),
        Mistake(
            "mean_over_examples",
            _of_terms(term, lambda terms: terms.sum(axis=-1).mean()),
            "You take the mean over the examples: one number for each of them is asked for.",
        ),
        Mistake(
            "per_class",
            _of_terms(term, lambda terms: terms),
            "You return one number per class: add up over the classes.",
        ),
        Mistake(
            "column",
            _of_terms(term, lambda terms: terms.sum(axis=-1, keepdims=True)),
            "You keep the last axis, of length 1: leave out `keepdims`.",
        ),
        Mistake(
            "sum_made_zero",
            lambda p, q: np.nan_to_num(_everywhere(term)(p, q), posinf=np.inf),
            "One nan makes a nan of the whole sum, and you make 0 of that: replace the term by 0 where p is 0, then add up.",
        ),
        Mistake(
            "sum_made_zero",
            lambda p, q: np.nan_to_num(_everywhere(term)(p, q)),
            "One nan makes a nan of the whole sum, and you make 0 of that: replace the term by 0 where p is 0, then add up. An infinite sum stays so.",
        ),
        Mistake(
            "always_infinite",
            lambda p, q: np.where((q == 0).any(axis=-1), np.inf, _of_terms(term)(p, q)),
            "You return infinity wherever q is 0: if p is 0 there too, the class adds nothing. Ask for p > 0 first.",
        ),
        *(Mistake("tiny_as_zero", _from(threshold, term), TINY) for threshold in (1e-16, 1e-12, 1e-8)),
        Mistake(
            "mutates_input",
            _into_q(_of_terms(term)),
            "Your function writes into q, so the caller's probabilities are spoiled: compute a new array, for instance with np.where.",
        ),
    )


SOFTMAXED = "You put q through softmax (and p perhaps): it holds probabilities already."
ZERO_LOG_ZERO = "0 * log(0) is nan in NumPy: a class with p = 0 adds nothing, whatever q is."
LARGE = "np.nan_to_num makes a large number of infinity: where q is 0 and p is not, the answer is infinite."
FINITE = "Where q is 0 and p is not, q calls impossible what happens: the answer is infinite there, and you skip it."

cross_entropy = Exercise(
    ref.cross_entropy,
    number="4.9",
    title="Cross-entropy of two distributions",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the cross-entropy",),
    cases=(
        Case("worked example", (array([1.0, 0.0, 0.0]), array([0.13, 0.87, 0.0]))),
        *CASES,
        Case(
            "p holds whole numbers",
            (array([[0, 1, 0], [0, 0, 1]]), array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])),
            courtesy=True,
        ),
    ),
    random_cases=_distributions,
    hints=(
        "Each class costs -log(q), and p says how often it comes: the cross-entropy is the mean cost, sum of -p log(q) over the classes.",
        "The classes are on the last axis, `axis=-1`, for one distribution as for a table of them. Where p is 0, NumPy makes nan of 0 * log(0): put a 0 there "
        "with `np.where(condition, value, 0)`.",
        "`return -np.sum(np.where(p > 0, p * np.log(q), 0), axis=-1)`.",
    ),
    right=(
        _of_terms(_cost),
        _loop(lambda p, q: -p * math.log(q)),
        _cost_of_used,
        _into_zeros(_cost),
        lambda p, q: _of_terms(_cost)(p, q).tolist(),
    ),
    equivalent={"p, q = (as_float(p), as_float(q)) -> ": "NumPy's logarithms of whole numbers are floats"},
    mistakes=(
        Mistake("zero_log_zero", _everywhere(_cost), ZERO_LOG_ZERO),
        Mistake(
            "not_negated",
            _of_terms(lambda p, q: p * np.log(q)),
            "Your result has the wrong sign: logarithms of probabilities are negative, so the cross-entropy is minus their mean.",
        ),
        Mistake(
            "not_negated",
            _everywhere(lambda p, q: p * np.log(q)),
            "Your result has the wrong sign: the cross-entropy is minus the sum. And 0 * log(0) is nan: a class with p = 0 adds nothing.",
        ),
        Mistake(
            "swapped",
            lambda p, q: _of_terms(_cost)(q, p),
            "You take the logarithm of p and weigh it with q: it is the other way round, -p log(q).",
        ),
        Mistake(
            "swapped",
            lambda p, q: _everywhere(_cost)(q, p),
            "You take the logarithm of p and weigh it with q: it is the other way round, -p log(q).",
        ),
        Mistake("impossible_skipped", _of_terms(lambda p, q: np.where(q > 0, _cost(p, q), 0)), FINITE),
        Mistake(
            "impossible_skipped", lambda p, q: np.nan_to_num(_cost(p, q), nan=0.0, posinf=0.0).sum(axis=-1), FINITE
        ),
        Mistake("impossible_skipped", lambda p, q: np.nan_to_num(_cost(p, q)).sum(axis=-1), LARGE),
        Mistake("impossible_skipped", _everywhere(lambda p, q: -p * np.nan_to_num(np.log(q))), LARGE),
        Mistake(
            "kl_divergence",
            _of_terms(lambda p, q: p * np.log(p / q)),
            "You return the divergence, sum of p log(p / q): the cross-entropy is the sum of -p log(q).",
        ),
        Mistake(
            "entropy",
            _of_terms(lambda p, q: -p * np.log(p)),
            "You return the entropy of p alone: the logarithm is that of q.",
        ),
        Mistake(
            "unweighted",
            _of_terms(lambda p, q: -np.log(q)),
            "Every class counts the same in your sum: weigh -log(q) with p.",
        ),
        Mistake(
            "log_outside",
            lambda p, q: -np.log((p * q).sum(axis=-1)),
            "You take the logarithm of the sum: take it of each probability, then weigh with p and add up.",
        ),
        Mistake(
            "hard_label",
            lambda p, q: -np.log(np.take_along_axis(q, p.argmax(axis=-1)[..., None], axis=-1)[..., 0]),
            "You look at p's likeliest class alone: every class counts, with the weight p.",
        ),
        Mistake(
            "both_outcomes",
            _of_terms(lambda p, q: -p * np.log(q) - (1 - p) * np.log(1 - q)),
            "(1 - p) log(1 - q) belongs to a single probability of yes or no: here the classes hold all outcomes, so sum -p log(q) alone.",
        ),
        *(
            Mistake(
                "both_outcomes",
                _everywhere(term),
                "(1 - p) log(1 - q) belongs to a single probability of yes or no: here the classes hold all outcomes, so sum -p log(q) alone.",
            )
            for term in (
                lambda p, q: -p * np.log(q) - (1 - p) * np.log(1 - q),
                lambda p, q: -np.where(p > 0, p * np.log(q), 0) - np.where(p < 1, (1 - p) * np.log(1 - q), 0),
            )
        ),
        Mistake(
            "base_two",
            _of_terms(lambda p, q: -p * np.log2(q)),
            "You use the logarithm to the base 2: the course's is the natural one, np.log.",
        ),
        Mistake(
            "base_two",
            _of_terms(lambda p, q: -p * np.log10(q)),
            "You use the logarithm to the base 10: the course's is the natural one, np.log.",
        ),
        Mistake("softmax_of_q", _of_terms(lambda p, q: -p * np.log(_softmaxed(q))), SOFTMAXED),
        Mistake(
            "squared",
            lambda p, q: ((p - q) ** 2).sum(axis=-1),
            "You return the squared distance of p and q: it is the sum of -p log(q).",
        ),
        *_reductions(_cost),
        *_epsilons(_cost),
    ),
)


def _gap(p, q):
    return p * np.log(p / q)


def _kl_of_entropies(p, q):
    return _of_terms(_cost)(p, q) - _of_terms(_cost)(p, p)


BRACKETS = "p * log(p) - log(q) weighs only the first logarithm: put brackets around both, p * (log(p) - log(q))."

kl_divergence = Exercise(
    ref.kl_divergence,
    number="4.10",
    title="Kullback–Leibler divergence",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the divergence",),
    cases=(
        *CASES,
        Case("p is certain", (array([1.0, 0.0, 0.0]), array([0.13, 0.87, 0.0]))),
        Case("p holds whole numbers", (array([[0, 1, 0], [0, 0, 1]]), Q_TABLE[:, 1:]), courtesy=True),
        Case("p and q are the same", (array([0.125, 0.375, 0.5]), array([0.125, 0.375, 0.5])), weight=0),
    ),
    random_cases=_distributions,
    hints=(
        "The divergence is what the wrong distribution costs more: cross_entropy(p, q) - cross_entropy(p, p).",
        "Taken together that is the sum of p log(p / q) over the classes, so over the last axis. It is 0 where p = q. A class with p = 0 adds nothing.",
        "`return np.sum(np.where(p > 0, p * np.log(p / q), 0), axis=-1)`.",
    ),
    right=(
        _of_terms(_gap),
        _loop(lambda p, q: p * (math.log(p) - math.log(q))),
        _kl_of_entropies,
        _into_zeros(_gap),
        lambda p, q: _of_terms(_gap)(p, q).tolist(),
    ),
    equivalent={"p, q = (as_float(p), as_float(q)) -> ": "NumPy's logarithms of whole numbers are floats"},
    mistakes=(
        Mistake("zero_log_zero", _everywhere(_gap), ZERO_LOG_ZERO),
        Mistake("zero_log_zero", _everywhere(lambda p, q: p * (np.log(p) - np.log(q))), ZERO_LOG_ZERO),
        Mistake(
            "swapped",
            lambda p, q: _of_terms(_gap)(q, p),
            "You return the divergence of p from q's side, sum of q log(q / p): it is the sum of p log(p / q), and the two differ.",
        ),
        Mistake(
            "sign",
            _of_terms(lambda p, q: p * np.log(q / p)),
            "Your result is never positive: the fraction is p / q, not q / p, or a minus is too many.",
        ),
        Mistake(
            "sign",
            _everywhere(lambda p, q: p * np.log(q / p)),
            "Your fraction is upside down: p log(p / q). And 0 * log(0) is nan: a class with p = 0 adds nothing.",
        ),
        Mistake(
            "cross_entropy",
            _of_terms(_cost),
            "You return the cross-entropy: subtract the entropy of p, the sum of -p log(p).",
        ),
        Mistake(
            "entropy_added",
            _of_terms(lambda p, q: -p * np.log(q) - p * np.log(p)),
            "You add the entropy of p to the cross-entropy: subtract it.",
        ),
        Mistake(
            "entropy_of_q",
            lambda p, q: _of_terms(_cost)(p, q) - _of_terms(_cost)(q, q),
            "You subtract the entropy of q from the cross-entropy: subtract that of p, the sum of -p log(p).",
        ),
        Mistake(
            "unweighted",
            _of_terms(lambda p, q: np.log(p / q)),
            "Every class counts the same in your sum: weigh log(p / q) with p.",
        ),
        Mistake(
            "weighted_by_q",
            _of_terms(lambda p, q: q * np.log(p / q)),
            "You weigh log(p / q) with q: weigh it with p.",
        ),
        Mistake(
            "absolute",
            _of_terms(lambda p, q: p * abs(np.log(p / q))),
            "You take absolute values: terms with p < q are negative, and stay so.",
        ),
        Mistake(
            "cut_at_zero",
            _of_terms(lambda p, q: np.maximum(p * np.log(p / q), 0)),
            "You leave out the negative terms: those with p < q belong to the sum.",
        ),
        Mistake(
            "both_ways",
            lambda p, q: (_of_terms(_gap)(p, q) + _of_terms(_gap)(q, p)) / 2,
            "You take the mean of both directions: the divergence is the sum of p log(p / q) alone.",
        ),
        Mistake(
            "both_ways",
            lambda p, q: _of_terms(_gap)(p, q) + _of_terms(_gap)(q, p),
            "You add up both directions: the divergence is the sum of p log(p / q) alone.",
        ),
        Mistake(
            "both_ways",
            lambda p, q: (_of_terms(_gap)(p, (p + q) / 2) + _of_terms(_gap)(q, (p + q) / 2)) / 2,
            "You compare p and q with their mean: compare p with q itself, the sum of p log(p / q).",
        ),
        Mistake("impossible_skipped", _of_terms(lambda p, q: np.where(q > 0, _gap(p, q), 0)), FINITE),
        Mistake("impossible_skipped", lambda p, q: np.nan_to_num(_gap(p, q)).sum(axis=-1), LARGE),
        Mistake("impossible_skipped", _everywhere(lambda p, q: p * np.nan_to_num(np.log(p / q))), LARGE),
        Mistake("brackets", _of_terms(lambda p, q: p * np.log(p) - np.log(q)), BRACKETS),
        Mistake("brackets", _everywhere(lambda p, q: np.where(p > 0, p * np.log(p), 0) - np.log(q)), BRACKETS),
        Mistake(
            "quotient_of_logs",
            _of_terms(lambda p, q: p * np.log(p) / np.log(q)),
            "You divide one logarithm by the other: log(p / q) is log(p) - log(q).",
        ),
        Mistake(
            "base_two",
            _of_terms(lambda p, q: p * np.log2(p / q)),
            "You use the logarithm to the base 2: the course's is the natural one, np.log.",
        ),
        Mistake(
            "softmax_of_q",
            _of_terms(lambda p, q: _softmaxed(p) * np.log(_softmaxed(p) / _softmaxed(q))),
            SOFTMAXED,
        ),
        Mistake(
            "truncates",
            lambda p, q: np.where(p > 0, _gap(p, q), 0).astype(p.dtype).sum(axis=-1),
            "For a p of whole numbers your terms are cut to whole numbers, too, as `np.zeros_like(p)` does: make floats of them.",
            craft=True,
        ),
        *_reductions(_gap),
        *_epsilons(_gap),
    ),
)
