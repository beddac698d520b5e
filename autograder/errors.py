"""Errors meant for the user of the autograder: their text is one clear line."""

from __future__ import annotations

MAX_NAME = 80  # characters of a name in a message


class UserError(Exception):
    """An error whose text is all that its reader needs: a notebook shows it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class UnknownExercise(UserError, KeyError):
    """No exercise has this name."""

    __str__ = Exception.__str__  # KeyError would put the text in quotes


class NotAFunction(UserError, TypeError):
    """Something other than a function or an exercise was given."""


class UnknownChapter(UserError, KeyError):
    """No chapter has this name."""

    __str__ = Exception.__str__


class BadSetting(UserError, ValueError):
    """A setting that makes no sense, such as a seed that is not a number."""


def shortened(text: str) -> str:
    """Return a text from outside, cut to a length that fits into a message.

    Example:
        >>> shortened("a" * 1000)[-5:]
        'aa...'
    """
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}..."
