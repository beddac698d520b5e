"""What an exercise cell holds: derived from the solution, either as a stub or filled in."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from .exercise import Exercise

# How a part of a docstring starts: `Returns: ...`, `x: ...`, `w, b: ...`.
ITEM = re.compile(r" *\w+(, \w+)*:( |$)")
WIDTH = 90  # characters of a docstring's line that fit a notebook's cell on a laptop


def stub(exercise: Exercise) -> str:
    """Return the source of an exercise's cell: a line about it, signature and docstring of the solution, and a raise.

    Annotations and the docstring's section on errors are left out: a reader is not asked to reject bad input.

    Example:
        >>> from autograder.checking.catalogue import find
        >>> print(stub(find("bowl_gradient")))  # doctest: +ELLIPSIS
        # Exercise gradient_descent.bowl_gradient: ... minutes, difficulty ... of 3, ...
        def bowl_gradient(x, y):
            ...
            raise NotImplementedError
    """
    docstring = inspect.cleandoc(exercise.reference.__doc__ or "")
    docstring = re.sub(r"^Raises:.*\n(?: +.*\n)*", "", docstring + "\n", flags=re.MULTILINE).strip()
    docstring = "\n".join(_wrapped(docstring)).rstrip() + ("\n" if "\n" in docstring else "")
    mark = 'r"""' if "\\" in docstring else '"""'
    body = textwrap.indent(f'{mark}{docstring}"""\nraise NotImplementedError', "    ", lambda line: line.strip() != "")
    points = f"{exercise.points:g} point{'' if exercise.points == 1 else 's'}"
    about = f"# Exercise {exercise.id}: {exercise.minutes} minutes, difficulty {exercise.difficulty} of 3, {points}"
    return f"{about}\n{signature(exercise.reference)}\n{body}"


def _wrapped(docstring: str) -> Iterator[str]:
    """Yield a docstring's lines, its prose broken where a notebook's cell would cut it off; code stays as it is."""
    item: list[str] = []
    in_code = False
    for line in [*docstring.split("\n"), ""]:
        in_code = line.strip() != "" and (in_code or line.lstrip().startswith(">>>"))
        goes_on = bool(item) and not in_code and line.strip() != "" and not ITEM.match(line)
        if not goes_on and item:
            indent = " " * (len(item[0]) - len(item[0].lstrip()))
            hanging = "    " if ITEM.match(item[0]) else ""
            text = " ".join(part.strip() for part in item)
            yield textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent + hanging)
            item = []
        if in_code or not line.strip():
            yield line
        else:
            item.append(line)


def signature(function: Callable[..., Any]) -> str:
    """Return the head of a function's definition, without annotations; a long one on several lines.

    Example:
        >>> from solutions.gradient_descent import minibatches
        >>> signature(minibatches)
        'def minibatches(n, batch_size, rng):'
    """
    definition = _definition(function)
    for argument in ast.walk(definition.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    definition.returns, definition.body = None, [ast.Pass()]
    line = ast.unparse(definition).split("\n")[0]
    if len(line) <= WIDTH + 10:
        return line
    name, _, parameters = line.removesuffix("):").partition("(")
    indent = " " * 4
    return f"{name}(\n{textwrap.fill(parameters, WIDTH, initial_indent=indent, subsequent_indent=indent)}\n):"


def filled(exercise: Exercise) -> str:
    """Return the source of an exercise's cell with the solution in it, and the imports and helpers that it needs."""
    function = exercise.reference
    module = sys.modules[function.__module__]
    sources = [*_helpers(function, module), inspect.getsource(function).strip()]
    return "\n\n\n".join(["\n".join(_imports(sources, module)), *sources]).strip()


def _definition(function: Callable[..., Any]) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    assert isinstance(tree.body[0], ast.FunctionDef)
    return tree.body[0]


def _helpers(function: Callable[..., Any], module: ModuleType) -> list[str]:
    """Return the sources of the module's private functions that a function calls, in order of need."""
    sources: dict[str, None] = {}
    for name in sorted(_names(inspect.getsource(function))):
        value = getattr(module, name, None)
        if name.startswith("_") and callable(value):
            sources |= dict.fromkeys([*_helpers(value, module), inspect.getsource(value).strip()])
    return list(sources)


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(textwrap.dedent(source))) if isinstance(node, ast.Name)}


def _imports(sources: list[str], module: ModuleType) -> list[str]:
    """Return the module's import lines that the sources need, none of them relative."""
    used = set().union(*map(_names, sources))
    lines = []
    for statement in ast.parse(inspect.getsource(module)).body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        names = [alias for alias in statement.names if (alias.asname or alias.name) in used]
        if names and isinstance(statement, ast.Import):
            lines.append(ast.unparse(ast.Import(names)))
        elif names and isinstance(statement, ast.ImportFrom):
            origin = ".".join(filter(None, [module.__package__ if statement.level else "", statement.module]))
            lines.append(ast.unparse(ast.ImportFrom(origin, names, 0)))
    return lines
