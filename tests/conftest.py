"""What tests share: the array libraries that every solution is tested on, sessions, and Hypothesis made repeatable."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import array_api_compat
import array_api_compat.numpy
import array_api_strict
import numpy as np
import pytest
from hypothesis import settings

from autograder.checking import relations
from autograder.course import find as find_chapter
from autograder.sandbox.process import Limits
from autograder.sandbox.session import Session

settings.register_profile("course", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("course")
relations.STRICT = True


@pytest.hookimpl(wrapper=True)
def pytest_collect_file():
    """Look for doctests in what is tested, and not in the tests."""
    return [found for found in (yield) if type(found) is pytest.Module]


@dataclass(frozen=True)
class Backend:
    """An array library and one of its devices."""

    xp: ModuleType
    device: Any = None

    def asarray(self, values: Any, dtype: str = "float64") -> Any:
        """Return the values as an array of this library, on this device."""
        return self.xp.asarray(np.asarray(values).tolist(), dtype=getattr(self.xp, dtype), device=self.device)

    def owns(self, x: Any) -> bool:
        """Tell whether x is an array of this library on this device."""
        if not array_api_compat.is_array_api_obj(x) or array_api_compat.array_namespace(x) is not self.xp:
            return False
        return self.device is None or array_api_compat.device(x) == self.device

    def numpy(self, x: Any) -> np.ndarray:
        """Return the array as a NumPy array; unlike `to_numpy`, from any device."""
        if array_api_compat.is_cupy_array(x):
            return x.get()
        if self.xp is array_api_strict:
            x = array_api_compat.to_device(x, array_api_strict.Device("CPU_DEVICE"))
        return np.asarray(x)


def _cupy() -> Backend:
    try:
        import array_api_compat.cupy
        import cupy

        cupy.cuda.runtime.getDeviceCount()
    except Exception as error:  # CuPy raises errors of its own kind for a missing driver or GPU
        pytest.skip(f"needs CuPy and an NVIDIA GPU: {type(error).__name__}")
    return Backend(array_api_compat.cupy)


BACKENDS = {
    "numpy": lambda: Backend(array_api_compat.numpy),
    "strict": lambda: Backend(array_api_strict, array_api_strict.Device("CPU_DEVICE")),
    # Cannot be turned into a NumPy array by accident, nor mixed with the default device: as on a GPU.
    "strict-device1": lambda: Backend(array_api_strict, array_api_strict.Device("device1")),
    "cupy": _cupy,
}


PARAMS = [pytest.param(name, marks=pytest.mark.gpu) if name == "cupy" else name for name in BACKENDS]


@pytest.fixture(params=PARAMS, scope="session")
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each array library and device in turn."""
    return BACKENDS[request.param]()


@pytest.fixture
def session():
    """Return a function that opens a session on some cells, closed at the end of the test."""
    opened = []

    def open_session(*cells: str, limits: Limits | None = None) -> Session:
        opened.append(Session(cells, find_chapter("01"), limits or Limits()))
        return opened[-1]

    yield open_session
    for each in opened:
        each.close()


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Let temporary files go to a folder of the test, and look that none is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []
