"""Answers to the first half of chapter 4 (softmax and SVM), written from the page alone."""

import math

import numpy as np
import scipy.special

from tests.variants import fragile, right, wrong

# add_bias_column


@right("add_bias_column", "hstack with np.ones of shape (N, 1)")
def _(X):
    N = X.shape[0]
    ones = np.ones((N, 1))
    return np.hstack([X, ones])


@right("add_bias_column", "np.ones filled by slicing")
def _(X):
    N, D = X.shape
    result = np.ones((N, D + 1))
    result[:, :D] = X
    return result


@right("add_bias_column", "double loop into np.zeros")
def _(X):
    n = len(X)
    d = len(X[0])
    out = np.zeros((n, d + 1))
    for i in range(n):
        for j in range(d):
            out[i, j] = X[i, j]
        out[i, d] = 1
    return out


@right("add_bias_column", "Python lists turned into an array at the end")
def _(X):
    rows = []
    for row in X:
        new_row = list(row)
        new_row.append(1.0)
        rows.append(new_row)
    return np.array(rows)


@right("add_bias_column", "astype(float), then np.insert at the end")
def _(X):
    X = X.astype(float)
    return np.insert(X, X.shape[1], 1.0, axis=1)


@right("add_bias_column", "multiplies by a padded np.eye, then adds the ones")
def _(X):
    D = X.shape[1]
    # (D, D + 1): identity with an empty last column
    widen = np.eye(D, D + 1)
    out = X @ widen
    out[:, -1] += 1
    return out


@right("add_bias_column", "np.pad with constant 1 on a float copy")
def _(X):
    X2 = X.copy().astype(float)
    return np.pad(X2, ((0, 0), (0, 1)), constant_values=1.0)


@right("add_bias_column", "column_stack with a one-dimensional np.ones")
def _(X):
    return np.column_stack((X, np.ones(len(X))))


@wrong("add_bias_column", "ones come first, not last")
def _(X):
    ones = np.ones((X.shape[0], 1))
    return np.hstack([ones, X])


@wrong("add_bias_column", "adds a row of ones, not a column")
def _(X):
    return np.vstack([X, np.ones(X.shape[1])])


@wrong("add_bias_column", "column of zeros")
def _(X):
    N, D = X.shape
    out = np.zeros((N, D + 1))
    out[:, :D] = X
    return out


@wrong("add_bias_column", "np.append without axis flattens everything")
def _(X):
    return np.append(X, np.ones((X.shape[0], 1)))


@wrong("add_bias_column", "hstack with one-dimensional ones raises")
def _(X):
    return np.hstack([X, np.ones(X.shape[0])])


@wrong("add_bias_column", "overwrites the last feature of its argument")
def _(X):
    X[:, -1] = 1
    return X


@wrong("add_bias_column", "integer array cuts off decimals of X")
def _(X):
    N, D = X.shape
    out = np.ones((N, D + 1), dtype=int)
    out[:, :-1] = X
    return out


@wrong("add_bias_column", "adds 1 to all inputs")
def _(X):
    return X + 1.0


@wrong("add_bias_column", "number of ones from D, not N")
def _(X):
    ones = np.ones((X.shape[1], 1))
    return np.concatenate([X, ones], axis=1)


@wrong("add_bias_column", "returns the transpose")
def _(X):
    return np.vstack([X.T, np.ones(X.shape[0])])


@wrong("add_bias_column", "bias only in the last row, by wrong indent")
def _(X):
    N, D = X.shape
    out = np.zeros((N, D + 1))
    for i in range(N):
        for j in range(D):
            out[i, j] = X[i, j]
    out[i, D] = 1
    return out


# linear_scores


@right("linear_scores", "matrix product")
def _(W, X):
    return X @ W.T


@right("linear_scores", "double loop with np.dot into np.zeros")
def _(W, X):
    N = X.shape[0]
    K = W.shape[0]
    scores = np.zeros((N, K))
    for i in range(N):
        for k in range(K):
            scores[i, k] = np.dot(W[k], X[i])
    return scores


@right("linear_scores", "einsum")
def _(W, X):
    return np.einsum("kd,nd->nk", W, X)


@right("linear_scores", "one example at a time in a list")
def _(W, X):
    scores = []
    for x in X:
        scores.append(W @ x)
    return np.array(scores)


@right("linear_scores", "the other product, transposed at the end")
def _(W, X):
    S = np.matmul(W, X.T)
    return np.transpose(S)


@right("linear_scores", "broadcast to (N, K, D) and sum")
def _(W, X):
    products = X[:, None, :] * W[None, :, :]
    return products.sum(axis=2)


@right("linear_scores", "pure Python, returns a list of lists")
def _(W, X):
    result = []
    for x in X:
        row = []
        for w in W:
            total = 0.0
            for a, b in zip(w, x):
                total += a * b
            row.append(total)
        result.append(row)
    return result


@right("linear_scores", "column by column, one class each")
def _(W, X):
    S = np.zeros((len(X), len(W)))
    for k, w in enumerate(W):
        S[:, k] = (X * w).sum(axis=1)
    return S


@wrong("linear_scores", "W X^T: one row per class")
def _(W, X):
    return W @ X.T


@wrong("linear_scores", "forgets the transpose: X W")
def _(W, X):
    return X @ W


@wrong("linear_scores", "scores of the first example only")
def _(W, X):
    return W @ X[0]


@wrong("linear_scores", "elementwise product in place of matrix product")
def _(W, X):
    return W * X


@wrong("linear_scores", "returns the winning class, not the scores")
def _(W, X):
    scores = X @ W.T
    return scores.argmax(axis=1)


@wrong("linear_scores", "adds a bias of 1")
def _(W, X):
    return X @ W.T + 1


@wrong("linear_scores", "skips the last feature")
def _(W, X):
    N, D = X.shape
    K = W.shape[0]
    S = np.zeros((N, K))
    for i in range(N):
        for k in range(K):
            for d in range(D - 1):
                S[i, k] += W[k, d] * X[i, d]
    return S


@wrong("linear_scores", "= in place of += keeps the last product")
def _(W, X):
    N, D = X.shape
    K = W.shape[0]
    S = np.zeros((N, K))
    for i in range(N):
        for k in range(K):
            for d in range(D):
                S[i, k] = W[k, d] * X[i, d]
    return S


@wrong("linear_scores", "integer result array cuts off decimals")
def _(W, X):
    S = np.zeros((len(X), len(W)), dtype=int)
    for i in range(len(X)):
        S[i] = W @ X[i]
    return S


@wrong("linear_scores", "return inside the loop, too early")
def _(W, X):
    S = np.zeros((len(X), len(W)))
    for i in range(len(X)):
        S[i] = W @ X[i]
        return S


@wrong("linear_scores", "divides by the number of features")
def _(W, X):
    products = X[:, None, :] * W[None, :, :]
    return products.mean(axis=2)


@wrong("linear_scores", "reshape where transpose is needed")
def _(W, X):
    S = W @ X.T
    return S.reshape(X.shape[0], W.shape[0])


# hinge_loss


@right("hinge_loss", "double loop into np.zeros")
def _(scores, y):
    N, K = scores.shape
    losses = np.zeros(N)
    for i in range(N):
        for j in range(K):
            if j == y[i]:
                continue
            losses[i] += max(0, scores[i, j] - scores[i, y[i]] + 1)
    return losses


@right("hinge_loss", "whole arrays, true class set to 0")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    return margins.sum(axis=1)


@right("hinge_loss", "sums over all classes, subtracts the 1 again")
def _(scores, y):
    n = len(y)
    s_y = scores[np.arange(n), y].reshape(n, 1)
    return np.maximum(scores - s_y + 1.0, 0.0).sum(axis=1) - 1.0


@right("hinge_loss", "np.eye as mask and np.where")
def _(scores, y):
    K = scores.shape[1]
    one_hot = np.eye(K)[y]
    true_score = np.sum(one_hot * scores, axis=1, keepdims=True)
    m = scores - true_score + 1
    m = np.where(m > 0, m, 0)
    return np.sum(m * (1 - one_hot), axis=1)


@right("hinge_loss", "returns a Python list of floats")
def _(scores, y):
    out = []
    for row, label in zip(scores, y):
        loss = 0.0
        for j, s in enumerate(row):
            if j != label:
                margin = float(s) - float(row[label]) + 1
                if margin > 0:
                    loss = loss + margin
        out.append(loss)
    return out


@right("hinge_loss", "np.delete of the true class, row by row")
def _(scores, y):
    losses = []
    for i in range(len(scores)):
        wrong_scores = np.delete(scores[i], y[i])
        losses.append(np.maximum(0, wrong_scores - scores[i][y[i]] + 1).sum())
    return np.array(losses)


@right("hinge_loss", "float copy, take_along_axis, boolean mask multiplied")
def _(scores, y):
    s = scores.copy().astype(float)
    s_y = np.take_along_axis(s, y[:, None], axis=1)
    s = s - s_y + 1
    s[s < 0] = 0
    wrong_class = np.arange(s.shape[1])[None, :] != y[:, None]
    return np.einsum("nk,nk->n", s, wrong_class.astype(float))


@wrong("hinge_loss", "counts the true class too")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    return np.maximum(0, scores - correct + 1).sum(axis=1)


@wrong("hinge_loss", "sign of the difference swapped")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, correct - scores + 1)
    margins[np.arange(N), y] = 0
    return margins.sum(axis=1)


@wrong("hinge_loss", "margin of 1 forgotten")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct)
    margins[np.arange(N), y] = 0
    return margins.sum(axis=1)


@wrong("hinge_loss", "worst wrong class in place of the sum")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    return margins.max(axis=1)


@wrong("hinge_loss", "mean over the examples, one number")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    return margins.sum(axis=1).mean()


@wrong("hinge_loss", "max with 0 taken after the sum")
def _(scores, y):
    N, K = scores.shape
    out = np.zeros(N)
    for i in range(N):
        total = 0
        for j in range(K):
            if j != y[i]:
                total += scores[i, j] - scores[i, y[i]] + 1
        out[i] = max(0, total)
    return out


@wrong("hinge_loss", "squared hinge")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1) ** 2
    margins[np.arange(N), y] = 0
    return margins.sum(axis=1)


@wrong("hinge_loss", "works in place and changes the scores")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y].copy()
    scores += 1 - correct[:, None]
    scores[scores < 0] = 0
    scores[np.arange(N), y] = 0
    return scores.sum(axis=1)


@wrong("hinge_loss", "sums over axis 0: one loss per class")
def _(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    return margins.sum(axis=0)


@wrong("hinge_loss", "break at the true class drops the later classes")
def _(scores, y):
    N, K = scores.shape
    out = np.zeros(N)
    for i in range(N):
        for j in range(K):
            if j == y[i]:
                break
            out[i] += max(0, scores[i, j] - scores[i, y[i]] + 1)
    return out


@wrong("hinge_loss", "if on a whole array raises")
def _(scores, y):
    losses = []
    for i in range(len(y)):
        margins = scores[i] - scores[i, y[i]] + 1
        if margins > 0:
            losses.append(margins.sum() - 1)
        else:
            losses.append(0)
    return np.array(losses)


@wrong("hinge_loss", "labels counted from 1")
def _(scores, y):
    N, K = scores.shape
    out = np.zeros(N)
    for i in range(N):
        true = y[i] - 1
        for j in range(K):
            if j != true:
                out[i] += max(0, scores[i, j] - scores[i, true] + 1)
    return out


@wrong("hinge_loss", "averages over the wrong classes")
def _(scores, y):
    N, K = scores.shape
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    return margins.sum(axis=1) / (K - 1)


# svm_loss_naive


@right("svm_loss_naive", "textbook double loop, zeros_like(W)")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros_like(W)
    N = X.shape[0]
    K = W.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(K):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    loss = loss / N + lam * np.sum(W**2)
    grad_W = grad_W / N + 2 * lam * W
    return loss, grad_W


@right("svm_loss_naive", "np.zeros(W.shape), no continue, np.linalg.norm for penalty")
def _(W, X, y, lam=0.0):
    K, D = W.shape
    N = len(X)
    loss = 0
    grad = np.zeros((K, D))
    for n in range(N):
        x = X[n]
        t = y[n]
        for k in range(K):
            if k != t:
                m = np.dot(W[k], x) - np.dot(W[t], x) + 1.0
                if m > 0:
                    loss += m
                    grad[k, :] += x
                    grad[t, :] -= x
    loss /= N
    grad /= N
    loss += lam * np.linalg.norm(W) ** 2
    grad += 2 * lam * W
    return loss, grad


@right("svm_loss_naive", "pure Python lists, array at the end")
def _(W, X, y, lam=0.0):
    W_list = W.tolist()
    X_list = X.tolist()
    K = len(W_list)
    D = len(W_list[0])
    N = len(X_list)
    grad = [[0.0] * D for _ in range(K)]
    total = 0.0
    for i in range(N):
        x = X_list[i]
        label = int(y[i])
        s = [sum(w[d] * x[d] for d in range(D)) for w in W_list]
        for j in range(K):
            margin = s[j] - s[label] + 1
            if j != label and margin > 0:
                total += margin
                for d in range(D):
                    grad[j][d] += x[d]
                    grad[label][d] -= x[d]
    penalty = 0.0
    for k in range(K):
        for d in range(D):
            penalty += W_list[k][d] ** 2
            grad[k][d] = grad[k][d] / N + 2 * lam * W_list[k][d]
    return total / N + lam * penalty, np.array(grad)


@right("svm_loss_naive", "counts violations, true class updated once per example")
def _(W, X, y, lam=0.0):
    dW = np.zeros(W.shape)
    losses = []
    for xi, yi in zip(X, y):
        scores = W.dot(xi)
        count = 0
        loss_i = 0.0
        for j in range(len(W)):
            if j == yi:
                continue
            margin = max(0, scores[j] - scores[yi] + 1)
            loss_i += margin
            if margin > 0:
                dW[j] = dW[j] + xi
                count += 1
        dW[yi] = dW[yi] - count * xi
        losses.append(loss_i)
    data_loss = sum(losses) / len(losses)
    reg_loss = lam * (W * W).sum()
    return data_loss + reg_loss, dW / len(X) + lam * 2 * W


@right("svm_loss_naive", "float copies first, coefficient matrix filled in the loops")
def _(W, X, y, lam=0.0):
    W = W.copy().astype(float)
    X = X.copy().astype(float)
    N, K = len(X), len(W)
    coeff = np.zeros((N, K))
    loss = 0.0
    for i in range(N):
        for j in range(K):
            if j != y[i]:
                margin = X[i] @ (W[j] - W[y[i]]) + 1
                if margin > 0:
                    loss += margin
                    coeff[i, j] = 1
                    coeff[i, y[i]] -= 1
    loss = loss / N
    loss = loss + lam * np.einsum("kd,kd->", W, W)
    grad_W = coeff.T @ X / N
    grad_W = grad_W + 2 * lam * W
    return loss, grad_W


@wrong("svm_loss_naive", "gradient of the true class forgotten")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
    return loss / N + lam * np.sum(W**2), grad_W / N + 2 * lam * W


@wrong("svm_loss_naive", "factor 2 missing in the penalty's gradient")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N + lam * np.sum(W**2), grad_W / N + lam * W


@wrong("svm_loss_naive", "penalty divided by N too")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    loss += lam * np.sum(W**2)
    grad_W += 2 * lam * W
    return loss / N, grad_W / N


@wrong("svm_loss_naive", "gradient not divided by N")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    loss /= N
    return loss + lam * np.sum(W**2), grad_W + 2 * lam * W


@wrong("svm_loss_naive", "true class is not skipped")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N + lam * np.sum(W**2), grad_W / N + 2 * lam * W


@wrong("svm_loss_naive", ">= 0: a margin of exactly 0 adds to the gradient")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin >= 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N + lam * np.sum(W**2), grad_W / N + 2 * lam * W


@wrong("svm_loss_naive", "lam ignored")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N, grad_W / N


@wrong("svm_loss_naive", "half the penalty, in loss and gradient")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N + 0.5 * lam * np.sum(W**2), grad_W / N + lam * W


@wrong("svm_loss_naive", "returns inside the loop after the first example")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
        return loss / N + lam * np.sum(W**2), grad_W / N + 2 * lam * W


@wrong("svm_loss_naive", "only the loss returned")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            loss += max(0, scores[j] - scores[y[i]] + 1)
    return loss / N + lam * np.sum(W**2)


@wrong("svm_loss_naive", "last column (bias) left out of the penalty")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    grad_W /= N
    grad_W[:, :-1] += 2 * lam * W[:, :-1]
    return loss / N + lam * np.sum(W[:, :-1] ** 2), grad_W


@wrong("svm_loss_naive", "takes a gradient step on W while computing")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    loss = loss / N + lam * np.sum(W**2)
    grad_W = grad_W / N + 2 * lam * W
    W -= 0.01 * grad_W
    return loss, grad_W


@wrong("svm_loss_naive", "penalty is the norm, not its square")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N + lam * np.linalg.norm(W), grad_W / N + 2 * lam * W


@wrong("svm_loss_naive", "W ^ 2 for the square raises")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] += X[i]
                grad_W[y[i]] -= X[i]
    return loss / N + lam * np.sum(W ^ 2), grad_W / N + 2 * lam * W


@wrong("svm_loss_naive", "signs of the gradient swapped")
def _(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    N = X.shape[0]
    loss = 0.0
    for i in range(N):
        scores = W @ X[i]
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] -= X[i]
                grad_W[y[i]] += X[i]
    return loss / N + lam * np.sum(W**2), grad_W / N + 2 * lam * W


# svm_loss


@right("svm_loss", "textbook: margins, mask, minus the count, mask.T @ X")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    grad_W = mask.T @ X / N + 2 * lam * W
    return loss, grad_W


@right("svm_loss", "einsum and np.eye one-hot")
def _(W, X, y, lam=0.0):
    K = W.shape[0]
    one_hot = np.eye(K)[y]
    S = np.einsum("nd,kd->nk", X, W)
    s_true = np.einsum("nk,nk->n", S, one_hot)
    M = (S - s_true[:, None] + 1) * (1 - one_hot)
    active = np.where(M > 0, 1.0, 0.0)
    loss = np.mean(np.sum(M * active, axis=1)) + lam * np.einsum("kd,kd->", W, W)
    G = active - active.sum(axis=1, keepdims=True) * one_hot
    grad = np.einsum("nk,nd->kd", G, X) / len(X) + 2 * lam * W
    return loss, grad


@right("svm_loss", "zeros_like(W) and np.subtract.at for the true classes")
def _(W, X, y, lam=0.0):
    n = len(y)
    scores = np.dot(X, W.T)
    true_scores = scores[range(n), y].reshape(-1, 1)
    margins = scores - true_scores + 1
    margins[range(n), y] = 0
    margins[margins < 0] = 0
    violated = margins > 0
    grad_W = np.zeros_like(W)
    grad_W += np.dot(violated.T, X)
    how_many = violated.sum(axis=1)
    np.subtract.at(grad_W, y, how_many[:, None] * X)
    grad_W = grad_W / n
    grad_W = grad_W + lam * 2 * W
    loss = np.sum(margins) / n + lam * np.linalg.norm(W) ** 2
    return loss, grad_W


@right("svm_loss", "float copies first, returns Python float and array")
def _(W, X, y, lam=0.0):
    W = W.copy().astype(float)
    X = X.astype(float)
    rows = np.arange(X.shape[0])
    margins = W @ X.T  # (K, N), one column per example
    margins = margins - margins[y, rows] + 1
    margins[y, rows] = 0
    positive = margins > 0
    loss = float(np.mean(np.sum(margins * positive, axis=0)))
    loss += lam * float((W**2).sum())
    coeff = positive.astype(float)
    coeff[y, rows] -= positive.sum(axis=0)
    grad_W = coeff.dot(X)
    grad_W /= X.shape[0]
    grad_W += 2 * lam * W
    return loss, grad_W


@right("svm_loss", "big broadcast to (N, K, D), take_along_axis")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    K = W.shape[0]
    scores = (X[:, None, :] * W[None, :, :]).sum(axis=2)
    correct = np.take_along_axis(scores, y[:, None], axis=1)
    is_wrong = np.arange(K)[None, :] != y[:, None]
    active = (scores - correct + 1 > 0) & is_wrong
    loss = ((scores - correct + 1) * active).sum() / N
    coeff = active * 1.0 - (~is_wrong) * active.sum(axis=1, keepdims=True)
    grad = (coeff[:, :, None] * X[:, None, :]).mean(axis=0)
    return loss + lam * np.square(W).sum(), grad + 2 * lam * W


@wrong("svm_loss", "true class subtracts x once, not per violation")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -1
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "true class not zeroed in loss, 1 too much")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = 0
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "count in the true class includes itself")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "margins multiply x in the gradient, as for squared hinge")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    coeff = margins.copy()
    coeff[np.arange(N), y] = -coeff.sum(axis=1)
    return loss, coeff.T @ X / N + 2 * lam * W


@wrong("svm_loss", "np.mean over all entries divides by N K")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = np.mean(margins) + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "grad_W[y] -= loses repeated labels")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    grad_W = mask.T @ X
    grad_W[y] -= mask.sum(axis=1)[:, None] * X
    return loss, grad_W / N + 2 * lam * W


@wrong("svm_loss", "boolean mask of margins >= 0 counts margin 0")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = scores - correct + 1
    mask = (margins >= 0).astype(float)
    mask[np.arange(N), y] = 0
    loss = (margins * mask).sum() / N + lam * np.sum(W**2)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "gradient transposed, (D, K)")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, X.T @ mask / N + 2 * lam * W.T


@wrong("svm_loss", "penalty missing in the gradient")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N


@wrong("svm_loss", "softmax cross-entropy loss in its place")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    scores = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(N), y]).mean() + lam * np.sum(W**2)
    probs[np.arange(N), y] -= 1
    return loss, probs.T @ X / N + 2 * lam * W


@wrong("svm_loss", "correct scores not made a column")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "only the worst wrong class counts (Crammer-Singer)")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    rows = np.arange(N)
    scores = X @ W.T
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    worst = margins.argmax(axis=1)
    loss = margins[rows, worst].mean() + lam * np.sum(W**2)
    active = (margins[rows, worst] > 0).astype(float)
    coeff = np.zeros(scores.shape)
    coeff[rows, worst] += active
    coeff[rows, y] -= active
    return loss, coeff.T @ X / N + 2 * lam * W


@wrong("svm_loss", "returns gradient first, then loss")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return mask.T @ X / N + 2 * lam * W, loss


@wrong("svm_loss", "one loss per example, not the mean")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum(axis=1) + lam * np.sum(W**2)
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N + 2 * lam * W


@wrong("svm_loss", "penalty takes abs, with gradient of squares")
def _(W, X, y, lam=0.0):
    N = X.shape[0]
    scores = X @ W.T
    correct = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + lam * np.sum(np.abs(W))
    mask = (margins > 0).astype(float)
    mask[np.arange(N), y] = -mask.sum(axis=1)
    return loss, mask.T @ X / N + 2 * lam * W


# softmax


@right("softmax", "row maximum subtracted, keepdims")
def _(scores):
    shifted = scores - np.max(scores, axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)


@right("softmax", "loop over rows into np.zeros, separate branch for one example")
def _(scores):
    if scores.ndim == 1:
        e = np.exp(scores - scores.max())
        return e / e.sum()
    out = np.zeros(scores.shape)
    for i in range(scores.shape[0]):
        e = np.exp(scores[i] - scores[i].max())
        out[i] = e / e.sum()
    return out


@right("softmax", "scipy.special.softmax")
def _(scores):
    return scipy.special.softmax(scores, axis=-1)


@right("softmax", "math.exp in pure Python lists")
def _(scores):
    def one(row):
        biggest = max(row)
        exps = [math.exp(s - biggest) for s in row]
        total = sum(exps)
        return [e / total for e in exps]

    data = scores.tolist()
    if scores.ndim == 1:
        result = one(data)
    else:
        result = [one(row) for row in data]
    return np.array(result)


@right("softmax", "transposes, so that no keepdims is needed")
def _(scores):
    s = scores.astype(float).T.copy()
    s = s - s.max(axis=0)
    e = np.exp(s)
    p = e / e.sum(axis=0)
    return p.T


@right("softmax", "exp of score minus logsumexp")
def _(scores):
    lse = scipy.special.logsumexp(scores, axis=-1)
    return np.exp(scores - lse[..., np.newaxis])


@right("softmax", "np.atleast_2d, reshaped back at the end")
def _(scores):
    shape = scores.shape
    s = np.atleast_2d(scores).astype(float)
    m = np.amax(s, axis=1)
    s = s - m[:, None]
    e = np.exp(s)
    e = e / np.einsum("nk->n", e)[:, None]
    return e.reshape(shape)


@fragile("softmax", "no maximum subtracted")
def _(scores):
    e = np.exp(scores)
    return e / np.sum(e, axis=-1, keepdims=True)


@fragile("softmax", "subtracts the maximum of the whole array")
def _(scores):
    e = np.exp(scores - np.max(scores))
    return e / np.sum(e, axis=-1, keepdims=True)


@wrong("softmax", "normalises over axis 0")
def _(scores):
    e = np.exp(scores - scores.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@wrong("softmax", "divides by the sum of the whole array")
def _(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum()


@wrong("softmax", "axis=1 only: one example raises")
def _(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("softmax", "sum without keepdims")
def _(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)


@wrong("softmax", "changes the scores in place")
def _(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    e = np.exp(scores)
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", "divides by the largest exponential, not the sum")
def _(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.max(axis=-1, keepdims=True)


@wrong("softmax", "sigmoid of each score")
def _(scores):
    return scipy.special.expit(scores)


@wrong("softmax", "one example comes back as (1, K)")
def _(scores):
    s = np.atleast_2d(scores)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("softmax", "minus sign: low scores win")
def _(scores):
    s = -scores
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", "hard maximum, one-hot")
def _(scores):
    best = scores.max(axis=-1, keepdims=True)
    winners = (scores == best).astype(float)
    return winners / winners.sum(axis=-1, keepdims=True)


@wrong("softmax", "scores clipped to +-10 against overflow")
def _(scores):
    e = np.exp(np.clip(scores, -10, 10))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", "maximum divided out, not subtracted")
def _(scores):
    e = np.exp(scores / np.abs(scores).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("softmax", "maximum subtracted from the numerator only")
def _(scores):
    top = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return top / np.exp(scores).sum(axis=-1, keepdims=True)


# log_softmax


@right("log_softmax", "shifted minus log of the sum, keepdims")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@right("log_softmax", "scipy.special.log_softmax")
def _(scores):
    return scipy.special.log_softmax(scores, axis=-1)


@right("log_softmax", "np.logaddexp.reduce")
def _(scores):
    log_sum = np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return scores - log_sum


@right("log_softmax", "loop over rows into np.zeros")
def _(scores):
    if scores.ndim == 1:
        m = np.max(scores)
        return scores - m - np.log(np.sum(np.exp(scores - m)))
    N, K = scores.shape
    out = np.zeros((N, K))
    for i in range(N):
        m = np.max(scores[i])
        lse = m + np.log(np.sum(np.exp(scores[i] - m)))
        for k in range(K):
            out[i, k] = scores[i, k] - lse
    return out


@right("log_softmax", "recursion over rows, pure Python with math")
def _(scores):
    def log_softmax_row(row):
        m = max(row)
        total = 0.0
        for s in row:
            total += math.exp(s - m)
        return [s - m - math.log(total) for s in row]

    if len(scores.shape) == 1:
        return np.array(log_softmax_row(list(scores)))
    rows = []
    for r in scores:
        rows.append(log_softmax_row(list(r)))
    return np.array(rows)


@right("log_softmax", "logsumexp on the transpose of a float copy")
def _(scores):
    s = scores.copy().astype(float)
    lse = scipy.special.logsumexp(s, axis=-1)
    return (s.T - lse).T


@fragile("log_softmax", "log of a stable softmax: -inf for tiny probabilities")
def _(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return np.log(p)


@fragile("log_softmax", "formula as printed, exp overflows")
def _(scores):
    return scores - np.log(np.sum(np.exp(scores), axis=-1, keepdims=True))


@wrong("log_softmax", "maximum not taken off the score itself")
def _(scores):
    m = scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores - m).sum(axis=-1, keepdims=True))


@wrong("log_softmax", "base 10 logarithm")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log10(np.exp(shifted).sum(axis=-1, keepdims=True))


@wrong("log_softmax", "sign changed, as in the loss")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=-1, keepdims=True)) - shifted


@wrong("log_softmax", "sum over the whole array")
def _(scores):
    shifted = scores - scores.max()
    return shifted - np.log(np.exp(shifted).sum())


@wrong("log_softmax", "over axis 0")
def _(scores):
    shifted = scores - scores.max(axis=0)
    return shifted - np.log(np.exp(shifted).sum(axis=0))


@wrong("log_softmax", "axis=1 only: one example raises")
def _(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@wrong("log_softmax", "mean in place of the sum")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).mean(axis=-1, keepdims=True))


@wrong("log_softmax", "changes the scores in place")
def _(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


@wrong("log_softmax", "returns softmax, log forgotten")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)


@wrong("log_softmax", "log divided in place of subtracted")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted / np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@wrong("log_softmax", "maximum subtracted twice")
def _(scores):
    m = scores.max(axis=-1, keepdims=True)
    shifted = scores - m
    return shifted - (m + np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


@wrong("log_softmax", "np.log1p of the sum")
def _(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log1p(np.exp(shifted).sum(axis=-1, keepdims=True))


@wrong("log_softmax", "softmax plus 0.001 before the log")
def _(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return np.log(p + 1e-3)


# nll_loss


@right("nll_loss", "fancy indexing")
def _(log_probs, y):
    N = log_probs.shape[0]
    return -log_probs[np.arange(N), y]


@right("nll_loss", "loop into np.zeros")
def _(log_probs, y):
    losses = np.zeros(len(y))
    for i in range(len(y)):
        losses[i] = -log_probs[i, y[i]]
    return losses


@right("nll_loss", "list comprehension, returns a list")
def _(log_probs, y):
    return [-float(row[label]) for row, label in zip(log_probs, y)]


@right("nll_loss", "take_along_axis, column flattened")
def _(log_probs, y):
    picked = np.take_along_axis(log_probs, y.reshape(-1, 1), axis=1)
    return -1 * picked[:, 0]


@right("nll_loss", "np.eye as boolean mask")
def _(log_probs, y):
    K = log_probs.shape[1]
    mask = np.eye(K, dtype=bool)[y]
    return -log_probs[mask]


@right("nll_loss", "diagonal of the (N, N) pick, negated")
def _(log_probs, y):
    picked = log_probs[:, y]
    return np.negative(np.diag(picked))


@right("nll_loss", "searches the class in a second loop")
def _(log_probs, y):
    N, K = log_probs.shape
    result = []
    for n in range(N):
        for k in range(K):
            if k == y[n]:
                result.append(0 - log_probs[n][k])
    return np.array(result)


@fragile("nll_loss", "one-hot product: 0 times -inf is nan")
def _(log_probs, y):
    one_hot = np.eye(log_probs.shape[1])[y]
    return -np.sum(one_hot * log_probs, axis=1)


@fragile("nll_loss", "probability and log again: -inf by underflow")
def _(log_probs, y):
    probs = np.exp(log_probs)
    return -np.log(probs[np.arange(len(y)), y])


@wrong("nll_loss", "minus sign forgotten")
def _(log_probs, y):
    return log_probs[np.arange(len(y)), y]


@wrong("nll_loss", "mean over the examples")
def _(log_probs, y):
    return -log_probs[np.arange(len(y)), y].mean()


@wrong("nll_loss", "slices the columns: (N, N)")
def _(log_probs, y):
    return -log_probs[:, y]


@wrong("nll_loss", "takes the log a second time")
def _(log_probs, y):
    return -np.log(log_probs[np.arange(len(y)), y])


@wrong("nll_loss", "most probable class, label ignored")
def _(log_probs, y):
    return -log_probs.max(axis=1)


@wrong("nll_loss", "labels counted from 1")
def _(log_probs, y):
    return -log_probs[np.arange(len(y)), y - 1]


@wrong("nll_loss", "sum over all classes")
def _(log_probs, y):
    return -log_probs.sum(axis=1)


@wrong("nll_loss", "rows and columns swapped in the index")
def _(log_probs, y):
    return -log_probs[y, np.arange(len(y))]


@wrong("nll_loss", "probability, not the logarithm: 1 - p")
def _(log_probs, y):
    return 1 - np.exp(log_probs[np.arange(len(y)), y])


@wrong("nll_loss", "one loop short: last loss stays 0")
def _(log_probs, y):
    losses = np.zeros(len(y))
    for i in range(len(y) - 1):
        losses[i] = -log_probs[i, y[i]]
    return losses


@wrong("nll_loss", "row index always 0")
def _(log_probs, y):
    losses = []
    for label in y:
        losses.append(-log_probs[0, label])
    return np.array(losses)


@wrong("nll_loss", "keeps a column, shape (N, 1)")
def _(log_probs, y):
    return -np.take_along_axis(log_probs, y[:, None], axis=1)


@wrong("nll_loss", "softmax applied to log probabilities after the log")
def _(log_probs, y):
    e = np.exp(log_probs - log_probs.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -p[np.arange(len(y)), y]


# cross_entropy


@right("cross_entropy", "np.where on p > 0")
def _(p, q):
    terms = np.where(p > 0, p * np.log(q), 0.0)
    return -terms.sum(axis=-1)


@right("cross_entropy", "scipy.special.xlogy")
def _(p, q):
    return -np.sum(scipy.special.xlogy(p, q), axis=-1)


@right("cross_entropy", "double loop with math.log, branch for one distribution")
def _(p, q):
    def one(p_row, q_row):
        total = 0.0
        for pk, qk in zip(p_row, q_row):
            if pk == 0:
                continue
            if qk == 0:
                return math.inf
            total -= pk * math.log(qk)
        return total

    if p.ndim == 1:
        return one(p, q)
    out = np.zeros(len(p))
    for i in range(len(p)):
        out[i] = one(p[i], q[i])
    return out


@right("cross_entropy", "q replaced by 1 where p is 0, einsum")
def _(p, q):
    q_safe = q.copy().astype(float)
    q_safe[p == 0] = 1.0
    return -np.einsum("...k,...k->...", p, np.log(q_safe))


@right("cross_entropy", "boolean indexing per row, returns a list for many")
def _(p, q):
    if len(p.shape) == 2:
        answers = []
        for i in range(p.shape[0]):
            keep = p[i] > 0
            answers.append(float(-np.sum(p[i][keep] * np.log(q[i][keep]))))
        return answers
    keep = p > 0
    return float(-np.sum(p[keep] * np.log(q[keep])))


@right("cross_entropy", "entropy plus Kullback-Leibler divergence from scipy")
def _(p, q):
    entropy = scipy.special.entr(p).sum(axis=-1)
    kl = scipy.special.rel_entr(p, q).sum(axis=-1)
    return entropy + kl


@right("cross_entropy", "nan entries set to 0 afterwards")
def _(p, q):
    with np.errstate(all="ignore"):
        surprise = -np.log(q)
        terms = p * surprise
    terms[np.isnan(terms)] = 0
    return np.sum(terms, axis=-1)


@fragile("cross_entropy", "formula as printed: 0 log 0 is nan")
def _(p, q):
    return -np.sum(p * np.log(q), axis=-1)


@fragile("cross_entropy", "adds 1e-12 in the log: never infinite")
def _(p, q):
    return -np.sum(p * np.log(q + 1e-12), axis=-1)


@wrong("cross_entropy", "p and q swapped")
def _(p, q):
    terms = np.where(q > 0, q * np.log(p), 0.0)
    return -terms.sum(axis=-1)


@wrong("cross_entropy", "minus sign forgotten")
def _(p, q):
    terms = np.where(p > 0, p * np.log(q), 0.0)
    return terms.sum(axis=-1)


@wrong("cross_entropy", "Kullback-Leibler divergence in its place")
def _(p, q):
    return scipy.special.rel_entr(p, q).sum(axis=-1)


@wrong("cross_entropy", "entropy of p, q ignored")
def _(p, q):
    terms = np.where(p > 0, p * np.log(p), 0.0)
    return -terms.sum(axis=-1)


@wrong("cross_entropy", "logarithm to base 2")
def _(p, q):
    terms = np.where(p > 0, p * np.log2(q), 0.0)
    return -terms.sum(axis=-1)


@wrong("cross_entropy", "mean over the classes")
def _(p, q):
    terms = np.where(p > 0, p * np.log(q), 0.0)
    return -terms.mean(axis=-1)


@wrong("cross_entropy", "one sum over all distributions")
def _(p, q):
    terms = np.where(p > 0, p * np.log(q), 0.0)
    return -np.sum(terms)


@wrong("cross_entropy", "sum over axis 0")
def _(p, q):
    terms = np.where(p > 0, p * np.log(q), 0.0)
    return -terms.sum(axis=0)


@wrong("cross_entropy", "axis=1 only: one distribution raises")
def _(p, q):
    terms = np.where(p > 0, p * np.log(q), 0.0)
    return -terms.sum(axis=1)


@wrong("cross_entropy", "adds the binary term (1 - p) log(1 - q)")
def _(p, q):
    a = scipy.special.xlogy(p, q)
    b = scipy.special.xlogy(1 - p, 1 - q)
    return -np.sum(a + b, axis=-1)


@wrong("cross_entropy", "drops terms with q = 0: finite, should be infinite")
def _(p, q):
    terms = np.zeros(p.shape)
    ok = q > 0
    terms[ok] = p[ok] * np.log(q[ok])
    return -terms.sum(axis=-1)


@wrong("cross_entropy", "p treated as a label: argmax picks one class")
def _(p, q):
    k = np.argmax(p, axis=-1)
    picked = np.take_along_axis(q, np.expand_dims(k, -1), axis=-1)
    return -np.log(picked)[..., 0]


@wrong("cross_entropy", "overwrites zeros of q in place")
def _(p, q):
    q[p == 0] = 1
    return -np.sum(p * np.log(q), axis=-1)


@wrong("cross_entropy", "log of the summed product")
def _(p, q):
    return -np.log(np.sum(p * q, axis=-1))
