"""A course of somebody else's: one chapter, two exercises, one notebook, in names of its own."""

from __future__ import annotations

from pathlib import Path

from nbformat import v4, writes

COURSE = """\
name = "tiny"
exercises = "tiny_checks"
solutions = "tiny_answers"
notebooks = "pages"
first = 1

[chapters]
letters = ["words"]
"""
ANSWERS = '''\
"""Functions on words."""


def shout(word):
    """Return a word in capital letters.

    Args:
        word: a text.

    Returns: the text in capitals.
    """
    return word.upper()


def twice(numbers):
    """Return the double of each number.

    Args:
        numbers: a list of numbers.

    Returns: a list of the same length.
    """
    return [2 * number for number in numbers]
'''
CHECKS = '''\
"""What readers make of words."""

from tiny_answers import words

from autograder import Case, Exercise, Mistake


def _random_words(rng):
    for length in (5, 9):
        yield Case(f"{length} random letters", ("".join(rng.choice(list("abcxyz"), length)),), hidden=True)


def _random_numbers(rng):
    for length in (3, 6):
        yield Case(f"{length} random numbers", (rng.integers(1, 99, length).tolist(),), hidden=True)


shout = Exercise(
    words.shout,
    number="1.1",
    title="Shout",
    points=1,
    minutes=2,
    difficulty=1,
    cases=(Case("a word", ("ab",)), Case("a capital in it", ("aBc",))),
    random_cases=_random_words,
    returns=("the word",),
    hints=("Texts have methods.", "One of them is called `upper`.", "`return word.upper()`"),
    right=(lambda word: "".join(letter.upper() for letter in word), lambda word: word.swapcase().upper()),
    mistakes=(
        Mistake("lower", lambda word: word.lower(), "You return small letters."),
        Mistake("first_only", lambda word: word.capitalize(), "Only the first letter is a capital."),
        Mistake("as_it_was", lambda word: word, "You return the word as it was."),
    ),
)
twice = Exercise(
    words.twice,
    number="1.2",
    title="Twice",
    points=2,
    minutes=2,
    difficulty=1,
    cases=(Case("two numbers", ([1, 2],)), Case("one number", ([7],))),
    random_cases=_random_numbers,
    returns=("the doubles",),
    hints=("Take each number in turn.", "A list comprehension does it.", "`return [2 * number for number in numbers]`"),
    right=(lambda numbers: [number + number for number in numbers], lambda numbers: [number * 2 for number in numbers]),
    mistakes=(
        Mistake("list_doubled", lambda numbers: 2 * numbers, "You have doubled the list, not its numbers."),
        Mistake("squares", lambda numbers: [n * n for n in numbers], "You return the squares."),
        Mistake("first_left_out", lambda numbers: [2 * n for n in numbers[1:]], "The first number is missing."),
    ),
)
'''


def write(folder: Path) -> Path:
    """Return `folder`, with the course in it; its exercise cells are empty until `autograder sync` fills them."""
    for name, text in {
        "course.toml": COURSE,
        "tiny_answers/__init__.py": "",
        "tiny_answers/words.py": ANSWERS,
        "tiny_checks/__init__.py": "",
        "tiny_checks/about_words.py": CHECKS,
        "pages/01_letters.ipynb": writes(_page()),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _page():
    cells = [v4.new_code_cell("from autograder import check", id="imports")]
    for name in ("shout", "twice"):
        source = f"def {name}():\n    pass"
        cells.append(v4.new_code_cell(source, id=f"{name}-exercise", metadata={"tags": ["exercise"]}))
        cells.append(v4.new_code_cell(f"{name} = check({name})", id=f"{name}-check", metadata={"tags": ["check"]}))
    return v4.new_notebook(cells=cells)
