"""Training of skip-gram: what it converges to, what it counts, and what stops it."""

import _thread
import contextlib
import gc
import itertools
import signal
from collections import Counter

import numpy as np
import pytest

from solutions import word2vec
from solutions.spans import spans
from solutions.word2vec import negative_sampling_distribution, sgns_loss, train_skipgram

SETTINGS = {"dim": 8, "window": 2, "negatives": 3, "learning_rate": 0.1, "epochs": 5}


def groups(rng, n_texts=400):
    """Texts of ten words, each out of one of four groups of five words."""
    texts = [[*rng.integers(5 * group, 5 * group + 5, size=10), -1] for group in rng.integers(4, size=n_texts)]
    return np.concatenate(texts)


def train(ids, vocab_size=20, seed=0, **changes):
    return train_skipgram(ids, vocab_size, rng=np.random.default_rng(seed), **(SETTINGS | changes))


@pytest.mark.parametrize("workers", [1, 2])
def test_words_that_keep_company_become_neighbours(workers):
    W, C, losses = train(groups(np.random.default_rng(1)), workers=workers, epochs=10)
    unit = W / np.linalg.norm(W, axis=1, keepdims=True)
    similar = unit @ unit.T - 2 * np.eye(20)
    group = np.arange(20) // 5
    assert (group[similar.argsort(axis=1)[:, -4:]] == group[:, None]).all()
    assert (group[(W @ C.T).argmax(axis=1)] == group).all()
    assert losses[-1] < 0.8 * losses[0]


def test_products_approach_the_shifted_pointwise_mutual_information():
    """Levy and Goldberg (2014): w_i.c_j = log(n_ij / (n_i q_j)) - log k, with q the distribution of the noise.

    With five words and eight times as much noise each step draws every word many times: all draws must count."""
    rng = np.random.default_rng(0)
    V, k = 5, 4
    step = rng.dirichlet(np.full(V, 4.0), size=V)
    text = [0]
    for _ in range(20_000):
        text.append(rng.choice(V, p=step[text[-1]]))
    n = np.zeros((V, V))
    for left, right in itertools.pairwise(text):
        n[left, right] += 1
        n[right, left] += 1
    q = np.bincount(text) ** 0.75
    expected = np.log(n / (n.sum(axis=1, keepdims=True) * q / q.sum())) - np.log(k)
    W, C, _ = train_skipgram(
        np.array(text), V, dim=8, window=1, negatives=k, learning_rate=0.1, epochs=40, rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(W @ C.T, expected, atol=0.1)


def test_a_step_goes_down_the_gradient_of_the_loss_of_pairs():
    """The average over many draws of noise is what `sgns_loss` gives, pair by pair, for every noise word."""
    rng = np.random.default_rng(0)
    V, k, rate, draws = 40, 10, 0.01, 2000
    text = rng.integers(V, size=64).astype(np.int32)
    text[20] = -1
    W, C = (rng.standard_normal((V, 3)).astype(np.float32) for _ in range(2))
    q = negative_sampling_distribution(np.bincount(text[text >= 0], minlength=V))
    cumulative = np.cumsum(q).astype(np.float32)
    expected_W, expected_C = np.zeros((V, 3)), np.zeros((V, 3))
    neighbours = list(itertools.pairwise(text.tolist()))
    neighbours += [(right, left) for left, right in neighbours]
    for i, j in [pair for pair in neighbours if min(pair) >= 0]:
        for noise in range(V):
            _, grad_w, grad_pos, grad_neg = sgns_loss(W[i], C[j], C[[noise] * k])
            expected_W[i] -= rate * q[noise] * grad_w
            expected_C[j] -= rate * q[noise] * grad_pos
            expected_C[noise] -= rate * q[noise] * grad_neg.sum(axis=0)
    moved_W, moved_C = np.zeros((V, 3)), np.zeros((V, 3))
    for _ in range(draws):
        for _, span in spans(text, cumulative, 1, k, rng):
            new_W, new_C = W.copy(), C.copy()
            word2vec._span_step(new_W, new_C, *span, rate)
            moved_W += (new_W - W) / draws
            moved_C += (new_C - C) / draws
    np.testing.assert_allclose(moved_W, expected_W, atol=0.012)
    np.testing.assert_allclose(moved_C, expected_C, atol=0.012)
    assert min(np.abs(expected_W).max(), np.abs(expected_C).max()) > 0.15


def test_subsampling_drops_frequent_words_and_the_window_reaches_further(monkeypatch):
    """0 stands between all others: without it they are neighbours."""
    seen = Counter()

    def watch(text, *rest):
        seen.update(text.tolist())
        yield from spans(text, *rest)

    monkeypatch.setattr(word2vec, "spans", watch)
    text = np.stack([np.zeros(20_000, int), np.arange(20_000) % 1000 + 1], axis=1).ravel()
    train(text, 1001, subsample=1e-2, epochs=1, window=1)
    share = 1e-2 / 0.5
    assert seen[0] / 20_000 == pytest.approx(np.sqrt(share) + share, abs=0.01)
    assert sum(seen[i] for i in range(1, 1001)) == 20_000  # 0.0005 of the text each: all stay


def test_the_same_rng_gives_the_same_vectors_bit_for_bit():
    ids = groups(np.random.default_rng(1))
    first, again, other = train(ids), train(ids), train(ids, seed=1)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first, again, strict=True))
    assert first[0].tobytes() != other[0].tobytes()


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_the_width_of_the_integers_does_not_matter(dtype):
    ids = groups(np.random.default_rng(1))
    W, C, losses = train(ids.astype(dtype), epochs=1)
    expected = train(ids, epochs=1)
    assert W.dtype == C.dtype == np.float32
    for value, right in zip((W, C, losses), expected, strict=True):
        np.testing.assert_array_equal(value, right)


def test_the_loss_is_that_of_the_pairs():
    """At the start all products are 0: the loss is log 2 for the pair, and for each of its noise words."""
    _, _, losses = train(groups(np.random.default_rng(1)), epochs=2, learning_rate=1e-9, negatives=6)
    np.testing.assert_allclose(losses, 7 * np.log(2), rtol=1e-5)


def test_every_backend_gives_the_same(backend):
    ids = groups(np.random.default_rng(1), n_texts=30)
    W, C, losses = train(backend.asarray(ids, "int64"), epochs=2)
    assert all(backend.owns(value) for value in (W, C, losses))
    for value, right in zip((W, C, losses), train(ids, epochs=2), strict=True):
        np.testing.assert_allclose(backend.numpy(value), right, rtol=1e-4, atol=1e-5)


@pytest.fixture
def listens():
    """Python hears Ctrl-C, which a shell keeps from programs that it starts in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # pytest's plugins have callbacks in it, which would swallow the interruption
    yield
    gc.enable()
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listens")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_learned(monkeypatch, workers):
    @contextlib.contextmanager
    def interrupt(show, workers):
        def tell(worker, done):
            if done > 0 and not pressed:
                pressed.append(done)
                _thread.interrupt_main()

        yield tell

    pressed = []
    monkeypatch.setattr(word2vec, "progress_bar", interrupt)
    _, C, losses = train(groups(np.random.default_rng(1)), workers=workers, epochs=20_000)
    assert 1 <= len(losses) < 20_000
    assert np.isfinite(losses).all()
    assert np.abs(C).max() > 0


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (np.zeros((2, 2), int), "(2, 2)"),
        (np.array([0.0, 1.0]), "float64"),
        (np.array([0, 20]), "0 to 19"),
        (np.array([0, -2]), "0 to 19"),
        (np.array([-1, -1]), "0 to 19"),
        (np.array([], int), "0 to 19"),
    ],
)
def test_ids_that_are_none_are_refused(ids, words):
    with pytest.raises(ValueError, match="expected") as caught:
        train(ids)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["dim", "window", "negatives", "epochs", "workers"])
def test_numbers_below_1_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}=0"):
        train(np.array([0, 1]), **{name: 0})


def test_an_array_elsewhere_has_one_worker():
    strict = pytest.importorskip("array_api_strict")
    with pytest.raises(ValueError, match="NumPy"):
        train(strict.asarray([0, 1, 0]), workers=2)
