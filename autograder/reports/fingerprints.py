"""Fingerprints that reveal copied functions: what is left of the code without names, spacing and comments.

A function's body becomes a sequence of tokens, and each run of GRAM tokens a fingerprint. A name counts only by how far
back it last came in the run, so that renaming changes nothing, while `a * b + a` still differs from `a * b + b`.

The code is untrusted, and often broken: it is not parsed, but cut into tokens by one regular expression that never
backtracks, in time linear in its length.

Source: Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003, without
the winnowing; names by distance as in Baker, "Parameterized pattern matching", 1996.
"""

from __future__ import annotations

import builtins
import keyword
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

# No shorter copy counts: this is about one line of a formula.
GRAM = 12
# Possessive throughout, and what is never closed ends with its line or cell: no text is read twice.
TOKEN = re.compile(
    r"""
    (?P<space> [ \t\f]++ | \\\n | \#[^\n]*+ )
    | (?P<line> \n )
    | (?P<text> [bBrRuUfF]{0,2}+ (?:
        \"{3} (?: [^"\\] | \\. | "(?!"") )*+ (?: \"{3} )?
        | '{3} (?: [^'\\] | \\. | '(?!'') )*+ (?: '{3} )?
        | " (?: [^"\\\n] | \\. )*+ "?
        | ' (?: [^'\\\n] | \\. )*+ '? ) )
    | (?P<number> \.?\d (?: [eE][-+](?=\d) | [\w.] )*+ )
    | (?P<head> (?: async[ ]++ )?+ (?: def | class )[ ]++ (?P<called> \w++ ) )
    | (?P<attribute> \.\w++ )
    | (?P<argument> \w++ (?= [ ]*+ = (?!=) ) )
    | (?P<name> \w++ )
    | (?P<sign> -> | := | (?: \*\* | // | << | >> )=? | [-+*/%@&|^=<>!]=? | . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Names that a student did not choose.
FIXED = frozenset(keyword.kwlist) | frozenset(dir(builtins))

Token = tuple[str, bool]
"""A text, and whether it is a name that the student chose."""
TEXT = ("text", False)  # the content of a string is easily changed


@dataclass(frozen=True)
class Function:
    """A function or class of a notebook: its name, its text, and its fingerprints."""

    name: str
    source: str
    prints: frozenset[int]


def functions(cells: Iterable[str], starter: frozenset[int] = frozenset()) -> list[Function]:
    """Return the functions and classes at a notebook's top level, except those too short to compare.

    Args:
        cells: sources of the code cells.
        starter: fingerprints of code that everybody was given, which do not count.

    Example:
        >>> work = "    total = 0\\n    for a, b in zip(x, y):\\n        total += (a - b) ** 2\\n"
        >>> (mine,) = functions([f"def f(x, y):\\n{work}    return total / len(x)"])
        >>> (yours,) = functions([f"def g(x, y):\\n{work}    return total / len(x)".replace("total", "s")])
        >>> mine.prints == yours.prints != frozenset()
        True
    """
    found: dict[frozenset[int], Function] = {}
    for cell in cells:
        source = cell.replace("\r", "").lstrip("\ufeff") + "\n"
        for block in _blocks(source):
            prints = _prints(block.tokens) - starter if block.name else None
            if block.name and prints:  # a helper may appear in several cells
                text = source[block.start : source.index("\n", block.end)]
                found.setdefault(prints, Function(block.name, text, prints))
    return list(found.values())


def fingerprints(sources: Iterable[str]) -> frozenset[int]:
    """Return all fingerprints of some code, at its top level and in its functions.

    Args:
        sources: cells or modules.
    """
    return frozenset().union(
        *(_prints([token for block in _blocks(source) for token in block.tokens]) for source in sources)
    )


@dataclass
class _Block:
    """A function or class at the top level, or (without a name) what stands between two."""

    name: str = ""
    start: int = 0
    end: int = 0
    tokens: list[Token] = field(default_factory=list)
    statement: int = 0  # where the tokens of the last statement start

    def end_statement(self) -> None:
        if self.tokens[self.statement :] == [TEXT]:  # a docstring
            self.tokens.pop()
        self.statement = len(self.tokens)


def _blocks(source: str) -> Iterator[_Block]:
    """Yield the blocks of a cell or a module, in order. What comes between `def` and its colon is left out."""
    block, depth = _Block(), 0
    head: int | None = None  # the depth of brackets at which the current head ends
    for found in TOKEN.finditer(source):
        kind, text = found.lastgroup, found[0]
        if kind == "space":
            continue
        if kind == "line":
            if not depth and head is None:
                block.end_statement()
            continue
        if source[found.start() - 1 : found.start()] in ("", "\n"):  # at the left edge
            if kind == "head":
                depth = 0  # whatever an earlier function has left open
            if kind == "head" or (block.name and not depth and text not in ")]}"):
                block.end_statement()
                yield block
                block = _Block(found["called"] or "", found.start())
        block.end = found.end()
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(0, depth - 1)
        if kind == "head":
            head = depth
        elif head is None:
            _add(block, kind, text, depth)
        elif text == ":" and depth == head:
            head, block.statement = None, len(block.tokens)
    block.end_statement()
    yield block


def _add(block: _Block, kind: str | None, text: str, depth: int) -> None:
    tokens = block.tokens
    if text == ";":
        block.end_statement()
    elif text in "()]}":
        if tokens[-1:] == [(",", False)]:
            tokens.pop()  # formatters add one there
        if text in "]}":
            tokens.append((text, False))
    elif kind == "text":
        if tokens[-1:] != [TEXT] or block.statement == len(tokens):
            tokens.append(TEXT)
    elif kind == "argument" and depth:
        tokens.append((f"{text}=", False))
    else:
        chosen = kind in ("name", "argument") and text not in FIXED
        tokens.append((_number(text) if kind == "number" else text, chosen))


def _number(text: str) -> str:
    try:
        return repr(float(text)) if len(text) < 30 else "number"  # `2` and `2.0` are the same to a reader
    except ValueError:
        return text


def _prints(tokens: list[Token]) -> frozenset[int]:
    """Return a fingerprint for each run of GRAM tokens."""
    count = len(tokens) - GRAM + 1
    if count < 1:
        return frozenset()
    last: dict[str, int] = {}
    codes, before = np.zeros(len(tokens), np.uint64), np.zeros(len(tokens), np.uint64)
    for i, (text, chosen) in enumerate(tokens):
        if chosen:
            before[i] = i - last.get(text, i)
            last[text] = i
        else:
            codes[i] = zlib.crc32(text.encode(errors="replace")) + 2**32
    prints = np.zeros(count, np.uint64)
    for k in range(GRAM):
        back = before[k : k + count]
        # A name that last came before this run counts as new in it.
        prints ^= codes[k : k + count] + np.where(back <= k, back, 0)
        prints *= np.uint64(0x9E3779B97F4A7C15)
        prints ^= prints >> np.uint64(29)
    return frozenset(prints.tolist())
