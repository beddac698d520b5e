"""What is done on a GPU. Where there is none, other libraries stand in: the same lines run, on other arrays."""

import sys
from types import SimpleNamespace

import array_api_compat
import numpy as np
import pytest

from benchmarks import gpu as program
from benchmarks.gpu import Gpu, loss_rows, skipgram_rows
from solutions.backend import add_rows
from solutions.hogwild import add_rows_in_place
from solutions.linear_classifiers import train_linear_classifier
from solutions.softmax_svm import softmax_loss, svm_loss
from solutions.word2vec import cooccurrence_matrix, ppmi, sgns_loss, train_skipgram

TOLERANCES = {"float32": (1e-4, 1e-5), "float64": (1e-10, 1e-12)}

both_dtypes = pytest.mark.parametrize("dtype", TOLERANCES)
both_losses = pytest.mark.parametrize("loss", [softmax_loss, svm_loss])


def assert_as_numpy(backend, dtype, function, *arguments):
    """Call the function on the backend's arrays and on NumPy's; compare what they return."""
    kinds = [dtype if np.asarray(value).dtype.kind == "f" else "int64" for value in arguments]
    on_numpy = [np.asarray(value, kind) for value, kind in zip(arguments, kinds, strict=True)]
    answers = function(*(backend.asarray(value, kind) for value, kind in zip(arguments, kinds, strict=True)))
    expected = function(*on_numpy)
    if not isinstance(expected, tuple):
        answers, expected = (answers,), (expected,)
    rtol, atol = TOLERANCES[dtype]
    for answer, right in zip(answers, expected, strict=True):
        assert backend.owns(answer)
        assert answer.dtype == getattr(backend.xp, right.dtype.name)
        np.testing.assert_allclose(backend.numpy(answer), right, rtol=rtol, atol=atol)


def classified(n, d=30, k=10):
    """Return W, X, y with no margin near 0, where the SVM's gradient jumps with the last bit."""
    rng = np.random.default_rng(0)
    W, X, y = rng.normal(size=(k, d)), rng.normal(size=(n, d)), rng.integers(0, k, n)
    scores = X @ W.T
    margins = scores - scores[np.arange(n), y][:, None] + 1
    margins[np.arange(n), y] = 1
    clear = np.abs(margins).min(axis=1) > 1e-3
    return W, X[clear], y[clear]


@both_dtypes
@both_losses
def test_losses(loss, dtype, backend):
    assert_as_numpy(backend, dtype, lambda W, X, y: loss(W, X, y, 0.01), *classified(400))


@both_dtypes
@both_losses
def test_training_a_linear_classifier(loss, dtype, backend):
    def train(X, y):
        settings = {"lam": 0.01, "learning_rate": 0.01, "batch_size": 50, "epochs": 2}
        return train_linear_classifier(loss, X, y, 10, rng=np.random.default_rng(1), **settings)

    _, X, y = classified(200)
    assert_as_numpy(backend, dtype, train, X, y)


@both_dtypes
def test_the_loss_of_a_pair(dtype, backend):
    rng = np.random.default_rng(2)
    assert_as_numpy(
        backend, dtype, sgns_loss, rng.normal(size=100), rng.normal(size=100), rng.normal(size=(20, 100)) / 10
    )


@both_dtypes
def test_added_rows(dtype, backend):
    rng = np.random.default_rng(3)
    target, rows, values = rng.normal(size=(50, 8)), rng.integers(0, 20, 2000), rng.normal(size=(2000, 8))
    assert_as_numpy(backend, dtype, add_rows, target, rows, values)


@both_dtypes
def test_ppmi(dtype, backend):
    counts = cooccurrence_matrix(np.random.default_rng(4).integers(0, 30, 500) ** 2 % 30, 30, window=3)
    assert_as_numpy(backend, dtype, ppmi, counts)


def test_skipgram(backend):
    def train(ids):
        settings = {"dim": 8, "window": 2, "negatives": 3, "learning_rate": 0.05, "epochs": 2}
        W, C, losses = train_skipgram(ids, 20, rng=np.random.default_rng(5), **settings)
        return W, C, losses

    assert_as_numpy(backend, "float32", train, np.random.default_rng(6).integers(-1, 20, 400))


@pytest.fixture
def numpy_for_cupy(monkeypatch):
    """Make the solutions take NumPy's arrays for CuPy's, whose `add.at` does the same."""
    monkeypatch.setattr(array_api_compat, "is_numpy_array", lambda x: False)
    monkeypatch.setattr(array_api_compat, "is_cupy_array", lambda x: True)


def test_rows_are_added_as_on_a_gpu(numpy_for_cupy):
    target, rows = np.zeros((3, 2), np.float32), np.array([2, 0, 2], np.int32)
    values = np.array([[1, 2], [5, 5], [10, 20]], np.float32)
    assert add_rows(target, rows, values).tolist() == [[5, 5], [0, 0], [11, 22]]
    assert not target.any()
    assert add_rows_in_place(target, rows, values, np.array([1, 1, 10], np.float32)) is target
    assert target.tolist() == [[5, 5], [0, 0], [101, 202]]


PLENTY = 2**30


@pytest.fixture
def fixed_times(monkeypatch):
    """Let each side work once, and say that the first one takes 4 ms, the second 2 ms."""

    def alternate(*works, rounds=3):
        for work in works:
            work()
        return [[3.0, 4.0, 5.0], [2.0, 2.0, 2.0]]

    monkeypatch.setattr(program, "alternate", alternate)


def test_work_is_finished_when_the_gpu_is():
    log = []
    work = Gpu(np, lambda: log.append("waited"), PLENTY).finished(lambda: log.append("queued") or 7)
    assert work() == 7
    assert log == ["queued", "waited"]


def test_the_loss_is_compared_with_memory_and_numpy(fixed_times, monkeypatch):
    monkeypatch.setattr(program, "optional", lambda name: None)
    memory, cpu, torch = loss_rows(Gpu(np, lambda: None, PLENTY), 200)
    assert (memory.ours, memory.theirs, memory.floor, memory.ratio, memory.spread) == (4.0, 2.0, 2.0, 2.0, (1.75, 2.25))
    assert memory.name == "softmax_loss, 200 x 784 x 10, float32"
    assert memory.note == ""
    assert (cpu.theirs, cpu.ratio) == (20.0, 0.2)
    assert cpu.note == "NumPy on 20 examples, its time times 10"
    assert torch.note == "torch is not installed: python -m pip install -e '.[oracle]'"


def test_a_small_memory_holds_fewer_examples_and_the_row_says_so(fixed_times, monkeypatch):
    monkeypatch.setattr(program, "optional", lambda name: None)
    memory, *_ = loss_rows(Gpu(np, lambda: None, 3 * 4 * 784 * 100), 200)
    assert memory.name.startswith("softmax_loss, 100 x")
    assert memory.note.startswith("not 200 examples: the GPU has 0.0 GiB")


def test_torch_works_on_the_same_memory_and_its_answer_is_compared(fixed_times):
    pytest.importorskip("torch")
    *_, torch = loss_rows(Gpu(np, lambda: None, PLENTY), 200)
    assert (torch.ratio, torch.note) == (2.0, "")


def test_a_torch_that_cannot_use_the_gpu_says_why(fixed_times, monkeypatch):
    def refuse(array):
        raise AssertionError("Torch not compiled with CUDA enabled")

    monkeypatch.setattr(program, "optional", lambda name: SimpleNamespace(__version__="2.13", from_dlpack=refuse))
    *_, torch = loss_rows(Gpu(np, lambda: None, PLENTY), 200)
    assert torch.ratio is None
    assert torch.note == "torch 2.13 cannot use this GPU: Torch not compiled with CUDA enabled"


def test_answers_that_differ_are_no_race(fixed_times, monkeypatch):
    monkeypatch.setattr(program, "optional", lambda name: None)
    answers = iter([1.0, 1.0, 1.1])
    monkeypatch.setattr(program, "softmax_loss", lambda W, X, y: (next(answers), W))
    rows = loss_rows(Gpu(np, lambda: None, PLENTY), 200)
    next(rows)
    with pytest.raises(AssertionError, match="Not equal"):
        next(rows)


def test_skipgram_is_measured_in_words_per_second(fixed_times):
    (row,) = skipgram_rows(Gpu(np, lambda: None, PLENTY), 2000)
    assert (row.ours, row.theirs, row.unit) == (500_000, 1_000_000, "words/s")
    assert row.ratio == 0.5


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "SAVED", tmp_path / "GPU.md")
    return tmp_path / "GPU.md"


@pytest.mark.parametrize("save", [[], ["--save"]])
def test_the_page_names_the_gpu_and_is_written_on_demand(save, page, fixed_times, monkeypatch, capsys):
    monkeypatch.setattr(program, "find", lambda: Gpu(np, lambda: None, PLENTY))
    monkeypatch.setattr(program, "graphics", lambda xp: {"GPU": "Stand-in 1", "driver": "1.2"})
    monkeypatch.setattr(program, "optional", lambda name: None)
    program.main(["--examples", "200", "--words", "500", *save])
    printed = capsys.readouterr().out
    assert "Stand-in 1" in printed
    assert page.exists() is bool(save)
    if save:
        text = page.read_text(encoding="utf-8")
        assert "- GPU: Stand-in 1\n- driver: 1.2\n- date: " in text
        assert text.count("\n| softmax_loss, 200 x 784 x 10, float32") == 3
        assert text.count("\n| train_skipgram, 500 words") == 1


def no_gpu():
    raise RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected")


@pytest.mark.parametrize(
    ("cupy", "reason"),
    [
        (None, "ModuleNotFoundError"),
        (SimpleNamespace(cuda=SimpleNamespace(runtime=SimpleNamespace(getDeviceCount=no_gpu))), "cudaErrorNoDevice"),
    ],
    ids=["not installed", "no GPU"],
)
def test_without_a_gpu_one_line_says_so_and_nothing_is_written(cupy, reason, page, monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", cupy)  # None makes the import fail
    with pytest.raises(SystemExit) as end:
        program.main(["--save"])
    assert "needs CuPy and an NVIDIA GPU" in end.value.code
    assert reason in end.value.code
    assert not page.exists()


def test_the_gpu_is_asked_for_its_name_memory_driver_and_cuda(monkeypatch):
    runtime = SimpleNamespace(
        getDeviceCount=lambda: 1,
        memGetInfo=lambda: (5, 8),
        getDeviceProperties=lambda number: {"name": b"NVIDIA T4", "totalGlobalMem": 16 * 2**30},
        runtimeGetVersion=lambda: 12090,
    )
    log = []
    device = SimpleNamespace(id=0, synchronize=lambda: log.append("waited"))
    cupy = SimpleNamespace(cuda=SimpleNamespace(runtime=runtime, Device=lambda: device))
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    monkeypatch.setattr(program, "driver", lambda: "550.54")
    found = program.find()
    found.wait()
    assert (found.xp, found.free, log) == (cupy, 5, ["waited"])
    facts = {"GPU": "NVIDIA T4", "GPU memory": "16 GiB", "driver": "550.54", "CUDA": "12.9"}
    assert program.graphics(cupy) == facts


@pytest.mark.parametrize(("printed", "driver"), [("550.54.15\n550.54.15\n", "550.54.15"), ("", "unknown")])
def test_the_driver_is_what_nvidia_says(printed, driver, monkeypatch):
    monkeypatch.setattr(program.subprocess, "run", lambda *command, **settings: SimpleNamespace(stdout=printed))
    assert program.driver() == driver


def test_a_driver_that_nobody_knows_is_unknown(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert program.driver() == "unknown"
