"""Answers to the second half of chapter 04 (softmax and SVM), written from the page alone."""

import math
from functools import partial

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats

from tests.variants import fragile, right, wrong

# helpers: what earlier notebooks give the student


def _sigmoid(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))[()]


def _log_sigmoid(z):
    return -np.logaddexp(0.0, -np.asarray(z, dtype=float))


def _softmax(S):
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def _log_softmax(S):
    S = S - S.max(axis=1, keepdims=True)
    return S - np.log(np.exp(S).sum(axis=1, keepdims=True))


def _softmax_loss(W, X, y, lam=0.0):
    n = len(y)
    L = _log_softmax(X @ W.T)
    G = np.exp(L)
    G[np.arange(n), y] -= 1
    return -L[np.arange(n), y].mean() + lam * (W**2).sum(), G.T @ X / n + 2 * lam * W


def _sgd(f, theta, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = np.array(theta, dtype=float)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            loss, grad = f(theta, X[rows], y[rows])
            losses.append(loss)
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


# kl_divergence


@right("kl_divergence", "double loop into np.zeros, rows and single case apart")
def _(p, q):
    def one(a, b):
        total = 0.0
        for k in range(len(a)):
            if a[k] == 0:
                continue
            if b[k] == 0:
                return np.inf
            total += a[k] * (np.log(a[k]) - np.log(b[k]))
        return total

    if p.ndim == 1:
        return np.float64(one(p, q))
    out = np.zeros(len(p))
    for i in range(len(p)):
        out[i] = one(p[i], q[i])
    return out


@right("kl_divergence", "quotient under errstate, np.where for 0 log 0")
def _(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = p * np.log(p / q)
    terms = np.where(p == 0, 0.0, terms)
    return terms.sum(axis=-1)


@right("kl_divergence", "scipy.special.rel_entr")
def _(p, q):
    return scipy.special.rel_entr(p, q).sum(axis=-1)


@right("kl_divergence", "cross-entropy less entropy, with xlogy")
def _(p, q):
    # H(p, q) - H(p, p)
    cross = -np.sum(scipy.special.xlogy(p, q), axis=-1)
    entropy = -np.sum(scipy.special.xlogy(p, p), axis=-1)
    return cross - entropy


@right("kl_divergence", "nansum, since 0 log 0 gives nan")
def _(p, q):
    p = np.asarray(p).astype(float)
    q = np.asarray(q).astype(float)
    with np.errstate(all="ignore"):
        return np.nansum(p * (np.log(p) - np.log(q)), axis=-1)


@right("kl_divergence", "math.log per row, rows returned as a list")
def _(p, q):
    if np.ndim(p) == 2:
        rows = []
        for pi, qi in zip(p, q, strict=True):
            s = 0.0
            for a, b in zip(pi.tolist(), qi.tolist(), strict=True):
                if a > 0:
                    s += a * (math.log(a) - math.log(b)) if b > 0 else math.inf
            rows.append(s)
        return rows
    s = np.float64(0)
    for a, b in zip(p, q, strict=True):
        if a > 0:
            if b > 0:
                s = s + a * np.log(a) - a * np.log(b)
            else:
                s = s + np.inf
    return s


@right("kl_divergence", "np.log with where= and out=, einsum at the end")
def _(p, q):
    P = np.array(p, dtype=float)
    Q = np.array(q, dtype=float)
    log_p = np.zeros(P.shape)
    log_q = np.zeros(P.shape)
    mask = P > 0
    with np.errstate(divide="ignore"):
        np.log(P, out=log_p, where=mask)
        np.log(Q, out=log_q, where=mask)
    return np.einsum("...k,...k->...", P, log_p - log_q)


@fragile("kl_divergence", "formula as it stands: nan where p is 0")
def _(p, q):
    return np.sum(p * np.log(p / q), axis=-1)


@fragile("kl_divergence", "clips both at 1e-12: finite where q is 0")
def _(p, q):
    p = np.clip(p, 1e-12, 1)
    q = np.clip(q, 1e-12, 1)
    return np.sum(p * np.log(p / q), axis=-1)


@wrong("kl_divergence", "p and q swapped")
def _(p, q):
    return scipy.special.rel_entr(q, p).sum(axis=-1)


@wrong("kl_divergence", "cross-entropy in its place")
def _(p, q):
    return -scipy.special.xlogy(p, q).sum(axis=-1)


@wrong("kl_divergence", "sign: log(q / p) without the minus")
def _(p, q):
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * (np.log(q) - np.log(p)), 0).sum(axis=-1)


@wrong("kl_divergence", "sums over axis 0, also for rows")
def _(p, q):
    return scipy.special.rel_entr(p, q).sum(axis=0)


@wrong("kl_divergence", "mean over the K classes in place of the sum")
def _(p, q):
    return scipy.special.rel_entr(p, q).mean(axis=-1)


@wrong("kl_divergence", "one sum over all rows")
def _(p, q):
    return np.sum(scipy.special.rel_entr(p, q))


@wrong("kl_divergence", "logarithm to base 2")
def _(p, q):
    with np.errstate(all="ignore"):
        terms = p * (np.log2(p) - np.log2(q))
    terms[p == 0] = 0
    return terms.sum(axis=-1)


@wrong("kl_divergence", "leaves out classes where q is 0: finite, not infinite")
def _(p, q):
    total = np.zeros(p.shape)
    ok = (p > 0) & (q > 0)
    total[ok] = p[ok] * np.log(p[ok] / q[ok])
    return total.sum(axis=-1)


@wrong("kl_divergence", "absolute value of each term")
def _(p, q):
    return np.abs(scipy.special.rel_entr(p, q)).sum(axis=-1)


@wrong("kl_divergence", "forgets the brackets: p log p - log q")
def _(p, q):
    with np.errstate(divide="ignore"):
        return (scipy.special.xlogy(p, p) - np.log(q)).sum(axis=-1)


@wrong("kl_divergence", "axis=1 always, so one distribution raises")
def _(p, q):
    return scipy.special.rel_entr(p, q).sum(axis=1)


@wrong("kl_divergence", "symmetric: half of both directions")
def _(p, q):
    return 0.5 * (scipy.special.rel_entr(p, q) + scipy.special.rel_entr(q, p)).sum(axis=-1)


@wrong("kl_divergence", "rows averaged to one number")
def _(p, q):
    d = scipy.special.rel_entr(p, q).sum(axis=-1)
    return np.mean(d)


@wrong("kl_divergence", "writes 1e-300 into p where it is 0")
def _(p, q):
    p[p == 0] = 1e-300
    with np.errstate(divide="ignore"):
        return np.sum(p * (np.log(p) - np.log(q)), axis=-1)


# softmax_loss


@right("softmax_loss", "loop over examples and classes, np.zeros")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    K = W.shape[0]
    loss = 0.0
    grad = np.zeros(W.shape)
    for i in range(N):
        s = np.zeros(K)
        for k in range(K):
            s[k] = np.dot(W[k], X[i])
        s = s - np.max(s)
        p = np.exp(s) / np.sum(np.exp(s))
        loss += np.log(np.sum(np.exp(s))) - s[y[i]]
        for k in range(K):
            if k == y[i]:
                grad[k] += (p[k] - 1) * X[i]
            else:
                grad[k] += p[k] * X[i]
    loss = loss / N + lam * np.sum(W * W)
    grad = grad / N + 2 * lam * W
    return loss, grad


@right("softmax_loss", "vectorised with log-softmax and arange")
def _(W, X, y, lam=0.0):
    n = len(X)
    scores = X @ W.T
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + lam * (W**2).sum()
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    return loss, d.T @ X / n + 2 * lam * W


@right("softmax_loss", "scipy logsumexp, one-hot from np.eye, einsum")
def _(W, X, y, lam=0.0):
    S = np.einsum("nd,kd->nk", X, W)
    onehot = np.eye(W.shape[0])[y]
    lse = scipy.special.logsumexp(S, axis=1)
    loss = np.mean(lse - np.sum(S * onehot, axis=1)) + lam * np.sum(np.square(W))
    P = np.exp(S - lse[:, None])
    grad = np.einsum("nk,nd->kd", P - onehot, X) / X.shape[0] + 2.0 * lam * W
    return loss, grad


@right("softmax_loss", "zeros_like(W), np.outer for each example, returns a list")
def _(W, X, y, lam=0.0):
    W = W.copy().astype(float)
    grad = np.zeros_like(W)
    losses = []
    for x, label in zip(X, y, strict=True):
        z = W @ x
        log_probs = scipy.special.log_softmax(z)
        losses.append(-log_probs[label])
        target = np.zeros(len(W))
        target[label] = 1
        grad += np.outer(np.exp(log_probs) - target, x)
    grad /= len(X)
    grad += 2 * lam * W
    return [np.mean(losses) + lam * np.linalg.norm(W) ** 2, grad]


@right("softmax_loss", "transposed all the way, take_along_axis")
def _(W, X, y, lam=0.0):
    Z = W @ X.T  # (K, N)
    Z = Z - np.max(Z, axis=0)
    E = np.exp(Z)
    total = E.sum(axis=0)
    true_scores = np.take_along_axis(Z, y[None, :], axis=0)[0]
    data_loss = np.sum(np.log(total) - true_scores) / y.size
    P = E / total
    for i in range(y.size):
        P[y[i], i] -= 1
    dW = np.dot(P, X) / y.size
    penalty = lam * sum(w * w for row in W for w in row)
    return data_loss + penalty, dW + lam * 2 * W


@right("softmax_loss", "pure Python lists, np.array at the end")
def _(W, X, y, lam=0.0):
    w, data, labels = W.tolist(), X.tolist(), y.tolist()
    K, D, N = len(w), len(w[0]), len(data)
    loss = 0.0
    g = [[2 * lam * w[k][d] for d in range(D)] for k in range(K)]
    for x, label in zip(data, labels, strict=True):
        s = [sum(a * b for a, b in zip(wk, x, strict=True)) for wk in w]
        m = max(s)
        e = [math.exp(v - m) for v in s]
        z = sum(e)
        loss += (math.log(z) + m - s[label]) / N
        for k in range(K):
            diff = e[k] / z - (1.0 if k == label else 0.0)
            for d in range(D):
                g[k][d] += diff * x[d] / N
    loss += lam * sum(v**2 for row in w for v in row)
    return loss, np.array(g)


@fragile("softmax_loss", "plain exp: overflows at scores of 1000")
def _(W, X, y, lam=0.0):
    n = len(X)
    E = np.exp(X @ W.T)
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(P[np.arange(n), y])) + lam * np.sum(W**2)
    P[np.arange(n), y] -= 1
    return loss, P.T @ X / n + 2 * lam * W


@fragile("softmax_loss", "shifted softmax, but log of a probability that is 0")
def _(W, X, y, lam=0.0):
    n = len(X)
    P = _softmax(X @ W.T)
    loss = -np.log(P[np.arange(n), y]).mean() + lam * np.sum(W**2)
    Y = np.eye(len(W))[y]
    return loss, (P - Y).T @ X / n + 2 * lam * W


@wrong("softmax_loss", "sum over the examples, no mean")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    D = np.exp(L)
    D[np.arange(n), y] -= 1
    return -L[np.arange(n), y].sum() + lam * (W**2).sum(), D.T @ X + 2 * lam * W


@wrong("softmax_loss", "gradient not divided by N")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    D = np.exp(L)
    D[np.arange(n), y] -= 1
    return -L[np.arange(n), y].mean() + lam * (W**2).sum(), D.T @ X + 2 * lam * W


@wrong("softmax_loss", "gradient of the penalty lam W, without the 2")
def _(W, X, y, lam=0.0):
    loss, _g = _softmax_loss(W, X, y, lam)
    P = _softmax(X @ W.T)
    P[np.arange(len(y)), y] -= 1
    return loss, P.T @ X / len(y) + lam * W


@wrong("softmax_loss", "half lam in the penalty and in its gradient")
def _(W, X, y, lam=0.0):
    loss, grad = _softmax_loss(W, X, y, 0.0)
    return loss + 0.5 * lam * np.sum(W * W), grad + lam * W


@wrong("softmax_loss", "penalty missing from the gradient")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    onehot = np.eye(len(W))[y]
    loss = -(L * onehot).sum() / n + lam * np.sum(W**2)
    return loss, (np.exp(L) - onehot).T @ X / n


@wrong("softmax_loss", "forgets to subtract 1 at the true class")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    loss = -L[np.arange(n), y].mean() + lam * np.sum(W**2)
    return loss, np.exp(L).T @ X / n + 2 * lam * W


@wrong("softmax_loss", "P[:, y] -= 1 hits whole columns")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    loss = -L[np.arange(n), y].mean() + lam * np.sum(W**2)
    P = np.exp(L)
    P[:, y] -= 1
    return loss, P.T @ X / n + 2 * lam * W


@wrong("softmax_loss", "softmax over the examples (axis 0)")
def _(W, X, y, lam=0.0):
    n = len(X)
    S = X @ W.T
    S = S - S.max(axis=0)
    P = np.exp(S) / np.exp(S).sum(axis=0)
    loss = -np.mean(np.log(P[np.arange(n), y])) + lam * np.sum(W**2)
    P[np.arange(n), y] -= 1
    return loss, P.T @ X / n + 2 * lam * W


@wrong("softmax_loss", "gradient has the wrong sign (y - p)")
def _(W, X, y, lam=0.0):
    loss, _g = _softmax_loss(W, X, y, lam)
    onehot = np.eye(len(W))[y]
    return loss, (onehot - _softmax(X @ W.T)).T @ X / len(X) + 2 * lam * W


@wrong("softmax_loss", "gradient transposed, (D, K)")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    P = np.exp(L)
    P[np.arange(n), y] -= 1
    return -L[np.arange(n), y].mean() + lam * np.sum(W**2), X.T @ P / n + 2 * lam * W.T


@wrong("softmax_loss", "maximum not taken off the true class's score")
def _(W, X, y, lam=0.0):
    n = len(X)
    S = X @ W.T
    E = np.exp(S - S.max(axis=1, keepdims=True))
    loss = np.mean(np.log(E.sum(axis=1)) - S[np.arange(n), y]) + lam * np.sum(W**2)
    P = E / E.sum(axis=1, keepdims=True)
    P[np.arange(n), y] -= 1
    return loss, P.T @ X / n + 2 * lam * W


@wrong("softmax_loss", "penalty divided by N with the rest")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    P = np.exp(L)
    P[np.arange(n), y] -= 1
    loss = (-L[np.arange(n), y].sum() + lam * np.sum(W**2)) / n
    return loss, (P.T @ X + 2 * lam * W) / n


@wrong("softmax_loss", "SVM hinge loss in its place")
def _(W, X, y, lam=0.0):
    n = len(X)
    S = X @ W.T
    margins = np.maximum(0, S - S[np.arange(n), y][:, None] + 1)
    margins[np.arange(n), y] = 0
    M = (margins > 0).astype(float)
    M[np.arange(n), y] = -M.sum(axis=1)
    return margins.sum() / n + lam * np.sum(W**2), M.T @ X / n + 2 * lam * W


@wrong("softmax_loss", "returns inside the loop: only the first example")
def _(W, X, y, lam=0.0):
    grad = np.zeros_like(W)
    for x, label in zip(X, y, strict=True):
        s = W @ x
        s = s - s.max()
        p = np.exp(s) / np.exp(s).sum()
        loss = np.log(np.exp(s).sum()) - s[label]
        p[label] -= 1
        grad = grad + np.outer(p, x)
        return loss + lam * np.sum(W**2), grad + 2 * lam * W


@wrong("softmax_loss", "penalty norm of W, not squared")
def _(W, X, y, lam=0.0):
    loss, grad = _softmax_loss(W, X, y, 0.0)
    return loss + lam * np.linalg.norm(W), grad + 2 * lam * W


@wrong("softmax_loss", "binary cross-entropy summed over all classes")
def _(W, X, y, lam=0.0):
    n = len(X)
    S = X @ W.T
    onehot = np.eye(len(W))[y]
    loss = -(onehot * _log_sigmoid(S) + (1 - onehot) * _log_sigmoid(-S)).sum() / n + lam * np.sum(W**2)
    return loss, (_sigmoid(S) - onehot).T @ X / n + 2 * lam * W


@wrong("softmax_loss", "W @ X, not X @ W.T: raises or is wrong")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(W @ X)
    P = np.exp(L)
    loss = -L[np.arange(n), y].mean() + lam * np.sum(W**2)
    P[np.arange(n), y] -= 1
    return loss, P.T @ X / n + 2 * lam * W


@wrong("softmax_loss", "grad = W is no copy: overwrites the caller's W")
def _(W, X, y, lam=0.0):
    n = len(X)
    L = _log_softmax(X @ W.T)
    loss = -L[np.arange(n), y].mean() + lam * np.sum(W**2)
    P = np.exp(L)
    P[np.arange(n), y] -= 1
    grad = W  # start from the penalty
    grad *= 2 * lam
    grad += P.T @ X / n
    return loss, grad


# loss_bases


@right("loss_bases", "np.where, sigmoid and log_sigmoid")
def _(z):
    z = np.asarray(z, dtype=float)
    clip = np.where(z <= 0, 1.0, 0.0)
    likelihood = _sigmoid(-z)
    nll = -_log_sigmoid(z)
    return clip, likelihood, nll


@right("loss_bases", "loop over the flat array into np.zeros, reshaped")
def _(z):
    z = np.asarray(z)
    flat = z.reshape(-1)
    n = len(flat)
    clip = np.zeros(n)
    lik = np.zeros(n)
    nll = np.zeros(n)
    for i in range(n):
        v = float(flat[i])
        if v <= 0:
            clip[i] = 1
        if v > 0:
            e = math.exp(-v)
            lik[i] = e / (1 + e)
            nll[i] = math.log1p(e)
        else:
            e = math.exp(v)
            lik[i] = 1 / (1 + e)
            nll[i] = -v + math.log1p(e)
    return clip.reshape(z.shape), lik.reshape(z.shape), nll.reshape(z.shape)


@right("loss_bases", "scipy expit and log_expit, returned as a list")
def _(z):
    z = np.array(z).astype(float)
    return [(z <= 0).astype(float), scipy.special.expit(-z), -scipy.special.log_expit(z)]


@right("loss_bases", "logaddexp; likelihood as exp of log_sigmoid(-z)")
def _(z):
    z = np.asarray(z)
    nll = np.logaddexp(0, -z)
    likelihood = np.exp(-np.logaddexp(0, z))
    clip = 1 - (z > 0) * 1.0
    return clip, likelihood, nll


@right("loss_bases", "inner function and np.vectorize")
def _(z):
    def one(v):
        if v > 0:
            wrong_side = 0.0
        else:
            wrong_side = 1.0
        return wrong_side, float(_sigmoid(-v)), float(-_log_sigmoid(v))

    clip, likelihood, nll = np.vectorize(one, otypes=[float, float, float])(z)
    return clip, likelihood, nll


@right("loss_bases", "np.ones with mask; integer clip by np.less_equal")
def _(z):
    clip = np.less_equal(z, 0).astype(int)
    likelihood = 0.5 * (1 - np.tanh(np.multiply(z, 0.5)))
    # tanh loses digits for big z, there use exp directly
    small = np.exp(-np.abs(np.multiply(z, 1.0)))
    likelihood = np.where(np.greater(z, 0), small / (1 + small), likelihood)
    nll = np.maximum(0.0, np.negative(z)) + np.log1p(small)
    return clip, likelihood, nll


@fragile("loss_bases", "formulas as they stand, plain exp")
def _(z):
    p = 1 / (1 + np.exp(-np.asarray(z, dtype=float)))
    return np.where(np.asarray(z) <= 0, 1.0, 0.0), 1 - p, -np.log(p)


@fragile("loss_bases", "1 - sigmoid(z) loses the digits of large z")
def _(z):
    z = np.asarray(z, dtype=float)
    return (z <= 0) * 1.0, 1 - _sigmoid(z), -_log_sigmoid(z)


@wrong("loss_bases", "z = 0 counts as right")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.where(z < 0, 1.0, 0.0), _sigmoid(-z), -_log_sigmoid(z)


@wrong("loss_bases", "clip the wrong way round")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, 1.0, 0.0), _sigmoid(-z), -_log_sigmoid(z)


@wrong("loss_bases", "likelihood is sigmoid(z), not 1 less it")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.where(z <= 0, 1.0, 0.0), _sigmoid(z), -_log_sigmoid(z)


@wrong("loss_bases", "nll without the minus")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.where(z <= 0, 1.0, 0.0), _sigmoid(-z), _log_sigmoid(z)


@wrong("loss_bases", "nll of the other class")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.where(z <= 0, 1.0, 0.0), _sigmoid(-z), -_log_sigmoid(-z)


@wrong("loss_bases", "order: nll before likelihood")
def _(z):
    z = np.asarray(z, dtype=float)
    clip = np.where(z <= 0, 1.0, 0.0)
    return clip, -_log_sigmoid(z), _sigmoid(-z)


@wrong("loss_bases", "hinge max(0, 1 - z) in place of clip")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.maximum(0, 1 - z), _sigmoid(-z), -_log_sigmoid(z)


@wrong("loss_bases", "logarithm to base 10")
def _(z):
    z = np.asarray(z, dtype=float)
    return np.where(z <= 0, 1.0, 0.0), _sigmoid(-z), -_log_sigmoid(z) / np.log(10)


@wrong("loss_bases", "if on an array raises")
def _(z):
    if z <= 0:
        clip = 1.0
    else:
        clip = 0.0
    return np.array(clip), _sigmoid(-z), -_log_sigmoid(z)


@wrong("loss_bases", "squared error as likelihood")
def _(z):
    z = np.asarray(z, dtype=float)
    return (z <= 0).astype(float), _sigmoid(-z) ** 2, -_log_sigmoid(z)


@wrong("loss_bases", "means over the array in place of one value each")
def _(z):
    z = np.asarray(z, dtype=float)
    return (z <= 0).mean(), _sigmoid(-z).mean(), (-_log_sigmoid(z)).mean()


@wrong("loss_bases", "flattens an array of two axes")
def _(z):
    z = np.ravel(z).astype(float)
    return (z <= 0).astype(float), _sigmoid(-z), -_log_sigmoid(z)


@wrong("loss_bases", "nll is -log of the likelihood loss")
def _(z):
    z = np.asarray(z, dtype=float)
    likelihood = _sigmoid(-z)
    with np.errstate(divide="ignore"):
        return (z <= 0).astype(float), likelihood, -np.log(likelihood)


@wrong("loss_bases", "clips the probability to 0..1 without thresholding")
def _(z):
    z = np.asarray(z, dtype=float)
    return 1 - np.clip(z, 0, 1), _sigmoid(-z), -_log_sigmoid(z)


# logistic_chain


@right("logistic_chain", "step by step with sigmoid and log_sigmoid")
def _(w, x):
    u = np.dot(w, x)
    p = _sigmoid(u)
    L = -_log_sigmoid(u)
    with np.errstate(divide="ignore"):
        dL_dp = -1 / p
    dp_du = p * (1 - p)
    dL_dw = (p - 1) * x
    return u, p, L, dL_dp, dp_du, dL_dw


@right("logistic_chain", "math module, Python floats, explicit if")
def _(w, x):
    u = 0.0
    for d in range(len(w)):
        u += float(w[d]) * float(x[d])
    if u >= 0:
        e = math.exp(-u)
        p = 1 / (1 + e)
        L = math.log1p(e)
    else:
        e = math.exp(u)
        p = e / (1 + e)
        L = -u + math.log1p(e)
    if p == 0:
        dL_dp = -math.inf
    else:
        dL_dp = -1 / p
    dp_du = p * (1 - p)
    grad = np.zeros(len(x))
    for d in range(len(x)):
        grad[d] = (p - 1) * x[d]
    return u, p, L, dL_dp, dp_du, grad


@right("logistic_chain", "scipy expit, 1 - p as expit(-u)")
def _(w, x):
    u = w @ x
    p = scipy.special.expit(u)
    q = scipy.special.expit(-u)
    L = np.logaddexp(0, -u)
    with np.errstate(divide="ignore", over="ignore"):
        dL_dp = np.divide(-1.0, p)
    return u, p, L, dL_dp, p * q, -q * x


@right("logistic_chain", "einsum, np.float64, returns a list")
def _(w, x):
    w = w.copy().astype(float)
    x = x.copy().astype(float)
    u = np.float64(np.einsum("d,d->", w, x))
    p = np.float64(_sigmoid(u))
    loss = np.float64(-_log_sigmoid(u))
    slope_L = np.float64(-np.inf)
    if p > 0:
        slope_L = np.float64(-1.0) / p
    slope_p = p - p**2
    return [u, p, loss, slope_L, slope_p, np.array([(p - 1) * xi for xi in x])]


@right("logistic_chain", "all in arrays, sum of w * x, dL/du first")
def _(w, x):
    u = np.sum(np.asarray(w) * np.asarray(x))
    L = np.log1p(np.exp(-np.abs(u))) + np.maximum(-u, 0)
    p = _sigmoid(u)
    one_minus_p = _sigmoid(-u)
    dp_du = p * one_minus_p
    dL_dp = -np.inf * np.ones(()) if p == 0 else -1 / p
    # dL/du = dL_dp * dp_du = -(1 - p), no division needed
    dL_du = -one_minus_p
    dL_dw = np.multiply(dL_du, x)
    return u, p, L, dL_dp, dp_du, dL_dw


@fragile("logistic_chain", "long product dL_dp * dp_du * x: nan where p is 0")
def _(w, x):
    u = np.dot(w, x)
    p = _sigmoid(u)
    L = -_log_sigmoid(u)
    dL_dp = -1 / p
    dp_du = p * (1 - p)
    dL_dw = dL_dp * dp_du * x
    return u, p, L, dL_dp, dp_du, dL_dw


@fragile("logistic_chain", "plain exp and log(p): infinite loss at -1000")
def _(w, x):
    u = w @ x
    p = 1 / (1 + np.exp(-u))
    L = -np.log(p)
    return u, p, L, -1 / p, p * (1 - p), (p - 1) * x


def _chain(w, x):
    u = np.dot(w, x)
    p = _sigmoid(u)
    with np.errstate(divide="ignore"):
        return u, p, -_log_sigmoid(u), -1 / p, p * (1 - p), (p - 1) * x


@wrong("logistic_chain", "dL_dp is 1 / p, minus lost")
def _(w, x):
    u, p, L, dL_dp, dp_du, dL_dw = _chain(w, x)
    return u, p, L, -dL_dp, dp_du, dL_dw


@wrong("logistic_chain", "gradient p x, as for class 0")
def _(w, x):
    u, p, L, dL_dp, dp_du, _g = _chain(w, x)
    return u, p, L, dL_dp, dp_du, p * x


@wrong("logistic_chain", "gradient (1 - p) x, sign turned")
def _(w, x):
    u, p, L, dL_dp, dp_du, _g = _chain(w, x)
    return u, p, L, dL_dp, dp_du, (1 - p) * x


@wrong("logistic_chain", "dp_du from u: u (1 - u)")
def _(w, x):
    u, p, L, dL_dp, _s, dL_dw = _chain(w, x)
    return u, p, L, dL_dp, u * (1 - u), dL_dw


@wrong("logistic_chain", "loss log(p), without the minus")
def _(w, x):
    u, p, L, dL_dp, dp_du, dL_dw = _chain(w, x)
    return u, p, -L, dL_dp, dp_du, dL_dw


@wrong("logistic_chain", "last factor is w, not x")
def _(w, x):
    u, p, L, dL_dp, dp_du, _g = _chain(w, x)
    return u, p, L, dL_dp, dp_du, (p - 1) * w


@wrong("logistic_chain", "gradient without the factor x")
def _(w, x):
    u, p, L, dL_dp, dp_du, _g = _chain(w, x)
    return u, p, L, dL_dp, dp_du, (p - 1) * np.ones(len(x))


@wrong("logistic_chain", "gradient summed to one number")
def _(w, x):
    u, p, L, dL_dp, dp_du, dL_dw = _chain(w, x)
    return u, p, L, dL_dp, dp_du, np.sum(dL_dw)


@wrong("logistic_chain", "u = w * x, not summed")
def _(w, x):
    u = w * x
    p = _sigmoid(u)
    with np.errstate(divide="ignore"):
        return u, p, -_log_sigmoid(u), -1 / p, p * (1 - p), (p - 1) * x


@wrong("logistic_chain", "dp_du and dL_dp in swapped places")
def _(w, x):
    u, p, L, dL_dp, dp_du, dL_dw = _chain(w, x)
    return u, p, L, dp_du, dL_dp, dL_dw


@wrong("logistic_chain", "sigmoid with the wrong sign of u")
def _(w, x):
    u = w @ x
    p = _sigmoid(-u)
    L = -_log_sigmoid(-u)
    with np.errstate(divide="ignore"):
        return u, p, L, -1 / p, p * (1 - p), (p - 1) * x


@wrong("logistic_chain", "gradient forgets dp_du: dL_dp times x")
def _(w, x):
    u, p, L, dL_dp, dp_du, _g = _chain(w, x)
    with np.errstate(invalid="ignore"):
        return u, p, L, dL_dp, dp_du, dL_dp * x


@wrong("logistic_chain", "loss of class 0, -log(1 - p)")
def _(w, x):
    u, p, _l, dL_dp, dp_du, dL_dw = _chain(w, x)
    return u, p, -_log_sigmoid(-u), dL_dp, dp_du, dL_dw


@wrong("logistic_chain", "p ^ 2 in place of p ** 2: raises")
def _(w, x):
    u = w @ x
    p = _sigmoid(u)
    return u, p, -_log_sigmoid(u), -1 / p, p - (p ^ 2), (p - 1) * x


@wrong("logistic_chain", "turns x into the gradient in place")
def _(w, x):
    u, p, L, dL_dp, dp_du, _g = _chain(w, x)
    x *= p - 1
    return u, p, L, dL_dp, dp_du, x


# train_linear_classifier


@right("train_linear_classifier", "inner def for lam, sgd does the work")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    def loss_and_grad(W, X, y):
        return loss(W, X, y, lam)

    W = np.zeros((n_classes, X.shape[1]))
    return _sgd(loss_and_grad, W, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)


@right("train_linear_classifier", "lambda, losses turned into an array again")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    D = X.shape[1]
    start = np.zeros((n_classes, D))
    settings = {"learning_rate": learning_rate, "batch_size": batch_size, "epochs": epochs, "rng": rng}
    W, losses = _sgd(lambda W, Xb, yb: loss(W, Xb, yb, lam), start, X, y, **settings)
    return W, np.array(losses)


@right("train_linear_classifier", "own loops, rng.shuffle of an index array")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    idx = np.arange(len(X))
    for _epoch in range(epochs):
        rng.shuffle(idx)
        i = 0
        while i < len(X):
            batch = idx[i : i + batch_size]
            value, grad = loss(W, X[batch], y[batch], lam)
            losses.append(value)
            W = W - learning_rate * grad
            i += batch_size
    return W, np.array(losses)


@right("train_linear_classifier", "shuffled copies of X and y, losses into np.zeros")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    n = len(y)
    per_epoch = int(np.ceil(n / batch_size))
    losses = np.zeros(epochs * per_epoch)
    W = np.zeros([n_classes, X.shape[1]], dtype=float)
    step = 0
    for _epoch in range(epochs):
        perm = rng.permutation(n)
        X_shuffled = X[perm].copy()
        y_shuffled = y[perm].copy()
        for b in range(per_epoch):
            lo = b * batch_size
            hi = min(lo + batch_size, n)
            losses[step], g = loss(W.copy(), X_shuffled[lo:hi], y_shuffled[lo:hi], lam)
            W -= learning_rate * g
            step = step + 1
    return W, losses


@right("train_linear_classifier", "np.array_split at the batch borders, rng.choice")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, np.shape(X)[1]))
    history = []
    for _epoch in range(epochs):
        order = rng.choice(len(X), size=len(X), replace=False)
        for part in np.array_split(order, range(batch_size, len(X), batch_size)):
            L, dW = loss(W, X[part], y[part], lam)
            W = W + (-learning_rate) * dW
            history += [L]
    return W, np.asarray(history)


def _swapped(W, X, y, loss, lam):
    return loss(W, X, y, lam)


@right("train_linear_classifier", "functools.partial around a module function")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    f = partial(_swapped, loss=loss, lam=lam)
    theta = np.zeros((n_classes, len(X[0])))
    theta, losses = _sgd(f, theta, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)
    return theta, losses


@wrong("train_linear_classifier", "never shuffles")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        for i in range(0, len(X), batch_size):
            value, grad = loss(W, X[i : i + batch_size], y[i : i + batch_size], lam)
            losses.append(value)
            W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "shuffles once, before the epochs")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    order = rng.permutation(len(X))
    for _epoch in range(epochs):
        for i in range(0, len(X), batch_size):
            b = order[i : i + batch_size]
            value, grad = loss(W, X[b], y[b], lam)
            losses.append(value)
            W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "leaves out the last, shorter batch")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for k in range(len(X) // batch_size):
            b = order[k * batch_size : (k + 1) * batch_size]
            value, grad = loss(W, X[b], y[b], lam)
            losses.append(value)
            W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "lam not passed on, 0 in its place")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W0 = np.zeros((n_classes, X.shape[1]))
    return _sgd(
        lambda W, X, y: loss(W, X, y, 0.0),
        W0,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        rng=rng,
    )


@wrong("train_linear_classifier", "starts from small random weights")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W0 = 0.01 * rng.standard_normal((n_classes, X.shape[1]))
    f = lambda W, X, y: loss(W, X, y, lam)  # noqa: E731
    return _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)


@wrong("train_linear_classifier", "W of shape (D, K): raises or is wrong")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W0 = np.zeros((X.shape[1], n_classes))
    f = lambda W, X, y: loss(W, X, y, lam)  # noqa: E731
    return _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)


@wrong("train_linear_classifier", "climbs: adds the gradient")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            b = order[i : i + batch_size]
            value, grad = loss(W, X[b], y[b], lam)
            losses.append(value)
            W = W + learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "one loss per epoch, the last batch's")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            b = order[i : i + batch_size]
            value, grad = loss(W, X[b], y[b], lam)
            W = W - learning_rate * grad
        losses.append(value)
    return W, np.array(losses)


@wrong("train_linear_classifier", "losses measured after the step")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            b = order[i : i + batch_size]
            _value, grad = loss(W, X[b], y[b], lam)
            W = W - learning_rate * grad
            losses.append(loss(W, X[b], y[b], lam)[0])
    return W, np.array(losses)


@wrong("train_linear_classifier", "ignores batch_size: all examples at once")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        value, grad = loss(W, X[order], y[order], lam)
        losses.append(value)
        W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "return inside the epoch loop: one epoch only")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            b = order[i : i + batch_size]
            value, grad = loss(W, X[b], y[b], lam)
            losses.append(value)
            W = W - learning_rate * grad
        return W, np.array(losses)


@wrong("train_linear_classifier", "shuffles X but not y")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            value, grad = loss(W, X[order[i : i + batch_size]], y[i : i + batch_size], lam)
            losses.append(value)
            W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "own default_rng(0), the argument rng unused")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    f = lambda W, X, y: loss(W, X, y, lam)  # noqa: E731
    my_rng = np.random.default_rng(0)
    W0 = np.zeros((n_classes, X.shape[1]))
    return _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=my_rng)


@wrong("train_linear_classifier", "draws batches with replacement")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    steps = -(-len(X) // batch_size)
    for _epoch in range(epochs):
        for _step in range(steps):
            b = rng.integers(0, len(X), size=batch_size)
            value, grad = loss(W, X[b], y[b], lam)
            losses.append(value)
            W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "always softmax_loss, the argument loss ignored")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    f = lambda W, X, y: _softmax_loss(W, X, y, lam)  # noqa: E731
    W0 = np.zeros((n_classes, X.shape[1]))
    return _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)


@wrong("train_linear_classifier", "as many classes as seen in y, not n_classes")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    f = lambda W, X, y: loss(W, X, y, lam)  # noqa: E731
    W0 = np.zeros((len(np.unique(y)), X.shape[1]))
    return _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)


@wrong("train_linear_classifier", "shuffles the caller's X and y in place")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]))
    losses = []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        X[:] = X[order]
        y[:] = y[order]
        for i in range(0, len(X), batch_size):
            value, grad = loss(W, X[i : i + batch_size], y[i : i + batch_size], lam)
            losses.append(value)
            W = W - learning_rate * grad
    return W, np.array(losses)


@wrong("train_linear_classifier", "divides the mean gradient by the batch size again")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    def f(W, X, y):
        value, grad = loss(W, X, y, lam)
        return value, grad / len(y)

    W0 = np.zeros((n_classes, X.shape[1]))
    return _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)


@wrong("train_linear_classifier", "returns the losses only")
def _(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    f = lambda W, X, y: loss(W, X, y, lam)  # noqa: E731
    W0 = np.zeros((n_classes, X.shape[1]))
    _W, losses = _sgd(f, W0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)
    return losses


# confusion_matrix


@right("confusion_matrix", "loop over pairs, np.zeros of int")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for guess, true in zip(y_hat, y, strict=True):
        M[true, guess] += 1
    return M


@right("confusion_matrix", "np.add.at")
def _(y_hat, y, n_classes):
    C = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(C, (y, y_hat), 1)
    return C


@right("confusion_matrix", "bincount of K y + y_hat, reshaped")
def _(y_hat, y, n_classes):
    codes = n_classes * np.asarray(y) + np.asarray(y_hat)
    return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)


@right("confusion_matrix", "product of one-hot matrices from np.eye")
def _(y_hat, y, n_classes):
    true = np.eye(n_classes)[y]
    pred = np.eye(n_classes)[y_hat]
    return (true.T @ pred).astype(np.int64)


@right("confusion_matrix", "pure Python lists, np.array at the end")
def _(y_hat, y, n_classes):
    table = [[0] * n_classes for _row in range(n_classes)]
    for i in range(len(y)):
        table[int(y[i])][int(y_hat[i])] += 1
    return np.array(table)


@right("confusion_matrix", "counts every cell with a mask")
def _(y_hat, y, n_classes):
    out = np.zeros((n_classes, n_classes))
    for i in range(n_classes):
        for j in range(n_classes):
            out[i, j] = np.sum((y == i) & (y_hat == j))
    return out.astype("int64")


@right("confusion_matrix", "histogram2d with half-way borders")
def _(y_hat, y, n_classes):
    edges = np.arange(n_classes + 1) - 0.5
    counts, _a, _b = np.histogram2d(y, y_hat, bins=[edges, edges])
    return counts.astype(np.int64)


@wrong("confusion_matrix", "transposed: rows are the predictions")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(len(y)):
        M[y_hat[i], y[i]] += 1
    return M


@wrong("confusion_matrix", "M[y, y_hat] += 1 counts repeated pairs once")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=np.int64)
    M[y, y_hat] += 1
    return M


@wrong("confusion_matrix", "rows divided by their sums")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes))
    np.add.at(M, (y, y_hat), 1)
    return M / np.maximum(M.sum(axis=1, keepdims=True), 1)


@wrong("confusion_matrix", "size from the labels seen, n_classes ignored")
def _(y_hat, y, n_classes):
    K = max(y.max(), y_hat.max()) + 1
    M = np.zeros((K, K), dtype=int)
    np.add.at(M, (y, y_hat), 1)
    return M


@wrong("confusion_matrix", "counts mistakes only, diagonal stays 0")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(len(y)):
        if y[i] != y_hat[i]:
            M[y[i], y_hat[i]] += 1
    return M


@wrong("confusion_matrix", "counts right answers only")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for k in range(n_classes):
        M[k, k] = np.sum((y == k) & (y_hat == k))
    return M


@wrong("confusion_matrix", "forgets the last example")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(len(y) - 1):
        M[y[i], y_hat[i]] += 1
    return M


@wrong("confusion_matrix", "labels taken as 1 to K: cells shifted by one")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for a, b in zip(y, y_hat, strict=True):
        M[a - 1, b - 1] += 1
    return M


@wrong("confusion_matrix", "range(n_classes - 1): last class never counted")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(n_classes - 1):
        for j in range(n_classes - 1):
            M[i, j] = ((y == i) & (y_hat == j)).sum()
    return M


@wrong("confusion_matrix", "[[0] * K] * K: all rows are one list")
def _(y_hat, y, n_classes):
    M = [[0] * n_classes] * n_classes
    for a, b in zip(y, y_hat, strict=True):
        M[a][b] += 1
    return np.array(M)


@wrong("confusion_matrix", "or in place of and")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(n_classes):
        for j in range(n_classes):
            M[i, j] = np.sum((y == i) | (y_hat == j))
    return M


@wrong("confusion_matrix", "prints the matrix, returns nothing")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(M, (y, y_hat), 1)
    print(M)


@wrong("confusion_matrix", "bincount without minlength: reshape raises")
def _(y_hat, y, n_classes):
    return np.bincount(n_classes * y + y_hat).reshape(n_classes, n_classes)


@right("confusion_matrix", "counts as floats")
def _(y_hat, y, n_classes):
    M = np.zeros((n_classes, n_classes))
    for a, b in zip(y, y_hat, strict=True):
        M[a, b] += 1
    return M


# platt_scaling


def _targets(y):
    y = np.asarray(y)
    n1 = np.sum(y == 1)
    n0 = np.sum(y == 0)
    return np.where(y == 1, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))


def _fit(s, t, steps=200, bias=True):
    """Newton with halved steps."""
    A = np.stack([s, np.ones(len(s)) if bias else np.zeros(len(s))], axis=1)

    def cost(theta):
        z = A @ theta
        return np.sum(np.logaddexp(0, z) - t * z)

    theta = np.zeros(2)
    for _step in range(steps):
        p = _sigmoid(A @ theta)
        grad = A.T @ (p - t)
        H = (A.T * (p * (1 - p))) @ A + 1e-12 * np.eye(2)
        if not bias:
            H[1, 1] = 1.0
        move = np.linalg.solve(H, grad)
        rate, now = 1.0, cost(theta)
        while cost(theta - rate * move) > now and rate > 1e-6:
            rate /= 2
        theta = theta - rate * move
        if np.abs(move).max() < 1e-12:
            break
    return theta


@right("platt_scaling", "Newton with halved steps, matrix form, linalg.solve")
def _(scores, y):
    mean = scores.mean()
    std = scores.std()
    s = (scores - mean) / std
    n_pos = (y == 1).sum()
    n_neg = (y == 0).sum()
    t = np.where(y == 1, (n_pos + 1.0) / (n_pos + 2.0), 1.0 / (n_neg + 2.0))
    A = np.column_stack([s, np.ones(len(s))])

    def cost(theta):
        z = A @ theta
        return np.sum(np.logaddexp(0, z) - t * z)

    theta = np.array([0.0, np.log((n_pos + 1.0) / (n_neg + 1.0))])
    for _step in range(100):
        p = _sigmoid(A @ theta)
        grad = A.T @ (p - t)
        H = A.T @ (A * (p * (1 - p))[:, None])
        direction = np.linalg.solve(H, grad)
        if np.linalg.norm(direction) < 1e-12:
            break
        rate = 1.0
        while cost(theta - rate * direction) > cost(theta) and rate > 1e-8:
            rate = rate / 2
        theta = theta - rate * direction
    a = theta[0] / std
    b = theta[1] - theta[0] * mean / std
    return a, b


@right("platt_scaling", "loops over lists, 2 by 2 system by hand, step halving")
def _(scores, y):
    n = len(scores)
    mu = sum(float(v) for v in scores) / n
    sd = math.sqrt(sum((float(v) - mu) ** 2 for v in scores) / n)
    s = [(float(v) - mu) / sd for v in scores]
    positives = sum(1 for label in y if label == 1)
    negatives = n - positives
    t = []
    for label in y:
        if label == 1:
            t.append((positives + 1) / (positives + 2))
        else:
            t.append(1 / (negatives + 2))

    def loss(a, b):
        total = 0.0
        for si, ti in zip(s, t, strict=True):
            z = a * si + b
            total += max(z, 0) + math.log1p(math.exp(-abs(z))) - ti * z
        return total

    a, b = 0.0, 0.0
    for _step in range(50):
        ga = gb = haa = hab = hbb = 0.0
        for si, ti in zip(s, t, strict=True):
            z = a * si + b
            p = 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
            ga += (p - ti) * si
            gb += p - ti
            r = p * (1 - p)
            haa += r * si * si
            hab += r * si
            hbb += r
        det = haa * hbb - hab * hab
        da = (hbb * ga - hab * gb) / det
        db = (haa * gb - hab * ga) / det
        if abs(da) + abs(db) < 1e-11:
            break
        step = 1.0
        old = loss(a, b)
        while step > 1e-6 and loss(a - step * da, b - step * db) > old:
            step /= 2
        a -= step * da
        b -= step * db
    return a / sd, b - a * mu / sd


@right("platt_scaling", "scipy.optimize.minimize trust-exact with jac and hess")
def _(scores, y):
    m, sd = np.mean(scores), np.std(scores)
    s = (np.asarray(scores, dtype=float) - m) / sd
    t = _targets(y)

    def f(v):
        z = v[0] * s + v[1]
        return -np.sum(t * _log_sigmoid(z) + (1 - t) * _log_sigmoid(-z))

    def jac(v):
        d = scipy.special.expit(v[0] * s + v[1]) - t
        return np.array([np.sum(d * s), np.sum(d)])

    def hess(v):
        p = scipy.special.expit(v[0] * s + v[1])
        r = p * (1 - p)
        return np.array([[np.sum(r * s * s), np.sum(r * s)], [np.sum(r * s), np.sum(r)]])

    best = scipy.optimize.minimize(f, np.zeros(2), jac=jac, hess=hess, method="trust-exact", options={"gtol": 1e-10})
    a, b = best.x
    return np.array([a / sd, b - a * m / sd])


@right("platt_scaling", "plain Newton, einsum Hessian, fixed number of steps")
def _(scores, y):
    y = np.array(y).astype(float)
    center, width = np.mean(scores), np.std(scores)
    x = np.vstack(((scores - center) / width, np.ones(len(y))))
    plus = y.sum()
    minus = len(y) - plus
    target = y * (plus + 1) / (plus + 2) + (1 - y) / (minus + 2)
    theta = np.zeros(2)
    for _i in range(30):
        p = scipy.special.expit(theta @ x)
        g = x @ (p - target)
        hessian = np.einsum("in,n,jn->ij", x, p * (1 - p), x)
        theta = theta - np.linalg.inv(hessian) @ g
    return float(theta[0] / width), float(theta[1] - theta[0] * center / width)


@right("platt_scaling", "while loop, np.linalg.pinv, targets by mask, tuple of floats")
def _(scores, y):
    mu = np.mean(scores)
    sigma = np.std(scores)
    Z = np.ones((len(scores), 2))
    Z[:, 0] = (scores - mu) / sigma
    t = np.zeros(len(y))
    t[y == 1] = (np.sum(y) + 1) / (np.sum(y) + 2)
    t[y == 0] = 1 / (np.sum(1 - y) + 2)
    beta = np.zeros((2, 1))
    change = np.ones((2, 1))
    count = 0
    while np.linalg.norm(change) > 1e-12 and count < 100:
        p = _sigmoid(np.dot(Z, beta))[:, 0]
        R = np.diag(p * (1 - p))
        H = np.dot(np.dot(Z.T, R), Z)
        change = np.linalg.pinv(H).dot(Z.T).dot((t - p).reshape(-1, 1))
        beta = beta + change
        count += 1
    slope = float(beta[0, 0]) / float(sigma)
    offset = float(beta[1, 0]) - slope * float(mu)
    return (slope, offset)


@fragile("platt_scaling", "Newton on raw scores with ridge 1e-12")
def _(scores, y):
    s = np.asarray(scores, dtype=float)
    t = _targets(y)
    a, b = 0.0, 0.0
    for _step in range(100):
        p = scipy.special.expit(a * s + b)
        r = p * (1 - p)
        g = np.array([np.sum((p - t) * s), np.sum(p - t)])
        H = np.array([[np.sum(r * s * s), np.sum(r * s)], [np.sum(r * s), np.sum(r)]]) + 1e-12 * np.eye(2)
        da, db = np.linalg.solve(H, g)
        a, b = a - da, b - db
    return a, b


@fragile("platt_scaling", "scipy minimize (BFGS) on the raw scores")
def _(scores, y):
    s = np.asarray(scores, dtype=float)
    t = _targets(y)

    def f(v):
        z = v[0] * s + v[1]
        return np.mean(np.logaddexp(0, z) - t * z)

    def jac(v):
        d = scipy.special.expit(v[0] * s + v[1]) - t
        return np.array([np.mean(d * s), np.mean(d)])

    a, b = scipy.optimize.minimize(f, [0.0, 0.0], jac=jac, method="BFGS", options={"gtol": 1e-9}).x
    return a, b


@wrong("platt_scaling", "targets plain 0 and 1")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, y.astype(float), steps=20)
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "targets n / (n + 1) and 1 / (n + 1)")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    n1, n0 = np.sum(y == 1), np.sum(y == 0)
    t = np.where(y == 1, n1 / (n1 + 1), 1 / (n0 + 1))
    a, b = _fit((scores - m) / sd, t)
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "a and b not brought back to the scores' scale")
def _(scores, y):
    s = (scores - scores.mean()) / scores.std()
    a, b = _fit(s, _targets(y))
    return a, b


@wrong("platt_scaling", "only a brought back, b left as it is")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, _targets(y))
    return a / sd, b


@wrong("platt_scaling", "b - a mean with the unscaled a")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, _targets(y))
    return a / sd, b - a * m


@wrong("platt_scaling", "b plus, not minus, a mean / std")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, _targets(y))
    a = a / sd
    return a, b + a * m


@wrong("platt_scaling", "Platt's own sign: sigmoid(-(a s + b))")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, _targets(y))
    return -a / sd, -(b - a * m / sd)


@wrong("platt_scaling", "returns b, a")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, _targets(y))
    return b - a * m / sd, a / sd


@wrong("platt_scaling", "one Newton step only")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    s = (scores - m) / sd
    A = np.column_stack([s, np.ones(len(s))])
    t = _targets(y)
    p = np.full(len(s), 0.5)
    H = A.T @ (A * (p * (1 - p))[:, None])
    a, b = -np.linalg.solve(H, A.T @ (p - t))
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "counts of the two classes swapped in the targets")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    n1, n0 = np.sum(y == 1), np.sum(y == 0)
    t = np.where(y == 1, (n0 + 1) / (n0 + 2), 1 / (n1 + 2))
    a, b = _fit((scores - m) / sd, t)
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "both targets from the number of all examples")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    n = len(y)
    t = np.where(y == 1, (n + 1) / (n + 2), 1 / (n + 2))
    a, b = _fit((scores - m) / sd, t)
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "no offset fitted, slope only")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    a, b = _fit((scores - m) / sd, _targets(y), bias=False)
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "straight line through the targets' log-odds (least squares)")
def _(scores, y):
    t = _targets(y)
    a, b = np.polyfit(scores, np.log(t / (1 - t)), 1)
    return a, b


@wrong("platt_scaling", "fifty small gradient steps, far from the minimum")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    s = (scores - m) / sd
    t = _targets(y)
    a = b = 0.0
    for _step in range(50):
        p = _sigmoid(a * s + b)
        a -= 0.01 * np.mean((p - t) * s)
        b -= 0.01 * np.mean(p - t)
    return a / sd, b - a * m / sd


@wrong("platt_scaling", "standardises the caller's scores in place")
def _(scores, y):
    m, sd = scores.mean(), scores.std()
    scores -= m
    scores /= sd
    a, b = _fit(scores, _targets(y))
    return a / sd, b - a * m / sd
