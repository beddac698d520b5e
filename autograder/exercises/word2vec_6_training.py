"""Chapter 5: training word vectors."""

from __future__ import annotations

import numpy as np

from solutions import word2vec as ref

from ..exercise import Case, Exercise, Mistake, Seed
from . import rules
from .word2vec_6_answers import all_repeats_lost, cbow_examples, repeats_lost, skipgram_examples, training

array = np.array

# Texts of two words, a frequent one and two rare ones: CBOW, too, guesses each word from one other.
RARE_PAIRS = [(0, 1), (2, 0), (1, 2), (1, 0), (0, 2)] * 2
SKEWED_PAIRS = np.concatenate([[0, 0, -1, *text, -1, 0, 0, -1] for text in RARE_PAIRS])
# Two groups of words that never meet; word 6 does not occur.
GROUPS = array([0, 0, 1, 2, -1, 3, 3, 4, 5, -1, 2, 2, 1, 0, -1, 5, 5, 4, 3, -1] * 2)
TRIPLES = array([0, 1, 2, -1, 3, 4, 5, -1] * 4)


def _settings(dim, window, negatives, learning_rate, epochs, seed):
    return {
        "dim": dim,
        "window": window,
        "negatives": negatives,
        "learning_rate": learning_rate,
        "epochs": epochs,
        "rng": Seed(seed),
    }


def _short(rng):
    seed, v, length = int(rng.integers(2**31)), int(rng.integers(4, 8)), int(rng.integers(15, 25))
    ids = rng.integers(0, v, length)
    ids[length // 2] = -1
    yield Case("random text", (ids, v), _settings(3, 2, 2, 0.05, 2, seed), True, 1, 2)


FORMS = (
    Case("ids of one byte", (array([0, 2, 1, 1, 0, 3, 2, 1], np.uint8), 4), _settings(3, 3, 2, 0.1, 2, 5), hidden=True),
    Case("ids of four bytes", (array([0, 1, -1, 2, 0, 0], np.int32), 5), _settings(2, 1, 1, 0.1, 3, 6), hidden=True),
    Case("every other place", (np.repeat(GROUPS, 2)[::2], 7), _settings(4, 2, 3, 0.05, 1, 7), hidden=True),
)


def _mistakes(examples):
    """Yield the mistakes that both trainings share."""

    def train(**changes):
        return training(examples, **changes)

    def finished(change):
        return train(finish=change)

    yield Mistake("learning_rate_ignored", train(rate=1.0))
    yield Mistake("one_half", train(drawn=1))
    yield Mistake("one_half", train(mean=True))
    yield Mistake("one_half", train(drawn=0))
    yield Mistake("one_half", finished(lambda W, C, losses, n: (W, C, losses * n)))
    yield Mistake("positive_as_negative", train(also_negative=True))
    yield Mistake("repeats_lost", train(add=repeats_lost))
    yield Mistake("repeats_lost", train(add=repeats_lost, falls=True))
    yield Mistake("repeats_lost", train(add=all_repeats_lost))
    yield Mistake("power_missing", train(power=1.0, falls=True))
    yield Mistake("uniform_negatives", train(power=0.0))
    yield Mistake("swapped", finished(lambda W, C, losses, n: (C, W, losses)))
    yield Mistake("repeats_lost", train(both="C"))
    yield Mistake("not_learned", train(both="W"))
    yield Mistake("not_learned", train(both=""))
    yield Mistake("losses_rise", train(direction=-1.0))
    yield Mistake("mark_as_word", train(mark="word"))
    yield Mistake("epoch_losses", train(epochs_done=1))
    yield Mistake("epoch_losses", finished(lambda W, C, losses, n: (W, C, np.repeat(losses, n))))
    yield Mistake("losses_array", finished(lambda W, C, losses, n: (W, C, losses.tolist())))
    yield Mistake("losses_array", finished(lambda W, C, losses, n: (W, C, losses[-1])))
    yield Mistake("structure", finished(lambda W, C, losses, n: (W, C)))
    yield Mistake("vectors_shape", finished(lambda W, C, losses, n: (W.T, C.T, losses)))
    yield Mistake("vectors_shape", finished(lambda W, C, losses, n: (W + C, C[0], losses)))
    yield Mistake("shared_vectors", finished(lambda W, C, losses, n: (W + C, W + C, losses)))
    yield Mistake("seed_hard_coded", train(own_rng=lambda: np.random.default_rng(0)))
    yield Mistake("ignores_rng", train(own_rng=np.random.default_rng))


train_skipgram = Exercise(
    ref.train_skipgram,
    title="Train skip-gram",
    points=5,
    minutes=35,
    difficulty=3,
    rule=rules.train_embeddings,
    returns=("W", "C", "losses"),
    cases=(
        Case("learning rate 0", (GROUPS, 7), _settings(4, 2, 8, 0.0, 3, 1)),
        Case("two groups of words", (GROUPS, 7), _settings(8, 1, 2, 0.08, 80, 3), weight=2),
        Case("texts of two words", (SKEWED_PAIRS, 3), _settings(4, 1, 6, 0.03, 75, 2), weight=2),
        Case("window 2", (TRIPLES, 6), _settings(8, 2, 2, 0.1, 60, 4)),
        *FORMS,
    ),
    random_cases=_short,
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
        Mistake("crosses_texts", training(skipgram_examples, mark="skip")),
        Mistake("window_too_large", training(skipgram_examples, window_change=1)),
        Mistake("window_ignored", training(skipgram_examples, window_change=-1)),
    ),
)

train_cbow = Exercise(
    ref.train_cbow,
    title="Train CBOW",
    points=4,
    minutes=25,
    difficulty=3,
    rule=rules.train_embeddings,
    returns=("W", "C", "losses"),
    cases=(
        Case("learning rate 0", (GROUPS, 7), _settings(4, 2, 8, 0.0, 3, 1)),
        Case("two groups of words", (GROUPS, 7), _settings(8, 1, 2, 0.1, 80, 3), weight=2),
        Case("texts of two words", (SKEWED_PAIRS, 3), _settings(4, 1, 6, 0.03, 75, 2), weight=2),
        *FORMS,
    ),
    random_cases=_short,
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
    ),
    equivalent={
        "ids = ids if array_api_compat": "the cases hand over arrays",
        "xp.ones_like(W), ids, window": "any start will do that makes small products",
        "W = xp.asarray(": "any small start will do, and NumPy has one device only",
    },
    mistakes=tuple(_mistakes(cbow_examples)),
)
