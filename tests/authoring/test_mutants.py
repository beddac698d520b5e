"""The mutants are what they say, and there is one for each kind of slip."""

import numpy as np

from autograder.authoring.mutants import mutants
from solutions import gradient_descent as ref


def sample(x, flag=True):
    """Return something with every kind of expression that mutants change."""
    total = 0.0
    for i in range(len(x)):
        if x[i] < 3 and flag:
            total += x[i] * 2
    scaled = np.mean(x, axis=0) if flag else -total
    return total, scaled**2


def changes(function):
    return [mutant.change for mutant in mutants(function)]


def test_every_kind_of_slip():
    found = changes(sample)
    for change in (
        "total = 0.0 -> total = 1.0",
        "total = 0.0 -> (dropped)",
        "for i in range(len(x)): -> for i in range(x):",
        "if x[i] < 3 and flag: -> if x[i] <= 3 and flag:",
        "if x[i] < 3 and flag: -> if x[i] < 4 and flag:",
        "if x[i] < 3 and flag: -> if x[i] < 3 or flag:",
        "if x[i] < 3 and flag: -> if True:",
        "total += x[i] * 2 -> total += x[i] / 2",
        "total += x[i] * 2 -> total += x[i]",
        "total += x[i] * 2 -> total -= x[i] * 2",
        "scaled = np.mean(x, axis=0) if flag else -total -> scaled = np.sum(x, axis=0) if flag else -total",
        "scaled = np.mean(x, axis=0) if flag else -total -> scaled = np.mean(x, axis=1) if flag else -total",
        "scaled = np.mean(x, axis=0) if flag else -total -> scaled = np.mean(x) if flag else -total",
        "scaled = np.mean(x, axis=0) if flag else -total -> scaled = np.mean(x, axis=0) if flag else total",
        "return (total, scaled ** 2) -> return (scaled ** 2, total)",
        "return (total, scaled ** 2) -> return (total, scaled * 2)",
        "return (total, scaled ** 2) -> return (total, scaled ** 3)",
    ):
        assert change in found, change
    assert len(found) == len(set(found))


def test_a_mutant_runs_as_changed():
    by_change = {mutant.change: mutant.function for mutant in mutants(ref.bowl_gradient)}
    (function,) = [
        f for change, f in by_change.items() if change.endswith("-> return (8 * as_float(x), 3 * as_float(y))")
    ]
    assert [float(part) for part in function(1.0, 1.0)] == [8.0, 3.0]
    assert [float(part) for part in ref.bowl_gradient(1.0, 1.0)] == [8.0, 2.0]


def test_guards_are_left_alone():
    assert not [change for change in changes(ref.squared_error) if "require_same_shape" in change]
    assert not [change for change in changes(ref.minibatches) if change.startswith("if batch_size < 1")]
