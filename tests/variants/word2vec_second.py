"""Answers to the second half of chapter 5 (word vectors), written from the page alone."""

import math
import random

import numpy as np
import scipy.sparse
import scipy.special

from tests.variants import fragile, right, wrong

# sgns_loss


@right("sgns_loss", "vectorised with logaddexp and scipy expit")
def _(w, c_pos, C_neg):
    pos = w @ c_pos
    neg = C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g_pos = scipy.special.expit(pos) - 1
    g_neg = scipy.special.expit(neg)
    grad_w = g_pos * c_pos + g_neg @ C_neg
    grad_c_pos = g_pos * w
    grad_C_neg = np.outer(g_neg, w)
    return loss, grad_w, grad_c_pos, grad_C_neg


@right("sgns_loss", "loop over noise words, math functions, case split for the sign")
def _(w, c_pos, C_neg):
    def sigmoid(x):
        if x >= 0:
            return 1 / (1 + math.exp(-x))
        return math.exp(x) / (1 + math.exp(x))

    def log_sigmoid(x):
        if x >= 0:
            return -math.log1p(math.exp(-x))
        return x - math.log1p(math.exp(x))

    k, d = C_neg.shape
    score = float(np.dot(w, c_pos))
    loss = -log_sigmoid(score)
    grad_w = np.zeros(d)
    grad_C_neg = np.zeros((k, d))
    # the positive pair, 1 - sigmoid(x) = sigmoid(-x)
    grad_w -= sigmoid(-score) * c_pos
    grad_c_pos = -sigmoid(-score) * w
    # the negatives
    for j in range(k):
        s = float(np.dot(w, C_neg[j]))
        loss -= log_sigmoid(-s)
        grad_w += sigmoid(s) * C_neg[j]
        grad_C_neg[j] = sigmoid(s) * w
    return loss, grad_w, grad_c_pos, grad_C_neg


@right("sgns_loss", "one stacked matrix with labels, einsum, tanh as sigmoid")
def _(w, c_pos, C_neg):
    C = np.vstack([c_pos[None, :], C_neg])
    labels = np.zeros(len(C))
    labels[0] = 1.0
    z = np.einsum("kd,d->k", C, w)
    p = 0.5 * (1 + np.tanh(0.5 * z))
    signed = np.where(labels == 1, z, -z)
    loss = np.sum(np.maximum(-signed, 0) + np.log1p(np.exp(-np.abs(signed))))
    error = p - labels
    grad_w = np.einsum("k,kd->d", error, C)
    grad_C = np.einsum("k,d->kd", error, w)
    return loss, grad_w, grad_C[0], grad_C[1:]


@right("sgns_loss", "pure Python lists, np.array at the end, returns a list")
def _(w, c_pos, C_neg):
    d = len(w)
    k = len(C_neg)
    pos = sum(float(w[i]) * float(c_pos[i]) for i in range(d))
    negs = [sum(float(w[i]) * float(C_neg[j][i]) for i in range(d)) for j in range(k)]

    def softplus(x):
        # log(1 + e^x)
        if x > 0:
            return x + math.log(1 + math.exp(-x))
        return math.log(1 + math.exp(x))

    def sig(x):
        if x > 0:
            return 1.0 / (1.0 + math.exp(-x))
        e = math.exp(x)
        return e / (1.0 + e)

    loss = softplus(-pos)
    for n in negs:
        loss = loss + softplus(n)
    grad_w = []
    for i in range(d):
        g = (sig(pos) - 1) * float(c_pos[i])
        for j in range(k):
            g += sig(negs[j]) * float(C_neg[j][i])
        grad_w.append(g)
    grad_c_pos = [(sig(pos) - 1) * float(w[i]) for i in range(d)]
    grad_C_neg = [[sig(n) * float(w[i]) for i in range(d)] for n in negs]
    return [loss, np.array(grad_w), np.array(grad_c_pos), np.array(grad_C_neg).reshape(k, d)]


@right("sgns_loss", "np.where sigmoid under errstate, broadcasting with None")
def _(w, c_pos, C_neg):
    def sigmoid(x):
        with np.errstate(over="ignore", invalid="ignore"):
            return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))

    x_pos = np.sum(w * c_pos)
    x_neg = np.sum(C_neg * w, axis=1)
    loss = np.logaddexp(0.0, -x_pos) + np.sum(np.logaddexp(0.0, x_neg))
    slope_pos = -sigmoid(-x_pos)
    slope_neg = sigmoid(x_neg)
    grad_w = slope_pos * c_pos + np.sum(slope_neg[:, None] * C_neg, axis=0)
    return float(loss), grad_w, slope_pos * w, slope_neg[:, None] * w[None, :]


@right("sgns_loss", "scipy log_expit, zeros_like filled row by row, astype float")
def _(w, c_pos, C_neg):
    w = w.astype(float)
    c_pos = c_pos.astype(float)
    C_neg = C_neg.astype(float)
    pos = w.dot(c_pos)
    neg = C_neg.dot(w)
    loss = -(scipy.special.log_expit(pos) + np.sum(scipy.special.log_expit(-neg)))
    grad_w = -scipy.special.expit(-pos) * c_pos
    grad_C_neg = np.zeros_like(C_neg)
    for j, c in enumerate(C_neg):
        grad_w = grad_w + scipy.special.expit(neg[j]) * c
        grad_C_neg[j, :] = scipy.special.expit(neg[j]) * w
    return loss, grad_w, -scipy.special.expit(-pos) * w, grad_C_neg


@fragile("sgns_loss", "log of a naive sigmoid, infinite for large products")
def _(w, c_pos, C_neg):
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    p = sigmoid(w @ c_pos)
    q = sigmoid(C_neg @ w)
    loss = -(np.log(p) + np.log(1 - q).sum())
    return loss, (p - 1) * c_pos + q @ C_neg, (p - 1) * w, np.outer(q, w)


@fragile("sgns_loss", "1e-10 inside the log caps the loss at 23")
def _(w, c_pos, C_neg):
    p = scipy.special.expit(w @ c_pos)
    q = scipy.special.expit(-(C_neg @ w))
    loss = -np.log(p + 1e-10) - np.sum(np.log(q + 1e-10))
    return loss, (p - 1) * c_pos + (1 - q) @ C_neg, (p - 1) * w, (1 - q)[:, None] * w


@wrong("sgns_loss", "sign of the loss forgotten: log likelihood returned")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = -np.logaddexp(0, -pos) - np.logaddexp(0, neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(h, w)


@wrong("sgns_loss", "noise words averaged in place of summed")
def _(w, c_pos, C_neg):
    k = len(C_neg)
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).mean()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg) / k
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(h, w)


@wrong("sgns_loss", "same sign for noise words as for the context word")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, -neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg) - 1
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(h, w)


@wrong("sgns_loss", "grad_w leaves out the noise words")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    grad_w = g * c_pos
    return loss, grad_w, g * w, np.outer(h, w)


@wrong("sgns_loss", "gradients of noise words summed to one vector")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    return loss, g * c_pos + h @ C_neg, g * w, np.sum(np.outer(h, w), axis=0)


@wrong("sgns_loss", "duplicate noise words removed with np.unique")
def _(w, c_pos, C_neg):
    C = np.unique(C_neg, axis=0)
    pos, neg = w @ c_pos, C @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g = scipy.special.expit(pos) - 1
    h = scipy.special.expit(neg)
    return loss, g * c_pos + h @ C, g * w, np.outer(scipy.special.expit(C_neg @ w), w)


@wrong("sgns_loss", "gradient of the sigmoid, p (1 - p), in place of log sigmoid")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    p, q = scipy.special.expit(pos), scipy.special.expit(neg)
    g, h = -p * (1 - p), q * (1 - q)
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(h, w)


@wrong("sgns_loss", "gradients point uphill: all signs turned round")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, h = 1 - scipy.special.expit(pos), -scipy.special.expit(neg)
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(h, w)


@wrong("sgns_loss", "if z >= 0 on an array of scores raises")
def _(w, c_pos, C_neg):
    def sigmoid(z):
        if z >= 0:
            return 1 / (1 + np.exp(-z))
        return np.exp(z) / (1 + np.exp(z))

    p = sigmoid(w @ c_pos)
    q = sigmoid(C_neg @ w)
    loss = np.logaddexp(0, -(w @ c_pos)) + np.logaddexp(0, C_neg @ w).sum()
    return loss, (p - 1) * c_pos + q @ C_neg, (p - 1) * w, np.outer(q, w)


@wrong("sgns_loss", "softmax over context and noise in place of sigmoids")
def _(w, c_pos, C_neg):
    C = np.vstack([c_pos, C_neg])
    z = C @ w
    p = scipy.special.softmax(z)
    loss = scipy.special.logsumexp(z) - z[0]
    e = p.copy()
    e[0] -= 1
    grad_C = np.outer(e, w)
    return loss, e @ C, grad_C[0], grad_C[1:]


@wrong("sgns_loss", "takes a gradient step on w before the other gradients")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    grad_w = g * c_pos + h @ C_neg
    w = w - 0.05 * grad_w
    return loss, grad_w, g * w, np.outer(h, w)


@wrong("sgns_loss", "grad_C_neg transposed, (d, k)")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(w, h)


@wrong("sgns_loss", "only the first noise word counts in the loss")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg[0])
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    return loss, g * c_pos + h @ C_neg, g * w, np.outer(h, w)


@wrong("sgns_loss", "grad_c_pos and grad_w swapped in the return")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, h = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    return loss, g * w, g * c_pos + h @ C_neg, np.outer(h, w)


@wrong("sgns_loss", "grad_w built in place in c_pos: argument changed")
def _(w, c_pos, C_neg):
    pos, neg = w @ c_pos, C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    grad_w = c_pos
    grad_w *= scipy.special.expit(pos) - 1
    for j in range(len(C_neg)):
        grad_w += scipy.special.expit(neg[j]) * C_neg[j]
    return loss, grad_w, (scipy.special.expit(pos) - 1) * w, np.outer(scipy.special.expit(neg), w)


# train_skipgram


def _sgns(w, c_pos, C_neg):
    pos = w @ c_pos
    neg = C_neg @ w
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g = -0.5 * (1 - np.tanh(0.5 * pos))
    h = 0.5 * (1 + np.tanh(0.5 * neg))
    return loss, g * c_pos + h @ C_neg, g * w, h[:, None] * w


def _cut(ids):
    texts, current = [], []
    for i in ids:
        if i == -1:
            texts.append(current)
            current = []
        else:
            current.append(int(i))
    texts.append(current)
    return texts


def _pairs(ids, window):
    pairs = []
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(len(text), i + window + 1)):
                if j != i:
                    pairs.append((text[i], text[j]))
    return pairs


def _noise(ids, vocab_size):
    p = np.bincount(ids[ids >= 0], minlength=vocab_size) ** 0.75
    return p / p.sum()


@right("train_skipgram", "plain loop, fixed window and rate, rng.choice for every pair")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    texts = [[]]
    for i in ids:
        if i == -1:
            texts.append([])
        else:
            texts[-1].append(i)
    pairs = []
    for text in texts:
        for i in range(len(text)):
            for j in range(i - window, i + window + 1):
                if j != i and 0 <= j < len(text):
                    pairs.append((text[i], text[j]))
    counts = np.bincount(ids[ids != -1], minlength=vocab_size)
    p = counts**0.75
    p = p / np.sum(p)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, size=(vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        total = 0.0
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            noise = rng.choice(vocab_size, size=negatives, p=p)
            loss, grad_w, grad_c, grad_C = _sgns(W[a], C[b], C[noise])
            W[a] -= learning_rate * grad_w
            C[b] -= learning_rate * grad_c
            for j in range(negatives):
                C[noise[j]] -= learning_rate * grad_C[j]
            total += loss
        losses[epoch] = total / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@right("train_skipgram", "window drawn per centre and epoch, rate falls, np.subtract.at")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    ids = np.asarray(ids)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim)).astype(np.float32)
    C = np.zeros((vocab_size, dim), dtype=np.float32)
    noise_p = np.bincount(ids[ids >= 0], minlength=vocab_size).astype(float) ** 0.75
    noise_p /= noise_p.sum()
    losses = []
    T = len(ids)
    for epoch in range(epochs):
        # collect the pairs of this epoch
        spans = rng.integers(1, window + 1, size=T)
        centres, contexts = [], []
        for t in range(T):
            if ids[t] == -1:
                continue
            for step in (-1, 1):
                s = t + step
                while 0 <= s < T and ids[s] != -1 and abs(s - t) <= spans[t]:
                    centres.append(ids[t])
                    contexts.append(ids[s])
                    s += step
        n = len(centres)
        order = rng.permutation(n)
        noise = rng.choice(vocab_size, size=(n, negatives), p=noise_p)
        total = 0
        for done, k in enumerate(order):
            lr = learning_rate * (1 - (epoch + done / n) / epochs)
            i, o, neg = centres[k], contexts[k], noise[k]
            loss, gw, gc, gn = _sgns(W[i], C[o], C[neg])
            W[i] -= lr * gw
            C[o] -= lr * gc
            np.subtract.at(C, neg, lr * gn)
            total += loss
        losses.append(total / max(n, 1))
    return W, C, np.array(losses)


@right("train_skipgram", "np.split, noise by searchsorted, losses as a list")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    ends = np.flatnonzero(ids == -1)
    pairs = []
    for part in np.split(ids, ends):
        part = part[part != -1]
        # pairs at each distance, in both directions
        for distance in range(1, window + 1):
            left, right_ = part[:-distance], part[distance:]
            pairs.extend(zip(left.tolist(), right_.tolist()))
            pairs.extend(zip(right_.tolist(), left.tolist()))
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    cumulative = np.cumsum(np.bincount(ids[ids >= 0], minlength=vocab_size) ** 0.75)
    W = (rng.random((vocab_size, dim)) - 0.5) / dim
    C = np.zeros_like(W)
    losses = []
    for epoch in range(epochs):
        lr = learning_rate * (1 - epoch / epochs)
        rng.shuffle(pairs)
        draws = rng.random((len(pairs), negatives)) * cumulative[-1]
        noise = np.searchsorted(cumulative, draws, side="right")
        epoch_loss = []
        for (centre, context), neg in zip(pairs, noise):
            rows = np.concatenate(([context], neg))
            labels = np.zeros(len(rows))
            labels[0] = 1
            w = W[centre].copy()
            z = C[rows] @ w
            error = scipy.special.expit(z) - labels
            epoch_loss.append(np.logaddexp(0, z).sum() - z[0])
            W[centre] -= lr * (error @ C[rows])
            np.add.at(C, rows, -lr * np.outer(error, w))
        losses.append(float(np.mean(epoch_loss)))
    return W.astype(np.float32), C.astype(np.float32), losses


@right("train_skipgram", "pure Python lists, random.Random seeded from rng")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    dice = random.Random(int(rng.integers(2**31)))
    words = [int(i) for i in ids]
    counts = [0] * vocab_size
    for i in words:
        if i != -1:
            counts[i] += 1
    weights = [c**0.75 for c in counts]
    W = [[dice.uniform(-0.5, 0.5) / dim for _ in range(dim)] for _ in range(vocab_size)]
    C = [[0.0] * dim for _ in range(vocab_size)]
    pairs = []
    for t, centre in enumerate(words):
        if centre == -1:
            continue
        for s in range(t + 1, t + window + 1):
            if s >= len(words) or words[s] == -1:
                break
            pairs.append((centre, words[s]))
            pairs.append((words[s], centre))
    losses = []
    for epoch in range(epochs):
        dice.shuffle(pairs)
        total = 0.0
        for i, o in pairs:
            targets = [o] + dice.choices(range(vocab_size), weights, k=negatives)
            w = W[i]
            grad_w = [0.0] * dim
            changes = []
            for number, t in enumerate(targets):
                z = sum(x * y for x, y in zip(w, C[t]))
                sign = 1 if number == 0 else -1
                z = max(-700.0, min(700.0, z))
                total += math.log1p(math.exp(-sign * z))
                slope = -sign / (1 + math.exp(sign * z))
                grad_w = [g + slope * y for g, y in zip(grad_w, C[t])]
                changes.append((t, [slope * x for x in w]))
            for t, grad in changes:
                C[t] = [y - learning_rate * g for y, g in zip(C[t], grad)]
            W[i] = [x - learning_rate * g for x, g in zip(w, grad_w)]
        losses.append(total / len(pairs))
    return np.array(W, dtype=np.float32), np.array(C, dtype=np.float32), np.array(losses)


@right("train_skipgram", "normal start, mini-batches of 16 pairs with np.add.at")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = np.array(_pairs(ids, window)).reshape(-1, 2)
    p = _noise(ids, vocab_size)
    W = rng.normal(size=(vocab_size, dim)) * 0.1
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        lr = learning_rate * (1 - epoch / epochs)
        order = rng.permutation(len(pairs))
        total = 0
        for start in range(0, len(pairs), 16):
            batch = pairs[order[start : start + 16]]
            i, o = batch[:, 0], batch[:, 1]
            rows = np.column_stack([o, rng.choice(vocab_size, size=(len(batch), negatives), p=p)])
            y = np.zeros(rows.shape)
            y[:, 0] = 1
            z = np.einsum("bd,bkd->bk", W[i], C[rows])
            e = scipy.special.expit(z) - y
            total += np.sum(np.logaddexp(0, z) - y * z)
            grad_w = np.einsum("bk,bkd->bd", e, C[rows])
            grad_c = np.einsum("bk,bd->bkd", e, W[i])
            np.add.at(W, i, -lr * grad_w)
            np.add.at(C, rows, -lr * grad_c)
        losses[epoch] = total / len(pairs)
    return W.astype("float32"), C.astype("float32"), losses


@wrong("train_skipgram", "-1 thrown away first: pairs reach across texts")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    words = ids[ids >= 0]
    pairs = []
    for i in range(len(words)):
        for j in range(max(0, i - window), min(len(words), i + window + 1)):
            if i != j:
                pairs.append((words[i], words[j]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "-1 taken for a word: trains the last row")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = []
    for i in range(len(ids)):
        for j in range(max(0, i - window), min(len(ids), i + window + 1)):
            if i != j:
                pairs.append((ids[i], ids[j]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "noise drawn uniformly, counts ignored")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.integers(0, vocab_size, size=(len(pairs), negatives))
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "noise in proportion to the count, power 0.75 forgotten")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    counts = np.bincount(ids[ids >= 0], minlength=vocab_size)
    p = counts / counts.sum()
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "losses are sums over the pairs, not means")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "steps uphill: plus in place of minus")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] += learning_rate * gw
            C[b] += learning_rate * gc
            np.add.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "only words to the right are contexts")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = []
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(i + 1, min(i + window + 1, len(text))):
                pairs.append((text[i], text[j]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "number of noise words hard-coded as 5")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), 5), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "np.random in place of rng: not reproducible")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = np.random.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = np.random.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in np.random.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "W and C both start at zero, nothing is ever learned")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = np.zeros((vocab_size, dim), dtype=np.float32)
    C = np.zeros((vocab_size, dim), dtype=np.float32)
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W, C, losses


@wrong("train_skipgram", "C[noise] -= loses words drawn twice")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            C[noise[n]] -= learning_rate * gn
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "vectors of the noise words never move")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "np.bincount(ids) with -1 in ids raises")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = np.bincount(ids, minlength=vocab_size) ** 0.75
    p = p / p.sum()
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "rng.integers(1, window) never draws window, raises for 1")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = []
    for text in _cut(ids):
        for i in range(len(text)):
            b = rng.integers(1, window)
            for j in range(max(0, i - b), min(len(text), i + b + 1)):
                if j != i:
                    pairs.append((text[i], text[j]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "each word is also its own context")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = []
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(len(text), i + window + 1)):
                pairs.append((text[i], text[j]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "return inside the loop: stops after one epoch")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
        return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "one loss per pair in place of one per epoch")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = []
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses.append(loss)
    return W.astype(np.float32), C.astype(np.float32), np.array(losses)


@wrong("train_skipgram", "V taken from ids.max(), vocab_size ignored")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    V = ids.max() + 1
    p = _noise(ids, V)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (V, dim))
    C = np.zeros((V, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(V, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "one matrix for centres and contexts: C is W")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = C = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_skipgram", "only the first text is used, break at -1")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, progress=False):
    text = []
    for i in ids:
        if i == -1:
            break
        text.append(i)
    pairs = _pairs(text, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


# cbow_loss


@right("cbow_loss", "vectorised, np.tile of the slope")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    pos, neg = h @ c_pos, C_neg @ h
    loss = np.logaddexp(0, -pos) + np.sum(np.logaddexp(0, neg))
    g = scipy.special.expit(pos) - 1
    q = scipy.special.expit(neg)
    grad_h = g * c_pos + C_neg.T @ q
    return loss, np.tile(grad_h / L, (L, 1)), g * h, np.outer(q, h)


@right("cbow_loss", "loops into np.zeros, math functions")
def _(context_vectors, c_pos, C_neg):
    def sigmoid(x):
        if x >= 0:
            return 1 / (1 + math.exp(-x))
        return 1 - 1 / (1 + math.exp(x))

    def minus_log_sigmoid(x):
        # for negative x the exp would overflow
        if x < 0:
            return -x + math.log1p(math.exp(x))
        return math.log1p(math.exp(-x))

    L, d = context_vectors.shape
    k = C_neg.shape[0]
    h = np.zeros(d)
    for l in range(L):
        h += context_vectors[l]
    h = h / L
    grad_h = np.zeros(d)
    grad_C_neg = np.zeros((k, d))
    s = float(h @ c_pos)
    loss = minus_log_sigmoid(s)
    grad_h += (sigmoid(s) - 1) * c_pos
    grad_c_pos = (sigmoid(s) - 1) * h
    for j in range(k):
        s = float(h @ C_neg[j])
        loss += minus_log_sigmoid(-s)
        grad_h += sigmoid(s) * C_neg[j]
        grad_C_neg[j] = sigmoid(s) * h
    grad_context = np.zeros((L, d))
    for l in range(L):
        grad_context[l] = grad_h / L
    return loss, grad_context, grad_c_pos, grad_C_neg


@right("cbow_loss", "calls own skip-gram loss with the mean as centre")
def _(context_vectors, c_pos, C_neg):
    h = np.mean(context_vectors, axis=0)
    loss, grad_h, grad_c_pos, grad_C_neg = _sgns(h, c_pos, C_neg)
    grad_context = np.ones_like(context_vectors) * grad_h / context_vectors.shape[0]
    return loss, grad_context, grad_c_pos, grad_C_neg


@right("cbow_loss", "pure Python lists turned to arrays, returns a list")
def _(context_vectors, c_pos, C_neg):
    ctx = [[float(x) for x in row] for row in context_vectors]
    pos = [float(x) for x in c_pos]
    neg = [[float(x) for x in row] for row in C_neg]
    L, d = len(ctx), len(pos)
    h = [sum(row[i] for row in ctx) / L for i in range(d)]

    def dot(a, b):
        return sum(x * y for x, y in zip(a, b))

    rows = [pos] + neg
    labels = [1] + [0] * len(neg)
    loss = 0.0
    grad_h = [0.0] * d
    grads = []
    for row, y in zip(rows, labels):
        z = dot(h, row)
        # loss log(1 + e^z) - y z
        loss += max(z, 0) + math.log1p(math.exp(-abs(z))) - y * z
        p = 0.5 * (1 + math.tanh(z / 2))
        for i in range(d):
            grad_h[i] += (p - y) * row[i]
        grads.append([(p - y) * x for x in h])
    grad_context = [[g / L for g in grad_h] for _ in range(L)]
    return [loss, np.array(grad_context), np.array(grads[0]), np.array(grads[1:]).reshape(len(neg), d)]


@right("cbow_loss", "stacked matrix, einsum, averaging matrix by hand")
def _(context_vectors, c_pos, C_neg):
    L, d = context_vectors.shape
    average = np.full(L, 1.0 / L)
    h = np.einsum("l,ld->d", average, context_vectors)
    C = np.concatenate([c_pos.reshape(1, d), C_neg], axis=0)
    sign = np.full(len(C), -1.0)
    sign[0] = 1.0
    z = sign * np.einsum("kd,d->k", C, h)
    loss = -np.sum(scipy.special.log_expit(z))
    slope = -sign * scipy.special.expit(-z)
    grad_h = np.einsum("k,kd->d", slope, C)
    grad_C = np.einsum("k,d->kd", slope, h)
    return loss, np.einsum("l,d->ld", average, grad_h), grad_C[0], grad_C[1:]


@fragile("cbow_loss", "naive log of sigmoid, infinite on large products")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    p = 1 / (1 + np.exp(-(h @ c_pos)))
    q = 1 / (1 + np.exp(-(C_neg @ h)))
    loss = -np.log(p) - np.log(1 - q).sum()
    grad_h = (p - 1) * c_pos + q @ C_neg
    return loss, np.repeat(grad_h[None] / L, L, axis=0), (p - 1) * h, np.outer(q, h)


@fragile("cbow_loss", "math.exp overflows for large negative scores")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = sum(context_vectors) / L
    p = 1 / (1 + math.exp(-float(h @ c_pos)))
    loss = -math.log(p)
    grad_h = (p - 1) * c_pos
    grad_neg = np.zeros(C_neg.shape)
    for j in range(len(C_neg)):
        q = 1 / (1 + math.exp(-float(h @ C_neg[j])))
        loss -= math.log(1 - q)
        grad_h = grad_h + q * C_neg[j]
        grad_neg[j] = q * h
    return loss, np.array([grad_h / L] * L), (p - 1) * h, grad_neg


@wrong("cbow_loss", "each context gets the full slope, no division by L")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, np.tile(grad_h, (L, 1)), gp, gn


@wrong("cbow_loss", "sum of the contexts in place of the mean")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.sum(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, np.tile(grad_h, (L, 1)), gp, gn


@wrong("cbow_loss", "one (d,) gradient for all contexts in place of (L, d)")
def _(context_vectors, c_pos, C_neg):
    h = context_vectors.mean(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, grad_h / len(context_vectors), gp, gn


@wrong("cbow_loss", "loss is the sum over contexts of skip-gram losses")
def _(context_vectors, c_pos, C_neg):
    loss = 0
    grad = np.zeros(context_vectors.shape)
    gp, gn = np.zeros(c_pos.shape), np.zeros(C_neg.shape)
    for l, v in enumerate(context_vectors):
        a, grad[l], b, c = _sgns(v, c_pos, C_neg)
        loss += a
        gp += b
        gn += c
    return loss, grad, gp, gn


@wrong("cbow_loss", "mean over axis 1: wrong, or raises unless L = d")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=1)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, np.tile(grad_h / L, (L, 1)), gp, gn


@wrong("cbow_loss", "divides the slope by the number of negatives")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, np.tile(grad_h / len(C_neg), (L, 1)), gp, gn


@wrong("cbow_loss", "gradient of c_pos has the wrong sign")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    pos, neg = h @ c_pos, C_neg @ h
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, q = scipy.special.expit(pos) - 1, scipy.special.expit(neg)
    return loss, np.tile((g * c_pos + q @ C_neg) / L, (L, 1)), -g * h, np.outer(q, h)


@wrong("cbow_loss", "sigmoid(h.c) in place of sigmoid - 1 for c_pos")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    pos, neg = h @ c_pos, C_neg @ h
    loss = np.logaddexp(0, -pos) + np.logaddexp(0, neg).sum()
    g, q = scipy.special.expit(pos), scipy.special.expit(neg)
    return loss, np.tile((g * c_pos + q @ C_neg) / L, (L, 1)), g * h, np.outer(q, h)


@wrong("cbow_loss", "noise losses averaged, gradients of the sum")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    _, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    loss = np.logaddexp(0, -(h @ c_pos)) + np.mean(np.logaddexp(0, C_neg @ h))
    return loss, np.tile(grad_h / L, (L, 1)), gp, gn


@wrong("cbow_loss", "slope goes to the first context only")
def _(context_vectors, c_pos, C_neg):
    h = context_vectors.mean(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    grad = np.zeros(context_vectors.shape)
    grad[0] = grad_h
    return loss, grad, gp, gn


@wrong("cbow_loss", "mean built in the first row: changes the argument")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors[0]
    for l in range(1, L):
        h += context_vectors[l]
    h /= L
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, np.tile(grad_h / L, (L, 1)), gp, gn


@wrong("cbow_loss", "returns nothing, forgets return")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    result = loss, np.tile(grad_h / L, (L, 1)), gp, gn  # noqa: F841


@wrong("cbow_loss", "gradient of C_neg summed over the negatives, (d,)")
def _(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    h = context_vectors.mean(axis=0)
    loss, grad_h, gp, gn = _sgns(h, c_pos, C_neg)
    return loss, np.tile(grad_h / L, (L, 1)), gp, gn.sum(axis=0)


# train_cbow


def _windows(ids, window):
    out = []
    for text in _cut(ids):
        for i in range(len(text)):
            around = text[max(0, i - window) : i] + text[i + 1 : i + window + 1]
            if around:
                out.append((text[i], around))
    return out


def _cbow(context_vectors, c_pos, C_neg):
    L = len(context_vectors)
    loss, grad_h, gp, gn = _sgns(context_vectors.sum(axis=0) / L, c_pos, C_neg)
    return loss, np.ones((L, 1)) * (grad_h / L), gp, gn


@right("train_cbow", "plain loop, fixed window and rate, choice for every position")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    texts = [[]]
    for i in ids:
        if i == -1:
            texts.append([])
        else:
            texts[-1].append(i)
    examples = []
    for text in texts:
        for i in range(len(text)):
            neighbours = []
            for j in range(i - window, i + window + 1):
                if j >= 0 and j < len(text) and j != i:
                    neighbours.append(text[j])
            if len(neighbours) > 0:
                examples.append((text[i], neighbours))
    counts = np.bincount(ids[ids != -1], minlength=vocab_size)
    p = counts**0.75 / np.sum(counts**0.75)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, size=(vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for e in rng.permutation(len(examples)):
            centre, neighbours = examples[e]
            noise = rng.choice(vocab_size, size=negatives, p=p)
            loss, grad_ctx, grad_pos, grad_neg = _cbow(W[neighbours], C[centre], C[noise])
            for l, word in enumerate(neighbours):
                W[word] -= learning_rate * grad_ctx[l]
            C[centre] -= learning_rate * grad_pos
            for j, word in enumerate(noise):
                C[word] -= learning_rate * grad_neg[j]
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@right("train_cbow", "own window per centre, rate falls by step, subtract.at")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    texts = [np.array(t) for t in _cut(ids) if len(t) > 1]
    places = [(n, i) for n, text in enumerate(texts) for i in range(len(text))]
    counts = np.bincount(ids[ids >= 0], minlength=vocab_size).astype(float)
    prob = counts**0.75
    prob /= prob.sum()
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim)).astype(np.float32)
    C = np.zeros((vocab_size, dim), dtype=np.float32)
    losses = []
    step, steps = 0, epochs * len(places)
    for epoch in range(epochs):
        total = 0.0
        noise = rng.choice(vocab_size, size=(len(places), negatives), p=prob)
        widths = rng.integers(1, window + 1, size=len(places))
        for place in rng.permutation(len(places)):
            n, i = places[place]
            text, b, neg = texts[n], widths[place], noise[place]
            context = np.concatenate([text[max(0, i - b) : i], text[i + 1 : i + 1 + b]])
            lr = learning_rate * (1 - step / steps)
            loss, g_context, g_pos, g_neg = _cbow(W[context], C[text[i]], C[neg])
            np.subtract.at(W, context, lr * g_context)
            C[text[i]] -= lr * g_pos
            np.subtract.at(C, neg, lr * g_neg)
            total += loss
            step += 1
        losses.append(total / max(1, len(places)))
    return W, C, np.array(losses)


@right("train_cbow", "walks left and right from each position, rate per epoch, list of losses")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    words = ids.tolist()
    T = len(words)
    cumulative = np.cumsum(np.bincount(ids[ids >= 0], minlength=vocab_size) ** 0.75)
    cumulative = cumulative / cumulative[-1]
    W = (rng.random((vocab_size, dim)) - 0.5) / dim
    C = np.zeros_like(W)
    losses = []
    for epoch in range(epochs):
        lr = learning_rate * (epochs - epoch) / epochs
        order = np.arange(T)
        rng.shuffle(order)
        seen = []
        for t in order:
            if words[t] == -1:
                continue
            b = int(rng.integers(1, window, endpoint=True))
            around = []
            s = t - 1
            while s >= 0 and words[s] != -1 and t - s <= b:
                around.append(words[s])
                s -= 1
            s = t + 1
            while s < T and words[s] != -1 and s - t <= b:
                around.append(words[s])
                s += 1
            if not around:
                continue
            noise = np.searchsorted(cumulative, rng.random(negatives), side="right")
            h = W[around].sum(axis=0) / len(around)
            rows = [words[t]] + noise.tolist()
            M = C[rows]
            z = M @ h
            slope = scipy.special.expit(z)
            slope[0] -= 1
            seen.append(np.logaddexp(0, z).sum() - z[0])
            grad_h = slope @ M / len(around)
            for r, g in zip(rows, slope):
                C[r] -= lr * g * h
            for a in around:
                W[a] -= lr * grad_h
        losses.append(sum(seen) / max(1, len(seen)))
    return W.astype(np.float32), C.astype(np.float32), losses


@right("train_cbow", "pure Python vectors, random.Random seeded from rng")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    dice = random.Random(int(rng.integers(10**9)))
    counts = [0] * vocab_size
    for i in ids:
        if i >= 0:
            counts[int(i)] += 1
    weights = []
    so_far = 0.0
    for c in counts:
        so_far += c**0.75
        weights.append(so_far)
    W = [[dice.uniform(-0.5 / dim, 0.5 / dim) for _ in range(dim)] for _ in range(vocab_size)]
    C = [[0.0 for _ in range(dim)] for _ in range(vocab_size)]
    examples = _windows(ids, window)
    everyone = range(vocab_size)
    losses = []
    for epoch in range(epochs):
        dice.shuffle(examples)
        total = 0.0
        for centre, around in examples:
            L = len(around)
            h = [sum(W[a][i] for a in around) / L for i in range(dim)]
            targets = [centre] + dice.choices(everyone, cum_weights=weights, k=negatives)
            grad_h = [0.0] * dim
            slopes = []
            for n, t in enumerate(targets):
                z = sum(x * y for x, y in zip(h, C[t]))
                y = 1.0 if n == 0 else 0.0
                total += max(z, 0.0) + math.log1p(math.exp(-abs(z))) - y * z
                slope = 0.5 * (1 + math.tanh(z / 2)) - y
                slopes.append(slope)
                for i in range(dim):
                    grad_h[i] += slope * C[t][i]
            for t, slope in zip(targets, slopes):
                for i in range(dim):
                    C[t][i] -= learning_rate * slope * h[i]
            for a in around:
                for i in range(dim):
                    W[a][i] -= learning_rate * grad_h[i] / L
        losses.append(total / len(examples))
    return np.array(W, dtype=np.float32), np.array(C, dtype=np.float32), np.array(losses)


@right("train_cbow", "zero gradient matrices per step filled with np.add.at, then W - lr grad")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, size=(vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.empty(epochs)
    for epoch in range(epochs):
        values = []
        noise = rng.choice(np.arange(vocab_size), size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, g_ctx, g_pos, g_neg = _cbow(W[around], C[centre], C[noise[e]])
            grad_W = np.zeros_like(W)
            grad_C = np.zeros_like(C)
            np.add.at(grad_W, around, g_ctx)
            np.add.at(grad_C, noise[e], g_neg)
            grad_C[centre] += g_pos
            W = W - learning_rate * grad_W
            C = C - learning_rate * grad_C
            values.append(loss)
        losses[epoch] = np.mean(values)
    return np.float32(W), np.float32(C), losses


@wrong("train_cbow", "every context gets the full slope, as the original program")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gh, gp, gn = _sgns(W[around].mean(axis=0), C[centre], C[noise[e]])
            for a in around:
                W[a] -= learning_rate * gh
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "W[around] -= loses the second part of a repeated context")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            W[around] -= learning_rate * gc
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "windows reach across the end of a text")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids[ids != -1], window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "lonely positions not left out: mean of nothing is nan")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = []
    for text in _cut(ids):
        for i in range(len(text)):
            examples.append((text[i], text[max(0, i - window) : i] + text[i + 1 : i + window + 1]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            around = np.array(around, dtype=int)
            with np.errstate(all="ignore"):
                loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "only W is trained, C stays zero")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "C[noise] copied first, so noise vectors never move")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            C_neg = C[noise[e]]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C_neg)
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            C_neg -= learning_rate * gn
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "the centre word is part of its own context")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = []
    for text in _cut(ids):
        for i in range(len(text)):
            if len(text) > 1:
                examples.append((text[i], text[max(0, i - window) : i + window + 1]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "only words to the left are taken as context")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = []
    for text in _cut(ids):
        for i in range(1, len(text)):
            examples.append((text[i], text[max(0, i - window) : i]))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "returns C, W: the two swapped")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return C.astype(np.float32), W.astype(np.float32), losses


@wrong("train_cbow", "skip-gram in its place: the centre predicts each neighbour")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    pairs = _pairs(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(pairs), negatives), p=p)
        for n in rng.permutation(len(pairs)):
            a, b = pairs[n]
            loss, gw, gc, gn = _sgns(W[a], C[b], C[noise[n]])
            W[a] -= learning_rate * gw
            C[b] -= learning_rate * gc
            np.subtract.at(C, noise[n], learning_rate * gn)
            losses[epoch] += loss / len(pairs)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "losses divided by len(ids) with the -1 in it")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(ids)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "own default_rng() in place of rng: not reproducible")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    rng = np.random.default_rng()
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "one noise word whatever negatives says")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=len(examples), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[[noise[e]]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            C[noise[e]] -= learning_rate * gn[0]
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "bincount without minlength: raises if last words are missing")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = np.bincount(ids[ids >= 0]) ** 0.75
    p = p / p.sum()
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "text[i - window:i] with a negative start loses left contexts")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = []
    for text in _cut(ids):
        for i in range(len(text)):
            around = text[i - window : i] + text[i + 1 : i + window + 1]
            if len(around) > 0:
                examples.append((text[i], around))
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, learning_rate * gc)
            C[centre] -= learning_rate * gp
            np.subtract.at(C, noise[e], learning_rate * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


@wrong("train_cbow", "falling rate epoch / epochs - 1 is negative: goes uphill")
def _(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    examples = _windows(ids, window)
    p = _noise(ids, vocab_size)
    W = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim))
    C = np.zeros((vocab_size, dim))
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        lr = learning_rate * (epoch / epochs - 1)
        noise = rng.choice(vocab_size, size=(len(examples), negatives), p=p)
        for e in rng.permutation(len(examples)):
            centre, around = examples[e]
            loss, gc, gp, gn = _cbow(W[around], C[centre], C[noise[e]])
            np.subtract.at(W, around, lr * gc)
            C[centre] -= lr * gp
            np.subtract.at(C, noise[e], lr * gn)
            losses[epoch] += loss / len(examples)
    return W.astype(np.float32), C.astype(np.float32), losses


# cooccurrence_matrix


@right("cooccurrence_matrix", "double loop over positions, break at -1")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    T = len(ids)
    for i in range(T):
        if ids[i] == -1:
            continue
        for j in range(i + 1, min(i + window + 1, T)):
            if ids[j] == -1:
                break
            M[ids[i], ids[j]] += 1
            M[ids[j], ids[i]] += 1
    return M


@right("cooccurrence_matrix", "cuts into texts, looks both ways")
def _(ids, vocab_size, window):
    texts = [[]]
    for i in ids:
        if i == -1:
            texts.append([])
        else:
            texts[-1].append(int(i))
    counts = np.zeros((vocab_size, vocab_size), dtype=np.float64)
    for text in texts:
        for i, word in enumerate(text):
            left = text[max(0, i - window) : i]
            right_side = text[i + 1 : i + window + 1]
            for other in left + right_side:
                counts[word, other] += 1
    return counts


@right("cooccurrence_matrix", "shifts per distance with text numbers, np.add.at")
def _(ids, vocab_size, window):
    ids = np.asarray(ids)
    text_number = np.cumsum(ids == -1)
    counts = np.zeros((vocab_size, vocab_size))
    for distance in range(1, min(window, len(ids) - 1) + 1):
        a, b = ids[:-distance], ids[distance:]
        ok = (a >= 0) & (b >= 0) & (text_number[:-distance] == text_number[distance:])
        np.add.at(counts, (a[ok], b[ok]), 1)
    return counts + counts.T


@right("cooccurrence_matrix", "pure Python nested lists, np.array at the end")
def _(ids, vocab_size, window):
    ids = [int(i) for i in ids]
    table = [[0.0] * vocab_size for _ in range(vocab_size)]
    for i in range(len(ids)):
        for j in range(len(ids)):
            if i != j and abs(i - j) <= window:
                between = ids[min(i, j) : max(i, j) + 1]
                if -1 not in between:
                    table[ids[i]][ids[j]] += 1.0
    return np.array(table, dtype=float)


@right("cooccurrence_matrix", "list of flat codes, np.bincount and reshape")
def _(ids, vocab_size, window):
    codes = []
    start = 0
    ends = list(np.flatnonzero(np.asarray(ids) == -1)) + [len(ids)]
    for end in ends:
        text = ids[start:end]
        for d in range(1, window + 1):
            if d >= len(text):
                break
            codes.append(text[:-d] * vocab_size + text[d:])
            codes.append(text[d:] * vocab_size + text[:-d])
        start = end + 1
    if not codes:
        return np.zeros((vocab_size, vocab_size))
    flat = np.bincount(np.concatenate(codes).astype(int), minlength=vocab_size**2)
    return flat.reshape(vocab_size, vocab_size).astype(float)


@right("cooccurrence_matrix", "scipy sparse coo matrix made dense")
def _(ids, vocab_size, window):
    rows, cols = [], []
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(i - window, 0), min(i + window, len(text) - 1) + 1):
                if i != j:
                    rows.append(text[i])
                    cols.append(text[j])
    M = scipy.sparse.coo_matrix((np.ones(len(rows)), (rows, cols)), shape=(vocab_size, vocab_size))
    return M.toarray().astype(float)


@wrong("cooccurrence_matrix", "one order only, not symmetric")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(i + 1, min(i + window + 1, len(text))):
                M[text[i], text[j]] += 1
    return M


@wrong("cooccurrence_matrix", "a word beside itself counted in one order only")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(i + 1, min(i + window + 1, len(text))):
                M[text[i], text[j]] += 1
                if text[i] != text[j]:
                    M[text[j], text[i]] += 1
    return M


@wrong("cooccurrence_matrix", "skips -1 but goes on across the end")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        if ids[i] == -1:
            continue
        for j in range(i + 1, min(i + window + 1, len(ids))):
            if ids[j] == -1:
                continue
            M[ids[i], ids[j]] += 1
            M[ids[j], ids[i]] += 1
    return M


@wrong("cooccurrence_matrix", "-1 counted as the last word")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for j in range(i + 1, min(i + window + 1, len(ids))):
            M[ids[i], ids[j]] += 1
            M[ids[j], ids[i]] += 1
    return M


@wrong("cooccurrence_matrix", "range stops one early: distance window left out")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(i + 1, min(i + window, len(text))):
                M[text[i], text[j]] += 1
                M[text[j], text[i]] += 1
    return M


@wrong("cooccurrence_matrix", "weights 1 / distance as in GloVe")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(i + 1, min(i + window + 1, len(text))):
                M[text[i], text[j]] += 1 / (j - i)
                M[text[j], text[i]] += 1 / (j - i)
    return M


@wrong("cooccurrence_matrix", "each position counted with itself")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(i + window + 1, len(text))):
                M[text[i], text[j]] += 1
    return M


@wrong("cooccurrence_matrix", "M[a, b] += 1 on arrays counts repeats once")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        text = np.array(text, dtype=int)
        for d in range(1, window + 1):
            a, b = text[:-d], text[d:]
            M[a, b] += 1
            M[b, a] += 1
    return M


@wrong("cooccurrence_matrix", "looks both ways and adds the transpose: all doubled")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(i + window + 1, len(text))):
                if i != j:
                    M[text[i], text[j]] += 1
    return M + M.T


@right("cooccurrence_matrix", "counts as integers")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size), dtype=int)
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(i + window + 1, len(text))):
                if i != j:
                    M[text[i], text[j]] += 1
    return M


@wrong("cooccurrence_matrix", "negative slice start loses left neighbours")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for other in text[i - window : i] + text[i + 1 : i + window + 1]:
                M[text[i], other] += 1
    return M


@wrong("cooccurrence_matrix", "size from ids.max(), vocab_size ignored")
def _(ids, vocab_size, window):
    V = max(ids) + 1
    M = np.zeros((V, V))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(i + window + 1, len(text))):
                if i != j:
                    M[text[i], text[j]] += 1
    return M


@wrong("cooccurrence_matrix", "stops at the first -1: only the first text")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        if ids[i] == -1:
            break
        for j in range(i + 1, min(i + window + 1, len(ids))):
            if ids[j] == -1:
                break
            M[ids[i], ids[j]] += 1
            M[ids[j], ids[i]] += 1
    return M


@wrong("cooccurrence_matrix", "diagonal set to zero")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for text in _cut(ids):
        for i in range(len(text)):
            for j in range(max(0, i - window), min(i + window + 1, len(text))):
                if i != j:
                    M[text[i], text[j]] += 1
    np.fill_diagonal(M, 0)
    return M


@wrong("cooccurrence_matrix", "j runs past the end: IndexError")
def _(ids, vocab_size, window):
    M = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for j in range(i + 1, i + window + 1):
            if ids[i] == -1 or ids[j] == -1:
                break
            M[ids[i], ids[j]] += 1
            M[ids[j], ids[i]] += 1
    return M


@wrong("cooccurrence_matrix", "replaces -1 in ids of the caller by vocab_size")
def _(ids, vocab_size, window):
    ids[ids == -1] = vocab_size
    M = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        if ids[i] == vocab_size:
            continue
        for j in range(i + 1, min(i + window + 1, len(ids))):
            if ids[j] == vocab_size:
                break
            M[ids[i], ids[j]] += 1
            M[ids[j], ids[i]] += 1
    return M


# ppmi


@right("ppmi", "double loop into np.zeros, if count is positive")
def _(counts):
    V = len(counts)
    total = counts.sum()
    rows = counts.sum(axis=1)
    cols = counts.sum(axis=0)
    out = np.zeros((V, V))
    for i in range(V):
        for j in range(V):
            if counts[i, j] > 0:
                pmi = np.log(counts[i, j]) + np.log(total) - np.log(rows[i]) - np.log(cols[j])
                if pmi > 0:
                    out[i, j] = pmi
    return out


@right("ppmi", "boolean mask, differences of logs")
def _(counts):
    counts = counts.astype(float)
    out = np.zeros_like(counts)
    i, j = np.nonzero(counts)
    n_i = counts.sum(axis=1)
    n_j = counts.sum(axis=0)
    pmi = np.log(counts[i, j]) - np.log(n_i[i]) - np.log(n_j[j]) + np.log(counts.sum())
    out[i, j] = np.maximum(pmi, 0)
    return out


@right("ppmi", "errstate, probabilities, then nan_to_num and clip")
def _(counts):
    with np.errstate(divide="ignore", invalid="ignore"):
        p = counts / counts.sum()
        p_row = p.sum(axis=1, keepdims=True)
        p_col = p.sum(axis=0, keepdims=True)
        pmi = np.log(p / p_row / p_col)
    pmi = np.nan_to_num(pmi, nan=0.0, neginf=0.0)
    return np.clip(pmi, 0, None)


@right("ppmi", "pure Python lists with math.log")
def _(counts):
    table = [[float(x) for x in row] for row in counts]
    row_sums = [sum(row) for row in table]
    col_sums = [sum(column) for column in zip(*table)]
    total = sum(row_sums)
    answer = []
    for i, row in enumerate(table):
        line = []
        for j, n in enumerate(row):
            if n == 0:
                line.append(0.0)
            else:
                line.append(max(0.0, math.log(n / row_sums[i] * (total / col_sums[j]))))
        answer.append(line)
    return np.array(answer)


@right("ppmi", "np.divide with where, ratio 1 elsewhere, then log")
def _(counts):
    counts = np.array(counts, dtype=float)
    n = np.sum(counts)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0) / max(n, 1e-300))
    ratio = np.divide(counts, expected, out=np.ones_like(counts), where=counts > 0)
    return np.log(np.maximum(ratio, 1))


@fragile("ppmi", "integer counts multiplied: overflow in int64 for big counts")
def _(counts):
    n = counts.sum()
    expected = counts.sum(axis=1)[:, None] * counts.sum(axis=0)[None, :]
    observed = counts * n
    out = np.zeros(counts.shape)
    for i in range(len(counts)):
        for j in range(len(counts)):
            if counts[i, j] > 0:
                out[i, j] = max(0, np.log(observed[i, j] / expected[i, j]))
    return out


@wrong("ppmi", "nan for a word that never meets anything")
def _(counts):
    with np.errstate(divide="ignore", invalid="ignore"):
        n = counts.sum()
        pmi = np.log(counts * n / (counts.sum(axis=1, keepdims=True) * counts.sum(axis=0)))
    return np.maximum(pmi, 0)


@wrong("ppmi", "negative values kept: pmi, not ppmi")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    n = counts.sum()
    out[i, j] = np.log(counts[i, j] * n / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j]))
    return out


@wrong("ppmi", "log to base 2")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    n = counts.sum()
    out[i, j] = np.maximum(0, np.log2(counts[i, j] * n / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j])))
    return out


@wrong("ppmi", "row sums used for the columns as well")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    n = counts.sum()
    s = counts.sum(axis=1)
    with np.errstate(divide="ignore"):
        out[i, j] = np.maximum(0, np.log(counts[i, j] * n / (s[i] * s[j])))
    return out


@wrong("ppmi", "factor n forgotten: log n_ij / (n_i n_j)")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    out[i, j] = np.maximum(0, np.log(counts[i, j] / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j])))
    return out


@wrong("ppmi", "absolute value in place of max with 0")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    n = counts.sum()
    out[i, j] = np.abs(np.log(counts[i, j] * n / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j])))
    return out


@wrong("ppmi", "adds 1 to all counts to avoid log 0")
def _(counts):
    counts = counts + 1
    n = counts.sum()
    return np.maximum(0, np.log(counts * n / np.outer(counts.sum(axis=1), counts.sum(axis=0))))


@wrong("ppmi", "counts /= n changes the argument in place")
def _(counts):
    counts /= max(counts.sum(), 1e-300)
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    out[i, j] = np.maximum(0, np.log(counts[i, j] / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j])))
    return out


@wrong("ppmi", "ratio without the log")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    n = counts.sum()
    out[i, j] = np.maximum(0, counts[i, j] * n / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j]))
    return out


@wrong("ppmi", "axes confused: n_i is the sum of column i")
def _(counts):
    V = len(counts)
    n = counts.sum()
    columns = counts.sum(axis=0)
    rows = counts.sum(axis=1)
    out = np.zeros((V, V))
    for i in range(V):
        for j in range(V):
            if counts[i, j] > 0 and columns[i] > 0 and rows[j] > 0:
                out[i, j] = max(0, np.log(counts[i, j] * n / (columns[i] * rows[j])))
    return out


@wrong("ppmi", "Python max of 0 and an array raises")
def _(counts):
    n = counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(counts * n / np.outer(counts.sum(axis=1), counts.sum(axis=0)))
    return max(0, pmi)


@wrong("ppmi", "n is the number of cells in place of the total")
def _(counts):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    n = counts.size
    out[i, j] = np.maximum(0, np.log(counts[i, j] * n / (counts.sum(axis=1)[i] * counts.sum(axis=0)[j])))
    return out


@wrong("ppmi", "only the upper triangle filled and mirrored")
def _(counts):
    V = len(counts)
    n, rows, cols = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    out = np.zeros((V, V))
    for i in range(V):
        for j in range(i, V):
            if counts[i, j] > 0:
                out[i, j] = out[j, i] = max(0, np.log(counts[i, j] * n / (rows[i] * cols[j])))
    return out


# glove_loss


@right("glove_loss", "double loop over pairs, gradients summed up")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    V, d = W.shape
    loss = 0.0
    grad_W = np.zeros((V, d))
    grad_C = np.zeros((V, d))
    grad_b = np.zeros(V)
    grad_c = np.zeros(V)
    for i in range(V):
        for j in range(V):
            n = counts[i, j]
            if n > 0:
                f = min(1.0, (n / x_max) ** alpha)
                error = W[i] @ C[j] + b[i] + c[j] - np.log(n)
                loss += f * error**2
                grad_W[i] += 2 * f * error * C[j]
                grad_C[j] += 2 * f * error * W[i]
                grad_b[i] += 2 * f * error
                grad_c[j] += 2 * f * error
    return loss, grad_W, grad_C, grad_b, grad_c


@right("glove_loss", "matrices, np.where puts 1 inside the log")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    met = counts > 0
    log_n = np.log(np.where(met, counts, 1))
    f = np.where(met, np.minimum(1, (counts / x_max) ** alpha), 0)
    error = W @ C.T + b[:, None] + c[None, :] - log_n
    loss = np.sum(f * error**2)
    g = 2 * f * error
    return loss, g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@right("glove_loss", "np.nonzero list of pairs and np.add.at, returns a list")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    i, j = np.nonzero(counts)
    n = counts[i, j].astype(float)
    f = (n / x_max) ** alpha
    f[n >= x_max] = 1.0
    e = np.sum(W[i] * C[j], axis=1) + b[i] + c[j] - np.log(n)
    slope = 2 * f * e
    grad_W, grad_C = np.zeros(W.shape), np.zeros(C.shape)
    grad_b, grad_c = np.zeros(len(b)), np.zeros(len(c))
    np.add.at(grad_W, i, slope[:, None] * C[j])
    np.add.at(grad_C, j, slope[:, None] * W[i])
    np.add.at(grad_b, i, slope)
    np.add.at(grad_c, j, slope)
    return [np.dot(f, e * e), grad_W, grad_C, grad_b, grad_c]


@right("glove_loss", "einsum, log with where and out")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    counts = counts.astype(float)
    logs = np.log(counts, out=np.zeros_like(counts), where=counts > 0)
    weight = np.minimum((counts / x_max) ** alpha, 1.0) * (counts > 0)
    error = np.einsum("id,jd->ij", W, C) + b.reshape(-1, 1) + c - logs
    loss = np.einsum("ij,ij,ij->", weight, error, error)
    slope = 2.0 * weight * error
    return (
        loss,
        np.einsum("ij,jd->id", slope, C),
        np.einsum("ij,id->jd", slope, W),
        np.einsum("ij->i", slope),
        np.einsum("ij->j", slope),
    )


@right("glove_loss", "row by row, keeps only the words that meet")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    loss = 0
    grad_W = np.zeros(W.shape)
    grad_C = np.zeros(C.shape)
    grad_b = np.zeros(b.shape)
    grad_c = np.zeros(c.shape)
    for i in range(len(W)):
        near = np.flatnonzero(counts[i] > 0)
        if len(near) == 0:
            continue
        n = counts[i, near]
        f = np.ones(len(near))
        small = n < x_max
        f[small] = (n[small] / x_max) ** alpha
        diff = C[near] @ W[i] + b[i] + c[near] - np.log(n)
        loss = loss + (f * diff**2).sum()
        grad_W[i] = 2 * (f * diff) @ C[near]
        grad_b[i] = 2 * (f * diff).sum()
        grad_C[near] += 2 * np.outer(f * diff, W[i])
        grad_c[near] += 2 * f * diff
    return loss, grad_W, grad_C, grad_b, grad_c


@fragile("glove_loss", "eps in the log and no mask: wrong for alpha 0")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha)
    error = W @ C.T + b[:, None] + c - np.log(counts + 1e-12)
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "log 0 not avoided: 0 times inf is nan")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha)
    with np.errstate(all="ignore"):
        error = W @ C.T + b[:, None] + c - np.log(counts)
        g = 2 * f * error
        return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "log(1 + n) in place of log n")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log1p(counts)
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "factor 2 missing in the gradients")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "mean over the pairs in place of the sum")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    n_pairs = max(1, np.count_nonzero(counts))
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0) / n_pairs
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "weight not capped at 1")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = (counts / x_max) ** alpha * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "x_max and alpha hard-coded as 100 and 0.75")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / 100) ** 0.75) * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "grad_C without the transpose")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "axes of the bias gradients swapped")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=0), g.sum(axis=1)


@wrong("glove_loss", "b broadcast along the columns as c")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T + b + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "weight squared together with the error")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = f * (W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1)))
    g = 2 * f * error
    return np.sum(error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "pairs that never meet count with weight 1 and log 1")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    n = np.where(counts == 0, 1, counts)
    f = np.minimum(1, (n / x_max) ** alpha)
    error = W @ C.T + b[:, None] + c - np.log(n)
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "weight missing from the gradients")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = (W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))) * (counts > 0)
    g = 2 * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "min instead of np.minimum on a matrix raises")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = min(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T + b[:, None] + c - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "zeros in counts overwritten by 1: argument changed")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    met = counts > 0
    f = np.minimum(1, (counts / x_max) ** alpha) * met
    counts[~met] = 1
    error = W @ C.T + b[:, None] + c - np.log(counts)
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


@wrong("glove_loss", "biases left out of the error")
def _(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    f = np.minimum(1, (counts / x_max) ** alpha) * (counts > 0)
    error = W @ C.T - np.log(np.where(counts > 0, counts, 1))
    g = 2 * f * error
    return np.sum(f * error**2), g @ C, g.T @ W, g.sum(axis=1), g.sum(axis=0)


# document_vectors


@right("document_vectors", "loop into np.zeros, mean of the rows")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n in range(len(docs)):
        if len(docs[n]) > 0:
            out[n] = W[docs[n]].mean(axis=0)
    return out


@right("document_vectors", "adds word after word by hand")
def _(docs, W):
    d = W.shape[1]
    result = np.zeros((len(docs), d))
    for n, doc in enumerate(docs):
        total = np.zeros(d)
        words = 0
        for word in doc:
            total = total + W[word]
            words = words + 1
        if words != 0:
            result[n] = total / words
    return result


@right("document_vectors", "matrix of word counts times W")
def _(docs, W):
    counts = np.zeros((len(docs), len(W)))
    for n, doc in enumerate(docs):
        for i in doc:
            counts[n, i] += 1
    lengths = counts.sum(axis=1, keepdims=True)
    return counts @ W / np.maximum(lengths, 1)


@right("document_vectors", "pure Python lists, np.array with reshape at the end")
def _(docs, W):
    N, d = len(docs), W.shape[1]
    rows = []
    for doc in docs:
        if len(doc) == 0:
            rows.append([0.0] * d)
        else:
            rows.append([sum(float(W[i][k]) for i in doc) / len(doc) for k in range(d)])
    return np.array(rows).reshape(N, d)


@right("document_vectors", "flattened ids, np.add.at with text numbers")
def _(docs, W):
    lengths = np.array([len(doc) for doc in docs], dtype=int)
    numbers = np.repeat(np.arange(len(docs)), lengths)
    words = np.array([i for doc in docs for i in doc], dtype=int)
    sums = np.zeros((len(docs), W.shape[1]))
    np.add.at(sums, numbers, W[words])
    lengths[lengths == 0] = 1
    return sums / lengths[:, None]


@right("document_vectors", "list of np.average or zeros, np.stack")
def _(docs, W):
    W = W.astype(float)
    vectors = []
    for doc in docs:
        doc = list(doc)
        vectors.append(np.average(W[doc], axis=0) if doc else np.zeros_like(W[0]))
    return np.stack(vectors) if vectors else np.zeros((0, W.shape[1]))


@fragile("document_vectors", "nan_to_num, and an empty float array as text raises")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    with np.errstate(invalid="ignore"):
        for n, doc in enumerate(docs):
            out[n] = np.nan_to_num(W[doc].sum(axis=0) / np.float64(len(doc)))
    return out


@fragile("document_vectors", "result has the type of W: whole-number vectors get cut")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]), dtype=W.dtype)
    for n, doc in enumerate(docs):
        if len(doc):
            out[n] = W[doc].mean(axis=0)
    return out


@wrong("document_vectors", "sum in place of mean")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        for i in doc:
            out[n] += W[i]
    return out


@wrong("document_vectors", "each word counted once, set(doc)")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        if len(doc):
            out[n] = W[list(set(doc))].mean(axis=0)
    return out


@wrong("document_vectors", "empty text gives nan")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    with np.errstate(invalid="ignore"):
        for n, doc in enumerate(docs):
            out[n] = W[np.array(doc, dtype=int)].sum(axis=0) / np.float64(len(doc))
    return out


@wrong("document_vectors", "empty texts skipped: rows are missing")
def _(docs, W):
    return np.array([W[doc].mean(axis=0) for doc in docs if len(doc) > 0])


@wrong("document_vectors", "divides by the number of texts")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        for i in doc:
            out[n] += W[i] / len(docs)
    return out


@wrong("document_vectors", "divides by length + 1 to avoid zero division")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        for i in doc:
            out[n] += W[i]
        out[n] /= len(doc) + 1
    return out


@wrong("document_vectors", "mean over all entries, axis forgotten")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        if len(doc):
            out[n] = W[doc].mean()
    return out


@wrong("document_vectors", "result transposed, (d, N)")
def _(docs, W):
    out = np.zeros((W.shape[1], len(docs)))
    for n, doc in enumerate(docs):
        if len(doc):
            out[:, n] = W[doc].mean(axis=0)
    return out


@wrong("document_vectors", "sum built in the row of W: changes W")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        if len(doc):
            total = W[doc[0]]
            for i in doc[1:]:
                total += W[i]
            out[n] = total / len(doc)
    return out


@wrong("document_vectors", "assignment in place of addition: last word only")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        for i in doc:
            out[n] = W[i] / len(doc)
    return out


@wrong("document_vectors", "running mean (a + b) / 2 weights the last words most")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        for k, i in enumerate(doc):
            out[n] = W[i] if k == 0 else (out[n] + W[i]) / 2
    return out


@wrong("document_vectors", "vectors scaled to length 1")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        if len(doc):
            v = W[doc].mean(axis=0)
            out[n] = v / max(np.linalg.norm(v), 1e-12)
    return out


@wrong("document_vectors", "np.array(docs) of texts of unequal lengths raises")
def _(docs, W):
    docs = np.array(docs, dtype=int)
    return W[docs].mean(axis=1)


@wrong("document_vectors", "returns in the loop: first text only")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        if len(doc):
            out[n] = W[doc].mean(axis=0)
        return out
    return out


@wrong("document_vectors", "out[n] += W[ids] // len: floor division")
def _(docs, W):
    out = np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        if len(doc):
            out[n] = W[doc].sum(axis=0) // len(doc)
    return out
