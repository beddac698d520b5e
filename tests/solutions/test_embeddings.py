"""Neighbours, analogies and vectors of texts, against scikit-learn and a search that looks at every word."""

import math

import numpy as np
import pytest
import sklearn.metrics.pairwise
from hypothesis import given
from hypothesis import strategies as st

from solutions.embeddings import analogy, cosine_similarity, document_vectors, most_similar

seeds = st.integers(0, 2**32 - 1)


def cosine(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True)) / (math.hypot(*u) * math.hypot(*v))


@given(seeds, st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.sampled_from(["float32", "float64"]))
def test_cosines_agree_with_scikit_learn(seed, n, m, d, dtype):
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(n, d)).astype(dtype), 100 * rng.normal(size=(m, d)).astype(dtype)
    A[0] = 0
    expected = sklearn.metrics.pairwise.cosine_similarity(A, B)
    np.testing.assert_allclose(cosine_similarity(A, B), expected, atol=1e-12 if dtype == "float64" else 1e-6)


def test_a_vector_of_zeros_is_similar_to_nothing(backend):
    A = backend.asarray([[0, 0], [3, 4]])
    np.testing.assert_allclose(backend.numpy(cosine_similarity(A, A)), [[0, 0], [0, 1]], rtol=1e-15)
    ids, similarities = most_similar(A, 0, 1)
    assert (backend.numpy(ids).tolist(), backend.numpy(similarities).tolist()) == ([1], [0])


@given(seeds, st.integers(2, 12), st.integers(1, 4), st.data())
def test_neighbours_agree_with_a_search_of_all_words(seed, V, d, data):
    W = np.random.default_rng(seed).normal(size=(V, d))
    i, k = data.draw(st.integers(0, V - 1)), data.draw(st.integers(0, V - 1))
    ids, similarities = most_similar(W, i, k)
    assert len(set(ids.tolist())) == len(ids) == k
    assert i not in ids
    assert similarities.tolist() == pytest.approx([cosine(W[i], W[j]) for j in ids], abs=1e-12)
    assert (np.diff(similarities) <= 0).all()
    rest = set(range(V)) - {i} - set(ids.tolist())
    if k:
        assert all(cosine(W[i], W[j]) <= similarities[-1] + 1e-12 for j in rest)


@given(seeds, st.integers(4, 12), st.integers(1, 4), st.data())
def test_analogies_agree_with_a_search_of_all_words(seed, V, d, data):
    W = np.random.default_rng(seed).normal(size=(V, d))
    a, b, c = (data.draw(st.integers(0, V - 1)) for _ in range(3))
    others = sorted(set(range(V)) - {a, b, c})
    ids, similarities = analogy(W, a, b, c, len(others))
    units = [row / math.hypot(*row) for row in W]
    expected = {j: cosine(units[b] - units[a] + units[c], W[j]) for j in others}
    assert sorted(ids.tolist()) == others
    assert similarities.tolist() == pytest.approx([expected[j] for j in ids], abs=1e-9)
    assert (np.diff(similarities) <= 0).all()


def test_the_lengths_of_the_vectors_do_not_decide_an_analogy():
    # At their own lengths b - a + c would point to word 4 instead.
    W = np.array([[10.0, 0.0], [10.0, 10.0], [-1.0, 0.0], [-1.0, 1.0], [0.0, 1.0]])
    assert analogy(W, 0, 1, 2, 2)[0].tolist() == [3, 4]
    raw = W[1] - W[0] + W[2]
    assert cosine(raw, W[4]) > cosine(raw, W[3])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("d", [1, 2, 7, 100])
def test_of_equally_similar_words_the_smaller_id_is_first(d, dtype, backend):
    rng = np.random.default_rng(d)
    near, far = rng.uniform(0.5, 1, d), -rng.uniform(0.5, 1, d)
    W = backend.asarray([far, near, near, far, near, far, near, near, near, far, near], dtype)
    ids, similarities = most_similar(W, 4, 10)
    assert backend.numpy(ids).tolist() == [1, 2, 6, 7, 8, 10, 0, 3, 5, 9]
    assert len(set(backend.numpy(similarities).tolist())) == 2
    ids, _ = analogy(W, 4, 2, 6, 8)
    assert backend.numpy(ids).tolist() == [1, 7, 8, 10, 0, 3, 5, 9]


@pytest.mark.parametrize("k", [-1, 3])
def test_there_are_only_so_many_others(k):
    with pytest.raises(ValueError, match=f"expected k from 0 to 2, the number of other words, got {k}"):
        most_similar(np.eye(3), 1, k)


def test_words_that_are_given_twice_in_an_analogy_leave_more_answers():
    assert analogy(np.eye(3), 1, 1, 1, 2)[0].tolist() == [0, 2]
    with pytest.raises(ValueError, match="expected k from 0 to 1"):
        analogy(np.eye(3), 1, 1, 2, 2)


@pytest.mark.parametrize("i", [-1, 3])
def test_words_that_are_not_there_are_refused(i, backend):
    W = backend.asarray(np.eye(3))
    calls = [
        lambda: most_similar(W, i, 1),
        lambda: analogy(W, i, 0, 1, 1),
        lambda: analogy(W, 0, i, 1, 1),
        lambda: analogy(W, 0, 1, i, 1),
        lambda: document_vectors([[0], [1, i]], W),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=f"expected ids from 0 to 2, got {i}"):
            call()


def test_ids_of_any_integer_kind(backend):
    W = backend.asarray([[1, 0], [1, 1], [0, 1]])
    assert backend.numpy(most_similar(W, np.uint8(0), 1)[0]).tolist() == [1]
    docs = [backend.asarray([2, 2, 0], dtype) for dtype in ("uint8", "int32", "int64")]
    assert backend.numpy(document_vectors(docs, W)).tolist() == [[1 / 3, 2 / 3]] * 3


@given(st.lists(st.lists(st.integers(0, 4), max_size=6), max_size=5))
def test_vectors_of_texts_are_means(docs):
    W = np.random.default_rng(1).normal(size=(5, 3))
    vectors = document_vectors(docs, W)
    expected = [W[doc].mean(axis=0) if doc else np.zeros(3) for doc in docs]
    np.testing.assert_allclose(vectors, np.reshape(expected, (len(docs), 3)), rtol=1e-14, atol=1e-14)
