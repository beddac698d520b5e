"""Chapter 5: counts of neighbours, PPMI, the SVD and GloVe; test_contract.py holds what all chapters share."""

import math

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from solutions.counting import cooccurrence_matrix, glove_loss, ppmi, svd_embeddings, train_glove
from solutions.gradient_descent import numerical_gradient, relative_error

seeds = st.integers(0, 2**32 - 1)


def count_by_hand(ids, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size))
    for i, centre in enumerate(ids):
        for j in range(max(0, i - window), min(len(ids), i + window + 1)):
            between = ids[min(i, j) : max(i, j) + 1]
            if i != j and -1 not in between:
                counts[centre, ids[j]] += 1
    return counts


@given(st.lists(st.integers(-1, 4), max_size=30), st.integers(1, 6))
def test_counts_agree_with_counting_by_hand(ids, window):
    counts = cooccurrence_matrix(np.array(ids, dtype=np.int16), 5, window)
    assert counts.dtype == np.float64
    np.testing.assert_array_equal(counts, count_by_hand(ids, 5, window))


def test_nothing_is_counted_across_the_end_of_a_text():
    counts = cooccurrence_matrix([0, 1, -1, 2, 3], 4, window=4)
    assert counts.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64"])
def test_counts_on_every_library(backend, dtype):
    ids = [100, 1, 2, -1, 2, 100, 100, 0]
    counts = cooccurrence_matrix(backend.asarray(ids, dtype), 101, 2)
    assert backend.owns(counts)
    np.testing.assert_array_equal(backend.numpy(counts), count_by_hand(ids, 101, 2))


@pytest.mark.parametrize("ids", [[0, 5], [-2, 0]])
def test_an_id_outside_of_the_vocabulary_is_refused(ids):
    with pytest.raises(ValueError, match="from -1 to 4"):
        cooccurrence_matrix(np.array(ids), 5, 1)


def test_a_window_of_nothing_is_refused():
    with pytest.raises(ValueError, match="window"):
        cooccurrence_matrix(np.array([0, 1]), 2, 0)


@given(seeds)
def test_ppmi_agrees_with_its_formula_entry_by_entry(seed):
    counts = np.random.default_rng(seed).poisson(0.7, (6, 6)).astype(float)
    counts[0, 0] += 1
    expected = np.zeros((6, 6))
    for i, j in np.argwhere(counts > 0):
        p_both, p_i, p_j = (part / counts.sum() for part in (counts[i, j], counts[i].sum(), counts[:, j].sum()))
        expected[i, j] = max(0.0, math.log(p_both / (p_i * p_j)))
    np.testing.assert_allclose(ppmi(counts), expected, rtol=1e-12, atol=1e-14)


def test_ppmi_of_independent_words_is_zero():
    counts = np.outer([1.0, 2.0, 4.0], [3.0, 5.0, 8.0])
    np.testing.assert_allclose(ppmi(counts), 0, atol=1e-14)


def test_ppmi_of_a_word_that_never_occurs_is_zero():
    with np.errstate(all="raise"):
        assert ppmi(np.array([[0.0, 0.0], [0.0, 4.0]])).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("shape", [(6, 6), (6, 4), (4, 6), (1, 3)])
def test_vectors_are_those_of_the_svd_of_scipy_up_to_sign(shape):
    matrix = np.random.default_rng(3).normal(size=shape)
    U, S, _ = scipy.linalg.svd(matrix)
    for dim in range(1, min(shape) + 1):
        vectors = svd_embeddings(matrix, dim)
        np.testing.assert_allclose(np.abs(vectors), np.abs(U[:, :dim]) * np.sqrt(S[:dim]), rtol=1e-9, atol=1e-12)
        assert (vectors[np.abs(vectors).argmax(axis=0), range(dim)] > 0).all()


def test_all_columns_together_give_the_matrix_back():
    root = np.random.default_rng(4).normal(size=(7, 7))
    matrix = root @ root.T
    vectors = svd_embeddings(matrix, 7)
    np.testing.assert_allclose(vectors @ vectors.T, matrix, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("shape", [(60, 60), (60, 80), (80, 60)])
def test_few_columns_of_a_large_matrix_are_the_same(shape):
    matrix = np.random.default_rng(5).poisson(0.3, shape) * 1.0
    U, S, _ = scipy.linalg.svd(matrix)
    vectors = svd_embeddings(matrix, 5)
    np.testing.assert_allclose(np.abs(vectors), np.abs(U[:, :5]) * np.sqrt(S[:5]), rtol=1e-8, atol=1e-10)
    assert (vectors[np.abs(vectors).argmax(axis=0), range(5)] > 0).all()
    np.testing.assert_array_equal(vectors, svd_embeddings(matrix, 5))
    assert svd_embeddings(matrix.astype(np.float32), 5).dtype == np.float32


def test_a_matrix_of_zeros_gives_zeros():
    assert not svd_embeddings(np.zeros((40, 40)), 2).any()


@pytest.mark.parametrize("dim", [0, 4])
def test_a_size_that_the_matrix_cannot_give_is_refused(dim):
    with pytest.raises(ValueError, match=r"\(5, 3\)"):
        svd_embeddings(np.ones((5, 3)), dim)


def glove_arguments(seed):
    rng = np.random.default_rng(seed)
    counts = rng.choice([0.0, 1.0, 3.0, 50.0, 100.0, 400.0], (4, 4))
    return [rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=4), counts]


@given(seeds, st.sampled_from([(100.0, 0.75), (10.0, 0.5), (100.0, 0.0)]))
def test_glove_loss_agrees_with_its_formula_pair_by_pair(seed, shape_of_f):
    W, C, b, c, counts = glove_arguments(seed)
    x_max, alpha = shape_of_f
    expected = 0.0
    for i, j in np.argwhere(counts > 0):
        f = (counts[i, j] / x_max) ** alpha if counts[i, j] < x_max else 1.0
        expected += f * (sum(W[i] * C[j]) + b[i] + c[j] - math.log(counts[i, j])) ** 2
    assert glove_loss(W, C, b, c, counts, x_max, alpha)[0] == pytest.approx(expected, rel=1e-12)


@given(seeds)
def test_gradients_of_glove_agree_with_finite_differences(seed):
    arguments = glove_arguments(seed)
    _, *grads = glove_loss(*arguments)
    for k, grad in enumerate(grads):

        def loss(value, k=k):
            return glove_loss(*arguments[:k], value, *arguments[k + 1 :])[0]

        assert grad.shape == arguments[k].shape
        assert relative_error(grad, numerical_gradient(loss, arguments[k])) < 1e-7


def test_gradients_of_glove_agree_with_torch():
    torch = pytest.importorskip("torch", reason="torch is in the oracle extra")
    *parameters, counts = glove_arguments(8)
    W, C, b, c = (torch.tensor(parameter, requires_grad=True) for parameter in parameters)
    n = torch.tensor(counts)
    met = n > 0
    error = (W @ C.T + b[:, None] + c[None, :])[met] - torch.log(n[met])
    loss = torch.sum(torch.clamp(n[met] / 100, max=1) ** 0.75 * error**2)
    loss.backward()
    ours, *grads = glove_loss(*parameters, counts)
    assert ours == pytest.approx(loss.item(), rel=1e-12)
    for grad, parameter in zip(grads, (W, C, b, c), strict=True):
        np.testing.assert_allclose(grad, parameter.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_two_steps_of_training_are_steps_of_adagrad():
    counts = glove_arguments(8)[-1]
    options = {"dim": 3, "learning_rate": 0.1, "epochs": 2, "x_max": 10.0, "alpha": 0.5}
    W2, C2, losses = train_glove(counts, **options, rng=np.random.default_rng(2))
    rng = np.random.default_rng(2)
    start = [rng.uniform(-1 / 6, 1 / 6, (4, 3)), rng.uniform(-1 / 6, 1 / 6, (4, 3)), np.zeros(4), np.zeros(4)]
    first, *grads = glove_loss(*start, counts, 10.0, 0.5)
    after = [value - 0.1 * np.sign(grad) for value, grad in zip(start, grads, strict=True)]
    second, grad_W, grad_C, *_ = glove_loss(*after, counts, 10.0, 0.5)
    np.testing.assert_allclose(losses, [first, second], rtol=1e-9)
    np.testing.assert_allclose(W2, after[0] - 0.1 * grad_W / np.hypot(grads[0], grad_W), rtol=1e-8)
    np.testing.assert_allclose(C2, after[1] - 0.1 * grad_C / np.hypot(grads[1], grad_C), rtol=1e-8)


def test_training_explains_counts_that_have_the_form_of_the_model():
    rng = np.random.default_rng(6)
    logs = rng.normal(size=(12, 2)) @ rng.normal(size=(2, 12)) + rng.normal(size=(12, 1)) + 3
    _, _, losses = train_glove(np.exp(logs), dim=3, learning_rate=0.3, epochs=1500, rng=np.random.default_rng(0))
    assert losses.shape == (1500,)
    assert losses[-1] < 1e-4 * losses[0]


def test_training_finds_planted_groups():
    rng = np.random.default_rng(1)
    texts = [np.append(rng.integers(0, 8, 12) + 8 * (k % 2), -1) for k in range(200)]
    counts = cooccurrence_matrix(np.concatenate(texts), 16, 3) + 1
    W, C, losses = train_glove(counts, dim=4, learning_rate=0.1, epochs=200, rng=np.random.default_rng(3))
    assert losses[-1] < losses[0] / 10
    unit = (W + C) / np.linalg.norm(W + C, axis=1, keepdims=True)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -2)
    assert (similarity.argmax(axis=1) // 8 == np.arange(16) // 8).all()


def test_a_word_without_neighbours_stays_where_it_starts():
    counts = np.array([[2.0, 5.0, 0.0], [5.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    W, _, _ = train_glove(counts, dim=2, learning_rate=0.5, epochs=10, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(W[2], np.random.default_rng(2).uniform(-0.25, 0.25, (3, 2))[2])
