"""Chapter 5, what word vectors are good for: neighbours, analogies, and the vectors of whole texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import array_api_compat

from .backend import Array, array_namespace, as_float


def _unit_rows(A: Array) -> Array:
    """Return the rows of A divided by their lengths; a row of zeros stays as it is."""
    A = as_float(A)
    xp = array_namespace(A)
    lengths = xp.linalg.vector_norm(A, axis=1, keepdims=True)
    return A / xp.where(lengths > 0, lengths, xp.ones_like(lengths))


def cosine_similarity(A: Array, B: Array) -> Array:
    """Return the cosine of the angle between each row of A and each row of B: a.b / (|a| |b|).

    Args:
        A: (n, d) vectors, one per row.
        B: (m, d) vectors, one per row.

    Returns: (n, m) numbers from -1 to 1; a vector of zeros has the similarity 0 with every other.
    Raises: ValueError if the shapes do not fit together.

    Example: the same direction, a right angle, and 45 degrees; lengths do not matter.
        >>> import numpy as np
        >>> cosine_similarity(np.array([[3.0, 0.0]]), np.array([[9.0, 0.0], [0.0, 2.0], [1.0, 1.0]])).round(3).tolist()
        [[1.0, 0.0, 0.707]]

    Source: Salton et al., A Vector Space Model for Automatic Indexing, CACM 18 (1975).
    """
    if A.ndim != 2 or B.ndim != 2 or A.shape[1] != B.shape[1]:
        raise ValueError(f"expected A (n, d), B (m, d); got A {A.shape}, B {B.shape}")
    return _unit_rows(A) @ _unit_rows(B).T


def _nearest(units: Array, direction: Array, without: Sequence[int], k: int) -> tuple[Array, Array]:
    """Return the ids and cosines of the k unit rows that are nearest to a direction, leaving out some ids."""
    xp = array_namespace(units)
    # Not a matrix product, whose rounding depends on where a row stands: equal rows must come out equal.
    cosines = xp.sum(units * _unit_rows(direction[None, :]), axis=1)
    ids = xp.astype(xp.argsort(-cosines, stable=True), xp.int64)
    for i in without:
        ids = ids[ids != int(i)]
    if not 0 <= k <= ids.shape[0]:
        raise ValueError(f"expected k from 0 to {ids.shape[0]}, the number of other words, got {k}")
    return ids[:k], xp.take(cosines, ids[:k])


def _require_words(W: Array, *ids: int) -> None:
    if W.ndim != 2:
        raise ValueError(f"expected W (V, d), got {W.shape}")
    for i in ids:
        if not 0 <= i < W.shape[0]:
            raise ValueError(f"expected ids from 0 to {W.shape[0] - 1}, got {i}")


def most_similar(W: Array, i: int, k: int) -> tuple[Array, Array]:
    """Return the k words whose vectors point most nearly in the direction of word i's vector.

    Args:
        W: (V, d) word vectors, one per row.
        i: id of the word, from 0 to V - 1.
        k: how many neighbours, at most V - 1.

    Returns:
        ids: (k,) of the neighbours, best first; of equally similar ones the smaller id is first. Never i itself.
        similarities: (k,) their cosines.
    Raises: ValueError if W is not two-dimensional, there is no word i, or there are no k others.

    Example: word 2 points almost where word 0 does, word 1 the other way.
        >>> import numpy as np
        >>> ids, similarities = most_similar(np.array([[1.0, 0.0], [-1.0, 0.0], [2.0, 1.0]]), 0, 2)
        >>> ids.tolist(), similarities.round(3).tolist()
        ([2, 1], [0.894, -1.0])

    Source: Mikolov et al., Efficient Estimation of Word Representations in Vector Space (2013).
    """
    _require_words(W, i)
    units = _unit_rows(W)
    return _nearest(units, units[int(i), :], [i], k)


def analogy(W: Array, a: int, b: int, c: int, k: int) -> tuple[Array, Array]:
    """Return the k words that are to c as b is to a: nearest to b - a + c, with all vectors at length 1.

    Args:
        W: (V, d) word vectors, one per row.
        a, b, c: ids from 0 to V - 1: "a is to b as c is to which word?"
        k: how many answers, at most as many as there are words besides a, b and c.

    Returns:
        ids: (k,) of the answers, best first; of equally good ones the smaller id is first. Never a, b or c.
        similarities: (k,) the cosines of their vectors and b - a + c.
    Raises: ValueError if W is not two-dimensional, or a word is not there, or there are no k others.

    Example: the first number tells man from woman, the second royal from not. Man is to king as woman is to whom?
        >>> import numpy as np
        >>> man, king, woman, queen, other = [1, 0], [1, 1], [-1, 0], [-1, 1], [1, -1]
        >>> ids, similarities = analogy(np.array([man, king, woman, queen, other]), 0, 1, 2, k=1)
        >>> ids.tolist(), similarities.round(3).tolist()
        ([3], [0.96])

    Source: Mikolov et al., Linguistic Regularities in Continuous Space Word Representations, NAACL (2013).
    """
    _require_words(W, a, b, c)
    units = _unit_rows(W)
    direction = units[int(b), :] - units[int(a), :] + units[int(c), :]
    return _nearest(units, direction, [a, b, c], k)


def document_vectors(docs: Sequence[Any], W: Array) -> Array:
    """Return one vector per text: the mean of the vectors of its words.

    Args:
        docs: N sequences of ids from 0 to V - 1: the words of each text, a word as often as it occurs.
        W: (V, d) word vectors, one per row.

    Returns: (N, d). A text without words has a vector of zeros.
    Raises: ValueError if W is not two-dimensional, or a word is not there.

    Example:
        >>> import numpy as np
        >>> document_vectors([[0, 1, 1], []], np.array([[3.0, 0.0], [0.0, 6.0]])).tolist()
        [[1.0, 4.0], [0.0, 0.0]]

    Source: Mitchell and Lapata, Vector-based Models of Semantic Composition, ACL (2008).
    """
    _require_words(W)
    W = as_float(W)
    xp, device = array_namespace(W), array_api_compat.device(W)
    vectors = xp.zeros((len(docs), W.shape[1]), dtype=W.dtype, device=device)
    for n, doc in enumerate(docs):
        ids = xp.asarray(doc, dtype=xp.int64, device=device)
        if ids.shape[0] > 0:
            _require_words(W, int(xp.min(ids)), int(xp.max(ids)))
            vectors[n, :] = xp.mean(xp.take(W, ids, axis=0), axis=0)
    return vectors
