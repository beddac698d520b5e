"""Chapter 5: continuous bag of words; test_contract.py holds what all chapters share."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_expit

from solutions.cbow import cbow_loss, train_cbow
from solutions.gradient_descent import numerical_gradient, relative_error

seeds = st.integers(0, 2**32 - 1)
OPTIONS = {"dim": 8, "window": 2, "negatives": 3, "learning_rate": 0.3}


def one_window(seed, n_context=3, n_negatives=4, d=5):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(n_context, d)), rng.normal(size=d), rng.normal(size=(n_negatives, d))]


@given(seeds, st.integers(1, 5), st.integers(0, 4))
def test_loss_agrees_with_its_formula_and_scipy(seed, n_context, n_negatives):
    context, c_pos, C_neg = one_window(seed, n_context, n_negatives)
    h = sum(context) / n_context
    expected = -log_expit(sum(h * c_pos)) - sum(log_expit(-sum(h * c_neg)) for c_neg in C_neg)
    assert cbow_loss(context, c_pos, C_neg)[0] == pytest.approx(expected, rel=1e-12)


@given(seeds)
def test_gradients_agree_with_finite_differences(seed):
    arguments = one_window(seed)
    _, *grads = cbow_loss(*arguments)
    for k, grad in enumerate(grads):

        def loss(value, k=k):
            return cbow_loss(*arguments[:k], value, *arguments[k + 1 :])[0]

        assert grad.shape == arguments[k].shape
        assert relative_error(grad, numerical_gradient(loss, arguments[k])) < 1e-7


def test_gradients_agree_with_torch():
    torch = pytest.importorskip("torch", reason="torch is in the oracle extra")
    arguments = one_window(3)
    context, c_pos, C_neg = (torch.tensor(argument, requires_grad=True) for argument in arguments)
    h = context.mean(dim=0)
    logsigmoid = torch.nn.functional.logsigmoid
    loss = -logsigmoid(h @ c_pos) - logsigmoid(-(C_neg @ h)).sum()
    loss.backward()
    ours, *grads = cbow_loss(*arguments)
    assert ours == pytest.approx(loss.item(), rel=1e-12)
    for grad, tensor in zip(grads, (context, c_pos, C_neg), strict=True):
        np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
def test_products_of_a_thousand_are_fine(sign):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        loss, *grads = cbow_loss(np.array([[1500.0], [500.0]]), np.array([sign * 1.0]), np.array([[sign * -1.0]]))
    assert loss == (0 if sign == 1 else 2000)
    assert [grad.tolist() for grad in grads] == (
        [[[0], [0]], [0], [[0]]] if sign == 1 else [[[1], [1]], [-1000], [[1000]]]
    )


def test_a_window_without_words_is_refused():
    with pytest.raises(ValueError, match=r"\(0, 2\)"):
        cbow_loss(np.zeros((0, 2)), np.zeros(2), np.zeros((1, 2)))


@pytest.mark.parametrize("learning_rate", [0.02, 0.05])
def test_steps_without_negatives_are_those_of_the_loss(learning_rate):
    # With window 1 and no negatives nothing but the start is random, and the whole text is one batch.
    ids = np.array([0, 1, 2, -1, 3, -1, 2, 1, 1, 0])
    around = {0: [1], 1: [0, 2], 2: [1], 6: [1], 7: [2, 1], 8: [1, 0], 9: [1]}
    W, C, losses = train_cbow(
        ids, 4, dim=3, window=1, negatives=0, learning_rate=learning_rate, epochs=3, rng=np.random.default_rng(5)
    )
    expected_W = np.random.default_rng(5).uniform(-1 / 6, 1 / 6, (4, 3))
    expected_C = np.zeros((4, 3))
    for epoch in range(3):
        rate, total, grad_W, grad_C = learning_rate * (1 - epoch / 3), 0.0, np.zeros((4, 3)), np.zeros((4, 3))
        for centre, context in around.items():
            loss, grad_context, grad_pos, _ = cbow_loss(expected_W[context], expected_C[ids[centre]], np.zeros((0, 3)))
            total += loss
            np.add.at(grad_W, context, grad_context)
            grad_C[ids[centre]] += grad_pos
        assert losses[epoch] == pytest.approx(total / len(around), rel=1e-6)
        expected_W, expected_C = expected_W - rate * grad_W, expected_C - rate * grad_C
    np.testing.assert_allclose(W, expected_W, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(C, expected_C, rtol=1e-5, atol=1e-7)


def test_negatives_are_drawn_by_the_power_of_the_counts_and_never_the_word_itself():
    # At the start every probability is one half: a centre pays log 2 for itself and for each negative that is another.
    ids = np.repeat([0, 1, 2], [20_000, 4_000, 500])
    _, _, losses = train_cbow(
        ids, 5, dim=2, window=1, negatives=4, learning_rate=1e-9, epochs=1, rng=np.random.default_rng(0)
    )
    share = np.array([20_000, 4_000, 500]) / 24_500
    noise = share**0.75 / sum(share**0.75)
    assert losses[0] == pytest.approx(math.log(2) * (1 + 4 * (1 - share @ noise)), rel=0.01)


def test_planted_groups_are_found_and_the_loss_falls_to_its_floor():
    # The best model knows the group. A word of the group is the right one with probability 1/10, and one of the
    # 3 negatives with 3 * 1/20 * 9/10 = 0.135: its best probability is 0.1 / 0.235, and other groups cost nothing.
    floor = -math.log(0.1 / 0.235) - 1.35 * math.log(0.135 / 0.235)
    rng = np.random.default_rng(1)
    texts = [np.append(rng.integers(0, 10, 10) + 10 * (k % 2), -1) for k in range(300)]
    W, _, losses = train_cbow(np.concatenate(texts), 20, **OPTIONS, epochs=5, rng=np.random.default_rng(2))
    assert losses.shape == (5,)
    assert losses[0] > 1.1 * floor
    assert losses[-1] == pytest.approx(floor, rel=0.03)
    unit = W / np.linalg.norm(W, axis=1, keepdims=True)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -2)
    nearest = np.argsort(-similarity, axis=1)[:, :9]
    assert (nearest // 10 == np.arange(20)[:, None] // 10).all()


def test_no_window_crosses_the_end_of_a_text():
    # 1 always follows 0, and 3 always follows 2; the texts touch each other all the time.
    ids = np.array([0, 1, -1, 2, 3, -1] * 200)
    W, C, _ = train_cbow(ids, 4, **OPTIONS | {"window": 5}, epochs=20, rng=np.random.default_rng(0))
    assert (W @ C.T).argmax(axis=1).tolist() == [1, 0, 3, 2]
    assert ((W @ C.T) > 0).sum() == 4


@pytest.mark.parametrize("learning_rate", [0.1, 1.0])
def test_a_word_that_fills_half_of_the_text_does_not_blow_up(learning_rate):
    rng = np.random.default_rng(4)
    ids = np.where(rng.random(40_000) < 0.5, 0, rng.integers(0, 3000, 40_000))
    with np.errstate(over="raise", invalid="raise"):
        W, C, losses = train_cbow(
            ids, 3000, **OPTIONS | {"learning_rate": learning_rate}, epochs=3, rng=np.random.default_rng(0)
        )
    assert max(np.abs(W).max(), np.abs(C).max()) < 20
    assert (losses < math.log(2) * 4).all()


def test_a_word_that_never_occurs_keeps_its_start():
    ids = np.array([0, 1, 3] * 50)
    W, C, _ = train_cbow(ids, 5, **OPTIONS, epochs=2, rng=np.random.default_rng(0))
    start = np.random.default_rng(0).uniform(-1 / 16, 1 / 16, (5, 8)).astype(np.float32)
    np.testing.assert_array_equal(W[[2, 4]], start[[2, 4]])
    assert not C[[2, 4]].any()
    assert C[[0, 1, 3]].all()


def test_one_generator_gives_one_result():
    ids = np.random.default_rng(0).integers(0, 50, 500)
    first, second, other = (train_cbow(ids, 50, **OPTIONS, epochs=2, rng=np.random.default_rng(k)) for k in (1, 1, 2))
    for a, b, c in zip(first, second, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


@pytest.mark.parametrize("dtype", ["int16", "int64"])
def test_every_library_learns_the_same(backend, dtype):
    values = [*np.random.default_rng(0).integers(0, 40, 90).tolist(), -1, 3, 4]
    ids = backend.asarray(values, dtype)
    results = train_cbow(ids, 40, **OPTIONS, epochs=2, rng=np.random.default_rng(1))
    expected = train_cbow(values, 40, **OPTIONS, epochs=2, rng=np.random.default_rng(1))
    for ours, right in zip(results, expected, strict=True):
        assert backend.owns(ours)
        assert ours.dtype == backend.xp.float32
        np.testing.assert_allclose(backend.numpy(ours), right, rtol=1e-4, atol=1e-6)
    assert backend.numpy(ids).tolist() == values


@pytest.mark.parametrize("ids", [[0, 4], [0, -2, 1]])
def test_an_id_outside_of_the_vocabulary_is_refused(ids):
    with pytest.raises(ValueError, match="from -1 to 3"):
        train_cbow(np.array(ids), 4, **OPTIONS, epochs=1, rng=np.random.default_rng(0))


@pytest.mark.parametrize("ids", [[], [2], [0, -1, 1]])
def test_a_text_without_neighbours_is_refused(ids):
    with pytest.raises(ValueError, match="two words side by side"):
        train_cbow(np.array(ids, dtype=np.int64), 4, **OPTIONS, epochs=1, rng=np.random.default_rng(0))
