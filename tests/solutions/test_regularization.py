"""Chapter 3: penalties, and training with them; test_contract.py holds what all chapters share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from solutions.gradient_descent import (
    gradient_descent,
    least_squares,
    linear_regression_loss,
    numerical_gradient,
    relative_error,
    sgd,
)
from solutions.logistic_regression import logistic_loss
from solutions.regularization import (
    elastic_net_penalty,
    l1_penalty,
    l2_penalty,
    proximal_gradient_descent,
    regularized_logistic_loss,
    ridge_regression,
    soft_threshold,
)

PENALTIES = {
    "l2": l2_penalty,
    "l1": l1_penalty,
    "elastic net": lambda W: elastic_net_penalty(W, 0.7),
}
penalties = pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)

numbers = st.floats(-100, 100)
weights = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=numbers)
seeds = st.integers(0, 2**32 - 1)


def random_weights(seed, *shape):
    """Weights around 1 in size, none of them near the kink at 0."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 2.0, shape)


def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return StandardScaler().fit_transform(X), y - y.mean()


def breast_cancer():
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def curvature(X):
    """The largest second derivative of the mean squared error in the weights, if the bias is left out."""
    return 2 * np.linalg.eigvalsh(X.T @ X / len(X))[-1]


@given(weights, st.floats(0, 3))
def test_values_of_the_penalties_are_the_norms(W, beta):
    squares, sizes = np.linalg.norm(W.ravel(), 2) ** 2, np.linalg.norm(W.ravel(), 1)
    assert l2_penalty(W)[0] == pytest.approx(squares, rel=1e-12)
    assert l1_penalty(W)[0] == pytest.approx(sizes, rel=1e-12)
    assert elastic_net_penalty(W, beta)[0] == pytest.approx(beta * squares + sizes, rel=1e-12)


@penalties
@given(seed=seeds)
def test_gradients_of_the_penalties_agree_with_finite_differences(penalty, seed):
    W = random_weights(seed, 3, 4)
    assert relative_error(penalty(W)[1], numerical_gradient(lambda W: penalty(W)[0], W)) < 1e-8


@penalties
@given(pair=arrays(np.float64, (2, 5), elements=st.sampled_from([-2.0, -0.5, 0.0, 0.25, 3.0])))
def test_gradients_of_the_penalties_lie_below_them_everywhere(penalty, pair):
    # The definition of a subgradient, kinks included.
    here, there = pair
    value, grad = penalty(here)
    assert penalty(there)[0] >= value + grad @ (there - here) - 1e-12


def test_subgradient_is_zero_at_zero():
    for penalty in PENALTIES.values():
        value, grad = penalty(np.zeros((2, 3)))
        assert (value, grad.tolist()) == (0, [[0, 0, 0], [0, 0, 0]])


@given(seeds, st.integers(1, 6), st.sampled_from([1e-4, 0.3, 1.0, 30.0]))
def test_ridge_agrees_with_scikit_learn(seed, d, lam):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(3, 1, (12, d)), rng.normal(-2, 1, 12)
    oracle = Ridge(alpha=12 * lam, tol=1e-14).fit(X, y)
    w, b = ridge_regression(X, y, lam)
    np.testing.assert_allclose(w, oracle.coef_, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(b, oracle.intercept_, rtol=1e-9, atol=1e-11)


def test_ridge_by_descent_is_ridge_in_closed_form():
    X, y = diabetes()
    y = y + 150
    lam = 0.3

    def grad(theta):
        _, grad_w, grad_b = linear_regression_loss(theta[:-1], theta[-1], X, y)
        return np.append(grad_w + lam * l2_penalty(theta[:-1])[1], grad_b)

    path = gradient_descent(grad, np.zeros(11), 1 / (curvature(X) + 2 * lam), 400)
    np.testing.assert_allclose(path[-1], np.append(*ridge_regression(X, y, lam)), rtol=1e-9)


@pytest.mark.parametrize("shape", [(5, 8), (5, 2), (1, 3)])
def test_ridge_has_one_answer_even_with_more_weights_than_examples(shape):
    X, y = np.random.default_rng(1).normal(size=shape), np.arange(shape[0]) * 1.0
    w, b = ridge_regression(X, y, 0.3)
    _, grad_w, grad_b = linear_regression_loss(w, b, X, y)
    np.testing.assert_allclose(grad_w + 2 * 0.3 * w, 0, atol=1e-12)
    assert grad_b == pytest.approx(0, abs=1e-12)


def test_ridge_goes_from_least_squares_to_the_mean():
    X, y = diabetes()
    y = y + 150
    np.testing.assert_allclose(np.append(*ridge_regression(X, y, 0.0)), np.append(*least_squares(X, y)), rtol=1e-9)
    lengths = [np.linalg.norm(ridge_regression(X, y, lam)[0]) for lam in (0.0, 0.01, 0.1, 1.0, 10.0, 1e9)]
    assert lengths == sorted(lengths, reverse=True)
    w, b = ridge_regression(X, y, 1e9)
    np.testing.assert_allclose(np.append(w, b), [*np.zeros(10), y.mean()], atol=1e-6)


def test_ridge_does_not_penalise_the_bias():
    X, y = diabetes()
    w, b = ridge_regression(X, y, 5.0)
    w_moved, b_moved = ridge_regression(X, y + 1000, 5.0)
    np.testing.assert_allclose(w_moved, w, rtol=1e-9)
    assert b_moved - b == pytest.approx(1000, rel=1e-12)


@given(weights, st.floats(0, 50), seeds)
def test_soft_threshold_is_the_proximal_step_of_the_l1_penalty(w, t, seed):
    def objective(v):
        return (v - w) ** 2 / 2 + t * np.abs(v)

    shrunk = soft_threshold(w, t)
    for other in (w, 0 * w, w - t, w + t, shrunk + np.random.default_rng(seed).normal(size=w.shape)):
        assert (objective(shrunk) <= objective(other) + 1e-9).all()
    np.testing.assert_array_equal(shrunk == 0, np.abs(w) <= t)
    np.testing.assert_allclose(shrunk, w - np.clip(w, -t, t), rtol=1e-12, atol=1e-12)


def test_proximal_descent_without_a_penalty_is_gradient_descent():
    path = proximal_gradient_descent(lambda w: 2 * w - 4, lambda v, learning_rate: v, 5.0, 0.75, 5)
    assert path.tolist() == gradient_descent(lambda w: 2 * w - 4, 5.0, 0.75, 5).tolist()
    assert path.tolist() == [5, 0.5, 2.75, 1.625, 2.1875, 1.90625]


def test_proximal_descent_projects_onto_a_box():
    # The proximal step of "inside the box, or infinitely bad" is the nearest point of the box.
    path = proximal_gradient_descent(
        lambda w: 2 * (w - np.array([3.0, 0.5])), lambda v, learning_rate: np.clip(v, -1, 1), np.zeros(2), 0.25, 60
    )
    assert path[0].tolist() == [0, 0]
    assert path[-1] == pytest.approx([1.0, 0.5], abs=1e-12)


def test_proximal_descent_keeps_the_dtype_of_the_start():
    path = proximal_gradient_descent(
        lambda w: w.astype(np.float64), lambda v, rate: [0.0, 1.0], np.zeros(2, np.float32), 0.5, 2
    )
    assert path.dtype == np.float32
    assert path.tolist() == [[0, 0], [0, 1], [0, 1]]


@pytest.mark.parametrize("beta", [0.0, 0.05])
@pytest.mark.parametrize("lam", [0.5, 10.0])
def test_proximal_descent_reaches_the_optimum_of_scikit_learn(lam, beta):
    X, y = diabetes()
    if beta:
        oracle = ElasticNet(alpha=lam / 2 + lam * beta, l1_ratio=1 / (1 + 2 * beta), tol=1e-12, max_iter=100_000)
    else:
        oracle = Lasso(alpha=lam / 2, tol=1e-12, max_iter=100_000)
    expected = oracle.fit(X, y).coef_

    def objective(w):
        return np.mean((X @ w - y) ** 2) + lam * np.sum(beta * w**2 + np.abs(w))

    def grad(w):
        return linear_regression_loss(w, 0.0, X, y)[1] + lam * beta * l2_penalty(w)[1]

    def prox(v, learning_rate):
        return soft_threshold(v, learning_rate * lam)

    learning_rate = 1 / (curvature(X) + 2 * lam * beta)
    w = proximal_gradient_descent(grad, prox, np.zeros(10), learning_rate, 4000)[-1]
    assert objective(w) == pytest.approx(objective(expected), rel=1e-9)
    np.testing.assert_allclose(w, expected, atol=1e-3)
    np.testing.assert_array_equal(w == 0, expected == 0)
    assert 0 < np.count_nonzero(w == 0) < 10


@penalties
@given(seed=seeds)
def test_gradient_of_the_regularized_loss_agrees_with_finite_differences(penalty, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    theta = np.append(random_weights(seed, 3), rng.normal())

    def loss(theta):
        return regularized_logistic_loss(theta[:3], theta[3], X, y, 0.3, penalty)[0]

    _, grad_w, grad_b = regularized_logistic_loss(theta[:3], theta[3], X, y, 0.3, penalty)
    assert relative_error(np.append(grad_w, grad_b), numerical_gradient(loss, theta)) < 1e-8


@penalties
def test_regularized_loss_adds_the_penalty_of_the_weights_once(penalty):
    X, y = breast_cancer()
    w, b = random_weights(4, 30), 1.5
    loss, grad_w, grad_b = logistic_loss(w, b, X, y)
    value, grad = penalty(w)
    # Neither the number of examples nor the bias changes what is added.
    for rows in (slice(None), np.tile(np.arange(len(y)), 2)):
        after = regularized_logistic_loss(w, b, X[rows], y[rows], 0.3, penalty)
        assert after[0] == pytest.approx(loss + 0.3 * value, rel=1e-12)
        np.testing.assert_allclose(after[1], grad_w + 0.3 * grad, rtol=1e-9, atol=1e-12)
        assert after[2] == pytest.approx(grad_b, rel=1e-9)


@pytest.mark.parametrize(("dtype", "score"), [(np.float64, 1000), (np.float32, 80)])
def test_regularized_loss_is_exact_for_large_scores(dtype, score):
    w = np.ones(1, dtype)
    X, y = np.array([[score], [-score]], dtype), np.array([0, 1], dtype)
    with np.errstate(all="raise", under="ignore"):
        wrong = regularized_logistic_loss(w, 0.0, X, y, 0.5, l2_penalty)
        right = regularized_logistic_loss(w, 0.0, X, 1 - y, 0.5, l2_penalty)
    assert [float(part) for part in (wrong[0], wrong[1][0], wrong[2])] == [score + 0.5, score + 1, 0]
    assert [float(part) for part in (right[0], right[1][0])] == pytest.approx([0.5, 1], rel=1e-7)


def logistic_oracle(X, y, lam, beta=None):
    """Return the weights and the bias of scikit-learn, for the L2 penalty if there is no beta, else the elastic net."""
    if beta is None:
        model = LogisticRegression(C=1 / (2 * len(y) * lam), tol=1e-9, max_iter=10_000)
    else:
        share = 1 / (1 + 2 * beta)
        settings = {"solver": "saga", "tol": 1e-9, "max_iter": 20_000, "random_state": 0}
        model = LogisticRegression(l1_ratio=share, C=share / (len(y) * lam), **settings)
    model.fit(X, y)
    return model.coef_[0], model.intercept_[0]


def test_descent_reaches_the_l2_optimum_of_scikit_learn():
    X, y = breast_cancer()
    lam = 0.02

    def loss_and_grad(theta, X, y):
        loss, grad_w, grad_b = regularized_logistic_loss(theta[:-1], theta[-1], X, y, lam, l2_penalty)
        return loss, np.append(grad_w, grad_b)

    learning_rate = 1 / (curvature(X) / 8 + 2 * lam)
    path = gradient_descent(lambda theta: loss_and_grad(theta, X, y)[1], np.zeros(31), learning_rate, 1500)
    expected = np.append(*logistic_oracle(X, y, lam))
    assert loss_and_grad(path[-1], X, y)[0] == pytest.approx(loss_and_grad(expected, X, y)[0], rel=1e-9)
    np.testing.assert_allclose(path[-1], expected, atol=1e-4)

    # Mini-batches at a fixed rate end near it: the noise of the batches stays.
    theta, _ = sgd(
        loss_and_grad, np.zeros(31), X, y, learning_rate=0.02, batch_size=32, epochs=100, rng=np.random.default_rng(5)
    )
    assert loss_and_grad(theta, X, y)[0] == pytest.approx(loss_and_grad(expected, X, y)[0], rel=2e-3)


@pytest.mark.parametrize("beta", [0.0, 0.5])
def test_proximal_descent_reaches_the_sparse_optimum_of_scikit_learn(beta):
    X, y = breast_cancer()
    lam = 0.05

    def penalty(w):
        return elastic_net_penalty(w, beta)

    def objective(theta):
        return regularized_logistic_loss(theta[:-1], theta[-1], X, y, lam, penalty)[0]

    def grad(theta):
        _, grad_w, grad_b = regularized_logistic_loss(theta[:-1], theta[-1], X, y, lam * beta, l2_penalty)
        return np.append(grad_w, grad_b)

    def prox(v, learning_rate):
        return np.append(soft_threshold(v[:-1], learning_rate * lam), v[-1])

    learning_rate = 1 / (curvature(X) / 8 + 2 * lam * beta)
    theta = proximal_gradient_descent(grad, prox, np.zeros(31), learning_rate, 8000)[-1]
    expected = np.append(*logistic_oracle(X, y, lam, beta))
    assert objective(theta) == pytest.approx(objective(expected), rel=1e-8)
    np.testing.assert_allclose(theta, expected, atol=1e-4)
    np.testing.assert_array_equal(theta == 0, expected == 0)
    assert 10 < np.count_nonzero(theta == 0) < 28


def test_a_rare_word_has_a_large_weight_only_without_a_penalty():
    # The first feature decides most cases; the second, a rare word, happens to occur once, in class 1.
    X = np.array([[1.0, 0.0]] * 6 + [[0.0, 0.0]] * 6 + [[0.0, 1.0]])
    y = np.array([1] * 5 + [0] + [0] * 5 + [1] + [1])

    def rare_weight(lam):
        def grad(theta):
            _, grad_w, grad_b = regularized_logistic_loss(theta[:2], theta[2], X, y, lam, l2_penalty)
            return np.append(grad_w, grad_b)

        return gradient_descent(grad, np.zeros(3), 1.0, 4000)[-1][1]

    free, shrunk, small = (rare_weight(lam) for lam in (0.0, 0.01, 0.1))
    assert free > 6
    # At the optimum the penalty's slope 2 lam w balances the one example's, at most 1/13.
    assert 0 < small < 1 / 13 / 0.2
    assert small < shrunk < 1 / 13 / 0.02
