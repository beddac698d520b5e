"""Momentum with restart reaches the objectives of scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from solutions.acceleration import accelerated_descent
from solutions.gradient_descent import gradient_descent
from solutions.logistic_regression import logistic_loss
from solutions.regularization import soft_threshold

VALLEY = np.array([1.0, 1000.0])


def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return StandardScaler().fit_transform(X), y - y.mean()


def breast_cancer():
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def largest_eigenvalue(X):
    return np.linalg.eigvalsh(X.T @ X)[-1]


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 1.5), (2.0, 0.0), (30.0, 0.0), (2.0, 1.5)])
def test_linear_models_reach_the_objective_of_scikit_learn(l1, l2):
    # |X w - y|^2 / 2N + l1 |w|_1 + l2 |w|^2 / 2, by way of the Gram matrix
    X, y = diabetes()
    n = len(y)
    gram, target = X.T @ X / n, X.T @ y / n
    rate = 1 / (largest_eigenvalue(X) / n + l2)

    def objective(w):
        return np.mean((X @ w - y) ** 2) / 2 + l1 * np.abs(w).sum() + l2 * w @ w / 2

    if l1 == 0:
        peer = Ridge(alpha=n * l2, fit_intercept=False, tol=1e-14)
    elif l2 == 0:
        peer = Lasso(alpha=l1, fit_intercept=False, tol=1e-14, max_iter=100_000)
    else:
        peer = ElasticNet(alpha=l1 + l2, l1_ratio=l1 / (l1 + l2), fit_intercept=False, tol=1e-14, max_iter=100_000)
    peer.fit(X, y)
    w = accelerated_descent(
        lambda w: gram @ w - target + l2 * w,
        np.zeros(10),
        rate,
        400,
        prox=lambda v, rate: soft_threshold(v, rate * l1),
    )
    assert objective(w) == pytest.approx(objective(peer.coef_), rel=1e-9)
    np.testing.assert_allclose(w, peer.coef_, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(w == 0, peer.coef_ == 0)


def test_logistic_regression_reaches_the_objective_of_scikit_learn():
    X, y = breast_cancer()
    n, lam = len(y), 1e-3

    def objective(w):
        return logistic_loss(w, 0.0, X, y)[0] + lam * w @ w / 2

    peer = LogisticRegression(C=1 / (n * lam), fit_intercept=False, solver="newton-cholesky", tol=1e-12).fit(X, y)
    rate = 1 / (largest_eigenvalue(X) / (4 * n) + lam)
    w = accelerated_descent(lambda w: logistic_loss(w, 0.0, X, y)[1] + lam * w, np.zeros(30), rate, 1000)
    assert objective(w) == pytest.approx(objective(peer.coef_[0]), rel=1e-9)


def test_svm_with_squared_hinge_reaches_the_objective_of_scikit_learn():
    X, y = breast_cancer()
    sign, strength = 2.0 * y - 1, 0.01

    def slack(w):
        return np.maximum(0, 1 - sign * (X @ w))

    def objective(w):
        return w @ w / 2 + strength * np.sum(slack(w) ** 2)

    peer = LinearSVC(C=strength, fit_intercept=False, dual=False, tol=1e-10, max_iter=100_000).fit(X, y)
    rate = 1 / (1 + 2 * strength * largest_eigenvalue(X))
    w = accelerated_descent(lambda w: w - 2 * strength * X.T @ (sign * slack(w)), np.zeros(30), rate, 1000)
    assert objective(w) == pytest.approx(objective(peer.coef_[0]), rel=1e-9)


def test_it_is_far_ahead_of_plain_descent():
    plain = gradient_descent(lambda theta: VALLEY * theta, np.ones(2), 1e-3, 300)[-1]
    fast = accelerated_descent(lambda theta: VALLEY * theta, np.ones(2), 1e-3, 300)
    assert plain[0] > 0.7
    assert np.abs(fast).max() < 1e-3


def momentum_without_restart(slopes, theta, learning_rate, steps):
    before = theta
    for k in range(steps):
        ahead = theta + k / (k + 3) * (theta - before)
        before, theta = theta, ahead - learning_rate * slopes * ahead
    return theta


def test_the_restart_ends_the_swing_around_the_minimum():
    # OnePass the flat direction has picked up speed, it overshoots and comes back, again and again.
    swinging = momentum_without_restart(VALLEY, np.ones(2), 1e-3, 1000)
    settled = accelerated_descent(lambda theta: VALLEY * theta, np.ones(2), 1e-3, 1000)
    assert np.abs(swinging).max() > 1e-4
    assert np.abs(settled).max() < 1e-9


def test_one_step_is_a_step_of_descent():
    theta = accelerated_descent(lambda theta: 2 * theta, np.array([3.0, -1.0]), 0.25, 1)
    assert theta.tolist() == [1.5, -0.5]


def test_two_steps_by_hand():
    # slope 2 theta, rate 1/4: 8 -> 4; the second looks ahead (t - 1) / t' = 0 after the first step, so 4 -> 2;
    # with t = (1 + sqrt 5) / 2 and t' = (1 + sqrt(1 + 4 t^2)) / 2 the third looks ahead to 2 - 2 (t - 1) / t'.
    t = (1 + 5**0.5) / 2
    ahead = 2 - 2 * (t - 1) / ((1 + (1 + 4 * t**2) ** 0.5) / 2)
    path = [float(accelerated_descent(lambda theta: 2 * theta, np.float64(8.0), 0.25, steps)) for steps in range(4)]
    assert path == pytest.approx([8, 4, 2, ahead / 2], rel=1e-15)


@pytest.mark.parametrize(("tol", "most"), [(0.0, 500), (1e-3, 30), (1e-6, 60)])
def test_it_stops_when_nothing_moves(tol, most):
    calls = []

    def grad(theta):
        calls.append(theta)
        return np.array([1.0, 4.0]) * (theta - 5)

    theta = accelerated_descent(grad, np.zeros(2), 0.25, 500, tol=tol)
    assert len(calls) == most if tol == 0 else len(calls) < most
    np.testing.assert_allclose(theta, 5, rtol=max(10 * tol, 1e-12))


def test_it_stops_at_once_at_the_minimum():
    calls = []
    accelerated_descent(lambda theta: calls.append(1) or theta, np.zeros(3), 0.5, 100, tol=1e-9)
    assert len(calls) == 1


def test_it_runs_on_every_library_and_leaves_the_start_alone(backend):
    start = backend.asarray([3.0, -2.0], "float32")
    goal = backend.asarray([1.0, 0.25], "float32")
    theta = accelerated_descent(
        lambda theta: theta - goal, start, 0.5, 60, prox=lambda v, rate: soft_threshold(v, rate * 0.5), tol=1e-9
    )
    assert backend.owns(theta)
    assert theta.dtype == start.dtype
    np.testing.assert_allclose(backend.numpy(theta), [0.5, 0.0], atol=1e-6)
    assert backend.numpy(start).tolist() == [3.0, -2.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"grad": lambda theta: np.zeros((2, 1))},
        {"grad": lambda theta: theta, "prox": lambda v, rate: np.zeros((2, 1))},
    ],
    ids=["grad", "prox"],
)
def test_another_shape_is_refused_and_named(wrong):
    with pytest.raises(ValueError, match=r"\(2, 1\).*\(2,\)"):
        accelerated_descent(theta0=np.zeros(2), learning_rate=0.1, steps=1, **wrong)
