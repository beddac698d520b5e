"""What stays of a student's functions when names, spacing and comments are gone: fingerprints to look for copies.

A function becomes the sequence of its syntax tree's nodes, each run of GRAM nodes a hash, and of these winnowing keeps
at least one among WINDOW in a row. A name counts only by where it stood before in the run, so that renaming changes
nothing, while `a * b + a` still differs from `a * b + b`.

Source: Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003; names by
distance as in Baker, "Parameterized pattern matching", 1996.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .worker.cells import parse_cell

# No copy shorter than GRAM nodes counts (a line or two of a formula); any of GRAM + WINDOW - 1 nodes is found.
GRAM, WINDOW = 24, 8
# Say nothing about what a function does, or are not part of its work.
LEFT_OUT = (ast.expr_context, ast.arguments, ast.Expr, ast.Pass)
FIELDS_LEFT_OUT = {"annotation", "returns", "type_comment", "type_params"}

Token = tuple[str, bool]
"""A node of a syntax tree: a text, and whether it is a name that the student chose."""


@dataclass(frozen=True)
class Function:
    """A function or class of a notebook: its name, its text, and its fingerprints."""

    name: str
    source: str
    prints: frozenset[int]


def functions(cells: Iterable[str], starter: frozenset[int] = frozenset()) -> list[Function]:
    """Return the functions and classes of a notebook's top level, without those too short to tell anything.

    Args:
        cells: sources of the code cells.
        starter: hashes of code that everybody was given, which leave no fingerprint.

    Example:
        >>> work = "    total = 0\\n    for a, b in zip(x, y):\\n        total += (a - b) ** 2\\n"
        >>> (mine,) = functions([f"def f(x, y):\\n{work}    return total / len(x)"])
        >>> (yours,) = functions([f"def g(x, y):\\n{work}    return total / len(x)".replace("total", "s")])
        >>> mine.prints == yours.prints != frozenset()
        True
    """
    found: dict[frozenset[int], Function] = {}
    for cell in cells:
        lines = cell.replace("\r", "").lstrip("\ufeff").split("\n")
        for node in parse_cell("\n".join(lines))[0]:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                hashes = [value for value in _hashes(tuple(_tokens(node.body))) if value not in starter]
                prints = frozenset(
                    min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1)) if hashes
                )
                if prints:  # a helper may stand in several cells
                    text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                    found.setdefault(prints, Function(node.name, text, prints))
    return list(found.values())


def hashes(sources: Iterable[str]) -> frozenset[int]:
    """Return all hashes of some code, at its top level and in its functions: `functions` leaves these out.

    Args:
        sources: cells or modules.
    """
    return frozenset(value for source in sources for value in _hashes(tuple(_tokens(parse_cell(source)[0]))))


def _tokens(nodes: Sequence[ast.AST]) -> Iterator[Token]:
    """Yield what stands in some nodes, in the order of the text. No recursion: a student's code may be nested deep."""
    stack: list[ast.AST] = list(reversed(_without_docstring(nodes)))
    while stack:
        node = stack.pop()
        if not isinstance(node, LEFT_OUT):
            yield _token(node)
        children: list[ast.AST] = []
        for name, value in ast.iter_fields(node):
            if name not in FIELDS_LEFT_OUT:
                parts = value if isinstance(value, list) else [value]
                nested = [part for part in parts if isinstance(part, ast.AST)]
                children += _without_docstring(nested) if name == "body" else nested
        stack += reversed(children)


def _without_docstring(nodes: Sequence[ast.AST]) -> Sequence[ast.AST]:
    first = nodes[0] if nodes else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return nodes[1:] if is_text else nodes


def _token(node: ast.AST) -> Token:
    if isinstance(node, ast.Name):
        return node.id, True
    if isinstance(node, ast.arg):
        return node.arg, True
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name, True
    if isinstance(node, ast.Attribute):
        return f".{node.attr}", False
    if isinstance(node, ast.keyword):
        return f"{node.arg}=", False
    if isinstance(node, ast.Constant):
        return _constant(node.value), False
    return type(node).__name__, False


def _constant(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 2**53:
        return repr(float(value))  # `2` and `2.0` are the same to a reader
    # What a text says is easily changed.
    return "text" if isinstance(value, (str, bytes)) else type(value).__name__


@lru_cache(maxsize=20_000)  # a class writes the same short functions again and again
def _hashes(tokens: tuple[Token, ...]) -> list[int]:
    """Return a hash for each run of GRAM tokens."""
    last: dict[str, int] = {}
    texts, before = [], []
    for i, (text, is_name) in enumerate(tokens):
        texts.append("" if is_name else text)
        before.append(i - last.get(text, i) if is_name else 0)
        if is_name:
            last[text] = i
    found = []
    for start in range(len(tokens) - GRAM + 1):
        run = zip(texts[start : start + GRAM], before[start : start + GRAM], strict=True)
        # A name that came last before this run is as good as new in it.
        said = ",".join(f"{text}{back if back <= k else 0}" for k, (text, back) in enumerate(run))
        found.append(int.from_bytes(hashlib.blake2b(said.encode(errors="replace"), digest_size=8).digest()))
    return found
