"""What honest work earns that is right in part: hidden cases decide the points, but they take nothing from it."""

import contextlib
import io

import pytest

from autograder import evaluate
from autograder.checking.catalogue import find
from tests.variants import collected

# Answers of people who had only the page, three for each chapter; and the points, of so many, that are no less than
# what the share of all cases earns them.
EARNED = [
    ("bowl_gradient", "2 f / x, nan at zero", 0.82, 1),  # right but for an extreme
    ("first_slip", "exact comparison, ignores atol", 1.44, 2),  # ignores a parameter
    ("numerical_gradient", "range(len(x)): only vectors, raises on numbers", 2.0, 3),  # one shape alone
    ("logistic_loss", "log of the sigmoid: nan or infinite at large scores", 2.55, 4),  # right but for extremes
    ("train_logistic_regression", "ignores tol", 2.93, 4),  # ignores a parameter
    ("sigmoid", "loops over z: a number fails", 1.82, 2),  # fails on a number alone
    ("dropout", "no check of rate", 1.82, 2),  # raises no ValueError
    ("dropout", "h itself, not a copy, outside of training", 1.83, 2),
    ("elastic_net_penalty", "W / |W| for the sign: nan at 0", 1.43, 2),  # right but for zeros
    ("logistic_chain", "plain exp and log(p): infinite loss at -1000", 2.79, 3),  # right but for extremes
    ("train_linear_classifier", "never shuffles", 1.85, 3),  # a step left out
    ("confusion_matrix", "bincount without minlength: reshape raises", 1.08, 2),  # ignores a parameter in part
    ("pair_probability", "axis=1 always: a single vector fails", 0.71, 1),  # fails on one-dimensional input
    ("negative_sampling_distribution", "power hard-coded as 0.75", 0.5, 1),  # ignores a parameter
    ("cooccurrence_matrix", "replaces -1 in ids of the caller by vocab_size", 1.71, 3),  # changes an argument
]


@pytest.mark.parametrize(("name", "what", "points", "of"), EARNED)
def test_a_part_solution_earns_its_share(name, what, points, of):
    (variant,) = (variant for variant in collected() if (variant.exercise, variant.what) == (name, what))
    with contextlib.redirect_stdout(io.StringIO()):
        verdict = evaluate(find(name), variant.function, seed=5)
    assert verdict.max_points == of
    assert points <= verdict.points < of
