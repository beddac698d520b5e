"""Answers to the chapters on the start and on gradient descent, written from the page alone."""

import math

import numpy as np
import scipy.linalg
import scipy.optimize

from tests.variants import fragile, right, wrong

# center_columns


@right("center_columns", "mean over axis 0, broadcast")
def _(X):
    return X - X.mean(axis=0)


@right("center_columns", "double loop into np.zeros")
def _(X):
    N, D = X.shape
    result = np.zeros((N, D))
    for j in range(D):
        # mean of column j
        total = 0
        for i in range(N):
            total += X[i, j]
        mean = total / N
        for i in range(N):
            result[i, j] = X[i, j] - mean
    return result


@right("center_columns", "astype(float) copy, then in place per column")
def _(X):
    X_new = X.astype(float).copy()
    for j in range(X_new.shape[1]):
        X_new[:, j] -= np.mean(X_new[:, j])
    return X_new


@right("center_columns", "centering matrix from np.eye")
def _(X):
    N = X.shape[0]
    C = np.eye(N) - np.ones((N, N)) / N
    return C @ X


@right("center_columns", "transposed, list of rows, transposed back")
def _(X):
    cols = []
    for col in X.T:
        cols.append(col - sum(col) / len(col))
    return np.array(cols).T


@right("center_columns", "np.einsum for the sums, np.tile")
def _(X):
    n = len(X)
    means = np.einsum("ij->j", X) / n
    return X - np.tile(means, (n, 1))


@right("center_columns", "nested Python lists, returned as a list")
def _(X):
    rows = [list(row) for row in X]
    n = len(rows)
    d = len(rows[0])
    means = [sum(row[j] for row in rows) / n for j in range(d)]
    return [[float(row[j] - means[j]) for j in range(d)] for row in rows]


@fragile("center_columns", "np.zeros_like(X) cuts off decimals of integer data")
def _(X):
    out = np.zeros_like(X)
    for j in range(X.shape[1]):
        out[:, j] = X[:, j] - X[:, j].mean()
    return out


@fragile("center_columns", "X.copy() then -=, raises on integer data")
def _(X):
    Xc = X.copy()
    Xc -= Xc.mean(axis=0)
    return Xc


@wrong("center_columns", "mean over the rows (axis 1, keepdims)")
def _(X):
    return X - X.mean(axis=1, keepdims=True)


@wrong("center_columns", "axis=1 without keepdims, raises unless square")
def _(X):
    mean = np.mean(X, axis=1)
    return X - mean


@wrong("center_columns", "one mean of the whole matrix")
def _(X):
    return X - np.mean(X)


@wrong("center_columns", "changes X in place")
def _(X):
    mean = X.mean(axis=0)
    for j in range(X.shape[1]):
        X[:, j] = X[:, j] - mean[j]
    return X


@wrong("center_columns", "also divides by the standard deviation")
def _(X):
    return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)


@wrong("center_columns", "takes off the sum, not the mean")
def _(X):
    return X - X.sum(axis=0)


@wrong("center_columns", "median in place of mean")
def _(X):
    return X - np.median(X, axis=0)


@wrong("center_columns", "divides the sum by N - 1")
def _(X):
    N = X.shape[0]
    if N == 1:
        return X - X
    return X - X.sum(axis=0) / (N - 1)


@wrong("center_columns", "divides by number of columns")
def _(X):
    return X - X.sum(axis=0) / len(X[0])


@wrong("center_columns", "sign: mean minus data")
def _(X):
    return X.mean(axis=0) - X


@wrong("center_columns", "forgets the last column")
def _(X):
    out = X.astype(float)
    for j in range(X.shape[1] - 1):
        out[:, j] = X[:, j] - X[:, j].mean()
    return out


@wrong("center_columns", "integer division for the mean")
def _(X):
    return X - X.sum(axis=0) // X.shape[0]


@wrong("center_columns", "returns the means only")
def _(X):
    return X.mean(axis=0)


@wrong("center_columns", "returns after the first column")
def _(X):
    out = np.array(X, dtype=float)
    for j in range(X.shape[1]):
        out[:, j] = out[:, j] - out[:, j].mean()
        return out


@wrong("center_columns", "answer left transposed")
def _(X):
    cols = []
    for j in range(X.shape[1]):
        cols.append(X[:, j] - X[:, j].mean())
    return np.array(cols)


# squared_error


@right("squared_error", "vectorised with **")
def _(y_hat, y):
    return (y_hat - y) ** 2


@right("squared_error", "loop into np.zeros")
def _(y_hat, y):
    out = np.zeros(len(y))
    for i in range(len(y)):
        out[i] = (y_hat[i] - y[i]) ** 2
    return out


@right("squared_error", "zip and append, np.array at the end")
def _(y_hat, y):
    errors = []
    for a, b in zip(y_hat, y):
        d = a - b
        errors.append(d * d)
    return np.array(errors)


@right("squared_error", "list comprehension, returned as a list")
def _(y_hat, y):
    return [float((p - t) ** 2) for p, t in zip(y_hat, y)]


@right("squared_error", "np.einsum of the residual with itself")
def _(y_hat, y):
    r = y_hat - y
    return np.einsum("i,i->i", r, r)


@right("squared_error", "np.square(np.subtract)")
def _(y_hat, y):
    return np.square(np.subtract(y, y_hat))


@right("squared_error", "if/else on the absolute value, beginner")
def _(y_hat, y):
    n = y.shape[0]
    result = np.zeros(n)
    for i in range(n):
        if y_hat[i] >= y[i]:
            diff = y_hat[i] - y[i]
        else:
            diff = y[i] - y_hat[i]
        result[i] = diff**2
    return result


@fragile("squared_error", "diagonal matrix times residual, one nan spreads")
def _(y_hat, y):
    r = (y_hat - y).astype(float)
    return np.diag(r) @ r


@fragile("squared_error", "expanded square, cancels on large values")
def _(y_hat, y):
    return y_hat**2 - 2 * y_hat * y + y**2


@wrong("squared_error", "absolute value in place of square")
def _(y_hat, y):
    return np.abs(y_hat - y)


@wrong("squared_error", "returns the mean")
def _(y_hat, y):
    return np.mean((y_hat - y) ** 2)


@wrong("squared_error", "returns the sum, via dot product")
def _(y_hat, y):
    r = y_hat - y
    return r @ r


@wrong("squared_error", "difference of the squares")
def _(y_hat, y):
    return y_hat**2 - y**2


@wrong("squared_error", "^ for **, raises on floats")
def _(y_hat, y):
    return (y_hat - y) ^ 2


@wrong("squared_error", "times 2 in place of squared")
def _(y_hat, y):
    return (y_hat - y) * 2


@wrong("squared_error", "extra factor one half")
def _(y_hat, y):
    return 0.5 * (y_hat - y) ** 2


@wrong("squared_error", "forgets to square")
def _(y_hat, y):
    return y_hat - y


@wrong("squared_error", "changes y_hat in place")
def _(y_hat, y):
    for i in range(len(y)):
        y_hat[i] = (y_hat[i] - y[i]) ** 2
    return y_hat


@wrong("squared_error", "returns inside the loop, first example only")
def _(y_hat, y):
    for i in range(len(y)):
        return (y_hat[i] - y[i]) ** 2


@wrong("squared_error", "loop stops one early, last stays zero")
def _(y_hat, y):
    out = np.zeros(len(y))
    for i in range(len(y) - 1):
        out[i] = (y_hat[i] - y[i]) ** 2
    return out


@wrong("squared_error", "precedence: y_hat - y**2")
def _(y_hat, y):
    return y_hat - y**2


@wrong("squared_error", "square root of each error")
def _(y_hat, y):
    return np.sqrt((y_hat - y) ** 2)


@wrong("squared_error", "divides each error by N")
def _(y_hat, y):
    return (y_hat - y) ** 2 / len(y)


@wrong("squared_error", "all pairs, (N, N) matrix")
def _(y_hat, y):
    return (y_hat[:, None] - y[None, :]) ** 2


@wrong("squared_error", "prints in place of return")
def _(y_hat, y):
    print((y_hat - y) ** 2)


# shift_loss


@right("shift_loss", "vectorised with np.mean")
def _(theta, x, y):
    r = x + theta - y
    return np.mean(r**2), 2 * np.mean(r)


@right("shift_loss", "loop with running sums")
def _(theta, x, y):
    loss = 0.0
    grad = 0.0
    n = len(x)
    for i in range(n):
        e = x[i] + theta - y[i]
        loss += e**2
        grad += 2 * e
    return loss / n, grad / n


@right("shift_loss", "dot product of the residuals, floats")
def _(theta, x, y):
    N = x.shape[0]
    res = (x + theta) - y
    loss = float(np.dot(res, res)) / N
    grad = float(2 / N * res.sum())
    return loss, grad


@right("shift_loss", "Python lists and sum()")
def _(theta, x, y):
    preds = [xi + theta for xi in x]
    errors = [p - t for p, t in zip(preds, y)]
    squares = [e * e for e in errors]
    loss = sum(squares) / len(squares)
    grad = 2 * sum(errors) / len(errors)
    return loss, grad


@right("shift_loss", "returns a list of two numbers")
def _(theta, x, y):
    diff = y - (x + theta)
    loss = np.average(diff**2)
    grad = np.average(-2 * diff)
    return [loss, grad]


@right("shift_loss", "np.linalg.norm squared, gradient via ones vector")
def _(theta, x, y):
    n = len(y)
    r = x + theta * np.ones(n) - y
    loss = np.linalg.norm(r) ** 2 / n
    grad = (2 / n) * (np.ones(n) @ r)
    return loss, grad


@fragile("shift_loss", "expanded square, cancels for large shifts")
def _(theta, x, y):
    d = x - y
    loss = np.mean(d**2) + 2 * theta * np.mean(d) + theta**2
    grad = 2 * np.mean(d) + 2 * theta
    return loss, grad


@wrong("shift_loss", "slope without the factor 2")
def _(theta, x, y):
    r = x + theta - y
    return np.mean(r**2), np.mean(r)


@wrong("shift_loss", "sums in place of means")
def _(theta, x, y):
    r = x + theta - y
    return np.sum(r**2), 2 * np.sum(r)


@wrong("shift_loss", "mean loss, but slope of the sum")
def _(theta, x, y):
    r = x + theta - y
    loss = (r**2).mean()
    grad = (2 * r).sum()
    return loss, grad


@wrong("shift_loss", "slope has the wrong sign")
def _(theta, x, y):
    r = y - (x + theta)
    return np.mean(r**2), 2 * np.mean(r)


@wrong("shift_loss", "slope times x, as for x * theta")
def _(theta, x, y):
    r = x + theta - y
    return np.mean(r**2), 2 * np.mean(r * x)


@wrong("shift_loss", "model x * theta")
def _(theta, x, y):
    r = x * theta - y
    return np.mean(r**2), 2 * np.mean(r * x)


@wrong("shift_loss", "square of the mean, not mean of squares")
def _(theta, x, y):
    m = np.mean(x + theta - y)
    return m**2, 2 * m


@wrong("shift_loss", "returns grad, loss swapped")
def _(theta, x, y):
    r = x + theta - y
    loss = np.mean(r**2)
    grad = 2 * np.mean(r)
    return grad, loss


@wrong("shift_loss", "slope not averaged, an array")
def _(theta, x, y):
    r = x + theta - y
    return np.mean(r**2), 2 * r / len(x)


@wrong("shift_loss", "returns only the loss")
def _(theta, x, y):
    loss = np.mean((x + theta - y) ** 2)
    return loss


@wrong("shift_loss", "adds theta to x in place")
def _(theta, x, y):
    for i in range(len(x)):
        x[i] = x[i] + theta
    r = x - y
    return np.mean(r**2), 2 * np.mean(r)


@wrong("shift_loss", "root mean squared error as the loss")
def _(theta, x, y):
    r = x + theta - y
    return np.sqrt(np.mean(r**2)), 2 * np.mean(r)


@wrong("shift_loss", "returns inside the loop after one example")
def _(theta, x, y):
    loss, grad = 0, 0
    for xi, yi in zip(x, y):
        loss += (xi + theta - yi) ** 2
        grad += 2 * (xi + theta - yi)
        return loss / len(x), grad / len(x)


@wrong("shift_loss", "loss halved, slope of the full loss")
def _(theta, x, y):
    r = x + theta - y
    return np.mean(r**2) / 2, 2 * np.mean(r)


@wrong("shift_loss", "raises: theta indexed like an array")
def _(theta, x, y):
    total, slope = 0, 0
    for i in range(len(x)):
        r = x[i] + theta[i] - y[i]
        total += r**2
        slope += 2 * r
    return total / len(x), slope / len(x)


# gradient_descent


@right("gradient_descent", "list of points, np.array at the end")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    path = [theta0]
    theta = theta0
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@right("gradient_descent", "float copy first, np.stack, while loop")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = np.array(theta0, dtype=float)
    path = [theta.copy()]
    count = 0
    while count < steps:
        gradient = np.asarray(grad(theta))
        size = np.sqrt(np.sum(gradient**2))
        if size < tol:
            return np.stack(path)
        theta = theta - learning_rate * gradient
        path.append(theta.copy())
        count += 1
    return np.stack(path)


@right("gradient_descent", "np.zeros for all steps, cut at the end")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    path = np.zeros((steps + 1,) + np.shape(theta0))
    path[0] = theta0
    t = 0
    for t_next in range(1, steps + 1):
        g = grad(path[t])
        if np.linalg.norm(np.ravel(g)) < tol:
            break
        path[t_next] = path[t] - learning_rate * g
        t = t_next
    return path[: t + 1]


@right("gradient_descent", "pure Python square sum for the norm")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    def length(v):
        s = 0.0
        for entry in np.array(v).flatten():
            s = s + entry * entry
        return math.sqrt(s)

    current = theta0
    visited = []
    visited.append(current)
    for step in range(steps):
        slope = grad(current)
        if length(slope) < tol:
            break
        current = current - learning_rate * slope
        visited.append(current)
    return np.array(visited)


@right("gradient_descent", "np.concatenate grows the path array")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    path = np.array(theta0).astype(float)[None]
    while len(path) < steps + 1:
        last = path[-1]
        g = grad(last)
        if np.linalg.norm(g) < tol:
            break
        new = last - learning_rate * g
        path = np.concatenate([path, np.array(new)[None]])
    return path


@right("gradient_descent", "returns a plain list of points")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    points = [theta0]
    for _i in range(steps):
        g = grad(points[-1])
        if np.linalg.norm(g) < tol:
            break
        points.append(points[-1] - learning_rate * g)
    return points


@fragile("gradient_descent", "scales the caller's gradient array in place")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        g *= learning_rate
        theta = theta - g
        path.append(theta)
    return np.array(path)


@fragile("gradient_descent", "runs on only while norm >= tol, stops at nan")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    t = 0
    while t < steps and np.linalg.norm(grad(theta)) >= tol:
        theta = theta - learning_rate * grad(theta)
        path.append(theta)
        t += 1
    return np.stack(path)


@wrong("gradient_descent", "start left out of the path")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = []
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "ascent: plus in place of minus")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    path = [theta0]
    for _i in range(steps):
        g = grad(path[-1])
        if np.linalg.norm(g) < tol:
            break
        path.append(path[-1] + learning_rate * g)
    return np.array(path)


@wrong("gradient_descent", "checks tol after the step, one step late")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        theta = theta - learning_rate * g
        path.append(theta)
        if np.linalg.norm(g) < tol:
            break
    return np.array(path)


@wrong("gradient_descent", "ignores tol")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        theta = theta - learning_rate * grad(theta)
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "<= tol stops at zero gradient with tol 0")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) <= tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "theta -= in place, all entries are the last")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = np.array(theta0, dtype=float)
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta -= learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "changes theta0 in place")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [np.copy(theta)]
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta -= learning_rate * g
        path.append(np.copy(theta))
    return np.array(path)


@wrong("gradient_descent", "one step too few")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(1, steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "compares learning rate times gradient with tol")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        step = learning_rate * grad(theta)
        if np.linalg.norm(step) < tol:
            break
        theta = theta - step
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "compares signed gradient with tol, not its norm")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.all(np.asarray(g) < tol):
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "largest entry in place of Euclidean norm")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.max(np.abs(g)) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "abs(g) < tol in if, raises on arrays")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if abs(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "theta0.copy(), raises on a plain number")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0.copy()
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "gradient of the start used in every step")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    g = grad(theta0)
    for _i in range(steps):
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "returns only the last point")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
    return np.array(theta)


@wrong("gradient_descent", "rest of the path left zero after early stop")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    path = np.zeros((steps + 1, *np.shape(theta0)))
    path[0] = theta0
    for t in range(steps):
        g = grad(path[t])
        if np.linalg.norm(g) < tol:
            break
        path[t + 1] = path[t] - learning_rate * g
    return path


@wrong("gradient_descent", "path in theta0's dtype, integers cut off")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    start = np.array(theta0)
    path = np.zeros((steps + 1,) + start.shape, dtype=start.dtype)
    path[0] = start
    for t in range(steps):
        g = grad(path[t])
        if np.linalg.norm(g) < tol:
            return path[: t + 1]
        path[t + 1] = path[t] - learning_rate * g
    return path


@wrong("gradient_descent", "normalises the gradient to unit length")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        norm = np.linalg.norm(g)
        if norm < tol or norm == 0:
            break
        theta = theta - learning_rate * g / norm
        path.append(theta)
    return np.array(path)


@wrong("gradient_descent", "path flattened with np.hstack")
def _(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [theta]
    for _i in range(steps):
        g = grad(theta)
        if np.linalg.norm(g) < tol:
            break
        theta = theta - learning_rate * g
        path.append(theta)
    return np.hstack(path)


# first_slip


@right("first_slip", "loop from index 1, > atol")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i
    return -1


@right("first_slip", "np.isclose with rtol=0")
def _(path, grad, learning_rate, atol=1e-06):
    for t in range(len(path) - 1):
        before = path[t]
        after = before - learning_rate * grad(before)
        if not np.isclose(path[t + 1], after, rtol=0, atol=atol):
            return t + 1
    return -1


@right("first_slip", "array of expected values, then np.where")
def _(path, grad, learning_rate, atol=1e-06):
    path = np.asarray(path, dtype=float)
    slopes = np.array([grad(p) for p in path[:-1]])
    expected = path[:-1] - learning_rate * slopes
    bad = np.where(np.abs(path[1:] - expected) > atol)[0]
    if len(bad) == 0:
        return -1
    return int(bad[0]) + 1


@right("first_slip", "zip of neighbours, list of slips")
def _(path, grad, learning_rate, atol=1e-06):
    slips = []
    index = 1
    for before, after in zip(path[:-1], path[1:]):
        right_value = before - learning_rate * grad(before)
        error = after - right_value
        if error > atol or error < -atol:
            slips.append(index)
        index += 1
    if slips:
        return min(slips)
    return -1


@right("first_slip", "while loop with a found flag")
def _(path, grad, learning_rate, atol=1e-06):
    found = False
    i = 0
    while not found and i + 1 < len(path):
        i = i + 1
        prev = path[i - 1]
        ok = abs(path[i] - (prev - learning_rate * grad(prev))) <= atol
        if not ok:
            found = True
    if found:
        return i
    return -1


@right("first_slip", "np.argmax of booleans, guarded by any")
def _(path, grad, learning_rate, atol=1e-06):
    wrong_entry = np.zeros(len(path), dtype=bool)
    for i in range(1, len(path)):
        e = path[i] - path[i - 1] + learning_rate * grad(path[i - 1])
        wrong_entry[i] = np.abs(e) > atol
    if wrong_entry.any():
        return np.argmax(wrong_entry)
    return -1


@fragile("first_slip", "grad called on the whole array")
def _(path, grad, learning_rate, atol=1e-06):
    expected = path[:-1] - learning_rate * grad(path[:-1])
    wrong_ones = np.abs(path[1:] - expected) > atol
    if not np.any(wrong_ones):
        return -1
    return int(np.argmax(wrong_ones)) + 1


@fragile("first_slip", "strict < atol, flags exact entries at atol 0")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if not abs(path[i] - expected) < atol:
            return i
    return -1


@wrong("first_slip", "index of the entry before")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(len(path) - 1):
        expected = path[i] - learning_rate * grad(path[i])
        if abs(path[i + 1] - expected) > atol:
            return i
    return -1


@wrong("first_slip", "exact comparison, ignores atol")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        if path[i] != path[i - 1] - learning_rate * grad(path[i - 1]):
            return i
    return -1


@wrong("first_slip", "np.isclose keeps its default rtol")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if not np.isclose(path[i], expected, atol=atol):
            return i
    return -1


@wrong("first_slip", "follows own exact path from the start")
def _(path, grad, learning_rate, atol=1e-06):
    theta = path[0]
    for i in range(1, len(path)):
        theta = theta - learning_rate * grad(theta)
        if abs(path[i] - theta) > atol:
            return i
    return -1


@wrong("first_slip", "no absolute value, too-small entries pass")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if path[i] - expected > atol:
            return i
    return -1


@wrong("first_slip", "hard-coded tolerance 1e-6")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > 1e-6:
            return i
    return -1


@wrong("first_slip", "returns -1 inside the loop (else)")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i
        return -1
    return -1


@wrong("first_slip", "returns the last slip")
def _(path, grad, learning_rate, atol=1e-06):
    slip = -1
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            slip = i
    return slip


@wrong("first_slip", "None in place of -1")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i


@wrong("first_slip", "loop skips the last entry")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path) - 1):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i
    return -1


@wrong("first_slip", "slope taken at the new entry")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i])
        if abs(path[i] - expected) > atol:
            return i
    return -1


@wrong("first_slip", "ignores the learning rate")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(1, len(path)):
        expected = path[i - 1] - grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i
    return -1


@wrong("first_slip", "loop from 0, compares start with last entry")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i
    return -1


@wrong("first_slip", "reads past the end, IndexError on right paths")
def _(path, grad, learning_rate, atol=1e-06):
    for i in range(len(path)):
        expected = path[i] - learning_rate * grad(path[i])
        if abs(path[i + 1] - expected) > atol:
            return i + 1
    return -1


@wrong("first_slip", "argmax gives 1 when nothing is wrong")
def _(path, grad, learning_rate, atol=1e-06):
    bad = []
    for i in range(1, len(path)):
        bad.append(abs(path[i] - path[i - 1] + learning_rate * grad(path[i - 1])) > atol)
    if len(bad) == 0:
        return -1
    return int(np.argmax(bad)) + 1


# linear_regression_loss


@right("linear_regression_loss", "vectorised with @")
def _(w, b, X, y):
    N = len(y)
    r = X @ w + b - y
    return np.mean(r**2), 2 / N * X.T @ r, 2 * np.mean(r)


@right("linear_regression_loss", "double loop over examples and features")
def _(w, b, X, y):
    N, D = X.shape
    loss = 0.0
    grad_w = np.zeros(D)
    grad_b = 0.0
    for i in range(N):
        pred = b
        for j in range(D):
            pred = pred + w[j] * X[i, j]
        e = pred - y[i]
        loss += e * e
        for j in range(D):
            grad_w[j] += 2 * e * X[i, j]
        grad_b += 2 * e
    return loss / N, grad_w / N, grad_b / N


@right("linear_regression_loss", "np.einsum everywhere")
def _(w, b, X, y):
    n = X.shape[0]
    residual = np.einsum("nd,d->n", X, w) + b - y
    loss = np.einsum("n,n->", residual, residual) / n
    grad_w = 2 * np.einsum("n,nd->d", residual, X) / n
    grad_b = 2 * np.sum(residual) / n
    return loss, grad_w, grad_b


@right("linear_regression_loss", "broadcast residual column, mean over axis 0")
def _(w, b, X, y):
    res = (X * w).sum(axis=1) + b - y
    grad_w = (2 * res[:, np.newaxis] * X).mean(axis=0)
    grad_b = (2 * res).mean()
    loss = (res**2).mean()
    return loss, grad_w, grad_b


@right("linear_regression_loss", "bias as an extra column of ones")
def _(w, b, X, y):
    N, D = X.shape
    A = np.hstack([X, np.ones((N, 1))])
    params = np.append(w, b)
    r = A.dot(params) - y
    g = 2 * A.T.dot(r) / N
    return r.dot(r) / N, g[:D], g[D]


@right("linear_regression_loss", "list of per-example gradients, averaged")
def _(w, b, X, y):
    losses, gws, gbs = [], [], []
    for xi, yi in zip(X, y):
        err = np.dot(xi, w) + b - yi
        losses.append(err**2)
        gws.append(2 * err * xi)
        gbs.append(2 * err)
    return np.mean(losses), np.mean(gws, axis=0), np.mean(gbs)


@right("linear_regression_loss", "returns a list, grad_w a Python list")
def _(w, b, X, y):
    n = len(X)
    r = [float(sum(wj * xj for wj, xj in zip(w, row)) + b - t) for row, t in zip(X, y)]
    loss = sum(e * e for e in r) / n
    grad_w = [float(sum(2 * r[i] * X[i][j] for i in range(n)) / n) for j in range(len(w))]
    grad_b = sum(2 * e for e in r) / n
    return [loss, grad_w, grad_b]


@fragile("linear_regression_loss", "np.zeros_like(w) cuts off decimals of integer w")
def _(w, b, X, y):
    N = len(y)
    r = X @ w + b - y
    grad_w = np.zeros_like(w)
    for j in range(len(w)):
        grad_w[j] = 2 * np.mean(r * X[:, j])
    return np.sum(r**2) / N, grad_w, 2 * np.sum(r) / N


@wrong("linear_regression_loss", "gradients without the factor 2")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), X.T @ r / len(y), np.mean(r)


@wrong("linear_regression_loss", "gradients have the wrong sign")
def _(w, b, X, y):
    r = y - (X @ w + b)
    return np.mean(r**2), 2 * X.T @ r / len(y), 2 * np.mean(r)


@wrong("linear_regression_loss", "grad_w summed, not averaged")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X.T @ r, 2 * np.mean(r)


@wrong("linear_regression_loss", "sums everywhere in place of means")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.sum(r**2), 2 * X.T @ r, 2 * np.sum(r)


@wrong("linear_regression_loss", "forgets the bias in the prediction")
def _(w, b, X, y):
    r = X @ w - y
    return np.mean(r**2), 2 * X.T @ r / len(y), 2 * np.mean(r)


@wrong("linear_regression_loss", "divides by X.size, not N")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * (X.T @ r) / X.size, 2 * np.mean(r)


@wrong("linear_regression_loss", "X @ r not transposed, raises unless square")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X @ r / len(y), 2 * np.mean(r)


@wrong("linear_regression_loss", "grad_w is a scalar mean over everything")
def _(w, b, X, y):
    r = X @ w + b - y
    grad_w = np.mean(2 * r[:, None] * X)
    return np.mean(r**2), grad_w, 2 * np.mean(r)


@wrong("linear_regression_loss", "grad_b left as one entry per example")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X.T @ r / len(y), 2 * r


@wrong("linear_regression_loss", "residual reshaped to column: grad_w is (D, 1)")
def _(w, b, X, y):
    r = (X @ w + b - y).reshape(-1, 1)
    return np.mean(r**2), 2 * X.T @ r / len(y), 2 * np.mean(r)


@wrong("linear_regression_loss", "y as column broadcasts to N x N residuals")
def _(w, b, X, y):
    N = len(y)
    r = X @ w + b - y.reshape(-1, 1)
    return np.mean(r**2), 2 * X.T @ r.mean(axis=0) / N, 2 * np.mean(r)


@wrong("linear_regression_loss", "grad_b returned before grad_w")
def _(w, b, X, y):
    r = X @ w + b - y
    loss = np.mean(r**2)
    grad_w = 2 * X.T @ r / len(y)
    grad_b = 2 * np.mean(r)
    return loss, grad_b, grad_w


@wrong("linear_regression_loss", "loss halved, gradients of the full loss")
def _(w, b, X, y):
    r = X @ w + b - y
    return 0.5 * np.mean(r**2), 2 * X.T @ r / len(y), 2 * np.mean(r)


@wrong("linear_regression_loss", "loop overwrites grad_w, last example only")
def _(w, b, X, y):
    N = len(y)
    loss, grad_b = 0.0, 0.0
    for i in range(N):
        e = X[i] @ w + b - y[i]
        loss += e**2 / N
        grad_w = 2 * e * X[i] / N
        grad_b += 2 * e / N
    return loss, grad_w, grad_b


@wrong("linear_regression_loss", "returns inside the loop after one example")
def _(w, b, X, y):
    N = len(y)
    loss, grad_b = 0.0, 0.0
    grad_w = np.zeros(len(w))
    for i in range(N):
        e = X[i] @ w + b - y[i]
        loss += e**2 / N
        grad_w += 2 * e * X[i] / N
        grad_b += 2 * e / N
        return loss, grad_w, grad_b


@wrong("linear_regression_loss", "y -= prediction, changes y in place")
def _(w, b, X, y):
    y -= X @ w + b
    return np.mean(y**2), -2 * X.T @ y / len(y), -2 * np.mean(y)


@wrong("linear_regression_loss", "grad_b multiplied by b")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X.T @ r / len(y), 2 * np.mean(r) * b


@wrong("linear_regression_loss", "mean residual squared, not mean of squares")
def _(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r) ** 2, 2 * X.T @ r / len(y), 2 * np.mean(r)


# least_squares


@right("least_squares", "centered pinv, as on the page")
def _(X, y):
    x_mean = X.mean(axis=0)
    y_mean = y.mean()
    w = np.linalg.pinv(X - x_mean) @ (y - y_mean)
    b = y_mean - x_mean @ w
    return w, b


@right("least_squares", "np.linalg.lstsq with a column of ones")
def _(X, y):
    A = np.column_stack([X, np.ones(len(X))])
    solution = np.linalg.lstsq(A, y, rcond=None)[0]
    return solution[:-1], solution[-1]


@right("least_squares", "scipy.linalg.lstsq on centered data")
def _(X, y):
    X = np.array(X, dtype=float)
    y = np.array(y, dtype=float)
    mx = np.mean(X, axis=0)
    my = np.mean(y)
    w, *_rest = scipy.linalg.lstsq(X - mx, y - my)
    return w, float(my - np.dot(mx, w))


@right("least_squares", "pinv with a column of ones in front")
def _(X, y):
    N, D = X.shape
    A = np.ones((N, D + 1))
    A[:, 1:] = X
    params = np.linalg.pinv(A).dot(y)
    b = params[0]
    w = params[1:]
    return w, b


@right("least_squares", "SVD by hand, small singular values left out")
def _(X, y):
    X = X.astype(float)
    mx = X.mean(axis=0)
    my = y.mean()
    U, s, Vt = np.linalg.svd(X - mx, full_matrices=False)
    w = np.zeros(X.shape[1])
    for k in range(len(s)):
        # tiny singular values are only rounding noise
        if s[k] > 1e-12 * s[0]:
            w = w + Vt[k] * (U[:, k] @ (y - my)) / s[k]
    return w, my - np.sum(mx * w)


@right("least_squares", "loops for the means, pinv, returns a list")
def _(X, y):
    n = len(y)
    d = X.shape[1]
    means = np.zeros(d)
    for i in range(n):
        for j in range(d):
            means[j] += X[i, j] / n
    y_bar = sum(y) / n
    Xc = np.zeros((n, d))
    yc = np.zeros(n)
    for i in range(n):
        Xc[i] = X[i] - means
        yc[i] = y[i] - y_bar
    w = np.dot(np.linalg.pinv(Xc), yc)
    b = y_bar
    for j in range(d):
        b = b - means[j] * w[j]
    return [w, b]


@fragile("least_squares", "np.linalg.inv, fails on repeated columns")
def _(X, y):
    x_mean = X.mean(axis=0)
    y_mean = y.mean()
    Xc = X - x_mean
    yc = y - y_mean
    w = np.linalg.inv(Xc.T @ Xc) @ Xc.T @ yc
    return w, y_mean - x_mean @ w


@fragile("least_squares", "np.linalg.solve of the normal equations with ones")
def _(X, y):
    A = np.hstack([X, np.ones((X.shape[0], 1))])
    p = np.linalg.solve(A.T @ A, A.T @ y)
    return p[:-1], p[-1]


@wrong("least_squares", "pinv of X not centered")
def _(X, y):
    w = np.linalg.pinv(X) @ y
    b = y.mean() - X.mean(axis=0) @ w
    return w, b


@wrong("least_squares", "no bias: fit through the origin, b = 0")
def _(X, y):
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    return w, 0.0


@wrong("least_squares", "b is only the mean of y")
def _(X, y):
    Xc = X - X.mean(axis=0)
    w = np.linalg.pinv(Xc) @ (y - y.mean())
    return w, y.mean()


@wrong("least_squares", "sign of b")
def _(X, y):
    mx = X.mean(axis=0)
    w = np.linalg.pinv(X - mx) @ (y - y.mean())
    return w, mx @ w - y.mean()


@wrong("least_squares", "centers over axis 1 (keepdims)")
def _(X, y):
    Xc = X - X.mean(axis=1, keepdims=True)
    w = np.linalg.pinv(Xc) @ (y - y.mean())
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("least_squares", "one overall mean of X")
def _(X, y):
    m = np.mean(X)
    w = np.linalg.pinv(X - m) @ (y - y.mean())
    return w, y.mean() - m * w.sum()


@wrong("least_squares", "X centered, y not, b = 0")
def _(X, y):
    Xc = X - np.mean(X, axis=0)
    w = np.linalg.pinv(Xc) @ y
    return w, 0.0


@wrong("least_squares", "ridge term 0.1 hard-coded to avoid singularity")
def _(X, y):
    mx = X.mean(axis=0)
    Xc = X - mx
    w = np.linalg.solve(Xc.T @ Xc + 0.1 * np.eye(X.shape[1]), Xc.T @ (y - y.mean()))
    return w, y.mean() - mx @ w


@wrong("least_squares", "covariance with N - 1, variance with N")
def _(X, y):
    mx = X.mean(axis=0)
    Xc = X - mx
    n = len(y)
    cov_xy = Xc.T @ (y - y.mean()) / max(n - 1, 1)
    cov_xx = Xc.T @ Xc / n
    w = np.linalg.pinv(cov_xx, rcond=1e-10) @ cov_xy
    return w, y.mean() - mx @ w


@wrong("least_squares", "one feature at a time, ignores correlations")
def _(X, y):
    mx = X.mean(axis=0)
    my = y.mean()
    w = np.zeros(X.shape[1])
    for j in range(X.shape[1]):
        xc = X[:, j] - mx[j]
        if np.sum(xc**2) > 0:
            w[j] = np.sum(xc * (y - my)) / np.sum(xc**2)
    return w, my - mx @ w


@wrong("least_squares", "transpose forgotten, shapes do not match, raises")
def _(X, y):
    Xc = X - X.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.pinv(Xc).T @ yc
    return w, y.mean() - X.mean(axis=0) @ w


@wrong("least_squares", "centers X and y in place")
def _(X, y):
    mx = X.mean(axis=0)
    my = y.mean()
    X -= mx
    y -= my
    w = np.linalg.pinv(X) @ y
    return w, my - mx @ w


@wrong("least_squares", "w returned as column (D, 1)")
def _(X, y):
    mx = X.mean(axis=0)
    yc = (y - y.mean()).reshape(-1, 1)
    w = np.linalg.pinv(X - mx) @ yc
    return w, y.mean() - (mx @ w)[0]


@wrong("least_squares", "returns b, w swapped")
def _(X, y):
    mx = X.mean(axis=0)
    w = np.linalg.pinv(X - mx) @ (y - y.mean())
    b = y.mean() - mx @ w
    return b, w


@wrong("least_squares", "bias not split off, one vector returned")
def _(X, y):
    A = np.column_stack([X, np.ones(len(X))])
    return np.linalg.pinv(A) @ y


@wrong("least_squares", "100 gradient steps, not the minimum")
def _(X, y):
    w = np.zeros(X.shape[1])
    b = 0.0
    for _i in range(100):
        r = X @ w + b - y
        w = w - 0.01 * 2 * X.T @ r / len(y)
        b = b - 0.01 * 2 * r.mean()
    return w, b


@wrong("least_squares", "b from the first example only")
def _(X, y):
    w = np.linalg.pinv(X - X.mean(axis=0)) @ (y - y.mean())
    return w, y[0] - X[0] @ w


# cubic_gradient


@right("cubic_gradient", "formula in one line each")
def _(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx, df_dy


@right("cubic_gradient", "terms multiplied out, no powers")
def _(x, y):
    a = 30 * x * x * y * y
    b = 5 * y * y * y
    c = 20 * x * x * x * y
    d = 15 * x * y * y
    return (a + b + 4, c + d + 1)


@right("cubic_gradient", "np.power on float arrays")
def _(x, y):
    x = np.asarray(x).astype(float)
    y = np.asarray(y).astype(float)
    dx = 30 * np.power(x, 2) * np.power(y, 2) + 5 * np.power(y, 3) + 4 * np.ones_like(x)
    dy = 20 * np.power(x, 3) * y + 15 * x * np.power(y, 2) + np.ones_like(x)
    return dx, dy


@right("cubic_gradient", "loop over np.ndindex into np.zeros")
def _(x, y):
    xs = np.array(x)
    ys = np.array(y)
    df_dx = np.zeros(xs.shape)
    df_dy = np.zeros(xs.shape)
    for idx in np.ndindex(xs.shape):
        a = xs[idx]
        b = ys[idx]
        df_dx[idx] = 30 * a**2 * b**2 + 5 * b**3 + 4
        df_dy[idx] = 20 * a**3 * b + 15 * a * b**2 + 1
    return df_dx, df_dy


@right("cubic_gradient", "helper for numbers, flattened list comprehension")
def _(x, y):
    def at(a, b):
        return 10 * 3 * a**2 * b**2 + 5 * b**3 + 4, 10 * a**3 * 2 * b + 5 * a * 3 * b**2 + 1

    if np.ndim(x) == 0:
        return at(x, y)
    both = [at(a, b) for a, b in zip(x.flatten(), y.flatten())]
    df_dx = np.array([p[0] for p in both]).reshape(x.shape)
    df_dy = np.array([p[1] for p in both]).reshape(x.shape)
    return df_dx, df_dy


@right("cubic_gradient", "factored out, returns a list")
def _(x, y):
    df_dx = y**2 * (30 * x**2 + 5 * y) + 4
    df_dy = 5 * x * y * (4 * x**2 + 3 * y) + 1
    return [df_dx, df_dy]


@fragile("cubic_gradient", "divides by x and y, nan at zero")
def _(x, y):
    first = 10 * x**3 * y**2
    second = 5 * x * y**3
    df_dx = 3 * first / x + second / x + 4
    df_dy = 2 * first / y + 3 * second / y + 1
    return df_dx, df_dy


@fragile("cubic_gradient", "np.zeros_like(x) then +=, raises for integer x, float y")
def _(x, y):
    df_dx = np.zeros_like(x)
    df_dy = np.zeros_like(x)
    df_dx += 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy += 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "constants 4 and 1 forgotten")
def _(x, y):
    return 30 * x**2 * y**2 + 5 * y**3, 20 * x**3 * y + 15 * x * y**2


@wrong("cubic_gradient", "returns df_dy, df_dx swapped")
def _(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dy, df_dx


@wrong("cubic_gradient", "product rule: y differentiated as well")
def _(x, y):
    df_dx = 30 * x**2 * 2 * y + 5 * 3 * y**2 + 4
    df_dy = 30 * x**2 * 2 * y + 5 * 3 * y**2 + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "keeps the x in 5 x y^3")
def _(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * x * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "exponent of x not lowered")
def _(x, y):
    df_dx = 30 * x**3 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "4 x kept in place of 4")
def _(x, y):
    return 30 * x**2 * y**2 + 5 * y**3 + 4 * x, 20 * x**3 * y + 15 * x * y**2 + y


@wrong("cubic_gradient", "^ for **, raises on floats")
def _(x, y):
    df_dx = 30 * x ^ 2 * y ^ 2 + 5 * y ^ 3 + 4
    df_dy = 20 * x ^ 3 * y + 15 * x * y ^ 2 + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "exponent 3 not multiplied in: 10 x^2 y^2")
def _(x, y):
    return 10 * x**2 * y**2 + 5 * y**3 + 4, 10 * x**3 * y + 5 * x * y**2 + 1


@wrong("cubic_gradient", "y of the 20 x^3 y term forgotten")
def _(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 + 15 * x * y**2 + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "forward difference with h = 0.01")
def _(x, y):
    def f(x, y):
        return 10 * x**3 * y**2 + 5 * x * y**3 + 4 * x + y

    h = 0.01
    return (f(x + h, y) - f(x, y)) / h, (f(x, y + h) - f(x, y)) / h


@wrong("cubic_gradient", "sum of both partial derivatives")
def _(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx + df_dy


@wrong("cubic_gradient", "math.pow, raises on arrays")
def _(x, y):
    df_dx = 30 * math.pow(x, 2) * math.pow(y, 2) + 5 * math.pow(y, 3) + 4
    df_dy = 20 * math.pow(x, 3) * y + 15 * x * math.pow(y, 2) + 1
    return df_dx, df_dy


@wrong("cubic_gradient", "summed over the array's entries")
def _(x, y):
    df_dx = np.sum(30 * x**2 * y**2 + 5 * y**3 + 4)
    df_dy = np.sum(20 * x**3 * y + 15 * x * y**2 + 1)
    return df_dx, df_dy


@wrong("cubic_gradient", "missing return")
def _(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    (df_dx, df_dy)


# bowl_gradient


@right("bowl_gradient", "8 * x, 2 * y")
def _(x, y):
    return 8 * x, 2 * y


@right("bowl_gradient", "power rule written out with np.power")
def _(x, y):
    x = np.asarray(x, dtype=float)
    y = np.asarray(y, dtype=float)
    df_dx = 4 * 2 * np.power(x, 1)
    df_dy = 2 * np.power(y, 1)
    return df_dx, df_dy


@right("bowl_gradient", "np.zeros filled over np.ndindex")
def _(x, y):
    x = np.array(x)
    y = np.array(y)
    gx = np.zeros(x.shape)
    gy = np.zeros(y.shape)
    for i in np.ndindex(x.shape):
        gx[i] = 8 * x[i]
        gy[i] = 2 * y[i]
    return gx, gy


@right("bowl_gradient", "copies multiplied in place")
def _(x, y):
    df_dx = np.array(x).astype(float)
    df_dy = np.array(y).astype(float)
    df_dx *= 8
    df_dy *= 2
    return df_dx, df_dy


@right("bowl_gradient", "diagonal Hessian times stacked point, one array")
def _(x, y):
    H = np.array([[8.0, 0.0], [0.0, 2.0]])
    point = np.stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)])
    return np.einsum("ij,j...->i...", H, point)


@right("bowl_gradient", "sums of x and y, returns a list")
def _(x, y):
    slope_x = x + x + x + x + x + x + x + x
    slope_y = y + y
    return [slope_x, slope_y]


@fragile("bowl_gradient", "2 f / x, nan at zero")
def _(x, y):
    df_dx = 2 * (4 * x**2) / x
    df_dy = 2 * y**2 / y
    return df_dx, df_dy


@wrong("bowl_gradient", "2 x: factor 4 forgotten")
def _(x, y):
    return 2 * x, 2 * y


@wrong("bowl_gradient", "4 x: factor 2 forgotten")
def _(x, y):
    return 4 * x, y


@wrong("bowl_gradient", "swapped order")
def _(x, y):
    return 2 * y, 8 * x


@wrong("bowl_gradient", "coefficients exchanged between x and y")
def _(x, y):
    return 2 * x, 8 * y


@wrong("bowl_gradient", "exponents not lowered")
def _(x, y):
    return 8 * x**2, 2 * y**2


@wrong("bowl_gradient", "negative gradient, downhill direction")
def _(x, y):
    return -8 * x, -2 * y


@wrong("bowl_gradient", "the value of the terms, not derivatives")
def _(x, y):
    return 4 * x**2, y**2


@wrong("bowl_gradient", "x *= 8 changes the caller's arrays")
def _(x, y):
    x *= 8
    y *= 2
    return x, y


@wrong("bowl_gradient", "sums both into one number")
def _(x, y):
    return 8 * x + 2 * y


@wrong("bowl_gradient", "normalised to unit length")
def _(x, y):
    gx, gy = 8 * x, 2 * y
    length = np.sqrt(gx**2 + gy**2)
    return gx / length, gy / length


@wrong("bowl_gradient", "loop over len(x), raises on numbers")
def _(x, y):
    gx = []
    gy = []
    for i in range(len(x)):
        gx.append(8 * x[i])
        gy.append(2 * y[i])
    return np.array(gx), np.array(gy)


@wrong("bowl_gradient", "hard-coded values at (1, 1)")
def _(x, y):
    return 8.0, 2.0


@wrong("bowl_gradient", "second derivatives, constant arrays")
def _(x, y):
    return 8 * np.ones(np.shape(x)), 2 * np.ones(np.shape(y))


@wrong("bowl_gradient", "flattens the arrays")
def _(x, y):
    return 8 * np.ravel(x), 2 * np.ravel(y)


# numerical_gradient


@right("numerical_gradient", "np.ndindex, fresh copies for either side")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        plus = x.copy()
        minus = x.copy()
        plus[idx] += h
        minus[idx] -= h
        grad[idx] = (f(plus) - f(minus)) / (2 * h)
    return grad


@right("numerical_gradient", "flattened list, reshaped for each call")
def _(f, x, h=1e-05):
    shape = np.shape(x)
    flat = np.array(x, dtype=float).flatten()
    out = []
    for i in range(len(flat)):
        up = flat.copy()
        up[i] = up[i] + h
        down = flat.copy()
        down[i] = down[i] - h
        out.append((f(up.reshape(shape)) - f(down.reshape(shape))) / (2 * h))
    return np.array(out, dtype=float).reshape(shape)


@right("numerical_gradient", "rows of h * np.eye as steps")
def _(f, x, h=1e-05):
    x = np.asarray(x, dtype=float)
    steps = h * np.eye(x.size)
    g = np.zeros(x.size)
    for k in range(x.size):
        e = steps[k].reshape(x.shape)
        g[k] = (f(x + e) - f(x - e)) / (2 * h)
    return g.reshape(x.shape)


@right("numerical_gradient", "one working copy, entry put back")
def _(f, x, h=1e-05):
    work = np.array(x).astype(np.float64)
    grad = np.zeros_like(work)
    for idx, value in np.ndenumerate(work.copy()):
        work[idx] = value + h
        f_plus = f(work)
        work[idx] = value - h
        f_minus = f(work)
        work[idx] = value
        grad[idx] = (f_plus - f_minus) / (2 * h)
    return grad


@right("numerical_gradient", "result cast back to x's floating dtype")
def _(f, x, h=1e-05):
    original = np.asarray(x)
    if np.issubdtype(original.dtype, np.floating):
        out_dtype = original.dtype
    else:
        out_dtype = np.float64
    x64 = original.astype(np.float64)
    grad = np.empty(x64.shape, dtype=np.float64)
    for index in np.ndindex(*x64.shape):
        step = np.zeros(x64.shape)
        step[index] = h
        grad[index] = (f(np.array(x64 + step)) - f(np.array(x64 - step))) / (2 * h)
    return grad.astype(out_dtype)


@right("numerical_gradient", "unravel_index, lists of upper and lower values")
def _(f, x, h=1e-05):
    point = np.array(x, dtype="float64")
    n = point.size
    highs = []
    lows = []
    for i in range(n):
        where = np.unravel_index(i, point.shape) if point.ndim > 0 else ()
        a = np.array(point)
        a[where] = a[where] + h
        highs.append(float(f(a)))
        c = np.array(point)
        c[where] = c[where] - h
        lows.append(float(f(c)))
    diff = np.array(highs) - np.array(lows)
    return (diff / (2.0 * h)).reshape(point.shape)


@fragile("numerical_gradient", "ravel view of astype copy, fails on transposed x")
def _(f, x, h=1e-05):
    x = np.array(x).astype(float)
    flat = x.ravel()
    grad = np.zeros(flat.shape)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + h
        fp = f(x)
        flat[i] = old - h
        fm = f(x)
        flat[i] = old
        grad[i] = (fp - fm) / (2 * h)
    return grad.reshape(x.shape)


@fragile("numerical_gradient", "np.nditer, raises on empty x")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        xp = x.copy()
        xm = x.copy()
        xp[ix] += h
        xm[ix] -= h
        grad[ix] = (f(xp) - f(xm)) / (2 * h)
        it.iternext()
    return grad


@wrong("numerical_gradient", "forward difference")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    fx = f(x.copy())
    for idx in np.ndindex(x.shape):
        xp = x.copy()
        xp[idx] += h
        grad[idx] = (f(xp) - fx) / h
    return grad


@wrong("numerical_gradient", "divides by h, not 2 h")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / h
    return grad


@wrong("numerical_gradient", "precedence: / 2 * h")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / 2 * h
    return grad


@wrong("numerical_gradient", "writes into the caller's x, then restores it")
def _(f, x, h=1e-05):
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        old = x[idx]
        x[idx] = old + h
        fp = f(x)
        x[idx] = old - h
        fm = f(x)
        x[idx] = old
        grad[idx] = (fp - fm) / (2 * h)
    return grad


@wrong("numerical_gradient", "copy keeps the integer dtype")
def _(f, x, h=1e-05):
    x = np.array(x)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] = xp[idx] + h
        xm[idx] = xm[idx] - h
        grad[idx] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "computes in float32 for float32 x")
def _(f, x, h=1e-05):
    x = np.array(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    grad = np.zeros_like(x)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "all entries shifted at once")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return slope * np.ones(x.shape)


@wrong("numerical_gradient", "range(len(x)): only vectors, raises on numbers")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(len(x))
    for i in range(len(x)):
        xp, xm = x.copy(), x.copy()
        xp[i] += h
        xm[i] -= h
        grad[i] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "steps whole rows of a matrix")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    if x.ndim == 0:
        return (f(x + h) - f(x - h)) / (2 * h)
    grad = np.zeros(x.shape)
    for i in range(x.shape[0]):
        xp, xm = x.copy(), x.copy()
        xp[i] += h
        xm[i] -= h
        grad[i] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "result left flat")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.size)
    for k, idx in enumerate(np.ndindex(x.shape)):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[k] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "f is given the flattened point")
def _(f, x, h=1e-05):
    flat = np.array(x, dtype=float).flatten()
    grad = np.zeros(flat.size)
    for i in range(flat.size):
        e = np.zeros(flat.size)
        e[i] = h
        grad[i] = (f(flat + e) - f(flat - e)) / (2 * h)
    return grad.reshape(np.shape(x))


@wrong("numerical_gradient", "h ignored, 1e-5 hard-coded")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    eps = 1e-5
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += eps
        xm[idx] -= eps
        grad[idx] = (f(xp) - f(xm)) / (2 * eps)
    return grad


@wrong("numerical_gradient", "earlier entries stay shifted")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    xp = x.copy()
    xm = x.copy()
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "nan replaced by 0")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / (2 * h)
    return np.nan_to_num(grad)


@wrong("numerical_gradient", "sign: minus side first")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xm) - f(xp)) / (2 * h)
    return grad


@wrong("numerical_gradient", "scipy approx_fprime: forward, flat vectors only")
def _(f, x, h=1e-05):
    return scipy.optimize.approx_fprime(np.array(x, dtype=float), f, h)


@wrong("numerical_gradient", "no copy: plus and minus are the same array")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp = x
        xm = x
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("numerical_gradient", "returns after the first entry")
def _(f, x, h=1e-05):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        xp, xm = x.copy(), x.copy()
        xp[idx] += h
        xm[idx] -= h
        grad[idx] = (f(xp) - f(xm)) / (2 * h)
        return grad
    return grad
