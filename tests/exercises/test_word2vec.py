"""Exercises of chapter 5 up to the probability of a window, beyond what `autograder selftest` proves."""

from __future__ import annotations

import itertools
import warnings
from collections import Counter, defaultdict

import numpy as np
import pytest
from scipy import spatial, special
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import pairwise

from autograder import evaluate
from autograder.authoring.selftest import blanks
from autograder.checking.catalogue import find
from autograder.checking.exercise import Outcome, Seed
from autograder.exercises import rules


def verdict_on(answer, name=None):
    return evaluate(f"word2vec.{name or answer.__name__}", answer)


def unit_rows(A):
    return A / np.linalg.norm(A, axis=1, keepdims=True)


def cosine(a, b):
    return np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))


def loop_of_cosines(A, B):
    return np.array([[cosine(a, b) for b in B] for a in A])


def neighbours_as_often_written(W, i, k):
    scores = np.array([cosine(W[i], row) for row in W])
    best = np.argsort(scores)[::-1][1 : k + 1]
    return best, scores[best]


def neighbours_in_pairs(W, i, k):
    scores = [(j, cosine(W[i], W[j])) for j in range(len(W)) if j != i]
    scores.sort(key=lambda pair: pair[1], reverse=True)
    return scores[:k]


def neighbours_by_partition(W, i, k):
    scores = pairwise.cosine_similarity(W[i : i + 1], W)[0]
    scores[i] = -np.inf
    best = np.sort(np.argpartition(-scores, k - 1)[:k])
    return best, scores[best]


def analogy_of_king_and_queen(W, a, b, c, k):
    scores = pairwise.cosine_similarity((W[b] - W[a] + W[c])[None, :], W)[0]
    best = [j for j in np.argsort(-scores, kind="stable") if j not in (a, b, c)][:k]
    return np.array(best), scores[best]


def vocabulary_of_common_words(tokens, min_count=1):
    common = [(word, count) for word, count in Counter(tokens).most_common() if count >= min_count]
    return {word: i for i, (word, _) in enumerate(common)}, np.array([count for _, count in common])


def vocabulary_of_a_set(tokens, min_count=1):
    counts = defaultdict(int)
    for token in tokens:
        counts[token] += 1
    words = sorted(word for word in set(tokens) if counts[word] >= min_count)
    return {word: i for i, word in enumerate(words)}, np.array([counts[word] for word in words])


def pairs_of_the_usual_loop(ids, window):
    pairs = []
    for t, centre in enumerate(ids):
        for j in range(-window, window + 1):
            if j == 0 or t + j < 0 or t + j >= len(ids):
                continue
            pairs.append((t + j, centre))
    return np.array(pairs).reshape(-1, 2)


def pairs_that_wrap(ids, window):
    pairs = []
    for t in range(len(ids)):
        for j in range(t - window, t + window + 1):
            if j != t and j < len(ids):
                pairs.append([ids[t], ids[j]])
    return np.array(pairs, int).reshape(-1, 2)


def pairs_with_equal_words_left_out(ids, window):
    pairs = []
    for t, centre in enumerate(ids):
        for context in ids[max(0, t - window) : t + window + 1]:
            if context != centre:
                pairs.append([centre, context])
    return np.array(pairs, int).reshape(-1, 2)


def dot_of_tables(w, c):
    return 1 / (1 + np.exp(-np.dot(w, c.T)))


def power_of_shares(counts, power=0.75):
    return (counts / counts.sum()) ** power


def log_of_product(w, C):
    return np.log(special.expit(C @ w).prod())


def sum_of_logs(w, C):
    return np.log(special.expit(C @ w)).sum()


@pytest.mark.parametrize(
    ("name", "answer", "mistake", "sentence"),
    [
        ("cosine_similarity", loop_of_cosines, "zero_vector", "0 / 0 is nan"),
        ("cosine_similarity", lambda A, B: unit_rows(A) @ unit_rows(B).T, "zero_vector", "0 / 0 is nan"),
        ("cosine_similarity", pairwise.cosine_distances, "distance", "1 - cosine"),
        ("cosine_similarity", lambda A, B: np.dot(A, B.T), "dot_product", "divide each vector by its length"),
        ("most_similar", neighbours_as_often_written, "first_dropped", "Leave out the id i"),
        ("most_similar", neighbours_in_pairs, "pairs", "return two arrays, ids and similarities"),
        ("most_similar", neighbours_by_partition, "by_id", "the most similar one comes first"),
        ("analogy", analogy_of_king_and_queen, "raw_vectors", "bring every row to length 1 first"),
        ("build_vocabulary", vocabulary_of_common_words, "ties_by_first_seen", "alphabetical order"),
        ("build_vocabulary", vocabulary_of_a_set, "alphabetical", "the most frequent word has id 0"),
        ("skipgram_pairs", pairs_that_wrap, "wraps_around", "begin at max(t - window, 0)"),
        ("skipgram_pairs", pairs_with_equal_words_left_out, "equal_words_left_out", "compare j with t"),
        (
            "negative_sampling_distribution",
            lambda counts, power=0.75: (counts / counts.sum()) ** power,
            "not_divided_again",
            "take the power first",
        ),
        ("pair_probability", dot_of_tables, "all_with_all", "row i belongs to row i only"),
        (
            "window_log_probability",
            lambda w, C: np.log(special.expit(C @ w).prod()),
            "log_of_product",
            "add logarithms up",
        ),
        (
            "window_log_probability",
            lambda w, C: np.log(special.expit(C @ w)).sum(),
            "log_of_zero",
            "log_sigmoid(-1000) is -1000",
        ),
    ],
)
def test_slips_as_people_write_them_are_named(name, answer, mistake, sentence):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        verdict = verdict_on(answer, name)
    assert verdict.mistake == mistake, verdict.message
    assert sentence in verdict.message


def cosines_by_scipy(A, B):
    return np.nan_to_num(1 - spatial.distance.cdist(A, B, "cosine")).astype((A * 1.0).dtype)


def vocabulary_by_sklearn(tokens, min_count=1):
    vectorizer = CountVectorizer(analyzer=lambda text: text, min_df=1)
    counts = vectorizer.fit_transform([tokens]).toarray()[0]
    words = vectorizer.get_feature_names_out()
    order = [i for i in np.argsort(-counts, kind="stable") if counts[i] >= min_count]
    return {words[i]: n for n, i in enumerate(order)}, counts[order]


def pairs_by_itertools(ids, window):
    places = itertools.permutations(range(len(ids)), 2)
    return np.array([(ids[t], ids[j]) for t, j in places if abs(t - j) <= window]).astype(int).reshape(-1, 2)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("cosine_similarity", pairwise.cosine_similarity),
        (
            "cosine_similarity",
            lambda A, B: np.nan_to_num(1 - spatial.distance.cdist(A, B, "cosine")).astype((A * 1.0).dtype),
        ),
        ("build_vocabulary", vocabulary_by_sklearn),
        ("skipgram_pairs", pairs_by_itertools),
        ("pair_probability", lambda w, c: special.expit(np.vecdot(w, c))),
        ("window_log_probability", lambda w, C: special.log_expit(C @ w).sum()),
    ],
)
def test_answers_of_libraries_pass(name, answer):
    verdict = verdict_on(answer, name)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize(
    "vocabulary",
    [{}, {"the": 0}, {"the": 0, "and": 1, "cat": 2, "dog": 4, "owl": 3}, {"the": "0"}, {0: 0}, {"x": None}],
)
def test_wrong_dicts_get_a_message(vocabulary):
    verdict = verdict_on(lambda tokens, min_count=1: (vocabulary, np.array([3, 2, 1, 1, 1])), "build_vocabulary")
    assert verdict.status == "failed"
    assert "vocabulary" in verdict.message


def test_a_blank_dict_has_the_right_words():
    exercise = find("build_vocabulary")
    answers = {blank.name: blank.answer(exercise.cases[0]) for blank in blanks(exercise)}
    vocabulary, counts = answers["the right shapes full of 1"]
    assert vocabulary == dict.fromkeys(["the", "and", "cat", "dog", "owl"], 1)
    assert counts.tolist() == [1] * 5


PROBS = np.array([0.5, 0.3, 0.0, 0.2])


def drawn(*calls, probs=PROBS, again=None):
    """Return the id of the mistake that the rule of sample_negatives sees in these calls."""
    outcomes = [Outcome(tuple(calls)), Outcome(tuple(calls if again is None else again))]
    size = np.shape(calls[0]) if np.ndim(calls[0]) != 1 else len(calls[0])
    found = rules.sample_negatives({"probs": probs, "size": size, "rng": Seed(0)}, outcomes)
    return found.mistake if found else None


def ids(n, probs=PROBS, seed=0):
    return np.random.default_rng(seed).choice(len(probs), n, p=probs)


@pytest.mark.parametrize(
    ("calls", "mistake"),
    [
        ([ids(1000), ids(1000, seed=1)], None),
        ([ids((50, 20)), ids((50, 20), seed=1)], None),
        ([ids(1000).astype(np.uint8)], None),
        ([np.array([0, 0, 0])], None),  # three draws prove nothing
        ([np.array([0, 2, 0])], "probability_zero"),
        ([np.array([0, 4, 0])], "out_of_range"),
        ([np.array([0, -1, 0])], "out_of_range"),
        ([ids(1000) + 1], "shifted_up"),
        ([ids(1000) - 1], "shifted_down"),
        ([np.zeros(1000, int)], "argmax"),
        ([np.full(1000, 1)], "same_number"),
        ([np.full(1000, 2)], "same_number"),
        ([np.tile(ids(20), (50, 1))], "rows_repeated"),
        ([np.tile(ids((50, 1)), (1, 20))], "rows_repeated"),
        ([ids(1000), ids(1000)], "seed_hard_coded"),
        ([ids(1000, np.full(4, 0.25))], "uniform"),
        ([ids(1000, np.array([1, 1, 0, 1]) / 3)], "uniform"),
        ([ids(3000, PROBS[::-1])], "probability_zero"),
        ([ids(3000, np.array([0.2, 0.3, 0.0, 0.5]))], "frequencies"),
        ([ids(3000, np.array([0.5, 0.2, 0.0, 0.3]))], "frequencies"),
        ([ids(3000, np.array([0.5, 0.3, 0.2, 0.0]))], "other_order"),
        ([ids(1000).astype(float)], "floats"),
        ([PROBS[ids(1000)]], "draws_probabilities"),
        ([np.random.default_rng(0).random(1000)], "numbers_not_ids"),
        ([np.array([np.nan, 0.5])], "not_ids"),
        ([np.array([True, False])], "not_ids"),
        ([{"a": 1}], "not_ids"),
        (["ids"], "not_ids"),
        ([[0, 1]], "list_not_array"),
        ([None], "returns_none"),
        ([3], "one_draw"),
    ],
)
def test_draws_by_hand(calls, mistake):
    assert drawn(*calls) == mistake


def test_draws_that_differ_between_equal_runs():
    assert drawn(ids(1000), again=[ids(1000, seed=1)]) == "ignores_rng"


def test_words_that_are_alike_may_make_equal_draws():
    assert drawn(np.zeros(3, int), np.zeros(3, int), probs=np.array([0.999, 0.001])) is None


@pytest.mark.parametrize("probs", [PROBS, np.array([0.97, 0.03]), np.arange(1, 60) / 1770])
def test_right_draws_pass_whatever_the_seed(probs):
    for seed in range(0, 400, 2):
        assert drawn(ids(500, probs, seed), ids(500, probs, seed + 1), probs=probs) is None


@pytest.mark.parametrize("number", range(5))
def test_right_ways_to_draw_pass_with_other_random_cases(number):
    exercise = find("sample_negatives")
    for seed in range(5):
        verdict = evaluate(exercise, exercise.right[number], seed=seed)
        assert verdict.passed, verdict.message
