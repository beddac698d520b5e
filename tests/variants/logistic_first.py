"""Answers to the first half of the chapter on logistic regression, written from the page alone."""

import math
from collections import Counter

import numpy as np
from scipy import special

from tests.variants import fragile, right, wrong

PRONOUNS = ["i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"]


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


# naive_bayes_fit


@right("naive_bayes_fit", "loops over texts and words into np.zeros")
def _(X, y, alpha=1.0):
    N, D = X.shape
    counts = np.zeros((2, D))
    texts = np.zeros(2)
    for i in range(N):
        c = int(y[i])
        texts[c] += 1
        for j in range(D):
            counts[c, j] += X[i, j]
    log_prior = np.zeros(2)
    log_likelihood = np.zeros((2, D))
    for c in range(2):
        log_prior[c] = np.log(texts[c] / N)
        total = 0
        for j in range(D):
            total += counts[c, j] + alpha
        for j in range(D):
            log_likelihood[c, j] = np.log((counts[c, j] + alpha) / total)
    return log_prior, log_likelihood


@right("naive_bayes_fit", "boolean masks, np.stack, keepdims")
def _(X, y, alpha=1.0):
    counts = np.stack([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    log_likelihood = np.log(counts / counts.sum(axis=1, keepdims=True))
    log_prior = np.log(np.array([np.mean(y == 0), np.mean(y == 1)]))
    return log_prior, log_likelihood


@right("naive_bayes_fit", "one-hot matrix and einsum, difference of logs")
def _(X, y, alpha=1.0):
    one_hot = np.eye(2)[np.asarray(y).astype(int)]
    smoothed = np.einsum("nc,nd->cd", one_hot, X) + alpha
    log_prior = np.log(one_hot.sum(axis=0)) - np.log(len(y))
    log_likelihood = np.log(smoothed) - np.log(np.sum(smoothed, axis=1))[:, None]
    return log_prior, log_likelihood


@right("naive_bayes_fit", "pure Python lists, np.array at the end")
def _(X, y, alpha=1.0):
    rows = [list(row) for row in X]
    labels = list(y)
    D = len(rows[0])
    log_prior = []
    log_likelihood = []
    for c in [0, 1]:
        mine = [rows[k] for k in range(len(rows)) if labels[k] == c]
        log_prior.append(math.log(len(mine) / len(rows)))
        words = []
        for j in range(D):
            words.append(float(sum(float(r[j]) for r in mine)) + alpha)
        log_likelihood.append([math.log(w / sum(words)) for w in words])
    return np.array(log_prior), np.array(log_likelihood)


@right("naive_bayes_fit", "denominator as words plus alpha times D")
def _(X, y, alpha=1.0):
    y = np.array(y).copy()
    D = X.shape[1]
    N1 = np.sum(y)
    N0 = len(y) - N1
    log_prior = np.log([N0 / len(y), N1 / len(y)])
    # multiply with y to switch the other class off
    n1 = (X.astype(float) * y[:, np.newaxis]).sum(0)
    n0 = X.sum(0) - n1
    p0 = (n0 + alpha) / (n0.sum() + alpha * D)
    p1 = (n1 + alpha) / (n1.sum() + alpha * D)
    return log_prior, np.log(np.vstack((p0, p1)))


@right("naive_bayes_fit", "tuple of plain lists instead of arrays")
def _(X, y, alpha=1.0):
    prior = []
    likelihood = []
    for c in (0, 1):
        X_c = X[np.where(y == c)[0]]
        prior.append(np.log(len(X_c) / len(X)))
        n = np.full(X.shape[1], float(alpha))
        for text in X_c:
            n = n + text
        likelihood.append(list(np.log(n / n.sum())))
    return prior, likelihood


@wrong("naive_bayes_fit", "alpha ignored, always adds 1")
def _(X, y, alpha=1.0):
    counts = np.array([X[y == c].sum(axis=0) + 1 for c in (0, 1)])
    log_prior = np.log(np.array([(y == 0).mean(), (y == 1).mean()]))
    return log_prior, np.log(counts / counts.sum(axis=1, keepdims=True))


@wrong("naive_bayes_fit", "alpha missing in the denominator")
def _(X, y, alpha=1.0):
    log_prior = np.zeros(2)
    log_likelihood = np.zeros((2, X.shape[1]))
    for c in range(2):
        n = X[y == c].sum(axis=0)
        log_prior[c] = np.log(np.sum(y == c) / len(y))
        log_likelihood[c] = np.log((n + alpha) / (n.sum() + 1e-12))
    return log_prior, log_likelihood


@wrong("naive_bayes_fit", "alpha added once, not D times, to the denominator")
def _(X, y, alpha=1.0):
    log_prior = np.zeros(2)
    log_likelihood = np.zeros((2, X.shape[1]))
    for c in range(2):
        n = X[y == c].sum(axis=0)
        log_prior[c] = np.log(np.sum(y == c) / len(y))
        log_likelihood[c] = np.log((n + alpha) / (n.sum() + alpha))
    return log_prior, log_likelihood


@wrong("naive_bayes_fit", "adds alpha to every text, not to every class")
def _(X, y, alpha=1.0):
    X = X + alpha
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)])
    log_prior = np.log(np.array([np.mean(y == 0), np.mean(y == 1)]))
    return log_prior, np.log(counts / counts.sum(axis=1, keepdims=True))


@wrong("naive_bayes_fit", "normalises over the classes (wrong axis)")
def _(X, y, alpha=1.0):
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    log_prior = np.log(np.array([np.mean(y == 0), np.mean(y == 1)]))
    return log_prior, np.log(counts / counts.sum(axis=0))


@wrong("naive_bayes_fit", "divides by the words of both classes together")
def _(X, y, alpha=1.0):
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    log_prior = np.log(np.array([np.mean(y == 0), np.mean(y == 1)]))
    return log_prior, np.log(counts / counts.sum())


@wrong("naive_bayes_fit", "prior from the words instead of the texts")
def _(X, y, alpha=1.0):
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)])
    log_prior = np.log((counts.sum(axis=1) + 1e-12) / (counts.sum() + 1e-12))
    counts = counts + alpha
    return log_prior, np.log(counts / counts.sum(axis=1, keepdims=True))


@wrong("naive_bayes_fit", "smooths the prior as well")
def _(X, y, alpha=1.0):
    n_texts = np.array([np.sum(y == 0), np.sum(y == 1)]) + alpha
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    return np.log(n_texts / n_texts.sum()), np.log(counts / counts.sum(axis=1, keepdims=True))


@wrong("naive_bayes_fit", "prior in the order class 1, class 0")
def _(X, y, alpha=1.0):
    share = np.mean(y)
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    return np.log(np.array([share, 1 - share])), np.log(counts / counts.sum(axis=1, keepdims=True))


@wrong("naive_bayes_fit", "probabilities without the logarithm")
def _(X, y, alpha=1.0):
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    return np.array([np.mean(y == 0), np.mean(y == 1)]), counts / counts.sum(axis=1, keepdims=True)


@wrong("naive_bayes_fit", "Bernoulli sibling: counts texts that contain the word")
def _(X, y, alpha=1.0):
    seen = (X > 0).astype(float)
    counts = np.array([seen[y == 0].sum(axis=0), seen[y == 1].sum(axis=0)]) + alpha
    log_prior = np.log(np.array([np.mean(y == 0), np.mean(y == 1)]))
    return log_prior, np.log(counts / counts.sum(axis=1, keepdims=True))


@wrong("naive_bayes_fit", "running sum is a view, changes X in place")
def _(X, y, alpha=1.0):
    log_prior = []
    log_likelihood = []
    for c in [0, 1]:
        idx = np.where(y == c)[0]
        total = X[idx[0]]
        for i in idx[1:]:
            total += X[i]
        log_prior.append(np.log(len(idx) / len(y)))
        log_likelihood.append(np.log((total + alpha) / np.sum(total + alpha)))
    return np.array(log_prior), np.array(log_likelihood)


@wrong("naive_bayes_fit", "log_likelihood transposed, shape (D, 2)")
def _(X, y, alpha=1.0):
    one_hot = np.eye(2)[y.astype(int)]
    counts = X.T @ one_hot + alpha
    return np.log(one_hot.mean(axis=0)), np.log(counts / counts.sum(axis=0))


@wrong("naive_bayes_fit", "log base 2")
def _(X, y, alpha=1.0):
    counts = np.array([X[y == 0].sum(axis=0), X[y == 1].sum(axis=0)]) + alpha
    log_prior = np.log2(np.array([np.mean(y == 0), np.mean(y == 1)]))
    return log_prior, np.log2(counts / counts.sum(axis=1, keepdims=True))


# naive_bayes_predict


@right("naive_bayes_predict", "one matrix product and argmax")
def _(log_prior, log_likelihood, X):
    scores = X @ log_likelihood.T + log_prior
    return np.argmax(scores, axis=1)


@right("naive_bayes_predict", "nested loops, list of labels to np.array")
def _(log_prior, log_likelihood, X):
    labels = []
    for i in range(X.shape[0]):
        score0 = 0.0
        score1 = 0.0
        for j in range(X.shape[1]):
            score0 += X[i, j] * log_likelihood[0, j]
            score1 += X[i, j] * log_likelihood[1, j]
        score0 += log_prior[0]
        score1 += log_prior[1]
        if score1 > score0:
            labels.append(1)
        else:
            labels.append(0)
    return np.array(labels)


@right("naive_bayes_predict", "difference of the two classes, np.where")
def _(log_prior, log_likelihood, X):
    d_prior = log_prior[1] - log_prior[0]
    d_words = log_likelihood[1] - log_likelihood[0]
    return np.where(np.dot(X, d_words) + d_prior > 0, 1, 0)


@right("naive_bayes_predict", "einsum, comparison, astype(int)")
def _(log_prior, log_likelihood, X):
    s = np.einsum("nd,cd->cn", X, log_likelihood)
    s0 = s[0] + log_prior[0]
    s1 = s[1] + log_prior[1]
    return (s1 > s0).astype(int)


@right("naive_bayes_predict", "returns a list of Python ints")
def _(log_prior, log_likelihood, X):
    result = []
    for x in X:
        s = [log_prior[c] + np.sum(x * log_likelihood[c]) for c in (0, 1)]
        result.append(s.index(max(s)))
    return result


@right("naive_bayes_predict", "np.zeros with dtype int, best class so far")
def _(log_prior, log_likelihood, X):
    n = len(X)
    labels = np.zeros(n, dtype=int)
    for i in range(n):
        best = -np.inf
        for c in range(2):
            score = log_prior[c] + X[i].dot(log_likelihood[c])
            if score > best:
                best = score
                labels[i] = c
    return labels


@fragile("naive_bayes_predict", "back to probabilities, which underflow for long texts")
def _(log_prior, log_likelihood, X):
    prior = np.exp(log_prior)
    likelihood = np.exp(log_likelihood)
    p0 = prior[0] * np.prod(likelihood[0] ** X, axis=1)
    p1 = prior[1] * np.prod(likelihood[1] ** X, axis=1)
    return (p1 > p0).astype(int)


@fragile("naive_bayes_predict", "normalises exp of the scores, nan for long texts")
def _(log_prior, log_likelihood, X):
    joint = np.exp(X @ log_likelihood.T + log_prior)
    posterior = joint / joint.sum(axis=1, keepdims=True)
    return (posterior[:, 1] > 0.5).astype(int)


@wrong("naive_bayes_predict", "a tie gives 1")
def _(log_prior, log_likelihood, X):
    scores = X @ log_likelihood.T + log_prior
    return (scores[:, 1] >= scores[:, 0]).astype(int)


@wrong("naive_bayes_predict", "prior forgotten")
def _(log_prior, log_likelihood, X):
    return np.argmax(X @ log_likelihood.T, axis=1)


@wrong("naive_bayes_predict", "prior multiplied, not added")
def _(log_prior, log_likelihood, X):
    scores = (X @ log_likelihood.T) * log_prior
    return np.argmax(scores, axis=1)


@wrong("naive_bayes_predict", "prior added once per word")
def _(log_prior, log_likelihood, X):
    scores = X @ (log_likelihood + log_prior[:, None]).T
    return np.argmax(scores, axis=1)


@wrong("naive_bayes_predict", "each word only once, counts ignored")
def _(log_prior, log_likelihood, X):
    scores = (X > 0).astype(float) @ log_likelihood.T + log_prior
    return np.argmax(scores, axis=1)


@wrong("naive_bayes_predict", "argmax over axis 0: one text per class")
def _(log_prior, log_likelihood, X):
    scores = X @ log_likelihood.T + log_prior
    return np.argmax(scores, axis=0)


@wrong("naive_bayes_predict", "the smaller score wins")
def _(log_prior, log_likelihood, X):
    return np.argmin(X @ log_likelihood.T + log_prior, axis=1)


@wrong("naive_bayes_predict", "sums probabilities instead of logarithms")
def _(log_prior, log_likelihood, X):
    scores = X @ np.exp(log_likelihood).T + np.exp(log_prior)
    return np.argmax(scores, axis=1)


@wrong("naive_bayes_predict", "returns inside the loop, only first text")
def _(log_prior, log_likelihood, X):
    labels = []
    for x in X:
        s = log_likelihood @ x + log_prior
        labels.append(int(s[1] > s[0]))
        return np.array(labels)


@wrong("naive_bayes_predict", "no transpose: shapes do not fit")
def _(log_prior, log_likelihood, X):
    scores = X @ log_likelihood + log_prior
    return np.argmax(scores, axis=1)


@wrong("naive_bayes_predict", "last text left out of the loop")
def _(log_prior, log_likelihood, X):
    labels = np.zeros(len(X), dtype=int)
    for i in range(len(X) - 1):
        s = log_prior + log_likelihood @ X[i]
        if s[1] > s[0]:
            labels[i] = 1
    return labels


@wrong("naive_bayes_predict", "returns the winning score, not the label")
def _(log_prior, log_likelihood, X):
    return np.max(X @ log_likelihood.T + log_prior, axis=1)


# sentiment_features


@right("sentiment_features", "one loop with counters")
def _(tokens, positive, negative):
    pronouns = ["i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"]
    pos = 0
    neg = 0
    no = 0
    pron = 0
    mark = 0
    for t in tokens:
        t = t.lower()
        if t in positive:
            pos += 1
        if t in negative:
            neg += 1
        if t == "no":
            no = 1
        if t in pronouns:
            pron += 1
        if t == "!":
            mark = 1
    return np.array([pos, neg, no, pron, mark, np.log(len(tokens))])


@right("sentiment_features", "sums over generators")
def _(tokens, positive, negative):
    words = [token.lower() for token in tokens]
    pronouns = set(["i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"])
    return np.array(
        [
            sum(w in positive for w in words),
            sum(w in negative for w in words),
            float("no" in words),
            sum(w in pronouns for w in words),
            float("!" in words),
            math.log(len(words)),
        ]
    )


@right("sentiment_features", "fills np.zeros(6) by index")
def _(tokens, positive, negative):
    x = np.zeros(6)
    for token in tokens:
        small = token.lower()
        if small in positive:
            x[0] = x[0] + 1
        if small in negative:
            x[1] = x[1] + 1
        if small == "no":
            x[2] = 1
        if small in PRONOUNS:
            x[3] = x[3] + 1
        if small == "!":
            x[4] = 1
    x[5] = np.log(len(tokens))
    return x


@right("sentiment_features", "Counter of the small words")
def _(tokens, positive, negative):
    counts = Counter(str(t).lower() for t in tokens)
    n_pos = sum([counts[w] for w in set(positive)])
    n_neg = sum([counts[w] for w in set(negative)])
    n_pro = sum([counts[w] for w in PRONOUNS])
    no = min(counts["no"], 1)
    mark = min(counts["!"], 1)
    return np.array([n_pos, n_neg, no, n_pro, mark, np.log(sum(counts.values()))], dtype=float)


@right("sentiment_features", "NumPy arrays of strings and np.isin")
def _(tokens, positive, negative):
    small = np.char.lower(np.array(tokens, dtype=str))
    features = []
    features.append(np.isin(small, list(positive)).sum())
    features.append(np.isin(small, list(negative)).sum())
    features.append(int(np.any(small == "no")))
    features.append(np.isin(small, PRONOUNS).sum())
    features.append(int(np.any(small == "!")))
    features.append(np.log(small.size))
    return np.array(features)


@wrong("sentiment_features", "tokens not put in small letters")
def _(tokens, positive, negative):
    pos = len([t for t in tokens if t in positive])
    neg = len([t for t in tokens if t in negative])
    pron = len([t for t in tokens if t in PRONOUNS])
    return np.array([pos, neg, int("no" in tokens), pron, int("!" in tokens), np.log(len(tokens))])


@wrong("sentiment_features", "case ignored except for no")
def _(tokens, positive, negative):
    no = 1 if "no" in tokens else 0
    low = [t.lower() for t in tokens]
    pos = len([t for t in low if t in positive])
    neg = len([t for t in low if t in negative])
    pron = len([t for t in low if t in PRONOUNS])
    return np.array([pos, neg, no, pron, int("!" in low), np.log(len(low))])


@wrong("sentiment_features", "set of tokens: repeated words count once")
def _(tokens, positive, negative):
    low = set(t.lower() for t in tokens)
    pos = len(low & set(positive))
    neg = len(low & set(negative))
    pron = len(low & set(PRONOUNS))
    return np.array([pos, neg, "no" in low, pron, "!" in low, np.log(len(tokens))], dtype=float)


@wrong("sentiment_features", "counts no and ! instead of flags")
def _(tokens, positive, negative):
    low = [t.lower() for t in tokens]
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in PRONOUNS for t in low)
    return np.array([pos, neg, low.count("no"), pron, low.count("!"), np.log(len(low))])


@wrong("sentiment_features", "searches the joined text: not contains no")
def _(tokens, positive, negative):
    low = [t.lower() for t in tokens]
    text = " ".join(low)
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in PRONOUNS for t in low)
    return np.array([pos, neg, int("no" in text), pron, int("!" in text), np.log(len(low))])


@wrong("sentiment_features", "pronouns in one string: substrings match")
def _(tokens, positive, negative):
    pronouns = "i me my mine we us our ours you your yours"
    low = [t.lower() for t in tokens]
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in pronouns for t in low)
    return np.array([pos, neg, int("no" in low), pron, int("!" in low), np.log(len(low))])


@wrong("sentiment_features", "log base 10")
def _(tokens, positive, negative):
    low = [t.lower() for t in tokens]
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in PRONOUNS for t in low)
    return np.array([pos, neg, int("no" in low), pron, int("!" in low), np.log10(len(low))])


@wrong("sentiment_features", "number of tokens without logarithm")
def _(tokens, positive, negative):
    low = [t.lower() for t in tokens]
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in PRONOUNS for t in low)
    return np.array([pos, neg, int("no" in low), pron, int("!" in low), len(low)])


@wrong("sentiment_features", "logarithm of the number of characters")
def _(tokens, positive, negative):
    low = [t.lower() for t in tokens]
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in PRONOUNS for t in low)
    return np.array([pos, neg, int("no" in low), pron, int("!" in low), np.log(len("".join(low)))])


@wrong("sentiment_features", "plural first-person pronouns we, us, our, ours forgotten")
def _(tokens, positive, negative):
    pronouns = {"i", "me", "my", "mine", "you", "your", "yours"}
    low = [t.lower() for t in tokens]
    pos = sum(t in positive for t in low)
    neg = sum(t in negative for t in low)
    pron = sum(t in pronouns for t in low)
    return np.array([pos, neg, int("no" in low), pron, int("!" in low), np.log(len(low))])


@wrong("sentiment_features", "elif chain: no in negative sets no flag")
def _(tokens, positive, negative):
    x = np.zeros(6)
    for t in tokens:
        t = t.lower()
        if t in positive:
            x[0] += 1
        elif t in negative:
            x[1] += 1
        elif t == "no":
            x[2] = 1
        elif t in PRONOUNS:
            x[3] += 1
        elif t == "!":
            x[4] = 1
    x[5] = np.log(len(tokens))
    return x


@wrong("sentiment_features", "writes the small letters back into tokens")
def _(tokens, positive, negative):
    for k in range(len(tokens)):
        tokens[k] = tokens[k].lower()
    pos = sum(t in positive for t in tokens)
    neg = sum(t in negative for t in tokens)
    pron = sum(t in PRONOUNS for t in tokens)
    return np.array([pos, neg, int("no" in tokens), pron, int("!" in tokens), np.log(len(tokens))])


@wrong("sentiment_features", "flag reset by every later token")
def _(tokens, positive, negative):
    pos = neg = pron = no = mark = 0
    for t in tokens:
        t = t.lower()
        pos += t in positive
        neg += t in negative
        pron += t in PRONOUNS
        no = 1 if t == "no" else 0
        mark = 1 if t == "!" else 0
    return np.array([pos, neg, no, pron, mark, np.log(len(tokens))])


# period_features


@right("period_features", "islower, in, and short circuit")
def _(tokens, i, abbreviations):
    token = tokens[i]
    lower = token.islower()
    abbr = token.lower() in abbreviations
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([lower, abbr, street], dtype=float)


@right("period_features", "loop over the letters, nested ifs")
def _(tokens, i, abbreviations):
    word = tokens[i]
    capitals = 0
    smalls = 0
    for letter in word:
        if letter.isupper():
            capitals += 1
        if letter.islower():
            smalls += 1
    first = 0
    if capitals == 0 and smalls >= 1:
        first = 1
    second = 0
    for a in abbreviations:
        if a == word.lower():
            second = 1
    third = 0
    if word == "St.":
        if i != 0:
            if tokens[i - 1][0].isupper():
                third = 1
    return np.array([first, second, third])


@right("period_features", "fills np.zeros(3), uses any")
def _(tokens, i, abbreviations):
    out = np.zeros(3)
    if not any(ch.isupper() for ch in tokens[i]) and any(ch.islower() for ch in tokens[i]):
        out[0] = 1.0
    if tokens[i].lower() in abbreviations:
        out[1] = 1.0
    before = "" if i == 0 else tokens[i - 1]
    if tokens[i] == "St." and before[:1].isupper():
        out[2] = 1.0
    return out


@right("period_features", "compares with lower() and upper()")
def _(tokens, i, abbreviations):
    t = tokens[i]
    # lower() changes nothing: no capitals. upper() changes something: a small letter
    has_no_capital = t == t.lower()
    has_small = t != t.upper()
    features = [int(has_no_capital and has_small), int(t.lower() in list(abbreviations))]
    try:
        if i == 0:
            raise IndexError
        previous = tokens[i - 1]
        features.append(int(t == "St." and previous[0] != previous[0].lower()))
    except IndexError:
        features.append(0)
    return np.array(features).astype(float)


@right("period_features", "np.where on conditions")
def _(tokens, i, abbreviations):
    token = tokens[i]
    previous_capital = False
    if i >= 1:
        previous_capital = str.isupper(tokens[i - 1][0])
    known = token.lower() in set(abbreviations)
    conditions = np.array([str.islower(token), known, token == "St." and previous_capital])
    return np.where(conditions, 1, 0)


@wrong("period_features", "at i = 0 looks at the last token")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and tokens[i - 1][0].isupper()
    return np.array([token.islower(), token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "only the first letter checked for small")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([token[0].islower(), token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "number such as 465. counts as small letters")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([token == token.lower(), token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "abbreviation compared with its capitals")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([token.islower(), token in abbreviations, street], dtype=float)


@wrong("period_features", "period stripped before the abbreviation look-up")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([token.islower(), token.lower().rstrip(".") in abbreviations, street], dtype=float)


@wrong("period_features", "st. and ST. count as St.")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token.lower() == "st." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([token.islower(), token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "looks at the next token, not the one before")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = 0
    if token == "St." and i + 1 < len(tokens) and tokens[i + 1][0].isupper():
        street = 1
    return np.array([int(token.islower()), int(token.lower() in abbreviations), street])


@wrong("period_features", "token before starting with a digit passes as capital")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1][0] == tokens[i - 1][0].upper()
    return np.array([token.islower(), token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "whole token before must be capitals")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1].isupper()
    return np.array([token.islower(), token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "isalpha fails because of the period")
def _(tokens, i, abbreviations):
    token = tokens[i]
    small = token.isalpha() and token.islower()
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([small, token.lower() in abbreviations, street], dtype=float)


@wrong("period_features", "St. suffices, token before not checked")
def _(tokens, i, abbreviations):
    token = tokens[i]
    return np.array([token.islower(), token.lower() in abbreviations, token == "St."], dtype=float)


@wrong("period_features", "elif: at most one feature is 1")
def _(tokens, i, abbreviations):
    x = np.zeros(3)
    token = tokens[i]
    if token.islower():
        x[0] = 1
    elif token.lower() in abbreviations:
        x[1] = 1
    elif token == "St." and i > 0 and tokens[i - 1][0].isupper():
        x[2] = 1
    return x


@wrong("period_features", "strings have no attribute lowercase")
def _(tokens, i, abbreviations):
    token = tokens[i]
    street = token == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([token.islower(), token.lowercase() in abbreviations, street], dtype=float)


# sigmoid


@right("sigmoid", "np.where and exp(-|z|)")
def _(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


@right("sigmoid", "two masks filled into np.zeros")
def _(z):
    z = np.asarray(z)
    out = np.zeros(z.shape)
    pos = z >= 0
    neg = ~pos
    out[pos] = 1 / (1 + np.exp(-z[pos]))
    ez = np.exp(z[neg])
    out[neg] = ez / (1 + ez)
    return out


@right("sigmoid", "flat Python loop with math.exp, reshaped")
def _(z):
    z = np.array(z, dtype=float)
    values = []
    for s in z.ravel().tolist():
        if s >= 0:
            values.append(1 / (1 + math.exp(-s)))
        else:
            values.append(math.exp(s) / (1 + math.exp(s)))
    return np.array(values, dtype=float).reshape(z.shape)


@right("sigmoid", "scipy.special.expit")
def _(z):
    return special.expit(np.asarray(z).astype(float))


@right("sigmoid", "exponents clipped with minimum, then np.where")
def _(z):
    z = np.array(z, dtype=float).copy()
    # each exponent is cut off at 0, where the other form is picked
    first = 1.0 / (1.0 + np.exp(np.minimum(-z, 0)))
    second = np.exp(np.minimum(z, 0)) / (1.0 + np.exp(np.minimum(z, 0)))
    return np.where(z >= 0, first, second)


@right("sigmoid", "np.vectorize of a scalar function")
def _(z):
    def one(s):
        if s < 0:
            e = np.exp(s)
            return e / (e + 1)
        return 1 / (1 + np.exp(-s))

    return np.vectorize(one, otypes=[float])(z)


@fragile("sigmoid", "e^z / (1 + e^z): nan for 1000")
def _(z):
    return np.exp(z) / (1 + np.exp(z))


@fragile("sigmoid", "plain formula: overflow warning, below -709 exactly 0")
def _(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


@wrong("sigmoid", "minus sign forgotten")
def _(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, e / (1 + e), 1 / (1 + e))


@wrong("sigmoid", "same form on both sides: sigmoid(|z|)")
def _(z):
    return 1 / (1 + np.exp(-np.abs(z)))


@wrong("sigmoid", "if on an array")
def _(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


@wrong("sigmoid", "if np.all decides one form for all: nan")
def _(z):
    if np.all(np.asarray(z) < 0):
        return 1 / (1 + np.exp(-np.asarray(z)))
    return np.exp(z) / (1 + np.exp(z))


@wrong("sigmoid", "tanh in its place")
def _(z):
    return np.tanh(z)


@wrong("sigmoid", "rescaled tanh without halving z")
def _(z):
    return (np.tanh(z) + 1) / 2


@wrong("sigmoid", "the derivative in its place")
def _(z):
    s = _sigmoid(np.asarray(z))
    return s * (1 - s)


@wrong("sigmoid", "clips the scores to [-5, 5]")
def _(z):
    z = np.clip(z, -5, 5)
    return 1 / (1 + np.exp(-z))


@wrong("sigmoid", "cuts z off at +-500 in place")
def _(z):
    if np.ndim(z) == 0:
        return _sigmoid(z)
    z[z < -500] = -500
    z[z > 500] = 500
    return 1 / (1 + np.exp(-z))


@wrong("sigmoid", "result flattened, shape lost")
def _(z):
    result = []
    for s in np.ravel(z):
        result.append(_sigmoid(s))
    return np.array(result)


@wrong("sigmoid", "loops over z: a number fails")
def _(z):
    out = np.zeros(np.shape(z))
    for k in range(len(z)):
        out[k] = _sigmoid(z[k])
    return out


@wrong("sigmoid", "e/(1+e) written without brackets")
def _(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / 1 + e)


@wrong("sigmoid", "normalises over the scores like softmax")
def _(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


# log_sigmoid


@right("log_sigmoid", "the formula of the page")
def _(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


@right("log_sigmoid", "minus logaddexp")
def _(z):
    return -np.logaddexp(0, -np.asarray(z, dtype=float))


@right("log_sigmoid", "flat loop with math, reshaped")
def _(z):
    z = np.asarray(z).astype(float)
    flat = z.reshape(-1)
    out = np.zeros(flat.size)
    for k in range(flat.size):
        s = float(flat[k])
        if s > 0:
            out[k] = -math.log1p(math.exp(-s))
        else:
            out[k] = s - math.log1p(math.exp(s))
    return out.reshape(z.shape)


@right("log_sigmoid", "np.where on the sign in two steps")
def _(z):
    a = np.absolute(np.array(z))
    softplus = np.log1p(np.exp(-a))
    return np.where(a == z, -softplus, z - softplus)


@right("log_sigmoid", "scipy.special.log_expit")
def _(z):
    return special.log_expit(np.array(z, dtype=float))


@right("log_sigmoid", "copy, then set positive entries to 0")
def _(z):
    smaller = np.array(z, dtype=float).copy()
    t = np.exp(-np.sqrt(smaller**2))
    smaller[smaller > 0] = 0
    return smaller - np.log1p(t)


@fragile("log_sigmoid", "logarithm of the sigmoid: -inf at -1000")
def _(z):
    return np.log(_sigmoid(np.asarray(z)))


@fragile("log_sigmoid", "-log1p(exp(-z)) overflows at -1000")
def _(z):
    return -np.log1p(np.exp(-np.asarray(z)))


@wrong("log_sigmoid", "sign forgotten: softplus of -z, above 0")
def _(z):
    return np.log1p(np.exp(-np.abs(z))) - np.minimum(z, 0)


@wrong("log_sigmoid", "log sigmoid of -z: max in place of min")
def _(z):
    return -np.maximum(z, 0) - np.log1p(np.exp(-np.abs(z)))


@wrong("log_sigmoid", "max(z, 0) in place of min(z, 0)")
def _(z):
    return np.maximum(z, 0) - np.log1p(np.exp(-np.abs(z)))


@wrong("log_sigmoid", "np.min with axis 0 in place of np.minimum")
def _(z):
    return np.min(z, 0) - np.log1p(np.exp(-np.abs(z)))


@wrong("log_sigmoid", "1 added inside log1p as well")
def _(z):
    return np.minimum(z, 0) - np.log1p(1 + np.exp(-np.abs(z)))


@wrong("log_sigmoid", "no absolute value in the exponent")
def _(z):
    return np.minimum(z, 0) - np.logaddexp(0, -np.asarray(z, dtype=float))


@wrong("log_sigmoid", "min(z, 0) left out")
def _(z):
    return -np.log1p(np.exp(-np.abs(z)))


@wrong("log_sigmoid", "epsilon 1e-12 inside the log: -27.6 at -1000")
def _(z):
    return np.log(_sigmoid(np.asarray(z)) + 1e-12)


@wrong("log_sigmoid", "log base 10 of the sum")
def _(z):
    return np.minimum(z, 0) - np.log10(1 + np.exp(-np.abs(z)))


@wrong("log_sigmoid", "Python min on an array")
def _(z):
    return min(z, 0) - np.log1p(np.exp(-np.abs(z)))


@wrong("log_sigmoid", "changes z in place")
def _(z):
    if np.ndim(z) == 0:
        return min(z, 0) - np.log1p(np.exp(-abs(z)))
    t = np.exp(-np.abs(z))
    z[z > 0] = 0
    return z - np.log1p(t)


@wrong("log_sigmoid", "sum over all scores")
def _(z):
    return np.sum(np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z))))


# predict_proba


@right("predict_proba", "vectorised with the stable sigmoid")
def _(w, b, X):
    return _sigmoid(X @ w + b)


@right("predict_proba", "double loop into np.zeros")
def _(w, b, X):
    N = X.shape[0]
    p = np.zeros(N)
    for i in range(N):
        score = b
        for j in range(len(w)):
            score += w[j] * X[i, j]
        if score >= 0:
            p[i] = 1 / (1 + np.exp(-score))
        else:
            p[i] = np.exp(score) / (1 + np.exp(score))
    return p


@right("predict_proba", "einsum and scipy expit")
def _(w, b, X):
    scores = np.einsum("ij,j->i", X, w) + b
    return special.expit(scores)


@right("predict_proba", "returns a list of floats")
def _(w, b, X):
    probabilities = []
    for x in X:
        s = float(sum(wi * xi for wi, xi in zip(w, x))) + float(b)
        if s < 0:
            probabilities.append(math.exp(s) / (1 + math.exp(s)))
        else:
            probabilities.append(1 / (1 + math.exp(-s)))
    return probabilities


@right("predict_proba", "column of ones for the bias, exp of log sigmoid")
def _(w, b, X):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    w1 = np.append(w, b)
    return np.exp(-np.logaddexp(0, -np.dot(X1, w1)))


@right("predict_proba", "product and sum over axis 1, rescaled tanh")
def _(w, b, X):
    z = (X.astype(float) * w).sum(axis=1) + b
    return 0.5 * (1 + np.tanh(z / 2))


@fragile("predict_proba", "e^z / (1 + e^z): nan for large scores")
def _(w, b, X):
    e = np.exp(X @ w + b)
    return e / (1 + e)


@fragile("predict_proba", "math.exp(-z): OverflowError for very negative scores")
def _(w, b, X):
    return np.array([1 / (1 + math.exp(-(np.dot(w, x) + b))) for x in X])


@wrong("predict_proba", "bias forgotten")
def _(w, b, X):
    return _sigmoid(X @ w)


@wrong("predict_proba", "bias subtracted")
def _(w, b, X):
    return _sigmoid(X @ w - b)


@wrong("predict_proba", "bias added after the sigmoid")
def _(w, b, X):
    return _sigmoid(X @ w) + b


@wrong("predict_proba", "scores without sigmoid")
def _(w, b, X):
    return X @ w + b


@wrong("predict_proba", "probability of class 0")
def _(w, b, X):
    return 1 - _sigmoid(X @ w + b)


@wrong("predict_proba", "X transposed")
def _(w, b, X):
    return _sigmoid(X.T @ w + b)


@wrong("predict_proba", "elementwise product, not summed")
def _(w, b, X):
    return _sigmoid(w * X + b)


@wrong("predict_proba", "mean over features in place of the sum")
def _(w, b, X):
    return _sigmoid(np.mean(X * w, axis=1) + b)


@wrong("predict_proba", "bias added once per feature")
def _(w, b, X):
    return _sigmoid(np.sum(X * w + b, axis=1))


@wrong("predict_proba", "column of shape (N, 1)")
def _(w, b, X):
    return _sigmoid(X @ w.reshape(-1, 1) + b)


@wrong("predict_proba", "both classes, shape (N, 2)")
def _(w, b, X):
    p = _sigmoid(X @ w + b)
    return np.column_stack([1 - p, p])


@wrong("predict_proba", "softmax over the examples")
def _(w, b, X):
    z = X @ w + b
    e = np.exp(z - z.max())
    return e / e.sum()


@wrong("predict_proba", "X multiplied in place")
def _(w, b, X):
    for j in range(X.shape[1]):
        X[:, j] = X[:, j] * w[j]
    return _sigmoid(X.sum(axis=1) + b)


@wrong("predict_proba", "labels 0 and 1 in place of probabilities")
def _(w, b, X):
    return (_sigmoid(X @ w + b) > 0.5).astype(float)


@wrong("predict_proba", "return missing")
def _(w, b, X):
    p = _sigmoid(X @ w + b)
    p = np.asarray(p)


# predict


@right("predict", "score above 0, astype(int)")
def _(w, b, X):
    return (X @ w + b > 0).astype(int)


@right("predict", "loop with if and a list to np.array")
def _(w, b, X):
    labels = []
    for i in range(len(X)):
        score = 0.0
        for j in range(len(w)):
            score += w[j] * X[i][j]
        score += b
        if score > 0:
            labels.append(1)
        else:
            labels.append(0)
    return np.array(labels)


@right("predict", "einsum and np.where")
def _(w, b, X):
    z = np.einsum("nd,d->n", X, w) + b
    return np.where(z > 0, 1, 0)


@right("predict", "zeros of dtype int, mask set to 1")
def _(w, b, X):
    scores = np.dot(X, w) + b
    labels = np.zeros(X.shape[0], dtype=int)
    labels[scores > 0] = 1
    return labels


@right("predict", "returns a list of ints")
def _(w, b, X):
    return [int(np.sum(w * x) + b > 0) for x in X]


@right("predict", "np.heaviside cast to int")
def _(w, b, X):
    z = np.matmul(X, w.reshape(-1, 1))[:, 0] + b
    return np.heaviside(z, 0).astype(int)


@fragile("predict", "probability above 0.5: wrong for score 1e-20")
def _(w, b, X):
    return (_sigmoid(X @ w + b) > 0.5).astype(int)


@fragile("predict", "rounds the plain sigmoid")
def _(w, b, X):
    return np.round(1 / (1 + np.exp(-(X @ w + b)))).astype(int)


@wrong("predict", "boundary gives 1")
def _(w, b, X):
    return (X @ w + b >= 0).astype(int)


@wrong("predict", "bias forgotten")
def _(w, b, X):
    return (X @ w > 0).astype(int)


@wrong("predict", "score compared with 0.5")
def _(w, b, X):
    return (X @ w + b > 0.5).astype(int)


@wrong("predict", "score compared with the bias")
def _(w, b, X):
    return (X @ w > b).astype(int)


@wrong("predict", "labels -1 and 1")
def _(w, b, X):
    return np.where(X @ w + b > 0, 1, -1)


@wrong("predict", "np.sign: -1 for negative scores")
def _(w, b, X):
    return np.sign(X @ w + b).astype(int)


@wrong("predict", "labels swapped")
def _(w, b, X):
    return np.where(X @ w + b > 0, 0, 1)


@wrong("predict", "score cut to an integer before comparing")
def _(w, b, X):
    return ((X @ w + b).astype(int) > 0).astype(int)


@wrong("predict", "if on the array of scores")
def _(w, b, X):
    score = X @ w + b
    if score > 0:
        return 1
    return 0


@wrong("predict", "one label for all: mean score")
def _(w, b, X):
    z = np.mean(X @ w) + b
    return np.full(len(X), int(z > 0))


@wrong("predict", "probability above 0 is always 1")
def _(w, b, X):
    return (_sigmoid(X @ w + b) > 0).astype(int)


@wrong("predict", "returns probabilities")
def _(w, b, X):
    return _sigmoid(X @ w + b)


@right("predict", "booleans for 0 and 1")
def _(w, b, X):
    return X @ w + b > 0


@wrong("predict", "prints the labels and returns None")
def _(w, b, X):
    print((X @ w + b > 0).astype(int))


@wrong("predict", "first example skipped")
def _(w, b, X):
    labels = np.zeros(len(X), dtype=int)
    for i in range(1, len(X)):
        if np.dot(X[i], w) + b > 0:
            labels[i] = 1
    return labels


# bernoulli_log_likelihood


@right("bernoulli_log_likelihood", "scipy.special.xlogy with counts")
def _(p, outcomes):
    heads = np.sum(outcomes)
    tails = len(outcomes) - heads
    return special.xlogy(heads, p) + special.xlog1py(tails, -np.asarray(p))


@right("bernoulli_log_likelihood", "adds a term only where the count is positive")
def _(p, outcomes):
    p = np.asarray(p, dtype=float)
    ones = int(np.sum(outcomes == 1))
    zeros = int(np.sum(outcomes == 0))
    total = np.zeros_like(p)
    if ones > 0:
        total = total + ones * np.log(p)
    if zeros > 0:
        total = total + zeros * np.log(1 - p)
    return total


@right("bernoulli_log_likelihood", "loop over p and outcomes, only the term needed")
def _(p, outcomes):
    p = np.array(p, dtype=float)
    result = np.zeros(p.size)
    for k, q in enumerate(p.flatten()):
        for o in outcomes:
            chance = q if o == 1 else 1 - q
            if chance == 0:
                result[k] += -np.inf
            else:
                result[k] += np.log(chance)
    return result.reshape(p.shape)


@right("bernoulli_log_likelihood", "np.where picks p or 1 - p by broadcasting")
def _(p, outcomes):
    p = np.asarray(p)[..., np.newaxis]
    with np.errstate(divide="ignore"):
        logs = np.log(np.where(np.asarray(outcomes) == 1, p, 1 - p))
    return logs.sum(axis=-1)


@right("bernoulli_log_likelihood", "nan replaced per term by 0")
def _(p, outcomes):
    p = np.asarray(p).astype(float)
    n1 = np.count_nonzero(outcomes)
    n0 = np.size(outcomes) - n1
    with np.errstate(divide="ignore", invalid="ignore"):
        a = n1 * np.log(p)
        b = n0 * np.log(1 - p)
    a = np.where(np.isnan(a), 0, a)
    b = np.where(np.isnan(b), 0, b)
    return a + b


@right("bernoulli_log_likelihood", "special cases by if, lists and math.log")
def _(p, outcomes):
    shape = np.shape(p)
    h = 0
    t = 0
    for o in outcomes:
        if o == 1:
            h += 1
        else:
            t += 1
    answers = []
    for q in np.ravel(p).tolist():
        if (q == 0 and h > 0) or (q == 1 and t > 0):
            answers.append(float("-inf"))
        elif q == 0 or q == 1:
            answers.append(0.0)
        else:
            answers.append(h * math.log(q) + t * math.log(1 - q))
    if shape == ():
        return answers[0]
    return np.array(answers).reshape(shape)


@fragile("bernoulli_log_likelihood", "0 log 0 gives nan")
def _(p, outcomes):
    p = np.asarray(p)
    n1 = np.sum(outcomes)
    n0 = len(outcomes) - n1
    return n1 * np.log(p) + n0 * np.log(1 - p)


@fragile("bernoulli_log_likelihood", "log of the product: -inf for many tosses")
def _(p, outcomes):
    p = np.asarray(p, dtype=float)
    n1 = np.sum(outcomes)
    n0 = len(outcomes) - n1
    return np.log(p**n1 * (1 - p) ** n0)


@wrong("bernoulli_log_likelihood", "mean instead of sum")
def _(p, outcomes):
    n = len(outcomes)
    h = np.sum(outcomes)
    return (special.xlogy(h, p) + special.xlogy(n - h, 1 - np.asarray(p))) / n


@wrong("bernoulli_log_likelihood", "sign flipped: a loss")
def _(p, outcomes):
    h = np.sum(outcomes)
    return -(special.xlogy(h, p) + special.xlogy(len(outcomes) - h, 1 - np.asarray(p)))


@wrong("bernoulli_log_likelihood", "only the ones counted")
def _(p, outcomes):
    return special.xlogy(np.sum(outcomes), p)


@wrong("bernoulli_log_likelihood", "ones and zeros swapped")
def _(p, outcomes):
    h = np.sum(outcomes)
    return special.xlogy(len(outcomes) - h, p) + special.xlogy(h, 1 - np.asarray(p))


@wrong("bernoulli_log_likelihood", "likelihood without the logarithm")
def _(p, outcomes):
    h = np.sum(outcomes)
    return np.asarray(p, dtype=float) ** h * (1 - np.asarray(p, dtype=float)) ** (len(outcomes) - h)


@wrong("bernoulli_log_likelihood", "p clipped: finite number in place of -inf")
def _(p, outcomes):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    h = np.sum(outcomes)
    return h * np.log(p) + (len(outcomes) - h) * np.log(1 - p)


@wrong("bernoulli_log_likelihood", "log 0 set to 0 by nan_to_num: never -inf")
def _(p, outcomes):
    p = np.asarray(p, dtype=float)
    h = np.sum(outcomes)
    t = len(outcomes) - h
    return h * np.nan_to_num(np.log(p), neginf=0.0) + t * np.nan_to_num(np.log(1 - p), neginf=0.0)


@wrong("bernoulli_log_likelihood", "0 log 0 counts as -inf")
def _(p, outcomes):
    p = np.asarray(p, dtype=float)
    h = np.sum(outcomes)
    ll = h * np.log(p) + (len(outcomes) - h) * np.log(1 - p)
    return np.where(np.isnan(ll), -np.inf, ll)


@wrong("bernoulli_log_likelihood", "pairs each p with one outcome")
def _(p, outcomes):
    total = special.xlogy(outcomes, p) + special.xlogy(1 - outcomes, 1 - np.asarray(p))
    return total


@wrong("bernoulli_log_likelihood", "summed over all p as well")
def _(p, outcomes):
    h = np.sum(outcomes)
    return np.sum(special.xlogy(h, p) + special.xlogy(len(outcomes) - h, 1 - np.asarray(p)))


@wrong("bernoulli_log_likelihood", "if p == 0 on an array")
def _(p, outcomes):
    h = np.sum(outcomes)
    t = len(outcomes) - h
    if p == 0:
        return 0.0 if h == 0 else -np.inf
    if p == 1:
        return 0.0 if t == 0 else -np.inf
    return h * np.log(p) + t * np.log(1 - p)


@wrong("bernoulli_log_likelihood", "adds the log of the binomial coefficient")
def _(p, outcomes):
    n = len(outcomes)
    h = np.sum(outcomes)
    ways = special.gammaln(n + 1) - special.gammaln(h + 1) - special.gammaln(n - h + 1)
    return ways + special.xlogy(h, p) + special.xlogy(n - h, 1 - np.asarray(p))


@wrong("bernoulli_log_likelihood", "log base 2")
def _(p, outcomes):
    h = np.sum(outcomes)
    return (special.xlogy(h, p) + special.xlogy(len(outcomes) - h, 1 - np.asarray(p))) / np.log(2)


@wrong("bernoulli_log_likelihood", "0 for p = 0 and 1, whatever was seen")
def _(p, outcomes):
    p = np.asarray(p, dtype=float)
    inside = (p > 0) & (p < 1)
    q = np.where(inside, p, 0.5)
    h = np.sum(outcomes)
    ll = h * np.log(q) + (len(outcomes) - h) * np.log(1 - q)
    return np.where(inside, ll, 0.0)
