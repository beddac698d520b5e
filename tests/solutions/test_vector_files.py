"""Word vectors in files, against the bytes of the format and against gensim."""

import os
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from solutions.vector_files import load_vectors, save_vectors

both_formats = pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
WORDS, W = ["the", "naïve", "猫", "x"], np.array([[0.5, -1], [0.1, 1e-30], [3e20, 0], [-0.25, 7]], dtype=np.float32)


def write(path, content):
    path.write_bytes(content)
    return path


def row(word, *numbers):
    return word.encode() + b" " + struct.pack(f"<{len(numbers)}f", *numbers)


@both_formats
@given(
    words=st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True, max_size=5),
    dim=st.integers(1, 5),
    data=st.data(),
)
def test_what_is_saved_is_loaded_bit_for_bit(tmp_path_factory, binary, words, dim, data):
    words = [word for word in words if not any(letter.isspace() or letter < " " for letter in word)]
    vectors = data.draw(arrays(np.float32, (len(words), dim), elements=st.floats(width=32, allow_nan=False)))
    path = tmp_path_factory.mktemp("vectors") / "vectors"
    save_vectors(path, words, vectors, binary=binary)
    loaded_words, loaded = load_vectors(path)
    assert loaded_words == words
    assert (loaded.dtype, loaded.shape) == (np.float32, (len(words), dim))
    assert loaded.tobytes() == vectors.tobytes()


@both_formats
def test_random_bits_survive(tmp_path, binary):
    bits = np.random.default_rng(0).integers(0, 2**32, (500, 100), dtype=np.uint32).view(np.float32)
    vectors = np.where(np.isfinite(bits), bits, np.float32(0))
    save_vectors(tmp_path / "v", [f"w{i}" for i in range(500)], vectors, binary=binary)
    assert load_vectors(tmp_path / "v")[1].tobytes() == vectors.tobytes()


def test_bytes_of_the_two_formats(tmp_path):
    path = tmp_path / "v"
    save_vectors(path, ["a", "é"], np.array([[1, 0.1], [-2, 1e-9]]))
    assert path.read_bytes() == b"2 2\na 1 0.100000001\n\xc3\xa9 -2 9.99999972e-10\n"
    save_vectors(path, ["a", "é"], np.array([[1, 0.1], [-2, 1e-9]]), binary=True)
    assert path.read_bytes() == b"2 2\n" + row("a", 1, 0.1) + b"\n" + row("é", -2, 1e-9) + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        b"2 2\nthe 1 -2.5e-1 \ncat 3 4 \n",
        b"2 2\r\nthe 1 -.25\r\ncat 3 4",
        b"2 2 \nthe 1 -0.25\ncat 3.0 +4\n\n",
        b"2 2\n" + row("the", 1, -0.25) + row("cat", 3, 4),
        b"2 2\n" + row("the", 1, -0.25) + b"\n" + row("cat", 3, 4) + b"\n",
    ],
    ids=["space at the end", "windows", "loose", "binary without line ends", "binary with line ends"],
)
def test_what_other_programs_write_is_read(tmp_path, content):
    words, vectors = load_vectors(write(tmp_path / "v", content))
    assert (words, vectors.tolist(), vectors.dtype) == (["the", "cat"], [[1, -0.25], [3, 4]], np.float32)


def test_bytes_of_numbers_that_look_like_marks(tmp_path):
    # The numbers' bytes are a space, a line end and letters: only their number tells where the word ends.
    content = b"2 3\na " + b" \n \nabcd1 2 " + b"\nb " + b"\n\n\n\n1.0 1.0\n" + b"\n"
    words, vectors = load_vectors(write(tmp_path / "v", content))
    assert words == ["a", "b"]
    assert vectors.tobytes() == b" \n \nabcd1 2 " + b"\n\n\n\n1.0 1.0\n"


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_letter_across_the_end_of_what_is_looked_at_first(tmp_path, cut):
    # The first 4096 bytes after line 1 tell the format; here they end inside a letter of four bytes.
    long = "a" * (4096 - len(" 1\n") - cut)
    words, vectors = load_vectors(write(tmp_path / "v", f"2 1\n{long} 1\n𝄞 2\n".encode()))
    assert (words, vectors.tolist()) == ([long, "𝄞"], [[1], [2]])


def test_a_binary_file_of_zeros_is_no_text(tmp_path):
    words = [f"w{i}" for i in range(100)]
    save_vectors(tmp_path / "v", words, np.zeros((100, 10)), binary=True)
    loaded, vectors = load_vectors(tmp_path / "v")
    assert loaded == words
    assert vectors.tolist() == [[0] * 10] * 100


def test_the_file_is_written_in_its_own_folder(tmp_path, monkeypatch):
    # From another disk it could not be moved into place in one go.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    save_vectors(tmp_path / "v", ["a"], np.ones((1, 1)))
    assert os.listdir(tmp_path) == ["v"]


@both_formats
def test_gensim_reads_what_is_saved(tmp_path, binary):
    models = pytest.importorskip("gensim.models", reason="gensim is in the bench extra")
    save_vectors(tmp_path / "v", WORDS, W, binary=binary)
    peer = models.KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary)
    assert peer.index_to_key == WORDS
    assert peer.vectors.tobytes() == W.tobytes()


@both_formats
def test_what_gensim_saves_is_read(tmp_path, binary):
    models = pytest.importorskip("gensim.models", reason="gensim is in the bench extra")
    peer = models.KeyedVectors(vector_size=2)
    peer.add_vectors(WORDS, W)
    peer.save_word2vec_format(str(tmp_path / "v"), binary=binary)
    words, vectors = load_vectors(tmp_path / "v")
    assert words == WORDS
    assert vectors.tobytes() == W.tobytes()


TEXT, BINARY = b"2 2\nthe 1 2\ncat 3 4\n", b"2 2\n" + row("the", 1, 2) + b"\n" + row("cat", 3, 4) + b"\n"
LONG = b"200 2\n" + b"".join(b"word%d 1 2\n" % i for i in range(200))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1 must hold two numbers, of words and of dimensions, got ''"),
        (b"the 1 2\ncat 3 4\n", "line 1 must hold two numbers"),
        (b"2 0\nthe\ncat\n", r"line 1 must hold two numbers, .*got '2 0\\n'"),
        (b"-2 2\nthe 1 2\n", "line 1 must hold"),
        (b"2", "line 1 must hold"),
        (b"\xff\xfe2 2\n", "line 1 must hold"),
        (TEXT[:-8], "line 3 should hold word 2 of 2, but there is none"),
        (TEXT[:-3], "line 3 should hold a word and 2 numbers, but has 1 pieces after it"),
        (TEXT.replace(b"2\nthe", b"3\nthe"), "line 2 should hold a word and 3 numbers, but has 2"),
        (TEXT.replace(b"2 2\n", b"1 2\n"), "line 3 is more than the 1 words that line 1 announces"),
        (TEXT.replace(b"2 2\n", b"3 2\n"), "line 4 should hold word 3 of 3"),
        (TEXT.replace(b" 3", b" three"), "line 3 holds 'three', which is not a number"),
        (LONG.replace(b"word0 1 2", b"word0 1 x"), "line 2 holds 'x', which is not a number"),
        (TEXT.replace(b"cat", b"new york"), "line 3 should hold a word and 2 numbers, but has 3"),
        (BINARY.replace(b"the", b"th\xff"), "word 1 is not UTF-8"),
        (BINARY[:-2], "read as binary, is cut off at word 2 of 2"),
        (BINARY[:-13], "read as binary, is cut off at word 2 of 2"),
        (BINARY.replace(b"2 2\n", b"3 2\n"), "cut off at word 3 of 3"),
        (BINARY.replace(b"2 2\n", b"1 2\n"), "has more than the 1 words that line 1 announces"),
        (BINARY.replace(b"2 2\n", b"2 9\n"), "cut off at word 1 of 2"),
    ],
)
def test_a_broken_file_is_named_with_the_place(tmp_path, content, message):
    path = write(tmp_path / "broken.vec", content)
    with pytest.raises(ValueError, match=message) as caught:
        load_vectors(path)
    assert str(caught.value).startswith(f"{path}: ")


@both_formats
@pytest.mark.parametrize(
    ("words", "shape", "message"),
    [
        (["a", "new york"], (2, 3), "must not be empty or hold white space or control codes, got 'new york'"),
        (["a", "b\n"], (2, 3), r"got 'b\\n'"),
        (["a", ""], (2, 3), "got ''"),
        (["a", "\x00"], (2, 3), r"got '\\x00'"),
        (["a", "a"], (2, 3), "'a' is there twice"),
        (["a"], (2, 3), r"W \(V, d\) for 1 words, got W \(2, 3\)"),
        (["a", "b"], (2,), r"got W \(2,\)"),
        (["a", "b"], (2, 0), r"got W \(2, 0\)"),
        (["a", "\ud800"], (2, 3), "surrogates not allowed"),
    ],
)
def test_what_cannot_be_saved_leaves_the_old_file(tmp_path, binary, words, shape, message):
    path = write(tmp_path / "v", b"old")
    with pytest.raises(ValueError, match=message):
        save_vectors(path, words, np.zeros(shape), binary=binary)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["v"]


def test_a_new_file_can_be_read_by_others_and_an_old_one_keeps_its_mode(tmp_path):
    if os.name == "nt":
        pytest.skip("Windows has no such modes")
    path = tmp_path / "v"
    save_vectors(path, ["a"], np.zeros((1, 1)))
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    save_vectors(path, ["a"], np.ones((1, 1)))
    assert path.stat().st_mode & 0o777 == 0o600


def test_vectors_of_every_library_can_be_saved(tmp_path, backend):
    vectors = backend.asarray([[1, 2]], "float64")
    if backend.device is not None and "device1" in str(backend.device):
        pytest.skip("this stand-in device has no way back to the CPU by design; CuPy's has")
    save_vectors(tmp_path / "v", ["a"], vectors)
    assert load_vectors(tmp_path / "v")[1].tolist() == [[1, 2]]
