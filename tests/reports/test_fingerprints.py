"""Fingerprints: the same for the same work however it is written down, others for other work."""

from __future__ import annotations

import pytest

from autograder.reports.fingerprints import GRAM, Function, fingerprints, functions

WORK = """
def train(X, y, steps, rate=0.1):
    '''Return the weights.'''
    w = np.zeros(X.shape[1])
    for step in range(steps):
        error = X @ w - y
        gradient = 2 * X.T @ error / len(y)
        w = w - rate * gradient
        if np.abs(gradient).max() < 1e-6:
            break
    return w
"""
DISGUISED = """
@wraps
def train(features: np.ndarray, labels, epochs: int, eta=0.1) -> np.ndarray:
    # all of this is mine
    theta: np.ndarray = np.zeros(features.shape[1])  # start
    for t in range(epochs):

        r = (features @ theta) - labels
        slope = 2.0 * features.T @ r / len(labels)
        theta = theta - eta * slope
        if (np.abs(slope).max()
                < 0.000001):
            break
    return theta
"""
OTHER = """
def train(X, y, steps, rate=0.1):
    '''Return the weights.'''
    n, d = X.shape
    path = [np.zeros(d)]
    while len(path) <= steps:
        residual = np.dot(X, path[-1]) - y
        path.append(path[-1] - rate * np.mean(2 * residual[:, None] * X, axis=0))
    return path[-1]
"""


def one(source: str) -> Function:
    (found,) = functions([source])
    return found


def share(a: str, b: str) -> float:
    """Return how much of one function is found in another."""
    return len(one(a).prints & one(b).prints) / len(one(a).prints)


def test_names_comments_spacing_and_annotations_do_not_count() -> None:
    # An annotated variable alone is another kind of statement.
    assert share(WORK, DISGUISED.replace("theta: np.ndarray =", "theta =")) == 1
    assert share(WORK, DISGUISED) > 0.6


def test_other_work_is_different() -> None:
    assert share(WORK, OTHER) == 0
    assert share(OTHER, WORK) == 0


@pytest.mark.parametrize(
    "change",
    [
        ("2 * X.T", "3 * X.T"),
        ("w - rate", "w + rate"),
        ("np.abs", "np.sum"),
        ("rate * gradient", "gradient * gradient"),
    ],
)
def test_what_a_function_does_counts(change: tuple[str, str]) -> None:
    assert 0 < share(WORK, WORK.replace(*change)) < 1


def test_a_passage_is_found_inside_other_work() -> None:
    passage = WORK.split("'''\n")[2] if WORK.count("'''\n") > 1 else WORK.split("weights.'''\n")[1]
    inside = f"def solve(X, y, steps, rate):\n    print('start')\n    before = list(map(str, X))\n{passage}"
    assert share(WORK, inside) > 0.7


def test_names_count_by_where_they_stood() -> None:
    terms = " + ".join(f"{a} * {b}" for a, b in zip("abcdefgh", "bcdefgha", strict=True))
    cycle = f"def f(a, b, c, d, e, f, g, h):\n    return {terms}"
    doubled = cycle.replace("a * b", "a * a").replace("c * d", "c * c")
    assert one(cycle).prints != one(doubled).prints


def test_short_functions_have_none() -> None:
    assert functions(["def squared_error(y_hat, y):\n    return (y_hat - y) ** 2"]) == []
    assert functions(["def stub(x, y):\n    '''A long docstring.'''\n    raise NotImplementedError"]) == []
    line = "    x += x\n"  # three tokens
    assert functions([f"def f(x):\n{line * (GRAM // 3 - 1)}"]) == []
    assert functions([f"def f(x):\n{line * (GRAM // 3)}"]) != []


def test_starter_code_leaves_none() -> None:
    given = WORK.split("'''Return the weights.'''\n")[1]
    assert functions([WORK], fingerprints([WORK])) == []
    # Given outside of a function, taken over into one, and with other names.
    outside = "\n".join(line[4:] for line in given.split("\n")).replace("return w", "w")
    assert functions([DISGUISED.replace("theta: np.ndarray =", "theta =")], fingerprints([WORK])) == []
    assert len(one(WORK).prints) > 2 * sum(len(f.prints) for f in functions([WORK], fingerprints([outside])))


def test_a_helper_that_stands_twice_is_one() -> None:
    assert [found.name for found in functions([WORK, WORK, OTHER])] == ["train", "train"]


def test_the_source_is_the_student_s_own_text() -> None:
    text = functions([f"%matplotlib inline\r\nx = 1\r\n{WORK}\r\nprint(x)"])[0].source
    assert text == WORK.strip("\n")


@pytest.mark.parametrize(
    "cell",
    [
        "def f(:\n    pass",
        "f = " + "(" * 5000,
        "def f(x):\n    return " + "-" * 20_000 + "x",
        "def f(x):\n    return x" + "+1" * 50_000,
        "def f(x):\n    return x" + ".a" * 50_000,
        "\0",
        "\udce9 = 1",
        "def f(x):\n    return '\\ud800', 10**400, 1e999, ..., b'', 1j, None, True, x, x, x, x, x, x, x, x, x, x, x, x",
    ],
)
def test_hostile_code_does_no_harm(cell: str) -> None:
    assert "train" in [found.name for found in functions([cell, WORK])]
    assert fingerprints([cell, WORK]) >= one(WORK).prints


@pytest.mark.parametrize(
    "piece",
    [
        "%a\n",
        "!\\\n",
        "a ",
        " ",
        "\t\n",
        '"""',
        '\\"""',
        "'",
        "f'",
        "[",
        "x;",
        "def ",
        "def f(",
        "1e",
        "a.",
        "#",
        "\0",
        "a=",
    ],
)
def test_any_text_is_read_in_one_go(piece: str) -> None:
    """In quadratic time these would take hours: 9 kB of magics took seven seconds."""
    many = piece * (200_000 // len(piece))
    (found,) = functions([many, f"def f():\n    return {many}", WORK])[-1:]
    assert found == one(WORK)


def test_classes_count_as_well() -> None:
    indented = WORK.replace("\n", "\n    ")
    (found,) = functions([f"class Model:\n    '''A model.'''\n{indented}"])
    assert found.name == "Model"
    assert len(one(WORK).prints & found.prints) > 0.7 * len(one(WORK).prints)


def test_docstrings_and_annotations_leave_no_trace() -> None:
    body = WORK.split("weights.'''\n")[1].replace("\n", "\n    ")
    bare = f"def f(X, y, steps, rate):\n    def g(X, y, steps, rate):\n    {body}\n    return g"
    dressed = bare.replace(
        "g(X, y, steps, rate):", "g(X: list, y: dict[str, int], steps, rate) -> float:\n        'doc'"
    )
    assert dressed != bare
    assert one(dressed).prints == one(bare).prints
