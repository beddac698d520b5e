"""Whatever a reader's function does, the check comes back, and what comes after it is not stopped."""

import threading
import time

import pytest

from autograder.checking import deadline
from autograder.checking.deadline import OutOfTime, stopped_after
from autograder.checking.evaluate import LocalRunner
from autograder.checking.exercise import Case

WAYS = [deadline._by_signal, deadline._by_thread, deadline._by_trace]
PLAIN = Case("one", (1,))


def endless():
    while True:
        pass


def swallows_the_first():
    try:
        endless()
    except BaseException:
        endless()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("function", [endless, lambda: [None for _ in iter(int, 1)]])
def test_a_loop_without_end_is_stopped(way, function):
    with pytest.raises(OutOfTime), way(0.05):
        function()


@pytest.mark.parametrize("way", [deadline._by_signal, deadline._by_thread])
def test_a_loop_that_catches_everything_is_stopped_by_the_next_try(way):
    with pytest.raises(OutOfTime), way(0.05):
        swallows_the_first()


def test_a_sleep_is_woken():
    start = time.monotonic()
    with pytest.raises(OutOfTime), stopped_after(0.05):
        time.sleep(60)
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("way", WAYS)
def test_what_ends_in_time_is_left_alone_and_so_is_what_follows(way):
    for _ in range(20):
        with way(0.01):
            pass
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        pass


@pytest.mark.parametrize("way", WAYS)
def test_an_error_in_the_block_is_its_own(way):
    with pytest.raises(ZeroDivisionError), way(5):
        raise ZeroDivisionError


def test_another_thread_than_the_main_one_is_stopped_too():
    seen = []

    def work():
        try:
            with stopped_after(0.05):
                endless()
        except OutOfTime:
            seen.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["stopped"]


def test_all_calls_share_the_time_and_a_stopped_function_is_not_called_again():
    calls = []

    def function(x):
        calls.append(x)
        endless()

    runner = LocalRunner(function, seconds=0.05)
    first, second = (runner.run(PLAIN, ["x"]) for _ in range(2))
    assert first.error == second.error
    assert (first.error.kind, first.error.text) == ("Timeout", "stopped after 0.05 seconds")
    assert first.error.line == "endless()"
    assert calls == [1]
