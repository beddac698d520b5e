"""What holds for every public function of every chapter. A new function needs a row in contract/<chapter>.py."""

import importlib
import inspect
import math
import pkgutil
import re

import array_api_compat
import numpy as np
import pytest

import solutions
from autograder.course import current
from tests import contract
from tests.contract import Integers

SUPPORT = current().support
CHAPTERS = sorted(m.name for m in pkgutil.iter_modules(solutions.__path__) if m.name not in SUPPORT)


def public_functions(module_name):
    module = importlib.import_module(f"solutions.{module_name}")
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and not name.startswith("_"):
            yield f"{module_name}.{name}", function


FUNCTIONS = {name: function for chapter in CHAPTERS for name, function in public_functions(chapter)}
DOCUMENTED = FUNCTIONS | {name: function for module in SUPPORT for name, function in public_functions(module)}

CONTRACT = {
    f"{chapter}.{name}": row
    for _, chapter, _ in pkgutil.iter_modules(contract.__path__)
    for name, row in importlib.import_module(f"tests.contract.{chapter}").CONTRACT.items()
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


@rows_with_arrays
def test_functions_of_arrays_refuse_wrong_shapes(name):
    row = CONTRACT[name]
    assert bool(row.wrong) != row.any_shape, "a function that takes arrays says which shapes it refuses"


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
        integers = isinstance(expected, Integers)
        assert output.shape == (expected.shape if integers else expected)
        if row.own_arrays:
            assert type(output) is np.ndarray
        else:
            assert backend.owns(output)
            assert output.dtype == getattr(backend.xp, "int64" if integers else dtype)


@rows_with_arrays
@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_values_agree_with_numpy_in_float64(name, dtype, backend):
    outputs = outputs_of(name, CONTRACT[name].arguments(lambda values: backend.asarray(values, dtype)))
    expected = outputs_of(name, CONTRACT[name].arguments(lambda values: np.asarray(values, np.float64)))
    rtol = 1e-5 if dtype == "float32" else 1e-14
    for output, right, kind in zip(outputs, expected, CONTRACT[name].outputs, strict=True):
        if array_api_compat.is_array_api_obj(output):
            floating = "float64" if dtype == "int64" else dtype
            assert output.dtype == getattr(backend.xp, "int64" if isinstance(kind, Integers) else floating)
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
