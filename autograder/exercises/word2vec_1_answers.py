"""Chapter 5: what the exercises on neighbours and on analogies share: ways to rank words, right and wrong."""

from __future__ import annotations

import numpy as np

from ..checking.exercise import Mistake

array = np.array
WORDS = array(
    [[0.5, 2.0, -1.0], [3.0, 0.5, 0.25], [1.0, 4.5, -1.5], [-2.0, 1.0, 0.5], [0.25, 0.75, 0.5], [-1.0, -4.0, 2.0]]
)


def floats(W):
    return W if W.dtype.kind == "f" else W * 1.0


def units(W):
    W = floats(W)
    lengths = np.sqrt(np.sum(W**2, axis=-1, keepdims=True))
    return np.divide(W, lengths, out=np.zeros_like(W), where=lengths > 0)


def cosines(W, direction):
    return np.sum(units(W) * units(direction), axis=1)


def best(scores, without, k):
    order = np.argsort(-scores, kind="stable")
    return order[~np.isin(order, without)][:k]


def top(scores, without, k):
    """Return the ids and scores of the k best."""
    ids = best(scores, without, k)
    return ids, scores[ids]


def by_sorted(scores, without, k):
    ids = sorted((j for j in range(len(scores)) if j not in without), key=lambda j: (-scores[j], j))[:k]
    return array(ids, int), array([scores[j] for j in ids], scores.dtype)


def by_picking(scores, without, k):
    scores = scores.copy()
    scores[list(without)] = -np.inf
    ids = np.zeros(k, int)
    found = np.zeros(k, scores.dtype)
    for n in range(k):
        ids[n] = np.argmax(scores)
        found[n] = scores[ids[n]]
        scores[ids[n]] = -np.inf
    return ids, found


def excluded_as(value, scores, without, k):
    """Return the best where the words left out get a low score that is not low enough."""
    scores = scores.copy()
    scores[list(without)] = value
    return top(scores, [], k)


def by_distance(points, point):
    return -np.sqrt(np.sum((floats(points) - point) ** 2, axis=1))


def _ties_reversed(scores, without, k):
    order = np.argsort(scores, kind="stable")[::-1]
    ids = order[~np.isin(order, without)][:k]
    return ids, scores[ids]


def _unstable(reverse, marked):
    """Return a ranking by `np.argsort` without `kind`; `marked` words get the lowest score before it sorts."""

    def rank(scores, without, k):
        sorted_by = scores.copy()
        if marked:
            sorted_by[list(without)] = -np.inf
        order = np.argsort(sorted_by)[::-1] if reverse else np.argsort(-sorted_by)
        ids = order[~np.isin(order, without)][:k]
        return ids, scores[ids]

    return rank


def _partition_by_id(scores, without, k):
    sorted_by = scores.copy()
    sorted_by[list(without)] = -np.inf
    ids = np.sort(np.argpartition(-sorted_by, k - 1)[:k])
    return ids, scores[ids]


def _of_ranks(scores, without, k):
    sorted_by = scores.copy()
    sorted_by[list(without)] = -np.inf
    ranks = np.argsort(np.argsort(-sorted_by, kind="stable"), kind="stable")
    return ranks[:k], top(scores, without, k)[1]


def _ascending(scores, without, k):
    return best(-scores, without, k), scores[best(-scores, without, k)]


def _renumbered(scores, without, k):
    return top(np.delete(scores, without), [], k)


def _ranked(change):
    """Return a pair of answers, to most_similar and to analogy, from what they do with the right cosines."""

    def neighbours(W, i, k):
        return change(cosines(W, W[i]), [i], k)

    def answers(W, a, b, c, k):
        return change(cosines(W, direction(W, a, b, c)), [a, b, c], k)

    return neighbours, answers


def direction(W, a, b, c):
    unit = units(W)
    return unit[b] - unit[a] + unit[c]


def common(out):
    """Return the mistakes that both exercises know; `out` names what is left out."""
    pick = 0 if out == "the word itself" else 1
    changes = (
        (
            "ascending",
            _ascending,
            "Your ids begin with the least similar word: the most similar comes first, `np.argsort(-similarities)`.",
        ),
        (
            "ties",
            _ties_reversed,
            'Of equally similar words the smaller id comes first: `np.argsort(-similarities, kind="stable")` sorts so.',
        ),
        *(
            (
                "ties",
                _unstable(reverse, marked),
                'Of equally similar words the smaller id comes first: `np.argsort(-similarities, kind="stable")` sorts so.',
            )
            for reverse in (False, True)
            for marked in (False, True)
        ),
        (
            "by_id",
            lambda scores, without, k: (
                np.sort(best(scores, without, k)),
                scores[np.sort(best(scores, without, k))],
            ),
            "You have the right words in another order: the most similar one comes first.",
        ),
        (
            "by_id",
            _partition_by_id,
            "You have the best words in the order of their ids: the most similar one comes first.",
        ),
        (
            "one_more",
            lambda scores, without, k: top(scores, without, k + 1),
            "You return k + 1 words: a slice [:k] holds k.",
        ),
        (
            "one_fewer",
            lambda scores, without, k: top(scores, without, k - 1),
            "You return k - 1 words: take k of those that are left.",
        ),
        (
            "best_only",
            lambda scores, without, k: top(scores, without, 1),
            "You return the best word only: return the k best.",
        ),
        (
            "first_skipped",
            lambda scores, without, k: tuple(part[1:] for part in top(scores, without, k + 1)),
            "The best word is missing: leave words out by their id, or by their place, not by both.",
        ),
        (
            "all_words",
            lambda scores, without, k: top(scores, without, None),
            "You return all words: take the first k.",
        ),
        (
            "all_similarities",
            lambda scores, without, k: (best(scores, without, k), scores),
            "Your similarities are those of all words: take the ones of the k neighbours, `similarities[ids]`.",
        ),
        (
            "similarities_of_others",
            lambda scores, without, k: (best(scores, without, k), scores[:k]),
            "Your similarities belong to the first k words of W: take those of the neighbours, `similarities[ids]`.",
        ),
        (
            "similarities_of_others",
            lambda scores, without, k: (best(scores, without, k), np.delete(scores, without)[:k]),
            "Your similarities belong to the first words of W: take those of the neighbours, `similarities[ids]`.",
        ),
        (
            "similarities_of_all_sorted",
            lambda scores, without, k: (best(scores, without, k), np.sort(scores)[::-1][:k]),
            f"Your similarities still hold {out}: take those of the k neighbours, `similarities[ids]`.",
        ),
        (
            "ranks",
            _of_ranks,
            "You sort twice, which gives each word's rank: `np.argsort` once gives the ids, best first.",
        ),
        (
            "renumbered",
            _renumbered,
            f"You take {out} out of the table before you sort, so all later words move up: sort first, then leave ids out.",
        ),
        (
            "excluded_as_minus_one",
            lambda scores, without, k: excluded_as(-1, scores, without, k),
            "You leave words out by a similarity of -1, which other words can have, too: set it to -np.inf.",
        ),
        (
            "excluded_as_zero",
            lambda scores, without, k: excluded_as(0, scores, without, k),
            "You leave words out by a similarity of 0, but others may be below: set it to -np.inf.",
        ),
        (
            "absolute",
            lambda scores, without, k: top(np.abs(scores), without, k),
            "Your similarities have lost their sign: a word that points the other way has -1 and comes last.",
        ),
        (
            "cosine_distance",
            lambda scores, without, k: (best(scores, without, k), 1 - scores[best(scores, without, k)]),
            "You return 1 - cosine with the right ids: return the cosine itself.",
        ),
        *(
            (
                "rounded",
                lambda scores, without, k, digits=digits: (
                    best(scores, without, k),
                    np.round(scores[best(scores, without, k)], digits),
                ),
                "You round the similarities: return them as they are.",
            )
            for digits in (2, 3, 4)
        ),
        (
            "ids_only",
            lambda scores, without, k: best(scores, without, k),
            "You return the ids alone: return ids, similarities.",
        ),
        (
            "order",
            lambda scores, without, k: top(scores, without, k)[::-1],
            "Your values come in the wrong order: return ids, similarities.",
        ),
        (
            "lists",
            lambda scores, without, k: tuple(part.tolist() for part in top(scores, without, k)),
            "You return lists: make arrays of them, `np.array(...)`.",
        ),
        (
            "pairs",
            lambda scores, without, k: np.stack(top(scores, without, k), axis=1),
            "You return one array of pairs: return two arrays, ids and similarities.",
        ),
        (
            "pairs",
            lambda scores, without, k: list(zip(*top(scores, without, k), strict=True)),
            "You return a list of pairs: return two arrays, ids and similarities.",
        ),
        (
            "nothing_left_out",
            lambda scores, without, k: top(scores, [], k),
            f"You do not leave out {out}: no word is an answer to itself.",
        ),
    )
    return tuple(
        Mistake(name, _ranked(change)[pick], sentence, craft=name == "lists") for name, change, sentence in changes
    )
