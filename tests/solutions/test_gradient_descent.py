"""Chapter 1 against worked numbers, SciPy and closed forms; test_contract.py holds what all chapters share."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from solutions.gradient_descent import (
    bowl_gradient,
    cubic_gradient,
    first_slip,
    gradient_descent,
    least_squares,
    linear_regression_loss,
    minibatches,
    random_search,
    sgd,
    shift_loss,
    squared_error,
)

SECRET = (np.array([2.0, 3.0, 5.0, 8.0]), np.array([4.0, 5.0, 7.0, 10.0]))
NOISY = (np.array([2.0, 3.0, 5.0, 8.0]), np.array([3.0, 6.0, 5.0, 12.0]))

numbers = st.floats(-100, 100)
vectors = arrays(np.float64, array_shapes(max_dims=1, max_side=8), elements=numbers)
seeds = st.integers(0, 2**32 - 1)


def secret_slope(theta):
    return 2 * theta - 4


def regression_data(seed, n=30, d=3, noise=0.5):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, X @ rng.normal(size=d) + 1.5 + noise * rng.normal(size=n)


@given(vectors)
def test_squared_error_is_zero_only_where_the_prediction_is_right(y):
    assert not squared_error(y, y).any()
    np.testing.assert_array_equal(squared_error(y + 1.5, y), ((y + 1.5) - y) ** 2)
    np.testing.assert_array_equal(squared_error(y, y + 1.5), squared_error(y + 1.5, y))


@pytest.mark.parametrize("point", list(zip(*SECRET, strict=True)))
def test_every_point_of_the_secret_game_gives_the_same_curve(point):
    for theta in (-3.0, 0.0, 2.0, 5.0):
        loss, grad = shift_loss(theta, np.array(point[:1]), np.array(point[1:]))
        assert (loss, grad) == ((theta - 2) ** 2, 2 * theta - 4)


def test_noisy_game_has_its_optimum_at_2_with_loss_2_5():
    assert (NOISY[1] - NOISY[0]).tolist() == [1, 3, 0, 4]
    assert shift_loss(2.0, *NOISY) == (2.5, 0.0)
    path = gradient_descent(lambda theta: shift_loss(theta, *NOISY)[1], 9.0, 0.25, 60)
    assert path[-1] == pytest.approx(2.0, abs=1e-12)


@given(numbers, vectors, seeds)
def test_shift_loss_is_a_parabola_around_the_mean_difference(theta, x, seed):
    y = x + np.random.default_rng(seed).normal(size=x.shape)
    loss, grad = shift_loss(theta, x, y)
    gap = theta - np.mean(y - x)
    assert loss == pytest.approx(gap**2 + np.var(y - x), rel=1e-9, abs=1e-9)
    assert grad == pytest.approx(2 * gap, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("learning_rate", "printed"),
    [(1.0, [5, -1, 5, -1, 5, -1]), (0.75, [5, 0.5, 2.75, 1.625, 2.1875, 1.90625])],
)
def test_paths_of_the_secret_game(learning_rate, printed):
    path = gradient_descent(lambda theta: shift_loss(theta, *SECRET)[1], 5.0, learning_rate, 5)
    assert path.tolist() == printed
    assert first_slip(np.array(printed), secret_slope, learning_rate) == -1


@pytest.mark.parametrize("curvature", [2.0, 8.0])
def test_largest_stable_rate_is_2_over_the_curvature(curvature):
    def distance_after(learning_rate):
        return abs(gradient_descent(lambda theta: curvature * theta, 1.0, learning_rate, 500)[-1])

    assert distance_after(0.99 * 2 / curvature) < 1e-4
    assert distance_after(2 / curvature) == 1
    assert distance_after(1.01 * 2 / curvature) > 1e4


@given(arrays(np.int64, array_shapes(max_dims=3, max_side=3), elements=st.integers(-1000, 1000)), st.integers(0, 6))
def test_path_on_a_bowl_is_the_closed_form(theta0, steps):
    path = gradient_descent(lambda theta: theta, theta0, 0.25, steps)
    np.testing.assert_array_equal(path, np.stack([0.75**t * theta0 for t in range(steps + 1)]))


def test_descent_stops_before_the_step_where_the_whole_norm_is_below_tol():
    # From (3, 4) the norm halves at each point: 5, 2.5, 1.25. No single entry decides, and 1.25 itself is not below.
    theta0 = np.array([3.0, 4.0])
    assert gradient_descent(lambda theta: theta, theta0, 0.5, 10, tol=1.25).tolist() == [
        [3, 4],
        [1.5, 2],
        [0.75, 1],
        [0.375, 0.5],
    ]
    assert len(gradient_descent(lambda theta: theta, theta0, 0.5, 10, tol=1.26)) == 3
    assert gradient_descent(lambda theta: theta, theta0, 0.5, 10, tol=5.1).tolist() == [[3, 4]]


def test_a_flat_start_stays_for_the_whole_budget_without_tol():
    assert gradient_descent(lambda theta: 0 * theta, 1.0, 0.5, 3).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("slope", [np.ones(2), np.ones(2, int), [1.0, 1.0]])
def test_path_keeps_the_dtype_of_the_start_whatever_grad_returns(slope):
    path = gradient_descent(lambda theta: slope, np.zeros(2, dtype=np.float32), 0.5, 2)
    assert path.dtype == np.float32
    assert path.tolist() == [[0, 0], [-0.5, -0.5], [-1, -1]]


def test_start_is_a_copy_in_the_path():
    theta0 = np.array([1.0, 2.0])
    path = gradient_descent(lambda theta: theta, theta0, 0.5, 1)
    path[0] = 99
    assert theta0.tolist() == [1, 2]


def test_misprinted_second_step_is_found():
    assert 0.5 + 0.75 * 3 == 2.75
    assert first_slip(np.array([5.0, 0.5, 2.25, 1.875]), secret_slope, 0.75) == 2
    assert first_slip(np.array([5.0, 0.5, 2.75, 1.625]), secret_slope, 0.75) == -1


@given(st.integers(1, 5), st.sampled_from([math.nan, math.inf, 0.25, -1e-5]))
def test_slip_is_found_wherever_it_is(index, change):
    path = gradient_descent(secret_slope, 5.0, 0.75, 5)
    path[index] += change
    assert first_slip(path, secret_slope, 0.75) == index


def test_rounded_prints_are_no_slip():
    path = gradient_descent(secret_slope, 5.0, 0.6, 4).round(2)
    assert first_slip(path, secret_slope, 0.6) == 3
    assert first_slip(path, secret_slope, 0.6, atol=0.01) == -1
    assert first_slip(np.array([5.0, 0.75]), secret_slope, 0.75, atol=0.25) == -1
    assert first_slip(np.array([7.0]), secret_slope, 0.75) == -1


@given(seeds)
def test_linear_regression_gradients_agree_with_scipy(seed):
    rng = np.random.default_rng(seed)
    X, y = regression_data(seed, n=5)

    def packed(theta):
        loss, grad_w, grad_b = linear_regression_loss(theta[:3], theta[3], X, y)
        return loss, np.append(grad_w, grad_b)

    theta = rng.normal(size=4)
    assert packed(theta)[0] == pytest.approx(np.mean((X @ theta[:3] + theta[3] - y) ** 2))
    assert scipy.optimize.check_grad(lambda t: packed(t)[0], lambda t: packed(t)[1], theta) < 1e-5


@given(seeds, st.integers(1, 4))
def test_least_squares_agrees_with_numpy_and_scipy(seed, d):
    X, y = regression_data(seed, n=12, d=d)
    with_ones = np.column_stack([X, np.ones(12)])
    w, b = least_squares(X, y)
    np.testing.assert_allclose(np.append(w, b), np.linalg.lstsq(with_ones, y)[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.append(w, b), scipy.optimize.lsq_linear(with_ones, y).x, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("X", [np.eye(3, 5), np.full((3, 1), 0.1), np.array([[1.0, 2, 7], [2, 4, 7], [4, 8, 7]])])
def test_least_squares_is_a_best_fit_where_several_are(X):
    y = np.array([1.0, 2.0, 3.3])
    loss, *_ = linear_regression_loss(*least_squares(X, y), X, y)
    with_ones = np.column_stack([X, np.ones(3)])
    best = np.mean((with_ones @ np.linalg.lstsq(with_ones, y)[0] - y) ** 2)
    assert loss == pytest.approx(best, abs=1e-12)


def test_descent_and_sgd_reach_least_squares():
    X, y = regression_data(seed=3)
    w, b = least_squares(X, y)

    def loss_and_grad(theta, X, y):
        loss, grad_w, grad_b = linear_regression_loss(theta[:3], theta[3], X, y)
        return loss, np.append(grad_w, grad_b)

    path = gradient_descent(lambda theta: loss_and_grad(theta, X, y)[1], np.zeros(4), 0.1, 300)
    np.testing.assert_allclose(path[-1], np.append(w, b), atol=1e-8)

    # Without noise every mini-batch has the same optimum, so a fixed rate gets all the way there.
    X, y = regression_data(seed=4, noise=0.0)
    w, b = least_squares(X, y)
    rng = np.random.default_rng(5)
    theta, losses = sgd(loss_and_grad, np.zeros(4), X, y, learning_rate=0.1, batch_size=4, epochs=60, rng=rng)
    np.testing.assert_allclose(theta, np.append(w, b), atol=1e-6)
    assert losses[-1] < 1e-12 < losses[0]


@pytest.mark.parametrize(
    ("gradient", "at", "expected"),
    [
        (cubic_gradient, (2.0, -1.0), (119, -129)),
        (cubic_gradient, (0.0, 0.0), (4, 1)),
        (bowl_gradient, (2.0, -1.0), (16, -2)),
    ],
)
def test_partial_derivatives_by_hand(gradient, at, expected):
    assert gradient(*at) == expected


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_partial_derivatives_are_the_printed_formulas(x, y):
    assert cubic_gradient(x, y) == (30 * x**2 * y**2 + 5 * y**3 + 4, 20 * x**3 * y + 15 * x * y**2 + 1)
    assert bowl_gradient(x, y) == (8 * x, 2 * y)


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda p: 10 * p[0] ** 3 * p[1] ** 2 + 5 * p[0] * p[1] ** 3 + 4 * p[0] + p[1], cubic_gradient),
        (lambda p: 4 * p[0] ** 2 + p[1] ** 2, bowl_gradient),
    ],
)
def test_partial_derivatives_agree_with_scipy(f, gradient):
    for point in np.random.default_rng(1).uniform(-2, 2, size=(20, 2)):
        assert scipy.optimize.check_grad(f, lambda p: np.array(gradient(*p)), point) < 1e-4


@given(st.sampled_from([(), 3, (2, 3), (2, 1, 2)]), st.integers(1, 20), seeds)
def test_random_search_returns_the_best_of_what_it_tried(shape, trials, seed):
    tried = []

    def loss(w):
        tried.append(np.copy(w))
        return float(np.sum((w - 0.5) ** 2))

    best, best_loss, losses = random_search(loss, shape, trials, np.random.default_rng(seed))
    assert [w.shape for w in tried] == [np.zeros(shape).shape] * trials
    assert losses.tolist() == [float(np.sum((w - 0.5) ** 2)) for w in tried]
    assert best_loss == losses.min()
    np.testing.assert_array_equal(best, tried[int(losses.argmin())])


@pytest.mark.parametrize("scale", [1.0, 0.01, 30.0])
def test_random_search_guesses_are_normal_with_the_given_scale(scale):
    guesses = []
    random_search(lambda w: guesses.append(w) or 0.0, (5,), 1000, np.random.default_rng(6), scale)
    assert scipy.stats.kstest(np.ravel(guesses), scipy.stats.norm(0, scale).cdf).pvalue > 0.01
    assert np.std(guesses) == pytest.approx(scale, rel=0.05)


def test_random_search_passes_over_losses_that_are_nan():
    losses = iter([math.nan, 3.0, math.inf, 2.0, math.nan])
    _, best_loss, seen = random_search(lambda w: next(losses), 2, 5, np.random.default_rng(0))
    assert best_loss == 2.0
    np.testing.assert_array_equal(seen, [math.nan, 3, math.inf, 2, math.nan])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_random_search_without_a_finite_loss_is_an_error(value):
    with pytest.raises(ValueError, match="none of the 4 guesses has a finite loss"):
        random_search(lambda w: value, 2, 4, np.random.default_rng(0))


@given(st.integers(0, 40), st.integers(1, 50), seeds)
def test_minibatches_use_every_example_once(n, batch_size, seed):
    batches = list(minibatches(n, batch_size, np.random.default_rng(seed)))
    sizes = [len(batch) for batch in batches]
    assert sum(sizes) == n
    assert all(size == batch_size for size in sizes[:-1])
    assert all(1 <= size <= batch_size for size in sizes)
    assert sorted(i for batch in batches for i in batch) == list(range(n))


def test_minibatches_shuffle_anew_and_only_by_their_generator():
    rng = np.random.default_rng(7)
    first, second = (np.concatenate(list(minibatches(50, 8, rng))).tolist() for _ in range(2))
    again = np.concatenate(list(minibatches(50, 8, np.random.default_rng(7)))).tolist()
    assert first == again
    assert first != second
    assert list(range(50)) not in (first, second)


def test_minibatches_give_every_example_the_same_chance_to_be_first():
    rng = np.random.default_rng(8)
    firsts = [next(minibatches(6, 2, rng))[0] for _ in range(1200)]
    assert scipy.stats.chisquare(np.bincount(firsts, minlength=6)).pvalue > 0.01


@pytest.mark.parametrize("batch_size", [0, -2])
def test_minibatches_need_a_positive_size(batch_size):
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, got {batch_size}"):
        list(minibatches(5, batch_size, np.random.default_rng(0)))


@given(st.integers(1, 9), st.integers(1, 10), st.integers(1, 3), seeds)
def test_sgd_steps_through_shuffled_batches(n, batch_size, epochs, seed):
    X, y = np.arange(n) * 1.0, np.arange(n) * 10.0
    calls = []

    def loss_and_grad(theta, X, y):
        calls.append((theta, X, y))
        return len(calls), theta - X.mean()

    rng = np.random.default_rng(seed)
    theta, losses = sgd(loss_and_grad, 7.0, X, y, learning_rate=0.5, batch_size=batch_size, epochs=epochs, rng=rng)

    per_epoch = math.ceil(n / batch_size)
    assert losses.tolist() == list(range(1, epochs * per_epoch + 1))
    for epoch in range(epochs):
        seen = np.concatenate([X for _, X, _ in calls[epoch * per_epoch : (epoch + 1) * per_epoch]])
        assert sorted(seen) == X.tolist()
    expected = 7.0
    for given_theta, X_batch, y_batch in calls:
        assert given_theta == expected
        np.testing.assert_array_equal(y_batch, 10 * X_batch)
        expected = expected - 0.5 * (expected - X_batch.mean())
    assert theta == expected


def test_sgd_epochs_differ_in_their_order():
    orders = []

    def loss_and_grad(theta, X, y):
        orders.append(X.tolist())
        return 0.0, 0 * theta

    x = np.arange(30.0)
    sgd(loss_and_grad, 0.0, x, x, learning_rate=1.0, batch_size=30, epochs=2, rng=np.random.default_rng(9))
    assert orders[0] != orders[1]
    assert x.tolist() not in orders


def test_sgd_with_one_batch_of_all_examples_is_gradient_descent():
    theta, losses = sgd(
        shift_loss, 9.0, *NOISY, learning_rate=0.3, batch_size=4, epochs=12, rng=np.random.default_rng(10)
    )
    path = gradient_descent(lambda theta: shift_loss(theta, *NOISY)[1], 9.0, 0.3, 12)
    assert theta == pytest.approx(path[-1], rel=1e-12)
    assert losses == pytest.approx([shift_loss(theta, *NOISY)[0] for theta in path[:-1]], rel=1e-12)


def test_sgd_keeps_the_dtype_of_theta_whatever_the_loss_returns():
    theta, losses = sgd(
        lambda theta, X, y: (1, np.ones(2)),
        np.zeros(2, dtype=np.float32),
        *NOISY,
        learning_rate=0.5,
        batch_size=2,
        epochs=1,
        rng=np.random.default_rng(0),
    )
    assert (theta.dtype, losses.dtype) == (np.float32, np.float32)
    assert (theta.tolist(), losses.tolist()) == ([-1, -1], [1, 1])


def test_sgd_passes_on_the_error_about_batch_size():
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        sgd(shift_loss, 0.0, *NOISY, learning_rate=0.1, batch_size=0, epochs=1, rng=np.random.default_rng(0))
