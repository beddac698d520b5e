"""Chapter 2 against worked numbers, SciPy, scikit-learn and finite differences; contract/ holds what chapters share."""

import math

import numpy as np
import pytest
import scipy.special
import sklearn.datasets
import sklearn.linear_model
import sklearn.metrics
import sklearn.naive_bayes
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from solutions.gradient_descent import minibatches, numerical_gradient, relative_error
from solutions.logistic_regression import (
    accuracy,
    bernoulli_log_likelihood,
    binary_cross_entropy,
    log_sigmoid,
    logistic_loss,
    naive_bayes_fit,
    naive_bayes_predict,
    period_features,
    precision_recall_f1,
    predict,
    predict_proba,
    sentiment_features,
    sigmoid,
    train_logistic_regression,
)

REVIEW = """
I booked this cheap boat trip with no great hopes , and the first hour was dull : grey water , grey sky , a bored guide
. Then the sun came out and three seals swam beside me . The crew were kind , the coffee was wonderful , and the view of
the cliffs made it a lovely day for all of us .
"""
POSITIVE = {"kind", "wonderful", "lovely"}
NEGATIVE = {"dull", "bored"}

WEIGHTS, BIAS = np.array([2.5, -5, -1.2, 0.5, 2, 0.7]), 0.1

seeds = st.integers(0, 2**32 - 1)
scores = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1000, 1000))
scores32 = arrays(np.float32, array_shapes(max_dims=3, max_side=4), elements=st.floats(-80, 80, width=32))
no_warnings = pytest.mark.filterwarnings("error")


def labelled_data(seed, n=40, d=3):
    """Points with labels that no line separates: a fifth of them are flipped."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    clean = X @ rng.normal(size=d) + 0.5 > 0
    return X, (clean ^ (rng.random(n) < 0.2)).astype(int)


def test_the_review_has_the_features_and_the_probability_of_the_text():
    x = sentiment_features(REVIEW.split(), POSITIVE, NEGATIVE)
    assert x.tolist() == [3, 2, 1, 3, 0, math.log(66)]
    assert x[5] == pytest.approx(4.19, abs=0.005)
    assert WEIGHTS @ x + BIAS == pytest.approx(0.833, abs=0.0005)
    (p,) = predict_proba(WEIGHTS, BIAS, x[None])
    assert (round(p, 2), round(1 - p, 2)) == (0.70, 0.30)
    from_probabilities = binary_cross_entropy(np.array([p, p]), np.array([1, 0]))
    from_scores = [logistic_loss(WEIGHTS, BIAS, x[None], np.array([y]))[0] for y in (1, 0)]
    for losses in (from_probabilities, from_scores):
        assert [f"{loss:.2g}" for loss in losses] == ["0.36", "1.2"]
    # The second is 1.19 before p is rounded to 0.70, and 1.20 after.
    assert -math.log(0.30) == pytest.approx(1.20, abs=0.005)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (["Good", "GOOD", "good"], [3, 0, 0, 0, 0]),
        (["bad", "bad", "good"], [1, 2, 0, 0, 0]),
        (["No", "no", "NO"], [0, 0, 1, 0, 0]),
        (["nothing", "know"], [0, 0, 0, 0, 0]),
        (["!", "!", "wow"], [0, 0, 0, 0, 1]),
        (["wow!", "?"], [0, 0, 0, 0, 0]),
        (["I", "me", "My", "mine", "we", "us", "Our", "ours", "you", "your", "yours"], [0, 0, 0, 11, 0]),
        (["he", "him", "they", "them", "myself", "it's"], [0, 0, 0, 0, 0]),
    ],
)
def test_sentiment_features_by_hand(tokens, expected):
    assert sentiment_features(tokens, {"good"}, {"bad"}).tolist() == [*expected, math.log(len(tokens))]


def test_a_text_without_tokens_is_an_error():
    with pytest.raises(ValueError, match="at least one token"):
        sentiment_features([], {"good"}, {"bad"})


@pytest.mark.parametrize(
    ("text", "i", "expected"),
    [
        ("This ends in a period.", 4, [1, 0, 0]),
        ("465 Main St.", 2, [0, 1, 1]),
        ("on main St. again", 2, [0, 1, 0]),
        ("St. Ives", 0, [0, 1, 0]),
        ("on Main ST.", 2, [0, 1, 0]),
        ("on Main st. again", 2, [1, 1, 0]),
        ("Ask Dr. Who", 1, [0, 1, 0]),
        ("He met Who.", 2, [0, 0, 0]),
        ("No 66.", 1, [0, 0, 0]),
    ],
)
def test_period_features_by_hand(text, i, expected):
    assert period_features(text.split(), i, {"st.", "dr."}).tolist() == expected


@pytest.mark.parametrize(("i", "message"), [(0, "token 0 does not end"), (2, "no token 2"), (-1, "no token -1")])
def test_period_features_need_a_period(i, message):
    with pytest.raises(ValueError, match=message):
        period_features(["It", "ends."], i, set())


@no_warnings
@given(scores)
def test_sigmoids_agree_with_scipy(z):
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z), rtol=1e-14, atol=1e-307)  # below, SciPy says 0
    np.testing.assert_allclose(log_sigmoid(z), scipy.special.log_expit(z), rtol=1e-14)


@no_warnings
@given(scores32)
def test_sigmoids_agree_with_scipy_in_float32(z):
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z.astype(float)), rtol=1e-6)
    np.testing.assert_allclose(log_sigmoid(z), scipy.special.log_expit(z.astype(float)), rtol=1e-6)


@given(scores)
def test_sigmoid_of_minus_z_is_the_rest(z):
    np.testing.assert_allclose(sigmoid(-z), 1 - sigmoid(z), atol=1e-15)


@no_warnings
@pytest.mark.parametrize("f", [sigmoid, log_sigmoid])
def test_sigmoids_of_one_number_and_of_infinity(f):
    assert f(0) == f(np.zeros(1))[0]
    ends = {sigmoid: [0, 1], log_sigmoid: [-math.inf, 0]}
    assert f(np.array([-math.inf, math.inf])).tolist() == ends[f]
    assert math.isnan(f(math.nan))


@no_warnings
@pytest.mark.parametrize(("dtype", "size"), [("float64", 1000), ("float32", 80)])
def test_losses_at_extreme_scores_are_exact(dtype, size, backend):
    # Scores size, size, -size, -size with labels 1, 0, 1, 0: the losses are 0, size, size, 0.
    X, y = backend.asarray([[size], [size], [-size], [-size]], dtype), backend.asarray([1, 0, 1, 0], "int64")
    loss, grad_w, grad_b = logistic_loss(backend.asarray([1], dtype), 0.0, X, y)
    assert all(part.dtype == getattr(backend.xp, dtype) for part in (loss, grad_w, grad_b))
    assert float(loss) == size / 2
    assert backend.numpy(grad_w).tolist() == [pytest.approx(size / 2, rel=1e-7)]
    assert float(grad_b) == pytest.approx(0, abs=1e-7)
    assert backend.numpy(log_sigmoid(X[:, 0])) == pytest.approx([0, 0, -size, -size], abs=1e-30)
    assert backend.numpy(predict(backend.asarray([1], dtype), 0.0, X)).tolist() == [1, 1, 0, 0]


def test_exactly_on_the_boundary_is_class_0():
    X = np.array([[1.0, 1.0], [np.nextafter(1.0, 2.0), 1.0], [np.nextafter(1.0, 0.0), 1.0]])
    assert predict(np.array([1.0, -1.0]), 0.0, X).tolist() == [0, 1, 0]
    assert predict_proba(np.array([1.0, -1.0]), 0.0, X)[0] == 0.5
    assert predict(np.array([1.0, -1.0]), -0.5, X + np.array([0.5, 0])).tolist() == [0, 1, 0]


def test_coin_is_likeliest_at_three_quarters():
    p = np.linspace(0, 1, 401)
    likelihood = bernoulli_log_likelihood(p, np.array([1, 1, 1, 0]))
    assert p[likelihood.argmax()] == 0.75
    assert likelihood[300] == pytest.approx(3 * math.log(0.75) + math.log(0.25), rel=1e-14)


@no_warnings
@given(st.floats(0, 1), arrays(np.int64, st.integers(0, 20), elements=st.integers(0, 1)))
def test_coin_likelihood_agrees_with_scipy(p, outcomes):
    expected = np.sum(scipy.special.xlogy(outcomes, p) + scipy.special.xlog1py(1 - outcomes, -p))
    np.testing.assert_allclose(bernoulli_log_likelihood(p, outcomes), expected, rtol=1e-13)
    array = np.array([[p, 0.0, 1.0]])
    assert bernoulli_log_likelihood(array, outcomes).tolist() == [
        [bernoulli_log_likelihood(p, outcomes) for p in array[0]]
    ]


@no_warnings
def test_certain_coins(backend):
    certain = backend.asarray([0, 1], "float32")
    heads, tails = backend.asarray([1, 1], "int64"), backend.asarray([0, 0], "int64")
    assert backend.numpy(bernoulli_log_likelihood(certain, heads)).tolist() == [-math.inf, 0]
    assert backend.numpy(bernoulli_log_likelihood(certain, tails)).tolist() == [0, -math.inf]
    assert bernoulli_log_likelihood(certain, heads).dtype == backend.xp.float32
    assert backend.owns(bernoulli_log_likelihood(0.5, heads))


@no_warnings
def test_cross_entropy_at_the_ends_is_exactly_0_or_infinite(backend):
    losses = binary_cross_entropy(backend.asarray([0, 1, 0, 1], "float32"), backend.asarray([0, 1, 1, 0], "int64"))
    assert backend.numpy(losses).tolist() == [0, 0, math.inf, math.inf]
    assert losses.dtype == backend.xp.float32


@no_warnings
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=10))
def test_cross_entropy_agrees_with_scipy(pairs):
    y_hat, y = np.array(pairs).T
    expected = -(scipy.special.xlogy(y, y_hat) + scipy.special.xlog1py(1 - y, -y_hat))
    np.testing.assert_allclose(binary_cross_entropy(y_hat, y), expected, rtol=1e-14)


@given(seeds)
def test_losses_agree_with_scikit_learn(seed):
    X, y = labelled_data(seed)
    w, b = np.random.default_rng(seed).normal(size=3), 0.3
    p = predict_proba(w, b, X)
    expected = sklearn.metrics.log_loss(y, p, labels=[0, 1])
    assert logistic_loss(w, b, X, y)[0] == pytest.approx(expected, rel=1e-12)
    assert np.mean(binary_cross_entropy(p, y)) == pytest.approx(expected, rel=1e-12)


@given(seeds, st.integers(1, 7))
def test_logistic_gradients_agree_with_finite_differences(seed, n):
    X, y = labelled_data(seed, n=n)
    theta = np.random.default_rng(seed + 1).normal(size=4)
    _, grad_w, grad_b = logistic_loss(theta[:3], theta[3], X, y)
    slopes = numerical_gradient(lambda theta: logistic_loss(theta[:3], theta[3], X, y)[0], theta)
    assert relative_error(np.append(grad_w, grad_b), slopes) < 1e-7


def test_gradient_and_first_step_by_hand():
    X, y = np.array([[3.0, 2.0]]), np.array([1])
    loss, grad_w, grad_b = logistic_loss(np.zeros(2), 0.0, X, y)
    assert (loss, grad_w.tolist(), grad_b) == (pytest.approx(math.log(2)), [-1.5, -1.0], -0.5)
    w, b, losses = train_logistic_regression(
        X, y, learning_rate=0.1, batch_size=1, epochs=1, rng=np.random.default_rng(0)
    )
    assert [*w, b] == pytest.approx([0.15, 0.1, 0.05], rel=1e-15)
    assert losses.tolist() == [loss]


def test_enough_negative_examples_turn_a_weight_negative():
    options = {"learning_rate": 0.1, "batch_size": 5, "epochs": 100}
    X, y = np.array([[3.0, 2.0], [0.0, 2.0], [0.0, 2.0], [0.0, 2.0]]), np.array([1, 0, 0, 0])
    before, *_ = train_logistic_regression(X[:1], y[:1], rng=np.random.default_rng(0), **options)
    after, *_ = train_logistic_regression(X, y, rng=np.random.default_rng(0), **options)
    assert before[1] > 0 > after[1]
    assert after[0] > 0


@given(st.integers(1, 9), st.integers(1, 10), st.integers(1, 3), seeds)
def test_training_takes_the_steps_of_mini_batch_descent(n, batch_size, epochs, seed):
    X, y = labelled_data(seed, n=n)
    w, b, losses = train_logistic_regression(
        X, y, learning_rate=0.5, batch_size=batch_size, epochs=epochs, rng=np.random.default_rng(seed)
    )
    rng, theta, expected = np.random.default_rng(seed), np.zeros(4), []
    with_ones = np.column_stack([X, np.ones(n)])
    for _ in range(epochs):
        for batch in minibatches(n, batch_size, rng):
            p = scipy.special.expit(with_ones[batch] @ theta)
            expected.append(sklearn.metrics.log_loss(y[batch], p, labels=[0, 1]))
            theta = theta - 0.5 * with_ones[batch].T @ (p - y[batch]) / len(batch)
    np.testing.assert_allclose([*w, b], theta, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(losses, expected, rtol=1e-10)


def test_training_stops_after_the_epoch_where_the_whole_gradient_is_below_tol():
    X, y = labelled_data(1)

    def train(epochs, tol):
        return train_logistic_regression(
            X, y, learning_rate=0.5, batch_size=10, epochs=epochs, rng=np.random.default_rng(2), tol=tol
        )

    norms = []
    for epochs in range(1, 6):
        w, b, _ = train(epochs, 0.0)
        _, grad_w, grad_b = logistic_loss(w, b, X, y)
        norms.append(math.hypot(*grad_w, grad_b))
    assert norms[2] < 0.999 * min(norms[:2])
    w, b, losses = train(5, 1.0001 * norms[2])
    assert len(losses) == 3 * 4
    assert [*w, b] == [*train(3, 0.0)[0], train(3, 0.0)[1]]
    assert len(train(5, 0.999 * min(norms))[2]) == 5 * 4


def real_data():
    data = sklearn.datasets.load_breast_cancer()
    X = data.data[:, [1, 4, 6, 8]]  # texture, smoothness, concavity, symmetry: too few to separate the classes
    return (X - X.mean(axis=0)) / X.std(axis=0), data.target


@pytest.mark.parametrize(
    ("data", "learning_rate", "epochs"),
    [
        (real_data, 2.0, 400),
        (lambda: sklearn.datasets.make_classification(300, 6, flip_y=0.2, random_state=3), 1.0, 400),
    ],
)
def test_training_reaches_the_optimum_of_scikit_learn(data, learning_rate, epochs):
    X, y = data()
    peer = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(X, y)
    best = sklearn.metrics.log_loss(y, peer.predict_proba(X)[:, 1])
    w, b, losses = train_logistic_regression(
        X, y, learning_rate=learning_rate, batch_size=len(y), epochs=epochs, rng=np.random.default_rng(0), tol=1e-8
    )
    assert losses[0] == pytest.approx(math.log(2))
    assert logistic_loss(w, b, X, y)[0] == pytest.approx(best, rel=1e-6)
    np.testing.assert_allclose([*w, b], [*peer.coef_[0], *peer.intercept_], rtol=1e-3, atol=1e-3)
    assert accuracy(predict(w, b, X), y) == peer.score(X, y)


@given(seeds, st.sampled_from([0.1, 1.0, 2.5]))
def test_naive_bayes_agrees_with_scikit_learn(seed, alpha):
    rng = np.random.default_rng(seed)
    X, y = rng.poisson(rng.gamma(1, size=5), size=(12, 5)), rng.permutation([0] * 4 + [1] * 8)
    peer = sklearn.naive_bayes.MultinomialNB(alpha=alpha).fit(X, y)
    log_prior, log_likelihood = naive_bayes_fit(X, y, alpha)
    np.testing.assert_allclose(log_prior, peer.class_log_prior_, rtol=1e-13)
    np.testing.assert_allclose(log_likelihood, peer.feature_log_prob_, rtol=1e-13)
    new = rng.poisson(1, size=(30, 5))
    gap = np.diff(peer.predict_joint_log_proba(new))[:, 0]
    assume(np.abs(gap).min() > 1e-9)  # of two equally probable classes, rounding decides
    assert naive_bayes_predict(log_prior, log_likelihood, new).tolist() == peer.predict(new).tolist()


def test_naive_bayes_by_hand():
    # Class 0: "dull". Class 1: "fun fun dull" and "fun". With alpha 1 the counts are 1, 2 and 4, 2.
    log_prior, log_likelihood = naive_bayes_fit(np.array([[2, 1], [0, 1], [1, 0]]), np.array([1, 0, 1]))
    np.testing.assert_allclose(np.exp(log_prior), [1 / 3, 2 / 3], rtol=1e-14)
    np.testing.assert_allclose(np.exp(log_likelihood), [[1 / 3, 2 / 3], [2 / 3, 1 / 3]], rtol=1e-14)
    assert naive_bayes_predict(log_prior, log_likelihood, np.array([[0, 0], [0, 2], [3, 3]])).tolist() == [1, 0, 1]


def test_integers_go_with_float32(backend):
    even = backend.asarray(np.log([[0.5, 0.5], [0.25, 0.75]]), "float32")
    y = naive_bayes_predict(even[0, :], even, backend.asarray([[1, 0], [0, 1]], "int64"))
    assert backend.numpy(y).tolist() == [0, 1]
    assert precision_recall_f1(y, backend.asarray([1, 1], "float32")) == (1, 0.5, pytest.approx(2 / 3))
    assert accuracy(y, backend.asarray([1, 1], "float32")) == 0.5


def test_equally_probable_classes_are_class_0():
    even = np.log(np.full((2, 2), 0.5))
    assert naive_bayes_predict(even[0], even, np.array([[0, 0], [1, 2]])).tolist() == [0, 0]


@pytest.mark.parametrize(("y", "texts"), [([1, 1], "0 and 2"), ([0, 0], "2 and 0")])
def test_naive_bayes_needs_both_classes(y, texts):
    with pytest.raises(ValueError, match=f"classes 0 and 1 have {texts}"):
        naive_bayes_fit(np.ones((2, 3)), np.array(y))


label_pairs = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=12)


@given(label_pairs, st.sampled_from([np.int64, np.float32, bool]))
def test_evaluation_agrees_with_scikit_learn(pairs, dtype):
    y_hat, y = np.array(pairs).T
    expected = sklearn.metrics.precision_recall_fscore_support(y, y_hat, average="binary", zero_division=0)[:3]
    assert precision_recall_f1(y_hat.astype(dtype), y) == pytest.approx(expected, rel=1e-14)
    assert accuracy(y_hat.astype(dtype), y) == pytest.approx(sklearn.metrics.accuracy_score(y, y_hat), rel=1e-14)


def test_accuracy_of_more_than_two_labels():
    assert accuracy(np.array([2, 5, 7]), np.array([2, 7, 5])) == 1 / 3
