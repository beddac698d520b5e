"""Word vectors in the file formats of the original word2vec, which other programs read and write too.

Both start with a line "V d". The text format has one line per word: the word, then d decimal numbers. The binary format
has the word, a space, and d little-endian float32 numbers, then a line end that some programs leave out.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .backend import Array, to_numpy


def save_vectors(path: str | os.PathLike[str], words: Sequence[str], W: Array, binary: bool = False) -> None:
    """Return nothing; write word vectors to a file, in word2vec's text format or in its binary one.

    The file appears when it is complete: an old one of that name is there, unchanged, until then.

    Args:
        path: the file.
        words: the V words, each once, none empty or with white space or control codes in it; written as UTF-8.
        W: (V, d) their vectors, in the same order; written as float32, which the text format holds exactly too.
        binary: write the binary format: a third of the size, and faster to read.

    Raises: ValueError if the shapes do not fit together, or a word cannot be written; nothing is written then.

    Example:
        >>> path = Path(tempfile.mkdtemp()) / "vectors.txt"
        >>> save_vectors(path, ["the", "cat"], np.array([[0.5, -1.0, 2.0], [0.0, 3.0, 0.25]]))
        >>> print(path.read_text(), end="")
        2 3
        the 0.5 -1 2
        cat 0 3 0.25

    Source: https://code.google.com/archive/p/word2vec
    """
    path, vectors = Path(path), to_numpy(W)
    if vectors.ndim != 2 or vectors.shape[0] != len(words) or vectors.shape[1] == 0:
        raise ValueError(f"{path}: expected W (V, d) for {len(words)} words, got W {vectors.shape}")
    seen = set()
    for word in words:
        if not word or any(letter.isspace() or letter < " " for letter in word):
            raise ValueError(f"{path}: a word must not be empty or hold white space or control codes, got {word!r}")
        if word in seen:
            raise ValueError(f"{path}: the word {word!r} is there twice")
        seen.add(word)
    vectors = vectors.astype("<f4")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"%d %d\n" % vectors.shape)
            numbers = " ".join(["%.9g"] * vectors.shape[1])  # nine digits tell any two float32 apart
            for word, vector in zip(words, vectors, strict=True):
                row = vector.tobytes() if binary else (numbers % tuple(vector.tolist())).encode()
                file.write(word.encode() + b" " + row + b"\n")
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_vectors(path: str | os.PathLike[str]) -> tuple[list[str], np.ndarray]:
    """Return the words and the vectors of a file in word2vec's text or binary format; which one, it finds out itself.

    Args:
        path: the file.

    Returns:
        words: the V words, in the order of the file.
        W: (V, d) float32, a NumPy array, their vectors.
    Raises: ValueError if the file is not of either format or is cut off; the message names the file and the line or
        the word.

    Example:
        >>> path = Path(tempfile.mkdtemp()) / "vectors.txt"
        >>> save_vectors(path, ["the", "cat"], np.array([[0.5, -1.0], [0.0, 3.0]]), binary=True)
        >>> words, W = load_vectors(path)
        >>> words, W.tolist()
        (['the', 'cat'], [[0.5, -1.0], [0.0, 3.0]])

    Source: https://code.google.com/archive/p/word2vec
    """
    with open(path, "rb") as file:
        first = file.readline(100)
        header = re.fullmatch(rb"(\d+) ([1-9]\d*)\s*\n", first)
        if header is None:
            start = first[:40].decode(errors="replace")
            raise ValueError(f"{path}: line 1 must hold two numbers, of words and of dimensions, got {start!r}")
        n_words, dim = int(header[1]), int(header[2])
        body = file.tell()
        sample = file.read(4096)
        file.seek(body)
        words: list[str] = []
        vectors: list[np.ndarray] = []
        try:
            for word, vector in (_text_rows if _is_text(sample) else _binary_rows)(file, n_words, dim):
                words.append(word.decode())
                vectors.append(vector)
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: word {len(words) + 1} is not UTF-8") from error
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return words, np.array(vectors, dtype=np.float32).reshape(n_words, dim)


def _is_text(sample: bytes) -> bool:
    """Tell whether rows that start like this are text: all of it can be read, and the first line ends with a number."""
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3:  # else the sample ends inside a letter
            return False
    if re.search(rb"[\x00-\x08\x0e-\x1f]", sample):
        return False
    pieces = sample.partition(b"\n")[0].split()
    # Four bytes of a number can look like letters by chance, a thousand cannot: such a text has a mistake, found later.
    return len(sample) > 1000 or not pieces or _number(pieces[-1]) is not None


def _number(piece: bytes) -> float | None:
    try:
        return float(piece)
    except ValueError:
        return None


def _text_rows(file: BinaryIO, n_words: int, dim: int) -> Iterator[tuple[bytes, np.ndarray]]:
    """Yield each word and its vector from the lines of a text file."""
    for n in range(1, n_words + 1):
        line = file.readline()
        word, *pieces = line.rstrip(b" \t\r\n").split(b" ")
        if not word:
            raise ValueError(f"line {n + 1} should hold word {n} of {n_words}, but there is none")
        if len(pieces) != dim:
            raise ValueError(
                f"line {n + 1} should hold a word and {dim} numbers, but has {len(pieces)} pieces after it"
            )
        numbers = [_number(piece) for piece in pieces]
        if None in numbers:
            piece = pieces[numbers.index(None)].decode(errors="replace")
            raise ValueError(f"line {n + 1} holds {piece!r}, which is not a number")
        yield word, np.array(numbers, dtype=np.float32)
    if file.read().strip():
        raise ValueError(f"line {n_words + 2} is more than the {n_words} words that line 1 announces")


def _binary_rows(file: BinaryIO, n_words: int, dim: int) -> Iterator[tuple[bytes, np.ndarray]]:
    """Yield each word and its vector from a binary file."""
    data = file.read()
    start = 0
    for n in range(1, n_words + 1):
        while data[start : start + 1] == b"\n":
            start += 1
        space = data.find(b" ", start)
        end = space + 1 + 4 * dim
        if space < 0 or end > len(data):
            raise ValueError(f"the file, read as binary, is cut off at word {n} of {n_words}")
        yield data[start:space], np.frombuffer(data, dtype="<f4", count=dim, offset=space + 1)
        start = end
    if data[start:].strip(b"\n"):
        raise ValueError(f"the file, read as binary, has more than the {n_words} words that line 1 announces")
