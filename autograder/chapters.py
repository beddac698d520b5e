"""The chapters of the course, in order."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = ("start_here", "gradient_descent", "logistic_regression", "regularization", "softmax_svm", "word2vec")


@dataclass(frozen=True)
class Chapter:
    """A chapter: its number, and the name of its module in `solutions`."""

    number: int
    name: str

    @property
    def stem(self) -> str:
        """The name of its notebook without the suffix, say `01_gradient_descent`."""
        return f"{self.number:02}_{self.name}"

    @property
    def notebook(self) -> str:
        """The notebook's file name, say `01_gradient_descent.ipynb`."""
        return f"{self.stem}.ipynb"


CHAPTERS = tuple(Chapter(number, name) for number, name in enumerate(NAMES))


def find(word: str) -> Chapter:
    """Return the chapter with this number, name or notebook.

    Raises:
        KeyError: there is none; the message lists all.

    Example:
        >>> find("1") == find("01") == find("gradient_descent") == find("01_gradient_descent.ipynb")
        True
    """
    for chapter in CHAPTERS:
        if word in (str(chapter.number), f"{chapter.number:02}", chapter.name, chapter.notebook, chapter.stem):
            return chapter
    known = ", ".join(f"{chapter.number:02} {chapter.name}" for chapter in CHAPTERS)
    raise KeyError(f"no chapter is called {word!r}; there are {known}")
