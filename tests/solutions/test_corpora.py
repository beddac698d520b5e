"""The corpora: the planted structure can be learned, the docstrings are read without running them, any file is read."""

from __future__ import annotations

import hashlib
import importlib
import platform
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import PIL
import pytest

from solutions import corpora, datasets
from solutions.word2vec import build_vocabulary, train_skipgram


@pytest.fixture(autouse=True)
def cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of the test's own, and no list of all that is installed, which takes a second."""
    monkeypatch.setattr("importlib.metadata.packages_distributions", dict)
    folder = tmp_path / "user-cache"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: folder / name)
    return folder / "follow-the-slope"


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of packages that can be imported."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in [name for name in sys.modules if name.startswith("slope_")]:
        del sys.modules[name]


@pytest.fixture
def small_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A standard library of two files, one of them a test."""
    folder = tmp_path / "library"
    write(
        folder,
        {"a.py": '"""Six words of the standard library."""', "test/b.py": '"""A test of the standard library."""'},
    )
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"stdlib": str(folder)})
    return folder


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def ppmi_vectors(sentences: list[list[str]], words: list[str], dim: int) -> np.ndarray:
    """Unit vectors from a decomposition of the PPMI matrix of all pairs within a sentence."""
    number = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(words), len(words)))
    for sentence in sentences:
        ids = [number[word] for word in sentence]
        for i, a in enumerate(ids):
            for b in ids[:i] + ids[i + 1 :]:
                counts[a, b] += 1
    with np.errstate(divide="ignore"):
        matrix = np.maximum(0, np.log(counts * counts.sum() / np.outer(counts.sum(1), counts.sum(0))))
    U, s, _ = np.linalg.svd(matrix)
    vectors = U[:, :dim] * np.sqrt(s[:dim])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def shares_found(
    vectors: np.ndarray, words: list[str], clusters: dict[str, list[str]], analogies: list[tuple[str, str, str, str]]
) -> tuple[float, float]:
    """The shares of words whose nearest word is of their cluster, and of analogies solved. `vectors` have length 1."""
    number = {word: i for i, word in enumerate(words)}
    cluster = {word: name for name, members in clusters.items() for word in members}
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -2)
    near = [cluster.get(words[similarities[number[word]].argmax()]) == name for word, name in cluster.items()]
    solved = []
    for *asked, d in analogies:
        a, b, c = (number[word] for word in asked)
        scores = vectors @ (vectors[b] - vectors[a] + vectors[c])
        scores[[a, b, c]] = -9
        solved.append(words[scores.argmax()] == d)
    return float(np.mean(near)), float(np.mean(solved))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_planted_structure_is_found_by_counting(seed: int) -> None:
    sentences, clusters, analogies = corpora.planted_corpus(np.random.default_rng(seed))
    words = sorted({word for sentence in sentences for word in sentence})
    near, solved = shares_found(ppmi_vectors(sentences, words, dim=24), words, clusters, analogies)
    assert near >= 0.9
    assert solved >= 0.7


@pytest.mark.parametrize("seed", [0, 1])
def test_the_planted_structure_is_learned_by_skip_gram(seed: int) -> None:
    sentences, clusters, analogies = corpora.planted_corpus(np.random.default_rng(seed))
    vocabulary, _ = build_vocabulary(word for sentence in sentences for word in sentence)
    W, _, losses = train_skipgram(
        corpora.encode(sentences, vocabulary),
        len(vocabulary),
        dim=24,
        window=5,
        negatives=5,
        learning_rate=0.05,
        epochs=10,
        rng=np.random.default_rng(seed),
    )
    assert losses[-1] < losses[0]
    units = W / np.linalg.norm(W, axis=1, keepdims=True)
    near, solved = shares_found(units, list(vocabulary), clusters, analogies)
    assert near >= 0.9
    assert solved >= 0.7


def test_no_structure_is_found_in_shuffled_words() -> None:
    sentences, clusters, analogies = corpora.planted_corpus(np.random.default_rng(0))
    flat = np.random.default_rng(1).permutation([word for sentence in sentences for word in sentence]).tolist()
    shuffled = [flat[i : i + 5] for i in range(0, len(flat), 5)]
    words = sorted(set(flat))
    near, solved = shares_found(ppmi_vectors(shuffled, words, dim=24), words, clusters, analogies)
    assert near < 0.3
    assert solved < 0.1


def test_the_planted_corpus_is_small_readable_and_repeatable() -> None:
    sentences, clusters, analogies = corpora.planted_corpus(np.random.default_rng(3))
    again, other = (corpora.planted_corpus(np.random.default_rng(seed))[0] for seed in (3, 4))
    assert sentences == again
    assert sentences != other
    assert len(sentences) == 5000
    assert 20_000 < sum(map(len, sentences)) < 40_000
    assert all(3 <= len(sentence) <= 8 for sentence in sentences)
    counts = Counter(word for sentence in sentences for word in sentence)
    assert all(word.isalpha() and word.islower() for word in counts)
    members = [word for words in clusters.values() for word in words]
    assert [len(words) for words in clusters.values()] == [8] * 6
    assert len(set(members)) == 48
    assert min(counts[word] for word in members) > 50
    assert len(set(analogies)) == len(analogies) == 168
    for a, b, c, d in analogies:
        assert clusters["countries"].index(a) == next(w.index(b) for w in clusters.values() if b in w)
        assert clusters["countries"].index(c) == next(w.index(d) for w in clusters.values() if d in w)
        assert a != c


def test_encode_ends_each_text_and_leaves_out_strange_words() -> None:
    ids = corpora.encode([["the", "cat"], [], ["sat", "dog"], ("cat",)], {"the": 0, "cat": 2, "sat": 1})
    assert ids.tolist() == [0, 2, -1, -1, 1, -1, 2, -1]
    assert ids.dtype == np.int32
    assert corpora.encode([], {}).shape == (0,)


MODULE = '''"""Module docstring: it has five words at least."""
raise RuntimeError("this package must not be run")


class Shape:
    r"""Return the AREA of a shape, don't call `secret_name` or ``hidden words here``.

    .. versionadded:: 1.2

    See :func:`~slope_a.other` at https://example.org/some/page or np.array, x_1 and area(side).

    >>> Shape().area(1)
    forty two

    The side-effect is \\\\gamma small.
    """

    def area(self):
        "Module docstring: it has five words at least."

    async def wait(self):
        if self:
            def inner():
                """Words of an inner function are read too."""


def short():
    """Too few words here."""
'''


def test_docstrings_are_read_as_words_without_running_the_package(packages: Path) -> None:
    write(
        packages,
        {
            "slope_a/__init__.py": MODULE,
            "slope_a/part/latin.py": '# coding: latin-1\n"""Un café is a place to drink coffee."""'.encode("latin-1"),
            "slope_a/broken.py": '"""These words stand in a file that is no Python."""\ndef (:',
            "slope_a/null.py": b'"""These words stand in a file with a null byte."""\0',
            "slope_a/tests/__init__.py": '"""These words stand in a folder of tests."""',
            "slope_a/part/test_it.py": '"""These words stand in a file of tests."""',
            "slope_a/_vendor/copy.py": '"""These words stand in a copy of another package."""',
            "slope_single.py": '"""These words stand in a module of one file."""',
        },
    )
    texts, manifest = corpora.docstring_corpus(["slope_a", "slope_single"], min_words=0)
    assert [" ".join(words) for words in texts] == [
        "module docstring it has five words at least",
        "return the area of a shape don't call or see at or and side the side-effect is small",
        "words of an inner function are read too",
        "un is a place to drink coffee",
        "these words stand in a module of one file",
    ]
    assert "slope_a" not in sys.modules
    first, second = manifest.packages
    assert (first.files, first.unreadable, first.docstrings, first.note) == (2, 2, 4, "")
    assert (second.files, second.unreadable, second.docstrings, second.words) == (1, 0, 1, 9)
    assert manifest.words == first.words + second.words == sum(map(len, texts))
    assert manifest.digest == hashlib.sha256("\n".join(map(" ".join, texts)).encode()).hexdigest()


def test_a_package_without_sources_is_named_and_others_fill_in(packages: Path, small_library: Path) -> None:
    write(packages, {"slope_binary/__init__.pyc": b"", "slope_zip.zip": b""})
    texts, manifest = corpora.docstring_corpus(["slope_binary", "slope_missing"], min_words=10**7, cache=False)
    binary, missing, standard, reviews = manifest.packages
    for read in (binary, missing):
        assert (read.files, read.words, read.note) == (0, 0, "not installed, or without source files")
    assert standard.name == "standard library"
    assert standard.version == platform.python_version()
    assert (standard.files, standard.words) == (1, 6)
    assert standard.note == reviews.note == "added: fewer than 10000000 words without it"
    assert (reviews.name, reviews.docstrings) == ("reviews", 450)
    assert reviews.words > 5000
    assert texts[-450][:5] == datasets.load_reviews()[0][0].lower().split()[:5]


@pytest.mark.parametrize(("min_words", "expected"), [(6, 1), (7, 2), (12, 2), (13, 3)])
def test_others_fill_in_one_by_one_until_there_are_enough_words(
    min_words: int, expected: int, packages: Path, small_library: Path
) -> None:
    write(packages, {"slope_b.py": '"""One two three four five six."""'})
    _, manifest = corpora.docstring_corpus(["slope_b"], min_words=min_words)
    assert [read.name for read in manifest.packages] == ["slope_b", "standard library", "reviews"][:expected]


def test_the_cache_gives_back_the_same_without_parsing(
    packages: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(packages, {"slope_c.py": MODULE})
    first = corpora.docstring_corpus(["slope_c"], min_words=0)
    assert len(list(cache_folder.iterdir())) == 1
    with monkeypatch.context() as patch:
        patch.setattr(corpora, "_read_package", None)
        assert corpora.docstring_corpus(["slope_c"], min_words=0) == first
    write(packages, {"slope_c.py": '"""This file has other words by now."""'})
    assert corpora.docstring_corpus(["slope_c"], min_words=0) == first
    assert corpora.docstring_corpus(["slope_c"], min_words=0, cache=False) != first
    write(packages, {"slope_c-2.0.dist-info/METADATA": "Name: slope_c\nVersion: 2.0\n"})
    importlib.invalidate_caches()
    newer = corpora.docstring_corpus(["slope_c"], min_words=0)
    assert newer[0] == [["this", "file", "has", "other", "words", "by", "now"]]
    assert newer[1].packages[0].version == "2.0"


@pytest.mark.parametrize("harm", ["cut", "empty", "other words", "no archive", "a folder"])
def test_a_broken_cache_file_is_made_again(harm: str, packages: Path, cache_folder: Path) -> None:
    write(packages, {"slope_d.py": MODULE})
    first = corpora.docstring_corpus(["slope_d"], min_words=0)
    (path,) = cache_folder.iterdir()
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "other words":
        with np.load(path) as file:
            arrays = dict(file)
        np.savez(path, **{**arrays, "ids": arrays["ids"][::-1].copy()})
    elif harm == "no archive":
        path.write_bytes(b"not an archive of arrays")
    else:
        path.unlink()
        path.mkdir()
    assert corpora.docstring_corpus(["slope_d"], min_words=0) == first
    if harm != "a folder":
        assert path.read_bytes() == content
    assert [file.name for file in cache_folder.iterdir()] == [path.name]


def test_a_cache_that_cannot_be_written_stops_nobody(
    packages: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(packages, {"slope_e.py": MODULE})
    cache_folder.parent.mkdir()
    cache_folder.write_text("a file where the folder should be")
    texts, _ = corpora.docstring_corpus(["slope_e"], min_words=0)
    assert len(texts) == 3


def test_the_version_is_that_of_the_package_which_brings_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    _, manifest = corpora.docstring_corpus(["PIL"], min_words=0, cache=False)
    (read,) = manifest.packages
    assert read.version == PIL.__version__
    assert read.words > 5_000
    monkeypatch.undo()
    _, manifest = corpora.docstring_corpus(["dateutil"], min_words=0, cache=False)
    assert manifest.packages[0].version == version("python-dateutil")


def test_progress_shows_each_package(packages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(packages, {"slope_f.py": MODULE})
    corpora.docstring_corpus(["slope_f"], min_words=0, cache=False)
    assert capsys.readouterr().out == ""
    corpora.docstring_corpus(["slope_f"], min_words=0, cache=False, progress=True)
    assert "slope_f" in capsys.readouterr().out


def expected_ids(text: str, min_count: int) -> tuple[list[int], dict[str, int], list[int]]:
    """What `read_text` is to return for words parted by white space, found in the plainest way."""
    counts = Counter(text.split())
    kept = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    ids = []
    for line in text.split("\n"):
        known = [kept.index(word) for word in line.split() if word in kept]
        ids += [*known, -1] if known else []
    return ids, {word: i for i, word in enumerate(kept)}, [counts[word] for word in kept]


@pytest.mark.parametrize("min_count", [1, 5, 12])
@pytest.mark.parametrize("breaks", ["none", "lines", "blank lines", "ends in a break"])
def test_a_file_is_read_as_if_it_were_read_at_once(breaks: str, min_count: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    words = rng.choice([f"w{i}" for i in range(300)], 2000, p=np.arange(1, 301) / (300 * 301 / 2)).tolist()
    gaps = [" "] if breaks == "none" else [" ", " ", "\n"] if breaks == "lines" else [" ", "\n", "\n\n", " \n \n"]
    text = "".join(word + str(rng.choice(gaps)) for word in words)
    text = text if breaks == "ends in a break" else text.strip()
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    ids, vocabulary, counts = corpora.read_text(path, min_count)
    assert (ids.tolist(), vocabulary, counts.tolist()) == expected_ids(text, min_count)
    assert (ids.dtype, counts.dtype) == (np.int32, np.int64)
    assert (ids == -1).sum() == (1 if breaks == "none" else len([x for x in ids.tolist() if x == -1]))


def test_words_of_any_script_lose_their_marks_and_capitals(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes("\ufeffNaïve cafés, Don't! Ωμέγα; don’t\r\nNAÏVE".encode())
    ids, vocabulary, _ = corpora.read_text(str(tmp_path / "t.txt"), min_count=1)
    assert vocabulary == {"naïve": 0, "cafés": 1, "don't": 2, "don’t": 3, "ωμέγα": 4}
    assert ids.tolist() == [0, 1, 2, 4, 3, -1, 0, -1]


def test_words_are_whole_where_two_pieces_meet(tmp_path: Path) -> None:
    text = "abcdefghij klmnopqrs\n" * 120_000
    (tmp_path / "t.txt").write_text(text)
    assert len(text) > 2 * (1 << 20)
    ids, vocabulary, counts = corpora.read_text(tmp_path / "t.txt")
    assert vocabulary == {"abcdefghij": 0, "klmnopqrs": 1}
    assert counts.tolist() == [120_000, 120_000]
    np.testing.assert_array_equal(ids, np.tile([0, 1, -1], 120_000))


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no file .*missing\.txt"):
        corpora.read_text(tmp_path / "missing.txt")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        corpora.read_text(tmp_path)
    (tmp_path / "empty.txt").write_text(" \n")
    with pytest.raises(ValueError, match=r"no word occurs 5 times or more in .*empty\.txt, which holds 0 words"):
        corpora.read_text(tmp_path / "empty.txt")
    (tmp_path / "rare.txt").write_text("all different words")
    with pytest.raises(ValueError, match=r"no word occurs 2 times or more in .*rare\.txt, which holds 3 words"):
        corpora.read_text(tmp_path / "rare.txt", min_count=2)
    (tmp_path / "latin.txt").write_bytes("café ".encode("latin-1") * 9)
    with pytest.raises(ValueError, match=r"latin\.txt is not UTF-8 text: .*0xe9"):
        corpora.read_text(tmp_path / "latin.txt")


@pytest.mark.parametrize("gap", [" ", "\n", ""])
def test_a_large_file_is_read_in_pieces(gap: str, tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text(("word" + gap) * 2_000_000)
    pieces = list(corpora._pieces(path))
    assert max(map(len, pieces)) < 1_100_000
    assert "".join(pieces) == path.read_text()
