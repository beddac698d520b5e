"""Rows are added where they lie, and several processes learn in the same arrays."""

import sys

import numpy as np
import pytest

from solutions import hogwild
from solutions.hogwild import add_rows_in_place, run_workers


def test_rows_that_are_named_twice_add_twice(backend):
    rng = np.random.default_rng(0)
    target, values = rng.standard_normal((6, 3)).astype("float32"), rng.standard_normal((50, 3)).astype("float32")
    rows, scale = rng.integers(6, size=50).astype("int32"), rng.random(50, dtype="float32")
    expected = target.astype("float64")
    np.add.at(expected, rows, scale[:, None] * values)
    changed = backend.asarray(target, "float32")
    assert add_rows_in_place(changed, rows, backend.asarray(values, "float32"), scale) is changed
    np.testing.assert_allclose(backend.numpy(changed), expected, rtol=1e-5, atol=1e-5)


def test_rows_are_added_without_the_inside_of_scipy_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.sparse._sparsetools", None)
    target = np.zeros((2, 1), np.float32)
    add_rows_in_place(target, np.array([1, 1], np.int32), np.ones((2, 1), np.float32), np.array([1, 2], np.float32))
    assert target.tolist() == [[0], [3]]


def fill(numbers, own, tick):
    numbers[own] = own + 1
    tick(0.5)


def test_parts_share_the_arrays_and_tell_their_progress():
    numbers, heard = np.zeros(3), []
    run_workers(fill, [numbers], [(0,), (2,)], lambda number, done: heard.append((number, done)))
    assert numbers.tolist() == [1, 0, 3]
    assert {number for number, _ in heard} <= {0, 1}


def test_an_error_in_one_part_ends_the_others_and_is_raised():
    def work(numbers, fails, tick):
        numbers[0] += 1
        if fails:
            raise RuntimeError("out of ink")
        while True:
            tick(0.5)

    numbers = np.zeros(1)
    with pytest.raises(RuntimeError, match="out of ink"):
        run_workers(work, [numbers], [(False,), (True,)], lambda number, done: None)
    assert numbers[0] > 0


def test_the_bar_shows_the_average_of_the_workers(capsys):
    with hogwild.progress_bar(True, 2) as tell:
        tell(0, 1.0)
        tell(1, 0.5)
    assert "75%" in capsys.readouterr().out
