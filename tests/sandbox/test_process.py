"""A student's functions in a process of their own: the same verdicts as at home, and no harm to the grader."""

from __future__ import annotations

import itertools
import linecache
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises
from autograder.checking.evaluate import LocalRunner
from autograder.checking.exercise import Case
from autograder.checking.exercise_cell import filled
from autograder.course import find as find_chapter
from autograder.sandbox import forkserver, isolation, process
from autograder.sandbox.process import Limits
from autograder.sandbox.session import Session

CHAPTER = find_chapter("01")
EXERCISES = [exercise for exercise in exercises().values() if exercise.chapter == CHAPTER.name]
QUICK = Limits(seconds=1.0)

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes")


def run(session: Session, name: str, *args, times: int = 1, **kwargs):
    runner, why = session.load(name)
    assert runner is not None, why
    return runner.run(Case("a case", args, kwargs, times=times), [f"a{i}" for i in range(len(args))])


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_a_right_function_gets_the_verdict_it_gets_at_home(session, exercise):
    runner, why = session(*map(filled, EXERCISES)).load(exercise.name)
    assert why is None
    there, here = evaluate(exercise, runner, seed=3), evaluate(exercise, exercise.reference, seed=3)
    assert there.passed
    assert there == here


WRONG = {
    "squared_error": "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2 / 2",
    "shift_loss": "def shift_loss(theta, x, y):\n    r = x + theta - y\n    return (r**2).mean(), r.mean()",
    "numerical_gradient": "import numpy as np\ndef numerical_gradient(f, x, h=1e-5):\n    x = x.astype(float)\n"
    "    return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(x.size)])",
    "gradient_descent": "def gradient_descent(grad, theta0, learning_rate, steps, tol=0.0): return grad(theta0, 5)",
    "least_squares": "def least_squares(X, y):\n    X -= X.mean()\n    return None",
    "bowl_gradient": "def bowl_gradient(x, y):\n    raise KeyError('no')",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_function_gets_the_verdict_it_gets_at_home(session, name):
    namespace: dict = {}
    # A notebook's cells have lines to show.
    linecache.cache["cell"] = (len(WRONG[name]), None, WRONG[name].splitlines(keepends=True), "cell")
    exec(compile(WRONG[name], "cell", "exec"), namespace)
    here = evaluate(f"gradient_descent.{name}", namespace[name], seed=3)
    there = evaluate(f"gradient_descent.{name}", session(WRONG[name]).load(name)[0], seed=3)
    assert not there.passed
    assert there.message == here.message
    for part in ("points", "mistake", "status", "cases"):
        assert getattr(there, part) == getattr(here, part)


def test_calls_of_given_functions_are_recorded_as_at_home(session):
    source = "def f(g, x):\n    return [g(x), g(x + 1)]"
    namespace: dict = {}
    exec(source, namespace)
    case = Case("a case", (np.sum, np.arange(3.0)))
    here = LocalRunner(namespace["f"]).run(case, ["g", "x"])
    there = session(source).load("f")[0].run(case, ["g", "x"])
    assert there.outputs == here.outputs == ([3.0, 6.0],)
    assert [(args[0].tolist(), value) for args, value in there.calls] == [([0, 1, 2], 3.0), ([1, 2, 3], 6.0)]
    assert len(here.calls) == 2


def test_an_error_of_a_given_function_reaches_the_student(session):
    def refuse(x):
        raise ValueError("not this one")

    cell = "def f(g):\n    try:\n        g(1)\n    except ValueError as error:\n        return str(error)"
    assert run(session(cell), "f", refuse).outputs == ("not this one",)


def test_what_is_no_data_is_refused(session):
    cells = (
        "def f(g): return g(print)",
        "def h(): return {1, 2}",
        "def big():\n    import numpy as np\n    return np.ones((3000, 3000))",
    )
    opened = session(*cells)
    error = run(opened, "f", abs).error
    assert (error.kind, error.text[-14:]) == ("TypeError", "not a function")
    assert run(opened, "h").error.text == "it returned a set"
    assert run(opened, "big").error.text == "it returned a value of 68.7 MiB"
    assert run(opened, "f", abs).error.kind == "TypeError"


def test_a_generator_moves_on_between_calls(session):
    from autograder.checking.exercise import Seed

    cell = "def f(rng): return rng.random()"
    rng = np.random.default_rng(5)
    assert run(session(cell), "f", Seed(5), times=2).outputs == (rng.random(), rng.random())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("while True: pass", "Timeout"),
        ("import time; time.sleep(60)", "Timeout"),
        ("import os; os._exit(0)", "Crash"),
        ("import ctypes; ctypes.string_at(0)", "Crash"),
        ("for fd in range(3, 12): forge(fd)", "Crash"),
        ("import os; os.closerange(3, 20)", "Crash"),
        ("import sys; sys.exit()", "SystemExit"),
        ("x = []\n    while True: x.append(bytes(2**24))", "MemoryError"),
        ("return f()", "RecursionError"),
    ],
    ids=["loop", "sleep", "exit", "segfault", "forged", "closed", "sys.exit", "memory", "recursion"],
)
@posix
def test_a_function_that_breaks_its_process_costs_itself_alone(session, body, kind):
    forge = "import os\ndef forge(fd):\n    try:\n        os.write(fd, b'x' * 99)\n    except OSError:\n        pass"
    opened = session(forge, f"def f():\n    {body}", "def g(): return 5", limits=Limits(1.5, 20.0, 2**29))
    runner, _ = opened.load("f")
    outcome = runner.run(Case("a case"), [])
    assert outcome.error.kind == kind
    start = time.monotonic()
    assert runner.run(Case("another case"), []).error.kind == kind
    if runner.lost:
        assert time.monotonic() - start < 1, "the time limit was spent twice"
    assert run(opened, "g").outputs == (5,)


@posix
def test_a_signal_to_its_own_process_costs_a_function_no_other(session):
    opened = session("import os\ndef f(): os.kill(os.getpid(), 9)", "def g(): return 5")
    error = run(opened, "f").error
    # On rung A it is the first process of a namespace, which no signal from inside can end.
    assert error is None if isolation.reached().rung == "A" else error.kind == "Crash"
    assert run(opened, "g").outputs == (5,)


def test_the_reason_of_a_crash_is_told(session):
    opened = session("def f():\n    import os\n    os.abort()", "def g():\n    while True: pass", limits=QUICK)
    if sys.platform != "win32":
        # On rung A, where SIGABRT ends nothing, abort() goes on to end the process by a forbidden instruction.
        signal = "SIGSEGV" if isolation.reached().rung == "A" else "SIGABRT"
        assert run(opened, "f").error.text == f"the Python process ended by {signal}"
    assert run(opened, "g").error.text == "took longer than 1 s"


FORKS = """
import os, time
def f():
    pid = os.fork()
    if pid == 0:
        while True: time.sleep(1)
    return pid
"""


@pytest.fixture
def unlocked(monkeypatch):
    """Let workers start processes, as on a machine that can lock nothing down."""
    monkeypatch.setattr(isolation, "reached", lambda: isolation.Reached("D"))


@posix
def test_children_are_gone_with_the_process(session, unlocked):
    opened = session(FORKS)
    child = psutil.Process(run(opened, "f").outputs[0])
    assert child.is_running()
    opened.close()
    child.wait(timeout=5)


@posix
def test_a_child_that_fled_with_the_channel_does_not_hold_the_grader(session, unlocked):
    opened = session(FORKS.replace("while", "os.setsid()\n        while"))
    child = psutil.Process(run(opened, "f").outputs[0])
    start = time.monotonic()
    opened.close()
    assert time.monotonic() - start < 5
    child.kill()


def test_nothing_stays_on_disk(session):
    cell = """
import os
def f():
    open("note.txt", "w").write("x")
    return os.getcwd(), os.path.expanduser("~"), os.listdir(".")
"""
    opened = session(cell)
    ((cwd, home, names),) = run(opened, "f").outputs
    assert Path(cwd).is_relative_to(Path(tempfile.gettempdir()).resolve())
    assert cwd == os.path.realpath(home)
    assert names == ["note.txt"]
    opened.close()
    assert not list(Path(cwd).iterdir())
    assert run(opened, "f").outputs[0][2] == ["note.txt"]
    opened.close()
    forkserver.close()
    assert not Path(cwd).parent.parent.exists()


def test_prints_do_not_matter(session):
    cell = """
import sys, os
print("x" * 10**6)
def f():
    print("y")
    print("z", file=sys.stderr)
    os.write(1, b"w")
    os.write(2, b"w")
    return 1
"""
    assert run(session(cell), "f").outputs == (1,)


def test_the_environment_holds_nothing_of_the_teachers(session, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    cell = "import os, sys\ndef f(): return [*os.environ], [p for p in sys.path if 'tests' in p]"
    ((names, paths),) = run(session(cell), "f").outputs
    assert "SECRET_TOKEN" not in names
    assert not paths


@pytest.mark.parametrize(
    "statement",
    [
        "import autograder.exercises",
        "from autograder import exercises",
        "import autograder.checking.evaluate",
        "from autograder.sandbox.process import Session",
        "import solutions.gradient_descent",
        "from solutions import gradient_descent",
        "from solutions.gradient_descent import squared_error",
        "import solutions.word2vec",
        "import tests",
        "import conftest",
    ],
)
def test_the_course_is_out_of_reach(session, statement):
    opened = session(f"def f():\n    {statement}", statement + "\ndef g(): return 1")
    assert run(opened, "f").error.kind in ("ImportError", "ModuleNotFoundError")
    assert run(opened, "g").outputs == (1,)


def test_the_reference_is_refused_with_a_reason(session):
    opened = session(
        "from solutions import gradient_descent as ref", "def f(a, b):\n    return ref.squared_error(a, b)"
    )
    runner, why = opened.load("f")
    assert why == (
        "ImportError in code cell 1, line 1: solutions.gradient_descent is not there in grading: use your own functions"
    )
    assert runner.run(Case("a case", (1.0, 2.0)), ["a", "b"]).error.kind == "NameError"


def test_what_notebooks_import_is_there(session):
    cells = [
        "import numpy as np\nfrom autograder import check, hint, progress, solution, evaluate",
        "from solutions.backend import get_backend, to_numpy\nfrom solutions.start_here import center_columns",
        "hint(print); solution(print); progress()",
        "@check\ndef f(X): return to_numpy(center_columns(X))",
    ]
    assert run(session(*cells), "f", np.array([[1.0], [3.0]])).outputs[0].tolist() == [[-1.0], [1.0]]


def test_matplotlib_needs_no_screen(session):
    cell = (
        "import matplotlib.pyplot as plt\ndef f():\n    plt.plot([1, 2])\n    plt.show()\n    return plt.get_backend()"
    )
    assert run(session(cell), "f").outputs[0].lower() == "agg"


def test_a_broken_cell_is_passed_over(session):
    opened = session("def f(: return 1", "1 / 0", "def g(): return 1", "exec('def h(): return 2')")
    assert opened.load("f") == (None, "SyntaxError in code cell 1, line 1: invalid syntax")
    assert opened.errors == ["SyntaxError in code cell 1, line 1: invalid syntax"]
    assert run(opened, "g").outputs == (1,)
    runner, why = opened.load("h")
    assert runner.run(Case("a case"), []).outputs == (2,)
    assert why == "The notebook defines no function h."


def test_cells_that_hang_cost_their_limit_once(session):
    opened = session("def g(): return 1", "while True: pass", limits=Limits(5.0, 2.0))
    assert run(opened, "g").outputs == (1,)
    start = time.monotonic()
    reasons = {opened.load(name)[1] for name in ("x", "x", "x", "x", "x", "x")}
    assert reasons == {"The notebook defines no function x. Running the notebook's cells: took longer than 2 s."}
    assert time.monotonic() - start < 10, "the limit was spent six times"
    assert run(opened, "g").outputs == (1,)


MALFORMED = [
    "{'outputs': 5, 'error': None, 'mutated': []}",
    "{'outputs': {'list': []}, 'error': None, 'mutated': []}",
    "{'outputs': {'list': [None]}, 'error': 5, 'mutated': []}",
    "{'outputs': {'list': [None]}, 'error': {'kind': 5}, 'mutated': []}",
    "{'outputs': {'list': [None]}, 'error': None, 'mutated': 5}",
    "{'outputs': {'array': {'dtype': 'O', 'shape': [1], 'strided': False}}, 'error': None, 'mutated': []}",
    "{}",
    "5",
    "{'callback': 0, 'args': {'tuple': []}}",
    "{'callback': -1}",
    "{'callback': 0, 'args': {'tuple': [{'tuple': []}, {'dict': [[1, None]]}]}}",
    "{'callback': 0, 'args': {'tuple': [{'dict': []}, {'tuple': []}]}}",
    "{'callback': 'x', 'args': 5}",
    "{'callback': [1], 'args': {'tuple': [{'unknown': 1}]}}",
]


@pytest.mark.parametrize("reply", MALFORMED)
def test_a_malformed_reply_is_a_crash_of_the_student(session, reply):
    # The student's code has found the channel and answers in the worker's place.
    cell = f"""
import sys
from worker import wire
def f():
    desk = sys._getframe(2).f_locals["self"]
    wire.send(desk.stdout, {reply if "callback" in reply else f"{{'answers': [{reply}]}}"}, [])
    return 1
"""
    opened = session(cell, "def g(): return 1")
    assert run(opened, "f").error.kind == "Crash"
    assert run(opened, "g").outputs == (1,)


@pytest.mark.parametrize("answers", ["5", "[]", "[right, right]", "None"])
def test_a_malformed_list_of_answers_is_a_crash_of_the_student(session, answers):
    cell = f"""
import sys
from worker import wire
right = {{'outputs': {{'list': [{1}]}}, 'error': None, 'mutated': []}}
def f():
    wire.send(sys._getframe(2).f_locals["self"].stdout, {{'answers': {answers}}}, [])
    return 1
"""
    assert run(session(cell), "f").error.kind == "Crash"


def test_a_handed_in_function_may_be_called_by_name(session):
    opened = session("def f(g): return g(power=3, x=2.0)\ndef h(g): return g(2.0, exponent=3)")
    assert run(opened, "f", lambda x, power: x**power).outputs == (8.0,)
    assert run(opened, "h", lambda x, power: x**power).error.kind == "TypeError"


@posix
def test_a_flood_of_calls_is_ended(session, monkeypatch):
    monkeypatch.setattr(process, "MAX_CALLBACK_BYTES", 2**20)
    cell = "import numpy as np\ndef f(g):\n    while True: g(np.ones(10**4))"
    outcome = run(session(cell, limits=Limits(20.0)), "f", len)
    assert outcome.error.text == "it handed too much data to a function that it was given"


def test_a_flood_of_messages_does_not_outrun_the_clock(session):
    cell = """
import sys
from worker import wire
def f(g):
    desk = sys._getframe(2).f_locals["self"]
    while True:
        wire.send(desk.stdout, {"callback": 0, "args": {"tuple": [{"tuple": []}, {"dict": []}]}}, [])
"""
    opened = session(cell, limits=QUICK)
    runner, _ = opened.load("f")
    answered = itertools.count(1)

    def slow():
        # Slower than the flood, so that a next message always waits. Half a second is too short for so many answers.
        sum(range(10**6))
        if next(answered) > 1000:
            pytest.fail("the call goes on past its limit")

    assert runner.run(Case("a case", (slow,)), ["g"]).error.kind == "Timeout"
