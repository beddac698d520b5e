"""Chapter 2: from features of a text to a probability, a label, and a judgement of the labels."""

from __future__ import annotations

from collections.abc import Sequence

import array_api_compat
import numpy as np

from .backend import Array, array_namespace, as_float, like, require_data_shapes, require_number, require_same_shape
from .gradient_descent import sgd


def naive_bayes_fit(X: Array, y: Array, alpha: float = 1.0) -> tuple[Array, Array]:
    """Return the log prior and the log likelihoods of multinomial Naive Bayes.

    Args:
        X: (N, D) counts, one text per row, one word per column.
        y: (N,) labels, 0 or 1; each of the two occurs.
        alpha: Laplace smoothing, > 0: what is added to the count of every word in every class.

    Returns:
        log_prior: (2,) logarithm of each class's share of the texts.
        log_likelihood: (2, D) logarithm of word j's share of the words in the texts of class c, after smoothing.
    Raises: ValueError if the shapes do not fit together, or a class has no text.

    Example: "fun fun dull" has class 1, "dull" class 0. Fun and dull, smoothed: 1 and 2 in class 0, 3 and 2 in 1.
        >>> log_prior, log_likelihood = naive_bayes_fit(np.array([[2, 1], [0, 1]]), np.array([1, 0]))
        >>> np.exp(log_prior).round(3).tolist(), np.exp(log_likelihood).round(3).tolist()
        ([0.5, 0.5], [[0.333, 0.667], [0.6, 0.4]])

    Source: Jurafsky and Martin, Speech and Language Processing, chapter on Naive Bayes.
    """
    require_data_shapes(X, y)
    X = as_float(X)
    y = like(y, X)
    xp = array_namespace(X, y)
    in_class = xp.stack([1 - y, y])
    texts = xp.sum(in_class, axis=1)
    if not xp.all(texts > 0):  # the logarithm of its share would be minus infinity
        raise ValueError(f"each class needs a text: classes 0 and 1 have {int(texts[0])} and {int(texts[1])}")
    counts = in_class @ X + alpha
    log_likelihood = xp.log(counts / xp.sum(counts, axis=1, keepdims=True))
    return xp.log(texts / X.shape[0]), log_likelihood


def naive_bayes_predict(log_prior: Array, log_likelihood: Array, X: Array) -> Array:
    """Return the class of each text that is most probable under Naive Bayes.

    Args:
        log_prior: (2,) logarithm of each class's probability.
        log_likelihood: (2, D) logarithm of each word's probability in each class.
        X: (N, D) counts, one text per row.

    Returns: (N,) labels, integers 0 or 1; of two equally probable classes it is 0.
    Raises: ValueError if the shapes do not fit together.

    Example: the second word is twice as frequent in class 1.
        >>> naive_bayes_predict(np.log([0.5, 0.5]), np.log([[0.8, 0.2], [0.6, 0.4]]), np.eye(2)).tolist()
        [0, 1]
    """
    if X.ndim != 2 or log_prior.shape != (2,) or log_likelihood.shape != (2, X.shape[1]):
        shapes = f"log_prior {log_prior.shape}, log_likelihood {log_likelihood.shape}, X {X.shape}"
        raise ValueError(f"expected log_prior (2,), log_likelihood (2, D), X (N, D); got {shapes}")
    xp = array_namespace(log_prior, log_likelihood, X)
    log_joint = log_prior + like(X, log_likelihood) @ log_likelihood.T
    return xp.argmax(log_joint, axis=1)  # the first of equals


def sentiment_features(tokens: Sequence[str], positive: set[str], negative: set[str]) -> np.ndarray:
    """Return six numbers that tell how a text feels. Capital and small letters count as the same.

    Args:
        tokens: the words and marks of the text, at least one.
        positive, negative: words in small letters.

    Returns: (6,) in this order: how many tokens are positive; how many are negative; 1 if "no" is a token, else 0; how
        many are pronouns of the first or second person (i, me, my, mine, we, us, our, ours, you, your, yours); 1 if "!"
        is a token, else 0; the natural logarithm of the number of tokens.
    Raises: ValueError if there are no tokens.

    Example:
        >>> sentiment_features(["My", "best", "trip", "!"], {"best", "good"}, {"bad"}).round(2).tolist()
        [1.0, 0.0, 0.0, 1.0, 1.0, 1.39]

    Source: Jurafsky and Martin, Speech and Language Processing, chapter on logistic regression.
    """
    if len(tokens) == 0:
        raise ValueError("a text needs at least one token")
    words = [token.lower() for token in tokens]
    in_positive = sum(word in positive for word in words)
    in_negative = sum(word in negative for word in words)
    first_or_second = {"i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"}
    pronouns = sum(word in first_or_second for word in words)
    return np.array([in_positive, in_negative, "no" in words, pronouns, "!" in words, np.log(len(words))])


def period_features(tokens: Sequence[str], i: int, abbreviations: set[str]) -> np.ndarray:
    """Return three numbers that tell whether the period at the end of token i ends a sentence.

    Args:
        tokens: the words of the text, each with the period that follows it.
        i: index of the token whose period is meant, from 0.
        abbreviations: known ones in small letters, with their period, such as "st.".

    Returns: (3,) in this order, each 1 or 0: the word has no capital letter, and at least one small one; the token is
        one of the abbreviations (in capital or small letters); the token is "St." and the one before it starts with a
        capital letter.
    Raises: ValueError if there is no token i, or no period at its end.

    Example: no sentence ends with the address here.
        >>> period_features(["465", "Main", "St.", "is", "closed."], 2, {"st.", "dr."}).tolist()
        [0.0, 1.0, 1.0]

    Source: Jurafsky and Martin, Speech and Language Processing, chapter on logistic regression.
    """
    if not 0 <= i < len(tokens):
        raise ValueError(f"there is no token {i}: the text has {len(tokens)} tokens")
    token = tokens[i]
    if not token.endswith("."):
        raise ValueError(f"token {i} does not end with a period: {token!r}")
    street = token == "St." and i > 0 and tokens[i - 1][:1].isupper()
    return np.array([token.islower(), token.lower() in abbreviations, street], dtype=np.float64)


def sigmoid(z: Array) -> Array:
    """Return the sigmoid of each score: 1 / (1 + exp(-z)), a number between 0 and 1.

    Args:
        z: scores, a number or an array of any shape and size of scores: +-1000 is fine.

    Returns: an array of z's shape.

    Example: at 0 it is one half, and sigmoid(-z) = 1 - sigmoid(z).
        >>> sigmoid(np.array([0.0, 0.833, -0.833, -1000.0])).round(3).tolist()
        [0.5, 0.697, 0.303, 0.0]

    Source: Verhulst (1838); Hastie et al., The Elements of Statistical Learning, section 4.4.
    """
    z = as_float(z)
    xp = array_namespace(z)
    small = xp.exp(-xp.abs(z))  # never above 1: exp(1000) would overflow
    return xp.where(z >= 0, 1 / (1 + small), small / (1 + small))


def log_sigmoid(z: Array) -> Array:
    """Return the natural logarithm of the sigmoid of each score: -log(1 + exp(-z)), a number below 0.

    Args:
        z: scores, a number or an array of any shape and size of scores: +-1000 is fine.

    Returns: an array of z's shape.

    Example: far below 0 the logarithm of the sigmoid is the score itself.
        >>> log_sigmoid(np.array([0.0, 3.0, -1000.0])).round(4).tolist()
        [-0.6931, -0.0486, -1000.0]

    Source: Maechler, Accurately Computing log(1 - exp(-|a|)), vignette of the R package Rmpfr (2012).
    """
    z = as_float(z)
    xp = array_namespace(z)
    return xp.minimum(z, 0) - xp.log1p(xp.exp(-xp.abs(z)))


def _scores(w: Array, b: float, X: Array) -> Array:
    if X.ndim != 2 or w.shape != X.shape[1:]:
        raise ValueError(f"expected w (D,), X (N, D); got w {w.shape}, X {X.shape}")
    require_number(b=b)
    return as_float(X) @ as_float(w) + b


def predict_proba(w: Array, b: float, X: Array) -> Array:
    """Return the probability of class 1 for each example: sigmoid(w.x + b).

    Args:
        w: (D,) weights.
        b: bias, one number.
        X: (N, D) inputs, one example per row.

    Returns: (N,) probabilities.
    Raises: ValueError if the shapes do not fit together.

    Example: the scores are 0 and 2.
        >>> predict_proba(np.array([1.0, -1.0]), 0.0, np.array([[3.0, 3.0], [3.0, 1.0]])).round(3).tolist()
        [0.5, 0.881]

    Source: Cox (1958); Hastie et al., The Elements of Statistical Learning, section 4.4.
    """
    return sigmoid(_scores(w, b, X))


def predict(w: Array, b: float, X: Array) -> Array:
    """Return the class of each example: 1 where its score w.x + b is above 0, so its probability above 1/2.

    Args:
        w: (D,) weights.
        b: bias, one number.
        X: (N, D) inputs, one example per row.

    Returns: (N,) labels, integers 0 or 1; on the boundary, where the score is exactly 0, it is 0.
    Raises: ValueError if the shapes do not fit together.

    Example: the scores are 0 and 2.
        >>> predict(np.array([1.0, -1.0]), 0.0, np.array([[3.0, 3.0], [3.0, 1.0]])).tolist()
        [0, 1]
    """
    scores = _scores(w, b, X)
    xp = array_namespace(scores)
    return xp.astype(scores > 0, xp.int64)


def _times_log(weight: Array, log_p: Array) -> Array:
    """Return weight * log_p, but 0 where the weight is 0: there a probability of 0 costs nothing."""
    xp = array_namespace(log_p)
    return weight * xp.where(weight == 0, xp.zeros_like(log_p), log_p)


def bernoulli_log_likelihood(p: Array, outcomes: Array) -> Array:
    """Return the log likelihood of a coin: the sum of o log(p) + (1 - o) log(1 - p) over the outcomes o.

    Args:
        p: probability of the outcome 1, in [0, 1]: one number, or an array of them, of any shape.
        outcomes: (N,) what was seen, 0 or 1; every p is judged on all of them.

    Returns: p's shape. 0 log 0 counts as 0: it is minus infinity only where p calls impossible what was seen.
    Raises: ValueError if outcomes is not one-dimensional.

    Example: three heads and one tail are likelier from a coin with p = 3/4 than from a fair one.
        >>> bernoulli_log_likelihood(np.array([0.5, 0.75, 1.0]), np.array([1, 1, 1, 0])).round(3).tolist()
        [-2.773, -2.249, -inf]

    Source: Fisher (1922); Bishop, Pattern Recognition and Machine Learning, section 2.1.
    """
    if outcomes.ndim != 1:
        raise ValueError(f"outcomes must have the shape (N,), got {outcomes.shape}")
    p = as_float(p) if array_api_compat.is_array_api_obj(p) else like(p, as_float(outcomes))
    outcomes = like(outcomes, p)
    xp = array_namespace(p, outcomes)
    with np.errstate(divide="ignore"):  # log(0) is minus infinity, as it should be
        return _times_log(xp.sum(outcomes), xp.log(p)) + _times_log(xp.sum(1 - outcomes), xp.log1p(-p))


def binary_cross_entropy(y_hat: Array, y: Array) -> Array:
    """Return the cross-entropy loss of each probability: -[y log(y_hat) + (1 - y) log(1 - y_hat)].

    Args:
        y_hat: (N,) probabilities of class 1, in [0, 1].
        y: (N,) true labels, 0 or 1.

    Returns: (N,) losses >= 0. 0 log 0 counts as 0: a loss is exactly 0 where y_hat = y, infinite where y_hat = 1 - y.
    Raises: ValueError if the shapes differ.

    Example: to say 0.7 is cheap if the label is 1, and dear if it is 0.
        >>> binary_cross_entropy(np.array([0.7, 0.7, 0.0]), np.array([1, 0, 1])).round(2).tolist()
        [0.36, 1.2, inf]

    Source: Good (1952); Bishop, Pattern Recognition and Machine Learning, section 4.3.2.
    """
    require_same_shape(y_hat=y_hat, y=y)
    y_hat = as_float(y_hat)
    y = like(y, y_hat)
    xp = array_namespace(y_hat, y)
    with np.errstate(divide="ignore"):  # log(0) is minus infinity, as it should be
        return -(_times_log(y, xp.log(y_hat)) + _times_log(1 - y, xp.log1p(-y_hat)))


def logistic_loss(w: Array, b: float, X: Array, y: Array) -> tuple[Array, Array, Array]:
    """Return the mean cross-entropy of the model sigmoid(X w + b), and its gradients.

    It is computed from the scores, not from the probabilities: finite for every finite score.

    Args:
        w: (D,) weights.
        b: bias, one number.
        X: (N, D) inputs, one example per row.
        y: (N,) true labels, 0 or 1.

    Returns:
        loss: the mean of -[y log(sigmoid(z)) + (1 - y) log(sigmoid(-z))] over the examples, with z = X w + b.
        grad_w, grad_b: (D,) gradient with respect to w, and the derivative with respect to b, one number.
    Raises: ValueError if the shapes do not fit together.

    Example: with all weights 0 the model says 1/2, so the gradient is (1/2 - 1) x and 1/2 - 1.
        >>> loss, grad_w, grad_b = logistic_loss(np.zeros(2), 0.0, np.array([[3.0, 2.0]]), np.ones(1))
        >>> round(float(loss), 4), grad_w.tolist(), float(grad_b)
        (0.6931, [-1.5, -1.0], -0.5)

    Source: Hastie et al., The Elements of Statistical Learning, section 4.4.1.
    """
    z = _scores(w, b, X)
    require_same_shape(scores=z, y=y)
    y = like(y, z)
    xp = array_namespace(z, y)
    loss = -xp.mean(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z))
    residual = sigmoid(z) - y
    return loss, as_float(X).T @ residual / X.shape[0], xp.mean(residual)


def train_logistic_regression(
    X: Array,
    y: Array,
    *,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
    tol: float = 0.0,
) -> tuple[Array, Array, Array]:
    """Return the weights and the bias after stochastic gradient descent from zeros, and the loss of each mini-batch.

    Args:
        X: (N, D) inputs, one example per row.
        y: (N,) true labels, 0 or 1.
        learning_rate: step size, > 0.
        batch_size: examples per step, >= 1.
        epochs: how often to go through the data at most, >= 1.
        rng: source of randomness; it shuffles the examples anew in every epoch.
        tol: stop after an epoch where the norm of the gradient over all the data, (grad_w, grad_b), is below this.

    Returns:
        w, b: (D,) weights, and the bias, one number.
        losses: (steps,) each mini-batch's loss, before its step.
    Raises: ValueError if the shapes do not fit together, or batch_size is smaller than 1.

    Example: one example and one step of rate 0.1 along the gradient (-1.5, -1, -0.5).
        >>> w, b, losses = train_logistic_regression(np.array([[3.0, 2.0]]), np.array([1]), learning_rate=0.1,
        ...                                          batch_size=1, epochs=1, rng=np.random.default_rng(0))
        >>> w.round(3).tolist(), round(float(b), 3), losses.round(4).tolist()
        ([0.15, 0.1], 0.05, [0.6931])

    Source: Robbins and Monro (1951); Bottou et al., SIAM Review 60 (2018).
    """
    require_data_shapes(X, y)
    X = as_float(X)
    xp = array_namespace(X, y)

    def loss_and_grad(theta: Array, X: Array, y: Array) -> tuple[Array, Array]:
        loss, grad_w, grad_b = logistic_loss(theta[:-1], theta[-1], X, y)
        return loss, xp.concat([grad_w, xp.reshape(grad_b, (1,))])

    theta = xp.zeros(X.shape[1] + 1, dtype=X.dtype, device=array_api_compat.device(X))
    losses = []
    for _ in range(epochs):
        theta, epoch_losses = sgd(
            loss_and_grad, theta, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=1, rng=rng
        )
        losses.append(epoch_losses)
        if tol > 0 and xp.linalg.vector_norm(loss_and_grad(theta, X, y)[1]) < tol:
            break
    return theta[:-1], theta[-1], xp.concat(losses)


def accuracy(y_hat: Array, y: Array) -> float:
    """Return the share of the examples that are given their true label.

    Args:
        y_hat: (N,) predicted labels, N >= 1.
        y: (N,) true labels.

    Returns: a number between 0 and 1.
    Raises: ValueError if the shapes differ.

    Example:
        >>> accuracy(np.array([1, 0, 1, 1]), np.array([1, 0, 0, 1]))
        0.75
    """
    require_same_shape(y_hat=y_hat, y=y)
    y_hat, y = as_float(y_hat), as_float(y)
    xp = array_namespace(y_hat, y)
    return float(xp.mean(xp.astype(y_hat == y, xp.float64)))


def precision_recall_f1(y_hat: Array, y: Array) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the predicted labels, for class 1.

    Args:
        y_hat: (N,) predicted labels, 0 or 1.
        y: (N,) true labels, 0 or 1.

    Returns:
        precision: the share of the predicted ones that are right; 0 if nothing is predicted to be 1.
        recall: the share of the true ones that are found; 0 if there are none.
        f1: their harmonic mean, 2 precision recall / (precision + recall); 0 if both are 0.
    Raises: ValueError if the shapes differ.

    Example: two ones are predicted, one of them is right, and three true ones are missed.
        >>> precision_recall_f1(np.array([1, 1, 0, 0, 0]), np.array([1, 0, 1, 1, 1]))
        (0.5, 0.25, 0.3333333333333333)

    Source: van Rijsbergen, Information Retrieval (1979), chapter 7.
    """
    require_same_shape(y_hat=y_hat, y=y)
    y_hat, y = as_float(y_hat), as_float(y)
    xp = array_namespace(y_hat, y)
    right, predicted, true = float(xp.sum(y_hat * y)), float(xp.sum(y_hat)), float(xp.sum(y))
    precision = right / predicted if predicted else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * right / (predicted + true) if right else 0.0
    return precision, recall, f1
