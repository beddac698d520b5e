"""Chapter 3: features, folds and dropout; test_regularization.py holds the penalties and the training with them."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import KFold
from sklearn.preprocessing import PolynomialFeatures

from solutions.gradient_descent import least_squares
from solutions.regularization import dropout, k_fold, ngrams, polynomial_features

seeds = st.integers(0, 2**32 - 1)


@given(arrays(np.float64, st.integers(1, 8), elements=st.floats(-3, 3)), st.integers(1, 12))
def test_polynomial_features_agree_with_scikit_learn(x, degree):
    expected = PolynomialFeatures(degree, include_bias=False).fit_transform(x[:, None])
    np.testing.assert_allclose(polynomial_features(x, degree), expected, rtol=1e-13)


def test_a_polynomial_of_high_degree_goes_through_every_point():
    x, y = np.linspace(-1, 1, 6), np.random.default_rng(0).normal(size=6)
    w, b = least_squares(polynomial_features(x, 5), y)
    np.testing.assert_allclose(polynomial_features(x, 5) @ w + b, y, atol=1e-10)


@pytest.mark.parametrize("degree", [0, -1])
def test_polynomial_features_need_a_positive_degree(degree):
    with pytest.raises(ValueError, match=f"degree must be at least 1, got {degree}"):
        polynomial_features(np.ones(3), degree)


@given(st.lists(st.sampled_from(["good", "bad", "not", "film"]), max_size=8), st.integers(1, 5))
def test_ngrams_agree_with_scikit_learn(tokens, n):
    runs = CountVectorizer(ngram_range=(n, n), token_pattern=r"\S+").build_analyzer()(" ".join(tokens))
    assert [" ".join(run) for run in ngrams(tokens, n)] == runs
    assert all(type(run) is tuple and len(run) == n for run in ngrams(tokens, n))


@pytest.mark.parametrize("n", [0, -1])
def test_ngrams_need_a_positive_length(n):
    with pytest.raises(ValueError, match=f"n must be at least 1, got {n}"):
        ngrams(["a", "b"], n)


@given(st.integers(2, 40), st.data())
def test_k_fold_validates_every_example_once(n, data):
    k = data.draw(st.integers(2, n))
    splits = k_fold(n, k, np.random.default_rng(data.draw(seeds)))
    assert sorted(np.concatenate([validation for _, validation in splits])) == list(range(n))
    for train, validation in splits:
        assert sorted(np.concatenate([train, validation])) == list(range(n))
    sizes = [len(validation) for _, validation in KFold(k).split(np.zeros(n))]
    assert sorted(len(validation) for _, validation in splits) == sorted(sizes)


def test_k_fold_shuffles_anew_and_only_by_its_generator():
    rng = np.random.default_rng(2)
    first, second = (np.concatenate([fold for _, fold in k_fold(50, 5, rng)]).tolist() for _ in range(2))
    again = np.concatenate([fold for _, fold in k_fold(50, 5, np.random.default_rng(2))]).tolist()
    assert first == again
    assert first != second
    assert list(range(50)) not in (first, second)


def test_k_fold_gives_every_example_the_same_chance_for_each_fold():
    rng = np.random.default_rng(3)
    firsts = np.concatenate([k_fold(6, 3, rng)[0][1] for _ in range(600)])
    assert scipy.stats.chisquare(np.bincount(firsts, minlength=6)).pvalue > 0.01


@pytest.mark.parametrize(("n", "k"), [(5, 1), (5, 0), (5, 6), (0, 2)])
def test_k_fold_needs_an_example_for_every_fold(n, k):
    with pytest.raises(ValueError, match=f"k must be from 2 to n = {n}, got {k}"):
        k_fold(n, k, np.random.default_rng(0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_drops_its_share_and_keeps_the_mean(rate, dtype):
    h = np.full((200, 500), 3.0, dtype)
    dropped = dropout(h, rate, np.random.default_rng(6))
    assert dropped.dtype == dtype
    assert set(np.unique(dropped)) == {0, dtype(3) / dtype(1 - rate)}
    # 100 000 independent entries: four standard deviations to either side.
    sigma = math.sqrt(rate * (1 - rate) / h.size)
    assert np.mean(dropped == 0) == pytest.approx(rate, abs=4 * sigma)
    assert dropped.mean(dtype=np.float64) == pytest.approx(3.0, abs=4 * 3 * sigma / (1 - rate))


def test_dropout_decides_for_each_entry_on_its_own():
    zero = dropout(np.ones((300, 300)), 0.5, np.random.default_rng(7)) == 0
    for counts in (zero.sum(axis=0), zero.sum(axis=1)):
        # The sum of 300 squared deviations, each 300/4 on average.
        statistic = np.sum((counts - 150.0) ** 2) / 75
        assert 0.001 < scipy.stats.chi2(300).cdf(statistic) < 0.999
    assert np.mean(zero[:, 1:] == zero[:, :-1]) == pytest.approx(0.5, abs=0.01)


def test_dropout_draws_anew_and_only_from_its_generator():
    h, rng = np.ones(60), np.random.default_rng(8)
    first, second = dropout(h, 0.5, rng), dropout(h, 0.5, rng)
    np.testing.assert_array_equal(first, dropout(h, 0.5, np.random.default_rng(8)))
    assert (first != second).any()


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-100, 100)), st.floats(0, 0.9))
def test_dropout_scales_what_it_keeps(h, rate):
    dropped = dropout(h, rate, np.random.default_rng(9))
    assert ((dropped == 0) | (dropped == h / (1 - rate))).all()


def test_dropout_outside_of_training_gives_the_values_and_draws_nothing():
    h, rng = np.arange(6.0).reshape(2, 3), np.random.default_rng(10)
    state = rng.bit_generator.state
    for result in (dropout(h, 0.5, rng, training=False), dropout(h, 0.0, np.random.default_rng(0))):
        np.testing.assert_array_equal(result, h)
        assert not np.shares_memory(result, h)
    assert rng.bit_generator.state == state


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("rate", [1.0, 1.5, -0.1, math.nan])
def test_dropout_needs_a_rate_below_1(rate, training):
    with pytest.raises(ValueError, match="rate must be at least 0 and smaller than 1, got"):
        dropout(np.ones(3), rate, np.random.default_rng(0), training)
