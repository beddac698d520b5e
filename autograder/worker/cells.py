"""Parse a code cell as far as it can be parsed: magics and shell lines dropped, broken parts cut out."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

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
