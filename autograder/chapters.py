"""The chapters of the course, in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NAMES = ("start_here", "gradient_descent", "logistic_regression", "regularization", "softmax_svm", "word2vec")
# A chapter whose functions fill more than one module of `solutions`; the first one holds all its names.
MORE_MODULES = {"softmax_svm": ("linear_classifiers",), "word2vec": ("cbow", "counting", "embeddings")}
SUPPORT = ("backend", "datasets", "corpora", "acceleration", "vector_files", "spans", "hogwild")
"""Modules of `solutions` that belong to no chapter: every homework copy holds them."""

_HOME = Path(__file__).resolve().parent.parent
_INSTALLED = _HOME / "follow_the_slope" / "notebooks"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else _HOME / "notebooks"
"""Where the notebooks lie: in the repository, or where a wheel has them."""
STYLE = _HOME / "course_style.py"
"""The module of colours and figures that every notebook imports."""


@dataclass(frozen=True)
class Chapter:
    """A chapter: its number, and the name of its first module in `solutions`."""

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

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of its modules in `solutions`, say `("word2vec", "cbow", "counting", "embeddings")`."""
        return (self.name, *MORE_MODULES.get(self.name, ()))


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


def owner(module: str) -> str:
    """Return the name of the chapter to which a module of `solutions` belongs.

    Example:
        >>> owner("embeddings"), owner("word2vec")
        ('word2vec', 'word2vec')
    """
    return next((chapter.name for chapter in CHAPTERS if module in chapter.modules), module)
