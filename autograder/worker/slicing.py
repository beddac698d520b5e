"""Take a notebook's functions out of its code cells, each with the statements that it needs.

Cells that a student moved, copied, broke or never ran do not matter as long as the code itself is there. This file
imports the standard library alone: it runs beside a student's code, so that a monstrous notebook costs the student's
time limit and not the grader's.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import linecache
import re
import symtable
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# What ast.parse raises on hostile text: null bytes, lone surrogates, brackets nested a thousand deep.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
# Cell magics whose body is in another language, or is no part of the notebook; that of any other runs here.
BODY_RUNS_ELSEWHERE = re.compile(
    r"bash|sh|script|system|sx|!|cmd|powershell|perl|ruby|python[23]?|pypy|javascript|js|html|svg|latex|markdown|md"
    r"|writefile|file|c|cpp|rust|julia|octave|matlab|r|sql|bigquery|css|mermaid|fortran",
    re.IGNORECASE,
)
BLOCK_START = re.compile(r"(?:async\s+def|def|class|import|from)\b|@")
CONTINUES = re.compile(r"(?:else|elif|except|finally)\b|[)\]}#\s]|$")
ASSIGNED_MAGIC = re.compile(r"(\s*[\w.,\s\[\]]+=\s*)[%!]")
CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
CONFLICT_END = re.compile(r"^>{7}(?: .*)?$", re.MULTILINE)
DEFINED = re.compile(r"(?:async\s+def|def|class)\s+(\w+)|(\w+)\s*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """A part of a cell that does not parse.

    Args:
        error: what the parser said.
        line: line of the cell, counted from 1, if known.
        name: the name that this part would have defined.
    """

    error: BaseException
    line: int | None
    name: str | None


def parse_cell(source: str) -> tuple[list[ast.stmt], list[Problem]]:
    """Return a cell's top-level statements and what is wrong with the rest.

    Args:
        source: the cell's text.

    Example:
        >>> nodes, problems = parse_cell("%matplotlib inline\\nx = 1\\ndef f(:\\n    pass\\ndef g():\\n    return 2")
        >>> [type(node).__name__ for node in nodes], [(problem.name, problem.line) for problem in problems]
        (['Pass', 'Assign', 'FunctionDef'], [('f', 3)])
    """
    source = _without_cell_magic(source)
    problems: list[Problem] = []
    try:
        return _parse(source), []
    except UNPARSABLE:
        side = first_side(source)
        if side is not None:
            line = source.count("\n", 0, CONFLICT.search(source).start()) + 1  # type: ignore[union-attr]
            problems.append(Problem(SyntaxError("a git conflict, of which the first side is read"), line, None))
            source = side
    # One broken function must not cost the others of its cell: read it block by block.
    nodes: list[ast.stmt] = []
    for start, block in _split(source, lambda line: BLOCK_START.match(line) is not None):
        try:
            nodes += _moved(_parse(block), start)
        except UNPARSABLE as error:
            problems.append(_problem(error, start, block))
            nodes += _rescued(start, block)
    return nodes, problems


def _rescued(start: int, block: str) -> list[ast.stmt]:
    """Return what parses of a broken block: say, the constants that follow a broken function."""
    nodes: list[ast.stmt] = []
    for offset, part in _split(block, lambda line: CONTINUES.match(line) is None):
        try:
            nodes += _moved(_parse(part), start + offset)
        except UNPARSABLE:
            continue  # the block's problem is on record
    return nodes


def _problem(error: BaseException, start: int, block: str) -> Problem:
    line = getattr(error, "lineno", None)
    defined = DEFINED.search(block)
    return Problem(error, line and line + start, defined and (defined[1] or defined[2]))


def _moved(nodes: list[ast.stmt], lines: int) -> list[ast.stmt]:
    for node in nodes:
        ast.increment_lineno(node, lines)
    return nodes


def _split(source: str, starts_block: Callable[[str], bool]) -> list[tuple[int, str]]:
    """Return blocks of lines and the number of lines before each; a decorator stays with its function."""
    lines = source.split("\n")
    starts = [0]
    for i, line in enumerate(lines):
        if i and starts_block(line) and not lines[i - 1].startswith("@"):
            starts.append(i)
    return [(a, "\n".join(lines[a:b])) for a, b in zip(starts, [*starts[1:], len(lines)])]  # noqa: B905


def _without_cell_magic(source: str) -> str:
    """Blank out `%%time` and its like, or the whole cell if the magic keeps its body from running here."""
    lines = source.split("\n")
    for i, line in enumerate(lines):
        code = line.strip()
        if code.startswith("%%"):
            if BODY_RUNS_ELSEWHERE.fullmatch((code[2:].split() or [""])[0]):
                return ""
            lines[i] = ""
        elif code:
            break
    return "\n".join(lines)


def first_side(source: str) -> str | None:
    """Return a text with the first side of each git conflict, every line in its place; None if there is no conflict.

    Args:
        source: a text with git's conflict markers.

    Example:
        >>> first_side("a\\n<<<<<<< HEAD\\nb\\n=======\\nc\\n>>>>>>> main\\nd").split()
        ['a', 'b', 'd']
        >>> first_side("a <<<<<<< b")
    """
    if not (CONFLICT.search(source) and CONFLICT_END.search(source)):
        return None
    kept, where = [], "outside"
    for line in source.split("\n"):
        marker = line.rstrip("\r")
        if where == "outside" and CONFLICT.match(line):
            where, line = "first", ""
        elif where == "first" and marker.startswith("|||||||"):
            where = "base"
        elif where in ("first", "base") and marker == "=======":
            where = "second"
        elif where == "second" and CONFLICT_END.match(line):
            where, line = "outside", ""
        kept.append(line if where in ("outside", "first") else "")
    return "\n".join(kept)


def _parse(source: str) -> list[ast.stmt]:
    """Parse, dropping each magic or shell line that the parser stumbles over. A cell that parses is left alone."""
    lines = source.split("\n")
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in a student's strings
                return ast.parse("\n".join(lines)).body
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            plain = _without_magic(lines[at]) if 0 <= at < len(lines) else None
            if plain is None:
                raise
            while lines[at].endswith("\\") and at + 1 < len(lines):  # a long shell line goes on in the next
                lines[at], at, plain = plain, at + 1, ""
            lines[at] = plain


def _without_magic(line: str) -> str | None:
    """Return what stays of a line of IPython's own syntax; None if it is none."""
    code = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    timed = re.match(r"%time\s+(.*)", code)
    if timed:
        return indent + timed[1]
    if code.startswith(("%", "!", "?")) or code.endswith("?"):
        return f"{indent}pass"
    assigned = ASSIGNED_MAGIC.match(line)
    return f"{assigned[1]}None" if assigned else None


# symtable gives comprehensions a table of their own, as if they were functions; they run at once.
RUN_AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}
# After these, a name may still have the value that it had before.
MAY_NOT_BIND = (ast.AugAssign, ast.AnnAssign, ast.If, ast.For, ast.While, ast.Try, ast.With, ast.Match)


@dataclass(frozen=True, eq=False)
class Statement:
    """A top-level statement and the names that it deals with.

    Args:
        cell: number of its code cell, counted from 1.
        node: the statement.
        binds: names that it gives a value.
        now: names that it reads when it runs.
        later: names that the bodies of its functions read when they are called.
        changes: names whose value it may change in place, as in `table[0] = 1` or `table.append(1)`.
    """

    cell: int
    node: ast.stmt
    binds: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()

    @cached_property
    def is_stub(self) -> bool:
        """Whether this is a function whose body only raises NotImplementedError."""
        if not isinstance(self.node, ast.FunctionDef):
            return False
        body = self.node.body[1:] if ast.get_docstring(self.node, clean=False) is not None else self.node.body
        raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
        raised = raised.func if isinstance(raised, ast.Call) else raised
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"

    @cached_property
    def is_check(self) -> bool:
        """Whether this is `f = check(f)`, which defines nothing: the check may well be gone."""
        node = self.node
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.value.args) == 1):
            return False
        called = node.value.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        return name == "check" and [ast.unparse(each) for each in node.targets] == [ast.unparse(node.value.args[0])]


def future_flags(node: ast.stmt) -> int:
    """Return the compiler flags of a `from __future__` import; they hold for all later cells."""
    if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
        return 0
    features = [getattr(__future__, alias.name, None) for alias in node.names]
    return sum(feature.compiler_flag for feature in features if feature)


def statement_of(cell: int, node: ast.stmt, lines: Sequence[str]) -> Statement:
    """Return a statement with its names.

    Args:
        cell: number of its code cell, counted from 1.
        node: the statement.
        lines: the lines of the cell.
    """
    if isinstance(node, ast.Delete):
        return Statement(cell, node)  # symtable counts `del x` as giving x a value
    try:
        table = _table(node, lines)
    except UNPARSABLE:
        return Statement(cell, node)  # such as a return outside of a function: running it tells
    symbols = table.get_symbols()
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        binds.add("*")
    now, later = {s.get_name() for s in symbols if s.is_referenced()}, set[str]()
    for child in table.get_children():
        _global_reads(child, now, later)
    if isinstance(node, MAY_NOT_BIND):
        now |= binds
    return Statement(cell, node, *map(frozenset, (binds, now, later, _changed(node))))


def _table(node: ast.stmt, lines: Sequence[str]) -> symtable.SymbolTable:
    """Return the table of a statement's names. Raises one of UNPARSABLE if it cannot stand alone."""
    first = min(part.lineno for part in (node, *getattr(node, "decorator_list", ())))
    *others, last = lines[first - 1 : node.end_lineno]
    if node.col_offset == 0:
        text = "\n".join([*others, last.encode()[: node.end_col_offset].decode()])  # without a comment after it
        with contextlib.suppress(*UNPARSABLE):  # a line of IPython's own, of which the parser has seen a part
            return symtable.symtable(text, "cell", "exec")
    return symtable.symtable(ast.unparse(node), "cell", "exec")  # takes ten times as long


def _global_reads(table: symtable.SymbolTable, now: set[str], later: set[str]) -> None:
    at_once = str(table.get_type()).endswith("class") or table.get_name() in RUN_AT_ONCE
    reads = now if at_once else later
    if isinstance(table, symtable.Function):
        reads.update(table.get_globals())  # also those that it gives a value by `global`
    else:
        reads.update(s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced())
    for child in table.get_children():
        _global_reads(child, reads if not at_once else now, later)


def _changed(node: ast.AST) -> set[str]:
    """Return the names at the base of `x[...] = `, `x.y = ` and `x.method(...)`, outside of function bodies."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return set()
    names = set()
    target: ast.AST | None = None
    if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
        target = node
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        target = node.value.func
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    if isinstance(target, ast.Name):
        names.add(target.id)
    for child in ast.iter_child_nodes(node):
        names |= _changed(child)
    return names


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
