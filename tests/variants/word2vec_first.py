"""Answers to chapter 5 (word2vec), written from the page alone."""

import math
from collections import Counter, defaultdict

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import expit, log_expit

from tests.variants import fragile, right, wrong


def _sigmoid(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _log_sigmoid(z):
    return -np.logaddexp(0, -np.asarray(z, dtype=float))


def _unit(W):
    W = np.asarray(W, dtype=float)
    norms = np.linalg.norm(W, axis=1, keepdims=True)
    return W / np.where(norms == 0, 1, norms)


def _cosines(A, B):
    return _unit(A) @ _unit(B).T


# cosine_similarity


@right("cosine_similarity", "double loop into np.zeros")
def _(A, B):
    n = len(A)
    m = len(B)
    out = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            na = np.sqrt(np.sum(A[i] ** 2))
            nb = np.sqrt(np.sum(B[j] ** 2))
            if na > 0 and nb > 0:
                out[i, j] = np.dot(A[i], B[j]) / (na * nb)
    return out


@right("cosine_similarity", "unit rows with np.where, then a matrix product")
def _(A, B):
    norm_a = np.linalg.norm(A, axis=1, keepdims=True)
    norm_b = np.linalg.norm(B, axis=1, keepdims=True)
    # zero vectors stay zero if I divide them by 1
    A_unit = A / np.where(norm_a == 0, 1, norm_a)
    B_unit = B / np.where(norm_b == 0, 1, norm_b)
    return A_unit @ B_unit.T


@right("cosine_similarity", "np.divide with where and out")
def _(A, B):
    dots = np.dot(A, B.T).astype(float)
    lengths = np.outer(np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1))
    return np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)


@right("cosine_similarity", "einsum, errstate, then nan_to_num, clipped to -1..1")
def _(A, B):
    a = A.astype(float)
    b = B.astype(float)
    dots = np.einsum("nd,md->nm", a, b)
    len_a = np.sqrt(np.einsum("nd,nd->n", a, a))
    len_b = np.sqrt(np.einsum("md,md->m", b, b))
    with np.errstate(invalid="ignore", divide="ignore"):
        cos = dots / (len_a[:, None] * len_b[None, :])
    cos = np.nan_to_num(cos)
    return np.clip(cos, -1, 1)


@right("cosine_similarity", "pure Python sums, np.array at the end")
def _(A, B):
    rows = []
    for a in A:
        row = []
        for b in B:
            dot = sum(float(x) * float(y) for x, y in zip(a, b))
            la = math.sqrt(sum(float(x) ** 2 for x in a))
            lb = math.sqrt(sum(float(y) ** 2 for y in b))
            if la == 0 or lb == 0:
                row.append(0.0)
            else:
                row.append(dot / (la * lb))
        rows.append(row)
    return np.array(rows)


@right("cosine_similarity", "list of lists comes back in place of an array")
def _(A, B):
    result = []
    for a in A:
        line = []
        for b in B:
            length = np.linalg.norm(a) * np.linalg.norm(b)
            line.append(float(a @ b / length) if length != 0 else 0.0)
        result.append(line)
    return result


@right("cosine_similarity", "scipy cdist, zero rows set to 0 afterwards")
def _(A, B):
    a_zero = ~A.any(axis=1)
    b_zero = ~B.any(axis=1)
    with np.errstate(all="ignore"):
        cos = 1 - cdist(A, B, "cosine")
    cos[a_zero, :] = 0
    cos[:, b_zero] = 0
    return cos


@right("cosine_similarity", "copies, boolean mask for the rows that are not zero")
def _(A, B):
    A2 = A.copy().astype(float)
    B2 = B.copy().astype(float)
    for M in (A2, B2):
        norms = (M**2).sum(axis=1) ** 0.5
        ok = norms > 0
        M[ok] = M[ok] / norms[ok].reshape(-1, 1)
    return A2 @ B2.T


@fragile("cosine_similarity", "zero vectors give nan")
def _(A, B):
    a = np.linalg.norm(A, axis=1)
    b = np.linalg.norm(B, axis=1)
    return (A @ B.T) / np.outer(a, b)


@fragile("cosine_similarity", "1e-8 added to lengths: wrong for very short vectors")
def _(A, B):
    a = A / (np.linalg.norm(A, axis=1, keepdims=True) + 1e-8)
    b = B / (np.linalg.norm(B, axis=1, keepdims=True) + 1e-8)
    return a @ b.T


@wrong("cosine_similarity", "dot products without division by the lengths")
def _(A, B):
    return A @ B.T


@wrong("cosine_similarity", "divides by squared lengths, square root forgotten")
def _(A, B):
    a = np.sum(A**2, axis=1)
    b = np.sum(B**2, axis=1)
    lengths = np.outer(a, b)
    lengths = np.where(lengths == 0, 1, lengths)
    return (A @ B.T) / lengths


@wrong("cosine_similarity", "transposed: shape (m, n)")
def _(A, B):
    return _unit(B) @ _unit(A).T


@wrong("cosine_similarity", "normalises columns in place of rows")
def _(A, B):
    na = np.linalg.norm(A, axis=0)
    nb = np.linalg.norm(B, axis=0)
    return (A / np.where(na == 0, 1, na)) @ (B / np.where(nb == 0, 1, nb)).T


@wrong("cosine_similarity", "norm of the whole matrix, axis forgotten")
def _(A, B):
    length = np.linalg.norm(A) * np.linalg.norm(B)
    if length == 0:
        return np.zeros((len(A), len(B)))
    return A @ B.T / length


@wrong("cosine_similarity", "zero vectors get similarity 1")
def _(A, B):
    lengths = np.outer(np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1))
    out = np.ones((len(A), len(B)))
    np.divide(A @ B.T, lengths, out=out, where=lengths > 0)
    return out


@wrong("cosine_similarity", "only row i with row i, first min(n, m) rows")
def _(A, B):
    n = min(len(A), len(B))
    out = np.zeros(n)
    for i in range(n):
        length = np.linalg.norm(A[i]) * np.linalg.norm(B[i])
        if length > 0:
            out[i] = A[i] @ B[i] / length
    return out


@wrong("cosine_similarity", "divides by the length of A's rows only")
def _(A, B):
    return _unit(A) @ B.T


@wrong("cosine_similarity", "cosine distance: 1 minus the cosine")
def _(A, B):
    return 1 - _cosines(A, B)


@wrong("cosine_similarity", "absolute value of the cosine")
def _(A, B):
    return np.abs(_cosines(A, B))


@wrong("cosine_similarity", "L1 lengths in place of Euclidean ones")
def _(A, B):
    a = np.abs(A).sum(axis=1)
    b = np.abs(B).sum(axis=1)
    lengths = np.outer(a, b)
    return (A @ B.T) / np.where(lengths == 0, 1, lengths)


@wrong("cosine_similarity", "normalises A and B in place")
def _(A, B):
    for M in (A, B):
        for r in range(len(M)):
            length = np.linalg.norm(M[r])
            if length > 0:
                M[r] = M[r] / length
    return A @ B.T


@wrong("cosine_similarity", "norms without keepdims: fails to broadcast unless n equals d")
def _(A, B):
    a = np.linalg.norm(A, axis=1)
    b = np.linalg.norm(B, axis=1)
    a[a == 0] = 1
    b[b == 0] = 1
    return (A / a) @ (B / b).T


# most_similar


@right("most_similar", "all cosines, -inf for the word, stable argsort")
def _(W, i, k):
    sims = _cosines(W[i : i + 1], W)[0]
    sims[i] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@right("most_similar", "sort first, then drop i from the order")
def _(W, i, k):
    lengths = np.linalg.norm(W, axis=1)
    dots = W @ W[i]
    sims = np.zeros(len(W))
    for j in range(len(W)):
        if lengths[j] * lengths[i] != 0:
            sims[j] = dots[j] / (lengths[j] * lengths[i])
    order = np.argsort(-sims, kind="stable")
    order = order[order != i][:k]
    return order, sims[order]


@right("most_similar", "Python list of (-similarity, id) sorted")
def _(W, i, k):
    pairs = []
    for j in range(W.shape[0]):
        if j == i:
            continue
        length = float(np.linalg.norm(W[i])) * float(np.linalg.norm(W[j]))
        s = float(np.sum(W[i] * W[j])) / length if length > 0 else 0.0
        pairs.append((-s, j))
    pairs.sort()
    ids = []
    similarities = []
    for s, j in pairs[:k]:
        ids.append(j)
        similarities.append(-s)
    return np.array(ids, dtype=int), np.array(similarities)


@right("most_similar", "np.delete on candidates, then indexes back")
def _(W, i, k):
    candidates = np.delete(np.arange(len(W)), i)
    U = _unit(W)
    s = np.einsum("vd,d->v", U[candidates], U[i])
    best = np.argsort(-s, kind="mergesort")[:k]
    return candidates[best], s[best]


@right("most_similar", "lexsort by similarity and id")
def _(W, i, k):
    V = len(W)
    all_ids = np.arange(V)
    s = (_unit(W) * _unit(W)[i]).sum(axis=1)
    order = np.lexsort((all_ids, -s))
    ids = np.array([j for j in order if j != i], dtype=int)[:k]
    return ids, s[ids]


@right("most_similar", "finds the maximum k times with strict >")
def _(W, i, k):
    s = _cosines(W, W)[i]
    used = [i]
    ids = np.zeros(k, dtype=int)
    similarities = np.zeros(k)
    for step in range(k):
        best = None
        for j in range(len(W)):
            if j in used:
                continue
            if best is None or s[j] > s[best]:
                best = j
        used.append(best)
        ids[step] = best
        similarities[step] = s[best]
    return ids, similarities


@right("most_similar", "two lists in a tuple, sorted() with key")
def _(W, i, k):
    def cos(u, v):
        nu = np.sqrt(u.dot(u))
        nv = np.sqrt(v.dot(v))
        if nu == 0 or nv == 0:
            return 0.0
        return float(u.dot(v) / (nu * nv))

    W = W.astype(float)
    sims = {j: cos(W[i], W[j]) for j in range(len(W)) if j != i}
    # sorted is stable also with reverse=True
    ids = sorted(sims, key=lambda j: sims[j], reverse=True)[:k]
    return ids, [sims[j] for j in ids]


@fragile("most_similar", "default argsort, not stable: ties in large V out of order")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    sims[i] = -np.inf
    ids = np.argsort(-sims)[:k]
    return ids, sims[ids]


@fragile("most_similar", "zero vectors give nan and come last")
def _(W, i, k):
    lengths = np.linalg.norm(W, axis=1)
    sims = W @ W[i] / (lengths * lengths[i])
    sims[i] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "drops the first of the order, trusting that it is i")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    ids = np.argsort(-sims, kind="stable")[1 : k + 1]
    return ids, sims[ids]


@wrong("most_similar", "word i itself is not left out")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "sorts rising: least similar first")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    order = np.argsort(sims, kind="stable")
    order = order[order != i]
    return order[:k], sims[order[:k]]


@wrong("most_similar", "reversed stable argsort: ties give the larger id first")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    order = np.argsort(sims, kind="stable")[::-1]
    order = order[order != i][:k]
    return order, sims[order]


@wrong("most_similar", "dot product in place of the cosine")
def _(W, i, k):
    sims = (W @ W[i]).astype(float)
    sims[i] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "Euclidean distance decides the order")
def _(W, i, k):
    dist = np.linalg.norm(W - W[i], axis=1)
    dist[i] = np.inf
    ids = np.argsort(dist, kind="stable")[:k]
    return ids, _cosines(W[[i]], W)[0][ids]


@wrong("most_similar", "marks i with -1, which opposite words reach too")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    sims[i] = -1
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "marks i with 0, so it beats negative cosines")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    sims[i] = 0
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "similarities in the order of the words, first k")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    order = np.argsort(-sims, kind="stable")
    order = order[order != i][:k]
    rest = np.delete(sims, i)
    return order, rest[:k]


@wrong("most_similar", "deletes i before sorting, ids after i one too small")
def _(W, i, k):
    sims = np.delete(_cosines(W[[i]], W)[0], i)
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "k ignored: returns all neighbours")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    order = np.argsort(-sims, kind="stable")
    order = order[order != i]
    return order, sims[order]


@wrong("most_similar", "returns similarities, ids: swapped")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    sims[i] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return sims[ids], ids


@wrong("most_similar", "one too few: takes k, then drops i")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    order = np.argsort(-sims, kind="stable")[:k]
    order = order[order != i]
    return order, sims[order]


@wrong("most_similar", "sorts by absolute cosine")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    order = np.argsort(-np.abs(sims), kind="stable")
    order = order[order != i][:k]
    return order, sims[order]


@wrong("most_similar", "normalises W in place (fails on integers)")
def _(W, i, k):
    norms = np.linalg.norm(W, axis=1, keepdims=True)
    norms[norms == 0] = 1
    W /= norms
    sims = W @ W[i]
    sims[i] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("most_similar", "returns only the ids")
def _(W, i, k):
    sims = _cosines(W[[i]], W)[0]
    sims[i] = -np.inf
    return np.argsort(-sims, kind="stable")[:k]


# analogy


@right("analogy", "unit rows, -inf for a, b, c, stable argsort")
def _(W, a, b, c, k):
    U = _unit(W)
    target = U[b] - U[a] + U[c]
    sims = _cosines(target.reshape(1, -1), U)[0]
    sims[[a, b, c]] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@right("analogy", "loop over words, list of tuples sorted")
def _(W, a, b, c, k):
    def normalise(v):
        v = np.array(v, dtype=float)
        length = np.sqrt((v**2).sum())
        if length == 0:
            return v
        return v / length

    target = normalise(W[b]) - normalise(W[a]) + normalise(W[c])
    target = normalise(target)
    answers = []
    for j in range(len(W)):
        if j in (a, b, c):
            continue
        s = np.sum(normalise(W[j]) * target)
        answers.append((-s, j))
    answers = sorted(answers)[:k]
    ids = np.array([j for _, j in answers], dtype=int)
    similarities = np.array([-s for s, _ in answers], dtype=float)
    return ids, similarities


@right("analogy", "filters the sorted order with np.isin")
def _(W, a, b, c, k):
    norms = np.linalg.norm(W, axis=1)
    safe = norms.copy()
    safe[safe == 0] = 1.0
    unit = W / safe[:, None]
    query = unit[b] - unit[a] + unit[c]
    length = np.linalg.norm(query)
    if length > 0:
        query = query / length
    sims = unit.dot(query)
    order = np.argsort(-sims, kind="stable")
    order = order[~np.isin(order, [a, b, c])]
    ids = order[:k]
    return ids, sims[ids]


@right("analogy", "set difference of candidates, einsum, np.divide with where")
def _(W, a, b, c, k):
    W = W.astype(float)
    lengths = np.sqrt(np.einsum("vd,vd->v", W, W))[:, np.newaxis]
    U = np.divide(W, lengths, out=np.zeros_like(W), where=lengths != 0)
    t = U[b] + U[c] - U[a]
    candidates = np.setdiff1d(np.arange(len(W)), [a, b, c])
    dots = np.einsum("vd,d->v", U[candidates], t)
    norm_t = np.sqrt(t @ t)
    sims = dots / norm_t if norm_t > 0 else np.zeros(len(candidates))
    best = np.argsort(-sims, kind="stable")[:k]
    return candidates[best], sims[best]


@right("analogy", "dictionary sorted by key, two lists come back")
def _(W, a, b, c, k):
    U = _unit(W)
    x = U[b] - U[a] + U[c]
    nx = float(np.linalg.norm(x))
    scores = {}
    for j, u in enumerate(U):
        if j == a or j == b or j == c:
            continue
        scores[j] = float(u @ x) / nx if nx > 0 else 0.0
    ids = sorted(scores, key=lambda j: (-scores[j], j))[:k]
    similarities = [scores[j] for j in ids]
    return ids, similarities


@right("analogy", "argmax k times, each winner set to -inf")
def _(W, a, b, c, k):
    U = _unit(W.copy())
    x = U[b] - U[a] + U[c]
    s = _cosines(U, x[None, :])[:, 0]
    s[a] = s[b] = s[c] = -np.inf
    ids = np.zeros(k, dtype=int)
    similarities = np.zeros(k)
    for n in range(k):
        best = int(np.argmax(s))  # the first of equal ones
        ids[n] = best
        similarities[n] = s[best]
        s[best] = -np.inf
    return ids, similarities


@fragile("analogy", "zero vectors give nan")
def _(W, a, b, c, k):
    U = W / np.linalg.norm(W, axis=1, keepdims=True)
    t = U[b] - U[a] + U[c]
    sims = U @ t / np.linalg.norm(t)
    sims[[a, b, c]] = -np.inf
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@fragile("analogy", "default argsort, not stable: ties in large V out of order")
def _(W, a, b, c, k):
    U = _unit(W)
    sims = _cosines((U[b] - U[a] + U[c])[None], U)[0]
    sims[[a, b, c]] = -np.inf
    ids = np.argsort(-sims)[:k]
    return ids, sims[ids]


def _finish(sims, leave_out, k):
    order = np.argsort(-sims, kind="stable")
    order = order[~np.isin(order, leave_out)][:k]
    return order, sims[order]


@wrong("analogy", "vectors not at length 1 before b - a + c")
def _(W, a, b, c, k):
    t = W[b] - W[a] + W[c]
    return _finish(_cosines(t[None], W)[0], [a, b, c], k)


@wrong("analogy", "sign: a - b + c")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[a] - U[b] + U[c]
    return _finish(_cosines(t[None], U)[0], [a, b, c], k)


@wrong("analogy", "b - a - c: c subtracted")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] - U[c]
    return _finish(_cosines(t[None], U)[0], [a, b, c], k)


@wrong("analogy", "a, b and c are not left out")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    return _finish(_cosines(t[None], U)[0], [], k)


@wrong("analogy", "only c is left out")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    return _finish(_cosines(t[None], U)[0], [c], k)


@wrong("analogy", "a stays in as a possible answer")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    return _finish(_cosines(t[None], U)[0], [b, c], k)


@wrong("analogy", "similarity is a dot product with the query, not its cosine")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    return _finish(U @ t, [a, b, c], k)


@wrong("analogy", "k ignored: only the best answer")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    return _finish(_cosines(t[None], U)[0], [a, b, c], 1)


@wrong("analogy", "excluded words get 0, so they beat negative cosines")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    sims = _cosines(t[None], U)[0]
    for j in (a, b, c):
        sims[j] = 0
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("analogy", "drops the first three of the order, whatever they are")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    sims = _cosines(t[None], U)[0]
    ids = np.argsort(-sims, kind="stable")[3 : 3 + k]
    return ids, sims[ids]


@wrong("analogy", "removes a, b, c from array, ids then shifted")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    sims = np.delete(_cosines(t[None], U)[0], [a, b, c])
    ids = np.argsort(-sims, kind="stable")[:k]
    return ids, sims[ids]


@wrong("analogy", "reversed argsort: ties give the larger id first")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    sims = _cosines(t[None], U)[0]
    order = np.argsort(sims, kind="stable")[::-1]
    order = np.array([j for j in order if j not in (a, b, c)], dtype=int)[:k]
    return order, sims[order]


@wrong("analogy", "similarity is the Euclidean distance to the query")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    dist = np.linalg.norm(U - t, axis=1)
    order = np.argsort(dist, kind="stable")
    order = order[~np.isin(order, [a, b, c])][:k]
    return order, dist[order]


@wrong("analogy", "list.remove for each id: ValueError when two are the same")
def _(W, a, b, c, k):
    U = _unit(W)
    t = U[b] - U[a] + U[c]
    sims = _cosines(t[None], U)[0]
    order = list(np.argsort(-sims, kind="stable"))
    order.remove(a)
    order.remove(b)
    order.remove(c)
    return np.array(order[:k], dtype=int), sims[order[:k]]


@wrong("analogy", "normalises the rows of W in place")
def _(W, a, b, c, k):
    for j in range(len(W)):
        length = np.linalg.norm(W[j])
        if length > 0:
            W[j] = W[j] / length
    t = W[b] - W[a] + W[c]
    return _finish(_cosines(t[None], W)[0], [a, b, c], k)


# build_vocabulary


@right("build_vocabulary", "Counter, sorted by (-count, word)")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = [w for w in counter if counter[w] >= min_count]
    words = sorted(words, key=lambda w: (-counter[w], w))
    vocabulary = {w: i for i, w in enumerate(words)}
    counts = np.array([counter[w] for w in words], dtype=int)
    return vocabulary, counts


@right("build_vocabulary", "plain dict with if/else, two stable sorts")
def _(tokens, min_count=1):
    freq = {}
    for t in tokens:
        if t in freq:
            freq[t] += 1
        else:
            freq[t] = 1
    items = list(freq.items())
    items.sort(key=lambda x: x[0])
    items.sort(key=lambda x: x[1], reverse=True)
    vocabulary = {}
    kept = []
    for word, count in items:
        if count < min_count:
            break
        vocabulary[word] = len(vocabulary)
        kept.append(count)
    counts = np.zeros(len(kept), dtype=np.int64)
    counts[:] = kept
    return vocabulary, counts


@right("build_vocabulary", "np.unique with counts, stable argsort")
def _(tokens, min_count=1):
    token_list = list(tokens)
    if len(token_list) == 0:
        return {}, np.zeros(0, dtype=int)
    words, counts = np.unique(np.array(token_list), return_counts=True)
    keep = counts >= min_count
    words, counts = words[keep], counts[keep]
    order = np.argsort(-counts, kind="stable")
    vocabulary = dict(zip(words[order].tolist(), range(len(order))))
    return vocabulary, counts[order]


@right("build_vocabulary", "sorts all tokens, counts runs, groups by count")
def _(tokens, min_count=1):
    text = sorted(tokens)
    by_count = defaultdict(list)
    start = 0
    for pos in range(1, len(text) + 1):
        if pos == len(text) or text[pos] != text[start]:
            by_count[pos - start].append(text[start])
            start = pos
    vocabulary = {}
    counts = []
    for c in sorted(by_count, reverse=True):
        if c >= min_count:
            for word in by_count[c]:
                vocabulary[word] = len(vocabulary)
                counts.append(c)
    return vocabulary, np.array(counts, dtype=int)


@right("build_vocabulary", "list of counts and list.count on sorted set")
def _(tokens, min_count=1):
    tokens = list(tokens)
    words = sorted(set(tokens))
    numbers = []
    for w in words:
        numbers.append((-tokens.count(w), w))
    numbers = sorted(numbers)
    vocabulary, counts = dict(), []
    i = 0
    for neg, w in numbers:
        if -neg >= min_count:
            vocabulary[w] = i
            counts.append(-neg)
            i = i + 1
    return vocabulary, counts


@right("build_vocabulary", "defaultdict, most_common of sorted words, np.fromiter")
def _(tokens, min_count=1):
    d = defaultdict(int)
    for t in tokens:
        d[t] += 1
    c = Counter({w: d[w] for w in sorted(d) if d[w] >= min_count})
    # most_common keeps the order of equal ones, here alphabetical
    ranked = c.most_common()
    vocabulary = {pair[0]: i for i, pair in enumerate(ranked)}
    return vocabulary, np.fromiter((n for _, n in ranked), dtype=np.int64, count=len(ranked))


@fragile("build_vocabulary", "counts of an empty vocabulary are a float array")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (-counter[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([counter[w] for w in words])


@fragile("build_vocabulary", "zip(*...) unpacking fails on an empty vocabulary")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    pairs = sorted((-n, w) for w, n in counter.items() if n >= min_count)
    negative, words = zip(*pairs)
    return {w: i for i, w in enumerate(words)}, -np.array(negative)


@wrong("build_vocabulary", "ties in order of first occurrence, most_common")
def _(tokens, min_count=1):
    ranked = [(w, n) for w, n in Counter(tokens).most_common() if n >= min_count]
    vocabulary = {w: i for i, (w, n) in enumerate(ranked)}
    return vocabulary, np.array([n for w, n in ranked], dtype=int)


@wrong("build_vocabulary", "reverse=True sorts ties backwards through the alphabet")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    ranked = sorted(((n, w) for w, n in counter.items() if n >= min_count), reverse=True)
    return {w: i for i, (n, w) in enumerate(ranked)}, np.array([n for n, w in ranked], dtype=int)


@wrong("build_vocabulary", "keeps only words with more than min_count")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] > min_count), key=lambda w: (-counter[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "min_count ignored")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted(counter, key=lambda w: (-counter[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "goes through tokens twice: a generator is empty then")
def _(tokens, min_count=1):
    counts = {}
    for w in set(tokens):
        counts[w] = 0
    for w in tokens:
        counts[w] += 1
    words = [w for w in sorted(counts, key=lambda w: (-counts[w], w)) if counts[w] >= min_count]
    return {w: i for i, w in enumerate(words)}, np.array([counts[w] for w in words], dtype=int)


@wrong("build_vocabulary", "tokens.count: a generator has none")
def _(tokens, min_count=1):
    pairs = sorted((-tokens.count(w), w) for w in set(tokens))
    pairs = [p for p in pairs if -p[0] >= min_count]
    return {w: i for i, (n, w) in enumerate(pairs)}, np.array([-n for n, w in pairs], dtype=int)


@wrong("build_vocabulary", "ids start at 1")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (-counter[w], w))
    return {w: i for i, w in enumerate(words, 1)}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "alphabetical order only")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted(w for w in counter if counter[w] >= min_count)
    return {w: i for i, w in enumerate(words)}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "rising counts: rarest word has id 0")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (counter[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "vocabulary maps id to word")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (-counter[w], w))
    return {i: w for i, w in enumerate(words)}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "vocabulary maps word to count, not id")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (-counter[w], w))
    return {w: counter[w] for w in words}, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "counts in order of occurrence, not of the ids")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (-counter[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([n for n in counter.values() if n >= min_count], dtype=int)


@wrong("build_vocabulary", "counts still include the words left out")
def _(tokens, min_count=1):
    counter = Counter(tokens)
    words = sorted(counter, key=lambda w: (-counter[w], w))
    vocabulary = {w: i for i, w in enumerate(words) if counter[w] >= min_count}
    return vocabulary, np.array([counter[w] for w in words], dtype=int)


@wrong("build_vocabulary", "first occurrence counts as 0")
def _(tokens, min_count=1):
    freq = {}
    for t in tokens:
        if t not in freq:
            freq[t] = 0
        else:
            freq[t] += 1
    words = sorted((w for w in freq if freq[w] >= min_count), key=lambda w: (-freq[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([freq[w] for w in words], dtype=int)


@wrong("build_vocabulary", "lowers the case of words first")
def _(tokens, min_count=1):
    counter = Counter(t.lower() for t in tokens)
    words = sorted((w for w in counter if counter[w] >= min_count), key=lambda w: (-counter[w], w))
    return {w: i for i, w in enumerate(words)}, np.array([counter[w] for w in words], dtype=int)


# skipgram_pairs


@right("skipgram_pairs", "double loop, list, reshape(-1, 2)")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if j != i:
                pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@right("skipgram_pairs", "offsets and mask, vectorised")
def _(ids, window):
    ids = np.asarray(ids)
    T = len(ids)
    window = min(window, T)
    offsets = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])
    centre = np.repeat(np.arange(T)[:, None], len(offsets), axis=1)
    context = centre + offsets
    ok = (context >= 0) & (context < T)
    return np.stack([ids[centre[ok]], ids[context[ok]]], axis=1).astype(int)


@right("skipgram_pairs", "T x T matrix of distances, np.nonzero")
def _(ids, window):
    ids = np.array(ids, dtype=int)
    pos = np.arange(len(ids))
    distance = np.abs(pos[:, None] - pos[None, :])
    near = (distance <= window) & (distance > 0)
    rows, cols = np.nonzero(near)
    return np.column_stack((ids[rows], ids[cols]))


@right("skipgram_pairs", "tests all position pairs, fills zeros of counted size")
def _(ids, window):
    T = len(ids)
    number = 0
    for i in range(T):
        for j in range(T):
            if i != j and abs(i - j) <= window:
                number += 1
    out = np.zeros((number, 2), dtype=int)
    row = 0
    for i in range(T):
        for j in range(T):
            if i != j and abs(i - j) <= window:
                out[row, 0] = ids[i]
                out[row, 1] = ids[j]
                row += 1
    return out


@right("skipgram_pairs", "slices left and right joined, vstack onto empty start")
def _(ids, window):
    out = np.empty((0, 2), dtype=int)
    for t in range(len(ids)):
        left = ids[max(t - window, 0) : t]
        right_part = ids[t + 1 : t + window + 1]
        context = np.concatenate([left, right_part]).astype(int)
        block = np.zeros((len(context), 2), dtype=int)
        block[:, 0] = ids[t]
        block[:, 1] = context
        out = np.vstack([out, block])
    return out


@right("skipgram_pairs", "Python lists, loop over offsets, empty case apart")
def _(ids, window):
    ids = [int(x) for x in ids]
    centres = []
    contexts = []
    for position, word in enumerate(ids):
        for offset in range(-window, window + 1):
            other = position + offset
            if offset == 0 or other < 0 or other >= len(ids):
                continue
            centres.append(word)
            contexts.append(ids[other])
    if not centres:
        return np.zeros((0, 2), dtype=int)
    return np.array([centres, contexts]).T


@fragile("skipgram_pairs", "no pairs: float array of shape (0,)")
def _(ids, window):
    pairs = []
    for i in range(len(ids)):
        for j in range(max(0, i - window), min(len(ids), i + window + 1)):
            if j != i:
                pairs.append((ids[i], ids[j]))
    return np.array(pairs)


@wrong("skipgram_pairs", "negative positions wrap around to the end")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(i - window, i + window + 1):
            if j != i and j < T and abs(j) < T:
                pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "IndexError at the end of the text")
def _(ids, window):
    pairs = []
    for i in range(len(ids)):
        for j in range(max(0, i - window), i + window + 1):
            if j != i:
                pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "compares ids in place of positions: repeated words lost")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if ids[j] != ids[i]:
                pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "right end exclusive: last context of window missing")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window)):
            if j != i:
                pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "a word is paired with itself too")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "contexts to the right only")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(i + 1, min(T, i + window + 1)):
            pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "columns swapped: [context, centre]")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if j != i:
                pairs.append([ids[j], ids[i]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "order by distance: left 1, right 1, left 2, ...")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for d in range(1, window + 1):
            if i - d >= 0:
                pairs.append([ids[i], ids[i - d]])
            if i + d < T:
                pairs.append([ids[i], ids[i + d]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "centres near the ends are skipped")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(window, T - window):
        for j in range(i - window, i + window + 1):
            if j != i:
                pairs.append([ids[i], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "negative slice start loses contexts at the beginning")
def _(ids, window):
    pairs = []
    for i in range(len(ids)):
        for c in list(ids[i - window : i]) + list(ids[i + 1 : i + window + 1]):
            pairs.append([ids[i], c])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "window ignored: direct neighbours only")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        if i > 0:
            pairs.append([ids[i], ids[i - 1]])
        if i < T - 1:
            pairs.append([ids[i], ids[i + 1]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "pairs of positions in place of ids")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if j != i:
                pairs.append([i, j])
    return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "pairs sorted by id and made unique")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if j != i:
                pairs.append([ids[i], ids[j]])
    return np.unique(np.array(pairs, dtype=int).reshape(-1, 2), axis=0)


@wrong("skipgram_pairs", "return inside the outer loop: first centre only")
def _(ids, window):
    pairs = []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if j != i:
                pairs.append([ids[i], ids[j]])
        return np.array(pairs, dtype=int).reshape(-1, 2)


@wrong("skipgram_pairs", "shape (2, P)")
def _(ids, window):
    centres, contexts = [], []
    T = len(ids)
    for i in range(T):
        for j in range(max(0, i - window), min(T, i + window + 1)):
            if j != i:
                centres.append(ids[i])
                contexts.append(ids[j])
    return np.array([centres, contexts], dtype=int)


# negative_sampling_distribution


@right("negative_sampling_distribution", "vectorised, two lines")
def _(counts, power=0.75):
    weights = np.asarray(counts) ** power
    return weights / weights.sum()


@right("negative_sampling_distribution", "loop into np.zeros, then divide by total")
def _(counts, power=0.75):
    p = np.zeros(len(counts))
    total = 0.0
    for i in range(len(counts)):
        p[i] = counts[i] ** power
        total += p[i]
    for i in range(len(counts)):
        p[i] = p[i] / total
    return p


@right("negative_sampling_distribution", "Python list comes back")
def _(counts, power=0.75):
    powered = [float(c) ** power for c in counts]
    s = sum(powered)
    return [x / s for x in powered]


@right("negative_sampling_distribution", "normalises counts first, np.power, again normalised")
def _(counts, power=0.75):
    freq = counts.astype(float) / np.sum(counts)
    p = np.power(freq, power)
    p /= np.sum(p)
    return p


@right("negative_sampling_distribution", "math.pow in a list, np.array at the end")
def _(counts, power=0.75):
    weights = []
    for c in counts:
        weights.append(math.pow(c, power))
    weights = np.array(weights)
    return weights / np.linalg.norm(weights, ord=1)


@fragile("negative_sampling_distribution", "exp(power * log): nan for count 0 with power 0")
def _(counts, power=0.75):
    w = np.exp(power * np.log(counts))
    return w / w.sum()


@fragile("negative_sampling_distribution", "1e-10 added in the log: small powers lift zero counts")
def _(counts, power=0.75):
    logits = power * np.log(np.asarray(counts) + 1e-10)
    e = np.exp(logits - logits.max())
    return e / e.sum()


@wrong("negative_sampling_distribution", "power hard-coded as 0.75")
def _(counts, power=0.75):
    w = counts**0.75
    return w / w.sum()


@wrong("negative_sampling_distribution", "power ignored: plain frequencies")
def _(counts, power=0.75):
    return counts / counts.sum()


@wrong("negative_sampling_distribution", "divides by the sum of plain counts")
def _(counts, power=0.75):
    return counts**power / counts.sum()


@wrong("negative_sampling_distribution", "power taken after normalising, not normalised again")
def _(counts, power=0.75):
    p = counts / np.sum(counts)
    return p**power


@wrong("negative_sampling_distribution", "sum to a power: sum(counts) ** power below")
def _(counts, power=0.75):
    return counts**power / np.sum(counts) ** power


@wrong("negative_sampling_distribution", "softmax of counts to the power")
def _(counts, power=0.75):
    w = counts**power
    e = np.exp(w - w.max())
    return e / e.sum()


@wrong("negative_sampling_distribution", "not divided by the sum")
def _(counts, power=0.75):
    return counts**power


@wrong("negative_sampling_distribution", "base and exponent swapped")
def _(counts, power=0.75):
    w = power**counts
    return w / w.sum()


@wrong("negative_sampling_distribution", "^ in place of **: TypeError")
def _(counts, power=0.75):
    w = counts ^ power
    return w / w.sum()


@wrong("negative_sampling_distribution", "divides by the maximum")
def _(counts, power=0.75):
    w = counts**power
    return w / w.max()


@wrong("negative_sampling_distribution", "1 / power as exponent")
def _(counts, power=0.75):
    w = counts ** (1 / power)
    return w / w.sum()


@wrong("negative_sampling_distribution", "integer division: all zeros")
def _(counts, power=0.75):
    w = counts**power
    return w // w.sum()


@wrong("negative_sampling_distribution", "powers stored in an integer array, fractions cut")
def _(counts, power=0.75):
    w = np.zeros_like(counts)
    for i in range(len(counts)):
        w[i] = counts[i] ** power
    return w / w.sum()


@wrong("negative_sampling_distribution", "words with count 0 are dropped from the result")
def _(counts, power=0.75):
    w = counts[counts > 0] ** power
    return w / w.sum()


@wrong("negative_sampling_distribution", "prints in place of return")
def _(counts, power=0.75):
    w = counts**power
    print(w / w.sum())


# sample_negatives


@right("sample_negatives", "rng.choice with p")
def _(probs, size, rng):
    return rng.choice(len(probs), size=size, p=probs)


@right("sample_negatives", "searchsorted on cumsum, as the task says")
def _(probs, size, rng):
    cumulative = np.cumsum(probs)
    return np.searchsorted(cumulative, rng.random(size))


@right("sample_negatives", "side right, cumsum divided by its last value")
def _(probs, size, rng):
    cdf = np.cumsum(np.asarray(probs, dtype=float))
    cdf = cdf / cdf[-1]
    return np.searchsorted(cdf, rng.random(size), side="right")


@right("sample_negatives", "Python loop walks through cumulative sums, then reshape")
def _(probs, size, rng):
    total = int(np.prod(size))
    out = np.zeros(total, dtype=int)
    last = np.nonzero(probs)[0][-1]
    for n in range(total):
        u = rng.random()
        s = 0.0
        word = last
        for j in range(len(probs)):
            s += probs[j]
            if u < s:
                word = j
                break
        out[n] = word
    return out.reshape(size)


@right("sample_negatives", "multinomial with one trial, argmax")
def _(probs, size, rng):
    one_hot = rng.multinomial(1, probs, size=size)
    return one_hot.argmax(axis=-1)


@right("sample_negatives", "rng.choice one by one in nested loops")
def _(probs, size, rng):
    if isinstance(size, (int, np.integer)):
        size = (size,)
    ids = np.arange(len(probs))
    result = np.empty(size, dtype=int)
    for index in np.ndindex(*size):
        result[index] = rng.choice(ids, p=probs)
    return result


@right("sample_negatives", "np.digitize with inner borders")
def _(probs, size, rng):
    borders = np.cumsum(probs)
    u = rng.random(size) * borders[-1]
    return np.digitize(u, borders)


@right("sample_negatives", "broadcast comparison, counts the borders below")
def _(probs, size, rng):
    c = np.cumsum(probs)
    c[np.nonzero(probs)[0][-1] :] = 1.0
    u = rng.random(size)
    return (u[..., None] >= c).sum(axis=-1)


@fragile("sample_negatives", "cumsum in float32: may fall short of 1, id V")
def _(probs, size, rng):
    c = np.cumsum(np.asarray(probs, dtype=np.float32), dtype=np.float32)
    return np.searchsorted(c, rng.random(size), side="right")


@wrong("sample_negatives", "uniform: probs ignored")
def _(probs, size, rng):
    return rng.integers(0, len(probs), size=size)


@wrong("sample_negatives", "without replacement")
def _(probs, size, rng):
    return rng.choice(len(probs), size=size, p=probs, replace=False)


@wrong("sample_negatives", "searchsorted on probs, cumsum forgotten")
def _(probs, size, rng):
    return np.minimum(np.searchsorted(probs, rng.random(size)), len(probs) - 1)


@wrong("sample_negatives", "probs handed over as replace: third argument")
def _(probs, size, rng):
    return rng.choice(len(probs), size, probs)


@wrong("sample_negatives", "global np.random in place of rng")
def _(probs, size, rng):
    return np.random.choice(len(probs), size=size, p=probs)


@wrong("sample_negatives", "new generator with seed 0 at each call")
def _(probs, size, rng):
    rng = np.random.default_rng(0)
    return rng.choice(len(probs), size=size, p=probs)


@wrong("sample_negatives", "one too high: ids 1 to V")
def _(probs, size, rng):
    return np.searchsorted(np.cumsum(probs), rng.random(size)) + 1


@wrong("sample_negatives", "one too low: minus 1")
def _(probs, size, rng):
    return np.searchsorted(np.cumsum(probs), rng.random(size)) - 1


@wrong("sample_negatives", "flat array, shape lost")
def _(probs, size, rng):
    n = int(np.prod(size))
    return rng.choice(len(probs), size=n, p=probs)


@wrong("sample_negatives", "each row of the array is the same draw")
def _(probs, size, rng):
    shape = (size,) if np.isscalar(size) else tuple(size)
    row = rng.choice(len(probs), size=shape[-1], p=probs)
    return np.broadcast_to(row, shape).copy()


@wrong("sample_negatives", "one draw fills the whole array")
def _(probs, size, rng):
    return np.full(size, np.searchsorted(np.cumsum(probs), rng.random()))


@wrong("sample_negatives", "most probable word always")
def _(probs, size, rng):
    return np.full(size, np.argmax(probs))


@wrong("sample_negatives", "needs a shape of two numbers: a plain number fails")
def _(probs, size, rng):
    u = rng.random((size[0], size[1]))
    return np.searchsorted(np.cumsum(probs), u)


@wrong("sample_negatives", "normal in place of uniform numbers")
def _(probs, size, rng):
    u = rng.standard_normal(size)
    return np.minimum(np.searchsorted(np.cumsum(probs), u), len(probs) - 1)


@wrong("sample_negatives", "one-hot counts of multinomial, not ids")
def _(probs, size, rng):
    return rng.multinomial(1, probs, size=size)


@wrong("sample_negatives", "sorted draws: not each on its own")
def _(probs, size, rng):
    return np.sort(rng.choice(len(probs), size=size, p=probs), axis=-1)


@wrong("sample_negatives", "returns the probabilities of the words drawn")
def _(probs, size, rng):
    return rng.choice(probs, size=size, p=probs)


@wrong("sample_negatives", "cumsum in place: probs is changed")
def _(probs, size, rng):
    for i in range(1, len(probs)):
        probs[i] += probs[i - 1]
    return np.searchsorted(probs, rng.random(size) * probs[-1], side="right")


# pair_probability


@right("pair_probability", "sum over last axis, stable sigmoid")
def _(w, c):
    return _sigmoid(np.sum(w * c, axis=-1))


@right("pair_probability", "if on ndim, loop into np.zeros")
def _(w, c):
    if w.ndim == 1:
        return _sigmoid(np.dot(w, c))
    p = np.zeros(len(w))
    for i in range(len(w)):
        p[i] = _sigmoid(np.dot(w[i], c[i]))
    return p


@right("pair_probability", "einsum with ellipsis, scipy expit")
def _(w, c):
    return expit(np.einsum("...d,...d->...", np.asarray(w, dtype=float), np.asarray(c, dtype=float)))


@right("pair_probability", "diagonal of w @ c.T, atleast_2d")
def _(w, c):
    single = np.ndim(w) == 1
    w2 = np.atleast_2d(w)
    c2 = np.atleast_2d(c)
    z = np.diag(w2 @ c2.T)
    z = np.clip(z, -500, 500)
    p = 1 / (1 + np.exp(-z))
    if single:
        return p[0]
    return p


@right("pair_probability", "math.exp by sign, Python float or np.array of list")
def _(w, c):
    def sig(z):
        if z >= 0:
            return 1.0 / (1.0 + math.exp(-z))
        return math.exp(z) / (1.0 + math.exp(z))

    def dot(u, v):
        return sum(float(x) * float(y) for x, y in zip(u, v))

    if len(w.shape) == 1:
        return sig(dot(w, c))
    return np.array([sig(dot(u, v)) for u, v in zip(w, c)])


@right("pair_probability", "exp of log sigmoid with logaddexp")
def _(w, c):
    z = (w * c).sum(axis=w.ndim - 1)
    return np.exp(-np.logaddexp(0, -z))


@right("pair_probability", "batched matmul, sigmoid with boolean masks")
def _(w, c):
    z = np.matmul(w[..., None, :], c[..., :, None])[..., 0, 0]
    z = np.array(z, dtype=float)
    p = np.zeros_like(z)
    pos = z >= 0
    p[pos] = 1 / (1 + np.exp(-z[pos]))
    ez = np.exp(z[~pos])
    p[~pos] = ez / (1 + ez)
    return p


@fragile("pair_probability", "exp(z) / (1 + exp(z)): nan for large z")
def _(w, c):
    e = np.exp(np.sum(w * c, axis=-1))
    return e / (1 + e)


@fragile("pair_probability", "math.exp(-z) overflows for very negative z")
def _(w, c):
    if w.ndim == 1:
        return 1 / (1 + math.exp(-np.dot(w, c)))
    return np.array([1 / (1 + math.exp(-np.dot(w[i], c[i]))) for i in range(len(w))])


@wrong("pair_probability", "sums over everything: one number for n pairs")
def _(w, c):
    return _sigmoid(np.sum(w * c))


@wrong("pair_probability", "every row with every row: (n, n)")
def _(w, c):
    return _sigmoid(w @ c.T)


@wrong("pair_probability", "w @ c: fails for matrices")
def _(w, c):
    return _sigmoid(w @ c)


@wrong("pair_probability", "sum over axis 0")
def _(w, c):
    return _sigmoid(np.sum(w * c, axis=0))


@wrong("pair_probability", "axis=1 always: a single vector fails")
def _(w, c):
    return _sigmoid(np.sum(w * c, axis=1))


@wrong("pair_probability", "sigmoid left out")
def _(w, c):
    return np.sum(w * c, axis=-1)


@wrong("pair_probability", "sign: sigmoid(-w.c)")
def _(w, c):
    z = np.sum(w * c, axis=-1)
    return _sigmoid(-z)


@wrong("pair_probability", "sigmoid of the cosine")
def _(w, c):
    length = np.linalg.norm(w, axis=-1) * np.linalg.norm(c, axis=-1)
    return _sigmoid(np.sum(w * c, axis=-1) / np.where(length == 0, 1, length))


@wrong("pair_probability", "mean over d in place of sum")
def _(w, c):
    return _sigmoid(np.mean(w * c, axis=-1))


@wrong("pair_probability", "log of the probability")
def _(w, c):
    return _log_sigmoid(np.sum(w * c, axis=-1))


@wrong("pair_probability", "sigmoid of each product, then the sum")
def _(w, c):
    return np.sum(_sigmoid(w * c), axis=-1)


@wrong("pair_probability", "if z >= 0 on an array: ValueError")
def _(w, c):
    z = np.sum(w * c, axis=-1)
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


@wrong("pair_probability", "softmax over the pairs")
def _(w, c):
    z = np.sum(w * c, axis=-1)
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@wrong("pair_probability", "only the first pair")
def _(w, c):
    w = np.atleast_2d(w)
    c = np.atleast_2d(c)
    return _sigmoid(w[0] @ c[0])


@wrong("pair_probability", "tanh in place of sigmoid")
def _(w, c):
    return np.tanh(np.sum(w * c, axis=-1))


@wrong("pair_probability", "rounded to 3 digits as in the example")
def _(w, c):
    return np.round(_sigmoid(np.sum(w * c, axis=-1)), 3)


# window_log_probability


@right("window_log_probability", "log_sigmoid(C @ w).sum()")
def _(w, C):
    return _log_sigmoid(C @ w).sum()


@right("window_log_probability", "loop with running total")
def _(w, C):
    total = 0.0
    for c in C:
        total += _log_sigmoid(np.dot(c, w))
    return total


@right("window_log_probability", "scipy log_expit, einsum")
def _(w, C):
    z = np.einsum("ld,d->l", C, w).astype(float)
    return np.sum(log_expit(z))


@right("window_log_probability", "math by sign, Python float")
def _(w, C):
    result = 0.0
    for i in range(C.shape[0]):
        z = 0.0
        for j in range(len(w)):
            z += float(C[i, j]) * float(w[j])
        if z >= 0:
            result -= math.log1p(math.exp(-z))
        else:
            result += z - math.log1p(math.exp(z))
    return result


@right("window_log_probability", "minimum(z, 0) - log1p(exp(-|z|)), broadcast product")
def _(w, C):
    z = np.sum(C * w, axis=1)
    logs = np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))
    return float(np.sum(logs))


@right("window_log_probability", "list of logs, np.array, sum; w @ C.T")
def _(w, C):
    products = w @ C.T
    logs = []
    for z in products:
        logs.append(-np.logaddexp(0.0, -z))
    return np.array(logs).sum()


@fragile("window_log_probability", "log(sigmoid): -inf where sigmoid rounds to 0")
def _(w, C):
    return np.sum(np.log(_sigmoid(C @ w)))


@fragile("window_log_probability", "-log(1 + exp(-z)): overflows to -inf")
def _(w, C):
    z = C @ w
    return np.sum(-np.log(1 + np.exp(-z)))


@wrong("window_log_probability", "mean in place of sum")
def _(w, C):
    z = C @ w
    return np.mean(_log_sigmoid(z))


@wrong("window_log_probability", "log sigmoid of the sum of products")
def _(w, C):
    return _log_sigmoid(np.sum(C @ w))


@wrong("window_log_probability", "minus sign: the loss, positive")
def _(w, C):
    return -np.sum(_log_sigmoid(C @ w))


@wrong("window_log_probability", "sum not taken: one log per context")
def _(w, C):
    return _log_sigmoid(C @ w)


@wrong("window_log_probability", "product of probabilities, log forgotten")
def _(w, C):
    return np.prod(_sigmoid(C @ w))


@wrong("window_log_probability", "log of the summed probabilities")
def _(w, C):
    return np.log(np.sum(_sigmoid(C @ w)))


@wrong("window_log_probability", "log2 in place of the natural logarithm")
def _(w, C):
    return np.sum(_log_sigmoid(C @ w)) / np.log(2)


@wrong("window_log_probability", "only the first context: returns inside the loop")
def _(w, C):
    total = 0.0
    for c in C:
        total += _log_sigmoid(c @ w)
        return total
    return total


@wrong("window_log_probability", "last context is forgotten")
def _(w, C):
    total = 0.0
    for i in range(len(C) - 1):
        total += _log_sigmoid(C[i] @ w)
    return total


@wrong("window_log_probability", "log sigmoid of each element of C * w")
def _(w, C):
    return np.sum(_log_sigmoid(C * w))


@wrong("window_log_probability", "sign inside: log sigmoid(-c.w)")
def _(w, C):
    return np.sum(_log_sigmoid(-(C @ w)))


@wrong("window_log_probability", "w @ C: shapes do not fit unless L equals d")
def _(w, C):
    return np.sum(_log_sigmoid(w @ C))


@wrong("window_log_probability", "1e-10 in the log: stops near -23")
def _(w, C):
    return np.sum(np.log(_sigmoid(C @ w) + 1e-10))


@wrong("window_log_probability", "sum of the dot products, sigmoid forgotten")
def _(w, C):
    return np.sum(C @ w)


@wrong("window_log_probability", "total overwritten in the loop: last context only")
def _(w, C):
    total = 0.0
    for c in C:
        total = _log_sigmoid(np.dot(w, c))
    return total
