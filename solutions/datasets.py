"""The one door to the course's data: sets that work without a network, and full public sets for those who have one."""

from __future__ import annotations

import csv
import gzip
import re
import tarfile
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

Tokens = list[str]

SMALL_TRAINING_SIZE = 60
"""The first 60 reviews of `load_reviews` are chapter 3's small training set, 30 of each class."""

MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist/"
FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"

# The SHA-256 of Fashion-MNIST's files is the one that torchvision's `prototype.datasets` expects, that of CIFAR-10 the
# one of Julia's MLDatasets. Their authors' pages give MD5 only (CIFAR-10: c32a1d4ab5d03f1284b67883e8d87530).
PUBLIC_FILES = {
    "aclImdb_v1.tar.gz": (
        "https://ai.stanford.edu/~amaas/data/sentiment/",
        "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    ),
    "cifar-10-binary.tar.gz": (
        "https://www.cs.toronto.edu/~kriz/",
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    ),
    "train-images-idx3-ubyte.gz": (MNIST, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    "train-labels-idx1-ubyte.gz": (MNIST, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    "t10k-images-idx3-ubyte.gz": (MNIST, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    "t10k-labels-idx1-ubyte.gz": (MNIST, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    "fashion/train-images-idx3-ubyte.gz": (FASHION, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
    "fashion/train-labels-idx1-ubyte.gz": (FASHION, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    "fashion/t10k-images-idx3-ubyte.gz": (FASHION, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    "fashion/t10k-labels-idx1-ubyte.gz": (FASHION, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
}
"""The public files: the address of the folder each lies in, and its SHA-256. Two sets have files of the same names."""


class DownloadError(OSError):
    """A public data set could not be downloaded whole. Its message names what to use without a network."""


def _lines(name: str) -> list[str]:
    return (files("solutions") / "data" / name).read_text(encoding="utf-8").splitlines()


def load_reviews() -> tuple[list[str], np.ndarray]:
    """Return the course's own short reviews and whether each is positive.

    They come in a fixed order in which any first part is nearly balanced. The first `SMALL_TRAINING_SIZE` are chapter
    3's small training set: there "wow" stands only in positive reviews, while in the rest most reviews with it are
    negative. The datasheet is `solutions/data/DATASHEET.md`.

    Returns: texts, a list of N texts; labels, (N,) integers, 1 for a positive review and 0 for a negative one.

    Example:
        >>> texts, labels = load_reviews()
        >>> texts[0][:31], int(labels[0])
        ('I went to this museum of clocks', 1)
    """
    rows = list(csv.DictReader(_lines("reviews.csv")))
    return [row["text"] for row in rows], np.array([int(row["label"]) for row in rows])


def example_review() -> str:
    """Return the review whose sentiment features chapter 2 counts by hand: [3, 2, 1, 3, 0, ln 66].

    Example: it has 66 tokens.
        >>> len(tokenize(example_review()))
        66
    """
    return load_reviews()[0][0]


def load_lexicons() -> tuple[set[str], set[str]]:
    """Return two sets of lower-case words: those that often praise, and those that often blame.

    Returns: positive and negative, with no word in both.

    Example:
        >>> positive, negative = load_lexicons()
        >>> "delicious" in positive, "stale" in negative
        (True, True)
    """
    return set(_lines("positive.txt")), set(_lines("negative.txt"))


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the 1797 handwritten digits that come with scikit-learn.

    Returns: X, (1797, 64) grey values from 0 to 1, each row an image of 8 x 8 pixels; y, (1797,) integers 0 to 9.

    Example:
        >>> X, y = load_digits()
        >>> X.shape, float(X.max()), int(y[3])
        ((1797, 64), 1.0, 3)

    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998).
    """
    from sklearn import datasets  # imported where it is needed: it takes about a second

    bunch = datasets.load_digits()
    return bunch.data / 16.0, bunch.target


def load_breast_cancer() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return the 569 tumours that come with scikit-learn, in their own units (not standardised).

    Returns: X, (569, 30) measurements; y, (569,) integers, 1 benign and 0 malignant; the 30 names of the columns.

    Example:
        >>> X, y, names = load_breast_cancer()
        >>> X.shape, int(y.sum()), names[0]
        ((569, 30), 357, 'mean radius')

    Source: Wolberg et al., Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository (1995).
    """
    from sklearn import datasets

    bunch = datasets.load_breast_cancer()
    return bunch.data, bunch.target, [str(name) for name in bunch.feature_names]


def load_diabetes() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return the 442 diabetes patients that come with scikit-learn, in their own units (not standardised).

    Returns: X, (442, 10) measurements; y, (442,) progress of the disease after a year; the 10 names of the columns.

    Example:
        >>> X, y, names = load_diabetes()
        >>> X.shape, float(y[0]), names[:3]
        ((442, 10), 151.0, ['age', 'sex', 'bmi'])

    Source: Efron et al., Least Angle Regression, Annals of Statistics 32 (2004).
    """
    from sklearn import datasets

    bunch = datasets.load_diabetes(scaled=False)
    return bunch.data, bunch.target, [str(name) for name in bunch.feature_names]


def _download(name: str, folder: Path | None, offline: str) -> Path:
    """Return the path of a public file, from `folder` if it lies there whole, else from the network."""
    import pooch  # imported where it is needed: offline readers never wait for it

    address, sha256 = PUBLIC_FILES[name]
    kept = Path(folder) / Path(name).name if folder else pooch.os_cache("follow-the-slope") / name
    name, known_hash = kept.name, f"sha256:{sha256}"
    if folder and kept.exists() and not pooch.hashes.hash_matches(kept, known_hash):
        raise DownloadError(f"{kept} is another file than {address}{name}: move it away, or name another folder")
    try:
        # pooch writes to a temporary file and renames it once the checksum is right: no half file can stay.
        path = pooch.retrieve(address + name, known_hash=known_hash, fname=name, path=kept.parent)
    except (OSError, ValueError) as error:  # OSError: network or disk; ValueError: another checksum
        raise DownloadError(f"could not get {address}{name}: {error}\nWithout a network, use {offline}.") from error
    return Path(path)


def _require_split(split: str) -> None:
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}: it must be 'train' or 'test'")


def fetch_imdb_reviews(split: str = "train", folder: Path | None = None) -> tuple[list[str], np.ndarray]:
    """Return the 25000 film reviews of one half of Stanford's Large Movie Review Dataset. Needs a network once (84 MB).

    Args:
        split: "train" or "test".
        folder: where to keep the download; by default the user's cache folder.

    Returns: texts, a list of N reviews, negative ones first; labels, (N,) integers, 1 for a positive review, else 0.
    Raises:
        ValueError: split is another word.
        DownloadError: no network, a cut download or a wrong checksum. `load_reviews` needs no network.

    Example: not run, because it downloads.
        >>> texts, labels = fetch_imdb_reviews("test")  # doctest: +SKIP

    Source: Maas et al., Learning Word Vectors for Sentiment Analysis, ACL 2011.
    """
    _require_split(split)
    reviews = {}
    with tarfile.open(_download("aclImdb_v1.tar.gz", folder, "load_reviews()")) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and re.fullmatch(rf"aclImdb/{split}/(neg|pos)/\d+_\d+\.txt", member.name):
                reviews[member.name] = file.read().decode("utf-8").replace("<br />", " ")
    names = sorted(reviews)
    return [reviews[name] for name in names], np.array([int("/pos/" in name) for name in names])


def fetch_mnist(split: str = "train", folder: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return one part of MNIST, handwritten digits of 28 x 28 pixels. Needs a network once (10 MB).

    Args:
        split: "train" for 60000 digits or "test" for 10000 by other writers.
        folder: where to keep the download; by default the user's cache folder.

    Returns: X, (N, 784) grey values from 0 to 1 as float32, which keeps the large part at 188 MB; y, (N,) integers.
    Raises:
        ValueError: split is another word.
        DownloadError: no network, a cut download or a wrong checksum. `load_digits` needs no network.

    Example: not run, because it downloads.
        >>> X, y = fetch_mnist("test")  # doctest: +SKIP

    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998).
    """
    _require_split(split)
    return _read_mnist("", split, folder)


def _read_mnist(of: str, split: str, folder: Path | None) -> tuple[np.ndarray, np.ndarray]:
    prefix = {"train": "train", "test": "t10k"}[split]
    images, labels = (
        gzip.decompress(_download(f"{of}{prefix}-{kind}-ubyte.gz", folder, "load_digits()").read_bytes())
        for kind in ("images-idx3", "labels-idx1")
    )
    # The headers: a mark and the lengths of the axes, four bytes each.
    pixels, y = np.frombuffer(images, np.uint8, offset=16), np.frombuffer(labels, np.uint8, offset=8)
    return pixels.reshape(len(y), 28 * 28) / np.float32(255), y.astype(np.int64)


def load_fashion_mnist(split: str = "train", folder: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return one part of Fashion-MNIST, pieces of clothing of 28 x 28 pixels. Needs a network once (30 MB).

    The ten classes are T-shirt, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag and ankle boot.

    Args:
        split: "train" for 60000 pictures or "test" for 10000.
        folder: where the four files ("train-images-idx3-ubyte.gz" and so on) lie, or are to be kept once they are
            downloaded; by default the user's cache folder. MNIST's files have the same names: keep them apart.

    Returns: X, (N, 784) grey values from 0 to 1 as float32; y, (N,) integers 0 to 9.
    Raises:
        ValueError: split is another word.
        DownloadError: no network, a cut download or a wrong checksum. `load_digits` needs no network.

    Example: not run, because it downloads.
        >>> X, y = load_fashion_mnist("test")  # doctest: +SKIP

    Source: Xiao, Rasul and Vollgraf, Fashion-MNIST, arXiv:1708.07747 (2017).
    """
    _require_split(split)
    return _read_mnist("fashion/", split, folder)


def load_cifar10(split: str = "train", folder: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return one part of CIFAR-10, colour photographs of 32 x 32 pixels. Needs a network once (170 MB).

    The ten classes are airplane, automobile, bird, cat, deer, dog, frog, horse, ship and truck.

    Args:
        split: "train" for 50000 pictures or "test" for 10000.
        folder: where "cifar-10-binary.tar.gz" lies, or is to be kept once it is downloaded; by default the user's cache
            folder. The version for Python is not read, since unpickling a file can run any program.

    Returns: X, (N, 3072) values from 0 to 1 as float32, in each row 1024 red ones, 1024 green and 1024 blue, so that
        `X[i].reshape(3, 32, 32).transpose(1, 2, 0)` is a picture; y, (N,) integers 0 to 9.
    Raises:
        ValueError: split is another word.
        DownloadError: no network, a cut download or a wrong checksum. `load_digits` needs no network.

    Example: not run, because it downloads.
        >>> X, y = load_cifar10("test")  # doctest: +SKIP

    Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images, University of Toronto (2009).
    """
    _require_split(split)
    wanted = {"train": r"data_batch_[1-5]", "test": "test_batch"}[split]
    batches = {}
    with tarfile.open(_download("cifar-10-binary.tar.gz", folder, "load_digits()")) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and re.fullmatch(rf"cifar-10-batches-bin/{wanted}\.bin", member.name):
                batches[member.name] = file.read()
    content = np.frombuffer(b"".join(batches[name] for name in sorted(batches)), np.uint8)
    rows = content.reshape(-1, 1 + 3 * 32 * 32)  # a label, then the pixels
    return rows[:, 1:] / np.float32(255), rows[:, 0].astype(np.int64)


def tokenize(text: str) -> Tokens:
    """Return the words, numbers and punctuation marks of a text, in order.

    A word keeps its case and its inner apostrophes ("don't" is one token). Each mark is a token of its own.

    Args:
        text: any text.

    Returns: a list of tokens, empty if the text is blank.

    Example:
        >>> tokenize("Don't go: it's no fun!")
        ["Don't", 'go', ':', "it's", 'no', 'fun', '!']
    """
    return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text)


def frequent_words(docs: Sequence[Tokens], min_count: int = 1) -> list[str]:
    """Return the words that occur at least `min_count` times in all documents together, sorted.

    Args:
        docs: N documents, each a list of tokens. Tokens are taken as they are: lower-case them first if case is noise.
        min_count: the smallest number of occurrences.

    Returns: a sorted list of distinct tokens, ready to be the vocabulary of `bag_of_words`.

    Example:
        >>> frequent_words([["a", "good", "film"], ["a", "bad", "film"]], min_count=2)
        ['a', 'film']
    """
    counts = Counter(token for doc in docs for token in doc)
    return sorted(token for token, count in counts.items() if count >= min_count)


def bag_of_words(docs: Sequence[Tokens], vocabulary: Sequence[str]) -> np.ndarray:
    """Return how often each word of the vocabulary occurs in each document. Other words are left out.

    Args:
        docs: N documents, each a list of tokens.
        vocabulary: V distinct words.

    Returns: (N, V) counts, as floats.
    Raises: ValueError if a word is in the vocabulary twice.

    Example:
        >>> bag_of_words([["so", "so", "good"], ["bad"]], ["bad", "so"]).tolist()
        [[0.0, 2.0], [1.0, 0.0]]
    """
    column = {word: j for j, word in enumerate(vocabulary)}
    if len(column) < len(vocabulary):
        raise ValueError(f"the vocabulary holds {len(vocabulary)} words, but only {len(column)} different ones")
    counts = np.zeros((len(docs), len(vocabulary)))
    for i, doc in enumerate(docs):
        for token in doc:
            if token in column:
                counts[i, column[token]] += 1
    return counts


def train_test_split(n: int, test_share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the shuffled indices of n examples in two parts, to train on and to test on.

    Args:
        n: the number of examples.
        test_share: the share to test on, between 0 and 1. The test part has round(n * test_share) examples.
        rng: the random generator that shuffles.

    Returns: train and test, index arrays that together hold 0 to n-1 once each.
    Raises: ValueError if a part would be empty.

    Example:
        >>> train, test = train_test_split(10, 0.3, np.random.default_rng(0))
        >>> len(train), len(test)
        (7, 3)
    """
    n_test = round(n * test_share)
    if not 0 < n_test < n:
        raise ValueError(
            f"a test share of {test_share} leaves {n - n_test} of {n} examples to train on, {n_test} to test"
        )
    order = rng.permutation(n)
    return order[n_test:], order[:n_test]
