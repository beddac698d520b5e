"""What a top-level statement of a notebook deals with: the names that it reads, binds and changes."""

from __future__ import annotations
import __future__

import ast
import contextlib
import symtable
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .cells import UNPARSABLE

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
