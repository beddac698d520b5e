"""From a text to the loss of a pair, against worked numbers, SciPy, PyTorch, brute force and finite differences."""

import importlib
import inspect
import math
from collections import Counter

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from autograder import course
from solutions.gradient_descent import numerical_gradient, relative_error
from solutions.word2vec import (
    build_vocabulary,
    negative_sampling_distribution,
    pair_probability,
    sample_negatives,
    sgns_loss,
    skipgram_pairs,
    window_log_probability,
)

seeds = st.integers(0, 2**32 - 1)
no_warnings = pytest.mark.filterwarnings("error")


@given(st.lists(st.text("abé", max_size=3), max_size=40), st.integers(1, 4))
def test_vocabulary_counts_as_a_counter_does(tokens, min_count):
    vocabulary, counts = build_vocabulary(iter(tokens), min_count)
    expected = {word: count for word, count in Counter(tokens).items() if count >= min_count}
    assert dict(zip(vocabulary, counts.tolist(), strict=True)) == expected
    assert list(vocabulary.values()) == list(range(len(expected)))
    keys = [(-expected[word], word) for word in vocabulary]
    assert keys == sorted(keys)
    assert counts.dtype == np.int64


def test_equally_frequent_words_stand_in_alphabetical_order():
    vocabulary, counts = build_vocabulary(["zoo", "ant", "bee", "zoo", "ant", "cow"])
    assert vocabulary == {"ant": 0, "zoo": 1, "bee": 2, "cow": 3}
    assert counts.tolist() == [2, 2, 1, 1]


def test_rare_words_get_no_id():
    tokens = ["a"] * 3 + ["b"] * 2 + ["c"]
    assert [build_vocabulary(tokens, n)[0] for n in (1, 2, 3, 4)] == [
        {"a": 0, "b": 1, "c": 2},
        {"a": 0, "b": 1},
        {"a": 0},
        {},
    ]


def test_the_apricot_window_has_four_pairs():
    tokens = ["lemon", "a", "tablespoon", "of", "apricot", "jam", "a", "pinch"]
    vocabulary, _ = build_vocabulary(tokens)
    words = list(vocabulary)
    pairs = skipgram_pairs(np.array([vocabulary[token] for token in tokens]), window=2)
    contexts = [words[context] for centre, context in pairs if words[centre] == "apricot"]
    assert contexts == ["tablespoon", "of", "jam", "a"]


def brute_force_pairs(ids, window):
    return [
        [centre, ids[j]]
        for i, centre in enumerate(ids)
        for j in range(max(0, i - window), min(len(ids), i + window + 1))
        if j != i
    ]


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
@pytest.mark.parametrize(("n", "window"), [(0, 1), (1, 3), (2, 1), (2, 5), (9, 1), (9, 2), (9, 8), (9, 20)])
def test_pairs_agree_with_a_loop(n, window, dtype, backend):
    ids = np.random.default_rng(n).integers(0, 4, n).tolist()
    pairs = skipgram_pairs(backend.asarray(ids, dtype), window)
    assert backend.owns(pairs)
    assert (pairs.dtype, pairs.shape[1]) == (backend.xp.int64, 2)
    assert backend.numpy(pairs).tolist() == brute_force_pairs(ids, window)


def test_a_repeated_word_is_its_own_neighbour_but_a_position_is_not():
    assert skipgram_pairs(np.array([5, 5]), 2).tolist() == [[5, 5], [5, 5]]


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_of_nothing_is_refused(window):
    with pytest.raises(ValueError, match=f"window must be at least 1, got {window}"):
        skipgram_pairs(np.arange(3), window)


def test_the_power_helps_rare_words():
    probs = negative_sampling_distribution(np.array([99, 1]))
    assert probs.tolist() == pytest.approx([0.96912, 0.03088], abs=5e-6)
    assert negative_sampling_distribution(np.array([16, 81, 0])).tolist() == pytest.approx([8 / 35, 27 / 35, 0])
    assert negative_sampling_distribution(np.array([16, 81]), power=1.0).tolist() == pytest.approx([16 / 97, 81 / 97])
    assert negative_sampling_distribution(np.array([16, 81]), power=0.5).tolist() == pytest.approx([4 / 13, 9 / 13])
    assert negative_sampling_distribution(np.array([16, 81]), power=0).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("seed", range(5))
def test_negatives_come_with_their_probabilities(seed):
    probs = np.array([0.5, 0.0, 0.3, 0.15, 0.0, 0.05, 0.0])
    ids = sample_negatives(probs, (100, 200), np.random.default_rng(seed))
    assert ids.shape == (100, 200)
    counts = np.bincount(ids.ravel(), minlength=7)
    assert counts[probs == 0].tolist() == [0, 0, 0]
    assert scipy.stats.chisquare(counts[probs > 0], 20_000 * probs[probs > 0]).pvalue > 1e-4
    pairs = np.bincount(
        4 * np.searchsorted([0, 2, 3, 5], ids[:, 0::2].ravel()) + np.searchsorted([0, 2, 3, 5], ids[:, 1::2].ravel())
    )
    independent = 10_000 * np.outer(probs[probs > 0], probs[probs > 0]).ravel()
    assert scipy.stats.chisquare(pairs, independent).pvalue > 1e-4


class Draws:
    """A generator whose numbers are known."""

    def __init__(self, values):
        self.values = values

    def random(self, size):
        return np.array(self.values).reshape(size)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_negatives_at_the_ends_of_the_intervals(dtype, backend):
    probs = backend.asarray([0, 0.25, 0, 0.75, 0], dtype)
    ids = sample_negatives(probs, 4, Draws([0.0, np.nextafter(0.25, 0), 0.25, np.nextafter(1.0, 0)]))
    assert backend.numpy(ids).tolist() == [1, 1, 3, 3]


def test_probabilities_that_add_up_to_a_bit_less_than_one_reach_no_word_beyond_the_last(backend):
    probs = backend.asarray(np.full(30, 1 / 30, dtype=np.float32) * np.float32(0.9999), "float32")
    assert backend.numpy(sample_negatives(probs, 1, Draws([np.nextafter(1.0, 0)]))).tolist() == [29]


def test_rare_words_of_a_large_vocabulary_can_be_drawn_in_float32(backend):
    # The sum of float32 numbers would stop growing: 1 + 2e-8 = 1.
    probs = backend.asarray([1.0, *[2e-8] * 50], "float32")
    assert backend.numpy(sample_negatives(probs, 1, Draws([1 - 9e-8]))).tolist() == [46]


def test_negatives_repeat_with_the_seed_and_change_with_the_call(backend):
    probs = backend.asarray(np.full(50, 0.02))
    rng = np.random.default_rng(3)
    first, second = (backend.numpy(sample_negatives(probs, (5, 4), rng)).tolist() for _ in range(2))
    again = backend.numpy(sample_negatives(probs, (5, 4), np.random.default_rng(3))).tolist()
    assert first == again != second


@pytest.mark.parametrize(("size", "shape"), [(3, (3,)), (0, (0,)), ((), ()), ((2, 0), (2, 0)), ((1, 2, 3), (1, 2, 3))])
def test_negatives_fill_the_shape_that_is_asked_for(size, shape, backend):
    assert sample_negatives(backend.asarray([0.5, 0.5]), size, np.random.default_rng(0)).shape == shape


@pytest.mark.parametrize("probs", [[], [0.0, 0.0], [math.nan]])
def test_there_must_be_a_word_to_draw(probs):
    with pytest.raises(ValueError, match="an entry above 0"):
        sample_negatives(np.array(probs, dtype=float), 3, np.random.default_rng(0))


@no_warnings
@given(seeds, st.sampled_from([1, 30, 300]))
def test_probabilities_agree_with_scipy(seed, size):
    rng = np.random.default_rng(seed)
    w, C = rng.normal(size=4), size * rng.normal(size=(3, 4))
    np.testing.assert_allclose(pair_probability(np.stack([w] * 3), C), scipy.special.expit(C @ w), rtol=1e-10)
    np.testing.assert_allclose(pair_probability(w, C[0]), scipy.special.expit(C[0] @ w), rtol=1e-10)
    np.testing.assert_allclose(window_log_probability(w, C), scipy.special.log_expit(C @ w).sum(), rtol=1e-10)


def test_a_window_multiplies_its_pairs():
    w, C = np.array([1.0, -2.0]), np.array([[0.5, 0.5], [1.0, 0.0], [-1.0, -1.0]])
    product = math.prod(pair_probability(w, c) for c in C)
    assert math.exp(window_log_probability(w, C)) == pytest.approx(product, rel=1e-14)
    assert float(window_log_probability(w, np.zeros((0, 2)))) == 0


@no_warnings
@given(seeds, st.integers(0, 6), st.integers(1, 5))
def test_gradients_agree_with_finite_differences(seed, k, d):
    rng = np.random.default_rng(seed)
    w, c_pos, C_neg = rng.normal(size=d), rng.normal(size=d), rng.normal(size=(k, d))
    _, *gradients = sgns_loss(w, c_pos, C_neg)
    assert relative_error(gradients[0], numerical_gradient(lambda w: sgns_loss(w, c_pos, C_neg)[0], w)) < 1e-7
    assert relative_error(gradients[1], numerical_gradient(lambda c: sgns_loss(w, c, C_neg)[0], c_pos)) < 1e-7
    if k:
        assert relative_error(gradients[2], numerical_gradient(lambda C: sgns_loss(w, c_pos, C)[0], C_neg)) < 1e-7


@given(seeds, st.sampled_from([0.1, 1.0, 10.0]))
def test_loss_and_gradients_agree_with_pytorch(seed, scale):
    torch = pytest.importorskip("torch", reason="PyTorch is in the oracle extra")
    rng = np.random.default_rng(seed)
    values = [scale * rng.normal(size=shape) for shape in [5, 5, (7, 5)]]
    loss, *gradients = sgns_loss(*values)
    w, c_pos, C_neg = leaves = [torch.tensor(value, requires_grad=True) for value in values]
    logsigmoid = torch.nn.functional.logsigmoid
    expected = -(logsigmoid(w @ c_pos) + logsigmoid(-C_neg @ w).sum())
    expected.backward()
    assert float(loss) == pytest.approx(expected.item(), rel=1e-12)
    for gradient, leaf in zip(gradients, leaves, strict=True):
        np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_loss_and_gradients_by_hand(backend):
    # Products 0, log 3 and -log 3, so the probabilities are 1/2, 3/4 and 1/4.
    w, c_pos = backend.asarray([math.log(3), 0]), backend.asarray([0, 1])
    loss, grad_w, grad_c_pos, grad_C_neg = sgns_loss(w, c_pos, backend.asarray([[1, 2], [-1, 0]]))
    assert float(loss) == pytest.approx(math.log(2) + math.log(4) + math.log(4 / 3), rel=1e-14)
    assert backend.numpy(grad_w) == pytest.approx([0.5, 1.0], rel=1e-14)
    assert backend.numpy(grad_c_pos) == pytest.approx([-math.log(3) / 2, 0], rel=1e-14)
    np.testing.assert_allclose(
        backend.numpy(grad_C_neg), [[0.75 * math.log(3), 0], [0.25 * math.log(3), 0]], rtol=1e-14
    )


def test_a_noise_word_that_is_drawn_twice_counts_twice(backend):
    w, c_pos, c = backend.asarray([0.5, -1]), backend.asarray([0.3, 2]), [1.5, 0.5]
    none = sgns_loss(w, c_pos, backend.xp.reshape(backend.asarray([]), (0, 2)))
    once, twice = (sgns_loss(w, c_pos, backend.asarray([c] * k)) for k in (1, 2))
    for part in (0, 1):
        of_one = backend.numpy(once[part]) - backend.numpy(none[part])
        np.testing.assert_allclose(backend.numpy(twice[part]) - backend.numpy(none[part]), 2 * of_one, rtol=1e-12)
    np.testing.assert_array_equal(backend.numpy(twice[3]), backend.numpy(once[3])[[0, 0]])


@no_warnings
@pytest.mark.parametrize(("dtype", "size"), [("float64", 1000), ("float32", 80)])
def test_large_products_are_exact(dtype, size, backend):
    w = backend.asarray([size, 0], dtype)
    right, wrong = backend.asarray([1, 0], dtype), backend.asarray([-1, 0], dtype)
    loss, grad_w, grad_c_pos, grad_C_neg = sgns_loss(w, right, backend.asarray([[-1, 0], [-1, 0]], dtype))
    assert all(part.dtype == getattr(backend.xp, dtype) for part in (loss, grad_w, grad_c_pos, grad_C_neg))
    assert float(loss) == pytest.approx(0, abs=1e-30)
    for gradient in (grad_w, grad_c_pos, grad_C_neg):
        np.testing.assert_allclose(backend.numpy(gradient), 0, atol=1e-30)
    loss, grad_w, grad_c_pos, grad_C_neg = sgns_loss(w, wrong, backend.asarray([[1, 0], [1, 0]], dtype))
    assert float(loss) == 3 * size
    assert backend.numpy(grad_w).tolist() == [3, 0]
    assert backend.numpy(grad_c_pos).tolist() == [-size, 0]
    assert backend.numpy(grad_C_neg).tolist() == [[size, 0], [size, 0]]
    log_p = window_log_probability(w, backend.asarray([[1, 0], [-1, 0]], dtype))
    assert (float(log_p), log_p.dtype) == (-size, getattr(backend.xp, dtype))


def test_the_first_module_of_the_chapter_holds_all_its_names():
    module = importlib.import_module("solutions.word2vec")
    for name in course.find("word2vec").modules:
        part = importlib.import_module(f"solutions.{name}")
        public = {name for name, f in inspect.getmembers(part, inspect.isfunction) if f.__module__ == part.__name__}
        assert {name for name in public if not name.startswith("_")} <= set(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)
