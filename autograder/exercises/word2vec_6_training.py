"""Chapter 5: training word vectors."""

from __future__ import annotations

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules
from .word2vec_6_answers import (
    all_repeats_lost,
    cbow_examples,
    first_only,
    last_only,
    plain_loop,
    repeats_lost,
    skipgram_examples,
    training,
)

array = np.array


def _text(*lengths, absent):
    """Return texts of these lengths in which each word occurs once, and the vocabulary's size. One word never occurs,
    nor does the last."""
    words = iter([word for word in range(sum(lengths) + 1) if word != absent])
    ids = [word for length in lengths for word in (*(next(words) for _ in range(length)), -1)]
    return array(ids[:-1]), sum(lengths) + 2


def _among_rare_ones(rare, alone, absent):
    """Return a text in which word 0 stands between rare words, and alone in other texts; and the vocabulary's size."""
    words = [word for word in range(1, rare + 2) if word != absent]
    ids = [0, -1] * (alone // 2) + [0] + [id_ for word in words for id_ in (word, 0)] + [-1, 0] * (alone - alone // 2)
    return array(ids), rare + 3


def _pairs_of(often, absent):
    """Return texts of two words, a frequent pair between as many rare ones; and the vocabulary's size."""
    words = [word for word in range(2, 2 * often + 3) if word != absent]
    ids = [id_ for i in range(often) for id_ in (0, 1, -1, words[2 * i], words[2 * i + 1], -1)]
    return array(ids[:-1]), 2 * often + 4


def _with_doubled_words(doubled, pairs, absent):
    """Return texts in which a word stands three times before two others, texts of two words, and the vocabulary's size.
    No word stands in two texts."""
    words = iter([word for word in range(3 * doubled + 2 * pairs + 1) if word != absent])
    ids = []
    for _ in range(doubled):
        often, middle, last = (next(words) for _ in range(3))
        ids += [often, often, often, middle, last, -1]
    for _ in range(pairs):
        ids += [next(words), next(words), -1]
    return array(ids[:-1]), 3 * doubled + 2 * pairs + 2


def _settings(dim, window, negatives, learning_rate, epochs, seed):
    return {
        "dim": dim,
        "window": window,
        "negatives": negatives,
        "learning_rate": learning_rate,
        "epochs": epochs,
        "rng": Seed(seed),
    }


def _cases(lengths, rate, epochs):
    """Return the cases of both trainings. `rules_embeddings` tells what each of them shows."""
    return (
        Case(
            "two short texts", (array([0, 2, 1, 1, -1, 3, 0, 3], np.int32), 5), _settings(3, 2, 2, 0.1, 1, 1), times=2
        ),
        Case(
            "learning rate 0", _text(3, 1, 1, 3, 1, 1, 3, 1, 1, 2, 1, 1, 3, 1, absent=8), _settings(4, 2, 3, 0.0, 2, 2)
        ),
        Case(
            "texts of different length",
            _text(*lengths, absent=6),
            _settings(40, 2, 2, rate, 8, 3),
            weight=2,
        ),
        Case(
            "one word among many",
            _among_rare_ones(20, 11, absent=6),
            _settings(40, 1, 12, 0.00004, epochs, 4),
            weight=2,
        ),
        Case("frequent and rare pairs", _pairs_of(10, absent=5), _settings(16, 1, 1, 0.001, 6, 5), weight=2),
        Case(
            "ids of one byte",
            (array([0, 2, 1, 0, 3], np.uint8), 5),
            _settings(3, 1, 2, 0.0, 1, 6),
            courtesy=True,
        ),
    )


def _drawn(rate, doubled):
    """Return what draws the hidden cases: a short text, and two trainings on texts whose words are drawn."""
    texts = {
        "words that stand twice in a window": (
            _with_doubled_words(doubled, 40, absent=6),
            _settings(120, 3, 1, rate, 9, 7),
        ),
        "a large learning rate": (_with_doubled_words(0, 20, absent=5), _settings(8, 1, 1, 0.8, 9, 8)),
    }

    def draw(rng):
        seed, v, length = int(rng.integers(2**31)), int(rng.integers(5, 9)), int(rng.integers(9, 13))
        ids = np.concatenate([rng.permutation(v), rng.integers(0, v, length - v + 1)])
        ids[length // 2] = -1
        # Half a weight: of a training this short only the form is looked at.
        yield Case("random text", (ids, v), _settings(3, 2, 2, 0.05, 1, seed), True, 0.5, times=2)
        # Not the public texts once more: most slips that show there would then show in every hidden case.
        for name, ((ids, v), settings) in texts.items():
            names, there = np.arange(v), np.unique(ids[ids >= 0])
            names[there] = rng.permutation(there)
            settings = {**settings, "rng": Seed(int(rng.integers(2**31)))}
            yield Case(name, (np.where(ids < 0, ids, names[ids]), v), settings, True, 2)

    return draw


def _mistakes(examples):
    """Yield the mistakes that both trainings share."""

    def train(**changes):
        return training(examples, **changes)

    def finished(change):
        return train(finish=change)

    yield Mistake("learning_rate_ignored", train(rate=1.0))
    yield Mistake("learning_rate_ignored", train(rate=0.025))
    yield Mistake("one_half", train(drawn=1))
    yield Mistake("one_half", train(mean=True))
    yield Mistake("one_half", train(drawn=0))
    yield Mistake("one_half", finished(lambda W, C, losses, n, places: (W, C, losses * n)))
    yield Mistake("one_half", finished(lambda W, C, losses, n, places: (W, C, losses * n / places)))
    yield Mistake("one_example", train(last_loss=True))
    yield Mistake("one_example", train(last_loss=True, shuffled=False, falls=True))
    yield Mistake("noise_drawn_once", train(noise="once"))
    yield Mistake("noise_shared", train(noise="shared"))
    yield Mistake("positive_as_negative", train(also_negative=True))
    yield Mistake("repeats_lost", train(add=repeats_lost))
    yield Mistake("repeats_lost", train(add=repeats_lost, falls=True))
    yield Mistake("repeats_lost", train(add=all_repeats_lost))
    yield Mistake("power_missing", train(power=1.0, falls=True))
    yield Mistake("uniform_negatives", train(power=0.0))
    yield Mistake("other_noise", train(power=0.5))
    yield Mistake("swapped", finished(lambda W, C, losses, n, places: (C, W, losses)))
    yield Mistake("word_stays", train(both="C"))
    yield Mistake("context_stays", train(both="W", normal=True))
    yield Mistake("not_learned", train(both="W"))
    yield Mistake("not_learned", train(both=""))
    yield Mistake("zero_start", train(zero=True))
    yield Mistake("losses_rise", train(direction=-1.0))
    yield Mistake("rate_restarts", train(restarts=True))
    yield Mistake("rate_restarts", train(restarts=True, reduced=True, normal=True, hits="left_out"))
    yield Mistake("moved_words", train(moved=True))
    yield Mistake("moved_words", train(moved=True, falls=True, reduced=True))
    yield Mistake("moved_contexts", train(both="CW", moved=True))
    yield Mistake("moved_contexts", train(both="CW", moved=True, falls=True, normal=True))
    yield Mistake("counted_once", train(sides="once"))
    yield Mistake("counted_once", train(sides="once", falls=True, reduced=True))
    yield Mistake("crosses_texts", train(mark="skip"))
    yield Mistake("mark_as_word", train(mark="word"))
    yield Mistake("words_left_out", train(mark="break"))
    yield Mistake("window_too_large", train(window_change=1))
    yield Mistake("window_ignored", train(window_change=-1))
    yield Mistake("only_right", train(sides="right"))
    yield Mistake("only_left", train(sides="left"))
    yield Mistake("only_left", train(sides="short"))
    yield Mistake("start_cut", train(sides="cut"))
    yield Mistake("ends_left_out", train(sides="whole"))
    yield Mistake("own_context", train(sides="own"))
    yield Mistake("epoch_losses", train(epochs_done=1))
    yield Mistake("stops_early", train(epochs_done=1, padded=True))
    yield Mistake("epoch_losses", finished(lambda W, C, losses, n, places: (W, C, np.repeat(losses, n))))
    yield Mistake("losses_array", finished(lambda W, C, losses, n, places: (W, C, losses.tolist())), craft=True)
    yield Mistake("vectors_array", finished(lambda W, C, losses, n, places: (W.tolist(), C, losses)), craft=True)
    yield Mistake("float64", finished(lambda W, C, losses, n, places: (W * 1.0, C.astype(float), losses)), craft=True)
    yield Mistake("losses_shape", finished(lambda W, C, losses, n, places: (W, C, losses[-1])))
    yield Mistake("structure", finished(lambda W, C, losses, n, places: (W, C)))
    yield Mistake("vectors_shape", finished(lambda W, C, losses, n, places: (W.T, C.T, losses)))
    yield Mistake("vectors_shape", finished(lambda W, C, losses, n, places: (W + C, C[0], losses)))
    yield Mistake("shared_vectors", finished(lambda W, C, losses, n, places: (W + C, W + C, losses)))
    yield Mistake("seed_hard_coded", train(own_rng=lambda: np.random.default_rng(0)))
    yield Mistake("ignores_rng", train(own_rng=np.random.default_rng))


train_skipgram = Exercise(
    ref.train_skipgram,
    number="5.11",
    title="Train skip-gram",
    points=5,
    minutes=35,
    difficulty=3,
    rule=rules.train_skipgram,
    returns=("W", "C", "losses"),
    cases=_cases((5, 1, 4, 5, 2, 4, 3), rate=0.0015, epochs=6),
    random_cases=_drawn(rate=0.0015, doubled=5),
    hints=(
        "Everything is there: skipgram_pairs gives the pairs, negative_sampling_distribution and sample_negatives the negatives, sgns_loss the loss of a pair and its three gradients. "
        "W starts with small random numbers, C with zeros; then a step in each pair of each epoch.",
        "A -1 ends a text: cut ids there, and put the pairs of all the pieces together. For the pair [i, j] the vectors are W[i], C[j] and C[negatives], where a negative may come twice: "
        "`C[negatives] -= ...` would drop one of the two steps, `np.subtract.at(C, negatives, ...)` takes both.",
        "Pairs: `texts = np.split(ids, np.flatnonzero(ids == -1))`, `pairs = np.concatenate([skipgram_pairs(text[text != -1], window) for text in texts])`, and "
        "`probs = negative_sampling_distribution(np.bincount(ids[ids != -1], minlength=vocab_size))`. "
        "Start: `W = ((rng.random((vocab_size, dim)) - 0.5) / dim).astype(np.float32)`, `C = np.zeros((vocab_size, dim), np.float32)`, `losses = []`. "
        "Then `for _ in range(epochs):` with `drawn = sample_negatives(probs, (len(pairs), negatives), rng)` and `total = 0.0`; in it `for (i, j), ids_neg in zip(pairs, drawn):` with "
        "`loss, grad_w, grad_c, grads = sgns_loss(W[i], C[j], C[ids_neg])`, `W[i] -= learning_rate * grad_w`, `C[j] -= learning_rate * grad_c`, "
        "`np.subtract.at(C, ids_neg, learning_rate * grads)`, `total += loss`. After the inner loop `losses.append(total / len(pairs))`. At the end `return W, C, np.array(losses)`.",
    ),
    right=(
        training(skipgram_examples),
        training(skipgram_examples, falls=True, shuffled=False, normal=True, hits="left_out"),
        training(skipgram_examples, falls=True, reduced=True, hits="drawn_anew"),
        training(skipgram_examples, batch=8),
        training(skipgram_examples, noise="of_centre"),
        training(skipgram_examples, noise_first=True, finish=lambda W, C, losses, n, places: [W, C, losses.tolist()]),
        plain_loop(skipgram_examples),
        plain_loop(skipgram_examples, draw_one_by_one=True),
    ),
    equivalent={
        "ids if array_api_compat.is_array_api_obj(ids) else np.asarray(ids) -> ": "the cases hand over arrays",
        "ids = ids if array_api_compat": "the cases hand over arrays",
        "-> W = xp.asarray((rng.random((vocab_size, dim), dtype=np.float32) - 0.5) / dim)": "NumPy has one device only",
        "-> W = xp.asarray(": "any small start will do",
        "-> C = xp.zeros((vocab_size, dim), dtype=xp.float32)": "NumPy has one device only",
        "-> counts = np.bincount(text[text >= 0])": "a last word that does not occur is never drawn",
        "rngs = [rng] if workers == 1": "there is one worker, and a generator that it spawns is as good",
        "parts = [(": "there is one part",
        "loss, pairs = tallies.mean(axis=0).T": "there is one worker",
        "return (W, C, xp.asarray(loss[pairs > 0] / pairs[pairs > 0], device=device)) -> ": "no epoch is left out, and NumPy has one device only",
    },
    mistakes=(
        *_mistakes(skipgram_examples),
        Mistake("means_of_cbow", training(cbow_examples)),
    ),
)

train_cbow = Exercise(
    ref.train_cbow,
    number="5.13",
    title="Train CBOW",
    points=4,
    minutes=25,
    difficulty=3,
    rule=rules.train_cbow,
    returns=("W", "C", "losses"),
    cases=_cases((5, 1, 4, 5, 5, 5), rate=0.002, epochs=9),
    random_cases=_drawn(rate=0.002, doubled=10),
    hints=(
        "As in train_skipgram, but each place of the text is one example: the words around it predict the word itself, and cbow_loss gives the loss and its gradients.",
        "W holds the vectors of the words around, C those of the words that are guessed. Go through the places of each text; the places around i are those from i - window to i + window, "
        "without i, that the text has. A word may be there twice, so the step is `np.subtract.at(W, around, ...)`.",
        "Counts, probs, W, C and losses are those of train_skipgram. Windows: `windows = []`, then `for text in np.split(ids, np.flatnonzero(ids == -1)):`, in it `text = text[text != -1]` and "
        "`for i in range(len(text)):` with `around = np.concatenate([text[max(i - window, 0) : i], text[i + 1 : i + 1 + window]])` and `if len(around) > 0: windows.append((around, text[i]))`. "
        "In each epoch `for (around, i), ids_neg in zip(windows, sample_negatives(probs, (len(windows), negatives), rng)):` with `loss, grads_w, grad_c, grads = cbow_loss(W[around], C[i], C[ids_neg])`, "
        "`np.subtract.at(W, around, learning_rate * grads_w)`, `C[i] -= learning_rate * grad_c`, `np.subtract.at(C, ids_neg, learning_rate * grads)`; losses gets the mean loss of a window.",
    ),
    right=(
        training(cbow_examples),
        training(cbow_examples, falls=True, shuffled=False, normal=True, hits="left_out"),
        training(cbow_examples, falls=True, reduced=True, hits="drawn_anew"),
        training(cbow_examples, batch=8),
        training(cbow_examples, noise_first=True, finish=lambda W, C, losses, n, places: [W, C, losses.tolist()]),
        plain_loop(cbow_examples),
        plain_loop(cbow_examples, draw_one_by_one=True),
    ),
    equivalent={
        "ids = ids if array_api_compat": "the cases hand over arrays",
        "W = xp.asarray(": "any small start will do, and NumPy has one device only",
    },
    mistakes=(
        *_mistakes(cbow_examples),
        Mistake("pairs_of_skipgram", training(skipgram_examples)),
        Mistake("roles_swapped", training(first_only)),
        Mistake("roles_swapped", training(first_only, falls=True, reduced=True)),
        Mistake("roles_swapped", training(last_only, reduced=True)),
        Mistake("not_divided", training(cbow_examples, whole_slope=True)),
        Mistake("not_divided", training(cbow_examples, whole_slope=True, contexts_lost=True)),
        Mistake("context_repeats_lost", training(cbow_examples, contexts_lost=True)),
    ),
)
