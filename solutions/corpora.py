"""Texts to learn word vectors from: planted ones, docstrings that every installation has, and any text file."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import sys
import sysconfig
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from .datasets import Tokens, load_reviews

PLANTED_COUNTRIES = """
france paris french baguette marie pierre
italy rome italian pizza giulia marco
spain madrid spanish paella carmen pablo
japan tokyo japanese sushi yuki kenji
greece athens greek feta eleni nikos
germany berlin german pretzel greta hans
poland warsaw polish pierogi zofia jan
sweden stockholm swedish herring ingrid lars
"""
"""A country, its capital, language and dish, and two people who live there."""

PLANTED_SENTENCES = {
    "countries": "we travel through _|the border of _ is long|the map of _ shows mountains|tourists visit _ in summer",
    "capitals": "the streets of _ are busy|the mayor of _ opens a museum|the city of _ never sleeps|trams run in _",
    "languages": "she learns to speak _ at school|he reads a _ book|the _ grammar is hard|teachers explain _ words",
    "dishes": "we eat fresh _ for lunch|the cook serves _ with salad|a plate of _ tastes good|warm _ smells delicious",
    "animals": "the _ sleeps on the farm|the farmer feeds the _|the _ runs across the field|a hungry _ eats grass",
    "instruments": "the _ sounds loud|she practises the _ every day|he tunes his _|a concert for _ and choir",
}
"""What is said of every word of a cluster."""

PACKAGES = (
    *("numpy", "scipy", "sklearn", "matplotlib", "mpl_toolkits", "pandas", "PIL", "joblib"),
    *("IPython", "ipywidgets", "traitlets", "jupyter_client", "jupyter_server", "nbformat", "nbconvert", "tornado"),
    "standard library",
)
"""Whose docstrings `docstring_corpus` reads: what the course installs, and Python's own modules."""


@dataclass(frozen=True)
class PackageRead:
    """What was read of one package: `unreadable` files are no valid Python, and `note` says what was missing."""

    name: str
    version: str
    files: int = 0
    unreadable: int = 0
    docstrings: int = 0
    words: int = 0
    note: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a corpus was made from. Two corpora with the same digest (SHA-256) hold the same texts."""

    packages: tuple[PackageRead, ...]
    digest: str

    @property
    def words(self) -> int:
        """The number of words in the corpus."""
        return sum(package.words for package in self.packages)


def planted_corpus(
    rng: np.random.Generator, n_sentences: int = 5000
) -> tuple[list[Tokens], dict[str, Tokens], list[tuple[str, str, str, str]]]:
    """Return short sentences in which it is known which words belong together and which analogies hold.

    A word has two sorts of neighbours. Those of its cluster are shared with all words of the cluster ("the streets of
    ... are busy" fits every capital). Those of its country are two names ("marie lives in paris", "marie speaks
    french"). So country, capital, language and dish differ in the same way from one country to the next.

    Args:
        rng: the random generator that picks the sentences.
        n_sentences: how many; 5000 hold about 23,500 words, 144 of them different.

    Returns: sentences, a list of lists of words; clusters, six names with eight words each; analogies, 168 tuples
        (a, b, c, d): a is to b as c is to d.

    Example:
        >>> sentences, clusters, analogies = planted_corpus(np.random.default_rng(0))
        >>> clusters["capitals"][:3], analogies[0]
        (['paris', 'rome', 'madrid'], ('france', 'paris', 'italy', 'rome'))
    """
    countries = [line.split() for line in PLANTED_COUNTRIES.split("\n") if line]
    columns = [list(words) for words in zip(*countries, strict=True)]
    clusters = dict(zip(("countries", "capitals", "languages", "dishes"), columns, strict=False))
    clusters["animals"] = ["dog", "cat", "horse", "cow", "sheep", "goat", "rabbit", "duck"]
    clusters["instruments"] = ["piano", "violin", "guitar", "flute", "drum", "trumpet", "cello", "harp"]
    templates = {name: sentences.split("|") for name, sentences in PLANTED_SENTENCES.items()}
    people = {
        "countries": "in _ lives NAME",
        "capitals": "NAME works in _",
        "languages": "NAME speaks _",
        "dishes": "NAME cooks _",
        "animals": "NAME feeds the _",
        "instruments": "NAME plays the _",
    }
    sentences = []
    for _ in range(n_sentences):
        cluster = str(rng.choice(list(clusters)))
        i, name = rng.integers(8), rng.integers(4, 6)
        template = people[cluster] if rng.random() < 0.4 else str(rng.choice(templates[cluster]))
        sentence = template.replace("_", clusters[cluster][i]).replace("NAME", countries[i][name])
        sentences.append(sentence.split())
    analogies = [
        (mine[0], mine[column], other[0], other[column])
        for column in (1, 2, 3)
        for mine in countries
        for other in countries
        if mine is not other
    ]
    return sentences, clusters, analogies


def _source_files(name: str) -> list[Path]:
    """Return the Python files of a package, in the same order on every machine. Nothing is imported."""
    if name == "standard library":
        roots = [Path(sysconfig.get_paths()["stdlib"])]
    else:
        try:
            spec = find_spec(name)
        except (ImportError, ValueError):  # ValueError: a module that was made by hand
            return []
        if spec is None:
            return []
        roots = [Path(place) for place in spec.submodule_search_locations or [spec.origin or ""]]
    skipped = {"test", "tests", "testing", "site-packages", "dist-packages", "idlelib", "lib2to3"}
    skipped |= {"_vendor", "vendor", "vendored", "extern", "externals", "third_party"}  # read in their own package
    places = {}
    for root in roots:
        for path in [root] if root.suffix == ".py" else root.rglob("*.py"):
            place = path.relative_to(root)
            if not (skipped & set(place.parts) or path.name.startswith("test_") or path.name == "conftest.py"):
                places[place.as_posix()] = path
    return [places[place] for place in sorted(places)]


def _version(name: str) -> str:
    """Return the version of the package that brings a module; empty if there is none."""
    if name == "standard library" or name in sys.stdlib_module_names:
        return platform.python_version()
    distribution = {"sklearn": "scikit-learn", "PIL": "pillow", "mpl_toolkits": "matplotlib"}.get(name, name)
    with suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(distribution)
    if not _source_files(name):
        return ""
    # Only for a name not foreseen: it reads the lists of files of all that is installed, which takes a second.
    owners = importlib.metadata.packages_distributions().get(name)
    return importlib.metadata.version(owners[0]) if owners else ""


def _docstrings(node: ast.AST) -> Iterator[str]:
    """Yield the docstrings of a module, class or function and of all that it defines."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        yield ast.get_docstring(node, clean=False) or ""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.stmt, ast.excepthandler)):
            yield from _docstrings(child)


def _prose_words(docstring: str) -> Tokens:
    """Return the lower-case English words of a docstring without its code, mark-up and addresses."""
    markup = (
        r"^[ \t]*>>>.*(?:\n[ \t]*\S.*)*"  # an example, with its output: up to the next blank line
        r"|^[ \t]*\.\. .*$"  # a directive
        r"|(?::[\w:+.-]+:)?`{1,2}(?:[^`\n]|\n(?!\s*\n))*`{1,2}"  # code or a role
        r"|\w+://\S+"
    )
    prose = re.sub(markup, " ", docstring, flags=re.MULTILINE).lower()
    # A word has letters only. What touches a digit, a path, a call or an assignment is a name in a program.
    return re.findall(r"(?<![\w.:/\\@-])[a-z]+(?:['-][a-z]+)*(?![\w(=/\\]|\.\w)", prose)


def _read_package(name: str, version: str, seen: set[bytes], progress: bool) -> tuple[list[Tokens], PackageRead]:
    """Return the texts of a package that are not among those seen, and what was read."""
    from rich.progress import track

    found: list[str] = []
    files, unreadable = _source_files(name), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of odd escapes in other people's strings
        for path in track(files, description=name, disable=not progress):
            try:
                found += _docstrings(ast.parse(path.read_bytes()))
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
                unreadable += 1
    note = "" if files else "not installed, or without source files"
    if name == "reviews":
        found, note = load_reviews()[0], ""
    texts = []
    for words in map(_prose_words, found):
        key = hashlib.sha256(" ".join(words).encode()).digest()
        if len(words) >= 5 and key not in seen:
            seen.add(key)
            texts.append(words)
    read = len(files) - unreadable
    return texts, PackageRead(name, version, read, unreadable, len(texts), sum(map(len, texts)), note)


def _digest(texts: Iterable[Tokens]) -> str:
    return hashlib.sha256("\n".join(map(" ".join, texts)).encode()).hexdigest()


def _save(path: Path, texts: list[Tokens], manifest: Manifest) -> None:
    numbers: dict[str, int] = {}
    ids = encode(texts, {word: numbers.setdefault(word, len(numbers)) for text in texts for word in text})
    words, facts = (np.frombuffer(x.encode(), np.uint8) for x in ("\n".join(numbers), json.dumps(asdict(manifest))))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        whole = Path(folder) / "corpus.npz"
        np.savez(whole, ids=ids, words=words, manifest=facts)
        os.replace(whole, path)  # at once: no reader meets half a file


def _load(path: Path) -> tuple[list[Tokens], Manifest]:
    with np.load(path) as file:
        words, manifest = (bytes(file[name]).decode() for name in ("words", "manifest"))
        ids = file["ids"]
    word = words.split("\n")
    tokens = [word[i] for i in ids.tolist()]
    ends = np.flatnonzero(ids < 0).tolist()
    texts = [tokens[start:end] for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False)]
    facts = json.loads(manifest)
    return texts, Manifest(tuple(PackageRead(**package) for package in facts["packages"]), facts["digest"])


def docstring_corpus(
    packages: Sequence[str] | None = None, *, min_words: int = 300_000, progress: bool = False, cache: bool = True
) -> tuple[list[Tokens], Manifest]:
    """Return the English words of the docstrings of installed packages: a real corpus without a download.

    The packages' source files are parsed, never run. Tests, copies of other packages, code and repeated docstrings are
    left out. What comes back depends on what is installed; the manifest says what that was.

    Args:
        packages: names as in `import`, or "standard library"; by default `PACKAGES`, about 1.5 million words.
        min_words: if there are fewer words, the standard library and then the course's reviews are added.
        progress: show a progress bar for each package while reading.
        cache: keep the texts in the user's cache folder, for the same versions of the same packages.

    Returns: texts, a list of lists of lower-case words, one for each docstring; manifest, what they were made from.

    Example: one module, and nothing added.
        >>> texts, manifest = docstring_corpus(["textwrap"], min_words=0, cache=False)
        >>> manifest.packages[0].files, len(texts) > 10, manifest.words > 300
        (1, True, True)
    """
    import platformdirs

    names = list(dict.fromkeys(PACKAGES if packages is None else packages))
    # This file is part of the key: other rules of reading make another corpus.
    rules = Path(__file__).read_text(encoding="utf-8")
    key = [[(name, _version(name)) for name in (*names, "standard library")], min_words, rules]
    file_name = f"docstrings-{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]}.npz"
    path = platformdirs.user_cache_path("follow-the-slope") / file_name
    if cache and path.exists():
        with suppress(Exception):  # however a kept file is broken, it is made again
            kept = _load(path)
            if _digest(kept[0]) == kept[1].digest:
                return kept

    texts: list[Tokens] = []
    reads: list[PackageRead] = []
    seen: set[bytes] = set()
    for name in dict.fromkeys((*names, "standard library", "reviews")):
        if name not in names and sum(read.words for read in reads) >= min_words:
            break
        more, read = _read_package(name, _version(name), seen, progress)
        texts += more
        reads.append(read if name in names else replace(read, note=f"added: fewer than {min_words} words without it"))
    manifest = Manifest(tuple(reads), _digest(texts))
    if cache:
        with suppress(OSError):  # a full disk or a folder that cannot be written: the texts are here all the same
            _save(path, texts, manifest)
    return texts, manifest


def encode(texts: Iterable[Sequence[str]], vocabulary: Mapping[str, int]) -> np.ndarray:
    """Return the ids of all words in one array, with -1 after each text.

    Args:
        texts: lists of words.
        vocabulary: the id of each word. Words that are not in it are left out.

    Returns: (T,) int32 ids.

    Example:
        >>> encode([["a", "rare", "cat"], ["a"]], {"a": 0, "cat": 1}).tolist()
        [0, 1, -1, 0, -1]
    """
    ids: list[int] = []
    for text in texts:
        ids.extend(vocabulary[word] for word in text if word in vocabulary)
        ids.append(-1)
    return np.array(ids, dtype=np.int32)


def _pieces(path: Path) -> Iterator[str]:
    """Yield a text file in lower-case pieces of about a million characters that end between two words."""
    rest = ""
    try:
        with path.open(encoding="utf-8") as file:
            while piece := file.read(1 << 20):
                piece = rest + piece
                # With no gap in a million characters it is no text of words: cut anywhere, but do not pile it up.
                end = max(piece.rfind(" "), piece.rfind("\n")) + 1 or len(piece)
                yield piece[:end].lower()
                rest = piece[end:]
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text: {error.reason} ({error.object[error.start]:#04x})") from error
    yield rest.lower()


def read_text(path: str | Path, min_count: int = 5) -> tuple[np.ndarray, dict[str, int], np.ndarray]:
    """Return the ids, the vocabulary and the counts of a text file of any size, read piece by piece.

    Each line that has a known word is a text of its own. A file of one line, such as text8, is one long text.

    Args:
        path: a text file in UTF-8.
        min_count: words that are rarer are left out.

    Returns: ids, (T,) int32 with -1 after each text; vocabulary, the id of each lower-case word, 0 for the most
        frequent, of equals in alphabetical order; counts, (V,) integers.
    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not UTF-8, or no word in it occurs `min_count` times.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "two.txt"
        ...     size = path.write_text("A cat, a dog!\\nThe cat.")
        ...     ids, vocabulary, counts = read_text(path, min_count=2)
        >>> ids.tolist(), vocabulary, counts.tolist()
        ([0, 1, 0, -1, 1, -1], {'a': 0, 'cat': 1}, [2, 2])
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    word = r"\w+(?:['’]\w+)*"
    found: Counter[str] = Counter()
    for piece in _pieces(path):
        found.update(re.findall(word, piece))
    kept = sorted((-count, token) for token, count in found.items() if count >= min_count)
    if not kept:
        raise ValueError(f"no word occurs {min_count} times or more in {path}, which holds {found.total()} words")
    vocabulary = {token: i for i, (_, token) in enumerate(kept)}

    parts, last, mark = [], -1, {**vocabulary, "\n": -1}
    for piece in _pieces(path):
        ids = np.array([mark[token] for token in re.findall(rf"\n|{word}", piece) if token in mark], dtype=np.int32)
        before = np.append(np.int32(last), ids[:-1])[: len(ids)]
        parts.append(ids[(ids >= 0) | (before >= 0)])  # a blank line ends nothing
        last = ids[-1] if len(ids) else last
    if last >= 0:
        parts.append(np.array([-1], dtype=np.int32))
    return np.concatenate(parts), vocabulary, np.array([-count for count, _ in kept])
