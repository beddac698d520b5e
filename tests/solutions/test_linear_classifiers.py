"""Training and judging linear classifiers, against scikit-learn, SciPy, PyTorch and finite differences."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import sklearn.datasets
import sklearn.linear_model
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.calibration import _SigmoidCalibration

from solutions.gradient_descent import minibatches, numerical_gradient, relative_error
from solutions.linear_classifiers import (
    confusion_matrix,
    logistic_chain,
    loss_bases,
    platt_scaling,
    train_linear_classifier,
)
from solutions.logistic_regression import accuracy
from solutions.softmax_svm import add_bias_column, linear_scores, softmax_loss, svm_loss

seeds = st.integers(0, 2**32 - 1)
no_warnings = pytest.mark.filterwarnings("error")


def digits():
    """Handwritten digits with pixels from 0 to 1 and a column of ones: those to train on, and those held out."""
    X, y = sklearn.datasets.load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = add_bias_column(X / 16)[order], y[order]
    return X[:1200], y[:1200], X[1200:], y[1200:]


@no_warnings
@given(arrays(np.float64, (2, 3), elements=st.floats(-1000, 1000)))
def test_loss_bases_agree_with_scipy(z):
    clip, likelihood, nll = loss_bases(z)
    np.testing.assert_array_equal(clip, np.heaviside(-z, 1.0))
    np.testing.assert_allclose(likelihood, scipy.special.expit(-z), rtol=1e-13, atol=1e-307)
    np.testing.assert_allclose(nll, -scipy.special.log_expit(z), rtol=1e-13)


def test_loss_bases_by_hand():
    clip, likelihood, nll = loss_bases(np.array([-3.0, -1e-9, 0.0, 1e-9, 3.0], np.float32))
    assert clip.tolist() == [1, 1, 1, 0, 0]
    assert 1 - likelihood[4] == pytest.approx(0.95, abs=0.005)  # sigmoid(3)
    assert nll[[0, 4]] == pytest.approx([3.0486, 0.0486], abs=5e-5)
    assert clip.dtype == likelihood.dtype == nll.dtype == np.float32


@given(seeds)
def test_every_slope_of_the_chain_agrees_with_finite_differences(seed):
    w, x = np.random.default_rng(seed).normal(size=(2, 4))
    u, p, L, dL_dp, dp_du, dL_dw = logistic_chain(w, x)
    assert u == pytest.approx(np.dot(w, x), rel=1e-12, abs=1e-15)
    assert p == pytest.approx(1 / (1 + math.exp(-u)), rel=1e-14)
    assert pytest.approx(-math.log(p), rel=1e-12) == L
    assert dL_dp == pytest.approx(float(numerical_gradient(lambda p: -math.log(p), p)), rel=1e-6)
    assert dp_du == pytest.approx(float(numerical_gradient(scipy.special.expit, u)), rel=1e-6)
    slopes = numerical_gradient(lambda w: -scipy.special.log_expit(w @ x), w)
    assert relative_error(dL_dw, slopes) < 1e-7
    np.testing.assert_allclose(dL_dw, dL_dp * dp_du * x, rtol=1e-13)


@no_warnings
def test_the_chain_at_extreme_scores(backend):
    x = backend.asarray([2, -1])
    u, p, L, dL_dp, dp_du, dL_dw = logistic_chain(backend.asarray([0, 1000]), x)
    assert [float(v) for v in (u, p, L, dL_dp, dp_du)] == [-1000, 0, 1000, -math.inf, 0]
    assert backend.numpy(dL_dw).tolist() == [-2, 1]
    u, p, L, dL_dp, dp_du, dL_dw = logistic_chain(backend.asarray([0, -1000]), x)
    assert [float(v) for v in (u, p, L, dL_dp, dp_du)] == [1000, 1, 0, -1, 0]
    assert backend.numpy(dL_dw).tolist() == [0, 0]


def test_the_chain_far_on_the_right_side_keeps_its_digits():
    # There 1 - p rounds to 0, though exp(-50) is no 0.
    *_, dp_du, dL_dw = logistic_chain(np.array([50.0]), np.array([1.0]))
    np.testing.assert_allclose(dp_du, math.exp(-50), rtol=1e-12)
    np.testing.assert_allclose(dL_dw, [-math.exp(-50)], rtol=1e-12)


@no_warnings
def test_a_probability_too_small_to_divide_by():
    assert logistic_chain(np.array([-740.0]), np.array([1.0]))[3] == -math.inf


@pytest.mark.parametrize("loss", [softmax_loss, svm_loss])
@given(n=st.integers(1, 9), batch_size=st.integers(1, 10), epochs=st.integers(1, 3), seed=seeds)
def test_training_takes_the_steps_of_mini_batch_descent(loss, n, batch_size, epochs, seed):
    data = np.random.default_rng(seed)
    X, y = data.normal(size=(n, 2)), data.integers(0, 3, n)
    rng, W, expected = np.random.default_rng(seed), np.zeros((3, 2)), []
    for _ in range(epochs):
        for batch in minibatches(n, batch_size, rng):
            value, grad = loss(W, X[batch], y[batch], 0.3)
            expected.append(value)
            W = W - 0.1 * grad
    trained, losses = train_linear_classifier(
        loss,
        X,
        y,
        3,
        lam=0.3,
        learning_rate=0.1,
        batch_size=batch_size,
        epochs=epochs,
        rng=np.random.default_rng(seed),
    )
    np.testing.assert_allclose(trained, W, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(losses, expected, rtol=1e-12)


def test_training_reaches_the_optimum_of_scikit_learn():
    X, y = sklearn.datasets.make_classification(
        300, 6, n_informative=4, n_classes=3, flip_y=0.2, class_sep=0.5, random_state=3
    )
    lam = 0.05
    W, _ = train_linear_classifier(
        softmax_loss, X, y, 3, lam=lam, learning_rate=0.5, batch_size=300, epochs=500, rng=np.random.default_rng(0)
    )
    # scikit-learn adds up the losses times C, and half the squared weights.
    peer = sklearn.linear_model.LogisticRegression(C=1 / (2 * lam * len(y)), fit_intercept=False, tol=1e-12).fit(X, y)
    p = peer.predict_proba(X)
    best = sklearn.metrics.log_loss(y, p) + lam * np.sum(peer.coef_**2)
    assert softmax_loss(W, X, y, lam)[0] == pytest.approx(best, rel=1e-10)
    np.testing.assert_allclose(W, peer.coef_, atol=1e-5)


def test_both_classifiers_read_held_out_digits_as_well_as_scikit_learn():
    X, y, X_new, y_new = digits()
    lam = 0.001
    peer = sklearn.linear_model.LogisticRegression(C=1 / (2 * lam * len(y)), fit_intercept=False, max_iter=1000)
    score = peer.fit(X, y).score(X_new, y_new)
    assert score > 0.94
    for loss, learning_rate in ((softmax_loss, 0.5), (svm_loss, 0.05)):
        W, losses = train_linear_classifier(
            loss, X, y, 10, lam=lam, learning_rate=learning_rate, batch_size=50, epochs=60, rng=np.random.default_rng(1)
        )
        y_hat = linear_scores(W, X_new).argmax(axis=1)
        assert accuracy(y_hat, y_new) > score - 0.015
        assert losses[-24:].mean() < losses[:24].mean() / 3
        assert confusion_matrix(y_hat, y_new, 10).trace() == (y_hat == y_new).sum()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20))
def test_confusion_matrix_agrees_with_scikit_learn(pairs):
    y_hat, y = np.array(pairs).T
    expected = sklearn.metrics.confusion_matrix(y, y_hat, labels=range(5))
    assert confusion_matrix(y_hat.astype(np.uint8), y.astype(np.int8), 5).tolist() == expected.tolist()


@pytest.mark.parametrize("bad", [-1, 3, 0.5])
def test_confusion_matrix_refuses_labels_that_are_none_of_the_classes(bad):
    for pair in ((np.array([0, bad]), np.array([1, 2])), (np.array([1, 2]), np.array([0, bad]))):
        with pytest.raises(ValueError, match="expected labels from 0 to 2"):
            confusion_matrix(*pair, 3)


@given(seed=seeds, n=st.integers(2, 60), offset=st.sampled_from([-5.0, 0.0, 3.0]))
def test_platt_scaling_agrees_with_scikit_learn(seed, n, offset):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=n) + offset
    y = (scores - offset + rng.normal(size=n) > 0).astype(int)
    y[:2] = 0, 1
    a, b = platt_scaling(scores, y)
    peer = _SigmoidCalibration().fit(scores, y)
    p = scipy.special.expit(a * scores + b)
    np.testing.assert_allclose(p, peer.predict(scores), atol=2e-3)

    def smoothed_loss(theta):
        positives = y.sum()
        t = np.where(y == 1, (positives + 1) / (positives + 2), 1 / (n - positives + 2))
        z = theta[0] * scores + theta[1]
        return -np.sum(t * scipy.special.log_expit(z) + (1 - t) * scipy.special.log_expit(-z))

    assert smoothed_loss([a, b]) <= smoothed_loss([-peer.a_, -peer.b_]) * (1 + 1e-12)
    assert np.abs(numerical_gradient(smoothed_loss, np.array([a, b]))).max() < 1e-6


@no_warnings
@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_platt_scaling_follows_the_unit_of_the_scores(size):
    scores, y = np.array([-3.0, -1.0, 0.5, 1.0, 4.0, -2.0]), np.array([0, 1, 0, 1, 1, 0])
    a, b = platt_scaling(scores, y)
    scaled = platt_scaling(size * scores + 7 * size, y)
    np.testing.assert_allclose(scaled, [a / size, b - 7 * a], rtol=1e-9)


@no_warnings
@pytest.mark.parametrize(
    ("scores", "y", "probabilities"),
    [
        ([-1, 1], [0, 1], [1 / 3, 2 / 3]),
        ([-1000, -1000, 1000, 1000], [0, 0, 1, 1], [1 / 4, 1 / 4, 3 / 4, 3 / 4]),
        ([2, 2, 2], [1, 0, 1], [(3 / 4 + 3 / 4 + 1 / 3) / 3] * 3),
        ([1, 2], [1, 1], [3 / 4, 3 / 4]),
        ([5], [0], [1 / 3]),
    ],
)
def test_platt_scaling_by_hand(scores, y, probabilities, backend):
    a, b = platt_scaling(backend.asarray(scores), backend.asarray(y, "int64"))
    z = float(a) * np.array(scores) + float(b)
    np.testing.assert_allclose(scipy.special.expit(z), probabilities, rtol=1e-12)


FAR = np.append(np.random.default_rng(0).normal(size=99), 1e4), np.append(np.arange(99) % 2, 0)
# Full steps of Newton's method go uphill here from the fifth one on, further and further.
RUNAWAY = np.append(np.repeat([-1.0, 1.0], [3, 50]), 100.0), np.repeat([0, 1], [3, 51])


@no_warnings
@pytest.mark.parametrize(("data", "ends"), [(FAR, (1 / 53, 50 / 51)), (RUNAWAY, (1 / 5, 52 / 53))])
def test_platt_scaling_of_one_score_far_away_from_all_others(data, ends):
    scores, y = data
    a, b = platt_scaling(scores, y)
    t = np.where(y == 1, ends[1], ends[0])

    def loss(theta):
        z = theta[0] * scores + theta[1]
        return -np.sum(t * scipy.special.log_expit(z) + (1 - t) * scipy.special.log_expit(-z))

    peer = scipy.optimize.minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
    assert loss([a, b]) <= peer.fun * (1 + 1e-9)


def test_platt_scaling_refuses_other_labels():
    with pytest.raises(ValueError, match="expected labels 0 and 1"):
        platt_scaling(np.zeros(2), np.array([-1, 1]))
