"""Exercises of chapter 1, beyond what `autograder selftest` proves: the rules on outcomes made by hand."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.checking.catalogue import exercises, find
from autograder.checking.evaluate import LocalRunner, evaluate, parameter_names
from autograder.checking.exercise import Case, Exercise, Outcome, Problem, Seed
from autograder.exercises import (
    callbacks,
    rules,
    rules_classifier,
    rules_common,
    rules_embeddings,
    rules_word2vec,
)
from solutions.logistic_regression import logistic_loss

RANDOM = [exercise for exercise in exercises().values() if exercise.rule]
MISTAKES = [
    pytest.param(exercise, mistake.id, id=f"{exercise.name}-{mistake.id}")
    for exercise in RANDOM
    for mistake in exercise.mistakes
]
CHAPTER = [exercise for exercise in exercises().values() if exercise.chapter == "gradient_descent"]
ODD = (
    None, True, 3, math.nan, 1j, "text", [], (), {}, {"a": 1}, [None], [[]], ((), ()), (None, None),
    (None,) * 3, [1, [2.0]],
    np.zeros(0), np.zeros((0, 3)), np.zeros((3, 0)), np.array(2.5), np.array([True]), np.array([1j, 2]),
    np.full(5, np.nan),
    np.array([2**63], np.uint64), [np.zeros(0)], [np.array([2**63], np.uint64)], [np.array([-1])], ["text"] * 2,
    (np.zeros(3), np.zeros((2, 2))), (np.zeros((20, 5)), math.nan, np.zeros(10)), (np.zeros(3), "text"),
    (np.zeros((20, 5)), 10**400, np.zeros(10)), (np.full(3, np.inf), np.full(20, np.inf)), (10**400, np.zeros(10)),
)  # fmt: skip


def by_name(exercise: Exercise):
    return pytest.param(exercise, id=exercise.name)


def arguments(exercise: Exercise, case: Case) -> dict:
    return {**dict(zip(parameter_names(exercise), case.args, strict=False)), **case.kwargs}


def with_seed(case: Case, seed: int) -> Case:
    """Return the case with another generator."""
    args = tuple(Seed(seed) if isinstance(value, Seed) else value for value in case.args)
    kwargs = {name: Seed(seed) if isinstance(value, Seed) else value for name, value in case.kwargs.items()}
    return replace(case, args=args, kwargs=kwargs)


@pytest.mark.parametrize("exercise", [by_name(exercise) for exercise in RANDOM])
def test_right_answers_pass_whatever_the_seed(exercise):
    # As many as the time of a test allows; 300 were tried when the bounds were chosen.
    many, few = (4, 1) if exercise.rule.__module__ == rules_embeddings.__name__ else (40, 6)
    if exercise.name.startswith("train_"):
        many, few = min(many, 10), min(few, 3)
    names = parameter_names(exercise)
    for function, seeds in ((exercise.reference, many), *((right, few) for right in exercise.right)):
        for seed in range(100, 100 + seeds):
            for case in exercise.all_cases(seed):
                if case.raises:
                    continue  # there is nothing for a rule to look at
                case = with_seed(case, seed)
                outcome = LocalRunner(function).run(case, names)
                found = exercise.rule(arguments(exercise, case), (outcome, outcome))
                assert found is None or found.craft, (case.name, seed, function)


@pytest.mark.parametrize("exercise", [by_name(exercise) for exercise in RANDOM])
def test_odd_outputs_are_a_problem_and_never_raise(exercise):
    case = exercise.cases[0]
    right = LocalRunner(exercise.reference).run(case, parameter_names(exercise))
    for calls in ((), right.calls[:1], right.calls[:-1], right.calls[::-1], right.calls):
        for odd in ODD:
            outcome = Outcome((odd,) * case.times, calls=calls)
            found = exercise.rule(arguments(exercise, case), (outcome, outcome))
            assert isinstance(found, Problem), odd
            assert found.sentence


@pytest.mark.parametrize("name", ["random_search", "sgd"])
def test_odd_arguments_of_the_recorded_calls_are_a_problem(name):
    exercise = find(name)
    case = exercise.cases[0]
    right = LocalRunner(exercise.reference).run(case, parameter_names(exercise))
    (args, value), *others = right.calls
    for place in range(len(args)):
        for odd in (*ODD, np.zeros((2, 2)), np.full(np.shape(args[place]), np.nan), args[place][:0]):
            changed = (*args[:place], odd, *args[place + 1 :])
            outcome = replace(right, calls=((changed, value), *others))
            assert isinstance(exercise.rule(arguments(exercise, case), (outcome, outcome)), Problem), odd


@pytest.mark.parametrize("name", ["random_search", "sgd"])
@pytest.mark.parametrize("dtype", [complex, bool])
def test_numbers_of_another_kind_are_a_problem(name, dtype):
    exercise = find(name)
    case = exercise.cases[0]
    right = LocalRunner(exercise.reference).run(case, parameter_names(exercise))
    outputs = tuple((*parts, losses.astype(dtype)) for *parts, losses in right.outputs)
    outcome = replace(right, outputs=outputs)
    assert exercise.rule(arguments(exercise, case), (outcome, outcome)).mistake == "no_array"


@pytest.mark.parametrize("exercise", [by_name(exercise) for exercise in RANDOM])
def test_runs_that_differ_are_a_problem(exercise):
    case = next(case for case in exercise.cases if not case.once)
    first, second = (
        LocalRunner(exercise.reference).run(with_seed(case, seed), parameter_names(exercise)) for seed in (1, 2)
    )
    assert exercise.rule(arguments(exercise, case), (first, first)) is None
    assert exercise.rule(arguments(exercise, case), (first, second)).mistake == "ignores_rng"


def two_steps(theta=2.0, losses=(9.0, 4.0), middle=5.0, rows=((0,), (1,)), y_rows=None):
    """Return sgd's arguments and outcomes: one epoch over (1, 4) and (2, 5), one point per batch, from 8 by rate 1/2.
    The slope is 6 both times."""
    x, y = np.array([1.0, 2.0]), np.array([4.0, 5.0])
    batches = [(x[list(i)], y[list(j)]) for i, j in zip(rows, y_rows or rows, strict=True)]
    calls = (((8.0, *batches[0]), (9.0, 6.0)), ((middle, *batches[1]), (4.0, 6.0)))
    outcome = Outcome(((theta, np.array(losses)),), calls=calls)
    settings = {"theta0": 8.0, "X": x, "y": y, "learning_rate": 0.5, "batch_size": 1, "epochs": 1, "rng": Seed(0)}
    return settings, (outcome, outcome)


def test_sgd_by_hand():
    assert rules.sgd(*two_steps()) is None
    assert rules.sgd(*two_steps(rows=((1,), (0,)))) is None


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"theta": 5.0}, "before_last_update"),
        ({"theta": 8.0}, "uphill"),
        ({"theta": -1.0}, "learning_rate_ignored"),
        ({"theta": 2.001}, "theta"),
        ({"middle": 8.0}, "not_updated"),
        ({"middle": 5.001}, "step"),
        ({"middle": 11.0}, "uphill"),
        ({"losses": (4.0, 9.0)}, "losses"),
        ({"losses": (9.0, math.nan)}, "losses"),
        ({"losses": (6.5,)}, "epoch_losses"),
        ({"losses": (9.0, 4.0, 1.0)}, "losses_length"),
        ({"rows": ((0,), (0,))}, "with_replacement"),
        ({"y_rows": ((1,), (0,))}, "pairs_broken"),
        ({"rows": ((0, 1), (1,))}, "batch_sizes"),
        ({"rows": ((0, 1), (0, 1))}, "whole_data"),
        ({"rows": ((0,), ())}, "empty_batch"),
        ({"y_rows": ((0, 1), (1,))}, "batch_shape"),
    ],
)
def test_sgd_by_hand_with_one_thing_wrong(change, mistake):
    assert rules.sgd(*two_steps(**change)).mistake == mistake


def test_a_right_descent_to_infinity_is_right_and_a_wrong_one_is_not():
    exercise = find("sgd")
    case = exercise.cases[0]
    case = replace(case, kwargs={**case.kwargs, "learning_rate": 50.0})
    names = parameter_names(exercise)
    uphill = next(mistake.function for mistake in exercise.mistakes if mistake.id == "uphill")
    outcomes = [LocalRunner(function).run(case, names) for function in (exercise.reference, uphill)]
    assert all(np.isnan(outcome.outputs[0][0]).all() for outcome in outcomes)
    right, wrong = (exercise.rule(arguments(exercise, case), (outcome, outcome)) for outcome in outcomes)
    assert right is None
    assert wrong.mistake == "uphill"


def test_the_random_data_of_sgd_keeps_the_descent_finite():
    for seed in range(300):
        (case,) = find("sgd").random_cases(np.random.default_rng(seed))
        pull, theta0, X, y = case.args
        settings = {**case.kwargs, "rng": np.random.default_rng(seed)}
        theta, _ = find("sgd").reference(pull, theta0, X, y, **settings)
        assert pull(theta, X, y)[0] < pull(theta0, X, y)[0]


def lists(value):
    """Return a value with lists in place of its arrays."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(lists, value))
    return value.tolist() if isinstance(value, np.ndarray) else value


def changed(function, change):
    """Return an answer that changes what another one returns."""
    return lambda *args, **settings: change(function(*args, **settings))


LISTS = {
    "random_search": "list_not_array",
    "minibatches": "list_not_array",
    "sgd": "list_not_array",
    "train_logistic_regression": "list_not_array",
    "train_linear_classifier": "list_not_array",
    "k_fold": "fold_lists",
    "dropout": "list_not_array",
}


def returned(name):
    """Return the solution's function; of one that yields, all that it yields in a list."""
    reference = find(name).reference
    return changed(reference, list) if name == "minibatches" else reference


@pytest.mark.parametrize(("name", "remark"), LISTS.items())
def test_lists_of_right_numbers_pass_with_one_remark(name, remark):
    verdict = evaluate(name, changed(returned(name), lists))
    assert verdict.passed, verdict.message
    assert [each.id for each in verdict.remarks] == [remark]
    assert verdict.points == verdict.max_points


@pytest.mark.parametrize("name", LISTS)
def test_wrong_numbers_in_lists_are_named_by_what_is_wrong(name):
    for mistake in find(name).mistakes:
        if mistake.craft or mistake.id in (
            "first_fold_only",
            "folds_without_train",
            "no_indices",
            "one_array",
            "masks",
        ):
            continue  # these are told by the form
        answer = changed(
            mistake.function, lambda value: lists(list(value) if name == "minibatches" and value else value)
        )
        assert evaluate(name, answer).mistake == mistake.id


@pytest.mark.parametrize("name", ["sgd", "train_logistic_regression", "train_linear_classifier"])
def test_float64_in_place_of_float32_is_a_remark(name):
    def widened(parts):
        return tuple(np.asarray(part, np.float64) for part in parts)

    verdict = evaluate(name, changed(returned(name), widened))
    assert verdict.passed, verdict.message
    (remark,) = verdict.remarks
    assert "float64" in remark.text


@pytest.mark.parametrize("as_lists", [False, True])
@pytest.mark.parametrize(("name", "mistake"), [("minibatches", "no_indices"), ("k_fold", "no_pairs")])
def test_floats_are_no_row_numbers(name, mistake, as_lists):
    def floats(value):
        if isinstance(value, (tuple, list)):
            return type(value)(map(floats, value))
        return (1.0 * value).tolist() if as_lists else 1.0 * value

    assert evaluate(name, changed(returned(name), floats)).mistake == mistake


@pytest.mark.parametrize(
    "norm",
    [
        lambda grad_w, grad_b: np.linalg.norm(grad_w),
        lambda grad_w, grad_b: abs(grad_b),
        lambda grad_w, grad_b: np.abs([*grad_w, grad_b]).max(),
        lambda grad_w, grad_b: np.abs([*grad_w, grad_b]).sum(),
        lambda grad_w, grad_b: np.mean(np.abs([*grad_w, grad_b])),
        lambda grad_w, grad_b: np.linalg.norm(grad_w) + abs(grad_b),
        lambda grad_w, grad_b: np.sum(np.square([*grad_w, grad_b])),
        lambda grad_w, grad_b: np.linalg.norm([*grad_w, grad_b]) * 12,
    ],
)
def test_training_stops_by_the_norm_of_the_whole_gradient(norm):
    def train(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
        w, b, losses = np.zeros(X.shape[1]), 0.0, []
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                rows = order[start : start + batch_size]
                loss, grad_w, grad_b = logistic_loss(w, b, X[rows], y[rows])
                losses.append(loss)
                w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
            if norm(*logistic_loss(w, b, X, y)[1:]) < tol:
                break
        return w, b, np.array(losses)

    verdict = evaluate("train_logistic_regression", train)
    assert verdict.mistake in ("stops_elsewhere", "tol_ignored"), verdict.message


def test_a_case_that_is_run_once_is_run_once():
    runs = []

    def counted(n, batch_size, rng):
        runs.append((n, batch_size))
        return find("minibatches").reference(n, batch_size, rng)

    assert evaluate("minibatches", counted).passed
    for case in find("minibatches").all_cases(0):
        assert runs.count(case.args[:2]) == case.times * (1 if case.once else 2)


def test_minibatches_by_hand():
    def check(*epochs, n=5, batch_size=2):
        outcome = Outcome(tuple([np.array(batch, int) for batch in epoch] for epoch in epochs))
        found = rules.minibatches({"n": n, "batch_size": batch_size}, (outcome, outcome))
        return found and found.mistake

    assert check([[3, 1], [4, 0], [2]]) is None
    assert check([[3, 1], [4, 0]]) == "last_dropped"
    assert check([[3, 1], [4, 0], [2], []]) == "empty_batch"
    assert check([[2], [3, 1], [4, 0]]) == "batch_sizes"
    assert check([[3, 1], [4, 0], [2, 3]]) == "with_replacement"
    assert check([[3, 1], [4, 5], [2]]) == "out_of_range"
    assert check([[3, 1], [2]]) == "rows_missing"
    assert check([[1, 3], [0, 2]], n=4) is None
    rolled = np.roll(np.arange(30), 7).reshape(5, 6).tolist()
    assert check(rolled, n=30, batch_size=6) == "neighbours_stay"
    strided = np.arange(30).reshape(6, 5).T
    assert check(strided[[3, 0, 4, 1, 2]].tolist(), n=30, batch_size=6) == "not_shuffled"
    assert check(np.arange(30)[::-1].reshape(5, 6).tolist(), n=30, batch_size=6) == "not_shuffled"


@pytest.mark.parametrize(("n", "batch_size"), [(23, 5), (24, 6), (25, 11), (25, 2), (59, 3), (30, 30), (1000, 64)])
def test_the_order_within_a_batch_is_free(n, batch_size):
    def sorted_batches(n, batch_size, rng):
        number = rng.permutation(np.arange(n) // batch_size)
        return [np.flatnonzero(number == i) for i in range(-(-n // batch_size))]

    for seed in range(200):
        run = LocalRunner(sorted_batches).run(
            Case("", (n, batch_size, Seed(seed)), times=2), ["n", "batch_size", "rng"]
        )
        assert rules.minibatches({"n": n, "batch_size": batch_size}, (run, run)) is None


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_mistakes_of_random_exercises_have_a_sentence(exercise, mistake):
    # The engine itself tells that an argument was changed, or that an error is missing.
    own = getattr(sys.modules[exercise.rule.__module__], "SENTENCES", {})
    assert mistake in {**rules_common.SENTENCES, **own, "mutates_input": "", "no_error": ""}


@pytest.mark.parametrize("module", [rules_common, rules_classifier, rules_embeddings, rules_word2vec])
def test_every_sentence_is_said_by_some_rule(module):
    texts = [path.read_text("utf-8") for path in Path(rules_common.__file__).parent.glob("rules*.py")]
    said = re.findall(r'"(\w+)"', "".join(re.sub(r"(?s)^SENTENCES = {.*?^}$", "", text, flags=re.M) for text in texts))
    assert set(module.SENTENCES) <= set(said)


def test_every_callbacks_function_is_used():
    used = {
        value
        for exercise in exercises().values()
        for case in exercise.all_cases(0)
        for value in (*case.args, *case.kwargs.values())
        if callable(value)
    } | {exercise.slow for exercise in exercises().values() if exercise.slow}
    functions = {value for value in vars(callbacks).values() if getattr(value, "__module__", "") == callbacks.__name__}
    assert functions == used


@pytest.mark.parametrize("exercise", [by_name(exercise) for exercise in CHAPTER])
def test_checks_call_the_callbacks_functions_seldom(exercise):
    """Each call back takes a message to another process and one home again when a class is graded."""
    runner, names = LocalRunner(exercise.reference), parameter_names(exercise)
    calls = sum(len(runner.run(case, names).calls) for case in exercise.all_cases(0))
    assert calls * (2 if exercise.rule else 1) < 300


def test_a_failed_case_without_weight_costs_points():
    def nan_for_zeros(a, b):
        found = find("relative_error").reference(a, b)
        return found if np.any(a) or np.any(b) else math.nan

    verdict = evaluate("relative_error", nan_for_zeros)
    assert verdict.mistake == "zero_over_zero"
    assert 0 < verdict.points < verdict.max_points


@pytest.mark.parametrize(("noise", "passes"), [(3e-7, True), (-3e-7, True), (5e-6, False), (-5e-6, False)])
def test_numerical_gradients_may_differ_in_rounding_only(noise, passes):
    exercise = find("numerical_gradient")
    verdict = evaluate(exercise, lambda f, x, h=1e-5: (exercise.reference(f, x, h) * (1 + noise)).astype(_kept(x)))
    assert verdict.passed is passes


def _kept(x):
    return np.float32 if getattr(x, "dtype", None) == np.float32 else np.float64
