"""numerical_gradient and relative_error: the pair that every later chapter trusts to find a wrong gradient."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize._numdiff import approx_derivative

from solutions.gradient_descent import numerical_gradient, relative_error

ACCEPTED = 1e-6


def test_one_sided_worked_example():
    # The losses as printed, for a step of 0.0001 in one weight at a time.
    losses, h = [1.25322, 1.25353, 1.25347], 0.0001
    slopes = [-2.5, 0.6, 0.0]
    assert [(loss - 1.25347) / h for loss in losses] == pytest.approx(slopes, abs=1e-9)

    def loss(w):
        return 1.25347 + w @ np.array(slopes)

    assert [round(loss(h * e), 5) for e in np.eye(3)] == losses
    np.testing.assert_allclose(numerical_gradient(loss, np.zeros(3), h), slopes, atol=1e-9)


def test_difference_is_central():
    # (2^3 - 0^3) / 2 is 4; the difference to one side would be 2^3 - 1^3 = 7.
    assert numerical_gradient(lambda x: x**3, 1.0, h=1.0) == 4.0
    assert numerical_gradient(lambda x: x**2, 3.0, h=0.5) == 6.0


@pytest.mark.parametrize(
    "f",
    [
        lambda x: scipy.optimize.rosen(x),
        lambda x: np.exp(x[0] * x[1]) + np.sin(x[2]),
        lambda x: scipy.special.logsumexp(x),
        lambda x: np.linalg.norm(x),
    ],
    ids=["rosen", "exp and sin", "logsumexp", "norm"],
)
def test_agrees_with_scipy(f):
    for x in np.random.default_rng(0).uniform(0.5, 2, size=(10, 4)):
        assert relative_error(numerical_gradient(f, x), approx_derivative(f, x, method="3-point")) < ACCEPTED


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-2, 2)))
def test_agrees_with_the_closed_form_at_any_shape(x):
    gradient = numerical_gradient(lambda x: float(np.sum(np.sin(x) + x**2)), x)
    assert gradient.shape == x.shape
    np.testing.assert_allclose(gradient, np.cos(x) + 2 * x, atol=1e-8)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3), (0,), (2, 0)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "bool"])
def test_shape_and_dtype_follow_x(backend, shape, dtype):
    values = np.arange(math.prod(shape)).reshape(shape) % 2
    if 0 in shape:
        x = backend.xp.zeros(shape, dtype=getattr(backend.xp, dtype), device=backend.device)
    else:
        x = backend.asarray(values, dtype)
    gradient = numerical_gradient(lambda x: backend.xp.sum(x**2 + 3 * x), x)
    assert backend.owns(gradient)
    assert gradient.dtype == getattr(backend.xp, dtype if "float" in dtype else "float64")
    assert gradient.shape == shape
    np.testing.assert_allclose(backend.numpy(gradient), 2 * values + 3, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "uint8"])
def test_f_gets_float64_of_the_same_shape(dtype):
    seen = []
    numerical_gradient(lambda x: seen.append((x.dtype, x.shape)) or 0.0, np.ones((2, 1), dtype))
    assert seen == [(np.float64, (2, 1))] * 4


def test_float32_point_loses_no_digits_of_the_step():
    x = np.array([1000.0, -2000.0], dtype=np.float32)
    np.testing.assert_allclose(numerical_gradient(lambda x: x @ x, x), 2 * x, rtol=1e-6)


def test_large_point_is_divided_by_the_step_that_was_made():
    # Beside 1e9 the step 1e-5 is rounded to a multiple of 1.2e-7: dividing by 2h itself would be wrong by 0.1 %.
    assert numerical_gradient(lambda x: 3 * x, 1e9) == pytest.approx(3.0, rel=1e-12)


def test_step_that_rounding_undoes_is_an_error():
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda x: x, 1e12)


@pytest.mark.parametrize("x", [1j, "one", np.array([None])])
def test_point_must_be_real_numbers(x):
    with pytest.raises(TypeError, match="expected real numbers"):
        numerical_gradient(lambda x: 0.0, x)


@pytest.mark.parametrize("value", [np.ones(1), np.ones(3), [1.0], ()])
def test_f_must_return_one_number(value):
    with pytest.raises(ValueError, match=r"f_above has the shape \("):
        numerical_gradient(lambda x: value, np.ones(3))


def test_nothing_is_written_into_x_or_handed_on():
    x = np.array([1.0, 2.0, 3.0])
    gradient = numerical_gradient(lambda x: x[0] * x[2], x)
    assert x.tolist() == [1, 2, 3]
    assert not np.shares_memory(gradient, x)


def test_f_may_write_into_its_argument():
    def careless(x):
        x -= np.max(x)
        return float(np.sum(x**2))

    x = np.array([1.0, 2.0, 3.0])
    expected = numerical_gradient(lambda x: float(np.sum((x - np.max(x)) ** 2)), x)
    np.testing.assert_array_equal(numerical_gradient(careless, x), expected)
    assert x.tolist() == [1, 2, 3]


def test_nan_of_f_stays_nan_where_it_belongs():
    with np.errstate(invalid="ignore"):
        gradient = numerical_gradient(lambda x: float(x[0] ** 2 + np.sqrt(x[1])), np.array([3.0, 0.0]))
    assert gradient[0] == pytest.approx(6.0)
    assert math.isnan(gradient[1])


@given(arrays(np.float64, array_shapes(max_dims=2, max_side=4), elements=st.floats(-5, 5)), st.data())
def test_nan_and_infinity_are_never_accepted(a, data):
    b = a.copy()
    b.flat[data.draw(st.integers(0, a.size - 1))] = data.draw(st.sampled_from([math.nan, math.inf, -math.inf]))
    with np.errstate(invalid="ignore"):
        assert relative_error(a, b) == relative_error(b, a) == relative_error(b, b) == math.inf


def test_zero_gradients_agree_with_each_other_only():
    zeros = np.zeros(3)
    assert relative_error(numerical_gradient(lambda x: 7.0, zeros), zeros) == 0
    assert relative_error(zeros, np.array([0.0, 1e-300, 0.0])) == 1
    assert relative_error(np.ones(3), zeros) == 1


def test_kink_gives_the_mean_of_both_slopes_which_agrees_with_neither():
    at_kink = numerical_gradient(abs, 0.0)
    assert at_kink == 0.0
    assert relative_error(at_kink, 1.0) == relative_error(at_kink, -1.0) == 1.0
    hinge = numerical_gradient(lambda x: max(0.0, float(x)), 0.0)
    assert hinge == pytest.approx(0.5)
    assert relative_error(hinge, 0.0) > 0.4
    assert relative_error(hinge, 1.0) > 0.4
    # Within h of the kink the difference still straddles it; outside it is exact.
    assert numerical_gradient(abs, 0.5e-5) == pytest.approx(0.5)
    assert numerical_gradient(abs, 2e-5) == pytest.approx(1.0)


@given(
    arrays(np.float64, (2, 3), elements=st.floats(-1e3, 1e3)), arrays(np.float64, (2, 3), elements=st.floats(-1e3, 1e3))
)
def test_relative_error_is_the_normwise_one(a, b):
    assume(a.any() or b.any())
    a_norm, b_norm, difference = (np.linalg.norm(x.ravel(), np.inf) for x in (a, b, a - b))
    assert relative_error(a, b) == difference / max(a_norm, b_norm)
    assert relative_error(a, a) == 0


def test_relative_error_of_opposites_is_two():
    assert relative_error(np.array([3.0, -1.0]), np.array([-3.0, 1.0])) == 2


def test_relative_error_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="zero-size"):
        relative_error(np.zeros(0), np.zeros(0))


@pytest.fixture(scope="module")
def softmax_gradients():
    """The gradient of a softmax loss, from its formula (by SciPy) and by numerical_gradient over all 30730 entries.

    Rows are the pixels of a 32 x 32 colour image, the last is the bias.
    """
    rng = np.random.default_rng(11)
    X = np.column_stack([rng.uniform(-1, 1, size=(2, 3072)), np.ones(2)])
    y = np.array([3, 7])
    W = rng.normal(scale=0.01, size=(3073, 10))

    def loss(W):  # scores are small here, and plain exp is several times faster than scipy.special.log_softmax
        scores = X @ W
        return float((np.log(np.exp(scores).sum(axis=1)) - scores[[0, 1], y]).sum()) / 2

    assert loss(W) == pytest.approx(-scipy.special.log_softmax(X @ W, axis=1)[[0, 1], y].mean())
    analytic = X.T @ (scipy.special.softmax(X @ W, axis=1) - np.eye(10)[y]) / 2
    return analytic, numerical_gradient(loss, W)


BIAS_MISTAKES = {
    "zero": lambda row: 0 * row,
    "doubled": lambda row: 2 * row,
    "sign": lambda row: -row,
    "shifted by one class": lambda row: np.roll(row, 1),
    "summed over the classes": lambda row: row.sum() + 0 * row,
    "nan": lambda row: math.nan * row,
} | {f"class {k} missing": lambda row, k=k: np.where(np.arange(10) == k, 0, row) for k in range(10)}


def test_right_softmax_gradient_passes_and_every_wrong_bias_row_is_found(softmax_gradients):
    analytic, numeric = softmax_gradients
    assert relative_error(analytic, numeric) < ACCEPTED
    for mistake, change in BIAS_MISTAKES.items():
        wrong = analytic.copy()
        wrong[-1] = change(analytic[-1])
        assert relative_error(wrong, numeric) > 1000 * ACCEPTED, mistake
