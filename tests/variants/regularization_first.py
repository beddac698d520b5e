"""Answers to chapter 3 (regularization), written from the page alone."""

import itertools

import numpy as np
import scipy.linalg

from tests.variants import fragile, right, wrong

# polynomial_features


@right("polynomial_features", "double loop into np.zeros")
def _(x, degree):
    N = len(x)
    features = np.zeros((N, degree))
    for i in range(N):
        for k in range(degree):
            features[i, k] = x[i] ** (k + 1)
    return features


@right("polynomial_features", "broadcasting with np.arange")
def _(x, degree):
    powers = np.arange(1, degree + 1)
    return x[:, np.newaxis] ** powers


@right("polynomial_features", "list of columns, np.stack on axis 1")
def _(x, degree):
    columns = []
    for k in range(1, degree + 1):
        columns.append(x**k)
    return np.stack(columns, axis=1)


@right("polynomial_features", "np.vander without its first column")
def _(x, degree):
    table = np.vander(x, degree + 1, increasing=True)
    return table[:, 1:]


@right("polynomial_features", "pure Python rows, multiplied up, np.array at the end")
def _(x, degree):
    rows = []
    for value in x:
        row = []
        power = 1.0
        for _k in range(degree):
            power = power * float(value)
            row.append(power)
        rows.append(row)
    return np.array(rows)


@right("polynomial_features", "np.cumprod of repeated columns")
def _(x, degree):
    x = np.asarray(x).astype(float)
    repeated = np.tile(x.reshape(-1, 1), (1, degree))
    return np.cumprod(repeated, axis=1)


@right("polynomial_features", "column from the column before, np.ones first")
def _(x, degree):
    out = np.ones((x.shape[0], degree))
    out[:, 0] = x
    for k in range(1, degree):
        out[:, k] = out[:, k - 1] * x
    return out


@right("polynomial_features", "list of powers, transposed at the end")
def _(x, degree):
    return np.array([np.power(x, k + 1) for k in range(degree)]).T


@wrong("polynomial_features", "exp(k log x): nan for negative numbers")
def _(x, degree):
    out = np.zeros((len(x), degree))
    for k in range(1, degree + 1):
        out[:, k - 1] = np.exp(k * np.log(x))
    return out


@wrong("polynomial_features", "column of ones in front")
def _(x, degree):
    columns = [x**k for k in range(degree + 1)]
    return np.stack(columns, axis=1)


@wrong("polynomial_features", "powers from 0 to degree - 1")
def _(x, degree):
    out = np.zeros((len(x), degree))
    for k in range(degree):
        out[:, k] = x**k
    return out


@wrong("polynomial_features", "transposed: (degree, N)")
def _(x, degree):
    return np.array([x**k for k in range(1, degree + 1)])


@wrong("polynomial_features", "reshape in place of transpose")
def _(x, degree):
    rows = [x**k for k in range(1, degree + 1)]
    return np.array(rows).reshape(len(x), degree)


@wrong("polynomial_features", "multiples k x in place of powers")
def _(x, degree):
    return x[:, None] * np.arange(1, degree + 1)


@wrong("polynomial_features", "base and exponent swapped: k ** x")
def _(x, degree):
    return np.arange(1, degree + 1) ** x[:, None]


@wrong("polynomial_features", "off by one: last power missing")
def _(x, degree):
    return np.stack([x**k for k in range(1, degree)] or [x], axis=1)


@wrong("polynomial_features", "degree 3 hard-coded")
def _(x, degree):
    return np.column_stack([x, x**2, x**3])


@wrong("polynomial_features", "highest power first, np.vander's default order")
def _(x, degree):
    return np.vander(x, degree + 1)[:, :-1]


@wrong("polynomial_features", "power *= power: x, x^2, x^4, ...")
def _(x, degree):
    out = np.zeros((len(x), degree))
    power = x.astype(float)
    for k in range(degree):
        out[:, k] = power
        power = power * power
    return out


@wrong("polynomial_features", "one array multiplied in place: all columns the same")
def _(x, degree):
    columns = []
    power = np.ones(len(x))
    for _k in range(degree):
        power *= x
        columns.append(power)
    return np.stack(columns, axis=1)


@wrong("polynomial_features", "^ in place of **, raises on floats")
def _(x, degree):
    out = np.zeros((len(x), degree))
    for k in range(degree):
        out[:, k] = x ^ (k + 1)
    return out


@wrong("polynomial_features", "integer table cuts off the decimals")
def _(x, degree):
    out = np.zeros((len(x), degree), dtype=int)
    for k in range(degree):
        out[:, k] = x ** (k + 1)
    return out


@wrong("polynomial_features", "only the highest power filled in")
def _(x, degree):
    out = np.zeros((len(x), degree))
    for i in range(len(x)):
        out[i, degree - 1] = x[i] ** degree
    return out


@wrong("polynomial_features", "changes x in place")
def _(x, degree):
    original = x.copy()
    columns = [original]
    for _k in range(degree - 1):
        x *= original
        columns.append(x.copy())
    return np.stack(columns, axis=1)


@wrong("polynomial_features", "return missing")
def _(x, degree):
    features = np.zeros((len(x), degree))
    for k in range(degree):
        features[:, k] = x ** (k + 1)


# ngrams


@right("ngrams", "loop over starts, slices as tuples")
def _(tokens, n):
    result = []
    for i in range(len(tokens) - n + 1):
        result.append(tuple(tokens[i : i + n]))
    return result


@right("ngrams", "list comprehension")
def _(tokens, n):
    return [tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1)]


@right("ngrams", "zip of shifted lists")
def _(tokens, n):
    shifted = [tokens[i:] for i in range(n)]
    return list(zip(*shifted, strict=False))


@right("ngrams", "inner loop over places, explicit check for short texts")
def _(tokens, n):
    if len(tokens) < n:
        return []
    grams = []
    start = 0
    while start + n <= len(tokens):
        gram = ()
        for j in range(n):
            gram = gram + (tokens[start + j],)
        grams.append(gram)
        start += 1
    return grams


@right("ngrams", "sliding window that drops its oldest token")
def _(tokens, n):
    window = []
    out = []
    for token in tokens:
        window.append(token)
        if len(window) > n:
            window.pop(0)
        if len(window) == n:
            out.append(tuple(window))
    return out


@right("ngrams", "all slices, then those of full length")
def _(tokens, n):
    everything = [tuple(tokens[i : i + n]) for i in range(len(tokens))]
    return [gram for gram in everything if len(gram) == n]


@right("ngrams", "map over the ends of the runs")
def _(tokens, n):
    ends = range(n, len(tokens) + 1)
    return list(map(lambda end: tuple(tokens[end - n : end]), ends))


@fragile("ngrams", "joined with spaces and split: tokens with spaces fall apart")
def _(tokens, n):
    grams = []
    for i in range(len(tokens) - n + 1):
        text = " ".join(tokens[i : i + n])
        grams.append(tuple(text.split(" ")))
    return grams


@wrong("ngrams", "off by one: last run missing")
def _(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n)]


@wrong("ngrams", "short tuples at the end")
def _(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens))]


@wrong("ngrams", "lists in place of tuples")
def _(tokens, n):
    return [tokens[i : i + n] for i in range(len(tokens) - n + 1)]


@wrong("ngrams", "set drops repeated runs")
def _(tokens, n):
    seen = set()
    out = []
    for i in range(len(tokens) - n + 1):
        gram = tuple(tokens[i : i + n])
        if gram not in seen:
            seen.add(gram)
            out.append(gram)
    return out


@wrong("ngrams", "sorted, not in the text's order")
def _(tokens, n):
    return sorted(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@wrong("ngrams", "n ignored: always pairs")
def _(tokens, n):
    grams = []
    for i in range(len(tokens) - 1):
        grams.append((tokens[i], tokens[i + 1]))
    return grams


@wrong("ngrams", "runs do not overlap: steps of n")
def _(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(0, len(tokens) - n + 1, n)]


@wrong("ngrams", "combinations, not only neighbours")
def _(tokens, n):
    return list(itertools.combinations(tokens, n))


@wrong("ngrams", "strings joined with spaces in place of tuples")
def _(tokens, n):
    return [" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


@wrong("ngrams", "shorter text gives the whole text as one run")
def _(tokens, n):
    if len(tokens) < n:
        return [tuple(tokens)]
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


@wrong("ngrams", "all lengths from 1 to n")
def _(tokens, n):
    grams = []
    for length in range(1, n + 1):
        for i in range(len(tokens) - length + 1):
            grams.append(tuple(tokens[i : i + length]))
    return grams


@wrong("ngrams", "tokens.index finds the first place of repeated words")
def _(tokens, n):
    grams = []
    for token in tokens[: max(len(tokens) - n + 1, 0)]:
        i = list(tokens).index(token)
        grams.append(tuple(tokens[i : i + n]))
    return grams


@wrong("ngrams", "runs around the end back to the start")
def _(tokens, n):
    N = len(tokens)
    return [tuple(tokens[(i + j) % N] for j in range(n)) for i in range(N)]


@wrong("ngrams", "returns inside the loop, after the first run")
def _(tokens, n):
    grams = []
    for i in range(len(tokens) - n + 1):
        grams.append(tuple(tokens[i : i + n]))
        return grams
    return grams


@wrong("ngrams", "index runs over the end, raises IndexError")
def _(tokens, n):
    grams = []
    for i in range(len(tokens)):
        grams.append(tuple(tokens[i + j] for j in range(n)))
    return grams


@wrong("ngrams", "sliding_window_view raises for a shorter text")
def _(tokens, n):
    windows = np.lib.stride_tricks.sliding_window_view(np.array(tokens), n)
    return [tuple(row) for row in windows.tolist()]


@wrong("ngrams", "runs are one token too long")
def _(tokens, n):
    return [tuple(tokens[i : i + n + 1]) for i in range(len(tokens) - n)]


@wrong("ngrams", "empties the caller's list with pop")
def _(tokens, n):
    grams = []
    while len(tokens) >= n:
        grams.append(tuple(tokens[:n]))
        tokens.pop(0)
    return grams


# l2_penalty


@right("l2_penalty", "np.sum of squares")
def _(W):
    value = np.sum(W**2)
    grad = 2 * W
    return value, grad


@right("l2_penalty", "loop over ravel into np.zeros, reshaped")
def _(W):
    flat = W.ravel()
    value = 0.0
    grad = np.zeros(len(flat))
    for i in range(len(flat)):
        value += flat[i] ** 2
        grad[i] = 2 * flat[i]
    return value, grad.reshape(W.shape)


@right("l2_penalty", "np.linalg.norm, squared again")
def _(W):
    norm = np.linalg.norm(W)
    return float(norm**2), 2.0 * W


@right("l2_penalty", "np.dot of the flattened weights, gradient W + W")
def _(W):
    v = np.asarray(W).flatten()
    return np.dot(v, v), W + W


@right("l2_penalty", "np.einsum on the flat vector")
def _(W):
    flat = np.reshape(W, -1)
    value = np.einsum("i,i->", flat, flat)
    grad = np.multiply(2, W)
    return value, grad


@right("l2_penalty", "astype(float), zeros_like filled through flat")
def _(W):
    weights = np.array(W).astype(float)
    grad = np.zeros_like(weights)
    total = 0
    for i, weight in enumerate(weights.flat):
        total = total + weight * weight
        grad.flat[i] = weight * 2
    return total, grad


@right("l2_penalty", "returns a list of the two")
def _(W):
    squared = np.square(W)
    return [squared.sum(), 2 * W.copy()]


@wrong("l2_penalty", "half of the sum of squares, gradient W")
def _(W):
    return 0.5 * np.sum(W**2), W.copy()


@wrong("l2_penalty", "gradient W: factor 2 missing")
def _(W):
    return np.sum(W**2), W.copy()


@wrong("l2_penalty", "square root: the norm")
def _(W):
    return np.sqrt(np.sum(W**2)), 2 * W


@wrong("l2_penalty", "norm and the norm's gradient")
def _(W):
    norm = np.sqrt(np.sum(W**2))
    if norm == 0:
        return norm, np.zeros_like(W)
    return norm, W / norm


@wrong("l2_penalty", "mean of squares in place of the sum")
def _(W):
    return np.mean(W**2), 2 * W


@wrong("l2_penalty", "mean of squares and its gradient 2 W / size")
def _(W):
    return np.mean(W**2), 2 * W / W.size


@wrong("l2_penalty", "sum over axis 0 only")
def _(W):
    return np.sum(W**2, axis=0), 2 * W


@wrong("l2_penalty", "Python's sum: one row left of a matrix")
def _(W):
    return sum(W**2), 2 * W


@wrong("l2_penalty", "W.T @ W, a matrix for matrices")
def _(W):
    return W.T @ W, 2 * W


@wrong("l2_penalty", "square of the sum")
def _(W):
    return np.sum(W) ** 2, 2 * W


@wrong("l2_penalty", "gradient 2 |W|, sign lost")
def _(W):
    return np.sum(W**2), 2 * np.abs(W)


@wrong("l2_penalty", "gradient summed to one number")
def _(W):
    return np.sum(W**2), np.sum(2 * W)


@wrong("l2_penalty", "gradient flattened")
def _(W):
    flat = W.flatten()
    return np.sum(flat**2), 2 * flat


@wrong("l2_penalty", "gradient and value swapped")
def _(W):
    return 2 * W, np.sum(W**2)


@wrong("l2_penalty", "doubles W in place for the gradient")
def _(W):
    value = np.sum(W**2)
    W *= 2
    return value, W


@wrong("l2_penalty", "only the value returned")
def _(W):
    return np.sum(W**2)


@wrong("l2_penalty", "^ in place of **, raises on floats")
def _(W):
    return np.sum(W ^ 2), 2 * W


@wrong("l2_penalty", "L1 in its place")
def _(W):
    return np.sum(np.abs(W)), np.sign(W)


@wrong("l2_penalty", "spectral norm squared for matrices")
def _(W):
    return np.linalg.norm(W, 2) ** 2 if W.ndim == 2 else np.sum(W**2), 2 * W


# l1_penalty


@right("l1_penalty", "np.abs and np.sign")
def _(W):
    return np.sum(np.abs(W)), np.sign(W)


@right("l1_penalty", "loop with if, elif, else into np.zeros")
def _(W):
    flat = np.ravel(W)
    grad = np.zeros(flat.size)
    value = 0.0
    for i in range(flat.size):
        if flat[i] > 0:
            value += flat[i]
            grad[i] = 1
        elif flat[i] < 0:
            value -= flat[i]
            grad[i] = -1
        else:
            grad[i] = 0
    return value, grad.reshape(np.shape(W))


@right("l1_penalty", "zeros_like and masks")
def _(W):
    W = np.asarray(W)
    grad = np.zeros_like(W)
    grad[W > 0] = 1
    grad[W < 0] = -1
    return np.abs(W).sum(), grad


@right("l1_penalty", "difference of two comparisons, value from W * grad")
def _(W):
    grad = (W > 0) * 1.0 - (W < 0) * 1.0
    return (W * grad).sum(), grad


@right("l1_penalty", "np.linalg.norm of the flat vector with order 1")
def _(W):
    value = np.linalg.norm(W.flatten(), 1)
    grad = np.where(W > 0, 1.0, np.where(W < 0, -1.0, 0.0))
    return value, grad


@right("l1_penalty", "division by |W| where not 0, in a copy")
def _(W):
    grad = W.astype(float).copy()
    not_zero = W != 0
    grad[not_zero] = grad[not_zero] / np.abs(grad[not_zero])
    return float(np.sum(np.abs(W))), grad


@right("l1_penalty", "pure Python list turned into np.array, list returned")
def _(W):
    numbers = W.reshape(-1).tolist()
    signs = []
    for w in numbers:
        if w == 0:
            signs.append(0.0)
        else:
            signs.append(1.0 if w > 0 else -1.0)
    return [sum(abs(w) for w in numbers), np.array(signs).reshape(W.shape)]


@fragile("l1_penalty", "|W| as sqrt(W^2), overflows and underflows")
def _(W):
    return np.sum(np.sqrt(W**2)), np.sign(W)


@fragile("l1_penalty", "sign smoothed by 1e-16 under the root: tiny weights wrong")
def _(W):
    absolute = np.sqrt(W**2 + 1e-16)
    return np.sum(np.abs(W)), W / absolute


@wrong("l1_penalty", "absolute value missing")
def _(W):
    return np.sum(W), np.sign(W)


@wrong("l1_penalty", "absolute value of the sum")
def _(W):
    return np.abs(np.sum(W)), np.sign(W)


@wrong("l1_penalty", "1 at 0")
def _(W):
    return np.sum(np.abs(W)), np.where(W >= 0, 1.0, -1.0)


@wrong("l1_penalty", "-1 at 0")
def _(W):
    return np.sum(np.abs(W)), np.where(W > 0, 1.0, -1.0)


@wrong("l1_penalty", "W / |W|, nan at 0")
def _(W):
    return np.sum(np.abs(W)), W / np.abs(W)


@wrong("l1_penalty", "gradient all ones")
def _(W):
    return np.sum(np.abs(W)), np.ones_like(W)


@wrong("l1_penalty", "gradient sign reversed")
def _(W):
    return np.sum(np.abs(W)), -np.sign(W)


@wrong("l1_penalty", "mean in place of sum")
def _(W):
    return np.mean(np.abs(W)), np.sign(W)


@wrong("l1_penalty", "np.linalg.norm(W, 1): greatest column sum of a matrix")
def _(W):
    if W.ndim != 2:
        return np.sum(np.abs(W)), np.sign(W)
    return np.linalg.norm(W, 1), np.sign(W)


@wrong("l1_penalty", "sum per row, not one number")
def _(W):
    return np.sum(np.abs(W), axis=-1), np.sign(W)


@wrong("l1_penalty", "if on an array raises ValueError")
def _(W):
    if W > 0:
        grad = 1
    elif W < 0:
        grad = -1
    else:
        grad = 0
    return np.sum(np.abs(W)), grad


@wrong("l1_penalty", "gradient 2 W as in L2")
def _(W):
    return np.sum(np.abs(W)), 2 * W


@wrong("l1_penalty", "gradient is |W|")
def _(W):
    return np.sum(np.abs(W)), np.abs(W)


@wrong("l1_penalty", "makes W positive in place")
def _(W):
    grad = np.sign(W)
    W[W < 0] *= -1
    return W.sum(), grad


@wrong("l1_penalty", "sign written into W before the sum: counts weights")
def _(W):
    grad = W.copy()
    grad[grad > 0] = 1
    grad[grad < 0] = -1
    return np.sum(np.abs(grad)), grad


@wrong("l1_penalty", "gradient of whole sum: one sign")
def _(W):
    return np.sum(np.abs(W)), np.sign(np.sum(W))


@wrong("l1_penalty", "weights below 1e-3 count as 0 in the gradient")
def _(W):
    grad = np.sign(W)
    grad[np.abs(W) < 1e-3] = 0
    return np.sum(np.abs(W)), grad


@wrong("l1_penalty", "prints the pair, returns nothing")
def _(W):
    print(np.sum(np.abs(W)), np.sign(W))


# elastic_net_penalty


def _l2(W):
    return np.sum(W**2), 2 * W


def _l1(W):
    return np.sum(np.abs(W)), np.sign(W)


@right("elastic_net_penalty", "two helpers, unpacked")
def _(W, beta):
    value2, grad2 = _l2(W)
    value1, grad1 = _l1(W)
    return beta * value2 + value1, beta * grad2 + grad1


@right("elastic_net_penalty", "formula in one go")
def _(W, beta):
    value = np.sum(beta * W**2 + np.abs(W))
    grad = 2 * beta * W + np.sign(W)
    return value, grad


@right("elastic_net_penalty", "loop over the flat weights into np.zeros")
def _(W, beta):
    flat = np.ravel(W)
    value = 0
    grad = np.zeros(flat.shape)
    for j in range(len(flat)):
        w = flat[j]
        value += beta * w**2 + abs(w)
        if w > 0:
            grad[j] = 2 * beta * w + 1
        elif w < 0:
            grad[j] = 2 * beta * w - 1
    return value, grad.reshape(np.shape(W))


@right("elastic_net_penalty", "helpers by index, list returned")
def _(W, beta):
    l2 = _l2(W)
    l1 = _l1(W)
    return [l2[0] * beta + l1[0], l2[1] * beta + l1[1]]


@right("elastic_net_penalty", "einsum and linalg.norm on a float copy")
def _(W, beta):
    W = np.array(W, dtype=float)
    v = W.flatten()
    value = beta * np.einsum("j,j", v, v) + np.linalg.norm(v, ord=1)
    grad = np.zeros_like(W)
    grad += 2 * beta * W
    grad[W > 0] += 1
    grad[W < 0] -= 1
    return value, grad


@right("elastic_net_penalty", "Python lists, np.array at the end")
def _(W, beta):
    values = []
    grads = []
    for w in np.asarray(W).reshape(-1).tolist():
        sign = 0
        if w != 0:
            sign = w / abs(w)
        values.append(beta * w * w + sign * w)
        grads.append(2 * beta * w + sign)
    return sum(values), np.array(grads).reshape(np.shape(W))


@fragile("elastic_net_penalty", "W / |W| for the sign: nan at 0")
def _(W, beta):
    value = beta * np.sum(W**2) + np.sum(np.abs(W))
    return value, 2 * beta * W + W / np.abs(W)


@fragile("elastic_net_penalty", "tanh of a large multiple for the sign: tiny weights wrong")
def _(W, beta):
    value = beta * np.sum(W**2) + np.sum(np.abs(W))
    return value, 2 * beta * W + np.tanh(W * 1e6)


@wrong("elastic_net_penalty", "beta on the absolute values")
def _(W, beta):
    value2, grad2 = _l2(W)
    value1, grad1 = _l1(W)
    return value2 + beta * value1, grad2 + beta * grad1


@wrong("elastic_net_penalty", "beta and 1 - beta as in other books")
def _(W, beta):
    value2, grad2 = _l2(W)
    value1, grad1 = _l1(W)
    return beta * value2 + (1 - beta) * value1, beta * grad2 + (1 - beta) * grad1


@wrong("elastic_net_penalty", "beta on both parts")
def _(W, beta):
    value2, grad2 = _l2(W)
    value1, grad1 = _l1(W)
    return beta * (value2 + value1), beta * (grad2 + grad1)


@wrong("elastic_net_penalty", "beta missing in the gradient")
def _(W, beta):
    value2, grad2 = _l2(W)
    value1, grad1 = _l1(W)
    return beta * value2 + value1, grad2 + grad1


@wrong("elastic_net_penalty", "beta missing in the value")
def _(W, beta):
    value2, grad2 = _l2(W)
    value1, grad1 = _l1(W)
    return value2 + value1, beta * grad2 + grad1


@wrong("elastic_net_penalty", "beta W + sign(W): factor 2 missing")
def _(W, beta):
    return np.sum(beta * W**2 + np.abs(W)), beta * W + np.sign(W)


@wrong("elastic_net_penalty", "beta 0.5 hard-coded")
def _(W, beta):
    return np.sum(0.5 * W**2 + np.abs(W)), W + np.sign(W)


@wrong("elastic_net_penalty", "beta inside the square")
def _(W, beta):
    return np.sum((beta * W) ** 2 + np.abs(W)), 2 * beta**2 * W + np.sign(W)


@wrong("elastic_net_penalty", "root of the squares")
def _(W, beta):
    return beta * np.sqrt(np.sum(W**2)) + np.sum(np.abs(W)), 2 * beta * W + np.sign(W)


@wrong("elastic_net_penalty", "tuples multiplied and added, raises TypeError")
def _(W, beta):
    return beta * _l2(W) + _l1(W)


@wrong("elastic_net_penalty", "gradient adds |W| where sign belongs")
def _(W, beta):
    return np.sum(beta * W**2 + np.abs(W)), 2 * beta * W + np.abs(W)


@wrong("elastic_net_penalty", "absolute value missing in the value")
def _(W, beta):
    return np.sum(beta * W**2 + W), 2 * beta * W + np.sign(W)


@wrong("elastic_net_penalty", "gradient 1 at 0")
def _(W, beta):
    return np.sum(beta * W**2 + np.abs(W)), 2 * beta * W + np.where(W >= 0, 1, -1)


@wrong("elastic_net_penalty", "not summed: one value per weight")
def _(W, beta):
    return beta * W**2 + np.abs(W), 2 * beta * W + np.sign(W)


@wrong("elastic_net_penalty", "mean in place of sum")
def _(W, beta):
    return np.mean(beta * W**2 + np.abs(W)), 2 * beta * W + np.sign(W)


@wrong("elastic_net_penalty", "changes W in place on the way")
def _(W, beta):
    value = np.sum(beta * W**2 + np.abs(W))
    sign = np.sign(W)
    W *= 2 * beta
    W += sign
    return value, W


@wrong("elastic_net_penalty", "beta = 0 returns zeros in place of L1")
def _(W, beta):
    if not beta:
        return 0.0, np.zeros_like(W)
    return np.sum(beta * W**2 + np.abs(W)), 2 * beta * W + np.sign(W)


# ridge_regression


@right("ridge_regression", "centred, np.linalg.solve")
def _(X, y, lam):
    N, D = X.shape
    x_mean = X.mean(axis=0)
    y_mean = y.mean()
    Xc = X - x_mean
    yc = y - y_mean
    A = Xc.T @ Xc / N + lam * np.eye(D)
    w = np.linalg.solve(A, Xc.T @ yc / N)
    b = y_mean - x_mean @ w
    return w, b


@right("ridge_regression", "everything times N, y not centred, np.linalg.inv")
def _(X, y, lam):
    N = len(X)
    means = np.mean(X, axis=0)
    centred = X - means
    matrix = centred.T.dot(centred) + N * lam * np.identity(X.shape[1])
    w = np.linalg.inv(matrix).dot(centred.T).dot(y)
    return w, np.mean(y) - np.dot(means, w)


@fragile("ridge_regression", "column of ones without penalty: not centred, imprecise on far data")
def _(X, y, lam):
    N, D = X.shape
    ones = np.ones((N, 1))
    X1 = np.hstack([X, ones])
    penalty = lam * np.eye(D + 1)
    penalty[D, D] = 0
    solution = np.linalg.solve(X1.T @ X1 / N + penalty, X1.T @ y / N)
    return solution[:D], solution[D]


@right("ridge_regression", "loops over examples and features into np.zeros")
def _(X, y, lam):
    N, D = X.shape
    x_mean = np.zeros(D)
    y_mean = 0.0
    for n in range(N):
        x_mean += X[n] / N
        y_mean += y[n] / N
    A = np.zeros((D, D))
    c = np.zeros(D)
    for n in range(N):
        x = X[n] - x_mean
        A += np.outer(x, x) / N
        c += x * (y[n] - y_mean) / N
    for d in range(D):
        A[d, d] += lam
    w = np.linalg.solve(A, c)
    b = y_mean
    for d in range(D):
        b -= w[d] * x_mean[d]
    return w, float(b)


@right("ridge_regression", "least squares with extra rows sqrt(N lam)")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean(axis=0, keepdims=True)
    yc = y - y.mean()
    big_X = np.vstack([Xc, np.sqrt(N * lam) * np.eye(D)])
    big_y = np.concatenate([yc, np.zeros(D)])
    w = np.linalg.lstsq(big_X, big_y, rcond=None)[0]
    b = np.mean(y - X @ w)
    return w, b


@right("ridge_regression", "SVD")
def _(X, y, lam):
    Xc = X.astype(float) - X.mean(0)
    U, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    shrink = s / (s**2 + len(y) * lam)
    w = Vt.T @ (shrink * (U.T @ (y - y.mean())))
    return w, y.mean() - X.mean(0) @ w


@right("ridge_regression", "np.einsum and scipy.linalg.solve, list returned")
def _(X, y, lam):
    mu = np.sum(X, axis=0) / X.shape[0]
    X_tilde = X - mu
    y_tilde = y - np.sum(y) / y.shape[0]
    A = np.einsum("ni,nj->ij", X_tilde, X_tilde) / X.shape[0]
    A = A + np.diag(np.full(X.shape[1], lam))
    c = np.einsum("ni,n->i", X_tilde, y_tilde) / X.shape[0]
    w = scipy.linalg.solve(A, c)
    return [w, (y - X @ w).mean()]


@right("ridge_regression", "Python lists for the sums, np.array at the end")
def _(X, y, lam):
    N = len(X)
    D = len(X[0])
    means = []
    for d in range(D):
        means.append(sum(X[n][d] for n in range(N)) / N)
    y_mean = sum(y) / N
    A = []
    c = []
    for i in range(D):
        row = []
        for j in range(D):
            total = sum((X[n][i] - means[i]) * (X[n][j] - means[j]) for n in range(N)) / N
            if i == j:
                total = total + lam
            row.append(total)
        A.append(row)
        c.append(sum((X[n][i] - means[i]) * (y[n] - y_mean) for n in range(N)) / N)
    w = np.linalg.solve(np.array(A), np.array(c))
    return w, y_mean - sum(w[d] * means[d] for d in range(D))


@fragile("ridge_regression", "mean of products minus product of means: cancels on far data")
def _(X, y, lam):
    N, D = X.shape
    mx = X.mean(axis=0)
    my = y.mean()
    cov = X.T @ X / N - np.outer(mx, mx)
    cross = X.T @ y / N - mx * my
    w = np.linalg.solve(cov + lam * np.eye(D), cross)
    return w, my - mx @ w


@wrong("ridge_regression", "lam not scaled: X^T X + lam I without 1/N")
def _(X, y, lam):
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc + lam * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "1/N on the matrix only")
def _(X, y, lam):
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / len(X) + lam * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "bias penalised with the weights")
def _(X, y, lam):
    N, D = X.shape
    X1 = np.hstack([X, np.ones((N, 1))])
    solution = np.linalg.solve(X1.T @ X1 / N + lam * np.eye(D + 1), X1.T @ y / N)
    return solution[:-1], solution[-1]


@wrong("ridge_regression", "bias is the mean of y, X's means forgotten")
def _(X, y, lam):
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / len(X) + lam * np.eye(X.shape[1]), Xc.T @ yc / len(X))
    return w, y.mean()


@wrong("ridge_regression", "bias with a plus: mean(y) + mean(X) w")
def _(X, y, lam):
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / len(X) + lam * np.eye(X.shape[1]), Xc.T @ yc / len(X))
    return w, y.mean() + X.mean(axis=0) @ w


@wrong("ridge_regression", "X and y not centred for w")
def _(X, y, lam):
    N, D = X.shape
    w = np.linalg.solve(X.T @ X / N + lam * np.eye(D), X.T @ y / N)
    return w, np.mean(y) - X.mean(axis=0) @ w


@wrong("ridge_regression", "one mean over all of X, axis missing")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean()
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(D), Xc.T @ yc / N)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "lam added to every entry, eye missing")
def _(X, y, lam):
    N = len(X)
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.lstsq(Xc.T @ Xc / N + lam, Xc.T @ yc / N, rcond=None)[0]
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "lam ignored: least squares")
def _(X, y, lam):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    solution = np.linalg.lstsq(X1, y, rcond=None)[0]
    return solution[:-1], solution[-1]


@wrong("ridge_regression", "divides by D in place of N")
def _(X, y, lam):
    D = X.shape[1]
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / D + lam * np.eye(D), Xc.T @ yc / D)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "np.eye(N), raises unless N equals D")
def _(X, y, lam):
    N = len(X)
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(N), Xc.T @ yc / N)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "subtracts the means from the caller's X and y")
def _(X, y, lam):
    N, D = X.shape
    x_mean = X.mean(axis=0)
    y_mean = y.mean()
    X -= x_mean
    y -= y_mean
    w = np.linalg.solve(X.T @ X / N + lam * np.eye(D), X.T @ y / N)
    return w, y_mean - x_mean @ w


@wrong("ridge_regression", "twice lam")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / N + 2 * lam * np.eye(D), Xc.T @ yc / N)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "np.cov divides by N - 1")
def _(X, y, lam):
    D = X.shape[1]
    Xc = X - X.mean(axis=0)
    A = Xc.T @ Xc / (len(X) - 1) + lam * np.eye(D)
    c = Xc.T @ (y - y.mean()) / (len(X) - 1)
    w = np.linalg.solve(A, c)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "standardises X, weights of the scaled columns returned")
def _(X, y, lam):
    N, D = X.shape
    Xc = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-12)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(D), Xc.T @ yc / N)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("ridge_regression", "bias of the centred data: always 0")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(D), Xc.T @ yc / N)
    return w, np.mean(yc - Xc @ w)


@wrong("ridge_regression", "w as a column (D, 1)")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean(axis=0)
    yc = (y - y.mean()).reshape(-1, 1)
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(D), Xc.T @ yc / N)
    return w, y.mean() - (X.mean(axis=0) @ w)[0]


@wrong("ridge_regression", "bias in front of the weights")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean(axis=0)
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(D), Xc.T @ (y - y.mean()) / N)
    return y.mean() - X.mean(axis=0) @ w, w


@wrong("ridge_regression", "bias averaged over the first example only")
def _(X, y, lam):
    N, D = X.shape
    Xc = X - X.mean(axis=0)
    w = np.linalg.solve(Xc.T @ Xc / N + lam * np.eye(D), Xc.T @ (y - y.mean()) / N)
    return w, y[0] - X[0] @ w


# k_fold


@right("k_fold", "np.array_split, other folds concatenated")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    splits = []
    for i in range(k):
        validation = folds[i]
        train = np.concatenate(folds[:i] + folds[i + 1 :])
        splits.append((train, validation))
    return splits


@right("k_fold", "np.setdiff1d for train")
def _(n, k, rng):
    order = rng.permutation(n)
    return [(np.setdiff1d(np.arange(n), fold), fold) for fold in np.array_split(order, k)]


@right("k_fold", "every k-th of the shuffled, mask for the others")
def _(n, k, rng):
    order = rng.permutation(n)
    result = []
    for i in range(k):
        mask = np.zeros(n, dtype=bool)
        mask[i::k] = True
        result.append((order[~mask], order[mask]))
    return result


@right("k_fold", "Python lists, rng.shuffle, sizes by divmod")
def _(n, k, rng):
    indices = list(range(n))
    rng.shuffle(indices)
    size, rest = divmod(n, k)
    result = []
    start = 0
    for i in range(k):
        stop = start + size
        if i < rest:
            stop = stop + 1
        validation = []
        train = []
        for position in range(n):
            if start <= position < stop:
                validation.append(indices[position])
            else:
                train.append(indices[position])
        result.append((np.array(train), np.array(validation)))
        start = stop
    return result


@right("k_fold", "fold number per example, shuffled; pairs as lists")
def _(n, k, rng):
    fold_of = np.arange(n) % k
    rng.shuffle(fold_of)
    return [[np.flatnonzero(fold_of != i), np.flatnonzero(fold_of == i)] for i in range(k)]


@right("k_fold", "np.delete, tuple returned")
def _(n, k, rng):
    order = np.arange(n)
    order = order[rng.permutation(n)]
    positions = np.array_split(np.arange(n), k)
    return tuple((np.delete(order, p), order[p]) for p in positions)


@right("k_fold", "while loop takes the next fold from the front")
def _(n, k, rng):
    remaining = rng.permutation(n)
    order = remaining.copy()
    folds_left = k
    splits = []
    while folds_left > 0:
        size = -(-len(remaining) // folds_left)
        validation = remaining[:size]
        remaining = remaining[size:]
        train = np.array([i for i in order if i not in validation])
        splits.append((train, validation))
        folds_left -= 1
    return splits


@wrong("k_fold", "not shuffled")
def _(n, k, rng):
    folds = np.array_split(np.arange(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@wrong("k_fold", "new permutation for each fold: validation sets overlap")
def _(n, k, rng):
    splits = []
    for i in range(k):
        folds = np.array_split(rng.permutation(n), k)
        train = np.concatenate(folds[:i] + folds[i + 1 :])
        splits.append((train, folds[i]))
    return splits


@wrong("k_fold", "pair swapped: (validation, train)")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    return [(folds[i], np.concatenate(folds[:i] + folds[i + 1 :])) for i in range(k)]


@wrong("k_fold", "n // k per fold, last examples never in validation")
def _(n, k, rng):
    order = rng.permutation(n)
    size = n // k
    splits = []
    for i in range(k):
        validation = order[i * size : (i + 1) * size]
        train = np.concatenate([order[: i * size], order[(i + 1) * size :]])
        splits.append((train, validation))
    return splits


@wrong("k_fold", "last fold takes the whole remainder")
def _(n, k, rng):
    order = rng.permutation(n)
    size = n // k
    splits = []
    for i in range(k):
        stop = (i + 1) * size if i < k - 1 else n
        validation = order[i * size : stop]
        train = np.concatenate([order[: i * size], order[stop:]])
        splits.append((train, validation))
    return splits


@wrong("k_fold", "sizes rounded up: last folds small or empty")
def _(n, k, rng):
    order = rng.permutation(n)
    size = int(np.ceil(n / k))
    splits = []
    for i in range(k):
        validation = order[i * size : (i + 1) * size]
        train = np.concatenate([order[: i * size], order[(i + 1) * size :]])
        splits.append((train, validation))
    return splits


@wrong("k_fold", "train holds all examples, validation too")
def _(n, k, rng):
    order = rng.permutation(n)
    return [(order, fold) for fold in np.array_split(order, k)]


@wrong("k_fold", "train holds only the folds before and misses later ones")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    splits = []
    for i in range(k):
        others = folds[:i] if i > 0 else folds[1:]
        splits.append((np.concatenate(others), folds[i]))
    return splits


@wrong("k_fold", "np.random in place of rng")
def _(n, k, rng):
    folds = np.array_split(np.random.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@wrong("k_fold", "own generator with seed 0")
def _(n, k, rng):
    rng = np.random.default_rng(0)
    folds = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@wrong("k_fold", "random fold per example: sizes differ by more than one")
def _(n, k, rng):
    fold = rng.integers(0, k, size=n)
    return [(np.where(fold != i)[0], np.where(fold == i)[0]) for i in range(k)]


@wrong("k_fold", "np.split raises when k does not divide n")
def _(n, k, rng):
    folds = np.split(rng.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@wrong("k_fold", "boolean masks in place of indices")
def _(n, k, rng):
    splits = []
    for fold in np.array_split(rng.permutation(n), k):
        mask = np.zeros(n, dtype=bool)
        mask[fold] = True
        splits.append((~mask, mask))
    return splits


@wrong("k_fold", "cut first, shuffled only inside each fold")
def _(n, k, rng):
    folds = [rng.permutation(fold) for fold in np.array_split(np.arange(n), k)]
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@wrong("k_fold", "last fold missing")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k - 1)]


@wrong("k_fold", "returns after the first fold")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    splits = []
    for i in range(k):
        train = np.concatenate(folds[:i] + folds[i + 1 :])
        splits.append((train, folds[i]))
        return splits


@wrong("k_fold", "drawn with replacement")
def _(n, k, rng):
    folds = np.array_split(rng.integers(0, n, size=n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


@wrong("k_fold", "train misses the fold after validation")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    splits = []
    for i in range(k):
        others = [folds[j] for j in range(k) if j not in (i, i + 1)]
        splits.append((np.concatenate(others) if others else np.array([], dtype=int), folds[i]))
    return splits


@wrong("k_fold", "folds of size k: about n / k of them")
def _(n, k, rng):
    order = rng.permutation(n)
    splits = []
    for start in range(0, n, k):
        validation = order[start : start + k]
        train = np.concatenate([order[:start], order[start + k :]])
        splits.append((train, validation))
    return splits


@wrong("k_fold", "train is a list of folds, not one array")
def _(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    return [(folds[:i] + folds[i + 1 :], folds[i]) for i in range(k)]


# soft_threshold


@right("soft_threshold", "formula with np.sign and np.maximum")
def _(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


@right("soft_threshold", "loop over flat weights into np.zeros")
def _(w, t):
    flat = np.ravel(w)
    out = np.zeros(len(flat))
    for i in range(len(flat)):
        if flat[i] > t:
            out[i] = flat[i] - t
        elif flat[i] < -t:
            out[i] = flat[i] + t
    return out.reshape(np.shape(w))


@right("soft_threshold", "nested np.where")
def _(w, t):
    w = np.asarray(w)
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))


@right("soft_threshold", "w minus its clipped part")
def _(w, t):
    return w - np.clip(w, -t, t)


@right("soft_threshold", "positive part minus negative part")
def _(w, t):
    positive = np.maximum(w - t, 0)
    negative = np.maximum(-w - t, 0)
    return positive - negative


@right("soft_threshold", "float copy and boolean masks")
def _(w, t):
    result = np.array(w).astype(float).copy()
    big = result > t
    small = result < -t
    middle = ~(big | small)
    result[big] -= t
    result[small] += t
    result[middle] = 0
    return result


@right("soft_threshold", "Python list, max and if, np.array at the end")
def _(w, t):
    w = np.asarray(w)
    new = []
    for weight in w.reshape(-1).tolist():
        size = max(abs(weight) - t, 0.0)
        if weight < 0:
            size = -size
        new.append(size)
    return np.array(new).reshape(w.shape)


@right("soft_threshold", "np.select")
def _(w, t):
    w = np.asarray(w, dtype=float)
    return np.select([w > t, w < -t], [w - t, w + t], default=0.0)


@fragile("soft_threshold", "shrinks by 1 - t/|w|: nan at 0 with t 0")
def _(w, t):
    return w * np.maximum(1 - t / np.abs(w), 0)


@fragile("soft_threshold", "half sums of absolute values: rounding leaves not exactly 0")
def _(w, t):
    return w - (np.abs(w + t) - np.abs(w - t)) / 2


@wrong("soft_threshold", "hard threshold: large weights kept unmoved")
def _(w, t):
    return np.where(np.abs(w) > t, w, 0.0)


@wrong("soft_threshold", "t subtracted from negative weights too")
def _(w, t):
    return np.where(np.abs(w) > t, w - t, 0.0)


@wrong("soft_threshold", "only positive weights survive")
def _(w, t):
    return np.maximum(w - t, 0)


@wrong("soft_threshold", "sign lost")
def _(w, t):
    return np.maximum(np.abs(w) - t, 0)


@wrong("soft_threshold", "small weights overshoot, maximum missing")
def _(w, t):
    return np.sign(w) * (np.abs(w) - t)


@wrong("soft_threshold", "clips to [-t, t]")
def _(w, t):
    return np.clip(w, -t, t)


@wrong("soft_threshold", "shrinks by factor as for L2")
def _(w, t):
    return w / (1 + t)


@wrong("soft_threshold", "twice the threshold")
def _(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - 2 * t, 0)


@wrong("soft_threshold", "np.max in place of np.maximum")
def _(w, t):
    return np.sign(w) * np.max(np.abs(w) - t, 0)


@wrong("soft_threshold", "minimum in place of maximum")
def _(w, t):
    return np.sign(w) * np.minimum(np.abs(w) - t, 0)


@wrong("soft_threshold", "if on an array raises ValueError")
def _(w, t):
    if w > t:
        return w - t
    if w < -t:
        return w + t
    return 0.0


@wrong("soft_threshold", "moved away from zero")
def _(w, t):
    return np.sign(w) * np.maximum(np.abs(w) + t, 0)


@wrong("soft_threshold", "changes w in place")
def _(w, t):
    w = np.asarray(w)
    sign = np.sign(w)
    w[...] = sign * np.maximum(np.abs(w) - t, 0)
    return w


@wrong("soft_threshold", "masks one after another: moved weights hit again")
def _(w, t):
    out = np.array(w, dtype=float)
    out[out > t] -= t
    out[out < -t] += t
    out[np.abs(out) <= t] = 0
    return out


@wrong("soft_threshold", "small weights kept in place of zeroed")
def _(w, t):
    out = np.array(w, dtype=float)
    w = np.asarray(w)
    out[w > t] = w[w > t] - t
    out[w < -t] = w[w < -t] + t
    return out


@wrong("soft_threshold", "threshold 0.5 hard-coded")
def _(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - 0.5, 0)


@wrong("soft_threshold", "threshold grows with each weight: t |w|")
def _(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t * np.abs(w), 0)


@wrong("soft_threshold", "result is flat: shape lost")
def _(w, t):
    out = []
    for weight in np.ravel(w):
        out.append(np.sign(weight) * max(abs(weight) - t, 0))
    return np.array(out)


@wrong("soft_threshold", "zeroed weights dropped from the result")
def _(w, t):
    w = np.asarray(w)
    kept = w[np.abs(w) > t]
    return np.sign(kept) * (np.abs(kept) - t)


# proximal_gradient_descent


@right("proximal_gradient_descent", "list with append, np.array at the end")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        v = w - learning_rate * grad(w)
        w = prox(v, learning_rate)
        path.append(w)
    return np.array(path)


@right("proximal_gradient_descent", "np.zeros for the path, filled by index")
def _(grad, prox, w0, learning_rate, steps):
    path = np.zeros((steps + 1,) + np.shape(w0))
    path[0] = w0
    for i in range(steps):
        path[i + 1] = prox(path[i] - learning_rate * grad(path[i]), learning_rate)
    return path


@right("proximal_gradient_descent", "float copy first, np.stack of copies")
def _(grad, prox, w0, learning_rate, steps):
    w = np.array(w0).astype(float).copy()
    points = [w.copy()]
    while len(points) < steps + 1:
        slope = grad(w)
        w = w - learning_rate * slope
        w = np.asarray(prox(w, learning_rate))
        points.append(w.copy())
    return np.stack(points)


@right("proximal_gradient_descent", "last element of the list, comprehension of floats at the end")
def _(grad, prox, w0, learning_rate, steps):
    path = [np.asarray(w0, dtype=float)]
    for _ in range(steps):
        last = path[-1]
        path.append(prox(last - learning_rate * grad(last), learning_rate))
    return np.array([np.asarray(p, dtype=float) for p in path])


@right("proximal_gradient_descent", "inner step function and itertools.accumulate")
def _(grad, prox, w0, learning_rate, steps):
    def step(w, _):
        half = w - learning_rate * grad(w)
        return prox(half, learning_rate)

    return np.array(list(itertools.accumulate(range(steps), step, initial=w0)))


@right("proximal_gradient_descent", "np.empty, enumerate from 1")
def _(grad, prox, w0, learning_rate, steps):
    w = np.asarray(w0, dtype=np.float64)
    path = np.empty((steps + 1, *w.shape))
    path[0, ...] = w
    for i in range(1, steps + 1):
        v = w - learning_rate * np.asarray(grad(w))
        w = prox(v, learning_rate)
        path[i, ...] = w
    return path


@fragile("proximal_gradient_descent", "recursion, too deep for thousands of steps")
def _(grad, prox, w0, learning_rate, steps):
    def walk(w, left):
        if left == 0:
            return [w]
        new = prox(w - learning_rate * grad(w), learning_rate)
        return [w] + walk(new, left - 1)

    return np.array(walk(w0, steps))


@fragile("proximal_gradient_descent", "path of w0's dtype: integer start cuts decimals")
def _(grad, prox, w0, learning_rate, steps):
    w0 = np.array(w0)
    path = np.zeros((steps + 1,) + w0.shape, dtype=w0.dtype)
    path[0] = w0
    for i in range(steps):
        path[i + 1] = prox(path[i] - learning_rate * grad(path[i]), learning_rate)
    return path


@wrong("proximal_gradient_descent", "start missing from the path")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = []
    for _step in range(steps):
        w = prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "one step too few")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(1, steps):
        w = prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "old w recorded: start twice, last step missing")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w0]
    for _step in range(steps):
        path.append(w)
        w = prox(w - learning_rate * grad(w), learning_rate)
    return np.array(path)


@wrong("proximal_gradient_descent", "only the last point")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    for _step in range(steps):
        w = prox(w - learning_rate * grad(w), learning_rate)
    return np.array(w)


@wrong("proximal_gradient_descent", "prox ignored: plain gradient descent")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = w - learning_rate * grad(w)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "prox before the gradient step")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = prox(w, learning_rate)
        w = w - learning_rate * grad(w)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "uphill: plus in place of minus")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = prox(w + learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "point between gradient and prox recorded")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        v = w - learning_rate * grad(w)
        path.append(v)
        w = prox(v, learning_rate)
    return np.array(path)


@wrong("proximal_gradient_descent", "prox called with 1 in place of the learning rate")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = prox(w - learning_rate * grad(w), 1.0)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "prox called with one argument, raises TypeError")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = prox(w - learning_rate * grad(w))
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "learning rate missing in the gradient step")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = prox(w - grad(w), learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "gradient always at the start")
def _(grad, prox, w0, learning_rate, steps):
    g = grad(w0)
    w = w0
    path = [w]
    for _step in range(steps):
        w = prox(w - learning_rate * g, learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "prox only once, after all gradient steps")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = w - learning_rate * grad(w)
        path.append(w)
    path[-1] = prox(w, learning_rate)
    return np.array(path)


@wrong("proximal_gradient_descent", "-= changes w0, first entry of path wrong")
def _(grad, prox, w0, learning_rate, steps):
    w = np.asarray(w0)
    path = [w]
    for _step in range(steps):
        w -= learning_rate * grad(w)
        w = np.asarray(prox(w, learning_rate))
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "one array updated in place, path is all last point")
def _(grad, prox, w0, learning_rate, steps):
    w = np.array(w0, dtype=float)
    path = [w]
    for _step in range(steps):
        w[...] = prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "stops early when w no longer changes")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        new = prox(w - learning_rate * grad(w), learning_rate)
        if np.allclose(new, w):
            break
        w = new
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "accelerated (FISTA), with momentum")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    z = w0
    t = 1.0
    path = [w]
    for _step in range(steps):
        new = prox(z - learning_rate * grad(z), learning_rate)
        t_new = (1 + np.sqrt(1 + 4 * t**2)) / 2
        z = new + (t - 1) / t_new * (new - w)
        w, t = new, t_new
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "path only for numbers: raises on arrays")
def _(grad, prox, w0, learning_rate, steps):
    path = np.zeros(steps + 1)
    path[0] = w0
    for i in range(steps):
        path[i + 1] = prox(path[i] - learning_rate * grad(path[i]), learning_rate)
    return path


@wrong("proximal_gradient_descent", "always soft threshold, given prox not used")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        v = w - learning_rate * grad(w)
        w = np.sign(v) * np.maximum(np.abs(v) - learning_rate, 0)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "prox applied to the step, not to the point")
def _(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w]
    for _step in range(steps):
        w = w - prox(learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.array(path)


@wrong("proximal_gradient_descent", "start passed through prox first")
def _(grad, prox, w0, learning_rate, steps):
    w = prox(w0, learning_rate)
    path = [w]
    for _step in range(steps):
        w = prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.array(path)
