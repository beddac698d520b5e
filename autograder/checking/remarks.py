"""Remarks of a verdict on an answer that is right: they cost no points."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .exercise import Case, Remark

FORMS = {
    "wide": "For float32 data your function returns float64{where}. The values are right; {mend}.",
    "narrow": (
        "For float64 data your function returns float32, so half of the digits are lost: leave out what makes it "
        "float32."
    ),
    "list": "Your function returns a list: `np.array(...)` makes an array of it, which can be computed with.",
    "tuple": "Your function returns a list of values: `return a, b`, without brackets, makes the usual tuple.",
    "floats": "Your whole numbers are floats: `.astype(int)`, or `dtype=int` where the array begins, makes integers.",
    "booleans": "Your function returns True and False: `.astype(int)` makes the numbers 1 and 0.",
}
WARNINGS = {
    "overflow": "a number grows beyond the largest float",
    "divide by zero": "something is divided by zero, or the logarithm of zero is taken",
    "invalid value": "an operation has no result, such as 0 / 0",
}


def of_form(form: str, case: Case, names: Sequence[str]) -> Remark:
    """Return the remark on an answer's form.

    Args:
        form: a word of `compare.form`.
        case: the case in which it was seen.
        names: names of the positional parameters.

    Example:
        >>> of_form("list", Case("two numbers"), ["x"]).id
        'list'
    """
    arguments = {**dict(zip(names, case.args, strict=False)), **case.kwargs}
    single = [name for name, value in arguments.items() if getattr(value, "dtype", None) == np.float32]
    mend, where = "`.astype` keeps the dtype", ""
    if single:
        # Not the argument's own dtype: a plain number has none, and an integer one would cut fractions off.
        mend = (
            f"`.astype(np.result_type({single[0]}, 1.0))` behind the result, or that dtype where the array begins, "
            "keeps float32, and still makes floats of whole numbers"
        )
        where = ", as `np.zeros(n)`, `dtype=float` and lists of numbers do"
    return Remark(form, FORMS[form].format(mend=mend, where=where))


def of_courtesy(mistake: str | None, case: Case, message: str) -> Remark:
    """Return the remark on an answer that fails a case beyond what the page asks for.

    Args:
        mistake: the recognised mistake's id, or None.
        case: the case.
        message: what the diagnosis says about it.

    Example:
        >>> of_courtesy(None, Case("ids of one byte"), "Not right yet: the counts.").text
        'All that the page asks for is right. One thing beyond it is not (ids of one byte): Not right yet: the counts.'
    """
    first = " ".join(message.split("\n")[:2])
    return Remark(
        mistake or "beyond", f"All that the page asks for is right. One thing beyond it is not ({case.name}): {first}"
    )


def of_warning(kind: str, line: str) -> Remark:
    """Return the remark on a warning that NumPy gives on the way to a right result.

    Args:
        kind: `overflow`, `divide by zero` or `invalid value`.
        line: the function's line, if it is known.

    Example:
        >>> print(of_warning("overflow", "1 / (1 + np.exp(-z))").text)
        NumPy warns of an overflow on the way, in `1 / (1 + np.exp(-z))`: a number grows beyond the largest float.
    """
    article = "an" if kind[0] in "aeiou" else "a"
    place = f", in `{line}`" if line else ""
    return Remark("warns", f"NumPy warns of {article} {kind} on the way{place}: {WARNINGS.get(kind, kind)}.")


def of_source(function: Callable[..., Any], reference: Callable[..., Any]) -> tuple[Remark, ...]:
    """Return advice on how a right answer is written; none if its source is not available.

    Args:
        function: an answer that passes.
        reference: the course's own function: if it has a loop, the answer may have one.
    """
    tree, ours = _parsed(function), _parsed(reference)
    if tree is None:
        return ()
    found = list(_accuracy(tree))
    if ours is not None and _has_loop(tree) and not _has_loop(ours):
        text = "Python loops are not needed here: NumPy does the same on whole arrays, many times as fast."
        found.append(Remark("loop", f"{text} `solution({reference.__name__})` shows how."))
    return tuple(found)


def _parsed(function: Callable[..., Any]) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # a lambda within an expression, or a function without a file
        return None


def _has_loop(tree: ast.AST) -> bool:
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
    return any(isinstance(node, loops) for node in ast.walk(tree))


def _accuracy(tree: ast.AST) -> Iterator[Remark]:
    """Look for `log(1 + x)` and `exp(x) - 1`, which lose the digits of a small x."""
    for node in ast.walk(tree):
        if _is_call(node, "log") and isinstance(node, ast.Call) and _adds_one(node.args[0]):
            code = ast.unparse(node)
            yield Remark("log1p", f"`{code}` loses the digits of a number near 0: `np.log1p` keeps them.")
            return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Sub)
            and _is_call(node.left, "exp")
            and _is_one(node.right)
        ):
            yield Remark("expm1", f"`{ast.unparse(node)}` loses the digits of a number near 0: `np.expm1` keeps them.")
            return


def _is_call(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return False
    return getattr(node.func, "attr", getattr(node.func, "id", "")) == name


def _adds_one(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and (_is_one(node.left) or _is_one(node.right))


def _is_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in (1, 1.0)
