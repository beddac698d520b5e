"""Chapter 1: random search."""

from __future__ import annotations

import math

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules
from .callbacks import cliff_loss, distance_loss, upside_down_loss


def _search_all_at_once(loss, shape, trials, rng, scale=1.0):
    shape = (shape,) if isinstance(shape, int) else shape
    guesses = rng.normal(0.0, scale, (trials, *shape))
    losses = np.array([loss(guess) for guess in guesses])
    winner = np.nanargmin(losses)
    return guesses[winner], losses[winner], losses


def _search_with_lists(loss, shape, trials, rng, scale=1.0):
    best, losses = None, []
    for _ in range(trials):
        guess = rng.normal(scale=scale, size=shape)
        losses.append(loss(guess))
        if not math.isnan(losses[-1]) and (best is None or losses[-1] < loss(best)):
            best = guess
    return best, loss(best), np.asarray(losses)


def _search_float32(loss, shape, trials, rng, scale=1.0):
    guesses = [scale * rng.standard_normal(shape, dtype=np.float32) for _ in range(trials)]
    losses = np.fromiter(map(loss, guesses), float)
    order = np.argsort(losses)  # nan goes to the end
    return guesses[order[0]], float(losses[order[0]]), losses


def _search_lists_of_lists(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = [], np.inf, []
    for _ in range(trials):
        guess = rng.normal(0, scale, size=shape)
        losses.append(loss(guess))
        if losses[-1] < best_loss:
            best, best_loss = guess.tolist(), losses[-1]
    return [best, best_loss, losses]


def _search_by_index(loss, shape, trials, rng, scale=1.0):
    guesses, losses = [], np.zeros(trials)
    for t in range(trials):
        guesses.append(np.random.default_rng(rng).standard_normal(size=shape) * scale)
        losses[t] = loss(guesses[t].copy())
    finite = np.where(np.isnan(losses), np.inf, losses)
    return guesses[np.argmin(finite)], np.min(finite), losses


def _search(draw=None, choose=None):
    """Return a random search that draws or chooses in another way."""

    def search(loss, shape, trials, rng, scale=1.0):
        guesses = (
            draw(shape, trials, rng, scale) if draw else scale * rng.standard_normal((trials, *np.atleast_1d(shape)))
        )
        losses = np.array([loss(guess) for guess in guesses])
        winner = np.nanargmin(losses)
        return choose(guesses, losses) if choose else (guesses[winner], losses[winner], losses)

    return search


def _shaped(shape, trials):
    return (trials, *np.atleast_1d(shape))


def _drawn_once(shape, trials, rng, scale):
    return [scale * rng.standard_normal(shape)] * trials


def _own_seed(shape, trials, rng, scale):
    return scale * np.random.default_rng(0).standard_normal(_shaped(shape, trials))


def _seed_in_loop(shape, trials, rng, scale):
    return [scale * np.random.default_rng(t).standard_normal(shape) for t in range(trials)]


def _walk(shape, trials, rng, scale):
    return np.cumsum(scale * rng.standard_normal(_shaped(shape, trials)), axis=0)


def _one_number(shape, trials, rng, scale):
    return [np.full(shape, scale * rng.standard_normal()) for _ in range(trials)]


def _search_returns_in_loop(loss, shape, trials, rng, scale=1.0):
    guess = scale * rng.standard_normal(shape)
    value = loss(guess)
    return guess, value, np.array([value])


def _search_first_nan_stays(loss, shape, trials, rng, scale=1.0):
    guesses = scale * rng.standard_normal(_shaped(shape, trials))
    losses = np.array([loss(guess) for guess in guesses])
    best, best_loss = guesses[0], losses[0]
    for guess, value in zip(guesses, losses, strict=True):
        if value < best_loss:
            best, best_loss = guess, value
    return best, best_loss, losses


def _search_flat_guesses(loss, shape, trials, rng, scale=1.0):
    guesses = scale * rng.standard_normal((trials, int(np.prod(shape))))
    losses = np.array([loss(guess) for guess in guesses])
    winner = np.nanargmin(losses)
    return guesses[winner].reshape(shape), losses[winner], losses


def _search_one_array(loss, shape, trials, rng, scale=1.0):
    guess, losses = np.empty(shape), np.empty(trials)
    best, best_loss = guess, math.inf
    for t in range(trials):
        guess[...] = scale * rng.standard_normal(shape)
        losses[t] = loss(guess)
        if losses[t] < best_loss:
            best, best_loss = guess, losses[t]
    return best, best_loss, losses


def _searches(rng):
    seed = Seed(int(rng.integers(2**31)))
    arguments = distance_loss, (10, 10), 3, seed, rng.uniform(2, 4)
    yield Case("random seed and scale", arguments, hidden=True, times=2, once=True)


random_search = Exercise(
    ref.random_search,
    number="1.11",
    title="Random search",
    points=2,
    minutes=12,
    difficulty=2,
    rule=rules.random_search,
    returns=("best", "best_loss", "losses"),
    cases=(
        Case("ten guesses", (distance_loss, (20, 5), 10, Seed(1)), times=2),
        # Four calls: whatever way a function draws, some call's first guess is likely to be nan, and never all are.
        Case("a loss that is nan half of the time", (cliff_loss, (3,), 24, Seed(5)), times=4, once=True),
        Case(
            "a small scale, negative losses",
            (upside_down_loss, (100,), 6, Seed(3), 0.25),
            hidden=True,
            times=2,
            once=True,
        ),
        Case("one guess, far away", (distance_loss, (2, 3), 1, Seed(5)), {"scale": 1e6}, hidden=True, once=True),
    ),
    random_cases=_searches,
    hints=(
        "Draw a guess, ask for its loss, and remember the best guess so far. What is the best loss before the first guess?",
        "`scale * rng.standard_normal(shape)` is one guess. Begin with `best_loss = np.inf`: then the first finite loss is "
        "smaller, and a nan never is.",
        "In a loop over range(trials): draw guess, compute value = loss(guess), store it in losses[t]; if value < best_loss, "
        "set best, best_loss = guess, value. After the loop return best, best_loss, losses.",
    ),
    right=(_search_all_at_once, _search_with_lists, _search_float32, _search_lists_of_lists, _search_by_index),
    mistakes=(
        Mistake("keeps_worst", _search(choose=lambda g, v: (g[np.nanargmax(v)], np.nanmax(v), v))),
        Mistake("last_guess", _search(choose=lambda g, v: (g[-1], np.nanmin(v), v))),
        Mistake("last_guess", _search_one_array),
        Mistake("best", _search(choose=lambda g, v: (g[0], np.nanmin(v), v))),
        Mistake("best_loss", _search(choose=lambda g, v: (g[-1], v[-1], v))),
        Mistake("best_shape", _search(choose=lambda g, v: (np.nanargmin(v), np.nanmin(v), v))),
        Mistake("nan_wins", _search(choose=lambda g, v: (g[np.argmin(v)], np.min(v), v))),
        Mistake("nan_wins", _search_first_nan_stays),
        Mistake("running_best", _search(choose=lambda g, v: (g[np.nanargmin(v)], np.nanmin(v), np.fmin.accumulate(v)))),
        Mistake("losses", _search(choose=lambda g, v: (g[np.nanargmin(v)], np.nanmin(v), np.sort(v)))),
        Mistake("losses_length", _search(choose=lambda g, v: (g[np.nanargmin(v)], np.nanmin(v), v[1:]))),
        Mistake(
            "list_not_array",
            _search(choose=lambda g, v: (g[np.nanargmin(v)], np.nanmin(v), v.tolist())),
            craft=True,
        ),
        Mistake("order", _search(choose=lambda g, v: (np.nanmin(v), g[np.nanargmin(v)], v))),
        Mistake("structure", _search(choose=lambda g, v: g[np.nanargmin(v)])),
        Mistake("returns_in_loop", _search_returns_in_loop),
        Mistake("never_called", lambda loss, shape, trials, rng, scale=1.0: (np.zeros(shape), 0.0, np.zeros(trials))),
        Mistake("trials", _search(draw=lambda s, t, rng, scale: scale * rng.standard_normal(_shaped(s, t + 1)))),
        Mistake("guess_shape", _search_flat_guesses),
        Mistake("same_guess", _search(draw=_drawn_once)),
        Mistake("same_number", _search(draw=_one_number)),
        Mistake("scale_ignored", _search(draw=lambda s, t, rng, scale: rng.standard_normal(_shaped(s, t)))),
        Mistake("scale", _search(draw=lambda s, t, rng, scale: scale**2 * rng.standard_normal(_shaped(s, t)))),
        Mistake("uniform", _search(draw=lambda s, t, rng, scale: rng.uniform(-scale, scale, _shaped(s, t)))),
        Mistake("uniform", _search(draw=lambda s, t, rng, scale: scale * rng.random(_shaped(s, t)))),
        Mistake("not_centered", _search(draw=lambda s, t, rng, scale: rng.normal(scale, 1.0, _shaped(s, t)))),
        Mistake("walks", _search(draw=_walk)),
        Mistake("seed_hard_coded", _search(draw=_own_seed)),
        Mistake("seed_hard_coded", _search(draw=_seed_in_loop)),
        Mistake("ignores_rng", _search(draw=lambda s, t, rng, scale: np.random.normal(0, scale, _shaped(s, t)))),
    ),
    equivalent={
        "if losses[t] < best_loss: -> if losses[t] <= best_loss:": "of two equally good guesses either may be returned",
        "-> best, best_loss = (guess, losses[t])": "the value is the same for a 0-d array as for a Python number",
    },
)
