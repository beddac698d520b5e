"""What the rules of random exercises share. It travels in homework copies, as the rules do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from ..checking.compare import as_array
from ..checking.exercise import Problem

MANY_ROWS = 23
"""With so many rows, two right orders are equal, or keep neighbours together, less than once in 10^9 times."""

SENTENCES = {
    "returns_none": "Your function returns None: is there a return, or a yield, at its end?",
    "structure": "Your function should return {names}: as many values, in this order.",
    "order": "Your values come in the wrong order: return {names}.",
    "list_not_array": "{what} is a list: `np.array(...)` makes an array of it, which can be computed with.",
    "no_array": "{what} should be a one-dimensional array of numbers.",
    "ignores_rng": (
        "With equal generators your function draws differently: draw from the argument rng alone, not from `np.random`."
    ),
    "seed_hard_coded": (
        "Called again, your function draws the same as before: draw from the argument rng, and set no seed of your own."
    ),
    "never_called": "Your function never calls the loss function that it is given.",
    "returns_in_loop": "Your function returns after its first {one}: return after the loops.",
    "losses": "losses should hold the loss of each {one} as it was returned to you, in that order.",
    "losses_length": "losses holds {count} numbers: it should hold one for each {one}.",
    "trials": "Your function tries {count:g} guesses in a call: it should try as many as trials says.",
    "guess_shape": "Each guess should be one array of the given shape; loss takes one guess at a time.",
    "same_guess": "Your function tries the same guess again and again: draw inside the loop.",
    "same_number": "Your guesses repeat the same numbers: draw one number for each entry.",
    "uniform": "Your guesses are not from a normal distribution: use `rng.normal` or `rng.standard_normal`.",
    "not_centered": "Your guesses are not centered: each number should have mean 0.",
    "walks": "Your guesses build on one another: random search draws each one anew, around 0.",
    "scale_ignored": "Your guesses ignore scale: multiply standard normal numbers by it.",
    "scale": "Your guesses spread {factor:.2g} times as far as they should: scale is their standard deviation.",
    "no_finite_loss": "None of your guesses has a finite loss: is each entry drawn on its own, with mean 0?",
    "nan_wins": "A guess whose loss is nan comes out as the best: nan is no loss at all, so skip it.",
    "keeps_worst": "You keep the guess with the largest loss: the smallest loss is the best.",
    "best_loss": "best_loss should be one number, the smallest loss of your guesses.",
    "best_shape": "best should be one of the guesses: an array of the given shape.",
    "best": "best is not the guess that has the smallest loss.",
    "last_guess": (
        "best is the last guess, not the best one: keep the guess when its loss is the smallest so far (and make a "
        "new array for each guess)."
    ),
    "running_best": "losses holds the best loss so far: it should hold each guess's own loss.",
    "one_array": (
        "Your function returns one array of indices: an epoch is several batches. `yield` each batch; `return` "
        "ends the function at the first one."
    ),
    "no_batches": "Your function should yield batches, each of them an array of indices.",
    "no_indices": (
        "A batch has the shape {shape} and the dtype {dtype}: it should be a one-dimensional array of whole "
        "numbers, to be used as X[batch]."
    ),
    "out_of_range": "Some of your indices point to no row: they run from 0 to n - 1.",
    "with_replacement": (
        "Some rows come twice in one epoch: draw one order of all rows (`rng.permutation(n)`) and cut it into pieces."
    ),
    "last_dropped": "The last, shorter batch is missing: every row belongs to an epoch.",
    "first_batch_only": "Your function stops after one batch: go on until all rows are used.",
    "rows_missing": "Some rows never come: your batches hold {share:.0%} of them.",
    "empty_batch": "One of your batches is empty: stop when all rows are used.",
    "batch_sizes": "Every batch but an epoch's last should hold batch_size rows, the last one the rest.",
    "not_shuffled": (
        "The examples come in the order of the data: shuffle them in each epoch, for instance with `rng.permutation`."
    ),
    "neighbours_stay": (
        "Examples that are neighbours in the data stay together in a batch: shuffle all examples, then cut into "
        "batches."
    ),
    "theta_shape": "theta should keep the shape of theta0, in each call of loss_and_grad and in what you return.",
    "batch_shape": (
        "A batch should hold whole rows of X and as many entries of y: X[batch] and y[batch], batch an index array."
    ),
    "changed_rows": "A batch holds rows that are not in the data: take X[batch] and y[batch] as they are.",
    "pairs_broken": "The rows of X meet the y of other rows: use the same indices for X and for y.",
    "called_twice": "You call loss_and_grad twice for each batch: one call gives loss and gradient.",
    "whole_data": "Each of your steps uses all the data: a step uses one mini-batch.",
    "one_epoch": "Your function goes through the data once: repeat that epochs times.",
    "epochs": "You go {count:g} times through the data: epochs says how often.",
    "one_batch_per_epoch": "You take one batch per epoch: an epoch goes through all the data.",
    "same_shuffle": "Every epoch has the same order: shuffle inside the loop over the epochs.",
    "start": "Your first theta is not theta0: start there.",
    "not_updated": "theta stays as it is from one batch to the next: every batch makes a step.",
    "step": "A step is theta - learning_rate * grad, with that batch's gradient: yours differs.",
    "uphill": "You step uphill: theta - learning_rate * grad, with a minus.",
    "learning_rate_ignored": "Your steps are as long as the gradient: multiply it by learning_rate.",
    "divided_twice": (
        "Your step is divided by the batch size, or multiplied by it: loss_and_grad takes the mean already."
    ),
    "before_last_update": "You return theta from before the last step: take that step, too.",
    "theta": "The theta that you return is not the one after the last step.",
    "dtype": (
        "theta comes back as {dtype}. The values are right; in good form floats keep their dtype, and whole numbers "
        "become float64."
    ),
    "weights_shape": "w should have the shape (D,), one weight per feature.",
    "bias_number": "b should be one number.",
    "weights_dtype": (
        "w comes back as {dtype}. The values are right; with `dtype=(1.0 * X).dtype`, `np.zeros` makes the weights "
        "like X."
    ),
    "start_at_zero": "Training starts with w and b at 0, where the first loss is log 2 = 0.693: yours is another.",
    "training_step": (
        "A step is w - learning_rate * grad_w and b - learning_rate * grad_b, for each mini-batch of each epoch: "
        "your w or b ends elsewhere."
    ),
    "summed_gradient": "Your steps grow with the batch: the gradient is the mean over the batch's examples.",
    "bias_not_trained": "Your bias stays 0: it makes a step, too, b - learning_rate * grad_b.",
    "loss_after_step": "losses holds each batch's loss after its step: note it before.",
    "tol_ignored": (
        "Your training goes on where the gradient is small: stop after an epoch if its norm over all the data is "
        "below tol."
    ),
    "stops_elsewhere": (
        "Your training stops after another epoch than it should: after each epoch, take the norm of the gradient over "
        "all the data, grad_w and grad_b together, and compare it with tol."
    ),
    "epoch_losses": "losses holds one number per epoch: it should hold each mini-batch's loss.",
    "no_pairs": (
        "Your function should return k pairs (train, validation): each part a one-dimensional array of whole numbers, "
        "to be used as X[train]."
    ),
    "folds_without_train": "Your function returns the folds alone: return a pair (train, validation) for each of them.",
    "fold_lists": "Your indices are in lists: `np.array(...)` makes arrays of them.",
    "train_not_joined": (
        "Your training set is a list of the other folds: `np.concatenate` joins them into one array of row indices."
    ),
    "all_trains_first": (
        "You return all training sets, then all validation sets: return k pairs, `list(zip(trains, validations))`."
    ),
    "masks": "You return arrays of True and False: return the indices of the rows, `np.flatnonzero(mask)`.",
    "first_fold_only": "Your function returns one pair only: is your return inside the loop?",
    "number_of_folds": "Your function should return k pairs, one for each fold.",
    "fold_out_of_range": "Some of your indices point to no row: they run from 0 to n - 1.",
    "swapped": "Your sets are swapped: the pair is (train, validation), and one fold is for validation.",
    "overlap": "Some rows are in two validation sets: shuffle once, then cut into k folds.",
    "rows_left_out": "Some rows are in no validation set: when k does not divide n, some folds hold a row more.",
    "fold_sizes": "The sizes of your folds differ by more than one: share out the rest (`np.array_split` does).",
    "validation_in_train": "Some rows are in both sets of a pair: what is validated must not be trained on.",
    "train_incomplete": "A training set should hold all rows that its validation set does not, each of them once.",
    "neighbours_in_folds": "Rows that are neighbours in the data stay together in a fold: shuffle all rows, then cut.",
    "activations_shape": "Your function should return one array of numbers, of the shape of h.",
    "activations_dtype": (
        "Your result comes back as {dtype}. The values are right; `.astype(h.dtype)` keeps the dtype of h."
    ),
    "digits_cut": (
        "Your result is cut off to whole numbers: where h holds whole numbers, make the array of floats, not like h."
    ),
    "inactive_in_training": (
        "In training your function returns h as it is. There it should drop entries; nothing changes only outside of "
        "training."
    ),
    "not_a_copy": (
        "Outside of training your function returns h itself: whoever changes the result then changes h, too. Return a "
        "copy, `h.copy()`."
    ),
    "not_scaled": "The entries that stay are not scaled up: divide them by 1 - rate, so that the expected value is h.",
    "scaled_down": "You multiply by 1 - rate what should be divided by it.",
    "scaled_by_rate": "You divide by rate: entries stay with probability 1 - rate, so divide by that.",
    "dropped_values": "In training each entry should be either 0 or h / (1 - rate).",
    "nothing_dropped": (
        "Your function drops nothing here in training: each entry becomes 0 with probability rate, by a random number "
        "of its own (one number for all of them drops all or nothing)."
    ),
    "keeps_with_rate": "You keep entries with probability rate: that is the probability to drop one.",
    "share_dropped": "Your function drops {share:.0%} of the entries: the share should be rate.",
    "fixed_number": "You drop equally many entries in each call: each entry is dropped or kept on its own.",
    "mask_shared": "Whole rows or columns are dropped together: draw one random number for each entry, of h's shape.",
    "same_mask": (
        "Called again, your function drops the same entries as before: draw from the argument rng, and set no seed of "
        "your own."
    ),
    "active_outside_training": (
        "Outside of training, or with rate 0, your function drops entries: there return the values of h as they are."
    ),
    "scaled_outside_training": (
        "Outside of training you multiply by 1 - rate: here what stays is divided by it in training, so return the "
        "values of h as they are."
    ),
    "changed_outside_training": (
        "Outside of training, or with rate 0, your values differ from those of h: return them as they are."
    ),
}
"""What to tell the reader about each mistake."""


def told(mistake: str, **values: Any) -> Problem:
    """Return the problem with this id, its sentence filled in."""
    return Problem(mistake, SENTENCES[mistake].format(**values))


def remarked(mistake: str, **values: Any) -> Problem:
    """Return what `told` returns, as a remark on an answer that is right."""
    return replace(told(mistake, **values), craft=True)


def list_remark(parts: Mapping[str, Any]) -> Problem | None:
    """Return the remark on the first of these right values, given by name, that is a list in place of an array."""
    what = next((name for name, value in parts.items() if isinstance(value, (list, tuple))), None)
    return remarked("list_not_array", what=what) if what else None


def parts_problem(output: Any, names: tuple[str, ...]) -> Problem | None:
    """Check that an answer is a tuple of as many values as there are names."""
    if output is None:
        return told("returns_none")
    if not isinstance(output, (tuple, list)) or len(output) != len(names):
        return told("structure", names=", ".join(names))
    return None


def numbers(value: Any) -> np.ndarray | None:
    """Return an array of real numbers as it is, a number or nested lists of them as an array, anything else as None."""
    if type(value) in (list, tuple):
        array = as_array(value)
    else:
        array = np.asarray(value) if type(value) in (int, float, np.ndarray) else None
    return array if array is not None and array.dtype.kind in "iuf" else None


def close(a: Any, b: Any, rtol: float = 1e-9) -> bool:
    """Return whether two arrays agree: in shape, in the places of nan, and in value next to the largest entry."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape:
        return False
    largest = np.max(np.abs(b), initial=0.0, where=np.isfinite(b))
    return bool(np.allclose(a, b, rtol=rtol, atol=rtol * largest, equal_nan=True))


def repeats(orders: Sequence[np.ndarray]) -> bool:
    """Return whether two orders that follow each other are the same."""
    return any(np.array_equal(*pair) for pair in pairwise(orders))


def order_problem(batches: Sequence[np.ndarray], n: int) -> Problem | None:
    """Check that the batches of one epoch come in a random order. Within a batch the order is free."""
    if n < MANY_ROWS or len(batches) < 2:
        return None
    rows, size = np.concatenate(batches), len(batches[0])
    if np.array_equal(rows, np.arange(n)) or np.array_equal(rows[::-1], np.arange(n)):
        return told("not_shuffled")
    # Parts of the data shuffled apart; chance gives a correlation of 1 / sqrt(n - 1) or so.
    if abs(np.corrcoef(rows, np.arange(n))[0, 1]) > 7 / np.sqrt(n - 1):
        return told("neighbours_stay")
    if size == 1:
        return told("neighbours_stay") if np.mean(np.diff(rows) == 1) > 2 / 3 else None
    if size > n / 4:  # two or three batches hold neighbours more often than once in 10^9 times
        return None
    # Of batches cut from the order of the data, rolled or not, one at most holds rows that are no neighbours.
    if sum(int(np.ptp(batch)) != len(batch) - 1 for batch in batches) <= 1:
        return told("neighbours_stay")
    every_kth = size > 2 and all(len(np.unique(np.diff(batch))) <= 1 for batch in batches)
    return told("not_shuffled") if every_kth else None
