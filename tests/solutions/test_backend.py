"""The array library behind the course."""

import subprocess
import sys
from types import SimpleNamespace

import array_api_compat.numpy
import array_api_strict
import numpy as np
import pytest

from solutions.backend import (
    add_rows,
    array_namespace,
    as_float,
    get_backend,
    like,
    require_number,
    require_same_shape,
    to_numpy,
)


def test_namespace_is_the_library_of_the_arrays(backend):
    x = backend.asarray([1.0])
    assert array_namespace(x) is backend.xp
    assert array_namespace(2.0, x, True) is backend.xp


def test_namespace_of_plain_numbers_is_numpy():
    assert array_namespace() is array_api_compat.numpy
    assert array_namespace(1, 2.0, [3]) is array_api_compat.numpy
    assert array_namespace(np.float32(1)) is array_api_compat.numpy


def test_two_libraries_do_not_mix():
    with pytest.raises(TypeError, match="namespaces"):
        array_namespace(np.zeros(2), array_api_strict.zeros(2))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_as_float_gives_a_floating_array_back_itself(backend, dtype):
    x = backend.asarray([1.5], dtype)
    assert as_float(x) is x


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint64", "int64"])
def test_as_float_makes_integers_float64(backend, dtype):
    y = as_float(backend.asarray([1, 0], dtype))
    assert backend.owns(y)
    assert y.dtype == backend.xp.float64
    assert backend.numpy(y).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(("value", "shape"), [(3, ()), (True, ()), (2.5, ()), ([1, 2], (2,)), ([[1.0], [2.0]], (2, 1))])
def test_as_float_takes_numbers_and_lists(value, shape):
    y = as_float(value)
    assert (y.dtype, y.shape) == (np.float64, shape)
    np.testing.assert_array_equal(y, value)


@pytest.mark.parametrize("value", [1j, "one", None, [object()], np.array(["2020-01-01"], "M8[D]")])
def test_as_float_refuses_what_is_not_a_real_number(value):
    with pytest.raises(TypeError, match="expected real numbers, got an array of dtype"):
        as_float(value)


@pytest.mark.parametrize("value", [3, 0.5, np.float64(0.5), np.arange(3)], ids=["int", "float", "scalar", "array"])
def test_like_takes_dtype_library_and_device(backend, value):
    x = like(value if np.ndim(value) == 0 else backend.asarray(value), backend.asarray([1.0], "float32"))
    assert backend.owns(x)
    assert x.dtype == backend.xp.float32
    np.testing.assert_array_equal(backend.numpy(x), value)


def test_same_shape_passes(backend):
    require_same_shape()
    require_same_shape(a=backend.asarray([1.0]), b=np.zeros(1), c=[2])
    require_same_shape(a=1.0, b=backend.asarray(2.0))


def test_different_shapes_are_all_named(backend):
    with pytest.raises(ValueError, match=r"^shapes differ: a \(2,\), b \(\), c \(1, 2\)$"):
        require_same_shape(a=backend.asarray([1, 2]), b=0.0, c=backend.asarray([[1, 2]]))


def test_one_number_passes(backend):
    require_number(a=1, b=np.float32(2), c=backend.asarray(3.0))


def test_an_array_is_not_a_number_even_with_one_entry(backend):
    with pytest.raises(ValueError, match=r"^expected one number, of shape \(\): b has the shape \(1,\)$"):
        require_number(a=1.0, b=backend.asarray([1.0]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("index", ["uint8", "int32", "int64", "uint64"])
def test_a_row_that_is_there_twice_adds_twice(dtype, index, backend):
    target, values = (
        backend.asarray([[1, 2], [3, 4], [5, 6]], dtype),
        backend.asarray([[1, 0], [20, 3], [300, 7]], dtype),
    )
    result = add_rows(target, backend.asarray([2, 0, 2], index), values)
    assert backend.owns(result)
    assert result.dtype == getattr(backend.xp, dtype)
    assert backend.numpy(result).tolist() == [[21, 5], [3, 4], [306, 13]]
    assert backend.numpy(target).tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("index", ["int8", "uint8"])
def test_narrow_row_numbers_fit_a_long_target(index, backend):
    target = backend.xp.reshape(backend.asarray(np.zeros(300)), (300, 1))
    result = add_rows(target, backend.asarray([5, 5], index), backend.asarray([[1.0], [2.0]]))
    assert np.flatnonzero(backend.numpy(result)).tolist() == [5]


@pytest.mark.parametrize("dtype", ["int64", "float64"])
def test_values_of_another_kind_take_the_kind_of_the_target(dtype, backend):
    target, values = backend.asarray([[0.5, 0], [0, 0]], "float32"), backend.asarray([[1, 2], [3, 4]], dtype)
    result = add_rows(target, backend.asarray([0, 0], "int64"), values)
    assert result.dtype == backend.xp.float32
    assert backend.numpy(result).tolist() == [[4.5, 6], [0, 0]]


@pytest.mark.parametrize("seed", range(3))
def test_added_rows_agree_with_a_loop(seed, backend):
    rng = np.random.default_rng(seed)
    target, rows, values = rng.normal(size=(30, 4)), rng.integers(0, 20, 200), rng.normal(size=(200, 4))
    result = add_rows(backend.asarray(target), backend.asarray(rows, "int64"), backend.asarray(values))
    for row, value in zip(rows, values, strict=True):
        target[row] += value
    np.testing.assert_allclose(backend.numpy(result), target, rtol=1e-12, atol=1e-12)


def test_no_rows_add_nothing_and_integers_become_floats(backend):
    target, none = backend.asarray([[1, 2]], "int64"), backend.asarray([], "int64")
    result = add_rows(target, none, backend.xp.reshape(backend.asarray([], "float32"), (0, 2)))
    assert result.dtype == backend.xp.float64
    assert backend.numpy(result).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("rows", "values", "message"),
    [
        (
            [0],
            [[1, 2, 3]],
            r"\(V, d\), rows \(n,\), values \(n, d\); got target \(3, 2\), rows \(1,\), values \(1, 3\)",
        ),
        ([0, 1], [[1, 2]], r"rows \(2,\), values \(1, 2\)"),
        ([[0]], [[1, 2]], r"rows \(1, 1\)"),
        ([3], [[1, 2]], "rows from 0 to 2"),
        ([-1], [[1, 2]], "rows from 0 to 2"),
    ],
)
def test_rows_that_are_not_there_are_refused(rows, values, message, backend):
    with pytest.raises(ValueError, match=message):
        add_rows(backend.asarray(np.zeros((3, 2))), backend.asarray(rows, "int64"), backend.asarray(values))


def fake_cupy(gpus):
    def count():
        if not gpus:
            raise RuntimeError("cudaErrorNoDevice")
        return gpus

    return SimpleNamespace(__name__="cupy", cuda=SimpleNamespace(runtime=SimpleNamespace(getDeviceCount=count)))


# None in sys.modules makes `import cupy` fail as if it were not installed.
@pytest.mark.parametrize(
    ("setting", "cupy", "expected"),
    [
        (None, fake_cupy(1), "numpy"),
        ("numpy", fake_cupy(1), "numpy"),
        ("cupy", fake_cupy(1), "cupy"),
        ("auto", fake_cupy(1), "cupy"),
        ("auto", fake_cupy(0), "numpy"),
        ("auto", None, "numpy"),
    ],
)
def test_backend_setting(monkeypatch, setting, cupy, expected):
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    monkeypatch.delenv("COURSE_BACKEND", raising=False)
    if setting:
        monkeypatch.setenv("COURSE_BACKEND", setting)
    assert get_backend().__name__ == expected


@pytest.mark.parametrize("cupy", [None, fake_cupy(0)], ids=["not installed", "no GPU"])
def test_asking_for_a_gpu_that_is_not_there_is_an_error(monkeypatch, cupy):
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    monkeypatch.setenv("COURSE_BACKEND", "cupy")
    with pytest.raises(ImportError, match=r"not installed or finds no GPU: pip install '.\[gpu\]'"):
        get_backend()


def test_unknown_backend_is_an_error(monkeypatch):
    monkeypatch.setenv("COURSE_BACKEND", "torch")
    with pytest.raises(ValueError, match="COURSE_BACKEND is 'torch': set it to numpy, cupy or auto"):
        get_backend()


def test_importing_the_solutions_does_not_import_cupy():
    code = """
import sys
class Refuse:
    def find_spec(self, name, *rest):
        assert name != "cupy", "cupy was imported"
sys.meta_path.insert(0, Refuse())
import numpy as np
from solutions import backend, gradient_descent, start_here
backend.to_numpy(start_here.center_columns(np.ones((2, 2))))
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_to_numpy_returns_the_same_numpy_array():
    x = np.zeros(2)
    assert to_numpy(x) is x


def test_to_numpy_asks_a_gpu_array_for_its_copy(monkeypatch):
    class GpuArray:
        def get(self):
            return np.arange(3)

    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(ndarray=GpuArray))
    assert to_numpy(GpuArray()).tolist() == [0, 1, 2]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_to_numpy_keeps_shape_and_dtype(backend, dtype):
    if backend.device == array_api_strict.Device("device1"):
        pytest.skip("this stand-in device has no way back to the CPU by design; CuPy's has")
    y = to_numpy(backend.asarray([[1, 2, 3]], dtype))
    assert type(y) is np.ndarray
    assert (y.dtype.name, y.tolist()) == (dtype, [[1, 2, 3]])
