"""Mutants: small wrong copies of a function, made automatically. A check that lets one through has a gap."""

from __future__ import annotations

import ast
import copy
import inspect
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

SWAPS: dict[type[ast.AST], tuple[Any, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
NAMES = {
    "mean": ("sum",),
    "sum": ("mean",),
    "max": ("min", "sum"),
    "min": ("max",),
    "abs": ("square",),
    "zeros_like": ("ones_like",),
    "standard_normal": ("random",),
    "permutation": ("arange",),
    "vector_norm": ("sum", "max"),
}


@dataclass(frozen=True)
class Mutant:
    """A changed copy of a function; `change` says in one line what changed where."""

    change: str
    function: Callable[..., Any]


def mutants(function: Callable[..., Any]) -> Iterator[Mutant]:
    """Yield the mutants of a function: operators and comparisons swapped, terms and statements dropped, numbers moved
    by one, signs flipped, reductions and axes exchanged, returned values reordered.

    Guards are left alone (statements that raise, and calls of `require_...`): no exercise asks a reader to reject bad
    input. They are tested elsewhere.

    Args:
        function: a function of a module on disk, without closures.

    Example:
        >>> from solutions.gradient_descent import bowl_gradient
        >>> [mutant.change for mutant in mutants(bowl_gradient)][0]
        'return (8 * as_float(x), 2 * as_float(y)) -> return (8 / as_float(x), 2 * as_float(y))'
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    seen = {ast.unparse(tree)}
    for path, statement in _statements(tree.body[0]):
        for changed in _statement_mutants(statement):
            mutated = copy.deepcopy(tree)
            _replace(mutated, path, changed)
            ast.fix_missing_locations(mutated)
            source = ast.unparse(mutated)
            if source in seen:
                continue
            seen.add(source)
            after = ast.unparse(changed) if changed else "(dropped)"
            change = f"{_first_line(ast.unparse(statement))} -> {_first_line(after)}"
            yield Mutant(change, _compile(mutated, function))


def _first_line(source: str) -> str:
    return source.split("\n")[0]


def _compile(tree: ast.Module, function: Callable[..., Any]) -> Callable[..., Any]:
    namespace = dict(vars(sys.modules[function.__module__]))
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # a mutant may well be nonsense
        code = compile(tree, f"<mutant of {function.__name__}>", "exec", flags=_future_flags())
    exec(code, namespace)
    return namespace[function.__name__]


def _future_flags() -> int:
    import __future__

    return __future__.annotations.compiler_flag


Path = tuple[tuple[str, int], ...]


def _statements(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.stmt]]:
    """Yield every statement below a function with the path to it; docstrings and guards are left out."""
    for field in ("body", "orelse"):
        for i, statement in enumerate(getattr(node, field, [])):
            if _is_docstring(statement) or _is_guard(statement):
                continue
            here = (*path, (field, i))
            yield here, statement
            yield from _statements(statement, here)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_guard(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If):
        return isinstance(statement.body[-1], ast.Raise)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and "require_" in call.func.id


def _replace(tree: ast.Module, path: Path, changed: ast.stmt | None) -> None:
    node: Any = tree.body[0]
    for field, i in path[:-1]:
        node = getattr(node, field)[i]
    field, i = path[-1]
    getattr(node, field)[i] = changed or ast.Pass()


def _statement_mutants(statement: ast.stmt) -> Iterator[ast.stmt | None]:
    """Yield changed copies of one statement (not of those inside it), and None for dropping it."""
    if isinstance(statement, ast.For):
        yield from _header_mutants(statement, "iter")
    elif isinstance(statement, (ast.If, ast.While)):
        yield from _header_mutants(statement, "test")
        for value in (True, False) if isinstance(statement, ast.If) else ():
            yield _with(statement, "test", ast.Constant(value))
    else:
        yield from _expression_mutants(statement)
    if isinstance(statement, ast.AugAssign):
        for swap in SWAPS.get(type(statement.op), ()):
            yield _with(statement, "op", swap())
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple):
        yield ast.Return(ast.Tuple(statement.value.elts[::-1], ast.Load()))
    if not isinstance(statement, ast.Return):
        yield None


def _with(statement: ast.stmt, field: str, value: ast.AST) -> ast.stmt:
    changed = copy.deepcopy(statement)
    setattr(changed, field, value)
    return changed


def _header_mutants(statement: ast.stmt, field: str) -> Iterator[ast.stmt]:
    for changed in _expression_mutants(ast.Expr(getattr(statement, field))):
        yield _with(statement, field, changed.value)  # type: ignore[attr-defined]


def _expression_mutants(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield copies of a statement with one node of its expressions changed."""
    for i, node in enumerate(ast.walk(statement)):
        for replacement in _replacements(node):
            changed = copy.deepcopy(statement)
            target = list(ast.walk(changed))[i]
            yield _Swap(target, replacement).visit(changed)


class _Swap(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.AST) -> None:
        self.target, self.replacement = target, replacement

    def visit(self, node: ast.AST) -> Any:
        return self.replacement if node is self.target else self.generic_visit(node)


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may replace an expression."""
    if isinstance(node, ast.BinOp):
        yield from (ast.BinOp(node.left, swap(), node.right) for swap in SWAPS.get(type(node.op), ()))
        yield from (node.left, node.right)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Compare):
        yield from (ast.Compare(node.left, [swap()], node.comparators) for swap in SWAPS.get(type(node.ops[0]), ()))
    elif isinstance(node, ast.BoolOp):
        yield from (ast.BoolOp(swap(), node.values) for swap in SWAPS[type(node.op)])
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Name):
        yield from (ast.Name(other, ast.Load()) for other in NAMES.get(node.id, ()))
    elif isinstance(node, ast.Attribute):
        yield from (ast.Attribute(node.value, other, ast.Load()) for other in NAMES.get(node.attr, ()))
        if node.attr == "T":
            yield node.value
    elif isinstance(node, ast.Call):
        yield from _call_replacements(node)


def _call_replacements(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id == "array_namespace":
        return  # its arguments have no order, and no value replaces it
    for k in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:k] + node.keywords[k + 1 :])
    if len(node.args) == 1 and not node.keywords:
        yield node.args[0]
    elif len(node.args) > 1:
        yield ast.Call(node.func, node.args[::-1], node.keywords)
