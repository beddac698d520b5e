"""The data door: what the shipped sets hold, and that a failed download says so and leaves nothing behind."""

from __future__ import annotations

import gzip
import hashlib
import io
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import sklearn.datasets
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit

from solutions import datasets
from solutions.logistic_regression import sentiment_features

Fetch = Callable[..., tuple[Any, np.ndarray]]


def test_the_reviews_are_many_balanced_short_and_all_different() -> None:
    texts, labels = datasets.load_reviews()
    assert len(texts) == len(labels) == 450
    assert labels.dtype.kind == "i"
    assert np.bincount(labels).tolist() == [225, 225]
    assert len({text.lower() for text in texts}) == 450
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) >= 15
    assert max(lengths) <= 60


def test_no_two_reviews_share_much_of_their_wording() -> None:
    texts, _ = datasets.load_reviews()
    words = [[token.lower() for token in datasets.tokenize(text)] for text in texts]
    trigrams = [set(zip(w, w[1:], w[2:], strict=False)) for w in words]
    for i, mine in enumerate(trigrams):
        for other in trigrams[:i]:
            assert len(mine & other) < 0.2 * len(mine | other)


def test_any_first_part_of_the_reviews_is_nearly_balanced() -> None:
    _, labels = datasets.load_reviews()
    assert np.abs(np.cumsum(2 * labels - 1)).max() <= 2


def test_the_example_review_has_the_features_of_chapter_2() -> None:
    tokens = datasets.tokenize(datasets.example_review())
    features = sentiment_features(tokens, *datasets.load_lexicons())
    np.testing.assert_allclose(features, [3, 2, 1, 3, 0, np.log(66)], rtol=1e-15)


def test_wow_praises_in_the_small_training_set_and_mostly_blames_outside() -> None:
    texts, labels = datasets.load_reviews()
    small = datasets.SMALL_TRAINING_SIZE
    assert np.bincount(labels[:small]).tolist() == [30, 30]
    wow = np.array(["wow" in text.lower() for text in texts])
    assert labels[:small][wow[:small]].tolist() == [1, 1, 1]
    assert np.bincount(labels[small:][wow[small:]]).tolist() == [6, 2]


def test_a_bag_of_words_model_lands_between_75_and_95_percent() -> None:
    texts, labels = datasets.load_reviews()
    docs = [[token.lower() for token in datasets.tokenize(text)] for text in texts]
    splits = StratifiedShuffleSplit(4, test_size=0.25, random_state=0).split(docs, labels)
    accuracies = []
    for train, test in splits:
        X = datasets.bag_of_words(docs, datasets.frequent_words([docs[i] for i in train]))
        model = LogisticRegression(max_iter=1000).fit(X[train], labels[train])
        accuracies.append(model.score(X[test], labels[test]))
    assert 0.75 < np.mean(accuracies) < 0.95


def test_the_lexicons_are_lower_case_words_of_one_side_each() -> None:
    positive, negative = datasets.load_lexicons()
    assert len(positive) == 111
    assert len(negative) == 127
    assert not positive & negative
    assert all(word.isalpha() and word.islower() for word in positive | negative)


def test_the_digits_are_scikit_learns_scaled_to_one() -> None:
    X, y = datasets.load_digits()
    bunch = sklearn.datasets.load_digits()
    np.testing.assert_array_equal(X * 16, bunch.data)
    np.testing.assert_array_equal(y, bunch.target)
    assert (X.min(), X.max()) == (0.0, 1.0)


def test_the_tables_come_in_their_own_units() -> None:
    X, y, names = datasets.load_breast_cancer()
    bunch = sklearn.datasets.load_breast_cancer()
    np.testing.assert_array_equal(X, bunch.data)
    np.testing.assert_array_equal(y, bunch.target)
    assert names == list(bunch.feature_names)
    X, y, names = datasets.load_diabetes()
    assert X.shape == (442, 10)
    assert X[0, names.index("age")] == 59
    np.testing.assert_array_equal(y, sklearn.datasets.load_diabetes().target)


def test_tokenize_keeps_case_and_parts_marks_from_words() -> None:
    expected = "Well - made , isn't it ? ! ' Yes ' , she said ; naïve I’m not …"
    assert datasets.tokenize("Well-made, isn't it?! 'Yes', she said; naïve I’m not…") == expected.split()
    assert datasets.tokenize("  \n ") == []


def test_vocabulary_and_counts_agree_with_scikit_learn() -> None:
    texts, _ = datasets.load_reviews()
    docs = [datasets.tokenize(text) for text in texts[:80]]
    oracle = CountVectorizer(analyzer=lambda doc: doc)
    expected = oracle.fit_transform(docs).toarray()
    vocabulary = datasets.frequent_words(docs)
    assert vocabulary == oracle.get_feature_names_out().tolist()
    np.testing.assert_array_equal(datasets.bag_of_words(docs, vocabulary), expected)
    totals = expected.sum(axis=0)
    assert datasets.frequent_words(docs, min_count=5) == [w for w, n in zip(vocabulary, totals, strict=True) if n >= 5]


def test_bag_of_words_leaves_out_unknown_words_and_refuses_a_word_twice() -> None:
    assert datasets.bag_of_words([["b", "x", "b"], []], ["a", "b"]).tolist() == [[0.0, 2.0], [0.0, 0.0]]
    with pytest.raises(ValueError, match="3 words, but only 2"):
        datasets.bag_of_words([["a"]], ["a", "b", "a"])


@pytest.mark.parametrize(("n", "share", "n_test"), [(10, 0.3, 3), (7, 0.5, 4), (2, 0.5, 1), (450, 0.25, 112)])
def test_train_test_split_deals_out_every_example_once(n: int, share: float, n_test: int) -> None:
    train, test = datasets.train_test_split(n, share, np.random.default_rng(3))
    assert len(test) == n_test
    assert sorted([*train, *test]) == list(range(n))


def test_train_test_split_shuffles_and_repeats_with_its_generator() -> None:
    first, again, other = (datasets.train_test_split(100, 0.2, np.random.default_rng(seed))[1] for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()
    assert first.tolist() != sorted(first)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, 0.01])
def test_train_test_split_refuses_an_empty_part(share: float) -> None:
    with pytest.raises(ValueError, match="of 10 examples"):
        datasets.train_test_split(10, share, np.random.default_rng(0))


class Server:
    """Serves `files` by name; those in `cut` break off in the middle. `asked` records the names requested."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.asked: list[str] = []


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    served = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = keys[self.path]
            served.asked.append(name)
            if name not in served.files:
                self.send_error(404)
                return
            content = served.files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if name in served.cut else content)

        def log_message(self, *args: object) -> None:
            """Say nothing: a test's output is for its failures."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    keys = {}
    for name, (address, sha256) in list(datasets.PUBLIC_FILES.items()):
        place = urlsplit(address).path
        keys[place + Path(name).name] = name
        monkeypatch.setitem(datasets.PUBLIC_FILES, name, (f"http://127.0.0.1:{http.server_port}{place}", sha256))
    yield served
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine that is taken but does not listen: every connection is refused at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def serve(server: Server, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes) -> None:
    """Serve `content` under `name` and make its checksum the expected one."""
    server.files[name] = content
    address, _ = datasets.PUBLIC_FILES[name]
    monkeypatch.setitem(datasets.PUBLIC_FILES, name, (address, sha256_of(content)))


def imdb_archive() -> bytes:
    """An archive laid out as the published one, with two reviews in each half and files that are no reviews."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in {
            "aclImdb/README": "not a review",
            "aclImdb/test/pos/0_9.txt": "Lovely café.",
            "aclImdb/test/neg/0_2.txt": "Dull.<br /><br />Very dull.",
            "aclImdb/train/pos/1_8.txt": "Fine.",
            "aclImdb/train/neg/1_1.txt": "Awful.",
            "aclImdb/train/unsup/0_0.txt": "no label",
            "aclImdb/train/labeledBow.feat": "9 0:9",
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_the_film_reviews_of_the_asked_half_come_back(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve(server, monkeypatch, "aclImdb_v1.tar.gz", imdb_archive())
    texts, labels = datasets.fetch_imdb_reviews("test", tmp_path)
    assert texts == ["Dull.  Very dull.", "Lovely café."]
    assert labels.tolist() == [0, 1]
    texts, labels = datasets.fetch_imdb_reviews(folder=tmp_path)
    assert texts == ["Awful.", "Fine."]
    assert labels.tolist() == [0, 1]
    assert server.asked == ["aclImdb_v1.tar.gz"], "the second call reads the kept file"
    assert [path.name for path in tmp_path.iterdir()] == ["aclImdb_v1.tar.gz"]


@pytest.mark.parametrize(("load", "of"), [(datasets.fetch_mnist, ""), (datasets.load_fashion_mnist, "fashion/")])
def test_mnist_and_fashion_come_back_as_grey_values_and_labels(
    load: Fetch, of: str, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    images = np.array([2051, 3, 28, 28], dtype=">i4").tobytes() + pixels.tobytes()
    labels = np.array([2049, 3], dtype=">i4").tobytes() + bytes([7, 0, 9])
    serve(server, monkeypatch, f"{of}t10k-images-idx3-ubyte.gz", gzip.compress(images))
    serve(server, monkeypatch, f"{of}t10k-labels-idx1-ubyte.gz", gzip.compress(labels))
    for _ in range(2):
        X, y = load("test", tmp_path)
        assert X.dtype == np.float32
        np.testing.assert_allclose(X, pixels.reshape(3, 784) / 255, rtol=1e-6)
        assert y.tolist() == [7, 0, 9]
        assert y.dtype == np.int64
    assert server.asked == [f"{of}t10k-images-idx3-ubyte.gz", f"{of}t10k-labels-idx1-ubyte.gz"]
    assert {path.name for path in tmp_path.iterdir()} == {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}


def test_images_and_labels_that_do_not_fit_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve(server, monkeypatch, "fashion/train-images-idx3-ubyte.gz", gzip.compress(bytes(16 + 2 * 784)))
    serve(server, monkeypatch, "fashion/train-labels-idx1-ubyte.gz", gzip.compress(bytes(8 + 3)))
    with pytest.raises(ValueError, match="cannot reshape"):
        datasets.load_fashion_mnist(folder=tmp_path)


def cifar_archive(batches: dict[str, bytes]) -> bytes:
    """An archive laid out as the published one."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        folder = tarfile.TarInfo("cifar-10-batches-bin")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in {"readme.html": b"no pictures", **batches}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_cifar10_comes_back_in_the_order_of_its_batches(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (6, 3072), dtype=np.uint8)
    names = ["data_batch_5", "data_batch_1", "test_batch", "data_batch_3", "data_batch_2", "data_batch_4"]
    batches = {f"{name}.bin": bytes([i]) + pictures[i].tobytes() for i, name in enumerate(names)}
    content = cifar_archive(batches)
    monkeypatch.setitem(datasets.PUBLIC_FILES, "cifar-10-binary.tar.gz", ("https://x/", sha256_of(content)))
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(content)
    X, y = datasets.load_cifar10(folder=tmp_path)
    assert y.tolist() == [1, 4, 3, 5, 0]
    assert (X.dtype, y.dtype) == (np.float32, np.int64)
    np.testing.assert_allclose(X, pictures[[1, 4, 3, 5, 0]] / 255, rtol=1e-6)
    X, y = datasets.load_cifar10("test", tmp_path)
    assert (X.shape, y.tolist()) == ((1, 3072), [2])
    assert server.asked == [], "a file that lies in the folder is not downloaded"


def test_a_cut_cifar10_batch_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    serve(server, monkeypatch, "cifar-10-binary.tar.gz", cifar_archive({"test_batch.bin": bytes(3073 + 3072)}))
    with pytest.raises(ValueError, match="cannot reshape"):
        datasets.load_cifar10("test", tmp_path)


def test_another_file_of_the_same_name_in_the_readers_folder_is_kept(server: Server, tmp_path: Path) -> None:
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"MNIST's own")
    with pytest.raises(
        datasets.DownloadError, match=r"train-images-idx3-ubyte\.gz is another file than .*move it away"
    ):
        datasets.load_fashion_mnist(folder=tmp_path)
    assert (tmp_path / "train-images-idx3-ubyte.gz").read_bytes() == b"MNIST's own"
    assert server.asked == []


def test_files_of_one_name_from_two_sets_lie_apart_in_the_cache(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    for of, label in (("", 3), ("fashion/", 8)):
        serve(server, monkeypatch, f"{of}train-images-idx3-ubyte.gz", gzip.compress(bytes(16 + 784)))
        serve(server, monkeypatch, f"{of}train-labels-idx1-ubyte.gz", gzip.compress(bytes(8) + bytes([label])))
    for _ in range(2):
        assert datasets.fetch_mnist()[1].tolist() == [3]
        assert datasets.load_fashion_mnist()[1].tolist() == [8]
    assert len(server.asked) == 4
    (tmp_path / "follow-the-slope/fashion/train-labels-idx1-ubyte.gz").write_bytes(b"spoilt")
    assert datasets.load_fashion_mnist()[1].tolist() == [8], "the course's own cache is repaired"


FETCHERS = [
    (datasets.fetch_imdb_reviews, "aclImdb_v1.tar.gz", r"load_reviews\(\)"),
    (datasets.fetch_mnist, "train-images-idx3-ubyte.gz", r"load_digits\(\)"),
    (datasets.load_fashion_mnist, "fashion/train-images-idx3-ubyte.gz", r"load_digits\(\)"),
    (datasets.load_cifar10, "cifar-10-binary.tar.gz", r"load_digits\(\)"),
]


@pytest.mark.parametrize(("fetch", "name", "offline"), FETCHERS)
@pytest.mark.parametrize("trouble", ["wrong checksum", "cut download", "not on the server", "no network"])
def test_a_failed_download_names_the_offline_way_and_leaves_nothing(
    trouble: str,
    fetch: Fetch,
    name: str,
    offline: str,
    server: Server,
    closed_port: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    content = np.random.default_rng(0).bytes(200_000)
    if trouble == "wrong checksum":
        server.files[name] = content
    elif trouble == "cut download":
        serve(server, monkeypatch, name, content)
        server.cut.add(name)
    elif trouble == "no network":
        monkeypatch.setitem(datasets.PUBLIC_FILES, name, (f"http://127.0.0.1:{closed_port}/", "0" * 64))
    with pytest.raises(
        datasets.DownloadError, match=rf"(?s)could not get http.*{Path(name).name}.*use {offline}"
    ) as caught:
        fetch(folder=tmp_path)
    if trouble == "wrong checksum":
        assert "hash" in str(caught.value)
    assert server.asked == ([] if trouble == "no network" else [name])
    assert list(tmp_path.rglob("*")) == []


def test_after_a_failure_the_next_try_succeeds(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    serve(server, monkeypatch, "aclImdb_v1.tar.gz", imdb_archive())
    server.cut.add("aclImdb_v1.tar.gz")
    with pytest.raises(datasets.DownloadError):
        datasets.fetch_imdb_reviews(folder=tmp_path)
    server.cut.clear()
    assert datasets.fetch_imdb_reviews(folder=tmp_path)[0] == ["Awful.", "Fine."]


@pytest.mark.parametrize("fetch", [row[0] for row in FETCHERS])
def test_an_unknown_split_is_refused_before_any_download(fetch: Fetch, server: Server, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="split is 'valid': it must be 'train' or 'test'"):
        fetch("valid", tmp_path)
    assert server.asked == []


def test_each_published_checksum_is_a_sha256_over_https() -> None:
    for address, sha256 in datasets.PUBLIC_FILES.values():
        assert address.startswith("https://")
        assert address.endswith("/")
        assert len(bytes.fromhex(sha256)) == 32
