"""What holds for every public function of every chapter. A new function needs a row in CONTRACT."""

import importlib
import inspect
import math
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import pytest

import solutions
from solutions.backend import as_float

CHAPTERS = sorted(m.name for m in pkgutil.iter_modules(solutions.__path__) if m.name not in ("backend", "datasets"))


def public_functions(module_name):
    module = importlib.import_module(f"solutions.{module_name}")
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and not name.startswith("_"):
            yield f"{module_name}.{name}", function


FUNCTIONS = {name: function for chapter in CHAPTERS for name, function in public_functions(chapter)}
DOCUMENTED = FUNCTIONS | dict(public_functions("backend"))


@dataclass(frozen=True)
class Row:
    """`arguments` builds the arguments with whole numbers, out of arrays made by its own argument.

    `outputs` holds, for each value returned, the shape of an array or the type of anything else. `wrong` pairs changed
    arguments, made in the same way, with the shapes that the error must show.
    """

    signature: str
    arguments: Callable[[Callable[[Any], Any]], dict[str, Any]]
    outputs: tuple[Any, ...]
    wrong: tuple[tuple[Callable[[Callable[[Any], Any]], dict[str, Any]], str], ...] = ()
    own_arrays: bool = False  # the arrays are drawn from a NumPy generator: none comes in


def mean_pull(theta, X, y):
    """A loss of theta (2,), X (n, 2) and y (n,), and its gradient, in any library."""
    X, y = as_float(X), as_float(y)
    gap = X @ theta - y
    return (gap @ gap) / X.shape[0], 2 * (X.T @ gap) / X.shape[0]


def zeros(*shape):
    return np.zeros(shape)


CONTRACT = {
    "start_here.center_columns": Row(
        "(X)",
        lambda a: {"X": a([[1, 20, 4], [3, 10, 8]])},
        ((2, 3),),
        ((lambda a: {"X": a(zeros(3))}, "(N, D) (3,)"), (lambda a: {"X": a(zeros(1, 2, 3))}, "(N, D) (1, 2, 3)")),
    ),
    "gradient_descent.squared_error": Row(
        "(y_hat, y)",
        lambda a: {"y_hat": a([5, 1, 4]), "y": a([3, 1, 7])},
        ((3,),),
        (
            (lambda a: {"y": a(zeros(3, 1))}, "(3,) (3, 1)"),
            (lambda a: {"y": a(zeros(1))}, "(3,) (1,)"),
            (lambda a: {"y_hat": a(zeros(2))}, "(2,) (3,)"),
        ),
    ),
    "gradient_descent.shift_loss": Row(
        "(theta, x, y)",
        lambda a: {"theta": 5.0, "x": a([2, 3, 5]), "y": a([4, 5, 9])},
        ((), ()),
        (
            (lambda a: {"y": a(zeros(3, 1))}, "(3,) (3, 1)"),
            (lambda a: {"x": a(zeros(1))}, "(1,) (3,)"),
            (lambda a: {"theta": a(zeros(3))}, "() (3,)"),
        ),
    ),
    "gradient_descent.gradient_descent": Row(
        "(grad, theta0, learning_rate, steps, tol=0.0)",
        lambda a: {
            "grad": lambda t: t - as_float(a([4, 8])),
            "theta0": a([2, 4]),
            "learning_rate": 0.5,
            "steps": 3,
            "tol": 0.5,
        },
        ((4, 2),),
        (
            (lambda a: {"grad": lambda theta: a(zeros(2, 1))}, "(2, 1) (2,)"),
            (lambda a: {"grad": lambda theta: 1.0}, "() (2,)"),
        ),
    ),
    "gradient_descent.first_slip": Row(
        "(path, grad, learning_rate, atol=1e-06)",
        lambda a: {"path": a([5, -1, 4, 0]), "grad": lambda theta: 2 * theta - 4, "learning_rate": 1.0},
        (int,),
        ((lambda a: {"path": a(zeros(2, 1))}, "(T+1,) (2, 1)"), (lambda a: {"path": a(5)}, "(T+1,) ()")),
    ),
    "gradient_descent.linear_regression_loss": Row(
        "(w, b, X, y)",
        lambda a: {"w": a([1, 2]), "b": 3.0, "X": a([[1, 2], [3, 4], [0, 6]]), "y": a([1, 0, 5])},
        ((), (2,), ()),
        (
            (lambda a: {"w": a(zeros(3))}, "(3,) (3, 2)"),
            (lambda a: {"w": a(zeros(2, 1))}, "(2, 1) (3, 2)"),
            (lambda a: {"y": a(zeros(3, 1))}, "(3, 1) (3, 2)"),
            (lambda a: {"y": a(zeros(1))}, "(1,) (3, 2)"),
            (lambda a: {"X": a(zeros(2))}, "(2,) (3,)"),
            (lambda a: {"b": a(zeros(3))}, "() (3,)"),
        ),
    ),
    "gradient_descent.least_squares": Row(
        "(X, y)",
        lambda a: {"X": a([[1, 2], [3, 4], [0, 6], [1, 1]]), "y": a([1, 0, 5, 2])},
        ((2,), ()),
        (
            (lambda a: {"y": a(zeros(4, 1))}, "(4, 1) (4, 2)"),
            (lambda a: {"y": a(zeros(3))}, "(3,) (4, 2)"),
            (lambda a: {"X": a(zeros(4))}, "(4,) (N, D)"),
        ),
    ),
    "gradient_descent.cubic_gradient": Row(
        "(x, y)",
        lambda a: {"x": a([[1, 2, 0]]), "y": a([[3, 1, 5]])},
        ((1, 3), (1, 3)),
        ((lambda a: {"y": a(zeros(3, 1))}, "(1, 3) (3, 1)"), (lambda a: {"x": 1.0}, "() (1, 3)")),
    ),
    "gradient_descent.bowl_gradient": Row(
        "(x, y)",
        lambda a: {"x": a([[1, 2, 0]]), "y": a([[3, 1, 5]])},
        ((1, 3), (1, 3)),
        ((lambda a: {"y": a(zeros(3, 1))}, "(1, 3) (3, 1)"), (lambda a: {"x": 1.0}, "() (1, 3)")),
    ),
    "gradient_descent.numerical_gradient": Row(
        "(f, x, h=1e-05)",
        lambda a: {"f": lambda x: 3 * x[0, 0] * x[1, 2] + x[0, 1] ** 2, "x": a([[1, 2, 3], [4, 5, 6]])},
        ((2, 3),),
        ((lambda a: {"f": lambda x: x[0, :]}, "() (3,)"), (lambda a: {"f": lambda x: x[:1, 0]}, "() (1,)")),
    ),
    "gradient_descent.relative_error": Row(
        "(a, b)",
        lambda a: {"a": a([99, 5]), "b": a([100, 5])},
        (float,),
        ((lambda a: {"b": a(zeros(2, 1))}, "(2,) (2, 1)"), (lambda a: {"a": 99.0}, "() (2,)")),
    ),
    "gradient_descent.random_search": Row(
        "(loss, shape, trials, rng, scale=1.0)",
        lambda a: {"loss": lambda w: (w**2).sum(), "shape": (2, 3), "trials": 4, "rng": np.random.default_rng(0)},
        ((2, 3), float, (4,)),
        own_arrays=True,
    ),
    "gradient_descent.minibatches": Row(
        "(n, batch_size, rng)",
        lambda a: {"n": 5, "batch_size": 3, "rng": np.random.default_rng(0)},
        ((3,), (2,)),
        own_arrays=True,
    ),
    "gradient_descent.sgd": Row(
        "(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng)",
        lambda a: {
            "loss_and_grad": mean_pull,
            "theta0": a([1, -1]),
            "X": a([[1, 2], [3, 1], [0, 2], [1, 1], [2, 2]]),
            "y": a([1, 2, 0, 3, 1]),
            "learning_rate": 0.05,
            "batch_size": 2,
            "epochs": 3,
            "rng": np.random.default_rng(0),
        },
        ((2,), (9,)),
        (
            (lambda a: {"y": a(zeros(4))}, "(4,) (5, 2)"),
            (lambda a: {"loss_and_grad": lambda theta, X, y: (0.0, a(zeros(2, 1)))}, "(2, 1) (2,)"),
        ),
    ),
}

rows = pytest.mark.parametrize("name", CONTRACT)
rows_with_arrays = pytest.mark.parametrize("name", [name for name, row in CONTRACT.items() if not row.own_arrays])


def outputs_of(name, arguments):
    result = FUNCTIONS[name](**arguments)
    if inspect.isgenerator(result):
        result = tuple(result)
    return result if isinstance(result, tuple) else (result,)


def test_every_public_function_has_a_row():
    assert set(CONTRACT) == set(FUNCTIONS)


@pytest.mark.parametrize("name", [name for name, row in CONTRACT.items() if not row.own_arrays])
def test_functions_of_arrays_refuse_wrong_shapes(name):
    assert CONTRACT[name].wrong, "a function that takes arrays says which shapes it refuses"


@rows
def test_signature_is_the_published_one(name):
    signature = inspect.signature(FUNCTIONS[name])
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    assert str(inspect.Signature(bare)) == CONTRACT[name].signature


@pytest.mark.parametrize("name", DOCUMENTED)
def test_types_are_complete(name):
    signature = inspect.signature(DOCUMENTED[name])
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


@pytest.mark.parametrize("name", DOCUMENTED)
def test_docstring_has_its_parts_in_order(name):
    doc = inspect.getdoc(DOCUMENTED[name])
    assert re.match(r"(Return|Yield|Raise) .*\.", doc.splitlines()[0])
    parts = re.findall(r"^(Args|Returns|Yields|Raises|Example|Source):", doc, flags=re.MULTILINE)
    order = ["Args", "Returns", "Yields", "Raises", "Example", "Source"]
    assert parts == sorted(parts, key=order.index)
    assert "Example" in parts
    assert ">>> " in doc
    about_arguments = doc.partition("Args:")[2].partition("Returns:")[0]
    for parameter in inspect.signature(DOCUMENTED[name]).parameters:
        assert re.search(rf"^    (\w+, )*{parameter}(, \w+)*: ", about_arguments, flags=re.MULTILINE), parameter


@rows
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_outputs_have_the_dtype_library_and_device_of_the_inputs(name, dtype, backend):
    row = CONTRACT[name]
    outputs = outputs_of(name, row.arguments(lambda values: backend.asarray(values, dtype)))
    assert len(outputs) == len(row.outputs)
    for output, expected in zip(outputs, row.outputs, strict=True):
        if isinstance(expected, type):
            assert type(output) is expected
            continue
        assert output.shape == expected
        if row.own_arrays:
            assert type(output) is np.ndarray
        else:
            assert backend.owns(output)
            assert output.dtype == getattr(backend.xp, dtype)


@rows_with_arrays
@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_values_agree_with_numpy_in_float64(name, dtype, backend):
    outputs = outputs_of(name, CONTRACT[name].arguments(lambda values: backend.asarray(values, dtype)))
    expected = outputs_of(name, CONTRACT[name].arguments(lambda values: np.asarray(values, np.float64)))
    rtol = 1e-5 if dtype == "float32" else 1e-14
    for output, right in zip(outputs, expected, strict=True):
        if array_api_compat.is_array_api_obj(output):
            assert output.dtype == getattr(backend.xp, "float64" if dtype == "int64" else dtype)
            output = backend.numpy(output)
        np.testing.assert_allclose(output, right, rtol=rtol, atol=rtol)


@rows_with_arrays
def test_inputs_are_left_as_they_are(name, backend):
    arguments = CONTRACT[name].arguments(backend.asarray)
    arrays = {key: value for key, value in arguments.items() if array_api_compat.is_array_api_obj(value)}
    assert arrays
    before = {key: backend.numpy(value).copy() for key, value in arrays.items()}
    outputs_of(name, arguments)
    for key, value in arrays.items():
        np.testing.assert_array_equal(backend.numpy(value), before[key])


def read_only(values):
    x = np.array(values, dtype=np.float64)
    x.flags.writeable = False
    return x


def every_other_entry(values):
    values = np.asarray(values, dtype=np.float64)
    wide = np.full(tuple(2 * side for side in values.shape), math.nan)
    view = wide[tuple(slice(None, None, 2) for _ in values.shape)]
    view[...] = values
    return view


def column_order(values):
    return np.asfortranarray(values, dtype=np.float64)


def backwards(values):
    return np.flip(np.flip(np.asarray(values, dtype=np.float64)).copy())


@rows_with_arrays
@pytest.mark.parametrize("layout", [read_only, every_other_entry, column_order, backwards])
def test_memory_layout_does_not_matter(name, layout):
    outputs = outputs_of(name, CONTRACT[name].arguments(layout))
    expected = outputs_of(name, CONTRACT[name].arguments(lambda values: np.array(values, dtype=np.float64)))
    for output, right in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(output, right, rtol=1e-14, atol=1e-14)


WRONG = [
    pytest.param(name, change, shapes, id=f"{name}-{shapes}")
    for name, row in CONTRACT.items()
    for change, shapes in row.wrong
]


@pytest.mark.parametrize(("name", "change", "shapes"), WRONG)
def test_wrong_shapes_are_refused_and_named(name, change, shapes, backend):
    arguments = CONTRACT[name].arguments(backend.asarray) | change(backend.asarray)
    with pytest.raises(ValueError, match=r"shape|expected|examples") as caught:
        outputs_of(name, arguments)
    for shape in re.findall(r"\([^)]*\)", shapes):
        assert shape in str(caught.value)
