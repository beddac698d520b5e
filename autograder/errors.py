"""Errors that a user of the autograder reads."""

from __future__ import annotations

MAX_NAME = 80  # characters of a name in a message


class UserError(Exception):
    """An error whose text is all that its reader needs: a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class UnknownExercise(UserError, KeyError):
    """No exercise is called so."""

    __str__ = Exception.__str__  # KeyError would put the text in quotes


class NotAFunction(UserError, TypeError):
    """Something else was given where a function, or an exercise, belongs."""


class UnknownChapter(UserError, KeyError):
    """No chapter is called so."""

    __str__ = Exception.__str__


class BadSetting(UserError, ValueError):
    """A setting that makes no sense, such as a seed that is no number."""


def shortened(text: str) -> str:
    """Return a text that somebody gave, cut to what a message can hold.

    Example:
        >>> shortened("a" * 1000)[-5:]
        'aa...'
    """
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}..."
