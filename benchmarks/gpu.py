"""Measure the course on an NVIDIA GPU: against NumPy on this machine's CPU, PyTorch on the same GPU, and the memory.

Both sides of a row work in turn; each call ends when the GPU has finished. A ratio is the median over such pairs, a
spread its quartiles.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from rich.console import Console

from solutions.backend import to_numpy
from solutions.softmax_svm import softmax_loss
from solutions.word2vec import train_skipgram

from . import harness
from .harness import Row, alternate, compare, missing, optional

SAVED = Path(__file__).parent / "GPU.md"
FEATURES, CLASSES = 784, 10
VOCABULARY = 20_000


@dataclass(frozen=True)
class Gpu:
    """What is measured: an array library, a function that waits until it has finished, and its free bytes."""

    xp: ModuleType
    wait: Callable[[], Any]
    free: int

    def finished(self, work: Callable[[], Any]) -> Callable[[], Any]:
        """Return the work with the wait for its end: without it a call only queues what is to be done."""

        def call() -> Any:
            answer = work()
            self.wait()
            return answer

        return call


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--examples", type=int, default=1_000_000, help="for softmax_loss; 1000000 if left out")
    parser.add_argument("--words", type=int, default=200_000, help="of the text for train_skipgram; 200000 if left out")
    parser.add_argument("--save", action="store_true", help=f"write the table to benchmarks/{SAVED.name}")
    chosen = parser.parse_args(arguments)
    try:
        gpu = find()
    except Exception as error:  # CuPy raises errors of its own kind for a missing driver or GPU
        sys.exit(f"This needs CuPy and an NVIDIA GPU ({type(error).__name__}: {error}): nothing was measured")
    about = {**graphics(gpu.xp), **harness.machine()}
    console = Console() if Console().is_terminal else Console(width=140)
    with Console(stderr=True).status("measuring on the GPU"):
        rows = [*loss_rows(gpu, chosen.examples), *skipgram_rows(gpu, chosen.words)]
    harness.show(rows, console, ", ".join(f"{name} {value}" for name, value in about.items()))
    if chosen.save:
        SAVED.write_text(page(rows, about), encoding="utf-8")


def find() -> Gpu:
    """Return the GPU, or raise what CuPy raises if there is none."""
    import cupy

    cupy.cuda.runtime.getDeviceCount()
    free, _ = cupy.cuda.runtime.memGetInfo()
    return Gpu(cupy, lambda: cupy.cuda.Device().synchronize(), free)


def graphics(cupy: ModuleType) -> dict[str, str]:
    """Return the name of the GPU, its memory, its driver, and the version of CUDA."""
    device = cupy.cuda.Device()
    properties = cupy.cuda.runtime.getDeviceProperties(device.id)
    version = cupy.cuda.runtime.runtimeGetVersion()
    return {
        "GPU": properties["name"].decode(),
        "GPU memory": f"{properties['totalGlobalMem'] / 2**30:.0f} GiB",
        "driver": driver(),
        "CUDA": f"{version // 1000}.{version % 1000 // 10}",
    }


def driver() -> str:
    """Return the version of NVIDIA's driver."""
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def loss_rows(gpu: Gpu, examples: int) -> Iterator[Row]:
    """Yield the rows of softmax_loss: against the memory, NumPy and PyTorch."""
    n = min(examples, gpu.free // (3 * 4 * FEATURES))  # the inputs, their copy, and as much again for all else
    name = f"softmax_loss, {n} x {FEATURES} x {CLASSES}, float32"
    note = "" if n == examples else f"not {examples} examples: the GPU has {gpu.free / 2**30:.1f} GiB of free memory"
    rng = gpu.xp.random.default_rng(0)
    X = rng.random((n, FEATURES), dtype=np.float32)
    W = (rng.standard_normal((CLASSES, FEATURES)) / FEATURES**0.5).astype(np.float32)
    y = rng.integers(0, CLASSES, size=n)
    ours = gpu.finished(lambda: softmax_loss(W, X, y))

    row = _against_copy(name, gpu, ours, X)
    yield replace(row, floor=row.theirs, note=note)

    tenth = max(n // 10, 1)
    on_cpu = [to_numpy(values) for values in (W, X[:tenth], y[:tenth])]
    _require_equal(softmax_loss(W, X[:tenth], y[:tenth]), softmax_loss(*on_cpu))
    times = alternate(ours, lambda: softmax_loss(*on_cpu))
    whole = [time * n / tenth for time in times[1]]
    peer = f"NumPy on the CPU, {harness.machine()['threads']} threads"
    yield compare(name, peer, times[0], whole, note=f"NumPy on {tenth} examples, its time times {n / tenth:.3g}")

    yield _against_torch(name, gpu, ours, W, X, y)


def _against_copy(name: str, gpu: Gpu, ours: Callable[[], Any], X: Any) -> Row:
    """Return the row against reading X twice, once per product: a copy moves as many bytes, one way and the other."""
    there = gpu.xp.empty_like(X)
    times = alternate(ours, gpu.finished(lambda: gpu.xp.copyto(there, X)))
    return compare(name, "a copy of X on the GPU, which moves as many bytes as reading X twice", *times)


def _against_torch(name: str, gpu: Gpu, ours: Callable[[], Any], W: Any, X: Any, y: Any) -> Row:
    peer = "torch cross_entropy + backward, same GPU"
    torch = optional("torch")
    if torch is None:
        return missing(name, peer, "torch")
    try:
        inputs, labels = torch.from_dlpack(X), torch.from_dlpack(y)  # the same memory
    except (AssertionError, RuntimeError) as error:  # built without CUDA, or for another driver
        return Row(name, peer, note=f"torch {torch.__version__} cannot use this GPU: {error}")
    weights = torch.from_dlpack(W).clone().requires_grad_()

    def theirs() -> Any:
        weights.grad = None
        loss = torch.nn.functional.cross_entropy(inputs @ weights.T, labels)
        loss.backward()
        return loss.detach(), weights.grad

    _require_equal(ours(), [value.cpu().numpy() for value in gpu.finished(theirs)()])
    return compare(name, peer, *alternate(ours, gpu.finished(theirs)))


def _require_equal(ours: Any, theirs: Any) -> None:
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(to_numpy(one), other, rtol=1e-3, atol=1e-5)


def skipgram_rows(gpu: Gpu, words: int) -> Iterator[Row]:
    """Yield the row of train_skipgram: words per second against NumPy, on a text of words drawn by Zipf's law."""
    shares = 1 / np.arange(1, VOCABULARY + 1)
    ids = np.random.default_rng(0).choice(VOCABULARY, words, p=shares / shares.sum())

    def train(text: Any) -> Callable[[], Any]:
        settings = {"dim": 100, "window": 5, "negatives": 5, "learning_rate": 0.025, "epochs": 1}
        return lambda: train_skipgram(text, VOCABULARY, rng=np.random.default_rng(0), **settings)

    times = alternate(gpu.finished(train(gpu.xp.asarray(ids))), train(ids), rounds=5)
    ours, theirs = ([1000 * words / time for time in side] for side in times)
    name = f"train_skipgram, {words} words, vocabulary {VOCABULARY}, 100 dimensions"
    yield compare(name, "NumPy on the CPU, one thread", ours, theirs, unit="words/s")


def page(rows: list[Row], about: dict[str, Any]) -> str:
    """Return the table as a page in Markdown."""
    facts = "\n".join(f"- {name}: {value}" for name, value in about.items())
    return f"""# The course on a GPU

Measured by `make bench-gpu ARGS="--save"`. ratio: ours / peer, the median of pairs measured in turn, less is better for
ms, more for words/s; spread: its quartiles; floor: what the memory's speed allows.

{harness.markdown(rows)}

{facts}
"""


if __name__ == "__main__":
    main()
