"""Chapter 4's scores and losses against worked numbers, SciPy, scikit-learn, PyTorch and finite differences."""

import math

import numpy as np
import pytest
import scipy.special
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from solutions.gradient_descent import numerical_gradient, relative_error
from solutions.softmax_svm import (
    add_bias_column,
    cross_entropy,
    hinge_loss,
    kl_divergence,
    linear_scores,
    log_softmax,
    nll_loss,
    softmax,
    softmax_loss,
    svm_loss,
    svm_loss_naive,
)

CAT_CAR_FROG = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
LABELS = np.array([0, 1, 2])

LOSSES = (svm_loss_naive, svm_loss, softmax_loss)
losses = pytest.mark.parametrize("loss", LOSSES)
seeds = st.integers(0, 2**32 - 1)
some_scores = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-1000, 1000))
some_scores32 = arrays(np.float32, (4, 3), elements=st.floats(-80, 80, width=32))
no_warnings = pytest.mark.filterwarnings("error")


def problem(seed, n=7, d=4, k=3, scale=1.0):
    rng = np.random.default_rng(seed)
    W, X, y = scale * rng.normal(size=(k, d)), rng.normal(size=(n, d)), rng.integers(0, k, n)
    return W, X, y


def distributions(seed, n=5, k=4):
    """Rows that sum to 1, some with zeros."""
    rng = np.random.default_rng(seed)
    p, q = rng.random((2, n, k)) * (rng.random((2, n, k)) < 0.8) + 1e-300 * np.eye(n, k)
    return p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)


def test_the_bias_is_a_last_column_of_ones():
    X, W = np.array([[2.0, 3.0], [4.0, 5.0]]), np.array([[1.0, 1.0, 10.0]])
    assert linear_scores(W, add_bias_column(X)).tolist() == [[15.0], [19.0]]


def test_hinge_loss_of_the_cat_the_car_and_the_frog():
    loss = hinge_loss(CAT_CAR_FROG, LABELS)
    assert loss == pytest.approx([2.9, 0, 12.9], rel=1e-14)
    assert loss.mean() == pytest.approx(5.27, abs=0.005)
    for f in (svm_loss, svm_loss_naive):
        assert f(CAT_CAR_FROG.T, np.eye(3), LABELS)[0] == loss.mean()


def test_a_loss_of_0_has_many_weights():
    # The car's margins -2.6 and -1.9 become -6.2 and -4.8 with twice the weights: both are 0 after the max.
    car = CAT_CAR_FROG[1]
    assert car[[0, 2]] - car[1] + 1 == pytest.approx([-2.6, -1.9])
    assert 2 * car[[0, 2]] - 2 * car[1] + 1 == pytest.approx([-6.2, -4.8])
    assert hinge_loss(np.stack([car, 2 * car]), np.array([1, 1])).tolist() == [0, 0]


def test_answers_to_the_questions_about_the_hinge_loss():
    moved = CAT_CAR_FROG[1] + np.array([0.0, 0.1, 0.0])
    assert hinge_loss(moved[None], np.array([1])).tolist() == [0]
    assert hinge_loss(np.full((2, 10), 3.0), np.array([4, 9])).tolist() == [9, 9]


def test_softmax_of_the_cat():
    assert [f"{e:.3g}" for e in np.exp(CAT_CAR_FROG[0])] == ["24.5", "164", "0.183"]
    p = softmax(CAT_CAR_FROG[0])
    assert [f"{value:.2f}" for value in p] == ["0.13", "0.87", "0.00"]
    # -ln .13 is 2.04, and 2.03 from the probability before it is rounded.
    assert nll_loss(np.log([[0.13, 0.87, 1e-9]]), np.array([0]))[0] == pytest.approx(2.04, abs=0.005)
    assert nll_loss(log_softmax(CAT_CAR_FROG[:1]), np.array([0]))[0] == pytest.approx(-math.log(p[0]), rel=1e-14)


@losses
def test_weights_of_0_have_the_loss_of_a_guess(loss):
    _, X, y = problem(0)
    expected = math.log(3) if loss is softmax_loss else 2
    assert loss(np.zeros((3, 4)), X, y)[0] == pytest.approx(expected, rel=1e-15)


@no_warnings
@given(some_scores)
def test_softmax_agrees_with_scipy(scores):
    np.testing.assert_allclose(softmax(scores), scipy.special.softmax(scores, axis=1), rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(log_softmax(scores), scipy.special.log_softmax(scores, axis=1), rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(softmax(scores[0]), softmax(scores)[0])
    np.testing.assert_array_equal(log_softmax(scores[0]), log_softmax(scores)[0])


@no_warnings
@given(some_scores32)
def test_softmax_agrees_with_scipy_in_float32(scores):
    exact = scipy.special.log_softmax(scores.astype(float), axis=1)
    assert softmax(scores).dtype == log_softmax(scores).dtype == np.float32
    np.testing.assert_allclose(log_softmax(scores), exact, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(softmax(scores), np.exp(exact), rtol=1e-4, atol=1e-37)


@no_warnings
@given(seeds)
def test_divergences_agree_with_scipy(seed):
    p, q = distributions(seed)
    with np.errstate(divide="ignore"):
        expected = np.where(p > 0, -p * np.where(p > 0, scipy.special.xlogy(1, q), 0), 0).sum(axis=1)
    np.testing.assert_allclose(cross_entropy(p, q), expected, rtol=1e-13)
    np.testing.assert_allclose(cross_entropy(p, p), scipy.special.entr(p).sum(axis=1), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(kl_divergence(p, q), scipy.special.rel_entr(p, q).sum(axis=1), rtol=1e-12, atol=1e-15)
    assert kl_divergence(p, p).tolist() == [0] * 5


@no_warnings
def test_divergences_at_the_ends(backend):
    p = backend.asarray([[1, 0], [0, 1], [0.5, 0.5], [0, 1]], "float32")
    q = backend.asarray([[1, 0], [1, 0], [1, 0], [0.5, 0.5]], "float32")
    assert backend.numpy(cross_entropy(p, q)) == pytest.approx([0, math.inf, math.inf, math.log(2)], rel=1e-6)
    assert backend.numpy(kl_divergence(p, q)) == pytest.approx([0, math.inf, math.inf, math.log(2)], rel=1e-6)


def test_divergence_from_the_smallest_numbers_is_finite():
    assert kl_divergence(np.array([1.0]), np.array([1e-310])) == pytest.approx(310 * math.log(10), rel=1e-12)


@given(seeds)
def test_one_hot_cross_entropy_is_the_negative_log_likelihood(seed):
    W, X, y = problem(seed)
    p = softmax(linear_scores(W, X))
    np.testing.assert_allclose(cross_entropy(np.eye(3)[y], p), nll_loss(np.log(p), y), rtol=1e-14)


@given(seeds)
def test_losses_agree_with_scikit_learn(seed):
    W, X, y = problem(seed)
    scores, penalty = X @ W.T, 0.3 * np.sum(W**2)
    expected = sklearn.metrics.log_loss(y, scipy.special.softmax(scores, axis=1), labels=[0, 1, 2])
    assert softmax_loss(W, X, y, 0.3)[0] == pytest.approx(expected + penalty, rel=1e-12)
    # For two classes ours is that of one score, their difference, with labels +-1.
    two = hinge_loss(scores[:, :2], y % 2)
    expected = sklearn.metrics.hinge_loss(y % 2, scores[:, 1] - scores[:, 0], labels=[0, 1])
    assert two.mean() == pytest.approx(expected, rel=1e-12)


@losses
@given(seed=seeds, n=st.integers(1, 6), k=st.integers(1, 4), lam=st.sampled_from([0.0, 0.3]))
def test_gradients_agree_with_finite_differences(loss, seed, n, k, lam):
    W, X, y = problem(seed, n=n, k=k)
    margins = X @ W.T - np.take_along_axis(X @ W.T, y[:, None], axis=1) + 1
    value, grad = loss(W, X, y, lam)
    slopes = numerical_gradient(lambda W: loss(W, X, y, lam)[0], W)
    near_kink = loss is not softmax_loss and np.abs(margins).min() < 1e-3
    if k == 1 and lam == 0:
        assert value == 0
        assert not np.any(grad)
    elif not near_kink:
        assert relative_error(grad, slopes) < 1e-7


@given(seed=seeds, lam=st.sampled_from([0.0, 0.3]))
def test_fast_and_naive_svm_agree(seed, lam):
    W, X, y = problem(seed, n=6, k=5)
    fast, naive = svm_loss(W, X, y, lam), svm_loss_naive(W, X, y, lam)
    assert fast[0] == pytest.approx(naive[0], rel=1e-13)
    np.testing.assert_allclose(fast[1], naive[1], rtol=1e-12, atol=1e-14)
    assert fast[0] == pytest.approx(hinge_loss(X @ W.T, y).mean() + lam * np.sum(W**2), rel=1e-13)


@losses
def test_a_repeated_data_set_has_the_same_mean(loss):
    W, X, y = problem(1)
    once, twice = loss(W, X, y, 0.3), loss(W, np.concatenate([X, X]), np.concatenate([y, y]), 0.3)
    assert once[0] == pytest.approx(twice[0], rel=1e-14)
    np.testing.assert_allclose(once[1], twice[1], rtol=1e-13)


@pytest.mark.parametrize("loss", [svm_loss, svm_loss_naive])
def test_a_margin_of_exactly_0_adds_nothing(loss, backend):
    # The scores are 1, 0 and 0.5: the second class is at the margin, the third by half inside it.
    W, X = backend.asarray([[1, 0], [0, 0], [0.5, 0]]), backend.asarray([[1, 2]])
    value, grad = loss(W, X, backend.asarray([0], "int64"))
    assert float(value) == 0.5
    assert backend.numpy(grad).tolist() == [[-1, -2], [0, 0], [1, 2]]


@no_warnings
@losses
@pytest.mark.parametrize(("dtype", "size"), [("float64", 1000), ("float32", 80)])
def test_losses_at_extreme_scores_are_exact(loss, dtype, size, backend):
    # Scores (size, -size) and (-size, size), each with the label 0: one right, one as wrong as can be.
    W, X = backend.asarray([[size], [-size]], dtype), backend.asarray([[1], [-1]], dtype)
    value, grad = loss(W, X, backend.asarray([0, 0], "int64"))
    assert value.dtype == grad.dtype == getattr(backend.xp, dtype)
    assert float(value) == size + (0 if loss is softmax_loss else 0.5)
    assert backend.numpy(grad).tolist() == [[0.5], [-0.5]]
    scores = backend.asarray([[size, -size], [-size, size]], dtype)
    assert backend.numpy(log_softmax(scores)).tolist() == [[0, -2 * size], [-2 * size, 0]]


@no_warnings
@losses
@pytest.mark.parametrize(("dtype", "size"), [("float64", 1000), ("float32", 80)])
def test_an_example_far_below_all_others_counts_as_they_do(loss, dtype, size, backend):
    # Scores (size, 2 size), of which the lower is the true class's, and (-size, -2 size), of which it is the higher.
    W, X = backend.asarray([[1], [2]], dtype), backend.asarray([[size], [-size]], dtype)
    value, grad = loss(W, X, backend.asarray([0, 0], "int64"))
    assert float(value) == size / 2 + (0 if loss is softmax_loss else 0.5)
    assert backend.numpy(grad).tolist() == [[-size / 2], [size / 2]]


@losses
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint64"])
def test_labels_of_any_width(loss, dtype, backend):
    W, X, y = problem(2, k=200)
    expected = loss(W, X, y % 120)
    value, grad = loss(backend.asarray(W), backend.asarray(X), backend.asarray(y % 120, dtype))
    assert float(value) == pytest.approx(float(expected[0]), rel=1e-13)
    np.testing.assert_allclose(backend.numpy(grad), expected[1], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("y", "found"), [([0, -1], "-1 to 0"), ([0, 3], "0 to 3"), ([255, 1], "1 to 255")])
def test_labels_that_are_none_of_the_classes_are_refused(y, found, backend):
    scores, W, y = backend.asarray(np.zeros((2, 3))), backend.asarray(np.zeros((3, 3))), backend.asarray(y, "int64")
    message = f"expected labels from 0 to 2, got {found}"
    for f in (hinge_loss, nll_loss):
        with pytest.raises(ValueError, match=message):
            f(scores, y)
    for loss in LOSSES:
        with pytest.raises(ValueError, match=message):
            loss(W, scores, y)


def test_labels_that_are_no_integers_are_refused():
    with pytest.raises(ValueError, match="integers, got y of dtype float64"):
        hinge_loss(np.zeros((1, 2)), np.zeros(1))


@pytest.mark.parametrize(("n", "k"), [(0, 3), (2, 0)])
def test_no_examples_or_no_classes_are_refused(n, k):
    y = np.zeros(n, int)
    for f in (hinge_loss, nll_loss):
        with pytest.raises(ValueError, match=rf"at least one example and one class, got scores \({n}, {k}\)"):
            f(np.zeros((n, k)), y)
    for loss in LOSSES:
        with pytest.raises(ValueError, match="at least one example"):
            loss(np.zeros((k, 2)), np.zeros((n, 2)), y)


@given(seeds)
def test_losses_and_gradients_agree_with_pytorch(seed):
    torch = pytest.importorskip("torch", reason="PyTorch is an oracle that may be absent")
    W, X, y = problem(seed, n=9, k=4)
    lam = 0.3
    peers = {
        softmax_loss: torch.nn.functional.cross_entropy,
        # PyTorch divides the sum over the classes by their number.
        svm_loss: lambda scores, y: 4 * torch.nn.functional.multi_margin_loss(scores, y),
    }
    for loss, peer in peers.items():
        weights = torch.tensor(W, requires_grad=True)
        expected = peer(torch.tensor(X) @ weights.T, torch.tensor(y)) + lam * (weights**2).sum()
        expected.backward()
        value, grad = loss(W, X, y, lam)
        assert value == pytest.approx(expected.item(), rel=1e-12)
        np.testing.assert_allclose(grad, weights.grad.numpy(), rtol=1e-11, atol=1e-13)
    log_probs = torch.log_softmax(torch.tensor(X @ W.T), dim=1)
    expected = torch.nn.functional.nll_loss(log_probs, torch.tensor(y), reduction="none")
    np.testing.assert_allclose(nll_loss(log_probs.numpy(), y), expected.numpy(), rtol=1e-14)
