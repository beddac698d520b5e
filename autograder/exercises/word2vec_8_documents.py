"""Chapter 5: one vector for each text."""

from __future__ import annotations

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# Five words, vectors of three numbers, none of length 1.
W53 = array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0], [-0.5, 1.5, 2.0], [0.75, 0.0, 4.0], [2.0, -1.0, -3.0]])


def _texts(rng):
    for v, d in ((4, 2), (6, 5)):
        lengths = rng.permutation([0, 1, 4, 7])
        docs = [[int(i) for i in rng.integers(0, v, length)] for length in lengths]
        yield Case(f"random, V={v}, d={d}", (docs, rng.normal(size=(v, d))), hidden=True)


def _ids(doc):
    return np.asarray(doc, dtype=np.int64)


def _documents(pool=lambda rows: rows.mean(axis=0), empty=0.0, ids=_ids):
    """Return an answer that pools a text's vectors in another way, or takes other ids."""

    def answer(docs, W):
        W = W.astype(W.dtype if W.dtype.kind == "f" else float)
        nothing = np.full(W.shape[1], empty, W.dtype)
        return array([pool(W[ids(doc)]) if len(doc) else nothing for doc in docs], W.dtype)

    return answer


def _loop(docs, W):
    vectors = np.zeros((len(docs), W.shape[1]), W.dtype if W.dtype.kind == "f" else float)
    for n, doc in enumerate(docs):
        for i in doc:
            vectors[n] += W[i] / len(doc)
    return vectors


def _counts(docs, W):
    W = W.astype(W.dtype if W.dtype.kind == "f" else float)
    counts = np.stack([np.bincount(_ids(doc), minlength=len(W)) for doc in docs]).astype(W.dtype)
    return counts @ W / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _lists(docs, W):
    """Add up and divide number by number, in lists."""
    return [[sum(float(W[i, j]) for i in doc) / max(len(doc), 1) for j in range(W.shape[1])] for doc in docs]


def _running(rows):
    total = rows[0]
    for row in rows[1:]:
        total = (total + row) / 2
    return total


def _carried_over(docs, W):
    """Begin a text with the sum of those before it."""
    total, vectors = np.zeros(W.shape[1]), np.zeros((len(docs), W.shape[1]))
    for n, doc in enumerate(docs):
        total = total + W[_ids(doc)].sum(axis=0)
        if len(doc):
            vectors[n] = total / len(doc)
    return vectors


def _filled_up(lengths=None):
    """Return an answer that makes all texts equally long by adding word 0."""

    def answer(docs, W):
        longest = max(map(len, docs))
        ids = array([[*doc, *[0] * (longest - len(doc))] for doc in docs], int)
        number = array([lengths(doc) for doc in docs])[:, None] if lengths else longest
        return W[ids].sum(axis=1) / number

    return answer


FILLED_UP = "You fill short texts up with id 0, which is a word like any other: take each text's own words."


def _after(change):
    """Return an answer that makes something else of the right vectors; `change` gets them and the arguments."""
    return lambda docs, W: change(_documents()(docs, W), docs, W)


def _units(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def _longest(vectors, docs, W):
    lengths = array([len(doc) for doc in docs], vectors.dtype)
    return vectors * (lengths / lengths.max())[:, None]


document_vectors = Exercise(
    ref.document_vectors,
    number="5.17",
    title="Vectors of texts",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the vectors",),
    cases=(
        Case("three words, and none", ([[0, 1, 1], []], array([[3.0, 0.0], [0.0, 6.0]]))),
        Case("texts of other lengths", ([[4, 0], [2], [1, 3, 0, 2]], W53)),
        Case("a word again and again", ([[2, 2, 2, 4], [0, 1, 0]], W53)),
        Case("a text without words between others", ([[3, 1], [], [4, 4, 2]], W53)),
        Case("one text", ([[1, 4, 0]], W53), hidden=True),
        Case("as many texts as words", ([[4], [3, 2], [0], [1, 1], [2, 4, 3]], W53), hidden=True),
        Case("texts of one length", ([[0, 1, 2], [4, 3, 3]], W53), hidden=True),
        Case("arrays of ids", ([array([4, 0, 0]), array([2, 1])], W53)),
        Case("arrays of ids, one without any", ([array([3, 2]), array([], int)], W53), hidden=True),
        Case("the first word alone", ([[0], [0, 0], [1, 0]], W53)),
        Case("two texts, vectors of two numbers", ([[0, 1], [1, 2, 2]], array([[1.0, 2.0], [4.0, -3.0], [0.0, 5.0]]))),
        # The page has ids of NumPy's own width, and no vectors of whole numbers.
        Case("ids of one byte", ([array([3, 0, 4], np.uint8), array([1], np.uint8)], W53), hidden=True, courtesy=True),
        Case("vectors of whole numbers", ([[0, 1], [1, 2, 2]], array([[1, 2], [4, -3], [0, 5]])), courtesy=True),
        Case("float32", ([[0, 1, 4], [], [2, 2, 3]], W53.astype(np.float32))),
        Case("every other number", ([[1, 0, 4], [3, 3]], W53.repeat(2, axis=1)[::-1, ::2]), hidden=True),
    ),
    random_cases=_texts,
    hints=(
        "The vectors of a text's words are rows of W: `W[doc]` takes them all, a word as often as it occurs. What is the mean of the rows?",
        "`W[doc].mean(axis=0)` for each text with words. A text without words has no mean: leave its row at 0.",
        "`vectors = np.zeros((len(docs), W.shape[1]), (1.0 * W).dtype)`, then `for n, doc in enumerate(docs):`, in it `if len(doc) > 0:` with `vectors[n] = W[doc].mean(axis=0)`. Return vectors.",
    ),
    right=(_documents(), _loop, _counts, _lists),
    equivalent={
        "W = as_float(W) -> ": "only vectors of whole numbers would be cut, which the page does not have",
        "-> vectors = xp.zeros((len(docs), W.shape[1]), dtype=W.dtype)": "NumPy has one device only",
        "-> ids = xp.asarray(doc, dtype=xp.int64)": "NumPy has one device only",
        "-> ids = xp.asarray(doc, device=device)": "ids of any width are good as indices, and no text without words gets that far",
        "if ids.shape[-1] > 0:": "a text has one axis",
    },
    mistakes=(
        Mistake(
            "sum",
            _documents(lambda rows: rows.sum(axis=0)),
            "You add up the vectors: a long text would be far from a short one. Take the mean.",
        ),
        Mistake(
            "words_once",
            _documents(ids=lambda doc: np.unique(_ids(doc))),
            "You count each word once: a word that occurs three times has three shares in the mean.",
        ),
        Mistake(
            "words_once",
            _documents(lambda rows: np.unique(rows, axis=0).sum(axis=0) / rows.dtype.type(len(rows))),
            "You add each word once, but divide by the number of all: add a word as often as it occurs.",
        ),
        Mistake(
            "words_once",
            _documents(lambda rows: rows.sum(axis=0) / rows.dtype.type(len(np.unique(rows, axis=0)))),
            "You divide by the number of different words: divide by the length of the text.",
        ),
        Mistake(
            "number_of_texts",
            lambda docs, W: _documents(lambda rows: rows.sum(axis=0) / rows.dtype.type(len(docs)))(docs, W),
            "You divide by the number of texts: divide by the length of the text.",
        ),
        Mistake(
            "running_mean",
            _documents(_running),
            "You take (a + b) / 2 word by word, so the last words count most: add all up, then divide once by the length.",
        ),
        Mistake(
            "carried_over",
            _carried_over,
            "Your sum goes on from text to text: begin each text with zeros.",
        ),
        Mistake("filled_up", _filled_up(), FILLED_UP),
        Mistake("filled_up", _filled_up(lambda doc: max(len(doc), 1)), FILLED_UP),
        Mistake(
            "first_text",
            _after(lambda vectors, docs, W: vectors * (np.arange(len(docs)) == 0)[:, None]),
            "Only your first text has a vector: is a `return` inside the loop?",
        ),
        Mistake(
            "floor",
            _documents(lambda rows: rows.sum(axis=0) // len(rows)),
            "Your division rounds down: `/` keeps the fraction, `//` drops it.",
        ),
        Mistake(
            "empty_nan",
            _documents(empty=np.nan),
            "The mean of no words at all is nan: a text without words has a vector of zeros.",
        ),
        Mistake(
            "empty_dropped",
            lambda docs, W: _documents()([doc for doc in docs if len(doc)], W),
            "You leave out texts without words, so that the rows no longer belong to the texts: give them a row of zeros.",
        ),
        Mistake(
            "longest_text",
            _after(_longest),
            "You divide every sum by the same number: divide by the length of the text itself.",
        ),
        Mistake(
            "vocabulary_size",
            lambda docs, W: _documents(lambda rows: rows.sum(axis=0) / rows.dtype.type(len(W)))(docs, W),
            "You divide by the number of words in the vocabulary: divide by the length of the text.",
        ),
        Mistake(
            "root_of_length",
            _documents(lambda rows: rows.sum(axis=0) / rows.dtype.type(np.sqrt(len(rows)))),
            "You divide by the root of the length: the mean divides by the length.",
        ),
        Mistake(
            "maximum",
            _documents(lambda rows: rows.max(axis=0)),
            "You take the largest entries: take the mean.",
        ),
        Mistake(
            "median",
            _documents(lambda rows: np.median(rows, axis=0)),
            "You take the median: take the mean.",
        ),
        Mistake(
            "unit_words",
            _documents(lambda rows: _units(rows).mean(axis=0)),
            "You bring the words' vectors to length 1: take them as they are.",
        ),
        Mistake(
            "unit_texts",
            _after(lambda vectors, docs, W: _units(vectors)),
            "You bring the result to length 1: return the mean itself.",
        ),
        Mistake(
            "first_word",
            _documents(lambda rows: rows[0]),
            "You take the first word's vector: take the mean over all words.",
        ),
        Mistake(
            "last_word",
            _documents(lambda rows: rows[-1]),
            "You keep the last word's vector: take the mean over all words.",
        ),
        Mistake(
            "ids_from_one",
            _documents(ids=lambda doc: _ids(doc) - 1),
            "Your ids are shifted by one: id 0 is the first row of W.",
        ),
        Mistake(
            "one_vector",
            _after(lambda vectors, docs, W: vectors.mean(axis=0)),
            "You return one vector for all texts: there is one for each, (N, d).",
        ),
        Mistake(
            "one_number",
            _documents(lambda rows: np.full(rows.shape[1], rows.mean())),
            "You take the mean over everything, so all entries of a text are equal: take it over the words, axis=0.",
        ),
        Mistake(
            "one_number",
            _after(lambda vectors, docs, W: vectors.mean(axis=1)),
            "You return one number for each text: take the mean over the words (axis 0), not over the vector's entries.",
        ),
        Mistake(
            "centred",
            _after(lambda vectors, docs, W: vectors - W.mean(axis=0).astype(vectors.dtype)),
            "You subtract the mean vector of all words: return the mean of the text's words itself.",
        ),
    ),
)
