"""Take a notebook's functions out of its code cells, each with the statements that it needs.

Cells that a student moved, copied, broke or never ran do not matter as long as the code itself is there. This file
imports the standard library alone: it runs beside a student's code, so that a monstrous notebook costs the student's
time limit and not the grader's.
"""

from __future__ import annotations

import ast
import builtins
import linecache
import types
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .cells import parse_cell
from .statements import Statement, future_flags, statement_of

MISSING = "The notebook defines no function {name}."
SAME = "At the end of the notebook the function reads what it reads before."


@dataclass
class Notebook:
    """A notebook's statements in order, and why some of its code could not be read.

    Args:
        statements: the top-level statements of all cells.
        broken: a reason per function that has a syntax error.
        errors: all reasons, in order.
        flags: compiler flags of the `from __future__` imports.
    """

    statements: list[Statement] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    flags: int = 0
    _codes: dict[Statement, types.CodeType] = field(default_factory=dict)

    def needed(self, name: str, at_end: bool = False) -> list[Statement]:
        """Return the statements that a function needs, in an order in which they run; none if there is no such name.

        That is the order of the notebook, but for cells that were run out of order: what a statement reads at once
        comes before it. What a function's body reads may be defined more than once: it gets what is there when the
        function is checked (without a check: at the end of its cell), or else what comes later.

        Args:
            name: the function's name.
            at_end: let bodies read what is there at the end of the notebook.
        """
        definition = self._last_binding(name)
        if definition is None or (name in self.broken and self.statements[definition].is_stub):
            return []
        end = len(self.statements) if at_end else self._end_of(definition, name)
        chosen, waiting = {definition}, [definition]
        while waiting:
            at = waiting.pop()
            for other in [*self._read_by(at, end), *self._changes_of(at, end)]:
                if other not in chosen:
                    chosen.add(other)
                    waiting.append(other)
        return [self.statements[i] for i in self._runnable(sorted(chosen))]

    def _end_of(self, definition: int, name: str) -> int:
        """Return the place of the check that follows a definition, or else of the next cell."""
        cell, end = self.statements[definition].cell, None
        for i in range(definition + 1, len(self.statements)):
            if self.statements[i].is_check and name in self.statements[i].binds:
                return i
            if end is None and self.statements[i].cell != cell:
                end = i
        return len(self.statements) if end is None else end

    def _runnable(self, order: list[int]) -> Iterator[int]:
        """Yield statements so that each comes after those further down that it reads at once."""
        done: set[int] = set()
        for first in order:
            waiting = [first]
            while waiting:
                at = waiting[-1]
                ahead = [i for i in self._ahead_of(at) if i not in done and i not in waiting]
                if ahead:
                    waiting.append(ahead[0])
                elif waiting.pop() not in done:
                    done.add(at)
                    yield at

    def _ahead_of(self, at: int) -> Iterator[int]:
        for name in sorted(self.statements[at].now):
            if self._last_binding(name, at) is None and (found := self._last_binding(name)) is not None and found > at:
                yield found
                yield from self._changes_of(found, len(self.statements))

    def _read_by(self, at: int, end: int) -> Iterator[int]:
        statement = self.statements[at]
        for names, limit in ((statement.now, at), (statement.later, end)):
            for name in names:
                found = self._last_binding(name, limit)
                if found is None or (limit == end and self.statements[found].is_stub):
                    found = self._last_binding(name)
                if found is not None and found != at:
                    yield found
                elif found is None and not hasattr(builtins, name):
                    yield from (i for i, other in enumerate(self.statements) if "*" in other.binds)

    def _changes_of(self, at: int, end: int) -> Iterator[int]:
        if isinstance(self.statements[at].node, (ast.Import, ast.ImportFrom)):
            return  # `plt.title(...)` does not make plt another module
        end = end if at < end else len(self.statements)
        for name in self.statements[at].binds & self._changes.keys():
            yield from (i for i in self._changes[name] if at < i < end)

    @cached_property
    def _bindings(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, statement in enumerate(self.statements):
            for name in () if statement.is_check else statement.binds:
                found.setdefault(name, []).append(i)
        return found

    @cached_property
    def _changes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, statement in enumerate(self.statements):
            for name in statement.changes:
                found.setdefault(name, []).append(i)
        return found

    def _last_binding(self, name: str, before: int | None = None) -> int | None:
        stub = None
        for i in reversed(self._bindings.get(name, ())):
            if before is None or i < before:
                # A copied exercise cell that was left as it is must not delete the answer given in the other one.
                if not self.statements[i].is_stub:
                    return i
                stub = i if stub is None else stub
        return stub

    def run(self, statements: Iterable[Statement], namespace: dict[str, Any]) -> Iterator[str]:
        """Run statements in a namespace, and give a reason for each that fails."""
        for statement in statements:
            try:
                exec(self._compiled(statement), namespace)
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                yield reason(error, statement.cell, _line_of(error, statement))

    def _compiled(self, statement: Statement) -> types.CodeType:
        if statement not in self._codes:  # several functions may need the same statements
            module = ast.Module([statement.node], type_ignores=[])
            code = compile(module, file_name(statement.cell), "exec", flags=self.flags, dont_inherit=True)
            self._codes[statement] = code
        return self._codes[statement]

    def without_spent_stubs(self) -> list[Statement]:
        """Return all statements but the checks and the stubs of functions that have an answer, if a broken one."""
        answered = {name for s in self.statements if not s.is_stub and not s.is_check for name in s.binds}
        answered |= self.broken.keys()
        return [s for s in self.statements if not s.is_check and not (s.is_stub and s.binds <= answered)]


def read(cells: Sequence[str]) -> Notebook:
    """Return the statements of a notebook's code cells.

    Args:
        cells: the sources of the code cells, in order.

    Example:
        >>> notebook = read(["import math", "HALF = 0.5\\ndef area(r):\\n    return HALF * math.pi * r", "area(2)"])
        >>> [ast.unparse(statement.node).split(":")[0] for statement in notebook.needed("area")]
        ['import math', 'HALF = 0.5', 'def area(r)']
    """
    notebook = Notebook()
    for number, source in enumerate(cells, start=1):
        lines = lines_of(source)
        source = "\n".join(lines)
        shown = [f"{line}\n" for line in lines]
        linecache.cache[file_name(number)] = (len(source), None, shown, file_name(number))
        nodes, problems = parse_cell(source)
        for problem in problems:
            why = reason(problem.error, number, problem.line)
            notebook.errors.append(why)
            if problem.name:
                notebook.broken[problem.name] = why
        for node in nodes:
            notebook.flags |= future_flags(node)
            notebook.statements.append(statement_of(number, node, lines))
    return notebook


def lines_of(source: str) -> list[str]:
    """Return the lines of a cell as they are counted, whatever ends them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")


def file_name(cell: int) -> str:
    """Return how tracebacks name a cell."""
    return f"code cell {cell}"


def reason(error: BaseException, cell: int, line: int | None) -> str:
    """Return an error and its place in one line."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    place = f"code cell {cell}, line {line}" if line else f"code cell {cell}"
    return f"{type(error).__name__} in {place}: {' '.join(text.split())[:300]}"


def _line_of(error: BaseException, statement: Statement) -> int:
    line, frame = statement.node.lineno, error.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == file_name(statement.cell):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


class Loader:
    """Gives a notebook's functions: from their slices, or else from running all cells."""

    def __init__(self, cells: Sequence[str], given: dict[str, Any]) -> None:
        self.notebook = read(cells)
        self.given = given
        self.everything: dict[str, Any] | None = None

    def from_slice(self, name: str) -> tuple[Any, str | None]:
        """Return the function made by running only what it needs, or None; and why there is none, or what failed."""
        return self._from(name, self.notebook.needed(name))

    def from_slice_at_end(self, name: str) -> tuple[Any, str | None]:
        """Return the function with what its body reads at the end of the notebook, or None; and why, say `SAME`."""
        statements = self.notebook.needed(name, at_end=True)
        # The same code from other cells, say a second `import numpy as np`, makes no other function.
        same = _texts(statements) == _texts(self.notebook.needed(name))
        return (None, SAME) if same else self._from(name, statements)

    def _from(self, name: str, statements: Sequence[Statement]) -> tuple[Any, str | None]:
        if not statements:
            return None, self.notebook.broken.get(name, MISSING.format(name=name))
        namespace = self._namespace()
        for why in self.notebook.run(statements, namespace):
            return None, why
        return _function(namespace, name)

    def from_all_cells(self, name: str) -> tuple[Any, str | None]:
        """Return the function after all cells have run in order (once), or None; and why there is none."""
        if self.everything is None:
            self.everything = self._namespace()
            self.notebook.errors.extend(self.notebook.run(self.notebook.without_spent_stubs(), self.everything))
        return _function(self.everything, name)

    def _namespace(self) -> dict[str, Any]:
        # A module of its own, so that dataclasses and pickle in a student's code find theirs.
        return vars(types.ModuleType("__main__")) | {"__builtins__": builtins} | self.given


def _texts(statements: Iterable[Statement]) -> list[str]:
    return sorted(ast.dump(statement.node) for statement in statements)


def _function(namespace: dict[str, Any], name: str) -> tuple[Any, str | None]:
    value = namespace.get(name)
    if value is None:
        return None, MISSING.format(name=name)
    if not callable(value):
        return None, f"{name} is a {type(value).__name__}, not a function."
    return value, None
