"""Chapter 4: from a score to a probability."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _scored(seed, n, scale=1.0, offset=0.0, share=2, dtype=np.float64):
    """Return scores and labels: about one of `share` examples is of class 1, and the classes overlap."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % share == 0).astype(int)
    return (scale * (rng.normal(size=n) + 1.5 * y - 0.5) + offset).astype(dtype), y


def _samples(rng):
    for n in (12, 31):
        a = b = 0.0
        while min(abs(a), abs(b)) < 0.3:  # the tolerance is a share of each
            seed, share = int(rng.integers(2**31)), int(rng.integers(2, 5))
            sample = _scored(seed, n, rng.uniform(0.5, 3), rng.normal(), share)
            a, b = _platt()(*sample)
        yield Case(f"{n} random scores", sample, hidden=True)


def _sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _platt_targets(y):
    ones = np.sum(y == 1)
    return np.where(y == 1, (ones + 1) / (ones + 2), 1 / (len(y) - ones + 2))


def _cost(theta, s, targets):
    z = theta[0] * s + theta[1]
    return np.sum(np.logaddexp(0, z) - targets * z)


def _fit(s, targets, steps=100):
    """Return slope and offset by Newton's method, on scores around 1."""
    F, theta = np.stack([s, np.ones_like(s)], axis=1), np.zeros(2)
    for _ in range(steps):
        p = _sigmoid(F @ theta)
        grad = F.T @ (p - targets)
        step = np.linalg.solve(F.T @ (F * (p * (1 - p))[:, None]), grad)
        while _cost(theta - step, s, targets) > _cost(theta, s, targets) + 1e-9:
            step = step / 2
        theta = theta - step
    return theta


def _platt(targets=_platt_targets, finish=None, **settings):
    """Return an answer that fits other targets, fits in another way, or returns something else."""

    def answer(scores, y):
        s = scores.astype(float)
        centre, width = s.mean(), s.std()
        slope, offset = _fit((s - centre) / width, targets(y), **settings)
        a, b = slope / width, offset - slope * centre / width
        return finish(a, b) if finish else (a, b)

    return answer


def _platt_until_steps_are_small(scores, y):
    """Return the answer of Newton's plain method, begun elsewhere and ended early."""
    s, targets = scores.astype(float), _platt_targets(y)
    centre, width = s.mean(), s.std()
    F, theta, step = np.stack([(s - centre) / width, np.ones_like(s)], axis=1), array([0.5, 0.2]), 1.0
    while np.max(np.abs(step)) > 1e-6:
        p = _sigmoid(F @ theta)
        step = np.linalg.solve(F.T @ (F * (p * (1 - p))[:, None]), F.T @ (p - targets))
        theta = theta - step
    return theta[0] / width, theta[1] - theta[0] * centre / width


def _platt_by_bfgs(scores, y):
    """Return the answer of a quasi-Newton method, written out."""
    s, targets = scores.astype(float), _platt_targets(y)
    centre, width = s.mean(), s.std()
    F = np.stack([(s - centre) / width, np.ones_like(s)], axis=1)
    theta, inverse = np.zeros(2), np.eye(2) / len(s)
    grad = F.T @ (_sigmoid(F @ theta) - targets)
    for _ in range(500):
        step = -inverse @ grad
        after = F.T @ (_sigmoid(F @ (theta + step)) - targets)
        change = after - grad
        theta, grad = theta + step, after
        if step @ change <= 1e-24:
            break
        left = np.eye(2) - np.outer(step, change) / (step @ change)
        inverse = left @ inverse @ left.T + np.outer(step, step) / (step @ change)
    return theta[0] / width, theta[1] - theta[0] * centre / width


def _platt_by_descent(scores, y):
    s, targets = scores.astype(float), _platt_targets(y)
    centre, width = s.mean(), s.std()
    s = (s - centre) / width
    a = b = 0.0
    for _ in range(500):
        error = _sigmoid(a * s + b) - targets
        a, b = a - 4 * np.mean(error * s), b - 4 * np.mean(error)
    return a / width, b - a * centre / width


def _platt_of_raw_scores(scores, y):
    """Return what Newton's method makes of the scores as they come, with a pseudo-inverse that hides what goes wrong."""
    s, targets, theta = scores.astype(float), _platt_targets(y), np.zeros(2)
    F = np.stack([s, np.ones_like(s)], axis=1)
    for _ in range(30):
        p = _sigmoid(F @ theta)
        theta = theta - np.linalg.pinv(F.T @ (F * (p * (1 - p))[:, None])) @ (F.T @ (p - targets))
    return theta[0], theta[1]


def _descent_that_ends_early():
    sentence = "Your a and b are still on their way: gradient descent needs many more steps, or Newton's method. Bring the scores to mean 0 and spread 1 first."
    for rate in (0.01, 0.1, 1.0):
        for steps in (100, 400):
            yield Mistake("not_converged", _short_descent(rate, steps), sentence)
    for rate, steps in ((0.1, 100), (0.1, 400), (0.5, 100), (1.0, 100)):
        yield Mistake("not_converged", _scaled(_short_descent(rate, steps)), sentence)


def _scaled(fit):
    """Return an answer that gives `fit` scores of mean 0 and spread 1, and brings a and b back."""

    def answer(scores, y):
        s = scores.astype(float)
        a, b = fit((s - s.mean()) / s.std(), y)
        return a / s.std(), b - a * s.mean() / s.std()

    return answer


def _steps(numbers, id_, sentence, targets=_platt_targets):
    return (Mistake(id_, _platt(targets, steps=number), sentence) for number in numbers)


def _short_descent(rate, steps):
    def answer(scores, y):
        s, targets, a, b = scores.astype(float), _platt_targets(y), 0.0, 0.0
        for _ in range(steps):
            error = _sigmoid(a * s + b) - targets
            a, b = a - rate * np.mean(error * s), b - rate * np.mean(error)
        return a, b

    return answer


def _standardised(finish):
    """Return an answer that makes something else of slope and offset for scores of mean 0 and spread 1."""

    def answer(scores, y):
        s = scores.astype(float)
        return finish(*_fit((s - s.mean()) / s.std(), _platt_targets(y)), s.mean(), s.std())

    return answer


def _one_parameter(of_offset):
    """Return an answer that fits the offset to a slope of 1, or the slope without an offset."""

    def answer(scores, y):
        s, targets, theta = scores.astype(float), _platt_targets(y), 0.0
        s = s if of_offset else s / s.std()
        low, high = -1e4, 1e4
        for _ in range(200):
            theta = (low + high) / 2
            error = _sigmoid(s + theta if of_offset else theta * s) - targets
            rises = np.sum(error) > 0 if of_offset else np.sum(error * s) > 0
            low, high = (low, theta) if rises else (theta, high)
        return (1.0, theta) if of_offset else (theta / scores.astype(float).std(), 0.0)

    return answer


def _ridge(targets):
    """Return an answer with the penalty that scikit-learn's LogisticRegression has by default."""

    def answer(scores, y):
        s, y = scores.astype(float), targets(y)
        F, theta = np.stack([s - s.mean(), np.ones_like(s)], axis=1), np.zeros(2)
        for _ in range(100):
            p = _sigmoid(F @ theta)
            H = F.T @ (F * (p * (1 - p))[:, None]) + np.diag([1.0, 0.0])
            theta = theta - np.linalg.solve(H, F.T @ (p - y) + theta * [1, 0])
        return theta[0], theta[1] - theta[0] * s.mean()

    return answer


def _labels_as_targets(y):
    return (y == 1) * 1.0


def _swapped_targets(y):
    ones = np.sum(y == 1)
    return np.where(y == 1, (len(y) - ones + 1) / (len(y) - ones + 2), 1 / (ones + 2))


def _targets_of_all(y):
    ones = np.sum(y == 1)
    return np.where(y == 1, (ones + 1) / (len(y) + 2), 1 / (len(y) + 2))


def _straight_line(targets):
    return lambda scores, y: tuple(np.polyfit(scores.astype(float), targets(y), 1))


def _log_odds(y):
    return np.log(_platt_targets(y) / (1 - _platt_targets(y)))


def _targets_of_ones(y):
    ones = np.sum(y == 1)
    return np.where(y == 1, ones + 1, 1) / (ones + 2)


def _targets_of_n(y):
    return np.where(y == 1, len(y) + 1, 1) / (len(y) + 2)


def _start_only(scores, y):
    ones = np.sum(y == 1)
    return 0.0, np.log((ones + 1) / (len(y) - ones + 1))


platt_scaling = Exercise(
    ref.platt_scaling,
    number="4.16",
    title="Platt scaling",
    points=3,
    minutes=25,
    difficulty=3,
    returns=("a", "b"),
    rtol=3e-5,
    cases=(
        Case("four scores", (array([0.0, 0.0, 2.0, 2.0]), array([0, 0, 1, 1]))),
        Case("twenty overlapping scores", _scored(1, 20)),
        Case("one in four", _scored(23, 24, 2.0, 0.5, 4)),
        Case("a score that separates the classes", (array([-2.0, -0.5, -1.0, 0.75, 1.5]), array([0, 0, 0, 1, 1]))),
        Case("float32", _scored(3, 16, offset=1.0, dtype=np.float32)),
        Case("whole numbers", (array([3, -1, 2, 0, -2, 1, 4]), array([1, 0, 1, 1, 0, 0, 1]))),
        Case("scores around 1000", _scored(4, 18, 100.0, 1000.0, 3)),
        Case(
            "labels of one byte",
            (_scored(5, 14)[0], _scored(5, 14)[1].astype(np.uint8)),
            hidden=True,
            courtesy=True,
        ),
        # Five steps of Newton's method are not enough here.
        Case("two classes of sixty, far apart", (np.repeat([0.0, 2.0], 60), np.repeat([0, 1], 60)), hidden=True),
        Case("small scores", _scored(6, 15, 0.01), hidden=True),
        Case("a large mean beside a small spread", _scored(10, 20, offset=1e8), hidden=True),
        Case("a higher score is worse", (-_scored(7, 20, 1.0, 1.0)[0], _scored(7, 20)[1]), hidden=True),
        Case("class 1 is rare", _scored(8, 40, 1.5, -1.0, 8), hidden=True),
        Case("every other score", (_scored(9, 30, share=3)[0][::2], _scored(9, 30, share=3)[1][::2]), hidden=True),
    ),
    random_cases=_samples,
    hints=(
        "It is logistic regression with one feature, the score: a is its weight and b the bias. Two things are new: the targets, and that it has to be exact, so Newton's method.",
        "With N1 ones and N0 zeros the targets are (N1 + 1) / (N1 + 2) and 1 / (N0 + 2). Let F have the columns s and 1. Then the gradient is F.T @ (p - targets), the second derivative is "
        "H = F.T @ (F * (p * (1 - p))[:, None]), and a step is theta - inverse of H times gradient. Bring the scores to mean 0 and spread 1 first.",
        "`s = scores.astype(float)`, `ones = np.sum(y == 1)`, `targets = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (len(y) - ones + 2))`, "
        "`F = np.stack([(s - s.mean()) / s.std(), np.ones(len(s))], axis=1)`, `theta = np.zeros(2)`. Then 50 times: `p = sigmoid(F @ theta)`, "
        "`H = F.T @ (F * (p * (1 - p))[:, None])`, `theta = theta - np.linalg.solve(H, F.T @ (p - targets))`. At the end `a = theta[0] / s.std()` and `return a, theta[1] - a * s.mean()`.",
    ),
    right=(
        _platt(),
        _platt_until_steps_are_small,
        _platt_by_bfgs,
        _platt_by_descent,
        _platt(finish=lambda a, b: array([a, b])),
        _platt(finish=lambda a, b: [float(a), float(b)], steps=10),
    ),
    equivalent={
        "y = (xp.astype(scores, xp.float64), xp.astype(y, xp.float64)) -> (dropped)": "whole numbers become floats on the way, and float32 is precise enough",
        "1 / (y.shape[-1] - ones + 2))": "y has one axis",
        "width = xp.where(width > 0, width, xp.ones_like(width)) -> ": "any width does, but 0 where all scores are equal, which is not asked for",
    },
    mistakes=(
        # Where a score separates the classes, a is as large as the number of steps lets it become.
        *_steps(
            (8, 10, 12, 15, 20, 25, 30, 50),
            "plain_targets",
            "Your targets are 0 and 1: Platt takes (N1 + 1) / (N1 + 2) for ones and 1 / (N0 + 2) for zeros, which keeps a and b finite.",
            _labels_as_targets,
        ),
        Mistake(
            "targets_swapped",
            _platt(_swapped_targets),
            "Your targets have the wrong counts: that of the ones has N1 in it, (N1 + 1) / (N1 + 2), that of the zeros N0.",
        ),
        *(
            Mistake(
                "one_target_smoothed",
                _platt(targets, steps=30),
                "You smooth one of the two targets only: it is (N1 + 1) / (N1 + 2) for ones, and 1 / (N0 + 2) for zeros.",
            )
            for targets in (lambda y: _platt_targets(y) * (y == 1), lambda y: np.maximum(_platt_targets(y), y == 1))
        ),
        Mistake(
            "targets_swapped",
            _platt(_targets_of_ones),
            "Both your targets have N1 in them: that of the zeros is 1 / (N0 + 2), with the number of zeros.",
        ),
        Mistake(
            "targets_of_one_less",
            _platt(lambda y: np.where(y == 1, np.sum(y == 1) / (np.sum(y == 1) + 1), 1 / (np.sum(y == 0) + 1))),
            "Your targets are N1 / (N1 + 1) and 1 / (N0 + 1): they are (N1 + 1) / (N1 + 2) and 1 / (N0 + 2).",
        ),
        *(
            Mistake(
                "targets_of_all",
                _platt(targets),
                "Your targets have the number of all examples in them: that of the ones is (N1 + 1) / (N1 + 2), that of the zeros 1 / (N0 + 2).",
            )
            for targets in (_targets_of_all, _targets_of_n)
        ),
        Mistake(
            "signs",
            _platt(finish=lambda a, b: (-a, -b)),
            "Your a and b have the wrong signs: here P(y = 1) is sigmoid(a s + b). Platt, and scikit-learn, write 1 / (1 + exp(A s + B)), so a = -A and b = -B.",
        ),
        Mistake(
            "sign_of_offset",
            _platt(finish=lambda a, b: (a, -b)),
            "Your b has the wrong sign: the probability is sigmoid(a s + b), with a plus.",
        ),
        Mistake(
            "sign_of_slope",
            _platt(finish=lambda a, b: (-a, b)),
            "Your a has the wrong sign: the probability is sigmoid(a s + b).",
        ),
        Mistake(
            "threshold",
            _platt(finish=lambda a, b: (a, -b / a)),
            "Your b is the score at which the probability is one half: it is the offset of sigmoid(a s + b).",
        ),
        Mistake("order", _platt(finish=lambda a, b: (b, a)), "You return b first: the order is a, b."),
        Mistake(
            "penalty",
            _ridge(_labels_as_targets),
            "You have a penalty on a, as scikit-learn's LogisticRegression has by default, and targets of 0 and 1: Platt has no penalty, and smoothed targets.",
        ),
        Mistake(
            "penalty",
            _ridge(_platt_targets),
            "You have a penalty on a, as scikit-learn's LogisticRegression has by default: Platt has none.",
        ),
        Mistake(
            "one_step",
            _platt(steps=1),
            "You stop after the first step of Newton's method: repeat it until the step is very small.",
        ),
        *_steps(
            (2, 3, 4, 5), "few_steps", "You stop Newton's method too early: repeat it until the step is very small."
        ),
        Mistake(
            "start_only",
            _start_only,
            "You return Platt's start, a = 0 and b = log((N1 + 1) / (N0 + 1)): take Newton's steps from there.",
        ),
        Mistake(
            "offset_only",
            _one_parameter(True),
            "Your a is always 1: fit it as well, for scores have a scale of their own.",
        ),
        Mistake(
            "no_offset",
            _one_parameter(False),
            "Your b is always 0: fit it as well. A column of ones beside the scores gives the offset.",
        ),
        *(
            Mistake(
                "straight_line",
                _straight_line(targets),
                "You fit a straight line by least squares: fit sigmoid(a s + b) to the targets by the cross-entropy.",
            )
            for targets in (_labels_as_targets, _platt_targets, _log_odds)
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope, offset)),
            "Your a and b belong to scores of mean 0 and spread 1: for the scores themselves divide a by their spread, then subtract a times their mean from b.",
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope / width, offset)),
            "Your a is right, but your b belongs to scores of mean 0: subtract a times their mean from it.",
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope, offset - slope * centre / width)),
            "Your b is right, but your a belongs to scores of spread 1: divide it by their spread.",
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope / width, offset - slope * centre)),
            "Your a is right. For b, divide the slope by the spread first, then subtract a times the mean.",
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope / width, offset + slope * centre / width)),
            "Your a is right, but b is the offset minus a times the mean, not plus.",
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope * width, offset - slope * width * centre)),
            "Your a is multiplied by the spread of the scores: divide it, for the standardised score is (s - mean) / spread.",
        ),
        Mistake(
            "not_scaled_back",
            _standardised(lambda slope, offset, centre, width: (slope / width**2, offset - slope * centre / width**2)),
            "Your a is divided by the variance of the scores: divide it by their spread, the root of it.",
        ),
        Mistake(
            "not_standardised",
            _platt_of_raw_scores,
            "You fit the scores as they come: where their mean is far larger than their spread, rounding swallows the spread. Bring them to mean 0 and spread 1 first.",
        ),
        Mistake(
            "probabilities",
            lambda scores, y: _sigmoid(_platt()(scores, y)[0] * scores + _platt()(scores, y)[1]),
            "You return probabilities: return a and b.",
        ),
        *_descent_that_ends_early(),
    ),
)
